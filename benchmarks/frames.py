"""A million rows as a data frame: what kg does, and a loop over the solutions.

python benchmarks/frames.py [--rows 1000000]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pandas as pd
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.model.namespaces import term
from kg.query.questions import run
from kg.store.embedded import EmbeddedStore

BASE = "https://example.org/"
TEXT = "SELECT ?party ?start ?statement { GRAPH ?statement { ?party ?p ?start } }"
ROUNDS = 3


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
    """Return the least time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    count = parser.parse_args().rows
    store = EmbeddedStore.of(quads(count))
    answer = run(store, TEXT)

    def loop(solutions: QuerySolutions) -> pd.DataFrame:
        return pd.DataFrame([[cell.value for cell in row] for row in solutions])

    whole = seconds(lambda: loop(cast("QuerySolutions", store.query(TEXT))))
    engine = seconds(lambda: sum(1 for _ in cast("QuerySolutions", store.query(TEXT))))
    asked = seconds(lambda: run(store, TEXT))
    print(f"{count} rows of three columns")
    print(f"loop over solutions, query included   {whole:6.2f} s   1.0")
    print(f"  of it the engine's own work          {engine:6.2f} s")
    for name in ("to_arrow", "to_polars", "to_pandas"):
        took = seconds(getattr(answer, name))
        print(
            f"{name:10} {took:6.2f} s   with the query {asked + took:6.2f} s, "
            f"{whole / (asked + took):.1f} times as fast as the loop; "
            f"without what the engine takes {(whole - engine) / (asked + took - engine):.1f} times"
        )


if __name__ == "__main__":
    main()
