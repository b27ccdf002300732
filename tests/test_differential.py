"""Every feature of SPARQL 1.1, asked of `kg serve` and of `oxigraph serve`: the same bytes.

What lies between the engine and the client may change nothing.
"""

# ruff: noqa: E501 - a query is read best in one piece

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from endpoint import sparql_server
from server import serving

DATA = """\
@prefix : <urn:x:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:a a :Thing ; :name "one", "eins"@de, "Ünïcödé ☃ \\"quoted\\", comma" ; :n 1 ; :next :b ; :d 1.5 .
:b a :Thing ; :name "two\\nlines\\tand tabs" ; :n 2 ; :next :c ; :e 1.0e3 ; :on "2020-02-29"^^xsd:date .
:c a :Other ; :name "" ; :n 3 ; :next :a ; :t true ; :at "2020-02-29T12:00:00Z"^^xsd:dateTime .
:d :n -4 ; :knows [ :n 5 ] ; :bad "abc"^^xsd:integer ; :html "<b>&amp;</b>" .
:g { :a :n 10 . :b :n 20 } :h { :a :n 10 . :c :next :d }
"""
PROLOGUE = "PREFIX : <urn:x:> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
SELECTS = (
    "SELECT ?s ?n { ?s :n ?n } ORDER BY ?s ?n",
    "SELECT ?s ?name { ?s :name ?name } ORDER BY ?s ?name",
    "SELECT ?o { :d ?p ?o FILTER(!isBlank(?o)) } ORDER BY ?p ?o",
    "SELECT DISTINCT ?class { ?s a ?class } ORDER BY DESC(?class)",
    "SELECT ?s ?m { ?s :n ?n OPTIONAL { ?s :next/:n ?m FILTER(?m > ?n) } } ORDER BY ?n",
    "SELECT ?s { { ?s a :Thing } UNION { ?s :t true } } ORDER BY ?s",
    "SELECT ?s { ?s :n ?n MINUS { ?s a :Thing } FILTER(isIRI(?s)) } ORDER BY ?s",
    "SELECT ?s { ?s :n ?n FILTER NOT EXISTS { ?s :next ?o } FILTER(isIRI(?s)) } ORDER BY ?s",
    "SELECT ?s ?x { ?s :n ?n BIND(?n * 2 + 1 AS ?x) FILTER(?n IN (1, 2, -4)) } ORDER BY ?n",
    "SELECT ?s ?v { VALUES (?s ?v) { (:a 1) (:b UNDEF) } ?s :n ?n } ORDER BY ?s",
    (
        "SELECT ?c (COUNT(*) AS ?n) (SUM(?v) AS ?sum) (AVG(?v) AS ?avg) (MIN(?v) AS ?min) (MAX(?v) AS "
        "?max) (SAMPLE(?c) AS ?one) { ?s a ?c ; :n ?v } GROUP BY ?c HAVING(COUNT(*) > 0) ORDER BY ?c"
    ),
    (
        'SELECT (GROUP_CONCAT(?n; SEPARATOR="|") AS ?all) { SELECT ?n { ?s a :Thing ; :n ?n } '
        "ORDER BY ?n }"
    ),
    "SELECT ?s ?top { ?s a :Thing { SELECT (MAX(?n) AS ?top) { ?x :n ?n } } } ORDER BY ?s",
    "SELECT ?o { :a :next+ ?o } ORDER BY ?o",
    "SELECT ?o { :a :next* ?o } ORDER BY ?o",
    "SELECT ?o { :a :next? ?o } ORDER BY ?o",
    "SELECT ?s { ?s ^:next/:next :c } ORDER BY ?s",
    "SELECT ?o { :a (:next|:n) ?o } ORDER BY ?o",
    "SELECT ?o { :a !(:next|:name) ?o } ORDER BY ?o",
    "SELECT ?g ?s ?n { GRAPH ?g { ?s :n ?n } } ORDER BY ?g ?s",
    "SELECT ?s ?n FROM :g { ?s :n ?n } ORDER BY ?s",
    "SELECT ?s ?n FROM NAMED :h { GRAPH ?g { ?s :n ?n } } ORDER BY ?s",
    "SELECT ?s ?n FROM :g FROM :h { ?s :n ?n } ORDER BY ?s",
    'SELECT ?s { ?s :name ?n FILTER(LANG(?n) = "de" || LANGMATCHES(LANG(?n), "*")) } ORDER BY ?s',
    (
        'SELECT (STRLEN("☃é") AS ?a) (SUBSTR("abc", 2, 1) AS ?b) (UCASE("é") AS ?c) (STRBEFORE("a-b", '
        '"-") AS ?d) (STRAFTER("a-b", "-") AS ?e) (CONCAT("a", "b"@en) AS ?f) (REPLACE("aXbX", "X", "-")'
        ' AS ?g) (ENCODE_FOR_URI("a b/é") AS ?h) (STRSTARTS("ab", "a") AS ?i) (CONTAINS("ab", "c") AS ?j)'
        " {}"
    ),
    (
        "SELECT (ABS(-1.5) AS ?a) (ROUND(2.5) AS ?b) (CEIL(1.2) AS ?c) (FLOOR(-1.2) AS ?d) (7 / 2 AS ?e)"
        " (1 / 0 AS ?f) (1.0e0 / 0 AS ?g) (-0.0e0 AS ?h) (xsd:integer('42') AS ?i) (xsd:double('x') AS "
        "?j) {}"
    ),
    (
        'SELECT (YEAR("2020-02-29T01:02:03.5+03:00"^^xsd:dateTime) AS ?y) (SECONDS("2020-02-29T01:02:'
        '03.5+03:00"^^xsd:dateTime) AS ?s) (TIMEZONE("2020-02-29T01:02:03+03:00"^^xsd:dateTime) AS ?t) '
        '(TZ("2020-02-29T01:02:03+03:00"^^xsd:dateTime) AS ?z) {}'
    ),
    'SELECT (MD5("a") AS ?a) (SHA1("a") AS ?b) (SHA256("a") AS ?c) (SHA512("a") AS ?d) {}',
    (
        'SELECT (IF(1 < 2, "y", "n") AS ?a) (COALESCE(?no, 3) AS ?b) (sameTerm(1, 1.0) AS ?c) (1 = 1.0 '
        'AS ?d) (STRDT("1", xsd:integer) AS ?e) (STRLANG("x", "en") AS ?f) (IRI("urn:y") AS ?g) '
        "(isNUMERIC(1) AS ?h) (DATATYPE(1.5) AS ?i) (STR(:a) AS ?j) {}"
    ),
    'SELECT (REGEX("abc", "^A", "i") AS ?a) ("b" IN ("a", "b") AS ?b) (! true AS ?c) {}',
    "SELECT ?n { ?s :n ?n } ORDER BY DESC(?n) LIMIT 2 OFFSET 1",
    "SELECT REDUCED ?s { ?s :n 1 }",
    "SELECT ?x { } ",
    "SELECT ?s { ?s :n 99 }",
    "SELECT ?a ?b { BIND(<<(:a :b :c)>> AS ?a) BIND(1 AS ?b) }",
)
ASKS = ("ASK { :a :next :b }", "ASK { :a :next :c }", "ASK {}")
GRAPHS = (
    "CONSTRUCT { ?o :before ?s } { ?s :next ?o }",
    "CONSTRUCT WHERE { ?s :n ?n . ?s a :Thing }",
    "CONSTRUCT { :x :y 1, 1.5, 1e0, true, 'a'@en } {}",
    "CONSTRUCT { ?s :self [ :of ?s ] } { :zzz :n ?s }",
    "DESCRIBE :a",
    "DESCRIBE ?s { ?s :t true }",
)
REFUSED = (
    "", "SELECT", "SELECT * {", "SELECT ?x { ?x nope:y ?z }", "ASK { ?s ?p }", "CLEAR ALL x",
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT (1 AS ?s) { ?s ?p ?o }", "ASK { <a b> ?p 1 }",
    'ASK { ?s ?p "\\uD800" }', "SELECT ?x ?x2 { } GROUP BY ?x",
)  # fmt: skip
RESULTS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("differential")
    (folder / "data.trig").write_text(DATA, encoding="utf-8")
    with (
        serving(folder, "data.trig") as own,
        sparql_server(DATA.encode(), tmp_path_factory.mktemp("other")) as other,
    ):
        yield f"{own.url}/sparql", other


