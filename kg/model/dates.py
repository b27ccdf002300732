"""Partial dates and half-open periods.

A day is a tuple (year, month, day) of the proleptic Gregorian calendar, as in XSD 1.1: year 0
exists, years before it are negative, and no range is too wide.
Python's `datetime.date` is not used because it knows neither.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Self

from kg.errors import LONGEST, shown
from kg.model.patterns import DATE, FAR_YEAR, STORED_DATE

Day = tuple[int, int, int]
Precision = Literal["year", "month", "day"]

# Written as an end: the fact has ended, and nobody says when.
UNKNOWN: Final = "unknown"

_WRITTEN: Final = re.compile(DATE)
_STORED: Final = re.compile(STORED_DATE)
_TYPES: Final[dict[Precision, str]] = {
    "year": "xsd:gYear",
    "month": "xsd:gYearMonth",
    "day": "xsd:date",
}
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


def day_before(day: Day) -> Day:
    """Return the day before.

    >>> day_before((2020, 1, 1)), day_before((2020, 3, 1))
    ((2019, 12, 31), (2020, 2, 29))
    """
    year, month, number = day
    if number > 1:
        return (year, month, number - 1)
    if month == 1:
        return (year - 1, 12, 31)
    return (year, month - 1, days_in_month(year, month - 1))


# Few days are named again and again.
@lru_cache(maxsize=2**14)
def iso(day: Day) -> str:
    """Return the day as an `xsd:date` without a time zone.

    >>> iso((2020, 5, 26)), iso((-44, 3, 15))
    ('2020-05-26', '-0044-03-15')
    """
    year, month, number = day
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{number:02d}"


class NotADateError(ValueError):
    """A text that is no date: `problem` says why, `repair` how to write it, if that is known."""

    def __init__(self, problem: str, repair: str = "") -> None:
        """Keep both; the text is one line."""
        self.problem, self.repair = problem, repair
        super().__init__(f"{problem}; {repair}" if repair else problem)


class PartialDate(NamedTuple):
    """A date as written, with the first and the last day that it can mean.

    `precision` says what it is made of, `datatype` (a CURIE) is the type of its literal.

    >>> PartialDate.parse("2012").latest
    (2012, 12, 31)
    >>> PartialDate.parse("2020-05").datatype
    'xsd:gYearMonth'
    """

    text: str
    earliest: Day
    latest: Day
    precision: Precision
    datatype: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what somebody wrote: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or `Y` and a longer year.

        Raises NotADateError, a ValueError, with a sentence that says what does not exist, or what
        was probably meant.

        >>> PartialDate.parse("-0044-03-15").earliest, PartialDate.parse("Y-17000").earliest
        ((-44, 3, 15), (-17000, 1, 1))
        >>> PartialDate.parse("20120627")
        Traceback (most recent call last):
        kg.model.dates.NotADateError: '20120627' is not a date; did you mean 2012-06-27?
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            from kg.model.nearest import repair

            otherwise = "write YYYY, YYYY-MM or YYYY-MM-DD"
            raise NotADateError(not_a_date(text), repair(text) or otherwise)
        return cls.of(text, match[1] or match[4], match[2], match[3])

    @classmethod
    def stored(cls, text: str) -> PartialDate:
        """Read what a graph holds: what `parse` reads, and `xsd:date` and its like of any year.

        Raises NotADateError.

        >>> PartialDate.stored("-16999-01-01").earliest
        (-16999, 1, 1)
        """
        return _stored(text)

    @classmethod
    def of(cls, text: str, year: str, month: str | None, day: str | None) -> Self:
        """Return the date of these digits if the calendar has it."""
        if month is None:
            return cls(text, (int(year), 1, 1), (int(year), 12, 31), "year", _TYPES["year"])
        if not 1 <= int(month) <= 12:
            from kg.model.nearest import mended

            problem = f"{not_a_date(text)}: there is no month {month}"
            raise NotADateError(problem, mended(year, month, day))
        first = (int(year), int(month), 1)
        last = days_in_month(*first[:2])
        if day is None:
            return cls(text, first, (*first[:2], last), "month", _TYPES["month"])
        if not 1 <= int(day) <= last:
            from kg.model.nearest import mended

            problem = f"{not_a_date(text)}: {year}-{month} has {last} days"
            raise NotADateError(problem, mended(year, month, day))
        it = (*first[:2], int(day))
        return cls(text, it, it, "day", _TYPES["day"])

    @property
    def year(self) -> int:
        """The year of the first day."""
        return self.earliest[0]

    @property
    def over(self) -> tuple[Day, Day]:
        """The earliest and the latest day that can be the first after an end written so.

        A day is itself the first on which the fact no longer holds. Of a month or a year it is
        said that the last day lies in it.

        >>> PartialDate.parse("2012-12-19").over == ((2012, 12, 19), (2012, 12, 19))
        True
        >>> PartialDate.parse("1944").over
        ((1944, 1, 2), (1945, 1, 1))
        """
        if self.precision == "day":
            return self.earliest, self.latest
        return next_day(self.earliest), next_day(self.latest)

    @property
    def lexical(self) -> str:
        """The text as a literal of the datatype has it.

        >>> PartialDate.parse("Y12020").lexical
        '12020'
        """
        return self.text.removeprefix("Y")

    @property
    def period(self) -> Period:
        """Every day that the text can mean."""
        return Period(self.earliest, next_day(self.latest))


def written(lexical: str) -> str:
    """Return a date of a graph as somebody would write it, where that differs.

    >>> written("-17000"), written("2020-05")
    ('Y-17000', '2020-05')
    """
    return f"Y{lexical}" if re.fullmatch(FAR_YEAR, lexical) else lexical


def not_a_date(text: str) -> str:
    """Return that the text is no date, quoting no more of it than fits a line.

    >>> not_a_date("soon")
    "'soon' is not a date"
    """
    known = text if text.isprintable() and len(text) <= LONGEST else shown(text)
    return f"'{known}' is not a date"


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
        # Rules ask this more often than anything else is asked.
        since, until = self
        if since is None or (other.since is not None and other.since > since):
            since = other.since
        if until is None or (other.until is not None and other.until < until):
            until = other.until
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


# A graph has few dates and asks for each of them again and again.
@lru_cache(maxsize=2**14)
def _stored(text: str) -> PartialDate:
    match = _STORED.fullmatch(text)
    return PartialDate.of(text, *match.groups()) if match else PartialDate.parse(text)
