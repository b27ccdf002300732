"""Contents: what a file holds that should be a table or a text of the project, and is not."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Final

# Marks of Git around the two sides of a conflict; a row of bars or of = alone can be anything.
_CONFLICT: Final = re.compile(r"(?m)^(?:<{7}|>{7})(?: .*)?\r?$")
UNMERGED: Final = (
    "the file has an unresolved merge",
    "keep what is right, and delete the lines that begin with <<<<<<<, ======= and >>>>>>>",
)
_AS_CSV: Final = "save the sheet as CSV UTF-8"
# What Git has in the place of a file that is kept elsewhere.
POINTER: Final = b"version https://git-lfs."
_OF_LFS: Final = ("a pointer of Git LFS", "fetch the file itself: git lfs pull")
UNFETCHED: Final = (f"the file is {_OF_LFS[0]}", _OF_LFS[1])
# How files of other kinds begin, what they are, and what to do.
_OTHERS: Final = (
    (rb"PK\x03\x04.{0,60}opendocument\.spreadsheet", "a workbook", f"call it .ods, or {_AS_CSV}"),
    (rb"PK\x03\x04.*xl/", "a workbook", f"call it .xlsx, or {_AS_CSV}"),
    (rb"PK\x03\x04", "a zip archive", "unpack it, and put the table in its place"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook of an old Excel (.xls)", _AS_CSV),
    (rb"%PDF-", "a PDF", "write the table as CSV"),
    (rb"\x1f\x8b", "a file packed by gzip", "unpack it, and put the table in its place"),
    (rb"PAR1", "a table of Parquet", "call it .parquet"),
    (re.escape(POINTER), *_OF_LFS),
    (
        rb"(?i)\s*<(?:!doctype html|html|head|body|table)\b",
        "a page of HTML",
        "save the table itself and not the page that shows it",
    ),
    (rb"\s*<\?xml\b", "XML", "write the table as CSV"),
    (rb"\s*[\[{]\s*(?:[\[{]\s*)*[\"\]}]", "JSON", "write the table as CSV"),
)


def instead(raw: bytes) -> tuple[str, str] | None:
    """Return (message, repair) about bytes that are another kind of file than a table of text.

    >>> instead(b"%PDF-1.7")
    ('the file is a PDF', 'write the table as CSV')
    >>> instead(b"id,title") is None
    True
    """
    raw = raw.removeprefix(BOM_UTF8)
    for begins, what, repair in _OTHERS:
        if re.match(begins, raw, re.DOTALL):
            return f"the file is {what}", repair
    return None


def conflict(text: str) -> int:
    r"""Return the line of the first mark of an unresolved merge, 0 when there is none.

    >>> conflict("id\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> theirs\n"), conflict("id\na\n")
    (2, 0)
    """
    # Few texts have either, and a search for words is quicker than one for a pattern.
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return 0
    found = _CONFLICT.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0
