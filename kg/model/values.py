"""Values: which texts are one value of an XSD type, and which values the store can hold.

The store keeps a literal by its value and gives it back in one spelling, and of what it cannot hold
the text: then no comparison and no sum has an answer, and FILTER drops the row without a word.
"""

from __future__ import annotations

import math
import struct
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from kg.errors import shown
from kg.model.namespaces import STANDARD_PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import Store

_BOUNDLESS: Final = math.inf
# XSD 1.1 Datatypes §3.4.13 to §3.4.25: the least and the most of each type of whole numbers.
WHOLE: Final = {
    "xsd:integer": (-_BOUNDLESS, _BOUNDLESS),
    "xsd:nonPositiveInteger": (-_BOUNDLESS, 0),
    "xsd:negativeInteger": (-_BOUNDLESS, -1),
    "xsd:nonNegativeInteger": (0, _BOUNDLESS),
    "xsd:positiveInteger": (1, _BOUNDLESS),
    "xsd:long": (-(2**63), 2**63 - 1),
    "xsd:int": (-(2**31), 2**31 - 1),
    "xsd:short": (-(2**15), 2**15 - 1),
    "xsd:byte": (-(2**7), 2**7 - 1),
    "xsd:unsignedLong": (0, 2**64 - 1),
    "xsd:unsignedInt": (0, 2**32 - 1),
    "xsd:unsignedShort": (0, 2**16 - 1),
    "xsd:unsignedByte": (0, 2**8 - 1),
}
REALS: Final = ("xsd:double", "xsd:float")
# What can be too much for the store.
LIMITED: Final = frozenset({*WHOLE, "xsd:decimal", *REALS})
# Of these the store knows the values, and is asked; not of `xsd:gMonthDay`, because Oxigraph 0.5.13
# does not read --02-29.
TIMED: Final = (
    *("xsd:dateTime", "xsd:time", "xsd:gMonth", "xsd:gDay"),
    *("xsd:duration", "xsd:yearMonthDuration", "xsd:dayTimeDuration"),
)
# Of these one value can have several spellings, and a far year has a letter that a graph has not.
VALUED: Final = (*WHOLE, "xsd:decimal", "xsd:boolean", *REALS, *TIMED, "xsd:gYear")

# Oxigraph 0.5: whole numbers have 64 bits; decimals have 128 bits, and 18 digits after the point.
MOST_WHOLE: Final = 2**63 - 1
PLACES: Final = 18
MOST_DECIMAL: Final = 2**127 - 1
# No number with more digits than this before the point can be held, and none of them is read.
_DIGITS: Final = 21


def value(text: str, datatype: str) -> str:
    """Return the one spelling of all texts that are the same value of the XSD type (a CURIE).

    It is the spelling in which the store gives the value back.
    The text has to be a literal of the type.

    >>> [value(one, "xsd:decimal") for one in ("10.50", "+010.5", ".5", "-0.0")]
    ['10.5', '10.5', '0.5', '0']
    >>> value("1E1", "xsd:double"), value("1", "xsd:boolean")
    ('10', 'true')
    """
    if datatype in WHOLE or datatype == "xsd:decimal":
        return _plain(text)
    if datatype == "xsd:boolean":
        return {"0": "false", "1": "true"}.get(text, text)
    if datatype in REALS or datatype in TIMED:
        return read(text, datatype) or text
    return text


def unheld(text: str, datatype: str) -> str:
    """Return why the store cannot hold a literal of the XSD type (a CURIE), or "" when it can.

    >>> unheld("1E400", "xsd:double")
    'the store cannot hold 1E400 as xsd:double, which makes it infinite'
    >>> unheld("9223372036854775807", "xsd:integer"), unheld("9223372036854775808", "xsd:decimal")
    ('', '')
    """
    limit = ""
    if datatype in WHOLE:
        limit = _beyond(_plain(text), MOST_WHOLE, places=0)
    elif datatype == "xsd:decimal":
        limit = _beyond(_plain(text), MOST_DECIMAL, places=PLACES)
    elif datatype in REALS:
        limit = _rounded_away(text, datatype)
    return f"the store cannot hold {shown(text)} as {datatype}, {limit}" if limit else ""


def is_within(text: str, datatype: str) -> bool:
    """Say whether a whole number is in the range of its type, whatever the store can hold.

    >>> is_within("255", "xsd:unsignedByte"), is_within("-1", "xsd:unsignedByte")
    (True, False)
    """
    least, most = WHOLE[datatype]
    digits = _plain(text)
    if len(digits) > _DIGITS:
        # More than any bound; Python refuses to read very many.
        return (least if digits.startswith("-") else most) in {-_BOUNDLESS, _BOUNDLESS}
    return least <= int(digits) <= most


@lru_cache(maxsize=100_000)
def read(text: str, datatype: str) -> str | None:
    """Return the spelling in which the store holds a text of a type that it knows, None if not.

    >>> read("P12M", "xsd:duration"), read("P12", "xsd:duration")
    ('P1Y', None)
    """
    from pyoxigraph import Literal, QuerySolutions

    name = STANDARD_PREFIXES["xsd"] + datatype.removeprefix("xsd:")
    found = _store().query(f"SELECT (<{name}>({Literal(text)}) AS ?read) {{}}")
    if not isinstance(found, QuerySolutions):
        return None
    (row,) = found
    term = row["read"]
    return term.value if isinstance(term, Literal) else None


@cache
def _store() -> Store:
    from pyoxigraph import Store

    return Store()


def _plain(text: str) -> str:
    """Return a number without a plus, zeros that say nothing, and a point before nothing."""
    sign = "-" if text.startswith("-") else ""
    before, _, after = text.lstrip("+-").partition(".")
    number = f"{before.lstrip('0') or '0'}.{after.rstrip('0')}".removesuffix(".")
    return number if number == "0" else f"{sign}{number}"


def _beyond(number: str, most: int, places: int) -> str:
    """Say which limit a plain number passes: the least has one more in the last digit."""
    before, _, after = number.removeprefix("-").partition(".")
    if len(after) > places:
        return f"which has no more than {places} digits after the point"
    is_less = number.startswith("-")
    if len(before) <= _DIGITS and int(before + after.ljust(places, "0")) <= most + is_less:
        return ""
    digits = str(most + is_less)
    bound = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"of which the least is -{bound}" if is_less else f"of which the most is {bound}"


def _real(text: str, datatype: str) -> float:
    number = float(text)
    if datatype == "xsd:double":
        return number
    try:
        narrow: float = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return narrow


def _rounded_away(text: str, datatype: str) -> str:
    number, digits = _real(text, datatype), text.lower().partition("e")[0]
    if math.isinf(number) and "inf" not in text.lower():
        return "which makes it infinite"
    return "which makes it 0" if number == 0 and digits.strip("+-0.") else ""
