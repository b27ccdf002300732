"""Tables as a workbook and back: nothing is lost, and what was edited is shown, judged, written."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from needed import lacking
from test_saved import FORMS, save
from walks import describe

from kg.errors import DataError, InputError, UsageError
from kg.exports.dump import dump, dump_rows
from kg.files import digests
from kg.model import schema
from kg.model.tables import sheet_names
from kg.pipeline.builder import build
from kg.pipeline.edits import Edits, edits

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
PROJECTS = [ROOT, ROOT / "examples" / "alliance", ROOT / "examples" / "seleucids"]
FACTS = "data/statements/facts.csv"
SOFFICE = shutil.which("soffice")


def run(folder: Path, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, input=answer,
    )  # fmt: skip


def dumped(tiny: Tiny, suffix: str = ".xlsx") -> Path:
    """The workbook of the project, outside of it."""
    path = tiny.path.parent / f"rows{suffix}"
    path.write_bytes(dump_rows(tiny.data, suffix))
    return path


def edited(tiny: Tiny, change: Callable[[Any], object]) -> Path:
    """The workbook after somebody changed it and saved it again."""
    path = dumped(tiny)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def put(cell: str, value: object, sheet: str = "facts") -> Callable[[Any], object]:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


def shown(found: Edits) -> list[tuple[int, dict[str, tuple[str, str]]]]:
    return [(one.before.line, one.cells) for table in found.tables for one in table.changed]


def read(path: Path, sheet: str) -> list[list[object]]:
    page = openpyxl.load_workbook(path)[sheet]
    return [list(row) for row in page.iter_rows(values_only=True)]


def read_ods(path: Path, sheet: str) -> list[list[object]]:
    """What pandas finds, without a type or a header."""
    table = pd.read_excel(
        path, engine="odf", sheet_name=sheet, header=None, dtype=str, keep_default_na=False
    )
    return [[cell or None for cell in row] for row in table.to_numpy().tolist()]


# What the workbook is like.


def test_each_table_is_a_sheet_with_its_columns_and_all_of_its_rows(tiny: Tiny) -> None:
    path = dumped(tiny)

    assert openpyxl.load_workbook(path).sheetnames == ["entities", "sources", "facts"]
    for sheet, table in [("entities", "entities"), ("sources", "sources"), ("facts", FACTS[5:-4])]:
        with (tiny.data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert read(path, sheet) == [[cell or None for cell in row] for row in csv.reader(file)]


def test_all_cells_are_texts_also_those_that_nobody_filled(tiny: Tiny) -> None:
    page = openpyxl.load_workbook(dumped(tiny))["facts"]

    cells = [cell for row in page.iter_rows() for cell in row]
    assert {cell.number_format for cell in cells} == {"@"}
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert page.column_dimensions["D"].number_format == "@"


def test_the_header_stays_in_view_and_has_a_filter(tiny: Tiny) -> None:
    page = openpyxl.load_workbook(dumped(tiny))["facts"]

    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:J10")
    assert 8 <= page.column_dimensions["A"].width <= 20


def test_of_libreoffice_the_header_stays_in_view_and_has_a_filter_too(tiny: Tiny) -> None:
    """As OpenDocument 1.3 and LibreOffice's settings have it, read as plain XML."""
    with zipfile.ZipFile(dumped(tiny, ".ods")) as book:
        content, settings = (book.read(f"{name}.xml").decode() for name in ("content", "settings"))

    assert re.findall('target-range-address="([^"]*)"', content)[-1] == "'facts'.A1:'facts'.J10"
    assert content.count('display-filter-buttons="true"') == 3
    assert settings.count('name="VerticalSplitPosition" config:type="int">1<') == 3


