"""Names: what people call entities, sources and properties → their ids.

One definition for what is typed, what stands in an address, and what other people's tables have:
an id means itself, then comes a name as it is written, then one in another spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import SEARCHED, UsageError, did_you_mean, near_word, shown
from kg.model.languages import tag
from kg.model.namespaces import is_id, text_of
from kg.model.patterns import WIKIDATA_ID
from kg.store.base import select
from kg.store.read_back import History
from kg.text.formats import either
from kg.text.naming import called
from kg.text.statements import fact_in_words

if TYPE_CHECKING:
    from kg.model.statement import Statement
    from kg.store.base import Store

_CODES: Final = """
SELECT ?st { ?property rdfs:subPropertyOf+ skos:notation . ?st rdf:predicate ?property }"""
# So many of those that a name fits are listed.
_LISTED: Final = 8

# The dashes are those of the Unicode category Pd that stand inside names, and the minus sign.
_GAPS: Final = re.compile(r"[\s_\-\u058a\u05be\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+")
# Apostrophes and what is typed for them, the soft hyphen, and marks that cannot be seen.
_NOTHING: Final = re.compile(
    "['`\u00b4\u02b9-\u02bd\u02c8\u055a\u2018-\u201b\u2032\uff07\u00ad\u200b-\u200f\u2060\ufeff]"
)
# The accents of Latin, Greek and Cyrillic letters; the marks of other scripts are letters.
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
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


def unaccented(name: str) -> str:
    """Return the normal form without accents.

    >>> unaccented("São Tomé"), unaccented("Киргизи\N{CYRILLIC SMALL LETTER SHORT I}")
    ('sao tome', 'киргизии')
    """
    return _ACCENTS.sub("", unicodedata.normalize("NFD", normal(name)))


class Spellings:
    """What things are called, found letter by letter, else in another spelling."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """Take pairs: what it is, and how it is called."""
        self._named = [(what, name) for what, name in named if name]
        self._known: dict[Callable[[str], str], dict[str, set[str]]] = {}

    @cached_property
    def written(self) -> frozenset[str]:
        """Every name as it is written."""
        return frozenset(name for _, name in self._named)

    def find(self, name: str, fits: Callable[[str], bool] | None = None) -> tuple[str, ...]:
        """Return what has the name and fits, sorted; () for nothing.

        Another spelling counts only where nothing has the name as it is written, and one without
        accents only where nothing has it with them.

        >>> clubs = Spellings([("pena", "Pe\N{LATIN SMALL LETTER N WITH TILDE}a"), ("pen", "PEN")])
        >>> clubs.find("the PEN"), clubs.find("pena"), clubs.find("pent")
        (('pen',), ('pena',), ())
        """
        for form in (str.strip, normal, unaccented):
            found = self._in(form).get(form(name), ())
            if kept := tuple(sorted(one for one in found if fits is None or fits(one))):
                return kept
        return ()

    def _in(self, form: Callable[[str], str]) -> dict[str, set[str]]:
        """Return the form of each name → what is called so."""
        if form not in self._known:
            known = self._known[form] = {}
            for what, name in self._named:
                known.setdefault(form(name), set()).add(what)
            known.pop("", None)
        return self._known[form]


class Names:
    """Every name of every entity: id, labels, aliases, Wikidata id and codes.

    A code is a literal of a property that is a subproperty of `skos:notation`, in a statement that
    counts, at whatever time it holds.
    """

    def __init__(self, history: History) -> None:
        """Keep the history; names are read when first asked for."""
        self.history = history

    def find(self, name: str, fits: Callable[[str], bool] | None = None) -> tuple[str, ...]:
        """Return the ids of the entities that have the name and fit, sorted; () for none.

        What is an id, letter by letter, means that entity alone.
        """
        if name in self.history.entities:
            return (name,) if fits is None or fits(name) else ()
        item = _WIKIDATA.fullmatch(name)
        return self._spellings.find(item[1] if item else name, fits)

    def suggest(self, name: str) -> tuple[str, str]:
        """Return the nearest name and the id that it stands for; ("", "") when none is near.

        Where there are too many names to search, that is the nearest id.
        """
        names = self._spellings.written
        near = near_word(name, names if len(names) <= SEARCHED else self.history.entities)
        found = self.find(near) if near else ()
        return (near, found[0]) if found else ("", "")

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.pairs())

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield (id, name) for every name as written."""
        for entity in self.history.entities.values():
            names = (entity.id, *entity.names, entity.wikidata)
            yield from ((entity.id, name) for name in names if name)
        words = self.history.store.words
        rows = select(self.history.store, _CODES)
        coded = {words.local("st", text_of(row["st"])) for row in rows}
        for statement in self.history.record.of_ids(coded) if coded else ():
            if statement.counts:
                yield statement.subject, statement.object


