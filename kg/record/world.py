"""World: which statements of the record make up the world in a period, from its columns alone.

It is what `Statement.in_world` and `surely_in_world` say, of all statements at once.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from kg.model.dates import Day, Period
from kg.record.days import day, number
from kg.record.reading import Lookup

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


def sure_world(tables: Lookup, period: Period) -> set[str]:
    """Return the ids of the statements that count and are true on every day of the period.

    What was inferred is sure when all premises of one of its proofs are.
    """
    since, until = _bound(period.since, -_NEVER), _bound(period.until, _NEVER)
    said, links, proofs = (tables(name) for name in ("statements", "links", "proofs"))
    names = ("id", "kind", "rank", "start", "end", "at", "proof_count")
    days = ("start_from", "start_to", "end_from", "end_to")
    rows = zip(*(said[name] for name in (*names, *days)), strict=True)
    # As `certainty.core` has it: it lasts a day or more, and an event is never undone. A date that
    # was written has an open side where its day is missing.
    found = {
        identifier
        for identifier, kind, rank, start, end, at, proved, first, begun, over, last in rows
        if (
            (begun is not None and begun <= since)
            or (last is not None and last - 1 <= since)
            or not (start or end or at)
        )
        and (
            not (end or at)
            or kind == "event"
            or (over is not None and over >= until)
            or (first is not None and first + 1 >= until)
        )
        and rank != "deprecated"
        and not proved
    }
    apart = zip(links["statement"], links["link"], strict=True)
    found.difference_update(one for one, link in apart if link != "entailed_by")
    ways: dict[tuple[str, int], list[str]] = {}
    for identifier, position, premise in zip(
        *(proofs[name] for name in ("statement", "position", "premise")), strict=True
    ):
        ways.setdefault((identifier, position), []).append(premise)
    return with_conclusions(found, ((key[0], premises) for key, premises in ways.items()))


def with_conclusions(found: set[str], ways: Iterable[tuple[str, Sequence[str]]]) -> set[str]:
    """Add what follows: conclusions, each with the premises of one proof, until nothing is new.

    >>> ways = [("c", ["b"]), ("b", ["a", "x"]), ("b", ["a"]), ("d", ["y"])]
    >>> sorted(with_conclusions({"a"}, ways))
    ['a', 'b', 'c']
    """
    waiting = list(ways)
    while True:
        found = found | {to for to, premises in waiting if found.issuperset(premises)}
        rest = [way for way in waiting if way[0] not in found]
        if len(rest) == len(waiting):
            return found
        waiting = rest


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
    """Return the first day on which a statement can have begun, None when none is dated.

    One whose start is not known held on the last day before its end.

    None, too, when something began by a date: nobody says how long before.
    """
    said = tables("statements")
    begins = zip(*(said[name] for name in ("start_from", "start", "at")), strict=True)
    if any(first is None and (start or at) for first, start, at in begins):
        return None
    firsts = (
        start if start is not None or end is None else end - 1
        for start, end in zip(said["start_from"], said["end_to"], strict=True)
    )
    first = min((one for one in firsts if one is not None), default=None)
    return None if first is None else day(first)
