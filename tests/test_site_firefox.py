"""A site in Firefox: from disk and below a path, with its search, and nothing from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sites import below_a_path

import kg

if TYPE_CHECKING:
    from firefox import Firefox

SECONDS = 30


@pytest.fixture(scope="module")
def site(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kg.write_site(shipped, tmp_path_factory.mktemp("firefox") / "site").folder


@pytest.fixture(params=["disk", "below a path"])
def root(request: pytest.FixtureRequest, site: Path, fox: Firefox) -> Iterator[str]:
    """The address of the folder, in a browser that has asked for nothing yet."""
    fox.errors.clear()
    fox.requests.clear()
    if request.param == "disk":
        yield site.as_uri()
    else:
        with below_a_path(site) as address:
            yield address


def until(tab: Firefox, condition: str) -> None:
    """Wait for what a page must say; between two pages there is none that could be asked."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with suppress(RuntimeError):
            if tab.run(condition):
                return
        time.sleep(0.1)
    pytest.fail(f"not within {SECONDS} s: {condition}; {tab.run('location.href')}")


def follow(tab: Firefox, link: str) -> None:
    """Click a link, and wait for the page that it leads to."""
    before = tab.run("location.href")
    tab.run(f"(document.querySelector({link!r}).click(), 0)")
    until(
        tab,
        f"location.href != {before!r} && document.readyState == 'complete'"
        " && document.querySelector('h1') != null",
    )


@pytest.mark.parametrize(
    ("sought", "name", "place"),
    [("Россия", "Russia", "id/russia.html"), ("uzbek", "Uzbekistan", "id/uzbekistan.html")],
)
def test_a_name_is_found_and_leads_to_statement_and_source(
    fox: Firefox, root: str, sought: str, name: str, place: str
) -> None:
    fox.open(f"{root}/index.html")
    fox.run("(document.querySelector('nav input[type=search]').focus(), 0)")
    fox.press(sought + "\ue007")
    until(fox, f"document.querySelector('#hits a[href=\"{place}\"]') != null")
    follow(fox, f'#hits a[href="{place}"]')
    assert fox.run("document.querySelector('h1').textContent") == name
    # What is inferred rests on statements, not on sources.
    follow(fox, "ul.facts > li:has(a[href*='source/']) a.page")
    assert "/statement/" in fox.run("location.href")
    follow(fox, "main a[href*='source/']")
    assert "What rests on it" in fox.run("document.querySelector('main').textContent")

    asked = [url for url in fox.requests if not url.startswith((f"{root}/", "data:"))]
    assert (asked, fox.errors) == ([], [])


def test_the_graph_page_opens_on_an_entity_and_leads_back(fox: Firefox, root: str) -> None:
    fox.open(f"{root}/id/csto.html")
    follow(fox, "a[href*='graph.html#']")
    until(fox, "document.body.innerText.includes('Tashkent Pact')")
    follow(fox, "nav.site a[href='ontology.html']")
    assert fox.run("document.querySelector('h1').textContent") == "Ontology"

    asked = [url for url in fox.requests if not url.startswith((f"{root}/", "data:", "blob:"))]
    assert (asked, fox.errors) == ([], [])


def test_a_question_is_answered_with_links(fox: Firefox, root: str) -> None:
    fox.open(f"{root}/question/members.html")
    follow(fox, "main td a[href='../id/armenia.html']")

    assert fox.run("document.querySelector('h1').textContent") == "Armenia"
