"""What something of Wikibase says: things and statements, with what of it cannot be read.

`json` and `rdf` read it; what it means is said by whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from kg.errors import Finding
from kg.published.place import Place


class Snak(NamedTuple):
    """A property with what is said of it; `value` is the problem where there is one.

    Of an entity the value is its id, of a time a date as kg writes it.
    """

    property: str
    kind: Literal["entity", "text", "time", "some", "none", "problem"]
    value: str = ""
    note: str = ""
    unit: str = ""


class Statement(NamedTuple):
    """A statement of a file about a subject."""

    subject: str
    main: Snak
    rank: str
    qualifiers: tuple[Snak, ...] = ()
    references: tuple[tuple[Snak, ...], ...] = ()


class Thing(NamedTuple):
    """An item or a property; `code` is what it is called elsewhere."""

    key: str
    labels: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    code: str
    is_property: bool = False

    @property
    def label(self) -> str:
        """The label in English, of all languages, or the first there is."""
        return next(iter(in_order(self.labels).values()), "")


@dataclass
class Said:
    """What a file says: its things by id, and its statements with what is odd about them.

    `refused` are statements that have not their form, `aside` what else was left out, under what
    to call it in the plural.
    """

    path: Path
    is_wikidata: bool
    things: dict[str, Thing] = field(default_factory=dict)
    statements: list[tuple[Statement, Place]] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    aside: dict[str, list[Finding]] = field(default_factory=dict)
    _count: dict[tuple[str, str], int] = field(default_factory=dict)

    def place(self, subject: str, word: str) -> Place:
        """Return the place of the next statement about the subject with this property."""
        count = self._count[subject, word] = self._count.get((subject, word), 0) + 1
        more = f" no. {count}" if count > 1 else ""
        return Place(self.path, part=f"{subject} {word}{more}")

    def leave(self, unit: str, finding: Finding) -> None:
        """Note something besides a statement that is left out."""
        self.aside.setdefault(unit, []).append(finding)

    def refuse(self, problem: str, place: Place) -> None:
        """Note a statement that has not its form."""
        self.refused.append(place.error(problem))


def in_order(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels with those first that name a thing best where a language has none."""
    return dict(sorted(labels.items(), key=lambda one: (one[0] != "en", one[0] != "", one[0])))
