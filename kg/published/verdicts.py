"""Verdicts: where a published table and the record agree, differ, or say nothing.

Claims and History → Verdicts.
Both sides are laid on one ruler, in the units in which the table counts.
The table says a fact in a unit, and the record holds it there on some day: they agree.
Where a month or a year is all that is known of a date, or a start is not known at all, only what
must be so is held against the other side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

from pyoxigraph import Literal as RdfLiteral

from kg.model.calendar import (
    BEGIN,
    END,
    PRECISIONS,
    Span,
    Units,
    days,
    span_text,
    unit_text,
)
from kg.model.dates import UNKNOWN, Precision
from kg.model.edtf import stored
from kg.model.namespaces import text_of
from kg.model.statement import Statement
from kg.model.values import value
from kg.published.rows import Claim, Claims
from kg.store.base import select

if TYPE_CHECKING:
    from kg.store.read_back import History

Agreement = Literal["agree", "disagree", "only-table", "only-record"]
KINDS: Final[tuple[Agreement, ...]] = ("agree", "disagree", "only-table", "only-record")

T = TypeVar("T")
_Held = dict[str, list[Statement]]


class _Slot(NamedTuple):
    """Facts that can stand against each other: all but one of a triple.

    Between two entities, `object` is one and `predicate` "": what is between them is a property.
    Of a property that leads to literals, `predicate` is it and `object` "": what it says is a
    value.
    """

    subject: str
    object: str = ""
    predicate: str = ""

    @property
    def about(self) -> tuple[str, str]:
        """What a table that speaks of it is about, whatever the subject."""
        return (self.object, self.predicate)

    @property
    def mirrored(self) -> _Slot:
        return _Slot(self.object, self.subject)

    def triple(self, name: str) -> tuple[str, str, str]:
        """Return the triple that the property, or the value, makes of it."""
        return (self.subject, self.predicate or name, self.object or name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of one fact in one stretch of time.

    `verdict` is agree, disagree (the record holds another of the compared properties between the
    same two, or another value of a functional property), only-table or only-record.
    `object` is an entity's id, or a literal's value when `datatype` (a CURIE) is set.
    `first` and `last` are the years, months or days in between which it is so, both included, ""
    for an open end; `period` says the same in words.
    `claims` are rows of the table, `statements` those of the record; where a side says nothing for
    the time, they are what it says of the same triple next before and after.
    `kept` are statements of the record that say what the table says, and do not count; `outranked`
    are claims of the same triple that the other side does not hold itself.
    """

    verdict: Agreement
    subject: str
    predicate: str
    object: str
    period: str
    first: str
    last: str
    claims: tuple[Claim, ...] = ()
    statements: tuple[Statement, ...] = ()
    kept: tuple[Statement, ...] = ()
    outranked: tuple[Claim, ...] = ()
    datatype: str = ""

    @property
    def triple(self) -> tuple[str, str, str]:
        """Subject, predicate and object as ids, a literal as its value."""
        return (self.subject, self.predicate, self.object)


def judge(claims: Claims, history: History) -> tuple[Verdict, ...]:
    """Return the verdicts on everything that the table says, and on what it lacks.

    A fact that the table lacks is looked for in its window: from the first to the last unit for
    which it has a row with the same object, or of a literal with the same property. Of an entity
    that the other side knows it is all time.

    They are in the order of object, subject, time and predicate, those of literals in that of
    predicate, subject, time and value, before the others.
    """
    said = _said(claims.claims, history.symmetric)
    outranked = _said(claims.outranked, history.symmetric)
    record = _record(history, claims.properties)
    windows = _windows(claims, {*said, *record}, record)
    _drop_mirrored(record, said, windows, history.symmetric)
    found: list[tuple[tuple[object, ...], Verdict]] = []
    for slot in {*said, *record}:
        if slot not in windows:
            continue
        window, precision = windows[slot]
        rows = said.get(slot, {})
        own = (row.precision for group in rows.values() for row in group)
        times = _Times(coarsest(own) or precision, occurrences=claims.occurrences)
        both = _Both(slot, rows, record.get(slot, {}), window, times)
        both.is_whole = slot.subject in claims.known
        both.is_single = not slot.predicate or slot.predicate in history.functional
        both.outranked = outranked.get(slot, {})
        both.datatype = history.datatypes.get(slot.predicate, "")
        for kind, name, span in both.verdicts():
            key = (*slot.about, slot.subject, span, name, kind)
            found.append((key, both.verdict(kind, name, span)))
    return tuple(verdict for _, verdict in sorted(found, key=lambda one: one[0]))


def coarsest(precisions: Iterable[Precision | None]) -> Precision | None:
    """Return the least precise, or None when there is none.

    >>> coarsest(["day", None, "year"])
    'year'
    """
    return min((p for p in precisions if p), key=PRECISIONS.index, default=None)


