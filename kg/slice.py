"""Slice: the graph as of a date, as known by a date, or both.

Seventh step of the walk: store → store.
In a slice the default graph holds the triples of the statements that hold on the date, best rank
only; the statements' own graphs and descriptions stay, so that the history can still be asked.
Known by a date, references whose source was published later are gone, and with them the
statements left without one and whatever was inferred from those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, Triple

from kg.assemble import describe, world
from kg.dates import PartialDate
from kg.errors import UsageError
from kg.history import History
from kg.statement import Statement, disputes
from kg.store import EmbeddedStore

if TYPE_CHECKING:
    from kg.store import Store


def slice_of(store: Store, as_of: str | None = None, known_by: str | None = None) -> Store:
    """Return the store as of a date and as known by a date; the store itself when neither is given.

    Dates are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; a month or a year means at any time in it.
    Without `as_of` the date is the day for which the data are current.

    Raises UsageError when a text is not a date.
    """
    if not as_of and not known_by:
        return store
    history = History(store)
    before = statements_on(history.statements, store.issued)
    statements = known(history, known_by) if known_by else history.statements
    after = statements_on(statements, as_of or store.issued)
    graphs = _graphs(store)
    old_world = {quad.triple for quad in world(store.words, graphs, before)}
    old, new = set(history.statements), set(statements)
    changed = {quad.subject for one in old - new for quad in describe(store.words, one)}
    described = [
        quad for one in statements if one not in old for quad in describe(store.words, one)
    ]
    gone = {store.words.statement(one.id) for one in old} - {
        store.words.statement(one.id) for one in new
    }

    def quads() -> Iterator[Quad]:
        for quad in store.quads():
            if isinstance(quad.graph_name, NamedNode):
                if quad.graph_name not in gone:
                    yield quad
            elif quad.subject not in changed and quad.triple not in old_world:
                yield quad
        yield from described
        yield from world(store.words, graphs, after)

    return EmbeddedStore.of(quads())


def parse_date(text: str) -> PartialDate:
    """Return the date that a user wrote.

    Raises UsageError with the reason when it is not one.

    >>> parse_date("2012-06").earliest
    (2012, 6, 1)
    """
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from error


def statements_on(statements: tuple[Statement, ...], as_of: str) -> list[Statement]:
    """Return the statements that make up the world on the date, in their order.

    >>> member = Statement("uzbekistan", "memberOf", "csto", "state", start="2006", end="2012")
    >>> len(statements_on((member,), "2006")), len(statements_on((member,), "2012-12-31"))
    (1, 0)
    """
    period = parse_date(as_of).period
    return [one for one in statements if one.counts and one.holds.overlaps(period)]


def known(history: History, known_by: str) -> tuple[Statement, ...]:
    """Return the statements as they were known by the date, disputes judged anew."""
    day = parse_date(known_by)
    sources = {identifier for identifier, source in history.sources.items() if source.known_by(day)}
    kept: dict[str, Statement] = {}
    for one in history.statements:
        if not one.rule:
            references = tuple(r for r in one.references if r.source in sources)
            if references:
                kept[one.id] = replace(one, references=references)
    disputed = disputes(list(kept.values()))
    kept = {key: replace(one, disputed_by=disputed.get(key, ())) for key, one in kept.items()}
    waiting = [one for one in history.statements if one.rule]
    while ready := [one for one in waiting if _stands(one, kept)]:
        kept |= {one.id: one for one in ready}
        waiting = [one for one in waiting if one not in ready]
    return tuple(one for one in (kept.get(each.id) for each in history.statements) if one)


def _stands(statement: Statement, kept: dict[str, Statement]) -> bool:
    return all(premise in kept and kept[premise].counts for premise in statement.premises)


def _graphs(store: Store) -> dict[str, list[Triple]]:
    """Return the triples of each statement's graph, in a fixed order."""
    graphs: dict[str, list[Triple]] = {}
    for quad in store.quads():
        if isinstance(quad.graph_name, NamedNode):
            identifier = store.words.local("st", quad.graph_name.value)
            graphs.setdefault(identifier, []).append(quad.triple)
    return {identifier: sorted(triples, key=str) for identifier, triples in graphs.items()}
