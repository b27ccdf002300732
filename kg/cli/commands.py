"""The command line: words to calls. Parses, prints, chooses the exit code; no logic.

Rooms are imported inside the commands, so that each waits only for those it needs.
"""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TextIO

from kg.cli.arguments import COMMANDS, parser
from kg.cli.context import Context, option, read_file, when, world
from kg.errors import (
    DataError,
    InputError,
    KGError,
    TableError,
    UsageError,
    noun,
    parameters_as,
    visible,
)
from kg.progress import at_work, shown_by

if TYPE_CHECKING:
    from kg.graph import Graph


# New objects after which garbage is looked for; Python takes 700 (2,000 from 3.13 on).
GARBAGE_AFTER: Final = 50_000


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: errors become one line and an exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    # In `kg --store build query …` the first such word is not the command.
    named = {word for word in given if word in COMMANDS}
    options = parser(named.pop() if len(named) == 1 else None).parse_args(given)
    if options.command == "query":
        # One answer makes many objects and hardly a cycle.
        _run_apart(options, given)
    # Records live until the end; looking through them again after every few hundred finds nothing.
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()
    sys.exit(_run(options, _terminal(options)))


def _run_apart(options: Namespace, given: Sequence[str]) -> NoReturn:
    """Run a command with SPARQL that somebody wrote where it can be ended."""
    from kg.workers.apart import DoneApart, apart

    terminal = _terminal(options)
    work = partial(_run, options, terminal, alone=True)
    try:
        code = apart(work, given, Context(options).limits)
    except (KeyboardInterrupt, KGError) as error:
        if terminal:
            # Whoever drew on it was ended in the middle.
            from kg.cli.line import wipe

            wipe(terminal)
        code = _report(error) if isinstance(error, KGError) else 130
    raise DoneApart(code)


def _terminal(options: Namespace) -> TextIO | None:
    """Return where to draw how far the work is, a way to it of its own; None for nowhere."""
    if options.quiet or options.command == "serve" or not sys.stderr.isatty():
        return None
    own = os.dup(sys.stderr.fileno())
    return os.fdopen(own, "w", encoding=sys.stderr.encoding, errors="replace")


