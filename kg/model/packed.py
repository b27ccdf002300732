"""Packed: files that a program of compression made of others, as dumps come, and what they hold.

A few bytes can stand for any number of others, so that no more than so many are taken out.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from kg.errors import InputError

# How many bytes a packed file may hold: what is read of them takes several times as much memory.
LIMIT: Final = 2**29


def _gzip(path: Path) -> BinaryIO:
    import gzip

    return cast("BinaryIO", gzip.open(path))


def _bz2(path: Path) -> BinaryIO:
    import bz2

    return cast("BinaryIO", bz2.open(path))


def _xz(path: Path) -> BinaryIO:
    import lzma

    return cast("BinaryIO", lzma.open(path))


# What opens a file whose name ends so; the standard library has them.
_OPENERS: Final[dict[str, Callable[[Path], BinaryIO]]] = {
    ".gz": _gzip, ".bz2": _bz2, ".xz": _xz
}  # fmt: skip
PACKED: Final = tuple(_OPENERS)


def bare(path: Path) -> Path:
    """Return what a file is called once it is unpacked.

    >>> bare(Path("latest-truthy.NT.bz2")).name, bare(Path("table.csv")).name
    ('latest-truthy.NT', 'table.csv')
    """
    return path.with_suffix("") if path.suffix.lower() in PACKED else path


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading; a packed one gives what it holds.

    Raises OSError when it cannot be opened. Reading raises InputError when what was packed is
    damaged, or more than LIMIT bytes.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        with path.open("rb") as file:
            yield file
    else:
        with opener(path) as file:
            yield cast("BinaryIO", _Bounded(path, file))


class _Bounded:
    """A file of which no more than LIMIT bytes can be read."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file, self.left = path, file, LIMIT

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, all of them where no size is given."""
        most = self.left + 1
        try:
            block = self.file.read(most if size < 0 else min(size, most))
        except (OSError, EOFError, zlib.error, _broken()) as error:
            msg = f"{self.path} cannot be unpacked ({error}); fetch it once more"
            raise InputError(msg) from error
        self.left -= len(block)
        if self.left < 0:
            msg = f"{self.path} holds more than {LIMIT:,} bytes; unpack it, and name a file with "
            msg += "what is needed of it"
            raise InputError(msg)
        return block


def _broken() -> type[Exception]:
    import lzma

    return lzma.LZMAError
