"""An end that nobody dates: the fact has ended, by the day on which a source first says so.

The almanac appeared in May 2001, the gazette on 14 June 1999; the day of issue is 1 January 2024.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import kg
from kg.changes.compare import StatementChange
from kg.changes.wording import moved
from kg.model.dates import Period
from kg.model.statement import Statement
from kg.pipeline.columns.walk import load as load_columns
from kg.query.slice import slice_of
from kg.record.digests import digests
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conftest import Tiny
    from kg.pipeline.builder import Built

CLARA = "clara,playsFor,rooks,1992-05,unknown"
PLAYED = Statement("clara", "playsFor", "rooks", "state", start="1992-05", end="unknown")


def the_one(statements: Iterable[Statement], *triple: str) -> Statement:
    (found,) = (one for one in statements if one.triple == (triple or PLAYED.triple))
    return found


def recorded(built: Built) -> tuple[Statement, ...]:
    record = built.store().record
    assert record
    return record.statements


def test_it_is_over_on_the_last_day_on_which_its_source_can_have_appeared(tiny: Tiny) -> None:
    tiny.add(f"{CLARA},,almanac-2001,,,")
    one = the_one(tiny.records().statements)

    assert one.over == ((1992, 5, 2), (2001, 5, 31))
    assert one.holds == Period((1992, 5, 1), (2001, 5, 31))
    assert one.id == PLAYED.id


def test_of_several_sources_the_first_bounds_it(tiny: Tiny) -> None:
    tiny.add(f"{CLARA},,almanac-2001,,,")
    tiny.add(f"{CLARA},,gazette-1999,,,")

    assert the_one(tiny.records().statements).over[1] == (1999, 6, 14)


def test_an_attestation_does_not_say_that_it_has_ended(tiny: Tiny) -> None:
    tiny.add(f"{CLARA},,almanac-2001,,,")
    tiny.add("clara,playsFor,rooks,,,1998-01-01,gazette-1999,,,")
    one = the_one(tiny.records().statements)

    assert (len(one.references), one.over[1]) == (2, (2001, 5, 31))


def undated(tiny: Tiny) -> None:
    table = tiny.data / "sources.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(f"{text}leaflet,A Leaflet,,https://example.org/leaflet,,,en,,\n", "utf-8")


def test_a_source_without_a_date_bounds_it_by_the_day_of_issue(tiny: Tiny) -> None:
    undated(tiny)
    tiny.add(f"{CLARA},,leaflet,,,")
    one = the_one(tiny.records().statements)

    assert one.over[1] == (2024, 1, 1)
    assert not one.in_world(Period((2024, 1, 1), (2024, 1, 2)))


def test_what_is_known_by_a_date_is_bounded_by_what_is_known(tiny: Tiny) -> None:
    """A source without a date counts as known; of the almanac nobody knows in 2000."""
    undated(tiny)
    tiny.add(f"{CLARA},,leaflet,,,")
    tiny.add(f"{CLARA},,almanac-2001,,,")
    store = tiny.build().store()
    ask = "ASK { id:clara :playsFor id:rooks }"

    assert the_one(History(store).statements).over_by == "2001-05-31"
    assert the_one(History(slice_of(store, known_by="2000")).statements).over_by == "2024-01-01"
    graph = kg.Graph(store)
    assert not graph.query(ask, as_of="2002")
    assert graph.query(ask, as_of="2002", known_by="2000")
    # Known but ended: the same where nothing is inferred, which is sliced in another way.
    for rule in (tiny.ontology / "rules").glob("*.rq"):
        rule.unlink()
    plain = slice_of(tiny.build().store(), known_by="2000")
    assert the_one(History(plain).statements).over_by == "2024-01-01"


def test_what_follows_has_ended_too_nobody_knows_when(tiny: Tiny) -> None:
    """Anna plays for the Rooks since 1 January 2000."""
    tiny.add(f"{CLARA},,almanac-2001,,,")
    built = tiny.build()
    one = the_one(recorded(built), "anna", "teammateOf", "clara")

    assert (one.start, one.end) == ("2000-01-01", "unknown")
    assert one.holds == Period((2000, 1, 1), (2001, 5, 31))
    plain = EmbeddedStore.of(built.quads)
    assert the_one(History(plain).statements, *one.triple) == one


def test_it_is_written_as_it_was_written(tiny: Tiny) -> None:
    tiny.add(f"{CLARA},,almanac-2001,,,")
    graph = kg.Graph(tiny.build().store())
    which = "?st rdf:subject id:clara ; rdf:predicate :playsFor"
    sparql = f"SELECT ?text (STR(?by) AS ?day) {{ {which} ; kg:endText ?text ; kg:end ?by }}"
    (row,) = graph.query(sparql).rows

    assert tuple(row) == ("unknown", "2001-05-31")
    assert "from 1992-05, ended, not known when" in str(graph.why("clara", "playsFor", "rooks"))
    (edge,) = graph.network()["clara"]["rooks"].values()
    assert (edge["end"], edge["until"], edge["status"]) == ("unknown", "2001-05-31", "ended")
    table = graph.statements().to_pandas()
    (ending,) = table[(table.subject == "clara") & (table.predicate == "playsFor")].ending
    assert ending == "ended"


def test_rows_columns_store_and_record_say_the_same(tiny: Tiny) -> None:
    tiny.add(f"{CLARA},,almanac-2001,,,")
    tiny.add(f"{CLARA},,gazette-1999,,,")
    tiny.add("clara,playsFor,knights,,unknown,,gazette-1999,,,")
    records = tiny.records()
    built = tiny.build()
    by_columns = load_columns(tiny.data, tiny.known(), records.dataset)

    assert by_columns.statements == records.statements
    told = recorded(built)
    read = History(EmbeddedStore.of(built.quads)).statements
    assert digests(told) == digests(read)
    assert [one.over_by for one in told if one.over_by and not one.rule] == [
        "1999-06-14",
        "1999-06-14",
    ]


@pytest.mark.parametrize(
    ("cells", "message", "repair"),
    [
        ("unknown,,", "start cannot be unknown, as an end can that nobody dates", "leave the cell"),
        (",,unknown", "at cannot be unknown, as an end can that nobody dates", "leave the cell"),
        (
            "2003,unknown,",
            "source 'almanac-2001' was published 2001-05 and cannot say that it has ended since",
            "correct the start 2003, or cite a source that is later",
        ),
        ("1999,Unknown,", "'Unknown' is not a date", "write "),
    ],
)
def test_what_cannot_be_is_told_with_its_place(
    tiny: Tiny, cells: str, message: str, repair: str
) -> None:
    place = tiny.add(f"clara,playsFor,rooks,{cells},almanac-2001,,,")
    (found,) = (one for one in tiny.check().findings if one.severity == "error")

    assert (f"{found.path}:{found.line}", found.message) == (place, message)
    assert found.repair.startswith(repair)


@pytest.mark.parametrize(
    ("start", "end", "share"),
    [
        ("1993", "", False),
        # It began on a day of May 1992.
        ("1992-05-31", "", False),
        ("1992-04", "1992-06", True),
        ("1990", "1992-05-01", False),
        ("1990", "1992-05-31", False),
        ("1990", "1992-06-01", True),
    ],
)
def test_it_leaves_room_for_another_period_after_its_first_day(
    start: str, end: str, share: bool
) -> None:
    """The other must share a day only if it holds whenever the first can have begun."""
    one, other = PLAYED, Statement(*PLAYED.triple, "state", start=start, end=end)

    assert one.contradicts(other) is other.contradicts(one) is share


def test_a_change_to_or_from_it_is_told_in_words() -> None:
    before = replace(PLAYED, end="2000")

    assert moved(StatementChange(before, PLAYED)) == ("ended, not known when", "was 2000")
    assert moved(StatementChange(PLAYED, before)) == ("until 2000", "was unknown")
    gone = replace(PLAYED, end="")
    assert moved(StatementChange(PLAYED, gone))[1] == "was ended, not known when"
