"""One worker, for a program that waits for its answer."""

from __future__ import annotations

import subprocess
import threading
from types import TracebackType
from typing import BinaryIO, Final, Self, cast

from kg.workers.ends import LAST_WORDS_SECONDS, Did, Said, why_ended
from kg.workers.frames import Reply, Task, pack, read_frame, reply
from kg.workers.limits import Limits
from kg.workers.place import COMMAND, Place

START_SECONDS: Final = 30.0


class Worker:
    """A process that answers one task at a time and is killed when it takes too long."""

    def __init__(self, place: Place, limits: Limits) -> None:
        """Start the process and wait until it has opened the store.

        Raises StoreError when the store cannot be opened.
        """
        self.limits = limits
        self._greeting = place.greeting(place.store(), limits)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own program, under our own Python
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._process = process
        self._said = Said()
        self._listening = threading.Thread(
            target=self._said.listen, args=(process.stderr,), daemon=True
        )
        self._listening.start()
        try:
            self._exchange(process, self._greeting, START_SECONDS)
        except Exception:
            self.close()
            raise
        return process

    def ask(self, task: Task) -> Reply:
        """Return the worker's reply; after a limit was hit, a new worker takes its place.

        Raises LimitError for time and memory, EndedError for a crash or a kill, and whatever the
        task itself raises.
        """
        if self._process.poll() is not None:
            self.close()
            self._process = self._start()
        return self._exchange(self._process, pack(task), self.limits.seconds)

    def _exchange(self, process: subprocess.Popen[bytes], frame: bytes, seconds: float) -> Reply:
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.start()
        try:
            try:
                sink = cast("BinaryIO", process.stdin)
                sink.write(frame)
                sink.flush()
                header, body = read_frame(cast("BinaryIO", process.stdout))
            except (EOFError, OSError) as error:
                code = process.wait()
                self._listening.join(LAST_WORDS_SECONDS)
                did: Did = "timed out" if late.is_set() else "nothing"
                raise why_ended(code, self._said.text, self.limits, did) from error
        finally:
            timer.cancel()
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
