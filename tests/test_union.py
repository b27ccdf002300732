"""The form of a build for stores whose default graph is the union of all their graphs.

GraphDB, Virtuoso, Amazon Neptune and QLever are such stores, and `oxigraph serve
--union-default-graph` is one that comes as a wheel.
"""

# ruff: noqa: E501 - a query is read best in one piece

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from endpoint import oxigraph
from pyoxigraph import (
    DefaultGraph,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    serialize,
)
from test_differential import ASKS, DATA, GRAPHS, PROLOGUE, SELECTS
from test_publish import between, nothing
from test_questions import CASES, Case, expected

import kg
import kg.exports.publish
from conftest import BASE
from kg.errors import RemoteError, StoreError, UsageError
from kg.exports.loading import load, of_quads, of_shards
from kg.exports.publish import Target, publish, publish_shards, target
from kg.pipeline.builder import Built, build
from kg.query.questions import run as ask
from kg.store.remote import RemoteStore
from kg.store.union import DEFAULT_GRAPH, placed, placed_lines, within

TINY = Path(__file__).parent / "tiny"
OWN = str(DEFAULT_GRAPH)
ONLY = 'FILTER STRSTARTS(STR(?g), "urn:st:")'


# ---- The text of a query ----


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ASK { ?s ?p ?o }", f"ASK {{ GRAPH {OWN} {{ ?s ?p ?o }} }}"),
        ("SELECT * WHERE {} LIMIT 1", f"SELECT * WHERE {{ GRAPH {OWN} {{}} }} LIMIT 1"),
        (
            "SELECT ?g { GRAPH ?g { ?s ?p ?o } }",
            f"SELECT ?g {{ GRAPH {OWN} {{ GRAPH ?g {{ ?s ?p ?o }} {ONLY} }} }}",
        ),
        # A graph that is named is that graph.
        ("ASK { GRAPH <urn:g> {} }", f"ASK {{ GRAPH {OWN} {{ GRAPH <urn:g> {{}} }} }}"),
        # What another server is asked is its own matter.
        (
            "ASK { SERVICE SILENT <urn:s> { GRAPH ?g { ?s ?p ?o } } }",
            f"ASK {{ GRAPH {OWN} {{ SERVICE SILENT <urn:s> {{ GRAPH ?g {{ ?s ?p ?o }} }} }} }}",
        ),
        (
            "SELECT (EXISTS { ?s ?p 1 } AS ?is) { ?s ?p 2 } VALUES (?s) { (1) }",
            f"SELECT (EXISTS {{ GRAPH {OWN} {{ ?s ?p 1 }} }} AS ?is) {{ GRAPH {OWN} {{ ?s ?p 2 }} }} VALUES (?s) {{ (1) }}",
        ),
        (
            "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }",
            f"CONSTRUCT {{ ?o ?p ?s }} WHERE {{ GRAPH {OWN} {{ ?s ?p ?o }} }}",
        ),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {OWN} {{ ?s ?p ?o }} }}",
        ),
        # Brackets and words in texts, IRIs, names and comments are none.
        (
            'ASK { ?s <urn:x#y> "}{"@graph ; ?graph 1 # }\n}',
            f'ASK {{ GRAPH {OWN} {{ ?s <urn:x#y> "}}{{"@graph ; ?graph 1 # }}\n}} }}',
        ),
        # Who says FROM names the graphs, and what is no query is not made one.
        ("ASK FROM <urn:g> { ?s ?p ?o }", "ASK FROM <urn:g> { ?s ?p ?o }"),
        ("ASK { ?s ?p ?o } }", "ASK { ?s ?p ?o } }"),
        ("ASK { { ?s ?p ?o }", "ASK { { ?s ?p ?o }"),
        ("", ""),
    ],
)
def test_a_query_is_asked_inside_the_graph(query: str, wanted: str) -> None:
    assert within(query, "urn:st:") == wanted


