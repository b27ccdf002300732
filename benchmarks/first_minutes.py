"""Walk through the first minutes with kg, and through the same with LinkML, and count.

From an empty folder: install, begin, three facts with two sources, one mistake told and mended,
build, ask as of a date, open. Each step is what somebody types, commands and rows alike, and the
processor time of what it runs, children included. Both sides make the same mistake, a day that
does not exist, and a second one, a name that is misspelt; what each said of it stands below the
table. LinkML has no question as of a date and no page: the first is asked by rdflib, which comes
with it, the second is left out.

    python -m benchmarks.first_minutes [--write]

ROBOT, whose templates make OWL of tables, comes as a Java archive that no package index carries,
so it is not here.
"""

from __future__ import annotations

import argparse
import os
import resource
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks-first-minutes.md"
LINKML = "linkml==1.12.1"
STEPS = ("install", "begin", "three facts", "check", "mend", "check again", "build", "ask", "open")

ENTITIES = """\
ida,Person,Ida Rook,,,
leo,Person,Leo Pawn,,,
castle,Club,Castle Chess Club,,,
"""
SOURCES = """\
minutes,Minutes of 2019,Castle Chess Club,https://castle.example/2019,2019-06-01,2026-01-05,en,document,
letter,Letter of leave,Leo Pawn,https://castle.example/leo,2024-03-02,2026-01-05,en,document,
"""
FACTS = """\
ida,founded,castle,,,2019-05-04,minutes,p. 1,,
ida,belongsTo,castle,2019-05-04,,,minutes,p. 1,,
leo,belongsTo,castel,2020,2024-02-30,,letter,,,
"""
SCHEMA = """\
id: https://example.org/chess
name: chess
prefixes: {linkml: https://w3id.org/linkml/, chess: https://example.org/chess/}
default_prefix: chess
default_range: string
imports: [linkml:types]
classes:
  Thing: {attributes: {id: {identifier: true, range: uriorcurie}, name: {required: true}}}
  Person: {is_a: Thing}
  Club:
    is_a: Thing
    attributes: {founder: {range: Person}, founded: {range: date}, source: {range: Source}}
  Source: {is_a: Thing, attributes: {publisher: {}, url: {range: uri}, published: {range: date}}}
  Membership:
    attributes:
      person: {range: Person, required: true}
      club: {range: Club, required: true}
      start: {range: date}
      end: {range: date}
      source: {range: Source, required: true}
      locator: {}
  Graph:
    tree_root: true
    attributes:
      persons: {range: Person, multivalued: true, inlined_as_list: true}
      clubs: {range: Club, multivalued: true, inlined_as_list: true}
      sources: {range: Source, multivalued: true, inlined_as_list: true}
      memberships: {range: Membership, multivalued: true, inlined_as_list: true}
"""
DATA = """\
persons:
  - {id: chess:ida, name: Ida Rook}
  - {id: chess:leo, name: Leo Pawn}
clubs:
  - {id: chess:castle, name: Castle Chess Club, founder: chess:ida, founded: "2019-05-04",
     source: chess:minutes}
sources:
  - {id: chess:minutes, name: Minutes of 2019, publisher: Castle Chess Club,
     url: "https://castle.example/2019", published: "2019-06-01"}
  - {id: chess:letter, name: Letter of leave, publisher: Leo Pawn,
     url: "https://castle.example/leo", published: "2024-03-02"}
memberships:
  - {person: chess:ida, club: chess:castle, start: "2019-05-04", source: chess:minutes,
     locator: p. 1}
  - {person: chess:leo, club: chess:castel, start: "2020-01-01", end: "2024-02-30",
     source: chess:letter}
"""
ASK = """\
import rdflib
graph = rdflib.Graph().parse("chess.ttl")
for row in graph.query('''
    SELECT ?name { ?m chess:club chess:castle ; chess:person/chess:name ?name ; chess:start ?from
      OPTIONAL { ?m chess:end ?to }
      FILTER(?from <= "2021-06-01"^^xsd:date && (!BOUND(?to) || ?to > "2021-06-01"^^xsd:date)) }
    ORDER BY STR(?name)'''):
    print(row.name)
"""


