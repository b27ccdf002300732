"""GEXF, where lists are written as JSON because attributes are plain values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.exports.networks.plain import plain

if TYPE_CHECKING:
    import networkx as nx


def write(graph: nx.MultiDiGraph[str]) -> str:
    """Return the network as GEXF, with since and until as the start and end of Gephi's timeline."""
    import networkx as nx

    timed = plain(graph)
    timed.graph["mode"] = "dynamic"
    for _, _, attributes in timed.edges(data=True):
        # GEXF's own start and end: the bounds, not the texts.
        for name, bound in (("start", "since"), ("end", "until")):
            attributes.pop(name, None)
            if bound in attributes:
                attributes[name] = attributes[bound]
    text = "\n".join(nx.generate_gexf(timed)) + "\n"
    # networkx writes the day on which it runs; the same data give the same bytes.
    day = f'lastmodifieddate="{graph.graph.get("issued", "")}"'
    return re.sub(r'lastmodifieddate="[^"]*"', day, text, count=1)
