"""FollowTheMoney: entities as lines of JSON, and statements between them as the links of its model.

A class or property of the ontology has the schema of the standard term that it is a narrower one of
or matches; other links are of `UnknownLink`, with the property as their role.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from kg.exports.losses import Dumped, Losses
from kg.model import edtf
from kg.model.namespaces import text_of
from kg.store.base import select
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.model.statement import Entity, Reference, Statement
    from kg.store.base import Store

    Properties = dict[str, list[str]]

_OF_CLASSES: Final[Mapping[str, str]] = {
    "schema:Person": "Person",
    "prov:Person": "Person",
    "org:Post": "Position",
    "org:Organization": "Organization",
    "org:FormalOrganization": "Organization",
    "org:OrganizationalUnit": "Organization",
    "schema:Organization": "Organization",
    "schema:Event": "Event",
    "prov:Activity": "Event",
    "schema:CreativeWork": "Document",
    "schema:Place": "Address",
    "schema:Project": "Project",
}
# What has no schema of its own is a note, because what is a thing there is always a narrower one.
_OTHER: Final = "Note"
# Schema, its two ends, and the schemata that these may have.
_LINKS: Final = {
    "org:memberOf": ("Membership", "member", "organization", ("Person", "Organization")),
    "org:holds": ("Occupancy", "holder", "post", ("Person",)),
    "org:headOf": ("Directorship", "director", "organization", ("Person", "Organization")),
}
_ENDS: Final = {"organization": "Organization", "post": "Position"}
_BROADER: Final = """
SELECT ?term ?broader {
  ?term (rdfs:subClassOf|rdfs:subPropertyOf)*/
    (rdfs:subClassOf|rdfs:subPropertyOf|skos:exactMatch|skos:closeMatch) ?broader .
  FILTER(STRSTARTS(STR(?term), STR(:)) && ISIRI(?broader))
}"""
# Years before 1000 are dropped by its reader.
_DATE: Final = re.compile("[1-9][0-9]{3}(?:-[0-9]{2}){0,2}")


def write(store: Store) -> Dumped:
    """Return a line for each entity and for each statement between two of them."""
    writer = _Writer(store)
    lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in writer.all()]
    return Dumped("".join(lines).encode(), writer.losses.lines)


class _Writer:
    def __init__(self, store: Store) -> None:
        self.losses = Losses()
        self.history = History(store)
        self.words = store.words
        self.broader: dict[str, set[str]] = {}
        for row in select(store, _BROADER):
            name = store.words.local("", text_of(row["term"]))
            found = self.broader.setdefault(name, set())
            found.add(store.words.short(text_of(row["broader"])))

    def all(self) -> list[dict[str, object]]:
        """Return the entities and the links."""
        entities = [self._entity(one) for one in self.history.entities.values()]
        links = [link for one in self.history.statements if (link := self._link(one))]
        return entities + links

    def _schema(self, one: Entity) -> str:
        known = self.broader.get(one.class_name, set())
        return next((its for term, its in _OF_CLASSES.items() if term in known), _OTHER)

    def _entity(self, one: Entity) -> dict[str, object]:
        schema = self._schema(one)
        if schema == _OTHER:
            what = "a note, because no schema fits its class"
            self.losses.add("entity is", "entities are", what)
        names = [text for text in one.names if text != one.label]
        what = "without their languages"
        self.losses.add("label is", "labels are", what, len(one.labels))
        told: Properties = {
            "name": [one.label],
            "alias": names,
            "keywords": [self.history.label(one.class_name)],
            "description": [one.description],
            "wikidataId": [one.wikidata],
        }
        return _object(one.id, schema, told)

    def _link(self, one: Statement) -> dict[str, object] | None:
        reason = _left_out(one)
        if reason:
            self.losses.add("statement is", "statements are", f"left out: {reason}")
            return None
        schema, source, target = self._words(one)
        told: Properties = {source: [one.subject], target: [one.object], "recordId": [one.id]}
        # What says who holds an office has no role.
        label = self.history.label(one.predicate)
        told["summary" if schema == "Occupancy" else "role"] = [label]
        told["status"] = []
        if one.disputed_by or one.may_confirm:
            told["status"].append("disputed" if one.disputed_by else "undecided")
        end = edtf.moved(one.end, 1) if one.ends_on_last_day else one.end
        for name, word, text in (
            ("startDate", "start", one.start),
            ("endDate", "end", end),
            ("date", "at", one.at),
        ):
            if text and not _DATE.fullmatch(text):
                told["status"].append(f"{word}: {text}")
                what = "told in the status, because no date there says it"
                self.losses.add("date is", "dates are", what)
            else:
                told[name] = [text]
        return _object(f"st-{one.id}", schema, told | self._sources(one.references))

    def _words(self, one: Statement) -> tuple[str, str, str]:
        """Return the schema of a link, and what its ends are called there."""
        ends = [self._schema(self.history.entities[key]) for key in (one.subject, one.object)]
        for term, (schema, source, target, subjects) in _LINKS.items():
            known = self.broader.get(one.predicate, set())
            if term in known and ends[0] in subjects and ends[1] == _ENDS[target]:
                return schema, source, target
        return "UnknownLink", "subject", "object"

    def _sources(self, references: tuple[Reference, ...]) -> Properties:
        sources = [self.history.sources[one.source] for one in references]
        for one in references:
            cells = sum(map(bool, (one.locator, one.note, one.at)))
            what = "left out: place, note or day"
            self.losses.add("cell of a reference is", "cells of references are", what, cells)
        return {
            "sourceUrl": [one.url for one in sources],
            "publisher": [one.publisher for one in sources],
            "retrievedAt": [one.accessed for one in sources],
        }


def _left_out(one: Statement) -> str:
    """Return why a statement is not written, "" when it is."""
    if one.datatype:
        return "the object is a literal"
    if one.proofs:
        return "it is inferred"
    return "it is deprecated" if one.deprecated else ""


def _object(identifier: str, schema: str, told: Properties) -> dict[str, object]:
    values = {name: [*dict.fromkeys(filter(None, texts))] for name, texts in told.items()}
    properties = {name: texts for name, texts in values.items() if texts}
    return {"id": identifier, "schema": schema, "properties": properties}
