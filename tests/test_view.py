"""The page in a real browser: what it shows, and what it never does."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from pages import TREATY, Network, Visit, Visitor, about, held, small

import kg
from kg.errors import UsageError
from kg.page.document import Page
from kg.page.draw import view

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# ---- Offline ----


def test_the_page_asks_for_nothing_but_itself(visit: Visitor) -> None:
    """The file works without a network: no request leaves it."""
    page = visit()
    page.find("lavrov")

    assert [url for url in page.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_the_page_complains_of_nothing(visit: Visitor) -> None:
    """No script fails and the content security policy blocks nothing of ours."""
    page = visit()
    page.find("lavrov")
    page.all_dates()
    page.table()

    assert page.errors == []


def test_the_policy_forbids_what_is_not_in_the_file() -> None:
    """A tag that loads something would fail here and not only where there is no network."""
    html = view(small()).html

    assert "default-src 'none'; script-src 'sha256-" in html


# ---- Facts ----


def test_all_dates_show_the_whole_network(visit: Visitor) -> None:
    """Every entity is a mark and every fact between entities a line."""
    network = small()
    page = visit(address="#t=all")
    shown = page.visible()

    assert (sorted(network), sorted(key for *_, key in network.edges(keys=True))) == (
        sorted(shown["nodes"]),
        sorted(shown["edges"]),
    )


def test_the_status_counts_what_shows(visit: Visitor) -> None:
    """Of twelve entities the topic has no fact; of fifteen facts three ended, one is disputed."""
    page = visit()

    assert page.tab.inner_text("#count") == "11 entities, 11 facts"


@pytest.mark.parametrize("date", ["1950-01-01", "2005-06-01", "2012-06-27", "2026-11-23", "all"])
def test_the_table_has_one_row_for_each_fact_that_shows(visit: Visitor, date: str) -> None:
    """The table and the picture never disagree."""
    page = visit(address=f"#t={date}&view=table")

    assert sorted(page.visible()["facts"]) == sorted(page.rows())


@pytest.mark.parametrize("query", ["lavr", "ЛАВРОВ", "сергей л"])
def test_a_search_leads_to_the_details(visit: Visitor, query: str) -> None:
    """Names are found in both languages, whatever the case."""
    page = visit()
    page.find(query)

    assert page.tab.inner_text("#details h2") == "Sergey Lavrov"


def test_a_search_knows_other_names(visit: Visitor) -> None:
    """An alias leads to the entity as its label does."""
    page = visit()
    page.find("tashkent pact")

    assert page.tab.inner_text("#details h2") == "Collective Security Treaty Organization"


def test_the_arrow_keys_choose_among_the_answers(visit: Visitor) -> None:
    """The list of answers works without a mouse."""
    page = visit()
    page.tab.fill("#search", "csto")
    page.tab.press("#search", "ArrowDown")
    chosen = page.tab.get_attribute("#found [aria-selected=true]", "data-id")
    page.tab.press("#search", "Enter")

    assert chosen == page.tab.inner_text("#details .ids code")


def test_a_fact_links_to_its_source(visit: Visitor) -> None:
    """From the search to who says so: two steps."""
    page = visit()
    page.find("лавров")
    link = page.tab.locator("[data-fact=proposal] .references a")

    assert (
        link.inner_text(),
        link.get_attribute("href"),
        link.get_attribute("rel"),
    ) == ("Lavrov speaks on biosecurity", "https://tass.com/politics/1", "noopener noreferrer")


def test_a_reference_says_everything_it_knows(visit: Visitor) -> None:
    """Publisher, day of publication, place in the source and row of the table are there."""
    page = visit()
    page.find("lavrov")
    reference = page.tab.inner_text("[data-fact=proposal] .references")

    assert [
        part
        for part in ("TASS", "published 26 May 2020", "¶3", "data/statements/meeting.csv:4")
        if part not in reference
    ] == []


def test_a_period_without_a_known_start_comes_behind_the_later_ones(
    visit: Visitor, tmp_path: Path
) -> None:
    """The newest comes first; an unknown start is earlier than any, also than one before 1970."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    ended = {"end": "1950-01-01", "until": "1950-01-01"}
    network.add_edge("a", "b", key="first", **about("memberOf", "ended", **ended))
    network.add_edge(
        "a", "b", key="then", **about("memberOf", "ended", **held("1960-01-01", "1965-01-01"))
    )
    page = visit(view(network).save(tmp_path / "periods.html"), "#n=a")
    cards = page.tab.locator("#details .card").all()

    assert [card.get_attribute("data-fact") for card in cards] == ["then", "first"]


