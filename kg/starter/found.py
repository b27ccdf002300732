"""Found: what a file that others made says, in the words of the project that begins with it.

Each producer reads one kind of file and returns a Found; `files` writes it down.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, kind_of, visible
from kg.model.calendar import Span
from kg.model.literals import literal_problem
from kg.model.statement import Kind
from kg.starter.wishes import slug

# The class of what can be of several, or of one whose name has no Latin letters.
THING: Final = "Thing"
# A name in each language that has one; under "" that of all others.
Labels = Mapping[str, str]


class Entity(NamedTuple):
    """Something that facts are about: its id, the name of its class, and what it is called."""

    id: str
    type: str
    labels: Labels
    aliases: tuple[str, ...] = ()
    wikidata: str = ""
    description: str = ""


class Property(NamedTuple):
    """A property: how it lives in time, the names of the classes on either side, its labels.

    `datatype` is a CURIE when the objects are literals, `last_days` says that a day in `end` is
    the last one.
    """

    name: str
    kind: Kind
    domain: tuple[str, ...]
    range: tuple[str, ...]
    labels: Labels
    datatype: str = ""
    last_days: bool = False


class Source(NamedTuple):
    """A source; the fields are the columns of its table."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    published: str = ""
    accessed: str = ""
    language: str = ""
    kind: str = ""
    sha256: str = ""


class Fact(NamedTuple):
    """One row of statements; the fields are the columns of its table."""

    subject: str
    predicate: str
    object: str
    start: str = ""
    end: str = ""
    at: str = ""
    source: str = ""
    locator: str = ""
    rank: str = ""
    note: str = ""


@dataclass(frozen=True)
class Found:
    """What a file holds, and what of it was left out.

    `classes` are those of the project by name, `things` what the file has of which `seen` were
    read and `taken` became facts, and `notes` are lines about what was taken with care.
    A source that says nothing of when it was read was read on the day of issue.
    """

    path: Path
    things: str
    classes: Mapping[str, Labels]
    properties: tuple[Property, ...]
    entities: tuple[Entity, ...]
    sources: tuple[Source, ...]
    facts: tuple[Fact, ...]
    seen: int
    taken: int
    left_out: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def subject_class(self) -> str:
        """The one class of all subjects, or what all things are."""
        classes = {name for one in self.properties for name in one.domain}
        return classes.pop() if len(classes) == 1 else THING

    @property
    def reasons(self) -> list[str]:
        """Return a line for each reason why something was left out, with its first place."""
        by_kind: dict[str, list[Finding]] = {}
        for one in self.left_out:
            by_kind.setdefault(kind_of(one)[1], []).append(one)
        lines = []
        for message, (first, *others) in by_kind.items():
            single = f"1 {self.things.removesuffix('s')}: {first.message}"
            many = f"{len(others) + 1:,} {self.things}: {message}"
            place = ":".join(str(part) for part in (first.path, first.line, first.column) if part)
            lines.append(visible(f"{many if others else single}, first at {place}"))
        return lines


class Taken:
    """The days of the facts that were taken, by triple, which tell what goes beside them."""

    def __init__(self, thing: str) -> None:
        """Begin with none; `thing` is what the file calls one of them."""
        self.thing = thing
        self._days: dict[tuple[str, str, str], list[tuple[Span, str]]] = {}

    def problem(
        self, triple: tuple[str, str, str], days: Span, place: str, *, is_event: bool
    ) -> str:
        """Take the days of one more fact, or return why it cannot stand beside the others.

        >>> taken = Taken("row")
        >>> taken.problem(("ada", "in", "rowers"), (1, 9), "line 2", is_event=False)
        ''
        >>> taken.problem(("ada", "in", "rowers"), (9, 12), "line 3", is_event=False)
        'its period meets that of line 2'
        """
        if days[1] < days[0]:
            return "it ends before it begins"
        others = self._days.setdefault(triple, [])
        for (first, last), other in others:
            if (first, last) == days:
                return f"the {self.thing} repeats {other}"
            if is_event:
                return f"{other} has the same event on another date"
            if first <= days[1] and days[0] <= last:
                return f"its period meets that of {other}"
        others.append((days, place))
        return ""


def ids(texts: Iterable[str]) -> dict[str, str]:
    """Return an id for each text, made of its Latin letters and digits.

    >>> ids(["Köln", "Koln", "Кёльн"])
    {'Köln': 'koln', 'Koln': 'koln-2', 'Кёльн': 'entity'}
    """
    return _unlike({text: slug(text) or "entity" for text in texts})


def property_names(texts: Iterable[str]) -> dict[str, str]:
    """Return the name of a property for each text.

    >>> property_names(["member of", "Member-of"])
    {'member of': 'memberOf', 'Member-of': 'memberOf-2'}
    """
    return _unlike({text: _property(text) for text in texts})


def class_name(text: str) -> str:
    """Return the name of a class for a text, THING where it has no Latin letter.

    >>> class_name("public body"), class_name("клуб")
    ('PublicBody', 'Thing')
    """
    return "".join(word[0].upper() + word[1:] for word in _words_of(text)) or THING


def datatype_of(texts: Iterable[str]) -> str:
    """Return the type of number that all of the texts are, "" when one is none.

    >>> datatype_of(["1", "2.5"]), datatype_of(["1", "Ada"])
    ('xsd:decimal', '')
    """
    known = list(texts)
    types = ("xsd:integer", "xsd:decimal")
    return next((one for one in types if not any(literal_problem(t, one) for t in known)), "")


def _words_of(text: str) -> list[str]:
    """Return the Latin words of a text, in the letters that names are made of."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall("[A-Za-z0-9]+", plain)


def _property(text: str) -> str:
    first, *others = _words_of(text) or ["says"]
    return first[0].lower() + first[1:] + "".join(word[0].upper() + word[1:] for word in others)


def _unlike(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names with a number behind each that another has already."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    found = {}
    for text, name in names.items():
        one = name
        while one in taken:
            numbers[name] += 1
            one = f"{name}-{numbers[name] + 1}"
        taken.add(one)
        found[text] = one
    return found
