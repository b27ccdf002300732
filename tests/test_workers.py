"""Workers: whatever a query does, its worker alone is lost and the caller learns why."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from attacks import ATTACKS, Attack, listener, service_spellings
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.bench.answer import count_rows
from kg.bench.place import Place
from kg.builder import build
from kg.errors import KGError, LimitError, QueryError, RefusedError, StoreError, UsageError
from kg.files import write_file
from kg.generations import save
from kg.store import write
from kg.workers.frames import Reply
from kg.workers.limits import MIB, Limits
from kg.workers.pool import Pool
from kg.workers.worker import Worker

TINY = Path(__file__).parent / "tiny"
ROWS = 1000
QUICK = Limits(seconds=1, memory=256 * MIB, rows=ROWS, answer=MIB, workers=2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A ring of five hundred nodes: enough for any explosion."""
    folder = tmp_path_factory.mktemp("ring") / "store"
    nodes = [NamedNode(f"urn:node:{i}") for i in range(500)]
    following = NamedNode("urn:next")
    quads = [Quad(a, following, b) for a, b in zip(nodes, nodes[1:] + nodes[:1], strict=True)]
    quads += [Quad(a, NamedNode("urn:name"), Literal(a.value), nodes[0]) for a in nodes]
    write(quads, folder)
    return Place(folder, is_plain=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The tiny project, built."""
    folder = tmp_path_factory.mktemp("tiny") / "build"
    done = build(TINY / "data", TINY / "ontology")
    save(done.quads, done.trig(), "", folder, {})
    return Place(folder)


@pytest.fixture(scope="module")
def worker(place: Place) -> Iterator[Worker]:
    with Worker(place, QUICK) as worker:
        yield worker


def ask(worker: Worker, query: str, **more: Any) -> Reply:
    return worker.ask({"job": "sparql", "query": query, **more})


def bindings(reply: Reply) -> list[Any]:
    found: list[Any] = json.loads(reply.body)["results"]["bindings"]
    return found


class TestOneWorker:
    def test_it_answers(self, worker: Worker) -> None:
        assert ask(worker, "ASK { <urn:node:3> <urn:next> <urn:node:4> }").body == (
            b'{"head":{},"boolean":true}'
        )

    @pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
    def test_it_survives_its_own_death(self, worker: Worker, attack: Attack) -> None:
        ended = "fine"
        try:
            ask(worker, attack.query)
        except LimitError as error:
            ended = error.limit
        except QueryError:
            ended = "syntax"

        assert ended in attack.ends
        assert ask(worker, "ASK { }").body == b'{"head":{},"boolean":true}'

    def test_a_query_above_the_limit_of_text_is_not_even_parsed(self, worker: Worker) -> None:
        with pytest.raises(LimitError, match="longer than 65,536 bytes"):
            ask(worker, "ASK { }" + " " * 65536)

    def test_a_syntax_error_has_its_line_and_column(self, worker: Worker) -> None:
        with pytest.raises(QueryError) as caught:
            ask(worker, "SELECT * {\n  ?s ?p }")

        assert (caught.value.line, caught.value.column) == (2, 9)

    @pytest.mark.parametrize("word", ["LOAD <http://127.0.0.1/>", "INSERT DATA { <a:a> <a:b> 1 }"])
    def test_an_update_is_refused_as_such(self, worker: Worker, word: str) -> None:
        with pytest.raises(RefusedError, match="only reads"):
            ask(worker, f"PREFIX a: <urn:a> BASE <urn:b>\n{word}")

    def test_exactly_as_many_rows_as_allowed_are_an_answer(self, worker: Worker) -> None:
        reply = ask(worker, f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {ROWS}", results="csv")

        assert reply.about["rows"] == ROWS

    @pytest.mark.parametrize("name", ["csv", "tsv"])
    def test_one_row_more_is_refused(self, worker: Worker, name: str) -> None:
        with pytest.raises(LimitError, match=r"more than 1,000 rows"):
            ask(worker, f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {ROWS + 1}", results=name)

    def test_one_triple_more_is_refused(self, worker: Worker) -> None:
        with pytest.raises(LimitError, match=r"more than 1,000 rows"):
            ask(worker, "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }")

    def test_a_long_answer_is_refused(self, worker: Worker) -> None:
        with pytest.raises(LimitError, match=r"longer than 1,048,576 bytes"):
            ask(worker, f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {ROWS * 9}")

    def test_a_long_graph_is_refused(self, worker: Worker) -> None:
        text = 'BIND("' + "x" * 40000 + '" AS ?long)'

        with pytest.raises(LimitError, match=r"longer than 1,048,576 bytes"):
            ask(worker, f"CONSTRUCT {{ ?a <urn:p> ?l }} {{ ?a <urn:next> ?b {text} "
                "BIND(CONCAT(STR(?a), ?long) AS ?l) }")  # fmt: skip

    def test_plain_files_have_no_dates(self, worker: Worker) -> None:
        with pytest.raises(UsageError, match="not built by kg"):
            ask(worker, "ASK {}", as_of="2012")

    def test_a_dataset_of_the_request_replaces_that_of_the_query(self, worker: Worker) -> None:
        text = "SELECT ?n FROM <urn:nothing> { ?s <urn:name> ?n }"

        assert len(bindings(ask(worker, text, default=["urn:node:0"]))) == 500

    def test_a_dataset_of_named_graphs_alone_has_an_empty_default_graph(
        self, worker: Worker
    ) -> None:
        assert bindings(ask(worker, "SELECT * { ?s ?p ?o }", named=["urn:node:0"])) == []

    def test_a_file_is_not_a_graph(self, worker: Worker, tmp_path: Path) -> None:
        write_file(tmp_path / "x.ttl", b"<urn:a> <urn:b> <urn:c> .")

        text = f"SELECT * FROM <{(tmp_path / 'x.ttl').as_uri()}> {{ ?s ?p ?o }}"

        assert bindings(ask(worker, text)) == []

    def test_nothing_reaches_another_server(self, worker: Worker) -> None:
        with listener() as (url, hits):
            refused = []
            for text in service_spellings(url):
                try:
                    ask(worker, text)
                except RefusedError as error:
                    refused.append(str(error))

        assert hits == []
        # A SILENT behind the trick with the comment finds no network, and is silent about it.
        assert len(refused) >= len(service_spellings(url)) - 1

    def test_the_words_of_a_refusal_name_service(self, worker: Worker) -> None:
        with pytest.raises(RefusedError, match="SERVICE is not allowed"):
            ask(worker, "ASK { SERVICE <http://127.0.0.1:9/> { } }")

    def test_a_name_or_text_that_contains_the_word_is_fine(self, worker: Worker) -> None:
        if os.name != "posix" or not self.has_cut(worker):
            pytest.fail("this system does not let the network be cut: see docs/serve.md")

        text = 'SELECT ?service { ?service <urn:service> "SERVICE" } # SERVICE'

        assert bindings(ask(worker, text)) == []

    @staticmethod
    def has_cut(worker: Worker) -> bool:
        try:
            ask(worker, "ASK { } # service")
        except RefusedError:
            return False
        return True

    def test_a_store_that_is_none_is_a_store_error(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="cannot be opened"):
            Worker(Place(tmp_path, is_plain=True), QUICK)


class TestWhereTheNetworkStays:
    """Some systems do not let a process leave the network: then the word alone is refused."""

    @pytest.fixture
    def bench(self) -> Any:
        from kg.bench.bench import Bench
        from kg.store import EmbeddedStore

        return Bench(EmbeddedStore(Store()), QUICK, is_plain=True, is_cut=False)

    def test_every_spelling_is_refused_by_its_word(self, bench: Any) -> None:
        from kg.bench.answer import sparql

        with listener() as (url, hits):
            for text in service_spellings(url):
                with pytest.raises(RefusedError, match="the word 'service'"):
                    sparql(bench, {"query": text})

        assert hits == []

    def test_escaped_letters_make_no_keyword(self, bench: Any) -> None:
        from kg.bench.answer import sparql

        with listener() as (url, hits), pytest.raises(QueryError):
            sparql(bench, {"query": f"ASK {{ \\u0053ERVICE <{url}> {{ }} }}"})

        assert hits == []


class TestBuilds:
    def test_the_prefixes_of_the_project_are_declared(self, built: Place) -> None:
        with Worker(built, QUICK) as worker:
            reply = ask(worker, "SELECT ?player { ?player :playsFor id:knights }", results="csv")

        assert reply.body == b"player\r\nhttps://example.org/tiny/id/boris\r\n"

    def test_a_query_as_of_a_date_sees_that_date(self, built: Place) -> None:
        """Anna left the Knights for the Rooks."""
        text = "ASK { id:anna :playsFor id:knights }"

        with Worker(built, QUICK) as worker:
            then = ask(worker, text, as_of="1999-01-01").body
            now = ask(worker, text).body

        assert (b"true" in then, b"true" in now) == (True, False)

    def test_a_date_that_is_none_is_the_users_mistake(self, built: Place) -> None:
        with Worker(built, QUICK) as worker, pytest.raises(UsageError):
            ask(worker, "ASK { }", as_of="2012-13")


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { }",
        "SELECT * { FILTER(false) }",
        "SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (UNDEF UNDEF) (UNDEF 2) } }",
        'SELECT ?x { VALUES ?x { "},{" "[{" ",{" "\\"},{\\"" "\\\\" "a\\r\\nb" "\\t" } }',
        'SELECT ?x ?y { VALUES ?x { "a,b" "\\n" } VALUES ?y { <urn:a> "c"@en "<result/>" 1.5 } }',
    ],
)
def test_rows_are_counted_as_the_engine_counts_them(query: str, name: str) -> None:
    from typing import cast

    from pyoxigraph import QuerySolutions

    from kg.bench.answer import RESULTS

    store = Store()
    body = cast("QuerySolutions", store.query(query)).serialize(format=RESULTS[name][1])

    assert count_rows(cast("bytes", body), name) == len(list(cast("Any", store.query(query))))


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class TestPool:
    BURN = next(attack.query for attack in ATTACKS if attack.name == "values")
    DEEP = next(attack.query for attack in ATTACKS if attack.name == "groups")

    @staticmethod
    async def ask(pool: Pool, query: str) -> Any:
        try:
            return (await pool.ask({"job": "sparql", "query": query})).body
        except KGError as error:
            return error

    def run(self, place: Place, limits: Limits, *queries: str) -> list[Any]:
        """Ask all at once, then ASK {}; return all answers."""

        async def all_at_once() -> list[Any]:
            pool = Pool(place, limits)
            await pool.start()
            try:
                found = await asyncio.gather(*(self.ask(pool, query) for query in queries))
                return [*found, await self.ask(pool, "ASK { }")]
            finally:
                await pool.close()

        found: list[Any] = in_a_loop(all_at_once())
        return found

    def test_a_bad_query_leaves_the_others_alone(self, place: Place) -> None:
        found = self.run(place, QUICK, self.BURN, "ASK { }", self.DEEP, "ASK { }")

        assert [getattr(one, "limit", one) for one in found] == [
            "time", b'{"head":{},"boolean":true}', "depth", b'{"head":{},"boolean":true}',
            b'{"head":{},"boolean":true}',
        ]  # fmt: skip

    def test_those_for_whom_the_queue_has_no_room_learn_it(self, place: Place) -> None:
        limits = Limits(seconds=1, workers=1, queue=2)

        found = self.run(place, limits, *[self.BURN] * 6)

        ends = sorted(getattr(one, "limit", "fine") for one in found)
        assert ends.count("queue") >= 3
        assert found[-1] == b'{"head":{},"boolean":true}'

    def test_forty_crashes_leave_a_pool_that_answers(self, place: Place) -> None:
        limits = Limits(seconds=10, workers=2, queue=200)

        found = self.run(place, limits, *[self.DEEP] * 40)

        assert {getattr(one, "limit", "fine") for one in found[:-1]} == {"depth"}
        assert found[-1] == b'{"head":{},"boolean":true}'

    def test_whoever_goes_away_takes_the_query_along(self, place: Place) -> None:
        async def leave() -> tuple[dict[str, int], Any]:
            pool = Pool(place, Limits(seconds=30, workers=1))
            await pool.start()
            try:
                task = asyncio.create_task(self.ask(pool, self.BURN))
                await asyncio.sleep(0.2)
                task.cancel()
                await asyncio.wait([task])
                return pool.counts, await self.ask(pool, "ASK { }")
            finally:
                await pool.close()

        counts, answer = in_a_loop(leave())

        assert counts["busy"] == 0
        assert answer == b'{"head":{},"boolean":true}'

    def test_whoever_goes_away_while_waiting_keeps_no_worker(self, place: Place) -> None:
        async def leave() -> Any:
            pool = Pool(place, Limits(seconds=1, workers=1))
            await pool.start()
            try:
                burning = asyncio.create_task(self.ask(pool, self.BURN))
                await asyncio.sleep(0.1)
                waiting = asyncio.create_task(self.ask(pool, "ASK { }"))
                await asyncio.sleep(0.1)
                waiting.cancel()
                await burning
                return await self.ask(pool, "ASK { }")
            finally:
                await pool.close()

        assert in_a_loop(leave()) == b'{"head":{},"boolean":true}'

    def test_a_new_build_is_noticed(self, tmp_path: Path) -> None:
        shutil.copytree(TINY, tmp_path / "tiny")
        folder = tmp_path / "build"

        def make() -> None:
            done = build(tmp_path / "tiny" / "data", tmp_path / "tiny" / "ontology")
            save(done.quads, done.trig(), "", folder, {})

        async def twice() -> list[Any]:
            pool = Pool(Place(folder), QUICK)
            await pool.start()
            text = 'ASK { id:knights rdfs:label "Cavaliers"@en }'
            try:
                before = await self.ask(pool, text)
                table = tmp_path / "tiny" / "data" / "entities.csv"
                words = table.read_text(encoding="utf-8").replace("Knights", "Cavaliers", 1)
                table.write_text(words, encoding="utf-8")
                make()
                await asyncio.sleep(1.1)
                return [before, await self.ask(pool, text)]
            finally:
                await pool.close()

        make()
        before, after = in_a_loop(twice())

        assert (b"true" in before, b"true" in after) == (False, True)

    def test_closing_leaves_no_process_behind(self, place: Place) -> None:
        import psutil

        before = set(psutil.Process().children(recursive=True))
        self.run(place, QUICK, self.BURN, self.DEEP)

        assert set(psutil.Process().children(recursive=True)) - before == set()