def test_a_source_of_which_only_the_address_is_known_stands_in_the_table(
    visit: Visitor, tmp_path: Path
) -> None:
    """Networks of other makers may give no more than that."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    source = {"url": "https://e.org/1"}
    network.add_edge("a", "b", key="one", **about("bodyOf", references=[source]))
    page = visit(view(network).save(tmp_path / "address.html"), "#view=table")

    assert page.tab.locator("#facts .citations").all_inner_texts() == ["https://e.org/1"]


def test_what_stands_in_optional_columns_shows_with_the_fact_and_the_source(
    visit: Visitor, tmp_path: Path
) -> None:
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    source = {"title": "Gazette", "url": "https://e.org/1", "version_read": "2026-11"}
    given = about("bodyOf", references=[source], confidence=0.8)
    network.add_edge("a", "b", key="one", **given)
    page = visit(view(network).save(tmp_path / "optional.html"))
    page.find("a")

    assert "confidence 0.8" in page.tab.inner_text("#details")
    assert "version read 2026-11" in page.tab.inner_text("#details")


def test_a_literal_shows_as_a_value(visit: Visitor) -> None:
    """A fact without a second entity has a card as well."""
    page = visit()
    page.find("lavrov")

    assert "1950-03-21" in page.tab.inner_text("[data-fact=born]")


def test_a_click_on_a_mark_opens_the_entity(visit: Visitor) -> None:
    """The picture is a way in, too."""
    page = visit()
    page.tab.wait_for_timeout(100)
    spot = page.tab.evaluate("kgPage.where('sco')")
    page.tab.mouse.click(spot["x"], spot["y"])
    page.tab.wait_for_selector("#details h2")

    assert page.tab.inner_text("#details h2") == "Shanghai Cooperation Organisation"


def test_a_click_on_a_line_opens_the_fact(visit: Visitor) -> None:
    """A line is a fact with dates and sources of its own."""
    page = visit()
    page.tab.wait_for_timeout(100)
    spot = page.tab.evaluate("kgPage.where('proposal-at')")
    page.tab.mouse.click(spot["x"], spot["y"])

    assert "proposed at" in page.tab.inner_text("#details h2")


def test_an_inferred_fact_leads_to_its_premises(visit: Visitor) -> None:
    """What a rule concluded can be followed back to what a source says."""
    page = visit(address="#e=allies")
    rule = page.tab.inner_text("#details .proof p:not(.head)")
    page.tab.locator("#details .proof button").first.click()

    assert (
        rule[:28],
        page.tab.inner_text("#details h2").replace("\n", " ")[:28],
    ) == ("Members of the same alliance", "Armenia member of Collective")


def test_an_inferred_fact_shows_every_proof(visit: Visitor, tmp_path: Path) -> None:
    """And each premise, of whichever proof, says what follows from it."""
    network = small()
    network["armenia"]["russia"]["allies"]["proofs"] = [
        {
            "rule": "treaty",
            "rule_text": "Who keeps a treaty is an ally.",
            "premises": ["party-armenia"],
        }
    ]
    page = visit(view(network).save(tmp_path / "two.html"), "#e=allies")
    texts = page.tab.locator("#details .proof p:not(.head)").all_inner_texts()
    page.tab.locator("#details .proof button").last.click()

    assert [text[:12] for text in texts] == ["Members of t", "Who keeps a "]
    assert "ally of" in page.tab.inner_text("#details .facts >> nth=-1")


def test_a_click_on_a_row_opens_the_fact(visit: Visitor) -> None:
    """The table is the picture for those who cannot use a picture."""
    page = visit(address="#view=table")
    page.tab.click("tr[data-fact=member-armenia] td.date >> nth=0")

    assert "since 7 October 2002" in page.details()


def test_a_heading_sorts_the_table(visit: Visitor) -> None:
    """Once upwards, twice downwards: the newest fact comes first."""
    page = visit(address="#view=table")
    page.tab.click("[data-column=from]")
    page.tab.click("[data-column=from]")

    assert page.rows()[0] == "proposal"


# ---- Legend ----


def test_the_legend_filters_by_class(visit: Visitor) -> None:
    """Without persons Lavrov goes with his two facts: ten entities, nine facts."""
    page = visit()
    page.tab.get_by_role("checkbox", name="Person").uncheck()

    # The initiative keeps its timeless link to the meeting.
    assert page.tab.inner_text("#count") == "10 entities, 9 facts"


def test_the_legend_filters_the_table(visit: Visitor) -> None:
    """What is switched off in the legend has no row."""
    page = visit(address="#view=table")
    page.tab.get_by_role("checkbox", name="member of").uncheck()

    assert not {"member-armenia", "member-russia", "sco-russia"} & set(page.rows())


def test_the_legend_keeps_the_focus_on_the_switch_used(visit: Visitor) -> None:
    """The keyboard does not lose its place when the legend is drawn anew."""
    page = visit()
    page.tab.get_by_role("checkbox", name="Person").focus()
    page.tab.keyboard.press("Space")

    assert page.tab.evaluate("document.activeElement.dataset.id") == "Person"


# ---- State ----


def test_the_address_restores_the_page(visit: Visitor) -> None:
    """A link opened by somebody else shows the same."""
    first = visit()
    first.on("2008-01-01")
    first.tab.get_by_role("checkbox", name="Person").uncheck()
    first.tab.get_by_role("checkbox", name="party to").uncheck()
    first.find("uzbekistan")
    first.tab.get_by_role("button", name="Dark").click()
    address = "#" + first.tab.url.partition("#")[2]
    second = visit(address=address)

    assert (first.visible(), first.details(), "dark") == (
        second.visible(),
        second.details(),
        second.tab.evaluate("document.documentElement.dataset.theme"),
    )


def test_the_address_is_plain_at_first(visit: Visitor) -> None:
    """Only what differs from the start is kept."""
    page = visit()

    assert page.tab.url.partition("#")[2] == ""


def test_escape_clears_the_selection(visit: Visitor) -> None:
    """One key leads back."""
    page = visit(address="#n=lavrov")
    page.tab.keyboard.press("Escape")

    assert "Sergey Lavrov" not in page.details()


def test_the_page_speaks_russian(visit: Visitor) -> None:
    """Labels and words change together, and the page says so to screen readers."""
    page = visit(address="#n=lavrov")
    page.tab.get_by_role("button", name="Русский").click()

    assert (
        page.tab.inner_text("#details h2"),
        page.tab.get_attribute("html", "lang"),
        page.tab.inner_text("#count"),
    ) == ("Сергей Лавров", "ru", "Объектов: 11, фактов: 11")


# ---- Safety ----

# Texts that would be more elements, or another address, if they did not stay text.
MARKUP = [
    '</script><b class="marked">more</b>',
    "<b class=marked>more</b> &amp; 'more'",
    "mailto:more@example.org",
    '" class="marked',
]


def marked() -> Network[str]:
    """Return a network in which every text is markup."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    network.graph.update(dict.fromkeys(("title", "version", "licence", "base"), MARKUP[0]))
    for text in MARKUP:
        texts = ("label", "label_ru", "class", "class_label", "class_label_ru", "description")
        network.add_node(text, **dict.fromkeys((*texts, "wikidata"), text), aliases=[text])
    for number, text in enumerate(MARKUP):
        fact = about("memberOf", since="2000-01-01", inferred=number == 0)
        fact |= dict.fromkeys(
            ("predicate", "label", "label_ru", "start", "note", "rule", "rule_text"), text
        )
        fact["references"] = [dict.fromkeys((*TREATY, "accessed", "at"), text)]
        fact["premises"] = [text]
        fact["proofs"] = [{"rule": text, "rule_text": text, "premises": [text]}]
        network.add_edge(MARKUP[0], text, key=f"{number}{text}", **fact)
        network.nodes[text]["facts"] = [fact | {"id": f"literal{number}", "value": text}]
    return network


