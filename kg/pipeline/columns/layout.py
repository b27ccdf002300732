"""Layout: where in `graph.nq.gz` and in the record stands what each part of the rows became.

It stands in the generation of a build of many rows, so that a later one can take over what did not
change: the pieces of `graph.nq.gz` as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from kg.pipeline.columns.pieces import Piece

# What says where what stands, and the file of which it says so.
LAYOUT: Final = "layout.json"
N_QUADS: Final = "graph.nq.gz"


@dataclass
class Laid:
    """What a part of the rows became.

    `texts` are the bytes of each of its texts in `graph.nq.gz`, unpacked, `rows` how many rows of
    each table of the record it has, and `sums` the digests of these, with what rules added to
    statements; `is_concluded` is that of `record.Part`.
    """

    number: int
    texts: list[int] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    sums: list[str] = field(default_factory=list)
    is_concluded: bool = False


@dataclass
class Layout:
    """The parts in their order, then entities and sources, then conclusions.

    `inferred` are the bytes of each text of conclusions, `concluded` the parts of the record that
    these make; before them stand `entailed` rows of links, which say what rules added to them.
    `pieces` are those of `graph.nq.gz`: one of each part, of what is named, of what is inferred,
    and of the rest. `context` is that of what a validation keeps; `again` says how many builds
    took over what this one has since all was made anew.
    """

    parts: list[Laid] = field(default_factory=list)
    named: list[int] = field(default_factory=list)
    inferred: list[int] = field(default_factory=list)
    concluded: list[Laid] = field(default_factory=list)
    entailed: int = 0
    pieces: list[Piece] = field(default_factory=list)
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
        parts = {name: [Laid(**one) for one in said[name]] for name in ("parts", "concluded")}
        pieces = [Piece(*one) for one in said["pieces"]]
        return Layout(**{**said, **parts, "pieces": pieces})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(said: Mapping[str, Any]) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
