"""Tidy: tables in the plain form, and nothing else about them different."""

from __future__ import annotations

import csv
import io
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_saved import ALIASES, FORMS, TABLES, facts, read, save
from walks import describe

import kg
from kg.errors import Finding, InputError, UsageError
from kg.files import digests
from kg.pipeline.load import load

if TYPE_CHECKING:
    from conftest import Tiny

FACTS = "data/statements/facts.csv"
HEADER = "subject,predicate,object,start,end,at,source,locator,rank,note"


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", "tidy", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("form", FORMS)
def test_a_table_that_was_saved_in_any_form_is_mended_to_the_plain_one(
    tiny: Tiny, form: str
) -> None:
    plain = {name: (tiny.data / f"{name}.csv").read_bytes() for name in TABLES}
    save(tiny, form)

    kg.tidy(tiny.data)

    for name, content in plain.items():
        expected = content.decode()
        if form in {"lines of Windows", "Unicode text of Excel", "several at once"}:
            expected = expected.replace("\n", "\r\n")
        if form == "bars that sep= declares":
            # The quotes that were needed there are kept.
            expected = expected.replace(ALIASES, f'"{ALIASES}"')
        assert (tiny.data / f"{name}.csv").read_bytes() == expected.encode()


@pytest.mark.parametrize("form", FORMS)
def test_what_would_change_is_what_validate_notes(tiny: Tiny, form: str) -> None:
    save(tiny, form)
    before = digests(tiny.data)
    noted = [one for one in read(tiny, load).findings if one.severity == "note"]

    found = kg.tidy(tiny.data, check=True)

    assert [one[:5] for one in found] == [one[:5] for one in sorted(noted)]
    assert {one.repair for one in found} <= {"to be mended"}
    assert digests(tiny.data) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_table_that_was_mended_has_nothing_to_mend(tiny: Tiny, form: str) -> None:
    save(tiny, form)
    kg.tidy(tiny.data)
    mended = digests(tiny.data)

    assert (kg.tidy(tiny.data), digests(tiny.data)) == ((), mended)
    assert read(tiny, load).findings == ()


CELLS = st.text(st.sampled_from('ab;,\t" |é'), max_size=5)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=10, max_size=10), max_size=4),
    mark=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    unnamed=st.integers(0, 2),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_cells_of_any_table_stay_what_they_were(
    tiny: Tiny,
    rows: list[list[str]],
    mark: str,
    quoting: Literal[0, 1],
    end: str,
    unnamed: int,
    codec: str,
) -> None:
    text = io.StringIO()
    more = [""] * unnamed
    writer = csv.writer(text, delimiter=mark, quoting=quoting, lineterminator=end)
    writer.writerows([*row, *more] for row in (HEADER.split(","), *rows))
    path = tiny.path / FACTS
    path.write_bytes(text.getvalue().encode(codec))

    found = kg.tidy(tiny.data)

    assert {one.severity for one in found} <= {"note"}
    with path.open(encoding="utf-8", newline="") as file:
        after = list(csv.reader(file, strict=True))
    said, kept = (
        [row for row in (list(map(str.strip, row)) for row in table) if any(row)]
        for table in (rows, after[1:])
    )
    assert kept == said
    assert after[0] == HEADER.split(",")


def test_quotes_and_order_and_blanks_around_cells_stay(tiny: Tiny) -> None:
    rows = '"anna", playsFor ,rooks,2005,,,"almanac-2001",5" disc,,\r\nclara,won,x,,,,,,,\n'
    (tiny.path / FACTS).write_bytes(f"\ufeff{HEADER}\n\n{rows}".encode())

    kg.tidy(tiny.data)

    assert (tiny.path / FACTS).read_bytes() == f"{HEADER}\n{rows}".encode()


def test_a_cell_with_a_comma_is_quoted_where_commas_come_to_separate(tiny: Tiny) -> None:
    row = 'anna;playsFor;rooks;2005;;;almanac-2001;p. 1, the "end";;"a; b"\n'
    (tiny.path / FACTS).write_text(HEADER.replace(",", ";") + "\n" + row, encoding="utf-8")

    kg.tidy(tiny.data)

    row = 'anna,playsFor,rooks,2005,,,almanac-2001,"p. 1, the ""end""",,"a; b"\n'
    assert (tiny.path / FACTS).read_text(encoding="utf-8") == f"{HEADER}\n{row}"


def test_a_suffix_in_capitals_becomes_small(tiny: Tiny) -> None:
    path = tiny.path / FACTS
    before = path.read_bytes()
    path.rename(path.with_suffix(".CSV"))

    kg.tidy(tiny.data)

    assert [one.name for one in path.parent.iterdir()] == ["facts.csv"]
    assert path.read_bytes() == before


