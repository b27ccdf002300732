"""The audit: contradictions with both sides, and facts that rest on little."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kg.errors import UsageError
from kg.reports.audit import Audit, audit
from kg.reports.weaknesses import KINDS, NEEDS
from kg.store.base import Store

if TYPE_CHECKING:
    import kg
    from conftest import Tiny

ONTOLOGY = "ontology/ontology.ttl"
YEAR_1998 = "lies from 1998-01-01 to 1998-12-31"


def look(tiny: Tiny, kind: str, **options: str) -> list[tuple[str, list[str]]]:
    """The findings of a kind: message, and each statement as its triple and dates."""
    found = audit(tiny.build().store(), kinds=[kind], **options)
    return [
        (
            finding.message,
            [" ".join((*s.triple, s.start, s.end, s.at)).strip() for s in finding.statements],
        )
        for finding in found.of(kind)
    ]


def declare(tiny: Tiny, turtle: str) -> None:
    text = (tiny.ontology / "ontology.ttl").read_text(encoding="utf-8")
    tiny.write(ONTOLOGY, f"{text}\n{turtle}\n")


class TestContradictions:
    def test_a_deprecated_claim_stands_beside_the_one_that_counts(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,2001,2003,,almanac-2001,,,")
        tiny.add("clara,playsFor,rooks,2002,2004,,gazette-1999,,deprecated,told too late")

        assert look(tiny, "dates") == [
            ("told too late", ["clara playsFor rooks 2001 2003", "clara playsFor rooks 2002 2004"])
        ]

    def test_an_outranked_claim_stands_beside_the_preferred_one(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,2001,2003,,almanac-2001,,preferred,")
        tiny.add("clara,playsFor,rooks,2002,2004,,gazette-1999,,,")

        assert look(tiny, "dates") == [
            (
                "the rank decides",
                ["clara playsFor rooks 2001 2003", "clara playsFor rooks 2002 2004"],
            )
        ]

    def test_a_deprecated_claim_alone_is_a_rejected_one(self, tiny: Tiny) -> None:
        tiny.add("clara,won,city-open,,,2000,almanac-2001,,deprecated,she came second")

        assert look(tiny, "rejected") == [("she came second", ["clara won city-open   2000"])]
        assert look(tiny, "dates") == []

    @pytest.mark.parametrize(
        "turtle",
        [
            ":playsFor owl:propertyDisjointWith :founded .",
            "[] a owl:AllDisjointProperties ; owl:members ( :won :founded :playsFor ) .",
        ],
    )
    def test_properties_that_exclude_each_other_meet_in_time(self, tiny: Tiny, turtle: str) -> None:
        """Anna founded the Knights in 1990 and plays for them from 1995."""
        declare(tiny, turtle)

        assert look(tiny, "disjoint") == [
            (
                "founded and playsFor exclude each other",
                ["anna founded knights   1990", "anna playsFor knights 1995-09 2000-01-01"],
            )
        ]

    def test_properties_that_exclude_each_other_may_follow_each_other(self, tiny: Tiny) -> None:
        declare(tiny, ":trainsFor a kg:StateProperty , owl:ObjectProperty .")
        declare(tiny, ":trainsFor owl:propertyDisjointWith :playsFor .")
        tiny.add("anna,trainsFor,knights,2000-01-01,,,almanac-2001,,,")

        assert look(tiny, "disjoint") == []

    def test_what_stands_below_a_property_is_excluded_with_it(self, tiny: Tiny) -> None:
        declare(tiny, ":trainsFor a kg:StateProperty , owl:ObjectProperty .")
        declare(tiny, ":coaches a kg:StateProperty , owl:ObjectProperty .")
        declare(tiny, ":coaches rdfs:subPropertyOf :trainsFor .")
        declare(tiny, ":trainsFor owl:propertyDisjointWith :playsFor .")
        tiny.add("anna,coaches,knights,1999,,,almanac-2001,,,")

        assert [statements for _, statements in look(tiny, "disjoint")] == [
            ["anna coaches knights 1999", "anna playsFor knights 1995-09 2000-01-01"]
        ]

    def test_a_functional_property_has_one_object_a_day(self, tiny: Tiny) -> None:
        declare(tiny, ":playsFor a owl:FunctionalProperty .")
        tiny.add("anna,playsFor,rooks,1999-12-31,2000-01-01,,gazette-1999,,,")

        assert look(tiny, "functional") == [
            (
                "playsFor anna: knights and rooks",
                [
                    "anna playsFor knights 1995-09 2000-01-01",
                    "anna playsFor rooks 1999-12-31 2000-01-01",
                ],
            )
        ]

    def test_an_inverse_functional_property_has_one_subject_a_day(self, tiny: Tiny) -> None:
        """Anna and Boris both play for the Knights from 1998 to 1999."""
        declare(tiny, ":playsFor a owl:InverseFunctionalProperty .")

        assert look(tiny, "functional") == [
            (
                "playsFor knights: anna and boris",
                ["anna playsFor knights 1995-09 2000-01-01", "boris playsFor knights 1998"],
            )
        ]

    def test_a_handover_within_a_year_is_no_contradiction(self, tiny: Tiny) -> None:
        """Until 1995 and since 1995: who knows only the years knows of no common day."""
        declare(tiny, ":coaches a kg:StateProperty , owl:ObjectProperty .")
        declare(tiny, ":coaches a owl:InverseFunctionalProperty .")
        tiny.add("anna,coaches,rooks,1990,1995,,almanac-2001,,,")
        tiny.add("boris,coaches,rooks,1995,,,almanac-2001,,,")
        tiny.add("clara,coaches,rooks,,,1997,almanac-2001,,,")

        assert look(tiny, "functional") == []

    def test_ends_alone_are_no_common_day(self, tiny: Tiny) -> None:
        """Until 2005 and until 2012: the second may have begun when the first was over."""
        declare(tiny, ":coaches a kg:StateProperty , owl:ObjectProperty .")
        declare(tiny, ":coaches a owl:InverseFunctionalProperty .")
        tiny.add("anna,coaches,rooks,,2005,,almanac-2001,,,")
        tiny.add("boris,coaches,rooks,,2012-06-01,,almanac-2001,,,")

        assert look(tiny, "functional") == []

    def test_the_last_day_before_an_end_is_known(self, tiny: Tiny) -> None:
        """Who left on 2005-06-01 was there on 2005-05-31, whenever she had come."""
        declare(tiny, ":coaches a kg:StateProperty , owl:ObjectProperty .")
        declare(tiny, ":coaches a owl:InverseFunctionalProperty .")
        tiny.add("anna,coaches,rooks,,2005-06-01,,almanac-2001,,,")
        tiny.add("boris,coaches,rooks,2004,2006,,almanac-2001,,,")

        assert [message for message, _ in look(tiny, "functional")] == [
            "coaches rooks: anna and boris"
        ]

    def test_a_deprecated_day_within_a_period_stands_beside_it(self, tiny: Tiny) -> None:
        tiny.add("boris,playsFor,knights,,,2000-05-01,gazette-1999,,deprecated,he was ill")

        assert look(tiny, "dates") == [
            (
                "he was ill",
                ["boris playsFor knights 1998", "boris playsFor knights   2000-05-01"],
            )
        ]
        assert look(tiny, "rejected") == []

    def test_what_does_not_count_contradicts_nothing(self, tiny: Tiny) -> None:
        declare(tiny, ":playsFor a owl:FunctionalProperty .")
        tiny.add("anna,playsFor,rooks,1996,1997,,gazette-1999,,deprecated,")

        assert look(tiny, "functional") == []


class TestWeakEvidence:
    def test_an_attestation_outside_every_period(self, tiny: Tiny) -> None:
        tiny.add("clara,playsFor,rooks,,,2001-02,almanac-2001,,,")

        assert look(tiny, "outside") == [
            (
                "attested on 2001-02, outside every known period",
                ["clara playsFor rooks   2001-02"],
            )
        ]

    def test_an_end_that_came_after_its_last_source(self, tiny: Tiny) -> None:
        """The gazette of 14 June 1999 says nothing of a day that is still to come."""
        tiny.add("clara,playsFor,rooks,1998,1999-06-15,,gazette-1999,,,")
        tiny.add("clara,playsFor,knights,1998,1999-06-14,,gazette-1999,,,")

        # Anna's rating until 2000 has the same gazette for its only source.
        assert look(tiny, "foretold") == [
            (
                "the last source for it is of 1999-06-14",
                ["anna rating 2100 1999-01-01 2000-01-01"],
            ),
            (
                "the last source for it is of 1999-06-14",
                ["clara playsFor rooks 1998 1999-06-15"],
            ),
        ]

    def test_a_later_source_has_seen_the_end(self, tiny: Tiny) -> None:
        tiny.add("anna,rating,2100,1999-01-01,2000-01-01,,almanac-2001,,,")

        assert look(tiny, "foretold") == []

    def test_an_end_still_to_come_is_not_blamed(self, tiny: Tiny) -> None:
        tiny.replace("data/dataset.ttl", "2024-01-01", "1999-06-30")

        assert look(tiny, "foretold") == []

    def test_a_present_state_that_nobody_confirmed(self, tiny: Tiny) -> None:
        """Of what still holds, all rests on the almanac of May 2001."""
        found = look(tiny, "unconfirmed", since="2001-06")

        assert [statements for _, statements in found] == [
            ["anna playsFor rooks 2000-01-01"],
            ["boris playsFor knights 1998"],
            ["knights rivalOf rooks 1991"],
        ]
        assert {message for message, _ in found} == {"last confirmed 2001-05"}

    @pytest.mark.parametrize("since", ["2001-05-31", "2001-05", "2001"])
    def test_a_source_of_that_time_confirms(self, tiny: Tiny, since: str) -> None:
        assert look(tiny, "unconfirmed", since=since) == []

    def test_what_is_undecided_says_which_date_leaves_it_open(self, tiny: Tiny) -> None:
        """Boris came on some day of 1998, Clara was gone by the end of it; Anna stayed for all."""
        tiny.add("clara,playsFor,rooks,,1998,,almanac-2001,,,")

        assert look(tiny, "undecided", as_of="1998-05-03") == [
            (
                "a premise is not sure: boris playsFor knights  since 1998",
                ["anna teammateOf boris 1998 2000-01-01"],
            ),
            (
                f"its start is 1998: the first day {YEAR_1998}",
                ["boris playsFor knights 1998"],
            ),
            (
                f"its start is not known; its end is 1998: the last day {YEAR_1998}",
                ["clara playsFor rooks  1998"],
            ),
        ]

    def test_only_with_a_date_it_is_asked_what_is_undecided(self, tiny: Tiny) -> None:
        store = tiny.build().store()

        assert audit(store).kinds == audit(store, as_of="").kinds
        assert {*audit(store, as_of="1998").kinds} - {*audit(store).kinds} == {"undecided"}
        with pytest.raises(UsageError, match="'undecided' needs a date; give it with as_of="):
            audit(store, kinds=["undecided"])

    def test_a_fact_with_a_single_source(self, tiny: Tiny) -> None:
        statements = [s for _, found in look(tiny, "single-source") for s in found]

        # Of nine rows two make one statement with two sources.
        assert len(statements) == 7
        assert "anna playsFor knights 1995-09 2000-01-01" not in statements

    def test_two_places_in_one_source_are_a_single_source(self, tiny: Tiny) -> None:
        tiny.add("boris,playsFor,knights,1998,,,almanac-2001,p. 9,,")

        assert ("only almanac-2001", ["boris playsFor knights 1998"]) in look(tiny, "single-source")
        assert look(tiny, "one-publisher") == []

    def test_several_sources_of_one_publisher(self, tiny: Tiny) -> None:
        tiny.add("almanac-2003,Second Almanac,The League,,2003,,en,book,", "data/sources.csv")
        tiny.add("boris,playsFor,knights,1998,,,almanac-2003,,,")

        assert look(tiny, "one-publisher") == [("only The League", ["boris playsFor knights 1998"])]

    def test_several_copies_of_one_text(self, tiny: Tiny) -> None:
        tiny.add('copy,Almanac,"The League, copy at x.example",,,,en,book,', "data/sources.csv")
        tiny.add("boris,playsFor,knights,1998,,,copy,,,")

        assert look(tiny, "one-publisher") == [("only The League", ["boris playsFor knights 1998"])]


class TestGroupsOfPublishers:
    WHEEL = '[] a kg:PublisherGroup ; rdfs:label "The Wheel"@en , "Колесо"@ru ; kg:publisher {} .'

    def declare(self, tiny: Tiny, *publishers: str, label: bool = True) -> None:
        tiny.add('echo,Echo,"The Echo, paper",,2003,,en,news,', "data/sources.csv")
        tiny.add("boris,playsFor,knights,1998,,,echo,,,")
        names = " , ".join(f'"{name}"' for name in publishers)
        said = self.WHEEL.format(names)
        said = said if label else said.replace('rdfs:label "The Wheel"@en , "Колесо"@ru ; ', "")
        prefix = "@prefix kg: <https://w3id.org/kg-builder#> .\n"
        prefix += "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        place = tiny.path / "data/dataset.ttl"
        place.write_text(f"{place.read_text()}\n{prefix}{said}\n")

    def test_two_publishers_of_one_group_count_as_one(self, tiny: Tiny) -> None:
        self.declare(tiny, "The League", "The Echo")

        assert look(tiny, "one-publisher") == [
            ("only The Wheel: The Echo, The League", ["boris playsFor knights 1998"])
        ]

    def test_a_group_without_a_label_is_called_after_its_first_member(self, tiny: Tiny) -> None:
        self.declare(tiny, "The League", "The Echo", label=False)

        assert look(tiny, "one-publisher") == [
            ("only The Echo: The Echo, The League", ["boris playsFor knights 1998"])
        ]

    def test_a_group_of_one_changes_nothing(self, tiny: Tiny) -> None:
        self.declare(tiny, "The League")

        assert look(tiny, "one-publisher") == []

    def test_the_first_line_counts_groups_beside_publishers(self, tiny: Tiny) -> None:
        self.declare(tiny, "The League", "The Echo")

        first, *_ = str(audit(tiny.build().store(), ["boris"])).splitlines()
        assert "of 3 publishers, who count as 2 by their groups; " in first
        assert first.endswith("0 % more than one publisher")

    @pytest.mark.parametrize(
        ("publishers", "message", "repair"),
        [
            (
                ["The Leage"],
                "kg:publisher 'The Leage' of 'The Wheel' has published no source",
                "did you mean 'The League'?",
            ),
            (["The Echo, paper"], "has published no source", "did you mean 'The Echo'?"),
        ],
    )
    def test_a_publisher_without_sources_is_told_with_the_nearest_name(
        self, tiny: Tiny, publishers: list[str], message: str, repair: str
    ) -> None:
        self.declare(tiny, *publishers)

        (found,) = [one for one in tiny.check().findings if "kg:publisher" in one.message]
        assert (found.path, found.severity) == ("data/dataset.ttl", "warning")
        assert message in found.message
        assert repair in found.repair

    def test_a_publisher_of_two_groups_is_told(self, tiny: Tiny) -> None:
        self.declare(tiny, "The League")
        place = tiny.path / "data/dataset.ttl"
        other = self.WHEEL.format('"The League"').replace("Wheel", "Sail")
        place.write_text(f"{place.read_text()}\n{other}\n")

        (found,) = [one for one in tiny.check().findings if "kg:publisher" in one.message]
        assert found.message == (
            "kg:publisher 'The League' is in two groups, 'The Sail' and 'The Wheel'"
        )

    def test_a_group_that_names_nobody_is_told(self, tiny: Tiny) -> None:
        place = tiny.path / "data/dataset.ttl"
        kg = "<https://w3id.org/kg-builder#PublisherGroup>"
        label = '<http://www.w3.org/2000/01/rdf-schema#label> "The Wheel"'
        place.write_text(f"{place.read_text()}\n[] a {kg} ; {label} .\n")

        (found,) = [one for one in tiny.check().findings if "PublisherGroup" in one.message]
        assert found.message == "the kg:PublisherGroup 'The Wheel' names no publisher"


class TestParties:
    def row(self, tiny: Tiny, publisher: str) -> None:
        tiny.add(f'flyer,Flyer,"{publisher}",,2004,,en,web,', "data/sources.csv")
        tiny.add("clara,playsFor,knights,2003,,,flyer,,,")

    @pytest.mark.parametrize("publisher", ["Knights", "the  knights", "Кони", "Knights, web page"])
    def test_the_subject_or_object_itself_is_a_party(self, tiny: Tiny, publisher: str) -> None:
        self.row(tiny, publisher)

        assert [statements for _, statements in look(tiny, "party")] == [
            ["clara playsFor knights 2003"]
        ]

    def test_somebody_else_is_none(self, tiny: Tiny) -> None:
        self.row(tiny, "Rooks")

        assert look(tiny, "party") == []

    def test_one_independent_source_is_enough(self, tiny: Tiny) -> None:
        self.row(tiny, "Knights")
        tiny.add("clara,playsFor,knights,2003,,,almanac-2001,,,")

        assert look(tiny, "party") == []

    def test_whoever_acts_on_behalf_of_a_party_is_one(self, tiny: Tiny) -> None:
        self.row(tiny, "Press office")
        agent = (
            '[] <http://www.w3.org/2000/01/rdf-schema#label> "Press office" ; '
            "<http://www.w3.org/ns/prov#actedOnBehalfOf> <https://example.org/tiny/id/knights> ."
        )
        text = (tiny.data / "dataset.ttl").read_text(encoding="utf-8")
        tiny.write("data/dataset.ttl", f"{text}\n{agent}\n")

        assert [message for message, _ in look(tiny, "party")] == ["only Press office"]

    def test_a_part_of_a_party_is_one(self, tiny: Tiny) -> None:
        declare(tiny, ":teamOf a owl:ObjectProperty .")
        declare(tiny, ":teamOf rdfs:subPropertyOf <http://www.w3.org/ns/org#unitOf> .")
        tiny.add("juniors,Club,Juniors,,,,", "data/entities.csv")
        tiny.add("juniors,teamOf,knights,,,,almanac-2001,,,")
        self.row(tiny, "Juniors")

        assert [statements for _, statements in look(tiny, "party")] == [
            ["clara playsFor knights 2003"]
        ]


class TestWhole:
    @pytest.fixture
    def store(self, tiny: Tiny) -> Store:
        tiny.add("clara,playsFor,rooks,2001,2003,,almanac-2001,,,")
        tiny.add("clara,playsFor,rooks,2002,2004,,gazette-1999,,deprecated,a | b <b>")
        return tiny.build().store()

    def test_every_kind_is_looked_for_but_what_needs_a_date(self, store: Store) -> None:
        assert audit(store).kinds == tuple(kind for kind in KINDS if kind not in NEEDS)
        assert audit(store, since="2000", as_of="2000", ending_by="2000").kinds == tuple(KINDS)

    def test_ids_keep_to_what_names_them(self, store: Store) -> None:
        found = audit(store, ["boris"])

        assert {s.subject for f in found.findings for s in f.statements} == {"boris"}
        assert [s.predicate for s in found.facts] == ["playsFor", "won"]

    def test_two_places_in_one_source_count_as_a_single_one(self, store: Store, tiny: Tiny) -> None:
        """Clara's other fact has the same source alone; the gazette has what does not count."""
        tiny.add("clara,playsFor,knights,2005,2006,,almanac-2001,p. 1,,")
        tiny.add("clara,playsFor,knights,2005,2006,,almanac-2001,p. 2,,")

        assert audit(store, ["clara"]).counts["single-source"] == 1
        first, *_ = str(audit(tiny.build().store(), ["clara"])).splitlines()
        assert first == (
            "2 facts from 2 sources of 2 publishers; "
            "100 % have a single source, 0 % more than one publisher"
        )

    def test_what_is_asked_for_twice_is_told_twice(self, store: Store) -> None:
        one, other = audit(store, ["boris", "boris"]).coverage

        assert one == other

    def test_known_by_a_date_only_what_was_known(self, store: Store) -> None:
        assert audit(store, known_by="2000").counts["dates"] == 0

    def test_the_text_shows_both_sides_with_their_sources(self, store: Store) -> None:
        lines = str(audit(store, ["clara"], kinds=["dates"])).splitlines()

        assert lines[3:] == [
            "dates: 1 the same fact with different dates",
            "  a | b <b>",
            "    counts:  clara playsFor rooks  from 2001 until 2003",
            "        src:almanac-2001 (The League, 2001-05)  data/statements/facts.csv:11",
            "    does not count:  clara playsFor rooks  from 2002 until 2004",
            "        src:gazette-1999 (Gazette House, 1999-06-14)  data/statements/facts.csv:12",
        ]

    def test_one_finding_of_a_kind_is_told_in_the_singular(self, store: Store) -> None:
        said = str(audit(store, ["clara"], kinds=["single-source"]))

        assert "single-source: 1 fact with a single source" in said.splitlines()

    def test_the_text_says_what_was_not_found(self, store: Store) -> None:
        assert "nothing found: disjoint, functional" in str(
            audit(store, kinds=["disjoint", "functional"])
        )

    def test_a_limit_says_how_many_more_there_are(self, store: Store) -> None:
        text = audit(store, kinds=["single-source"]).to_text(limit=3)

        assert "  … and 5 more; limit=0 shows all" in text.splitlines()
        assert "…" not in audit(store, kinds=["single-source"]).to_text(limit=0)

    def test_markdown_shows_texts_as_they_are(self, store: Store) -> None:
        text = audit(store, kinds=["dates"]).to_markdown()

        assert r"a \| b &lt;b&gt;" in text
        assert "[Gazette House, 1999-06-14](<https://example.org/gazette>)" in text

    def test_json_has_everything(self, store: Store) -> None:
        found = json.loads(audit(store).to_json())

        assert found["counts"]["single-source"] == 8
        (dates,) = [f for f in found["findings"] if f["kind"] == "dates"]
        assert [(s["end"], s["counts"]) for s in dates["statements"]] == [
            ("2003", True),
            ("2004", False),
        ]
        assert dates["statements"][1]["references"][0]["note"] == "a | b <b>"

    def test_an_unknown_id_is_named(self, store: Store) -> None:
        with pytest.raises(UsageError, match="id 'ana' is not known; did you mean 'anna'"):
            audit(store, ["ana"])

    def test_an_unknown_kind_is_named(self, store: Store) -> None:
        with pytest.raises(UsageError, match="'date' is not a kind of finding; choose among dates"):
            audit(store, kinds=["date"])

    def test_unconfirmed_needs_a_date(self, store: Store) -> None:
        with pytest.raises(UsageError, match="give it with since="):
            audit(store, kinds=["unconfirmed"])


