"""The page in a real browser: what it shows, when it shows it, and what it never does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest

from kg.errors import UsageError
from kg.view import Page, view

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

Network = nx.MultiDiGraph

LABELS = {
    "armenia": ("State", "Armenia", "Армения"),
    "russia": ("State", "Russia", "Россия"),
    "serbia": ("State", "Serbia", "Сербия"),
    "uzbekistan": ("State", "Uzbekistan", "Узбекистан"),
    "csto": (
        "InternationalOrganization",
        "Collective Security Treaty Organization",
        "ОДКБ",
    ),
    "sco": ("InternationalOrganization", "Shanghai Cooperation Organisation", "ШОС"),
    "csto-pa": ("Body", "Parliamentary Assembly of the CSTO", "Парламентская ассамблея ОДКБ"),
    "collective-security-treaty": ("Document", "Collective Security Treaty", "Договор"),
    "lavrov": ("Person", "Sergey Lavrov", "Сергей Лавров"),
    "biosecurity-measures-2020": ("Initiative", "Biosecurity measures", "Меры"),
    "csto-cfm-2020-05-26": ("Meeting", "Council of Foreign Ministers", "Заседание"),
    "biological-security": ("Topic", "Biological security", "Биологическая безопасность"),
}
CLASSES = {
    "State": ("state", "государство"),
    "InternationalOrganization": ("international organisation", "международная организация"),
    "Body": ("body", "орган"),
    "Document": ("document", "документ"),
    "Person": ("person", "человек"),
    "Initiative": ("initiative", "инициатива"),
    "Meeting": ("meeting", "заседание"),
    "Topic": ("topic", "тема"),
}
PREDICATES = {
    "memberOf": ("member of", "является членом", "state"),
    "observerOf": ("observer of", "является наблюдателем", "state"),
    "partyTo": ("party to", "является участником", "state"),
    "allyOf": ("ally of", "является союзником", "state"),
    "bodyOf": ("body of", "является органом", "timeless"),
    "proposed": ("proposed", "предложил", "event"),
    "proposedAt": ("proposed at", "предложено на", "timeless"),
    "bornOn": ("born on", "родился", "timeless"),
}
TREATY = {
    "source": "cst-1992",
    "title": "Collective Security Treaty, text",
    "publisher": "CSTO",
    "url": "https://en.odkb-csto.org/documents/treaty/",
    "published": "1992-05-15",
    "locator": "Art. 11",
    "row": "data/statements/csto.csv:12",
}
TASS = {
    "source": "tass-2020-05-26",
    "title": "Lavrov speaks on biosecurity",
    "publisher": "TASS",
    "url": "https://tass.com/politics/1",
    "published": "2020-05-26",
    "locator": "¶3",
    "row": "data/statements/meeting.csv:4",
}


def about(predicate: str, status: str = "current", **more: Any) -> dict[str, Any]:
    """Return the attributes of a fact with one reference, as `kg.network` gives them."""
    label, label_ru, kind = PREDICATES[predicate]
    return {
        "predicate": predicate,
        "label": label,
        "label_ru": label_ru,
        "kind": kind,
        "rank": "normal",
        "status": status,
        "inferred": False,
        "symmetric": False,
        "references": [TREATY],
    } | more


def held(start: str, end: str | None = None) -> dict[str, str]:
    """Return the dates of a state that held from a day until another one, exclusive."""
    return {"start": start, "since": start} | ({"end": end, "until": end} if end else {})


def small() -> Network[str]:
    """Return twelve entities with fifteen facts, eleven of which hold on the day of issue."""
    network: Network[str] = nx.MultiDiGraph(
        title="Eurasian security", version="0.1.0", issued="2026-11-23", base="https://e.org/"
    )
    for node, (name, label, label_ru) in LABELS.items():
        words = CLASSES[name]
        network.add_node(node, label=label, label_ru=label_ru, aliases=[])
        network.nodes[node].update({"class": name, "class_label": words[0]})
        network.nodes[node]["class_label_ru"] = words[1]
    network.nodes["csto"]["aliases"] = ["CSTO", "Tashkent Pact"]
    network.nodes["lavrov"].update(wikidata="Q58217", description="Foreign minister.")
    network.nodes["lavrov"]["facts"] = [about("bornOn", id="born", value="1950-03-21")]

    founded = held("2002-10-07")
    again = held("2006-08-16", "2012-12-19")
    for subject, target, key, attributes in [
        ("armenia", "csto", "member-armenia", about("memberOf", **founded)),
        ("russia", "csto", "member-russia", about("memberOf", **founded)),
        ("uzbekistan", "csto", "member-uzbekistan", about("memberOf", "ended", **again)),
        ("russia", "sco", "sco-russia", about("memberOf", **held("2001-06-15"))),
        ("uzbekistan", "sco", "sco-uzbekistan", about("memberOf", **held("2001-06-15"))),
        (
            "uzbekistan",
            "collective-security-treaty",
            "party-first",
            about("partyTo", "ended", **held("1992-05-15", "1999-04-20")),
        ),
        (
            "uzbekistan",
            "collective-security-treaty",
            "party-again",
            about("partyTo", "ended", **again, note="Protocol signed in Sochi."),
        ),
        (
            "armenia",
            "collective-security-treaty",
            "party-armenia",
            about("partyTo", **held("1994-04-20")),
        ),
        (
            "serbia",
            "csto",
            "observer-csto",
            about("observerOf", "disputed", rank="deprecated", **held("2013-04-11")),
        ),
        ("serbia", "csto-pa", "observer-pa", about("observerOf", **held("2013-04-11"))),
        ("csto-pa", "csto", "body", about("bodyOf")),
        (
            "armenia",
            "russia",
            "allies",
            about(
                "allyOf",
                inferred=True,
                symmetric=True,
                since="2002-10-07",
                rule="rules/allies.rq",
                rule_text="Members of the same alliance at the same time are allies.",
                premises=["member-armenia", "member-russia"],
                references=[],
            ),
        ),
        (
            "lavrov",
            "biosecurity-measures-2020",
            "proposal",
            about("proposed", at="2020-05-26", since="2020-05-26", references=[TASS]),
        ),
        (
            "biosecurity-measures-2020",
            "csto-cfm-2020-05-26",
            "proposal-at",
            about("proposedAt", references=[TASS]),
        ),
    ]:
        network.add_edge(subject, target, key=key, **attributes)
    return network


@dataclass
class Visit:
    """A page opened in the browser, with what it asked for and complained about."""

    tab: Tab
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def visible(self) -> dict[str, Any]:
        """Return what the page says it shows."""
        shown: dict[str, Any] = self.tab.evaluate("kgPage.visible()")
        return shown

    def facts(self) -> set[str]:
        """Return the ids of the facts that show."""
        return set(self.visible()["facts"])

    def on(self, date: str) -> None:
        """Type a date, as a reader does."""
        self.tab.fill("#typed", date)
        self.tab.press("#typed", "Enter")

    def all_dates(self) -> None:
        """Show every date at once."""
        self.tab.get_by_role("button", name="All dates").click()

    def table(self) -> None:
        """Open the table."""
        self.tab.get_by_role("button", name="Table", exact=True).click()

    def rows(self) -> list[str]:
        """Return the ids of the facts in the table, from the top."""
        ids: list[str] = self.tab.eval_on_selector_all(
            "tbody tr", "rows => rows.map(row => row.dataset.fact)"
        )
        return ids

    def find(self, text: str) -> None:
        """Search for a text and take the first answer."""
        self.tab.fill("#search", text)
        self.tab.press("#search", "Enter")

    def details(self) -> str:
        """Return the text of the details."""
        return self.tab.inner_text("#details")


Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small network in a file."""
    return view(small()).save(tmp_path_factory.mktemp("page") / "graph.html")


