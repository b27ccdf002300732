"""GraphML, where lists are written as JSON because attributes are plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exports.networks.plain import plain

if TYPE_CHECKING:
    import networkx as nx


def write(graph: nx.MultiDiGraph[str]) -> str:
    """Return the network as GraphML."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(plain(graph))) + "\n"
