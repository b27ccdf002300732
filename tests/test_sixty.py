"""Sixty written dates, each on days at both sides of what possibly and what surely holds.

docs/dates.md has them, worked out by hand. Statements, SPARQL, the record, graphs as of a date and
the script of the page say the same; tests/test_spark.py asks a cluster.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sixty import Fact, by_sparql, facts, project
from test_vectors import SAID

import kg
from kg.model.dates import PartialDate
from kg.model.statement import Statement
from kg.page.draw import view
from kg.store.read_back import History

if TYPE_CHECKING:
    from pages import Visitor

FACTS = facts()
each_fact = pytest.mark.parametrize(
    "fact", FACTS, ids=lambda one: " ".join((one.kind, *(date or "-" for date in one.dates)))
)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    path = project(tmp_path_factory.mktemp("sixty") / "project")
    graph = kg.build(path / "data", path / "ontology")
    # Some of the days are after the day of issue.
    graph.tell = lambda _: None
    return graph


@pytest.fixture(scope="module")
def by_subject(graph: kg.Graph) -> dict[str, Statement]:
    return {one.subject: one for one in History(graph.store).statements}


def test_there_are_sixty_with_days_on_which_they_do_not_hold_can_hold_and_must() -> None:
    assert len(FACTS) == 60
    told = [expected for one in FACTS for expected in one.days.values()]
    assert all(told.count(each) > 50 for each in ((False, False), (True, False), (True, True)))
    # What happened by some day and nobody says since when has no other side.
    assert min(len(one.days) for one in FACTS) == 1


@each_fact
def test_a_statement_holds_as_the_table_says(fact: Fact, by_subject: dict[str, Statement]) -> None:
    one = by_subject[fact.id]

    for day, expected in fact.days.items():
        period = PartialDate.stored(day).period
        assert (one.in_world(period), one.surely_in_world(period)) == expected, day


@each_fact
def test_sparql_and_the_record_say_the_same(
    fact: Fact, graph: kg.Graph, by_subject: dict[str, Statement]
) -> None:
    store, name = graph.store, by_subject[fact.id].id
    assert store.record
    for day, expected in fact.days.items():
        assert by_sparql(store, fact, day) == expected, day
        period = PartialDate.stored(day).period
        worlds = store.record.world(period), store.record.sure_world(period)
        assert tuple(name in world for world in worlds) == expected, day


@pytest.mark.parametrize("fact", FACTS[::6], ids=lambda one: one.id)
def test_a_graph_as_of_a_day_has_what_the_table_says(fact: Fact, graph: kg.Graph) -> None:
    for day, expected in fact.days.items():
        asked = f"ASK {{ id:{fact.id} :{fact.kind} id:two }}"
        found = tuple(
            graph.ask(asked, {}, as_of=day, surely=surely).rows == [(True,)]
            for surely in (False, True)
        )
        assert found == expected, day


def test_the_script_of_the_page_holds_as_the_table_says(
    graph: kg.Graph, by_subject: dict[str, Statement], visit: Visitor, tmp_path: Path
) -> None:
    page = visit(view(graph.network()).save(tmp_path / "graph.html"))
    cases = [(one, day, expected) for one in FACTS for day, expected in one.days.items()]

    said = page.tab.evaluate(SAID, [[by_subject[one.id].id, day] for one, day, _ in cases])

    assert not page.errors
    for (one, day, (some, must)), (how, holds, _, sure) in zip(cases, said, strict=True):
        assert (how == "current", holds, holds and sure) == (some, some, must), (one, day)
