"""Phrases: the words by which a property is said, as its ontology teaches them.

A label or `skos:altLabel` stands between its two ends. A `skos:hiddenLabel` says where they stand:
{subject}, {object}, {new} for an object that may be no entity yet, … for words between, {start} and
{end} for what a date says that stands there alone. Without {subject} it is the speaker's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal

from kg.adding.tongues import DENIALS
from kg.adding.words import Word, key, says, words_of
from kg.model.namespaces import term
from kg.model.ontology import Ontology, Property

_SLOT: Final = re.compile(r"\{(subject|object|new|start|end)\}")
_GAP: Final = "…"
# So many words may stand where a phrase has a gap.
_WIDEST: Final = 20
# Of a phrase that is denied one of so many words before it says so.
_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Phrase:
    """Groups of words, what stands before and behind them, and what a lone date says.

    One that is `plain` can be read either way round.
    """

    of: Property
    groups: tuple[tuple[str, ...], ...]
    before: str
    behind: str
    time: str = ""
    plain: bool = False
    language: str = ""

    @property
    def length(self) -> int:
        """How many words it has."""
        return sum(map(len, self.groups))

    @property
    def speaks(self) -> bool:
        """Whether the speaker is its subject."""
        return not self.plain and "subject" not in {self.before, self.behind}

    def at(self, words: Sequence[Word], first: int, after: int) -> tuple[int, int] | None:
        """Return where it begins and ends when it begins at a word, None when it does not."""
        end = self._group(words, first, after, self.groups[0])
        for group in self.groups[1:]:
            starts = range(end, min(end + _WIDEST, after)) if end else ()
            ends = (self._group(words, start, after, group) for start in starts)
            end = next(filter(None, ends), 0)
        return (first, end) if end else None

    @staticmethod
    def _group(words: Sequence[Word], first: int, after: int, group: tuple[str, ...]) -> int:
        there = words[first : min(first + len(group), after)]
        alike = len(there) == len(group) and all(
            says(one, word.text) for one, word in zip(group, there, strict=True)
        )
        return first + len(group) if alike else 0


def phrases_of(ontology: Ontology) -> list[Phrase]:
    """Return the phrases of all properties that lead to entities, the longest first."""
    found = {
        phrase
        for quad in ontology.quads
        if isinstance(quad.object, Literal)
        and (name := ontology.local_name(quad.subject)) in ontology.properties
        and not ontology.properties[name].datatype
        for phrase in _read(ontology.properties[name], quad.predicate.value, quad.object)
    }
    return sorted(found, key=lambda one: (-one.length, one.of.name, one.groups))


def _read(of: Property, said: str, label: Literal) -> Iterator[Phrase]:
    """Yield the phrase that a label is, if it is one and can be read."""
    text, language = label.value, label.language or ""
    plain = said in {term("rdfs:label").value, term("skos:altLabel").value}
    slots = _SLOT.findall(text)
    ends = [one for one in slots if one not in {"start", "end"}]
    if said == term("skos:hiddenLabel").value and ends:
        time = next((one for one in slots if one in {"start", "end"}), "")
        text = re.sub(r"\{(?:start|end)\}", "", text).strip()
        before = found[1] if (found := _SLOT.match(text)) else ""
        behind = found[1] if (found := re.search(r"\{(\w+)\}$", text)) else ""
        parts = _SLOT.sub("", text).split(_GAP)
        groups = tuple(tuple(word.text for word in words_of(part)) for part in parts)
        if {before, behind} - {""} == {*ends} and (all(groups) or groups == ((),)):
            yield Phrase(of, groups, before, behind, time, language=language)
    elif plain and not slots:
        words = tuple(word.text for word in words_of(text))
        if len("".join(words)) > 2:
            yield Phrase(of, (words,), "subject", "object", plain=True, language=language)


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase in a sentence, from its first word to the one after its last."""

    phrase: Phrase
    first: int
    after: int


class Phrases:
    """The phrases of an ontology, found by how they begin."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        """Take the phrases, the longest first."""
        self.beside = [one for one in phrases if not one.length]
        self._found: dict[str, list[tuple[int, Phrase]]] = {}
        for place, one in enumerate(phrases):
            if one.length:
                self._found.setdefault(key(one.groups[0][0]), []).append((place, one))

    def said_in(self, words: Sequence[Word], first: int, after: int) -> list[Said]:
        """Return the phrases between two words, none inside of another, those denied left out."""
        there = [
            (place, start, phrase)
            for start in range(first, after)
            for place, phrase in self._found.get(key(words[start].text), ())
        ]
        taken: set[int] = set()
        found: list[Said] = []
        for _, start, phrase in sorted(there, key=lambda one: one[:2]):
            ends = phrase.at(words, start, after)
            if ends is None or taken & {start, ends[1] - 1}:
                continue
            taken |= {*range(start, start + len(phrase.groups[0])), ends[1] - 1}
            near = words[max(first, start - _NEAR) : start]
            if not DENIALS & {word.text.casefold() for word in near}:
                found.append(Said(phrase, *ends))
        return sorted(found, key=lambda one: one.first)
