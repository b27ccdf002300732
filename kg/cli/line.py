"""Line: one line on a terminal that says where long work is, and is gone when the work is."""

from __future__ import annotations

import os
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Final, Self, TextIO

from kg.errors import visible

# Seconds before which nothing is shown, and after which what is shown is drawn again.
PATIENCE: Final = 1.0
STEP: Final = 0.25
_WIDTH: Final = 80


class Line:
    """What is told of the work, drawn on the terminal; on anything else nothing is.

    The engines return only when they are done, so a thread draws the line while they work; with
    `alone` there is none, for processes that may have only one.
    """

    def __init__(self, terminal: TextIO, *, alone: bool = False) -> None:
        """Name the terminal; nothing is drawn yet."""
        self._terminal = terminal
        self._began = self._drawn = monotonic()
        self._said: tuple[str, int, int] | None = None
        self._is_shown = False
        self._lock = Lock()
        self._over = Event()
        self._thread = None if alone else Thread(target=self._go_on, daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._over.set()
        self.clear()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take down at what the work is, and draw it when it is time to."""
        is_new = self._said is None or self._said[0] != stage
        self._said = (stage, done, total)
        if self._thread and self._thread.ident is None:
            self._thread.start()
        now = monotonic()
        if now - self._began >= PATIENCE and (is_new or now - self._drawn >= STEP):
            self._draw(now)

    def clear(self) -> None:
        """Take the line away until the work goes on, because something else is printed."""
        with self._lock:
            self._said = None
            if self._is_shown:
                wipe(self._terminal)
                self._is_shown = False

    def tick(self) -> None:
        """Draw the line again, with the time that passed, if there is work to be told of."""
        now = monotonic()
        if now - self._began >= PATIENCE:
            self._draw(now)

    def _go_on(self) -> None:
        while not self._over.wait(STEP):
            self.tick()

    def _draw(self, now: float) -> None:
        with self._lock:
            if self._said is None:
                return
            _put(self._terminal, f"kg: {_text(*self._said)} ({now - self._began:.0f} s)")
            self._drawn, self._is_shown = now, True


def wipe(terminal: TextIO) -> None:
    """Take away what stands on the line."""
    _put(terminal, "")


def _put(terminal: TextIO, text: str) -> None:
    """Write over what stands on the line; a terminal goes on to the next only after the last."""
    # A terminal that went away is no reason to end the work.
    with suppress(OSError):
        width = os.get_terminal_size(terminal.fileno()).columns or _WIDTH
        shown = visible(text).replace("\n", " ")[: width - 1]
        terminal.write(f"\r{shown:<{width - 1}}\r{shown}")
        terminal.flush()


def _text(stage: str, done: int, total: int) -> str:
    """Return in words where the work is.

    >>> _text("reading", 0, 0), _text("rows read", 5000, 0), _text("rows read", 5000, 9000)
    ('reading', 'rows read: 5,000', 'rows read: 5,000 of 9,000')
    """
    if total:
        return f"{stage}: {done:,} of {total:,}"
    return f"{stage}: {done:,}" if done else stage
