"""Moved: an old and a new text → which lines are the same, which went and which came.

What stands between a common beginning and a common end is aligned by the lines that occur once on
either side ("patience diff", B. Cohen).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

# How much is compared at once, and of how many lines between beginning and end the same are sought.
_STEP: Final = 2**20
# Of how many bytes each it is known how many lines end in them.
_BLOCK: Final = 2**12
_MOST: Final = 200_000


class Run(NamedTuple):
    """So many lines that follow each other in both texts, with the numbers of the first."""

    old: int
    new: int
    many: int


@dataclass(frozen=True)
class Moved:
    """Runs of the same lines in their order; lines are numbered from 1.

    `gone` are the lines of the old text that are in no run, `come` those of the new one.
    """

    runs: tuple[Run, ...]
    gone: dict[int, bytes]
    come: dict[int, bytes]

    @property
    def is_same(self) -> bool:
        """Whether no line went and none came."""
        return not self.gone and not self.come

    @property
    def shifts(self) -> bool:
        """Whether a line has another number now."""
        return any(run.old != run.new for run in self.runs)

    def line(self, old: int) -> int | None:
        """Return the number that a line of the old text has now, None when it is gone."""
        place = bisect_right(self._starts, old) - 1
        if place < 0:
            return None
        run = self.runs[place]
        return run.new + old - run.old if old < run.old + run.many else None

    @cached_property
    def _starts(self) -> list[int]:
        return [run.old for run in self.runs]

    def gaps(self) -> Iterator[tuple[range, range]]:
        """Yield between which lines something went or came, in the old text and in the new.

        Each range begins with the line before and ends with the line behind, where there is one.
        """
        ends = [Run(0, 0, 1), *self.runs]
        last = max([*self.gone, *(run.old + run.many - 1 for run in ends)])
        newest = max([*self.come, *(run.new + run.many - 1 for run in ends)])
        for one, other in zip(ends, [*self.runs, Run(last + 1, newest + 1, 0)], strict=True):
            old, new = one.old + one.many - 1, one.new + one.many - 1
            if (old + 1, new + 1) != (other.old, other.new):
                behind = min(other.many, 1)
                yield range(old, other.old + behind), range(new, other.new + behind)


@dataclass(frozen=True)
class Numbered:
    r"""The lines of a text by their numbers, from 1, without all of them being made.

    >>> found = Numbered(b"a\nb\n")
    >>> found[2], found[3], len(found)
    (b'b', b'', 3)
    """

    text: bytes

    def __len__(self) -> int:
        """Return how many lines there are, with the one behind the last that ends."""
        return self._ends[-1] + 1

    def __getitem__(self, number: int) -> bytes:
        """Return a line without what ends it."""
        start = self._end(number - 1) + 1
        end = self.text.find(b"\n", start)
        return self.text[start : end if end >= 0 else None]

    def _end(self, number: int) -> int:
        """Return where a line ends, -1 for the one before the first."""
        if not number:
            return -1
        block = bisect_left(self._ends, number)
        at = block * _BLOCK - 1
        for _ in range(number - (self._ends[block - 1] if block else 0)):
            at = self.text.index(b"\n", at + 1)
        return at

    @cached_property
    def _ends(self) -> list[int]:
        """How many lines end in each block and those before it."""
        starts = range(0, max(len(self.text), 1), _BLOCK)
        return [*accumulate(self.text.count(b"\n", at, at + _BLOCK) for at in starts)]


def moved(old: bytes, new: bytes) -> Moved:
    r"""Return which lines of the old text stand where in the new one.

    >>> found = moved(b"a\nb\nc\n", b"a\nx\nb\nc\n")
    >>> found.come, found.gone, found.line(3), [*found.gaps()]
    ({2: b'x'}, {}, 4, [(range(1, 3), range(1, 4))])
    """
    start, end = _same(old, new)
    above = old.count(b"\n", 0, start)
    first, second = (_lines(text[start : len(text) - end]) for text in (old, new))
    among = [
        Run(above + one + 1, above + other + 1, count) for one, other, count in _runs(first, second)
    ]
    there = [
        {at for run in among for at in range(run[side], run[side] + run.many)} for side in (0, 1)
    ]
    texts = (
        {above + place + 1: line for place, line in enumerate(lines)} for lines in (first, second)
    )
    gone, come = (
        {at: line for at, line in text.items() if at not in there[side]}
        for side, text in enumerate(texts)
    )
    # An end that is not empty and has no end of a line behind it is a line as well.
    below = old.count(b"\n", len(old) - end) + (end > 0 and not old.endswith(b"\n"))
    behind = Run(above + len(first) + 1, above + len(second) + 1, below)
    runs = [run for run in (Run(1, 1, above), *among, behind) if run.many]
    return Moved(tuple(_joined(runs)), gone, come)


def between(old: bytes, new: bytes) -> tuple[list[bytes], list[bytes]]:
    r"""Return the lines of both texts between a common beginning and a common end.

    >>> between(b"a\nb\nc\n", b"a\nx\nb\nc\n")
    ([], [b'x'])
    """
    start, end = _same(old, new)
    first, second = (_lines(text[start : len(text) - end]) for text in (old, new))
    return first, second


def _same(old: bytes, new: bytes) -> tuple[int, int]:
    """Return how many bytes of whole lines at the beginning are the same, and at the end."""
    start = old.rfind(b"\n", 0, _beginning(old, new)) + 1
    return start, _ending(old, new, start)


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Yield runs, those that follow each other on both sides as one."""
    before: Run | None = None
    for run in runs:
        if before and (before.old + before.many, before.new + before.many) == run[:2]:
            before = before._replace(many=before.many + run.many)
            continue
        if before:
            yield before
        before = run
    if before:
        yield before


