"""Citing: what rows cite of a text, whether its paragraphs bear them out, and what none cites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.adding.known import Known, Text
from kg.adding.names import Names
from kg.adding.words import sentences, words_of
from kg.model.table import Row
from kg.text.paragraphs import numbers

# A sentence that names fewer entities hardly says a fact.
_FEWEST = 2


@dataclass(frozen=True)
class Citation:
    """A row that cites a text, the paragraphs it cites, and the ends that these do not name."""

    row: Row
    paragraphs: tuple[int, ...]
    unnamed: tuple[str, ...]

    @property
    def triple(self) -> str:
        """What the row says."""
        return " ".join(self.row.cells[name] for name in ("subject", "predicate", "object"))


@dataclass(frozen=True)
class Citing:
    """A text, and the rows that cite it."""

    text: Text
    known: Known
    sources: Sequence[str]

    @cached_property
    def citations(self) -> list[Citation]:
        """The rows that cite one of the sources, in their order."""
        rows = (row for row in self.known.rows if row.cells["source"] in self.sources)
        return [self._citation(row) for row in rows]

    def _citation(self, row: Row) -> Citation:
        count = len(self.text.paragraphs)
        cited = tuple(one for one in numbers(row.cells["locator"]) if 0 < one <= count)
        ends = (row.cells["subject"], row.cells["object"])
        return Citation(row, cited, tuple(one for one in ends if not self._is_named(one, cited)))

    def _is_named(self, end: str, cited: Sequence[int]) -> bool:
        if end in self.known.entities:
            there = (words_of(self.text.paragraphs[one - 1]) for one in cited)
            return any(end in self._names.within(words) for words in there)
        return any(end.casefold() in self.text.paragraphs[one - 1].casefold() for one in cited)

    @cached_property
    def _names(self) -> Names:
        names = Names(self.known.entities.values())
        names.learn(self.text.paragraphs)
        return names

    def _named(self, text: str) -> list[str]:
        found = self._names.mentions(words_of(text))
        return list(dict.fromkeys(one.entity.id for one in found))

    def of(self, number: int) -> list[Citation]:
        """Return the rows that cite a paragraph."""
        return [one for one in self.citations if number in one.paragraphs]

    def elsewhere(self) -> list[Citation]:
        """Return the rows that cite no paragraph that there is."""
        return [one for one in self.citations if not one.paragraphs]

    def uncited(self, number: int) -> Iterator[tuple[str, list[str]]]:
        """Yield the sentences of a paragraph that name entities of which no row cites it."""
        text = self.text.paragraphs[number - 1]
        cited = {one.row.cells[side] for one in self.of(number) for side in ("subject", "object")}
        for start, end in sentences(text):
            named = self._named(text[start:end])
            if len(named) >= _FEWEST and not cited & {*named}:
                yield text[start:end].strip(), named
