"""Work over a second shows one line of progress on a terminal, and nothing anywhere else."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest
from endpoint import sparql_server

import kg.cli.line
from kg.cli.line import Line
from kg.progress import at_work, counted, shown_by

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import fcntl
import pty
import termios

# Runs the command line with what stands before it changed in the line's own module.
KG = "import kg.cli.line as line\n{0}\nfrom kg.cli.entry import main\nmain()"
IMPATIENT = "line.PATIENCE = 0"
# However long it takes, for the line it is the same moment.
AT_ONCE = "line.monotonic = lambda: 7.0"


@dataclass
class Terminal:
    """A pseudo-terminal: the end that programs write to, and all that was written."""

    columns: int = 80
    written: str = ""
    ours: int = field(init=False)
    theirs: int = field(init=False)

    def __post_init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        size = struct.pack("HHHH", 24, self.columns, 0, 0)
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, size)
        os.set_blocking(self.ours, False)

    def close(self) -> None:
        os.close(self.ours)
        os.close(self.theirs)

    def read(self) -> str:
        """Return all that was written so far."""
        # Without anything to read it is blocked; with nobody to write, in error.
        with suppress(OSError):
            while part := os.read(self.ours, 65536):
                self.written += part.decode()
        return self.written

    def read_until(self, text: str) -> None:
        """Wait until the text was written."""
        os.set_blocking(self.ours, True)
        while text not in self.written:
            self.written += os.read(self.ours, 65536).decode()
        os.set_blocking(self.ours, False)

    @property
    def screen(self) -> list[str]:
        """What somebody sees: lines without what was written over, and without blanks at ends."""
        lines, column = [""], 0
        for letter in self.read():
            if letter == "\r":
                column = 0
            elif letter == "\n":
                lines.append("")
            else:
                lines[-1] = lines[-1][:column].ljust(column) + letter + lines[-1][column + 1 :]
                column += 1
        return [line.rstrip() for line in lines]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


@pytest.fixture
def stream(terminal: Terminal) -> Iterator[TextIO]:
    with os.fdopen(os.dup(terminal.theirs), "w", encoding="utf-8") as opened:
        yield opened


class Clock:
    """Says what time it is; only a test lets it go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(kg.cli.line, "monotonic", made)
    return made


