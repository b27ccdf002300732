"""Texts: cells of columns → bounds of dates, N-Quads terms and ids.

Only what is written plainly is understood here: years of four digits, and days that exist.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kg.model import schema
from kg.model.dates import Day, iso
from kg.model.literals import UNCARRIED
from kg.model.patterns import (
    LEAP_YEAR,
    PLAIN_DATE,
    PLAIN_NUMBER,
    PLAIN_WEB_ADDRESS,
    WIKIDATA_ID,
    whole,
)

if TYPE_CHECKING:
    import polars as pl

# No end stands after every day.
NEVER: Final = "~"

_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
# RDF 1.2 N-Triples, canonical form: these have names, other control characters have numbers.
_NAMES: Final = {
    "\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\",
}  # fmt: skip


def is_plain(date: pl.Expr) -> pl.Expr:
    """Say of each text whether it is surely a date of the years 1 to 9998, or empty.

    >>> import polars as pl
    >>> dates = pl.Series(["2000-02-29", "1900-02-29", "", "12345"])
    >>> pl.select(is_plain(pl.lit(dates))).to_series().to_list()
    [True, False, True, False]
    """
    return (date == "") | is_date(date)


def is_date(date: pl.Expr) -> pl.Expr:
    """Say of each text whether it surely is a date of the years 1 to 9998.

    >>> import polars as pl
    >>> pl.select(is_date(pl.lit(pl.Series(["2000-02-29", ""])))).to_series().to_list()
    [True, False]
    """
    return date.str.contains(whole(PLAIN_DATE))


# What cells of a type surely are, and stand as they are stored.
_PLAIN: Final = {"number": PLAIN_NUMBER, "iri": PLAIN_WEB_ADDRESS, "item": WIKIDATA_ID}


def are_plain(table: schema.TableName) -> list[pl.Expr]:
    """Say of each optional column whether its cells are surely right, and stored as they stand."""
    import polars as pl

    found = []
    for column in schema.OPTIONAL[table]:
        cell = pl.col(column.name)
        if column.type == "date":
            found.append(is_plain(cell))
        elif pattern := _PLAIN.get(column.type):
            found.append((cell == "") | cell.str.contains(whole(pattern)))
        else:
            found.append(~cell.str.contains(UNCARRIED))
    return found


def is_by(date: pl.Expr, day: Day | None) -> pl.Expr:
    """Say of each plain date whether it surely can mean the day or one before it; None is any day.

    >>> import polars as pl
    >>> dates = pl.Series(["2045-06-30", "2045-07", ""])
    >>> pl.select(is_by(pl.lit(dates), (2045, 6, 30))).to_series().to_list()
    [True, False, True]
    """
    import polars as pl

    if day is None:
        return pl.lit(value=True)
    # Only years of four digits sort as texts.
    return (date == "") | (
        (earliest(date) <= iso(day)) if 0 < day[0] <= 9999 else pl.lit(value=False)
    )


def earliest(date: pl.Expr) -> pl.Expr:
    """The first day that each plain date can mean, as `xsd:date`; "" stays empty.

    >>> import polars as pl
    >>> pl.select(earliest(pl.lit(pl.Series(["2000-05", ""])))).to_series().to_list()
    ['2000-05-01', '']
    """
    import polars as pl

    size = date.str.len_bytes()
    return date + pl.when(size == 4).then(pl.lit("-01-01")).when(size == 7).then(
        pl.lit("-01")
    ).otherwise(pl.lit(""))


def latest(date: pl.Expr) -> pl.Expr:
    """The last day that each plain date can mean, as `xsd:date`; "" stays empty.

    >>> import polars as pl
    >>> pl.select(latest(pl.lit(pl.Series(["1900-02", "2000-02", "2001"])))).to_series().to_list()
    ['1900-02-28', '2000-02-29', '2001-12-31']
    """
    import polars as pl

    size, month = date.str.len_bytes(), date.str.slice(5)
    short = pl.when(date.str.contains(rf"^{LEAP_YEAR}-")).then(pl.lit("-29"))
    last = pl.when(month == "02").then(short.otherwise(pl.lit("-28")))
    is_short = month.is_in(["04", "06", "09", "11"])
    month_end = last.when(is_short).then(pl.lit("-30")).otherwise(pl.lit("-31"))
    whole = pl.when(size == 4).then(pl.lit("-12-31"))
    return date + whole.when(size == 7).then(month_end).otherwise(pl.lit(""))


def over(date: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The earliest and the latest day that can be the first after each plain end.

    >>> import polars as pl
    >>> ends = pl.lit(pl.Series(["2012-12-19", "1944", "1999-12", ""]))
    >>> [pl.select(one).to_series().to_list() for one in over(ends)]
    [['2012-12-19', '1944-01-02', '1999-12-02', ''], ['2012-12-19', '1945-01-01', '2000-01-01', '']]
    """
    import polars as pl

    size, year, month = date.str.len_bytes(), date.str.slice(0, 4), date.str.slice(5, 2)
    next_year = (year.cast(pl.Int32, strict=False) + 1).cast(pl.String).str.zfill(4)
    next_month = (month.cast(pl.Int32, strict=False) + 1).cast(pl.String).str.zfill(2)
    is_last = (size == 4) | (month == "12")
    following = pl.when(is_last).then(next_year + "-01").otherwise(year + "-" + next_month)
    first = pl.when(size == 4).then(pl.lit("-01-02")).when(size == 7).then(pl.lit("-02"))
    is_partial = (size == 4) | (size == 7)
    return (
        date + first.otherwise(pl.lit("")),
        pl.when(is_partial).then(following + "-01").otherwise(date),
    )


