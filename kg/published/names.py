"""Names: what others call the entities of the graph → their ids.

History → Names, which other people's tables are read with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from kg.errors import near_word
from kg.model.namespaces import text_of
from kg.model.patterns import WIKIDATA_ID
from kg.store.base import select
from kg.store.read_back import History

_CODES = "SELECT DISTINCT ?property { ?property rdfs:subPropertyOf+ skos:notation }"

# The dashes are those of the Unicode category Pd that stand inside names, and the minus sign.
_GAPS: Final = re.compile(r"[\s_\-\u058a\u05be\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+")
# Apostrophes and what is typed for them, the soft hyphen, and marks that cannot be seen.
_NOTHING: Final = re.compile(
    "['`\u00b4\u02b9-\u02bd\u02c8\u055a\u2018-\u201b\u2032\uff07\u00ad\u200b-\u200f\u2060\ufeff]"
)
_WIKIDATA: Final = re.compile(
    rf"(?:https?://www\.wikidata\.org/(?:entity|wiki)/|wd:)({WIKIDATA_ID})"
)


def folded(text: str) -> str:
    """Return the text without surrounding spaces, as it is when case and form do not matter.

    The Unicode Standard §3.13, D146: NFKC of the case folding.

    >>> folded(" Straße "), folded("ﬁrst")
    ('strasse', 'first')
    """
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once).strip()


def normal(name: str) -> str:
    """Return the form in which two spellings of one name are equal.

    Spaces, dashes and underscores count as one space, apostrophes not at all, and neither does
    "the" at the beginning.

    >>> normal("The Lao People's  Democratic-Republic")
    'lao peoples democratic republic'
    """
    spaced = _GAPS.sub(" ", folded(_NOTHING.sub("", name))).strip()
    return spaced.removeprefix("the ") or spaced


def by_name(named: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return normal form → what has it, of pairs (what it is, how it is called).

    >>> by_name([("playsFor", "plays for"), ("playsFor", "играет за")])["plays for"]
    {'playsFor'}
    """
    found: dict[str, set[str]] = {}
    for what, name in named:
        found.setdefault(normal(name), set()).add(what)
    found.pop("", None)
    return found


class Names:
    """Every name of every entity: id, labels, aliases, Wikidata id and codes.

    A code is a literal of a property that is a subproperty of `skos:notation`, in a statement that
    counts, at whatever time it holds.
    """

    def __init__(self, history: History) -> None:
        """Keep the history; names are read when first asked for."""
        self.history = history

    def find(self, name: str) -> tuple[str, ...]:
        """Return the ids of the entities that have the name, sorted; () for none.

        What is an id, letter by letter, means that entity alone.
        """
        if name in self.history.entities:
            return (name,)
        item = _WIKIDATA.fullmatch(name)
        return tuple(sorted(self._ids.get(normal(item[1] if item else name), ())))

    def suggest(self, name: str) -> tuple[str, str]:
        """Return the nearest name and the id that it stands for; ("", "") when none is near."""
        near = near_word(name, self._written)
        found = self.find(near)
        return (near, found[0]) if found else ("", "")

    @cached_property
    def _written(self) -> frozenset[str]:
        return frozenset(name for _, name in self.pairs())

    @cached_property
    def _ids(self) -> dict[str, set[str]]:
        return by_name(self.pairs())

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (id, name) for every name as written."""
        for entity in self.history.entities.values():
            names = (entity.id, *entity.names, entity.wikidata)
            yield from ((entity.id, name) for name in names if name)
        for statement in self.history.statements:
            if statement.predicate in self._codes and statement.counts:
                yield statement.subject, statement.object

    @cached_property
    def _codes(self) -> frozenset[str]:
        """The names of the properties whose literals are codes."""
        words = self.history.store.words
        found = (row["property"] for row in select(self.history.store, _CODES))
        return frozenset(words.local("", text_of(node)) for node in found)
