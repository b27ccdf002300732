"""Pieces: a file that is packed as it is written, in pieces that can be taken over or read alone.

Each piece is a member of gzip (RFC 1952), and the file all of them, one after the other: whatever
reads gzip reads it. By what stands in its pieces a file is known, not by the bytes in which a
library packs them, which may differ between versions.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, BinaryIO, Final, NamedTuple, cast

from kg.pipeline.columns.partitions import put

_BLOCK: Final = 2**20
# How hard is packed. N-Quads repeat themselves so much that more effort saves little.
EFFORT: Final = 1
# What zlib calls a stream of gzip with the largest window.
_GZIP: Final = 31


class Piece(NamedTuple):
    """How many bytes stand in a piece, with their SHA-256, and how many it has packed."""

    size: int
    digest: str
    packed: int
    packed_digest: str


def _library() -> tuple[Callable[..., Any], Callable[..., gzip.GzipFile], type[Exception]]:
    """Return what packs, what unpacks a file, and what it raises of one that is damaged."""
    try:
        from isal.igzip import IGzipFile
        from isal.isal_zlib import IsalError, compressobj
    except ImportError:
        # There is no wheel of it for every system.
        return zlib.compressobj, gzip.GzipFile, zlib.error
    # Its types call this class an instance.
    return compressobj, IGzipFile, cast("type[Exception]", IsalError)


class Packer:
    """Packs one member of gzip, the same bytes for the same content in whatever pieces it comes.

    >>> one = Packer()
    >>> gzip.decompress(one.compress(b"k") + one.compress(b"g") + one.flush())
    b'kg'
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.packing = _library()[0](EFFORT, zlib.DEFLATED, _GZIP)
        self.waiting = bytearray()

    def compress(self, content: bytes | memoryview) -> bytes:
        """Take content, and return what can be written by now."""
        # What isal makes follows from the sizes that it is given: it is given the same ones always.
        self.waiting += content
        whole = len(self.waiting) // _BLOCK * _BLOCK
        with memoryview(self.waiting) as view:
            blocks = [view[at : at + _BLOCK] for at in range(0, whole, _BLOCK)]
            packed = b"".join(map(self.packing.compress, blocks))
            for block in blocks:
                block.release()
        del self.waiting[:whole]
        return packed

    def flush(self) -> bytes:
        """Return the rest; after it nothing can be added."""
        return b"".join((self.packing.compress(bytes(self.waiting)), self.packing.flush()))


def unpacked(file: BinaryIO) -> gzip.GzipFile:
    """Return what stands in a packed file, from where it is read next.

    >>> import io
    >>> unpacked(io.BytesIO(gzip.compress(b"kg"))).read()
    b'kg'
    """
    return _library()[1](fileobj=file)


def damages() -> tuple[type[Exception], ...]:
    """Return what is raised while a file is unpacked that is damaged, or cannot be read."""
    return OSError, EOFError, _library()[2]


class Pieces:
    """Packs what is written into a file, in pieces each of which is closed by `cut`.

    >>> import io
    >>> file = io.BytesIO()
    >>> found = Pieces(file)
    >>> found.add(b"one"), found.cut(), found.add(b"two"), found.cut()
    (None, None, None, None)
    >>> [one.size for one in found.closed], gzip.decompress(file.getvalue())
    ([3, 3], b'onetwo')
    """

    def __init__(self, file: BinaryIO) -> None:
        """Begin with a file that is empty."""
        self.file = file
        self.closed: list[Piece] = []
        self._open()

    def _open(self) -> None:
        self.packer: Packer | None = None
        self.size = self.packed = 0
        self.sha: Any = sha256()  # hashlib's own type has no name
        self.packed_sha: Any = sha256()

    def add(self, content: bytes | memoryview) -> None:
        """Take what is written.

        Raises OSError when the disk refuses.
        """
        if not len(content):
            return
        if self.packer is None:
            self.packer = Packer()
        self.size += len(content)
        self.sha.update(content)
        self._put(self.packer.compress(content))

    def cut(self) -> None:
        """Let a new piece begin; of an empty one there is nothing in the file.

        Raises OSError when the disk refuses.
        """
        if self.packer is not None:
            self._put(self.packer.flush())
        digests = self.sha.hexdigest(), self.packed_sha.hexdigest()
        self.closed.append(Piece(self.size, digests[0], self.packed, digests[1]))
        self._open()

    def _put(self, packed: bytes) -> None:
        self.packed += len(packed)
        self.packed_sha.update(packed)
        put(self.file, memoryview(packed))

    @property
    def digest(self) -> str:
        """By what the file is known."""
        return of_pieces(self.closed)


def of_pieces(pieces: Iterable[Piece]) -> str:
    """Return by what a file is known in which these pieces stand."""
    return sha256("".join(one.digest for one in pieces).encode()).hexdigest()


def is_of(file: BinaryIO, pieces: Iterable[Piece], *, is_all: bool = True) -> bool:
    """Say whether what comes next in the file are these pieces, and nothing else if it `is_all`.

    Raises OSError when it cannot be read.
    """
    block = memoryview(bytearray(_BLOCK))
    for piece in pieces:
        sha, left = sha256(), piece.packed
        while left and (read := file.readinto(block[:left])):  # type: ignore[attr-defined]
            sha.update(block[:read])
            left -= read
        if left or sha.hexdigest() != piece.packed_digest:
            return False
    return not is_all or not file.read(1)
