"""Lines: columns of terms → columns of N-Quads, any number of lines in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import schema
from kg.model.namespaces import term

if TYPE_CHECKING:
    import polars as pl


def line(node: pl.Expr, curie: str, value: pl.Expr, *, end: str = " .\n") -> pl.Expr:
    """Return the line of a triple: a node, a known property, a term."""
    import polars as pl

    return pl.concat_str(node, pl.lit(f" {term(curie)} "), value, pl.lit(end))


def quoted(text: pl.Expr, language: str = "") -> pl.Expr:
    """Return the literal of an escaped text."""
    import polars as pl

    return pl.concat_str(pl.lit('"'), text, pl.lit(f'"@{language}' if language else '"'))


def given(condition: pl.Expr, line: pl.Expr) -> pl.Expr:
    """Return the line where the condition holds, else nothing."""
    import polars as pl

    return pl.when(condition).then(line).otherwise(pl.lit(""))


def dated(node: pl.Expr, curie: str, date: pl.Expr, datatype: str) -> pl.Expr:
    """Return the line of a date; nothing for ""."""
    import polars as pl

    value = pl.concat_str(pl.lit('"'), date, pl.lit(f'"^^{term(datatype)}'))
    return given(date != "", line(node, curie, value))


def typed(node: pl.Expr, curie: str, column: str) -> pl.Expr:
    """Return the line of a plain date, typed as precisely as it is written; "" for none."""
    import polars as pl

    date, size = pl.col(column), pl.col(column).str.len_bytes()
    kinds = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
    lines = [
        given(size == length, dated(node, curie, date, datatype))
        for length, datatype in kinds.items()
    ]
    return pl.concat_str(lines)


def optional(node: pl.Expr, table: schema.TableName) -> list[pl.Expr]:
    """Return the lines of what plain, escaped cells say in optional columns."""
    import polars as pl

    found = []
    for column in schema.OPTIONAL[table]:
        cell = pl.col(column.name)
        if column.type == "date":
            found.append(typed(node, column.term, column.name))
        elif column.type == "number":
            found.append(dated(node, column.term, cell, "xsd:decimal"))
        else:
            found.append(given(cell != "", line(node, column.term, quoted(cell))))
    return found
