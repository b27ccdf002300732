"""Wikibase RDF: statements as nodes with ranks, qualifiers, references and full values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.model.dates import NotADateError
from kg.published.place import Place
from kg.published.triples import TYPE, Described, Term, local
from kg.published.wikibase.dates import written
from kg.published.wikibase.said import Said, Snak, Statement, Thing

OWN: Final = "http://wikiba.se/ontology#"
RANKS: Final = {
    NamedNode(f"{OWN}{rank.title()}Rank"): rank for rank in ("preferred", "normal", "deprecated")
}
STATEMENT, ITEM, PROPERTY, RANK = (
    NamedNode(f"{OWN}{name}") for name in ("Statement", "Item", "Property", "rank")
)
TIME, PRECISION, AMOUNT, UNIT = (
    NamedNode(f"{OWN}{name}")
    for name in ("timeValue", "timePrecision", "quantityAmount", "quantityUnit")
)
# An id that was given up for another says so.
SAME: Final = NamedNode("http://www.w3.org/2002/07/owl#sameAs")
DERIVED: Final = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
LABEL: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
ALIAS: Final = NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
WIKIDATA: Final = "http://www.wikidata.org/entity/"
DATED: Final = NamedNode("http://www.w3.org/2001/XMLSchema#dateTime")
# What leads to a value is called .../prop/statement/P1, and to a full one .../value/P1.
_PATH: Final = re.compile(
    r".*/prop/(?:(statement|qualifier|reference|novalue)/)?(?:(value)/)?(P[1-9][0-9]*)"
)
# Forms and senses of a lexeme are called L1-F1 and L1-S1.
_ENTITY: Final = re.compile(r".*/entity/([A-Z][1-9][0-9]*(?:-[FS][1-9][0-9]*)?)")
# An IRI that stands for a value that is not known.
_GENERATED: Final = "/.well-known/genid/"
EVERY: Final = "mul"
_NO_UNIT: Final = "Q199"


def is_wikibase(said: Mapping[Term, Described]) -> bool:
    """Say whether something in the file is a statement of Wikibase."""
    return any(STATEMENT in about.get(TYPE, ()) for about in said.values())


def said(path: Path, triples: Mapping[Term, Described]) -> Said:
    """Return what the triples of a file say of entities."""
    return _Reader(path, triples).read()


class _Reader:
    def __init__(self, path: Path, triples: Mapping[Term, Described]) -> None:
        self.triples = triples
        entities = [one for one in triples if isinstance(one, NamedNode)]
        is_wikidata = any(one.value.startswith(WIKIDATA) for one in entities)
        self.said = Said(path, is_wikidata)
        self.now = {
            _entity(one): _entity(same)
            for one in entities
            for same in triples[one].get(SAME, [])
            if _entity(one) and _entity(same)
        }
        self.seen: set[Term] = set()

    def read(self) -> Said:
        """Return everything that the file says of entities."""
        for subject, about in self.triples.items():
            key = _entity(subject)
            if not key:
                continue
            types = about.get(TYPE, [])
            if about.keys() & {LABEL, ALIAS} or ITEM in types or PROPERTY in types:
                self._add(key, about, is_property=PROPERTY in types, iri=str(subject)[1:-1])
            for predicate, nodes in about.items():
                kind, _, word = _path(predicate)
                if word and not kind:
                    for node in nodes:
                        self._add_statement(key, word, node)
        for node, about in self.triples.items():
            if STATEMENT in about.get(TYPE, ()) and node not in self.seen:
                place = Place(self.said.path, part=str(node).strip("<>"))
                self.said.refuse("no entity of the file has it", place)
        return self.said

    def _add(self, key: str, about: Described, *, is_property: bool, iri: str) -> None:
        labels: dict[str, str] = {}
        names: dict[str, list[str]] = {}
        for one in about.get(LABEL, []):
            if isinstance(one, Literal):
                labels.setdefault(_language(one), one.value)
        for one in about.get(ALIAS, []):
            if isinstance(one, Literal):
                names.setdefault(_language(one), []).append(one.value)
        known = {language: tuple(sorted(texts)) for language, texts in names.items()}
        self.said.things[key] = Thing(key, labels, known, iri, is_property)

    def _add_statement(self, key: str, word: str, node: Term) -> None:
        about = self.triples.get(node, {})
        self.seen.add(node)
        place = self.said.place(key, word)
        main = next(self._snaks(about, "statement"), None)
        ranks = [RANKS[one] for one in about.get(RANK, []) if isinstance(one, NamedNode)
                 and one in RANKS]  # fmt: skip
        absent = [_path(one)[2] for one in about.get(TYPE, []) if _path(one)[0] == "novalue"]
        if main is None and word in absent:
            absent.remove(word)
            main = Snak(word, "none")
        if main is None or len(ranks) != 1:
            self.said.refuse("it has not the form of a statement", place)
            return
        qualifiers = [*self._snaks(about, "qualifier"), *(Snak(one, "none") for one in absent)]
        references = [
            tuple(self._snaks(self.triples.get(one, {}), "reference"))
            for one in about.get(DERIVED, [])
        ]
        statement = Statement(key, main, ranks[0], tuple(qualifiers), tuple(references))
        self.said.statements.append((statement, place))

    def _snaks(self, about: Described, kind: str) -> Iterator[Snak]:
        """Yield the values of one kind, those that have one in full as that."""
        full: dict[str, list[Snak]] = {}
        for predicate, values in about.items():
            of, is_full, word = _path(predicate)
            if of == kind and is_full:
                full[word] = [self._full(word, self.triples.get(one, {})) for one in values]
        for predicate, values in about.items():
            of, is_full, word = _path(predicate)
            if of != kind or is_full:
                continue
            plain = [self._now(_plain(word, one)) for one in values]
            yield from full.get(word, ())
            yield from (one for one in plain if word not in full or one.kind == "some")

    def _now(self, snak: Snak) -> Snak:
        """Return a value that is an entity under the id that it has now."""
        is_entity = snak.kind == "entity"
        return snak._replace(value=self.now.get(snak.value, snak.value)) if is_entity else snak

    def _full(self, word: str, about: Described) -> Snak:
        """Return a time or a quantity."""
        one = {name: values[0] for name, values in about.items() if values}
        match one.get(TIME), one.get(PRECISION), one.get(AMOUNT), one.get(UNIT):
            case Literal() as time, Literal() as precision, _, _:
                if time.datatype != DATED or not precision.value.isdigit():
                    return Snak(word, "problem", "its time is no date")
                # Days of other calendars have been made those of this one.
                try:
                    return Snak(
                        word, "time", written(time.value, int(precision.value), has_year_0=True)
                    )
                except NotADateError as error:
                    return Snak(word, "problem", error.problem)
            case _, _, Literal() as amount, NamedNode() as unit:
                of = "" if local(unit) == _NO_UNIT else local(unit)
                return Snak(word, "text", amount.value.removeprefix("+"), unit=of)
        return Snak(word, "problem", "its value is neither a time nor a quantity")


def _plain(word: str, one: Term) -> Snak:
    if isinstance(one, Literal) and one.datatype == DATED:
        return Snak(word, "problem", "its time has no precision in the file")
    if isinstance(one, Literal):
        note = f"language: {one.language}" if one.language else ""
        is_place = one.datatype.value.endswith("#wktLiteral")
        if is_place:
            return Snak(word, "problem", "its value is neither a time nor a quantity")
        return Snak(word, "text", one.value, note)
    if isinstance(one, BlankNode) or (isinstance(one, NamedNode) and _GENERATED in one.value):
        return Snak(word, "some")
    if not isinstance(one, NamedNode):
        return Snak(word, "problem", "its value is a triple")
    key = _entity(one)
    return Snak(word, "entity", key) if key else Snak(word, "text", one.value)


def _path(one: Term) -> tuple[str, bool, str]:
    """Return of a property of Wikibase what it is of, whether values are full ones, and its id."""
    found = _PATH.fullmatch(one.value) if isinstance(one, NamedNode) else None
    return (found[1] or "", bool(found[2]), found[3]) if found else ("", False, "")


def _entity(one: Term) -> str:
    found = _ENTITY.fullmatch(one.value) if isinstance(one, NamedNode) else None
    return found[1] if found else ""


def _language(one: Literal) -> str:
    return "" if one.language in {None, EVERY} else str(one.language)
