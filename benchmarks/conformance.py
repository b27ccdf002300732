"""Run the W3C SPARQL query, results-format and protocol tests against two servers, over HTTP.

The tests come with the source distribution of rdflib, which has to be fetched and unpacked first:

    pip download --no-deps --no-binary :all: rdflib==7.6.0 && tar xzf rdflib-7.6.0.tar.gz
    python benchmarks/conformance.py rdflib-7.6.0/test/data/suites/w3c [--verbose]

All data files become named graphs of one store; a test names its graphs in the request, as SPARQL
1.1 Protocol §2.1.4 allows.
Federated queries, entailment regimes and updates are left out: neither server is meant to do them.
"""

from __future__ import annotations

import argparse
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import url2pathname

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
LEFT_OUT = ("service", "entailment", "syntax-fed", "service-description", "protocol",
            "http-rdf-update")  # fmt: skip
FORM = "application/x-www-form-urlencoded"
EMPTY = "urn:x:nothing"
ACCEPT = {
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}


@dataclass(frozen=True)
class Test:
    """One entry of a manifest."""

    iri: str
    kind: str
    query: str
    default: tuple[str, ...]
    named: tuple[str, ...]
    result: str
    is_lax: bool

    @property
    def suite(self) -> str:
        parts = self.query.partition("/w3c/")[2].split("/")
        return f"{parts[0]}/{parts[1]}"


@dataclass(frozen=True)
class Got:
    """A response."""

    status: int
    type: str
    body: bytes


Ask = Callable[[str, str, bytes | None, dict[str, str]], Got]


def path_of(iri: str) -> Path:
    return Path(url2pathname(urlsplit(iri).path))


def read(path: Path) -> list[Quad]:
    form = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES,
            ".n3": RdfFormat.TURTLE}[path.suffix]  # fmt: skip
    body = path.read_bytes()
    return list(parse(body, form, base_iri=path.as_uri(), rename_blank_nodes=True))


def tests_of(manifest: Path) -> Iterator[Test]:  # noqa: C901 - one manifest, read from its top
    """Yield the query tests of a manifest and of those that it includes."""
    graph = Dataset(read(manifest))

    def values(subject: object, predicate: str) -> list[object]:
        return [
            quad.object
            for quad in graph.quads_for_subject(subject)  # type: ignore[arg-type]
            if quad.predicate.value == predicate
        ]

    def items(head: object) -> Iterator[object]:
        while isinstance(head, BlankNode):
            yield from values(head, f"{RDF}first")
            head = next(iter(values(head, f"{RDF}rest")), None)

    def iris(subject: object, predicate: str) -> tuple[str, ...]:
        return tuple(v.value for v in values(subject, predicate) if isinstance(v, NamedNode))

    root = NamedNode(manifest.as_uri())
    for head in values(root, f"{MF}include"):
        for one in items(head):
            assert isinstance(one, NamedNode)
            if path_of(one.value).parent.name not in LEFT_OUT and path_of(one.value).exists():
                yield from tests_of(path_of(one.value))
    for head in values(root, f"{MF}entries"):
        for one in items(head):
            assert isinstance(one, NamedNode)
            kinds = [iri.removeprefix(MF) for iri in iris(one, f"{RDF}type")]
            kind = next((k for k in kinds if k.endswith(("Test", "Test11"))), "")
            result = "".join(iris(one, f"{MF}result"))
            lax = f"{MF}LaxCardinality" in iris(one, f"{MF}resultCardinality")
            for action in values(one, f"{MF}action"):
                # A test of syntax names its query alone.
                query = "".join(iris(action, f"{QT}query")) or getattr(action, "value", "")
                default, named = iris(action, f"{QT}data"), iris(action, f"{QT}graphData")
                yield Test(one.value, kind, query, default, named, result, lax)


def from_of(test: Test) -> Iterator[str]:
    """The graphs that the query itself names."""
    for name in re.findall(r"(?i)\bFROM\s+(?:NAMED\s+)?<([^>]+)>", path_of(test.query).read_text()):
        iri = urljoin(test.query, name)
        if path_of(iri).is_file():
            yield iri


