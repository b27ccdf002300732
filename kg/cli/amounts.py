"""Amounts: the numbers that may be written after an option, each with the error for others."""

from __future__ import annotations

import argparse

from kg.workers.limits import MOST, can_be_held


def seconds(text: str) -> float:
    """Return a time, 0 for no limit.

    >>> seconds("0.5")
    0.5
    """
    try:
        time = float(text)
    except ValueError:
        time = -1
    if time != 0 and not can_be_held(time):
        msg = f"'{text}' is no time; write seconds such as 60 or 0.5, or 0 for no limit"
        raise argparse.ArgumentTypeError(msg)
    return time


def some(text: str) -> int:
    """Return a limit that is not 0.

    >>> some("4096")
    4096
    """
    if not can_be_held(count(text)):
        msg = f"'{text}' is no limit; write 1, 2 … up to {MOST}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def count(text: str) -> int:
    """Return how many, which may be none.

    >>> count("0")
    0
    """
    if not (text.isascii() and text.isdecimal()):
        msg = f"'{text}' is not a count; write 0, 1, 2 …"
        raise argparse.ArgumentTypeError(msg)
    return int(text)
