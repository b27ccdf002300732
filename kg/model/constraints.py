"""Constraints: SPARQL constraints on statements (SHACL §5) that can be asked of all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Quad

from kg.model.namespaces import STANDARD_PREFIXES, term, text_of
from kg.model.paths import by_subject
from kg.model.readings import read
from kg.model.shapes import look_at_statements

_SH: Final = STANDARD_PREFIXES["sh"]
# What a shape and its constraint may say beside the query.
_OF_SHAPE: Final = frozenset({"targetClass", "severity", "sparql"})
_OF_CONSTRAINT: Final = frozenset({"message", "prefixes", "select"})
_MARK: Final = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Constraint:
    """A SELECT that finds statements which break a constraint, and what is said of each.

    `variables` are those of its solutions, in their order, and `predicates` those that it looks at,
    as N-Triples write them. `shared` is what the statements of a solution have in common, "object"
    or "subject", "" if it may be nothing.
    """

    select: str
    prefixes: Mapping[str, str]
    message: str
    severity: str
    variables: tuple[str, ...]
    predicates: frozenset[str]
    shared: str = ""

    def told(self, solution: Mapping[str, object]) -> tuple[str, str]:
        """Return value and message of a solution; what it does not bind stands as its name.

        >>> constraint = Constraint("", {}, "before {?day}: {?why}", "", (), frozenset())
        >>> constraint.told({"this": term("kg:start"), "day": term("rdf:type")})[1]
        'before <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>: ?why'
        """
        value = solution.get("value") or solution["this"]
        return text_of(value), _MARK.sub(lambda name: _written(solution, name[1]), self.message)


def _written(solution: Mapping[str, object], name: str) -> str:
    node = solution.get(name)
    if node is None:
        return f"?{name}"
    return str(node) if isinstance(node, NamedNode) else text_of(node)


def declared_prefixes(shapes: Iterable[Quad]) -> dict[str, str]:
    """Return what sh:prefix and sh:namespace declare (SHACL §5.2.1)."""
    names: dict[str, dict[object, str]] = {"sh:prefix": {}, "sh:namespace": {}}
    for quad in shapes:
        for curie, found in names.items():
            if quad.predicate == term(curie):
                found[quad.subject] = text_of(quad.object)
    namespaces = names["sh:namespace"]
    return {name: namespaces.get(node, "") for node, name in names["sh:prefix"].items()}


def need_rows(shapes: Sequence[Quad]) -> bool:
    """Say whether shapes look at what is said of statements, and cannot be set apart.

    >>> need_rows([Quad(term("kg:Shape"), term("sh:targetClass"), term("kg:Statement"))])
    True
    """
    return look_at_statements(shapes) and look_at_statements(set_apart(shapes)[0])


def set_apart(shapes: Sequence[Quad]) -> tuple[list[Quad], list[Constraint]]:
    """Return other shapes, and the constraints on statements that can be asked of all at once.

    Asked of all at once is a query in which the focus node is bound by patterns alone, without
    subqueries, MINUS, VALUES, GRAPH and groups; with its focus node bound beforehand (SHACL §5.3.1)
    it has the same solutions.
    """
    said, prefixes = by_subject(shapes), declared_prefixes(shapes)
    apart: dict[object, list[Constraint]] = {}
    for node, quads in said.items():
        targets = [quad.object for quad in quads if quad.predicate == term("sh:targetClass")]
        if targets == [term("kg:Statement")]:
            found = _constraints(said, node, prefixes)
            if found:
                apart[node] = found
    gone = {*apart}
    gone |= {q.object for node in apart for q in said[node] if q.predicate == term("sh:sparql")}
    rest = [quad for quad in shapes if quad.subject not in gone]
    return rest, [one for found in apart.values() for one in found]


def _words(quads: Sequence[Quad]) -> set[str]:
    names = (quad.predicate.value for quad in quads)
    return {name.removeprefix(_SH) for name in names if name.startswith(_SH)}


def _constraints(
    said: Mapping[object, Sequence[Quad]], node: object, prefixes: Mapping[str, str]
) -> list[Constraint]:
    """Return the constraints of a shape; none when one of them cannot be set apart."""
    quads = said[node]
    severity = next((q.object for q in quads if q.predicate == term("sh:severity")), None)
    if not _words(quads) <= _OF_SHAPE:
        return []
    found = []
    for quad in quads:
        if quad.predicate == term("sh:sparql"):
            own = said.get(quad.object, ())
            one = _constraint(own, text_of(severity or term("sh:Violation")), prefixes)
            if one is None:
                return []
            found.append(one)
    return found


def _constraint(
    quads: Sequence[Quad], severity: str, prefixes: Mapping[str, str]
) -> Constraint | None:
    texts = {
        name: [text_of(quad.object) for quad in quads if quad.predicate == term(f"sh:{name}")]
        for name in ("message", "select")
    }
    if not _words(quads) <= _OF_CONSTRAINT or any(len(one) != 1 for one in texts.values()):
        return None
    (message,), (select,) = texts.values()
    found = read(select, tuple(prefixes.items()))
    if found is None or any(name.startswith(f"<{_SH}") for name in found.predicates):
        return None
    return Constraint(_opened(select), prefixes, message, severity, *found)


def _opened(select: str) -> str:
    """Return a query without the braces around mere triples with filters on their own variables.

    They have no meaning then, and keep an engine from joining what is in them with the rest.

    >>> _opened("SELECT $this { { $this :p ?o FILTER (?o > 1) } ?s :q ?o }")
    'SELECT $this {   $this :p ?o FILTER (?o > 1) . ?s :q ?o }'
    >>> _opened("SELECT $this { { $this :p ?o FILTER (?s > 1) } ?s :q ?o }").count("{")
    2
    >>> _opened("SELECT $this { { $this :p ?o FILTER (?O > 1) } ?s :q ?O }").count("{")
    2
    """
    from kg.model.sparql import tokens

    found = tokens(select)
    # Names of variables mean what they are in their letters, keywords in any.
    words = [token[0] if token[0][0] in "?$" else token[0].upper() for token in found]
    text = list(select)
    for first, last in _mere_groups(words):
        text[found[first].start()] = " "
        text[found[last].start()] = " " if words[last - 1] == "." else "."
    return "".join(text)


def _mere_groups(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where groups begin and end that have only triples, and filters on their variables."""
    outer = words.index("{") if "{" in words else len(words)
    for first in range(outer + 1, len(words)):
        if words[first] != "{" or words[first - 1] not in {"{", ".", "}"}:
            continue
        last = next((at for at in range(first + 1, len(words)) if words[at] in {"{", "}"}), 0)
        after = words[last + 1 : last + 2]
        inner = words[first + 1 : last]
        if not last or words[last] != "}" or after == ["UNION"] or words[first - 1] == "UNION":
            continue
        depth, said, asked = 0, set[str](), set[str]()
        for word in inner:
            depth += (word == "(") - (word == ")")
            if word[0] in "?$":
                (asked if depth else said).add(word[1:])
        if asked <= said and not {"BIND", "EXISTS"} & {*inner}:
            yield first, last
