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
from kg.files import named
from kg.model.contents import conflict
from kg.model.dataset import DatasetInfo
from kg.model.ontology import Ontology
from kg.model.table_checks import is_ordered
from kg.pipeline.assemble import assemble
from kg.pipeline.columns.batches import Lines, first_line, statement_lines
from kg.pipeline.columns.entities import Descriptions, read_named
from kg.pipeline.columns.partitions import Spill, meant
from kg.pipeline.columns.premises import Premises
from kg.pipeline.columns.sieve import Known, check
from kg.pipeline.columns.size import tables
from kg.pipeline.columns.walk import Walk
from kg.pipeline.columns.whole_tables import WholeBatches
from kg.pipeline.increments.kept import NAMED, Kept, closes_quotes, named_paths
from kg.pipeline.increments.moved import Moved, Numbered, moved
from kg.pipeline.increments.part import Part, another, at_lines, only_named
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


class _WholeError(Exception):
    """All rows have to be looked at: the text says why."""


def checked_again(
    data: Path, ontology: Ontology, dataset: DatasetInfo, kept: Kept
) -> Report | None:
    """Return what a whole validation would, begun with what one kept; None when that cannot be."""
    import polars as pl

    with suppress(_WholeError, OSError, pl.exceptions.PolarsError, UnicodeDecodeError):
        return _Again(data, ontology, dataset, kept).report()
    return None


@dataclass
class _Outcome:
    """What was found in some rows, and of how many statements they are."""

    findings: set[Finding]
    statements: int
    doubtful: frozenset[str]
    premises: pl.DataFrame | None


