"""Apart: a command in a process of its own, which is ended when it takes too long.

The command prints what it has to say by itself, once it is whole; what is said of how it ended is
told by whoever waits for it.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Final

from kg.workers.confine import MEMORY_CODE
from kg.workers.limits import Limits

# Says to a new Python that it is the process apart.
CHILD: Final = "KG_APART"
# More of what a dying engine writes is not looked at.
_TAIL: Final = 64 * 1024


class DoneApart(SystemExit):
    """The exit of a process in which nothing is to be tidied up, as when another did its work."""


def apart(work: Callable[[], int], arguments: Sequence[str], limits: Limits) -> int:
    """Return the exit code of `work`, which runs in a process of its own.

    Where the system can copy a process, the copy does the work; elsewhere `python -m kg` with the
    same arguments does, and finds itself to be apart.

    Raises LimitError when it takes longer than allowed, and what it means that it crashed.
    """
    if os.environ.pop(CHILD, None) is not None:
        return work()
    if sys.platform == "linux":
        return _forked(work, limits)
    return _spawned(arguments, limits)


def _forked(work: Callable[[], int], limits: Limits) -> int:
    # What is still to be printed would be printed by both.
    sys.stdout.flush()
    sys.stderr.flush()
    ours, theirs = os.pipe()
    # Nothing is said on this one: its one end is open as long as this process lives.
    end, life = os.pipe()
    here = os.getpid()
    process = os.fork()
    if process == 0:
        # What the process made before is not the copy's to tidy up: stores wait for threads that a
        # copy does not have, and abort it.
        gc.freeze()
        os.close(ours)
        os.close(life)
        _end_with(here, end)
        _work(work, theirs, limits.seconds)
    os.close(theirs)
    os.close(end)
    is_done = False
    try:
        tail = _listen(ours)
        _, status = os.waitpid(process, 0)
        is_done = True
    finally:
        if not is_done:
            os.kill(process, 9)
            os.waitpid(process, 0)
        os.close(ours)
        os.close(life)
    code = os.waitstatus_to_exitcode(status)
    return _meaning(code, tail, limits, is_late=code == -signal.SIGALRM)


def _end_with(parent: int, end: int) -> None:
    """Let the system end this process, whatever it does, as soon as the parent's end is closed.

    A parent that is killed has no time to do so itself, and the copy would go on alone.
    """
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC)
    if os.getppid() != parent:
        os._exit(70)


def _work(work: Callable[[], int], errors: int, seconds: float) -> None:
    """Do the work as the copy, and end; a crash leaves what it wrote to its errors.

    The alarm ends the copy in time whatever it does.
    """
    code = 70
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        os.dup2(errors, 2)
        os.close(errors)
        code = work()
    except BaseException:  # noqa: BLE001 - shown as Python shows it, for those who asked for it
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stderr.flush()
        # Neither the exit handlers nor the unwritten texts of the process that was copied.
        os._exit(code)


def _listen(errors: int) -> bytes:
    """Return the end of what the process wrote to its errors until it ended."""
    tail = b""
    while part := os.read(errors, _TAIL):
        tail = (tail + part)[-_TAIL:]
    return tail


def _spawned(arguments: Sequence[str], limits: Limits) -> int:
    import subprocess

    from kg.workers.worker import python

    process = subprocess.Popen(  # noqa: S603 - our own program, under our own Python
        [*python("kg.cli.entry"), *arguments],
        stderr=subprocess.PIPE,
        env={**os.environ, CHILD: "1"},
    )
    is_late = False
    try:
        _, tail = process.communicate(timeout=limits.seconds or None)
    except subprocess.TimeoutExpired:
        is_late = True
        process.kill()
        _, tail = process.communicate()
    except BaseException:
        process.kill()
        process.communicate()
        raise
    return _meaning(process.returncode, tail[-_TAIL:], limits, is_late=is_late)


def _meaning(code: int, tail: bytes, limits: Limits, *, is_late: bool) -> int:
    """Return the code of a process that ended by itself, after what it wrote to its errors."""
    said = tail.decode(errors="replace")
    if is_late or code < 0 or code == MEMORY_CODE:
        from kg.workers.ends import why_ended

        raise why_ended(code, said, limits, "timed out" if is_late else "nothing")
    sys.stderr.write(said)
    return code
