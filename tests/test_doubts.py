"""Dates that are in the calendar and that were hardly meant are warnings, on rows and columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import read_ontology
from kg.pipeline.columns.walk import load as load_columns
from kg.pipeline.load import load

if TYPE_CHECKING:
    from conftest import Tiny

FACTS = "data/statements/facts.csv"
SOURCES = "data/sources.csv"
LATE = "after the day of issue, 2024-01-01; correct it, or the day of issue in dataset.ttl"
OPEN = "stands for no date; leave the cell empty, which means open"
LONE = "is before the year 1, and no other date is; correct it if it is a slip"


def warnings(tiny: Tiny) -> list[str]:
    """What both walks warn of."""
    by_rows = tiny.records()
    by_columns = load_columns(tiny.data, tiny.known(), read_dataset(tiny.data)[0])
    found = [str(one) for one in sorted(by_rows.findings) if one.severity == "warning"]
    assert sorted(by_columns.findings) == sorted(by_rows.findings)
    assert by_columns.statements == by_rows.statements
    assert by_columns.sources == by_rows.sources
    return found


# The league is of 2024-01-01.
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "clara,playsFor,rooks,2001,9999-12-31,,gazette-1999,,,foretold",
            f"11:27: warning: end 9999-12-31 {OPEN}",
        ),
        (
            "clara,playsFor,rooks,2001,9999,,gazette-1999,,,foretold",
            f"11:27: warning: end 9999 {OPEN}",
        ),
        (
            "clara,playsFor,rooks,9999-01,,,gazette-1999,,,",
            "11:22: warning: start 9999-01 stands for no date; leave the cell empty",
        ),
        (
            "clara,playsFor,rooks,2105-03-01,,,gazette-1999,,,foretold",
            f"11:22: warning: start 2105-03-01 is more than 20 years {LATE}",
        ),
        (
            "clara,playsFor,rooks,,,2044-01-02,gazette-1999,,,foretold",
            f"11:24: warning: at 2044-01-02 is more than 20 years {LATE}",
        ),
        (
            "clara,playsFor,rooks,Y12020,,,gazette-1999,,,",
            f"11:22: warning: start Y12020 is more than 20 years {LATE}",
        ),
        (
            "clara,playsFor,rooks,-1999-05-03,,,gazette-1999,,,",
            f"11:22: warning: start -1999-05-03 {LONE}",
        ),
        (
            "clara,playsFor,rooks,0000,,,gazette-1999,,,",
            f"11:22: warning: start 0000 {LONE}",
        ),
    ],
)
def test_a_date_of_a_row_that_was_hardly_meant_is_a_warning(
    tiny: Tiny, row: str, said: str
) -> None:
    assert tiny.add(row) == f"{FACTS}:11"
    assert warnings(tiny) == [f"{FACTS}:{said}"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            "2024-01-02,",
            f"4:13: warning: published 2024-01-02 is {LATE}",
        ),
        (
            "2106-03-01,",
            f"4:13: warning: published 2106-03-01 is {LATE}",
        ),
        (
            "9999-12-31,",
            "4:13: warning: published 9999-12-31 stands for no date; leave the cell empty",
        ),
        (
            ",9999-12-31",
            "4:14: warning: accessed 9999-12-31 stands for no date; leave the cell empty",
        ),
    ],
)
def test_a_date_of_a_source_that_was_hardly_meant_is_a_warning(
    tiny: Tiny, cells: str, said: str
) -> None:
    tiny.add(f"news,News,,,{cells},en,news,", SOURCES)

    assert warnings(tiny) == [f"{SOURCES}:{said}"]


def test_dates_that_may_be_meant_are_no_warnings(tiny: Tiny) -> None:
    # Twenty years to the day, a term that ends later, and partial dates that may be early enough.
    tiny.add("clara,playsFor,rooks,2044-01-01,,,gazette-1999,,,foretold")
    tiny.add("clara,playsFor,knights,2044,2105,,gazette-1999,,,foretold")
    tiny.add("boris,playsFor,rooks,,9998-12-31,,gazette-1999,,,")
    tiny.add("news,News,,,2024,2030-01-01,en,news,", SOURCES)
    tiny.add("page,Page,,,2024-01-01,,en,news,", SOURCES)

    assert warnings(tiny) == []


@pytest.mark.parametrize("other", ["-0043", "0000-03", "Y-17000"])
def test_dates_before_the_year_1_are_no_warnings_where_there_are_several(
    tiny: Tiny, other: str
) -> None:
    tiny.add("clara,playsFor,rooks,-0044-03-15,,,gazette-1999,,,")
    tiny.add(f"boris,playsFor,rooks,,{other},,gazette-1999,,,")

    assert warnings(tiny) == []


def test_a_source_of_the_time_tells_that_a_date_before_the_year_1_is_meant(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,-0044-03-15,,,gazette-1999,,,")
    tiny.add("scroll,Scroll,,,-0043,,la,book,", SOURCES)

    assert warnings(tiny) == []


def test_a_warning_keeps_nothing_from_being_built(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,2001,9999-12-31,,gazette-1999,,,foretold")
    built = tiny.build()

    assert [one.severity for one in built.report.findings] == ["warning"]


def test_without_a_day_of_issue_nothing_is_after_it(tiny: Tiny) -> None:
    tiny.replace("data/dataset.ttl", '"2024-01-01"', '"soon"')
    tiny.add("clara,playsFor,rooks,2105-03-01,,,gazette-1999,,,foretold")

    assert warnings(tiny) == []


def test_of_the_shipped_dates_none_is_doubtful() -> None:
    here = Path(__file__).parent.parent
    ontology = read_ontology(here / "ontology", Vocabulary(read_dataset(here / "data")[0].base))

    assert load(here / "data", ontology, read_dataset(here / "data")[0]).findings == ()
