"""Why a fact is in the graph: the statements, who says so, and what follows from what."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from kg.errors import UsageError
from kg.exports.network import network, to_format
from kg.graph import Graph
from kg.model.rules import Rule
from kg.model.statement import Proof, Statement
from kg.reports.archive import Archive
from kg.reports.explanation import Explanation
from kg.reports.why import why
from kg.store.base import Store
from kg.text.statements import dates_in_words, status

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.store.read_back import History


@pytest.fixture
def store(tiny: Tiny) -> Store:
    tiny.add("clara,playsFor,rooks,2001,2003,,almanac-2001,,preferred,")
    tiny.add("clara,playsFor,rooks,2002,2004,,almanac-2001,,,told too late")
    tiny.add("clara,won,city-open,,,2000,almanac-2001,,deprecated,")
    return tiny.build().store()


class TestWhich:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (("anna", "playsFor", "knights"), 1),
            (("anna", "playsFor"), 2),
            # founded, playsFor twice, rating, teammateOf Boris and Clara
            (("anna",), 6),
            # as object: founded, playsFor twice; as subject: hosts, rivalOf
            (("knights",), 5),
            (("anna", "rating", "2100"), 1),
            (("clara", "won"), 1),
        ],
    )
    def test_the_statements_that_say_it(
        self, store: Store, asked: tuple[str, ...], expected: int
    ) -> None:
        assert len(why(store, *asked)) == expected

    def test_a_symmetric_fact_is_found_from_either_side(self, store: Store) -> None:
        found = why(store, "rooks", "rivalOf", "knights").statements

        assert [one.triple for one in found] == [("knights", "rivalOf", "rooks")]

    def test_a_fact_that_nobody_states_has_no_reason(self, store: Store) -> None:
        assert len(why(store, "boris", "playsFor", "rooks")) == 0

    @pytest.mark.parametrize(("day", "expected"), [("1999", "knights"), ("2001", "rooks")])
    def test_as_of_a_date_only_what_held_then(self, store: Store, day: str, expected: str) -> None:
        found = why(store, "anna", "playsFor", as_of=day).statements

        assert [one.object for one in found] == [expected]

    def test_as_of_a_date_the_disputed_is_still_shown(self, store: Store) -> None:
        assert len(why(store, "clara", "playsFor", as_of="2002-06")) == 2

    def test_known_by_a_date_only_what_was_known(self, store: Store) -> None:
        assert len(why(store, "clara", "playsFor", known_by="2000")) == 0

    def test_known_by_a_date_only_the_references_that_were_out(self, store: Store) -> None:
        found = why(store, "anna", "playsFor", "knights", known_by="2000").statements

        assert [r.source for one in found for r in one.references] == ["gazette-1999"]


class TestLeftOpen:
    """Anna left the Knights on 2000-01-01, Boris came on some day of 1998, so they were teammates.

    Clara played for the Rooks from some day of 2001 to some day of 2003, others say 2002 to 2004.
    """

    OPEN = "its start is 1998: the first day lies from 1998-01-01 to 1998-12-31"

    @pytest.mark.parametrize(
        ("asked", "as_of", "possible", "sure"),
        [
            (("boris", "playsFor"), "1997", 0, 0),
            (("boris", "playsFor"), "1998-06", 1, 0),
            (("boris", "playsFor"), "1998-12-31", 1, 1),
            (("boris", "playsFor"), "1998-12-31/2020", 1, 1),
            (("boris", "playsFor"), "1998-12-30/2020", 1, 0),
            (("anna", "teammateOf", "boris"), "1998-06", 1, 0),
            (("anna", "teammateOf", "boris"), "1999", 1, 1),
            (("anna", "teammateOf", "boris"), "1999/2000", 1, 0),
            # What does not count is shown as possible, and nothing makes it sure.
            (("clara", "playsFor"), "2002-06", 2, 1),
        ],
    )
    def test_what_is_sure_is_part_of_what_is_possible(
        self, store: Store, asked: tuple[str, ...], as_of: str, possible: int, sure: int
    ) -> None:
        assert len(why(store, *asked, as_of=as_of)) == possible
        found = why(store, *asked, as_of=as_of, surely=True)
        assert len(found) == sure
        assert "left open" not in str(found)

    def test_the_line_below_the_status_says_which_dates_leave_it_open(self, store: Store) -> None:
        lines = str(why(store, "boris", "playsFor", as_of="1998-06")).splitlines()

        assert lines[2] == f"  left open  {self.OPEN}"

    def test_of_a_conclusion_it_names_the_premise_which_says_its_dates(self, store: Store) -> None:
        lines = str(why(store, "anna", "teammateOf", "boris", as_of="1998-06")).splitlines()

        premise = "boris playsFor knights  since 1998"
        assert [line for line in lines if "left open" in line] == [
            f"  left open  a premise is not sure: {premise}",
            f"      left open  {self.OPEN}",
        ]

    def test_what_does_not_count_and_what_nobody_dates_in_the_time_is_not_open(
        self, store: Store
    ) -> None:
        text = str(why(store, "clara", "playsFor", as_of="2003"))

        assert text.count("left open") == 1
        assert "  left open  its end is 2003: the last day lies from 2003-01-01 to 2003-12-31" in (
            text.splitlines()
        )

    def test_without_a_date_nothing_is_open(self, store: Store) -> None:
        assert "left open" not in str(why(store, "boris"))
        assert "left_open" not in why(store, "boris").to_json()

    def test_json_says_the_same(self, store: Store) -> None:
        told = json.loads(why(store, "anna", "teammateOf", "boris", as_of="1998-06").to_json())

        by_subject = {(one["subject"], one["predicate"]): one for one in told["explained"]}
        assert by_subject["boris", "playsFor"]["left_open"] == self.OPEN
        assert by_subject["anna", "teammateOf"]["left_open"].startswith("a premise is not sure: ")
        assert "left_open" not in by_subject["anna", "playsFor"]

    def test_the_audit_says_the_same(self, store: Store) -> None:
        told = {
            (one.id, found.message)
            for found in Graph(store).audit(kinds=["undecided"], as_of="1998-06").findings
            for one in found.statements
        }

        graph = Graph(store)
        asked = [("anna",), ("boris",), ("clara",), ("knights",), ("rooks",), ("city-open",)]
        by_why = {
            (one["id"], one["left_open"])
            for ids in asked
            for one in json.loads(graph.why(*ids, as_of="1998-06").to_json())["explained"]
            if "left_open" in one
        }
        assert told == by_why
        assert len(told) > 1

    def test_what_is_sure_without_a_date_is_refused(self, store: Store) -> None:
        with pytest.raises(UsageError, match="not when"):
            why(store, "anna", surely=True)

    @pytest.mark.parametrize(
        ("month", "open_then"),
        [
            ("1993-09", {"azerbaijan": "it begins on 1993-09-24"}),
            ("1993-11", {}),
            (
                "1993-12",
                {
                    "georgia": "its start is 1993-12: "
                    "the first day lies from 1993-12-01 to 1993-12-31"
                },
            ),
            ("2009-08", {"georgia": "it is over on 2009-08-18"}),
        ],
    )  # fmt: skip
    def test_members_and_sure_members_differ_by_what_each_line_leaves_open(
        self, shipped: Graph, month: str, open_then: dict[str, str]
    ) -> None:
        """Rows 13, 14 and 44 to 47 of data/statements/cis.csv."""
        possible, sure = (
            {
                str(row[1]).removeprefix("id:")
                for row in shipped.query(
                    "members", organization="cis", as_of=month, surely=surely
                ).rows
            }
            for surely in (False, True)
        )

        assert possible - sure == open_then.keys()
        assert sure < possible or not open_then
        for member in possible:
            found = shipped.why(member, "memberOf", "cis", as_of=month)
            told = {one.get("left_open") for one in json.loads(found.to_json())["explained"]}
            assert told - {None} == {open_then[member]} if member in open_then else {None}
            assert bool(shipped.why(member, "memberOf", "cis", as_of=month, surely=True)) == (
                member in sure
            )


class TestMistakes:
    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            (("ana",), "subject 'ana' is not known; did you mean 'anna'"),
            (("anna", "plays"), "predicate 'plays' is not known; did you mean 'playsFor'"),
            (
                ("anna", "playsFor", "knigts"),
                "object 'knigts' is not known; did you mean 'knights'",
            ),
            (("atlantis",), "subject 'atlantis' is not known; it is not in the graph"),
        ],
    )
    def test_an_unknown_word_is_named(
        self, store: Store, asked: tuple[str, ...], message: str
    ) -> None:
        with pytest.raises(UsageError, match=message):
            why(store, *asked)

    def test_an_impossible_date_is_named(self, store: Store) -> None:
        with pytest.raises(UsageError, match="there is no month 13"):
            why(store, "anna", as_of="1999-13")


class TestText:
    def test_a_reference_says_who_where_and_for_which_day(self, store: Store) -> None:
        lines = str(why(store, "anna", "playsFor", "knights")).splitlines()

        assert lines[5:8] == [
            "  says  The Gazette (Gazette House, 1999-06-14), ¶2, for 1999-05-03",
            "        https://example.org/gazette",
            "        data/statements/facts.csv:3  src:gazette-1999",
        ]

    def test_the_first_lines_give_triple_dates_and_status(self, store: Store) -> None:
        lines = str(why(store, "anna", "playsFor", "knights")).splitlines()

        statement = Statement(
            "anna", "playsFor", "knights", "state", start="1995-09", end="2000-01-01"
        )
        assert lines[:2] == [
            "anna playsFor knights  from 1995-09 until 2000-01-01",
            f"  ended, rank normal  st:{statement.id}",
        ]

    def test_a_note_is_shown(self, store: Store) -> None:
        assert "note: told too late" in str(why(store, "clara", "playsFor"))

    def test_a_disputed_statement_names_the_better_one(self, store: Store) -> None:
        text = str(why(store, "clara", "playsFor"))

        assert "disputed by  clara playsFor rooks  from 2001 until 2003  st:" in text

    def test_a_deprecated_statement_says_its_rank(self, store: Store) -> None:
        assert "disputed, rank deprecated" in str(why(store, "clara", "won"))

    def test_an_inferred_statement_shows_the_rule(self, store: Store) -> None:
        text = str(why(store, "anna", "teammateOf"))

        rule = "Two players are teammates while both play for the same club."
        assert f"  inferred by  ontology/rules/teammates.rq: {rule}" in text

    @pytest.mark.parametrize("premise", ["anna playsFor knights", "boris playsFor knights"])
    def test_an_inferred_statement_shows_its_premises(self, store: Store, premise: str) -> None:
        assert f"\n    {premise}" in str(why(store, "anna", "teammateOf"))

    def test_what_was_explained_once_is_not_explained_again(self, tiny: Tiny) -> None:
        """Anna's years with the Knights make her a teammate of Boris and of Clara."""
        tiny.add("clara,playsFor,knights,1999,2000,,almanac-2001,,,")
        lines = str(why(tiny.build().store(), "anna", "teammateOf")).splitlines()

        premise = lines.index("    anna playsFor knights  from 1995-09 until 2000-01-01")
        again = lines.index("    anna playsFor knights  from 1995-09 until 2000-01-01", premise + 1)
        assert "says" in lines[premise + 2]
        assert "explained above" in lines[again + 1]
        assert "says" not in "".join(lines[again + 1 : again + 2])

    def test_in_a_notebook_marks_are_escaped(self, tiny: Tiny) -> None:
        tiny.replace("data/sources.csv", "The Gazette", "<b>The Gazette</b>")
        explanation = why(tiny.build().store(), "anna", "rating")

        assert "&lt;b&gt;The Gazette" in explanation._repr_html_()