@dataclass
class Side:
    """One tool in a folder of its own: what was typed and how long it took, step by step."""

    name: str
    folder: Path
    typed: dict[str, int] = field(default_factory=dict)
    commands: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)

    def write(self, step: str, path: str, text: str) -> None:
        """Type text at the end of a file."""
        with (self.folder / path).open("a", encoding="utf-8") as file:
            file.write(text)
        self.typed[step] = self.typed.get(step, 0) + len(text)

    def mend(self, step: str, path: str, old: str, new: str) -> None:
        """Type a text in the place of another."""
        place = self.folder / path
        text = place.read_text(encoding="utf-8")
        if text.count(old) != 1:
            msg = f"{old} stands {text.count(old)} times in {path}"
            raise SystemExit(msg)
        place.write_text(text.replace(old, new), encoding="utf-8")
        self.typed[step] = self.typed.get(step, 0) + len(new)

    def run(self, step: str, command: str, *, fails: bool = False) -> str:
        """Type a command and wait for it; its exit code is to be 0, or not where it `fails`."""
        places = [str(self.folder.resolve() / ".venv/bin"), os.environ["PATH"]]
        environment = os.environ | {"PATH": os.pathsep.join(places)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
        if bool(done.returncode) != fails:
            msg = f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
            raise SystemExit(msg)
        self.typed[step] = self.typed.get(step, 0) + len(command)
        self.commands[step] = self.commands.get(step, 0) + 1
        self.seconds[step] = self.seconds.get(step, 0) + spent
        return done.stdout + done.stderr


def with_kg(folder: Path) -> Side:
    """Walk with kg."""
    side = Side("kg", folder)
    side.run(
        "install", f"python3 -m venv .venv && .venv/bin/pip install -q {shlex.quote(str(ROOT))}"
    )
    # The name of the package, when it is fetched from an index.
    side.typed["install"] -= len(shlex.quote(str(ROOT))) - len("eurasia-kg")
    side.run("begin", "kg init chess --quiet --title 'Chess clubs' && cd chess")
    side.folder = folder / "chess"
    (side.folder / ".venv").symlink_to(folder / ".venv")
    side.write("three facts", "data/entities.csv", ENTITIES)
    side.write("three facts", "data/sources.csv", SOURCES)
    side.write("three facts", "data/statements/facts.csv", FACTS)
    side.said["a day that does not exist, and a misspelt name"] = side.run(
        "check", "kg validate", fails=True
    )
    side.mend("mend", "data/statements/facts.csv", "2024-02-30", "2024-02-29")
    side.mend("mend", "data/statements/facts.csv", "castel", "castle")
    side.run("check again", "kg validate")
    side.run("build", "kg build")
    expect(side.run("ask", "kg query members -p club=castle --as-of 2021-06-01"), ("ida", "leo"))
    if not (side.folder / "build/graph.html").stat().st_size:
        raise SystemExit("there is no page")
    side.typed["open"] = len("xdg-open build/graph.html")
    side.commands["open"] = 1
    return side


def with_linkml(folder: Path) -> Side:
    """Walk with LinkML."""
    side = Side("LinkML", folder)
    side.run("install", f"python3 -m venv .venv && .venv/bin/pip install -q {LINKML}")
    side.write("begin", "chess.yaml", SCHEMA)
    side.write("three facts", "facts.yaml", DATA)
    check = "linkml-validate -s chess.yaml facts.yaml"
    side.said["a day that does not exist, and a misspelt name"] = side.run(
        "check", check, fails=True
    )
    side.mend("mend", "facts.yaml", "2024-02-30", "2024-02-29")
    side.said["the misspelt name alone"] = side.run("check again", check)
    # Nothing says so; that it is mended is for the sake of the answer.
    side.mend("mend", "facts.yaml", "castel", "castle")
    side.run("build", "linkml-convert -s chess.yaml -o chess.ttl facts.yaml")
    side.write("ask", "ask.py", ASK)
    expect(side.run("ask", "python ask.py"), ("Ida", "Leo"))
    return side


def expect(answer: str, words: tuple[str, ...]) -> None:
    """Stop when a word is not in the answer."""
    for word in words:
        if word not in answer:
            msg = f"{word} is not in the answer:\n{answer}"
            raise SystemExit(msg)


def table(sides: list[Side]) -> list[str]:
    """Return the figures as a table of Markdown."""
    heads = [f"{one.name}, {what}" for one in sides for what in ("commands", "characters", "s")]
    lines = [f"| step | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]

    def row(name: str, steps: tuple[str, ...]) -> str:
        cells = []
        for one in sides:
            cells += [
                f"{sum(one.commands.get(step, 0) for step in steps)}",
                f"{sum(one.typed.get(step, 0) for step in steps):,}",
                f"{sum(one.seconds.get(step, 0) for step in steps):.1f}",
            ]
        return f"| {name} | {' | '.join(cells)} |"

    lines += [row(step, (step,)) for step in STEPS]
    return [*lines, row("all but install", STEPS[1:])]


def last_words(text: str) -> str:
    """Return what was said without blank lines, of a long text its first and last two lines."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines if len(lines) <= 8 else [*lines[:2], "…", *lines[-2:]])


def report(sides: list[Side]) -> str:
    """Return the document."""
    head = "\n".join((__doc__ or "").splitlines()[2:8])
    notes = (
        "Seconds are processor time, children included, in one walk; installing depends on what is "
        "fetched.\nkg's first facts stand beside four of its example, LinkML's stand alone."
    )
    parts = [
        "# Benchmarks of the first minutes",
        "Written by `python -m benchmarks.first_minutes --write`.\n" + head,
        "\n".join(table(sides)),
        notes,
    ]
    for one in sides:
        for what, text in one.said.items():
            parts.append(f"{one.name} says of {what}:\n\n```text\n{last_words(text)}\n```")
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Walk both ways and print, or write, what was counted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    arguments = parser.parse_args()
    sides = []
    for walk in (with_kg, with_linkml):
        with tempfile.TemporaryDirectory() as folder:
            sides.append(walk(Path(folder)))
    text = report(sides)
    if arguments.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
