"""Sureness: the days on which the facts of a page surely hold.

An asserted fact has the bounds that `certainty` gives its dates; an inferred one is sure while all
premises of one of its proofs are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from kg.model import certainty
from kg.model.dates import UNKNOWN, Day, NotADateError, PartialDate, Period, iso, next_day
from kg.model.edtf import over_after

Fact = Mapping[str, Any]
Days = tuple[Period, ...]


def standing(fact: Fact) -> certainty.Standing:
    """Return whether a fact counts; one that does not is true on no date."""
    status = fact.get("status")
    return certainty.standing(
        deprecated=fact.get("rank") == "deprecated",
        disputed=status == "disputed",
        undecided=status == "undecided",
    )


def possible_days(fact: Fact) -> Period:
    """Return the days on which a fact can hold."""
    return certainty.possible(
        Period(*map(_day, _of(fact, "since", "until"))), is_event=_is_event(fact)
    )


def sure_days(facts: Sequence[Fact]) -> dict[str, Days]:
    """Return for each fact, by its id, the days on which it counts and surely holds.

    They must be all facts of the graph: one whose premises are not among them is sure on no day.

    >>> one, two = {"id": "a", "start": "2006"}, {"id": "b", "inferred": True, "premises": ["a"]}
    >>> sure_days([one, two])["b"]
    (Period(since=(2006, 12, 31), until=None),)
    """
    sure = {fact["id"]: () if fact.get("inferred") else _asserted(fact) for fact in facts}
    proofs = {
        fact["id"]: [one.get("premises") or () for one in (fact, *(fact.get("proofs") or ()))]
        for fact in facts
        if fact.get("inferred")
    }
    is_growing = True
    while is_growing:
        found = {one: _concluded(ways, sure) for one, ways in proofs.items()}
        is_growing = any(days != sure[one] for one, days in found.items())
        sure |= found
    return sure


def told(fact: Fact, days: Days) -> dict[str, Any]:
    """Return what the page is told of the sure days of a fact: nothing, where all days are sure.

    >>> told({"since": "2006-01-01"}, (Period((2006, 12, 31), None),))
    {'sure': [['2006-12-31', '']]}
    """
    if standing(fact) != "counts" or days == (possible_days(fact),):
        return {}
    return {"sure": [[iso(day) if day else "" for day in period] for period in days]}


def is_sure(fact: Fact, day: Day | None) -> bool:
    """Say whether a fact that holds on the day is sure, by what the page is told of it.

    Of all dates (None) it is not asked.

    >>> is_sure({"sure": [["2006-12-31", ""]]}, (2006, 12, 30))
    False
    """
    if day is None or "sure" not in fact:
        return True
    on = Period(day, next_day(day))
    return any(Period(*map(_day, period)).covers(on) for period in fact["sure"])


def _asserted(fact: Fact) -> Days:
    start, end, at, until = _of(fact, "start", "end", "at", "until")
    try:
        heart = certainty.core(
            start, end, at, is_event=_is_event(fact), over_by=_over_by(end, until)
        )
    except NotADateError:  # networks that others made may have any text there
        heart = possible_days(fact)
    days = certainty.sure(heart)
    return (days,) if days and standing(fact) == "counts" else ()


def _over_by(end: str, until: str) -> str:
    """Return the day by which it was over where the end does not say it, as a statement has it."""
    return until if end == UNKNOWN or over_after(end) == until else ""


def _concluded(ways: Iterable[Sequence[str]], sure: Mapping[str, Days]) -> Days:
    """Return the days on which all premises of one of the proofs are sure."""
    found = (
        period
        for premises in ways
        if premises
        for period in reduce(_both, (sure.get(premise, ()) for premise in premises))
    )
    return tuple(
        _joined(sorted(found, key=lambda period: (period.since or (), period.until or ())))
    )


def _both(some: Days, others: Days) -> Days:
    meetings = (one.intersection(other) for one in some for other in others)
    return tuple(period for period in meetings if period)


def _joined(periods: Iterable[Period]) -> Iterator[Period]:
    """Yield periods, given in the order in which they begin, with those as one that touch."""
    last: Period | None = None
    for period in periods:
        both = last.union(period) if last else period
        if last and both is None:
            yield last
        last = both or period
    if last is not None:
        yield last


def _of(fact: Fact, *names: str) -> tuple[str, ...]:
    return tuple(fact.get(name) or "" for name in names)


def _is_event(fact: Fact) -> bool:
    return fact.get("kind") == "event"


def _day(text: str) -> Day | None:
    return PartialDate.stored(text).earliest if text else None
