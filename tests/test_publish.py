"""`kg publish`: a build goes into a real SPARQL server, whole, or it says that it did not."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from endpoint import oxigraph
from pyoxigraph import RdfFormat, parse, serialize

import kg.exports.publish
from kg.errors import RemoteError, UsageError
from kg.exports.publish import Target, publish, target
from kg.pipeline.builder import Built, build
from kg.query.questions import run
from kg.store.remote import RemoteStore

TINY = Path(__file__).parent / "tiny"
BASE = "https://example.org/tiny/"


@pytest.fixture(scope="module")
def built() -> Built:
    return build(TINY / "data", TINY / "ontology")


@pytest.fixture
def place() -> Iterator[str]:
    """An empty `oxigraph serve` that takes changes."""
    with oxigraph("serve") as url:
        yield url


@pytest.fixture(params=["update", "store"])
def to(request: pytest.FixtureRequest, place: str) -> Target:
    return target(f"{place}/{request.param}", graph_store=request.param == "store")


def nothing(_: int, __: int) -> None:
    """Show no progress."""


def put(built: Built, to: Target, **options: bool) -> int:
    return publish(list(built.quads), BASE, to, nothing, **options)


@contextmanager
def between(to: Target, fail_at: int) -> Iterator[tuple[Target, list[bytes]]]:
    """Stand before the store and fail at the given change; the list grows with the changes."""
    seen: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append(body)
            self.pass_on(body)

        do_PUT = do_POST  # noqa: N815 - the name that http.server looks for

        def pass_on(self, body: bytes) -> None:
            status = 503
            if len(seen) != fail_at:
                url = to.changes + ("?" + self.path.partition("?")[2] if "?" in self.path else "")
                kind = {"Content-Type": self.headers["Content-Type"]}
                try:
                    with urlopen(Request(url, body, kind, method=self.command)) as answer:
                        status = answer.status
                except HTTPError as error:
                    status = error.code
                    error.close()
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        changes = f"http://127.0.0.1:{server.server_port}/"
        yield replace(to, changes=changes), seen
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def test_every_quad_arrives(built: Built, to: Target) -> None:
    count = put(built, to)

    assert count == len(set(built.quads))
    assert sum(1 for _ in RemoteStore(to.queries).quads()) == count


def test_what_was_published_can_be_asked_like_the_build(built: Built, to: Target) -> None:
    put(built, to)

    text = "SELECT ?player ?club { ?player :playsFor ?club } ORDER BY ?player ?club"
    assert run(RemoteStore(to.queries), text).rows == run(built.store(), text).rows


def test_nothing_of_the_work_stays_behind(built: Built, to: Target) -> None:
    put(built, to)

    assert not RemoteStore(to.queries).query_plain(
        f"ASK {{ GRAPH <{BASE}publishing> {{ ?s ?p ?o }} }}"
    )


def test_after_a_failure_it_goes_on_where_it_was(
    built: Built, to: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.exports.publish, "BATCH", 50)
    with between(to, fail_at=4) as (broken, first), pytest.raises(RemoteError, match="503"):
        put(built, broken)
    with between(to, fail_at=0) as (whole, second):
        count = put(built, whole)

    assert count == len(set(built.quads))
    # What arrived before the failure was not sent again.
    assert not {body for body in first[:3] if len(body) > 2000} & set(second)


def test_a_store_that_holds_something_else_is_left_alone(built: Built, to: Target) -> None:
    other = "INSERT DATA { <urn:a> <urn:b> <urn:c> . GRAPH <urn:g> { <urn:d> <urn:e> <urn:f> } }"
    update = Request(to.queries.replace("/query", "/update"), other.encode(),
                     {"Content-Type": "application/sparql-update"})  # fmt: skip
    urlopen(update).close()

    with pytest.raises(UsageError, match="replace=True"):
        put(built, to)

    assert sum(1 for _ in RemoteStore(to.queries).quads()) == 2


def test_replacing_leaves_nothing_of_the_old(built: Built, to: Target) -> None:
    test_a_store_that_holds_something_else_is_left_alone(built, to)

    assert put(built, to, replace=True) == len(set(built.quads))


def test_another_build_of_as_many_triples_is_replaced_too(built: Built, to: Target) -> None:
    lines = bytes(serialize(built.quads, format=RdfFormat.N_QUADS) or b"")
    old = parse(lines.replace(BASE.encode(), b"https://example.org/old/"), RdfFormat.N_QUADS)
    publish(list(old), "https://example.org/old/", to, nothing)
    put(built, to, replace=True)

    assert not RemoteStore(to.queries).query_plain(
        'ASK { ?s ?p ?o FILTER CONTAINS(STR(?s), "/old/") }'
    )


def test_publishing_twice_by_graphs_sends_nothing_again(built: Built, place: str) -> None:
    to = target(f"{place}/store", graph_store=True)
    put(built, to)

    with between(to, fail_at=0) as (again, seen):
        put(built, again)

    assert seen == []


def test_a_store_that_loses_something_is_not_believed(built: Built, to: Target) -> None:
    def swallow(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        handler.send_response(204)
        handler.end_headers()

    with answering(swallow) as url, pytest.raises(RemoteError, match="counts 0 triples"):
        put(built, Target(url, to.queries, to.is_graph_store))


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        do_PUT = do_POST  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        ('{"n": {"type": "literal", "value": "many"}}', "gives 'many' where a count was asked"),
        ('{"n": {"type": "literal", "value": "-1"}}', "gives '-1' where a count was asked"),
        ('{"n": {"type": "uri", "value": "urn:n"}}', "gives 'urn:n' where a count was asked"),
        ("{}", "gives nothing where a count was asked"),
        ("", "gives nothing where a count was asked"),
    ],
)
def test_a_count_that_is_no_number_is_told(built: Built, cell: str, given: str) -> None:
    rows = f'{{"head": {{"vars": ["n"]}}, "results": {{"bindings": [{cell}]}}}}'.encode()

    def no_number(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send_response(200)
        handler.send_header("Content-Type", "application/sparql-results+json")
        handler.send_header("Content-Length", str(len(rows)))
        handler.end_headers()
        handler.wfile.write(rows)

    with answering(no_number) as url:
        with pytest.raises(RemoteError, match=given):
            put(built, Target(url, url, is_graph_store=False))
        with pytest.raises(RemoteError, match=given):
            next(RemoteStore(url).quads())


def test_progress_goes_up_to_the_end(built: Built, to: Target) -> None:
    told: list[tuple[int, int]] = []

    publish(list(built.quads), BASE, to, lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    assert told[-1] == (len(set(built.quads)),) * 2


class TestTheCommand:
    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kg", *arguments],
            capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    def test_it_says_what_the_store_counts(self, built: Built, place: str, tmp_path: Path) -> None:
        from kg.pipeline.generations import save

        save(built.quads, built.trig(), "", tmp_path, {})
        done = self.run("--store", str(tmp_path), "publish", f"{place}/update")

        assert (done.returncode, done.stdout) == (0, "")
        found = re.search(r"counts ([\d,]+) triples", done.stderr)
        assert found is not None
        assert int(found[1].replace(",", "")) == len(set(built.quads))

    def test_nobody_there_is_exit_6_and_one_line(self, built: Built, tmp_path: Path) -> None:
        from kg.pipeline.generations import save

        save(built.quads, built.trig(), "", tmp_path, {})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{probe.getsockname()[1]}/update"
        done = self.run("--store", str(tmp_path), "publish", url)

        assert done.returncode == 6
        assert len(done.stderr.splitlines()) == 1
