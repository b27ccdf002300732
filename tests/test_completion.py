"""Completion: real shells, with the script that `kg completion` prints, and a press of Tab."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from needed import lacking

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

import pty

from kg.cli.offers import KINDS

BIN: Final = Path(sys.executable).parent
ENV: Final = {
    "HOME": "/nonexistent", "LANG": "C.UTF-8", "TERM": "dumb",
    "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    # What says to a process that its branches are counted.
    **{name: text for name, text in os.environ.items() if name.startswith("COVERAGE_")},
}  # fmt: skip
# How a shell begins without anybody's settings, and how it is told to read the script.
SHELLS: Final = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1=; source {}"),
    "zsh": (
        ["zsh", "-f", "-i"],
        'PS1=; unsetopt beep; autoload -U compinit; compinit -D; eval "$(cat {})"',
    ),
}
DONE: Final = "<over>"


@dataclass
class Shell:
    """A shell on a terminal of its own, in a project."""

    name: str
    folder: Path
    process: int = field(init=False)
    terminal: int = field(init=False)

    def __post_init__(self) -> None:
        command, read = SHELLS[self.name]
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(self.folder)
            os.execvpe(command[0], command, ENV)
        self.say(f"stty -echo cols 200; bindkey -e; {read.format(script(self.name, self.folder))}")
        self.say(r"shown() { printf '<%s>' \"$@\"; printf '<%s>\n' 'over'; }".replace('\\"', '"'))
        self.say("shown ready")
        self.read_until("<ready><over>")

    def say(self, line: str) -> None:
        os.write(self.terminal, f"{line}\n".encode())

    def read_until(self, text: str) -> str:
        """Return what was written until the text came."""
        written, until = "", time.monotonic() + 30
        while text not in written:
            assert time.monotonic() < until, written
            if select.select([self.terminal], [], [], 1)[0]:
                written += os.read(self.terminal, 65536).decode()
        return written

    def completed(self, line: str, key: str = "\t") -> list[str]:
        """Return the words of a line after the press of a key."""
        # Ctrl-A leads to its begin, where what comes prints the words instead of running them.
        os.write(self.terminal, f"{line}{key}".encode())
        time.sleep(0.05)
        os.write(self.terminal, b"\x01shown \n")
        found = re.findall("<([^>]*)>", self.read_until(DONE))
        return found[found.index("kg") : -1]

    def close(self) -> None:
        os.close(self.terminal)
        os.waitpid(self.process, 0)


@cache
def script(shell: str, folder: Path) -> Path:
    made = subprocess.run(
        ["kg", "completion", shell], env=ENV, cwd=folder, check=True, capture_output=True
    ).stdout
    path = folder / f"completion.{shell}"
    path.write_bytes(made)
    return path


@pytest.fixture(scope="module")
def folder(prototype: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, built, with a query in a file; nothing else begins as that does."""
    folder = shutil.copytree(prototype, tmp_path_factory.mktemp("completion") / "tiny")
    (folder / "mine.rq").write_text("ASK {}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, folder: Path) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        lacking(request.param, f"apt-get install {request.param}")
    shell = Shell(request.param, folder)
    yield shell
    shell.close()


# What is written before Tab → what the last word is then.
LINES: Final = {
    "kg vali": "validate",
    "kg query --kno": "--known-by",
    "kg query squad --format mark": "markdown",
    "kg why ann": "anna",
    "kg --project . why ann": "anna",
    "kg why anna pla": "playsFor",
    "kg audit anna roo": "rooks",
    "kg view --focus roo": "rooks",
    "kg query squ": "squad",
    "kg query squad -p cl": "club=",
    "kg query squad -p club=kni": "club=knights",
    "kg query squad -p club=kni --as-of 2005 --surel": "--surely",
    "kg query @min": "@mine.rq",
    "kg dump -o min": "mine.rq",
    "kg --project onto": "ontology",
}


@pytest.mark.parametrize(("line", "last"), LINES.items())
def test_tab_completes_the_word(shell: Shell, line: str, last: str) -> None:
    words = shell.completed(line)

    # Some shells put a stroke behind a folder.
    assert [*words[:-1], words[-1].rstrip("/")] == [*line.split()[:-1], last]


def test_bash_completes_an_option_that_is_joined_to_its_value(folder: Path) -> None:
    shell = Shell("bash", folder)

    assert shell.completed("kg query squad --format=mark")[-1] == "--format=markdown"
    assert shell.completed("kg query --as-of=2005 squ")[-1] == "squad"
    shell.close()


# What fish offers for a line, each with what it is; it tells of it without a terminal.
FISH: Final = {
    "kg vali": ["validate\tCheck every row, date, shape, rule and question."],
    "kg why ann": ["anna\tAnna"],
    "kg why anna pla": ["playsFor"],
    "kg audit anna roo": ["rooks\tRooks"],
    "kg query squ": ["squad\tWho plays for a club, and since when?"],
    "kg query squad -p cl": ["club=\tthe club; all of them when left out"],
    "kg query squad -p club=": ["club=knights\tKnights", "club=rooks\tRooks"],
    "kg query squad --as-of=199": [
        "--as-of=" + year for year in ["1990", "1991", "1995", "1998", "1999"]
    ],
}


@pytest.mark.parametrize(("line", "offers"), FISH.items())
def test_fish_offers_what_may_follow(folder: Path, line: str, offers: list[str]) -> None:
    if shutil.which("fish") is None:
        lacking("fish", "apt-get install fish")
    program = f"source {script('fish', folder)}; complete -C {line!r}"
    done = subprocess.run(
        ["fish", "--no-config", "-c", program],
        env=ENV, cwd=folder, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip

    assert done.stdout.splitlines() == offers


def offered(folder: Path, kind: str, word: str, line: str) -> list[str]:
    """What `kg` says to a shell, without what each is."""
    done = subprocess.run(
        ["kg", "--offer", kind, word, *line.split()],
        env=ENV, cwd=folder, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    return [one.partition("\t")[0] for one in done.stdout.splitlines()]


class TestOffers:
    def test_dates_are_offered_by_years_then_months_then_days(self, folder: Path) -> None:
        """In the table stand 1990, 1991, 1995-09, 1998, 1999-01-01, 1999-05-03, 1999-06-12 …"""
        assert offered(folder, "dates", "", "kg query") == [
            *("1990", "1991", "1995", "1998", "1999", "2000")
        ]
        assert offered(folder, "dates", "1999", "kg query") == ["1999-01", "1999-05", "1999-06"]
        assert offered(folder, "dates", "1999-06", "kg query") == ["1999-06-12"]

    def test_values_of_a_parameter_are_of_its_class(self, folder: Path) -> None:
        assert offered(folder, "parameters", "club=", "kg query squad -p") == [
            *("club=knights", "club=rooks")
        ]

    def test_objects_are_those_of_the_fact_that_is_asked_about(self, folder: Path) -> None:
        assert offered(folder, "objects", "", "kg why anna playsFor") == ["knights", "rooks"]

    def test_without_an_entity_all_properties_are_offered(self, folder: Path) -> None:
        assert offered(folder, "predicates", "r", "kg why") == ["rating", "rivalOf"]

    @pytest.mark.parametrize("line", ["kg --project {} why", "kg --project={} why"])
    def test_another_project_is_asked_for_its_own(
        self, folder: Path, tmp_path: Path, line: str
    ) -> None:
        theirs = shutil.copytree(folder, tmp_path / "theirs")
        (theirs / "data/entities.csv").write_text("id,class\nann-marie,Player\n", encoding="utf-8")

        assert offered(folder, "ids", "ann", line.format(theirs)) == ["ann-marie"]

    def test_a_build_that_is_named_is_asked_for_its_ids(self, folder: Path, tmp_path: Path) -> None:
        assert offered(tmp_path, "ids", "ann", f"kg --store {folder / 'build'} why") == ["anna"]

    def test_a_project_without_a_plain_table_is_asked_for_its_build(
        self, folder: Path, tmp_path: Path
    ) -> None:
        theirs = shutil.copytree(folder, tmp_path / "theirs")
        (theirs / "data/entities.csv").unlink()

        assert offered(theirs, "ids", "ann", "kg why") == ["anna"]

    def test_where_classes_stand_below_one_all_ids_are_offered(
        self, folder: Path, tmp_path: Path
    ) -> None:
        theirs = shutil.copytree(folder, tmp_path / "theirs")
        with (theirs / "ontology/ontology.ttl").open("a", encoding="utf-8") as ontology:
            ontology.write("\n:Team rdfs:subClassOf :Club .\n")

        assert "club=anna" in offered(theirs, "parameters", "club=", "kg query squad -p")

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_cannot_be_read_offers_nothing_and_says_nothing(
        self, folder: Path, tmp_path: Path, kind: str
    ) -> None:
        theirs = shutil.copytree(folder / "data", tmp_path / "broken" / "data").parent
        (theirs / "data/entities.csv").write_bytes(b"\xff\x00,")

        assert offered(theirs, kind, "club=", "kg why anna") == []

    def test_no_offer_makes_a_terminal_obey(self, folder: Path, tmp_path: Path) -> None:
        theirs = shutil.copytree(folder, tmp_path / "theirs")
        (theirs / "data/entities.csv").write_text(
            "id,class,label_en\nann,Player,\x1b[31mred\n", encoding="utf-8"
        )

        done = subprocess.run(
            ["kg", "--offer", "ids", "ann"], env=ENV, cwd=theirs, check=True, capture_output=True
        )
        assert done.stdout == b"ann\t [31mred\n"


@pytest.mark.parametrize("kind", KINDS)
def test_an_offer_waits_for_no_parser_and_no_engine(folder: Path, kind: str) -> None:
    words = [kind, "club=", "kg", "query", "squad", "-p"]
    program = (
        "import sys; from kg.cli.offers import answer; answer(sys.argv[1:]);"
        "print(*sorted({'argparse', 'dataclasses', 'pyoxigraph', 'typing'} & {*sys.modules}))"
    )
    # Counting imports them.
    alone = {name: text for name, text in ENV.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env=alone, cwd=folder, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip

    assert done.stdout.splitlines()[-1] == ""


# What PowerShell is offered: the line, with its last word as far as it is written → the offers.
WHOLE: Final = {
    "kg vali": ["validate\tCheck every row, date, shape, rule and question."],
    "kg query --kno": [
        "--known-by\tleave out sources published after this date, and what rests on them alone"
    ],
    "kg query squad --format mark": ["markdown"],
    "kg query squad --format=mark": ["--format=markdown"],
    "kg why ann": ["anna\tAnna"],
    "kg --project . why ann": ["anna\tAnna"],
    "kg --project=. why anna pla": ["playsFor"],
    "kg audit anna roo": ["rooks\tRooks"],
    "kg query squ": ["squad\tWho plays for a club, and since when?"],
    "kg query squad other": [],
    "kg query squad -p club=": ["club=knights\tKnights", "club=rooks\tRooks"],
    "kg query --surely squ": ["squad\tWho plays for a club, and since when?"],
    "kg query --as-of=199": [
        "--as-of=" + year for year in ["1990", "1991", "1995", "1998", "1999"]
    ],
    "kg dump -o min": [],
    "kg cite new": [],
    "kg nonsense x": [],
    "kg why --nonsense=a": [],
}  # fmt: skip


@pytest.mark.parametrize(("written", "offers"), WHOLE.items())
def test_a_whole_line_is_asked_about_where_the_script_holds_no_words(
    folder: Path, written: str, offers: list[str]
) -> None:
    *words, word = written.split()
    done = subprocess.run(
        ["kg", "--offer", "line", f"={word}", *words],
        env=ENV, cwd=folder, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip

    found = [one.removesuffix("\t") for one in done.stdout.splitlines()]
    assert (found, done.stderr) == (offers, "")


@pytest.mark.parametrize("words", [["kg", "why"], ["kg", "why", "anna", "playsFor"], ["kg"]])
def test_an_empty_word_is_offered_all_that_may_stand_there(folder: Path, words: list[str]) -> None:
    done = subprocess.run(
        ["kg", "--offer", "line", "=", *words],
        env=ENV, cwd=folder, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    first = {1: "init", 2: "anna", 4: "knights"}[len(words)]

    assert next(one.partition("\t")[0] for one in done.stdout.splitlines()) == first


def test_what_is_no_question_at_all_offers_nothing_and_says_nothing(folder: Path) -> None:
    done = subprocess.run(
        ["kg", "--offer", "line"], env=ENV, cwd=folder, check=False, capture_output=True
    )

    assert (done.stdout, done.stderr) == (b"", b"")


def test_the_script_for_powershell_asks_about_the_line_and_closes_what_it_opens() -> None:
    """PowerShell itself is not run by the tests; see docs/architecture.md."""
    done = subprocess.run(
        ["kg", "completion", "powershell"], env=ENV, check=True, capture_output=True, text=True
    )
    code = "\n".join(one for one in done.stdout.splitlines() if not one.lstrip().startswith("#"))
    plain = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"`]|`.)*\"", "", code)

    assert plain.startswith("Register-ArgumentCompleter -Native -CommandName kg, kg.exe")
    assert '--offer line "=$word" @written' in code
    for opening, closing in ("()", "{}", "[]"):
        assert plain.count(opening) == plain.count(closing)
