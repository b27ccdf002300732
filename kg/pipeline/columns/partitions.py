"""Partitions: rows on disk, parted by their triple, so that each part can be merged on its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self
from zlib import crc32

from kg.errors import StoreError

if TYPE_CHECKING:
    import polars as pl

# How much of the tables goes into a part (its N-Quads take thirty times as much), and how many
# files may be open at once.
PART: Final = 4 * 2**20
MOST: Final = 400


class Spill:
    """The parts of all rows; the number of parts follows from the size of the tables alone."""

    def __init__(self, folder: Path, size: int) -> None:
        """Open the files of so many bytes of tables in a folder of their own."""
        self.folder = folder
        self.parts = min(size // PART + 1, MOST)
        self.files: list[BinaryIO] = []
        self.places: list[list[tuple[int, int]]] = [[] for _ in range(self.parts)]

    def __enter__(self) -> Self:
        """Open the files."""
        self.files = [
            (self.folder / f"{n}.rows").open("w+b", buffering=0) for n in range(self.parts)
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Remove the files."""
        for number, file in enumerate(self.files):
            file.close()
            (self.folder / f"{number}.rows").unlink(missing_ok=True)

    def add(self, rows: pl.DataFrame) -> None:
        """Put rows into their parts.

        Raises StoreError when the disk refuses.
        """
        for number, part in split(rows, self.parts):
            file = self.files[number]
            start = file.tell()
            out = io.BytesIO()
            part.write_ipc_stream(out)
            try:
                put(file, out.getbuffer())
            except OSError as error:
                msg = f"{self.folder} cannot be written to: {error.strerror}"
                raise StoreError(msg) from error
            self.places[number].append((start, file.tell() - start))

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the parts, one after the other."""
        import polars as pl

        for file, places in zip(self.files, self.places, strict=True):
            found = []
            for start, size in places:
                file.seek(start)
                found.append(pl.read_ipc_stream(io.BytesIO(file.read(size))))
            if found:
                yield pl.concat(found)


def put(file: BinaryIO, content: memoryview) -> None:
    """Write everything into an unbuffered file, which may take only a part at a time."""
    while content:
        content = content[file.write(content) :]


def split(rows: pl.DataFrame, parts: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the rows by the part to which their triple belongs, the same on every machine.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"subject": ["a", "a"], "predicate": ["p", "p"], "object": ["b", "b"]})
    >>> [part.height for _, part in split(rows, 7)]
    [2]
    """
    if parts == 1:
        if rows.height:
            yield 0, rows
        return
    found = rows.with_columns(part_numbers(rows, parts)).partition_by(
        "part", as_dict=True, include_key=False
    )
    for (part,), frame in sorted(found.items()):
        yield part, frame


def part_numbers(rows: pl.DataFrame, parts: int) -> pl.Series:
    """Return for each row the part to which its triple belongs, as the column `part`."""
    import polars as pl

    key = pl.concat_str("subject", "predicate", "object", separator="\x1f")
    keys = rows.select(key.alias("key"))["key"].to_list()
    return pl.Series("part", [crc32(text.encode()) % parts for text in keys], dtype=pl.Int32)
