"""Programs that people really use, against `kg serve` and a server of others alike."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from endpoint import sparql_server
from needed import lacking
from server import serving

from kg.pipeline.builder import Built, build
from kg.pipeline.generations import save

TINY = Path(__file__).parent / "tiny"
BASE = "https://example.org/tiny/"
PREFIX = f"PREFIX : <{BASE}ontology#> PREFIX id: <{BASE}id/>\n"
PLAYERS = f"{PREFIX}SELECT ?player ?club {{ ?player :playsFor ?club }} ORDER BY ?player"
# Boris stayed with the Knights, Anna went to the Rooks.
EXPECTED = [(f"{BASE}id/anna", f"{BASE}id/rooks"), (f"{BASE}id/boris", f"{BASE}id/knights")]


@pytest.fixture(scope="module")
def built() -> Built:
    return build(TINY / "data", TINY / "ontology")


@pytest.fixture(scope="module")
def folder(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the build."""
    place = tmp_path_factory.mktemp("clients") / "build"
    save(built.quads, built.trig(), "", place, {})
    return place


@pytest.fixture(scope="module", params=["kg serve", "oxigraph serve"])
def url(
    request: pytest.FixtureRequest,
    built: Built,
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    if request.param == "kg serve":
        with serving(folder, store=folder) as server:
            yield f"{server.url}/sparql"
    else:
        with sparql_server(built.trig(), tmp_path_factory.mktemp("other")) as address:
            yield address


class TestSPARQLWrapper:
    def client(self, url: str, query: str) -> Any:
        from SPARQLWrapper import SPARQLWrapper

        client = SPARQLWrapper(url)
        client.setQuery(query)
        return client

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_it_selects(self, url: str, method: str) -> None:
        client = self.client(url, PLAYERS)
        client.setMethod(method)
        client.setReturnFormat("json")

        rows = client.queryAndConvert()["results"]["bindings"]

        assert [(row["player"]["value"], row["club"]["value"]) for row in rows] == EXPECTED

    @pytest.mark.parametrize("name", ["xml", "csv", "tsv"])
    def test_it_selects_in_other_formats(self, url: str, name: str) -> None:
        client = self.client(url, PLAYERS)
        client.setReturnFormat(name)

        answer = client.query().response.read()

        assert answer.count(b"id/anna") == 1

    def test_it_asks(self, url: str) -> None:
        client = self.client(url, f"{PREFIX}ASK {{ id:anna :playsFor id:rooks }}")
        client.setReturnFormat("json")

        assert client.queryAndConvert()["boolean"] is True

    @pytest.mark.parametrize("name", ["turtle", "n3", "xml", "rdf+xml", "json-ld"])
    def test_it_constructs(self, url: str, name: str) -> None:
        client = self.client(url, f"{PREFIX}CONSTRUCT WHERE {{ ?player :playsFor ?club }}")
        client.setReturnFormat(name)
        if name == "n3" and url.endswith("/query"):
            # Asks for text/rdf+n3 and its like, which only the first of the servers has.
            client.setReturnFormat("turtle")

        answer = client.query().response.read()

        assert b"id/boris" in answer or b"id:boris" in answer

    def test_a_wrong_query_is_its_own_exception(self, url: str) -> None:
        from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

        with pytest.raises(QueryBadFormed):
            self.client(url, "SELECT").query()


# rdflib 7.6 warns of its own use of Dataset.default_context.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_rdflibs_sparql_store(url: str) -> None:
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(url))

    found = [tuple(map(str, cast("tuple[object, ...]", row))) for row in graph.query(PLAYERS)]

    assert found == EXPECTED
    assert set(graph.objects(URIRef(f"{BASE}id/anna"), URIRef(f"{BASE}ontology#playsFor"))) == {
        URIRef(f"{BASE}id/rooks")
    }


@pytest.fixture(scope="module")
def curl() -> None:
    """The program, which the checks install and others may lack."""
    if shutil.which("curl") is None:
        lacking("curl", "apt-get install curl")


@pytest.mark.usefixtures("curl")
def test_pandas_through_csv(url: str) -> None:
    import pandas as pd

    got = subprocess.run(
        ["curl", "-sS", "-H", "Accept: text/csv", "--data-urlencode", f"query={PLAYERS}", url],
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip

    table = pd.read_csv(io.BytesIO(got.stdout))

    assert list(table.itertuples(index=False, name=None)) == EXPECTED


@pytest.mark.usefixtures("curl")
@pytest.mark.parametrize("way", ["-G", "--compressed", "--http1.0"])
def test_curl(url: str, way: str) -> None:
    got = subprocess.run(
        ["curl", "-sS", "--fail", way, "--data-urlencode", f"query={PLAYERS}", url],
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip

    assert got.stdout.count(b"id/anna") == 1


class TestTheCommandsAnywhere:
    """`--store URL` gives what the build gives, byte for byte."""

    def run(self, *arguments: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "kg", *arguments], capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @pytest.mark.parametrize(
        "arguments",
        [
            ("query",),
            ("query", "squad", "-p", "club=rooks", "--format", "csv"),
            ("query", "squad", "--as-of", "1999-01-01"),
            ("query", "SELECT ?s { ?s :playsFor id:knights }", "--known-by", "1999-12-31"),
            ("query", "CONSTRUCT { ?s :playsFor id:knights } WHERE { ?s :playsFor id:knights }",
             "--format", "csv"),
            ("query", "ASK { id:anna :playsFor id:rooks }", "--format", "json"),
            ("why", "anna", "playsFor", "knights"),
            ("why", "knights", "--as-of", "1999"),
        ],
        ids=" ".join,
    )  # fmt: skip
    def test_it_prints_the_same(self, url: str, folder: Path, arguments: tuple[str, ...]) -> None:
        assert self.run("--store", url, *arguments) == self.run("--store", str(folder), *arguments)

    @pytest.mark.parametrize(
        ("command", "file"),
        [("view", "page.html"), ("network", "network.graphml"), ("network", "network.csv")],
    )
    def test_it_writes_the_same(
        self, url: str, folder: Path, tmp_path: Path, command: str, file: str
    ) -> None:
        self.run("--store", url, command, "-o", str(tmp_path / file))
        far = (tmp_path / file).read_bytes()
        self.run("--store", str(folder), command, "-o", str(tmp_path / file))

        assert far == (tmp_path / file).read_bytes()
