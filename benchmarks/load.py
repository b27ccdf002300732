"""Ask `kg serve` with 200 good clients, first alone and then beside 200 bad ones.

    python -m benchmarks.load [--seconds 600] [--good 200] [--bad 200] [--pace 1] [--write]

A good client asks one shipped question a second over a connection that it keeps, every tenth time
with a text that nobody sent before, and compares the whole answer with that of a quiet server.
The bad ones say nothing, send a byte a second, stop in the middle of a request, hang up before the
answer, look for what is not there, or ask what takes longer than the server's limit.
All is on loopback. Ends with 1 when an answer is lost or another than before, when the 99th
percentile of the waits is more than three times that without bad clients, or when memory grows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import psutil

import kg
from benchmarks.sections import keep
from benchmarks.serve import WORST, engine_seconds, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

AIM: Final = 3.0
# Of memory: what is let pass as no growth.
GROWTH: Final = 1.1
LIMITS: Final = ("--seconds", "1", "--memory", "64", "--queue", "200")
QUICK: Final = 0.02
FRESH: Final = 10
HEADERS: Final = "Host: localhost\r\nAccept: application/sparql-results+json\r\n\r\n"


@dataclass
class Seen:
    """What the good clients saw."""

    waits: list[float] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    # Connections that the server had closed while they rested.
    reopened: int = 0

    def percentile(self, part: float) -> float:
        """Return the wait that this part of the answers did not exceed, in milliseconds."""
        return 1000 * sorted(self.waits)[int(len(self.waits) * part)]


def asking(text: str) -> bytes:
    """Return the request for a query."""
    return f"GET /sparql?query={quote(text)} HTTP/1.1\r\n{HEADERS}".encode()


def reason(body: bytes) -> str:
    """Return what a problem (RFC 9457) says of itself."""
    with suppress(ValueError):
        return str(json.loads(body).get("detail"))
    return ""


class Connection:
    """One that is kept open, and opened anew where the server has closed it."""

    def __init__(self, port: int) -> None:
        """Open nothing yet."""
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, sent: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer.

        Raises EOFError or OSError when there is none.
        """
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(sent)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        body = await self.reader.readexactly(size)
        if b"connection: close" in head:
            self.close()
        return int(head.split(b" ", 2)[1]), body

    def close(self) -> None:
        """Close it; the next question opens another."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def good(
    port: int,
    answers: Sequence[tuple[str, bytes]],
    first: int,
    pace: float,
    until: float,
    seen: Seen,
) -> None:
    """Ask at a steady pace until the end, and compare every answer."""
    connection = Connection(port)
    moments = random.Random(first)
    await asyncio.sleep(moments.uniform(0, pace))
    for number, (text, wanted) in enumerate(islice(cycle(answers), first % len(answers), None)):
        began = time.perf_counter()
        if began > until:
            break
        is_new = number % FRESH == FRESH - 1
        sent = asking(f"{text}\n# {first} {time.perf_counter_ns()}" if is_new else text)
        had_one = connection.reader is not None
        try:
            try:
                status, body = await connection.ask(sent)
            except (EOFError, OSError):
                connection.close()
                if not had_one:
                    raise
                # A connection that rested may be closed at any time (RFC 9112 §9.5).
                seen.reopened += 1
                status, body = await connection.ask(sent)
            if (status, body) == (200, wanted):
                seen.waits.append(time.perf_counter() - began)
            else:
                seen.lost["another answer" if status == 200 else f"{status} {reason(body)}"] += 1
        except (EOFError, OSError) as error:
            connection.close()
            seen.lost[type(error).__name__] += 1
        await asyncio.sleep(max(0, pace - (time.perf_counter() - began)))
    connection.close()


Bad = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[object]]


async def idle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Say nothing."""
    await reader.read()


