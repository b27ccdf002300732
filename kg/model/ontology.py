"""Read `ontology/`: what can be said, how it lives in time, the rules, questions and shapes.

Turtle and SPARQL files → Ontology.
Files are parsed strictly by Oxigraph's parsers; nothing is fetched for `owl:imports`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from kg.errors import Finding, InputError, did_you_mean
from kg.files import require_file
from kg.model.called import Names, names
from kg.model.foreign import syntax_problem
from kg.model.literals import UNCARRIED
from kg.model.marks import vain_marks
from kg.model.namespaces import STANDARD_PREFIXES, Vocabulary, term
from kg.model.queries import read_queries, read_questions
from kg.model.rules import AGGREGATED, Rule, RuleProblemError
from kg.model.shacl import doubts
from kg.model.slips import slips
from kg.model.sparql import Question, first_comment
from kg.model.statement import Kind
from kg.model.tables import unread_rdf
from kg.model.terms import contradictions, misnamed, written
from kg.model.texts import read_text, uncarried, uncarried_at

# The base while the dataset names none; nothing of an ontology lies below it.
NO_BASE: Final = "urn:kg:"

_KINDS: Final[dict[str, Kind]] = {
    term("kg:StateProperty").value: "state",
    term("kg:EventProperty").value: "event",
}

_SHORT_ESCAPES: Final = {"b": "\b", "f": "\f", "r": "\r"}

Node = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the ontology: its kind in time, and what may stand on either side.

    `domain` and `range` are names of classes, empty when nothing is said.
    `datatype` is a CURIE such as "xsd:date" when the object is a literal.
    `last_days` says that a day in `end` is the last one (`kg:InclusiveEnds`), `once` that an event
    has one date (`kg:HappensOnce`).
    """

    name: str
    kind: Kind
    domain: frozenset[str] = frozenset()
    range: frozenset[str] = frozenset()
    datatype: str = ""
    symmetric: bool = False
    last_days: bool = False
    once: bool = False


