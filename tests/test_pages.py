"""Endpoints whose servers cut answers off, or take other data in while they are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from endpoint import sparql_server

import kg
from kg.errors import QueryError, RemoteError
from kg.store.read_back import History
from kg.store.remote import RemoteStore

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Tiny


@contextmanager
def proxy(
    upstream: Callable[[int], str], cap: int | None = None
) -> Iterator[tuple[str, list[int]]]:
    """A server that asks another one for its answers, and cuts their rows to so many.

    `upstream` says which one, by the number of the request; the list has how many rows were given.
    """
    given: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: self.headers[name] for name in ("Accept", "Content-Type")}
            given.append(0)
            asked = Request(upstream(len(given)), body, headers)
            with urlopen(asked) as answer:
                kind, told = answer.headers["Content-Type"], answer.read()
            said: dict[str, Any] = json.loads(told)
            if "results" in said:
                bindings = said["results"]["bindings"][:cap]
                said["results"]["bindings"] = bindings
                given[-1] = len(bindings)
            told = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", given
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def odd(tiny: Tiny) -> Tiny:
    """The league with attestations, ranks, notes and a statement of several references."""
    tiny.add("clara,playsFor,rooks,,,1999-05-03,gazette-1999,p. 2,,")
    tiny.add("clara,playsFor,knights,1996,1998,,gazette-1999,,deprecated,a slip")
    tiny.add("clara,playsFor,knights,1996,1998,,almanac-2001,p. 3,deprecated,the same slip")
    return tiny


@pytest.mark.parametrize("cap", [None, 60])
def test_answers_are_those_of_the_build_whatever_the_server_cuts(
    odd: Tiny, tmp_path: Path, cap: int | None
) -> None:
    build = kg.build(odd.data, odd.ontology)
    with sparql_server(odd.build().trig(), tmp_path) as url, proxy(lambda _: url, cap) as (own, _):
        graph = kg.open(own)

        assert str(graph.audit()) == str(build.audit())
        edges = (one.network().edges(keys=True, data=True) for one in (graph, build))
        assert list(next(edges)) == list(next(edges))
        nodes = (one.network().nodes(data=True) for one in (graph, build))
        assert list(next(nodes)) == list(next(nodes))
        assert str(kg.diff(graph, build)) == str(kg.diff(build, build))
        assert graph.statements().to_arrow() == build.statements().to_arrow()
        assert graph.references().to_arrow() == build.references().to_arrow()


def test_a_page_that_is_cut_off_is_asked_for_in_halves(odd: Tiny, tmp_path: Path) -> None:
    expected = kg.build(odd.data, odd.ontology).store.record
    assert expected is not None
    cap = 40
    with (
        sparql_server(odd.build().trig(), tmp_path) as url,
        proxy(lambda _: url, cap) as (own, met),
    ):
        found = History(RemoteStore(own)).statements

    # All that these statements say is more than one answer has.
    assert met.count(cap) > 0
    assert found == expected.statements


@pytest.mark.parametrize(("more", "asked"), [(-1, ["a page"]), (0, ["all"]), (1, ["all"])])
def test_what_one_answer_can_hold_is_read_at_once(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int, asked: list[str]
) -> None:
    from kg.store.pages import in_pages

    count = len(kg.build(tiny.data, tiny.ontology).statements())
    monkeypatch.setattr("kg.store.pages.WHOLE", count + more)
    pages: list[str] = []

    def read(which: str) -> list[str]:
        pages.append("a page" if which else "all")
        return []

    with sparql_server(tiny.build().trig(), tmp_path) as url:
        list(in_pages(RemoteStore(url), "?node rdf:subject ?s .", read))

    assert pages == asked


@pytest.mark.parametrize("problem", ["gave 3 of 9 rows", "did not answer in time"])
def test_what_a_server_does_not_give_at_once_is_asked_for_in_pages(
    tiny: Tiny, tmp_path: Path, problem: str
) -> None:
    from kg.store.pages import in_pages

    def read(which: str) -> list[str]:
        if not which:
            raise RemoteError(problem)
        return [which]

    with sparql_server(tiny.build().trig(), tmp_path) as url:
        pages = list(in_pages(RemoteStore(url), "?node rdf:subject ?s .", read))

    assert "".join(pages).count("/statement/") == len(
        kg.build(tiny.data, tiny.ontology).statements()
    )


def test_keys_come_in_pages_of_any_length(
    odd: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than ten statements, at most five in an answer."""
    from kg.store.pages import in_pages

    whole = kg.build(odd.data, odd.ontology).statements()
    pages: list[str] = []

    def read(which: str) -> list[str]:
        pages.append(which)
        return []

    monkeypatch.setattr("kg.store.pages.WHOLE", 0)
    with sparql_server(odd.build().trig(), tmp_path) as url, proxy(lambda _: url, 5) as (own, _):
        list(in_pages(RemoteStore(own), "?node rdf:subject ?s .", read))

    assert "".join(pages).count("/statement/") == len(whole) > 10


