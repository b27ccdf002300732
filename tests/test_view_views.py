"""What a page shows by name: the backbone first, and the views of a project, with real clicks."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from pages import Visit, Visitor, small

import kg
from kg.page.draw import view

DATA = Path(__file__).parent.parent / "data"
ISSUED = "2026-11-23"
ABOUT = {"csto", "cis", "sco"}
STATES = {
    *("armenia", "azerbaijan", "belarus", "china", "india", "iran", "kazakhstan", "kyrgyzstan"),
    *("moldova", "pakistan", "russia", "tajikistan", "uzbekistan"),
}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, shipped: kg.Graph) -> Path:
    """The page of the graph that is shipped."""
    return shipped.view().save(tmp_path_factory.mktemp("real") / "graph.html")


def rows() -> list[dict[str, str]]:
    """Return the rows of all tables of statements, read without kg."""
    found = []
    for path in sorted((DATA / "statements").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def belonging() -> set[tuple[str, str, str]]:
    """Return who is a member or an observer with one of the three organisations at the end.

    A row with a start and no end yet says it; what only attests a day, or is deprecated, does not.
    """
    return {
        (row["subject"], row["predicate"], row["object"])
        for row in rows()
        if row["predicate"] in {"memberOf", "observerOf"}
        and row["rank"] != "deprecated"
        and row["start"]
        and row["start"] <= ISSUED
        and not (row["end"] and row["end"] <= ISSUED)
        and ABOUT & {row["subject"], row["object"]}
    }


def shown(page: Visit) -> tuple[int, int]:
    """Return how many entities and facts show."""
    seen = page.visible()
    return len(seen["entities"]), len(seen["facts"])


def opened(page: Visit) -> list[str]:
    """Return the ids of the views that are marked as shown."""
    found: list[str] = page.tab.eval_on_selector_all(
        "#named [aria-pressed=true]", "all => all.map(one => one.dataset.id)"
    )
    return found


def address(page: Visit) -> str:
    """Return the part of the address behind the page."""
    return str(page.tab.evaluate("location.hash"))


def test_the_first_view_is_who_belongs_to_what_the_dataset_is_about(
    visit: Visitor, real: Path
) -> None:
    """Six members of the CSTO, nine of the CIS, ten of the SCO, and three who observe: 28 facts."""
    page = visit(real)

    assert len(belonging()) == 6 + 9 + 10 + 3
    assert shown(page) == (17, 28)
    assert set(page.visible()["entities"]) == ABOUT | STATES | {"un-general-assembly"}
    assert page.tab.inner_text("#count") == "17 entities, 28 facts"
    assert opened(page) == ["members"]
    assert address(page) == ""
    assert page.errors == []


def test_the_first_view_is_that_of_another_date_where_the_date_is_another(
    visit: Visitor, real: Path
) -> None:
    """On 1 July 2008 Georgia was still in the CIS, and Uzbekistan in the CSTO."""
    page = visit(real)
    page.on("2008-07-01")

    assert "georgia" in page.visible()["entities"]
    assert {"iran", "mongolia"} <= set(page.visible()["entities"])
    assert "moldova" in page.visible()["entities"]
    assert address(page) == "#t=2008-07-01&view=members"


def test_a_click_opens_a_view_and_the_address_keeps_it(visit: Visitor, real: Path) -> None:
    """A second page with that address shows the same."""
    page = visit(real)
    page.tab.click("#named button[data-id=initiatives]")
    again = visit(real, address(page))

    assert address(page) == "#view=initiatives"
    assert opened(page) == opened(again) == ["initiatives"]
    assert page.facts() == again.facts()
    assert "26 May 2020" in page.tab.inner_text("#named [aria-pressed=true]")
    assert page.tab.inner_text("#view-says").startswith("What the CSTO ministers")


def test_the_initiatives_are_all_nine_of_that_day(visit: Visitor, real: Path) -> None:
    """Each is proposed or announced by somebody, and followed by something."""
    page = visit(real, "#view=initiatives")
    with (DATA / "entities.csv").open(encoding="utf-8", newline="") as file:
        nine = {row["id"] for row in csv.DictReader(file) if row["class"] == "Initiative"}

    assert len(nine) == 9
    assert {*nine, "lavrov", "csto-cfm-2020-05-26"} <= set(page.visible()["entities"])


@pytest.mark.parametrize(
    "viewport", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}]
)
def test_one_click_says_which_initiatives_were_adopted_and_on_which_day(
    visit: Visitor, real: Path, viewport: dict[str, int]
) -> None:
    """By the rows of data/statements/follow-up.csv; what was adopted stands first, and in sight."""
    page = visit(real, viewport=viewport)
    page.tab.click("#named [data-id=outcomes]")
    group = page.tab.locator("[data-group=adopted]")
    groups = page.tab.eval_on_selector_all(
        "[data-group]", "all => all.map(one => one.dataset.group)"
    )

    assert groups[:3] == ["adopted", "completed", "in-progress"]
    assert group.locator(".beside span").all_inner_texts() == [
        "from 15 September 2021 until 15 December 2022 (exclusive)",
        "since 16 September 2021",
        "from 16 February 2022 until 3 September 2025 (exclusive)",
    ]
    assert group.locator("li > button").all_inner_texts() == [
        "Priority measures for biosecurity cooperation in the CSTO",
        "Legal basis for CSTO participation in UN peacekeeping",
        "Alignment of CSTO counter-terrorism programmes with the CIS and the SCO",
    ]
    for words in group.locator(".beside span").all():
        box, lane = words.bounding_box(), page.tab.locator("#lanes").bounding_box()
        assert box
        assert lane
        assert box["y"] + box["height"] < lane["y"] + lane["height"]


def test_a_view_that_shows_one_relation_says_so_in_its_own_words_alone(
    visit: Visitor, real: Path
) -> None:
    page = visit(real, "#view=outcomes")
    assert "Only" not in page.tab.inner_text("#notice")
    page.tab.click("[data-id=members]")
    page.tab.keyboard.press("/")
    page.tab.keyboard.type("has status")
    page.tab.keyboard.press("Enter")
    assert "Only “has status”" in page.tab.inner_text("#notice")


@pytest.mark.parametrize("layout", ["graph", "lanes", "table"])
def test_no_view_or_story_lies_against_another_one_or_out_of_sight(
    visit: Visitor, real: Path, layout: str
) -> None:
    page = visit(real, f"#view=meetings&as={layout}", viewport={"width": 1280, "height": 800})
    boxes = page.tab.evaluate(
        "[...document.querySelectorAll('#named button, #stories button')].map(one => {"
        " const { left, right, top } = one.getBoundingClientRect(); return [left, right, top]; })"
    )

    assert len(boxes) == 7
    assert all(one[1] < other[0] for one, other in pairwise(boxes))
    assert boxes[-1][0] - boxes[-2][1] >= 8
    assert boxes[-1][1] <= 1280
    assert {round(one[2]) for one in boxes[:-1]} == {round(boxes[0][2])}


def test_what_has_a_name_in_russian_has_no_other_one_on_the_russian_page(
    visit: Visitor, real: Path
) -> None:
    """Views, stories, classes, relations and entities, be it opened in Russian or turned to it."""
    labels = """() => {
      const content = JSON.parse(document.getElementById('kg-content').textContent);
      const words = new Set();
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        if (walk.currentNode.parentElement.closest('script, .other')) continue;
        words.add(walk.currentNode.textContent.trim());
      }
      const terms = [content.classes, content.predicates, content.entities].flatMap(Object.values);
      const named = [...terms, ...content.views, ...content.steps];
      const english = named.filter((one) => one.label_ru && one.label_ru !== one.label);
      const told = new Set(english.map((one) => one.label).filter((label) => words.has(label)));
      return [english.length, [...told]];
    }"""
    opened_so = visit(real, "#view=everything&lang=ru")
    turned = visit(real, "#view=everything")
    shown = turned.tab.evaluate(labels)
    turned.tab.click("#language")

    assert "A day in May 2020" in shown[1]
    for page in (opened_so, turned):
        for layout in ("graph", "lanes", "table"):
            page.tab.click(f"#views [data-view={layout}]")
            number, told = page.tab.evaluate(labels)
            assert number > 400
            assert told == []


def test_everything_is_all_that_holds_on_the_date(visit: Visitor, real: Path) -> None:
    """The same as an address from before there were views, with every neighbour count."""
    page = visit(real, "#view=everything")
    before = visit(real, "#l=0")

    assert page.facts() == before.facts()
    assert opened(before) == []


@pytest.mark.parametrize("key", ["Enter", " "])
def test_a_view_can_be_opened_by_the_keyboard_alone(visit: Visitor, real: Path, key: str) -> None:
    """They are one stop of Tab; arrow keys lead from one to the next."""
    page = visit(real)
    page.tab.focus("#search")
    while page.tab.evaluate("document.activeElement.dataset.id") is None:
        page.tab.keyboard.press("Tab")
    page.tab.keyboard.press("ArrowRight")
    page.tab.keyboard.press("ArrowRight")
    page.tab.keyboard.press(key)

    assert opened(page) == ["outcomes"]
    assert page.tab.evaluate("document.activeElement.dataset.id") == "outcomes"


def test_a_digit_opens_the_view_in_that_place_and_is_told(visit: Visitor, real: Path) -> None:
    """What has been opened is announced, with its sentence and how much it shows."""
    page = visit(real)
    page.tab.keyboard.press("5")

    assert opened(page) == ["people"]
    said = page.tab.text_content("#told") or ""
    assert said.startswith("People and offices. Who holds which office")
    assert said.endswith(page.tab.inner_text("#count"))


def test_a_digit_in_a_field_is_a_digit(visit: Visitor, real: Path) -> None:
    """Who types a year does not leave the view."""
    page = visit(real)
    page.tab.focus("#search")
    page.tab.keyboard.type("2")

    assert opened(page) == ["members"]


def test_an_unknown_view_says_so_and_the_first_one_shows(visit: Visitor, real: Path) -> None:
    """The words are gone as soon as a view is chosen."""
    page = visit(real, "#view=initiativs")

    assert "There is no view “initiativs” on this page." in page.tab.inner_text("#notice")
    assert opened(page) == ["members"]
    assert shown(page) == (17, 28)
    page.tab.click("#named button[data-id=members]")
    assert "There is no view" not in page.tab.inner_text("#notice")


def test_a_changed_view_says_so_and_can_be_had_back(visit: Visitor, real: Path) -> None:
    """What was changed is in the address, and a page with that address shows the same."""
    page = visit(real)
    page.tab.click("#legend input[data-id=partnerOf]")
    partners = {r["subject"] for r in rows() if r["predicate"] == "partnerOf" and not r["end"]}
    again = visit(real, address(page))

    assert partners <= set(page.visible()["entities"])
    assert address(page) == "#hp=partnerOf&view=members"
    assert page.facts() == again.facts()
    assert "This view has been changed." in page.tab.inner_text("#notice")
    page.tab.get_by_role("button", name="Back to the view").click()
    assert shown(page) == (17, 28)
    assert address(page) == ""


def test_the_lanes_of_a_view_have_its_periods_of_all_dates(visit: Visitor, real: Path) -> None:
    """Georgia left the CIS in 2009; its bar is there, and the address says lanes and view."""
    page = visit(real)
    page.tab.get_by_role("button", name="Lanes").click()

    assert "Georgia" in page.tab.inner_text("[data-group=cis]")
    assert address(page) == "#view=members&as=lanes"
    assert visit(real, address(page)).tab.is_visible("#lanes")


@pytest.mark.parametrize(
    ("before", "layout"),
    [("#view=lanes", "lanes"), ("#view=table&t=2012", "table"), ("#n=csto", "graph")],
)
def test_an_address_from_before_there_were_views_shows_what_it_did(
    visit: Visitor, real: Path, before: str, layout: str
) -> None:
    """Those with at least five neighbours; no view is marked."""
    page = visit(real, before)

    assert opened(page) == []
    assert page.tab.evaluate("document.body.dataset.view") == layout
    assert len(page.visible()["entities"]) > 50
    assert page.errors == []


@pytest.mark.parametrize("part", ["#lang=ru", "#theme=dark"])
def test_a_language_or_a_theme_is_no_other_view(visit: Visitor, real: Path, part: str) -> None:
    """Such an address opens the first view."""
    page = visit(real, part)

    assert opened(page) == ["members"]
    assert shown(page) == (17, 28)


def test_the_views_speak_the_language_of_the_page(visit: Visitor, real: Path) -> None:
    """Names and sentences are in both languages of the dataset."""
    page = visit(real, "#lang=ru")

    assert page.tab.inner_text("#named [data-id=meetings]") == "Заседания"
    assert page.tab.inner_text("#view-says").startswith("Кто входит")


@pytest.mark.parametrize("size", [(1400, 900), (390, 844), (2560, 1300)])
def test_what_a_view_shows_fills_the_window(
    visit: Visitor, real: Path, size: tuple[int, int]
) -> None:
    """All marks are inside the picture, and take most of its width or of its height."""
    page = visit(real, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    page.tab.click("#named button[data-id=initiatives]")
    box = page.tab.locator("#canvas").bounding_box()
    assert box
    places = [
        page.tab.evaluate("id => kgPage.where(id)", one) for one in page.visible()["entities"]
    ]
    xs, ys = [one["x"] - box["x"] for one in places], [one["y"] - box["y"] for one in places]

    assert min(xs) > 0
    assert max(xs) < box["width"]
    assert min(ys) > 0
    assert max(ys) < box["height"]
    assert max((max(xs) - min(xs)) / box["width"], (max(ys) - min(ys)) / box["height"]) > 0.6


def test_the_page_can_open_on_another_view(
    visit: Visitor, shipped: kg.Graph, tmp_path: Path
) -> None:
    """As `kg view --view` does; the first one of the project then stands in the address."""
    page = visit(shipped.view(named="meetings").save(tmp_path / "meetings.html"))

    assert opened(page) == ["meetings"]
    assert address(page) == ""
    page.tab.keyboard.press("1")
    assert address(page) == "#view=members"


def test_a_page_without_views_has_no_list_of_them(visit: Visitor) -> None:
    """And it opens as ever."""
    page = visit()

    assert not page.tab.is_visible("#named")
    assert len(page.facts()) == 11
    assert view(small()).html.count('"views":[') == 0


@pytest.mark.parametrize(
    "part", ["", "#theme=dark", "#view=initiativs", "#hp=partnerOf&view=members"]
)
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_axe_finds_nothing_in_views(
    visit: Visitor, real: Path, part: str, size: tuple[int, int]
) -> None:
    """In either theme, on a phone too, and with each notice."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(real, part, viewport={"width": size[0], "height": size[1]})
    found = Axe().run(page.tab)

    assert [one["id"] for one in found.response["violations"]] == []


