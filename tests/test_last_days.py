"""Ends that are last days: what `kg:InclusiveEnds` says of a property, everywhere the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_dates import held, lines_of, told
from test_ended import recorded, the_one
from test_vectors import SAID

import kg
from kg.changes.compare import StatementChange
from kg.changes.wording import moved as told_change
from kg.model.dates import Day, Period
from kg.model.edtf import moved, over_after, stored
from kg.model.statement import Kind, Statement
from kg.page.draw import view
from kg.page.sureness import sure_days
from kg.pipeline.columns.walk import load as load_columns
from kg.query.slice import slice_of
from kg.record.digests import digests
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History
from kg.text.statements import dates_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from pages import Visitor

    from conftest import Tiny

ONTOLOGY = "ontology/ontology.ttl"
LINES = lines_of("Last days")
CLARA = Statement("clara", "playsFor", "rooks", "state", start="2000-05-01", end="2003-06-30")
PLAYED = "clara,playsFor,rooks,2000-05-01,2003-06-30,,almanac-2001,,,"


def with_last_days(tiny: Tiny, *names: str) -> Tiny:
    for name in names:
        tiny.replace(ONTOLOGY, f":{name} a kg:", f":{name} a kg:InclusiveEnds , kg:")
    return tiny


@pytest.fixture
def closed(tiny: Tiny) -> Tiny:
    """The league, of whose players the last day for a club is written."""
    return with_last_days(tiny, "playsFor", "won")


@pytest.mark.parametrize("cells", LINES, ids=" ".join)
def test_an_end_that_is_a_last_day_means_what_the_page_says(cells: list[str]) -> None:
    kind: Kind = "event" if cells[0] == "event" else "state"
    start, end, *expected = cells[1:]
    one = Statement("a", "p", "b", kind, start=start, end=end, over_by=over_after(end))

    assert [told(*one.over), *held(one)] == expected


def lines_in(tiny: Tiny) -> dict[str, list[str]]:
    """Add a player and a row for each line of the page; return the lines by the players."""
    people = {}
    for number, (kind, start, end, *expected) in enumerate(LINES):
        name = f"player-{number}"
        tiny.add(f"{name},Player,{name},,,,", "data/entities.csv")
        fact = "won,city-open" if kind == "event" else "playsFor,rooks"
        tiny.add(f"{name},{fact},{start},{end},,almanac-2001,,,")
        people[name] = expected
    return people


def test_rows_columns_record_and_store_say_what_the_page_says(closed: Tiny) -> None:
    people = lines_in(closed)
    records, built = closed.records(), closed.build()
    asserted = {
        "rows": records.statements,
        "columns": load_columns(closed.data, closed.known(), records.dataset).statements,
        "record": recorded(built),
        "store": History(EmbeddedStore.of(built.quads)).statements,
    }

    for way, statements in asserted.items():
        found = {
            one.subject: [told(*one.over), *held(one)]
            for one in statements
            if one.subject in people and not one.rule
        }
        assert found == people, way
    assert asserted["columns"] == asserted["rows"]
    assert digests(asserted["record"]) == digests(asserted["store"])
    assert asserted["record"] == asserted["store"]


def test_sparql_and_the_world_of_a_day_have_the_last_day_and_not_the_next(closed: Tiny) -> None:
    closed.add(PLAYED)
    graph = kg.Graph(closed.build().store())
    ask = "ASK { id:clara :playsFor id:rooks }"
    which = "?st rdf:subject id:clara ; rdf:predicate :playsFor"
    sparql = f"SELECT ?text (STR(?by) AS ?day) {{ {which} ; kg:endText ?text ; kg:end ?by }}"

    assert [tuple(row) for row in graph.query(sparql).rows] == [("2003-06-30", "2003-07-01")]
    days = ("2003-06-30", "2003-07-01")
    assert [bool(graph.query(ask, as_of=day)) for day in days] == [True, False]
    assert [bool(graph.query(ask, as_of=day, surely=True)) for day in days] == [True, False]
    (edge,) = graph.network()["clara"]["rooks"].values()
    assert (edge["end"], edge["until"], edge["status"]) == ("2003-06-30", "2003-07-01", "ended")
    why = str(graph.why("clara", "playsFor", "rooks"))
    assert "from 2000-05-01 until 2003-06-30 (last day)" in why


@pytest.mark.parametrize("is_kept_simple", [True, False])
def test_what_is_known_by_a_date_ends_on_the_same_last_day(
    closed: Tiny, *, is_kept_simple: bool
) -> None:
    """Graphs with rules are built again, those without lose what later sources say."""
    closed.add(PLAYED.replace("almanac-2001", "gazette-1999"))
    closed.add(PLAYED)
    if is_kept_simple:
        for rule in (closed.ontology / "rules").glob("*.rq"):
            rule.unlink()
    known = History(slice_of(closed.build().store(), known_by="2000")).statements

    one = the_one(known, *CLARA.triple)
    assert [reference.source for reference in one.references] == ["gazette-1999"]
    assert one.over == ((2003, 7, 1), (2003, 7, 1))


# Anna plays for the Rooks since 1 January 2000, Clara from 1 May 2000 to the end of June 2003.
@pytest.mark.parametrize(
    ("names", "end", "concluded", "text"),
    [
        (("playsFor",), "2003-06-30", "2003-07-01", "2003-07-01"),
        (("playsFor", "teammateOf"), "2003-06-30", "2003-07-01", "2003-06-30"),
        (("teammateOf",), "2003-07-01", "2003-07-01", "2003-06-30"),
        ((), "2003-07-01", "2003-07-01", "2003-07-01"),
        (("teammateOf",), "2003-06", "2003-07-01", "2003-06"),
        (("playsFor",), "2003-06-29~", "2003-07-01", "2003-06-30~"),
    ],
)
def test_a_conclusion_is_written_as_its_own_property_has_it(
    tiny: Tiny, names: tuple[str, ...], end: str, concluded: str, text: str
) -> None:
    with_last_days(tiny, *names).add(PLAYED.replace("2003-06-30", end))
    built = tiny.build()
    one = the_one(recorded(built), "anna", "teammateOf", "clara")

    assert (one.end, one.span) == (text, Period((2000, 5, 1), stored(concluded).earliest))
    plain = History(EmbeddedStore.of(built.quads)).statements
    assert the_one(plain, *one.triple) == one


def test_a_fact_of_one_day_ends_on_the_day_of_its_start(closed: Tiny) -> None:
    closed.add("clara,playsFor,rooks,2000-05-01,2000-05-01,,almanac-2001,,,")

    assert not [one for one in closed.check().findings if one.severity == "error"]


def test_an_end_before_the_start_is_told_in_the_words_of_last_days(closed: Tiny) -> None:
    place = closed.add("clara,playsFor,rooks,2000-05-02,2000-05-01,,almanac-2001,,,")
    found = [one for one in closed.check().findings if one.severity == "error"]

    assert [(f"{one.path}:{one.line}", one.message, one.repair) for one in found] == [
        (
            place,
            "end 2000-05-01 is not after start 2000-05-02",
            "the end of 'playsFor' is its last day; correct one of the two",
        )
    ]


def test_periods_that_share_a_last_day_contradict_each_other(closed: Tiny) -> None:
    closed.add(PLAYED)
    closed.add("clara,playsFor,rooks,2003-06-30,,,almanac-2001,,,")
    (found,) = (one for one in closed.check().findings if one.severity == "error")

    assert "overlaps the period" in found.message


def test_a_month_and_its_days_are_two_spellings_of_one_last_day(closed: Tiny) -> None:
    """Of first days without the fact they are not: these begin with the second day."""
    days = PLAYED.replace("2003-06-30", "[2003-06-01..2003-06-30]")
    closed.add(days)
    closed.add(PLAYED.replace("2003-06-30", "2003-06"))
    (found,) = (one for one in closed.check().findings if one.severity == "error")
    closed.replace(ONTOLOGY, ":playsFor a kg:InclusiveEnds , kg:", ":playsFor a kg:")
    (other,) = (one for one in closed.check().findings if one.severity == "error")

    assert "is another spelling of what stands at" in found.message
    assert "overlaps the period" in other.message


@pytest.mark.parametrize("declared", [":hosts a kg:InclusiveEnds .", ":Club a kg:InclusiveEnds ."])
def test_what_has_no_end_cannot_have_inclusive_ones(tiny: Tiny, declared: str) -> None:
    name = declared[1:].partition(" ")[0]
    table = tiny.ontology / "ontology.ttl"
    tiny.write(ONTOLOGY, f"{table.read_text(encoding='utf-8')}{declared}\n")
    (found,) = (one for one in tiny.check().findings if one.severity == "error")

    assert str(found) == (
        f"ontology: error: '{name}' has kg:InclusiveEnds but is timeless, so that no row has an "
        "end; make it a kg:StateProperty or kg:EventProperty, or leave kg:InclusiveEnds out"
    )


def test_a_difference_tells_that_the_days_are_read_in_another_way(tiny: Tiny) -> None:
    tiny.add(PLAYED)
    before = kg.Graph(tiny.build().store())
    after = kg.Graph(with_last_days(tiny, "playsFor").build().store())
    (change,) = (
        one
        for one in kg.diff(before, after).changes
        if isinstance(one, StatementChange) and one.present.triple == CLARA.triple
    )

    assert change.fields == ("end",)
    assert told_change(change) == ("until 2003-06-30 (last day)", "was 2003-06-30")
    assert not kg.diff(after, after).changes


def test_a_last_day_that_moved_is_told_as_one() -> None:
    old = replace(CLARA, over_by="2003-07-01")
    new = replace(CLARA, end="2003-12-31", over_by="2004-01-01")

    assert dates_in_words(old) == "from 2000-05-01 until 2003-06-30 (last day)"
    assert told_change(StatementChange(old, new)) == (
        "until 2003-12-31 (last day)",
        "was 2003-06-30 (last day)",
    )


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2012-12-18", "2012-12-19"),
        ("-0001-12-31", "0000-01-01"),
        ("[..2004-02-28]", "[..2004-02-29]"),
        ("[2005-12-31..]", "[2006-01-01..]"),
        ("9999-12-30~", "9999-12-31~"),
        ("2004-02", "2004-02"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_each_day_of_an_end_moves_and_moves_back(text: str, later: str) -> None:
    assert (moved(text, 1), moved(later, -1)) == (later, text)


def test_an_end_after_the_year_9999_that_has_no_form_is_written_as_its_latest_day() -> None:
    assert moved("[9999-01-01..9999-12-31]", 1) == "10000-01-01"


def test_the_page_says_that_a_day_is_the_last(closed: Tiny, visit: Visitor, tmp_path: Path) -> None:
    closed.add(PLAYED)
    closed.add("boris,rating,2200,2000-01-01,2003-07-01,,almanac-2001,,,")
    store = closed.build().store()
    ids = {
        one.predicate: one.id
        for one in History(store).statements
        if one.end in {"2003-06-30", "2003-07-01"} and not one.rule
    }
    page = visit(view(kg.Graph(store).network()).save(tmp_path / "graph.html"))
    asked = [[ids[name], day] for name in ("playsFor", "rating") for day in ("2003-06-30",)]
    asked.append([ids["playsFor"], "2003-07-01"])

    said = page.tab.evaluate(SAID, asked)

    assert not page.errors
    clara = "from 1 May 2000 until 30 June 2003 (last day)"
    assert [each[:3] for each in said] == [
        ["current", True, clara],
        ["current", True, "from 1 January 2000 until 1 July 2003 (exclusive)"],
        ["ended", False, clara],
    ]


@pytest.mark.parametrize(
    ("end", "until", "last"),
    [
        ("2012-12-18", "2012-12-19", (2012, 12, 19)),
        ("2012-12-18", "2012-12-18", (2012, 12, 18)),
        ("2012-12", "2013-01-01", (2012, 12, 2)),
    ],
)
def test_on_the_page_it_is_sure_up_to_its_last_day(end: str, until: str, last: Day) -> None:
    fact = {"id": "a", "start": "2006-08-16", "end": end, "since": "2006-08-16", "until": until}

    assert sure_days([fact])["a"] == (Period((2006, 8, 16), last),)
