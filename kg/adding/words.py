"""Words: a text as words, and which two words are forms of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[^\W_]+")
_POSSESSIVE: Final = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]s?\\b", re.IGNORECASE)
# A sentence ends before a word that can begin one.
_END: Final = re.compile(
    "(?<!\\b[^\\W\\d_])[.!?\N{HORIZONTAL ELLIPSIS}]['\"\N{RIGHT DOUBLE QUOTATION MARK}»)]*\\s+"
    "(?=['\"\N{LEFT DOUBLE QUOTATION MARK}«(]*[^\\W_])"
)
_ENDINGS: Final = ("ing", "ed", "es", "e", "s")
# With what a name ends that its other endings take the place of.
_CHANGING: Final = frozenset("aeiouyаеёиоуыэюяйь")  # noqa: RUF001 - Russian
# A longer word in capitals is a name that is shouted.
_SHORT: Final = 6


class Word(NamedTuple):
    """A word, and where it stands in its paragraph."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Return the words of a text; a genitive's apostrophe and s are none.

    >>> [word.text for word in words_of("the CSTO's member-states")]
    ['the', 'CSTO', 'member', 'states']
    """
    plain = _POSSESSIVE.sub(lambda found: " " * len(found[0]), text)
    return [Word(found[0], *found.span()) for found in _WORD.finditer(plain)]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends.

    >>> text = "S. Lavrov spoke. He left."
    >>> [text[start:end] for start, end in sentences(text)]
    ['S. Lavrov spoke. ', 'He left.']
    """
    start = 0
    for found in _END.finditer(text):
        yield start, found.end()
        start = found.end()
    yield start, len(text)


def key(word: str) -> str:
    """Return what all forms of a word begin with.

    >>> key("Armenia")
    'arm'
    """
    return word.casefold()[:3]


def is_name(name: str, word: str) -> bool:
    """Say whether a word of a text is this word of a name.

    What is not written in plain letters may have another ending, as languages decline it.

    >>> is_name("CSTO", "csto"), is_name("Channel", "channel"), is_name("Армения", "Армению")
    (False, True, True)
    """
    if name.isupper() and len(name) < _SHORT:
        return name == word
    if name.isascii():
        return name.casefold() == word.casefold()
    one, other = name.casefold(), word.casefold()
    return _is_form(one, other) and {*one[_same(one, other) :]} <= _CHANGING


def says(one: str, word: str) -> bool:
    """Say whether a word of a text is a form of a word that says something.

    >>> says("offered", "offers"), says("offered", "off"), says("предложил", "предложено")
    (True, False, True)
    """
    one, word = one.casefold(), word.casefold()
    if one.isascii():
        return _stem(one) == _stem(word)
    return _is_form(one, word)


def _stem(word: str) -> str:
    found = next((end for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "")
    return word.removesuffix(found)


def _is_form(one: str, word: str) -> bool:
    """Say whether two words differ by their endings alone, as far as letters tell."""
    if min(len(one), len(word)) < 4:
        return one == word
    same = _same(one, word)
    return same >= max(3, len(one) - 3) and same >= len(word) - 3 and same * 2 > len(one)


def _same(one: str, other: str) -> int:
    """Return with how many letters both begin."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in alike)
