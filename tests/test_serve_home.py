"""The pages of `kg serve` as one place: home, search, questions, evidence, and what goes wrong."""

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
from urllib.parse import quote, urlencode

import pytest
from server import Server, Visit, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

    from conftest import Tiny

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PLACES = ("/graph", "/questions", "/query", "/sources", "/about")
# One page of each kind; the last two are answers and refusals.
PAGES = (
    "/",
    "/search",
    "/search?q=a",
    "/search?class=Club",
    "/questions",
    "/question/squad",
    "/question/squad?p.club=rooks&as-of=2001",
    "/sources",
    "/source/almanac-2001",
    "/id/anna",
    "/id/knights",
    "/about",
    "/query",
    "/graph",
    "/graph?focus=anna",
    "STATEMENT",
    "INFERRED",
    "/id/ana",
)


def text_of(body: bytes) -> str:
    """Return what a page says, in one line: without its markup."""
    bare = re.sub(r"<[^>]*>", "", body.decode())
    return " ".join(unescape(bare).split())


def page(server: Server, path: str) -> str:
    got = server.send("GET", path, headers={"Accept": HTML})
    assert (got.status, got.type) == (200, "text/html")
    return got.body.decode()


def statement(server: Server, pattern: str) -> str:
    """Return the address of the one statement that fits the pattern."""
    found = server.ask(f"SELECT ?st {{ ?st a kg:Statement ; {pattern} }}", "text/csv").body.split()
    (iri,) = found[1:]
    return "/statement/" + iri.decode().rpartition("/")[2]


def built(folder: Path) -> Path:
    command = [sys.executable, "-m", "kg", "build"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def server(prototype: Path) -> Iterator[Server]:
    with serving(prototype) as server:
        yield server


@pytest.fixture(scope="module")
def shipped_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("shipped")) as server:
        yield server


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    example = Path(__file__).parent.parent / "examples" / "seleucids"
    folder = tmp_path_factory.mktemp("arabic") / "seleucids"
    with serving(built(Path(shutil.copytree(example, folder)))) as server:
        yield server


@pytest.fixture
def visit(open_tab: Callable[[dict[str, Any]], Tab]) -> Callable[..., Visit]:
    """Open a page of a server in a window with these settings."""

    def open_page(server: Server, path: str, **settings: Any) -> Visit:
        opened = Visit.of(open_tab({"viewport": {"width": 1280, "height": 800}} | settings))
        if path == "STATEMENT":
            path = statement(server, "rdf:predicate :rating")
        elif path == "INFERRED":
            path = statement(server, "rdf:predicate :teammateOf")
        opened.tab.goto(server.url + path)
        return opened

    return open_page


