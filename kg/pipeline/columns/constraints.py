"""Constraints: what SPARQL constraints on statements see of rows, and where these stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, serialize

from kg.model.checks import named, place_of
from kg.model.statement import Statement
from kg.pipeline.assemble import describe
from kg.pipeline.columns.quads import QuadLines, Scheme

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Seen:
    """What constraints see of statements, and where these stand.

    `lines` is a column of N-Quads, any number of lines in each cell; `places` has of each statement
    its IRI (`node`), `file` and `line` of its first row, and the `name` by which it is called.
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
    quads = [
        quad
        for one in merged
        for quad in describe(scheme.words, one)
        if str(quad.predicate) in predicates
    ]
    text = (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()
    lines = pl.concat([
        writer.statements(first, predicates),
        writer.references(rows, predicates),
        pl.Series("quads", [text], dtype=pl.String),
    ])  # fmt: skip
    lines = lines.str.strip_suffix("\n")
    return Seen(lines.filter(lines != "").to_frame("quads"), _places(first, rows, merged, scheme))


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
