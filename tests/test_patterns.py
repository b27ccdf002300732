"""Patterns: each stands once, Python and columns read it alike, and the plain take less."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import patterns
from kg.model.dates import PartialDate
from kg.model.literals import is_web_address, literal_problem
from kg.model.schema import Column

EVERY = {
    name: text for name, text in vars(patterns).items() if name.isupper() and isinstance(text, str)
} | patterns.LEXICAL
EVERY |= {f"plain {name}": text for name, text in patterns.PLAIN_LEXICAL.items()}
TRAPS = ("", "\u0661", "1\n", "a b", "Q1\n", "true\n", "\uff11", "1990\n", "https://a\n", "-", "Y")


def by_columns(texts: list[str], pattern: str) -> list[bool]:
    return pl.Series(texts).str.contains(patterns.whole(pattern)).to_list()


@pytest.mark.parametrize("name", EVERY)
@given(data=st.data())
def test_python_and_columns_read_a_pattern_alike(name: str, data: st.DataObject) -> None:
    pattern = EVERY[name]
    right = data.draw(st.from_regex(f"(?:{pattern})", fullmatch=True), "what fits")
    texts = [right, f"{right}\n", right[1:], f"{right}x", right.upper(), *TRAPS]

    assert by_columns(texts, pattern) == [bool(re.fullmatch(pattern, one)) for one in texts]


@given(st.from_regex(patterns.PLAIN_WEB_ADDRESS, fullmatch=True))
def test_what_is_plainly_a_web_address_is_one(text: str) -> None:
    assert is_web_address(text)


@given(st.from_regex(patterns.PLAIN_NUMBER, fullmatch=True))
def test_a_plain_number_is_stored_as_it_stands(text: str) -> None:
    assert Column("share", "number", "kg:share", "How much.").stored(text) == text


@given(st.from_regex(patterns.PLAIN_DATE, fullmatch=True))
def test_a_plain_date_is_in_the_calendar(text: str) -> None:
    found = PartialDate.parse(text)

    date(*found.earliest)
    assert 1 <= found.year < 9999


@given(st.dates(max_value=date(9998, 12, 31)))
def test_every_day_that_python_knows_before_the_year_9999_is_a_plain_date(day: date) -> None:
    for text in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert re.fullmatch(patterns.PLAIN_DATE, text)


@pytest.mark.parametrize(
    "text",
    [
        *("0000", "0000-02-29", "9999", "9999-01", "1900-02-29", "2023-02-29", "2023-04-31"),
        *("-0044", "Y12020", "2023-1", "2023-13", "2023-00", "2023-01-00", "2023-01-32", "12023"),
    ],
)
def test_what_is_doubtful_or_in_no_calendar_is_no_plain_date(text: str) -> None:
    assert not re.fullmatch(patterns.PLAIN_DATE, text)


@pytest.mark.parametrize("datatype", patterns.LEXICAL)
@given(data=st.data())
def test_what_fits_the_pattern_of_a_type_is_a_literal_of_it(
    datatype: str, data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(f"(?:{patterns.LEXICAL[datatype]})", fullmatch=True))

    assert literal_problem(text, datatype) == ""
