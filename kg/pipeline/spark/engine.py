"""Engine: the stages of a build on Spark.

    tables ─count▶ blocks ─check▶ rows ─shuffle by triple▶ parts ─assemble▶ shards

The driver reads ontology, entities and sources, and hears from each task only how many findings of
each kind there are; rows, findings and N-Quads go from worker to worker and to files. Shapes and
rules, which look at all of the graph, are the driver's (`kg.pipeline.spark.whole`).
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import RdfFormat, serialize

from kg.errors import Finding, StoreError, UsageError, missing_extra, noun
from kg.files import named
from kg.model.constraints import need_rows
from kg.model.coverage import Coverage, coverage
from kg.model.dataset import DatasetInfo
from kg.model.ontology import Ontology
from kg.model.spelling import own_names
from kg.model.statement import in_order
from kg.model.tables import workbooks
from kg.pipeline.assemble import assemble
from kg.pipeline.columns.blocks import Block, count, cut, number
from kg.pipeline.columns.entities import KnownIds, descriptions
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.shapes import looked_at
from kg.pipeline.columns.sieve import Known
from kg.pipeline.columns.size import is_plain_day
from kg.pipeline.columns.walk import ColumnWalk
from kg.pipeline.joins.filled import plans_of
from kg.pipeline.spark import tasks
from kg.pipeline.spark.shards import DESCRIBED, NAMED, Shards, replace_findings, save
from kg.pipeline.spark.shared import KNOWN, shared
from kg.pipeline.spark.whole import Concluded, conclude, shape_findings
from kg.pipeline.validate import SHAPES, validate
from kg.progress import at_work

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

    from kg.pipeline.columns.record import Recorder
    from kg.pipeline.columns.walk import Infer

# Bytes of tables that a task checks at least, rows of Parquet that stand for as many, and bytes of
# tables whose rows are written together: their N-Quads take thirty times as much.
BLOCK: Final = 16 * 2**20
ROWS: Final = 200_000
PART: Final = 16 * 2**20
# Tasks of a stage at most; what goes from each to each would otherwise be too small to send.
TASKS: Final = 4000


@dataclass(frozen=True)
class Project:
    """What the driver has read of a project; `infer` applies its rules, if it has any."""

    data: Path
    ontology: Ontology
    dataset: DatasetInfo
    findings: tuple[Finding, ...] = ()
    infer: Infer | None = None


@dataclass(frozen=True)
class Sharded:
    """What became of a build: `shards` are None when something was wrong and none were kept."""

    told: tasks.Told
    counts: dict[str, int]
    coverage: tuple[Coverage, ...] = ()
    shards: Shards | None = None


def refuse(project: Project) -> None:
    """Refuse what can only be done by rows.

    Raises UsageError, also when DuckDB is not installed, which joins what rules look at.
    """
    known = project.ontology
    if need_rows(known.shapes):
        msg = f"{SHAPES}: this engine does not look at what is said of statements, and a shape "
        raise UsageError(msg + "does; use --engine local")
    if known.rules and project.infer is None:
        if not find_spec("duckdb"):
            raise missing_extra("duckdb", "spark")
        for path, reason in plans_of(known)[1]:
            msg = f"{path}: this engine applies rules as joins, and this one is none: {reason}; "
            raise UsageError(msg + "use --engine local")
    if books := workbooks(project.data):
        msg = "this engine reads no workbooks; use --engine local, or save the sheets of "
        msg += f"{books[0].name} as CSV"
        raise UsageError(msg)
    if not is_plain_day(project.dataset.issued):
        msg = "this engine needs a day of issue with a year of four digits; use --engine local"
        raise UsageError(msg)


def run(
    spark: SparkSession,
    project: Project,
    folder: Path,
    aside: Path,
    recorder: Recorder | None = None,
) -> Sharded:
    """Build the project into shards below the folder; `aside` is an empty folder on the same disk.

    The recorder writes the record, if there is one.
    Nothing of the shards before changes until the new ones are whole.
    Raises UsageError, InputError and StoreError as the local engine does; what else goes wrong is
    an exception of Spark's.
    """
    refuse(project)
    columns = ColumnWalk(project.data, project.ontology, project.dataset)
    loader, ontology = columns.loader, project.ontology
    for name in ("shards", "findings", KNOWN, tasks.RECORD, *tasks.LEFT):
        (aside / name).mkdir()
    blocks = _blocks(spark, columns)
    plan = tasks.Plan(
        Known(shared(loader, aside.resolve() / KNOWN)),
        Scheme.of(ontology, project.dataset.issued),
        tuple(blocks),
        columns.size // PART + 1,
        aside.resolve(),
        project.dataset.subjects,
        None if ontology.shapes else _asked(ontology),
        recorder is not None,
        project.infer is not None,
        bool(ontology.shapes),
        looked_at(ontology),
    )
    tasks.save_findings(aside, "before", [*project.findings, *loader.findings, *ontology.findings])
    with _watched(spark):
        heard = _assembled(spark, plan)
    told = tasks.Told()
    for one in heard:
        told.merge(one)
    loader.doubtful |= told.doubtful
    loader.complete &= told.complete
    loader.doubts.ancient += told.ancient
    records = loader.records_of(())
    described = assemble(replace(records, entities={}, sources={}), ontology)
    report = validate(records, replace(ontology, shapes=()), described, KnownIds(loader))
    own = {*project.findings, *report.findings, *told.notes}
    own |= shape_findings(loader, described, told.statements, aside)
    told.add(own)
    (aside / "findings" / "before.jsonl").unlink(missing_ok=True)
    tasks.save_findings(aside, "project", own)
    found = Concluded()
    if not told.tally().get("error"):
        if recorder:
            tasks.add_record(aside, recorder)
        if project.infer:
            found = conclude(project.infer, loader, described, aside, told, recorder)
    replace_findings(aside / "findings", folder)
    counts = report.counts | {"statements": told.statements, "inferred": found.statements}
    if told.tally().get("error"):
        return Sharded(told, counts)
    if recorder:
        at_work("writing the record")
        recorder.finish(loader)
    files = [*(one.shard for one in heard if one.shard), *found.shards]
    text = serialize(described, format=RdfFormat.N_QUADS) or b""
    for name, texts in ((DESCRIBED, [memoryview(text)]), (NAMED, descriptions(loader))):
        files.append(tasks.write_shard(aside / "shards" / name, texts, 0))
    shards = save(aside / "shards", folder, project.dataset.base, files)
    kept = sorted(told.kept, key=in_order)
    dataset = project.dataset
    covered = coverage(dataset.subjects, kept, loader.sources, dataset.issued, dataset.group_of)
    return Sharded(told, counts, tuple(covered), shards)


def _asked(ontology: Ontology) -> frozenset[str]:
    """Return what questions name, the only rows left out that matter to what is checked here."""
    texts = [question.sparql for question in ontology.questions]
    names = (name for text in texts for name in own_names(text, ontology.words))
    return frozenset(name.text.rpartition(":")[2] for name in names)


def _blocks(spark: SparkSession, columns: ColumnWalk) -> list[Block]:
    """Cut the tables, and let the workers count their lines."""
    found: list[Block] = []
    for path in columns.paths:
        found += cut(path.resolve(), named(columns.data, path), max(BLOCK, columns.size // TASKS))
    if not found:
        return []
    counts = spark.sparkContext.parallelize(found, len(found)).map(count).collect()
    rows = sum(one.lines for block, one in zip(found, counts, strict=True) if block.is_parquet)
    return number(found, counts, max(ROWS, rows // TASKS))


def _assembled(spark: SparkSession, plan: tasks.Plan) -> list[tasks.Told]:
    """Check all blocks, bring the rows of each triple together, and write them."""
    if not plan.blocks:
        return []
    given = spark.sparkContext.broadcast(plan)

    def check(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return tasks.check_blocks(batches, given.value)

    def write(key: tuple[pa.Scalar, ...], rows: pa.Table) -> pa.Table:
        return tasks.assemble_part(key[0].as_py(), rows, given.value)

    spark.conf.set("spark.sql.shuffle.partitions", str(min(plan.parts, TASKS)))
    types = ", ".join(f"`{name}` {kind}" for name, kind in tasks.checked())
    numbers = spark.range(0, len(plan.blocks), 1, len(plan.blocks))
    rows = numbers.mapInArrow(check, types)
    done = rows.groupBy("part").applyInArrow(write, tasks.SAID).collect()
    heard: list[tasks.Told] = [pickle.loads(row.said) for row in done]  # noqa: S301 - our workers'
    written = {one.shard.name for one in heard if one.shard}
    missing = [name for name in written if not (plan.folder / "shards" / name).is_file()]
    if missing:
        some, are = noun(len(missing), "shard"), noun(len(missing), "is", "are")
        msg = f"{len(missing)} {some} that workers wrote {are} not in {plan.folder}; "
        raise StoreError(msg + "all machines must see the project's folder under the same path")
    return heard


@contextmanager
def _watched(spark: SparkSession) -> Iterator[None]:
    """Tell from time to time how many tasks of the stage at work are done."""
    over = Event()
    tracker = spark.sparkContext.statusTracker()

    def watch() -> None:
        while not over.wait(1):
            stages: Iterable[Any] = map(tracker.getStageInfo, tracker.getActiveStageIds())
            for stage in stages:
                if stage and stage.numCompletedTasks < stage.numTasks:
                    at_work("tasks of Spark done", stage.numCompletedTasks, stage.numTasks)

    thread = Thread(target=copy_context().run, args=(watch,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
