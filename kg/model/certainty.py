"""Certainty: whether a fact counts, on which days it can hold, on which it surely does.

Each rule stands here once; statements and the facts of a page are asked through it.
Bounds are half-open periods. Of an event it is asked whether it has happened.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from kg.model import edtf
from kg.model.dates import UNKNOWN, Day, Period, day_before, next_day
from kg.model.edtf import EVER, NEVER, stored

Standing = Literal["counts", "disputed", "undecided"]
Status = Literal["current", "future", "ended", "disputed", "undecided"]


def standing(*, deprecated: bool, disputed: bool, undecided: bool) -> Standing:
    """Return whether a fact counts, and why it does not.

    It is disputed when deprecated or outranked by better statements. It is undecided when it is an
    attestation that may speak of several periods: each of them holds on its own days, and in the
    gaps nothing does.

    >>> standing(deprecated=True, disputed=False, undecided=True)
    'disputed'
    """
    if undecided and not deprecated:
        return "undecided"
    return "disputed" if deprecated or disputed else "counts"


def over(start: str, end: str, over_by: str = "") -> tuple[Day | None, Day | None]:
    """Return the earliest and the latest day that can be the first after the end.

    An end that nobody dates comes a day after the start or later, and on the day `over_by` or
    before. Where `over_by` stands beside a dated end, the days of the end are last days. None is
    without bound.
    Raises NotADateError when a text is no date.

    >>> over("2001", "unknown", "2005-03-31"), over("2001", "2005-03-30", "2005-03-31")
    (((2001, 1, 2), (2005, 3, 31)), ((2005, 3, 31), (2005, 3, 31)))
    """
    if end != UNKNOWN:
        return _over(end, is_last=bool(over_by)) if end else (None, None)
    first = stored(start).earliest if start else None
    return next_day(first) if first else None, stored(over_by).latest if over_by else None


# Row after row has the same ends.
@lru_cache(maxsize=2**14)
def _over(end: str, *, is_last: bool) -> tuple[Day | None, Day | None]:
    return edtf.over(stored(end), is_last=is_last)


def bounds(start: str, end: str, at: str, *, is_event: bool, over_by: str = "") -> Period:
    """Return the bounds of dates as written: a start by its earliest day, an end by its latest.

    An end that is a day is the first after the period, or the last in it when `over_by` says so;
    in a month or a year lies its last day. One that nobody dates came by the day `over_by`.
    The one day of an event is a start without an end.
    Raises NotADateError when a text is no date.

    >>> bounds("2006", "2012-12", "", is_event=False)
    Period(since=(2006, 1, 1), until=(2013, 1, 1))
    """
    if at:
        day = stored(at)
        return Period(day.earliest, None) if is_event else day.period
    since = stored(start).earliest if start else None
    return Period(since, over(start, end, over_by)[1])


def possible(span: Period, *, is_event: bool) -> Period:
    """Return the days on which a fact with these bounds can hold; an event holds ever after.

    >>> possible(Period((2020, 5, 26), (2020, 5, 28)), is_event=True)
    Period(since=(2020, 5, 26), until=None)
    """
    return Period(span.since, None) if is_event else span


def core(start: str, end: str, at: str, *, is_event: bool, over_by: str = "") -> Period:
    """Return from the last day that can be the first to the first day on which it can be over.

    Partial dates may leave it without a day: `since` is not before `until` then, or is `NEVER`.
    A state lasts a day or more, an attestation speaks of one day, an event is never undone.
    Raises NotADateError when a text is no date.

    >>> core("2006", "2012-12", "", is_event=False)
    Period(since=(2006, 12, 31), until=(2012, 12, 2))
    """
    first = start or at
    begins = stored(first) if first else None
    since = (begins.latest or NEVER) if begins else None
    soonest, latest = over(start, end, over_by)
    if end:
        last = day_before(latest) if latest else NEVER
        since = min(since, last) if since else last
    if is_event:
        return Period(since, None)
    least = next_day(begins.earliest) if begins and begins.earliest else EVER
    return Period(since, max(least, soonest or EVER) if end or at else None)


def inner(span: Period, heart: Period) -> Period:
    """Return the bounds of a core where they are days that do not bound the fact anyway.

    >>> inner(Period((2006, 1, 1), (2012, 12, 19)), Period((2006, 12, 31), (2012, 12, 19)))
    Period(since=(2006, 12, 31), until=None)
    """
    since, until = heart
    return Period(
        None if since in {span.since, NEVER} else since,
        None if until in {span.until, EVER} else until,
    )


def is_unbounded(heart: Period) -> bool:
    """Say whether nobody bounds the last day that can be the first, or the first that can be after.

    >>> is_unbounded(core("", "unknown", "", is_event=False, over_by="2005-03-31"))
    True
    """
    return heart.since == NEVER or heart.until == EVER


def sure(heart: Period) -> Period | None:
    """Return the days on which a fact with this core surely holds, None when there are none.

    >>> sure(Period((2012, 12, 31), (2012, 1, 2)))
    """
    since, until = heart
    is_empty = since == NEVER or (since and until and since >= until)
    return None if is_empty else heart


def status(how: Standing, days: Period, asked: Period) -> Status:
    """Return how a fact that can hold on the days stands at the time that is asked about.

    Current is what counts and can hold on some day of that time.

    >>> status("counts", Period((2006, 8, 16), (2012, 12, 19)), Period((2012, 12, 19)))
    'ended'
    """
    if how != "counts":
        return how
    if days.overlaps(asked):
        return "current"
    return "future" if days.since and asked.until and days.since >= asked.until else "ended"


def holds(how: Standing, days: Period, asked: Period) -> bool:
    """Say whether a fact is in the world at any time that is asked about.

    >>> holds("disputed", Period(), Period())
    False
    """
    return status(how, days, asked) == "current"