def answer(url: str, query: str, accept: str) -> tuple[str, bytes]:
    body = urlencode({"query": PROLOGUE + query}).encode()
    with urlopen(Request(url, body, {"Accept": accept}), timeout=30) as response:
        # Each server names blank nodes in its own way.
        name = rb'(_:|<bnode>|"bnode","value":")\w+'
        text = re.sub(name, rb"\1blank", response.read())
        return response.headers.get_content_type(), text


@pytest.mark.parametrize("query", [*SELECTS, *ASKS], ids=lambda q: q[:60])
@pytest.mark.parametrize("name", list(RESULTS))
def test_results_are_the_same_bytes(servers: tuple[str, str], query: str, name: str) -> None:
    own, other = (answer(url, query, RESULTS[name]) for url in servers)

    assert own == other


@pytest.mark.parametrize("query", GRAPHS, ids=lambda q: q[:60])
def test_graphs_are_the_same_triples(servers: tuple[str, str], query: str) -> None:
    own, other = (answer(url, query, "application/n-triples") for url in servers)

    assert sorted(own[1].splitlines()) == sorted(other[1].splitlines())


@pytest.mark.parametrize("query", REFUSED)
def test_what_one_refuses_the_other_refuses(servers: tuple[str, str], query: str) -> None:
    from urllib.error import HTTPError

    codes = []
    for url in servers:
        with pytest.raises(HTTPError) as caught:
            answer(url, query, "*/*")
        codes.append(caught.value.code)
        caught.value.close()

    # An update is told apart from a syntax error here.
    assert codes == ([403, 400] if query.startswith("CLEAR") else [400, 400])
