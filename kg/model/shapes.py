"""Shapes: what SHACL shapes look at, read before they are run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import NamedNode, Quad

from kg.model import schema
from kg.model.namespaces import KG, STANDARD_PREFIXES, term

# What only statements, references and proofs are described with.
_RDF: Final = frozenset(
    term(f"rdf:{name}").value for name in ("subject", "predicate", "object", "Statement")
)
# Queries can look at anything.
_QUERIES: Final = frozenset(
    term(f"sh:{name}").value for name in ("sparql", "select", "ask", "construct", "jsFunctionName")
)
# With these, what has a class is looked for among all that has one.
_BY_TYPE: Final = frozenset(
    term(f"sh:{name}").value for name in ("targetSubjectsOf", "targetObjectsOf", "inversePath")
)


def look_at_statements(shapes: Iterable[Quad]) -> bool:
    """Say whether shapes may look at what is said of statements, not only at what these say.

    >>> from pyoxigraph import BlankNode
    >>> shape = BlankNode()
    >>> look_at_statements([Quad(shape, term("sh:targetClass"), term("kg:Source"))])
    False
    >>> look_at_statements([Quad(shape, term("sh:targetClass"), term("kg:Statement"))])
    True
    """
    own = {term("kg:Source").value}
    for table in ("entities", "sources"):
        own |= {term(column.term).value for column in schema.cells_of(table)}
    for quad in shapes:
        if quad.predicate.value in _QUERIES:
            return True
        if isinstance(quad.object, NamedNode):
            iri = quad.object.value
            if quad.predicate.value in _BY_TYPE and iri == term("rdf:type").value:
                return True
            is_of_kg = iri.startswith((KG, STANDARD_PREFIXES["prov"])) or iri in _RDF
            if is_of_kg and iri not in own:
                return True
    return False
