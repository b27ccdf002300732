"""Edited: one table as it is and as an edited copy has it, and the table that both make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError
from kg.files import write_file
from kg.model import schema
from kg.model.table import Row, cell_column
from kg.model.table_checks import sorted_places
from kg.pipeline.held import AGAIN, Held
from kg.pipeline.lines import Lines, rewritten
from kg.pipeline.pairing import paired, said


class Changed(NamedTuple):
    """A row that changed: as it was and as it is, and the cells that differ by their columns."""

    before: Row
    after: Row
    cells: dict[str, tuple[str, str]]


class _Made(NamedTuple):
    """A row as it is to be written, with its cells, and the row of the copy that it comes from."""

    text: str
    cells: Mapping[str, str]
    given: Row | None


@dataclass
class Edited:
    """One table as it is and as a copy has it; `held` is None when there is none yet."""

    label: str
    path: Path
    name: schema.TableName
    held: Held | None
    is_ordered: bool
    before: list[Row]
    after: list[Row]
    columns: tuple[str, ...]
    removes: bool

    @cached_property
    def _pairs(self) -> list[int | None]:
        before, after = ([said(row.cells) for row in rows] for rows in (self.before, self.after))
        return paired(self.name, before, after, self.columns)

    @cached_property
    def added(self) -> list[Row]:
        """The rows of the copy that are new."""
        found = zip(self.after, self._pairs, strict=True)
        return [row for row, before in found if before is None]

    @cached_property
    def missing(self) -> list[Row]:
        """The rows that the copy has not."""
        kept = {*self._pairs}
        return [row for number, row in enumerate(self.before) if number not in kept]

    @cached_property
    def changed(self) -> list[Changed]:
        """The rows of which cells differ."""
        found = zip(self.after, self._pairs, strict=True)
        both = ((self.before[number], row) for row, number in found if number is not None)
        told = (Changed(*rows, self._differing(*rows)) for rows in both)
        return sorted((one for one in told if one.cells), key=lambda one: one.before.line)

    def _differing(self, before: Row, after: Row) -> dict[str, tuple[str, str]]:
        old, new = said(before.cells), said(after.cells)
        return {
            column: (before.cells[column], after.cells[column])
            for column in self.columns
            if old[column] != new[column]
        }

    @property
    def differs(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.added or self.changed or self.missing)

    @property
    def is_to_write(self) -> bool:
        """Whether the table becomes another."""
        return bool(self.added or self.changed or (self.removes and self.missing))

    @cached_property
    def header(self) -> tuple[str, ...]:
        """The columns that the table is to have: its own, and those that the copy fills."""
        own = self.held.header if self.held else ()
        given = (column for column in self.columns if column not in own)
        if not self.held:
            return tuple(given)
        return *own, *(one for one in given if any(row.cells[one] for row in self.after))

    @cached_property
    def separator(self) -> str:
        """What stands between its cells."""
        return self.held.delimiter if self.held else ","

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.held.content if self.held else f"{','.join(self.header)}\n".encode())

    @cached_property
    def _top(self) -> int:
        return self.held.above if self.held else 0

    @cached_property
    def made(self) -> list[_Made]:
        """The rows as they are to be written, in their order."""
        known = {number: row for row, number in zip(self.after, self._pairs, strict=True)}
        rows: dict[int, list[_Made]] = {self._top: []}
        at = {row.line - 1: number for number, row in enumerate(self.before)}
        for line in range(self._top + 1, len(self._lines.all)):
            number = at.get(line)
            if number is None:
                # An empty row.
                rows[line] = [_Made(self._lines.all[line], {}, None)]
                continue
            given = known.get(number)
            is_gone = given is None and self.removes
            rows[line] = [] if is_gone else [self._again(self.before[number], given)]
        last = self._top
        for row, number in zip(self.after, self._pairs, strict=True):
            if number is None:
                rows[last].append(self._new(row))
            else:
                last = self.before[number].line - 1
        found = [one for made in rows.values() for one in made]
        if self.is_ordered and _in_order(self.name, [row.cells for row in self.before]):
            found = [one for one in found if one.cells]
            places = sorted_places(self.name, [one.cells for one in found])
            found = [found[place] for place in places]
        return found

    def _again(self, row: Row, given: Row | None) -> _Made:
        own = self.held.header if self.held else ()
        changes = self._differing(row, given) if given else {}
        cells = row.cells | {column: new for column, (_, new) in changes.items()}
        differing = {at: cells[name] for at, name in enumerate(own) if name in changes}
        more = [cells[column] for column in self.header[len(own) :]]
        text = self._lines.all[row.line - 1]
        if differing or more:
            text = rewritten(text, self.separator, differing, more, len(own))
        return _Made(text, cells, given)

    def _new(self, row: Row) -> _Made:
        cells = [row.cells[column] for column in self.header]
        cells += [""] * (self.held.unnamed if self.held else 0)
        return _Made(self._lines.new(cells, self.separator), row.cells, row)

    def content(self) -> bytes:
        """Return the bytes of the table as it is to be."""
        own = self.held.header if self.held else self.header
        *above, header = self._lines.all[: self._top + 1]
        header = rewritten(header, self.separator, {}, self.header[len(own) :], len(own))
        return self._lines.encoded([*above, header, *(one.text for one in self.made)])

    def given(self, line: int) -> Row | None:
        """Return the row of the copy that stands in a line of the table as it is to be."""
        row = line - self._top - 2
        return self.made[row].given if 0 <= row < len(self.made) else None

    def line(self, place: int) -> int:
        """Return the line in which a row of those that are made stands."""
        return self._top + 2 + place

    def column(self, line: int, position: int) -> str:
        """Return the column whose cell starts at a position of a line, the first without one."""
        text = self.made[line - self._top - 2].text
        starts = (cell_column(text, at, self.separator) for at in range(len(self.header)))
        found = zip(starts, self.header, strict=True)
        return next((name for start, name in found if start == position), self.header[0])

    def write(self) -> None:
        """Put the table in the place of the one before.

        Raises InputError when that changed meanwhile, or the system refuses.
        """
        if self.held:
            self.held.replace(self.content())
            return
        self.path.parent.mkdir(exist_ok=True)
        if self.path.exists():
            msg = f"{self.label} came to be meanwhile, and stays as it is; {AGAIN}"
            raise InputError(msg)
        write_file(self.path, self.content())


def _in_order(name: schema.TableName, rows: list[dict[str, str]]) -> bool:
    return sorted_places(name, rows) == [*range(len(rows))]