# Beside what the other tests ask of every feature of SPARQL 1.1.
MORE = (
    "SELECT ?s (EXISTS { ?s a :Thing } AS ?is) { ?s :n ?n FILTER(isIRI(?s)) } ORDER BY ?s",
    "SELECT ?s { ?s :n ?n FILTER(isIRI(?s)) } ORDER BY EXISTS { ?s a :Thing } ?s",
    "SELECT ?s { ?s :n ?n FILTER(isIRI(?s)) } GROUP BY ?s HAVING(EXISTS { ?s a :Thing }) ORDER BY ?s",
    "SELECT ?s { ?s :n ?n FILTER NOT EXISTS { GRAPH ?g { ?s :n ?m } } FILTER(isIRI(?s)) } ORDER BY ?s",
    "SELECT ?s { ?s :n ?n MINUS { GRAPH ?g { ?s :n ?m } } FILTER(isIRI(?s)) } ORDER BY ?s",
    "SELECT ?s ?g { ?s :n ?n OPTIONAL { GRAPH ?g { ?s :n ?m } } FILTER(isIRI(?s)) } ORDER BY ?s ?g",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?s ?p ?o ?g { { ?s ?p ?o FILTER(!isBlank(?s) && !isBlank(?o)) } UNION { GRAPH ?g { ?s ?p ?o } } } ORDER BY ?g ?s ?p ?o",
    "SELECT (COUNT(*) AS ?count) { { SELECT ?s ?n { ?s :n ?n } } }",
    "SELECT ?g { VALUES ?g { :g } GRAPH ?g { ?s :n ?n { SELECT ?s { GRAPH ?h { ?s :next ?o } } } } }",
    "SELECT ?x { :a (^:next|!:n)* ?x FILTER(isIRI(?x)) } ORDER BY ?x",
    "SELECT ?s ?n { ?s :n ?n } ORDER BY ?n VALUES (?s ?n) { (:a 1) (:b UNDEF) (:a 10) }",
    "SELECT ?s { GRAPH :g { ?s :n ?n } } ORDER BY ?s",
    "SELECT $g { GRAPH $g { :a :n 10 } } ORDER BY ?g",
)
MORE_GRAPHS = (
    "CONSTRUCT WHERE { ?s :n ?n ; a :Thing # not more\n }",
    "CONSTRUCT { ?g :has ?s } { GRAPH ?g { ?s :n ?n } }",
    "DESCRIBE :a :c :nobody",
    "DESCRIBE * { ?s :next ?o . ?s :t true } # of two variables",
    "DESCRIBE ?s :d WHERE { GRAPH ?g { ?s :n 10 } } ORDER BY ?s LIMIT 1",
    "DESCRIBE ?s { ?s :n ?n FILTER(isIRI(?s)) } GROUP BY ?s VALUES ?s { :a :b }",
    "DESCRIBE ?no { OPTIONAL { ?no :n 99 } }",
)


@pytest.fixture(scope="module")
def plain() -> Store:
    store = Store()
    store.extend(parse(DATA.encode(), RdfFormat.TRIG))
    return store


@pytest.fixture(scope="module")
def united(plain: Store) -> Store:
    """The same in the other form, beside what somebody else keeps in that store."""
    store = Store()
    store.extend(map(placed, plain))
    store.extend(parse(b"<urn:other> { <urn:x:z> <urn:x:n> 1 }", RdfFormat.TRIG))
    return store


def told(answer: object) -> object:
    """What an answer says, as far as two stores can say it alike."""
    if isinstance(answer, QuerySolutions):
        return [[str(cell) for cell in row] for row in answer]
    if isinstance(answer, QueryTriples):
        return sorted(re.sub(r"_:\w+", "_:blank", str(triple)) for triple in set(answer))
    return bool(answer)


@pytest.mark.parametrize(
    "query",
    [one for one in (*SELECTS, *MORE, *ASKS, *GRAPHS, *MORE_GRAPHS) if " FROM " not in one],
    ids=lambda query: query[:60],
)
def test_every_feature_of_sparql_answers_as_over_a_default_graph(
    plain: Store, united: Store, query: str
) -> None:
    asked = within(PROLOGUE + query, "urn:x:")

    wanted = told(plain.query(PROLOGUE + query))
    assert told(united.query(asked, use_default_graph_as_union=True)) == wanted
    # Also where the default graph is one of its own, which is then empty.
    assert told(united.query(asked)) == wanted


# ---- Published ----


@pytest.fixture(scope="module")
def built() -> Built:
    return build(TINY / "data", TINY / "ontology")


