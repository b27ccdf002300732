"""Rows: a table that others published → what it says, in the words of the graph.

A CSV file or a data frame → Claims.
What cannot be understood is a finding with its place, and one run finds them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from kg.errors import Finding, TableError, UsageError, noun, parameter, shown
from kg.model.calendar import BEGIN, END, PRECISIONS, Span, number_of, unit_of
from kg.model.dates import Day, NotADateError, PartialDate, Precision, day_before
from kg.model.edtf import Written, parse_date, read
from kg.model.foreign_table import column_problem
from kg.model.literals import character_problem
from kg.model.sheets import foreign_table
from kg.model.table import Table
from kg.published.meanings import STATUS, Meaning, Meanings, require_readable
from kg.query.names import Names, folded

if TYPE_CHECKING:
    import pandas as pd

_WAYS: Final = (("start", "end"), ("first", "last"), ("at",))
_DATES: Final = "write YYYY, YYYY-MM or YYYY-MM-DD"
_NAMED: Final = ("subject", "object", STATUS)
# What has no day.
NO_DAYS: Final[Span] = (END, BEGIN)


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns of a table say what; "" for what the table does not say.

    Either `predicate` names the one property of the whole table, or `status` the column whose
    values are mapped to properties.
    A row's time stands in `start` and `end` (half open), in `first` and `last` (both included),
    or in `at`; without any of these the whole table speaks for one date.
    """

    subject: str = "subject"
    object: str = "object"
    predicate: str = ""
    status: str = ""
    start: str = ""
    end: str = ""
    first: str = ""
    last: str = ""
    at: str = ""

    @property
    def named(self) -> dict[str, str]:
        """Role → column, of those whose cells are names."""
        return {role: getattr(self, role) for role in _NAMED if getattr(self, role)}

    @property
    def dated(self) -> dict[str, str]:
        """Role → column, of those whose cells are dates."""
        roles = [role for way in _WAYS for role in way]
        return {role: getattr(self, role) for role in roles if getattr(self, role)}

    def check(self) -> None:
        """Raise UsageError when the columns do not go together."""
        if bool(self.predicate) == bool(self.status):
            problem = "cannot both be given" if self.status else "is needed"
            msg = (
                f"one of {parameter('predicate')} and {parameter('status')} {problem}: "
                "the property of the whole table, or the column that says it row by row"
            )
            raise UsageError(msg)
        used = [role for way in _WAYS for role in way[:1] if self.dated.keys() & set(way)]
        if len(used) > 1:
            start, end, first, last, at = map(parameter, ("start", "end", "first", "last", "at"))
            ways = f"{start} and {end}, {first} and {last}, or {at}"
            msg = f"the rows say their time in more than one way; choose {ways}"
            raise UsageError(msg)


@dataclass(frozen=True, slots=True)
class Claim:
    """One row in the words of the graph: a triple, and the days for which the table says it.

    `possible` are the days that its dates can mean, `sure` those that they mean at least: a row
    with an open start says for sure only its last, and an end in a month or year may be any day.
    `precision` is that of its least precise date, None when the row has no date.
    Where the property leads to literals, `object` is a value and `datatype` its type (a CURIE).
    A statement of Wikibase says `dates` in words, its `rank`, and what its `references` name.
    """

    subject: str
    predicate: str
    object: str
    possible: Span
    sure: Span
    precision: Precision | None
    place: str
    status: str = ""
    dates: str = ""
    rank: str = ""
    references: tuple[str, ...] = ()
    datatype: str = ""


class Side(NamedTuple):
    """How a report calls the other side, what is its own, and one or several of its claims."""

    name: str
    called: str
    own: str
    one: str
    several: str


TABLE: Final = Side("table", "the table", "the table's", "row", "rows")


