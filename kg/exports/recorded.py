"""Recorded: the tables of the record for formats of tables, with days as days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from kg.query.tables import record_of
from kg.record.days import number
from kg.record.tables import TABLES, TableName

if TYPE_CHECKING:
    from arro3.core import Table

    from kg.exports.losses import Losses
    from kg.store.base import Store

# Columns whose numbers are days.
DAYS: Final = ("start_from", "start_to", "end_from", "end_to")
FIRST, LAST = number((1, 1, 1)), number((9999, 12, 31))
KEYS: Final[dict[TableName, str]] = {"statements": "id", "entities": "id", "sources": "id"}
# Table → column → the table whose keys stand in it.
NAMED: Final[dict[TableName, dict[str, TableName]]] = {
    "statements": {"subject": "entities"},
    "references": {"statement": "statements", "source": "sources"},
    "links": {"statement": "statements"},
    "proofs": {"statement": "statements", "premise": "statements"},
}


def tables(store: Store) -> dict[TableName, Table]:
    """Return the tables that `docs/record.md` describes.

    Where the rows of entities and sources stand is left out, because no graph says it.
    """
    record = record_of(store)
    return {name: _said(name, record.table(name)) for name in TABLES}


def _said(name: TableName, table: Table) -> Table:
    if name not in {"entities", "sources"}:
        return table
    return table.select([one for one in table.column_names if one not in {"path", "line"}])


def cells(table: Table, name: str) -> list[Any]:
    """Return the cells of a column."""
    return cast("list[Any]", table[name].to_pylist())


def is_day(number: int) -> bool:
    """Say whether a number is a day of the years 1 to 9999, which all programs know.

    >>> is_day(0), is_day(FIRST - 1)
    (True, False)
    """
    return FIRST <= number <= LAST


def count_days(statements: Table, losses: Losses) -> None:
    """Count the days that programs cannot hold."""
    found = sum(
        one is not None and not is_day(one) for name in DAYS for one in cells(statements, name)
    )
    what = "outside of the years 1 to 9999 and left to the texts"
    losses.add("bound is", "bounds are", what, found)