class TestHome:
    def test_the_first_page_has_the_figures_of_the_tables(self, server: Server) -> None:
        """Six rows of entities and two of sources; of nine rows of facts one only attests another.

        One fact more follows, that Anna and Boris were teammates; that the rooks are rivals of the
        knights says the same as the fact that it follows from.
        """
        said = text_of(page(server, "/").encode())

        assert "Chess league" in said
        figures = dict(
            re.findall(
                r"(entities|facts|of these inferred|sources|publishers|current on) ([\d-]+)", said
            )
        )
        assert figures == {
            "entities": "6",
            "facts": "9",
            "of these inferred": "1",
            "sources": "2",
            "publishers": "2",
            "current on": "2024-01-01",
        }

    def test_the_first_page_lists_the_questions_by_what_they_are_about(
        self, server: Server
    ) -> None:
        topic, link = page(server, "/").split('<h3 class="capital">')[1].split("</h3>")

        assert text_of(topic.encode()) == "club"
        assert 'href="/question/squad"' in link

    def test_questions_of_a_topic_stand_below_it_and_the_others_last(self, tiny: Tiny) -> None:
        tiny.write(
            "ontology/questions/victors.rq",
            "# Who won?\n# topic: Tournaments\nSELECT ?who { ?who :won ?what } ORDER BY ?who\n",
        )
        with serving(built(tiny.path)) as server:
            first, last = page(server, "/questions").split('<h2 class="capital">')[1:]

        assert text_of(first.split("</h2>")[0].encode()) == "Tournaments"
        assert 'href="/question/victors"' in first
        assert text_of(last.split("</h2>")[0].encode()) == "other questions"
        assert 'href="/question/squad"' in last

    def test_the_old_address_of_the_graph_leads_to_it(self, server: Server) -> None:
        got = server.send("GET", "/?focus=anna", headers={"Accept": HTML})

        assert got.status == 303
        assert got.headers["location"].endswith("/graph?focus=anna")

    @pytest.mark.parametrize("path", ["/", "/id/anna", "/graph", "/query", "/search?q=a"])
    def test_every_page_leads_everywhere(self, server: Server, path: str) -> None:
        found = page(server, path)

        assert {place for place in PLACES if f'href="{place}"' in found} == set(PLACES)
        assert 'action="/search"' in found

    def test_the_sources_say_how_many_facts_rest_on_them(self, server: Server) -> None:
        """Column `source` of facts.csv: five rows name the almanac and four the gazette.

        The row of 1999-05-03 attests a fact of the almanac, which so rests on both.
        """
        rows = re.findall(r"<tr><td>.*?</tr>", page(server, "/sources"))

        assert [text_of(row.replace("</td>", " ").encode()) for row in rows] == [
            "Almanac of the League The League 2001-05 5",
            "The Gazette Gazette House 1999-06-14 4",
        ]

    def test_about_names_licence_and_day(self, server: Server) -> None:
        found = page(server, "/about")

        assert 'href="https://creativecommons.org/licenses/by/4.0/"' in found
        assert "2024-01-01" in found

    def test_the_graph_of_a_build_is_the_page_that_was_built(self, tiny_built: Tiny) -> None:
        (made,) = (tiny_built.path / "build").glob("generation-*/graph.html")
        made.write_text(made.read_text(encoding="utf-8").replace("Chess league", "Made before"))
        with serving(tiny_built.path) as server:
            assert "Made before" in page(server, "/graph")
            assert "Made before" not in page(server, "/graph?focus=anna")


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "place"),
        [
            ("Анна", "/id/anna"),
            ("city-open", "/id/city-open"),
            ("CHESS club", "/id/knights"),
            ("q1", "/id/knights"),
            ("Gazette", "/source/gazette-1999"),
        ],
    )
    def test_a_single_hit_is_opened_at_once(self, server: Server, typed: str, place: str) -> None:
        got = server.send("GET", f"/search?{urlencode({'q': typed})}", headers={"Accept": HTML})

        assert (got.status, got.headers["location"]) == (303, place)

    @pytest.mark.parametrize(
        ("typed", "first"), [("csto", "csto"), ("одкб", "csto"), ("kaz", "kazakhstan")]
    )
    def test_what_is_called_just_so_comes_first(
        self, shipped_server: Server, typed: str, first: str
    ) -> None:
        """CSTO and ОДКБ are aliases; KAZ is a code, and a name of a state begins so as well."""
        found = page(shipped_server, f"/search?{urlencode({'q': typed})}")
        hits = re.findall(r'<li><a href="/id/([^"]+)"', found)

        assert len(hits) > 1
        assert hits[0] == first

    def test_hits_stand_by_class(self, server: Server) -> None:
        """Of all names "Anna" and "Almanac …" alone have "an" in them; "City Open" has not."""
        found = page(server, "/search?q=an")
        groups = [text_of(one.encode()) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", found)]

        # Anna; of sources the Almanac.
        assert groups == ["player", "source"]
        assert re.findall(r'<li><a href="([^"]+)"', found.split("<main")[1]) == [
            "/id/anna",
            "/source/almanac-2001",
        ]

    def test_nothing_found_offers_the_nearest_name(self, server: Server) -> None:
        found = page(server, "/search?q=Rokks")

        assert "Nothing is called so" in found
        assert '<a href="/id/rooks">' in found

    def test_a_class_is_listed(self, server: Server) -> None:
        found = page(server, "/search?class=Player").split("<main")[1]

        assert re.findall(r'<li><a href="/id/([^"]+)"', found) == ["anna", "boris", "clara"]

    def test_what_is_typed_stays_text(self, server: Server) -> None:
        found = page(server, f"/search?{urlencode({'q': '<b>x</b>'})}")

        assert "<b>x</b>" not in found
        assert "&lt;b&gt;x&lt;/b&gt;" in found


class TestProblems:
    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/id/anna?as-of=never", 400),
            ("GET", "/sources?page=x", 400),
            ("GET", "/sparql?query=SELECT", 400),
            ("GET", "/nowhere", 404),
            ("GET", "/id/nobody", 404),
            ("GET", "/a/b/c", 404),
            ("POST", "/id/anna", 405),
            ("DELETE", "/sparql", 405),
            ("GET", "/sparql?query=ASK%7B%7D", 406),
        ],
    )
    def test_people_get_a_page_and_programs_a_problem(
        self, server: Server, method: str, path: str, status: int
    ) -> None:
        seen = server.send(method, path, headers={"Accept": "text/html"})
        assert (seen.status, seen.type) == (status, "text/html")
        assert f'<p class="muted">{status}</p>' in seen.body.decode()
        assert 'href="/questions"' in seen.body.decode()

        if status != 406:
            told = server.send(method, path, headers={"Accept": "application/json"})
            assert (told.status, told.type) == (status, "application/problem+json")
            assert told.json["status"] == status

    def test_too_long_a_request_is_a_page_too(self, server: Server) -> None:
        form = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
        got = server.send("POST", "/sparql", b"query=" + b"x" * 2_000_000, form)

        assert (got.status, got.type) == (413, "text/html")

    def test_too_slow_a_query_is_a_page_too(self, prototype: Path) -> None:
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        with serving(prototype, "--seconds", "0.5") as server:
            got = server.get("/sparql", "text/html", query=slow)

        assert (got.status, got.type) == (503, "text/html")
        assert got.headers["retry-after"] == "10"

    def test_a_foreign_name_is_refused_with_a_page_that_tells_nothing(self, server: Server) -> None:
        got = server.send("GET", "/", headers={"Accept": "text/html", "Host": "evil.example"})

        assert (got.status, got.type) == (421, "text/html")
        assert b"Chess league" not in got.body

    @pytest.mark.parametrize(
        ("path", "near"),
        [
            ("/id/ana", "/id/anna"),
            ("/rook", "/id/rooks"),
            ("/source/almanac", "/source/almanac-2001"),
            ("/question/squat", "/question/squad"),
        ],
    )
    def test_what_is_not_here_offers_the_nearest(
        self, server: Server, path: str, near: str
    ) -> None:
        got = server.send("GET", path, headers={"Accept": HTML})

        assert got.status == 404
        assert f'<li><a href="{near}">' in got.body.decode()
        assert f'value="{path.rpartition("/")[2]}"' in got.body.decode()


