"""Mending: the command `kg tidy`, its options, and what it says of what it did."""

from __future__ import annotations

import argparse
from argparse import Namespace

from kg.cli.context import Context
from kg.errors import DataError, noun

DESCRIPTION = """\
Save the tables of the project in the plain form, where a program saved them in another: with a
byte-order mark, in UTF-16, with semicolons, tabs or sep=, with empty rows or columns, with blanks
in the header, with lines that end with CR, or as .CSV.

What the tables say stays as it is, and so do line ends and quotes, and the order of rows where no
house rule asks for one (kg:houseRules in data/dataset.ttl). Each file is replaced in one step, and
not when another program has it open or changes it meanwhile. Workbooks (.xlsx and .ods) are read
as they are, and stay so.
"""
EXAMPLES = """\
examples:
  kg tidy --check
  kg tidy
  kg tidy data/statements/facts.csv
"""


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg tidy`."""
    command.add_argument(
        "paths", metavar="PATH", nargs="*", help="tables, or folders of them; default: all"
    )
    command.add_argument(
        "--check", action="store_true",
        help="write nothing, say what would change; exit with 1 when anything would",
    )  # fmt: skip


# As the commands stand in `cli/arguments`.
TIDY = ("save tables plainly that a program saved otherwise", DESCRIPTION, EXAMPLES, _add_options)


def tidy(context: Context, options: Namespace) -> int:
    """Mend the tables; exit with 1 when one cannot be, or with --check when one is to be."""
    from kg.pipeline.tidy import tidy as mend

    found = mend(context.project / "data", *options.paths, check=options.check)
    context.each(found)
    wrong = {one.path for one in found if one.severity == "error"}
    mended = len({one.path for one in found} - wrong)
    tables = f"{mended} {noun(mended, 'table')}"
    said = f"{tables} to be mended" if options.check else f"{tables} mended"
    if wrong:
        stay = "1 stays as it is" if len(wrong) == 1 else f"{len(wrong)} stay as they are"
        said += f", {stay}"
    context.note(said if found else "all tables are plain")
    return DataError.exit_code if wrong or (options.check and found) else 0