def test_in_a_workbook_of_libreoffice_every_cell_is_a_text_as_it_was_written(tiny: Tiny) -> None:
    """Nothing has another type than that of a text, so no date or number is made of it."""
    with zipfile.ZipFile(dumped(tiny, ".ods")) as book:
        names, content = book.namelist(), book.read("content.xml").decode()
        kind = book.getinfo("mimetype")

    assert set(re.findall('office:value-type="([^"]*)"', content)) == {"string"}
    assert read_ods(dumped(tiny, ".ods"), "facts") == read(dumped(tiny), "facts")
    # What tells programs the kind of the file stands first, and as it is.
    assert (names[0], kind.compress_type) == ("mimetype", zipfile.ZIP_STORED)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_the_same_rows_give_the_same_bytes(tiny: Tiny, suffix: str) -> None:
    first = dump_rows(tiny.data, suffix)
    time.sleep(2.1)

    assert dump_rows(tiny.data, suffix) == first


def test_tables_get_names_that_a_spreadsheet_takes_and_that_differ() -> None:
    names = sheet_names(
        [
            *("a[b].csv", "A b .csv", "History.csv", "entities.csv", "x/part-1.csv"),
            *(f"{'y' * 40}.csv", f"{'y' * 41}.csv", "'.csv"),
        ]
    )

    assert names == [
        *("a b", "A b (2)", "History (2)", "entities (2)", "x part-1"),
        *("y" * 31, "y" * 27 + " (2)", "facts"),
    ]


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_a_text_too_long_for_a_cell_is_refused_and_not_cut(tiny: Tiny, suffix: str) -> None:
    tiny.replace("data/entities.csv", "A club, the oldest", "x" * 32_768)

    with pytest.raises(
        UsageError, match=r"^'entities'!G6 would have 32,\d+ characters, and a cell"
    ):
        dump_rows(tiny.data, suffix)


def test_a_table_that_cannot_be_read_is_not_dumped_in_part(tiny: Tiny) -> None:
    place = tiny.add("anna,playsFor")

    with pytest.raises(DataError, match=rf"^{place}:.*2 cells where the header has 10"):
        dump_rows(tiny.data, ".xlsx")


def test_a_workbook_is_not_put_where_it_would_be_a_table(tiny: Tiny) -> None:
    for name in ("data/rows.xlsx", "data/statements/rows.xlsx", "data/rows.ods"):
        done = run(tiny.path, "dump", "-o", name)

        assert done.returncode == 2
        assert "would be a table of the project there" in done.stderr
    assert run(tiny.path, "dump", "-o", "rows.xlsx").returncode == 0


