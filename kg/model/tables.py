"""Tables: which files of a project are its tables."""

from __future__ import annotations

import filecmp
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from kg.errors import Finding
from kg.files import HELD, LOCKED, named, require_file
from kg.model.languages import language_of
from kg.model.saved import SEPARATORS, cells

# The tables of what a page shows by name, which are no tables of facts.
SHOWN: Final = ("views.csv", "stories.csv")
# How much of a first line is looked at.
_LONGEST_LINE: Final = 4096
# The suffixes of workbooks, of which every sheet is a table.
WORKBOOKS: Final = (".xlsx", ".ods")
# Those of other tables, and the names of those that stand beside the folder of statements.
_OF_TEXT: Final = (".csv", ".tsv", ".parquet")
_OF_LINES: Final = (".csv",)
_NAMED: Final = ("entities", "sources")
# Those of workbooks in other forms.
OTHER_WORKBOOKS: Final = (".xls", ".xlsm", ".xlsb", ".fods", ".numbers")
# Those of RDF in any form; a project reads Turtle, and what reads the others may fetch.
_OF_RDF: Final = (
    *(".ttl", ".trig", ".nt", ".nq", ".n3"),
    *(".jsonld", ".rdf", ".owl", ".xml", ".trix"),
)
_TO_READ: Final = (
    "facts stand in the tables of data/, terms in ontology/*.ttl; write it so, or move it away"
)
# What the name of a sheet cannot have, how long it can be, and which one Excel keeps for itself.
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST: Final = 31
_TAKEN: Final = ("entities", "sources", "history")


def statement_tables(data: Path, *suffixes: str) -> list[Path]:
    """Return the tables of statements with these suffixes, in their order.

    A folder with such a suffix is a table in parts, as other programs write it.
    Raises InputError when one is no file.
    """
    found = [part for path in _with_suffix(data / "statements", suffixes) for part in parts(path)]
    for part in found:
        require_file(part, named(data, part))
    return sorted(found)


def parts(table: Path) -> list[Path]:
    """Return the files of a table of statements: itself, or those in the folder that it is."""
    if not table.is_dir():
        return [table]
    return [part for part in _with_suffix(table, [suffix_of(table)]) if part.name[0] not in "._"]


def copies(paths: Iterable[Path]) -> dict[Path, Path]:
    """Return the tables of text that are another one byte for byte, each with that other.

    Of those that are alike the one with the shortest name counts. A header alone is no table.
    """
    sizes: dict[int, list[Path]] = {}
    for path in sorted(paths, key=lambda one: (len(one.name), one.suffix != suffix_of(one), one)):
        if suffix_of(path) in _OF_LINES:
            sizes.setdefault(path.stat().st_size, []).append(path)
    found: dict[Path, Path] = {}
    for alike in sizes.values():
        for number, path in enumerate(alike):
            others = (one for one in alike[:number] if one not in found)
            if _has_rows(path) and (
                of := next((one for one in others if filecmp.cmp(one, path, shallow=False)), None)
            ):
                found[path] = of
    return found


def _has_rows(path: Path) -> bool:
    """Say whether anything stands below the first line."""
    with path.open("rb") as file:
        file.readline(_LONGEST_LINE)
        return bool(file.readline(_LONGEST_LINE).strip())


def without_parts(data: Path, suffixes: Collection[str]) -> list[Path]:
    """Return the folders that are called as tables of statements are and hold no part of one."""
    return sorted(
        path
        for path in _with_suffix(data / "statements", suffixes)
        if path.is_dir() and not parts(path)
    )


def strays(data: Path) -> list[Path]:
    """Return what looks like a table and stands in the folder where only named ones are read.

    Among them is a folder that is called as that of the statements is, in other letters.
    """
    found = []
    for path in data.iterdir() if data.is_dir() else ():
        name, statements = path.name.lower(), data / "statements"
        is_known = _is_named(path) or path.name in SHOWN
        is_table = any(suffix in name for suffix in _OF_TEXT) and not is_known
        is_aside = path.name.startswith((HELD, LOCKED, "."))
        is_meant = name.rstrip("s") == "statement" and path.is_dir()
        is_it = statements.exists() and path.samefile(statements)
        if (is_table and not is_aside) or (is_meant and not is_it):
            found.append(path)
    return sorted(found)


def unread_rdf(folder: Path, read: Collection[Path]) -> list[Finding]:
    """Return a warning for each file of RDF in a folder, whatever its form, that is not read."""
    found = sorted(_with_suffix(folder, _OF_RDF))
    return [
        Finding(named(folder, path), 0, 0, "warning", "the file is not read", _TO_READ)
        for path in found
        if path not in read and not path.name.startswith(".")
    ]


def beside(data: Path, headers: Collection[Collection[str]]) -> list[Path]:
    """Return the tables beside the folder of the data whose header has all names of one of these.

    Columns of labels do not count, which go by the languages. Other tables can stand there.
    """
    wanted = [{name for name in names if not language_of(name)} for names in headers]
    folder = data.absolute().parent
    found = [path for path in _with_suffix(folder, [".csv"]) if path.is_file()]
    return sorted(path for path in found if any(one <= _top(path) for one in wanted))


def _top(path: Path) -> set[str]:
    """Return the names in the first line of a table, none when it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            line = file.readline(_LONGEST_LINE).rstrip("\n")
    except OSError:
        return set()
    return {name.strip() for mark in SEPARATORS for name in cells(line, mark)}


def workbooks(data: Path) -> list[Path]:
    """Return the workbooks whose sheets are tables, in their order.

    Raises InputError when one is no file.
    """
    folders = (data, data / "statements")
    found = [path for folder in folders for path in _with_suffix(folder, WORKBOOKS)]
    for path in found:
        require_file(path, named(data, path))
    return sorted(path for path in found if path.is_file())


def unread_workbooks(data: Path) -> list[Path]:
    """Return the workbooks in forms that are not read, but for those beside tables of statements.

    There whatever is not read is named.
    """
    return sorted(_with_suffix(data, OTHER_WORKBOOKS))


def _is_named(path: Path) -> bool:
    return path.stem in _NAMED and suffix_of(path) == ".csv" and not path.is_dir()


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
    """Return the files that may be the table of that name; the first of them is.

    Raises InputError when one is no file.
    """
    found = [path for path in _with_suffix(data, [".csv"]) if path.stem == name]
    for path in found:
        require_file(path, named(data, path))
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
