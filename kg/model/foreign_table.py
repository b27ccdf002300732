"""Tables that others made, with the columns that are looked for among their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from kg.errors import Finding, did_you_mean, shown
from kg.model.table import Table

# How many columns of a header a message shows.
SHOWN: Final = 12


class Foreign(Table):
    """A table that others made, with the columns that are looked for among its own.

    It may have further columns. One that is missing is a finding that says how to name it.
    """

    options: Mapping[str, str]

    def _check_header(self, line: str, header: tuple[str, ...]) -> None:
        for column, option in self.options.items():
            if problem := column_problem(column, option, header):
                self.complete = False
                last = len(header) - 1 - header[::-1].index(column) if column in header else 0
                place = self.above + 1, self._position(line, last)
                self.findings.append(Finding(self.label, *place, "error", *problem))


class ForeignTable(Foreign):
    """A CSV file that others made.

    It may be saved in any form that is read, which is nothing to note of it, and go on within a
    quoted cell over several lines.
    """

    def __init__(self, path: Path, label: str, columns: Mapping[str, str]) -> None:
        """Name the file, how messages call it, and for each column the option that names it."""
        super().__init__(path, label, tuple(columns))
        self.options = columns

    def _records(self, lines: list[str], first: int) -> Iterator[tuple[int, str]]:
        record: list[str] = []
        is_open = False
        for number, line in enumerate(lines, start=first):
            record.append(line)
            is_open = _is_open_after(line, self.delimiter, is_open=is_open)
            if not is_open:
                yield number - len(record) + 1, "\n".join(record)
                record = []
        if record:
            # The quote was never closed: the row where it was opened is the one to repair.
            yield first + len(lines) - len(record), record[0]


def column_problem(column: str, option: str, header: Sequence[str]) -> tuple[str, str] | None:
    """Return (message, repair) when the header does not have the column exactly once.

    >>> column_problem("state", "subject=", ("country", "from", "to"))
    ("there is no column 'state'", 'name it with subject=; there are: country, from, to')
    """
    if column not in header:
        known = did_you_mean(column, [shown(name) for name in header])
        there = f"name it with {option}; there are: {some(header)}"
        return f"there is no column '{column}'", f"{known} If not, {there}" if known else there
    if header.count(column) > 1:
        return f"column '{column}' stands twice", "rename one of the two"
    return None


def some(header: Sequence[str]) -> str:
    """Return the first columns of a header, as a message shows them.

    >>> some(("who", "what"))
    'who, what'
    """
    names = [shown(name) for name in header if name]
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")


def _is_open_after(line: str, delimiter: str, *, is_open: bool) -> bool:
    """Say whether a quoted cell goes on after the line; a quote opens one only at its start."""
    state = "quoted" if is_open else "start"
    for character in line:
        if character == '"' and state in {"start", "closed", "quoted"}:
            state = "closed" if state == "quoted" else "quoted"
        elif state != "quoted":
            state = "start" if character == delimiter else "plain"
    return state == "quoted"
