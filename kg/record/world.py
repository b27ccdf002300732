"""World: which statements of the record make up the world in a period, from its columns alone.

It is what `Statement.in_world` says, of all statements at once.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final, NamedTuple

from kg.model.dates import Day, Period
from kg.record.days import day, number
from kg.record.tables import Lookup

# Farther away than any day.
_NEVER: Final = 2**62


class Fact(NamedTuple):
    """What a statement says of the world: its id, and its triple with the type of a literal.

    `is_whole` says that it says no more; rules of one premise add to what a statement says.
    """

    id: str
    subject: str
    predicate: str
    object: str
    datatype: str
    is_whole: bool = True


def world(tables: Lookup, period: Period) -> set[str]:
    """Return the ids of the statements that count and can be true at any time in the period."""
    since, until = _bound(period.since, -_NEVER), _bound(period.until, _NEVER)
    said, links = tables("statements"), tables("links")
    names = ("id", "kind", "rank", "start_from", "end_to")
    rows = zip(*(said[name] for name in names), strict=True)
    found = {
        identifier
        for identifier, kind, rank, first, last in rows
        if (first is None or first < until)
        and (last is None or last > since or kind == "event")
        and rank != "deprecated"
    }
    apart = zip(links["statement"], links["link"], strict=True)
    return found.difference(one for one, link in apart if link != "entailed_by")


def facts(tables: Lookup, ids: Container[str]) -> Iterator[Fact]:
    """Yield what these statements say."""
    said, links = tables("statements"), tables("links")
    more = zip(links["statement"], links["link"], strict=True)
    added = {one for one, link in more if link == "entailed_by"}
    names = ("id", "subject", "predicate", "object", "datatype")
    rows = zip(*(said[name] for name in names), strict=True)
    for identifier, subject, predicate, value, datatype in rows:
        if identifier in ids:
            is_whole = identifier not in added
            yield Fact(identifier, subject, predicate, value, datatype, is_whole)


def said_by(tables: Lookup, sources: Container[str]) -> set[str]:
    """Return the ids of all statements of the triples that one of these sources speaks of."""
    said, references = tables("statements"), tables("references")
    named = zip(references["statement"], references["source"], strict=True)
    ids = {statement for statement, source in named if source in sources}
    columns = (said[name] for name in ("subject", "predicate", "object"))
    rows = list(zip(said["id"], zip(*columns, strict=True), strict=True))
    triples = {triple for identifier, triple in rows if identifier in ids}
    return {identifier for identifier, triple in rows if triple in triples}


def _bound(on: Day | None, otherwise: int) -> int:
    return number(on) if on else otherwise


def first_day(tables: Lookup) -> Day | None:
    """Return the first day that a statement names, None when none is dated."""
    said = tables("statements")
    bounds = (*said["start_from"], *said["end_to"])
    first = min((one for one in bounds if one is not None), default=None)
    return None if first is None else day(first)
