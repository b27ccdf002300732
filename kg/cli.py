"""The command line: words to calls. Parses, prints, chooses the exit code; no logic.

Rooms are imported inside the commands, so that `kg --help` and `kg query` stay light.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from kg.errors import DataError, Finding, InputError, KGError, UsageError

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.validate import Report

Command = TypeVar("Command", bound=Callable[..., Any])

EXIT_CODES = """
\b
Exit codes:
  0 fine · 1 the data are wrong · 2 the command was wrong · 3 unreadable input
  4 store damaged or locked · 5 a limit was hit · 6 the remote end failed
"""


@click.group(
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="eurasia-kg", prog_name="kg")
@click.option(
    "--project",
    metavar="DIR",
    help="Folder with data/ and ontology/. Default: the nearest upwards, else the shipped graph.",
)
@click.option(
    "--store",
    metavar="PATH|URL",
    help="A build folder, or a SPARQL 1.1 endpoint. Default: the project's build/.",
)
@click.option("--quiet", is_flag=True, help="Print results only, no notes.")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.pass_context
def cli(
    context: click.Context, project: str | None, store: str | None, *, quiet: bool, debug: bool
) -> None:
    r"""Who was what, when, and says who?

    Builds a knowledge graph from hand-curated, sourced, dated rows, and answers questions about
    it as of any date.

    \b
    Examples:
      kg build
      kg query members -p organization=csto --as-of 2009-01-01
      kg query 'SELECT ?s { ?s :memberOf id:csto }' --as-of 2012-06-27
      kg why uzbekistan memberOf csto
    """
    context.obj = _Desk(project, store, quiet=quiet, debug=debug)


class _Desk:
    """The common options, and what they lead to."""

    def __init__(self, project: str | None, store: str | None, *, quiet: bool, debug: bool) -> None:
        self.named_project = project
        self.named_store = store
        self.quiet = quiet
        self.debug = debug

    @property
    def project(self) -> Path:
        from kg.project import find, require

        if self.named_project:
            return require(Path(self.named_project))
        return find(Path.cwd())

    def note(self, text: str) -> None:
        if not self.quiet:
            click.echo(text, err=True)

    def graph(self) -> Graph:
        """Open the store that was named, the project's build, or the shipped graph in memory."""
        from kg.generations import MANIFEST, is_stale
        from kg.graph import open as open_graph
        from kg.project import build_folder, shipped

        if self.named_store:
            return open_graph(self.named_store)
        project = self.project
        folder = build_folder(project)
        if project == shipped() and not (folder / MANIFEST).is_file():
            return open_graph()
        graph = open_graph(folder)
        if not self.quiet and is_stale(folder, project):
            self.note("note: data/ or ontology/ changed since the build; run 'kg build'")
        return graph


def _dated(command: Command) -> Command:
    """Add the two clocks."""
    help_of = "the graph {} (YYYY, YYYY-MM or YYYY-MM-DD)"
    for name, text in (("--known-by", "as known by this date"), ("--as-of", "as of this date")):
        command = click.option(name, metavar="DATE", help=f"Ask {help_of.format(text)}.")(command)
    return command


@cli.command()
@click.pass_obj
def build(desk: _Desk) -> None:
    """Validate, infer, store and draw: writes build/graph.html, build/graph.trig and the store."""
    from kg.builder import build as build_quads
    from kg.files import digests
    from kg.generations import save
    from kg.graph import Graph
    from kg.project import build_folder

    project = desk.project
    data, ontology = project / "data", project / "ontology"
    try:
        built = build_quads(data, ontology)
    except DataError as error:
        _print_findings(desk, error.findings)
        desk.note(_tally(error.findings) + "; nothing was written")
        sys.exit(error.exit_code)
    page = Graph(built.store()).view()
    folder = build_folder(project)
    save(built.quads, built.trig(), page.html, folder, digests(data, ontology))
    counts = ", ".join(f"{count} {name}" for name, count in built.report.counts.items())
    shown = Path(os.path.relpath(folder))
    click.echo(f"built {counts}; {len(built.quads)} quads")
    if built.report.findings:
        desk.note(f"{_tally(built.report.findings)}; 'kg validate' shows them")
    click.echo(f"  {shown / 'graph.html'}   open it in a browser; it needs no network")
    click.echo(f"  {shown / 'graph.trig'}   the whole graph as RDF")
    click.echo("next: kg query                                        lists the questions")
    click.echo("      kg query members -p organization=csto --as-of 2012-06-27")
    click.echo("      kg why serbia")


@cli.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.pass_obj
def validate(desk: _Desk, style: str) -> None:
    """Check every row, date, shape, rule and question; print path:line:column and the repair.

    Exits with 1 when there is an error; warnings and notes do not matter.
    """
    from kg.builder import check

    project = desk.project
    report = check(project / "data", project / "ontology")
    if style == "json":
        click.echo(report.to_json())
    else:
        _print_findings(desk, report.findings, github=style == "github")
        _print_summary(desk, report)
    sys.exit(0 if report.conforms else 1)


