"""Measure the code of this checkout beside that of an earlier revision, in one run.

    python -m benchmarks.revisions REVISION [--rounds 5] [--most 1.05] [--only WORD]
                                            [--statements 100000]

Both work on this checkout's `data/` and `ontology/`, or on so many statements of
`benchmarks/synthetic.py`, each in a folder of its own; each figure is
the processor time of a whole command and its children, and the two sides take turns.
Prints a Markdown table; the exit code is 1 when a ratio is above the bound.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.run import ROOT, Duel, Side
from benchmarks.synthetic import write_project

# What people wait for; `build` comes first, because the others ask what it made.
COMMANDS = (
    ("build", "build"),
    ("--help", "--help"),
    ("query, the list", "query"),
    ("query by name", "query", "members", "-p", "organization=csto"),
    ("query, free text", "query", "SELECT ?s { ?s :memberOf id:csto }"),
    ("query --as-of", "query", "members", "-p", "organization=csto", "--as-of", "2009-01-01"),
    ("query --known-by", "query", "members", "-p", "organization=csto", "--known-by", "2015"),
    ("why", "why", "uzbekistan", "memberOf", "csto"),
    ("validate", "validate"),
    ("audit", "audit"),
    ("network", "network", "-o", "network.graphml"),
    ("dump", "dump", "-o", "graph.trig"),
    ("view", "view", "-o", "page.html"),
    ("diff", "diff", ".", "build"),
)
# The same of a project that has no questions.
OF_MANY = (
    ("build", "build"),
    ("validate", "validate"),
    ("query --as-of", "query", "SELECT ?s { ?s :memberOf id:union-1 }", "--as-of", "2009-01-01"),
    ("query --known-by", "query", "SELECT ?s { ?s :memberOf id:union-1 }", "--known-by", "2015"),
    ("audit", "audit"),
    ("network", "network", "-o", "network.json"),
    ("diff", "diff", ".", "build"),
)
START = "import sys; sys.path.insert(0, {code!r}); from {entry} import main; sys.exit(main())"


def take_out(revision: str, folder: Path) -> Path:
    """Put the code of a revision into the folder."""
    command = ["git", "archive", revision, "kg"]
    archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def entry(code: Path) -> str:
    """Return the module whose `main` the command `kg` of that code calls."""
    names = ("cli/entry", "entry", "cli")
    found = next(name for name in names if (code / "kg" / f"{name}.py").is_file())
    return f"kg.{found.replace('/', '.')}"


def project(folder: Path, statements: int) -> Path:
    """Copy data and ontology into a folder of their own, or make so many statements."""
    if statements:
        write_project(folder, statements)
        return folder
    for part in ("data", "ontology"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


def side(name: str, words: tuple[str, ...], code: Path, folder: Path) -> Side:
    """One command by the code of one side."""
    program = START.format(code=str(code), entry=entry(code))
    return Side(name, (sys.executable, "-P", "-c", program, *words), folder)


def duels(revision: str, place: Path, rounds: int, most: float, statements: int) -> Iterator[Duel]:
    """Yield every command with both sides, each in its folder."""
    old = take_out(revision, place / "code")
    folders = (project(place / "here", statements), project(place / "there", statements))
    for name, *words in OF_MANY if statements else COMMANDS:
        yield Duel(
            side(f"`kg {name}`", tuple(words), ROOT, folders[0]),
            side(revision, tuple(words), old, folders[1]),
            rounds,
            at_most=most,
        )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--most", type=float, default=1.05)
    parser.add_argument("--only", default="")
    parser.add_argument("--statements", type=int, default=0)
    options = parser.parse_args()
    is_slower = False
    print(f"| command | here, s | {options.revision}, s | ratio of medians (of minima) |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        given = (options.revision, Path(place), options.rounds, options.most, options.statements)
        for duel in duels(*given):
            if options.only not in duel.ours.name and (Path(place) / "there" / "build").is_dir():
                continue
            duel.measure()
            is_slower |= duel.medians > options.most
            name, _, _, ours, theirs, *_ = duel.cells
            ratios = f"{duel.medians:.2f} ({duel.minima:.2f})"
            print(f"| {name} | {ours} | {theirs} | {ratios} |", flush=True)
    sys.exit(is_slower)


if __name__ == "__main__":
    main()