# Without an edit nothing differs.


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_a_workbook_that_nobody_edited_says_what_the_tables_say(
    project: Path, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"rows{suffix}"
    path.write_bytes(dump_rows(project / "data", suffix))

    assert edits(project / "data", path, remove=True).tables == []


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_the_record_of_a_build_gives_the_same_rows(project: Path, tmp_path: Path) -> None:
    store = build(project / "data", project / "ontology").store()
    for suffix in (".xlsx", ".ods"):
        path = tmp_path / f"rows{suffix}"
        path.write_bytes(dump(store, suffix))

        assert edits(project / "data", path, remove=True).tables == []


UNLIKELY = ["=1+1", "+1", "#N/A", "TRUE", "1e5", "1/2", "_x0041_", "'x", 'a "b"', "-0043", "01"]


def test_awkward_cells_and_blanks_within_them_come_back_from_libreoffice_s_form(
    tiny: Tiny,
) -> None:
    for number, note in enumerate([*UNLIKELY, "a  b   c", "a & <b>", "1,5 %", "שלום", "𒀀"]):
        quoted = note.replace('"', '""')
        tiny.add(f'anna,playsFor,rooks,2000-01-01,,,almanac-2001,p. {number},,"{quoted}"')

    assert edits(tiny.data, dumped(tiny, ".ods"), remove=True).tables == []


def test_a_cell_edited_in_libreoffice_s_form_is_shown_before_it_is_written(tiny: Tiny) -> None:
    """One cell of the rows, changed in the XML that odfpy did not see."""
    path = dumped(tiny, ".ods")
    with zipfile.ZipFile(path) as book:
        files = {name: book.read(name) for name in book.namelist()}
    changed = files["content.xml"].replace(b">1998<", b">1997<", 1)
    assert changed != files["content.xml"]
    with zipfile.ZipFile(path, "w") as book:
        for name, content in files.items():
            book.writestr(name, changed if name == "content.xml" else content)
    before = (tiny.path / FACTS).read_bytes()

    checked = run(tiny.path, "load", str(path), "--check")
    assert "start: '1998' → '1997'" in checked.stdout
    assert (tiny.path / FACTS).read_bytes() == before
    assert run(tiny.path, "load", str(path), "--yes").returncode == 0
    assert (tiny.path / FACTS).read_bytes() == before.replace(b"knights,1998", b"knights,1997", 1)


def test_what_was_known_by_a_day_are_the_rows_of_the_sources_of_before(tiny: Tiny) -> None:
    run(tiny.path, "build")
    run(tiny.path, "dump", "-o", "then.xlsx", "--known-by", "2000")

    # The almanac is of 2001.
    rows = read(tiny.path / "then.xlsx", "facts")
    assert {row[6] for row in rows[1:]} == {"gazette-1999"}
    assert len(rows) == 5


AWKWARD = st.one_of(
    st.sampled_from(
        [
            *("=1+1", "+1", "-1", "@x", "#N/A", "TRUE", "1e5", "2012", "2012-05", "-0043", "1/2"),
            *("_x0041_", "_x005F_", "'x", '"q"', "a,b", 'a "b" c', "x" * 32_000, "١٢"),
            "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}",
        ]
    ),
    st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12
    ),
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(AWKWARD, AWKWARD, AWKWARD), min_size=1, max_size=5))
@example(cells=[("=x", " blank before", "blank behind "), ("-0043-05", "_x000D_", '""')])
def test_cells_of_any_kind_come_back_as_they_were(
    tiny: Tiny, cells: list[tuple[str, str, str]]
) -> None:
    path = tiny.path / FACTS
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(schema.required("statements"))
        writer.writerows(
            ["anna", "playsFor", one, two, "", "", "almanac-2001", f"p. {at}", "", three]
            for at, (one, two, three) in enumerate(cells)
        )
    try:
        workbook = dumped(tiny)
    except DataError:
        # A character that no format carries is told of, and there is no workbook.
        return

    assert edits(tiny.data, workbook, remove=True).tables == []


def test_escapes_that_excel_writes_are_read_as_the_text_that_was_typed(tiny: Tiny) -> None:
    path = tiny.path.parent / "rows.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("sources")
        rows = read(dumped(tiny), "sources")
        rows[1][1] = "_x0041_"
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)

    assert shown(edits(tiny.data, path)) == [(2, {"title": ("Almanac of the League", "_x0041_")})]


# What somebody edited.


def test_a_changed_cell_is_written_and_every_other_byte_stays(tiny: Tiny) -> None:
    before = (tiny.path / FACTS).read_text(encoding="utf-8")
    path = edited(tiny, put("D5", "2000-02-01"))

    done = run(tiny.path, "load", str(path), "--yes")

    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            f"{FACTS}: 1 row changed",
            f"  ~ {path}[facts]:5: anna playsFor rooks",
            "      start: '2000-01-01' → '2000-02-01'",
        ],
    )
    expected = before.replace("rooks,2000-01-01,,,almanac", "rooks,2000-02-01,,,almanac")
    assert (tiny.path / FACTS).read_text(encoding="utf-8") == expected
    assert run(tiny.path, "load", str(path)).stderr == "no difference\n"


