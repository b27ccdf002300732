"""Alike: N-Triples of anybody's → the IRIs in them that people would take for one another.

Classes are held against classes, properties against properties and all other IRIs against each
other: `e:Person` and `e:person`, a class and a property, are hardly meant for one thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from kg.model.namespaces import term
from kg.model.slips import looks

_CLASS, _PROPERTY, _OTHER = "class", "property", "IRI"
# An IRI or a blank node, an IRI, and what the line goes on with when that is an IRI.
_TRIPLE: Final = re.compile(rb"^(?:<([^>]*)>|_:\S+) <([^>]*)> (?:<([^>]*)>)?", re.MULTILINE)
# What the subject and the object of a predicate are; None for what is anything.
_OF_PREDICATE: Final = {
    term(curie).value.encode(): roles
    for curie, roles in {
        "rdf:type": (None, _CLASS),
        "rdfs:subClassOf": (_CLASS, _CLASS),
        "owl:equivalentClass": (_CLASS, _CLASS),
        "rdfs:subPropertyOf": (_PROPERTY, _PROPERTY),
        "owl:inverseOf": (_PROPERTY, _PROPERTY),
        "rdfs:domain": (_PROPERTY, _CLASS),
        "rdfs:range": (_PROPERTY, _CLASS),
        "sh:class": (None, _CLASS),
        "sh:targetClass": (None, _CLASS),
        "sh:path": (None, _PROPERTY),
        "sh:inversePath": (None, _PROPERTY),
        "sh:targetSubjectsOf": (None, _PROPERTY),
        "sh:targetObjectsOf": (None, _PROPERTY),
    }.items()
}
_TYPE: Final = term("rdf:type").value.encode()
# What something is whose type this is.
_OF_TYPE: Final = {
    term(curie).value.encode(): role
    for curie, role in {
        "rdfs:Class": _CLASS,
        "owl:Class": _CLASS,
        "rdf:Property": _PROPERTY,
        "owl:ObjectProperty": _PROPERTY,
        "owl:DatatypeProperty": _PROPERTY,
        "owl:AnnotationProperty": _PROPERTY,
    }.items()
}


def alike(bodies: Iterable[bytes]) -> list[tuple[str, list[str]]]:
    """Return what looks alike in N-Triples: "class", "property" or "IRI", and the IRIs.

    >>> alike([b"<e:ada> <e:knows> <e:Bob> .", b"<e:bob> <e:knows> <e:ada> ."])
    [('IRI', ['e:Bob', 'e:bob'])]
    """
    known: dict[str, set[bytes | None]] = {_CLASS: set(), _PROPERTY: set(), _OTHER: set()}
    for body in bodies:
        for triple in _TRIPLE.finditer(body):
            subject, predicate, value = triple.groups()
            of_subject, of_value = _OF_PREDICATE.get(predicate, (None, None))
            if predicate == _TYPE:
                of_subject = _OF_TYPE.get(value)
            known[_PROPERTY].add(predicate)
            known[of_subject or _OTHER].add(subject)
            known[of_value or _OTHER].add(value)
    known[_OTHER] -= known[_CLASS] | known[_PROPERTY]
    return [(what, several) for what, iris in known.items() for several in _groups(iris)]


def _groups(iris: set[bytes | None]) -> list[list[str]]:
    # Where a literal or a blank node stands there is no IRI.
    names = [one.decode() for one in iris if one is not None]
    looked = [looks(name) for name in names]
    several = {look for look, count in Counter(looked).items() if count > 1}
    found: dict[str, list[str]] = {look: [] for look in sorted(several)}
    if several:
        for look, name in zip(looked, names, strict=True):
            if look in several:
                found[look].append(name)
    return [sorted(one) for one in found.values()]