@pytest.fixture
def place() -> Iterator[str]:
    with oxigraph("serve", "--union-default-graph") as url:
        yield url


@pytest.fixture(params=["update", "store"])
def to(request: pytest.FixtureRequest, place: str) -> Target:
    by_graphs = request.param == "store"
    return target(f"{place}/{request.param}", graph_store=by_graphs, union=True)


def put(built: Built, to: Target, **options: bool) -> int:
    return publish(list(built.quads), BASE, to, nothing, **options)


def update(to: Target, text: str) -> None:
    kind = {"Content-Type": "application/sparql-update"}
    urlopen(Request(to.queries.replace("/query", "/update"), text.encode(), kind)).close()


OTHER = "INSERT DATA { GRAPH <urn:g> { <urn:d> <urn:e> <urn:f> } }"


def test_every_quad_arrives_and_is_read_back_as_it_was(built: Built, to: Target) -> None:
    count = put(built, to)

    store = RemoteStore(to.queries)
    assert store.has_union_form
    assert count == len(set(built.quads))
    assert named(store.quads()) == named(built.quads)


def named(quads: Any) -> set[str]:
    return {re.sub(r"_:\w+", "_:blank", str(quad)) for quad in quads}


def test_a_store_with_a_default_graph_of_its_own_can_hold_it_too(built: Built) -> None:
    with oxigraph("serve") as url:
        to = target(f"{url}/update", union=True)
        put(built, to)

        assert named(RemoteStore(to.queries).quads()) == named(built.quads)


def test_after_a_failure_it_goes_on_where_it_was(
    built: Built, to: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.exports.publish, "BATCH", 50)
    with between(to, fail_at=4) as (broken, first), pytest.raises(RemoteError, match="503"):
        put(built, broken)
    with between(to, fail_at=0) as (whole, second):
        count = put(built, whole)

    assert count == len(set(built.quads))
    assert not {body for body in first[:3] if len(body) > 2000} & set(second)


def test_what_others_keep_in_the_store_stays(built: Built, to: Target) -> None:
    update(to, OTHER)
    put(built, to)
    with pytest.raises(UsageError, match="replace=True"):
        publish(list(built.quads)[:-9], BASE, to, nothing)
    put(built, to, replace=True)

    answer = RemoteStore(to.queries).answer("SELECT * { GRAPH <urn:g> { ?s ?p ?o } }")
    assert len(list(answer)) == 1  # type: ignore[arg-type]
    assert named(RemoteStore(to.queries).quads()) == named(built.quads)


def test_the_build_of_another_project_is_replaced_whole(built: Built, to: Target) -> None:
    text = lines_of(built.quads).replace(b"https://example.org/tiny/", b"https://example.org/old/")
    publish(list(parse(text, RdfFormat.N_QUADS)), "https://example.org/old/", to, nothing)
    put(built, to, replace=True)

    left = RemoteStore(to.queries).answer(
        'ASK { GRAPH ?g { ?s ?p ?o } FILTER CONTAINS(STR(?g), "/old/") }'
    )
    assert not left
    assert named(RemoteStore(to.queries).quads()) == named(built.quads)


def test_what_is_described_is_described_there_too(built: Built, to: Target) -> None:
    put(built, to)
    text = "DESCRIBE ?one { VALUES ?one { id:anna :playsFor kg:Rank } }"

    found, wanted = (
        named(" ".join(map(str, row)) for row in ask(store, text).rows)
        for store in (RemoteStore(to.queries), built.store())
    )
    assert found == wanted
    assert any("_:blank" in triple for triple in wanted)


def test_the_plain_form_says_what_such_a_store_needs(built: Built, place: str) -> None:
    with pytest.raises(RemoteError, match="union_default_graph=True is for such stores"):
        put(built, target(f"{place}/update"))


# rdflib 7.6 warns of its own use of Dataset.default_context.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_rdflib_asks_inside_the_graph(built: Built, to: Target) -> None:
    put(built, to)
    text = "SELECT ?club { id:anna :playsFor ?club }"

    found = {str(row[0]) for row in kg.open(to.queries).rdflib.query(text)}  # type: ignore[index]
    assert found == {f"{BASE}id/rooks"}


