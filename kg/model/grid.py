"""Grid: the cells of one sheet of a workbook as texts, and what in it cannot be read for certain.

A typed value is the text that a curator would have written: 1998, 10.5, true, 1999-05-03, or 1999
where the cell shows the year alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from kg.errors import coordinate, shown

# A number is a double to spreadsheets: from here on they have lost digits that were typed.
_INEXACT: Final = 10**15
# What is said of a cell that has no value of its own.
MERGED: Final = (
    "the cell is merged with another",
    "unmerge them, and write into each cell what it says",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says; `problem` is (message, repair) where that is not certain.

    `is_formula` is true where the text is the saved result of one.
    """

    text: str
    problem: tuple[str, str] | None = None
    is_formula: bool = False


@dataclass
class Grid:
    """A sheet: its cells by row and column, counted from 1; those in which nothing stands are not.

    `merged` has by row the columns that share a cell with another column or row; it is told after
    all cells were put.
    """

    name: str
    is_hidden: bool = False
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: dict[int, list[range]] = field(default_factory=dict)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Keep a cell, unless nothing stands in it."""
        if cell.text or cell.problem or cell.is_formula:
            self.rows.setdefault(row, {})[column] = cell

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        """Say that a value stands for several cells, of which one cannot tell what they say.

        Below it no cell shows what stands there.
        """
        columns = range(column, last_column + 1)
        cell = self.rows.get(row, {}).get(column)
        # An area may go down to the last row there can be, or there may be many of few rows.
        down = range(row, last_row + 1) if last_row - row < len(self.rows) else list(self.rows)
        for each in down:
            if each in self.rows and row <= each <= last_row:
                kept = {at: own for at, own in self.rows[each].items() if at not in columns}
                self.rows[each] = kept
                if cell:
                    self.merged.setdefault(each, []).append(columns)
                elif not kept:
                    del self.rows[each]
        if cell:
            corners = f"{coordinate(row, column)}:{coordinate(last_row, last_column)}"
            message = f"the cells {corners} are merged, and one value stands for all of them"
            self.rows[row][column] = Cell(cell.text, (message, MERGED[1]))


def text_cell(text: str) -> Cell:
    """Return a cell of text, without blanks around it."""
    text = text.strip()
    if len(text.splitlines()) > 1:
        return Cell(text, ("the cell has several lines", "write it on one line"))
    return Cell(text)


def number_cell(number: float | Decimal) -> Cell:
    """Return a cell of a number as people write it.

    >>> [number_cell(one).text for one in (1998, 1998.0, 10.5, 1e-7, Decimal("2.10"))]
    ['1998', '1998', '10.5', '0.0000001', '2.1']
    """
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite():
        return Cell(str(number), (f"{number} is no number", "write a number, or empty the cell"))
    text = format(exact, "f")
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    if abs(exact) >= _INEXACT:
        message = "spreadsheets keep 15 digits of a number, and this one has more"
        return Cell(text, (message, "format the cell as text, and write the number again"))
    return Cell(text)


def percent_cell(number: float | Decimal) -> Cell:
    """Return a cell that shows a hundred times what it holds, of which either may be meant.

    >>> percent_cell(0.51).problem[0]
    'the cell shows a percentage, and holds 0.51'
    """
    text = number_cell(number).text
    repair = "format the cell as a number, and write the number that is meant"
    return Cell(text, (f"the cell shows a percentage, and holds {text}", repair))


def truth_cell(*, is_true: bool) -> Cell:
    """Return a cell of yes or no."""
    return Cell("true" if is_true else "false")


def day_cell(day: str, time: str, shows: str) -> Cell:
    """Return a cell of an ISO date, of which it shows the parts "y", "m" and "d".

    A date of which it does not show the year is meant as a whole.

    >>> day_cell("1999-05-03", "00:00:00", "dmy").text, day_cell("1999-05-01", "", "y").text
    ('1999-05-03', '1999')
    """
    if time.strip("0:."):
        message = f"the cell holds a time of day, {shown(f'{day} {time}')}, and dates have none"
        return Cell(day, (message, f"write {day}"))
    year, month, _ = day.rsplit("-", 2)
    if "d" in shows or "y" not in shows:
        return Cell(day)
    return Cell(f"{year}-{month}" if "m" in shows else year)


def time_cell(text: str) -> Cell:
    """Return a cell of a time of day or a duration, which says nothing here."""
    repair = "write a date, or format the cell as text and write it again"
    return Cell(text, (f"the cell holds a time, {shown(text)}", repair))


def error_cell(text: str) -> Cell:
    """Return a cell in which the spreadsheet shows an error."""
    return Cell(
        text, (f"the cell holds the error {shown(text)}", "correct the formula, or empty it")
    )


def unsaved_cell() -> Cell:
    """Return a cell with a formula of which no result was saved."""
    message = "the cell holds a formula, and no result was saved with it"
    repair = "open and save the workbook in a spreadsheet, or write the value in its place"
    return Cell("", (message, repair))
