"""A project that begins with Wikibase: statements with qualifiers, ranks and references.

The files follow the documented forms of Wikibase's JSON and of its RDF export; Ada, her clubs and
what is said of them are invented, the properties are those of Wikidata.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from beginnings import begin, facts, rows
from wikibased import JULIAN, Json, absent, entity, item, said, snak, time

import kg
from kg.cli.commands import main
from kg.model.dates import NotADateError
from kg.published.wikibase.dates import written

Made = Callable[..., tuple[int, list[str]]]


URL = snak("P854", "string", "https://www.register.example/9")
REGISTER = (
    URL,
    snak("P1476", "monolingualtext", {"text": "The Register", "language": "en"}),
    time("P577", "+2010-06-00T00:00:00Z", 10),
    time("P813", "+2024-02-03T00:00:00Z"),
)
NAMES = {
    "en": [{"language": "en", "value": "Countess Ada"}, {"language": "en", "value": "Ada"}],
    "de": [{"language": "de", "value": "Gräfin Ada"}],
}
CLUBS = [
    entity(
        "Q11",
        said(item("P31", "Q5")),
        said(
            item("P463", "Q21"),
            time("P580", "+2001-05-03T00:00:00Z"),
            time("P582", "+2005-00-00T00:00:00Z", 9),
            item("P3831", "Q31"),
            sources=(REGISTER, (item("P248", "Q41"), snak("P304", "string", "12"))),
        ),
        said(item("P463", "Q22"), absent("P580", "somevalue"), absent("P582", "somevalue")),
        said(item("P463", "Q22"), time("P585", "+2003-07-00T00:00:00Z", 10), rank="preferred"),
        said(item("P166", "Q51"), time("P585", "+2004-01-01T00:00:00Z"), rank="deprecated"),
        said(
            snak("P2048", "quantity", {"amount": "+1.7", "unit": "http://x/entity/Q61"}),
            rank="preferred",
        ),
        said(absent("P26", "novalue")),
        said(absent("P40", "somevalue")),
        said(snak("P625", "globecoordinate", {"latitude": 1, "longitude": 2})),
        en="Ada",
        fr="Adèle",
        aliases=NAMES,
    ),
    entity("Q21", mul="Rowers"),
    entity("Q5", en="human"),
    entity("Q41", en="Yearbook"),
    entity("Q61", en="metre"),
    entity("P463", en="member of", fr="membre de"),
    entity("P166", en="award received"),
]
# The same, as `Special:EntityData` writes it in Turtle.
TURTLE = """\
@prefix wikibase: <http://wikiba.se/ontology#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix s: <http://www.wikidata.org/entity/statement/> .
@prefix p: <http://www.wikidata.org/prop/> .
@prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix psv: <http://www.wikidata.org/prop/statement/value/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> .
@prefix pqv: <http://www.wikidata.org/prop/qualifier/value/> .
@prefix pr: <http://www.wikidata.org/prop/reference/> .
@prefix prv: <http://www.wikidata.org/prop/reference/value/> .
@prefix wdno: <http://www.wikidata.org/prop/novalue/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix ref: <http://www.wikidata.org/reference/> .
@prefix v: <http://www.wikidata.org/value/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

wd:Q11 a wikibase:Item ; rdfs:label "Ada"@en , "Adèle"@fr ;
  skos:altLabel "Countess Ada"@en , "Ada"@en , "Gräfin Ada"@de ;
  wdt:P31 wd:Q5 ; wdt:P463 wd:Q22 ;
  p:P31 s:q11-a ; p:P463 s:q11-b , s:q11-c , s:q11-d ; p:P166 s:q11-e ; p:P2048 s:q11-f ;
  p:P26 s:q11-g ; p:P40 s:q11-h ; p:P625 s:q11-i .
s:q11-a a wikibase:Statement , wikibase:BestRank ; wikibase:rank wikibase:NormalRank ;
  ps:P31 wd:Q5 .
s:q11-b a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:P463 wd:Q21 ;
  pq:P580 "2001-05-03T00:00:00Z"^^xsd:dateTime ; pqv:P580 v:a ;
  pq:P582 "2005-01-01T00:00:00Z"^^xsd:dateTime ; pqv:P582 v:b ;
  pq:P3831 wd:Q31 ; prov:wasDerivedFrom ref:a , ref:b .
