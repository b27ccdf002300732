"""Workers that are copies of the process: what they share with it, and what they must not."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is copied")

# A worker for foreign texts, in a Python that has nothing but one thread.
BEGIN = """
    import os, signal, sys, time
    from kg.errors import LimitError
    from kg.model import foreign
    foreign.syntax_problem("ASK {}", {})
    worker = foreign._shared.worker._process
    assert type(worker).__name__ == "Copied", type(worker)
"""


def python(program: str, *, begin: str = BEGIN) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python of its own."""
    text = textwrap.dedent(begin) + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", text], capture_output=True, encoding="utf-8", timeout=60, check=False
    )


def said(program: str, *, begin: str = BEGIN) -> str:
    done = python(program, begin=begin)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def is_gone(process: int) -> bool:
    """Say whether the process ends within some seconds."""
    for _ in range(100):
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.05)
    return False


def test_a_process_of_one_thread_is_copied_and_one_of_two_is_not() -> None:
    program = """
        import threading
        from kg.workers.copied import is_alone
        print(is_alone())
        done = threading.Event()
        threading.Thread(target=done.wait).start()
        print(is_alone())
        done.set()
    """
    assert said(program, begin="").split() == ["True", "False"]


def test_beside_another_thread_the_worker_is_a_python_of_its_own() -> None:
    program = """
        import threading
        from kg.model import foreign
        done = threading.Event()
        threading.Thread(target=done.wait).start()
        print(foreign.syntax_problem("ASK {", {}))
        print(type(foreign._shared.worker._process).__name__)
        done.set()
    """
    assert said(program, begin="").splitlines()[-1] == "Popen"


def test_the_copy_finds_the_same_mistakes() -> None:
    program = 'print(foreign.syntax_problem("SELECT * { ?s ?p }", {}))'
    assert said(program) == "(\"unexpected '}'\", 1, 18)"


def test_the_copy_has_no_file_open_but_its_pipes(tmp_path: Path) -> None:
    place = tmp_path / "kept.txt"
    begin = f"    kept = open({str(place)!r}, 'w')\n" + BEGIN
    program = """
        folder = f"/proc/{worker.pid}/fd"
        links = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder)]
        print({link.partition(":")[0] for link in links})
    """
    assert said(program, begin=begin) == "{'pipe'}"


def test_the_copy_writes_nothing_that_the_process_had_still_to_write(tmp_path: Path) -> None:
    place = tmp_path / "kept.txt"
    begin = f"    kept = open({str(place)!r}, 'w'); kept.write('once')\n" + BEGIN
    said("foreign._shared.close(); kept.close()", begin=begin)

    assert place.read_text(encoding="utf-8") == "once"


def test_handlers_of_the_process_do_not_run_in_the_copy(tmp_path: Path) -> None:
    place = tmp_path / "handled"
    begin = (
        "    import signal, pathlib\n"
        f"    signal.signal(signal.SIGTERM, lambda *_: pathlib.Path({str(place)!r}).touch())\n"
        + BEGIN
    )
    said("os.kill(worker.pid, signal.SIGTERM); print(worker.wait())", begin=begin)

    assert not place.exists()


def test_the_copy_ends_with_a_process_that_is_killed() -> None:
    done = python("print(worker.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)")

    assert done.returncode == -signal.SIGKILL
    assert is_gone(int(done.stdout))


def test_after_a_limit_a_new_worker_takes_its_place() -> None:
    program = """
        text = "ASK { " + "?s ?p ?o . " * 60_000 + "}"
        try:
            with foreign.bounded(8 * 2**20):
                foreign.syntax_problem(text, {})
        except LimitError as error:
            print(error.limit)
        print(foreign.syntax_problem("ASK {}", {}))
    """
    assert said(program).split() == ["memory", "None"]


def test_somebody_else_may_wait_for_all_children() -> None:
    """Then the system tells of the end of the copy to them, or to nobody."""
    program = """
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        foreign._shared.close()
        print(worker.poll(), worker.wait())
    """
    assert said(program) == "0 0"


def test_two_threads_may_wait_for_the_copy_and_end_it() -> None:
    program = """
        import threading
        told = []
        waiting = [threading.Thread(target=lambda: told.append(worker.wait())) for _ in range(8)]
        for one in waiting: one.start()
        worker.kill()
        for one in waiting: one.join()
        print(told == [-9] * 8, worker.poll())
    """
    assert said(program) == "True -9"
