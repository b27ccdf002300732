"""What each check on periods says, of which row, and when it is silent."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from kg.model.checks import INTERVAL_CHECKS, everywhere, interval_findings, place_of
from kg.model.merge import gather
from kg.model.statement import Rank, Reference, Statement

FACTS = "data/statements/facts.csv"
BETTER = "mark the better one preferred or the worse one deprecated"


def row(line: int, at: str = "") -> tuple[Reference, ...]:
    return (Reference("book", at=at, row=f"{FACTS}:{line}"),)


def period(line: int, start: str, end: str = "", rank: Rank = "normal") -> Statement:
    about = ("anna", "playsFor", "rooks")
    return Statement(*about, "state", start=start, end=end, rank=rank, references=row(line))


def seen(line: int, at: str, rank: Rank = "normal") -> Statement:
    about = ("anna", "playsFor", "rooks")
    return Statement(*about, "state", at=at, rank=rank, references=row(line, at))


def won(line: int, at: str, rank: Rank = "normal") -> Statement:
    about = ("anna", "won", "city-open")
    return Statement(*about, "event", at=at, rank=rank, references=row(line, at))


def rated(line: int, rating: str, at: str = "") -> Statement:
    about = ("anna", "rating", rating)
    start = "" if at else "2001"
    return Statement(*about, "state", "xsd:integer", start=start, at=at, references=row(line, at))


def told(*group: Statement, once: bool = False) -> list[str]:
    return [str(one) for one in interval_findings(group, once={"won"} if once else ())]


# ---------------------------------------------------------------- the place of a finding


def test_the_rows_of_an_example_stand_below_the_header_of_a_table() -> None:
    for check in INTERVAL_CHECKS:
        for group in (*check.fails, *check.passes):
            lines = [(FACTS, line) for line in (2, 3)][: len(group)]
            assert [place_of(one) for one in group] == lines, check.name


def test_the_first_row_of_a_statement_is_its_place_attestations_inside_it_aside() -> None:
    inside = Reference("almanac", at="2002", row=f"{FACTS}:7")
    rows = (inside, *row(10), *row(9))

    assert place_of(replace(period(2, "2001"), references=rows)) == (FACTS, 9)


def test_no_check_has_to_be_asked_about_rows_that_are_plain() -> None:
    """The walk on columns would make statements of all of them."""
    assert everywhere() == ()


# ---------------------------------------------------------------- overlaps


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_periods_that_must_share_a_day_are_an_error_at_the_later_row(
    order: tuple[int, int],
) -> None:
    two = [period(2, "2001", "2003"), period(3, "2002", "2004")]

    assert told(*(two[index] for index in order)) == [
        (
            f"{FACTS}:3:1: error: 'anna playsFor rooks' overlaps the period at {FACTS}:2; "
            f"correct the dates, or {BETTER}"
        )
    ]


def test_periods_that_may_be_one_are_a_note() -> None:
    assert told(period(2, "", "2005"), period(3, "", "2012")) == [
        (
            f"{FACTS}:3:1: note: 'anna playsFor rooks' may be another account of the period at "
            f"{FACTS}:2; both count; if it is one, {BETTER}"
        )
    ]


def test_periods_that_touch_in_a_year_are_two() -> None:
    assert told(period(2, "1999", "2001"), period(3, "2001", "2003")) == []


@pytest.mark.parametrize("rank", ["preferred", "deprecated"])
def test_where_ranks_differ_they_decide(rank: Rank) -> None:
    assert told(period(2, "2001", "2003"), period(3, "2002", "2004", rank)) == []


def test_deprecated_periods_may_overlap() -> None:
    assert told(*(period(2, start, "2005", "deprecated") for start in ("2001", "2002"))) == []


# ---------------------------------------------------------------- spellings


def test_two_spellings_of_the_same_days_are_one_fact() -> None:
    one, other = period(2, "199X", "2003-12?"), period(3, "[1990..1999]", "2003-12")

    assert told(one, other) == [
        (
            f"{FACTS}:3:1: error: 'anna playsFor rooks' is another spelling of what stands at "
            f"{FACTS}:2; write 199X for [1990..1999] and 2003-12? for 2003-12, so that both are "
            "one statement with two references"
        )
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("199X", "2004"), ("[1990..1999]", "2003")),
        (("199X", "2004"), ("[1990..1998]", "2004")),
        (("199X", "2004"), ("[1990..1999]", "unknown")),
        (("199X", ""), ("[1990..1999]", "2004")),
        (("", "unknown"), ("199X", "unknown")),
    ],
)
def test_where_one_date_means_other_days_it_is_no_spelling(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    found = told(period(2, *one), period(3, *other))

    assert len(found) == 1
    assert "account" in found[0] or "overlaps" in found[0]


def test_an_end_that_nobody_dates_is_the_same_when_the_sources_knew_of_it_by_the_same_day() -> None:
    one, other = period(2, "199X", "unknown"), period(3, "[1990..1999]", "unknown")
    early, late = "2004-05-01", "2005-05-01"

    (same,) = told(replace(one, over_by=early), replace(other, over_by=early))
    (unlike,) = told(replace(one, over_by=early), replace(other, over_by=late))
    assert "another spelling" in same
    assert "another account" in unlike


def test_each_other_spelling_of_a_value_is_named_and_nothing_else_said() -> None:
    group = [rated(4, "02400"), rated(2, "2400"), rated(3, "+2400"), rated(5, "2400", "1999-05")]

    assert told(*group) == [
        f"{FACTS}:{line}:1: error: 'anna rating {spelled}' is another spelling of the value that "
        f"stands at {FACTS}:2; write 2400 for {spelled}, so that both speak of one fact"
        for line, spelled in ((4, "02400"), (3, "+2400"))
    ]


# ---------------------------------------------------------------- events


@pytest.mark.parametrize("order", [*permutations([(2, "2001"), (3, "2001-05")])])
def test_the_less_precise_of_two_dates_of_what_can_happen_again_is_asked_about(
    order: tuple[tuple[int, str], ...],
) -> None:
    assert told(*(won(*each) for each in order)) == [
        (
            f"{FACTS}:2:1: warning: 'anna won city-open' may be the same event as at {FACTS}:3; "
            f"both count; if it is one, write the same date in both rows, or {BETTER}"
        )
    ]


def test_of_two_dates_that_are_as_precise_the_later_row_is_asked_about() -> None:
    lasted = replace(won(3, ""), start="2001-05-02", end="2001-05-03", references=row(3))

    (found,) = told(won(2, "2001-05-02"), lasted)
    assert found.startswith(f"{FACTS}:3:1: warning: ")


def test_any_other_date_of_what_happens_once_is_an_error() -> None:
    group = [won(2, "2001"), won(3, "2002-05")]

    assert told(*group) == []
    assert told(*group, once=True) == [
        (
            f"{FACTS}:3:1: error: 'anna won city-open' is dated otherwise at {FACTS}:2; correct "
            f"the dates, or {BETTER}; if it can happen again, take kg:HappensOnce from ':won' "
            "in the ontology"
        )
    ]


# ---------------------------------------------------------------- attestations


@pytest.mark.parametrize(
    ("at", "rank", "counts"),
    [
        ("1999-05-01", "normal", "it counts for that day only"),
        ("1999-05", "normal", "it may be so on any day of 1999-05, and no rule concludes from it"),
        ("1999-05-01", "deprecated", "it never counts"),
    ],
)
def test_an_attestation_alone_is_a_note_that_says_what_it_counts_for(
    at: str, rank: Rank, counts: str
) -> None:
    known = "deprecated period" if rank == "deprecated" else "period"

    assert told(seen(2, at, rank), period(3, "2001")) == [
        (
            f"{FACTS}:2:1: note: 'anna playsFor rooks' is attested on {at}, outside every known "
            f"{known}; {counts}; add the period if a source gives one"
        )
    ]


def test_an_attestation_that_fits_several_periods_names_those_alone() -> None:
    rows = [period(2, "1990", "1995"), period(4, "2003", ""), period(3, "1999", "2003")]

    assert told(*gather([*rows, seen(5, "2003")]).statements) == [
        (
            f"{FACTS}:5:1: note: 'anna playsFor rooks' is attested on 2003, which fits several "
            f"periods: {FACTS}:3, {FACTS}:4; it never counts; more precise dates, here or there, "
            "would tell which"
        )
    ]
