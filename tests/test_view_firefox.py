"""The page in Firefox: the same page, another engine."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pages import small

import kg

if TYPE_CHECKING:
    from firefox import Firefox

# Whoever was in the CSTO, the CIS and the SCO on 2020-05-26, by the rows of data/statements.
IN_ALL_THREE = ["Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan"]


@pytest.fixture
def tab(fox: Firefox, saved: Path) -> Firefox:
    """The page of the small network, opened anew."""
    fox.errors.clear()
    fox.requests.clear()
    fox.open(saved.as_uri())
    return fox


@pytest.fixture(scope="module")
def real(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped graph, which has views, a story and three organisations."""
    return shipped.view().save(tmp_path_factory.mktemp("firefox") / "graph.html")


@pytest.fixture
def whole(fox: Firefox, real: Path) -> Firefox:
    """That page, opened anew: it stands on its first view."""
    fox.errors.clear()
    fox.requests.clear()
    fox.open(real.as_uri())
    return fox


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
    """Ten of the eleven facts lead to another entity, and one disputed claim is drawn pale."""
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.fromstring(tab.run("kgPage.svg()"))

    assert len(root.findall(f"{svg}g/{svg}path")) == 10 + 1


def test_firefox_asks_for_nothing_and_complains_of_nothing(tab: Firefox) -> None:
    """No request but the file itself, no error, no blocked script."""
    tab.run("document.querySelector('#all-dates').click()")

    asked = [url for url in tab.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert (asked, tab.errors) == ([], [])


def test_firefox_opens_on_a_view_and_goes_to_another_one_by_its_digit(whole: Firefox) -> None:
    """One view is pressed from the start, and the key 2 presses the second one in its place."""
    pressed = "[...document.querySelectorAll('#named button')].map(b => b.ariaPressed)"
    first = whole.run(pressed)
    whole.press("2")
    second = whole.run(pressed)

    assert (first.index("true"), first.count("true")) == (0, 1)
    assert (second.index("true"), second.count("true")) == (1, 1)


def test_firefox_steps_through_a_story_and_leaves_it(whole: Firefox) -> None:
    """The arrows go on and back, and Esc hides the story."""
    place = "document.querySelector('#story-text p').textContent.split(' / ')[0]"
    whole.run("document.querySelector('[data-story=may-2020]').click()")
    places = [whole.run(place)]
    for arrow in ("\ue014", "\ue014", "\ue012"):
        whole.press(arrow)
        places.append(whole.run(place))
    whole.press("\ue00c")

    assert places == ["1", "2", "3", "2"]
    assert whole.run("document.querySelector('#story').hidden")


def test_firefox_searches_for_what_is_typed(whole: Firefox) -> None:
    """A slash, a name in other letters and Enter lead to the details."""
    whole.press("/")
    whole.press("узбекистан")
    whole.press("\ue007")

    assert whole.run("document.querySelector('#details h2').textContent") == "Uzbekistan"


def test_firefox_says_who_is_in_all_three(whole: Firefox) -> None:
    """The key c asks it of the three organisations, on the date that the address has."""
    whole.run("(location.hash = '#t=2020-05-26')")
    whole.run("new Promise(done => setTimeout(() => done(0), 200))")
    whole.press("c")
    names = whole.run(
        "[...[...document.querySelectorAll('#details section')]"
        ".find(s => s.querySelector('h3 bdi').textContent.startsWith('member of'))"
        ".querySelectorAll('li[data-common] > button.entity')].map(b => b.textContent)"
    )

    assert names == IN_ALL_THREE


def test_firefox_complains_of_nothing_on_the_whole_page(whole: Firefox) -> None:
    """No request but the file itself, no error, no blocked script, in each layout."""
    for key in "ltg":
        whole.press(key)

    asked = [url for url in whole.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert (asked, whole.errors) == ([], [])