@dataclass(frozen=True)
class Claims:
    """Everything that a table says.

    `properties` are those to which the mapping or the rows lead; `left_out` counts the rows that
    the mapping leaves out, by value; `skipped` says why `skipped_rows` others are not among the
    claims.
    With `occurrences` the dates of an event say when it happened, else when it was known to have.
    Of the entities `known` the other side should have every fact, whenever it holds, but for those
    that lead to `nameless` ones; `outranked` are its claims that it does not hold itself, and
    `unmatched` says what of the record cannot be compared, and how many statements that are.
    """

    table: str
    claims: tuple[Claim, ...]
    properties: frozenset[str]
    rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    skipped: tuple[Finding, ...] = ()
    skipped_rows: int = 0
    occurrences: bool = False
    side: Side = TABLE
    known: frozenset[str] = frozenset()
    nameless: frozenset[str] = frozenset()
    outranked: tuple[Claim, ...] = ()
    unmatched: dict[str, int] = field(default_factory=dict)


class AnyRow(Protocol):
    """A row of a file or of a data frame."""

    @property
    def number(self) -> str:
        """The line of the file, or the index of the frame."""

    @property
    def cells(self) -> Mapping[str, str]:
        """The cells by column, without surrounding spaces."""

    def error(self, column: str, message: str, repair: str) -> Finding:
        """Return an error that points at the cell."""


@dataclass(frozen=True, slots=True)
class _FrameRow:
    number: str
    cells: dict[str, str]

    def error(self, column: str, message: str, repair: str) -> Finding:
        place = f"row {shown(self.number)}, column {shown(column)}"
        return Finding(place, 0, 0, "error", message, repair)


def read_claims(
    table: Path | pd.DataFrame,
    columns: Roles,
    names: Names,
    *,
    mapping: Mapping[str, str] | None = None,
    mapping_files: Iterable[Path] = (),
    as_of: str = "",
    skip_unmatched: bool = False,
    sheet: str = "",
) -> Claims:
    """Return what the table says; `sheet` is the name of one where it is a workbook.

    `mapping` leads from a value, or from "column:value", to an entity's id, a property's name, a
    literal, or to "" for rows to leave out; it comes before `mapping_files`, which are tables of
    column, value and target.
    Without dates the rows speak for `as_of`, or else for the day for which the graph is current.

    Raises UsageError when the columns do not go together, TableError with every finding when
    something in the table or the mapping is not understood, InputError when a file cannot be read.
    """
    columns.check()
    if as_of and columns.dated:
        given = parameter("as_of")
        msg = f"{given} is the date of a table without dates, and the rows of this one have some"
        raise UsageError(msg)
    meanings = Meanings(names, columns.named, columns.predicate)
    for path in mapping_files:
        meanings.add_file(path)
    for key, target in (mapping or {}).items():
        meanings.add(key, target)
    reader = _Reader(columns, meanings, as_of)
    count = 0
    claims = []
    opened = foreign_table(table, _options(columns), sheet) if isinstance(table, Path) else table
    for row in _rows_of(opened, columns, reader.findings):
        count += 1
        claim = reader.claim(row)
        if claim:
            claims.append(claim)
    unmatched = reader.unmatched_findings()
    wrong = reader.findings + ([] if skip_unmatched else unmatched)
    problems = meanings.problems(reader.said)
    if problems or wrong:
        in_order = sorted(wrong, key=lambda one: (one.line, one.column))
        raise TableError([*problems, *in_order])
    return Claims(
        opened.title if isinstance(opened, Table) else "the table",
        tuple(claims),
        frozenset(claim.predicate for claim in claims) | meanings.mapped,
        count,
        dict(sorted(reader.left_out.items())),
        tuple(unmatched),
        reader.skipped_rows,
        bool(columns.at or columns.start or columns.end),
    )


