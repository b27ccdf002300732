"""ods: tables as a workbook of LibreOffice in which every cell is a text, written by odfpy.

What the elements mean stands in OpenDocument 1.3, part 3: 9.1 for tables, 9.4 for filters.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kg.errors import coordinate, missing_extra
from kg.exports.books import MADE, of_graph, refuse_long, undated, widths
from kg.exports.losses import Dumped
from kg.exports.rows import Sheet

if TYPE_CHECKING:
    from kg.store.base import Store

# How wide a character is, in centimetres.
_CHARACTER: Final = 0.2
_CELL, _HEAD = "Text", "Header"
# That the first row stays in view, as LibreOffice keeps it: a split that is fixed, in rows.
_FROZEN: Final = {"VerticalSplitMode": "2", "VerticalSplitPosition": "1", "PositionBottom": "1"}

# An element of odfpy, which has no types.
Element = Any


def write(store: Store) -> Dumped:
    """Return the tables of the graph as a workbook, one row a reference.

    Raises UsageError when odfpy is not installed, or a cell or table is too long for Excel.
    """
    return of_graph(store, book)


def book(sheets: Iterable[Sheet]) -> bytes:
    """Return the tables as a workbook, each a sheet with its header frozen and a filter.

    Raises UsageError as `write` does.
    """
    try:
        from odf.opendocument import OpenDocumentSpreadsheet
    except ModuleNotFoundError as error:
        raise missing_extra("odfpy", "sheets") from error
    from odf import table

    made = OpenDocumentSpreadsheet()
    _add_styles(made)
    filters = table.DatabaseRanges()
    found = list(sheets)
    for number, sheet in enumerate(found, start=1):
        refuse_long(sheet)
        made.spreadsheet.addElement(_table(made, sheet))
        last = coordinate(len(sheet.rows) + 1, len(sheet.columns))
        name = "'" + sheet.name.replace("'", "''") + "'"
        filters.addElement(
            table.DatabaseRange(
                name=f"rows{number}",
                targetrangeaddress=f"{name}.A1:{name}.{last}",
                displayfilterbuttons="true",
            )
        )
    made.spreadsheet.addElement(filters)
    _freeze(made, found)
    return _same(made)


def _add_styles(made: Element) -> None:
    """Add what all cells are: texts, so that nothing is made of what is typed; in bold above."""
    from odf import number, style

    texts = number.TextStyle(name="Texts")
    texts.addElement(number.TextContent())
    made.automaticstyles.addElement(texts)
    for name in (_CELL, _HEAD):
        own = style.Style(name=name, family="table-cell", datastylename="Texts")
        if name == _HEAD:
            own.addElement(style.TextProperties(fontweight="bold"))
        made.automaticstyles.addElement(own)


def _table(made: Element, sheet: Sheet) -> Element:
    from odf import style, table

    page = table.Table(name=sheet.name)
    for width in widths(sheet):
        name = f"wide{width}"
        if not any(one.getAttribute("name") == name for one in made.automaticstyles.childNodes):
            own = style.Style(name=name, family="table-column")
            shown = f"{width * _CHARACTER:.1f}cm"
            own.addElement(style.TableColumnProperties(columnwidth=shown))
            made.automaticstyles.addElement(own)
        page.addElement(table.TableColumn(stylename=name, defaultcellstylename=_CELL))
    page.addElement(_row(sheet.columns, _HEAD))
    for row in sheet.rows:
        page.addElement(_row(row), check_grammar=False)
    return page


def _row(texts: Iterable[str], name: str = "") -> Element:
    """Return a row whose cells have the style of that name, else that of their columns."""
    from odf import table
    from odf.teletype import addTextToElement
    from odf.text import P

    row = table.TableRow(check_grammar=False)
    for text in texts:
        cell = table.TableCell(check_grammar=False)
        if name:
            cell.setAttribute("stylename", name)
        if text:
            cell.setAttribute("valuetype", "string", check_grammar=False)
            shown = P(check_grammar=False)
            addTextToElement(shown, text)
            cell.addElement(shown, check_grammar=False)
        row.addElement(cell, check_grammar=False)
    return row


def _freeze(made: Element, sheets: Iterable[Sheet]) -> None:
    """Let the first row of each sheet stay in view."""
    from odf import config

    views, view = config.ConfigItemMapIndexed(name="Views"), config.ConfigItemMapEntry()
    tables = config.ConfigItemMapNamed(name="Tables")
    for sheet in sheets:
        entry = config.ConfigItemMapEntry(name=sheet.name)
        for name, value in _FROZEN.items():
            kind = "short" if name.endswith("Mode") else "int"
            entry.addElement(config.ConfigItem(name=name, type=kind, text=value))
        tables.addElement(entry)
    view.addElement(tables)
    views.addElement(view)
    settings = config.ConfigItemSet(name="ooo:view-settings")
    settings.addElement(views)
    made.settings.addElement(settings)


def _same(made: Element) -> bytes:
    """Return the workbook as bytes that do not say when it was made."""
    from odf import dc, meta

    for kind in (meta.CreationDate, dc.Date):
        for old in made.meta.getElementsByType(kind):
            made.meta.removeChild(old)
        made.meta.addElement(kind(text=MADE.isoformat()))
    first = io.BytesIO()
    made.write(first)
    return undated(first, {})
