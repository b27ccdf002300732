"""Again: rows that changed, and all that they can matter to, looked at again.

With the changed rows stand all rows that name a subject or an object of theirs: those of the same
triple, of the same neighbourhood, and of constraints whose statements share an object or a subject.
What is found in these rows before the change and after it differs as what is found in all rows
does: of everything else both sides say the same.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import Finding
from kg.model.dataset import DatasetInfo
from kg.model.ontology import Ontology
from kg.model.table_checks import is_ordered
from kg.pipeline.assemble import assemble
from kg.pipeline.columns.batches import Lines
from kg.pipeline.columns.entities import Descriptions, read_named
from kg.pipeline.columns.partitions import Spill, meant
from kg.pipeline.columns.premises import Premises
from kg.pipeline.columns.sieve import Allowed, Known, check
from kg.pipeline.columns.walk import Walk
from kg.pipeline.columns.whole_tables import WholeBatches
from kg.pipeline.increments.kept import NAMED, Kept
from kg.pipeline.increments.moved import Numbered
from kg.pipeline.increments.part import Part, another, at_lines, only_named, rows_at
from kg.pipeline.increments.tables import Tables, WholeError
from kg.pipeline.load import Loader
from kg.pipeline.validate import Report
from kg.pipeline.whole_tables import NAMED as COLUMNS
from kg.pipeline.whole_tables import unused

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad

# Of how many changed rows all is looked at, and from which share of all rows on.
_CHANGED: Final = 2_000
_FEW: Final = 20_000
_SHARE: Final = 0.2
# How findings name other rows.
_OTHER_ROW: Final = re.compile(r":\d+\b|\blines? \d+\b")

Lined = Mapping[int, bytes]


def checked_again(
    data: Path, ontology: Ontology, dataset: DatasetInfo, kept: Kept
) -> Report | None:
    """Return what a whole validation would, begun with what one kept; None when that cannot be."""
    import polars as pl

    with suppress(WholeError, OSError, pl.exceptions.PolarsError, UnicodeDecodeError):
        return Again(data, ontology, dataset, kept).report()
    return None


@dataclass
class _Outcome:
    """What was found in some rows, of how many statements they are, and where good ones stand."""

    findings: set[Finding]
    statements: int
    doubtful: frozenset[str]
    premises: pl.DataFrame | None
    good: set[tuple[str, int]]


@dataclass(frozen=True)
class Again:
    """A project whose rows changed since something was kept of it.

    With `infers` it is found out as well how many statements are inferred.
    """

    data: Path
    ontology: Ontology
    dataset: DatasetInfo
    kept: Kept
    infers: bool = True

    @cached_property
    def tables(self) -> Tables:
        """What the tables hold, and what they held."""
        return Tables(self.data, self.kept)

    @cached_property
    def allowed(self) -> Allowed:
        """What may stand in rows, before the change and after it."""
        return Allowed(self.after)

    @property
    def found_named(self) -> list[Finding]:
        """What is found in the tables of entities and sources alone."""
        return [*self.after.findings]

    def rows(self, label: str, lines: Lined) -> tuple[pl.DataFrame, Lines]:
        """Return lines of a table of statements as rows, and what reads them."""
        return rows_at(self.tables.paths[label], label, lines)

    def report(self) -> Report:
        """Return what is found in all rows.

        Raises WholeError when that cannot be known from those that changed.
        """
        moves = [one for one in self.tables.moves.values() if not one.is_same]
        if sum(len(one.gone) + len(one.come) for one in moves) > _CHANGED:
            msg = "many rows changed"
            raise WholeError(msg)
        return self._differing() if moves else self.kept.report

    def _differing(self) -> Report:
        sides = _Side(self, self.before, is_old=True), _Side(self, self.after, is_old=False)
        names = {name for side in sides for name in side.names} | self._beside(self.changed)
        around, others = self._around(names | self.changed["entities"])
        lines, moves = self.tables.numbered, self.tables.moves
        now = {
            label: {line: lines[label][line] for line in map(moves[label].line, olds) if line}
            for label, olds in around.items()
        }
        then = {
            label: {old: lines[label][line] for old in olds if (line := moves[label].line(old))}
            for label, olds in around.items()
        }
        # Entities that only a row names which is gone are looked at on both sides.
        about = names | others | self.changed["entities"]
        before, after = (
            side.outcome(rows, about) for side, rows in zip(sides, (then, now), strict=True)
        )
        self._refuse_other_order(before, after)
        self._unused(sides, before, after)
        return self._joined(before, after)

    def _beside(self, changed: Mapping[str, set[str]]) -> set[str]:
        """Return what rows name that name a changed entity, or cite a changed source."""
        import polars as pl

        entities, sources = ([*changed[name]] for name in NAMED)
        if not entities and not sources:
            return set()
        is_beside = pl.any_horizontal(
            pl.col("subject").is_in(entities),
            pl.col("object").is_in(entities),
            pl.col("source").is_in(sources),
        )
        found = self.kept.rows.filter(is_beside).select("subject", "object", "value").collect()
        return {cell for column in found for cell in column} - {""}

    def _around(self, names: set[str]) -> tuple[dict[str, list[int]], set[str]]:
        """Return in which lines of each table rows stood that name one of these, but those gone.

        With them what they name.
        """
        import polars as pl

        wanted = [*names]
        is_near = pl.any_horizontal(pl.col("subject", "object", "value").is_in(wanted))
        found = self.kept.rows.filter(is_near).select("file", "line", "subject", "object").collect()
        if found.height > max(_FEW, _SHARE * self.kept.said["counts"]["statements"]):
            msg = "the changed rows name what very many rows name"
            raise WholeError(msg)
        lines: dict[str, list[int]] = {label: [] for label in self.tables.paths}
        for label, line in found.select("file", "line").sort("file", "line").rows():
            if line not in self.tables.moves[label].gone:
                lines[label].append(line)
        return lines, {*found["subject"], *found["object"]}

    # ---------------------------------------------------------------- what both sides need

    @cached_property
    def before(self) -> Loader:
        """Entities and sources as they were."""
        found = Loader(self.data, self.ontology, self.dataset)
        self.kept.known(found)
        return found

    @cached_property
    def after(self) -> Loader:
        """Entities and sources as they are."""
        copies = Loader(self.data, self.ontology, self.dataset)
        copies.own([*self.tables.paths.values()])
        if copies.findings:
            msg = "a table is a copy of another"
            raise WholeError(msg)
        if not self.tables.named_moved:
            self.before.findings = [*self.kept.named]
            return self.before
        found = Loader(self.data, self.ontology, self.dataset)
        read_named(found)
        if any(one.severity == "error" for one in found.findings) or found.doubts.ancient:
            msg = "an entity or a source is wrong, or its date is doubtful if it is alone"
            raise WholeError(msg)
        return found

    @cached_property
    def changed(self) -> dict[str, set[str]]:
        """The ids of entities and sources that are new or have changed.

        Raises WholeError where one is gone.
        """
        found = {}
        for name, label in self.tables.named_labels.items():
            one = self.tables.moves[label]
            ids = [
                set(at_lines(getattr(side, name), lines))
                for side, lines in ((self.before, one.gone), (self.after, one.come))
            ]
            if ids[0] - ids[1]:
                msg = "an entity or a source is gone"
                raise WholeError(msg)
            found[name] = ids[1]
        return found

    @cached_property
    def described(self) -> list[Quad]:
        """What stands in the graph beside entities, sources and statements."""
        known = self.before.records_of(())
        return assemble(replace(known, entities={}, sources={}), self.ontology)

    # ---------------------------------------------------------------- both together

    def _refuse_other_order(self, before: _Outcome, after: _Outcome) -> None:
        """Refuse where a row that did not change is wrong now, or no more: then others follow it.

        Raises WholeError.
        """
        if not is_ordered("statements", self.after.rules):
            return
        moves = self.tables.moves
        then = {(label, moves[label].line(line)) for label, line in before.good}
        now = {(label, line) for label, line in after.good if line not in moves[label].come}
        if {one for one in then if one[1]} != now:
            msg = "a row that did not change is wrong now, or no more"
            raise WholeError(msg)

    def _unused(self, sides: tuple[_Side, _Side], before: _Outcome, after: _Outcome) -> None:
        """Find which ids nobody named before the change, and which nobody names now."""
        import polars as pl

        rows = WholeBatches(another(self.after))
        for name in rows.unnamed:
            columns = COLUMNS[name]
            then, now = (side.named(columns) for side in sides)
            touched = sorted(then | now | self.changed[name])
            gone = pl.concat([
                pl.DataFrame(
                    {"file": [label] * len(one.gone), "line": [*one.gone]},
                    schema={"file": pl.String, "line": pl.Int64},
                )
                for label in self.tables.paths
                for one in [self.tables.moves[label]]
            ]).lazy()  # fmt: skip
            there = self.kept.rows.join(gone, on=["file", "line"], how="anti")
            used = {
                one
                for column in columns
                for one in there.filter(pl.col(column).is_in(touched))
                .select(pl.col(column).unique())
                .collect()[column]
            }
            for outcome, own, known in ((before, then, self.before), (after, now, self.after)):
                records = getattr(known, name)
                ids = {one for one in touched if one in records} - used - own - outcome.doubtful
                outcome.findings |= {*unused(name, records, ids)}

    def _joined(self, before: _Outcome, after: _Outcome) -> Report:
        """Return all that was kept, with what differs."""
        kept = self.kept.report
        then = {self._placed(one) for one in before.findings}
        all_then = [(one, self._placed(one)) for one in kept.findings]
        lost, more = then - after.findings, after.findings - then
        if not lost <= {placed for _, placed in all_then}:
            msg = "what was found before was found otherwise in all rows"
            raise WholeError(msg)
        shifts = any(one.shifts for one in self.tables.moves.values())
        for one, placed in all_then:
            stays = placed not in lost
            if stays and placed.line < 0:
                msg = "a row that is gone had a finding which is not about what it names"
                raise WholeError(msg)
            told = f"{one.message} {one.repair}"
            if stays and shifts and placed not in then and _OTHER_ROW.search(told):
                msg = "a finding names another row"
                raise WholeError(msg)
        found = ({placed for _, placed in all_then} - lost) | more
        counts = dict(kept.counts)
        counts["statements"] += after.statements - before.statements
        counts |= {name: len(getattr(self.after, name)) for name in NAMED}
        report = Report(tuple(sorted(found)), counts)
        if report.conforms and self.infers:
            counts["inferred"] += self._more_inferred(before.premises, after.premises)
        elif not report.conforms:
            # Where there are errors no rule is applied.
            del counts["inferred"]
        return report

    def _more_inferred(self, then: pl.DataFrame | None, now: pl.DataFrame | None) -> int:
        """Return how many more statements are inferred."""
        if then is None or now is None:
            return 0
        from kg.pipeline.increments.inferred import more_inferred

        named = None if self.after is self.before else Descriptions(self.after)
        found = more_inferred(self.kept, self.ontology, self.described, named, then, now)
        if found is None:
            msg = "a rule has to be applied to all statements"
            raise WholeError(msg)
        return found

    def _placed(self, one: Finding) -> Finding:
        """Return a finding of before where it stands now; its line is negative if that is gone."""
        move = self.tables.moves.get(one.path)
        if move is None or not one.line:
            return one
        return one._replace(line=move.line(one.line) or -one.line)


@dataclass(frozen=True)
class _Side:
    """What stood before the change, or stands after it: the lines that are on this side alone."""

    of: Again
    loader: Loader
    is_old: bool

    @cached_property
    def own(self) -> dict[str, Lined]:
        """The lines of each table of statements that are on this side alone."""
        moves = self.of.tables.moves_of_rows.items()
        return {label: one.gone if self.is_old else one.come for label, one in moves}

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The rows of these lines, whatever is wrong with them, with the values of literals."""
        import polars as pl

        loader = another(self.loader)
        found = [self.of.rows(label, lines)[0] for label, lines in self.own.items() if lines]
        if not found:
            return pl.DataFrame(schema=dict.fromkeys(("subject", "object", "source"), pl.String))
        rows = pl.concat(found)
        good = check(rows, Known(loader, self.of.allowed)).rows
        return pl.concat(
            [
                rows.select("subject", "object", "source"),
                good.select("subject", meant().alias("object"), "source"),
            ]
        )

    @property
    def names(self) -> set[str]:
        """The subjects and objects of these lines."""
        return self.named(("subject", "object"))

    def named(self, columns: Iterable[str]) -> set[str]:
        """Return what stands in these columns."""
        return {cell for column in columns for cell in self.rows[column]} - {""}

    def outcome(self, around: Mapping[str, Lined], named: set[str]) -> _Outcome:
        """Return what is found in these lines and those around them, and about what they name."""
        loader = another(self.loader)
        frames = []
        for label, lines in self.own.items():
            every = {**around[label], **lines}
            if every:
                frame, table = self.of.rows(label, every)
                frames.append(frame)
                loader.close(table)
        part = Part(Known(loader, self.of.allowed), frames)
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            size = sum(len(line) for lines in around.values() for line in lines.values())
            going = Walk(part, (), None, None, None, Path(folder))
            going.described = self.of.described
            sources = self.of.changed["sources"]
            going.descriptions = Descriptions(only_named(loader, named, sources))
            if self.of.ontology.rules:
                going.premises = Premises(Path(folder) / "premises")
            with Spill(Path(folder), size) as spill:
                going.read(spill)
                going.assemble(spill)
                going.look_at_shapes(spill)
            premises = _read(going.premises.files) if going.premises else None
        if not loader.complete or going.loader.unknown:
            msg = "a table cannot be read"
            raise WholeError(msg)
        if loader.doubts.ancient:
            msg = "a date before the year 1 is doubtful if it is alone"
            raise WholeError(msg)
        findings = {*going.findings, *loader.findings, *self._late()}
        findings |= self.of.kept.named if self.is_old else {*self.of.after.findings}
        return _Outcome(findings, going.count, frozenset(loader.doubtful), premises, part.good)

    def _late(self) -> Iterator[Finding]:
        """Yield which rows are out of order at the places where lines went or came."""
        loader = another(self.loader)
        if not is_ordered("statements", loader.rules):
            return
        for label in self.of.tables.paths:
            one = self.of.tables.moves[label]
            if one.is_same:
                continue
            text = self.of.kept.content(label) if self.is_old else self.of.tables.texts[label]
            lines = Numbered(text)
            for gap in one.gaps():
                span = [at for at in gap[0 if self.is_old else 1] if 1 < at <= len(lines)]
                if not all(lines[at].strip() or at == len(lines) for at in span):
                    msg = "a row beside the change is empty"
                    raise WholeError(msg)
                rows, _ = self.of.rows(label, {at: lines[at] for at in span if lines[at]})
                good = check(rows, Known(loader, self.of.allowed)).rows
                yield from WholeBatches(loader).follow_batch(good)


def _read(files: Sequence[Path]) -> pl.DataFrame | None:
    """Return the rows of all files, None where there are none."""
    import polars as pl

    return pl.concat([pl.read_parquet(path) for path in files]) if files else None
