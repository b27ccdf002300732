"""Read one CSV table into rows that know their place; every malformed line is a finding.

RFC 4180 with the limits of the data format: UTF-8, one row per line, the header as given.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Finding, InputError, did_you_mean


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells by column name, and where it stands."""

    path: str
    line: int
    text: str
    header: tuple[str, ...]
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """`path:line`, as stored with each reference."""
        return f"{self.path}:{self.line}"

    def error(self, column: str, message: str, repair: str) -> Finding:
        """Return an error that points at the start of the named column's cell."""
        index = self.header.index(column) if column in self.header else 0
        position = cell_column(self.text, index)
        return Finding(self.path, self.line, position, "error", message, repair)


class Table:
    """A CSV file with the columns it must have.

    Iterate over it to get its well-formed rows; afterwards `findings` says what was wrong,
    `complete` whether every column was there and the file could be decoded, and `lost` holds the
    cells of the lines left out.
    """

    def __init__(self, path: Path, label: str, columns: tuple[str, ...]) -> None:
        """Name the file, how messages call it, and its columns."""
        self.path = path
        self.label = label
        self.columns = columns
        self.findings: list[Finding] = []
        self.complete = True
        self.lost: set[str] = set()

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of the file."""
        text = read_text(self.path, self.label, self.findings)
        if not text:
            self._empty()
            return
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        header = self._header(lines[0])
        self._check_header(lines[0], header)
        for number, line in enumerate(lines[1:], start=2):
            if line.strip():
                row = self._row(number, line, header)
                if row is not None:
                    yield row

    def _empty(self) -> None:
        self.complete = False
        if not self.findings:
            repair = f"the first line must be {','.join(self.columns)}"
            self.findings.append(Finding(self.label, 1, 1, "error", "the file is empty", repair))

    def _header(self, line: str) -> tuple[str, ...]:
        try:
            return tuple(_cells(line))
        except csv.Error:
            return ()

    def _check_header(self, line: str, header: tuple[str, ...]) -> None:
        repair = f"the header must be {','.join(self.columns)}"
        missing = [column for column in self.columns if column not in header]
        self.complete = not missing
        if len(missing) == len(self.columns):
            message = "the first line is not the header"
            self.findings.append(Finding(self.label, 1, 1, "error", message, repair))
            return
        for column in missing:
            message = f"column '{column}' is missing"
            self.findings.append(Finding(self.label, 1, 1, "error", message, repair))
        for index, column in enumerate(header):
            position = cell_column(line, index)
            if column in header[:index]:
                message = f"column '{column}' stands twice"
                self.findings.append(Finding(self.label, 1, position, "error", message, repair))
            elif column not in self.columns:
                message = f"column '{column}' is not one of this table's"
                hint = did_you_mean(column, missing) or repair
                self.findings.append(Finding(self.label, 1, position, "error", message, hint))

    def _row(self, number: int, line: str, header: tuple[str, ...]) -> Row | None:
        try:
            cells = _cells(line)
        except csv.Error as error:
            if line.count('"') % 2:
                message = "a quoted cell does not end on this line"
            else:
                message = f"the line is not CSV: {error}"
            repair = 'close the quote, write a quote inside a cell as "", keep a row on one line'
            position = line.rfind('"') + 1 or 1
            self.findings.append(Finding(self.label, number, position, "error", message, repair))
            self.lost.update(line.split(","))
            return None
        if len(cells) != len(header):
            difference = len(cells) - len(header)
            many = f"{abs(difference)} too {'many' if difference > 0 else 'few'}"
            cells_here = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
            message = f"{cells_here} where the header has {len(header)}, {many}"
            repair = "put one comma between cells and quote a cell that contains a comma"
            position = cell_column(line, len(header))
            self.findings.append(Finding(self.label, number, position, "error", message, repair))
            self.lost.update(cells)
            return None
        given = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        return Row(self.label, number, line, header, dict.fromkeys(self.columns, "") | given)


def cell_column(line: str, index: int) -> int:
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
        elif character == "," and not quoted:
            opened, start, commas = False, position + 1, commas + 1
    return len(line) + 1


def read_text(path: Path, label: str, findings: list[Finding]) -> str:
    """Return the file's text, decoded strictly as UTF-8; what is wrong becomes a finding.

    After a byte-order mark reading goes on; after a wrong byte the text counts as empty.
    Raises InputError when the file cannot be read at all.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        msg = f"{label} cannot be read: {error.strerror}"
        raise InputError(msg) from error
    if raw.startswith(b"\xef\xbb\xbf"):
        message = "the file starts with a byte-order mark (U+FEFF)"
        repair = "save it as UTF-8 without a byte-order mark"
        findings.append(Finding(label, 1, 1, "error", message, repair))
        raw = raw[3:]
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte {error.start} (0x{raw[error.start]:02x}) is not UTF-8"
        findings.append(Finding(label, line, column, "error", message, "save the file as UTF-8"))
        return ""


def _cells(line: str) -> list[str]:
    return next(csv.reader([line], strict=True), [])
