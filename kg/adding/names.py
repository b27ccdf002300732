"""Names: which entities a paragraph names, and where.

Labels and aliases in all languages; of two names the longer one. A name of two words may be
shortened to its last, once the text has it whole: "Sergey Lavrov", then "Lavrov".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kg.adding.words import Word, is_name, key, words_of
from kg.model.statement import Entity

# A name of one letter is said of too much.
_SHORTEST: Final = 2


class Mention(NamedTuple):
    """The words of a paragraph, counted from 0, that name an entity."""

    first: int
    after: int
    entity: Entity


class _Name(NamedTuple):
    words: tuple[str, ...]
    entity: Entity

    @property
    def is_proper(self) -> bool:
        """Whether it is one word that is always written large, as no name of the entity is small.

        "Illegal" is an operation, and "illegal" none; but "Coronavirus" is "COVID infection", too.
        """
        return len(self.words) == 1 and not any(one[:1].islower() for one in self.entity.names)


class Names:
    """The names of the entities, found by how they begin."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        """Take the names of the entities."""
        self._found: dict[str, list[_Name]] = {}
        for entity in entities:
            short = dict(entity.more).get("short_names", "").split("|")
            for text in dict.fromkeys((*entity.names, *short)):
                self._add(text, entity)

    def _add(self, text: str, entity: Entity) -> None:
        words = tuple(word.text for word in words_of(text))
        if len("".join(words)) >= _SHORTEST:
            names = self._found.setdefault(key(words[0]), [])
            names.append(_Name(words, entity))
            names.sort(key=lambda one: -len(one.words))

    def mentions(self, words: Sequence[Word]) -> list[Mention]:
        """Return what the words name; nothing where several entities have the name."""
        found: list[Mention] = []
        at = 0
        while at < len(words):
            names = [one for one in self._found.get(key(words[at].text), ()) if _is(one, words, at)]
            longest = max((len(one.words) for one in names), default=1)
            entities = {one.entity.id: one.entity for one in names if len(one.words) == longest}
            if len(entities) == 1:
                found.append(Mention(at, at + longest, *entities.values()))
            at += longest
        return found

    def within(self, words: Sequence[Word]) -> set[str]:
        """Return the ids of all that the words may name, also inside of longer names.

        >>> names = Names([Entity("csto", "Club", {"en": "CSTO"})])
        >>> names.within(words_of("the CSTO Council"))
        {'csto'}
        """
        return {
            one.entity.id
            for at, word in enumerate(words)
            for one in self._found.get(key(word.text), ())
            if _is(one, words, at)
        }

    def learn(self, texts: Iterable[str]) -> None:
        """Take the last words of the names of two words that a text has whole."""
        short: dict[str, dict[str, Entity]] = {}
        for text in texts:
            words = words_of(text)
            for first, after, entity in self.mentions(words):
                named = [one for one in entity.names if _is_of_two(one)]
                if after - first == 2:
                    for name in named:
                        short.setdefault(name.split()[1], {})[entity.id] = entity
        for word, entities in short.items():
            if len(entities) == 1:
                self._add(word, *entities.values())


def _is(name: _Name, words: Sequence[Word], at: int) -> bool:
    there = words[at : at + len(name.words)]
    if name.is_proper and there[0].text[0].islower():
        return False
    return len(there) == len(name.words) and all(
        is_name(one, word.text) for one, word in zip(name.words, there, strict=True)
    )


def _is_of_two(name: str) -> bool:
    words = name.split()
    return len(words) == 2 and all(word[0].isupper() and word.isalpha() for word in words)
