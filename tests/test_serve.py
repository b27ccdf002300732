"""`kg serve`: SPARQL 1.1 Protocol over HTTP, read-only, for this machine unless told otherwise."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, parse, parse_query_results
from server import Server, serving

from kg.server.negotiate import GRAPHS, RESULTS, choose, prefers_html
from kg.server.settings import Settings
from kg.server.start import JOBS, place_of

TINY = Path(__file__).parent / "tiny"
BASE = "https://example.org/tiny/"
PLAYERS = "SELECT ?player { ?player :playsFor id:knights }"
SQUAD = "CONSTRUCT { ?club :squad ?player } WHERE { ?player :playsFor ?club }"
PLAIN = b"@prefix x: <urn:x:> . x:a x:b x:c . GRAPH x:g { x:d x:e x:f }"


@pytest.fixture(scope="module")
def project(prototype: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(prototype, tmp_path_factory.mktemp("serve") / "tiny")


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[Server]:
    with serving(project, "--rows", "100") as server:
        yield server


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of files that kg did not build, which lets one site read and has a name."""
    folder = tmp_path_factory.mktemp("plain")
    (folder / "a.trig").write_bytes(PLAIN)
    (folder / "b.nt").write_bytes(b"_:x <urn:x:p> _:y .\n")
    (folder / "c.nt").write_bytes(b"_:x <urn:x:p> _:y .\n")
    options = ("--cors", "https://friend.example", "--name", "graph.example", "--access-log")
    with serving(folder, *options, "a.trig", "b.nt", "c.nt") as server:
        yield server


