"""Described: the store → what it says of itself and how much it holds, in VoID.

Describing Linked Datasets with the VoID Vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.model.namespaces import term

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

    from kg.query.bench.bench import Bench

_COUNTS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)
{ ?s ?p ?o }"""
_CLASSES: Final = """
SELECT ?name (COUNT(DISTINCT ?s) AS ?count) {
  ?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?name FILTER(isIRI(?name))
} GROUP BY ?name ORDER BY ?name"""
_PROPERTIES: Final = """
SELECT ?name (COUNT(*) AS ?count) { ?s ?name ?o } GROUP BY ?name ORDER BY ?name"""
_TOLD: Final = ("dcterms:title", "dcterms:license", "dcterms:issued", "dcat:version")


def void(bench: Bench, dataset: NamedNode) -> Iterator[Triple]:
    """Yield what the graph says of itself, and how many triples, classes and properties it has."""
    if not bench.is_plain:
        space = Literal(bench.store.words.base)
        yield Triple(dataset, term("void:uriSpace"), space)
        yield from told(bench, dataset, _TOLD)
    yield from counted(bench, dataset)
    for predicate, key, query in (
        ("void:classPartition", "void:class", _CLASSES),
        ("void:propertyPartition", "void:property", _PROPERTIES),
    ):
        count = "void:entities" if key == "void:class" else "void:triples"
        for number, row in enumerate(_rows(bench, query)):
            part = BlankNode(f"{key[5:]}{number}")
            yield Triple(dataset, term(predicate), part)
            yield Triple(part, term(key), cast("NamedNode", row["name"]))
            yield Triple(part, term(count), cast("Literal", row["count"]))


def told(bench: Bench, dataset: NamedNode, properties: tuple[str, ...]) -> Iterator[Triple]:
    """Yield what the graph says about itself by these properties."""
    store = bench.store.pyoxigraph
    for found in store.quads_for_pattern(None, term("rdf:type"), term("dcat:Dataset"), None):
        for predicate in properties:
            for quad in store.quads_for_pattern(found.subject, term(predicate), None, None):
                if not isinstance(quad.object, BlankNode):
                    yield Triple(dataset, quad.predicate, quad.object)


def counted(bench: Bench, node: NamedNode | BlankNode) -> Iterator[Triple]:
    """Yield how many triples, subjects and objects the default graph has."""
    for row in _rows(bench, _COUNTS):
        yield Triple(node, term("void:triples"), cast("Literal", row["triples"]))
        yield Triple(node, term("void:distinctSubjects"), cast("Literal", row["subjects"]))
        yield Triple(node, term("void:distinctObjects"), cast("Literal", row["objects"]))


def _rows(bench: Bench, query: str) -> QuerySolutions:
    return cast("QuerySolutions", bench.store.query_plain(query))
