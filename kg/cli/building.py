"""Building: the commands `kg build` and `kg validate`, with what they say of what they did."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cli.context import FIRST, Context
from kg.errors import DataError, Finding, UsageError

if TYPE_CHECKING:
    from kg.pipeline.builder import BuiltLarge
    from kg.pipeline.writing import Room


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
        bounded(context.limits.memory),
        writing(context.folder, wait=options.wait, say=context.note) as room,
    ):
        return make(context, options, room)


def _roll_back(context: Context, options: Namespace) -> int:
    """Make the build before the current one again, and say which that is."""
    if options.engine != "local" or options.load:
        msg = "--rollback takes the build before as it is; leave --engine and --load out"
        raise UsageError(msg)
    from kg.pipeline.generations import roll_back

    folder = context.folder
    manifest = roll_back(folder, wait=options.wait, say=context.note)
    shown = Path(os.path.relpath(folder))
    context.say(f"the build before is the current one again; {manifest['quads']} quads")
    context.say(f"  {shown / manifest['generation']}   was {shown / manifest['before']}")
    context.say("next: kg build --rollback   returns to the other one")
    context.warn_if_stale(context.project, folder)
    return 0


def _build(context: Context, _: Namespace, room: Room) -> int:
    """Build the project; on errors print them all and write nothing."""
    from kg.files import digests
    from kg.graph import Graph
    from kg.pipeline.builder import build as build_quads
    from kg.pipeline.builder import build_large
    from kg.pipeline.generations import put

    project = context.project
    data, ontology = project / "data", project / "ontology"
    large = build_large(data, ontology, room, context.first_findings, context.progress)
    if large is not None:
        return _built_large(context, large)
    try:
        built = build_quads(data, ontology)
    except DataError as error:
        context.findings([finding for finding in error.findings if finding.severity == "error"])
        context.note(f"{_tally(error.findings)}; nothing was written")
        return error.exit_code
    page = Graph(built.store()).view(positions=context.positions())
    trig = built.trig()
    put(room, built.quads, trig, page.html, digests(data, ontology), built.record)
    shown = Path(os.path.relpath(room.folder))
    if context.is_fallback:
        context.note("no project here or above: this is the graph that comes with kg")
    context.say(f"built {_counts(built.report.counts)}; {len(built.quads)} quads")
    if built.report.findings:
        context.say(f"  {_tally(built.report.findings)}; 'kg validate' shows them")
    for line in built.coverage:
        context.say(f"  {line}")
    context.say(f"  {shown / 'graph.html'}   open it in a browser; it needs no network")
    context.say(f"  {shown / 'graph.trig'}   the whole graph as RDF")
    context.say("next: kg query     lists the questions; kg query --help shows examples")
    context.say("      kg why ID    shows the statements about an entity, and who says so")
    return 0


def validate(context: Context, options: Namespace) -> int:
    """Check the project; exit with 1 when there is an error."""
    from kg.model.foreign import bounded
    from kg.pipeline.builder import check, check_large

    project = context.project
    data, ontology = project / "data", project / "ontology"
    is_text = options.style == "text"
    tell = context.first_findings if is_text else context.no_findings
    with bounded(context.limits.memory):
        large = check_large(data, ontology, tell, context.progress)
        report = check(data, ontology) if large is None else large
    if large is not None and is_text:
        from kg.errors import kinds

        context.say_all(kinds(report.findings))
        context.note(f"{_counts(report.counts)}: {_tally(report.findings)}")
    elif options.style == "json":
        context.say(report.to_json())
    else:
        context.findings(report.findings, github=options.style == "github")
        context.note(f"{_counts(report.counts)}: {_tally(report.findings)}")
    return 0 if report.conforms else DataError.exit_code


def _built_large(context: Context, built: BuiltLarge) -> int:
    """Say what a large build made, or what was wrong."""
    from kg.errors import kinds

    report = built.report
    if not report.conforms:
        context.say_all(kinds(report.errors))
        context.note(f"{_tally(report.findings)}; nothing was written")
        return DataError.exit_code
    shown = Path(os.path.relpath(context.folder))
    context.say(f"built {_counts(report.counts)}; {built.quads} quads")
    if report.findings:
        context.say(f"  {_tally(report.findings)}; 'kg validate' shows them")
    for line in built.coverage:
        context.say(f"  {line}")
    context.say(f"  {shown / 'graph.nq'}   the whole graph as RDF")
    context.say("  no page: it cannot carry so many; kg view --focus ID -o page.html draws a part")
    context.say("next: kg query     lists the questions; kg query --help shows examples")
    return 0


def _build_sharded(context: Context, options: Namespace, room: Room) -> int:
    """Build on Spark, and say what it made or what was wrong."""
    from kg.pipeline.spark.session import master_of

    master = master_of(options.engine)
    from kg.errors import kind_lines
    from kg.pipeline.builder import build_sharded
    from kg.pipeline.spark.shards import read_findings

    project = context.project
    built = build_sharded(
        project / "data",
        project / "ontology",
        room,
        str(master),
        context.progress,
        load_too=options.load,
        debug=options.debug,
    )
    shown = Path(os.path.relpath(context.folder))
    said = _tally_of(built.told.tally())
    if built.shards is None:
        context.first_findings(islice(read_findings(context.folder / "findings"), FIRST + 1))
        errors = {kind: one for kind, one in built.told.kinds.items() if kind[0] == "error"}
        context.say_all(kind_lines(errors))
        context.note(f"{said}, all in {shown / 'findings'}; no shards were written")
        return DataError.exit_code
    shards = built.shards
    context.say(f"built {_counts(built.counts)}; {shards.quads} quads")
    if built.told.kinds:
        context.say(f"  {said}, in {shown / 'findings'}")
    for line in built.coverage:
        context.say(f"  {line}")
    context.say(f"  {shown / shards.folder.name}   N-Quads in {len(shards.files)} packed files")
    if options.load:
        context.say(f"  {shown / 'graph.nq'}   the whole graph as RDF, also in the store")
        context.say("next: kg query                  lists the questions")
    else:
        context.say("next: kg publish URL --shards   puts them into a SPARQL store")
        context.say("      kg build … --load         also loads them into a store here")
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