class TestStatements:
    def test_a_statement_says_when_and_who_says_so(self, server: Server) -> None:
        """Rows 3 and 4 of facts.csv: the almanac on page 3, and the gazette for a day in it."""
        path = statement(server, "rdf:subject id:anna ; rdf:object id:knights ; kg:startText ?day")
        found = page(server, path)
        said = text_of(found.encode())

        assert "Anna plays for Knights" in said
        assert "from 1995-09 until 2000-01-01" in said
        assert "p. 3" in said
        assert "¶2, for 1999-05-03" in said
        assert 'href="/source/almanac-2001"' in found
        assert 'href="https://example.org/almanac"' in found
        assert "data/statements/facts.csv:4" in found

    def test_an_inferred_statement_leads_to_its_premises(self, server: Server) -> None:
        found = page(server, statement(server, "rdf:predicate :teammateOf"))
        premises = re.findall(r'<li><a href="(/statement/[^"]+)"', found)

        assert "Two players are teammates while both play for the same club." in found
        titles = [page(server, one).split("<h1>")[1].split("</h1>")[0] for one in premises]
        said = {text_of(one.encode()) for one in titles}
        assert said == {"Anna plays for Knights", "Boris plays for Knights"}

    def test_a_statement_names_what_follows_from_it(self, server: Server) -> None:
        """The rule of rivals has one premise."""
        path = statement(server, "rdf:subject id:knights ; rdf:predicate :rivalOf")

        said = text_of(page(server, path).encode()).partition("What follows from it")[2]
        assert "Rooks rival of Knights" in said or "The rival of a club" in said

    def test_disputes_stand_side_by_side(self, shipped_server: Server) -> None:
        """csto.csv: the membership of Uzbekistan ended with its note, or when it was suspended."""
        who = "rdf:subject id:uzbekistan ; rdf:predicate :memberOf ; rdf:object id:csto ; "
        for end in ("2012-06-28", "2012-12-19"):
            found = page(shipped_server, statement(shipped_server, f'{who} kg:endText "{end}"'))
            sides = [text_of(one.encode()) for one in found.split("<article>")[1:]]

            assert len(sides) == 2
            assert "from 2006-08-16 until 2012-06-28 disputed deprecated" in " ".join(sides)
            assert "from 2006-08-16 until 2012-12-19" in " ".join(sides)

    @pytest.mark.parametrize("suffix", ["", ".json"])
    def test_programs_get_the_explanation_as_json(self, server: Server, suffix: str) -> None:
        path = statement(server, "rdf:predicate :teammateOf")
        got = server.get(path + suffix, "" if suffix else "application/json")

        assert got.type == "application/json"
        assert got.json["statements"] == [path.rpartition("/")[2]]
        assert len(got.json["explained"]) == 3

    def test_programs_get_the_statement_as_turtle(self, server: Server) -> None:
        path = statement(server, "rdf:predicate :rating")
        got = server.get(path, "text/turtle")

        assert got.type == "text/turtle"
        assert b"2100" in got.body

    def test_an_unknown_statement_is_404(self, server: Server) -> None:
        assert server.get("/statement/0000000000000000", HTML).status == 404


