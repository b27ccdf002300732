"""Drift: the record against Wikidata, from its JSON, its RDF and a query service on loopback.

The league has items; what Wikidata says of them is invented, in its documented forms.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from endpoint import sparql_server
from wikibased import JULIAN, Json, absent, entity, item, said, snak, time

import kg
from kg.cli.commands import main
from kg.errors import InputError, RemoteError, UsageError
from kg.exports.dump import dumped
from kg.text import formats

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.published.comparison import Comparison

ITEMS = {"rooks": "Q2", "anna": "Q3", "boris": "Q4", "clara": "Q5"}
MATCHES = """
:playsFor owl:equivalentProperty <http://www.wikidata.org/prop/direct/P54> .
:rating owl:equivalentProperty <http://www.wikidata.org/entity/P1087> .
:rivalOf owl:equivalentProperty <http://www.wikidata.org/entity/P9001> .
"""
BORN = """
:born a owl:DatatypeProperty ; rdfs:domain :Player ; rdfs:range xsd:gYear ;
    rdfs:label "born"@en , "родился"@ru ;
    owl:equivalentProperty <http://www.wikidata.org/entity/P569> .
"""
DASH = "\N{EN DASH}"
IN_1998 = time("P580", "+1998-00-00T00:00:00Z", 9)
OF_BORIS = said(item("P54", "Q1"), IN_1998)
Line = tuple[str, str, str, str, str]


@pytest.fixture
def league(tiny: Tiny) -> Tiny:
    """The league, with ids of Wikidata for all but the tournament."""
    rows = (tiny.data / "entities.csv").read_text(encoding="utf-8")
    for name, key in ITEMS.items():
        rows = re.sub(rf"(?m)^({name},.*),,$", rf"\1,{key},", rows)
    tiny.write("data/entities.csv", rows)
    words = (tiny.ontology / "ontology.ttl").read_text(encoding="utf-8")
    tiny.write("ontology/ontology.ttl", words + MATCHES)
    return tiny


def compared(league: Tiny, *entities: Json) -> Comparison:
    file = league.path / "wikidata.json"
    file.write_text(json.dumps({"entities": {one["id"]: one for one in entities}}), "utf-8")
    return kg.build(league.data, league.ontology).compare(wikibase=file)


def lines(report: Comparison) -> list[Line]:
    return [(one.verdict, *one.triple, one.period) for one in report.verdicts]


def of_boris(league: Tiny, *statements: Json) -> list[tuple[str, str]]:
    """What comes of statements that Boris, since 1998 with the Knights, played for them."""
    report = compared(league, entity("Q4", *statements))
    assert {one.triple for one in report.verdicts} == {("boris", "playsFor", "knights")}
    return [(one.verdict, one.period) for one in report.verdicts]


def test_a_fact_that_both_date_alike_is_agreed_on(league: Tiny) -> None:
    assert of_boris(league, OF_BORIS) == [("agree", "since 1998")]


def test_an_end_that_only_wikidata_has_leaves_later_years_to_the_record(league: Tiny) -> None:
    until = said(item("P54", "Q1"), IN_1998, time("P582", "+2005-00-00T00:00:00Z", 9))

    assert of_boris(league, until) == [
        ("agree", f"1998{DASH}2005"),
        ("only-record", "since 2006"),
    ]


@pytest.mark.parametrize(
    ("text", "precision", "expected"),
    [
        ("+1990-00-00T00:00:00Z", 8, [("agree", "since 1998")]),
        # Begun in the 1980s it held in 1989 at the latest.
        (
            "+1980-00-00T00:00:00Z",
            8,
            [("only-table", f"1989{DASH}1997"), ("agree", "since 1998")],
        ),
        ("+2000-00-00T00:00:00Z", 7, [("agree", "since 1998")]),
        # Begun in the 21st century, 2001 to 2100, it had not in 1999 and 2000.
        (
            "+2100-00-00T00:00:00Z",
            7,
            [("only-record", f"1999{DASH}2000"), ("agree", "since 2001")],
        ),
    ],
)
def test_a_decade_and_a_century_hold_the_record_to_what_they_surely_say(
    league: Tiny, text: str, precision: int, expected: list[tuple[str, str]]
) -> None:
    begun = said(item("P54", "Q1"), time("P580", text, precision))

    assert of_boris(league, begun) == expected


def test_an_end_that_is_not_known_contradicts_no_later_year(league: Tiny) -> None:
    ended = said(item("P54", "Q1"), IN_1998, absent("P582", "somevalue"))

    assert of_boris(league, ended) == [("agree", "since 1998")]


def test_a_statement_without_dates_agrees_with_any_time(league: Tiny) -> None:
    assert of_boris(league, said(item("P54", "Q1"))) == [("agree", "since 1998")]


def test_a_statement_said_to_have_no_end_holds_now(league: Tiny) -> None:
    """Anna was a Knight from 1995-09 until 2000-01-01; the record is of 2024-01-01."""
    report = compared(league, entity("Q3", said(item("P54", "Q1"), absent("P582", "novalue"))))

    assert [line for line in lines(report) if line[3] == "knights"] == [
        ("agree", "anna", "playsFor", "knights", f"1995-09 {DASH} 1999-12"),
        ("only-table", "anna", "playsFor", "knights", "since 2024-01"),
    ]


def test_days_of_the_julian_calendar_are_those_of_ours(league: Tiny) -> None:
    """Julian 25 October 1917 is 7 November, and 18 November is 1 December."""
    league.add("clara,playsFor,rooks,1917-11-07,1917-12-01,,almanac-2001,p. 8,,")
    days = ("P580", "+1917-10-25T00:00:00Z"), ("P582", "+1917-11-18T00:00:00Z")
    dated = (time(word, text, 11, JULIAN) for word, text in days)

    assert lines(compared(league, entity("Q5", said(item("P54", "Q2"), *dated)))) == [
        ("agree", "clara", "playsFor", "rooks", f"1917-11-07 {DASH} 1917-11-30"),
    ]


@pytest.mark.parametrize(
    ("end", "different"),
    [
        ("1999-12-31", []),
        ("2000-01-01", []),
        ("1999-12-30", [("only-record", "1999-12-31")]),
        ("2000-01-02", [("only-table", "2000-01-01")]),
    ],
)
def test_a_day_that_is_an_end_may_be_the_last_one_or_the_first_without_it(
    league: Tiny, end: str, different: list[tuple[str, str]]
) -> None:
    """The rating of Anna is a number, and holds until 2000-01-01, which is no longer one of it."""
    rating = snak("P1087", "quantity", {"amount": "+2100", "unit": "1"})
    times = time("P580", "+1999-01-01T00:00:00Z"), time("P582", f"+{end}T00:00:00Z")
    report = compared(league, entity("Q3", said(rating, *times)))
    found = [one for one in report.verdicts if one.predicate == "rating"]

    assert {one.object for one in found} == {"2100"}
    assert [(o.verdict, o.period) for o in found if o.verdict != "agree"] == different
    assert "agree" in {one.verdict for one in found}


def test_a_date_as_a_value_agrees_where_both_can_mean_one_day(league: Tiny) -> None:
    words = (league.ontology / "ontology.ttl").read_text(encoding="utf-8")
    league.write("ontology/ontology.ttl", words + BORN)
    league.add("clara,born,1975,,,,almanac-2001,p. 8,,")
    rows = [entity("Q5", said(time("P569", f"+{year}-05-03T00:00:00Z"))) for year in (1975, 1976)]
    found = [[line[:4] for line in lines(compared(league, row))] for row in rows]

    assert found == [
        [("agree", "clara", "born", "1975")],
        [
            ("only-record", "clara", "born", "1975"),
            ("only-table", "clara", "born", "1976-05-03"),
        ],
    ]


def test_a_deprecated_statement_is_no_claim_and_is_shown(league: Tiny) -> None:
    report = compared(league, entity("Q4", said(item("P54", "Q1"), IN_1998, rank="deprecated")))

    assert lines(report) == [("only-record", "boris", "playsFor", "knights", "since 1998")]
    assert "  Wikidata  no statement\n" in str(report)
    assert "Q4 P54: since 1998, rank deprecated; no reference, not held there\n" in str(report)


def test_beside_a_preferred_statement_a_plain_one_counts_when_it_is_dated(league: Tiny) -> None:
    """The best of Wikibase is what its wdt: has; a dated one is the history of the same."""
    best = said(item("P54", "Q2"), rank="preferred")
    plain, dated = (
        lines(compared(league, entity("Q4", best, one)))
        for one in (said(item("P54", "Q1")), OF_BORIS)
    )
    only = ("only-table", "boris", "playsFor", "rooks", "always")

    assert plain == [("only-record", "boris", "playsFor", "knights", "since 1998"), only]
    assert dated == [("agree", "boris", "playsFor", "knights", "since 1998"), only]


def test_a_symmetric_fact_is_found_from_either_side(league: Tiny) -> None:
    since = time("P580", "+1991-00-00T00:00:00Z", 9)

    assert lines(compared(league, entity("Q2", said(item("P9001", "Q1"), since)))) == [
        ("agree", "rooks", "rivalOf", "knights", "since 1991")
    ]


def test_what_wikidata_does_not_have_of_an_item_is_told_whole(league: Tiny) -> None:
    """Of the tournament nothing is told: it has no id, so Wikidata cannot name it."""
    report = compared(league, entity("Q4", en="Boris"))

    assert lines(report) == [("only-record", "boris", "playsFor", "knights", "since 1998")]


def test_a_short_fact_within_a_year_is_told_too(league: Tiny) -> None:
    """No day is sure of it, but Wikidata can mean none of its days."""
    league.add("clara,playsFor,rooks,2001,2001,,almanac-2001,p. 9,,")

    assert lines(compared(league, entity("Q5", en="Clara"))) == [
        ("only-record", "clara", "playsFor", "rooks", "2001")
    ]


def test_what_cannot_be_matched_is_counted_on_both_sides(league: Tiny) -> None:
    report = compared(
        league,
        entity("Q4", OF_BORIS, said(item("P31", "Q5")), said(item("P54", "Q77"))),
        entity("Q99", said(item("P54", "Q1")), said(absent("P54", "somevalue"))),
    )

    assert report.claims.left_out == {
        "P31 is no property here": 1,
        "P54 leads to what is no entity here": 1,
        "about what is no entity here": 2,
    }
    assert report.claims.unmatched == {
        # Anna's two clubs, her rating, and the rivalry.
        "about an entity that wikidata.json does not have (anna, knights, rooks)": 4,
        "of a property without a match in Wikidata (founded, hosts, won)": 3,
    }


def test_a_statement_that_cannot_be_read_is_left_out_at_its_place(league: Tiny) -> None:
    twice = said(item("P54", "Q1"), IN_1998, time("P580", "+1999-00-00T00:00:00Z", 9))
    report = compared(league, entity("Q4", OF_BORIS, twice))

    assert list(map(str, report.claims.skipped)) == [
        "wikidata.json, Q4 P54 no. 2: error: it has several values of P580"
    ]
    assert "; 1 of 2 statements left out\n" in str(report)


SOURCE = snak("P854", "string", "https://wiki.example/boris"), time("P813", "+2020-02-03T00:00:00Z")


@pytest.fixture
def report(league: Tiny) -> Comparison:
    """Wikidata has Boris with the Knights until 2005, by a page that was read in 2020."""
    until = time("P582", "+2005-00-00T00:00:00Z", 9)
    one = said(item("P54", "Q1"), IN_1998, until, rank="preferred", sources=(SOURCE,))
    return compared(league, entity("Q4", one))


def test_the_report_shows_dates_ranks_and_references_of_both_sides(report: Comparison) -> None:
    (boris,) = [s.id for s in report.history.statements if s.triple[::2] == ("boris", "knights")]

    assert str(report) == (
        "wikidata.json against the record of 2024-01-01\n"
        "1 fact agrees, 0 disagree, 0 only in Wikidata, 1 only in the record; "
        "0 of 1 statement left out\n"
        "left out of the record: 4 statements about an entity that wikidata.json does not have "
        "(anna, knights, rooks)\n"
        "left out of the record: 3 statements of a property without a match in Wikidata "
        "(founded, hosts, won)\n"
        "\n"
        "Only in the record (1)\n"
        "\n"
        "boris playsFor knights  since 2006\n"
        "  Wikidata  Q4 P54: from 1998 until 2005, rank preferred; "
        "says https://wiki.example/boris (read 2020-02-03)\n"
        "  record\n"
        "    boris playsFor knights  since 1998\n"
        f"      current, rank normal  st:{boris}\n"
        "      says  Almanac of the League (The League, 2001-05), p. 5\n"
        "            https://example.org/almanac\n"
        "            data/statements/facts.csv:7  src:almanac-2001\n"
    )


def test_every_format_has_dates_ranks_and_references(report: Comparison) -> None:
    told = json.loads(report.to("json"))
    rows = list(csv.DictReader(io.StringIO(report.to("csv"))))
    one = {"row": "Q4 P54", "status": "", "dates": "from 1998 until 2005", "rank": "preferred"}

    assert told["verdicts"][1]["table"] == [
        one | {"references": ["https://wiki.example/boris (read 2020-02-03)"]}
    ]
    assert list(told["leftOutOfRecord"].values()) == [4, 3]
    assert [(row["verdict"], row["dates"], row["ranks"], row["references"]) for row in rows] == [
        (verdict, one["dates"], "preferred", "https://wiki.example/boris (read 2020-02-03)")
        for verdict in ("agree", "only-record")
    ]
    assert list(report.to_pandas()["ranks"]) == ["preferred", "preferred"]
    assert "| fact | time | Wikidata | record | sources |" in report.to("markdown")
    assert "<th>Wikidata</th>" in report._repr_html_()


def test_a_number_is_the_same_however_the_record_spells_it(league: Tiny) -> None:
    league.replace("data/statements/facts.csv", "anna,rating,2100", "anna,rating,+02100")
    rating = snak("P1087", "quantity", {"amount": "+2100", "unit": "1"})
    report = compared(league, entity("Q3", said(rating, time("P585", "+1999-00-00T00:00:00Z", 9))))

    assert [one for one in lines(report) if one[2] == "rating"] == [
        ("agree", "anna", "rating", "2100", "1999")
    ]


def test_another_value_of_what_is_one_at_a_time_is_a_disagreement(league: Tiny) -> None:
    words = (league.ontology / "ontology.ttl").read_text(encoding="utf-8")
    league.write("ontology/ontology.ttl", words + "\n:rating a owl:FunctionalProperty .\n")
    rating = snak("P1087", "quantity", {"amount": "+2200", "unit": "1"})
    report = compared(league, entity("Q3", said(rating, time("P585", "+1999-00-00T00:00:00Z", 9))))

    (found,) = [one for one in report.verdicts if one.predicate == "rating"]
    assert (found.verdict, found.object, found.period) == ("disagree", "2200", "1999")
    assert [one.object for one in found.statements] == ["2100"]


def test_the_page_on_json_names_every_key_of_a_comparison(report: Comparison) -> None:
    page = (Path(__file__).parent.parent / "docs" / "json.md").read_text(encoding="utf-8")
    section = page.partition("## A comparison\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section))
    told = json.loads(report.to("json"))
    verdicts = told["verdicts"]
    rows = [row for one in verdicts for row in (*one["table"], *one["outranked"])]
    parts = (told, *verdicts, *rows)

    assert rows
    assert {key for part in parts for key in part} <= named


def test_a_dump_of_entities_a_line_and_one_entity_are_read_alike(league: Tiny) -> None:
    graph = kg.build(league.data, league.ontology)
    boris, anna = entity("Q4", OF_BORIS), entity("Q3")
    forms = {
        "array.json": json.dumps([boris, anna]),
        "lines.jsonl": f"{json.dumps(boris)}\n{json.dumps(anna)}\n",
        "dump.json": f"[\n{json.dumps(boris)},\n{json.dumps(anna)}\n]\n",
    }
    for name, text in forms.items():
        (league.path / name).write_text(text, encoding="utf-8")
    found = [lines(graph.compare(wikibase=league.path / name)) for name in forms]

    assert ("agree", "boris", "playsFor", "knights", "since 1998") in found[0]
    assert found[1:] == found[:1] * 2


def test_a_query_service_is_asked_for_the_same_as_a_file_says(league: Tiny) -> None:
    """What kg writes as RDF of Wikibase agrees with the record, from a file and on loopback."""
    graph = kg.build(league.data, league.ontology)
    written = dumped(graph.store, formats.DUMPS.named("wikibase")).content
    assert isinstance(written, bytes)
    file = league.path / "wikidata.ttl"
    file.write_bytes(written)
    with sparql_server(written, league.path) as url:
        service = graph.compare(wikibase=url)
    from_file = graph.compare(wikibase=file)

    assert service.counts == {"agree": 5, "disagree": 0, "only-table": 0, "only-record": 0}
    assert lines(service) == lines(from_file)
    assert [one.claims for one in service.verdicts] == [one.claims for one in from_file.verdicts]
    assert any(claim.references for one in service.verdicts for claim in one.claims)


def test_an_endpoint_without_the_items_is_told_in_one_line(league: Tiny) -> None:
    graph = kg.build(league.data, league.ontology)
    with (
        sparql_server(b"<urn:a> <urn:b> <urn:c> .", league.path) as url,
        pytest.raises(RemoteError) as error,
    ):
        graph.compare(wikibase=url)

    assert str(error.value) == (
        f"{url} has none of the 5 items of the record; is it a query service of Wikibase with the "
        "items of Wikidata?"
    )


def test_a_file_about_other_items_is_told_in_one_line(league: Tiny) -> None:
    with pytest.raises(InputError) as error:
        compared(league, entity("Q98"), entity("Q99"))

    assert str(error.value) == (
        "wikidata.json has nothing about the record: none of its 2 items is an entity here, by "
        "the column 'wikidata'"
    )


def test_a_record_without_properties_of_wikidata_says_what_to_write(tiny: Tiny) -> None:
    (tiny.path / "w.json").write_text(json.dumps(entity("Q1")), encoding="utf-8")
    graph = kg.build(tiny.data, tiny.ontology)

    with pytest.raises(UsageError, match="no property of the record leads to one of Wikidata"):
        graph.compare(wikibase=tiny.path / "w.json")


def test_a_record_without_items_says_what_to_write(league: Tiny) -> None:
    rows = (league.data / "entities.csv").read_text(encoding="utf-8")
    league.write("data/entities.csv", re.sub(r"(?m),Q[1-5],", ",,", rows))

    with pytest.raises(UsageError, match="no entity of the record has an id of Wikidata"):
        compared(league, entity("Q1"))


@pytest.mark.parametrize(
    ("name", "text", "code", "says"),
    [
        ("w.json", '{"a": 1}', 2, "the file is no JSON of Wikibase"),
        ("w.json", "no", 2, "it is no JSON: "),
        ("w.ttl", "<urn:a> <urn:b> 1 .", 2, "w.ttl has no statement of Wikibase: it is RDF of"),
        ("w.ttl", "<urn:a", 2, "the file is no RDF: "),
        ("other.json", "", 3, "cannot be read"),
    ],
)
def test_a_file_that_is_none_of_wikibase_is_told_in_one_line(
    name: str,
    text: str,
    code: int,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if text:
        (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        main(["compare", "--wikibase", name])

    assert ended.value.code == code
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


@pytest.mark.parametrize("words", [["t.csv"], ["--as-of", "2012"], ["--map", "a="], None])
def test_a_table_and_wikidata_are_not_compared_at_once(
    words: list[str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [] if words is None else ["--wikibase", "w.json", *words]

    with pytest.raises(SystemExit) as ended:
        main(["compare", *given])

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(
        "name a table, with options that say what its columns mean, or --wikibase alone\n"
    )
