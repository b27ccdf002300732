"""Validate: SHACL shapes and the rules about intervals → a report whose results point at rows.

The shapes run on pyshifty, a SHACL engine in Rust; nothing is ever fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple, Protocol, cast

from pyoxigraph import Dataset, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.errors import DataError, Finding, Severity
from kg.model.checks import interval_findings, named, place_in, place_of
from kg.model.constraints import Constraint, declared_prefixes, set_apart
from kg.model.foreign import Trial, at, solution, syntax_problem
from kg.model.foreign import shacl_report as report_of
from kg.model.namespaces import Vocabulary, term, text_of
from kg.model.ontology import Ontology
from kg.model.shacl import sound
from kg.model.shapes import look_at_statements
from kg.model.spelling import nearest, own_names
from kg.model.statement import meant
from kg.pipeline.load import Records
from kg.progress import at_work

SEVERITIES: Final[dict[str, Severity]] = {
    term("sh:Violation").value: "error",
    term("sh:Warning").value: "warning",
    term("sh:Info").value: "note",
}
SHAPES: Final = "ontology/shapes.ttl"
_IRI: Final = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True)
class Report:
    """Everything that validation found, in the order of the files.

    `complete` is false when a table or the ontology cannot be used: what rests on it is not
    checked then, for all that could be said would follow from that.

    >>> Report((), {"statements": 0}).conforms
    True
    """

    findings: tuple[Finding, ...]
    counts: dict[str, int]
    complete: bool = True

    @property
    def conforms(self) -> bool:
        """Whether there is no error; warnings and notes do not matter."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the data from being built."""
        return tuple(f for f in self.findings if f.severity == "error")

    def raise_for_errors(self) -> None:
        """Raise DataError with all findings when the data do not conform."""
        if not self.conforms:
            raise DataError(self.findings)

    def to_json(self) -> str:
        """Return the report as JSON: conforms, counts, and one object a finding."""
        findings = [finding._asdict() for finding in self.findings]
        report = {"conforms": self.conforms, "counts": self.counts, "findings": findings}
        return json.dumps(report, indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        """The findings, one a line."""
        return "\n".join(str(finding) for finding in self.findings)


def validate(
    records: Records, ontology: Ontology, quads: Sequence[Quad], names: Collection[str] = ()
) -> Report:
    """Check the assembled graph and return every finding of all steps so far.

    `names` are IRIs of the graph that its quads here leave out.
    Findings about things that occur in a row left out are dropped: they would only repeat that
    the row is missing.
    """
    at_work("checking periods")
    findings = {
        *records.findings,
        *ontology.findings,
        *interval_findings(records.statements, once=ontology.once),
    }
    findings.update(_shape_findings(records, ontology, quads))
    findings.update(_name_findings(records, ontology, quads, names))
    counts = {
        "statements": len(records.statements),
        "entities": len(records.entities),
        "sources": len(records.sources),
        "rules": len(ontology.rules),
        "questions": len(ontology.questions),
    }
    complete = records.complete and ontology.complete
    return Report(tuple(sorted(findings)), counts, complete)


def _name_findings(
    records: Records, ontology: Ontology, quads: Sequence[Quad], names: Collection[str]
) -> Iterator[Finding]:
    """Yield the names of our own that a rule or question looks for and that are nowhere."""
    if not ontology.complete or not records.complete:
        return
    at_work("looking for the names in rules and questions")
    queries = [(rule.path, rule.sparql) for rule in ontology.rules]
    queries += [(f"ontology/questions/{q.name}.rq", q.sparql) for q in ontology.questions]
    asked = [(path, name) for path, text in queries for name in own_names(text, ontology.words)]
    missing = {name.iri for _, name in asked if name.iri not in names}
    # What names things comes first, so most of a large graph need not be looked at.
    for quad in quads:
        if not missing:
            return
        missing.difference_update(node.value for node in _named(quad))
    known = {node.value for quad in quads for node in _named(quad)}
    for path, name in asked:
        if name.iri in missing and name.text.rpartition(":")[2] not in records.doubtful:
            message = f"'{name.text}' names nothing in the graph"
            repair = nearest(name, chain(known, names)) or "correct the name"
            yield Finding(path, name.line, name.column, "error", message, repair)


def _named(quad: Quad) -> Iterator[NamedNode]:
    for node in (quad.subject, quad.predicate, quad.object):
        if isinstance(node, NamedNode):
            yield node


def _shape_findings(
    records: Records, ontology: Ontology, quads: Sequence[Quad]
) -> Iterator[Finding]:
    if not ontology.shapes or not ontology.complete or not records.complete:
        return
    data = _shape_data(records, ontology.words, quads)

    def look(shapes: Collection[Quad]) -> Iterator[Told]:
        rest, constraints = set_apart(list(shapes))
        if constraints:
            known = {NamedNode(name[1:-1]) for one in constraints for name in one.predicates}
            lines = memoryview(_text(triple for triple in data if triple.predicate in known))
            yield from told_at_once(constraints, [lines], ontology.words)
        if look_at_statements(rest):
            yield from told_in(shacl_report(rest, _text(data)))
        else:
            own = tuple(ontology.words.prefixes[name] for name in ("st", "ref"))
            about = (one for one in data if not text_of(one.subject).startswith(own))
            yield from told_in(shacl_report(rest, _text(about)))

    yield from shape_findings(ontology, look, lambda _: _Places(records, ontology.words))


def _text(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def shape_findings(ontology: Ontology, look: Look, places_of: PlacesOf) -> Iterator[Finding]:
    """Yield what the shapes find; `look` checks them, `places_of` finds the rows of what is found.

    Raises LimitError when they take more than they may.
    """
    at_work("checking the shapes")
    try:
        refuse_unknown_functions(ontology.shapes)
        told = list(look(ontology.shapes))
    except ValueError as error:
        yield shapes_problem(ontology.shapes, SHAPES, str(error))
        return
    places = places_of(told)
    for one in told:
        yield from _result_finding(one, places)


def shacl_report(shapes: Iterable[Quad], data: bytes) -> Dataset:
    """Return the W3C validation report (SHACL §3.6) of data as N-Triples.

    Raises ValueError when the shapes cannot be used.
    """
    given = cast("bytes", serialize(sound(shapes), format=RdfFormat.N_TRIPLES))
    with at(SHAPES):
        return Dataset(parse(report_of(given, data), RdfFormat.TURTLE))


def shapes_problem(shapes: Collection[Quad], label: str, error: str) -> Finding:
    """Say what the SHACL engine refused; of a SPARQL constraint, where its query goes wrong."""
    prefixes = declared_prefixes(shapes)
    for sparql in _constraint_queries(shapes):
        if problem := syntax_problem(sparql, prefixes):
            error = _in_constraint(*problem)
    message = error.partition("\n")[0]
    return Finding(label, 0, 0, "error", message, "correct the shape")


def refuse_unknown_functions(shapes: Collection[Quad]) -> None:
    """Refuse a SPARQL constraint that calls a function which there is not.

    The SHACL engine would say of everything that it breaks the constraint.
    Raises ValueError, with the place in the query.
    """
    if any(quad.object == term("sh:SPARQLFunction") for quad in shapes):
        return
    prefixes = declared_prefixes(shapes)
    for sparql in _constraint_queries(shapes):
        problem = syntax_problem(sparql, prefixes, functions=True)
        if problem and not syntax_problem(sparql, prefixes):
            raise ValueError(_in_constraint(*problem))


def _constraint_queries(shapes: Iterable[Quad]) -> Iterator[str]:
    for quad in shapes:
        if quad.predicate in {term("sh:select"), term("sh:ask")}:
            yield text_of(quad.object)


def _in_constraint(message: str, line: int, column: int) -> str:
    return f"line {line}, column {column} of a constraint's query: {message}"


def _shape_data(records: Records, words: Vocabulary, quads: Sequence[Quad]) -> list[Triple]:
    """Return the graph the shapes see: everything said at any time, without what is deprecated."""
    out = {words.statement(s.id).value for s in records.statements if s.deprecated}
    return [
        quad.triple
        for quad in quads
        if not (isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in out)
    ]


class Told(NamedTuple):
    """What a validation result says, as texts; "" for what it does not say."""

    focus: str
    path: str
    value: str
    message: str
    severity: str

    @classmethod
    def of(cls, report: Dataset, node: object) -> Told:
        """Read a result."""
        said = {
            quad.predicate: text_of(quad.object)
            for quad in report.quads_for_subject(node)  # type: ignore[arg-type]
        }
        names = ("focusNode", "resultPath", "value", "resultMessage", "resultSeverity")
        return cls(*(said.get(term(f"sh:{name}"), "") for name in names))


def told_in(report: Dataset) -> Iterator[Told]:
    """Yield what a report says."""
    for quad in report.quads_for_object(term("sh:ValidationResult")):
        yield Told.of(report, quad.subject)


def told_at_once(
    constraints: Sequence[Constraint], texts: Iterable[memoryview], words: Vocabulary
) -> Iterator[Told]:
    """Yield what constraints find in N-Quads that have all that they look at.

    Raises LimitError when they take more than they may.
    """
    with at(SHAPES), Trial(()) as trial:
        for text in texts:
            trial.load(text)
        for number, one in enumerate(constraints):
            at_work("constraints on statements checked", number, len(constraints))
            yield from told_of(one, trial.select(one.select, one.prefixes), words)


def told_of(one: Constraint, lines: Iterable[str], words: Vocabulary) -> Iterator[Told]:
    """Yield what the solutions of a constraint say, lines of TSV."""
    for line in lines:
        found = solution(one.variables, line)
        focus = text_of(found["this"])
        if focus.startswith(words.prefixes["st"]):
            value, message = one.told(found)
            yield Told(focus, "", value, message, one.severity)


class Places(Protocol):
    """Finds the row that a validation result is about."""

    words: Vocabulary

    def is_doubtful(self, focus: str) -> bool:
        """Say whether the focus node occurs in a row that was left out."""

    def find(self, focus: str, path: str, value: str) -> tuple[str, int]:
        """Return (path, line): of the statement when there is one, else of the focus node's row."""

    def name(self, focus: str) -> str:
        """Return what the focus node is called: a statement by its triple."""


# What looks at shapes, and what finds the rows of results, once these are known.
Look = Callable[[Collection[Quad]], Iterable[Told]]
PlacesOf = Callable[[Sequence[Told]], Places]


class _Places:
    """Finds rows among records."""

    def __init__(self, records: Records, words: Vocabulary) -> None:
        self.words = words
        self.doubtful = records.doubtful
        self.places: dict[str, tuple[str, int]] = {}
        self.triples: dict[tuple[str, str, str], tuple[str, int]] = {}
        self.names: dict[str, str] = {}
        for entity in records.entities.values():
            self.places[words.entity(entity.id).value] = place_in(entity.row)
        for source in records.sources.values():
            self.places[words.source(source.id).value] = place_in(source.row)
        for statement in records.statements:
            node = words.statement(statement.id).value
            self.names[node] = named(statement)
            self.places[node] = self.triples[meant(statement)] = place_of(statement)

    def is_doubtful(self, focus: str) -> bool:
        """Whether the focus node occurs in a row that was left out."""
        return any(self.words.local(prefix, focus) in self.doubtful for prefix in ("id", "src"))

    def find(self, focus: str, path: str, value: str) -> tuple[str, int]:
        """Return (path, line): of the statement when there is one, else of the focus node's row."""
        subject, predicate = self.words.local("id", focus), self.words.local("", path)
        triple = (subject, predicate, self.words.local("id", value))
        return self.triples.get(triple) or self.places.get(focus) or ("", 0)

    def name(self, focus: str) -> str:
        """Return what the focus node is called: a statement by its triple."""
        return self.names.get(focus) or self.words.short(focus)


def _result_finding(told: Told, places: Places) -> Iterator[Finding]:
    if not places.is_doubtful(told.focus):
        path, line = places.find(told.focus, told.path, told.value)
        text = _IRI.sub(lambda match: places.words.short(match[1]), told.message)
        message, _, repair = text.partition("; ")
        severity = SEVERITIES.get(told.severity, "error")
        named = f"{places.name(told.focus)}: {message}"
        yield Finding(path or SHAPES, line, 1 if line else 0, severity, named, repair)
