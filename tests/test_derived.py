"""How each expected answer came about: tests/expected/derived-from.csv names the sources that
somebody read for it, who had not written the rows.

An answer without a source there was counted in the tables.
"""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = ROOT / "tests" / "expected"
TABLE = EXPECTED / "derived-from.csv"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_table_is_sorted_and_names_each_answer_once() -> None:
    answers = [row["answer"] for row in rows_of(TABLE)]

    assert answers
    assert answers == sorted(set(answers))


def test_the_table_has_each_expected_answer_and_no_other() -> None:
    there = {path.name for path in EXPECTED.glob("*.csv")} - {TABLE.name}

    assert {row["answer"] for row in rows_of(TABLE)} == there


def test_what_was_read_is_a_source_of_the_record_and_named_once() -> None:
    known = {row["id"] for row in rows_of(ROOT / "data" / "sources.csv")}
    faults = [
        (row["answer"], row["sources"])
        for row in rows_of(TABLE)
        if not set(row["sources"].split()) <= known
        or len(set(row["sources"].split())) != len(row["sources"].split())
        or row["sources"] != " ".join(row["sources"].split())
    ]

    assert faults == []


def test_each_row_says_in_a_few_words_how_the_answer_was_derived() -> None:
    faults = [row["answer"] for row in rows_of(TABLE) if len(row["how"].split()) < 3]

    assert faults == []
