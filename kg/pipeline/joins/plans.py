"""Plans: the plans of rules as JSON and back, so that nobody has to read the rules again.

Of a plan everything is told but the rule itself, which its ontology has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.model.rules import Rule
from kg.pipeline.joins.plan import (
    Asked,
    Compared,
    Condition,
    Joined,
    Missing,
    Node,
    Pattern,
    Plan,
    Variable,
)


def told(plans: Iterable[Plan]) -> dict[str, Any]:
    """Return what JSON can hold of plans, by the names of their rules."""
    return {
        each.rule.name: {
            "said": [[premise, _pattern(own)] for premise, own in each.said],
            "asked": [[one.sparql, one.variables] for one in each.asked],
            "conditions": [_condition(one) for one in each.condition.parts],
            "head": [_pattern(one) for one in each.head],
        }
        for each in plans
    }


def plans_in(told: Mapping[str, Any], rules: Iterable[Rule]) -> list[Plan]:
    """Return the plans of rules that `told` wrote down."""
    found = []
    for rule in sorted(rules, key=lambda one: one.name):
        own = told[rule.name]
        condition = Joined("and", tuple(map(_read, own["conditions"])))
        said = tuple((premise, _read_pattern(one)) for premise, one in own["said"])
        asked = tuple(Asked(sparql, tuple(variables)) for sparql, variables in own["asked"])
        found.append(Plan(rule, said, asked, condition, tuple(map(_read_pattern, own["head"]))))
    return found


def _node(node: Node) -> Any:  # noqa: ANN401 - what JSON can hold
    return [node.name] if isinstance(node, Variable) else node


def _pattern(pattern: Pattern) -> list[Any]:
    return [_node(node) for node in pattern]


def _condition(condition: Condition) -> list[Any]:
    match condition:
        case Compared(operator, left, right, as_text):
            return ["compared", operator, _node(left), _node(right), as_text]
        case Joined(how, parts):
            return ["joined", how, [_condition(one) for one in parts]]
        case Missing(sparql, variables):
            return ["missing", sparql, variables]


def _read_node(node: Any) -> Node:  # noqa: ANN401
    return node if isinstance(node, str) else Variable(*node)


def _read_pattern(nodes: Sequence[Any]) -> Pattern:
    subject, predicate, value = map(_read_node, nodes)
    return subject, predicate, value


def _read(condition: Sequence[Any]) -> Condition:
    match condition:
        case ["compared", operator, left, right, as_text]:
            return Compared(operator, _read_node(left), _read_node(right), as_text=as_text)
        case ["joined", how, parts]:
            return Joined(how, tuple(_read(one) for one in parts))
        case _:
            return Missing(condition[1], tuple(condition[2]))
