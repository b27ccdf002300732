"""The layout of the graph: what is described in the default graph, and what is stated where."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, parse

from conftest import BASE, FACTS
from kg.model.namespaces import Vocabulary, term
from kg.pipeline.assemble import assemble
from kg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from conftest import Tiny

WORDS = Vocabulary(BASE)
PREFIXES = """
PREFIX : <https://example.org/tiny/ontology#>
PREFIX id: <https://example.org/tiny/id/>
PREFIX src: <https://example.org/tiny/source/>
PREFIX st: <https://example.org/tiny/statement/>
PREFIX ref: <https://example.org/tiny/reference/>
PREFIX rule: <https://example.org/tiny/rule/>
PREFIX question: <https://example.org/tiny/question/>
PREFIX kg: <https://w3id.org/kg-builder#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def by_hand(trig: str) -> set[Quad]:
    return set(parse(PREFIXES + trig, RdfFormat.TRIG))


def about(quads: list[Quad], prefix: str, *names: str) -> set[Quad]:
    """The quads whose subject or graph is one of the names."""
    nodes = {NamedNode(WORDS.prefixes[prefix] + name) for name in names}
    return {quad for quad in quads if quad.subject in nodes or quad.graph_name in nodes}


def assembled(tiny: Tiny) -> list[Quad]:
    return assemble(tiny.records(), tiny.known())


def test_a_statement_is_described_with_its_dates_rank_and_references(tiny: Tiny) -> None:
    statement = digest("anna", "playsFor", "knights", "1995-09", "2000-01-01", "")
    book = digest(statement, "almanac-2001", "p. 3", "")
    news = digest(statement, "gazette-1999", "¶2", "1999-05-03")
    expected = by_hand(f"""
        st:{statement} a kg:Statement ;
            rdf:subject id:anna ; rdf:predicate :playsFor ; rdf:object id:knights ;
            kg:rank kg:Normal ;
            kg:start "1995-09-01"^^xsd:date ; kg:end "2000-01-01"^^xsd:date ;
            kg:latestStart "1995-09-30"^^xsd:date ;
            kg:startText "1995-09" ; kg:endText "2000-01-01" ;
            prov:wasDerivedFrom ref:{book} , ref:{news} .
        ref:{book} a kg:Reference ;
            prov:hadPrimarySource src:almanac-2001 ; kg:locator "p. 3" ;
            prov:atLocation "data/statements/facts.csv:4" .
        ref:{news} a kg:Reference ;
            prov:hadPrimarySource src:gazette-1999 ; kg:locator "¶2" ;
            kg:at "1999-05-03"^^xsd:date ;
            prov:atLocation "data/statements/facts.csv:3" .
        GRAPH st:{statement} {{ id:anna :playsFor id:knights }}
    """)

    quads = assembled(tiny)

    assert expected == about(quads, "st", statement) | about(quads, "ref", book, news)


def test_an_event_starts_on_its_day_and_never_ends(tiny: Tiny) -> None:
    statement = digest("boris", "won", "city-open", "", "", "1999-06-12")
    reference = digest(statement, "gazette-1999", "¶1", "1999-06-12")
    expected = by_hand(f"""
        st:{statement} a kg:Statement ;
            rdf:subject id:boris ; rdf:predicate :won ; rdf:object id:city-open ;
            kg:rank kg:Normal ;
            kg:start "1999-06-12"^^xsd:date ; kg:at "1999-06-12"^^xsd:date ;
            prov:wasDerivedFrom ref:{reference} .
        GRAPH st:{statement} {{ id:boris :won id:city-open }}
    """)

    assert expected == about(assembled(tiny), "st", statement)


def test_a_day_that_is_a_year_keeps_its_precision(tiny: Tiny) -> None:
    node = WORDS.statement(digest("anna", "founded", "knights", "", "", "1990"))

    assert Quad(node, term("kg:at"), Literal("1990", datatype=term("xsd:gYear"))) in assembled(tiny)


