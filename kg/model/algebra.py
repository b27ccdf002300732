"""Algebra: what a SELECT binds and looks at, read from its algebra (SPARQL 1.1 §18.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

# Parts of the algebra (SPARQL 1.1 §18.2) in which it matters whether the focus node is known before
# they are evaluated.
_ODD: Final = frozenset({
    "Minus", "Graph", "ServiceGraphPattern", "ToMultiSet", "InlineData", "values", "Group", "Slice",
    "SubSelect",
})  # fmt: skip


class LookedAt(NamedTuple):
    """The variables of the solutions, in their order; the predicates as N-Triples write them."""

    variables: tuple[str, ...]
    predicates: frozenset[str]


def looked_at(select: str, prefixes: Mapping[str, str]) -> LookedAt | None:
    """Return what a query looks at that is the same whether `$this` is bound before it or by it.

    None where it may not be the same, where it may look at any predicate, and where rdflib cannot
    read it.

    >>> looked_at("SELECT $this ?day { $this <urn:since> ?day }", {})
    LookedAt(variables=('this', 'day'), predicates=frozenset({'<urn:since>'}))
    >>> looked_at("SELECT $this { ?day <urn:of> $this }", {}) is None
    True
    """
    algebra = _algebra(select, prefixes)
    if algebra is None or not _binds_by_patterns(select) or "this" not in _bound(algebra.p):
        return None
    predicates = _predicates(algebra)
    if predicates is None:
        return None
    return LookedAt(tuple(map(str, algebra.PV)), predicates)


# An algebra of rdflib has no types.
def _algebra(select: str, prefixes: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Return the algebra of a query; None when it cannot be asked of all focus nodes at once."""
    from rdflib.plugins.sparql import prepareQuery

    try:
        algebra = prepareQuery(select, initNs=dict(prefixes)).algebra
    except Exception:  # noqa: BLE001 - what rdflib cannot read is asked of each focus node
        return None
    names = {one.name for one in _parts(algebra)}
    is_odd = names & _ODD or any(name.startswith("Aggregate") for name in names)
    is_odd = is_odd or any(map(_asks_too_early, _parts(algebra)))
    return None if is_odd or algebra.datasetClause or algebra.name != "SelectQuery" else algebra


def _binds_by_patterns(select: str) -> bool:
    """Say whether the focus node stands only where a pattern begins, and before WHERE."""
    from kg.model.sparql import tokens

    words = [token[0] for token in tokens(select)]
    first = words.index("{") if "{" in words else len(words)
    if "*" in words[:first]:
        return False
    found = [at for at, word in enumerate(words) if word in {"$this", "?this"} and at > first]
    return all(words[at - 1] in {"{", ".", "}", ")"} for at in found)


def _parts(node: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield all parts of an algebra."""
    from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        if node.name == "GroupGraphPatternSub":
            # Inside EXISTS it stands as it was written.
            node = translateGroupGraphPattern(node)
        yield node
        for value in node.values():
            yield from _parts(value)
    elif isinstance(node, (list, set)):
        for value in node:
            yield from _parts(value)


def _asks_too_early(part: Any) -> bool:  # noqa: ANN401
    """Say whether OPTIONAL or EXISTS asks something of a focus node that is not bound by then.

    It would find something of another one.
    """
    match part.name:
        case "LeftJoin":
            given, asked = part.p1, [part.p2, part.expr]
        case "Filter" | "Extend":
            given, asked = part.p, [part.expr]
        case _:
            return False
    return _mentions(asked) and "this" not in _bound(given)


def _mentions(node: Any) -> bool:  # noqa: ANN401
    """Say whether a part of an algebra names the focus node."""
    from rdflib import Variable
    from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        if node.name == "GroupGraphPatternSub":
            node = translateGroupGraphPattern(node)
        return any(map(_mentions, node.values()))
    if isinstance(node, (list, set, tuple)):
        return any(map(_mentions, node))
    return isinstance(node, Variable) and str(node) == "this"


def _bound(part: Any) -> set[str]:  # noqa: ANN401
    """Return the variables that every solution of a part binds."""
    from rdflib import Variable

    if part.name == "BGP":
        return {str(one) for triple in part.triples for one in triple if isinstance(one, Variable)}
    if part.name == "Join":
        return _bound(part.p1) | _bound(part.p2)
    if part.name == "Union":
        return _bound(part.p1) & _bound(part.p2)
    return _bound(part.p1 if part.name == "LeftJoin" else part.p)


def _predicates(algebra: Any) -> frozenset[str] | None:  # noqa: ANN401
    """Return the predicates that a query looks at, None where it may be any."""
    from rdflib import URIRef

    found = set()
    for part in _parts(algebra):
        for _, predicate, _ in part.triples if part.name == "BGP" else ():
            if not isinstance(predicate, URIRef):
                return None
            found.add(f"<{predicate}>")
    return frozenset(found)