def test_a_new_row_stands_behind_the_one_it_was_typed_below(tiny: Tiny) -> None:
    def insert(book: Any) -> None:
        book["facts"].insert_rows(6)
        cells = ["clara", "playsFor", "rooks", "1997", "", "", "almanac-2001", "p. 9", " “C”"]
        for column, text in enumerate(cells, start=1):
            book["facts"].cell(6, column, text if column != 9 else None)

    path = edited(tiny, insert)

    done = run(tiny.path, "load", str(path), "--yes")

    lines = (tiny.path / FACTS).read_text(encoding="utf-8").splitlines()
    assert lines[5] == "clara,playsFor,rooks,1997,,,almanac-2001,p. 9,,"
    assert len(lines) == 11
    assert f"  + {path}[facts]:6: clara | playsFor | rooks | 1997" in done.stdout


def test_a_deleted_row_stays_unless_it_is_to_be_removed(tiny: Tiny) -> None:
    before = (tiny.path / FACTS).read_text(encoding="utf-8")
    path = edited(tiny, lambda book: book["facts"].delete_rows(8))

    kept = run(tiny.path, "load", str(path), "--yes")
    assert kept.returncode == 0
    assert kept.stdout.splitlines() == [
        f"{FACTS}: 1 row not in the workbook, and kept",
        f"  - {FACTS}:8: boris | won | city-open | 1999-06-12 | gazette-1999 | ¶1",
    ]
    assert (tiny.path / FACTS).read_text(encoding="utf-8") == before

    gone = run(tiny.path, "load", str(path), "--yes", "--remove")
    assert gone.returncode == 0
    row = "boris,won,city-open,,,1999-06-12,gazette-1999,¶1,,\n"
    assert (tiny.path / FACTS).read_text(encoding="utf-8") == before.replace(row, "")


def test_the_order_of_rows_in_the_workbook_is_no_difference(tiny: Tiny) -> None:
    def turn(book: Any) -> None:
        page = book["facts"]
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        for number, row in enumerate(reversed(rows), start=2):
            for column, value in enumerate(row, start=1):
                page.cell(number, column).value = value

    assert edits(tiny.data, edited(tiny, turn), remove=True).tables == []


@pytest.mark.parametrize(
    ("cell", "value", "form", "old", "new"),
    [
        ("D5", dt.date(2000, 2, 1), "dd/mm/yyyy", "2000-01-01", "2000-02-01"),
        ("D5", dt.date(2001, 1, 1), "yyyy", "2000-01-01", "2001"),
        ("D7", 1997, "General", "1998", "1997"),
        ("C6", 2050.5, "0.00", "2100", "2050.5"),
    ],
)
def test_what_a_spreadsheet_made_a_date_or_number_is_read_as_it_was_typed(
    tiny: Tiny, cell: str, value: object, form: str, old: str, new: str
) -> None:
    def change(book: Any) -> None:
        book["facts"][cell] = value
        book["facts"][cell].number_format = form

    ((_, cells),) = shown(edits(tiny.data, edited(tiny, change)))

    assert list(cells.values()) == [(old, new)]


def test_a_year_that_became_a_number_is_the_same_year(tiny: Tiny) -> None:
    assert edits(tiny.data, edited(tiny, put("D7", 1998))).tables == []


def test_a_new_entity_and_a_row_about_it_come_together(tiny: Tiny) -> None:
    def change(book: Any) -> None:
        book["entities"].append(["dora", "Player", "Dora", "Дора"])
        book["facts"].append(
            ["dora", "playsFor", "rooks", "2003", None, None, "almanac-2001", "p. 7"]
        )

    done = run(tiny.path, "load", str(edited(tiny, change)), "--yes")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        0,
        "2 tables written; next: kg build",
    )
    entities = (tiny.data / "entities.csv").read_text(encoding="utf-8")
    assert entities.endswith("\nrooks,Club,Rooks,Ладьи,,,\ndora,Player,Dora,Дора,,,\n")
    assert run(tiny.path, "validate").returncode == 0


