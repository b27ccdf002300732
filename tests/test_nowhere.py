"""Addresses at which nothing is, and whatever media type a client accepts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from server import Server, serving

from kg.pipeline.builder import build
from kg.pipeline.generations import save

TINY = Path(__file__).parent / "tiny"
pytestmark = pytest.mark.slow

ACCEPTED = [
    "",
    "*/*",
    "text/html",
    "application/json",
    "application/ld+json",
    "text/turtle",
    "text/csv",
    "application/sparql-results+xml",
    "image/svg+xml",
    "image/png",
    "application/problem+json",
    "text/html;q=0, */*;q=0.1",
    "nonsense",
    ";;q=",
]
# An address with a suffix has said which media type it is.
NOTHING = [
    "/nothing",
    "/a/b/c",
    "/%00",
    "/%ff",
    "/../x",
    "/%2e%2e/x",
    "/assets/nothing.js",
    "/.well-known/nothing",
    "/sources/nothing",
    "/id/%0d%0ax",
    "/id/nothing.ttl",
    "/id/nothing.csv",
    "/source/nothing.ttl",
    "/statement/nothing.json",
]
# Of these the media type decides the form, which some cannot be in.
FORMS = [
    "/id/nothing",
    "/source/nothing",
    "/statement/nothing",
    "/question/nothing",
    "/store?graph=urn:nothing",
]


# These are data alone: whoever would see a page is led to a query about them.
DATA = ["/reference/nothing", "/proof/nothing", "/rule/nothing"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("nowhere")
    done = build(TINY / "data", TINY / "ontology")
    save(done.quads, done.trig(), "", folder / "build", {})
    with serving(folder, store=folder / "build") as server:
        yield server


def status(server: Server, path: str, accept: str) -> int:
    """Return the status of what is told as a problem, in the form that was asked for."""
    got = server.get(path, accept)
    is_page = accept == "text/html"
    assert got.type == ("text/html" if is_page else "application/problem+json"), got
    assert got.headers["cache-control"] == "no-store"
    assert is_page or got.json["status"] == got.status
    return got.status


@pytest.mark.parametrize("path", NOTHING)
def test_where_nothing_is_it_is_404_for_every_media_type(server: Server, path: str) -> None:
    assert {status(server, path, accept) for accept in ACCEPTED} == {404}


@pytest.mark.parametrize("path", FORMS)
def test_of_a_form_that_cannot_be_it_is_406_and_else_404(server: Server, path: str) -> None:
    found = {accept: status(server, path, accept) for accept in ACCEPTED}

    assert set(found.values()) == {404, 406}
    assert (found[""], found["*/*"], found["application/ld+json"]) == (404, 404, 404)
    assert (found["image/png"], found["nonsense"]) == (406, 406)


@pytest.mark.parametrize("path", DATA)
def test_data_about_nothing_are_404_and_for_people_a_query(server: Server, path: str) -> None:
    assert {status(server, path, accept) for accept in ("text/turtle", "application/json")} == {404}
    assert status(server, path, "image/png") == 406
    assert server.get(path, "text/html").status == 303


@pytest.mark.parametrize("path", NOTHING[:6])
@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "PATCH"])
def test_no_method_finds_more(server: Server, path: str, method: str) -> None:
    assert server.send(method, path).status in {404, 405}


def test_the_log_has_no_fault(server: Server) -> None:
    for path in (*NOTHING, *FORMS):
        for accept in ACCEPTED:
            server.get(path, accept)

    assert not [line for line in server.said if "fault" in line or "Traceback" in line]
