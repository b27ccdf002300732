"""Spelling: whether the names of the graph's own that a query uses exist.

A misspelt property or id would not fail in SPARQL: it would find nothing, which looks like an
answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from kg.errors import QueryError, did_you_mean
from kg.sparql import place, tokens
from kg.store import select
from kg.vocab import KG

if TYPE_CHECKING:
    import re

    from kg.store import Store
    from kg.vocab import Vocabulary

_EXISTS = (
    "EXISTS {{ {0} ?p ?o }} || EXISTS {{ ?s ?p {0} }} || EXISTS {{ ?s {0} ?o }} || "
    "EXISTS {{ GRAPH ?g {{ ?s {0} ?o }} }}"
)


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


def check_spelling(store: Store, sparql: str) -> None:
    """Refuse a query that looks for a name of ours which is nowhere in the graph.

    Raises QueryError with line and column of the first such name, and the nearest known one.
    """
    names = list({name.iri: name for name in own_names(sparql, store.words)}.values())
    if not names:
        return
    checks = " ".join(
        f"BIND({_EXISTS.format(NamedNode(name.iri))} AS ?is{number})"
        for number, name in enumerate(names)
    )
    for row in select(store, f"SELECT * {{ {checks} }}"):
        for number, name in enumerate(names):
            known = row[f"is{number}"]
            if isinstance(known, Literal) and known.value == "false":
                message = f"'{name.text}' names nothing in the graph"
                hint = _nearest(store, name)
                tail = "if it is meant so, ask with --lenient"
                raise QueryError(f"{message}; {hint} {tail}".replace("  ", " "), *name[2:])


def _nearest(store: Store, name: Name) -> str:
    """Return "did you mean …?" for the nearest name of the same namespace."""
    namespace = name.iri[: max(name.iri.rfind("/"), name.iri.rfind("#")) + 1]
    found = select(
        store, f'SELECT DISTINCT ?node {{ ?node a ?c FILTER STRSTARTS(STR(?node), "{namespace}") }}'
    )
    locals_ = {getattr(row["node"], "value", "").removeprefix(namespace) for row in found}
    return did_you_mean_as(name, namespace, locals_)


def did_you_mean_as(name: Name, namespace: str, known: set[str]) -> str:
    """Return "did you mean …?" with the known local name written as the query writes names.

    >>> name = Name(":membrOf", "https://example.org/ontology#membrOf", 1, 1)
    >>> did_you_mean_as(name, "https://example.org/ontology#", {"memberOf", "chairs"})
    "did you mean ':memberOf'?"
    """
    local = name.iri.removeprefix(namespace)
    start, _, end = name.text.partition(local)
    hint = did_you_mean(local, known)
    return hint.replace("'", f"'{start}", 1).replace("'?", f"{end}'?") if hint else ""


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
