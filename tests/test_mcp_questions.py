"""The client by rules that measures `kg mcp`: what it reads in a sentence, and what is right."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp")

from benchmarks.mcp_questions import (
    Case,
    Chooser,
    Found,
    command,
    dates_in,
    day_after,
    first_day,
    measure,
    read,
)

SAMPLE = Path(__file__).parent.parent / "benchmarks" / "mcp_sample.json"


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("on 18 December 2012", ["2012-12-18"]),
        ("on December 18th, 2012", ["2012-12-18"]),
        ("in March 2004 and since 2012-12", ["2004-03", "2012-12"]),
        ("between 2005 and 2010-01-31", ["2005", "2010-01-31"]),
        ("at csto-cfm, in resolution 1373", []),
    ],
)
def test_dates_are_read_as_people_write_them(sentence: str, dates: list[str]) -> None:
    assert dates_in(sentence)[0] == dates


def test_a_span_ends_before_the_first_day_after_it() -> None:
    assert [first_day(text) for text in ("2006", "2006-02", "2006-02-28")] == [
        *("2006-01-01", "2006-02-01", "2006-02-28")
    ]
    assert [day_after(text) for text in ("2006", "2006-12", "2006-02-28")] == [
        *("2007-01-01", "2007-01-01", "2006-03-01")
    ]


def test_a_question_of_which_something_required_is_missing_is_not_chosen() -> None:
    needs = {"name": "club", "type": ":Club", "required": True, "text": "the club"}
    questions: list[dict[str, Any]] = [
        {"name": "squad", "text": "Who plays?", "sparql": "", "parameters": [needs]},
        {"name": "towns", "text": "Which towns play?", "sparql": "", "parameters": []},
    ]
    chooser = Chooser(questions, {})
    club = {"id": "rooks", "kind": "entity", "class": "Club"}

    without = [one["name"] for _, one, _ in chooser.ranked(Found(words=["plays"]))]
    named = chooser.ranked(Found(entities=[club], words=["plays"]))
    assert without == ["towns"]
    assert next((one["name"], given) for _, one, given in named) == ("squad", {"club": "rooks"})


ANSWER = {
    "columns": ["state", "label"],
    "rows": [
        {"state": {"id": "armenia", "label": "Armenia"}, "label": "Armenia"},
        {"state": {"id": "belarus", "label": "Belarus"}, "label": "Belarus"},
    ],
    "facts": [{"references": [{"source": "almanac"}]}, {"evidence": [{"source": "gazette"}]}],
}


@pytest.mark.parametrize(
    ("expected", "includes", "sources", "verdict"),
    [
        (["armenia", "belarus"], [], ["almanac", "news"], "right"),
        (["Belarus", "Armenia"], [], ["gazette"], "right"),
        (["armenia"], [], [], "another answer"),
        (["armenia", "belarus", "russia"], [], [], "another answer"),
        ([], ["armenia"], [], "right"),
        ([], ["russia"], [], "not all of the answer"),
        (["armenia", "belarus"], [], ["news"], "not the source"),
    ],
)
def test_an_answer_is_right_with_all_that_is_expected_and_a_source(
    expected: list[str], includes: list[str], sources: list[str], verdict: str
) -> None:
    told = {"expected": expected, "includes": includes, "sources": sources}

    assert Case.of({"sentence": "Who?", **told}).verdict(ANSWER) == verdict


def test_a_sentence_without_an_expected_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="neither 'expected' nor 'includes'"):
        Case.of({"sentence": "Who?"})


def test_each_sentence_of_the_sample_leads_to_its_answer_with_its_source() -> None:
    lines = asyncio.run(measure(read(SAMPLE), command()))

    assert [line for line in lines if not line.startswith("right ")] == []
