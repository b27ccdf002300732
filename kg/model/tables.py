"""Tables: which files of a project are its tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from kg.files import HELD, LOCKED

# The suffixes of workbooks, of which every sheet is a table.
WORKBOOKS: Final = (".xlsx", ".ods")
# Those of workbooks in other forms.
OTHER_WORKBOOKS: Final = (".xls", ".xlsm", ".xlsb", ".fods", ".numbers")
# What the name of a sheet cannot have, how long it can be, and which one Excel keeps for itself.
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST: Final = 31
_TAKEN: Final = ("entities", "sources", "history")


def statement_tables(data: Path, *suffixes: str) -> list[Path]:
    """Return the tables of statements with these suffixes, in their order.

    A folder with such a suffix is a table in parts, as other programs write it.
    """
    found: list[Path] = []
    for path in _with_suffix(data / "statements", suffixes):
        parts = _with_suffix(path, [suffix_of(path)]) if path.is_dir() else [path]
        found += [part for part in parts if path == part or part.name[0] not in "._"]
    return sorted(found)


def workbooks(data: Path) -> list[Path]:
    """Return the workbooks whose sheets are tables, in their order."""
    folders = (data, data / "statements")
    found = [path for folder in folders for path in _with_suffix(folder, WORKBOOKS)]
    return sorted(path for path in found if path.is_file())


def unread_workbooks(data: Path) -> list[Path]:
    """Return the workbooks in forms that are not read, but for those beside tables of statements.

    There whatever is not read is named.
    """
    return sorted(_with_suffix(data, OTHER_WORKBOOKS))


def _with_suffix(folder: Path, suffixes: Collection[str]) -> list[Path]:
    paths = folder.iterdir() if folder.is_dir() else ()
    return [
        path
        for path in paths
        if suffix_of(path) in suffixes and not path.name.startswith((HELD, LOCKED))
    ]


def suffix_of(path: Path) -> str:
    """Return the suffix in small letters, because some programs write .CSV.

    >>> suffix_of(Path("FACTS.CSV"))
    '.csv'
    """
    return path.suffix.lower()


def named_tables(data: Path, name: str) -> list[Path]:
    """Return the files that may be the table of that name; the first of them is."""
    found = [path for path in _with_suffix(data, [".csv"]) if path.stem == name]
    return sorted(found, reverse=True) or [data / f"{name}.csv"]


def sheet_names(tables: Iterable[str]) -> list[str]:
    """Return how the sheets of a workbook are called that are these tables of statements.

    Tables are named by their paths below `statements/`. No two sheets have one name, whatever the
    case of its letters, and none is the sheet of entities or sources.

    >>> sheet_names(["meetings.csv", "parts.csv/a.csv", "sources.csv", f"{40 * 'x'}.csv"])[:3]
    ['meetings', 'parts.csv a', 'sources (2)']
    """
    found = dict.fromkeys(_TAKEN, "")
    for table in tables:
        plain = _NO_NAME.sub(" ", table.removesuffix(Path(table).suffix)).strip(" '") or "facts"
        name, number = plain[:_LONGEST].rstrip(" '"), 1
        while name.lower() in found:
            number += 1
            behind = f" ({number})"
            name = plain[: _LONGEST - len(behind)] + behind
        found[name.lower()] = name
    return list(found.values())[len(_TAKEN) :]
