"""Run the W3C SPARQL query, results-format and protocol tests against two servers, over HTTP.

The tests are those of the W3C's repository rdf-tests, of which a copy is needed:

    python -m benchmarks.conformance rdf-tests/sparql [--write]

All data files become named graphs of one store; a test names its graphs in the request, as SPARQL
1.1 Protocol §2.1.4 allows.
Numbers, truth values and dates are compared by value, and columns of CSV by their names; a query
that calls a function which a server does not have is read if the server says so.
Federated queries, entailment regimes and updates are left out: neither server is meant to do them.
Ends with 1 when kg fails a test that `REASONS` does not name, or passes one that it names.
"""

from __future__ import annotations

import argparse
import csv
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
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from benchmarks.sections import keep

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
LEFT_OUT = ("service", "entailment", "syntax-fed", "service-description", "protocol",
            "graph-store-protocol")  # fmt: skip
MANIFESTS = (
    "sparql10/manifest.ttl", "sparql11/manifest-all.ttl", "sparql12/manifest.ttl"
)  # fmt: skip
KG, OTHER = "kg serve", "oxigraph serve-read-only"
FORM = "application/x-www-form-urlencoded"
EMPTY = "urn:x:nothing"
# What the servers say of a call of a function that they do not have, which is no error of syntax.
NO_FUNCTION = re.compile(rb"there is no function|custom function .* is not supported")
# Why kg fails tests, and with it the server of its engine: suite, tests.
REASONS: dict[str, dict[str, str]] = {
    "The store keeps the value of a number, truth value or time, not how it was written: `01`, "
    "`1.0` or `+00:00`": {
        "sparql10/open-world": "open-eq-01",
        "sparql10/expr-builtin": "dawg-str-1 dawg-str-2 sameTerm-simple sameTerm-eq "
                                 "sameTerm-not-eq",
        "sparql10/expr-equals": "eq-graph-1 eq-graph-2",
        "sparql10/distinct": "distinct-1 distinct-9",
        "sparql11/csv-tsv-res": "tsv03",
        "sparql12/grouping": "group01",
    },
    "A date without a time zone is another than the same date with one; in the test that is not "
    "known": {"sparql10/open-world": "date-2"},
    "The variable of `GRAPH ?g` is bound within its braces already, or not when nothing in them "
    "matches": {
        "sparql10/graph": "graph-variable-scope graph-optional",
        "sparql11/aggregates": "agg-empty-group-count-graph",
        "sparql11/bindings": "graph",
        "sparql11/negation": "graph-minus",
    },
    "A path of length zero leads from a name to itself only where the graphs that are asked have "
    "the name": {
        "sparql11/property-path": "zero_or_more_set_start zero_or_more_set_end "
                                  "zero_or_one_set_start zero_or_one_set_end",
    },
    "`GROUP_CONCAT` of texts in one language is in that language, in the tests a plain text": {
        "sparql11/aggregates": "agg-groupconcat-04 agg-groupconcat-06"
    },
    "`BNODE` of one text gives one node in all rows, not one for each row": {
        "sparql11/functions": "bnode01"
    },
    "`TRUE` in capitals is not read": {"sparql10/expr-builtin": "case-insensitive-booleans"},
    "`?x<?a&&?b>?y` is read as two comparisons; by the longest token it is none": {
        "sparql10/syntax-sparql3": "syn-bad-26"
    },
    "An aggregate's name cannot be used in the same SELECT": {
        "sparql12/grouping": "select-variable-reuse"
    },
    "A triple term with a literal or a triple for its subject, and an aggregate of an aggregate, "
    "are read": {
        "sparql12/syntax-triple-terms-negative": "tripleterm-subject-03 tripleterm-subject-06",
        "sparql12/syntax": "nested-aggregate-functions",
    },
}  # fmt: skip
# What the other server fails alone.
OTHERS: dict[str, str] = {
    "sparql11/protocol#query_content_type_describe": "no RDF for a client that names no format",
    "sparql11/protocol#query_content_type_construct": "no RDF for a client that names no format",
}
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
        return "/".join(path_of(self.query).parent.parts[-2:])

    @property
    def name(self) -> str:
        return f"{self.suite}#{self.iri.rpartition('#')[2]}"


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
            ".trig": RdfFormat.TRIG, ".nq": RdfFormat.N_QUADS}[path.suffix]  # fmt: skip
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

    (root,) = (quad.subject for quad in graph.quads_for_object(NamedNode(f"{MF}Manifest")))
    for head in values(root, f"{MF}include"):
        for one in items(head):
            assert isinstance(one, NamedNode)
            if path_of(one.value).parent.name not in LEFT_OUT:
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


def graphs_in(iri: str) -> list[str]:
    """The graphs that a file of data names itself."""
    names = {quad.graph_name for quad in read(path_of(iri))}
    return sorted(name.value for name in names if isinstance(name, NamedNode))


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
    if not is_syntax and (test.default or b"FROM" not in text.upper()):
        named = [*test.named, *(name for iri in test.default for name in graphs_in(iri))]
        pairs += [("default-graph-uri", iri.encode()) for iri in test.default]
        pairs += [("named-graph-uri", iri.encode()) for iri in named]
        if not test.default and not named:
            pairs.append(("default-graph-uri", EMPTY.encode()))
    suffix = Path(test.result).suffix
    accept = ACCEPT.get(suffix, "application/sparql-results+xml, application/n-triples;q=0.9")
    got = ask("POST", "", urlencode(pairs).encode(), {"Content-Type": FORM, "Accept": accept})
    if "Negative" in test.kind:
        return got.status == 400
    if is_syntax:
        return got.status == 200 or NO_FUNCTION.search(got.body) is not None
    return got.status == 200 and is_same(test, got)


