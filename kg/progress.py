"""Progress: how work that takes long tells of itself while it goes on.

Whoever wants to hear of it says so with `shown_by`; the work says `at_work` where it is, which
costs next to nothing when nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

from kg.errors import Finding

T = TypeVar("T")

# Told the stage of the work, how much of it is done, and of how much; 0 where nobody counts.
Progress = Callable[[str, int, int], None]
# Told findings as they are found.
Tell = Callable[[Iterable[Finding]], None]

# After so many things of one kind the work says again where it is.
EVERY: Final = 1024
_shown: ContextVar[Progress] = ContextVar("progress", default=lambda *_: None)


@contextmanager
def shown_by(progress: Progress) -> Iterator[None]:
    """Let this be told of all work within the block.

    >>> with shown_by(print):
    ...     at_work("statements assembled", 1, 7)
    statements assembled 1 7
    """
    token = _shown.set(progress)
    try:
        yield
    finally:
        _shown.reset(token)


def at_work(stage: str, done: int = 0, total: int = 0) -> None:
    """Say at what the work is, and how much of it is done where that is known."""
    _shown.get()(stage, done, total)


def counted(things: Iterable[T], stage: str, total: int = 0) -> Iterator[T]:
    """Yield the things, and say from time to time how many of them are done.

    >>> with shown_by(print):
    ...     list(counted("ab", "letters read", 2))
    letters read 0 2
    ['a', 'b']
    """
    for number, one in enumerate(things):
        if number % EVERY == 0:
            at_work(stage, number, total)
        yield one
