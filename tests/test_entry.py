"""Where the command begins and ends: closed pipes and streams, full disks, interrupts."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest
from filelock import FileLock
from gitted import commit, repository

from kg.cli import entry

HERE = Path(__file__).parent
WRONG_ROW = "ana,playsFor,rooks,2020,,,almanac-2001,,,\n"
CLARA = "clara,playsFor,rooks,2020,,,almanac-2001,p. 9,,\n"

# Each command that prints, and the code with which it ends in the project below.
COMMANDS = {
    "--help": 0,
    "query --help": 0,
    "query": 0,
    "query squad -p club=knights": 0,
    "why anna": 0,
    "audit": 0,
    "audit --fail-on single-source": 1,
    "compare table.csv --subject id --object id --predicate won": 0,
    "diff build .": 1,
    "--project wrong validate": 1,
    "--project wrong build": 1,
    "why nobody": 2,
}
# What a shell does to the streams.
STREAMS = {
    "standard output closed": ">&-",
    "standard error closed": "2>&-",
    "standard input closed": "<&-",
    "all closed": "<&- >&- 2>&-",
}


@dataclass(frozen=True)
class Ended:
    """How a process ended: its code as a shell tells it, and standard error."""

    code: int
    err: str


@pytest.fixture(scope="module")
def project(prototype: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, built, with a row added since, and beside it one that is wrong."""
    folder = shutil.copytree(prototype, tmp_path_factory.mktemp("entry") / "tiny")
    wrong = shutil.copytree(HERE / "tiny", folder / "wrong")
    for place, row in ((folder, CLARA), (wrong, WRONG_ROW)):
        with (place / "data/statements/facts.csv").open("a", encoding="utf-8") as table:
            table.write(row)
    shutil.copy(folder / "data/entities.csv", folder / "table.csv")
    return folder


KG = [sys.executable, "-m", "kg"]


def run(
    folder: Path,
    words: str,
    *,
    shell: str = "",
    out: int | None = None,
    joined: bool = False,
    env: dict[str, str] | None = None,
) -> Ended:
    """Run a command in a process of its own, with what the shell does to its streams."""
    command = [*KG, *words.split()]
    if shell:
        command = ["sh", "-c", f'exec "$@" {shell}', "sh", *command]
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE if out is None else out,
        stderr=subprocess.STDOUT if joined else subprocess.PIPE,
        env=env,
        timeout=60,
    )
    err = bytes(done.stderr or b"").decode()
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    return Ended(as_told(done.returncode), err)


def as_told(code: int) -> int:
    """The code as a shell tells it: 128 and the number of the signal."""
    return code if code >= 0 else 128 - code


def closed_pipe() -> int:
    """The end of a pipe into which to write, when the other is closed already."""
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize(("words", "code"), COMMANDS.items())
class TestStreams:
    def test_a_reader_that_went_away_leaves_the_code(
        self, project: Path, words: str, code: int
    ) -> None:
        pipe = closed_pipe()
        assert run(project, words, out=pipe).code == code
        os.close(pipe)

    def test_nobody_to_read_output_and_errors_leaves_the_code(
        self, project: Path, words: str, code: int
    ) -> None:
        pipe = closed_pipe()
        assert run(project, words, out=pipe, joined=True).code == code
        os.close(pipe)

    @pytest.mark.parametrize("shell", STREAMS.values(), ids=STREAMS)
    def test_closed_streams_leave_the_code(
        self, project: Path, words: str, code: int, shell: str
    ) -> None:
        assert run(project, words, shell=shell).code == code

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    @pytest.mark.parametrize("at_once", ["", "1"])
    def test_a_full_disk_is_said_in_one_line(
        self, project: Path, words: str, code: int, at_once: str
    ) -> None:
        env = os.environ | {"PYTHONUNBUFFERED": at_once}
        done = run(project, words, shell=">/dev/full", env=env)

        said = "kg: standard output: No space left on device"
        found = [line for line in done.err.splitlines() if line.startswith("kg: standard output")]
        # What is wrong with the command goes to the errors, so nothing is missing.
        assert (done.code, found) == ((2, []) if code == 2 else (3, [said]))


def test_what_is_closed_is_not_given_to_the_next_file(project: Path, tmp_path: Path) -> None:
    """Else the page or the store of a build would hold what was printed."""
    whole = shutil.copytree(HERE / "tiny", tmp_path / "tiny")

    assert run(whole, "build", shell=">&- 2>&-").code == 0
    for name in ("graph.html", "graph.trig"):
        text = (whole / "build" / name).read_bytes()
        assert b"built 8 statements" not in text
        if name.endswith(".trig"):
            assert text == (project / "build" / name).read_bytes()