def _run(options: Namespace, terminal: TextIO | None, *, alone: bool = False) -> int:
    """Run the command and return its exit code, with what went wrong in one line."""
    try:
        with parameters_as(option), ExitStack() as ending:
            line = None
            if terminal:
                from kg.cli.line import Line

                line = ending.enter_context(Line(terminal, alone=alone))
                ending.enter_context(shown_by(line))
            code = RUN[options.command](Context(options, line), options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        if options.debug:
            raise
        code = _report(error)
    return code


# ---------------------------------------------------------------- the commands


def init(context: Context, options: Namespace) -> int:
    """Begin a project."""
    from kg.cli.starting import init as run

    return run(context, options)


def build(context: Context, options: Namespace) -> int:
    """Build the project."""
    from kg.cli.building import build as run

    return run(context, options)


def validate(context: Context, options: Namespace) -> int:
    """Check the project."""
    from kg.cli.building import validate as run

    return run(context, options)


def tidy(context: Context, options: Namespace) -> int:
    """Mend the tables."""
    from kg.cli.mending import tidy as run

    return run(context, options)


def load(context: Context, options: Namespace) -> int:
    """Load an edited copy of the tables; see `editing`."""
    from kg.cli.editing import load as run

    return run(context, options)


def add(context: Context, options: Namespace) -> int:
    """Add a row; see `adding`."""
    from kg.cli.adding import add as run

    return run(context, options)


def cite(context: Context, options: Namespace) -> int:
    """Show which rows cite a text; see `citing`."""
    from kg.cli.citing import cite as run

    return run(context, options)


def suggest(context: Context, options: Namespace) -> int:
    """Draft rows from a text; see `suggesting`."""
    from kg.cli.suggesting import suggest as run

    return run(context, options)


def query(context: Context, options: Namespace) -> int:
    """Ask, or list the questions."""
    import signal

    from kg.workers import confine

    # The engine does not return to Python before it is done; the default ends it at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    text = options.question or ""
    if text.startswith("@"):
        text = read_file(text[1:])
    limits = context.limits
    confine.leave_no_core()
    if "service" in text.lower() and not options.allow_service and not context.has_remote_store:
        confine.cut_network()
    graph = context.graph()
    # What opening the store takes is the store's, and not the query's.
    confine.confine(limits.memory)
    if options.question is None:
        _list_questions(context, graph)
        return 0
    values = {}
    for parameter in options.parameter:
        name, equals, value = parameter.partition("=")
        if not equals:
            msg = f"-p {parameter}: write NAME=VALUE"
            raise UsageError(msg)
        values[name] = value
    # Not by graph.query(**values): a parameter may have the name of one of its arguments.
    result = graph.ask(
        text,
        values,
        **world(options),
        lenient=options.lenient,
        hosts=options.allow_service,
        limits=limits,
    )
    style = options.style or ("turtle" if result.form == "CONSTRUCT" else "table")
    context.put(result.to(style))
    return 0


def why(context: Context, options: Namespace) -> int:
    """Explain a fact, or everything about an entity."""
    explanation = context.graph().why(
        options.subject,
        options.predicate,
        options.object,
        **world(options),
        archive=options.archive,
    )
    if explanation or options.style != "text":
        context.say(explanation.to(options.style).rstrip("\n"))
    else:
        how = "surely says" if options.surely else "says"
        context.note(f"no statement {how} so{when(options)}")
    return 0


def audit(context: Context, options: Namespace) -> int:
    """Look for contradictions and weak evidence; exit with 1 when there is what must not be."""
    from kg.reports.weaknesses import KINDS, NEEDS

    refused = set(options.fail_on) - {"any"}
    kinds = [*options.kind, *refused] if options.kind else [*KINDS, *refused]
    without = {kind for kind, name in NEEDS.items() if not getattr(options, name)}
    without -= {*options.kind, *refused}
    kinds = [kind for kind in kinds if kind not in without]
    clocks = {"since": options.since, "as_of": options.as_of, "known_by": options.known_by}
    found = context.graph().audit(*options.entity, kinds=kinds, **clocks)
    context.say(found.to(options.style, options.limit))
    refused = set(kinds) if "any" in options.fail_on else refused
    here = [kind for kind, count in found.counts.items() if count and kind in refused]
    if here:
        context.note(f"found what --fail-on refuses: {', '.join(here)}")
    return DataError.exit_code if here else 0


def compare(context: Context, options: Namespace) -> int:
    """Hold the record against a table; a report is a success, also when the two differ."""
    roles = ("subject", "object", "predicate", "status", "start", "end", "first", "last", "at")
    files = [given[1:] for given in options.map if given.startswith("@")]
    mapping = {}
    for given in options.map:
        value, equals, target = given.rpartition("=")
        if equals and not given.startswith("@"):
            mapping[value] = target
        elif not equals and not given.startswith("@"):
            msg = f"--map {given}: write VALUE=TARGET, COLUMN:VALUE=TARGET or @FILE.csv"
            raise UsageError(msg)
    comparison = context.graph().compare(
        options.table,
        **{role: getattr(options, role) for role in roles},
        as_of=options.as_of,
        known_by=options.known_by,
        mapping=mapping,
        mapping_files=files,
        skip_unmatched=options.skip_unmatched,
        sheet=options.sheet,
    )
    context.put(comparison.to(options.style, agreed=options.all))
    if options.style == "csv":
        for finding in comparison.claims.skipped:
            context.note(str(finding))
    return 0


def diff(context: Context, options: Namespace) -> int:
    """Compare two sides; exit with 1 when they differ, as diff does."""
    from kg.changes.sides import diff as compare

    new = options.new if options.new is not None else context.named_store
    if new is None and context.is_fallback:
        context.note("no project here or above: comparing with the graph that comes with kg")
    project = context.project if context.named_project else None
    found = compare(options.old, new, project=project, **world(options))
    if options.style != "text":
        context.say(getattr(found, f"to_{options.style}")().rstrip("\n"))
    elif found:
        context.say(str(found))
    context.note(found.summary)
    return 1 if found else 0


def view(context: Context, options: Namespace) -> int:
    """Write the page."""
    suffix = Path(options.output).suffix
    if suffix not in {".html", ".htm"}:
        msg = f"'{suffix}' is not a format of pages; name a file that ends in .html"
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
        import webbrowser

        webbrowser.open(Path(options.output).resolve().as_uri())
    return 0


def network(context: Context, options: Namespace) -> int:
    """Write the network."""
    from kg.exports.network import to_format

    graph = context.graph().network(**world(options))
    context.write(options.output, to_format(graph, Path(options.output).suffix).encode())
    return 0


def dump(context: Context, options: Namespace) -> int:
    """Write the graph; of a project as it is now the rows, where they are to be edited."""
    from kg.model.tables import WORKBOOKS
    from kg.text import formats

    suffix, asked = Path(options.output).suffix, world(options)
    is_workbook = suffix in {*WORKBOOKS} & {*formats.DUMPS.suffixes}
    if is_workbook:
        _refuse_table(Path(options.output))
    if is_workbook and not context.named_store and not any(asked.values()):
        from kg.exports.dump import dump_rows
        from kg.exports.rows import left_out

        data = context.project / "data"
        content = dump_rows(data, suffix)
        if not context.quiet:
            context.each(left_out(data))
    else:
        content = context.graph().dump(suffix, **asked)
    context.write(options.output, content)
    return 0


def _refuse_table(output: Path) -> None:
    """Raise UsageError for a workbook that would be a table of a project at its place."""
    from kg.project import is_project

    folder = output.resolve().parent
    data = folder.parent if folder.name == "statements" else folder
    if data.name == "data" and is_project(data.parent):
        msg = f"{output} would be a table of the project there; name a file outside of its data"
        raise UsageError(msg)


def publish(context: Context, options: Namespace) -> int:
    """Put the build into another store."""
    from kg.exports.publish import target

    sent = partial(at_work, "quads sent")
    to = target(options.url, options.queries, graph_store=options.graph_store)
    if options.shards:
        from kg.exports.publish import publish_shards
        from kg.pipeline.spark.shards import open_shards

        shards = open_shards(Path(context.named_store) if context.named_store else context.folder)
        count = publish_shards(shards, to, sent, replace=options.replace)
    else:
        from kg.graph import publish as put

        count = put(
            context.graph(),
            options.url,
            queries=options.queries,
            graph_store=options.graph_store,
            replace=options.replace,
            progress=sent,
        )
    context.note(f"{to.queries} counts {count:,} {noun(count, 'triple')}, as many as were sent")
    return 0


def serve(context: Context, options: Namespace) -> int:
    """Serve until told to stop."""
    from kg.server.start import serve as start

    start(options.files, None if options.files else context.build_folder(), options, context.note)
    return 0


# ---------------------------------------------------------------- words


def _report(error: Exception) -> int:
    """Print one line about the error and return its exit code."""
    if isinstance(error, TableError):
        from kg.text.findings import Grouped

        # Its lines begin with their places, for people and editors to click on.
        groups = Grouped()
        groups.add(error.findings)
        sys.stderr.write("".join(f"{line}\n" for line in groups.lines()))
        return error.exit_code
    if isinstance(error, KGError):
        sys.stderr.write(visible(f"kg: {error}\n"))
        return error.exit_code
    if isinstance(error, (MemoryError, RecursionError)):
        sys.stderr.write(f"kg: the work is too large for this machine ({type(error).__name__})\n")
        return 5
    if isinstance(error, OSError):
        said = f"kg: {error.filename or 'a file'}: {error.strerror or error}\n"
        sys.stderr.write(visible(said))
        return InputError.exit_code
    fault = f"{type(error).__name__}: {error}"
    sys.stderr.write(visible(f"kg: a fault of kg itself ({fault}); --debug shows where\n"))
    return 70


def _list_questions(context: Context, graph: Graph) -> None:
    for question in graph.questions.values():
        context.say(visible(f"{question.name}\n    {question.text}"))
        for parameter in question.parameters:
            need = ", required" if parameter.required else ""
            kinds = " or ".join(parameter.types)
            context.say(visible(f"      -p {parameter.name}=…  {parameter.text} ({kinds}{need})"))


RUN = {
    "init": init,
    "build": build,
    "validate": validate,
    "tidy": tidy,
    "load": load,
    "add": add,
    "cite": cite,
    "suggest": suggest,
    "query": query,
    "why": why,
    "audit": audit,
    "compare": compare,
    "diff": diff,
    "view": view,
    "network": network,
    "dump": dump,
    "publish": publish,
    "serve": serve,
}
