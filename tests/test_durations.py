"""How long, which first and how long together: named questions against all that dates can mean.

A world chooses one first day and one first day after it, among those that the dates can mean. The
questions are the shipped ones, asked of players and clubs, on two engines.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rdflib
from endpoint import sparql_server
from pyoxigraph import DefaultGraph, RdfFormat, Store, serialize

import kg
from conftest import HERE, Tiny
from kg.query.questions import bind
from kg.store.rdf import to_rdf

QUESTIONS = HERE.parent / "ontology" / "questions"
# The days of June 1999 by their numbers, with some before and after where a side is open.
LOW, HIGH, UNTIL = -8, 40, 25
Days = range
# The dates of one player each, with the first days and the first days after them that docs/dates.md
# gives. What is unknown was over when the Gazette of 14 June said so.
PLAYERS: list[tuple[str, Days, Days]] = [
    ("1999-06-05,1999-06-12", range(5, 6), range(12, 13)),
    ("1999-06-12,1999-06-20", range(12, 13), range(20, 21)),
    ("1999-06-19,", range(19, 20), range(HIGH, HIGH + 1)),
    ("1999-06-24,1999-06-30", range(24, 25), range(30, 31)),
    ("1999-06-26,", range(26, 27), range(HIGH, HIGH + 1)),
    ("[1999-06-03..1999-06-07],[1999-06-06..1999-06-09]", range(3, 8), range(6, 10)),
    ("[1999-06-08..1999-06-11],", range(8, 12), range(HIGH, HIGH + 1)),
    ("[1999-06-23..1999-06-28],", range(23, 29), range(HIGH, HIGH + 1)),
    ("1999-06,1999-06", range(1, 31), range(2, 32)),
    (",1999-06-09", range(LOW, 9), range(9, 10)),
    (",[1999-06-10..1999-06-13]", range(LOW, 13), range(10, 14)),
    ("1999-06-04,unknown", range(4, 5), range(5, 15)),
    (",unknown", range(LOW, 14), range(LOW + 1, 15)),
    ("[1999-06-15..],", range(15, HIGH), range(HIGH, HIGH + 1)),
    ("[..1999-06-10],1999-06-15", range(LOW, 11), range(15, 16)),
    ("1999-06-02,[..1999-06-11]", range(2, 3), range(3, 12)),
    ("1999-06-02,[1999-06-11..]", range(2, 3), range(11, HIGH + 1)),
    (",[..1999-06-08]", range(LOW, 8), range(LOW + 1, 9)),
    ("1999-06-09~,1999-06-16?", range(8, 11), range(16, 17)),
]


def worlds(player: int) -> tuple[Any, Any]:
    """First days and first days after, of each world."""
    _, starts, ends = PLAYERS[player]
    pairs = [(one, other) for one in starts for other in ends if one < other]
    first, after = zip(*pairs, strict=True)
    return np.array(first), np.array(after)


WORLDS = [worlds(player) for player in range(len(PLAYERS))]
Answer = set[tuple[str, ...]]


def has_no_first(player: int) -> bool:
    """Whether nobody says since when at the earliest."""
    return PLAYERS[player][1].start == LOW


def days_of_each() -> Answer:
    """Player, least and most."""
    found: Answer = set()
    for player, (first, after) in enumerate(WORLDS):
        days = np.maximum(np.minimum(after, UNTIL) - first, 0)
        most = "" if has_no_first(player) else str(days.max())
        if days.max():
            found.add((f"p-{player}", str(days.min()), most))
    return found


def days_together() -> Answer:
    """Player, other player, least and most."""
    found: Answer = set()
    for one, other in product(range(len(PLAYERS)), repeat=2):
        (first, after), (begin, over) = WORLDS[one], WORLDS[other]
        ends = np.minimum(np.minimum(after[:, None], over[None, :]), UNTIL)
        days = np.maximum(ends - np.maximum(first[:, None], begin[None, :]), 0)
        most = "" if has_no_first(one) and has_no_first(other) else str(days.max())
        if one != other and days.max():
            found.add((f"p-{one}", f"p-{other}", str(days.min()), most))
    return found


def places() -> Answer:
    """Player, best and worst place among those who began."""
    found: Answer = set()
    for one, (first, _) in enumerate(WORLDS):
        others = [begin for other, (begin, _) in enumerate(WORLDS) if other != one]
        before = [begin[:, None] < first[None, :] for begin in others]
        best = 1 + sum(bool(each.all()) for each in before)
        worst = 1 + sum(bool(each.any()) for each in before)
        found.add((f"p-{one}", str(best), str(worst)))
    return found


UP_TO = {"until": str(date(1999, 5, 31) + timedelta(UNTIL))}
CASES: list[tuple[str, dict[str, str], tuple[str, ...], Callable[[], Answer]]] = [
    ("membership-days", UP_TO, ("state", "least", "most"), days_of_each),
    ("shared-membership-days", UP_TO, ("state", "other", "least", "most"), days_together),
    ("joining-order", {}, ("state", "best", "worst"), places),
]
each_question = pytest.mark.parametrize(
    ("name", "given", "columns", "expected"), CASES, ids=[case[0] for case in CASES]
)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    tiny = Tiny(Path(shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("days") / "tiny")))
    tiny.add("league,Club,The League,,,,", "data/entities.csv")
    for number, (dates, _, _) in enumerate(PLAYERS):
        tiny.add(f"p-{number},Player,Player {number},,,,", "data/entities.csv")
        tiny.add(f"p-{number},playsFor,league,{dates},,gazette-1999,,,")
    for name, *_ in CASES:
        text = (QUESTIONS / f"{name}.rq").read_text(encoding="utf-8")
        for ours, theirs in (
            (":memberOf", ":playsFor"),
            (":InternationalOrganization|:Body", ":Club"),
            (":State", ":Player"),
        ):
            text = text.replace(ours, theirs)
        tiny.write(f"ontology/questions/{name}.rq", text)
    return kg.build(tiny.data, tiny.ontology)


def told(graph: kg.Graph, name: str, given: dict[str, str], columns: tuple[str, ...]) -> Answer:
    """What a question answers of the players of the league."""
    result = graph.ask(name, given | {"organization": "league"})
    at = [result.vars.index(column) for column in columns]
    return {tuple("" if row[n] is None else str(row[n]) for n in at) for row in result.rows}


@each_question
def test_the_answer_is_what_all_worlds_say(
    graph: kg.Graph,
    name: str,
    given: dict[str, str],
    columns: tuple[str, ...],
    expected: Callable[[], Answer],
) -> None:
    assert told(graph, name, given, columns) == expected()


@each_question
def test_rdflib_gives_the_same_answer(
    graph: kg.Graph,
    name: str,
    given: dict[str, str],
    columns: tuple[str, ...],
    expected: Callable[[], Answer],
) -> None:
    words = graph.store.words
    default = [quad.triple for quad in graph.store.quads() if quad.graph_name == DefaultGraph()]
    other = rdflib.Graph()
    other.parse(data=serialize(default, format=RdfFormat.N_TRIPLES), format="nt")
    parameters = given | {"organization": "league"}
    sparql = bind(graph.store, graph.questions[name], parameters)

    rows: Any = other.query(sparql, initNs=words.prefixes)

    found = {
        tuple(
            "" if row[column] is None else str(row[column]).removeprefix(words.prefixes["id"])
            for column in columns
        )
        for row in rows
    }
    assert found == expected()


def test_a_server_gives_the_same_answers(graph: kg.Graph, tmp_path: Path) -> None:
    quads = to_rdf(graph.store.quads(), graph.store.words, RdfFormat.TRIG)
    with sparql_server(quads, tmp_path) as url:
        remote = kg.open(url)
        for name, given, columns, expected in CASES:
            assert told(remote, name, given, columns) == expected(), name


def recipe() -> str:
    """The line that docs/dates.md gives for days as a number."""
    text = (HERE.parent / "docs" / "dates.md").read_text(encoding="utf-8")
    (found,) = (line for line in text.splitlines() if line.startswith("BIND(xsd:integer("))
    return found


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2000-02-01", "2000-03-01", 29),
        ("2000-03-01", "2000-03-01", 0),
        ("2001-03-01", "2000-03-01", -365),
        ("1991-12-08", "2026-01-01", 12_443),
    ],
)
def test_the_recipe_for_days_is_a_number_on_both_engines(start: str, end: str, days: int) -> None:
    prefix = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    dates = f'BIND("{start}"^^xsd:date AS ?start) BIND("{end}"^^xsd:date AS ?end)'
    sparql = f"{prefix} SELECT ?days {{ {dates} {recipe()} }}"

    other: Any = [*rdflib.Graph().query(sparql)]

    assert [[str(row["days"].value)] for row in Store().query(sparql)] == [[str(days)]]  # type: ignore[union-attr]
    assert [[row[0].toPython()] for row in other] == [[days]]
