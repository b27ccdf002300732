"""Held: tables of text whose bytes are held, so that no file is replaced that changed meanwhile."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final

from kg.errors import InputError
from kg.files import HELD, LOCKED, named, whole_file
from kg.model import schema
from kg.model.dataset import read_dataset
from kg.model.languages import UNNAMED
from kg.model.table import Table
from kg.model.table_checks import is_ordered
from kg.model.tables import named_tables, sheet_names, statement_tables

AGAIN: Final = "run the command again"


class Held(Table):
    """A table whose bytes are held, to be compared with the file before it is replaced."""

    # What is done with tables, as a message says it.
    done: ClassVar[str] = "compared"

    def __init__(
        self,
        data: Path,
        name: schema.TableName,
        path: Path,
        columns: tuple[str, ...],
        is_ordered: bool,
    ) -> None:
        """Read the file, and say whether a house rule asks for an order of its rows.

        Raises InputError when it cannot be read.
        """
        super().__init__(path, named(data, path), columns, schema.optional(name))
        self.name, self.is_ordered = name, is_ordered
        self.content = super().raw()

    def raw(self) -> bytes:
        """Return the bytes that are held."""
        return self.content

    def refuse_held(self) -> None:
        """Raise InputError when another program says that it has the file open."""
        for path in {self.path, self.path.resolve()}:
            beside = {f"{LOCKED}{path.name}#": "LibreOffice", f"{HELD}{path.name}": "Excel"}
            for name, program in beside.items():
                if path.with_name(name).exists():
                    msg = f"{self.label} is open in {program}, says {name} beside it; close it "
                    msg += f"there, or remove that file, and {AGAIN}"
                    raise InputError(msg)

    def replace(self, content: bytes) -> None:
        """Replace the file in one step.

        Raises InputError when it is not what was read any more, or cannot be replaced.
        """
        target = self.path.resolve()
        try:
            with whole_file(target, stat.S_IMODE(target.stat().st_mode)) as file:
                file.write(content)
                self._refuse_changed(target)
        except OSError as error:
            raise self.unwritten(error) from error

    def unwritten(self, error: OSError) -> InputError:
        """Return the error about a file that the system does not write."""
        msg = f"{self.label} cannot be written: {error.strerror}; mend that, and {AGAIN}"
        return InputError(msg)

    def _refuse_changed(self, target: Path) -> None:
        self.refuse_held()
        if target.read_bytes() != self.content:
            msg = f"{self.label} changed while it was {self.done}, and stays as it is; {AGAIN}"
            raise InputError(msg)


def tables_of(data: Path) -> Iterator[tuple[schema.TableName, Path, tuple[str, ...], bool]]:
    """Yield the tables of text, the columns they must have, and whether they are to be in order."""
    dataset, _ = read_dataset(data)
    languages, rules = dataset.languages or UNNAMED, dataset.rules
    names: tuple[schema.TableName, ...] = ("entities", "sources")
    for name in names:
        for path in named_tables(data, name):
            if path.is_file():
                yield name, path, schema.required(name, languages), is_ordered(name, rules)
    for path in statement_tables(data, ".csv"):
        columns = schema.required("statements")
        yield "statements", path, columns, is_ordered("statements", rules)


def held_sheets(data: Path) -> dict[str, Held]:
    """Return the tables of text of a project, by the names of their sheets in a workbook.

    Raises InputError when one cannot be read.
    """
    named_ones: dict[str, Held] = {}
    others: list[Held] = []
    for one in tables_of(data):
        table = Held(data, *one)
        if table.name == "statements":
            others.append(table)
        else:
            # Of several files of one name the first is the table.
            named_ones.setdefault(table.name, table)
    below = (one.path.relative_to(data / "statements").as_posix() for one in others)
    return named_ones | dict(zip(sheet_names(below), others, strict=True))
