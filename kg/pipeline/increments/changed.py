"""Changed: in which parts of the rows one changed, and the rows of these as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from kg.model.statement import Statement
from kg.pipeline.columns.assemble import assemble
from kg.pipeline.columns.partitions import numbered, parts_of
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.sieve import Known, check
from kg.pipeline.columns.size import weight
from kg.pipeline.increments.again import Again
from kg.pipeline.increments.part import another
from kg.pipeline.increments.tables import WholeError

if TYPE_CHECKING:
    import polars as pl

# Where rows of more parts changed, all are assembled anew: so many, and this share of them.
_FEW: Final = 4
_SHARE: Final = 0.25


@dataclass(frozen=True)
class Changed:
    """The rows of a project beside those of which something was kept."""

    again: Again

    @cached_property
    def parts(self) -> int:
        """How many parts there are.

        Raises WholeError where there were others.
        """
        found = parts_of(weight([*self.again.tables.paths.values()]))
        if found != self.again.kept.said["parts"]:
            msg = "the rows go into another number of parts now"
            raise WholeError(msg)
        return found

    @cached_property
    def come(self) -> pl.DataFrame:
        """The rows that came, checked and numbered."""
        return self.checked(
            {label: one.come for label, one in self.again.tables.moves_of_rows.items()}
        )

    def checked(self, lines: Mapping[str, Mapping[int, bytes]]) -> pl.DataFrame:
        """Return lines of all tables as checked rows, numbered."""
        import polars as pl

        known = Known(another(self.again.after), self.again.allowed)
        frames = [self.again.rows(label, own)[0] for label, own in lines.items() if own]
        found = [numbered(check(frame, known).rows, self.parts) for frame in frames]
        if found:
            return pl.concat(found)
        return pl.DataFrame(schema={"part": pl.Int32, "file": pl.String, "line": pl.Int64})

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Where the rows of before stood, where they stand now (`new`), and what they name."""
        import polars as pl

        moves = self.again.tables.moves_of_rows
        runs = [
            (label, run.old, run.new - run.old) for label, one in moves.items() for run in one.runs
        ]
        schema = {"file": pl.String, "line": pl.Int64, "shift": pl.Int64}
        found = self.again.kept.rows.collect().sort("file", "line")
        shifts = pl.DataFrame(runs, schema=schema, orient="row").sort("file", "line")
        found = found.join_asof(shifts, on="line", by="file", check_sortedness=False)
        gone = [(label, line) for label, one in moves.items() for line in one.gone]
        went = pl.DataFrame(gone, schema={"file": pl.String, "line": pl.Int64}, orient="row")
        went = went.with_columns(pl.lit(value=True).alias("went"))
        found = found.join(went, on=["file", "line"], how="left", maintain_order="left")
        is_gone = pl.col("went").fill_null(value=False)
        return found.with_columns(
            pl.when(~is_gone).then(pl.col("line") + pl.col("shift")).alias("new")
        ).drop("went", "shift")

    @cached_property
    def numbers(self) -> set[int]:
        """The numbers of the parts in which a row went, came, has another number or another end.

        Raises WholeError where these are many.
        """
        import polars as pl

        is_other = (pl.col("new") != pl.col("line")).fill_null(value=True)
        is_other |= pl.col("source").is_in([*self.redated])
        found = {*self.rows.filter(is_other)["part"].unique(), *self.come["part"].unique()}
        if len(found) > max(_FEW, _SHARE * self.parts):
            msg = "rows of many parts changed"
            raise WholeError(msg)
        return found

    @property
    def redated(self) -> set[str]:
        """The ids of the sources that show by another day now that what they say is over."""
        before, after = (side.sources for side in (self.again.before, self.again.after))
        issued = self.again.after.doubts.issued
        return {
            one
            for one in self.again.changed["sources"]
            if one in before and before[one].over_by(issued) != after[one].over_by(issued)
        }

    def lines(self, rows: pl.DataFrame) -> dict[str, dict[int, bytes]]:
        """Return the lines in which rows of before stand now."""
        found: dict[str, dict[int, bytes]] = {label: {} for label in self.again.tables.paths}
        for label, line in rows.select("file", "new").drop_nulls().rows():
            found[label][line] = self.again.tables.numbered[label][line]
        return found

    def now(self) -> pl.DataFrame:
        """Return the rows of these parts as they are, checked and numbered.

        Raises WholeError where one is read otherwise than before.
        """
        import polars as pl

        stay = self.rows.filter(pl.col("part").is_in([*self.numbers]))
        found = pl.concat([self.checked(self.lines(stay)), self.come], how="diagonal")
        if found.height != stay["new"].drop_nulls().len() + self.come.height:
            msg = "a row is read otherwise than it was"
            raise WholeError(msg)
        return found

    @property
    def others(self) -> pl.DataFrame:
        """Where the rows of all other parts stand, and what they name."""
        import polars as pl

        return self.rows.filter(~pl.col("part").is_in([*self.numbers]))

    def told(self, subjects: Iterable[str]) -> list[Statement]:
        """Return the statements of the other parts about these entities."""
        import polars as pl

        wanted = [*subjects]
        is_about = pl.col("subject").is_in(wanted) | pl.col("object").is_in(wanted)
        rows = self.others.filter(is_about)
        if rows.is_empty():
            return []
        scheme = Scheme.of(self.again.ontology, self.again.dataset.issued)
        return assemble(self.checked(self.lines(rows)), scheme, wanted, write=False).kept
