"""The report on a published table, in every form, and the tables that are shipped as real input."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from endpoint import sparql_server

import kg
from kg.files import digests
from kg.published.comparison import FIELDS

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.published.comparison import Comparison

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "data" / "comparisons"
EDITIONS = "cia-world-factbook-editions-1990-2025.csv"
COPIES = "cia-world-factbook-weekly-2015-2026.csv"
APPENDIX = "cia-world-factbook-appendix-b-2020.csv"
LEADERS = "archigos-4.1-leaders-1992-2015.csv"
CODES = "country-codes-2026.csv"
FREE_TRADE = "manytreaties-1.0-cis-free-trade-2011.csv"
PARTIES, SIGNATORIES = f"{FREE_TRADE}, parties", f"{FREE_TRADE}, signatories"
COLUMNS: dict[str, Any] = {"subject": "player", "object": "club"}
DASH = "\N{EN DASH}"


@pytest.fixture
def league(tiny: Tiny) -> kg.Graph:
    """The league, with a claim about Clara that the record keeps and does not believe."""
    tiny.add(
        "clara,playsFor,rooks,2001,2003,,gazette-1999,¶4,deprecated,the gazette took her for Anna"
    )
    return kg.build(tiny.data, tiny.ontology)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """One fact of each verdict: see `report`."""
    path = tmp_path / "squads.csv"
    path.write_text(
        "player,club,role,from,to\n"
        "Anna,Knights,on the team,1999,2000\n"
        "Clara,Rooks,on the team,2001,2001\n"
        "Boris,Knights,rival,1999,1999\n"
        "Otto,Rooks,guest,1999,2000\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def report(league: kg.Graph, table: Path) -> Comparison:
    """Anna left on 1 January 2000; Clara is a mistake; Boris was a player and no rival.

    The record alone has Boris in 2000, Anna's transfer, and the rivalry of the clubs in 2001, the
    one year for which the table speaks of the Rooks.
    """
    mapping = {"on the team": "playsFor", "rival": "rivalOf", "guest": ""}
    return league.compare(table, **COLUMNS, status="role", first="from", last="to", mapping=mapping)


def test_the_text_report_tells_every_difference_with_our_sources(report: Comparison) -> None:
    boris, anna = (ids(report, name) for name in ("boris", "anna"))
    clara = ids(report, "clara")
    (rivalry,) = [s.id for s in report.history.statements if s.predicate == "rivalOf"]

    assert str(report) == (
        "squads.csv against the record of 2024-01-01\n"
        "1 fact agrees, 1 disagrees, 2 only in the table, 3 only in the record; "
        "1 of 4 rows left out\n"
        "left out by the mapping: 'guest' (1 row)\n"
        "\n"
        "The table says one thing, the record another (1)\n"
        "\n"
        "boris rivalOf knights  1999\n"
        "  table   row 4: rival\n"
        "  record\n"
        "    boris playsFor knights  since 1998\n"
        f"      current, rank normal  st:{boris[0]}\n"
        "      says  Almanac of the League (The League, 2001-05), p. 5\n"
        "            https://example.org/almanac\n"
        "            data/statements/facts.csv:7  src:almanac-2001\n"
        "\n"
        "Only in the table (2)\n"
        "\n"
        "anna playsFor knights  2000\n"
        "  table   row 2: on the team\n"
        "  record  at other times\n"
        "    anna playsFor knights  from 1995-09 until 2000-01-01\n"
        f"      ended, rank normal  st:{anna[0]}\n"
        "      says  Almanac of the League (The League, 2001-05), p. 3\n"
        "            https://example.org/almanac\n"
        "            data/statements/facts.csv:4  src:almanac-2001\n"
        "      says  The Gazette (Gazette House, 1999-06-14), ¶2, for 1999-05-03\n"
        "            https://example.org/gazette\n"
        "            data/statements/facts.csv:3  src:gazette-1999\n"
        "\n"
        "clara playsFor rooks  2001\n"
        "  table   row 3: on the team\n"
        "  record  no statement\n"
        "  record  keeps the table's claim, which does not count\n"
        "    clara playsFor rooks  from 2001 until 2003\n"
        f"      disputed, rank deprecated  st:{clara[0]}\n"
        "      says  The Gazette (Gazette House, 1999-06-14), ¶4\n"
        "            https://example.org/gazette\n"
        "            data/statements/facts.csv:11  src:gazette-1999\n"
        "            note: the gazette took her for Anna\n"
        "      of the end  no source after 1999-06-14, so it was foretold or added later\n"
        "\n"
        "Only in the record (3)\n"
        "\n"
        "boris playsFor knights  2000\n"
        "  table   no row\n"
        "  record\n"
        "    boris playsFor knights  since 1998\n"
        f"      current, rank normal  st:{boris[0]}\n"
        "      says  Almanac of the League (The League, 2001-05), p. 5\n"
        "            https://example.org/almanac\n"
        "            data/statements/facts.csv:7  src:almanac-2001\n"
        "\n"
        "anna playsFor rooks  2001\n"
        "  table   no row\n"
        "  record\n"
        "    anna playsFor rooks  since 2000-01-01\n"
        f"      current, rank normal  st:{anna[1]}\n"
        "      says  Almanac of the League (The League, 2001-05), p. 4\n"
        "            https://example.org/almanac\n"
        "            data/statements/facts.csv:5  src:almanac-2001\n"
        "\n"
        "knights rivalOf rooks  2001\n"
        "  table   no row\n"
        "  record\n"
        "    knights rivalOf rooks  since 1991\n"
        f"      current, rank normal  st:{rivalry}\n"
        "      says  Almanac of the League (The League, 2001-05), p. 2\n"
        "            https://example.org/almanac\n"
        "            data/statements/facts.csv:10  src:almanac-2001\n"
    )


def ids(report: Comparison, player: str) -> list[str]:
    """The ids of the player's memberships, by start; how an id is made is tested elsewhere."""
    own = [s for s in report.history.statements if (s.subject, s.predicate) == (player, "playsFor")]
    return [one.id for one in sorted(own, key=lambda one: one.start)]


