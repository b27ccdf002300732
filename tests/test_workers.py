"""Workers: whatever a query does, its worker alone is lost and the caller learns why."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from greedy import (
    DEPTH,
    GREEDY,
    NODES,
    PAIRS,
    ROWS,
    SLOW,
    TEXT,
    Greedy,
    listener,
    nested,
    service_spellings,
)
from misdeeds import HERE, order
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.errors import KGError, LimitError, QueryError, RefusedError, StoreError, UsageError
from kg.files import write_file
from kg.pipeline.builder import build
from kg.pipeline.generations import save
from kg.query.bench.answer import count_rows
from kg.query.bench.place import Place
from kg.store.embedded import write
from kg.workers.limits import MIB, Limits
from kg.workers.pool import Pool
from kg.workers.wire import Reply
from kg.workers.worker import Worker

TINY = Path(__file__).parent / "tiny"
QUICK = Limits(seconds=1, memory=16 * MIB, text=TEXT, depth=DEPTH, rows=ROWS, answer=MIB, workers=2)
YES = b'{"head":{},"boolean":true}'
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A ring of nodes, with their names in a graph of its own."""
    folder = tmp_path_factory.mktemp("ring") / "store"
    nodes = [NamedNode(f"urn:node:{i}") for i in range(NODES)]
    following = NamedNode("urn:next")
    quads = [Quad(a, following, b) for a, b in zip(nodes, nodes[1:] + nodes[:1], strict=True)]
    quads += [Quad(a, NamedNode("urn:name"), Literal(a.value), nodes[0]) for a in nodes]
    write(quads, folder)
    return Place(folder, is_plain=True, jobs="misdeeds")


