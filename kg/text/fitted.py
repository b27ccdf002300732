"""Fitted: cells of a table for a terminal, cut where they are wider than it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

# Two columns stand so far apart, and none is cut to less than this.
GAP: Final = "  "
_LEAST: Final = 6


def across(text: str) -> int:
    """Return how many places of a terminal the text takes.

    >>> across("Minsk"), across("北京")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    return sum(_place(letter) for letter in text)


def _place(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def fitted(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Return the rows with the widest columns cut, so that a line takes at most so many places.

    Where even that does not help, because there are too many columns, the line is longer.

    >>> fitted([["a", "text"], ["1", "as long as the terminal"]], 20)
    [['a', 'text'], ['1', 'as long as the t…']]
    """
    widths = [max(map(across, column)) for column in zip(*rows, strict=True)]
    most = _most(widths, width - len(GAP) * (len(widths) - 1))
    return [[_cut(cell, most) for cell in row] for row in rows]


def _most(widths: Sequence[int], room: int) -> int:
    """Return the greatest width to which columns can be cut so that all have room."""
    left, parts = room, len(widths)
    for one in sorted(widths):
        if one * parts > left:
            return max(left // parts, _LEAST)
        left -= one
        parts -= 1
    return max(widths, default=0)


def _cut(cell: str, most: int) -> str:
    if across(cell) <= most:
        return cell
    kept, left = "", most - 1
    for letter in cell:
        left -= _place(letter)
        if left < 0:
            break
        kept += letter
    return f"{kept}…"
