"""Statements in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kg.model import certainty
from kg.model.dates import UNKNOWN, Day, PartialDate, Period, day_before, iso
from kg.model.edtf import EVER, NEVER, days_of, read
from kg.model.patterns import ONE_OF, QUALIFIED, SEASON
from kg.model.statement import Statement

_ONE_OF: Final = re.compile(ONE_OF)
_QUALIFIED: Final = re.compile(QUALIFIED)
_SEASON: Final = re.compile(SEASON)
_SEASONS: Final = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


def status(statement: Statement, day: str) -> certainty.Status:
    """Return disputed, undecided, future, ended or current, as seen from the day or the span.

    Undecided is an attestation that fits several periods.

    >>> status(Statement("uzbekistan", "memberOf", "csto", "state", end="2012-12-19"), "2020-05-26")
    'ended'
    """
    period = days_of(day, PartialDate.stored)
    return certainty.status(statement.standing, statement.holds, period)


def dates_in_words(statement: Statement) -> str:
    """Return the dates as written, in words.

    >>> dates_in_words(Statement("uzbekistan", "memberOf", "csto", "state", "", "2006", "2012"))
    'from 2006 until 2012'
    """
    start, end = in_words(statement.start), end_in_words(statement)
    if statement.at:
        return _happened(statement.at)
    if start and end:
        return f"from {start}{',' * (statement.end == UNKNOWN)} {end}"
    return f"since {start}" if start else end


def end_in_words(statement: Statement) -> str:
    """Return the end in words, and whether its day is a last one; "" when none is given.

    >>> end_in_words(Statement("uzbekistan", "memberOf", "csto", "state", end="unknown"))
    'ended, not known when'
    """
    if statement.end == UNKNOWN:
        return "ended, not known when"
    return f"until {in_words(statement.end)}{last_day(statement)}" if statement.end else ""


def last_day(statement: Statement) -> str:
    """Return what is added to an end whose days are last ones, "" for any other.

    >>> last_day(Statement("a", "p", "b", "state", end="2012-12-18", over_by="2012-12-19"))
    ' (last day)'
    """
    return " (last day)" if statement.ends_on_last_day else ""


def in_words(text: str) -> str:
    """Return a year, a month or a day as it is written, and every other form in words.

    >>> in_words("2012-06"), in_words("1998~"), in_words("[..2005]"), in_words("2001-21?")
    ('2012-06', 'about 1998', 'by 2005', 'spring 2001, uncertain')
    """
    if match := _ONE_OF.fullmatch(text):
        low, high = match.groups()
        if low and high:
            return f"between {low} and {high}"
        return f"{low} or later" if low else f"by {high}"
    match = _QUALIFIED.fullmatch(text)
    if match is None:
        return text
    base, mark = match.groups()
    about = "about " if mark in {"~", "%"} else ""
    return f"{about}{_base(base)}{', uncertain' if mark in {'?', '%'} else ''}"


def _base(base: str) -> str:
    """Return a date without marks in words."""
    if match := _SEASON.fullmatch(base):
        return f"{_SEASONS[match[2]]} {match[1]}"
    known = base.removesuffix("-XX").removesuffix("-XX")
    if known != base:
        return f"{known}, {'day' if known.count('-', 1) else 'month'} not known"
    if re.fullmatch(r"[0-9]{3}X", base):
        return f"the {base[:3]}0s"
    if "X" in base:
        date = read(base)
        first, last = (iso(day).rsplit("-", 2)[0] for day in (date.earliest, date.latest) if day)
        return f"between {first} and {last}"
    return base


def _happened(text: str) -> str:
    """Return the words for what happened then; "about" and "between" need no other."""
    words = in_words(text)
    if words == text or text.endswith("?"):
        return f"on {words}"
    is_in = re.fullmatch(rf"[0-9]{{3}}X|{SEASON}", text)
    return f"in {words}" if is_in else words


def fact_in_words(statement: Statement, triple: Sequence[str] = ()) -> str:
    """Return the triple and its dates on one line; `triple` is how its parts are called.

    >>> fact_in_words(Statement("uzbekistan", "memberOf", "csto", "state", "", "2006", "2012"))
    'uzbekistan memberOf csto  from 2006 until 2012'
    """
    return f"{' '.join(triple or statement.triple)}  {dates_in_words(statement)}".rstrip()


def open_dates(statement: Statement, asked: Period) -> str:
    """Return what of its dates lets a statement hold on some days of a time and not on all.

    "" when it holds on every day of it, whatever the dates mean.

    >>> member = Statement("georgia", "memberOf", "cis", "state", start="1993-12", end="2009-08-18")
    >>> open_dates(member, PartialDate.parse("1993-12-15").period)
    'its start is 1993-12: the first day lies from 1993-12-01 to 1993-12-31'
    >>> open_dates(member, PartialDate.parse("2009").period)
    'it is over on 2009-08-18'
    """
    since, until = statement.core
    begins = since is not None and not Period(since, None).covers(asked)
    ends = until is not None and not Period(None, until).covers(asked)
    if statement.is_attestation:
        return _attested(statement) if begins or ends else ""
    return "; ".join([_start(statement)] * begins + [_end(statement)] * ends)


def _attested(statement: Statement) -> str:
    """The day of an attestation is all that is known of it."""
    first, last = statement.span.since, _bound(statement.core.since)
    if first and first == last:
        return f"it is attested on {iso(first)} alone"
    return f"it is attested on one day{_between('it', first, last)}"


def _start(statement: Statement) -> str:
    if not statement.start and not statement.at:
        return "its start is not known"
    first, last = statement.span.since, _bound(statement.core.since)
    if first and first == last:
        return f"it {'happened' if statement.at else 'begins'} on {iso(first)}"
    if statement.at:
        return f"its day is {statement.at}{_between('it', first, last)}"
    return f"its start is {statement.start}{_between('the first day', first, last)}"


def _end(statement: Statement) -> str:
    """The end is that of a state that has one."""
    over, latest = _bound(statement.core.until), statement.span.until
    if over and over == latest:
        return f"it is over on {iso(over)}"
    days = (day_before(day) if day else None for day in (over, latest))
    is_dated = statement.end != UNKNOWN
    text = f"its end is {statement.end}" if is_dated else f"it has {end_in_words(statement)}"
    return f"{text}{_between('the last day', *days)}"


def _bound(day: Day | None) -> Day | None:
    return None if day in {EVER, NEVER} else day


def _between(what: str, first: Day | None, last: Day | None) -> str:
    """Return between which days something lies, as far as they are known."""
    if first and last:
        return f": {what} lies from {iso(first)} to {iso(last)}"
    if first:
        return f": {what} is {iso(first)} or later"
    return f": {what} is {iso(last)} or earlier" if last else ""
