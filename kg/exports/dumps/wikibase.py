"""Wikibase RDF: statements with ranks, qualifiers, references and full values, as Wikidata has it.

Only what has items and properties of Wikidata is written; `exports/wikidata` says which is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.exports.losses import Dumped
from kg.exports.wikidata import Claim, Claims, Snaks, Time, Value
from kg.model.dates import iso
from kg.model.ids import content_id
from kg.model.namespaces import Vocabulary, term
from kg.store.rdf import to_rdf

if TYPE_CHECKING:
    from kg.store.base import Store

_SITE: Final = "http://www.wikidata.org/"
_OWN: Final = "http://wikiba.se/ontology#"
PREFIXES: Final = {
    "wikibase": _OWN,
    "wd": f"{_SITE}entity/",
    "wds": f"{_SITE}entity/statement/",
    "wdref": f"{_SITE}reference/",
    "wdv": f"{_SITE}value/",
    "wdt": f"{_SITE}prop/direct/",
    "p": f"{_SITE}prop/",
    "ps": f"{_SITE}prop/statement/",
    "psv": f"{_SITE}prop/statement/value/",
    "pq": f"{_SITE}prop/qualifier/",
    "pqv": f"{_SITE}prop/qualifier/value/",
    "pr": f"{_SITE}prop/reference/",
    "prv": f"{_SITE}prop/reference/value/",
    "genid": f"{_SITE}.well-known/genid/",
    **{name: term(f"{name}:x").value[:-1] for name in ("prov", "rdfs", "skos", "xsd")},
    "schema": "http://schema.org/",
}
_GREGORIAN: Final = "Q1985727"
_NO_UNIT: Final = "Q199"
# How the graph and Wikibase call the parts of a property.
_PARTS: Final = (
    *(("directClaim", "wdt"), ("claim", "p"), ("statementProperty", "ps")),
    *(("statementValue", "psv"), ("qualifier", "pq"), ("qualifierValue", "pqv")),
    *(("reference", "pr"), ("referenceValue", "prv")),
)
_SORTS: Final = {
    "item": "WikibaseItem",
    "time": "Time",
    "quantity": "Quantity",
    "text": "String",
    "url": "Url",
    "some": "Time",
}


def write(store: Store) -> Dumped:
    """Return the statements that Wikidata has the words for, as Turtle."""
    claims = Claims(store)
    words = Vocabulary("")
    words.prefixes = PREFIXES
    quads = dict.fromkeys(_quads(claims))
    return Dumped(to_rdf(quads, words, RdfFormat.TURTLE), claims.losses.lines)


def _node(prefix: str, local: str) -> NamedNode:
    return NamedNode(PREFIXES[prefix] + local)


def _quads(claims: Claims) -> Iterator[Quad]:
    found = list(claims.all())
    ranks: dict[tuple[str, str], set[str]] = {}
    for one in found:
        ranks.setdefault((one.item, one.property), set()).add(one.statement.rank)
    for one in found:
        is_best = one.statement.rank == _best(ranks[one.item, one.property])
        yield from _statement(one, is_best=is_best)
    sorts = {one.property: one.value.sort for one in found}
    for name, word in claims.properties.items():
        if word in sorts:
            yield from _property(word, claims.history.labels_of.get(name, {}), _SORTS[sorts[word]])
    for entity in claims.history.entities.values():
        if entity.wikidata:
            node = _node("wd", entity.wikidata)
            yield Quad(node, term("rdf:type"), NamedNode(f"{_OWN}Item"))
            for language, label in entity.labels.items():
                yield Quad(node, term("rdfs:label"), Literal(label, language=language))
            for alias in entity.aliases:
                # Names whose language nobody says are those of all.
                yield Quad(node, term("skos:altLabel"), Literal(alias, language="mul"))


def _best(ranks: set[str]) -> str:
    """Return the rank of what holds by the count of Wikibase: a deprecated statement never does."""
    return "preferred" if "preferred" in ranks else "normal"


def _property(word: str, labels: dict[str, str], sort: str) -> Iterator[Quad]:
    node = _node("wd", word)
    yield Quad(node, term("rdf:type"), NamedNode(f"{_OWN}Property"))
    yield Quad(node, NamedNode(f"{_OWN}propertyType"), NamedNode(_OWN + sort))
    for language, label in labels.items():
        yield Quad(node, term("rdfs:label"), Literal(label, language=language))
    for part, prefix in _PARTS:
        yield Quad(node, NamedNode(_OWN + part), _node(prefix, word))


def _statement(one: Claim, *, is_best: bool) -> Iterator[Quad]:
    item = _node("wd", one.item)
    node = _node("wds", f"{one.item}-{one.statement.id}")
    yield Quad(item, _node("p", one.property), node)
    yield Quad(node, term("rdf:type"), NamedNode(f"{_OWN}Statement"))
    rank = f"{_OWN}{one.statement.rank.title()}Rank"
    yield Quad(node, NamedNode(f"{_OWN}rank"), NamedNode(rank))
    if is_best:
        yield Quad(node, term("rdf:type"), NamedNode(f"{_OWN}BestRank"))
        yield Quad(item, _node("wdt", one.property), _plain(one.value, one.statement.id))
    yield from _snaks(node, "ps", ((one.property, one.value),))
    yield from _snaks(node, "pq", one.qualifiers)
    for snaks in one.references:
        reference = _node("wdref", content_id(*map(str, snaks)))
        yield Quad(node, term("prov:wasDerivedFrom"), reference)
        yield Quad(reference, term("rdf:type"), NamedNode(f"{_OWN}Reference"))
        yield from _snaks(reference, "pr", snaks)


def _snaks(node: NamedNode, prefix: str, snaks: Snaks) -> Iterator[Quad]:
    for word, value in snaks:
        yield Quad(node, _node(prefix, word), _plain(value, f"{node.value} {word}"))
        if value.sort in {"time", "quantity"}:
            full = _node("wdv", content_id(*map(str, value)))
            yield Quad(node, _node(f"{prefix}v", word), full)
            yield from _full(full, value)


def _plain(value: Value, place: str) -> NamedNode | Literal:
    if value.time:
        return Literal(_moment(value.time), datatype=term("xsd:dateTime"))
    match value.sort:
        case "item":
            return _node("wd", value.text)
        case "quantity":
            return Literal(_signed(value.text), datatype=term("xsd:decimal"))
        case "url":
            return NamedNode(value.text)
        case "told":
            return Literal(value.text, language=value.language)
        case "some":
            return _node("genid", content_id(place))
    return Literal(value.text)


def _full(node: NamedNode, value: Value) -> Iterator[Quad]:
    if value.time:
        yield Quad(node, term("rdf:type"), NamedNode(f"{_OWN}TimeValue"))
        moment = Literal(_moment(value.time), datatype=term("xsd:dateTime"))
        yield Quad(node, NamedNode(f"{_OWN}timeValue"), moment)
        for name, number in (("timePrecision", value.time.precision), ("timeTimezone", 0)):
            literal = Literal(str(number), datatype=term("xsd:integer"))
            yield Quad(node, NamedNode(_OWN + name), literal)
        yield Quad(node, NamedNode(f"{_OWN}timeCalendarModel"), _node("wd", _GREGORIAN))
    else:
        yield Quad(node, term("rdf:type"), NamedNode(f"{_OWN}QuantityValue"))
        amount = Literal(_signed(value.text), datatype=term("xsd:decimal"))
        yield Quad(node, NamedNode(f"{_OWN}quantityAmount"), amount)
        yield Quad(node, NamedNode(f"{_OWN}quantityUnit"), _node("wd", _NO_UNIT))


def _moment(time: Time) -> str:
    """Return the first day of the time; RDF counts years as kg does, with a year 0."""
    return f"{iso((time.year, time.month or 1, time.day or 1))}T00:00:00Z"


def _signed(number: str) -> str:
    return number if number[:1] in {"+", "-"} else f"+{number}"
