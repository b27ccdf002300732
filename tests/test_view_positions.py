"""Positions: computed for a map with regions, kept from one page to the next."""

from __future__ import annotations

import json
import math
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from pages import Network, Visitor, about, small, unpacked

import kg
from kg.errors import InputError
from kg.page.draw import view
from kg.page.layout import anchors, positions
from kg.page.positions import read_positions, read_positions_of_views


@pytest.mark.parametrize("address", ["#t=all", "#t=2012-06-27&hk=Person", "#f=lavrov"])
def test_saved_positions_are_those_of_the_next_page(visit: Visitor, address: str) -> None:
    """Save, build again, and nothing moves, also of what the filters hid."""
    page = visit(address=address)
    page.tab.click("#share")
    with page.tab.expect_download() as download:
        page.tab.click("[data-share=savePlaces]")
    kept = read_positions(Path(download.value.path()))

    assert kept == positions(small())


def place(html: str, entity: str) -> tuple[int, int]:
    """Return where an entity stands on a page."""
    found = re.search(r'id="kg-nodes"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found
    return next(
        (one["x"], one["y"]) for one in unpacked(json.loads(found[1])) if one["id"] == entity
    )


def test_a_kept_position_wins() -> None:
    """What a curator dragged somewhere stays there."""
    kept = positions(small()) | {"csto": (5000, 4000)}

    assert place(view(small(), positions=kept).html, "csto") == (5000, 4000)


def test_what_is_new_lands_beside_its_neighbours() -> None:
    """Everything known was moved by a thousand pixels; the newcomer moves along."""
    placed = positions(small())
    kept = {node: (x + 1000, y - 500) for node, (x, y) in placed.items() if node != "serbia"}
    x, y = placed["serbia"]

    assert place(view(small(), positions=kept).html, "serbia") == (x + 1000, y - 500)


def test_what_was_dragged_stands_there_when_it_comes_back(visit: Visitor) -> None:
    """In 1990 nobody is in the picture; who comes in again must not jump."""
    page = visit()
    page.tab.wait_for_timeout(600)  # the picture has come to rest
    start = page.tab.evaluate("kgPage.where('armenia')")
    page.tab.mouse.move(start["x"], start["y"])
    page.tab.mouse.down()
    page.tab.mouse.move(start["x"] + 40, start["y"] + 25, steps=4)
    page.tab.mouse.up()
    page.tab.wait_for_timeout(300)
    moved = page.tab.evaluate("kgPage.where('armenia')")
    page.on("1990-01-01")
    gone = page.visible()["nodes"]
    page.on("2026-11-23")

    assert moved["x"] > start["x"] + 20
    assert "armenia" not in gone
    assert "armenia" in page.visible()["nodes"]
    assert page.tab.evaluate("kgPage.where('armenia')") == pytest.approx(moved, abs=1.5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,x,y\n", "1: the columns are not id,x,y; save positions from a page anew"),
        ("id,x,y\na,1\n", "2: 'a,1' is not an id with two numbers"),
        ("id,x,y\na,1,2\nb,far,2\n", "3: 'b,far,2' is not an id with two numbers"),
        ("id,x,y\na,inf,0\n", "2: 'a,inf,0' is not an id with two numbers"),
    ],
)
def test_a_wrong_file_of_positions_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """With its place and what is wrong there."""
    path = tmp_path / "positions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_positions(path)

    assert str(error.value) == f"{path}:{message}"