@dataclass(frozen=True, slots=True)
class _Times:
    """When statements hold, in units of one precision.

    With `occurrences` an event counts when it happened, else ever after.
    """

    precision: Precision
    occurrences: bool

    def held(self, statement: Statement) -> Units:
        """Return the units in which the statement holds at any time."""
        return Units.of([self._days(statement)]).touched(self.precision)

    def filled(self, statements: Iterable[Statement]) -> Units:
        """Return the units in which one or the other of the statements surely holds throughout.

        An event does not last: its unit is filled when it happened in no other.
        """
        lasting, moments = [], []
        for one in statements:
            if one.kind == "event" and self.occurrences:
                moments += [unit for unit in self.held(one) if one.at and unit[0] == unit[1]]
            elif (period := one.surely) is not None:
                lasting.append(days(period))
        return Units.of(lasting).filled(self.precision) | Units.of(moments)

    def _days(self, statement: Statement) -> Span:
        if statement.kind == "event" and self.occurrences:
            return days(statement.dated)
        return days(statement.holds)


class _Both:
    """What both sides say in one slot, by the properties or the values that they say there.

    Where it `is_single`, another of them is what one side says instead.
    """

    def __init__(
        self,
        slot: _Slot,
        rows: Mapping[str, list[Claim]],
        record: _Held,
        window: Span,
        times: _Times,
    ) -> None:
        self.slot = slot
        self.rows = rows
        self.record = record
        self.outranked: Mapping[str, list[Claim]] = {}
        self.is_whole = False
        self.is_single = True
        self.datatype = ""
        self.times = times
        self.precision = times.precision
        self.window = Units.of([window]).touched(self.precision)

    def verdicts(self) -> Iterator[tuple[Agreement, str, Span]]:
        """Yield (verdict, property or value, first and last unit)."""
        held = {name: self._held(name) for name in {*self.rows, *self.record}}
        told = Units()
        lacking = {}
        for name, units in held.items():
            rows = self.rows.get(name, [])
            possible = Units.of(row.possible for row in rows).touched(self.precision)
            sure = Units.of(row.sure for row in rows).touched(self.precision)
            rivals = (other for other in held if self.is_single and other != name)
            others = Units.of(span for other in rivals for span in held[other])
            against = (sure - units) & others
            told |= against
            lacking[name] = (self._filled(name) & self.window) - possible
            if self.is_whole:
                lacking[name] |= self._unsaid(name, possible)
            yield from (("agree", name, span) for span in possible & units)
            yield from (("disagree", name, span) for span in against)
            vague = self._vague(rows, units)
            yield from (("only-table", name, span) for span in (sure | vague) - units - against)
        for name, units in lacking.items():
            # What the record holds instead of a claim has been told with that claim.
            yield from (("only-record", name, span) for span in units - told)

    def verdict(self, kind: Agreement, name: str, span: Span) -> Verdict:
        """Return the verdict with what both sides say for the time."""
        rows = _nearest(self.rows.get(name, []), span, self._units_of_row)
        own = self.record.get(name, [])
        there = Units.of([span])
        if kind == "disagree":
            others = [one for other in self.record if other != name for one in self.record[other]]
            against = [one for one in others if one.counts and self.times.held(one) & there]
            statements = sorted(against, key=lambda one: self.times.held(one).spans)
        else:
            counting = [one for one in own if one.counts]
            statements = _nearest(counting, span, self.times.held)
        kept = [
            one
            for one in own
            if kind in {"disagree", "only-table"}
            and not one.counts
            and self.times.held(one) & there
        ]
        first, last = (
            "" if unit in {BEGIN, END} else unit_text(unit, self.precision) for unit in span
        )
        words = span_text(span, self.precision)
        outranked = [one for one in self.outranked.get(name, []) if self._units_of_row(one) & there]
        return Verdict(
            kind, *self.slot.triple(name), words, first, last,
            tuple(rows), tuple(statements), tuple(kept), tuple(outranked), self.datatype,
        )  # fmt: skip

    def _held(self, name: str) -> Units:
        counting = (one for one in self.record.get(name, []) if one.counts)
        return Units.of(span for one in counting for span in self.times.held(one))

    def _filled(self, name: str) -> Units:
        return self.times.filled(one for one in self.record.get(name, []) if one.counts)

    def _unsaid(self, name: str, possible: Units) -> Units:
        """Return when statements hold of which no claim can mean any day."""
        counting = (self.times.held(one) for one in self.record.get(name, []) if one.counts)
        return Units.of(span for units in counting if not units & possible for span in units)

    def _vague(self, rows: Iterable[Claim], units: Units) -> Units:
        """Return when rows can hold that say no day for sure, and none that the record has."""
        found = (Units.of([row.possible]).touched(self.precision) for row in rows if _is_vague(row))
        return Units.of(span for possible in found if not possible & units for span in possible)

    def _units_of_row(self, row: Claim) -> Units:
        return Units.of([row.possible]).touched(self.precision)


