"""Held: on which days facts held, and within which days it is asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import UsageError
from kg.model.calendar import PRECISIONS, Span, Units, day_of, days, number_of
from kg.model.dates import PartialDate, Precision, days_in_month, iso
from kg.model.edtf import parse_date
from kg.query.names import entity
from kg.query.slice import Beginning
from kg.reports.why import meant_predicate

if TYPE_CHECKING:
    from kg.model.statement import Statement
    from kg.store.base import Store
    from kg.store.read_back import History


class Link(NamedTuple):
    """A triple between entities, with all days on which it held."""

    subject: str
    predicate: str
    object: str
    days: Units


def held(statements: Sequence[Statement], *, surely: bool = False) -> dict[str, Units]:
    """Return by id the days on which each statement that counts can hold, or surely holds.

    What was inferred surely holds on the days on which all premises of one of its proofs do.
    """
    counting = [one for one in statements if one.counts]
    if not surely:
        return {one.id: Units.of([days(one.holds)]) for one in counting}
    found = {
        one.id: Units.of([days(one.surely)]) for one in counting if not one.proofs and one.surely
    }
    inferred = [one for one in counting if one.proofs]
    while True:
        more = {one.id: _proved(one, found) for one in inferred}
        if all(found.get(name, Units()) == those for name, those in more.items()):
            return found
        found |= more


def _proved(one: Statement, found: dict[str, Units]) -> Units:
    """Return the days on which all premises of one of its proofs are among what was found."""
    ways = ([found.get(name, Units()) for name in proof.premises] for proof in one.proofs)
    return Units.of(span for premises in ways for span in reduce(and_, premises))


def links(
    history: History, by: str | Iterable[str] | None = None, *, surely: bool = False
) -> list[Link]:
    """Return the triples between two different entities, those of the named properties or all."""
    chosen = properties(history, by)
    found: dict[tuple[str, str, str], list[Span]] = {}
    those = held(history.statements, surely=surely)
    for one in history.statements:
        is_link = not one.datatype and one.subject != one.object
        if is_link and one.id in those and (not chosen or one.predicate in chosen):
            found.setdefault(one.triple, []).extend(those[one.id])
    return [Link(*triple, Units.of(spans)) for triple, spans in found.items()]


def properties(history: History, by: str | Iterable[str] | None) -> frozenset[str]:
    """Return the names of the properties that are asked for; none means all.

    Raises UsageError when one is not known, with the nearest that is.
    """
    names = [by] if isinstance(by, str) else [*by] if by else []
    return frozenset(meant_predicate(name, history).removeprefix(":") for name in names)


def known(history: History, word: str) -> str:
    """Return the id of the entity that a word means.

    Raises UsageError when it means none or several, with the nearest that is one.
    """
    return entity(history.store, word, "entity")


def window(store: Store, from_: str | None, to: str | None) -> Span:
    """Return the first and the last day that are looked at.

    Without `from_` that is the first day of the record, without `to` the day of issue.

    Raises UsageError when a text is no date, the last is before the first, or nobody says when the
    record begins.
    """
    first = parse_date(from_).earliest if from_ else None
    last = parse_date(to).latest if to else PartialDate.stored(store.issued).latest
    if first is None:
        dated = Beginning.of(store).dated
        if not dated:
            msg = "nothing says when the record begins; give from_, such as from_='1990'"
            raise UsageError(msg)
        first = PartialDate.stored(dated).earliest
    if first > last:
        msg = f"from {iso(first)} until {iso(last)} there is no day; give from_ and to in order"
        raise UsageError(msg)
    return number_of(first), number_of(last)


def count(units: Units) -> int:
    """Return how many days these are.

    >>> count(Units.of([(1, 3), (7, 7)]))
    4
    """
    return sum(last - first + 1 for first, last in units)


def days_of_range(store: Store, from_: str | None, to: str | None, every: str) -> list[str]:
    """Return a day of each year or month of the range, or all days, beginning with its first.

    Where a month has no such day it is the last of the month.

    Raises UsageError as `window` does, and for another step.
    """
    first, last = window(store, from_, to)
    if step(every) == "day":
        return [iso(day_of(one)) for one in range(first, last + 1)]
    year, month, number = day_of(first)
    found: list[str] = []
    for unit in itertools.count(year * 12 + month - 1, 12 if every == "year" else 1):
        year, month = divmod(unit, 12)
        day = (year, month + 1, min(number, days_in_month(year, month + 1)))
        if number_of(day) > last:
            return found
        found.append(iso(day))
    return found


def step(text: str) -> Precision:
    """Return the length of time that the word names.

    >>> step("week")
    Traceback (most recent call last):
    kg.errors.UsageError: 'week' is no length of time; choose year, month or day
    """
    for one in PRECISIONS:
        if text == one:
            return one
    msg = f"'{text}' is no length of time; choose year, month or day"
    raise UsageError(msg)
