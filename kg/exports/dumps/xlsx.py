"""xlsx: tables as a workbook of Excel in which every cell is a text, written by openpyxl."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kg.errors import coordinate, missing_extra
from kg.exports.books import MADE, TEXT, of_graph, refuse_long, undated, widths
from kg.exports.losses import Dumped
from kg.exports.rows import Sheet
from kg.model.xlsx import UNDERSCORE

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from kg.store.base import Store

# The underscore with which a text begins what a reader would take for the escape of a character.
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write(store: Store) -> Dumped:
    """Return the tables of the graph as a workbook, one row a reference.

    Raises UsageError when openpyxl is not installed, or a cell or table is too long for Excel.
    """
    return of_graph(store, book)


def book(sheets: Iterable[Sheet]) -> bytes:
    """Return the tables as a workbook, each a sheet with its header frozen and a filter.

    Raises UsageError as `write` does.
    """
    try:
        from openpyxl import Workbook
    except ModuleNotFoundError as error:
        raise missing_extra("openpyxl", "sheets") from error
    made = Workbook(write_only=True)
    for sheet in sheets:
        _put(made, sheet)
    return _same(made)


def _put(made: Workbook, sheet: Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    refuse_long(sheet)
    page: Any = made.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    last = coordinate(len(sheet.rows) + 1, len(sheet.columns))
    page.auto_filter.ref = f"A1:{last}"
    for index, width in enumerate(widths(sheet), start=1):
        of_column = page.column_dimensions[coordinate(1, index)[:-1]]
        of_column.width, of_column.number_format = width, TEXT
    bold = Font(bold=True)

    def cell(text: str) -> Any:  # noqa: ANN401 - a cell of any kind
        found: Any = WriteOnlyCell(page, _ESCAPED.sub(UNDERSCORE, text) or None)
        if text:
            # Else what begins with = would be a formula, and #N/A an error.
            found.data_type = "s"
        found.number_format = TEXT
        return found

    header = [cell(text) for text in sheet.columns]
    for one in header:
        one.font = bold
    page.append(header)
    for row in sheet.rows:
        page.append([cell(text) for text in row])


def _same(made: Workbook) -> bytes:
    """Return the workbook as bytes that do not say when it was made."""
    from openpyxl.xml.constants import ARC_CORE
    from openpyxl.xml.functions import tostring

    first = io.BytesIO()
    made.save(first)
    made.properties.created = made.properties.modified = MADE
    return undated(first, {ARC_CORE: tostring(made.properties.to_tree())})
