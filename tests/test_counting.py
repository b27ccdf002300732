"""Branches are counted in every process of kg, also in those that end without tidying up."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from coverage import CoverageData

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def counted(prototype: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """The lines that ran of each file of kg when a build was asked, by all processes for it."""
    folder = tmp_path_factory.mktemp("counted")
    counting = {
        "COVERAGE_PROCESS_START": str(ROOT / "pyproject.toml"),
        "COVERAGE_FILE": str(folder / ".coverage"),
        "PYTHONPATH": str(ROOT / ".ci" / "counting"),
    }
    given = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE")}
    for words in (["query", "ASK {}"], ["validate"]):
        command = [sys.executable, "-m", "kg", *words]
        subprocess.run(
            command, cwd=prototype, env=given | counting, check=True, capture_output=True
        )
    lines: dict[str, set[int]] = {}
    for file in folder.iterdir():
        data = CoverageData(str(file))
        data.read()
        for path in data.measured_files():
            name = Path(path).relative_to(ROOT / "kg").as_posix()
            lines.setdefault(name, set()).update(data.lines(path) or ())
    return lines


def line(file: str, text: str) -> int:
    """Return the number of the one line of a file of kg with the text."""
    lines = (ROOT / "kg" / file).read_text(encoding="utf-8").splitlines()
    (number,) = (number for number, one in enumerate(lines, start=1) if text in one)
    return number


@pytest.mark.parametrize(
    ("file", "text"),
    [
        pytest.param("cli/entry.py", "code = _end(code)", id="the command"),
        pytest.param("workers/apart.py", "code = work()", id="its copy, which does the work"),
        pytest.param("workers/child.py", "reply = jobs[", id="a worker, which is killed"),
    ],
)
def test_what_a_process_ran_is_counted(counted: dict[str, set[int]], file: str, text: str) -> None:
    assert line(file, text) in counted[file]


def test_what_did_not_run_is_not_counted(counted: dict[str, set[int]]) -> None:
    assert (
        line("workers/child.py", "return packed_error(too_deep())")
        not in counted["workers/child.py"]
    )