def test_a_server_that_cuts_off_what_one_statement_says_is_an_error(
    odd: Tiny, tmp_path: Path
) -> None:
    with sparql_server(odd.build().trig(), tmp_path) as url, proxy(lambda _: url, 3) as (own, _):
        history = History(RemoteStore(own))

        with pytest.raises(RemoteError, match=r"gave 3 of \d+ rows: it cuts answers off; have its"):
            _ = history.statements


def test_a_copy_of_an_endpoint_that_cuts_off_is_an_error(odd: Tiny, tmp_path: Path) -> None:
    with (
        sparql_server(odd.build().trig(), tmp_path) as url,
        proxy(lambda _: url, 90) as (own, _),
        pytest.raises(RemoteError, match=r"gave 90 of \d+ rows"),
    ):
        kg.open(own).dump(".nq")


def test_a_reason_that_is_cut_off_is_an_error(odd: Tiny, tmp_path: Path) -> None:
    """Clara is in two statements: one of them would pass for all."""
    with (
        sparql_server(odd.build().trig(), tmp_path) as url,
        proxy(lambda _: url, 1) as (own, _),
        pytest.raises(RemoteError, match=r"gave 1 of 2 rows"),
    ):
        kg.open(own).why("clara")


def test_a_name_that_is_misspelt_is_told_although_the_list_of_names_is_cut_off(
    odd: Tiny, tmp_path: Path
) -> None:
    with (
        sparql_server(odd.build().trig(), tmp_path) as url,
        proxy(lambda _: url, 1) as (own, _),
        pytest.raises(QueryError, match="'id:anne' names nothing in the graph"),
    ):
        kg.open(own).query("SELECT ?s { ?s :playsFor id:anne }")


def test_an_endpoint_that_changes_while_it_is_read_is_noticed(odd: Tiny, tmp_path: Path) -> None:
    """Whichever request is the first that the new data answer, no answer mixes both."""
    before = odd.build().trig()
    odd.add("clara,playsFor,rooks,2020,,,almanac-2001,p. 9,,")
    after = odd.build().trig()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with (
        sparql_server(before, tmp_path / "one") as one,
        sparql_server(after, tmp_path / "other") as other,
    ):
        with proxy(lambda _: one) as (url, met):
            old = History(RemoteStore(url)).statements
        with proxy(lambda _: other) as (url, _):
            new = History(RemoteStore(url)).statements
        assert len(met) > 10
        told = set()
        for first in range(1, len(met) + 1):

            def upstream(number: int, first: int = first) -> str:
                return other if number >= first else one

            with proxy(upstream) as (url, _):
                try:
                    found = History(RemoteStore(url)).statements
                except RemoteError as error:
                    told.add(str(error).partition("/ ")[2])
                else:
                    assert found in (old, new)
    assert "changed while it was read; ask again" in told
