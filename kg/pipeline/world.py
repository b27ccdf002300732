"""World: what holds in a period, and the whole graph with what the rules conclude from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.model.dates import Period
    from kg.model.namespaces import Vocabulary
    from kg.model.ontology import Ontology
    from kg.model.statement import Statement
    from kg.pipeline.infer import Inference


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
) -> list[Quad]:
    """Return the whole graph of the statements, with what the rules infer and the world of the day.

    Raises DataError when a rule is wrong.
    """
    from kg.pipeline.infer import infer

    asserted = tuple(statements)
    inference = infer(quads, asserted, ontology)
    return whole(quads, asserted, inference, ontology.words, day)


def whole(
    quads: Iterable[Quad],
    statements: Iterable[Statement],
    inference: Inference,
    words: Vocabulary,
    day: Period,
) -> list[Quad]:
    """Return the graph with what was inferred from it, and the world of the day."""
    from kg.pipeline.assemble import world

    today = statements_on((*statements, *inference.statements), day)
    every = [*quads, *inference.quads, *world(words, inference.graphs, today)]
    return list(dict.fromkeys(every))
