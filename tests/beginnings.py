"""Projects that begin with a file that others made: how tests make one, and what it holds."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.cli.commands import main

Capture = pytest.CaptureFixture[str]


def begin(
    monkeypatch: pytest.MonkeyPatch, capfd: Capture, name: str, *words: str
) -> tuple[int, list[str]]:
    """Make the project `mine` of a file here, check it, return the exit code and what was said."""
    with pytest.raises(SystemExit) as end:
        main(["init", "mine", "--issued", "2026-01-01", "--from", name, *words])
    said = "".join(capfd.readouterr()).splitlines()
    assert isinstance(end.value.code, int)
    if end.value.code == 0:
        monkeypatch.chdir(Path.cwd() / "mine")
        with pytest.raises(SystemExit) as checked:
            main(["validate"])
        assert checked.value.code == 0, capfd.readouterr()
    return end.value.code, said


def rows(tmp_path: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of the project."""
    with (tmp_path / "mine" / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(tmp_path: Path) -> set[tuple[str, ...]]:
    """What its statements say, and when."""
    columns = ("subject", "predicate", "object", "start", "end", "at")
    return {tuple(row[one] for one in columns) for row in rows(tmp_path, "statements/facts")}
