"""Infer: apply the CONSTRUCT rules until nothing new appears, each new triple with its proof.

Fourth step of the walk.
A rule is a plain SPARQL 1.1 CONSTRUCT whose premises are its `GRAPH ?name { … }` patterns.
What follows from one statement alone is added to that statement's graph and shares its dates and
sources; what follows from several becomes a statement of its own, valid while all of them hold.
Nothing that was asserted is ever changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from pyoxigraph import Literal, NamedNode, Quad, QuerySolution, QuerySolutions, Store, Triple

from kg.assemble import describe, graph_triple
from kg.dates import Period, iso
from kg.errors import DataError, Finding
from kg.ontology import Ontology
from kg.rules import Rule
from kg.statement import Kind, Statement
from kg.vocab import Vocabulary, term

MAX_ROUNDS: Final = 100


@dataclass(frozen=True)
class Inference:
    """What the rules added: quads, the statements they made, and every statement's triples."""

    quads: list[Quad]
    statements: tuple[Statement, ...]
    graphs: dict[str, list[Triple]]


def infer(quads: Sequence[Quad], statements: Sequence[Statement], ontology: Ontology) -> Inference:
    """Apply the ontology's rules to the graph that `assemble` made.

    Raises DataError when a rule concludes something that is not about an entity, or does not end.
    """
    return _Engine(quads, statements, ontology).run()


class _Engine:
    """The state of one inference: the store that grows, and who derived what."""

    def __init__(
        self, quads: Sequence[Quad], statements: Sequence[Statement], ontology: Ontology
    ) -> None:
        self.words: Vocabulary = ontology.words
        self.ontology = ontology
        self.store = Store()
        self.store.extend(quads)
        self.statements = {statement.id: statement for statement in statements}
        self.graphs: dict[str, dict[Triple, None]] = {s.id: {} for s in statements}
        self.base: set[Triple] = set()
        prefix = self.words.prefixes["st"]
        for quad in quads:
            graph = quad.graph_name
            if isinstance(graph, NamedNode) and graph.value.startswith(prefix):
                self.graphs[graph.value[len(prefix) :]][quad.triple] = None
            else:
                self.base.add(quad.triple)
        self.known: dict[tuple[str, str, str], list[Period]] = {}
        for statement in statements:
            if statement.counts and statement.concludes:
                self.known.setdefault(statement.triple, []).append(statement.holds)
        self.added: list[Quad] = []
        self.made: list[Statement] = []

    def run(self) -> Inference:
        rules = self.ontology.rules
        for _ in range(MAX_ROUNDS):
            fresh = [quad for rule in rules for quad in self.apply(rule)]
            if not fresh:
                return Inference(
                    self.added,
                    tuple(self.made),
                    {identifier: list(triples) for identifier, triples in self.graphs.items()},
                )
            self.store.extend(fresh)
            self.added += fresh
            for statement in self.made:
                self.known.setdefault(statement.triple, []).append(statement.holds)
        finding = Finding(
            rules[0].path.rpartition("/")[0], 0, 0, "error",
            f"the rules still find something new after {MAX_ROUNDS} rounds",
            "look for a rule that makes ever longer literals",
        )  # fmt: skip
        raise DataError([finding])

    def apply(self, rule: Rule) -> list[Quad]:
        """Return the quads that one rule adds in this round, in a fixed order."""
        found = cast("QuerySolutions", self.store.query(rule.select, prefixes=self.words.prefixes))
        conclusions = {
            (self.premises(rule, solution), triple)
            for solution in found
            for triple in rule.conclude(solution)
            if self.premises(rule, solution)
        }
        fresh: list[Quad] = []
        for premises, triple in sorted(conclusions, key=lambda c: (c[0], str(c[1]))):
            if len(premises) == 1:
                fresh += self.entail(rule, premises[0], triple)
            else:
                fresh += self.join(rule, premises, triple)
        return fresh

    def premises(self, rule: Rule, solution: QuerySolution) -> tuple[str, ...]:
        """Return the ids of the statements that the solution stands on, optional ones if there."""
        graphs = (solution[name] for name in rule.premises)
        names = {self.words.local("st", g.value) for g in graphs if isinstance(g, NamedNode)}
        return tuple(sorted(names))

    def entail(self, rule: Rule, premise: str, triple: Triple) -> Iterable[Quad]:
        """Add what follows from one statement to the statement's graph."""
        if triple in self.graphs[premise] or triple in self.base:
            return ()
        if not self.statements[premise].concludes:
            return ()
        self.graphs[premise][triple] = None
        graph = self.words.statement(premise)
        mark = Quad(graph, term("kg:entailedBy"), self.words.rule(rule.name))
        return (Quad(triple.subject, triple.predicate, triple.object, graph), mark)

    def join(self, rule: Rule, premises: tuple[str, ...], triple: Triple) -> Iterable[Quad]:
        """Make a statement of what follows from several, for the days on which all hold."""
        givens = [self.statements[premise] for premise in premises]
        period: Period | None = Period()
        for given in givens:
            is_given = given.counts and given.concludes
            period = period and given.holds.intersection(period) if is_given else None
        if period is None or triple in self.base:
            return ()
        statement = self.conclude(rule, premises, triple, period)
        is_known = any(known.covers(period) for known in self.known.get(statement.triple, ()))
        if is_known or statement.id in self.statements:
            return ()
        self.statements[statement.id] = statement
        self.made.append(statement)
        own = graph_triple(self.words, statement)
        self.graphs[statement.id] = {own.triple: None}
        return (own, *describe(self.words, statement))

    def conclude(
        self, rule: Rule, premises: tuple[str, ...], triple: Triple, period: Period
    ) -> Statement:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        prefixes = self.words.prefixes
        entities = [node for node in (subject, value) if not isinstance(node, Literal)]
        is_ours = predicate.value.startswith(prefixes[""]) and all(
            isinstance(node, NamedNode) and node.value.startswith(prefixes["id"])
            for node in entities
        )
        if not is_ours:
            message = f"the rule joins statements into {triple}, which is not about an entity"
            repair = "a rule with several premises concludes an entity's own property"
            raise _rule_error(rule, message, repair)
        name = self.words.local("", predicate.value)
        known = self.ontology.properties.get(name)
        kind: Kind = known.kind if known else "timeless"
        givens = [self.statements[premise] for premise in premises]
        start, end = _texts(givens, period)
        is_day = kind == "event" and not end
        return Statement(
            self.words.local("id", getattr(subject, "value", "")),
            name,
            self.words.local("id", getattr(value, "value", "")),
            kind,
            self.words.short(value.datatype.value) if isinstance(value, Literal) else "",
            "" if is_day else start,
            end,
            start if is_day else "",
            rule=rule.name,
            premises=premises,
        )


def _texts(givens: Iterable[Statement], period: Period) -> tuple[str, str]:
    """Return start and end of the period as the premises write them, ISO where none does."""
    start = iso(period.since) if period.since else ""
    end = iso(period.until) if period.until else ""
    for given in givens:
        if period.since and given.holds.since == period.since:
            start = given.start or given.at or start
        if period.until and given.holds.until == period.until:
            end = given.end or end
    return start, end


def _rule_error(rule: Rule, message: str, repair: str) -> DataError:
    return DataError([Finding(rule.path, 1, 1, "error", message, repair)])
