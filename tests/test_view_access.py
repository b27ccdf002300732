"""The page for every reader: by keys, by ear, enlarged, in one's own colours, and at rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pages import Visit, Visitor

    import kg

# A window of 1280 by 800 at 200 % has half as many of the style sheet's pixels each way.
ENLARGED = {"viewport": {"width": 640, "height": 400}}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def large(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped graph: everything that the page can have stands on it."""
    return shipped.view().save(tmp_path_factory.mktemp("access") / "page.html")


def height(page: Visit, selector: str) -> int:
    tall: int = page.tab.evaluate("one => document.querySelector(one).offsetHeight", selector)
    return tall


def at(page: Visit) -> str:
    """Return what has the focus."""
    focus: str = page.tab.evaluate("document.activeElement.id || document.activeElement.innerText")
    return focus


def heard(page: Visit) -> str:
    """Return what was last said of the view, once it has come to rest."""
    page.tab.wait_for_timeout(900)
    return str(page.tab.text_content("#now"))


# ---- Keys ----


def test_the_map_is_ten_tabs_away_at_most(visit: Visitor, large: Path) -> None:
    """Four links, the search, the tools as one, what the notice offers, the map."""
    page = visit(large)
    reached: list[str] = []
    while "canvas" not in reached and len(reached) < 20:
        page.tab.keyboard.press("Tab")
        reached.append(at(page))

    assert len(reached) <= 10
    assert reached[-1] == "canvas"


@pytest.mark.parametrize(
    ("number", "view", "focus"),
    [(1, "table", "facts"), (2, "graph", "canvas"), (3, "lanes", "lanes"), (4, "graph", "search")],
)
def test_a_link_skips_to_each_part(visit: Visitor, number: int, view: str, focus: str) -> None:
    """Each shows once it has the focus, and leads to its view."""
    page = visit()
    for _ in range(number):
        page.tab.keyboard.press("Tab")
    box = page.tab.locator(":focus").bounding_box()
    page.tab.keyboard.press("Enter")

    assert box is not None
    assert box["y"] >= 0
    assert (page.tab.get_attribute("body", "data-view"), at(page)) == (view, focus)


def test_the_tools_are_one_stop_and_arrows_go_on(visit: Visitor) -> None:
    """At either end they go round; the tool left is the stop next time."""
    page = visit()
    page.tab.focus("#search")
    page.tab.keyboard.press("Tab")
    walked = [at(page)]
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Home", "ArrowLeft", "End"):
        page.tab.keyboard.press(key)
        walked.append(at(page))
    page.tab.keyboard.press("Shift+Tab")
    left = at(page)
    page.tab.keyboard.press("Tab")

    assert walked == ["Graph", "Lanes", "Table", "fit", "Graph", "help", "help"]
    assert (left, at(page)) == ("search", "help")


def test_the_menu_of_a_narrow_page_opens_and_closes(visit: Visitor) -> None:
    """By click and Esc; whatever leads elsewhere closes it."""
    page = visit(**PHONE)
    page.tab.click("#menu")
    opened = (page.tab.is_visible("#share"), page.tab.get_attribute("#menu", "aria-expanded"))
    page.tab.keyboard.press("Escape")
    closed = (page.tab.is_visible("#share"), at(page))
    page.tab.click("#menu")
    page.table()

    assert (opened, closed) == ((True, "true"), (False, "menu"))
    assert page.tab.is_hidden("#tools")
    assert page.tab.is_visible("#facts table")


def test_the_legend_of_a_narrow_page_takes_the_keyboard(visit: Visitor) -> None:
    """It stands behind the map in the document, where nobody would look for it."""
    page = visit(**PHONE)
    page.tab.click("#filters")
    inside = page.tab.evaluate("document.activeElement.closest('aside').id")
    page.tab.keyboard.press("Escape")

    assert (inside, at(page)) == ("legend", "filters")


# ---- By ear ----


def test_the_view_is_said_once_it_has_come_to_rest(visit: Visitor) -> None:
    """After several changes in a row only the last is said, and that once."""
    page = visit()
    first = page.tab.text_content("#now")
    page.tab.evaluate(
        """() => {
          window.said = [];
          const now = document.querySelector('#now');
          new MutationObserver(() => said.push(now.textContent)).observe(now, { childList: true });
          // As when the slider is drawn: each day before the last one has been said.
          for (const day of ['1995-01-01', '2001-07-01', '2005-06-01']) {
            location.hash = `t=${day}`;
            dispatchEvent(new HashChangeEvent('hashchange'));
          }
        }"""
    )
    last = heard(page)
    said = page.tab.evaluate("said")

    assert first == "11 entities, 11 facts, as of 23 November 2026"
    assert said == [last]
    assert last.endswith(", as of 1 June 2005")
    assert last.startswith(page.tab.inner_text("#count"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("#t=all", "all dates"),
        ("#view=table", "as of 23 November 2026, Table"),
        ("#f=lavrov", "Only Sergey Lavrov and its neighbours."),
        ("#sure=1", "Sure only"),
        ("#lang=ru", "на 23 ноября 2026"),
    ],
)
def test_what_is_left_out_is_said_too(visit: Visitor, address: str, words: str) -> None:
    page = visit()
    page.tab.evaluate("hash => { location.hash = hash }", address)

    assert words in heard(page)
    assert page.tab.get_attribute("#now", "role") == "status"


# ---- Enlarged, and on a telephone ----


