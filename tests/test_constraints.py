"""SPARQL constraints on statements find asked at once what they find for each focus node."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from kg.model.constraints import need_rows, set_apart
from kg.pipeline.builder import check, check_large
from kg.pipeline.columns import shapes, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import Quad

    from conftest import Tiny
    from kg.errors import Finding

pytest.importorskip("polars")
pytest.importorskip("duckdb")

ROOT = Path(__file__).parent.parent
HEAD = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:shapes> a owl:Ontology ; sh:declare
    [ sh:prefix "" ; sh:namespace "https://example.org/tiny/ontology#"^^xsd:anyURI ] ,
    [ sh:prefix "kg" ; sh:namespace "https://w3id.org/kg-builder#"^^xsd:anyURI ] ,
    [ sh:prefix "rdf" ; sh:namespace "http://www.w3.org/1999/02/22-rdf-syntax-ns#"^^xsd:anyURI ] ,
    [ sh:prefix "rdfs" ; sh:namespace "http://www.w3.org/2000/01/rdf-schema#"^^xsd:anyURI ] ,
    [ sh:prefix "prov" ; sh:namespace "http://www.w3.org/ns/prov#"^^xsd:anyURI ] .
"""


def shape(select: str, more: str = "", inner: str = "", target: str = "kg:Statement") -> str:
    return (
        f"{HEAD}\n:S a sh:NodeShape ; sh:targetClass {target} {more} ; sh:sparql [\n"
        '    sh:message "{$this} says {?value} of {?who}, {?nothing}; mend it" ;\n'
        f'    sh:prefixes <urn:shapes> {inner} ; sh:select """{select}""" ] .\n'
    )


def quads(text: str) -> list[Quad]:
    return list(parse(text, RdfFormat.TURTLE))


def by_columns(project: Path, monkeypatch: pytest.MonkeyPatch) -> Sequence[Finding]:
    for name in ("LARGE", "LARGE_WITH_RULES"):
        monkeypatch.setattr(size, name, 0)
    report = check_large(project / "data", project / "ontology", lambda _: None)
    assert report is not None
    return report.findings


@pytest.mark.parametrize(
    "select",
    [
        "SELECT $this ?value { $this rdf:predicate ?value }",
        (
            "SELECT $this ?value ?who { $this rdf:object ?value ; rdf:subject ?who . "
            "FILTER (?value != :nothing) }"
        ),
        (
            "SELECT DISTINCT $this ?who { { $this rdf:subject ?who ; kg:start ?day } "
            "?other rdf:subject ?who ; kg:start ?later . FILTER (?later > ?day) }"
        ),
        (
            "SELECT $this ?value { $this rdf:object ?value . "
            "OPTIONAL { $this kg:end ?end } FILTER (!BOUND(?end)) }"
        ),
        (
            "SELECT $this { $this rdf:predicate :playsFor . "
            "FILTER NOT EXISTS { $this kg:endText ?text } }"
        ),
        "SELECT $this ?value { { $this kg:at ?value } UNION { $this kg:startText ?value } }",
        "SELECT $this ?who { $this prov:wasDerivedFrom ?r . ?r prov:hadPrimarySource ?who }",
        "SELECT $this ?value { $this prov:wasDerivedFrom ?r . ?r prov:atLocation ?value }",
        "SELECT $this ?value { $this rdf:subject ?who . ?who rdfs:label ?value }",
        "SELECT $this ?value { $this rdf:subject ?who . ?who :playsFor ?value }",
        "SELECT $this ?value { $this kg:objectText ?text . BIND (CONCAT(?text, '!') AS ?value) }",
        "SELECT $this { $this kg:rank kg:Normal } ORDER BY ?who",
    ],
)
def test_asked_at_once_is_what_is_asked_of_each(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, select: str
) -> None:
    """Findings with places, names, messages, severities: by rows the engine asks for each."""
    (tiny.ontology / "shapes.ttl").write_text(shape(select, "; sh:severity sh:Warning"))
    tiny.add("anna,playsFor,rooks,2000-01-01,,,gazette-1999,¶9,,")
    tiny.add("clara,playsFor,rooks,2001,unknown,,almanac-2001,p. 9,,why not")
    rows = check(tiny.data, tiny.ontology).findings
    columns = by_columns(tiny.path, monkeypatch)

    assert list(columns) == list(rows)
    assert not need_rows(quads(shape(select)))
    told = [one for one in rows if "mend it" in one.repair]
    assert told
    assert {one.severity for one in told} == {"warning"}