@dataclass(frozen=True)
class _Again:
    data: Path
    ontology: Ontology
    dataset: DatasetInfo
    kept: Kept

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The tables of statements by their names."""
        return {named(self.data, path): path for path in tables(self.data)}

    @cached_property
    def named_labels(self) -> dict[str, str]:
        """How the tables of entities and sources are called."""
        return {name: named(self.data, path) for name, path in named_paths(self.data).items()}

    @cached_property
    def texts(self) -> dict[str, bytes]:
        """What all tables hold now."""
        others = dict(zip(self.named_labels.values(), named_paths(self.data).values(), strict=True))
        return {label: path.read_bytes() for label, path in {**self.paths, **others}.items()}

    @cached_property
    def moves(self) -> dict[str, Moved]:
        """Which lines of each table went and came."""
        found = {}
        for label, text in self.texts.items():
            one = moved(self.kept.content(label), text)
            _refuse_odd(one)
            found[label] = one
        return found

    def report(self) -> Report:
        """Return what is found in all rows.

        Raises _WholeError when that cannot be known from those that changed.
        """
        moves = [one for one in self.moves.values() if not one.is_same]
        if sum(len(one.gone) + len(one.come) for one in moves) > _CHANGED:
            msg = "many rows changed"
            raise _WholeError(msg)
        return self._differing() if moves else self.kept.report

    def _differing(self) -> Report:
        sides = _Side(self, self.before, is_old=True), _Side(self, self.after, is_old=False)
        names = {name for side in sides for name in side.names} | self._beside(self.changed)
        around, others = self._around(names | self.changed["entities"])
        lines = {label: Numbered(text) for label, text in self.texts.items()}
        now = {
            label: {line: lines[label][line] for line in map(self.moves[label].line, olds) if line}
            for label, olds in around.items()
        }
        then = {
            label: {
                old: lines[label][line] for old in olds if (line := self.moves[label].line(old))
            }
            for label, olds in around.items()
        }
        # Entities that only a row names which is gone are looked at on both sides.
        about = names | others | self.changed["entities"]
        before, after = (
            side.outcome(rows, about) for side, rows in zip(sides, (then, now), strict=True)
        )
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
            raise _WholeError(msg)
        lines: dict[str, list[int]] = {label: [] for label in self.paths}
        for label, line in found.select("file", "line").sort("file", "line").rows():
            if line not in self.moves[label].gone:
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
        copies.own([*self.paths.values()])
        if copies.findings:
            msg = "a table is a copy of another"
            raise _WholeError(msg)
        if all(self.moves[label].is_same for label in self.named_labels.values()):
            self.before.findings = [*self.kept.named]
            return self.before
        found = Loader(self.data, self.ontology, self.dataset)
        read_named(found)
        if any(one.severity == "error" for one in found.findings) or found.doubts.ancient:
            msg = "an entity or a source is wrong, or its date is doubtful if it is alone"
            raise _WholeError(msg)
        return found

    @cached_property
    def changed(self) -> dict[str, set[str]]:
        """The ids of entities and sources that are new or have changed.

        Raises _WholeError where one is gone.
        """
        found = {}
        for name, label in self.named_labels.items():
            one = self.moves[label]
            ids = [
                set(at_lines(getattr(side, name), lines))
                for side, lines in ((self.before, one.gone), (self.after, one.come))
            ]
            if ids[0] - ids[1]:
                msg = "an entity or a source is gone"
                raise _WholeError(msg)
            found[name] = ids[1]
        return found

    @cached_property
    def described(self) -> list[Quad]:
        """What stands in the graph beside entities, sources and statements."""
        known = self.before.records_of(())
        return assemble(replace(known, entities={}, sources={}), self.ontology)

    # ---------------------------------------------------------------- both together

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
                for label in self.paths
                for one in [self.moves[label]]
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
            raise _WholeError(msg)
        shifts = any(one.shifts for one in self.moves.values())
        for one, placed in all_then:
            stays = placed not in lost
            if stays and placed.line < 0:
                msg = "a row that is gone had a finding which is not about what it names"
                raise _WholeError(msg)
            if stays and shifts and placed not in then and _OTHER_ROW.search(f"{one[4]} {one[5]}"):
                msg = "a finding names another row"
                raise _WholeError(msg)
        found = ({placed for _, placed in all_then} - lost) | more
        counts = dict(kept.counts)
        counts["statements"] += after.statements - before.statements
        counts |= {name: len(getattr(self.after, name)) for name in NAMED}
        report = Report(tuple(sorted(found)), counts)
        if report.conforms:
            counts["inferred"] += self._more_inferred(before.premises, after.premises)
        else:
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
            raise _WholeError(msg)
        return found

    def _placed(self, one: Finding) -> Finding:
        """Return a finding of before where it stands now; its line is negative if that is gone."""
        move = self.moves.get(one.path)
        if move is None or not one.line:
            return one
        return one._replace(line=move.line(one.line) or -one.line)


def _refuse_odd(one: Moved) -> None:
    """Refuse changes that may matter to rows which did not change.

    Raises _WholeError.
    """
    changed = [*one.gone.values(), *one.come.values()]
    if 1 in one.gone or 1 in one.come:
        msg = "a header changed"
        raise _WholeError(msg)
    if not closes_quotes(b"\n".join([*changed, b""])) or any(
        not line.strip(b'\r\t ,;|"') for line in changed
    ):
        msg = "a row is empty, or begins what another ends"
        raise _WholeError(msg)
    if conflict(b"\n".join([b"", *changed]).decode()):
        msg = "two versions were not merged"
        raise _WholeError(msg)


@dataclass(frozen=True)
class _Side:
    """What stood before the change, or stands after it: the lines that are on this side alone."""

    of: _Again
    loader: Loader
    is_old: bool

    @cached_property
    def own(self) -> dict[str, Lined]:
        """The lines of each table of statements that are on this side alone."""
        moves = {label: self.of.moves[label] for label in self.of.paths}
        return {label: one.gone if self.is_old else one.come for label, one in moves.items()}

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The rows of these lines, whatever is wrong with them, with the values of literals."""
        import polars as pl

        loader = another(self.loader)
        found = [self._rows(label, lines)[0] for label, lines in self.own.items() if lines]
        if not found:
            return pl.DataFrame(schema=dict.fromkeys(("subject", "object", "source"), pl.String))
        rows = pl.concat(found)
        good = check(rows, Known(loader)).rows
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

    def _rows(self, label: str, lines: Lined) -> tuple[pl.DataFrame, Lines]:
        table = statement_lines(self.of.paths[label], label)
        header = first_line(self.of.paths[label], label)
        texts = [lines[line].decode() for line in sorted(lines)]
        return table.some(header, sorted(lines), texts), table

    def outcome(self, around: Mapping[str, Lined], named: set[str]) -> _Outcome:
        """Return what is found in these lines and those around them, and about what they name."""
        loader = another(self.loader)
        frames = []
        for label, lines in self.own.items():
            every = {**around[label], **lines}
            if every:
                frame, table = self._rows(label, every)
                frames.append(frame)
                loader.close(table)
        part = Part(loader, frames)
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
            raise _WholeError(msg)
        if loader.doubts.ancient:
            msg = "a date before the year 1 is doubtful if it is alone"
            raise _WholeError(msg)
        findings = {*going.findings, *loader.findings, *self._late()}
        findings |= self.of.kept.named if self.is_old else {*self.of.after.findings}
        return _Outcome(findings, going.count, frozenset(loader.doubtful), premises)

    def _late(self) -> Iterator[Finding]:
        """Yield which rows are out of order at the places where lines went or came."""
        loader = another(self.loader)
        if not is_ordered("statements", loader.rules):
            return
        for label in self.of.paths:
            one = self.of.moves[label]
            if one.is_same:
                continue
            text = self.of.kept.content(label) if self.is_old else self.of.texts[label]
            lines = Numbered(text)
            for gap in one.gaps():
                span = [at for at in gap[0 if self.is_old else 1] if 1 < at <= len(lines)]
                if not all(lines[at].strip() or at == len(lines) for at in span):
                    msg = "a row beside the change is empty"
                    raise _WholeError(msg)
                rows, _ = self._rows(label, {at: lines[at] for at in span if lines[at]})
                yield from WholeBatches(loader).follow_batch(check(rows, Known(loader)).rows)


def _read(files: Sequence[Path]) -> pl.DataFrame | None:
    """Return the rows of all files, None where there are none."""
    import polars as pl

    return pl.concat([pl.read_parquet(path) for path in files]) if files else None
