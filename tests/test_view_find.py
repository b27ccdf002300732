"""Finding on the page: search, filters, neighbourhood, path and keyboard."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from pages import Network, Visitor, about

from kg.page.draw import view


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lavrov", "Sergey Lavrov"),
        ("Сергей Лавров", "Sergey Lavrov"),
        ("sergei lavrov", "Sergey Lavrov"),
        ("lavorv", "Sergey Lavrov"),
        ("Larvov", "Sergey Lavrov"),
        ("лавроф", "Sergey Lavrov"),
        ("Armeniya", "Armenia"),
        ("Uzbekistn", "Uzbekistan"),
        ("узбекстан", "Uzbekistan"),
        ("tashkent pact", "Collective Security Treaty Organization"),
        ("ODKB", "Collective Security Treaty Organization"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(visit: Visitor, query: str, found: str) -> None:
    """In either script, romanised one way or another, with a letter wrong or two swapped."""
    page = visit()
    page.find(query)

    assert found == page.tab.inner_text("#details h2")


@pytest.mark.parametrize("query", ["xyzzy", "qqq", "lvv"])
def test_what_resembles_nothing_finds_nothing(visit: Visitor, query: str) -> None:
    """Forgiving a slip of the pen must not mean answering anything at all."""
    page = visit()
    page.tab.fill("#search", query)

    assert page.tab.inner_text("#found") == "Nothing by that name"


# ---- Filters ----


def test_a_least_number_of_sources_filters_asserted_facts(visit: Visitor) -> None:
    """No fact here has two sources; what was inferred has none of its own and stays."""
    page = visit(address="#s=2")

    assert page.facts() == {"allies"}


def test_the_choices_say_how_much_each_leaves(visit: Visitor) -> None:
    """Of eleven facts on the day of issue ten are asserted, each with one source."""
    page = visit()
    offered = page.tab.locator("#least-sources option").all_inner_texts()

    assert offered == ["any number (10)", "at least 1 (10)"]


def test_a_least_number_of_neighbours_filters_entities(visit: Visitor) -> None:
    """Whoever has facts with fewer others is left out."""
    page = visit(address="#t=all")
    page.tab.select_option("#least-links", "3")

    # Three others or more: Armenia (CSTO, treaty, Russia), Russia (CSTO, SCO, Armenia),
    # Uzbekistan (CSTO, SCO, treaty), CSTO (Armenia, Russia, Uzbekistan, Serbia, assembly).
    assert set(page.visible()["entities"]) == {"armenia", "russia", "uzbekistan", "csto"}


def test_the_selected_entity_passes_the_least_number(visit: Visitor) -> None:
    """Whoever asks for somebody by name sees them."""
    page = visit(address="#t=all&l=3")
    page.find("lavrov")

    assert "lavrov" in page.visible()["entities"]


def test_the_kinds_of_lines_are_a_filter(visit: Visitor) -> None:
    """What was inferred can be left out."""
    page = visit()
    page.tab.get_by_role("checkbox", name="inferred by a rule").uncheck()

    assert "allies" not in page.facts()


def test_the_legend_counts_the_kinds_of_lines(visit: Visitor) -> None:
    """Under all dates: thirteen asserted, one inferred, one disputed."""
    page = visit(address="#t=all")
    numbers = page.tab.locator("[data-kind=basis] .number").all_inner_texts()

    assert numbers == ["13", "1", "1"]


# ---- Neighbourhood and path ----


def test_a_double_click_leaves_only_the_neighbours(visit: Visitor) -> None:
    """Shanghai's organisation has two members here."""
    page = visit()
    page.tab.wait_for_timeout(100)
    spot = page.tab.evaluate("kgPage.where('sco')")
    page.tab.mouse.dblclick(spot["x"], spot["y"])

    assert set(page.visible()["entities"]) == {"sco", "russia", "uzbekistan"}


def test_a_neighbourhood_can_reach_farther(visit: Visitor) -> None:
    """Two facts from Lavrov lies the meeting."""
    page = visit(address="#f=lavrov")
    near = set(page.visible()["entities"])
    page.tab.get_by_role("button", name="One step farther").click()

    assert (near, set(page.visible()["entities"]) - near) == (
        {"lavrov", "biosecurity-measures-2020"},
        {"csto-cfm-2020-05-26"},
    )


def test_the_page_says_that_it_shows_a_neighbourhood(visit: Visitor) -> None:
    """A filter that nobody sees is a trap; one button takes it back."""
    page = visit(address="#f=lavrov")
    said = page.tab.inner_text("#notice span")
    page.tab.get_by_role("button", name="Show everything").click()

    assert (said, page.tab.inner_text("#count")) == (
        "Only Sergey Lavrov and its neighbours.",
        "11 entities, 11 facts",
    )


def test_the_shortest_path_is_found(visit: Visitor) -> None:
    """Serbia observes the assembly, a body of the organisation of which Armenia is a member."""
    page = visit()
    page.find("serbia")
    page.tab.get_by_role("button", name="Path to").click()
    page.find("armenia")
    way = page.tab.eval_on_selector_all(
        "#details .way .entity", "all => all.map(one => one.textContent)"
    )

    assert way == [
        "Serbia",
        "Parliamentary Assembly of the CSTO",
        "Collective Security Treaty Organization",
        "Armenia",
    ]


