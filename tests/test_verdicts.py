"""Where a table and the record agree, differ, or say nothing: derived by hand, and day by day.

The league's record: Anna played for the Knights from September 1995 until 1 January 2000 and for
the Rooks since; Boris plays for the Knights since 1998 (the day is not known).
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.pipeline.assemble import assemble
from kg.published.rows import Claims, Roles, read_claims
from kg.published.verdicts import Verdict, judge
from kg.query.names import Names
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Tiny

COLUMNS = Roles("s", "o", status="p", first="from", last="to")
COACHES = """
:coaches a kg:StateProperty , owl:ObjectProperty ;
    rdfs:domain :Player ; rdfs:range :Club ;
    rdfs:label "coaches"@en , "тренирует"@ru .
"""
Line = tuple[str, str, str]


@pytest.fixture
def league(tiny: Tiny) -> Tiny:
    """The league, in which players may also be coaches."""
    ontology = tiny.path / "ontology" / "ontology.ttl"
    ontology.write_text(ontology.read_text(encoding="utf-8") + COACHES, encoding="utf-8")
    return tiny


def verdicts(
    tiny: Tiny,
    *rows: str,
    columns: Roles = COLUMNS,
    header: str = "s,p,o,from,to",
    mapping: dict[str, str] | None = None,
    as_of: str = "",
) -> tuple[Verdict, ...]:
    """The verdicts on a table of these rows."""
    table = tiny.path / "table.csv"
    table.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    history = History(tiny.build().store())
    return judge(read_claims(table, columns, Names(history), mapping=mapping, as_of=as_of), history)


def lines(found: Iterable[Verdict]) -> list[Line]:
    """Each verdict in three words; periods with a hyphen between years, days with an arrow."""
    dash = "\N{EN DASH}"
    return [
        (
            one.verdict,
            " ".join(one.triple),
            one.period.replace(f" {dash} ", " to ").replace(dash, "-"),
        )
        for one in found
    ]


ANNA = "anna playsFor knights"
BORIS = "boris playsFor knights"


class TestYears:
    """A year counts as said by the record when it holds on any day of it."""

    def test_the_year_of_joining_agrees(self, league: Tiny) -> None:
        """Anna joined in September 1995 and left on the last day of 1999."""
        assert lines(verdicts(league, "anna,playsFor,knights,1995,1999"))[0] == (
            "agree",
            ANNA,
            "1995-1999",
        )

    def test_the_year_before_is_the_table_s_alone(self, league: Tiny) -> None:
        assert lines(verdicts(league, "anna,playsFor,knights,1994,1995"))[:2] == [
            ("only-table", ANNA, "1994"),
            ("agree", ANNA, "1995"),
        ]

    def test_an_end_on_the_first_of_january_leaves_that_year_out(self, league: Tiny) -> None:
        found = lines(verdicts(league, "anna,playsFor,knights,1999,2000"))

        assert [line for line in found if line[1] == ANNA] == [
            ("agree", ANNA, "1999"),
            ("only-table", ANNA, "2000"),
        ]

    def test_a_missing_edition_is_the_record_s_alone(self, league: Tiny) -> None:
        found = verdicts(
            league, "anna,playsFor,knights,1995,1996", "anna,playsFor,knights,1998,1999"
        )

        assert [line for line in lines(found) if line[1] == ANNA] == [
            ("agree", ANNA, "1995-1996"),
            ("only-record", ANNA, "1997"),
            ("agree", ANNA, "1998-1999"),
        ]

    def test_a_year_in_part_is_no_gap(self, league: Tiny) -> None:
        """Anna was there from September 1995 only, and Boris from an unknown day of 1998."""
        found = verdicts(league, "clara,playsFor,knights,1995,1998")

        assert lines(found) == [
            ("only-record", ANNA, "1996-1998"),
            ("only-table", "clara playsFor knights", "1995-1998"),
        ]

    def test_editions_that_began_later_are_no_gap(self, league: Tiny) -> None:
        found = lines(verdicts(league, "anna,playsFor,knights,1997,1999"))

        assert found == [("agree", ANNA, "1997-1999"), ("only-record", BORIS, "1999")]

    def test_what_the_table_never_mentions_is_not_held_against_it(self, league: Tiny) -> None:
        """The table has no row about the Rooks, so Anna's time there is not missing from it."""
        found = verdicts(league, "boris,playsFor,knights,2001,2003")

        assert lines(found) == [("agree", BORIS, "2001-2003")]

    def test_a_year_that_two_periods_fill_together_is_whole(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,2000-05-01,2002-06-01,,almanac-2001,,,")
        league.add("clara,playsFor,rooks,2002-06-01,2003-06-01,,almanac-2001,,,")
        found = verdicts(league, "anna,playsFor,rooks,2001,2003")

        assert ("only-record", "clara playsFor rooks", "2001-2002") in lines(found)

    def test_rows_that_follow_each_other_are_one_fact(self, league: Tiny) -> None:
        rows = [f"boris,playsFor,knights,{year},{year}" for year in (2001, 2002, 2003)]
        (verdict,) = verdicts(league, *rows)

        assert (lines([verdict]), [claim.place for claim in verdict.claims]) == (
            [("agree", BORIS, "2001-2003")],
            ["2", "3", "4"],
        )


class TestDaysAndMonths:
    def test_days_are_compared_as_days(self, league: Tiny) -> None:
        found = verdicts(league, "anna,playsFor,knights,1999-12-30,2000-01-02")

        assert [line for line in lines(found) if line[1] == ANNA] == [
            ("agree", ANNA, "1999-12-30 to 1999-12-31"),
            ("only-table", ANNA, "2000-01-01 to 2000-01-02"),
        ]

    def test_months_are_compared_as_months(self, league: Tiny) -> None:
        found = verdicts(league, "anna,playsFor,knights,1995-08,1995-10")

        assert lines(found) == [
            ("only-table", ANNA, "1995-08"),
            ("agree", ANNA, "1995-09 to 1995-10"),
        ]

    def test_the_least_precise_row_of_a_pair_decides(self, league: Tiny) -> None:
        found = verdicts(
            league, "anna,playsFor,knights,1995-08-01,1995-12-31", "anna,playsFor,knights,1996,1996"
        )

        assert lines(found) == [("agree", ANNA, "1995-1996")]

    def test_what_must_be_so_whatever_a_partial_date_means(self, league: Tiny) -> None:
        """Boris began on some day of 1998: for sure he was there from 1999 on, perhaps before."""
        found = verdicts(league, "anna,playsFor,knights,1998-11,1999-02")

        assert lines(found) == [
            ("agree", ANNA, "1998-11 to 1999-02"),
            ("only-record", BORIS, "1999-01 to 1999-02"),
        ]

    def test_an_attestation_is_known_for_its_day_only(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,,,2003-05-03,almanac-2001,,,")
        years = verdicts(league, "anna,playsFor,rooks,2002,2004")
        days = verdicts(league, "anna,playsFor,rooks,2003-05-02,2003-05-04")

        clara = "clara playsFor rooks"
        assert clara not in {triple for _, triple, _ in lines(years)}
        assert ("only-record", clara, "2003-05-03") in lines(days)

    def test_a_statement_without_a_start_is_known_for_its_last_day_only(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,,2003-05-04,,almanac-2001,,,")
        years = verdicts(league, "anna,playsFor,rooks,2002,2004")
        days = verdicts(league, "anna,playsFor,rooks,2003-05-01,2003-05-04")

        assert "clara" not in {triple.split()[0] for _, triple, _ in lines(years)}
        assert [when for _, triple, when in lines(days) if triple.startswith("clara")] == [
            "2003-05-03"
        ]

    def test_a_statement_whose_day_of_end_is_not_known_either_is_sure_on_no_day(
        self, league: Tiny
    ) -> None:
        league.add("clara,playsFor,rooks,,2003-05,,almanac-2001,,,")
        days = verdicts(league, "anna,playsFor,rooks,2003-04-01,2003-06-30")

        assert "clara" not in {triple.split()[0] for _, triple, _ in lines(days)}

    def test_an_attestation_agrees_with_its_year(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,,,2003-05-03,almanac-2001,,,")
        found = verdicts(league, "clara,playsFor,rooks,2003,2003")

        assert lines(found) == [
            ("only-record", "anna playsFor rooks", "2003"),
            ("agree", "clara playsFor rooks", "2003"),
        ]


class TestOpenEnds:
    def test_an_unknown_start_is_held_against_nobody(self, league: Tiny) -> None:
        found = lines(verdicts(league, "anna,playsFor,knights,,1999"))

        assert [line for line in found if line[1] == ANNA] == [("agree", ANNA, "1995-1999")]

    def test_an_unknown_start_says_at_least_the_last(self, league: Tiny) -> None:
        found = verdicts(league, "clara,playsFor,rooks,,1999")

        assert lines(found) == [("only-table", "clara playsFor rooks", "1999")]

    def test_what_goes_on_agrees_with_what_goes_on(self, league: Tiny) -> None:
        assert lines(verdicts(league, "boris,playsFor,knights,2001,")) == [
            ("agree", BORIS, "since 2001")
        ]

    def test_what_goes_on_is_the_table_s_alone_after_the_record_s_end(self, league: Tiny) -> None:
        found = lines(verdicts(league, "anna,playsFor,knights,1998,"))

        assert [line for line in found if line[1] == ANNA] == [
            ("agree", ANNA, "1998-1999"),
            ("only-table", ANNA, "since 2000"),
        ]

    def test_a_record_without_start_is_sure_of_nothing_before_its_end(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,,2005-01-01,,almanac-2001,,,")
        found = verdicts(league, "anna,playsFor,rooks,2001,2004")

        assert lines(found) == [("agree", "anna playsFor rooks", "2001-2004")]

    def test_a_record_without_start_agrees_before_its_end(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,,2005-01-01,,almanac-2001,,,")
        found = lines(verdicts(league, "clara,playsFor,rooks,2003,2005"))

        assert found[1:] == [
            ("agree", "clara playsFor rooks", "2003-2004"),
            ("only-table", "clara playsFor rooks", "2005"),
        ]

    def test_both_without_start_agree_from_the_beginning(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,,2005-01-01,,almanac-2001,,,")
        found = verdicts(league, "clara,playsFor,rooks,,2004")

        agreed = [one for one in found if one.verdict == "agree"]
        assert [(one.period, one.first, one.last) for one in agreed] == [("until 2004", "", "2004")]


class TestOtherStatus:
    """Clara coached the Rooks from 2001 until 5 June 2003, and has played for them since."""

    @pytest.fixture
    def clara(self, league: Tiny) -> Tiny:
        league.add("clara,coaches,rooks,2001-01-01,2003-06-05,,almanac-2001,p. 7,,")
        league.add("clara,playsFor,rooks,2003-06-05,,,almanac-2001,p. 8,,")
        return league

    def test_a_status_that_the_record_had_ended_is_a_disagreement(self, clara: Tiny) -> None:
        """Said once: that the table lacks the other status is the same disagreement."""
        found = verdicts(clara, "clara,coaches,rooks,2001,2005", mapping={"x": "playsFor"})

        assert [line for line in lines(found) if "clara" in line[1]] == [
            ("agree", "clara coaches rooks", "2001-2003"),
            ("disagree", "clara coaches rooks", "2004-2005"),
        ]

    def test_a_disagreement_shows_what_the_record_holds(self, clara: Tiny) -> None:
        found = verdicts(clara, "clara,coaches,rooks,2001,2005", mapping={"x": "playsFor"})

        (verdict,) = [one for one in found if one.verdict == "disagree"]
        assert [(one.predicate, one.start) for one in verdict.statements] == [
            ("playsFor", "2003-06-05")
        ]

    def test_a_disagreement_over_a_change_shows_both_sides_of_it(self, clara: Tiny) -> None:
        clara.add("clara,rivalOf,rooks,1990,1991,,almanac-2001,,,")
        clara.replace("ontology/ontology.ttl", "rdfs:domain :Club ; rdfs:range :Club", "")
        found = verdicts(
            clara, "clara,rivalOf,rooks,2002,2004", mapping={"x": "playsFor", "y": "coaches"}
        )

        (verdict,) = [one for one in found if one.verdict == "disagree"]
        assert [one.predicate for one in verdict.statements] == ["coaches", "playsFor"]

    def test_a_property_that_is_not_compared_is_no_disagreement(self, clara: Tiny) -> None:
        """Nothing in the table or the mapping leads to playsFor."""
        found = verdicts(clara, "clara,coaches,rooks,2001,2005")

        assert lines(found) == [
            ("agree", "clara coaches rooks", "2001-2003"),
            ("only-table", "clara coaches rooks", "2004-2005"),
        ]

    def test_by_the_day_the_change_is_a_clean_cut(self, clara: Tiny) -> None:
        found = verdicts(
            clara,
            "clara,coaches,rooks,2003-06-01,2003-06-04",
            "clara,playsFor,rooks,2003-06-05,2003-06-10",
        )

        assert [line for line in lines(found) if "clara" in line[1]] == [
            ("agree", "clara coaches rooks", "2003-06-01 to 2003-06-04"),
            ("agree", "clara playsFor rooks", "2003-06-05 to 2003-06-10"),
        ]

    def test_a_second_status_beside_one_that_agrees_is_only_lacking(self, clara: Tiny) -> None:
        """The record holds both in 2002; the table's one is not wrong for that."""
        clara.replace(
            "data/statements/facts.csv",
            "clara,playsFor,rooks,2003-06-05",
            "clara,playsFor,rooks,2001-01-01",
        )
        found = verdicts(clara, "clara,coaches,rooks,2002,2002", mapping={"x": "playsFor"})

        assert [line for line in lines(found) if "clara" in line[1]] == [
            ("agree", "clara coaches rooks", "2002"),
            ("only-record", "clara playsFor rooks", "2002"),
        ]

    def test_a_table_that_says_two_things_at_once_agrees_and_disagrees(self, clara: Tiny) -> None:
        found = verdicts(clara, "clara,coaches,rooks,2005,2005", "clara,playsFor,rooks,2005,2005")

        assert [line for line in lines(found) if "clara" in line[1]] == [
            ("disagree", "clara coaches rooks", "2005"),
            ("agree", "clara playsFor rooks", "2005"),
        ]


class TestEvidence:
    def test_a_deprecated_claim_that_says_what_the_table_says_is_kept(self, league: Tiny) -> None:
        league.add(
            "clara,playsFor,rooks,2001,2003,,almanac-2001,,deprecated,the almanac mixed two players"
        )
        found = verdicts(league, "clara,playsFor,rooks,2001,2002")

        (verdict,) = [one for one in found if one.subject == "clara"]
        assert (verdict.verdict, verdict.statements) == ("only-table", ())
        assert [one.notes for one in verdict.kept] == ["the almanac mixed two players"]

    def test_a_deprecated_claim_about_another_time_is_not(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,1995,1996,,almanac-2001,,deprecated,a mistake")
        found = verdicts(league, "clara,playsFor,rooks,2001,2002")

        assert [one.kept for one in found if one.subject == "clara"] == [()]

    def test_an_outranked_claim_is_kept_too(self, league: Tiny) -> None:
        league.add("clara,playsFor,rooks,2001-01-01,2004-01-01,,almanac-2001,,,outranked")
        league.add("clara,playsFor,rooks,2002-01-01,2004-01-01,,gazette-1999,,preferred,")
        found = verdicts(league, "clara,playsFor,rooks,2001,2002")

        alone, agreed = [one for one in found if one.subject == "clara"]
        assert (lines([alone, agreed]), [one.notes for one in alone.kept]) == (
            [
                ("only-table", "clara playsFor rooks", "2001"),
                ("agree", "clara playsFor rooks", "2002"),
            ],
            ["outranked"],
        )

    def test_what_the_record_says_before_and_after_stands_beside_what_it_lacks(
        self, league: Tiny
    ) -> None:
        """It says until when, and so does its source."""
        league.add("anna,playsFor,knights,2005,2006,,almanac-2001,,,")
        league.add("anna,playsFor,knights,2008,2009,,almanac-2001,,,")
        found = verdicts(league, "anna,playsFor,knights,2002,2003")

        (verdict,) = [one for one in found if one.triple == tuple(ANNA.split())]
        assert [one.start for one in verdict.statements] == ["1995-09", "2005"]

    def test_what_the_table_says_before_and_after_stands_beside_what_it_lacks(
        self, league: Tiny
    ) -> None:
        found = verdicts(
            league, "anna,playsFor,knights,1995,1996", "anna,playsFor,knights,1998,1999"
        )

        (gap,) = [one for one in found if one.verdict == "only-record" and one.subject == "anna"]
        assert [claim.place for claim in gap.claims] == ["2", "3"]

    def test_a_verdict_has_its_ends_as_texts(self, league: Tiny) -> None:
        (first, *_) = verdicts(league, "anna,playsFor,knights,1999-12-30,2000-01-02")

        assert (first.first, first.last) == ("1999-12-30", "1999-12-31")


class TestOtherKinds:
    def test_an_inferred_fact_counts(self, league: Tiny) -> None:
        """Anna and Boris were teammates from 1998 until 2000, as a rule concludes."""
        found = verdicts(league, "anna,teammateOf,boris,1999,2000")

        assert lines(found) == [
            ("agree", "anna teammateOf boris", "1999"),
            ("only-table", "anna teammateOf boris", "2000"),
        ]

    @pytest.mark.parametrize(
        "row", ["knights,rivalOf,rooks,1995,1996", "rooks,rivalOf,knights,1995,1996"]
    )
    def test_a_symmetric_fact_has_no_direction(self, league: Tiny, row: str) -> None:
        found = verdicts(league, row)

        assert [one.verdict for one in found] == ["agree"]

    def test_both_directions_of_a_symmetric_fact_are_one(self, league: Tiny) -> None:
        found = verdicts(
            league, "rooks,rivalOf,knights,1995,1996", "knights,rivalOf,rooks,1996,1997"
        )

        assert lines(found) == [("agree", "rooks rivalOf knights", "1995-1997")]

    def test_a_symmetric_fact_that_the_table_lacks_is_told_once(self, league: Tiny) -> None:
        rows = ["clara,rivalOf,knights,1995,1995", "clara,rivalOf,rooks,1995,1995"]
        league.replace("ontology/ontology.ttl", "rdfs:domain :Club ; rdfs:range :Club", "")
        found = verdicts(league, *rows)

        assert [line for line in lines(found) if line[0] == "only-record"] == [
            ("only-record", "knights rivalOf rooks", "1995")
        ]

    def test_an_event_has_happened_ever_after(self, league: Tiny) -> None:
        """A list of founders of 1995 is right about the founding of 1990."""
        found = verdicts(league, "anna,founded,knights,1989,1995")

        assert lines(found) == [
            ("only-table", "anna founded knights", "1989"),
            ("agree", "anna founded knights", "1990-1995"),
        ]

    def test_the_date_of_an_event_is_when_it_happened(self, league: Tiny) -> None:
        columns = Roles("s", "o", predicate="founded", at="when")
        rows = {"header": "s,o,when", "columns": columns}

        assert lines(verdicts(league, "anna,knights,1990", **rows)) == [  # type: ignore[arg-type]
            ("agree", "anna founded knights", "1990")
        ]
        assert lines(verdicts(league, "anna,knights,1995", **rows)) == [  # type: ignore[arg-type]
            ("only-table", "anna founded knights", "1995")
        ]

    def test_an_event_that_the_table_lacks_is_told_in_its_year(self, league: Tiny) -> None:
        league.add("clara,won,city-open,,,2001-06-12,almanac-2001,,,")
        columns = Roles("s", "o", predicate="won", at="when")
        found = verdicts(
            league, "boris,city-open,1999", "anna,city-open,2005", header="s,o,when",
            columns=columns,
        )  # fmt: skip

        assert lines(found) == [
            ("only-table", "anna won city-open", "2005"),
            ("agree", "boris won city-open", "1999"),
            ("only-record", "clara won city-open", "2001"),
        ]

    def test_an_event_whose_day_is_not_known_is_not_missing_on_any_day(self, league: Tiny) -> None:
        """Anna founded the Knights in 1990; nobody knows on which day."""
        columns = Roles("s", "o", predicate="founded", at="when")
        found = verdicts(
            league, "boris,knights,1990-01-01", "clara,knights,1990-12-31", header="s,o,when",
            columns=columns,
        )  # fmt: skip

        assert [one.verdict for one in found] == ["only-table", "only-table"]

    def test_a_timeless_fact_holds_at_every_time(self, league: Tiny) -> None:
        found = verdicts(league, "knights,hosts,city-open,1700,2100")

        assert lines(found) == [("agree", "knights hosts city-open", "1700-2100")]

    def test_a_table_without_dates_is_compared_on_its_day(self, league: Tiny) -> None:
        columns = Roles("s", "o", predicate="playsFor")
        found = verdicts(league, "anna,knights", header="s,o", columns=columns, as_of="1999-12-31")

        assert lines(found) == [
            ("agree", ANNA, "1999-12-31"),
            ("only-record", BORIS, "1999-12-31"),
        ]


class TestLiterals:
    """Anna's rating is 2100 on all days of 1999."""

    NICKNAME = """
:nickname a owl:DatatypeProperty ; rdfs:domain :Player ; rdfs:range xsd:string ;
    rdfs:label "nickname"@en , "прозвище"@ru .
"""
    ONE_AT_A_TIME = "\n:rating a owl:FunctionalProperty .\n"
    BELOW_ONE = """
:rating rdfs:subPropertyOf :strength .
:strength a kg:StateProperty , owl:DatatypeProperty , owl:FunctionalProperty ;
    rdfs:domain :Player ; rdfs:range xsd:integer ;
    rdfs:label "strength"@en , "сила"@ru .
"""

    @staticmethod
    def say(tiny: Tiny, turtle: str) -> None:
        ontology = tiny.ontology / "ontology.ttl"
        ontology.write_text(ontology.read_text(encoding="utf-8") + turtle, encoding="utf-8")

    @pytest.mark.parametrize(("ours", "theirs"), [("2100", "02100"), ("+02100", "2100")])
    def test_the_same_value_agrees_however_it_is_spelled(
        self, tiny: Tiny, ours: str, theirs: str
    ) -> None:
        tiny.replace("data/statements/facts.csv", "anna,rating,2100", f"anna,rating,{ours}")
        (verdict,) = verdicts(tiny, f"anna,rating,{theirs},1999,1999")

        assert lines([verdict]) == [("agree", "anna rating 2100", "1999")]
        assert verdict.datatype == "xsd:integer"
        assert [one.object for one in verdict.statements] == [ours]

    def test_another_value_is_in_both_lists(self, tiny: Tiny) -> None:
        """Nothing says that a player has one rating at a time."""
        assert lines(verdicts(tiny, "anna,rating,2200,1999,1999")) == [
            ("only-record", "anna rating 2100", "1999"),
            ("only-table", "anna rating 2200", "1999"),
        ]

    @pytest.mark.parametrize("turtle", [ONE_AT_A_TIME, BELOW_ONE])
    def test_another_value_is_a_disagreement_where_there_is_one_at_a_time(
        self, tiny: Tiny, turtle: str
    ) -> None:
        self.say(tiny, turtle)
        (verdict,) = verdicts(tiny, "anna,rating,2200,1999,1999")

        assert lines([verdict]) == [("disagree", "anna rating 2200", "1999")]
        assert [one.object for one in verdict.statements] == ["2100"]

    def test_and_is_none_when_the_record_s_is_over(self, tiny: Tiny) -> None:
        self.say(tiny, self.ONE_AT_A_TIME)

        assert lines(verdicts(tiny, "anna,rating,2200,2001,2001")) == [
            ("only-table", "anna rating 2200", "2001")
        ]

    def test_a_claim_that_the_record_keeps_is_shown(self, tiny: Tiny) -> None:
        self.say(tiny, self.ONE_AT_A_TIME)
        tiny.add("anna,rating,2200,1999,2000,,almanac-2001,p. 9,deprecated,a misprint")
        (verdict,) = verdicts(tiny, "anna,rating,2200,1999,1999")

        assert (verdict.verdict, [one.notes for one in verdict.kept]) == (
            "disagree",
            ["a misprint"],
        )

    def test_whom_the_table_leaves_out_is_told_while_it_speaks_of_the_property(
        self, tiny: Tiny
    ) -> None:
        tiny.add("boris,rating,2200,1998-01-01,2003-01-01,,almanac-2001,p. 9,,")

        assert lines(verdicts(tiny, "anna,rating,2100,1999,2000")) == [
            ("agree", "anna rating 2100", "1999"),
            ("only-table", "anna rating 2100", "2000"),
            ("only-record", "boris rating 2200", "1999-2000"),
        ]

    def test_texts_are_compared_letter_by_letter(self, tiny: Tiny) -> None:
        self.say(tiny, self.NICKNAME)
        tiny.add("anna,nickname,The Queen,,,,almanac-2001,p. 9,,")
        tiny.add("boris,nickname,007,,,,almanac-2001,p. 9,,")
        rows = ("anna,nickname,the queen,1999,1999", "boris,nickname,7,1999,1999")

        assert lines(verdicts(tiny, *rows)) == [
            ("only-record", "anna nickname The Queen", "1999"),
            ("only-table", "anna nickname the queen", "1999"),
            ("only-record", "boris nickname 007", "1999"),
            ("only-table", "boris nickname 7", "1999"),
        ]

    def test_a_text_that_is_spelled_like_an_id_is_not_that_entity(self, tiny: Tiny) -> None:
        """That Anna plays for the Knights says nothing against a nickname."""
        self.say(tiny, self.NICKNAME)
        rows = ("anna,nickname,knights,1998,1998", "anna,playsFor,knights,1998,1998")

        assert lines(verdicts(tiny, *rows)) == [
            ("only-table", "anna nickname knights", "1998"),
            ("agree", "anna playsFor knights", "1998"),
        ]


def test_the_order_is_object_subject_and_time(league: Tiny) -> None:
    found = verdicts(
        league,
        "boris,playsFor,rooks,2001,2001",
        "boris,playsFor,knights,2003,2003",
        "anna,playsFor,knights,1999,2000",
        "boris,playsFor,knights,1995,1995",
    )

    order = [(one.object, one.subject, one.first) for one in found]
    assert order == sorted(order)


def test_an_empty_table_has_no_verdicts(league: Tiny) -> None:
    assert verdicts(league) == ()


# ------------------------------------------------- the same, day by day, by another way of thinking

FIRST, LAST = date(1994, 1, 1), date(2001, 12, 31)
PLAYERS, CLUBS, PROPERTIES = ("anna", "boris"), ("knights", "rooks"), ("playsFor", "coaches")
CALENDAR = [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]


def bounds(text: str) -> tuple[date, date]:
    """The first and the last day that a partial date can mean."""
    parts = [int(part) for part in text.split("-")]
    year, month, number = [*parts, 0, 0][:3]
    last_month = month or 12
    last_day = number or calendar.monthrange(year, last_month)[1]
    return date(year, month or 1, number or 1), date(year, last_month, last_day)


@st.composite
def partial(draw: st.DrawFn) -> str:
    day = draw(st.sampled_from(CALENDAR[200:-200]))
    return day.isoformat()[: draw(st.sampled_from([4, 7, 10]))]


@st.composite
def record_row(draw: st.DrawFn) -> str:
    """A row of facts.csv: with or without a start or an end, or an attestation."""
    triple = ",".join(draw(st.sampled_from(c)) for c in (PLAYERS, PROPERTIES, CLUBS))
    dates = sorted([draw(partial()), draw(partial())])
    if dates[0][:4] == dates[1][:4]:
        dates[1] = str(int(dates[1][:4]) + 1)
    shape = draw(st.sampled_from(["period", "period", "start", "end", "at"]))
    cells = {
        "period": f"{dates[0]},{dates[1]},",
        "start": f"{dates[0]},,",
        "end": f",{dates[1]},",
        "at": f",,{dates[0]}",
    }[shape]
    rank = draw(st.sampled_from(["", "", "", "deprecated"]))
    return f"{triple},{cells},almanac-2001,,{rank},"


@st.composite
def table_row(draw: st.DrawFn) -> str:
    triple = ",".join(draw(st.sampled_from(c)) for c in (PLAYERS, PROPERTIES, CLUBS))
    first, last = sorted([draw(partial()), draw(partial())], key=lambda text: bounds(text)[0])
    if bounds(last)[1] < bounds(first)[0]:
        first, last = last, first
    shape = draw(st.sampled_from(["both", "both", "both", "first", "last"]))
    return f"{triple},{'' if shape == 'last' else first},{'' if shape == 'first' else last}"


def naive(record: list[dict[str, str]], rows: list[dict[str, str]]) -> set[tuple[str, ...]]:
    """(verdict, subject, predicate, object, unit) for every unit, found day by day."""
    expected: set[tuple[str, ...]] = set()
    for club in CLUBS:
        mine = [row for row in rows if row["o"] == club]
        for player in PLAYERS if mine else ():
            pair = [row for row in mine if row["s"] == player]
            width = min(len(r[c]) for r in (pair or mine) for c in ("from", "to") if r[c])
            units: dict[str, list[date]] = {}
            for day in CALENDAR:
                units.setdefault(day.isoformat()[:width], []).append(day)
            window = {day.isoformat()[:width] for day in CALENDAR if in_window(mine, day)}
            facts = [fact for fact in record if (fact["s"], fact["o"]) == (player, club)]
            for unit, days in units.items():
                for verdict, predicate in unit_verdicts(facts, pair, days, unit, unit in window):
                    expected.add((verdict, player, predicate, club, unit))
    return expected


def in_window(rows: list[dict[str, str]], day: date) -> bool:
    """From the first to the last day of which the rows speak; an unknown start says the last."""
    begun = any(bounds(r["from"])[0] <= day for r in rows if r["from"])
    begun |= any(bounds(r["to"])[1] <= day for r in rows if not r["from"])
    return begun and any(not r["to"] or day <= bounds(r["to"])[1] for r in rows)


def unit_verdicts(
    facts: list[dict[str, str]], rows: list[dict[str, str]], days: list[date], unit: str,
    is_in_window: bool,
) -> Iterable[tuple[str, str]]:  # fmt: skip
    """(verdict, predicate) of one player and one club in one unit."""
    held, whole, can, must = ({} for _ in range(4))
    for p in PROPERTIES:
        own = [fact for fact in facts if fact["p"] == p]
        claims = [row for row in rows if row["p"] == p]
        held[p] = any(perhaps(fact, day) for fact in own for day in days)
        whole[p] = all(any(surely(fact, day) for fact in own) for day in days)
        saying = [row for row in claims if any(says(row, day) for day in days)]
        can[p] = bool(saying)
        must[p] = any(
            row["from"] or bounds(row["to"])[1].isoformat().startswith(unit) for row in saying
        )
    wrong = [p for p in PROPERTIES if must[p] and not held[p]]
    against = [p for p in wrong if any(held.values())]
    for p in PROPERTIES:
        if can[p] and held[p]:
            yield "agree", p
        if p in wrong:
            yield "disagree" if p in against else "only-table", p
        if whole[p] and not can[p] and is_in_window and not against:
            yield "only-record", p


def says(claim: dict[str, str], day: date) -> bool:
    first = bounds(claim["from"])[0] if claim["from"] else FIRST
    return first <= day <= (bounds(claim["to"])[1] if claim["to"] else LAST)


def perhaps(fact: dict[str, str], day: date) -> bool:
    """Whether the record can be read so that it holds on the day."""
    if fact["at"]:
        return bounds(fact["at"])[0] <= day <= bounds(fact["at"])[1]
    start = bounds(fact["start"])[0] if fact["start"] else FIRST
    return start <= day and (not fact["end"] or day < over(fact["end"])[1])


def over(text: str) -> tuple[date, date]:
    """The first and the last day that can be the first after an end.

    In a month or a year lies the last day, a day is the first after it.
    """
    first, last = bounds(text)
    return (first, last) if len(text) == 10 else (first + timedelta(1), last + timedelta(1))


def surely(fact: dict[str, str], day: date) -> bool:
    """Whether it holds on the day however its partial dates are read."""
    if fact["at"]:
        return len(fact["at"]) == 10 and fact["at"] == day.isoformat()
    if not fact["start"]:
        # It held on one day at least, which is the last before its end.
        return over(fact["end"])[0] == over(fact["end"])[1] == day + timedelta(days=1)
    if day < bounds(fact["start"])[1]:
        return False
    return not fact["end"] or day < over(fact["end"])[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the league, shared by all examples."""
    import shutil

    here = Path(__file__).parent
    path = Path(shutil.copytree(here / "tiny", tmp_path_factory.mktemp("days") / "tiny"))
    ontology = path / "ontology" / "ontology.ttl"
    ontology.write_text(ontology.read_text(encoding="utf-8") + COACHES, encoding="utf-8")
    return path


@given(
    st.lists(record_row(), max_size=5, unique=True), st.lists(table_row(), min_size=1, max_size=5)
)
@settings(max_examples=120)
@pytest.mark.slow
def test_the_verdicts_are_those_of_looking_at_every_day(
    folder: Path, record: list[str], table: list[str]
) -> None:
    """The record is loaded without validation, so that periods may also overlap."""
    from conftest import Tiny

    league = Tiny(folder)
    header = "subject,predicate,object,start,end,at,source,locator,rank,note\n"
    league.write("data/statements/facts.csv", header + "\n".join(record) + "\n")
    league.write("table.csv", "\n".join(["s,p,o,from,to", *table]) + "\n")
    records = league.records()
    history = History(EmbeddedStore.of(assemble(records, league.known())))
    mapping = {f"x{i}": name for i, name in enumerate(PROPERTIES)}
    claims = read_claims(folder / "table.csv", COLUMNS, Names(history), mapping=mapping)

    facts = [
        {"s": one.subject, "p": one.predicate, "o": one.object, "start": one.start, "end": one.end,
         "at": one.at}
        for one in records.statements
        if one.counts
    ]  # fmt: skip
    keys = ("s", "p", "o", "from", "to")
    rows = [dict(zip(keys, row.split(","), strict=True)) for row in table]
    assert naive(facts, rows) == set(by_unit(claims, judge(claims, history)))


def by_unit(claims: Claims, found: Iterable[Verdict]) -> list[tuple[str, ...]]:
    """(verdict, subject, predicate, object, unit) for every unit between the first and last day."""
    expanded: list[tuple[str, ...]] = []
    for one in found:
        width = len(one.first or one.last)
        if not width:
            rows = [c for c in claims.claims if (c.subject, c.object) == (one.subject, one.object)]
            widths = {"year": 4, "month": 7, "day": 10}
            width = min(widths[c.precision] for c in rows if c.precision)
        units = dict.fromkeys(day.isoformat()[:width] for day in CALENDAR)
        expanded += [
            (one.verdict, *one.triple, unit)
            for unit in units
            if (one.first or "0000") <= unit <= (one.last or "9999")
        ]
    return expanded
