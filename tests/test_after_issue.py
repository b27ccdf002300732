"""A question as of a day after the day of issue is answered, and it is said what that means."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import pytest

import kg

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Tiny

# The league is of 2024-01-01.
SAID = (
    "as of 2030-01-01 is after the day of issue, 2024-01-01; "
    "what is known then is what was known on that day"
)
TABLE = pd.DataFrame({"who": ["Anna"], "club": ["Knights"]})
NAMED = {"subject": "who", "object": "club", "predicate": "playsFor"}
ASKED: dict[str, Callable[[kg.Graph, str], object]] = {
    "query": lambda graph, day: graph.query("squad", as_of=day),
    "slice": lambda graph, day: graph.slice(as_of=day),
    "why": lambda graph, day: graph.why("anna", as_of=day),
    "network": lambda graph, day: graph.network(as_of=day),
    "view": lambda graph, day: graph.view(as_of=day),
    "dump": lambda graph, day: graph.dump(".nq", as_of=day),
    "compare": lambda graph, day: graph.compare(TABLE, **NAMED, as_of=day),  # type: ignore[arg-type]
}


@pytest.fixture
def league(tiny: Tiny) -> kg.Graph:
    return kg.build(tiny.data, tiny.ontology)


@pytest.mark.parametrize("asked", ASKED)
def test_a_date_after_the_day_of_issue_is_a_warning_to_the_caller(
    league: kg.Graph, asked: str
) -> None:
    with pytest.warns(kg.AfterIssueWarning) as heard:
        ASKED[asked](league, "2030-01-01")

    assert [(str(one.message), one.filename) for one in heard] == [(SAID, __file__)]
    assert heard[0].lineno == inspect.getsourcelines(ASKED[asked])[1]


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("day", ["2024-01-01", "2024-01", "2024", "1999"])
def test_a_date_that_can_be_the_day_of_issue_is_none(
    league: kg.Graph, asked: str, day: str
) -> None:
    # Any warning is an error here.
    ASKED[asked](league, day)


@pytest.mark.parametrize(
    "command",
    [
        ("query", "squad"),
        ("why", "anna"),
        ("view", "-o", "page.html"),
        ("network", "-o", "league.json"),
        ("dump", "-o", "league.nq"),
    ],
)
def test_on_the_command_line_it_is_one_line_beside_the_answer(
    tiny_built: Tiny, command: tuple[str, ...]
) -> None:
    folder = tiny_built.path
    late = run(folder, *command, "--as-of", "2030-01-01")
    quiet = run(folder, "--quiet", *command, "--as-of", "2030-01-01")
    on_the_day = run(folder, *command, "--as-of", "2024-01-01")

    assert [line for line in late.stderr.splitlines() if SAID in line] == [f"kg: {SAID}"]
    assert SAID not in on_the_day.stderr
    assert (quiet.stderr, quiet.stdout) == ("", late.stdout)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True, encoding="utf-8")
