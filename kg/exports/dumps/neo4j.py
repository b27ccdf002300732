"""Neo4j: a folder of CSV with typed headers, as `neo4j-admin database import` takes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kg.exports.elements import Date, Elements, Node, Property
from kg.exports.losses import Dumped

if TYPE_CHECKING:
    from kg.store.base import Store

# No alias has it, because it parts them in the tables too.
_BETWEEN: Final = "|"
README: Final = """\
neo4j-admin database import full --nodes=nodes.csv --relationships=relationships.csv \
--array-delimiter="|" --multiline-fields=true DATABASE
"""


def write(store: Store) -> Dumped:
    """Return nodes.csv, relationships.csv and the command that imports them.

    Two periods of one triple are two relationships. Dates are texts as they were written; `since`
    and `until` beside them are bounds of the type of dates, `until` the first day without the fact.
    """
    elements = Elements(store)
    nodes = [
        ({"key:ID": one.key, ":LABEL": _labels(one)}, one.properties) for one in elements.nodes()
    ]
    links = [
        ({":START_ID": one.start, ":END_ID": one.end, ":TYPE": one.type}, one.properties)
        for one in elements.relationships()
    ]
    files = {
        "nodes.csv": _table(nodes),
        "relationships.csv": _table(links),
        "README.txt": README.encode(),
    }
    return Dumped(files, elements.losses.lines)


def _labels(one: Node) -> str:
    """Return the labels of a node, of an entity also its class."""
    name = one.properties.get("class")
    return f"{one.label}{_BETWEEN}{name}" if isinstance(name, str) else one.label


def _table(rows: Iterable[tuple[Mapping[str, str], Mapping[str, Property]]]) -> bytes:
    """Return rows as CSV; the type of a property stands behind its name in the header."""
    found = [(own, {_typed(name, value): _cell(value) for name, value in told.items()})
             for own, told in rows]  # fmt: skip
    columns = dict.fromkeys(name for own, _ in found for name in own)
    columns |= dict.fromkeys(name for _, told in found for name in told)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**own, **told} for own, told in found)
    return text.getvalue().encode()


def _typed(name: str, value: Property) -> str:
    match value:
        case Date():
            return f"{name}:date"
        case tuple():
            return f"{name}:string[]"
    return name


def _cell(value: Property) -> str:
    match value:
        case Date():
            return value.text
        case tuple():
            return _BETWEEN.join(value)
    return value
