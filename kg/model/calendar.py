"""Calendar: years, months and days as whole numbers, and sets of them as closed intervals.

Published tables count in editions, that is in whole years or days, and include both ends; the
graph counts in half-open periods of days.
Here the two are laid on one ruler.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from kg.model.dates import Day, Period, Precision, iso

Span = tuple[int, int]

PRECISIONS: Final[tuple[Precision, ...]] = ("year", "month", "day")
# Beyond the days of the largest year that can be written, which has nine digits.
BEGIN: Final = -(10**15)
END: Final = 10**15

_ERA: Final = 146_097  # the days of 400 years


def number_of(day: Day) -> int:
    """Return the number of the day, counted from 1 March of the year 0.

    >>> number_of((2020, 3, 1)) - number_of((2020, 2, 28))
    2
    """
    year, month, number = day
    # Years begin in March here, so that the leap day is the last of its year.
    year -= month < 3
    within = (153 * ((month + 9) % 12) + 2) // 5 + number - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + within


def day_of(number: int) -> Day:
    """Return the day that has the number.

    >>> day_of(number_of((-44, 3, 15)))
    (-44, 3, 15)
    """
    era, rest = divmod(number, _ERA)
    years = (rest - rest // 1460 + rest // 36_524 - rest // (_ERA - 1)) // 365
    within = rest - (365 * years + years // 4 - years // 100)
    shifted = (5 * within + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    day = within - (153 * shifted + 2) // 5 + 1
    return (era * 400 + years + (month < 3), month, day)


def unit_of(number: int, precision: Precision) -> int:
    """Return the year, month or day in which the day of the number lies; an open end stays open.

    >>> unit_of(number_of((2012, 12, 19)), "year")
    2012
    """
    if number in {BEGIN, END} or precision == "day":
        return number
    year, month, _ = day_of(number)
    return year if precision == "year" else year * 12 + month - 1


def unit_text(unit: int, precision: Precision) -> str:
    """Return the unit as ISO 8601 writes it.

    >>> unit_text(2012 * 12 + 11, "month")
    '2012-12'
    """
    if precision == "day":
        return iso(day_of(unit))
    year, month = (unit, 0) if precision == "year" else divmod(unit, 12)
    text = iso((year, month + 1, 1))
    return text[:-6] if precision == "year" else text[:-3]


def span_text(span: Span, precision: Precision) -> str:
    """Return the interval in words; an open end is said as such.

    >>> span_text((2010, 2010), "year"), span_text((2013, END), "year")
    ('2010', 'since 2013')
    """
    first, last = span
    if first == BEGIN:
        return "always" if last == END else f"until {unit_text(last, precision)}"
    if last == END:
        return f"since {unit_text(first, precision)}"
    texts = [unit_text(unit, precision) for unit in dict.fromkeys(span)]
    # Days hold hyphens themselves.
    return ("\N{EN DASH}" if precision == "year" else " \N{EN DASH} ").join(texts)


@dataclass(frozen=True, slots=True)
class Units:
    """A set of whole numbers as closed intervals, in order, with a gap between any two.

    >>> Units.of([(2007, 2009), (2010, 2010), (2015, 2016)])
    Units(spans=((2007, 2010), (2015, 2016)))
    """

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Self:
        """Return the numbers of all the intervals; one that ends before it begins has none."""
        joined: list[Span] = []
        for first, last in sorted(spans):
            if first > last:
                continue
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.spans)

    def __iter__(self) -> Iterator[Span]:
        """Yield the intervals in their order."""
        return iter(self.spans)

    def __or__(self, other: Units) -> Units:
        return Units.of((*self.spans, *other.spans))

    def __and__(self, other: Units) -> Units:
        return Units.of(
            (max(one[0], two[0]), min(one[1], two[1])) for one in self.spans for two in other.spans
        )

    def __sub__(self, other: Units) -> Units:
        return self & other.complement()

    def complement(self) -> Units:
        """Return every number that is not in the set.

        >>> Units.of([(BEGIN, 1991), (2010, END)]).complement()
        Units(spans=((1992, 2009),))
        """
        firsts = [BEGIN, *(last + 1 for _, last in self.spans)]
        lasts = [*(first - 1 for first, _ in self.spans), END]
        return Units.of(zip(firsts, lasts, strict=True))

    def touched(self, precision: Precision) -> Units:
        """Return the years, months or days in which at least one of these days lies."""
        return Units.of(
            (unit_of(first, precision), unit_of(last, precision)) for first, last in self.spans
        )

    def filled(self, precision: Precision) -> Units:
        """Return the years, months or days of which every day is among these.

        >>> Units.of([days(Period((1999, 12, 31), (2002, 12, 31)))]).filled("year")
        Units(spans=((2000, 2001),))
        """
        return Units.of(
            (
                first if first == BEGIN else unit_of(first - 1, precision) + 1,
                last if last == END else unit_of(last + 1, precision) - 1,
            )
            for first, last in self.spans
        )


def days(period: Period) -> Span:
    """Return the numbers of the first and the last day of the period."""
    first = BEGIN if period.since is None else number_of(period.since)
    return (first, END if period.until is None else number_of(period.until) - 1)
