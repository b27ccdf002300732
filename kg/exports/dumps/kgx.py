"""KGX: a folder of nodes and edges as JSON Lines and as TSV, for the tools of Biolink's graphs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kg.exports.elements import Date, Elements, Node, Property
from kg.exports.losses import Dumped

if TYPE_CHECKING:
    from kg.store.base import Store

Record = dict[str, str | tuple[str, ...]]
# Only what holds of anything: which finer class or predicate is meant, the graph does not say.
CATEGORY: Final = "biolink:NamedThing"
PREDICATE: Final = "biolink:related_to"
# What Biolink has for edges of which nobody said how sure they are, and who made them.
NOT_SAID: Final = "not_provided"
# What parts the values of a cell; a cell holds neither tabs nor ends of lines.
_BETWEEN: Final = "|"
_BLANKS: Final = str.maketrans("\t\r\n", "   ")


def write(store: Store) -> Dumped:
    """Return nodes and edges, each as JSON Lines and as TSV.

    Two periods of one triple are two edges with ids of their own. Each node is a thing, and each
    edge a relation: the names of class and property stand in `class` and `original_predicate`.
    """
    elements = Elements(store)
    nodes = [_node(one) for one in elements.nodes()]
    edges = [
        {
            "id": f"st:{_text(one.properties['id'])}",
            "subject": _curie(one.start),
            "predicate": PREDICATE,
            "object": _curie(one.end),
            "knowledge_level": NOT_SAID,
            "agent_type": NOT_SAID,
            "original_predicate": one.type,
            **{name: _plain(value) for name, value in one.properties.items() if name != "id"},
        }
        for one in elements.relationships()
    ]
    files: dict[str, bytes] = {}
    for name, records in (("nodes", nodes), ("edges", edges)):
        files[f"{name}.jsonl"] = _lines(records)
        files[f"{name}.tsv"] = _table(records)
    return Dumped(files, elements.losses.lines)


def _node(one: Node) -> Record:
    told = {name: _plain(value) for name, value in one.properties.items() if name != "id"}
    return {"id": _curie(one.key), "category": (CATEGORY,), **told}


def _curie(key: str) -> str:
    """Return the key of a node as a CURIE: entities have no prefix of their own.

    >>> _curie("anna"), _curie("source:almanac-2001")
    ('id:anna', 'source:almanac-2001')
    """
    return key if ":" in key else f"id:{key}"


def _plain(value: Property) -> str | tuple[str, ...]:
    return value.text if isinstance(value, Date) else value


def _text(value: Property) -> str:
    return str(_plain(value))


def _lines(records: Iterable[Record]) -> bytes:
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in records)
    return "".join(lines).encode()


def _table(records: list[Record]) -> bytes:
    columns = list(dict.fromkeys(name for one in records for name in one))
    rows = ([_cell(one, name) for name in columns] for one in records)
    return "".join("\t".join(row) + "\n" for row in (columns, *rows)).encode()


def _cell(record: Mapping[str, str | tuple[str, ...]], name: str) -> str:
    value = record.get(name, "")
    return (value if isinstance(value, str) else _BETWEEN.join(value)).translate(_BLANKS)
