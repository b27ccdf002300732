"""Lines and marks of the map: what a hand can hit, what an eye can tell apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from pages import Network, Visit, Visitor, about, held, small

from kg.page.draw import view
from kg.page.marks import STROKES, bars, most_used

if TYPE_CHECKING:
    from pathlib import Path

    import kg

Places = dict[str, tuple[int, int]]
Lines = list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, shipped: kg.Graph) -> Path:
    """The page of the graph that is shipped."""
    return shipped.view().save(tmp_path_factory.mktemp("marks") / "graph.html")


@pytest.fixture
def drawn(visit: Visitor, tmp_path: Path) -> Any:
    """Draw entities at given places with lines between them: subject, relation, object."""

    def draw(places: Places, lines: Lines, address: str = "") -> Visit:
        network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
        for node in places:
            network.add_node(node, label=node.upper(), **{"class": "State"})
        for subject, relation, target in lines:
            more = about(relation, **held("2000-01-01"))
            network.add_edge(subject, target, key=f"{subject}-{relation}-{target}", **more)
        page = view(network, positions=places).save(tmp_path / "drawn.html")
        return visit(page, address, reduced_motion="reduce")

    return draw


def point(page: Visit, what: str) -> tuple[float, float]:
    """Return where an entity or the middle of a line is on the screen."""
    at = page.tab.evaluate("what => kgPage.where(what)", what)
    return at["x"], at["y"]


def click(page: Visit, at: tuple[float, float]) -> str:
    """Click there, and return which fact the address then names."""
    page.tab.mouse.click(*at)
    address = page.tab.evaluate("location.hash.slice(1)")
    return str(dict(part.split("=") for part in address.split("&") if part).get("e", ""))


def test_a_click_in_the_middle_of_any_line_of_the_first_view_opens_its_fact(
    visit: Visitor, real: Path
) -> None:
    page = visit(real, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    lines = page.visible()["edges"]
    opened = {}
    for line in lines:
        if page.tab.is_visible("#details"):
            page.tab.click("#details .close")
        page.tab.click("#fit")
        opened[line] = click(page, point(page, line))

    assert len(lines) > 20
    assert opened == {line: line for line in lines}


CROSS: Places = {"west": (-200, 0), "east": (200, 0), "north": (0, -150), "south": (0, 150)}


def test_of_lines_that_lie_together_the_others_are_offered(drawn: Any) -> None:
    """Two lines run into one mark: either is meant, and the other one is one press away."""
    places: Places = {"upper": (-200, -10), "lower": (-200, 10), "east": (200, 0)}
    page = drawn(places, [("upper", "memberOf", "east"), ("lower", "memberOf", "east")])
    x, y = point(page, "east")
    opened = click(page, (x - 40, y))
    other = {"upper-memberOf-east": "LOWER", "lower-memberOf-east": "UPPER"}[opened]

    assert [row.split()[0] for row in page.tab.locator(".also .fact").all_inner_texts()] == [other]


def test_a_line_keeps_off_the_middle_of_another_one(drawn: Any) -> None:
    """Two lines that would cross half way: a click there could mean either."""
    page = drawn(CROSS, [("west", "memberOf", "east"), ("north", "allyOf", "south")])
    (x1, y1), (x2, y2) = (
        point(page, line) for line in ("west-memberOf-east", "north-allyOf-south")
    )

    assert abs(x1 - x2) + abs(y1 - y2) > 10


def test_where_lines_are_apart_no_others_are_offered(drawn: Any) -> None:
    page = drawn(CROSS, [("west", "memberOf", "north"), ("west", "memberOf", "south")])

    assert click(page, point(page, "west-memberOf-north")) == "west-memberOf-north"
    assert page.tab.locator(".also").count() == 0


@pytest.mark.parametrize(("pixels", "opens"), [(6, True), (12, False)])
def test_a_click_near_a_line_means_it(drawn: Any, pixels: int, opens: bool) -> None:
    page = drawn(CROSS, [("west", "memberOf", "east"), ("north", "memberOf", "west")])
    (x, y), (west, _) = point(page, "west-memberOf-east"), point(page, "west")

    # Far from the other line, which leaves to the north.
    assert bool(click(page, ((x + (x - west) / 2), y + pixels))) is opens


def test_a_line_that_is_alone_on_the_page_is_straight(drawn: Any) -> None:
    """Also where the legend leaves out the one beside it."""
    lines = [("west", relation, "east") for relation in ("allyOf", "memberOf")]
    page = drawn(CROSS, lines, "#hp=allyOf")
    (x, y), ends = point(page, "west-memberOf-east"), [point(page, end) for end in ("west", "east")]

    assert (x, y) == pytest.approx([sum(values) / 2 for values in zip(*ends, strict=True)], abs=1)


def test_parallel_lines_leave_the_straight_way_to_both_sides(drawn: Any) -> None:
    """Far enough apart for a hand, whichever way they point."""
    lines = [("west", "allyOf", "east"), ("east", "memberOf", "west"), ("west", "bodyOf", "east")]
    page = drawn(CROSS, lines)
    (_, middle), heights = point(page, "west"), [point(page, "-".join(line))[1] for line in lines]

    assert min(heights) < middle - 8
    assert max(heights) > middle + 8
    assert sorted(heights)[1] == pytest.approx(middle, abs=1)


def test_a_line_goes_around_a_mark_in_its_way(drawn: Any) -> None:
    """The mark in the middle would otherwise take every click."""
    places: Places = {**CROSS, "middle": (0, 0)}
    page = drawn(places, [("west", "memberOf", "east"), ("west", "memberOf", "middle")])

    assert click(page, point(page, "west-memberOf-east")) == "west-memberOf-east"


def test_time_leaves_every_line_where_it_is(visit: Visitor) -> None:
    """Of two periods of one fact the second is alone in 2012, not under all dates."""
    page = visit(address="#t=2012-06-27", reduced_motion="reduce")
    ends = ["uzbekistan", "collective-security-treaty"]

    def away() -> tuple[float, ...]:
        """Return how far its middle is from that of its ends, in lengths of the line."""
        (x1, y1), (x2, y2) = (point(page, end) for end in ends)
        x, y = point(page, "party-again")
        length = ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5
        return (x - (x1 + x2) / 2) / length, (y - (y1 + y2) / 2) / length

    alone = away()
    page.all_dates()

    assert "party-first" in page.facts()
    assert away() == pytest.approx(alone, abs=0.01)
    assert max(map(abs, alone)) > 0.02


# ---- Relations told apart ----


def brightness(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2, definitions)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#fcfcfb", "#14181f"])
def test_every_colour_of_a_line_stands_out_from_the_ground(ground: str) -> None:
    """What is drawn needs a contrast of 3 to 1 (WCAG 2.2, 1.4.11), in the light and in the dark."""
    colours = [stroke.colour for stroke in STROKES if stroke.colour]
    pairs = [sorted((brightness(colour), brightness(ground))) for colour in colours]

    assert len(colours) == 5
    assert [(high + 0.05) / (low + 0.05) >= 3 for low, high in pairs] == [True] * 5


def test_in_grey_print_lines_differ_by_their_heads() -> None:
    assert len({stroke.head for stroke in STROKES}) == len(STROKES) == 6
    assert len({stroke.outline for stroke in STROKES}) == 6


def test_the_most_used_relations_have_looks_of_their_own() -> None:
    """Six relations, of which the rarest shares; dates of birth draw no line."""
    counts = {"a": 2, "b": 7, "c": 2, "d": 3, "e": 1, "f": 4}
    facts = [{"predicate": name, "o": "x"} for name, count in counts.items() for _ in range(count)]
    born = [{"predicate": "bornOn", "value": "1950"}] * 9

    assert most_used([*facts, *born]) == ["b", "f", "d", "a", "c"]


def strokes(page: Visit) -> dict[str, set[str | None]]:
    """Return the colours of the lines in the picture that can be saved, by the head of the line."""
    found: dict[str, set[str | None]] = {}
    for path in re.findall(r"<path [^>]*marker-end[^>]*>", page.tab.evaluate("kgPage.svg()")):
        head, stroke = (re.search(rf'{name}="([^"]*)"', path) for name in ("marker-end", "stroke"))
        assert head
        assert stroke
        found.setdefault(head[1], set()).add(stroke[1])
    return found


def sample(page: Visit, relation: str) -> str:
    """Return the colour of a relation in the legend."""
    row = f'[data-kind=predicate] li:has([data-id="{relation}"]) .stroke'
    return str(page.tab.eval_on_selector(row, "mark => getComputedStyle(mark).stroke"))


def test_the_legend_shows_each_relation_as_it_is_drawn(visit: Visitor) -> None:
    """Five facts say who is a member and three who is a party, more than of any other relation."""
    page = visit(address="#t=all")
    drawn = strokes(page)

    assert sample(page, "memberOf") == "rgb(0, 114, 178)"
    assert drawn["url(#head0)"] == {"#0072b2"}
    assert sample(page, "partyTo") == "rgb(213, 94, 0)"
    assert drawn["url(#head1)"] == {"#d55e00"}
    # After observers, with two facts, come allies and bodies by the alphabet, with one each.
    assert sample(page, "proposedAt") == "rgb(138, 144, 153)"
    assert drawn["url(#head5)"] == {"#8a9099"}


def test_a_relation_keeps_its_colour_when_others_are_left_out(visit: Visitor) -> None:
    page = visit(address="#t=all")
    page.tab.click('[data-kind=predicate] [data-id="memberOf"]')

    assert sample(page, "partyTo") == "rgb(213, 94, 0)"
    assert strokes(page)["url(#head1)"] == {"#d55e00"}


def test_a_bar_in_the_lanes_has_the_colour_of_the_line(visit: Visitor) -> None:
    """All of the first fill, and the stripes of the second."""
    page = visit(address="#t=all&view=lanes")
    first, second = page.tab.evaluate(
        """ids => ids.map(id => {
            const fill = document.querySelector(`[data-fact="${id}"] .fill`);
            const { backgroundColor, backgroundImage } = getComputedStyle(fill);
            return [backgroundColor, backgroundImage]; })""",
        ["member-russia", "party-armenia"],
    )

    assert first == ["rgb(0, 114, 178)", "none"]
    assert "rgb(213, 94, 0)" in second[1]
    assert "rgb(0, 114, 178)" not in "".join(second)


def test_with_forced_colours_lines_have_that_of_the_system(visit: Visitor) -> None:
    """The heads tell them apart."""
    page = visit(address="#t=all", forced_colors="active")
    drawn = strokes(page)

    assert len(drawn) > 3
    assert len(set().union(*drawn.values())) == 1


def test_the_still_has_the_colours_and_heads_of_the_page() -> None:
    svg = view(small()).svg

    # Four memberships hold on the day of issue, one treaty has a party.
    assert len(re.findall(r'stroke="#0072b2"[^>]*marker-end="url\(#head0\)"', svg)) == 4
    assert len(re.findall(r'stroke="#d55e00"[^>]*marker-end="url\(#head1\)"', svg)) == 1


# ---- Bars ----


def test_bars_of_relations_can_be_told_apart(visit: Visitor, real: Path) -> None:
    """In the view of everything no two relations have one fill, and lines and bars one colour."""
    page = visit(real, "#view=everything&as=lanes")
    fills = page.tab.evaluate(
        "[...document.querySelectorAll('.lane-key .fill')].map((fill) => {"
        " const style = getComputedStyle(fill);"
        " return style.backgroundColor + style.backgroundImage + style.backgroundSize; })"
    )

    assert len(fills) >= 15
    assert len(set(fills)) == len(fills)


def test_bars_of_the_relations_with_own_lines_differ_in_pattern_and_colour() -> None:
    """Without their colours, as a printer in grey leaves them, they still are not alike."""
    own = bars()[: len(STROKES) - 1]
    colours = [stroke.colour for stroke in STROKES if stroke.colour]

    assert all(colour in fill for fill, colour in zip(own, colours, strict=True))
    assert len({fill.replace(c, "") for fill, c in zip(own, colours, strict=True)}) == len(own)


# ---- Ways ----


def test_a_way_that_a_view_leaves_out_is_shown_in_the_view_of_everything(
    visit: Visitor, real: Path
) -> None:
    """Serbia observes the assembly of which Belarus is a member; the first view has no assembly."""
    page = visit(real, "#view=members&n=serbia")
    page.tab.click("#details >> text=Path to")
    page.tab.keyboard.type("belarus")
    page.tab.keyboard.press("Enter")

    assert "2 facts apart" in page.tab.inner_text("#details")
    assert page.tab.get_attribute("#named [aria-pressed=true]", "data-id") == "everything"


def test_a_click_on_the_date_chooses_all_of_it(visit: Visitor, real: Path) -> None:
    page = visit(real, "#view=members")
    page.tab.click("#typed")
    page.tab.keyboard.type("2010")
    page.tab.keyboard.press("Enter")

    assert page.visible()["date"] == "2010-01-01"


# ---- Names and sizes ----

Box = dict[str, Any]
VIEWS = ("members", "initiatives", "meetings", "people", "everything")
LAPTOP, LARGE = {"width": 1280, "height": 800}, {"width": 2560, "height": 1440}


def look(visit: Visitor, page: Path, name: str, viewport: dict[str, int]) -> Visit:
    """Open a view of the shipped graph in a window of that size."""
    return visit(page, f"#view={name}", viewport=viewport, reduced_motion="reduce")


def boxes(page: Visit) -> tuple[list[Box], list[Box]]:
    """Return where labels and marks are, in pixels of the picture."""
    labels: list[Box] = page.tab.evaluate("kgPage.labels()")
    marks: list[Box] = page.tab.evaluate("kgPage.marks()")
    return labels, marks


def meet(one: Box, other: Box) -> bool:
    return all(
        one[f"{axis}1"] < other[f"{axis}2"] and other[f"{axis}1"] < one[f"{axis}2"] for axis in "xy"
    )


@pytest.mark.parametrize("name", VIEWS)
def test_no_name_lies_over_another_one_or_a_mark(visit: Visitor, real: Path, name: str) -> None:
    labels, marks = boxes(look(visit, real, name, LAPTOP))
    own = [(one, other) for one in labels for other in marks if one["id"] != other["id"]]
    among = [(one, other) for i, one in enumerate(labels) for other in labels[:i]]

    assert len(labels) >= 17
    assert [(one["text"], other["id"]) for one, other in own + among if meet(one, other)] == []


@pytest.mark.parametrize("name", VIEWS)
def test_every_anchor_that_shows_has_its_name(visit: Visitor, real: Path, name: str) -> None:
    labels, marks = boxes(look(visit, real, name, LAPTOP))
    shown = {mark["id"] for mark in marks} & {"csto", "sco", "cis"}

    assert shown <= {label["id"] for label in labels}
    assert shown or name in {"initiatives", "meetings", "people"}


@pytest.mark.parametrize("viewport", [LAPTOP, LARGE], ids=["laptop", "large"])
def test_every_initiative_is_named_in_the_view_of_initiatives(
    visit: Visitor, real: Path, shipped: kg.Graph, viewport: dict[str, int]
) -> None:
    """All that the view is about is named, in fewer words where there is no room for all."""
    nodes = shipped.network().nodes
    labels, marks = boxes(look(visit, real, "initiatives", viewport))
    shown = {mark["id"] for mark in marks if nodes[mark["id"]]["class"] == "Initiative"}

    assert len(shown) == 9
    assert shown <= {label["id"] for label in labels}


@pytest.mark.parametrize(
    "viewport", [LAPTOP, LARGE, {"width": 390, "height": 844}], ids=["laptop", "large", "phone"]
)
@pytest.mark.parametrize("address", ["#view=initiatives", "#view=members", "#n=serbia"])
def test_the_file_names_what_the_page_names(
    visit: Visitor, real: Path, address: str, viewport: dict[str, int]
) -> None:
    """Marks and lines, by the same rules; a name may stand there in more or fewer of its words."""
    page = visit(real, address, viewport=viewport)
    on_screen = {label["id"] for label in page.tab.evaluate("kgPage.labels()")}
    root = ET.fromstring(page.tab.evaluate("kgPage.svg()"))
    written = {text.get("data-id") for text in root.iter("{http://www.w3.org/2000/svg}text")}

    assert len(on_screen) > 3
    assert on_screen - written == set()


def share(page: Visit) -> tuple[float, float]:
    """Return which part of the picture's width and height the marks and lines take."""
    own = page.tab.locator("#canvas").bounding_box()
    assert own
    shown = page.visible()
    places = [point(page, what) for what in (*shown["entities"], *shown["edges"])]
    (left, right), (top, bottom) = ((min(ends), max(ends)) for ends in zip(*places, strict=True))
    return (right - left) / own["width"], (bottom - top) / own["height"]


