"""World: what holds in a period, and the whole graph with what the rules conclude from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model.dates import Period
from kg.model.namespaces import Vocabulary, term, text_of
from kg.model.ontology import Ontology
from kg.model.statement import Statement
from kg.pipeline.assemble import world
from kg.pipeline.infer import infer

if TYPE_CHECKING:
    from pyoxigraph import Quad


def statements_on(statements: Iterable[Statement], period: Period) -> list[Statement]:
    """Return the statements that make up the world at any time in the period, in their order.

    >>> from kg.model.dates import parse_date
    >>> member = Statement("uzbekistan", "memberOf", "csto", "state", start="2006", end="2012")
    >>> [len(statements_on([member], parse_date(day).period)) for day in ("2006", "2012-12-31")]
    [1, 0]
    """
    return [one for one in statements if one.in_world(period)]


def with_conclusions(
    quads: list[Quad], statements: Iterable[Statement], ontology: Ontology, day: Period
) -> tuple[list[Quad], tuple[Statement, ...]]:
    """Return the whole graph of the statements, with what the rules infer and the world of the day.

    The second part is all statements, the inferred ones last.
    Raises DataError when a rule is wrong.
    """
    asserted = tuple(statements)
    inference = infer(quads, asserted, ontology)
    today = statements_on((*asserted, *inference.statements), day)
    whole = [*quads, *inference.quads, *world(ontology.words, inference.graphs, today)]
    said = (*_with_entailed(asserted, inference.quads, ontology.words), *inference.statements)
    return list(dict.fromkeys(whole)), said


def _with_entailed(
    statements: tuple[Statement, ...], quads: Iterable[Quad], words: Vocabulary
) -> Iterator[Statement]:
    """Yield the statements, each with the rules that added triples to its graph."""
    rules: dict[str, set[str]] = {}
    for quad in quads:
        if quad.predicate == term("kg:entailedBy"):
            name = words.local("st", text_of(quad.subject))
            rules.setdefault(name, set()).add(words.local("rule", text_of(quad.object)))
    for one in statements:
        found = rules.get(one.id)
        yield replace(one, entailed_by=tuple(sorted(found))) if found else one