class TestProofs:
    """Anna and Boris play for the Knights until 2000 and for the Rooks from 1999: two proofs."""

    @pytest.fixture
    def twice(self, tiny: Tiny) -> Store:
        tiny.add("anna,playsFor,rooks,1999,2000-01-01,,almanac-2001,,,")
        tiny.add("boris,playsFor,rooks,1999,2003,,almanac-2001,,,")
        return tiny.build().store()

    def test_a_fact_that_follows_in_two_ways_stands_once_with_both(self, twice: Store) -> None:
        """Anna's years with the Rooks are two statements that touch, so there are three proofs."""
        found = why(twice, "anna", "teammateOf", "boris")
        lines = str(found).splitlines()

        assert [(one.start, one.end) for one in found.statements] == [("1998", "2003")]
        rule = "inferred by  ontology/rules/teammates.rq"
        assert [line.partition(": ")[0] for line in lines if rule in line] == [
            f"  {rule}", f"  also {rule}", f"  also {rule}",
        ]  # fmt: skip

    def test_each_proof_tells_its_days(self, twice: Store) -> None:
        lines = str(why(twice, "anna", "teammateOf", "boris")).splitlines()

        days = {line.rpartition(".  ")[2] for line in lines if "teammates.rq" in line}
        assert days == {
            "since 1998-01-01 until 2000-01-01",
            "since 1999-01-01 until 2000-01-01",
            "since 2000-01-01 until 2004-01-01",
        }

    def test_json_has_each_proof_with_premises_that_are_explained(self, twice: Store) -> None:
        found = json.loads(why(twice, "anna", "teammateOf", "boris").to_json())

        by_id = {one["id"]: one for one in found["explained"]}
        (asked,) = found["statements"]
        assert by_id[asked]["proof_count"] == 3
        assert by_id[asked]["proofs"][0]["premises"] == by_id[asked]["premises"]
        ends = [
            {by_id[premise]["object"] for premise in proof["premises"]}
            for proof in by_id[asked]["proofs"]
        ]
        assert sorted(map(sorted, ends)) == [["knights"], ["rooks"], ["rooks"]]

    def test_turtle_has_each_proof(self, twice: Store) -> None:
        text = why(twice, "anna", "teammateOf", "boris").to_turtle()
        graph = rdflib.Graph().parse(data=text, format="turtle")

        kind = rdflib.URIRef("https://w3id.org/kg-builder#Proof")
        assert len(set(graph.subjects(rdflib.RDF.type, kind))) == 3

    def test_the_network_has_it_as_one_edge_with_all_proofs(self, twice: Store) -> None:
        edges = network(twice)["anna"]["boris"]

        (edge,) = (one for one in edges.values() if one["predicate"] == "teammateOf")
        assert len(edge["proofs"]) == 2
        assert to_format(network(twice), ".csv").count("anna,teammateOf,boris") == 1

    def test_ways_that_are_not_shown_are_counted(self, tiny: Tiny) -> None:
        for club in ("bishops", "queens", "kings", "pawns"):
            tiny.add(f"{club},Club,{club.title()},,,,", "data/entities.csv")
            tiny.add(f"clara,playsFor,{club},1998,1999,,almanac-2001,,,")
            tiny.add(f"boris,playsFor,{club},1998,1999,,almanac-2001,,,")
        text = str(why(tiny.build().store(), "boris", "teammateOf", "clara"))

        assert "also inferred in at least 1 other way" in text

    def test_a_proof_may_be_deeper_than_python_nests_calls(self) -> None:
        """Each link of a long chain is one step of the proof."""
        depth = 2 * sys.getrecursionlimit()
        ids = [Statement("a", "p", str(n), "timeless").id for n in range(depth)]
        chain = {
            ids[n]: Statement(
                "a", "p", str(n), "timeless", proofs=(Proof("r", (ids[n + 1],)),), proof_count=1
            )
            for n in range(depth - 1)
        } | {ids[-1]: Statement("a", "p", str(depth - 1), "timeless")}
        rule = Rule("r", "Deeper.", "r.rq", "", "", (), (), 0, steady=False)
        history = SimpleNamespace(rules={"r": rule}, sources={})
        explanation = Explanation((chain[ids[0]],), chain, cast("History", history), "2020-01-01")

        assert str(explanation).count("inferred by  r.rq: Deeper.") == depth - 1