def test_a_path_goes_over_what_shows(visit: Visitor) -> None:
    """Under all dates there is the disputed short cut."""
    page = visit(address="#p=serbia,armenia&t=all")

    assert "2 facts apart" in page.details()


def test_no_path_is_an_answer(visit: Visitor) -> None:
    """Lavrov's proposal hangs together with nothing else here."""
    page = visit(address="#p=lavrov,armenia")

    assert "No path from Sergey Lavrov to Armenia" in page.details()


def test_the_address_keeps_neighbourhood_path_and_filters(visit: Visitor) -> None:
    """The whole view travels in the link."""
    address = "#t=all&hb=disputed&s=1&l=2&f=csto&h=2&p=serbia,armenia&view=lanes"
    page = visit(address=address)

    assert sorted(page.tab.url.partition("#")[2].split("&")) == sorted(address[1:].split("&"))


@pytest.mark.parametrize(
    "address",
    ["#t=2012-13-45", "#n=%E0%A4%A", "#l=-1&s=abc&h=99", "#view=nothing&p=one", "#f=&hb=&hk=,,"],
)
def test_a_damaged_address_is_no_trouble(visit: Visitor, address: str) -> None:
    """What it does not understand the page leaves out."""
    page = visit(address=address)

    assert (page.tab.inner_text("#count"), page.errors) == ("11 entities, 11 facts", [])


# ---- Keyboard ----


@pytest.mark.parametrize(("key", "view"), [("l", "lanes"), ("t", "table"), ("g", "graph")])
def test_a_letter_changes_the_view(visit: Visitor, key: str, view: str) -> None:
    """Graph, lanes and table are a key away."""
    page = visit()
    page.tab.keyboard.press(key)

    assert view == page.tab.get_attribute("body", "data-view")


def test_letters_typed_in_the_search_are_letters(visit: Visitor) -> None:
    """A name with a t does not open the table."""
    page = visit()
    page.tab.focus("#search")
    page.tab.keyboard.type("tl[?")

    assert (page.tab.input_value("#search"), page.tab.get_attribute("body", "data-view")) == (
        "tl[?",
        "graph",
    )


def test_brackets_step_through_time(visit: Visitor) -> None:
    """After 1 June 2005 something changes on 16 August 2006."""
    page = visit(address="#t=2005-06-01")
    page.tab.keyboard.press("]")

    assert page.visible()["date"] == "2006-08-16"


def test_the_help_opens_and_closes(visit: Visitor) -> None:
    """A question mark opens it, Esc closes it, and the selection stays."""
    page = visit(address="#n=csto")
    page.tab.keyboard.press("?")
    opened = page.tab.is_visible("#manual-title")
    page.tab.keyboard.press("Escape")

    assert (opened, page.tab.is_visible("#manual-title"), page.tab.is_visible("#details")) == (
        True,
        False,
        True,
    )


def test_escape_takes_back_one_thing_at_a_time(visit: Visitor) -> None:
    """First the selection, then the path, then the neighbourhood."""
    page = visit(address="#f=csto&p=armenia,russia&n=csto")
    hashes = []
    for _ in range(3):
        page.tab.keyboard.press("Escape")
        hashes.append(page.tab.url.partition("#")[2])

    assert hashes == ["f=csto&p=armenia,russia", "f=csto", ""]


# ---- A long table ----


def long(count: int) -> Network[str]:
    """Return a star of so many facts."""
    network: Network[str] = nx.MultiDiGraph(
        title="Star", issued="2026-11-23", base="https://e.org/"
    )
    network.add_node("hub", label="Hub", **{"class": "Hub"})
    for number in range(count):
        network.add_node(f"n{number:05}", label=f"Node {number:05}", **{"class": "State"})
        network.add_edge(f"n{number:05}", "hub", key=f"f{number:05}", **about("memberOf"))
    return network


def test_a_long_table_has_the_rows_near_the_window_alone(visit: Visitor, tmp_path: Path) -> None:
    """Of five thousand rows few are made, wherever it is scrolled to, and each knows its place."""
    place = view(long(5000)).save(tmp_path / "long.html")
    tab = visit(place, "#view=table&t=all&l=0").tab
    made = tab.locator("#facts tr[data-fact]")
    top = (made.first.get_attribute("data-fact"), made.count())
    height = tab.evaluate("document.querySelector('#facts').scrollHeight")
    tab.evaluate("document.querySelector('#facts').scrollTop = 1e9")
    tab.wait_for_selector("#facts tr[data-fact=f04999]")
    tab.wait_for_selector("#facts tr[data-fact=f00000]", state="detached")

    assert top[0] == "f00000"
    assert max(top[1], made.count()) <= 400
    assert made.last.get_attribute("aria-rowindex") == "5001"
    assert tab.get_attribute("#facts table", "aria-rowcount") == "5001"
    # The room of rows that were not made is kept: the scroll bar does not jump.
    assert tab.evaluate("document.querySelector('#facts').scrollHeight") > 0.7 * height


def test_the_row_of_what_is_selected_is_made_wherever_it_stands(
    visit: Visitor, tmp_path: Path
) -> None:
    place = view(long(1000)).save(tmp_path / "long.html")
    tab = visit(place, "#view=table&t=all&l=0&e=f00876").tab

    tab.wait_for_selector("#facts tr[data-fact=f00876][aria-current=true]")
    assert tab.locator("#facts tr[data-fact=f00876]").is_visible()
