"""Gathering: entities and links of a file, one by one → what a project begins with.

A producer says what stands where; ids, names, properties and clashes are seen to here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from kg.errors import LONGEST, Finding, TableError
from kg.files import digest_of
from kg.model.dates import NotADateError
from kg.model.literals import character_problem, is_web_address
from kg.model.statement import Entity, Kind, Source
from kg.published.place import Place
from kg.starter.found import (
    Fact,
    Found,
    Labels,
    Property,
    Taken,
    class_name,
    datatype_of,
    days,
    ids,
    property_names,
    singular,
)
from kg.text.findings import kind_of

# The id of the file itself among the sources.
FILE: Final = "file"
_SCHEME: Final = r"^https?://(?:www\.)?"


class Node(NamedTuple):
    """An entity as the file has it; `key` is what its links call it.

    `names` are further names by language, under "" those of all.
    """

    key: str
    type: str
    labels: Labels
    aliases: tuple[str, ...] = ()
    wikidata: str = ""
    names: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class Times(NamedTuple):
    """When a link holds or happened, as the file writes it."""

    start: str = ""
    end: str = ""
    at: str = ""


class Link(NamedTuple):
    """A link as the file has it: keys on either side, or a text where `is_text`.

    Each of its sources says all of it.
    """

    subject: str
    word: str
    object: str
    times: Times = Times()
    locator: str = ""
    kind: Kind = "timeless"
    source: str = FILE
    rank: str = ""
    note: str = ""
    is_text: bool = False
    more_sources: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Who says it."""
        return (self.source, *self.more_sources)


