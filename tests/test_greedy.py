"""`kg serve` when too much is asked of it: it lives, answers others, and never looks done.

All on loopback, each bounded by the server's own limits.
"""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from greedy import DEPTH, GREEDY, PAIRS, ROWS, SLOW, Greedy, listener, ring, service_spellings
from misdeeds import HERE, PROGRAM, order
from server import Got, Server, serving

LIMIT = 1.0
# Between the limit and the answer lies the work of everybody else on a busy machine.
SLACK = 4.0
# A little more than the head of a request may have.
HEAD = 65 * 1024
STATUS = {"depth": 400, "time": 503, "memory": 503, "rows": 413, "answer": 413}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("asked")
    (folder / "ring.nt").write_text(ring(), encoding="ascii")
    options = ("--seconds", str(LIMIT), "--memory", "16", "--depth", str(DEPTH), "--rows",
               str(ROWS), "--answer", "1", "--workers", "3", "--queue", "8")  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        # The workers look there for their jobs.
        patch.setenv("PYTHONPATH", str(HERE), prepend=os.pathsep)
        with serving(folder, *options, "ring.nt", program=PROGRAM) as server:
            yield server
            # It has lived through all of them.
            assert server.process.poll() is None


def is_answered(server: Server) -> bool:
    got = server.ask("ASK {}", timeout=LIMIT + SLACK)
    return got.status == 200 and got.json == {"head": {}, "boolean": True}


@pytest.mark.parametrize("greedy", GREEDY, ids=lambda one: one.name)
def test_somebody_else_is_answered_meanwhile(server: Server, greedy: Greedy) -> None:
    with ThreadPoolExecutor(1) as other:
        asked = other.submit(
            server.ask, greedy.query, "text/csv, text/turtle", timeout=LIMIT + SLACK
        )
        time.sleep(0.05)

        assert is_answered(server)
        got = asked.result()

    assert (got.json["limit"] in greedy.ends, got.type) == (True, "application/problem+json")
    assert got.status == STATUS[got.json["limit"]]
    if got.status == 503:
        assert "retry-after" in got.headers
    assert is_answered(server)


def test_memory_comes_back(server: Server) -> None:
    parent = psutil.Process(server.process.pid)
    before = parent.memory_info().rss

    for query in (PAIRS, order("allocate", 64 * 2**20)) * 3:
        assert server.ask(query, timeout=LIMIT + SLACK).status == 503

    assert parent.memory_info().rss < before + 64 * 2**20


def test_no_spelling_of_service_leaves_the_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listener() as (url, hits):
        # Not even by the detour of a proxy.
        monkeypatch.setenv("http_proxy", url)
        answers = [server.ask(text).status for text in service_spellings(url)]

    assert (hits, set(answers)) == ([], {403})


def test_load_is_refused(server: Server) -> None:
    with listener() as (url, hits):
        query = server.ask(f"LOAD <{url}>")
        update = server.send(
            "POST",
            "/sparql",
            f"update=LOAD%20%3C{quote(url)}%3E".encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )

    assert (query.status, update.status, hits) == (403, 405, [])