def asking(url: str) -> Ask:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def ask(method: str, query: str, body: bytes | None, headers: dict[str, str]) -> Got:
        connection.request(method, parts.path + (f"?{query}" if query else ""), body, headers)
        response = connection.getresponse()
        kind = (response.headers.get("Content-Type") or "").partition(";")[0]
        return Got(response.status, kind, response.read())

    return ask


def run(test: Test, ask: Ask) -> bool:
    """Whether the server passes the test."""
    text = path_of(test.query).read_bytes()
    is_syntax = "Syntax" in test.kind
    pairs = [("query", f"BASE <{test.query}>\n".encode() + text)]
    if not is_syntax:
        pairs += [("default-graph-uri", iri.encode()) for iri in test.default]
        pairs += [("named-graph-uri", iri.encode()) for iri in test.named]
        if not test.default and not test.named and b"FROM" not in text.upper():
            pairs.append(("default-graph-uri", EMPTY.encode()))
    suffix = Path(test.result).suffix
    accept = ACCEPT.get(suffix, "application/sparql-results+xml, application/n-triples;q=0.9")
    got = ask("POST", "", urlencode(pairs).encode(), {"Content-Type": FORM, "Accept": accept})
    if "Negative" in test.kind:
        return got.status == 400
    if is_syntax:
        return got.status == 200
    return got.status == 200 and is_same(test, got)


def is_same(test: Test, got: Got) -> bool:
    path = path_of(test.result)
    if got.type == "application/n-triples":
        found = Dataset(parse(got.body, RdfFormat.N_TRIPLES))
        return canonical(found) == canonical(Dataset(read(path)))
    if path.suffix == ".csv":
        return sorted(plain(got.body)) == sorted(plain(path.read_bytes()))
    wanted = expected(path)
    form = QueryResultsFormat.from_media_type(got.type)
    assert form is not None
    answer = parse_query_results(got.body, form)
    if isinstance(answer, QueryBoolean) or isinstance(wanted, bool):
        return isinstance(answer, QueryBoolean) and bool(answer) is wanted
    names = [variable.value for variable in answer.variables]
    rows = [dict(zip(names, row, strict=True)) for row in answer]
    if test.is_lax:
        return {str(as_set([row])) for row in rows} <= {str(as_set([row])) for row in wanted}
    return as_set(rows) == as_set(wanted)


def plain(body: bytes) -> list[str]:
    """The lines, blank nodes without their names."""
    lines = body.decode().replace("\r\n", "\n").strip().split("\n")
    cells = [line.split(",") for line in lines]
    return [",".join("_:" if cell.startswith("_:") else cell for cell in row) for row in cells]


def expected(path: Path) -> list[dict[str, object]] | bool:
    form = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON,
            ".tsv": QueryResultsFormat.TSV}.get(path.suffix)  # fmt: skip
    if form is not None:
        answer = parse_query_results(path.read_bytes(), form)
        if isinstance(answer, QueryBoolean):
            return bool(answer)
        names = [variable.value for variable in answer.variables]
        return [dict(zip(names, row, strict=True)) for row in answer]
    # The first suite writes results as RDF.
    graph = Dataset(read(path))
    of: dict[tuple[object, str], list[object]] = {}
    for quad in graph:
        of.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)
    truths = [quad.object for quad in graph if quad.predicate.value == f"{RS}boolean"]
    if truths:
        return bool(truths[0] == Literal("true", datatype=NamedNode(f"{XSD}boolean")))
    return [
        {
            of[binding, f"{RS}variable"][0].value: of[binding, f"{RS}value"][0]  # type: ignore[attr-defined]
            for binding in of.get((quad.object, f"{RS}binding"), [])
        }
        for quad in graph
        if quad.predicate.value == f"{RS}solution"
    ]


