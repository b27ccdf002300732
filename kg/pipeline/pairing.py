"""Pairing: which row of an edited table is which row of the table before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from kg.model.schema import OPTIONAL, NotOfTypeError, TableName

Cells = Mapping[str, str]

_NUMBERS: Final = tuple(
    column for columns in OPTIONAL.values() for column in columns if column.type == "number"
)
# What a row of statements keeps, whatever else of it changes: the more of it the better.
_KEPT: Final = (
    ("subject", "predicate", "object", "source", "locator"),
    ("subject", "predicate", "object", "source"),
    ("subject", "predicate", "object"),
)


def said(cells: Cells) -> dict[str, str]:
    """Return the cells so that those are equal that say the same.

    The order of aliases says nothing, an empty rank is the normal one, and 0.80 is 0.8.

    >>> said({"id": "a", "aliases": "B | A"}), said({"rank": "normal", "confidence": "0.80"})
    ({'id': 'a', 'aliases': 'A|B'}, {'rank': '', 'confidence': '0.8'})
    """
    found = dict(cells)
    if "aliases" in found:
        parts = {part.strip() for part in found["aliases"].split("|")}
        found["aliases"] = "|".join(sorted(parts - {""}))
    if found.get("rank") == "normal":
        found["rank"] = ""
    for column in _NUMBERS:
        # What is no number is told by the checks.
        with suppress(NotOfTypeError, KeyError):
            found[column.name] = column.stored(found[column.name])
    return found


def paired(
    name: TableName, before: Sequence[Cells], after: Sequence[Cells], columns: Sequence[str]
) -> list[int | None]:
    """Return of each row after which row before it was, None of a new one.

    Rows with the same cells are one, wherever they stand; then those with one id, and those of
    statements in which one cell differs, or which are about the same triple.

    >>> before = [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}]
    >>> after = [{"id": "b", "title": "B"}, {"id": "c", "title": "C"}, {"id": "a", "title": "Ah"}]
    >>> paired("sources", before, after, ["id", "title"])
    [1, None, 0]
    """
    found: list[int | None] = [None] * len(after)
    left = list(range(len(before)))
    for key in _keys(name, columns):
        waiting: dict[tuple[str, ...], deque[int]] = {}
        for row in left:
            waiting.setdefault(_told(before[row], key), deque()).append(row)
        for number, cells in enumerate(after):
            same = waiting.get(_told(cells, key)) if found[number] is None else None
            if same:
                found[number] = same.popleft()
        taken = {*found}
        left = [row for row in left if row not in taken]
        if not left:
            break
    return found


def _keys(name: TableName, columns: Sequence[str]) -> Iterator[Iterable[str]]:
    """Yield the columns in which a row before and after agree, the most of them first."""
    yield columns
    if name != "statements":
        yield ("id",)
    # What a row is about stands in front, and changes less often than what stands behind.
    yield from ([one for one in columns if one != other] for other in reversed(columns))
    if name == "statements":
        yield from _KEPT


def _told(cells: Cells, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(cells[column] for column in columns)