class TestQuerying:
    """SPARQL 1.1 Protocol §2.1: three ways to send a query."""

    def test_by_get(self, server: Server) -> None:
        got = server.get("/sparql", query=PLAYERS)

        assert (got.status, got.type) == (200, "application/sparql-results+json")
        assert got.json["results"]["bindings"] == [
            {"player": {"type": "uri", "value": f"{BASE}id/boris"}}
        ]

    def test_by_form(self, server: Server) -> None:
        assert server.ask(PLAYERS).json["results"]["bindings"]

    def test_by_body(self, server: Server) -> None:
        got = server.send(
            "POST",
            "/sparql",
            PLAYERS.encode(),
            headers={"Content-Type": "application/sparql-query"},
        )

        assert got.json["results"]["bindings"]

    def test_by_body_with_the_dataset_in_the_address(self, plain: Server) -> None:
        got = plain.send(
            "POST",
            "/sparql?default-graph-uri=urn:x:g",
            b"SELECT ?s { ?s ?p ?o }",
            headers={
                "Content-Type": "application/sparql-query; charset=UTF-8",
                "Accept": "text/csv",
            },
        )

        assert got.body == b"s\r\nurn:x:d\r\n"

    def test_other_scripts_pass_unharmed(self, server: Server) -> None:
        text = 'SELECT ?who ("Ладьи é ☃" AS ?x) { ?who rdfs:label "Ладьи"@ru }'

        assert server.ask(text, "text/csv").body.decode() == (
            f"who,x\r\n{BASE}id/rooks,Ладьи é ☃\r\n"
        )

    @pytest.mark.parametrize("name", list(RESULTS))
    def test_each_format_of_results_holds_the_same(self, server: Server, name: str) -> None:
        got = server.ask(PLAYERS, RESULTS[name][0])

        assert got.type == RESULTS[name][0]
        if name == "csv":  # the one format without types
            assert got.body == f"player\r\n{BASE}id/boris\r\n".encode()
            return
        form = QueryResultsFormat.from_media_type(got.type)
        rows = [row["player"] for row in parse_query_results(got.body, form)]  # type: ignore[union-attr]
        assert rows == [NamedNode(f"{BASE}id/boris")]

    @pytest.mark.parametrize("name", list(GRAPHS))
    def test_each_format_of_graphs_holds_the_same(self, server: Server, name: str) -> None:
        got = server.ask(SQUAD, GRAPHS[name][0])

        assert got.type == GRAPHS[name][0]
        form = RdfFormat.from_media_type(got.type)
        found = {(quad.subject.value, quad.object.value) for quad in parse(got.body, form)}
        assert found == {
            (f"{BASE}id/knights", f"{BASE}id/boris"),
            (f"{BASE}id/rooks", f"{BASE}id/anna"),
        }

    def test_turtle_has_the_prefixes_that_it_uses_in_order(self, server: Server) -> None:
        lines = server.ask(SQUAD, "text/turtle").body.decode().splitlines()

        assert lines[:3] == [
            f"@prefix : <{BASE}ontology#> .",
            f"@prefix id: <{BASE}id/> .",
            "id:knights :squad id:boris .",
        ] or lines[2].startswith("id:rooks")

    def test_a_format_may_be_named_in_the_address(self, server: Server) -> None:
        got = server.get("/sparql", "text/html", query=PLAYERS, format="csv")

        assert got.body.startswith(b"player\r\n")

    @pytest.mark.parametrize("accept", ["image/png", "text/turtle", "text/csv;q=0"])
    def test_what_nobody_can_write_is_406(self, server: Server, accept: str) -> None:
        assert server.ask(PLAYERS, accept).status == 406

    def test_head_is_get_without_the_body(self, server: Server) -> None:
        path = f"/sparql?query={quote(PLAYERS)}"
        got, head = server.send("GET", path), server.send("HEAD", path)

        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(got.body))
        assert head.type == got.type

    def test_options_says_what_may_be_done(self, server: Server) -> None:
        got = server.send("OPTIONS", "/sparql")

        assert (got.status, got.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")

    def test_the_same_answer_comes_twice(self, server: Server) -> None:
        assert server.ask(PLAYERS).body == server.ask(PLAYERS).body

    def test_a_number_by_chance_is_drawn_anew(self, server: Server) -> None:
        text = "SELECT (RAND() AS ?x) {}"

        assert server.ask(text).body != server.ask(text).body


class TestDatasets:
    EVERYTHING = "SELECT ?s { { ?s ?p ?o FILTER(!isBlank(?s)) } UNION { GRAPH ?g { ?s ?p ?o } } }"

    def rows(self, server: Server, query: str, **parameters: str) -> list[str]:
        found = server.ask(query, "text/csv", timeout=20, **parameters)
        return sorted(found.body.decode().split()[1:])

    def test_without_a_word_it_is_the_whole_store(self, plain: Server) -> None:
        assert self.rows(plain, self.EVERYTHING) == ["urn:x:a", "urn:x:d"]

    def test_a_default_graph_alone_leaves_no_named_one(self, plain: Server) -> None:
        assert self.rows(plain, self.EVERYTHING, default_graph_uri="urn:x:g") == ["urn:x:d"]

    def test_a_named_graph_alone_leaves_the_default_one_empty(self, plain: Server) -> None:
        assert self.rows(plain, self.EVERYTHING, named_graph_uri="urn:x:g") == ["urn:x:d"]

    def test_the_request_wins_over_the_query(self, plain: Server) -> None:
        text = "SELECT ?s FROM <urn:nothing> { ?s ?p ?o }"

        assert self.rows(plain, text, default_graph_uri="urn:x:g") == ["urn:x:d"]

    def test_a_graph_that_is_no_iri_is_400(self, plain: Server) -> None:
        assert plain.ask("ASK {}", default_graph_uri="a b").status == 400

    def test_blank_nodes_of_two_files_are_two(self, plain: Server) -> None:
        text = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <urn:x:p> ?o }"

        assert self.rows(plain, text) == ["2"]

    def test_an_address_that_is_relative_to_nothing_is_noted(self, tmp_path: Path) -> None:
        file = tmp_path / "facts.ttl"
        file.write_text("<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> <b> .\n", encoding="utf-8")
        said: list[str] = []

        with place_of(None, said.append, JOBS, [str(file)]):
            pass

        assert [one.partition(": <b> is")[0] for one in said[:-1]] == [f"{file}:2:17: note"]

    def test_files_have_no_prefixes_of_ours(self, plain: Server) -> None:
        assert plain.ask("ASK { ?s rdf:type ?o }").status == 400

    def test_a_graph_can_be_fetched(self, plain: Server) -> None:
        got = plain.get("/store", "application/n-triples", graph="urn:x:g")

        assert got.body == b"<urn:x:d> <urn:x:e> <urn:x:f> .\n"

    def test_a_graph_that_is_not_there_is_404(self, plain: Server) -> None:
        assert plain.get("/store", graph="urn:x:none").status == 404