@pytest.mark.parametrize("address", ["", "#c=csto,sco"])
def test_an_enlarged_page_leaves_the_map_its_height(
    visit: Visitor, large: Path, address: str
) -> None:
    """Three hundred pixels of four hundred, nothing scrolls sideways, and nothing is lost."""
    page = visit(large, address, **ENLARGED)

    assert height(page, "#canvas") >= 300
    assert page.tab.evaluate("document.documentElement.scrollWidth") == 640
    for control in ("#search", "#filters", "#menu", "#slider", "#typed", "#all-dates", "#surely"):
        assert page.tab.is_visible(control), control


# Windows of 1280 by 800, 1280 by 1024 and 1920 by 1080 at 200 %.
@pytest.mark.parametrize("size", [(640, 400), (640, 512), (960, 540)])
def test_on_an_enlarged_page_nothing_lies_under_the_views(
    visit: Visitor, large: Path, size: tuple[int, int]
) -> None:
    """The first view is the three organisations with fourteen states and what else watches them."""
    page = visit(large, viewport={"width": size[0], "height": size[1]})
    page.tab.wait_for_timeout(500)
    tops = page.tab.evaluate("kgPage.visible().entities.map(id => kgPage.where(id).y)")
    head, time = (
        page.tab.evaluate("one => document.querySelector(one).getBoundingClientRect()", one)
        for one in ("#head", "#time")
    )

    assert len(tops) == 17
    assert head["bottom"] < min(tops)
    assert max(tops) < time["top"]
    # The head of the page and its foot leave the map two thirds of the height.
    assert height(page, "#canvas") >= size[1] * 2 / 3
    # One line of views; what the view says is still there for who hears the page.
    assert height(page, "#head") < 50
    assert "Who belongs" in str(page.tab.text_content("#view-says"))


@pytest.mark.parametrize("size", [ENLARGED, PHONE])
@pytest.mark.parametrize("view", ["initiatives", "meetings", "people"])
def test_the_name_of_the_view_that_shows_is_in_sight(
    visit: Visitor, large: Path, size: dict[str, Any], view: str
) -> None:
    page = visit(large, f"#view={view}", **size)
    page.tab.wait_for_timeout(500)
    name, views = (
        page.tab.evaluate("one => document.querySelector(one).getBoundingClientRect()", one)
        for one in ("#named [aria-pressed=true]", "#named")
    )

    assert views["left"] <= name["left"]
    assert name["right"] <= views["right"] + 1


def test_the_head_of_a_telephone_is_low(visit: Visitor, large: Path) -> None:
    page = visit(large, **PHONE)

    assert height(page, ".bar") <= 0.15 * 844
    assert page.tab.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("size", [ENLARGED, PHONE])
def test_axe_finds_nothing_in_the_menu(visit: Visitor, size: dict[str, Any]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(**size)
    page.tab.click("#menu")
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []


# ---- One's own colours, and rest ----


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_what_is_pressed_differs(visit: Visitor, scheme: str) -> None:
    """The colours are the system's, so a pressed button must not look like the next one."""
    page = visit(forced_colors="active", color_scheme=scheme)
    colours = page.tab.eval_on_selector_all(
        "#views button", "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )

    assert colours[0] != colours[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_forced_colours_the_picture_has_the_systems_ground(
    visit: Visitor, scheme: str
) -> None:
    """Labels on the map are drawn in the colour of text, whatever theme was chosen."""
    page = visit(address="#theme=light", forced_colors="active", color_scheme=scheme)
    page.tab.wait_for_timeout(400)
    darkest, lightest = page.tab.evaluate(
        """() => {
          const own = document.querySelector('#canvas canvas');
          const { data } = own.getContext('2d').getImageData(0, 0, own.width, own.height);
          const light = [];
          for (let i = 0; i < data.length; i += 4) {
            const grey = data[i] === data[i + 1] && data[i] === data[i + 2];
            if (data[i + 3] === 255 && grey) light.push(data[i]);
          }
          return [light.filter(one => one < 30).length, light.filter(one => one > 225).length];
        }"""
    )

    # The picture is drawn on nothing: it has ink and the halo of its letters, in full.
    ink, halo = (darkest, lightest) if scheme == "light" else (lightest, darkest)
    assert min(ink, halo) > 500
    ground = page.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(0, 0, 0)")


def test_with_less_motion_the_picture_is_there_at_once(visit: Visitor) -> None:
    """Nothing slides: where an entity is right after a jump it stays."""
    page = visit(address="#n=csto", reduced_motion="reduce")
    page.tab.get_by_role("button", name="Only its neighbours").click()
    first = page.tab.evaluate("kgPage.where('csto')")
    page.tab.wait_for_timeout(500)

    assert page.tab.evaluate("kgPage.where('csto')") == first


def test_without_means_to_draw_the_page_is_a_table_and_says_so(visit: Visitor) -> None:
    """Where no canvas has a 2d context, nothing breaks: names are found, and time moves."""
    page = visit()
    page.tab.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.tab.reload()

    assert "no means to draw" in page.tab.inner_text("#notice")
    assert len(page.rows()) == 11
    assert page.tab.is_disabled("[data-view=graph]")
    page.on("1998-01-01")
    assert "party-first" in page.rows()
    page.tab.keyboard.press("g")
    page.find("lavrov")
    assert "Sergey Lavrov" in page.details()
    assert (page.tab.is_visible("#facts"), page.tab.is_visible("#canvas")) == (True, False)
    assert page.errors == []
