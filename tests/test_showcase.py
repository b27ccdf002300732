"""What the shipped graph must show: the facts that it was made for, looked up by hand.

CSTO: members since the Charter of 2002-10-07, Uzbekistan from 2006-08-16 to 2012-12-19 only.
SCO: founded on 2001-06-15 by six, then India and Pakistan, Iran, Belarus.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest

from kg.exports.network import to_format

if TYPE_CHECKING:
    from kg import Graph

ROOT = Path(__file__).parent.parent
SIX = {"armenia", "belarus", "kazakhstan", "kyrgyzstan", "russia", "tajikistan"}
FOUNDERS_OF_SCO = {"china", "kazakhstan", "kyrgyzstan", "russia", "tajikistan", "uzbekistan"}
MEMBERS = "SELECT ?s { ?s :memberOf id:csto }"
TREATY = ("uzbekistan", "partyTo", "collective-security-treaty")
PERIODS = [("1992-05-15", "1999-04-20"), ("2006-08-16", "2012-12-19")]
# What Lavrov proposed or announced on 26 May 2020, and the first paragraph that says so.
PROPOSALS = {
    "biosecurity-measures-2020": "¶3",
    "anti-terrorism-programmes-synchronisation-2020": "¶9",
    "foreign-terrorists-identification-2020": "¶10",
    "single-terrorist-list-2020": "¶10",
    "anti-drug-programme-results-2020": "¶11",
    "channel-expansion-2020": "¶11",
    "un-peacekeeping-legal-basis-2020": "¶13",
    "euro-atlantic-dialogue-2020": "¶14",
    "peacekeeping-capacity-2020": "¶14",
}
# "This year, we will sum up the results" and "are working to create" ask nobody for anything.
ANNOUNCED = {"anti-drug-programme-results-2020", "un-peacekeeping-legal-basis-2020"}


def states(graph: Graph, organization: str, as_of: str | None = None) -> set[object]:
    rows = graph.query(f"SELECT ?s {{ ?s :memberOf id:{organization} }}", as_of=as_of).rows
    return {row[0] for row in rows}


class TestMembers:
    def test_a_plain_query_gives_the_members_of_now(self, shipped: Graph) -> None:
        assert shipped.query(f"{MEMBERS} ORDER BY ?s").rows == [(state,) for state in sorted(SIX)]

    def test_in_june_2012_uzbekistan_was_one(self, shipped: Graph) -> None:
        rows = shipped.query(f"{MEMBERS} ORDER BY ?s", as_of="2012-06-27").rows

        assert rows == [(state,) for state in sorted(SIX | {"uzbekistan"})]

    def test_in_2005_it_was_not_yet(self, shipped: Graph) -> None:
        assert states(shipped, "csto", "2005-01-01") == SIX

    @pytest.mark.parametrize(
        ("day", "state", "organization", "is_member"),
        [
            *(("2002-10-06", state, "csto", False) for state in sorted(SIX)),
            *(("2002-10-07", state, "csto", True) for state in sorted(SIX)),
            ("2006-08-15", "uzbekistan", "csto", False),
            ("2006-08-16", "uzbekistan", "csto", True),
            ("2012-12-18", "uzbekistan", "csto", True),
            ("2012-12-19", "uzbekistan", "csto", False),
            *(("2001-06-14", state, "sco", False) for state in sorted(FOUNDERS_OF_SCO)),
            *(("2001-06-15", state, "sco", True) for state in sorted(FOUNDERS_OF_SCO)),
            ("2017-06-08", "india", "sco", False),
            ("2017-06-09", "india", "sco", True),
            ("2017-06-08", "pakistan", "sco", False),
            ("2017-06-09", "pakistan", "sco", True),
            ("2023-07-03", "iran", "sco", False),
            ("2023-07-04", "iran", "sco", True),
            ("2024-07-03", "belarus", "sco", False),
            ("2024-07-04", "belarus", "sco", True),
            ("2009-08-17", "georgia", "cis", True),
            ("2009-08-18", "georgia", "cis", False),
        ],
    )
    def test_the_day_before_and_the_day(
        self, shipped: Graph, day: str, state: str, organization: str, is_member: bool
    ) -> None:
        assert (state in states(shipped, organization, day)) is is_member

    @pytest.mark.parametrize(
        ("day", "observer"),
        [
            ("2017-06-08", "india"),
            ("2017-06-08", "pakistan"),
            ("2023-07-03", "iran"),
            ("2024-07-03", "belarus"),
        ],
    )
    def test_who_becomes_a_member_stops_being_an_observer(
        self, shipped: Graph, day: str, observer: str
    ) -> None:
        text = f"ASK {{ id:{observer} :observerOf id:sco }}"
        year, month, number = day.split("-")
        next_day = f"{year}-{month}-{int(number) + 1:02d}"

        assert [bool(shipped.query(text, as_of=d)) for d in (day, next_day)] == [True, False]

    def test_the_sco_has_ten_members_now(self, shipped: Graph) -> None:
        later = {"india", "pakistan", "iran", "belarus"}

        assert states(shipped, "sco") == FOUNDERS_OF_SCO | later

    def test_the_named_question_gives_the_same(self, shipped: Graph) -> None:
        rows = shipped.query("members", organization="csto", as_of="2012-06-27").rows

        assert {row[1] for row in rows} == SIX | {"uzbekistan"}


class TestTwoPeriods:
    """Uzbekistan, party to the treaty from 1992 to 1999 and again from 2006 to 2012."""

    def test_in_sparql(self, shipped: Graph) -> None:
        subject, predicate, target = TREATY
        text = f"""
            SELECT ?from ?to {{
              GRAPH ?st {{ id:{subject} :{predicate} id:{target} }}
              ?st kg:start ?from ; kg:end ?to .
            }} ORDER BY ?from"""

        assert shipped.query(text).rows == PERIODS

    def test_in_why(self, shipped: Graph) -> None:
        found = shipped.why(*TREATY).statements

        assert [(one.start, one.end) for one in found] == PERIODS

    def test_in_why_in_words(self, shipped: Graph) -> None:
        lines = str(shipped.why(*TREATY)).splitlines()

        assert [line for line in lines if not line.startswith(" ")] == [
            f"{' '.join(TREATY)}  from {start} until {end}" for start, end in PERIODS
        ]

    def test_in_networkx(self, shipped: Graph) -> None:
        edges = shipped.network()["uzbekistan"]["collective-security-treaty"].values()

        found = sorted((e["since"], e["until"]) for e in edges if e["predicate"] == "partyTo")
        assert found == PERIODS

    def test_in_graphml(self, shipped: Graph) -> None:
        text = to_format(shipped.network(), ".graphml")

        graph = nx.parse_graphml(text, force_multigraph=True)
        edges = graph["uzbekistan"]["collective-security-treaty"].values()
        found = sorted((e["since"], e["until"]) for e in edges if e["predicate"] == "partyTo")
        assert found == PERIODS

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            ("1992-05-14", False),
            ("1992-05-15", True),
            ("1999-04-19", True),
            ("1999-04-20", False),
            ("2006-08-15", False),
            ("2006-08-16", True),
            ("2012-12-18", True),
            ("2012-12-19", False),
        ],
    )
    def test_as_of_a_date(self, shipped: Graph, day: str, expected: bool) -> None:
        subject, predicate, target = TREATY
        text = f"ASK {{ id:{subject} :{predicate} id:{target} }}"

        assert bool(shipped.query(text, as_of=day)) is expected


class TestSerbia:
    """The source calls Serbia an observer of the CSTO; it was one of the Parliamentary Assembly."""

    def test_the_claim_of_the_source_is_kept_as_deprecated(self, shipped: Graph) -> None:
        (claim,) = shipped.why("serbia", "observerOf", "csto").statements

        assert (claim.rank, claim.references[0].source) == ("deprecated", "tass-2020-05-26")

    def test_it_is_shown_as_disputed(self, shipped: Graph) -> None:
        lines = str(shipped.why("serbia", "observerOf", "csto")).splitlines()

        assert lines[1].startswith("  disputed, rank deprecated  st:")

    def test_it_points_at_the_paragraph(self, shipped: Graph) -> None:
        (claim,) = shipped.why("serbia", "observerOf", "csto").statements

        assert claim.references[0].locator == "¶15"

    def test_the_assembly_is_shown_beside_it(self, shipped: Graph) -> None:
        shown = {one.triple for one in shipped.why("serbia").statements}

        assert {("serbia", "observerOf", "csto"), ("serbia", "observerOf", "csto-pa")} <= shown

    def test_it_counts_on_no_day(self, shipped: Graph) -> None:
        text = "SELECT ?where { id:serbia :observerOf ?where }"

        assert shipped.query(text, as_of="2020-05-26").rows == [("csto-pa",)]

    def test_it_is_an_edge_that_is_drawn_as_disputed(self, shipped: Graph) -> None:
        (edge,) = shipped.network()["serbia"]["csto"].values()

        assert edge["status"] == "disputed"


class TestProposals:
    def test_the_question_lists_nine_with_their_paragraphs(self, shipped: Graph) -> None:
        result = shipped.query("proposals", meeting="csto-cfm-2020-05-26")

        columns = [result.vars.index(name) for name in ("initiative", "proposer", "locator")]
        found = sorted(tuple(row[index] for index in columns) for row in result.rows)
        assert found == sorted((name, "lavrov", at) for name, at in PROPOSALS.items())

    def test_seven_are_proposed_and_two_announced(self, shipped: Graph) -> None:
        result = shipped.query("proposals", meeting="csto-cfm-2020-05-26")

        columns = [result.vars.index(name) for name in ("initiative", "how")]
        found = {tuple(row[index] for index in columns) for row in result.rows}
        announced = {(name, ":announced") for name in ANNOUNCED}
        assert found == announced | {
            (name, ":proposed") for name in PROPOSALS if name not in ANNOUNCED
        }

    def test_in_the_order_of_the_text(self, shipped: Graph) -> None:
        result = shipped.query("proposals", meeting="csto-cfm-2020-05-26")

        paragraphs = [str(row[result.vars.index("locator")]) for row in result.rows]
        assert paragraphs == list(PROPOSALS.values())


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    running = []
    for seed in ("0", "1"):
        project = tmp_path_factory.mktemp(f"project-{seed}")
        for part in ("data", "ontology"):
            shutil.copytree(ROOT / part, project / part)
        process = subprocess.Popen(
            [sys.executable, "-m", "kg", "build"],
            cwd=project,
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.DEVNULL,
        )
        running.append((project / "build", process))
    assert [process.wait(timeout=120) for _, process in running] == [0, 0]
    return [folder for folder, _ in running]


class TestSameFilesSameBytes:
    """Nothing depends on the clock, the machine, or the order in which Python hashes."""

    @pytest.mark.parametrize("name", ["graph.trig", "graph.html"])
    def test_two_builds_are_equal_byte_for_byte(self, builds: list[Path], name: str) -> None:
        first, second = ((folder / name).read_bytes() for folder in builds)

        assert first == second

    @pytest.mark.parametrize("name", ["graph.trig", "graph.html"])
    def test_a_build_names_no_folder_of_the_machine(self, builds: list[Path], name: str) -> None:
        text = (builds[0] / name).read_text(encoding="utf-8")

        assert not re.findall(re.escape(str(builds[0].parent)), text)

    def test_the_generation_is_named_by_what_is_in_it(self, builds: list[Path]) -> None:
        names = [{path.name for path in folder.glob("generation-*")} for folder in builds]

        assert names[0] == names[1]
