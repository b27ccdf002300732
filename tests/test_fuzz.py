"""The readers of kg and bytes that nobody wrote: none raises what is no error of kg, none hangs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.fuzz import SEEDS, TARGETS

ROOT = Path(__file__).parent.parent
TEXTS = [(path.parent.name, path.name) for path in sorted(SEEDS.glob("*/*"))]


def test_every_reader_has_texts_to_begin_with() -> None:
    assert {target for target, _ in TEXTS} == set(TARGETS)


@pytest.mark.parametrize(("target", "name"), TEXTS, ids="/".join)
def test_a_text_to_begin_with_is_read_or_refused(target: str, name: str) -> None:
    TARGETS[target]((SEEDS / target / name).read_bytes())


def fuzzed(tmp_path: Path, target: str, runs: int, code: str = "") -> tuple[int, str]:
    """The exit code and the messages of a short run, always the same texts."""
    start = f"{code}\nimport benchmarks.fuzz as fuzz\nfuzz.main()"
    command = [sys.executable, "-c", start, target, "--corpus", str(tmp_path / "corpus")]
    done = subprocess.run(
        [*command, "--runs", str(runs), "--seconds", "20", "--seed", "7"],
        cwd=ROOT, capture_output=True, check=False, timeout=240,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


@pytest.mark.usefixtures("fuzzer")
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_made_of_them_is_read_or_refused(tmp_path: Path, target: str) -> None:
    code, said = fuzzed(tmp_path, target, runs=300)

    assert code == 0, said[-3000:]


@pytest.mark.usefixtures("fuzzer")
def test_an_error_that_is_none_of_kg_is_found(tmp_path: Path) -> None:
    """Of a reader that takes no comma, and nobody knew."""
    wrong = (
        "import kg.text.paragraphs as reader\n"
        "def numbers(locator):\n"
        "    return [int(one) for one in locator.strip('¶p. ').split('-')]\n"
        "reader.numbers = numbers"
    )

    code, said = fuzzed(tmp_path, "locator", 300, wrong)

    assert code != 0
    assert "ValueError: invalid literal for int()" in said