# ---- The loader of a store ----


def lines_of(quads: Any) -> bytes:
    return bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")


def test_lines_and_quads_are_placed_alike(built: Built) -> None:
    quads = [
        *built.quads,
        *parse(DATA.encode(), RdfFormat.TRIG),
        *parse(
            b'<urn:a> <urn:b> " . <urn:c> ." , "\\\\"@en , "a\\" <urn:g> ." .', RdfFormat.TURTLE
        ),
    ]

    found = placed_lines(lines_of(quads))
    assert sorted(found.splitlines()) == sorted(lines_of(map(placed, quads)).splitlines())
    assert any(quad.graph_name == DefaultGraph() for quad in quads)


def program(*lines: str) -> str:
    """A loader of a few lines of Python."""
    text = "; ".join(("import sys", *lines))
    return f'{sys.executable} -c "{text}"'


def test_oxigraph_loads_what_it_is_handed(built: Built, tmp_path: Path) -> None:
    quads = list(set(built.quads))
    loader = Path(sys.executable).with_name("oxigraph")
    command = f"{loader} load --location {tmp_path / 'store'} --format nq"
    told: list[tuple[int, int]] = []
    count = load(command, of_quads(quads, union=True), len(quads), lambda *at: told.append(at))

    with oxigraph(
        "serve-read-only", "--location", str(tmp_path / "store"), "--union-default-graph"
    ) as url:
        assert named(RemoteStore(f"{url}/query").quads()) == named(quads)
    assert count == len(quads)
    assert told[-1] == (count, count)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (program("print('no room'); sys.exit(3)"), r"ended with exit code 3: no room$"),
        (program("sys.stdin.read(); sys.exit('a'); "), r"ended with exit code 1: a$"),
        (program("print(*range(9), sep=chr(10)); sys.exit(1)"), r": 6 \| 7 \| 8$"),
        (program("import os; os.kill(os.getpid(), 9)"), r"ended with signal 9$"),
        # One that reads a little, or nothing, and says that all is well.
        (program("import os; os.read(0, 9)"), r"before it had read all 3 quads$"),
        ("true", r"before it had read all 3 quads$"),
    ],
)
def test_a_loader_that_fails_is_told(command: str, message: str) -> None:
    line = b"<urn:a> <urn:b> <urn:c> .\n"

    with pytest.raises(RemoteError, match=message):
        load(command, [line, line, line], 3, nothing)


