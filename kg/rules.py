"""Rules: a CONSTRUCT query, split into its pattern, its head and its premises.

A rule is plain SPARQL 1.1, so any engine can run it as it stands; its premises are the
`GRAPH ?name { … }` patterns, because each statement's triple stands in the graph of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.foreign import Solution
from kg.sparql import tokens

Node = NamedNode | Literal

_VARIABLE: Final = "urn:kg:variable:"


class RuleProblemError(ValueError):
    """The query is no rule: `message` says why, `repair` what to write."""

    def __init__(self, message: str, repair: str) -> None:
        super().__init__(message)
        self.message, self.repair = message, repair


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to run.

    `text` is the rule in English, `sparql` the CONSTRUCT as written, `select` a SELECT over its
    pattern, `head` its triples with variables, `premises` the variables of its GRAPH patterns.
    """

    name: str
    text: str
    path: str
    sparql: str
    select: str
    head: tuple[tuple[Node, Node, Node], ...]
    premises: tuple[str, ...]

    @classmethod
    def parse(cls, name: str, text: str, path: str, sparql: str, prefixes: dict[str, str]) -> Rule:
        """Split a CONSTRUCT query that is known to be well-formed.

        Raises RuleProblemError when it has no head or no premise, a premise inside EXISTS, MINUS
        or an inner SELECT, or blank nodes in its head.

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
        if _is_premise_denied(words):
            msg = "a premise stands inside EXISTS or MINUS"
            raise RuleProblemError(msg, "a rule follows from what is said, not from what is not")
        prologue, body = sparql[: found[first].start()], sparql[found[last].end() :]
        head = _head(found[first + 2 : last], sparql, prologue, prefixes)
        select = f"{prologue}SELECT DISTINCT *{body}"
        return cls(name, text, path, sparql, select, tuple(head), premises)

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


def _value(node: Node, solution: Solution) -> Node | None:
    if isinstance(node, NamedNode) and node.value.startswith(_VARIABLE):
        bound = solution.get(node.value.removeprefix(_VARIABLE))
        return bound if isinstance(bound, Node) else None
    return node
