"""Formats: a new one is one line of the table and its writer, and all else follows."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat
from test_house import loaded

from kg.errors import UsageError
from kg.text import formats
from kg.text.formats import Formats, content_type, media_types, rdf_format, results_format

ROOT = Path(__file__).parent.parent
TINY = ROOT / "tests" / "tiny"


class Copy:
    """A copy of kg to which formats are added, beside a project and its build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kg = folder / "kg"
        self.project = folder / "tiny"
        shutil.copytree(ROOT / "kg", self.kg, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(TINY, self.project)

    def add_line(self, table: str, line: str) -> None:
        """Put the line behind the last of a table."""
        path = self.kg / "text" / "formats.py"
        text = path.read_text(encoding="utf-8")
        start = text.index(f"\n{table}: Final = Formats(")
        end = text.index("\n)\n", start)
        path.write_text(f"{text[:end]}\n    {line}{text[end:]}", encoding="utf-8")

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.project,
            env=os.environ | {"PYTHONPATH": str(self.folder)},
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "kg", "--quiet", *arguments)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy with one more format of each sort: one line and one writer each."""
    copy = Copy(tmp_path_factory.mktemp("formats"))
    copy.add_line("NETWORKS", 'Format("net"),')
    (copy.kg / "exports" / "networks" / "net.py").write_text(
        "def write(graph):\n    return f'*Vertices {len(graph)}\\n'\n", encoding="utf-8"
    )
    copy.add_line("DUMPS", 'Format("day"),')
    (copy.kg / "exports" / "dumps" / "day.py").write_text(
        "def write(store):\n    return store.issued.encode()\n", encoding="utf-8"
    )
    copy.add_line("RESULTS", 'Format("count"),')
    with (copy.kg / "query" / "result.py").open("a", encoding="utf-8") as file:
        file.write("\n\nResult.to_count = lambda self: f'{len(self)}\\n'\n")
    copy.add_line("GRAPHS", 'Format("n3", ("text/rdf+n3",), called="notation3"),')
    done = copy.run("build")
    assert done.returncode == 0, done.stderr
    return copy


class TestOneLineAndOneWriter:
    """The tiny project has six entities."""

    def test_a_network_is_written(self, copy: Copy) -> None:
        done = copy.run("network", "-o", "graph.net")

        assert (done.returncode, done.stderr) == (0, "")
        assert (copy.project / "graph.net").read_text(encoding="utf-8") == "*Vertices 6\n"

    def test_a_dump_is_written(self, copy: Copy) -> None:
        done = copy.run("dump", "-o", "graph.day")
        dataset = (TINY / "data" / "dataset.ttl").read_text(encoding="utf-8")

        assert (done.returncode, done.stderr) == (0, "")
        day = (copy.project / "graph.day").read_text(encoding="utf-8")
        assert f'dcterms:issued "{day}"' in dataset

    def test_a_library_function_takes_it(self, copy: Copy) -> None:
        done = copy.python("-c", "import kg; print(kg.open('build').dump('.day').decode())")

        assert re.fullmatch(r"\d{4}-\d\d-\d\d\n", done.stdout), done.stderr

    def test_a_result_is_printed(self, copy: Copy) -> None:
        done = copy.run("query", "SELECT * { VALUES ?x { 1 2 3 } }", "--format", "count")

        assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr

    @pytest.mark.parametrize(
        ("command", "told"),
        [
            ("network", "*.graphml, *.gexf, *.json, *.csv or *.net"),
            ("dump", "*.ftm.json (FollowTheMoney), *.duckdb (the record) or *.day"),
            ("query", "table, csv, tsv, json, markdown, turtle or count (default:"),
        ],
    )
    def test_the_help_names_it(self, copy: Copy, command: str, told: str) -> None:
        words = " ".join(copy.run(command, "--help").stdout.split())

        assert told in words

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("network", "-o", "x.png"), "choose one of .graphml .gexf .json .csv .net\n"),
            (("dump", "-o", "x.png"), ".xlsx .ods .ttl .tsv .cypher .ftm.json .duckdb .day\n"),
            (("query", "ASK {}", "--format", "turtle"), "json, markdown or count\n"),
        ],
    )
    def test_the_message_names_it(self, copy: Copy, arguments: tuple[str, ...], told: str) -> None:
        done = copy.run(*arguments)

        assert done.returncode == 2
        assert done.stderr.endswith(told)

    @pytest.mark.parametrize("wanted", ['choose("text/n3", GRAPHS)', 'SHORT_NAMES["notation3"]'])
    def test_the_server_answers_in_a_new_syntax_of_the_engine(
        self, copy: Copy, wanted: str
    ) -> None:
        done = copy.python(
            "-c",
            "from pyoxigraph import Store\n"
            "from kg.query.bench.answer import sparql\n"
            "from kg.query.bench.bench import Bench\n"
            "from kg.server.describe import describe\n"
            "from kg.server.negotiate import GRAPHS, SHORT_NAMES, choose\n"
            "from kg.store.embedded import EmbeddedStore\n"
            "from kg.workers.limits import Limits\n"
            "bench = Bench(EmbeddedStore(Store()), Limits(), is_plain=True, is_cut=True)\n"
            "query = 'CONSTRUCT { <urn:x:s> <urn:x:p> 1 } WHERE {}'\n"
            f"reply = sparql(bench, {{'query': query, 'graph': {wanted}}})\n"
            "print(reply.type, reply.body.decode())\n"
            "told = {'what': 'service', 'endpoint': 'urn:x:here', 'graph': 'nt'}\n"
            "print(describe(bench, told).body.decode())\n",
        )

        assert done.stdout.startswith("text/n3; charset=utf-8 <urn:x:s> <urn:x:p> 1 ."), done.stderr
        assert "<http://www.w3.org/ns/formats/N3>" in done.stdout

    def test_the_list_in_the_documents_names_it(self, copy: Copy) -> None:
        page = copy.python(str(ROOT / "docs" / "formats.py")).stdout

        row = "| `n3`, `notation3` | `text/n3`, `text/rdf+n3` |"
        assert [told for told in ("`.net`", "`.day`", "`count`", row) if told not in page] == []


def page_of_formats() -> Any:
    spec = importlib.util.spec_from_file_location("formats_page", ROOT / "docs" / "formats.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestThePage:
    """When the table changes, write the page anew: python docs/formats.py > docs/formats.md."""

    def test_it_says_what_the_table_says(self) -> None:
        page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")

        assert page_of_formats().render() == page

    def test_it_has_every_table(self) -> None:
        page = page_of_formats()
        tables = {id(one) for one in vars(formats).values() if isinstance(one, Formats)}

        told = (*page.FILES.values(), *page.COMMANDS.values(), *page.ANSWERS)
        assert {id(one) for one in told} == tables


class TestTheEngine:
    """Media types as registered with IANA and in the recommendations of SPARQL 1.1."""

    @pytest.mark.parametrize(
        ("name", "registered"),
        [
            ("ttl", "text/turtle"),
            ("nt", "application/n-triples"),
            ("trig", "application/trig"),
            ("nq", "application/n-quads"),
            ("jsonld", "application/ld+json"),
            ("rdf", "application/rdf+xml"),
        ],
    )
    def test_a_graph_may_be_asked_for_by_its_registered_type(
        self, name: str, registered: str
    ) -> None:
        own, *others = media_types(rdf_format(name), formats.GRAPHS.named(name))

        assert own == registered
        assert {RdfFormat.from_media_type(one) for one in others} <= {rdf_format(name)}

    @pytest.mark.parametrize(
        ("name", "registered"),
        [
            ("json", "application/sparql-results+json"),
            ("xml", "application/sparql-results+xml"),
            ("csv", "text/csv"),
            ("tsv", "text/tab-separated-values"),
        ],
    )
    def test_solutions_may_be_asked_for_by_their_registered_type(
        self, name: str, registered: str
    ) -> None:
        own, *others = media_types(results_format(name), formats.SOLUTIONS.named(name))

        assert own == registered
        assert {QueryResultsFormat.from_media_type(one) for one in others} <= {results_format(name)}

    @pytest.mark.parametrize("name", [*formats.FILES.names, *formats.GRAPHS.names])
    def test_the_suffix_of_rdf_is_the_engines(self, name: str) -> None:
        assert rdf_format(name).file_extension == name

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("ttl", "text/turtle; charset=utf-8"),
            ("jsonld", "application/ld+json"),
            ("rdf", "application/rdf+xml"),
        ],
    )
    def test_a_text_tells_its_characters(self, name: str, told: str) -> None:
        assert content_type(rdf_format(name)) == told

    def test_characters_are_told_once(self) -> None:
        assert content_type(results_format("csv")) == "text/csv; charset=utf-8"

    @pytest.mark.parametrize("ask", [rdf_format, results_format])
    def test_a_format_that_the_engine_lacks_is_a_fault(self, ask: Any) -> None:
        with pytest.raises(KeyError, match="parquet"):
            ask("parquet")


class TestWriters:
    @pytest.mark.parametrize(
        ("folder", "names", "others"),
        [
            ("networks", set(formats.NETWORKS.names), {"plain"}),
            ("dumps", set(formats.DUMPS.names) - set(formats.GRAPHS.names), set()),
        ],
    )
    def test_each_format_has_its_module_and_each_module_its_format(
        self, folder: str, names: set[str], others: set[str]
    ) -> None:
        modules = {path.stem for path in (ROOT / "kg" / "exports" / folder).glob("*.py")}

        assert modules == {*names, *others, "__init__"}

    @pytest.mark.parametrize("given", ["", "net", ".graphml", "GEXF"])
    def test_another_name_is_told_all(self, given: str) -> None:
        with pytest.raises(UsageError) as caught:
            formats.NETWORKS.named(given)

        told = f"'{given}' is not a format of networks; choose one of graphml gexf json csv"
        assert str(caught.value) == told


def test_the_help_does_not_wait_for_the_engine(tmp_path: Path) -> None:
    assert "pyoxigraph" not in loaded(tmp_path, "--help")
    assert "pyoxigraph" not in loaded(tmp_path, "dump", "--help")