@pytest.fixture(scope="module", autouse=True)
def orders() -> Iterator[None]:
    """Workers find the jobs of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(HERE), prepend=os.pathsep)
        yield


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
        assert ask(worker, "ASK { <urn:node:3> <urn:next> <urn:node:4> }").body == (YES)

    @pytest.mark.parametrize("greedy", GREEDY, ids=lambda one: one.name)
    def test_it_answers_the_next_after_a_limit_was_hit(
        self, worker: Worker, greedy: Greedy
    ) -> None:
        with pytest.raises(LimitError) as caught:
            ask(worker, greedy.query)

        assert caught.value.limit in greedy.ends
        assert ask(worker, "ASK { }").body == YES

    def test_a_query_above_the_limit_of_text_is_not_even_parsed(self, worker: Worker) -> None:
        with pytest.raises(LimitError, match="longer than 2,000 bytes"):
            ask(worker, "no query" + " " * TEXT)

    def test_a_query_above_the_limit_of_depth_is_not_even_parsed(self, worker: Worker) -> None:
        with pytest.raises(LimitError, match="more than 20 brackets within one another"):
            ask(worker, "no query" + "{" * (DEPTH + 1))

    def test_exactly_as_many_brackets_as_allowed_are_asked(self, worker: Worker) -> None:
        assert ask(worker, f"ASK {nested('{', '}', DEPTH)}").body == YES

    def test_brackets_in_strings_comments_and_names_are_none(self, worker: Worker) -> None:
        text = "(" * DEPTH

        assert ask(worker, f"# {text}\nASK {{ BIND('{text}' AS ?x) }}").body == YES

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
        text = 'BIND("' + "x" * 1500 + '" AS ?line) BIND(CONCAT(?line, ?line, ?line) AS ?long)'

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
            for text in service_spellings(url):
                with pytest.raises(RefusedError, match="SERVICE is not allowed"):
                    ask(worker, text)

        assert hits == []

    def test_a_worker_has_no_network_even_where_nothing_refuses(self, worker: Worker) -> None:
        with listener() as (url, hits):
            port = url.rpartition(":")[2].partition("/")[0]
            with pytest.raises(RuntimeError, match="Network is unreachable"):
                ask(worker, order("connect", port))

        assert hits == []

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


class TestEachLimit:
    """One limit is low at a time, and the query is one that has an answer where it is not."""

    CASES: Final = (
        ("time", Limits(seconds=0.1), PAIRS),
        ("memory", Limits(seconds=60, memory=16 * MIB), PAIRS),
        ("memory", Limits(memory=32 * MIB), order("allocate", 64 * MIB)),
        ("time", Limits(seconds=0.1), order("sleep", 0.5)),
        ("text", Limits(text=20), "SELECT ?s { ?s ?p ?o }"),
        ("depth", Limits(depth=2), "ASK { { { } } }"),
        ("rows", Limits(rows=10), "SELECT ?s { ?s ?p ?o } LIMIT 11"),
        ("rows", Limits(rows=10), "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 11"),
        ("answer", Limits(answer=1000), "SELECT ?s { ?s ?p ?o } LIMIT 100"),
        ("answer", Limits(answer=1000), "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 100"),
    )

    @pytest.mark.parametrize(("limit", "limits", "query"), CASES)
    def test_it_is_held_alone(self, place: Place, limit: str, limits: Limits, query: str) -> None:
        with Worker(place, limits) as worker:
            with pytest.raises(LimitError) as caught:
                ask(worker, query)

            assert caught.value.limit == limit
            assert ask(worker, "ASK {}").body == YES

    @pytest.mark.parametrize(("limit", "limits", "query"), CASES)
    def test_without_it_there_is_an_answer(
        self, place: Place, limit: str, limits: Limits, query: str
    ) -> None:
        with Worker(place, Limits(seconds=60)) as worker:
            assert ask(worker, query).body, (limit, limits)


class TestWhereTheNetworkStays:
    """Some systems do not let a process leave the network: then the word alone is refused."""

    @pytest.fixture
    def bench(self) -> Any:
        from kg.query.bench.bench import Bench
        from kg.store.embedded import EmbeddedStore

        return Bench(EmbeddedStore(Store()), QUICK, is_plain=True, is_cut=False)

    def test_every_spelling_is_refused(self, bench: Any) -> None:
        from kg.query.bench.answer import sparql

        with listener() as (url, hits):
            for text in service_spellings(url):
                with pytest.raises(RefusedError, match=r"^line 1, .*SERVICE is not allowed here"):
                    sparql(bench, {"query": text})

        assert hits == []

    def test_the_mere_word_is_refused(self, bench: Any) -> None:
        from kg.query.bench.answer import sparql

        with pytest.raises(RefusedError, match="the word 'service'"):
            sparql(bench, {"query": "ASK { FILTER('foreign service' = 'x') }"})

    def test_escaped_letters_make_no_keyword(self, bench: Any) -> None:
        from kg.query.bench.answer import sparql

        with listener() as (url, hits), pytest.raises(QueryError):
            sparql(bench, {"query": f"ASK {{ \\u0053ERVICE <{url}> {{ }} }}"})

        assert hits == []


class TestBuilds:
    def test_the_prefixes_of_the_project_are_declared(self, built: Place) -> None:
        with Worker(built, Limits()) as worker:
            reply = ask(worker, "SELECT ?player { ?player :playsFor id:knights }", results="csv")

        assert reply.body == b"player\r\nhttps://example.org/tiny/id/boris\r\n"

    def test_a_query_as_of_a_date_sees_that_date(self, built: Place) -> None:
        """Anna left the Knights for the Rooks."""
        text = "ASK { id:anna :playsFor id:knights }"

        with Worker(built, Limits()) as worker:
            then = ask(worker, text, as_of="1999-01-01").body
            now = ask(worker, text).body

        assert (b"true" in then, b"true" in now) == (True, False)

    def test_a_date_that_is_none_is_the_users_mistake(self, built: Place) -> None:
        with Worker(built, Limits()) as worker, pytest.raises(UsageError):
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

    from kg.text.formats import results_format

    store = Store()
    body = cast("QuerySolutions", store.query(query)).serialize(format=results_format(name))

    assert count_rows(cast("bytes", body), name) == len(list(cast("Any", store.query(query))))


def in_a_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread of its own: the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def workers() -> set[int]:
    """The processes that this one has started."""
    return {child.pid for child in psutil.Process().children()}


def ended(answer: bytes | KGError) -> object:
    """Return the limit or the cause by which there is no answer, else the answer."""
    return getattr(answer, "limit", None) or getattr(answer, "cause", answer)


class TestPool:
    CRASH = order("end", "SIGSEGV")

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
        found = self.run(place, QUICK, SLOW, "ASK { }", self.CRASH, "ASK { }")

        assert [ended(one) for one in found] == ["time", YES, "crash", YES, YES]

    def test_while_one_query_takes_long_others_are_answered_by_another_worker(
        self, place: Place
    ) -> None:
        """The short one waits for PATIENCE and the start of a worker, not until the other ends."""

        async def beside() -> tuple[Any, bool, int]:
            pool = Pool(place, Limits(seconds=60, workers=1))
            await pool.start()
            try:
                long = asyncio.create_task(self.ask(pool, SLOW))
                await asyncio.sleep(0)
                answer = await self.ask(pool, "ASK { }")
                long_runs, busy = not long.done(), pool.counts["busy"]
                long.cancel()
                await asyncio.wait([long])
                return answer, long_runs, busy
            finally:
                await pool.close()

        assert in_a_loop(beside()) == (YES, True, 1)

    def test_a_query_waits_until_those_before_it_must_have_ended(self, place: Place) -> None:
        """Both workers have been taken, for all the time that a query has."""
        limits = Limits(seconds=3, workers=1)

        found = self.run(place, limits, SLOW, SLOW, "ASK { }")

        assert [ended(one) for one in found] == ["time", "time", YES, YES]

    def test_no_more_than_twice_as_many_work_however_many_take_long(self, place: Place) -> None:
        async def crowded() -> tuple[list[int], Any]:
            pool = Pool(place, Limits(seconds=60, workers=1))
            await pool.start()
            try:
                long = [asyncio.create_task(self.ask(pool, SLOW)) for _ in range(4)]
                seen = []
                for _ in range(30):
                    await asyncio.sleep(0.1)
                    seen.append(pool.counts["busy"] + pool.counts["idle"])
                for one in long:
                    one.cancel()
                await asyncio.wait(long)
                return seen, await self.ask(pool, "ASK { }")
            finally:
                await pool.close()

        seen, answer = in_a_loop(crowded())

        assert max(seen) == 2
        assert answer == YES

    def test_those_for_whom_the_queue_has_no_room_learn_it(self, place: Place) -> None:
        limits = Limits(seconds=1, workers=1, queue=2)

        found = self.run(place, limits, *[SLOW] * 6)

        ends = [ended(one) for one in found]
        assert ends.count("queue") >= 3
        assert found[-1] == YES

    def test_forty_crashes_leave_a_pool_that_answers(self, place: Place) -> None:
        limits = Limits(seconds=60, workers=2, queue=200)

        found = self.run(place, limits, *[self.CRASH] * 40)

        assert {ended(one) for one in found[:-1]} == {"crash"}
        assert found[-1] == YES

    def test_whoever_goes_away_takes_the_query_along(self, place: Place) -> None:
        async def leave() -> tuple[dict[str, int], Any]:
            pool = Pool(place, Limits(seconds=30, workers=1))
            await pool.start()
            try:
                task = asyncio.create_task(self.ask(pool, SLOW))
                await asyncio.sleep(0.2)
                task.cancel()
                await asyncio.wait([task])
                return pool.counts, await self.ask(pool, "ASK { }")
            finally:
                await pool.close()

        counts, answer = in_a_loop(leave())

        assert counts["busy"] == 0
        assert answer == YES

    def in_a_pool(
        self, place: Place, limits: Limits, work: Callable[[Pool], Coroutine[Any, Any, Any]]
    ) -> Any:
        async def inside() -> Any:
            pool = Pool(place, limits)
            await pool.start()
            try:
                return await work(pool)
            finally:
                await pool.close()

        return in_a_loop(inside())

    def test_whoever_goes_away_shortly_before_the_answer_costs_no_worker(
        self, place: Place
    ) -> None:
        """To start one takes longer than to let it end what nobody waits for any more."""

        async def leave(pool: Pool) -> list[Any]:
            found = [workers()]
            for _ in range(5):
                task = asyncio.create_task(self.ask(pool, order("sleep", 0.03)))
                await asyncio.sleep(0.01)
                task.cancel()
                await asyncio.wait([task])
                found.append(await self.ask(pool, "ASK { }"))
            return [*found, workers()]

        before, *answers, after = self.in_a_pool(place, Limits(seconds=30, workers=1), leave)

        assert answers == [YES] * 5
        assert after == before

    def test_whoever_goes_away_from_an_error_or_a_crash_leaves_a_pool_that_answers(
        self, place: Place
    ) -> None:
        async def leave(pool: Pool) -> list[Any]:
            found = []
            for deed in ("no query", self.CRASH):
                task = asyncio.create_task(self.ask(pool, f"#! sleep 0.03\n{deed}"))
                await asyncio.sleep(0.01)
                task.cancel()
                await asyncio.wait([task])
                found.append(await self.ask(pool, "ASK { }"))
            return found

        assert self.in_a_pool(place, Limits(seconds=30, workers=1), leave) == [YES] * 2

    def test_a_worker_that_has_not_grown_stays(self, place: Place) -> None:
        """What it needs to open the store is beside the limit."""

        async def ask(pool: Pool) -> list[Any]:
            before = workers()
            answers = [await self.ask(pool, order("hold", MIB)) for _ in range(5)]
            return [before, answers, pool.counts["idle"], workers()]

        before, answers, idle, after = self.in_a_pool(place, QUICK._replace(workers=1), ask)

        assert answers == [YES] * 5
        assert (idle, after) == (1, before)

    def test_a_worker_that_has_grown_answers_until_another_is_there(self, place: Place) -> None:
        async def grow(pool: Pool) -> None:
            (old,) = workers() - others
            assert await self.ask(pool, order("hold", 48 * MIB)) == YES
            assert pool.counts == {"idle": 1, "busy": 0, "waiting": 0}
            assert await self.ask(pool, "ASK { }") == YES
            until = asyncio.get_running_loop().time() + 30
            while old in workers() and asyncio.get_running_loop().time() < until:
                assert await self.ask(pool, "ASK { }") == YES
                await asyncio.sleep(0.01)
            assert len(workers() - others - {old}) == 1
            assert old not in workers()

        others = workers()
        limits = QUICK._replace(memory=64 * MIB, workers=1, seconds=30)
        self.in_a_pool(place, limits, grow)

    def test_what_one_that_has_grown_has_no_memory_for_a_new_one_decides(
        self, place: Place
    ) -> None:
        async def grow(pool: Pool) -> list[Any]:
            held = [await self.ask(pool, order("hold", 48 * MIB))]
            return [
                *held,
                await self.ask(pool, order("allocate", 56 * MIB)),
                await self.ask(pool, order("allocate", 128 * MIB)),
            ]

        limits = QUICK._replace(memory=64 * MIB, workers=1, seconds=30)
        assert [ended(one) for one in self.in_a_pool(place, limits, grow)] == [YES, YES, "memory"]

    def test_whoever_goes_away_while_waiting_keeps_no_worker(self, place: Place) -> None:
        async def leave() -> Any:
            pool = Pool(place, Limits(seconds=1, workers=1))
            await pool.start()
            try:
                burning = asyncio.create_task(self.ask(pool, SLOW))
                await asyncio.sleep(0.1)
                waiting = asyncio.create_task(self.ask(pool, "ASK { }"))
                await asyncio.sleep(0.1)
                waiting.cancel()
                await burning
                return await self.ask(pool, "ASK { }")
            finally:
                await pool.close()

        assert in_a_loop(leave()) == YES

    def test_a_new_build_is_noticed(self, tmp_path: Path) -> None:
        shutil.copytree(TINY, tmp_path / "tiny")
        folder = tmp_path / "build"

        def make() -> None:
            done = build(tmp_path / "tiny" / "data", tmp_path / "tiny" / "ontology")
            save(done.quads, done.trig(), "", folder, {})

        async def twice() -> list[Any]:
            pool = Pool(Place(folder), Limits(workers=2))
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
        self.run(place, QUICK, SLOW, self.CRASH)

        assert set(psutil.Process().children(recursive=True)) - before == set()
