"""Edits: an edited copy of the tables of a project → what differs, and the tables that it makes.

The copy is a workbook or a folder of CSV. What it leaves out stays: tables, columns, and rows,
unless they are to be removed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from kg.errors import DataError, Finding, InputError, UsageError
from kg.files import COMPARISONS, named
from kg.model import schema
from kg.model.dataset import read_dataset
from kg.model.languages import UNNAMED
from kg.model.sheets import Place, sheets, sheets_of
from kg.model.table import Table
from kg.model.table_checks import is_ordered
from kg.model.tables import WORKBOOKS, named_tables, sheet_names, statement_tables, suffix_of
from kg.pipeline.edited import Edited
from kg.pipeline.held import held_sheets

# How a message names another row of the same table.
_OTHER_ROW: Final = re.compile(r"\bof line (\d+)\b")
_EITHER: Final = " or ".join(WORKBOOKS)


@dataclass
class Edits:
    """What an edited copy says otherwise than the tables of a project."""

    data: Path
    tables: list[Edited] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    @property
    def to_write(self) -> list[Edited]:
        """The tables that become others."""
        return [one for one in self.tables if one.is_to_write]

    @contextmanager
    def tried(self) -> Iterator[Path]:
        """Lay the data of the project as they are to be into a folder that goes again."""
        import tempfile

        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            data = Path(folder) / self.data.name
            shutil.copytree(self.data, data, ignore=shutil.ignore_patterns(COMPARISONS))
            for one in self.to_write:
                place = data / one.path.relative_to(self.data)
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(one.content())
            yield data

    def located(self, found: Finding) -> Finding:
        """Return a finding about the data as they are to be, at the cell of the copy if it has it.

        What it says of other rows names those of the copy, too.
        """
        table = next((one for one in self.to_write if one.label == found.path), None)
        row = table.given(found.line) if table else None
        if table is None or row is None:
            return found._replace(
                message=self._other_rows(found.message), repair=self._other_rows(found.repair)
            )
        told = _OTHER_ROW.sub(lambda other: _as_given(table, other), found.message)
        message, repair = self._other_rows(told), self._other_rows(found.repair)
        at = row.error(table.column(found.line, found.column), message, repair)
        return at._replace(severity=found.severity)

    def _other_rows(self, text: str) -> str:
        for table in self.to_write if ":" in text else ():
            place = re.compile(rf"{re.escape(table.label)}:(\d+)")
            text = place.sub(lambda found, own=table: _place(own, found), text)  # type: ignore[misc]
        return text

    def write(self) -> None:
        """Write the tables, each in one step.

        Raises InputError when one of them is open in another program or changed meanwhile.
        """
        for one in self.to_write:
            if one.held:
                one.held.refuse_held()
        for one in self.to_write:
            one.write()


def _place(table: Edited, found: re.Match[str]) -> str:
    row = table.given(int(found[1]))
    return row.place if row else found[0]


def _as_given(table: Edited, found: re.Match[str]) -> str:
    row = table.given(int(found[1]))
    return f"of line {row.line}" if row else found[0]


def edits(data: Path, given: Path, *, remove: bool = False) -> Edits:
    """Hold an edited copy against the tables of text of a project.

    Each sheet or file of the copy is the table of its name, in whatever case; one of another name
    is a new table of statements. With `remove` the rows are to go that the copy has not.

    Raises DataError when a row or header of either side cannot be read for certain, InputError when
    a file cannot be, UsageError when the copy is neither a workbook nor a folder with tables.
    """
    dataset, _ = read_dataset(data)
    languages = dataset.languages or UNNAMED
    held = {name.lower(): table for name, table in held_sheets(data).items()}
    found = Edits(data)
    errors: list[Finding] = []
    for name, copy in _copies(given, found.notes):
        kind = _kind(name)
        own = held.get(name.lower())
        table = copy.table(schema.required(kind, languages), schema.optional(kind))
        before, after = [*(own or ())], [*table]
        errors += [*table.findings, *(own.findings if own else ())]
        found.notes += table.notes if isinstance(copy, Place) else ()
        if own is None and kind != "statements":
            errors.append(_elsewhere(data, kind, table))
        path = own.path if own else data / "statements" / f"{name}.csv"
        told = (named(data, path), path, kind, own, is_ordered(kind, dataset.rules))
        one = Edited(*told, before, after, table.header, remove)
        if not errors and one.differs:
            found.tables.append(one)
    if errors:
        raise DataError(errors)
    return found


def _kind(name: str) -> schema.TableName:
    match name.lower():
        case "entities":
            return "entities"
        case "sources":
            return "sources"
    return "statements"


class _File(NamedTuple):
    """A file of CSV in a folder of them."""

    path: Path
    label: str

    def table(self, columns: tuple[str, ...], optional: tuple[str, ...]) -> Table:
        return Table(self.path, self.label, columns, optional)


def _copies(given: Path, notes: list[Finding]) -> list[tuple[str, Place | _File]]:
    """Return the tables of an edited copy, each with the name of its sheet or file."""
    if not given.exists():
        msg = f"{given} is not there; name a workbook ({_EITHER}), or a folder of CSV"
        raise InputError(msg)
    if given.is_dir():
        return [*_files(given)]
    if suffix_of(given) not in WORKBOOKS:
        msg = f"{given} is no workbook ({_EITHER}) and no folder of CSV; 'kg dump' makes a workbook"
        raise UsageError(msg)
    found = sheets_of(given, given.as_posix())
    notes += found.notes
    return [(one.grid.name.strip(), one) for one in found.places]


def _files(given: Path) -> Iterator[tuple[str, _File]]:
    """Yield the tables of a folder that is laid out as `data/` is, or has all of them in it.

    Raises UsageError when there are none.
    """
    named_ones = [
        path for name in ("entities", "sources") for path in named_tables(given, name)[:1]
    ]
    named_ones = [path for path in named_ones if path.is_file()]
    below = statement_tables(given, ".csv")
    names = sheet_names(path.relative_to(given / "statements").as_posix() for path in below)
    beside = [path for path in sorted(given.iterdir()) if suffix_of(path) == ".csv"]
    beside = [path for path in beside if _kind(path.stem) == "statements"]
    if not named_ones and not below and not beside:
        msg = f"{given} has no table; put entities.csv, sources.csv and statements/*.csv there"
        raise UsageError(msg)
    pairs = [(path.stem, path) for path in (*named_ones, *beside)]
    for name, path in [*pairs, *zip(names, below, strict=True)]:
        yield name, _File(path, path.as_posix())


def _elsewhere(data: Path, name: schema.TableName, table: Table) -> Finding:
    """Return the error about a table whose rows stand in a workbook of the project, or nowhere."""
    places = [place.label for place in sheets(data).called(name)]
    there = places[0] if places else named(data, named_tables(data, name)[0])
    message = f"the table of {name} is {there}, and no table of text"
    repair = "edit it there, and delete or hide it here"
    return Finding(table.label, 0, 0, "error", message, repair)
