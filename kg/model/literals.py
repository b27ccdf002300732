"""Literals: whether a text is in the lexical space of an XSD type."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.model.dates import PartialDate
from kg.model.namespaces import term
from kg.model.patterns import LEXICAL, WEB_ADDRESS
from kg.model.values import TIMED, WHOLE, is_within, read, value

# XML 1.0 §2.2: what no XML document can hold, whatever the escape.
_NO_XML: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
# Of what XML can hold, a reader makes a line feed of the return; terminals obey the others.
_UNWANTED: Final = "\x0d\x7f-\x9f"
# A text of the project has none of these. Half a character cannot come from a file in UTF-8.
UNCARRIED: Final = f"[{_NO_XML}{_UNWANTED}]"

TURNS: Final = "which turns the direction of writing and is not seen"
NO_MARK: Final = "delete it: pages show each text in its own direction without it"

_DATES: Final = ("xsd:date", "xsd:gYearMonth", "xsd:gYear")


def is_web_address(text: str) -> bool:
    """Say whether the text is an IRI that starts with http:// or https://.

    >>> is_web_address("https://example.org/"), is_web_address("https://["), is_web_address("a b")
    (True, False, False)
    """
    if not re.fullmatch(WEB_ADDRESS, text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def character_problem(text: str) -> tuple[str, str] | None:
    """Return (message, repair) of the first character that not every export can carry.

    >>> character_problem("a" + chr(11))
    ('character 2 is U+000B, which XML or a terminal cannot hold', 'delete it')
    """
    found = re.search(UNCARRIED, text)
    if found is None:
        return None
    return f"character {found.start() + 1} is {code_point(found[0])}, {CANNOT}", "delete it"


CANNOT: Final = "which XML or a terminal cannot hold"


def code_point(character: str) -> str:
    """Return how Unicode writes the number of a character.

    >>> code_point("é")
    'U+00E9'
    """
    return f"U+{ord(character):04X}"


def well_formed(text: str) -> str:
    """Return the text, or whole XML, with U+FFFD for every character that XML cannot hold.

    Such a character cannot come from a project, only from a store or a query of others. Every
    writer of XML does this.

    >>> well_formed("<a>" + chr(7) + "</a>")
    '<a>�</a>'
    """
    return re.sub(f"[{_NO_XML}\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def literal(text: str, datatype: str) -> Literal:
    """Return what was written as a literal of the XSD type (a CURIE), in one spelling of its value.

    >>> literal("Y12020", "xsd:gYear").value, literal("10.50", "xsd:decimal").value
    ('12020', '10.5')
    """
    lexical = text.removeprefix("Y") if datatype == "xsd:gYear" else value(text, datatype)
    return Literal(lexical, datatype=term(datatype))


def literal_problem(text: str, datatype: str) -> str:
    """Return why the text is not a literal of the XSD type (a CURIE), or "" when it is one.

    >>> literal_problem("abc", "xsd:integer")
    "'abc' is not of type xsd:integer"
    """
    pattern = LEXICAL.get("xsd:integer" if datatype in WHOLE else datatype)
    fits = not pattern or re.fullmatch(pattern, text) is not None
    if datatype in WHOLE:
        fits = fits and is_within(text, datatype)
    if datatype in TIMED and read(text, datatype) is None:
        return f"'{text}' is not of type {datatype}, or more than the store can hold of it"
    if datatype == "xsd:anyURI":
        fits = is_web_address(text)
    if datatype in _DATES:
        try:
            fits = PartialDate.parse(text).datatype == datatype
        except ValueError as error:
            return str(error)
    return "" if fits else f"'{text}' is not of type {datatype}"
