"""Read one CSV table into rows that know their place; every malformed line is a finding.

RFC 4180 with the limits of the data format: UTF-8, one row per line, the header as given.
A table that a program saved in another form is read where it is certain what it says (`saved`).
A table that others made is met halfway: see `foreign_table`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Finding, did_you_mean, shown
from kg.model import saved
from kg.model.contents import UNMERGED, conflict, instead
from kg.model.literals import CANNOT, NO_MARK, TURNS, character_problem, code_point
from kg.model.patterns import TURNING
from kg.model.texts import IN_EXCEL, not_utf_8, read_bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells by column name, and where it stands."""

    path: str
    line: int
    text: str
    header: tuple[str, ...]
    cells: dict[str, str]
    delimiter: str = ","

    @property
    def place(self) -> str:
        """`path:line`, as stored with each reference."""
        return f"{self.path}:{self.line}"

    @property
    def number(self) -> str:
        """The line as text."""
        return str(self.line)

    def error(self, column: str, message: str, repair: str) -> Finding:
        """Return an error that points at the start of the named column's cell."""
        index = self.header.index(column) if column in self.header else 0
        before = self.text[: cell_column(self.text, index, self.delimiter) - 1]
        # A cell before this one may have gone over several lines.
        line, position = self.line + before.count("\n"), len(before) - before.rfind("\n")
        return Finding(self.path, line, position, "error", message, repair)

    def uncarried(self) -> list[Finding]:
        """Return an error for each cell with a character that not every export can carry."""
        if character_problem(" ".join(self.cells.values())) is None:
            return []
        problems = {column: character_problem(cell) for column, cell in self.cells.items()}
        return [self.error(column, *found) for column, found in problems.items() if found]

    def turned(self) -> list[Finding]:
        """Return a warning for each cell with a mark that turns the direction of writing."""
        found = {name: re.search(TURNING, cell) for name, cell in self.cells.items()}
        return [
            self.error(
                name, f"character {mark.start() + 1} is {code_point(mark[0])}, {TURNS}", NO_MARK
            )._replace(severity="warning")
            for name, mark in found.items()
            if mark
        ]


