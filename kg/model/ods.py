"""ods: a workbook of LibreOffice → the cells of its sheets, read by odfpy.

What the attributes mean stands in OpenDocument 1.3, part 3: 9.1 for tables, 19.385 for types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

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

_OF: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT = (f"{_OF}{name}:1.0" for name in ("office", "table", "text"))
_STYLE, _NUMBER = f"{_OF}style:1.0", f"{_OF}datastyle:1.0"
# LibreOffice marks an error with a type of its own; others leave a number and show the error.
_CALC: Final = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_ERROR: Final = re.compile(r"#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NULL!|NUM!)|Err:\d+")
_CELLS: Final = {(_TABLE, "table-cell"), (_TABLE, "covered-table-cell")}
_SPANS: Final = ("rows", "columns")
_GROUPS: Final = {
    (_TABLE, f"table-{name}")
    for name in ("row-group", "header-rows", "rows", "column-group", "header-columns", "columns")
}
_PARTS: Final = {(_NUMBER, "year"): "y", (_NUMBER, "month"): "m", (_NUMBER, "day"): "d"}

# An element of odfpy, which has no types.
Element = Any


def grids(path: Path) -> list[Grid]:
    """Return the sheets of a workbook in their order.

    Raises UsageError when odfpy is not installed, and what it raises when it cannot read it.
    """
    try:
        from odf.opendocument import load
    except ModuleNotFoundError as error:
        raise missing_extra("odfpy", "sheets") from error
    book = load(str(path))
    styles = {
        (element.qname[1], _get(element, _STYLE, "name")): element
        for group in (book.styles, book.automaticstyles)
        for element in group.childNodes
    }
    sheets = [one for one in book.spreadsheet.childNodes if one.qname == (_TABLE, "table")]
    return [_Reader(styles).grid(sheet) for sheet in sheets]


def _get(element: Element, space: str, name: str) -> str:
    return str(element.attributes.get((space, name)) or "")


def _times(element: Element, what: str) -> int:
    """Return for how many rows or columns the element stands."""
    return int(_get(element, _TABLE, f"number-{what}-repeated") or 1)


class _Reader:
    """Reads one sheet; styles are known by kind and name."""

    def __init__(self, styles: Mapping[tuple[str, str], Element]) -> None:
        self.styles = styles

    def grid(self, sheet: Element) -> Grid:
        grid = Grid(_get(sheet, _TABLE, "name"), is_hidden=self._is_hidden(sheet))
        defaults = self._defaults(sheet)
        areas = []
        number = 1
        for row in _below(sheet, "table-row"):
            count = _times(row, "rows")
            cells = list(self._cells(row, defaults))
            for column, cell, spans in cells:
                for each in range(number, number + count) if cell != Cell("") else ():
                    grid.put(each, column, cell)
                if spans != (1, 1):
                    areas.append((number, column, number + spans[0] - 1, column + spans[1] - 1))
            number += count
        for area in areas:
            grid.merge(*area)
        return grid

    def _is_hidden(self, sheet: Element) -> bool:
        style = self.styles.get(("style", _get(sheet, _TABLE, "style-name")))
        properties = style.childNodes if style else ()
        return any(_get(one, _TABLE, "display") == "false" for one in properties)

    def _defaults(self, sheet: Element) -> list[tuple[int, str]]:
        """Return the styles of columns, each with the last column that has it."""
        found, last = [], 0
        for element in _below(sheet, "table-column"):
            last += _times(element, "columns")
            found.append((last, _get(element, _TABLE, "default-cell-style-name")))
        return found

    def _cells(
        self, row: Element, defaults: list[tuple[int, str]]
    ) -> Iterator[tuple[int, Cell, tuple[int, int]]]:
        """Yield the cells of a row, each with its column and how many rows and columns it spans."""
        column = 1
        own = _get(row, _TABLE, "default-cell-style-name")
        for element in row.childNodes:
            if element.qname not in _CELLS:
                continue
            count = _times(element, "columns")
            if element.attributes or element.childNodes:
                of_column = next((name for last, name in defaults if column <= last), "")
                style = _get(element, _TABLE, "style-name") or own or of_column
                cell = self._cell(element, style)
                spans = [_get(element, _TABLE, f"number-{one}-spanned") for one in _SPANS]
                for each in range(column, column + count) if cell != Cell("") else ():
                    yield each, cell, (int(spans[0] or 1), int(spans[1] or 1))
            column += count

    def _cell(self, element: Element, style: str) -> Cell:
        if element.qname == (_TABLE, "covered-table-cell"):
            return Cell("")
        text = _text(element)
        is_formula = bool(_get(element, _TABLE, "formula"))
        is_error = _get(element, _CALC, "value-type") == "error"
        if is_error or (is_formula and _ERROR.fullmatch(text)):
            return error_cell(text)
        kind = _get(element, _OFFICE, "value-type")
        if is_formula and not kind:
            return unsaved_cell()
        found = self._typed(element, kind, style, text)
        return Cell(found.text, found.problem, is_formula and found.problem is None)

    def _typed(self, element: Element, kind: str, style: str, text: str) -> Cell:
        if kind in {"float", "percentage", "currency"}:
            number = Decimal(_get(element, _OFFICE, "value"))
            return percent_cell(number) if kind == "percentage" else number_cell(number)
        if kind == "boolean":
            return truth_cell(is_true=_get(element, _OFFICE, "boolean-value") == "true")
        if kind == "time":
            return time_cell(text or _get(element, _OFFICE, "time-value"))
        if kind == "date":
            day, _, time = _get(element, _OFFICE, "date-value").partition("T")
            return day_cell(day, time, self._shown(style))
        return text_cell(_get(element, _OFFICE, "string-value") or text)

    def _shown(self, style: str) -> str:
        """Return which of "y", "m" and "d" cells of the style show; all when it does not say."""
        seen = set()
        while style and style not in seen:
            seen.add(style)
            known = self.styles.get(("style", style))
            if known is None:
                break
            if form := self.styles.get(("date-style", _get(known, _STYLE, "data-style-name"))):
                return "".join(_PARTS.get(one.qname, "") for one in form.childNodes)
            style = _get(known, _STYLE, "parent-style-name")
        return "ymd"


def _below(element: Element, name: str) -> Iterator[Element]:
    """Yield the rows or columns of a sheet, also those in groups."""
    for child in element.childNodes:
        if child.qname == (_TABLE, name):
            yield child
        elif child.qname in _GROUPS:
            yield from _below(child, name)


def _text(cell: Element) -> str:
    """Return the paragraphs of a cell, not those of remarks about it."""
    from odf.teletype import extractText

    return "\n".join(extractText(one) for one in cell.childNodes if one.qname == (_TEXT, "p"))
