"""Adding: the command `kg add`, its options, what it shows of a new row, and what it asks."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli.context import Context
from kg.cli.editing import is_wanted
from kg.errors import DataError, UsageError, noun, visible

if TYPE_CHECKING:
    from kg.adding.rows import Addition, Judged, Wanted

DESCRIPTION = """\
Add one row: a statement, or a source. It is put into the table where its like stand, at its place
where a house rule asks for an order, and all other bytes of the table stay.

First the whole project is validated as it would be; with an error nothing is written. Then the row
is shown between its neighbours, and you are asked. A source is called after its publisher and its
day, as the others of that publisher are.
"""
EXAMPLES = """\
examples:
  kg add uzbekistan memberOf csto --start 2006-08-16 --end 2012-12-19 --source tass-2012-12-19
  kg add source https://example.org/news/7 --title 'A day of talks' --publisher 'The Gazette' \\
    --published 2020-05-26 --language en --kind news --text article.html
"""
# The cells that an option fills: of statements, and of sources.
_OF_STATEMENTS: Final = {
    "start": ("DATE", "the first day, month or year on which it holds"),
    "end": ("DATE", "the first day on which it holds no longer, or its last month or year"),
    "at": ("DATE", "when it happened, or is attested"),
    "source": ("SOURCE", "the source that says so"),
    "locator": ("PLACE", "where the source says so, such as ¶3"),
    "rank": ("RANK", "preferred, normal or deprecated"),
    "note": ("NOTE", "what else is to be said"),
}
_OF_SOURCES: Final = {
    "id": ("ID", "what it is called; default: its publisher and its day"),
    "title": ("TITLE", "its title"),
    "publisher": ("NAME", "who published it"),
    "published": ("DATE", "when it was published"),
    "accessed": ("DATE", "when it was read; default: today"),
    "language": ("TAG", "its language, such as en"),
    "kind": ("KIND", "what it is, such as news or treaty"),
}
_TRIPLE: Final = ("subject", "predicate", "object")


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg add`."""
    command.add_argument(
        "subject", metavar="SUBJECT", help="what the row is about, or the word source"
    )
    command.add_argument("predicate", metavar="PREDICATE", help="the property, or a source's URL")
    command.add_argument("object", metavar="OBJECT", nargs="?", help="the other end, or a value")
    command.add_argument("--yes", action="store_true", help="write without asking")
    statement = command.add_argument_group("of a statement")
    for name, (metavar, text) in _OF_STATEMENTS.items():
        statement.add_argument(f"--{name}", metavar=metavar, help=text)
    source = command.add_argument_group("of a source")
    for name, (metavar, text) in _OF_SOURCES.items():
        source.add_argument(f"--{name}", metavar=metavar, help=text)
    source.add_argument(
        "--text", metavar="FILE", help="the text as it was read, for its SHA-256 alone"
    )


# As the commands stand in `cli/arguments`.
ADD = ("add a row, or a source", DESCRIPTION, EXAMPLES, _add_options)


def add(context: Context, options: Namespace) -> int:
    """Add a row; exit with 1 when it is refused or nobody says yes."""
    from kg.adding.rows import addition

    found = addition(context.project / "data", [_wanted(context, options)])
    wrong, remarks = judged(context, found)
    if wrong:
        context.say_all(map(visible, wrong))
        context.note(f"{len(wrong)} {noun(len(wrong), 'error')}; nothing was written")
        return DataError.exit_code
    context.say_all(map(visible, (*found.shown(), *remarks)))
    if not (options.yes or is_wanted(context)):
        context.note("nothing was written")
        return DataError.exit_code
    found.edits.write()
    context.note(f"wrote {found.edits.to_write[0].label}; next: kg build")
    return 0


def judged(context: Context, found: Addition) -> Judged:
    """Check the project as it would be with new rows."""
    from kg.cli.building import checked

    with found.edits.tried() as data:
        report = checked(context, data, context.project / "ontology", context.no_findings)
    return found.judged(report.findings)


def _wanted(context: Context, options: Namespace) -> Wanted:
    """Return the row that the words and options ask for.

    Raises UsageError when they do not fit together.
    """
    from kg.adding.rows import Wanted

    words = [getattr(options, name) for name in _TRIPLE]
    is_source = words[0] == "source" and words[2] is None
    if not is_source and words[2] is None:
        msg = "write SUBJECT PREDICATE OBJECT, or: source URL; what has blanks stands in quotes"
        raise UsageError(msg)
    own, other = _OF_STATEMENTS, (*_OF_SOURCES, "text")
    if is_source:
        own, other = _OF_SOURCES, (*_OF_STATEMENTS,)
    for name in other:
        if getattr(options, name) is not None:
            msg = f"--{name} is no cell of a {'source' if is_source else 'statement'}; leave it out"
            raise UsageError(msg)
    cells: dict[str, str] = {name: getattr(options, name) or "" for name in own}
    if is_source:
        return Wanted("sources", _source(context, {**cells, "url": words[1]}, options.text))
    return Wanted("statements", {**cells, **dict(zip(_TRIPLE, words, strict=True))})


def _source(context: Context, cells: dict[str, str], text: str | None) -> dict[str, str]:
    """Return the row of a source, with an id and the day on which it was read."""
    from datetime import datetime

    from kg.adding.known import Known, Text
    from kg.adding.rows import source_id

    sources = Known(context.project).sources
    cells["id"] = cells["id"] or source_id(cells["publisher"], cells["published"], sources)
    cells["accessed"] = cells["accessed"] or f"{datetime.now().astimezone():%Y-%m-%d}"
    return {**cells, "sha256": Text.read(Path(text)).sha256 if text else ""}
