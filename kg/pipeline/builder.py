"""Builder: the corridor, the one file that knows the order of the pipeline.

data/*.csv ─load▶ statements ─assemble▶ quads ─validate▶ report ─infer▶ quads ─store▶ store

Many rows take the same way on columns (`bulk`), and their rules are applied as joins; where rules
or shapes have to be looked at by rows, only the loading is on columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pyoxigraph import Quad, RdfFormat

from kg.errors import DataError, Finding
from kg.files import digests
from kg.model.constraints import need_rows
from kg.model.coverage import Coverage, coverage
from kg.model.dataset import DatasetInfo, read_dataset
from kg.model.dates import PartialDate
from kg.model.languages import UNNAMED
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Ontology, has_rules_or_shapes, read_ontology
from kg.pipeline.assemble import assemble
from kg.pipeline.columns.layout import N_QUADS, Layout
from kg.pipeline.columns.size import (
    MOST_SHOWN,
    is_large,
    is_many,
    is_plain_day,
    takes_long,
)
from kg.pipeline.generations import PAGE, TRIG, put_large
from kg.pipeline.infer import Inference, infer
from kg.pipeline.load import Records, load
from kg.pipeline.validate import SHAPES, Report, validate
from kg.pipeline.world import said, whole
from kg.progress import Tell, at_work
from kg.record.record import Record
from kg.store.embedded import EmbeddedStore
from kg.store.marks import VALIDATED, marked
from kg.store.rdf import to_rdf

if TYPE_CHECKING:
    from kg.pipeline.columns.walk import ColumnWalk, Infer
    from kg.pipeline.increments.kept import Keeper
    from kg.pipeline.spark.engine import Sharded
    from kg.pipeline.spark.shards import Shards
    from kg.pipeline.writing import Room


Draw = Callable[[EmbeddedStore], str]


@dataclass(frozen=True)
class Built:
    """A graph made in memory: its quads, the report of its validation, and what it covers."""

    quads: list[Quad]
    report: Report
    words: Vocabulary
    coverage: tuple[Coverage, ...] = ()
    record: Record | None = None

    def store(self) -> EmbeddedStore:
        """Return the graph as a store in memory."""
        return EmbeddedStore.of(self.quads, self.record)

    def trig(self) -> bytes:
        """Return the graph as TriG, the same bytes for the same files."""
        at_work("writing TriG")
        return to_rdf(self.quads, self.words, RdfFormat.TRIG)


def check(data: Path, ontology: Path) -> Report:
    """Load and validate, and say everything that is wrong; nothing is written.

    Raises InputError when a folder or table cannot be read at all.
    """
    return _walk(data, ontology).report


def build(data: Path, ontology: Path) -> Built:
    """Walk through the whole pipeline up to the finished quads.

    Raises DataError with every finding when the data are wrong, InputError when they cannot be
    read.
    """
    return _walk(data, ontology).built()


@dataclass(frozen=True)
class BuiltLarge:
    """A graph that was made on disk: the report, what it covers, and how many quads it has.

    `quads` is 0 when there was an error and nothing was written. `files` are the names of the files
    that people open.
    """

    report: Report
    coverage: tuple[Coverage, ...] = ()
    quads: int = 0
    files: tuple[str, ...] = ()


def check_large(
    data: Path, ontology: Path, tell: Tell, place: Path | None = None, *, full: bool = False
) -> Report | None:
    """Do what `check` does in bounded memory; None when the project is to be built row by row.

    Findings are told as they are found, and are all in the report.
    Where an earlier check left what it found in a build folder, the place, only the rows are looked
    at to which a change since then can matter, unless `full` asks for all.
    """
    if place and not full:
        report = _checked_again(data, ontology, place)
        if report:
            tell(report.findings)
            return report
    given = _large(data, ontology, tell)
    if given is None:
        return None
    from kg.pipeline.columns.walk import walk

    columns, found, infer = given
    with _keeping(data, ontology, place) as keeper:
        walked = walk(columns, found, None, None, infer, keeper)
        if keeper:
            keeper.keep(walked.report, columns.loader, columns.named, walked.described)
    return walked.report


def _checked_again(data: Path, ontology: Path, place: Path) -> Report | None:
    """Return the report of a project of which an earlier check left what it found."""
    if not marked(place, VALIDATED) or not is_large(data):
        return None
    from kg.pipeline.increments.again import checked_again
    from kg.pipeline.increments.kept import kept

    found = kept(place, data, ontology)
    if found is None:
        return None
    dataset, _ = read_dataset(data)
    return checked_again(data, read_ontology(ontology, Vocabulary(dataset.base)), dataset, found)


@contextmanager
def _keeping(data: Path, ontology: Path, place: Path | None) -> Iterator[Keeper | None]:
    """Yield what keeps the findings in a build folder, None where that cannot be used."""
    if place is None or not place.is_dir():
        yield None
        return
    from kg.pipeline.increments.kept import Keeper

    keeper = Keeper(place, data, ontology)
    try:
        yield keeper
    finally:
        keeper.close()


def build_large(
    data: Path,
    ontology: Path,
    room: Room,
    tell: Tell,
    draw: Draw | None = None,
    *,
    full: bool = False,
) -> BuiltLarge | None:
    """Build into the room in bounded memory; None when the project is to be built row by row.

    `draw` makes the page of a store; page and TriG are made of graphs that are not too large.
    What a build of many rows that is there has already is taken over, unless `full` asks for all to
    be made anew; the result is the same.
    Nothing of the build before changes until the new one is whole.
    Raises InputError when a table changes while it is read, StoreError when the disk refuses.
    """
    if not full:
        built = _built_again(data, ontology, room, tell)
        if built:
            return built
    given = _large(data, ontology, tell)
    if given is None:
        return None
    from kg.pipeline.columns.record import Recorder
    from kg.pipeline.columns.walk import walk
    from kg.pipeline.columns.writer import Writer

    sources = digests(data, ontology)
    columns, found, infer = given
    with (
        _keeping(data, ontology, room.folder) as keeper,
        Writer(room.aside) as sink,
        Recorder(room.aside) as recorder,
    ):
        walked = walk(columns, found, sink, recorder, infer, keeper)
        if not walked.report.conforms:
            return BuiltLarge(walked.report)
        size = sink.finish(walked.described)
        if keeper:
            keeper.keep(walked.report, columns.loader, columns.named, walked.described)
            walked.layout.context = keeper.context
    walked.layout.pieces = sink.pieces.closed
    few = 0 if is_many(data) else walked.report.counts["statements"]
    shown = _shown(sink.place, few, draw)
    made = sink.place, size, sink.graph, walked.layout, sources, recorder.place
    put_large(room, *made, shown)
    files = tuple(shown) if TRIG in shown else (N_QUADS, *shown)
    return BuiltLarge(walked.report, walked.coverage, size, files)


def _built_again(data: Path, ontology: Path, room: Room, tell: Tell) -> BuiltLarge | None:
    """Build of what the build that is there has already; None when all is to be made anew."""
    if not marked(room.folder, VALIDATED) or not is_large(data):
        return None
    from kg.pipeline.increments.rebuilt import build_again

    dataset, findings = read_dataset(data)
    known = read_ontology(ontology, Vocabulary(dataset.base))
    infer = joined(known, dataset.issued)
    if findings or (known.rules and infer is None):
        return None
    sources = digests(data, ontology)
    with _keeping(data, ontology, room.folder) as keeper:
        done = build_again((data, ontology), known, dataset, sources, room, infer, keeper)
    if done is None:
        return None
    tell(done.report.findings)
    if not done.report.conforms:
        return BuiltLarge(done.report)
    if done.made:
        put_large(room, *done.made, earlier=done.earlier)
    return BuiltLarge(done.report, done.coverage, done.quads, (N_QUADS,))


def _shown(place: Path, statements: int, draw: Draw | None) -> dict[str, bytes]:
    """Return the TriG and the page of a store of so many statements, none for too many."""
    if not 0 < statements <= MOST_SHOWN:
        return {}
    store = EmbeddedStore.open(place)
    at_work("writing TriG")
    shown = {TRIG: to_rdf(store.quads(), store.words, RdfFormat.TRIG)}
    return shown | {PAGE: draw(store).encode()} if draw else shown


def build_sharded(
    data: Path,
    ontology: Path,
    room: Room,
    master: str,
    *,
    load_too: bool = False,
    debug: bool = False,
) -> Sharded:
    """Build into shards in the room on Apache Spark, at a master that `master_of` gave.

    With `load_too` they are loaded into the store of the build as well, as `build_large` does it.
    Raises UsageError for a project that needs another engine, and when PySpark or Java is missing;
    RemoteError when Spark fails; otherwise as `build_large`.
    """
    from kg.pipeline.spark.session import require, session

    require(master)
    from kg.pipeline.columns.record import Recorder
    from kg.pipeline.spark.engine import Project, refuse, run

    dataset, findings = read_dataset(data)
    known = read_ontology(ontology, Vocabulary(dataset.base))
    infer = joined(known, dataset.issued)
    project = Project(data, known, dataset, tuple(findings), infer)
    refuse(project)
    sources = digests(data, ontology) if load_too else {}
    with Recorder(room.aside) if load_too else nullcontext() as recorder:
        with session(master, debug=debug) as spark:
            done = run(spark, project, room.folder, room.aside, recorder)
        if recorder and done.shards:
            _load_shards(done.shards, room, sources, recorder.place)
    return done


def _load_shards(shards: Shards, room: Room, sources: dict[str, str], record: Path) -> None:
    from kg.pipeline.columns.writer import Writer

    with Writer(room.aside) as sink:
        for text in shards.texts():
            sink.write(text)
        size = sink.finish(shards.described())
    layout = Layout(pieces=sink.pieces.closed)
    put_large(room, sink.place, size, sink.graph, layout, sources, record)


def _large(
    data: Path, ontology: Path, tell: Tell
) -> tuple[ColumnWalk, list[Finding], Infer | None] | None:
    """Return where to begin with columns, if that is possible and worth it."""
    # Reading an ontology takes long enough that it is not done twice for this.
    if not is_large(data, with_rules=has_rules_or_shapes(ontology)):
        return None
    dataset, findings = read_dataset(data)
    known = read_ontology(ontology, Vocabulary(dataset.base))
    if need_rows(known.shapes) or not is_plain_day(dataset.issued):
        return None
    infer = joined(known, dataset.issued)
    if known.rules and infer is None:
        return None
    from kg.pipeline.columns.walk import ColumnWalk

    return ColumnWalk(data, known, dataset, tell), findings, infer


def joined(ontology: Ontology, issued: str) -> Infer | None:
    """Return what applies the rules as joins.

    None when there are none, when one of them is no join, or when nothing is there that can join.
    """
    if not ontology.rules or not find_spec("duckdb"):
        return None
    from kg.pipeline.joins.filled import plans_of
    from kg.pipeline.joins.infer import inferred

    plans, reasons = plans_of(ontology)
    return None if reasons else partial(inferred, ontology, plans, issued)


def _by_rows(ontology: Ontology) -> Iterator[Finding]:
    """Yield why a project with many rows is walked row by row."""
    if need_rows(ontology.shapes):
        message = "a shape looks at what is said of statements, so all is walked row by row"
        repair = "look at entities alone, where building takes long"
        yield Finding(SHAPES, 0, 0, "note", message, repair)
    if ontology.rules and find_spec("duckdb"):
        from kg.pipeline.joins.filled import plans_of

        for path, reason in plans_of(ontology)[1]:
            message = f"the rule is no join, so all is walked row by row: {reason}"
            repair = "write it as premises and comparisons, where building takes long"
            yield Finding(path, 1, 1, "note", message, repair)


@dataclass(frozen=True)
class _Walked:
    """What the pipeline made up to its rules; nothing is inferred when there was an error."""

    dataset: DatasetInfo
    ontology: Ontology
    records: Records
    quads: list[Quad]
    report: Report
    inference: Inference | None = None

    def built(self) -> Built:
        """Return the whole graph.

        Raises DataError with every finding when there was an error.
        """
        self.report.raise_for_errors()
        at_work("putting the graph together")
        issued, words = self.dataset.issued, self.ontology.words
        day = PartialDate.stored(issued).period
        inference, records = cast("Inference", self.inference), self.records
        quads = whole(self.quads, records.statements, inference, words, day)
        sources, groups = records.sources, self.dataset.group_of
        covered = coverage(self.dataset.subjects, records.statements, sources, issued, groups)
        named = (records.entities.values(), records.sources.values())
        every = said(records.statements, inference, words)
        record = Record(every, *named, self.dataset.languages or UNNAMED)
        return Built(quads, self.report, words, tuple(covered), record)


def _walk(data: Path, ontology: Path) -> _Walked:
    dataset, findings = read_dataset(data)
    known = read_ontology(ontology, Vocabulary(dataset.base))
    if is_large(data, to_load=True):
        from kg.pipeline.columns.walk import load as load_columns

        records = load_columns(data, known, dataset)
    else:
        records = load(data, known, dataset)
    quads = assemble(records, known)
    report = validate(records, known, quads)
    late = _by_rows(known) if takes_long(data) else ()
    report = replace(report, findings=tuple(sorted({*findings, *report.findings, *late})))
    walked = _Walked(dataset, known, records, quads, report)
    if not report.conforms:
        return walked
    try:
        inference = infer(quads, records.statements, known)
    except DataError as error:
        found = tuple(sorted({*report.findings, *error.findings}))
        return replace(walked, report=replace(report, findings=found))
    counts = report.counts | {"inferred": len(inference.statements)}
    every = tuple(sorted({*report.findings, *inference.findings}))
    report = replace(report, findings=every, counts=counts)
    return replace(walked, report=report, inference=inference)
