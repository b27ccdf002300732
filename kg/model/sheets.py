"""Sheets: workbooks as tables of a project, each visible sheet a table whose rows know their cells.

The sheets `entities` and `sources` are the tables of that name, every other is of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kg.errors import Finding, InputError, KGError, UsageError, did_you_mean, noun, parameter, shown
from kg.files import named
from kg.model.foreign_table import Foreign, ForeignTable
from kg.model.grid import MERGED, Cell, Grid
from kg.model.table import Row, Table
from kg.model.tables import OTHER_WORKBOOKS, WORKBOOKS, suffix_of, unread_workbooks, workbooks

_NAMED: Final = ("entities", "sources")
# How files of Office begin that are no archive.
_OLDER: Final = bytes.fromhex("d0cf11e0a1b11ae1")


@dataclass(frozen=True)
class Place:
    """A sheet, in which workbook it is, and how messages call it: `data/league.xlsx[facts]`."""

    path: Path
    label: str
    grid: Grid

    @property
    def name(self) -> str:
        """What the sheet is called, in small letters."""
        return self.grid.name.strip().lower()

    def table(
        self,
        columns: tuple[str, ...],
        optional: tuple[str, ...] = (),
        repair: Callable[[str, Sequence[str]], str | None] | None = None,
    ) -> Table:
        """Return the table that the sheet is, with the columns it must and may have."""
        return _Sheet(self, columns, optional, repair)


@dataclass(frozen=True)
class Sheets:
    """The sheets of a project that are its tables, in order, and notes about what is left out."""

    places: list[Place] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def called(self, name: str) -> list[Place]:
        """Return the sheets that are the table of that name."""
        return [one for one in self.places if one.name == name]

    def of_statements(self) -> list[Place]:
        """Return the sheets that are tables of statements."""
        return [one for one in self.places if one.name not in _NAMED]


def sheets(data: Path) -> Sheets:
    """Read the workbooks of a project.

    Raises InputError when one cannot be read, UsageError when the library for it is missing.
    """
    found = Sheets()
    for path in workbooks(data):
        own = sheets_of(path, named(data, path))
        found.places.extend(own.places)
        found.notes.extend(own.notes)
    for path in unread_workbooks(data):
        message, repair = "the file is not read", "save it as .xlsx or .ods"
        found.notes.append(Finding(named(data, path), 0, 0, "warning", message, repair))
    return found


def sheets_of(path: Path, label: str) -> Sheets:
    """Read one workbook, which messages call by the label.

    Raises InputError when it cannot be read, UsageError when the library for it is missing.
    """
    found = Sheets()
    for grid in _grids(path, label):
        place = Place(path, f"{label}[{grid.name}]", grid)
        if grid.is_hidden:
            message, repair = "the sheet is hidden, and not read", "show it if it is a table"
        elif not grid.rows:
            message, repair = "the sheet is empty, and not read", "delete it, or fill it"
        else:
            found.places.append(place)
            continue
        found.notes.append(Finding(place.label, 0, 0, "note", message, repair))
    return found


def foreign_table(path: Path, options: Mapping[str, str], sheet: str = "") -> Table:
    """Return a table that others made: a CSV file, or a sheet of a workbook.

    `options` says for each column that is looked for which option names it. Of a workbook it is
    the sheet of that name, or the only visible one in which something stands.

    Raises UsageError when it is not clear which sheet is meant, or the library for workbooks is
    missing, InputError when a workbook cannot be read or nothing in it can be seen.
    """
    if suffix_of(path) in OTHER_WORKBOOKS:
        msg = f"{path} is not read; save it as {' or '.join(WORKBOOKS)}"
        raise InputError(msg)
    if not is_workbook(path):
        if sheet:
            msg = f"{parameter('sheet', sheet)} names a sheet of a workbook, and {path.name} is "
            msg += "none; leave it out"
            raise UsageError(msg)
        return ForeignTable(path, str(path), options)
    grid = _chosen(path, _grids(path, str(path)), sheet)
    return _ForeignSheet(Place(path, f"{path}[{grid.name}]", grid), options)


def is_workbook(path: Path) -> bool:
    """Say whether a file is a workbook, by its suffix.

    >>> is_workbook(Path("LEAGUE.XLSX")), is_workbook(Path("league.csv"))
    (True, False)
    """
    return suffix_of(path) in WORKBOOKS


def _has_older_form(path: Path) -> bool:
    """Say whether a file has the form of workbooks before .xlsx, as those with a password have."""
    with path.open("rb") as file:
        return file.read(len(_OLDER)) == _OLDER


def _chosen(path: Path, grids: Sequence[Grid], sheet: str) -> Grid:
    """Return the sheet of that name, or the only one that can be meant."""
    visible = [grid for grid in grids if grid.rows and not grid.is_hidden]
    known = [grid for grid in grids if grid.name == sheet] if sheet else visible
    if len(known) == 1:
        return known[0]
    there = ", ".join(shown(grid.name) for grid in (grids if sheet else visible))
    if sheet:
        near = did_you_mean(sheet, [grid.name for grid in grids])
        msg = f"{path} has no sheet '{shown(sheet)}'; {near or f'there are: {there}'}"
        raise UsageError(msg)
    if not visible:
        msg = f"{path} has no visible sheet in which something stands; fill one, or show it"
        raise InputError(msg)
    msg = f"{path} has {len(visible)} sheets; name one with {parameter('sheet')}: {there}"
    raise UsageError(msg)


def _grids(path: Path, label: str) -> list[Grid]:
    if suffix_of(path) == ".ods":
        from kg.model.ods import grids
    else:
        from kg.model.xlsx import grids
    try:
        return grids(path)
    except OSError as error:
        msg = f"{label} cannot be read: {error.strerror or error}"
        raise InputError(msg) from error
    except KGError:
        raise
    except Exception as error:  # a reader raises whatever it meets first in a damaged file
        if _has_older_form(path):
            msg = f"{label} is locked with a password, or a workbook of the older form .xls; "
            msg += "save it again as .xlsx, without a password"
            raise InputError(msg) from error
        says = str(error).partition("\n")[0]
        msg = f"{label} cannot be read as a workbook ({type(error).__name__}: {says}); "
        msg += "save it again in the spreadsheet"
        raise InputError(msg) from error


@dataclass(frozen=True, slots=True)
class _SheetRow(Row):
    """A row of a sheet; `first` is the column in which the table begins."""

    first: int = 1

    def error(self, column: str, message: str, repair: str) -> Finding:
        """Return an error that points at the cell of the named column."""
        index = self.header.index(column) if column in self.header else 0
        return Finding(self.path, self.line, self.first + index, "error", message, repair)


class _Sheet(Table):
    """A sheet with the columns it must have, and those it may have: what a CSV file is elsewhere.

    Rows without texts are passed over, and so are columns left of the table and right of it.
    """

    unit = "row"

    def __init__(
        self,
        place: Place,
        columns: tuple[str, ...],
        optional: tuple[str, ...],
        repair: Callable[[str, Sequence[str]], str | None] | None,
    ) -> None:
        super().__init__(place.path, place.label, columns, optional, repair)
        self.grid = place.grid
        rows = self.grid.rows.items()
        self.numbers = sorted(number for number, cells in rows if _filled(cells))
        # Where the header begins and ends says which columns are the table's.
        header = _filled(self.grid.rows[self.numbers[0]]) if self.numbers else [1]
        self.first, self.last = header[0], header[-1]

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows in the order of the sheet."""
        if not self.numbers:
            self._empty()
            return
        top, *numbers = self.numbers
        self.above = top - 1
        if self._is_wrong(top):
            self.complete, self.is_refused = False, True
            header: tuple[str, ...] = ()
        else:
            header = self.header = self._header("")
            self._check_header("", header)
        for number in numbers:
            row = self._row_of(number, header)
            if row is not None:
                yield row

    @property
    def title(self) -> str:
        """The file and the sheet."""
        return f"{self.path.name}[{self.grid.name}]"

    @property
    def size(self) -> int:
        """How many bytes of texts there are."""
        cells = (cell for cells in self.grid.rows.values() for cell in cells.values())
        return sum(len(cell.text.encode()) + 1 for cell in cells)

    @property
    def notes(self) -> list[Finding]:
        """How many cells hold formulas, said at the first of them."""
        places = [
            (number, column)
            for number, cells in self.grid.rows.items()
            for column, cell in cells.items()
            if cell.is_formula
        ]
        if not places:
            return []
        count = len(places)
        message = f"{count} {noun(count, 'cell holds a formula', 'cells hold formulas')}"
        repair = "the results saved with them are read"
        return [Finding(self.label, *min(places), "note", message, repair)]

    def _texts(self, number: int) -> list[str]:
        cells, none = self.grid.rows[number], Cell("")
        return [cells.get(column, none).text for column in range(self.first, self.last + 1)]

    def _header(self, line: str) -> tuple[str, ...]:  # noqa: ARG002 - a sheet has no lines
        return tuple(self._texts(self.numbers[0]))

    def _position(self, line: str, index: int) -> int:  # noqa: ARG002 - a sheet has no lines
        return self.first + index

    def _must(self) -> str:
        return f"{super()._must()}; hide a sheet that is no table"

    def _is_wrong(self, number: int) -> bool:
        """Say whether a cell of the row cannot be read, after an error at each of them."""
        for column, cell in sorted(self.grid.rows[number].items()):
            if cell.problem:
                self.findings.append(Finding(self.label, number, column, "error", *cell.problem))
        problems = any(cell.problem for cell in self.grid.rows[number].values())
        return problems or number in self.grid.merged

    def _row_of(self, number: int, header: tuple[str, ...]) -> Row | None:
        texts, cells = self._texts(number), self.grid.rows[number]
        beside = [at for at in _filled(cells) if not self.first <= at <= self.last]
        if self.is_refused or self._is_wrong(number):
            self.lost.update(texts)
            return None
        if beside:
            message = "text stands in a column without a name"
            repair = "name the column in the header, or empty the cell"
            self.findings.append(Finding(self.label, number, beside[0], "error", message, repair))
            self.lost.update(texts)
            return None
        known = dict.fromkeys(self.every, "") | dict(zip(header, texts, strict=False))
        return _SheetRow(self.label, number, "\t".join(texts), header, known, first=self.first)


class _ForeignSheet(_Sheet, Foreign):
    """A sheet that others made; what stands in columns that nobody looks for cannot be wrong."""

    def __init__(self, place: Place, options: Mapping[str, str]) -> None:
        super().__init__(place, tuple(options), (), None)
        self.options = options
        header = enumerate(self._texts(self.numbers[0]), self.first) if self.numbers else ()
        self.looked_for = {at for at, name in header if name in options}

    def _is_wrong(self, number: int) -> bool:
        """Say whether a cell that is looked for cannot be read, after an error at the first."""
        cells = self.grid.rows[number]
        problems = {at: cells[at].problem for at in _filled(cells)}
        shared = self.grid.merged.get(number, ())
        for at in sorted(self.looked_for):
            if problem := problems.get(at) or (
                MERGED if any(at in one for one in shared) else None
            ):
                self.findings.append(Finding(self.label, number, at, "error", *problem))
                return True
        return False


def _filled(cells: Mapping[int, Cell]) -> list[int]:
    """Return the columns of a row in which something stands."""
    return sorted(column for column, cell in cells.items() if cell.text or cell.problem)
