"""The page in Firefox: the same page, another engine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from firefox import Firefox, firefox, installed
from needed import lacking
from pages import small


@pytest.fixture(scope="module")
def browser() -> Iterator[Firefox]:
    """A headless Firefox from the system."""
    executable = installed()
    if executable is None:
        lacking("Firefox", "apt-get install firefox-esr")
    with firefox(executable) as tab:
        yield tab


@pytest.fixture
def tab(browser: Firefox, saved: Path) -> Firefox:
    """The page of the small network, opened anew."""
    browser.errors.clear()
    browser.requests.clear()
    browser.open(saved.as_uri())
    return browser


def test_firefox_shows_what_chromium_shows(tab: Firefox) -> None:
    """Eleven entities and eleven facts on the day of issue."""
    assert tab.run("document.querySelector('#count').textContent") == "11 entities, 11 facts"


def test_firefox_draws_the_picture(tab: Firefox) -> None:
    """Labels were placed, so a frame was drawn, and none covers another one."""
    boxes = tab.run("new Promise(done => setTimeout(() => done(kgPage.labels()), 500))")
    covered = [
        (a["text"], b["text"])
        for a, b in combinations(boxes, 2)
        if min(a["x2"], b["x2"]) - max(a["x1"], b["x1"]) > 0.5
        and min(a["y2"], b["y2"]) - max(a["y1"], b["y1"]) > 0.5
    ]

    assert ("Armenia" in {box["text"] for box in boxes}, covered) == (True, [])


@pytest.mark.parametrize("date", ["1998-01-01", "2012-06-27", "all"])
def test_slider_lanes_and_table_agree_in_firefox(tab: Firefox, date: str) -> None:
    """The same facts in each view."""
    tab.run(f"(location.hash = '#view=lanes&t={date}')")
    tab.run("new Promise(done => setTimeout(() => done(0), 100))")
    lit = tab.run("[...document.querySelectorAll('.period-bar.on')].map(b => b.dataset.fact)")
    tab.run("document.querySelector('[data-view=table]').click()")
    rows = tab.run("[...document.querySelectorAll('tbody tr')].map(r => r.dataset.fact)")
    lasting = {
        key for *_, key, fact in small().edges(keys=True, data=True) if fact["kind"] == "state"
    }

    assert set(lit) == set(rows) & lasting


def test_firefox_finds_a_name(tab: Firefox) -> None:
    """Search leads to the details there too."""
    tab.run(
        "(() => { const s = document.querySelector('#search'); s.focus(); s.value = 'лавров';"
        " s.dispatchEvent(new Event('input'));"
        " s.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })); })()"
    )

    assert tab.run("document.querySelector('#details h2').textContent") == "Sergey Lavrov"


def test_the_svg_of_firefox_is_xml(tab: Firefox) -> None:
    """Each line of the picture is there."""
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(tab.run("kgPage.svg()"))

    assert len(root.findall(f"{svg}g/{svg}path")) == 10


def test_firefox_asks_for_nothing_and_complains_of_nothing(tab: Firefox) -> None:
    """No request but the file itself, no error, no blocked script."""
    tab.run("document.querySelector('#all-dates').click()")

    asked = [url for url in tab.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert (asked, tab.errors) == ([], [])
