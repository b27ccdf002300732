"""Partial dates and half-open periods.

A day is a tuple (year, month, day) of the proleptic Gregorian calendar, as in XSD 1.1: year 0
exists, years before it are negative, and no range is too wide.
Python's `datetime.date` is not used because it knows neither.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Self

Day = tuple[int, int, int]

# XSD 1.1 Datatypes §3.3.9: four digits or more, no leading zero beyond four.
_PARTIAL = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))(?:-(\d{2})(?:-(\d{2}))?)?")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def days_in_month(year: int, month: int) -> int:
    """Return how many days the month has.

    >>> days_in_month(2020, 2), days_in_month(1900, 2)
    (29, 28)
    """
    # Not calendar: it brings datetime and locale, and every command would wait for them.
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and is_leap else _DAYS[month - 1]


def next_day(day: Day) -> Day:
    """Return the day after.

    >>> next_day((2019, 12, 31))
    (2020, 1, 1)
    """
    year, month, number = day
    if number < days_in_month(year, month):
        return (year, month, number + 1)
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def iso(day: Day) -> str:
    """Return the day as an `xsd:date` without a time zone.

    >>> iso((2020, 5, 26)), iso((-44, 3, 15))
    ('2020-05-26', '-0044-03-15')
    """
    year, month, number = day
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{number:02d}"


class PartialDate(NamedTuple):
    """A year, a month or a day, as written; compared by its bounds.

    >>> PartialDate.parse("2012").latest
    (2012, 12, 31)
    """

    text: str
    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

        Raises ValueError with a sentence that says what does not exist.

        >>> PartialDate.parse("2020-02-30")
        Traceback (most recent call last):
        ValueError: '2020-02-30' is not a date: 2020-02 has 29 days
        """
        match = _PARTIAL.fullmatch(text)
        if match is None or not text.isascii():
            msg = f"'{text}' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"
            raise ValueError(msg)
        year = int(match[1])
        month = int(match[2]) if match[2] else None
        day = int(match[3]) if match[3] else None
        if month is not None and not 1 <= month <= 12:
            msg = f"'{text}' is not a date: there is no month {match[2]}"
            raise ValueError(msg)
        if month is not None and day is not None and not 1 <= day <= days_in_month(year, month):
            whole = f"{match[1]}-{match[2]} has {days_in_month(year, month)} days"
            msg = f"'{text}' is not a date: {whole}"
            raise ValueError(msg)
        return cls(text, year, month, day)

    @property
    def earliest(self) -> Day:
        """The first day that the text can mean."""
        return (self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> Day:
        """The last day that the text can mean."""
        month = self.month or 12
        return (self.year, month, self.day or days_in_month(self.year, month))

    @property
    def datatype(self) -> str:
        """The XSD type with the same precision, as a CURIE.

        >>> PartialDate.parse("2020-05").datatype
        'xsd:gYearMonth'
        """
        return "xsd:gYear" if not self.month else "xsd:date" if self.day else "xsd:gYearMonth"

    @property
    def period(self) -> Period:
        """Every day that the text can mean."""
        return Period(self.earliest, next_day(self.latest))


class Period(NamedTuple):
    """The days d with since ≤ d < until; None means without bound on that side.

    >>> Period((2006, 8, 16), (2012, 12, 19)).overlaps(Period((2012, 12, 19)))
    False
    """

    since: Day | None = None
    until: Day | None = None

    def overlaps(self, other: Period) -> bool:
        """Say whether some day lies in both."""
        return self.intersection(other) is not None

    def intersection(self, other: Period) -> Period | None:
        """Return the days in both, or None when there are none.

        >>> Period((1992, 5, 15), (1999, 4, 20)).intersection(Period((2006, 8, 16)))
        >>> Period((1992, 5, 15)).intersection(Period(None, (1999, 4, 20)))
        Period(since=(1992, 5, 15), until=(1999, 4, 20))
        """
        since = max(self.since or (), other.since or ()) or None
        until = min(filter(None, (self.until, other.until)), default=None)
        if since and until and since >= until:
            return None
        return Period(since, until)

    def union(self, other: Period) -> Period | None:
        """Return the days in either, or None when other days lie between them.

        >>> Period((2002, 1, 1), (2006, 1, 1)).union(Period((2006, 1, 1)))
        Period(since=(2002, 1, 1), until=None)
        >>> Period((2002, 1, 1), (2006, 1, 1)).union(Period((2006, 1, 2)))
        """
        first, second = (
            (self, other) if (self.since or ()) <= (other.since or ()) else (other, self)
        )
        if first.until and second.since and first.until < second.since:
            return None
        ends = (first.until, second.until)
        return Period(first.since, max(end for end in ends if end) if all(ends) else None)

    def covers(self, other: Period) -> bool:
        """Say whether every day of the other lies in this one."""
        return self.intersection(other) == other
