"""CSV: a table of the edges."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from kg.exports.losses import Losses
from kg.model import schema

if TYPE_CHECKING:
    import networkx as nx


def write(graph: nx.MultiDiGraph[str]) -> str:
    """Return one line an edge: who, what, whom, when, and the ids of the sources."""
    columns = ["subject", "predicate", "object", "start", "end", "at", "since", "until"]
    columns += ["rank", "status", "inferred", "statement", "sources"]
    given = {name for *_, attributes in graph.edges(data=True) for name in attributes}
    columns += [name for name in schema.optional("statements") if name in given]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for subject, target, key, attributes in sorted(
        graph.edges(keys=True, data=True), key=_edge_key
    ):
        ends = {"subject": subject, "object": target, "statement": key}
        sources = [r["source"] for r in attributes.get("references", [])]
        writer.writerow(attributes | ends | {"sources": "|".join(dict.fromkeys(sources))})
    return text.getvalue()


def losses(graph: nx.MultiDiGraph[str]) -> tuple[str, ...]:
    """Return what a table of edges has no line for, counted."""
    left = Losses()
    facts = sum(len(told.get("facts", ())) for _, told in graph.nodes(data=True))
    left.add("statement is", "statements are", "left out: the object is a literal", facts)
    what = "told by their ids alone, without labels and descriptions"
    left.add("entity is", "entities are", what, len(graph))
    return left.lines


def _edge_key(edge: tuple[str, str, str, dict[str, Any]]) -> tuple[str, str, str, str]:
    return (edge[0], edge[3]["predicate"], edge[1], edge[2])
