"""Premises: statements as rules and shapes look at them, without where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.errors import StoreError
from kg.model.dates import PartialDate, Period
from kg.model.namespaces import Vocabulary
from kg.model.statement import Statement
from kg.pipeline.assemble import graph_triple
from kg.pipeline.columns.texts import holding
from kg.pipeline.telling import held_by, key_of
from kg.record.days import number

if TYPE_CHECKING:
    import polars as pl

COLUMNS: Final = (
    *("id", "s", "p", "o", "since", "until", "start", "finish"),
    *("counts", "concludes", "now"),
)


class Premises:
    """Parts of the table, kept as files in a folder."""

    def __init__(self, folder: Path) -> None:
        """Name the folder, which is made."""
        self.folder = folder
        self.files: list[Path] = []
        folder.mkdir(parents=True)

    def add(self, part: pl.DataFrame) -> None:
        """Keep a part.

        Raises StoreError when the disk refuses.
        """
        place = self.folder / f"{len(self.files)}.parquet"
        try:
            part.write_parquet(place, compression="zstd", compression_level=1)
        except OSError as error:
            msg = f"{self.folder} cannot be written to: {error.strerror}"
            raise StoreError(msg) from error
        self.files.append(place)


def premises_of(
    plain: pl.DataFrame, others: Sequence[Statement], words: Vocabulary, issued: str
) -> pl.DataFrame:
    """Return the table of statements whose rows agree, and of others.

    `now` says whether they are of the world on the day of issue.
    The plain ones have `id`, the terms `s`, `p` and `o`, their kind, rank and dates, and the bounds
    `since` and `until` as days ("" for none).
    """
    import polars as pl

    begins = pl.when(pl.col("at") == "").then("start").otherwise("at")
    is_over = (pl.col("until") != "") & (pl.col("kind") != "event")
    counts = pl.col("rank") != "deprecated"
    frame = plain.select(
        *("id", "s", "p", "o"),
        _number(pl.col("since")).alias("since"),
        pl.when(is_over).then(_number(pl.col("until"))).alias("until"),
        _key(begins).alias("start"),
        pl.when(is_over).then(_key(pl.col("end"))).alias("finish"),
        counts.alias("counts"),
        pl.lit(value=True).alias("concludes"),
        holding(issued).alias("now"),
    )
    return pl.concat([frame, _of_statements(others, words, PartialDate.stored(issued).period)])


def triples_of(plain: pl.DataFrame, others: Iterable[Statement], words: Vocabulary) -> pl.DataFrame:
    """Return what statements say, but those that are deprecated: columns of terms, each once."""
    import polars as pl

    said = plain.filter(pl.col("rank") != "deprecated").select("s", "p", "o")
    triples = [graph_triple(words, one).triple for one in others if not one.deprecated]
    rows = [tuple(map(str, triple)) for triple in triples]
    names = dict.fromkeys(("s", "p", "o"), pl.String)
    return pl.concat([said, pl.DataFrame(rows, schema=names, orient="row")]).unique()


def _of_statements(
    statements: Sequence[Statement], words: Vocabulary, today: Period
) -> pl.DataFrame:
    import polars as pl

    rows = []
    for one in statements:
        quad = graph_triple(words, one)
        (held,) = held_by(one) or (None,)
        since, until = held.period if held else (None, None)
        rows.append(
            (
                *(one.id, str(quad.subject), str(quad.predicate), str(quad.object)),
                *(number(since) if since else None, number(until) if until else None),
                *((key_of(held.start), key_of(held.end)) if held else (None, None)),
                *(one.counts, one.concludes, one.in_world(today)),
            )
        )
    types: list[Any] = [*[pl.String] * 4, pl.Int64, pl.Int64, *[pl.String] * 2, *[pl.Boolean] * 3]
    schema = dict(zip(COLUMNS, types, strict=True))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _number(date: pl.Expr) -> pl.Expr:
    """Return the days since 1 January 1970 of plain days; null for ""."""
    import polars as pl

    day = pl.when(date != "").then(date).str.to_date("%Y-%m-%d")
    return day.cast(pl.Int32).cast(pl.Int64)


def _key(text: pl.Expr) -> pl.Expr:
    """Return `key_of` of plain dates; null for ""."""
    import polars as pl

    size = text.str.len_chars().cast(pl.String).str.zfill(4)
    return pl.when(text != "").then(pl.concat_str(pl.lit("1"), size, text))
