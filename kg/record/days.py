"""Days: the four bounds of a statement, as whole numbers counted from 1 January 1970."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kg.model.calendar import day_of, number_of
from kg.model.dates import UNKNOWN, Day, iso
from kg.model.edtf import over_after, stored
from kg.model.statement import Statement

_EPOCH: Final = number_of((1970, 1, 1))


def bounds(one: Statement) -> tuple[int | None, ...]:
    """Return the earliest and latest day of the start, and of the end, as whole numbers.

    What is attested on a day starts on it and ends on the next; what happened does not end.

    >>> bounds(Statement("a", "p", "b", "state", start="1970", end="1970-01-02"))
    (0, 364, 1, 1)
    """
    if one.at:
        days = _span(one.at)
        if one.kind == "event":
            return (*days, None, None)
        return (*days, *(None if day is None else day + 1 for day in days))
    return (*_span(one.start), *_numbers(one.over))


@lru_cache(maxsize=2**15)
def _span(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    date = stored(text)
    return _numbers((date.earliest, date.latest))


# Row after row has the same ends.
@lru_cache(maxsize=2**15)
def over_by(end: str, first: int | None, last: int | None) -> str:
    """Return the day by which a statement was over (ISO) where its end does not say it, else "".

    That is where nobody dates the end, and where the days that it names are last ones.

    >>> over_by("1970-01-02", 1, 1), over_by("1970-01-02", 2, 2)
    ('', '1970-01-03')
    """
    if end == UNKNOWN:
        return "" if last is None else iso(day(last))
    if not end or _numbers(stored(end).over) == (first, last):
        return ""
    return over_after(end)


def _numbers(days: tuple[Day | None, Day | None]) -> tuple[int | None, int | None]:
    first, last = days
    return number(first) if first else None, number(last) if last else None


@lru_cache(maxsize=2**15)
def number(day: Day) -> int:
    """Return the day as the record counts it.

    >>> number((1970, 1, 2))
    1
    """
    return number_of(day) - _EPOCH


def day(number: int) -> Day:
    """Return the day of a number of the record.

    >>> day(-1)
    (1969, 12, 31)
    """
    return day_of(number + _EPOCH)
