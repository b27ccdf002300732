"""GEXF, where lists are written as JSON because attributes are plain values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from kg.exports.networks.plain import plain
from kg.model.dates import PartialDate, day_before, iso

if TYPE_CHECKING:
    import networkx as nx

_EDGE: Final = re.compile(r'<edge source="[^"]*" target="[^"]*" id="([^"]*)"')


def write(graph: nx.MultiDiGraph[str]) -> str:
    """Return the network as GEXF 1.3, each edge with its first and last day for Gephi's timeline.

    GEXF includes its `end`, so that is the day before `until`; the dates as written are the
    attributes start_text and end_text. Edges have the ids of their statements, and are of the kind
    of their relation, so that none of two nodes is merged with another.
    """
    import networkx as nx

    timed = plain(graph)
    timed.graph["mode"] = "dynamic"
    kinds = {}
    for _, _, key, attributes in timed.edges(keys=True, data=True):
        kinds[key] = attributes["predicate"]
        attributes["id"] = key
        # GEXF's own start and end are the bounds.
        for name in ("start", "end"):
            if name in attributes:
                attributes[f"{name}_text"] = attributes.pop(name)
        if "since" in attributes:
            attributes["start"] = attributes["since"]
        if "until" in attributes:
            attributes["end"] = iso(day_before(PartialDate.stored(attributes["until"]).earliest))
    text = "\n".join(nx.generate_gexf(timed, version="1.3")) + "\n"
    # networkx writes the day on which it runs; the same data give the same bytes.
    day = f'lastmodifieddate="{graph.graph.get("issued", "")}"'
    text = re.sub(r'lastmodifieddate="[^"]*"', day, text, count=1)
    # It knows no kinds.
    return _EDGE.sub(lambda edge: f"{edge[0]} kind={quoteattr(kinds[edge[1]])}", text)
