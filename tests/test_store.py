"""One store, four homes: in memory, on disk, `kg serve`, and a SPARQL server of others."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import cast

import pytest
import rdflib
from endpoint import sparql_server
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Triple
from server import serving

import kg
from kg.errors import QueryError, RemoteError, StoreError, UsageError
from kg.pipeline.builder import Built, build
from kg.pipeline.generations import save
from kg.query.questions import run
from kg.store.base import Store, select
from kg.store.embedded import EmbeddedStore, write
from kg.store.remote import RemoteStore

TINY = Path(__file__).parent / "tiny"
BASE = "https://example.org/tiny/"
GIVEN_UP = b"The SPARQL operation has been cancelled"


@pytest.fixture(scope="module")
def built() -> Built:
    return build(TINY / "data", TINY / "ontology")


@pytest.fixture(scope="module", params=["memory", "disk", "remote", "served"])
def store(
    request: pytest.FixtureRequest, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "memory":
        yield built.store()
    elif request.param == "disk":
        write(built.quads, folder)
        yield EmbeddedStore.open(folder)
    elif request.param == "served":
        save(built.quads, built.trig(), "", folder / "build", {})
        with serving(folder, store=folder / "build") as server:
            yield RemoteStore(f"{server.url}/sparql")
    else:
        with sparql_server(built.trig(), folder) as url:
            yield RemoteStore(url)


def ids(store: Store, sparql: str) -> list[tuple[object, ...]]:
    return sorted(run(store, sparql).rows)


class TestTheSameAnswerEverywhere:
    def test_a_select_gives_the_players_of_today(self, store: Store) -> None:
        players = ids(store, "SELECT ?player { ?player :playsFor id:knights }")

        assert players == [("boris",)]

    def test_a_select_answers_in_pyoxigraphs_own_type(self, store: Store) -> None:
        answer = store.query("SELECT ?player { ?player :playsFor id:knights }")

        assert isinstance(answer, QuerySolutions)

    def test_an_ask_is_true_for_what_holds(self, store: Store) -> None:
        answer = store.query("ASK { id:anna :playsFor id:rooks }")

        assert isinstance(answer, QueryBoolean)
        assert answer

    def test_an_ask_is_false_for_what_no_longer_holds(self, store: Store) -> None:
        answer = store.query("ASK { id:anna :playsFor id:knights }")

        assert not answer

    def test_a_construct_makes_its_triples(self, store: Store) -> None:
        answer = store.query("CONSTRUCT { ?club :squad ?player } { ?player :playsFor ?club }")

        squad = NamedNode(f"{BASE}ontology#squad")
        assert {
            Triple(NamedNode(f"{BASE}id/knights"), squad, NamedNode(f"{BASE}id/boris")),
            Triple(NamedNode(f"{BASE}id/rooks"), squad, NamedNode(f"{BASE}id/anna")),
        } == set(cast("QueryTriples", answer))

    def test_plain_queries_see_the_default_graph_only(self, store: Store) -> None:
        """Anna left the Knights: the triple stands in a statement's graph and nowhere else."""
        clubs = ids(store, "SELECT ?club { id:anna :playsFor ?club }")

        assert clubs == [("rooks",)]

    def test_a_graph_pattern_sees_the_whole_history(self, store: Store) -> None:
        clubs = ids(store, "SELECT ?club { GRAPH ?statement { id:anna :playsFor ?club } }")

        assert clubs == [("knights",), ("rooks",)]

    def test_a_select_without_rows_still_has_its_columns(self, store: Store) -> None:
        result = run(store, "SELECT ?a ?b { ?a :playsFor ?b ; :playsFor ?a }")

        assert result.vars == ("a", "b")

    def test_every_quad_comes_back(self, store: Store, built: Built) -> None:
        assert set(built.quads) == without_blank_nodes(store.quads()) | blank(built.quads)

    def test_the_base_comes_from_the_data(self, store: Store) -> None:
        assert store.words.base == BASE

    def test_the_day_of_issue_comes_from_the_data(self, store: Store) -> None:
        assert store.issued == "2024-01-01"

    def test_a_prologue_of_ones_own_is_allowed(self, store: Store) -> None:
        text = "PREFIX t: <https://example.org/tiny/ontology#>\nASK { id:anna t:playsFor id:rooks }"

        assert store.query(text)

    def test_letters_of_other_scripts_pass_unharmed(self, store: Store) -> None:
        named = ids(store, 'SELECT ?who { ?who rdfs:label "Ладьи"@ru }')

        assert named == [("rooks",)]


