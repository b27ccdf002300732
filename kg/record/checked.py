"""Checked: what stands in the folder of a record is what this kg reads, or StoreError says why not.

Somebody may have written the files anew with another library; types that mean the same are taken.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import StoreError
from kg.model import schema
from kg.model.languages import language_of
from kg.record.tables import (
    VERSION,
    TableName,
    of_entities,
    of_sources,
    of_statements,
    type_of,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from arro3.core import ChunkedArray, DataType, Table

ANEW: Final = "run 'kg build' to make it anew"
# What is in every row; beside them are days, places, labels and cells that may be empty.
_ALWAYS: Final = frozenset(
    {
        *("id", "subject", "predicate", "object", "datatype", "kind", "start", "end", "at"),
        *("ending", "rank", "proof_count", "statement", "source", "locator", "note"),
        *("class", "aliases", "link", "to", "position", "rule", "premise"),
    }
)
_ALWAYS_NAMED: Final = frozenset({"id", "class", "aliases"})


def read_manifest(place: Path) -> dict[str, Any]:
    """Return what `record.json` says.

    Raises StoreError when it is gone, damaged, of another shape, or of another version of kg.
    """
    try:
        said = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if not place.parent.is_dir():
            raise gone(place) from error
        raise _damaged(place) from error
    version = said.get("version") if isinstance(said, dict) else None
    if type(version) is int and version != VERSION:
        msg = f"{place} is of version {version}, and this kg reads {VERSION}; {ANEW}"
        raise StoreError(msg)
    if version is None or type(version) is not int or not _is_whole(said):
        raise _damaged(place)
    return dict(said)


def _is_whole(said: dict[str, Any]) -> bool:
    """Say whether all is there that is read, in its shape; each table is asked for later."""
    tables, languages = said.get("tables"), said.get("languages")
    return (
        isinstance(tables, dict)
        and isinstance(said.get("digest"), str)
        and isinstance(languages, list)
        and bool(languages)
        and all(isinstance(one, str) for one in languages)
    )


def gone(place: Path) -> StoreError:
    """Return the error for a record whose folder is no more."""
    return StoreError(
        f"{place} is gone; if newer builds took its place open the build again, else {ANEW}"
    )


def _damaged(place: Path) -> StoreError:
    return StoreError(f"{place} is missing or damaged; {ANEW}")


def table_of(table: Table, name: TableName, languages: Sequence[str], place: Path) -> Table:
    """Return a table as it was read, its columns in the types that docs/record.md names.

    Raises StoreError for a column that is missing, of another type, or has no value in some row.
    """
    from arro3.core import Table

    needed = set(_needed(name, languages))
    if missing := sorted(needed - set(table.column_names)):
        msg = f"{place} has no column {missing[0]}; {ANEW}"
        raise StoreError(msg)
    # Of a later kg there may be columns that nothing here reads.
    read = needed | {*_optional(name)} | {one for one in table.column_names if _is_label(name, one)}
    always = _ALWAYS_NAMED if name in {"entities", "sources"} else _ALWAYS
    were = {column: table[column] for column in table.column_names}
    cells: dict[str, Any] = {
        column: _checked(column, own, place, is_always=column in always) if column in read else own
        for column, own in were.items()
    }
    is_same = all(own is were[column] for column, own in cells.items())
    return table if is_same else Table.from_pydict(cells)


def is_as_written(
    name: TableName, languages: Sequence[str], kinds: Mapping[str, str], open_: Container[str]
) -> bool:
    """Say whether another library reads a table as this kg writes it, so that nothing is to check.

    `kinds` are what the cells of its columns are (`type_of`), `open_` the columns that have no
    value in some row.
    """
    always = _ALWAYS_NAMED if name in {"entities", "sources"} else _ALWAYS
    return all(
        kinds.get(column) == type_of(column) and not (column in always and column in open_)
        for column in {*_needed(name, languages), *kinds}
    )


def _needed(name: TableName, languages: Sequence[str]) -> Iterator[str]:
    """Yield the columns that a table has even where it has no rows."""
    made = of_statements(())
    made["entities"], made["sources"] = of_entities((), languages), of_sources(())
    return (column for column in made[name].names if column not in _optional(name))


def _optional(name: TableName) -> tuple[str, ...]:
    return tuple(schema.optional(name)) if name in schema.OPTIONAL else ()


def _is_label(name: TableName, column: str) -> bool:
    return name == "entities" and bool(language_of(column))


def _checked(column: str, cells: ChunkedArray, place: Path, *, is_always: bool) -> ChunkedArray:
    """Return the cells in the type that is read."""
    own = _as_read(column, cells)
    if own is None:
        expected = {"text": "text", "texts": "lists of text", "number": "whole numbers"}
        is_now = str(cells.type).strip().removeprefix("arro3.core.DataType<").removesuffix(">")
        problem = f"column {column} is of type {is_now}, not {expected[type_of(column)]}"
        msg = f"{place}: {problem}; {ANEW}"
        raise StoreError(msg)
    if is_always and _has_null(column, own):
        msg = f"{place}: column {column} has no value in some row; {ANEW}"
        raise StoreError(msg)
    return own


def _as_read(column: str, cells: ChunkedArray) -> ChunkedArray | None:
    """Return the cells in the type that is read, None when theirs means something else."""
    from arro3.core import DataType, Field

    kind = cells.type
    match type_of(column):
        case "number":
            wanted, fits = DataType.int64(), DataType.is_integer(kind)
        case "texts":
            wanted = DataType.list(Field("item", DataType.string()))
            is_list = DataType.is_list(kind) or DataType.is_large_list(kind)
            fits = is_list and _is_text(kind.value_type)
        case _:
            wanted, fits = DataType.string(), _is_text(kind)
    if not (fits or DataType.is_null(kind)):
        return None
    # The name of what is in a list says nothing.
    own = cells if str(kind) == str(wanted) else cells.cast(wanted)
    # A number beyond 64 bits would become none.
    return own if own.null_count == cells.null_count or DataType.is_null(kind) else None


def _is_text(kind: DataType | None) -> bool:
    from arro3.core import DataType

    if kind is None:
        return False
    if DataType.is_dictionary(kind):
        return _is_text(kind.value_type)
    forms = (DataType.is_string, DataType.is_large_string, DataType.is_string_view)
    return any(is_form(kind) for is_form in forms)


def _has_null(column: str, cells: ChunkedArray) -> bool:
    from arro3.core import list_flatten

    if cells.null_count or type_of(column) != "texts":
        return bool(cells.null_count)
    return any(list_flatten(one).null_count for one in cells.chunks)
