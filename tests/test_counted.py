"""Which lists are said to be complete: as many are known as a source counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import kg
from kg.model.counted import Counted, lists
from kg.model.dates import Period
from kg.model.statement import Statement
from kg.reports.audit import audit

if TYPE_CHECKING:
    from conftest import Tiny

TERMS = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
PLAYERS = """
:numberOfPlayers a kg:StateProperty , owl:DatatypeProperty ; kg:countsSubjectsOf :playsFor ;
    rdfs:domain :Club ; rdfs:range xsd:nonNegativeInteger .
"""
PLACE = "ontology/counts.ttl"
COUNTS = "kg:countsSubjectsOf :playsFor"
SQUAD = Counted("playsFor", incoming=True, number="numberOfPlayers")
# Of the knights there are anna, until 2000, and boris, since 1998.
BOTH, ONE = Period((1999, 1, 1), (1999, 1, 2)), Period((2001, 1, 1), (2001, 1, 2))


@pytest.fixture
def counting(tiny: Tiny) -> Tiny:
    """The tiny project, whose ontology has the players of a club counted."""
    tiny.write(PLACE, TERMS + PLAYERS)
    return tiny


def said(number: str, start: str = "", end: str = "") -> Statement:
    datatype = "xsd:nonNegativeInteger"
    return Statement("knights", "numberOfPlayers", number, "state", datatype, start, end)


def plays(player: str, start: str, end: str = "") -> Statement:
    return Statement(player, "playsFor", "knights", "state", start=start, end=end)


SQUADS = [plays("anna", "1995", "2000"), plays("boris", "1998-01-01")]


@pytest.mark.parametrize(
    ("numbers", "period", "words"),
    [
        ([], BOTH, "known ones only"),
        ([said("2")], BOTH, "all 2 are known"),
        ([said("02")], BOTH, "all 2 are known"),
        ([said("2")], ONE, "known ones only: 1, where 2 are counted"),
        ([said("1")], BOTH, "known ones only: 2, where 1 are counted"),
        ([said("1"), said("2")], BOTH, "known ones only: 2, where 1 or 2 are counted"),
        # Each number on its own days.
        ([said("2", "1998", "2000-01-01"), said("1", "2001")], BOTH, "all 2 are known"),
        ([said("2", "1998", "2000-01-01"), said("1", "2001")], ONE, "the only one is known"),
    ],
)
def test_a_list_is_whole_where_as_many_are_known_as_are_counted(
    numbers: list[Statement], period: Period, words: str
) -> None:
    (found,) = lists([SQUAD], [*SQUADS, *numbers], period)

    assert str(found) == words
    assert found.is_all == (not words.startswith("known ones only"))


def test_a_list_of_nobody_is_whole_where_none_are_counted() -> None:
    (found,) = lists([SQUAD], [said("0")], BOTH)

    assert (found.here, str(found)) == ("knights", "there are none")


def test_objects_are_counted_for_their_subject() -> None:
    clubs = Counted("playsFor", incoming=False, number="numberOfClubs")
    number = Statement("anna", "numberOfClubs", "1", "timeless", "xsd:integer")

    known = {one.here: str(one) for one in lists([clubs], [*SQUADS, number], BOTH)}

    assert known == {"anna": "the only one is known", "boris": "known ones only"}


def test_periods_of_one_member_count_once() -> None:
    twice = [plays("anna", "1990", "1999-01-02"), plays("anna", "1999-01-01"), said("1")]

    (found,) = lists([SQUAD], twice, BOTH)

    assert str(found) == "the only one is known"


def test_a_project_that_counts_nothing_is_told_nothing(tiny: Tiny) -> None:
    graph = kg.Graph(tiny.build().store())

    assert graph.why("knights").lists == ()
    assert "known" not in str(graph.why("knights"))
    assert "lists" not in json.loads(graph.why("knights").to_json())
    assert not any("lists" in told for _, told in graph.network().nodes(data=True))
    assert audit(graph.store).counts["uncounted"] == 0


def test_why_says_below_the_facts_whether_all_are_known(counting: Tiny) -> None:
    counting.add("knights,numberOfPlayers,1,2001,,,almanac-2001,,,")
    graph = kg.Graph(counting.build().store())

    *_, first = str(graph.why("knights")).splitlines()
    *_, second = str(graph.why("knights", as_of="1999-01-01")).splitlines()

    assert first == "… playsFor knights  the only one is known, as of 2024-01-01"
    assert second == "… playsFor knights  known ones only, as of 1999-01-01"
    # Of one fact, or of another property, nothing is asked about the list.
    assert graph.why("boris", "playsFor", "knights").lists == ()
    assert graph.why("knights", "rivalOf").lists == ()


def test_why_says_it_for_programs(counting: Tiny) -> None:
    counting.add("knights,numberOfPlayers,3,2001,,,almanac-2001,,,")
    graph = kg.Graph(counting.build().store())

    assert json.loads(graph.why("knights").to_json())["lists"] == [
        {
            "entity": "knights",
            "property": "playsFor",
            "incoming": True,
            "number": "numberOfPlayers",
            "known": 1,
            "counted": [3],
            "all": False,
        }
    ]


def test_the_audit_lists_what_nobody_said_is_complete_and_what_does_not_add_up(
    counting: Tiny,
) -> None:
    counting.add("knights,numberOfPlayers,3,2001,,,almanac-2001,,,")
    found = audit(counting.build().store())

    (miscounted,) = found.of("miscounted")
    (uncounted,) = found.of("uncounted")
    assert miscounted.message == (
        "… playsFor knights: known ones only: 1, where 3 are counted; "
        "complete it, or correct numberOfPlayers"
    )
    assert [one.object for one in miscounted.statements] == ["3"]
    assert uncounted.message == (
        "one of 1 that are known; enter numberOfPlayers of rooks where a source gives it"
    )
    assert [one.subject for one in uncounted.statements] == ["anna"]


def test_a_network_carries_it_into_its_formats(counting: Tiny) -> None:
    counting.add("knights,numberOfPlayers,1,2001,,,almanac-2001,,,")
    network = kg.Graph(counting.build().store()).network()

    (knights,) = network.nodes["knights"]["lists"]
    assert (knights["known"], knights["all"]) == (1, True)
    assert [one["all"] for one in network.nodes["rooks"]["lists"]] == [False]


@pytest.mark.parametrize(
    ("old", "new", "message", "repair"),
    [
        (
            ":playsFor",
            ":playFor",
            "'numberOfPlayers' has kg:countsSubjectsOf 'playFor', no property",
            "did you mean 'playsFor'?",
        ),
        (
            "xsd:nonNegativeInteger",
            "xsd:string",
            "'numberOfPlayers' has kg:countsSubjectsOf but its values are no whole numbers",
            "rdfs:range xsd:nonNegativeInteger",
        ),
        (
            "\n:n",
            f"\n:size a owl:DatatypeProperty ; rdfs:range xsd:int ; {COUNTS} .\n:n",
            "both have kg:countsSubjectsOf 'playsFor'",
            "leave it out of one of them",
        ),
    ],
)
def test_a_count_of_nothing_is_an_error(
    tiny: Tiny, old: str, new: str, message: str, repair: str
) -> None:
    tiny.write(PLACE, TERMS + PLAYERS.replace(old, new))

    (found,) = [one for one in tiny.known().findings if "counts" in one.message]
    assert message in found.message
    assert repair in found.repair
    assert found.severity == "error"


class TestUpkeep:
    def test_what_ends_by_a_date_is_told_when_a_date_is_given(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,knights,2003,2024-06-01,,almanac-2001,,,")
        store = tiny.build().store()

        def ends(date: str) -> list[str]:
            return [one.message for one in audit(store, kinds=["ending"], ending_by=date).findings]

        assert ends("2024-05-31") == []
        assert ends("2024-06-01") == ["ends 2024-06-01; find who or what comes after"]
        assert ends("2024-06") == ["ends 2024-06-01; find who or what comes after"]
        assert "ending" not in audit(store).kinds

    def test_what_rests_on_one_publisher_is_told_where_most_questions_ask(self, tiny: Tiny) -> None:
        """The only question, squad, names playsFor and no other property."""
        found = audit(tiny.build().store(), kinds=["most-asked"])

        assert [one.statements[0].triple for one in found.findings] == [
            ("anna", "playsFor", "rooks"),
            ("boris", "playsFor", "knights"),
        ]
        assert {one.message for one in found.findings} == {
            "only The League; 1 question of playsFor"
        }


def test_the_questions_and_the_reports_agree_on_what_is_complete(shipped: kg.Graph) -> None:
    """The one counts in SPARQL, the other in Python."""
    columns = {"members": "memberOf", "signatories": "signatoryOf"}
    for question, name in columns.items():
        result = shipped.query(question)
        told = {row[0]: row[result.vars.index("known")] for row in result.rows}
        for entity, known in told.items():
            (one,) = [
                one
                for one in shipped.why(str(entity)).lists
                if one.counted.property == name and one.counted.incoming
            ]
            assert known == ("all" if one.is_all else "known ones only"), entity


def test_the_members_of_the_three_organisations_are_all_known(shipped: kg.Graph) -> None:
    """By the sources there are nine, six and ten."""
    for organization, number in (("cis", 9), ("csto", 6), ("sco", 10)):
        result = shipped.query("members", organization=organization)
        assert len(result.rows) == number
        assert {row[-1] for row in result.rows} == {"all"}
