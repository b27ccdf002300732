"""Terms: a store for rdflib whose terms are those that rdflib itself would have read.

oxrdflib writes the type of every literal, also `xsd:string`, which rdflib leaves out; and it gives
variables that have no value the value None, which rdflib's own writers of XML do not take.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from oxrdflib import OxigraphStore
from rdflib import Graph, Literal
from rdflib.namespace import XSD

if TYPE_CHECKING:
    from rdflib.query import Result


class PlainStore(OxigraphStore):
    """An Oxigraph store that gives strings without a type; those with one are found all the same.

    >>> import kg, rdflib
    >>> rdflib.Literal("TASS") in set(kg.open().rdflib.default_graph.objects())
    True
    """

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:  # noqa: ANN401 - as rdflib has it
        """Yield what fits the pattern, and for each triple the graphs in which it is."""
        for triple, contexts in super().triples(triple_pattern, context):
            yield tuple(map(plain, triple)), contexts

    def query(self, *given: Any, **named: Any) -> Result:  # noqa: ANN401 - as rdflib has it
        """Answer a query; what is unbound is absent."""
        found = super().query(*given, **named)
        if found.type == "SELECT":
            rows = [*found.bindings]
            found.bindings = [
                {name: plain(term) for name, term in row.items() if term is not None}
                for row in rows
            ]
        elif found.graph is not None:
            graph = Graph()
            for triple in found.graph:
                graph.add(tuple(map(plain, triple)))
            found.graph = graph
        return found


def plain(term: Any) -> Any:  # noqa: ANN401 - a term, or the parts of a quoted triple
    """Return a string without its type, any other term as it is.

    >>> plain(Literal("a", datatype=XSD.string)) == Literal("a")
    True
    """
    if isinstance(term, Literal) and term.datatype == XSD.string:
        return Literal(str(term))
    return term