@dataclass(frozen=True)
class Ontology:
    """Everything that `ontology/` says, checked for syntax; what was wrong is in `findings`.

    `complete` is false when a Turtle file could not be read: what the ontology lacks may stand
    there.
    """

    words: Vocabulary
    quads: tuple[Quad, ...] = ()
    shapes: tuple[Quad, ...] = ()
    rules: tuple[Rule, ...] = ()
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()
    complete: bool = True

    @cached_property
    def classes(self) -> dict[str, frozenset[str]]:
        """Name of each class → the names of itself and all its superclasses in this ontology."""
        parents: dict[str, set[str]] = {}
        for quad in self._about(term("rdf:type"), term("owl:Class"), term("rdfs:Class")):
            parents[self.local_name(quad.subject)] = set()
        for quad in self._about(term("rdfs:subClassOf")):
            parents.setdefault(self.local_name(quad.subject), set()).add(
                self.local_name(quad.object)
            )
        own = {name for name in parents if name}
        return {name: frozenset(_reach(name, parents) & own) for name in own}

    @cached_property
    def properties(self) -> dict[str, Property]:
        """Name of each property of the ontology → what is known of it."""
        types: dict[str, set[str]] = {}
        for quad in self._about(term("rdf:type")):
            if isinstance(quad.object, NamedNode):
                types.setdefault(self.local_name(quad.subject), set()).add(quad.object.value)
        property_types = {
            term(f"owl:{kind}Property").value for kind in ("Object", "Datatype", "Symmetric")
        } | {term("rdf:Property").value, *_KINDS}
        return {
            name: self._property(name, kinds)
            for name, kinds in types.items()
            if name and kinds & property_types
        }

    @cached_property
    def once(self) -> frozenset[str]:
        """The names of the properties whose triples happen once."""
        return frozenset(one.name for one in self.properties.values() if one.once)

    def marked(self, curie: str) -> frozenset[str]:
        """Return the names of what is said to be of this class."""
        about = self._about(term("rdf:type"), term(curie))
        return frozenset(self.local_name(quad.subject) for quad in about) - {""}

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """(name of a class or property, language) → label."""
        found: dict[tuple[str, str], str] = {}
        for quad in self.quads:
            name = self.local_name(quad.subject)
            if name and quad.predicate == term("rdfs:label") and isinstance(quad.object, Literal):
                found.setdefault((name, quad.object.language or ""), quad.object.value)
        return found

    @cached_property
    def called(self) -> Names:
        """What classes and properties are called beside their names."""
        return names((text, name) for (name, _), text in self.labels.items())

    def is_a(self, class_name: str, allowed: frozenset[str]) -> bool:
        """Say whether the class is one of the allowed ones or below one of them."""
        return not allowed or bool(self.classes.get(class_name, frozenset({class_name})) & allowed)

    def _property(self, name: str, types: set[str]) -> Property:
        kinds = [kind for iri, kind in _KINDS.items() if iri in types]
        ranges = list(self._classes_of(name, "rdfs:range"))
        datatypes = [iri for iri in ranges if iri.startswith(STANDARD_PREFIXES["xsd"])]
        is_literal = term("owl:DatatypeProperty").value in types
        return Property(
            name,
            kinds[0] if kinds else "timeless",
            self._own(self._classes_of(name, "rdfs:domain")),
            frozenset() if is_literal else self._own(ranges),
            self.words.short(datatypes[0]) if datatypes else "xsd:string" if is_literal else "",
            term("owl:SymmetricProperty").value in types,
            term("kg:InclusiveEnds").value in types,
            term("kg:HappensOnce").value in types,
        )

    def _own(self, classes: Iterable[str]) -> frozenset[str]:
        """The names of the classes; none when one is foreign, because then anything may fit."""
        names = [self.local_name(NamedNode(iri)) for iri in classes]
        return frozenset(names) if all(names) else frozenset()

    def _classes_of(self, name: str, side: str) -> Iterator[str]:
        """Yield the IRIs named by rdfs:domain or rdfs:range, through an owl:unionOf list."""
        for node in self._objects(self.words.ontology(name), term(side)):
            if isinstance(node, NamedNode):
                yield node.value
            elif isinstance(node, BlankNode):
                for head in self._objects(node, term("owl:unionOf")):
                    yield from self._items(head)

    def _items(self, head: Node) -> Iterator[str]:
        """Yield the members of an rdf:List; a cyclic list ends where it meets itself."""
        seen = set()
        while isinstance(head, BlankNode) and head not in seen:
            seen.add(head)
            for first in self._objects(head, term("rdf:first")):
                if isinstance(first, NamedNode):
                    yield first.value
            head = next(self._objects(head, term("rdf:rest")), term("rdf:nil"))

    @cached_property
    def _index(self) -> Dataset:
        """The same quads, found by subject or predicate without a walk through all of them."""
        return Dataset(self.quads)

    def _objects(self, subject: NamedNode | BlankNode, predicate: NamedNode) -> Iterator[Node]:
        quads = self._index.quads_for_subject(subject)
        return (quad.object for quad in quads if quad.predicate == predicate)

    def _about(self, predicate: NamedNode, *objects: NamedNode) -> Iterator[Quad]:
        return (
            q
            for q in self._index.quads_for_predicate(predicate)
            if not objects or q.object in objects
        )

    def _local(self, iri: str) -> str:
        return self.words.local("", iri)

    def local_name(self, node: object) -> str:
        """The local name of a term of this ontology, "" for any other."""
        own = isinstance(node, NamedNode) and node.value.startswith(self.words.prefixes[""])
        return self._local(node.value) if own and isinstance(node, NamedNode) else ""


def read_ontology(folder: Path, words: Vocabulary) -> Ontology:
    """Read every Turtle file, rule and question below the folder.

    Raises InputError when the folder is missing.
    """
    terms = read_terms(folder, words)
    findings = [*terms.findings]
    known = replace(terms, rules=tuple(_read_rules(folder / "rules", words, findings)))
    findings += _unknown_conclusions(known)
    questions = tuple(
        read_questions(
            folder / "questions", known.words, known.classes if known.complete else None, findings
        )
    )
    return replace(known, questions=questions, findings=tuple(findings))


def has_rules_or_shapes(folder: Path) -> bool:
    """Say whether a folder has files of rules or shapes, whatever stands in them."""
    return any(path for pattern in ("rules/*.rq", "shapes*.ttl") for path in folder.glob(pattern))