class TestTheLine:
    def test_nothing_is_drawn_before_a_second_has_passed(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            line("rows read", 10, 90)
            clock.now += 0.99
            line("rows read", 20, 90)
            line.tick()

        assert terminal.read() == ""

    def test_after_a_second_it_says_the_stage_how_much_is_done_and_how_long_it_took(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            clock.now += 12.4
            line("rows read", 5000, 107000)
            assert terminal.screen == ["kg: rows read: 5,000 of 107,000 (12 s)"]
            line("checking the shapes", 0, 0)
            assert terminal.screen == ["kg: checking the shapes (12 s)"]
            line("conclusions", 1234567, 0)
            assert terminal.screen == ["kg: conclusions: 1,234,567 (12 s)"]

    def test_the_same_stage_is_drawn_again_only_after_a_quarter_of_a_second(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            clock.now += 2
            line("rows read", 1, 9)
            clock.now += 0.2
            line("rows read", 2, 9)
            assert terminal.screen == ["kg: rows read: 1 of 9 (2 s)"]
            clock.now += 0.1
            line("rows read", 3, 9)
            assert terminal.screen == ["kg: rows read: 3 of 9 (2 s)"]

    def test_it_goes_on_while_an_engine_says_nothing(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            line("loading the store", 0, 0)
            clock.now += 30
            line.tick()
            assert terminal.screen == ["kg: loading the store (30 s)"]

    def test_a_thread_draws_it_then(self, terminal: Terminal, stream: TextIO, clock: Clock) -> None:
        with Line(stream) as line:
            line("loading the store", 0, 0)
            clock.now += 30
            terminal.read_until("loading the store (30 s)")

        assert terminal.screen == [""]

    def test_it_leaves_nothing_behind(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            clock.now += 5
            line("rows read", 1, 9)
            assert terminal.screen != [""]

        assert terminal.screen == [""]

    def test_it_makes_way_for_what_is_printed_and_comes_again_with_the_next_work(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            clock.now += 5
            line("rows read", 1, 9)
            line.clear()
            stream.write("a finding\n")
            line.tick()
            stream.flush()
            assert terminal.screen == ["a finding", ""]
            line("rows read", 2, 9)
            assert terminal.screen == ["a finding", "kg: rows read: 2 of 9 (5 s)"]

    def test_a_narrow_terminal_shows_its_beginning_on_one_line(self, clock: Clock) -> None:
        narrow = Terminal(columns=20)
        with os.fdopen(os.dup(narrow.theirs), "w") as end, Line(end, alone=True) as line:
            clock.now += 5
            line("bytes of tables read", 1, 9)
            # The last column stays free, because some terminals then go to the next line.
            assert narrow.screen == ["kg: bytes of tables"]
        narrow.close()

    def test_what_a_terminal_would_obey_is_not_written(
        self, terminal: Terminal, stream: TextIO, clock: Clock
    ) -> None:
        with Line(stream, alone=True) as line:
            clock.now += 5
            line("a rule \x1b[2J\n called so", 0, 0)

        assert "\x1b" not in terminal.read()
        assert "\n" not in terminal.read()


class TestWork:
    def test_work_tells_whoever_listens_and_nobody_else(self) -> None:
        told: list[tuple[str, int, int]] = []
        at_work("before")
        with shown_by(lambda *said: told.append(said)):
            at_work("rows read", 1, 2)
        at_work("after")

        assert told == [("rows read", 1, 2)]

    def test_of_many_things_it_is_told_now_and_then_how_many_are_done(self) -> None:
        told: list[tuple[str, int, int]] = []
        with shown_by(lambda *said: told.append(said)):
            assert sum(counted(range(3000), "numbers added", 3000)) == 2999 * 3000 // 2

        assert told == [("numbers added", done, 3000) for done in (0, 1024, 2048)]


def command(
    words: str, folder: Path, before: str = IMPATIENT, stderr: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run a command whose standard error is the descriptor."""
    return subprocess.run(
        [sys.executable, "-c", KG.format(before), *words.split()],
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE,
        stderr=stderr,
        encoding="utf-8",
        # Colours take no place, and are not the matter here.
        env=os.environ | {"NO_COLOR": "1"},
        timeout=60,
    )


@pytest.fixture(scope="module")
def built(prototype: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, built, beside a copy of it in which a row is missing."""
    folder = shutil.copytree(prototype, tmp_path_factory.mktemp("progress") / "tiny")
    other = shutil.copytree(Path(__file__).parent / "tiny", folder / "other")
    facts = other / "data/statements/facts.csv"
    facts.write_text("\n".join(facts.read_text().split("\n")[:-2]) + "\n")
    shutil.copy(folder / "data/entities.csv", folder / "table.csv")
    return folder


# What each command is seen to be at.
STAGES = {
    "--project other build": (
        "rows of entities read",
        "bytes of tables read",
        "statements assembled",
        "checking the shapes",
        "round 1 of the rules, rivals",
        "round 1 of the rules, teammates",
        "conclusions written down",
        "drawing the page",
        "writing TriG",
        "writing store",
    ),
    "validate": ("bytes of tables read", "checking the shapes", "round 1 of the rules"),
    "audit": ("reading the statements", "looking for single-source"),
    "audit --known-by 2020": ("as known by 2020", "round 1 of the rules"),
    "diff other .": ("bytes of tables read", "comparing the two sides"),
    "network -o network.gexf": ("statements put into the network",),
    "network -o network.gexf --as-of 2020": ("statements put into the network",),
    "dump -o graph.ttl --as-of 2020": ("making the graph as of 2020", "writing RDF"),
    "view -o page.html": ("statements put into the network", "drawing the page"),
    "compare table.csv --subject id --object id --predicate won --known-by 2020": (
        "as known by 2020",
    ),
    "query squad -p club=knights --as-of 2020": ("making the graph as of 2020",),
    "query squad -p club=knights --known-by 2020": ("as known by 2020", "round 1 of the rules"),
}


@pytest.mark.parametrize("words", STAGES)
class TestCommands:
    def test_a_command_says_at_what_it_is_and_leaves_the_terminal_as_it_was(
        self, built: Path, terminal: Terminal, words: str
    ) -> None:
        done = command(words, built, stderr=terminal.theirs)

        # Without a terminal the same is printed, and nothing besides.
        plain = command(words, built)
        assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)
        assert terminal.screen == plain.stderr.split("\n")
        missing = [stage for stage in STAGES[words] if stage not in terminal.read()]
        assert missing == []
        assert "\r" not in plain.stderr
        assert plain.stderr.count("kg: ") == 0


@pytest.mark.parametrize("words", ["validate", "query squad -p club=knights --as-of 2020"])
class TestSilence:
    def test_a_command_that_is_told_to_be_quiet_shows_nothing(
        self, built: Path, terminal: Terminal, words: str
    ) -> None:
        command(f"--quiet {words}", built, stderr=terminal.theirs)

        assert terminal.read() == ""

    def test_one_of_less_than_a_second_shows_nothing(
        self, built: Path, terminal: Terminal, words: str
    ) -> None:
        command(words, built, AT_ONCE, stderr=terminal.theirs)

        # A terminal makes "\r\n" of each end of a line.
        assert "\r" not in terminal.read().replace("\r\n", "\n")


def test_an_endpoint_read_in_pages_tells_how_many_nodes_are_there(
    built: Path, tmp_path: Path, terminal: Terminal
) -> None:
    in_pages = f"import kg.store.pages; kg.store.pages.WHOLE = 0; {IMPATIENT}"
    with sparql_server((built / "build/graph.trig").read_bytes(), tmp_path) as url:
        done = command(f"--store {url} audit", built, in_pages, terminal.theirs)

    count = len((built / "data/sources.csv").read_text().splitlines()) - 1
    assert done.returncode == 0
    assert f"kg: nodes read from {url}: 0 of {count}"[:79] in terminal.read()
    assert terminal.screen == [""]


def test_an_interrupt_leaves_a_clean_line(built: Path, terminal: Terminal) -> None:
    held = (
        f"{IMPATIENT}\nimport threading, kg.pipeline.builder as builder\n"
        "builder.validate = lambda *_: threading.Event().wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", KG.format(held), "validate"],
        cwd=built,
        stdout=subprocess.PIPE,
        stderr=terminal.theirs,
    )
    terminal.read_until("statements assembled")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)

    assert (process.returncode, out) == (130, b"")
    assert terminal.screen == [""]


def test_a_query_that_is_ended_leaves_a_clean_line(built: Path, terminal: Terminal) -> None:
    every = (
        "SELECT(COUNT(*)AS?n){" + "?a?b?c." + "".join(f"?a{n}?b{n}?c{n}." for n in range(9)) + "}"
    )
    done = command(f"query {every} --as-of 2020 --seconds 2", built, stderr=terminal.theirs)

    assert (done.returncode, done.stdout) == (5, "")
    assert "making the graph as of 2020" in terminal.read()
    assert terminal.screen == ["kg: the query took longer than 2 seconds", ""]
