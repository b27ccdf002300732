"""The still: the first view as one SVG, for a notebook that may not run scripts."""

from __future__ import annotations

from html import escape
from typing import Any

from kg.dates import Day, PartialDate
from kg.view.marks import radius

_MARGIN = 70


def holds(fact: dict[str, Any], day: Day | None) -> bool:
    """Say whether the page shows a fact on a day; None stands for all dates, which show all.

    since ≤ day < until; an event from its day on; a disputed one never; one without dates once
    both of its ends are on record (`met`).
    """
    if day is None:
        return True
    if fact.get("status") == "disputed" or fact.get("rank") == "deprecated":
        return False
    since, until = fact.get("since") or fact.get("met"), fact.get("until")
    if since and day < PartialDate.parse(since).earliest:
        return False
    return fact.get("kind") == "event" or not until or day < PartialDate.parse(until).earliest


def still(
    content: dict[str, Any], placed: dict[str, tuple[int, int]], day: Day | None, title: str
) -> str:
    """Return the entities and facts that show on `day` as an SVG document."""
    near: dict[str, set[str]] = {node: set() for node in placed}
    for fact in content["facts"]:
        if "o" in fact and fact["o"] != fact["s"]:
            near[fact["s"]].add(fact["o"])
            near[fact["o"]].add(fact["s"])
    first = content["first"]
    kept = {n for n in placed if len(near[n]) >= first["links"] or n == first["entity"]}
    facts = [
        fact
        for fact in content["facts"]
        if holds(fact, day) and {fact["s"], fact.get("o", fact["s"])} <= kept
    ]
    busy = {fact[end] for fact in facts for end in ("s", "o") if end in fact}
    nodes = [node for node in placed if node in kept and (day is None or node in busy)]
    degree = dict.fromkeys(nodes, 0)
    lines = []
    for fact in facts:
        if "o" not in fact:
            continue
        (x1, y1), (x2, y2) = placed[fact["s"]], placed[fact["o"]]
        degree[fact["s"]] += 1
        degree[fact["o"]] += 1
        disputed = fact.get("status") == "disputed"
        dash = ' stroke-dasharray="8 5"' if disputed else ""
        dash = ' stroke-dasharray="2 4"' if fact.get("inferred") else dash
        lines.append(f'<path d="M{x1} {y1}L{x2} {y2}"{dash}/>')
    marks, labels = [], []
    taken: list[tuple[float, float, float, float]] = []
    for node in sorted(nodes, key=lambda n: (-degree[n], n)):
        x, y = placed[node]
        size = radius(degree[node])
        entity = content["entities"][node]
        mark = content["classes"][entity["class"]]
        points = " ".join(f"{x + px * size:.1f},{y + py * size:.1f}" for px, py in mark["points"])
        marks.append(f'<polygon points="{points}" fill="{mark["colour"]}"/>')
        text = str(entity["label"])
        text = text if len(text) <= 28 else text[:27] + "…"
        half, top = 3.8 * len(text), y + size + 4
        box = (x - half, top, x + half, top + 16)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        taken.append(box)
        labels.append(f'<text x="{x}" y="{top + 12:.0f}">{escape(text)}</text>')
    xs = [placed[node][0] for node in nodes] or [0]
    ys = [placed[node][1] for node in nodes] or [0]
    left, top_edge = min(xs) - _MARGIN, min(ys) - _MARGIN
    width, height = max(xs) - left + _MARGIN, max(ys) - top_edge + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top_edge} {width} {height}" '
        f'width="{min(width, 1200)}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect x="{left}" y="{top_edge}" width="{width}" height="{height}" fill="#fff"/>'
        f'<g fill="none" stroke="#8a9099">{"".join(lines)}</g>'
        f'<g stroke="#333" stroke-width="1.5">{"".join(marks)}</g>'
        '<g font-family="system-ui, sans-serif" font-size="13" text-anchor="middle" '
        'fill="#1c2430" stroke="#fff" stroke-width="3" paint-order="stroke">'
        f"{''.join(labels)}</g></svg>\n"
    )
