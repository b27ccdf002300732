"""A statement is known by what it claims; its rank decides against others of the same triple."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kg.model.dates import PartialDate, Period
from kg.model.ids import content_id
from kg.model.merge import disputes
from kg.model.statement import Proof, Reference, Source, Statement

PLAYED = Statement(
    "anna", "playsFor", "knights", "state", start="1995-09", end="2000-01-01"
)  # fmt: skip


def test_the_id_is_a_digest_of_what_is_claimed() -> None:
    claim = "anna\x1fplaysFor\x1fknights\x1f1995-09\x1f2000-01-01\x1f"
    expected = hashlib.sha256(claim.encode()).hexdigest()[:16]

    assert expected == PLAYED.id


@pytest.mark.parametrize(
    "changed",
    [
        replace(PLAYED, rank="preferred"),
        replace(PLAYED, references=(Reference("almanac-2001"),)),
        replace(PLAYED, disputed_by=("0000000000000000",)),
        replace(PLAYED, entailed_by=("rivals",)),
    ],
)
def test_rank_and_references_do_not_change_the_id(changed: Statement) -> None:
    assert changed.id == PLAYED.id


@pytest.mark.parametrize(
    "changed",
    [
        replace(PLAYED, subject="boris"),
        replace(PLAYED, object="rooks"),
        replace(PLAYED, start="1995"),
        replace(PLAYED, end="", at="2000-01-01"),
        replace(PLAYED, proofs=(Proof("teammates", ("a", "b")),)),
    ],
)
def test_another_claim_has_another_id(changed: Statement) -> None:
    assert changed.id != PLAYED.id


def test_one_more_proof_does_not_rename_an_inferred_statement() -> None:
    one = replace(PLAYED, proofs=(Proof("teammates", ("a", "b")),), proof_count=1)
    two = replace(one, proofs=(Proof("teammates", ("a", "c")), *one.proofs), proof_count=2)

    assert one.id == two.id


def test_an_inferred_statement_has_the_same_id_however_its_days_are_written() -> None:
    one = replace(PLAYED, start="1998", proofs=(Proof("teammates", ("a", "b")),))

    assert replace(one, start="1998-01-01").id == one.id
    assert replace(one, start="1998-01-02").id != one.id


def test_parts_cannot_run_into_each_other() -> None:
    assert content_id("ab", "c") != content_id("a", "bc")


def test_a_start_counts_by_its_earliest_day_and_an_end_by_the_day_after_its_latest() -> None:
    statement = replace(PLAYED, start="1995", end="2000-02")

    assert statement.span == Period((1995, 1, 1), (2000, 3, 1))


def test_an_attestation_holds_on_its_day_only() -> None:
    statement = replace(PLAYED, start="", end="", at="1999-12-31")

    assert statement.holds == Period((1999, 12, 31), (2000, 1, 1))


def test_an_attestation_for_a_year_holds_for_the_year() -> None:
    statement = replace(PLAYED, start="", end="", at="1999")

    assert statement.holds == Period((1999, 1, 1), (2000, 1, 1))


def test_that_an_event_happened_holds_ever_after() -> None:
    statement = Statement("boris", "won", "city-open", "event", at="1999-06-12")

    assert statement.holds == Period((1999, 6, 12))


def test_an_event_of_several_days_holds_from_its_first_day() -> None:
    statement = Statement("boris", "won", "city-open", "event", start="1999-06", end="1999-07-02")

    assert statement.holds == Period((1999, 6, 1))


def test_the_span_of_an_event_of_several_days_ends() -> None:
    statement = Statement("boris", "won", "city-open", "event", start="1999-06", end="1999-07-02")

    assert statement.span == Period((1999, 6, 1), (1999, 7, 2))


def test_a_timeless_statement_holds_on_every_day() -> None:
    assert Statement("knights", "hosts", "city-open", "timeless").holds == Period()


@pytest.mark.parametrize(
    ("start", "end", "at", "days"),
    [
        # The last day lies in February, so the first of it is one.
        ("1995", "2000-02", "", Period((1995, 12, 31), (2000, 2, 2))),
        ("1995", "", "", Period((1995, 12, 31))),
        ("1995", "1995", "", None),
        ("1995-03", "1995-03-31", "", Period((1995, 3, 30), (1995, 3, 31))),
        ("1995-03", "1995-04-01", "", Period((1995, 3, 31), (1995, 4, 1))),
        ("", "2000-02-01", "", Period((2000, 1, 31), (2000, 2, 1))),
        ("", "2000-02", "", None),
        ("", "", "1999-12-31", Period((1999, 12, 31), (2000, 1, 1))),
        ("", "", "1999-12", None),
    ],
)
def test_a_state_surely_holds_on_the_days_on_which_it_must(
    start: str, end: str, at: str, days: Period | None
) -> None:
    """It lasts a day or more, so what ended on 1 February held on 31 January."""
    assert replace(PLAYED, start=start, end=end, at=at).surely == days


@pytest.mark.parametrize(
    ("start", "end", "at", "first"),
    [("", "", "1999-06", (1999, 6, 30)), ("1999-06", "1999-07-02", "", (1999, 6, 30))],
)
def test_an_event_has_surely_happened_after_the_last_day_that_is_meant(
    start: str, end: str, at: str, first: tuple[int, int, int]
) -> None:
    event = Statement("boris", "won", "city-open", "event", start=start, end=end, at=at)

    assert event.surely == Period(first)


def test_a_timeless_statement_surely_holds_on_every_day() -> None:
    assert Statement("knights", "hosts", "city-open", "timeless").surely == Period()


def test_notes_are_told_once_each() -> None:
    references = tuple(Reference("s", row=f"f:{n}", note=n) for n in ("seen", "", "heard", "seen"))

    assert replace(PLAYED, references=references).notes == "seen; heard"


def test_a_better_ranked_overlapping_statement_disputes_a_worse_one() -> None:
    better = replace(PLAYED, rank="preferred", start="1996")

    assert disputes([PLAYED, better]) == {PLAYED.id: (better.id,)}


def test_a_deprecated_statement_is_disputed_by_a_normal_one() -> None:
    worse = replace(PLAYED, rank="deprecated", start="1996")

    assert disputes([worse, PLAYED]) == {worse.id: (PLAYED.id,)}


def test_statements_that_do_not_overlap_do_not_dispute() -> None:
    later = replace(PLAYED, rank="preferred", start="2000-01-01", end="")

    assert disputes([PLAYED, later]) == {}


def test_a_better_ranked_statement_that_touches_does_not_dispute() -> None:
    worse = replace(PLAYED, start="1995", end="1999")
    better = replace(PLAYED, start="1999", end="2001", rank="preferred")

    assert disputes([worse, better]) == {}


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        (("1999", "2001"), ("2001", "2003"), False),
        (("1999", "2001-06-01"), ("2001-06-01", "2003"), False),
        (("1999", "2001-06"), ("2001-06-02", "2003"), False),
        # The last day of the one is 1 June or later, the first of the other 1 June.
        (("1999", "2001-06"), ("2001-06-01", "2003"), True),
        (("1999", "2001-12"), ("2001", "2003"), False),
        (("1999", "2002-01"), ("2001", "2003"), True),
    ],
)
def test_periods_contradict_each_other_where_they_must_share_a_day(
    first: tuple[str, str], second: tuple[str, str], share: bool
) -> None:
    """The last day lies in a month or a year that is an end, and is the day before any other."""
    one, other = (replace(PLAYED, start=start, end=end) for start, end in (first, second))

    assert one.contradicts(other) is other.contradicts(one) is share


def test_a_better_ranked_statement_within_the_time_of_a_worse_one_disputes_it() -> None:
    """Both ended in the course of 1999: which is right, dates alone do not tell."""
    worse = replace(PLAYED, start="1999", end="1999")
    better = replace(PLAYED, start="1999-03", end="1999-06", rank="preferred")

    assert disputes([worse, better]) == {worse.id: (better.id,)}


def test_statements_of_other_triples_do_not_dispute() -> None:
    other = replace(PLAYED, rank="preferred", subject="boris")

    assert disputes([PLAYED, other]) == {}


def test_an_inferred_statement_disputes_nothing() -> None:
    inferred = replace(PLAYED, rank="preferred", proofs=(Proof("teammates", ("a", "b")),))

    assert disputes([PLAYED, inferred]) == {}


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        (PLAYED, True),
        (replace(PLAYED, rank="preferred"), True),
        (replace(PLAYED, rank="deprecated"), False),
        (replace(PLAYED, disputed_by=("0000000000000000",)), False),
        (replace(PLAYED, may_confirm=("0000000000000000", "1111111111111111")), False),
    ],
)
def test_a_statement_counts_unless_deprecated_or_outranked(
    changed: Statement,
    counts: bool,
) -> None:
    assert changed.counts == counts


@pytest.mark.parametrize(
    ("published", "known"),
    [("", True), ("2001", True), ("2001-05", True), ("2001-05-31", False), ("2002", False)],
)
def test_a_source_is_known_by_a_day_on_which_it_can_have_been_published(
    published: str,
    known: bool,
) -> None:
    source = Source("almanac-2001", "Almanac", published=published)

    assert source.known_by(PartialDate.parse("2001-05-30")) == known
