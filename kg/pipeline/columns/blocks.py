"""Blocks: pieces of tables that can be read on their own, on any machine that sees the files.

A row of CSV is one line, so a table can be cut at any line. The number of a block's first line is
known once the lines of the blocks before it are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.model.contents import conflict
from kg.model.tables import suffix_of
from kg.pipeline.columns.batches import (
    ChangedError,
    Lines,
    first_line,
    is_overlong,
    parquet_batches,
    pieces,
    stamp,
    statement_lines,
)

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a table that begin between two of its bytes; of Parquet, some of its rows.

    `first` is the number of the first line, 0 while it is not known, and for a table of CSV that
    has to be read as a whole.
    """

    path: Path
    label: str
    start: int
    stop: int
    stamp: tuple[int, int, int]
    first: int = 0

    @property
    def is_parquet(self) -> bool:
        """Whether `start` and `stop` count rows."""
        return suffix_of(self.path) == ".parquet"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines a block has, and whether it can be read without the rest of its table."""

    lines: int
    is_regular: bool = True


def cut(path: Path, label: str, size: int) -> list[Block]:
    """Return a table in blocks of so many bytes; one of Parquet stays whole until it is counted.

    Raises InputError when the file cannot be read.
    """
    seen = stamp(path, label)
    end = seen[1]
    step = max(end, 1) if suffix_of(path) == ".parquet" else size
    starts = range(0, max(end, 1), step)
    return [Block(path, label, start, min(start + step, end), seen) for start in starts]


def count(block: Block) -> Counted:
    """Count the lines of a block, or the rows of a whole table of Parquet.

    Raises InputError when the file cannot be read, or is not the one that was cut.
    """
    if block.is_parquet:
        found = Counted(_rows(block))
    else:
        table = statement_lines(block.path, block.label)
        found = _lines(block, table)
    _check_stamp(block)
    return found


def _lines(block: Block, table: Lines) -> Counted:
    if block.start == 0 and not table.is_regular(first_line(block.path, block.label)):
        return Counted(0, is_regular=False)
    lines = 0
    for piece in pieces(block.path, block.label, block.start, block.stop):
        try:
            is_torn = is_overlong(piece) or conflict(piece.decode())
        except UnicodeDecodeError:
            is_torn = 1
        if is_torn:
            return Counted(0, is_regular=False)
        lines += piece.count(b"\n") + (not piece.endswith(b"\n"))
    return Counted(lines)


def _rows(block: Block) -> int:
    import polars as pl

    try:
        rows = pl.scan_parquet(block.path, glob=False).select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{block.label} cannot be read as Parquet: {str(error).partition(chr(10))[0]}"
        raise InputError(msg) from error
    return int(rows)


def number(blocks: Sequence[Block], counts: Iterable[Counted], rows: int) -> list[Block]:
    """Return the blocks with the numbers of their first lines, Parquet cut after so many rows.

    A table that no block of can be read on its own comes back whole.

    >>> one = Block(Path("a.csv"), "a.csv", 0, 5, (0, 9, 0))
    >>> two = replace(one, start=5, stop=9)
    >>> [block.first for block in number([one, two], [Counted(3), Counted(1)], 100)]
    [1, 4]
    """
    found: list[Block] = []
    pairs = zip(blocks, counts, strict=True)
    for _, group in groupby(pairs, key=lambda pair: pair[0].path):
        table = list(group)
        block, counted = table[0]
        if block.is_parquet:
            found += [
                replace(block, start=start, stop=min(start + rows, counted.lines), first=start + 1)
                for start in range(0, max(counted.lines, 1), rows)
            ]
        elif all(one.is_regular for _, one in table):
            first = 1
            for block, counted in table:
                if counted.lines:
                    found.append(replace(block, first=first))
                first += counted.lines
        else:
            found.append(replace(block, stop=block.stamp[1]))
    return found


def read(block: Block, table: Lines) -> Iterator[pl.DataFrame]:
    """Yield the rows of a numbered block in batches; the table gathers what was wrong with them.

    Raises InputError when the file cannot be read, or is not the one that was counted.
    """
    _check_stamp(block)
    if block.is_parquet:
        problems = table.findings if block.start == 0 else []
        rows = range(block.start, block.stop)
        yield from parquet_batches(block.path, block.label, problems, rows)
    elif block.first:
        yield from table.block(block.start, block.stop, block.first)
    else:
        yield from table.batches()
    _check_stamp(block)


def _check_stamp(block: Block) -> None:
    # The number of the file may differ from machine to machine.
    if stamp(block.path, block.label)[1:] != block.stamp[1:]:
        msg = f"{block.label} changed while it was read; run the command again"
        raise ChangedError(msg)
