"""Asking on the page: SPARQL in the browser, without any network, as `kg query` answers it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pages import Visit
from pyoxigraph import Literal, NamedNode, Quad, Store

import kg
from kg.model.namespaces import term
from kg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from firefox import Firefox
    from pages import Visitor
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o)) }"
# Counts all pairs of triples, which takes seconds.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def graph() -> kg.Graph:
    return kg.build(ROOT / "data", ROOT / "ontology")


@pytest.fixture(scope="module")
def asked(graph: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped graph's page with the engine in it."""
    return graph.view(with_sparql=True).save(tmp_path_factory.mktemp("ask") / "page.html")


@pytest.fixture
def page(visit: Visitor, asked: Path) -> Visit:
    return visit(asked, "#view=ask")


@pytest.fixture(scope="module")
def desk(browser: Browser, asked: Path) -> Iterator[Visit]:
    """One page for the tests that only ask and read: to open it and load the engine takes long."""
    window = browser.new_context(offline=True, viewport={"width": 1400, "height": 900})
    opened = Visit(window.new_page())
    opened.tab.goto(f"{asked.as_uri()}#view=ask")
    yield opened
    window.close()


def write(page: Visit, text: str) -> None:
    """Replace the text in the editor, as a reader does; what completes the last may cover it."""
    page.tab.locator("#ask .cm-content").focus()
    page.tab.keyboard.press("ControlOrMeta+A")
    page.tab.keyboard.insert_text(text)


def run(page: Visit, text: str) -> str:
    """Ask, and return what is told once the answer is there."""
    write(page, text)
    page.tab.keyboard.press("ControlOrMeta+Enter")
    return told(page)


def told(page: Visit) -> str:
    page.tab.wait_for_selector("#ask[aria-busy=false]", timeout=60_000)
    return str(page.tab.inner_text("[data-part=told]"))


def answer(page: Visit) -> list[list[str]]:
    """Return the rows of the answer as its CSV has them, without the header."""
    with page.tab.expect_download() as download:
        page.tab.get_by_role("button", name="CSV", exact=True).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def expected(result: kg.Result) -> list[list[str]]:
    """Return the same rows from Python; a cell that a spreadsheet would run has an apostrophe."""
    rows = list(csv.reader(io.StringIO(result.to_csv())))[1:]
    return [[f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell for cell in r] for r in rows]


