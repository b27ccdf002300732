"""Wikidata: what of a graph can be said with its items and properties, and how dates are there.

A property of the ontology is one of Wikidata where it says so: skos:exactMatch or
owl:equivalentProperty to wdt:P1 or wd:P1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.exports.losses import Losses
from kg.model import edtf
from kg.model.dates import UNKNOWN, PartialDate
from kg.model.edtf import stored
from kg.model.namespaces import text_of
from kg.store.base import select
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.model.statement import Reference, Statement
    from kg.store.base import Store

START, END, AT = "P580", "P582", "P585"
URL, TITLE, PUBLISHED, RETRIEVED = "P854", "P1476", "P577", "P813"
PAGES, SECTION = "P304", "P958"
_MATCHES: Final = """
SELECT ?property ?match {
  ?property skos:exactMatch|owl:equivalentProperty ?match .
  FILTER STRSTARTS(STR(?property), STR(:))
}"""
_MATCH: Final = re.compile(r"https?://www\.wikidata\.org/(?:entity|prop/direct)/(P[1-9][0-9]*)")
_PAGE: Final = re.compile(r"pp?\. ?([0-9].*)")
_QUANTITIES: Final = frozenset(
    f"xsd:{name}"
    for name in (
        *("decimal", "integer", "int", "long", "short", "byte", "nonNegativeInteger"),
        *("positiveInteger", "negativeInteger", "nonPositiveInteger", "unsignedInt"),
        *("unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
_TIMES: Final = frozenset({"xsd:date", "xsd:gYear", "xsd:gYearMonth"})


class Time(NamedTuple):
    """A time of Wikibase: a year that counts a year 0, month and day or 0, and the precision."""

    year: int
    month: int
    day: int
    precision: int


class Value(NamedTuple):
    """A value: its sort, and its text, of a text with a language also that; or a time."""

    sort: str
    text: str = ""
    language: str = ""
    time: Time | None = None


# There is one, and it is not said which.
SOME: Final = Value("some")
Snaks = tuple[tuple[str, Value], ...]


class Claim(NamedTuple):
    """A statement with the ids of Wikidata."""

    statement: Statement
    item: str
    property: str
    value: Value
    qualifiers: Snaks
    references: tuple[Snaks, ...]


def time_of(text: str) -> Time | None:
    """Return a date as Wikibase has it, None where it has none that means the same days.

    >>> time_of("2012-12"), time_of("199X")
    (Time(year=2012, month=12, day=0, precision=10), Time(year=1990, month=0, day=0, precision=8))
    >>> time_of("1998~"), time_of("[..2005]")
    (None, None)
    """
    date = stored(text)
    if date.earliest is None or date.latest is None:
        return None
    year, month, day = date.earliest
    last = date.latest[0]
    if isinstance(date, PartialDate) and date.datatype != edtf.EDTF:
        parts = {"year": (0, 0, 9), "month": (month, 0, 10), "day": (month, day, 11)}
        return Time(year, *parts[date.precision])
    is_years = (month, day) == (1, 1) and date.latest[1:] == (12, 31)
    if not is_years or year < 1 or not re.fullmatch(r"[0-9X]{4}|\[[0-9]{4}\.\.[0-9]{4}\]", text):
        return None
    # A decade begins with its round year, a century and a millennium end with theirs.
    for size, precision in ((100, 7), (1000, 6)):
        if last % size == 0 and last - year == size - 1:
            return Time(last, 0, 0, precision)
    return Time(year, 0, 0, 8) if year % 10 == 0 and last == year + 9 else None


def properties_of(store: Store) -> dict[str, str]:
    """Return the properties of the ontology by name → those of Wikidata, the first of several."""
    pairs = sorted(
        (text_of(row["property"]), match[1])
        for row in select(store, _MATCHES)
        if (match := _MATCH.fullmatch(text_of(row["match"])))
    )
    return {store.words.local("", one): match for one, match in reversed(pairs)}


@dataclass
class Claims:
    """The claims of a store, and what of it cannot be one."""

    store: Store
    losses: Losses = field(default_factory=Losses)

    @cached_property
    def history(self) -> History:
        """What the store says."""
        return History(self.store)

    @cached_property
    def properties(self) -> dict[str, str]:
        """The properties of the ontology by name → those of Wikidata, the first where several."""
        return properties_of(self.store)

    def items(self, entity: str) -> str:
        """Return the item of an entity, "" where it has none."""
        found = self.history.entities.get(entity)
        return found.wikidata if found else ""

    def all(self) -> Iterator[Claim]:
        """Yield every statement that can be a claim, and count the others."""
        for one in self.history.statements:
            item = self.items(one.subject)
            word = self.properties.get(one.predicate, "")
            value = self._value(one)
            if one.proofs:
                self.losses.add("inferred statement is", "inferred statements are", "left out")
            elif not word:
                what = "left out: no skos:exactMatch leads to a property of Wikidata"
                self.losses.add("statement is", "statements are", what)
            elif not item or value is None:
                what = "left out, because an entity has no id of Wikidata"
                self.losses.add("statement is", "statements are", what)
            else:
                self._count(one)
                references = tuple(filter(None, map(self._reference, one.references)))
                yield Claim(one, item, word, value, tuple(self._qualifiers(one)), references)

    def _value(self, one: Statement) -> Value | None:
        if not one.datatype:
            item = self.items(one.object)
            return Value("item", item) if item else None
        if one.datatype in _TIMES:
            time = time_of(one.object)
            return Value("time", time=time) if time else SOME
        sort = "quantity" if one.datatype in _QUANTITIES else "text"
        return Value("url" if one.datatype == "xsd:anyURI" else sort, one.object)

    def _qualifiers(self, one: Statement) -> Iterator[tuple[str, Value]]:
        # An end is the first day without the fact.
        end = edtf.moved(one.end, 1) if one.ends_on_last_day else one.end
        for word, text in ((START, one.start), (END, end), (AT, one.at)):
            if text == UNKNOWN:
                yield word, SOME
            elif text:
                yield word, self.time(text)

    def time(self, text: str) -> Value:
        """Return a date, or that there is one where no time of Wikibase means the same."""
        time = time_of(text)
        if time:
            return Value("time", time=time)
        self.losses.add(
            "date that Wikibase cannot hold becomes",
            "dates that Wikibase cannot hold become",
            "a value that is not known",
        )
        return SOME

    def _count(self, one: Statement) -> None:
        marked = bool(one.disputed_by or one.may_confirm)
        what = "disputed or undecided, which no rank says"
        self.losses.add("statement is", "statements are", what, int(marked))
        what = "left out"
        self.losses.add("note is", "notes are", what, sum(bool(r.note) for r in one.references))
        self.losses.add("optional cell is", "optional cells are", what, len(one.more))
        days = sum(bool(r.at) and not one.at for r in one.references)
        self.losses.add("day of an attestation is", "days of attestations are", what, days)

    def _reference(self, reference: Reference) -> Snaks:
        source = self.history.sources[reference.source]
        snaks = [(URL, Value("url", source.url))] if source.url else []
        if source.title:
            language = source.language or "und"
            snaks.append((TITLE, Value("told", source.title, language)))
        for word, text in ((PUBLISHED, source.dated), (RETRIEVED, source.accessed)):
            if text:
                snaks.append((word, self.time(text)))
        if page := _PAGE.fullmatch(reference.locator):
            snaks.append((PAGES, Value("text", page[1])))
        elif reference.locator:
            snaks.append((SECTION, Value("text", reference.locator)))
        what = "left out: there it is an item"
        self.losses.add("publisher of a reference is", "publishers of references are", what,
                        int(bool(source.publisher)))  # fmt: skip
        return tuple(snaks)
