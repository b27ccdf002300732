"""Walk: the tables of a large project → findings and one file of N-Quads, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import Finding
from kg.files import named
from kg.model.coverage import Coverage, coverage
from kg.model.dataset import DatasetInfo
from kg.model.merge import merge
from kg.model.ontology import Ontology
from kg.model.statement import Statement, in_order
from kg.model.tables import suffix_of
from kg.pipeline.assemble import assemble as assemble_rows
from kg.pipeline.columns.assemble import Assembled, Scheme, assemble, singles
from kg.pipeline.columns.batches import parquet_batches, statement_lines
from kg.pipeline.columns.entities import KnownIds, descriptions, read_named, whole
from kg.pipeline.columns.partitions import Spill
from kg.pipeline.columns.record import Recorder
from kg.pipeline.columns.sieve import Known, check
from kg.pipeline.columns.size import tables
from kg.pipeline.columns.whole_tables import WholeBatches
from kg.pipeline.columns.writer import Writer
from kg.pipeline.load import BYTES, Loader, Records
from kg.pipeline.validate import Report, validate
from kg.progress import Tell, at_work

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad

# How many parts are made while one is written.
_AHEAD: Final = 2


@dataclass
class ColumnWalk:
    """Reads the statement tables of a project in batches; what was wrong is told as it is found."""

    data: Path
    ontology: Ontology
    dataset: DatasetInfo
    tell: Tell = field(default=lambda _: None)

    def __post_init__(self) -> None:
        """Read entities and sources."""
        self.loader = Loader(self.data, self.ontology, self.dataset)
        read_named(self.loader)
        found = tables(self.data)
        self.loader.warn_of_others(found)
        self.paths = self.loader.own(found)
        self.tell(self.loader.findings)

    @property
    def size(self) -> int:
        """Bytes of all tables; a row of Parquet takes about a tenth of one of text."""
        weights = {".csv": 1, ".parquet": 10}
        return sum(path.stat().st_size * weights[suffix_of(path)] for path in self.paths)

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the good rows of all tables."""
        known, seen_all = Known(self.loader), WholeBatches(self.loader)
        done, total = 0, max(self.size, 1)
        for path in self.paths:
            label = named(self.data, path)
            table = statement_lines(path, label)
            is_csv = suffix_of(path) == ".csv"
            found = table.batches() if is_csv else parquet_batches(path, label, table.findings)
            told = 0
            for batch in found:
                seen_all.see_batch(batch)
                if batch.height:
                    self.loader.rest(table, batch.height)
                if not table.complete:
                    table.lost.update(batch["subject"], batch["object"])
                    continue
                checked = check(batch, known)
                late = seen_all.follow_batch(checked.rows)
                self.loader.findings += [*checked.findings, *late]
                self.loader.doubts.ancient += checked.ancient
                table.lost |= checked.doubtful
                self.tell([*table.findings[told:], *checked.findings, *late])
                told = len(table.findings)
                yield checked.rows
                done += int(batch["text"].str.len_bytes().sum())
                at_work(BYTES, min(done, total), total)
            self.tell([*table.findings[told:], *table.notes])
            self.loader.close(table)
        last = [*seen_all.unused(), *self.loader.consequences()]
        self.loader.findings += last
        self.tell([*last, *self.loader.doubts.lone()])


def load(data: Path, ontology: Ontology, dataset: DatasetInfo) -> Records:
    """Do what `kg.pipeline.load.load` does, checking column by column, and reading Parquet too.

    Raises InputError when a table cannot be opened or changes while it is read.
    """
    import polars as pl

    columns = ColumnWalk(data, ontology, dataset)
    scheme = Scheme.of(ontology, dataset.issued)
    found = list(columns.batches())
    doubled: list[Finding] = []
    rows = singles(pl.concat(found), scheme, doubled) if found else iter(())
    statements, findings = merge(rows, ontology.once)
    columns.loader.findings += [*doubled, *findings]
    whole(columns.loader)
    return columns.loader.records_of(statements)


@dataclass(frozen=True)
class Walked:
    """What the walk made; `described` is what it did not write: dataset, ontology, questions."""

    report: Report
    coverage: tuple[Coverage, ...] = ()
    described: tuple[Quad, ...] = ()


def walk(
    columns: ColumnWalk,
    found: Iterable[Finding],
    sink: Writer | None,
    recorder: Recorder | None = None,
) -> Walked:
    """Check everything, and send the N-Quads of statements and world to the sink as they are made.

    The recorder writes the record, if there is one.

    `found` is what was wrong with the dataset; rules and shapes are not applied here. When
    something is wrong, what the sink has got is of no use.
    Raises StoreError when the disk refuses.
    """
    ontology, loader, dataset = columns.ontology, columns.loader, columns.dataset
    scheme = Scheme.of(ontology, dataset.issued)
    late: list[Finding] = []
    kept: list[Statement] = []
    count = 0
    with (
        tempfile.TemporaryDirectory(prefix="kg-") as folder,
        Spill(sink.folder if sink else Path(folder), columns.size) as spill,
    ):
        for rows in columns.batches():
            spill.add(rows)
        known = loader.records_of(())
        described = assemble_rows(replace(known, entities={}, sources={}), ontology)
        report = validate(known, ontology, described, KnownIds(loader))
        ok = report.conforms and not any(one.severity == "error" for one in found)
        write = ok and sink is not None
        make = partial(assemble, scheme=scheme, subjects=dataset.subjects, write=write)
        keep = recorder if write else None
        for done, part in enumerate(_assembled(spill, partial(make, record=keep is not None))):
            late += part.findings
            columns.tell(part.findings)
            kept += part.kept
            count += part.statements
            if write and sink:
                for text in part.lines():
                    sink.write(text)
            if keep and part.record:
                keep.add(part.record)
            at_work("parts of the graph assembled", done + 1, spill.parts)
        if write and sink:
            for text in descriptions(loader):
                sink.write(text)
        if keep:
            at_work("writing the record")
            keep.finish(loader)
    every = tuple(sorted({*found, *report.findings, *late}))
    report = replace(report, findings=every, counts=report.counts | {"statements": count})
    if not report.conforms:
        return Walked(report)
    covered = coverage(dataset.subjects, sorted(kept, key=in_order), loader.sources, dataset.issued)
    report = replace(report, counts=report.counts | {"inferred": 0})
    return Walked(report, tuple(covered), tuple(described))


def _assembled(spill: Spill, make: Callable[[pl.DataFrame], Assembled]) -> Iterator[Assembled]:
    """Yield the parts in their order, some made ahead on other cores."""
    waiting: list[Future[Assembled]] = []
    with ThreadPoolExecutor(_AHEAD) as pool:
        for rows in spill:
            waiting.append(pool.submit(make, rows))
            if len(waiting) > _AHEAD:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
