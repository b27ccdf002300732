"""Arguments: what may be written after `kg`, and the help about it.

The parser is argparse, because `kg query` answers in the time that importing a larger one takes.
"""

from __future__ import annotations

import argparse
import os
import sys

DESCRIPTION = """\
Who was what, when, and says who?

Builds a knowledge graph from hand-curated, sourced, dated rows, and answers questions about it as
of any date.
"""
EPILOG = """\
examples:
  kg build
  kg query members -p organization=csto --as-of 2009-01-01
  kg query 'SELECT ?s { ?s :memberOf id:csto }' --as-of 2012-06-27
  kg why uzbekistan memberOf csto

exit codes:
  0 fine · 1 the data are wrong · 2 the command was wrong · 3 unreadable input
  4 store damaged or locked · 5 a limit was hit · 6 the remote end failed · 70 a fault of kg itself
"""
QUERY = """\
Ask a named question, SPARQL text or @FILE; without an argument list the questions.

Prefixes are declared: `:` the ontology, id: entities, src: sources, st: statements, kg: and the
usual ones.
"""
QUERY_EXAMPLES = """\
examples:
  kg query
  kg query proposals -p meeting=csto-cfm-2020-05-26
  kg query 'SELECT ?s { ?s :memberOf id:sco }' --as-of 2016 --format csv
  kg query @mine.rq --known-by 2020-12-31
"""
WHY_EXAMPLES = """\
examples:
  kg why armenia memberOf csto
  kg why serbia
"""
PUBLISH = """\
Put the build into another SPARQL 1.1 store, in batches; asked again after a failure, it goes on.

It is done when the store counts as many triples as were sent.
"""
PUBLISH_EXAMPLES = """\
examples:
  kg publish http://127.0.0.1:7878/update
  kg publish http://127.0.0.1:7878/store --graph-store
"""
SERVE = """\
Serve a build, or RDF files as they are: SPARQL 1.1 Protocol for programs, pages for people.

Queries run in processes of their own, without network, and are ended at the limits below; an
answer above a limit is refused, never cut short.
"""
SERVE_EXAMPLES = """\
examples:
  kg serve
  kg serve --port 8080 graph.trig
  curl http://127.0.0.1:8000/sparql --data-urlencode 'query=ASK { }'
"""


def parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """Return the parser; with a command chosen, the other commands have no options of their own."""
    top = argparse.ArgumentParser(
        "kg", description=DESCRIPTION, epilog=EPILOG, formatter_class=_Formatter
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    _add_common(top, None, switch=False)
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", required=True, title="commands"
    )
    for name, (text, description, epilog, add_options) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=text,
            description=description or f"{text[0].upper()}{text[1:]}.",
            epilog=epilog,
            formatter_class=_Formatter,
            add_help=chosen in {name, None},
        )
        if chosen in {name, None}:
            _add_common(command, argparse.SUPPRESS, switch=argparse.SUPPRESS)
            add_options(command)
    return top


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, at most a hundred columns, and that many in a pipe."""

    def __init__(self, prog: str) -> None:
        try:
            width = min(os.get_terminal_size(sys.stdout.fileno()).columns, 100)
        except (OSError, ValueError):
            width = 100
        super().__init__(prog, max_help_position=28, width=width)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"kg {version('eurasia-kg')}\n")
        parser.exit()


def _add_common(command: argparse.ArgumentParser, default: str | None, *, switch: object) -> None:
    """Add the options that may stand before the command or behind it."""
    command.add_argument(
        "--project", metavar="DIR", default=default,
        help="folder with data/ and ontology/; default: the nearest upwards, else the shipped one",
    )  # fmt: skip
    command.add_argument(
        "--store", metavar="PATH|URL", default=default,
        help="a build folder, or a SPARQL 1.1 endpoint; default: the project's build/",
    )  # fmt: skip
    command.add_argument(
        "--quiet", action="store_true", default=switch, help="print results only, no notes"
    )
    command.add_argument(
        "--debug", action="store_true", default=switch, help="show a traceback on failure"
    )


def _add_nothing(_: argparse.ArgumentParser) -> None:
    """The command has only the common options."""


def _add_style(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--format", dest="style", choices=("text", "json", "github"), default="text",
        help="how to print the findings (default: text)",
    )  # fmt: skip


def _add_query(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", metavar="QUESTION", help="a name, SPARQL or @FILE")
    command.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter of a named question; repeat as needed",
    )  # fmt: skip
    _add_clocks(command)
    command.add_argument(
        "--format", dest="style", metavar="FORMAT",
        choices=("table", "csv", "tsv", "json", "markdown", "turtle"),
        help="table, csv, tsv, json, markdown or turtle (default: table, turtle for triples)",
    )  # fmt: skip


def _add_why(command: argparse.ArgumentParser) -> None:
    command.add_argument("subject", metavar="SUBJECT", help="the id of an entity")
    command.add_argument("predicate", metavar="PREDICATE", nargs="?", help="such as memberOf")
    command.add_argument("object", metavar="OBJECT", nargs="?", help="an id, or a literal")
    _add_clocks(command)


def _add_view(command: argparse.ArgumentParser) -> None:
    _add_output(command, "the page to write")
    command.add_argument(
        "--as-of",
        metavar="DATE",
        help="the date at which the page opens; of a month or year its first day",
    )
    command.add_argument("--known-by", metavar="DATE", help="what was published by this date")
    command.add_argument("--focus", metavar="ID", help="keep only what is near this entity")
    command.add_argument("--hops", type=int, default=1, metavar="N", help="how near (default: 1)")
    command.add_argument("--open", action="store_true", help="open the page in a browser")


def _add_network(command: argparse.ArgumentParser) -> None:
    _add_output(command, "*.graphml, *.gexf, *.json or *.csv")
    _add_clocks(command)


def _add_dump(command: argparse.ArgumentParser) -> None:
    _add_output(command, "*.trig, *.nq, *.jsonld, *.parquet, or *.ttl (the default graph only)")
    _add_clocks(command)


def _add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "files", nargs="*", metavar="FILE",
        help="serve these *.ttl, *.trig, *.nt or *.nq files as they are, not a build",
    )  # fmt: skip
    command.add_argument("--port", type=int, default=8000, metavar="N", help="default: %(default)s")
    command.add_argument("--host", metavar="ADDRESS", help="default: 127.0.0.1, this machine only")
    command.add_argument(
        "--public", action="store_true", help="let other machines ask; prints what that means"
    )
    command.add_argument(
        "--name", action="append", default=[], metavar="HOST",
        help="a name under which the server may be asked for, besides localhost; repeat as needed",
    )  # fmt: skip
    command.add_argument(
        "--cors", action="append", default=[], metavar="ORIGIN",
        help="a web origin whose pages may read answers, * for all; repeat as needed",
    )  # fmt: skip
    command.add_argument(
        "--access-log", action="store_true", help="write a line for each request to stderr"
    )
    for name, kind, default, text in (
        ("seconds", float, 10.0, "wall-clock time of a query"),
        ("memory", int, 1024, "MiB that a query may need"),
        ("text", int, 64, "KiB of SPARQL text"),
        ("rows", int, 100_000, "rows or triples of an answer"),
        ("answer", int, 50, "MiB of an answer"),
        ("workers", int, (os.cpu_count() or 1) + 2, "queries at the same time"),
        ("queue", int, 32, "queries that may wait for a worker"),
        ("idle", float, 15.0, "seconds that a connection may stand still"),
    ):
        shown = "processors + 2" if name == "workers" else "%(default)s"
        command.add_argument(
            f"--{name}", type=kind, default=default, metavar="N",
            help=f"{text} (default: {shown})",
        )  # fmt: skip


def _add_publish(command: argparse.ArgumentParser) -> None:
    command.add_argument("url", metavar="URL", help="where the store takes changes")
    command.add_argument(
        "--queries", metavar="URL",
        help="where it answers queries; default: guessed from URL (…/update → …/query)",
    )  # fmt: skip
    command.add_argument(
        "--graph-store", action="store_true",
        help="send graphs by the Graph Store HTTP Protocol, not by SPARQL Update",
    )  # fmt: skip
    command.add_argument(
        "--replace", action="store_true", help="first remove everything that the store holds"
    )


def _add_clocks(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as-of", metavar="DATE", help="the graph as of this date: YYYY, YYYY-MM or YYYY-MM-DD"
    )
    command.add_argument(
        "--known-by",
        metavar="DATE",
        help="leave out sources published after this date, and what rests on them alone",
    )


def _add_output(command: argparse.ArgumentParser, text: str) -> None:
    command.add_argument("-o", "--output", required=True, metavar="FILE", help=text)


# Name → its help, a longer description, examples, and what adds its options.
COMMANDS = {
    "build": (
        "validate, infer, store and draw: build/graph.html, build/graph.trig and the store",
        "",
        "",
        _add_nothing,
    ),
    "validate": ("check every row, date, shape, rule and question", "", "", _add_style),
    "query": ("ask a question, as of any date", QUERY, QUERY_EXAMPLES, _add_query),
    "why": ("show the statements behind a fact", "", WHY_EXAMPLES, _add_why),
    "view": ("write one interactive page that works offline", "", "", _add_view),
    "network": ("write the network of statements for other tools", "", "", _add_network),
    "dump": ("write the whole graph in another format", "", "", _add_dump),
    "publish": (
        "put the build into another SPARQL 1.1 store",
        PUBLISH,
        PUBLISH_EXAMPLES,
        _add_publish,
    ),
    "serve": ("serve SPARQL and pages over HTTP, read-only", SERVE, SERVE_EXAMPLES, _add_serve),
}
