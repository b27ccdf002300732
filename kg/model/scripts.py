"""Scripts: labels in the letters of another language than that of their column.

Of languages that are written in several scripts nothing is said.
"""

from __future__ import annotations

import re
from typing import Final

# Those that are written in Latin letters alone.
_LATIN: Final = (
    *("cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "nl", "no"),
    *("pl", "pt", "ro", "sk", "sl", "sv", "tr"),
)
_CYRILLIC: Final = ("be", "bg", "mk", "ru", "uk")
_LETTERS: Final = "[\u0400-\u04ff]"
# Names of firms and abbreviations stay Latin elsewhere; several words in small letters do not.
_WORDS: Final = r"[A-Z]?[a-z]{2,}[^A-Za-z]+(?:.*[^A-Za-z])?[A-Z]?[a-z]{2,}"


def patterns(language: str) -> tuple[str, str]:
    """Return what a label has that is surely not in the language, and what none of those has.

    Both are "" where nothing can be said.

    >>> patterns("kk")
    ('', '')
    """
    if language in _LATIN:
        return _LETTERS, "[A-Za-z]"
    return (_WORDS, _LETTERS) if language in _CYRILLIC else ("", "")


def is_of_another(label: str, language: str) -> bool:
    """Say whether a label is surely in the letters of another language.

    >>> is_of_another("Анна", "en"), is_of_another("Chess Club", "ru"), is_of_another("NATO", "ru")
    (True, True, False)
    """
    has, has_not = patterns(language)
    return bool(has) and bool(re.search(has, label)) and not re.search(has_not, label)
