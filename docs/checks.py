"""Write docs/checks.md, all that can be wrong with rows, periods and tables: python docs/checks.py.

The page is made from the checks themselves; that each fires in a walk and a form is what
tests/test_compliance.py finds out, which holds the gaps below to what it finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from kg.errors import Finding
from kg.model.checks import INTERVAL_CHECKS, IntervalCheck
from kg.model.conditions import Case
from kg.model.dataset import read_dataset
from kg.model.house_rules import BY_NAME, HOUSE_RULES
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.model.row_check import RowCheck
from kg.model.row_checks import ROW_CHECKS
from kg.model.table import Row
from kg.model.table_checks import TABLE_CHECKS, TableCheck
from kg.pipeline.load import Loader
from kg.text.markdown import cell

HERE: Final = Path(__file__).parent
LEAGUE: Final = HERE.parent / "tests" / "tiny"
Check = RowCheck | IntervalCheck | TableCheck

# The walks, and the forms in which a table of statements can be.
CELLS: Final = tuple(
    (walk, form) for walk in ("rows", "columns", "Spark") for form in ("CSV", "parts", "Parquet")
)
PARQUET: Final = "the walk on rows reads no Parquet; such a table always takes the walk on columns"
PIECES: Final = "Spark reads tables of statements in pieces, and no piece shows the whole"
NO_COLUMN: Final = "the table has no optional column yet, so no row can fail"


def gap(check: Check, walk: str, form: str) -> str:
    """Return why the check does not fire there, "" where it does."""
    if isinstance(check, RowCheck) and not check.needs:
        return NO_COLUMN
    if isinstance(check, TableCheck) and walk == "Spark" and not check.in_pieces:
        return PIECES
    is_of_statements = isinstance(check, IntervalCheck) or check.table == "statements"
    return PARQUET if (walk, form) == ("rows", "Parquet") and is_of_statements else ""


def league() -> Loader:
    """Return the league, to which the examples belong, with its entities and sources read."""
    dataset, _ = read_dataset(LEAGUE / "data")
    known = read_ontology(LEAGUE / "ontology", Vocabulary(dataset.base))
    loader = Loader(LEAGUE / "data", known, replace(dataset, rules=frozenset(BY_NAME)))
    loader.read_named()
    return loader


def said(check: RowCheck | IntervalCheck, loader: Loader) -> Finding | None:
    """Return what is said of the first example that fails."""
    if isinstance(check, IntervalCheck):
        return next(check.look(check.fails[0]))
    if not check.fails:
        return None
    cells = check.example(check.fails[0])
    return check.look(Case(Row(f"{check.table}.csv", 2, "", (), cells), loader))[0]


def page() -> str:
    """Return the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    loader = league()
    every: tuple[Check, ...] = (*ROW_CHECKS, *INTERVAL_CHECKS, *TABLE_CHECKS)
    yield "# Checks"
    yield ""
    yield "What can be wrong with a row of a table, with the periods of a triple, and with a table."
    yield "Each check stands once in the code; this page is made from it: `python docs/checks.py`."
    yield "A row with an error is left out, and nothing is built."
    yield ""
    yield "| check | of | severity | finds | says, for example |"
    yield "|---|---|---|---|---|"
    for check in every:
        found = check if isinstance(check, TableCheck) else said(check, loader)
        table = "periods" if isinstance(check, IntervalCheck) else check.table
        severity = found and found.severity if isinstance(check, IntervalCheck) else check.severity
        example = f"{found.message}; {found.repair}" if found else ""
        yield f"| `{check.name}` | {table} | {severity} | {check.finds} | {cell(example)} |"
    yield ""
    yield from _switches()
    yield "## Where each fires"
    yield ""
    yield "Every example of every check, and rows made at random of several, is read by each walk"
    yield "in each form of a table: one file of CSV, a folder of parts, one file of Parquet."
    yield "A gap has a number; that the gaps are these, and no others, is tested."
    yield "`by rows` marks a check that no column can be asked."
    yield ""
    yield "| check | " + " | ".join(f"{walk}, {form}" for walk, form in CELLS) + " |"
    yield "|---" * (len(CELLS) + 1) + "|"
    reasons: list[str] = []
    for check in every:
        marks = []
        for walk, form in CELLS:
            reason = gap(check, walk, form)
            if reason and reason not in reasons:
                reasons.append(reason)
            marks.append(str(reasons.index(reason) + 1) if reason else "✓")
        by_rows = " (by rows)" if isinstance(check, RowCheck) and check.by_rows else ""
        yield f"| `{check.name}`{by_rows} | " + " | ".join(marks) + " |"
    yield ""
    for number, reason in enumerate(reasons, start=1):
        yield f"{number}. {reason[0].upper()}{reason[1:]}."


def _switches() -> Iterator[str]:
    """Say which house rules there are, and how they are switched."""
    yield "## House rules"
    yield ""
    yield "Some checks are house rules: a dataset switches each by its name."
    yield "What is surely wrong is looked for without a word (*on*); what is taste, or tidiness,"
    yield "only where `data/dataset.ttl` asks for it (*off*):"
    yield ""
    yield "```turtle"
    yield "<https://example.org/mine/> a dcat:Dataset ;"
    yield '    kg:houseRules "source-kind" , "deprecated-unexplained" ;'
    yield '    kg:withoutHouseRules "about-itself" .'
    yield "```"
    yield ""
    yield "`kg:withoutHouseRules` switches off, also what `kg:houseRules` names."
    yield "A name that is no rule is a warning. The graph says nothing of either."
    yield ""
    yield "| rule | of | severity | without a word |"
    yield "|---|---|---|---|"
    for rule in HOUSE_RULES:
        yield f"| `{rule.name}` | {rule.table} | {rule.severity} | {rule.rule} |"
    yield ""
    yield "Of two holders at a time of what only one can have, `kg audit --kind functional` tells."
    yield ""


if __name__ == "__main__":
    (HERE / "checks.md").write_text(page(), encoding="utf-8")
