"""Record: parts of the graph → the tables of the record, in bounded memory.

Triples whose rows agree become rows of the tables column by column, the others as the walk on rows
makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, pairwise
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

from kg.model import schema
from kg.model.languages import label_column
from kg.model.statement import Entity, Source, Statement
from kg.pipeline.columns.entities import Rows
from kg.pipeline.columns.layout import Laid, Layout
from kg.pipeline.columns.partitions import Held, Pile
from kg.pipeline.columns.texts import latest, over
from kg.record import files
from kg.record.days import over_by
from kg.record.digests import Sums, asserted, bucket_of, canonical, concluded, of_cells
from kg.record.tables import (
    LINKS,
    Columns,
    TableName,
    columns_of,
    of_entities,
    of_sources,
    of_statements,
    type_of,
)

if TYPE_CHECKING:
    import polars as pl

    from kg.pipeline.load import Loader

RecordT = TypeVar("RecordT", Entity, Source)

_TRIPLE: Final = ("subject", "predicate", "object")
_ORDER: Final = (*_TRIPLE, "start", "end", "at")
CELLS: Final = ("id", *_TRIPLE, "datatype", "kind", "start", "end", "at", "rank")
# By which column the rows of conclusions say whose they are.
_ID_OF: Final[Mapping[TableName, str]] = {
    "statements": "id",
    "links": "statement",
    "proofs": "statement",
}
_GATHERED: Final[tuple[TableName, ...]] = ("statements", "references", "links", "proofs")


@dataclass(frozen=True)
class Part:
    """What a part of the graph adds to the tables, in their order, and to the digests."""

    tables: Mapping[TableName, pl.DataFrame]
    summed: Callable[[], Sums]
    # Whether its digests are what `sums_of_concluded` makes of its rows.
    is_concluded: bool = False

    @classmethod
    def of(cls, tables: Mapping[TableName, pl.DataFrame], sums: Sums) -> Self:
        """Return the part whose digests are these."""
        return cls(tables, partial(_given, sums))

    @cached_property
    def sums(self) -> Sums:
        """What it adds to the digests, made when it is asked for."""
        return self.summed()

    def is_of(self, others: Mapping[TableName, pl.DataFrame]) -> bool:
        """Say whether the rows are the same as others of the record."""
        return all(
            rows.height == others[name].height
            and rows.select(others[name].columns).cast(others[name].schema).equals(others[name])
            for name, rows in self.tables.items()
        )


def _given(sums: Sums) -> Sums:
    return sums


def part_of(first: pl.DataFrame, rows: pl.DataFrame, merged: Sequence[Statement]) -> Part:
    """Return what statements of rows that agree, and those made by `merge`, add to the record.

    `rows` are sorted and have the `id` of their statement; `first` has the first of each.
    """
    import polars as pl

    tables = {name: frame_of(columns) for name, columns in of_statements(merged).items()}
    said = pl.concat([plain_statements(first), tables["statements"]])
    references = pl.concat([_references(rows), tables["references"]])
    if merged:
        said = said.sort(_ORDER)
        places = said.select(pl.col("id").alias("statement")).with_row_index("place")
        references = references.join(places, on="statement", how="left", maintain_order="left")
        references = references.sort("place", maintain_order=True).drop("place")
    tables |= {"statements": said, "references": references}
    return Part.of(tables, _sums(first, rows, merged))


def plain_statements(first: pl.DataFrame) -> pl.DataFrame:
    """Return plain statements as the table has them, without proofs."""
    import polars as pl

    begins = pl.when(pl.col("at") == "").then("start").otherwise("at")
    is_ended = pl.col("end") != ""
    return first.select(
        *CELLS[:-1],
        _day(pl.col("since")).alias("start_from"),
        _day(latest(begins)).alias("start_to"),
        _day(over(pl.col("end"))[0]).alias("end_from"),
        _day(pl.col("until")).alias("end_to"),
        pl.when(is_ended).then(pl.lit("until")).otherwise(pl.lit("still")).alias("ending"),
        "rank",
        pl.lit(0, dtype=pl.Int64).alias("proof_count"),
        *_or_null(schema.optional("statements")),
    )


def _day(date: pl.Expr) -> pl.Expr:
    """Return the days since 1 January 1970 of plain days; null for ""."""
    import polars as pl

    day = pl.when(date != "").then(date).str.to_date("%Y-%m-%d")
    return day.cast(pl.Int32).cast(pl.Int64)


def _or_null(columns: Iterable[str]) -> list[pl.Expr]:
    """Return columns in which what is not given is null."""
    import polars as pl

    return [pl.when(pl.col(name) != "").then(name).alias(name) for name in columns]


def _references(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    own = ("source", "locator", "at", "note")
    return rows.select(pl.col("id").alias("statement"), *own, pl.col("file").alias("path"), "line")


def _sums(first: pl.DataFrame, rows: pl.DataFrame, merged: Iterable[Statement]) -> Sums:
    sums = Sums()
    for one in merged:
        sums.add(bucket_of(one.triple), canonical(one))
    names = schema.optional("statements")
    told = cast("Any", rows.select("source", "locator", "at", "note").rows())
    starts = chain((~rows["same_statement"]).arg_true().to_list(), [rows.height])
    given = zip(first.select(CELLS).rows(), first.select(names).rows(), strict=True)
    for (cells, more), (start, stop) in zip(given, pairwise(starts), strict=True):
        own = tuple((name, text) for name, text in zip(names, more, strict=True) if text)
        sums.add(bucket_of(cells[1:4]), asserted(cells, own, told[start:stop]))
    return sums


def sums_of_concluded(tables: Mapping[TableName, pl.DataFrame]) -> Sums:
    """Return the digests of conclusions whose ends are dated or open."""
    proved: dict[str, dict[int, tuple[str, list[str], str, str]]] = {}
    for identifier, position, rule, premise, since, until in tables["proofs"].rows():
        of = proved.setdefault(identifier, {}).setdefault(position, (rule, [], since, until))
        of[1].append(premise)
    entailed: dict[str, list[str]] = {}
    for identifier, _, rule in tables["links"].rows():
        entailed.setdefault(identifier, []).append(rule)
    said = tables["statements"]
    sums = Sums()
    for cells, count in zip(said.select(CELLS).rows(), said["proof_count"], strict=True):
        proofs = [*proved[cells[0]].values()]
        line = concluded(cells, proofs, count, entailed.get(cells[0], ()))
        sums.add(bucket_of(cells[1:4]), line)
    return sums


def sums_by_difference(old: Part, new: Part) -> Sums:
    """Return the digests of conclusions from those of others, by the rows in which they differ."""
    import polars as pl

    differing: set[str] = set()
    for name, one in _ID_OF.items():
        sides = old.tables[name], new.tables[name].select(old.tables[name].columns)
        sides = sides[0], sides[1].cast(sides[0].schema)
        for side, other in (sides, sides[::-1]):
            rows = side.join(other, on=side.columns, how="anti", nulls_equal=True)
            differing |= {*rows[one]}
    sums = Sums()
    sums.update(old.sums)
    for part, sign in ((old, -1), (new, 1)):
        own = {
            name: part.tables[name].filter(pl.col(one).is_in([*differing]))
            for name, one in _ID_OF.items()
        }
        sums.update(sums_of_concluded(own), sign)
    return sums


class Recorder:
    """Takes the parts of a graph, kept on disk in a folder, and writes its record at the end."""

    def __init__(self, folder: Path, *, is_held: bool = False) -> None:
        """Name the folder; nothing is written before the recorder is entered.

        Parts that are in memory anyway are held there.
        """
        self.folder, self.is_held = folder, is_held
        self.place = folder / "record"
        self.piles: Mapping[TableName, Pile | Held] = {}
        # Of each part, and which of them have what rules added in them already.
        self.sums: list[Sums] = []
        self.heights: list[dict[str, int]] = []
        self.concluded: list[bool] = []
        self.whole: set[int] = set()
        # How many rows of links say what rules added to given statements.
        self.entailed = 0

    def __enter__(self) -> Self:
        """Open the files.

        Raises StoreError when the disk refuses.
        """
        if self.is_held:
            self.piles = {name: Held() for name in _GATHERED}
        else:
            self.piles = {name: Pile(self.folder / f"{name}.part") for name in _GATHERED}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Remove what was kept; the record stays."""
        for pile in self.piles.values():
            pile.remove()

    def add(self, part: Part, *, is_whole: bool = False) -> None:
        """Take a part; of one that is whole the digests have what rules added to its statements.

        Raises StoreError when the disk refuses.
        """
        for name, rows in part.tables.items():
            self.piles[name].add(rows)
        if is_whole:
            self.whole.add(len(self.sums))
        self.sums.append(part.sums)
        self.concluded.append(part.is_concluded)
        self.heights.append({name: rows.height for name, rows in part.tables.items()})

    def entail(self, added: Iterable[pl.DataFrame]) -> None:
        """Take down which rules added to which statements: frames with `id` and `rule`.

        Raises StoreError when the disk refuses.
        """
        import polars as pl

        frames = [*added]
        found = pl.concat(frames) if frames else pl.DataFrame()
        self.entailed = found.height
        if not self.entailed:
            return
        piles = (self.piles[name] for name in ("statements", "references", "links"))
        for number, (said, references, links) in enumerate(zip(*piles, strict=True)):
            if number not in self.whole:
                own = said.join(found, on="id", how="semi")
                rules: dict[str, list[str]] = {}
                for identifier, rule in (
                    found.join(own, on="id", how="semi").sort("id", "rule").rows()
                ):
                    rules.setdefault(identifier, []).append(rule)
                its = _by_statement(references, own), _by_statement(links, own)
                _entail(self.sums[number], own, *its, rules)
        cells = pl.col("id").alias("statement"), pl.lit("entailed_by").alias("link")
        self.piles["links"].add(found.select(*cells, pl.col("rule").alias("to")))

    def finish(self, loader: Loader, known: tuple[str, str] | None = None) -> None:
        """Write the record, with the entities and sources that were read.

        Their digests are made, unless they are known.
        Raises StoreError when the disk refuses.
        """
        languages = loader.languages
        made: dict[TableName, Iterable[pl.DataFrame]] = {**self.piles}
        entities, sources = _entities(loader), _sources(loader)
        made |= {"entities": [entities], "sources": [sources]}
        tables = {name: (columns_of(name, languages), own) for name, own in made.items()}
        named = known or (_digest(entities), _digest(sources))
        every = Sums()
        for sums in self.sums:
            every.update(sums)
        files.write(self.place, tables, languages, every.texts(), named)

    def describe(self, layout: Layout) -> None:
        """Say of all parts, those of the rows first, what they added."""
        more = range(len(self.sums) - len(layout.parts))
        layout.concluded = [Laid(number) for number in more]
        of_each = self.heights, self.sums, self.concluded
        for part, heights, sums, is_concluded in zip(
            [*layout.parts, *layout.concluded], *of_each, strict=True
        ):
            part.rows, part.sums, part.is_concluded = heights, sums.texts(), is_concluded
        layout.entailed = self.entailed