async def slow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte a second."""
    for byte in asking("ASK {}"):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent."""
    writer.write(
        b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 900\r\n" + HEADERS.encode() + b"SELECT * {"
    )
    await reader.read()


async def gone(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ask something new, and do not wait for the answer."""
    writer.write(asking(f"SELECT * {{ ?s a ?o }} LIMIT 5 # {time.perf_counter_ns()}"))
    await writer.drain()
    writer.transport.abort()


async def lost(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Look for what is not there."""
    writer.write(f"GET /id/nobody-{time.perf_counter_ns()} HTTP/1.1\r\n{HEADERS}".encode())
    await reader.readuntil(b"\r\n\r\n")


async def heavy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Ask what takes longer than the limit."""
    writer.write(asking(f"{WORST} # {time.perf_counter_ns()}"))
    await reader.readuntil(b"\r\n\r\n")


# How they behave, and how many seconds they wait before they do it again.
BAD: Final[Sequence[tuple[Bad, float]]] = (
    (idle, 1), (slow, 1), (half, 1), (gone, 5), (lost, 5),
    (idle, 1), (slow, 1), (half, 1), (gone, 5), (heavy, 30),
)  # fmt: skip


async def bad(port: int, number: int, did: Counter[str]) -> None:
    """Behave badly again and again, until cancelled."""
    behave, rest = BAD[number % len(BAD)]
    moments = random.Random(number)
    await asyncio.sleep(moments.uniform(0, rest))
    while True:
        with suppress(EOFError, OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            did[behave.__name__] += 1
            try:
                await behave(reader, writer)
            finally:
                writer.close()
        await asyncio.sleep(rest)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Serve the shipped graph; give the port and the process."""
    from kg.pipeline.generations import save

    graph = kg.open()
    save(list(graph.store.quads()), b"", graph.view().html, folder / "build", {})
    port = free_port()
    command = [sys.executable, "-m", "kg", "--store", str(folder / "build"), "serve"]
    process = subprocess.Popen(
        [*command, "--port", str(port), *LIMITS],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


async def known(port: int) -> list[tuple[str, bytes]]:
    """Return the quick questions that need no parameter, with the answers of the quiet server."""
    graph = kg.open()
    declared = " ".join(f"PREFIX {n}: <{i}>" for n, i in graph.store.words.prefixes.items())
    found = []
    for attempt in count():
        try:
            await Connection(port).ask(asking("ASK {}"))
            break
        except OSError:
            if attempt > 600:
                sys.exit("the server did not start")
            await asyncio.sleep(0.1)
    for one in graph.questions.values():
        text = f"{declared} {one.sparql}"
        if any(parameter.required for parameter in one.parameters):
            continue
        if engine_seconds(graph, text) < QUICK:
            status, body = await Connection(port).ask(asking(text))
            rows = graph.query(text).rows
            if status != 200 or len(json.loads(body)["results"]["bindings"]) != len(rows):
                sys.exit(f"the quiet server answers {one.name} otherwise than kg query")
            found.append((text, body))
    return found


def memory(process: psutil.Process) -> float:
    """Return what the server and its workers hold, in megabytes."""
    held = 0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            held += one.memory_info().rss
    return held / 1e6


async def measure(port: int, process: psutil.Process, options: argparse.Namespace) -> list[str]:
    """Return the table; the first line begins with "FAULT" where an aim was missed."""
    answers = await known(port)
    rows, faults, held, did = [], [], [], Counter[str]()
    seen: dict[bool, Seen] = {}
    for is_crowded in (False, True):
        length = options.seconds if is_crowded else max(20, options.seconds / 5)
        one = seen[is_crowded] = Seen()
        until = time.perf_counter() + length
        crowd = [asyncio.ensure_future(bad(port, number, did)) for number in range(options.bad)]
        if not is_crowded:
            for task in crowd:
                task.cancel()
        sitting = [good(port, answers, n, options.pace, until, one) for n in range(options.good)]
        waiting = asyncio.gather(*sitting)
        if is_crowded:
            # After a tenth of the time all have what they need.
            await asyncio.sleep(length / 10)
            held.append(memory(process))
        await waiting
        if is_crowded:
            held.append(memory(process))
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        rows.append(
            f"| {'beside ' + str(options.bad) + ' bad' if is_crowded else 'alone'} | {length:.0f} "
            f"| {len(one.waits):,} | {one.lost.total()} | {one.percentile(0.5):.1f} "
            f"| {one.percentile(0.99):.1f} |"
        )
        faults += [f"FAULT lost {number} times: {what}" for what, number in one.lost.items()]
    ratio = seen[True].percentile(0.99) / seen[False].percentile(0.99)
    if ratio > AIM:
        faults.append(f"FAULT the 99th percentile grew {ratio:.1f} times")
    if held[1] > held[0] * GROWTH:
        faults.append(f"FAULT memory grew from {held[0]:.0f} to {held[1]:.0f} MB")
    day = f"{datetime.now(UTC):%d %B %Y}"
    times = ", ".join(f"{name} {number:,}" for name, number in sorted(did.items()))
    return [
        *faults,
        f"| {options.good} good clients, {day} | seconds | answers | lost | median, ms | p99, ms |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        f"The 99th percentile was {ratio:.1f} times that without bad clients.",
        f"Server and workers held {held[0]:.0f} MB after a tenth, {held[1]:.0f} at the end.",
        f"The bad clients did what they do so often: {times}.",
    ]


def main() -> None:
    """Measure, print, and with --write keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--good", type=int, default=200)
    parser.add_argument("--bad", type=int, default=200)
    parser.add_argument("--pace", type=float, default=1, help="seconds between two questions")
    parser.add_argument("--write", action="store_true", help="keep it in docs/reliability.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as (port, process):
        lines = asyncio.run(measure(port, process, options))
    print(*lines, sep="\n")
    is_well = not lines[0].startswith("FAULT")
    if options.write and is_well:
        keep("load", lines)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