class TestClocks:
    """Anna played for the Knights until 2000-01-01."""

    THEN = "ASK { id:anna :playsFor id:knights }"

    def test_as_of_a_date(self, server: Server) -> None:
        assert server.ask(self.THEN, as_of="1999-06-01").json["boolean"] is True

    def test_what_is_sure_as_of_a_date(self, server: Server) -> None:
        """All days of 1999 lie before the end, none of 2000 does."""
        sure = [
            server.ask(self.THEN, as_of=day, surely="1").json["boolean"]
            for day in ("1999", "1999-12-31", "2000")
        ]

        assert sure == [True, True, False]

    def test_a_span_at_some_time_in_it_or_throughout_it(self, server: Server) -> None:
        """The last day was the last of 1999."""
        spans = (("1998", "1999"), ("1999", "2000"), ("2000-01-01", "2001"))
        some, every = (
            [
                server.ask(self.THEN, from_=first, to=last, **more).json["boolean"]  # type: ignore[arg-type]
                for first, last in spans
            ]
            for more in ({}, {"surely": "1"})
        )

        assert (some, every) == ([True, True, False], [True, False, False])

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"surely": "1"}, "'surely' says how sure, not when; give 'as-of' as well"),
            (
                {"from_": "1999"},
                "'from=1999' is one side of a span; give 'from' and 'to', or 'as-of'",
            ),
            ({"from_": "2000", "to": "1999"}, "'from=2000' is after 'to=1999'; swap them"),
            ({"from_": "2", "to": "3", "as_of": "1"}, "'as-of' asks for one date, 'from' and 'to'"),
            ({"from_": "1999-13", "to": "2000"}, "'1999-13' is not a date: there is no month 13"),
            ({"surely": "perhaps", "as_of": "1999"}, "'surely' is 1 or 0, not 'perhaps'"),
        ],
    )
    def test_a_surely_that_says_nothing_is_400(
        self, server: Server, given: dict[str, str], said: str
    ) -> None:
        got = server.ask(self.THEN, **given)  # type: ignore[arg-type]

        assert got.status == 400
        assert said in got.json["detail"]

    def test_without_a_date_it_is_the_day_of_issue(self, server: Server) -> None:
        assert server.ask(self.THEN).json["boolean"] is False

    def test_known_by_a_date(self, server: Server) -> None:
        text = "SELECT (COUNT(?x) AS ?n) { ?x a kg:Statement }"
        now = int(server.ask(text, "text/csv").body.split()[1])
        before = int(server.ask(text, "text/csv", known_by="1999-12-31").body.split()[1])

        assert 0 < before < now

    def test_a_date_that_is_none_is_400_and_says_so(self, server: Server) -> None:
        got = server.ask(self.THEN, as_of="2000-13")

        assert got.status == 400
        assert "2000-13" in got.json["detail"]

    def test_a_date_before_the_record_is_400_and_says_so(self, server: Server) -> None:
        got = server.ask(self.THEN, as_of="1800")

        assert got.status == 400
        assert "the record begins on 1990-01-01; as of 1800 it says nothing" in got.json["detail"]

    def test_files_have_no_dates(self, plain: Server) -> None:
        assert plain.ask("ASK {}", as_of="2000").status == 400


