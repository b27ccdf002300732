"""The pages of `kg serve`: entities and sources as linked data, and the query page in a browser."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from server import Server, Visit, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

TINY = Path(__file__).parent / "tiny"
BASE = "https://example.org/tiny/"
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MARKUP = '</script><b class="marked">more</b>" class="marked'
PLAYERS = "SELECT ?player ?club { ?player :playsFor ?club } ORDER BY ?player"


def built(folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "kg", "build"], cwd=folder, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def server(prototype: Path) -> Iterator[Server]:
    with serving(prototype) as server:
        yield server


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A graph whose labels and sources hold markup, which would end a script and a quote."""
    folder = shutil.copytree(TINY, tmp_path_factory.mktemp("marked") / "tiny")
    for name in ("entities.csv", "sources.csv"):
        table = folder / "data" / name
        with table.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            for column in ("label_en", "label_ru", "description", "title", "publisher"):
                if column in header and row[header.index(column)]:
                    row[header.index(column)] += MARKUP
            writer.writerow(row)
        table.write_text(text.getvalue(), encoding="utf-8")
    with serving(built(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def cantonese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The league in Russian and in Cantonese, whose tag no browser knows."""
    folder = shutil.copytree(TINY, tmp_path_factory.mktemp("cantonese") / "tiny")
    dataset = folder / "data/dataset.ttl"
    text = dataset.read_text(encoding="utf-8").replace(
        "    dcat:version",
        '    <https://w3id.org/kg-builder#languages> ( "ru" "zh-yue" ) ;\n    dcat:version',
    )
    dataset.write_text(text, encoding="utf-8")
    table = folder / "data/entities.csv"
    text = table.read_text(encoding="utf-8").replace("label_en", "label_zh-yue")
    text = text.replace("Knights,Кони", "騎士,Кони").replace("Clara,Клара", "克拉拉,")
    table.write_text(text, encoding="utf-8")
    with serving(built(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("plain")
    (folder / "a.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n")
    with serving(folder, "a.nt") as server:
        yield server


class TestLinkedData:
    def test_a_browser_gets_a_page(self, server: Server) -> None:
        got = server.get("/id/anna", HTML)

        assert (got.status, got.type) == (200, "text/html")
        assert got.headers["content-location"] == "/id/anna.html"

    @pytest.mark.parametrize(
        ("accept", "suffix"),
        [
            ("text/turtle", "ttl"),
            ("application/ld+json", "jsonld"),
            ("application/n-triples", "nt"),
            ("text/csv", "csv"),
            ("image/svg+xml", "svg"),
        ],
    )
    def test_a_suffix_says_the_same_as_an_accept_header(
        self, server: Server, accept: str, suffix: str
    ) -> None:
        by_header = server.get("/id/anna", accept)
        by_suffix = server.get(f"/id/anna.{suffix}", HTML)

        assert (by_header.status, by_header.body) == (200, by_suffix.body)
        assert by_header.type == by_suffix.type == accept

    def test_the_data_say_what_the_entity_is_and_who_says_so(self, server: Server) -> None:
        quads = list(parse(server.get("/id/anna.nt").body, RdfFormat.N_TRIPLES))
        anna = NamedNode(f"{BASE}id/anna")

        predicates = {quad.predicate.value for quad in quads if quad.subject == anna}
        assert f"{BASE}ontology#playsFor" in predicates
        sources = {q.object for q in quads if q.predicate.value.endswith("#hadPrimarySource")}
        assert NamedNode(f"{BASE}source/almanac-2001") in sources

    def test_the_table_has_a_row_for_each_statement_and_source(self, server: Server) -> None:
        """Rows 3 and 4 of facts.csv: Anna played for the Knights, says the almanac."""
        table = list(csv.DictReader(io.StringIO(server.get("/id/anna.csv").body.decode())))

        found = [
            row["source"].rpartition("/")[2]
            for row in table
            if row["object"] == f"{BASE}id/knights" and row["start"] == "1995-09"
        ]
        assert "almanac-2001" in found

    def test_an_unknown_entity_is_404_with_the_nearest(self, server: Server) -> None:
        got = server.get("/id/ana", HTML)

        assert got.status == 404
        assert "did you mean 'anna'?" in unescape(got.body.decode())

    @pytest.mark.parametrize("suffix", ["ttl", "csv", "svg"])
    def test_unknown_data_are_404(self, server: Server, suffix: str) -> None:
        assert server.get(f"/id/nobody.{suffix}").status == 404

    @pytest.mark.parametrize(
        "name", ["../x", "%3Cb%3E", "a%3E%20%3Fp%20%3Fo%20.%20%3Fx", "a%00b", "%22"]
    )
    def test_what_cannot_be_an_id_is_404(self, server: Server, name: str) -> None:
        assert server.send("GET", f"/id/{name}.ttl").status == 404

    def test_a_source_says_what_rests_on_it(self, server: Server) -> None:
        page = server.get("/source/almanac-2001", HTML)
        quads = list(parse(server.get("/source/almanac-2001.nt").body, RdfFormat.N_TRIPLES))

        assert b"rest on this source" in page.body
        assert any(
            quad.predicate.value.endswith("#predicate")
            and quad.object == NamedNode(f"{BASE}ontology#playsFor")
            for quad in quads
        )

    def test_an_entity_page_lists_a_fact_once_with_each_proof(self, tmp_path: Path) -> None:
        """Anna and Boris played for the same two clubs, one after the other."""
        folder = shutil.copytree(TINY, tmp_path / "tiny")
        with (folder / "data/statements/facts.csv").open("a", encoding="utf-8") as table:
            table.write("boris,playsFor,rooks,2000-01-01,2003,,almanac-2001,,,\n")
        with serving(built(folder)) as server:
            page = server.get("/id/anna", HTML).body.decode()
            proof = list(parse(server.get("/id/anna.nt").body, RdfFormat.N_TRIPLES))

        assert page.count('<span class="chip">inferred</span>') == 1
        assert page.count("inferred: <bdi>") == 2
        kinds = [t.object for t in proof if getattr(t.object, "value", "").endswith("#Proof")]
        assert len(kinds) == 2

    def test_each_label_says_its_language_where_that_is_not_the_one_of_the_words(
        self, cantonese: Server
    ) -> None:
        page = cantonese.get("/id/knights", HTML).body.decode()

        assert '<h1><bdi lang="ru">Кони</bdi></h1>' in page
        assert '<p lang="zh-yue"><bdi>騎士</bdi></p>' in page
        assert '<p><bdi lang="ru">A club, the oldest of the league.</bdi></p>' in page
        assert '<p class="muted"><bdi lang="ru">клуб</bdi></p>' in page
        assert '<span class="predicate"><bdi lang="ru">играет за</bdi></span>' in page
        # Only Cantonese has a name for her.
        page = cantonese.get("/id/clara", HTML).body.decode()
        assert '<h1><bdi lang="zh-yue">克拉拉</bdi></h1>' in page

    def test_a_statement_has_its_address_too(self, server: Server) -> None:
        found = server.ask("SELECT ?st { ?st a kg:Statement } LIMIT 1", "text/csv").body.split()[1]
        path = found.decode().removeprefix(BASE.rstrip("/"))

        assert server.get(path, "text/turtle").status == 200
        assert server.get(path, HTML).status == 200

    def test_in_a_sentence_a_label_that_turns_the_writing_turns_only_itself(
        self, tmp_path: Path
    ) -> None:
        folder = shutil.copytree(TINY, tmp_path / "tiny")
        table = folder / "data/entities.csv"
        text = table.read_text(encoding="utf-8").replace("Anna,", "A\u202enna,")
        table.write_text(text, encoding="utf-8")
        with serving(built(folder)) as server:
            data = server.get("/id/anna.nt")
            found = set(re.findall(r"/statement/([0-9a-f]+)", data.body.decode()))
            pages = [server.get(f"/statement/{one}", HTML).body.decode() for one in found]

        titles = [re.findall(r"<title>(.*?)</title>", page)[0] for page in pages]
        turned = [title for title in titles if "\u202e" in title]
        assert turned
        assert all("\u2068A\u202enna\u2069" in title for title in turned)
        # Everywhere else it stands in an element that keeps it apart.
        bodies = "".join(page.partition("<body")[2] for page in pages)
        assert set(re.findall(r"(<\w+)[^<>]*>[^<>]*\u202e", bodies)) == {"<bdi"}

    def test_plain_files_have_a_query_page_only(self, plain: Server) -> None:
        assert plain.get("/id/a", HTML).status == 404
        assert plain.get("/", HTML).headers["location"] == "/query"
        assert plain.get("/query", HTML).status == 200

    def test_a_browser_at_the_endpoint_is_shown_to_the_query_page(self, server: Server) -> None:
        got = server.get("/sparql", HTML)

        assert (got.status, got.headers["location"]) == (303, "/query")

    @pytest.mark.parametrize("path", ["/id/anna", "/source/almanac-2001", "/query", "/", "/graph"])
    def test_no_page_has_an_inline_script_or_style(self, server: Server, path: str) -> None:
        page = server.get(path, HTML).body.decode()

        assert "<style" not in page
        assert "<script>" not in page
        assert "script-src 'self';" in server.get(path, HTML).headers["content-security-policy"]

    @pytest.mark.parametrize("path", ["/id/anna", "/id/knights", "/source/almanac-2001"])
    def test_no_text_becomes_markup(self, marked: Server, path: str) -> None:
        page = marked.get(path, HTML).body.decode()

        assert "&lt;b class=" in page
        assert '<b class="marked">' not in page
        assert '" class="marked' not in page

    def test_as_of_a_date_the_page_has_what_held(self, server: Server) -> None:
        """Anna has played for the Rooks since 2000."""
        then = server.send("GET", "/id/anna?as-of=1996", headers={"Accept": HTML}).body.decode()

        assert "/id/knights" in then
        assert "/id/rooks" not in then

    def test_surely_leaves_what_no_partial_date_opens(self, server: Server) -> None:
        """Boris came to the Knights in 1998, nobody says on which day; Anna was there by then.

        So two lines go: that he plays for them, and that he is her teammate.
        """
        dates = [("1998-12-30", ""), ("1998-12-30", "&surely=1"), ("1998-12-31", "&surely=1")]
        asked = [f"as-of={day}{more}" for day, more in dates]
        pages = [server.get(f"/id/boris?{one}", HTML).body for one in asked]
        drawn = [server.get(f"/id/boris.svg?{one}").body.count(b"<path") for one in asked]

        assert [b"/id/knights" in page for page in pages] == [True, False, True]
        assert [number - drawn[1] for number in drawn] == [2, 0, 2]
        assert b"all sure on 1998-12-31" in pages[2]

    def test_surely_without_a_date_is_400(self, server: Server) -> None:
        answer = server.send("GET", "/id/anna?surely=1", headers={"Accept": HTML})

        assert answer.status == 400
        assert b"as-of" in answer.body

    def test_a_wrong_date_is_400(self, server: Server) -> None:
        assert server.send("GET", "/id/anna?as-of=never", headers={"Accept": HTML}).status == 400


Visitor = Callable[[Server, str], Visit]


@pytest.fixture
def visit(open_tab: Callable[[dict[str, Any]], Tab]) -> Visitor:
    """Open a page of a server."""

    def open_page(server: Server, path: str) -> Visit:
        opened = Visit.of(open_tab({"viewport": {"width": 1400, "height": 900}}))
        opened.tab.goto(server.url + path)
        if path.startswith("/query"):
            opened.tab.wait_for_selector("html[data-ready]")
        return opened

    return open_page


def rows(page: Visit) -> list[list[str]]:
    found: list[list[str]] = page.tab.eval_on_selector_all(
        "#table tbody tr",
        "rows => rows.map(r => [...r.cells].map(c => c.querySelector('bdi').textContent))",
    )
    return found


class TestTheQueryPage:
    def test_an_address_restores_query_and_answer(self, visit: Visitor, server: Server) -> None:
        page = visit(server, f"/query#query={quote(PLAYERS)}&as-of=1996")

        assert page.told().startswith("1 row ")
        assert rows(page) == [["Anna", "Knights"]]
        assert page.errors == []

    def test_cells_show_labels_that_lead_to_their_pages(
        self, visit: Visitor, server: Server
    ) -> None:
        page = visit(server, f"/query#query={quote(PLAYERS)}")
        page.told()

        assert page.tab.get_attribute("#table tbody a", "href") == "/id/anna"

    def test_labels_are_in_the_language_chosen_and_say_so(
        self, visit: Visitor, cantonese: Server
    ) -> None:
        text = quote("SELECT ?club { ?club a :Club } ORDER BY ?club")
        page = visit(cantonese, f"/query#query={text}")
        page.told()
        names = page.tab.locator("#language option").all_inner_texts()
        cells = "cells => cells.map(cell => [cell.textContent, cell.lang])"
        assert names[:2] == ["русский", "zh-yue"]
        first = page.tab.eval_on_selector_all("#table tbody bdi", cells)
        assert first == [["Кони", "ru"], ["Ладьи", "ru"]]

        page.tab.get_by_label("Labels in").select_option("zh-yue")

        page.wait_until("document.querySelector('#table tbody bdi')?.lang === 'zh-yue'")
        second = page.tab.eval_on_selector_all("#table tbody bdi", cells)
        assert second == [["騎士", "zh-yue"], ["Rooks", "zh-yue"]]
        assert page.errors == []

    def test_running_keeps_everything_in_the_address(self, visit: Visitor, server: Server) -> None:
        page = visit(server, "/query")
        page.write(PLAYERS)
        page.tab.fill("#as-of", "1996")
        page.tab.click("#run")
        page.told()

        other = visit(server, page.tab.evaluate("location.pathname + location.hash"))
        other.told()

        assert rows(other) == rows(page) == [["Anna", "Knights"]]

    @pytest.mark.parametrize(
        ("fields", "sure", "world", "clubs"),
        [
            # Anna: September 1995 to 2000 at the Knights, then at the Rooks; Boris: 1998 or later.
            ({"as-of": "1998"}, False, "what is possible as of 1998", ["Anna", "Boris"]),
            ({"as-of": "1998"}, True, "what is sure as of 1998", ["Anna"]),
            (
                {"from": "1995", "to": "1998"},
                False,
                "what is possible at some time from 1995 to 1998",
                ["Anna", "Boris"],
            ),
            (
                {"from": "1996", "to": "1999"},
                True,
                "what is sure throughout from 1996 to 1999",
                ["Anna"],
            ),
        ],
    )
    def test_an_answer_says_of_which_world_it_is_and_the_link_asks_for_it(
        self,
        visit: Visitor,
        server: Server,
        fields: dict[str, str],
        *,
        sure: bool,
        world: str,
        clubs: list[str],
    ) -> None:
        page = visit(server, "/query")
        page.write(PLAYERS)
        for name, value in fields.items():
            page.tab.fill(f"#{name}", value)
        page.tab.get_by_label("Sure only").set_checked(sure)
        page.tab.click("#run")

        assert page.told().endswith(f", of {world}")
        assert [row[0] for row in rows(page)] == clubs
        given = {**fields, **({"surely": "1"} if sure else {})}
        address = page.tab.evaluate("location.hash")
        assert dict(parse_qsl(address.removeprefix("#"))) == {"query": PLAYERS, **given}
        other = visit(server, f"/query{address}")
        assert other.told().endswith(f", of {world}")

    def test_an_error_is_marked_where_it_stands(self, visit: Visitor, server: Server) -> None:
        broken = quote("SELECT ?s {\n  ?s :playsFor }")
        page = visit(server, f"/query#query={broken}")

        page.tab.wait_for_selector("#problem:not([hidden])")
        assert "line 2, column 16" in str(page.tab.text_content("#problem"))
        marked = page.tab.wait_for_selector("#editor .cm-lintRange-error")
        assert marked is not None
        assert marked.text_content() == "}"

    def test_a_question_is_a_form(self, visit: Visitor, server: Server) -> None:
        page = visit(server, "/query")
        page.tab.fill("#search", "play")
        button = page.tab.query_selector("#question-list button")
        assert button is not None
        button.click()
        page.tab.fill("#fields input[name=club]", "rooks")
        page.tab.press("#fields input[name=club]", "Tab")
        page.wait_until("editor.text.includes('id/rooks')")
        page.told()

        assert "p.club=rooks" in page.tab.evaluate("location.hash")
        assert any("Anna" in row for row in rows(page))
        assert page.errors == []

    def test_properties_of_the_class_come_first(self, visit: Visitor, server: Server) -> None:
        page = visit(server, "/query")
        page.write("SELECT * { ?x a :Club . ?x :")
        page.tab.evaluate("editor.focus()")
        page.tab.keyboard.press("Control+End")
        page.tab.keyboard.press("Control+Space")
        page.tab.wait_for_selector("#editor .cm-tooltip-autocomplete li")

        first = page.tab.text_content("#editor .cm-tooltip-autocomplete li .cm-completionLabel")
        clubs = server.ask("SELECT DISTINCT ?p { ?x a :Club ; ?p ?o }", "text/csv").body.decode()
        local = str(first).rpartition(":")[2]
        assert any(iri.endswith(("#" + local, "/" + local)) for iri in clubs.split()[1:])

    @pytest.mark.parametrize("typed", ["Rook", "Ладь"])
    def test_things_are_completed_by_their_label_in_either_language(
        self, visit: Visitor, server: Server, typed: str
    ) -> None:
        page = visit(server, "/query")
        page.write("")
        page.tab.evaluate("editor.focus()")
        page.tab.keyboard.type(f"ASK {{ ?x :playsFor {typed}")
        page.wait_until(
            "[...document.getElementById('editor').shadowRoot.querySelectorAll('.cm-completionLabel')]"
            ".some(one => one.textContent === 'id:rooks')"
        )

        assert page.errors == []

    def test_triples_are_drawn_by_the_pages_own_renderer(
        self, visit: Visitor, server: Server
    ) -> None:
        text = "CONSTRUCT WHERE { ?player :playsFor ?club }"
        page = visit(server, f"/query#query={quote(text)}")
        frame = page.tab.wait_for_selector("#drawing iframe")
        assert frame is not None
        inner = frame.content_frame()
        assert inner is not None
        inner.wait_for_selector("#canvas canvas")

        assert "4 entities" in str(inner.text_content("#count"))
        assert page.errors == []

    def test_downloads_are_whole(self, visit: Visitor, server: Server) -> None:
        page = visit(server, f"/query#query={quote(PLAYERS)}")
        page.told()
        with page.tab.expect_download() as download:
            page.tab.click("#downloads a >> text=CSV")

        assert download.value.path().read_bytes() == server.ask(PLAYERS, "text/csv").body

    def test_the_page_talks_to_its_own_server_only(self, visit: Visitor, server: Server) -> None:
        page = visit(server, f"/query#query={quote(PLAYERS)}")
        page.told()

        assert {url.split("/")[2] for url in page.requests} == {server.url.split("/")[2]}

    def test_a_marked_label_stays_text(self, visit: Visitor, marked: Server) -> None:
        text = "CONSTRUCT { ?s rdfs:label ?l . ?s :playsFor ?o } { ?s rdfs:label ?l . ?s ?p ?o }"
        page = visit(marked, f"/query#query={quote(text)}")
        page.told()
        page.tab.wait_for_selector("#drawing:not([hidden])")

        assert page.tab.locator(".marked").count() == 0

    def test_files_of_others_can_be_asked_too(self, visit: Visitor, plain: Server) -> None:
        page = visit(plain, f"/query#query={quote('SELECT * { ?s ?p ?o }')}")

        assert page.told().startswith("1 row ")
        assert page.tab.is_hidden("#dates")
        assert page.errors == []


class TestTheOtherPages:
    def test_the_graph_page_draws_without_a_complaint(self, visit: Visitor, server: Server) -> None:
        page = visit(server, "/graph")
        page.tab.wait_for_selector("#canvas canvas")

        assert page.errors == []

    def test_an_entity_page_shows_its_neighbourhood(self, visit: Visitor, server: Server) -> None:
        page = visit(server, "/id/anna")
        page.wait_until("document.querySelector('figure img').naturalWidth > 0")

        assert page.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/query",
        f"/query#query={quote(PLAYERS)}",
        "/query#query=SELECT",
        f"/query#query={quote('CONSTRUCT WHERE { ?player :playsFor ?club }')}",
        "/id/anna",
        "/source/almanac-2001",
        "/graph",
    ],
)
def test_axe_finds_nothing(visit: Visitor, server: Server, path: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit(server, path)
    page.tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type,unused-ignore]
    page.tab.wait_for_timeout(300)
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("path", ["/query", "/id/anna", "/source/almanac-2001"])
def test_a_narrow_page_does_not_scroll_sideways(visit: Visitor, server: Server, path: str) -> None:
    page = visit(server, path)
    page.tab.set_viewport_size({"width": 390, "height": 844})

    assert page.tab.evaluate("document.documentElement.scrollWidth") == 390


def test_a_list_that_is_counted_says_whether_all_are_known(tmp_path: Path) -> None:
    """The rooks have anna alone, as the row says; the knights nobody counts."""
    folder = shutil.copytree(TINY, tmp_path / "tiny")
    terms = "@prefix : <https://example.org/tiny/ontology#> .\n"
    terms += "@prefix kg: <https://w3id.org/kg-builder#> .\n"
    terms += "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    terms += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    terms += ":players a owl:DatatypeProperty ; kg:countsSubjectsOf :playsFor ; "
    terms += "rdfs:range <http://www.w3.org/2001/XMLSchema#integer> .\n"
    (folder / "ontology" / "counts.ttl").write_text(terms)
    with (folder / "data" / "statements" / "facts.csv").open("a") as table:
        table.write("rooks,players,1,,,,almanac-2001,,,\n")

    with serving(built(folder)) as server:
        pages = {club: server.get(f"/id/{club}", HTML).body for club in ("rooks", "knights")}

    assert b">the only one is known</p>" in pages["rooks"]
    assert b">known ones only</p>" in pages["knights"]