def test_a_loader_that_ends_in_the_middle_is_told() -> None:
    """More than a pipe holds."""
    with pytest.raises(RemoteError, match="before it had read all 20,000 quads"):
        load("head -n 1", [b"<urn:a> <urn:b> <urn:c> .\n"] * 20_000, 20_000, nothing)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("no-such-program --here", "'no-such-program' cannot be run: No such file"),
        ("", "the loader is empty"),
        ("load 'it", "cannot be split into words: No closing quotation"),
    ],
)
def test_a_loader_that_is_none_is_told(command: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(command, [], 0, nothing)


def test_a_part_is_never_taken_for_all(tmp_path: Path) -> None:
    """Where a shard is damaged the loader never sees an end, so that it cannot keep a half."""
    kept = tmp_path / "kept"
    command = program("text = sys.stdin.read()", f"open('{kept}', 'w').write(text)")

    def broken() -> Iterator[bytes]:
        yield b"<urn:a> <urn:b> <urn:c> .\n"
        raise StoreError("a shard is damaged")

    with pytest.raises(StoreError, match="damaged"):
        load(command, broken(), 2, nothing)

    assert not kept.exists()


# ---- The commands ----


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


COMMANDS = (
    ("query",),
    ("query", "squad", "-p", "club=rooks"),
    ("query", "squad", "-p", "club=rooks", "--as-of", "1999"),
    ("query", "squad", "-p", "club=knights", "--known-by", "2000", "--as-of", "1999"),
    ("query", "SELECT ?st ?s { GRAPH ?st { ?s :playsFor ?club } } ORDER BY ?st"),
    ("query", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
    ("query", "ASK { ?s :playsfor ?club }"),
    ("query", "ASK { ?s ?p"),
    ("why", "anna", "playsFor", "rooks"),
    ("why", "anna", "--as-of", "1999"),
    ("audit",),
    ("view", "-o", "-"),
    ("network", "-o", "-", "--format", "json"),
    ("network", "-o", "-", "--format", "csv", "--as-of", "1999"),
    ("dump", "-o", "-", "--format", "trig"),
    ("dump", "-o", "-", "--format", "nq", "--known-by", "2000"),
    ("dump", "-o", "-", "--format", "rdf12"),
)


@pytest.fixture(scope="module", params=["plain", "union"])
def held(request: pytest.FixtureRequest, prototype: Path) -> Iterator[tuple[Path, str]]:
    """The folder of the tiny project, and where its build was published in the one or other form."""
    option = ["--union-default-graph"] if request.param == "union" else []
    with oxigraph("serve", *option) as url:
        done = run(prototype, "publish", f"{url}/update", *option)
        assert (done.returncode, done.stdout) == (0, b"")
        yield prototype, f"{url}/query"


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_the_same_of_the_build_and_of_a_store(
    held: tuple[Path, str], command: tuple[str, ...]
) -> None:
    folder, url = held
    wanted, found = run(folder, *command), run(folder, "--store", url, *command)

    assert (found.returncode, ordered(command, found)) == (
        wanted.returncode,
        ordered(command, wanted),
    )
    assert bool(wanted.stdout) == (wanted.returncode == 0)


def ordered(command: tuple[str, ...], done: subprocess.CompletedProcess[bytes]) -> object:
    """What a command printed; of a dump without the names of nodes without one, which move lines."""
    if command[0] == "dump":
        return sorted(re.sub(rb"_:\w+", b"_:blank", done.stdout).splitlines())
    return done.stdout


def test_the_command_hands_the_build_to_a_loader(prototype: Path, tmp_path: Path) -> None:
    loader = Path(sys.executable).with_name("oxigraph")
    command = f"{loader} load --location '{tmp_path / 'a store'}' --format nq"
    done = run(prototype, "publish", "--loader", command, "--union-default-graph")

    count = re.fullmatch(rb"the loader read ([\d,]+) quads and ended well\n", done.stderr)
    assert (done.returncode, done.stdout) == (0, b"")
    assert count is not None
    assert int(count[1].replace(b",", b"")) == len(Store.read_only(str(tmp_path / "a store")))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            (),
            2,
            b"kg: name where the store takes changes, or its bulk loader with --loader COMMAND: one of them\n",
        ),
        (
            ("http://127.0.0.1:9/update", "--loader", "cat"),
            2,
            b"kg: name where the store takes changes, or its bulk loader with --loader COMMAND: one of them\n",
        ),
        (
            ("--loader", "cat", "--replace"),
            2,
            b"kg: --replace is about a store at a URL; leave it out with a loader\n",
        ),
        (
            ("--loader", "cat", "--queries", "http://127.0.0.1:9/query"),
            2,
            b"kg: --queries http://127.0.0.1:9/query is about a store at a URL; leave it out with a loader\n",
        ),
        (("--loader", "false"), 6, b"kg: 'false' ended with exit code 1\n"),
    ],
    ids=["nothing", "both", "replace", "queries", "fails"],
)
def test_what_the_command_refuses_is_one_line(
    prototype: Path, arguments: tuple[str, ...], code: int, message: bytes
) -> None:
    done = run(prototype, "publish", *arguments)

    assert (done.returncode, done.stderr) == (code, message)


# ---- Shards ----


@pytest.fixture
def shards(built: Built, tmp_path: Path) -> Any:
    """The build as Spark leaves it: a shard of statements, and one of what is no statement."""
    pytest.importorskip("polars", reason="install it with: pip install -e '.[bulk]'")
    from kg.pipeline.spark.shards import DESCRIBED, Shards
    from kg.pipeline.spark.tasks import Shard

    parts: dict[str, list[Any]] = {"part-00000.nq.gz": [], DESCRIBED: []}
    for quad in dict.fromkeys(built.quads):
        has_blank = "_:" in str(quad.subject)[:2] + str(quad.object)[:2]
        parts[DESCRIBED if has_blank else "part-00000.nq.gz"].append(quad)
    files = []
    for name, quads in parts.items():
        packed = gzip.compress(lines_of(quads))
        (tmp_path / name).write_bytes(packed)
        in_graphs = sum(quad.graph_name != DefaultGraph() for quad in quads)
        sha256 = hashlib.sha256(packed).hexdigest()
        files.append(Shard(name, len(quads), in_graphs, len(packed), sha256))
    return Shards(tmp_path, BASE, "0" * 64, tuple(files))