def test_a_table_keeps_its_own_when_the_plain_name_is_taken(tiny: Tiny) -> None:
    path = tiny.path / FACTS
    other = path.with_suffix(".CSV")
    other.write_text(HEADER + "\n", encoding="utf-8")
    if path.samefile(other):
        pytest.skip("this disk takes both names for one")

    assert [str(one) for one in kg.tidy(tiny.data)] == [
        f"{FACTS[:-3]}CSV: error: facts.csv stands beside it; put the rows of both into one"
    ]
    assert other.exists()


def test_only_the_tables_that_are_named_are_mended(tiny: Tiny) -> None:
    save(tiny, "CSV UTF-8 of Excel")

    found = kg.tidy(tiny.data, tiny.data / "statements", tiny.path / FACTS)

    assert [one.path for one in found] == [FACTS]
    assert (tiny.data / "sources.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_path_that_is_no_table_is_refused(tiny: Tiny) -> None:
    with pytest.raises(UsageError, match=r"is no table of the project; those are entities\.csv"):
        kg.tidy(tiny.data, tiny.path / "ontology")


def test_a_row_that_cannot_be_cut_keeps_its_table_as_it_is_and_no_other(tiny: Tiny) -> None:
    save(tiny, "semicolons")
    path = tiny.path / FACTS
    before = path.read_bytes() + b"anna;won\n"
    path.write_bytes(before)

    found = kg.tidy(tiny.data)

    assert path.read_bytes() == before
    assert [one for one in found if one.path == FACTS] == [
        Finding(
            FACTS, 11, 9, "error", "2 cells where the header has 10, 8 too few",
            "put one ';' between cells and quote a cell that contains a ';'",
        )
    ]  # fmt: skip
    assert (tiny.data / "sources.csv").read_bytes().startswith(b"id,title,")


def test_a_wrong_row_stays_as_it_is_where_no_cell_is_touched(tiny: Tiny) -> None:
    (tiny.path / FACTS).write_bytes(f'\ufeff{HEADER}\nanna,"won\n'.encode())

    kg.tidy(tiny.data)

    assert (tiny.path / FACTS).read_bytes() == f'{HEADER}\nanna,"won\n'.encode()


def test_an_encoding_that_is_guessed_is_not_mended(tiny: Tiny) -> None:
    content = f"{HEADER}\nanna,won,x,,,,,страница первая,,\n".encode("cp1251")
    (tiny.path / FACTS).write_bytes(content)

    (error,) = kg.tidy(tiny.data)

    assert (error.severity, "most likely saved as Windows-1251" in error.message) == ("error", True)
    assert (tiny.path / FACTS).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "program"), [(".~lock.facts.csv#", "LibreOffice"), ("~$facts.csv", "Excel")]
)
def test_a_table_that_another_program_has_open_is_refused_before_anything_is_written(
    tiny: Tiny, name: str, program: str
) -> None:
    save(tiny, "semicolons")
    (tiny.data / "statements" / name).write_text("Anna", encoding="utf-8")
    before = digests(tiny.data)

    with pytest.raises(InputError, match=rf"facts\.csv is open in {program}, says .* beside it"):
        kg.tidy(tiny.data)
    assert digests(tiny.data) == before
    assert kg.tidy(tiny.data, check=True)


def test_a_table_that_changes_meanwhile_stays_as_the_other_program_left_it(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tiny, "semicolons")
    path = tiny.path / FACTS
    theirs = path.read_bytes() + b"a row of another program\n"
    # It writes after the table was read, and before ours comes to its place.
    monkeypatch.setattr(
        "kg.pipeline.tidy._Held.plain", lambda held: path.write_bytes(theirs) and held.content[:-1]
    )

    with pytest.raises(InputError, match="changed while it was mended, and stays as it is"):
        kg.tidy(tiny.data, path)
    assert path.read_bytes() == theirs
    assert [one.name for one in path.parent.iterdir()] == ["facts.csv"]


@pytest.mark.skipif(os.name == "nt", reason="needs modes of files")
def test_a_mended_table_keeps_its_mode_and_a_link_stays_one(tiny: Tiny) -> None:
    save(tiny, "semicolons")
    path = tiny.path / FACTS
    own = path.rename(tiny.path / "mine.csv")
    own.chmod(0o600)
    path.symlink_to(own)

    kg.tidy(tiny.data)

    assert path.is_symlink()
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert own.read_bytes().startswith(HEADER.encode())


