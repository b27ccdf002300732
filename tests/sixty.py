"""The sixty facts of docs/dates.md as a project, and on which days each possibly or surely holds.

Of each, the days asked about are the one before it can hold, one on which it can and need not, the
first and the last on which it surely holds, and the one after it can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from test_vectors import write_project
from test_worlds import recipe

from kg.model.dates import PartialDate, day_before, iso, next_day
from kg.query.as_of import HOLDING
from kg.store.base import Store, select

PAGE = Path(__file__).parents[1] / "docs" / "dates.md"


@dataclass(frozen=True)
class Fact:
    """A line of the table, with the days and what it says of each: possibly, surely."""

    id: str
    kind: str
    dates: tuple[str, str, str]
    days: dict[str, tuple[bool, bool]]


def _bounds(span: str) -> list[str]:
    """First and last day of a span; "" where it has no bound, and nothing of "none"."""
    return [] if span == "none" else [day.strip("…") for day in span.split(" to ")]


def _days(some: str, every: str) -> dict[str, tuple[bool, bool]]:
    first, last = _bounds(some)
    found: dict[str, tuple[bool, bool]] = {}
    if first:
        found[_beside(first, -1)] = (False, False)
    sure = _bounds(every)
    if first and (not sure or first != sure[0]):
        found[first] = (True, False)
    if last and (not sure or last != sure[1]):
        found[last] = (True, False)
    found |= {day: (True, True) for day in sure if day}
    if last:
        found[_beside(last, 1)] = (False, False)
    return found


def _beside(day: str, way: int) -> str:
    at = PartialDate.stored(day).earliest
    return iso(next_day(at) if way > 0 else day_before(at))


def facts() -> list[Fact]:
    """The lines of the table below "Possibly and surely"."""
    text = PAGE.read_text(encoding="utf-8").partition("## Possibly and surely\n")[2]
    table = text.partition("\n| kind | ")[2].partition("\n\n")[0].splitlines()[2:]
    found = []
    for number, line in enumerate(table):
        kind, start, end, at, some, every = (
            cell.strip().strip("`") for cell in line.strip("|").split("|")
        )
        found.append(Fact(f"one-{number}", kind, (start, end, at), _days(some, every)))
    return found


def project(path: Path) -> Path:
    """Write the facts as a project; each has a subject of its own."""
    every = facts()
    rows = [f"{one.id},{one.kind},two,{','.join(one.dates)},book,,," for one in every]
    write_project(path, ["two", *(one.id for one in every)], rows)
    return path


def by_sparql(store: Store, fact: Fact, day: str) -> tuple[bool, ...]:
    """Whether the fact possibly and surely holds, by the queries for the one and for the other."""
    since, until = (iso(bound) for bound in PartialDate.stored(day).period if bound)
    rows = (
        select(store, HOLDING.format(since=since, until=until)),
        select(store, recipe(since)),
    )
    subject = store.words.entity(fact.id)
    (one,) = select(store, f"SELECT ?st {{ ?st rdf:subject {subject} }}")
    return tuple(any(row["st"] == one["st"] for row in found) for found in rows)
