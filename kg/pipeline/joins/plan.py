"""Plan: a rule → the patterns to join, what its default graph is asked, and its conditions.

What cannot be said as joins is named with its reason; such a rule is applied solution by solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from pyoxigraph import Literal as Text
from pyoxigraph import NamedNode

from kg.model.namespaces import KG, STANDARD_PREFIXES, term
from kg.model.ontology import Property
from kg.model.rules import Rule

_RDF: Final = STANDARD_PREFIXES["rdf"]
_TYPE: Final = term("rdf:type").value
# What describes statements and sources in the default graph, which grows while rules are applied.
_OF_STATEMENTS: Final = (KG, _RDF, STANDARD_PREFIXES["prov"])


class NotJoinedError(Exception):
    """The rule has something that is no join: the text says what."""


@dataclass(frozen=True)
class Variable:
    """A variable of a rule."""

    name: str


# A node of a pattern: a variable, or a term as N-Triples writes it.
Node = Variable | str
Pattern = tuple[Node, Node, Node]
Operator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Compared:
    """A comparison of two terms, or of the texts that STR makes of them."""

    operator: Operator
    left: Node
    right: Node
    as_text: bool


@dataclass(frozen=True)
class Joined:
    """Conditions of which all must hold ("and"), or one ("or"), or none ("not")."""

    how: Literal["and", "or", "not"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Missing:
    """That the default graph does not say something of the variables: a SELECT of whom it does."""

    sparql: str
    variables: tuple[str, ...]


Condition = Compared | Joined | Missing


@dataclass(frozen=True)
class Asked:
    """A SELECT over the default graph, which is the same in all rounds, and its variables."""

    sparql: str
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A rule as joins.

    `said` has the patterns inside GRAPH, each with the number of its premise; `asked` what is asked
    of the default graph; `head` the triples that follow.
    """

    rule: Rule
    said: tuple[tuple[int, Pattern], ...]
    asked: tuple[Asked, ...]
    condition: Joined
    head: tuple[Pattern, ...]

    @property
    def premises(self) -> int:
        """How many premises the rule has."""
        return len(self.rule.premises)

    @property
    def queries(self) -> Iterator[Asked]:
        """All that is asked of the default graph, conditions too."""
        yield from self.asked
        yield from (Asked(one.sparql, one.variables) for one in _missing(self.condition))

    @property
    def terms(self) -> set[str]:
        """The terms that the plan names."""
        nodes = [node for pattern in self.head for node in pattern]
        nodes += [node for _, pattern in self.said for node in pattern]
        for one in _compared(self.condition):
            nodes += [one.left, one.right]
        return {node for node in nodes if isinstance(node, str)}


def plan(rule: Rule, prefixes: Mapping[str, str], properties: Mapping[str, Property]) -> Plan:
    """Return the rule as joins.

    Raises NotJoinedError when it has something that is none.
    """
    if not rule.steady:
        msg = "its solutions need not have a new premise"
        raise NotJoinedError(msg)
    if rule.names_premises:
        msg = "its head speaks of a premise"
        raise NotJoinedError(msg)
    nodes = frozenset(name for name, one in properties.items() if not one.datatype)
    return _read(rule, tuple(prefixes.items()), nodes)


# A build asks for the plans of its rules several times, and to read one takes long.
@lru_cache(maxsize=128)
def _read(rule: Rule, prefixes: tuple[tuple[str, str], ...], of_nodes: frozenset[str]) -> Plan:
    return _Reader(rule, dict(prefixes), of_nodes).plan()