def test_agreement_is_told_when_asked(report: Comparison) -> None:
    assert "Both say so (1)\n\nanna playsFor knights  1999\n" in report.to_text(agreed=True)


def test_the_counts_are_those_of_the_verdicts(report: Comparison) -> None:
    assert report.counts == {"agree": 1, "disagree": 1, "only-table": 2, "only-record": 3}
    assert len(report) == 7


def test_a_prompt_shows_the_tally(report: Comparison) -> None:
    assert repr(report) == (
        "<kg.Comparison of squads.csv: 1 fact agrees, 1 disagrees, 2 only in the table, "
        "3 only in the record; 1 of 4 rows left out>"
    )


def test_markdown_has_a_table_for_each_verdict(report: Comparison) -> None:
    (boris, *_) = ids(report, "boris")

    assert (
        "### The table says one thing, the record another (1)\n\n"
        "| fact | time | table | record | sources |\n"
        "|---|---|---|---|---|\n"
        "| boris rivalOf knights | 1999 | row 4: rival | "
        f"boris playsFor knights since 1998 (st:{boris}) | "
        "[Almanac of the League (The League, 2001-05)](<https://example.org/almanac>) |\n"
    ) in report.to_markdown()


def test_json_holds_everything(report: Comparison) -> None:
    told = json.loads(report.to_json())

    assert (told["table"], told["issued"], told["knownBy"]) == ("squads.csv", "2024-01-01", None)
    assert (told["rows"], told["leftOut"], told["notUnderstood"]) == (4, {"guest": 1}, [])
    assert len(told["verdicts"]) == sum(told["counts"].values()) == 7
    (clara,) = [one for one in told["verdicts"] if one["subject"] == "clara"]
    texts = {
        "source": "gazette-1999",
        "title": "The Gazette",
        "publisher": "Gazette House",
        "published": "1999-06-14",
        "locator": "¶4",
        "url": "https://example.org/gazette",
        "accessed": "",
        "row": "data/statements/facts.csv:11",
        "note": "the gazette took her for Anna",
    }
    assert clara == {
        "verdict": "only-table",
        "subject": "clara",
        "predicate": "playsFor",
        "object": "rooks",
        "datatype": "",
        "period": "2001",
        "first": "2001",
        "last": "2001",
        "table": [{"row": "3", "status": "on the team"}],
        "record": [],
        "kept": [
            {
                "id": ids(report, "clara")[0],
                "statement": ids(report, "clara")[0],
                "subject": "clara",
                "predicate": "playsFor",
                "object": "rooks",
                "datatype": "",
                "kind": "state",
                "start": "2001",
                "end": "2003",
                "at": None,
                "since": "2001-01-01",
                # The last day lies in 2003, so that this is the latest on which it is over.
                "until": "2004-01-01",
                "rank": "deprecated",
                "status": "disputed",
                "counts": False,
                "inferred": False,
                "rule": None,
                "premises": [],
                "proofs": [],
                "proof_count": 0,
                "disputed_by": [],
                "may_confirm": [],
                "entailed_by": [],
                "note": "the gazette took her for Anna",
                "references": [texts | {"at": None}],
                "evidence": [texts | {"at": ""}],
            }
        ],
    }


def test_csv_has_one_line_a_verdict(report: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(report.to_csv(), newline="")))

    (boris, *_) = ids(report, "boris")
    (told,) = [row for row in rows if row["verdict"] == "disagree"]
    assert told == {
        "verdict": "disagree",
        "subject": "boris",
        "predicate": "rivalOf",
        "object": "knights",
        "period": "1999",
        "first": "1999",
        "last": "1999",
        "rows": "4",
        "status": "rival",
        "statements": f"boris playsFor knights since 1998 (st:{boris})",
        "sources": "https://example.org/almanac",
        "kept": "",
    }
    assert len(rows) == 7


def test_a_data_frame_has_the_same_columns(report: Comparison) -> None:
    frame = report.to_pandas()

    assert (list(frame.columns), len(frame)) == (list(FIELDS), 7)
    assert frame["verdict"].tolist() == [one.verdict for one in report.verdicts]


def test_a_frame_without_rows_has_them_too(league: kg.Graph) -> None:
    empty = league.compare(pd.DataFrame({"player": [], "club": []}), **COLUMNS, predicate="won")

    assert list(empty.to_pandas().columns) == list(FIELDS)


def test_a_notebook_shows_tables_with_links(report: Comparison) -> None:
    shown = report._repr_html_()

    assert "<caption>Only in the table (2)</caption>" in shown
    assert '<a href="https://example.org/gazette">The Gazette (Gazette House, 1999-06-14)</a>' in (
        shown
    )


def test_an_unknown_format_is_refused(report: Comparison) -> None:
    with pytest.raises(kg.UsageError, match="'xml' is not a format of comparisons"):
        report.to("xml")


