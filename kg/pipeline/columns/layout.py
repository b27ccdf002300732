"""Layout: where in `graph.nq` and in the record stands what each part of the rows became.

It stands in the generation of a build of many rows, so that a later one can take over what did not
change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any


@dataclass
class Laid:
    """What a part of the rows became.

    `texts` are the bytes of each of its texts in `graph.nq`, `rows` how many rows of each table of
    the record it has, and `sums` the digests of these, with what rules added.
    """

    number: int
    texts: list[int] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    sums: list[str] = field(default_factory=list)


@dataclass
class Layout:
    """The parts in their order, then entities and sources, then conclusions.

    `context` is that of what a validation keeps; `again` says how many builds took over what this
    one has since all was made anew.
    """

    parts: list[Laid] = field(default_factory=list)
    named: list[int] = field(default_factory=list)
    inferred: list[int] = field(default_factory=list)
    context: str = ""
    again: int = 0

    def written(self) -> bytes:
        """Return the file, which has a digest of what it says."""
        said = asdict(self)
        return json.dumps({**said, "sha256": _digest(said)}).encode() + b"\n"


def layout_in(place: Path) -> Layout | None:
    """Return the layout in a file; None where there is none, or it is damaged."""
    try:
        said: dict[str, Any] = json.loads(place.read_bytes())
        if said.pop("sha256") != _digest(said):
            return None
        return Layout(**{**said, "parts": [Laid(**one) for one in said["parts"]]})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(said: Mapping[str, Any]) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
