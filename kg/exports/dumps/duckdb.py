"""DuckDB: a file with the tables of the record."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import missing_extra
from kg.exports.losses import Dumped, Losses
from kg.exports.recorded import DAYS, FIRST, LAST, count_days, tables

if TYPE_CHECKING:
    from kg.store.base import Store


def write(store: Store) -> Dumped:
    """Return a database; days are dates, and what stands between two of them is for SQL to ask.

    Raises UsageError when duckdb is not installed.
    """
    try:
        import duckdb
    except ImportError as error:
        raise missing_extra("duckdb", "bulk") from error
    losses, found = Losses(), tables(store)
    count_days(found["statements"], losses)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.duckdb"
        with duckdb.connect(path) as connection:
            for name, table in found.items():
                connection.register("given", table)
                connection.execute(_table(name))
                connection.unregister("given")
        content = path.read_bytes()
    return Dumped(content, losses.lines)


def _table(name: str) -> str:
    """Return the SQL that makes a table of what is given."""
    days = f"REPLACE ({', '.join(map(_day, DAYS))})" if name == "statements" else ""
    return f'CREATE TABLE "{name}" AS SELECT * {days} FROM given ORDER BY ALL'  # noqa: S608 - the names are ours


def _day(column: str) -> str:
    date = f"DATE '1970-01-01' + CAST({column} AS INTEGER)"
    return f"CASE WHEN {column} BETWEEN {FIRST} AND {LAST} THEN {date} END AS {column}"
