"""Walk: the tables of a large project → findings and one file of N-Quads, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kg.errors import DataError, Finding
from kg.files import named
from kg.model.coverage import Coverage, coverage
from kg.model.dataset import DatasetInfo
from kg.model.merge import merge
from kg.model.ontology import Ontology
from kg.model.statement import Statement, in_order
from kg.model.tables import suffix_of
from kg.pipeline.assemble import assemble as assemble_rows
from kg.pipeline.columns.assemble import Assembled, assemble, singles
from kg.pipeline.columns.batches import parquet_batches, statement_lines
from kg.pipeline.columns.entities import Descriptions, KnownIds, read_named, whole
from kg.pipeline.columns.layout import Laid, Layout
from kg.pipeline.columns.partitions import Pile, Spill
from kg.pipeline.columns.premises import Premises
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.record import Part, Recorder
from kg.pipeline.columns.shapes import Shown, has_shapes, look_at_shapes, looked_at
from kg.pipeline.columns.sieve import Known, check
from kg.pipeline.columns.size import tables, weight
from kg.pipeline.columns.whole_tables import WholeBatches
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
        # What is wrong with entities and sources, which no row of statements changes.
        self.named = tuple(self.loader.findings)
        found = tables(self.data)
        self.loader.warn_of_others(found)
        self.paths = self.loader.own(found)
        self.tell(self.loader.findings)

    @property
    def size(self) -> int:
        """Bytes of all tables, as `weight` has it."""
        return weight(self.paths)

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
        last = [*seen_all.bare(self.paths), *seen_all.unused(), *self.loader.consequences()]
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


class Conclusions(Protocol):
    """What rules conclude, and how it is written."""

    @property
    def count(self) -> int:
        """How many statements are inferred."""

    def lines(self) -> Iterable[memoryview]:
        """Return N-Quads."""

    def entailed(self) -> Iterable[pl.DataFrame]:
        """Return which rule (`rule`) added to the graph of which given statement (`id`)."""

    def records(self) -> Iterable[Part]:
        """Return parts of the record."""

    def keep(self, folder: Path) -> list[str]:
        """Write into a folder what another look at changes needs; return the names of the files."""


class Infer(Protocol):
    """Applies the rules of a project to premises, beside what describes everything else."""

    def __call__(
        self,
        given: Sequence[Path],
        described: Sequence[Quad],
        texts: Iterable[memoryview],
        folder: Path,
        tell: Tell,
        known: Any = None,  # noqa: ANN401 - as the last one had it
    ) -> AbstractContextManager[Conclusions]:
        """Return what they conclude; of what takes long it tells before it begins.

        What the descriptions say to the rules is asked, unless it is known.

        Raises DataError when a rule concludes what it may not.
        """


@dataclass(frozen=True)
class Walked:
    """What the walk made, and where it stands.

    `described` is what it did not write: dataset, ontology, questions.
    """

    report: Report
    coverage: tuple[Coverage, ...] = ()
    described: tuple[Quad, ...] = ()
    layout: Layout = field(default_factory=Layout)


def walk(
    columns: ColumnWalk,
    found: Iterable[Finding],
    sink: Sink | None,
    recorder: Recorder | None = None,
    infer: Infer | None = None,
    keeper: Keeper | None = None,
) -> Walked:
    """Check everything, and send the N-Quads of statements and world to the sink as they are made.

    The recorder writes the record, if there is one; `infer` applies the rules, if there are any;
    the keeper is shown the rows.

    `found` is what was wrong with the dataset. When something is wrong, what the sink has got is of
    no use.
    Raises StoreError when the disk refuses, LimitError when rules or shapes take more than they
    may.
    """
    with tempfile.TemporaryDirectory(prefix="kg-", dir=sink.folder if sink else None) as folder:
        going = Walk(columns, found, sink, recorder, infer, Path(folder), keeper)
        with Spill(Path(folder), columns.size) as spill:
            going.check(spill)
            going.assemble(spill)
            going.look_at_shapes(spill)
        if going.ok:
            going.conclude()
        return going.walked()


class Reads(Protocol):
    """Reads rows of a project, and checks what can be seen of each alone."""

    @property
    def loader(self) -> Loader:
        """What is known of entities and sources, and what was wrong so far."""

    @property
    def ontology(self) -> Ontology:
        """By what rows are checked."""

    @property
    def dataset(self) -> DatasetInfo:
        """What the dataset says of itself."""

    @property
    def tell(self) -> Tell:
        """Whom to tell of findings as they are found."""

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the good rows."""


class Sink(Protocol):
    """Takes N-Quads, many whole lines at a time."""

    @property
    def folder(self) -> Path:
        """Where it writes."""

    def write(self, content: memoryview) -> None:
        """Take some lines."""

    def cut(self) -> None:
        """Let another piece begin."""


class Keeper(Protocol):
    """Keeps what it can use of rows."""

    def add(self, rows: pl.DataFrame) -> None:
        """Take good rows, with the number of the part of each."""

    def conclude(self, premises: Sequence[Path], conclusions: Conclusions) -> None:
        """Take what rules were applied to, in files that may be moved, and what they conclude."""


