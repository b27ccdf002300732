"""The rows of one statement come together, attestations go to their periods, ranks decide."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kg.errors import Finding
from kg.model.merge import Gathered, disputes, gather, merge
from kg.model.statement import Rank, Reference, Statement
from kg.model.table import Row

HEADER = ("subject", "predicate", "object", "start", "end", "at", "source", "rank")


def period(
    start: str, end: str = "", rank: Rank = "normal", rows: Sequence[int] = (2,), **more: str
) -> Statement:
    references = tuple(Reference("almanac", row=f"facts.csv:{line}") for line in rows)
    return Statement(
        *("anna", "playsFor", "knights", "state"),
        start=start,
        end=end,
        rank=rank,
        references=references,
        over_by=more.pop("over_by", ""),
        more=tuple(more.items()),
    )


def seen(at: str, rank: Rank = "normal", line: int = 9, **more: str) -> Statement:
    said = (Reference("gazette", at=at, row=f"facts.csv:{line}"),)
    return Statement(
        *("anna", "playsFor", "knights", "state"),
        at=at,
        rank=rank,
        references=said,
        more=tuple(more.items()),
    )


def founded(at: str, rank: Rank = "normal") -> Statement:
    return Statement("clara", "founded", "rooks", "event", at=at, rank=rank)


def row_of(line: int) -> Row:
    return Row("facts.csv", line, "a,b,c", HEADER, {})


def in_rows(*singles: Statement) -> tuple[list[Statement], list[Finding]]:
    """What is made of singles that stand below each other, the first in line 2."""
    return merge([(row_of(line), one) for line, one in enumerate(singles, start=2)], once=())


def confirmed(gathered: Gathered) -> list[tuple[str, str]]:
    """Each attestation that became a reference, with the start of its period."""
    return [(attestation.at, host.start) for attestation, host in gathered.hosted]


# ---------------------------------------------------------------- rows of one statement


def test_rows_with_the_same_triple_and_dates_are_one_statement() -> None:
    ((one,), findings) = in_rows(period("1999", rows=[3]), period("1999", rows=[2]))

    assert [reference.row for reference in one.references] == ["facts.csv:2", "facts.csv:3"]
    assert findings == []


def test_what_nobody_dates_was_over_when_the_first_source_said_so() -> None:
    later = period("1999", "unknown", over_by="2005-03-31")
    sooner = period("1999", "unknown", over_by="2004-12-31")

    (one,) = gather([later, sooner]).statements
    assert one.over_by == "2004-12-31"


def test_each_row_that_ranks_a_statement_otherwise_than_the_first_is_named() -> None:
    ((one,), findings) = in_rows(period("1999"), *[period("1999", rank="preferred")] * 2)

    assert one.rank == "normal"
    assert [(each.line, each.message, each.repair) for each in findings] == [
        (
            line,
            "rank preferred differs from normal at facts.csv:2",
            "rows of one statement agree on its rank",
        )
        for line in (3, 4)
    ]


def test_each_row_that_says_otherwise_in_an_optional_column_is_named() -> None:
    _, findings = in_rows(period("1999"), period("1999", confidence="0.5"), period("1999"))

    assert [(each.line, each.message, each.repair) for each in findings] == [
        (
            3,
            "confidence 0.5 differs from none at facts.csv:2",
            "rows of one statement agree on its confidence",
        )
    ]


# ---------------------------------------------------------------- attestations


@pytest.mark.parametrize(
    "known", [period("1999"), period("", "2003"), period("1999", "2003"), period("2001", "2001")]
)
def test_an_attestation_within_a_period_is_its_reference(known: Statement) -> None:
    (one,) = gather([seen("2001-05"), known]).statements

    assert (one.start, one.end) == (known.start, known.end)
    assert [reference.source for reference in one.references] == ["almanac", "gazette"]


def test_an_attestation_outside_a_period_is_a_statement_of_its_own() -> None:
    gathered = gather([period("1999", "2000"), seen("2001-05")])

    assert [(one.at, one.may_confirm) for one in gathered.statements] == [("2001-05", ()), ("", ())]
    assert gathered.hosted == []


def test_an_attestation_where_two_periods_follow_one_another_may_confirm_both() -> None:
    first, second = period("1999", "2001"), period("2001", "2003")

    gathered = gather([first, second, seen("2001-05")])
    assert gathered.statements[0].may_confirm == tuple(sorted((first.id, second.id)))
    assert gathered.hosted == []


def test_an_attestation_at_two_accounts_of_one_time_and_a_period_after_may_confirm_all() -> None:
    """Two sources that were found wrong tell the same years otherwise, a third the years after."""
    one, other = period("1995", "1998-03", "deprecated"), period("1996", "1998-03", "deprecated")
    after = period("1998-09", "2001", "deprecated")

    gathered = gather([one, other, after, seen("1998", "deprecated")])
    assert gathered.statements[0].may_confirm == tuple(sorted((one.id, other.id, after.id)))
    assert gathered.hosted == []


def test_of_accounts_of_one_time_that_rank_alike_the_first_takes_an_attestation() -> None:
    three = [period(start, "1999", "deprecated") for start in ("1997", "1995", "1996")]

    assert confirmed(gather([*three, seen("1998", "deprecated")])) == [("1998", "1995")]


def test_of_rival_accounts_of_one_time_the_better_one_takes_an_attestation() -> None:
    worse, better = period("1995", "2000"), period("1996", "2001", "preferred")

    assert confirmed(gather([worse, better, seen("1998")])) == [("1998", "1996")]


def test_a_deprecated_attestation_goes_to_a_deprecated_period_alone() -> None:
    wrong, right = period("1995", "1999", "deprecated"), period("1996", "2001")

    assert confirmed(gather([wrong, right, seen("1998", "deprecated")])) == [("1998", "1995")]
    assert confirmed(gather([wrong, right, seen("1998")])) == [("1998", "1996")]


def test_an_attestation_that_is_ranked_above_its_period_is_named_with_the_first_of_its_rows() -> (
    None
):
    _, findings = in_rows(period("1999", rows=[2, 3, 4]), seen("2001", "preferred"))

    assert [(one.line, one.message, one.repair) for one in findings] == [
        (
            3,
            "the attestation is ranked above the period at facts.csv:2 that it confirms",
            "leave its rank empty, or rank all rows of the period",
        )
    ]


@pytest.mark.parametrize("rank", ["normal", "preferred"])
def test_an_attestation_is_ranked_as_its_period_or_below(rank: Rank) -> None:
    assert in_rows(period("1999", rank=rank), seen("2001"))[1] == []


def test_an_attestation_that_says_more_than_its_period_is_named_with_the_first_of_its_rows() -> (
    None
):
    _, findings = in_rows(period("1999", rows=[2, 3, 4]), seen("2001", confidence="0.5"))

    assert [(one.line, one.message, one.repair) for one in findings] == [
        (
            3,
            (
                "confidence 0.5 differs from none of the period at facts.csv:2 "
                "that the attestation confirms"
            ),
            "leave its confidence empty, or write the same in all rows of the period",
        )
    ]


def test_an_attestation_may_say_less_than_its_period() -> None:
    assert in_rows(period("1999", confidence="0.5"), seen("2001"))[1] == []


# ---------------------------------------------------------------- ranks


def test_the_better_of_two_dates_of_what_happens_once_decides() -> None:
    worse, better = founded("2001"), founded("2005", "preferred")

    assert disputes([worse, better], once={"founded"}) == {worse.id: (better.id,)}
    assert disputes([worse, better]) == {}


def test_each_better_rival_is_named() -> None:
    wrong, usual = period("1999", "2003", "deprecated"), period("2000")
    best = period("2001", rank="preferred")

    assert disputes([wrong, usual, best]) == {
        wrong.id: tuple(sorted((usual.id, best.id))),
        usual.id: (best.id,),
    }