def test_a_missing_file_of_positions_is_refused(shipped: kg.Graph, tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(InputError, match=r"none\.csv cannot be read: No such file"):
        shipped.view(positions=tmp_path / "none.csv")


def league() -> Network[str]:
    """Return two clubs with fifty players each, ten players of both, and two stadiums."""
    import networkx as nx

    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    for club in ("knights", "rooks"):
        network.add_node(club, label=club, **{"class": "Club"})
        network.add_node(f"stadium of {club}", **{"class": "Stadium"})
        network.add_edge(f"stadium of {club}", club, key=f"s-{club}", **about("bodyOf"))
    for number in range(110):
        network.add_node(f"player-{number}", **{"class": "Player"})
        for club in ("knights", "rooks"):
            own = "knights" if number % 2 else "rooks"
            if club == own or number < 10:
                key = f"{number}-{club}"
                network.add_edge(f"player-{number}", club, key=key, **about("memberOf"))
    return network


def test_who_belongs_to_two_stands_between_them() -> None:
    """The players of both clubs are nearer to the middle than those of one."""
    at = positions(league())
    middle = [sum(at[club][axis] for club in ("knights", "rooks")) / 2 for axis in (0, 1)]
    both = [math.dist(at[f"player-{n}"], middle) for n in range(10)]
    one = [math.dist(at[f"player-{n}"], middle) for n in range(10, 110)]

    assert max(both) < sum(one) / len(one)


def test_who_belongs_to_one_stands_near_it() -> None:
    """Nobody of one club alone is nearer to the other."""
    at = positions(league())
    astray = [
        number
        for number in range(10, 110)
        for own, other in [("knights", "rooks") if number % 2 else ("rooks", "knights")]
        if math.dist(at[f"player-{number}"], at[own]) > math.dist(at[f"player-{number}"], at[other])
    ]

    assert astray == []


def test_no_two_marks_of_the_shipped_graph_cover_each_other(shipped: kg.Graph) -> None:
    """The middles of any two are apart by more than the smallest mark is wide."""
    places = list(positions(shipped.network()).values())

    assert min(math.dist(one, other) for one, other in combinations(places, 2)) > 16


def test_what_a_dataset_is_about_are_its_anchors_however_many_met_in_a_city() -> None:
    """Five point at the city, two at each league; one league alone would divide nothing."""
    network: Network[str] = nx.MultiDiGraph()
    for i in range(5):
        network.add_edge(f"meeting-{i}", "city")
    for i in range(4):
        network.add_edge(f"meeting-{i}", "east" if i < 2 else "west")

    assert anchors(network) == ["city"]
    assert anchors(network, ("east", "west")) == ["east", "west"]
    assert anchors(network, ("east", "unknown")) == ["city"]


# ---- Views that are laid out by themselves ----


@pytest.fixture(scope="module")
def real(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped graph, which opens on a view of some twenty entities."""
    return shipped.view().save(tmp_path_factory.mktemp("own") / "graph.html")


def test_a_view_of_few_is_laid_out_by_itself_and_everything_as_a_whole(
    visit: Visitor, real: Path
) -> None:
    """Two that stand far apart among hundreds are drawn near where hardly anything else is."""
    page = visit(real, reduced_motion="reduce")

    def apart() -> float:
        first, second = (page.tab.evaluate(f"kgPage.where('{one}')") for one in ("csto", "sco"))
        width: float = page.tab.evaluate("document.querySelector('#canvas').clientWidth")
        return math.hypot(first["x"] - second["x"], first["y"] - second["y"]) / width

    own = apart()
    page.tab.click("#named [data-id=everything]")
    whole = apart()
    page.tab.click("#named [data-id=members]")

    assert own != pytest.approx(whole, abs=0.02)
    assert apart() == pytest.approx(own, abs=0.005)


def test_what_a_view_has_no_place_for_shows_in_the_whole_picture(
    visit: Visitor, real: Path
) -> None:
    """Bodies are no members or observers: with them all stands where the whole picture has it."""
    page = visit(real, reduced_motion="reduce")
    page.tab.click("#legend input[data-id=bodyOf]")
    assert "csto-pa" in page.visible()["entities"]
    first, second = (page.tab.evaluate(f"kgPage.where('{one}')") for one in ("csto", "sco"))
    page.tab.click("#named [data-id=everything]")
    third, fourth = (page.tab.evaluate(f"kgPage.where('{one}')") for one in ("csto", "sco"))

    def slope(one: dict[str, float], other: dict[str, float]) -> float:
        return (one["y"] - other["y"]) / (one["x"] - other["x"])

    assert slope(first, second) == pytest.approx(slope(third, fourth), abs=0.02)


def views_of(html: str) -> dict[str, Any]:
    """Return what a page knows of its views, by their ids."""
    found = re.search(r'id="kg-content"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found
    return {one["id"]: one for one in json.loads(found[1])["views"]}


def test_positions_of_views_are_kept_too(visit: Visitor, real: Path, shipped: kg.Graph) -> None:
    """Drag a mark in the first view, save, build again: it stands there, and there alone."""
    page = visit(real, reduced_motion="reduce")
    start = page.tab.evaluate("kgPage.where('moldova')")
    page.tab.mouse.move(start["x"], start["y"])
    page.tab.mouse.down()
    page.tab.mouse.move(start["x"] - 60, start["y"] + 30, steps=4)
    page.tab.mouse.up()
    page.tab.wait_for_timeout(300)
    page.tab.click("#share")
    with page.tab.expect_download() as download:
        page.tab.click("[data-share=savePlaces]")
    saved = Path(download.value.path())
    whole, own = read_positions(saved), read_positions_of_views(saved)["members"]

    were = views_of(real.read_text(encoding="utf-8"))["members"]["places"]
    again = views_of(shipped.view(positions=saved).html)["members"]["places"]

    assert {node: tuple(place) for node, place in again.items()} == own
    assert whole == positions(shipped.network(), about=("csto", "cis", "sco"))
    assert own["moldova"][0] < were["moldova"][0] - 20
    assert {node for node, place in own.items() if list(place) != were[node]} == {"moldova"}


def test_positions_without_views_are_for_all_views(shipped: kg.Graph, tmp_path: Path) -> None:
    """A map that readers know from an earlier page stays as it was."""
    rows = "".join(f"{node},{x},{y}\n" for node, (x, y) in positions(shipped.network()).items())
    (tmp_path / "positions.csv").write_text(f"id,x,y\n{rows}", encoding="utf-8")

    found = views_of(shipped.view(positions=tmp_path / "positions.csv").html)

    assert [name for name, one in found.items() if "places" in one] == []


def test_a_change_of_layout_fills_the_window_where_motion_is_welcome_too(
    visit: Visitor, real: Path
) -> None:
    """What is added to the first view is all in sight at once, as after Fit."""
    page = visit(real, reduced_motion="no-preference")
    page.tab.click("#legend input[data-id=bodyOf]")
    page.tab.wait_for_timeout(600)
    seen = page.tab.evaluate("kgPage.where('sco')")
    page.tab.click("#fit")
    page.tab.wait_for_timeout(600)

    assert seen == pytest.approx(page.tab.evaluate("kgPage.where('sco')"), abs=2)
