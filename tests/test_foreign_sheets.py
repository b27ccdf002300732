"""Workbooks that others made: a project begins with one of their sheets, or is held against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from beginnings import begin, facts, rows
from books import (
    WRITERS,
    Error,
    Formula,
    Percent,
    Shown,
    Value,
    by_odfpy,
    by_openpyxl,
    by_xlsxwriter,
)

import kg
from kg.cli.commands import main
from kg.errors import InputError, TableError, UsageError

if TYPE_CHECKING:
    from conftest import Tiny

Made = Callable[..., tuple[int, list[str]]]
COLUMNS = ("--subject", "who", "--object", "what", "--predicate", "member of")
PERIODS = ("--start", "from", "--end", "to")
MEMBERS: list[list[Value]] = [
    ["who", "what", "from", "to", "share"],
    ["Ada", "Rowers", dt.date(2001, 5, 3), 2005, Percent(0.5)],
    ["Ben", "Rowers", Shown(dt.date(1999, 1, 1), "yyyy"), None, None],
    [None, None, None, None, None],
    ["Cleo", "Divers", "20x1", None, None],
    ["Ben", "Rowers", 1999, None, None],
]
WRITER = pytest.mark.parametrize("writer", WRITERS)


@pytest.fixture
def made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Made:
    """Make a project of a workbook, check it, and return the exit code and what was said."""

    def of(
        sheets: dict[str, list[list[Value]]], *words: str, writer: str = "openpyxl"
    ) -> tuple[int, list[str]]:
        monkeypatch.chdir(tmp_path)
        name, write = WRITERS[writer]
        write(tmp_path / name, sheets)
        return begin(monkeypatch, capfd, name, *COLUMNS, *words)

    return of


@WRITER
def test_the_rows_of_the_only_sheet_are_facts(made: Made, tmp_path: Path, writer: str) -> None:
    """Numbers and dates are what the cells show; a percentage that nobody looks for is no fault."""
    code, said = made({"members": MEMBERS}, *PERIODS, writer=writer)

    name = WRITERS[writer][0]
    assert (code, said[:3]) == (
        0,
        [
            "wrote mine (10 files); 2 of 4 rows are facts; 3 entities, 1 property",
            f"left out 1 row: '20x1' is not a date, first at {name}[members]!C5",
            f"left out 1 row: the row repeats row 3, first at {name}[members]!C6",
        ],
    )
    assert facts(tmp_path) == {
        ("ada", "memberOf", "rowers", "2001-05-03", "2005", ""),
        ("ben", "memberOf", "rowers", "1999", "", ""),
    }
    cited = {row["subject"]: row["locator"] for row in rows(tmp_path, "statements/facts")}
    assert cited == {"ada": "row 2", "ben": "row 3"}
    (source,) = rows(tmp_path, "sources")
    assert source["title"] == f"{name}[members]"


@WRITER
def test_years_that_follow_on_each_other_name_their_rows(
    made: Made, tmp_path: Path, writer: str
) -> None:
    sheet: list[list[Value]] = [["who", "what", "year"]]
    sheet += [["Ada", "Rowers", 2001], ["Ada", "Rowers", 2002], ["Ben", "Rowers", 2003]]
    made({"panel": sheet}, "--year", "year", writer=writer)

    found = {(row["subject"], row["start"], row["end"], row["locator"])
             for row in rows(tmp_path, "statements/facts")}  # fmt: skip
    assert found == {("ada", "2001", "2002", "rows 2-3"), ("ben", "2003", "", "row 4")}


def test_of_several_sheets_one_is_named(made: Made, tmp_path: Path) -> None:
    sheets: dict[str, list[list[Value]]] = {
        "notes": [["see below"]],
        "members": MEMBERS,
        "empty": [],
    }
    assert made(sheets, *PERIODS) == (
        2,
        ["kg: league.xlsx has 2 sheets; name one with --sheet: notes, members"],
    )
    assert made(sheets, *PERIODS, "--sheet", "member") == (
        2,
        ["kg: league.xlsx has no sheet 'member'; did you mean 'members'?"],
    )
    assert made(sheets, *PERIODS, "--sheet", "2024") == (
        2,
        ["kg: league.xlsx has no sheet '2024'; there are: notes, members, empty"],
    )
    first = "the first line must be who,what,from,to"
    assert made(sheets, *PERIODS, "--sheet", "empty") == (
        3,
        [f"kg: league.xlsx[empty]!A1: error: the file is empty; {first}"],
    )
    assert not (tmp_path / "mine").exists()
    assert made(sheets, *PERIODS, "--sheet", "members")[0] == 0


def test_a_hidden_sheet_is_not_the_only_one_but_may_be_named(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import openpyxl

    made({"members": MEMBERS, "old": MEMBERS}, *PERIODS, "--sheet", "old")
    book = openpyxl.load_workbook(tmp_path / "league.xlsx")
    book["old"].sheet_state = "hidden"
    book.save(tmp_path / "hidden.xlsx")
    monkeypatch.chdir(tmp_path)
    main_words = ("--from", "hidden.xlsx", *COLUMNS, *PERIODS)
    for name, words in (("first", ()), ("second", ("--sheet", "old"))):
        with pytest.raises(SystemExit) as end:
            main(["init", name, *main_words, *words])
        assert end.value.code == 0
    sources = [(tmp_path / one / "data" / "sources.csv").read_text() for one in ("first", "second")]
    assert "hidden.xlsx[members]" in sources[0]
    assert "hidden.xlsx[old]" in sources[1]


@pytest.mark.parametrize(
    ("writer", "value", "problem"),
    [
        ("openpyxl", Error("=NA()", "#N/A"), "the cell holds the error #N/A"),
        ("odfpy", Error("=NA()", "#N/A"), "the cell holds the error #N/A"),
        (
            "openpyxl",
            Formula("=1998+1", None),
            "the cell holds a formula, and no result was saved with it",
        ),
        ("odfpy", Percent(0.5), "the cell shows a percentage, and holds 0.5"),
        ("xlsxwriter", 10**15, "spreadsheets keep 15 digits of a number, and this one has more"),
        ("xlsxwriter", dt.time(12, 30), "the cell holds a time, 12:30:00"),
    ],
)
def test_a_cell_that_is_not_certain_leaves_its_row_out(
    made: Made, tmp_path: Path, writer: str, value: Value, problem: str
) -> None:
    sheet: list[list[Value]] = [*MEMBERS[:2], ["Ben", "Rowers", value, None, None]]
    _, said = made({"members": sheet}, *PERIODS, writer=writer)

    name = WRITERS[writer][0]
    assert said[1] == f"left out 1 row: {problem}, first at {name}[members]!C3"
    assert {one[0] for one in facts(tmp_path)} == {"ada"}


def test_the_rows_below_a_merged_cell_say_nothing_of_it(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end 2005 stands for two rows; merged cells of a column that nobody looks for do not."""
    import openpyxl

    sheet = [*MEMBERS[:2], ["Ben", "Rowers", 1999, None, "x"], ["Eve", "Rowers", 2001, None, None]]
    made({"members": sheet}, *PERIODS)
    monkeypatch.chdir(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "league.xlsx")
    book["members"].merge_cells("D2:D3")
    book["members"].merge_cells("E3:E4")
    book.save(tmp_path / "merged.xlsx")
    with pytest.raises(SystemExit):
        main(["init", "other", "--from", "merged.xlsx", *COLUMNS, *PERIODS])

    text = (tmp_path / "other" / "data" / "statements" / "facts.csv").read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in text.splitlines()] == ["subject", "eve"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ("--from", "t.csv", *COLUMNS, "--sheet", "x"),
            2,
            "--sheet x names a sheet of a workbook, and t.csv is none; leave it out",
        ),
        (("--sheet", "x"), 2, "--sheet is about a table; name it with --from"),
        (("--from", "old.xls", *COLUMNS), 3, "old.xls is not read; save it as .xlsx or .ods"),
        (("--from", "none.xlsx", *COLUMNS), 3, "none.xlsx cannot be read: "),
        (("--from", "text.ods", *COLUMNS), 3, "text.ods cannot be read as a workbook ("),
        (
            ("--from", "league.xlsx", *COLUMNS[2:], "--subject", "whom"),
            2,
            "league.xlsx[members]!A1: error: there is no column 'whom'; did you mean 'who'? ",
        ),
    ],
)
def test_what_is_no_sheet_with_these_columns_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.ods").write_text("who,what\n", encoding="utf-8")
    by_openpyxl(Path("league.xlsx"), {"members": MEMBERS})
    with pytest.raises(SystemExit) as end:
        main(["init", "mine", *words])

    said = capfd.readouterr().err
    assert (end.value.code, "Traceback" in said) == (code, False)
    assert message in said
    assert not Path("mine").exists()


