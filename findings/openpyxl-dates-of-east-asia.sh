#!/usr/bin/env bash
# Days of a workbook in the date formats that Excel has in East Asia, read by openpyxl.
#
# A good guess: a day in format 31 is read as a day, as one in format 14 is. ISO/IEC 29500 (part 1,
# 18.8.30) lists 27 to 36 and 50 to 58 among the formats that only their numbers name, as formats of
# dates and times for Chinese, Japanese and Korean; the file does not write them out.
# What happens: openpyxl knows the list without them and takes each for General, so the day comes
# out as the number of days since 1900, and so it does from pandas, which reads by openpyxl unless
# told otherwise. Nothing warns. calamine gives the days.
# Why users care: 35929 is a whole number like any other. In a column of years, codes or sums it is
# taken for one, and which rows were days can only be told by looking into the styles of the file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'openpyxl==3.1.5' 'xlsxwriter==3.3.1' 'pandas==3.1.1' \
  'python-calamine==0.9.1'
cat > try.py <<'PY'
import datetime as dt
from importlib.metadata import version

import openpyxl
import pandas
import python_calamine
import xlsxwriter

FORMATS = (14, 27, 31, 36, 50, 57, 58)
DAY = dt.date(1998, 5, 14)

with xlsxwriter.Workbook("days.xlsx") as book:
    sheet = book.add_worksheet("days")
    sheet.write_row(0, 0, ["format", "day"])
    for row, number in enumerate(FORMATS, start=1):
        sheet.write(row, 0, number)
        sheet.write_datetime(row, 1, DAY, book.add_format({"num_format": number}))

by_openpyxl = openpyxl.load_workbook("days.xlsx")["days"]
by_calamine = python_calamine.CalamineWorkbook.from_path("days.xlsx").get_sheet_by_name("days")
by_pandas = pandas.read_excel("days.xlsx", engine="openpyxl")
seen = {
    "openpyxl": [row[1] for row in by_openpyxl.iter_rows(min_row=2, values_only=True)],
    "pandas, openpyxl": by_pandas["day"].tolist(),
    "python-calamine": [row[1] for row in by_calamine.to_python()[1:]],
}
for name in ("openpyxl", "xlsxwriter", "pandas", "python-calamine"):
    print(name, version(name))
for name, cells in seen.items():
    print(f"{name}: 1998-05-14 in the formats {FORMATS}: {[str(one) for one in cells]}")
as_numbers = [dt.datetime(1998, 5, 14), *([35929] * 6)]
expected = {
    "openpyxl": as_numbers,
    "pandas, openpyxl": as_numbers,
    "python-calamine": [DAY] * 7,
}
raise SystemExit(0 if seen == expected else 1)
PY
venv/bin/python try.py
