"""Tidy: the tables of a project, saved in the plain form; what they say stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add
from pathlib import Path

from kg.errors import Finding, UsageError
from kg.model import saved
from kg.model.table_checks import sorted_places
from kg.model.tables import WORKBOOKS, suffix_of
from kg.pipeline.held import Held, tables_of


def tidy(data: str | Path, *paths: str | Path, check: bool = False) -> tuple[Finding, ...]:
    """Save the tables of a project, or those below the paths, in the plain form.

    That is UTF-8 without a byte-order mark, commas, no empty rows, no empty columns at the end, no
    blanks around the names of columns, nothing above the header, and the suffix in small letters.
    Line ends stay, but for a carriage return alone; so do quotes and all that cells say. The order
    stays where no house rule of the dataset asks for one; rows that it takes for equal keep theirs.
    Each table is replaced in one step. With `check` none is.

    Returns a note for each kind of change in each table, with how often and where it is first
    met, and an error for each thing that keeps a table from being mended: that table stays as it
    is.

    Raises InputError when a table cannot be read or written, when another program has it open, or
    changes it meanwhile; UsageError when a path is no table of the project.

    >>> from kg.project import shipped
    >>> tidy(shipped() / "data", check=True)
    ()
    """
    data = Path(data)
    found = [_Held(data, *one) for one in tables_of(data)]
    if paths:
        found = [table for path in paths for table in _named(found, Path(path), data)]
    told: list[Finding] = []
    changes: list[_Held] = []
    for table in dict.fromkeys(found):
        table.read()
        hindrances = table.hindrances()
        told += hindrances
        if table.notes and not hindrances:
            repair = "to be mended" if check else "mended"
            told += [note._replace(repair=repair) for note in table.notes]
            changes.append(table)
    if not check:
        for table in changes:
            table.refuse_held()
        for table in changes:
            table.save()
    return tuple(sorted(told))


def _named(tables: list[_Held], path: Path, data: Path) -> list[_Held]:
    """Return the tables that a path names: one, or all below a folder.

    Raises UsageError when there are none.
    """
    wanted = path.resolve()
    found = [one for one in tables if wanted in {one.path.resolve(), *one.path.resolve().parents}]
    if not found and suffix_of(path) in WORKBOOKS:
        msg = f"{path} is a workbook, which is read as it is: only tables of text are saved plainly"
        raise UsageError(msg)
    if not found:
        tables_there = "entities.csv, sources.csv and statements/*.csv"
        msg = f"{path} is no table of the project; those are {tables_there} in {data}"
        raise UsageError(msg)
    return found


class _Held(Held):
    """A table that is to be saved in the plain form."""

    done = "mended"
    # Which row is to stand at each place, where they are not in order.
    order: Sequence[int] = ()

    def read(self) -> None:
        """Read all rows, and note where those that are to be in order are not."""
        rows = list(self)
        # Of a row that cannot be read nobody knows where it belongs.
        if not self.is_ordered or self.findings or not self.complete:
            return
        order = sorted_places(self.name, (row.cells for row in rows))
        moved = [place for place, row in enumerate(order) if row != place]
        if moved:
            self.order = order
            self.seen.add("rows are out of order", line=rows[moved[0]].line)

    @property
    def is_cut(self) -> bool:
        """Whether every row has to be cut into its cells to be mended."""
        return self.delimiter != "," or self.unnamed > 0

    @property
    def plain_path(self) -> Path:
        return self.path.with_suffix(suffix_of(self.path))

    def hindrances(self) -> list[Finding]:
        """Return what keeps the table that was read from being mended for certain."""
        if not self.readable or self.is_refused:
            return self.findings
        header = self.above + 1
        found = [one for one in self.findings if one.line > header] if self.is_cut else []
        new = self.plain_path
        if new != self.path and new.exists() and not new.samefile(self.path):
            message, repair = f"{new.name} stands beside it", "put the rows of both into one"
            found.append(Finding(self.label, 0, 0, "error", message, repair))
        return found

    def plain(self) -> bytes:
        """Return the bytes of the table in the plain form."""
        text = saved.decoded(self.content, saved.Seen())
        end = "\r" if saved.has_returns(text) else "\n"
        lines = text.removesuffix(end).split(end)
        last = len(lines) - 1
        made: list[str] = []
        ends: list[str] = []
        for number, whole in enumerate(lines):
            line = whole.removesuffix("\r")
            if number < self.above or saved.is_empty(line, self.delimiter):
                continue
            if number == self.above:
                line = self._plain_header(line)
            elif self.is_cut:
                cells = list(saved.raw_cells(line, self.delimiter))
                line = ",".join(map(_cell, cells[: len(cells) - self.unnamed]))
            is_ended = number < last or text.endswith(end)
            made.append(line)
            ends.append("\r" * whole.endswith("\r") + "\n" * is_ended)
        if self.order:
            made = [made[0], *(made[1 + row] for row in self.order)]
        return "".join(map(add, made, ends)).encode()

    def _plain_header(self, line: str) -> str:
        names = saved.cells(line, self.delimiter)
        written = list(saved.raw_cells(line, self.delimiter))
        pairs = list(zip(names, written, strict=True))[: len(names) - self.unnamed]
        return ",".join(_cell(raw if name == name.strip() else name.strip()) for name, raw in pairs)

    def save(self) -> None:
        """Replace the file in one step, and give it its name.

        Raises InputError when it is not what was read any more, or cannot be replaced.
        """
        content = self.plain()
        if content != self.content:
            self.replace(content)
        if self.plain_path != self.path:
            try:
                self.path.rename(self.plain_path)
            except OSError as error:
                raise self.unwritten(error) from error


def _cell(raw: str) -> str:
    """Return a cell as it is written between commas.

    >>> _cell('a "b", c'), _cell('"a, b"')
    ('"a ""b"", c"', '"a, b"')
    """
    if "," not in raw or raw.startswith('"'):
        return raw
    return '"' + raw.replace('"', '""') + '"'
