"""Elements: a graph as nodes and relationships with properties, for databases of such graphs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.exports.losses import Losses
from kg.model.dates import Day, iso
from kg.model.ids import content_id
from kg.model.languages import label_column
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.model.statement import Entity, Reference, Statement
    from kg.store.base import Store

ENTITY, SOURCE, VALUE = "Entity", "Source", "Value"


class Date(NamedTuple):
    """A day of the years 1 to 9999, as `xsd:date`."""

    text: str


Property = str | Date | tuple[str, ...]


class Node(NamedTuple):
    """A node; `key` tells it from all others, what it has no value for is left out."""

    key: str
    label: str
    properties: Mapping[str, Property]


class Relationship(NamedTuple):
    """A statement, from the node of its subject to that of its object."""

    start: str
    end: str
    type: str
    properties: Mapping[str, Property]


_YEARS: Final = range(1, 10_000)


class Elements:
    """The nodes and relationships of a store, and what they cannot hold.

    Entities, sources and values of literals are nodes, each statement is a relationship of its own.
    """

    def __init__(self, store: Store) -> None:
        """Read the store when it is first asked."""
        self.losses = Losses()
        self._history = History(store)

    def nodes(self) -> Iterator[Node]:
        """Yield the entities, the sources, and the values of literals, each once."""
        for entity in self._history.entities.values():
            yield Node(entity.id, ENTITY, _present(_of_entity(entity)))
        for source in self._history.sources.values():
            yield Node(f"source:{source.id}", SOURCE, _present({"id": source.id, **source.cells}))
        values = {
            _key_of_value(one): one for one in self._history.statements if one.datatype
        }  # fmt: skip
        for key, one in sorted(values.items()):
            told = {"id": key, "value": one.object, "datatype": one.datatype}
            yield Node(key, VALUE, told)

    def relationships(self) -> Iterator[Relationship]:
        """Yield the statements, and count what they lose."""
        for one in self._history.statements:
            end = _key_of_value(one) if one.datatype else one.object
            further = max(one.proof_count, len(one.proofs)) - 1
            what = "left out: the shortest is kept"
            self.losses.add("further proof is", "further proofs are", what, max(further, 0))
            yield Relationship(one.subject, end, one.predicate, self._of_statement(one))

    def _of_statement(self, one: Statement) -> dict[str, Property]:
        since, until = one.holds
        return _present(
            {
                "id": one.id,
                "start": one.start,
                "end": one.end,
                "at": one.at,
                "since": self._date(since),
                "until": self._date(until),
                "rank": one.rank,
                "disputed_by": one.disputed_by,
                "may_confirm": one.may_confirm,
                "rule": one.rule,
                "premises": one.premises,
                "sources": tuple(dict.fromkeys(each.source for each in one.references)),
                "references": _references(one.references),
                **dict(one.more),
            }
        )

    def _date(self, day: Day | None) -> Property:
        if day and day[0] not in _YEARS:
            what = "outside of the years 1 to 9999 and left to the texts"
            self.losses.add("bound is", "bounds are", what)
            return ""
        return Date(iso(day)) if day else ""


def _of_entity(one: Entity) -> dict[str, Property]:
    labels: dict[str, Property] = {
        label_column(language): label for language, label in one.labels.items()
    }
    named: dict[str, Property] = {"id": one.id, "name": one.label, "class": one.class_name}
    return named | labels | {"aliases": one.aliases, **one.cells}


def _key_of_value(one: Statement) -> str:
    return f"value:{content_id(one.datatype, one.object)}"


def _references(references: tuple[Reference, ...]) -> str:
    """Return the references as a text of JSON, because no property holds objects."""
    cells = (
        {"source": one.source, "locator": one.locator, "at": one.at, "note": one.note}
        for one in references
    )
    told = [{name: cell for name, cell in one.items() if cell} for one in cells]
    return json.dumps(told, ensure_ascii=False) if told else ""


def _present(properties: Mapping[str, Property]) -> dict[str, Property]:
    return {name: value for name, value in properties.items() if value not in {"", ()}}
