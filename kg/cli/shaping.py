"""Shaping: `kg validate --data FILE --shapes FILE`, SHACL for RDF of anybody's; no project."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import Final

from kg.cli.amounts import seconds
from kg.cli.context import Context
from kg.errors import DataError, UsageError
from kg.text.formats import FILES

DESCRIPTION: Final = """\
Check every row, date, shape, rule and question.

Of a project with many rows and no rules, what was found is kept beside its build; then only those
rows are looked at to which a change since can matter, and the same is said. --full looks at all.

With --data and --shapes no project is needed: the shapes of SHACL in the one kind of files are
checked against what the others say together; a file may be both. Nothing is fetched: what a file
imports is to be named beside it. What a shape cannot check as it stands is told, with its place.

With --deep the files of the build are read, that of --store or the project's, and held against the
digests that the build kept; each that is damaged is named. Exit code 4 then.
"""
EXAMPLES: Final = """\
examples:
  kg validate
  kg validate --format github
  kg validate --data facts.ttl --shapes shapes.ttl
  kg validate --data facts.nq --shapes shapes.ttl --format turtle --seconds 60
  kg validate --store build --deep
"""


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what is about files that are checked without a project."""
    for name, text in (
        ("data", f"check this instead of a project: {FILES.patterns}; repeat as needed"),
        ("shapes", "the shapes of SHACL for --data, in the same formats; repeat as needed"),
    ):
        command.add_argument(f"--{name}", action="append", default=[], metavar="FILE", help=text)
    command.add_argument(
        "--deep", action="store_true",
        help="check instead that every file of the build is as it was written",
    )  # fmt: skip
    add_seconds(command)


def add_seconds(command: argparse.ArgumentParser) -> None:
    """Add how long the shapes, a rule or a question may take."""
    command.add_argument(
        "--seconds", type=seconds, default=0.0, metavar="N",
        help="end the shapes, or one rule or question, after this time (default: 0 for never)",
    )  # fmt: skip


def validate(context: Context, options: Namespace) -> int:
    """Check the files that were named; exit with 1 when there is a violation."""
    for name, other in (("data", "shapes"), ("shapes", "data")):
        if not getattr(options, other):
            msg = f"--{name} is checked with --{other}; name both, and one file twice if it is both"
            raise UsageError(msg)
    for name in ("project", "store"):
        if getattr(options, name):
            msg = f"--{name} has no part in what --data and --shapes name; leave it out"
            raise UsageError(msg)
    from kg.cli.building import said
    from kg.model.foreign import bounded
    from kg.pipeline.shaped import check

    with bounded(context.limits.memory, context.limits.seconds):
        report, turtle, beside = check([*map(Path, options.data)], [*map(Path, options.shapes)])
    if options.style == "json":
        context.say(report.to_json())
    elif options.style != "turtle":
        (context.grouped if options.style == "text" else context.annotations)(report.findings)
    elif report.complete:
        context.put(turtle)
        for one in beside:
            context.note(str(one))
    else:
        raise DataError(report.findings)
    if options.style != "json":
        context.note(said(report))
    return 0 if report.conforms else DataError.exit_code
