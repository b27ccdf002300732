#!/usr/bin/env bash
# Cells of a workbook that hold an error, read by calamine.
#
# A good guess: #N/A and #DIV/0! come out of a reader as such a text, as a missing value that can be
# told from an empty text, or as an exception; openpyxl gives the text.
# What happens: python-calamine gives the empty text, the same as for a cell that was never filled,
# and pandas with engine="calamine" does so too, also with keep_default_na=False; polars, which
# reads by the same library, gives null for both. Nothing is left that tells the two apart.
# Why users care: in a table of dates and sources an empty cell has a meaning (no end: it goes on),
# so a look-up that failed in the spreadsheet becomes a fact that nobody wrote, without a word. Who
# reads workbooks by the quick engine has to look for errors in another way first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'python-calamine==0.9.1' 'openpyxl==3.1.5' 'xlsxwriter==3.3.1' \
  'pandas==3.1.1' 'polars==2.1.0' 'fastexcel==0.21.0'
cat > try.py <<'PY'
from importlib.metadata import version

import openpyxl
import pandas
import polars
import python_calamine
import xlsxwriter

with xlsxwriter.Workbook("terms.xlsx") as book:
    sheet = book.add_worksheet("terms")
    sheet.write_row(0, 0, ["who", "end"])
    sheet.write_row(1, 0, ["anna", "2006"])
    sheet.write(2, 0, "boris")
    sheet.write_formula(2, 1, "=NA()", None, "#N/A")
    sheet.write(3, 0, "clara")
    sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
    sheet.write(4, 0, "dora")

by_openpyxl = openpyxl.load_workbook("terms.xlsx", data_only=True)["terms"]
by_calamine = python_calamine.CalamineWorkbook.from_path("terms.xlsx").get_sheet_by_name("terms")
by_pandas = pandas.read_excel("terms.xlsx", engine="calamine", keep_default_na=False)
seen = {
    "openpyxl": [row[1] for row in by_openpyxl.iter_rows(min_row=2, values_only=True)],
    "python-calamine": [row[1] for row in by_calamine.to_python()[1:]],
    "pandas, calamine": by_pandas["end"].tolist(),
    "polars": polars.read_excel("terms.xlsx", infer_schema_length=None)["end"].to_list(),
}
for name in ("python-calamine", "openpyxl", "xlsxwriter", "pandas", "polars", "fastexcel"):
    print(name, version(name))
for name, cells in seen.items():
    print(f"{name}: ends of anna, boris (#N/A), clara (#DIV/0!), dora (empty): {cells}")
expected = {
    "openpyxl": ["2006", "#N/A", "#DIV/0!", None],
    "python-calamine": ["2006", "", "", ""],
    "pandas, calamine": ["2006", "", "", ""],
    "polars": ["2006", None, None, None],
}
raise SystemExit(0 if seen == expected else 1)
PY
venv/bin/python try.py
