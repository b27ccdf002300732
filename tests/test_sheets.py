"""Workbooks as tables of a project: read as the same tables of text, or told with their cell."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from books import (
    TABLES,
    WRITERS,
    Error,
    Formula,
    Percent,
    Shown,
    Value,
    by_odfpy,
    by_openpyxl,
    by_xlsxwriter,
    tables_of,
)
from gitted import commit, repository

from kg.errors import Finding, InputError, UsageError
from kg.files import digests
from kg.model.grid import Cell
from kg.model.xlsx import grids
from kg.pipeline.load import Records

if TYPE_CHECKING:
    from conftest import Tiny

FACTS = "data/statements/facts.csv"
FORMATS = ("text", "json", "github")
WRITER = pytest.mark.parametrize("writer", WRITERS)


def saved(tiny: Tiny, writer: str, **changes: Value) -> str:
    """Make a workbook of the tiny project, with cells of the facts changed; return its name.

    A change is `C5=value`.
    """
    sheets = tables_of(tiny.data)
    for place, value in changes.items():
        sheets["facts"][int(place[1:]) - 1][ord(place[0]) - ord("A")] = value
    name, write = WRITERS[writer]
    write(tiny.data / name, sheets)
    return f"data/{name}"


def said(records: Records) -> str:
    """All that was read, places of rows among it, as one text."""
    return "\n".join(
        map(repr, (*records.entities.values(), *records.sources.values(), *records.statements))
    )


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace a text in the sheets of a workbook of Excel."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            is_sheet = name.startswith("xl/worksheets/")
            book.writestr(
                name, content.replace(old.encode(), new.encode()) if is_sheet else content
            )


def only(tiny: Tiny) -> Finding:
    """The one finding that there is, but for notes of what rests on a table that is not read."""
    findings = [one for one in tiny.records().findings if "mend the table first" not in one.repair]
    assert len(findings) == 1, findings
    return findings[0]


@WRITER
def test_a_workbook_says_what_the_tables_of_text_say(tiny: Tiny, writer: str) -> None:
    expected = said(tiny.records())

    name = saved(tiny, writer)

    records = tiny.records()
    for sheet, path in TABLES.items():
        expected = expected.replace(f"data/{path}:", f"{name}[{sheet}]:")
    assert said(records) == expected
    assert records.findings == ()
    assert tiny.build().report.conforms


@WRITER
def test_some_tables_may_be_sheets_and_others_text(tiny: Tiny, writer: str) -> None:
    before = len(tiny.records().statements)
    name, write = WRITERS[writer]
    sheets = tables_of(tiny.data, ["facts"])

    write(tiny.data / "statements" / name, sheets)

    records = tiny.records()
    assert (len(records.statements), records.findings) == (before, ())
    assert records.statements[0].references[0].row.startswith(f"data/statements/{name}[facts]:")


@WRITER
def test_a_wrong_cell_is_told_with_sheet_and_cell(tiny: Tiny, writer: str) -> None:
    # In the tables of text, a date in another form says where the ISO form is offered.
    name = saved(tiny, writer, D4="03.09.1995")

    found = only(tiny)

    assert str(found).startswith(f"{name}[facts]!D4: error: '03.09.1995' is not a date")
    assert found[:3] == (f"{name}[facts]", 4, 4)


# A cell that a spreadsheet types, and the text that it is read as.
TYPED: dict[str, tuple[Value, str]] = {
    "a day": (dt.date(1995, 9, 4), "1995-09-04"),
    "a day at midnight": (dt.datetime(1995, 9, 4), "1995-09-04"),  # noqa: DTZ001
    "a day that shows its year": (Shown(dt.date(1995, 1, 1), "yyyy"), "1995"),
    "a day that shows year and month": (Shown(dt.date(1995, 9, 1), "yyyy-mm"), "1995-09"),
    "a day that shows the name of its month": (Shown(dt.date(1995, 9, 1), "mmm yyyy"), "1995-09"),
    "a day that shows month and day": (Shown(dt.date(1995, 9, 4), "d mmm"), "1995-09-04"),
    "a year that is a number": (1995, "1995"),
    "a year that is a fraction": (1995.0, "1995"),
    "a text with blanks around it": ("  1995-09 ", "1995-09"),
}


@WRITER
@pytest.mark.parametrize("kind", TYPED)
def test_a_typed_date_comes_back_as_written(tiny: Tiny, writer: str, kind: str) -> None:
    value, expected = TYPED[kind]

    saved(tiny, writer, D4=value)

    records = tiny.records()
    assert [one for one in records.findings if one.severity == "error"] == []
    assert [
        one.start for one in records.statements if (one.subject, one.end) == ("anna", "2000-01-01")
    ].count(expected) == 1


@WRITER
@pytest.mark.parametrize(
    ("value", "text"), [(10.5, "10.5"), (1998, "1998"), (True, "true"), (0.0000001, "0.0000001")]
)
def test_numbers_and_truths_are_read_as_people_write_them(
    tiny: Tiny, writer: str, value: Value, text: str
) -> None:
    saved(tiny, writer, H4=value)

    locators = {r.locator for one in tiny.records().statements for r in one.references}

    assert text in locators


# A cell that cannot be read for certain, and what is told of it.
UNCERTAIN: dict[str, tuple[Value, str]] = {
    "a time of day on a day": (
        dt.datetime(1995, 9, 4, 13, 30),  # noqa: DTZ001
        "the cell holds a time of day, 1995-09-04 13:30:00, and dates have none; write 1995-09-04",
    ),
    "a time": (dt.time(13, 30), "the cell holds a time, 13:30"),
    "an error": (Error("=NA()", "#N/A"), "the cell holds the error #N/A; correct the formula"),
    "a division": (Error("=1/0", "#DIV/0!"), "the cell holds the error #DIV/0!"),
    "a number of 16 digits": (1234567890123456, "spreadsheets keep 15 digits of a number"),
    "a percentage": (
        Percent(0.51),
        "the cell shows a percentage, and holds 0.51; format the cell as a number",
    ),
    "several lines": ("1995\n1996", "the cell has several lines; write it on one line"),
}


@WRITER
@pytest.mark.parametrize("kind", UNCERTAIN)
def test_a_cell_that_is_not_certain_is_an_error_at_its_place(
    tiny: Tiny, writer: str, kind: str
) -> None:
    value, expected = UNCERTAIN[kind]

    name = saved(tiny, writer, D4=value)

    found = only(tiny)
    assert str(found).startswith(f"{name}[facts]!D4: error: {expected}")
    assert found.repair


@pytest.mark.parametrize("writer", ["openpyxl", "odfpy"])
def test_a_formula_without_a_saved_result_is_an_error(tiny: Tiny, writer: str) -> None:
    name = saved(tiny, writer, D4=Formula("=1990+5"))

    assert str(only(tiny)).startswith(
        f"{name}[facts]!D4: error: the cell holds a formula, and no result was saved with it; open"
    )


@pytest.mark.parametrize("writer", ["xlsxwriter", "odfpy"])
def test_a_formula_is_read_as_its_saved_result_and_noted_once(tiny: Tiny, writer: str) -> None:
    expected = said(tiny.records())

    name = saved(tiny, writer, A4=Formula('="an"&"na"', "anna"), B5=Formula("=B3", "playsFor"))

    assert str(only(tiny)) == (
        f"{name}[facts]!A4: note: 2 cells hold formulas; the results saved with them are read"
    )
    for sheet, path in TABLES.items():
        expected = expected.replace(f"data/{path}:", f"{name}[{sheet}]:")
    assert said(tiny.records()) == expected


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(tiny: Tiny) -> None:
    before = len(tiny.records().statements)

    name = saved(tiny, "xlsxwriter", J4=Formula('=""', "to be empty"))
    # Excel writes the empty text so; the writer would leave the type of the result out.
    rewrite(tiny.path / name, "<v>to be empty</v>", "<v></v>")

    assert (only(tiny).severity, len(tiny.records().statements)) == ("note", before)


def test_days_that_are_counted_from_1904_are_the_same_days(tiny: Tiny) -> None:
    expected = said(tiny.records())
    sheets = tables_of(tiny.data)

    by_xlsxwriter(tiny.data / "league.xlsx", sheets, since_1904=True)

    for sheet, path in TABLES.items():
        expected = expected.replace(f"data/{path}:", f"data/league.xlsx[{sheet}]:")
    assert said(tiny.records()) == expected


def repacked(path: Path, change: Callable[[str, bytes], tuple[str, bytes]], **more: bytes) -> None:
    """Write a workbook again with other names and contents of its parts."""
    with zipfile.ZipFile(path) as book:
        parts = [change(name, book.read(name)) for name in book.namelist()]
    with zipfile.ZipFile(path, "w") as book:
        for name, content in [*parts, *more.items()]:
            book.writestr(name, content)


def same_as_text(tiny: Tiny, change: Callable[[], object]) -> None:
    """Hold a workbook of Excel, once it was changed, to what the tables of text say."""
    expected = said(tiny.records())
    for sheet, path in TABLES.items():
        expected = expected.replace(f"data/{path}:", f"data/league.xlsx[{sheet}]:")
    saved(tiny, "openpyxl")
    assert said(tiny.records()) == expected
    change()
    found = tiny.records()

    assert said(found) == expected
    assert [one for one in found.findings if one.severity == "error"] == []


# The names of elements and relationships in files of the two kinds (ISO/IEC 29500, annex A).
STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
    b"http://schemas.openxmlformats.org/drawingml/2006/main": (
        b"http://purl.oclc.org/ooxml/drawingml/main"
    ),
}


def test_a_workbook_saved_as_strict_open_xml_says_the_same(tiny: Tiny) -> None:
    """Excel offers that form; its days are texts in it, as ISO 8601 has them."""
    import openpyxl

    path = tiny.data / "league.xlsx"

    def strict(name: str, content: bytes) -> tuple[str, bytes]:
        for usual, own in STRICT.items():
            content = content.replace(usual, own)
        return name, content

    def change() -> None:
        book = openpyxl.load_workbook(path)
        book.iso_dates = True
        book.save(path)
        repacked(path, strict)
        with zipfile.ZipFile(path) as saved_again:
            sheet = saved_again.read("xl/worksheets/sheet3.xml")
        assert b'xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"' in sheet
        assert b't="d"' in sheet

    same_as_text(tiny, change)


PIVOTS = b'<pivotCaches><pivotCache cacheId="1" rel:id="pivots"/></pivotCaches>'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def test_a_pivot_table_that_no_library_knows_stops_nothing(tiny: Tiny) -> None:
    """What stands in cells does not depend on it; what is not of this world is in its place."""
    path = tiny.data / "league.xlsx"

    def pivoted(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "xl/workbook.xml":
            space = f'<workbook xmlns:rel="{RELATED}" '.encode()
            content = content.replace(b"<workbook ", space).replace(
                b"</workbook>", PIVOTS + b"</workbook>"
            )
        if name == "xl/_rels/workbook.xml.rels":
            one = f'<Relationship Id="pivots" Type="{RELATED}/pivotCacheDefinition" '
            one += 'Target="pivotCache/one.xml"/></Relationships>'
            content = content.replace(b"</Relationships>", one.encode())
        return name, content

    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATED}/pivotTable" Target="../pivotTables/one.xml"/>'
        "</Relationships>"
    )
    more = {
        "xl/worksheets/_rels/sheet3.xml.rels": rels.encode(),
        "xl/pivotTables/one.xml": b"<unheard/>",
        "xl/pivotCache/one.xml": b"<unheard/>",
    }

    same_as_text(tiny, lambda: repacked(path, pivoted, **more))


@pytest.mark.parametrize(
    "other",
    [
        lambda name: name.replace("sharedStrings", "SharedStrings"),
        lambda name: name.replace("/", "\\"),
    ],
    ids=["letters", "slashes"],
)
def test_names_of_parts_may_be_written_otherwise(tiny: Tiny, other: Callable[[str], str]) -> None:
    path = tiny.data / "league.xlsx"

    same_as_text(tiny, lambda: repacked(path, lambda name, content: (other(name), content)))


def test_what_the_names_of_strict_open_xml_say_in_a_cell_stays(tiny: Tiny) -> None:
    name = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    saved(tiny, "openpyxl", J2=f'"{name}"')
    repacked(tiny.data / "league.xlsx", lambda part, content: (part, content))

    assert any(
        reference.note == f'"{name}"'
        for one in tiny.records().statements
        for reference in one.references
    )


def replacing(*pairs: tuple[str, str]) -> Callable[[str, bytes], tuple[str, bytes]]:
    """Return what replaces texts in every part; each must stand in one of them."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        for old, new in pairs:
            content = content.replace(old.encode(), new.encode())
        return name, content

    return change


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</fills>", "<fill/></fills>"),
        ("</fonts>", '<font><color rgb="unheard"/></font></fonts>'),
        (
            "</sheetData>",
            (
                '</sheetData><conditionalFormatting sqref="A1">'
                '<cfRule type="unheard" priority="1"/></conditionalFormatting>'
            ),
        ),
        (
            "</sheetData>",
            (
                '</sheetData><dataValidations><dataValidation type="unheard" sqref="A1"/>'
                "</dataValidations>"
            ),
        ),
        ("<sheetFormatPr ", '<sheetFormatPr outlineLevelRow="many" '),
    ],
    ids=["fill", "colour", "rule of colours", "rule of values", "looks of rows"],
)
def test_what_only_shows_cells_stops_nothing(tiny: Tiny, old: str, new: str) -> None:
    path = tiny.data / "league.xlsx"

    def change() -> None:
        with zipfile.ZipFile(path) as book:
            assert any(old.encode() in book.read(name) for name in book.namelist())
        repacked(path, replacing((old, new)))

    same_as_text(tiny, change)


