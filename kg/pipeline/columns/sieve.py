"""Sieve: which rows are surely right; the others go to the row-by-row code, which explains.

Rows are columns of texts: those of a table of statements, `file` and `line`, `text` (the line as
it stands in the file) and `header`, the names of its cells, each behind what stands between cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import Finding
from kg.model import schema
from kg.model.ontology import Ontology
from kg.model.statement import Statement
from kg.model.table import Row
from kg.model.values import value
from kg.pipeline.columns.batches import header_of
from kg.pipeline.columns.entities import Rows
from kg.pipeline.columns.surely import right
from kg.pipeline.columns.texts import is_plain, latest
from kg.pipeline.load import Loader

if TYPE_CHECKING:
    import polars as pl


def placed() -> tuple[str, ...]:
    """Return the columns of whose beginnings findings about several rows speak.

    >>> placed()[:2]
    ('subject', 'rank')
    """
    return ("subject", "rank", *schema.optional("statements"))


@dataclass(frozen=True)
class Checked:
    """The good rows of a batch, what was wrong with the others, and the ids in rows left out.

    `ancient` is what is doubtful about a date before the year 1 if there is no other.
    """

    rows: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    doubtful: frozenset[str] = frozenset()
    ancient: tuple[Finding, ...] = ()


class Allowed:
    """What an ontology and the house rules allow in rows, as columns and as an expression."""

    def __init__(self, loader: Loader) -> None:
        """Take the ontology and the house rules from a loader."""
        self.loader = loader

    @cached_property
    def sure(self) -> pl.Expr:
        """Where everything in a row is surely right, of columns as the sieve joins them."""
        import polars as pl

        # How last days are read stands in one place only.
        is_read = ~pl.col("last_days") | (pl.col("end") == "")
        found = right("statements", self.loader) & is_read
        return found.fill_null(value=False).alias("sure")

    @cached_property
    def rules(self) -> pl.DataFrame:
        """One row a property: its kind, its literals' pattern, and the classes of either side."""
        import polars as pl

        ontology = self.loader.ontology
        classes = list(ontology.classes)
        rows = []
        for one in ontology.properties.values():
            sides = [
                [number for number, name in enumerate(classes) if ontology.is_a(name, allowed)]
                for allowed in (one.domain, one.range)
            ]
            rows.append((one.name, one.kind, one.datatype, one.last_days, *sides))
        texts = [(name, pl.String) for name in ("predicate", "kind", "datatype")]
        sides_of = [(name, pl.List(pl.Int32)) for name in ("domain", "range")]
        ends = ("last_days", pl.Boolean)
        return pl.DataFrame(rows, schema=[*texts, ends, *sides_of], orient="row")

    def side(self, name: str) -> pl.DataFrame:
        """Return the pairs of property and class that may stand together on the side."""
        import polars as pl

        pairs = self.rules.select("predicate", pl.col(name).alias(f"{name}_class"))
        pairs = pairs.explode(f"{name}_class").drop_nulls()
        return pairs.with_columns(pl.lit(value=True).alias(f"{name}_fits"))

    @cached_property
    def domains(self) -> pl.DataFrame:
        """Which classes may be subjects."""
        return self.side("domain")

    @cached_property
    def ranges(self) -> pl.DataFrame:
        """Which classes may be objects."""
        return self.side("range")


class Known:
    """What rows may name: entities with their classes, sources, and properties.

    It can be pickled, for workers elsewhere.
    """

    def __init__(self, loader: Loader, allowed: Allowed | None = None) -> None:
        """Take over what the loader has read; entities and sources must be complete.

        What is allowed may be of another loader with the same ontology and house rules.
        """
        self.loader = loader
        self.allowed = allowed or Allowed(loader)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the quads: what they say of classes and properties is enough."""
        given = self.loader
        slim = Ontology(given.ontology.words, complete=given.ontology.complete)
        own = given.ontology
        slim.__dict__.update(classes=own.classes, properties=own.properties, labels=own.labels)
        loader = Loader(Path(given.folder.name), slim, replace(given.dataset, quads=()))
        loader.entities, loader.sources = given.entities, given.sources
        loader.unreadable, loader.unknown = given.unreadable, given.unknown
        return {"loader": loader}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Begin with what the loader knows."""
        self.loader = state["loader"]
        self.allowed = Allowed(self.loader)

    def classes(self, ids: pl.Series) -> pl.DataFrame:
        """Return those of the ids that are of entities, each with the number of its class."""
        import polars as pl

        numbers = {name: number for number, name in enumerate(self.loader.ontology.classes)}
        given = self.loader.entities
        if isinstance(given, Rows):
            # Without any class there is no entity either.
            number = pl.col("class").replace_strict(numbers or {"": 0}, return_dtype=pl.Int32)
            return given.among(ids, "id", "class").select("id", number)
        found = [one for one in ids.unique() if one in given]
        classes = [numbers[given[one].class_name] for one in found]
        known = pl.Series("id", found, dtype=pl.String)
        return pl.DataFrame([known, pl.Series("class", classes, dtype=pl.Int32)])

    def said_by(self, ids: pl.Series) -> pl.DataFrame:
        """Return those of the ids that are of sources, and the last day on which each can speak.

        That is "" when it has no date, and null when the date is not plain.
        """
        import polars as pl

        given = self.loader.sources
        names = ("id", "published", "version_read")
        if isinstance(given, Rows):
            dates = given.among(ids, *names)
        else:
            found = [given[one] for one in ids.unique() if one in given]
            cells = [(one.id, one.published, one.dated) for one in found]
            texts = [(name, pl.String) for name in names]
            dates = pl.DataFrame(cells, schema=texts, orient="row")
        read = pl.col("version_read")
        dated = pl.when(read == "").then("published").otherwise(read)
        return dates.select("id", pl.when(is_plain(dated)).then(latest(dated)).alias("said_by"))


