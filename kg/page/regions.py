"""A map with regions: what belongs to one anchor lies around it, what several share in between.

Entities of one class with the same anchors form a region, a disc packed from its best connected
entity outwards.
The regions are then placed like marks: drawn to their anchors and to what they have facts with,
pushed apart where they overlap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from operator import mul
from typing import TYPE_CHECKING

from kg.page.marks import radius

if TYPE_CHECKING:
    import networkx as nx

    Network = nx.MultiDiGraph[str]

Position = tuple[float, float]
Weights = dict[str, dict[str, float]]
Shares = dict[str, tuple[float, ...]]
Pair = tuple[int, int, float, float, float]

_GOLDEN = math.pi * (3 - math.sqrt(5))  # successive points of a sunflower never line up
_LASTING, _PASSING, _INFERRED = 3.0, 1.0, 0.3  # what a fact weighs, by how long it holds
_OWN = 0.6  # the share of one anchor above which an entity belongs to it alone
_SHARED = 0.16  # the share below which an anchor does not count
_GAP = 24.0  # pixels between regions
_AROUND, _OF_ALL = 46.0, 0.07  # pixels free around an anchor, or the share of its way outwards
_STEPS = 400
_TIED = 6.0  # what facts between two regions weigh at most
_LARGE = 15.0  # pixels of a mark above which its name should be readable at once
_WIDE, _HIGH = 1.3, 0.95  # labels are wide, screens too


@dataclass
class Region:
    """Entities of one class with the same anchors: where the region is and how far it reaches."""

    members: list[str]
    homes: tuple[int, ...]
    reach: float = 0.0
    x: float = 0.0
    y: float = 0.0
    slots: dict[str, Position] = field(default_factory=dict)


def by_regions(network: Network, part: list[str], anchors: list[str]) -> dict[str, Position]:
    """Return where each entity of a connected part stands, in pixels; anchors are two or more."""
    weights = _weights(network, part)
    shares = _shares(weights, part, anchors)
    regions = _regions(network, part, anchors, weights, shares)
    size = math.sqrt(sum(region.reach**2 for region in regions))
    places = _anchor_places(anchors, 0.95 * size)
    _settle(regions, places, shares, weights, anchors)
    placed = dict(zip(anchors, places, strict=True))
    for region in regions:
        for node, (x, y) in region.slots.items():
            placed[node] = (region.x + x, region.y + y)
    return {node: (x * _WIDE, y * _HIGH) for node, (x, y) in placed.items()}


def _weights(network: Network, part: list[str]) -> Weights:
    """Return how strongly each two entities hang together."""
    weights: Weights = {node: {} for node in part}
    for subject, target, fact in network.edges(data=True):
        if subject not in weights or subject == target:
            continue
        lasting = _LASTING if fact.get("kind") == "state" else _PASSING
        weight = _INFERRED if fact.get("inferred") else lasting
        for one, other in ((subject, target), (target, subject)):
            weights[one][other] = weights[one].get(other, 0.0) + weight
    return {node: dict(sorted(near.items())) for node, near in weights.items()}


def _shares(weights: Weights, part: list[str], anchors: list[str]) -> Shares:
    """Return for each entity the shares of the anchors in it; they add up to 1.

    The share of an anchor is the chance that a walk along random facts meets it first.
    The walk avoids what is connected with everything, for that says little about anybody.
    """
    others = [node for node in part if node not in anchors]
    # Numbers and flat lists, one anchor after the other: this is most of the work on a large graph.
    number = {node: i for i, node in enumerate([*anchors, *others])}
    steps: list[tuple[list[int], list[float]]] = []
    for node in others:
        ways = {
            other: weight / (1.0 if other in anchors else math.sqrt(len(weights[other])))
            for other, weight in weights[node].items()
        }
        total = sum(ways.values())
        steps.append(([number[other] for other in ways], [way / total for way in ways.values()]))
    columns = []
    for anchor in anchors:
        fixed = [float(anchor == other) for other in anchors]
        share = [*fixed, *(1 / len(anchors) for _ in others)]
        for _ in range(60):
            share = fixed + [sum(map(mul, odds, map(share.__getitem__, to))) for to, odds in steps]
        columns.append(share)
    return dict(zip(number, zip(*columns, strict=True), strict=True))


def _homes(node: str, weights: Weights, anchors: list[str], share: tuple[float, ...]) -> list[int]:
    """Return the anchors that an entity belongs to, by their numbers.

    Those that it has facts with; without any, those that have a share worth the name.
    """
    direct = [i for i, anchor in enumerate(anchors) if anchor in weights[node]]
    if len(direct) == 1:
        return direct
    if max(share) >= _OWN:
        return [share.index(max(share))]
    return direct or [i for i, own in enumerate(share) if own >= _SHARED]


def _regions(
    network: Network, part: list[str], anchors: list[str], weights: Weights, shares: Shares
) -> list[Region]:
    """Return the regions, each packed around its own middle."""
    members: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for node in part:
        if node in anchors:
            continue
        homes = tuple(_homes(node, weights, anchors, shares[node]))
        key = (str(network.nodes[node].get("class") or ""), homes)
        members.setdefault(key, []).append(node)
    links = {node: len(weights[node]) for node in part}
    regions = []
    for (_, homes), nodes in sorted(members.items()):
        region = Region(sorted(nodes, key=lambda node: (-links[node], node)), homes)
        _pack(region, links)
        regions.append(region)
    return regions


def _pack(region: Region, links: Mapping[str, int]) -> None:
    """Place the members on a sunflower, the best connected in the middle."""
    area = 0.0
    for i, node in enumerate(region.members):
        # Marks grow when the picture shrinks, and the large ones should have room for a name, the
        # more so amid several anchors, whose views draw nothing else there.
        size = radius(links[node])
        room = 32.5 if len(region.homes) > 1 else 24
        own = 1.25 * size + (room if size > _LARGE else 13)
        area += 1.25 * own * own
        away = math.sqrt(area - 0.625 * own * own) if i else 0.0
        region.slots[node] = (away * math.cos(i * _GOLDEN), away * math.sin(i * _GOLDEN))
        region.reach = away + own


def _anchor_places(anchors: list[str], reach: float) -> list[Position]:
    """Return the corners for the anchors: two on top, the third below, and so on around."""
    start = -math.pi / 2 - math.pi / len(anchors)
    return [
        (reach * math.cos(start + step), reach * math.sin(start + step))
        for step in (2 * math.pi * i / len(anchors) for i in range(len(anchors)))
    ]


def _settle(
    regions: list[Region],
    places: list[Position],
    shares: Shares,
    weights: Weights,
    anchors: list[str],
) -> None:
    """Move the regions, in place, to where they are drawn without covering each other."""
    ties = _ties(regions, weights, len(anchors))
    # Numbers in flat lists: with many regions this is most of the work. Anchors come first.
    many = len(anchors)
    xs, ys = map(list, zip(*places, strict=True))
    targets = []
    for i, region in enumerate(regions):
        mean = [
            sum(shares[node][j] for node in region.members) / len(region.members)
            for j in range(many)
        ]
        x = sum(share * place[0] for share, place in zip(mean, places, strict=True))
        y = sum(share * place[1] for share, place in zip(mean, places, strict=True))
        if len(region.homes) == 1:
            x, y = places[region.homes[0]]
            # Outwards first: what has no business between the anchors stays there.
            x, y = x * 1.12, y * 1.12
        targets.append((many + i, x, y))
        xs.append(x + 9 * math.cos(i * _GOLDEN))
        ys.append(y + 9 * math.sin(i * _GOLDEN))
    # The picture of many is drawn small, and the name of an anchor keeps its size.
    around = max(_AROUND, _OF_ALL * math.hypot(*places[0]))
    pairs = _pairs([*(around for _ in anchors), *(region.reach for region in regions)], many)
    for step in range(_STEPS):
        heat = 1 - step / _STEPS
        to_targets, to_ties = 0.06 * heat, 0.004 * heat
        for i, x, y in targets:
            xs[i] += to_targets * (x - xs[i])
            ys[i] += to_targets * (y - ys[i])
        for i, j, weight in ties:
            dx, dy = to_ties * weight * (xs[j] - xs[i]), to_ties * weight * (ys[j] - ys[i])
            xs[i] += dx
            ys[i] += dy
            xs[j] -= dx
            ys[j] -= dy
        _push_apart(pairs, xs, ys)
    for region, x, y in zip(regions, xs[many:], ys[many:], strict=True):
        region.x, region.y = x, y


def _pairs(reaches: list[float], fixed: int) -> list[Pair]:
    """Return which may overlap, how far apart they must be, and the way that each of them gives.

    The smaller one gives way; the first, fixed ones do not move, nor are they pushed apart.
    """
    found = []
    for i, j in combinations(range(len(reaches)), 2):
        if j < fixed:
            continue
        both = reaches[i] + reaches[j]
        ways = (0.0, 1.0) if i < fixed else (reaches[i] / both - 1, 1 - reaches[j] / both)
        found.append((i, j, both + _GAP, *ways))
    return found


def _push_apart(pairs: list[Pair], xs: list[float], ys: list[float]) -> None:
    """Push all apart, in place, one pair after the other, where they overlap."""
    for i, j, limit, one, other in pairs:
        dx = xs[j] - xs[i]
        # Most are far from each other, which the difference on one axis tells.
        if not -limit < dx < limit:
            continue
        dy = ys[j] - ys[i]
        if not -limit < dy < limit:
            continue
        apart = math.hypot(dx, dy) or 1.0
        deep = limit - apart
        if deep > 0:
            xs[i] += one * deep * dx / apart
            ys[i] += one * deep * dy / apart
            xs[j] += other * deep * dx / apart
            ys[j] += other * deep * dy / apart


def _ties(regions: list[Region], weights: Weights, before: int) -> list[tuple[int, int, float]]:
    """Return the pairs of regions with facts between them, and how strongly these hold together.

    They are counted from as many as stand before them.
    """
    home = {node: i for i, region in enumerate(regions) for node in region.members}
    between: dict[tuple[int, int], list[float]] = {}
    for node, i in home.items():
        for near, weight in weights[node].items():
            if home.get(near, -1) > i:
                between.setdefault((i, home[near]), []).append(weight)
    ties = []
    for (i, j), found in sorted(between.items()):
        members = len(regions[i].members) * len(regions[j].members)
        ties.append((before + i, before + j, min(sum(found) / members**0.5, _TIED)))
    return ties
