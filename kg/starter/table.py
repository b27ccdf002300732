"""Table: a table that others made → entities, properties and rows of a new project.

What cannot be taken over is a finding with its line; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, TableError, parameter
from kg.files import digest_of
from kg.model.calendar import BEGIN, END, Span, number_of
from kg.model.dates import NotADateError, PartialDate, iso, next_day
from kg.model.statement import Kind
from kg.model.table import ForeignTable, Row
from kg.published.meanings import require_readable
from kg.published.rows import Roles
from kg.starter.found import (
    THING,
    Entity,
    Fact,
    Found,
    Property,
    Source,
    Taken,
    class_name,
    datatype_of,
    ids,
    property_names,
)

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
    line: int


def read(path: Path, roles: Roles) -> Found:
    """Read a table of which the roles say what stands in which column.

    Raises UsageError when the columns do not go together, TableError when one is missing or no
    row is left, InputError when the file cannot be read.
    """
    roles.check()
    columns = roles.named | roles.dated
    options = {column: parameter(role) for role, column in columns.items()}
    table = ForeignTable(path, str(path), options)
    reader = _Reader(roles)
    rows = 0
    for row in table:
        if table.complete:
            rows += 1
            reader.take(row)
    require_readable(table)
    if not table.complete:
        raise TableError(table.findings)
    broken = [one for one in table.findings if one.severity == "error"]
    left_out = tuple(sorted([*broken, *reader.left_out]))
    if not reader.facts:
        nothing = Finding(str(path), 0, 0, "error", "no row of the table can be taken over")
        raise TableError([*left_out, nothing])
    return _found(path, roles, reader.facts, rows + len(broken), left_out)


def _found(
    path: Path, roles: Roles, said: list[Said], seen: int, left_out: tuple[Finding, ...]
) -> Found:
    """Return the words of the table as those of a project."""
    said = sorted(said)
    subjects, objects = {one.subject for one in said}, {one.object for one in said}
    datatype = datatype_of(objects)
    is_mixed = not datatype and bool(subjects & objects)
    one, other = (THING if is_mixed else class_name(name) for name in (roles.subject, roles.object))
    words = {THING: "thing"} if is_mixed else {one: roles.subject, other: roles.object}
    id_of = ids(sorted(subjects if datatype else subjects | objects))
    name_of = property_names(sorted({one.predicate for one in said}))
    kind: Kind = "event" if roles.at else "state" if roles.dated else "timeless"
    named = {(one, text) for text in subjects}
    named |= set() if datatype else {(other, text) for text in objects}
    return Found(
        path,
        "rows",
        {name: {"": words[name]} for name in dict.fromkeys([one] if datatype else [one, other])},
        tuple(
            Property(name, kind, (one,), () if datatype else (other,), {"": text}, datatype)
            for text, name in name_of.items()
        ),
        tuple(
            Entity(identifier, of, {"": text})
            for of, identifier, text in sorted((of, id_of[text], text) for of, text in named)
        ),
        (Source(SOURCE, path.name, kind="dataset", sha256=digest_of(path)),),
        tuple(
            Fact(
                id_of[one.subject],
                name_of[one.predicate],
                one.object if datatype else id_of[one.object],
                *(one.start, one.end, one.at),
                *(SOURCE, f"line {one.line}"),
            )
            for one in said
        ),
        seen,
        len(said),
        left_out,
    )


class _Reader:
    """Takes rows one by one; what it cannot take is a finding."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.facts: list[Said] = []
        self.left_out: list[Finding] = []
        self.taken = Taken("row")

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
            fact, days = _said(self._words(row), dates, row.line)
            is_event = bool(fact.at)
            problem = self.taken.problem(fact[:3], days, f"line {row.line}", is_event=is_event)
            if problem:
                column = next(iter(self.roles.dated.values()), self.roles.subject)
                wrong = [row.error(column, problem, "")]
            else:
                self.facts.append(fact)
        self.left_out += wrong[:1]

    def _unnamed(self, row: Row) -> list[Finding]:
        named = self.roles.named.items()
        return [
            row.error(name, f"no {role} is named", "")
            for role, name in named
            if not row.cells[name]
        ]

    def _words(self, row: Row) -> tuple[str, str, str]:
        words = {role: " ".join(row.cells[name].split()) for role, name in self.roles.named.items()}
        return words["subject"], words.get("status") or self.roles.predicate, words["object"]


def _said(
    words: tuple[str, str, str], dates: Mapping[str, PartialDate], line: int
) -> tuple[Said, Span]:
    """Return the fact, and the days on which it can hold or have happened."""
    since = dates.get("start") or dates.get("first") or dates.get("at")
    begin, finish, end = number_of(since.earliest) if since else BEGIN, END, ""
    if "last" in dates:
        finish = number_of(dates["last"].latest)
        end = iso(next_day(dates["last"].latest))
    elif "end" in dates:
        finish, end = number_of(dates["end"].over[1]) - 1, dates["end"].text
    elif "at" in dates:
        finish = number_of(dates["at"].latest)
    at = dates["at"].text if "at" in dates else ""
    start = since.text if since and not at else ""
    return Said(*words, start, end, at, line), (begin, finish)