def without_blank_nodes(quads: Iterator[Quad]) -> set[Quad]:
    return {quad for quad in quads if "_:" not in (str(quad.subject)[:2], str(quad.object)[:2])}


def blank(quads: list[Quad]) -> set[Quad]:
    """A server names blank nodes anew, so they are left out of the comparison."""
    return set(quads) - without_blank_nodes(iter(quads))


class TestSyntaxErrors:
    BROKEN = "SELECT ?s {\n  ?s :playsFor }"

    def test_a_syntax_error_names_its_line_and_column(self, store: Store) -> None:
        with pytest.raises(QueryError) as caught:
            store.query(self.BROKEN)

        assert (caught.value.line, caught.value.column) == (2, 16)

    def test_a_syntax_error_says_what_stands_there(self, store: Store) -> None:
        with pytest.raises(QueryError, match="unexpected '}'"):
            store.query(self.BROKEN)

    def test_an_update_is_no_query(self, store: Store) -> None:
        with pytest.raises(QueryError):
            store.query("DELETE WHERE { ?s ?p ?o }")


# rdflib 7.6 warns of its own use of Dataset.default_context.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
class TestRdflib:
    FULL = (
        "SELECT ?s { ?s <https://example.org/tiny/ontology#playsFor> "
        "<https://example.org/tiny/id/knights> }"
    )

    @staticmethod
    def first(dataset: rdflib.Dataset, sparql: str) -> list[str]:
        return [str(cast("tuple[object]", row)[0]) for row in dataset.query(sparql)]

    def test_it_is_a_dataset(self, store: Store) -> None:
        assert isinstance(kg.Graph(store).rdflib, rdflib.Dataset)

    def test_it_answers_the_same_query(self, store: Store) -> None:
        assert self.first(kg.Graph(store).rdflib, self.FULL) == [f"{BASE}id/boris"]

    def test_it_knows_the_prefixes(self, store: Store) -> None:
        short = "SELECT ?s { ?s :playsFor id:knights }"

        assert self.first(kg.Graph(store).rdflib, short) == [f"{BASE}id/boris"]

    def test_nothing_is_copied(self, built: Built) -> None:
        """What is added to the store afterwards is seen through the dataset made before."""
        store = built.store()
        dataset = kg.Graph(store).rdflib

        store.pyoxigraph.add(Quad(*(NamedNode(f"urn:new:{part}") for part in "spo")))

        assert self.first(dataset, "SELECT ?s { ?s <urn:new:p> <urn:new:o> }") == ["urn:new:s"]