def test_the_same_table_gives_the_same_report(league: kg.Graph, table: Path) -> None:
    columns = {**COLUMNS, "predicate": "playsFor", "first": "from", "last": "to"}
    table.write_text("player,club,from,to\nAnna,Knights,1995,\nBoris,Rooks,1999,\n", "utf-8")

    first, second = (league.compare(table, **columns) for _ in range(2))
    assert first.to_json() == second.to_json()


class TestLiterals:
    """Anna's rating was 2100 in 1999; somebody's table says 2200, and knows one of Boris."""

    @pytest.fixture
    def rated(self, tiny: Tiny, tmp_path: Path) -> Comparison:
        ontology = tiny.ontology / "ontology.ttl"
        one_at_a_time = "\n:rating a owl:FunctionalProperty .\n"
        ontology.write_text(ontology.read_text(encoding="utf-8") + one_at_a_time, encoding="utf-8")
        table = tmp_path / "ratings.csv"
        table.write_text("player,elo,year\nAnna,02200,1999\nBoris,2000,1999\n", encoding="utf-8")
        graph = kg.build(tiny.data, tiny.ontology)
        columns: dict[str, Any] = {"subject": "player", "object": "elo", "predicate": "rating"}
        return graph.compare(table, **columns, first="year", last="year")

    def test_the_text_shows_both_values_with_our_sources(self, rated: Comparison) -> None:
        (statement,) = [s for s in rated.history.statements if s.predicate == "rating"]

        assert str(rated) == (
            "ratings.csv against the record of 2024-01-01\n"
            "0 facts agree, 1 disagrees, 1 only in the table, 0 only in the record; "
            "0 of 2 rows left out\n"
            "\n"
            "The table says one thing, the record another (1)\n"
            "\n"
            "anna rating 2200  1999\n"
            "  table   row 2\n"
            "  record\n"
            "    anna rating 2100  from 1999-01-01 until 2000-01-01\n"
            f"      ended, rank normal  st:{statement.id}\n"
            "      says  The Gazette (Gazette House, 1999-06-14), ¶3\n"
            "            https://example.org/gazette\n"
            "            data/statements/facts.csv:6  src:gazette-1999\n"
            "      of the end  no source after 1999-06-14, so it was foretold or added later\n"
            "\n"
            "Only in the table (1)\n"
            "\n"
            "boris rating 2000  1999\n"
            "  table   row 3\n"
            "  record  no statement\n"
        )

    def test_json_names_the_type_of_the_object(self, rated: Comparison) -> None:
        (anna, boris) = json.loads(rated.to_json())["verdicts"]

        assert (anna["object"], anna["datatype"]) == ("2200", "xsd:integer")
        assert [(one["object"], one["datatype"]) for one in anna["record"]] == [
            ("2100", "xsd:integer")
        ]
        assert (boris["verdict"], boris["object"], boris["record"]) == ("only-table", "2000", [])

    def test_tables_of_every_format_have_them(self, rated: Comparison) -> None:
        (statement,) = [s for s in rated.history.statements if s.predicate == "rating"]
        ours = f"anna rating 2100 from 1999-01-01 until 2000-01-01 (st:{statement.id})"

        assert f"| anna rating 2200 | 1999 | row 2 | {ours} | " in rated.to_markdown()
        assert f"<td>anna rating 2200</td><td>1999</td><td>row 2</td><td>{ours}</td>" in (
            rated._repr_html_()
        )
        assert f"disagree,anna,rating,2200,1999,1999,1999,2,,{ours}," in rated.to_csv()
        assert rated.to_pandas()["object"].tolist() == ["2200", "2000"]

    def test_a_text_of_a_table_stays_on_its_line(self, tiny: Tiny) -> None:
        tiny.replace("ontology/ontology.ttl", "rdfs:range xsd:integer", "rdfs:range xsd:string")
        (tiny.ontology / "shapes.ttl").unlink()
        frame = pd.DataFrame({"s": ["boris"], "o": ["one\ntwo|<b>\N{RIGHT-TO-LEFT OVERRIDE}"]})
        told = kg.build(tiny.data, tiny.ontology).compare(
            frame, subject="s", object="o", predicate="rating", as_of="1998"
        )

        assert "\nboris rating one two|<b>\N{REPLACEMENT CHARACTER}  1998\n" in told.to_text()
        assert "| boris rating one two\\|&lt;b&gt;\N{REPLACEMENT CHARACTER} |" in told.to_markdown()
        assert "<b>" not in told._repr_html_()