def test_an_attestation_alone_starts_on_its_day_and_ends_on_the_next(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,,,2003-12-31,almanac-2001,,,")
    node = WORDS.statement(digest("clara", "playsFor", "rooks", "", "", "2003-12-31"))
    date = term("xsd:date")

    bounds = {
        (quad.predicate, quad.object)
        for quad in assembled(tiny)
        if quad.subject == node and quad.predicate in {term("kg:start"), term("kg:end")}
    }

    assert bounds == {
        (term("kg:start"), Literal("2003-12-31", datatype=date)),
        (term("kg:end"), Literal("2004-01-01", datatype=date)),
    }


def test_a_literal_has_the_type_of_its_property(tiny: Tiny) -> None:
    statement = digest("anna", "rating", "2100", "1999-01-01", "2000-01-01", "")
    expected = by_hand(f"GRAPH st:{statement} {{ id:anna :rating 2100 }}")

    assert expected <= set(assembled(tiny))


def test_a_note_stands_with_its_reference(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2003,,,almanac-2001,,,the year only")
    statement = digest("clara", "playsFor", "rooks", "2003", "", "")
    reference = WORDS.reference(digest(statement, "almanac-2001", "", ""))

    assert Quad(reference, term("kg:note"), Literal("the year only")) in assembled(tiny)


def test_a_disputed_statement_names_the_better_one(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1997,,,gazette-1999,,preferred,")
    worse = WORDS.statement(digest("boris", "playsFor", "knights", "1998", "", ""))
    better = WORDS.statement(digest("boris", "playsFor", "knights", "1997", "", ""))

    assert Quad(worse, term("kg:disputedBy"), better) in assembled(tiny)


def test_an_entity_is_described_by_its_row_and_is_of_every_wider_class(tiny: Tiny) -> None:
    expected = by_hand("""
        id:knights a :Club , :Competitor ;
            rdfs:label "Knights"@en , "Кони"@ru ;
            skos:altLabel "Chess Club Knights" , "The Knights" ;
            skos:exactMatch wd:Q1 ;
            dcterms:description "A club, the oldest of the league."@en .
    """)

    assert expected == about(assembled(tiny), "id", "knights") - stated(assembled(tiny))


def stated(quads: list[Quad]) -> set[Quad]:
    return {quad for quad in quads if quad.graph_name != DefaultGraph()}


def test_a_source_is_described_by_its_row(tiny: Tiny) -> None:
    expected = by_hand("""
        src:almanac-2001 a kg:Source ;
            dcterms:title "Almanac of the League" ; dcterms:publisher "The League" ;
            schema:url <https://example.org/almanac> ;
            dcterms:issued "2001-05"^^xsd:gYearMonth ; kg:accessed "2024-01-01"^^xsd:date ;
            dcterms:language "en" ; dcterms:type "book" .
    """)

    assert expected == about(assembled(tiny), "src", "almanac-2001")


def test_rules_and_questions_travel_with_the_graph(tiny: Tiny) -> None:
    rule = (tiny.ontology / "rules" / "rivals.rq").read_text(encoding="utf-8")
    question = (tiny.ontology / "questions" / "squad.rq").read_text(encoding="utf-8")
    expected = by_hand(f"""
        rule:rivals a kg:Rule ;
            rdfs:comment "The rival of a club has that club for a rival."@en ;
            prov:atLocation "ontology/rules/rivals.rq" ; kg:sparql '''{rule}''' .
        question:squad a kg:Question ;
            rdfs:comment "Who plays for a club, and since when?"@en ; kg:sparql '''{question}''' .
    """)

    quads = assembled(tiny)

    assert expected == about(quads, "rule", "rivals") | about(quads, "question", "squad")


def test_nothing_stands_twice(tiny: Tiny) -> None:
    quads = assembled(tiny)

    assert len(quads) == len(set(quads))


def members_of_list(tiny: Tiny, path: str) -> set[str]:
    """What the list at the end of the path holds, as short names."""
    sparql = f"SELECT ?member {{ {path}/rdf:rest*/rdf:first ?member }}"
    store = EmbeddedStore.of(assembled(tiny))
    answer = store.query(sparql)

    assert isinstance(answer, QuerySolutions)
    return {WORDS.short(solution["member"].value) for solution in answer}


def test_a_list_of_the_ontology_keeps_its_members(tiny: Tiny) -> None:
    assert members_of_list(tiny, ":hosts rdfs:domain/owl:unionOf") == {":Club", ":Player"}


def test_a_list_of_the_builders_own_words_keeps_its_members(tiny: Tiny) -> None:
    ranks = {"kg:Preferred", "kg:Normal", "kg:Deprecated"}

    assert members_of_list(tiny, "kg:Rank owl:oneOf") == ranks


# ---------------------------------------------------------------- the world of the day of issue


@pytest.mark.parametrize(
    "triple",
    [
        "id:anna :playsFor id:rooks",
        "id:boris :playsFor id:knights",
        "id:boris :won id:city-open",
        "id:anna :founded id:knights",
        "id:knights :hosts id:city-open",
        "id:knights :rivalOf id:rooks",
        "id:rooks :rivalOf id:knights",
    ],
)
def test_what_holds_on_the_day_of_issue_is_in_the_default_graph(tiny: Tiny, triple: str) -> None:
    assert by_hand(f"{triple} .") <= set(tiny.build().quads)


@pytest.mark.parametrize(
    "triple",
    [
        "id:anna :playsFor id:knights",
        "id:anna :rating 2100",
        "id:anna :teammateOf id:boris",
    ],
)
def test_what_has_ended_is_not_in_the_default_graph(tiny: Tiny, triple: str) -> None:
    assert not by_hand(f"{triple} .") & set(tiny.build().quads)


@pytest.mark.parametrize(
    "row",
    [
        "clara,playsFor,knights,2003,,,almanac-2001,,deprecated,",
        "clara,playsFor,knights,2025,,,almanac-2001,,,",
        "clara,playsFor,knights,,,2023-12-31,almanac-2001,,,",
    ],
)
def test_what_is_deprecated_or_does_not_hold_yet_is_not_in_the_default_graph(
    tiny: Tiny, row: str
) -> None:
    tiny.add(row)

    assert not by_hand("id:clara :playsFor id:knights .") & set(tiny.build().quads)


def test_what_is_attested_on_the_day_of_issue_is_in_the_default_graph(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,knights,,,2024-01-01,almanac-2001,,,")

    assert by_hand("id:clara :playsFor id:knights .") <= set(tiny.build().quads)


def test_an_outranked_statement_is_not_in_the_default_graph(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1998,2020-01-01,,gazette-1999,,preferred,")

    assert not by_hand("id:boris :playsFor id:knights .") & set(tiny.build().quads)


# ---------------------------------------------------------------- the same bytes


def trig(tiny: Tiny, seed: str) -> str:
    """The TriG of the project, made in a process of its own."""
    program = (
        "import sys; from pathlib import Path; from kg.pipeline.builder import build; "
        "p = Path(sys.argv[1]); "
        "sys.stdout.buffer.write(build(p / 'data', p / 'ontology').trig())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tiny.path)],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


def test_the_same_files_give_the_same_bytes_in_every_process(tiny: Tiny) -> None:
    tiny.add("boris,playsFor,knights,1997,,,gazette-1999,,preferred,")
    tiny.replace(
        "data/dataset.ttl", 'version "1" ;', 'version "1" ; dcterms:creator [ a void:X ] ;'
    )

    assert trig(tiny, "1") == trig(tiny, "2")


def test_the_same_rows_in_another_order_give_the_same_statements(tiny: Tiny) -> None:
    before = [statement.id for statement in tiny.records().statements]
    header, *rows = (tiny.path / FACTS).read_text(encoding="utf-8").splitlines()
    tiny.write(FACTS, "\n".join([header, *reversed(rows)]) + "\n")

    assert [statement.id for statement in tiny.records().statements] == before
