"""Texts with characters that not every export, and no terminal, can carry."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from server import Server, serving
from test_columns import agree, as_parquet

from conftest import FACTS, Tiny
from kg.errors import TableError
from kg.graph import Graph
from kg.pipeline.generations import save
from kg.store.embedded import EmbeddedStore

HERE = Path(__file__).parent

# XML 1.0 §2.2 excludes the first; of the others, a reader of XML changes the carriage return, and
# terminals obey all.
REFUSED = ["\0", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\ufffe", "\uffff",
           "\x7f", "\x80", "\x85", "\x9b", "\x9f"]  # fmt: skip
# Tab, no-break space, a letter from two code points, emoji beyond U+FFFF joined to one, Hebrew with
# marks of direction, the replacement character, markup, a character for private use.
CARRIED = "a\tb\u00a0e\u0301 \U0001f469\u200d\U0001f52c \u200f\u05e9\u05dc\u202c\ufffd<&\"'>\uf8ff"
CANNOT = "which XML or a terminal cannot hold; delete it"


def number(character: str) -> str:
    return f"U+{ord(character):04X}"


def put(path: Path, old: str, new: str) -> None:
    """Replace a text without a change to the line ends, as reading text would make."""
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode(), 1))


def append(path: Path, line: str) -> None:
    path.write_bytes(path.read_bytes() + f"{line}\n".encode())


# ---------------------------------------------------------------- what a project may hold


@pytest.mark.parametrize("character", REFUSED, ids=number)
def test_a_character_that_no_export_carries_is_found_in_every_table(
    tiny: Tiny, character: str
) -> None:
    text = f"x{character}y"
    put(tiny.data / "entities.csv", "Boris,", f"{text},")
    put(tiny.data / "entities.csv", "The Knights", text)
    put(tiny.data / "sources.csv", "Gazette House", text)
    append(tiny.path / FACTS, f"clara,playsFor,rooks,2001,,,almanac-2001,p.{text},,")
    append(tiny.path / FACTS, f"clara,playsFor,rooks,1999,2000,,almanac-2001,p. 7,,{text}")

    at = f"is {number(character)}, {CANNOT}"
    assert [str(one) for one in tiny.records().findings] == [
        f"data/entities.csv:3:14: error: character 2 {at}",
        f"data/entities.csv:6:27: error: character 21 {at}",
        f"data/sources.csv:3:26: error: character 2 {at}",
        f"{FACTS}:11:42: error: character 4 {at}",
        f"{FACTS}:12:52: error: character 2 {at}",
    ]


@pytest.mark.parametrize("character", REFUSED, ids=number)
def test_both_walks_find_such_characters_at_the_same_places(tiny: Tiny, character: str) -> None:
    text = f"x{character}y"
    for file, line, first in (
        (FACTS, "clara,playsFor,rooks,2001,2002,,almanac-2001,p. 9,,", 0),
        ("data/entities.csv", "new-{0},Player,N,N,,,", 1),
        ("data/sources.csv", "new-{0},T,P,,2001,,en,book,", 1),
    ):
        for column in range(first, line.count(",") + 1):
            cells = line.format(column).split(",")
            cells[column] = text
            append(tiny.path / file, ",".join(cells))

    found = [one for one in agree(tiny.path).findings if number(character) in one.message]
    assert len(found) == 10 + 6 + 8


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("x\ry", f"9: error: U+000D, {CANNOT}"),
        ('"x\ry"', f"8: error: character 2 is U+000D, {CANNOT}"),
    ],
)
def test_a_carriage_return_inside_a_line_is_found(tiny: Tiny, cell: str, found: str) -> None:
    """CSV has a quoted cell go on after it, but a row is one line."""
    append(tiny.data / "entities.csv", f"d,Club,{cell},N,,,")

    findings = [str(one) for one in agree(tiny.path).findings]
    assert findings == [f"data/entities.csv:8:{found}"]


def test_such_characters_are_found_in_parquet(tiny: Tiny) -> None:
    as_parquet(tiny)
    (table,) = tiny.path.glob("data/statements/*.parquet")
    frame = pd.read_parquet(table)
    frame.loc[1, "locator"] = "¶\x0b2"
    frame.to_parquet(table)

    found = [str(one) for one in tiny.check().findings]
    name = table.relative_to(tiny.path).as_posix()
    assert found == [f"{name}:2:1: error: character 2 is U+000B, {CANNOT}"]


def test_what_every_export_carries_is_let_through(tiny: Tiny) -> None:
    quoted = CARRIED.replace('"', '""')
    tiny.replace("data/entities.csv", "Boris,", f'"{quoted}",')

    report = tiny.check()
    assert report.conforms
    # Marks of direction are carried, but hardly ever meant.
    assert [one.message.partition(",")[0] for one in report.findings] == ["character 12 is U+200F"]


@pytest.mark.parametrize("file", ["data/dataset.ttl", "ontology/ontology.ttl"])
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("\x07", "U+0007"),
        ("\\u0007", "U+0007"),
        ("\\U0000009b", "U+009B"),
        ("\\f", "U+000C"),
        ("\\r", "U+000D"),
        ("\\uFFFE", "U+FFFE"),
    ],
    ids=ascii,
)
def test_a_literal_of_turtle_is_held_to_the_same(
    tiny: Tiny, file: str, written: str, code: str
) -> None:
    """It comes after an escaped backslash that looks the same."""
    lines = (tiny.path / file).read_text(encoding="utf-8")
    more = (
        '<https://example.org/tiny/x> <http://www.w3.org/2004/02/skos/core#note> "\\\\u0007" ;\n'
        f'  <http://www.w3.org/2004/02/skos/core#note> "x{written}y" .\n'
    )
    tiny.write(file, lines + more)

    found = [str(one) for one in tiny.check().findings if code in one.message]
    assert found == [f"{file}:{lines.count(chr(10)) + 2}:48: error: {code}, {CANNOT}"]


@pytest.mark.parametrize("file", ["rules/rivals.rq", "questions/squad.rq"])
def test_a_rule_or_question_is_held_to_the_same(tiny: Tiny, file: str) -> None:
    (path,) = (tiny.ontology / file).parent.glob(f"{Path(file).stem[:5]}*.rq")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\n", "\x1b[2J\n", 1), encoding="utf-8")

    column = text.index("\n") + 1
    assert [str(one) for one in tiny.check().findings] == [
        f"{path.relative_to(tiny.path).as_posix()}:1:{column}: error: U+001B, {CANNOT}"
    ]


def test_files_whose_lines_end_as_on_windows_are_right(tiny: Tiny) -> None:
    for path in tiny.path.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert tiny.check().findings == ()


def test_a_table_to_compare_with_is_held_to_the_same(tiny: Tiny, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("who,club,notes\nanna,rooks,\x07\nboris,kni\x1bghts,\n", encoding="utf-8")
    graph = Graph(tiny.build().store())

    with pytest.raises(TableError) as raised:
        graph.compare(table, subject="who", object="club", predicate="playsFor")

    found = str(raised.value).splitlines()
    assert f"{table}:3:7: error: character 4 is U+001B, {CANNOT}" in found
    assert not any("U+0007" in one for one in found)


# ---------------------------------------------------------------- what others bring


NASTY = "R\x1b[31med\x1b]0;t\x07 \x9b2J\0\ufffe\uffff\x0b\u202e"
# As XML carries it: only what no escape helps is replaced.
IN_XML = "R\ufffd[31med\ufffd]0;t\ufffd \x9b2J\ufffd\ufffd\ufffd\ufffd\u202e"


def with_label(folder: Path, label: str) -> Path:
    """A build of the tiny project, with one label that nobody checked, in a folder."""
    project = Tiny(shutil.copytree(HERE / "tiny", folder / "tiny"))
    built = project.build()
    named = NamedNode("https://example.org/tiny/id/rooks")
    what = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    quads = [q for q in built.quads if (q.subject, q.predicate) != (named, what)]
    quads.append(Quad(named, what, Literal(label, language="en"), DefaultGraph()))
    page = Graph(EmbeddedStore.of(quads)).view().html
    save(quads, b"", page, project.path / "build", {})
    return project.path / "build"


@pytest.fixture(scope="module", params=["carried", "nasty"])
def labelled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str, str]:
    """A build, its label, and the label as XML carries it."""
    label, in_xml = (NASTY, IN_XML) if request.param == "nasty" else (CARRIED, CARRIED)
    return with_label(tmp_path_factory.mktemp("text"), label), label, in_xml


@pytest.fixture(scope="module")
def server(labelled: tuple[Path, str, str]) -> Iterator[Server]:
    with serving(labelled[0].parent, store=labelled[0]) as running:
        yield running


def run(build: Path, *words: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "--store", str(build), *words],
        cwd=build.parent,
        check=False,
        capture_output=True,
        timeout=60,
    )
    return done.stdout + done.stderr


QUERY = "SELECT ?l { id:rooks rdfs:label ?l }"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
class TestWriters:
    """Each format is read back by a reader that others wrote."""

    @pytest.mark.parametrize(
        ("suffix", "reader"),
        [(".trig", "trig"), (".nq", "nquads"), (".ttl", "turtle"), (".jsonld", "json-ld")],
    )
    def test_dumps_of_rdf(self, labelled: tuple[Path, str, str], suffix: str, reader: str) -> None:
        build, label, _ = labelled
        read = rdflib.Dataset(default_union=True)
        read.parse(data=Graph_of(build).dump(suffix), format=reader)

        found = read.objects(rdflib.URIRef("https://example.org/tiny/id/rooks"), rdflib.RDFS.label)
        assert [str(one) for one in found] == [label]

    def test_parquet(self, labelled: tuple[Path, str, str]) -> None:
        content = Graph_of(labelled[0]).dump(".parquet")

        assert "rooks" in pq.read_table(io.BytesIO(content))["object"].to_pylist()

    def test_graphml_and_gexf(self, labelled: tuple[Path, str, str], tmp_path: Path) -> None:
        build, _, in_xml = labelled
        for suffix, read in ((".graphml", nx.read_graphml), (".gexf", nx.read_gexf)):
            run(build, "network", "-o", str(tmp_path / f"net{suffix}"))
            assert read(tmp_path / f"net{suffix}").nodes["rooks"]["label"] == in_xml

    def test_json_of_networks(self, labelled: tuple[Path, str, str], tmp_path: Path) -> None:
        build, label, _ = labelled
        run(build, "network", "-o", str(tmp_path / "net.json"))
        read = nx.node_link_graph(json.loads((tmp_path / "net.json").read_bytes()), edges="edges")

        assert read.nodes["rooks"]["label"] == label

    @pytest.mark.parametrize("style", ["csv", "tsv", "json"])
    def test_results(self, labelled: tuple[Path, str, str], style: str) -> None:
        build, label, _ = labelled
        found = read_results(run(build, "query", QUERY, "--format", style), style)

        assert found == [label]

    @pytest.mark.parametrize(
        ("kind", "style"),
        [
            ("application/sparql-results+json", "json"),
            ("application/sparql-results+xml", "xml"),
            ("text/csv", "csv"),
            ("text/tab-separated-values", "tsv"),
        ],
    )
    def test_served_results(
        self, server: Server, labelled: tuple[Path, str, str], kind: str, style: str
    ) -> None:
        _, label, in_xml = labelled
        found = read_results(server.ask(QUERY, kind).body, style)

        assert found == [in_xml if style == "xml" else label]

    @pytest.mark.parametrize(
        ("kind", "reader"),
        [
            ("application/rdf+xml", "xml"),
            ("text/turtle", "turtle"),
            ("application/n-triples", "nt"),
            ("application/ld+json", "json-ld"),
        ],
    )
    def test_served_graphs(
        self, server: Server, labelled: tuple[Path, str, str], kind: str, reader: str
    ) -> None:
        _, label, in_xml = labelled
        got = server.ask(
            "CONSTRUCT { ?s rdfs:label ?l } { VALUES ?s { id:rooks } ?s rdfs:label ?l }", kind
        )
        read = rdflib.Graph().parse(data=got.body, format=reader)

        assert [str(one) for one in read.objects()] == [in_xml if reader == "xml" else label]

    def test_the_page(self, labelled: tuple[Path, str, str]) -> None:
        build, label, _ = labelled
        reader = Scripts()
        reader.feed((build / "graph.html").read_text(encoding="utf-8"))

        assert label in list(texts([json.loads(one) for one in reader.data]))


# What some format has a meaning for, or what is easily lost, changed or taken for something else.
AWKWARD = [
    *"\t\n\\\"',;|<>&=+-@#%{}$^`~/ ",
    *("0", "NaN", "null", "\u00a0", "\u00ad", "\u0301", "\u0e33", "\u200b", "\u2028", "\u202e"),
    *("\ufb01", "\ufeff", "\uff07", "\U0001f469\u200d\U0001f52c", "\U000e0041"),
]
LABELS = {f"{one}{other}x{one}" for one in AWKWARD for other in AWKWARD}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A graph in which an entity has hundreds of labels."""
    project = Tiny(shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("awkward") / "tiny"))
    named = NamedNode("https://example.org/tiny/id/rooks")
    what = NamedNode("urn:label")
    quads = [Quad(named, what, Literal(one), DefaultGraph()) for one in LABELS]
    save([*project.build().quads, *quads], b"", "", project.path / "build", {})
    with serving(project.path) as running:
        yield running