class TestHostileCells:
    """A foreign table must not write into terminals, pages or spreadsheets."""

    STATUS = "=1+1|<b>bold</b>\N{RIGHT-TO-LEFT OVERRIDE}*_`\nend"

    @pytest.fixture
    def hostile(self, league: kg.Graph) -> Comparison:
        frame = pd.DataFrame({"player": ["clara"], "club": ["rooks"], "role": [self.STATUS]})
        return league.compare(
            frame, **COLUMNS, status="role", as_of="2020", mapping={self.STATUS: "playsFor"}
        )

    def test_the_text_stays_on_its_line_and_sends_no_escape(self, hostile: Comparison) -> None:
        text = str(hostile)

        assert all(line.isprintable() for line in text.splitlines())
        assert sum("=1+1" in line for line in text.splitlines()) == 1

    def test_markdown_shows_it_as_it_is(self, hostile: Comparison) -> None:
        (line,) = [line for line in hostile.to_markdown().splitlines() if "=1+1" in line]

        assert len(re.findall(r"(?<!\\)\|", line)) == 6
        assert "<b>" not in line.replace("\\<", "")

    def test_html_shows_it_as_it_is(self, hostile: Comparison) -> None:
        assert "<b>bold" not in hostile._repr_html_()

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
    def test_a_spreadsheet_sees_no_formula(self, league: kg.Graph, start: str) -> None:
        status = f"{start}1+1"
        frame = pd.DataFrame({"player": ["clara"], "club": ["rooks"], "role": [status]})
        told = league.compare(
            frame, **COLUMNS, status="role", as_of="2020", mapping={status: "playsFor"}
        ).to_csv()

        cells = [cell for row in csv.reader(io.StringIO(told, newline="")) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
        assert any(cell.startswith("'") for cell in cells)

    def test_json_keeps_it_letter_by_letter(self, hostile: Comparison) -> None:
        told = json.loads(hostile.to_json())

        (row,) = [row for one in told["verdicts"] for row in one["table"]]
        assert row["status"] == self.STATUS

    def test_a_year_before_the_common_era_is_no_formula(self, league: kg.Graph) -> None:
        frame = pd.DataFrame({"player": ["clara"], "club": ["rooks"], "when": ["-0044"]})
        told = league.compare(frame, **COLUMNS, predicate="playsFor", first="when", last="when")

        assert ",'-0044," in told.to_csv()


class TestWhereItWorks:
    def test_many_rows_of_one_fact_are_named_in_short(self, league: kg.Graph) -> None:
        years = list(range(2001, 2011))
        frame = pd.DataFrame({"player": "boris", "club": "knights", "year": years})
        told = league.compare(frame, **COLUMNS, predicate="playsFor", first="year", last="year")

        assert "  table   rows 0, 1, 2, 3 and 6 more\n" in told.to_text(agreed=True)

    def test_an_inferred_fact_shows_its_proof(self, league: kg.Graph) -> None:
        frame = pd.DataFrame({"player": ["anna"], "club": ["boris"]})
        told = league.compare(frame, **COLUMNS, predicate="teammateOf", as_of="1999")

        text = told.to_text(agreed=True)
        assert "inferred by  ontology/rules/teammates.rq: " in text
        assert "data/statements/facts.csv:7  src:almanac-2001" in text

    def test_the_sources_of_an_inferred_fact_are_those_of_its_premises(
        self, league: kg.Graph
    ) -> None:
        frame = pd.DataFrame({"player": ["anna"], "club": ["boris"]})
        told = league.compare(frame, **COLUMNS, predicate="teammateOf", as_of="1999")

        (row,) = told.to_pandas().to_dict("records")
        assert row["sources"] == "https://example.org/almanac; https://example.org/gazette"

    def test_our_side_can_be_what_was_known_by_a_date(self, league: kg.Graph) -> None:
        """The almanac, which knows of Boris, was published in May 2001."""
        frame = pd.DataFrame({"player": ["Boris"], "club": ["Knights"]})
        options = {**COLUMNS, "predicate": "playsFor", "as_of": "1999"}

        now = league.compare(frame, **options)
        then = league.compare(frame, **options, known_by="2000")
        assert [one.verdict for one in now.verdicts] == ["only-record", "agree"]
        assert {one.subject: one.verdict for one in then.verdicts}["boris"] == "only-table"
        assert str(then).startswith("the table against the record of 2024-01-01, as known by 2000")

    def test_an_endpoint_compares_like_the_graph_in_memory(
        self, tiny: Tiny, table: Path, tmp_path: Path
    ) -> None:
        columns = {
            **COLUMNS,
            "predicate": "playsFor",
            "first": "from",
            "last": "to",
        }
        columns["mapping"] = {"Otto": ""}
        local = kg.build(tiny.data, tiny.ontology).compare(table, **columns)
        with sparql_server(tiny.build().trig(), tmp_path) as url:
            remote = kg.open(url).compare(table, **columns)

        assert local.to_json() == remote.to_json()

    def test_a_path_may_be_text(self, league: kg.Graph, table: Path) -> None:
        told = league.compare(
            str(table), **COLUMNS, predicate="playsFor", mapping={"otto": ""}, as_of="1999"
        )

        assert told.claims.table == "squads.csv"


class TestBesideTheGraph:
    """The folder data/comparisons is no part of a project's graph."""

    def test_validation_does_not_read_it(self, tiny: Tiny) -> None:
        before = tiny.check()
        (tiny.data / "comparisons").mkdir()
        tiny.write("data/comparisons/t.csv", 'nonsense,"\n')

        assert before == tiny.check()

    def test_a_build_does_not_depend_on_it(self, tiny: Tiny) -> None:
        before = digests(tiny.data, tiny.ontology)
        (tiny.data / "comparisons").mkdir()
        tiny.write("data/comparisons/t.csv", "a,b\n")

        assert before == digests(tiny.data, tiny.ontology)

    def test_a_folder_of_that_name_elsewhere_is_like_any_other(self, tiny: Tiny) -> None:
        (tiny.data / "statements" / "comparisons").mkdir()
        tiny.write("data/statements/comparisons/t.csv", "a,b\n")

        assert "data/statements/comparisons/t.csv" in digests(tiny.data, tiny.ontology)


# --------------------------------------------------------------- the tables that are shipped


def factbook(graph: kg.Graph, name: str) -> Comparison:
    return graph.compare(
        PUBLISHED / name,
        subject="state",
        object="organisation",
        status="status",
        first="from",
        last="to",
        mapping_files=[PUBLISHED / "factbook.csv"],
    )


@pytest.fixture(scope="module")
def editions(shipped: kg.Graph) -> Comparison:
    return factbook(shipped, EDITIONS)


def told(report: Comparison, subject: str, to: str) -> list[tuple[str, str, str]]:
    """(verdict, predicate, period) of one pair."""
    return [
        (one.verdict, one.predicate, one.period.replace(f" {DASH} ", " to ").replace(DASH, "-"))
        for one in report.verdicts
        if (one.subject, one.object) == (subject, to)
    ]


class TestAnnualEditions:
    """Derived by hand from the rows of the table and of data/statements."""

    def test_uzbekistan_stayed_in_the_csto_for_four_more_editions(
        self, editions: Comparison
    ) -> None:
        """Member 2006-08-16 to 2012-12-19; the editions of 2010 and 2014 leave it out."""
        assert told(editions, "uzbekistan", "csto") == [
            ("agree", "memberOf", "2007-2009"),
            ("only-record", "memberOf", "2010"),
            ("agree", "memberOf", "2011-2012"),
            ("only-table", "memberOf", "2013"),
            ("only-table", "memberOf", "2015-2016"),
        ]

    def test_the_end_of_its_membership_has_a_source(self, editions: Comparison) -> None:
        (verdict,) = [
            one
            for one in editions.verdicts
            if (one.subject, one.object, one.period) == ("uzbekistan", "csto", "2013")
        ]

        assert "tass-2012-12-19" in {
            r.source for statement in verdict.statements for r in statement.references
        }

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            (
                "pakistan",  # observer since 2005-07-05, member since 2017-06-09
                [
                    ("agree", "observerOf", "2006-2017"),
                    ("disagree", "observerOf", "2018-2021"),
                    ("agree", "memberOf", "2022-2025"),
                ],
            ),
            (
                "india",  # the same days; the Factbook never noticed
                [("agree", "observerOf", "2006-2017"), ("disagree", "observerOf", "2018-2025")],
            ),
            (
                "iran",  # member since 2023-07-04
                [("agree", "observerOf", "2006-2023"), ("disagree", "observerOf", "2024-2025")],
            ),
            (
                "belarus",  # dialogue partner 2010, observer 2015-07-10, member 2024-07-04
                [
                    ("agree", "dialoguePartnerOf", "2010-2015"),
                    ("disagree", "dialoguePartnerOf", "2016-2025"),
                ],
            ),
            (
                "afghanistan",  # observer since 2012-06-07
                [
                    ("agree", "observerOf", "2012-2014"),
                    ("disagree", "dialoguePartnerOf", "2015-2025"),
                ],
            ),
            (
                "turkey",  # dialogue partner since 2013-04-26; listed from 2015
                [
                    ("only-record", "dialoguePartnerOf", "2014"),
                    ("agree", "dialoguePartnerOf", "2015-2025"),
                ],
            ),
            ("nepal", [("only-record", "dialoguePartnerOf", "2017-2024")]),
        ],
    )
    def test_the_shanghai_organisation(
        self, editions: Comparison, state: str, expected: list[tuple[str, str, str]]
    ) -> None:
        assert told(editions, state, "sco") == expected

    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("georgia", [("agree", "memberOf", "1994-2009")]),
            (
                "armenia",  # missing in the editions of 1992 and 1996
                [
                    ("only-record", "memberOf", "1992"),
                    ("agree", "memberOf", "1993-1995"),
                    ("only-record", "memberOf", "1996"),
                    ("agree", "memberOf", "1997-2025"),
                ],
            ),
            (
                "azerbaijan",  # acceded on 1993-09-24
                [("only-table", "memberOf", "1992"), ("agree", "memberOf", "1994-2025")],
            ),
            (
                "turkmenistan",  # participating state, associate since 2005-08-26
                [
                    ("disagree", "memberOf", "1992-2009"),
                    ("agree", "associateMemberOf", "2010-2025"),
                ],
            ),
            (
                "ukraine",
                [
                    ("disagree", "memberOf", "1992-2009"),
                    ("agree", "participatingStateOf", "2010-2025"),
                ],
            ),
        ],
    )
    def test_the_commonwealth(
        self, editions: Comparison, state: str, expected: list[tuple[str, str, str]]
    ) -> None:
        assert told(editions, state, "cis") == expected

    def test_a_claim_that_the_record_keeps_is_shown_with_its_reason(
        self, editions: Comparison
    ) -> None:
        (verdict,) = [
            one
            for one in editions.verdicts
            if (one.subject, one.verdict) == ("azerbaijan", "only-table")
        ]

        assert "Azerbaijan acceded in September 1993" in verdict.kept[0].notes

    def test_guests_and_the_remark_are_left_out(self, editions: Comparison) -> None:
        assert editions.claims.left_out == {"(absent)": 1, "guest": 2}


