"""Figure: periods as bars on lanes, numbers as shades or as lines, drawn by matplotlib.

What is sure is full and what is only possible is hatched, and lines differ by their dashes and
marks, so that no colour is needed to tell them apart. Nothing is shown by itself: a figure is
returned, and a notebook displays it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.errors import missing_extra
from kg.model.calendar import BEGIN, END, Span, Units, number_of, unit_of, unit_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kg.model.dates import Precision

_INK: Final = "#1b3a5c"
_WIDE: Final = 9.0
# Inches of a lane, of one with words in its bars, and of what stands above and below all of them.
_LANE, _WORDED, _FRAME = 0.28, 0.4, 1.6
# Inches of a line of a name and of one of its letters, and of a letter in a bar.
_LINE, _LETTER, _SMALL = 0.16, 0.068, 0.056
_NAME: Final = 44
# In more columns than these no digits have room.
_WRITTEN: Final = 40
# Shortest words that say anything.
_FEW: Final = 4
# Pairs of dashes and marks, no two alike in grey; each line has its own.
_STROKES: Final = (
    ("-", "o", "#1b3a5c"),
    ("--", "s", "#b35806"),
    (":", "^", "#01665e"),
    ("-.", "D", "#762a83"),
    ((0, (6, 2, 1, 2, 1, 2)), "v", "#8c510a"),
    ((0, (1, 3)), "x", "#000000"),
    ((0, (8, 4)), "P", "#2166ac"),
    ((0, (3, 1)), "*", "#b2182b"),
)
# More lines than these nobody tells apart.
MOST_LINES: Final = len(_STROKES)
_HATCHED: Final = {
    "facecolor": "white",
    "hatch": "/////",
    "label": "possible, its dates leave it open",
}


class Bar(NamedTuple):
    """What stands on a lane: all days that can be meant, and those that surely are.

    What goes on is drawn to the last day of which anything is known. Words stand in the bar, as far
    as there is room. What is only dated by one day need not have happened on it.
    """

    lane: str
    possible: Span
    sure: Units
    is_event: bool = False
    goes_on: bool = False
    words: str = ""
    is_dated: bool = False


class Scale(NamedTuple):
    """What a shade means: the number that is darkest, and what is counted along each side.

    `whole` is the smallest number that is as good as all and needs no digits.
    """

    full: int
    counted: str
    along: str
    whole: int


class Words(NamedTuple):
    """What is written around a figure: its title, and below it where all comes from."""

    title: str
    below: str


def lanes(bars: Sequence[Bar], words: Words, today: int) -> Figure:
    """Return a figure of bars on lanes, in the order in which lanes first appear."""
    names = list(dict.fromkeys(bar.lane for bar in bars))
    called = [textwrap.fill(name, _NAME) for name in names]
    first, last = _ends(bars, today)
    widest, most = _size(called)
    # So many letters have room in the bar of a day.
    room = (_WIDE - widest * _LETTER - 0.4) / _SMALL / (last - first)
    is_worded = any(bar.words for bar in bars)
    lane = max(_WORDED if is_worded else _LANE, most * _LINE)
    with _figure(lane * len(names), words) as (figure, axes):
        for bar in bars:
            drawn = _cut(bar, today)
            _draw(axes, names.index(bar.lane), drawn, (first, last), is_worded=is_worded)
            if bar.words:
                _say(axes, names.index(bar.lane), drawn, (first, last), room)
        axes.set_yticks(range(len(names)), called)
        axes.set_ylim(len(names) - 0.5, -0.5)
        _years(axes, first, last)
        axes.grid(axis="x", color="0.85")
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        if any(axes.get_legend_handles_labels()):
            _legend(figure, axes)
    return figure


def shades(
    rows: Mapping[str, Sequence[int | None]], columns: Sequence[str], scale: Scale, words: Words
) -> Figure:
    """Return a figure of numbers as shades of grey; what is neither none nor all is written.

    Where there can be no number the cell is hatched.
    """
    called = [textwrap.fill(name, _NAME) for name in rows]
    every = max(1, len(columns) // 12) if scale.along else 1
    letters = int((_WIDE - 1.2) / _LETTER - _size(called)[0]) * every // len(columns)
    # Names whose words would run into each other stand upright.
    is_upright = max(len(word) for name in columns for word in name.split()) > letters
    below = [name if is_upright else textwrap.fill(name, letters) for name in columns]
    widest, most = _size(below)
    inches = max(_LANE, _size(called)[1] * _LINE) * len(rows)
    with _figure(inches + (widest * _LETTER if is_upright else most * _LINE), words) as (
        figure,
        axes,
    ):
        cells = [[float("nan") if one is None else one for one in row] for row in rows.values()]
        axes.patch.set(hatch="////", edgecolor="0.6")
        image = axes.imshow(cells, aspect="auto", cmap="Greys", vmin=0, vmax=scale.full)
        axes.set_yticks(range(len(rows)), called)
        rotation = 90 if is_upright else 0
        axes.set_xticks(range(0, len(columns), every), below[::every], rotation=rotation)
        axes.set_xlabel(scale.along)
        for row, numbers in enumerate(cells):
            for column, number in enumerate(numbers):
                if 0 < number < scale.whole and len(columns) <= _WRITTEN:
                    ink = "white" if number > scale.full / 2 else "black"
                    axes.text(column, row, f"{number}", ha="center", va="center", color=ink, size=6)
        figure.colorbar(image, label=scale.counted)
    return figure


def lines(
    rows: Mapping[str, Sequence[float | None]], at: Sequence[int], unit: str, words: Words
) -> Figure:
    """Return a figure of numbers on days as lines; where a number is missing there is a gap."""
    _kind()
    from matplotlib.ticker import MaxNLocator

    with _figure(2.4, words) as (figure, axes):
        for (name, numbers), (dashes, mark, color) in zip(rows.items(), _STROKES, strict=False):
            held = [float("nan") if one is None else one for one in numbers]
            look: dict[str, Any] = {"linestyle": dashes, "marker": mark, "color": color}
            axes.plot(at, held, label=name, markersize=4, markevery=max(1, len(at) // 40), **look)
        room = max((at[-1] - at[0]) // 40, 3)
        _years(axes, at[0] - room, at[-1] + room)
        axes.set_ylabel(textwrap.fill(unit, 40))
        counts = all(one is None or float(one).is_integer() for row in rows.values() for one in row)
        axes.yaxis.set_major_locator(MaxNLocator(integer=counts))
        axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
        axes.grid(color="0.85")
        axes.spines[["top", "right"]].set_visible(False)
        look = {"loc": "outside right upper", "frameon": False, "fontsize": 8, "handlelength": 5}
        handles, names = axes.get_legend_handles_labels()
        figure.legend(handles, [textwrap.fill(name, 24) for name in names], **look)
    return figure


def sentence(text: str, words: Words) -> Figure:
    """Return a figure that says why nothing is drawn."""
    with _figure(2 * _LANE, words) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, textwrap.fill(text, 80), ha="center", va="center")
    return figure


@contextmanager
def _figure(inches: float, words: Words) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure with its title and what stands below, and take every text as it is written."""
    kind = _kind()
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False, "font.size": 9, "hatch.linewidth": 0.6}):
        figure = kind(figsize=(_WIDE, _FRAME + inches), layout="constrained")
        axes = figure.subplots()
        axes.set_title(textwrap.fill(words.title, 90), loc="left")
        yield figure, axes
        below = textwrap.fill(words.below, 130)
        figure.supxlabel(below, x=0.01, ha="left", fontsize=7, color="0.3")