class TestUndecidedMembers:
    """By the rows Azerbaijan joined the CIS on 1993-09-24, Georgia in December 1993."""

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            ("1993-09", {"azerbaijan": "it begins on 1993-09-24"}),
            ("1993-09-24", {}),
            ("1993-11", {}),
            (
                "1993-12",
                {"georgia": "its start is 1993-12: the first day lies from 1993-12-01 to "
                 "1993-12-31"},
            ),
            ("1993-12-31", {}),
            ("2009-08", {"georgia": "it is over on 2009-08-18"}),
        ],
    )  # fmt: skip
    def test_members_differ_by_what_is_undecided(
        self, shipped: kg.Graph, day: str, expected: dict[str, str]
    ) -> None:
        cis = {"organization": "cis"}
        possible, sure = (
            {row[1] for row in shipped.ask("members", cis, as_of=day, surely=so).rows}
            for so in (False, True)
        )
        listed = {
            finding.statements[0].subject: finding.message
            for finding in shipped.audit("cis", kinds=["undecided"], as_of=day).findings
            if finding.statements[0].predicate == "memberOf"
        }

        assert listed == expected
        assert possible - sure == set(expected)
        assert sure < possible if expected else sure == possible
        for state in expected:
            explained = shipped.why(state, "memberOf", "cis", as_of=day).statements
            (why,) = (one for one in explained if one.counts)
            dates = {"azerbaijan": ("1993-09-24", ""), "georgia": ("1993-12", "2009-08-18")}
            assert (why.start, why.end) == dates[state]