class TestRefusals:
    def test_a_malformed_query_is_400_with_its_place(self, server: Server) -> None:
        got = server.ask("SELECT ?s {\n  ?s :playsFor }")

        assert (got.status, got.type) == (400, "application/problem+json")
        assert (got.json["line"], got.json["column"]) == (2, 16)

    def test_a_function_that_there_is_not_is_400_with_its_place(self, server: Server) -> None:
        got = server.ask("SELECT ?s {\n  ?s ?p ?o FILTER (xsd:dat(?o)) }")

        assert (got.status, got.json["line"], got.json["column"]) == (400, 2, 20)
        assert got.json["message"] == "there is no function 'xsd:dat'; did you mean 'xsd:date'?"

    @pytest.mark.parametrize(
        ("method", "path", "headers", "body", "status"),
        [
            ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 405),
            ("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"},
             b"update=CLEAR+ALL", 405),
            ("GET", "/sparql?update=CLEAR+ALL", {}, None, 405),
            ("PUT", "/sparql", {}, b"", 405),
            ("DELETE", "/sparql", {}, None, 405),
            ("PATCH", "/sparql", {}, b"", 405),
            ("PUT", "/store?default", {"Content-Type": "text/turtle"}, b"", 405),
            ("POST", "/store?default", {"Content-Type": "text/turtle"}, b"", 405),
            ("DELETE", "/store?graph=urn:g", {}, None, 405),
        ],
    )  # fmt: skip
    def test_whatever_writes_is_405_with_the_reason(
        self, server: Server, method: str, path: str, headers: dict[str, str],
        body: bytes | None, status: int,
    ) -> None:  # fmt: skip
        got = server.send(method, path, body, headers)

        assert got.status == status
        assert "only reads" in got.json["detail"]
        assert got.headers["allow"].startswith("GET")

    @pytest.mark.parametrize("text", ["CLEAR ALL", "LOAD <http://127.0.0.1:9/>"])
    def test_an_update_sent_as_a_query_is_403(self, server: Server, text: str) -> None:
        got = server.ask(text)

        assert got.status == 403
        assert "only reads" in got.json["detail"]

    @pytest.mark.parametrize(
        ("method", "path", "headers", "body", "status"),
        [
            ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, None, 400),
            ("GET", "/sparql?query=%FF", {}, None, 400),
            ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415),
            ("POST", "/sparql", {}, b"ASK {}", 415),
            ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK { \xff }", 400),
            ("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, b"a=b", 400),
            ("POST", "/sparql?query=ASK%7B%7D", {"Content-Type": "application/sparql-query"},
             b"ASK {}", 400),
            ("GET", "/nothing", {}, None, 404),
            ("GET", "/..%2f..%2fetc/passwd", {}, None, 404),
        ],
    )  # fmt: skip
    def test_what_the_protocol_does_not_know(
        self, server: Server, method: str, path: str, headers: dict[str, str],
        body: bytes | None, status: int,
    ) -> None:  # fmt: skip
        got = server.send(method, path, body, headers)

        assert (got.status, got.type) == (status, "application/problem+json")

    def test_one_row_above_the_limit_is_no_answer_at_all(self, server: Server) -> None:
        text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 101"

        for accept in ("text/csv", "text/tab-separated-values", "application/json"):
            got = server.ask(text, accept)
            assert (got.status, got.json["limit"]) == (413, "rows")

    def test_an_answer_tells_its_rows_and_the_limits(self, server: Server) -> None:
        got = server.ask("SELECT * { ?a ?b ?c } LIMIT 100")

        assert got.headers["kg-rows"] == "100"
        assert got.headers["kg-limits"] == "seconds=10, rows=100, bytes=52428800, text=65536"

    def test_a_problem_repeats_no_markup_as_markup(self, server: Server) -> None:
        got = server.ask("<b>bold</b>")

        assert got.type == "application/problem+json"
        assert got.headers["x-content-type-options"] == "nosniff"


class TestDescriptions:
    SD = "http://www.w3.org/ns/sparql-service-description#"
    VOID = "http://rdfs.org/ns/void#"

    def test_without_a_query_the_service_describes_itself(self, server: Server) -> None:
        got = server.get("/sparql", "text/turtle")

        found = {
            (quad.predicate.value, getattr(quad.object, "value", ""))
            for quad in parse(got.body, RdfFormat.TURTLE)
        }
        assert (f"{self.SD}endpoint", f"{server.url}/sparql") in found
        assert (f"{self.SD}supportedLanguage", f"{self.SD}SPARQL11Query") in found

    def test_the_data_describe_themselves(self, plain: Server) -> None:
        """Three triples in the default graph, none of them with a class."""
        got = plain.get("/.well-known/void", "application/n-triples")

        assert f'<{self.VOID}triples> "3"' in got.body.decode()
        assert f"<{self.VOID}class>" not in got.body.decode()

    def test_classes_are_counted(self, server: Server) -> None:
        """The tiny league has two clubs."""
        void = server.get("/.well-known/void", "application/n-triples").body
        quads = list(parse(void, RdfFormat.N_TRIPLES))
        club = NamedNode(f"{BASE}ontology#Club")
        parts = [quad.subject for quad in quads if quad.object == club]

        counts = [
            quad.object.value
            for quad in quads
            if quad.subject in parts and quad.predicate.value == f"{self.VOID}entities"
        ]
        clubs = server.ask("SELECT (COUNT(?x) AS ?n) { ?x a :Club }", "text/csv").body.split()[1]
        assert counts == [clubs.decode()]

    def test_descriptions_are_the_same_bytes_each_time(self, server: Server, project: Path) -> None:
        first = server.get("/.well-known/void", "text/turtle").body

        with serving(project) as other:
            # The addresses differ in the port alone.
            second = other.get("/.well-known/void", "text/turtle").body
        assert second.replace(other.url.encode(), server.url.encode()) == first


