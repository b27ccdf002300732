"""Checks on rows: declared once, and the same whichever walk reads the rows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from walks import FACTS, HEADER, WAYS, make_plain, place

from kg.errors import Severity
from kg.model import row_checks
from kg.model.case import Case
from kg.model.conditions import (
    ByRows,
    Condition,
    IsDate,
    IsLanguage,
    IsTimely,
    IsWebAddress,
    Matches,
    compiled,
    empty,
    one_of,
)
from kg.model.dataset import DatasetInfo
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Ontology
from kg.model.pairs import EndsAfter, Equals, Precedes
from kg.model.row_check import RowCheck, at
from kg.model.row_checks import ROW_CHECKS
from kg.model.schema import TableName
from kg.model.table import Row
from kg.pipeline.columns.surely import bounds
from kg.pipeline.load import Loader

if TYPE_CHECKING:
    from conftest import Tiny

KG = Path(row_checks.__file__).parent.parent
# All as plain as rows can be; the first and the fourth locator end with a full stop.
ROWS = (
    "anna,playsFor,knights,1990-01-01,1991-01-01,,almanac-2001,p. 1.,,\n"
    "anna,playsFor,knights,1994-01-08,1995-01-01,,almanac-2001,p. 2,,\n"
    "boris,playsFor,knights,1990-01-01,1991-01-01,,almanac-2001,,,\n"
    "boris,playsFor,rooks,1998-01-01,1999-01-01,,almanac-2001,ch. 4.,,\n"
)
SAID = tuple(f"locator '{one}' ends with a full stop; leave it out" for one in ("p. 1.", "ch. 4."))


def stop(wrong: Condition, severity: Severity) -> RowCheck:
    return RowCheck(
        name="locator-stop",
        table="statements",
        finds="a locator that ends with a full stop",
        wrong=wrong,
        say=at("locator", "locator '{cell}' ends with a full stop", "leave it out"),
        fails=({"locator": "p. 1."},),
        passes=({"locator": "p. 1"},),
        severity=severity,
    )


BY_PATTERN = Matches("locator", r".*\.")
BY_ROWS = ByRows(("locator",), lambda case: case.cells["locator"].endswith("."))


@pytest.fixture
def plain(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    make_plain(tiny.path, monkeypatch)
    return tiny


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("wrong", [BY_PATTERN, BY_ROWS], ids=["pattern", "by rows"])
@pytest.mark.parametrize("severity", ["error", "warning", "note"])
def test_a_check_that_is_declared_once_fires_whichever_walk_reads_the_rows(
    plain: Tiny, monkeypatch: pytest.MonkeyPatch, way: str, wrong: Condition, severity: Severity
) -> None:
    read, keep = WAYS[way]
    declared = stop(wrong, severity)
    monkeypatch.setattr(row_checks, "ROW_CHECKS", (*ROW_CHECKS, declared))
    plain.write(FACTS, HEADER + ROWS)
    keep(plain.path)

    found = [one for one in read(plain.path) if "full stop" in one.message]

    # In Parquet there is no text of the line, and so no column of it.
    columns = (1, 1) if way.endswith("Parquet") else (59, 58)
    assert sorted(map(str, found)) == sorted(
        f"{':'.join(map(str, place(keep, index)))}:{column}: {severity}: {said}"
        for index, column, said in zip((0, 3), columns, SAID, strict=True)
    )
    assert declared.by_rows == (wrong is BY_ROWS)


@pytest.mark.parametrize("way", ["rows, CSV", "columns, CSV"])
@pytest.mark.parametrize(
    ("table", "column", "place_and_cell"),
    [
        ("entities", "label_en", "data/entities.csv:7:12: error: 'Rooks'"),
        ("sources", "publisher", "data/sources.csv:2:36: error: 'The League'"),
    ],
)
def test_a_check_on_entities_or_sources_fires_by_rows_and_columns(
    plain: Tiny,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    table: TableName,
    column: str,
    place_and_cell: str,
) -> None:
    unwanted = RowCheck(
        name="unwanted",
        table=table,
        finds="a name that is not wanted",
        wrong=one_of(column, {"Rooks", "The League"}),
        say=at(column, "'{cell}' is not wanted", "find another"),
        fails=(),
        passes=(),
    )
    monkeypatch.setattr(row_checks, "ROW_CHECKS", (*ROW_CHECKS, unwanted))
    plain.write(FACTS, HEADER + ROWS)
    read, _ = WAYS[way]

    found = [str(one) for one in read(plain.path) if "not wanted" in one.message]

    assert found == [f"{place_and_cell} is not wanted; find another"]


@pytest.mark.usefixtures("spark")
def test_a_check_written_into_that_one_file_fires_on_spark_too(plain: Tiny, tmp_path: Path) -> None:
    """A copy of kg with one check more, because the machines of Spark load the code themselves."""
    code = tmp_path / "code"
    shutil.copytree(KG, code / "kg", ignore=shutil.ignore_patterns("__pycache__", "shipped"))
    with (code / "kg" / "model" / "row_checks.py").open("a", encoding="utf-8") as module:
        module.write(
            "\nROW_CHECKS += (RowCheck(name='locator-stop', table='statements', finds='',\n"
            "    wrong=Matches('locator', r'.*\\.'), fails=(), passes=(), severity='warning',\n"
            "    say=at('locator', \"locator '{cell}' ends with a full stop\", 'leave it out')),)\n"
        )
    plain.write(FACTS, HEADER + ROWS)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "kg", "build", "--engine", "local[1]"],
        cwd=plain.path,
        env={**os.environ, "PYTHONPATH": str(code)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = (plain.path / "build" / "findings").glob("*.jsonl")
    found = [json.loads(line) for path in told for line in path.read_text("utf-8").splitlines()]

    assert sorted(
        (one["path"], one["line"], one["column"], f"{one['message']}; {one['repair']}")
        for one in found
        if one["severity"] == "warning"
    ) == [(FACTS, 2, 59, SAID[0]), (FACTS, 5, 58, SAID[1])]


# ---------------------------------------------------------------- what columns take as sure

CELLS = st.sampled_from(
    (
        *("", "a", "b.", "1999", "1999-02-29", "2000", "2000-01", "2000-02-29", "2050", "9999"),
        *("0000", "-0044", "Y12020", "https://example.org/", "https://["),
    )
)
COLUMNS = ("start", "end", "at", "locator")
NAMES = st.sampled_from(COLUMNS)
PARTS = st.one_of(
    st.builds(empty, NAMES),
    st.builds(one_of, NAMES, st.sets(CELLS, max_size=3)),
    st.builds(Matches, NAMES, st.sampled_from((".*\\.", "[0-9]+|a", "9999(?:-.*)?"))),
    st.builds(IsDate, NAMES),
    st.builds(EndsAfter, NAMES, NAMES),
    st.builds(IsTimely, NAMES),
    st.builds(Precedes, NAMES, NAMES),
    st.builds(Equals, NAMES, NAMES),
    st.builds(IsLanguage, NAMES),
    st.builds(IsWebAddress, NAMES),
    st.builds(ByRows, st.tuples(NAMES), st.just(lambda case: len(case.row.text) % 2 == 0)),
)
CONDITIONS = st.recursive(
    PARTS,
    lambda of: (
        st.builds(lambda one, other: one & other, of, of)
        | st.builds(lambda one, other: one | other, of, of)
        | st.builds(lambda one: ~one, of)
    ),
    max_leaves=6,
)


@given(CONDITIONS, st.lists(st.tuples(*[CELLS] * 4), min_size=1, max_size=8))
def test_what_columns_are_sure_of_is_what_rows_say(
    condition: Condition, rows: list[tuple[str, ...]]
) -> None:
    base = "https://example.org/"
    world = Loader(Path("data"), Ontology(Vocabulary(base)), DatasetInfo(base, "2024-01-01"))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    holds, fails = (
        frame.select(pl.col("start"), one.alias("sure"))["sure"] for one in bounds(condition, world)
    )
    asks = compiled(condition)
    for cells, is_so, is_not in zip(frame.iter_rows(named=True), holds, fails, strict=True):
        row = Row(FACTS, 2, "".join(cells.values()), COLUMNS, cells)
        said = bool(asks(Case(row, world), cells))
        assert said or not is_so
        assert not (said and is_not)


def test_every_check_has_a_name_of_its_own() -> None:
    names = [check.name for check in ROW_CHECKS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("check", ROW_CHECKS, ids=lambda check: check.name)
def test_every_check_has_examples_of_the_columns_that_it_needs(check: RowCheck) -> None:
    """The optional columns of a table may be none; then no row can fail."""
    assert check.finds
    assert bool(check.fails) == bool(check.passes) == bool(check.needs)
    for cells in check.fails:
        assert set(cells) & set(check.needs)
