"""Possibly and surely: what holds in some and in every world that dates leave open.

A world chooses one first day and one first day after it, among those that the dates can mean. What
holds in some world possibly holds, what holds in every world surely does.
"""

from __future__ import annotations

import random
import re
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest
import rdflib
from pyoxigraph import DefaultGraph, RdfFormat, serialize

import kg
from kg.errors import UsageError
from kg.model import certainty
from kg.model.dates import Period, iso
from kg.model.edtf import asked_period, asked_time, parse_date
from kg.model.statement import Kind, Statement
from kg.pipeline.columns.texts import inner
from kg.record.record import Record, StoredRecord
from kg.record.world import with_conclusions
from kg.text.statements import open_dates

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
FIRST = date(2000, 1, 1)
# Three months, so that all pairs of days can be gone through.
DAYS = 31 + 29 + 31
Days = range
KINDS: tuple[Kind, ...] = ("state", "state", "state", "event")


def days_of(text: str) -> Days:
    """The days that a day or a month can mean, counted from the first."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        at = (date(*parts) - FIRST).days
        return range(at, at + 1)
    first = (date(parts[0], parts[1], 1) - FIRST).days
    return range(first, first + monthrange(*parts)[1])


def over(text: str) -> Days:
    """The days that can be the first after an end: of a month one of its days is the last."""
    days = days_of(text)
    return days if len(days) == 1 else range(days.start + 1, days.stop + 1)


def worlds(one: Statement) -> tuple[Any, Any]:
    """On which days it holds in some world, and on which in all of them."""
    starts = days_of(one.start or one.at) if one.start or one.at else range(-40, DAYS + 40)
    if one.kind == "event":
        pairs = [(start, 10_000) for start in starts]
    elif one.at:
        pairs = [(start, start + 1) for start in starts]
    else:
        ends = over(one.end) if one.end else range(DAYS + 1000, DAYS + 1001)
        pairs = [(start, end) for start in starts for end in ends if start < end]
    first, after = (np.array(own)[:, None] for own in zip(*pairs, strict=True))
    day = np.arange(DAYS)[None, :]
    holds = (first <= day) & (day < after)
    return holds.any(axis=0), holds.all(axis=0)


def random_statements(count: int) -> list[Statement]:
    """Statements of days and months of the three months, each of a triple of its own."""
    chance = random.Random(22)

    def text() -> str:
        day = FIRST + timedelta(chance.randrange(DAYS))
        return day.isoformat()[: chance.choice((7, 10))]

    found: list[Statement] = []
    while len(found) < count:
        kind: Kind = chance.choice(KINDS)
        shape = chance.choice(("start", "end", "both", "both", "at"))
        start = text() if shape in {"start", "both"} else ""
        end = text() if shape in {"end", "both"} and kind == "state" else ""
        at = text() if shape == "at" or not start + end else ""
        if start and end and over(end).stop - 1 <= days_of(start).start:
            continue
        if kind == "event":
            start, at = "", at or text()
        found.append(Statement(f"s{len(found)}", "p", "o", kind, start=start, end=end, at=at))
    return found


def test_ten_thousand_random_facts_hold_as_all_their_worlds_say(tmp_path: Path) -> None:
    statements = random_statements(10_000)
    record = Record(statements, (), (), ("en",))
    record.write(tmp_path / "record")
    stored = StoredRecord(tmp_path / "record")
    some, every = zip(*(worlds(one) for one in statements), strict=True)

    for at in range(DAYS):
        day = FIRST + timedelta(at)
        period = parse_date(day.isoformat()).period
        possibly = {one.id for one, days in zip(statements, some, strict=True) if days[at]}
        surely = {one.id for one, days in zip(statements, every, strict=True) if days[at]}

        assert stored.world(period) == possibly
        assert stored.sure_world(period) == surely
        # Objects are asked one by one, which takes longer.
        if at % 13 == 0:
            assert record.world(period) == possibly
            assert record.sure_world(period) == surely


def test_of_a_month_what_is_sure_is_sure_on_each_of_its_days(tmp_path: Path) -> None:
    statements = random_statements(2_000)
    Record(statements, (), (), ("en",)).write(tmp_path / "record")
    stored = StoredRecord(tmp_path / "record")

    by_id = {one.id: worlds(one) for one in statements}

    for month in ("2000-01", "2000-02", "2000-03"):
        days = days_of(month)
        every = {key for key, own in by_id.items() if own[1][days.start : days.stop].all()}
        some = {key for key, own in by_id.items() if own[0][days.start : days.stop].any()}
        period = parse_date(month).period

        assert stored.sure_world(period) == every
        assert stored.world(period) == some


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2000-01-20", "2000-02-10", range(19, 41)),
        ("2000-01", "2000-02", range(60)),
        ("2000-02", "2000-03-05", range(31, 65)),
        ("2000-02-29", "2000-02-29", range(59, 60)),
    ],
)
def test_of_a_span_what_is_sure_is_sure_throughout_it(
    first: str, last: str, days: Days, tmp_path: Path
) -> None:
    statements = random_statements(2_000)
    record = Record(statements, (), (), ("en",))
    record.write(tmp_path / "record")
    by_id = {one.id: worlds(one) for one in statements}
    every = {key for key, own in by_id.items() if own[1][days.start : days.stop].all()}
    some = {key for key, own in by_id.items() if own[0][days.start : days.stop].any()}
    span = asked_period(asked_time(None, first, last), surely=True)
    assert span

    for one in (record, StoredRecord(tmp_path / "record")):
        assert one.sure_world(span) == every
        assert one.world(span) == some


@pytest.mark.parametrize(
    ("times", "said"),
    [
        ((None, "1999-02", "1999"), None),
        ((None, "1999", "1999-02"), None),
        ((None, "1999-03", "1999-02"), "from_='1999-03' is after to='1999-02'; swap them"),
        ((None, "2000", "1999"), "from_='2000' is after to='1999'; swap them"),
        ((None, "1999", None), "from_='1999' is one side of a span; give from_= and to=, or as"),
        ((None, None, "1999"), "to='1999' is one side of a span; give from_= and to=, or as_of"),
        (("1999", "1999", None), "as_of= asks for one date, from_= and to= for a span; leave one"),
        (("1999", "1999", "2000"), "as_of= asks for one date, from_= and to= for a span; leave"),
        ((None, "1999-13", "2000"), "'1999-13' is not a date: there is no month 13"),
        ((None, "1999/2000", "2001"), "'1999/2000' is not a date"),
        ((None, "", "2001"), "'' is not a date"),
        (("1999/2000/2001", None, None), "'2000/2001' is not a date"),
        (("2001/2000", None, None), "from_='2001' is after to='2000'; swap them"),
    ],
)  # fmt: skip
def test_a_span_goes_from_one_date_to_another(times: Any, said: str | None) -> None:
    if said is None:
        assert asked_period(asked_time(*times), surely=False)
        return
    with pytest.raises(UsageError) as error:
        asked_period(asked_time(*times), surely=False)
    assert str(error.value).startswith(said)


# Farther than the three months on either side, as an open side may lie.
BEFORE, AFTER = -50, DAYS + 50


def meant(text: str) -> tuple[Days, bool]:
    """The days that a form of a date can mean, and whether they are those of a month."""
    if text.startswith("["):
        low, high = text[1:-1].split("..")
        first, is_month = meant(low or high)
        last, _ = meant(high or low)
        return range(first.start if low else BEFORE, last.stop if high else AFTER), is_month
    base = text.rstrip("?~%")
    days, is_month = days_of(base), len(base) == 7
    if text == base or text.endswith("?"):
        return days, is_month
    if not is_month:
        return range(days.start - 1, days.stop + 1), False
    # About a month: the one before and the one after as well.
    neighbours = (FIRST + timedelta(days.start - 1), FIRST + timedelta(days.stop))
    before, after = (days_of(one.isoformat()[:7]) for one in neighbours)
    return range(before.start, after.stop), True


def test_what_is_written_in_other_forms_holds_as_all_its_worlds_say(tmp_path: Path) -> None:
    chance = random.Random(8601)

    def text() -> str:
        size = chance.choice((7, 10))
        low, high = sorted(
            (FIRST + timedelta(chance.randrange(DAYS))).isoformat()[:size] for _ in "ab"
        )
        forms = (low, f"{low}?", f"{low}~", f"{low}%", f"[..{low}]", f"[{low}..]")
        return chance.choice((*forms, f"[{low}..{high}]") if low < high else forms)

    found: dict[str, tuple[Any, Any]] = {}
    statements: list[Statement] = []
    while len(statements) < 300:
        start, end = text(), chance.choice((text(), ""))
        starts, _ = meant(start)
        after, is_month = meant(end) if end else (range(AFTER + 9, AFTER + 10), False)
        ends = range(after.start + is_month, after.stop + is_month)
        pairs = [(one, other) for one in starts for other in ends if one < other]
        if not pairs:
            continue
        statements.append(Statement(f"s{len(found)}", "p", "o", "state", start=start, end=end))
        first, last = (np.array(own)[:, None] for own in zip(*pairs, strict=True))
        day = np.arange(DAYS)[None, :]
        holds = (first <= day) & (day < last)
        found[statements[-1].id] = (holds.any(axis=0), holds.all(axis=0))
    record = Record(statements, (), (), ("en",))
    record.write(tmp_path / "record")

    for at in range(0, DAYS, 2):
        period = parse_date((FIRST + timedelta(at)).isoformat()).period
        for one in (record, StoredRecord(tmp_path / "record")):
            assert one.world(period) == {key for key, own in found.items() if own[0][at]}
            assert one.sure_world(period) == {key for key, own in found.items() if own[1][at]}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (Statement("a", "p", "b", "timeless"), True),
        (Statement("a", "p", "b", "state", rank="deprecated"), False),
        (Statement("a", "p", "b", "state", disputed_by=("better",)), False),
        (Statement("a", "p", "b", "state", at="2000-02-02", may_confirm=("one", "two")), False),
        (Statement("a", "p", "b", "state", start="1999"), True),
        (Statement("a", "p", "b", "event", start="2000-01", end="2000-02-01"), True),
        (Statement("a", "p", "b", "event", start="2000-01", end="2000-02-02"), True),
        (Statement("a", "p", "b", "event", start="2000-02", end="2000-02-10"), False),
    ],
)
def test_what_counts_and_has_begun_is_sure(
    statement: Statement, expected: bool, tmp_path: Path
) -> None:
    record = Record([statement], (), (), ("en",))
    record.write(tmp_path / "record")
    day = Period((2000, 2, 2), (2000, 2, 3))

    found = [one.sure_world(day) for one in (record, StoredRecord(tmp_path / "record"))]

    assert found == [{statement.id} if expected else set()] * 2


def test_what_is_left_open_is_told_with_the_days_that_every_world_leaves() -> None:
    told = 0
    for one in random_statements(1_000):
        some, every = worlds(one)
        firsts = [*days_of(one.start or one.at)] if one.start or one.at else []
        afters = [*over(one.end)] if one.end else []
        if firsts and afters and one.kind == "state":
            pairs = [(first, after) for first in firsts for after in afters if first < after]
            firsts, afters = ([*own] for own in zip(*pairs, strict=True))
        for at in range(0, DAYS, 7):
            words = open_dates(one, parse_date(str(FIRST + timedelta(at))).period)
            assert bool(words) == (not every[at]), (one, at)
            if not some[at]:
                continue
            for part in words.split("; "):
                told += 1
                days = [FIRST + timedelta(day) for day in firsts if "its end" not in part]
                days = days or [FIRST + timedelta(day - 1) for day in afters]
                known = part == "its start is not known" and not firsts
                assert known or not words or f"from {min(days)} to {max(days)}" in part
    assert told > 1_000


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("[..1999]", "", ""), "its start is [..1999]: the first day is 1999-12-31 or earlier"),
        (("[1999..]", "", ""), "its start is [1999..]: the first day is 1999-01-01 or later"),
        (("199X", "", ""), "its start is 199X: the first day lies from 1990-01-01 to 1999-12-31"),
        (("1998", "[..1999]", ""), "last day lies from 1998-01-01 to 1999-12-31"),
        (("", "[..1999]", ""), "its end is [..1999]: the last day is 1999-12-31 or earlier"),
        (
            ("1990-05-01", "[1999..]", ""),
            "its end is [1999..]: the last day is 1999-01-01 or later",
        ),
        (("", "", "[..1999]"), "it is attested on one day: it is 1999-12-31 or earlier"),
        (("", "", "1999~"), "it is attested on one day: it lies from 1998-01-01 to 2000-12-31"),
    ],
)
def test_an_open_side_is_told_as_one(dates: tuple[str, str, str], expected: str) -> None:
    start, end, at = dates
    one = Statement("a", "p", "b", "state", start=start, end=end, at=at)

    assert open_dates(one, Period((1980, 1, 1), (2010, 1, 1))).endswith(expected)


@pytest.mark.parametrize(
    ("start", "over_by", "expected"),
    [
        ("1999", "2005-03-31", ": the last day lies from 1999-01-01 to 2005-03-30"),
        ("", "2005-03-31", ": the last day is 2005-03-30 or earlier"),
        ("1999", "", ": the last day is 1999-01-01 or later"),
        ("", "", ""),
    ],
)
def test_an_end_that_nobody_dates_leaves_open_what_its_sources_leave(
    start: str, over_by: str, expected: str
) -> None:
    one = Statement("a", "p", "b", "state", start=start, end="unknown", over_by=over_by)

    told = open_dates(one, parse_date("2004").period).split("; ")[-1]

    assert told == f"it has ended, not known when{expected}"


def test_what_follows_is_sure_when_all_premises_of_one_proof_are() -> None:
    ways = [("third", ["second", "a"]), ("second", ["a", "b"]), ("second", ["b"]), ("other", ["x"])]

    assert with_conclusions({"a", "b"}, ways) == {"a", "b", "second", "third"}
    assert with_conclusions({"a"}, ways) == {"a"}


def recipe(day: str) -> str:
    """The query that docs/dates.md gives for what is sure on a day."""
    text = (ROOT / "docs" / "dates.md").read_text(encoding="utf-8")
    found, _ = re.findall(r"```sparql\n(.*?)```", text, re.DOTALL)
    assert found.count("1999-05-03") == 2
    return str(found.replace("1999-05-03", day))


def ids_of(graph: kg.Graph, day: str) -> set[str]:
    """The asserted statements that are sure on a day, as the command line has it."""
    table = graph.statements(as_of=day, surely=True).to_polars()
    return {row["id"] for row in table.rows(named=True) if not row["proof_count"]}


@pytest.mark.parametrize(
    "day", ["1992-06-30", "1993-12-15", "1999-04-02", "2009-08-17", "2013-12-31", "2020-05-26"]
)
def test_the_recipe_in_plain_sparql_finds_what_is_sure(shipped: kg.Graph, day: str) -> None:
    found = {str(row[0]).removeprefix("st:") for row in shipped.query(recipe(day)).rows}

    assert found == ids_of(shipped, day)
    assert found < {*shipped.statements(as_of=day).to_polars()["id"]}


def test_another_engine_finds_the_same_by_the_recipe(tiny: Tiny) -> None:
    """Among what is dated are all shapes: open, partial and unknown, an attestation, an event."""
    shapes = (
        *("1998,2000,", ",2000,", "2000-02,2000,", "2000-02-29,2000-02,", ",2000-02-29,"),
        *("1999,unknown,", ",unknown,", ",,2000-02-29", ",,2000-02", "2000-02-28,2000-03-02,"),
        *("[2000..],,", "[..2000],,", "1999,[..2000],", ",[..2000],", "1999,[2000..],"),
        *("[..1999],unknown,", ",,[..2000-02]", "1998~,2000-02-29?,", ",,[2000-02..]"),
    )
    for count, dates in enumerate(shapes):
        tiny.add(f"team-{count},Club,Team {count},,,,", "data/entities.csv")
        tiny.add(f"clara,playsFor,team-{count},{dates},almanac-2001,,,")
    tiny.add("clara,won,city-open,,,2000-02,almanac-2001,,,")
    graph = kg.build(tiny.data, tiny.ontology)
    other = rdflib.Graph()
    default = [quad.triple for quad in graph.store.quads() if quad.graph_name == DefaultGraph()]
    other.parse(data=serialize(default, format=RdfFormat.N_TRIPLES), format="nt")
    for day in ("1999-12-31", "2000-02-28", "2000-02-29", "2000-03-01", "2000-12-30"):
        rows: Any = other.query(recipe(day), initNs=graph.store.words.prefixes)
        sure = {str(row["st"]).rpartition("/")[2] for row in rows}

        assert sure == ids_of(graph, day)
        assert len(sure) > 2


def test_inner_bounds_are_the_last_first_day_and_the_first_day_after_of_all_worlds() -> None:
    """Those that stand in the graph, by statement and by column: only where they say more."""
    told, chosen = 0, [one for one in random_statements(2_000) if not one.is_attestation]
    columns = zip(*((one.start or one.at, one.end, one.kind) for one in chosen), strict=True)
    inner_bounds = inner(*(pl.lit(pl.Series(list(own), dtype=pl.String)) for own in columns))
    by_column = pl.select(late=inner_bounds[0], soon=inner_bounds[1]).rows()
    for one, found in zip(chosen, by_column, strict=True):
        text = one.start or one.at
        starts = [*days_of(text)] if text else [*range(-40, DAYS + 40)]
        ends = [*over(one.end)] if one.end and one.kind == "state" else [10_000]
        pairs = [(first, after) for first in starts for after in ends if first < after]
        late, soon = max(first for first, _ in pairs), min(after for _, after in pairs)
        earliest, latest = min(first for first, _ in pairs), max(after for _, after in pairs)
        expected = (
            str(FIRST + timedelta(late)) if late != earliest else "",
            str(FIRST + timedelta(soon)) if soon != latest else "",
        )
        assert found == expected
        bounds = certainty.inner(one.span, one.core)
        assert tuple(iso(day) if day else "" for day in bounds) == expected
        told += any(expected)
    assert told > 500


class TestAGraph:
    """Anna played for the Knights from 1998 to 2000, Boris from some day of 1997."""

    @pytest.fixture
    def graph(self, tiny: Tiny) -> kg.Graph:
        return kg.build(tiny.data, tiny.ontology)

    TEAMMATES = "ASK { id:anna :teammateOf id:boris }"

    def test_what_is_sure_is_part_of_what_is_possible(self, graph: kg.Graph) -> None:
        asked = "SELECT ?s ?p ?o { ?st a kg:CurrentStatement GRAPH ?st { ?s ?p ?o } }"
        for day in ("1995", "1998-06", "1999-05-03", "2000"):
            sure = {*graph.query(asked, as_of=day, surely=True).rows}
            assert sure <= {*graph.query(asked, as_of=day).rows}

    def test_everything_that_knows_a_date_knows_a_span(self, graph: kg.Graph) -> None:
        """By 1999 the Knights had Anna and Boris, who both stayed; in 2000 Anna was a Rook."""
        asked = "SELECT ?st { ?st a kg:CurrentStatement ; rdf:predicate :playsFor }"
        span: dict[str, Any] = {"from_": "1999", "to": "2000-02"}
        expected = {
            True: {("boris", "knights")},
            False: {("boris", "knights"), ("anna", "knights"), ("anna", "rooks")},
        }
        for surely, pairs in expected.items():
            rows = graph.ask(asked, {}, **span, surely=surely).rows
            table = graph.statements(**span, surely=surely).to_polars()
            cited = graph.references(**span, surely=surely).to_polars()["statement"]
            network = graph.network(**span, surely=surely)
            games = [row for row in table.rows(named=True) if row["predicate"] == "playsFor"]
            edges = [
                (one, other)
                for one, other, own in network.edges(data=True)
                if own["predicate"] == "playsFor"
            ]

            assert {(row["subject"], row["object"]) for row in games} == pairs == {*edges}
            assert {row[0] for row in rows} == {f"st:{row['id']}" for row in games}
            assert {row["id"] for row in games} <= {*cited}
            assert graph.dump(".nq", **span, surely=surely) == graph.dump(
                ".nq", as_of="1999/2000-02", surely=surely
            )

    def test_a_span_is_made_once(self, graph: kg.Graph) -> None:
        made = [graph.slice("1999/2000", surely=True), graph.slice("1999/2000")]

        assert graph.slice("1999/2000", surely=True) is made[0] is not made[1]

    def test_a_span_before_the_record_is_refused_and_one_after_it_is_told(
        self, graph: kg.Graph
    ) -> None:
        told: list[str] = []
        graph.tell = told.append

        with pytest.raises(UsageError, match="the record begins on 1990-01-01"):
            graph.network(from_="1980", to="1989")
        graph.network(from_="1980", to="1990")
        graph.network(from_="2023", to="2030")
        assert told == []
        graph.network(from_="2025", to="2030")
        assert [text.partition(" is after")[0] for text in told] == ["as of 2025/2030"]

    def test_without_a_date_nobody_knows_when(self, graph: kg.Graph) -> None:
        with pytest.raises(UsageError, match=r"surely=.* says how sure, not when; give as_of="):
            graph.query(self.TEAMMATES, surely=True)
        with pytest.raises(UsageError, match="not when"):
            graph.network(surely=True)
        with pytest.raises(UsageError, match="not when"):
            graph.statements(surely=True)

    def test_network_table_and_query_have_the_same_statements(self, graph: kg.Graph) -> None:
        asked = "SELECT ?st { ?st a kg:CurrentStatement }"
        for day in ("1998", "1999-05-03", "2000-07"):
            found = {str(row[0]) for row in graph.query(asked, as_of=day, surely=True).rows}
            table = graph.statements(as_of=day, surely=True).to_polars()
            network = graph.network(as_of=day, surely=True)
            facts = (own.get("facts", ()) for _, own in network.nodes(data=True))
            literal = [str(fact["id"]) for each in facts for fact in each]

            assert {f"st:{one}" for one in table["id"]} == found
            assert {f"st:{key}" for *_, key in network.edges(keys=True)} | {
                f"st:{one}" for one in literal
            } == found