def step(page: Visit) -> str:
    """Return where in the story the page is, as in "2 / 7"."""
    return page.tab.inner_text("#story-text p").partition(" ·")[0]


def test_a_story_is_told_by_keys_and_left_where_it_was_begun(visit: Visitor, real: Path) -> None:
    """Arrows and letters go on and back, Esc leads to the view from which it was called."""
    page = visit(real, "#view=meetings")
    page.tab.click("[data-story=may-2020]")
    seen = [step(page)]
    for key in ("ArrowRight", "n", "p", "ArrowLeft", "ArrowLeft"):
        page.tab.keyboard.press(key)
        seen.append(step(page))

    assert seen == ["1 / 7", "2 / 7", "3 / 7", "2 / 7", "1 / 7", "1 / 7"]
    assert not page.tab.is_visible("#legend")
    page.tab.keyboard.press("Escape")
    assert opened(page) == ["meetings"]
    assert not page.tab.is_visible("#story")
    assert page.tab.evaluate("document.activeElement.dataset.story") == "may-2020"
    assert page.errors == []


def test_the_buttons_of_a_story_do_the_same(visit: Visitor, real: Path) -> None:
    """At the last step there is nothing to go on to."""
    page = visit(real)
    page.tab.click("[data-story=may-2020]")
    for _ in range(6):
        page.tab.click("#story-next")

    assert step(page) == "7 / 7"
    assert page.tab.is_disabled("#story-next")
    page.tab.click("#story-leave")
    assert opened(page) == ["members"]