class TestRemoteFaults:
    @contextmanager
    def endpoint(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[RemoteStore]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield RemoteStore(f"http://127.0.0.1:{server.server_port}/sparql")
        finally:
            server.shutdown()
            thread.join(timeout=10)
            server.server_close()

    @staticmethod
    def reply(
        body: bytes, kind: str = "application/sparql-results+json", code: int = 200, extra: int = 0
    ) -> Callable[[BaseHTTPRequestHandler], None]:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(code)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(body) + extra))
            handler.end_headers()
            handler.wfile.write(body)

        return answer

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (b"<html><body>Welcome</body></html>", "text/html"),
            (b"\x00\xff\x00\xff", "application/octet-stream"),
            (b"", "application/sparql-results+json"),
            (b"[1, 2, 3]", "application/json"),
            (
                b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","va',
                "application/sparql-results+json",
            ),
            (b"<urn:a> <urn:b> ", "application/n-triples"),
        ],
        ids=["page", "garbage", "nothing", "other-json", "half-json", "half-triples"],
    )
    def test_an_answer_that_is_none_is_a_remote_error(self, body: bytes, kind: str) -> None:
        with (
            self.endpoint(self.reply(body, kind)) as store,
            pytest.raises(RemoteError, match="not a SPARQL result"),
        ):
            store.answer("SELECT * { ?s ?p ?o }")

    @pytest.mark.parametrize(("cell", "wanted"), [("1", True), ("0", False)])
    def test_virtuosos_table_for_ask_is_a_boolean(self, cell: str, wanted: bool) -> None:
        """As 7.2.5 answers."""
        integer = '"datatype": "http://www.w3.org/2001/XMLSchema#integer"'
        rows = (
            f'[{{ "__ASK_RETVAL": {{ "type": "typed-literal", {integer}, "value": "{cell}" }} }}]'
        )
        body = f'{{ "head": {{ "vars": ["__ASK_RETVAL"] }}, "results": {{ "bindings": {rows} }} }}'

        with self.endpoint(self.reply(body.encode(), "application/sparql-results+json")) as store:
            assert bool(store.answer("ASK {}")) is wanted
            assert isinstance(store.answer("ASK {}"), QueryBoolean)

    def test_virtuosos_blank_nodes_have_names(self) -> None:
        """As 7.2.5 answers; a text that looks alike stays."""
        row = (
            '{ "a": { "type": "bnode", "value": "nodeID://b10005" }, '
            '"b": { "type": "literal", "value": "nodeID://b10005" } }'
        )
        body = f'{{ "head": {{ "vars": ["a", "b"] }}, "results": {{ "bindings": [{row}] }} }}'

        with self.endpoint(self.reply(body.encode(), "application/sparql-results+json")) as store:
            (found,) = cast("QuerySolutions", store.answer("SELECT * {}"))
        assert (str(found[0]), found[1].value) == ("_:b10005", "nodeID://b10005")

    @pytest.mark.parametrize("code", [401, 404, 500, 503])
    def test_a_status_of_failure_is_a_remote_error(self, code: int) -> None:
        with (
            self.endpoint(self.reply(b"sorry", "text/plain", code)) as store,
            pytest.raises(RemoteError, match=f"answered {code}.*sorry"),
        ):
            store.answer("ASK {}")

    def test_a_refused_query_is_a_query_error(self) -> None:
        with (
            self.endpoint(self.reply(b"no such function", "text/plain", 400)) as store,
            pytest.raises(QueryError, match="no such function"),
        ):
            store.answer("ASK {}")

    def test_an_answer_cut_off_at_the_end_of_a_line_is_not_a_short_answer(self) -> None:
        line = b"<urn:a> <urn:b> <urn:c> .\n"

        with (
            self.endpoint(self.reply(line, "application/n-triples", extra=26)) as store,
            pytest.raises(RemoteError, match="broke off after 26 of 52 bytes"),
        ):
            store.answer("CONSTRUCT WHERE { ?s ?p ?o }")

    def test_an_answer_that_is_not_http_is_a_remote_error(self) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(b"220 mail.example.org ESMTP\r\n")

        with self.endpoint(answer) as store, pytest.raises(RemoteError, match="did not answer"):
            store.answer("ASK {}")

    def test_a_line_that_is_hung_up_is_a_remote_error(self) -> None:
        with (
            self.endpoint(lambda _: None) as store,
            pytest.raises(RemoteError, match="did not answer"),
        ):
            store.answer("ASK {}")

    def test_silence_is_a_remote_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kg.store.remote.REMOTE_TIMEOUT", 0.2)

        with (
            self.endpoint(lambda _: time.sleep(0.5)) as store,
            pytest.raises(RemoteError, match="did not answer"),
        ):
            store.answer("ASK {}")

    def test_more_than_the_limit_is_a_remote_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kg.store.remote.REMOTE_MAX_BYTES", 10)

        with (
            self.endpoint(self.reply(b"x" * 11)) as store,
            pytest.raises(RemoteError, match="more than 10 bytes"),
        ):
            store.answer("ASK {}")

    def test_a_redirect_is_not_followed(self) -> None:
        """Whoever named one address did not mean another, least of all a file."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(302)
            handler.send_header("Location", "file:///etc/passwd")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        with (
            self.endpoint(answer) as store,
            pytest.raises(RemoteError, match="redirects to file:///etc/passwd"),
        ):
            store.answer("ASK {}")

    def test_a_byte_now_and_then_is_a_remote_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kg.store.remote.REMOTE_TIMEOUT", 0.3)

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            for _ in range(20):
                try:
                    handler.wfile.write(b" ")
                except OSError:
                    return
                time.sleep(0.05)

        with self.endpoint(answer) as store, pytest.raises(RemoteError, match="come to an end"):
            store.answer("ASK {}")

    def test_lines_that_may_be_a_part_of_more_are_not_believed(self) -> None:
        """Neither a length nor chunks: nobody can tell that the line was the last."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/n-triples")
            handler.end_headers()
            handler.wfile.write(b"<urn:a> <urn:b> <urn:c> .\n")

        with self.endpoint(answer) as store, pytest.raises(RemoteError, match="how long"):
            store.answer("CONSTRUCT WHERE { ?s ?p ?o }")

    def test_the_words_with_which_a_server_gives_up_are_not_a_row(self) -> None:
        """As `oxigraph serve` ends an answer that takes too long: status 200, and this text."""
        body = b'{"head":{"vars":["s"]},"results":{"bindings":[' + GIVEN_UP

        with (
            self.endpoint(self.reply(body)) as store,
            pytest.raises(RemoteError, match="not a SPARQL result"),
        ):
            store.answer("SELECT * { ?s ?p ?o }")
        lines = b"<urn:a> <urn:b> <urn:c> .\n" + GIVEN_UP
        with (
            self.endpoint(self.reply(lines, "application/n-triples")) as store,
            pytest.raises(RemoteError, match="not a SPARQL result"),
        ):
            store.answer("CONSTRUCT WHERE { ?s ?p ?o }")

    def test_the_right_body_under_a_wrong_name_is_not_believed(self) -> None:
        body = b'{"head":{},"boolean":true}'

        with (
            self.endpoint(self.reply(body, "text/html")) as store,
            pytest.raises(RemoteError, match="not a SPARQL result"),
        ):
            store.answer("ASK {}")

    def test_nobody_at_the_address_is_a_remote_error(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        with pytest.raises(RemoteError, match="did not answer"):
            RemoteStore(f"http://127.0.0.1:{port}/sparql").query("ASK {}")

    @pytest.mark.parametrize("url", ["http://[", "http://127.0.0.1:abc/", "http://127.0.0.1/a b"])
    def test_an_address_that_is_none_is_the_users_mistake(self, url: str) -> None:
        with pytest.raises(UsageError, match="not the address"):
            RemoteStore(url).query("ASK {}")

    def test_a_graph_of_somebody_else_is_a_store_error(self) -> None:
        nothing = b'{"head":{"vars":["value"]},"results":{"bindings":[]}}'

        with (
            self.endpoint(self.reply(nothing)) as store,
            pytest.raises(StoreError, match="was not built by kg"),
        ):
            store.query("ASK {}")


class TestFolders:
    @pytest.fixture
    def folder(self, built: Built, tmp_path: Path) -> Path:
        write(built.quads, tmp_path / "store")
        return tmp_path / "store"

    def test_a_missing_folder_is_a_store_error(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="run 'kg build'"):
            EmbeddedStore.open(tmp_path / "nowhere")

    def test_opening_a_missing_folder_does_not_make_it(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError):
            EmbeddedStore.open(tmp_path / "nowhere")

        assert not (tmp_path / "nowhere").exists()

    def test_an_empty_folder_is_a_store_error(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="cannot be opened"):
            EmbeddedStore.open(tmp_path)

    def test_a_folder_without_its_index_is_a_store_error(self, folder: Path) -> None:
        (folder / "CURRENT").unlink()

        with pytest.raises(StoreError, match="cannot be opened"):
            EmbeddedStore.open(folder)

    def test_a_folder_that_lost_its_tables_is_a_store_error(self, folder: Path) -> None:
        for table in folder.glob("*.sst"):
            table.unlink()

        with pytest.raises(StoreError):
            list(select(EmbeddedStore.open(folder), "SELECT * { ?s ?p ?o }"))

    def test_a_folder_whose_tables_are_overwritten_is_a_store_error(self, folder: Path) -> None:
        for table in folder.glob("*.sst"):
            table.write_bytes(b"\x00" * table.stat().st_size)

        with pytest.raises(StoreError):
            list(EmbeddedStore.open(folder).quads())

    def test_writing_where_no_folder_can_be_is_a_store_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(StoreError, match="cannot be written"):
            write([], tmp_path / "file")

    def test_a_copy_of_the_folder_is_the_same_store(self, folder: Path, tmp_path: Path) -> None:
        copy = shutil.copytree(folder, tmp_path / "copy")

        assert EmbeddedStore.open(copy).query("ASK { id:anna :playsFor id:rooks }")

    def test_two_readers_read_at_once(self, folder: Path) -> None:
        stores = [EmbeddedStore.open(folder), EmbeddedStore.open(folder)]

        assert all(store.query("ASK { id:anna :playsFor id:rooks }") for store in stores)
