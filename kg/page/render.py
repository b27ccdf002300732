"""The page is drawn by pyvis, with our template, style sheet and scripts in place of its own.

pyvis's own template loads Bootstrap from the network and trusts what is in the labels.
Only its `Network` and `generate_html` are used: never `add_node`, `add_edge`, `show`,
`write_html`, `from_nx`, `set_options` or `set_template`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.page.asking import engine
from kg.page.layout import neighbours
from kg.page.marks import STROKES, bars, radius
from kg.page.packed import packed

if TYPE_CHECKING:
    import networkx as nx

    from kg.page.asking import Asking

    MultiDiGraph = nx.MultiDiGraph[str]

# The scripts share one scope and run in this order; the last one starts the page.
SCRIPTS = (
    *("words.js", "dates.js", "facts.js", "state.js", "dom.js", "keys.js", "fold.js", "labels.js"),
    "views.js",
    *(
        "path.js",
        "common.js",
        "lines.js",
        "graph.js",
        "input.js",
        "cite.js",
        "legend.js",
        "disputes.js",
        "details.js",
        "panel.js",
        "table.js",
        "timeline.js",
    ),
    *(
        "lanes.js",
        "export.js",
        "said.js",
        "lookup.js",
        "search.js",
        "manual.js",
        "stories.js",
        "toolbar.js",
        "aloud.js",
        "page.js",
    ),
)
_VIS = "templates/lib/vis-9.1.2/vis-network.min.js"

_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "selectConnectedEdges": False, "keyboard": False},
    "nodes": {"chosen": False},
    "edges": {
        "chosen": False,
        "smooth": False,
    },
}

# The one style attribute that CodeMirror writes; all its other styles are constructed sheets.
_EDITOR_STYLE = "tab-size: 4"


def render(
    network: MultiDiGraph,
    content: dict[str, Any],
    placed: dict[str, tuple[int, int]],
    asking: Asking | None = None,
) -> str:
    """Return the whole HTML document: no part of it is loaded from anywhere.

    `content` is what `kg.page.content.content` returns, with the first view added; `placed` is
    where each entity stands, in pixels; `asking` lets the page answer SPARQL.
    """
    import jinja2
    from pyvis.network import Network

    own = files("kg.page") / "web"
    names = (*SCRIPTS[:-1], "ask.js", SCRIPTS[-1]) if asking else SCRIPTS
    script = joined((own / name).read_text(encoding="utf-8") for name in names)
    vis = (files("pyvis") / _VIS).read_text(encoding="utf-8")
    vis = re.sub(r"//# sourceMappingURL=\S*", "", vis).replace("\r\n", "\n")
    styles = ("page.css", "ask.css") if asking else ("page.css",)
    css = _colours() + "".join((own / name).read_text(encoding="utf-8") for name in styles)
    # The editor, where there is one, is called by the page's own script, which comes last.
    editor = [(own / "editor.js").read_text(encoding="utf-8")] if asking else []
    parts = [vis, *editor, script]

    env = jinja2.Environment(
        loader=jinja2.DictLoader(
            {"page.html": (own / "template.html").read_text(encoding="utf-8")}
        ),
        autoescape=True,
        keep_trailing_newline=True,
    )
    env.policies["json.dumps_function"] = _dumps
    env.filters["from_json"] = json.loads
    env.filters["packed"] = packed
    env.globals.update(
        content={**content, "facts": packed(content["facts"])},
        css=css,
        scripts=parts,
        script_hashes=[_hash(part) for part in parts],
        asking=asking,
        engine=engine() if asking else "",
        editor_style=_hash(_EDITOR_STYLE),
        style_hash=_hash(css),
    )

    net = Network(directed=True, height="100%", width="100%", heading=content["meta"]["title"])
    net.options = _OPTIONS
    near = neighbours(network)
    colour = {
        node: content["classes"][entity["class"]]["colour"]
        for node, entity in content["entities"].items()
    }
    # Its list is filled here: add_node writes into each what the options say for all.
    # The page makes its lines of the facts, which it has anyway.
    # No title: pyvis switches to innerHTML as soon as one of them contains "href".
    net.nodes = [
        {"id": node, "color": colour[node], "x": x, "y": y, "size": radius(len(near[node]))}
        for node, (x, y) in placed.items()
    ]
    net.templateEnv, net.path = env, "page.html"
    return str(net.generate_html())


def _colours() -> str:
    """Return the colours of lines and the fills of bars, for the legend and the lanes."""
    own = [stroke.colour for stroke in STROKES if stroke.colour]
    name = "line"
    said = "".join(f"--{name}{number}: {colour};" for number, colour in enumerate(own))
    fills = "".join(f".style{i} {{ background: {fill}; }}\n" for i, fill in enumerate(bars()))
    return f":root {{{said} }}\n{fills}"


def joined(scripts: Iterable[str]) -> str:
    """Return the scripts in one scope of their own, without the lines of comments in them.

    Comments are for whoever changes a script.
    """
    texts = "".join(re.sub(r"^ *//.*\n", "", text, flags=re.MULTILINE) for text in scripts)
    return f"'use strict';\n(() => {{\n{texts}}})();\n"


def _dumps(value: object, *, sort_keys: bool = True) -> str:
    """Return JSON that is readable in any language and safe inside a script element.

    Jinja itself escapes <, >, & and '; what is left are the line separators that some parsers
    take for line ends, and lone surrogates, which have no UTF-8.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)
    return re.sub("[\u2028\u2029\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _hash(text: str) -> str:
    """Return the text's digest as CSP wants it: "sha256-…" (CSP Level 3 §2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
