"""A project that begins with RDF: triples, and what is said about triples."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from beginnings import begin, facts, rows
from pyoxigraph import RdfFormat, parse, serialize

import kg
from kg.cli.commands import main

Made = Callable[..., tuple[int, list[str]]]
PREFIXES = """\
@prefix : <https://ex.org/v#> .
@prefix e: <https://ex.org/e/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
"""
CLUBS = """\
:memberOf a rdf:Property ; rdfs:label "member of"@en , "membre de"@fr .
e:p1 a :Person ; rdfs:label "Ada"@en , "Adèle"@fr ; :memberOf e:c1 ; :height 1.7 ;
  owl:sameAs <http://www.wikidata.org/entity/Q42> .
e:p2 a :Person ; rdfs:label "Ben" ; :knows e:p1 .
e:c1 a :RowingClub ; rdfs:label "Rowers"@en .
[] a rdf:Statement ; rdf:subject e:p1 ; rdf:predicate :memberOf ; rdf:object e:c1 ;
  :startDate "2001-05-01"^^xsd:date ; :endDate "2003"^^xsd:gYear ;
  dct:source <https://www.register.example/9> .
e:p2 :memberOf e:c1 {| :startDate "2004"^^xsd:gYear |} .
e:p2 :won e:c1 {| :date "2004-07-10T12:00:00"^^xsd:dateTime |} .
"""
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Made:
    """Make a project of Turtle, saved in another format, check it, and return what was said."""

    def of(text: str, suffix: str = "ttl", *words: str) -> tuple[int, list[str]]:
        monkeypatch.chdir(tmp_path)
        name = f"t.{suffix}"
        triples = (quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE))
        Path(name).write_bytes(serialize(triples, format=FORMATS[suffix]) or b"")
        return begin(monkeypatch, capfd, name, *words)

    return of


@pytest.mark.parametrize("suffix", FORMATS)
def test_triples_and_what_is_said_of_them_are_facts(
    made: Made, tmp_path: Path, suffix: str
) -> None:
    """Statements and reifiers give dates; a triple that is described is no second fact."""
    _, said = made(CLUBS, suffix, "--languages", "en,fr")

    assert said[0] == "wrote mine (10 files); 5 of 5 triples are facts; 3 entities, 4 properties"
    assert facts(tmp_path) == {
        ("ada", "memberOf", "rowers", "2001-05-01", "2003", ""),
        ("ada", "height", "1.7", "", "", ""),
        ("ben", "memberOf", "rowers", "2004", "", ""),
        ("ben", "knows", "ada", "", "", ""),
        ("ben", "won", "rowers", "", "", "2004-07-10"),
    }
    found = {row["id"]: row for row in rows(tmp_path, "entities")}
    assert (found["ada"]["label_en"], found["ada"]["label_fr"]) == ("Ada", "Adèle")
    assert (found["ada"]["wikidata"], found["ada"]["aliases"]) == ("Q42", "https://ex.org/e/p1")
    assert found["rowers"]["class"] == "RowingClub"
    cited = {row["subject"]: row for row in rows(tmp_path, "statements/facts") if row["start"]}
    assert cited["ada"]["source"] == "register-example-9"
    assert (cited["ben"]["source"], cited["ben"]["locator"]) == ("file", "https://ex.org/e/p2")
    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert ":memberOf a kg:StateProperty" in text
    assert ":won a kg:EventProperty" in text
    assert '"membre de"@fr' in text


def test_triples_are_asked_as_of_a_day(made: Made, tmp_path: Path) -> None:
    made(CLUBS)
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")

    for day, who in (("2002", ["ada"]), ("2005", ["ben"])):
        found = graph.query("facts", as_of=day).to_pandas()
        assert found[found["property"].str.endswith("memberOf")]["subject"].tolist() == who


def test_what_has_no_name_is_left_out_and_counted(made: Made, tmp_path: Path) -> None:
    _, said = made(
        'e:a :in e:b ; :seat [ :street "x" ] ; a :A , :B ; :text "" . e:a :in e:c {| :why 3 |} .'
    )

    assert sorted(said[1:-3]) == [
        "left out 1 triple: it is said of a node without a name, first at t.ttl",
        "left out 1 triple: it leads to a node without a name, first at t.ttl, https://ex.org/e/a",
        "left out 1 triple: its text is empty, first at t.ttl, https://ex.org/e/a",
        "left out 1 value: a further class B, first at t.ttl, https://ex.org/e/a",
        "left out 1 value: why of a statement, first at t.ttl, https://ex.org/e/a",
    ]
    assert {one[:3] for one in facts(tmp_path)} == {("a", "in", "b"), ("a", "in", "c")}


def test_properties_of_two_vocabularies_stay_two(made: Made, tmp_path: Path) -> None:
    made("e:a :in e:b ; <https://other.example/in> e:c .")

    assert {one[:3] for one in facts(tmp_path)} == {("a", "in", "b"), ("a", "in-2", "c")}


def test_a_text_of_several_lines_is_one_line(made: Made, tmp_path: Path) -> None:
    made('e:a :says """one\ntwo""" .')

    assert {one[2] for one in facts(tmp_path)} == {"one two"}


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (b"e:a e:b", 2, "b.ttl:1: error: the file is no RDF: "),
        (b"\xff\xfe", 2, "b.ttl:1: error: the file is no RDF: "),
        (b"", 2, "b.ttl: error: none of its triples can be taken over"),
        (
            b"_:a <b:p> <b:q> , <b:r> ; <b:s> 1 .",
            2,
            "".join(
                f"b.ttl: error: {what}\n"
                for what in (
                    "it is said of a node without a name",
                    "none of its triples can be taken over",
                )
            ),
        ),
        (None, 3, "b.ttl cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_none_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    text: bytes | None,
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path("b.ttl").write_bytes(text)
    with pytest.raises(SystemExit) as end:
        main(["init", "mine", "--from", "b.ttl"])

    assert end.value.code == code
    assert message in capfd.readouterr().err
