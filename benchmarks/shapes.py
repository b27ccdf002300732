"""Measure shapes checked in parts beside the same engine on the whole graph, and pySHACL.

Half of the focus nodes are offices, the other half people who hold some; a shape of each asks for
labels, patterns, classes of what is linked, and links back; one in a thousand breaks it.
Every side is a process of its own, started anew each round, the sides taking turns; they have to
find the same number of results. pySHACL runs once.

    python -m benchmarks.shapes [--nodes 100000] [--rounds 5] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pyshacl
import rdflib
from pyoxigraph import Quad, RdfFormat, parse

from kg.model.foreign import _shared
from kg.model.shapes import reach
from kg.pipeline.columns.neighbourhoods import PART, told_by_parts, triples_in
from kg.pipeline.validate import shacl_report, told_in

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "benchmarks-shapes.md"
AIM: Final = 1.7
BASE: Final = "https://example.org/"
SHAPES: Final = f"""
@prefix : <{BASE}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:OfficeShape a sh:NodeShape ; sh:targetClass :Office ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:pattern "^Office" ] ,
        [ sh:path :of ; sh:minCount 1 ; sh:maxCount 1 ; sh:class :Body ] ,
        [ sh:path [ sh:inversePath :holds ] ; sh:minCount 1 ; sh:class :Person ] .
:PersonShape a sh:NodeShape ; sh:targetClass :Person ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ] ,
        [ sh:path :holds ; sh:class :Office ; sh:maxCount 9 ] .
"""
TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL: Final = "<http://www.w3.org/2000/01/rdf-schema#label>"


def lines(nodes: int) -> Iterator[str]:
    """Yield the graph of so many focus nodes; one in a thousand offices has no body."""
    half, bodies = nodes // 2, max(nodes // 1000, 1)
    for number in range(bodies):
        yield f"<{BASE}body-{number}> {TYPE} <{BASE}Body> ."
    for number in range(half):
        office, person = f"<{BASE}office-{number}>", f"<{BASE}person-{number}>"
        yield f"{office} {TYPE} <{BASE}Office> ."
        yield f'{office} {LABEL} "Office {number}"@en .'
        if number % 1000 != 7:
            yield f"{office} <{BASE}of> <{BASE}body-{number % bodies}> ."
        yield f"{person} {TYPE} <{BASE}Person> ."
        yield f'{person} {LABEL} "Person {number}"@en .'
        yield f"{person} <{BASE}holds> {office} ."
        yield f"{person} <{BASE}holds> <{BASE}office-{number * 7919 % half}> ."


def shapes() -> list[Quad]:
    return list(parse(SHAPES, RdfFormat.TURTLE))


def by_parts(data: Path) -> int:
    """Check in parts, as a large project is."""
    near = reach(shapes())
    if near is None:
        msg = "the shapes look too far"
        raise ValueError(msg)
    triples = triples_in(memoryview(data.read_bytes()))
    frames = [triples[start : start + PART] for start in range(0, triples.height, PART)]
    with tempfile.TemporaryDirectory() as folder:
        parts = triples.height // PART + 1
        return sum(1 for _ in told_by_parts(near, b"", frames, Path(folder), parts))


def on_the_whole(data: Path) -> int:
    """Check with the same engine, all at once."""
    return sum(1 for _ in told_in(shacl_report(shapes(), data.read_bytes())))


def by_pyshacl(data: Path) -> int:
    graph = rdflib.Graph().parse(data, format="nt")
    found = rdflib.Graph().parse(data=SHAPES, format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=found, inference="none")
    result = rdflib.URIRef("http://www.w3.org/ns/shacl#ValidationResult")
    return len(set(report.subjects(rdflib.RDF.type, result)))


SIDES: Final[dict[str, Callable[[Path], int]]] = {
    "in parts": by_parts,
    "the same engine on the whole": on_the_whole,
    "pySHACL": by_pyshacl,
}


def one(side: str, data: Path) -> None:
    """Run a side, and print what it took: wall clock, processor time with children, results."""
    begun = time.monotonic()
    found = SIDES[side](data)
    wall = time.monotonic() - begun
    # What a child took is known once it has ended.
    _shared.close()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    peak = max(each.ru_maxrss for each in used)
    print(json.dumps({"wall": wall, "cpu": cpu, "mb": peak / 1024, "found": found}))


def measure(side: str, data: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.shapes", "--side", side, "--data", str(data)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compared(options: argparse.Namespace, folder: Path) -> list[str]:
    """Return the table, after as many rounds as are wanted."""
    data = folder / "data.nt"
    data.write_text("".join(f"{line}\n" for line in lines(options.nodes)), encoding="utf-8")
    ours, whole = list(SIDES)[:2]
    rounds: dict[str, list[dict[str, float]]] = {ours: [], whole: []}
    for _ in range(options.rounds):
        for side, found in rounds.items():
            found.append(measure(side, data))
    peers = {**rounds, "pySHACL": [measure("pySHACL", data)]}
    results = {one["found"] for found in peers.values() for one in found}
    if len(results) != 1:
        msg = f"the sides find different numbers of results: {sorted(results)}"
        raise SystemExit(msg)
    table = [
        "| | focus nodes | results | clock, s | processor time, s | largest process, MB |",
        "|---|---|---|---|---|---|",
    ]
    for side, found in peers.items():
        cells = [statistics.median(one[name] for one in found) for name in ("wall", "cpu", "mb")]
        table.append(
            f"| {side} | {options.nodes:,} | {found[0]['found']:,} | {cells[0]:.2f} | "
            f"{cells[1]:.2f} | {cells[2]:,.0f} |"
        )
    pairs = zip(rounds[whole], rounds[ours], strict=True)
    wall, cpu = zip(*((a["wall"] / b["wall"], a["cpu"] / b["cpu"]) for a, b in pairs), strict=True)
    faster, less = statistics.median(wall), statistics.median(cpu)
    met = "reached" if faster >= AIM / 1.05 else "missed"
    table += [
        "",
        (
            f"In parts it is {faster:.1f} times faster by the clock on {os.cpu_count()} cores "
            f"(aim {AIM}: {met}), and takes {less:.1f} times less processor time "
            f"(medians of {options.rounds} pairs)."
        ),
    ]
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        one(options.side, options.data)
        return
    with tempfile.TemporaryDirectory() as folder:
        table = compared(options, Path(folder))
    about = (__doc__ or "").partition("\n\n")[2].partition("\n\n    ")[0]
    head = [
        "# Benchmarks of shapes",
        "",
        "Written by `python -m benchmarks.shapes --write`.",
        *about.splitlines(),
    ]
    text = "\n".join([*head, "", *table, ""])
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
