"""Infer: apply the CONSTRUCT rules until nothing new appears, each conclusion with its proofs.

A rule is a plain SPARQL 1.1 CONSTRUCT whose premises are its `GRAPH ?name { … }` patterns.
What follows from one statement alone is added to that statement's graph and shares its dates and
sources; what follows from several becomes a statement of its own, valid while all of them hold.
However many proofs a triple has, it is one statement for each period without a gap.
Nothing that was asserted is ever changed.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.errors import DataError, Finding, LimitError, noun
from kg.model.collection import without_collection
from kg.model.dates import Period
from kg.model.foreign import Trial, allowed, at, solution
from kg.model.namespaces import Vocabulary, term
from kg.model.ontology import Ontology
from kg.model.rules import Rule
from kg.model.statement import Statement
from kg.pipeline.ahead import MOST, Ahead, sample
from kg.pipeline.assemble import describe, graph_triple
from kg.pipeline.conclusions import Conclusion, Node, Way, common, rests_on
from kg.pipeline.telling import (
    begun,
    held_by,
    ids_of,
    not_about_an_entity,
    proof_of,
    property_of,
    recurs,
    told_of,
)
from kg.progress import EVERY, at_work, counted
from kg.workers.limits import KIB, MIB

# After so many steps that made new values a rule is taken to make them without end; steps over the
# values that are there come to an end by themselves.
MAX_ROUNDS: Final = 100
# About how much memory a fact takes that the rules find, with its proofs.
EACH: Final = 2 * KIB
# The longest text that a rule may make, in characters.
LONGEST: Final = 2**20
# How many graphs a query names at once.
BATCH: Final = 1000


@dataclass(frozen=True)
class Inference:
    """What the rules added: quads, the statements they made, and every statement's triples.

    `findings` name the rules of which it was clear before that they find very many facts.
    """

    quads: list[Quad]
    statements: tuple[Statement, ...]
    graphs: dict[str, list[Triple]]
    findings: tuple[Finding, ...] = ()


def infer(quads: Sequence[Quad], statements: Sequence[Statement], ontology: Ontology) -> Inference:
    """Apply the ontology's rules to the graph that `assemble` made.

    Raises DataError when a rule concludes something that is not about an entity, makes a text that
    is too long, or does not end; LimitError when a rule takes more than it may.
    """
    at_work("laying the graph before the rules")
    with Trial(quads) as trial, without_collection():
        return _Engine(trial, quads, statements, ontology).run()


@dataclass(slots=True)
class _Head:
    """What a rule concludes from its solutions with the same values, in one step.

    Of the triples `open` are those to which another proof may add something, but not one that comes
    after `last`.
    """

    triples: list[Triple]
    open: list[Triple]
    last: tuple[object, ...] | None = None


class _Engine:
    """The state of one inference: the store that grows, and what was concluded from what.

    In the store each conclusion has one graph, whatever its days; these are kept beside it, so the
    store only ever grows. The rules see nothing of a step before it is over.
    """

    def __init__(
        self,
        store: Trial,
        quads: Sequence[Quad],
        statements: Sequence[Statement],
        ontology: Ontology,
    ) -> None:
        self.words: Vocabulary = ontology.words
        self.ontology = ontology
        self.store = store
        self.nodes: dict[str, Node] = {
            one.id: Node(one.id, held_by(one), concludes=one.concludes) for one in statements
        }
        # By what an answer calls their graphs.
        self.graphs = {self.graph(name): node for name, node in self.nodes.items()}
        self.base = frozenset(quads)
        self.values: set[object] = {quad.subject for quad in quads}
        self.values.update([quad.object for quad in quads])
        for quad in quads:
            graph = quad.graph_name
            if isinstance(graph, NamedNode) and (node := self.graphs.get(str(graph))):
                node.triples[quad.triple] = None
                node.given = len(node.triples)
        self.said: dict[Triple, list[Period]] = {}
        for statement in statements:
            own = graph_triple(self.words, statement).triple
            for held in self.nodes[statement.id].held:
                self.said.setdefault(own, []).append(held.period)
        # What no proof can add anything to.
        self.done = {
            triple
            for triple, periods in self.said.items()
            if Period() in periods and not self.recurs(triple)
        }
        self.conclusions: dict[Triple, Conclusion] = {}
        self.step = 0
        # When the rule that is at work began with this round, and what it is about to find.
        self.began = monotonic()
        self.coming: Ahead | None = None
        self.findings: list[Finding] = []
        # Of this step: conclusions with a new proof, and which rules add what to which graph.
        self.touched: dict[str, Conclusion] = {}
        # How many triples were added to graphs of statements in the steps before.
        self.added = 0
        self.entailed: dict[tuple[str, Triple], set[str]] = {}

    def add(self, quads: Iterable[Quad]) -> None:
        """Put quads into the store."""
        self.store.add(quads)

    def ask(self, rule: Rule, sparql: str) -> Iterator[list[str]]:
        """Yield the solutions of the rule's SELECT: a text for each premise, and one for the rest.

        Most are looked at no further, so they are not taken apart.
        """
        count = len(rule.premises)
        return (line.split("\t", count) for line in self.store.select(sparql, self.words.prefixes))

    def graph(self, name: str) -> str:
        """Return how SPARQL writes the graph of a statement."""
        return str(self.words.statement(name))

    def run(self) -> Inference:
        changed: set[str] | None = None
        growing = 0
        while changed is None or changed:
            self.step += 1
            for rule in self.ontology.rules:
                with at(rule.path):
                    self.began = monotonic()
                    self.look_ahead(rule)
                    self.tell(rule)
                    self.apply(rule, self.solutions(rule, changed))
            changed, makers = self.settle()
            growing += bool(makers)
            if growing == MAX_ROUNDS:
                raise DataError(
                    [_endless(rule) for rule in self.ontology.rules if rule.name in makers]
                )
        return self.result()

    def look_ahead(self, rule: Rule) -> None:
        """Count what the rule finds in its first round for a share of the statements."""
        self.coming = None
        names = sample(self.nodes) if self.step == 1 and rule.steady else []
        if not names:
            return
        graphs = [self.graph(name) for name in names]
        first = 0 if rule.names_premises else len(rule.premises)
        facts = set[tuple[str, Triple]]()
        heads: dict[str, list[Triple]] = {}
        solutions = 0
        among = f"{rule.select_among(rule.premises[0], graphs)}\nLIMIT {MOST}"
        for row in self.ask(rule, among):
            solutions += 1
            values = "\t".join(row[first:])
            if values not in heads:
                heads[values] = self.head(rule, rule.columns[first:], values).open
            # What follows from one statement stands in its graph, and else is one for all proofs.
            own = row[0] if len(set(row[: len(rule.premises)])) == 1 else ""
            facts.update((own, triple) for triple in heads[values])
        share = len(names) / len(self.nodes)
        self.coming = Ahead(len(facts), len(self.nodes), share, is_cut=solutions == MOST)
        self.findings += filter(None, [self.coming.finding(rule.path)])

    def tell(self, rule: Rule) -> None:
        """Say which rule is at work, and how much was concluded so far.

        Raises LimitError when that, or this round of the rule, is more than is allowed.
        """
        stage = f"round {self.step} of the rules, {rule.name}"
        stage += f", {self.coming} to infer" if self.coming else ""
        found = len(self.conclusions) + self.added + len(self.entailed)
        at_work(f"{stage}; conclusions so far", found)
        limits = allowed()
        if found * EACH > limits.memory:
            msg = f"the {found:,} facts found so far need more than {limits.memory // MIB:,} MiB"
            msg += " of memory; look for a rule that joins all with all"
            raise LimitError(msg, "memory")
        if limits.seconds and monotonic() - self.began > limits.seconds:
            seconds = f"{limits.seconds:g} {noun(limits.seconds, 'second')}"
            msg = f"the rule took longer than {seconds} in one round"
            raise LimitError(msg, "time")

    def solutions(self, rule: Rule, changed: set[str] | None) -> Iterator[list[str]]:
        """Yield what a rule finds and did not find before: all, or what has a premise that changed.

        Where several premises changed the solution comes with the first of them alone.
        """
        if changed is None or not rule.steady:
            yield from self.ask(rule, rule.select)
            return
        graphs = [self.graph(name) for name in sorted(changed)]
        members = set(graphs)
        for number, premise in enumerate(rule.premises):
            for first in range(0, len(graphs), BATCH):
                among = rule.select_among(premise, graphs[first : first + BATCH])
                for row in self.ask(rule, among):
                    if members.isdisjoint(row[:number]):
                        yield row

    def apply(self, rule: Rule, rows: Iterable[list[str]]) -> None:
        """Take down what follows from the solutions of the rule.

        There may be many more of them than conclusions, so for most this is all that is done.
        """
        count = len(rule.premises)
        first = 0 if rule.names_premises else count
        columns = rule.columns[first:]
        heads: dict[str, _Head] = {}
        for number, row in enumerate(rows, start=1):
            if number % EVERY == 0:
                self.tell(rule)
            values = "\t".join(row[first:])
            head = heads.get(values)
            if head is None:
                head = heads[values] = self.head(rule, columns, values)
            graphs = set(row[:count])
            graphs.discard("")
            if len(graphs) == 1:
                self.entail(rule, head, self.graphs[graphs.pop()])
            elif graphs and head.open:
                names = tuple(sorted([self.graphs[graph].name for graph in graphs]))
                if head.last is None or (self.step, len(names), rule.name, names) <= head.last:
                    self.join(rule, head, names)

    def head(self, rule: Rule, columns: Sequence[str], values: str) -> _Head:
        """Return what the rule concludes from these values."""
        found = [*rule.conclude(solution(columns, values))]
        texts = [one.object.value for one in found if isinstance(one.object, Literal)]
        if any(len(text) > LONGEST for text in texts):
            raise DataError([_too_long(rule)])
        triples = [triple for triple in found if Quad(*triple) not in self.base]
        return _Head(triples, [triple for triple in triples if triple not in self.done])

    def entail(self, rule: Rule, head: _Head, node: Node) -> None:
        """Take down what follows from one statement."""
        for triple in head.triples:
            if node.concludes and triple not in node.triples:
                self.entailed.setdefault((node.name, triple), set()).add(rule.name)

    def join(self, rule: Rule, head: _Head, names: tuple[str, ...]) -> None:
        """Take down what follows from several statements, for days on which all of them hold."""
        for period in common([self.nodes[name] for name in names]):
            way = Way(self.step, rule.name, names, period)
            for triple in head.open:
                conclusion = self.conclusions.get(triple) or self.conclusion(rule, triple)
                days = conclusion.days(way.period)
                if not conclusion.is_said(days, self.said.get(triple, ())):
                    self.conclusions[triple] = self.touched[conclusion.name] = conclusion
                    conclusion.add(way, partial(rests_on, conclusion, way, self.nodes))
        found = [one.last if (one := self.conclusions.get(t)) else None for t in head.open]
        head.last = None if None in found else max(filter(None, found))

    def conclusion(self, rule: Rule, triple: Triple) -> Conclusion:
        """Return a conclusion without a proof."""
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        prefixes = self.words.prefixes
        entities = [node for node in (subject, value) if not isinstance(node, Literal)]
        is_ours = predicate.value.startswith(prefixes[""]) and all(
            isinstance(node, NamedNode) and node.value.startswith(prefixes["id"])
            for node in entities
        )
        if not is_ours:
            raise not_about_an_entity(rule, str(triple))
        return begun(triple, self.words, self.ontology, self.step)

    def recurs(self, triple: Triple) -> bool:
        """Say whether the triple can happen on several days, which are several statements."""
        return recurs(property_of(triple, self.words, self.ontology))

    def settle(self) -> tuple[set[str], set[str]]:
        """End the step: return whose days or triples changed, and which rules made new values."""
        entailed, touched = self.entailed, [*self.touched.values()]
        found = {name: one.settle(self.nodes) for name, one in self.touched.items()}
        self.done |= {one.triple for one in self.touched.values() if one.is_done}
        changed: set[str] = set()
        new: list[Quad] = []
        for name, held in found.items():
            if held is None:
                continue
            conclusion = self.touched[name]
            changed.add(name)
            if name not in self.nodes:
                self.nodes[name] = self.graphs[self.graph(name)] = conclusion
                new += _outline(self.words.statement(name), conclusion.triple)
            conclusion.held = held
        for (name, triple), rules in sorted(
            self.entailed.items(), key=lambda e: (e[0][0], str(e[0]))
        ):
            changed.add(name)
            self.nodes[name].triples[triple] = None
            self.nodes[name].rules |= rules
            new.append(_in(triple, self.words.statement(name)))
        self.added += len(self.entailed)
        self.touched, self.entailed = {}, {}
        self.add(new)
        triples = (quad.triple for quad in new if str(quad.graph_name) in self.graphs)
        ends = (node for triple in triples for node in (triple.subject, triple.object))
        values = {node for node in ends if str(node) not in self.graphs}
        values -= self.values
        self.values |= values
        return changed, _makers(values, entailed, touched) if values else set()

    def result(self) -> Inference:
        quads: list[Quad] = []
        statements: list[Statement] = []
        graphs: dict[str, list[Triple]] = {}
        told = {
            one.name: told_of(one, self.words, self.ontology, self.nodes)
            for one in self.conclusions.values()
        }
        ids = {name: ids_of(parts) for name, parts in told.items()}
        for name, node in self.nodes.items():
            if not isinstance(node, Conclusion):
                graph = self.words.statement(name)
                graphs[name] = list(node.triples)
                quads += [_in(triple, graph) for triple in graphs[name][node.given :]]
                quads += [
                    Quad(graph, term("kg:entailedBy"), self.words.rule(rule))
                    for rule in sorted(node.rules)
                ]
        ordered = sorted(self.conclusions.values(), key=lambda one: str(one.triple))
        for conclusion in counted(ordered, "conclusions written down", len(ordered)):
            own = self.words.statement(conclusion.name)
            for piece, bare in zip(conclusion.pieces, told[conclusion.name], strict=True):
                proofs = dict.fromkeys(proof_of(way, ids, self.nodes) for way in piece.ways)
                count = len(proofs) + piece.more
                statement = replace(bare, proofs=tuple(proofs), proof_count=count)
                graph = self.words.statement(statement.id)
                triples = [_renamed(triple, own, graph) for triple in conclusion.triples]
                statements.append(statement)
                graphs[statement.id] = triples
                quads += [_in(triple, graph) for triple in triples]
                quads += describe(self.words, statement)
        return Inference(quads, tuple(statements), graphs, tuple(self.findings))


def _outline(graph: NamedNode, triple: Triple) -> list[Quad]:
    """Return a conclusion's graph, and what rules may ask of it: all but dates and proofs."""
    return [
        _in(triple, graph),
        Quad(graph, term("rdf:type"), term("kg:Statement")),
        Quad(graph, term("rdf:type"), term("kg:InferredStatement")),
        Quad(graph, term("rdf:subject"), triple.subject),
        Quad(graph, term("rdf:predicate"), triple.predicate),
        Quad(graph, term("rdf:object"), triple.object),
        Quad(graph, term("kg:rank"), term("kg:Normal")),
    ]