class _Reader:
    """Reads the algebra of one rule (SPARQL 1.1 §18.2), as rdflib translates it.

    `of_nodes` are the properties whose values are IRIs.
    """

    def __init__(self, rule: Rule, prefixes: dict[str, str], of_nodes: frozenset[str]) -> None:
        self.rule, self.prefixes, self.of_nodes = rule, prefixes, of_nodes
        self.said: list[tuple[int, Pattern]] = []
        self.described: list[Any] = []
        self.conditions: list[Condition] = []
        self.filters: list[tuple[Any, set[str]]] = []

    def plan(self) -> Plan:
        from rdflib.plugins.sparql import prepareQuery

        algebra = prepareQuery(self.rule.sparql, initNs=self.prefixes).algebra
        if algebra.datasetClause:
            msg = "it names a dataset"
            raise NotJoinedError(msg)
        self.read(algebra.p.p)
        for expression, bound in self.filters:
            self.conditions.append(self.condition(expression, bound))
        known = self.variables()
        head = tuple(_pattern(triple) for triple in algebra.template)
        loose = [node for one in head for node in one if isinstance(node, Variable)]
        if any(node.name not in known for node in loose):
            msg = "its head has a variable that no pattern binds"
            raise NotJoinedError(msg)
        asked = tuple(_parts(self.described))
        return Plan(self.rule, tuple(self.said), asked, Joined("and", tuple(self.conditions)), head)

    def read(self, part: Any) -> None:  # noqa: ANN401 - a node of rdflib's algebra
        """Take down a pattern of the rule."""
        match part.name:
            case "Join":
                self.read(part.p1)
                self.read(part.p2)
            case "Filter":
                self.read(part.p)
                bound = {str(one) for one in part.p["_vars"]}
                self.filters.append((part.expr, bound))
            case "BGP":
                self.described += [_static(triple) for triple in part.triples]
            case "Graph":
                self.read_graph(part)
            case name:
                msg = f"{_WORDS.get(name, name)} is no join"
                raise NotJoinedError(msg)

    def read_graph(self, part: Any) -> None:  # noqa: ANN401
        """Take down what stands inside GRAPH."""
        if part.p.name != "BGP" or not part.p.triples:
            msg = "there is more than triples inside GRAPH"
            raise NotJoinedError(msg)
        number = self.rule.premises.index(str(part.term))
        for triple in part.p.triples:
            pattern = _pattern(triple)
            if any(isinstance(n, Variable) and n.name in self.rule.premises for n in pattern):
                msg = "it speaks of a premise"
                raise NotJoinedError(msg)
            self.said.append((number, pattern))

    def variables(self) -> set[str]:
        """Return the variables that patterns bind."""
        found = {node.name for _, one in self.said for node in one if isinstance(node, Variable)}
        return found | {str(name) for triple in self.described for name in _names(triple)}

    def condition(self, given: Any, bound: set[str]) -> Condition:  # noqa: ANN401
        """Return a condition on variables of which `bound` are in sight."""
        match getattr(given, "name", ""):
            case "ConditionalAndExpression" | "ConditionalOrExpression" as name:
                parts = [self.condition(one, bound) for one in (given.expr, *given.other)]
                return Joined("and" if name == "ConditionalAndExpression" else "or", tuple(parts))
            case "UnaryNot":
                return Joined("not", (self.condition(given.expr, bound),))
            case "RelationalExpression":
                return self.relation(given, bound)
            case "Builtin_sameTerm":
                left, right = (self.node(one, bound) for one in (given.arg1, given.arg2))
                return Compared("=", left, right, as_text=False)
            case "Builtin_NOTEXISTS":
                return self.missing(given.graph, bound)
            case "Builtin_EXISTS":
                return Joined("not", (self.missing(given.graph, bound),))
            case name:
                msg = f"its FILTER has {name.removeprefix('Builtin_') or 'a mere term'}"
                raise NotJoinedError(msg)

    def relation(self, given: Any, bound: set[str]) -> Condition:  # noqa: ANN401
        """Return a comparison."""
        if given.op in {"IN", "NOT IN"}:
            parts = tuple(self.compared("=", given.expr, one, bound) for one in given.other)
            found = Joined("or", parts)
            return found if given.op == "IN" else Joined("not", (found,))
        return self.compared(given.op, given.expr, given.other, bound)

    def compared(
        self,
        operator: Operator,
        left: Any,  # noqa: ANN401
        right: Any,  # noqa: ANN401
        bound: set[str],
    ) -> Compared:
        """Return the comparison of two terms or two texts."""
        kinds = {self.kind(one) for one in (left, right)}
        if kinds == {"text"}:
            first, second = (
                self.node(one.arg if hasattr(one, "arg") else one, bound) for one in (left, right)
            )
            return Compared(operator, first, second, as_text=True)
        if kinds == {"node"} and operator in {"=", "!="}:
            return Compared(
                operator, self.node(left, bound), self.node(right, bound), as_text=False
            )
        msg = "its FILTER compares what may be literals by their value"
        raise NotJoinedError(msg)

    def kind(self, one: Any) -> Literal["text", "node", "value"]:  # noqa: ANN401
        """Say whether one side of a comparison surely is a text, an IRI, or may be any value."""
        from rdflib import Literal as Value
        from rdflib import URIRef
        from rdflib import Variable as Named

        if getattr(one, "name", "") == "Builtin_STR" and isinstance(one.arg, Named):
            return "text"
        if isinstance(one, Value) and not one.language and not one.datatype:
            return "text"
        if isinstance(one, URIRef) or (isinstance(one, Named) and self.is_node(str(one))):
            return "node"
        return "value"

    def is_node(self, name: str) -> bool:
        """Say whether the variable surely stands for an IRI."""
        for _, (subject, predicate, value) in self.said:
            if Variable(name) in {subject, predicate}:
                return True
            if value == Variable(name) and isinstance(predicate, str):
                local = predicate[1:-1].removeprefix(self.prefixes[""])
                if local in self.of_nodes:
                    return True
        return any(str(triple[0]) == name for triple in self.described)

    def node(self, one: Any, bound: set[str]) -> Node:  # noqa: ANN401
        """Return one side of a comparison, whose variable must be in sight."""
        found = _node(one)
        if isinstance(found, Variable) and found.name not in bound:
            msg = "its FILTER has a variable that its group does not bind"
            raise NotJoinedError(msg)
        return found

    def missing(self, graph: Any, bound: set[str]) -> Missing:  # noqa: ANN401
        """Return what must not be said in the default graph."""
        triples = [_static(triple) for triple in _mere_triples(graph)]
        names = dict.fromkeys(str(name) for triple in triples for name in _names(triple))
        shared = tuple(name for name in names if name in bound)
        if not shared:
            msg = "EXISTS has no variable of the pattern"
            raise NotJoinedError(msg)
        return Missing(_select(triples, shared), shared)