s:q11-c a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:P463 wd:Q22 ;
  pq:P580 [] ; pq:P582 <http://www.wikidata.org/.well-known/genid/1> .
s:q11-d a wikibase:Statement ; wikibase:rank wikibase:PreferredRank ; ps:P463 wd:Q22 ;
  pq:P585 "2003-07-01T00:00:00Z"^^xsd:dateTime ; pqv:P585 v:c .
s:q11-e a wikibase:Statement ; wikibase:rank wikibase:DeprecatedRank ; ps:P166 wd:Q51 ;
  pq:P585 "2004-01-01T00:00:00Z"^^xsd:dateTime ; pqv:P585 v:d .
s:q11-f a wikibase:Statement ; wikibase:rank wikibase:PreferredRank ;
  ps:P2048 "+1.7"^^xsd:decimal ; psv:P2048 v:e .
s:q11-g a wikibase:Statement , wdno:P26 ; wikibase:rank wikibase:NormalRank .
s:q11-h a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:P40 [] .
s:q11-i a wikibase:Statement ; wikibase:rank wikibase:NormalRank ;
  ps:P625 "Point(2 1)"^^geo:wktLiteral .
ref:a pr:P854 <https://www.register.example/9> ; pr:P1476 "The Register"@en ;
  pr:P577 "2010-06-01T00:00:00Z"^^xsd:dateTime ; prv:P577 v:f ;
  pr:P813 "2024-02-03T00:00:00Z"^^xsd:dateTime ; prv:P813 v:g .
