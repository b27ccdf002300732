"""Values: a literal is the same in every spelling, and one that no answer would have is refused."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store
from test_columns import agree, opened

import kg
from kg.errors import QueryError, UsageError
from kg.model import patterns
from kg.model.literals import literal, literal_problem
from kg.model.values import WHOLE, unheld, value
from kg.pipeline.load import load

if TYPE_CHECKING:
    from conftest import Tiny

PAGE = Path(__file__).parents[1] / "docs" / "literals.md"
XSD = "http://www.w3.org/2001/XMLSchema#"
NODE = NamedNode("urn:x:node")
# Shares of players, measured twice; a measure, and whether somebody is active.
PROPERTIES = (
    ":share a kg:StateProperty , owl:DatatypeProperty ; rdfs:domain :Player ;\n"
    '    rdfs:range xsd:decimal ; rdfs:label "share"@en , "доля"@ru .\n'
    ":mass a owl:DatatypeProperty ; rdfs:domain :Player ; rdfs:range xsd:double ;\n"
    '    rdfs:label "mass"@en , "масса"@ru .\n'
    ":active a owl:DatatypeProperty ; rdfs:domain :Player ; rdfs:range xsd:boolean ;\n"
    '    rdfs:label "active"@en , "играет"@ru .\n'
    ":won a kg:Event"
)


@pytest.fixture
def valued(tiny: Tiny) -> Tiny:
    tiny.replace("ontology/ontology.ttl", ":won a kg:Event", PROPERTIES)
    return tiny


def kept(text: str, datatype: str) -> str:
    """What the engine gives back of a literal that it was given."""
    store = Store()
    store.add(Quad(NODE, NODE, Literal(text, datatype=NamedNode(XSD + datatype[4:]))))
    (quad,) = store
    assert isinstance(quad.object, Literal)
    return quad.object.value


def is_known(text: str, datatype: str) -> bool:
    """Whether the engine can compare the literal with another one of its type."""
    store = Store()
    store.add(Quad(NODE, NODE, Literal(text, datatype=NamedNode(XSD + datatype[4:]))))
    less = f"?o < <{XSD}{datatype[4:]}>({Literal(text)})"
    return bool(store.query(f"ASK {{ ?s ?p ?o FILTER(!({less})) }}"))


def table(heading: str) -> list[list[list[str]]]:
    """The cells of the table below a heading, each as the texts that are set as code."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("|")]
    return [[re.findall("`([^`]+)`", cell) for cell in row] for row in rows[2:]]


@pytest.mark.parametrize(
    ("datatype", "spellings", "held"),
    [(row[0][0], row[1], row[2][0]) for row in table("One value")],
)
def test_the_engine_and_kg_take_the_spellings_of_a_value_for_one(
    datatype: str, spellings: list[str], held: str
) -> None:
    assert len(spellings) > 1
    assert {kept(text, datatype) for text in spellings} == {held}
    assert {value(text, datatype) for text in spellings} == {held}
    assert {literal(text, datatype).value for text in spellings} == {held}


LIMITS = [(row[0][0], *row[1:]) for row in table("What the store can hold")]


@pytest.mark.parametrize(("datatype", "least", "most", "beyond", "form"), LIMITS)
def test_the_engine_holds_what_the_page_says_and_no_more(
    datatype: str, least: list[str], most: list[str], beyond: list[str], form: list[str]
) -> None:
    for text in (*least, *most):
        assert is_known(text, datatype)
        assert not literal_problem(text, datatype)
        assert not unheld(text, datatype)
    (text,) = beyond
    assert kept(text, datatype) == (form[0] if form else text)
    assert bool(form) or not is_known(text, datatype)
    assert literal_problem(text, datatype) or unheld(text, datatype)


