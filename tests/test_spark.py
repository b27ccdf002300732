"""Spark: a cluster makes and finds what one machine does, also when a worker dies."""

from __future__ import annotations

import gzip
import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import polars as pl
import psutil
import pytest
import sixty
from endpoint import wait_for
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse
from test_saved import FORMS as saved  # noqa: N811 - no constant of this module

from benchmarks.synthetic import write_project
from kg.errors import UsageError
from kg.exports.publish import publish_shards, target
from kg.pipeline.builder import build, check
from kg.pipeline.generations import open_build
from kg.pipeline.spark import session
from kg.pipeline.spark.session import master_of
from kg.pipeline.spark.shards import MANIFEST, open_shards, read_findings
from kg.store.embedded import EmbeddedStore
from kg.store.remote import RemoteStore

if TYPE_CHECKING:
    from conftest import Tiny

HERE = Path(__file__).parent
FACTS = "data/statements/facts.csv"
# Two workers, each a process of its own with one core and a gigabyte.
MASTER = "local-cluster[2,1,1024]"
ROWS = 3000
SHAPE = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:PlayerShape a sh:NodeShape ; sh:targetSubjectsOf :playsFor ;
    sh:property [ sh:path :playsFor ; sh:nodeKind sh:Literal ;
        sh:message "is no text; write one" ] .
"""
# Where the workers find kg.
HOME = {"PYTHONPATH": str(HERE.parent)}


class Cluster:
    """A program with a Spark session on workers of its own."""

    def __init__(self, log: Path) -> None:
        self.log = log.open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, HERE / "sparked.py", MASTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            encoding="utf-8",
            env=os.environ | HOME,
        )

    def ask(self, project: Path) -> None:
        """Begin to build the project."""
        assert self.process.stdin
        self.process.stdin.write(f"{project}\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait until it is built."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, Path(self.log.name).read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(line)
        return found

    def build(self, project: Path) -> dict[str, Any]:
        """Build the project."""
        self.ask(project)
        return self.answer()

    def executors(self) -> list[psutil.Process]:
        """The Java processes of the workers, below the one of the driver."""
        found = []
        for one in psutil.Process(self.process.pid).children(recursive=True):
            # A process may end while it is looked at.
            with suppress(psutil.NoSuchProcess):
                if any("CoarseGrainedExecutorBackend" in word for word in one.cmdline()):
                    found.append(one)
        return found

    def close(self) -> None:
        """End the session and all that it started."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()
        _, left = psutil.wait_procs(started, timeout=30)
        for one in left:
            one.kill()
        self.log.close()
        assert left == []


