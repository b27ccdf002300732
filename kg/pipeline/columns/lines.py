"""Lines: columns of terms → columns of N-Quads, any number of lines in each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.model import schema
from kg.model.namespaces import STANDARD_PREFIXES, term

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


def properties(node: pl.Expr, table: schema.TableName, language: str = "") -> list[pl.Expr]:
    """Return the lines of plain, escaped cells in columns that are one property each.

    What is told is in the language.
    """
    return [_cell(node, column, language) for column in schema.cells_of(table)]


def _cell(node: pl.Expr, column: schema.Column, language: str) -> pl.Expr:
    import polars as pl

    cell, curie = pl.col(column.name), column.term
    match column.type:
        case "date":
            return typed(node, curie, column.name)
        case "number":
            return dated(node, curie, cell, "xsd:decimal")
        case "iri" | "item":
            before = STANDARD_PREFIXES["wd"] if column.type == "item" else ""
            value = pl.concat_str(pl.lit(f"<{before}"), cell, pl.lit(">"))
        case "told":
            value = quoted(cell, language)
        case _:
            value = quoted(cell)
    return given(cell != "", line(node, curie, value))