def _nearest(items: list[T], span: Span, units_of: Callable[[T], Units]) -> list[T]:
    """Return the items in the span; when there are none, the next before and the next after it."""
    there = [item for item in items if units_of(item) & Units.of([span])]
    if there:
        return there
    before = [item for item in items if units_of(item).spans[-1][1] < span[0]]
    after = [item for item in items if units_of(item).spans[0][0] > span[1]]
    last = max(before, key=lambda item: units_of(item).spans[-1][1], default=None)
    first = min(after, key=lambda item: units_of(item).spans[0][0], default=None)
    return [item for item in (last, first) if item is not None]


def _is_vague(row: Claim) -> bool:
    return row.sure[0] > row.sure[1]


def _windows(
    claims: Claims, slots: Iterable[_Slot], record: Mapping[_Slot, _Held]
) -> dict[_Slot, tuple[Span, Precision]]:
    """Return for each slot the days of which the table speaks, and in which units it does.

    Where it has no row in a slot of what it knows, these are the units of the record.
    """
    spoken = {} if claims.known else _spoken(claims.claims)
    found = {slot: spoken[slot.about] for slot in slots if slot.about in spoken}
    for slot in slots:
        if slot.subject in claims.known and slot.object not in claims.nameless:
            held = (one for group in record.get(slot, {}).values() for one in group)
            dates = (text for one in held for text in (one.start, one.end, one.at))
            known = (stored(text).precision for text in dates if text not in {"", UNKNOWN})
            found[slot] = ((BEGIN, END), coarsest(known) or "day")
    return found


def _spoken(claims: Iterable[Claim]) -> dict[tuple[str, str], tuple[Span, Precision]]:
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[_slot(claim)[0].about].append(claim)
    return {
        about: (
            (min(one.sure[0] for one in group), max(one.possible[1] for one in group)),
            coarsest(one.precision for one in group) or "day",
        )
        for about, group in groups.items()
    }


def _slot(claim: Claim) -> tuple[_Slot, str]:
    """Return where a claim stands, and the property or the value that it says there."""
    if claim.datatype:
        return _Slot(claim.subject, predicate=claim.predicate), claim.object
    return _Slot(claim.subject, claim.object), claim.predicate


def _said(
    claims: Iterable[Claim], symmetric: frozenset[str]
) -> dict[_Slot, dict[str, list[Claim]]]:
    """Return the claims by their slots, and by what they say there.

    Of a symmetric property both directions are one fact: that of its first row.
    """
    found: dict[_Slot, dict[str, list[Claim]]] = {}
    for claim in claims:
        slot, name = _slot(claim)
        if claim.predicate in symmetric and name in found.get(slot.mirrored, {}):
            slot = slot.mirrored
        found.setdefault(slot, {}).setdefault(name, []).append(claim)
    return found


def _record(history: History, predicates: Iterable[str]) -> dict[_Slot, _Held]:
    """Return the statements that say a triple, asserted or entailed, by its slot."""
    words = history.store.words
    found: dict[_Slot, dict[str, dict[str, Statement]]] = {}
    for name in sorted(predicates):
        pattern = f"GRAPH ?st {{ ?s {words.iri(name)} ?o }}"
        for row in select(history.store, f"SELECT ?st ?s ?o {{ {pattern} }}"):
            st, s, o = (text_of(row[key]) for key in ("st", "s", "o"))
            statement = history.by_id.get(words.local("st", st))
            if statement is None:
                continue
            subject = words.local("id", s)
            if isinstance(row["o"], RdfLiteral):
                said, slot = value(o, statement.datatype), _Slot(subject, predicate=name)
            else:
                said, slot = name, _Slot(subject, words.local("id", o))
            for each in {slot, slot.mirrored} if name in history.symmetric else {slot}:
                group = found.setdefault(each, {}).setdefault(said, {})
                group[statement.id] = statement
    # By time, since `_nearest` takes the first and last; the order of statements decides the rest.
    order = {one.id: index for index, one in enumerate(history.statements)}
    return {
        slot: {
            said: sorted(group.values(), key=lambda one: (days(one.holds), order[one.id]))
            for said, group in sorted(held.items())
        }
        for slot, held in found.items()
    }


def _drop_mirrored(
    record: dict[_Slot, _Held],
    said: Mapping[_Slot, Mapping[str, object]],
    windows: Mapping[_Slot, object],
    symmetric: frozenset[str],
) -> None:
    """Keep one direction of each symmetric fact, that of the table where it has one."""
    for slot, held in record.items():
        mirror = slot.mirrored
        for name in symmetric & held.keys() if slot.object else ():

            def rank(one: _Slot, name: str = name) -> tuple[bool, bool, _Slot]:
                return (name not in said.get(one, {}), one not in windows, one)

            if name in record.get(mirror, {}) and rank(mirror) < rank(slot):
                del held[name]
