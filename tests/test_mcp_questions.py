"""The client by rules that measures `kg mcp`: which answers are right, and that it finds them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("mcp")

from benchmarks.mcp_questions import Case, command, measure, read

SAMPLE = Path(__file__).parent.parent / "benchmarks" / "mcp_sample.json"


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
