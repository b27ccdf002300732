"""Literals: whether a text is in the lexical space of an XSD type."""

from __future__ import annotations

import re
from typing import Final

from kg.dates import PartialDate

URL: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")

# XSD 1.1 Datatypes: the lexical spaces of what a curator is likely to write.
_LEXICAL: Final = {
    "xsd:integer": re.compile(r"[+-]?\d+"),
    "xsd:decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "xsd:boolean": re.compile(r"true|false|0|1"),
    "xsd:anyURI": URL,
}
_DATES: Final = ("xsd:date", "xsd:gYearMonth", "xsd:gYear")


def literal_problem(text: str, datatype: str) -> str:
    """Return why the text is not a literal of the XSD type (a CURIE), or "" when it is one.

    >>> literal_problem("abc", "xsd:integer")
    "'abc' is not of type xsd:integer"
    """
    pattern = _LEXICAL.get(datatype)
    fits = not pattern or pattern.fullmatch(text) is not None
    if datatype in _DATES:
        try:
            fits = PartialDate.parse(text).datatype == datatype
        except ValueError as error:
            return str(error)
    return "" if fits else f"'{text}' is not of type {datatype}"
