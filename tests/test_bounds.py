"""Foreign SPARQL is bounded wherever it runs, the caller lives, and it has no network.

The texts are ordinary ones; it is the limits that are low.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import pytest
import rdflib
from greedy import listener
from pyoxigraph import Literal, NamedNode, Quad

import kg
from kg.errors import LimitError, RefusedError, UsageError
from kg.model.foreign import Trial, bounded, shacl_report, solution, syntax_problem
from kg.pipeline.builder import check
from kg.query.bench.asker import Asker
from kg.store.embedded import EmbeddedStore
from kg.workers.confine import MEMORY_CODE
from kg.workers.limits import MIB, MOST, OWN

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from conftest import Tiny

# All pairs of pairs of quads: far more than fifty milliseconds of counting.
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) != STR(?f)) }"
# All pairs, to be sorted: more than a few mebibytes.
WIDE = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY STR(?f)"
# Seconds of computing, by which the engine is at work.
MEANWHILE = 0.3
ONE = "ASK { id:anna :playsFor id:rooks }"


@pytest.fixture
def graph(tiny: Tiny) -> kg.Graph:
    """The tiny graph in memory."""
    return kg.build(tiny.data, tiny.ontology)


@pytest.fixture
def built(tiny_built: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The tiny project, built, with the current folder inside it."""
    monkeypatch.chdir(tiny_built.path)
    return tiny_built


def run(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **options}
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, env=environment
    )


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


class TestOnTheCommandLine:
    @pytest.mark.parametrize(
        ("options", "text", "said"),
        [
            (["--seconds", "0.05"], LONG, "kg: the query took longer than 0.05 seconds\n"),
            (["--memory", "8"], WIDE, "kg: the query needs more than 8 MiB of memory\n"),
            ([], "ASK {}" + " " * MIB, "kg: the query is longer than 1,048,576 bytes\n"),
        ],
        ids=["time", "memory", "text"],
    )
    @pytest.mark.usefixtures("built")
    def test_above_a_bound_there_is_one_line_and_exit_code_5(
        self, tmp_path: Path, options: list[str], text: str, said: str
    ) -> None:
        (tmp_path / "q.rq").write_text(text, encoding="ascii")
        done = run("query", f"@{tmp_path / 'q.rq'}", *options)

        assert (done.returncode, done.stdout, done.stderr) == (5, "", said)

    def test_a_named_question_is_bounded_too(self, tiny: Tiny) -> None:
        tiny.write("ontology/questions/long.rq", f"# How many?\n{LONG}")
        run("--project", str(tiny.path), "build")
        done = run("--project", str(tiny.path), "query", "long", "--seconds", "0.05")

        assert (done.returncode, done.stderr) == (
            5, "kg: the query took longer than 0.05 seconds\n",
        )  # fmt: skip

    def test_a_graph_in_memory_is_bounded_too(self, tmp_path: Path) -> None:
        """Outside any project the shipped graph is built, which the limit of memory leaves out."""
        command = [sys.executable, "-m", "kg", "query", LONG, "--seconds", "2", "--memory", "64"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60
        )

        assert (done.returncode, done.stderr) == (5, "kg: the query took longer than 2 seconds\n")

    @pytest.mark.usefixtures("built")
    def test_without_a_limit_of_time_an_answer_comes(self) -> None:
        assert run("query", "--seconds", "0", ONE).stdout == "yes\n"

    @pytest.mark.parametrize(
        "option",
        [
            *[("--seconds", text) for text in ("-1", "soon", "nan", "1e300")],
            *[("--memory", text) for text in ("0", "9" * 20)],
        ],
        ids=" ".join,
    )
    def test_a_limit_that_is_none_ends_with_2(self, option: tuple[str, str]) -> None:
        done = run("query", *option, ONE)
        assert done.returncode == 2
        assert f"argument {option[0]}: '{option[1]}' is no" in done.stderr

    @pytest.mark.usefixtures("built")
    def test_the_highest_limits_can_be_held(self) -> None:
        limits = ("--seconds", str(MOST), "--memory", str(MOST))
        assert run("query", *limits, ONE).stdout == "yes\n"

    @pytest.mark.parametrize("command", ["query", "validate", "build"])
    def test_the_limits_are_in_the_help(self, command: str) -> None:
        shown = run(command, "--help").stdout

        assert "--memory MIB" in shown
        assert "--seconds N" in shown

    @pytest.mark.usefixtures("built")
    def test_where_no_process_can_be_copied_another_python_does_the_same(
        self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kg.workers import apart

        monkeypatch.setattr("sys.platform", "elsewhere")
        limits = OWN._replace(seconds=0.5)

        def work() -> int:
            return 99

        assert apart.apart(work, ["query", ONE], OWN) == 0
        assert capfd.readouterr().out == "yes\n"
        with pytest.raises(LimitError, match=r"longer than 0\.5 seconds"):
            apart.apart(work, ["query", LONG], limits)

    @pytest.mark.usefixtures("built")
    def test_interrupting_it_ends_both_processes(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "query", LONG, "--seconds", "20"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        parent = psutil.Process(process.pid)
        while not (found := parent.children()):
            pass
        parent.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)

        assert (process.returncode in {130, -2}, out, err) == (True, b"", b"")
        assert not psutil.wait_procs(found, timeout=5)[1]

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells of it")
    @pytest.mark.usefixtures("built")
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
    @pytest.mark.parametrize("text", [LONG, f"{LONG} # no service"], ids=["plain", "cut off"])
    def test_whoever_is_killed_takes_the_query_along(self, number: int, text: str) -> None:
        """It may have no limit of time, and holds the output that others wait for."""
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "query", text, "--seconds", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        parent = psutil.Process(process.pid)
        while not (found := parent.children()) or found[0].cpu_times().user < MEANWHILE:
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=10)

        assert (process.returncode, out, err) == (-number, b"", b"")
        assert not psutil.wait_procs(found, timeout=5)[1]


