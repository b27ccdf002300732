"""xlsx: a workbook of Excel → the cells of its sheets, read by openpyxl."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from kg.errors import missing_extra
from kg.model.grid import (
    Cell,
    Grid,
    day_cell,
    error_cell,
    number_cell,
    percent_cell,
    text_cell,
    time_cell,
    truth_cell,
    unsaved_cell,
)
from kg.model.package import cells_only

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

# In a format: texts in quotes, what stands in brackets, and a character that stands for itself.
_ASIDE: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|[\\_*].')
# How an underscore is written that would seem to begin the escape of a character.
UNDERSCORE: Final = "_x005F_"


def grids(path: Path) -> list[Grid]:
    """Return the sheets of a workbook in their order.

    Raises UsageError when openpyxl is not installed, and what it raises when it cannot read it.
    """
    _openpyxl()
    package = cells_only(path)
    book = _book(package.book, results=False)
    # What a formula resulted in is read in its place, so only a second reading tells both.
    has_formulas = any(
        cell.data_type == "f" for sheet in book.worksheets for cell in _cells(sheet).values()
    )
    results = _book(package.book, results=True) if has_formulas else book
    return [
        _grid(sheet, result, package.merged)
        for sheet, result in zip(book.worksheets, results.worksheets, strict=True)
    ]


def _openpyxl() -> ModuleType:
    try:
        import openpyxl
    except ModuleNotFoundError as error:
        raise missing_extra("openpyxl", "sheets") from error
    return openpyxl


def _book(package: io.BytesIO, *, results: bool) -> Workbook:
    with warnings.catch_warnings():
        # These are about charts, styles and the like.
        warnings.simplefilter("ignore")
        made: Workbook = _openpyxl().load_workbook(package, data_only=results, keep_links=False)
        return made


def _cells(sheet: Any) -> dict[tuple[int, int], Any]:  # noqa: ANN401 - a sheet of any kind
    """Return the cells that the file holds; public ways give all of the rectangle around them."""
    return sheet._cells  # type: ignore[no-any-return]  # noqa: SLF001


def _grid(
    sheet: Any,  # noqa: ANN401 - a sheet of any kind
    result: Any,  # noqa: ANN401 - the same
    merged: Mapping[str, list[str]],
) -> Grid:
    from openpyxl.utils.cell import coordinate_to_tuple

    grid = Grid(sheet.title, is_hidden=sheet.sheet_state != "visible")
    formulas = {place for place, cell in _cells(sheet).items() if cell.data_type == "f"}
    for place, cell in _cells(result).items():
        grid.put(*place, _formula(cell) if place in formulas else _cell(cell))
    for area in merged.get(sheet.sheet_properties.codeName, ()):
        first, _, last = area.partition(":")
        grid.merge(*coordinate_to_tuple(first), *coordinate_to_tuple(last))
    return grid


def _formula(cell: Any) -> Cell:  # noqa: ANN401 - a cell of any kind
    # A result that is an empty text has the type of a text.
    if cell.value is None and cell.data_type in {"n", "inlineStr"}:
        return unsaved_cell()
    found = _cell(cell)
    return Cell(found.text, found.problem, is_formula=found.problem is None)


def _cell(cell: Any) -> Cell:  # noqa: ANN401 - a cell of any kind
    value = cell.value
    if value is None:
        return Cell("")
    if cell.data_type == "e":
        return error_cell(str(value))
    if isinstance(value, bool):
        return truth_cell(is_true=value)
    if isinstance(value, int | float):
        is_percent = "%" in _ASIDE.sub("", cell.number_format)
        return percent_cell(value) if is_percent else number_cell(value)
    if isinstance(value, dt.datetime):
        day, time = value.isoformat().split("T")
        return day_cell(day, time, shown_parts(cell.number_format))
    if isinstance(value, dt.date):
        return day_cell(value.isoformat(), "", shown_parts(cell.number_format))
    if isinstance(value, dt.time | dt.timedelta):
        return time_cell(str(value))
    return text_cell(_unescaped(str(value)))


def _unescaped(text: str) -> str:
    """Return a text of which openpyxl left an underscore as the escape that it is written with.

    >>> _unescaped("_x005F_x0041_"), _unescaped("_x0041_")
    ('_x0041_', '_x0041_')
    """
    return text.replace(UNDERSCORE, "_")


def shown_parts(number_format: str) -> str:
    """Return which of "y", "m" and "d" a format of dates shows.

    >>> shown_parts("yyyy"), shown_parts("[$-409]mmm yyyy;@"), shown_parts('d" day of "mm/yy')
    ('y', 'my', 'dmy')
    """
    letters = _ASIDE.sub("", number_format.partition(";")[0]).lower()
    return "".join(dict.fromkeys(letter for letter in letters if letter in "ymd"))
