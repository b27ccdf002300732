"""Packed rows: the columns of a page, and the same rows out of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pages import unpacked

from kg.page.packed import packed


def test_a_value_that_recurs_stands_once_and_rows_name_its_place() -> None:
    """Places count from 1; a row without the field has 0."""
    rows = [{"kind": "state"}, {"kind": "event"}, {}, {"kind": "state"}]

    assert packed(rows) == {
        "count": 4,
        "columns": {"kind": {"of": ["state", "event"], "at": [1, 2, 0, 1]}},
    }


def test_values_that_are_nearly_all_different_stand_as_they_are() -> None:
    assert packed([{"id": "a"}, {"id": "b"}, {}])["columns"] == {"id": ["a", "b", None]}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{}],
        # A text that looks like a list is not that list, and 1 is not true.
        [{"a": "[1]"}, {"a": [1]}, {"a": [1]}, {"a": "[1]"}],
        [{"a": 1}, {"a": True}, {"a": True}, {"a": 1}, {"b": False}],
        [{"a": {"x": 1, "y": 2}}, {"a": {"y": 2, "x": 1}}, {"b": ""}, {"b": 0}],
    ],
)
def test_rows_come_out_as_they_went_in(rows: list[dict[str, Any]]) -> None:
    out = unpacked(json.loads(json.dumps(packed(rows))))

    assert json.dumps(out, sort_keys=True) == json.dumps(rows, sort_keys=True)