class TestInPython:
    def test_above_the_time_there_is_a_limit_error_and_the_caller_lives(
        self, graph: kg.Graph
    ) -> None:
        with pytest.raises(LimitError) as caught:
            graph.query(LONG, seconds=0.05)

        assert (caught.value.limit, caught.value.exit_code) == ("time", 5)
        assert graph.query(ONE)

    def test_above_the_memory_there_is_a_limit_error(self, graph: kg.Graph) -> None:
        with pytest.raises(LimitError) as caught:
            graph.query(WIDE, memory=8)

        assert caught.value.limit == "memory"
        assert graph.query(ONE)

    def test_a_text_of_more_than_a_mebibyte_is_not_parsed(self, graph: kg.Graph) -> None:
        with pytest.raises(LimitError, match="longer than 1,048,576 bytes"):
            graph.query("ASK {}" + " " * MIB)

    def test_after_an_interrupt_the_next_query_is_answered(self, graph: kg.Graph) -> None:
        """By another worker: the one that was ended may be about to go, and not be gone."""
        endless = LONG.replace("FILTER", ". ?j ?k ?l FILTER")
        for _ in range(5):
            assert graph.query(ONE).rows == [(True,)]
            before = children()
            timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
            timer.start()
            with pytest.raises(KeyboardInterrupt):
                graph.query(endless)
            assert children() < before

    @pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads here")
    def test_an_interrupt_that_another_thread_gets_is_heard(self, graph: kg.Graph) -> None:
        endless = LONG.replace("FILTER", ". ?j ?k ?l FILTER")
        assert graph.query(ONE)
        over = threading.Event()
        other = threading.Thread(target=over.wait)
        other.start()
        began = time.monotonic()
        threading.Timer(0.3, signal.pthread_kill, (other.ident, signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            graph.query(endless, seconds=20)
        over.set()

        assert time.monotonic() - began < 10

    @pytest.mark.parametrize(
        "limit",
        [{"seconds": -1}, {"seconds": float("nan")}, {"seconds": 1e300}, {"memory": 10**20}],
        ids=str,
    )
    def test_a_limit_that_is_none_is_a_usage_error(self, graph: kg.Graph, limit: Any) -> None:
        with pytest.raises(UsageError, match="0 lifts the limit"):
            graph.query(ONE, **limit)

    def test_the_highest_limits_can_be_held(self, graph: kg.Graph) -> None:
        assert graph.query(ONE, seconds=MOST, memory=MOST).rows == [(True,)]

    @pytest.mark.parametrize(
        "option", [("--seconds", "nan"), ("--seconds", "1e300"), ("--memory", "9" * 20)]
    )
    def test_a_server_refuses_a_limit_that_is_none(self, option: tuple[str, str]) -> None:
        done = run("serve", "--port", "0", *option)
        bounds = "more than 0 and at most 1,073,741,824"
        said = f"kg: {option[0]} must be {bounds}: there is no way to ask without limits\n"
        assert (done.returncode, done.stderr) == (2, said)

    def test_as_known_by_a_date_is_bounded_too(self, graph: kg.Graph) -> None:
        assert graph.query("SELECT ?s { ?s a :Club }", known_by="2001")
        with pytest.raises(LimitError):
            graph.query(LONG, known_by="2001", seconds=0.05)

    def test_the_graph_of_a_build_is_bounded_too(self, built: Tiny) -> None:
        with pytest.raises(LimitError):
            kg.open(built.path / "build").query(LONG, seconds=0.05)

    def test_a_build_that_is_gone_is_asked_on(self, built: Tiny) -> None:
        """Whoever had it open before keeps it."""
        graph = kg.open(built.path / "build")
        shutil.rmtree(built.path / "build")

        assert graph.query(ONE)

    def test_a_worker_that_somebody_ended_is_replaced(self, graph: kg.Graph) -> None:
        before = children()
        graph.query(ONE)
        (worker,) = children() - before
        psutil.Process(worker).kill()
        psutil.Process(worker).wait(timeout=5)

        assert graph.query(ONE)

    def test_threads_do_not_wait_for_each_other(self, graph: kg.Graph) -> None:
        with ThreadPoolExecutor(2) as pool:
            slow = pool.submit(lambda: graph.query(LONG, seconds=3))
            quick = pool.submit(lambda: graph.query(ONE))

            assert quick.result(timeout=2.5)
            assert not slow.done()
            assert isinstance(slow.exception(), LimitError)

    def test_workers_end_with_their_graph(self, tiny: Tiny) -> None:
        graph = kg.build(tiny.data, tiny.ontology)
        before = children()
        graph.query(ONE)
        assert children() - before
        del graph
        gc.collect()

        assert not children() - before

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT ?s ?name { ?s rdfs:label ?name } ORDER BY ?s ?name",
            "SELECT ?s ?none { ?s a :Club } ORDER BY ?s",
            "SELECT * {}",
            "SELECT ?s { ?s a :Nobody }",
            "ASK { ?s a :Club }",
            "CONSTRUCT { ?s a :Nobody . ?s rdfs:label ?l } { ?s a :Club ; rdfs:label ?l }",
            "SELECT (CONCAT('a\\tb\\nc', ?l) AS ?t) { id:anna rdfs:label ?l }",
        ],
    )
    def test_a_worker_gives_what_the_engine_gives_here(self, graph: kg.Graph, text: str) -> None:
        there = graph.query(text, lenient=True)
        here = kg.query.questions.run(graph.store, text)

        assert (there.vars, there.form) == (here.vars, here.form)
        assert sorted(map(str, there.terms)) == sorted(map(str, here.terms))

    @pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
    def test_queries_of_rdflib_run_in_a_worker(self, graph: kg.Graph) -> None:
        before = children()
        dataset = graph.rdflib
        found = [str(row[0]) for row in dataset.query("SELECT ?s { ?s :playsFor id:rooks }")]  # type: ignore[index]

        assert found == ["https://example.org/tiny/id/anna"]
        assert children() - before
        bound = {"club": rdflib.URIRef("https://example.org/tiny/id/rooks")}
        assert len(dataset.query("SELECT * { ?s :playsFor ?club }", initBindings=bound)) == 1
        assert len(dataset.query("CONSTRUCT WHERE { ?s :playsFor id:rooks }")) == 1
        assert dataset.query("ASK { ?s :playsFor id:rooks }").askAnswer

    @pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
    def test_rdflib_sees_what_it_changed(self, graph: kg.Graph) -> None:
        dataset = graph.rdflib
        new = tuple(rdflib.URIRef(f"urn:new:{part}") for part in "spo")
        assert not dataset.query("ASK { ?s <urn:new:p> ?o }").askAnswer

        dataset.add(new)  # type: ignore[arg-type]
        assert dataset.query("ASK { ?s <urn:new:p> ?o }").askAnswer

    @pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
    def test_an_update_by_rdflib_is_refused(self, graph: kg.Graph) -> None:
        with pytest.raises(RefusedError, match="change its tables"):
            graph.rdflib.update("INSERT DATA { <urn:a> <urn:b> <urn:c> }")

    def test_a_query_of_rdflib_is_bounded(self, graph: kg.Graph) -> None:
        assert isinstance(graph.store, EmbeddedStore)
        task = {"text": LONG, "prefixes": {}, "union": False, "graph": None, "values": {}}

        with pytest.raises(LimitError):
            Asker(graph.store).evaluate(task, OWN._replace(seconds=0.05))