def test_a_file_is_no_graph(server: Server, tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("<urn:a> <urn:b> <urn:c> .", encoding="ascii")
    place = (tmp_path / "x.ttl").as_uri()

    by_query = server.ask(f"SELECT ?s FROM <{place}> {{ ?s ?p ?o }}", "text/csv")
    by_request = server.ask("SELECT ?s { ?s ?p ?o }", "text/csv", default_graph_uri=place)

    assert (by_query.body, by_request.body) == (b"s\r\n", b"s\r\n")


def test_a_crowd_of_bad_queries_leaves_a_server_that_answers(server: Server) -> None:
    """Some wait, some are turned away; nobody is left without an answer."""
    began = time.monotonic()
    with ThreadPoolExecutor(32) as crowd:
        answers = list(crowd.map(lambda _: server.ask(SLOW, timeout=20).status, range(32)))

    assert set(answers) == {503}
    assert time.monotonic() - began < 20
    assert is_answered(server)


def test_forty_crashes_in_a_row(server: Server) -> None:
    with ThreadPoolExecutor(4) as crowd:
        answers = list(
            crowd.map(lambda _: server.ask(order("end", "SIGSEGV"), timeout=20).status, range(40))
        )

    assert 500 in answers
    # While all are being replaced, somebody may wait for longer than the limit.
    assert set(answers) <= {500, 503}
    assert is_answered(server)


def test_whoever_hangs_up_takes_the_query_along(server: Server) -> None:
    workers = psutil.Process(server.process.pid)
    before = {child.pid for child in workers.children()}
    line = f"GET /sparql?query={quote(SLOW)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(line.encode())
        time.sleep(0.3)

    deadline = time.monotonic() + LIMIT / 2
    while time.monotonic() < deadline and before <= {child.pid for child in workers.children()}:
        time.sleep(0.02)
    assert not before <= {child.pid for child in workers.children()}


def test_a_long_query_is_413(server: Server) -> None:
    got = server.ask("ASK {}" + " " * 65536)

    assert (got.status, got.json["limit"]) == (413, "text")


def test_a_long_body_is_413(server: Server) -> None:
    got = server.send(
        "POST", "/sparql", b"x" * (2**20 + 1), {"Content-Type": "application/sparql-query"}
    )

    assert (got.status, got.json["limit"]) == (413, "body")


def test_a_packed_body_is_not_unpacked(server: Server) -> None:
    got = server.send(
        "POST",
        "/sparql",
        gzip.compress(b"ASK {}"),
        {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"},
    )

    assert got.status == 400


@pytest.mark.parametrize(
    "head",
    [
        b"GET /sparql?query=" + b"x" * HEAD + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * HEAD,
        b"GET /sparql HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * (HEAD // 6),
    ],
    ids=["address", "header", "headers"],
)
def test_a_long_head_is_431(server: Server, head: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        try:
            client.sendall(head)
            answer = client.recv(1000)
        except ConnectionError:
            # It hung up while we were still talking.
            answer = b"HTTP/1.1 431"

    assert answer.startswith(b"HTTP/1.1 431")
    assert is_answered(server)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 9,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_not_http_is_400(server: Server, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(garbage)
        answer = client.recv(1000)

    assert answer.startswith(b"HTTP/1.1 400")
    assert is_answered(server)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without patience, and an answer that does not fit into anybody's buffers."""
    folder = tmp_path_factory.mktemp("hasty")
    (folder / "long.nt").write_text(
        "".join(f'<urn:{i}> <urn:p> "{"x" * 900}" .\n' for i in range(9000)), encoding="ascii"
    )
    with serving(folder, "--idle", "1", "--answer", "64", "long.nt") as server:
        yield server


class TestTheSlow:
    """Those who send or read a byte now and then hold up nobody, and are cut off."""

    def is_cut_off(self, client: socket.socket) -> bool:
        client.settimeout(5)
        try:
            while client.recv(65536):
                continue
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def test_who_never_ends_the_head(self, hasty: Server) -> None:
        with socket.create_connection(("127.0.0.1", hasty.port)) as client:
            client.sendall(b"GET /sparql HTTP/1.1\r\nHost: localhost\r\n")

            assert self.is_cut_off(client)

    def test_who_says_nothing(self, hasty: Server) -> None:
        with socket.create_connection(("127.0.0.1", hasty.port)) as client:
            assert self.is_cut_off(client)

    def test_who_never_ends_the_body(self, hasty: Server) -> None:
        head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
        with socket.create_connection(("127.0.0.1", hasty.port), timeout=5) as client:
            client.sendall(head + b"Content-Type: application/sparql-query\r\n\r\nASK")

            assert client.recv(1000).startswith(b"HTTP/1.1 408")

    def test_who_never_reads(self, hasty: Server) -> None:
        """The answer has eight megabytes and says so: what comes of it is no whole answer."""
        query = quote("SELECT * { ?s ?p ?o }")
        line = f"GET /sparql?query={query} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", hasty.port))
            client.sendall(line.encode())
            client.settimeout(15)
            # The answer has begun; from now on the client is asleep.
            got = len(client.recv(1))
            assert is_answered(hasty)
            time.sleep(2.5)
            try:
                while part := client.recv(65536):
                    got += len(part)
            except ConnectionError:
                pass

        assert 0 < got < 8 * 2**20

    def test_a_hundred_who_say_nothing_hold_up_nobody(self, hasty: Server) -> None:
        silent = [socket.create_connection(("127.0.0.1", hasty.port)) for _ in range(100)]
        try:
            assert is_answered(hasty)
        finally:
            for client in silent:
                client.close()


def test_two_hundred_at_once(server: Server) -> None:
    """More than can wait: each is answered, or told to come back."""
    answers: list[Got | Exception] = []
    ready = threading.Barrier(200)

    def ask() -> None:
        ready.wait(10)
        try:
            answers.append(server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", timeout=20))
        except (OSError, HTTPException) as error:
            answers.append(error)

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 200
    assert {one.status if isinstance(one, Got) else repr(one) for one in answers} <= {200, 503}
    assert is_answered(server)
