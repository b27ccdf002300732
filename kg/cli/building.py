"""Building: the commands `kg build` and `kg validate`, with what they say of what they did."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.cli.context import Context
from kg.errors import DataError, Finding, UsageError, noun

if TYPE_CHECKING:
    from kg.pipeline.builder import Built, BuiltLarge
    from kg.pipeline.validate import Report
    from kg.pipeline.writing import Room
    from kg.progress import Tell
    from kg.store.embedded import EmbeddedStore

# What is counted → what one of them is called.
_ONE: Final = {"entities": "entity", "inferred": "inferred"}
_UNCHECKED: Final = (
    "a table or the ontology cannot be used, and what rests on it was not checked; mend it first"
)


def build(context: Context, options: Namespace) -> int:
    """Build the project, its rules, shapes and questions bounded in memory."""
    if options.rollback:
        return _roll_back(context, options)
    if options.load and options.engine == "local":
        msg = "--load is about shards, which --engine spark makes; the local engine has a store"
        raise UsageError(msg)
    from kg.model.foreign import bounded
    from kg.pipeline.writing import writing

    make = _build if options.engine == "local" else _build_sharded
    with (
        bounded(context.limits.memory, context.limits.seconds),
        writing(context.folder, wait=options.wait, say=context.note) as room,
    ):
        return make(context, options, room)


def _roll_back(context: Context, options: Namespace) -> int:
    """Make the build before the current one again, and say which that is."""
    if options.engine != "local" or options.load or options.full:
        msg = "--rollback takes the build before as it is; leave --engine, --load and --full out"
        raise UsageError(msg)
    from kg.pipeline.generations import roll_back

    folder = context.folder
    manifest = roll_back(folder, wait=options.wait, say=context.note)
    shown = Path(os.path.relpath(folder))
    context.tell(f"the build before is the current one again; {manifest['quads']} quads")
    context.tell(f"  {shown / manifest['generation']}   was {shown / manifest['before']}")
    context.tell("next: kg build --rollback   returns to the other one")
    context.warn_if_stale(context.project, folder)
    return 0


def _build(context: Context, options: Namespace, room: Room) -> int:
    """Build the project; on errors print them all and write nothing."""
    from kg.files import digests
    from kg.graph import Graph
    from kg.pipeline.builder import build as build_quads
    from kg.pipeline.builder import build_large
    from kg.pipeline.columns.size import is_many
    from kg.pipeline.generations import PAGE, TRIG, put

    project = context.project
    data, ontology = project / "data", project / "ontology"
    tell = context.first_findings if is_many(data) else context.no_findings

    def draw(store: EmbeddedStore) -> str:
        return Graph(store).view(positions=context.positions()).html

    large = build_large(data, ontology, room, tell, draw, full=options.full)
    if large is not None:
        return _built_large(context, large)
    try:
        built = build_quads(data, ontology)
    except DataError as error:
        return _refused(context, error.findings)
    page = Graph(built.store()).view(positions=context.positions())
    trig = built.trig()
    put(room, built.quads, trig, page.html, digests(data, ontology), built.record)
    if context.is_fallback:
        context.note(
            "no project here or above: this is the graph that comes with kg; "
            "'kg init NAME' begins one of your own"
        )
    _say_built(context, built, len(built.quads), (PAGE, TRIG))
    return 0


def _refused(context: Context, findings: Sequence[Finding]) -> int:
    """Print what was found, and return the exit code."""
    context.grouped(findings)
    context.note(f"{_tally(findings)}; nothing was written")
    return DataError.exit_code


def _say_built(
    context: Context, built: Built | BuiltLarge, quads: int, files: Sequence[str]
) -> None:
    """Say what a build made, which files it has, and which it has not and why."""
    from kg.pipeline.columns.layout import N_QUADS
    from kg.pipeline.generations import PAGE, TRIG

    if context.quiet:
        context.warnings(built.report.findings)
    shown = Path(os.path.relpath(context.folder))
    context.tell(f"built {_counts(built.report.counts)}; {quads} quads")
    if built.report.findings:
        them = noun(len(built.report.findings), "it", "them")
        context.tell(f"  {_tally(built.report.findings)}; 'kg validate' shows {them}")
    for line in built.coverage:
        context.tell(f"  {line}")
    if PAGE in files:
        context.tell(f"  {shown / PAGE}   open it in a browser; it needs no network")
    if TRIG in files:
        context.tell(f"  {shown / TRIG}   the whole graph as RDF")
    else:
        context.tell(f"  {shown / N_QUADS}   the whole graph as RDF")
    if PAGE not in files:
        why = "of so many statements they take longer than all else"
        context.tell(f"  no {PAGE} and no {TRIG}: {why};")
        context.tell("  kg view -o page.html draws them, with --focus ID a part")
    context.tell("next: kg query     lists the questions; kg query --help shows examples")
    if PAGE in files:
        context.tell("      kg why ID    shows the statements about an entity, and who says so")


def validate(context: Context, options: Namespace) -> int:
    """Check the project; exit with 1 when there is an error."""
    from kg.pipeline.columns.size import is_many

    if options.style == "turtle":
        msg = "--format turtle is the report of SHACL; name files with --data and --shapes"
        raise UsageError(msg)
    project = context.project
    data, ontology = project / "data", project / "ontology"
    is_text = options.style == "text"
    tell = context.first_findings if is_text and is_many(data) else context.no_findings
    report = checked(context, data, ontology, tell, context.folder, full=options.full)
    if options.style == "json":
        context.say(report.to_json())
    else:
        (context.grouped if is_text else context.annotations)(report.findings)
        if not report.complete:
            context.note(_UNCHECKED)
        context.note(said(report))
    return 0 if report.conforms else DataError.exit_code


def checked(
    context: Context,
    data: Path,
    ontology: Path,
    tell: Tell,
    place: Path | None = None,
    *,
    full: bool = False,
) -> Report:
    """Check data and ontology, their rules, shapes and questions bounded in memory.

    What an earlier check left in a build folder, the place, need not be found again.
    """
    from kg.model.foreign import bounded
    from kg.pipeline.builder import check, check_large

    with bounded(context.limits.memory, context.limits.seconds):
        large = check_large(data, ontology, tell, place, full=full)
        return check(data, ontology) if large is None else large


def _built_large(context: Context, built: BuiltLarge) -> int:
    """Say what a large build made, or what was wrong."""
    report = built.report
    if not report.conforms:
        return _refused(context, report.findings)
    _say_built(context, built, built.quads, built.files)
    return 0


def _build_sharded(context: Context, options: Namespace, room: Room) -> int:
    """Build on Spark, and say what it made or what was wrong."""
    from kg.pipeline.spark.session import master_of

    master = master_of(options.engine)
    from kg.pipeline.builder import build_sharded
    from kg.pipeline.spark.shards import read_findings

    project = context.project
    built = build_sharded(
        project / "data",
        project / "ontology",
        room,
        str(master),
        load_too=options.load,
        debug=options.debug,
    )
    shown = Path(os.path.relpath(context.folder))
    said = _tally_of(built.told.tally())
    if built.shards is None:
        context.grouped(read_findings(context.folder / "findings"))
        context.note(f"{said}, all in {shown / 'findings'}; no shards were written")
        return DataError.exit_code
    shards = built.shards
    if context.quiet:
        context.warnings(read_findings(context.folder / "findings"))
    context.tell(f"built {_counts(built.counts)}; {shards.quads} quads")
    if built.told.kinds:
        context.tell(f"  {said}, in {shown / 'findings'}")
    for line in built.coverage:
        context.tell(f"  {line}")
    packed = f"{len(shards.files)} packed {noun(len(shards.files), 'file')}"
    context.tell(f"  {shown / shards.folder.name}   N-Quads in {packed}")
    if options.load:
        context.tell(f"  {shown / 'graph.nq.gz'}   the whole graph as RDF, also in the store")
        context.tell("next: kg query                  lists the questions")
    else:
        context.tell("next: kg publish URL --shards   puts them into a SPARQL store")
        context.tell("      kg build … --load         also loads them into a store here")
    return 0


def said(report: Report) -> str:
    """Return how much was checked, and how much was found."""
    return f"{_counts(report.counts)}: {_tally(report.findings)}"


def _counts(counts: dict[str, int]) -> str:
    named = (
        (count, _ONE.get(name, name.removesuffix("s")), name) for name, count in counts.items()
    )
    return ", ".join(f"{count} {noun(count, one, many)}" for count, one, many in named)


def _tally(findings: Sequence[Finding]) -> str:
    severities: list[str] = [finding.severity for finding in findings]
    return _tally_of({one: severities.count(one) for one in severities})


def _tally_of(counts: dict[str, int]) -> str:
    found = [(counts.get(one, 0), one) for one in ("error", "warning", "note")]
    named = [f"{count} {noun(count, one)}" for count, one in found if count]
    return ", ".join(named) or "nothing to report"
