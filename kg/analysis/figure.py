"""Figure: periods as bars on lanes, and a table of numbers as shades, drawn by matplotlib.

What is sure is full and what is only possible is hatched, so that no colour is needed to tell them
apart. Nothing is shown by itself: a figure is returned, and a notebook displays it.
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
# Inches of a lane, and of what stands above and below all of them.
_LANE, _FRAME = 0.28, 1.6
_HATCHED: Final = {
    "facecolor": "white",
    "hatch": "/////",
    "label": "possible, its dates leave it open",
}


class Bar(NamedTuple):
    """What stands on a lane: all days that can be meant, and those that surely are.

    What goes on is drawn to the last day of which anything is known.
    """

    lane: str
    possible: Span
    sure: Units
    is_event: bool = False
    goes_on: bool = False


class Words(NamedTuple):
    """What is written around a figure: its title, and below it where all comes from."""

    title: str
    below: str


def lanes(bars: Sequence[Bar], words: Words, today: int) -> Figure:
    """Return a figure of bars on lanes, in the order in which lanes first appear."""
    names = list(dict.fromkeys(bar.lane for bar in bars))
    first, last = _ends(bars, today)
    with _figure(len(names), words) as (figure, axes):
        for bar in bars:
            _draw(axes, names.index(bar.lane), _cut(bar, today), (first, last))
        axes.set_yticks(range(len(names)), [textwrap.fill(name, 44) for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        _years(axes, first, last)
        axes.grid(axis="x", color="0.85")
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        if any(axes.get_legend_handles_labels()):
            _legend(figure, axes)
    return figure


def shades(
    rows: Mapping[str, Sequence[int]], columns: Sequence[str], full: int, unit: str, words: Words
) -> Figure:
    """Return a figure of numbers as shades of grey; what is neither none nor all is written."""
    with _figure(len(rows), words) as (figure, axes):
        image = axes.imshow(list(rows.values()), aspect="auto", cmap="Greys", vmin=0, vmax=full)
        axes.set_yticks(range(len(rows)), [textwrap.fill(name, 44) for name in rows])
        every = max(1, len(columns) // 12)
        axes.set_xticks(range(0, len(columns), every), columns[::every])
        axes.set_xlabel(unit)
        for row, numbers in enumerate(rows.values()):
            for column, number in enumerate(numbers):
                if 0 < number < full - (unit == "year") and len(columns) <= 40:
                    ink = "white" if number > full / 2 else "black"
                    axes.text(column, row, str(number), ha="center", va="center", color=ink, size=6)
        figure.colorbar(image, label=f"days of the {unit}")
    return figure


def sentence(text: str, words: Words) -> Figure:
    """Return a figure that says why nothing is drawn."""
    with _figure(2, words) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, textwrap.fill(text, 80), ha="center", va="center")
    return figure


@contextmanager
def _figure(lanes: int, words: Words) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure with its title and what stands below, and take every text as it is written."""
    kind = _kind()
    from matplotlib import rc_context

    with rc_context({"text.parse_math": False, "font.size": 9, "hatch.linewidth": 0.6}):
        figure = kind(figsize=(_WIDE, _FRAME + _LANE * lanes), layout="constrained")
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

        def _repr_png_(self) -> bytes:
            file = BytesIO()
            self.savefig(file, format="png", dpi=110)
            return file.getvalue()

    return Drawn


def _ends(bars: Sequence[Bar], today: int) -> Span:
    """Return the first and the last day of the axis, with some room on both sides."""
    days = [day for bar in bars for day in bar.possible if day not in {BEGIN, END}]
    first, last = min([*days, today]), max([*days, today])
    room = max((last - first) // 40, 3)
    return first - room, last + room


def _draw(axes: Axes, lane: int, bar: Bar, ends: Span) -> None:
    """Draw what is possible hatched, over it what is sure, and marks where an end is open."""
    within = Units.of([ends])
    look: dict[str, Any] = {"height": 0.62, "edgecolor": _INK, "linewidth": 0.8}
    if bar.is_event:
        _happened(axes, lane, bar, ends, look)
        return
    span = Units.of([bar.possible]) & within
    for part in span - bar.sure:
        _bar(axes, lane, part, look | _HATCHED)
    for part in span & bar.sure:
        _bar(axes, lane, part, look | {"facecolor": _INK, "label": "sure"})
    if bar.goes_on:
        _mark(axes, lane, bar.possible[1], ">", "goes on")
    if bar.possible[0] == BEGIN:
        _mark(axes, lane, ends[0], "<", "since nobody knows when")


def _cut(bar: Bar, today: int) -> Bar:
    """Return a bar without an end as far as anything is known: to the day of issue."""
    first, last = bar.possible
    if bar.is_event or last != END:
        return bar
    return bar._replace(possible=(first, max(first, today)), goes_on=True)


def _mark(axes: Axes, lane: int, day: int, mark: str, label: str) -> None:
    look: dict[str, Any] = {"color": _INK, "clip_on": False, "linestyle": ""}
    axes.plot([day], [lane], mark, label=label, **look)


def _happened(axes: Axes, lane: int, bar: Bar, ends: Span, look: Mapping[str, Any]) -> None:
    first, last = (min(max(day, ends[0]), ends[1]) for day in bar.possible)
    is_known = first == last
    if not is_known:
        _bar(axes, lane, (first, last), {**look, **_HATCHED, "height": 0.3})
    label = "happened" if is_known else "happened, on which day is not known"
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