def as_set(rows: list[dict[str, object]]) -> str:
    """The rows as a graph whose blank nodes have names of their own content."""
    dataset = Dataset()
    graph = DefaultGraph()
    for row in rows:
        node = BlankNode()
        dataset.add(Quad(node, NamedNode("urn:x:is"), NamedNode("urn:x:row"), graph))
        for name, cell in row.items():
            if cell is not None:
                term = by_value(cell)
                dataset.add(Quad(node, NamedNode(f"urn:x:{name}"), term, graph))  # type: ignore[arg-type]
    return canonical(dataset)


def by_value(term: object) -> object:
    """A number by its value, as engines may write it in several ways."""
    if isinstance(term, Literal) and term.datatype.value in {
        f"{XSD}{kind}" for kind in ("integer", "decimal", "double", "float")
    }:
        try:
            return Literal(repr(float(term.value)), datatype=term.datatype)
        except ValueError:
            return term
    return term


def canonical(dataset: Dataset) -> str:
    plain_numbers = Dataset(
        Quad(quad.subject, quad.predicate, by_value(quad.object), quad.graph_name)  # type: ignore[arg-type]
        for quad in dataset
    )
    plain_numbers.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, plain_numbers)))


def protocol_tests(a: str, b: str) -> dict[str, Callable[[Ask], bool]]:
    """The query tests of SPARQL 1.1 Protocol, by their names in the W3C's list."""
    direct = {"Content-Type": "application/sparql-query"}
    form = {"Content-Type": FORM}
    xml = {"Accept": "application/sparql-results+xml"}
    ask_q = urlencode({"query": "ASK {}"})
    both = urlencode([("default-graph-uri", a), ("default-graph-uri", b)])
    named = urlencode([("named-graph-uri", a), ("named-graph-uri", b)])
    one = "ASK { ?s ?p ?o }"
    in_graphs = f"ASK {{ GRAPH <{a}> {{ ?s ?p ?o }} GRAPH <{b}> {{ ?x ?y ?z }} }}"

    def true(got: Got) -> bool:
        return got.status == 200 and b"true" in got.body

    def bad(got: Got) -> bool:
        return 400 <= got.status < 500

    return {
        "query_get": lambda ask: true(ask("GET", ask_q, None, xml)),
        "query_post_form": lambda ask: true(ask("POST", "", ask_q.encode(), form | xml)),
        "query_post_direct": lambda ask: true(ask("POST", "", b"ASK {}", direct | xml)),
        "query_dataset_default_graph": lambda ask: true(
            ask("POST", urlencode({"default-graph-uri": a}), one.encode(), direct)
        ),
        "query_dataset_default_graphs_get": lambda ask: true(
            ask("GET", f"{both}&{urlencode({'query': one})}", None, {})
        ),
        "query_dataset_default_graphs_post": lambda ask: true(
            ask("POST", both, one.encode(), direct)
        ),
        "query_dataset_named_graphs_post": lambda ask: true(
            ask("POST", named, in_graphs.encode(), direct)
        ),
        "query_dataset_named_graphs_get": lambda ask: true(
            ask("GET", f"{named}&{urlencode({'query': in_graphs})}", None, {})
        ),
        "query_dataset_full": lambda ask: true(
            ask("POST", f"{both}&{named}", in_graphs.encode(), direct)
        ),
        "query_multiple_dataset": lambda ask: true(
            ask("POST", urlencode({"default-graph-uri": a}),
                f"ASK FROM <{EMPTY}> {{ ?s ?p ?o }}".encode(), direct)
        ),
        "query_content_type_select": lambda ask: ask(
            "POST", "", b"SELECT (1 AS ?x) {}", direct
        ).type.startswith("application/sparql-results+"),
        "query_content_type_ask": lambda ask: ask(
            "POST", "", b"ASK {}", direct
        ).type.startswith("application/sparql-results+"),
        "query_content_type_describe": lambda ask: ask(
            "POST", "", b"DESCRIBE <urn:x>", direct
        ).type in {"application/rdf+xml", "text/turtle", "application/n-triples"},
        "query_content_type_construct": lambda ask: ask(
            "POST", "", b"CONSTRUCT { <urn:x> <urn:y> 1 } {}", direct
        ).type in {"application/rdf+xml", "text/turtle", "application/n-triples"},
        "bad_query_method": lambda ask: bad(ask("PUT", ask_q, b"", {})),
        "bad_multiple_queries": lambda ask: bad(ask("GET", f"{ask_q}&{ask_q}", None, {})),
        "bad_query_wrong_media_type": lambda ask: bad(
            ask("POST", "", b"ASK {}", {"Content-Type": "text/plain"})
        ),
        "bad_query_missing_form_type": lambda ask: bad(ask("POST", "", ask_q.encode(), {})),
        "bad_query_missing_direct_type": lambda ask: bad(ask("POST", "", b"ASK {}", {})),
        "bad_query_non_utf8": lambda ask: bad(
            ask("POST", "", "ASK { ?s ?p 'é' }".encode("utf-16"), direct)
        ),
        "bad_query_syntax": lambda ask: ask(
            "GET", urlencode({"query": "ASK { . }"}), None, {}
        ).status == 400,
    }  # fmt: skip