class TestWhoMayAsk:
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.e"])
    def test_another_host_is_not_answered(self, server: Server, host: str) -> None:
        assert server.send("GET", "/sparql?query=ASK%7B%7D", headers={"Host": host}).status == 421

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8000"])
    def test_this_machine_is(self, server: Server, host: str) -> None:
        assert server.send("GET", "/sparql?query=ASK%7B%7D", headers={"Host": host}).status == 200

    def test_a_name_may_be_added(self, plain: Server) -> None:
        assert (
            plain.send("GET", "/sparql?query=ASK%7B%7D", headers={"Host": "graph.example"}).status
            == 200
        )

    def test_no_other_site_may_read(self, server: Server) -> None:
        got = server.send(
            "GET", "/sparql?query=ASK%7B%7D", headers={"Origin": "https://friend.example"}
        )

        assert "access-control-allow-origin" not in got.headers

    def test_the_named_site_may_read(self, plain: Server) -> None:
        got = plain.send(
            "GET", "/sparql?query=ASK%7B%7D", headers={"Origin": "https://friend.example"}
        )

        assert got.headers["access-control-allow-origin"] == "https://friend.example"

    def test_a_site_that_is_not_named_may_not(self, plain: Server) -> None:
        got = plain.send(
            "GET", "/sparql?query=ASK%7B%7D", headers={"Origin": "https://foe.example"}
        )

        assert "access-control-allow-origin" not in got.headers

    def test_no_other_site_may_post(self, server: Server) -> None:
        got = server.send(
            "POST",
            "/sparql",
            b"ASK {}",
            headers={"Content-Type": "application/sparql-query", "Origin": "https://foe.example"},
        )

        assert got.status == 403

    def test_a_browser_may_ask_before_it_asks(self, plain: Server) -> None:
        got = plain.send(
            "OPTIONS",
            "/sparql",
            headers={"Origin": "https://friend.example", "Access-Control-Request-Method": "POST"},
        )

        assert "POST" in got.headers["access-control-allow-methods"]

    @pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/nothing", "/health"])
    def test_every_answer_carries_the_headers_of_safety(self, server: Server, path: str) -> None:
        headers = server.send("GET", path).headers

        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "'unsafe-inline'" not in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("default-src 'none'")