# Anna played for the Knights from September 1995 until 1 January 2000, then for the Rooks.
ROLES: dict[str, Any] = {
    "subject": "player",
    "object": "club",
    "predicate": "playsFor",
    "first": "from",
    "last": "to",
}
SQUADS: list[list[Value]] = [
    ["player", "club", "from", "to"],
    ["Anna", "Knights", 1996, Shown(dt.date(1999, 12, 31), "yyyy")],
    ["Clara", "Knights", 2001, None],
]


@pytest.mark.parametrize(
    ("name", "write"),
    [("s.xlsx", by_openpyxl), ("s.xlsx", by_xlsxwriter), ("s.ods", by_odfpy)],
)
def test_a_sheet_says_against_the_record_what_the_same_table_of_text_says(
    tiny: Tiny, tmp_path: Path, name: str, write: Callable[..., None]
) -> None:
    graph = kg.build(tiny.data, tiny.ontology)
    write(tmp_path / name, {"squads": SQUADS})
    text = "player,club,from,to\nAnna,Knights,1996,1999\nClara,Knights,2001,\n"
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    told, same = (graph.compare(tmp_path / one, **ROLES) for one in (name, "s.csv"))

    assert told.verdicts == same.verdicts
    assert told.claims.table == f"{name}[squads]"
    assert {"agree", "only-table"} <= {one.verdict for one in told.verdicts}


