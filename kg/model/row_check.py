"""One check on the rows of a table: its record, and how it is asked; and checks of many columns.

The examples are rows of the league in `tests/tiny`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from operator import or_
from typing import Final, Literal

from kg.errors import Finding, Severity, hint
from kg.model import mojibake, schema
from kg.model.case import Case
from kg.model.conditions import (
    AreCarried,
    AreDecoded,
    AreStraight,
    AreTyped,
    ByRows,
    Condition,
    IsDate,
    IsTimely,
    Matches,
    Test,
    compiled,
    one_of,
)
from kg.model.dates import UNKNOWN, NotADateError, iso
from kg.model.doubts import LIMITED, YEARS
from kg.model.edtf import TIMES, reader
from kg.model.nearest import no_date
from kg.model.schema import TableName

Cells = Mapping[str, str]
# Good rows of the league; an example says in which cells it differs from one.
GOOD: Final[Mapping[TableName, Cells]] = {
    "entities": {"id": "new", "class": "Player"},
    "sources": {"id": "new", "title": "A new source"},
    "statements": {
        "subject": "anna",
        "predicate": "playsFor",
        "object": "rooks",
        "start": "1999",
        "source": "almanac-2001",
    },
}
# What is said of a wrong row; that may be nothing, where another finding says why it is wrong.
Say = Callable[[Case], Iterable[Finding]]
# Whether a house rule is on where the dataset says nothing of it; "" for what is no house rule.
Rule = Literal["", "on", "off"]


@dataclass(frozen=True, eq=False, kw_only=True)
class RowCheck:
    """One check on the rows of a table.

    `wrong` is the condition under which a row fails it, and `say` what is then said. A row that
    fails an error is left out. Warnings and notes are asked about rows that are good so far, and
    a check is not asked once another one of its `group` has failed.
    `fails` and `passes` are examples, each the cells in which a row differs from the `GOOD` one.
    Of a row that fails one that is `alone` nothing else is said, for it would follow from that.
    `rule` is set for a house rule, which a dataset can switch, and says how it is without a word.
    """

    name: str
    table: TableName
    finds: str
    wrong: Condition
    say: Say
    fails: tuple[Cells, ...]
    passes: tuple[Cells, ...]
    severity: Severity = "error"
    group: str = ""
    alone: bool = False
    rule: Rule = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return self.wrong.needs

    @property
    def by_rows(self) -> bool:
        """Whether no column can be asked, so that rows are looked at one by one in every walk."""
        return any(isinstance(part, ByRows) for part in self.wrong.parts())

    def example(self, cells: Cells) -> dict[str, str]:
        """Return all cells of an example."""
        return dict.fromkeys(schema.every(self.table), "") | dict(GOOD[self.table]) | dict(cells)

    def look(self, case: Case) -> list[Finding]:
        """Return what there is to say about a row that fails."""
        return [one._replace(severity=self.severity) for one in self.say(case)]


class Asked:
    """The checks of a table, ready to be asked about its rows in their order."""

    def __init__(self, checks: Iterable[RowCheck]) -> None:
        """Make one question of all of them; most rows fail none."""
        self.checks = tuple(checks)
        self._any = compiled(reduce(or_, (check.wrong for check in self.checks)))

    @cached_property
    def _each(self) -> list[tuple[RowCheck, Test]]:
        return [(check, compiled(check.wrong)) for check in self.checks]

    def failed(self, case: Case) -> list[RowCheck]:
        """Return the checks that the row fails; it is good unless one of them is an error."""
        found: list[RowCheck] = []
        if self._any(case, case.cells):
            for check, is_wrong in self._each:
                if is_wrong(case, case.cells) and not _is_passed_over(check, found):
                    found.append(check)
        return found


def _is_passed_over(check: RowCheck, found: list[RowCheck]) -> bool:
    return any(
        other.alone
        or (check.group and check.group == other.group)
        or (check.severity != "error" and other.severity == "error")
        for other in found
    )


def at(column: str, message: str, repair: str, likely: Callable[[str], str] = lambda _: "") -> Say:
    """Return what says the same of every row; `{cell}` in the message is the column's cell.

    `likely` asks what the cell probably means, "" for nothing.
    """

    def say(case: Case) -> Iterator[Finding]:
        cell = case.cells[column]
        yield case.row.error(column, message.format(cell=cell), hint(likely(cell), repair))

    return say


# ---------------------------------------------------------------- what several tables can have


def alone(column: str, text: str) -> Cells:
    """Return an example with this date and no other."""
    dates = dict.fromkeys(TIMES, "") if column in TIMES else {}
    return dates | {column: text}


def characters(table: TableName, column: str) -> RowCheck:
    """Return the check on the characters of all cells; the example is of one column."""
    return RowCheck(
        name=f"{table}-characters",
        table=table,
        finds="a character that XML or a terminal cannot hold",
        wrong=~AreCarried(table),
        say=lambda case: case.row.uncarried(),
        fails=({column: "a\x7fb"},),
        passes=({column: "a\u00e9\u4e00b"},),
        group="" if table == "statements" else "row",
    )


def decoded(table: TableName, column: str) -> RowCheck:
    """Return the check that no text was read in a wrong encoding; the example is of one column."""

    def say(case: Case) -> Iterator[Finding]:
        for name, cell in case.cells.items():
            if meant := mojibake.meant(cell):
                message = f"'{cell}' is UTF-8 that was read as another encoding"
                yield case.row.error(name, message, f"did you mean '{meant}'?")

    return RowCheck(
        name=f"{table}-mojibake",
        table=table,
        finds="a text in UTF-8 that a program read as another encoding",
        wrong=~AreDecoded(table),
        say=say,
        fails=({column: "CafÃ©"}, {column: "Ð¡Ð¾ÑŽÐ·"}, {column: "РЎРѕСЋР·"}),
        passes=({column: "Café «DÉJÀ»"}, {column: "Союз"}),
        severity="warning",
        rule="on",
    )


def legible(table: TableName, column: str) -> tuple[RowCheck, RowCheck]:
    """Return the checks that the texts of a table are read as they were meant to be."""
    return decoded(table, column), straight(table, column)


def straight(table: TableName, column: str) -> RowCheck:
    """Return the check that no text turns the direction of writing; the example is of one column.

    In ids and addresses such marks are errors, as whatever else does not belong into one.
    """
    return RowCheck(
        name=f"{table}-direction",
        table=table,
        finds="a mark that turns the direction of writing and is not seen",
        wrong=~AreStraight(table),
        say=lambda case: case.row.turned(),
        fails=({column: "a \u202eb"}, {column: "\u05d0\u200f!"}),
        passes=({column: "\u05d0\u05d1 b"}, {column: "a\u200db"}),
        severity="warning",
        rule="on",
    )


def optional(table: TableName, fails: tuple[Cells, ...], passes: tuple[Cells, ...]) -> RowCheck:
    """Return the check on the cells of optional columns."""

    def say(case: Case) -> Iterator[Finding]:
        if wrong := schema.not_of_type(table, case.cells):
            yield case.row.error(wrong.column, wrong.problem, wrong.repair)

    return RowCheck(
        name=f"{table}-optional",
        table=table,
        finds="a cell of an optional column that is not of the column's type",
        wrong=~AreTyped(table),
        say=say,
        fails=fails,
        passes=passes,
        group="" if table == "statements" else "row",
    )


def dates(table: TableName, columns: Iterable[str], group: str) -> Iterator[RowCheck]:
    """Yield the checks that what stands in the columns is a date."""

    def say(column: str, case: Case) -> Iterator[Finding]:
        if case.cells[column] == UNKNOWN:
            message = f"{column} cannot be {UNKNOWN}, as an end can that nobody dates"
            yield case.row.error(column, message, "leave the cell empty")
            return
        try:
            reader(column)(case.cells[column])
        except NotADateError as error:
            repair = no_date(case.cells[column], column) or error.repair or "correct the date"
            yield case.row.error(column, error.problem, repair)

    for column in columns:
        texts = ("", UNKNOWN) if column == "end" else ("",)
        yield RowCheck(
            name=f"{column}-date",
            table=table,
            finds=f"a date in `{column}` that is in no calendar, or not written as one",
            wrong=~(one_of(column, texts) | IsDate(column)),
            say=partial(say, column),
            fails=(alone(column, "1999-02-29"), alone(column, "in May")),
            passes=(alone(column, "2000-02-29"), alone(column, "2000-02")),
            group=group,
        )


def doubts(table: TableName, columns: Iterable[str]) -> Iterator[RowCheck]:
    """Yield the doubts about the dates of a row, those of one column after those of another."""
    for column in columns:
        means = ", which means open" if column == "end" else ""
        yield RowCheck(
            name=f"{column}-open",
            table=table,
            finds=f"the year 9999 in `{column}`, which many programs write for no date",
            wrong=Matches(column, "9999(?:-.*)?"),
            say=at(column, f"{column} {{cell}} stands for no date", f"leave the cell empty{means}"),
            fails=(alone(column, "9999-12-31"),),
            passes=(alone(column, "1999-12-31"),),
            severity="warning",
            group=f"doubt about {column}",
        )
        if column in LIMITED:
            yield _late(table, column)


def _late(table: TableName, column: str) -> RowCheck:
    more = "" if column == "published" else f"more than {YEARS} years "
    announced = {} if column == "published" else {"note": "announced"}

    def say(case: Case) -> Iterator[Finding]:
        if issued := case.world.doubts.issued:
            said = f"{column} {case.cells[column]} is {more}after the day of issue, {iso(issued)}"
            yield case.row.error(column, said, "correct it, or the day of issue in dataset.ttl")

    return RowCheck(
        name=f"{column}-late",
        table=table,
        finds=f"a date in `{column}` {more}after the day of issue",
        wrong=~IsTimely(column),
        say=say,
        fails=(alone(column, "2044-02"),),
        passes=tuple({**alone(column, date), **announced} for date in ("2024-01-01", "2024")),
        severity="warning",
        group=f"doubt about {column}",
    )