def inner(begins: pl.Expr, end: pl.Expr, kind: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The inner bounds of plain dates, where they differ from the outer ones, else "".

    That is what `certainty.inner` says of statements that are no attestations.

    >>> import polars as pl
    >>> dates = (["2006", "2012-05", ""], ["2012-12-19", "2012", "2012-12-19"], ["state"] * 3)
    >>> bounds = inner(*(pl.lit(pl.Series(own)) for own in dates))
    >>> [pl.select(one).to_series().to_list() for one in bounds]
    [['2006-12-31', '2012-05-31', '2012-12-18'], ['', '2012-05-02', '']]
    """
    import polars as pl

    none, (since, late), (soonest, until) = (
        pl.lit(""),
        (earliest(begins), latest(begins)),
        over(end),
    )
    last, after = _moved(until, -1), _moved(since, 1)
    is_late = (late == "") | ((last != "") & (last < late))
    begun = pl.when(is_late).then(last).otherwise(late)
    is_open = (end == "") | (kind == "event")
    over_on = pl.when(is_open).then(none).when(after > soonest).then(after).otherwise(soonest)
    return (
        pl.when(begun == since).then(none).otherwise(begun),
        pl.when(over_on == until).then(none).otherwise(over_on),
    )


def _moved(day: pl.Expr, days: int) -> pl.Expr:
    """The day so many days later, "" stays empty."""
    import polars as pl

    moved = day.str.to_date("%Y-%m-%d", strict=False) + pl.duration(days=days)
    return moved.dt.to_string("%Y-%m-%d").fill_null("")


def holding(day: str) -> pl.Expr:
    """Say of each row with `since`, `until`, `kind` and `rank` whether it holds on the plain day.

    Rows that others dispute and attestations are judged row by row, by `Statement.in_world`.

    >>> import polars as pl
    >>> row = {"since": "2006-01-01", "until": "2012-12-19", "kind": "state", "rank": "normal"}
    >>> rows = pl.DataFrame([row, row | {"rank": "deprecated"}, row | {"until": "2012-12-20"}])
    >>> rows.select(holding("2012-12-19").alias("holds"))["holds"].to_list()
    [False, False, True]
    """
    import polars as pl

    since, until, kind = (pl.col(name) for name in ("since", "until", "kind"))
    # That an event happened holds ever after.
    is_over = (until != "") & (until <= pl.lit(day)) & (kind != "event")
    return (pl.col("rank") != "deprecated") & (since <= pl.lit(day)) & ~is_over


def escaped(text: str) -> str:
    r"""Return the text as it stands between the quotes of an N-Quads literal.

    >>> print(escaped('say "no"'))
    say \"no\"
    """
    return _ESCAPED.sub(lambda m: _NAMES.get(m[0]) or f"\\u{ord(m[0]):04X}", text)


def escape(column: pl.Series) -> pl.Series:
    """Return the column escaped; only the texts that need it are touched."""
    import polars as pl

    needed = column.str.contains(_ESCAPED.pattern)
    if not needed.any():
        return column
    whole = pl.Series([escaped(text) for text in column.filter(needed)], dtype=pl.String)
    return column.scatter(needed.arg_true(), whole)


def ids(keys: pl.Series) -> pl.Series:
    r"""Return what `content_id` gives for each key, a text of parts joined by U+001F.

    >>> import polars as pl
    >>> from kg.model.ids import content_id
    >>> ids(pl.Series(["a\x1fb"]))[0] == content_id("a", "b")
    True
    """
    import polars as pl

    found = [sha256(key.encode()).hexdigest()[:16] for key in keys]
    return pl.Series(keys.name, found, dtype=pl.String)
