"""Ends: a worker that ends before it has answered is told of by its true reason."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from misdeeds import HERE, PROGRAM, order
from pyoxigraph import NamedNode, Quad
from server import Server, serving

from kg.errors import EndedError, KGError, LimitError
from kg.query.bench.place import Place
from kg.server.problems import problem_of
from kg.store.embedded import write
from kg.workers.ends import KEPT, why_ended
from kg.workers.limits import MIB, Limits
from kg.workers.pool import Pool
from kg.workers.worker import Worker

LIMITS = Limits(seconds=20, memory=64 * MIB, workers=1)
MIXED = (
    "the engine gave up while sorting values of mixed kinds; "
    "sort by STR(?x), or keep one kind of value"
)
KILLED = (
    "the query was ended from outside (SIGKILL); if nobody did that, the system ran out of memory"
)
# What a worker does to itself → the limit or the cause, and the words.
ENDS = {
    "fault": (order("end", "SIGSEGV"), "crash", "the engine crashed on this query (SIGSEGV)"),
    "bus": (order("end", "SIGBUS"), "crash", "the engine crashed on this query (SIGBUS)"),
    "abort": (order("end", "SIGABRT"), "crash", "the engine crashed on this query (SIGABRT)"),
    "trap": (order("end", "SIGTRAP"), "crash", "the engine crashed on this query (SIGTRAP)"),
    "kill": (
        order("end", "SIGKILL"),
        "outside",
        KILLED,
    ),
    "terminate": (
        order("end", "SIGTERM"), "outside", "the query was ended from outside (SIGTERM)",
    ),
    "processor": (order("end", "SIGXCPU"), "time", "the query took longer than 20 seconds"),
    "leave": (order("leave", 3), "crash", "the worker ended with code 3 before it had answered"),
    "leave with a word": (
        "#! say so it is\n" + order("leave", 3),
        "crash",
        "the worker ended with code 3 before it had answered: so it is",
    ),
    "no memory": (order("allocate", 2**28), "memory", "the query needs more than 64 MiB of memory"),
    "no memory in the engine": (
        "#! say memory allocation of 240 bytes failed\n" + order("end", "SIGABRT"),
        "memory",
        "the query needs more than 64 MiB of memory",
    ),
    "no memory in the store": (
        "#! say terminate called after throwing an instance of 'std::bad_alloc'\n"
        + order("end", "SIGABRT"),
        "memory",
        "the query needs more than 64 MiB of memory",
    ),
    "no order": (
        "#! say user-provided comparison function does not correctly implement a total order\n"
        "#! say stack backtrace:\n" + order("end", "SIGABRT"),
        "crash",
        MIXED,
    ),
}  # fmt: skip
each_end = pytest.mark.parametrize(("text", "cause", "words"), ENDS.values(), ids=ENDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ends") / "store"
    write([Quad(NamedNode("urn:a"), NamedNode("urn:b"), NamedNode("urn:c"))], folder)
    return folder


@pytest.fixture(scope="module")
def place(folder: Path) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        # The workers look there for their jobs.
        patch.setenv("PYTHONPATH", str(HERE), prepend=os.pathsep)
        yield Place(folder, is_plain=True, jobs="misdeeds")


@pytest.fixture(scope="module")
def worker(place: Place) -> Iterator[Worker]:
    with Worker(place, LIMITS) as worker:
        yield worker


@pytest.fixture(scope="module")
def server(folder: Path, place: Place) -> Iterator[Server]:
    """A server over a file, whose workers have the jobs of the tests."""
    assert place.jobs == "misdeeds"
    (folder.parent / "one.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="ascii")
    with serving(folder.parent, "--memory", "64", "--seconds", "20", "--workers", "1", "one.nt",
                 program=PROGRAM) as server:  # fmt: skip
        yield server


def cause_of(error: KGError) -> str:
    return error.limit if isinstance(error, LimitError) else getattr(error, "cause", "")


@each_end
def test_a_program_that_waits_learns_the_reason(
    worker: Worker, text: str, cause: str, words: str
) -> None:
    with pytest.raises(KGError) as caught:
        worker.ask({"job": "sparql", "query": text})

    assert (cause_of(caught.value), str(caught.value).startswith(words)) == (cause, True)


@each_end
def test_whoever_asks_the_server_learns_the_reason(
    server: Server, text: str, cause: str, words: str
) -> None:
    got = server.ask(text)
    status, title = {
        "crash": (500, "The query crashed the engine"),
        "outside": (503, "The query was ended"),
        "time": (503, "The query takes too long"),
        "memory": (503, "The query needs too much memory"),
    }[cause]

    assert got.json["detail"].startswith(words)
    assert (got.status, got.json["title"]) == (status, title)
    # Whoever asks the same again after a crash gets a crash.
    assert ("retry-after" in got.headers) == (status == 503)


def test_a_worker_that_somebody_kills_is_not_said_to_need_memory(place: Place) -> None:
    with Worker(place, LIMITS) as worker, ThreadPoolExecutor(1) as other:
        asked = other.submit(worker.ask, {"job": "sparql", "query": order("sleep", 10)})
        time.sleep(0.3)
        for child in psutil.Process().children():
            if "kg.workers.child" in " ".join(child.cmdline()):
                child.kill()

        with pytest.raises(EndedError, match=r"ended from outside \(SIGKILL\)"):
            asked.result()


def test_a_worker_that_says_too_much_still_answers(worker: Worker) -> None:
    """Nobody reads a pipe of a mebibyte, were it not emptied."""
    reply = worker.ask({"job": "sparql", "query": order("babble", MIB)})

    assert reply.body == b'{"head":{},"boolean":true}'


def test_only_the_last_words_are_kept(worker: Worker) -> None:
    text = f"#! babble {KEPT}\n#! say \n#! say the last words\n" + order("leave", 1)

    with pytest.raises(EndedError, match=r": the last words$"):
        worker.ask({"job": "sparql", "query": text})


def test_a_query_that_runs_when_the_server_stops_was_not_ended_by_a_stranger(place: Place) -> None:
    async def stop() -> Any:
        pool = Pool(place, LIMITS)
        await pool.start()
        asked = asyncio.create_task(pool.ask({"job": "sparql", "query": order("sleep", 10)}))
        await asyncio.sleep(0.2)
        await pool.close()
        return (await asyncio.gather(asked, return_exceptions=True))[0]

    with ThreadPoolExecutor(1) as thread:
        error = thread.submit(asyncio.run, stop()).result()

    assert str(error) == "the query was ended, because its workers are being stopped"
    assert problem_of(error).status == 503


def test_an_exit_code_of_another_system_is_told_as_it_is() -> None:
    error = why_ended(3221225477, "", LIMITS)

    assert str(error) == "the worker ended with code 3221225477 before it had answered"
