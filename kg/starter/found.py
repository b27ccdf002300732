"""Found: what a file that others made says, in the words of the project that begins with it.

Each producer reads one kind of file and returns a Found; `files` writes it down.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from kg.errors import Finding, noun, visible
from kg.model.calendar import BEGIN, END, Span, number_of
from kg.model.dates import UNKNOWN, Day
from kg.model.edtf import over, read
from kg.model.ids import slug
from kg.model.literals import literal_problem
from kg.model.statement import Entity, Kind, Source
from kg.model.values import unheld
from kg.text.findings import kind_of

# The class of what can be of several, or of one whose name has no Latin letters.
THING: Final = "Thing"
K = TypeVar("K")
# A name in each language that has one; under "" that of all others.
Labels = Mapping[str, str]


class Property(NamedTuple):
    """A property: how it lives in time, the names of the classes on either side, its labels.

    `datatype` is a CURIE when the objects are literals, `last_days` says that a day in `end` is
    the last one, `is_symmetric` that both sides say the same.
    """

    name: str
    kind: Kind
    domain: tuple[str, ...]
    range: tuple[str, ...]
    labels: Labels
    datatype: str = ""
    last_days: bool = False
    is_symmetric: bool = False


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
    `aside` is what was left out besides those things, under what to call it.
    `names` are further names of entities by id and language, under "" those of all: they are
    aliases where the project has the language.
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
    aside: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @property
    def subject_class(self) -> str:
        """The one class of all subjects, or what all things are."""
        classes = {name for one in self.properties for name in one.domain}
        return classes.pop() if len(classes) == 1 else THING

    @property
    def reasons(self) -> list[str]:
        """Return a line for each reason why something was left out, with its first place."""
        units = {self.things: self.left_out, **self.aside}
        return [line for unit, found in units.items() for line in _reasons(unit, found)]


def _reasons(unit: str, found: Iterable[Finding]) -> Iterator[str]:
    by_kind: dict[str, list[Finding]] = {}
    for one in found:
        by_kind.setdefault(kind_of(one)[1], []).append(one)
    for message, (first, *others) in by_kind.items():
        count = len(others) + 1
        what = f"{count:,} {noun(count, singular(unit), unit)}"
        yield visible(f"{what}: {message if others else first.message}, first at {first.place}")


def singular(things: str) -> str:
    """Return the word for one of the things.

    >>> singular("rows"), singular("entities")
    ('row', 'entity')
    """
    return re.sub("ies$", "y", things) if things.endswith("ies") else things.removesuffix("s")


class Days(NamedTuple):
    """The days on which a fact can hold, and those on which it must if any: see `days`."""

    possible: Span
    sure: Span


def days(start: str, end: str, at: str, *, inclusive: bool = False) -> Days:
    """Return the days of dates as kg writes them.

    Those on which it must hold end before they begin where the dates leave it open.
    Raises NotADateError.

    >>> touching = days("1999", "2001", ""), days("2001", "2003", "")
    >>> touching[0].sure[1] < touching[1].sure[0]
    True
    """
    is_dated = end not in {"", UNKNOWN}
    begins, ends = (read(text) if text else None for text in (at or start, end * is_dated))
    soonest, latest = (begins.earliest, begins.latest) if begins else (None, None)
    first = (_number(soonest, BEGIN), _number(latest, END) if begins else BEGIN)
    if at:
        return Days(first, first)
    if end == UNKNOWN:
        # It lasted a day or more.
        return Days((first[0], END - 1), (first[1], first[0] - (begins is None)))
    gone, over_by = over(ends, is_last=inclusive) if ends else (None, None)
    last = (_number(gone, BEGIN) if ends else END, _number(over_by, END))
    return Days((first[0], last[1] - 1), (first[1], last[0] - 1))


def _number(day: Day | None, otherwise: int) -> int:
    return number_of(day) if day else otherwise


class Taken:
    """The days of the facts that were taken, by triple, which tell what goes beside them."""

    def __init__(self, thing: str) -> None:
        """Begin with none; `thing` is what the file calls one of them."""
        self.thing = thing
        self._days: dict[tuple[str, str, str], list[tuple[Days, str, str]]] = {}

    def problem(
        self,
        triple: tuple[str, str, str],
        own: Days,
        place: str,
        *,
        is_event: bool,
        rank: str = "",
    ) -> str:
        """Take the days of one more fact, or return why it cannot stand beside the others.

        Of two whose ranks differ the better one decides, so their periods may meet.

        >>> taken = Taken("row")
        >>> triple = ("ada", "in", "rowers")
        >>> taken.problem(triple, days("2001", "2004", ""), "line 2", is_event=False)
        ''
        >>> taken.problem(triple, days("2002", "", ""), "line 3", is_event=False)
        'its period meets that of line 2'
        """
        if own.possible[1] < own.possible[0]:
            return "it ends before it begins"
        others = self._days.setdefault(triple, [])
        for known, other, other_rank in others:
            if known == own:
                return f"the {self.thing} repeats {other}"
            is_rival = not is_event and rank == other_rank
            if is_rival and known.sure[0] <= own.sure[1] and own.sure[0] <= known.sure[1]:
                return f"its period meets that of {other}"
        others.append((own, place, rank))
        return ""


def ids(texts: Mapping[K, str]) -> dict[K, str]:
    """Return an id for each text, made of its Latin letters and digits.

    >>> ids({1: "Köln", 2: "Koln", 3: "Кёльн"})
    {1: 'koln', 2: 'koln-2', 3: 'entity'}
    """
    return _unlike({key: slug(text) or "entity" for key, text in texts.items()})


def property_names(texts: Mapping[K, str]) -> dict[K, str]:
    """Return the name of a property for each text.

    >>> property_names({1: "member of", 2: "Member-of"})
    {1: 'memberOf', 2: 'memberOf-2'}
    """
    return _unlike({key: _property(text) for key, text in texts.items()})


def class_name(text: str) -> str:
    """Return the name of a class for a text, THING where it has no Latin letter.

    >>> class_name("public body"), class_name("клуб")
    ('PublicBody', 'Thing')
    """
    return "".join(word[0].upper() + word[1:] for word in _words_of(text)) or THING


def datatype_of(texts: Iterable[str]) -> str:
    """Return the type of number that all of the texts are, "" when one is none.

    Numbers that the store cannot hold are texts.

    >>> datatype_of(["1", "2.5"]), datatype_of(["1", "Ada"])
    ('xsd:decimal', '')
    """
    known = {*texts}
    for one in ("xsd:integer", "xsd:decimal"):
        if not any(literal_problem(text, one) or unheld(text, one) for text in known):
            return one
    return "" if any(literal_problem(text, "xsd:decimal") for text in known) else "xsd:string"


def _words_of(text: str) -> list[str]:
    """Return the Latin words of a text, in the letters that names are made of."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall("[A-Za-z0-9]+", plain)


def _property(text: str) -> str:
    first, *others = _words_of(text) or ["says"]
    return first[0].lower() + first[1:] + "".join(word[0].upper() + word[1:] for word in others)


def _unlike(names: Mapping[K, str]) -> dict[K, str]:
    """Return the names with a number behind each that another has already."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    found: dict[K, str] = {}
    for text, name in names.items():
        one = name
        while one in taken:
            numbers[name] += 1
            one = f"{name}-{numbers[name] + 1}"
        taken.add(one)
        found[text] = one
    return found
