"""Finding on the page: search, filters, neighbourhood, path and keyboard."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from pages import Network, Visit, Visitor, about

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


def groups(page: Visit, query: str) -> dict[str, list[str]]:
    """Return what a search offers: by the head of each group what stands in its lines."""
    page.tab.fill("#search", query)
    found: list[list[str]] = page.tab.eval_on_selector_all(
        "#found > [role=group]",
        """all => all.map(one => [...one.children].map(
          line => (line.querySelector('bdi') ?? line).textContent))""",
    )
    return {head: lines for head, *lines in found}


@pytest.mark.parametrize(
    ("query", "head", "first"),
    [
        ("initiative", "Classes", "initiative"),
        ("initiatives", "Classes", "initiative"),
        ("инициатива", "Classes", "initiative"),
        ("инициативами", "Classes", "initiative"),
        (":Initiative", "Classes", "initiative"),
        ("member of", "Relations", "member of"),
        ("members", "Relations", "member of"),
        ("членом", "Relations", "member of"),
        (":memberOf", "Relations", "member of"),
        ("https://e.org/ontology#memberOf", "Relations", "member of"),
        ("csto", "Entities", "Collective Security Treaty Organization"),
        ("id:csto", "Entities", "Collective Security Treaty Organization"),
        ("https://e.org/id/csto", "Entities", "Collective Security Treaty Organization"),
        ("q58217", "Entities", "Sergey Lavrov"),
        ("organization collective", "Entities", "Collective Security Treaty Organization"),
        ("26 May 2020", "Dates", "As of 26 May 2020"),
        ("May 26, 2020", "Dates", "As of 26 May 2020"),
        ("26th of may 2020", "Dates", "As of 26 May 2020"),
        ("26 мая 2020", "Dates", "As of 26 May 2020"),
        ("26.05.2020", "Dates", "As of 26 May 2020"),
        ("2020-05-26", "Dates", "As of 26 May 2020"),
        ("May 2020", "Dates", "As of May 2020"),
        ("mai 2020", "Dates", "As of May 2020"),
        ("май 2020", "Dates", "As of May 2020"),
        ("2020-05", "Dates", "As of May 2020"),
        ("2020", "Dates", "As of 2020"),
        ("280 BC", "Dates", "As of 280 BC"),
        ("280 до н. э.", "Dates", "As of 280 BC"),
    ],
)
def test_what_is_meant_comes_first(visit: Visitor, query: str, head: str, first: str) -> None:
    """A class or relation by its label in either language, an id as in RDF, a date as said."""
    offered = groups(visit(), query)

    best, lines = next(iter(offered.items()))
    assert (best, lines[0]) == (head, first)


def test_a_code_finds_who_has_it(visit: Visitor, tmp_path: Path) -> None:
    """A code is no name: it finds only whoever has all of it."""
    network = long(3)
    network.nodes["n00001"]["facts"] = [about("bornOn", id="code", value="ZQ-7")]
    page = visit(view(network).save(tmp_path / "codes.html"))

    assert groups(page, "zq-7") == {"Entities": ["Node 00001"]}
    assert "Entities" not in groups(page, "zq-")


@pytest.mark.parametrize("query", ["30 February 2020", "2020-02-30", "13.13.2020", "31 of 2020"])
def test_a_day_that_is_in_no_calendar_is_no_date(visit: Visitor, query: str) -> None:
    assert "Dates" not in groups(visit(), query)


def test_a_date_offers_what_begins_and_ends_then(visit: Visitor) -> None:
    """In December 2012 Uzbekistan left the organisation and the treaty, and nothing began."""
    page = visit()
    offered = groups(page, "December 2012")
    lines = page.tab.locator("#found [role=option] small").all_inner_texts()

    assert offered == {
        "Dates": [
            "As of December 2012",
            "Uzbekistan member of Collective Security Treaty Organization",
            "Uzbekistan party to Collective Security Treaty",
        ]
    }
    assert lines == ["ends", "ends"]
    page.tab.keyboard.press("ArrowDown")
    page.tab.keyboard.press("Enter")
    # The last day on which it still holds.
    assert (
        page.visible()["date"],
        "Uzbekistan member of" in page.tab.inner_text("#details h2"),
    ) == ("2012-12-18", True)


def test_a_date_that_is_chosen_is_the_date_of_the_page(visit: Visitor) -> None:
    """Of a month its first day, as with the command line."""
    page = visit()
    page.find("май 2007")

    assert page.visible()["date"] == "2007-05-01"


def test_the_list_of_answers_is_cut_and_says_so(visit: Visitor, tmp_path: Path) -> None:
    """Of five hundred nodes by nearly the same name twelve are offered."""
    page = visit(view(long(500)).save(tmp_path / "many.html"))
    offered = groups(page, "node 00")

    assert [(head, len(lines)) for head, lines in offered.items()] == [("Entities12 of 500", 12)]


def test_the_keyboard_walks_through_the_groups_in_order(visit: Visitor) -> None:
    """Each option has its own id, one is active, and behind the last comes the first."""
    page = visit()
    page.tab.fill("#search", "treaty")
    options = page.tab.locator("#found [role=option]")
    walked = []
    for _ in range(options.count() + 1):
        walked.append(page.tab.get_attribute("#search", "aria-activedescendant"))
        page.tab.keyboard.press("ArrowDown")

    ids = [one.get_attribute("id") for one in options.all()]
    assert len(set(ids)) == len(ids) > 1
    assert walked == [*ids, ids[0]]
    assert options.and_(page.tab.locator("[aria-selected=true]")).count() == 1


@pytest.mark.parametrize("query", ["treaty", "May 2020", "state", "nothing of the kind"])
def test_axe_finds_nothing_in_the_list_of_answers(visit: Visitor, query: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit()
    page.tab.fill("#search", query)
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []


def test_who_searches_before_all_names_are_folded_is_answered_at_once_and_again(
    visit: Visitor, tmp_path: Path
) -> None:
    """A name among the last is looked for, and is not denied while it is."""
    page = visit(view(long(40_000)).save(tmp_path / "large.html"))
    said = page.tab.evaluate(
        """() => {
          const field = document.querySelector('#search');
          field.focus();
          field.value = 'node 39998';
          field.dispatchEvent(new Event('input'));
          return document.querySelector('#found').innerText;
        }"""
    )
    page.tab.wait_for_selector("#found [data-id=n39998]", timeout=20_000)

    assert said == "Looking…"
    assert page.tab.inner_text("#found").startswith("Entities")
    assert page.errors == []


def test_who_chooses_before_all_names_are_folded_gets_the_best_of_all(
    visit: Visitor, tmp_path: Path
) -> None:
    page = visit(view(long(40_000)).save(tmp_path / "large.html"))
    page.tab.evaluate(
        """() => {
          const field = document.querySelector('#search');
          field.focus();
          field.value = 'node 39998';
          field.dispatchEvent(new Event('input'));
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
        }"""
    )

    assert page.tab.inner_text("#details h2") == "Node 39998"
    assert page.errors == []


def test_a_search_among_twenty_thousand_is_not_felt(visit: Visitor, tmp_path: Path) -> None:
    """Half of a hundred milliseconds on a machine of its own; four times that where others work."""
    page = visit(view(long(20_000)).save(tmp_path / "large.html"))
    took = page.tab.evaluate(
        """async queries => {
          const field = document.querySelector('#search');
          const ask = text => {
            field.value = text;
            field.dispatchEvent(new Event('input'));
          };
          ask('once');  // what is folded is folded now
          const all = [];
          for (const query of queries) {
            const begin = performance.now();
            ask(query);
            all.push(performance.now() - begin);
            await new Promise(requestAnimationFrame);
          }
          return all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
        }""",
        ["n", "node 0123", "nodf 01234", "hbu", "state", "member of", "id:n01234", "zzzz yyyy"] * 3,
    )

    assert took < 200


# ---- Filters ----


@pytest.mark.parametrize("address", ["", "#l=3", "#f=csto", "#hp=memberOf"])
def test_a_class_that_is_chosen_shows_whole(visit: Visitor, address: str) -> None:
    """All four states, though hardly one of them has a fact with another one."""
    page = visit(address=address)
    page.find("государство")

    assert set(page.visible()["nodes"]) == {"armenia", "russia", "serbia", "uzbekistan"}
    assert page.facts() == {"allies"}
    assert "Only “state”." in page.tab.inner_text("#notice")


def test_a_class_alone_in_the_legend_shows_whole_too(visit: Visitor) -> None:
    """However it came to be alone; on a date without the treaty's parties no document shows."""
    page = visit(address="#t=2001-01-01")
    page.tab.get_by_role("button", name="Entities: none").click()
    page.tab.get_by_role("checkbox", name="state", exact=False).first.check()
    early = set(page.visible()["entities"])
    page.on("2003")

    # Before June 2001 the treaty alone had a party; by 2003 there are both organisations, of which
    # Serbia knows nothing before 2013.
    assert (early, set(page.visible()["entities"])) == (
        {"armenia"},
        {"armenia", "russia", "uzbekistan"},
    )


def test_a_relation_that_is_chosen_shows_its_facts_alone(visit: Visitor) -> None:
    """On the day of issue there are four memberships; one click leads back."""
    page = visit(address="#l=3")
    page.find("member of")
    chosen = (page.facts(), set(page.visible()["entities"]))
    page.tab.get_by_role("button", name="Show everything").click()

    assert chosen == (
        {"member-armenia", "member-russia", "sco-russia", "sco-uzbekistan"},
        {"armenia", "russia", "uzbekistan", "csto", "sco"},
    )
    assert page.tab.inner_text("#count") == "11 entities, 11 facts"


def test_a_chosen_class_travels_in_the_link(visit: Visitor) -> None:
    page = visit()
    page.find("person")
    again = visit(address=page.tab.evaluate("location.hash"))

    assert again.visible()["nodes"] == ["lavrov"]
    assert "Only “person”." in again.tab.inner_text("#notice")


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
