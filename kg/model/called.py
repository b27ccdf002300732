"""Called: what people write in place of an id or a name, and the ids and names it stands for.

That is a label, an alias, a title, an address, a Wikidata id, an IRI or a CURIE, and an id with a
character that is not seen or looks like another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from kg.errors import SEARCHED, did_you_mean
from kg.model.likely import LOOK_ALIKES
from kg.model.literals import code_point
from kg.model.statement import Entity, Source

# What things are called, folded → the ids or names that are called so.
Names = Mapping[str, Collection[str]]
# How many that are called alike a message names.
_FEW: Final = 3
_QUOTES: Final = "\"'`«»“”„‟‘’‚‹›"  # noqa: RUF001 - they are looked for
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_PLAIN: Final = LOOK_ALIKES | _DASHES | dict.fromkeys(map(ord, _QUOTES))
# What people write between two of which a cell takes one, the surest first.
_BETWEEN: Final = (r"[;|]", r"[;|,]", r"[;|,/&+\s]+")


def names(pairs: Iterable[tuple[str, str]]) -> Names:
    """Return what is called how, from pairs of what something is called and its id.

    >>> names([("The  Knights", "knights")])
    {'the knights': ['knights']}
    """
    found: dict[str, list[str]] = {}
    for text, one in pairs:
        known = found.setdefault(_folded(text), [])
        if text and one not in known:
            known.append(one)
    return found


def of_entities(entities: Mapping[str, Entity]) -> Names:
    """Return what entities are called beside their ids; nothing where these are too many."""
    every = entities.values() if len(entities) <= SEARCHED else ()
    return names(
        (text, one.id)
        for one in every
        for text in (*one.labels.values(), *one.aliases, one.wikidata)
    )


def of_sources(sources: Mapping[str, Source]) -> Names:
    """Return what sources are called beside their ids; nothing where these are too many."""
    every = sources.values() if len(sources) <= SEARCHED else ()
    return names((text, one.id) for one in every for text in (one.title, one.url))


def meant(text: str, known: Collection[str], called: Names) -> str:
    """Return which of what is known is meant, "" when nothing is likely.

    >>> called = names([("Plays for", "playsFor"), ("Q7", "anna")])
    >>> meant("plays for", ["playsFor"], called), meant(":playsFor", ["playsFor"], called)
    ("did you mean 'playsFor'?", "did you mean 'playsFor'?")
    >>> meant("https://www.wikidata.org/wiki/Q7", ["anna"], called), meant("wd:Q8", ["anna"], {})
    ("did you mean 'anna'?", '')
    """
    found = _exactly(text, known, called)[:_FEW]
    if not found:
        return did_you_mean(text, known)
    return f"did you mean {' or '.join(repr(one) for one in found)}?"


def several(text: str, known: Collection[str], called: Names) -> list[str]:
    """Return the ids when a cell surely names more than one, else nothing.

    >>> several("anna; boris", ["anna", "boris"], {}), several("anna; nobody", ["anna"], {})
    (['anna', 'boris'], [])
    """
    if _exactly(text, known, called):
        return []
    for between in _BETWEEN:
        parts = [part.strip() for part in re.split(between, text) if part.strip()]
        found = [_exactly(part, known, called) for part in parts]
        if len(parts) > 1 and all(found):
            return [first for first, *_ in found]
    return []


def odd_character(text: str) -> str:
    """Say which character of an id cannot be seen or looks like another, "" when none does.

    >>> odd_character("ann" + chr(0x430)), odd_character("anna")
    (', for character 4 is U+0430, CYRILLIC SMALL LETTER A', '')
    """
    if not re.search("[A-Za-z0-9]", text):
        return ""
    for place, letter in enumerate(text, start=1):
        if letter > "\x7f" and (_is_unseen(letter) or ord(letter) in _PLAIN):
            name = unicodedata.name(letter, "a control character")
            return f", for character {place} is {code_point(letter)}, {name}"
    return ""


def _exactly(text: str, known: Collection[str], called: Names) -> list[str]:
    """Return what is known and is called exactly so, an IRI or a CURIE by its last part."""
    for one in (text, re.split(r"[/#:]", text.rstrip("/>"))[-1]):
        for spelling in (one, plain(one)):
            if spelling in known:
                return [spelling]
        if found := [own for own in called.get(_folded(one), ()) if own in known]:
            return found
    return []


def plain(text: str) -> str:
    """Return an id without what is not seen and quotes, its letters those that they look like.

    >>> plain(chr(0x201C) + "ann" + chr(0x430) + chr(0x200B) + chr(0x201D))
    'anna'
    """
    return "".join(one for one in text if not _is_unseen(one)).translate(_PLAIN).strip()


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
