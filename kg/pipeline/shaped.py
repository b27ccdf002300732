"""Shaped: RDF and SHACL shapes of anybody's → the report of SHACL, and findings with places.

No project is needed; nothing is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Final, NamedTuple, cast

from pyoxigraph import (
    BlankNode,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

from kg.errors import Finding, noun
from kg.files import refuse_device
from kg.model.foreign import at, shacl_report
from kg.model.namespaces import STANDARD_PREFIXES, term
from kg.model.paths import by_subject, path_quads, path_text
from kg.model.shacl import Said, doubts, has_target, sound, unfetched, vain_targets
from kg.model.slips import taken_for_another
from kg.model.terms import Name, in_turtle
from kg.pipeline.alike import alike
from kg.pipeline.validate import SEVERITIES, Report, Told, refuse_unknown_functions, shapes_problem
from kg.progress import at_work, counted
from kg.store.rdf import form_of, reading, rootless

_NODE: Final = re.compile(r"_:f\d+n\d+")
_IRI: Final = re.compile(r"<([^<>\s]+)>")
_BIDIRECTIONAL: Final = "rdf:dirLangString"


class Shaped(NamedTuple):
    """What shapes found: a report with places, SHACL's own in Turtle, what this does not say."""

    report: Report
    turtle: str
    beside: tuple[Finding, ...]


@dataclass
class _File:
    """A file of RDF: what it says as N-Triples, and where its terms stand."""

    label: str
    path: Path
    body: bytes = b""
    count: int = 0
    left_out: int = 0
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @property
    def quads(self) -> list[Quad]:
        """What it says, once more as terms."""
        return list(parse(self.body, RdfFormat.N_TRIPLES))

    @cached_property
    def names(self) -> list[Name]:
        """The IRIs that it names, in their order."""
        with reading(self.path):
            text = self.path.read_text(encoding="utf-8-sig", errors="replace")
        return list(in_turtle(text, self.label))

    def mentions(self, node: str) -> bool:
        """Say whether a node, as N-Triples write it, stands in what it says."""
        return f"{node} ".encode() in self.body


def check(data: Sequence[Path], shapes: Sequence[Path]) -> Shaped:
    """Return what the shapes find in the data; a file that is both is read once.

    Raises InputError for a file that cannot be read, LimitError when the shapes take more than
    they may.
    """
    said = Said()
    files: dict[Path, _File] = {}
    for path in (*data, *shapes):
        key = path.resolve()
        if key not in files:
            seen = said if path in data else Said()
            files[key] = _read(path, len(files), seen)
    facts = list({path.resolve(): files[path.resolve()] for path in data}.values())
    rules = list({path.resolve(): files[path.resolve()] for path in shapes}.values())
    quads = {file.label: file.quads for file in rules}
    findings = {*_noted(facts, rules, quads), *_doubts(facts, quads, rules, said)}
    findings |= {*_alike(files.values())}
    counts = {"triples": sum(file.count for file in facts)}
    checked = sound(quad for one in quads.values() for quad in one)
    at_work("checking the shapes")
    body = cast("bytes", serialize([quad.triple for quad in checked], format=RdfFormat.N_TRIPLES))
    label = ", ".join(file.label for file in rules)
    try:
        with at(label):
            refuse_unknown_functions(checked)
            told = shacl_report(body, b"".join(file.body for file in facts), "data")
    except ValueError as error:
        findings.add(shapes_problem(checked, label, str(error)))
        beside = tuple(sorted(findings))
        return Shaped(Report(beside, counts, complete=False), "", beside)
    found = _Found(Dataset(parse(told, RdfFormat.TURTLE)), checked, facts, rules)
    beside = tuple(sorted(findings))
    report = Report(tuple(sorted({*beside, *found.findings()})), counts)
    return Shaped(report, found.turtle(), beside)


