"""Cypher: a script that adds the graph to a database, and adds nothing when it is run again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from kg.exports.elements import ENTITY, SOURCE, VALUE, Date, Elements, Node, Property, Relationship
from kg.exports.losses import Dumped

if TYPE_CHECKING:
    from kg.store.base import Store

# What ends a text or a line, and the sign of escapes itself.
_ESCAPED: Final = re.compile(r"[\\'\n\r\t]")
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def write(store: Store) -> Dumped:
    """Return one statement a line; a node and a relationship are known by their `id`."""
    elements = Elements(store)
    lines = [
        f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE;\n"
        for label in (ENTITY, SOURCE, VALUE)
    ]
    labels = {}
    for node in elements.nodes():
        labels[node.key] = node
        lines.append(_node(node))
    lines += (_relationship(one, labels) for one in elements.relationships())
    return Dumped("".join(lines).encode(), elements.losses.lines)


def _node(one: Node) -> str:
    return f"MERGE (n:{one.label} {_known(one)}){_set('n', one.properties)};\n"


def _relationship(one: Relationship, nodes: Mapping[str, Node]) -> str:
    start, end = nodes[one.start], nodes[one.end]
    ends = f"MATCH (a:{start.label} {_known(start)}), (b:{end.label} {_known(end)})"
    known = f"{{id: {_value(one.properties['id'])}}}"
    link = f"MERGE (a)-[r:{_name(one.type)} {known}]->(b)"
    return f"{ends} {link}{_set('r', one.properties)};\n"


def _known(one: Node) -> str:
    return f"{{id: {_value(one.properties['id'])}}}"


def _set(variable: str, properties: Mapping[str, Property]) -> str:
    told = list(_assigned(variable, properties))
    return f" SET {', '.join(told)}" if told else ""


def _assigned(variable: str, properties: Mapping[str, Property]) -> Iterator[str]:
    for name, value in properties.items():
        if name != "id":
            yield f"{variable}.{_name(name)} = {_value(value)}"


def _name(name: str) -> str:
    return f"`{name}`"


def _value(value: Property) -> str:
    match value:
        case Date():
            return f"date({_value(value.text)})"
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
    return "'" + _ESCAPED.sub(lambda found: _ESCAPES.get(found[0], f"\\{found[0]}"), value) + "'"
