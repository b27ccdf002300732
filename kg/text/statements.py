"""Statements in words."""

from __future__ import annotations

from kg.model import certainty
from kg.model.dates import UNKNOWN, PartialDate
from kg.model.statement import Statement


def status(statement: Statement, day: str) -> certainty.Status:
    """Return disputed, undecided, future, ended or current, as seen from the day.

    Undecided is an attestation that fits several periods.

    >>> status(Statement("uzbekistan", "memberOf", "csto", "state", end="2012-12-19"), "2020-05-26")
    'ended'
    """
    period = PartialDate.stored(day).period
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