class Walk:
    """The state of one walk: what was found so far, and where what is made goes."""

    def __init__(
        self,
        columns: Reads,
        found: Iterable[Finding],
        sink: Sink | None,
        recorder: Recorder | None,
        infer: Infer | None,
        folder: Path,
        keeper: Keeper | None = None,
    ) -> None:
        """Take what reads rows, what was found before, and where what is made goes."""
        self.columns, self.loader, self.folder = columns, columns.loader, folder
        self.keeper, self.descriptions = keeper, Descriptions(columns.loader)
        self.described: Sequence[Quad] = ()
        self.ontology, self.dataset = columns.ontology, columns.dataset
        self.infer, self.sink, self.recorder = infer, sink, recorder
        self.findings: set[Finding] = set(found)
        self.premises = Premises(folder / "premises") if infer else None
        self.piles: dict[str, Pile] = {}
        self.layout = Layout()
        self.kept: list[Statement] = []
        self.count = self.inferred = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong so far."""
        return not any(one.severity == "error" for one in self.findings)

    def check(self, spill: Spill) -> None:
        """Read all rows, and check what can be seen of each alone, and of the ontology."""
        self.read(spill)
        known = self.loader.records_of(())
        self.described = assemble_rows(replace(known, entities={}, sources={}), self.ontology)
        # Shapes look at what rows say, which is not there yet.
        bare = replace(self.ontology, shapes=())
        self.report = validate(known, bare, self.described, KnownIds(self.loader))
        self.findings |= {*self.report.findings}
        if not self.ok:
            self.sink = self.recorder = None

    def read(self, spill: Spill) -> None:
        """Read all rows, and check what can be seen of each alone."""
        for rows in self.columns.batches():
            found = spill.add(rows)
            if self.keeper:
                self.keeper.add(found)

    def assemble(self, spill: Spill) -> None:
        """Check what is seen of each triple, and write what the rows say."""
        scheme = Scheme.of(self.ontology, self.dataset.issued)
        predicates: frozenset[str] = frozenset()
        if has_shapes(self.loader):
            predicates = looked_at(self.ontology)
            names = ("said", "lines", "places") if predicates else ("said",)
            self.piles = {name: Pile(self.folder / name) for name in names}
        make = partial(
            assemble,
            scheme=scheme,
            subjects=self.dataset.subjects,
            write=self.sink is not None,
            record=self.recorder is not None,
            premises=self.premises is not None,
            said=bool(self.piles),
            predicates=predicates,
        )
        parts = zip(spill.filled, _assembled(spill, make), strict=True)
        for done, (number, part) in enumerate(parts):
            self.add(number, part)
            at_work("parts of the graph assembled", done + 1, spill.parts)
        self.layout.named = self.send(self.descriptions if self.sink else ())
        self.cut()

    def add(self, number: int, part: Assembled) -> None:
        """Take what became of the part of this number."""
        self.findings |= {*part.findings}
        self.columns.tell(part.findings)
        self.kept += part.kept
        self.count += part.statements
        self.layout.parts.append(Laid(number, self.send(part.lines() if self.sink else ())))
        self.cut()
        if self.recorder and part.record:
            self.recorder.add(part.record)
        if self.premises and part.premises is not None:
            self.premises.add(part.premises)
        self.keep(part)

    def keep(self, part: Assembled) -> None:
        """Keep what shapes see of a part."""
        if part.said is not None:
            self.piles["said"].add(part.said)
        if part.seen:
            self.piles["lines"].add(part.seen.lines)
            self.piles["places"].add(part.seen.places)

    def send(self, texts: Iterable[memoryview]) -> list[int]:
        """Give N-Quads to the sink, if there is one; return how many bytes each text has."""
        sizes = []
        if self.sink:
            for text in texts:
                self.sink.write(text)
                sizes.append(len(text))
        return sizes

    def cut(self) -> None:
        """Let another piece of the N-Quads begin."""
        if self.sink:
            self.sink.cut()

    def look_at_shapes(self, rows: Iterable[pl.DataFrame]) -> None:
        """Check the shapes, of which none looks at what is said of statements."""
        if self.piles:
            lines, places = (self.piles.get(name, ()) for name in ("lines", "places"))
            given = (self.described, self.descriptions, self.piles["said"], self.count)
            shown = Shown(*given, rows, lines, places)
            self.note(look_at_shapes(self.loader, shown, self.folder))
            for pile in self.piles.values():
                pile.remove()

    def conclude(self) -> None:
        """Apply the rules, and write the record."""
        if self.infer and self.premises:
            try:
                given = self.premises.files
                with self.infer(
                    given, self.described, self.descriptions, self.folder, self.note
                ) as conclusions:
                    self.take(conclusions)
                    if self.keeper:
                        self.keeper.conclude(given, conclusions)
            except DataError as error:
                self.findings |= {*error.findings}
                return
        self.cut()
        if self.recorder:
            at_work("writing the record")
            self.finish(self.recorder)

    def finish(self, recorder: Recorder) -> None:
        """Write the record."""
        recorder.finish(self.loader)
        recorder.describe(self.layout)

    def note(self, findings: Iterable[Finding]) -> None:
        """Tell of findings as they are found, and keep them."""
        found = tuple(findings)
        self.columns.tell(found)
        self.findings |= {*found}

    def take(self, conclusions: Conclusions) -> None:
        """Write what the rules conclude."""
        self.inferred = conclusions.count
        self.layout.inferred = self.send(conclusions.lines() if self.sink else ())
        if self.recorder:
            self.recorder.entail(conclusions.entailed())
            for part in conclusions.records():
                self.recorder.add(part)

    def walked(self) -> Walked:
        """Return what the walk made."""
        every = tuple(sorted(self.findings))
        counts = self.report.counts | {"statements": self.count}
        report = replace(self.report, findings=every, counts=counts)
        if not report.conforms:
            return Walked(report)
        kept = sorted(self.kept, key=in_order)
        dataset = self.dataset
        sources, groups = self.loader.sources, dataset.group_of
        covered = coverage(dataset.subjects, kept, sources, dataset.issued, groups)
        report = replace(report, counts=counts | {"inferred": self.inferred})
        return Walked(report, tuple(covered), tuple(self.described), self.layout)


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