class TestJson:
    def test_the_statements_asked_for_come_with_all_that_they_rest_on(self, store: Store) -> None:
        found = json.loads(why(store, "anna", "teammateOf", "boris").to_json())

        (asked,) = found["statements"]
        by_id = {one["id"]: one for one in found["explained"]}
        assert by_id[asked]["inferred"]
        assert by_id[asked]["rule"]["path"] == "ontology/rules/teammates.rq"
        assert {by_id[premise]["subject"] for premise in by_id[asked]["premises"]} == {
            "anna", "boris",
        }  # fmt: skip
        assert len(found["explained"]) == 3

    def test_a_statement_has_its_dates_rank_status_and_references(self, store: Store) -> None:
        (one,) = json.loads(why(store, "boris", "playsFor").to_json())["explained"]

        assert one["start"] == "1998"
        assert (one["rank"], one["status"], one["inferred"]) == ("normal", "current", False)
        assert one["references"] == [
            {
                "source": "almanac-2001",
                "title": "Almanac of the League",
                "publisher": "The League",
                "url": "https://example.org/almanac",
                "published": "2001-05",
                "accessed": "2024-01-01",
                "locator": "p. 5",
                "at": "",
                "row": "data/statements/facts.csv:7",
                "note": "",
            }
        ]

    def test_the_better_rival_is_explained_too(self, store: Store) -> None:
        found = json.loads(why(store, "clara", "playsFor", as_of="2004-06").to_json())

        (asked,) = found["statements"]
        by_id = {one["id"]: one for one in found["explained"]}
        (rival,) = by_id[asked]["disputed_by"]
        assert (by_id[asked]["end"], by_id[rival]["end"]) == ("2004", "2003")

    def test_nothing_found_is_an_empty_answer(self, store: Store) -> None:
        found = why(store, "boris", "playsFor", "rooks")

        assert json.loads(found.to_json()) == {"statements": [], "explained": [], "rules": {}}


