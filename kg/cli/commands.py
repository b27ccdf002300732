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
from typing import Final, NoReturn, TextIO

from kg.cli.arguments import parser
from kg.cli.context import Context, option, when, world
from kg.cli.help import BEGIN
from kg.cli.naming import named, renamed
from kg.errors import (
    DataError,
    InputError,
    KGError,
    TableError,
    UsageError,
    parameters_as,
    visible,
)
from kg.progress import shown_by

# New objects after which garbage is looked for; Python takes 700 (2,000 from 3.13 on).
GARBAGE_AFTER: Final = 50_000


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: errors become one line and an exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        sys.stderr.write(BEGIN)
        sys.exit(UsageError.exit_code)
    options = parser(given).parse_args(given)
    if options.command == "query":
        # One answer makes many objects and hardly a cycle.
        _run_apart(options, given)
    if options.command == "audit":
        # The same, and all of it lives until the end.
        from kg.workers.apart import DoneApart

        raise DoneApart(_run_last(options, _terminal(options)))
    # Records live until the end; looking through them again after every few hundred finds nothing.
    gc.set_threshold(GARBAGE_AFTER)
    gc.enable()
    sys.exit(_run(options, _terminal(options)))


def _run_apart(options: Namespace, given: Sequence[str]) -> NoReturn:
    """Run a command with SPARQL that somebody wrote where it can be ended."""
    from kg.workers.apart import DoneApart, apart

    terminal = _terminal(options)
    work = partial(_run_last, options, terminal, alone=True)
    try:
        code = apart(work, given, Context(options).limits)
    except (KeyboardInterrupt, KGError) as error:
        if terminal:
            # Whoever drew on it was ended in the middle.
            from kg.cli.line import wipe

            wipe(terminal)
        code = _report(error, terminal) if isinstance(error, KGError) else 130
    raise DoneApart(code)


def _run_last(options: Namespace, terminal: TextIO | None, *, alone: bool = False) -> int:
    """Run the command in a process that ends with it, without tidying up."""
    try:
        return _run(options, terminal, alone=alone)
    finally:
        if copies := sys.modules.get("kg.store.copies"):
            copies.all_done()


def _terminal(options: Namespace) -> TextIO | None:
    """Return where to draw how far the work is, a way to it of its own; None for nowhere."""
    if options.quiet or options.command in {"serve", "mcp"} or not sys.stderr.isatty():
        return None
    own = os.dup(sys.stderr.fileno())
    return os.fdopen(own, "w", encoding=sys.stderr.encoding, errors="replace")