class TestTheProgram:
    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kg", "serve", *arguments],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def test_it_is_well(self, server: Server) -> None:
        got = server.send("GET", "/health")

        assert (got.status, got.json["status"]) == (200, "ok")

    def test_it_prints_its_limits(self, server: Server) -> None:
        assert any("100 rows" in line for line in server.said)

    def test_the_access_log_has_no_query(self, plain: Server) -> None:
        plain.get("/sparql", query="ASK { <urn:secret> ?p ?o }")

        assert any("GET /sparql 200" in line for line in plain.said)
        assert not any("secret" in line for line in plain.said)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_stops_when_told_to(self, tmp_path: Path, number: signal.Signals) -> None:
        (tmp_path / "a.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n")

        with serving(tmp_path, "a.nt") as server:
            server.process.send_signal(number)

            assert server.process.wait(timeout=10) == 0

    def test_it_stops_in_the_middle_of_a_query(self, tmp_path: Path) -> None:
        import psutil

        (tmp_path / "a.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n")
        burn = "ASK {" + " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(40)))} }}"
                                  for i in range(9)) + "FILTER(?v1 > 50) }"  # fmt: skip

        with serving(tmp_path, "--seconds", "60", "a.nt") as server:
            workers = psutil.Process(server.process.pid).children()
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                client.sendall(
                    f"GET /sparql?query={quote(burn)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
                )
                server.process.terminate()
                code = server.process.wait(timeout=15)

        assert code == 0
        assert not any(worker.is_running() for worker in workers)

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["missing.ttl"], 3, "missing.ttl"),
            (["notes.txt"], 3, "'.txt' is not one of .ttl .trig .nt .nq"),
            (["broken.ttl"], 3, "broken.ttl:2:"),
            (["--host", "0.0.0.0"], 2, "add --public"),
            (["--seconds", "0"], 2, "more than 0"),
            (["--rows", "-1"], 2, "more than 0"),
            (["--host", "203.0.113.1", "--public", "good.ttl"], 2, "cannot listen"),
            (["--port", "70000", "good.ttl"], 2, "cannot listen"),
        ],
    )
    def test_what_cannot_be_served_is_one_line(
        self, tmp_path: Path, arguments: list[str], code: int, words: str
    ) -> None:
        (tmp_path / "broken.ttl").write_bytes(b"@prefix x: <urn:x:> .\nx:a x:b .\n")
        (tmp_path / "good.ttl").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n")
        (tmp_path / "notes.txt").write_bytes(b"")

        done = self.run(tmp_path, *arguments)

        assert done.returncode == code
        assert words in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_damaged_build_is_a_store_error(self, project: Path, tmp_path: Path) -> None:
        build = shutil.copytree(project / "build", tmp_path / "build")
        for store in build.glob("generation-*/store/CURRENT"):
            store.unlink()

        done = subprocess.run(
            [sys.executable, "-m", "kg", "--store", str(build), "serve", "--port", "0"],
            capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

        assert done.returncode == 4
        assert "is damaged: CURRENT is gone; run 'kg build'" in done.stderr

    def test_without_its_libraries_it_says_what_to_install(self) -> None:
        program = (
            "import sys\nsys.modules['uvicorn'] = None\n"
            "from kg.cli.commands import main\nmain(['--quiet', 'serve'])\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

        assert done.returncode == 2
        assert done.stderr == (
            "kg: uvicorn is not installed; install it with: pip install 'eurasia-kg[serve]'\n"
        )

    def test_public_says_what_it_means(self, tmp_path: Path) -> None:
        (tmp_path / "a.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n")

        with serving(tmp_path, "--public", "--host", "127.0.0.1", "a.nt") as server:
            server.process.terminate()
            server.process.wait(timeout=10)

        assert any("nobody has to log in" in line for line in server.said)


class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "expected"),
        [
            (None, "json"),
            ("", "json"),
            ("*/*", "json"),
            ("text/*", "xml"),
            ("text/csv", "csv"),
            ("text/csv;q=0.2, application/xml;q=0.3", "xml"),
            ("*/*;q=0.1, text/csv", "csv"),
            ("application/json;q=0, */*", "json"),
            ("application/sparql-results+json;q=0, application/json;q=0, */*", "xml"),
            ("TEXT/CSV ; Q=1", "csv"),
            ("text/csv;q=abc", None),
            (",,;", None),
            ("image/png", None),
        ],
    )
    def test_the_best_that_is_accepted(self, accept: str | None, expected: str | None) -> None:
        assert choose(accept, RESULTS) == expected

    def test_a_browser_prefers_a_page(self) -> None:
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

        assert prefers_html(browser, GRAPHS)

    @pytest.mark.parametrize("accept", [None, "*/*", "text/turtle", "text/html;q=0.1, text/turtle"])
    def test_a_program_does_not(self, accept: str | None) -> None:
        assert not prefers_html(accept, GRAPHS)


class TestHosts:
    def test_beyond_this_machine_an_address_is_as_good_as_a_name(self) -> None:
        settings = Settings(host="0.0.0.0", names=frozenset({"graph.example"}))

        hosts = ["192.0.2.7:8000", "[2001:db8::1]", "graph.example", "evil.example"]

        assert [settings.answers_to(host) for host in hosts] == [True, True, True, False]