@pytest.fixture(scope="module")
def found(shipped: kg.Graph) -> Audit:
    return shipped.audit()


class TestShipped:
    """What the sources of the shipped graph are known to disagree about."""

    def test_the_end_of_a_membership_is_disputed(self, found: Audit) -> None:
        pairs = [[s.end for s in f.statements] for f in found.of("dates")
                 if f.statements[0].triple == ("uzbekistan", "memberOf", "csto")]  # fmt: skip

        assert pairs == [["2012-12-19", "2012-06-28"]]

    def test_what_the_article_calls_observers_is_rejected(self, found: Audit) -> None:
        subjects = {
            f.statements[0].subject
            for f in found.of("rejected")
            if f.statements[0].triple[1:] == ("observerOf", "csto")
        }

        assert subjects == {"afghanistan", "serbia"}

    def test_two_held_one_office_in_march_1999_and_in_april_2010(self, found: Audit) -> None:
        pairs = [{s.subject for s in one.statements} for one in found.of("functional")]

        assert len(pairs) == 2
        assert {"berezovsky", "korotchenya"} in pairs
        assert {"bakiyev", "otunbayeva"} in pairs

    def test_no_state_has_two_standings_at_once(self, found: Audit) -> None:
        assert found.of("disjoint") == []

    def test_publishers_that_speak_for_somebody_have_published(self, shipped: kg.Graph) -> None:
        """A name that is misspelt in the dataset would never match."""
        agents = shipped.query(
            "SELECT ?label { ?agent prov:actedOnBehalfOf ?whom ; rdfs:label ?label }"
        ).rows
        publishers = {row[0] for row in shipped.query(
            "SELECT ?publisher { ?source a kg:Source ; dcterms:publisher ?publisher }"
        ).rows}  # fmt: skip
        heads = {str(name).partition(", ")[0] for name in publishers}

        assert {row[0] for row in agents} <= heads
