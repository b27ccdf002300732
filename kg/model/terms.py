"""Terms: which words of its own and of others an ontology uses wrongly, each at its place.

What others fixed for good has no other words than theirs; classes are told from what is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.errors import Finding, did_you_mean, hint
from kg.model.namespaces import STANDARD_PREFIXES, term, text_of
from kg.model.sparql import place, tokens

if TYPE_CHECKING:
    from kg.model.ontology import Ontology

# The whole of the vocabularies that do not grow.
_CLOSED: Final[Mapping[str, str]] = {
    "rdf": """
        Alt Bag CompoundLiteral HTML JSON List PlainLiteral Property Seq Statement
        XMLLiteral dirLangString direction first langString language nil object
        predicate reifies rest subject type value
    """,
    "rdfs": """
        Class Container ContainerMembershipProperty Datatype Literal Resource comment
        domain isDefinedBy label member range seeAlso subClassOf subPropertyOf
    """,
    "owl": """
        AllDifferent AllDisjointClasses AllDisjointProperties Annotation
        AnnotationProperty AsymmetricProperty Axiom Class DataRange DatatypeProperty
        DeprecatedClass DeprecatedProperty FunctionalProperty InverseFunctionalProperty
        IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing
        ObjectProperty Ontology OntologyProperty ReflexiveProperty Restriction
        SymmetricProperty Thing TransitiveProperty allValuesFrom annotatedProperty
        annotatedSource annotatedTarget assertionProperty backwardCompatibleWith
        bottomDataProperty bottomObjectProperty cardinality complementOf
        datatypeComplementOf deprecated differentFrom disjointUnionOf disjointWith
        distinctMembers equivalentClass equivalentProperty hasKey hasSelf hasValue
        imports incompatibleWith intersectionOf inverseOf maxCardinality
        maxQualifiedCardinality members minCardinality minQualifiedCardinality onClass
        onDataRange onDatatype onProperties onProperty oneOf priorVersion
        propertyChainAxiom propertyDisjointWith qualifiedCardinality rational real
        sameAs someValuesFrom sourceIndividual targetIndividual targetValue
        topDataProperty topObjectProperty unionOf versionIRI versionInfo
        withRestrictions
    """,
    "xsd": """
        ENTITIES ENTITY ID IDREF IDREFS NCName NMTOKEN NMTOKENS NOTATION Name QName
        anyAtomicType anySimpleType anyType anyURI base64Binary boolean byte date
        dateTime dateTimeStamp dayTimeDuration decimal double duration float
        fractionDigits gDay gMonth gMonthDay gYear gYearMonth hexBinary int integer
        language length long maxExclusive maxInclusive maxLength minExclusive
        minInclusive minLength negativeInteger nonNegativeInteger nonPositiveInteger
        normalizedString pattern positiveInteger short string time token totalDigits
        unsignedByte unsignedInt unsignedLong unsignedShort whiteSpace yearMonthDuration
    """,
}
# Words of kg's own that no graph says.
_OF_DATASETS: Final = frozenset({"houseRules", "withoutHouseRules"})
_SIDES: Final = {
    "rdfs:domain": "domain of",
    "rdfs:range": "range of",
    "rdfs:subClassOf": "superclass of",
}
# How a class is made of others.
_INNER: Final = tuple(map(term, ("owl:unionOf", "owl:intersectionOf", "rdf:first", "rdf:rest")))
# Pairs of kinds of which a property has one, and how they differ.
_EITHER: Final = (
    ("kg:StateProperty", "kg:EventProperty", "a state holds for a time, an event is of a day"),
    (
        "owl:ObjectProperty",
        "owl:DatatypeProperty",
        "the object of the one is an entity, that of the other a literal",
    ),
)


class Name(NamedTuple):
    """A term in a Turtle file: its IRI, that of the subject it is said of, and its place."""

    iri: str
    subject: str
    path: str
    line: int
    column: int


def misnamed(quads: Iterable[Quad], paths: Mapping[str, Path]) -> list[Finding]:
    """Return an error for each word of a vocabulary that does not have it, at its first place.

    `paths` are the Turtle files from which the quads are, by what messages call them.
    """
    used = {iri for quad in quads for iri in iris_of(quad)}
    wrong = {iri: found for iri in used if (found := _problem(iri))}
    names = written(paths) if wrong else []
    return sorted(
        Finding(*_place([name for name in names if name.iri == iri], paths), "error", *found)
        for iri, found in wrong.items()
    )


def contradictions(known: Ontology, paths: Mapping[str, Path]) -> list[Finding]:
    """Return an error for each class that is none, and for each property of two kinds."""
    found = [*_no_classes(known), *_two_kinds(known)]
    names = written(paths) if found else []
    return sorted(
        Finding(
            *_place([one for one in names if (one.subject, one.iri) == said], paths), "error", *text
        )
        for said, text in found
    )


def _no_classes(known: Ontology) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    datatypes = known.marked("rdfs:Datatype")
    for curie, side in _SIDES.items():
        for quad in known.quads:
            if quad.predicate != term(curie):
                continue
            for node in _members(quad.object, known.quads):
                name = known.local_name(node)
                if name and name not in known.classes and name not in datatypes:
                    of = known.local_name(quad.subject) or known.words.short(text_of(quad.subject))
                    message = f"the {side} '{of}' is '{name}', which is no class of the ontology"
                    near = did_you_mean(name, known.classes)
                    repair = hint(near, f"declare it: :{name} a owl:Class")
                    yield (text_of(quad.subject), text_of(node)), (message, repair)


def _two_kinds(known: Ontology) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for one, other, why in _EITHER:
        for name in known.marked(one) & known.marked(other):
            message = f"'{name}' is both {one} and {other}"
            place_of = known.words.ontology(name).value, term(other).value
            yield place_of, (message, f"leave out one of the two: {why}")


def _members(node: object, quads: Collection[Quad]) -> Iterator[object]:
    """Yield the classes that a node stands for: itself, or those of a union or intersection."""
    todo, seen = [node], set[object]()
    while todo:
        one = todo.pop()
        if not isinstance(one, BlankNode):
            yield one
        elif one not in seen:
            seen.add(one)
            todo += (q.object for q in quads if q.subject == one and q.predicate in _INNER)


def iris_of(quad: Quad) -> Iterator[str]:
    """Yield the IRIs of a quad, and that of the type of its literal.

    >>> list(iris_of(Quad(term("kg:A"), term("rdf:value"), Literal("x"))))[1:]
    ['http://www.w3.org/1999/02/22-rdf-syntax-ns#value', 'http://www.w3.org/2001/XMLSchema#string']
    """
    for node in (quad.subject, quad.predicate, quad.object):
        if isinstance(node, NamedNode):
            yield node.value
        elif isinstance(node, Literal):
            yield node.datatype.value


def _problem(iri: str) -> tuple[str, str] | None:
    """Return (message, repair) about a term that its vocabulary has not."""
    for prefix in ("kg", *_CLOSED):
        namespace = STANDARD_PREFIXES[prefix]
        local = iri.removeprefix(namespace)
        if local and local != iri and local not in _known(prefix):
            if prefix == "rdf" and re.fullmatch(r"_[1-9][0-9]*", local):
                return None
            repair = did_you_mean(f"{prefix}:{local}", (f"{prefix}:{x}" for x in _known(prefix)))
            return f"{prefix} has no term {local}", repair or "correct the term, or leave it out"
    return None


@cache
def _known(prefix: str) -> Collection[str]:
    if prefix != "kg":
        return frozenset(_CLOSED[prefix].split())
    text = files("kg").joinpath("terms.ttl").read_text(encoding="utf-8")
    return frozenset(re.findall(r"(?m)^kg:(\w+)", text)) | _OF_DATASETS


def _place(names: Collection[Name], paths: Mapping[str, Path]) -> tuple[str, int, int]:
    """Return the first place of a term; its file alone where it is written in a way of its own."""
    if names:
        first = min(names, key=lambda one: one[2:])
        return first.path, first.line, first.column
    return next(iter(paths), "ontology"), 0, 0


def written(paths: Mapping[str, Path]) -> list[Name]:
    """Return the terms that Turtle files name, in their order."""
    return [
        name
        for label, path in paths.items()
        for name in in_turtle(path.read_text(encoding="utf-8-sig", errors="replace"), label)
    ]


def in_turtle(text: str, label: str) -> Iterator[Name]:
    """Yield the terms of a Turtle text.

    >>> text = "@prefix e: <http://e/> . e:a a e:B ; e:c <d> ."
    >>> [(one.iri, one.subject, one.column) for one in in_turtle(text, "t.ttl")][:2]
    [('http://e/a', 'http://e/a', 26), ('http://e/B', 'http://e/a', 32)]
    """
    prefixes: dict[str, str] = {}
    base, subject, starts, before = "", "", True, ""
    found = iter(tokens(text))
    for token in found:
        word = token[0]
        if word.lower() in {"prefix", "base"} and (before == "@" or starts):
            name = next(found)[0] if word.lower() == "prefix" else ""
            iri = resolved(base, next(found)[0][1:-1])
            if name:
                prefixes[name[:-1]] = iri
            else:
                base = iri
            starts = True
        elif word == "." and not text[token.end() : token.end() + 1].isdigit():
            starts = True
        elif word in {"{", "}"}:
            # A graph of TriG begins or ends; with a line beside it, what is said of a triple.
            starts = starts or "|" not in {before, text[token.end() : token.end() + 1]}
        elif word != "@":
            iri = _expanded(word, base, prefixes)
            if starts:
                subject, starts = iri, False
            if iri:
                yield Name(iri, subject, label, *place(text, token))
        before = word


def _expanded(word: str, base: str, prefixes: Mapping[str, str]) -> str:
    if word.startswith("<") and word.endswith(">"):
        return resolved(base, word[1:-1])
    prefix, colon, local = word.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else ""


def resolved(base: str, iri: str) -> str:
    """Return a reference in full (RFC 3986 §5.2), with the # at its end, which urljoin leaves out.

    >>> resolved("http://e/", "a#"), resolved("http://e/", "http://f/b#"), resolved("", "a")
    ('http://e/a#', 'http://f/b#', 'a')
    """
    joined = urljoin(base, iri)
    return f"{joined}#" if iri.endswith("#") and not joined.endswith("#") else joined