def test_a_new_sheet_is_a_new_table_and_an_optional_column_comes_with_its_cells(
    tiny: Tiny,
) -> None:
    def change(book: Any) -> None:
        page = book.create_sheet("Rumours")
        page.append([cell.value for cell in book["facts"][1]])
        page.append(["clara", "won", "city-open", None, None, "2002", "almanac-2001", "p. 8"])
        book["facts"]["K1"], book["facts"]["K4"] = "confidence", 0.8

    done = run(tiny.path, "load", str(edited(tiny, change)), "--yes")

    assert done.returncode == 0, done.stdout
    assert (tiny.data / "statements" / "Rumours.csv").read_text(encoding="utf-8") == (
        "subject,predicate,object,start,end,at,source,locator,rank,note\n"
        "clara,won,city-open,,,2002,almanac-2001,p. 8,,\n"
    )
    lines = (tiny.path / FACTS).read_text(encoding="utf-8").splitlines()
    assert lines[0].endswith(",note,confidence")
    assert [line.rpartition(",")[2] for line in lines[1:]] == ["", "", "0.8", *[""] * 6]


def test_a_row_in_a_table_that_is_to_be_in_order_comes_to_its_place(tiny: Tiny) -> None:
    describe(tiny.path, 'kg:houseRules "statements-order"')
    row = ["anna", "won", "city-open", None, None, "2001", "almanac-2001", "p. 6"]

    done = run(
        tiny.path, "load", str(edited(tiny, lambda book: book["facts"].append(row))), "--yes"
    )

    assert done.returncode == 0, done.stdout
    lines = (tiny.path / FACTS).read_text(encoding="utf-8").splitlines()
    assert lines[6] == "anna,won,city-open,,,2001,almanac-2001,p. 6,,"


@pytest.mark.parametrize("form", FORMS)
def test_a_table_keeps_the_form_in_which_it_was_saved(tiny: Tiny, form: str) -> None:
    path = edited(tiny, put("J5", "a; b, c|d"))
    before = {name: (tiny.data / name).read_bytes() for name in ("entities.csv", "sources.csv")}
    save(tiny, form)
    saved = {path.name: path.read_bytes() for path in (tiny.data / "statements").iterdir()}

    found = edits(tiny.data, path)
    found.write()

    (name,) = saved
    now = (tiny.data / "statements" / name).read_bytes()
    codec = "utf-16" if now[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    old, new = (text.decode(codec).splitlines() for text in (saved[name], now))
    differing = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    assert [len(old), len(differing)] == [len(new), 1]
    assert edits(tiny.data, path).tables == []
    assert before.keys() == {"entities.csv", "sources.csv"}


# What is refused.


def test_an_error_names_the_cell_of_the_workbook_and_nothing_is_written(tiny: Tiny) -> None:
    before = digests(tiny.data)

    def change(book: Any) -> None:
        book["facts"]["D5"] = "2000-13"
        book["facts"].insert_rows(3)
        cells = ["zoe", "playsFor", "rooks", "1999", None, None, "almanac-2001"]
        for column, text in enumerate(cells, start=1):
            book["facts"].cell(3, column, text)

    path = edited(tiny, change)
    done = run(tiny.path, "load", str(path), "--yes")

    assert done.returncode == 1
    errors = [line.partition(";")[0] for line in done.stdout.splitlines() if ": error: " in line]
    assert errors == [
        f"{path}[facts]!A3: error: subject 'zoe' is not a known id",
        f"{path}[facts]!D6: error: '2000-13' is not a date: there is no month 13",
    ]
    assert done.stderr.endswith("2 errors; nothing was written\n")
    assert digests(tiny.data) == before


def test_a_row_that_stands_twice_is_told_with_the_cell_of_the_first(tiny: Tiny) -> None:
    def change(book: Any) -> None:
        book["facts"].append([cell.value for cell in book["facts"][5]])

    path = edited(tiny, change)
    done = run(tiny.path, "load", str(path), "--yes")

    assert f"{path}[facts]!A11: error: the row repeats {path}[facts]:5; remove" in done.stdout


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("D5", "two\nlines", "D5: error: the cell has several lines"),
        (
            "D5",
            dt.datetime.fromisoformat("2000-01-01T07:00"),
            "D5: error: the cell holds a time of day",
        ),
        ("D1", "begin", "A1: error: column 'start' is missing"),
    ],
)
def test_what_cannot_be_read_for_certain_is_an_error_at_its_cell(
    tiny: Tiny, cell: str, value: object, said: str
) -> None:
    path = edited(tiny, put(cell, value))
    done = run(tiny.path, "load", str(path), "--yes")

    assert done.returncode == 1
    assert f"{path}[facts]!{said}" in done.stdout


