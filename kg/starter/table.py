"""Table: a table that others made → entities, properties and rows of a new project.

What cannot be taken over is a finding with its line; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import Finding, TableError, noun, parameter, visible
from kg.model.calendar import BEGIN, END, Span, number_of
from kg.model.dates import NotADateError, PartialDate, iso, next_day
from kg.model.literals import literal_problem
from kg.model.table import ForeignTable, Row
from kg.model.values import unheld, value
from kg.published.meanings import require_readable
from kg.published.rows import Roles
from kg.starter.wishes import slug
from kg.text.findings import kind_of

# The class of what stands in both columns, or in one whose name has no Latin letters.
THING: Final = "Thing"
# Tables of others write this year for an end that is open.
LAST_YEAR: Final = 9999


Triple = tuple[str, str, str]


class Fact(NamedTuple):
    """What one row says, in its own words, with dates as kg writes them."""

    subject: str
    predicate: str
    object: str
    start: str
    end: str
    at: str
    line: int


@dataclass(frozen=True)
class Found:
    """What a table holds: its facts, the ids of what they name, and what was left out.

    `classes` are those of subject and object, `words` what the table calls them, `properties` the
    names by the words of the table, and `datatype` is that of the objects, "" when they are
    entities.
    """

    path: Path
    facts: tuple[Fact, ...]
    ids: Mapping[str, str]
    classes: tuple[str, str]
    words: Mapping[str, str]
    properties: Mapping[str, str]
    kind: str
    datatype: str
    rows: int
    left_out: tuple[Finding, ...]

    @property
    def entities(self) -> list[tuple[str, str, str]]:
        """Class, id and label of every entity, in their order."""
        subjects = {(self.classes[0], fact.subject) for fact in self.facts}
        objects = {(self.classes[1], fact.object) for fact in self.facts if not self.datatype}
        return sorted((name, self.ids[text], text) for name, text in subjects | objects)

    @property
    def reasons(self) -> list[str]:
        """Return a line for each reason why rows were left out, with the place of the first."""
        by_kind: dict[str, list[Finding]] = {}
        for one in self.left_out:
            by_kind.setdefault(kind_of(one)[1], []).append(one)
        lines = []
        for message, (first, *others) in by_kind.items():
            count = len(others) + 1
            rows = f"{count:,} {noun(count, 'row')}: {message if others else first.message}"
            lines.append(visible(f"{rows}, first at {first.place}"))
        return lines


def read(path: Path, roles: Roles) -> Found:
    """Read a table of which the roles say what stands in which column.

    Raises UsageError when the columns do not go together, TableError when one is missing or no
    row is left, InputError when the file cannot be read.
    """
    roles.check()
    columns = roles.named | roles.dated
    options = {column: parameter(role) for role, column in columns.items()}
    table = ForeignTable(path, str(path), options)
    rows = [row for row in table if table.complete]
    reader = _Reader(roles, rows)
    if datatype := _datatype(fact.object for fact in reader.facts):
        reader = _Reader(roles, rows, _first_spellings(reader.facts, datatype))
    require_readable(table)
    if not table.complete:
        raise TableError(table.findings)
    broken = [one for one in table.findings if one.severity == "error"]
    left_out = tuple(sorted([*broken, *reader.left_out]))
    if not reader.facts:
        nothing = Finding(str(path), 0, 0, "error", "no row of the table can be taken over")
        raise TableError([*left_out, nothing])
    facts = tuple(sorted(reader.facts))
    subjects, objects = {fact.subject for fact in facts}, {fact.object for fact in facts}
    is_mixed = not datatype and bool(subjects & objects)
    one, other = (THING if is_mixed else _class(name) for name in (roles.subject, roles.object))
    named = subjects if datatype else subjects | objects
    return Found(
        path,
        facts,
        _unlike({text: slug(text) or "entity" for text in sorted(named)}),
        (one, other),
        {THING: "thing"} if is_mixed else {one: roles.subject, other: roles.object},
        _unlike({text: _property(text) for text in sorted({fact.predicate for fact in facts})}),
        "event" if roles.at else "state" if roles.dated else "timeless",
        datatype,
        len(rows) + len(broken),
        left_out,
    )


class _Reader:
    """Takes rows one by one; what it cannot take is a finding.

    `spellings` says how objects are spelled in the project, where that is not as in the table.
    """

    def __init__(
        self, roles: Roles, rows: Iterable[Row], spellings: Mapping[Triple, str] | None = None
    ) -> None:
        self.roles = roles
        self.spellings = spellings or {}
        self.facts: list[Fact] = []
        self.left_out: list[Finding] = []
        # The days of each triple that was taken, with the line.
        self.taken: dict[Triple, list[tuple[Span, int]]] = {}
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
            fact, days = _fact(self._words(row), dates, row.line)
            wrong = self._clashes(row, fact, days)
            if not wrong:
                self.facts.append(fact)
                self.taken.setdefault(fact[:3], []).append((days, row.line))
        self.left_out += wrong[:1]

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

    def _clashes(self, row: Row, fact: Fact, days: Span) -> list[Finding]:
        """Return what is wrong with a fact beside those that were taken."""
        column = next(iter(self.roles.dated.values()), self.roles.subject)
        if days[1] < days[0]:
            return [row.error(column, "it ends before it begins", "")]
        for (first, last), line in self.taken.get(fact[:3], []):
            if (first, last) == days:
                return [row.error(column, f"the row repeats line {line}", "")]
            if fact.at:
                return [row.error(column, f"line {line} has the same event on another date", "")]
            if first <= days[1] and days[0] <= last:
                return [row.error(column, f"its period meets that of line {line}", "")]
        return []


def _fact(words: Triple, dates: Mapping[str, PartialDate], line: int) -> tuple[Fact, Span]:
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
    return Fact(*words, start, end, at, line), (begin, finish)


def _first_spellings(facts: Iterable[Fact], datatype: str) -> dict[Triple, str]:
    """Return of each triple how the first row that means the same spells its number."""
    first: dict[Triple, str] = {}
    return {
        fact[:3]: first.setdefault((*fact[:2], value(fact.object, datatype)), fact.object)
        for fact in sorted(facts, key=lambda fact: fact.line)
    }


def _datatype(texts: Iterable[str]) -> str:
    """Return the type of number that all of them are, "" when one is a name.

    Numbers that the store cannot hold are texts.
    """
    objects = {*texts}
    for one in ("xsd:integer", "xsd:decimal"):
        if not any(literal_problem(text, one) or unheld(text, one) for text in objects):
            return one
    return "" if any(literal_problem(text, "xsd:decimal") for text in objects) else "xsd:string"


def _words_of(text: str) -> list[str]:
    """Return the Latin words of a text, in the letters that names are made of."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall("[A-Za-z0-9]+", plain)


def _class(column: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in _words_of(column)) or THING


def _property(text: str) -> str:
    first, *others = _words_of(text) or ["says"]
    return first[0].lower() + first[1:] + "".join(word[0].upper() + word[1:] for word in others)


def _unlike(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names with a number behind each that another has already."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    found = {}
    for text, name in names.items():
        one = name
        while one in taken:
            numbers[name] += 1
            one = f"{name}-{numbers[name] + 1}"
        taken.add(one)
        found[text] = one
    return found
