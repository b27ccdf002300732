#!/usr/bin/env bash
# Days before the year 1, in and out of DuckDB.
#
# A good guess: a DATE comes out in the form in which it goes in, which DuckDB reads as ISO 8601 has
# it (a year 0, and years before it negative), and in Python as one type.
# What happens: DATE '-0043-03-15' is read with a year 0, and year() says -43. As text, and fetched
# by Python, it is the string '0044-03-15 (BC)', counted without a year 0, where a day of later years
# is a datetime.date; strftime gives '-43-03-15', with two digits where ISO asks for four. Polars
# gives '-0043-03-15' for the same file.
# Why users care: dates of ancient history that are compared, joined or saved as texts are a year
# off, and do not match, although every single step looks right. Who needs such dates takes whole
# numbers of days through DuckDB, and writes them elsewhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'duckdb==2.0.1' 'polars==2.1.0'
cat > try.py <<'PY'
from datetime import date
from importlib.metadata import version

import duckdb
import polars as pl

# The Ides of March of 44 BC, and the first day of the year 1, as days from 1 January 1970.
pl.DataFrame({"day": pl.Series([-735160, -719162], dtype=pl.Int32).cast(pl.Date)}).write_parquet(
    "days.parquet"
)
asked = duckdb.connect()


def given(sql):
    rows = asked.sql(f"SELECT {sql} FROM 'days.parquet'").fetchall()
    return [cell for (cell,) in rows]


seen = {
    "polars, as text": pl.read_parquet("days.parquet")["day"].cast(pl.String).to_list(),
    "duckdb, read from ISO 8601": asked.sql("SELECT DATE '-0043-03-15' - DATE '1970-01-01'")
    .fetchall()[0][0],
    "duckdb, year()": given("year(day)"),
    "duckdb, as text": given("CAST(day AS VARCHAR)"),
    "duckdb, strftime %Y-%m-%d": given("strftime(day, '%Y-%m-%d')"),
    "duckdb, fetched by Python": given("day"),
}
for name in ("duckdb", "polars"):
    print(name, version(name))
for name, cells in seen.items():
    print(f"{name}: {cells}")
expected = {
    "polars, as text": ["-0043-03-15", "0001-01-01"],
    "duckdb, read from ISO 8601": -735160,
    "duckdb, year()": [-43, 1],
    "duckdb, as text": ["0044-03-15 (BC)", "0001-01-01"],
    "duckdb, strftime %Y-%m-%d": ["-43-03-15", "0001-01-01"],
    "duckdb, fetched by Python": ["0044-03-15 (BC)", date(1, 1, 1)],
}
raise SystemExit(0 if seen == expected else 1)
PY
venv/bin/python try.py
