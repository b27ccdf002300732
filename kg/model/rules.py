"""Rules: a CONSTRUCT query, split into its pattern, its head and its premises.

A rule is plain SPARQL 1.1, so any engine can run it as it stands; its premises are the
`GRAPH ?name { … }` patterns, because each statement's triple stands in the graph of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.model.foreign import Solution
from kg.model.namespaces import KG, STANDARD_PREFIXES
from kg.model.sparql import tokens

Node = NamedNode | Literal

# With these a solution may stand on nothing new although the rule found nothing like it before, or
# may leave a premise open.
_UNSTEADY: Final = frozenset({"OPTIONAL", "UNION", "LIMIT", "OFFSET"})
# How a rule may ask for what is said of statements, which grows with what is concluded.
_OF_STATEMENTS: Final = ("kg:", f"<{KG}", "rdf:", f"<{STANDARD_PREFIXES['rdf']}")
_VARIABLE: Final = "urn:kg:variable:"
# Why such a query is no rule, and what to write.
AGGREGATED: Final = ("the rule groups or aggregates", "write a plain pattern, without GROUP BY")


class RuleProblemError(ValueError):
    """The query is no rule: `message` says why, `repair` what to write."""

    def __init__(self, message: str, repair: str) -> None:
        super().__init__(message)
        self.message, self.repair = message, repair


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to run.

    `text` is the rule in words, `sparql` the CONSTRUCT as written, `select` a SELECT over its
    pattern, `head` its triples with variables, `premises` the variables of its GRAPH patterns.
    `inside` is where its pattern begins in `select`. A rule is `steady` when each solution that was
    not there before has a premise that is new.
    """

    name: str
    text: str
    path: str
    sparql: str
    select: str
    head: tuple[tuple[Node, Node, Node], ...]
    premises: tuple[str, ...]
    inside: int
    steady: bool

    @classmethod
    def parse(cls, name: str, text: str, path: str, sparql: str, prefixes: dict[str, str]) -> Rule:
        """Split a CONSTRUCT query that is known to be well-formed.

        Raises RuleProblemError when it has no head or no premise, a premise inside EXISTS, MINUS
        or an inner SELECT, blank nodes in its head, or groups.

        >>> words = {"": "https://example.org/"}
        >>> sparql = "CONSTRUCT { ?b :p ?a } WHERE { GRAPH ?said { ?a :p ?b } }"
        >>> Rule.parse("inverse", "", "inverse.rq", sparql, words).premises
        ('said',)
        """
        found = tokens(sparql)
        words = [token[0].upper() for token in found]
        if "CONSTRUCT" not in words or words[words.index("CONSTRUCT") + 1] != "{":
            msg = "a rule is a CONSTRUCT query with a head"
            raise RuleProblemError(msg, "write CONSTRUCT { … } WHERE { … }")
        first = words.index("CONSTRUCT")
        last = words.index("}", first)
        premises = tuple(
            dict.fromkeys(
                token[0][1:]
                for token, before in zip(found[1:], words, strict=False)
                if before == "GRAPH" and token[0][0] in "?$"
            )
        )
        if last == first + 2:
            msg = "the rule has an empty head"
            raise RuleProblemError(msg, "write what follows into CONSTRUCT { … }")
        if not premises:
            msg = "the rule names no premise"
            raise RuleProblemError(msg, "put each premise into GRAPH ?name { … }")
        if "SELECT" in words:
            msg = "a query inside the rule would hide its premises"
            raise RuleProblemError(msg, "write the patterns without an inner SELECT")
        if "GROUP" in words:
            raise RuleProblemError(*AGGREGATED)
        if _is_premise_denied(words):
            msg = "a premise stands inside EXISTS or MINUS"
            raise RuleProblemError(msg, "a rule follows from what is said, not from what is not")
        prologue, body = sparql[: found[first].start()], sparql[found[last].end() :]
        head = tuple(_head(found[first + 2 : last], sparql, prologue, prefixes))
        columns = " ".join(f"?{column}" for column in _columns(premises, head))
        opening = f"{prologue}SELECT {columns}"
        inside = len(opening) + found[words.index("{", last)].end() - found[last].end()
        steady = _is_steady([token[0] for token in found[last + 1 :]], premises)
        select = f"{opening}{body}"
        return cls(name, text, path, sparql, select, head, premises, inside, steady)

    @property
    def columns(self) -> tuple[str, ...]:
        """What is selected: the premises, then what else the head names.

        >>> sparql = "CONSTRUCT { ?b ?p ?a } WHERE { GRAPH ?g { ?a ?p ?b } }"
        >>> Rule.parse("inverse", "", "inverse.rq", sparql, {}).columns
        ('g', 'b', 'p', 'a')
        """
        return _columns(self.premises, self.head)

    @property
    def names_premises(self) -> bool:
        """Whether the head speaks of the graph of a premise.

        >>> sparql = "CONSTRUCT { ?g :seen true } WHERE { GRAPH ?g { ?a ?p ?b } }"
        >>> Rule.parse("seen", "", "seen.rq", sparql, {"": "urn:"}).names_premises
        True
        """
        return any(_variable(node) in self.premises for triple in self.head for node in triple)

    def select_among(self, premise: str, graphs: Iterable[str]) -> str:
        """Return the SELECT for the solutions in which the premise is one of the graphs.

        >>> sparql = "CONSTRUCT { ?b ?p ?a } WHERE { GRAPH ?g { ?a ?p ?b } }"
        >>> rule = Rule.parse("inverse", "", "inverse.rq", sparql, {})
        >>> rule.select_among("g", ["<https://example.org/1>"])
        'SELECT ?g ?b ?p ?a WHERE { VALUES ?g { <https://example.org/1> } GRAPH ?g { ?a ?p ?b } }'
        """
        values = " ".join(graphs)
        opening, rest = self.select[: self.inside], self.select[self.inside :]
        return f"{opening} VALUES ?{premise} {{ {values} }}{rest}"

    def conclude(self, solution: Solution) -> Iterator[Triple]:
        """Yield the head's triples with the solution's values; ill-formed ones are left out.

        SPARQL 1.1 §16.2: an unbound variable, or a literal as subject, makes no triple.
        """
        for pattern in self.head:
            subject, predicate, value = (_value(node, solution) for node in pattern)
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value:
                yield Triple(subject, predicate, value)


