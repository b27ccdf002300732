"""Layout: where in `graph.nq` and in the record stands what each part of the rows became.

It stands in the generation of a build of many rows, so that a later one can take over what did not
change. `graph.nq` is known by the digests of its pieces, which can be taken over as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

# What says where what stands, and the file of which it says so.
LAYOUT: Final = "layout.json"
N_QUADS: Final = "graph.nq"
_BLOCK: Final = 2**20

# How many bytes a piece of a file has, and the SHA-256 of these.
Piece = tuple[int, str]


class Pieces:
    """The pieces of a file as it is written, each closed by `cut`.

    >>> found = Pieces()
    >>> found.add(b"one"), found.cut(), found.add(b"two"), found.cut()
    (None, None, None, None)
    >>> [size for size, _ in found.closed], len(found.digest)
    ([3, 3], 64)
    """

    def __init__(self) -> None:
        """Begin with an empty file."""
        self.closed: list[Piece] = []
        self._open()

    def _open(self) -> None:
        self.size = 0
        self.sha: Any = sha256()  # hashlib's own type has no name

    def add(self, content: bytes | memoryview) -> None:
        """Take what is written."""
        self.size += len(content)
        self.sha.update(content)

    def cut(self) -> None:
        """Let a new piece begin."""
        self.closed.append((self.size, self.sha.hexdigest()))
        self._open()

    @property
    def digest(self) -> str:
        """By what the file is known."""
        return of_pieces(self.closed)


def of_pieces(pieces: Iterable[Piece]) -> str:
    """Return by what a file is known that consists of these pieces."""
    return sha256("".join(one for _, one in pieces).encode()).hexdigest()


def is_of(file: BinaryIO, pieces: Iterable[Piece], *, is_all: bool = True) -> bool:
    """Say whether what comes next in the file are these pieces, and nothing else if it `is_all`.

    Raises OSError when it cannot be read.
    """
    block = memoryview(bytearray(_BLOCK))
    for size, known in pieces:
        sha, left = sha256(), size
        while left and (read := file.readinto(block[:left])):  # type: ignore[attr-defined]
            sha.update(block[:read])
            left -= read
        if left or sha.hexdigest() != known:
            return False
    return not is_all or not file.read(1)


@dataclass
class Laid:
    """What a part of the rows became.

    `texts` are the bytes of each of its texts in `graph.nq`, `rows` how many rows of each table of
    the record it has, and `sums` the digests of these, with what rules added to statements;
    `is_concluded` is that of `record.Part`.
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
    `pieces` are those of `graph.nq`: one of each part, of what is named, of what is inferred, and
    of the rest. `context` is that of what a validation keeps; `again` says how many builds took
    over what this one has since all was made anew.
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
        pieces = [(int(size), str(known)) for size, known in said["pieces"]]
        return Layout(**{**said, **parts, "pieces": pieces})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(said: Mapping[str, Any]) -> str:
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
