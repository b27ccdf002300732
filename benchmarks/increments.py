"""Measure a validation and a build after one edit beside those of all rows, and beside a floor.

The project is `benchmarks/synthetic.py --shipped`: the words, rules, shapes and constraints of the
shipped ontology. Each round lets a member join the alliance on another day, so that rules conclude
other things; then a validation that begins with what was kept of the round before, one of all rows,
and the floor take turns: starting Python with kg, and hashing every file of the project. Both
validations have to say the same.
Then each round builds after such an edit, after one of a locator, which no rule looks at, and makes
all anew: that has to name the same generation, so that all bytes are the same.

    python -m benchmarks.increments [--statements 1000000] [--rounds 3] [--write]
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
AIMS: Final = {"validation": 50, "build": 10}
_VALIDATE: Final = ("-m", "kg", "validate", "--format", "json")
FLOOR: Final = "start, and hashing the files"
SIDES: Final[dict[str, tuple[str, ...]]] = {
    # In this order: a validation of all rows keeps what it found, and nothing would differ then.
    "`kg validate`": _VALIDATE,
    "`kg validate --full`": (*_VALIDATE, "--full"),
    FLOOR: (
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


def edit(project: Path, number: int, column: str = "start") -> None:
    """Let a membership of the alliance, one near the middle, begin on another day.

    With another column that is changed instead.
    """
    table = project / "data" / "statements" / "facts.csv"
    lines = table.read_text(encoding="utf-8").split("\n")
    middle = len(lines) // 2
    every = (*range(middle, len(lines)), *range(middle))
    place = next(at for at in every if ",memberOf,internationalorganization-0," in lines[at])
    cells = lines[place].split(",")
    text = f"1990-01-{number + 1:02}" if column == "start" else f"p. {number + 1}"
    cells[lines[0].split(",").index(column)] = text
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
    medians = {side: statistics.median(found) for side, found in seconds.items()}
    again, full, _ = medians.values()
    return [
        *_table(medians, full),
        "",
        _verdict("validation", options, again, full),
        "",
        *built(options, project, medians[FLOOR]),
    ]


def built(options: argparse.Namespace, project: Path, floor: float) -> list[str]:
    """Return the table of builds, after as many rounds as are wanted."""
    build = ("-m", "kg", "build", "--quiet")
    measure((*build, "--full"), project)
    seconds: dict[str, list[float]] = {}
    for number in range(options.rounds):
        for side, column in (("rules conclude otherwise", "start"), ("a locator", "locator")):
            edit(project, options.rounds + number, column)
            used, _, _ = measure(build, project)
            seconds.setdefault(f"`kg build`, {side}", []).append(used)
        made = generation(project)
        used, _, _ = measure((*build, "--full"), project)
        seconds.setdefault("`kg build --full`", []).append(used)
        if generation(project) != made:
            msg = "the two did not make the same"
            raise SystemExit(msg)
    medians = {side: statistics.median(found) for side, found in seconds.items()}
    again, _, full = medians.values()
    return [*_table({**medians, FLOOR: floor}, full), "", _verdict("build", options, again, full)]


def generation(project: Path) -> str:
    """Return the name of the current generation, which follows from all that is in it."""
    return str(json.loads((project / "build" / "kg.json").read_bytes())["generation"])


def _table(medians: dict[str, float], full: float) -> list[str]:
    return [
        "| | processor time, s | of all rows |",
        "|---|---|---|",
        *(
            f"| {side} | {used:.2f} | {'1' if used == full else f'1/{full / used:.0f}'} |"
            for side, used in medians.items()
        ),
    ]


def _verdict(what: str, options: argparse.Namespace, again: float, full: float) -> str:
    verdict = "met" if full / again >= 0.95 * AIMS[what] else "missed"
    return (
        f"After one edit among {options.statements:,} rows a {what} takes "
        f"1/{full / again:.0f} of the time of one of all rows "
        f"(aim 1/{AIMS[what]}: {verdict}; medians of {options.rounds} rounds)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
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
