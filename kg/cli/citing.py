"""Citing: the command `kg cite`, its options, and what it shows of a text."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.context import Context
from kg.errors import noun, visible

if TYPE_CHECKING:
    from kg.adding.citing import Citation, Citing

DESCRIPTION = """\
Show a text or HTML file as rows cite it: its SHA-256, its paragraphs with the numbers that locators
have, and behind each the rows that cite it. Of each row is said whether the paragraph names both of
its ends; a reader may still find there what no name says. Then the sentences are listed that name
entities of the project while no row with one of them cites their paragraph.
"""
EXAMPLES = """\
examples:
  kg cite article.txt
  kg cite article.html --source tass-2020-05-26
"""


def _add_options(command: argparse.ArgumentParser) -> None:
    """Add what may be written after `kg cite`."""
    command.add_argument("text", metavar="FILE", help="a text, or a page of HTML")
    command.add_argument(
        "--source", metavar="SOURCE", help="the source that it is; default: those with its SHA-256"
    )


# As the commands stand in `cli/arguments`.
CITE = ("show which rows cite a text, and where", DESCRIPTION, EXAMPLES, _add_options)


def cite(context: Context, options: Namespace) -> int:
    """Show the text with the rows that cite it."""
    from kg.adding.citing import Citing
    from kg.adding.known import Known, Text

    text, known = Text.read(Path(options.text)), Known(context.project)
    sources = known.sources_of(text, options.source)
    found = Citing(text, known, [one.id for one in sources])
    context.say(visible(f"sha256  {text.sha256}"))
    for one in sources:
        differs = one.sha256 and one.sha256 != text.sha256
        told = ", which was read with another digest" if differs else ""
        context.say(visible(f"source  {one.id}{told}"))
    if not sources:
        context.say("source  none has this digest; 'kg add source URL --text FILE' adds one")
    context.say_all(map(visible, _lines(found)))
    rows, bare = (
        len(found.citations),
        sum(bool(one.paragraphs and one.unnamed) for one in found.citations),
    )
    count = len(text.paragraphs)
    context.note(
        f"{count} {noun(count, 'paragraph')}, {rows} {noun(rows, 'row')}; "
        f"of {bare} an end is not named where it is cited"
    )
    return 0


def _lines(found: Citing) -> Iterator[str]:
    """Yield the paragraphs, each with what cites it and what nothing cites."""
    for number, text in enumerate(found.text.paragraphs, 1):
        yield ""
        yield f"¶{number}  {text}"
        yield from (f"    {_line(one)}" for one in found.of(number))
        for sentence, named in found.uncited(number):
            yield f"    cited by no row: {', '.join(named)}: {sentence}"
    elsewhere = found.elsewhere()
    if elsewhere:
        yield ""
        yield "rows that cite no paragraph of it:"
    for one in elsewhere:
        locator = one.row.cells["locator"] or "no locator"
        yield f"    {one.row.place}: {one.triple} ({locator})"


def _line(one: Citation) -> str:
    said = "both ends are named"
    if one.unnamed:
        said = f"not named: {', '.join(one.unnamed)}"
    return f"{one.row.place}: {one.triple}; {said}"