@pytest.fixture(scope="module")
def opened_up(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """The page of markup after every panel has been opened, in both languages.

    Each test that looks at one view goes there first.
    """
    place = view(marked()).save(tmp_path_factory.mktemp("marked") / "marked.html")
    context = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
    page = Visit(context.new_page())
    page.tab.goto(place.as_uri())
    open_panel = "address => { location.hash = address; return new Promise(requestAnimationFrame) }"
    for part in ("", "&view=table", "&view=lanes", "&lang=ru"):
        for name, ids in (("n", page.visible()["entities"]), ("e", page.visible()["facts"])):
            for one in ids:
                page.tab.evaluate(
                    f"one => ({open_panel})('#t=all{part}&{name}=' + encodeURIComponent(one))", one
                )
                page.tab.wait_for_timeout(10)
    page.tab.fill("#search", "more")
    yield page
    context.close()


def test_markup_in_a_text_does_not_become_an_element(opened_up: Visit) -> None:
    """Every label, id, note, rule and source is text and stays text."""
    assert opened_up.tab.locator(".marked, img").count() == 0


def test_markup_in_a_text_is_shown_as_it_is(opened_up: Visit) -> None:
    """Nothing is taken away from it either."""
    opened_up.tab.evaluate("location.hash = '#view=table&t=all'")

    assert opened_up.tab.get_by_text("<b class=marked>more</b> &amp; 'more'").count() > 0


# Each text of the page with a mark that turns the writing, and that can turn what stands around it.
LOOSE = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const apart = 'bdi, option, script, style, textarea, title, svg text';
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode;
    const rest = data.replace(/\\u2068[^\\u2068\\u2069]*\\u2069/g, '');
    if (/\\p{Bidi_Control}/u.test(rest) && !parentElement.closest(apart)) found.push(data);
  }
  const named = document.querySelectorAll('[aria-label], [title], [placeholder]');
  for (const one of named) {
    for (const name of ['aria-label', 'title', 'placeholder']) {
      const told = one.getAttribute(name) ?? '';
      const rest = told.replace(/\\u2068[^\\u2068\\u2069]*\\u2069/g, '');
      if (/.\\p{Bidi_Control}|\\p{Bidi_Control}.*\\s/u.test(rest)) found.push(`${name}: ${told}`);
    }
  }
  return found;
}"""


def test_a_label_that_turns_the_writing_turns_only_itself(visit: Visitor, tmp_path: Path) -> None:
    """Each stands in a <bdi> of its own, and within a sentence between U+2068 and U+2069."""
    turned = "\u202eabc"
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23", title=turned)
    for name in ("ada", "club", "far"):
        texts = ("label", "label_ru", "class_label", "class_label_ru", "description")
        network.add_node(name, **dict.fromkeys(texts, turned), **{"class": "One"})
    for name in ("club", "far"):
        fact = about("memberOf", since="2000-01-01") | dict.fromkeys(("label", "label_ru"), turned)
        network.add_edge("ada", name, key=f"to-{name}", **fact)
    page = visit(view(network).save(tmp_path / "page.html"))

    loose = []
    for part in ("", "&view=table", "&view=lanes", "&focus=ada", "&path=ada,far", "&n=ada"):
        page.tab.evaluate("one => { location.hash = one }", f"#t=all{part}&e=to-club")
        page.tab.wait_for_timeout(200)
        loose += page.tab.evaluate(LOOSE)
    page.tab.fill("#search", "abc")
    loose += page.tab.evaluate(LOOSE)
    page.tab.evaluate("location.hash = '#t=all&view=lanes'")
    told = page.tab.locator("[aria-label*='\u202e']").first.get_attribute("aria-label")

    assert sorted(set(loose)) == []
    assert told is not None
    assert told.startswith(" ".join(3 * [f"\u2068{turned}\u2069"]))


def test_a_marked_address_is_not_a_link(opened_up: Visit) -> None:
    """Only http and https addresses are links."""
    opened_up.tab.evaluate("location.hash = '#view=table&t=all'")

    assert opened_up.tab.locator("a:not([href^=http]):not(.skip)").count() == 0


def test_a_marked_picture_has_only_shapes_and_text(opened_up: Visit) -> None:
    """The SVG that is saved is read elsewhere, without our policy: it must hold no script."""
    opened_up.tab.evaluate("location.hash = '#lang=ru&t=all'")
    root = ET.fromstring(opened_up.tab.evaluate("kgPage.svg()"))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    marked = [element for element in root.iter() if element.get("class") == "marked"]

    assert (
        names - {"svg", "title", "defs", "marker", "path", "rect", "g", "polygon", "text"},
        marked,
    ) == (set(), [])


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", "Eurasian security"), ("ru", "Безопасность Евразии")]
)
def test_the_title_is_in_the_language_shown(
    visit: Visitor, tmp_path: Path, lang: str, expected: str
) -> None:
    network = small()
    network.graph["title_ru"] = "Безопасность Евразии"
    page = visit(view(network).save(tmp_path / "titled.html"), f"#lang={lang}")

    assert (page.tab.inner_text("h1"), page.tab.title()) == (expected, expected)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_years_do_not_run_together_on_a_phone(visit: Visitor, lang: str) -> None:
    page = visit(address=f"#lang={lang}", viewport={"width": 390, "height": 844})
    boxes = page.tab.eval_on_selector_all(
        ".rail .ticks span",
        """all => all.map(one => one.getBoundingClientRect()).filter(box => box.width)
                      .map(({ left, right }) => [left, right])""",
    )

    assert len(boxes) > 2
    assert [one for one, other in pairwise(boxes) if other[0] - one[1] < 4] == []


def test_a_marked_page_complains_of_nothing(opened_up: Visit) -> None:
    """Odd ids and labels do not break the page either."""
    assert opened_up.errors == []


# ---- Access ----


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("#theme=light&n=lavrov", {}),
        ("#theme=dark&n=csto&t=all", {}),
        ("#theme=light&e=allies&t=all", {}),
        ("#theme=light&view=table&t=all", {}),
        ("#theme=dark&view=table&t=all", {}),
        ("#theme=light&view=lanes", {}),
        ("#theme=dark&view=lanes&t=all&e=party-again", {}),
        ("#view=lanes", {"viewport": {"width": 390, "height": 844}}),
        ("", {"viewport": {"width": 390, "height": 844}}),
        ("#n=lavrov", {"viewport": {"width": 390, "height": 844}}),
        ("#lang=ru", {"color_scheme": "dark"}),
        ("#p=serbia,armenia&t=all", {}),
        ("#f=csto&h=2&theme=dark", {}),
    ],
)
def test_axe_finds_nothing(visit: Visitor, address: str, options: dict[str, Any]) -> None:
    """The rules that a machine can check hold in every view."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(address=address, **options)
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("control", ["#help", "#share"])
def test_axe_finds_nothing_in_what_opens(visit: Visitor, control: str) -> None:
    """The help and the menu are no worse than the page."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit()
    page.tab.click(control)
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []


def test_a_narrow_page_does_not_scroll_sideways(visit: Visitor) -> None:
    """A telephone of 390 pixels shows the whole width."""
    page = visit(address="#n=csto", viewport={"width": 390, "height": 844})

    assert page.tab.evaluate("document.documentElement.scrollWidth") == 390


def test_every_control_is_large_enough_to_hit(visit: Visitor) -> None:
    """Targets are at least 24 pixels in both directions (WCAG 2.2, 2.5.8)."""
    page = visit(address="#n=csto&t=all")
    small_ones = page.tab.evaluate(
        """[...document.querySelectorAll('button, .part label, .references a')]
        .filter(e => e.offsetParent)
        .map(e => [e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""
    )

    assert small_ones == []


def test_the_arrow_keys_walk_through_the_picture(visit: Visitor) -> None:
    """The picture can be read without a mouse."""
    page = visit()
    page.tab.focus("#canvas")
    page.tab.keyboard.press("ArrowRight")

    assert page.tab.inner_text("#told") == page.tab.inner_text("#details h2")


def test_the_first_link_leads_to_the_table(visit: Visitor) -> None:
    """Whoever cannot use the picture is one key away from the facts as text."""
    page = visit()
    page.tab.keyboard.press("Tab")
    page.tab.keyboard.press("Enter")

    assert len(page.rows()) == 11


# ---- Labels ----


@pytest.fixture(scope="module")
def real(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped graph in a file."""
    return shipped.view().save(tmp_path_factory.mktemp("real") / "graph.html")


def overlapping(boxes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the labels whose boxes share more than a hair of the screen."""
    return [
        (a["text"], b["text"])
        for a, b in combinations(boxes, 2)
        if min(a["x2"], b["x2"]) - max(a["x1"], b["x1"]) > 0.5
        and min(a["y2"], b["y2"]) - max(a["y1"], b["y1"]) > 0.5
    ]


@pytest.mark.parametrize(
    ("address", "size"),
    [
        ("", (1400, 900)),
        ("#lang=ru", (1400, 900)),
        ("#l=0&t=all", (1400, 900)),
        ("#n=csto", (1400, 900)),
        ("", (1920, 1080)),
        ("", (390, 844)),
    ],
)
def test_no_label_covers_another_one(
    visit: Visitor, real: Path, address: str, size: tuple[int, int]
) -> None:
    """Measured in the browser, on the graph that is shipped, in the frame that is drawn first."""
    page = visit(real, address, viewport={"width": size[0], "height": size[1]})
    page.tab.wait_for_timeout(600)

    assert overlapping(page.tab.evaluate("kgPage.labels()")) == []


def test_a_label_is_wide_enough_for_its_text(visit: Visitor, real: Path) -> None:
    """The boxes are no make-believe: each letter takes some five pixels of twelve-pixel text."""
    page = visit(real)
    page.tab.wait_for_timeout(600)
    boxes = page.tab.evaluate("kgPage.labels()")
    area = {box["text"]: (box["x2"] - box["x1"]) * (box["y2"] - box["y1"]) for box in boxes}

    assert [text for text, pixels in area.items() if pixels < 5 * 12 * len(text)] == []


def test_the_first_view_names_its_landmarks(visit: Visitor, real: Path) -> None:
    """The three organisations and the states that share them can be read at once."""
    page = visit(real)
    page.tab.wait_for_timeout(600)
    named = {label["text"] for label in page.tab.evaluate("kgPage.labels()")}

    assert {"CSTO", "CIS", "SCO", "Russia", "Armenia", "Kazakhstan"} <= named


def test_the_organisations_stand_apart_and_the_states_between(visit: Visitor, real: Path) -> None:
    """Members of all three lie inside the triangle, a member of one outside of the others' side."""
    page = visit(real)
    at = {
        one: page.tab.evaluate(f"kgPage.where('{one}')")
        for one in ("csto", "cis", "sco", "russia", "china", "moldova")
    }

    def apart(one: str, other: str) -> float:
        return math.dist((at[one]["x"], at[one]["y"]), (at[other]["x"], at[other]["y"]))

    three = ("csto", "cis", "sco")
    sides = [apart(one, other) for one, other in combinations(three, 2)]
    assert min(sides) > 300
    assert max(apart("russia", one) for one in three) < max(sides)
    assert apart("china", "sco") < min(apart("china", "csto"), apart("china", "cis"))
    assert apart("moldova", "cis") < min(apart("moldova", "csto"), apart("moldova", "sco"))


# ---- Large graphs ----


def crowd() -> Network[str]:
    """Return two hubs and 310 others, of which ten belong to both hubs and 300 to one."""
    network: Network[str] = nx.MultiDiGraph(title="Crowd", issued="2026-11-23")
    for hub in ("hub-1", "hub-2"):
        network.add_node(hub, label=hub, **{"class": "Hub"})
    for number in range(310):
        name = "Many" if number >= 10 else "Few"
        network.add_node(f"n{number}", label=f"n{number}", **{"class": name})
        for hub in ("hub-1", "hub-2")[: 1 if number >= 10 else 2]:
            network.add_edge(f"n{number}", hub, key=f"{number}-{hub}", **about("bodyOf"))
    return network


def test_a_crowd_opens_on_the_best_connected_classes(visit: Visitor, tmp_path: Path) -> None:
    """More than 300 marks are no picture: the class with the fewest facts each is left out."""
    page = visit(view(crowd()).save(tmp_path / "crowd.html"))

    assert "Showing 12 of 312 entities" in page.tab.inner_text("#notice")


def test_a_crowd_can_be_shown_whole(visit: Visitor, tmp_path: Path) -> None:
    """One button brings in everybody."""
    page = visit(view(crowd()).save(tmp_path / "crowd.html"))
    page.tab.get_by_role("button", name="Show all").click()

    assert len(page.visible()["nodes"]) == 312


# ---- In Python ----


def test_the_same_network_gives_the_same_bytes() -> None:
    """Neither the seed of Python's hashes nor the order of the nodes shows in the file."""
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import hashlib, networkx as nx, pages\n"
        "from kg.page.draw import view\n"
        "network = pages.small()\n"
        "turned = nx.MultiDiGraph(**network.graph)\n"
        "turned.add_nodes_from(reversed(list(network.nodes(data=True))))\n"
        "turned.add_edges_from(reversed(list(network.edges(keys=True, data=True))))\n"
        "for one in (network, turned):\n"
        "    page = view(one)\n"
        "    print(hashlib.sha256((page.html + page.svg).encode()).hexdigest())\n"
    )
    digests = set()
    for seed in ("0", "1", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests |= set(done.stdout.split())

    assert len(digests) == 1


def test_the_network_is_left_alone() -> None:
    """Drawing is not a reason to edit what was given."""
    network = small()
    before = json.dumps(nx.node_link_data(network, edges="edges"), sort_keys=True)
    view(network, as_of="2012", focus="csto", hops=2)

    assert before == json.dumps(nx.node_link_data(network, edges="edges"), sort_keys=True)


def test_a_focus_keeps_the_neighbourhood(visit: Visitor, tmp_path: Path) -> None:
    """One hop from Lavrov there is only his proposal."""
    page = visit(view(small(), focus="lavrov").save(tmp_path / "focus.html"), "#t=all")

    assert sorted(page.visible()["nodes"]) == ["biosecurity-measures-2020", "lavrov"]


def test_a_focus_reaches_as_far_as_asked(visit: Visitor, tmp_path: Path) -> None:
    """Two hops from Lavrov lies the meeting."""
    page = visit(view(small(), focus="lavrov", hops=2).save(tmp_path / "focus.html"), "#t=all")

    assert "csto-cfm-2020-05-26" in page.visible()["nodes"]


def test_a_focus_keeps_the_marks() -> None:
    """A state looks the same in its neighbourhood as in the full picture."""
    marks = [
        page.html.partition('"State":{')[2].partition("}")[0]
        for page in (view(small()), view(small(), focus="serbia"))
    ]

    assert marks[0] == marks[1]


@pytest.mark.parametrize(
    ("as_of", "date"),
    [
        ("2012", "2012-01-01"),
        ("2012-06", "2012-06-01"),
        ("2012~", "2011-01-01"),
        (None, "2026-11-23"),
    ],
)
def test_the_page_opens_on_the_date_asked_for(
    visit: Visitor, tmp_path: Path, as_of: str | None, date: str
) -> None:
    """A partial date means its first day; no date the day of issue."""
    page = visit(view(small(), as_of=as_of).save(tmp_path / "dated.html"))

    assert date == page.visible()["date"]


def test_an_unknown_focus_is_refused_with_a_hint() -> None:
    """A slip of the pen is named, and what was perhaps meant."""
    with pytest.raises(UsageError) as error:
        view(small(), focus="lavrow")

    assert str(error.value) == "'lavrow' is not an entity of this graph; did you mean 'lavrov'?"


def test_an_impossible_date_is_refused() -> None:
    """The same sentence as everywhere else in kg."""
    with pytest.raises(UsageError, match="2020-02 has 29 days"):
        view(small(), as_of="2020-02-30")


def test_a_network_without_facts_has_a_page(visit: Visitor, tmp_path: Path) -> None:
    """Nothing to show is no reason to fail."""
    page = visit(view(nx.MultiDiGraph()).save(tmp_path / "empty.html"))

    assert (page.tab.inner_text("#count"), page.errors) == ("0 entities, 0 facts", [])


def test_a_saved_page_is_utf_8_with_plain_line_ends(saved: Path) -> None:
    """The same bytes on every system."""
    data = saved.read_bytes()

    assert ("Россия".encode() in data, b"\r" in data) == (True, False)


def test_saving_leaves_nothing_else_behind(tmp_path: Path) -> None:
    """The file is written beside its place and renamed; no trace of that remains."""
    view(small()).save(tmp_path / "graph.html")

    assert [path.name for path in tmp_path.iterdir()] == ["graph.html"]


def test_a_page_displays_itself_in_a_sandbox() -> None:
    """In a notebook the page runs in a frame without the notebook's origin."""
    shown = view(small())._repr_mimebundle_()["text/html"]

    assert (
        shown[shown.index("sandbox=") :][:52],
        "allow-same-origin" in shown,
    ) == ('sandbox="allow-scripts allow-downloads allow-popups"', False)


def test_an_untrusted_notebook_shows_the_still(visit: Visitor, tmp_path: Path) -> None:
    """Under the frame lies an image that needs no script."""
    path = tmp_path / "cell.html"
    page = view(small())
    cell = page._repr_mimebundle_()["text/html"]
    script = "<script>window.kgPage = 1</script>"
    path.write_text("<!doctype html><meta charset=utf-8>" + cell + script, encoding="utf-8")
    opened = visit(path)

    assert opened.tab.evaluate("document.querySelector('img').decode().then(() => true)")


def test_the_page_runs_in_the_notebooks_frame(visit: Visitor, tmp_path: Path) -> None:
    """Without an address of its own the page works all the same."""
    path = tmp_path / "cell.html"
    cell = view(small())._repr_mimebundle_()["text/html"]
    script = "<script>window.kgPage = 1</script>"
    path.write_text("<!doctype html><meta charset=utf-8>" + cell + script, encoding="utf-8")
    opened = visit(path)

    frame = opened.tab.frame_locator("iframe")
    frame.locator("#search").fill("lavrov")
    frame.locator("#search").press("Enter")

    assert frame.locator("#details h2").inner_text() == "Sergey Lavrov"


def test_a_frame_without_an_address_offers_no_link(visit: Visitor, tmp_path: Path) -> None:
    """In a notebook there is nothing that a link could lead to; pictures and tables remain."""
    path = tmp_path / "cell.html"
    cell = view(small())._repr_mimebundle_()["text/html"]
    script = "<script>window.kgPage = 1</script>"
    path.write_text("<!doctype html><meta charset=utf-8>" + cell + script, encoding="utf-8")
    frame = visit(path).tab.frame_locator("iframe")
    frame.locator("#share").click()
    offered = frame.locator("[data-share]").evaluate_all("all => all.map(a => a.dataset.share)")

    assert offered == ["copyLegend", "saveSvg", "savePng", "saveCsv", "savePlaces"]


def test_the_still_names_what_shows() -> None:
    """On the day of issue the still has the states but not the topic without a fact."""
    svg = view(small()).svg

    assert (">Armenia<" in svg, ">Biological security<" in svg) == (True, False)


def test_importing_the_room_loads_nothing_heavy() -> None:
    """`kg --help` does not wait for the drawing library."""
    heavy = ("pyvis", "IPython", "numpy", "rustworkx", "jinja2", "networkx")
    program = f"import sys, kg.page.draw; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


def test_the_script_in_the_page_is_the_one_that_pyvis_brings() -> None:
    """The picture is drawn by the pinned pyvis, not by a copy."""
    from importlib.resources import files

    script = (files("pyvis") / "templates/lib/vis-9.1.2/vis-network.min.js").read_text("utf-8")
    part = script[1000:200_000]

    assert part in view(small()).html


def test_the_page_returns_a_page() -> None:
    """The result says in one line what it holds."""
    page = view(small())

    assert (Page, "Eurasian security: 12 entities, 15 facts") == (type(page), page.title)
