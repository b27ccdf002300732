"""A table gives its good rows, and a finding for each line that is not one."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from kg.errors import Finding, InputError
from kg.model.foreign_table import ForeignTable
from kg.model.table import Row, Table, cell_column
from kg.model.texts import read_text

if TYPE_CHECKING:
    from pathlib import Path

HEADER_REPAIR = "the header must be name,club"


def table_of(folder: Path, content: str | bytes) -> tuple[Table, list[Row]]:
    path = folder / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    table = Table(path, "t.csv", ("name", "club"))
    return table, list(table)


def test_a_row_knows_its_cells(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, "name,club\nanna,knights\n")

    assert rows[0].cells == {"name": "anna", "club": "knights"}


def test_a_row_knows_its_line_as_an_editor_counts(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, "name,club\nanna,knights\n\nboris,rooks\n")

    assert [row.place for row in rows] == ["t.csv:2", "t.csv:4"]


def test_the_last_line_may_lack_its_newline(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, "name,club\nanna,knights")

    assert len(rows) == 1


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, "club,name\nknights,anna\n")

    assert rows[0].cells == {"name": "anna", "club": "knights"}


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, "name,club\r\nanna,knights\r\n")

    assert rows[0].cells == {"name": "anna", "club": "knights"}


@pytest.mark.parametrize("limit", [131_072, 2**31 - 2])
@pytest.mark.parametrize("letters", [131_073, 1_000_001])
def test_a_cell_that_is_longer_than_any_may_be_is_told_and_the_next_row_is_read(
    tmp_path: Path, letters: int, limit: int, request: pytest.FixtureRequest
) -> None:
    """Whatever limit another library in the process has given to Python's CSV reader."""
    before = csv.field_size_limit(limit)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    table, rows = table_of(tmp_path, f"name,club\nanna,{'x' * letters}\nboris,rooks\n")

    assert [row.line for row in rows] == [3]
    # "anna," is five characters long.
    message = f"the line has {letters + 5:,} characters, and one cell may have 131,072"
    repair = "write the text into a file of its own and cite it as a source, or shorten it"
    assert table.findings == [Finding("t.csv", 2, 1, "error", message, repair)]


def test_a_quote_that_swallows_the_file_on_one_line_is_called_open(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, f'name,club\nanna,"{"x" * 1_000_000}\n')

    (finding,) = table.findings
    assert finding.repair.startswith("close the quote that is open in it")


def test_spaces_around_a_cell_do_not_count(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, "name,club\n anna , knights \n")

    assert rows[0].cells == {"name": "anna", "club": "knights"}


def test_a_quoted_cell_may_hold_commas_and_quotes(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, 'name,club\n"Anna, called ""the Rook""",knights\n')

    assert rows[0].cells["name"] == 'Anna, called "the Rook"'


def test_a_line_of_spaces_is_no_row(tmp_path: Path) -> None:
    table, rows = table_of(tmp_path, "name,club\n  \t\n")

    assert (rows, table.findings) == ([], [])
    assert [note.message for note in table.notes] == ["1 row is empty"]


def test_reading_goes_on_after_a_bad_line(tmp_path: Path) -> None:
    table, rows = table_of(tmp_path, 'name,club\nanna\n"boris,rooks\nclara,knights\n')

    assert ([row.line for row in rows], [f.line for f in table.findings]) == ([4], [2, 3])


def test_the_cells_of_a_bad_line_are_remembered_as_lost(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, 'name,club\nanna\n"boris,rooks\n')

    assert {"anna", "rooks"} <= table.lost


def test_a_cell_too_few_is_found_at_the_end_of_the_line(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "name,club\nanna\n")

    assert (table.findings[0].column, table.findings[0].message) == (
        5,
        "1 cell where the header has 2, 1 too few",
    )


def test_a_cell_too_many_is_found_where_it_begins(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "name,club\nanna,knights,rooks,bishops\n")

    assert (table.findings[0].column, table.findings[0].message) == (
        14,
        "4 cells where the header has 2, 2 too many",
    )


def test_an_unclosed_quote_is_found_where_it_opens(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, 'name,club\nanna,"knights\n')

    assert (table.findings[0].line, table.findings[0].column) == (2, 6)


