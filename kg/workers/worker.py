"""One worker, for a program that waits for its answer."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, Self, cast

from kg.workers.copied import Copied, is_alone
from kg.workers.ends import LAST_WORDS_SECONDS, Did, Said, why_ended
from kg.workers.limits import Limits
from kg.workers.wire import Reply, Task, head, read_frame, reply

if TYPE_CHECKING:
    import subprocess

    Process = subprocess.Popen[bytes] | Copied


def python(module: str) -> tuple[str, ...]:
    """Return the command that calls `main` of a module of this kg in a Python of its own.

    `python -m` would look into the current folder first, where somebody's project may have a file
    with the name of one of our modules.
    """
    home = str(Path(__file__).resolve().parents[2])
    program = (
        f"import sys; home = {home!r}; sys.path[:0] = [home] if home not in sys.path else []; "
        f"from {module} import main; main()"
    )
    return (sys.executable, "-P", "-c", program)


COMMAND: Final = python("kg.workers.child")
# A store in memory is handed over as a whole before the first task.
START_SECONDS: Final = 600.0
STEP_MILLISECONDS: Final = 500


class Place(Protocol):
    """What workers work at."""

    def store(self) -> Path:
        """Return the folder of the store that is current now."""

    def greeting(self, store: Path, limits: Limits) -> bytes:
        """Return the first frame for a new worker."""


class Worker:
    """A process that answers one task at a time and is killed when it takes too long."""

    def __init__(self, place: Place, limits: Limits, *, may_copy: bool = False) -> None:
        """Start the process and wait until it has opened the store.

        With `may_copy` it is a copy of this process, where this one can be copied; for places that
        open nothing which this process has open.

        Raises StoreError when the store cannot be opened.
        """
        self.limits = limits
        self._place = place
        self._may_copy = may_copy
        self._process = self._start()

    def _start(self) -> Process:
        process = Copied() if self._may_copy and is_alone() else _new()
        self._process = process
        self._said = Said()
        self._listening = threading.Thread(
            target=self._said.listen, args=(process.stderr,), daemon=True
        )
        self._listening.start()
        try:
            greeting = self._place.greeting(self._place.store(), self.limits)
            self._exchange(process, (greeting,), START_SECONDS)
        except Exception:
            self.close()
            raise
        return process

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, task: Task, body: bytes = b"", seconds: float | None = None) -> Reply:
        """Return the worker's reply; after a limit was hit, a new worker takes its place.

        `seconds` counts instead of the limit that the worker was made with; 0 is none.

        Raises LimitError for time and memory, EndedError for a crash or a kill, and whatever the
        task itself raises.
        """
        if not self.is_alive:
            self.close()
            self._process = self._start()
        allowed = self.limits.seconds if seconds is None else seconds
        first = head({**task, "seconds": allowed}, len(body))
        return self._exchange(self._process, (first, body), allowed)

    def _exchange(self, process: Process, frame: Iterable[bytes], seconds: float) -> Reply:
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        try:
            if seconds:
                timer.start()
            try:
                sink = cast("BinaryIO", process.stdin)
                sink.writelines(frame)
                sink.flush()
                source = cast("BinaryIO", process.stdout)
                _await(source)
                header, body = read_frame(source)
            except (EOFError, OSError) as error:
                code = process.wait()
                self._listening.join(LAST_WORDS_SECONDS)
                did: Did = "timed out" if late.is_set() else "nothing"
                limits = self.limits._replace(seconds=seconds)
                raise why_ended(code, self._said.text, limits, did) from error
            except BaseException:
                # Ctrl-C: nobody waits for the answer any more, and it must not meet the next task.
                kill()
                raise
        finally:
            timer.cancel()
            if timer.ident is not None:
                timer.join()
            if late.is_set():
                # What is about to be gone must not be taken for alive.
                process.wait()
        return reply(header, body)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    # What was still to be written has no reader.
                    continue
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


def _new() -> subprocess.Popen[bytes]:
    import subprocess

    return subprocess.Popen(  # noqa: S603 - our own program, under our own Python
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _await(stream: BinaryIO) -> None:
    """Wait until there is something to read, in steps.

    An interrupt that comes in the moment before a wait, or to another thread, does not end it: it
    would be heard only when the query is over.
    """
    if os.name == "posix":
        import select

        poll = select.poll()
        poll.register(stream, select.POLLIN)
        while not poll.poll(STEP_MILLISECONDS):
            pass
