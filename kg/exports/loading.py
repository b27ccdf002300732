"""Loading: a build or its shards → the bulk loader of a store, by its standard input.

Lines of N-Quads are handed over as they are read, so that no more of them is in memory than a
piece. What the loader has taken counts once it has ended well.
"""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Thread
from typing import IO, TYPE_CHECKING, Final, cast

from pyoxigraph import Quad, RdfFormat, serialize

from kg.errors import RemoteError, UsageError, noun, shown
from kg.exports.publish import BATCH, Sent
from kg.store.union import placed_lines

if TYPE_CHECKING:
    from kg.pipeline.spark.shards import Shards

# What is kept of what a loader prints, and how many of its lines are told.
_KEPT: Final = 4096
_LINES: Final = 3
_WAIT: Final = 0.02


def of_shards(shards: Shards, *, union: bool = False) -> Iterator[bytes | memoryview]:
    """Yield whole lines of the quads of shards, `union` for a store of union default graphs.

    Raises StoreError when a shard is missing or damaged.
    """
    pieces = shards.texts(described=True)
    return (placed_lines(bytes(piece)) for piece in pieces) if union else iter(pieces)


def of_quads(quads: Sequence[Quad], *, union: bool = False) -> Iterator[bytes]:
    """Yield the lines of quads, `union` for a store of union default graphs."""
    for first in range(0, len(quads), BATCH):
        lines = cast("bytes", serialize(quads[first : first + BATCH], format=RdfFormat.N_QUADS))
        yield placed_lines(lines) if union else lines


def load(command: str, pieces: Iterable[bytes | memoryview], quads: int, progress: Sent) -> int:
    """Hand so many lines of N-Quads to the standard input of a command, and return how many.

    The command is split into words as a shell does, and no shell runs. A loader that is given only
    a part, because a shard is damaged or somebody ends us, is ended before it can take that for
    all.

    Raises UsageError when there is no such program, RemoteError when it fails, or ends well without
    having read all.
    """
    words = _words(command)
    try:
        process = subprocess.Popen(  # noqa: S603 - the program that the user named
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        msg = f"'{words[0]}' cannot be run: {error.strerror}"
        raise UsageError(msg) from error
    said: list[bytes] = [b""]
    given, out = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    listening = Thread(target=_listen, args=(out, said), daemon=True)
    listening.start()
    handed, is_read = 0, False
    try:
        with suppress(BrokenPipeError):
            for piece in pieces:
                given.write(piece)
                handed += bytes(piece).count(b"\n")
                progress(handed, quads)
            given.flush()
            is_read = _is_read(given, process)
    except BaseException:
        process.kill()
        raise
    finally:
        with suppress(BrokenPipeError):
            given.close()
        code = process.wait()
        listening.join()
        out.close()
    if code:
        msg = f"'{shown(command)}' ended with {_ending(code)}{_told(said[0])}"
        raise RemoteError(msg)
    if not is_read or handed != quads:
        msg = (
            f"'{shown(command)}' ended before it had read all {quads:,} {noun(quads, 'quad')}"
            f"{_told(said[0])}"
        )
        raise RemoteError(msg)
    return handed


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        msg = f"the loader cannot be split into words: {error}"
        raise UsageError(msg) from error
    if not words:
        raise UsageError("the loader is empty; name a program with its arguments")
    return words


def _listen(out: IO[bytes], said: list[bytes]) -> None:
    """Keep the end of what a loader prints."""
    while piece := out.read1(_KEPT):  # type: ignore[attr-defined]  # a pipe is buffered
        said[0] = (said[0] + piece)[-_KEPT:]


def _is_read(given: IO[bytes], process: subprocess.Popen[bytes]) -> bool:
    """Wait until the loader has taken what is in the pipe, or has ended; say whether it has.

    A pipe takes some pages from us that nobody may ever read.
    """
    try:
        import fcntl
        import termios
    except ImportError:
        # No such system lets the pipe be asked.
        return True
    while waiting := int.from_bytes(fcntl.ioctl(given, termios.FIONREAD, bytes(4)), "little"):
        if process.poll() is not None:
            return waiting == 0
        time.sleep(_WAIT)
    return True


def _ending(code: int) -> str:
    return f"exit code {code}" if code > 0 else f"signal {-code}"


def _told(said: bytes) -> str:
    """Return the last lines of what a loader printed, in one line."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return f": {' | '.join(map(shown, lines[-_LINES:]))}" if lines else ""
