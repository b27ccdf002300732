"""Size: which projects have many rows, and whether columns suit them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from kg.errors import UsageError, missing_extra
from kg.model.tables import statement_tables, suffix_of, workbooks

# Bytes of statement tables from which the walk on columns costs less than that on rows, and from
# which its loading alone does: docs/record.md has what was measured.
LARGE: Final = 64 * 2**10
LARGE_TO_LOAD: Final = 4 * 2**20
# Bytes from which rules cost less as joins than solution by solution.
LARGE_WITH_RULES: Final = 2**20
# Bytes from which findings are told while work goes on, and neither page nor TriG is made.
MANY: Final = 16 * 2**20
# Statements up to which a build has them: of more they cost more than all else.
MOST_SHOWN: Final = 50_000


def tables(data: Path) -> list[Path]:
    """Return the tables of statements that can be read, in their order."""
    return statement_tables(data, ".csv", ".parquet")


def is_many(data: Path) -> bool:
    """Say whether so much is to be told and shown that only a part of it can be."""
    return _has(data, MANY)


def _has(data: Path, limit: int) -> bool:
    """Say whether there are so many bytes of rows, or any Parquet."""
    found = tables(data)
    is_parquet = any(suffix_of(path) == ".parquet" for path in found)
    return is_parquet or sum(path.stat().st_size for path in found) >= limit


def takes_long(data: Path) -> bool:
    """Say whether a project with rules or shapes is worth to be walked on columns."""
    return weight(tables(data)) >= LARGE_WITH_RULES


def weight(paths: Iterable[Path]) -> int:
    """Return the bytes of tables; a row of Parquet takes about a tenth of one of text."""
    weights = {".csv": 1, ".parquet": 10}
    return sum(weights[suffix_of(path)] * path.stat().st_size for path in paths)


def is_large(data: Path, *, to_load: bool = False, with_rules: bool = False) -> bool:
    """Say whether columns are cheaper: for the whole walk, with rules too, or to load for rows.

    Sheets of workbooks are read by rows. Raises UsageError when there is Parquet, which is read by
    columns, and polars is not installed or there are workbooks too.
    """
    from importlib.util import find_spec

    limit = LARGE_TO_LOAD if to_load else LARGE_WITH_RULES if with_rules else LARGE
    is_large = _has(data, limit)
    if books := workbooks(data):
        _refuse_beside(data, books[0])
    if not is_large or books:
        return False
    if find_spec("polars"):
        return True
    if any(suffix_of(path) == ".parquet" for path in tables(data)):
        raise missing_extra("polars", "bulk")
    return False


def _refuse_beside(data: Path, book: Path) -> None:
    for path in tables(data):
        if suffix_of(path) == ".parquet":
            msg = f"{book.name} is read by rows and {path.name} by columns, which do not go "
            msg += "together; save the sheets of the workbook as CSV"
            raise UsageError(msg)


def is_plain_day(text: str) -> bool:
    """Say whether days can be compared with this one as texts.

    >>> is_plain_day("2025-06-30"), is_plain_day("-0044-03-15")
    (True, False)
    """
    return len(text) == len("2025-06-30") and text[:4].isdigit()