class TestTurtle:
    def test_it_is_what_the_graph_says_of_statement_references_sources_and_rules(
        self, store: Store
    ) -> None:
        """rdflib reads it, an engine of its own."""
        text = why(store, "anna", "teammateOf", "boris").to_turtle()
        graph = rdflib.Graph().parse(data=text, format="turtle")

        words = store.words.prefixes
        kinds = {str(kind).rpartition("#")[2] for kind in graph.objects(None, rdflib.RDF.type)}
        assert kinds == {
            "Statement",
            "InferredStatement",
            "Proof",
            "CurrentStatement",
            "Reference",
            "Source",
            "Rule",
        }
        source = rdflib.URIRef(words["src"] + "almanac-2001")
        assert str(graph.value(source, rdflib.DCTERMS.title)) == "Almanac of the League"
        whole = set(store.quads())
        assert len(graph) > 20
        assert all(quad in whole for quad in parse(text, RdfFormat.TURTLE))

    def test_nothing_found_is_an_empty_graph(self, store: Store) -> None:
        text = why(store, "boris", "playsFor", "rooks").to_turtle()

        assert len(rdflib.Graph().parse(data=text, format="turtle")) == 0

    def test_paragraphs_are_not_part_of_the_graph(self, store: Store, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="in the formats text and json"):
            why(store, "anna", archive=Archive(tmp_path)).to_turtle()


