"""Ends: how a worker ended before it had answered → the one error that says why, and what helps."""

from __future__ import annotations

import re
import signal
from io import BufferedReader
from typing import Final, Literal

from kg.errors import EndedError, KGError, shown
from kg.workers.confine import MEMORY_CODE
from kg.workers.limits import KIB, Limits, out_of_memory, out_of_time

# What a worker wrote to its standard error is kept up to here: a panic with its backtrace.
KEPT: Final = 32 * KIB

# So long may the last of it be on its way when the worker has gone.
LAST_WORDS_SECONDS: Final = 1.0

# What we did to the worker before it ended.
Did = Literal["nothing", "timed out", "stopped"]

# By Rust, by the engine's store in C++ (which also finds no room for a thread), by Python.
_NO_MEMORY: Final = re.compile(
    r"memory allocation of \d+ bytes failed"
    r"|std::bad_alloc|std::system_error'\s+what\(\):\s+Resource temporarily unavailable"
    r"|MemoryError"
)
# Rust's sort, of a comparison by which a < b < c < a.
_NO_ORDER: Final = "does not correctly implement a total order"
_MIXED: Final = (
    "the engine gave up while sorting values of mixed kinds; "
    "sort by STR(?x), or keep one kind of value"
)
# Signals that a process draws on itself by a fault of its own.
_FAULTS: Final = frozenset(
    {"SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP"}
)


class Said:
    """The last that a process wrote to its standard error, up to `KEPT` bytes.

    >>> said = Said()
    >>> said.add(b"x" * KEPT)
    >>> said.add(b"end")
    >>> len(said.text), said.text[-4:]
    (32768, 'xend')
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self._kept = b""

    def add(self, part: bytes) -> None:
        """Take what was read, and forget what is too far behind it."""
        self._kept = (self._kept + part)[-KEPT:]

    def listen(self, stream: BufferedReader) -> None:
        """Take all that comes from the stream as it comes, and close it at its end."""
        with stream:
            while part := stream.read1():
                self.add(part)

    @property
    def text(self) -> str:
        """What is kept, as text; bytes that are none are replaced."""
        return self._kept.decode(errors="replace")


def why_ended(code: int | None, said: str, limits: Limits, did: Did = "nothing") -> KGError:
    """Return the error for a worker that ended with this exit code, negative for a signal.

    `said` is the last of what it wrote to its standard error.

    >>> str(why_ended(-11, "", Limits()))
    'the engine crashed on this query (SIGSEGV); a simpler query may have an answer'
    >>> why_ended(-6, "memory allocation of 240 bytes failed", Limits()).limit
    'memory'
    """
    name = _signal(code)
    if did == "timed out" or name == "SIGXCPU":
        return out_of_time(limits.seconds)
    if did == "stopped":
        return EndedError("the query was ended, because its workers are being stopped", "outside")
    if name in _FAULTS | {""}:
        return _fault(code, name, said, limits)
    msg = f"the query was ended from outside ({name})"
    if name == "SIGKILL":
        msg += "; if nobody did that, the system ran out of memory"
    return EndedError(msg, "outside")


def _fault(code: int | None, name: str, said: str, limits: Limits) -> KGError:
    """Return the error for a worker that ended by itself: it may have said why."""
    if code == MEMORY_CODE or _NO_MEMORY.search(said):
        return out_of_memory(limits)
    if _NO_ORDER in said:
        return EndedError(_MIXED, "crash")
    if name:
        msg = f"the engine crashed on this query ({name}); a simpler query may have an answer"
    else:
        msg = f"the worker ended with code {code} before it had answered"
        last = said.strip().rpartition("\n")[2]
        msg += f": {shown(last)}" if last else ""
    return EndedError(msg, "crash")


def _signal(code: int | None) -> str:
    """Return the name of the signal that an exit code stands for, "" for none."""
    if code is None or code >= 0:
        return ""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
