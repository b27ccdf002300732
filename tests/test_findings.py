"""Findings for people: one mistake is one line, however many rows it is in."""

from __future__ import annotations

import random

import pytest

from kg.errors import Finding, Severity, noun
from kg.model.coverage import Coverage
from kg.query.bench.answer import too_many
from kg.text.findings import Grouped
from kg.workers.limits import out_of_time

TABLE = "data/statements/a.csv"


def wrong(line: int, message: str, severity: Severity = "error", path: str = TABLE) -> Finding:
    return Finding(path, line, 1, severity, message, "mend it")


def lines(*findings: Finding) -> list[str]:
    groups = Grouped()
    groups.add(sorted(findings))
    return list(groups.lines())


def test_a_misspelt_id_is_one_error_with_the_lines_of_the_others() -> None:
    found = [wrong(line, "object 'roks' is not a known id") for line in range(2, 42)]

    assert lines(*found) == [
        f"{TABLE}:2:1: error: object 'roks' is not a known id; mend it",
        "  39 more such errors: lines 3-41",
    ]


def test_what_stands_in_a_workbook_is_counted_by_rows() -> None:
    rows = [
        Finding("data/league.xlsx[facts]", row, 3, "error", "object 'roks' is not a known id")
        for row in (2, 3, 4, 9)
    ]

    assert lines(*rows) == [str(rows[0]), "  3 more such errors: rows 3-4, 9"]
    assert lines(*rows[:3])[1:] == ["  2 more such errors: rows 3-4"]


def test_two_misspelt_ids_are_two_mistakes() -> None:
    found = [wrong(2, "object 'roks' is not a known id"), wrong(3, "object 'nights' is no id")]

    assert lines(*found) == [str(one) for one in found]


def test_numbers_and_places_outside_quotes_make_no_other_mistake() -> None:
    found = [wrong(line, f"the row repeats data/b.csv:{line}") for line in range(2, 150)]

    assert lines(*found)[1:] == ["  147 more such errors: lines 3-149"]


def test_what_a_shape_says_of_many_entities_is_one_mistake() -> None:
    found = [wrong(2 + at, f"{name}: has no label") for at, name in enumerate(("ann", "ben", "cy"))]

    assert lines(*found) == [str(found[0]), "  2 more such errors: lines 3-4"]


def test_two_repairs_of_one_message_are_two_mistakes() -> None:
    found = [
        wrong(2, "the object is missing"),
        wrong(3, "the object is missing")._replace(repair="write a number"),
    ]

    assert lines(*found) == [str(one) for one in found]


def test_a_second_finding_is_shown_whole_for_it_takes_no_more_room() -> None:
    found = [wrong(2, "wrong"), wrong(9, "wrong")]

    assert lines(*found) == [str(one) for one in found]


def test_five_mistakes_of_a_kind_are_shown_and_the_rest_counted() -> None:
    found = [wrong(2 + at, f"'{letter}' is not a date") for at, letter in enumerate("abcdefgh")]

    assert lines(*found) == [
        *(str(one) for one in found[:5]),
        f"  3 more of this kind: {TABLE} lines 7-9",
    ]


def test_the_others_are_named_by_file_and_by_ranges_of_lines() -> None:
    found = [wrong(line, "wrong") for line in (2, 3, 4, 6, 8, 9)]
    found += [wrong(7, "wrong", path="data/statements/b.csv")]

    assert lines(*found)[1:] == [
        f"  6 more such errors: {TABLE} lines 3-4, 6, 8-9; data/statements/b.csv line 7"
    ]


def test_the_places_are_cut_off_when_there_are_too_many_of_them() -> None:
    scattered = lines(*(wrong(line, "wrong") for line in range(2, 40, 2)))
    files = lines(*(wrong(2, "wrong", path=f"data/{at}.csv") for at in range(1, 9)))

    assert scattered[1] == "  18 more such errors: lines 4, 6, 8, 10, 12, …"
    assert files[1].endswith("; data/6.csv line 2; 2 more files")


def test_errors_come_before_warnings_and_warnings_before_notes() -> None:
    found = [
        wrong(2, "by the way", "note"),
        wrong(3, "odd", "warning"),
        wrong(4, "wrong", "error"),
    ]

    assert [line.split(": ")[1] for line in lines(*found)] == ["error", "warning", "note"]


def test_what_others_rest_on_comes_first() -> None:
    row = Finding("data/entities.csv", 4, 1, "error", "no class")
    table = Finding("data/statements/a.csv", 1, 1, "error", "not the header")
    shape = Finding("ontology/shapes.ttl", 0, 0, "error", "no shape")
    ontology = Finding("ontology/ontology.ttl", 7, 3, "error", "no Turtle")

    assert lines(row, table, shape, ontology) == [str(one) for one in (ontology, table, row, shape)]


def test_one_note_stands_for_all_of_its_kind_and_says_how_to_see_them() -> None:
    groups = Grouped("ask for them")
    groups.add(wrong(line, f"'{line} is in {line}' is lonely", "note") for line in range(2, 4002))

    assert list(groups.lines()) == [
        f"{TABLE}:2:1: note: '2 is in 2' is lonely; mend it",
        "  3,999 more such notes; ask for them",
    ]


def test_what_was_told_at_once_is_not_told_again() -> None:
    found = [wrong(line, "object 'roks' is not a known id") for line in (7, 2, 9, 8)]
    groups = Grouped()

    told = [*groups.tell(found[:2]), *groups.tell(found[2:])]
    groups.add(sorted(found))

    assert told == found[:1]
    assert list(groups.lines()) == [f"{TABLE}:7:1: 3 more such errors: lines 2, 8-9"]


def test_the_order_in_which_findings_come_changes_nothing_while_all_causes_are_shown() -> None:
    found = [wrong(line, f"'{'abc'[line % 3]}' is not a date") for line in range(2, 8)]
    shuffled = random.Random(4).sample(found, len(found))
    groups = Grouped()
    groups.add(shuffled)

    assert list(groups.lines()) == lines(*found)


def test_a_million_errors_are_kept_as_a_few() -> None:
    groups = Grouped()
    groups.add(wrong(line, f"'x{line}' is not a date") for line in range(2, 100_002))

    (kind,) = groups._kinds.values()
    assert len(kind.causes) == 5
    assert list(groups.lines())[-1] == f"  99,995 more of this kind: {TABLE} lines 7-100001"


def test_a_limit_of_one_is_told_in_the_singular() -> None:
    assert [str(out_of_time(seconds)) for seconds in (1, 2.5)] == [
        "the query took longer than 1 second",
        "the query took longer than 2.5 seconds",
    ]
    assert str(too_many(1)).startswith("the answer has more than 1 row;")


def test_coverage_of_one_fact_is_of_a_fact() -> None:
    assert str(Coverage("csto", 1, 1, 1, 0)).startswith("csto: 1 fact, 100 %")


@pytest.mark.parametrize(
    ("count", "word"), [(0, "facts"), (1, "fact"), (1.0, "fact"), (1.5, "facts"), (2, "facts")]
)
def test_only_one_is_in_the_singular(count: float, word: str) -> None:
    assert noun(count, "fact") == word