def _is_premise_denied(words: Sequence[str]) -> bool:
    """Whether a GRAPH pattern stands in braces that EXISTS or MINUS opened."""
    openers: list[str] = []
    for before, word in pairwise(words):
        if word == "{":
            openers.append(before)
        elif word == "}" and openers:
            openers.pop()
        elif word == "GRAPH" and not {"EXISTS", "MINUS"}.isdisjoint(openers):
            return True
    return False


def _is_steady(texts: Sequence[str], premises: Sequence[str]) -> bool:
    """Whether nothing outside the GRAPH patterns can give a solution without a new premise."""
    outside, depth, inner = list[str](), 0, 0
    for before, text in pairwise(("", *texts)):
        if before.upper() == "GRAPH" and text[0] not in "?$":
            return False
        depth += {"{": 1, "}": -1}.get(text, 0)
        if before[:1] in "?$" and text == "{" and not inner and outside[-2:-1] == ["GRAPH"]:
            inner = depth
        if not inner:
            outside.append(text.upper() if text.isalpha() else text)
        elif depth < inner:
            inner = 0
    assigned = {name[1:] for before, name in pairwise(outside) if before == "AS"}
    return (
        _UNSTEADY.isdisjoint(outside)
        and assigned.isdisjoint(premises)
        and not any(text.startswith(_OF_STATEMENTS) for text in outside)
    )


def _head(
    tokens: Sequence[re.Match[str]], sparql: str, prologue: str, prefixes: dict[str, str]
) -> Iterator[tuple[Node, Node, Node]]:
    """Yield the head's triples: Turtle, once each variable is written as an IRI of its own."""
    text, position = "", tokens[0].start() if tokens else 0
    for token in tokens:
        text += sparql[position : token.start()]
        text += f"<{_VARIABLE}{token[0][1:]}>" if token[0][0] in "?$" else token[0]
        position = token.end()
    declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    stop = "" if text.endswith(".") else " ."
    for triple in parse(f"{declared}{prologue}\n{text}{stop}", RdfFormat.TURTLE):
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        if not isinstance(subject, NamedNode) or not isinstance(value, Node):
            msg = "the head has a blank node, so the rule would never end"
            raise RuleProblemError(msg, "name things by variables or ids")
        yield subject, predicate, value


def _columns(premises: Sequence[str], head: Iterable[tuple[Node, Node, Node]]) -> tuple[str, ...]:
    named = filter(None, (_variable(node) for triple in head for node in triple))
    return tuple(dict.fromkeys((*premises, *named)))


def _value(node: Node, solution: Solution) -> Node | None:
    if name := _variable(node):
        bound = solution[name]
        return bound if isinstance(bound, Node) else None
    return node


@cache
def _variable(node: Node) -> str:
    """Return the variable that stands in the head as an IRI of its own, "" for anything else."""
    is_one = isinstance(node, NamedNode) and node.value.startswith(_VARIABLE)
    return node.value.removeprefix(_VARIABLE) if is_one else ""
