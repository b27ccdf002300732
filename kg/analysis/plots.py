"""Plots: what is on record of an entity, of two, or in an answer, as one figure each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Unpack

from kg.analysis.figure import Bar, Words, lanes, sentence, shades
from kg.analysis.held import held, known, properties
from kg.analysis.measures import Measures, Opener, Spanned
from kg.errors import UsageError, noun
from kg.model import certainty
from kg.model.calendar import Units, days, number_of
from kg.model.dates import PartialDate
from kg.model.edtf import stored
from kg.model.languages import first_label
from kg.store.read_back import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.model.statement import Statement
    from kg.query.result import Result

# More lanes than these nobody reads.
_MOST: Final = 60
# So many publishers are named below a figure.
_NAMED: Final = 4
_FULL: Final = {"year": 366, "month": 31, "day": 1}
_ENDS: Final = frozenset({"end", "until", "to"})


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
            if one.predicate == found.by and frozenset((one.subject, one.object)) in sides
        ]
        words = Words(title, _below(history, said))
        if not names:
            return sentence(
                f"{called[0]} and {called[1]} shared nothing on any of these days.", words
            )
        rows = {
            _label(history, name): [row.get(name, 0) for _, row in found.rows] for name in names
        }
        return shades(rows, [name for name, _ in found.rows], _FULL[over], over, words)

    def result(
        self,
        result: Result,
        *,
        start: str = "",
        end: str = "",
        at: str = "",
        label: str | Sequence[str] = (),
        title: str = "",
    ) -> Figure:
        """Return the rows of an answer in time: a bar from `start` to `end`, a diamond for `at`.

        Without them the columns in which all values are dates are taken: two as start and end, one
        alone as `at`. An end is the first day without the fact, as `kg:end` has it.
        `label` names the columns that say what a row is; otherwise all that are no dates do.
        Raises UsageError when no column has dates, or one that is named is not there.

        >>> import kg
        >>> graph = kg.open()
        >>> answer = graph.query("members", organization="csto")
        >>> graph.plot.result(answer, label="state").axes[0].get_xlabel()
        'year'
        """
        store = self._opened(None)
        named = [label] if isinstance(label, str) else list(label)
        for name in filter(None, (start, end, at, *named)):
            if name not in result.vars:
                msg = f"the answer has no column '{name}'; it has {', '.join(result.vars)}"
                raise UsageError(msg)
        words = Words(title or "Rows of the answer in time", f"Current for {store.issued}.")
        if not len(result):
            return sentence("The answer has no rows.", words)
        rows = [dict(zip(result.vars, row, strict=True)) for row in result.rows]
        if not (start or end or at):
            start, end, at = _date_columns(rows)
        named = named or [name for name in result.vars if name not in {start, end, at}]
        bars = [
            _bar(
                _text(row, named) or str(number),
                *(str(row.get(one) or "") for one in (start, end, at)),
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


def _of(one: Statement, lane: str, sure: dict[str, Units]) -> Bar:
    is_event = one.kind == "event"
    surely = (
        sure.get(one.id, Units())
        if one.proofs
        else Units.of([days(one.surely)] if one.surely else [])
    )
    return Bar(lane, days(one.dated), surely, is_event)


def _bar(lane: str, start: str, end: str, at: str) -> Bar:
    """Return the bar of dates as written in an answer."""
    span = certainty.bounds(start, end, at, is_event=False)
    surely = certainty.sure(certainty.core(start, end, at, is_event=False))
    return Bar(lane, days(span), Units.of([days(surely)] if surely else []), bool(at))


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
    """Return the columns of start and end, or the one of days."""
    found = [name for name in rows[0] if _is_dated([row[name] for row in rows])]
    if not found:
        msg = (
            f"the answer has no column of dates among {', '.join(rows[0])}; ask for one, as ?start"
        )
        raise UsageError(msg)
    if len(found) == 1:
        return ("", found[0], "") if found[0] in _ENDS else ("", "", found[0])
    one, other = found[:2]
    return (other, one, "") if one in _ENDS else (one, other, "")


def _is_dated(cells: Sequence[Any]) -> bool:
    """Say whether there are values and all of them are dates."""
    values = [cell for cell in cells if cell is not None]
    try:
        return all(isinstance(cell, str) and stored(cell) for cell in values) and bool(values)
    except ValueError:
        return False


def _text(row: dict[str, Any], names: Sequence[str]) -> str:
    return " \N{MIDDLE DOT} ".join(str(row[name]) for name in names if row[name] is not None)
