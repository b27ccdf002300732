"""Shapes and colours: each class of entity has a mark of its own, in the page and in the still.

So has each of the relations that a view uses most: the colour of its lines, and their head.

Shape and colour say the same thing twice, so that neither colour vision nor a printer matters.
The colours are close to those of Okabe and Ito, without their yellow, which is too pale on white.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

Points = list[tuple[float, float]]


def _regular(corners: int, turn: float = 0.0, inner: float = 0.0, size: float = 1.0) -> Points:
    """Return a regular polygon, or a star when `inner` is given.

    The first corner points up, then clockwise; `turn` is in degrees, `inner` and `size` are
    radii in units of the mark's radius.
    """
    steps = corners * 2 if inner else corners
    points = []
    for step in range(steps):
        angle = math.radians(turn - 90 + 360 * step / steps)
        radius = size * (inner if inner and step % 2 else 1.0)
        points.append((round(radius * math.cos(angle), 3), round(radius * math.sin(angle), 3)))
    return points


def _rectangle(width: float, height: float) -> Points:
    """Return a rectangle around the centre; both arguments are half sides."""
    return [(-width, -height), (width, -height), (width, height), (-width, height)]


_PLUS = [
    *[(-0.38, -1.0), (0.38, -1.0), (0.38, -0.38), (1.0, -0.38), (1.0, 0.38), (0.38, 0.38)],
    *[(0.38, 1.0), (-0.38, 1.0), (-0.38, 0.38), (-1.0, 0.38), (-1.0, -0.38), (-0.38, -0.38)],
]

# One mark per class, in this order; neighbours differ in outline as well as in hue.
_MARKS: list[tuple[Points, str]] = [
    (_rectangle(0.88, 0.88), "#56b4e9"),
    (_rectangle(0.72, 0.98), "#b3bac4"),
    (_regular(5, inner=0.52, size=1.2), "#e69f00"),
    (_regular(6, turn=30, size=1.08), "#0072b2"),
    (_regular(4, size=1.2), "#cc79a7"),
    (_regular(3, turn=180, size=1.22), "#b08d57"),
    (_regular(3, size=1.22), "#d55e00"),
    (_regular(5, size=1.1), "#9b3d63"),
    (_PLUS, "#8a9a3b"),
    (_regular(8, turn=22.5, size=1.05), "#7a6fd0"),
    (_regular(40), "#009e73"),
    (_rectangle(1.15, 0.62), "#8c7f99"),
    (_regular(4, inner=0.45, size=1.3), "#d9936a"),
    (_regular(6, inner=0.62, size=1.2), "#4c8f8b"),
    ([(-0.62, -0.8), (0.62, -0.8), (1.05, 0.8), (-1.05, 0.8)], "#a0673f"),
    (_regular(8, inner=0.72, size=1.15), "#5d7fa8"),
]


class Stroke(NamedTuple):
    """How the lines of a relation look: their colour, and their head by its name and its outline.

    The outline is an SVG path in a square of 8, with its tip on the right; without a colour of
    its own ("") a line has that of the theme.
    """

    colour: str
    head: str
    outline: str


# The colours are dark enough for white and light enough for dark ground; in grey the heads differ.
# The last one is that of all other relations.
STROKES: Final = (
    Stroke("#0072b2", "arrow", "M0 1 8 4 0 7 1.5 4z"),
    Stroke("#d55e00", "diamond", "M8 4 4 .5 0 4 4 7.5z"),
    Stroke("#009e73", "circle", "M8 4A3 3 0 1 1 2 4 3 3 0 1 1 8 4z"),
    Stroke("#b5519a", "box", "M2 1h6v6h-6z"),
    Stroke("#8a6d00", "bar", "M6 0h2v8h-2z"),
    Stroke("", "vee", "M0 0 8 4 0 8 5 4z"),
)


# Bars have the colour of their relation's lines and a pattern, for printers in grey: those of six
# relations differ in both, and there are 48 of both together.
_BARS: Final = (*(stroke.colour for stroke in STROKES[:-1]), "#56b4e9", "#7a6fd0", "#e69f00")
_PATTERNS: Final = (
    "{0}",
    "repeating-linear-gradient(135deg, {0} 0 4px, var(--stripe) 4px 7px)",
    "repeating-linear-gradient(90deg, {0} 0 4px, var(--stripe) 4px 7px)",
    "radial-gradient(circle at 3.5px 3.5px, var(--stripe) 0 2px, {0} 2.2px) 0 0 / 7px 7px",
    "repeating-linear-gradient(45deg, {0} 0 4px, var(--stripe) 4px 7px)",
    "repeating-linear-gradient(0deg, {0} 0 4px, var(--stripe) 4px 7px)",
)


def bars() -> list[str]:
    """Return the backgrounds of bars in lanes, as CSS: the first ones of the relations' own looks.

    >>> bars()[0], len(set(bars()))
    ('#0072b2', 48)
    """
    colours, patterns = len(_BARS), len(_PATTERNS)
    return [
        _PATTERNS[(place % colours + place // colours) % patterns].format(_BARS[place % colours])
        for place in range(colours * patterns)
    ]


def most_used(facts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the relations whose lines have looks of their own, the first with the first of them.

    Those are the most used between entities; equals go by their names.

    >>> most_used([{"predicate": "a", "o": "x"}, {"predicate": "b", "value": "1"}])
    ['a']
    """
    uses = Counter(str(fact.get("predicate", "")) for fact in facts if "o" in fact)
    return sorted(uses, key=lambda name: (-uses[name], name))[: len(STROKES) - 1]


def marks(classes: Iterable[str]) -> dict[str, tuple[Points, str]]:
    """Return the mark of each class: its outline and its colour ("#rrggbb").

    The outline is a polygon around (0, 0) with a radius of about 1, y downwards.
    Marks go by the alphabet, so that the same classes always look the same; beyond sixteen
    classes they repeat.
    """
    return {name: _MARKS[i % len(_MARKS)] for i, name in enumerate(sorted(set(classes)))}


def radius(neighbours: int) -> float:
    """Return how large to draw an entity with so many neighbours, in pixels at zoom 1.

    >>> radius(0), radius(16), radius(400)
    (8.0, 17.2, 30.0)
    """
    return min(30.0, round(8 + 2.3 * math.sqrt(neighbours), 1))
