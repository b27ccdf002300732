"""What is printed on a terminal: tables as wide as it is, and colours; neither goes into a pipe."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from kg.text.fitted import across, fitted

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import pty

KG: Final = [sys.executable, "-m", "kg"]
PLAIN: Final = {"TERM": "xterm", "NO_COLOR": ""}
WIDE: Final = (
    "SELECT ?id ?long { VALUES (?id ?long) { (1 'a text that is wider than thirty places') } }"
)
ESCAPE: Final = re.compile(r"\x1b\[\d+m")


def on_terminal(folder: Path, *words: str, **variables: str) -> str:
    """Return what a command prints on a terminal, its errors among it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*KG, *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env=os.environ | PLAIN | variables,
    )  # fmt: skip
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:
        # So a terminal on which nobody writes any more ends.
        pass
    os.close(ours)
    process.wait(timeout=60)
    # A terminal goes to the first place of the next line in two steps.
    return written.decode().replace("\r\n", "\n")


def in_a_pipe(folder: Path, *words: str, **variables: str) -> str:
    done = subprocess.run(
        [*KG, *words], cwd=folder, check=False, capture_output=True, encoding="utf-8",
        env=os.environ | PLAIN | variables, timeout=60,
    )  # fmt: skip
    return done.stdout + done.stderr


class TestTables:
    def test_a_table_is_cut_to_the_terminal(self, prototype: Path) -> None:
        """Thirty places: two for ?id, two between, so twenty-six for the other."""
        shown = on_terminal(prototype, "query", WIDE, COLUMNS="30", NO_COLOR="1")

        assert shown == (
            "id  long\n"
            "──  ──────────────────────────\n"
            "1   a text that is wider than…\n"
            "(1 row)\n"
        )  # fmt: skip

    def test_in_a_pipe_it_is_whole(self, prototype: Path) -> None:
        shown = in_a_pipe(prototype, "query", WIDE, COLUMNS="30")

        assert "1   a text that is wider than thirty places\n" in shown

    def test_other_formats_are_whole(self, prototype: Path) -> None:
        shown = on_terminal(prototype, "query", WIDE, "--format", "csv", COLUMNS="30")

        assert "1,a text that is wider than thirty places\r\n" in shown

    def test_a_table_that_fits_is_as_in_a_pipe(self, prototype: Path) -> None:
        words = ("query", "squad", "-p", "club=knights")

        shown = on_terminal(prototype, *words, COLUMNS="80", NO_COLOR="1")
        assert shown == in_a_pipe(prototype, *words)

    @pytest.mark.parametrize(
        ("cells", "width", "cut"),
        [
            # The widest column gives way, then both.
            (["ab", "abcdefghijkl"], 12, ["ab", "abcdefg…"]),
            (["abcdefghijkl", "abcdefghijkl"], 18, ["abcdefg…", "abcdefg…"]),
            # Five letters and a mark are left of each, although there is no room for it.
            (["abcdefghijkl"] * 3, 10, ["abcde…"] * 3),
            # Each of these letters takes two places.
            (["北京北京北京北京"], 9, ["北京北京…"]),
            (["北京北京北京北京"], 10, ["北京北京…"]),
            # The accent stands above the letter before it.
            (["e\N{COMBINING ACUTE ACCENT}" * 7], 7, ["e\N{COMBINING ACUTE ACCENT}" * 7]),
        ],
    )
    def test_cells_are_cut(self, cells: list[str], width: int, cut: list[str]) -> None:
        assert fitted([cells], width) == [cut]
        assert all(across(cell) <= width for cell in cut if len(cells) == 1)


class TestColours:
    def test_the_head_of_a_table_is_pale(self, prototype: Path) -> None:
        shown = on_terminal(prototype, "query", "SELECT ?s { VALUES ?s { 1 } }", COLUMNS="80")

        assert shown == "\x1b[2ms\x1b[0m\n\x1b[2m─\x1b[0m\n1\n(1 row)\n"

    def test_errors_are_red_and_warnings_yellow(self, prototype: Path, tmp_path: Path) -> None:
        table = (prototype / "data/entities.csv").read_text(encoding="utf-8")
        copied(prototype, tmp_path / "wrong")
        (tmp_path / "wrong/data/entities.csv").write_text(
            table.replace("Clara,Клара", "Clara,").replace("boris,Player", "boris,Plaier"),
            encoding="utf-8",
        )

        shown = on_terminal(tmp_path / "wrong", "validate")
        assert ": \x1b[31merror\x1b[0m: " in shown
        assert ": \x1b[33mwarning\x1b[0m: " in shown

    @pytest.mark.parametrize("words", ["why nobody", "query nosuch"])
    def test_what_ends_a_command_is_red(self, prototype: Path, words: str) -> None:
        assert "\x1b[31mkg:\x1b[0m " in on_terminal(prototype, *words.split())

    @pytest.mark.parametrize("words", ["why nobody", "query nosuch", "query squad", "validate"])
    @pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_there_are_none_where_none_are_wanted(
        self, prototype: Path, words: str, variables: dict[str, str]
    ) -> None:
        assert not ESCAPE.search(on_terminal(prototype, *words.split(), **variables))

    @pytest.mark.parametrize("words", ["why nobody", "query nosuch", "query squad", "validate"])
    def test_there_are_none_in_a_pipe(self, prototype: Path, words: str) -> None:
        assert not ESCAPE.search(in_a_pipe(prototype, *words.split()))


def copied(project: Path, folder: Path) -> None:
    for name in ("data", "ontology"):
        shutil.copytree(project / name, folder / name)
