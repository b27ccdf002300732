"""Weaknesses: which statements contradict each other, and which rest on little.

History → findings about statements.
What excludes what, and what there can only be one of, is said by the ontology in the words of
OWL 2 (`owl:propertyDisjointWith`, `owl:AllDisjointProperties`, `owl:FunctionalProperty`,
`owl:InverseFunctionalProperty`), read for each day on its own.
Who speaks for whom is said by PROV (`prov:actedOnBehalfOf`) and ORG (`org:unitOf`, `org:postIn`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any, Final

from pyoxigraph import Triple

from kg.errors import noun
from kg.model.counted import Known, lists
from kg.model.coverage import known_day, last_confirmed, last_source_of_end
from kg.model.dates import Day, PartialDate, Period
from kg.model.edtf import parse_date
from kg.model.namespaces import term, text_of
from kg.model.publishers import by_publisher, groups_of, publishers
from kg.model.statement import Statement
from kg.query.complete import counted_in
from kg.query.names import UNNAMED, Naming
from kg.query.questions import questions_by_name
from kg.reports.undecided import Undecided
from kg.store.base import select
from kg.store.read_back import History

KINDS: Final = {
    "dates": "the same fact with different dates",
    "rejected": "claims that do not count, without a rival of the same fact",
    "disjoint": "pairs of facts that exclude each other, at the same time",
    "functional": "several at a time where there can be only one",
    "outside": "attestations outside every known period, or that fit several",
    "foretold": "ends that no source is late enough to have reported",
    "unconfirmed": "present states that no source has confirmed since",
    "undecided": "facts that can be true at some time in the date, but need not be throughout it",
    "miscounted": "lists of which more or fewer are known than a source counts",
    "uncounted": "lists of which nobody says that all is known",
    "ending": "present states that end by the date",
    "most-asked": "facts of one publisher, about what most questions ask",
    "party": "facts for which only a party to the matter vouches",
    "one-publisher": "facts with several sources, all of one publisher",
    "single-source": "facts with a single source",
}
# What one of them is called, where that differs.
ONE: Final = {
    "rejected": "claim that does not count, without a rival of the same fact",
    "disjoint": "pair of facts that exclude each other, at the same time",
    "outside": "attestation outside every known period, or that fits several",
    "foretold": "end that no source is late enough to have reported",
    "unconfirmed": "present state that no source has confirmed since",
    "undecided": "fact that can be true at some time in the date, but need not be throughout it",
    "miscounted": "list of which more or fewer are known than a source counts",
    "uncounted": "list of which nobody says that all is known",
    "ending": "present state that ends by the date",
    "most-asked": "fact of one publisher, about what most questions ask",
    "party": "fact for which only a party to the matter vouches",
    "one-publisher": "fact with several sources, all of one publisher",
    "single-source": "fact with a single source",
}
# What is looked for only when a date is given, and as what it is given.
NEEDS: Final = {"unconfirmed": "since", "undecided": "as_of", "ending": "ending_by"}

_ABOVE = "SELECT ?p ?above { ?p rdfs:subPropertyOf+ ?above }"
_DISJOINT = """
SELECT ?one ?other {
  { ?one owl:propertyDisjointWith ?other }
  UNION {
    ?all a owl:AllDisjointProperties ; owl:members ?list .
    ?list rdf:rest*/rdf:first ?one ; rdf:rest*/rdf:first ?other .
  }
  FILTER(?one != ?other)
}"""
_FUNCTIONAL = """
SELECT ?p ?kind {
  ?p a ?kind VALUES ?kind { owl:FunctionalProperty owl:InverseFunctionalProperty }
} ORDER BY ?p ?kind"""
_AGENTS = "SELECT ?label ?whom { ?agent prov:actedOnBehalfOf ?whom ; rdfs:label ?label }"
_GROUPS = "SELECT ?group ?p ?o { ?group a kg:PublisherGroup ; ?p ?o }"
# What makes one thing part of another, so that the one speaks for the other.
_PARTS: Final = frozenset({"org:unitOf", "org:postIn"})


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something to look at: its kind, one of `KINDS`, what it is, and the statements it is about.

    Where statements contradict each other, the last is the one that does not count, if one does
    not.
    """

    kind: str
    message: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Evidence:
    """The asserted statements of a history, about some entities or all, and what can be said.

    `since` is the date after which a present state should have been confirmed, `asked` the time
    of which it is asked what is undecided, `ending_by` the date by which an end is near, `naming`
    how messages call things, by ids without it.
    """

    history: History
    entities: frozenset[str] = frozenset()
    since: PartialDate | None = None
    asked: Period | None = None
    ending_by: PartialDate | None = None
    naming: Naming = UNNAMED

    @cached_property
    def group_of(self) -> dict[str, str]:
        """The label of the group of each publisher that is in one."""
        rows = select(self.history.store, _GROUPS)
        told = (Triple(row["group"], row["p"], row["o"]) for row in rows)
        return by_publisher(groups_of(told, self.history.languages))

    @cached_property
    def _named(self) -> list[Statement]:
        """The statements that name one of the entities, asserted and inferred."""
        return [
            one
            for one in self.history.statements
            if not self.entities or self.entities & {one.subject, one.object}
        ]

    @cached_property
    def asserted(self) -> list[Statement]:
        """The asserted statements, in order."""
        return [one for one in self._named if not one.rule]

    @cached_property
    def facts(self) -> list[Statement]:
        """Those of them that count."""
        return [one for one in self.asserted if one.counts]

    def find(self, kind: str) -> Iterator[Weakness]:
        """Yield everything of one kind, in the order of the facts."""
        among: dict[str, Callable[[], Iterator[tuple[str, tuple[Statement, ...]]]]] = {
            "dates": self._dates,
            "rejected": self._rejected,
            "disjoint": self._disjoint,
            "functional": self._functional,
            "undecided": self._undecided,
            "miscounted": self._miscounted,
            "uncounted": self._uncounted,
            "most-asked": self._most_asked,
        }
        alone: dict[str, Callable[[Statement, set[str]], str]] = {
            "outside": self._outside,
            "foretold": self._foretold,
            "unconfirmed": self._unconfirmed,
            "ending": self._ending,
            "party": self._party,
            "one-publisher": self._one_publisher,
            "single-source": self._single_source,
        }
        if kind in among:
            for message, statements in among[kind]():
                yield Weakness(kind, message, statements)
            return
        judge = alone[kind]
        # An attestation that fits several periods does not count, and should be seen.
        for one, cited in self._seen if kind == "outside" else self._cited:
            if message := judge(one, cited):
                yield Weakness(kind, message, (one,))

    @cached_property
    def _seen(self) -> list[tuple[Statement, set[str]]]:
        """The attestations that nothing else in the record refutes, with their sources."""
        attested = [one for one in self.asserted if one.is_attestation]
        return [(one, _sources(one)) for one in attested if not _is_rejected(one)]

    @cached_property
    def _cited(self) -> list[tuple[Statement, set[str]]]:
        """The facts with their sources."""
        return [(one, _sources(one)) for one in self.facts]

    @cached_property
    def _rejected_ones(self) -> list[Statement]:
        return [one for one in self.asserted if _is_rejected(one)]

    def _dates(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        for one in self._rejected_ones:
            if rivals := self._rivals(one):
                yield one.notes or "the rank decides", (*rivals, one)

    def _rejected(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        for one in self._rejected_ones:
            if not self._rivals(one):
                yield one.notes or "no reason is given", (one,)

    def _rivals(self, one: Statement) -> list[Statement]:
        """Return the statements that count and date the same fact otherwise."""
        same = self._by_triple.get(one.triple, ())
        once = one.predicate in self.history.once
        return [
            other
            for other in same
            if other.counts
            and (
                other.rivals(one, once=once)
                or (one.is_attestation and other.span.overlaps(one.span))
            )
        ]

    def _disjoint(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        used = {one.predicate for one in self.facts}
        excluding = {pair for pair in product(used, repeat=2) if self._exclude(*pair)}
        among = {name for pair in excluding for name in pair}
        by_pair: dict[tuple[str, str], list[Statement]] = {}
        for one in self.facts:
            if one.predicate in among:
                by_pair.setdefault((one.subject, one.object), []).append(one)
        for group in by_pair.values():
            for one, other in combinations(group, 2):
                properties = (one.predicate, other.predicate)
                if properties in excluding and _surely_meet(one, other):
                    named = [self.naming.property(name) for name in properties]
                    yield f"{' and '.join(named)} exclude each other", (one, other)

    def _functional(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        for row in select(self.history.store, _FUNCTIONAL):
            name = self._name(row["p"])
            by_subject = row["kind"] == term("owl:FunctionalProperty")
            groups: dict[str, list[Statement]] = {}
            for one in self.facts:
                if name in self._family(one.predicate):
                    groups.setdefault(one.subject if by_subject else one.object, []).append(one)
            for key, group in groups.items():
                for one, other in combinations(group, 2):
                    ends = [s.object if by_subject else s.subject for s in (one, other)]
                    if ends[0] != ends[1] and _surely_meet(one, other):
                        told = f"{self.naming.property(name)} {self.naming.entity(key)}"
                        named = [self.naming.entity(end) for end in ends]
                        yield f"{told}: {' and '.join(named)}", (one, other)

    def _undecided(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        if self.asked is None:
            return
        undecided = Undecided(self.history, self.asked)
        for one in undecided.among(self._named):
            yield undecided.reason(one, self.naming.fact), (one,)

    @cached_property
    def _lists(self) -> list[Known]:
        """The lists that are counted, as of the day of issue, of the entities asked about."""
        found = lists(counted_in(self.history.store), self._named, self._today)
        return [one for one in found if not self.entities or one.here in self.entities]

    def _miscounted(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        for one in self._lists:
            if one.said and not one.is_all:
                of, number = self.naming.fact(one.open_statement), one.counted.number
                yield (
                    f"{of}: {one}; complete it, or correct {self.naming.property(number)}",
                    one.numbers,
                )

    def _uncounted(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        for one in self._lists:
            if not one.said:
                number, here = (
                    self.naming.property(one.counted.number),
                    self.naming.entity(one.here),
                )
                repair = f"enter {number} of {here} where a source gives it"
                yield f"one of {one.have} that are known; {repair}", one.members[:1]

    def _most_asked(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """Yield what rests on one publisher or group, if half as many questions as any ask so."""
        asking = questions_by_name(self.history.store)
        most = max(asking.values(), default=0)
        for one in sorted(self.facts, key=lambda each: -asking.get(each.predicate, 0)):
            number = asking.get(one.predicate, 0)
            if not number or 2 * number < most:
                return
            vouch = publishers(one, self.history.sources, self.group_of)
            if len(vouch) == 1:
                what = (
                    f"{number} {noun(number, 'question')} of {self.naming.property(one.predicate)}"
                )
                yield f"only {next(iter(vouch))}; {what}", (one,)

    def _ending(self, one: Statement, _: set[str]) -> str:
        until = one.holds.until
        if self.ending_by is None or one.kind != "state" or until is None:
            return ""
        if not one.possibly(self._today) or until > self.ending_by.latest:
            return ""
        return f"ends {one.end}; find who or what comes after"

    @staticmethod
    def _outside(one: Statement, _: set[str]) -> str:
        where = "which fits several periods" if one.may_confirm else "outside every known period"
        return f"attested on {one.at}, {where}"

    def _foretold(self, one: Statement, _: set[str]) -> str:
        if one.kind != "state" or not one.end:
            return ""
        last = last_source_of_end(one, self.history.sources)
        soonest = one.over[0] if last else None
        if soonest is None or soonest > self._last_today:
            return ""
        return f"the last source for it is of {last}"

    def _unconfirmed(self, one: Statement, _: set[str]) -> str:
        if self.since is None or one.kind != "state" or not one.possibly(self._today):
            return ""
        text = last_confirmed(one, self.history.sources)
        if text and known_day(text) >= self.since.earliest:
            return ""
        return f"last confirmed {text}" if text else "none of its sources has a date"

    def _party(self, one: Statement, cited: set[str]) -> str:
        if not cited <= self._of_agents:
            return ""
        names = sorted({self.history.sources[source].publisher for source in cited})
        matter = self._wholes(one.subject) | self._wholes(one.object)
        is_party = all(any(self._wholes(a) & matter for a in self._agents(n)) for n in names)
        return f"only {', '.join(names)}" if is_party else ""

    def _one_publisher(self, one: Statement, cited: set[str]) -> str:
        sources = self.history.sources
        if len(cited) == 1 or len(vouch := publishers(one, sources, self.group_of)) != 1:
            return ""
        (whole,) = vouch
        names = sorted(publishers(one, sources, {}))
        return f"only {whole}" if names == [whole] else f"only {whole}: {', '.join(names)}"

    @staticmethod
    def _single_source(_: Statement, cited: set[str]) -> str:
        return f"only {next(iter(cited))}" if len(cited) == 1 else ""

    @cached_property
    def _today(self) -> Period:
        return parse_date(self.history.store.issued).period

    @cached_property
    def _last_today(self) -> Day:
        return PartialDate.stored(self.history.store.issued).latest

    @cached_property
    def _of_agents(self) -> frozenset[str]:
        """The sources whose publisher is an entity, or acts on behalf of one."""
        sources = self.history.sources.values()
        return frozenset(one.id for one in sources if self._agents(one.publisher))

    @cached_property
    def _by_triple(self) -> dict[tuple[str, str, str], list[Statement]]:
        groups: dict[tuple[str, str, str], list[Statement]] = {}
        for one in self.asserted:
            groups.setdefault(one.triple, []).append(one)
        return groups

    @cached_property
    def _above(self) -> dict[str, set[str]]:
        """Name of a property → the names of those above it."""
        found: dict[str, set[str]] = {}
        for row in select(self.history.store, _ABOVE):
            found.setdefault(self._name(row["p"]), set()).add(self._name(row["above"]))
        return found

    def _family(self, name: str) -> set[str]:
        """The property and those above it."""
        return {name} | self._above.get(name, set())

    @cached_property
    def _disjoint_pairs(self) -> set[tuple[str, str]]:
        rows = select(self.history.store, _DISJOINT)
        pairs = [(self._name(row["one"]), self._name(row["other"])) for row in rows]
        return {pair for one, other in pairs for pair in ((one, other), (other, one))}

    def _exclude(self, one: str, other: str) -> bool:
        pairs = ((a, b) for a in self._family(one) for b in self._family(other))
        return any(pair in self._disjoint_pairs for pair in pairs)

    def _agents(self, publisher: str) -> set[str]:
        """Return the entities that a publisher is, or on whose behalf it acts.

        What follows a comma in its name says where its text was read.
        """
        names = self._agents_by_name
        return names.get(_key(publisher)) or names.get(_key(publisher.partition(", ")[0]), set())

    @cached_property
    def _agents_by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for entity in self.history.entities.values():
            for name in entity.names:
                found.setdefault(_key(name), set()).add(entity.id)
        for row in select(self.history.store, _AGENTS):
            whom = self.history.store.words.local("id", text_of(row["whom"]))
            found.setdefault(_key(text_of(row["label"])), set()).add(whom)
        return found

    @cached_property
    def _parts(self) -> dict[str, set[str]]:
        """Id of an entity → what it is part of, at any time."""
        found: dict[str, set[str]] = {}
        used = {one.predicate for one in self.history.statements}
        parts = {name for name in used if self._family(name) & _PARTS}
        for one in self.history.statements:
            if one.predicate in parts and one.counts:
                found.setdefault(one.subject, set()).add(one.object)
        return found

    def _wholes(self, entity: str) -> set[str]:
        """The entity and everything that it is part of."""
        seen: set[str] = set()
        waiting = [entity]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += self._parts.get(one, ())
        return seen

    def _name(self, node: Any) -> str:  # noqa: ANN401 - whatever a query binds
        """The local name of a property of the project, the CURIE of any other."""
        return self.history.store.words.short(text_of(node)).removeprefix(":")


def _is_rejected(one: Statement) -> bool:
    """Say whether the record holds something else to be true."""
    return one.standing == "disputed"


def _sources(one: Statement) -> set[str]:
    return {reference.source for reference in one.references}


def _surely_meet(one: Statement, other: Statement) -> bool:
    """Say whether a day is known on which both hold."""
    first, second = one.surely, other.surely
    return bool(first and second and first.overlaps(second))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
