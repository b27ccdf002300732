"""A project that begins with FollowTheMoney: entities and links, one a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from beginnings import begin, facts, rows

import kg

Made = Callable[..., tuple[int, list[str]]]


def line(key: str, schema: str, **properties: str) -> str:
    """An entity as the format has it; values are separated by a bar."""
    listed = {name: text.split("|") for name, text in properties.items()}
    return json.dumps({"id": key, "schema": schema, "properties": listed}, ensure_ascii=False)


ADA = line("p1", "Person", name="Ada Example", alias="Ада", country="gb", wikidataId="Q7259")
BEN = line("p2", "Person", name="Ben Example|B. Example", country="fr")
BOATS = line("NK-9", "Company", name="Boats Ltd", parent="NK-8")
HARBOUR = line("NK-8", "PublicBody", name="Harbour Authority")
PEOPLE = [ADA, BEN, BOATS, HARBOUR]


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Made:
    """Make a project of lines, check it, and return the exit code and what was said."""

    def of_lines(
        *lines: str, words: tuple[str, ...] = (), name: str = "t.ftm.json"
    ) -> tuple[int, list[str]]:
        monkeypatch.chdir(tmp_path)
        Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return begin(monkeypatch, capfd, name, *words)

    return of_lines


def ontology(tmp_path: Path) -> str:
    return (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")


def test_names_are_labels_and_ids_are_aliases(made: Made, tmp_path: Path) -> None:
    made(*PEOPLE, line("f", "Family", person="p1", relative="p2"))

    found = {row["id"]: row for row in rows(tmp_path, "entities")}
    assert found["ada-example"]["label_en"] == "Ada Example"
    assert found["ada-example"]["aliases"] == "Ада|p1"
    assert found["ada-example"]["wikidata"] == "Q7259"
    assert found["ben-example"]["aliases"] == "B. Example|p2"
    assert found["boats-ltd"]["class"] == "Company"
    assert found["harbour-authority"]["class"] == "PublicBody"


def test_an_id_of_wikidata_is_one_and_no_alias(made: Made, tmp_path: Path) -> None:
    made(line("Q42", "Person", name="Cleo"), BEN, line("f", "Family", person="Q42", relative="p2"))

    (cleo,) = (row for row in rows(tmp_path, "entities") if row["id"] == "cleo")
    assert (cleo["wikidata"], cleo["aliases"]) == ("Q42", "")


def test_a_link_with_dates_is_a_state(made: Made, tmp_path: Path) -> None:
    """The longer of two dates that say the same; a month 00 is none; a term has dates of its own.

    A date alone is a day on which a source saw it.
    """
    made(
        *PEOPLE,
        line("pos", "Position", name="Harbour Master"),
        line("1", "Directorship", director="p1", organization="NK-9", role="chair",
             startDate="2001|2001-05-03", endDate="2005-00-00"),
        line("2", "Occupancy", holder="p2", post="pos", periodStart="2010-02-01T00:00:00"),
        line("3", "Membership", member="p2", organization="NK-8", startDate="2010"),
        line("4", "Membership", member="p2", organization="NK-8", date="2012-05"),
    )  # fmt: skip

    assert facts(tmp_path) == {
        ("ada-example", "directs", "boats-ltd", "2001-05-03", "2005", ""),
        ("ben-example", "holds", "harbour-master", "2010-02-01", "", ""),
        ("ben-example", "belongsTo", "harbour-authority", "2010", "", ""),
        ("ben-example", "belongsTo", "harbour-authority", "", "", "2012-05"),
        ("boats-ltd", "parent", "harbour-authority", "", "", ""),
    }
    assert ":directs a kg:StateProperty , owl:ObjectProperty" in ontology(tmp_path)
    assert ":parent a owl:ObjectProperty" in ontology(tmp_path)
    notes = {row["predicate"]: row["note"] for row in rows(tmp_path, "statements/facts")}
    assert notes["directs"] == "role: chair"


def test_a_share_that_changes_in_a_year_has_two_periods(made: Made, tmp_path: Path) -> None:
    """The first may be over when the second begins; what begins before that is left out."""
    _, said = made(
        *PEOPLE,
        line("1", "Ownership", owner="p1", asset="NK-9", startDate="2001", endDate="2003"),
        line("2", "Ownership", owner="p1", asset="NK-9", startDate="2003", percentage="60"),
        line("3", "Ownership", owner="p1", asset="NK-9", startDate="2002", endDate="2004"),
    )

    owned = {one[3:] for one in facts(tmp_path) if one[1] == "owns"}
    assert owned == {("2001", "2003", ""), ("2003", "", "")}
    assert "left out 1 link: its period meets that of line 5, first at t.ftm.json:7" in said


def test_what_happens_links_all_who_are_in_it_on_its_day(made: Made, tmp_path: Path) -> None:
    made(
        *PEOPLE,
        line("e", "Event", name="Regatta", date="2004-07-10", organizer="NK-8", involved="NK-9|p1"),
        line("p", "Payment", payer="NK-8", beneficiary="NK-9", startDate="2004-08", amount="5"),
    )

    assert {one for one in facts(tmp_path) if one[1] != "parent"} == {
        ("regatta", "organizer", "harbour-authority", "", "", "2004-07-10"),
        ("regatta", "involved", "boats-ltd", "", "", "2004-07-10"),
        ("regatta", "involved", "ada-example", "", "", "2004-07-10"),
        ("harbour-authority", "paid", "boats-ltd", "", "", "2004-08"),
    }
    assert ":involved a kg:EventProperty" in ontology(tmp_path)
    assert "owl:unionOf ( :Company :Person )" in ontology(tmp_path)


def test_questions_are_answered_as_of_a_day(made: Made, tmp_path: Path) -> None:
    """Ada directed from May 2001 to some day of 2005, Ben from 2006 on."""
    made(
        *PEOPLE[:2],
        line("NK-9", "Company", name="Boats Ltd"),
        line("1", "Directorship", director="p1", organization="NK-9", startDate="2001-05-03",
             endDate="2005"),
        line("2", "Directorship", director="p2", organization="NK-9", startDate="2006"),
    )  # fmt: skip
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")

    for day, who in (
        ("2002", ["ada-example"]),
        ("2005-12-31", ["ada-example"]),
        ("2007-01-01", ["ben-example"]),
    ):
        assert graph.query("facts", as_of=day).to_pandas()["subject"].tolist() == who


def test_last_days_are_those_of_all_links(made: Made, tmp_path: Path) -> None:
    owns = {"owner": "p1", "asset": "NK-9", "startDate": "2001-05-03", "endDate": "2001-05-03"}
    made(ADA, BOATS, line("1", "Ownership", **owns), words=("--inclusive",))

    assert ":owns a kg:StateProperty , kg:InclusiveEnds , owl:ObjectProperty" in ontology(tmp_path)
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")
    assert len(graph.query("facts", as_of="2001-05-03").to_pandas()) == 1
    assert len(graph.query("facts", as_of="2001-05-04").to_pandas()) == 0


def test_a_link_names_its_source(made: Made, tmp_path: Path) -> None:
    """What names none stands in the file, with its line."""
    made(
        ADA, BEN,
        line("1", "Family", person="p1", relative="p2", sourceUrl="https://www.register.example/9",
             publisher="Register", retrievedAt="2020-01-02T10:00:00"),
        line("2", "Associate", person="p1", associate="p2", sourceUrl="page 9"),
    )  # fmt: skip

    sources = {row["id"]: row for row in rows(tmp_path, "sources")}
    assert sources["register-example-9"]["url"] == "https://www.register.example/9"
    assert sources["register-example-9"]["publisher"] == "Register"
    assert sources["register-example-9"]["accessed"] == "2020-01-02"
    cited = {row["predicate"]: row for row in rows(tmp_path, "statements/facts")}
    assert cited["relatedTo"]["source"] == "register-example-9"
    assert (cited["associatedWith"]["source"], cited["associatedWith"]["locator"]) == (
        "file",
        "line 4",
    )


def test_what_is_left_out_is_counted_by_reason(made: Made, tmp_path: Path) -> None:
    _, said = made(
        *PEOPLE,
        line("1", "Membership", member="p1", organization="NK-8", startDate="2001"),
        line("2", "Membership", member="p1", organization="gone"),
        line("3", "Membership", member="p1"),
        line("4", "Membership", member="p2", organization="NK-8"),
        line("5", "Membership", member="p2", organization="NK-9", startDate="2001|2002"),
        line("6", "Sanction", entity="p1", startDate="2001"),
        line("7", "Membership", member="p1", organization="NK-8", startDate="2001", summary="x"),
        "nonsense",
    )

    undated = "it has no date, and others of 'belongs to' have one"
    assert said[:-3] == [
        "wrote mine (10 files); 2 of 7 links are facts; 3 entities, 2 properties",
        "left out 1 link: 'gone' is no entity of the file that has a name, first at t.ftm.json:6",
        "left out 1 link: Membership without organization, first at t.ftm.json:7",
        f"left out 1 link: {undated}, first at t.ftm.json:8",
        "left out 1 link: '2001 or 2002' is not a date, first at t.ftm.json:9",
        "left out 1 link: the link repeats line 5, first at t.ftm.json:11",
        "left out 1 line: the line is not JSON: Expecting value, first at t.ftm.json:12",
        "left out 1 entity: Sanction without a name, first at t.ftm.json:10",
        "left out 1 entity: 'p2' stands in no fact, first at t.ftm.json:2",
        "left out 2 values: country of Person, first at t.ftm.json:1",
        "left out 1 value: summary of Membership, first at t.ftm.json:11",
    ]
    assert facts(tmp_path) == {
        ("ada-example", "belongsTo", "harbour-authority", "2001", "", ""),
        ("boats-ltd", "parent", "harbour-authority", "", "", ""),
    }


def test_lines_about_one_entity_come_together(made: Made, tmp_path: Path) -> None:
    made(
        line("p1", "Person", name="Ada"),
        line("p1", "Person", alias="Countess"),
        BEN,
        line("1", "Family", person="p1", relative="p2"),
    )

    (ada,) = (row for row in rows(tmp_path, "entities") if row["id"] == "ada")
    assert ada["aliases"] == "Countess|p1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b", "t.jsonl:1: error: the line is not JSON: Expecting value; a line is an object"),
        ("[1]", "t.jsonl:1: error: the line is no entity; a line is an object with"),
        ('{"id": "a"}', "t.jsonl:1: error: the line is no entity; a line is an object with"),
        (" ", "t.jsonl:1: error: the file has no line; a line is an object with"),
        (ADA, "t.jsonl: error: none of its links can be taken over"),
    ],
)
def test_a_file_that_is_none_is_refused(made: Made, text: str, message: str) -> None:
    code, said = made(text, name="t.jsonl")

    assert code == 2
    assert message in said[-1]


def test_a_line_that_is_nested_too_deeply_is_refused(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the reader of JSON says it of brackets within brackets."""

    def too_deep(_: str) -> object:
        raise RecursionError

    monkeypatch.setattr("kg.starter.ftm.json.loads", too_deep)
    code, said = made("[[1]]", name="t.jsonl")

    assert code == 2
    assert "t.jsonl:1: error: the line is not JSON: too many brackets" in said[-1]


def test_columns_are_those_of_a_table(made: Made) -> None:
    code, said = made(ADA, words=("--subject", "who"))

    assert code == 2
    assert said == ["kg: --subject is about a table, and t.ftm.json is none; leave it out"]
