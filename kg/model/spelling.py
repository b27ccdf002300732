"""Spelling: the names of the graph's own that a query uses, and the nearest that exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from kg.errors import near_word
from kg.model.namespaces import KG
from kg.model.sparql import place, tokens

if TYPE_CHECKING:
    from kg.model.namespaces import Vocabulary


class Name(NamedTuple):
    """A name below one of our namespaces, as a query writes it, and where."""

    text: str
    iri: str
    line: int
    column: int


def own_names(sparql: str, words: Vocabulary) -> Iterator[Name]:
    """Yield the names of the project's and the builder's namespaces that a query looks for.

    What a CONSTRUCT makes may be new, so its template is left out.

    >>> from kg.model.namespaces import Vocabulary
    >>> words = Vocabulary("https://example.org/")
    >>> [name.text for name in own_names("ASK { ?s :memberOf id:csto ; rdf:type ?o }", words)]
    [':memberOf', 'id:csto']
    """
    found = tokens(sparql)
    base, prefixes = _declared(found)
    prefixes = words.prefixes | prefixes
    template = _template(found)
    for number, token in enumerate(found):
        text = token[0]
        if number in template or _is_declaration(found, number):
            continue
        if text.startswith("<") and text.endswith(">"):
            iri = urljoin(base, text[1:-1])
        else:
            prefix, colon, local = text.partition(":")
            if not (colon and local and prefix in prefixes):
                continue
            iri = prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        if iri.startswith((words.base, KG)) and _is_a_name(iri, words):
            yield Name(text, iri, *place(sparql, token))


def nearest(name: Name, known: Iterable[str]) -> str:
    """Return "did you mean …?" with the nearest of the known IRIs, as the query writes names.

    >>> name = Name(":membrOf", "https://example.org/ontology#membrOf", 1, 1)
    >>> nearest(name, ["https://example.org/ontology#memberOf", "https://example.org/id/member"])
    "did you mean ':memberOf'?"
    """
    start = namespace(name.iri)
    names = (iri.removeprefix(start) for iri in known if iri.startswith(start))
    local = name.iri.removeprefix(start)
    before, _, behind = name.text.partition(local)
    near = near_word(local, names)
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


def _declared(found: list[re.Match[str]]) -> tuple[str, dict[str, str]]:
    """Return the base and the prefixes that the query declares itself."""
    base, prefixes = "", {}
    texts = [token[0] for token in found]
    for number, text in enumerate(texts):
        if text.upper() == "BASE" and texts[number + 1 : number + 2]:
            base = urljoin(base, texts[number + 1][1:-1])
        elif text.upper() == "PREFIX" and texts[number + 2 : number + 3]:
            prefixes[texts[number + 1].rstrip(":")] = urljoin(base, texts[number + 2][1:-1])
    return base, prefixes


def _is_declaration(found: list[re.Match[str]], number: int) -> bool:
    """Whether the token is the prefix or the IRI of a PREFIX, or the IRI of a BASE."""
    before = [token[0].upper() for token in found[max(number - 2, 0) : number]]
    return before[-1:] in (["PREFIX"], ["BASE"]) or before[:1] == ["PREFIX"]


def _template(found: list[re.Match[str]]) -> range:
    """Return the numbers of the tokens in the template of a CONSTRUCT."""
    words = [token[0].upper() for token in found]
    if "CONSTRUCT" not in words:
        return range(0)
    first = words.index("CONSTRUCT") + 1
    if words[first : first + 1] != ["{"]:
        return range(0)
    last = words.index("}", first) if "}" in words[first:] else len(words)
    return range(first, last)