class TestArchive:
    @pytest.fixture
    def told(self, tiny: Tiny, tmp_path: Path) -> Explanation:
        text = b"The Gazette\nAnna plays.\x1b[2J\n"
        (tmp_path / "texts").mkdir()
        (tmp_path / "texts" / "1999.txt").write_bytes(text)
        digest = hashlib.sha256(text).hexdigest()
        tiny.replace("data/sources.csv", "1999-06-14,,en,news,", f"1999-06-14,,en,news,{digest}")
        store = tiny.build().store()
        return why(store, "anna", "playsFor", "knights", archive=Archive(tmp_path / "texts"))

    def test_the_cited_paragraph_is_shown_without_what_steers_a_terminal(
        self, told: Explanation
    ) -> None:
        assert "        ¶2  Anna plays. [2J" in str(told).splitlines()

    def test_a_text_that_is_not_there_says_so(self, told: Explanation) -> None:
        missing = "        text not shown: no digest of the text is recorded"

        assert missing in str(told).splitlines()

    def test_json_has_the_paragraphs_by_number(self, told: Explanation) -> None:
        (one,) = json.loads(told.to_json())["explained"]

        by_source = {reference["source"]: reference for reference in one["references"]}
        assert by_source["gazette-1999"]["paragraphs"] == {"2": "Anna plays.\x1b[2J"}
        assert by_source["almanac-2001"]["missing"] == "no digest of the text is recorded"


