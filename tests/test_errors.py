"""Errors say what is wrong, where, and how to repair it."""

from __future__ import annotations

import pytest

from kg.errors import (
    DataError,
    Finding,
    InputError,
    KGError,
    QueryError,
    RemoteError,
    StoreError,
    TableError,
    UsageError,
    did_you_mean,
    shown,
)


def test_a_finding_reads_as_path_line_column_severity_message_and_repair() -> None:
    finding = Finding("data/x.csv", 3, 7, "warning", "it is odd", "make it even")

    assert str(finding) == "data/x.csv:3:7: warning: it is odd; make it even"


def test_a_finding_about_a_whole_line_has_no_column() -> None:
    finding = Finding("data/x.csv", 3, 0, "error", "it is odd")

    assert str(finding) == "data/x.csv:3: error: it is odd"


def test_a_finding_about_a_whole_file_has_no_line() -> None:
    finding = Finding("data/x.csv", 0, 0, "note", "it is odd")

    assert str(finding) == "data/x.csv: note: it is odd"


def test_findings_stand_in_the_order_of_files_lines_and_columns() -> None:
    first = Finding("a.csv", 2, 9, "note", "z")
    second = Finding("a.csv", 10, 1, "error", "a")
    third = Finding("b.csv", 1, 1, "error", "a")

    assert sorted([third, second, first]) == [first, second, third]


def test_a_data_error_carries_all_findings_and_prints_the_errors() -> None:
    error = Finding("a.csv", 1, 1, "error", "wrong")
    note = Finding("a.csv", 2, 1, "note", "by the way")

    raised = DataError([error, note])

    assert (raised.findings, str(raised)) == ((error, note), "a.csv:1:1: error: wrong")


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (DataError([]), 1),
        (UsageError(""), 2),
        (TableError([]), 2),
        (QueryError(""), 2),
        (InputError(""), 3),
        (StoreError(""), 4),
        (RemoteError(""), 6),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, KGError) else "",
)
def test_each_error_knows_its_exit_code(raised: KGError, code: int) -> None:
    assert raised.exit_code == code


def test_a_query_error_says_where_in_the_query() -> None:
    assert str(QueryError("unexpected '}'", 2, 8)) == "line 2, column 8: unexpected '}'"


def test_a_query_error_without_a_place_is_just_its_message() -> None:
    assert str(QueryError("no such variable")) == "no such variable"


def test_the_nearest_known_word_is_suggested() -> None:
    assert did_you_mean("bishp", ["rook", "bishop"]) == "did you mean 'bishop'?"


def test_case_does_not_keep_a_word_from_being_near() -> None:
    assert did_you_mean("PLAYSFOR", ["playsFor"]) == "did you mean 'playsFor'?"


def test_nothing_is_suggested_when_nothing_is_near() -> None:
    assert did_you_mean("queen", ["rook", "bishop"]) == ""


def test_nothing_is_suggested_when_nothing_is_known() -> None:
    assert did_you_mean("queen", []) == ""


def test_a_table_error_prints_every_finding_on_a_line_of_its_own() -> None:
    findings = [Finding("t.csv", n, 1, "error", "wrong", "repair it") for n in (2, 3)]

    raised = TableError(findings)

    assert (raised.findings, str(raised)) == (
        tuple(findings),
        "t.csv:2:1: error: wrong; repair it\nt.csv:3:1: error: wrong; repair it",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\n lines\t", "two lines"),
        ("\N{ESCAPE}[31m", "\N{REPLACEMENT CHARACTER}[31m"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", "\N{REPLACEMENT CHARACTER}"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 99 + "…"),
    ],
)
def test_a_foreign_text_is_shown_on_one_printable_line(text: str, expected: str) -> None:
    assert shown(text) == expected