ref:b pr:P248 wd:Q41 ; pr:P304 "12" .
v:a wikibase:timeValue "2001-05-03T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 .
v:b wikibase:timeValue "2005-01-01T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 9 .
v:c wikibase:timeValue "2003-07-01T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 10 .
v:d wikibase:timeValue "2004-01-01T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 .
v:e wikibase:quantityAmount "+1.7"^^xsd:decimal ; wikibase:quantityUnit wd:Q61 .
v:f wikibase:timeValue "2010-06-01T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 10 .
v:g wikibase:timeValue "2024-02-03T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 .
wd:Q21 a wikibase:Item ; rdfs:label "Rowers"@mul .
wd:Q5 a wikibase:Item ; rdfs:label "human"@en .
wd:Q41 a wikibase:Item ; rdfs:label "Yearbook"@en .
wd:Q61 a wikibase:Item ; rdfs:label "metre"@en .
wd:P463 a wikibase:Property ; rdfs:label "member of"@en , "membre de"@fr .
wd:P166 a wikibase:Property ; rdfs:label "award received"@en .
"""


def in_one(entities: list[Json]) -> str:
    return json.dumps({"entities": {one["id"]: one for one in entities}}, ensure_ascii=False)


def as_dump(entities: list[Json]) -> str:
    return "[\n" + ",\n".join(json.dumps(one) for one in entities) + "\n]\n"


def as_lines(entities: list[Json]) -> str:
    return "".join(json.dumps(one) + ",\n" for one in entities)


FILES = {
    "one.json": in_one(CLUBS),
    "dump.json": as_dump(CLUBS),
    "lines.json": as_lines(CLUBS),
    "lines.jsonl": as_lines(CLUBS),
    "one.ttl": TURTLE,
}


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Made:
    """Make a project of a file, check it, and return the exit code and what was said."""

    def of(text: str, *words: str, name: str = "t.json") -> tuple[int, list[str]]:
        monkeypatch.chdir(tmp_path)
        Path(name).write_text(text, encoding="utf-8")
        return begin(monkeypatch, capfd, name, *words)

    return of


def ontology(tmp_path: Path) -> str:
    return (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_statements_are_rows_with_times_ranks_and_sources(
    made: Made, tmp_path: Path, name: str
) -> None:
    """What says so in two sources is two rows; an unknown end is written so; a class is no fact."""
    code, _ = made(FILES[name], "--languages", "en,fr", name=name)

    assert code == 0
    found = {
        tuple(row[one] for one in (*FACT, "source", "locator", "rank", "note"))
        for row in rows(tmp_path, "statements/facts")
    }
    assert found == {
        ("ada", "memberOf", "rowers", "2001-05-03", "2005", "", *REGISTERED, "", ""),
        ("ada", "memberOf", "rowers", "2001-05-03", "2005", "", "yearbook", "", "", ""),
        ("ada", "memberOf", "q22", "", "unknown", "", "file", "Q11 P463 no. 2", "", ""),
        ("ada", "memberOf", "q22", "", "", "2003-07", "file", "Q11 P463 no. 3", "", ""),
        ("ada", "awardReceived", "q51", "", "", "2004-01-01", "file", "Q11 P166", "deprecated", ""),
        ("ada", "p2048", "1.7", "", "", "", "file", "Q11 P2048", "preferred", "unit: metre"),
    }
    text = ontology(tmp_path)
    assert ":memberOf a kg:StateProperty , owl:ObjectProperty" in text
    assert ":awardReceived a kg:EventProperty" in text
    assert 'rdfs:label "member of"@en , "membre de"@fr' in text
    assert ":Human a owl:Class" in text


FACT = ("subject", "predicate", "object", "start", "end", "at")
REGISTERED = ("register-example-9", "")


@pytest.mark.parametrize("name", FILES)
def test_ids_labels_and_sources_come_from_the_file(made: Made, tmp_path: Path, name: str) -> None:
    """Aliases are those in the languages of the project; what has no label is called by its id."""
    made(FILES[name], "--languages", "en,fr", name=name)

    entities = {row["id"]: row for row in rows(tmp_path, "entities")}
    assert set(entities) == {"ada", "rowers", "q22", "q51"}
    ada, rowers, unnamed = (entities[key] for key in ("ada", "rowers", "q22"))
    assert (ada["label_en"], ada["label_fr"], ada["aliases"]) == ("Ada", "Adèle", "Countess Ada")
    assert (ada["class"], ada["wikidata"]) == ("Human", "Q11")
    assert (rowers["label_en"], rowers["label_fr"], rowers["class"]) == (
        "Rowers",
        "Rowers",
        "Thing",
    )
    assert (unnamed["label_en"], unnamed["wikidata"]) == ("Q22", "Q22")
    sources = {row["id"]: row for row in rows(tmp_path, "sources")}
    register = sources["register-example-9"]
    assert (register["title"], register["url"]) == (
        "The Register",
        "https://www.register.example/9",
    )
    assert (register["published"], register["accessed"]) == ("2010-06", "2024-02-03")
    assert (sources["yearbook"]["title"], sources["yearbook"]["url"]) == ("Yearbook", "")
    assert sources["file"]["title"] == name


@pytest.mark.parametrize("name", FILES)
def test_what_is_left_out_is_counted_by_property(made: Made, name: str) -> None:
    code, lines = made(FILES[name], name=name)

    place = f"first at {name}, Q11"
    ranked = "the rank 'preferred' of a day on which a state held"
    coordinate = {
        True: "its value is neither a time nor a quantity",
        False: "its value is of the type globecoordinate",
    }[name.endswith("ttl")]
    assert code == 0
    assert lines[0] == (
        "wrote mine (10 files); 5 of 8 statements make 6 facts; 4 entities, 3 properties"
    )
    assert sorted(lines[1:-3]) == sorted(
        [
            f"left out 1 statement: it is said to have no value, {place} P26",
            f"left out 1 statement: its value is not known, {place} P40",
            f"left out 1 statement: {coordinate}, {place} P625",
            f"left out 1 value: P580 that is not known, {place} P463 no. 2",
            f"left out 1 value: {ranked}, {place} P463 no. 3",
            f"left out 1 value: P3831 of a statement, {place} P463",
            f"left out 1 value: P304 of a reference, {place} P463",
            ("note: 2 entities have no label in the file, and are called by their ids: Q22, Q51"),
            "note: 1 property has no label in the file, and is called by its id: P2048",
        ]
    )


@pytest.mark.parametrize("name", ["one.json", "one.ttl"])
def test_statements_are_asked_as_of_a_day(made: Made, tmp_path: Path, name: str) -> None:
    made(FILES[name], name=name)
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")

    for day, is_member in (("2001-05-03", True), ("2004-12", True), ("2006", False)):
        found = graph.query("facts", as_of=day).to_pandas()
        clubs = {*found[found["property"].str.endswith("memberOf")]["object"]}
        assert ("rowers" in clubs) is is_member


@pytest.mark.parametrize(
    ("text", "precision", "date"),
    [
        ("+2001-05-03T00:00:00Z", 11, "2001-05-03"),
        ("+2001-05-03T11:22:33Z", 14, "2001-05-03"),
        ("+2001-05-00T00:00:00Z", 10, "2001-05"),
        ("+2001-00-00T00:00:00Z", 9, "2001"),
        ("+0987-00-00T00:00:00Z", 9, "0987"),
        ("+12020-00-00T00:00:00Z", 9, "Y12020"),
        # 44 BC is the year -43 of those that have a year 0.
        ("-0044-00-00T00:00:00Z", 9, "-0043"),
        ("-0001-00-00T00:00:00Z", 9, "0000"),
        ("+1990-00-00T00:00:00Z", 8, "199X"),
        ("+1999-00-00T00:00:00Z", 8, "199X"),
        ("+0007-00-00T00:00:00Z", 8, "[0001..0009]"),
        # 49 to 40 BC, and the first century BC, which ends with 1 BC.
        ("-0044-00-00T00:00:00Z", 8, "[-0048..-0039]"),
        ("-0044-00-00T00:00:00Z", 7, "[-0099..0000]"),
        ("+1801-00-00T00:00:00Z", 7, "[1801..1900]"),
        ("+1900-00-00T00:00:00Z", 7, "[1801..1900]"),
        ("+1901-00-00T00:00:00Z", 7, "[1901..2000]"),
        ("+2000-00-00T00:00:00Z", 6, "[1001..2000]"),
    ],
)
def test_a_time_is_as_precise_as_it_says(text: str, precision: int, date: str) -> None:
    assert written(text, precision) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        # The day after 4 October 1582 was the 15th; Caesar died on 15 March 44 BC.
        ("+1582-10-05T00:00:00Z", "1582-10-15"),
        ("+1500-02-29T00:00:00Z", "1500-03-10"),
        ("+1917-10-25T00:00:00Z", "1917-11-07"),
        ("-0044-03-15T00:00:00Z", "-0043-03-13"),
        ("+0325-05-20T00:00:00Z", "0325-05-21"),
    ],
)
def test_a_day_of_the_julian_calendar_is_one_of_ours(text: str, date: str) -> None:
    assert written(text, 11, is_julian=True) == date


@pytest.mark.parametrize(
    ("text", "precision", "is_julian"),
    [
        ("+0000-00-00T00:00:00Z", 9, False),
        ("+2001-02-30T00:00:00Z", 11, False),
        ("+1501-02-29T00:00:00Z", 11, True),
        ("+2001-00-00T00:00:00Z", 11, False),
        ("+2001-00-00T00:00:00Z", 11, True),
        ("+12020-05-00T00:00:00Z", 10, False),
        ("-13798000000-00-00T00:00:00Z", 3, False),
        ("2001", 9, False),
    ],
)
def test_a_time_that_is_no_date_is_none(text: str, precision: int, is_julian: bool) -> None:
    with pytest.raises(NotADateError):
        written(text, precision, is_julian=is_julian)


SINCE, LATER = (time("P580", f"+{year}-00-00T00:00:00Z", 9) for year in (2001, 2002))


def club(*qualifiers: Json, **more: Any) -> Json:
    return said(item("P463", "Q21"), *qualifiers, **more)


def of_ada(*statements: Json) -> str:
    return in_one([entity("Q11", *statements, en="Ada"), entity("Q21", en="Rowers")])


@pytest.mark.parametrize(
    ("statements", "dated"),
    [
        # No end that is known is one that is open.
        (
            [club(SINCE, absent("P582", "novalue"))],
            {("2001", "", "")},
        ),
        # A correction stands beside what it corrects.
        (
            [
                club(SINCE, rank="deprecated"),
                club(LATER),
            ],
            {("2001", "", ""), ("2002", "", "")},
        ),
        ([club(time("P580", "+1850-00-00T00:00:00Z", 7))], {("[1801..1900]", "", "")}),
        ([club(time("P580", "+1500-02-29T00:00:00Z", 11, JULIAN))], {("1500-03-10", "", "")}),
    ],
)
def test_times_of_statements_are_those_of_facts(
    made: Made, tmp_path: Path, statements: list[Json], dated: set[tuple[str, ...]]
) -> None:
    made(of_ada(*statements))

    assert {one[3:] for one in facts(tmp_path)} == dated


@pytest.mark.parametrize(
    ("odd", "line"),
    [
        (
            club(SINCE, LATER),
            "statement: it has several values of P580",
        ),
        (club(item("P580", "Q21")), "statement: P580 is no date: Q21"),
        (
            club(time("P580", "+2001-02-30T00:00:00Z")),
            "statement: P580 is no date: ",
        ),
        (
            club({**SINCE, "datavalue": 5}),
            "statement: P580 is no date: its value has not the form of Wikibase",
        ),
        (club() | {"rank": "best"}, "statement: it has not the form of a statement"),
        (
            {"mainsnak": club()["mainsnak"]},
            "statement: it has not the form of a statement",
        ),
        (
            club(SINCE, time("P585", "+2002-00-00T00:00:00Z", 9)),
            "value: P585 beside a start or an end",
        ),
    ],
)
def test_what_is_not_certain_is_left_out_with_its_place(made: Made, odd: Json, line: str) -> None:
    other = said(item("P463", "Q77"), time("P580", "+1999-00-00T00:00:00Z", 9))
    _, lines = made(of_ada(other, odd))

    assert any(one.startswith(f"left out 1 {line}") for one in lines), lines
    assert any(one.endswith("first at t.json, Q11 P463 no. 2") for one in lines)


def test_a_source_older_than_the_start_does_not_say_that_it_has_ended(
    made: Made, tmp_path: Path
) -> None:
    """It was published in 2001, when what began in 2002 had not begun."""
    old = (URL, time("P577", "+2001-00-00T00:00:00Z", 9))
    ended = absent("P582", "somevalue")
    code, lines = made(of_ada(club(LATER, ended, sources=(old,))))

    assert code == 0
    assert lines[1] == (
        "left out 1 value: a reference older than the start, of an end that nobody knows, "
        "first at t.json, Q11 P463"
    )
    assert [row["source"] for row in rows(tmp_path, "statements/facts")] == ["file"]


def test_classes_and_sources_without_a_label_are_called_by_their_ids(
    made: Made, tmp_path: Path
) -> None:
    _, lines = made(of_ada(said(item("P31", "Q5")), club(SINCE, sources=((item("P248", "Q41"),),))))

    assert (
        "note: 2 entities have no label in the file, and are called by their ids: Q5, Q41" in lines
    )
    assert [row["class"] for row in rows(tmp_path, "entities")] == ["Q5", "Thing"]
    (cited,) = rows(tmp_path, "sources")
    assert (cited["id"], cited["title"]) == ("q41", "Q41")


def test_ends_are_last_days_where_the_option_says_so(made: Made, tmp_path: Path) -> None:
    ended = club(SINCE, time("P582", "+2005-05-31T00:00:00Z"))
    made(of_ada(ended), "--inclusive")

    assert {one[3:] for one in facts(tmp_path)} == {("2001", "2005-05-31", "")}
    assert ":p463 a kg:StateProperty , kg:InclusiveEnds" in ontology(tmp_path)


OTHER = [
    {
        **entity(
            "Q1",
            said(item("P1", "Q2"), time("P7", "+2001-00-00T00:00:00Z", 9)),
            said(item("P2", "Q3")),
            en="Ada",
        ),
        "title": "Item:Q1",
    },
    entity("Q2", en="Rowers"),
    entity("Q3", en="person"),
]


def test_properties_of_another_wikibase_are_known_by_their_labels(
    made: Made, tmp_path: Path
) -> None:
    """Its items are none of Wikidata, so their ids are aliases."""
    properties = [entity("P7", en="start time"), entity("P2", en="instance of")]
    made(in_one([*OTHER, *properties]))

    assert facts(tmp_path) == {("ada", "p1", "rowers", "2001", "", "")}
    (ada,) = (row for row in rows(tmp_path, "entities") if row["id"] == "ada")
    assert (ada["wikidata"], ada["aliases"], ada["class"]) == ("", "Q1", "Person")


def test_properties_of_another_wikibase_are_named_by_options(made: Made, tmp_path: Path) -> None:
    made(in_one(OTHER), "--start", "P7")

    assert {one[2:5] for one in facts(tmp_path)} == {("rowers", "2001", ""), ("person", "", "")}
    assert {row["wikidata"] for row in rows(tmp_path, "entities")} == {""}


def test_times_that_no_property_is_known_for_are_named(made: Made) -> None:
    _, lines = made(in_one(OTHER))

    assert (
        "note: nothing says which qualifiers are a start, an end or a day: P7; "
        "name them with --start, --end or --at"
    ) in lines
    assert "left out 1 value: P7 of a statement, first at t.json, Q1 P1" in lines


@pytest.mark.parametrize(
    ("name", "text", "words", "code", "message"),
    [
        (
            "t.json",
            '{"entities": {"Q1": {"id": "Q1",}}}',
            (),
            2,
            "t.json:1:33: error: it is no JSON: ",
        ),
        (
            "t.json",
            '{"entities": 5, "claims": []}',
            (),
            2,
            "t.json: error: the file is no JSON of ",
        ),
        (
            "t.json",
            '{"entities": {"Q1": [1]}}',
            (),
            2,
            "t.json, entity 1: error: it is no entity of Wikibase; save it again: ",
        ),
        ("t.json", '{"entities": {}}', (), 2, "t.json: error: the file has no entity; save it "),
        ("t.jsonl", '{"id": "Q1", "claims": [}\n{}\n', (), 2, "t.jsonl:1:25: error: it is no JSON"),
        ("t.json", '{"labels": [' + "[" * 90_000, (), 2, "t.json: error: it is no JSON: too many"),
        (
            "t.json",
            in_one(OTHER),
            ("--start", "P8"),
            2,
            "--start P8: no statement has this qualifier; there are: P7",
        ),
        ("t.json", in_one(OTHER), ("--year", "P7"), 2, "--year is about a table, and t.json is "),
        ("t.nt", "<a:b> <a:c> <a:d> .", ("--at", "P7"), 2, "--at is about a table, and t.nt is "),
        ("t.gexf", "<gexf/>", ("--at", "P7"), 2, "--at is about a table, and t.gexf is none"),
    ],
)
def test_a_file_that_is_none_is_refused(
    made: Made, name: str, text: str, words: tuple[str, ...], code: int, message: str
) -> None:
    ended, lines = made(text, *words, name=name)

    assert (ended, len(lines)) == (code, 1)
    assert message in lines[0]


def test_a_broken_line_is_left_out_and_the_others_are_read(made: Made, tmp_path: Path) -> None:
    lines = as_dump([entity("Q11", club(), en="Ada"), entity("Q21", en="Rowers")]).split("\n")
    broken = "\n".join(
        [*lines[:2], '{"id": "Q3", ', '{"id": "L1", "type": "lexeme"}', "7", *lines[2:]]
    )
    _, told = made(broken)

    assert [one for one in told if "left out" in one] == [
        ("left out 1 line: it is no JSON: Expecting ',' delimiter, first at t.json:3:12"),
        "left out 1 entity: it is of the type lexeme, first at t.json:4",
        "left out 1 entity: it is no entity of Wikibase, first at t.json:5",
    ]
    assert {one[:3] for one in facts(tmp_path)} == {("ada", "p463", "rowers")}


def test_a_time_of_triples_without_its_precision_is_left_out(made: Made) -> None:
    text = TURTLE.replace("pqv:P580 v:a ;", "").replace("wikibase:timePrecision 9", "a v:x")
    _, lines = made(text, name="t.ttl")

    assert (
        "left out 1 statement: P580 is no date: its time has no precision in the file, "
        "first at t.ttl, Q11 P463"
    ) in lines


def test_years_before_christ_of_triples_are_counted_with_a_year_0(
    made: Made, tmp_path: Path
) -> None:
    """The export has days of other calendars as Gregorian ones."""
    made(
        TURTLE.replace('"2001-05-03T00:00:00Z"', '"-0043-03-13T00:00:00Z"').replace(
            '"2005-01-01T00:00:00Z"', '"-0043-01-01T00:00:00Z"'
        ),
        name="t.ttl",
    )

    assert ("ada", "memberOf", "rowers", "-0043-03-13", "-0043", "") in facts(tmp_path)


def test_the_format_of_json_is_told_by_its_first_keys(made: Made, tmp_path: Path) -> None:
    network = {"nodes": [{"id": "a", "labels": []}, {"id": "b"}], "links": [
        {"source": "a", "target": "b"}]}  # fmt: skip
    assert made(json.dumps(network))[0] == 0
    assert {one[:3] for one in facts(tmp_path)} == {("a", "linkedTo", "b")}


def test_forms_and_senses_of_a_lexeme_have_statements_of_their_own(
    made: Made, tmp_path: Path
) -> None:
    """As https://www.mediawiki.org/wiki/Extension:WikibaseLexeme/RDF_mapping has them."""
    more = """
wd:L7 a wikibase:Lexeme ; rdfs:label "row"@en ; p:P463 s:l7-a .
wd:L7-F2 a wikibase:Form ; rdfs:label "rows"@en ; p:P463 s:l7-b .
wd:L7-S1 a wikibase:Sense ; rdfs:label "to use oars"@en .
s:l7-a a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:P463 wd:L7-S1 .
s:l7-b a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:P463 wd:Q21 .
"""
    # Without a date beside others that have one they would be left out.
    text = (
        TURTLE.replace("pq:P580", "pq:P1").replace("pq:P582", "pq:P2").replace("pq:P585", "pq:P3")
    )
    _, lines = made(text.replace("pqv:P58", "pqv:P9") + more, name="t.ttl")

    assert {("row", "memberOf", "to-use-oars"), ("rows", "memberOf", "rowers")} <= {
        one[:3] for one in facts(tmp_path)
    }
    assert not [one for one in lines if "no entity of the file has it" in one]