def test_text_after_a_quoted_cell_is_not_csv(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, 'name,club\n"anna"x,knights\n')

    assert table.findings[0].message == "the line is not CSV: ',' expected after '\"'"


@pytest.mark.parametrize(
    ("header", "column", "message"),
    [
        ("name", 1, "column 'club' is missing"),
        ("name,club,age", 11, "column 'age' is not one of this table's"),
        ("name,club,name", 11, "column 'name' stands twice"),
        ("nom;cercle", 1, "the first line is not the header"),
        ("name|club", 1, "the names of the columns are separated by vertical bars"),
        ('"name,club', 1, "the first line is not the header"),
    ],
)
def test_a_wrong_header_is_found(tmp_path: Path, header: str, column: int, message: str) -> None:
    table, _ = table_of(tmp_path, header + "\n")

    assert table.findings == [Finding("t.csv", 1, column, "error", message, HEADER_REPAIR)]


def test_a_misspelled_column_is_recognised(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "name,clubb\n")

    assert table.findings[1].repair == "did you mean 'club'?"


@pytest.mark.parametrize(
    ("content", "complete"),
    [
        (b"name,club\n", True),
        (b"name,club,age\n", True),
        (b"\xef\xbb\xbfname,club\n", True),
        (b"name\n", False),
        (b"", False),
        (b"name,club\n\xff\n", False),
    ],
)
def test_a_table_is_complete_when_all_its_columns_can_be_read(
    tmp_path: Path,
    content: bytes,
    complete: bool,
) -> None:
    table, _ = table_of(tmp_path, content)

    assert table.complete == complete


def test_an_empty_file_is_told_its_first_line(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "")

    assert str(table.findings[0]) == (
        "t.csv:1:1: error: the file is empty; the first line must be name,club"
    )


def test_a_wrong_byte_is_found_in_characters_of_its_line(tmp_path: Path) -> None:
    table, _ = table_of(tmp_path, "name,club\nжюж,".encode() + b"\xfe\n")

    assert str(table.findings[0]) == (
        "t.csv:2:5: error: byte 17 (0xfe) is not UTF-8; save the file as UTF-8"
    )


def test_after_a_byte_order_mark_reading_goes_on(tmp_path: Path) -> None:
    table, rows = table_of(tmp_path, b"\xef\xbb\xbfname,club\nanna,knights\n")

    assert (len(rows), table.findings, len(table.notes)) == (1, [], 1)


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_text(tmp_path / "t.csv", "data/t.csv", [])

    assert str(raised.value) == "data/t.csv cannot be read: No such file or directory"


def test_a_folder_in_place_of_a_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_text(tmp_path, "data/t.csv", [])

    assert str(raised.value) == "data/t.csv cannot be read: Is a directory"


def test_an_error_points_at_the_start_of_its_cell(tmp_path: Path) -> None:
    _, rows = table_of(tmp_path, 'name,club\n"Anna, A.",knights\n')

    assert rows[0].error("club", "m", "r") == Finding("t.csv", 2, 12, "error", "m", "r")


@pytest.mark.parametrize(
    ("line", "index", "column"),
    [
        ("a,b", 0, 1),
        ("a,b", 1, 3),
        ("a,b", 2, 4),
        ('"a,b",c', 1, 7),
        ('"a ""b,"" c",d', 1, 14),
        ('5" disc,b', 1, 9),
        ("жюж,b", 1, 5),
        (",,c", 2, 3),
        ("", 0, 1),
    ],
)
def test_a_cell_starts_at_its_column(line: str, index: int, column: int) -> None:
    assert cell_column(line, index) == column


OPTIONS = {"state": "--subject", "body": "--object"}


def foreign(folder: Path, content: str | bytes) -> tuple[ForeignTable, list[Row]]:
    path = folder / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    table = ForeignTable(path, "t.csv", OPTIONS)
    return table, list(table)