@pytest.fixture
def visit(browser: Browser, saved: Path) -> Iterator[Visitor]:
    """Open a page in a browser context of its own that has no network."""
    contexts = []

    def open_page(path: Path = saved, address: str = "", **options: Any) -> Visit:
        size = {"width": 1400, "height": 900}
        settings: dict[str, Any] = {"offline": True, "viewport": size} | options
        context = browser.new_context(**settings)
        contexts.append(context)
        opened = Visit(context.new_page())
        opened.tab.on("request", lambda request: opened.requests.append(request.url))
        opened.tab.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.tab.on(
            "console",
            lambda said: opened.errors.append(said.text) if said.type == "error" else None,
        )
        opened.tab.goto(path.as_uri() + address)
        return opened

    yield open_page
    for context in contexts:
        context.close()


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


# ---- Time ----


def test_a_fact_held_twice_is_two_lines(visit: Visitor) -> None:
    """Neither period hides the other in the picture."""
    page = visit(address="#t=all")

    assert {"party-first", "party-again"} <= set(page.visible()["edges"])


def test_a_fact_held_twice_is_two_rows(visit: Visitor) -> None:
    """Neither period hides the other in the table."""
    page = visit(address="#t=all&view=table")

    assert {"party-first", "party-again"} <= set(page.rows())