def test_styles_may_stand_elsewhere(tiny: Tiny) -> None:
    """Names of parts are free; formats say which numbers are days."""
    path = tiny.data / "league.xlsx"

    def moved(name: str, content: bytes) -> tuple[str, bytes]:
        content = content.replace(b"/xl/styles.xml", b"/looks.xml")
        return name.replace("xl/styles.xml", "looks.xml"), content

    same_as_text(tiny, lambda: repacked(path, moved))


def test_the_list_of_types_may_be_written_otherwise(tiny: Tiny) -> None:
    """An attribute has no place among others, and the name of the list no capital letters."""
    path = tiny.data / "league.xlsx"

    def turned(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "[Content_Types].xml":
            content = re.sub(rb'(PartName="[^"]*") (ContentType="[^"]*")', rb"\2 \1", content)
            assert re.search(rb'ContentType="[^"]*" PartName="/xl/styles.xml"', content)
        return name.lower().replace("sharedstrings", "sharedStrings"), content

    same_as_text(tiny, lambda: repacked(path, turned))


def test_a_style_that_is_not_in_the_file_is_that_of_numbers(tiny: Tiny) -> None:
    """As where a program left all styles out: 45000 is a number in such a cell."""
    name = saved(tiny, "openpyxl", J2=45000)
    path = tiny.path / name

    def without(part: str, content: bytes) -> tuple[str, bytes]:
        if part == "xl/styles.xml":
            content = (
                b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
            )
        return part, content.replace(b'<c r="J2"', b'<c r="J2" s="900"')

    repacked(path, without)

    (facts,) = [grid for grid in grids(path) if grid.name == "facts"]
    assert facts.rows[2][10] == Cell("45000")


@pytest.mark.parametrize("number", [27, 31, 36, 50, 57, 58])
def test_a_day_in_a_format_of_east_asia_is_that_day(tmp_path: Path, number: int) -> None:
    """Only the number of the format stands in the file (ISO/IEC 29500, part 1, 18.8.30)."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "days.xlsx") as book:
        form = book.add_format({"num_format": number})
        book.add_worksheet("days").write_datetime(0, 0, dt.date(1998, 5, 14), form)

    (days,) = grids(tmp_path / "days.xlsx")
    assert days.rows == {1: {1: Cell("1998-05-14")}}


def test_a_time_in_a_format_of_east_asia_is_told(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "times.xlsx") as book:
        form = book.add_format({"num_format": 32})
        book.add_worksheet("times").write_datetime(0, 0, dt.time(9, 30), form)

    (times,) = grids(tmp_path / "times.xlsx")
    problem = times.rows[1][1].problem
    assert problem is not None
    assert problem[0] == "the cell holds a time, 09:30:00"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Ada_x0020_Lovelace_x000D_", "Ada Lovelace"),
        ("_x0041_da", "Ada"),
        ("_x005F_x0041_da", "_x0041_da"),
        ("a_x0001_b", "a_x0001_b"),
        ("a_xyz_b", "a_xyz_b"),
    ],
)
def test_a_character_that_is_written_by_its_number_is_that_character(
    tiny: Tiny, written: str, text: str
) -> None:
    """Excel ends lines so that came from elsewhere; what XML cannot carry stays as it is."""
    name = saved(tiny, "openpyxl", J2="PLACE")
    repacked(tiny.path / name, replacing(("PLACE", written)))

    (facts,) = [grid for grid in grids(tiny.path / name) if grid.name == "facts"]
    assert facts.rows[2][10].text == text


def test_an_area_that_is_merged_down_to_the_last_row_costs_nothing(tiny: Tiny) -> None:
    name = saved(tiny, "openpyxl")
    rewrite(
        tiny.path / name,
        "</sheetData>",
        '</sheetData><mergeCells><mergeCell ref="Z1:Z1048576"/></mergeCells>',
    )
    tracemalloc.start()
    try:
        assert tiny.records().findings == ()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    # A cell for each row took hundreds of megabytes.
    assert peak < 50_000_000


def test_what_a_merged_cell_hides_is_not_read(tiny: Tiny) -> None:
    """Excel shows the first cell of an area alone, and here nothing stands in it."""
    name = saved(tiny, "openpyxl")
    put = '<row r="30"><c r="B30" t="inlineStr"><is><t>hidden</t></is></c></row></sheetData>'
    rewrite(
        tiny.path / name,
        "</sheetData>",
        f'{put}<mergeCells><mergeCell ref="A30:C30"/></mergeCells>',
    )

    assert tiny.records().findings == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504),
            (
                "is locked with a password, or a workbook of the older form .xls; save it again as "
                ".xlsx, without a password"
            ),
        ),
        (
            b"not a workbook",
            (
                "cannot be read as a workbook (BadZipFile: File is not a zip file); save it again "
                "in the spreadsheet"
            ),
        ),
    ],
    ids=["locked", "other"],
)
def test_a_file_that_is_no_workbook_is_told_from_one_with_a_password(
    tiny: Tiny, content: bytes, says: str
) -> None:
    (tiny.data / "league.xlsx").write_bytes(content)

    with pytest.raises(InputError) as raised:
        tiny.records()

    assert str(raised.value) == f"data/league.xlsx {says}"


def test_what_a_library_says_over_several_lines_is_told_in_one(tiny: Tiny) -> None:
    name = saved(tiny, "openpyxl")
    repacked(tiny.path / name, replacing(('state="visible"', 'state="unheard"')))

    with pytest.raises(InputError) as raised:
        tiny.records()

    assert "\n" not in str(raised.value)


def merged(tiny: Tiny, area: str) -> None:
    import openpyxl

    book = openpyxl.load_workbook(tiny.data / "league.xlsx")
    book["facts"].merge_cells(area)
    book.save(tiny.data / "league.xlsx")


def test_merged_cells_over_data_are_one_error(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    merged(tiny, "A3:A5")

    assert str(only(tiny)) == (
        "data/league.xlsx[facts]!A3: error: the cells A3:A5 are merged, and one value stands for "
        "all of them; unmerge them, and write into each cell what it says"
    )


def test_merged_cells_in_which_nothing_stands_are_passed_over(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    merged(tiny, "A30:C40")

    assert tiny.records().findings == ()


def test_merged_cells_of_libreoffice_are_one_error(tiny: Tiny) -> None:
    from odf import table
    from odf.opendocument import load

    name = saved(tiny, "odfpy")
    book = load(str(tiny.path / name))
    sheet = book.getElementsByType(table.Table)[2]
    first = sheet.getElementsByType(table.TableRow)[2].getElementsByType(table.TableCell)[0]
    first.setAttribute("numberrowsspanned", 2)
    first.setAttribute("numbercolumnsspanned", 1)
    book.save(str(tiny.path / name))

    assert str(only(tiny)).startswith(f"{name}[facts]!A3: error: the cells A3:A4 are merged")


def test_hidden_sheets_and_empty_ones_are_left_out_with_a_note(tiny: Tiny) -> None:
    import openpyxl

    before = len(tiny.records().statements)
    sheets = tables_of(tiny.data) | {"lists": [["Player"], ["Club"]], "Sheet3": []}
    by_openpyxl(tiny.data / "league.xlsx", sheets)
    book = openpyxl.load_workbook(tiny.data / "league.xlsx")
    book["lists"].sheet_state = "hidden"
    book.save(tiny.data / "league.xlsx")

    records = tiny.records()

    assert "\n".join(map(str, records.findings)) == (
        "data/league.xlsx[lists]: note: the sheet is hidden, and not read; show it if it is a table"
        "\ndata/league.xlsx[Sheet3]: note: the sheet is empty, and not read; delete it, or fill it"
    )
    assert len(records.statements) == before


def test_a_hidden_sheet_of_libreoffice_is_left_out_with_a_note(tiny: Tiny) -> None:
    from odf import style, table
    from odf.opendocument import load

    sheets = tables_of(tiny.data) | {"lists": [["Player"], ["Club"]]}
    by_odfpy(tiny.data / "league.ods", sheets)
    book = load(str(tiny.data / "league.ods"))
    hidden = style.Style(name="ta9", family="table")
    hidden.addElement(style.TableProperties(display="false"))
    book.automaticstyles.addElement(hidden)
    book.getElementsByType(table.Table)[3].setAttribute("stylename", hidden)
    book.save(str(tiny.data / "league.ods"))

    assert only(tiny)[:4] == ("data/league.ods[lists]", 0, 0, "note")


@WRITER
def test_a_table_may_stand_anywhere_in_its_sheet(tiny: Tiny, writer: str) -> None:
    sheets = tables_of(tiny.data)
    sheets["facts"] = [[], [], *([None, None, *row] for row in sheets["facts"][:4])]
    sheets["facts"][4][4] = "nobody"
    name, write = WRITERS[writer]

    write(tiny.data / name, sheets)

    assert [one[:3] for one in tiny.records().findings if one.severity == "error"] == [
        (f"data/{name}[facts]", 5, 5)
    ]


def test_a_sheet_that_is_no_table_says_that_it_may_be_hidden(tiny: Tiny) -> None:
    sheets = tables_of(tiny.data) | {"To do": [["ask Anna"], ["ask Boris"]]}
    by_openpyxl(tiny.data / "league.xlsx", sheets)

    assert str(only(tiny)) == (
        "data/league.xlsx[To do]!A1: error: the first line is not the header; the header must be "
        "subject,predicate,object,start,end,at,source,locator,rank,note; "
        "hide a sheet that is no table"
    )


def test_a_cell_far_away_costs_nothing_and_is_told(tiny: Tiny) -> None:
    sheets = tables_of(tiny.data)
    by_openpyxl(tiny.data / "league.xlsx", sheets)
    # The last cell that a sheet can have, in the place of a row that ends there.
    rewrite(tiny.data / "league.xlsx", 'r="A10"', 'r="XFD1048576"')
    rewrite(tiny.data / "league.xlsx", '<row r="10"', '<row r="1048576"')

    assert ("data/league.xlsx[facts]", 1048576, 16384) in [
        one[:3] for one in tiny.records().findings
    ]


def test_text_left_of_the_table_is_an_error_at_its_cell(tiny: Tiny) -> None:
    sheets = tables_of(tiny.data)
    sheets["facts"] = [[None, *row] for row in sheets["facts"]]
    sheets["facts"][4][0] = "see mail"
    by_openpyxl(tiny.data / "league.xlsx", sheets)

    assert str(only(tiny)).startswith("data/league.xlsx[facts]!A5: error: text stands in a column")


def test_text_beside_the_table_is_an_error_at_its_cell(tiny: Tiny) -> None:
    sheets = tables_of(tiny.data)
    sheets["facts"][4].append("see mail")
    by_openpyxl(tiny.data / "league.xlsx", sheets)

    assert str(only(tiny)) == (
        "data/league.xlsx[facts]!K5: error: text stands in a column without a name; "
        "name the column in the header, or empty the cell"
    )


def test_a_table_of_text_and_a_sheet_of_one_name_are_an_error(tiny: Tiny) -> None:
    text = (tiny.data / "entities.csv").read_bytes()
    saved(tiny, "openpyxl")
    (tiny.data / "entities.csv").write_bytes(text)

    assert str(only(tiny)) == (
        "data/league.xlsx[entities]: error: the table of entities is data/entities.csv already; "
        "put all rows into one of the two, and delete the other"
    )


def test_what_a_spreadsheet_writes_beside_an_open_workbook_is_no_table(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    before = digests(tiny.data)
    for name in ("~$league.xlsx", ".~lock.league.xlsx#", ".~lock.league.ods#"):
        (tiny.data / name).write_text("anna", encoding="utf-8")

    assert tiny.records().findings == ()
    assert digests(tiny.data) == before
    assert "data/league.xlsx" in before


@pytest.mark.parametrize("name", ["league.xls", "League.XLSM", "statements/league.xlsb"])
def test_a_workbook_in_a_form_that_is_not_read_is_named(tiny: Tiny, name: str) -> None:
    (tiny.data / name).write_bytes(b"")

    assert only(tiny)[:5] == (f"data/{name}", 0, 0, "warning", "the file is not read")


def run(tiny: Tiny, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.run(
        command, cwd=tiny.path, capture_output=True, encoding="utf-8", check=False
    )


def test_an_unknown_id_is_to_be_added_to_the_sheet(tiny: Tiny) -> None:
    saved(tiny, "openpyxl", A4="zoe")

    assert str(only(tiny)) == (
        "data/league.xlsx[facts]!A4: error: subject 'zoe' is not a known id; "
        "correct it or add it to data/league.xlsx[entities]"
    )


def test_each_format_of_findings_says_where_to_look(tiny: Tiny) -> None:
    saved(tiny, "openpyxl", A4="zoe")

    text, told, github = (run(tiny, "validate", "--format", form).stdout for form in FORMATS)

    assert text.startswith("data/league.xlsx[facts]!A4: error: subject 'zoe'")
    (found,) = [one for one in json.loads(told)["findings"] if one["severity"] == "error"]
    assert (found["path"], found["line"], found["column"]) == ("data/league.xlsx[facts]", 4, 1)
    assert "\n::error file=data/league.xlsx::[facts]!A4: subject 'zoe' is not" in github


def test_a_build_is_out_of_date_when_its_workbook_changed(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    assert run(tiny, "build").returncode == 0
    assert run(tiny, "query", "squad").stderr == ""

    rewrite(tiny.data / "league.xlsx", "<v>2100</v>", "<v>2200</v>")

    assert run(tiny, "query", "squad").stderr.startswith("note: data/ or ontology/ changed since")


def test_what_changed_in_a_workbook_since_a_revision_is_told_with_its_row(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    repository(tiny.path)
    commit(tiny.path)
    rewrite(tiny.data / "league.xlsx", "<v>2100</v>", "<v>2200</v>")

    lines = run(tiny, "diff", "HEAD").stdout.splitlines()

    assert [(line[0], line.rpartition("  ")[2]) for line in lines] == [
        ("-", "data/league.xlsx[facts]:6"),
        ("+", "data/league.xlsx[facts]:6"),
    ]


def test_tidy_leaves_workbooks_alone_and_says_so(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    before = (tiny.data / "league.xlsx").read_bytes()

    assert run(tiny, "tidy").stderr == "all tables are plain\n"
    done = run(tiny, "tidy", "data/league.xlsx")

    assert done.returncode == 2
    assert done.stderr == (
        "kg: data/league.xlsx is a workbook, which is read as it is: "
        "only tables of text are saved plainly\n"
    )
    assert (tiny.data / "league.xlsx").read_bytes() == before


def test_spark_refuses_workbooks_with_a_repair(tiny: Tiny) -> None:
    pytest.importorskip("pyspark")
    from kg.pipeline.spark.engine import Project, refuse

    saved(tiny, "openpyxl")
    plain = replace(tiny.known(), rules=(), shapes=())

    with pytest.raises(UsageError, match=r"reads no workbooks; use --engine local, or save"):
        refuse(Project(tiny.data, plain, tiny.records().dataset))


def test_a_damaged_workbook_is_one_line(tiny: Tiny) -> None:
    (tiny.data / "league.xlsx").write_bytes(b"PK no workbook")

    with pytest.raises(InputError, match=r"^data/league\.xlsx cannot be read as a workbook \(.*;"):
        tiny.records()


@pytest.mark.parametrize(
    ("module", "name"), [("openpyxl", "a.xlsx"), ("odf.opendocument", "a.ods")]
)
def test_a_missing_library_is_named_with_the_command_that_brings_it(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    (tiny.data / name).write_bytes(b"")
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(UsageError, match=r"pip install 'eurasia-kg\[sheets\]'$"):
        tiny.records()


def test_a_project_without_workbooks_loads_no_library_for_them(tiny: Tiny) -> None:
    code = "import sys, kg; kg.validate(*sys.argv[1:]); print({'openpyxl', 'odf'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tiny.data), str(tiny.ontology)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip

    assert done.stdout == "set()\n"


def test_parquet_beside_a_workbook_is_refused_with_a_repair(tiny: Tiny) -> None:
    saved(tiny, "openpyxl")
    (tiny.data / "statements" / "more.parquet").write_bytes(b"PAR1")

    with pytest.raises(UsageError, match=r"league\.xlsx is read by rows and more\.parquet by"):
        tiny.build()