class TestTablesOfOthers:
    def test_further_columns_are_kept(self, tmp_path: Path) -> None:
        table, rows = foreign(tmp_path, "year,state,body\n2020,A,B\n")

        assert (table.findings, rows[0].cells["year"]) == ([], "2020")

    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_the_header_says_what_separates_cells(self, tmp_path: Path, mark: str) -> None:
        _, rows = foreign(tmp_path, mark.join(["state", "body"]) + "\n" + mark.join(["A", "B"]))

        assert rows[0].cells == {"state": "A", "body": "B"}

    def test_a_place_is_right_also_between_semicolons(self, tmp_path: Path) -> None:
        _, rows = foreign(tmp_path, "state;body\nArmenia;B\n")

        assert rows[0].error("body", "wrong", "repair it").column == 9

    def test_a_byte_order_mark_is_welcome(self, tmp_path: Path) -> None:
        table, rows = foreign(tmp_path, b"\xef\xbb\xbfstate,body\nA,B\n")

        assert (table.findings, rows[0].cells["state"]) == ([], "A")

    def test_spaces_around_a_column_name_do_not_count(self, tmp_path: Path) -> None:
        table, _ = foreign(tmp_path, "state , body\nA,B\n")

        assert table.complete

    def test_a_quoted_cell_may_go_on_over_lines(self, tmp_path: Path) -> None:
        _, rows = foreign(tmp_path, 'note,state,body\n"one,\n""two""",A,B\nx,C,D\n')

        assert [(row.line, row.cells["state"]) for row in rows] == [(2, "A"), (4, "C")]

    def test_a_cell_behind_such_a_cell_stands_on_the_later_line(self, tmp_path: Path) -> None:
        _, rows = foreign(tmp_path, 'note,state,body\n"one,\n""two""",A,B\n')

        finding = rows[0].error("body", "wrong", "repair it")
        assert (finding.line, finding.column) == (3, 12)

    def test_a_quote_inside_a_cell_opens_nothing(self, tmp_path: Path) -> None:
        _, rows = foreign(tmp_path, 'state,body\n5" gun,B\nC,D\n')

        assert [row.line for row in rows] == [2, 3]

    def test_a_quote_that_is_never_closed_is_named_where_it_opens(self, tmp_path: Path) -> None:
        table, rows = foreign(tmp_path, 'state,body\nA,B\n"C,D\nE,F\n')

        assert ([row.line for row in rows], [one.line for one in table.findings]) == ([2], [3])

    def test_a_column_that_is_missing_is_told_with_the_nearest(self, tmp_path: Path) -> None:
        table, _ = foreign(tmp_path, "states,body\nA,B\n")

        repair = "did you mean 'states'? If not, name it with --subject; there are: states, body"
        assert table.findings == [
            Finding("t.csv", 1, 1, "error", "there is no column 'state'", repair)
        ]

    def test_every_column_that_is_missing_is_told(self, tmp_path: Path) -> None:
        table, _ = foreign(tmp_path, "x,y\n1,2\n")

        repairs = [finding.repair for finding in table.findings]
        assert repairs == [
            "name it with --subject; there are: x, y",
            "name it with --object; there are: x, y",
        ]

    def test_of_many_columns_the_first_dozen_are_shown(self, tmp_path: Path) -> None:
        table, _ = foreign(tmp_path, ",".join(f"c{i}" for i in range(40)) + "\n")

        assert table.findings[0].repair.endswith("c10, c11, …")

    def test_a_strange_header_stays_on_one_line(self, tmp_path: Path) -> None:
        table, _ = foreign(tmp_path, "sta\N{ESCAPE}te,x\x07\n")

        assert all(str(finding).isprintable() for finding in table.findings)

    def test_a_column_that_stands_twice_is_told_at_its_second_place(self, tmp_path: Path) -> None:
        table, _ = foreign(tmp_path, "state,body,state\nA,B,C\n")

        message = "column 'state' stands twice"
        assert table.findings == [
            Finding("t.csv", 1, 12, "error", message, "rename one of the two")
        ]

    @pytest.mark.parametrize("content", [b"", b"state,body\n\xff\n"])
    def test_what_is_no_text_is_not_readable(self, tmp_path: Path, content: bytes) -> None:
        table, rows = foreign(tmp_path, content)

        assert (table.readable, rows) == (False, [])
