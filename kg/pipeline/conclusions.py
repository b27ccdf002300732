"""Conclusions: of one triple that rules concluded, the days on which it holds and its proofs.

A step takes all premises as they were before it, and what it finds is kept by an order of content
alone, so neither the order of the rules nor that of the engine's answers decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model.dates import UNKNOWN, Day, Period, iso

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from kg.model.statement import Kind

# How many proofs of a conclusion are kept beside those without which some of its days have none.
PROOFS: Final = 3


class Held(NamedTuple):
    """Days on which something holds, and what they are written as ("" where nothing is)."""

    period: Period
    start: str = ""
    end: str = ""


class Way(NamedTuple):
    """A proof while rules are applied: found in which step, with the names of its premises."""

    step: int
    rule: str
    premises: tuple[str, ...]
    period: Period

    @property
    def order(self) -> tuple[int, int, str, tuple[str, ...], Day | tuple[()]]:
        """What proofs are sorted by: those found in fewer steps first, then the smaller ones."""
        return (self.step, len(self.premises), self.rule, self.premises, self.period.since or ())


@dataclass(slots=True)
class Node:
    """A statement while rules are applied: the days to conclude from, and its graph's triples.

    Of the triples so many were `given`, the others were added by the one-premise rules `rules`;
    nothing follows from a statement that has no `concludes`.
    """

    name: str
    held: tuple[Held, ...] = ()
    triples: dict[Triple, None] = field(default_factory=dict)
    given: int = 1
    rules: set[str] = field(default_factory=set)
    concludes: bool = True


@dataclass(slots=True)
class Piece:
    """The days of a conclusion without a gap.

    `best` are the first proofs and `more` says that there are others; `grounds` are those that gave
    it its days, each resting on what was known in an earlier step.
    `known` are its days before this step, `fresh` the proofs of new days, none within another.
    """

    period: Period
    best: list[Way] = field(default_factory=list)
    more: bool = False
    grounds: list[Way] = field(default_factory=list)
    known: list[Held] = field(default_factory=list)
    fresh: list[Way] = field(default_factory=list)

    @property
    def ways(self) -> list[Way]:
        """The proofs to keep: the first ones, and those without which some days have none."""
        return sorted({*self.best, *self.grounds}, key=lambda way: way.order)

    def consider(self, way: Way, is_circular: Callable[[], bool]) -> None:
        """Keep the proof if it is among the first; one that rests on what it proves is none."""
        if len(self.best) == PROOFS and way.order > self.best[-1].order:
            self.more = self.more or not (self._has(way) or is_circular())
        elif not self._has(way) and not is_circular():
            self._keep([*self.best, way])

    def take(self, other: Piece) -> None:
        """Add what is known of days that are no longer apart from these."""
        self.more |= other.more
        self.grounds += other.grounds
        self.known += other.known
        self.fresh += other.fresh
        self._keep([*self.best, *other.best])

    def _has(self, way: Way) -> bool:
        return any(
            way.premises == one.premises
            and way.rule == one.rule
            and way.period.overlaps(one.period)
            for one in self.best
        )

    def _keep(self, ways: list[Way]) -> None:
        ways.sort(key=lambda way: way.order)
        self.more |= len(ways) > PROOFS
        self.best = ways[:PROOFS]


@dataclass(slots=True)
class Conclusion(Node):
    """What rules concluded of one triple: a piece for each period without a gap.

    Where the triple `recurs` there is a piece for each day on which it happened.
    `since_step` is the step that found it first.
    """

    kind: Kind = "timeless"
    recurs: bool = False
    since_step: int = 0
    pieces: list[Piece] = field(default_factory=list)

    @property
    def triple(self) -> Triple:
        """What is concluded: the first triple of the graph."""
        return next(iter(self.triples))

    def days(self, period: Period) -> Period:
        """Return when the triple holds if its premises hold together for the period."""
        return Period(period.since, None) if self.kind == "event" else period

    @property
    def last(self) -> tuple[object, ...] | None:
        """The order after which another proof of this step would add nothing, None for none.

        Its days are proved by one proof that comes before, and as many others as are kept.
        """
        only = self.pieces[0]
        if not self.is_done:
            return None
        orders = [way.order for way in only.fresh if self.days(way.period) == Period()]
        if not orders and not any(held.period == Period() for held in only.known):
            return None
        return max([only.best[-1].order, *orders])

    @property
    def is_done(self) -> bool:
        """Whether another proof would add nothing: it holds always and has proofs enough."""
        only = self.pieces[0]
        is_always = only.period == Period() and not self.recurs
        return is_always and only.more and len(only.best) == PROOFS

    def is_said(self, days: Period, said: Iterable[Period]) -> bool:
        """Say whether what holds for some periods says all that it would for these days."""
        return any(days == period if self.recurs else period.covers(days) for period in said)

    def add(self, way: Way, is_circular: Callable[[], bool]) -> None:
        """Take a proof into account."""
        days = self.days(way.period)
        piece = self._piece(days)
        if not any(known.period.covers(days) for known in piece.known):
            self._add_fresh(piece, way, days)
        piece.consider(way, is_circular)

    def settle(self, nodes: Mapping[str, Node]) -> tuple[Held, ...] | None:
        """End a step: return the days on which the triple holds now, None if they are as before."""
        if not any(piece.fresh for piece in self.pieces):
            return None
        for piece in self.pieces:
            if piece.fresh:
                grounds = _cover(piece.period, piece.known, piece.fresh, self.days)
                piece.known = [self._written(piece, grounds, nodes)]
                piece.grounds += grounds
                piece.fresh = []
        self.pieces.sort(key=lambda piece: piece.period.since or ())
        return tuple(held for piece in self.pieces for held in piece.known)

    def _piece(self, days: Period) -> Piece:
        """Return the piece in which the days lie; those that they touch become one with them.

        Of two events neither is part of the other, though that each happened holds ever after.
        """
        for piece in self.pieces:
            if self.is_said(days, [piece.period]):
                return piece
        whole = Piece(days)
        apart = []
        for piece in self.pieces:
            joined = None if self.recurs else piece.period.union(days)
            if joined is None:
                apart.append(piece)
            else:
                whole.period = whole.period.union(joined) or joined
                whole.take(piece)
        self.pieces = [*apart, whole]
        return whole

    def _add_fresh(self, piece: Piece, way: Way, days: Period) -> None:
        kept = []
        for one in piece.fresh:
            its_days = self.days(one.period)
            if its_days.covers(days) and (its_days != days or one.order <= way.order):
                return
            if not days.covers(its_days):
                kept.append(one)
        piece.fresh = [*kept, way]

    def _written(self, piece: Piece, grounds: Iterable[Way], nodes: Mapping[str, Node]) -> Held:
        """Return the days of the piece with the texts that write their bounds."""
        given = [*piece.known]
        for way in grounds:
            start, end = texts_of(way, nodes)
            given.append(Held(self.days(way.period), start, end))
        since, until = piece.period
        start = next((held.start for held in _first_texts(given, 0, since)), "")
        end = next((held.end for held in _first_texts(given, 1, until)), "")
        return Held(piece.period, start, end)


def texts_of(way: Way, nodes: Mapping[str, Node]) -> tuple[str, str]:
    """Return what the premises write for the bounds of the days that they have in common.

    The shortest text, because it is the least precise; ISO where none of them has one. An end that
    nobody dates is less precise than any.
    """
    starts, ends = list[str](), list[str]()
    for name in way.premises:
        for held in nodes[name].held:
            if held.period.covers(way.period):
                starts += [held.start] * (held.period.since == way.period.since)
                ends += [held.end] * (held.period.until == way.period.until)
    return _shortest(starts, way.period.since), _shortest(ends, way.period.until)


def rests_on(conclusion: Conclusion, way: Way, nodes: Mapping[str, Node]) -> bool:
    """Say whether a premise of the proof was itself grounded on the conclusion."""
    waiting, seen = list(way.premises), set[str]()
    while waiting:
        name = waiting.pop()
        if name == conclusion.name:
            return True
        node = nodes[name]
        if name not in seen and isinstance(node, Conclusion):
            seen.add(name)
            # What was grounded no later than the conclusion cannot have needed it.
            for ground in _grounds(node, conclusion.since_step, way.period):
                waiting += ground.premises
    return False


def common(nodes: Sequence[Node]) -> list[Period]:
    """Return the periods on which all of them hold."""
    periods = [held.period for held in nodes[0].held]
    for node in nodes[1:]:
        periods = [
            days
            for period in periods
            for held in node.held
            if (days := held.period.intersection(period)) is not None
        ]
    return periods


def _grounds(node: Conclusion, after: int, period: Period) -> Iterator[Way]:
    for piece in node.pieces:
        for way in piece.grounds:
            if way.step > after and node.days(way.period).overlaps(period):
                yield way


def _cover(
    period: Period,
    known: Iterable[Held],
    fresh: Sequence[Way],
    days: Callable[[Period], Period],
) -> list[Way]:
    """Return the fewest proofs that, with what is known, hold on all days of the period."""
    chosen: list[Way] = []
    spans = [(held.period, None) for held in known]
    ways = [(days(way.period), way) for way in sorted(fresh, key=lambda way: way.order)]
    reached: Day | tuple[()] = period.since or ()
    while True:
        # What is known comes first, so that it is not proved again.
        for candidates in (spans, ways):
            span, way = max(
                (c for c in candidates if (c[0].since or ()) <= reached),
                key=lambda c: (c[0].until is None, c[0].until or ()),
                default=(None, None),
            )
            if span and (span.until is None or span.until > reached):
                break
        else:
            return chosen
        if way:
            chosen.append(way)
        if span.until is None or span.until == period.until:
            return chosen
        reached = span.until


def _first_texts(given: Iterable[Held], side: int, bound: Day | None) -> list[Held]:
    """Return those with the bound on that side; what was known before has the word."""
    return [held for held in given if bound and held.period[side] == bound]


def _shortest(texts: Iterable[str], bound: Day | None) -> str:
    if bound is None:
        return ""
    given = filter(None, texts)
    return min(given, key=lambda text: (text != UNKNOWN, len(text), text), default=iso(bound))
