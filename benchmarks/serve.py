"""Measure `kg serve` beside `oxigraph serve-read-only` and rdflib-endpoint: one run, one client.

All three hold the same graph and are asked the shipped questions over HTTP, in turns.
What counts is the ratio of the medians.

    python benchmarks/serve.py [--rounds 3] [--seconds 4] [--peer PYTHON]

`--peer` is a Python in which rdflib-endpoint is installed; without it that side is left out.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import kg

CLIENTS = 4
CROWD = 64
SLOW = 0.05
WORST = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
PEER = """
import sys
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
import uvicorn
data = Dataset()
data.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=data), port=int(sys.argv[2]), log_level="critical")
"""


@dataclass(frozen=True)
class Side:
    """A server: how it is started, and where it answers."""

    name: str
    command: Sequence[str]
    port: int
    path: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def request(side: Side, query: str) -> bytes:
    head = (
        f"GET {side.path}?query={quote(query)} HTTP/1.1\r\nHost: 127.0.0.1:{side.port}\r\n"
        "Accept: application/sparql-results+json, application/n-triples;q=0.9\r\n\r\n"
    )
    return head.encode()


class Connection:
    """One connection that is kept open; the least that a client can do."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port: int) -> Connection:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, sent: bytes) -> int:
        """Send a request, read the whole answer, return its status."""
        self.writer.write(sent)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        lower = head.lower()
        if b"content-length:" in lower:
            size = int(lower.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            await self.reader.readexactly(size)
            return status
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            await self.reader.readexactly(size + 2)
        await self.reader.readexactly(2)
        return status

    def close(self) -> None:
        self.writer.close()


def questions() -> list[str]:
    """The shipped questions that need no parameter and are quick, with their prefixes declared."""
    graph = kg.open()
    declared = " ".join(f"PREFIX {n}: <{i}>" for n, i in graph.store.words.prefixes.items())
    texts = [
        f"{declared} {one.sparql}"
        for one in graph.questions.values()
        if not any(parameter.required for parameter in one.parameters)
    ]
    return [text for text in texts if engine_seconds(graph, text) < SLOW]


def engine_seconds(graph: kg.Graph, text: str) -> float:
    """How long the engine alone takes: a question that is all engine says nothing of a server."""
    began = time.perf_counter()
    for _ in graph.store.query(text):  # type: ignore[union-attr]
        continue
    return time.perf_counter() - began


async def throughput(side: Side, texts: Sequence[str], seconds: float, *, fresh: bool) -> float:
    """Return the answers a second; with `fresh` no text is sent twice."""
    number = itertools.count()
    done = 0
    deadline = time.perf_counter() + seconds

    async def client(first: int) -> None:
        nonlocal done
        connection = await Connection.open(side.port)
        for text in itertools.islice(itertools.cycle(texts), first, None):
            if time.perf_counter() > deadline:
                break
            more = f"\n# {next(number)} {time.perf_counter_ns()}" if fresh else ""
            status = await connection.ask(request(side, text + more))
            assert status == 200, status
            done += 1
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(i * len(texts) // CLIENTS) for i in range(CLIENTS)))
    return done / (time.perf_counter() - began)


async def crowd(
    side: Side, texts: Sequence[str], seconds: float, *, bad: bool
) -> tuple[float, int]:
    """Return the 99th percentile of the waits of 63 clients, and how many answers there were.

    The 64th asks what they ask, or counts all pairs of triples, again and again.
    """
    waits: list[float] = []
    deadline = time.perf_counter() + seconds
    number = itertools.count()

    async def good(first: int) -> None:
        connection = await Connection.open(side.port)
        for text in itertools.islice(itertools.cycle(texts), first, None):
            if time.perf_counter() > deadline:
                break
            began = time.perf_counter()
            fresh = f"{text}\n# {next(number)} {time.perf_counter_ns()}"
            if await connection.ask(request(side, fresh)) == 200:
                waits.append(time.perf_counter() - began)
        connection.close()

    async def worst() -> None:
        while time.perf_counter() < deadline:
            connection = await Connection.open(side.port)
            await connection.ask(request(side, WORST))
            connection.close()

    last = asyncio.ensure_future(worst() if bad else good(0))
    await asyncio.gather(*(good(i) for i in range(CROWD - 1)))
    last.cancel()
    return sorted(waits)[int(len(waits) * 0.99)], len(waits)


@contextmanager
def running(side: Side) -> Iterator[float]:
    """Start the server; give the seconds until its first answer."""
    began = time.perf_counter()
    process = subprocess.Popen(side.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                asyncio.run(first_answer(side))
                break
            except OSError:
                time.sleep(0.005)
        yield time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=20)


async def first_answer(side: Side) -> None:
    connection = await Connection.open(side.port)
    await connection.ask(request(side, "ASK {}"))
    connection.close()


def main() -> None:
    """Print what each side does, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--peer", help="a Python with rdflib-endpoint")
    options = parser.parse_args()
    texts = questions()
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), texts, options)


def sides(folder: Path, peer: str | None) -> list[Side]:
    from kg.pipeline.generations import save

    graph = kg.open()
    quads = list(graph.store.quads())
    save(quads, b"", graph.view().html, folder / "build", {})
    (folder / "graph.nq").write_bytes(graph.dump(".nq"))
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    place = ["--location", str(folder / "data")]
    load = [oxigraph, "load", *place, "--file", str(folder / "graph.nq")]
    subprocess.run(load, check=True, capture_output=True)
    ports = [free_port() for _ in range(3)]
    build = ["--store", str(folder / "build")]
    found = [
        Side("kg serve", [sys.executable, "-m", "kg", *build, "serve", "--port", str(ports[0]),
                          "--queue", "100"], ports[0], "/sparql"),
        Side("oxigraph serve-read-only",
             [oxigraph, "serve-read-only", *place, "--bind", f"127.0.0.1:{ports[1]}"],
             ports[1], "/query"),
    ]  # fmt: skip
    if peer:
        command = [peer, "-c", PEER, str(folder / "graph.nq"), str(ports[2])]
        found.append(Side("rdflib-endpoint", command, ports[2], "/"))
    return found


def measure(folder: Path, texts: Sequence[str], options: argparse.Namespace) -> None:
    all_sides = sides(folder, options.peer)
    rates: dict[tuple[str, str], list[float]] = {}
    starts: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        for side in all_sides:
            with running(side) as start:
                starts.setdefault(side.name, []).append(start)
                for kind in ("new texts", "same texts"):
                    rate = asyncio.run(
                        throughput(side, texts, options.seconds, fresh=kind == "new texts")
                    )
                    rates.setdefault((side.name, kind), []).append(rate)
    print(f"{len(texts)} questions, {CLIENTS} clients, {options.rounds} rounds")
    for (name, kind), values in rates.items():
        own = median(rates["kg serve", kind])
        print(f"{name:26} {kind:10} {median(values):8.1f}/s   kg: {own / median(values):.2f} times")
    for name, values in starts.items():
        print(f"{name:26} cold start to first answer {median(values) * 1000:.0f} ms")
    waits: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(options.rounds):
        for bad in (False, True):
            with running(all_sides[0]):
                wait, count = asyncio.run(
                    crowd(all_sides[0], texts, max(options.seconds, 6), bad=bad)
                )
                waits[bad].append(wait)
                print(
                    f"64 clients, one of them bad: {bad}: p99 {wait * 1000:.0f} ms, {count} answers"
                )
    print(f"p99 with a bad client: {median(waits[True]) / median(waits[False]):.2f} times")


if __name__ == "__main__":
    main()
