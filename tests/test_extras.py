"""Without browsers, notebooks and Spark the other tests are still found, and the checks say it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = (
    *("atheris", "axe_playwright_python", "csvw", "followthemoney", "frictionless", "jupytext"),
    *("nbclient", "playwright", "pyspark"),
)
# A finder that comes first and finds none of them, as where they are not installed.
WITHOUT = f"""
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY!r}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Absent())
"""


def collect(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-c", f"{code}\nimport pytest; sys.exit(pytest.main(sys.argv[1:]))",
         "-q", "--collect-only", "-p", "no:cacheprovider"],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120,
        env=environment | variables,
    )  # fmt: skip


def test_the_other_tests_are_found_where_the_heavy_ones_are_not_installed() -> None:
    done = collect(WITHOUT)

    assert done.returncode == 0, done.stdout[-2000:]
    assert "test_view.py::" in done.stdout
    assert "test_notebooks.py::" not in done.stdout


@pytest.mark.parametrize(
    "extra", ["test-browser", "test-exports", "test-fuzz", "test-notebook", "test-spark"]
)
def test_where_all_checks_run_a_missing_extra_is_named(extra: str) -> None:
    done = collect(WITHOUT, CI="true")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert extra in done.stderr
