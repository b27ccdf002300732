"""Measure kg beside what a user would otherwise reach for, in one run, and print the ratios.

Each measurement is the processor time, of user and system, of a whole process and its children.
The two sides take turns, so that whatever else the machine does falls on both, and what counts is
the ratio of their medians.

    python benchmarks/run.py [--rounds 5] [--slow-rounds 1] [--write]

Runs on Unix: peak memory comes from wait4(2).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

# Nothing else is imported here: on Linux the peak memory of a new process is never
# less than what this one holds.

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
QUESTION = "SELECT ?s { ?s :memberOf id:csto }"
# Compiled modules are kept, in a folder of this run: the warm-up leaves both sides equally ready.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
LIBRARIES = (
    *("pyoxigraph", "pyshifty", "networkx", "rustworkx"),
    *("rdflib", "pyshacl", "pyvis"),
)


@dataclass(frozen=True)
class Run:
    """What one process took: seconds of a processor, peak memory in megabytes, and its output.

    Children that it waited for are in the seconds; of the memory the largest process counts.
    """

    seconds: float
    megabytes: float
    output: str


@dataclass
class Side:
    """A command that is measured again and again; `fresh` is deleted before each round."""

    name: str
    command: Sequence[str]
    folder: Path
    fresh: Path | None = None
    runs: list[Run] = field(default_factory=list)

    def run(self) -> Run:
        if self.fresh:
            shutil.rmtree(self.fresh, ignore_errors=True)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                self.command, cwd=self.folder, env=ENVIRONMENT, stdout=out, stderr=errors
            )
            _, status, usage = os.wait4(process.pid, 0)
            # wait4(2) adds up what a process and those that it waited for took.
            seconds = usage.ru_utime + usage.ru_stime
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                text = errors.read().decode(errors="replace")
                sys.exit(f"{self.name}: exit code {process.returncode}\n{text}")
            out.seek(0)
            output = out.read().decode()
        # getrusage(2): ru_maxrss is in kilobytes on Linux, in bytes on macOS.
        unit = 1_000_000 if sys.platform == "darwin" else 1000
        return Run(seconds, usage.ru_maxrss / unit, output)

    @property
    def times(self) -> list[float]:
        return [run.seconds for run in self.runs]

    @property
    def megabytes(self) -> float:
        return max(run.megabytes for run in self.runs)


@dataclass
class Duel:
    """kg and its peer at the same task; the aim is a bound on the ratio of their medians."""

    ours: Side
    theirs: Side
    rounds: int
    at_most: float | None = None
    at_least: float | None = None

    def measure(self) -> None:
        """Run both sides in turn, after one warm-up each that fills the caches of the disk."""
        print(f"{self.ours.name} | {self.theirs.name}", end=" ", file=sys.stderr, flush=True)
        for side in (self.ours, self.theirs):
            side.run()
        for _ in range(self.rounds):
            for side in (self.ours, self.theirs):
                side.runs.append(side.run())
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)

    def ratio(self, ours: float, theirs: float) -> float:
        """How many times as long: kg against a bare library, or the peer's build against kg's."""
        return ours / theirs if self.at_most else theirs / ours

    @property
    def medians(self) -> float:
        return self.ratio(median(self.ours.times), median(self.theirs.times))

    @property
    def minima(self) -> float:
        return self.ratio(min(self.ours.times), min(self.theirs.times))

    @property
    def verdict(self) -> str:
        if self.at_most:
            return f"≤ {self.at_most:g}, {'met' if self.medians <= self.at_most else 'MISSED'}"
        if self.at_least:
            return f"≥ {self.at_least:g}, {'met' if self.medians >= self.at_least else 'MISSED'}"
        return "none"

    @property
    def cells(self) -> tuple[str, ...]:
        both = (self.ours, self.theirs)
        return (
            self.ours.name,
            self.theirs.name,
            str(self.rounds),
            *(f"{median(side.times):.3f} ({min(side.times):.3f})" for side in both),
            f"{self.medians:.1f} ({self.minima:.1f})",
            self.verdict,
            *(f"{side.megabytes:.0f}" for side in both),
        )


def starts(project: Path, rounds: int) -> list[Duel]:
    """How long kg keeps a user waiting, beside the library that does the work inside."""

    def python(module: str) -> Side:
        return Side(f"`import {module}`", (sys.executable, "-c", f"import {module}"), project)

    ask, show = (kg("query", QUESTION), kg("--help"))
    named = kg("query", "members", "-p", "organization=csto")
    return [
        Duel(
            Side("`kg query members -p …`", named, project), python("pyoxigraph"), rounds, at_most=4
        ),
        Duel(Side("`kg query 'SELECT …'`", ask, project), python("pyoxigraph"), rounds, at_most=4),
        Duel(Side("`kg --help`", show, project), python("argparse"), rounds, at_most=4),
        Duel(python("kg"), python("pyoxigraph"), rounds, at_most=4),
    ]


def builds(project: Path, light: Path, rounds: int, slow_rounds: int) -> list[Duel]:
    """A whole build beside the same work by rdflib, pySHACL and stock pyvis."""
    peer = (sys.executable, str(Path(__file__).with_name("peer_build.py")), ".", "peer")

    def ours(folder: Path, name: str) -> Side:
        return Side(f"`kg build`, {name}", kg("build"), folder, folder / "build")

    def theirs(folder: Path, name: str, *options: str) -> Side:
        return Side(name, (*peer, *options), folder, folder / "peer")

    fair, whole, quick = ("no SPARQL constraints", "whole shapes", "union rules")
    duels = [
        Duel(ours(light, fair), theirs(light, "peer, the same"), rounds, at_least=4),
        Duel(ours(light, fair), theirs(light, f"peer, {quick}", "--union-rules"), rounds),
    ]
    if slow_rounds:
        duels.append(
            Duel(ours(project, whole), theirs(project, "peer, the same"), slow_rounds, at_least=4)
        )
    return duels


def kg(*words: str) -> tuple[str, ...]:
    """Return the command as a user has it: the script beside the interpreter."""
    script = shutil.which("kg", path=str(Path(sys.executable).parent)) or shutil.which("kg")
    if script is None:
        sys.exit("kg is not installed; install the project first: pip install -e '.[test]'")
    return (script, *words)


def copy_project(folder: Path, *, sparql_constraints: bool) -> Path:
    """Copy data and ontology, if need be with shapes that have lost their sh:sparql."""
    for part in ("data", "ontology"):
        shutil.copytree(ROOT / part, folder / part)
    if not sparql_constraints:
        script = (
            "import sys, rdflib, peer_build as peer; path = sys.argv[1]; "
            "shapes = rdflib.Graph().parse(path, format='turtle'); "
            "peer.remove_sparql_constraints(shapes); shapes.serialize(path, format='turtle')"
        )
        shapes = str(folder / "ontology" / "shapes.ttl")
        subprocess.run(
            [sys.executable, "-c", script, shapes], cwd=Path(__file__).parent, check=True
        )
    return folder


def section(module: str, *options: str) -> list[str]:
    """Return the section that another module measures and prints."""
    command = [sys.executable, "-m", module, *options]
    print(module, file=sys.stderr)
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def report(
    starting: Sequence[Duel], building: Sequence[Duel], sections: Sequence[list[str]]
) -> str:
    """Return the page: what was measured, on what, and every figure."""
    peer = building[0].theirs.runs[-1]
    facts = json.loads(peer.output.splitlines()[-1])
    quick = json.loads(building[1].theirs.runs[-1].output.splitlines()[-1])
    ours = re.search(
        r"(\d+) statements.* (\d+) inferred; (\d+) quads", building[0].ours.runs[-1].output
    )
    if ours is None:
        sys.exit("kg build did not print its counts")
    counts = facts["counts"]
    share = int(counts["quads"]) / int(ours[3])
    lines = [
        "# Benchmarks",
        "",
        "Written by `python benchmarks/run.py --write`.",
        "Every figure is the processor time of a whole process and its children, user and system,",
        "started anew each time, with byte code that was written before.",
        "The two sides of a row took turns in the same run, after one warm-up each.",
        "Times are in seconds: the median, and the minimum in brackets.",
        "A ratio of medians is followed by the ratio of minima in brackets.",
        "Memory is the peak resident size in megabytes.",
        "",
        "## Start",
        "",
        "How long kg takes, beside the time that a library which it stands on takes to load.",
        "The question is put to a store on disk that was built before:",
        f"`{QUESTION}`.",
        "",
        *table(starting, "kg ÷ other"),
        "",
        "## Build",
        "",
        "From the rows to the finished graph and page, with nothing kept from an earlier build.",
        "The peer, `benchmarks/peer_build.py`, does the same with rdflib, pySHACL and pyvis.",
        "",
        *table(building, "peer ÷ kg"),
        "",
        "pySHACL is very slow at the SPARQL constraints of the shapes, which would decide the row.",
        "The fairer rows therefore leave them out on both sides.",
        "",
        "rdflib is slow at the rules' GRAPH patterns over hundreds of graphs.",
        "In the row with union rules the peer takes the GRAPH out of them.",
        "It then cannot know which statements a conclusion rests on, which kg records.",
        "That row has no aim, because the two sides no longer do the same.",
        "",
        "What the two made:",
        "",
        "| | kg | peer |",
        "|---|---|---|",
        f"| statements from rows | {ours[1]} | {counts['statements']} |",
        f"| statements from rules | {ours[2]} | {counts['inferred']} |",
        f"| quads | {ours[3]} | {counts['quads']} ({share:.0%}) |",
        "",
        "kg adds what follows from one statement alone to that statement's graph.",
        "The peer makes a statement of every conclusion.",
        "",
        "What the peer does not do:",
        "",
        "- It points no finding at a row, and checks no class, date or overlap.",
        "- What it infers has neither dates nor premises.",
        "- It writes no store.",
        "- Its page has no layout, search, timeline or list of sources.",
        "",
        "Where the peer's time goes, in seconds of its last round, imports left out:",
        "",
        f"| | {' | '.join(facts['seconds'])} |",
        "|---|" + "---|" * len(facts["seconds"]),
        *(
            f"| {name} | {' | '.join(f'{value:.2f}' for value in side['seconds'].values())} |"
            for name, side in (("rules as written", facts), ("union rules", quick))
        ),
        "",
        *(line for part in sections for line in (*part, "")),
        "## Machine",
        "",
        *machine(),
    ]
    return "\n".join(lines) + "\n"


def table(duels: Iterable[Duel], ratio: str) -> Iterator[str]:
    head = ("kg", "other", "rounds", "kg, s", "other, s", ratio, "aim", "kg, MB", "other, MB")
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for duel in duels:
        yield f"| {' | '.join(duel.cells)} |"


def machine() -> Iterator[str]:
    yield f"- {os.cpu_count()} cores, {processor()}, {platform.system()} {platform.machine()}"
    yield f"- {platform.python_implementation()} {platform.python_version()}"
    yield "- " + ", ".join(f"{library} {version(library)}" for library in LIBRARIES)


def processor() -> str:
    """Return the model of the processor, as the system names it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        found = re.search(
            r"^model name\s*:\s*(.+)$", info.read_text(encoding="utf-8"), re.MULTILINE
        )
        if found:
            return found[1].strip()
    return platform.processor() or "processor unknown"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each row (default: 5)")
    parser.add_argument(
        "--slow-rounds", type=int, default=1,
        help="rounds with the whole shapes, a minute each; 0 leaves the row out (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--statements", type=int, default=100_000,
        help="how many statements the dates are asked of (default: 100,000)",
    )  # fmt: skip
    parser.add_argument("--write", action="store_true", help="also write docs/benchmarks.md")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")

    with tempfile.TemporaryDirectory() as name:
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = str(Path(name) / "compiled")
        project = copy_project(Path(name) / "whole", sparql_constraints=True)
        light = copy_project(Path(name) / "light", sparql_constraints=False)
        subprocess.run(kg("build"), cwd=project, env=ENVIRONMENT, check=True, capture_output=True)
        starting = starts(project, arguments.rounds)
        building = builds(project, light, arguments.rounds, arguments.slow_rounds)
        for duel in (*starting, *building):
            duel.measure()
        size = ("--statements", str(arguments.statements))
        sections = [section(f"benchmarks.{name}", *size) for name in ("slices", "growth")]
    page = report(starting, building, sections)
    print(page, end="")
    if arguments.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