class _Reader:
    """Turns rows into claims and gathers what was wrong with them."""

    def __init__(self, columns: Roles, meanings: Meanings, as_of: str) -> None:
        self.columns = columns
        self.meanings = meanings
        self.findings: list[Finding] = []
        # Each with whether the property of its row is known.
        self.unmatched: dict[tuple[str, str], list[tuple[Finding, bool]]] = {}
        self.properties: set[str] = set()
        self.left_out: Counter[str] = Counter()
        self.skipped_rows = 0
        problem = meanings.property_problem(columns.predicate) if columns.predicate else None
        if problem:
            self.findings.append(Finding(parameter("predicate"), 0, 0, "error", *problem))
        issued = meanings.names.history.store.issued
        self.spoken = parse_date(as_of or issued)

    def claim(self, row: AnyRow) -> Claim | None:
        """Return what the row says, or None after noting why it says nothing."""
        for column in (*self.columns.named.values(), *self.columns.dated.values()):
            if problem := character_problem(row.cells[column]):
                self.findings.append(row.error(column, *problem))
                return None
        cells = {role: row.cells[column] for role, column in self.columns.named.items()}
        meant = self._meant(cells)
        for role, meaning in meant.items():
            if not meaning.target and not meaning.problem:
                self.left_out[cells[role]] += 1
                return None
        unmatched = [role for role, meaning in meant.items() if meaning.problem]
        for role in unmatched:
            column = self.columns.named[role]
            finding = row.error(column, meant[role].problem, meant[role].repair)
            is_sure = role != "object" or STATUS not in unmatched
            key = (column, folded(cells[role]))
            self.unmatched.setdefault(key, []).append((finding, is_sure))
        self.skipped_rows += bool(unmatched)
        times = self._times(row)
        if unmatched or times is None:
            return None
        predicate = self._property(meant)
        triple = (meant["subject"].target, predicate, meant["object"].target)
        status = row.cells[self.columns.status] if self.columns.status else ""
        datatype = self.meanings.datatypes.get(predicate, "")
        return Claim(*triple, *times, row.number, status, datatype=datatype)

    def _meant(self, cells: Mapping[str, str]) -> dict[str, Meaning]:
        """Return what the names in a row mean; its property decides what the object is."""
        found = {role: self.meanings.of(role, cells[role]) for role in cells if role != "object"}
        predicate = self._property(found)
        self.properties.add(predicate)
        datatype = self.meanings.datatypes.get(predicate, "")
        found["object"] = self.meanings.of("object", cells["object"], datatype)
        return {role: found[role] for role in cells}

    def _property(self, meant: Mapping[str, Meaning]) -> str:
        return meant[STATUS].target if STATUS in meant else self.columns.predicate

    @property
    def said(self) -> frozenset[str]:
        """The properties that the mapping or a row leads to."""
        return self.meanings.mapped | self.properties

    def unmatched_findings(self) -> list[Finding]:
        """Return one finding for each cell that was not understood, at its first row.

        Where a table says literals, an object is nothing as long as its property is not known.
        """
        found = []
        says_literals = bool(self.said & self.meanings.datatypes.keys())
        for group in self.unmatched.values():
            findings = [one for one, is_sure in group if is_sure or not says_literals]
            if not findings:
                continue
            first, *others = findings
            more = f" (and in {len(others)} more {noun(len(others), 'row')})" if others else ""
            found.append(first._replace(message=first.message + more))
        return found

    def _times(self, row: AnyRow) -> tuple[Span, Span, Precision | None] | None:
        """Return (possible, sure, precision), or None after noting what is wrong."""
        dates: dict[str, Written] = {}
        for role, column in self.columns.dated.items():
            cell = row.cells[column]
            try:
                if cell:
                    dates[role] = read(cell)
            except NotADateError as error:
                problem = (error.problem, error.repair or "correct the date")
                self.findings.append(row.error(column, *map(shown, problem)))
                return None
            if role == "at" and not cell:
                self.findings.append(row.error(column, "the date is missing", _DATES))
                return None
        wrong = order_problem(dates)
        if wrong:
            role, message, repair = wrong
            self.findings.append(row.error(self.columns.dated[role], message, repair))
            return None
        if not self.columns.dated:
            dates = {"at": self.spoken}
        given = [date.precision for date in dates.values()]
        return *spans(dates, self.spoken), min(given, key=PRECISIONS.index, default=None)