@pytest.mark.parametrize("viewport", [LAPTOP, LARGE], ids=["laptop", "large"])
@pytest.mark.parametrize("name", ["members", "initiatives", "people"])
def test_a_view_fills_the_window(
    visit: Visitor, real: Path, name: str, viewport: dict[str, int]
) -> None:
    """All of it is in sight, and no fifth of the larger way is left over; names need the rest."""
    across, down = share(look(visit, real, name, viewport))

    assert 0.79 < max(across, down) < 1
    assert min(across, down) > 0.6


def test_names_grow_with_the_window(visit: Visitor, real: Path) -> None:
    heights = []
    for viewport in (LAPTOP, LARGE):
        labels, _ = boxes(look(visit, real, "members", viewport))
        heights += [label["y2"] - label["y1"] for label in labels if label["id"] == "moldova"]

    assert 1.25 < heights[1] / heights[0] < 1.6


def test_a_window_that_grows_is_filled_again(visit: Visitor, real: Path) -> None:
    page = look(visit, real, "members", LAPTOP)
    page.tab.set_viewport_size({"width": 2560, "height": 1440})
    page.wait_until("kgPage.where('sco').x - kgPage.where('csto').x > 1200")

    assert max(share(page)) > 0.79
    grown = [page.tab.evaluate(f"kgPage.where('{name}')") for name in ("csto", "moldova")]
    page.tab.click("#fit")
    assert grown == [
        pytest.approx(page.tab.evaluate(f"kgPage.where('{name}')"), abs=1)
        for name in ("csto", "moldova")
    ]
