"""Dates of Wikibase: a time with its precision and calendar → a date as kg writes it."""

from __future__ import annotations

import re
from typing import Final

from kg.model.calendar import day_of, number_of
from kg.model.dates import Day, NotADateError, days_in_month, iso
from kg.model.edtf import read

DAY: Final = 11
MONTH: Final = 10
YEAR: Final = 9
DECADE: Final = 8
# What a time of each precision is one of: so many years.
LONG: Final = {DECADE: 10, 7: 100, 6: 1000}
_TIME: Final = re.compile(r"([+-]?)([0-9]{4,16})-([0-9]{2})-([0-9]{2})(?:T.*)?")
_LAST_YEAR: Final = 9999


def written(time: str, precision: int, *, is_julian: bool = False, has_year_0: bool = False) -> str:
    """Return a time of Wikibase as kg writes dates, which has a year 0.

    A decade is named after its first year, and a century or a millennium ends with the year that
    its number names, as Wikibase shows them. Days of the Julian calendar become Gregorian ones;
    a month or a year of it stays what it is called.

    Raises NotADateError.

    >>> written("+1952-03-00T00:00:00Z", 10), written("-0044-03-15T00:00:00Z", 11, is_julian=True)
    ('1952-03', '-0043-03-13')
    >>> written("+1995-00-00T00:00:00Z", 8), written("+1850-00-00T00:00:00Z", 7)
    ('199X', '[1801..1900]')
    """
    match = _TIME.fullmatch(time)
    if match is None:
        problem = f"'{time}' is no time of Wikibase"
        raise NotADateError(problem)
    sign, digits, month, day = match.groups()
    year = -int(digits) if sign == "-" else int(digits)
    if not year and not has_year_0:
        problem = "there is no year 0 in the calendar of the file"
        raise NotADateError(problem)
    year += year < 0 and not has_year_0
    if precision in LONG:
        return _one_of(year, precision)
    if precision < YEAR:
        problem = "it is precise to 10,000 years or less, which no date says"
        raise NotADateError(problem)
    text = _text(year)
    if precision > YEAR:
        text += f"-{month}"
    if precision >= DAY:
        whole = (year, int(month), int(day))
        text = iso(_gregorian(whole, time)) if is_julian else f"{text}-{day}"
    return read(text).text


def _one_of(year: int, precision: int) -> str:
    """Return the decade, century or millennium in which the year lies."""
    size = LONG[precision]
    counted = year if year > 0 else 1 - year
    if precision == DECADE:
        first, last = max(counted // size * size, 1), counted // size * size + size - 1
        if year >= size and year <= _LAST_YEAR:
            return f"{first // size:03}X"
    else:
        last = -(-counted // size) * size
        first = last - size + 1
    if year <= 0:
        first, last = 1 - last, 1 - first
    return read(f"[{_text(first)}..{_text(last)}]").text


def _gregorian(day: Day, time: str) -> Day:
    """Return the day of the Gregorian calendar that a Julian day is."""
    year, month, number = day
    # Every fourth year has a 29 February.
    if not (1 <= month <= 12 and 1 <= number <= days_in_month(4 if year % 4 == 0 else 1, month)):
        problem = f"'{time}' is no day of the Julian calendar"
        raise NotADateError(problem)
    # As in `number_of`, years begin in March.
    since = year - (month < 3)
    return day_of(number_of(day) + since // 100 - since // 400 - 2)


def _text(year: int) -> str:
    if abs(year) > _LAST_YEAR:
        return f"Y{year}"
    return f"{'-' if year < 0 else ''}{abs(year):04}"