def spans(dates: Mapping[str, Written], spoken: PartialDate) -> tuple[Span, Span]:
    """Return the days that the dates can mean, and those that they mean at least.

    `dates` are those of the roles of time; `spoken` is when one speaks who says none.
    """
    if "at" in dates:
        whole = _span(dates["at"])
        return whole, whole if _is_one(dates["at"]) else NO_DAYS
    since = dates.get("start") or dates.get("first")
    until = dates.get("end") or dates.get("last")
    first, begun = BEGIN, BEGIN
    if since:
        first, begun = _span(since)
        begun = first if _is_one(since) else begun
    last = least = END
    if "last" in dates:
        least, last = _span(dates["last"])
        least = last if _is_one(dates["last"]) else least
    elif "end" in dates:
        soonest, latest = dates["end"].over
        least = number_of(soonest) - 1 if soonest else BEGIN
        last = number_of(latest) - 1 if latest else END
    if since and not since.latest:
        return (first, last), NO_DAYS
    if since:
        # Where it began in one of several years, it may have ended before the last of them.
        return (first, last), (begun, max(begun, least) if _is_one(since) else least)
    # It is not known since when: the one day that is sure is the last.
    sure = last if last < END else number_of(spoken.earliest)
    return (BEGIN, last), (sure, last) if until is None or _is_one(until) else NO_DAYS


def _span(date: Written) -> Span:
    """Return the first and the last day that the date can mean."""
    return (
        number_of(date.earliest) if date.earliest else BEGIN,
        number_of(date.latest) if date.latest else END,
    )


def _is_one(date: Written) -> bool:
    """Say whether all days of the date lie in one year, month or day, as its precision has it."""
    first, last = (unit_of(day, date.precision) for day in _span(date))
    return first == last


def order_problem(dates: Mapping[str, Written]) -> tuple[str, str, str] | None:
    """Return (role, message, repair) when a row ends before it begins."""

    def is_before(day: Day | None, role: str) -> bool:
        first = dates[role].earliest
        return day is not None and first is not None and day < first

    if dates.keys() >= {"first", "last"} and is_before(dates["last"].latest, "first"):
        message = f"last {dates['last'].text} is before first {dates['first'].text}"
        return "last", message, "correct one of the two"
    over = dates["end"].over[1] if "end" in dates else None
    if over and "start" in dates and is_before(day_before(over), "start"):
        message = f"end {dates['end'].text} is not after start {dates['start'].text}"
        hint = f"{parameter('first')} and {parameter('last')}"
        repair = "an end that is a day is the first on which it no longer holds; if both hold, use "
        repair += hint
        return "end", message, repair
    return None


def _options(columns: Roles) -> dict[str, str]:
    """Return for each column the option that names it."""
    return {name: parameter(role) for role, name in (columns.named | columns.dated).items()}


def _rows_of(
    table: Table | pd.DataFrame, columns: Roles, findings: list[Finding]
) -> Iterator[AnyRow]:
    """Yield the rows that have all the columns; afterwards say what was wrong with the others."""
    if not isinstance(table, Table):
        yield from _frame_rows(table, _options(columns), findings)
        return
    for row in table:
        if table.complete:
            yield row
    require_readable(table)
    findings += table.findings


def _frame_rows(
    frame: pd.DataFrame, options: Mapping[str, str], findings: list[Finding]
) -> Iterator[AnyRow]:
    header = [str(name) for name in frame.columns]
    for column, option in options.items():
        problem = column_problem(column, option, header)
        if problem:
            findings.append(Finding("the table", 0, 0, "error", *problem))
    if findings:
        return
    known = frame.notna()
    for place, values, flags in zip(
        frame.index, frame.itertuples(index=False), known.itertuples(index=False), strict=True
    ):
        texts = [_text(value) if flag else "" for value, flag in zip(values, flags, strict=True)]
        yield _FrameRow(str(place), dict(zip(header, texts, strict=True)))


def _text(value: object) -> str:
    """Return what a CSV file would hold: a timestamp as its day, a whole number without point."""
    if isinstance(value, Real) and float(value).is_integer():
        return f"{float(value):.0f}"
    if isinstance(value, date):
        return value.isoformat()[:10]
    return str(value).strip()