@pytest.mark.parametrize(
    ("select", "more", "inner"),
    [
        ("SELECT $this { $this rdf:object ?o MINUS { $this kg:end ?end } }", "", ""),
        ("SELECT $this { VALUES ?o { :a } $this rdf:object ?o }", "", ""),
        ("SELECT $this { { SELECT ?o { $this rdf:object ?o } } $this rdf:object ?o }", "", ""),
        ("SELECT $this { GRAPH $this { ?s ?p ?o } }", "", ""),
        ("SELECT $this (COUNT(?o) AS ?n) { $this rdf:object ?o } GROUP BY $this", "", ""),
        ("SELECT $this { $this rdf:object ?o FILTER (?o != $this) }", "", ""),
        ("SELECT $this { $this rdf:object ?o BIND ($this AS ?it) }", "", ""),
        ("SELECT $this { ?o rdf:object $this }", "", ""),
        ("SELECT $this { { $this rdf:object ?o } UNION { ?s rdf:object ?o } }", "", ""),
        ("SELECT $this { ?s rdf:object ?o OPTIONAL { $this rdf:object ?o } }", "", ""),
        # Inside the inner group nobody knows yet of which statement is asked.
        (
            (
                "SELECT $this { $this rdf:object ?o . "
                "{ ?s rdf:object ?o OPTIONAL { $this kg:end ?e } } }"
            ),
            "",
            "",
        ),
        (
            (
                "SELECT $this { $this rdf:object ?o . "
                "{ ?s rdf:object ?o FILTER NOT EXISTS { $this kg:end ?e } } }"
            ),
            "",
            "",
        ),
        (
            "SELECT $this { OPTIONAL { $this kg:end ?e } $this rdf:object ?o }",
            "",
            "",
        ),
        ("SELECT $this { $this rdf:object ?o } LIMIT 1", "", ""),
        ("SELECT * { $this rdf:object ?o }", "", ""),
        ("SELECT $this { $this ?p ?o }", "", ""),
        ("SELECT $this { $this rdf:object/rdf:first ?o }", "", ""),
        ("SELECT $this { $this rdf:object ?o . ?shape sh:sparql ?o }", "", ""),
        ("SELECT $this FROM <urn:g> { $this rdf:object ?o }", "", ""),
        ("ASK { $this rdf:object ?o }", "", ""),
        ("no query at all", "", ""),
        ("SELECT $this { $this rdf:object ?o }", "; sh:targetNode :a", ""),
        ("SELECT $this { $this rdf:object ?o }", "; sh:property [ sh:path kg:end ]", ""),
        ("SELECT $this { $this rdf:object ?o }", "; sh:deactivated true", ""),
        ("SELECT $this { $this rdf:object ?o }", "", "; sh:deactivated true"),
        ("SELECT $this { $this rdf:object ?o }", "", '; sh:message "twice"'),
    ],
)
def test_what_is_asked_of_each_alone_needs_rows(select: str, more: str, inner: str) -> None:
    given = quads(shape(select, more, inner))
    assert set_apart(given) == (given, [])
    assert need_rows(given)


def test_a_shape_of_entities_stays_with_the_others() -> None:
    given = quads(shape("SELECT $this { $this rdfs:label ?value }", target=":Player"))
    assert set_apart(given) == (given, [])


def test_what_looks_at_no_statement_stays_where_it_is() -> None:
    text = shape("SELECT $this { $this rdf:object ?o }")
    more = text + ":T a sh:NodeShape ; sh:targetClass :Player ; sh:property [ sh:path :p ] .\n"
    rest, constraints = set_apart(quads(more))

    assert [one.variables for one in constraints] == [("this",)]
    assert constraints[0].predicates == {"<http://www.w3.org/1999/02/22-rdf-syntax-ns#object>"}
    assert {str(quad.subject) for quad in rest if "tiny" in str(quad.subject)} == {
        "<https://example.org/tiny/ontology#T>"
    }
    assert not need_rows(quads(more))


# Rows that break what the shipped shapes say of statements, and rows that nearly do.
BROKEN = (
    "russia,memberOf,csto,1991-01-01,1992-01-01,,{source},p. {n},,",
    "russia,observerOf,csto,2003,2004,,{source},p. {n},,",
    "belarus,partnerOf,sco,2016-01-01,unknown,,{source},p. {n},,",
    "armenia,chairs,csto,{year},{next},,{source},p. {n},,",
    "belarus,chairs,csto,{year},{next},,{source},p. {n},,",
    "armenia,allyOf,belarus,{year},,,{source},p. {n},,",
    "armenia,memberOf,sco,{year},{next},,{source},p. {n},deprecated,",
    "armenia,memberOf,sco,{year},{next},,{source},p. {n},deprecated,because",
    "armenia,observerOf,csto,,,{year},{source},p. {n},,",
)


@pytest.mark.parametrize("seed", range(4))
def test_the_shipped_shapes_find_by_columns_what_they_find_by_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    for name in ("data", "ontology"):
        shutil.copytree(ROOT / name, tmp_path / name)
    table = tmp_path / "data" / "statements" / "csto.csv"
    text = table.read_text(encoding="utf-8")
    header = text.partition("\n")[0].split(",")
    sources = [row.split(",")[header.index("source")] for row in text.split("\n")[1:40]]
    rows = []
    for number in range(chance.randint(4, 14)):
        year = chance.randint(1992, 2024)
        told = {"n": number, "year": year, "next": year + chance.randint(1, 3)}
        cells = chance.choice(BROKEN).format(source=chance.choice(sources), **told).split(",")
        named = dict(
            zip(
                ("subject", "predicate", "object", "start", "end", "at", "source", "locator",
                 "rank", "note"),
                cells,
                strict=True,
            )
        )  # fmt: skip
        rows.append(",".join(named.get(column, "") for column in header))
    table.write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setattr(shapes, "PART", chance.choice((50, walk_part())))
    expected = check(tmp_path / "data", tmp_path / "ontology").findings

    assert list(by_columns(tmp_path, monkeypatch)) == list(expected)
    assert any(one.severity == "error" for one in expected)


def walk_part() -> int:
    from kg.pipeline.columns import neighbourhoods

    return neighbourhoods.PART
