"""Arguments: what may be written after `kg`.

The parser is argparse, because `kg query` answers in the time that importing a larger one takes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module

import kg.cli.help as texts
from kg.cli import shaping
from kg.cli.amounts import count, seconds, some
from kg.cli.naming import add_labels, add_names
from kg.cli.parsing import Command, Formatter, Parser, Version
from kg.model.packed import PACKED
from kg.text import formats
from kg.text.formats import Formats
from kg.workers.limits import MIB, OWN

# What `kg help` says of a command in a line, what its own help says at length, examples, and what
# adds its options.
Told = tuple[str, str, str, Callable[[argparse.ArgumentParser], None]]


def parser(given: Sequence[str] = ()) -> Parser:
    """Return the parser of all commands, or of the one alone with which `given` begins.

    A command has its options when it is asked for them.
    """
    top = Parser(
        "kg", description=texts.DESCRIPTION, epilog=texts.EPILOG, formatter_class=Formatter
    )
    top.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    _add_common(top, None, switch=False)
    commands = top.add_subparsers(
        dest="command", metavar="COMMAND", required=True, title="commands", parser_class=Command
    )
    for name in given[:1] if given and given[0] in COMMANDS else COMMANDS:
        text, description, epilog, add_options = _told(name)
        commands.add_parser(
            name,
            help=text,
            description=description or f"{text[0].upper()}{text[1:]}.",
            epilog=epilog,
            formatter_class=Formatter,
            fill=partial(_fill, add_options),
        )
    return top


def _told(name: str) -> Told:
    """Return what is told of a command, if need be by the module that runs it."""
    told = COMMANDS[name]
    if isinstance(told, str):
        found: Told = getattr(import_module(f"kg.cli.{told}"), name.upper())
        return found
    return told


def _fill(
    add_options: Callable[[argparse.ArgumentParser], None], command: argparse.ArgumentParser
) -> None:
    """Add the options of a command, after those that all have."""
    _add_common(command, argparse.SUPPRESS, switch=argparse.SUPPRESS)
    add_options(command)


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


def _add_init(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="the folder, such as my-club")
    for name, (metavar, text) in texts.WISHES.items():
        command.add_argument(f"--{name}", metavar=metavar, help=text)
    table = command.add_argument_group("from a file that others made")
    table.add_argument(
        "--from", dest="table", metavar="FILE",
        help=f"take over its facts: {formats.BEGINNINGS.patterns}; any other file is read as CSV; "
        f"what is no workbook may be packed ({formats.either(PACKED)})",
    )  # fmt: skip
    table.add_argument("--sheet", metavar="NAME", default="", help=texts.SHEET)
    _add_columns(table, texts.TABLE)
    table.add_argument(
        "--inclusive", action=argparse.BooleanOptionalAction, default=None, help=texts.INCLUSIVE
    )


def _add_build(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--engine", metavar="ENGINE", default="local",
        help="local (the default), spark, or a Spark master such as spark://HOST:PORT",
    )  # fmt: skip
    command.add_argument(
        "--load", action="store_true", help="load the shards that Spark makes into a store here too"
    )
    command.add_argument(
        "--full", action="store_true",
        help="make all anew, also what no change since the last build can matter to",
    )  # fmt: skip
    command.add_argument(
        "--wait", action="store_true", help="wait for another process that builds into the folder"
    )
    command.add_argument(
        "--rollback", action="store_true",
        help="build nothing: make the build before the current one again; twice returns",
    )  # fmt: skip
    shaping.add_seconds(command)
    _add_memory(command, "rules, shapes and questions")


def _add_validate(command: argparse.ArgumentParser) -> None:
    command.add_argument("--notes", action="store_true", help="list all notes, not one a kind")
    command.add_argument(
        "--full", action="store_true",
        help="look at all rows, also those to which no change since the last time can matter",
    )  # fmt: skip
    shaping.add_options(command)
    _add_memory(command, "rules, shapes and questions")
    _add_format(command, formats.FINDINGS, "the findings; turtle: the report of SHACL, of --data")


def _add_format(command: argparse.ArgumentParser, known: Formats, text: str) -> None:
    """Add the option that chooses among the formats, of which the first is the default."""
    default = known.names[0]
    command.add_argument(
        "--format", dest="style", choices=known.names, default=default,
        help=f"how to print {text} (default: {default})",
    )  # fmt: skip


def _add_query(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", metavar="QUESTION", help="a name, SPARQL or @FILE")
    command.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="NAME=VALUE",
        help="a parameter of a named question, an id or a name; repeat as needed",
    )  # fmt: skip
    _add_clocks(command)
    _add_world(command)
    command.add_argument(
        "--seconds", type=seconds, default=OWN.seconds, metavar="N",
        help=f"end the query after this time, 0 for never (default: {OWN.seconds:g})",
    )  # fmt: skip
    _add_memory(command, "the query")
    command.add_argument(
        "--allow-service", action="append", default=[], metavar="HOST",
        help="let SERVICE ask this server; without it a query has no network; repeat as needed",
    )  # fmt: skip
    command.add_argument(
        "--lenient", action="store_true",
        help="ask also when the text names something of the graph's own that does not exist",
    )  # fmt: skip
    command.add_argument(
        "--format", dest="style", metavar="FORMAT",
        choices=formats.RESULTS.names,
        help=f"{formats.either(formats.RESULTS.names)} (default: table, turtle for triples)",
    )  # fmt: skip
    add_names(command)


def _add_why(command: argparse.ArgumentParser) -> None:
    command.add_argument("subject", metavar="SUBJECT", help="an entity, by id or name")
    command.add_argument(
        "predicate",
        metavar="PREDICATE",
        nargs="?",
        help="a property, such as memberOf or 'member of'",
    )
    command.add_argument("object", metavar="OBJECT", nargs="?", help="an id, a name, or a literal")
    _add_clocks(command)
    _add_world(command)
    command.add_argument(
        "--archive", metavar="DIR",
        help="a folder with texts of sources: show the paragraphs that are cited",
    )  # fmt: skip
    _add_format(command, formats.EXPLANATIONS, "the explanation")
    add_names(command)


def _add_audit(command: argparse.ArgumentParser) -> None:
    command.add_argument("entity", nargs="*", metavar="ENTITY", help="only what names one of these")
    command.add_argument(
        "--kind", action="append", default=[], choices=texts.AUDIT_KINDS, metavar="KIND",
        help="only this kind of finding; repeat as needed",
    )  # fmt: skip
    command.add_argument(
        "--since", metavar="DATE", help="also present states that no source confirmed since DATE"
    )
    command.add_argument(
        "--ending-by", metavar="DATE", help="also present states that end by DATE: terms, chairs"
    )
    command.add_argument(
        "--as-of", metavar="DATE",
        help="also what can be true at some time in DATE, but need not be on every day of it",
    )  # fmt: skip
    command.add_argument(
        "--fail-on", action="append", default=[], metavar="KIND",
        choices=("any", *texts.AUDIT_KINDS),
        help="exit with 1 when there is a finding of this kind, or of any; repeat as needed",
    )  # fmt: skip
    command.add_argument(
        "--limit", type=count, default=10, metavar="N",
        help="how many findings of each kind to show, 0 for all (default: 10; JSON has all)",
    )  # fmt: skip
    command.add_argument("--known-by", metavar="DATE", help="the record as known by this date")
    _add_format(command, formats.AUDITS, "the findings")
    add_names(command)


def _add_memory(command: argparse.ArgumentParser, what: str) -> None:
    command.add_argument(
        "--memory", type=some, default=OWN.memory // MIB, metavar="MIB",
        help=f"end {what} above this much memory (default: {OWN.memory // MIB})",
    )  # fmt: skip


def _add_columns(
    command: argparse._ActionsContainer, columns: Mapping[str, str], **defaults: str
) -> None:
    """Add the options that say what the columns of somebody's table mean."""
    for name, text in columns.items():
        metavar = "NAME" if name == "predicate" else "COLUMN"
        default = defaults.get(name, "")
        command.add_argument(f"--{name}", metavar=metavar, default=default, help=text)


