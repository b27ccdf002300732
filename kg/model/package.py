"""Package: the parts of a workbook of Excel that say what stands in its cells, as openpyxl reads.

What only shows them is left out, because openpyxl refuses a whole file for a pivot table that it
does not know. A file saved as "Strict Open XML" has other names for the same elements (ISO/IEC
29500, part 1, annex A), of which openpyxl finds none. Names of parts are the same in capital and
small letters (part 2, 6.2.2.3), and some programs write them with the slashes of Windows.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

_STRICT: Final = "http://purl.oclc.org/ooxml/"
_USUAL: Final = "http://schemas.openxmlformats.org/"
_MAIN: Final = "spreadsheetml/main", "spreadsheetml/2006/main"
_RELATED: Final = "officeDocument/relationships", "officeDocument/2006/relationships"
_NAMES: Final = (_MAIN, _RELATED, ("drawingml/main", "drawingml/2006/main"))
_TYPES: Final = "[Content_Types].xml"
# What a sheet may refer to: nothing else changes what stands in its cells.
_KEPT: Final = ("/hyperlink", "/table")
# The first tag of a part, which declares the names of its elements.
_FIRST: Final = re.compile(rb"<[^?!][^>]*>")


def cells_only(path: Path) -> io.BytesIO:
    """Return the workbook with what its cells need.

    Raises zipfile.BadZipFile, KeyError or ET.ParseError for a file that is none.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        types = old.read(_TYPES)
        declared = re.findall(rb'PartName="/([^"]*)"', types)
        called = {name.decode().lower(): name.decode() for name in declared}
        for name in old.namelist():
            told = name.replace("\\", "/")
            own = called.get(told.lower(), told)
            new.writestr(own, _part(own, types, old.read(name)))
    made.seek(0)
    return made


def _part(name: str, types: bytes, content: bytes) -> bytes:
    folder, _, last = name.rpartition("/")
    if name == _TYPES or not last.endswith((".xml", ".rels")):
        return content
    if last.endswith(".rels"):
        return _related(content, is_sheet=folder.endswith("sheets/_rels"))
    kind = re.search(rb'PartName="/%b"[^>]*' % re.escape(name.encode()), types)
    content = _FIRST.sub(_usual, content, count=1)
    return _without_pivots(content) if kind and b"main+xml" in kind[0] else content


def _usual(tag: re.Match[bytes]) -> bytes:
    """Return the first tag with the names of elements that openpyxl knows."""
    text = tag[0]
    for strict, usual in _NAMES:
        text = text.replace(f'"{_STRICT}{strict}"'.encode(), f'"{_USUAL}{usual}"'.encode())
    return text


def _related(content: bytes, *, is_sheet: bool) -> bytes:
    """Return what a part refers to, of a sheet only what its cells need."""
    strict, usual = (
        f"{start}{one}" for start, one in zip((_STRICT, _USUAL), _RELATED, strict=True)
    )
    tree = ET.fromstring(content)  # noqa: S314 - openpyxl reads it in the same way
    for one in list(tree):
        kind = one.get("Type", "")
        one.set("Type", kind.replace(strict, usual))
        if is_sheet and not kind.endswith(_KEPT):
            tree.remove(one)
    return ET.tostring(tree)


def _without_pivots(content: bytes) -> bytes:
    tree = ET.fromstring(content)  # noqa: S314 - openpyxl reads it in the same way
    for one in tree.findall(f"{{{_USUAL}{_MAIN[1]}}}pivotCaches"):
        tree.remove(one)
    return ET.tostring(tree)