@contextmanager
def server(command: list[str], folder: Path) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("a server did not start")


def main() -> None:
    """Run all tests against both servers and print how many each passes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("suites", type=Path, help="the folder w3c of the unpacked tests")
    parser.add_argument("--verbose", action="store_true", help="name the tests that fail")
    options = parser.parse_args()
    suites: Path = options.suites.resolve()
    tests = [
        test
        for manifest in (
            "dawg-data-r2/manifest-evaluation.ttl",
            "dawg-data-r2/manifest-syntax.ttl",
            "sparql11/manifest-all.ttl",
        )
        for test in tests_of(suites / manifest)
        if "Update" not in test.kind and path_of(test.query).suffix == ".rq"
    ]
    data = sorted({iri for test in tests for iri in (*test.default, *test.named, *from_of(test))})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = [
            Quad(quad.subject, quad.predicate, quad.object, NamedNode(iri))
            for iri in data
            for quad in read(path_of(iri))
        ]
        serialize(quads, str(folder / "all.nq"), format=RdfFormat.N_QUADS)
        place = ["--location", str(folder / "data")]
        oxigraph = str(Path(sys.executable).with_name("oxigraph"))
        subprocess.run(
            [oxigraph, "load", *place, "--file", "all.nq"],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        mine, other = free_port(), free_port()
        bind = ["--bind", f"127.0.0.1:{other}"]
        kg = [sys.executable, "-m", "kg", "serve", "--port", str(mine), "all.nq"]
        with server(kg, folder), server([oxigraph, "serve-read-only", *place, *bind], folder):
            wait_for(mine)
            wait_for(other)
            report(tests, data, {
                "kg serve": f"http://127.0.0.1:{mine}/sparql",
                "oxigraph serve-read-only": f"http://127.0.0.1:{other}/query",
            }, verbose=options.verbose)  # fmt: skip


def report(tests: list[Test], data: list[str], urls: dict[str, str], *, verbose: bool) -> None:
    total: Counter[str] = Counter()
    passed: dict[str, Counter[str]] = {}
    failed: dict[str, list[str]] = {}
    protocol = protocol_tests(data[0], data[1])
    for name, url in urls.items():
        ask, good, bad = asking(url), Counter[str](), []
        for test in tests:
            if run(test, ask):
                good[test.suite] += 1
            else:
                bad.append(test.query.partition("/w3c/")[2])
        for title, check in protocol.items():
            if check(asking(url)):
                good["sparql11/protocol"] += 1
            else:
                bad.append(f"sparql11/protocol#{title}")
        passed[name], failed[name] = good, bad
    total.update(test.suite for test in tests)
    total["sparql11/protocol"] = len(protocol)
    for suite in sorted(total):
        print(f"{suite:40} {total[suite]:4}", *(f"{passed[name][suite]:4}" for name in urls))
    print(f"{'all':40} {total.total():4}", *(f"{passed[name].total():4}" for name in urls))
    print("columns: tests,", ", ".join(urls))
    if verbose:
        for name, bad in failed.items():
            print(f"\n{name} fails:", *bad, sep="\n  ")


if __name__ == "__main__":
    main()
