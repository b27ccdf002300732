"""Measure questions as of a date beside the same work by hand in pyoxigraph, in one run.

    python -m benchmarks.slices [--statements 100000] [--rounds 5]

Prints a section of the page that `benchmarks/run.py --write` writes.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import pyoxigraph

from benchmarks.synthetic import write_project
from kg.graph import Graph
from kg.pipeline.builder import build
from kg.query.result import Result
from kg.query.slice import Beginning, slice_of
from kg.query.tables import record_of
from kg.store.base import select
from kg.store.embedded import EmbeddedStore, write

DAYS = ("1999-07-01", "2009-01-01", "2015-05", "2021", "2025-06-01")
UNION = "union-7"
QUESTION = f"SELECT ?s {{ ?s :memberOf id:{UNION} }}"
BY_HAND = f"""
SELECT DISTINCT ?s {{
  GRAPH ?st {{ ?s :memberOf id:{UNION} }}
  ?st kg:rank ?rank . FILTER(?rank != kg:Deprecated)
  FILTER NOT EXISTS {{ ?st kg:disputedBy ?better }}
  OPTIONAL {{ ?st kg:start ?start }} FILTER(!BOUND(?start) || ?start < "{{until}}"^^xsd:date)
  OPTIONAL {{ ?st kg:end ?end }} FILTER(!BOUND(?end) || ?end > "{{since}}"^^xsd:date)
}}"""


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bounds(text: str) -> dict[str, str]:
    """The bounds of a day, a month or a year, as a query by hand would name them."""
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    if not month:
        return {"since": f"{year}-01-01", "until": f"{year + 1}-01-01"}
    if not day:
        return {"since": f"{text}-01", "until": f"{year}-{month + 1:02d}-01"}
    return {"since": text, "until": f"{year}-{month:02d}-{day + 1:02d}"}


def by_hand(store: EmbeddedStore, day: str) -> set[str]:
    sparql = BY_HAND
    for name, bound in bounds(day).items():
        sparql = sparql.replace(f"{{{name}}}", bound)
    return {
        store.words.local("id", getattr(row["s"], "value", "")) for row in select(store, sparql)
    }


def measure_day(
    store: EmbeddedStore, day: str, rounds: int
) -> tuple[int, float, float, float, float]:
    """Return answers, then seconds: first question, copying, further question, by hand."""
    graph = Graph(store)

    def ask() -> Result:
        return graph.query(QUESTION, as_of=day)

    first = timed(ask)
    taken = graph.slice(day, None)
    copying = timed(lambda: pyoxigraph.Store().bulk_extend(taken.quads()))
    if {str(row[0]) for row in ask().rows} != by_hand(store, day):
        msg = f"the two sides answer differently as of {day}"
        raise SystemExit(msg)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(timed(ask))
        theirs.append(timed(lambda: by_hand(store, day)))
    return (len(ask()), first, copying, median(ours), median(theirs))


def section(folder: Path, rounds: int) -> Iterator[str]:
    store = EmbeddedStore.open(folder)
    # Read to the end first, so that the system has the files of the store at hand for both sides.
    quads = sum(1 for _ in store.quads())
    rows = [(day, *measure_day(store, day, rounds)) for day in DAYS]
    yield "## As of a date"
    yield ""
    yield f"On {quads:,} quads made by `benchmarks/synthetic.py`, in a store on disk."
    yield f"The question is `{QUESTION}` as of each date."
    yield "By hand it is one query with `GRAPH` and filters on the dates, put to pyoxigraph itself;"
    yield "its answers are the same, which the run checks."
    yield "The first question of a date makes the slice, of which every further one is asked."
    yield "Beside it stands the time in which pyoxigraph copies the quads of the slice into memory."
    yield ""
    yield (
        "| as of | answers | first, s | copying, s | first ÷ copying, aim ≤ 1 "
        "| further, ms | by hand, ms | further ÷ by hand, aim ≤ 3 |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for day, answers, first, copying, further, hand in rows:
        yield (
            f"| {day} | {answers} | {first:.2f} | {copying:.2f} | {first / copying:.2f} "
            f"| {further * 1000:.2f} | {hand * 1000:.2f} | {further / hand:.2f} |"
        )


def in_processor(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def surely(folder: Path, rounds: int) -> Iterator[str]:
    """Slices of what is possible and of what is sure, from a store with its record beside it."""
    store = EmbeddedStore.open(folder)
    # All slices share the record once it is open, as it is when a date has been checked.
    Beginning.of(store).check(DAYS[0])
    for is_sure in (False, True):
        slice_of(store, DAYS[0], surely=is_sure)
    yield "### Surely"
    yield ""
    yield "Processor time of making the slice from a store with a record, medians of turns."
    yield ""
    yield "| as of | possibly, s | surely, s | surely ÷ possibly, aim ≤ 1.1 |"
    yield "|---|---|---|---|"
    for day in DAYS:
        took: dict[bool, list[float]] = {False: [], True: []}
        for _ in range(rounds):
            for is_sure, own in took.items():
                own.append(in_processor(partial(slice_of, store, day, surely=is_sure)))
        some, every = (median(own) for own in took.values())
        yield f"| {day} | {some:.2f} | {every:.2f} | {every / some:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder / "project", arguments.statements)
        built = build(folder / "project" / "data", folder / "project" / "ontology")
        (folder / "build" / "store").mkdir(parents=True)
        write(built.quads, folder / "build" / "store")
        print("\n".join(section(folder / "build" / "store", arguments.rounds)))
        record_of(built.store()).write(folder / "build" / "record")
        print("\n".join(["", *surely(folder / "build" / "store", arguments.rounds)]))


if __name__ == "__main__":
    main()