def _add_compare(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "table", metavar="TABLE", nargs="?", default="",
        help="the table, with a header: CSV, UTF-8; or a workbook",
    )  # fmt: skip
    command.add_argument(
        "--wikibase", metavar="URL|FILE", default="",
        help="or Wikidata: a file of Wikibase (JSON or RDF), or its query service",
    )  # fmt: skip
    command.add_argument("--sheet", metavar="NAME", default="", help=texts.SHEET)
    _add_columns(command, texts.COLUMNS, subject="subject", object="object")
    command.add_argument(
        "--as-of", metavar="DATE", default="",
        help="or the one date for which a table without dates speaks; default: the day of issue",
    )  # fmt: skip
    command.add_argument(
        "--map", action="append", default=[], metavar="VALUE=TARGET",
        help="what a value means: an id, a property, a literal, or nothing to leave its rows out; "
        "COLUMN:VALUE=TARGET for one column, @FILE.csv for a table of column, value and target; "
        "repeat as needed",
    )  # fmt: skip
    command.add_argument(
        "--skip-unmatched", action="store_true",
        help="leave out the rows with names that are not understood, and list them at the end",
    )  # fmt: skip
    command.add_argument(
        "--known-by", metavar="DATE", default="",
        help="leave out our sources published after this date, and what rests on them alone",
    )  # fmt: skip
    command.add_argument(
        "--all", action="store_true", help="print also the facts on which both sides agree"
    )
    text = "the report; json and csv always hold every fact"
    _add_format(command, formats.COMPARISONS, text)


def _add_diff(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="OLD", help="a folder or a revision")
    command.add_argument(
        "new", metavar="NEW", nargs="?", help="the same; default: the project as it is now"
    )
    command.add_argument(
        "--as-of", metavar="DATE", help="compare only what can be true at some time in this date"
    )
    _add_world(command)
    _add_format(command, formats.DIFFERENCES, "the changes")
    add_labels(command)


