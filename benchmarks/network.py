"""Measure the network of a graph beside networkx given the same nodes and edges, in one run.

    python -m benchmarks.network [--statements 100000] [--rounds 5]

networkx has them in lists that are made before; `graph.network()` opens and reads a store on disk.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import networkx as nx

from benchmarks.synthetic import write_project
from kg.graph import Graph
from kg.pipeline.builder import build
from kg.store.embedded import EmbeddedStore, write

T = TypeVar("T")
Network = nx.MultiDiGraph


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the processor time of the work, and what it made."""
    gc.collect()
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def bare(about: dict[str, Any], nodes: list[Any], edges: list[Any]) -> Network[str]:
    made: Network[str] = nx.MultiDiGraph(**about)
    made.add_nodes_from(nodes)
    made.add_edges_from(edges)
    return made


def measure(folder: Path) -> tuple[float, float, float]:
    """Return the seconds of the network, of reading statements within it, and of networkx."""
    ours, network = timed(lambda: Graph(EmbeddedStore.open(folder)).network())
    record = EmbeddedStore.open(folder).record
    reading, _ = timed(lambda: record and record.statements)
    nodes = list(network.nodes(data=True))
    edges = list(network.edges(keys=True, data=True))
    theirs, same = timed(lambda: bare(network.graph, nodes, edges))
    if not nx.utils.graphs_equal(network, same):
        msg = "the two sides made different networks"
        raise SystemExit(msg)
    return ours, reading, theirs


def prepared(folder: Path, statements: int) -> Path:
    """Return the folder of a store with its record beside it."""
    write_project(folder / "project", statements)
    built = build(folder / "project" / "data", folder / "project" / "ontology")
    (folder / "store").mkdir()
    write(built.quads, folder / "store")
    record = built.store().record
    if record is not None:
        record.write(folder / "record")
    return folder / "store"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = prepared(Path(name), arguments.statements)
        print("| garbage collection | network(), s | of it reading, s | networkx, s | ratio |")
        print("|---|---|---|---|---|")
        for way, turn in (("as Python does it", gc.enable), ("off", gc.disable)):
            turn()
            rounds = [measure(folder) for _ in range(arguments.rounds)]
            ours, reading, theirs = (median(times) for times in zip(*rounds, strict=True))
            print(f"| {way} | {ours:.2f} | {reading:.2f} | {theirs:.2f} | {ours / theirs:.1f} |")


if __name__ == "__main__":
    main()