class TestAnswers:
    @pytest.mark.parametrize("day", ["1992-06-01", "2003-02-01", "2012-06-27", "2020-05-26"])
    def test_a_date_means_what_it_means_to_kg_query(
        self, visit: Visitor, asked: Path, graph: kg.Graph, day: str
    ) -> None:
        """The whole default graph is compared: descriptions and the world of the day."""
        page = visit(asked, f"#view=ask&t={day}")
        run(page, EVERYTHING)

        assert sorted(answer(page)) == sorted(expected(graph.query(EVERYTHING, as_of=day)))

    def test_there_and_back_again_leaves_the_graph_as_it_was(
        self, page: Visit, graph: kg.Graph
    ) -> None:
        run(page, EVERYTHING)
        for day in ("1992-06-01", "2012-06-27"):
            page.on(day)
            told(page)
        page.all_dates()
        page.tab.wait_for_timeout(400)
        run(page, EVERYTHING)

        assert sorted(answer(page)) == sorted(expected(graph.query(EVERYTHING)))

    @pytest.mark.parametrize(
        ("name", "parameters"),
        [
            ("members", {"organization": "csto"}),
            ("overlap", {"first": "csto", "second": "sco"}),
            ("membership-history", {}),
            ("disputed", {}),
        ],
    )
    def test_a_question_gives_the_rows_of_kg_query(
        self, desk: Visit, graph: kg.Graph, name: str, parameters: dict[str, str]
    ) -> None:
        question = graph.questions[name]
        desk.tab.locator(".ask-list button", has_text=question.text).first.click()
        for parameter, value in parameters.items():
            desk.tab.fill(f"#ask input[name={parameter}]", value)
            desk.tab.keyboard.press("Tab")
            told(desk)
        told(desk)
        found = graph.ask(name, parameters, as_of=graph.store.issued)

        assert answer(desk) == expected(found)
        assert len(found) > 0

    def test_every_question_can_be_asked(self, page: Visit, graph: kg.Graph) -> None:
        """Each is offered, fills what it requires, and answers or says that there is nothing."""
        buttons = page.tab.locator(".ask-list button")
        failed = {}
        for place in range(buttons.count()):
            buttons.nth(place).click()
            said = told(page)
            if not re.fullmatch(r"\d+ rows? \(\d+ ms\)( The first 500 are shown.*)?|Yes|No", said):
                failed[buttons.nth(place).inner_text()] = said

        assert buttons.count() == len(graph.questions)
        assert failed == {}

    def test_the_questions_stand_below_their_topics(self, page: Visit, graph: kg.Graph) -> None:
        listed = page.tab.locator(".ask-list h3").all_inner_texts()
        below = page.tab.locator(".ask-list li", has=page.tab.locator("h3", has_text="Initiatives"))

        assert listed == sorted({one.topic for one in graph.questions.values()})
        wanted = [one.text for one in graph.questions.values() if one.topic == "Initiatives"]
        assert below.get_by_role("button").all_inner_texts() == wanted

    def test_another_date_asks_again(self, page: Visit) -> None:
        """Uzbekistan was the seventh member until the end of 2012."""
        run(page, "SELECT ?s { ?s :memberOf id:csto }")
        now = page.tab.locator(".ask-answer tbody tr").count()
        page.on("2012-06-27")
        page.tab.wait_for_selector(".ask-answer tbody tr:nth-child(7)")

        assert now == 6

    def test_yes_and_no_are_answers(self, desk: Visit) -> None:
        assert run(desk, "ASK { id:armenia :memberOf id:csto }") == "Yes"
        assert run(desk, "ASK { id:georgia :memberOf id:csto }") == "No"

    def test_triples_are_rows_of_three(self, desk: Visit) -> None:
        run(desk, "CONSTRUCT WHERE { id:armenia :memberOf ?o }")

        heads = desk.tab.locator(".ask-answer th").all_inner_texts()
        assert heads == ["subject", "predicate", "object"]

    def test_nothing_found_is_said_and_a_strange_name_marked(self, desk: Visit) -> None:
        said = run(desk, "SELECT ?s { ?s :membrOf id:csto }")

        assert re.fullmatch(r"0 rows \(\d+ ms\) :membrOf names nothing in the graph\.", said)
        assert desk.tab.inner_text(".ask-answer") == "No rows."
        assert desk.tab.locator("#ask .cm-lintRange-error").count() == 1

    def test_columns_sort(self, desk: Visit) -> None:
        run(desk, "SELECT ?n { VALUES ?n { 10 9 100 } }")
        desk.tab.get_by_role("button", name="n", exact=True).click()

        assert desk.tab.locator(".ask-answer td").all_inner_texts() == ["9", "10", "100"]


class TestDrawn:
    def test_an_entity_in_the_answer_opens(self, page: Visit) -> None:
        run(page, "SELECT ?s { VALUES ?s { id:lavrov } }")
        page.tab.locator(".ask-answer button.entity").click()

        assert page.tab.inner_text("#details h2") == "Sergey Lavrov"

    def test_the_picture_shows_what_the_answer_named_and_no_more(self, page: Visit) -> None:
        run(page, "SELECT ?s ?o { VALUES ?o { id:csto } ?s :memberOf ?o }")
        page.tab.get_by_role("button", name="Show in the picture").click()

        members = {"armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan"}
        assert set(page.visible()["entities"]) == members | {"csto"}
        assert "Only the 7 entities" in page.tab.inner_text("#notice")

        page.tab.get_by_role("button", name="Show everything").click()
        assert len(page.visible()["entities"]) > 100

    def test_the_address_keeps_the_question_and_what_is_drawn(
        self, visit: Visitor, asked: Path, page: Visit
    ) -> None:
        run(page, "SELECT ?s { VALUES ?s { id:csto id:armenia } } # ü&=")
        page.tab.get_by_role("button", name="Show in the picture").click()
        again = visit(asked, "#" + page.tab.url.partition("#")[2])

        assert set(again.visible()["entities"]) == {"csto", "armenia"}
        again.tab.click("[data-view=ask]")
        assert (
            again.tab.inner_text("#ask .cm-line")
            == "SELECT ?s { VALUES ?s { id:csto id:armenia } } # ü&="
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("SELECT ?s {\n  ?s ?p\n}", "3:1: Not SPARQL here."),
            ("INSERT DATA { id:a :b id:c }", "1:1: The graph on a page cannot be changed"),
            ("SELECT * { SERVICE <https://e.org/> { ?s ?p ?o } }", "1:12: SERVICE needs a network"),
            ("", "1:1: Not SPARQL here."),
            ("SELECT ?s { ?s :memberOf id:csto ORDER BY ?s", "1:34: Not SPARQL here."),
            ("ASK { ?s unknown:p 'é' }", "1:10: Not SPARQL here."),
        ],
    )
    def test_what_cannot_be_asked_is_said_with_its_place(
        self, desk: Visit, text: str, said: str
    ) -> None:
        assert run(desk, text).startswith(said)

    def test_a_word_in_a_text_or_comment_is_no_command(self, desk: Visit) -> None:
        assert run(desk, "# DELETE\nASK { FILTER('SERVICE' = 'SERVICE') }") == "Yes"

    def test_a_slow_question_can_be_stopped_and_the_next_one_answers(self, page: Visit) -> None:
        write(page, SLOW)
        page.tab.keyboard.press("ControlOrMeta+Enter")
        page.tab.wait_for_selector("#ask[aria-busy=true]")
        page.tab.get_by_role("button", name="Stop").click()

        assert page.tab.inner_text("[data-part=told]") == "Stopped."
        assert run(page, "ASK {}") == "Yes"


