"""Rebuilt: a build of rows that changed, from the build before and what the change touches.

Of the parts of the rows those in which one changed are assembled anew; the others are taken over,
from the N-Quads as from the record. Rules are applied to all statements. What comes of it are the
bytes that a build of all rows would write.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import Finding, StoreError
from kg.files import digest
from kg.model.coverage import Coverage, coverage
from kg.model.dataset import DatasetInfo
from kg.model.ontology import Ontology
from kg.model.statement import Statement, in_order
from kg.pipeline.columns.assemble import Assembled, assemble
from kg.pipeline.columns.entities import Descriptions
from kg.pipeline.columns.layout import LAYOUT, N_QUADS, Laid, Layout, layout_in
from kg.pipeline.columns.partitions import split
from kg.pipeline.columns.pieces import of_pieces
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.record import Part as Recorded
from kg.pipeline.columns.record import Recorder, sums_by_difference
from kg.pipeline.columns.sieve import Known
from kg.pipeline.columns.size import MOST_SHOWN, is_many
from kg.pipeline.columns.walk import Conclusions, Infer, Walk
from kg.pipeline.generations import current, stay
from kg.pipeline.increments.again import Again
from kg.pipeline.increments.changed import Changed
from kg.pipeline.increments.concluded import Concluded, parts_of, take_file
from kg.pipeline.increments.kept import Keeper, Kept, kept
from kg.pipeline.increments.part import Part, another
from kg.pipeline.increments.patch import NotBeforeError, Patch
from kg.pipeline.increments.tables import WholeError
from kg.pipeline.joins.touched import applied_in
from kg.pipeline.validate import Report
from kg.progress import Tell, at_work
from kg.record.record import StoredRecord
from kg.record.tables import TableName
from kg.store.marks import RECORD, STORE

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad

    from kg.pipeline.writing import Room

# After so many builds that took over what was there the store is arranged for reading anew.
COMPACT: Final = 8
# Of how many statements the record is held in memory, about half a kilobyte each.
MOST_ROWS: Final = 4_000_000
_GATHERED: Final[tuple[TableName, ...]] = ("statements", "references", "links", "proofs")


@dataclass(frozen=True)
class Before:
    """A generation of rows of which something was kept, and where what stands in it.

    `quads` is how many it has, `store` what the files of its store are known by, `sources` the
    digests of the files that were read.
    """

    place: Path
    layout: Layout
    quads: int
    store: Mapping[str, Any]
    sources: Mapping[str, str]

    @cached_property
    def record(self) -> StoredRecord:
        """The record."""
        return StoredRecord(self.place / RECORD)

    def table(self, name: TableName) -> pl.DataFrame:
        """Return a table of the record.

        Raises NotBeforeError when it is not what was written.
        """
        import polars as pl

        try:
            return pl.read_parquet(io.BytesIO(self.record.content(name)))
        except StoreError as error:
            raise NotBeforeError from error


Made = tuple[Path, int, Path, Layout, dict[str, str], Path]


@dataclass(frozen=True)
class Rebuilt:
    """What was found, what the build covers, and how many quads it has.

    `made` is what `put_large` needs of what was written, None when there was nothing to write:
    there are errors, or nothing changed. `earlier` is the generation with which the store shares
    files.
    """

    report: Report
    coverage: tuple[Coverage, ...] = ()
    quads: int = 0
    made: Made | None = None
    earlier: Path | None = None


def build_again(
    folders: tuple[Path, Path],
    ontology: Ontology,
    dataset: DatasetInfo,
    sources: dict[str, str],
    room: Room,
    infer: Infer | None,
    keeper: Keeper | None,
) -> Rebuilt | None:
    """Make what a build of all rows would, and keep what was found; None when that cannot be.

    `folders` are those of data and ontology, `sources` the digests of what is in them.
    Raises StoreError when the disk refuses.
    """
    import polars as pl

    found = kept(room.folder, *folders)
    before = _before(room.folder, found) if found else None
    if keeper is None or found is None or before is None:
        return None
    again = Again(folders[0], ontology, dataset, found, infers=False)
    aside = room.aside / "again"
    aside.mkdir()
    # What was kept may go while it is read: another process keeps something else.
    gone = OSError, pl.exceptions.PolarsError, UnicodeDecodeError
    with suppress(WholeError, NotBeforeError, *gone):
        report = again.report()
        if not report.conforms:
            return Rebuilt(report)
        if any(sources.get(label) != digest(text) for label, text in again.tables.texts.items()):
            return None
        counts = report.counts
        rows = counts["statements"] + counts["inferred"]
        if rows <= MOST_ROWS and (is_many(again.data) or counts["statements"] > MOST_SHOWN):
            # Also where the same lines end in another way: a build says what it was made of.
            if before.sources != sources:
                return _rebuilt(again, before, report, sources, (aside, infer, keeper))
            if stay(room):
                return Rebuilt(report, _covered(Changed(again), ()), before.quads)
    shutil.rmtree(aside)
    return None


def _covered(rows: Changed, statements: Iterable[Statement]) -> tuple[Coverage, ...]:
    """Return what a build covers; the statements are those of parts that were assembled anew."""
    dataset = rows.again.dataset
    kept = sorted([*statements, *rows.told(dataset.subjects)], key=in_order)
    sources, groups = rows.again.after.sources, dataset.group_of
    return tuple(coverage(dataset.subjects, kept, sources, dataset.issued, groups))


def _before(folder: Path, found: Kept) -> Before | None:
    """Return the current generation, if it is of the rows of which something was kept."""
    there = current(folder)
    if there is None or N_QUADS not in there[1].get("files", {}):
        return None
    place, said, manifest = there
    layout = layout_in(place / LAYOUT)
    if layout is None or layout.context != found.said["context"]:
        return None
    if not found.is_of(manifest["sources"]):
        return None
    if of_pieces(layout.pieces) != said["files"][N_QUADS]:
        return None
    return Before(place, layout, said["quads"], said[STORE], manifest["sources"])


def _rebuilt(
    again: Again,
    before: Before,
    report: Report,
    sources: dict[str, str],
    into: tuple[Path, Infer | None, Keeper],
) -> Rebuilt:
    """Write into an empty folder what changed, and take over what did not.

    Raises WholeError or NotBeforeError when all has to be made anew, StoreError when the disk
    refuses.
    """
    folder, infer, keeper = into
    with (
        Patch(folder, before.place, before.layout.pieces, before.store) as patch,
        Recorder(folder, is_held=True) as recorder,
    ):
        going = _Rewalk(Changed(again), before, patch, recorder, infer, folder, keeper)
        going.assemble_changed()
        going.describe_named()
        going.conclude()
        report = going.joined(report)
        layout = going.layout
        layout.context = keeper.context
        layout.again = (before.layout.again + 1) % COMPACT
        size = before.quads + patch.finish(is_compact=not layout.again)
        keeper.keep(report, again.after, again.found_named, again.described)
        covered = _covered(going.rows, going.kept)
    layout.pieces = patch.pieces.closed
    made = patch.place, size, patch.graph, layout, sources, recorder.place
    return Rebuilt(report, covered, size, made, before.place)


class _Rewalk(Walk):
    """A walk through the parts in which rows changed, which takes over all others."""

    def __init__(
        self,
        rows: Changed,
        before: Before,
        patch: Patch,
        recorder: Recorder,
        infer: Infer | None,
        folder: Path,
        keeper: Keeper,
    ) -> None:
        again = rows.again
        part = Part(Known(another(again.after), again.allowed), [])
        super().__init__(part, (), patch, recorder, infer, folder, keeper)
        self.again, self.before, self.patch, self.taker = again, before, patch, recorder
        self.described, self.descriptions = again.described, Descriptions(again.after)
        self.rows = rows
        if infer:
            self.infer = partial(self.inferred_again, infer)

    # ---------------------------------------------------------------- parts

    def assemble_changed(self) -> None:
        """Write all parts: those in which rows changed anew, the others as they were."""
        new, kept = self.rows.now(), self.again.kept
        if self.keeper:
            for rows in (self.rows.others.drop("new"), new):
                if rows.height:
                    self.keeper.add(rows)
        parts = dict(split(new))
        old = {one.number: one for one in self.before.layout.parts}
        tables = {name: self.before.table(name) for name in _GATHERED}
        recorded = dict(zip(old, parts_of(tables, old.values()), strict=True))
        premises = dict(zip(kept.filled, kept.premises, strict=True)) if self.premises else {}
        self.is_concluded = not self.again.tables.named_moved
        for number in sorted(old.keys() | parts.keys()):
            there = old.get(number, Laid(number))
            if number not in self.rows.numbers:
                self.take_over(there, Recorded(*recorded[number]))
                if self.premises:
                    own = self.premises.folder / f"{number}.taken.parquet"
                    take_file(premises[number], own)
                    self.premises.files.append(own)
                continue
            at_work("parts of the graph assembled", number + 1, self.rows.parts)
            self.patch.begin(there.texts if number in old else None)
            if number in parts:
                self.add(number, self.assembled(parts[number]))
            self.patch.end(is_there=number in parts)
            if self.premises:
                self.is_concluded &= self.are_same(premises.get(number), parts.get(number))
        ends = {name: sum(one.rows[name] for one in old.values()) for name in tables}
        rest = {name: table.slice(ends[name]) for name, table in tables.items()}
        self.concluded = Concluded(kept, self.before.layout, rest)

    def assembled(self, rows: pl.DataFrame) -> Assembled:
        """Return what becomes of the rows of a part."""
        return assemble(
            rows,
            Scheme.of(self.ontology, self.dataset.issued),
            self.dataset.subjects,
            record=True,
            premises=self.premises is not None,
        )

    def take_over(self, part: Laid, recorded: Recorded) -> None:
        """Take over a part in which nothing changed."""
        self.patch.copy()
        self.layout.parts.append(replace(part))
        self.taker.add(recorded, is_whole=True)

    # ---------------------------------------------------------------- the rest

    def describe_named(self) -> None:
        """Write entities and sources."""
        before = self.before.layout
        if not self.again.tables.named_moved:
            self.patch.copy()
            self.layout.named = [*before.named]
            return
        self.patch.begin(before.named)
        self.layout.named = self.send(self.descriptions)
        self.patch.end()

    def are_same(self, before: Path | None, rows: pl.DataFrame | None) -> bool:
        """Say whether what the rules see of a part, the last one written, is what it was."""
        import polars as pl

        if before is None or rows is None or self.premises is None:
            return False
        return pl.read_parquet(self.premises.files[-1]).equals(pl.read_parquet(before))

    @contextmanager
    def inferred_again(
        self,
        infer: Infer,
        given: Sequence[Path],
        described: Sequence[Quad],
        texts: Iterable[memoryview],
        folder: Path,
        tell: Tell,
    ) -> Iterator[Conclusions]:
        """Yield what the rules conclude: what they did, where all that they look at is the same."""
        if self.is_concluded:
            yield self.concluded
            return
        known = None
        if not self.again.tables.named_moved:
            known = applied_in(self.again.kept.folder, self.ontology).answers
        with infer(given, described, texts, folder, tell, known) as conclusions:
            yield conclusions

    def take(self, conclusions: Conclusions) -> None:
        """Write what the rules conclude, where they add to what was taken over what they added.

        Raises WholeError where they add something else.
        """
        import polars as pl

        self.inferred, before = conclusions.count, self.before.layout.inferred
        if conclusions is self.concluded:
            self.patch.copy()
            self.layout.inferred = [*before]
        else:
            self.patch.begin(before)
            self.layout.inferred = self.send(conclusions.lines())
            self.patch.end()
        (entailed,) = self.concluded.entailed()
        now = pl.concat([entailed.clear(), *conclusions.entailed()])
        parts = self.rows_of_statements()
        for one, other in ((entailed, now), (now, entailed)):
            others = one.join(other, on=["id", "rule"], how="anti")
            if others.join(parts, on="id", how="semi").height:
                msg = "rules add other things to statements that did not change"
                raise WholeError(msg)
        self.taker.entail([now])
        earlier = self.concluded.records()
        for part in conclusions.records():
            old = next(earlier, None)
            if old and part.is_of(old.tables):
                self.taker.add(old)
            elif old and part.is_concluded and old.is_concluded:
                self.taker.add(replace(part, summed=partial(sums_by_difference, old, part)))
            else:
                self.taker.add(part)

    def conclude(self) -> None:
        """Apply the rules, and write the record."""
        if not self.infer:
            # The piece of what is inferred is empty.
            self.patch.copy()
        super().conclude()

    def finish(self, recorder: Recorder) -> None:
        """Write the record; the digests of entities and sources that did not change are known."""
        said = self.before.record.manifest
        known = None if self.again.tables.named_moved else (said["entities"], said["sources"])
        recorder.finish(self.loader, known)
        recorder.describe(self.layout)

    def rows_of_statements(self) -> pl.DataFrame:
        """Return the ids of the statements that were taken over."""
        import polars as pl

        every = self.taker.piles["statements"]
        taken = [frame for number, frame in enumerate(every) if number in self.taker.whole]
        return pl.concat([one.select("id") for one in taken]) if taken else _no_ids()

    def joined(self, report: Report) -> Report:
        """Return the report with what rules found.

        Raises WholeError where that is not said of all rows.
        """
        if self.findings - {*report.findings}:
            msg = "something is found now that was not found in all rows"
            raise WholeError(msg)
        return replace(report, counts={**report.counts, "inferred": self.inferred})

    def note(self, findings: Iterable[Finding]) -> None:
        """Keep what is found while the rules are applied, without telling it."""
        self.findings |= {*findings}


def _no_ids() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"id": pl.String})
