"""Colour: what is painted on a terminal, and nowhere else."""

from __future__ import annotations

import os
import re
from typing import Final, TextIO

_STYLES: Final = {"dim": "2", "error": "31", "warning": "33"}
# Where findings for people have their severity, behind the place.
_SEVERITY: Final = re.compile(r": (error|warning): ")


def is_painted(stream: TextIO) -> bool:
    """Say whether what is written there may have colours: NO_COLOR is heeded (no-color.org)."""
    asked = not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"
    return asked and stream.isatty()


def painted(text: str, style: str) -> str:
    r"""Return the text as a terminal shows it in a style.

    >>> painted("kg", "error")
    '\x1b[31mkg\x1b[0m'
    """
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def finding(line: str) -> str:
    r"""Return the line of a finding with its severity painted.

    >>> finding("facts.csv:7: error: no date")
    'facts.csv:7: \x1b[31merror\x1b[0m: no date'
    """
    return _SEVERITY.sub(lambda found: f": {painted(found[1], found[1])}: ", line, count=1)
