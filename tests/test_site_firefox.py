"""A site in Firefox: from disk and below a path, with its search, and nothing from elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from firefox import Firefox, firefox, installed
from needed import lacking
from sites import below_a_path

import kg

SECONDS = 30


@pytest.fixture(scope="module")
def site(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kg.write_site(shipped, tmp_path_factory.mktemp("firefox") / "site").folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Firefox]:
    executable = installed()
    if executable is None:
        lacking("Firefox", "apt-get install firefox-esr")
    with firefox(executable) as tab:
        yield tab


@pytest.fixture(params=["disk", "below a path"])
def root(request: pytest.FixtureRequest, site: Path, browser: Firefox) -> Iterator[str]:
    """The address of the folder, in a browser that has asked for nothing yet."""
    browser.errors.clear()
    browser.requests.clear()
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
    browser: Firefox, root: str, sought: str, name: str, place: str
) -> None:
    browser.open(f"{root}/index.html")
    browser.run("(document.querySelector('nav input[type=search]').focus(), 0)")
    browser.press(sought + "\ue007")
    until(browser, f"document.querySelector('#hits a[href=\"{place}\"]') != null")
    follow(browser, f'#hits a[href="{place}"]')
    assert browser.run("document.querySelector('h1').textContent") == name
    # What is inferred rests on statements, not on sources.
    follow(browser, "ul.facts > li:has(a[href*='source/']) a.page")
    assert "/statement/" in browser.run("location.href")
    follow(browser, "main a[href*='source/']")
    assert "What rests on it" in browser.run("document.querySelector('main').textContent")

    asked = [url for url in browser.requests if not url.startswith((f"{root}/", "data:"))]
    assert (asked, browser.errors) == ([], [])


def test_the_graph_page_opens_on_an_entity_and_leads_back(browser: Firefox, root: str) -> None:
    browser.open(f"{root}/id/csto.html")
    follow(browser, "a[href*='graph.html#']")
    until(browser, "document.body.innerText.includes('Tashkent Pact')")
    follow(browser, "nav.site a[href='ontology.html']")
    assert browser.run("document.querySelector('h1').textContent") == "Ontology"

    asked = [url for url in browser.requests if not url.startswith((f"{root}/", "data:", "blob:"))]
    assert (asked, browser.errors) == ([], [])


def test_a_question_is_answered_with_links(browser: Firefox, root: str) -> None:
    browser.open(f"{root}/question/members.html")
    follow(browser, "main td a[href='../id/armenia.html']")

    assert browser.run("document.querySelector('h1').textContent") == "Armenia"