def _run(options: Namespace, terminal: TextIO | None, *, alone: bool = False) -> int:
    """Run the command and return its exit code, with what went wrong in one line."""
    written = None
    try:
        with parameters_as(option), ExitStack() as ending:
            line = None
            if terminal:
                from kg.cli.line import Line

                line = ending.enter_context(Line(terminal, alone=alone))
                ending.enter_context(shown_by(line))
            context = Context(options, line)
            # Spark's workers write on their own.
            if options.command in {"dump", "network", "view"} or (
                options.command == "build" and options.engine == "local"
            ):
                from kg.cli.writing import Written

                written = Written(context, options)
            code = RUN[options.command](context, options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
        if written:
            sys.stderr.write(visible(f"kg: interrupted; {written}\n"))
    except Exception as error:
        if options.debug:
            raise
        code = _report(error, terminal)
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
    """Check the project, files of anybody's (`shaping`), or those of a build (`inspecting`)."""
    from kg.cli import building, inspecting, shaping

    if options.deep:
        return inspecting.validate(context, options)
    run = shaping.validate if options.data or options.shapes else building.validate
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
    from kg.cli.asking import query as run

    return run(context, options)


def why(context: Context, options: Namespace) -> int:
    """Explain a fact, or everything about an entity."""
    graph = context.graph()
    explanation = graph.why(
        options.subject,
        options.predicate,
        options.object,
        **world(options),
        archive=options.archive,
    )
    if explanation or options.style != "text":
        told = named(explanation, graph, options, options.style, ("text",))
        context.say(told.to(options.style).rstrip("\n"))
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
    clocks = {"since": options.since, "as_of": options.as_of}
    clocks |= {"ending_by": options.ending_by, "known_by": options.known_by}
    graph = context.graph()
    found = graph.audit(*options.entity, kinds=kinds, **clocks)
    # It lives as long as the options, until the process ends, and is not taken apart: that takes
    # as long as to read it.
    options.held = found
    told = named(found, graph, options, options.style, ("text", "markdown"))
    context.say(told.to(options.style, options.limit))
    refused = set(kinds) if "any" in options.fail_on else refused
    here = [kind for kind, count in found.counts.items() if count and kind in refused]
    if here:
        context.note(f"found what --fail-on refuses: {', '.join(here)}")
    return DataError.exit_code if here else 0


def compare(context: Context, options: Namespace) -> int:
    """Hold the record against what others say; a report is a success, also when the two differ."""
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
        options.table or None,
        wikibase=options.wikibase,
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
    found = renamed(compare(options.old, new, project=project, **world(options)), options)
    if options.style != "text":
        context.say(getattr(found, f"to_{options.style}")().rstrip("\n"))
    elif found:
        context.say(str(found))
    context.note(found.summary)
    return 1 if found else 0


def view(context: Context, options: Namespace) -> int:
    """Write the page, or name that of the build."""
    from kg.cli.writing import view as run

    return run(context, options)


def network(context: Context, options: Namespace) -> int:
    """Write the network."""
    from kg.cli.writing import network as run

    return run(context, options)


def dump(context: Context, options: Namespace) -> int:
    """Write the graph in another format; see `dumping`."""
    from kg.cli.dumping import dump as run

    return run(context, options)


def site(context: Context, options: Namespace) -> int:
    """Write pages that need no server; see `publishing`."""
    from kg.cli.publishing import site as run

    return run(context, options)


def publish(context: Context, options: Namespace) -> int:
    """Put the build into another store; see `publishing`."""
    from kg.cli.publishing import publish as run

    return run(context, options)


def serve(context: Context, options: Namespace) -> int:
    """Serve until told to stop."""
    from kg.server.start import serve as start

    start(options.files, None if options.files else context.build_folder(), options, context.note)
    return 0


def mcp(context: Context, options: Namespace) -> int:
    """Serve language models until the client leaves."""
    from kg.server.mcp.start import serve as start

    start(context.build_folder(), options, context.note)
    return 0


def completion(context: Context, options: Namespace) -> int:
    """Print the script of a shell."""
    from kg.cli.completion import completion as run

    return run(context, options, parser())


def doctor(context: Context, options: Namespace) -> int:
    """Say what is installed, and where project and build are."""
    from kg.cli.doctor import doctor as run

    return run(context, options)


def show_help(_: Context, options: Namespace) -> NoReturn:
    """Show the help of a command, or of all."""
    about = [options.about] if options.about else []
    parser().parse_args([*about, "--help"])
    raise AssertionError


# ---------------------------------------------------------------- words


def _called(terminal: TextIO | None) -> str:
    """Return who speaks of an error; what is said apart comes to the terminal by a pipe."""
    from kg.cli.colour import is_painted, painted

    return painted("kg:", "error") if is_painted(terminal or sys.stderr) else "kg:"


def _report(error: Exception, terminal: TextIO | None) -> int:
    """Print one line about the error and return its exit code."""
    if isinstance(error, TableError):
        from kg.text.findings import Grouped

        # Its lines begin with their places, for people and editors to click on.
        groups = Grouped()
        groups.add(error.findings)
        sys.stderr.write("".join(f"{line}\n" for line in groups.lines()))
        return error.exit_code
    if isinstance(error, KGError):
        sys.stderr.write(f"{_called(terminal)} {visible(str(error))}\n")
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
    "site": site,
    "publish": publish,
    "serve": serve,
    "mcp": mcp,
    "doctor": doctor,
    "completion": completion,
    "help": show_help,
}
