"""Surely: conditions on a row → expressions of columns that say where they surely hold.

Columns know less than rows: only plain dates and addresses, and nothing of what could not be read.
So each condition becomes two expressions, where it surely holds and where it surely does not; null
and neither are for the rows to tell.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Final

from kg.model import conditions as on
from kg.model import pairs, row_checks, schema
from kg.model.case import World
from kg.model.literals import UNCARRIED
from kg.model.mojibake import SUSPECT
from kg.model.patterns import PLAIN_LANGUAGE, PLAIN_LEXICAL, PLAIN_WEB_ADDRESS, TURNING, whole
from kg.pipeline.columns.texts import are_plain, earliest, is_by, is_date, latest, over

if TYPE_CHECKING:
    import polars as pl

    Bounds = tuple[pl.Expr, pl.Expr]

# The literals whose pattern a column can be held to, each the only spelling of its value; those of
# any other type or spelling are looked at row by row.
_LITERALS: Final = {"xsd:string": "(?s:.*)"} | PLAIN_LEXICAL
# The columns that the sieve joins to a batch say what its cells name: these are null for nothing.
_LOOKED_UP: Final = {
    ("subject", "entities"): "domain_class",
    ("object", "entities"): "range_class",
    ("source", "sources"): "cited",
}
_FITTING: Final = {("subject", "domain"): "domain_fits", ("object", "range"): "range_fits"}


def right(table: schema.TableName, world: World) -> pl.Expr:
    """Say of each row of a batch whether surely no check finds anything in it."""
    import polars as pl

    asked = row_checks.of_table(table, world.rules)
    nothing = [bounds(check.wrong, world)[1] for check in asked]
    return pl.all_horizontal([one.fill_null(value=False) for one in nothing])


@singledispatch
def bounds(condition: on.Condition, world: World) -> Bounds:
    """Say where the condition surely holds, and where it surely does not: nowhere, if not told."""
    del condition, world
    return _never(), _never()


def _never() -> pl.Expr:
    import polars as pl

    return pl.lit(value=False)


@bounds.register(on.Both)
def _(condition: on.Both, world: World) -> Bounds:
    (one, not_one), (other, not_other) = (
        bounds(part, world) for part in (condition.one, condition.other)
    )
    return one & other, not_one | not_other


@bounds.register(on.Either)
def _(condition: on.Either, world: World) -> Bounds:
    (one, not_one), (other, not_other) = (
        bounds(part, world) for part in (condition.one, condition.other)
    )
    return one | other, not_one & not_other


@bounds.register(on.Not)
def _(condition: on.Not, world: World) -> Bounds:
    holds, fails = bounds(condition.of, world)
    return fails, holds


def _exact(holds: pl.Expr) -> Bounds:
    return holds, ~holds


@bounds.register(on.IsOneOf)
def _(condition: on.IsOneOf, _world: World) -> Bounds:
    import polars as pl

    cell = pl.col(condition.column)
    if condition.texts == {""}:
        return _exact(cell == "")
    return _exact(cell.is_in(sorted(condition.texts)))


@bounds.register(on.Matches)
def _(condition: on.Matches, _world: World) -> Bounds:
    import polars as pl

    cell = pl.col(condition.column)
    return _exact(cell.str.contains(whole(condition.pattern)))


@bounds.register(on.IsDate)
def _(condition: on.IsDate, _world: World) -> Bounds:
    import polars as pl

    cell = pl.col(condition.column)
    return is_date(cell), cell == ""


@bounds.register(pairs.EndsAfter)
def _(condition: pairs.EndsAfter, _world: World) -> Bounds:
    import polars as pl

    one, other = pl.col(condition.column), pl.col(condition.other)
    are_dates, is_so = is_date(one) & is_date(other), over(one)[1] > earliest(other)
    # Where ends are last days they come a day later, so that the contrary is never sure.
    return are_dates & is_so, (one == "") | (other == "")


@bounds.register(pairs.Precedes)
def _(condition: pairs.Precedes, _world: World) -> Bounds:
    import polars as pl

    one, other = pl.col(condition.column), pl.col(condition.other)
    are_dates, is_so = is_date(one) & is_date(other), latest(one) < earliest(other)
    return are_dates & is_so, (one == "") | (other == "") | (are_dates & ~is_so)


@bounds.register(pairs.Equals)
def _(condition: pairs.Equals, _world: World) -> Bounds:
    import polars as pl

    return _exact(pl.col(condition.column) == pl.col(condition.other))


@bounds.register(on.IsLanguage)
def _(condition: on.IsLanguage, _world: World) -> Bounds:
    import polars as pl

    return pl.col(condition.column).str.contains(whole(PLAIN_LANGUAGE)), _never()


@bounds.register(on.IsTimely)
def _(condition: on.IsTimely, world: World) -> Bounds:
    import polars as pl

    cell, limit = pl.col(condition.column), world.doubts.limit(condition.column)
    by_limit = pl.lit(value=True) if limit is None else is_date(cell) & is_by(cell, limit)
    return (cell == "") | by_limit, _never()


@bounds.register(on.IsForetold)
def _(condition: on.IsForetold, _world: World) -> Bounds:
    import polars as pl

    # The sieve joins the last day of the source: "" when it has none, null when it is not plain.
    cell, last = pl.col(condition.column), pl.col("said_by")
    is_so, is_told = last < earliest(cell), is_date(cell) & (last != "")
    return is_told & is_so, (cell == "") | (last == "") | (is_told & ~is_so)


@bounds.register(on.IsWebAddress)
def _(condition: on.IsWebAddress, _world: World) -> Bounds:
    import polars as pl

    return pl.col(condition.column).str.contains(whole(PLAIN_WEB_ADDRESS)), _never()


@bounds.register(on.IsKnown)
def _(condition: on.IsKnown, _world: World) -> Bounds:
    import polars as pl

    joined = _LOOKED_UP.get((condition.column, condition.table))
    return _exact(pl.col(joined).is_not_null()) if joined else (_never(), _never())


@bounds.register(on.HasClass)
def _(condition: on.HasClass, world: World) -> Bounds:
    import polars as pl

    return _exact(pl.col(condition.column).is_in(list(world.ontology.classes)))


@bounds.register(on.HasProperty)
def _(_condition: on.HasProperty, _world: World) -> Bounds:
    import polars as pl

    return _exact(pl.col("kind").is_not_null())


@bounds.register(on.PropertyIs)
def _(condition: on.PropertyIs, _world: World) -> Bounds:
    import polars as pl

    return _exact(pl.col(condition.trait) == condition.text)


@bounds.register(on.Fits)
def _(condition: on.Fits, _world: World) -> Bounds:
    import polars as pl

    joined = _FITTING.get((condition.column, condition.side))
    return (pl.col(joined) if joined else _never()), _never()


@bounds.register(on.IsLiteral)
@bounds.register(on.IsHeld)
def _(condition: on.IsLiteral | on.IsHeld, _world: World) -> Bounds:
    import polars as pl

    cell, datatype, fits = pl.col(condition.column), pl.col("datatype"), _never()
    for name, pattern in _LITERALS.items():
        fits = pl.when(datatype == name).then(cell.str.contains(whole(pattern))).otherwise(fits)
    return fits, _never()


@bounds.register(on.AreTyped)
def _(condition: on.AreTyped, _world: World) -> Bounds:
    import polars as pl

    return pl.all_horizontal(*are_plain(condition.table), pl.lit(value=True)), _never()


@bounds.register(on.AreCarried)
def _(condition: on.AreCarried, world: World) -> Bounds:
    import polars as pl

    cells = schema.every(condition.table, world.languages)
    return _exact(~pl.concat_str(cells).str.contains(UNCARRIED))


@bounds.register(on.AreDecoded)
def _(condition: on.AreDecoded, world: World) -> Bounds:
    import polars as pl

    cells = schema.every(condition.table, world.languages)
    return ~pl.concat_str(cells, separator=" ").str.contains(SUSPECT), _never()


@bounds.register(on.AreStraight)
def _(condition: on.AreStraight, world: World) -> Bounds:
    import polars as pl

    cells = schema.every(condition.table, world.languages)
    return _exact(~pl.concat_str(cells).str.contains(TURNING))


@bounds.register(on.ByRows)
def _(condition: on.ByRows, _world: World) -> Bounds:
    import polars as pl

    return _never(), pl.all_horizontal([pl.col(name) == "" for name in condition.columns])
