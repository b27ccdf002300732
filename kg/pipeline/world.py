"""World: what holds in a period, and the whole graph with what the rules conclude from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.model.dates import Period
    from kg.model.namespaces import Vocabulary
    from kg.model.statement import Statement
    from kg.pipeline.infer import Inference


def statements_on(statements: Iterable[Statement], period: Period) -> list[Statement]:
    """Return the statements that make up the world at any time in the period, in their order.

    >>> from kg.model.edtf import parse_date
    >>> from kg.model.statement import Statement
    >>> member = Statement("uzbekistan", "memberOf", "csto", "state", start="2006", end="2012")
    >>> [len(statements_on([member], parse_date(day).period)) for day in ("2006", "2013-01-01")]
    [1, 0]
    """
    return [one for one in statements if one.in_world(period)]


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


def said(
    statements: Iterable[Statement], inference: Inference, words: Vocabulary
) -> Iterator[Statement]:
    """Yield all that the graph says: each statement with the rules that added to it, and the new.

    What rules add to the graph of a statement is no statement of its own.
    """
    from dataclasses import replace

    from kg.model.namespaces import term, text_of

    entailed = term("kg:entailedBy")
    rules: dict[str, set[str]] = {}
    for quad in inference.quads:
        if quad.predicate == entailed:
            name = words.local("st", text_of(quad.subject))
            rules.setdefault(name, set()).add(words.local("rule", text_of(quad.object)))
    for one in statements:
        found = rules.get(one.id)
        yield replace(one, entailed_by=tuple(sorted(found))) if found else one
    yield from inference.statements