@lru_cache(maxsize=1)
def _kind() -> type[Figure]:
    """Return the class of figures, which notebooks display without pyplot.

    Raises UsageError when matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise missing_extra("matplotlib", "plot") from error

    class Drawn(Figure):
        """A figure that a notebook displays as it is."""

        def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
            """Return the picture, and what is read out to those who do not see it."""
            file = BytesIO()
            self.savefig(file, format="png", dpi=110, metadata={"Software": None})
            title = " ".join(self.axes[0].get_title(loc="left").split())
            return file.getvalue(), {"alt": title}

    return Drawn


def _size(names: Sequence[str]) -> tuple[int, int]:
    """Return how many letters and how many lines the largest of the names take."""
    parts = [name.splitlines() or [""] for name in names]
    return max(len(line) for name in parts for line in name), max(len(name) for name in parts)


def _ends(bars: Sequence[Bar], today: int) -> Span:
    """Return the first and the last day of the axis, with some room on both sides."""
    days = [day for bar in bars for day in bar.possible if day not in {BEGIN, END}]
    first, last = min([*days, today]), max([*days, today])
    room = max((last - first) // 40, 3)
    return first - room, last + room


def _draw(axes: Axes, lane: int, bar: Bar, ends: Span, *, is_worded: bool) -> None:
    """Draw what is possible hatched, over it what is sure, and marks where an end is open.

    Bars with words stand apart from each other, because what follows may be another fact.
    """
    from matplotlib.markers import CARETLEFTBASE, CARETRIGHTBASE

    within = Units.of([ends])
    look: dict[str, Any] = {"height": 0.62, "edgecolor": _INK, "linewidth": 0.8}
    if bar.is_event:
        _happened(axes, lane, bar, ends, look)
        return
    span = Units.of([bar.possible]) & within
    for part in span - bar.sure:
        _bar(axes, lane, part, look | _HATCHED)
    for part in span & bar.sure:
        edge = "white" if is_worded else _INK
        _bar(axes, lane, part, look | {"facecolor": _INK, "edgecolor": edge, "label": "sure"})
    if bar.goes_on:
        _mark(axes, lane, bar.possible[1] + 1, CARETRIGHTBASE, "goes on")
    if bar.possible[0] == BEGIN:
        _mark(axes, lane, ends[0], CARETLEFTBASE, "since nobody knows when")


def _cut(bar: Bar, today: int) -> Bar:
    """Return a bar without an end as far as anything is known: to the day of issue."""
    first, last = bar.possible
    if bar.is_event or last != END:
        return bar
    return bar._replace(possible=(first, max(first, today)), goes_on=True)


def _say(axes: Axes, lane: int, bar: Bar, ends: Span, room: float) -> None:
    """Write the words of a bar into it, in two lines and as far as there is room.

    What happened on a day has them beside its mark.
    """
    first, last = (min(max(day, ends[0]), ends[1]) for day in bar.possible)
    look: dict[str, Any] = {"va": "center", "size": 7, "clip_on": True}
    if bar.is_event:
        axes.text(last + 1.5 / room, lane, bar.words, color="black", **look)
        return
    letters = int((last - first + 1) * room)
    if letters < _FEW:
        return
    more = "\N{HORIZONTAL ELLIPSIS}"
    words = [one if len(one) <= letters else one[: letters - 1] + more for one in bar.words.split()]
    lines = textwrap.wrap(" ".join(words), letters, max_lines=2, placeholder=more)
    if not Units.of([(first, last)]) - bar.sure:
        look |= {"color": "white"}
    else:
        look |= {"color": "black", "bbox": {"facecolor": "white", "edgecolor": "none", "pad": 1}}
    axes.text((first + last + 1) / 2, lane, "\n".join(lines), ha="center", **look)


def _mark(axes: Axes, lane: int, day: int, mark: int, label: str) -> None:
    look: dict[str, Any] = {"marker": mark, "color": _INK, "clip_on": False, "linestyle": ""}
    axes.plot([day], [lane], label=label, **look)


def _happened(axes: Axes, lane: int, bar: Bar, ends: Span, look: Mapping[str, Any]) -> None:
    first, last = (min(max(day, ends[0]), ends[1]) for day in bar.possible)
    is_known = first == last
    if not is_known:
        _bar(axes, lane, (first, last), {**look, **_HATCHED, "height": 0.3})
    label = "happened" if is_known else "happened, on which day is not known"
    if bar.is_dated:
        label = "so on this day" if is_known else "so on one of these days"
    fill = _INK if is_known else "white"
    where = [(first + last) / 2]
    axes.plot(where, [lane], "D", color=_INK, markerfacecolor=fill, label=label, linestyle="")


def _bar(axes: Axes, lane: int, span: Span, look: Mapping[str, Any]) -> None:
    axes.barh(lane, span[1] - span[0] + 1, left=span[0], **look)


def _years(axes: Axes, first: int, last: int) -> None:
    """Name years on the axis, or months or days where these are few."""
    from matplotlib.ticker import MaxNLocator

    precision: Precision = "day" if last - first < 70 else "month"
    precision = "year" if last - first > 3 * 365 else precision
    units = (unit_of(first, precision), unit_of(last, precision))
    steps = [1, 2, 3, 6, 10] if precision == "month" else [1, 2, 5, 10]
    ticks = MaxNLocator(nbins=9, integer=True, steps=steps).tick_values(*units)
    places = {_first_day(int(tick), precision): int(tick) for tick in ticks}
    shown = {at: unit for at, unit in places.items() if first <= at <= last}
    axes.set_xticks(list(shown), [unit_text(unit, precision) for unit in shown.values()])
    axes.set_xlim(first, last)
    axes.set_xlabel(precision)


def _first_day(unit: int, precision: Precision) -> int:
    if precision == "day":
        return unit
    year, month = divmod(unit, 12) if precision == "month" else (unit, 0)
    return number_of((year, month + 1, 1))


def _legend(figure: Figure, axes: Axes) -> None:
    """Explain each look once, above the lanes."""
    handles, labels = axes.get_legend_handles_labels()
    each = dict(zip(reversed(labels), reversed(handles), strict=True))
    look: dict[str, Any] = {"loc": "outside upper left", "frameon": False, "fontsize": 8}
    figure.legend(list(each.values()), list(each), ncols=len(each), **look)
