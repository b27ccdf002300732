"""Editing: the command `kg load`, what it shows of an edited workbook, and what it asks."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.context import Context
from kg.errors import DataError, Finding, noun, shown, visible

if TYPE_CHECKING:
    from kg.model.table import Row
    from kg.pipeline.edited import Edited
    from kg.pipeline.edits import Edits

DESCRIPTION = """\
Load the rows of an edited workbook, as 'kg dump -o rows.xlsx' or 'kg dump -o rows.ods' writes it,
into the tables of the project: those that are new, and those of which cells changed. A folder of
CSV is taken as well, laid out as data/ is.

First everything is shown that differs, and the whole project is validated as it would be; with an
error nothing is written, and the error names the cell of the workbook. Then you are asked. Rows
stay in their files and at their places, and lines that say the same stay byte for byte. What the
workbook leaves out stays as well: tables, columns, and rows unless --remove is given.
"""
EXAMPLES = """\
examples:
  kg dump -o rows.xlsx
  kg load rows.xlsx --check
  kg load rows.xlsx
  kg load rows.xlsx --remove --yes
"""


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg load`."""
    command.add_argument(
        "copy", metavar="WORKBOOK", help="an edited workbook (.xlsx or .ods), or a folder of CSV"
    )
    command.add_argument(
        "--check", action="store_true",
        help="write nothing, show what would change; exit with 1 when anything would",
    )  # fmt: skip
    command.add_argument("--yes", action="store_true", help="write without asking")
    command.add_argument(
        "--remove", action="store_true", help="remove the rows that the workbook has not"
    )


# As the commands stand in `cli/arguments`.
LOAD = ("load the rows of an edited workbook", DESCRIPTION, EXAMPLES, _add_options)


def load(context: Context, options: Namespace) -> int:
    """Load the rows; exit with 1 when nothing was written though something differs."""
    from kg.pipeline.edits import edits

    try:
        found = edits(context.project / "data", Path(options.copy), remove=options.remove)
    except DataError as error:
        return _refused(context, error.findings)
    if not context.quiet:
        context.say_all(map(str, found.notes))
    context.say_all(_difference(found))
    if not found.to_write:
        stay = "; what is not in it stays, --remove removes it" if found.tables else ""
        context.note(f"nothing to write{stay}" if stay else "no difference")
        return 0
    wrong = _errors(context, found)
    if wrong:
        return _refused(context, wrong)
    if options.check or not (options.yes or is_wanted(context)):
        context.note("nothing was written")
        return DataError.exit_code
    found.write()
    count = len(found.to_write)
    context.note(f"wrote {', '.join(one.label for one in found.to_write)}")
    context.note(f"{count} {noun(count, 'table')} written; next: kg build")
    return 0


def _refused(context: Context, findings: Iterable[Finding]) -> int:
    errors = [one for one in findings if one.severity == "error"]
    context.say_all(map(str, errors))
    count = len(errors)
    context.note(f"{count} {noun(count, 'error')}; nothing was written")
    return DataError.exit_code


def _errors(context: Context, found: Edits) -> list[Finding]:
    """Return the errors of the project as it would be, at the cells of the copy."""
    from kg.cli.building import checked

    with found.tried() as data:
        ontology = context.project / "ontology"
        findings = checked(context, data, ontology, context.no_findings).findings
    return [found.located(one) for one in findings if one.severity == "error"]


def is_wanted(context: Context) -> bool:
    """Ask whether to write; without a terminal say how it is answered."""
    if not sys.stdin.isatty():
        context.note("there is no terminal to ask; --yes writes without asking")
        return False
    context.make_way()
    sys.stderr.write("write? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _difference(found: Edits) -> Iterator[str]:
    """Yield what differs, table by table: added, changed and missing rows."""
    for table in found.tables:
        yield visible(f"{table.label}: {_counts(table)}")
        for one in table.changed:
            yield visible(f"  ~ {one.after.place}: {_name(one.before)}")
            for column, (old, new) in one.cells.items():
                yield visible(f"      {column}: {_cell(old)} → {_cell(new)}")
        for row in table.added:
            yield visible(f"  + {row.place}: {_cells(row)}")
        for row in table.missing:
            yield visible(f"  - {row.place}: {_cells(row)}")


def _counts(table: Edited) -> str:
    gone = "removed" if table.removes else "not in the workbook, and kept"
    told = ((table.changed, "changed"), (table.added, "added"), (table.missing, gone))
    found = [f"{len(rows)} {noun(len(rows), 'row')} {what}" for rows, what in told if rows]
    is_new = table.held is None
    return ", ".join(found) + (" (a new table)" if is_new else "")


def _name(row: Row) -> str:
    """Return what a row is about."""
    names = ("subject", "predicate", "object") if "subject" in row.cells else ("id",)
    return " ".join(shown(row.cells[name]) for name in names)


def _cells(row: Row) -> str:
    return " | ".join(shown(row.cells[name]) for name in row.header if row.cells[name])


def _cell(text: str) -> str:
    return f"'{shown(text)}'" if text else "nothing"
