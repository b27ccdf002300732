"""Compliance: every check, by its examples and by rows at random, in every walk and form."""

from __future__ import annotations

import csv
import importlib.util
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from walks import FACTS, FORMS, by_columns, by_rows, describe, make_plain, place

from kg.errors import Finding
from kg.model import schema
from kg.model.case import Case
from kg.model.checks import INTERVAL_CHECKS, IntervalCheck
from kg.model.dataset import read_dataset
from kg.model.house_rules import BY_NAME
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.model.row_check import GOOD, RowCheck
from kg.model.row_checks import ROW_CHECKS
from kg.model.table import Table
from kg.model.table_checks import TABLE_CHECKS, TableCheck
from kg.pipeline.load import Loader
from kg.text.findings import kind_of

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "tiny"
RANDOM = 400
# Where a row stands, whatever the form: its table, and its number counted from 0.
Check = RowCheck | IntervalCheck | TableCheck
Place = tuple[schema.TableName, int]

_spec = importlib.util.spec_from_file_location("page_of_checks", ROOT / "docs" / "checks.py")
assert _spec is not None
assert _spec.loader is not None
page_of_checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page_of_checks)


@dataclass
class Examples:
    """A project whose tables have every example, a row each, and what rows say of each of them."""

    project: Path
    rows: dict[schema.TableName, list[dict[str, str]]] = field(default_factory=dict)
    fails: dict[str, list[Place]] = field(default_factory=dict)
    passes: dict[str, list[Place]] = field(default_factory=dict)
    expected: dict[Place, list[Finding]] = field(default_factory=dict)
    failed: dict[Place, list[str]] = field(default_factory=dict)
    periods: dict[str, tuple[list[Finding], list[Finding]]] = field(default_factory=dict)

    def add(self, table: schema.TableName, cells: dict[str, str]) -> Place:
        """Add a row that nobody can take for another."""
        rows = self.rows.setdefault(table, [])
        key = "locator" if table == "statements" else "id"
        if cells[key] == GOOD[table].get(key, ""):
            cells[key] = f"{cells[key] or 'p'}-{len(rows)}"
        rows.append(cells)
        return table, len(rows) - 1


def _of_tables(given: Examples) -> None:
    """Put in the league's own entities and sources, and the examples of all checks on rows."""
    for table in ("entities", "sources"):
        with (TINY / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            every = dict.fromkeys(schema.every(table), "")
            given.rows[table] = [every | row for row in csv.DictReader(file)]
    for check in ROW_CHECKS:
        given.fails[check.name] = [given.add(check.table, check.example(c)) for c in check.fails]
        given.passes[check.name] = [given.add(check.table, check.example(c)) for c in check.passes]


def _at_random(given: Examples) -> None:
    """Put in rows that mix the cells of several examples."""
    of_statements = [check for check in ROW_CHECKS if check.table == "statements"]
    cells = [one for check in of_statements for one in (*check.fails, *check.passes)]
    chance = random.Random(1999)
    for _ in range(RANDOM):
        mixed = of_statements[0].example({})
        for one in chance.sample(cells, chance.randint(2, 4)):
            mixed |= one
        given.add("statements", mixed)


def _of_periods(given: Examples) -> None:
    """Put in the examples of checks on periods, each about a player of its own."""
    for check in INTERVAL_CHECKS:
        found: tuple[list[Finding], list[Finding]] = ([], [])
        for index, groups in enumerate((check.fails, check.passes)):
            for number, group in enumerate(groups):
                player = f"{check.name}-{index}-{number}"
                given.add("entities", ROW_CHECKS[0].example({"id": player}))
                own = [replace(one, subject=player) for one in group]
                if len(given.rows["statements"]) % 2:
                    # Of two rows the first is to stand in the first of two parts.
                    plain = dict.fromkeys(schema.every("statements"), "")
                    given.add("statements", plain | dict(GOOD["statements"]))
                for one in own:
                    names = ("subject", "predicate", "object", "start", "end", "at")
                    row = {name: getattr(one, name) for name in names}
                    row["source"] = "almanac-2001"
                    given.add("statements", dict.fromkeys(schema.every("statements"), "") | row)
                # Of one that passes, whatever this check could say of the player is too much.
                said = check.look([replace(one, subject=player) for one in check.fails[0]])
                found[index].extend(check.look(own) if index == 0 else said)
        given.periods[check.name] = found


def _of_whole_tables(given: Examples) -> None:
    """Put in the examples of checks on tables, each with ids of its own."""
    for check in TABLE_CHECKS:
        for index, (rows, lasts) in enumerate(
            ((check.fails, given.fails), (check.passes, given.passes))
        ):
            lasts[check.name] = []
            for number, table in enumerate(rows):
                places = []
                for cells in table:
                    whole = dict.fromkeys(schema.every(check.table), "") | dict(GOOD[check.table])
                    own = {
                        key: f"{check.name}-{index}-{number}-{cells[key]}"
                        for key in {"id"} & cells.keys()
                    }
                    places.append(given.add(check.table, whole | dict(cells) | own))
                lasts[check.name].append(places[-1])


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Examples]:
    project = tmp_path_factory.mktemp("checks") / "league"
    shutil.copytree(TINY, project)
    describe(project, f"kg:houseRules {', '.join(map(json.dumps, BY_NAME))}")
    given = Examples(project)
    _of_tables(given)
    _of_periods(given)
    _of_whole_tables(given)
    _at_random(given)
    for table, rows in given.rows.items():
        name = FACTS if table == "statements" else f"data/{table}.csv"
        with (project / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, schema.every(table), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    dataset, _ = read_dataset(project / "data")
    known = read_ontology(project / "ontology", Vocabulary(dataset.base))
    loader = Loader(project / "data", known, dataset)
    loader.read_named()
    for table in given.rows:
        name = FACTS if table == "statements" else f"data/{table}.csv"
        read = Table(project / name, name, schema.required(table), schema.optional(table))
        for index, row in enumerate(read):
            case = Case(row, loader)
            failed = loader.checks[table].failed(case)
            given.failed[table, index] = [check.name for check in failed]
            given.expected[table, index] = [one for check in failed for one in check.look(case)]
    with pytest.MonkeyPatch.context() as patch:
        make_plain(project, patch)
        yield given


def kept(examples: Examples, form: str, folder: Path) -> Path:
    """Return a copy of the project with its statements in that form."""
    project = folder / form
    shutil.copytree(examples.project, project)
    FORMS[form](project)
    return project


@pytest.fixture(scope="module")
def on_spark(
    examples: Examples, spark: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Finding]]:
    """What Spark finds in each form, all in one session."""
    assert spark is None
    folder = tmp_path_factory.mktemp("spark")
    projects = {form: kept(examples, form, folder) for form in FORMS}
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "sparked.py", "local[2]"],
        input="".join(f"{project}\n" for project in projects.values()),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer for answer in answers if "error" in answer] == []
    found = {}
    for form, project in projects.items():
        files = (project / "build" / "findings").glob("*.jsonl")
        lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
        found[form] = [Finding(**json.loads(line)) for line in lines]
    return found


