"""Keep what a benchmark found in its section of docs/reliability.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parent.parent / "docs" / "reliability.md"


def keep(name: str, lines: Iterable[str]) -> None:
    """Put the lines between the marks of the benchmark, in place of those that stand there."""
    text = PAGE.read_text(encoding="utf-8")
    first, last = (
        f"<!-- {name}: written by `python -m benchmarks.{name} --write` -->\n",
        "<!-- -->\n",
    )
    before, mark, rest = text.partition(first)
    if not mark:
        msg = f"{PAGE.name} has no section {name}"
        raise ValueError(msg)
    after = rest.partition(last)[2]
    PAGE.write_text(
        "".join([before, first, *(f"{line}\n" for line in lines), last, after]), "utf-8"
    )