def test_the_page_has_the_limits_of_every_kind_of_number() -> None:
    numbers = {"xsd:integer", "xsd:decimal", "xsd:double", "xsd:float"}
    assert numbers <= {row[0] for row in LIMITS}
    assert sum(bool(least) for _, least, *_ in LIMITS) >= 9


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("10.5", "xsd:date"),
        ("1e5x", "xsd:double"),
        ("inf", "xsd:double"),
        ("abc", "xsd:float"),
        ("256", "xsd:unsignedByte"),
        ("-1", "xsd:nonNegativeInteger"),
        ("0", "xsd:positiveInteger"),
        ("-" + "9" * 5000, "xsd:nonNegativeInteger"),
        ("9" * 5000, "xsd:long"),
        ("2001-05-03T25:00:00", "xsd:dateTime"),
        ("P1D", "xsd:yearMonthDuration"),
    ],
)
def test_what_is_not_of_its_type_is_refused(text: str, datatype: str) -> None:
    assert literal_problem(text, datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("9" * 5000, "xsd:integer"),
        ("-" + "9" * 5000, "xsd:decimal"),
        ("9" * 5000, "xsd:positiveInteger"),
        ("18446744073709551615", "xsd:unsignedLong"),
        ("0." + "0" * 18 + "1", "xsd:decimal"),
        ("1e-400", "xsd:double"),
        ("-1e39", "xsd:float"),
    ],
)
def test_what_is_of_its_type_and_too_much_for_the_store_is_told_apart(
    text: str, datatype: str
) -> None:
    assert not literal_problem(text, datatype)
    assert f"as {datatype}, " in unheld(text, datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("INF", "xsd:double"),
        ("-INF", "xsd:float"),
        ("NaN", "xsd:double"),
        ("0e-400", "xsd:double"),
        ("0" * 5000 + "5", "xsd:integer"),
        ("1." + "0" * 5000, "xsd:decimal"),
        ("anything", "xsd:string"),
        ("", ""),
    ],
)
def test_zeros_that_say_nothing_and_names_of_no_number_are_held(text: str, datatype: str) -> None:
    assert not unheld(text, datatype)


@given(st.from_regex(patterns.LEXICAL["xsd:decimal"], fullmatch=True))
def test_a_decimal_is_the_number_that_python_reads(text: str) -> None:
    assert Decimal(value(text, "xsd:decimal")) == Decimal(text)
    if not unheld(text, "xsd:decimal"):
        assert value(text, "xsd:decimal") == kept(text, "xsd:decimal")


@given(st.integers(-(2**66), 2**66))
def test_a_whole_number_is_held_where_the_engine_can_count_with_it(number: int) -> None:
    is_held = not unheld(str(number), "xsd:integer")
    assert is_held == (-(2**63) <= number < 2**63) == is_known(str(number), "xsd:integer")


@given(st.integers(-(2**129), 2**129), st.integers(0, 20))
def test_a_decimal_is_held_where_the_engine_can_count_with_it(number: int, places: int) -> None:
    digits = str(abs(number)).zfill(places + 1)
    text = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}"
    text = f"-{text}" if number < 0 else text

    assert (not unheld(text, "xsd:decimal")) == is_known(text, "xsd:decimal")


@pytest.mark.parametrize("datatype", patterns.PLAIN_LEXICAL)
@given(data=st.data())
def test_what_columns_take_as_sure_is_held_and_spelled_as_its_value(
    datatype: str, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(f"(?:{patterns.PLAIN_LEXICAL[datatype]})", fullmatch=True))

    assert not literal_problem(text, datatype)
    assert not unheld(text, datatype)
    assert value(text, datatype) == text == kept(text, datatype)


@pytest.mark.parametrize("datatype", WHOLE)
def test_the_bounds_of_a_whole_type_are_of_the_type_and_the_next_are_not(datatype: str) -> None:
    for bound, step in zip(WHOLE[datatype], (-1, 1), strict=True):
        if isinstance(bound, int):
            assert not literal_problem(str(bound), datatype)
            assert literal_problem(str(bound + step), datatype)


# ---------------------------------------------------------------- rows


