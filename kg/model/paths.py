"""Paths: the property paths of SHACL (§2.3.1) as triples, and as SPARQL writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad

from kg.model.namespaces import term

# What a graph says of each subject.
Said = Mapping[object, list[Quad]]
_FIRST: Final = term("rdf:first")
_REST: Final = term("rdf:rest")
_AFTER: Final = {
    term("sh:zeroOrMorePath"): "*",
    term("sh:oneOrMorePath"): "+",
    term("sh:zeroOrOnePath"): "?",
}
_EITHER: Final = term("sh:alternativePath")
_INVERSE: Final = term("sh:inversePath")


def by_subject(quads: Iterable[Quad]) -> dict[object, list[Quad]]:
    """Return what is said of each subject."""
    said: dict[object, list[Quad]] = {}
    for quad in quads:
        said.setdefault(quad.subject, []).append(quad)
    return said


def path_quads(said: Said, node: object) -> Iterator[Quad]:
    """Yield what says which path a node is, and nothing else that is said of it."""
    todo, seen = [node], set[object]()
    while todo:
        one = todo.pop()
        if isinstance(one, BlankNode) and one not in seen:
            seen.add(one)
            for quad in _parts(said, one):
                yield quad
                todo.append(quad.object)


def path_text(said: Said, node: object, short: Callable[[str], str]) -> str:
    """Return a path as SPARQL writes it; "…" for what is none, or for a part of itself.

    >>> inverse = Quad(BlankNode("p"), term("sh:inversePath"), term("kg:start"))
    >>> path_text(by_subject([inverse]), BlankNode("p"), lambda iri: iri[-5:])
    '^start'
    """
    return _text(said, node, short, frozenset())


def _text(said: Said, node: object, short: Callable[[str], str], above: frozenset[object]) -> str:
    if isinstance(node, NamedNode):
        return short(node.value)
    if node in above:
        return "…"
    above |= {node}

    def inner(one: object, *, is_bound: bool = False) -> str:
        text = _text(said, one, short, above)
        kinds = {quad.predicate for quad in _parts(said, one)}
        return f"({text})" if kinds & {_FIRST, _EITHER} or (kinds and is_bound) else text

    parts = {quad.predicate: quad.object for quad in _parts(said, node)}
    if _FIRST in parts:
        return "/".join(map(inner, _items(said, node)))
    if _EITHER in parts:
        return "|".join(map(inner, _items(said, parts[_EITHER])))
    if _INVERSE in parts:
        return f"^{inner(parts[_INVERSE], is_bound=True)}"
    return next((inner(one, is_bound=True) + _AFTER[kind] for kind, one in parts.items()), "…")


def _items(said: Said, head: object) -> Iterator[object]:
    seen = set[object]()
    while isinstance(head, BlankNode) and head not in seen:
        seen.add(head)
        parts = {quad.predicate: quad.object for quad in said.get(head, [])}
        yield parts.get(_FIRST)
        head = parts.get(_REST)


def _parts(said: Said, node: object) -> list[Quad]:
    """Return what makes a node a path: a list is one whatever else is said of it."""
    quads = said.get(node, [])
    lists = [quad for quad in quads if quad.predicate in {_FIRST, _REST}]
    return lists or [quad for quad in quads if quad.predicate in {_EITHER, _INVERSE, *_AFTER}]
