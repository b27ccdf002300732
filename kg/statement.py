"""The units: Statement with its References, and the Entities and Sources that they name.

The words are Wikibase's (statement, rank, reference), the identity is by content: the same claim
has the same id on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from kg.dates import PartialDate, Period, iso

Kind = Literal["state", "event", "timeless"]
Rank = Literal["preferred", "normal", "deprecated"]

RANKS: tuple[Rank, ...] = ("preferred", "normal", "deprecated")


@dataclass(frozen=True, slots=True)
class Entity:
    """A row of `entities.csv`: something that statements are about."""

    id: str
    class_name: str
    label_en: str
    label_ru: str = ""
    aliases: tuple[str, ...] = ()
    wikidata: str = ""
    description: str = ""
    row: str = ""

    @classmethod
    def of(cls, cells: Mapping[str, str], place: str) -> Entity:
        """Return the entity of the cells of a good row; aliases are split by `|`."""
        aliases = tuple(part.strip() for part in cells["aliases"].split("|") if part.strip())
        labels = (cells["label_en"], cells["label_ru"])
        rest = (cells["wikidata"], cells["description"], place)
        return cls(cells["id"], cells["class"], *labels, aliases, *rest)


@dataclass(frozen=True, slots=True)
class Source:
    """A row of `sources.csv`: a text that says something; dates as written."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    published: str = ""
    accessed: str = ""
    language: str = ""
    kind: str = ""
    sha256: str = ""
    row: str = ""

    @classmethod
    def of(cls, cells: Mapping[str, str], place: str) -> Source:
        """Return the source of the cells of a good row."""
        columns = (field.name for field in fields(cls) if field.name != "row")
        return cls(**{name: cells[name] for name in columns}, row=place)

    def known_by(self, day: PartialDate) -> bool:
        """Say whether the source can have been published by the day; unknown dates count as yes."""
        if not self.published:
            return True
        return PartialDate.parse(self.published).earliest <= day.latest


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """Where a source says it.

    `locator` is the place within the source ("¶15"), `at` the day for which an attestation speaks,
    `row` the line of the table as `path:line`.
    """

    source: str
    locator: str = ""
    at: str = ""
    row: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One way in which a statement follows: by which rule, and from which statements (their ids).

    `since` and `until` (ISO, `until` exclusive, "" without bound) are the days on which all of the
    premises hold.
    """

    rule: str
    premises: tuple[str, ...]
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple with its time, rank and references.

    `object` is an entity's id, or a literal's text when `datatype` (a CURIE) is set.
    `start`, `end` and `at` are texts as written, empty when not given; `end` is exclusive.
    An inferred statement has `proofs`, the shortest first, and no references; it holds on a day on
    which one of them does. `proof_count` says how many were found, at least: not all are kept.
    `entailed_by` names the one-premise rules that added triples to the statement's graph.

    >>> Statement("uzbekistan", "memberOf", "csto", "state", start="2006-08-16").holds
    Period(since=(2006, 8, 16), until=None)
    """

    subject: str
    predicate: str
    object: str
    kind: Kind
    datatype: str = ""
    start: str = ""
    end: str = ""
    at: str = ""
    rank: Rank = "normal"
    references: tuple[Reference, ...] = ()
    proofs: tuple[Proof, ...] = ()
    proof_count: int = 0
    entailed_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the SHA-256 of what is claimed.

        An inferred statement claims days, whatever the texts of its premises write for them, and
        is never the asserted statement of the same days, which may not count.
        """
        if self.proofs:
            return conclusion_id(self.triple, self.datatype, self.span)
        return content_id(*self.triple, self.start, self.end, self.at)

    @property
    def rule(self) -> str:
        """The rule of the shortest proof, "" for an asserted statement."""
        return self.proofs[0].rule if self.proofs else ""

    @property
    def premises(self) -> tuple[str, ...]:
        """The ids of the premises of the shortest proof."""
        return self.proofs[0].premises if self.proofs else ()

    @property
    def all_premises(self) -> tuple[str, ...]:
        """The ids of the premises of all proofs that are kept, each once."""
        return tuple(dict.fromkeys(one for proof in self.proofs for one in proof.premises))

    @property
    def triple(self) -> tuple[str, str, str]:
        """Subject, predicate and object as ids."""
        return (self.subject, self.predicate, self.object)

    @property
    def span(self) -> Period:
        """The bounds of the dates as written: a start by its earliest day, an end by its latest.

        The one day of an event is a start without an end.
        """
        if self.at:
            day = PartialDate.parse(self.at)
            return Period(day.earliest, None) if self.kind == "event" else day.period
        since = PartialDate.parse(self.start).earliest if self.start else None
        until = PartialDate.parse(self.end).latest if self.end else None
        return Period(since, until)

    @property
    def holds(self) -> Period:
        """The days on which the triple is true; that an event happened holds ever after."""
        return Period(self.span.since, None) if self.kind == "event" else self.span

    @property
    def is_attestation(self) -> bool:
        """Whether a source says that a state held on a day, and nothing of before and after."""
        return self.kind == "state" and bool(self.at)

    def contradicts(self, other: Statement) -> bool:
        """Say whether two statements of the same triple cannot both be right about its dates.

        An event has one date; the periods of a state must not overlap; an attestation contradicts
        nothing.
        """
        if self.is_attestation or other.is_attestation:
            return False
        return self.kind == "event" or self.span.overlaps(other.span)

    @property
    def deprecated(self) -> bool:
        """Whether a better source contradicts the statement."""
        return self.rank == "deprecated"

    @property
    def counts(self) -> bool:
        """Whether the triple is in the world while it holds: neither deprecated nor outranked."""
        return not self.deprecated and not self.disputed_by

    @property
    def notes(self) -> str:
        """The curators' notes of all references, each once."""
        return "; ".join(dict.fromkeys(r.note for r in self.references if r.note))


def content_id(*parts: str) -> str:
    """Return sixteen hexadecimal digits that stand for the parts, in their order.

    >>> content_id("armenia", "memberOf", "csto") == content_id("armenia", "memberOf", "csto")
    True
    """
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def conclusion_id(triple: tuple[str, str, str], datatype: str, days: Period) -> str:
    """Return the id of the inferred statement that says the triple for the days.

    >>> conclusion_id(("a", "p", "b"), "", Period()) == content_id("a", "p", "b", "", "", "")
    False
    """
    bounds = (iso(day) if day else "" for day in days)
    return content_id("inferred", *triple, datatype, *bounds)


def disputes(statements: list[Statement]) -> dict[str, tuple[str, ...]]:
    """Return, by id, which better-ranked statements of the same triple overlap a statement in time.

    The whole statement is outranked, not just the days in common: two rows with different dates
    are two answers to the same question, and the better one decides.

    >>> better = Statement("a", "p", "b", "state", start="2006", end="2012-12-19", rank="preferred")
    >>> worse = Statement("a", "p", "b", "state", start="2005", end="2012-06-28")
    >>> disputes([better, worse]) == {worse.id: (better.id,)}
    True
    """
    by_triple: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        if not statement.rule:
            by_triple.setdefault(statement.triple, []).append(statement)
    found: dict[str, tuple[str, ...]] = {}
    for group in by_triple.values():
        if len(group) == 1:
            continue
        for one in group:
            better = [
                other.id
                for other in group
                if RANKS.index(other.rank) < RANKS.index(one.rank) and other.contradicts(one)
            ]
            if better:
                found[one.id] = tuple(sorted(better))
    return found
