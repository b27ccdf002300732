"""Formats of cells: the styles of a workbook of Excel, as far as they say what cells hold.

openpyxl refuses a whole file for a colour or a fill that it does not know, looks for styles in one
place alone, and takes the formats of dates that Excel has in East Asia for those of numbers,
because the file does not write them out (ISO/IEC 29500, part 1, 18.8.30).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

# Where openpyxl looks for styles.
PLACE: Final = "xl/styles.xml"
_SPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DAY, _TIME = "yyyy-mm-dd", "h:mm:ss"
# Formats that only their numbers name, and that are of dates or times in each language that has
# them. What they show differs from one to another; a day is shown with all of its parts here.
_EAST_ASIA: Final = {
    **dict.fromkeys((*range(27, 32), *range(34, 37), *range(50, 59)), _DAY),
    **dict.fromkeys((32, 33), _TIME),
}
# Numbers of formats of one's own begin here.
_OWN: Final = 164
_STYLED: Final = re.compile(rb'\ss="(\d+)"')


def most_used(sheet: bytes) -> int:
    """Return the greatest number of a style that a cell of a sheet has.

    >>> most_used(b'<c r="A1" s="7"/><c r="B1" s="12"/>'), most_used(b'<c r="A1"/>')
    (12, 0)
    """
    return max(map(int, set(_STYLED.findall(sheet))), default=0)


def formats_only(styles: bytes, last: int) -> bytes:
    """Return a part of styles that has for each style the format of its numbers, and nothing else.

    Cells have styles up to the number `last`; of those that the part lacks the format is General.
    """
    tree = ET.fromstring(styles) if styles else ET.Element("none")  # noqa: S314 - as openpyxl does
    named = {"s": _SPACE}
    codes = {
        int(one.get("numFmtId", "0")): one.get("formatCode", "General")
        for one in tree.iterfind("s:numFmts/s:numFmt", named)
    }
    numbers = [int(one.get("numFmtId", "0")) for one in tree.iterfind("s:cellXfs/s:xf", named)]
    numbers += [0] * (last + 1 - len(numbers))
    codes = {number: code for number, code in (_EAST_ASIA | codes).items() if number in numbers}
    numbers = [one if one < _OWN or one in codes else 0 for one in numbers]
    made = ET.Element(f"{{{_SPACE}}}styleSheet")
    written = ({"numFmtId": str(_own(one)), "formatCode": code} for one, code in codes.items())
    _put(made, "numFmts", "numFmt", written)
    ids = (str(_own(one) if one in codes else one) for one in numbers)
    _put(made, "cellXfs", "xf", ({"numFmtId": one} for one in ids))
    return ET.tostring(made)


def _own(number: int) -> int:
    """Return the number under which a format is written out."""
    return number if number >= _OWN else number + 2**16


def _put(made: ET.Element, many: str, one: str, each: Iterable[dict[str, str]]) -> None:
    group = ET.SubElement(made, f"{{{_SPACE}}}{many}")
    for attributes in each:
        ET.SubElement(group, f"{{{_SPACE}}}{one}", attributes)