def entity(store: Store, word: str, what: str) -> str:
    """Return the id of the entity that a word means: its id, its IRI, or a name that it has.

    Raises UsageError, which begins with `what` the word is, when it means none or several.
    """
    identifier = store.words.meant("id", word)
    return identifier if is_entity(store, identifier) else entity_called(store, word, what)


def is_entity(store: Store, word: str) -> bool:
    """Say whether the word is the id of an entity, without reading all of them."""
    if not is_id(word):
        return False
    return any(select(store, f"SELECT ?class {{ {store.words.entity(word)} a ?class }} LIMIT 1"))


def entity_called(
    store: Store, word: str, what: str, fits: Callable[[str], bool] | None = None
) -> str:
    """Return the id of the one entity that has the name, of several the one that fits.

    Raises UsageError as `entity` does.
    """
    history = History(store)
    names = Names(history)
    found = names.find(word, fits) or names.find(word)
    if not found:
        near, identifier = names.suggest(word)
        meant = "" if near.casefold() == identifier else f" ({identifier})"
        raise _unknown(word, what, f"did you mean '{near}'{meant}?" if near else "")
    told = [history.entities[one] for one in found[:_LISTED]]
    return _one(word, what, found, [f"{one.id} ({one.class_name}, {one.label})" for one in told])


def source_called(store: Store, word: str, what: str) -> str:
    """Return the id of the one source that has the title.

    Raises UsageError as `entity` does.
    """
    sources = History(store).sources
    named = ((one.id, name) for one in sources.values() for name in (one.id, one.title))
    found = Spellings(named).find(word)
    if not found:
        raise _unknown(word, what, did_you_mean(word, sources))
    return _one(word, what, found, [f"{one} ({sources[one].title})" for one in found[:_LISTED]])


def property_called(store: Store, word: str, what: str) -> str:
    """Return the name of the property: its own, its IRI, or a label that it has in any language.

    Raises UsageError as `entity` does.
    """
    history = History(store)
    known = history.properties
    name = store.words.meant("", word)
    if name in known:
        return name
    labels = [(one, label) for (one, _), label in history.labels.items() if one in known]
    spellings = Spellings([*labels, *((one, one) for one in known)])
    found = spellings.find(word)
    if not found:
        raise _unknown(name, what, did_you_mean(name, spellings.written))
    return _one(word, what, found, [f"{one} ({history.label(one)})" for one in found[:_LISTED]])


class Naming(NamedTuple):
    """How entities and properties are called, by id and by name."""

    entities: Mapping[str, str]
    properties: Mapping[str, str]

    def entity(self, identifier: str) -> str:
        """Return what an entity is called; a literal is as written."""
        return self.entities.get(identifier, identifier)

    def property(self, name: str) -> str:
        """Return what a property is called."""
        return self.properties.get(name, name)

    def triple(self, statement: Statement) -> tuple[str, str, str]:
        """Return what the parts of a statement's triple are called; a literal is as written."""
        subject, predicate, other = statement.triple
        end = other if statement.datatype else self.entity(other)
        return self.entity(subject), self.property(predicate), end

    def fact(self, statement: Statement) -> str:
        """Return the triple, called so, and its dates on one line."""
        return fact_in_words(statement, self.triple(statement))


# Everything by its id.
UNNAMED: Final = Naming({}, {})


def naming(history: History, *, labels: str = "", ids: str = "") -> Naming:
    """Return how entities and properties are called: as `Result.named` calls them."""
    words, beside = history.store.words, bool(ids)
    if ids == "full":
        entities = {one: words.entity(one).value for one in history.entities}
        properties = {one: words.ontology(one).value for one in history.properties}
    else:
        entities = {one: one for one in history.entities}
        properties = {one: one for one in history.properties}
    said = {key: one.labels.get(labels, "") for key, one in history.entities.items()}
    terms = {one: history.labels_of.get(one, {}).get(labels, "") for one in properties}
    return Naming(called(entities, said, beside=beside), called(properties, terms, beside=beside))


def language(languages: Sequence[str], word: str) -> str:
    """Return the one of the languages of labels that a word means, "" for "none".

    Raises UsageError when it is none of them.
    """
    if word == "none" or tag(word) in languages:
        return tag(word) if word != "none" else ""
    msg = f"there are no labels in '{shown(word)}'; choose {either([*languages, 'none'])}"
    raise UsageError(msg)


def _unknown(word: str, what: str, hint: str) -> UsageError:
    return UsageError(f"{what} '{word}' is not known; {hint or 'it is not in the graph'}")


def _one(word: str, what: str, found: Sequence[str], told: Sequence[str]) -> str:
    """Return the only one that was found; raise UsageError with what each of several is."""
    if len(found) == 1:
        return found[0]
    rest = [f"and {len(found) - len(told)} more"] if len(found) > len(told) else []
    listed = ", ".join([*told, *rest])
    msg = f"{what} '{shown(word)}' fits {len(found)}: {listed}; write the id"
    error = UsageError(msg)
    error.candidates = tuple(found)
    raise error
