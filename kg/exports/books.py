"""Books: what workbooks of all kinds share: which rows, how long, how wide, and the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from kg.errors import UsageError, coordinate
from kg.exports.losses import Dumped, Losses
from kg.exports.rows import Sheet, of_store
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.store.base import Store

# The format under which a spreadsheet keeps what is typed as it is.
TEXT: Final = "@"
# When every workbook was made: the same rows give the same bytes.
MADE: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - a file says no zone
_NARROW, _WIDE = 6, 60
# How many rows a sheet has in Excel, and how many characters a cell.
_ROWS, _CHARACTERS = 1_048_576, 32_767
# What stands at the beginning of a file of OpenDocument, as it is (OpenDocument 1.3, part 2: 3.3).
_KIND: Final = "mimetype"


def of_graph(store: Store, book: Callable[[list[Sheet]], bytes]) -> Dumped:
    """Return the tables of the graph as a workbook, one row a reference.

    Raises UsageError when a cell or table is too long, or the library is not installed.
    """
    losses = Losses()
    inferred = sum(not one.references for one in History(store).statements)
    losses.add("inferred statement has", "inferred statements have", "no row", inferred)
    return Dumped(book(of_store(store)), losses.lines)


def widths(sheet: Sheet) -> Iterator[int]:
    """Yield how many characters wide each column is shown."""
    for index, column in enumerate(sheet.columns):
        longest = max((len(row[index]) for row in sheet.rows), default=0)
        # The filter's button stands beside the name.
        yield min(max(longest + 2, len(column) + 5, _NARROW), _WIDE)


def refuse_long(sheet: Sheet) -> None:
    """Raise UsageError when a sheet cannot hold all rows, or a cell its text.

    The bounds are those of Excel, which opens what LibreOffice saves.
    """
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


def undated(made: io.BytesIO, others: Mapping[str, bytes]) -> bytes:
    """Return the workbook as bytes that do not say when it was made, with other files in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            told = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            how = zipfile.ZIP_STORED if name == _KIND else zipfile.ZIP_DEFLATED
            new.writestr(told, others.get(name) or old.read(name), how)
    return out.getvalue()