@pytest.fixture(scope="module")
def copies(shipped: kg.Graph) -> Comparison:
    return factbook(shipped, COPIES)


@pytest.fixture(scope="module")
def appendix(shipped: kg.Graph) -> Comparison:
    return factbook(shipped, APPENDIX)


class TestDatedCopies:
    @pytest.mark.parametrize(
        ("state", "to", "expected"),
        [
            ("uzbekistan", "csto", [("only-table", "memberOf", "2015-10-26 to 2020-11-24")]),
            (
                "iran",
                "sco",
                [
                    ("agree", "observerOf", "2015-10-26 to 2023-07-03"),
                    ("disagree", "observerOf", "2023-07-04 to 2026-01-22"),
                ],
            ),
            (
                # Both statuses stand in the copy of 3 February 2022.
                "pakistan",
                "sco",
                [
                    ("agree", "observerOf", "2015-10-26 to 2017-06-08"),
                    ("disagree", "observerOf", "2017-06-09 to 2022-02-03"),
                    ("agree", "memberOf", "2022-02-03 to 2026-01-22"),
                ],
            ),
            (
                # Dialogue partners became partners on 1 September 2025.
                "sri-lanka",
                "sco",
                [
                    ("agree", "dialoguePartnerOf", "2015-10-26 to 2025-08-31"),
                    ("disagree", "dialoguePartnerOf", "2025-09-01 to 2026-01-22"),
                ],
            ),
            ("armenia", "csto", [("agree", "memberOf", "2015-10-26 to 2026-01-22")]),
        ],
    )
    def test_days(
        self, copies: Comparison, state: str, to: str, expected: list[tuple[str, str, str]]
    ) -> None:
        assert told(copies, state, to) == expected


