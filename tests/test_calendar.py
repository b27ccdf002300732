"""Years, months and days as whole numbers; an independent calendar and plain sets check them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.calendar import (
    BEGIN,
    END,
    Units,
    day_of,
    days,
    number_of,
    span_text,
    unit_of,
    unit_text,
)
from kg.model.dates import Period

DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 30))
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


@given(DAYS, DAYS)
def test_days_are_as_far_apart_as_the_calendar_says(one: date, other: date) -> None:
    numbers = [number_of((day.year, day.month, day.day)) for day in (one, other)]

    assert (other - one).days == numbers[1] - numbers[0]


@given(st.integers(-(10**8), 10**8))
def test_a_number_is_that_of_its_day(number: int) -> None:
    assert number == number_of(day_of(number))


def test_years_before_the_common_era_are_counted_through() -> None:
    """XSD 1.1 has a year 0, which is a leap year: 366 days from its first to that of the year 1."""
    assert number_of((1, 1, 1)) - number_of((0, 1, 1)) == 366
    assert number_of((0, 1, 1)) - number_of((-1, 12, 31)) == 1


@given(DAYS)
def test_a_day_lies_in_its_month_and_its_year(day: date) -> None:
    number = number_of((day.year, day.month, day.day))

    assert unit_text(unit_of(number, "year"), "year") == f"{day.year:04d}"
    assert unit_text(unit_of(number, "month"), "month") == f"{day.year:04d}-{day.month:02d}"
    assert unit_text(unit_of(number, "day"), "day") == day.isoformat()


def test_a_negative_year_is_written_with_four_digits() -> None:
    assert unit_text(-44, "year") == "-0044"
    assert unit_text(-44 * 12 + 2, "month") == "-0044-03"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((2013, 2016), "2013\N{EN DASH}2016"),
        ((2010, 2010), "2010"),
        ((2013, END), "since 2013"),
        ((BEGIN, 2009), "until 2009"),
        ((BEGIN, END), "always"),
    ],
)
def test_an_interval_is_said_in_words(span: tuple[int, int], text: str) -> None:
    assert span_text(span, "year") == text


def test_days_are_set_apart_by_spaces_for_they_hold_hyphens() -> None:
    first = number_of((2012, 12, 19))

    assert span_text((first, first + 1), "day") == "2012-12-19 \N{EN DASH} 2012-12-20"


def numbers(units: Units) -> set[int]:
    return {number for first, last in units for number in range(first, last + 1)}


def members(spans: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in spans for number in range(first, last + 1)}


@given(SPANS, SPANS)
def test_union_intersection_and_difference_are_those_of_sets(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    left, right = Units.of(one), Units.of(other)

    assert numbers(left | right) == members(one) | members(other)
    assert numbers(left & right) == members(one) & members(other)
    assert numbers(left - right) == members(one) - members(other)


@given(SPANS)
def test_intervals_stand_in_order_and_never_touch(spans: list[tuple[int, int]]) -> None:
    found = Units.of(spans).spans

    assert all(first <= last for first, last in found)
    assert all(one[1] + 1 < two[0] for one, two in pairwise(found))


def test_what_is_taken_from_an_open_interval_leaves_it_open() -> None:
    assert Units.of([(BEGIN, END)]) - Units.of([(3, 5)]) == Units(((BEGIN, 2), (6, END)))


@given(DAYS, st.integers(0, 800))
def test_a_year_is_filled_when_all_its_days_are_there_and_touched_by_one(
    start: date, length: int
) -> None:
    # Python knows no day after this one.
    last = start + min(timedelta(days=length), date(9999, 12, 31) - start)
    first = number_of((start.year, start.month, start.day))
    units = Units.of([(first, first + (last - start).days)])
    years = range(start.year, last.year + 1)

    touched = {year for year in years if start <= date(year, 12, 31) and last >= date(year, 1, 1)}
    filled = {year for year in years if start <= date(year, 1, 1) and last >= date(year, 12, 31)}
    assert (numbers(units.touched("year")), numbers(units.filled("year"))) == (touched, filled)


def test_months_that_are_filled_by_two_periods_together_are_filled() -> None:
    """January 2000, with the change on the 15th."""
    parts = [Period((1999, 12, 20), (2000, 1, 15)), Period((2000, 1, 15), (2000, 2, 1))]

    found = Units.of(map(days, parts)).filled("month")
    assert [span_text(span, "month") for span in found] == ["2000-01"]


def test_open_ends_stay_open_in_every_unit() -> None:
    always = Units.of([days(Period())])

    assert always.touched("year") == always.filled("month") == Units(((BEGIN, END),))


def test_an_interval_that_ends_before_it_begins_is_empty() -> None:
    assert not Units.of([(5, 4)])