@pytest.mark.parametrize(
    ("kind", "style"),
    [
        ("application/sparql-results+json", "json"),
        ("application/sparql-results+xml", "xml"),
        ("text/csv", "csv"),
        ("text/tab-separated-values", "tsv"),
    ],
)
def test_hundreds_of_awkward_labels_are_exact_in_every_format(
    awkward: Server, kind: str, style: str
) -> None:
    """Each kind beside each other, at the beginning, in the middle and at the end."""
    found = read_results(awkward.ask("SELECT ?l { id:rooks <urn:label> ?l }", kind).body, style)

    assert len(LABELS) > 537
    assert sorted(found) == sorted(LABELS)


def Graph_of(build: Path) -> Graph:  # noqa: N802 - reads as a Graph of a build
    from kg.pipeline.generations import open_build

    return Graph(open_build(build))


def read_results(body: bytes, style: str) -> list[str]:
    if style == "csv":
        return [row[0] for row in csv.reader(io.StringIO(body.decode(), newline=""))][1:]
    if style == "xml":
        return [
            "".join(one.itertext()) for one in ET.fromstring(body).iter() if "literal" in one.tag
        ]
    if style == "tsv":
        terms = ", ".join(body.decode().rstrip("\n").split("\n")[1:])
        quad = f"<urn:s> <urn:p> {terms} ."
        return [str(one) for one in rdflib.Graph().parse(data=quad, format="turtle").objects()]
    return [row["l"]["value"] for row in json.loads(body)["results"]["bindings"]]