def test_a_check_writes_nothing_and_says_by_its_code_whether_anything_differs(tiny: Tiny) -> None:
    before = digests(tiny.data)
    path = dumped(tiny)
    assert run(tiny.path, "load", str(path), "--check").returncode == 0

    done = run(tiny.path, "load", str(edited(tiny, put("D7", "1997"))), "--check")

    assert (done.returncode, done.stderr) == (1, "nothing was written\n")
    assert "start: '1998' → '1997'" in done.stdout
    assert digests(tiny.data) == before


def test_without_a_terminal_and_without_yes_nothing_is_written(tiny: Tiny) -> None:
    before = digests(tiny.data)
    done = run(tiny.path, "load", str(edited(tiny, put("D7", "1997"))), answer="y\n")

    assert done.returncode == 1
    assert "--yes writes without asking" in done.stderr
    assert digests(tiny.data) == before


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of Unix")
@pytest.mark.parametrize(("answer", "year"), [("y\n", "1997"), ("\n", "1998"), ("n\n", "1998")])
def test_on_a_terminal_it_is_asked_and_only_yes_writes(tiny: Tiny, answer: str, year: str) -> None:
    import pty

    path = edited(tiny, put("D7", "1997"))
    mine, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "load", str(path)],
        cwd=tiny.path, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:  # fmt: skip
        os.write(mine, answer.encode())
        _, said = process.communicate(timeout=60)
    os.close(mine)
    os.close(theirs)

    assert "write? [y/N] " in said
    assert process.returncode == (0 if year == "1997" else 1)
    assert f"boris,playsFor,knights,{year}," in (tiny.path / FACTS).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [".~lock.facts.csv#", "~$facts.csv"])
def test_a_table_that_is_open_elsewhere_keeps_all_tables_as_they_are(tiny: Tiny, name: str) -> None:
    def change(book: Any) -> None:
        book["facts"]["D7"] = "1997"
        book["entities"]["C2"] = "Anne"

    path = edited(tiny, change)
    tiny.write(f"data/statements/{name}", "")
    before = digests(tiny.data)

    with pytest.raises(InputError, match=r"facts\.csv is open in .* says"):
        edits(tiny.data, path).write()
    assert digests(tiny.data) == before


def test_a_table_that_changes_meanwhile_stays_as_the_other_program_left_it(tiny: Tiny) -> None:
    found = edits(tiny.data, edited(tiny, put("D7", "1997")))
    tiny.add("clara,won,city-open,,,2002,almanac-2001,p. 8,,")
    theirs = (tiny.path / FACTS).read_bytes()

    with pytest.raises(InputError, match="changed while it was compared, and stays as it is"):
        found.write()
    assert (tiny.path / FACTS).read_bytes() == theirs


