"""Quads as RDF texts, the same text for the same quads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from pyoxigraph import Quad, RdfFormat, serialize

from kg.model.namespaces import Vocabulary, text_of
from kg.progress import at_work, counted


def to_rdf(quads: Iterable[Quad], words: Vocabulary, rdf_format: RdfFormat) -> bytes:
    """Return the quads as RDF, sorted, with the project's prefixes."""
    ordered = sorted(counted(quads, "quads read to be written"), key=_key)
    at_work("writing RDF")
    if not rdf_format.supports_datasets:
        triples = [quad.triple for quad in ordered if not _graph(quad)]
        return cast("bytes", serialize(triples, format=rdf_format, prefixes=words.prefixes))
    return cast("bytes", serialize(ordered, format=rdf_format, prefixes=words.prefixes))


def _key(quad: Quad) -> tuple[str, str, str, str]:
    return (_graph(quad), str(quad.subject), str(quad.predicate), str(quad.object))


def _graph(quad: Quad) -> str:
    return text_of(quad.graph_name)