def test_the_installed_command_is_the_guarded_one() -> None:
    told = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = told["project"]["scripts"]["kg"].partition(":")

    assert getattr(import_module(module), name) is entry.main


# ---------------------------------------------------------------- signals

# Interrupts the process when a module is about to be imported, in one of two places.
INTERRUPTER = """
import os, signal, sys

class Interrupter:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["WHEN"]:
            sys.meta_path.remove(self)
            if os.environ["WHERE"] == "finalizer":
                Last()
            else:
                os.kill(os.getpid(), signal.SIGINT)

class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(10))

sys.meta_path.insert(0, Interrupter())
"""


@pytest.mark.parametrize("where", ["import", "finalizer"])
@pytest.mark.parametrize(
    "when",
    [
        "kg.cli.commands",
        "argparse",
        "kg.cli.context",
        "kg.cli.help",
        "pyoxigraph",
        "kg.pipeline.builder",
        "kg.pipeline.load",
    ],
)
def test_an_interrupt_while_modules_are_imported_says_nothing(
    project: Path, tmp_path: Path, when: str, where: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTER, encoding="utf-8")
    path = os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH"))))
    env = os.environ | {"PYTHONPATH": path, "WHEN": when, "WHERE": where}

    done = run(project, "validate", env=env)
    assert (done.code, done.err) == (130, "")


def signalled(command: list[str], folder: Path, ready: Callable[[], bool], number: int) -> Ended:
    """Start a command, and send the signal to it and its children once it is ready."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
    )
    until = time.monotonic() + 30
    while not ready():
        assert time.monotonic() < until
        time.sleep(0.01)
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=30)
    return Ended(as_told(process.returncode), err.decode())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_a_child_works_ends_both(tmp_path: Path, number: int, code: int) -> None:
    folder = shutil.copytree(HERE / "tiny", repository(tmp_path / "league") / "graph")
    commit(folder)
    git = folder / "git"
    git.write_text("#!/bin/sh\ntouch started\nexec sleep 60\n", encoding="utf-8")
    git.chmod(0o755)
    started = folder / "started"

    began = time.monotonic()
    done = signalled([*KG, "diff", "HEAD"], folder, started.exists, number)
    assert (done.code, done.err) == (code, "")
    assert time.monotonic() - began < 30


def test_a_job_in_the_background_goes_on_ignoring_interrupts(tmp_path: Path) -> None:
    """As shells start it that have no job control."""
    folder = shutil.copytree(HERE / "tiny", repository(tmp_path / "league") / "graph")
    commit(folder)
    git = folder / "git"
    git.write_text("#!/bin/sh\ntouch started\nsleep 1\nexit 1\n", encoding="utf-8")
    git.chmod(0o755)
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *KG, "diff", "HEAD"]

    assert signalled(command, folder, (folder / "started").exists, signal.SIGINT).code == 2


# Each command that writes, as it waits for what never comes: a lock, or an answer.
WRITING = {
    "build --wait": "build/kg.json",
    "dump -o out.nq --store {}": "out.nq",
    "network -o out.csv --store {}": "out.csv",
    "view -o out.html --store {}": "out.html",
}


@pytest.mark.parametrize(("words", "output"), WRITING.items())
def test_an_interrupt_of_a_command_that_writes_says_that_nothing_was_written(
    project: Path, words: str, output: str
) -> None:
    lock = FileLock(project / "build/.kg-lock")
    with ExitStack() as ending:
        ending.enter_context(lock)
        silent = ending.enter_context(socket.create_server(("127.0.0.1", 0)))
        silent.settimeout(30)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        before = content(project / output)
        process = subprocess.Popen(
            [*KG, *words.format(url).split()],
            cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        # It waits once it has said so, or asked.
        if "--wait" in words:
            assert process.stderr is not None
            assert b"waiting for another process" in process.stderr.readline()
        else:
            ending.enter_context(silent.accept()[0])
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (130, b"")
    assert err.splitlines()[-1] == b"kg: interrupted; nothing was written"
    assert content(project / output) == before


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def test_an_interrupt_after_a_file_is_written_says_so(project: Path, tmp_path: Path) -> None:
    """Here it comes from within, as if it were pressed at that moment."""
    late = (
        "import os, signal, sys\n"
        "import kg.files as files\n"
        "write = files.write_file\n"
        "def write_and_be_interrupted(path, content):\n"
        "    write(path, content)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "files.write_file = write_and_be_interrupted\n"
        "from kg.cli.entry import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", late, "dump", "-o", str(tmp_path / "out.nq")],
        cwd=project, check=False, capture_output=True, encoding="utf-8", timeout=60,
    )  # fmt: skip

    assert done.returncode == 130
    said = done.stderr.splitlines()[-1]
    assert said.startswith("kg: interrupted; ")
    assert said.endswith("out.nq was written before")