class Scripts(HTMLParser):
    """Gathers the JSON of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[str] = []
        self.is_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_data = tag == "script" and ("type", "application/json") in attrs

    def handle_data(self, data: str) -> None:
        if self.is_data:
            self.data.append(data)
            self.is_data = False


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


# ---------------------------------------------------------------- what a terminal gets


OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_label(tmp_path_factory.mktemp("nasty"), NASTY)


class TestTerminal:
    @pytest.mark.parametrize(
        "words",
        [
            ["query", QUERY],
            ["query", QUERY, "--format", "markdown"],
            ["query", "SELECT ?x\x1b[2J { }"],
            ["query", "no-such-\x1b[2J"],
            ["query", 'SELECT (REPLACE("%1B[31m", "%1B", "\\u001b") AS ?x) {}'],
            ["why", "anna", "playsFor", "rooks"],
            ["why", "an\x1b[2Jna"],
            ["audit"],
            ["audit", "--format", "markdown"],
            ["compare", "table.csv", "--subject", "who", "--object", "club", "--predicate", "won"],
            ["compare", "odd.csv", "--subject", "who", "--object", "club", "--predicate", "won"],
            ["dump", "-o", "x.\x1b[2J"],
            ["query", "--seconds", "1\x1b[2J", "ASK {}"],
            ["query", "ASK {}", "one \x1b[2J too many"],
            ["audit", "--kind", "\x1b[2J"],
            ["no such \x1b[2J"],
        ],
        ids=ascii,
    )
    def test_nothing_that_it_obeys(self, nasty: Path, words: list[str]) -> None:
        folder = nasty.parent
        (folder / "table.csv").write_text("who,club\nanna,rooks\n", encoding="utf-8")
        (folder / "odd.csv").write_text("who,club\nan\x1b[2Jna,rooks\n", encoding="utf-8")

        said = run(nasty, *words).decode()
        assert said
        assert OBEYED.findall(said) == []

    def test_the_mark_stands_in_its_place(self, nasty: Path) -> None:
        assert "R\ufffd[31med\ufffd]0;t\ufffd \ufffd2J" in run(nasty, "query", QUERY).decode()

    @pytest.mark.parametrize("style", ["text", "github"])
    def test_no_finding(self, tiny: Tiny, style: str) -> None:
        tiny.add("esc\x1b[2J,playsFor,rooks,2000,,,almanac-2001,,,")
        done = subprocess.run(
            [sys.executable, "-m", "kg", "validate", "--format", style],
            cwd=tiny.path,
            check=False,
            capture_output=True,
            timeout=60,
        )
        said = (done.stdout + done.stderr).decode()

        assert (done.returncode, "esc\ufffd[2J" in said, OBEYED.findall(said)) == (1, True, [])
