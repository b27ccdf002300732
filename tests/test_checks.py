"""Checks on periods: declared once, and the same whichever walk reads the rows."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from walks import FACTS, HEADER, WAYS, Keep, Read, make_plain

from kg.errors import Finding
from kg.model import checks
from kg.model.checks import INTERVAL_CHECKS, IntervalCheck, finding_at, interval_findings, named

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.model.statement import Statement

KG = Path(checks.__file__).parent.parent
# Two periods a week apart, two that are years apart, and one alone; as plain as rows can be.
ROWS = (
    "anna,playsFor,knights,1990-01-01,1991-01-01,,almanac-2001,p. 1,,\n"
    "anna,playsFor,knights,1991-01-08,1992-01-01,,almanac-2001,p. 2,,\n"
    "boris,playsFor,knights,1990-01-01,1991-01-01,,almanac-2001,p. 3,,\n"
    "boris,playsFor,knights,1998-01-01,1999-01-01,,almanac-2001,p. 4,,\n"
    "clara,playsFor,rooks,1998-01-01,1999-01-01,,almanac-2001,p. 5,,\n"
)


def _gaps(group: Sequence[Statement]) -> Iterator[Finding]:
    periods = sorted((one.start, one.end, one) for one in group if one.start and one.end)
    for (_, end, _), (start, _, later) in pairwise(periods):
        if date.fromisoformat(start) - date.fromisoformat(end) < timedelta(days=30):
            message = f"{named(later)} goes on within a month"
            yield finding_at(later, "warning", message, "see whether it was one period")


GAPS = IntervalCheck("short-gap", "periods with less than a month between", _gaps, (), ())
# What the league says to happen once.
ONCE = frozenset({"founded"})
EXPECTED = "warning: 'anna playsFor knights' goes on within a month; see whether it was one period"


@pytest.fixture
def plain(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    make_plain(tiny.path, monkeypatch)
    return tiny


@pytest.mark.parametrize(("read", "kept"), WAYS.values(), ids=list(WAYS))
def test_a_check_that_is_declared_once_fires_whichever_walk_reads_the_rows(
    plain: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    read: Read,
    kept: Keep,
) -> None:
    monkeypatch.setattr(checks, "INTERVAL_CHECKS", (*INTERVAL_CHECKS, GAPS))
    (plain.path / FACTS).write_text(HEADER + ROWS, encoding="utf-8")
    kept(plain.path)

    found = [str(finding) for finding in read(plain.path) if "goes on within" in finding.message]

    assert [line.partition(":1: ")[2] for line in found] == [EXPECTED]


@pytest.mark.parametrize("check", INTERVAL_CHECKS, ids=lambda check: check.name)
def test_the_examples_of_a_check_are_what_it_says(check: IntervalCheck) -> None:
    """An example that fails must be found by its own check, one that passes by none."""
    assert check.fails
    assert check.passes
    for group in check.fails:
        assert [*interval_findings(group, [check], once=ONCE)], (
            f"{check.name} passes an example that fails"
        )
    for group in check.passes:
        assert not [*interval_findings(group, once=ONCE)], (
            f"{check.name}: an example that passes fails"
        )


@pytest.mark.parametrize(("read", "kept"), WAYS.values(), ids=list(WAYS))
@pytest.mark.parametrize("declared", INTERVAL_CHECKS, ids=lambda check: check.name)
def test_every_walk_finds_what_fails_and_nothing_in_what_passes(
    plain: Tiny,
    read: Read,
    kept: Keep,
    declared: IntervalCheck,
) -> None:
    def found(group: Sequence[Statement]) -> set[tuple[str, str]]:
        rows = "".join(
            f"{one.subject},{one.predicate},{one.object},{one.start},{one.end},{one.at},"
            "almanac-2001,p. 1,,\n"
            for one in group
        )
        (plain.path / FACTS).write_text(HEADER + rows, encoding="utf-8")
        kept(plain.path)
        return {(one.severity, one.message.partition(" at ")[0]) for one in read(plain.path)}

    ((group,), (other,)) = declared.fails, declared.passes
    expected = {(one.severity, one.message.partition(" at ")[0]) for one in declared.look(group)}
    assert expected <= found(group)
    for form in ("facts.csv", "facts.parquet"):
        place = plain.path / "data" / "statements" / form
        if place.is_dir():
            for part in place.iterdir():
                part.unlink()
            place.rmdir()
        place.unlink(missing_ok=True)
    assert not expected & found(other)


@pytest.mark.usefixtures("spark")
def test_a_check_written_into_that_one_file_fires_on_spark_too(plain: Tiny, tmp_path: Path) -> None:
    """A copy of kg with one check more, because the machines of Spark load the code themselves."""
    code = tmp_path / "code"
    shutil.copytree(KG, code / "kg", ignore=shutil.ignore_patterns("__pycache__", "shipped"))
    place = code / "kg" / "model" / "checks.py"
    declared = inspect.getsource(_gaps) + (
        'INTERVAL_CHECKS += (IntervalCheck("short-gap", "", _gaps, (), ()),)\n'
    )
    imports = "from datetime import date, timedelta\nfrom itertools import pairwise\n"
    with place.open("a", encoding="utf-8") as module:
        module.write(f"\n{imports}{declared}")
    (plain.path / FACTS).write_text(HEADER + ROWS, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-P", "-m", "kg", "build", "--engine", "local[1]"],
        cwd=plain.path,
        env={**os.environ, "PYTHONPATH": str(code)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = (plain.path / "build" / "findings").glob("*.jsonl")
    found = [json.loads(line) for path in told for line in path.read_text("utf-8").splitlines()]

    assert "'anna playsFor knights' goes on within a month" in [one["message"] for one in found]
