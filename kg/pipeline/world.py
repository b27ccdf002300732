"""World: what holds in a period, and the whole graph with what the rules conclude from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.model.dates import Period
    from kg.model.ontology import Ontology
    from kg.model.statement import Statement


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

    The second part is the inferred statements.
    Raises DataError when a rule is wrong.
    """
    from kg.pipeline.assemble import world
    from kg.pipeline.infer import infer

    asserted = tuple(statements)
    inference = infer(quads, asserted, ontology)
    today = statements_on((*asserted, *inference.statements), day)
    whole = [*quads, *inference.quads, *world(ontology.words, inference.graphs, today)]
    return list(dict.fromkeys(whole)), inference.statements
