"""Size: which projects have many rows, and whether columns suit them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kg.errors import missing_extra
from kg.model.table import statement_tables

# Below some two hundred thousand rows memory suffices, and a project has its page and its TriG.
LARGE: Final = 16 * 2**20


def tables(data: Path) -> list[Path]:
    """Return the tables of statements that can be read, in their order."""
    return statement_tables(data, ".csv", ".parquet")


def is_large(data: Path) -> bool:
    """Say whether the project is to be built on columns: many bytes of rows, or any Parquet.

    Raises UsageError when there is Parquet and polars is not installed.
    """
    from importlib.util import find_spec

    found = tables(data)
    has_parquet = any(path.suffix == ".parquet" for path in found)
    if not has_parquet and sum(path.stat().st_size for path in found) < LARGE:
        return False
    if find_spec("polars"):
        return True
    if has_parquet:
        raise missing_extra("polars", "bulk")
    return False


def is_plain_day(text: str) -> bool:
    """Say whether days can be compared with this one as texts.

    >>> is_plain_day("2025-06-30"), is_plain_day("-0044-03-15")
    (True, False)
    """
    return len(text) == len("2025-06-30") and text[:4].isdigit()
