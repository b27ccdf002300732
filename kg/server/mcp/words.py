"""Words: a sentence in words that can be compared, whatever their case, accents and endings.

Latin letters are taken for English and Cyrillic ones for Russian; other words stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from snowballstemmer.english_stemmer import EnglishStemmer
from snowballstemmer.russian_stemmer import RussianStemmer

from kg.query.names import normal, unaccented

# A date of ISO 8601 is one word; an apostrophe and what follows belong to their word.
_WORD: Final = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?!\d)|[^\W_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W_]+)?"
)
_ENGLISH: Final = EnglishStemmer()
_RUSSIAN: Final = RussianStemmer()
# A longer word is none of a name, and no stemmer is made for it.
_LONGEST: Final = 40
# Words that names are written with or without.
_LINKING: Final = frozenset(
    word
    for words in (
        "a an and as at by for from in of on or s the to with",
        "в во для до и из к ко на о об от по с со у",  # noqa: RUF001 - Russian words
    )
    for word in words.split()
)

# Words that say little of what is asked, beside those.
_EMPTY: Final = frozenset(
    word
    for words in (
        "also although am any are be been but can could did do does each had has have he her his",
        "i if it its like made make me more much no not off over own shall she should so such than",
        "that their them then there these they this those through up us very was we were what",
        "which will within would you your down one give list please show tell being anyone anybody",
        "а бы был была были было быть же за их ли не ни но он она они то тот что это эти",  # noqa: RUF001 - Russian words
    )
    for word in words.split()
)


def stems(text: str) -> list[str]:
    """Return the words of a text without case, accents and endings.

    >>> stems("Who chairs the Council's meetings?"), stems("Кто председательствует в Совете?")
    (['who', 'chair', 'the', 'council', 'meet'], ['кто', 'председательств', 'в', 'совет'])
    """
    return [stem(word) for word in written(text)]


def written(text: str) -> list[str]:
    """Return the words of a text as they are written.

    >>> written("the club's plan for 2021-2025, of 2020-12-02")
    ['the', "club's", 'plan', 'for', '2021', '2025', 'of', '2020-12-02']
    """
    return _WORD.findall(text)


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return one word without case, accents and ending.

    >>> stem("Ratified"), stem("Узбекистана"), stem("2012")
    ('ratifi', 'узбекиста', '2012')
    """
    folded = normal(word)
    if len(folded) > _LONGEST:
        return folded
    stemmer = _ENGLISH if folded.isascii() else _RUSSIAN
    return unaccented(stemmer.stemWord(folded))


def is_linking(one: str) -> bool:
    """Say whether a stem is of a word that names are written with or without.

    >>> is_linking("of"), is_linking("council")
    (True, False)
    """
    return one in _LINKING


_EMPTY_STEMS: Final = frozenset(map(stem, _EMPTY))


def is_empty(one: str) -> bool:
    """Say whether a stem is of a word that says little of what is asked.

    >>> is_empty("have"), is_empty("join")
    (True, False)
    """
    return one in _LINKING or one in _EMPTY_STEMS