def spelled(valued: Tiny, *rows: str) -> list[str]:
    for row in rows:
        valued.add(row)
    findings = agree(valued.path).findings
    assert [one.severity for one in findings] == ["error"] * len(findings)
    checked = kg.validate(valued.data, valued.path / "ontology").findings
    return [str(one).partition(":1: error: ")[2] for one in checked]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            "anna,share,10.50,1999,2000,,almanac-2001,p. 1,,",
            "anna,share,10.5,1999,2000,,gazette-1999,,,",
        ),
        ("anna,mass,1E1,,,,almanac-2001,p. 1,,", "anna,mass,10.0,,,,gazette-1999,,,"),
        ("anna,active,true,,,,almanac-2001,p. 1,,", "anna,active,1,,,,gazette-1999,,,"),
        (
            "anna,rating,005,1990,1991,,almanac-2001,p. 1,,",
            "anna,rating,+5,1994,1995,,gazette-1999,,,",
        ),
    ],
)
def test_two_rows_that_spell_one_value_otherwise_are_not_two_facts(
    valued: Tiny, first: str, second: str
) -> None:
    (_, name, one), (_, _, other) = (row.split(",")[:3] for row in (first, second))
    rows = (valued.data / "statements/facts.csv").read_text(encoding="utf-8").splitlines()
    place = f"data/statements/facts.csv:{len(rows) + 1}"
    said = f"'anna {name} {other}' is another spelling of the value that stands at {place}"

    assert spelled(valued, first, second) == [
        f"{said}; write {one} for {other}, so that both speak of one fact"
    ]


def test_written_alike_two_rows_are_one_statement_and_an_attestation_is_its_reference(
    valued: Tiny,
) -> None:
    found = spelled(
        valued,
        "anna,share,10.50,1990,1992,,almanac-2001,p. 1,,",
        "anna,share,10.50,1990,1992,,gazette-1999,,,",
        "anna,share,10.50,,,1991,gazette-1999,p. 2,,",
    )
    records = load(*opened(valued.path))

    assert found == []
    (one,) = (one for one in records.statements if one.predicate == "share")
    assert (one.object, len(one.references)) == ("10.50", 3)


def test_other_values_subjects_and_types_are_other_facts(valued: Tiny) -> None:
    assert not spelled(
        valued,
        "anna,share,10.50,1999,2000,,almanac-2001,p. 1,,",
        "anna,share,10.05,1999,2000,,almanac-2001,p. 1,,",
        "boris,share,10.5,1999,2000,,almanac-2001,p. 1,,",
        "anna,mass,10.5,,,,almanac-2001,p. 1,,",
        "anna,active,1,,,,almanac-2001,p. 1,,",
    )


# ---------------------------------------------------------------- found by any spelling


@pytest.fixture
def graph(valued: Tiny) -> kg.Graph:
    valued.add("anna,share,10.50,1999,2000,,almanac-2001,p. 1,,")
    valued.add("boris,mass,1E1,,,,almanac-2001,p. 1,,")
    valued.add("clara,rating,007,1999,2000,,almanac-2001,p. 1,,")
    (valued.path / "ontology/questions/having.rq").write_text(
        "# Who has the share?\n# param share (xsd:decimal): the share\n"
        "SELECT ?who ?share { ?st rdf:subject ?who ; rdf:predicate :share ; rdf:object ?share }\n",
        encoding="utf-8",
    )
    return kg.build(valued.data, valued.path / "ontology")


@pytest.mark.parametrize(
    ("subject", "predicate", "spelling", "written"),
    [
        *(("anna", "share", text, "10.50") for text in ("10.50", "10.5", "+010.500")),
        *(("boris", "mass", text, "1E1") for text in ("1E1", "10", "10.0", "+1e1")),
        *(("clara", "rating", text, "007") for text in ("7", "007", "+7")),
    ],
)
def test_why_finds_a_value_by_any_of_its_spellings_and_shows_what_was_written(
    graph: kg.Graph, subject: str, predicate: str, spelling: str, written: str
) -> None:
    for name in (predicate, None):
        found = graph.why(subject, name, spelling)
        assert [one.object for one in found.statements] == [written]


def test_why_refuses_a_value_that_nothing_has(graph: kg.Graph) -> None:
    for text in ("10.05", "10.5.0", "10,50"):
        with pytest.raises(UsageError, match=f"object '{text}' is not known"):
            graph.why("anna", "share", text)


