"""Each folder of tests/broken is the tiny project with one mistake, and what kg says of it.

A folder holds only the files that differ, and `expected.txt`: the output, line by line.
`removed.txt` names files that are not there. What is no error is built, and said all the same.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.cli.commands import main
from kg.errors import DataError

if TYPE_CHECKING:
    from conftest import Tiny

BROKEN = Path(__file__).parent / "broken"
ALL = sorted(folder.name for folder in BROKEN.iterdir())


def expected_of(mistake: str) -> str:
    return (BROKEN / mistake / "expected.txt").read_text(encoding="utf-8")


MISTAKES = [name for name in ALL if ": error: " in expected_of(name)]
BUILT = [name for name in ALL if name not in MISTAKES]


def break_it(tiny: Tiny, mistake: str) -> str:
    """Lay the broken files over the project and return the expected output."""
    shutil.copytree(BROKEN / mistake, tiny.path, dirs_exist_ok=True)
    removed = BROKEN / mistake / "removed.txt"
    for name in removed.read_text(encoding="utf-8").splitlines() if removed.exists() else ():
        (tiny.path / name).unlink()
    return expected_of(mistake)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("mistake", MISTAKES)
def test_validate_says_where_the_mistake_is_and_how_to_repair_it(
    tiny: Tiny,
    mistake: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = break_it(tiny, mistake)
    monkeypatch.chdir(tiny.path)

    with pytest.raises(SystemExit) as end:
        main(["validate"])

    assert (expected, 1) == (capsys.readouterr().out, end.value.code)


@pytest.mark.parametrize("mistake", BUILT)
def test_what_is_no_error_is_built_and_nothing_more_is_said_of_it(
    tiny: Tiny,
    mistake: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = break_it(tiny, mistake)
    monkeypatch.chdir(tiny.path)

    with pytest.raises(SystemExit) as end:
        main(["validate"])

    assert (expected, 0) == (capsys.readouterr().out, end.value.code)
    found = [str(finding) for finding in tiny.build().report.findings]
    assert sorted(found) == sorted(expected.splitlines())


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_mistake_can_be_built(tiny: Tiny, mistake: str) -> None:
    expected = break_it(tiny, mistake)

    with pytest.raises(DataError) as raised:
        tiny.build()

    told = [line for line in expected.splitlines() if not line.startswith("  ")]
    more = sum(int(count) for count in re.findall(r"^  (\d+) more ", expected, re.MULTILINE))
    found = [str(finding) for finding in raised.value.findings]
    # For people errors come first; here each is at its place.
    assert sorted(one for one in found if one in told) == sorted(told)
    assert len(found) == len(told) + more


@pytest.mark.parametrize("mistake", ["everything", "turtle-syntax", "before-founding"])
def test_a_refused_build_leaves_the_last_one_as_it_was(tiny_built: Tiny, mistake: str) -> None:
    tiny = tiny_built
    command = [sys.executable, "-m", "kg", "build"]
    before = contents(tiny.path / "build")
    expected = break_it(tiny, mistake)

    refused = subprocess.run(
        command, cwd=tiny.path, check=False, capture_output=True, encoding="utf-8"
    )

    assert (1, expected, before) == (
        refused.returncode,
        refused.stdout,
        contents(tiny.path / "build"),
    )


def test_ten_mistakes_and_more_are_found_in_one_run(tiny: Tiny) -> None:
    expected = break_it(tiny, "everything")

    assert len(expected.splitlines()) >= 10


def test_each_line_of_the_expected_output_names_a_repair() -> None:
    lines = [
        (folder, line)
        for folder in ALL
        for line in expected_of(folder).splitlines()
        if not line.startswith("  ")
    ]

    assert [line for line in lines if "; " not in line[1]] == []
