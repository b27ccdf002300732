"""The command line: words to calls. Parses, prints, chooses the exit code; no logic.

Rooms are imported inside the commands, so that each waits only for those it needs.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from kg.arguments import COMMANDS, parser
from kg.desk import FIRST, Desk, read_file
from kg.errors import DataError, Finding, InputError, KGError, TableError, UsageError, visible

if TYPE_CHECKING:
    from kg.builder import BuiltLarge
    from kg.graph import Graph


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: errors become one line and an exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    # In `kg --store build query …` the first such word is not the command.
    named = {word for word in given if word in COMMANDS}
    options = parser(named.pop() if len(named) == 1 else None).parse_args(given)
    try:
        code = RUN[options.command](Desk(options), options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except Exception as error:
        if options.debug:
            raise
        code = _report(error)
    sys.exit(code)


# ---------------------------------------------------------------- the commands


def build(desk: Desk, options: Namespace) -> int:
    """Build the project; on errors print them all and write nothing."""
    if options.engine != "local":
        return _build_sharded(desk, options)
    if options.load:
        msg = "--load is about shards, which --engine spark makes; the local engine has a store"
        raise UsageError(msg)
    from kg.builder import build as build_quads
    from kg.builder import build_large
    from kg.files import digests
    from kg.generations import save
    from kg.graph import Graph

    project = desk.project
    data, ontology = project / "data", project / "ontology"
    large = build_large(data, ontology, desk.folder, desk.first_findings, desk.progress)
    if large is not None:
        return _built_large(desk, large)
    try:
        built = build_quads(data, ontology)
    except DataError as error:
        desk.findings([finding for finding in error.findings if finding.severity == "error"])
        desk.note(f"{_tally(error.findings)}; nothing was written")
        return error.exit_code
    page = Graph(built.store()).view(positions=desk.positions())
    folder = desk.folder
    save(built.quads, built.trig(), page.html, folder, digests(data, ontology))
    shown = Path(os.path.relpath(folder))
    if desk.is_fallback:
        desk.note("no project here or above: this is the graph that comes with kg")
    desk.say(f"built {_counts(built.report.counts)}; {len(built.quads)} quads")
    if built.report.findings:
        desk.say(f"  {_tally(built.report.findings)}; 'kg validate' shows them")
    for line in built.coverage:
        desk.say(f"  {line}")
    desk.say(f"  {shown / 'graph.html'}   open it in a browser; it needs no network")
    desk.say(f"  {shown / 'graph.trig'}   the whole graph as RDF")
    desk.say("next: kg query     lists the questions; kg query --help shows examples")
    desk.say("      kg why ID    shows the statements about an entity, and who says so")
    return 0


def validate(desk: Desk, options: Namespace) -> int:
    """Check the project; exit with 1 when there is an error."""
    from kg.builder import check, check_large

    project = desk.project
    data, ontology = project / "data", project / "ontology"
    is_text = options.style == "text"
    tell = desk.first_findings if is_text else desk.no_findings
    large = check_large(data, ontology, tell, desk.progress)
    report = check(data, ontology) if large is None else large
    if large is not None and is_text:
        from kg.errors import kinds

        desk.say_all(kinds(report.findings))
        desk.note(f"{_counts(report.counts)}: {_tally(report.findings)}")
    elif options.style == "json":
        desk.say(report.to_json())
    else:
        desk.findings(report.findings, github=options.style == "github")
        desk.note(f"{_counts(report.counts)}: {_tally(report.findings)}")
    return 0 if report.conforms else DataError.exit_code


def query(desk: Desk, options: Namespace) -> int:
    """Ask, or list the questions."""
    import signal

    # The engine does not return to Python before it is done; the default ends it at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    graph = desk.graph()
    if options.question is None:
        _list_questions(desk, graph)
        return 0
    values = {}
    for parameter in options.parameter:
        name, equals, value = parameter.partition("=")
        if not equals:
            msg = f"-p {parameter}: write NAME=VALUE"
            raise UsageError(msg)
        values[name] = value
    text = options.question
    if text.startswith("@"):
        text = read_file(text[1:])
    # Not by graph.query(**values): a parameter may have the name of one of its arguments.
    result = graph.ask(
        text, values, as_of=options.as_of, known_by=options.known_by, lenient=options.lenient
    )
    style = options.style or ("turtle" if result.form == "CONSTRUCT" else "table")
    sys.stdout.write(result.to(style))
    return 0


def why(desk: Desk, options: Namespace) -> int:
    """Explain a fact, or everything about an entity."""
    explanation = desk.graph().why(
        options.subject,
        options.predicate,
        options.object,
        as_of=options.as_of,
        known_by=options.known_by,
        archive=options.archive,
    )
    if explanation or options.style != "text":
        desk.say(explanation.to(options.style).rstrip("\n"))
    else:
        desk.note("no statement says so" + (f" as of {options.as_of}" if options.as_of else ""))
    return 0


def audit(desk: Desk, options: Namespace) -> int:
    """Look for contradictions and weak evidence; exit with 1 when there is what must not be."""
    from kg.evidence import KINDS

    refused = set(options.fail_on) - {"any"}
    kinds = [*options.kind, *refused] if options.kind else [*KINDS, *refused]
    if not options.since and "unconfirmed" not in {*options.kind, *refused}:
        kinds = [kind for kind in kinds if kind != "unconfirmed"]
    found = desk.graph().audit(
        *options.entity, kinds=kinds, since=options.since, known_by=options.known_by
    )
    desk.say(found.to(options.style, options.limit))
    refused = set(kinds) if "any" in options.fail_on else refused
    here = [kind for kind, count in found.counts.items() if count and kind in refused]
    if here:
        desk.note(f"found what --fail-on refuses: {', '.join(here)}")
    return DataError.exit_code if here else 0


def compare(desk: Desk, options: Namespace) -> int:
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
    comparison = desk.graph().compare(
        options.table,
        **{role: getattr(options, role) for role in roles},
        as_of=options.as_of,
        known_by=options.known_by,
        mapping=mapping,
        mapping_files=files,
        skip_unmatched=options.skip_unmatched,
    )
    sys.stdout.write(comparison.to(options.style, agreed=options.all))
    if options.style == "csv":
        for finding in comparison.claims.skipped:
            desk.note(str(finding))
    return 0


def diff(desk: Desk, options: Namespace) -> int:
    """Compare two sides; exit with 1 when they differ, as diff does."""
    from kg.difference import diff as compare

    new = options.new if options.new is not None else desk.named_store
    if new is None and desk.is_fallback:
        desk.note("no project here or above: comparing with the graph that comes with kg")
    found = compare(options.old, new, project=desk.project if desk.named_project else None)
    if options.style == "json":
        desk.say(found.to_json())
    elif options.style == "markdown":
        sys.stdout.write(found.to_markdown())
    elif found:
        desk.say(str(found))
    desk.note(found.summary)
    return 1 if found else 0


def view(desk: Desk, options: Namespace) -> int:
    """Write the page."""
    suffix = Path(options.output).suffix
    if suffix not in {".html", ".htm"}:
        msg = f"'{suffix}' is not a format of pages; name a file that ends in .html"
        raise UsageError(msg)
    page = desk.graph().view(
        as_of=options.as_of,
        known_by=options.known_by,
        focus=options.focus,
        hops=options.hops,
        positions=desk.positions(options.positions),
        with_sparql=options.with_sparql,
    )
    desk.write(options.output, page.html.encode())
    if options.open:
        import webbrowser

        webbrowser.open(Path(options.output).resolve().as_uri())
    return 0


def network(desk: Desk, options: Namespace) -> int:
    """Write the network."""
    from kg.network import to_format

    graph = desk.graph().network(as_of=options.as_of, known_by=options.known_by)
    desk.write(options.output, to_format(graph, Path(options.output).suffix).encode())
    return 0


def dump(desk: Desk, options: Namespace) -> int:
    """Write the graph."""
    suffix = Path(options.output).suffix
    content = desk.graph().dump(suffix, as_of=options.as_of, known_by=options.known_by)
    desk.write(options.output, content)
    return 0


def publish(desk: Desk, options: Namespace) -> int:
    """Put the build into another store."""
    from kg.publish import publish as put
    from kg.publish import target

    to = target(options.url, options.queries, graph_store=options.graph_store)
    if options.shards:
        from kg.publish import publish_shards
        from kg.spark.shards import open_shards

        shards = open_shards(Path(desk.named_store) if desk.named_store else desk.folder)
        count = publish_shards(shards, to, desk.progress, replace=options.replace)
        desk.note(f"{to.queries} counts {count:,} triples, as many as were sent")
        return 0
    store = desk.graph().store
    quads = list(store.quads())
    count = put(quads, store.words.base, to, desk.progress, replace=options.replace)
    desk.note(f"{to.queries} counts {count:,} triples, as many as were sent")
    return 0


def serve(desk: Desk, options: Namespace) -> int:
    """Serve until told to stop."""
    from kg.serve.start import serve as start

    start(options.files, None if options.files else desk.build_folder(), options, desk.note)
    return 0


# ---------------------------------------------------------------- words


def _report(error: Exception) -> int:
    """Print one line about the error and return its exit code."""
    if isinstance(error, TableError):
        # Its lines begin with their places, for people and editors to click on.
        sys.stderr.write(f"{error}\n")
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


def _built_large(desk: Desk, built: BuiltLarge) -> int:
    """Say what a large build made, or what was wrong."""
    from kg.errors import kinds

    report = built.report
    if not report.conforms:
        desk.say_all(kinds(report.errors))
        desk.note(f"{_tally(report.findings)}; nothing was written")
        return DataError.exit_code
    shown = Path(os.path.relpath(desk.folder))
    desk.say(f"built {_counts(report.counts)}; {built.quads} quads")
    if report.findings:
        desk.say(f"  {_tally(report.findings)}; 'kg validate' shows them")
    for line in built.coverage:
        desk.say(f"  {line}")
    desk.say(f"  {shown / 'graph.nq'}   the whole graph as RDF")
    desk.say("  no page: it cannot carry so many; kg view --focus ID -o page.html draws a part")
    desk.say("next: kg query     lists the questions; kg query --help shows examples")
    return 0


def _build_sharded(desk: Desk, options: Namespace) -> int:
    """Build on Spark, and say what it made or what was wrong."""
    from kg.spark.session import master_of

    master = master_of(options.engine)
    from kg.builder import build_sharded
    from kg.errors import kind_lines
    from kg.spark.shards import read_findings

    project = desk.project
    built = build_sharded(
        project / "data",
        project / "ontology",
        desk.folder,
        str(master),
        desk.progress,
        load_too=options.load,
        debug=options.debug,
    )
    shown = Path(os.path.relpath(desk.folder))
    tally = _tally_of(built.told.tally())
    if built.shards is None:
        desk.first_findings(islice(read_findings(desk.folder / "findings"), FIRST + 1))
        errors = {kind: one for kind, one in built.told.kinds.items() if kind[0] == "error"}
        desk.say_all(kind_lines(errors))
        desk.note(f"{tally}, all in {shown / 'findings'}; no shards were written")
        return DataError.exit_code
    shards = built.shards
    desk.say(f"built {_counts(built.counts)}; {shards.quads} quads")
    if built.told.kinds:
        desk.say(f"  {tally}, in {shown / 'findings'}")
    for line in built.coverage:
        desk.say(f"  {line}")
    desk.say(f"  {shown / shards.folder.name}   N-Quads in {len(shards.files)} packed files")
    if options.load:
        desk.say(f"  {shown / 'graph.nq'}   the whole graph as RDF, also in the store")
        desk.say("next: kg query                  lists the questions")
    else:
        desk.say("next: kg publish URL --shards   puts them into a SPARQL store")
        desk.say("      kg build … --load         also loads them into a store here")
    return 0


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _tally(findings: Sequence[Finding]) -> str:
    severities: list[str] = [finding.severity for finding in findings]
    return _tally_of({one: severities.count(one) for one in severities})


def _tally_of(counts: dict[str, int]) -> str:
    words = (("error", "errors"), ("warning", "warnings"), ("note", "notes"))
    found = [(counts.get(one, 0), one, many) for one, many in words]
    named = [f"{count} {one if count == 1 else many}" for count, one, many in found if count]
    return ", ".join(named) or "nothing to report"


def _list_questions(desk: Desk, graph: Graph) -> None:
    for question in graph.questions.values():
        desk.say(visible(f"{question.name}\n    {question.text}"))
        for parameter in question.parameters:
            need = ", required" if parameter.required else ""
            kinds = " or ".join(parameter.types)
            desk.say(visible(f"      -p {parameter.name}=…  {parameter.text} ({kinds}{need})"))


RUN = {
    "build": build,
    "validate": validate,
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