class Table:
    """A CSV file with the columns it must have, and those it may have.

    A cell of a column that it leaves out is "".
    `unit` is what its places are called.
    Iterate over it to get its well-formed rows; afterwards `findings` says what was wrong,
    `notes` how it was saved, `complete` whether every column was there and the file could be
    decoded, `readable` whether there was any text, and `lost` holds the cells of the lines left
    out.
    """

    unit = "line"

    def __init__(
        self,
        path: Path,
        label: str,
        columns: tuple[str, ...],
        optional: tuple[str, ...] = (),
        repair: Callable[[str, Sequence[str]], str | None] | None = None,
    ) -> None:
        """Name the file, how messages call it, and its columns.

        `repair` says of a column that is missing or unknown, and the header, what to do about it:
        "" for the usual, None when that column is no fault of this table.
        """
        self.path = path
        self.label = label
        self.columns = columns
        self.every = (*columns, *optional)
        self.repair = repair or (lambda *_: "")
        self.delimiter = ","
        self.declared = ""
        # How many lines stand above the header, and columns without a name at its end.
        self.above = 0
        self.unnamed = 0
        # The names of the columns, once the header was read.
        self.header: tuple[str, ...] = ()
        # One cause is told, and none of what follows from it row by row.
        self.is_refused = False
        self.seen = saved.Seen()
        self.findings: list[Finding] = []
        self.complete = True
        self.readable = True
        self.lost: set[str] = set()

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of the file."""
        text = self._text()
        if not text:
            self._empty()
            return
        if at := conflict(text):
            self.complete = self.readable = False
            self._error(at, 1, *UNMERGED)
            return
        lines = saved.lines_of(text, self.seen)
        self.above, self.declared = saved.above_header(lines, self.seen)
        top = lines[self.above]
        header = self.header = self._header(top)
        self._see(top)
        self._check_header(top, header)
        yield from self._rows(self._records(lines[self.above + 1 :], self.above + 2), header)

    def _rows(self, lines: Iterable[tuple[int, str]], header: tuple[str, ...]) -> Iterator[Row]:
        """Yield the good rows of numbered lines."""
        filled, width = self._filled(lines), len(header) + self.unnamed
        for number, line, count in saved.joined(filled, self.delimiter, width):
            if self.is_refused:
                self.lost.update(saved.cells(line, self.delimiter))
            elif count > 1:
                message = f"a cell goes over {count} lines"
                repair = "keep each row on one line"
                place = number, line.index('"') + 1
                self._error(*place, message, repair)
                self.lost.update(saved.cells(line, self.delimiter))
            elif row := self._row(number, line, header):
                yield row

    def _filled(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        for number, line in lines:
            if len(line) > saved.LONGEST_LINE:
                self._error(number, 1, *saved.too_long(line))
            elif saved.is_empty(line, self.delimiter):
                self.seen.empty(number)
            else:
                yield number, line

    def _error(self, line: int, column: int, message: str, repair: str) -> None:
        self.findings.append(Finding(self.label, line, column, "error", message, repair))

    @property
    def title(self) -> str:
        """What the table is called: its file, and of a workbook its sheet in brackets."""
        return self.path.name

    @property
    def size(self) -> int:
        """How many bytes of rows there are."""
        return self.path.stat().st_size

    @property
    def notes(self) -> list[Finding]:
        """How the table was saved, where that is not the plain form."""
        return self.seen.notes(self.label)

    def raw(self) -> bytes:
        """Return the bytes of the file.

        Raises InputError when it cannot be read.
        """
        return read_bytes(self.path, self.label)

    def _text(self) -> str:
        """Return the text, "" after a finding when it cannot be decoded."""
        raw = self.raw()
        if problem := instead(raw):
            self._error(1, 1, *problem)
            return ""
        try:
            text = saved.decoded(raw, self.seen)
        except UnicodeDecodeError as error:
            self.findings.append(not_utf_8(raw, error, self.label))
            return ""
        if "\0" in text.partition("\n")[0]:
            message = "the file is UTF-16 without a byte-order mark, or no text at all"
            repair = f"save it as UTF-8{IN_EXCEL}"
            self._error(1, 1, message, repair)
            return ""
        return text

    def _records(self, lines: list[str], first: int) -> Iterator[tuple[int, str]]:
        """Yield what stands below the header, each row with the number of its first line."""
        return enumerate(lines, start=first)

    def _see(self, line: str) -> None:
        """Note what about the header is not plain."""
        at = self.above + 1
        if self.delimiter != ",":
            name = (saved.SEPARATORS | saved.OTHERS)[self.delimiter]
            self.seen.add(f"cells are separated by {name}", line=at)
        written = saved.cells(line, self.delimiter)
        for index, name in enumerate(written):
            if name.strip() not in {name, ""}:
                many = "the names of {} columns have blanks around them"
                position = self._position(line, index)
                self.seen.add("the name of {} column has blanks around it", many, at, position)
        if self.unnamed:
            position = self._position(line, len(written) - self.unnamed)
            many = "{} columns at the end are empty"
            self.seen.add("{} column at the end is empty", many, at, position, count=self.unnamed)
        if self.path.suffix != self.path.suffix.lower():
            self.seen.add(f"the suffix is {self.path.suffix}")

    def _empty(self) -> None:
        self.complete = self.readable = False
        if not self.findings:
            repair = f"the first line must be {','.join(self.columns)}"
            self._error(1, 1, "the file is empty", repair)

    def _must(self) -> str:
        """Return what to do about a header that is not the table's."""
        return f"the header must be {','.join(self.columns)}"

    def _position(self, line: str, index: int) -> int:
        """Return the column of a finding about the cell of a line."""
        return cell_column(line, index, self.delimiter)

    def _header(self, line: str) -> tuple[str, ...]:
        """Return the names of the columns, and learn from the line how the table is written."""
        self.delimiter = saved.separator_of(line, self.every, self.declared)
        names = [name.strip() for name in saved.cells(line, self.delimiter)]
        while len(names) > 1 and not names[-1]:
            names.pop()
        self.unnamed = len(saved.cells(line, self.delimiter)) - len(names)
        return tuple(names)

    def _check_header(self, line: str, header: tuple[str, ...]) -> None:
        repair = self._must()
        absent = [column for column in self.columns if column not in header]
        own = {column: self.repair(column, header) for column in (*absent, *header)}
        missing = [column for column in absent if own[column] is not None]
        self.complete = not missing
        at = self.above + 1
        if spelled := self._spelled(header, own):
            self._say_spelled(line, header, spelled)
            header = tuple(spelled.get(name, name) for name in header)
            missing = [column for column in missing if column not in header]
        cause = self._cause(line, header, missing)
        self.is_refused = bool(cause)
        if cause:
            self._error(at, self._position("", 0), cause, repair)
            return
        for column in missing:
            message = f"column '{column}' is missing"
            self._error(at, self._position("", 0), message, own[column] or repair)
        for index, column in enumerate(header):
            position = self._position(line, index)
            if column in header[:index]:
                message = f"column '{column}' stands twice"
                self._error(at, position, message, repair)
            elif column not in self.every and own[column] is not None:
                message = f"column '{column}' is not one of this table's"
                others = [name for name in self.every if name not in header]
                hint = own[column] or did_you_mean(column, others) or repair
                self._error(at, position, message, hint)

    def _spelled(self, header: tuple[str, ...], own: Mapping[str, str | None]) -> dict[str, str]:
        """Return which names are those of columns but for capitals, blanks and hyphens."""
        absent = {saved.plainly(one): one for one in self.every if one not in header}
        names = (name for name in header if name not in self.every and own[name] is not None)
        found = ((name, absent.pop(saved.plainly(name), "")) for name in names)
        return {name: column for name, column in found if column}

    def _say_spelled(self, line: str, header: tuple[str, ...], spelled: dict[str, str]) -> None:
        first, count = next(iter(spelled)), len(spelled)
        message = f"column '{shown(first)}' is called {spelled[first]}, without capitals or blanks"
        repair = f"write {spelled[first]}"
        if count > 1:
            message += f", and so with {count - 1} more"
            repair = self._must()
        place = self.above + 1, self._position(line, header.index(first))
        self._error(*place, message, repair)

    def _cause(self, line: str, header: tuple[str, ...], missing: Sequence[str]) -> str:
        """Return the one cause for which many columns are missing, "" when there is none."""
        if not missing:
            return ""
        if between := saved.mixed(line, self.columns):
            return f"the names of the columns are separated by {between}"
        if len(missing) == len(self.columns):
            return "the first line is not the header"
        if len(header) == 1 and len(missing) > 1:
            return f"there is one column only, '{shown(header[0])}'"
        return ""

    def _not_csv(self, number: int, line: str, error: csv.Error) -> None:
        is_open, position = line.count('"') % 2, line.rfind('"') + 1 or 1
        repair = 'close the quote, write a quote inside a cell as "", keep a row on one line'
        if len(line) > saved.LONGEST_CELL:
            position, (message, repair) = 1, saved.too_long(line)
        elif is_open:
            message = "a quoted cell does not end on this line"
        elif "\r" in line:
            message, repair = f"{code_point(chr(13))}, {CANNOT}", "delete it"
            position = line.index("\r") + 1
        else:
            message = f"the line is not CSV: {error}"
        self._error(number, position, message, repair)
        self.lost.update(line.split(self.delimiter))

    def _row(self, number: int, line: str, header: tuple[str, ...]) -> Row | None:
        try:
            cells = _cells(line, self.delimiter)
        except csv.Error as error:
            self._not_csv(number, line, error)
            return None
        width = len(header) + self.unnamed
        if saved.are_the_same(cells, header):
            message = "the line is the header again"
            self._error(number, 1, message, "delete it")
            return None
        if len(cells) == width and not "".join(cells[len(header) :]).strip():
            given = {column: cell.strip() for column, cell in zip(header, cells, strict=False)}
            known = dict.fromkeys(self.every, "") | given
            return Row(self.label, number, line, header, known, self.delimiter)
        position = cell_column(line, len(header), self.delimiter)
        if len(cells) == width:
            message = "text stands in a column without a name"
            repair = "name the column in the header, or empty the cell"
        elif other := saved.other_separator(line, self.delimiter, width):
            mine = (saved.SEPARATORS | saved.OTHERS)[self.delimiter]
            message = f"cells are separated by {other} here, and by {mine} in the header"
            repair, position = f"separate all of them by {mine}", 1
        elif len(cells) > width and (quoted := saved.curly(cells)) is not None:
            message = f"the quote {cells[quoted].strip()[0]} is no quote of CSV"
            repair = 'quote the cell with " on both sides'
            position = cell_column(line, quoted, self.delimiter)
        else:
            difference = len(cells) - width
            many = f"{abs(difference)} too {'many' if difference > 0 else 'few'}"
            cells_here = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            message = f"{cells_here} where the header has {width}, {many}"
            repair = "put one comma between cells and quote a cell that contains a comma"
            if self.delimiter != ",":
                repair = repair.replace("comma", repr(self.delimiter))
            position = cell_column(line, width, self.delimiter)
        self._error(number, position, message, repair)
        self.lost.update(cells)
        return None


def cell_column(line: str, index: int, delimiter: str = ",") -> int:
    """Return the column, counted from 1 in characters, at which the cell starts.

    RFC 4180: a quote opens a quoted cell only at the cell's start.
    Past the last cell it is the column after the end of the line.

    >>> cell_column('armenia,"a, b",csto', 2)
    16
    """
    quoted, opened, start, commas = False, False, 0, 0
    for position, character in enumerate(line):
        if commas == index:
            return position + 1
        if character == '"' and (opened or position == start):
            quoted, opened = not quoted, True
        elif character == delimiter and not quoted:
            opened, start, commas = False, position + 1, commas + 1
    return len(line) + 1


def _cells(line: str, delimiter: str) -> list[str]:
    found = next(csv.reader([line], strict=True, delimiter=delimiter), [])
    if len(line) > saved.LONGEST_CELL and max(map(len, found)) > saved.LONGEST_CELL:
        msg = "a cell is longer than any may be"
        raise csv.Error(msg)
    return found
