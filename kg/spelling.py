"""Spelling: the names of the graph's own that a query uses, and the nearest that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import nearest as nearest_word
from kg.sparql import place, tokens
from kg.vocab import KG

if TYPE_CHECKING:
    import re

    from kg.vocab import Vocabulary


class Name(NamedTuple):
    """A name below one of our namespaces, as a query writes it, and where."""

    text: str
    iri: str
    line: int
    column: int


def own_names(sparql: str, words: Vocabulary) -> Iterator[Name]:
    """Yield the names of the project's and the builder's namespaces that a query looks for.

    What a CONSTRUCT makes may be new, so its template is left out.

    >>> from kg.vocab import Vocabulary
    >>> words = Vocabulary("https://example.org/")
    >>> [name.text for name in own_names("ASK { ?s :memberOf id:csto ; rdf:type ?o }", words)]
    [':memberOf', 'id:csto']
    """
    found = tokens(sparql)
    prefixes = words.prefixes | _declared(found)
    template = _template(found)
    for number, token in enumerate(found):
        text = token[0]
        if number in template or (number and found[number - 1][0].upper() == "PREFIX"):
            continue
        if text.startswith("<"):
            iri = text[1:-1]
        else:
            prefix, colon, local = text.partition(":")
            # An escape continues the name behind the token; such names are left alone.
            is_whole = sparql[token.end() : token.end() + 1] not in {"\\", "%"}
            if not (colon and local and is_whole and prefix in prefixes):
                continue
            iri = prefixes[prefix] + local
        is_declaration = number > 1 and found[number - 2][0].upper() == "PREFIX"
        if iri.startswith((words.base, KG)) and not is_declaration and _is_a_name(iri, words):
            yield Name(text, iri, *place(sparql, token))


def nearest(name: Name, known: Iterable[str]) -> str:
    """Return "did you mean …?" with the nearest of the known IRIs, as the query writes names.

    >>> name = Name(":membrOf", "https://example.org/ontology#membrOf", 1, 1)
    >>> nearest(name, ["https://example.org/ontology#memberOf", "https://example.org/id/member"])
    "did you mean ':memberOf'?"
    """
    start = namespace(name.iri)
    names = {iri.removeprefix(start) for iri in known if iri.startswith(start)}
    local = name.iri.removeprefix(start)
    before, _, behind = name.text.partition(local)
    near = nearest_word(local, names)
    return f"did you mean '{before}{near}{behind}'?" if near else ""


def namespace(iri: str) -> str:
    """Return the IRI up to its last slash or hash.

    >>> namespace("https://example.org/id/csto")
    'https://example.org/id/'
    """
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _is_a_name(iri: str, words: Vocabulary) -> bool:
    """Whether the IRI is more than a namespace."""
    return iri not in words.prefixes.values() and iri != words.base


def _declared(found: list[re.Match[str]]) -> dict[str, str]:
    """Return the prefixes that the query declares itself."""
    texts = [token[0] for token in found]
    return {
        name.rstrip(":"): iri[1:-1]
        for before, (name, iri) in zip(texts, pairwise(texts[1:]), strict=False)
        if before.upper() == "PREFIX"
    }


def _template(found: list[re.Match[str]]) -> range:
    """Return the numbers of the tokens in the template of a CONSTRUCT."""
    words = [token[0].upper() for token in found]
    if "CONSTRUCT" not in words:
        return range(0)
    first = words.index("CONSTRUCT") + 1
    if words[first : first + 1] != ["{"]:
        return range(0)
    return range(first, words.index("}", first))