def test_two_lines_between_the_same_entities_fan_out(visit: Visitor) -> None:
    """The middles of the two lines are apart, so that each can be pointed at."""
    page = visit(address="#t=all")
    page.tab.wait_for_timeout(100)
    one, two = (page.tab.evaluate(f"kgPage.where('party-{name}')") for name in ("first", "again"))

    assert ((one["x"] - two["x"]) ** 2 + (one["y"] - two["y"]) ** 2) ** 0.5 > 6


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1999-04-19", {"party-first"}),
        ("1999-04-20", set()),
        ("2005-06-01", set()),
        ("2006-08-16", {"party-again"}),
        ("2012-06-27", {"party-again"}),
        ("2012-12-18", {"party-again"}),
        ("2012-12-19", set()),
    ],
)
def test_a_fact_shows_from_its_start_to_the_day_before_its_end(
    visit: Visitor, date: str, expected: set[str]
) -> None:
    """The end is exclusive: on that day the fact is gone."""
    page = visit()
    page.on(date)

    assert expected == page.facts() & {"party-first", "party-again"}


def test_an_interval_that_spans_the_year_stays(visit: Visitor) -> None:
    """A fact from 2006 to 2012 shows in the middle of 2009, though nothing of it happened then."""
    page = visit()
    page.on("2009")

    assert "member-uzbekistan" in page.facts()


@pytest.mark.parametrize(
    ("date", "expected"), [("2020-05-25", False), ("2020-05-26", True), ("2026-01-01", True)]
)
def test_an_event_shows_from_its_day_on(visit: Visitor, date: str, *, expected: bool) -> None:
    """That it happened holds ever after."""
    page = visit()
    page.on(date)

    assert expected == ("proposal" in page.facts())


def test_a_timeless_fact_shows_on_any_date(visit: Visitor) -> None:
    """What has no dates is not lost in time."""
    page = visit()
    page.on("1950")

    assert {"body", "born", "proposal-at"} == page.facts()


def test_a_disputed_fact_is_hidden_on_a_date(visit: Visitor) -> None:
    """Serbia observes the assembly, not the organisation."""
    page = visit()
    page.on("2020-01-01")

    assert {"observer-pa"} == page.facts() & {"observer-pa", "observer-csto"}


def test_a_disputed_fact_is_marked_under_all_dates(visit: Visitor) -> None:
    """What a source says is shown, and that a better one contradicts it as well."""
    page = visit()
    page.all_dates()
    page.table()

    assert "disputed" in page.tab.inner_text("tr[data-fact=observer-csto]")


def test_an_entity_without_a_fact_on_the_date_is_hidden(visit: Visitor) -> None:
    """An unconnected mark says nothing about that day."""
    page = visit()
    page.on("1990-01-01")

    assert "uzbekistan" not in page.visible()["nodes"]


def test_the_selected_entity_stays_without_facts(visit: Visitor) -> None:
    """Moving through time does not lose what one looks at."""
    page = visit()
    page.find("uzbekistan")
    page.on("1990-01-01")

    assert "uzbekistan" in page.visible()["nodes"]


def test_dates_are_written_in_words(visit: Visitor) -> None:
    """The end says that it is exclusive."""
    page = visit(address="#e=party-again")

    assert "from 16 August 2006 until 19 December 2012 (exclusive)" in page.details()


def test_a_day_that_does_not_exist_changes_nothing(visit: Visitor) -> None:
    """30 February is refused, not moved to March."""
    page = visit()
    page.on("2020-02-30")

    assert page.visible()["date"] == "2026-11-23"


def test_the_slider_moves_by_days(visit: Visitor) -> None:
    """One key, one day."""
    page = visit(address="#t=2012-12-18")
    page.tab.focus("#slider")
    page.tab.keyboard.press("ArrowRight")

    assert page.visible()["date"] == "2012-12-19"


def test_the_next_change_is_one_step_away(visit: Visitor) -> None:
    """After 1 June 2005 something changes on 16 August 2006."""
    page = visit(address="#t=2005-06-01")
    page.tab.click("#later")

    assert page.visible()["date"] == "2006-08-16"


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

