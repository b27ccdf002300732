"""Graph page: the page of the graph as it stands in a site, with the header of all its pages."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from kg.hypertext.frame import assets, rendered
from kg.hypertext.telling import Teller

if TYPE_CHECKING:
    from kg.graph import Graph


def graph_page(told: Teller, graph: Graph, as_of: str) -> bytes:
    """Return the page; its style of the header is named in what the page allows itself.

    It has an icon that is empty, as all pages: else a browser asks the server for one.
    """
    text = graph.view(as_of=as_of or None).html
    header = rendered("graph-header.html", told.links, "graph", site=told.site)
    style = assets(["site.css"])["site.css"].decode()
    named = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text = text.replace("style-src '", f"style-src 'sha256-{named}' '", 1)
    text = text.replace(
        "</head>", f'<style>{style}</style>\n<link rel="icon" href="data:,">\n</head>', 1
    )
    return text.replace('<header class="bar">', f'{header}\n<header class="bar">', 1).encode()
