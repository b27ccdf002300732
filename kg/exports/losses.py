"""Losses: what a format cannot hold of a graph, counted while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Losses:
    """What is left out or changed, in the order in which it was first met.

    >>> losses = Losses()
    >>> losses.add("rank is", "ranks are", "left out", 2)
    >>> losses.lines
    ('2 ranks are left out',)
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._counts: dict[tuple[str, str, str], int] = {}

    def add(self, one: str, many: str, what: str, count: int = 1) -> None:
        """Count so many more; `one` and `many` are the words of the things that are counted."""
        if count:
            key = (one, many, what)
            self._counts[key] = self._counts.get(key, 0) + count

    @property
    def lines(self) -> tuple[str, ...]:
        """One sentence for each kind of loss."""
        return tuple(
            f"{count:,} {one if count == 1 else many} {what}"
            for (one, many, what), count in self._counts.items()
        )


class Dumped(NamedTuple):
    """A graph in another format: a file, or the files of a folder by their names; what was lost."""

    content: bytes | Mapping[str, bytes]
    losses: tuple[str, ...] = ()