def is_same(test: Test, got: Got) -> bool:
    path = path_of(test.result)
    if got.type == "application/n-triples":
        found = Dataset(parse(got.body, RdfFormat.N_TRIPLES))
        return canonical(found) == canonical(Dataset(read(path)))
    if path.suffix == ".csv":
        return plain(got.body) == plain(path.read_bytes())
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


def plain(body: bytes) -> list[list[tuple[str, str]]]:
    """The rows of CSV by their columns, numbers by their value, blank nodes without their names."""
    rows = csv.DictReader(body.decode().splitlines())
    return sorted(sorted((name, cell_value(cell)) for name, cell in row.items()) for row in rows)


def cell_value(cell: str) -> str:
    try:
        return repr(float(cell))
    except ValueError:
        return "_:" if cell.startswith("_:") else cell


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
    """A number, truth value or date by its value, as engines may write it in several ways."""
    if isinstance(term, Triple):
        return Triple(term.subject, term.predicate, by_value(term.object))  # type: ignore[arg-type]
    if not isinstance(term, Literal):
        return term
    kind, text = term.datatype.value.removeprefix(XSD), term.value
    if kind in {"integer", "decimal", "double", "float"}:
        try:
            text = repr(float(text))
        except ValueError:
            return term
    elif kind == "boolean":
        text = {"0": "false", "1": "true"}.get(text, text)
    elif kind in {"date", "time", "dateTime"}:
        text = re.sub(r"[+-]00:00$", "Z", text)
    else:
        return term
    return Literal(text, datatype=term.datatype)


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
    parser.add_argument("suites", type=Path, help="the folder sparql of rdf-tests")
    parser.add_argument("--write", action="store_true", help="keep it in docs/reliability.md")
    options = parser.parse_args()
    suites: Path = options.suites.resolve()
    tests = [
        test
        for manifest in MANIFESTS
        for test in tests_of(suites / manifest)
        if "Update" not in test.kind and path_of(test.query).suffix == ".rq"
    ]
    data = sorted({iri for test in tests for iri in (*test.default, *test.named, *from_of(test))})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = [
            Quad(
                quad.subject,
                quad.predicate,
                quad.object,
                NamedNode(iri) if quad.graph_name == DefaultGraph() else quad.graph_name,
            )
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
            failed = results(tests, data, {
                KG: f"http://127.0.0.1:{mine}/sparql", OTHER: f"http://127.0.0.1:{other}/query"
            })  # fmt: skip
    total = Counter(test.suite for test in tests)
    total["sparql11/protocol"] = len(protocol_tests("", ""))
    lines = list(told(total, failed))
    print(*lines, sep="\n")
    known = explained()
    odd = {
        KG: set(failed[KG]) ^ known.keys(),
        OTHER: set(failed[OTHER]) ^ (known.keys() | OTHERS.keys()),
    }
    for name, ones in odd.items():
        for one in sorted(ones):
            how = "fails, without a reason" if one in failed[name] else "passes, against a reason"
            print(f"{name} {how}: {one}")
    if options.write and not any(odd.values()):
        keep("conformance", lines)
    sys.exit(any(odd.values()))


Results = dict[str, list[str]]


def results(tests: list[Test], data: list[str], urls: dict[str, str]) -> Results:
    """Return of each server the tests that it fails."""
    protocol = protocol_tests(data[0], data[1])
    failed: Results = {}
    for name, url in urls.items():
        ask = asking(url)
        failed[name] = [test.name for test in tests if not run(test, ask)]
        failed[name] += [
            f"sparql11/protocol#{title}"
            for title, check in protocol.items()
            if not check(asking(url))
        ]
    return failed


def table(total: Counter[str], failed: Results) -> Iterator[str]:
    """Yield a line for each suite whose name begins alike, as Markdown."""
    yield f"| tests | in all | {' | '.join(failed)} |"
    yield f"|---|---|{'---|' * len(failed)}"
    titles = {"sparql10/": "SPARQL 1.0", "sparql11/": "SPARQL 1.1", "sparql12/": "SPARQL 1.2",
              "sparql11/protocol": "SPARQL 1.1 Protocol, queries"}  # fmt: skip

    def is_of(name: str, start: str) -> bool:
        is_protocol = name.startswith("sparql11/protocol")
        return name.startswith(start) and is_protocol == (start == "sparql11/protocol")

    for start, title in titles.items():
        size = sum(number for name, number in total.items() if is_of(name, start))
        passed = [size - sum(is_of(name, start) for name in bad) for bad in failed.values()]
        yield f"| {title} | {size} | {' | '.join(map(str, passed))} |"


def explained() -> dict[str, str]:
    """Return the reason of each test that kg is known to fail."""
    return {
        f"{suite}#{name}": reason
        for reason, suites in REASONS.items()
        for suite, names in suites.items()
        for name in names.split()
    }


def told(total: Counter[str], failed: Results) -> Iterator[str]:
    """Yield what the page says."""
    yield from table(total, failed)
    yield ""
    yield "| both fail | tests |"
    yield "|---|---|"
    for reason, suites in REASONS.items():
        names = "; ".join(f"{suite}: {found}" for suite, found in suites.items())
        yield f"| {reason} | {names} |"
    yield ""
    yield "| `oxigraph` alone fails | why |"
    yield "|---|---|"
    for name, reason in OTHERS.items():
        yield f"| {name} | {reason} |"


if __name__ == "__main__":
    main()