def _read(path: Path, number: int, said: Said) -> _File:
    """Read a file; its blank nodes get names that no other file has."""
    file = _File(path.as_posix(), path)
    form = form_of(path)
    refuse_device(path, file.label)
    known: dict[str, BlankNode] = {}

    def own(node: BlankNode) -> BlankNode:
        return known.setdefault(node.value, BlankNode(f"f{number}n{len(known)}"))

    def triples() -> Iterator[Triple]:
        for quad in counted(quads, "triples read"):
            subject, value = quad.subject, quad.object
            if isinstance(subject, BlankNode):
                subject = own(subject)
            if isinstance(value, BlankNode):
                value = own(value)
            elif isinstance(value, Triple) or (
                isinstance(value, Literal) and value.datatype == term(_BIDIRECTIONAL)
            ):
                file.left_out += 1
                continue
            said.see(subject, quad.predicate, value)
            file.count += 1
            yield Triple(subject, quad.predicate, value)

    with reading(path):
        quads = parse(path=str(path), format=form, base_iri=path.resolve().as_uri())
        file.body = cast("bytes", serialize(triples(), format=RdfFormat.N_TRIPLES))
        file.prefixes = quads.prefixes
    return file


def _noted(
    facts: Iterable[_File], rules: Sequence[_File], quads: Mapping[str, list[Quad]]
) -> Iterator[Finding]:
    """Yield what was left out, and what would have been fetched."""
    for file in {one.label: one for one in (*facts, *rules)}.values():
        yield from rootless(file.path, file.label)
        if file.left_out:
            what = f"{file.left_out} {noun(file.left_out, 'triple')} of RDF 1.2 left out"
            repair = "shapes do not look at triple terms and directions of texts"
            yield Finding(file.label, 0, 0, "note", what, repair)
        if any(file.mentions(str(term(one))) for one in ("owl:imports", "sh:shapesGraph")):
            told = quads.get(file.label) or file.quads
            yield from unfetched(told, partial(_names, file), file.label)


def _alike(files: Iterable[_File]) -> Iterator[Finding]:
    """Yield the IRIs that people would take for one another, of data and shapes together."""
    files = list(files)
    found = alike(file.body for file in files)
    wanted = {iri for _, several in found for iri in several}
    places: dict[str, tuple[str, int, int]] = {}
    for file in files:
        if any(file.mentions(f"<{iri}>") for iri in wanted):
            for name in file.names:
                if name.iri in wanted:
                    places.setdefault(name.iri, name[2:])
    for what, several in found:
        told = {f"<{iri}>": places.get(iri, (files[0].label, 0, 0)) for iri in several}
        yield from taken_for_another(what, told)


def _names(file: _File) -> list[Name]:
    return file.names


def _doubts(
    facts: Sequence[_File], quads: Mapping[str, list[Quad]], rules: Sequence[_File], said: Said
) -> Iterator[Finding]:
    """Yield what the shapes say that does not check what it seems to."""

    def has(node: str) -> bool:
        return any(file.mentions(node) for file in facts)

    for file in rules:
        yield from doubts(quads[file.label], partial(_names, file), file.label)
        yield from vain_targets(quads[file.label], file.names, file.label, said, has)
    if not any(map(has_target, quads.values())):
        message = "no shape has a target, so that nothing is checked"
        repair = "give a shape sh:targetClass, or another target"
        yield Finding(rules[0].label, 0, 0, "warning", message, repair)