def check_of(examples: Examples, form: str, found: Sequence[Finding], walk: str) -> None:
    """Hold what a walk found to what rows say, and the gaps to what is declared."""
    kinds = {kind_of(one) for said in examples.expected.values() for one in said}
    by_place: dict[tuple[str, int], set[Finding]] = {}
    for one in found:
        by_place.setdefault((one.path, one.line), set()).add(one)

    def at(where: Place) -> set[tuple[str, str, str]]:
        table, index = where
        line = (f"data/{table}.csv", index + 2)
        here = by_place.get(place(FORMS[form], index) if table == "statements" else line, set())
        return {one[3:] for one in here if kind_of(one) in kinds}

    def is_said(check: TableCheck, where: Place) -> bool:
        table, index = where
        line = (f"data/{table}.csv", index + 2)
        here = by_place.get(place(FORMS[form], index) if table == "statements" else line, set())
        message = re.sub(r"\\{\w+\\}", ".*", re.escape(check.message))
        return any(re.fullmatch(message, one.message) for one in here)

    def fires(check: Check) -> bool:
        if isinstance(check, TableCheck):
            fails, passes = examples.fails[check.name], examples.passes[check.name]
            return all(is_said(check, one) for one in fails) and not any(
                is_said(check, one) for one in passes
            )
        if isinstance(check, IntervalCheck):
            told = {(one.severity, one.message.partition(" at ")[0]) for one in found}
            yes, no = (
                {(one.severity, one.message.partition(" at ")[0]) for one in said}
                for said in examples.periods[check.name]
            )
            return yes <= told and not no & told
        rows = (*examples.fails[check.name], *examples.passes[check.name])
        return bool(rows) and all(
            at(where) == {one[3:] for one in examples.expected[where]} for where in rows
        )

    every: tuple[Check, ...] = (*ROW_CHECKS, *INTERVAL_CHECKS, *TABLE_CHECKS)
    assert {check.name for check in every if not fires(check)} == {
        check.name for check in every if page_of_checks.gap(check, walk, form)
    }
    if (walk, form) != ("rows", "Parquet"):
        differ = [
            where
            for where, said in examples.expected.items()
            if at(where) != {one[3:] for one in said}
        ]
        assert differ == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("walk", ["rows", "columns"])
def test_a_check_fires_in_every_walk_and_form_but_where_a_gap_is_declared(
    examples: Examples, tmp_path: Path, walk: str, form: str
) -> None:
    project = kept(examples, form, tmp_path)

    check_of(examples, form, (by_rows if walk == "rows" else by_columns)(project), walk)


@pytest.mark.parametrize("form", FORMS)
def test_a_check_fires_on_spark_in_every_form_but_where_a_gap_is_declared(
    examples: Examples, on_spark: dict[str, list[Finding]], form: str
) -> None:
    check_of(examples, form, on_spark[form], "Spark")


def test_an_example_fails_its_own_check_or_passes_it_as_declared(examples: Examples) -> None:
    for check in ROW_CHECKS:
        for where in examples.fails[check.name]:
            assert check.name in examples.failed[where], check.name
            assert examples.expected[where]
        for where in examples.passes[check.name]:
            assert examples.failed[where] == [], check.name


def test_rows_at_random_fail_many_checks_and_pass_all_of_them(examples: Examples) -> None:
    """Otherwise they would prove nothing."""
    last = len(examples.rows["statements"])
    failed = [examples.failed["statements", index] for index in range(last - RANDOM, last)]

    assert sum(not names for names in failed) >= 5
    assert sum(len(names) > 1 for names in failed) >= 60
    assert len({name for names in failed for name in names}) >= 20


def test_the_page_of_checks_is_made_from_the_checks() -> None:
    page = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")

    assert page == page_of_checks.page(), "write it anew: python docs/checks.py"
