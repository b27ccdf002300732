"""Statements in words."""

from __future__ import annotations

from kg.model import certainty
from kg.model.dates import UNKNOWN, PartialDate, Period, day_before, days_of, iso
from kg.model.statement import Statement


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
    if statement.at:
        return f"on {statement.at}"
    end = end_in_words(statement)
    if statement.start and end:
        return f"from {statement.start}{',' * (statement.end == UNKNOWN)} {end}"
    return f"since {statement.start}" if statement.start else end


def end_in_words(statement: Statement) -> str:
    """Return the end as written, in words; "" when none is given.

    >>> end_in_words(Statement("uzbekistan", "memberOf", "csto", "state", end="unknown"))
    'ended, not known when'
    """
    if statement.end == UNKNOWN:
        return "ended, not known when"
    return f"until {statement.end}" if statement.end else ""


def fact_in_words(statement: Statement) -> str:
    """Return the triple and its dates on one line.

    >>> fact_in_words(Statement("uzbekistan", "memberOf", "csto", "state", "", "2006", "2012"))
    'uzbekistan memberOf csto  from 2006 until 2012'
    """
    return f"{' '.join(statement.triple)}  {dates_in_words(statement)}".rstrip()


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
    last, first = statement.core.since, statement.span.since
    days = [iso(day) for day in (first, last) if day]
    if first == last:
        return f"it is attested on {days[0]} alone"
    return f"it is attested on one day, which lies from {' to '.join(days)}"


def _start(statement: Statement) -> str:
    first, last = (iso(day) if day else "" for day in (statement.span.since, statement.core.since))
    if not first:
        return "its start is not known"
    if statement.at:
        is_day = f"it happened on {first}"
        return is_day if first == last else f"its day is {statement.at}: from {first} to {last}"
    if first == last:
        return f"it begins on {first}"
    return f"its start is {statement.start}: the first day lies from {first} to {last}"


def _end(statement: Statement) -> str:
    """The end is that of a state that has one."""
    (soonest, _), (over, latest) = statement.over, (statement.core.until, statement.span.until)
    if over == latest and over:
        return f"it is over on {iso(over)}"
    first = iso(day_before(over)) if over and soonest else ""
    last = iso(day_before(latest)) if latest else ""
    is_dated = statement.end != UNKNOWN
    text = f"its end is {statement.end}" if is_dated else f"it has {end_in_words(statement)}"
    if first and last:
        days = f": the last day lies from {first} to {last}"
    elif first or last:
        days = f": the last day is {first or last} or {'later' if first else 'earlier'}"
    else:
        days = ""
    return f"{text}{days}"
