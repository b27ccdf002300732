"""The still: the first view as one SVG, for a notebook that may not run scripts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from typing import Any

from kg.model import certainty
from kg.model.dates import Day, PartialDate, Period, next_day
from kg.page.marks import STROKES, most_used, radius
from kg.page.sureness import is_sure, possible_days, standing

Box = tuple[float, float, float, float]

_MARGIN = 70
_GREY = "#8a9099"  # of lines whose relation has no colour of its own
_WIDE = 1100  # pixels of a notebook's width
_TEXT = 13  # pixels of a letter on the screen
_LANDMARKS = 10  # entities with most neighbours, whose names matter most
_LONG = 22  # characters of a label above which it is shortened


def holds(fact: dict[str, Any], day: Day | None) -> bool:
    """Say whether the page shows a fact on a day; None stands for all dates, which show all.

    A fact shows while it holds, one without dates once both of its ends are on record (`met`).
    """
    if day is None:
        return True
    if fact.get("met") and day < PartialDate.stored(fact["met"]).earliest:
        return False
    return certainty.holds(standing(fact), possible_days(fact), Period(day, next_day(day)))


def still(
    content: dict[str, Any],
    placed: dict[str, tuple[int, int]],
    day: Day | None,
    title: str,
    viewed: list[dict[str, Any]] | None = None,
) -> str:
    """Return the entities and facts that show on `day` as an SVG document.

    `viewed` are the facts of the view on which the page opens, if it has one.
    """
    nodes, facts, links = _shown(content, placed, day, viewed)
    xs = [placed[node][0] for node in nodes] or [0]
    ys = [placed[node][1] for node in nodes] or [0]
    left, top = min(xs) - _MARGIN, min(ys) - _MARGIN
    width, height = max(xs) - left + _MARGIN, max(ys) - top + _MARGIN
    # The picture is shown at most so wide; what is to be read must be drawn the larger.
    unit = max(1.0, width / _WIDE)
    sizes = {node: radius(links[node]) * unit**0.45 for node in nodes}
    own = most_used(content["facts"] if viewed is None else viewed)
    place = {name: number for number, name in enumerate(own)}
    lines = []
    for fact in facts:
        look = place.get(fact.get("predicate", ""), len(STROKES) - 1)
        way = _way(placed[fact["s"]], placed[fact["o"]], sizes[fact["o"]])
        lines.append(_line(fact, way, look, is_open=not is_sure(fact, day)))
    marks = []
    for node in nodes:
        x, y = placed[node]
        mark = content["classes"][content["entities"][node]["class"]]
        size = sizes[node]
        points = " ".join(f"{x + px * size:.1f},{y + py * size:.1f}" for px, py in mark["points"])
        marks.append(f'<polygon points="{points}" fill="{mark["colour"]}"/>')
    frame = (left, top, left + width, top + height)
    labels = _labels(content, placed, sizes, unit, frame)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'width="{min(width, _WIDE)}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#fcfcfb"/>'
        f"<defs>{_heads(unit)}</defs>"
        f'<g fill="none" stroke-width="{unit:.1f}">{"".join(lines)}</g>'
        f'<g stroke="#333" stroke-width="1.5">{"".join(marks)}</g>'
        f'<g font-family="system-ui, sans-serif" font-size="{_TEXT * unit:.1f}" '
        'text-anchor="middle" fill="#1b2330" stroke="#fcfcfb" '
        f'stroke-width="{3 * unit:.1f}" paint-order="stroke">'
        f"{''.join(labels)}</g></svg>\n"
    )


def _shown(
    content: dict[str, Any],
    placed: dict[str, tuple[int, int]],
    day: Day | None,
    viewed: list[dict[str, Any]] | None,
) -> tuple[list[str], list[dict[str, Any]], dict[str, int]]:
    """Return what the page shows at first: entities, facts between them, and neighbours of each.

    The entities are sorted, those with most neighbours first.
    """
    near: dict[str, set[str]] = {node: set() for node in placed}
    for fact in content["facts"]:
        if "o" in fact and fact["o"] != fact["s"]:
            near[fact["s"]].add(fact["o"])
            near[fact["o"]].add(fact["s"])
    links = {node: len(others) for node, others in near.items()}
    first = content["first"]
    best = first["few"] or (n for n in placed if links[n] >= first["links"])
    kept = {*best, *filter(None, [first["entity"]])}
    if viewed is not None:
        kept = {fact[end] for fact in viewed for end in ("s", "o") if end in fact}
    facts = [
        fact
        for fact in (content["facts"] if viewed is None else viewed)
        if {fact["s"], fact.get("o", fact["s"])} <= kept
        and holds(fact, day)
        and (is_sure(fact, day) or not first.get("surely"))
    ]
    busy = {fact[end] for fact in facts for end in ("s", "o") if end in fact}
    nodes = [node for node in placed if node in kept and (day is None or node in busy)]
    nodes.sort(key=lambda node: (-links[node], node))
    return nodes, [fact for fact in facts if "o" in fact], links


def _heads(unit: float) -> str:
    """Return the heads of all lines, to be drawn once and used often."""
    return "".join(
        f'<marker id="head{number}" viewBox="0 0 8 8" refX="8" refY="4" orient="auto" '
        f'markerUnits="userSpaceOnUse" markerWidth="{7 * unit:.1f}" markerHeight="{7 * unit:.1f}">'
        f'<path d="{stroke.outline}" fill="{stroke.colour or _GREY}"/></marker>'
        for number, stroke in enumerate(STROKES)
    )


def _way(start: tuple[int, int], end: tuple[int, int], rim: float) -> str:
    """Return the path from one place to another, up to the rim of the mark there."""
    (x1, y1), (x2, y2) = start, end
    short = min(0.5, rim / (math.hypot(x2 - x1, y2 - y1) or 1.0))
    return f"M{x1} {y1}L{x2 - short * (x2 - x1):.0f} {y2 - short * (y2 - y1):.0f}"


def _line(fact: dict[str, Any], way: str, look: int, *, is_open: bool) -> str:
    """Return the line of a fact: what lasts and is sure is drawn stronger than what happened."""
    dash = ' stroke-dasharray="8 3 1.5 3"' if is_open else ""
    dash = ' stroke-dasharray="8 5"' if fact.get("status") == "disputed" else dash
    if fact.get("inferred"):
        dash = f' stroke-dasharray="2 {8 if is_open else 4}"'
    pale = "" if fact.get("kind") == "state" and not is_open else ' stroke-opacity="0.45"'
    head = "" if fact.get("symmetric") else f' marker-end="url(#head{look})"'
    return f'<path d="{way}" stroke="{STROKES[look].colour or _GREY}"{dash}{pale}{head}/>'


def _labels(
    content: dict[str, Any],
    placed: dict[str, tuple[int, int]],
    sizes: dict[str, float],
    unit: float,
    frame: Box,
) -> list[str]:
    """Return the labels that find a free place beside their mark, the important ones first."""
    entities, first = content["entities"], content["meta"]["languages"][0]
    solid = {}
    for node, size in sizes.items():
        x, y = placed[node]
        solid[node] = (x - size, y - size, x + size, y + size)
    # The name of a landmark may lie on small marks: a picture without it has no landmarks.
    landmarks = dict(list(solid.items())[:_LANDMARKS])
    taken: list[Box] = []
    labels = []
    for node, size in sizes.items():
        x, y = placed[node]
        text = _short(entities[node], first)
        wide, high = 0.3 * _TEXT * unit * len(text), _TEXT * unit * 1.2
        places = (
            (x, y + size + high / 2 + 2),
            (x, y - size - high / 2 - 2),
            (x + size + wide + 4, y),
            (x - size - wide - 4, y),
        )
        boxes = [(cx - wide, cy - high / 2, cx + wide, cy + high / 2) for cx, cy in places]
        clear = [
            box
            for box in boxes
            if frame[0] <= box[0] and box[2] <= frame[2] and not _meets(box, taken)
        ]
        around = [solid, landmarks] if node in landmarks else [solid]
        free = [
            box
            for marks in around
            for box in clear
            if not _meets(box, [mark for other, mark in marks.items() if other != node])
        ]
        if free:
            box = free[0]
            taken.append(box)
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2 + high * 0.3)
            labels.append(f'<text x="{middle[0]:.0f}" y="{middle[1]:.0f}">{escape(text)}</text>')
    return labels


def _short(entity: dict[str, Any], first: str) -> str:
    """Return the label, of a long one the short name in its language by which the page calls it."""
    label = str(entity["label"])
    if len(label) <= _LONG:
        return label
    short = entity.get("short", {}).get(entity.get("label_language", first))
    return str(short) if short else label[: _LONG + 3] + "…"


def _meets(box: Box, others: Iterable[Box]) -> bool:
    """Say whether a box overlaps one of the others."""
    return any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
        for other in others
    )
