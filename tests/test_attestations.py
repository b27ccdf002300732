"""Attestations of a year or a month, and periods that are known to the year: what must be so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from conftest import FACTS
from kg.exports.network import network
from kg.pipeline.builder import check
from kg.pipeline.validate import Report
from kg.query.questions import run
from kg.query.slice import slice_of
from kg.reports.why import why

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
FACTBOOK = "factbook-2012,World Factbook 2012,CIA,https://example.org/wf2012,2012,,en,reference,\n"
CLARA = "clara,playsFor,rooks"


def plays(tiny: Tiny, as_of: str, known_by: str | None = None) -> bool:
    """Whether Clara plays for the Rooks on the date."""
    then = slice_of(tiny.build().store(), as_of, known_by)
    return bool(run(then, "ASK { id:clara :playsFor id:rooks }"))


def notes(report: Report) -> list[tuple[str, str, str]]:
    """The findings that are no errors, without their place."""
    assert report.conforms
    return [(f.severity, f.message, f.repair) for f in report.findings]


def shipped_with(folder: Path, *rows: str, alone: bool = False) -> Path:
    """A copy of the shipped project with the handbook for a source, and these rows.

    Alone they are the only statements: what a rule says of them takes no others.
    """
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    left_out = shutil.ignore_patterns("statements" if alone else "")
    shutil.copytree(ROOT / "data", folder / "data", ignore=left_out)
    (folder / "data" / "statements").mkdir(exist_ok=True)
    with (folder / "data" / "sources.csv").open("a", encoding="utf-8") as table:
        table.write(FACTBOOK)
    head = "subject,predicate,object,start,end,at,source,locator,rank,note"
    text = "\n".join([head, *(f"{row},factbook-2012,,," for row in rows), ""])
    (folder / "data" / "statements" / "zz.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """The shipped graph with what the handbook says."""
    folder = tmp_path_factory.mktemp("shipped")
    shipped_with(folder, "uzbekistan,memberOf,csto,,,2012", "mongolia,memberOf,csto,,,2010-03-04")
    return kg.build(folder / "data", folder / "ontology")


class TestTheYearInWhichAMembershipEnded:
    """Uzbekistan was in the CSTO from 2006-08-16 until 2012-12-19; a handbook says so for 2012."""

    def test_the_members_after_its_end_are_six(self, graph: kg.Graph) -> None:
        members = graph.query("SELECT ?s { ?s :memberOf id:csto }", as_of="2012-12-25").rows

        assert sorted(str(row[0]) for row in members) == [
            *("armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan")
        ]

    @pytest.mark.parametrize(("day", "allies"), [("2012-12-18", 6), ("2012-12-25", 0)])
    def test_its_allies_end_with_it(self, graph: kg.Graph, day: str, allies: int) -> None:
        found = graph.query("SELECT ?other { id:uzbekistan :allyOf ?other }", as_of=day)

        assert len(found) == allies

    @pytest.mark.parametrize("question", ["joined", "left"])
    def test_a_day_on_which_a_state_was_seen_is_no_day_of_coming_or_going(
        self, graph: kg.Graph, question: str
    ) -> None:
        asked: dict[str, Any] = {"from": "2010-01-01", "until": "2011-01-01"}

        assert graph.query(question, organization="csto", **asked).rows == []

    def test_the_handbook_is_one_more_reference_of_the_membership(self, graph: kg.Graph) -> None:
        said = json.loads(graph.why("uzbekistan", "memberOf", "csto").to_json())["explained"]

        saying = [
            (one["start"], one["end"])
            for one in said
            if any(reference["source"] == "factbook-2012" for reference in one["references"])
        ]
        assert saying == [("2006-08-16", "2012-12-19")]


class TestAnAttestationOfAYear:
    @pytest.mark.parametrize("at", ["2003", "2003-06"])
    def test_in_which_its_only_period_ends_is_a_reference_of_it(self, tiny: Tiny, at: str) -> None:
        tiny.add(f"{CLARA},2001,2003-06-02,,almanac-2001,,,")
        tiny.add(f"{CLARA},,,{at},gazette-1999,,,foretold")

        assert plays(tiny, "2003-06-01")
        assert not plays(tiny, "2003-06-02")
        assert not plays(tiny, "2003-12-31")
        assert tiny.check().findings == ()

    def test_in_which_its_only_period_begins_is_a_reference_of_it(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},2003-06-02,,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,,,foretold")

        assert not plays(tiny, "2003-06-01")
        assert plays(tiny, "2003-06-02")

    def test_between_two_periods_makes_nothing_true_in_the_gap(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},2001,2003-02,,almanac-2001,,,")
        tiny.add(f"{CLARA},2003-10,2006,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,,,foretold")

        found = {day: plays(tiny, day) for day in ("2003-02-27", "2003-06", "2003-10-01")}
        assert found == {"2003-02-27": True, "2003-06": False, "2003-10-01": True}

    def test_between_two_periods_is_no_reference_of_either(self, tiny: Tiny) -> None:
        first = tiny.add(f"{CLARA},2001,2003-02,,almanac-2001,,,")
        second = tiny.add(f"{CLARA},2003-10,2006,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,¶9,,foretold")
        store = tiny.build().store()

        said = json.loads(why(store, "clara", "playsFor", "rooks").to_json())["explained"]
        assert {(one["start"], one["at"], len(one["references"])) for one in said} == {
            ("2001", "", 1),
            ("2003-10", "", 1),
            ("", "2003", 1),
        }
        (undecided,) = (one for one in said if one["at"])
        periods = {one["id"] for one in said if one["start"]}
        assert (undecided["status"], set(undecided["may_confirm"])) == ("undecided", periods)
        assert "  may confirm  clara playsFor rooks  from 2001 until 2003-02  st:" in str(
            why(store, "clara", "playsFor", "rooks")
        )
        assert notes(tiny.check()) == [
            (
                "note",
                (
                    "'clara playsFor rooks' is attested on 2003, which fits several periods: "
                    f"{first}, {second}"
                ),
                "it never counts; more precise dates, here or there, would tell which",
            )
        ]

    def test_between_two_periods_is_an_edge_of_no_date(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},2001,2003-02,,almanac-2001,,,")
        tiny.add(f"{CLARA},2003-10,2006,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,¶9,,foretold")
        store = tiny.build().store()

        whole = network(store).get_edge_data("clara", "rooks").values()
        assert [edge["status"] for edge in whole if "at" in edge] == ["undecided"]
        assert not network(store, as_of="2003-06").has_edge("clara", "rooks")

    def test_between_two_periods_may_fit_the_one_that_was_known_by_then(self, tiny: Tiny) -> None:
        """The gazette of 1999 foretold the first; the almanac of 2001 knew the second."""
        tiny.add(f"{CLARA},2001,2003-02,,gazette-1999,p. 1,,foretold")
        tiny.add(f"{CLARA},2003-10,2006,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,¶9,,foretold")
        store = tiny.build().store()

        (known,) = why(store, "clara", "playsFor", "rooks", known_by="2000").statements
        assert (known.start, len(known.references), known.may_confirm) == ("2001", 2, ())

    def test_between_two_periods_stands_alone_where_neither_was_known(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},2001,2003-02,,almanac-2001,,,")
        tiny.add(f"{CLARA},2003-10,2006,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,¶9,,foretold")

        assert plays(tiny, "2003-06", known_by="2000")
        assert not plays(tiny, "2004", known_by="2000")

    def test_within_rival_accounts_of_one_time_confirms_the_better(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},2001,2003-06-02,,almanac-2001,,preferred,")
        tiny.add(f"{CLARA},2000,2004,,almanac-2001,,,")
        tiny.add(f"{CLARA},,,2003,gazette-1999,,,foretold")

        found = why(tiny.build().store(), "clara", "playsFor", "rooks").statements
        references = {one.start: len(one.references) for one in found}
        assert references == {"2001": 2, "2000": 1}

    def test_outside_every_period_is_possible_on_its_days(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},,,2003,gazette-1999,,,foretold")

        found = [plays(tiny, day) for day in ("2002-12-31", "2003-01-01", "2003-12-31", "2004")]
        assert found == [False, True, True, False]
        assert notes(tiny.check()) == [
            (
                "note",
                "'clara playsFor rooks' is attested on 2003, outside every known period",
                (
                    "it may be so on any day of 2003, and no rule concludes from it; "
                    "add the period if a source gives one"
                ),
            )
        ]

    def test_of_one_day_counts_for_that_day(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},,,2003-05-03,gazette-1999,,,foretold")

        (note,) = notes(tiny.check())
        assert note[2] == "it counts for that day only; add the period if a source gives one"

    def test_is_listed_by_the_audit_when_it_fits_several(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},2001,2003-02,,almanac-2001,,,")
        tiny.add(f"{CLARA},2003-10,2006,,almanac-2001,,,foretold")
        tiny.add(f"{CLARA},,,2003,gazette-1999,¶9,,foretold")
        audit = kg.build(tiny.data, tiny.ontology).audit("clara")

        assert [one.message for one in audit.of("outside")] == [
            "attested on 2003, which fits several periods"
        ]
        assert audit.of("dates") == audit.of("rejected") == []


class TestWhatFollows:
    """Boris plays for the Knights since 1998; the rule of the project joins team-mates."""

    @pytest.mark.parametrize(("at", "mates"), [("2003-05-03", True), ("2003-05", False)])
    def test_from_a_day_a_rule_concludes_and_from_a_month_it_does_not(
        self, tiny: Tiny, at: str, mates: bool
    ) -> None:
        tiny.add(f"clara,playsFor,knights,,,{at},gazette-1999,,,foretold")
        then = slice_of(tiny.build().store(), "2003-05-03")

        assert bool(run(then, "ASK { id:boris :teammateOf id:clara }")) == mates

    @pytest.mark.parametrize(("at", "entailed"), [("2003-05-03", True), ("2003-05", False)])
    def test_from_a_month_alone_nothing_follows_either(
        self, tiny: Tiny, at: str, entailed: bool
    ) -> None:
        rule = "CONSTRUCT { ?c :hosts ?p } WHERE { GRAPH ?one { ?p :playsFor ?c } }"
        tiny.write("ontology/rules/hosting.rq", f"# A club is host to its players.\n{rule}\n")
        tiny.add(f"{CLARA},,,{at},gazette-1999,,,foretold")
        then = slice_of(tiny.build().store(), "2003-05-03")

        assert bool(run(then, "ASK { id:rooks :hosts id:clara }")) == entailed

    def test_what_is_possible_in_a_year_hides_no_conclusion(self, tiny: Tiny) -> None:
        """That they were team-mates some day of 1999 is less than what the rule knows of 1999."""
        tiny.add("clara,playsFor,knights,1999-03,1999-09,,almanac-2001,,,")
        tiny.add("boris,teammateOf,clara,,,1999,gazette-1999,,,")

        found = why(tiny.build().store(), "boris", "teammateOf", "clara").statements
        assert [(one.at, one.start, one.end) for one in found] == [
            ("1999", "", ""),
            ("", "1999-03", "1999-09"),
        ]


class TestPeriodsThatTouch:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("1999", "2001"), ("2001", "2003")),
            (("2001-02", "2003-06"), ("2003-06-15", "2006")),
            (("2001", "2003-06"), ("2003", "")),
            (("", "2003"), ("2003", "")),
        ],
    )
    def test_in_a_year_or_month_follow_one_another(
        self, tiny: Tiny, first: tuple[str, str], second: tuple[str, str]
    ) -> None:
        for start, end in (first, second):
            tiny.add(f"{CLARA},{start},{end},,almanac-2001,,,foretold")

        assert tiny.check().findings == ()

    @pytest.mark.parametrize(
        ("first", "second"),
        [(("2001", "2003"), ("2003", "2003")), (("", "2005"), ("", "2012"))],
    )
    def test_and_may_be_one_are_noted(
        self, tiny: Tiny, first: tuple[str, str], second: tuple[str, str]
    ) -> None:
        places = [
            tiny.add(f"{CLARA},{start},{end},,almanac-2001,,,foretold")
            for start, end in (first, second)
        ]

        assert notes(tiny.check()) == [
            (
                "note",
                f"'clara playsFor rooks' may be another account of the period at {places[0]}",
                (
                    "both count; if it is one, mark the better one preferred or the worse one "
                    "deprecated"
                ),
            )
        ]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("1999", "2001"), ("2000", "2003")),
            (("1999", "2010"), ("2003", "2003")),
            (("1999", ""), ("2001", "")),
            (("2003-06", "2003"), ("2003-03", "2005")),
            (("", "2003"), ("2001", "2010")),
        ],
    )
    def test_but_surely_share_a_day_are_an_error(
        self, tiny: Tiny, first: tuple[str, str], second: tuple[str, str]
    ) -> None:
        """What was over in 2003 and began in 2003 lies within 1999 to 2010, whenever it was."""
        places = [
            tiny.add(f"{CLARA},{start},{end},,almanac-2001,,,foretold")
            for start, end in (first, second)
        ]

        (error,) = tiny.check().errors
        assert error.message == f"'clara playsFor rooks' overlaps the period at {places[0]}"

    def test_both_count_whatever_their_ranks(self, tiny: Tiny) -> None:
        """The better source speaks of the first period, and says nothing of the second."""
        tiny.add(f"{CLARA},1999,2001,,almanac-2001,,preferred,")
        tiny.add(f"{CLARA},2001,2003,,gazette-1999,,,foretold")

        assert plays(tiny, "1999-01-01")
        assert plays(tiny, "2002-06-01")

    def test_and_may_be_one_are_decided_by_their_ranks(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},,2005,,almanac-2001,,preferred,")
        tiny.add(f"{CLARA},,2012,,gazette-1999,,,")

        assert plays(tiny, "2004-06-01")
        assert not plays(tiny, "2010-06-01")

    def test_an_attestation_where_they_touch_is_a_reference_of_neither(self, tiny: Tiny) -> None:
        tiny.add(f"{CLARA},1999,2001,,almanac-2001,,,")
        tiny.add(f"{CLARA},2001,2003,,almanac-2001,,,")
        place = tiny.add(f"{CLARA},,,2001-05,gazette-1999,,,foretold")

        (note,) = tiny.check().findings
        assert (f"{note.path}:{note.line}", note.severity) == (place, "note")
        assert note.message.endswith(f"fits several periods: {FACTS}:11, {FACTS}:12")

    @pytest.mark.parametrize(
        ("standing", "membership", "together"),
        [
            ("2003,2004", "2004,", False),
            ("2003,2004-06", "2004-06-15,", False),
            ("2006-05,", "2003,2006", False),
            ("2003,2004-06-16", "2004-06-15,", True),
            ("2003,2005", "2004,", True),
            ("2003,", "2003,2004", True),
            (",2003", ",2004", False),
            (",2003-06-01", ",2004", False),
            (",2003-06-01", "2001,2003-06-01", True),
            (",2003-06-01", ",2003-06-01", True),
        ],
    )
    def test_may_be_those_of_an_observer_who_became_a_member(
        self, tmp_path: Path, standing: str, membership: str, together: bool
    ) -> None:
        folder = shipped_with(
            tmp_path,
            f"mongolia,observerOf,csto,{standing},",
            f"mongolia,memberOf,csto,{membership},",
            alone=True,
        )
        report = check(folder / "data", folder / "ontology")

        assert any("while it was a member" in f.message for f in report.findings) == together

    @pytest.mark.parametrize(("until", "together"), [("2004", False), ("2005", True)])
    def test_may_be_those_of_two_chairs(self, tmp_path: Path, until: str, together: bool) -> None:
        folder = shipped_with(
            tmp_path,
            f"mongolia,chairs,csto,2003,{until},",
            "iran,chairs,csto,2004,2006,",
            alone=True,
        )
        report = check(folder / "data", folder / "ontology")

        both = ("iran and mongolia", "id:iran and id:mongolia")
        found = [f.message for f in report.findings if any(pair in f.message for pair in both)]
        assert bool(found) == together