class _Found:
    """The report of the engine, with the places of what it is about."""

    def __init__(
        self,
        report: Dataset,
        shapes: Iterable[Quad],
        facts: Sequence[_File],
        rules: Sequence[_File],
    ) -> None:
        self.report = report
        self.said = by_subject(shapes)
        self.facts = facts
        self.label = rules[0].label
        self.prefixes = {
            name: iri for file in (*rules, *facts) for name, iri in file.prefixes.items()
        }
        # Names of the engine's own differ from run to run, so what is told gives the order.
        results = [quad.subject for quad in report.quads_for_object(term("sh:ValidationResult"))]
        self.results = sorted(results, key=lambda node: (Told.of(report, node), self._key(node)))

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each result."""
        told = [Told.of(self.report, node) for node in self.results]
        places = self._places(told)
        for node, one in zip(self.results, told, strict=True):
            focus = self._term(node, "sh:focusNode")
            path, line, column = (
                places.get((one.focus, one.path))
                or places.get((one.focus, one.focus))
                or (self._home(focus), 0, 0)
            )
            text = self._plain(one.message)
            severity = SEVERITIES.get(one.severity, "error")
            yield Finding(path, line, column, severity, f"{self._name(focus)}: {text}")

    def turtle(self) -> str:
        """Return SHACL's own report, the same text for the same findings."""
        report = next(self.report.quads_for_object(term("sh:ValidationReport"))).subject
        own: dict[object, BlankNode] = {
            node: BlankNode(f"result{n}") for n, node in enumerate(self.results, 1)
        }
        own[report] = BlankNode("report")
        triples = [triple for node in own for triple in self._said_of(node, own)]
        paths = dict.fromkeys(one.object for one in triples if one.predicate == _PATH)
        triples += [quad.triple for node in paths for quad in path_quads(self.said, node)]
        prefixes = {**self.prefixes, "sh": STANDARD_PREFIXES["sh"]}
        triples = list(dict.fromkeys(triples))
        text = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes)
        return cast("bytes", text).decode()

    def _said_of(self, node: object, own: dict[object, BlankNode]) -> list[Triple]:
        found = []
        for quad in self.report.quads_for_subject(node):  # type: ignore[arg-type]
            value = own.get(quad.object, quad.object)
            if quad.predicate == _PATH and isinstance(value, BlankNode):
                value = self._path_of(node, value)
            if quad.predicate == term("sh:resultMessage") and isinstance(value, Literal):
                value = Literal(self._with_paths(value.value), language=value.language)
            found.append(Triple(own[node], quad.predicate, value))
        return sorted(found, key=lambda one: (one.predicate != term("rdf:type"), str(one)))

    def _path_of(self, node: object, told: BlankNode) -> BlankNode | NamedNode:
        """Return the path of the shape, for which the engine may tell a node that is nowhere."""
        shape = self.said.get(self._term(node, "sh:sourceShape"), [])
        paths = (quad.object for quad in shape if quad.predicate == term("sh:path"))
        return cast("BlankNode | NamedNode", next(paths, told))

    def _term(self, node: object, curie: str) -> object:
        quads = self.report.quads_for_subject(node)  # type: ignore[arg-type]
        return next((quad.object for quad in quads if quad.predicate == term(curie)), None)

    def _key(self, node: object) -> list[str]:
        quads = self.report.quads_for_subject(node)  # type: ignore[arg-type]
        return sorted(f"{quad.predicate} {quad.object}" for quad in quads)

    def _name(self, focus: object) -> str:
        if isinstance(focus, BlankNode):
            return "a node without a name"
        return self._short(focus.value) if isinstance(focus, NamedNode) else str(focus)

    def _home(self, focus: object) -> str:
        """Return the file of the data in which a node stands."""
        return next((file.label for file in self.facts if file.mentions(str(focus))), self.label)

    def _places(self, told: Iterable[Told]) -> dict[tuple[str, str], tuple[str, int, int]]:
        """Return where each focus node stands as a subject, and where its path is said of it."""
        wanted = {(one.focus, name) for one in told for name in (one.focus, one.path)}
        nodes = {focus for focus, _ in wanted}
        found: dict[tuple[str, str], tuple[str, int, int]] = {}
        for file in self.facts:
            if any(file.mentions(f"<{node}>") for node in nodes):
                for one in file.names:
                    if (one.subject, one.iri) in wanted:
                        found.setdefault((one.subject, one.iri), (one.path, one.line, one.column))
        return found

    def _plain(self, message: str) -> str:
        return _IRI.sub(lambda match: self._short(match[1]), self._with_paths(message))

    def _with_paths(self, message: str) -> str:
        """Return a message with paths written out for the nodes that stand for them."""

        def path(found: re.Match[str]) -> str:
            node = BlankNode(found[0][2:])
            is_path = any(path_quads(self.said, node))
            return path_text(self.said, node, lambda iri: f"<{iri}>") if is_path else found[0]

        return _NODE.sub(path, message)

    def _short(self, iri: str) -> str:
        fits = [(len(full), name) for name, full in self.prefixes.items() if iri.startswith(full)]
        if not fits:
            return f"<{iri}>"
        length, name = max(fits)
        return f"{name}:{iri[length:]}"


_PATH: Final = term("sh:resultPath")
