"""Algebra: what a SELECT binds and looks at, read from its algebra (SPARQL 1.1 §18.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from kg.model.namespaces import term

# Parts of the algebra (SPARQL 1.1 §18.2) in which it matters whether the focus node is known before
# they are evaluated.
_ODD: Final = frozenset({
    "Minus", "Graph", "ServiceGraphPattern", "ToMultiSet", "InlineData", "values", "Group", "Slice",
    "SubSelect",
})  # fmt: skip


# What all statements of a solution may have in common, and what leads from one to its references.
SHARED: Final = ("object", "subject")
_DERIVED: Final = term("prov:wasDerivedFrom").value


class LookedAt(NamedTuple):
    """The variables of the solutions, in their order; the predicates as N-Triples write them.

    `shared` is what all statements that one solution looks at have in common, "object" or
    "subject", "" where they need have nothing in common.
    """

    variables: tuple[str, ...]
    predicates: frozenset[str]
    shared: str = ""


def looked_at(select: str, prefixes: Mapping[str, str]) -> LookedAt | None:
    """Return what a query looks at that is the same whether `$this` is bound before it or by it.

    None where it may not be the same, where it may look at any predicate, and where rdflib cannot
    read it.

    >>> looked_at("SELECT $this ?day { $this <urn:since> ?day }", {})
    LookedAt(variables=('this', 'day'), predicates=frozenset({'<urn:since>'}), shared='object')
    >>> looked_at("SELECT $this { ?day <urn:of> $this }", {}) is None
    True
    """
    algebra = _algebra(select, prefixes)
    if algebra is None or not _binds_by_patterns(select) or "this" not in _bound(algebra.p):
        return None
    predicates = _predicates(algebra)
    if predicates is None:
        return None
    return LookedAt(tuple(map(str, algebra.PV)), predicates, _shared(algebra.p))


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


def _shared(part: Any) -> str:  # noqa: ANN401
    """Return what all statements of a solution have in common.

    A query that looks at the focus node and its references alone can have either.
    """
    from rdflib import URIRef, Variable

    this = Variable("this")
    if _held(part, lambda triple: triple[0] == this, this):
        return SHARED[0]
    for name in SHARED:
        key = URIRef(term(f"rdf:{name}").value)
        triples = (triple for one in _parts(part) if one.name == "BGP" for triple in one.triples)
        values = {o for s, p, o in triples if s == this and p == key and isinstance(o, Variable)}
        for value in values:
            found = _held(part, partial(_is_about, (key, value)), value)
            if found and this in found.nodes:
                return name
    return ""


def _is_about(end: tuple[Any, Any], triple: tuple[Any, Any, Any]) -> bool:
    return triple[1:] == end


class _Held(NamedTuple):
    """Variables for statements with the value in common and what belongs to these.

    `is_bound` says that every solution binds the value by a pattern.
    """

    nodes: frozenset[Any]
    is_bound: bool


# A triple of a pattern says that its subject is a statement with the value in common.
_Says = Callable[[tuple[Any, Any, Any]], bool]


def _held(
    part: Any,  # noqa: ANN401
    says: _Says,
    value: Any,  # noqa: ANN401
    given: frozenset[Any] = frozenset(),
) -> _Held | None:
    """Return what every solution of a part binds to such nodes; None if it may look at others.

    `given` are those that are bound before, where the part is asked of each solution.
    """
    match part.name:
        case "BGP":
            return _held_in(part.triples, says, given)
        case "Join":
            return _held_together(part, says, value)
        case "Union":
            one, other = (_held(side, says, value, given) for side in (part.p1, part.p2))
            if not one or not other:
                return None
            return _Held(one.nodes & other.nodes, one.is_bound and other.is_bound)
        case "LeftJoin":
            found = _held(part.p1, says, value, given)
            if not found or not found.is_bound:
                return None
            more = _held(part.p2, says, value, given | found.nodes)
            is_fine = more and _asks(part.expr, says, value, given | found.nodes | more.nodes)
            return found if is_fine else None
        case "Filter" | "Extend":
            found = _held(part.p, says, value, given)
            if not found or (part.name == "Extend" and part.var == value):
                return None
            is_free = not any(True for _ in _asked_patterns(part.expr))
            is_fine = found.is_bound and _asks(part.expr, says, value, given | found.nodes)
            return found if is_free or is_fine else None
        case "Project" | "Distinct" | "Reduced" | "OrderBy":
            return _held(part.p, says, value, given)
    return None


def _held_together(part: Any, says: _Says, value: Any) -> _Held | None:  # noqa: ANN401
    one, other = (_held(side, says, value) for side in (part.p1, part.p2))
    # Mere triples may say more of what the other side binds.
    if one and not other and part.p2.name == "BGP":
        other = _held_in(part.p2.triples, says, one.nodes)
    if other and not one and part.p1.name == "BGP":
        one = _held_in(part.p1.triples, says, other.nodes)
    if not one or not other:
        return None
    return _Held(one.nodes | other.nodes, one.is_bound or other.is_bound)


def _held_in(triples: Any, says: _Says, given: frozenset[Any]) -> _Held | None:  # noqa: ANN401
    from rdflib import Variable

    own = {triple[0] for triple in triples if says(triple) and isinstance(triple[0], Variable)}
    nodes, size = own | given, -1
    while size < len(nodes):
        size = len(nodes)
        nodes |= {
            o
            for s, p, o in triples
            if s in nodes and str(p) == _DERIVED and isinstance(o, Variable)
        }
    if any(s not in nodes for s, _, _ in triples):
        return None
    mentioned = {s for s, _, _ in triples} | {o for _, _, o in triples}
    return _Held(frozenset(nodes & mentioned), bool(own))


def _asks(
    expr: Any,  # noqa: ANN401
    says: _Says,
    value: Any,  # noqa: ANN401
    given: frozenset[Any],
) -> bool:
    """Say whether what an expression asks with EXISTS looks at such nodes only."""
    return all(_held(one, says, value, given) is not None for one in _asked_patterns(expr))


def _asked_patterns(node: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the patterns of EXISTS in an expression, but not those within these."""
    from rdflib.plugins.sparql.algebra import translateGroupGraphPattern
    from rdflib.plugins.sparql.parserutils import CompValue

    if isinstance(node, CompValue):
        if node.name in {"Builtin_EXISTS", "Builtin_NOTEXISTS"}:
            body = node.graph
            is_written = body.name == "GroupGraphPatternSub"
            yield translateGroupGraphPattern(body) if is_written else body
            return
        for value in node.values():
            yield from _asked_patterns(value)
    elif isinstance(node, (list, set, tuple)):
        for value in node:
            yield from _asked_patterns(value)
