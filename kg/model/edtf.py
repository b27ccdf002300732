"""EDTF: the dates that a cell of time takes beyond years, months and days (ISO 8601-2).

What each form means in days stands in `docs/dates.md`; the standard does not say it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from kg.errors import UsageError, parameter
from kg.model.dates import (
    UNKNOWN,
    Day,
    NotADateError,
    PartialDate,
    Period,
    Precision,
    day_before,
    iso,
    next_day,
    not_a_date,
)
from kg.model.patterns import ONE_OF, QUALIFIED, SEASON, UNSPECIFIED

# The columns whose cells take these forms.
TIMES: Final = ("start", "end", "at")
# The Library of Congress names the type; every text of it is kept as it was written.
EDTF: Final = "edtf:EDTF"
# Before and after every day that can be written.
EVER: Final[Day] = (-10_000_000_000, 1, 1)
NEVER: Final[Day] = (10_000_000_000, 1, 1)

_QUALIFIED: Final = re.compile(QUALIFIED)
_UNSPECIFIED: Final = re.compile(UNSPECIFIED)
_ONE_OF: Final = re.compile(ONE_OF)
# The number of the month in which each season begins.
_SEASONS: Final = {"21": 3, "22": 6, "23": 9, "24": 12}
_SEASON: Final = re.compile(SEASON)
_DAYS: Final = re.compile(r"-?[0-9]{4,10}-[0-9]{2}-[0-9]{2}")
_PARTS: Final = re.compile(r"(-?[0-9X]{4})(?:-([0-9]{2}|XX))?(?:-([0-9]{2}|XX))?")


class OpenDate(NamedTuple):
    """One of the days up to a date, or from it on: the other side is None.

    >>> read("[..2005]").latest
    (2005, 12, 31)
    """

    text: str
    earliest: Day | None
    latest: Day | None
    precision: Precision

    @property
    def over(self) -> tuple[Day | None, Day | None]:
        """The earliest and the latest day that can be the first after an end written so."""
        if self.precision == "day":
            return self.earliest, self.latest
        return (
            next_day(self.earliest) if self.earliest else None,
            next_day(self.latest) if self.latest else None,
        )

    @property
    def datatype(self) -> str:
        """The type of its literal, as a CURIE."""
        return EDTF

    @property
    def lexical(self) -> str:
        """The text as a literal of the datatype has it."""
        return self.text

    @property
    def period(self) -> Period:
        """Every day that the text can mean."""
        return Period(self.earliest, next_day(self.latest) if self.latest else None)


Written = PartialDate | OpenDate


def over(end: Written, *, is_last: bool) -> tuple[Day | None, Day | None]:
    """Return the earliest and the latest day that can be the first after an end.

    A day is itself the first, or the last day of the fact where `is_last` says so.

    >>> over(read("2012-12-18"), is_last=True)
    ((2012, 12, 19), (2012, 12, 19))
    """
    soonest, latest = end.over
    if not is_last or end.precision != "day":
        return soonest, latest
    return next_day(soonest) if soonest else None, next_day(latest) if latest else None


# Row after row has the same dates.
@lru_cache(maxsize=2**14)
def read(text: str) -> Written:
    """Read what somebody wrote into a cell of time, in any of the forms of `docs/dates.md`.

    Raises NotADateError, a ValueError, with a sentence that says what does not exist, or what
    was probably meant.

    >>> read("1998~").earliest, read("199X").latest
    ((1997, 1, 1), (1999, 12, 31))
    >>> read("c. 1998")
    Traceback (most recent call last):
    kg.model.dates.NotADateError: 'c. 1998' is not a date; did you mean 1998~?
    """
    try:
        return _form(text) or PartialDate.parse(text)
    except NotADateError as error:
        from kg.model.nearest import left_out, meant, of_time

        dates = [one for one in of_time(text) if one != text and _is_taken(one)]
        repair = left_out(text) or meant(dates) or error.repair
        raise NotADateError(error.problem, repair) from error


# A graph has few dates and asks for each of them again and again.
@lru_cache(maxsize=2**14)
def stored(text: str) -> Written:
    """Read what a graph holds: what `read` reads, and `xsd:date` and its like of any year.

    Raises NotADateError.

    >>> stored("-16999-01-01").earliest
    (-16999, 1, 1)
    """
    return _form(text) or PartialDate.stored(text)


@lru_cache(maxsize=2**14)
def over_after(end: str) -> str:
    """Return the day after an end whose days are last ones (ISO), of an open one after its first.

    "" for what names no day, as a month does: there both ways of counting are one.
    Raises NotADateError.

    >>> over_after("2012-12-18"), over_after("[2005-03-09..]"), over_after("2012-12")
    ('2012-12-19', '2005-03-10', '')
    """
    if end in {"", UNKNOWN}:
        return ""
    date = stored(end)
    day = date.latest or date.earliest
    return iso(next_day(day)) if day and date.precision == "day" else ""


def moved(end: str, days: Literal[-1, 1]) -> str:
    """Return an end with each day in it one later or earlier; what names no day stays as it is.

    Where no text has that form, because years have four digits there, it is the latest day.
    Raises NotADateError.

    >>> moved("[2001-05-31..2001-07-02]", 1), moved("2000-03-01~", -1), moved("1999", 1)
    ('[2001-06-01..2001-07-03]', '2000-02-29~', '1999')
    """
    if not over_after(end):
        return end
    step = next_day if days == 1 else day_before
    text = _DAYS.sub(lambda day: iso(step(PartialDate.stored(day[0]).earliest)), end)
    try:
        stored(text)
    except NotADateError:
        date = stored(end)
        return iso(step(date.latest or date.earliest or EVER))
    return text


def reader(column: str) -> Callable[[str], Written]:
    """Return what reads the cells of a column: sources are dated by years, months and days alone.

    >>> reader("start") is read, reader("published") is read
    (True, False)
    """
    return read if column in TIMES else PartialDate.parse


def asked_time(as_of: str | None, from_: str | None, to: str | None) -> str | None:
    """Return the time that is asked about: a date, or a span as ISO 8601 writes it, if any is.

    Raises UsageError when both are given, one side of a span alone, or what is no date.

    >>> asked_time("1993", None, None), asked_time(None, "1993", "1995-06")
    ('1993', '1993/1995-06')
    """
    if from_ is None and to is None:
        return as_of
    both = f"{parameter('from_')} and {parameter('to')}"
    if as_of is not None:
        msg = f"{parameter('as_of')} asks for one date, {both} for a span; leave one out"
        raise UsageError(msg)
    if from_ is None or to is None:
        side = parameter("to", to) if from_ is None else parameter("from_", from_)
        msg = f"{side} is one side of a span; give {both}, or {parameter('as_of')} for one date"
        raise UsageError(msg)
    for side in (from_, to):
        parse_date(side)
    span = f"{from_}/{to}"
    days_of(span)
    return span


def days_of(text: str, read: Callable[[str], PartialDate] | None = None) -> Period:
    """Return every day of a date, or of a span: two dates with a slash between, both included.

    Raises UsageError for other texts, and for a span whose first date is the later one.

    >>> days_of("1993/1995-06")
    Period(since=(1993, 1, 1), until=(1995, 7, 1))
    """
    first, slash, last = text.partition("/")
    read = read or parse_date
    if not slash:
        return read(text).period
    since, until = read(first).earliest, read(last).latest
    if since > until:
        msg = f"{parameter('from_', first)} is after {parameter('to', last)}; swap them"
        raise UsageError(msg)
    return Period(since, next_day(until))


def asked_period(as_of: str | None, *, surely: bool) -> Period | None:
    """Return the days that are asked about, None when neither a date nor a span is given.

    Raises UsageError when the text is neither, or what is sure is asked without one.

    >>> asked_period("2012-06", surely=True)
    Period(since=(2012, 6, 1), until=(2012, 7, 1))
    """
    if as_of:
        return days_of(as_of)
    if surely:
        msg = f"{parameter('surely')} says how sure, not when; give {parameter('as_of')} as well"
        raise UsageError(msg)
    return None


def parse_date(text: str) -> PartialDate:
    """Return the bounded date that a user wrote.

    Raises UsageError with the reason when it is not one.

    >>> parse_date("2012-06").earliest
    (2012, 6, 1)
    """
    try:
        found = read(text)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if isinstance(found, OpenDate):
        side = text.strip("[.]")
        msg = f"{text} has no {'end' if found.earliest else 'beginning'}; name one date, as {side}"
        raise UsageError(msg)
    return found


def _form(text: str) -> Written | None:
    """Return the date if it is written in one of the forms, None for any other text."""
    if match := _ONE_OF.fullmatch(text):
        return _one_of(text, *match.groups())
    match = _QUALIFIED.fullmatch(text)
    if match is None:
        return None
    base, mark = match.groups()
    if not mark and not _UNSPECIFIED.fullmatch(base) and not _SEASON.fullmatch(base):
        return None
    months = _months(base)
    if months is None:
        day = PartialDate.parse(base)
        first, last, precision = day.earliest, day.latest, day.precision
    else:
        first, last = _bounds(*months)
        precision = "month" if months[1] < 12 else "year"
    if mark in {"~", "%"}:
        if months is None:
            first, last = day_before(first), next_day(last)
        else:
            begin, count = months
            first, last = _bounds(begin - count, 3 * count)
    return PartialDate(text, first, last, precision, EDTF)


def _months(base: str) -> tuple[int, int] | None:
    """Return the first month, counted from the year 0, and how many there are; None of a day."""
    if match := _SEASON.fullmatch(base):
        return 12 * int(match[1]) + _SEASONS[match[2]] - 1, 3
    match = _PARTS.fullmatch(base)
    if match is None:
        return None
    year, month, day = match.groups()
    if day and day != "XX":
        return None
    if month and month != "XX":
        first, number, _ = PartialDate.parse(f"{year}-{month}").earliest
        return 12 * first + number - 1, 1
    ends = [int(year.replace("X", digit)) for digit in "09"]
    if year.startswith("-") and "X" in year:
        # The year 0 has no minus.
        ends = [ends[1], ends[0] or -1]
    return 12 * ends[0], 12 * (ends[1] - ends[0] + 1)


def _bounds(begin: int, count: int) -> tuple[Day, Day]:
    """Return the first and the last day of so many months."""
    first, after = divmod(begin, 12), divmod(begin + count, 12)
    return (first[0], first[1] + 1, 1), day_before((after[0], after[1] + 1, 1))


def _one_of(text: str, since: str, until: str) -> Written:
    first, last = (PartialDate.parse(side) if side else None for side in (since, until))
    if first and last:
        if first.precision != last.precision:
            problem = (
                f"{not_a_date(text)}: its sides are a {first.precision} and a {last.precision}"
            )
            raise NotADateError(problem, "write years, months or days on both sides")
        if last.latest < first.earliest:
            problem = f"{not_a_date(text)}: it ends before it begins"
            raise NotADateError(problem)
        return PartialDate(text, first.earliest, last.latest, first.precision, EDTF)
    if first:
        return OpenDate(text, first.earliest, None, first.precision)
    if last:
        return OpenDate(text, None, last.latest, last.precision)
    raise NotADateError(not_a_date(text), "a date that nobody knows is an empty cell")


def _is_taken(text: str) -> bool:
    """Say whether the text can be read; nothing else is suggested."""
    try:
        return bool(_form(text) or PartialDate.parse(text))
    except NotADateError:
        return False
