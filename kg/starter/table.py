"""Table: a table that others made → entities, properties and rows of a new project.

What cannot be taken over is a finding with its line; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, TableError, UsageError, parameter
from kg.files import digest_of
from kg.model.dates import NotADateError, PartialDate, iso, next_day
from kg.model.foreign_table import some
from kg.model.sheets import foreign_table
from kg.model.statement import Entity, Kind, Source
from kg.model.table import Row, Table
from kg.model.values import value
from kg.published.meanings import require_readable
from kg.published.rows import Roles
from kg.starter.found import (
    THING,
    Fact,
    Found,
    Property,
    Taken,
    class_name,
    datatype_of,
    days,
    ids,
    property_names,
)
from kg.starter.panel import Panel, Triple

# The id of the one source of a project that begins as a table.
SOURCE: Final = "table"
# Tables of others write this year for an end that is open.
LAST_YEAR: Final = 9999


class Said(NamedTuple):
    """What one row says, in its own words, with dates as kg writes them."""

    subject: str
    predicate: str
    object: str
    start: str
    end: str
    at: str
    locator: str


def read(path: Path, roles: Roles, *, inclusive: bool = False, sheet: str = "") -> Found:
    """Read a table of which the roles say what stands in which column.

    It is a CSV file, or a workbook of which `sheet` names one where several are visible.

    Where one column is both the first and the last day, each row speaks of one year, month or
    day, and those that follow on each other become one period. `inclusive` says that a day in the
    column `end` is the last of its fact.

    Raises UsageError when the columns do not go together or a sheet must be named, TableError when
    a column is missing or no row is left, InputError when the file cannot be read.
    """
    try:
        roles.check()
    except UsageError as error:
        raise _with_columns(error, foreign_table(path, {}, sheet)) from error
    columns = roles.named | roles.dated
    options = {column: parameter(role) for role, column in columns.items()}
    if is_panel(roles):
        options[roles.first] = parameter("year")
    if inclusive and not roles.end:
        msg = f"{parameter('inclusive')} is about a column of ends; name it with {parameter('end')}"
        raise UsageError(msg)
    table = foreign_table(path, options, sheet)
    rows = [row for row in table if table.complete]
    reader = _Reader(roles, rows, table.unit, inclusive=inclusive)
    datatype = datatype_of(triple[2] for triple in reader.triples)
    if datatype:
        spellings = _first_spellings(reader.triples, datatype)
        reader = _Reader(roles, rows, table.unit, spellings, inclusive=inclusive)
    require_readable(table)
    if not table.complete:
        raise TableError(table.findings)
    broken = [one for one in table.findings if one.severity == "error"]
    left_out = tuple(sorted([*broken, *reader.left_out]))
    said, notes = reader.said()
    if not said:
        nothing = Finding(str(path), 0, 0, "error", "no row of the table can be taken over")
        raise TableError([*left_out, nothing])
    found = _found(table, roles, said, datatype, inclusive=inclusive)
    seen, taken = len(rows) + len(broken), len(rows) - len(reader.left_out)
    return replace(found, seen=seen, taken=taken, left_out=left_out, notes=notes)


def _with_columns(error: UsageError, table: Table) -> UsageError:
    """Return an error about options with the columns that they can name."""
    next(iter(table), None)
    there = f"; the columns are: {some(table.header)}" if table.header else ""
    return UsageError(f"{error}{there}")


def is_panel(roles: Roles) -> bool:
    """Say whether each row of a table speaks of one year, as one of a panel does.

    >>> is_panel(Roles(first="year", last="year")), is_panel(Roles(first="from", last="to"))
    (True, False)
    """
    return bool(roles.first) and roles.first == roles.last


def _found(
    table: Table, roles: Roles, said: list[Said], datatype: str, *, inclusive: bool
) -> Found:
    """Return the words of the table as those of a project."""
    subjects, objects = {one.subject for one in said}, {one.object for one in said}
    is_mixed = not datatype and bool(subjects & objects)
    one, other = (THING if is_mixed else class_name(name) for name in (roles.subject, roles.object))
    words = {THING: "thing"} if is_mixed else {one: roles.subject, other: roles.object}
    id_of = ids({text: text for text in sorted(subjects if datatype else subjects | objects)})
    name_of = property_names({text: text for text in sorted({one.predicate for one in said})})
    kind: Kind = "event" if roles.at else "state" if roles.dated else "timeless"
    named = {(one, text) for text in subjects}
    named |= set() if datatype else {(other, text) for text in objects}
    return Found(
        table.path,
        "rows",
        {name: {"": words[name]} for name in dict.fromkeys([one] if datatype else [one, other])},
        tuple(
            Property(
                name, kind, (one,), () if datatype else (other,), {"": text}, datatype, inclusive
            )
            for text, name in name_of.items()
        ),
        tuple(
            Entity(identifier, of, {"": text})
            for of, identifier, text in sorted((of, id_of[text], text) for of, text in named)
        ),
        (Source(SOURCE, table.title, kind="dataset", sha256=digest_of(table.path)),),
        tuple(
            Fact(
                id_of[one.subject],
                name_of[one.predicate],
                one.object if datatype else id_of[one.object],
                *(one.start, one.end, one.at),
                *(SOURCE, one.locator),
            )
            for one in said
        ),
        len(said),
        len(said),
    )


class _Reader:
    """Takes rows one by one; what it cannot take is a finding.

    `unit` is what the table calls its places, `spellings` how objects are spelled in the project,
    where that is not as in the table.
    """

    def __init__(
        self,
        roles: Roles,
        rows: Iterable[Row],
        unit: str,
        spellings: Mapping[Triple, str] | None = None,
        *,
        inclusive: bool,
    ) -> None:
        self.roles = roles
        self.unit = unit
        self.spellings = spellings or {}
        self.triples: list[Triple] = []
        self.inclusive = inclusive
        self.panel = Panel(unit) if is_panel(roles) else None
        self.first_line = 0
        self.facts: list[Said] = []
        self.left_out: list[Finding] = []
        self.taken = Taken("row")
        for row in rows:
            self.take(row)

    def take(self, row: Row) -> None:
        """Take what the row says, or note why not."""
        wrong = row.uncarried() or self._unnamed(row)
        dates: dict[str, PartialDate] = {}
        for role, column in self.roles.dated.items():
            # A month or day 00 is one that is not known.
            cell = re.sub(r"(?:-00)+$", "", row.cells[column])
            try:
                if cell:
                    dates[role] = PartialDate.parse(cell)
            except NotADateError as error:
                wrong.append(row.error(column, error.problem, error.repair))
            if role in dates and abs(dates[role].year) >= LAST_YEAR:
                repair = "an end that is open is an empty cell"
                wrong.append(row.error(column, f"'{cell}' is hardly a date", repair))
        if self.roles.dated and not (dates or wrong):
            column = next(iter(self.roles.dated.values()))
            wrong.append(row.error(column, "the row has no date", ""))
        if not wrong:
            wrong = self._wrong_beside_others(row, dates)
        self.left_out += wrong[:1]

    def said(self) -> tuple[list[Said], tuple[str, ...]]:
        """Return what was taken in its order, and what to know about it."""
        if not (self.panel and self.first_line):
            return sorted(self.facts), ()
        runs = [Said(*run.triple, run.start, run.end, "", run.lines) for run in self.panel.runs()]
        year = self.panel.snapshot
        what = f"all rows are of {year}, so that each fact began by then ([..{year}])"
        return sorted(runs), (f"{what}, first in {self.unit} {self.first_line}",) if year else ()

    def _wrong_beside_others(self, row: Row, dates: Mapping[str, PartialDate]) -> list[Finding]:
        """Take a row that is right in itself, or return why it does not go with the others."""
        words = self._words(row)
        if self.panel:
            problem = self.panel.problem(words, dates["first"], row.line)
        else:
            fact = _said(words, dates, f"{self.unit} {row.line}")
            own = days(fact.start, fact.end, fact.at, inclusive=self.inclusive)
            problem = self.taken.problem(words, own, fact.locator, is_event=bool(fact.at))
            self.facts += [] if problem else [fact]
        if not problem:
            self.triples.append(words)
            self.first_line = self.first_line or row.line
            return []
        column = next(iter(self.roles.dated.values()), self.roles.subject)
        return [row.error(column, problem, "")]

    def _unnamed(self, row: Row) -> list[Finding]:
        named = self.roles.named.items()
        return [
            row.error(name, f"no {role} is named", "")
            for role, name in named
            if not row.cells[name]
        ]

    def _words(self, row: Row) -> Triple:
        words = {role: " ".join(row.cells[name].split()) for role, name in self.roles.named.items()}
        predicate = words.get("status") or self.roles.predicate
        triple = (words["subject"], predicate, words["object"])
        return (*triple[:2], self.spellings.get(triple, triple[2]))


def _said(words: Triple, dates: Mapping[str, PartialDate], locator: str) -> Said:
    """Return what a row says, with the day after the last as its end."""
    since = dates.get("start") or dates.get("first")
    end = dates["end"].text if "end" in dates else ""
    if "last" in dates:
        end = iso(next_day(dates["last"].latest))
    at = dates["at"].text if "at" in dates else ""
    return Said(*words, since.text if since else "", end, at, locator)


def _first_spellings(triples: Iterable[Triple], datatype: str) -> dict[Triple, str]:
    """Return of each triple how the first row that means the same spells its number."""
    first: dict[Triple, str] = {}
    return {
        triple: first.setdefault((*triple[:2], value(triple[2], datatype)), triple[2])
        for triple in triples
    }
