"""Dumping: the command `kg dump`, its own options, and what it says of what a format loses."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path

from kg.cli.context import OUT, Context, world
from kg.errors import UsageError
from kg.text import formats
from kg.text.formats import Format


def add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg dump` besides the time that is asked about."""
    place = f"{formats.DUMPS.patterns}, or {OUT} for standard output"
    command.add_argument("-o", "--output", metavar="PATH", help=place)
    named = ", ".join(_described(one) for one in formats.DUMPS if _needs_name(one))
    command.add_argument(
        "--format", dest="style", metavar="FORMAT", type=formats.DUMPS.name_of,
        choices=formats.DUMPS.names,
        help=f"where the suffix does not say it, as with -o {OUT}: {named}",
    )  # fmt: skip
    explain = "print what the format keeps, and what it would lose of this graph; write nothing"
    command.add_argument("--explain", action="store_true", help=explain)


def _needs_name(one: Format) -> bool:
    """Say whether no suffix leads to the format."""
    return one.is_folder or formats.DUMPS.of_suffix(one.suffix) is not one


def _described(one: Format) -> str:
    return f"{one.name} ({one.remark})" if one.remark else one.name


def dump(context: Context, options: Namespace) -> int:
    """Write the graph; of a project as it is now the rows, where they are to be edited."""
    form, asked = _form_of_dump(options), world(options)
    is_workbook = _is_workbook(form)
    if options.output and options.output != OUT:
        _refuse_place(Path(options.output), form)
    elif options.output and form.is_folder:
        msg = f"{form.name} is a folder of files; name a folder, not standard output"
        raise UsageError(msg)
    if is_workbook and not context.named_store and not any(asked.values()) and not options.explain:
        from kg.exports.dump import dump_rows
        from kg.exports.rows import left_out

        data = context.project / "data"
        content = dump_rows(data, form.suffix)
        for finding in context.here(left_out(data)):
            tell = context.note if options.output == OUT else context.tell
            tell(str(finding))
        context.write(options.output, content)
        return 0
    from kg.exports.dump import dumped
    from kg.model.edtf import asked_time

    time = asked_time(asked["as_of"], asked["from_"], asked["to"])
    store = context.graph().slice(time, asked["known_by"], surely=asked["surely"])
    written = dumped(store, form)
    if options.explain:
        from kg.exports.kept import explained

        context.say_all(explained(form.name, written.losses))
        return 0
    if isinstance(written.content, bytes):
        context.write(options.output, written.content)
    else:
        context.write_folder(options.output, written.content)
    context.note_losses(form.name, written.losses)
    return 0


def _form_of_dump(options: Namespace) -> Format:
    """Return the format that is meant: as named, else by the suffix of the file."""
    if not options.output and not options.explain:
        msg = "name what to write with -o, or ask with --explain what a format keeps"
        raise UsageError(msg)
    if options.style:
        return formats.DUMPS.named(options.style)
    if not options.output:
        msg = (
            f"--explain is about a format; name it: --format {formats.either(formats.DUMPS.names)}"
        )
        raise UsageError(msg)
    if options.output == OUT:
        return next(iter(formats.DUMPS))
    return formats.DUMPS.of_file(Path(options.output))


def _is_workbook(form: Format) -> bool:
    from kg.model.tables import WORKBOOKS

    return form.suffix in WORKBOOKS


def _refuse_place(output: Path, form: Format) -> None:
    """Raise UsageError where the dump would mix with what is there, or stand in its way."""
    if _is_workbook(form):
        _refuse_table(output)
    if not form.is_folder and output.is_dir():
        msg = f"{output} is a folder, and {form.name} is one file; name a file"
        raise UsageError(msg)
    if form.is_folder and output.exists() and not output.is_dir():
        msg = f"{output} is a file, and {form.name} is a folder of files; name a folder"
        raise UsageError(msg)
    if form.is_folder and output.is_dir() and any(output.iterdir()):
        msg = f"{output} is not empty; name a new folder, or an empty one"
        raise UsageError(msg)


def _refuse_table(output: Path) -> None:
    """Raise UsageError for a workbook that would be a table of a project at its place."""
    from kg.project import is_project

    folder = output.resolve().parent
    data = folder.parent if folder.name == "statements" else folder
    if data.name == "data" and is_project(data.parent):
        msg = f"{output} would be a table of the project there; name a file outside of its data"
        raise UsageError(msg)