class TestCommand:
    def test_it_says_what_it_mended_by_file_and_kind(self, tiny: Tiny) -> None:
        save(tiny, "rows of commas")

        done = run(tiny.path)

        assert done.returncode == 0
        assert done.stdout.splitlines() == [
            f"data/{name}.csv:3:1: note: 3 rows are empty; mended" for name in TABLES
        ]
        assert done.stderr == "3 tables mended\n"

    def test_a_check_writes_nothing_and_ends_with_1(self, tiny: Tiny) -> None:
        save(tiny, "semicolons")
        before = digests(tiny.data)

        done = run(tiny.path, "--check", FACTS)

        assert (done.returncode, digests(tiny.data)) == (1, before)
        said = f"{FACTS}:1:1: note: cells are separated by semicolons; to be mended\n"
        assert (done.stdout, done.stderr) == (said, "1 table to be mended\n")

    def test_plain_tables_are_fine(self, tiny: Tiny) -> None:
        done = run(tiny.path, "--check")

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "all tables are plain\n")

    def test_what_stays_is_counted_and_ends_with_1(self, tiny: Tiny) -> None:
        save(tiny, "semicolons")
        tiny.add("anna;won")

        done = run(tiny.path)

        assert done.returncode == 1
        assert done.stderr == "2 tables mended, 1 stays as it is\n"


def test_facts_are_the_same_after_mending(tiny: Tiny) -> None:
    plain = facts(read(tiny, load))
    save(tiny, "several at once")
    kg.tidy(tiny.data)

    assert facts(read(tiny, load)) == plain


# ---------------------------------------------------------------- the order of rows

ROWS = (
    "boris,playsFor,knights,2001,2002,,gazette-1999,,,",
    'anna,playsFor,rooks,2001,2002,,gazette-1999,"p. 1, below",,',
    "anna,playsFor,rooks,1999,2000,,gazette-1999,,,second",
    "anna,playsFor,rooks,1999,2000,,gazette-1999,,,first",
)
SORTED = (ROWS[2], ROWS[3], ROWS[1], ROWS[0])


def test_rows_are_sorted_only_where_a_rule_asks_for_it(tiny: Tiny) -> None:
    tiny.write(FACTS, "\n".join([HEADER, *ROWS]) + "\n")

    assert kg.tidy(tiny.data) == ()

    describe(tiny.path, 'kg:houseRules "statements-order"')
    assert [str(one) for one in kg.tidy(tiny.data)] == [
        f"{FACTS}:2:1: note: rows are out of order; mended"
    ]
    assert (tiny.path / FACTS).read_text(encoding="utf-8") == "\n".join([HEADER, *SORTED]) + "\n"
    assert kg.tidy(tiny.data) == ()


def test_sorting_leaves_each_line_end_in_its_place_and_takes_out_empty_rows(tiny: Tiny) -> None:
    describe(tiny.path, 'kg:houseRules "statements-order"')
    text = f"{HEADER}\n{ROWS[0]}\r\n,,,,,,,,,\n{ROWS[1]}\n{ROWS[2]}\n{ROWS[3]}"
    (tiny.path / FACTS).write_bytes(text.encode())

    kg.tidy(tiny.data)

    expected = f"{HEADER}\n{SORTED[0]}\r\n{SORTED[1]}\n{SORTED[2]}\n{SORTED[3]}"
    assert (tiny.path / FACTS).read_bytes() == expected.encode()


def test_entities_are_sorted_within_their_classes_which_keep_their_order(tiny: Tiny) -> None:
    """The league's are Player, Player, Tournament, Player, Club, Club; clara moves up."""
    describe(tiny.path, 'kg:houseRules "entities-order"')
    header, anna, boris, city, clara, *clubs = (
        (tiny.data / "entities.csv").read_text(encoding="utf-8").splitlines()
    )

    assert [str(one) for one in kg.tidy(tiny.data)] == [
        "data/entities.csv:4:1: note: rows are out of order; mended"
    ]
    now = (tiny.data / "entities.csv").read_text(encoding="utf-8").splitlines()
    assert now == [header, anna, boris, clara, city, *clubs]


def test_a_table_with_a_row_that_cannot_be_read_is_not_sorted(tiny: Tiny) -> None:
    describe(tiny.path, 'kg:houseRules "statements-order"')
    tiny.write(FACTS, "\n".join([HEADER, *ROWS, "anna,playsFor"]) + "\n")

    assert kg.tidy(tiny.data) == ()


def test_what_is_sorted_is_what_validate_finds_in_order(tiny: Tiny) -> None:
    describe(tiny.path, 'kg:houseRules "statements-order" , "entities-order" , "sources-order"')
    tiny.add("a-first,The First,,,,,,,", "data/sources.csv")
    tiny.write(FACTS, "\n".join([HEADER, *ROWS]) + "\n")

    def late() -> set[str]:
        return {one.path for one in read(tiny, load).findings if "belong behind" in one.message}

    assert late() == {FACTS, "data/sources.csv", "data/entities.csv"}
    kg.tidy(tiny.data)
    assert late() == set()
