"""Partial dates are compared by their bounds, periods are half open."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spellings import LIKELY, WRITTEN

from kg.errors import LONGEST
from kg.model.dates import (
    Day,
    NotADateError,
    PartialDate,
    Period,
    day_before,
    days_in_month,
    iso,
    next_day,
    not_a_date,
    written,
)
from kg.model.edtf import read
from kg.model.statement import Kind, Source, Statement

PAGE = Path(__file__).parents[1] / "docs" / "dates.md"
WINDOW = range(60)
DATE = re.compile(r"\bY?-?\d{4,9}\b(?:-\d\d){0,2}")
FIRST = dt.date(2019, 12, 20).toordinal()

calendar_days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 30))


def day(number: int) -> Day:
    found = dt.date.fromordinal(FIRST + number)
    return (found.year, found.month, found.day)


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, frozenset[int]]:
    """A period inside the window, and the numbers of its days counted one by one."""
    since, until = sorted(draw(st.lists(st.integers(1, 58), min_size=2, max_size=2, unique=True)))
    has_since, has_until = draw(st.booleans()), draw(st.booleans())
    period = Period(day(since) if has_since else None, day(until) if has_until else None)
    lower = since if has_since else WINDOW.start
    upper = until if has_until else WINDOW.stop
    return period, frozenset(number for number in WINDOW if lower <= number < upper)


def days_of(period: Period | None) -> frozenset[int]:
    """The numbers of the days of a period, by comparing every day of the window with its bounds."""
    if period is None:
        return frozenset()
    since, until = period.since or day(WINDOW.start), period.until or day(WINDOW.stop)
    return frozenset(number for number in WINDOW if since <= day(number) < until)


@given(periods(), periods())
def test_an_intersection_has_the_days_that_are_in_both(
    one: tuple[Period, frozenset[int]], other: tuple[Period, frozenset[int]]
) -> None:
    assert days_of(one[0].intersection(other[0])) == one[1] & other[1]


@given(periods(), periods())
def test_periods_overlap_when_a_day_is_in_both(
    one: tuple[Period, frozenset[int]], other: tuple[Period, frozenset[int]]
) -> None:
    assert one[0].overlaps(other[0]) == bool(one[1] & other[1])


@given(periods(), periods())
def test_a_period_covers_another_when_it_has_each_of_its_days(
    one: tuple[Period, frozenset[int]], other: tuple[Period, frozenset[int]]
) -> None:
    assert one[0].covers(other[0]) == (other[1] <= one[1])


@given(periods(), periods())
def test_a_union_has_the_days_of_either_where_none_lies_between_them(
    one: tuple[Period, frozenset[int]], other: tuple[Period, frozenset[int]]
) -> None:
    either = one[1] | other[1]
    has_gap = len(either) <= max(either) - min(either)

    found = one[0].union(other[0])

    assert (found is None) is has_gap
    assert days_of(found) == (frozenset() if has_gap else either)


@given(periods(), periods())
def test_the_order_of_an_intersection_does_not_matter(
    one: tuple[Period, frozenset[int]], other: tuple[Period, frozenset[int]]
) -> None:
    assert one[0].intersection(other[0]) == other[0].intersection(one[0])


@given(calendar_days)
def test_a_day_survives_parsing_and_formatting(date: dt.date) -> None:
    assert iso(PartialDate.parse(date.isoformat()).earliest) == date.isoformat()


@given(calendar_days)
def test_the_next_day_and_the_day_before_are_those_of_the_calendar(date: dt.date) -> None:
    after = date + dt.timedelta(days=1)

    assert next_day((date.year, date.month, date.day)) == (after.year, after.month, after.day)
    assert day_before((after.year, after.month, after.day)) == (date.year, date.month, date.day)


@given(calendar_days)
def test_a_day_means_itself_only(date: dt.date) -> None:
    parsed = PartialDate.parse(date.isoformat())

    assert parsed.earliest == parsed.latest == (date.year, date.month, date.day)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_lasts_from_its_first_to_its_last_day(year: int, month: int) -> None:
    parsed = PartialDate.parse(f"{year:04d}-{month:02d}")
    last = calendar.monthrange(year, month)[1]

    assert (parsed.earliest, parsed.latest) == ((year, month, 1), (year, month, last))


@given(st.integers(1, 9999))
def test_a_year_lasts_from_january_to_december(year: int) -> None:
    parsed = PartialDate.parse(f"{year:04d}")

    assert (parsed.earliest, parsed.latest) == ((year, 1, 1), (year, 12, 31))


@given(calendar_days, calendar_days)
def test_days_compare_as_in_the_calendar(one: dt.date, other: dt.date) -> None:
    earlier = PartialDate.parse(one.isoformat()).earliest
    later = PartialDate.parse(other.isoformat()).earliest

    assert (earlier < later) == (one < other)


def test_every_leap_year_of_four_digits_is_known() -> None:
    found = [year for year in range(1, 10_000) if days_in_month(year, 2) == 29]

    assert found == [year for year in range(1, 10_000) if calendar.isleap(year)]


@given(st.text(max_size=12))
def test_any_text_is_a_date_as_written_or_refused(text: str) -> None:
    try:
        parsed = PartialDate.parse(text)
    except ValueError:
        return

    assert (parsed.text, text.isascii()) == (text, True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2020-13", "there is no month 13"),
        ("2020-00", "there is no month 00; did you mean 2020?"),
        ("2020-02-30", "2020-02 has 29 days"),
        ("2019-02-29", "2019-02 has 28 days"),
        ("2020-04-00", "2020-04 has 30 days; did you mean 2020-04?"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as raised:
        PartialDate.parse(text)

    assert str(raised.value) == f"'{text}' is not a date: {why}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02020",
        "soon",
        "30.02.2020",
        "1590451200",
    ],
)
def test_what_is_not_written_as_a_date_is_refused_with_the_format(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as raised:
        PartialDate.parse(text)

    assert str(raised.value) == f"'{text}' is not a date; write YYYY, YYYY-MM or YYYY-MM-DD"


def test_what_is_no_date_is_quoted_as_it_stands_where_it_fits_a_line() -> None:
    """With both of its spaces; what is longer ends with an ellipsis, as long as a line may be."""
    fits = "2001  " + "x" * (LONGEST - 6)
    longer = "x" * (LONGEST + 1)

    assert not_a_date(fits) == f"'{fits}' is not a date"
    assert not_a_date(longer) == f"'{'x' * (LONGEST - 1)}…' is not a date"


@pytest.mark.parametrize(
    ("text", "repair"),
    [
        ("20", "write all four digits of the year"),
        ("31.12.98", "write all four digits of the year"),
        ("окт. 98", "write all four digits of the year"),
        ("abc 98", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        # A day with a part too many is no short year.
        ("2022-13-10-07", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        ("2020-05-", "did you mean 2020-05?"),
        ("3 октября 1998 г.", "did you mean 1998-10-03?"),  # noqa: RUF001 - Russian
        ("3. Oktober 1998", "did you mean 1998-10-03?"),
        ("1998年10月3日", "did you mean 1998-10-03?"),
        ("I998", "did you mean 1998?"),
        ("Ol", "write YYYY, YYYY-MM or YYYY-MM-DD"),
    ],
)
def test_a_date_in_words_or_letters_is_offered_as_it_is_to_be_written(
    text: str, repair: str
) -> None:
    with pytest.raises(ValueError, match="is not a date") as raised:
        PartialDate.parse(text)

    assert str(raised.value) == f"'{text}' is not a date; {repair}"


@pytest.mark.parametrize(
    ("text", "datatype"),
    [("2012", "xsd:gYear"), ("2012-06", "xsd:gYearMonth"), ("2012-06-28", "xsd:date")],
)
def test_the_type_of_a_date_has_its_precision(text: str, datatype: str) -> None:
    assert PartialDate.parse(text).datatype == datatype


def test_the_period_of_a_month_ends_with_the_first_day_of_the_next() -> None:
    assert PartialDate.parse("2019-12").period == Period((2019, 12, 1), (2020, 1, 1))


def test_years_before_the_common_era_are_dates() -> None:
    assert iso(PartialDate.parse("-0044-03-15").earliest) == "-0044-03-15"


def test_the_year_zero_is_a_leap_year() -> None:
    assert PartialDate.parse("0000-02").latest == (0, 2, 29)


def test_a_year_of_more_than_four_digits_is_written_with_a_y() -> None:
    years = [PartialDate.parse(text) for text in ("Y12020", "Y-17000", "Y999999999")]

    assert [one.year for one in years] == [12020, -17000, 999999999]
    assert [one.datatype for one in years] == ["xsd:gYear"] * 3
    # XSD 1.1 Datatypes §3.3.11: four digits or more, no leading zero beyond four, no letter.
    assert [one.lexical for one in years] == ["12020", "-17000", "999999999"]
    assert iso(years[0].earliest) == "12020-01-01"


@pytest.mark.parametrize("text", ["Y12020", "Y-17000", "2020", "-0044", "2020-05", "-0044-03-15"])
def test_a_date_of_a_graph_is_given_back_as_it_was_written(text: str) -> None:
    assert written(PartialDate.parse(text).lexical) == text


@pytest.mark.parametrize(
    ("text", "day"),
    [("12020-02-29", (12020, 2, 29)), ("-16999-01-01", (-16999, 1, 1)), ("20170609", None)],
)
def test_what_a_graph_holds_is_read_whatever_its_year(text: str, day: Day | None) -> None:
    assert PartialDate.stored(text).earliest == (day or (20170609, 1, 1))


@pytest.mark.parametrize(("text", "first"), WRITTEN.items())
def test_a_date_begins_on_the_first_day_that_it_can_mean(text: str, first: str) -> None:
    assert iso(PartialDate.parse(text).earliest) == first


@pytest.mark.parametrize(("text", "repair"), LIKELY.items())
def test_what_is_no_date_is_refused_with_what_was_probably_meant(text: str, repair: str) -> None:
    with pytest.raises(NotADateError) as raised:
        PartialDate.parse(text)

    assert str(raised.value) == f"'{text}' is not a date; {repair}"


def test_what_was_probably_meant_is_a_date() -> None:
    suggested = [found for repair in LIKELY.values() for found in DATE.findall(repair)]

    assert len(suggested) > len(LIKELY)
    assert [PartialDate.parse(text).text for text in suggested] == suggested


@given(st.dates(dt.date(1927, 5, 18), dt.date(2173, 10, 13)))
def test_a_number_of_five_digits_is_the_day_that_excel_has_for_it(day: dt.date) -> None:
    # 25569 is Excel's number for 1970-01-01, the day from which POSIX counts seconds.
    seconds = dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()

    with pytest.raises(NotADateError, match=f"Excel's number for {day}"):
        PartialDate.parse(str(25569 + round(seconds / 86400)))


@given(st.text(alphabet=" 0123456789-./TZY+:MayJun\n\x07", max_size=30))
def test_a_refusal_is_one_line_and_suggests_dates_only(text: str) -> None:
    said, repair = "", ""
    try:
        PartialDate.parse(text)
    except NotADateError as error:
        said, repair = str(error), error.repair

    assert said.isprintable()
    assert [found for found in DATE.findall(repair) if PartialDate.parse(found).text != found] == []


def test_a_period_ends_before_the_day_on_which_the_next_begins() -> None:
    first, second = Period((1992, 5, 15), (1999, 4, 20)), Period((1999, 4, 20))

    assert not first.overlaps(second)


def test_a_period_without_bounds_covers_every_other() -> None:
    assert Period().covers(Period((1992, 5, 15)))


def test_a_bounded_period_does_not_cover_an_open_one() -> None:
    assert not Period((1992, 5, 15), (1999, 4, 20)).covers(Period((1993, 1, 1)))


# ---------------------------------------------------------------- the page that says what they mean


def lines_of(heading: str) -> list[list[str]]:
    """The cells of the one table below a heading of docs/dates.md, as written."""
    section = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table[2:]]


def told(first: Day | None, last: Day | None) -> str:
    return " to ".join(iso(one) if one else "…" for one in (first, last))


@pytest.mark.parametrize("cells", lines_of("Forms"), ids=lambda cells: cells[1])
def test_a_form_means_the_days_that_the_page_says(cells: list[str]) -> None:
    _, text, start, end, at = cells
    date = read(text)

    meant = told(date.earliest, date.latest)
    assert (meant, told(*date.over), meant) == (start, end, at)


def held(one: Statement) -> list[str]:
    return [
        told(span.since, span.until and day_before(span.until)) if span else "none"
        for span in (one.holds, one.surely)
    ]


@pytest.mark.parametrize("cells", lines_of("Possibly and surely"), ids=" ".join)
def test_a_fact_holds_possibly_and_surely_on_the_days_that_the_page_says(cells: list[str]) -> None:
    kind: Kind = "event" if cells[0] == "event" else "state"
    start, end, at, *expected = cells[1:]
    one = Statement("a", "p", "b", kind, start=start, end=end, at=at)

    assert held(one) == expected


@pytest.mark.parametrize("cells", lines_of("Ended, not known when"), ids=lambda cells: cells[0])
def test_what_ended_nobody_knows_when_holds_as_the_page_says(cells: list[str]) -> None:
    start, *expected = cells
    by = Source("news", "News", published="2001-05").over_by(None)
    one = Statement("a", "p", "b", "state", start=start, end="unknown", over_by=by)

    assert [told(*one.over), *held(one)] == expected