def _entail(
    sums: Sums,
    said: pl.DataFrame,
    references: Mapping[str, list[dict[str, Any]]],
    links: Mapping[str, list[dict[str, Any]]],
    rules: Mapping[str, Sequence[str]],
) -> None:
    """Put into digests that rules added to the statements."""
    names = schema.optional("statements")
    for one in said.iter_rows(named=True):
        cells = tuple(one[name] for name in CELLS)
        more = tuple((name, one[name]) for name in names if one[name])
        its = references.get(one["id"], [])
        told = sorted((r["source"], r["locator"], r["at"], r["note"]) for r in its)
        disputed, confirming = (
            [link["to"] for link in links.get(one["id"], []) if link["link"] == name]
            for name in LINKS[1:]
        )
        by = over_by(one["end"], one["end_from"], one["end_to"])
        bucket = bucket_of((one["subject"], one["predicate"], one["object"]))
        before = asserted(cells, more, told, ((), disputed, confirming), by)
        after = asserted(cells, more, told, (rules[one["id"]], disputed, confirming), by)
        sums.take(bucket, before)
        sums.add(bucket, after)


def _by_statement(rows: pl.DataFrame, said: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each of these statements."""
    found: dict[str, list[dict[str, Any]]] = {}
    own = rows.join(said.select("id"), left_on="statement", right_on="id", how="semi")
    for row in own.iter_rows(named=True):
        found.setdefault(row["statement"], []).append(row)
    return found


def _entities(loader: Loader) -> pl.DataFrame:
    import polars as pl

    languages = loader.languages
    alias = pl.col("aliases").str.split("|").list.eval(pl.element().str.strip_chars())
    aliases = alias.list.eval(pl.element().filter(pl.element() != "")).list.unique().list.sort()
    labels = _or_null(label_column(language) for language in languages)
    return _named(
        cast("Rows[Entity]", loader.entities),
        columns_of("entities", languages),
        [*labels, aliases, *_or_null(schema.optional("entities"))],
        lambda odd: of_entities(odd, languages),
    )


def _sources(loader: Loader) -> pl.DataFrame:
    return _named(
        cast("Rows[Source]", loader.sources),
        columns_of("sources"),
        _or_null(schema.optional("sources")),
        of_sources,
    )


def _named(
    rows: Rows[RecordT],
    names: tuple[str, ...],
    changed: list[pl.Expr],
    make: Callable[[list[RecordT]], Columns],
) -> pl.DataFrame:
    """Return the table of records, by their id: plain rows with some columns changed."""
    import polars as pl

    place = pl.lit(rows.label).alias("path")
    plain = rows.frame.filter("plain").with_columns(*changed, place).select(names)
    odd = make(rows.some(rows.frame.filter(~pl.col("plain"))))
    return pl.concat([plain, frame_of(odd)]).sort("id")


def frame_of(columns: Columns) -> pl.DataFrame:
    """Return a table on its way as a frame."""
    import polars as pl

    types: dict[str, Any] = {"text": pl.String, "number": pl.Int64, "texts": pl.List(pl.String)}
    own = {name: types[type_of(name)] for name in columns.names}
    return pl.DataFrame(columns.rows, schema=own, orient="row")


def _digest(table: pl.DataFrame) -> str:
    rows: Iterator[dict[str, Any]] = table.drop("path", "line").iter_rows(named=True)
    return of_cells(rows)
