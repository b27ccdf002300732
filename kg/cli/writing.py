"""Writing: the commands `kg view` and `kg network`, which write one file or print it."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from kg.cli.context import OUT, Context, option, world
from kg.errors import UsageError
from kg.text import formats


class Written:
    """Whether a command wrote what it is to write, which it does in one step and at the end."""

    def __init__(self, context: Context, options: Namespace) -> None:
        """Look at what is there before."""
        if options.command == "build":
            from kg.pipeline.generations import MANIFEST

            self._path = context.folder / MANIFEST
        else:
            self._path = Path(options.output or OUT)
        self._before = self._now()

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def __str__(self) -> str:
        """In words, for whoever interrupted it."""
        if self._now() == self._before:
            return "nothing was written"
        return f"{Path(os.path.relpath(self._path))} was written before"


def view(context: Context, options: Namespace) -> int:
    """Write the page, or name that of the build."""
    import webbrowser

    if options.output is None:
        there = _page_of_build(context, options)
        context.say(f"{there}   the page of the build; kg view --open opens it in a browser")
        if options.open:
            webbrowser.open(there.resolve().as_uri())
        return 0
    suffix = context.suffix(formats.PAGES)
    if suffix not in {".html", ".htm"}:
        msg = f"'{suffix}' is not a format of pages; name a file that ends in .html"
        raise UsageError(msg)
    if options.open and options.output == OUT:
        msg = f"--open needs a file, and -o {OUT} is none; name one that ends in .html"
        raise UsageError(msg)
    page = context.graph().view(
        as_of=options.as_of,
        known_by=options.known_by,
        surely=options.surely,
        focus=options.focus,
        hops=options.hops,
        positions=context.positions(options.positions),
        with_sparql=options.with_sparql,
        named=options.view,
    )
    context.write(options.output, page.html.encode())
    if options.open:
        webbrowser.open(Path(options.output).resolve().as_uri())
    return 0


def _page_of_build(context: Context, options: Namespace) -> Path:
    """Return the page that the build wrote.

    Raises UsageError when another one is asked for, or there is none.
    """
    from kg.pipeline.generations import PAGE

    other = ("as_of", "known_by", "surely", "focus", "positions", "with_sparql", "view")
    if asked := [name for name in other if getattr(options, name)]:
        msg = f"{option(asked[0], None)} asks for a page of its own; name it with -o page.html"
        raise UsageError(msg)
    folder = context.build_folder()
    page = Path(os.path.relpath(folder or context.folder)) / PAGE
    if not page.is_file():
        msg = f"there is no {page}; 'kg build' draws it, kg view -o page.html one of your own"
        raise UsageError(msg)
    return page


def network(context: Context, options: Namespace) -> int:
    """Write the network."""
    from kg.exports.network import losses, to_format

    suffix = context.suffix(formats.NETWORKS)
    labels = options.labels or ""
    if labels and suffix == ".csv":
        msg = "--labels: a table of edges has ids alone; write graphml, gexf or json"
        raise UsageError(msg)
    labels = labels if labels != "none" else ""
    graph = context.graph().network(**world(options), labels=labels)
    context.write(options.output, to_format(graph, suffix).encode())
    context.note_losses(suffix[1:], losses(suffix, graph))
    return 0