# What parts of the algebra are called in SPARQL.
_WORDS: Final = {
    "Extend": "BIND",
    "LeftJoin": "OPTIONAL",
    "Minus": "MINUS",
    "ToMultiSet": "VALUES",
    "Union": "UNION",
}


def _mere_triples(part: Any) -> list[Any]:  # noqa: ANN401
    """Return the triples of a pattern that has nothing else.

    Raises NotJoinedError when there is more.
    """
    from rdflib.plugins.sparql.algebra import translateGroupGraphPattern

    match part.name:
        case "BGP":
            return list(part.triples)
        case "Join":
            return _mere_triples(part.p1) + _mere_triples(part.p2)
        case "GroupGraphPatternSub":
            return _mere_triples(translateGroupGraphPattern(part))
        case _:
            msg = "there is more than triples inside EXISTS"
            raise NotJoinedError(msg)


def _static(triple: Any) -> Any:  # noqa: ANN401
    """Return a triple of the default graph that says nothing of statements.

    Raises NotJoinedError when it may: what is said of them grows while rules are applied.
    """
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

    def iris(path: Any) -> Iterator[str]:  # noqa: ANN401
        match path:
            case URIRef():
                yield str(path)
            case MulPath() if path.mod == "+":
                yield from iris(path.path)
            case InvPath():
                yield from iris(path.arg)
            case SequencePath() | AlternativePath():
                for one in path.args:
                    yield from iris(one)
            case _:
                msg = "a path outside GRAPH can be of no length"
                raise NotJoinedError(msg)

    subject, predicate, value = triple
    if not isinstance(predicate, (URIRef, Path)):
        msg = "a predicate outside GRAPH is a variable"
        raise NotJoinedError(msg)
    if str(predicate) == _TYPE and isinstance(value, URIRef) and not str(value).startswith(KG):
        return triple
    if any(iri.startswith(_OF_STATEMENTS) for iri in iris(predicate)):
        msg = "it asks outside GRAPH what may be said of statements"
        raise NotJoinedError(msg)
    return (subject, predicate, value)


def _names(triple: Any) -> list[Any]:  # noqa: ANN401
    from rdflib import Variable as Named

    return [node for node in triple if isinstance(node, Named)]


def _parts(triples: Sequence[Any]) -> Iterator[Asked]:
    """Yield a SELECT for all triples that share variables, so that none is joined with all."""
    groups: list[tuple[set[str], list[Any]]] = []
    for triple in triples:
        names, own = {str(name) for name in _blank_or_named(triple)}, [triple]
        apart = []
        for known, others in groups:
            if known & names:
                names, own = names | known, others + own
            else:
                apart.append((known, others))
        groups = [*apart, (names, own)]
    for _, own in groups:
        variables = tuple(dict.fromkeys(str(name) for triple in own for name in _names(triple)))
        yield Asked(_select(own, variables), variables)


def _blank_or_named(triple: Any) -> list[Any]:  # noqa: ANN401
    from rdflib import BNode
    from rdflib import Variable as Named

    return [node for node in triple if isinstance(node, (Named, BNode))]


def _select(triples: Iterable[Any], variables: Sequence[str]) -> str:
    """Return the SELECT of the variables; of a pattern without any, whether it holds."""
    names = " ".join(f"?{name}" for name in variables) or "(1 AS ?holds)"
    body = " . ".join(" ".join(node.n3() for node in triple) for triple in triples)
    return f"SELECT DISTINCT {names} WHERE {{ {body} }}"


def _pattern(triple: Any) -> Pattern:  # noqa: ANN401
    from rdflib.paths import Path

    if any(isinstance(node, Path) for node in triple):
        msg = "there is a path inside GRAPH"
        raise NotJoinedError(msg)
    subject, predicate, value = (_node(node) for node in triple)
    return subject, predicate, value


def _node(one: Any) -> Node:  # noqa: ANN401
    """Return a term of rdflib's as it is written in N-Triples, or a variable."""
    from rdflib import BNode, URIRef
    from rdflib import Literal as Value
    from rdflib import Variable as Named

    match one:
        case Named():
            return Variable(str(one))
        case URIRef():
            return str(NamedNode(str(one)))
        case Value():
            datatype = NamedNode(str(one.datatype)) if one.datatype else None
            return str(Text(str(one), language=one.language, datatype=datatype))
        case BNode():
            msg = "it has a blank node"
            raise NotJoinedError(msg)
        case _:
            msg = "its FILTER computes something"
            raise NotJoinedError(msg)


def _compared(condition: Condition) -> Iterator[Compared]:
    if isinstance(condition, Compared):
        yield condition
    elif isinstance(condition, Joined):
        for part in condition.parts:
            yield from _compared(part)


def _missing(condition: Condition) -> Iterator[Missing]:
    if isinstance(condition, Missing):
        yield condition
    elif isinstance(condition, Joined):
        for part in condition.parts:
            yield from _missing(part)
