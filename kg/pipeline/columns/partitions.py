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


class Pile:
    """Frames of the same columns, one after the other in a file, read again one at a time."""

    def __init__(self, place: Path) -> None:
        """Make the file.

        Raises StoreError when the disk refuses.
        """
        self.place = place
        try:
            self.file: BinaryIO = place.open("w+b", buffering=0)
        except OSError as error:
            raise self._refusal(error) from error
        self.sizes: list[int] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Put a frame on the pile.

        Raises StoreError when the disk refuses.
        """
        out = io.BytesIO()
        rows.write_ipc_stream(out)
        try:
            # After what is there, which may have been read up to anywhere.
            self.file.seek(0, 2)
            put(self.file, out.getbuffer())
        except OSError as error:
            raise self._refusal(error) from error
        self.sizes.append(out.tell())

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the frames in their order."""
        import polars as pl

        self.file.seek(0)
        for size in self.sizes:
            yield pl.read_ipc_stream(io.BytesIO(self.file.read(size)))

    def _refusal(self, error: OSError) -> StoreError:
        return StoreError(f"{self.place.parent} cannot be written to: {error.strerror}")

    def remove(self) -> None:
        """Close and remove the file."""
        self.file.close()
        self.place.unlink(missing_ok=True)


class Held:
    """Frames of the same columns in memory, where they are parts of what is there anyway."""

    def __init__(self) -> None:
        """Begin with none."""
        self.frames: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Hold a frame."""
        self.frames.append(rows)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the frames in their order."""
        return iter(self.frames)

    def remove(self) -> None:
        """Let go of them."""
        self.frames.clear()


def parts_of(size: int) -> int:
    """Return into how many parts the rows of so many bytes of tables go.

    >>> parts_of(0), parts_of(PART), parts_of(10**12) == MOST
    (1, 2, True)
    """
    return min(size // PART + 1, MOST)


class Spill:
    """The parts of all rows; the number of parts follows from the size of the tables alone."""

    def __init__(self, folder: Path, size: int) -> None:
        """Open the files of so many bytes of tables in a folder of their own."""
        self.folder = folder
        self.parts = parts_of(size)
        self.piles: list[Pile] = []

    def __enter__(self) -> Self:
        """Open the files."""
        self.piles = [Pile(self.folder / f"{number}.rows") for number in range(self.parts)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Remove the files."""
        for pile in self.piles:
            pile.remove()

    def add(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Put rows into their parts; return them with the number of the part of each.

        Raises StoreError when the disk refuses.
        """
        found = numbered(rows, self.parts)
        for number, part in split(found):
            self.piles[number].add(part)
        return found

    @property
    def filled(self) -> list[int]:
        """The numbers of the parts in which there are rows, in the order of `__iter__`."""
        return [number for number, pile in enumerate(self.piles) if pile.sizes]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the parts in which there are rows, one after the other."""
        import polars as pl

        for number in self.filled:
            yield pl.concat([*self.piles[number]])


def put(file: BinaryIO, content: memoryview) -> None:
    """Write everything into an unbuffered file, which may take only a part at a time."""
    while content:
        content = content[file.write(content) :]


def lines_of(column: pl.Series) -> memoryview:
    """Return a column of lines, any number in each cell, as text."""
    out = io.BytesIO()
    # One column without quotes is a text file.
    column.to_frame().write_csv(out, include_header=False, quote_style="never")
    return out.getbuffer()


def split(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield numbered rows by their part, in the order of the parts, without its number.

    >>> import polars as pl
    >>> cells = {"subject": "a", "predicate": "p", "object": ["5", "+5"], "value": ["", "5"]}
    >>> [part.height for _, part in split(numbered(pl.DataFrame(cells), 7))]
    [2]
    """
    if rows.is_empty():
        return
    found = rows.partition_by("part", as_dict=True, include_key=False)
    for (part,), frame in sorted(found.items()):
        yield part, frame


def numbered(rows: pl.DataFrame, parts: int) -> pl.DataFrame:
    """Add to which part the triple of each row belongs (`part`), the same on every machine.

    Literals of one value belong together, however they are spelled.
    """
    import polars as pl

    if parts == 1:
        return rows.with_columns(pl.lit(0, dtype=pl.Int32).alias("part"))
    return rows.with_columns(part_numbers(rows, parts))


def meant() -> pl.Expr:
    """The object of each row; of a literal its value."""
    import polars as pl

    return pl.when(pl.col("value") == "").then("object").otherwise("value")


def part_numbers(rows: pl.DataFrame, parts: int) -> pl.Series:
    """Return for each row the part to which its triple belongs, as the column `part`."""
    import polars as pl

    key = pl.concat_str("subject", "predicate", meant(), separator="\x1f")
    keys = rows.select(key.alias("key"))["key"].to_list()
    return pl.Series("part", [crc32(text.encode()) % parts for text in keys], dtype=pl.Int32)