def test_of_several_sheets_one_is_named_for_a_comparison(tiny: Tiny, tmp_path: Path) -> None:
    graph = kg.build(tiny.data, tiny.ontology)
    by_openpyxl(tmp_path / "s.xlsx", {"squads": SQUADS, "notes": [["x"]]})

    with pytest.raises(UsageError, match=r"has 2 sheets; name one with sheet=: squads, notes"):
        graph.compare(tmp_path / "s.xlsx", **ROLES)
    assert graph.compare(tmp_path / "s.xlsx", sheet="squads", **ROLES).claims.rows == 2


def test_what_a_comparison_does_not_understand_is_told_with_its_cell(
    tiny: Tiny, tmp_path: Path
) -> None:
    graph = kg.build(tiny.data, tiny.ontology)
    wrong: list[Value] = ["Clara", "Knights", "20x1", None]
    by_openpyxl(tmp_path / "s.xlsx", {"squads": [*SQUADS[:2], wrong]})

    with pytest.raises(TableError) as caught:
        graph.compare(tmp_path / "s.xlsx", **ROLES)
    (finding,) = caught.value.findings
    assert finding.place == f"{tmp_path / 's.xlsx'}[squads]!C3"
    assert finding.message == "'20x1' is not a date"


def test_a_workbook_in_which_nothing_stands_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    graph = kg.build(tiny.data, tiny.ontology)
    by_openpyxl(tmp_path / "s.xlsx", {"squads": []})

    with pytest.raises(InputError, match="no visible sheet in which something stands"):
        graph.compare(tmp_path / "s.xlsx", **ROLES)
