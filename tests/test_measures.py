"""Numbers over time: hand-made facts with two periods, counted by hand and by networkx on slices.

Anna is at the Knights from September 1995 to the end of 1999 and in 2003, at the Rooks from 2000;
Boris is at the Knights from 1998, Clara at the Rooks until the end of 1994 and in 2006.
"""

from __future__ import annotations

import doctest
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import kg
from kg.analysis.held import held
from kg.analysis.measures import Measures
from kg.model.calendar import day_of
from kg.model.dates import Period
from kg.query.tables import record_of

pd = pytest.importorskip("pandas")
PLAYS: Any = {"by": "playsFor"}
CLUBS = {"knights", "rooks"}
PAGE = Path(__file__).parent.parent / "docs" / "analysis.md"
DAYS = ("1993-01-01", "1999-06-01", "2001-06-01", "2003-06-01", "2006-06-01")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    import shutil

    from conftest import HERE, Tiny

    tiny = Tiny(shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("league") / "tiny"))
    tiny.add("anna,playsFor,knights,2003-01-01,2004-01-01,,almanac-2001,p. 8,,")
    tiny.add("clara,playsFor,rooks,1992-05-01,1995-01-01,,almanac-2001,p. 6,,")
    tiny.add("clara,playsFor,rooks,2006-01-01,2007-01-01,,almanac-2001,p. 7,,")
    tiny.add("clara,playsFor,knights,1996,,,gazette-1999,,deprecated,")
    return kg.build(tiny.data, tiny.ontology)


@pytest.fixture
def measures(graph: kg.Graph) -> Measures:
    return graph.measures


def sliced(graph: kg.Graph, day: str) -> nx.Graph[str]:
    """What the network as of a date has of players and clubs, by networkx alone."""
    edges: Any = graph.network(as_of=day).edges(data="predicate")
    return nx.Graph([(one, other) for one, other, by in edges if by == "playsFor"])


def cells(frame: Any, day: str) -> dict[str, Any]:
    """What a row says, without those who were not linked on that day."""
    found: dict[str, Any] = frame.loc[day].dropna().to_dict()
    return found