class TestStatus:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            ("2005-12-31", "future"),
            ("2006-01-01", "current"),
            ("2012-12-18", "current"),
            ("2012-12-19", "ended"),
            ("2005", "future"),
            ("2006", "current"),
            ("2012", "current"),
            ("2013", "ended"),
        ],
    )
    def test_a_state_is_future_then_current_then_ended(self, day: str, expected: str) -> None:
        member = Statement("a", "p", "b", "state", start="2006", end="2012-12-19")

        assert status(member, day) == expected

    def test_an_event_that_happened_is_current(self) -> None:
        event = Statement("a", "p", "b", "event", at="2006-05-01")

        assert status(event, "2020-01-01") == "current"

    def test_an_attestation_is_current_on_its_day_only(self) -> None:
        attested = Statement("a", "p", "b", "state", at="2006-05-01")

        assert status(attested, "2006-05-02") == "ended"

    def test_what_is_disputed_is_disputed_whenever(self) -> None:
        disputed = Statement("a", "p", "b", "state", start="2006", disputed_by=("0" * 16,))

        assert status(disputed, "2020-01-01") == "disputed"

    def test_what_has_no_time_is_current(self) -> None:
        assert status(Statement("a", "p", "b", "timeless"), "1000-01-01") == "current"


class TestDatesInWords:
    @pytest.mark.parametrize(
        ("start", "end", "at", "expected"),
        [
            ("2006", "2012", "", "from 2006 until 2012"),
            ("2006-08", "", "", "since 2006-08"),
            ("", "2012-12-19", "", "until 2012-12-19"),
            ("", "", "2020-05-26", "on 2020-05-26"),
            ("", "", "", ""),
        ],
    )
    def test_dates_are_told_as_written(self, start: str, end: str, at: str, expected: str) -> None:
        statement = Statement("a", "p", "b", "state", start=start, end=end, at=at)

        assert dates_in_words(statement) == expected


def test_what_a_one_premise_rule_added_is_explained_by_the_statement_and_the_rule(
    shipped: Graph,
) -> None:
    explanation = str(shipped.why("russia", "allyOf", "armenia"))

    assert explanation.startswith("armenia allyOf russia  since 2002-10-07")
    assert "entails it by  ontology/rules/symmetric.rq" in explanation


def test_a_property_of_another_vocabulary_is_asked_for_by_its_curie(shipped: Graph) -> None:
    found = shipped.why("uzbekistan", "org:memberOf", "csto", as_of="2009").statements

    assert {("uzbekistan", "memberOf", "csto")} == {statement.triple for statement in found}


@pytest.mark.parametrize("predicate", ["kg:nothing", "org:a b", "org:"])
def test_a_predicate_that_nothing_has_is_refused(shipped: Graph, predicate: str) -> None:
    with pytest.raises(UsageError, match="is not known; nothing in the graph has it"):
        shipped.why("armenia", predicate)


def test_an_end_that_no_source_is_late_enough_for_says_so(shipped: Graph) -> None:
    explanation = str(shipped.why("uzbekistan", "memberOf", "csto", known_by="2007"))

    assert "  of the end  no source after 2006-12-14, so it was foretold or added" in explanation


def test_a_prefix_that_is_not_declared_is_refused(shipped: Graph) -> None:
    with pytest.raises(UsageError, match="'foo:bar' has a prefix that is not declared"):
        shipped.why("armenia", "foo:bar")