def test_a_step_has_a_link_of_its_own(visit: Visitor, real: Path) -> None:
    """With its own date: the six members of the CSTO on 26 May 2020."""
    page = visit(real, "#view=may-2020~1")
    six = {"armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan"}

    assert set(page.visible()["entities"]) == six | {"csto"}
    assert page.visible()["date"] == "2020-05-26"
    assert address(page) == "#view=may-2020~1"
    assert "A day in May 2020" in page.tab.inner_text("#story-text h2")


def test_a_step_names_its_sources_with_their_addresses(visit: Visitor, real: Path) -> None:
    """As the references of a fact do."""
    page = visit(real, "#view=may-2020~1")
    links = page.tab.eval_on_selector_all("#story-text cite a", "all => all.map(one => one.href)")

    assert "https://tass.com/politics/1160365" in links
    assert len(links) == 2


def test_a_step_is_announced(visit: Visitor, real: Path) -> None:
    """Title, caption and how much shows."""
    page = visit(real, "#view=may-2020~1")
    page.tab.keyboard.press("n")

    assert (page.tab.text_content("#told") or "").startswith("Nine points on the table. Sergey")


def test_the_story_is_told_in_russian(visit: Visitor, real: Path) -> None:
    """Title, caption and buttons."""
    page = visit(real, "#view=may-2020~1&lang=ru")

    assert "Один день мая" in page.tab.inner_text("#story-text")
    assert page.tab.inner_text("#story-next") == "Дальше"