def check(batch: pl.DataFrame, known: Known) -> Checked:
    """Return the rows that can become statements, in the batch's order, and what was wrong.

    The findings are those of `load`, but for rows that repeat another, which `assemble` finds.
    """
    import polars as pl

    sure = _sure(batch, known)
    unsure = batch.filter(~sure)
    loader = known.loader
    before, alone = len(loader.findings), len(loader.doubts.ancient)
    good, over_by, values = [], [], []
    doubtful: set[str] = set()
    for cells in unsure.iter_rows(named=True):
        row = row_of(cells)
        single = loader.statement(row)
        good.append(single is not None)
        over_by.append(single.over_by if single else "")
        values.append(_other_value(single) if single else "")
        if single is None:
            doubtful.update((row.cells["subject"], row.cells["object"]))
    findings, ancient = tuple(loader.findings[before:]), tuple(loader.doubts.ancient[alone:])
    del loader.findings[before:], loader.doubts.ancient[alone:]
    # Only rows that were looked at one by one have ends that do not say when they are over, and
    # literals that are not spelled as their value is.
    by, meant = (
        pl.Series(name, [""], dtype=pl.String).new_from_index(0, batch.height)
        for name in ("over_by", "value")
    )
    keep = sure
    if unsure.height:
        places = (~sure).arg_true()
        by = by.scatter(places, pl.Series(over_by, dtype=pl.String))
        meant = meant.scatter(places, pl.Series(values, dtype=pl.String))
        keep = sure.scatter(places, pl.Series(good, dtype=pl.Boolean))
    names = (*schema.every("statements"), "file", "line", "over_by", "value")
    rows = batch.with_columns(by, meant).filter(keep).select(*names, *_columns(batch))
    return Checked(rows, findings, frozenset(doubtful - {""}), ancient)


def _other_value(single: Statement) -> str:
    """Return the value of the literal, "" where it is spelled as its value is."""
    found = value(single.object, single.datatype)
    return "" if found == single.object else found


def row_of(cells: dict[str, Any]) -> Row:
    """Return a row of a batch as `table` gives it."""
    given = {column: cells[column] for column in schema.every("statements")}
    header, separator = header_of(cells["header"])
    return Row(cells["file"], cells["line"], cells["text"], header, given, separator)


def _columns(batch: pl.DataFrame) -> list[pl.Expr]:
    """Where the cells of `placed` begin in their lines, counted from 1 in characters."""
    import polars as pl

    found = []
    for column in placed():
        at = pl.struct("text", "header").map_elements(
            partial(_column, column=column), return_dtype=pl.Int32
        )
        if batch.height and batch["header"].n_unique() == 1:
            at = _position(batch["header"][0], column, at)
        found.append(at.alias(f"{column}_at"))
    return found


def _position(text: str, column: str, otherwise: pl.Expr) -> pl.Expr:
    import polars as pl

    header, mark = header_of(text)
    index = header.index(column) if column in header else 0
    if index == 0:
        return pl.lit(1, dtype=pl.Int32)
    # A pattern that finds so many cells without a quote before it.
    before = pl.col("text").str.extract(rf"^((?:[^{mark}\"]*[{mark}]){{{index}}})")
    return (
        pl.when(before.is_not_null())
        .then(before.str.len_chars().cast(pl.Int32) + 1)
        .otherwise(otherwise)
    )


def _column(line: dict[str, str | None], column: str) -> int:
    # The engine hides the lines whose column a pattern found.
    if not line["text"] or not line["header"]:
        return 1
    names, separator = header_of(line["header"])
    return Row("", 1, line["text"], names, {}, separator).error(column, "", "").column


def _sure(batch: pl.DataFrame, known: Known) -> pl.Series:
    """Say of each row whether everything in it is surely right."""
    import polars as pl

    classes = known.classes(pl.concat([batch["subject"], batch["object"]]))
    # What is missing becomes null, and is then not sure.
    wide = (
        batch.lazy()
        .select(*schema.every("statements"))
        .with_row_index()
        .join(
            known.allowed.rules.lazy().select("predicate", "kind", "datatype", "last_days"),
            on="predicate",
            how="left",
        )
        .join(_classed(classes, "domain"), left_on="subject", right_on="id", how="left")
        .join(_classed(classes, "range"), left_on="object", right_on="id", how="left")
        .join(known.allowed.domains.lazy(), on=["predicate", "domain_class"], how="left")
        .join(known.allowed.ranges.lazy(), on=["predicate", "range_class"], how="left")
        .join(
            known.said_by(batch["source"]).lazy().with_columns(pl.lit(value=True).alias("cited")),
            left_on="source",
            right_on="id",
            how="left",
        )
    )
    return wide.select("index", known.allowed.sure).sort("index").collect()["sure"]


def _classed(entities: pl.DataFrame, side: str) -> pl.LazyFrame:
    return entities.lazy().rename({"class": f"{side}_class"})
