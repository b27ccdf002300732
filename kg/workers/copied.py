"""Copied: a worker that is a copy of this process, which spares it the start of a Python."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from typing import BinaryIO, Final, NoReturn, cast

_STANDARD: Final = 3


def is_alone() -> bool:
    """Say whether this process can be copied: the system can, and it has one thread.

    Of several threads a copy has one, and what the others held is never let go.
    Threads of the engines are counted too.
    """
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - no Path needed
    except OSError:
        return False


class Copied:
    """A copy of this process at work as `kg.workers.child`, used as a `subprocess.Popen` is.

    Files that the process has open and texts that it has still to write stay with it: the copy
    keeps its own three pipes, and ends without tidying up.
    """

    def __init__(self) -> None:
        """Make the copy, and the pipes to it."""
        tasks, ours = os.pipe()
        theirs, replies = os.pipe()
        said, errors = os.pipe()
        self.returncode: int | None = None
        self._waiting = threading.Lock()
        self.pid = os.fork()
        if self.pid == 0:
            _work(tasks, replies, errors)
        for end in (tasks, replies, errors):
            os.close(end)
        self.stdin = os.fdopen(ours, "wb")
        self.stdout = os.fdopen(theirs, "rb")
        self.stderr = os.fdopen(said, "rb")

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        # Whoever waits for the end knows it first; nobody waits here for them.
        if self._waiting.acquire(blocking=False):
            try:
                self._end(os.WNOHANG)
            finally:
                self._waiting.release()
        return self.returncode

    def wait(self) -> int:
        """Wait until it ends, and return the exit code."""
        with self._waiting:
            self._end(0)
        return cast("int", self.returncode)

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _end(self, options: int) -> None:
        if self.returncode is not None:
            return
        try:
            process, status = os.waitpid(self.pid, options)
        except ChildProcessError:
            # Somebody else waits for all children of this process, or it ignores their ends.
            self.returncode = 0
        else:
            self.returncode = os.waitstatus_to_exitcode(status) if process else None


def _work(tasks: int, replies: int, errors: int) -> NoReturn:
    """Be the worker, and end."""
    code = 70
    try:
        # What the process made before is not the copy's to tidy up.
        gc.freeze()
        signal.set_wakeup_fd(-1)
        for each in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            if callable(signal.getsignal(each)):
                signal.signal(each, signal.SIG_DFL)
        for number, end in enumerate((tasks, replies, errors)):
            os.dup2(end, number)
        os.closerange(_STANDARD, os.sysconf("SC_OPEN_MAX"))
        from kg.workers.child import serve

        serve(cast("BinaryIO", os.fdopen(0, "rb", closefd=False)))
        code = 0
    except BaseException:  # noqa: BLE001 - the last words of the worker, read by its parent
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)
