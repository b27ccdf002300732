#!/usr/bin/env bash
# A workbook saved as "Strict Open XML", a form that Excel offers, with a date in it.
#
# A good guess: readers of .xlsx find the same sheets and cells as in the usual form, because both
# are the forms of one standard (ISO/IEC 29500, parts 1 and 4), or refuse the file. Dates may be
# cells of type d there, texts as ISO 8601 has them.
# What happens: openpyxl opens the file without a word and finds no sheet at all; pandas then says
# that there is no worksheet 0, and to whoever asks for all sheets that "Sheet name is an empty
# list". xlsx2csv finds the sheet, and breaks off with an error of its own at the first date, with
# the rows before it already written. python-calamine and Polars (fastexcel) read all of it.
# Why users care: a curator's dates come from such files. A program that walks over
# book.worksheets takes in nothing and reports success, and a pipe that takes the output of xlsx2csv
# without its exit code keeps the header alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'openpyxl==3.1.5' 'pandas==3.1.1' 'xlsx2csv==0.8.6' \
  'python-calamine==0.9.1' 'polars==2.1.0' 'fastexcel==0.21.0'
cat > try.py <<'PY'
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pandas
import polars
import python_calamine

STRICT = "http://purl.oclc.org/ooxml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN, RELATED = f"{STRICT}/spreadsheetml/main", f"{STRICT}/officeDocument/relationships"


def related(*targets: tuple[str, str]) -> str:
    ones = "".join(
        f'<Relationship Id="r{n}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{ones}</Relationships>'


parts = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/sheet.xml" ContentType="{KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/></Types>',
    "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}" conformance="strict">'
    '<sheets><sheet name="facts" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": related(("worksheet", "sheet.xml"), ("styles", "styles.xml")),
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    "xl/sheet.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>start</t></is></c></row>'
    '<row r="2"><c r="A2" s="1" t="d"><v>2020-05-26</v></c></row>'
    "</sheetData></worksheet>",
}
with zipfile.ZipFile("facts.xlsx", "w") as book:
    for name, text in parts.items():
        book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')

for name in ("openpyxl", "pandas", "xlsx2csv", "python-calamine", "polars", "fastexcel"):
    print(name, version(name))
print("openpyxl:", openpyxl.load_workbook("facts.xlsx").sheetnames)
for sheet in (0, None):
    try:
        print(f"pandas, sheet {sheet}:", pandas.read_excel("facts.xlsx", sheet_name=sheet))
    except ValueError as error:
        print(f"pandas, sheet {sheet}:", error)
done = subprocess.run(
    [Path(sys.executable).with_name("xlsx2csv"), "facts.xlsx"], capture_output=True, text=True
)
print("xlsx2csv:", done.returncode, done.stdout.split(), done.stderr.splitlines()[-1])
print("python-calamine:", python_calamine.load_workbook("facts.xlsx").get_sheet_by_index(0).to_python())
print("polars:", polars.read_excel("facts.xlsx").rows())
PY
venv/bin/python -W ignore try.py | tee seen
diff - seen <<'SEEN'
openpyxl 3.1.5
pandas 3.1.1
xlsx2csv 0.8.6
python-calamine 0.9.1
polars 2.1.0
fastexcel 0.21.0
openpyxl: []
pandas, sheet 0: Worksheet index 0 is invalid, 0 worksheets found
pandas, sheet None: Sheet name is an empty list
xlsx2csv: 1 ['start'] AttributeError: 'Sheet' object has no attribute 'options'
python-calamine: [['start'], [datetime.date(2020, 5, 26)]]
polars: [(datetime.date(2020, 5, 26),)]
SEEN
