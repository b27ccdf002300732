"""Rows added by hand: where they stand, what is refused, and that all other bytes stay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.adding.rows import Wanted, addition, source_id
from kg.errors import InputError
from kg.files import digests
from kg.model.statement import Source

if TYPE_CHECKING:
    from conftest import Tiny

FACTS, SOURCES = "data/statements/facts.csv", "data/sources.csv"
GOOD = ("add", "clara", "playsFor", "rooks", "--start", "2001", "--source", "almanac-2001")


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def added(tiny: Tiny, file: str, before: bytes) -> list[bytes]:
    """The lines that are new; all others are there as they were, in their order."""
    after = (tiny.path / file).read_bytes().splitlines(keepends=True)
    new = [line for line in after if line not in before.splitlines(keepends=True)]
    assert b"".join(line for line in after if line not in new) == before
    return new


class TestStatements:
    def test_a_row_is_written_with_a_yes_and_nothing_else_changes(self, tiny: Tiny) -> None:
        before = (tiny.path / FACTS).read_bytes()
        code, out, told = run(tiny.path, *GOOD, "--locator", "p. 6", "--yes")
        assert (code, told) == (0, f"wrote {FACTS}; next: kg build\n")
        assert out.splitlines()[-1] == "+ clara,playsFor,rooks,2001,,,almanac-2001,p. 6,,"
        assert added(tiny, FACTS, before) == [b"clara,playsFor,rooks,2001,,,almanac-2001,p. 6,,\n"]

    def test_without_a_yes_the_row_is_shown_and_not_written(self, tiny: Tiny) -> None:
        before = (tiny.path / FACTS).read_bytes()
        code, out, told = run(tiny.path, *GOOD)
        assert (code, out.splitlines()[0]) == (1, f"{FACTS}:11")
        assert told.splitlines()[-1] == "nothing was written"
        assert (tiny.path / FACTS).read_bytes() == before

    def test_a_row_stands_where_an_order_is_asked_for(self, tiny: Tiny) -> None:
        tiny.replace(
            "data/dataset.ttl", 'dcat:version "1" ;',
            'dcat:version "1" ; <https://w3id.org/kg-builder#houseRules> "statements-order" ;',
        )  # fmt: skip
        assert run(tiny.path, "add", "boris", "playsFor", "rooks", "--start", "2003", "--source",
                   "almanac-2001", "--yes")[0] == 0  # fmt: skip
        rows = (tiny.path / FACTS).read_text("utf-8").splitlines()
        (at,) = (
            number for number, row in enumerate(rows) if row.startswith("boris,playsFor,rooks")
        )
        assert rows[at - 1].startswith("boris,playsFor,knights")
        assert rows[at + 1].startswith("boris,won")

    def test_a_row_goes_to_the_table_with_most_of_its_like(self, tiny: Tiny) -> None:
        header = (tiny.path / FACTS).read_text("utf-8").splitlines()[0]
        row = "clara,won,city-open,,,1999-06-12,gazette-1999,¶1,,"
        tiny.write("data/statements/a-wins.csv", f"{header}\n{row}\n")
        tiny.write("data/statements/b-more.csv", f"{header}\n{row.replace('¶1', '¶4')}\n")
        cells = {"subject": "anna", "predicate": "playsFor", "object": "knights"}
        found = addition(tiny.data, [Wanted("statements", cells)])
        assert [one.label for one in found.edits.to_write] == [FACTS]
        cells = {"subject": "anna", "predicate": "won", "object": "city-open"}
        found = addition(tiny.data, [Wanted("statements", cells)])
        assert [one.label for one in found.edits.to_write] == ["data/statements/a-wins.csv"]

    def test_lines_end_and_are_parted_as_the_table_has_it(self, tiny: Tiny) -> None:
        path = tiny.path / FACTS
        text = path.read_text("utf-8").replace(",", ";").replace("\n", "\r\n")
        path.write_bytes(text.encode())
        assert run(tiny.path, *GOOD, "--note", "a; b", "--yes")[0] == 0
        assert path.read_bytes() == text.encode() + (
            b'clara;playsFor;rooks;2001;;;almanac-2001;;;"a; b"\r\n'
        )

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("clarra", "playsFor", "rooks", "--source", "almanac-2001"), "did you mean 'clara'?"),
            (("clara", "playFor", "rooks", "--source", "almanac-2001"), "did you mean 'playsFor'?"),
            (("clara", "playsFor", "rooks", "--source", "almanac-2011"), "mean 'almanac-2001'?"),
            (("clara", "playsFor", "rooks"), "the source is missing; write an id of"),
            (("clara", "playsFor", "city-open", "--source", "almanac-2001"), "Tournament"),
            (("clara", "playsFor", "rooks", "--end", "3.5.2021", "--source", "almanac-2001"),
             "did you mean 2021-05-03 or 2021-03-05?"),
        ],
    )  # fmt: skip
    def test_a_wrong_row_is_one_line_and_nothing_is_written(
        self, tiny: Tiny, words: tuple[str, ...], message: str
    ) -> None:
        before = digests(tiny.data)
        code, out, told = run(tiny.path, "add", *words, "--start", "2001", "--yes")
        assert (code, told) == (1, "1 error; nothing was written\n")
        assert out.count("\n") == 1
        assert message in out
        assert digests(tiny.data) == before

    def test_a_double_is_refused_with_its_place(self, tiny: Tiny) -> None:
        words = ("boris", "playsFor", "knights", "--start", "1998")
        cited = ("--source", "almanac-2001", "--locator", "p. 5", "--note", "again", "--yes")
        before = digests(tiny.data)
        code, out, told = run(tiny.path, "add", *words, *cited)
        assert (code, out) == (3, "")
        assert told == f"kg: {FACTS}:7 says so already; nothing is to be added\n"
        assert digests(tiny.data) == before

    def test_a_file_that_changed_meanwhile_stays_as_it_is(self, tiny: Tiny) -> None:
        cells = {"subject": "clara", "predicate": "playsFor", "object": "rooks"}
        found = addition(tiny.data, [Wanted("statements", {**cells, "source": "almanac-2001"})])
        tiny.add("clara,playsFor,knights,2003,,,almanac-2001,,,", FACTS)
        there = (tiny.path / FACTS).read_bytes()
        with pytest.raises(InputError, match="changed while it was"):
            found.edits.write()
        assert (tiny.path / FACTS).read_bytes() == there

    def test_a_column_that_no_table_has_is_refused(self, tiny: Tiny) -> None:
        with pytest.raises(InputError, match="has no column 'colour'; leave it out"):
            addition(tiny.data, [Wanted("statements", {"subject": "anna", "colour": "red"})])

    def test_what_is_said_of_a_row_that_is_right_is_a_remark(self, tiny: Tiny) -> None:
        cells = {"at": "1980", "source": "almanac-2001"}
        arguments = [part for name, cell in cells.items() for part in (f"--{name}", cell)]
        code, out, _ = run(tiny.path, "add", "clara", "playsFor", "rooks", *arguments, "--yes")
        assert code == 0
        assert out.splitlines()[-1].startswith("note: 'clara playsFor rooks' is attested on 1980")


class TestSources:
    URL = "https://example.org/gazette/2"

    def test_a_source_is_called_after_its_publisher_and_its_day(self, tiny: Tiny) -> None:
        (tiny.path / "news.txt").write_bytes(b"abc")
        before = (tiny.path / SOURCES).read_bytes()
        told = ("--title", 'A "fine" day', "--publisher", "Gazette House", "--published", "2001-02")
        code, *_ = run(
            tiny.path, "add", "source", self.URL, *told, "--accessed", "2024-01-01", "--text",
            "news.txt", "--yes",
        )  # fmt: skip
        assert code == 0
        # FIPS 180-2, appendix B.1: the SHA-256 of "abc".
        sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        row = f'gazette-2001-02,"A ""fine"" day",Gazette House,{self.URL},2001-02,2024-01-01,,,'
        assert added(tiny, SOURCES, before) == [f"{row}{sha256}\n".encode()]

    def test_an_address_that_a_source_has_is_refused(self, tiny: Tiny) -> None:
        code, out, told = run(tiny.path, "add", "source", "https://example.org/gazette")
        assert (code, out) == (3, "")
        assert told.endswith("has this address already: the source is 'gazette-1999'\n")

    def test_a_second_source_of_a_day_has_a_number(self) -> None:
        one = Source("gazette-1999-05", "", "Gazette House", published="1999-05")
        assert source_id("Gazette House", "1999-05", {one.id: one}) == "gazette-1999-05-2"
        assert source_id("Чайка", "", {}) == "source"

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("anna", "playsFor"), "write SUBJECT PREDICATE OBJECT, or: source URL"),
            (("anna", "playsFor", "rooks", "--title", "x"), "--title is no cell of a statement"),
            (("source", "https://example.org/x", "--at", "2001"), "--at is no cell of a source"),
        ],
    )
    def test_words_that_do_not_fit_are_refused(
        self, tiny: Tiny, words: tuple[str, ...], message: str
    ) -> None:
        code, out, told = run(tiny.path, "add", *words, "--yes")
        assert (code, out, told.count("\n")) == (2, "", 1)
        assert message in told