@dataclass
class Gathering:
    """What was read so far; `things` is what the file calls its links, in the plural.

    Of a word of which the file says more than itself, `words` has the labels and `short` what its
    name is made of.
    Where they are symmetric, nothing says which side of a link is its subject.
    """

    path: Path
    things: str
    inclusive: bool = False
    is_symmetric: bool = False
    nodes: dict[str, Node] = field(default_factory=dict)
    words: dict[str, Labels] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    left_out: list[Finding] = field(default_factory=list)
    aside: dict[str, list[Finding]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _links: list[tuple[Link, Place]] = field(default_factory=list)
    _sources: dict[str, Source] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _taken: Taken = field(init=False)
    _attested: Taken = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the file itself as a source."""
        self._taken, self._attested = Taken(singular(self.things)), Taken(singular(self.things))
        file = Source(FILE, self.path.name, kind="dataset", sha256=digest_of(self.path))
        self._sources[FILE] = file

    def leave(self, unit: str, finding: Finding) -> None:
        """Note something besides a link that is left out; `unit` says what, in the plural."""
        self.aside.setdefault(unit, []).append(finding)

    def add(self, node: Node, place: Place) -> None:
        """Take an entity, or note why not."""
        names = (name for told in node.names.values() for name in told)
        texts = (node.key, node.type, *node.labels.values(), *node.aliases, *names)
        if problem := character_problem(" ".join(texts)):
            self.leave("entities", place.error(problem[0]))
        else:
            self.nodes[node.key], self._places[node.key] = node, place

    def source(
        self,
        url: str,
        title: str = "",
        publisher: str = "",
        accessed: str = "",
        *,
        published: str = "",
        key: str = "",
    ) -> str:
        """Return the key of the source with this address, which is `key` where it has none.

        FILE where the file does not say what it is.
        """
        url = url if is_web_address(url) else ""
        key = url or key
        if not key or character_problem(title):
            return FILE
        title = one_line(title) or key
        known = Source(key, title, publisher, url, published=published, accessed=accessed)
        return self._sources.setdefault(key, known).id

    def published(self, key: str) -> str:
        """Return when a source was published, as far as the file says so."""
        return self._sources[key].published

    def take(self, link: Link, place: Place) -> None:
        """Take a link between entities that are known, or note why not."""
        problem = self._problem(link, place)
        if problem:
            self.refuse(problem, place)
        else:
            self.seen += 1

    def refuse(self, problem: str, place: Place) -> None:
        """Note a link that is left out."""
        self.seen += 1
        self.left_out.append(place.error(problem))

    def _problem(self, link: Link, place: Place) -> str:
        for key in (link.subject, *([] if link.is_text else [link.object])):
            if key not in self.nodes:
                return f"'{key}' is no entity of the file that has a name"
        if not link.object:
            return "its text is empty"
        if problem := character_problem(f"{link.object} {link.note}"):
            return problem[0]
        try:
            own = days(*link.times, inclusive=self.inclusive)
        except NotADateError as error:
            return error.problem
        ends = (link.subject, link.object)
        subject, target = sorted(ends) if self.is_symmetric and not link.is_text else ends
        triple = (subject, link.word, target)
        # A state that was seen on a day may hold on others, too.
        is_seen = link.kind == "state" and bool(link.times.at)
        known = self._attested if is_seen else self._taken
        is_event = bool(link.times.at) and not is_seen
        problem_beside = known.problem(triple, own, place.name, is_event=is_event, rank=link.rank)
        if not problem_beside:
            self._links.append((link, place))
        return problem_beside

    def found(self) -> Found:
        """Return everything in the words of a project.

        Raises TableError when there is no link that can be taken.
        """
        self._leave_undated()
        if not self._links:
            nothing = Place(self.path).error(f"none of its {self.things} can be taken over")
            firsts = {kind_of(one): one for one in sorted(self.left_out, key=_order, reverse=True)}
            raise TableError([*sorted(firsts.values(), key=_order), nothing])
        used = {key for link, _ in self._links for key in (link.subject, link.object)}
        for key in self.nodes:
            if key not in used:
                self.leave("entities", self._places[key].error(f"'{key}' stands in no fact"))
        named = {key: node for key, node in self.nodes.items() if key in used}
        by_label = sorted((_label(node), key) for key, node in named.items())
        id_of = ids({key: label for label, key in by_label})
        cited = sorted({key for link, _ in self._links for key in link.sources})
        source_of = ids({key: self._source_name(key) for key in cited})
        types = sorted({node.type for node in named.values()})
        properties, name_of = self._properties()
        facts = (
            Fact(
                id_of[link.subject],
                name_of[link.word, link.is_text],
                one_line(link.object) if link.is_text else id_of[link.object],
                *link.times,
                *(source_of[source], link.locator, link.rank, link.note),
            )
            for link, _ in self._links
            for source in link.sources
        )
        entities = (_entity(node, id_of[key]) for key, node in named.items())
        return Found(
            self.path,
            self.things,
            {class_name(one): {"": in_words(one)} for one in types},
            properties,
            tuple(sorted(entities, key=lambda one: (one.class_name, one.id))),
            tuple(replace(self._sources[key], id=source_of[key]) for key in cited),
            tuple(sorted(facts)),
            self.seen,
            len(self._links),
            tuple(sorted(self.left_out, key=_order)),
            notes=tuple(self.notes),
            aside={unit: tuple(findings) for unit, findings in self.aside.items()},
            names={id_of[key]: _names(node) for key, node in named.items() if node.names},
        )

    def _source_name(self, key: str) -> str:
        """Return what the id of a source is made of: its address, or its title."""
        text = key if key == FILE or self._sources[key].url else self._sources[key].title
        return re.sub(_SCHEME, "", text)[:LONGEST]

    def _leave_undated(self) -> None:
        """Leave out what has no date where others of the same word have one."""
        dated = {link.word for link, _ in self._links if any(link.times)}
        for link, place in self._links:
            if link.word in dated and not any(link.times):
                message = f"it has no date, and others of '{link.word}' have one"
                self.left_out.append(place.error(message))
        self._links = [
            (link, place)
            for link, place in self._links
            if link.word not in dated or any(link.times)
        ]

    def _properties(self) -> tuple[tuple[Property, ...], dict[tuple[str, bool], str]]:
        """Return the properties, and their names by word and whether their objects are texts."""
        by_word: dict[tuple[str, bool], list[Link]] = {}
        for link, _ in sorted(self._links):
            by_word.setdefault((link.word, link.is_text), []).append(link)
        names = property_names({key: self.short.get(key[0], key[0]) for key in sorted(by_word)})
        return tuple(
            self._property(names[key], links) for key, links in sorted(by_word.items())
        ), names

    def _property(self, name: str, links: list[Link]) -> Property:
        word, is_text = links[0].word, links[0].is_text

        def classes(keys: Iterable[str]) -> tuple[str, ...]:
            return tuple(sorted({class_name(self.nodes[key].type) for key in keys}))

        kinds = {link.kind for link in links if any(link.times)}
        kind: Kind = "state" if "state" in kinds else "event" if "event" in kinds else "timeless"
        domain = classes(link.subject for link in links)
        range_ = () if is_text else classes(link.object for link in links)
        is_symmetric = self.is_symmetric and not is_text
        if is_symmetric:
            domain = range_ = tuple(sorted({*domain, *range_}))
        return Property(
            name,
            kind,
            domain,
            range_,
            self.words.get(word) or {"": in_words(word)},
            datatype_of(link.object for link in links) or "xsd:string" if is_text else "",
            last_days=self.inclusive and kind != "timeless",
            is_symmetric=is_symmetric,
        )


def _order(one: Finding) -> tuple[str, int]:
    """Return what sorts findings as the file goes: edge 10 behind edge 9."""
    return re.sub(r"[0-9]+", lambda found: found[0].zfill(9), one.path), one.line


def _label(node: Node) -> str:
    return node.labels.get("") or next(iter(node.labels.values()))


def _entity(node: Node, identifier: str) -> Entity:
    labels = {language: one_line(text) for language, text in node.labels.items()}
    aliases = _cells(node.aliases)
    others = tuple(text for text in aliases if text and text not in labels.values())
    return Entity(identifier, class_name(node.type), labels, others, node.wikidata)


def _names(node: Node) -> dict[str, tuple[str, ...]]:
    return {language: _cells(names) for language, names in node.names.items()}


def _cells(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts as a cell of aliases holds them, each once."""
    return tuple(dict.fromkeys(one_line(text).replace("|", "/") for text in texts))


def one_line(text: str) -> str:
    """Return a text with single blanks, as a cell has it."""
    return " ".join(text.split())


def in_words(name: str) -> str:
    """Return a name that is written together as words.

    >>> in_words("PublicBody"), in_words("member of"), in_words("IBAN")
    ('public body', 'member of', 'IBAN')
    """
    words = re.sub("(?<=[a-z])(?=[A-Z])", " ", name).split(" ")
    return " ".join(word if word.isupper() else word.lower() for word in words)