class TestAppendix:
    def test_afghanistan_stands_there_twice_once_as_in_the_record(
        self, appendix: Comparison
    ) -> None:
        assert sorted(told(appendix, "afghanistan", "sco")) == [
            ("agree", "observerOf", "2020-01"),
            ("disagree", "dialoguePartnerOf", "2020-01"),
        ]

    def test_uzbekistan_is_listed_seven_years_after_it_left(self, appendix: Comparison) -> None:
        assert told(appendix, "uzbekistan", "csto") == [("only-table", "memberOf", "2020-01")]

    def test_what_is_over_is_left_out(self, appendix: Comparison) -> None:
        assert sum(appendix.claims.left_out.values()) == 2


@pytest.fixture(scope="module")
def leaders(shipped: kg.Graph) -> Comparison:
    return shipped.compare(
        PUBLISHED / LEADERS,
        subject="leadid",
        object="obsid",
        predicate="holdsOffice",
        start="startdate",
        end="enddate",
        mapping_files=[PUBLISHED / "archigos.csv"],
    )


class TestLeaders:
    """Derived by hand: the table's `enddate` is read as the first day without the leader."""

    @pytest.mark.parametrize(
        ("person", "office", "expected"),
        [
            # President from 2000-05-07, acting since 1999-12-31, again from 2012-05-07;
            # Archigos: from 2000-01-01 to the end of 2015 without a break.
            (
                "putin",
                "president-of-russia",
                [
                    ("only-record", "1999-12-31"),
                    ("agree", "2000-01-01 to 2008-05-06"),
                    ("only-table", "2008-05-07 to 2012-05-06"),
                    ("agree", "2012-05-07 to 2015-12-30"),
                ],
            ),
            ("medvedev", "president-of-russia", [("only-record", "2008-05-07 to 2012-05-06")]),
            # Archigos: 1991-08-21 to 1999-12-31; the record from 1991-07-10 on, and what lies
            # before the first day on which the table speaks of the office is no difference.
            ("yeltsin", "president-of-russia", [("agree", "1991-08-21 to 1999-12-30")]),
            # Acting 2013-04-25, appointed 2013-05-30: acting is a way of holding an office.
            ("leanca", "prime-minister-of-moldova", [("agree", "2013-04-25 to 2015-02-17")]),
            # In the record the end is June 2015; the table gives 22 June.
            ("gaburici", "prime-minister-of-moldova", [("agree", "2015-02-18 to 2015-06-21")]),
            (
                "tarlev",
                "prime-minister-of-moldova",
                [
                    ("only-table", "2001-04-07 to 2001-04-18"),
                    ("agree", "2001-04-19 to 2008-03-30"),
                ],
            ),
            (
                "modi",
                "prime-minister-of-india",
                [
                    ("only-record", "2014-05-26 to 2014-05-28"),
                    ("agree", "2014-05-29 to 2015-12-30"),
                ],
            ),
            (
                "soomro",
                "president-of-pakistan",
                [("only-table", "2008-08-18 to 2008-09-08")],
            ),
            (
                "rahmon",
                "president-of-tajikistan",
                [
                    ("only-table", "1992-11-20 to 1994-11-15"),
                    ("agree", "1994-11-16 to 2015-12-30"),
                ],
            ),
            (
                "mutallibov",
                "president-of-azerbaijan",
                [
                    ("agree", "1991-09-08 to 1992-03-05"),
                    ("agree", "1992-05-14 to 1992-05-17"),
                    ("only-record", "1992-05-18"),
                ],
            ),
            (
                # Acting since 2006-12-21, president since 2007-02-14.
                "gurbanguly-berdimuhamedow",
                "president-of-turkmenistan",
                [("agree", "2006-12-21 to 2015-12-30")],
            ),
        ],
    )
    def test_terms(
        self, leaders: Comparison, person: str, office: str, expected: list[tuple[str, str]]
    ) -> None:
        found = told(leaders, person, office)

        assert [(verdict, period) for verdict, _, period in found] == expected

    def test_who_is_unknown_to_the_record_is_left_out(self, leaders: Comparison) -> None:
        """Three of Belarus, two of Tajikistan, four of Pakistan, three of India, two more."""
        unknown = {
            *("Shushkevich", "Kuznyatsu", "Hryb", "Nabiyev", "Iskandrov"),
            *("Mazari", "Qureshi", "Benazir Bhutto", "Khalid", "Rao", "Gowda", "Gujral"),
            *("Rafsanjani", "Deng Xiaoping"),
        }
        names = {row["leadid"]: row["leader"] for row in rows_of(LEADERS)}

        assert {names[one] for one in leaders.claims.left_out} == unknown
        assert sum(leaders.claims.left_out.values()) == 14

    def test_the_mapping_names_each_person_and_each_term_of_the_table(self) -> None:
        mapping = rows_of("archigos.csv")
        people = {row["value"]: row["target"] for row in mapping if row["column"] == "leadid"}
        terms = {row["value"] for row in mapping if row["column"] == "obsid"}

        assert set(people) == {row["leadid"] for row in rows_of(LEADERS)}
        assert terms == {row["obsid"] for row in rows_of(LEADERS) if people[row["leadid"]]}

    def test_the_cut_holds_what_its_description_says(self) -> None:
        table = rows_of(LEADERS)

        assert len(table) == 63
        assert len({row["idacr"] for row in table}) == 14
        assert min(row["enddate"] for row in table) >= "1992"
        assert [(row["idacr"], row["startdate"]) for row in table] == sorted(
            (row["idacr"], row["startdate"]) for row in table
        )


