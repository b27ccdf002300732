"""Rows: the tables of a project or of a store as the sheets of a workbook, to be edited.

A project gives its rows as they are written; a store what it keeps of them, a row a reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import DataError, Finding, UsageError, file_and_sheet
from kg.files import named
from kg.model import schema
from kg.model.languages import UNNAMED, label_column
from kg.model.tables import sheet_names, statement_tables, workbooks
from kg.pipeline.held import Held, held_sheets
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.model.statement import Entity, Reference, Statement
    from kg.store.base import Store


class Sheet(NamedTuple):
    """One table: how its sheet is called, its columns, and the cells of each row."""

    name: str
    columns: tuple[str, ...]
    rows: list[list[str]]


def of_project(data: Path) -> list[Sheet]:
    """Return the tables of text of a project, with all that their rows say.

    Raises DataError when a row or header cannot be read, InputError when a table cannot be,
    UsageError when there is none.
    """
    findings: list[Finding] = []
    sheets = [_sheet(name, table, findings) for name, table in held_sheets(data).items()]
    if findings:
        raise DataError(findings)
    if not sheets:
        msg = f"{data} has no table of text; its workbooks can be edited as they are"
        raise UsageError(msg)
    return sheets


def _sheet(name: str, table: Held, findings: list[Finding]) -> Sheet:
    rows = list(table)
    findings += table.findings
    findings += (one for row in rows for one in row.uncarried())
    header = table.header
    return Sheet(name, header, [[row.cells[column] for column in header] for row in rows])


def left_out(data: Path) -> list[Finding]:
    """Return a note for each table of a project that is none of text."""
    repair = "a workbook is edited as it is"
    found = [(path, repair) for path in workbooks(data)]
    repair = "its rows are edited by what wrote it"
    found += [(path, repair) for path in statement_tables(data, ".parquet")]
    message = "the table is left out"
    return [Finding(named(data, path), 0, 0, "note", message, repair) for path, repair in found]


def of_store(store: Store) -> list[Sheet]:
    """Return what a store keeps of the tables that it was made of.

    That is all but quotes, the order of columns, and what the graph says in one way only: a number
    as 0.8 where the table has 0.80. What was inferred has no row.
    """
    history = History(store)
    entities = (_entity(one) for one in history.entities.values())
    sources = ({"id": one.id, **one.cells} for one in history.sources.values())
    return [
        _of_cells("entities", "entities", entities, history.languages or UNNAMED),
        _of_cells("sources", "sources", sources),
        *_of_statements(history.statements),
    ]


def _of_cells(
    name: str,
    table: schema.TableName,
    rows: Iterable[Mapping[str, str]],
    languages: Iterable[str] = UNNAMED,
) -> Sheet:
    found = list(rows)
    used = {column for row in found for column, cell in row.items() if cell}
    more = (column for column in schema.optional(table) if column in used)
    columns = (*schema.required(table, languages), *more)
    return Sheet(name, columns, [[row.get(column, "") for column in columns] for row in found])


def _entity(one: Entity) -> dict[str, str]:
    labels = {label_column(language): label for language, label in one.labels.items()}
    own = {"id": one.id, "class": one.class_name, "aliases": "|".join(one.aliases)}
    return own | labels | one.cells


def _of_statements(statements: Iterable[Statement]) -> Iterator[Sheet]:
    """Yield a sheet for each table that rows of statements came from, in the order of its rows."""
    tables: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for one in statements:
        for each in one.references:
            path, _, line = each.row.rpartition(":")
            tables.setdefault(path, []).append((int(line or 0), _cells(one, each)))
    paths = sorted(tables)
    for name, path in zip(sheet_names(map(_below, paths)), paths, strict=True):
        rows = sorted(tables[path], key=lambda row: row[0])
        yield _of_cells(name, "statements", (cells for _, cells in rows))


def _below(path: str) -> str:
    """Return a table of statements as `sheet_names` knows it.

    >>> _below("data/statements/meetings.csv"), _below("data/league.xlsx[facts]")
    ('meetings.csv', 'facts.csv')
    """
    file, sheet = file_and_sheet(path)
    return f"{sheet[1:-1]}.csv" if sheet else file.rpartition("/statements/")[2]


def _cells(one: Statement, reference: Reference) -> dict[str, str]:
    """Return the row that a reference came from.

    An attestation that confirms a period has the day alone, and neither rank nor what else the
    rows of the period say; but one of a period that does not count does not count either.
    """
    confirms = bool(reference.at) and not one.at
    start, end, at = ("", "", reference.at) if confirms else (one.start, one.end, one.at)
    is_usual = one.rank == "normal" or (confirms and not one.deprecated)
    return {
        "subject": one.subject,
        "predicate": one.predicate,
        "object": one.object,
        "start": start,
        "end": end,
        "at": at,
        "source": reference.source,
        "locator": reference.locator,
        "rank": "" if is_usual else one.rank,
        "note": reference.note,
        **({} if confirms else dict(one.more)),
    }
