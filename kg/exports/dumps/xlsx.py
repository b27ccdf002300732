"""xlsx: tables as a workbook of Excel in which every cell is a text, written by openpyxl."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kg.errors import UsageError, coordinate, missing_extra
from kg.exports.losses import Dumped, Losses
from kg.exports.rows import Sheet, of_store
from kg.model.xlsx import UNDERSCORE
from kg.store.read_back import History

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from kg.store.base import Store

# The format under which a spreadsheet keeps what is typed as it is.
_TEXT: Final = "@"
_NARROW, _WIDE = 6, 60
# How many rows a sheet has in Excel, and how many characters a cell.
_ROWS, _CHARACTERS = 1_048_576, 32_767
# The underscore with which a text begins what a reader would take for the escape of a character.
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# When every workbook was made: the same rows give the same bytes.
_MADE: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - a file says no zone


def write(store: Store) -> Dumped:
    """Return the tables of the graph as a workbook, one row a reference.

    Raises UsageError when openpyxl is not installed, or a cell or table is too long for Excel.
    """
    losses = Losses()
    inferred = sum(not one.references for one in History(store).statements)
    losses.add("inferred statement has", "inferred statements have", "no row", inferred)
    return Dumped(book(of_store(store)), losses.lines)


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

    _refuse_long(sheet)
    page: Any = made.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    last = coordinate(len(sheet.rows) + 1, len(sheet.columns))
    page.auto_filter.ref = f"A1:{last}"
    for index, column in enumerate(sheet.columns):
        longest = max((len(row[index]) for row in sheet.rows), default=0)
        # The filter's button stands beside the name.
        width = min(max(longest + 2, len(column) + 5, _NARROW), _WIDE)
        of_column = page.column_dimensions[coordinate(1, index + 1)[:-1]]
        of_column.width, of_column.number_format = width, _TEXT
    bold = Font(bold=True)

    def cell(text: str) -> Any:  # noqa: ANN401 - a cell of any kind
        found: Any = WriteOnlyCell(page, _ESCAPED.sub(UNDERSCORE, text) or None)
        if text:
            # Else what begins with = would be a formula, and #N/A an error.
            found.data_type = "s"
        found.number_format = _TEXT
        return found

    header = [cell(text) for text in sheet.columns]
    for one in header:
        one.font = bold
    page.append(header)
    for row in sheet.rows:
        page.append([cell(text) for text in row])


def _refuse_long(sheet: Sheet) -> None:
    """Raise UsageError when a sheet of Excel cannot hold all rows, or a cell its text."""
    if len(sheet.rows) >= _ROWS:
        msg = f"'{sheet.name}' has {len(sheet.rows):,} rows, and Excel shows {_ROWS - 1:,} below "
        msg += "the header; edit the table as text"
        raise UsageError(msg)
    for number, row in enumerate(sheet.rows, start=2):
        for index, text in enumerate(row, start=1):
            # It counts halves of the pairs in which UTF-16 writes what is beyond 16 bits.
            if len(text.encode("utf-16-le")) > 2 * _CHARACTERS:
                where = f"'{sheet.name}'!{coordinate(number, index)}"
                msg = f"{where} would have {len(text):,} characters, and a cell of Excel has at "
                msg += f"most {_CHARACTERS:,}; edit the table as text"
                raise UsageError(msg)


def _same(made: Workbook) -> bytes:
    """Return the workbook as bytes that do not say when it was made."""
    from openpyxl.xml.constants import ARC_CORE
    from openpyxl.xml.functions import tostring

    first, out = io.BytesIO(), io.BytesIO()
    made.save(first)
    made.properties.created = made.properties.modified = _MADE
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            core = tostring(made.properties.to_tree()) if name == ARC_CORE else None
            told = zipfile.ZipInfo(name, _MADE.timetuple()[:6])
            new.writestr(told, core or old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
