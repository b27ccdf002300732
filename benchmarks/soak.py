"""Kill `kg build` again and again at random moments, and look at what it leaves behind.

    python -m benchmarks.soak [--kills 1000] [--seed 1] [--write]

One row of a small project changes before each build, so that each has all its files to write.
The build is killed (SIGKILL): in half of the cases anywhere between the start of the process and
its end, in half of them while it writes its files and puts them in the place of the old ones.
One build in ten is the first one in its folder.
After each kill the build must be the old one or the new one: its files have the digests that it
kept, and a query has the answer of that state of the row.
One build in twenty is let end, and nothing but what belongs to it may be left then.
Ends with 1 when anything else was seen. POSIX only.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.sections import keep
from kg.errors import StoreError
from kg.pipeline.generations import MANIFEST, damage, open_build, read_manifest

TINY: Final = Path(__file__).parent.parent / "tests" / "tiny"
FACTS: Final = Path("data/statements/facts.csv")
# Since when Clara plays for the rooks is all that changes.
ROW: Final = "clara,playsFor,rooks,{},,,almanac-2001,,,\n"
QUERY: Final = """
SELECT ?since { GRAPH ?g { id:clara :playsFor id:rooks } ?g kg:startText ?since }
"""
YEARS: Final = range(1800, 2000)
SHOWN: Final = frozenset({"graph.html", "graph.trig"})
FIRST: Final = 10
ENDED: Final = 20


class Soak:
    """The project, and what was seen of its builds."""

    def __init__(self, project: Path, seed: int) -> None:
        """Lay out the project, and see how long its builds take."""
        self.project = project
        self.folder = project / "build"
        shutil.copytree(TINY, project, dirs_exist_ok=True)
        self.rows = (project / FACTS).read_text(encoding="utf-8")
        self.moments = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.faults: list[str] = []
        # The year of the build that stands there.
        self.year: int | None = None
        self.next = YEARS[0]
        self.whole, self.writing = self.measured()

    def start(self) -> subprocess.Popen[bytes]:
        """Change the row and begin a build, with a process group of its own."""
        self.next = YEARS[(self.next + 1 - YEARS[0]) % len(YEARS)]
        (self.project / FACTS).write_text(self.rows + ROW.format(self.next), encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", "kg", "build", "--quiet"], cwd=self.project,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def measured(self) -> tuple[float, float]:
        """Return how long a build takes, and how much of that from its first file on."""
        times = []
        for _ in range(5):
            began = time.perf_counter()
            child = self.start()
            self.wait_for_writing(child)
            wrote = time.perf_counter()
            if child.wait():
                sys.exit("the project does not build")
            ended = time.perf_counter()
            times.append((ended - began, ended - wrote))
        self.year = self.next
        whole, writing = (sorted(column)[2] for column in zip(*times, strict=True))
        return whole, writing

    def wait_for_writing(self, child: subprocess.Popen[bytes]) -> None:
        """Return once the build has made the folder for its files, or has ended."""
        while child.poll() is None:
            # A folder may be gone again before it is looked into.
            with suppress(FileNotFoundError):
                if any(self.folder.glob("aside-*/generation-*")):
                    return
            time.sleep(0.0005)

    def kill_one(self, *, is_late: bool) -> None:
        """Kill a build, and look at what it left."""
        child = self.start()
        if is_late:
            self.wait_for_writing(child)
        time.sleep(self.moments.uniform(0, self.writing if is_late else self.whole))
        child.kill()
        was_killed = child.wait() == -signal.SIGKILL
        self.check(is_gone(child.pid), "a process that goes on")
        before, self.year = self.year, self.look()
        which = "new" if self.year == self.next else "old" if self.year else "none"
        self.seen[which if was_killed else "too late"] += 1
        self.seen["killed"] += was_killed
        self.check(self.year in {before, self.next}, f"{before} became {self.year}")

    def check(self, holds: object, what: str) -> None:
        """Keep what is wrong."""
        if not holds:
            self.faults.append(what)

    def look(self) -> int | None:
        """Return the year of the build that stands there, None where there is none."""
        if not (self.folder / MANIFEST).exists():
            return None
        try:
            for one in damage(self.folder):
                self.check(one.severity != "error", f"{Path(one.path).name}: {one.message}")
                self.seen[f"{one.severity}: {one.message}"] += 1
            (row,) = open_build(self.folder).solutions(QUERY)
        except (StoreError, ValueError) as error:
            self.check(holds=False, what=str(error))
            return None
        return int(row["since"].value)

    def end_one(self) -> None:
        """Let a build end, and look for what is left of those before it."""
        self.check(self.start().wait() == 0, "a build that cannot be made")
        self.year = self.look()
        self.check(self.year == self.next, "a build of another row")
        manifest = read_manifest(self.folder)
        known = {MANIFEST, *SHOWN, manifest["generation"], manifest["before"]}
        left = {path.name for path in self.folder.iterdir()} - known
        self.check(not left, f"left behind: {', '.join(sorted(left))}")
        self.seen["let end"] += 1


def is_gone(group: int) -> bool:
    """Say whether the processes that the build had started end too, within ten seconds."""
    for _ in range(1000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    os.killpg(group, signal.SIGKILL)
    return False


def soak(project: Path, kills: int, seed: int, say: Callable[[str], None]) -> Soak:
    """Kill so many builds; return what was seen."""
    run = Soak(project, seed)
    say(f"a build takes {run.whole:.2f} s, of which it writes for {run.writing:.2f} s")
    for number in count(1):
        if run.seen["killed"] == kills:
            break
        if number % FIRST == 0:
            shutil.rmtree(run.folder)
            run.year = None
        run.kill_one(is_late=number % 2 == 1)
        if number % ENDED == 0:
            run.end_one()
        if number % ENDED == 0:
            say(f"{run.seen['killed']} killed, {len(run.faults)} faults")
    run.end_one()
    return run


def told(run: Soak, kills: int, seed: int) -> list[str]:
    """Return what the page says."""
    seen = run.seen
    day = f"{datetime.now(UTC):%d %B %Y}"
    return [
        "| builds | |",
        "|---|---|",
        f"| killed, seed {seed}, on {day} | {kills:,} |",
        f"| whole afterwards, the old one | {seen['old']:,} |",
        f"| whole afterwards, the new one | {seen['new']:,} |",
        f"| none, where there had been none before | {seen['none']:,} |",
        f"| neither | {len(run.faults)} |",
        f"| let end, with nothing left behind of those before | {seen['let end']:,} |",
    ]


def main() -> None:
    """Kill builds, print what was seen, and with --write keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="keep it in docs/reliability.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run = soak(Path(name), options.kills, options.seed, lambda text: print(text, flush=True))
    for what, number in sorted(run.seen.items()):
        print(f"{number:6} {what}")
    for fault, number in Counter(run.faults).items():
        print(f"FAULT {number} times: {fault}")
    lines = told(run, options.kills, options.seed)
    print(*lines, sep="\n")
    if options.write and not run.faults:
        keep("soak", lines)
    sys.exit(bool(run.faults))


if __name__ == "__main__":
    main()
