"""The page of mistakes names every case of tests/broken, and what kg says of it."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
CASES = sorted(folder.name for folder in (ROOT / "tests" / "broken").iterdir())


@pytest.fixture(scope="module")
def pages() -> Any:
    spec = importlib.util.spec_from_file_location("mistakes_page", ROOT / "docs" / "mistakes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_mistakes_is_made_from_the_cases(pages: Any) -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")

    assert page == pages.page(), "write it anew: python docs/mistakes.py"


def test_every_case_stands_on_the_page_once_and_nothing_else_does(pages: Any) -> None:
    named = Counter(case for cases in pages.MISTAKES.values() for case in cases)

    assert named == Counter(CASES)


def test_a_line_of_the_page_says_what_the_case_gives() -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")

    line = next(line for line in page.splitlines() if line.endswith("| `not-a-date` |"))
    assert line == (
        "| day, month and year with dots | "
        "error: '26.05.2020' is not a date; did you mean 2020-05-26? | `not-a-date` |"
    )


def test_a_mistake_of_which_nothing_is_said_is_told_so() -> None:
    page = (ROOT / "docs" / "mistakes.md").read_text(encoding="utf-8")

    silent = [
        case
        for case in CASES
        if not (ROOT / "tests" / "broken" / case / "expected.txt").read_text(encoding="utf-8")
    ]
    assert silent
    for case in silent:
        assert f"| nothing: it is read as it is meant | `{case}` |" in page
