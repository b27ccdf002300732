"""Times: the dates that a sentence says in words, and what it says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from kg.adding import tongues
from kg.model.dates import NotADateError, PartialDate
from kg.model.nearest import MONTHS

Side = Literal["start", "end", ""]

_MONTH: Final = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_YEAR: Final = r"(?P<year>[12]\d{3})"
_FORMS: Final = tuple(
    re.compile(rf"\b(?:{form})\b", re.IGNORECASE)
    for form in (
        r"(?P<year>[12]\d{3})-(?P<number>\d\d)-(?P<day>\d\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.? (?:of )?(?P<month>{_MONTH})\.?(?:,? {_YEAR})?",
        rf"(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? {_YEAR})?(?! ?\d{{3}})",
        rf"(?P<month>{_MONTH})\.?(?: of)?,? {_YEAR}",
    )
)
_ALONE: Final = re.compile(
    rf"\b(?:{tongues.BEFORE_YEARS})(?:{tongues.IN_A_YEAR})? {_YEAR}\b(?! ?[-\N{{EN DASH}}] ?\d)",
    re.IGNORECASE,
)
_CUES: Final[tuple[tuple[Side, re.Pattern[str]], ...]] = (
    ("start", re.compile(rf"\b(?:{tongues.STARTS})(?: the)? ?$", re.IGNORECASE)),
    ("end", re.compile(rf"\b(?:{tongues.ENDS})(?: the)? ?$", re.IGNORECASE)),
)


class Time(NamedTuple):
    """A date, where it stands in its paragraph, and whether it is said to be a start or an end."""

    date: str
    start: int
    end: int
    side: Side


def times_in(text: str, year: str = "") -> list[Time]:
    """Return the dates of a text in their order; a day without a year is of the given one.

    >>> [(one.date, one.side) for one in times_in("from May 1999 to 2 June 2001")]
    [('1999-05', 'start'), ('2001-06-02', 'end')]
    >>> [one.date for one in times_in("on May 26", "2020")]
    ['2020-05-26']
    """
    found: dict[int, Time] = {}
    # A day that the calendar lacks is no month either.
    taken: list[tuple[int, int]] = []
    for form in (*_FORMS, _ALONE):
        for one in form.finditer(text):
            start = one.start("year") if form is _ALONE else one.start()
            if any(start < end and begin < one.end() for begin, end in taken):
                continue
            taken.append((start, one.end()))
            for date in _date(one, year):
                side: Side = next((name for name, cue in _CUES if cue.search(text[:start])), "")
                found[start] = Time(date, start, one.end(), side)
    return [found[start] for start in sorted(found)]


def _date(found: re.Match[str], year: str) -> Iterator[str]:
    """Yield the date if the calendar has it."""
    parts = found.groupdict()
    of = parts.get("year") or year
    month = parts.get("number") or MONTHS.get((parts.get("month") or "").casefold(), "")
    day = parts.get("day") or ""
    text = "-".join(one.zfill(2) for one in (of, month, day) if one)
    try:
        yield from [text] if of and PartialDate.parse(text) else []
    except NotADateError:
        return