def read_terms(folder: Path, words: Vocabulary) -> Ontology:
    """Read every Turtle file below the folder, and no rule or question.

    Files whose name starts with "shapes" are SHACL shapes; they are kept apart from the graph.
    Raises InputError when the folder is missing.
    """
    if not folder.is_dir():
        msg = f"{folder} is not a folder; name the folder that holds the ontology's *.ttl files"
        raise InputError(msg)
    findings: list[Finding] = []
    quads: list[Quad] = []
    shapes: list[Quad] = []
    said: dict[str, list[Quad]] = {}
    complete = True
    paths = sorted(folder.glob("*.ttl"))
    for path in paths:
        label = f"{folder.name}/{path.name}"
        is_shapes = path.name.startswith("shapes")
        before = len(findings)
        found = said[label] = read_turtle(path, label, findings, words.base)
        (shapes if is_shapes else quads).extend(found)
        if is_shapes:
            findings += doubts(found, partial(written, {label: path}), label)
        complete = complete and (is_shapes or len(findings) == before)
    if all(path.name.startswith("shapes") for path in paths):
        complete = False
        where = f"{folder.name}/ontology.ttl"
        message = "the file is missing, and no other *.ttl names the classes and properties"
        findings.append(Finding(where, 0, 0, "error", message, "write it, or put it back"))
    elif complete and not any(_is_below(words.prefixes[""], quad) for quad in quads):
        complete = False
        if words.base != NO_BASE:
            message = f"the ontology names nothing below {words.prefixes['']}"
            repair = "correct its prefix, or void:uriSpace in data/dataset.ttl"
            findings.append(Finding(folder.name, 0, 0, "error", message, repair))
    named = tuple(with_stable_blank_nodes(quads))
    known = Ontology(words, named, tuple(shapes), (), (), tuple(findings), complete)
    labels = {f"{folder.name}/{path.name}": path for path in paths}
    wrong = misnamed([*quads, *shapes], labels)
    if complete and not wrong:
        # A word that is misspelt may be the reason for what else is wrong.
        wrong = contradictions(known, labels)
    vain = () if wrong else vain_marks(known, folder.name)
    doubtful = slips(known, labels, said)
    doubtful += unread_rdf(folder, paths)
    return replace(
        known,
        findings=(*findings, *wrong, *vain, *doubtful),
        complete=complete and not wrong,
    )


def read_turtle(path: Path, label: str, findings: list[Finding], base: str) -> list[Quad]:
    """Return the file's triples; a syntax error becomes a finding and the file counts as empty."""
    require_file(path, label)
    text = read_text(path, label, findings)
    findings += uncarried(text, label)
    try:
        quads = list(parse(text, RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True))
        findings += _uncarried_escapes(text, label, quads)
    except SyntaxError as error:
        message = str(error.msg).split(": ", 1)[-1]
        line, column = error.lineno or 0, error.offset or 0
        repair = "correct the Turtle here"
        findings.append(Finding(label, line, column, "error", message, repair))
        return []
    return quads


def _uncarried_escapes(text: str, label: str, quads: Iterable[Quad]) -> Iterator[Finding]:
    """Yield an error for each kind of character that is escaped and not every export can carry."""
    texts = (quad.object.value for quad in quads if isinstance(quad.object, Literal))
    wanted = {
        character for one in texts for character in re.findall(UNCARRIED, one.replace("\r\n", ""))
    }
    wanted -= set(text)
    # Turtle 1.1 §6.4; an escaped backslash is none of the others.
    for found in re.finditer(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", text):
        number = found[1] or found[2]
        character = chr(int(number, 16)) if number else _SHORT_ESCAPES.get(found[3], "")
        if character in wanted:
            wanted.discard(character)
            yield uncarried_at(text, label, found.start(), character)


def _read_rules(folder: Path, words: Vocabulary, findings: list[Finding]) -> Iterator[Rule]:
    for path, text in read_queries(folder, words, findings):
        label = f"{folder.parent.name}/{folder.name}/{path.name}"
        try:
            rule = Rule.parse(path.stem, first_comment(text), label, text, words.prefixes)
        except RuleProblemError as error:
            findings.append(Finding(label, 1, 1, "error", error.message, error.repair))
            continue
        if syntax_problem(rule.select, words.prefixes):
            findings.append(Finding(label, 1, 1, "error", *AGGREGATED))
        else:
            yield rule


def _unknown_conclusions(known: Ontology) -> Iterator[Finding]:
    """Yield a finding for each property in a rule's head that the ontology does not name."""
    for rule in known.rules:
        for _, predicate, _ in rule.head:
            name = known.local_name(predicate)
            if name and known.complete and name not in known.properties:
                message = f"the rule concludes '{name}', which is not a property of the ontology"
                repair = did_you_mean(name, known.properties) or "add it to the ontology"
                yield Finding(rule.path, 1, 1, "error", message, repair)


def with_stable_blank_nodes(quads: list[Quad]) -> list[Quad]:
    """Name blank nodes by content (RDFC-1.0), so that the same files give the same bytes."""
    if not any(isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode) for q in quads):
        return quads
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def _is_below(namespace: str, quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(namespace)


def _reach(name: str, parents: dict[str, set[str]]) -> set[str]:
    """Return everything reachable upwards, itself included; cycles end."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        current = todo.pop()
        if current not in seen:
            seen.add(current)
            todo += parents.get(current, ())
    return seen
