"""What several entities have in common: who is in all of the organisations on a date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pages import Visit, Visitor

    import kg

# By the rows of data/statements: csto.csv and cis.csv have the six members of the CSTO, of which
# sco.csv has no Armenia, and Belarus from 2024-07-04 only; Uzbekistan, in the CIS and the SCO
# throughout, was in the CSTO from 2006-08-16 until 2012-12-19.
FOUR = ["Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan"]
IN_ALL_THREE = [
    ("2026-11-23", ["Belarus", *FOUR]),
    ("2024-07-04", ["Belarus", *FOUR]),
    ("2024-07-03", FOUR),
    ("2020-05-26", FOUR),
    ("2012-12-18", [*FOUR, "Uzbekistan"]),
    ("2012-12-19", FOUR),
    ("2006-08-15", FOUR),
]


@pytest.fixture(scope="module")
def three(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped graph, with its three organisations."""
    return shipped.view().save(tmp_path_factory.mktemp("common") / "page.html")


def group(page: Visit, head: str) -> list[str]:
    """Return the names under one head of the panel, such as "member of …"."""
    part = page.tab.locator("#details section").filter(
        has=page.tab.locator("h3 bdi", has_text=head)
    )
    names: list[str] = part.locator("li[data-common] button.entity").all_inner_texts()
    return names


def chosen(page: Visit) -> set[str]:
    """Return the ids that the address names as compared."""
    for part in page.tab.evaluate("location.hash.slice(1)").split("&"):
        if part.startswith("c="):
            return set(part[2:].split(","))
    return set()


def click(page: Visit, entity: str, key: str) -> None:
    """Click on an entity of the map with a key held."""
    page.tab.wait_for_timeout(400)  # the picture has come to rest
    before = page.tab.evaluate("location.hash")
    spot = page.tab.evaluate("id => kgPage.where(id)", entity)
    page.tab.keyboard.down(key)
    page.tab.mouse.click(spot["x"], spot["y"])
    page.tab.keyboard.up(key)
    page.wait_until(f"location.hash !== {json.dumps(before)}")


def test_one_click_says_who_is_in_all_three(visit: Visitor, three: Path) -> None:
    """The organisations that most others point at are offered together."""
    page = visit(three)
    page.tab.get_by_role("button", name="In common: CSTO, SCO, CIS").click()

    assert chosen(page) == {"csto", "sco", "cis"}
    assert group(page, "member of …") == IN_ALL_THREE[0][1]
    assert page.tab.evaluate("document.activeElement.textContent") == "In common"


@pytest.mark.parametrize(("day", "members"), IN_ALL_THREE)
def test_who_is_in_all_three_depends_on_the_day(
    visit: Visitor, three: Path, day: str, members: list[str]
) -> None:
    """The link holds the organisations and the day, and the map shows them with their facts."""
    page = visit(three, f"#t={day}&c=csto,sco,cis")

    assert group(page, "member of …") == members
    assert {name.lower() for name in members} <= set(page.visible()["nodes"])
    assert f"as of {int(day[-2:])} " in page.details()


def test_the_facts_say_how_each_is_linked(visit: Visitor, three: Path) -> None:
    """Belarus by three memberships; one of them opens."""
    page = visit(three, "#c=csto,sco,cis")
    row = page.tab.locator("[data-common=belarus]").first
    row.locator("summary").click()
    said = row.locator("button.fact").all_inner_texts()
    row.locator("button.fact").filter(has_text="Shanghai").click()

    assert sorted(one.partition("\n")[0] for one in said) == [
        "Belarus member of Collective Security Treaty Organization",
        "Belarus member of Commonwealth of Independent States",
        "Belarus member of Shanghai Cooperation Organisation",
    ]
    assert "since 4 July 2024" in page.details()
    page.tab.keyboard.press("Escape")
    assert group(page, "member of …") == IN_ALL_THREE[0][1]


def test_the_page_opens_without_a_comparison(visit: Visitor, three: Path) -> None:
    page = visit(three)

    assert (page.tab.is_hidden("#details"), chosen(page)) == (True, set())


# ---- Choosing ----


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_entities_are_picked_on_the_map(visit: Visitor, key: str) -> None:
    """On the day of issue Russia alone is in both; Uzbekistan left one."""
    page = visit()
    click(page, "csto", key)
    click(page, "sco", key)

    assert chosen(page) == {"csto", "sco"}
    assert group(page, "member of …") == ["Russia"]
    page.on("2010")
    assert group(page, "member of …") == ["Russia", "Uzbekistan"]