ATTACKS = [
    "</script><script>window.PWNED=1</script>",
    "<img src=x onerror=window.PWNED=1>",
    "javascript:window.PWNED=1",
    '"><svg onload=window.PWNED=1> href',
]


def hostile() -> Network[str]:
    """Return a network in which every text is an attack."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    network.graph.update(dict.fromkeys(("title", "version", "licence", "base"), ATTACKS[0]))
    for attack in ATTACKS:
        texts = ("label", "label_ru", "class", "class_label", "class_label_ru", "description")
        network.add_node(attack, **dict.fromkeys((*texts, "wikidata"), attack), aliases=[attack])
    for number, attack in enumerate(ATTACKS):
        fact = about("memberOf", since="2000-01-01", inferred=number == 0)
        fact |= dict.fromkeys(
            ("predicate", "label", "label_ru", "start", "note", "rule", "rule_text"), attack
        )
        fact["references"] = [dict.fromkeys((*TREATY, "accessed", "at"), attack)]
        fact["premises"] = [attack]
        network.add_edge(ATTACKS[0], attack, key=f"{number}{attack}", **fact)
        network.nodes[attack]["facts"] = [fact | {"id": f"literal{number}", "value": attack}]
    return network


@pytest.fixture
def attacked(visit: Visitor, tmp_path: Path) -> Visit:
    """The hostile page after every panel has been opened, in both languages."""
    page = visit(view(hostile()).save(tmp_path / "hostile.html"))
    open_panel = "address => { location.hash = address; return new Promise(requestAnimationFrame) }"
    for part in ("", "&view=table", "&lang=ru"):
        for name, ids in (("n", page.visible()["entities"]), ("e", page.visible()["facts"])):
            for one in ids:
                page.tab.evaluate(
                    f"one => ({open_panel})('#t=all{part}&{name}=' + encodeURIComponent(one))", one
                )
                page.tab.wait_for_timeout(10)
    page.tab.fill("#search", "script")
    return page


def test_a_hostile_text_does_not_run(attacked: Visit) -> None:
    """Every label, id, note, rule and source is text and stays text."""
    assert attacked.tab.evaluate("window.PWNED === undefined")


def test_a_hostile_text_does_not_become_an_element(attacked: Visit) -> None:
    """No image and no foreign script comes out of the data."""
    assert attacked.tab.locator("img, svg[onload], [onerror]").count() == 0


def test_a_hostile_address_is_not_a_link(attacked: Visit) -> None:
    """Only http and https addresses are links."""
    attacked.tab.evaluate("location.hash = '#view=table&t=all'")

    assert attacked.tab.locator("a:not([href^=http]):not(#skip)").count() == 0


def test_a_hostile_page_complains_of_nothing(attacked: Visit) -> None:
    """Odd ids and labels do not break the page either."""
    assert attacked.errors == []


# ---- Access ----


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("#theme=light&n=lavrov", {}),
        ("#theme=dark&n=csto&t=all", {}),
        ("#theme=light&e=allies&t=all", {}),
        ("#theme=light&view=table&t=all", {}),
        ("#theme=dark&view=table&t=all", {}),
        ("", {"viewport": {"width": 390, "height": 844}}),
        ("#n=lavrov", {"viewport": {"width": 390, "height": 844}}),
        ("#lang=ru", {"color_scheme": "dark"}),
    ],
)
def test_axe_finds_nothing(visit: Visitor, address: str, options: dict[str, Any]) -> None:
    """The rules that a machine can check hold in every view."""
    from axe_playwright_python.sync_playwright import Axe

    page = visit(address=address, **options)
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
        "import hashlib, networkx as nx, test_view\n"
        "from kg.view import view\n"
        "network = test_view.small()\n"
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
    ("as_of", "date"), [("2012", "2012-01-01"), ("2012-06", "2012-06-01"), (None, "2026-11-23")]
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


def test_the_still_names_what_shows() -> None:
    """On the day of issue the still has the states but not the topic without a fact."""
    svg = view(small()).svg

    assert (">Armenia<" in svg, ">Biological security<" in svg) == (True, False)


def test_importing_the_room_loads_nothing_heavy() -> None:
    """`kg --help` does not wait for the drawing library."""
    heavy = ("pyvis", "IPython", "numpy", "rustworkx", "jinja2", "networkx")
    program = f"import sys, kg.view; print([m for m in {heavy!r} if m in sys.modules])"
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