class TestSafety:
    def test_nothing_leaves_the_page(self, page: Visit, asked: Path) -> None:
        page.tab.locator(".ask-list button").nth(1).click()
        told(page)
        outside = [url for url in page.requests if not url.startswith(("blob:", asked.as_uri()))]

        assert outside == []
        assert page.errors == []

    def test_markup_in_a_value_is_text(self, visit: Visitor, tmp_path: Path) -> None:
        markup = '</script><b class="marked">more</b>'
        graph = kg.build(ROOT / "tests" / "tiny" / "data", ROOT / "tests" / "tiny" / "ontology")
        store = Store()
        store.extend(graph.store.quads())
        store.add(Quad(NamedNode("mailto:more@example.org"), term("rdfs:label"), Literal(markup)))
        place = kg.Graph(EmbeddedStore(store)).view(with_sparql=True).save(tmp_path / "page.html")
        page = visit(place, "#view=ask")
        run(
            page,
            "SELECT ?s ?o { ?s rdfs:label ?o FILTER(isIRI(?s) && STRSTARTS(STR(?s), 'mailto')) }",
        )

        assert page.tab.locator(".ask-answer td").all_inner_texts() == [
            "mailto:more@example.org",
            markup,
        ]
        assert page.tab.locator(".ask-answer a, .marked").count() == 0

    def test_only_such_a_page_may_run_webassembly(self, graph: kg.Graph, asked: Path) -> None:
        plain, able = graph.view().html, asked.read_text(encoding="utf-8")

        assert "wasm-unsafe-eval" not in plain
        assert "worker-src" not in plain
        assert 'id="ask"' not in plain
        assert "script-src 'sha256-" in able
        assert "'unsafe-inline'" not in able
        assert "'unsafe-eval'" not in able

    def test_the_same_graph_gives_the_same_bytes(self, asked: Path) -> None:
        again = kg.build(ROOT / "data", ROOT / "ontology").view(with_sparql=True)

        assert again.html.encode() == asked.read_bytes()


@pytest.mark.parametrize(
    ("address", "options"),
    [("", {}), ("&theme=dark", {}), ("", {"viewport": {"width": 390, "height": 800}})],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing(
    visit: Visitor, asked: Path, address: str, options: dict[str, object]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(asked, f"#view=ask{address}", **options)
    page.tab.locator(".ask-list button").nth(1).click()
    told(page)
    # The script of axe itself is not one of the page's.
    found = Axe().run(page.tab).response["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_firefox_answers_from_the_file_too(fox: Firefox, asked: Path) -> None:
    fox.open(
        asked.as_uri()
        + "#view=ask&t=2012-06-27&q=SELECT%20%3Fs%20%7B%20%3Fs%20%3AmemberOf%20id%3Acsto%20%7D"
    )
    fox.run("document.querySelector('[data-part=run]').click()")
    rows = fox.run(
        "new Promise(done => { const look = () => { const n = document.querySelectorAll("
        "'.ask-answer tbody tr').length; n ? done(n) : setTimeout(look, 100) }; look() })"
    )

    assert rows == 7
    assert fox.errors == []