def test_what_is_selected_is_the_first_of_several(visit: Visitor) -> None:
    """As with files: a click on one, then a click with the key on another."""
    page = visit(address="#n=csto")
    click(page, "sco", "Control")

    assert chosen(page) == {"csto", "sco"}


def test_a_second_click_takes_away(visit: Visitor) -> None:
    page = visit(address="#c=csto,sco")
    click(page, "csto", "Control")

    assert chosen(page) == {"sco"}


def test_entities_are_picked_with_the_keys_alone(visit: Visitor) -> None:
    """Shift and Enter in the search, the space bar on the map, a switch in the panel."""
    page = visit()
    page.tab.keyboard.press("/")
    page.tab.keyboard.type("csto")
    page.tab.keyboard.press("Shift+Enter")
    first = chosen(page)
    page.find("shanghai")
    page.tab.focus("#canvas")
    page.tab.keyboard.press(" ")
    both = chosen(page)
    page.tab.focus("[data-pick=csto]")
    page.tab.keyboard.press(" ")

    assert (first, both, chosen(page)) == ({"csto"}, {"csto", "sco"}, {"sco"})
    # The anchor stays on offer, and the keyboard on its switch.
    assert page.tab.evaluate("document.activeElement.dataset.pick") == "csto"


def test_one_more_is_searched_for(visit: Visitor) -> None:
    """By the button of the panel, and by the plus of what was found."""
    page = visit(address="#n=csto")
    page.tab.get_by_role("button", name="In common with").click()
    page.tab.get_by_role("button", name="Add another").click()
    page.find("shanghai")
    both = chosen(page)
    page.tab.fill("#search", "serbia")
    page.tab.locator("#found .add").first.click()

    assert (both, chosen(page)) == ({"csto", "sco"}, {"csto", "sco", "serbia"})
    assert "Nothing is linked to all 3" in page.details()


def test_escape_ends_the_comparison(visit: Visitor) -> None:
    page = visit(address="#c=csto,sco")
    page.tab.keyboard.press("Escape")

    assert (chosen(page), page.tab.is_hidden("#details")) == (set(), True)


# ---- What counts ----


def test_the_comparison_is_of_a_day(visit: Visitor) -> None:
    """Over all dates Uzbekistan was in both, and the panel says that this need not be at once."""
    page = visit(address="#c=csto,sco")
    day = page.details()
    page.all_dates()

    assert "on the one day shown, not over a span of time" in day
    assert group(page, "member of …") == ["Russia", "Uzbekistan"]
    assert "not necessarily at the same time" in page.details()


def test_what_the_legend_hides_does_not_count(visit: Visitor) -> None:
    page = visit(address="#c=csto,sco&hp=memberOf")

    assert "Nothing is linked to both" in page.details()
    page.tab.evaluate("location.hash = '#c=csto,sco&hk=State'")
    page.wait_until("!document.querySelector('[data-common]')")
    assert "Nothing is linked to both" in page.details()


def test_different_ways_are_told_apart(visit: Visitor) -> None:
    """Armenia is a member of one and a party to the other."""
    page = visit(address="#c=csto,collective-security-treaty")

    assert group(page, "each in its own way") == ["Armenia"]


def test_whoever_is_in_common_shows_among_many(visit: Visitor) -> None:
    """The least number of neighbours does not hide what was asked for."""
    page = visit(address="#l=9&c=csto,sco")

    assert set(page.visible()["nodes"]) == {"csto", "sco", "russia"}
    assert page.facts() == {"member-russia", "sco-russia"}


@pytest.mark.parametrize("address", ["#c=", "#c=nobody", "#c=csto,,nobody", "#c=%E0%A4%A"])
def test_a_damaged_comparison_is_no_trouble(visit: Visitor, address: str) -> None:
    page = visit(address=address)

    assert page.errors == []
    assert chosen(page) <= {"csto"}


def test_the_panel_speaks_the_language_of_the_page(visit: Visitor) -> None:
    page = visit(address="#c=csto,sco&lang=ru")

    assert "всеми (2): 1, на 23 ноября 2026" in page.details()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel(visit: Visitor, three: Path, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(three, f"#c=csto,sco,cis&theme={theme}")
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []
