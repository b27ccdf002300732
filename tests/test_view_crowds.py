"""Thousands of entities: the page opens on some of them, never on none, and is made in time."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from pages import Network, about, held, small, unpacked

from kg.page.draw import view
from kg.page.layout import positions
from kg.page.opening import opening

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from pathlib import Path

    from pages import Visitor

MANY = 20_000
TODAY = (2026, 11, 23)
Edges = list[tuple[str, str]]


def ids(count: int = MANY) -> list[str]:
    return [f"n{number:05}" for number in range(count)]


def first(nodes: list[str], edges: Edges) -> tuple[int, list[str]]:
    """Return on what a page of these entities and of undated facts opens."""
    network: Network[str] = nx.MultiDiGraph()
    network.add_nodes_from(nodes)
    network.add_edges_from(edges)
    facts = [{"id": str(i), "s": one, "o": other} for i, (one, other) in enumerate(edges)]
    return opening(network, facts, TODAY)


def whole(nodes: list[str], edges: Edges) -> Network[str]:
    """Return a network of members since 2000."""
    network: Network[str] = nx.MultiDiGraph(title="Crowd", issued="2026-11-23")
    for number, node in enumerate(nodes):
        network.add_node(node, label=node.upper(), **{"class": f"Class{number % 4}"})
    for number, (one, other) in enumerate(edges):
        network.add_edge(one, other, key=f"f{number}", **about("memberOf", **held("2000-01-01")))
    return network


def unions(members: int, hubs: int) -> tuple[list[str], Edges]:
    """Return members of three hubs each: no hub has a fact with another one."""
    nodes = ids(members)
    edges = [
        (node, f"union-{(number * step + step) % hubs:02}")
        for number, node in enumerate(nodes)
        for step in (1, 2, 5)
    ]
    return [*nodes, *(f"union-{n:02}" for n in range(hubs))], edges


# ---- Who shows at first ----


def test_a_hub_opens_with_the_first_of_its_leaves() -> None:
    """A least number of two neighbours would leave the hub alone, one would leave everybody."""
    nodes = ids()

    assert first(nodes, [(leaf, nodes[0]) for leaf in nodes[1:]]) == (0, nodes[:160])


def test_a_ring_in_which_all_are_alike_opens_with_a_stretch_of_it() -> None:
    """From the first id along the ring; the other way round the ids are larger."""
    nodes = ids()

    assert first(nodes, [*pairwise(nodes), (nodes[-1], nodes[0])]) == (0, nodes[:160])


def test_a_graph_in_which_all_have_three_neighbours_opens_with_what_hangs_together() -> None:
    graph = nx.random_regular_graph(3, MANY, seed=4)
    least, few = first(ids(), [(f"n{a:05}", f"n{b:05}") for a, b in graph.edges])

    assert (least, len(few)) == (0, 160)
    assert nx.is_connected(graph.subgraph(int(node[1:]) for node in few))


def test_busy_entities_without_a_fact_in_common_open_with_those_between_them() -> None:
    """Forty unions with hundreds of members each, none of them a member of another union."""
    nodes, edges = unions(MANY, 40)
    least, few = first(nodes, edges)

    assert (least, len(few)) == (0, 160)
    assert nx.is_connected(nx.Graph(edges).subgraph(few))
    assert sum(node.startswith("union") for node in few) > 20


def test_a_few_busy_entities_among_themselves_are_chosen_by_a_number() -> None:
    """Where many are poor and few are rich the rich are the picture, as many as there is room."""
    graph = nx.barabasi_albert_graph(MANY, 3, seed=4)
    least, few = first(ids(), [(f"n{a:05}", f"n{b:05}") for a, b in graph.edges])
    rich = [node for node, degree in graph.degree if degree >= least]

    assert few == []
    assert 10 <= sum(degree > 0 for _, degree in graph.subgraph(rich).degree) <= len(rich) <= 160
    assert sum(degree >= least - 1 for _, degree in graph.degree) > 160


def test_among_isolated_entities_those_with_facts_come_first() -> None:
    nodes = ids()
    least, few = first(nodes, [(nodes[700], nodes[500])])

    assert (least, few) == (0, [nodes[500], nodes[700], *nodes[:158]])


def test_whoever_is_busy_on_the_day_comes_before_who_once_was() -> None:
    """The old union had more members, but nobody is in it any more."""
    past, now = ids(900)[:500], ids(900)[500:]
    network = whole(["old", "new", *past, *now], [(node, "old") for node in past])
    for *_, fact in network.edges(data=True):
        fact.update(held("2000-01-01", "2010-01-01"))
    for node in now:
        network.add_edge(node, "new", key=node, **about("memberOf", **held("2015-01-01")))
    said = json.loads(_data(view(network).html, "content"))

    assert said["first"]["few"] == ["new", *now[:159]]


def test_a_page_without_any_fact_on_its_day_opens_on_all_dates(
    visit: Visitor, tmp_path: Path
) -> None:
    """On a date an entity without facts says nothing; there would be nothing to see."""
    page = visit(view(whole(ids(400), [])).save(tmp_path / "page.html"))

    assert page.visible()["date"] is None
    assert page.visible()["entities"] == ids(160)


def test_a_page_of_what_is_over_opens_on_all_dates_and_time_ends_with_it(
    visit: Visitor, tmp_path: Path
) -> None:
    """That somebody proposed it never ends; on the day of issue it would be all there is."""
    king, realm, law = ids(3)
    network = whole([king, realm, law], [(king, realm)])
    for *_, fact in network.edges(data=True):
        fact.update(held("-0300-01-01", "-0100-01-01"))
    day = {"at": "-0299-05-03", "since": "-0299-05-03"}
    network.add_edge(king, law, key="law", **about("proposed", **day))
    page = visit(view(network).save(tmp_path / "page.html"))

    scale = page.tab.eval_on_selector("#slider", "({ min, max }) => max - min")

    assert page.visible()["date"] is None
    assert set(page.visible()["entities"]) == {king, realm, law}
    # The calendar has the same years four hundred years later.
    assert scale == (date(300, 1, 1) - date(100, 1, 1)).days


def test_the_date_that_was_asked_for_is_kept_though_nothing_holds_on_it() -> None:
    said = json.loads(_data(view(whole(ids(400), []), as_of="2020").html, "content"))

    assert said["first"]["date"] == "2020-01-01"


def _data(html: str, name: str) -> str:
    found = re.search(rf'<script type="application/json" id="kg-{name}">(.*?)</script>', html)
    assert found is not None
    return found[1]


# ---- On the page ----


def test_a_page_of_twenty_thousand_is_made_and_opened_in_time(
    visit: Visitor, tmp_path: Path
) -> None:
    """With sixty thousand facts; pyvis alone used to look through all entities for each of them."""
    began = time.process_time()
    made = view(whole(*unions(MANY, 40)))
    took = time.process_time() - began
    page = visit(made.save(tmp_path / "page.html"))

    assert took < 40
    assert page.tab.inner_text("#count").startswith("160 entities, ")
    assert len(page.visible()["nodes"]) == 160
    assert len(page.visible()["edges"]) >= 159
    assert "Showing 160 of 20040 entities: the first 160, from “UNION-" in page.tab.inner_text(
        "#notice"
    )
    page.tab.get_by_role("button", name="Русский").click()
    assert "Показано объектов: 160 из 20040: первые 160" in page.tab.inner_text("#notice")
    assert page.errors == []


def test_a_page_of_fifty_thousand_has_ten_megabytes_at_most_and_says_what_is_left_out(
    visit: Visitor, tmp_path: Path
) -> None:
    """With 150,000 facts."""
    made = view(whole(*unions(50_000, 40)))
    place = made.save(tmp_path / "page.html")
    page = visit(place)

    assert place.stat().st_size < 10_000_000
    assert "Showing 160 of 50040 entities" in page.tab.inner_text("#notice")
    assert len(page.visible()["nodes"]) == 160
    assert page.errors == []


def test_the_few_can_be_left_and_come_back(visit: Visitor, tmp_path: Path) -> None:
    """By the button, by the choice in the legend, by the address; Esc does not bring in a crowd."""
    nodes = ids(400)
    made = view(whole(nodes, [(leaf, nodes[0]) for leaf in nodes[1:]]))
    page = visit(made.save(tmp_path / "page.html"))
    page.tab.keyboard.press("Escape")
    opened = page.visible()["entities"]
    page.tab.get_by_role("button", name="Show all").click()
    every = page.visible()["entities"]
    address = page.tab.url.partition("#")[2]
    page.tab.select_option("#least-links", label="the first 160")

    assert (opened, len(every), address) == (nodes[:160], 400, "l=0")
    assert page.visible()["entities"] == nodes[:160]
    assert page.tab.url.partition("#")[2] == ""


def test_a_crowd_shown_at_once_says_so_and_the_best_connected_come_back(
    visit: Visitor, tmp_path: Path
) -> None:
    nodes = ids(2500)
    made = view(whole(nodes, [(leaf, nodes[0]) for leaf in nodes[1:]]))
    page = visit(made.save(tmp_path / "page.html"), "#l=0")
    shown, said = len(page.visible()["nodes"]), page.tab.inner_text("#notice")
    page.tab.get_by_role("button", name="Only the best connected").click()

    assert shown == 2500
    assert said.startswith("2500 entities at once: each step takes a while.")
    assert page.visible()["entities"] == nodes[:160]
    assert "at once" not in page.tab.inner_text("#notice")


def test_a_few_hundred_shown_at_once_need_no_warning(visit: Visitor, tmp_path: Path) -> None:
    nodes = ids(400)
    made = view(whole(nodes, [(leaf, nodes[0]) for leaf in nodes[1:]]))
    page = visit(made.save(tmp_path / "page.html"), "#l=0")

    assert len(page.visible()["nodes"]) == 400
    assert "at once" not in page.tab.inner_text("#notice")


def test_the_still_draws_the_few_too() -> None:
    nodes = ids(400)
    svg = view(whole(nodes, [(leaf, nodes[0]) for leaf in nodes[1:]])).svg

    assert (svg.count("<polygon"), svg.count("marker-end=")) == (160, 159)


# ---- Made without the slow ways ----


def test_marks_are_what_pyvis_makes_of_them() -> None:
    """Its own method, given the same, differs only in what the page's options say for all."""
    from pyvis.network import Network as Pyvis

    nodes = unpacked(json.loads(_data(view(small()).html, "nodes")))
    net = Pyvis(directed=True)
    for node in nodes:
        net.add_node(node["id"], " ", "custom", **{k: v for k, v in node.items() if k != "id"})

    assert [{"label": " ", "shape": "custom"} | node for node in nodes] == net.nodes
    assert len(nodes) == small().number_of_nodes()


def test_the_ends_of_a_line_stand_in_the_page_once() -> None:
    """As those of its fact: nothing but the facts says what is between whom."""
    html = view(small()).html
    facts = unpacked(json.loads(_data(html, "content"))["facts"])
    ends = sorted((fact["s"], fact["o"], fact["id"]) for fact in facts if "o" in fact)

    assert ends == sorted(small().edges(keys=True))
    assert set(re.findall(r'application/json" id="kg-(\w+)"', html)) == {
        "nodes", "options", "content",
    }  # fmt: skip


@pytest.mark.parametrize("shape", ["hub", "ring"])
def test_a_large_part_has_a_place_for_everybody(shape: str) -> None:
    """More than springs can settle: the others stand beside whom they have facts with."""
    nodes = ids(3000)
    edges = {"hub": [(n, nodes[0]) for n in nodes[1:]], "ring": [*pairwise(nodes)]}[shape]
    network: Network[str] = nx.MultiDiGraph(edges)
    places = positions(network)

    assert sorted(places) == nodes
    # Hardly any two stand in one place.
    assert len(set(places.values())) > 0.9 * len(nodes)
