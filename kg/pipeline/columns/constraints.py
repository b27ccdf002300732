"""Constraints: what SPARQL constraints on statements see of rows, and where these stand.

Constraints whose statements share an object or a subject are asked of parts, each of which has all
statements of some objects or subjects.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Quad, RdfFormat, serialize

from kg.model.checks import named, place_of
from kg.model.constraints import Constraint
from kg.model.foreign import at, solutions
from kg.model.namespaces import Vocabulary
from kg.model.statement import Statement
from kg.model.statement import meant as meant_by
from kg.pipeline.assemble import describe
from kg.pipeline.columns.partitions import Pile, lines_of, meant
from kg.pipeline.columns.quads import QuadLines, Scheme
from kg.pipeline.validate import SHAPES, Told, told_of
from kg.progress import at_work

if TYPE_CHECKING:
    import polars as pl

# How many statements are looked at together, and how many workers there are at most.
PART: Final = 20_000
_WORKERS: Final = min(os.cpu_count() or 1, 8)


@dataclass(frozen=True)
class Seen:
    """What constraints see of statements, and where these stand.

    `lines` has a column `quads` of N-Quads, any number of lines in each cell, and what the
    statement says that they are about: `subject` and `object`. `places` has of each statement its
    IRI (`node`), `file` and `line` of its first row, and the `name` by which it is called.
    """

    lines: pl.DataFrame
    places: pl.DataFrame


def seen_of(
    first: pl.DataFrame,
    rows: pl.DataFrame,
    merged: Sequence[Statement],
    scheme: Scheme,
    predicates: frozenset[str],
) -> Seen:
    """Return what constraints that look at these predicates see.

    `rows` have the `id` of their statement and the `ref` of their reference; `first` has the first
    row of each statement.
    """
    import polars as pl

    writer = QuadLines(scheme)
    others = [_seen_of(one, scheme.words, predicates) for one in merged]
    names = dict.fromkeys(("quads", "subject", "object"), pl.String)
    lines = pl.concat([
        _lines(writer.statements(first, predicates), first),
        _lines(writer.references(rows, predicates), rows),
        pl.DataFrame(others, names, orient="row"),
    ])  # fmt: skip
    lines = lines.with_columns(pl.col("quads").str.strip_suffix("\n"))
    return Seen(lines.filter(pl.col("quads") != ""), _places(first, rows, merged, scheme))


def _lines(quads: pl.Series, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(quads.alias("quads"), "subject", meant().alias("object"))


def _seen_of(one: Statement, words: Vocabulary, predicates: frozenset[str]) -> tuple[str, str, str]:
    quads = (quad for quad in describe(words, one) if str(quad.predicate) in predicates)
    text = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()
    subject, _, end = meant_by(one)
    return text, subject, end


def _places(
    first: pl.DataFrame, rows: pl.DataFrame, merged: Sequence[Statement], scheme: Scheme
) -> pl.DataFrame:
    import polars as pl

    name = pl.concat_str(
        pl.lit("'"), "subject", pl.lit(" "), "predicate", pl.lit(" "), "object", pl.lit("'")
    )
    node = pl.concat_str(pl.lit(scheme.words.prefixes["st"]), "id")
    place = rows.select("id", "file", "line").sort("file", "line").unique("id", keep="first")
    plain = first.select("id", node.alias("node"), name.alias("name")).join(place, on="id")
    told = plain.select("node", "file", "line", "name")
    others = [(scheme.words.statement(one.id).value, *place_of(one), named(one)) for one in merged]
    schema = {"node": pl.String, "file": pl.String, "line": pl.Int64, "name": pl.String}
    return pl.concat([told, pl.DataFrame(others, schema=schema, orient="row")])


def told_by_parts(
    constraints: Sequence[Constraint],
    lines: Iterable[pl.DataFrame],
    described: Collection[Quad],
    words: Vocabulary,
    folder: Path,
    parts: int,
) -> Iterator[Told]:
    """Yield what constraints find whose statements share the same, asked of so many parts.

    `lines` are those of `Seen`, and `described` what every part has beside them. The folder is for
    what is parted.
    Raises LimitError when they take more than they may, StoreError when the disk refuses.
    """
    (shared,) = {one.shared for one in constraints}
    predicates = {name for one in constraints for name in one.predicates}
    own = [quad for quad in described if str(quad.predicate) in predicates]
    given = serialize(own, format=RdfFormat.N_QUADS) or b""
    piles = [Pile(folder / f"{number}.{shared}") for number in range(parts)]
    try:
        _part(lines, shared, piles)
        texts = (given + b"".join(map(_text_of, pile)) for pile in piles)
        queries = [(one.select, one.prefixes) for one in constraints]
        with at(SHAPES):
            found = solutions(queries, texts, at_once=min(_WORKERS, parts))
            for number, told in enumerate(found):
                at_work("parts of the statements checked", number + 1, parts)
                for one, rows in zip(constraints, told, strict=True):
                    yield from told_of(one, rows, words)
    finally:
        for pile in piles:
            pile.remove()


def _part(lines: Iterable[pl.DataFrame], shared: str, piles: Sequence[Pile]) -> None:
    """Put lines into the parts of what their statements share."""
    import polars as pl

    number = (pl.col(shared).hash() % len(piles)).alias("part")
    for frame in lines:
        parted = frame.select("quads", number).partition_by("part", as_dict=True, include_key=False)
        for (part,), rows in parted.items():
            piles[part].add(rows)


def _text_of(rows: pl.DataFrame) -> bytes:
    return bytes(lines_of(rows["quads"]))