def _add_view(command: argparse.ArgumentParser) -> None:
    text = "the page to write, or - for standard output; without it that of the build is named"
    command.add_argument("-o", "--output", metavar="FILE", help=text)
    command.add_argument(
        "--as-of", metavar="DATE",
        help="the date at which the page opens; of a month or year its first day",
    )  # fmt: skip
    command.add_argument("--known-by", metavar="DATE", help="what was published by this date")
    surely = "open on what must be true then, not on what can be; the page has a switch"
    command.add_argument("--surely", action="store_true", help=surely)
    opens = "open on this view, one of data/views.csv; default: the first of them"
    command.add_argument("--view", metavar="VIEW", help=opens)
    command.add_argument("--focus", metavar="ENTITY", help="keep only what is near this entity")
    command.add_argument("--hops", type=int, default=1, metavar="N", help="how near (default: 1)")
    command.add_argument(
        "--positions", metavar="FILE",
        help="where marks stand, as the page saves it; default: positions.csv of the project",
    )  # fmt: skip
    answers = "put the whole graph and a SPARQL engine into the page, to be asked offline"
    command.add_argument("--with-sparql", action="store_true", help=answers)
    command.add_argument("--open", action="store_true", help="open the page in a browser")


def _add_network(command: argparse.ArgumentParser) -> None:
    _add_output(command, formats.NETWORKS)
    add_labels(command)
    _add_clocks(command)
    _add_world(command)


def _add_dump(command: argparse.ArgumentParser) -> None:
    from kg.cli.dumping import add_options

    add_options(command)
    _add_clocks(command)
    _add_world(command)


def _add_clocks(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--as-of", metavar="DATE", help="the graph as of this date: YYYY, YYYY-MM or YYYY-MM-DD"
    )
    command.add_argument(
        "--known-by",
        metavar="DATE",
        help="leave out sources published after this date, and what rests on them alone",
    )


def _add_world(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--from", dest="from_", metavar="DATE",
        help="instead of --as-of: what can be true at some time from the first day of this date",
    )  # fmt: skip
    command.add_argument("--to", metavar="DATE", help="to the last day of this one")
    command.add_argument(
        "--surely", action="store_true",
        help="of the date or span only what must be true on every day, not what can be on one",
    )  # fmt: skip


def _add_help(command: argparse.ArgumentParser) -> None:
    command.add_argument("about", nargs="?", metavar="COMMAND", help="default: kg itself")


def _add_output(command: argparse.ArgumentParser, known: Formats) -> None:
    """Add the file to write, and the format in which to write to standard output."""
    text = f"{known.patterns}, or - for standard output"
    command.add_argument("-o", "--output", required=True, metavar="FILE", help=text)
    command.add_argument(
        "--format", dest="style", choices=known.names, metavar="FORMAT",
        help=f"with -o -: {formats.either(known.names)} (default: {known.names[0]})",
    )  # fmt: skip


# Name → what is told of it, or the module of `kg.cli` that tells it under that name.
COMMANDS: Mapping[str, Told | str] = {
    "init": ("begin a project of your own", texts.INIT, texts.INIT_EXAMPLES, _add_init),
    "build": (
        "validate, infer, store and draw: build/graph.html, build/graph.trig and the store",
        texts.BUILD,
        texts.BUILD_EXAMPLES,
        _add_build,
    ),
    "validate": (
        "check every row, date, shape, rule and question",
        shaping.DESCRIPTION,
        shaping.EXAMPLES,
        _add_validate,
    ),
    "tidy": "mending",
    "load": "editing",
    "add": "adding",
    "cite": "citing",
    "suggest": "suggesting",
    "query": ("ask a question, as of any date", texts.QUERY, texts.QUERY_EXAMPLES, _add_query),
    "why": ("show the statements behind a fact", texts.WHY, texts.WHY_EXAMPLES, _add_why),
    "audit": (
        "show contradictions and weak evidence",
        texts.AUDIT,
        texts.AUDIT_EXAMPLES,
        _add_audit,
    ),
    "compare": (
        "hold the record against a published table, or Wikidata",
        texts.COMPARE,
        texts.COMPARE_EXAMPLES,
        _add_compare,
    ),
    "diff": (
        "say what changed between two states of the data",
        texts.DIFF,
        texts.DIFF_EXAMPLES,
        _add_diff,
    ),
    "view": ("write one interactive page that works offline", "", "", _add_view),
    "network": ("write the network of statements for other tools", "", "", _add_network),
    "dump": (
        "write the whole graph in another format, or its rows to be edited",
        texts.DUMP,
        texts.DUMP_EXAMPLES,
        _add_dump,
    ),
    "site": "publishing",
    "publish": "publishing",
    "serve": "serving",
    "mcp": "serving",
    "doctor": "doctor",
    "completion": "completion",
    "help": ("show what a command does, and its options", "", "", _add_help),
}
