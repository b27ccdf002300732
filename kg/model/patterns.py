r"""Patterns: how an id, a digest, a number, a date or an address is written, each once.

Each is the text of a pattern for the whole of a cell, in the words that Python and the Rust of
columns read alike: digits are [0-9] and never \d. `PLAIN_…` is on purpose narrower than the rule
beside it: columns take what it takes as surely right, and everything else goes to the rule.
"""

from __future__ import annotations

from typing import Final

# A local name that is written the same in every syntax.
LOCAL_NAME: Final = r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*"
# Of an entity or source: a local name, in lower case.
ID: Final = r"[a-z0-9]+(?:[-.][a-z0-9]+)*"
WIKIDATA_ID: Final = r"Q[1-9][0-9]*"
SHA256: Final = r"[0-9a-f]{64}"

# A language tag that surely is one: a language, and perhaps a country.
PLAIN_LANGUAGE: Final = r"[a-z]{2}(?:-[A-Z]{2})?"

# Unicode 16.0, Bidi_Control: what turns the direction of writing, and is not seen itself.
_TURNING: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
TURNING: Final = f"[{_TURNING}]"

# An address is one that the store takes as an IRI, too; of these no other question is asked.
WEB_ADDRESS: Final = rf"https?://[^\s<>\"{{}}|\\^`{_TURNING}]+"
_CHARACTER: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})"
PLAIN_WEB_ADDRESS: Final = rf"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?:/{_CHARACTER}*)?"

_REAL: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?|[+-]?INF|NaN"
# XSD 1.1 Datatypes: the lexical spaces of what a curator is likely to write, dates aside.
LEXICAL: Final = {
    "xsd:integer": r"[+-]?[0-9]+",
    "xsd:decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "xsd:boolean": r"true|false|0|1",
    "xsd:double": _REAL,
    "xsd:float": _REAL,
}
# Of the same types what the store surely holds, spelled as it gives it back.
_PLAIN_WHOLE: Final = r"0|-?[1-9][0-9]{0,17}"
PLAIN_LEXICAL: Final = {
    "xsd:integer": _PLAIN_WHOLE,
    "xsd:decimal": rf"{_PLAIN_WHOLE}|-?(?:0|[1-9][0-9]{{0,17}})\.[0-9]{{0,17}}[1-9]",
    "xsd:boolean": r"true|false",
}

# From 0 to 1, and the shortest form of it, which is stored as it stands.
NUMBER: Final = r"0(?:\.[0-9]{1,18})?|1(?:\.0{1,18})?"
PLAIN_NUMBER: Final = r"0|1|0\.[0-9]{0,17}[1-9]"

_YEAR: Final = r"-?[0-9]{4}"
# A year of more than four digits, without a leading zero.
FAR_YEAR: Final = r"-?[1-9][0-9]{4,8}"
# ISO 8601-2 (EDTF, level 1): a year of more than four digits has a Y before it and stands alone.
# The calendar may lack the day; year, month, day and far year are the groups.
DATE: Final = rf"({_YEAR})(?:-([0-9]{{2}})(?:-([0-9]{{2}}))?)?|Y({FAR_YEAR})"
# XSD 1.1 Datatypes §3.3.9: four digits or more, no leading zero beyond four. The day after the last
# year that can be written has one digit more.
STORED_DATE: Final = rf"({FAR_YEAR}|1000000000|{_YEAR})(?:-([0-9]{{2}})(?:-([0-9]{{2}}))?)?"
# ISO 8601-2 (EDTF), levels 1 and 2, as far as cells of time take it. Digits that nobody knows.
UNSPECIFIED: Final = rf"-?(?:[0-9]{{3}}X|[0-9]{{2}}XX)|{_YEAR}-XX(?:-XX)?|{_YEAR}-[0-9]{{2}}-XX"
# A date or a season, with what is said of the whole of it; both are groups.
QUALIFIED: Final = rf"({UNSPECIFIED}|{_YEAR}(?:-[0-9]{{2}}){{0,2}})([?~%]?)"
# A season of a year; both are groups.
SEASON: Final = rf"({_YEAR})-(2[1-4])"
# One of the days of a range, of which one side may be open; both are groups.
ONE_OF: Final = r"\[([Y0-9-]*)\.\.([Y0-9-]*)\]"
# A year from 1 to 9999 that has a 29 February.
_FOURTH: Final = r"(?:0[48]|[2468][048]|[13579][26])"
LEAP_YEAR: Final = rf"(?:[0-9]{{2}}{_FOURTH}|{_FOURTH}00)"
# The months and days of every year; the calendar has all dates of PLAIN_DATE.
_COMMON: Final = (
    r"-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?"
    r"|-(?:0[13-9]|1[0-2])-(?:29|30)|-(?:0[13578]|1[02])-31"
)
# What is before the year 1 is doubtful, and so is the year 9999, whose next year has five digits.
# Rust's patterns cannot look ahead, so the years between are counted up.
_PLAIN_YEAR: Final = (
    r"(?:[1-8][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9]"
    r"|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"
)
PLAIN_DATE: Final = rf"{_PLAIN_YEAR}(?:{_COMMON})?|{LEAP_YEAR}-02-29"


def whole(pattern: str) -> str:
    """Return the pattern for engines that look for it anywhere: it has to be the whole text.

    >>> whole("0|1")
    '^(?:0|1)$'
    """
    return f"^(?:{pattern})$"