class TestEntities:
    def test_present_and_past_stand_apart(self, shipped_server: Server) -> None:
        """csto.csv, memberOf: six since the Charter, and Uzbekistan from 2006 to 2012."""
        found = page(shipped_server, "/id/csto").split('<dl class="relations">')[1]
        (row,) = (
            one for one in found.split("<dt>")[1:] if "member of</bdi></span> <bdi>CSTO" in one
        )
        parts = re.findall(r'<p class="(\w+)">(.*?)</p>', row, re.DOTALL)
        named = {status: re.findall(r'href="/id/([^"]+)"', one) for status, one in parts}

        assert named["current"] == [
            "armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan"
        ]  # fmt: skip
        assert named["ended"] == ["uzbekistan"]
        assert "now 6:" in text_of(parts[0][1].encode())
        assert "since 2002-10-07" in text_of(parts[0][1].encode())

    def test_the_future_is_not_mixed_into_the_present(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,2030-01-01,,,almanac-2001,,,")
        with serving(built(tiny.path)) as server:
            now = page(server, "/id/clara")
            then = page(server, "/id/clara?as-of=2031")

        assert "later:" in now
        assert "now:" not in now
        assert '<p class="current">' not in now
        assert "now:" in then

    def test_as_of_a_date_the_past_is_that_of_the_date(self, server: Server) -> None:
        """Anna came to the Rooks in 2000; before, she played for the Knights."""
        then = page(server, "/id/anna?as-of=2001")
        (row,) = (
            one for one in then.split("<dt>")[1:] if "plays for</bdi>" in one.split("</dt>")[0]
        )
        parts = dict(re.findall(r'<p class="(\w+)">(.*?)</p>', row, re.DOTALL))

        assert "/id/rooks" in parts["current"]
        assert "/id/knights" in parts["ended"]

    def test_a_busy_entity_fits_two_screens(
        self, visit: Callable[..., Visit], shipped_server: Server
    ) -> None:
        opened = visit(shipped_server, "/id/csto")

        assert opened.tab.evaluate("document.documentElement.scrollHeight") <= 1600

    def test_sources_are_shown_on_demand(self, visit: Callable[..., Visit], server: Server) -> None:
        opened = visit(server, "/id/boris", java_script_enabled=False)
        source = opened.tab.locator("a[href='/source/gazette-1999']")
        assert not source.is_visible()

        won = opened.tab.locator(".relations > div", has=source)
        won.locator("summary").first.click()
        won.locator(".facts summary").click()

        assert source.is_visible()


class TestQuestions:
    def test_the_choices_are_shown_by_label(self, server: Server) -> None:
        found = page(server, "/question/squad")

        assert re.findall(r'<option value="(\w*)"[^>]*>(\w+)', found) == [
            ("", "all"), ("knights", "Knights"), ("rooks", "Rooks")
        ]  # fmt: skip

    def test_the_answer_leads_to_its_things_and_downloads(self, server: Server) -> None:
        found = page(server, "/question/squad?p.club=rooks&as-of=2001&from=&to=")
        table = found.split("<tbody>")[1].split("</tbody>")[0]
        link = unescape(re.findall(r'href="(/sparql[^"]+format=csv)"', found)[0])
        rows = list(csv.DictReader(io.StringIO(server.send("GET", link).body.decode())))

        assert re.findall(r'href="([^"]+)"', table) == ["/id/rooks", "/id/anna"]
        assert [row["player"].rpartition("/")[2] for row in rows] == ["anna"]
        assert "as-of=2001" in link

    def test_a_link_carries_exactly_what_is_shown(self, server: Server) -> None:
        found = page(server, "/question/squad?p.club=rooks&as-of=2001&from=&to=&known-by=")
        link = unescape(re.findall(r'href="(/question/squad\?[^"]+)"', found)[0])

        assert link == "/question/squad?p.club=rooks&as-of=2001"
        assert page(server, link) == found

    def test_a_name_is_asked_about_as_the_id_that_it_means(self, server: Server) -> None:
        named = page(server, f"/question/squad?p.club={quote('ладьи')}&as-of=2001")

        assert named == page(server, "/question/squad?p.club=rooks&as-of=2001")

    def test_a_name_of_another_class_is_told_in_the_form(self, server: Server) -> None:
        sent = server.send("GET", "/question/squad?p.club=Anna", headers={"Accept": HTML})

        assert sent.status == 400
        told = "parameter club: 'Anna' is a :Competitor and :Player, not a :Club"
        assert told in unescape(sent.body.decode())

    def test_the_query_page_fills_in_the_id_that_a_name_means(self, server: Server) -> None:
        got = server.send("GET", f"/query/bound?question=squad&club={quote('Ладьи')}")
        wrong = server.send("GET", "/query/bound?question=squad&club=Rokks")

        assert "VALUES (?club) { (<https://example.org/tiny/id/rooks>) }" in got.json["query"]
        assert wrong.status == 400
        assert "'Rokks' is not known; did you mean 'rooks'?" in wrong.json["detail"]

    def test_the_graph_is_drawn_around_what_is_named(self, server: Server) -> None:
        assert page(server, f"/graph?focus={quote('Анна')}") == page(server, "/graph?focus=anna")

    def test_a_wrong_name_is_told_beside_the_form(self, server: Server) -> None:
        got = server.send("GET", "/question/squad?p.club=rokks", headers={"Accept": HTML})

        assert got.status == 400
        assert "did you mean 'rooks'?" in unescape(got.body.decode())
        assert '<option value="rooks">' in got.body.decode()

    def test_nothing_is_asked_while_something_required_is_missing(
        self, shipped_server: Server
    ) -> None:
        found = page(shipped_server, "/question/overlap")

        assert " required" in found
        assert "<tbody>" not in found

    def test_a_column_that_only_names_again_is_left_out(self, shipped_server: Server) -> None:
        """members.rq selects ?organization ?state ?label ?start ?known."""
        found = page(shipped_server, "/question/members?p.organization=csto")

        assert re.findall(r'<th scope="col">(\w+)</th>', found) == [
            "organization",
            "state",
            "start",
            "known",
        ]


class TestTheQueryPage:
    def test_a_misspelt_name_is_told(self, visit: Callable[..., Visit], server: Server) -> None:
        asked = urlencode({"query": "SELECT * {\n ?who :playFor ?club }"})
        opened = visit(server, f"/query#{asked}")
        opened.told()

        told = str(opened.tab.text_content("#problem"))
        assert told.startswith("line 2, column 7: ':playFor' names nothing in the graph")
        assert "did you mean ':playsFor'?" in told

    def test_programs_get_the_answer_without_a_word(self, server: Server) -> None:
        assert server.ask("ASK { ?who :playFor ?club }", "text/csv").status == 200

    def test_what_begins_so_is_completed_before_what_contains_it(
        self, visit: Callable[..., Visit], server: Server
    ) -> None:
        """The rooks begin with "ro"; kg:proofCount, a property, only contains it."""
        opened = visit(server, "/query")
        opened.tab.wait_for_selector("html[data-ready]")
        opened.write("")
        opened.tab.evaluate("editor.focus()")
        opened.tab.keyboard.type("ASK { ?x ?p ro")
        opened.wait_until(
            "[...document.getElementById('editor').shadowRoot"
            ".querySelectorAll('.cm-completionLabel')].length > 1"
        )
        labels = opened.tab.locator("#editor .cm-completionLabel").all_inner_texts()

        assert labels[0] == "id:rooks"
        assert "kg:proofCount" in labels[1:]


class TestEveryPage:
    @pytest.mark.parametrize("path", PAGES)
    def test_the_console_says_nothing(
        self, visit: Callable[..., Visit], server: Server, path: str
    ) -> None:
        opened = visit(server, path)
        opened.tab.wait_for_load_state("networkidle")

        # Of a page that is not there the browser says so itself.
        expected = 1 if path == "/id/ana" else 0
        assert len(opened.errors) == expected, opened.errors

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("path", PAGES)
    def test_axe_finds_nothing(
        self, visit: Callable[..., Visit], server: Server, path: str, scheme: str
    ) -> None:
        from axe_playwright_python.sync_playwright import Axe

        opened = visit(server, path, color_scheme=scheme)
        opened.tab.wait_for_load_state("networkidle")
        opened.tab.evaluate(
            "for (const one of document.querySelectorAll('details')) one.open = true"
        )
        found = Axe().run(opened.tab).response["violations"]

        assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []

    @pytest.mark.parametrize("path", PAGES)
    def test_a_phone_does_not_scroll_sideways(
        self, visit: Callable[..., Visit], server: Server, path: str
    ) -> None:
        opened = visit(server, path, viewport={"width": 390, "height": 844})

        assert opened.tab.evaluate("document.documentElement.scrollWidth") == 390

    def test_without_scripts_a_query_is_a_plain_form(
        self, visit: Callable[..., Visit], server: Server
    ) -> None:
        opened = visit(server, "/query", java_script_enabled=False)
        opened.tab.fill("#plain", "SELECT ?club { ?club a :Club }")
        with opened.tab.expect_download() as download:
            opened.tab.get_by_role("button", name="Download").click()

        names = download.value.path().read_text(encoding="utf-8").split()[1:]
        assert {name.rpartition("/")[2] for name in names} == {"knights", "rooks"}
        assert not opened.tab.locator("#run").is_visible()

    @pytest.mark.parametrize("path", ["/", "/id/antiochus-iii", "/search?class=Ruler", "/about"])
    def test_each_text_says_its_language(self, arabic: Server, path: str) -> None:
        """No Arabic letter stands outside an element whose language is Arabic."""
        found = page(arabic, path).split("<main")[1]
        inside = re.findall(r'lang="ar"[^>]*>(.*?)</(?:p|bdi)>', found)
        letters = re.compile("[\u0600-\u06ff]")

        assert len(letters.findall(found)) == sum(len(letters.findall(one)) for one in inside)
        assert inside or path.startswith("/search")

    def test_arabic_runs_from_the_right(self, visit: Callable[..., Visit], arabic: Server) -> None:
        opened = visit(arabic, "/")
        direction = "getComputedStyle(document.querySelector('p[lang=ar]')).direction"

        assert opened.tab.evaluate(direction) == "rtl"

    def test_printed_all_facts_are_there(self, visit: Callable[..., Visit], server: Server) -> None:
        opened = visit(server, "/id/boris")
        opened.tab.emulate_media(media="print")

        assert opened.tab.locator("a[href='/source/gazette-1999']").is_visible()
        assert not opened.tab.locator("nav.site").is_visible()
