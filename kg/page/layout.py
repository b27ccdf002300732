"""Where everything stands: computed here, so that the page opens at once and never jitters.

What many point at (an organisation, a treaty) is an anchor: anchors are held apart, and whoever
is tied to two of them comes to lie between them.
Whatever hangs together with nothing else is packed in rows below the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from kg.page.marks import radius
from kg.page.regions import by_regions

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]

Position = tuple[float, float]
Neighbours = dict[str, set[str]]

_ANCHORS = 6
_MAP = 60  # entities above which anchors divide the picture into regions
_OWN = 150  # entities up to which a view is laid out by itself
_AIR = 16.0  # pixels that a view which is laid out by itself leaves around each mark
_UNIT = 150.0  # pixels for the ideal length of an edge
_REACH = 0.34  # how far out the anchors stand, in edges per square root of the entities
_ROOM = 2.0  # how much larger than all marks and labels together the picture should be
_WIDE = 1.15  # how much wider than high the picture should be, as screens are
_SPRINGS = 2500  # entities that springs can settle in a few seconds
_PASSES = 600
_KEEP = 8  # passes for which a list of close pairs serves
_NEAR = 60.0  # pixels within which a pair is on that list
_LABEL = 22  # characters of a label that count: the page breaks longer ones into lines
_GOLDEN = math.pi * (3 - math.sqrt(5))  # successive points of a sunflower never line up


def neighbours(network: Network) -> Neighbours:
    """Return for each entity the other entities it has a fact with, whichever way it points."""
    near: Neighbours = {node: set() for node in sorted(network)}
    for subject, target in network.edges():
        if subject != target:
            near[subject].add(target)
            near[target].add(subject)
    return near


def foremost(near: Mapping[str, set[str]], links: Mapping[str, int]) -> Iterator[str]:
    """Yield every entity: the best connected, then who is tied to those yielded, the best first.

    Equals go by their ids; when nobody is tied to those yielded, the best of the rest follows.
    `links` says how well connected each is.

    >>> list(foremost({"a": {"b"}, "b": {"a"}, "c": set()}, {"a": 1, "b": 2, "c": 1}))
    ['b', 'a', 'c']
    """
    seen: set[str] = set()
    for start in sorted(near, key=lambda node: (-links[node], node)):
        waiting = [] if start in seen else [(-links[start], start)]
        seen.add(start)
        while waiting:
            _, node = heappop(waiting)
            yield node
            for other in near[node] - seen:
                seen.add(other)
                heappush(waiting, (-links[other], other))


def positions(network: Network, about: Sequence[str] = ()) -> dict[str, tuple[int, int]]:
    """Return where to draw each entity: whole pixels, x to the right, y downwards, (0, 0) inside.

    The same network gives the same positions, whatever the order of its nodes and edges.
    `about` is what the network is about, see `anchors`.
    """
    return _placed(network, neighbours(network), about, _MAP)


def positions_of_view(
    network: Network, facts: Iterable[tuple[str, str, str]], about: Sequence[str] = ()
) -> dict[str, tuple[int, int]]:
    """Return where to draw what a view shows when it is laid out by itself.

    `facts` are the subjects, objects and ids of its facts. None has a place where there are too
    many to have room for each name; the view then shows its part of the whole picture.
    """
    ids = {name for *_, name in facts}
    kept: Any = [edge for edge in network.edges(keys=True) if str(edge[2]) in ids]
    part: Network = network.edge_subgraph(kept).copy()
    if len(part) > _OWN:
        return {}
    return _placed(part, neighbours(network), about, _OWN, _AIR)


def _placed(
    network: Network, linked: Neighbours, about: Sequence[str], most: int, air: float = 0.0
) -> dict[str, tuple[int, int]]:
    """Return the positions; `linked` are the neighbours that decide how large marks are.

    Above `most` entities anchors divide the picture into regions; `air` is the room around marks.
    """
    near = neighbours(network)
    parts = _components(near)
    sizes = {node: _box(network, node, linked) for node in near}
    every = {node: (width + air, height + air) for node, (width, height) in sizes.items()}
    placed: dict[str, Position] = {}
    if parts and len(parts[0]) > 1:
        anchors = _anchors(network, set(parts[0]), about)
        boxes = {node: every[node] for node in parts[0]}
        if len(anchors) > 1 and len(parts[0]) > most:
            placed = by_regions(network, parts[0], anchors)
        else:
            placed = _scaled(_spring(parts[0], near, anchors), boxes)
            _separate(placed, boxes)
    _pack(parts[1:] if placed else parts, placed, near, every)
    return {node: (round(x), round(y)) for node, (x, y) in sorted(placed.items())}


def anchors(network: Network, about: Sequence[str] = ()) -> list[str]:
    """Return the entities of the largest connected part that most others point at.

    They are at most six, the most wanted first, and none but those of `about` where two of them
    are there: a city in which many met is not what the network is about.
    """
    parts = _components(neighbours(network))
    return _anchors(network, set(parts[0]), about) if parts else []


def _components(near: Neighbours) -> list[list[str]]:
    """Return the connected parts, the largest first, each sorted."""
    seen: set[str] = set()
    parts = []
    for start in near:
        if start in seen:
            continue
        part, queue = {start}, [start]
        while queue:
            for other in near[queue.pop()] - part:
                part.add(other)
                queue.append(other)
        seen |= part
        parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part))


def _anchors(network: Network, part: set[str], about: Sequence[str]) -> list[str]:
    """Return the anchors of a part, see `anchors`.

    Inferred facts do not count: an inverse rule would make anchors of those who point.
    """
    wanted: Neighbours = {}
    for subject, target, attributes in network.edges(data=True):
        inferred = attributes.get("inferred")
        if subject != target and target in part and not inferred:
            wanted.setdefault(target, set()).add(subject)
    ranked = sorted(wanted, key=lambda node: (-len(wanted[node]), node))
    if not ranked:
        return []
    named = [node for node in ranked if node in about]
    if len(named) > 1:
        return named[:_ANCHORS]
    enough = max(3, len(wanted[ranked[0]]) * 0.45)
    return [node for node in ranked[:_ANCHORS] if len(wanted[node]) >= enough]


def _start(part: list[str], near: Neighbours, anchors: list[str]) -> dict[str, Position]:
    """Return where the springs begin: anchors on a circle, each other node amid its neighbours."""
    reach = _REACH * math.sqrt(len(part)) if len(anchors) > 1 else 0.0
    placed: dict[str, Position] = {}
    for i, anchor in enumerate(anchors):
        angle = -math.pi / 2 + 2 * math.pi * i / len(anchors)
        placed[anchor] = (reach * math.cos(angle), reach * math.sin(angle))
    waiting = [node for node in part if node not in placed]
    for i, node in enumerate(sorted(waiting, key=lambda n: (-len(near[n] & set(anchors)), n))):
        known = [placed[other] for other in sorted(near[node]) if other in placed]
        x = sum(p[0] for p in known) / len(known) if known else 0.0
        y = sum(p[1] for p in known) / len(known) if known else 0.0
        away = 0.25 * math.sqrt(i + 1)
        placed[node] = (x + away * math.cos(i * _GOLDEN), y + away * math.sin(i * _GOLDEN))
    return placed


def _spring(part: list[str], near: Neighbours, anchors: list[str]) -> dict[str, Position]:
    """Return the part after the springs have settled, in pixels.

    Springs act between any two, so of a large part only the foremost are settled by them.
    """
    if len(part) <= _SPRINGS:
        return _settled(part, near, anchors)
    links = {node: len(near[node]) for node in part}
    order = [*dict.fromkeys([*anchors, *foremost({node: near[node] for node in part}, links)])]
    core = set(order[:_SPRINGS])
    placed = _settled(sorted(core), {node: near[node] & core for node in core}, anchors)
    rank = {node: i for i, node in enumerate(order)}
    beside = dict.fromkeys(order, 0)
    for node in order[_SPRINGS:]:
        home = min(near[node] & placed.keys(), key=rank.__getitem__)
        beside[home] += 1
        away = 0.5 * _UNIT * math.sqrt(beside[home])
        x, y = placed[home]
        # Outwards first, then all around: a chain would otherwise wind up into a clew.
        angle = math.atan2(y, x) + (beside[home] - 1) * _GOLDEN
        placed[node] = (x + away * math.cos(angle), y + away * math.sin(angle))
    return placed


def _settled(part: list[str], near: Neighbours, anchors: list[str]) -> dict[str, Position]:
    """Return where the springs leave the part, in pixels."""
    import rustworkx

    start = _start(part, near, anchors)
    number = {node: i for i, node in enumerate(part)}
    graph: Any = rustworkx.PyGraph()
    graph.add_nodes_from(part)
    graph.add_edges_from(
        [(number[a], number[b], 1.0) for a in part for b in sorted(near[a]) if a < b]
    )
    settled = rustworkx.spring_layout(
        graph,
        pos={number[node]: place for node, place in start.items()},
        # With nothing fixed rustworkx would scale the result, and edges would lose their length.
        fixed={number[node] for node in anchors or part[:1]},
        k=1.0,
        num_iter=max(60, min(400, 120_000 // len(part))),
        seed=1,
    )
    return {
        node: (float(settled[i][0]) * _UNIT, float(settled[i][1]) * _UNIT)
        for node, i in number.items()
    }


def _scaled(placed: dict[str, Position], boxes: Mapping[str, Position]) -> dict[str, Position]:
    """Return the positions scaled so that marks and labels have room, but not too much."""
    xs, ys = [x for x, _ in placed.values()], [y for _, y in placed.values()]
    wide, high = max(1.0, max(xs) - min(xs)), max(1.0, max(ys) - min(ys))
    needed = _ROOM * sum(4 * width * height for width, height in boxes.values())
    by = max(0.2, min(3.0, math.sqrt(needed / (wide * high))))
    stretch = max(0.7, min(1.5, math.sqrt(_WIDE * high / wide)))
    return {node: (x * by * stretch, y * by / stretch) for node, (x, y) in placed.items()}


def _box(network: Network, node: str, near: Neighbours) -> tuple[float, float]:
    """Return half the width and half the height that the mark and its label need, in pixels.

    Labels keep their size on the screen while the picture shrinks to fit, hence more than their
    letters take at zoom 1.
    """
    label = str(network.nodes[node].get("label") or node)
    lines = min(3, math.ceil(len(label) / _LABEL))
    size = radius(len(near[node]))
    return max(size + 10, 5.0 * min(len(label), _LABEL)), size + 13 * lines


def _separate(placed: dict[str, Position], boxes: Mapping[str, Position]) -> None:
    """Push apart, in place, what overlaps, to the side or up and down.

    The pairs worth a look are listed anew every few passes only; a list that was just made and
    shows no overlap ends the work.
    """
    for _ in range(max(60, min(_PASSES, 120_000 // len(placed))) // _KEEP):
        pairs = [pair for pair in _close(placed, boxes) if _overlap(placed, boxes, *pair, _NEAR)]
        for number in range(_KEEP):
            overlaps = [pair for pair in pairs if _push(placed, boxes, *pair)]
            if not overlaps:
                if number == 0:
                    return
                break


def _push(placed: dict[str, Position], boxes: Mapping[str, Position], a: str, b: str) -> bool:
    """Push two apart when they overlap, and say whether they did."""
    overlap = _overlap(placed, boxes, a, b)
    if not overlap:
        return False
    wide, high = overlap
    (ax, ay), (bx, by) = placed[a], placed[b]
    # Labels are wide, so the shorter push is nearly always up or down; weighing it keeps the
    # picture from growing into a tower.
    sideways = wide < 2 * high
    dx = (0.4 * wide + 0.5) * (1 if bx >= ax else -1) if sideways else 0.0
    dy = 0.0 if sideways else (0.4 * high + 0.5) * (1 if by >= ay else -1)
    placed[a], placed[b] = (ax - dx, ay - dy), (bx + dx, by + dy)
    return True


def _overlap(
    placed: Mapping[str, Position],
    boxes: Mapping[str, Position],
    a: str,
    b: str,
    margin: float = 0.0,
) -> Position | None:
    """Return by how many pixels two overlap sideways and in height, or None when they do not."""
    (ax, ay), (bx, by) = placed[a], placed[b]
    (aw, ah), (bw, bh) = boxes[a], boxes[b]
    wide = aw + bw + margin - abs(bx - ax)
    if wide <= 0:
        return None
    high = ah + bh + margin - abs(by - ay)
    return (wide, high) if high > 0 else None


def _close(
    placed: Mapping[str, Position], boxes: Mapping[str, Position]
) -> Iterator[tuple[str, str]]:
    """Yield the pairs that may overlap: those in the same or in adjacent cells of a grid."""
    wide = 2 * max(width for width, _ in boxes.values())
    high = 2 * max(height for _, height in boxes.values())
    cells: dict[tuple[int, int], list[str]] = {}
    for node in sorted(placed):
        x, y = placed[node]
        cells.setdefault((int(x // wide), int(y // high)), []).append(node)
    for (column, row), own in sorted(cells.items()):
        yield from combinations(own, 2)
        # Half of the neighbours: the other half meets this cell from its own side.
        for right, down in ((1, -1), (1, 0), (1, 1), (0, 1)):
            yield from product(own, cells.get((column + right, row + down), ()))


def _pack(
    parts: list[list[str]],
    placed: dict[str, Position],
    near: Neighbours,
    every: Mapping[str, Position],
) -> None:
    """Put the small parts in rows below what is placed already, in place."""
    left = min((x for x, _ in placed.values()), default=-400.0)
    right = max((x for x, _ in placed.values()), default=400.0)
    right = max(right, left + 800)
    top = max((y for _, y in placed.values()), default=-160.0) + 160
    x, row = left, 0.0
    for part in parts:
        own = _spring(part, near, []) if len(part) > 1 else {part[0]: (0.0, 0.0)}
        boxes = {node: every[node] for node in own}
        _separate(own, boxes)
        west = min(px - boxes[node][0] for node, (px, _) in own.items())
        east = max(px + boxes[node][0] for node, (px, _) in own.items())
        north = min(py - boxes[node][1] for node, (_, py) in own.items())
        south = max(py + boxes[node][1] for node, (_, py) in own.items())
        if x > left and x + east - west > right:
            x, top, row = left, top + row + 40, 0.0
        for node, (px, py) in own.items():
            placed[node] = (x + px - west, top + py - north)
        x, row = x + east - west + 30, max(row, south - north)
