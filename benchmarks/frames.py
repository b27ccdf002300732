"""A million rows as a data frame: what kg does, a loop over the solutions, and a plain read.

python benchmarks/frames.py [--rows 1000000] [--build FOLDER]

With a build, its tables as frames are held against a plain read of the same Parquet files.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from operator import methodcaller
from pathlib import Path
from typing import Any, cast

import pandas as pd
import polars as pl
from pyarrow import parquet
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

import kg
from kg.model.namespaces import term
from kg.pipeline.generations import current_store
from kg.query.questions import run
from kg.record.frames import Table
from kg.store.embedded import EmbeddedStore

BASE = "https://example.org/"
TEXT = "SELECT ?party ?start ?statement { GRAPH ?statement { ?party ?p ?start } }"
ROUNDS = 3
TABLES = ("statements", "references", "entities", "sources")


def quads(rows: int) -> Iterator[Quad]:
    dataset = NamedNode("urn:dataset")
    yield Quad(dataset, term("rdf:type"), term("dcat:Dataset"))
    yield Quad(dataset, term("void:uriSpace"), Literal(BASE))
    start = NamedNode(f"{BASE}ontology#start")
    for n in range(rows):
        day = Literal(
            f"{1990 + n % 30}-{1 + n % 12:02d}-{1 + n % 28:02d}", datatype=term("xsd:date")
        )
        party, statement = f"{BASE}id/party-{n % (rows // 10)}", f"{BASE}statement/{n:016x}"
        yield Quad(NamedNode(party), start, day, NamedNode(statement))


def seconds(action: Callable[[], Any]) -> float:
    """Return the least CPU time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        action()
        times.append(time.process_time() - begun)
    return min(times)


def tables(folder: Path) -> None:
    """Print each table of a build as a frame beside a plain read of its file."""
    graph = kg.open(folder)
    record = current_store(folder).parent / "record"
    readers: dict[str, Callable[[Path], Any]] = {
        "to_arrow": parquet.read_table,
        "to_polars": pl.read_parquet,
        "to_pandas": pd.read_parquet,
    }
    for name in TABLES:
        table = cast("Callable[[], Table]", getattr(graph, name))
        for method, read in readers.items():
            ours = seconds(lambda: methodcaller(method)(table()))  # noqa: B023 - called at once
            plain = seconds(partial(read, record / f"{name}.parquet"))
            print(
                f"{name:10} {len(table()):8} rows  {method:9} {ours:6.3f} s, "
                f"plain read {plain:6.3f} s: {ours / plain:.1f} times"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--build", type=Path)
    options = parser.parse_args()
    count = options.rows
    if options.build:  # first: the memory of a store that was dropped makes the next reader slow
        tables(options.build)
    store = EmbeddedStore.of(quads(count))
    answer = run(store, TEXT)

    def loop(solutions: QuerySolutions) -> pd.DataFrame:
        return pd.DataFrame([[cell.value for cell in row] for row in solutions])

    whole = seconds(lambda: loop(cast("QuerySolutions", store.query(TEXT))))
    engine = seconds(lambda: sum(1 for _ in cast("QuerySolutions", store.query(TEXT))))
    asked = seconds(partial(run, store, TEXT))
    print(f"{count} rows of three columns")
    print(f"loop over solutions, query included   {whole:6.2f} s   1.0")
    print(f"  of it the engine's own iteration     {engine:6.2f} s")
    print(f"asked by kg                            {asked:6.2f} s   {asked / engine:.2f} of that")
    for name in ("to_arrow", "to_polars", "to_pandas"):
        took = seconds(getattr(answer, name))
        print(
            f"{name:10} {took:6.2f} s   with the query {asked + took:6.2f} s, "
            f"{whole / (asked + took):.1f} times as fast as the loop; "
            f"without what the engine takes {(whole - engine) / (asked + took - engine):.1f} times"
        )


if __name__ == "__main__":
    main()