def _in(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _renamed(triple: Triple, old: NamedNode, new: NamedNode) -> Triple:
    """Return the triple with the graph's last name where a rule speaks of the graph itself."""
    subject = new if triple.subject == old else triple.subject
    value = new if triple.object == old else triple.object
    return Triple(subject, triple.predicate, value)


def _makers(
    values: Container[object],
    entailed: Mapping[tuple[str, Triple], set[str]],
    touched: Iterable[Conclusion],
) -> set[str]:
    """Return the names of the rules that made values, none of which was there before."""
    found: set[str] = set()
    for (_, triple), rules in entailed.items():
        if triple.subject in values or triple.object in values:
            found |= rules
    for one in touched:
        if one.triple.subject in values or one.triple.object in values:
            found |= {way.rule for piece in one.pieces for way in piece.ways}
    return found


def _endless(rule: Rule) -> Finding:
    return Finding(
        rule.path, 0, 0, "error",
        f"the rule still finds something new after {MAX_ROUNDS} rounds",
        "do not conclude a literal from one that the rule itself may have made",
    )  # fmt: skip


def _too_long(rule: Rule) -> Finding:
    return Finding(
        rule.path, 0, 0, "error",
        f"the rule makes a text of more than {LONGEST:,} characters",
        "do not conclude a literal from one that the rule itself may have made",
    )  # fmt: skip
