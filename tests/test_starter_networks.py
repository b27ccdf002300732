"""A project that begins with a network: files as networkx writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from beginnings import begin, facts, rows

import kg

Made = Callable[..., tuple[int, list[str]]]
FORMATS = ["graphml", "gexf", "json"]


def saved(graph: nx.Graph[Any], name: str) -> None:
    """Save a graph as its suffix says."""
    if name.endswith(".json"):
        data = nx.node_link_data(graph, edges="links")
        Path(name).write_text(json.dumps(data), encoding="utf-8")
    elif name.endswith(".gexf"):
        nx.write_gexf(graph, name)
    else:
        nx.write_graphml(graph, name)


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Made:
    """Make a project of a graph or a text, check it, and return what was said."""

    def of(given: nx.Graph[Any] | str, name: str, *words: str) -> tuple[int, list[str]]:
        monkeypatch.chdir(tmp_path)
        if isinstance(given, str):
            Path(name).write_text(given, encoding="utf-8")
        else:
            saved(given, name)
        return begin(monkeypatch, capfd, name, *words)

    return of


def clubs() -> nx.MultiDiGraph[str]:
    """Two people in a club, one of them twice, and what one of them won."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node("n1", label="Ada Example", type="person")
    graph.add_node("n2", label="Ben Example", type="person")
    graph.add_node("n3", label="Rowers", type="club", wikidata="Q42")
    graph.add_edge("n1", "n3", label="member of", start="2001-05-01", end="2003-01-01", weight=2)
    graph.add_edge("n1", "n3", label="member of", start="2005")
    graph.add_edge("n2", "n3", label="member of", start="2004", end="2006")
    graph.add_edge("n2", "n3", label="rowed for", at="2004-07-10")
    return graph


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_format_says_the_same(made: Made, tmp_path: Path, suffix: str) -> None:
    """Networkx writes no attribute `at` of its own into GEXF; it is one like another."""
    _, said = made(clubs(), f"g.{suffix}")

    assert said[0] == "wrote mine (10 files); 4 of 4 edges are facts; 3 entities, 2 properties"
    assert facts(tmp_path) == {
        ("ada-example", "memberOf", "rowers", "2001-05-01", "2003-01-01", ""),
        ("ada-example", "memberOf", "rowers", "2005", "", ""),
        ("ben-example", "memberOf", "rowers", "2004", "2006", ""),
        ("ben-example", "rowedFor", "rowers", "", "", "2004-07-10"),
    }
    entities = {row["id"]: row for row in rows(tmp_path, "entities")}
    assert entities["ada-example"]["aliases"] == "n1"
    assert entities["rowers"]["wikidata"] == "Q42"
    assert {row["class"] for row in entities.values()} == {"Person", "Club"}
    first = rows(tmp_path, "statements/facts")[0]
    assert (first["note"].partition(";")[0], first["locator"]) == ("weight: 2", "edge 1")


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_network_is_asked_as_of_a_day(made: Made, tmp_path: Path, suffix: str) -> None:
    made(clubs(), f"g.{suffix}")
    graph = kg.build(tmp_path / "mine" / "data", tmp_path / "mine" / "ontology")

    for day, who in (("2002", ["ada-example"]), ("2003-06", []), ("2004-12-31", ["ben-example"])):
        found = graph.query("facts", as_of=day).to_pandas()
        assert found[found["property"].str.endswith("memberOf")]["subject"].tolist() == who


def test_spells_of_gexf_are_periods(made: Made, tmp_path: Path) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    spells = [("2001", "2002-05-01"), ("2004", None)]
    graph.add_edge("a", "b", label="in", spells=spells)
    made(graph, "g.gexf")

    assert facts(tmp_path) == {
        ("a", "in", "b", "2001", "2002-05-01", ""),
        ("a", "in", "b", "2004", "", ""),
    }


def test_edges_without_direction_are_symmetric(made: Made, tmp_path: Path) -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_edge("Ada", "Ben")
    made(graph, "g.graphml")

    assert facts(tmp_path) == {("ada", "linkedTo", "ben", "", "", "")}
    text = (tmp_path / "mine" / "ontology" / "ontology.ttl").read_text(encoding="utf-8")
    assert ":linkedTo a owl:SymmetricProperty , owl:ObjectProperty" in text


def test_what_is_left_out_is_counted_by_reason(made: Made) -> None:
    graph = clubs()
    graph.add_node("n4", label="Alone", x=1)
    graph.add_edge("n2", "n3", label="member of", start="2005", end="2007")
    graph.add_edge("n2", "n1", label="member of")
    graph.add_edge("n1", "n2", label="member of", start="20x1")
    _, said = made(graph, "g.json")

    undated = "it has no date, and others of 'member of' have one"
    assert said[1:-3] == [
        "left out 1 edge: '20x1' is not a date, first at g.json, edge 3",
        "left out 1 edge: its period meets that of edge 4, first at g.json, edge 6",
        f"left out 1 edge: {undated}, first at g.json, edge 7",
        "left out 1 value: x of a node, first at g.json, node n4",
        "left out 1 entity: 'n4' stands in no fact, first at g.json, node n4",
    ]


def test_years_that_are_numbers_are_years(made: Made, tmp_path: Path) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edge("a", "b", label="in", start=2001.0, end=2002.0)
    made(graph, "g.gexf")

    assert facts(tmp_path) == {("a", "in", "b", "2001", "2002", "")}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("g.graphml", "<graphml", "g.graphml:1: error: the file is no GraphML: unclosed token"),
        ("g.graphml", "<a/>", "the file is no GraphML: file not successfully read as graphml"),
        ("g.gexf", "<a/>", "g.gexf: error: the file is no GEXF: "),
        ("g.json", "[1]", 'the file is no node-link JSON: it has no "nodes" with "edges" or'),
        ("g.json", "{", "g.json: error: the file is no node-link JSON: Expecting property name"),
        ("g.json", '{"nodes": [], "links": []}', "g.json: error: none of its edges can be taken"),
    ],
)
def test_a_file_that_is_none_is_refused(made: Made, name: str, text: str, message: str) -> None:
    code, said = made(text, name)

    assert code == 2
    assert message in said[-1]