def test_shards_arrive_and_a_broken_attempt_is_taken_up(
    built: Built, shards: Any, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.exports.publish, "BATCH", 50)
    to = target(f"{place}/update", union=True)
    with between(to, fail_at=4) as (broken, _), pytest.raises(RemoteError, match="503"):
        publish_shards(shards, broken, nothing)
    with between(to, fail_at=0) as (whole, second):
        count = publish_shards(shards, whole, nothing)

    # Three batches were there; the mark is cleared at the end.
    assert len(second) == -(-shards.files[0].quads // 50) - 3 + -(-shards.files[1].quads // 50) + 1
    assert count == shards.quads == len(set(built.quads))
    assert named(RemoteStore(to.queries).quads()) == named(built.quads)


@pytest.mark.parametrize("union", [False, True])
def test_shards_are_streamed_into_a_loader(
    built: Built, shards: Any, union: bool, tmp_path: Path
) -> None:
    loader = Path(sys.executable).with_name("oxigraph")
    command = f"{loader} load --location {tmp_path / 'store'} --format nq"
    count = load(command, of_shards(shards, union=union), shards.quads, nothing)

    store = Store.read_only(str(tmp_path / "store"))
    assert count == shards.quads == len(store)
    assert named(store) == named(map(placed, built.quads) if union else built.quads)


def test_the_command_streams_shards(built: Built, shards: Any, tmp_path: Path) -> None:
    """The manifest is the one that `kg build --engine` leaves."""
    files = [asdict(one) for one in shards.files]
    manifest = {"shards": ".", "base": BASE, "sha256": shards.digest, "files": files}
    (tmp_path / "shards.json").write_text(json.dumps(manifest), encoding="utf-8")
    command = "sh -c 'gzip > build.nq.gz'"
    options = ("--shards", "--union-default-graph", "--loader", command)
    done = run(tmp_path, "--store", str(tmp_path), "publish", *options)

    assert done.returncode == 0, done.stderr
    lines = gzip.decompress((tmp_path / "build.nq.gz").read_bytes())
    assert named(parse(lines, RdfFormat.N_QUADS)) == named(map(placed, built.quads))


def test_a_damaged_shard_ends_the_loader(shards: Any, tmp_path: Path) -> None:
    whole = (tmp_path / shards.files[0].name).read_bytes()
    (tmp_path / shards.files[0].name).write_bytes(whole[: len(whole) // 2])
    kept = tmp_path / "kept"

    with pytest.raises(StoreError, match="is damaged or missing"):
        load(program("text = sys.stdin.read()", f"open('{kept}', 'w').write(text)"),
             of_shards(shards), shards.quads, nothing)  # fmt: skip

    assert not kept.exists()


# ---- The shipped questions ----


@pytest.fixture(scope="module")
def eurasia(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    """The shipped graph as such a store serves it."""
    folder = tmp_path_factory.mktemp("eurasia")
    quads = list(shipped.store.quads())
    loader = Path(sys.executable).with_name("oxigraph")
    command = f"{loader} load --location {folder} --format nq"
    load(command, of_quads(quads, union=True), len(quads), nothing)
    with oxigraph("serve-read-only", "--location", str(folder), "--union-default-graph") as url:
        yield kg.open(f"{url}/query")


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.as_of is None], ids=lambda case: case.file
)
def test_every_shipped_question_has_its_answer(case: Case, eurasia: kg.Graph) -> None:
    assert case.ask(eurasia) == expected(case.file)


@pytest.mark.slow
def test_the_world_of_another_day_has_its_answers(eurasia: kg.Graph, shipped: kg.Graph) -> None:
    given, wanted = (
        graph.query("members", as_of="2012-06-27", known_by="2020-05-26").to_csv()
        for graph in (eurasia, shipped)
    )

    assert given == wanted
    assert len(given.splitlines()) > 10
