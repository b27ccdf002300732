"""As of: the graph with the world of a date.

Store → the same store, whose default graph holds the triples of the statements that hold on the
date, best rank only; their own graphs and descriptions stay, so that history can still be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import NamedNode, Quad, Triple

from kg.model.dates import PartialDate, Period, iso
from kg.model.namespaces import term
from kg.pipeline.assemble import graph_triple
from kg.store.base import select

if TYPE_CHECKING:
    from kg.store.base import Store
    from kg.store.embedded import EmbeddedStore

# Which statements are in the world on a date: those that count and hold, as `Statement` says it.
# The engine takes a set away in less than half the time of asking of each whether it is in it.
HOLDING: Final = """
SELECT ?st {{
  ?st kg:rank ?rank .
  FILTER(?rank != kg:Deprecated)
  MINUS {{ ?st kg:disputedBy ?better }}
  MINUS {{ ?st kg:mayConfirm ?period }}
  MINUS {{ ?st kg:start ?start . FILTER(?start >= "{until}"^^xsd:date) }}
  MINUS {{
    ?st kg:end ?end ; rdf:predicate ?predicate .
    FILTER(?end <= "{since}"^^xsd:date)
    FILTER NOT EXISTS {{ ?predicate a kg:EventProperty }}
  }}
}}"""
# Which are in it now.
CURRENT: Final = "SELECT ?st { ?st a kg:CurrentStatement }"


def put_world(ours: EmbeddedStore, period: Period, *, surely: bool) -> None:
    """Change the world of a copy from that of the day of issue to that of the period.

    It is what can be true at any time in the period, or `surely` what is true on every day of it.
    """
    now = _world(ours, PartialDate.stored(ours.issued).period, CURRENT)
    if surely:
        from kg.query.tables import record_of

        then = record_of(ours).sure_world(period)
    else:
        # A period of days always has both bounds.
        since, until = (iso(day) for day in period if day)
        then = _world(ours, period, HOLDING.format(since=since, until=until))
    leaving, arriving = now - then, then - now
    # What another statement of that day says too has to stay.
    said = set(_triples(ours, then)) if leaving else set()
    gone = (triple for triple in _triples(ours, leaving) if triple not in said)
    ours.change(
        [*_marks(ours, leaving), *(Quad(*triple) for triple in gone)],
        [*_marks(ours, arriving), *(Quad(*triple) for triple in _triples(ours, arriving))],
    )


def _world(store: EmbeddedStore, period: Period, sparql: str) -> set[str]:
    """Return the ids of the statements that make up a world, from the record if there is one."""
    if store.record:
        return store.record.world(period)
    return {store.words.local("st", node) for node in nodes(store, sparql)}


def _marks(store: EmbeddedStore, ids: Iterable[str]) -> Iterator[Quad]:
    kind, mark = term("rdf:type"), term("kg:CurrentStatement")
    for identifier in ids:
        yield Quad(store.words.statement(identifier), kind, mark)


def _triples(store: EmbeddedStore, ids: set[str]) -> Iterator[Triple]:
    """Yield the triples that these statements put into the world."""
    more = set(ids)
    if store.record:
        for fact in store.record.facts(ids):
            if fact.is_whole:
                more.remove(fact.id)
                yield graph_triple(store.words, fact).triple
    for identifier in more:
        yield from store.triples_in(store.words.statement(identifier).value)


def nodes(store: Store, sparql: str) -> set[str]:
    """Return the IRIs of the statements that a query finds."""
    return {cast("NamedNode", row["st"]).value for row in select(store, sparql)}
