"""Context: where a command finds its project, store and output.

The common options of the command line, and what they lead to; modules are imported when needed.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import Finding, InputError, UsageError, file_and_sheet, visible

if TYPE_CHECKING:
    from kg.cli.line import Line
    from kg.graph import Graph
    from kg.text.findings import Grouped
    from kg.text.formats import Formats
    from kg.workers.limits import Limits

# What is named as a file and means standard output.
OUT: Final = "-"


class Context:
    """The common options, and what they lead to."""

    def __init__(self, options: Namespace, line: Line | None = None) -> None:
        """Keep what was named, and the line that is to make way for what is printed."""
        self.line = line
        self.named_project: str | None = options.project
        self.named_store: str | None = options.store
        self.quiet: bool = options.quiet
        self.options = options

    @property
    def project(self) -> Path:
        """The project that was named, else the nearest upwards, else the shipped one.

        Raises InputError when it is not whole.
        """
        from kg.project import find, require

        if self.named_project:
            return require(Path(self.named_project))
        return find(Path.cwd())

    @property
    def limits(self) -> Limits:
        """What the command may take of time and memory, where it has options for that."""
        from kg.workers.limits import MIB, OWN

        memory = getattr(self.options, "memory", OWN.memory // MIB) * MIB
        return OWN._replace(seconds=getattr(self.options, "seconds", 0.0), memory=memory)

    @property
    def is_fallback(self) -> bool:
        """Whether no project was named and none stands here or upwards."""
        from kg.project import nearest

        return not self.named_project and nearest(Path.cwd()) is None

    @property
    def folder(self) -> Path:
        """Where the build stands: in the project, or here when the shipped one is the fallback."""
        return Path("build") if self.is_fallback else self.project / "build"

    def graph(self) -> Graph:
        """Open the graph that is meant; what it has to say besides answers is a note."""
        graph = self._open()
        graph.tell = lambda text: self.note(f"kg: {text}")
        return graph

    def _open(self) -> Graph:
        """Open the store that was named, the project's build, or the shipped graph in memory."""
        from kg.graph import open as open_graph
        from kg.pipeline.generations import MANIFEST
        from kg.project import shipped

        if self.named_store:
            return open_graph(self.named_store)
        project, folder = self.project, self.folder
        if project.resolve() == shipped() and not (folder / MANIFEST).is_file():
            return open_graph()
        graph = open_graph(folder)
        self.warn_if_stale(project, folder)
        return graph

    def warn_if_stale(self, project: Path, folder: Path) -> None:
        """Note that the project is not what the build was made of any more."""
        from kg.pipeline.generations import is_stale

        if not self.quiet and is_stale(folder, project):
            self.note("note: data/ or ontology/ changed since the build; run 'kg build'")

    @property
    def has_remote_store(self) -> bool:
        """Whether an endpoint was named instead of a build."""
        return (self.named_store or "").startswith(("http://", "https://"))

    def build_folder(self) -> Path | None:
        """Return the folder of the build that is meant; None for the shipped graph, not built.

        Raises UsageError when an endpoint was named: it serves itself.
        """
        from kg.pipeline.generations import MANIFEST
        from kg.project import shipped

        if self.named_store:
            if self.has_remote_store:
                msg = f"{self.named_store} is an endpoint already; name a build folder"
                raise UsageError(msg)
            return Path(self.named_store)
        project, folder = self.project, self.folder
        has_build = (folder / MANIFEST).is_file()
        if project.resolve() == shipped() and not has_build:
            return None
        if has_build:
            self.warn_if_stale(project, folder)
        return folder

    def positions(self, named: str | None = None) -> Path | None:
        """Return the file of positions that was named, else the project's, if it has one."""
        if named:
            return Path(named)
        if self.named_store:
            return None
        own = self.project / "positions.csv"
        return own if own.is_file() else None

    def put(self, text: str) -> None:
        """Print a result as it is."""
        self.make_way()
        sys.stdout.write(text)

    def say(self, text: str) -> None:
        """Print a result."""
        self.put(f"{text}\n")

    def make_way(self) -> None:
        """Take away the line that says where the work is."""
        if self.line:
            self.line.clear()

    def note(self, text: str) -> None:
        """Print what is not the result."""
        if not self.quiet:
            self.make_way()
            sys.stderr.write(visible(f"{text}\n"))

    def tell(self, text: str) -> None:
        """Print what was done, which is not asked for where it is to be quiet."""
        if not self.quiet:
            self.say(text)

    def suffix(self, known: Formats) -> str:
        """Return the suffix that says in which format to write.

        Raises UsageError when a format is named beside a file.
        """
        output, style = self.options.output, getattr(self.options, "style", None)
        if output == OUT:
            return known.named(style or known.names[0]).suffix
        if style:
            msg = f"--format is about standard output, -o {OUT}; the suffix of a file says its own"
            raise UsageError(msg)
        return Path(output).suffix

    def write(self, output: str, content: bytes) -> None:
        """Write the file that was named and say so, or to standard output.

        Raises UsageError for bytes that are no text, and a terminal.
        """
        from kg.files import write_file

        if output == OUT:
            if sys.stdout.isatty() and b"\0" in content:
                msg = f"this format is no text for a terminal; name a file, or send -o {OUT} on"
                raise UsageError(msg)
            self.make_way()
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            return
        write_file(Path(output), content)
        self.note(f"wrote {output} ({len(content):,} bytes)")

    def write_folder(self, output: str, files: Mapping[str, bytes]) -> None:
        """Write the files of a folder, which is made where there is none, and say so."""
        from kg.files import write_file

        folder = Path(output)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            msg = f"{output} cannot be written: {error.strerror}"
            raise InputError(msg) from error
        for name, content in files.items():
            write_file(folder / name, content)
        size = sum(map(len, files.values()))
        self.note(f"wrote {output} ({len(files)} files, {size:,} bytes)")

    def note_losses(self, name: str, losses: Sequence[str]) -> None:
        """Say in one line what a format could not hold, if anything."""
        if losses:
            self.note(f"note: not in {name}: {'; '.join(losses)}")

    def say_all(self, lines: Iterable[str]) -> None:
        """Print results, one a line."""
        for line in lines:
            self.say(line)

    @cached_property
    def groups(self) -> Grouped:
        """The findings for people, as far as they are known."""
        from kg.text.findings import Grouped

        return Grouped("'kg validate --notes' lists them")

    def first_findings(self, findings: Iterable[Finding]) -> None:
        """Print the first error of each cause among those that come in while work goes on."""
        self._say_found(map(str, self.groups.tell(self.here(findings))))

    def no_findings(self, findings: Iterable[Finding]) -> None:
        """Print none while work goes on, where the whole report is printed at the end."""

    def grouped(self, findings: Iterable[Finding]) -> None:
        """Print the findings for people: by their causes, and of notes one example a kind.

        With --notes all notes are printed, with --quiet none.
        """
        lists: bool = getattr(self.options, "notes", False)
        notes: list[Finding] = []
        for one in self.here(findings):
            if one.severity != "note" or not (lists or self.quiet):
                self.groups.add([one])
            elif lists:
                notes.append(one)
        self._say_found(chain(self.groups.lines(), map(str, notes)))

    def warnings(self, findings: Iterable[Finding]) -> None:
        """Print the warnings alone, by their causes."""
        self.grouped(one for one in findings if one.severity == "warning")

    def each(self, findings: Iterable[Finding]) -> None:
        """Print each finding on a line."""
        self._say_found(map(str, self.here(findings)))

    def _say_found(self, lines: Iterable[str]) -> None:
        """Print findings for people, with their severities painted on a terminal."""
        from kg.cli.colour import finding, is_painted

        self.say_all(map(finding, lines) if is_painted(sys.stdout) else lines)

    def annotations(self, findings: Iterable[Finding]) -> None:
        """Print each finding as GitHub shows it."""
        self.say_all(map(_annotation, self.here(findings)))

    def here(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the findings with paths as seen from the current folder."""
        # Files that were named are told as they were named.
        is_named = getattr(self.options, "shapes", [])
        prefix = "." if is_named else Path(os.path.relpath(self.project)).as_posix()
        for one in findings:
            yield one if prefix == "." else one._replace(path=f"{prefix}/{one.path}")


def read_file(name: str) -> str:
    """Return the text of a file that was named.

    Raises InputError when it cannot be read, or is not UTF-8.
    """
    try:
        return Path(name).read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{name} cannot be read: {error.strerror}"
        raise InputError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{name} is not UTF-8: byte {error.start} is wrong"
        raise InputError(msg) from error


def _annotation(finding: Finding) -> str:
    """Return the finding as a GitHub workflow command, escaped as that format asks."""
    kind = {"note": "notice"}.get(finding.severity, finding.severity)
    repair = f"; {finding.repair}" if finding.repair else ""
    text = f"{finding.message}{repair}".replace("%", "%25").replace("\n", "%0A")
    file, sheet = file_and_sheet(finding.path)
    where = f"file={file},line={finding.line},col={finding.column}"
    if sheet:
        # A forge shows no lines of a workbook, so the text says where to look.
        where, text = f"file={file}", f"{finding.place.removeprefix(file)}: {text}"
    return visible(f"::{kind} {where}::{text}")


def world(options: Namespace) -> dict[str, Any]:
    """Return the world that the options ask for, as what takes a date and a span is called.

    >>> world(Namespace(as_of="2012", from_=None, to=None, known_by=None, surely=True))["surely"]
    True
    """
    names = ("as_of", "from_", "to", "known_by", "surely")
    return {name: getattr(options, name) for name in names if name in options}


def when(options: Namespace) -> str:
    """Return the time that the options ask about, in words; "" when they name none.

    >>> when(Namespace(as_of=None, from_="1993", to="1995"))
    ' from 1993 to 1995'
    """
    if options.from_:
        return f" from {options.from_} to {options.to}"
    return f" as of {options.as_of}" if options.as_of else ""


def option(name: str, value: object) -> str:
    """Return how the command line gives what Python calls by this name.

    >>> option("from_", None), option("lenient", True), option("mapping", {"guest": ""})
    ('--from', '--lenient', '--map guest=')
    """
    if name == "parameters" and isinstance(value, dict):
        return " ".join(f"-p {key}={given}" for key, given in value.items())
    word = "--map" if name == "mapping" else f"--{name.strip('_').replace('_', '-')}"
    if value is None or value is True:
        return word
    if isinstance(value, dict):
        import shlex

        ((key, target),) = value.items()
        return f"{word} {shlex.quote(f'{key}={target}')}"
    return f"{word} {' '.join(value) if isinstance(value, list) else value}"