class TestMeasures:
    def test_a_degree_counts_whom_a_day_links(self, measures: Measures) -> None:
        frame = measures.degree(as_of=DAYS, **PLAYS)

        assert cells(frame, "1993-01-01") == {"clara": 1, "rooks": 1}
        assert cells(frame, "1999-06-01") == {"anna": 1, "boris": 1, "knights": 2}
        assert cells(frame, "2003-06-01") == {"anna": 2, "boris": 1, "knights": 2, "rooks": 1}
        assert cells(frame, "2006-06-01") == {
            "anna": 1,
            "boris": 1,
            "clara": 1,
            "knights": 1,
            "rooks": 2,
        }
        assert (frame.index.name, frame.columns.name) == ("date", "entity")
        assert {str(kind) for kind in frame.dtypes} == {"Int64"}

    def test_the_one_in_the_middle_has_all_the_betweenness(self, measures: Measures) -> None:
        frame = measures.betweenness(as_of="1999-06-01", **PLAYS)

        assert cells(frame, "1999-06-01") == {"anna": 0, "boris": 0, "knights": 1}

    def test_a_part_is_called_after_its_first_member(self, measures: Measures) -> None:
        frame = measures.components(as_of=["2001-06-01", "2003-06-01"], **PLAYS)

        assert cells(frame, "2001-06-01") == {
            "anna": "anna",
            "rooks": "anna",
            "boris": "boris",
            "knights": "boris",
        }
        assert set(cells(frame, "2003-06-01").values()) == {"anna"}

    @pytest.mark.parametrize("day", DAYS)
    def test_each_is_what_networkx_says_of_the_slice(
        self, graph: kg.Graph, measures: Measures, day: str
    ) -> None:
        there = sliced(graph, day)

        assert cells(measures.degree(as_of=day, **PLAYS), day) == dict(there.degree())
        between = nx.betweenness_centrality(there)
        assert cells(measures.betweenness(as_of=day, **PLAYS), day) == between
        near = nx.closeness_centrality(there)
        assert cells(measures.each(nx.closeness_centrality, as_of=day, **PLAYS), day) == near
        parts = measures.components(as_of=day, **PLAYS).loc[day].dropna()
        assert {frozenset(parts[parts == one].index) for one in set(parts)} == {
            *map(frozenset, nx.connected_components(there))
        }

    def test_a_range_has_one_day_of_each_year(self, measures: Measures) -> None:
        frame = measures.degree(from_="1999-06-01", to="2001-12-31", **PLAYS)

        assert [str(one.date()) for one in frame.index] == [
            "1999-06-01",
            "2000-06-01",
            "2001-06-01",
        ]
        assert frame["knights"].tolist() == [2, 1, 1]

    def test_a_month_without_such_a_day_has_its_last(self, measures: Measures) -> None:
        frame = measures.degree(from_="1999-12-31", to="2000-03", every="month", **PLAYS)

        assert [str(one.date()) for one in frame.index] == [
            *("1999-12-31", "2000-01-31", "2000-02-29", "2000-03-31")
        ]

    def test_a_date_of_a_month_or_a_year_stays_as_it_was_written(self, measures: Measures) -> None:
        assert measures.degree(as_of=["1999", "2001-06"], **PLAYS).index.tolist() == [
            *("1999", "2001-06")
        ]

    def test_what_must_be_so_is_less_than_what_can_be(self, measures: Measures) -> None:
        """Boris came in 1998, and nobody says on which day."""
        can = measures.degree(as_of="1998-06-01", **PLAYS)
        must = measures.degree(as_of="1998-06-01", surely=True, **PLAYS)

        assert cells(can, "1998-06-01") == {"anna": 1, "boris": 1, "knights": 2}
        assert cells(must, "1998-06-01") == {"anna": 1, "knights": 1}

    def test_without_a_link_there_is_a_row_and_no_column(self, measures: Measures) -> None:
        assert measures.degree(as_of="1991-01-01", **PLAYS).shape == (1, 0)

    def test_a_property_that_is_none_is_an_error_with_the_nearest(self, measures: Measures) -> None:
        with pytest.raises(kg.UsageError, match="playsFor"):
            measures.degree(by="playFor")

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"as_of": "1999", "from_": "1998"}, "give the one or the other"),
            ({"from_": "2001", "to": "1999"}, "there is no day"),
            ({"from_": "1999", "every": "week"}, "choose year, month or day"),
            ({"as_of": "1980"}, "the record begins on 1990-01-01"),
        ],
    )
    def test_what_cannot_be_asked_is_one_line(
        self, measures: Measures, asked: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(kg.UsageError, match=message):
            measures.degree(**asked)


class TestTogether:
    def test_the_weight_is_the_days_together(self, measures: Measures) -> None:
        """1998 and 1999 and 2003 at the Knights, 2006 at the Rooks."""
        found: Any = measures.projection("playsFor")

        assert {(*sorted(pair), days) for *pair, days in found.edges(data="weight")} == {
            ("anna", "boris", 365 + 365 + 365),
            ("anna", "clara", 365),
        }
        assert found["anna"]["boris"]["shared"] == {"knights": 1095}

    def test_the_other_side_is_linked_by_who_was_in_both(self, measures: Measures) -> None:
        found = measures.projection("playsFor", side="object")

        assert list(found.edges(data=True)) == [
            ("knights", "rooks", {"weight": 365, "shared": {"anna": 365}})
        ]

    def test_only_days_that_are_asked_for_count(self, measures: Measures) -> None:
        found = measures.projection("playsFor", from_="1999-12-01", to="1999")

        assert list(found.edges(data="weight")) == [("anna", "boris", 31)]

    def test_days_that_are_sure_are_counted_apart(self, measures: Measures) -> None:
        """Boris was there on the last day of 1998 at the latest; 366 days with 1999."""
        found = measures.projection("playsFor", to="1999", surely=True)

        assert list(found.edges(data="weight")) == [("anna", "boris", 366)]

    def test_an_overlap_is_told_year_by_year(self, measures: Measures) -> None:
        frame = measures.overlap("anna", "boris", to="2004")

        assert frame.to_dict("index") == {
            **{year: {"shared": 1, "days": 365} for year in ("1998", "1999", "2003")},
            **{year: {"shared": 0, "days": 0} for year in ("2000", "2001", "2002", "2004")},
        }
        assert frame.attrs == {"by": "playsFor"}

    def test_an_overlap_has_a_column_for_each_that_is_shared(self, measures: Measures) -> None:
        frame = measures.overlap("knights", "rooks", each=True, from_="2002", to="2004")

        assert frame.to_dict("list") == {"anna": [0, 365, 0]}

    def test_those_who_share_nothing_have_an_empty_overlap(self, measures: Measures) -> None:
        frame = measures.overlap("boris", "clara", by="playsFor")

        assert (frame.shape, list(frame.columns)) == ((0, 2), ["shared", "days"])

    def test_an_entity_shares_nothing_with_itself(self, measures: Measures) -> None:
        with pytest.raises(kg.UsageError, match="'anna' is given twice; give two different"):
            measures.overlap("anna", "anna")

    def test_a_path_is_open_while_all_of_its_links_hold(self, measures: Measures) -> None:
        frame = measures.paths("anna", "boris", hops=2, **PLAYS)

        assert frame.to_dict("records") == [
            {"hops": 2, "path": ("anna", "knights", "boris"), "since": since, "until": until,
             "days": days}
            for since, until, days in (
                ("1998-01-01", "2000-01-01", 730), ("2003-01-01", "2004-01-01", 365)
            )
        ]  # fmt: skip

    def test_no_path_leads_through_links_of_different_times(
        self, graph: kg.Graph, measures: Measures
    ) -> None:
        """Clara met Anna at the Rooks in 2006, Anna met Boris at the Knights years before."""
        all_times = nx.Graph(graph.network())

        assert nx.has_path(all_times, "clara", "boris")
        assert measures.paths("clara", "boris", hops=5, **PLAYS).empty

    @pytest.mark.parametrize(
        ("side", "first", "days"),
        [
            ("subject", "1999-12-20", 20),
            ("subject", "2002-12-25", 10),
            ("subject", "2006-12-25", 10),
            ("object", "2002-12-25", 10),
        ],
    )
    def test_days_together_are_what_networkx_counts_day_by_day(
        self, graph: kg.Graph, measures: Measures, side: str, first: str, days: int
    ) -> None:
        """Each span has a day on which somebody comes, leaves or comes again."""
        begin = date.fromisoformat(first)
        span = [(begin + timedelta(one)).isoformat() for one in range(days)]
        counted: Counter[frozenset[str]] = Counter()
        for day in span:
            there = sliced(graph, day)
            nodes = {one for one in there if (one in CLUBS) == (side == "object")}
            projected: Any = nx.bipartite.weighted_projected_graph(there, nodes)
            for one, other, weight in projected.edges(data="weight"):
                counted[frozenset((one, other))] += weight
        found: Any = measures.projection("playsFor", side=side, from_=span[0], to=span[-1])

        assert counted
        assert {frozenset(pair): days for *pair, days in found.edges(data="weight")} == counted

    @pytest.mark.parametrize("day", DAYS)
    def test_a_path_is_open_on_a_day_when_networkx_finds_one_in_the_slice(
        self, graph: kg.Graph, measures: Measures, day: str
    ) -> None:
        there = sliced(graph, day)
        for end in ("boris", "clara", "knights", "rooks"):
            ways: Any = (
                nx.all_simple_paths(there, "anna", end, cutoff=4)
                if {"anna", end} <= set(there)
                else ()
            )
            found = measures.paths("anna", end, hops=4, from_=day, to=day, **PLAYS)

            assert set(found["path"]) == {*map(tuple, ways)}

    def test_an_entity_that_is_none_is_an_error_with_the_nearest(self, measures: Measures) -> None:
        with pytest.raises(kg.UsageError, match="did you mean 'anna'"):
            measures.paths("ana", "boris")


@pytest.mark.parametrize("surely", [False, True])
def test_the_days_of_facts_are_those_of_the_worlds(shipped: kg.Graph, surely: bool) -> None:
    """Those of conclusions too, which are sure when their premises are."""
    record = record_of(shipped.store)
    found = held(record.statements, surely=surely)

    for day in ((1999, 4, 19), (2006, 8, 16), (2012, 12, 19), (2020, 5, 26), (2025, 1, 1)):
        world = record.sure_world if surely else record.world
        on = Period(day, (day[0], day[1], day[2] + 1))
        assert world(on) == {
            name
            for name, days in found.items()
            if any(
                day_of(max(first, -800_000)) <= day <= day_of(min(last, 1_500_000))
                for first, last in days
            )
        }


def test_a_build_and_the_graph_in_memory_give_the_same_numbers(
    graph: kg.Graph, tmp_path: Path
) -> None:
    stored = kg.open(graph.save(tmp_path / "build"))

    for there, here in zip(some_of(stored), some_of(graph), strict=True):
        pd.testing.assert_frame_equal(there, here)


def some_of(graph: kg.Graph) -> Iterator[Any]:
    yield graph.measures.degree(as_of=DAYS)
    yield graph.measures.degree(as_of=DAYS, surely=True)
    yield graph.measures.overlap("anna", "boris", each=True)
    yield graph.measures.paths("anna", "boris")


def test_what_was_known_is_measured_as_it_was(graph: kg.Graph) -> None:
    """The almanac, which names the Rooks, appeared in 2001."""
    then = graph.measures.degree(as_of="2001-06-01", known_by="2000-12-31", **PLAYS)

    assert "rooks" not in then.columns
    assert "rooks" in graph.measures.degree(as_of="2001-06-01", **PLAYS).columns


def test_without_pandas_one_line_says_what_to_install() -> None:
    program = (
        "import sys\nsys.modules['pandas'] = None\nimport kg\n"
        "try:\n    kg.open().measures.degree()\nexcept kg.UsageError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8"
    )

    assert done.stdout == (
        "pandas is not installed; install it with: pip install 'eurasia-kg[pandas]'\n"
    )


def test_the_examples_of_the_page_are_what_they_say() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)

    assert (failed, tried) == (0, 8)
