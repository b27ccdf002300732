#!/usr/bin/env bash
# A Polars frame handed to DuckDB where pyarrow is not installed.
#
# A good guess: DuckDB takes whatever offers Arrow's PyCapsule interface (__arrow_c_stream__), which
# was made so that two libraries need no third one between them; Polars frames offer it, an arro3
# table of the same columns is taken by it, and DuckDB's own results become Polars frames by it.
# What happens: a Polars frame is known by its class and asked for a pyarrow table instead, so a
# query over it ends with a ModuleNotFoundError for pyarrow inside an InvalidInputException. The
# same frame, wrapped into an arro3 table without a copy, works.
# Why users care: it works on the developer's machine, where pyarrow is there for some other reason,
# and fails at the user's; a tool that wants to stay small writes a Parquet file only to hand over
# columns that are in memory already, or installs another 170 MB.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'duckdb==2.0.1' 'polars==2.1.0' 'arro3-core==0.9.1'
cat > try.py <<'PY'
from importlib.metadata import version
from importlib.util import find_spec

import arro3.core
import duckdb
import polars as pl

asked = duckdb.connect()
frame = pl.DataFrame({"who": ["anna", "boris"]})
table = arro3.core.Table.from_arrow(frame)
frame.write_parquet("who.parquet")


def told(do):
    try:
        return do()
    except duckdb.Error as error:
        needs = "pyarrow" in str(error) and "ModuleNotFoundError" in str(error)
        return f"{type(error).__name__}: no module pyarrow" if needs else str(error)


seen = {
    "pyarrow is installed": find_spec("pyarrow") is not None,
    "duckdb to polars": told(lambda: pl.DataFrame(asked.sql("SELECT 1 AS one"))["one"].to_list()),
    "duckdb to arro3": told(
        lambda: arro3.core.Table.from_arrow(asked.sql("SELECT 1 AS one"))["one"].to_pylist()
    ),
    "polars to arro3": table["who"].to_pylist(),
    "polars to duckdb": told(lambda: asked.sql("SELECT who FROM frame").fetchall()),
    "arro3 to duckdb": told(
        lambda: asked.register("people", table).sql("SELECT who FROM people").fetchall()
    ),
    "the same as a file": told(lambda: asked.sql("SELECT who FROM 'who.parquet'").fetchall()),
}
for name in ("duckdb", "polars", "arro3-core"):
    print(name, version(name))
for name, found in seen.items():
    print(f"{name}: {found}")
expected = {
    "pyarrow is installed": False,
    "duckdb to polars": [1],
    "duckdb to arro3": [1],
    "polars to arro3": ["anna", "boris"],
    "polars to duckdb": "InvalidInputException: no module pyarrow",
    "arro3 to duckdb": [("anna",), ("boris",)],
    "the same as a file": [("anna",), ("boris",)],
}
raise SystemExit(0 if seen == expected else 1)
PY
venv/bin/python try.py