class TestInSomebodysFolder:
    """What lies in the current folder is data, whatever its name is."""

    NAMES = ("kg", "json", "pyoxigraph", "resource", "struct")

    @pytest.fixture
    def trapped(self, built: Tiny) -> Tiny:
        for name in self.NAMES:
            built.write(f"{name}.py", "raise SystemExit('this is not the module')")
        return built

    def test_a_query_in_python_does_not_run_it(self, trapped: Tiny) -> None:
        assert kg.open(trapped.path / "build").query(ONE)

    @pytest.mark.usefixtures("trapped")
    @pytest.mark.parametrize("command", [["validate"], ["query", ONE]])
    def test_a_command_does_not_run_it(self, command: list[str]) -> None:
        script = Path(sys.executable).parent / "kg"
        done = subprocess.run([script, *command], capture_output=True, check=False, timeout=60)

        assert done.returncode == 0

    @pytest.mark.usefixtures("trapped")
    def test_another_python_does_not_run_it(
        self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kg.workers import apart

        monkeypatch.setattr("sys.platform", "elsewhere")
        assert apart.apart(lambda: 99, ["query", ONE], OWN) == 0
        assert capfd.readouterr().out == "yes\n"


class TestRulesShapesAndQuestions:
    PAIRS = """# Everybody knows everybody.
CONSTRUCT { ?a :teammateOf ?d } WHERE {
  GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } ?i ?j ?k . ?l ?m ?n . ?o ?q ?r
  FILTER(STR(?k) != STR(?n))
}"""

    @pytest.mark.parametrize("command", ["validate", "build"])
    def test_a_rule_above_the_memory_ends_with_5_and_is_named(
        self, tiny: Tiny, command: str
    ) -> None:
        tiny.write("ontology/rules/pairs.rq", self.PAIRS)
        done = run("--project", str(tiny.path), command, "--memory", "256")

        assert (done.returncode, done.stdout, done.stderr) == (
            5,
            "",
            "kg: ontology/rules/pairs.rq: the query needs more than 256 MiB of memory\n",
        )  # fmt: skip

    def test_in_python_it_is_a_limit_error(self, tiny: Tiny) -> None:
        tiny.write("ontology/rules/pairs.rq", self.PAIRS)

        with pytest.raises(LimitError, match=r"^ontology/rules/pairs\.rq: "):
            kg.build(tiny.data, tiny.ontology, memory=256)
        assert syntax_problem("ASK {}", {}) is None

    def test_a_trial_answers_as_a_store_does(self) -> None:
        node, name = NamedNode("urn:a"), Literal("A", language="en")
        with Trial([Quad(node, NamedNode("urn:name"), name)]) as trial:
            trial.add([Quad(node, NamedNode("urn:age"), Literal(5), NamedNode("urn:g"))])
            text = "SELECT ?s ?n ?g ?x { ?s p:name ?n . OPTIONAL { GRAPH ?g { ?s p:age ?x } } }"
            found = [solution("sngx", line) for line in trial.select(text, {"p": "urn:"})]
            nothing = list(trial.select("SELECT ?s { ?s p:none ?x }", {"p": "urn:"}))

        assert found == [{"s": node, "n": name, "g": NamedNode("urn:g"), "x": Literal(5)}]
        assert nothing == []

    def test_a_term_comes_back_as_it_was_said(self) -> None:
        """With what separates lines and columns in it, what is written short, or nothing."""
        node, xsd = NamedNode("urn:ä"), "http://www.w3.org/2001/XMLSchema#"
        values: list[Literal | NamedNode] = [
            Literal('a\tb\nc\r"d"\\e\'\u2028\x0b\x85'),
            Literal(""),
            Literal("<urn:a>"),
            Literal("-5", datatype=NamedNode(f"{xsd}integer")),
            Literal("2.5", datatype=NamedNode(f"{xsd}decimal")),
            Literal("true", datatype=NamedNode(f"{xsd}boolean")),
            Literal("2020", datatype=NamedNode(f"{xsd}gYear")),
            Literal("so", language="en"),
            node,
        ]
        with Trial(Quad(node, NamedNode("urn:p"), value) for value in values) as trial:
            lines = list(trial.select("SELECT ?v ?none { ?s <urn:p> ?v }", {}))
        found = [solution(["v", "none"], line) for line in lines]

        assert {one["v"] for one in found} == set(values)
        assert {one["none"] for one in found} == {None}

    def test_shapes_that_cannot_be_read_say_why(self) -> None:
        with pytest.raises(ValueError, match=r"."):
            shacl_report(b"<urn:a> .", b"")

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    def test_a_copy_of_the_process_does_not_wait_for_what_the_other_one_asks(self) -> None:
        node = NamedNode("urn:p")
        quads = [Quad(NamedNode(f"urn:{i}"), node, Literal(i)) for i in range(300)]
        with Trial(quads) as trial, ThreadPoolExecutor(1) as pool:
            asked = pool.submit(lambda: list(trial.select(LONG, {})))
            time.sleep(MEANWHILE)
            assert not asked.done()
            process = os.fork()
            if process == 0:
                signal.alarm(20)
                os._exit(0 if syntax_problem("ASK {}", {}) is None else 1)
            assert os.waitpid(process, 0)[1] == 0
            assert len(asked.result()) == 1

    def test_the_worker_is_replaced_after_a_limit(self) -> None:
        quads = [
            Quad(NamedNode(f"urn:{i}"), NamedNode("urn:p"), Literal("x" * 1000)) for i in range(999)
        ]
        with bounded(4 * MIB), pytest.raises(LimitError), Trial(quads) as trial:
            list(trial.select("SELECT * { ?a ?b ?c . ?d ?e ?f }", {}))

        assert syntax_problem("ASK {", {}) is not None


class TestService:
    TEXT = "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"

    @pytest.fixture
    def heard(self) -> Iterator[tuple[str, list[object]]]:
        with listener() as found:
            yield found

    @pytest.mark.usefixtures("built")
    def test_it_is_refused_on_the_command_line(self, heard: tuple[str, list[object]]) -> None:
        done = run("query", self.TEXT.format(url=heard[0]))

        assert (done.returncode, heard[1]) == (2, [])
        assert done.stderr == (
            "kg: line 1, column 12: SERVICE is not allowed here: queries have no network; "
            "--allow-service HOST lets a query ask that server\n"
        )

    @pytest.mark.parametrize("clock", [{}, {"as_of": "1999"}, {"known_by": "2001"}])
    def test_it_is_refused_in_python(
        self, graph: kg.Graph, heard: tuple[str, list[object]], clock: dict[str, Any]
    ) -> None:
        with pytest.raises(RefusedError) as caught:
            graph.query(self.TEXT.format(url=heard[0]), lenient=True, **clock)

        assert ((caught.value.line, caught.value.column), heard[1]) == ((1, 12), [])

    @pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
    def test_it_finds_nobody_from_rdflib(
        self, graph: kg.Graph, heard: tuple[str, list[object]]
    ) -> None:
        with pytest.raises(RefusedError):
            list(graph.rdflib.query(self.TEXT.format(url=heard[0])))

        assert heard[1] == []

    @pytest.mark.parametrize("kind", ["rules", "questions"])
    def test_in_a_project_it_is_an_error_at_its_line(
        self, tiny: Tiny, heard: tuple[str, list[object]], kind: str
    ) -> None:
        head = "CONSTRUCT { ?s :rivalOf ?o }" if kind == "rules" else "SELECT *"
        tiny.write(
            f"ontology/{kind}/far.rq",
            f"# What do others say?\n{head} WHERE {{\n"
            f"  GRAPH ?g {{ ?s :rivalOf ?o }}\n  SERVICE <{heard[0]}> {{ ?s ?p ?o }}\n}}",
        )
        report = check(tiny.data, tiny.ontology)
        said = (
            f"ontology/{kind}/far.rq:4:3: error: SERVICE asks another server, and what a project "
            "says must stand in it; put the facts into a table, or ask that server by "
            "kg query --allow-service"
        )

        assert [str(one) for one in report.errors] == [said]
        assert heard[1] == []

    def test_a_shape_has_no_network(self, tiny: Tiny, heard: tuple[str, list[object]]) -> None:
        tiny.write(
            "ontology/shapes-far.ttl",
            f"""@prefix sh: <http://www.w3.org/ns/shacl#> .
[] a sh:NodeShape ; sh:targetNode <urn:a> ; sh:sparql [
  sh:select "SELECT $this {{ SERVICE SILENT <{heard[0]}> {{ $this ?p ?o }} }}" ] .
""",
        )
        check(tiny.data, tiny.ontology)

        assert heard[1] == []

    @pytest.mark.usefixtures("built")
    def test_a_named_host_is_asked(self, heard: tuple[str, list[object]]) -> None:
        text = self.TEXT.format(url=heard[0])
        host = str(urlsplit(heard[0]).hostname)
        run("query", "--allow-service", host, text)

        assert len(heard[1]) == 1

    def test_a_named_host_is_asked_from_python(
        self, graph: kg.Graph, heard: tuple[str, list[object]]
    ) -> None:
        with pytest.raises(kg.KGError):
            graph.query(self.TEXT.format(url=heard[0]), allow_service=["127.0.0.1"])

        assert len(heard[1]) == 1

    @pytest.mark.usefixtures("built")
    def test_no_other_host_is_asked(self, heard: tuple[str, list[object]]) -> None:
        done = run("query", "--allow-service", "example.org", self.TEXT.format(url=heard[0]))

        assert (done.returncode, heard[1]) == (2, [])
        assert "SERVICE may not ask 127.0.0.1, only example.org" in done.stderr

    @pytest.mark.usefixtures("built")
    def test_the_word_may_stand_in_a_string(self) -> None:
        assert run("query", "ASK { FILTER('secret service' = 'secret service') }").stdout == "yes\n"


class TestWhereNoProcessIsBounded:
    def test_it_watches_itself(self) -> None:
        program = (
            "import time\nfrom kg.workers.confine import watch_memory\n"
            "watch_memory(32 * 2**20)\nkept = b'x' * 2**26\ntime.sleep(20)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], check=False, timeout=30)

        assert done.returncode == MEMORY_CODE