@pytest.mark.parametrize("spelling", ["10.5", "10.50", "+010.500"])
def test_a_question_finds_a_value_by_any_of_its_spellings(graph: kg.Graph, spelling: str) -> None:
    by_name = graph.query("having", share=spelling)
    in_text = graph.query(f'SELECT ?who {{ ?who :share "{spelling}"^^xsd:decimal }}')
    filtered = graph.query(f"SELECT ?who {{ ?who :share ?o FILTER(?o = {spelling}) }}")
    copied = graph.query(f'SELECT ?st {{ ?st kg:objectText "10.50" ; rdf:object {spelling} }}')

    assert [tuple(map(str, row)) for row in by_name.rows] == [("anna", "10.5")]
    assert len(copied) == 1
    assert len(in_text) == len(filtered) == 0, "the share has ended"


def test_a_number_that_the_store_cannot_hold_is_no_parameter(graph: kg.Graph) -> None:
    with pytest.raises(QueryError, match=r"parameter share: the store cannot hold 0\.1{19} as"):
        graph.query("having", share="0." + "1" * 19)


def test_what_a_rule_concludes_is_no_second_fact_where_a_row_spells_the_value_otherwise(
    valued: Tiny,
) -> None:
    (valued.path / "ontology/rules/as-light.rq").write_text(
        "# Who is active has the mass of the others.\n"
        "CONSTRUCT { ?a :mass ?m }\n"
        "WHERE { GRAPH ?one { ?a :active ?yes } GRAPH ?two { ?b :mass ?m } FILTER(?a != ?b) }\n",
        encoding="utf-8",
    )
    valued.add("anna,mass,1E1,,,,almanac-2001,p. 1,,")
    valued.add("boris,mass,10.0,,,,almanac-2001,p. 1,,")
    for player in ("anna", "boris", "clara"):
        valued.add(f"{player},active,1,,,,almanac-2001,p. 1,,")

    found = kg.build(valued.data, valued.path / "ontology").why("anna", "mass").statements
    inferred = kg.build(valued.data, valued.path / "ontology").why("clara", "mass").statements

    assert [(one.object, bool(one.proofs)) for one in found] == [("1E1", False)]
    assert [(one.object, bool(one.proofs)) for one in inferred] == [("10", True)]


def test_a_shape_points_at_the_row_that_spells_its_value_otherwise(valued: Tiny) -> None:
    with (valued.path / "ontology/shapes.ttl").open("a", encoding="utf-8") as shapes:
        shapes.write(
            "[] a sh:NodeShape ; sh:targetSubjectsOf :mass ; sh:property [ sh:path :mass ;\n"
            '  sh:maxInclusive 9 ; sh:message "more than nine" ] .\n'
        )
    valued.add("anna,mass,1E1,,,,almanac-2001,p. 1,,")
    line = len((valued.data / "statements/facts.csv").read_text(encoding="utf-8").splitlines())

    found = kg.validate(valued.data, valued.path / "ontology").findings

    assert [str(one) for one in found if "nine" in one.message] == [
        f"data/statements/facts.csv:{line}:1: error: anna: more than nine"
    ]


def test_a_difference_of_spelling_is_told_as_one(valued: Tiny) -> None:
    valued.add("anna,share,10.50,1999,2000,,almanac-2001,p. 1,,")
    valued.add("anna,share,10.50,2001,2002,,almanac-2001,p. 1,,")
    old = kg.build(valued.data, valued.path / "ontology")
    valued.replace("data/statements/facts.csv", "10.50,1999", "10.5,1999")
    valued.replace("data/statements/facts.csv", "10.50,2001,2002", "10.5,2001,2003")
    new = kg.build(valued.data, valued.path / "ontology")

    found = kg.diff(old, new)

    assert [(one.what, one.fields) for one in found.changes] == [
        ("changed", ("object",)),
        ("changed", ("end", "object")),
    ]
    assert [line.partition("  ")[0] for line in str(found).splitlines() if "share" in line] == [
        "~ Anna: share 10.5 from 1999 until 2000 (was written 10.50)",
        "~ Anna: share 10.5 from 2001 until 2003 (was until 2002; was written 10.50)",
    ]
    assert not kg.diff(new, new).changes
