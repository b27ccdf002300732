"""Connections that ask nothing keep nobody out, and a server without workers says why."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from server import Server, serving

from kg.errors import StoreError
from kg.pipeline.builder import build
from kg.pipeline.generations import current_store, save
from kg.query.bench.place import Place
from kg.server.transport import Crowd
from kg.workers.limits import MIB, Limits
from kg.workers.pool import Pool

TINY = Path(__file__).parent / "tiny"


class Somebody:
    """A connection of an address, as a crowd sees it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.transport = self
        self.is_gone = False

    def close(self) -> None:
        self.is_gone = True


def come(crowd: Crowd, *addresses: str) -> list[Any]:
    """Let somebody of each address come, one after the other."""
    found: list[Any] = [Somebody(address) for address in addresses]
    for one in found:
        crowd.comes(one)
    return found


class TestCrowd:
    def test_the_one_that_rested_longest_goes_for_a_new_one(self) -> None:
        people = come(Crowd(2), "a", "a", "a")

        assert [one.is_gone for one in people] == [True, False, False]

    def test_the_address_with_most_at_rest_makes_room(self) -> None:
        people = come(Crowd(3), "a", "b", "b", "c")

        assert [one.is_gone for one in people] == [False, True, False, False]

    def test_whoever_has_asked_stays(self) -> None:
        crowd = Crowd(2)
        first, second = come(crowd, "a", "a")
        crowd.works(first)

        come(crowd, "a")

        assert (first.is_gone, second.is_gone) == (False, True)

    def test_whoever_has_an_answer_is_the_last_of_those_that_rest(self) -> None:
        crowd = Crowd(2)
        first, second = come(crowd, "a", "a")
        crowd.works(first)
        crowd.rests(first)

        come(crowd, "a")

        assert (first.is_gone, second.is_gone) == (False, True)

    def test_where_all_have_asked_nobody_goes(self) -> None:
        crowd = Crowd(1)
        (first,) = come(crowd, "a")
        crowd.works(first)

        assert crowd.comes(Somebody("a"))  # type: ignore[arg-type]
        assert not first.is_gone

    def test_a_place_that_was_left_is_free(self) -> None:
        crowd = Crowd(2)
        first, second = come(crowd, "a", "a")
        crowd.goes(first)

        come(crowd, "a")

        assert not second.is_gone

    def test_one_address_has_so_many_places_and_another_its_own(self) -> None:
        people = come(Crowd(9, per_client=1), "a", "b", "a")

        assert [one.is_gone for one in people] == [True, False, False]

    def test_an_address_of_which_all_have_asked_has_no_place(self) -> None:
        crowd = Crowd(9, per_client=1)
        (first,) = come(crowd, "a")
        crowd.works(first)

        assert not crowd.comes(Somebody("a"))  # type: ignore[arg-type]
        assert crowd.comes(Somebody("b"))  # type: ignore[arg-type]

    def test_whoever_was_let_go_is_no_more_at_rest(self) -> None:
        crowd = Crowd(1)
        first, second = come(crowd, "a", "a")
        crowd.rests(first)

        come(crowd, "a")

        assert second.is_gone


@pytest.fixture
def project(tmp_path: Path) -> Path:
    done = build(TINY / "data", TINY / "ontology")
    save(done.quads, done.trig(), "", tmp_path / "build", {})
    return tmp_path


@pytest.fixture
def many() -> Iterator[int]:
    """So many connections this process may have open at once."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2200:
        pytest.skip("the system allows too few open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (2200, hard))
    yield 2000
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


@pytest.mark.slow
class TestServer:
    def test_two_thousand_that_ask_nothing_keep_nobody_waiting(
        self, project: Path, many: int
    ) -> None:
        with serving(project, store=project / "build") as server, ExitStack() as opened:
            server.ask("ASK {}")
            for _ in range(many):
                opened.enter_context(connect(server))
            began = time.monotonic()

            statuses = [server.ask("ASK {}").status for _ in range(5)]

            assert statuses == [200] * 5
            # They may rest for 15 seconds.
            assert time.monotonic() - began < 5

    def test_one_that_sends_its_request_slowly_makes_room_too(self, project: Path) -> None:
        with (
            serving(project, "--per-client", "1", store=project / "build") as server,
            connect(server) as slow,
        ):
            slow.sendall(b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")

            assert server.ask("ASK {}").status == 200
            assert slow.recv(1000) == b""

    def test_whoever_rests_between_two_questions_is_answered_again(self, project: Path) -> None:
        with serving(project, "--per-client", "2", store=project / "build") as server:
            line = HTTPConnection("127.0.0.1", server.port, timeout=10)
            with closing(line):
                for _ in range(3):
                    line.request("GET", "/health")
                    response = line.getresponse()
                    assert (response.status, response.read()[:14]) == (200, b'{"status":"ok"')

    @pytest.mark.parametrize("amount", ["0", "-1"])
    def test_no_connection_at_all_is_no_limit(self, project: Path, amount: str) -> None:
        with (
            pytest.raises(pytest.fail.Exception, match="--per-client must be more than 0"),
            serving(project, "--per-client", amount, store=project / "build"),
        ):
            pass


@pytest.mark.slow
def test_a_server_whose_workers_cannot_start_says_why(project: Path) -> None:
    async def asked() -> str:
        limits = Limits(seconds=3, memory=512 * MIB, workers=1)
        pool = Pool(Place(project / "build"), limits)
        await pool.start()
        try:
            (current_store(project / "build") / "CURRENT").unlink()
            for worker in pool._idle:
                worker.process.kill()
                await worker.process.wait()
            with pytest.raises(StoreError) as error:
                await pool.ask({"job": "sparql", "query": "ASK {}"})
            return str(error.value)
        finally:
            await pool.close()

    told = asyncio.run(asked())

    assert told.startswith("no worker can be started: ")
    assert "CURRENT is gone; run 'kg build'" in told
