"""Measure a validation after one edit beside one of all rows, and beside the floor of both.

The project is `benchmarks/synthetic.py --shipped`: the words, rules, shapes and constraints of the
shipped ontology. Each round lets a member join the alliance on another day, so that rules conclude
other things; then a validation that begins with what was kept of the round before, one of all rows,
and the floor take turns: starting Python with kg, and hashing every file of the project. Both
validations have to say the same.

    python -m benchmarks.increments [--statements 1000000] [--rounds 5] [--write]
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "benchmarks-increments.md"
AIM: Final = 50
_VALIDATE: Final = ("-m", "kg", "validate", "--format", "json")
SIDES: Final[dict[str, tuple[str, ...]]] = {
    # In this order: a validation of all rows keeps what it found, and nothing would differ then.
    "`kg validate`": _VALIDATE,
    "`kg validate --full`": (*_VALIDATE, "--full"),
    "start, and hashing the files": (
        "-c",
        (
            "from pathlib import Path; import kg; from kg.files import digests;"
            "digests(Path('data'), Path('ontology'))"
        ),
    ),
}


def measure(words: tuple[str, ...], project: Path) -> tuple[float, float, str]:
    """Return seconds of processor time, the peak in MB of all so far, and what was printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=project, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, after.ru_maxrss / 1024, done.stdout


def edit(project: Path, number: int) -> None:
    """Let a membership of the alliance, one near the middle, begin on another day."""
    table = project / "data" / "statements" / "facts.csv"
    lines = table.read_text(encoding="utf-8").split("\n")
    middle = len(lines) // 2
    every = (*range(middle, len(lines)), *range(middle))
    place = next(at for at in every if ",memberOf,internationalorganization-0," in lines[at])
    cells = lines[place].split(",")
    cells[lines[0].split(",").index("start")] = f"1990-01-{number + 1:02}"
    lines[place] = ",".join(cells)
    table.write_text("\n".join(lines), encoding="utf-8")


def compared(options: argparse.Namespace, project: Path) -> list[str]:
    """Return the table, after as many rounds as are wanted."""
    size = str(options.statements)
    made = [sys.executable, "-m", "benchmarks.synthetic", str(project), "--statements", size]
    subprocess.run([*made, "--shipped"], cwd=ROOT, check=True, capture_output=True)
    (project / "build").mkdir()
    # What the others begin with.
    measure(SIDES["`kg validate`"], project)
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    for number in range(options.rounds):
        edit(project, number)
        said = set()
        for side, words in SIDES.items():
            used, _, text = measure(words, project)
            seconds[side].append(used)
            said |= {json.dumps(json.loads(text))} if text else set()
        if len(said) != 1:
            msg = "the two do not say the same"
            raise SystemExit(msg)
    again, full, floor = (statistics.median(found) for found in seconds.values())
    verdict = "met" if full / again >= 0.95 * AIM else "missed"
    return [
        "| | processor time, s | of all rows |",
        "|---|---|---|",
        *(
            f"| {side} | {used:.2f} | {'1' if used == full else f'1/{full / used:.0f}'} |"
            for side, used in zip(SIDES, (again, full, floor), strict=True)
        ),
        "",
        (
            f"After one edit among {options.statements:,} rows a validation takes "
            f"1/{full / again:.0f} of the time of one of all rows (aim 1/{AIM}: {verdict}), "
            f"{again / floor:.1f} times the floor (medians of {options.rounds} rounds)."
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = compared(options, Path(folder) / "project")
    about = (__doc__ or "").partition("\n\n")[2].partition("\n\n")[0]
    head = [
        "# Benchmarks of increments",
        "",
        "Written by `python -m benchmarks.increments --write`.",
    ]
    text = "\n".join([*head, about, "", *table, ""])
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
