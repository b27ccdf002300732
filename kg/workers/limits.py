"""Limits: how much one query may take, each with its default."""

from __future__ import annotations

import os
import sys
from typing import Final, NamedTuple

from kg.errors import LimitError, UsageError, noun

KIB: Final = 1024
MIB: Final = 1024 * KIB
# Seconds of thirty years, MiB of a pebibyte: more limits nothing, and no timer takes much more.
MOST: Final = 2**30


class Limits(NamedTuple):
    """What one query may take, and how many may run at once.

    `seconds` is wall-clock time from the moment at which a worker takes the query: parsing,
    planning and writing the answer are part of it.
    `memory` is what a worker may take beyond what it needs to open the store, in bytes.
    `queue` is how many may wait for a worker, each for twice `seconds`.
    `depth` is how many brackets of a query may stand within one another.

    >>> Limits(seconds=2).rows
    100000
    """

    seconds: float = 10.0
    memory: int = 1024 * MIB
    text: int = 64 * KIB
    depth: int = 100
    rows: int = 100_000
    answer: int = 50 * MIB
    workers: int = (os.cpu_count() or 1) + 2
    queue: int = 32


# What a query of somebody's own program or terminal may take; their answers may be large.
OWN: Final = Limits(
    seconds=60.0,
    memory=4096 * MIB,
    text=MIB,
    rows=sys.maxsize,
    answer=sys.maxsize,
)


def can_be_held(amount: float) -> bool:
    """Say whether so many seconds, MiB or whatever else can be a limit.

    >>> can_be_held(0.5), can_be_held(0), can_be_held(float("nan")), can_be_held(1e300)
    (True, False, False, False)
    """
    return 0 < amount <= MOST


def out_of_memory(limits: Limits) -> LimitError:
    """Return the error for a query that needs more memory than allowed."""
    msg = f"the query needs more than {limits.memory // 2**20:,} MiB of memory"
    return LimitError(msg, "memory")


def too_deep() -> LimitError:
    """Return the error for a query that overran the engine's stack."""
    return LimitError("the query is nested too deeply for the engine", "depth")


def out_of_time(seconds: float) -> LimitError:
    """Return the error for a query that took too long."""
    return LimitError(f"the query took longer than {seconds:g} {noun(seconds, 'second')}", "time")


def limited(seconds: float, memory: int) -> Limits:
    """Return the limits of a query: seconds, 0 for none, and MiB of memory.

    Raises UsageError when one of them can be no limit.

    >>> limited(2.5, 64).memory
    67108864
    """
    if not ((seconds == 0 or can_be_held(seconds)) and can_be_held(memory)):
        msg = (
            "seconds must be 0 or more, where 0 lifts the limit, and memory more than 0 MiB; "
            f"both at most {MOST:,}"
        )
        raise UsageError(msg)
    return OWN._replace(seconds=float(seconds), memory=int(memory * MIB))