def test_a_value_whose_id_was_given_up_for_another_is_that_other(
    made: Made, tmp_path: Path
) -> None:
    """The export says of such an id what it is the same as, and nothing else."""
    redirect = "wd:Q21 owl:sameAs wd:Q91 .\nwd:Q91 a wikibase:Item"
    text = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n" + TURTLE
    _, lines = made(text.replace("wd:Q21 a wikibase:Item", redirect), name="t.ttl")

    assert ("ada", "memberOf", "rowers", "2001-05-03", "2005", "") in facts(tmp_path)
    assert {row["id"]: row["wikidata"] for row in rows(tmp_path, "entities")}["rowers"] == "Q91"
    assert not [one for one in lines if "Q21" in one]


def test_a_statement_that_no_entity_has_is_left_out_and_told(made: Made) -> None:
    """As in a file of which the beginning was cut off."""
    more = (
        "<http://www.wikidata.org/entity/statement/q7-a> a wikibase:Statement ; "
        "wikibase:rank wikibase:NormalRank ; ps:P463 wd:Q21 ."
    )
    _, lines = made(TURTLE + more, name="t.ttl")

    assert (
        "left out 1 statement: no entity of the file has it, first at t.ttl, "
        "http://www.wikidata.org/entity/statement/q7-a"
    ) in lines


@pytest.mark.parametrize("name", ["t.json", "t.ttl"])
def test_statements_of_classes_alone_make_no_project(made: Made, name: str) -> None:
    """Many items have no other, and what to do about it is not to be guessed."""
    ada = 'wd:Q11 a wikibase:Item ; rdfs:label "Ada"@en ; p:P31 s:q11-a .\n'
    prefixes, _, _ = TURTLE.partition("wd:Q11")
    one = "s:q11-a a wikibase:Statement ; wikibase:rank wikibase:NormalRank ; ps:P31 wd:Q5 ."
    text = {
        "t.json": in_one([entity("Q11", said(item("P31", "Q5")), en="Ada")]),
        "t.ttl": prefixes + ada + one,
    }[name]
    code, lines = made(text, name=name)

    assert (code, lines) == (
        2,
        [
            (
                f"{name}: error: its statements say of which class things are, and nothing else; "
                "take a file that says more of them"
            )
        ],
    )


def test_nothing_is_written_of_a_file_without_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.json").write_text(in_one([entity("Q1", en="Ada")]), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["init", "mine", "--from", "t.json"])

    assert end.value.code == 2
    assert "none of its statements can be taken over" in capfd.readouterr().err
    assert not Path("mine").exists()
