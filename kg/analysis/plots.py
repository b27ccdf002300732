"""Plots: what is on record of an entity, of two, or in an answer, as one figure each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Unpack

from kg.analysis.figure import MOST_LINES, Bar, Scale, Words, lanes, lines, sentence, shades
from kg.analysis.held import held, known, properties
from kg.analysis.measures import Measures, Opener, Spanned
from kg.errors import UsageError, noun
from kg.model import certainty
from kg.model.calendar import Units, days, number_of
from kg.model.dates import PartialDate
from kg.model.edtf import parse_date, stored
from kg.model.languages import first_label
from kg.store.read_back import History

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from kg.model.statement import Statement
    from kg.query.result import Result

# More lanes than these nobody reads.
_MOST: Final = 60
# So many publishers are named below a figure.
_NAMED: Final = 4
# The days of a step, and the smallest number that is all of one: no year is shorter than 365 days.
_FULL: Final = {"year": (366, 365), "month": (31, 31), "day": (1, 1)}
# How questions call a start, an end and a day; so an answer needs no other word.
_START: Final = frozenset({"start", "since", "from"})
_END: Final = frozenset({"end", "until", "to"})
_AT: Final = frozenset({"at", "day"})


class Plots:
    """Figures of matplotlib, one call each: a title, units, sources, and no colour that matters.

    What is sure is full, what is only possible is hatched. A figure is returned and never shown by
    itself; a notebook displays it, and `figure.savefig("lanes.svg")` writes it.
    What there is nothing of is a figure with a sentence.
    All raise UsageError with the extra to install when matplotlib is missing.
    """

    def __init__(self, opened: Opener, measures: Measures) -> None:
        """Keep how the store is opened, and the numbers of the network."""
        self._opened = opened
        self._measures = measures

    def lanes(
        self,
        entity: str,
        *,
        by: str | Iterable[str] | None = None,
        inferred: bool = False,
        known_by: str | None = None,
    ) -> Figure:
        """Return the periods of an entity as bars, a lane for each fact that can hold again.

        Of states that count; `by` names their properties, with `inferred` conclusions are drawn
        too. A hatched end says that a date is a month or a year, or that nobody dated it.
        Raises UsageError when the entity or a property is none.

        >>> import kg
        >>> figure = kg.open().plot.lanes("uzbekistan", by=["memberOf", "partyTo"])
        >>> figure.axes[0].get_title(loc="left")
        'Uzbekistan: periods on record'
        """
        asked = _Asked(History(self._opened(known_by)), entity)
        found = [one for one in asked.about(by, inferred=inferred) if one.kind == "state"]
        return asked.figure(found, "periods on record", asked.fact)

    def timeline(
        self,
        entity: str,
        *,
        by: str | Iterable[str] | None = None,
        inferred: bool = False,
        known_by: str | None = None,
    ) -> Figure:
        """Return all that is dated of an entity in the order of time, each on a lane of its own.

        What happened is a diamond, empty on a bar where the day is not known.
        Raises UsageError when the entity or a property is none.

        >>> import kg
        >>> figure = kg.open().plot.timeline("csto-cfm-2020-05-26")
        >>> len(figure.axes[0].get_yticklabels()) > 0
        True
        """
        asked = _Asked(History(self._opened(known_by)), entity)
        found = [
            one for one in asked.about(by, inferred=inferred) if one.start or one.end or one.at
        ]
        return asked.figure(found, "what is dated, in order", asked.dated)

    def overlap(
        self,
        first: str,
        second: str,
        *,
        over: str = "year",
        by: str | None = None,
        **asked: Unpack[Spanned],
    ) -> Figure:
        """Return what two entities shared as shades: dark is every day of the year, white is none.

        It takes what `measures.overlap` takes; a part of a year is written as its days.

        >>> import kg
        >>> figure = kg.open().plot.overlap("csto", "sco", over="year")
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()][0]
        'Belarus'
        """
        found = self._measures.shared(first, second, over=over, by=by, **asked)
        history = History(self._opened(asked.get("known_by")))
        names = sorted({name for _, row in found.rows for name in row})
        called = [_label(history, end) for end in (first, second)]
        what = history.label(found.by) if found.by else by or "any property"
        title = f"Shared by {called[0]} and {called[1]} ({what})"
        sides = {frozenset((name, end)) for name in names for end in (first, second)}
        said = [
            one
            for one in history.statements
            if one.counts
            and one.predicate == found.by
            and frozenset((one.subject, one.object)) in sides
        ]
        words = Words(title, _below(history, said))
        if not names:
            return sentence(
                f"{called[0]} and {called[1]} shared nothing on any of these days.", words
            )
        rows = {
            _label(history, name): [row.get(name, 0) for _, row in found.rows] for name in names
        }
        full, whole = _FULL[over]
        scale = Scale(full, f"days of the {over}", over, whole)
        return shades(rows, [name for name, _ in found.rows], scale, words)

    def together(self, by: str, *, side: str = "subject", **asked: Unpack[Spanned]) -> Figure:
        """Return how many days each two were together in something, as a heat map.

        It is `measures.projection` drawn: of a property such as memberOf, members by members, with
        the `side` "object" what they were in by what they were in. The days of all that two shared
        are added up, so two who share three bodies for a year have three years.
        A day together is no cooperation, and who came late has fewer days however close.
        Raises UsageError when the property or a date is none.

        >>> import kg
        >>> figure = kg.open().plot.together("memberOf", side="object", from_="2012", to="2012")
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()][0]
        'CSTO Parliamentary Assembly'
        """
        network = self._measures.projection(by, side=side, **asked)
        history = History(self._opened(asked.get("known_by")))
        (name,) = properties(history, by)
        said = [one for one in history.statements if one.counts and one.predicate == name]
        words = Words(f"Days together ({history.label(name)})", _below(history, said))
        nodes = sorted(network, key=lambda one: _label(history, one))
        edges: Iterable[tuple[str, str, int]] = network.edges.data("weight")
        weights = {frozenset((one, other)): number for one, other, number in edges}
        if not weights:
            return sentence("No two were together on any of these days.", words)
        nodes = [node for node in nodes if any(node in pair for pair in weights)]
        if len(nodes) > _MOST:
            below = f"The first {_MOST} of {len(nodes)} are drawn. {words.below}"
            nodes, words = nodes[:_MOST], words._replace(below=below)
        rows = {
            _label(history, one): [
                None if one == other else weights.get(frozenset((one, other)), 0) for other in nodes
            ]
            for one in nodes
        }
        most = max(weights.values())
        scale = Scale(most, "days, those of all shared added up", "", most + 1)
        return shades(rows, [_label(history, node) for node in nodes], scale, words)

    def over_time(self, numbers: pd.DataFrame, *, unit: str, title: str = "") -> Figure:
        """Return numbers over time as lines: a frame of `measures`, or any with dates as its index.

        Columns that are entities are called by their labels. `unit` says what is counted.
        Lines differ by dashes and marks, eight at most: choose columns, such as
        `frame[["csto", "sco"]]`. A missing number is a gap, and so it says nothing, not zero.
        Between two dates a line only leads the eye; what was so there is not said.
        Raises UsageError when the index has no dates, or a column no numbers.

        >>> import kg
        >>> graph = kg.open()
        >>> members = graph.measures.degree(from_="2003", to="2006", every="year", by="memberOf")
        >>> figure = graph.plot.over_time(members[["csto"]], unit="members")
        >>> figure.axes[0].lines[0].get_label(), figure.axes[0].lines[0].get_ydata().tolist()
        ('Collective Security Treaty Organization', [6.0, 6.0, 6.0, 6.0])
        """
        history = History(self._opened(None))
        words = Words(title or f"{unit[:1].upper()}{unit[1:]} over time", _below(history, ()))
        if numbers.empty:
            return sentence("There are no numbers.", words)
        names = list(numbers.columns)
        if len(names) > MOST_LINES:
            below = f"The first {MOST_LINES} of {len(names)} are drawn. {words.below}"
            names, words = names[:MOST_LINES], words._replace(below=below)
        rows = {_called(history, str(name)): _numbers(numbers[name]) for name in names}
        return lines(rows, [_day(one) for one in numbers.index], unit, words)

    def result(
        self,
        result: Result,
        *,
        start: str = "",
        end: str = "",
        at: str = "",
        label: str | Sequence[str] = (),
        inside: str = "",
        title: str = "",
    ) -> Figure:
        """Return the rows of an answer in time: a bar from `start` to `end`, a diamond for `at`.

        Without them the columns are taken that named questions call so; else those in which all
        values are dates: two as start and end, one alone as `at`. An end is the first day without
        the fact, as `kg:end` has it.
        `label` names the columns that say what a row is; otherwise all that are no dates do. The
        column `inside` is written into the bars, cut where a bar is short. Entities are called by
        their labels.
        Raises UsageError when no column has dates, or one that is named is not there.

        >>> import kg
        >>> graph = kg.open()
        >>> answer = graph.query("members", organization="csto")
        >>> graph.plot.result(answer, label="state").axes[0].get_xlabel()
        'year'
        """
        store = self._opened(None)
        named = [label] if isinstance(label, str) else list(label)
        for name in filter(None, (start, end, at, inside, *named)):
            if name not in result.vars:
                msg = f"the answer has no column '{name}'; it has {', '.join(result.vars)}"
                raise UsageError(msg)
        words = Words(title or "Rows of the answer in time", f"Current for {store.issued}.")
        if not len(result):
            return sentence("The answer has no rows.", words)
        shown = result.named(labels=History(store).languages[0])
        rows = [dict(zip(shown.vars, row, strict=True)) for row in shown.rows]
        if not (start or end or at):
            start, end, at = _date_columns(rows)
        named = named or [name for name in result.vars if name not in {start, end, at, inside}]
        bars = [
            _bar(
                _text(row, named) or str(number),
                *(str(row.get(one) or "") for one in (start, end, at)),
                words=str(row.get(inside) or ""),
            )
            for number, row in enumerate(rows, 1)
            if any(row.get(one) for one in (start, end, at))
        ]
        if not bars:
            return sentence("No row of the answer has a date.", words)
        return _drawn(bars, words, _today(store.issued))


class _Asked:
    """What is asked of one entity, and how its facts are called."""

    def __init__(self, history: History, entity: str) -> None:
        """Find the entity.

        Raises UsageError when it is none.
        """
        entity = known(history, entity)
        self._history = history
        self._entity = entity

    def about(self, by: str | Iterable[str] | None, *, inferred: bool) -> list[Statement]:
        """Return the statements that count and have it as subject or object."""
        chosen = properties(self._history, by)
        return [
            one
            for one in self._history.statements
            if self._entity in {one.subject, one.object if not one.datatype else ""}
            and one.counts
            and (inferred or not one.proofs)
            and (not chosen or one.predicate in chosen)
        ]

    def figure(
        self, found: list[Statement], what: str, called: Callable[[Statement], str]
    ) -> Figure:
        """Return the facts as bars, those that begin first above."""
        title = f"{_label(self._history, self._entity)}: {what}"
        words = Words(title, _below(self._history, found))
        if not found:
            return sentence(f"The record has no such fact of {self._entity}.", words)
        sure = (
            held(self._history.statements, surely=True) if any(one.proofs for one in found) else {}
        )
        bars = [_of(one, called(one), sure) for one in found]
        bars.sort(key=lambda bar: (bar.possible, bar.lane))
        return _drawn(bars, words, _today(self._history.store.issued))

    def fact(self, one: Statement) -> str:
        """Return what a statement says beside the entity."""
        called = self._history.label(one.predicate)
        if one.subject != self._entity:
            return f"{_label(self._history, one.subject)}: {called}"
        return f"{called} {one.object if one.datatype else _label(self._history, one.object)}"

    def dated(self, one: Statement) -> str:
        """Return the same with its dates as written."""
        span = f"{one.start or '?'} to {one.end}" if one.end else f"since {one.start}"
        return f"{self.fact(one)}, {one.at or span}"


def _label(history: History, entity: str) -> str:
    return first_label(history.entities[entity].labels, history.languages, entity)


def _called(history: History, name: str) -> str:
    """Return the label of an entity, and any other name as it is."""
    return _label(history, name) if name in history.entities else name


def _numbers(column: pd.Series[Any]) -> list[float | None]:
    """Return the numbers of a column, None where one is missing.

    Raises UsageError when something else stands there.
    """
    try:
        return [
            None if missing else float(one)
            for one, missing in zip(column, column.isna(), strict=True)
        ]
    except (TypeError, ValueError) as error:
        first = column.dropna().iloc[0]
        msg = f"the column '{column.name}' has '{first}' and no number; choose columns of numbers"
        raise UsageError(msg) from error


def _day(date: Any) -> int:  # noqa: ANN401 - whatever stands in the index of a data frame
    """Return the first day of a date in an index, by its number.

    Raises UsageError when it is none.
    """
    text = date.date().isoformat() if hasattr(date, "date") else str(date)
    try:
        return number_of(parse_date(text).earliest)
    except UsageError as error:
        msg = f"'{text}' in the index is no date; give a frame with dates as its index"
        raise UsageError(msg) from error


def _of(one: Statement, lane: str, sure: dict[str, Units]) -> Bar:
    is_event = one.kind == "event"
    surely = (
        sure.get(one.id, Units())
        if one.proofs
        else Units.of([days(one.surely)] if one.surely else [])
    )
    return Bar(lane, days(one.dated), surely, is_event)


def _bar(lane: str, start: str, end: str, at: str, *, words: str) -> Bar:
    """Return the bar of dates as written in an answer."""
    span = certainty.bounds(start, end, at, is_event=False)
    surely = certainty.sure(certainty.core(start, end, at, is_event=False))
    sure = Units.of([days(surely)] if surely else [])
    return Bar(lane, days(span), sure, is_event=bool(at), words=words, is_dated=True)


def _drawn(bars: Sequence[Bar], words: Words, today: int) -> Figure:
    """Draw as many lanes as can be read, and say how many there are."""
    names = list(dict.fromkeys(bar.lane for bar in bars))
    if len(names) > _MOST:
        below = f"The first {_MOST} of {len(names)} are drawn; choose with by. {words.below}"
        words = words._replace(below=below)
        bars = [bar for bar in bars if bar.lane in set(names[:_MOST])]
    return lanes(bars, words, today)


def _below(history: History, said: Iterable[Statement]) -> str:
    """Return who says it, those first who say most, and for which day it is current."""
    sources = history.sources
    named = Counter(
        sources[one].first_publisher or sources[one].title
        for statement in said
        for one in {reference.source for reference in statement.references}
        if one in sources
    )
    first = sorted(named, key=lambda name: (-named[name], name))
    rest = len(first) - _NAMED
    more = f" and {rest} {noun(rest, 'other')}" if rest > 0 else ""
    told = f"Sources: {', '.join(first[:_NAMED])}{more}. " if first else ""
    return f"{told}Current for {history.store.issued}."


def _today(issued: str) -> int:
    return number_of(PartialDate.stored(issued).earliest)


def _date_columns(rows: Sequence[dict[str, Any]]) -> tuple[str, str, str]:
    """Return the columns of start, end and day, "" where there is none."""
    found = [name for name in rows[0] if _is_dated([row[name] for row in rows])]
    if not found:
        msg = (
            f"the answer has no column of dates among {', '.join(rows[0])}; ask for one, as ?start"
        )
        raise UsageError(msg)
    start, end, at = (
        next((name for name in found if name in those), "") for those in (_START, _END, _AT)
    )
    if start or end or at:
        return start, end, at
    return ("", "", found[0]) if len(found) == 1 else (found[0], found[1], "")


def _is_dated(cells: Sequence[Any]) -> bool:
    """Say whether there are values and all of them are dates."""
    values = [cell for cell in cells if cell is not None]
    try:
        return all(isinstance(cell, str) and stored(cell) for cell in values) and bool(values)
    except ValueError:
        return False


def _text(row: dict[str, Any], names: Sequence[str]) -> str:
    """Return what a row is: a label that stands in two columns stands here once."""
    said = dict.fromkeys(str(row[name]) for name in names if row[name] is not None)
    return " \N{MIDDLE DOT} ".join(said)
