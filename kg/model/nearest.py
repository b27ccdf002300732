"""Nearest: the date that a text which is no date probably means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

# Excel counts days from here, in all workbooks but the oldest of the Macintosh; its 29 February
# of 1900, which never was, lies before every number of five digits.
_EXCEL: Final = date(1899, 12, 30)
# No longer text is any way to write a date.
_LONGEST: Final = 40
# Years outside are more likely to be something else.
_YEARS: Final = range(1000, 3000)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DASHES: Final = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")
# A time of day, with or without its zone, or a zone alone.
_TIME: Final = re.compile(r"(?:[Tt ]\d{1,2}:\d\d.*|T\d{4,6}.*|(?<=\d)(?:Z|[+-]\d\d:\d\d))$")
_PARTED: Final = re.compile(r"(\w+)(?:[-./, ]+(\w+))?[-./, ]+(\w+)")


def repair(text: str) -> str:
    """Return how a text that is no date is to be written, or "" when nothing is likely.

    >>> repair("20120627")
    'did you mean 2012-06-27?'
    >>> repair("43977")
    "is it Excel's number for 2020-05-26? If it is a year, write Y43977"
    """
    clean = _DASHES.sub("-", " ".join(text[:_LONGEST].split()))
    # A spreadsheet that takes days for numbers may add .0, and .75 for an afternoon.
    clean = re.sub(r"^(\d{4})\.0+$|^(\d{5,8})\.\d+$", r"\1\2", clean)
    clean = re.sub(r"^\+0*", "", _TIME.sub("", clean))
    far = re.fullmatch(r"[Yy]?(-?[1-9]\d{4,8})(-\d\d(-\d\d)?)?", clean)
    if far is None:
        return _meant([*_compact(clean), *_year(clean), *_parted(clean)])
    year = f"Y{far[1]}"
    if far[2]:
        return f"write {year}, because a year of more than four digits stands alone"
    if far[1] == clean and len(clean) == 5:
        day = (_EXCEL + timedelta(int(clean))).isoformat()
        return f"is it Excel's number for {day}? If it is a year, write {year}"
    return _meant(_compact(clean)) or f"if it is a year, write {year}"


def _meant(dates: Iterable[str]) -> str:
    several = " or ".join(dict.fromkeys(dates))
    return f"did you mean {several}?" if several else ""


def _year(text: str) -> Iterator[str]:
    """Yield the year with the zeros and the sign that it is written with, or the date as it is."""
    match = re.fullmatch(r"[Yy+]?(-?)(\d{3,4}|(?<=-)\d{1,2})", text)
    if match:
        yield f"{match[1]}{int(match[2]):04d}"


def _compact(text: str) -> Iterator[str]:
    """Yield what digits without anything between them can mean."""
    if not text.isascii() or not text.isdigit():
        return
    if len(text) == 6:
        yield from _real(text[:4], text[4:])
    if len(text) == 8:
        yield from _real(text[:4], text[4:6], text[6:])
        yield from _real(text[4:], text[2:4], text[:2])
        yield from _real(text[4:], text[:2], text[2:4])


def _parted(text: str) -> Iterator[str]:
    """Yield what two or three parts can mean, each way round that makes a date."""
    match = _PARTED.fullmatch(text)
    if not match:
        return
    parts = [part for part in match.groups() if part]
    numbers = [_number(part) for part in parts]
    # As year, month and day.
    orders = [(0, 1, 2), (2, 1, 0), (2, 0, 1)] if len(parts) == 3 else [(0, 1), (1, 0)]
    for order in orders:
        # The name of a month is no day.
        if all(parts[at].isdigit() or at == order[1] for at in range(len(parts))):
            yield from _real(*(numbers[at] for at in order))


def _number(part: str) -> str:
    """Return a part as digits, the name of a month as its number; "" for any other word."""
    word = part.casefold()
    for number, name in enumerate(_MONTHS, 1):
        if word in {name, name[:3], name[:4]}:
            return str(number)
    return word if word.isascii() and word.isdigit() else ""


def _real(year: str, month: str, day: str = "") -> Iterator[str]:
    """Yield the date if there is one, of a year with four digits."""
    if len(year) != 4 or int(year) not in _YEARS or not month or max(len(month), len(day)) > 2:
        return
    try:
        found = date(int(year), int(month), int(day or "1"))
    except ValueError:
        return
    yield found.isoformat() if day else found.isoformat()[:7]
