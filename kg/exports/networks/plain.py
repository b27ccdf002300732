"""Plain: a network whose attributes are plain values, for the formats that know no others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kg.model.literals import well_formed

if TYPE_CHECKING:
    import networkx as nx


def plain(graph: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """Return a copy whose attributes are plain values for XML; lists become JSON text."""
    import networkx as nx

    def flat(attributes: dict[str, Any]) -> dict[str, Any]:
        texts = {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
            for name, value in attributes.items()
        }
        return {
            name: well_formed(value) if isinstance(value, str) else value
            for name, value in texts.items()
        }

    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    copy.graph.update(flat(graph.graph))
    for node, attributes in graph.nodes(data=True):
        copy.add_node(node, **flat(attributes))
    for subject, target, key, attributes in graph.edges(keys=True, data=True):
        copy.add_edge(subject, target, key=key, **flat(attributes))
    return copy
