"""Package: the parts of a workbook of Excel that say what stands in its cells, as openpyxl reads.

What only shows them is left out, because openpyxl refuses a whole file for a pivot table, a rule of
colours or a filter that it does not know, and makes each cell of the areas that are merged, down to
the last row there can be. A file saved as "Strict Open XML" has other names for the same elements
(ISO/IEC 29500, part 1, annex A), of which openpyxl finds none. Names of parts are the same in
capital and small letters (part 2, 6.2.2.3), and some programs write them with the slashes of
Windows. In texts a character may be written as the four digits of its number (part 1, 22.9.2.19),
such as the end of a line, which openpyxl leaves so.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from kg.model.cell_formats import PLACE, formats_only, most_used

_STRICT: Final = "http://purl.oclc.org/ooxml/"
_USUAL: Final = "http://schemas.openxmlformats.org/"
_MAIN: Final = "spreadsheetml/main", "spreadsheetml/2006/main"
_RELATED: Final = "officeDocument/relationships", "officeDocument/2006/relationships"
_NAMES: Final = (_MAIN, _RELATED, ("drawingml/main", "drawingml/2006/main"))
_TYPES: Final = "[Content_Types].xml"
# The first tag of a part, which declares the names of its elements.
_FIRST: Final = re.compile(rb"<[^?!][^>]*>")
# Of a sheet its cells, and the areas that are merged below them.
_CELLS: Final = re.compile(rb"<((?:\w+:)?)sheetData\b(?:[^>]*/>|.*</\1sheetData\s*>)", re.DOTALL)
_AREA: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
# How a character is written by its number; one that is no character of XML stays so.
_ESCAPED: Final = re.compile(rb"_x([0-9A-Fa-f]{4})_")
_CARRIED: Final = {0x9, 0xA, 0xD, *range(0x20, 0xD800), *range(0xE000, 0xFFFE)}
# An underscore that would seem to begin that is seen to by whoever reads the workbook.
_UNDERSCORE: Final = 0x5F


class Package(NamedTuple):
    """A workbook with what its cells need, and the areas that are merged by the name of a sheet.

    These names are not those that people see: openpyxl has them as `sheet_properties.codeName`.
    """

    book: io.BytesIO
    merged: Mapping[str, list[str]]


def cells_only(path: Path) -> Package:
    """Return the workbook with what its cells need.

    Raises zipfile.BadZipFile, KeyError or ET.ParseError for a file that is none.
    """
    made = io.BytesIO()
    merged: dict[str, list[str]] = {}
    styles, last = b"", 0
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        parts = {name.replace("\\", "/"): name for name in old.namelist()}
        types = next((name for name in parts if name.lower() == _TYPES.lower()), _TYPES)
        content = old.read(parts.get(types, types))
        new.writestr(_TYPES, content)
        kinds = _kinds(content)
        for told, name in parts.items():
            own, kind = kinds.get(told.lower(), (told, ""))
            content = b"" if told == types else _part(own, kind, old.read(name))
            if ".worksheet+" in kind:
                last = max(last, most_used(content))
                content, merged[own] = _sheet(own, content)
            if ".styles+" in kind:
                styles = content
            elif told != types and own != PLACE:
                new.writestr(own, content)
        new.writestr(PLACE, formats_only(styles, last))
    made.seek(0)
    return Package(made, merged)


def _kinds(types: bytes) -> dict[str, tuple[str, str]]:
    """Return the name and the type of each part that the list of types names."""
    tree = ET.fromstring(types)  # noqa: S314 - openpyxl reads it in the same way
    listed = ((one.get("PartName", "")[1:], one.get("ContentType", "")) for one in tree)
    return {name.lower(): (name, kind) for name, kind in listed if name}


def _part(name: str, kind: str, content: bytes) -> bytes:
    """Return a part with the names of elements that openpyxl knows."""
    folder, _, last = name.rpartition("/")
    if last.endswith(".rels"):
        return _related(content, is_sheet=folder.endswith("sheets/_rels"))
    if not last.endswith(".xml"):
        return content
    content = _FIRST.sub(_usual, content, count=1)
    if "main+xml" in kind:
        return _without_pivots(content)
    if ".sharedStrings+" in kind or ".worksheet+" in kind:
        return _ESCAPED.sub(_unescaped, content)
    return content


def _sheet(name: str, content: bytes) -> tuple[bytes, list[str]]:
    """Return a sheet with nothing but its cells, called `name`, and its areas that are merged."""
    root, cells = _FIRST.search(content), _CELLS.search(content)
    if root is None or cells is None:
        return content, []
    code = f"<{cells[1].decode()}sheetPr codeName={quoteattr(name)}/>".encode()
    # A style without a number is none.
    own = cells[0].replace(b' s=""', b"")
    made = root[0] + code + own + content[content.rindex(b"</") :]
    return made, [one.decode() for one in _AREA.findall(content, cells.end())]


def _unescaped(found: re.Match[bytes]) -> bytes:
    number = int(found[1], 16)
    return b"&#%d;" % number if number in _CARRIED and number != _UNDERSCORE else found[0]


def _usual(tag: re.Match[bytes]) -> bytes:
    """Return the first tag with the names of elements that openpyxl knows."""
    text = tag[0]
    for strict, usual in _NAMES:
        text = text.replace(f'"{_STRICT}{strict}"'.encode(), f'"{_USUAL}{usual}"'.encode())
    return text


def _related(content: bytes, *, is_sheet: bool) -> bytes:
    """Return what a part refers to; the cells of a sheet need nothing of that."""
    strict, usual = (
        f"{start}{one}" for start, one in zip((_STRICT, _USUAL), _RELATED, strict=True)
    )
    tree = ET.fromstring(content)  # noqa: S314 - openpyxl reads it in the same way
    for one in list(tree):
        one.set("Type", one.get("Type", "").replace(strict, usual))
        if is_sheet:
            tree.remove(one)
    return ET.tostring(tree)


def _without_pivots(content: bytes) -> bytes:
    tree = ET.fromstring(content)  # noqa: S314 - openpyxl reads it in the same way
    for one in tree.findall(f"{{{_USUAL}{_MAIN[1]}}}pivotCaches"):
        tree.remove(one)
    return ET.tostring(tree)