def coded(graph: kg.Graph, table: Path, letters: int) -> Comparison:
    return graph.compare(
        table,
        subject="official_name_en",
        object=f"ISO3166-1-Alpha-{letters}",
        predicate=f"iso3166Alpha{letters}",
        as_of="2026-05-15",
        mapping_files=[PUBLISHED / "country-codes.csv"],
    )


@pytest.fixture(scope="module")
def codes(shipped: kg.Graph) -> dict[int, Comparison]:
    return {letters: coded(shipped, PUBLISHED / CODES, letters) for letters in (2, 3)}


class TestCodes:
    """The codes that a reader knows: of Belarus BY and BLR, formerly BYS; of Kazakhstan KZ, KAZ."""

    @pytest.mark.parametrize(
        ("letters", "state", "code"),
        [
            (2, "belarus", "BY"),
            (3, "belarus", "BLR"),
            (2, "kazakhstan", "KZ"),
            (3, "kazakhstan", "KAZ"),
            # Mapped, because the record has no such name.
            (3, "venezuela", "VEN"),
        ],
    )
    def test_they_agree(
        self, codes: dict[int, Comparison], letters: int, state: str, code: str
    ) -> None:
        found = told(codes[letters], state, code)

        assert found == [("agree", f"iso3166Alpha{letters}", "2026-05-15")]

    def test_a_former_code_is_a_disagreement_with_our_sources(
        self, shipped: kg.Graph, tmp_path: Path
    ) -> None:
        table = tmp_path / CODES
        text = (PUBLISHED / CODES).read_text(encoding="utf-8")
        table.write_text(text.replace("BLR", "BYS"), encoding="utf-8")
        report = coded(shipped, table, 3)

        (verdict,) = [one for one in report.verdicts if one.verdict != "agree"]
        assert (verdict.verdict, verdict.subject, verdict.object) == ("disagree", "belarus", "BYS")
        (statement,) = verdict.statements
        assert statement.object == "BLR"
        assert {one.source for one in statement.references} == {
            "debian-iso-codes-2026",
            "iso-3166-github",
            "un-m49",
        }

    def test_a_state_that_the_table_lacks_is_only_in_the_record(
        self, shipped: kg.Graph, tmp_path: Path
    ) -> None:
        table = tmp_path / CODES
        text = (PUBLISHED / CODES).read_text(encoding="utf-8")
        table.write_text(text.replace("Serbia,RS,SRB\n", ""), encoding="utf-8")
        report = coded(shipped, table, 2)

        assert [one.triple for one in report.verdicts if one.verdict == "only-record"] == [
            ("serbia", "iso3166Alpha2", "RS")
        ]

    def test_the_cut_holds_each_state_of_the_record_once(self, shipped: kg.Graph) -> None:
        entities = rows_of_file(ROOT / "data" / "entities.csv")
        states = {row["id"] for row in entities if row["class"] == "State"}

        for report in (coded(shipped, PUBLISHED / CODES, letters) for letters in (2, 3)):
            found = [claim.subject for claim in report.claims.claims]
            assert sorted(found) == sorted(states)
        assert list(rows_of(CODES)[0]) == [
            *("official_name_en", "ISO3166-1-Alpha-2", "ISO3166-1-Alpha-3")
        ]

    def test_the_mapping_names_who_stands_in_the_table(self) -> None:
        names = {row["official_name_en"] for row in rows_of(CODES)}

        assert {row["value"] for row in rows_of("country-codes.csv")} <= names


def joined(shipped: kg.Graph, table: Path, act: str) -> Comparison:
    """The report on who became a party, or who signed."""
    dates = {"partyTo": {"start": "StateForce"}, "signatoryOf": {"at": "StateSignature"}}
    columns: dict[str, Any] = {"subject": "stateID", "object": "treatyID", **dates[act]}
    mapping = [PUBLISHED / "manytreaties.csv"]
    return shipped.compare(table, **columns, predicate=act, mapping_files=mapping)


@pytest.fixture(scope="module")
def acts(shipped: kg.Graph) -> dict[str, Comparison]:
    return {act: joined(shipped, PUBLISHED / FREE_TRADE, act) for act in ("partyTo", "signatoryOf")}


