"""Networks: a graph that networkx or another program saved → what a project begins with."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import TableError
from kg.model.packed import bare
from kg.model.patterns import WIKIDATA_ID
from kg.model.statement import Kind
from kg.model.texts import read_bytes
from kg.published.place import Place
from kg.starter.found import THING, Found
from kg.starter.gathering import Gathering, Link, Node, Times, one_line

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.Graph[Any]

# Attributes that say what something is called, the first that is there.
LABEL: Final = ("label", "name", "title")
CLASS: Final = ("class", "type", "kind")
WORD: Final = ("label", "relation", "predicate", "type")
AT: Final = ("at", "date")
DATED: Final = ("start", "end", *AT, "spells")
# What programs put there for themselves.
OWN: Final = ("id", "key", "viz", "source", "target")
LONGEST_NOTE: Final = 100
CALLED: Final = {"graphml": "GraphML", "gexf": "GEXF", "json": "node-link JSON"}
FORM: Final = "save it with networkx as GraphML, GEXF or node-link JSON"


def read(path: Path, *, inclusive: bool = False) -> Found:
    """Read a network; `inclusive` says that a day in `end` is the last one.

    Raises InputError when the file cannot be read, TableError when it is no network, or nothing
    of it can be taken over.
    """
    graph = _graph(path)
    gathering = Gathering(path, "edges", inclusive, is_symmetric=not graph.is_directed())
    for node, attributes in graph.nodes(data=True):
        _add_node(str(node), attributes, gathering)
    for number, (subject, target, attributes) in enumerate(graph.edges(data=True), start=1):
        _take_edge(str(subject), str(target), attributes, number, gathering)
    return gathering.found()


def _graph(path: Path) -> Network:
    import networkx as nx

    name = bare(path).suffix.lower()[1:]
    # What the readers of networkx and the parsers below them raise of a file that is none.
    wrong = (SyntaxError, nx.NetworkXException, LookupError, ValueError, TypeError, AttributeError)
    try:
        raw = read_bytes(path, str(path))
        if name == "json":
            return _node_link(json.loads(raw))
        reader = nx.read_graphml if name == "graphml" else nx.read_gexf
        return reader(io.BytesIO(raw))
    except (*wrong, RecursionError) as error:
        line, _ = getattr(error, "position", (0, 0))
        said = one_line(str(error)).rstrip(".") or type(error).__name__
        message = f"the file is no {CALLED[name]}: {said}"
        raise TableError([Place(path, line).error(message, FORM)]) from error


def _node_link(given: object) -> Network:
    """Return the graph of node-link JSON, of which the edges are called so, or links."""
    import networkx as nx

    edges = [name for name in ("edges", "links") if isinstance(given, dict) and name in given]
    if not isinstance(given, dict) or "nodes" not in given or not edges:
        msg = 'it has no "nodes" with "edges" or "links"'
        raise ValueError(msg)
    graph: Network = nx.node_link_graph(given, edges=edges[0])
    return graph


def _add_node(key: str, attributes: Mapping[str, Any], gathering: Gathering) -> None:
    """Take a node; it is called by its key when no attribute says how."""
    place = Place(gathering.path, part=f"node {key}")
    label = _first(attributes, LABEL)
    others = attributes.get("aliases", [])
    aliases = [one for one in others if isinstance(one, str)] if isinstance(others, list) else []
    item = str(attributes.get("wikidata", ""))
    if not re.fullmatch(WIKIDATA_ID, item):
        item = key if re.fullmatch(WIKIDATA_ID, key) and label else ""
    of = _first(attributes, CLASS) or THING
    code = [key] if label and key != item else []
    gathering.add(Node(key, of, {"": label or key}, (*aliases, *code), item), place)
    taken = {*LABEL[:1], *OWN, "aliases" if aliases else "", "wikidata" if item else ""}
    taken |= {next((name for name in names if name in attributes), "") for names in (LABEL, CLASS)}
    for name in attributes.keys() - taken:
        gathering.leave("values", place.error(f"{name} of a node"))


def _take_edge(
    subject: str, target: str, attributes: Mapping[str, Any], number: int, gathering: Gathering
) -> None:
    place = Place(gathering.path, part=f"edge {number}")
    named = next((name for name in WORD if _first(attributes, (name,))), "")
    word = _first(attributes, (named,)) or "linked to"
    others = [name for name in attributes if name not in {named, *DATED, *OWN}]
    plain = [name for name in others if _plain(attributes[name])]
    for name in others:
        if name not in plain:
            gathering.leave("values", place.error(f"{name} of an edge"))
    note = "; ".join(f"{name}: {one_line(_text(attributes[name]))}" for name in plain)
    for times in _times(attributes):
        kind: Kind = "event" if times.at else "state" if any(times) else "timeless"
        gathering.take(Link(subject, word, target, times, f"edge {number}", kind, note=note), place)


def _times(attributes: Mapping[str, Any]) -> Iterator[Times]:
    """Yield when an edge holds: a period for each of the spells of GEXF."""
    spells = attributes.get("spells")
    if isinstance(spells, list) and spells:
        for start, end in spells:
            # The reader of networkx writes so where a spell has none.
            yield Times(*("" if text == "None" else text for text in (_text(start), _text(end))))
        return
    start, end, at = (_first(attributes, names) for names in (("start",), ("end",), AT))
    yield Times(start, end) if start or end else Times(at=at)


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _text(attributes.get(name, "")))), "")


def _text(value: object) -> str:
    """Return a text or number as text, and a year that became a number with a point as a year."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and 0 < len(_text(value)) <= LONGEST_NOTE
