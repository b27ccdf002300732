"""Literals: whether a text is in the lexical space of an XSD type."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.dates import PartialDate
from kg.vocab import term

# Kept as text: re compiles a pattern when it is first used.
_URL: Final = r"https?://[^\s<>\"{}|\\^`]+"

# XSD 1.1 Datatypes: the lexical spaces of what a curator is likely to write.
_LEXICAL: Final = {
    "xsd:integer": r"[+-]?[0-9]+",
    "xsd:decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "xsd:boolean": r"true|false|0|1",
}
_DATES: Final = ("xsd:date", "xsd:gYearMonth", "xsd:gYear")


def is_web_address(text: str) -> bool:
    """Say whether the text is an IRI that starts with http:// or https://.

    >>> is_web_address("https://example.org/"), is_web_address("https://["), is_web_address("a b")
    (True, False, False)
    """
    if not re.fullmatch(_URL, text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def literal(text: str, datatype: str) -> Literal:
    """Return what was written as a literal of the XSD type (a CURIE).

    >>> literal("Y12020", "xsd:gYear").value
    '12020'
    """
    lexical = text.removeprefix("Y") if datatype == "xsd:gYear" else text
    return Literal(lexical, datatype=term(datatype))


def literal_problem(text: str, datatype: str) -> str:
    """Return why the text is not a literal of the XSD type (a CURIE), or "" when it is one.

    >>> literal_problem("abc", "xsd:integer")
    "'abc' is not of type xsd:integer"
    """
    pattern = _LEXICAL.get(datatype)
    fits = not pattern or re.fullmatch(pattern, text) is not None
    if datatype == "xsd:anyURI":
        fits = is_web_address(text)
    if datatype in _DATES:
        try:
            fits = PartialDate.parse(text).datatype == datatype
        except ValueError as error:
            return str(error)
    return "" if fits else f"'{text}' is not of type {datatype}"