@cli.command()
@click.argument("question", required=False)
@click.option(
    "-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE",
    help="A parameter of a named question; repeat as needed.",
)  # fmt: skip
@_dated
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "tsv", "json", "markdown", "turtle"]),
    help="Default: table, or turtle for CONSTRUCT and DESCRIBE.",
)
@click.pass_obj
def query(
    desk: _Desk,
    question: str | None,
    parameters: tuple[str, ...],
    as_of: str | None,
    known_by: str | None,
    style: str | None,
) -> None:
    r"""Ask a named question, SPARQL text or @FILE; without an argument list the questions.

    \b
    Examples:
      kg query
      kg query proposals -p meeting=csto-cfm-2020-05-26
      kg query 'SELECT ?s { ?s :memberOf id:sco }' --as-of 2016 --format csv
      kg query @mine.rq --known-by 2020-12-31

    Prefixes are declared: `:` the ontology, id: entities, src: sources, st: statements, kg: and
    the usual ones.
    """
    from kg.query import query as ask

    graph = desk.graph()
    if question is None:
        _print_questions(graph)
        return
    values = {}
    for parameter in parameters:
        name, equals, value = parameter.partition("=")
        if not equals:
            msg = f"-p {parameter}: write NAME=VALUE"
            raise UsageError(msg)
        values[name] = value
    text = _read_file(question[1:]) if question.startswith("@") else question
    # Not by graph.query(**values): a parameter may have the name of one of its arguments.
    result = ask(graph.slice(as_of, known_by), text, values)
    default = "turtle" if result.form == "CONSTRUCT" else "table"
    click.echo(result.to(style or default), nl=False)


@cli.command()
@click.argument("subject")
@click.argument("predicate", required=False)
@click.argument("object", required=False)
@_dated
@click.pass_obj
def why(
    desk: _Desk,
    subject: str,
    predicate: str | None,
    object: str | None,  # noqa: A002 - RDF's own word
    as_of: str | None,
    known_by: str | None,
) -> None:
    r"""Show the statements behind a fact: dates, rank, references, rule and premises.

    \b
    Examples:
      kg why armenia memberOf csto
      kg why serbia
    """
    explanation = desk.graph().why(subject, predicate, object, as_of=as_of, known_by=known_by)
    if not explanation:
        desk.note("no statement says so" + (f" as of {as_of}" if as_of else ""))
        return
    click.echo(str(explanation))


@cli.command()
@click.option("-o", "--output", required=True, metavar="FILE", help="The page to write, *.html.")
@click.option("--as-of", metavar="DATE", help="The date at which the page opens.")
@click.option("--focus", metavar="ID", help="Keep only what is near this entity.")
@click.option("--hops", type=click.IntRange(min=1), default=1, show_default=True, help="How near.")
@click.option("--open", "show", is_flag=True, help="Open the page in a browser.")
@click.pass_obj
def view(
    desk: _Desk, output: str, as_of: str | None, focus: str | None, hops: int, *, show: bool
) -> None:
    """Write the graph as one interactive page that works offline."""
    page = desk.graph().view(as_of=as_of, focus=focus, hops=hops)
    _write(Path(output), page.html.encode())
    if show:
        click.launch(str(Path(output).resolve()))


@cli.command()
@click.option(
    "-o", "--output", required=True, metavar="FILE", help="*.graphml, *.gexf, *.json or *.csv."
)
@_dated
@click.pass_obj
def network(desk: _Desk, output: str, as_of: str | None, known_by: str | None) -> None:
    """Write the network of statements for networkx, Gephi, a spreadsheet and others."""
    from kg.network import to_format

    graph = desk.graph().network(as_of=as_of, known_by=known_by)
    _write(Path(output), to_format(graph, Path(output).suffix).encode())


@cli.command()
@click.option(
    "-o", "--output", required=True, metavar="FILE", help="*.trig, *.nq, *.ttl, *.jsonld, *.parquet"
)
@_dated
@click.pass_obj
def dump(desk: _Desk, output: str, as_of: str | None, known_by: str | None) -> None:
    """Write the whole graph in another format; *.ttl holds the default graph only."""
    content = desk.graph().dump(Path(output).suffix, as_of=as_of, known_by=known_by)
    _write(Path(output), content)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: errors become one line and an exit code."""
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="kg")
    except KGError as error:
        if debug:
            raise
        click.echo(f"kg: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader went away, as `| head` does; nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(0)


def _print_findings(desk: _Desk, findings: Sequence[Finding], *, github: bool = False) -> None:
    """Print one line a finding, with paths as seen from the current folder."""
    prefix = os.path.relpath(desk.project)
    for finding in findings:
        if github:
            kind = {"note": "notice"}.get(finding.severity, finding.severity)
            place = f"file={finding.path},line={finding.line},col={finding.column}"
            repair = f"; {finding.repair}" if finding.repair else ""
            click.echo(f"::{kind} {place}::{finding.message}{repair}")
        else:
            click.echo(str(finding) if prefix == "." else f"{prefix}/{finding}")


def _print_summary(desk: _Desk, report: Report) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in report.counts.items())
    desk.note(f"{counts}: {_tally(report.findings)}")


def _tally(findings: Sequence[Finding]) -> str:
    severities = [finding.severity for finding in findings]
    words = (("error", "errors"), ("warning", "warnings"), ("note", "notes"))
    found = [(severities.count(one), one, many) for one, many in words]  # type: ignore[arg-type]
    named = [f"{count} {one if count == 1 else many}" for count, one, many in found if count]
    return ", ".join(named) or "nothing to report"


def _print_questions(graph: Graph) -> None:
    for question in graph.questions.values():
        click.echo(f"{question.name}\n    {question.text}")
        for parameter in question.parameters:
            need = ", required" if parameter.required else ""
            click.echo(f"      -p {parameter.name}=…  {parameter.text} ({parameter.type}{need})")


def _read_file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{name} cannot be read: {error}"
        raise InputError(msg) from error


def _write(path: Path, content: bytes) -> None:
    from kg.files import write_file

    write_file(path, content)
    click.echo(f"wrote {path} ({len(content):,} bytes)", err=True)
