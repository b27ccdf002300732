"""RDF 1.2: Turtle in which each statement reifies its triples, and no graph is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from kg.model.namespaces import term
from kg.store.rdf import to_rdf

if TYPE_CHECKING:
    from kg.store.base import Store


def write(store: Store) -> bytes:
    """Return the graph as Turtle of RDF 1.2.

    A triple in the graph of a statement becomes `st:x rdf:reifies <<( s p o )>>`, which is what
    `<< s p o ~ st:x >>` is short for; dates, rank and references stand on the statement already.
    What holds on the day of issue is asserted, as it is in the default graph.
    """
    return to_rdf(map(_reified, store.quads()), store.words, RdfFormat.TURTLE)


def _reified(quad: Quad) -> Quad:
    if isinstance(quad.graph_name, DefaultGraph):
        return quad
    # Graphs are named after their statements.
    statement = NamedNode(quad.graph_name.value)
    return Quad(statement, term("rdf:reifies"), quad.triple)