@pytest.fixture(scope="module")
def cluster(spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    assert spark is None
    found = Cluster(tmp_path_factory.mktemp("cluster") / "stderr")
    yield found
    found.close()


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of some thousand rows."""
    folder = tmp_path_factory.mktemp("synthetic") / "project"
    write_project(folder, ROWS)
    return folder


@pytest.fixture(scope="module")
def sharded(cluster: Cluster, synthetic: Path) -> Path:
    """The same, built by the cluster."""
    answer = cluster.build(synthetic)
    # Several kilobytes of tables a part, and one file for what the driver describes.
    assert answer["shards"] > 20
    return synthetic


def lines(project: Path) -> list[str]:
    shards = open_shards(project / "build")
    return [
        line
        for one in shards.files
        for line in gzip.decompress((shards.folder / one.name).read_bytes()).decode().splitlines()
    ]


def quads(project: Path) -> set[Quad]:
    """The quads of all shards, of which none may stand twice."""
    found = lines(project)
    assert len(found) == len(set(found)) == open_shards(project / "build").quads
    return set(parse("\n".join(found), RdfFormat.N_QUADS))


def named(found: Iterable[Quad]) -> set[Quad]:
    """Those without blank nodes, which every store names anew."""
    return {q for q in found if BlankNode not in {type(q.subject), type(q.object)}}


def locally(project: Path) -> set[Quad]:
    return set(build(project / "data", project / "ontology").quads)


def copy(project: Path, to: Path) -> Path:
    return Path(shutil.copytree(project, to, ignore=shutil.ignore_patterns("build")))


def without_rules(tiny: Tiny) -> Path:
    shutil.rmtree(tiny.ontology / "rules", ignore_errors=True)
    for path in tiny.ontology.glob("shapes*"):
        path.unlink()
    return tiny.path


def in_parts(table: Path, parts: int, write: Callable[[pl.DataFrame, Path], object]) -> None:
    """Put a folder of parts, as Spark writes it, into the place of a table."""
    rows = pl.read_csv(table, infer_schema=False)
    suffix = ".parquet" if write is pl.DataFrame.write_parquet else ".csv"
    table.unlink()
    folder = table.with_suffix(suffix)
    folder.mkdir()
    size = -(-rows.height // parts)
    for number in range(parts):
        write(rows.slice(number * size, size), folder / f"part-{number:05}-c000{suffix}")
    (folder / "_SUCCESS").touch()


def test_a_cluster_makes_the_graph_that_one_machine_makes(sharded: Path) -> None:
    assert quads(sharded) == locally(sharded)


def test_the_same_tables_give_the_same_shards(
    cluster: Cluster, sharded: Path, tmp_path: Path
) -> None:
    again = copy(sharded, tmp_path / "again")
    cluster.build(again)

    assert (again / "build" / MANIFEST).read_bytes() == (sharded / "build" / MANIFEST).read_bytes()
    for path in open_shards(again / "build").folder.iterdir():
        assert path.read_bytes() == (open_shards(sharded / "build").folder / path.name).read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_table_may_be_a_folder_of_parts(
    cluster: Cluster, synthetic: Path, tmp_path: Path, suffix: str
) -> None:
    project = copy(synthetic, tmp_path / "parts")
    write = pl.DataFrame.write_parquet if suffix == "parquet" else pl.DataFrame.write_csv
    in_parts(project / FACTS, 4, write)
    cluster.build(project)

    assert quads(project) == locally(project)
    report = check(project / "data", project / "ontology")
    assert list(read_findings(project / "build" / "findings")) == list(report.findings) == []


FORMS = ["CSV UTF-8 of Excel", "semicolons", "sep=", "rows of commas", "Unicode text of Excel"]


@pytest.mark.parametrize("form", FORMS)
def test_a_cluster_reads_what_one_machine_reads_however_a_table_was_saved(
    cluster: Cluster, synthetic: Path, tmp_path: Path, form: str
) -> None:
    project = copy(synthetic, tmp_path / "saved")
    change, noted = saved[form]
    table = project / FACTS
    table.write_bytes(change(table.read_text(encoding="utf-8")))
    cluster.build(project)

    assert quads(project) == locally(project)
    found = list(read_findings(project / "build" / "findings"))
    assert sorted((one.line, one.message) for one in found) == sorted(noted)


def broken(tiny: Tiny) -> Path:
    """A project with every kind of wrong row and table, so large that they stand in many blocks."""
    without_rules(tiny)
    for number in range(400):
        tiny.add(f"anna,playsFor,rooks,{1900 + number % 90},,,almanac-2001,p. {number},,")
        tiny.add(f"anna,playsFor,nowhere-{number},2001,,,almanac-2001,,,")
        tiny.add(f'boris,won,city-open,,,{1990 + number % 9},almanac-2001,"p. {number}, 2",best,')
        if number % 50 == 0:
            tiny.add('anna,playsFor,"unclosed,2001,,,almanac-2001,,,')
            tiny.add("")
            tiny.add("anna,playsFor,rooks,2003-02-30,,,gazette-1999,,,")
            tiny.add("anna,playsFor,rooks,1999,,,gazette-1999,,,,")
            tiny.add(f"clara,playsFor,rooks,2105-03-01,,,gazette-1999,p. {number},,")
            tiny.add(f"clara,playsFor,knights,2001,9999-12-31,,gazette-1999,p. {number},,")
    tiny.add("clara,playsFor,rooks,-1999-05-03,,,gazette-1999,,,")
    tiny.add("news,News,,,2024-01-02,,en,news,", "data/sources.csv")
    header = "subject,predicate,object,start,end,at,source,locator,rank,note\n"
    rows = "".join(f"boris,playsFor,rooks,,,{1800 + n},almanac-2001,,,\n" for n in range(900))
    folder = tiny.data / "statements"
    (folder / "bytes.csv").write_bytes((header + rows).encode() + b"\xff\n")
    (folder / "empty.csv").touch()
    (folder / "header.csv").write_text(header, encoding="utf-8")
    (folder / "mark.csv").write_text("\ufeff" + header + rows, encoding="utf-8")
    short = rows.replace(",,,\n", ",,\n")
    (folder / "short.csv").write_text(header.replace(",note", "") + short, encoding="utf-8")
    (folder / "tail.csv").write_text(header + rows.rstrip("\n"), encoding="utf-8")
    sure = "".join(
        f"boris,founded,rooks,,,1901,almanac-2001,{n},,,0.{n}\n" for n in (8, 80, 9, "x")
    )
    wide = header.replace(",note", ",note,confidence")
    (folder / "wide.csv").write_text(wide + sure, encoding="utf-8")
    return tiny.path


def test_a_cluster_finds_what_one_machine_finds_at_the_same_places(
    cluster: Cluster, tiny: Tiny
) -> None:
    project = broken(tiny)
    answer = cluster.build(project)
    expected = check(project / "data", project / "ontology").findings

    assert answer["shards"] is None
    assert sorted(read_findings(project / "build" / "findings")) == sorted(expected)
    assert len({one.path for one in expected}) > 5
    doubtful = [one for one in expected if one.severity == "warning"]
    # Eight starts, eight ends, a lone start and a source; and in two tables all years after 2044.
    of_dates = 8 + 8 + 1 + 1 + 2 * (2699 - 2044)
    # A gazette of 1999 that knows of 2001, and in the two tables an almanac of 2001 of years later.
    assert len(doubtful) == of_dates + 8 + 2 * (2044 - 2001)
    assert len(expected) > 1000
    wide = sorted((one.line, one.column) for one in expected if one.path.endswith("wide.csv"))
    assert wide == [(4, 45), (5, 45)]
    assert not (project / "build" / MANIFEST).exists()


def test_rules_conclude_on_a_cluster_what_they_conclude_on_one_machine(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Two premises and a transitive rule, and shapes in which nothing is wrong."""
    project = tmp_path / "project"
    write_project(project, ROWS, rules=True)
    answer = cluster.build(project)
    expected = build(project / "data", project / "ontology")

    assert quads(project) == set(expected.quads)
    assert answer["counts"] == expected.report.counts
    assert answer["counts"]["inferred"] > ROWS // 20
    names = {one.name for one in open_shards(project / "build").files}
    assert {"described.nq.gz", "named.nq.gz", "inferred-00000.nq.gz"} <= names


def test_a_world_that_rules_and_rows_both_say_stands_once(cluster: Cluster, tiny: Tiny) -> None:
    """Teammates from 2001 by a rule, and from 2010 by a row: of today one triple.

    They were from 1998 to the end of 1999, too.
    """
    (tiny.ontology / "shapes.ttl").unlink()
    tiny.add("boris,playsFor,rooks,2001-01-01,,,almanac-2001,p. 6,,")
    tiny.add("anna,teammateOf,boris,2010-01-01,,,almanac-2001,p. 7,,")
    cluster.build(tiny.path)
    found = quads(tiny.path)

    assert found == locally(tiny.path)
    said = [quad for quad in found if quad.predicate.value.endswith("#teammateOf")]
    assert sum(isinstance(quad.graph_name, DefaultGraph) for quad in said) == 1
    assert sum(isinstance(quad.graph_name, NamedNode) for quad in said) == 3


def test_shapes_find_on_a_cluster_the_rows_that_they_find_on_one_machine(
    cluster: Cluster, tiny: Tiny
) -> None:
    project = without_rules(tiny)
    (tiny.ontology / "shapes.ttl").write_text(SHAPE, encoding="utf-8")
    answer = cluster.build(project)
    expected = check(project / "data", project / "ontology").findings

    assert answer["shards"] is None
    assert sorted(read_findings(project / "build" / "findings")) == sorted(expected)
    assert any("is no text" in one.message and one.path == FACTS for one in expected)


def test_constraints_on_statements_find_on_a_cluster_what_they_find_on_one_machine(
    cluster: Cluster, tiny: Tiny
) -> None:
    """Boris plays for a club before it was founded, in 1990."""
    place = tiny.add("boris,playsFor,knights,1980,1985,,almanac-2001,p. 9,,")
    answer = cluster.build(tiny.path)
    expected = check(tiny.data, tiny.ontology).findings

    assert answer["shards"] is None
    assert sorted(read_findings(tiny.path / "build" / "findings")) == sorted(expected)
    (early,) = (one for one in expected if "was founded on" in one.message)
    assert f"{early.path}:{early.line}" == place


def test_what_a_rule_may_not_conclude_is_an_error_on_a_cluster_too(
    cluster: Cluster, tiny: Tiny
) -> None:
    without_rules(tiny)
    (tiny.ontology / "rules").mkdir()
    (tiny.ontology / "rules" / "wrong.rq").write_text(
        "# About a word of the ontology.\nCONSTRUCT { :Club :rivalOf ?b }\n"
        "WHERE { GRAPH ?s { ?a :playsFor ?b } GRAPH ?t { ?c :playsFor ?b } }\n",
        encoding="utf-8",
    )
    answer = cluster.build(tiny.path)
    (expected,) = check(tiny.data, tiny.ontology).errors

    assert answer["shards"] is None
    assert expected.path == "ontology/rules/wrong.rq"
    assert expected in set(read_findings(tiny.path / "build" / "findings"))


def test_sixty_dates_hold_in_the_graph_of_a_cluster_as_the_page_says(
    cluster: Cluster, tmp_path: Path
) -> None:
    place = sixty.project(tmp_path / "sixty")
    assert cluster.build(place)["shards"]
    store = EmbeddedStore.of(quads(place))

    for fact in sixty.facts():
        for day, expected in fact.days.items():
            assert sixty.by_sparql(store, fact, day) == expected, (fact, day)


def test_what_is_covered_is_said_as_by_one_machine(cluster: Cluster, tiny: Tiny) -> None:
    project = without_rules(tiny)
    text = (project / "data" / "dataset.ttl").read_text(encoding="utf-8")
    about = "a dcat:Dataset ; <http://purl.org/dc/terms/subject> <https://example.org/tiny/id/anna>"
    tiny.write("data/dataset.ttl", text.replace("a dcat:Dataset", about, 1))
    answer = cluster.build(project)
    expected = build(tiny.data, tiny.ontology)

    assert answer["coverage"] == [str(line) for line in expected.coverage] != []
    assert answer["counts"] == expected.report.counts


def test_a_worker_that_is_killed_changes_nothing(
    cluster: Cluster, sharded: Path, tmp_path: Path
) -> None:
    again = copy(sharded, tmp_path / "again")
    cluster.ask(again)
    shards = again / "build"
    while not list(shards.glob("aside-*/shards/part-*")):
        time.sleep(0.005)
    victim = cluster.executors()[0]
    victim.kill()
    assert not (shards / MANIFEST).exists()
    cluster.answer()

    assert victim.pid not in {one.pid for one in cluster.executors()}
    assert (again / "build" / MANIFEST).read_bytes() == (sharded / "build" / MANIFEST).read_bytes()
    assert quads(again) == quads(sharded)
    assert {path.name for path in shards.iterdir()} == {MANIFEST, open_shards(shards).folder.name}


def test_a_job_that_fails_leaves_the_shards_before(
    cluster: Cluster, sharded: Path, tmp_path: Path
) -> None:
    project = Path(shutil.copytree(sharded, tmp_path / "failing"))
    before = {path: path.stat().st_mtime_ns for path in (project / "build").rglob("*")}
    (project / "data" / "statements" / "more.parquet").write_bytes(b"PAR1 this is not")
    answer = cluster.build(project)

    assert answer["exit_code"] == 3
    assert answer["error"].startswith("data/statements/more.parquet cannot be read as Parquet")
    assert "\n" not in answer["error"]
    assert {p: p.stat().st_mtime_ns for p in (project / "build").rglob("*")} == before


def test_shards_can_be_published_and_a_broken_attempt_taken_up(sharded: Path) -> None:
    shards = open_shards(sharded / "build")
    program = Path(sys.executable).with_name("oxigraph")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(program), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(server, port)
            to = target(f"http://127.0.0.1:{port}/update")

            def give_up(done: int, total: int) -> None:
                if done > total // 2:
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                publish_shards(shards, to, give_up)
            half = sum(1 for _ in RemoteStore(to.queries).quads())
            seen: list[int] = []
            count = publish_shards(shards, to, lambda done, _: seen.append(done))

            assert 0 < half < count == shards.quads == seen[-1]
            assert named(RemoteStore(to.queries).quads()) == named(quads(sharded))
        finally:
            server.terminate()


def run(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments]
    given = os.environ | HOME | environment
    return subprocess.run(
        command, cwd=project, capture_output=True, encoding="utf-8", check=False, env=given
    )


def test_the_command_says_what_it_made_and_spark_is_quiet(spark: None, tmp_path: Path) -> None:
    """Of a project with rules and shapes, with all that the record has of what follows."""
    assert spark is None
    project = tmp_path / "one"
    write_project(project, ROWS, rules=True)
    done = run(project, "build", "--engine", "local[2]", "--load")

    assert (done.returncode, done.stderr) == (0, "")
    assert "next: kg query" in done.stdout
    built = open_build(project / "build")
    assert set(built.quads()) == locally(project) == quads(project)
    rows = build(project / "data", project / "ontology").record
    assert built.record is not None
    assert rows is not None
    assert built.record.digest == rows.digest
    assert built.record.statements == rows.statements
    assert (built.record.entities, built.record.sources) == (rows.entities, rows.sources)
    assert not list((project / "build").glob("aside-*"))


def test_one_mistake_in_many_rows_is_one_line_of_the_command(spark: None, tiny: Tiny) -> None:
    assert spark is None
    shutil.rmtree(tiny.ontology / "rules")
    (tiny.ontology / "shapes.ttl").unlink()
    for year in range(1970, 2000):
        tiny.add(f"anna,playsFor,roks,{year},,,almanac-2001,,,")

    done = run(tiny.path, "build", "--engine", "local[2]")

    first, more = done.stdout.splitlines()
    assert first.startswith("data/statements/facts.csv:11:15: error: object 'roks' is not a known")
    assert more == "  29 more such errors: lines 12-40"
    assert done.stderr.startswith("30 errors, all in ")


def test_a_worker_without_kg_is_one_line(spark: None, tiny: Tiny) -> None:
    assert spark is None
    project = without_rules(tiny)
    # A Python that has only what comes with Python, and what a path names.
    python = tiny.path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    done = run(project, "build", "--engine", "local[1]", PYSPARK_PYTHON=str(python))

    assert done.returncode == 6
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("kg: the workers of local[1] have no pyoxigraph: pip install ")
    assert not (project / "build").exists()


def test_a_spark_that_dies_is_one_line_and_leaves_nothing(
    spark: None, synthetic: Path, tmp_path: Path
) -> None:
    assert spark is None
    project = copy(synthetic, tmp_path / "dying")
    command = [sys.executable, "-m", "kg", "build", "--engine", "local[1]"]
    with subprocess.Popen(
        command,
        cwd=project,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | HOME,
    ) as kg:
        while not list((project / "build").glob("aside-*/shards")):
            time.sleep(0.01)
        for one in psutil.Process(kg.pid).children():
            one.kill()
        _, said = kg.communicate(timeout=60)

    assert kg.returncode == 6
    assert len(said.splitlines()) == 1
    assert said.startswith("kg: Spark at local[1] failed: its Java process ended")
    assert not (project / "build").exists()


def test_a_java_that_ended_is_named_whatever_py4j_says_of_it(
    spark: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a command its classes "do not exist", and the trace goes to the root log."""
    assert spark is None
    error = RuntimeError("org.example.Thing does not exist in the JVM")
    told = str(session.failure(error, "local[1]"))
    assert told == f"Spark at local[1] failed: RuntimeError: {error}"

    monkeypatch.setattr(session, "_has_ended", lambda: True)
    ended = str(session.failure(error, "local[1]"))
    assert ended == "Spark at local[1] failed: its Java process ended; --debug shows why"


def test_a_java_that_is_about_to_end_is_waited_for(
    spark: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """py4j loses its connection before the system knows of the end."""
    assert spark is None
    from pyspark import SparkContext

    command = [sys.executable, "-c", "import time; time.sleep(0.2)"]
    with subprocess.Popen(command) as process:
        monkeypatch.setattr(SparkContext, "_gateway", SimpleNamespace(proc=process))
        told = str(session.failure(RuntimeError("it does not exist in the JVM"), "local[1]"))

    assert told == "Spark at local[1] failed: its Java process ended; --debug shows why"


def test_what_py4j_logs_is_left_out_and_nothing_else() -> None:
    root = logging.getLogger()
    theirs, ours = (
        root.makeRecord("root", logging.ERROR, path, 1, "said", (), None)
        for path in ("/lib/py4j/java_gateway.py", "/home/me/program.py")
    )
    with session._silent():
        assert [bool(root.filter(one)) for one in (theirs, ours)] == [False, True]
    assert root.filter(theirs)


def test_a_missing_extra_gives_the_line_that_installs_it(tiny: Tiny) -> None:
    program = (
        "import sys; sys.modules['pyspark'] = None\n"
        "from kg.cli.commands import main; main(['build', '--engine', 'spark'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=without_rules(tiny),
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
    )

    assert done.returncode == 2
    assert done.stderr == (
        "kg: pyspark is not installed; install it with: pip install 'eurasia-kg[spark]'\n"
    )


def test_a_missing_java_is_one_line(spark: None, tiny: Tiny) -> None:
    assert spark is None
    project = without_rules(tiny)
    done = run(project, "build", "--engine", "spark", PATH="", JAVA_HOME="")
    moved = run(project, "build", "--engine", "spark", JAVA_HOME=str(tiny.path))

    assert (done.returncode, moved.returncode) == (2, 2)
    assert "there is no java here, and Spark needs Java 17" in done.stderr
    assert f"{tiny.path} has no bin/java" in moved.stderr


def test_a_cluster_that_is_not_there_is_one_line(spark: None, tiny: Tiny) -> None:
    assert spark is None
    done = run(without_rules(tiny), "build", "--engine", "spark://127.0.0.1:1")

    assert done.returncode == 6
    assert done.stderr.startswith("kg: nothing answers at spark://127.0.0.1:1")


def test_a_rule_that_is_no_join_is_refused_with_its_place(spark: None, tiny: Tiny) -> None:
    assert spark is None
    (tiny.ontology / "shapes.ttl").unlink()
    (tiny.ontology / "rules" / "either.rq").write_text(
        "# Either of two.\nCONSTRUCT { ?a :rivalOf ?b }\n"
        "WHERE { GRAPH ?s { ?a :playsFor ?c } OPTIONAL { GRAPH ?t { ?b :playsFor ?c } } }\n",
        encoding="utf-8",
    )
    done = run(tiny.path, "build", "--engine", "spark")

    assert done.returncode == 2
    assert "ontology/rules/either.rq: this engine applies rules as joins" in done.stderr
    assert "use --engine local" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_shape_that_looks_at_statements_is_refused_with_its_file(spark: None, tiny: Tiny) -> None:
    assert spark is None
    shape = SHAPE.replace("sh:targetSubjectsOf :playsFor", "sh:targetClass kg:Statement")
    (tiny.ontology / "shapes.ttl").write_text(shape, encoding="utf-8")
    done = run(tiny.path, "build", "--engine", "spark")

    assert done.returncode == 2
    assert "ontology/shapes.ttl: this engine does not look at what is said of" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_engine_that_does_not_exist_is_named() -> None:
    with pytest.raises(UsageError, match=r"'sprak' is no engine; did you mean 'spark'\?"):
        master_of("sprak")


def test_loading_is_about_shards_alone(tiny: Tiny) -> None:
    done = run(tiny.path, "build", "--load")

    assert done.returncode == 2
    assert "--load is about shards" in done.stderr
