"""Findings for people: those of one cause stand together, causes before what rests on them.

Whatever programs read (`--format json`, GitHub) has one entry a finding; this is for terminals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from kg.errors import Finding, file_and_sheet, noun, visible

# How many causes of a kind are shown, and how many files or ranges of lines for the others.
FEW: Final = 5
_SEVERITIES: Final = ("error", "warning", "note")
# What shapes say begins with the name of what it is about.
_NAME: Final = re.compile(r"^[^\s']+: ")
_QUOTED: Final = re.compile(r"'[^']*'")
_NUMBER: Final = re.compile(r"('[^']*')|\S*\d\S*")

# Severity and message without what differs, and of causes the repair.
Kind = tuple[str, str]
Cause = tuple[str, str, str]


def cause_of(one: Finding) -> Cause:
    """Return what findings have alike that come of one mistake: not the rows and numbers in them.

    >>> cause_of(Finding("data/facts.csv", 7, 1, "error", "'roks' is not known, as in line 3"))
    ('error', "'roks' is not known, as in line …", '')
    """
    return one.severity, _numberless(_NAME.sub("…: ", one.message)), _numberless(one.repair)


def _numberless(text: str) -> str:
    return _NUMBER.sub(lambda found: found[1] or "…", text)


def kind_of(one: Finding) -> Kind:
    """Return severity and message without what differs from row to row: quoted words, numbers.

    >>> kind_of(Finding("data/facts.csv", 7, 1, "error", "'roks' is not known, as in line 3"))
    ('error', "'…' is not known, as in line …")
    """
    return _without_words(cause_of(one))


def _without_words(cause: Cause) -> Kind:
    return cause[0], _QUOTED.sub("'…'", cause[1])


class Grouped:
    r"""Findings grouped by their causes, in bounded memory: of each kind the first few are kept.

    >>> groups = Grouped()
    >>> groups.add(Finding("a.csv", line, 1, "error", "'x' is unknown") for line in (7, 8, 9))
    >>> print(*groups.lines(), sep="\n")
    a.csv:7:1: error: 'x' is unknown
      2 more such errors: lines 8-9
    """

    def __init__(self, notes: str = "") -> None:
        """Say how all notes can be seen, of which one a kind is shown."""
        self._kinds: dict[Kind, _Kind] = {}
        self._notes = notes

    def tell(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield the errors to print at once, each the first of its cause.

        They are not counted before they are added with all others, and not among the lines then.
        """
        for one in findings:
            if one.severity == "error":
                cause = cause_of(one)
                kind = self._kind(cause)
                if cause not in kind.causes and len(kind.causes) < kind.most:
                    kind.causes[cause] = _Cause(one, is_told=True)
                    yield one

    def add(self, findings: Iterable[Finding]) -> None:
        """Count findings, best in their order."""
        for one in findings:
            cause = cause_of(one)
            self._kind(cause).add(cause, one)

    def lines(self) -> Iterator[str]:
        """Yield errors, then warnings, then an example of each kind of note, with what is more.

        What was told at once is named by its place only.
        """
        shown = [(cause, kind) for kind in self._kinds.values() for cause in kind.causes.values()]
        shown.sort(key=lambda pair: _order(pair[0].first))
        last = {id(kind): cause for cause, kind in shown}
        for cause, kind in shown:
            told = cause.first.place if cause.is_told else ""
            if not told:
                yield str(cause.first)
            if cause.others.count:
                such = f"more such {noun(cause.others.count, cause.first.severity)}"
                is_note = cause.first.severity == "note"
                yield cause.others.line(
                    such, cause.first.path, self._notes if is_note else "", told
                )
            if kind.others.count and last[id(kind)] is cause:
                yield kind.others.line("more of this kind")

    def _kind(self, cause: Cause) -> _Kind:
        return self._kinds.setdefault(
            _without_words(cause), _Kind(1 if cause[0] == "note" else FEW)
        )


class _Kind:
    """The causes of a kind of which at most so many are shown, and where the others stand."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.causes: dict[Cause, _Cause] = {}
        self.others = _Places()

    def add(self, cause: Cause, one: Finding) -> None:
        if one.severity == "note":
            # One stands for all of its kind.
            cause = next(iter(self.causes), cause)
        if cause in self.causes:
            self.causes[cause].add(one)
        elif len(self.causes) < self.most:
            self.causes[cause] = _Cause(one)
        else:
            self.others.add(one)


class _Places:
    """Findings that are not shown: how many, and where they stand."""

    def __init__(self) -> None:
        self.count = 0
        self._last: Finding | None = None
        self._files: dict[str, _Lines] = {}

    def add(self, one: Finding) -> None:
        self.count += 1
        self._last = one
        unit = "row" if file_and_sheet(one.path)[1] else "line"
        self._files.setdefault(one.path, _Lines(unit)).add(one.line)

    def line(self, what: str, here: str = "", instead: str = "", told: str = "") -> str:
        """Return how many more there are, and where or what stands instead; of one, what it is.

        The file `here` is known to the reader; `told` is the place of what they are like.
        """
        if self.count == 1:
            return str(self._last)
        begin = f"{told}: " if told else "  "
        after = f"; {instead}" if instead else f": {self._where(here)}"
        return visible(f"{begin}{self.count:,} {what}{after}")

    def _where(self, here: str) -> str:
        if list(self._files) == [here] and (lines := str(self._files[here])):
            return lines
        files = sorted(self._files.items())
        named = [f"{path} {lines}".rstrip() for path, lines in files[:FEW]]
        rest = len(files) - FEW
        return "; ".join([*named, f"{rest:,} more {noun(rest, 'file')}"] if rest > 0 else named)


@dataclass
class _Lines:
    """The lines of a file, or the rows of a sheet, as ranges while these are few."""

    unit: str
    ranges: list[tuple[int, int]] = field(default_factory=list)
    are_more: bool = False

    def add(self, line: int) -> None:
        first, last = self.ranges[-1] if self.ranges else (line, line - 1)
        if last <= line <= last + 1:
            self.ranges[len(self.ranges) - 1 :] = [(first, line)]
        elif len(self.ranges) < FEW:
            self.ranges.append((line, line))
        else:
            self.are_more = True

    def __str__(self) -> str:
        if self.ranges == [(0, 0)]:
            return ""
        texts = [str(a) if a == b else f"{a}-{b}" for a, b in sorted(self.ranges)]
        word = noun(2 if self.are_more or len(texts) > 1 or "-" in texts[0] else 1, self.unit)
        return f"{word} {', '.join(texts)}{', …' if self.are_more else ''}"


class _Cause:
    """Findings of one cause: the first of them, and where the others stand."""

    def __init__(self, first: Finding, *, is_told: bool = False) -> None:
        self.first = first
        self.is_told = is_told
        self.others = _Places()

    def add(self, one: Finding) -> None:
        if not self.is_told:
            self.others.add(max(one, self.first))
            self.first = min(one, self.first)
        elif one != self.first:
            self.others.add(one)


def _order(one: Finding) -> tuple[int, int, Finding]:
    """Return what sorts causes: by severity, and errors that others may follow from first.

    These are what is wrong with a file that others rest on, or with a table as a whole.
    """
    path = PurePosixPath(file_and_sheet(one.path)[0])
    rank = 2
    if path.suffix in {".ttl", ""} and not path.name.startswith("shapes"):
        rank = 0
    elif path.suffix in {".csv", ".parquet", ".xlsx", ".ods"} and one.line <= 1:
        rank = 1
    return _SEVERITIES.index(one.severity), rank if one.severity == "error" else 2, one