class TestFreeTrade:
    """The treaty of October 2011; derived by hand from the texts that the record cites."""

    def test_both_begin_for_four_states_on_the_same_day(self, acts: dict[str, Comparison]) -> None:
        agreed = {
            (one.subject, one.period)
            for one in acts["partyTo"].verdicts
            if one.verdict == "agree" and one.subject != "moldova"
        }

        assert agreed == {
            ("armenia", "since 2012-10-17"),
            ("belarus", "since 2012-09-20"),
            ("russia", "since 2012-09-20"),
            ("ukraine", "since 2012-09-20"),
        }

    def test_the_table_has_moldova_some_weeks_earlier(self, acts: dict[str, Comparison]) -> None:
        assert sorted(told(acts["partyTo"], "moldova", "cis-free-trade-treaty-2011")) == [
            ("agree", "partyTo", "since 2013-01-01"),
            ("only-table", "partyTo", "2012-12-09 to 2012-12-31"),
        ]

    def test_all_eight_signed_on_one_day(self, acts: dict[str, Comparison]) -> None:
        assert {one.verdict for one in acts["signatoryOf"].verdicts} == {"agree"}
        assert len(acts["signatoryOf"].verdicts) == 8

    def test_a_later_signature_is_a_difference(self, shipped: kg.Graph, tmp_path: Path) -> None:
        table = tmp_path / FREE_TRADE
        text = (PUBLISHED / FREE_TRADE).read_text(encoding="utf-8")
        line = "TJK,CISFTZ_2011O,Commonwealth Of Independent States (CIS) Free Trade Zone,2011-10-"
        table.write_text(text.replace(f"{line}18", f"{line}19"), encoding="utf-8")
        report = joined(shipped, table, "signatoryOf")

        assert {one.subject for one in report.verdicts if one.verdict != "agree"} == {"tajikistan"}


def rows_of(name: str) -> list[dict[str, str]]:
    return rows_of_file(PUBLISHED / name)


def rows_of_file(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_those_that_the_readme_describes() -> None:
    readme = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `([^`]+)` .* ([0-9a-f]{64}) \|$", readme, re.MULTILINE)

    mappings = {"factbook.csv", "archigos.csv", "country-codes.csv", "manytreaties.csv"}
    found = {
        path.name: path.read_bytes()
        for path in PUBLISHED.glob("*.csv")
        if path.name not in mappings
    }
    assert dict(described) == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items()
    }


def test_every_mapping_is_used_or_names_what_the_tables_are_compared_with() -> None:
    values = {
        row[column]
        for name in (EDITIONS, COPIES, APPENDIX)
        for row in rows_of(name)
        for column in ("state", "status")
    }

    mapped = {row["value"] for row in rows_of("factbook.csv")}
    assert mapped - values == {"partner"}


@pytest.mark.parametrize(
    "name", ["factbook.csv", "archigos.csv", "country-codes.csv", "manytreaties.csv"]
)
def test_the_mapping_is_sorted_and_says_each_thing_once(name: str) -> None:
    keys = [(row["column"], row["value"]) for row in rows_of(name)]

    assert keys == sorted(set(keys))


@pytest.fixture
def reports(
    editions: Comparison,
    copies: Comparison,
    appendix: Comparison,
    leaders: Comparison,
    codes: dict[int, Comparison],
    acts: dict[str, Comparison],
) -> dict[str, Comparison]:
    by_act = {PARTIES: acts["partyTo"], SIGNATORIES: acts["signatoryOf"]}
    by_letters = {f"{CODES}, alpha-{letters}": report for letters, report in codes.items()}
    own = {EDITIONS: editions, COPIES: copies, APPENDIX: appendix, LEADERS: leaders}
    return own | by_letters | by_act


@pytest.fixture
def agreement() -> str:
    text = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    return text.partition("## What they agree on, and what not")[2]


class TestTableOfAgreement:
    """What the README of the comparisons says they agree on, and why not on the rest."""

    def test_the_counts(self, reports: dict[str, Comparison], agreement: str) -> None:
        counts = {
            f"{name}{part}": [int(number) for number in numbers.split(" | ")]
            for name, part, numbers in re.findall(
                r"^\| `([^`]+)`([^|]*) \| ([\d |]+) \|$", agreement, re.MULTILINE
            )
        }

        verdicts = ("agree", "disagree", "only-table", "only-record")
        assert counts == {
            name: [
                *(sum(one.verdict == verdict for one in report.verdicts) for verdict in verdicts),
                sum(report.claims.left_out.values()),
            ]
            for name, report in reports.items()
        }

    @pytest.mark.parametrize(
        ("heading", "names"),
        [
            ("The Factbook", [EDITIONS, COPIES, APPENDIX]),
            ("Archigos", [LEADERS]),
            ("country-codes", [f"{CODES}, alpha-2", f"{CODES}, alpha-3"]),
            ("manytreaties", [PARTIES, SIGNATORIES]),
        ],
    )
    def test_every_difference_has_a_reason_and_no_reason_is_left_over(
        self, reports: dict[str, Comparison], agreement: str, heading: str, names: list[str]
    ) -> None:
        part = agreement.partition(f"### {heading}\n")[2].partition("### ")[0]
        explained = []
        for line in part.splitlines():
            cells = line.split(" | ")
            pairs = re.findall(r"`([^`]+)` `([^`]+)`", cells[0])
            if pairs:
                assert cells[1] in {"decided", "meaning", "gap", "open"}
                assert len(cells[2]) > 20
                explained += pairs

        assert sorted(explained) == sorted(
            {
                (one.subject, one.object)
                for name in names
                for one in reports[name].verdicts
                if one.verdict != "agree"
            }
        )