def _lines(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _beginning(one: bytes, other: bytes) -> int:
    """Return how many bytes at the beginning are the same."""
    most = min(len(one), len(other))
    at = 0
    while at < most and one[at : at + _STEP] == other[at : at + _STEP]:
        at += _STEP
    if at >= most:
        return most
    left = range(at, min(at + _STEP, most) + 1)
    # The first place up to which they differ.
    return at + bisect_left(left[1:], 1, key=lambda stop: int(one[at:stop] != other[at:stop]))


def _ending(one: bytes, other: bytes, start: int) -> int:
    """Return how many bytes of whole lines at the end are the same, behind a common start."""
    most = min(len(one), len(other)) - start
    size = 0
    while size < most:
        step = min(_STEP, most - size)
        ends = [text[len(text) - size - step : len(text) - size] for text in (one, other)]
        if ends[0] != ends[1]:
            same = bisect_left(
                range(1, step + 1), 1, key=lambda n: int(ends[0][step - n :] != ends[1][step - n :])
            )
            size += same
            break
        size += step
    # A line has to begin there in both texts.
    begins = one.find(b"\n", len(one) - size) + 1 if size else 0
    is_line = all(
        len(text) - size == start or text[len(text) - size - 1 : len(text) - size] == b"\n"
        for text in (one, other)
    )
    if is_line:
        return size
    return len(one) - begins if begins else 0


def _runs(first: Sequence[bytes], second: Sequence[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield where lines are the same on both sides, in their order: two places and how many."""
    if len(first) + len(second) > _MOST:
        return
    place, reached = 0, 0
    for one, other in [*_anchors(first, second), (len(first), len(second))]:
        if one < place:
            # It stands in a run already.
            continue
        back = 0
        while (
            one - back > place
            and other - back > reached
            and first[one - back - 1] == second[other - back - 1]
        ):
            back += 1
        ahead = 0
        while (
            one + ahead < len(first)
            and other + ahead < len(second)
            and first[one + ahead] == second[other + ahead]
        ):
            ahead += 1
        if back + ahead:
            yield one - back, other - back, back + ahead
        place, reached = one + ahead, other + ahead


def _anchors(first: Sequence[bytes], second: Sequence[bytes]) -> list[tuple[int, int]]:
    """Return places of lines that occur once on either side, rising on both."""
    counts = Counter(first), Counter(second)
    where = {line: place for place, line in enumerate(second) if counts[1][line] == 1}
    pairs = [
        (place, where[line])
        for place, line in enumerate(first)
        if counts[0][line] == 1 and line in where
    ]
    # The longest rising sequence.
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, other) in enumerate(pairs):
        at = bisect_left(tails, other)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1] = [other]
        ends[at : at + 1] = [number]
    found: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