def test_tables_in_a_workbook_of_the_project_are_edited_there(tiny: Tiny) -> None:
    path = edited(tiny, put("C2", "Anne", "entities"))
    own = tiny.data / "league.xlsx"
    book = openpyxl.load_workbook(path)
    for name in ("sources", "facts"):
        del book[name]
    book.save(own)
    (tiny.data / "entities.csv").unlink()

    with pytest.raises(DataError) as caught:
        edits(tiny.data, path)
    assert str(caught.value) == (
        f"{path.as_posix()}[entities]: error: the table of entities is data/league.xlsx[entities], "
        "and no table of text; edit it there, and delete or hide it here"
    )
    again = run(tiny.path, "dump", "-o", "rows.xlsx")
    assert again.stdout.startswith("data/league.xlsx: note: the table is left out; a workbook is")
    assert openpyxl.load_workbook(tiny.path / "rows.xlsx").sheetnames == ["sources", "facts"]


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("rows.xls", 2, "rows.xls is no workbook (.xlsx or .ods) and no folder of CSV"),
        ("absent.xlsx", 3, "absent.xlsx is not there"),
        ("empty", 2, "empty has no table"),
    ],
)
def test_what_is_no_copy_of_tables_is_told_with_a_repair(
    tiny: Tiny, name: str, code: int, said: str
) -> None:
    tiny.write("rows.xls", "")
    (tiny.path / "empty").mkdir()

    done = run(tiny.path, "load", name)

    assert done.returncode == code
    assert said in done.stderr


# Other ways to edit.


def flat(tiny: Tiny, folder: Path) -> Iterable[Path]:
    """All tables beside each other, as a spreadsheet saves each of its sheets."""
    for path in (tiny.data / "entities.csv", tiny.data / "sources.csv", tiny.path / FACTS):
        yield Path(shutil.copy(path, folder))


@pytest.mark.parametrize("is_flat", [True, False])
def test_a_folder_of_csv_is_a_copy_too(tiny: Tiny, is_flat: bool) -> None:
    folder = tiny.path.parent / "edited"
    if is_flat:
        folder.mkdir()
        facts = [*flat(tiny, folder)][-1]
    else:
        shutil.copytree(tiny.data, folder)
        facts = folder / "statements" / "facts.csv"
    assert edits(tiny.data, folder, remove=True).tables == []
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace("knights,1998", "knights,1997"), encoding="utf-8")

    assert shown(edits(tiny.data, folder)) == [(7, {"start": ("1998", "1997")})]


@pytest.mark.slow
@pytest.mark.parametrize("first", [".xlsx", ".ods"])
@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_libreoffice_saves_the_workbook_in_its_own_form_and_back_without_a_difference(
    project: Path, tmp_path: Path, first: str
) -> None:
    path = tmp_path / f"rows{first}"
    path.write_bytes(dump_rows(project / "data", first))

    for number, suffix in enumerate(("ods", "xlsx")):
        folder = tmp_path / str(number)
        convert(path, suffix, folder)
        path = folder / f"rows.{suffix}"
        assert edits(project / "data", path, remove=True).tables == []


@pytest.mark.slow
def test_awkward_cells_come_back_through_libreoffice(tiny: Tiny, tmp_path: Path) -> None:
    for number, note in enumerate(UNLIKELY):
        quoted = note.replace('"', '""')
        tiny.add(f'anna,playsFor,rooks,2000-01-01,,,almanac-2001,p. {number},,"{quoted}"')

    convert(dumped(tiny), "ods", tmp_path / "first")
    convert(tmp_path / "first" / "rows.ods", "xlsx", tmp_path / "second")
    convert(dumped(tiny, ".ods"), "xlsx", tmp_path / "third")

    for path in (
        tmp_path / "first" / "rows.ods",
        tmp_path / "second" / "rows.xlsx",
        tmp_path / "third" / "rows.xlsx",
    ):
        assert edits(tiny.data, path, remove=True).tables == []


def convert(path: Path, suffix: str, folder: Path) -> None:
    """Let LibreOffice save the workbook in another form."""
    if SOFFICE is None:
        lacking("LibreOffice", "apt-get install libreoffice-calc-nogui")
    profile = (folder / "profile").as_uri()
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", suffix,
         "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