@pytest.mark.parametrize("number", range(1, 8))
def test_each_step_fits_into_the_room_beside_its_text(
    visit: Visitor, real: Path, number: int
) -> None:
    """The picture is narrower there, and no mark is cut off."""
    page = visit(real, f"#view=may-2020~{number}", reduced_motion="reduce")
    page.tab.wait_for_timeout(200)
    box = page.tab.locator("#canvas").bounding_box()
    assert box
    ids = page.visible()["entities"]
    places = [page.tab.evaluate("id => kgPage.where(id)", one) for one in ids]

    assert len(places) > 1
    assert all(0 < one["x"] - box["x"] < box["width"] for one in places)
    assert all(0 < one["y"] - box["y"] < box["height"] for one in places)


def test_a_story_is_printed_one_step_a_page(visit: Visitor, real: Path) -> None:
    """Seven steps, seven pages, and afterwards the page is where it was."""
    page = visit(real, "#view=may-2020~2")
    printed = page.tab.pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 7
    assert page.tab.locator("#sheets section").count() == 7
    assert page.tab.locator("#sheets section svg").count() == 7
    assert "Peacekeepers" in (page.tab.text_content("#sheets") or "")
    assert step(page) == "2 / 7"
    assert address(page) == "#view=may-2020~2"


@pytest.mark.parametrize("part", ["may-2020~2", "may-2020~2&theme=dark", "may-2020~7&lang=ru"])
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_axe_finds_nothing_in_a_story(
    visit: Visitor, real: Path, part: str, size: tuple[int, int]
) -> None:
    """In either theme, and on a phone."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(real, f"#view={part}", viewport={"width": size[0], "height": size[1]})
    found = Axe().run(page.tab)

    assert [one["id"] for one in found.response["violations"]] == []
