"""RDF: triples that others published, and what is said about triples → what to begin with.

Dates are read where a triple is described: as an `rdf:Statement`, or by a reifier of RDF 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import UsageError, parameter
from kg.model.namespaces import term
from kg.model.patterns import WIKIDATA_ID
from kg.model.statement import Kind
from kg.published.place import Place
from kg.published.triples import RDF, TYPE, Described, Term, local, said_in
from kg.published.wikibase import rdf as wikibase_rdf
from kg.starter.found import THING, Found
from kg.starter.gathering import FILE, Gathering, Link, Node, Times, in_words
from kg.starter.wikibase import gather

REIFIES: Final = NamedNode(f"{RDF}reifies")
PARTS: Final = tuple(NamedNode(f"{RDF}{name}") for name in ("subject", "predicate", "object"))
LABELS: Final = (
    *(term("rdfs:label"), NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")),
    *(NamedNode("http://xmlns.com/foaf/0.1/name"), NamedNode("https://schema.org/name")),
    NamedNode("http://schema.org/name"),
)
ALIASES: Final = (NamedNode("http://www.w3.org/2004/02/skos/core#altLabel"),)
SAME: Final = (
    NamedNode("http://www.w3.org/2002/07/owl#sameAs"),
    NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch"),
)
WIKIDATA: Final = "http://www.wikidata.org/entity/"
# What a vocabulary says of itself: these things are no entities.
WORDS: Final = re.compile(
    r".*[#/](?:Class|Property|ObjectProperty|DatatypeProperty|AnnotationProperty|Ontology)"
)
# Local names of the properties that say when, and where a statement is taken from.
START: Final = frozenset({"start", "startdate", "starttime", "validfrom", "since", "begin", "from"})
END: Final = frozenset({"end", "enddate", "endtime", "validto", "validuntil", "until", "to"})
AT: Final = frozenset({"at", "date", "pointintime", "attime", "time"})
SOURCE: Final = frozenset({"source", "wasderivedfrom", "hadprimarysource", "citation", "isbasedon"})


def read(path: Path, told: Mapping[str, str] | None = None, *, inclusive: bool = False) -> Found:
    """Read a file of RDF; `inclusive` says that a day that is an end is the last one.

    `told` has the properties that say when, of one of Wikibase.

    Raises InputError when the file cannot be read, TableError when it is no such file, or nothing
    of it can be taken over, UsageError for properties that it does not have.
    """
    said = said_in(path)
    if wikibase_rdf.is_wikibase(said):
        return gather(wikibase_rdf.said(path, said), told or {}, inclusive=inclusive)
    if told:
        option = parameter(min(told))
        msg = f"{option} is about a table, and {path.name} is none; leave it out"
        raise UsageError(msg)
    gathering = Gathering(path, "triples", inclusive)
    words = {one for one, about in said.items() if _is_word(about)}
    statements = [one for one, about in said.items() if _triples(about)]
    for one in dict.fromkeys([*said, *_objects(said)]):
        if isinstance(one, NamedNode) and one not in words and one not in statements:
            _add_node(one, said.get(one, {}), gathering)
    described = set()
    for one in statements:
        for triple in _triples(said[one]):
            described.add(triple)
            _take(triple, said[one], said, gathering)
    for triple in _plain(said, {*words, *statements}):
        if triple not in described:
            _take(triple, {}, said, gathering)
    return gathering.found()


def _objects(said: dict[Term, Described]) -> Iterable[Term]:
    """Yield what stands on the other side, described or not."""
    for about in said.values():
        triples = _triples(about)
        for subject, _, value in triples:
            yield from (subject, value)
        for predicate, values in about.items():
            if not triples and predicate not in {TYPE, *SAME}:
                yield from values


def _plain(said: dict[Term, Described], others: set[Term]) -> Iterator[tuple[Term, Term, Term]]:
    """Yield the triples that say something of an entity besides its names and class."""
    for subject, about in said.items():
        for predicate, values in about.items():
            if subject not in others and predicate not in {TYPE, *LABELS, *ALIASES, *SAME}:
                yield from ((subject, predicate, value) for value in values)


def _is_word(about: Described) -> bool:
    types = about.get(TYPE, [])
    return any(isinstance(one, NamedNode) and WORDS.fullmatch(one.value) for one in types)


def _triples(about: Described) -> list[tuple[Term, Term, Term]]:
    """Return the triples that a node describes, none when it is no such node."""
    found: list[tuple[Term, Term, Term]] = [
        (one.subject, one.predicate, one.object)
        for one in about.get(REIFIES, [])
        if isinstance(one, Triple)
    ]
    parts = [about.get(name, []) for name in PARTS]
    if all(len(one) == 1 for one in parts):
        found.append((parts[0][0], parts[1][0], parts[2][0]))
    return found


def _add_node(one: NamedNode, about: Described, gathering: Gathering) -> None:
    """Take an entity; without a label it is called by the end of its IRI."""
    place = Place(gathering.path, part=one.value)
    literals = [v for name in LABELS for v in about.get(name, []) if isinstance(v, Literal)]
    labels: dict[str, str] = {}
    for text in literals:
        labels.setdefault(text.language or "", text.value)
    others = [v.value for name in ALIASES for v in about.get(name, []) if isinstance(v, Literal)]
    others += [text.value for text in literals if text.value not in labels.values()]
    same = [v.value for name in SAME for v in about.get(name, []) if isinstance(v, NamedNode)]
    items = [iri.removeprefix(WIKIDATA) for iri in (one.value, *same) if iri.startswith(WIKIDATA)]
    item = next((text for text in items if re.fullmatch(WIKIDATA_ID, text)), "")
    types = sorted(local(v) for v in about.get(TYPE, []) if isinstance(v, NamedNode))
    for further in types[1:]:
        gathering.leave("values", place.error(f"a further class {further}"))
    name = labels or {"": local(one)}
    of = types[0] if types else THING
    code = [] if one.value == WIKIDATA + item else [one.value]
    gathering.add(Node(one.value, of, name, (*others, *code), item), place)


def _take(
    triple: tuple[Term, Term, Term],
    about: Described,
    said: dict[Term, Described],
    gathering: Gathering,
) -> None:
    """Take a triple with what is said about it, or note why not."""
    subject, predicate, value = triple
    named = subject.value if isinstance(subject, NamedNode) else ""
    place = Place(gathering.path, part=named)
    if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode):
        gathering.refuse("it is said of a node without a name", place)
        return
    if isinstance(value, BlankNode | Triple):
        gathering.refuse("it leads to a node without a name", place)
        return
    for other in about.keys() - {TYPE, REIFIES, *PARTS}:
        if local(other).lower() not in START | END | AT | SOURCE:
            gathering.leave("values", place.error(f"{local(other)} of a statement"))
    word = predicate.value
    labels = [v for v in said.get(predicate, {}).get(LABELS[0], []) if isinstance(v, Literal)]
    texts = {one.language or "": one.value for one in sorted(labels, key=str)}
    gathering.words[word] = texts or {"": in_words(local(predicate))}
    gathering.short[word] = local(predicate)
    start, end, at = (_value(about, names) for names in (START, END, AT))
    times = Times(start, end) if start or end else Times(at=at)
    kind: Kind = "event" if times.at else "state" if any(times) else "timeless"
    source = gathering.source(_value(about, SOURCE))
    locator = named if source == FILE else ""
    is_text = isinstance(value, Literal)
    gathering.take(
        Link(named, word, value.value, times, locator, kind, source, is_text=is_text), place
    )


def _value(about: Described, names: frozenset[str]) -> str:
    """Return the first value of a property that is called so, of a time its day."""
    for predicate, values in about.items():
        if local(predicate).lower() in names:
            for one in values:
                if isinstance(one, Literal):
                    return one.value.partition("T")[0]
                if isinstance(one, NamedNode):
                    return one.value
    return ""
