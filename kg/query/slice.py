"""Slice: the graph as of a date, as known by a date, or both.

Store → store.
As of a date, the default graph holds the triples of the statements that hold on the date, best rank
only; the statements' own graphs and descriptions stay, so that the history can still be asked.
Known by a date, the graph is what would have been built from the rows whose source was published
by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from pyoxigraph import NamedNode, Quad, Triple

from kg.errors import UsageError
from kg.model.dates import Day, PartialDate, Period, iso, parse_date
from kg.model.namespaces import term, text_of
from kg.model.statement import Rank, Statement
from kg.store.base import select
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.store.base import Store

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
_FIRST_DAY = "SELECT (MIN(?bound) AS ?day) { ?st kg:start|kg:end ?bound }"
_PUBLISHED = "SELECT DISTINCT ?day { ?source a kg:Source ; dcterms:issued ?day }"


def slice_of(store: Store, as_of: str | None = None, known_by: str | None = None) -> Store:
    """Return the store as of a date and as known by a date; the store itself when neither is given.

    Dates are written as `PartialDate.parse` reads them; a month or a year means at any time in it.
    Without `as_of` the date is the day for which the data are current.

    Raises UsageError when a text is not a date.
    """
    period = parse_date(as_of).period if as_of else None
    if known_by:
        store = _as_known(store, known_by)
    return _as_of(store if known_by else store.copy(), period) if period else store


def after_issue(as_of: str, issued: str) -> str:
    """Return the sentence that says that a date is after the day of issue, "" when it is not.

    Raises UsageError when the date is none.

    >>> after_issue("2024", "2024-01-01")
    ''
    """
    if parse_date(as_of).earliest <= PartialDate.stored(issued).latest:
        return ""
    known = "what is known then is what was known on that day"
    return f"as of {as_of} is after the day of issue, {issued}; {known}"


def _is_before(text: str, first: str) -> bool:
    """Say whether every day that the text can mean lies before the first one."""
    return parse_date(text).latest < PartialDate.stored(first or text).earliest


class Beginning(NamedTuple):
    """When the record begins: the first day that a statement names, and the first publication.

    Texts as written, "" when nothing is dated.
    """

    dated: str = ""
    published: str = ""

    @classmethod
    def of(cls, store: Store) -> Beginning:
        """Find both in the store."""
        if store.record:
            first = store.record.first_day
            dated = iso(first) if first else ""
        else:
            dated = "".join(_days(store, _FIRST_DAY))
        published = _days(store, _PUBLISHED)
        return cls(dated, min(published, key=_earliest, default=""))

    def check(self, as_of: str | None, known_by: str | None) -> None:
        """Raise UsageError when a date is none, or lies before everything that is dated.

        >>> Beginning("1991-12-08", "1992").check("1990", None)
        Traceback (most recent call last):
        kg.errors.UsageError: the record begins on 1991-12-08; as of 1990 it says nothing
        """
        if as_of is not None and _is_before(as_of, self.dated):
            msg = f"the record begins on {self.dated}; as of {as_of} it says nothing"
            raise UsageError(msg)
        if known_by is not None and _is_before(known_by, self.published):
            msg = f"the first source is of {self.published}; nothing was published by {known_by}"
            raise UsageError(msg)


def _days(store: Store, sparql: str) -> list[str]:
    return [row["day"].value for row in select(store, sparql) if row["day"] is not None]


def _earliest(text: str) -> Day:
    return PartialDate.stored(text).earliest


def _as_of(store: Store, period: Period) -> Store:
    """Change the world of a store that is ours to that of the period."""
    ours = cast("EmbeddedStore", store)
    now = _world(ours, PartialDate.stored(ours.issued).period, CURRENT)
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
    return ours


def _world(store: EmbeddedStore, period: Period, sparql: str) -> set[str]:
    """Return the ids of the statements that make up a world, from the record if there is one."""
    if store.record:
        return store.record.world(period)
    return {store.words.local("st", node) for node in _nodes(store, sparql)}


def _marks(store: EmbeddedStore, ids: Iterable[str]) -> Iterator[Quad]:
    kind, mark = term("rdf:type"), term("kg:CurrentStatement")
    for identifier in ids:
        yield Quad(store.words.statement(identifier), kind, mark)


def _triples(store: EmbeddedStore, ids: set[str]) -> Iterator[Triple]:
    """Yield the triples that these statements put into the world."""
    from kg.pipeline.assemble import graph_triple

    more = set(ids)
    if store.record:
        for fact in store.record.facts(ids):
            if fact.is_whole:
                more.remove(fact.id)
                yield graph_triple(store.words, fact).triple
    for identifier in more:
        yield from store.triples_in(store.words.statement(identifier).value)


def _nodes(store: Store, sparql: str) -> set[str]:
    return {cast("NamedNode", row["st"]).value for row in select(store, sparql)}


def _as_known(store: Store, known_by: str) -> EmbeddedStore:
    """Build the graph again from the rows whose source was published by the date."""
    from kg.model.merge import gather
    from kg.model.ontology import Ontology
    from kg.pipeline.assemble import describe, graph_triple
    from kg.pipeline.infer import infer
    from kg.pipeline.world import said, whole
    from kg.record.record import Record

    history = History(store)
    asked = parse_date(known_by)
    known = {name for name, source in history.sources.items() if source.known_by(asked)}
    statements = gather(_singles(history.statements, known)).statements
    unknown = {store.words.source(name).value for name in history.sources.keys() - known}
    base = [quad for quad in _without_statements(store) if text_of(quad.subject) not in unknown]
    quads = list(base)
    for one in statements:
        quads += [*describe(store.words, one), graph_triple(store.words, one)]
    ontology = Ontology(store.words, tuple(base), rules=tuple(history.rules.values()))
    day = parse_date(store.issued).period
    inference = infer(quads, statements, ontology)
    every = whole(quads, statements, inference, store.words, day)
    sources = [source for name, source in history.sources.items() if name in known]
    named = (history.entities.values(), sources, history.languages)
    return EmbeddedStore.of(every, Record(said(statements, inference, store.words), *named))


def _singles(statements: Iterable[Statement], sources: set[str]) -> Iterator[Statement]:
    """Yield what each row of the sources says, as the tables say it."""
    for one in statements:
        for reference in one.references:
            if reference.source in sources:
                row = replace(
                    one, references=(reference,), entailed_by=(), disputed_by=(), may_confirm=()
                )
                if one.kind == "state" and reference.at:
                    rank: Rank = "deprecated" if one.deprecated else "normal"
                    row = replace(row, start="", end="", at=reference.at, rank=rank)
                yield row


def _without_statements(store: Store) -> Iterator[Quad]:
    """Yield the default graph without descriptions of statements and without the world."""
    own = tuple(store.words.prefixes[prefix] for prefix in ("st", "ref", "proof"))
    current = _nodes(store, CURRENT)
    world_now: set[Triple] = set()
    described: list[Quad] = []
    for quad in store.quads():
        if isinstance(quad.graph_name, NamedNode):
            if quad.graph_name.value in current:
                world_now.add(quad.triple)
        elif not text_of(quad.subject).startswith(own):
            described.append(quad)
    yield from (quad for quad in described if quad.triple not in world_now)
