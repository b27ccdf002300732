"""GEXF, where lists are written as JSON because attributes are plain values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.exports.networks.plain import plain
from kg.model.dates import PartialDate, day_before, iso

if TYPE_CHECKING:
    import networkx as nx


def write(graph: nx.MultiDiGraph[str]) -> str:
    """Return the network as GEXF, each edge with its first and last day for Gephi's timeline.

    GEXF includes its `end`, so that is the day before `until`.
    """
    import networkx as nx

    timed = plain(graph)
    timed.graph["mode"] = "dynamic"
    for _, _, attributes in timed.edges(data=True):
        # GEXF's own start and end: the bounds, not the texts.
        attributes.pop("start", None)
        attributes.pop("end", None)
        if "since" in attributes:
            attributes["start"] = attributes["since"]
        if "until" in attributes:
            attributes["end"] = iso(day_before(PartialDate.stored(attributes["until"]).earliest))
    text = "\n".join(nx.generate_gexf(timed)) + "\n"
    # networkx writes the day on which it runs; the same data give the same bytes.
    day = f'lastmodifieddate="{graph.graph.get("issued", "")}"'
    return re.sub(r'lastmodifieddate="[^"]*"', day, text, count=1)
