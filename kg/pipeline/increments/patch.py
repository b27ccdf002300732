"""Patch: the `graph.nq.gz` and the store of a build → those of another one, by what differs.

What did not change is copied; of what is written in place of something else the lines are compared,
and the store, a copy by hard links, is given those quads alone that went or came.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from kg.errors import StoreError
from kg.files import can_lock
from kg.pipeline.columns.layout import N_QUADS
from kg.pipeline.columns.partitions import put
from kg.pipeline.columns.pieces import Piece, Pieces, damages, is_of, unpacked
from kg.pipeline.increments.moved import between
from kg.progress import at_work
from kg.store.damage import damaged
from kg.store.embedded import EmbeddedStore
from kg.store.marks import STORE

if TYPE_CHECKING:
    from gzip import GzipFile

_BLOCK: Final = 2**20
# What a system says that cannot copy from one of these files to the other by itself.
_NOT_WITHIN: Final = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}
_OTHER: Final = "the build before is not what was written"
# Where more quads went and came, all of them are loaded anew.
MOST: Final = 1_000_000
# What disk and engine raise.
_REFUSED: Final = (OSError, RuntimeError, ValueError, SyntaxError)


class NotBeforeError(Exception):
    """The build before is not what was written, or so much differs that all is made anew."""


class Patch:
    """Takes N-Quads as `Writer` does, piece by piece in place of those of the file before.

    `copy` takes over the next piece as it is; `begin` says which texts of the next one are replaced
    by those that are written until `end`.
    """

    def __init__(
        self, folder: Path, before: Path, pieces: Iterable[Piece], known: Mapping[str, Any]
    ) -> None:
        """Name the folder, an empty one, and the generation before.

        `pieces` are those of its N-Quads, and by `known` the files of its store are known.
        Nothing is written before the sink is entered.
        """
        self.folder, self.before, self.known = folder, before, known
        self.graph, self.place = folder / N_QUADS, folder / STORE
        # The pieces that are still to come, and where the next one begins.
        self.coming = deque(pieces)
        self.at = 0
        # What is left of the piece that is replaced.
        self.waiting: deque[int] = deque()
        self.text: GzipFile
        self.gone: set[bytes] = set()
        self.come: set[bytes] = set()

    def __enter__(self) -> Self:
        """Open both files.

        Raises NotBeforeError when that of before is gone, StoreError when the disk refuses.
        """
        try:
            self.old: BinaryIO = (self.before / N_QUADS).open("rb", buffering=0)
        except OSError as error:
            raise NotBeforeError from error
        try:
            self.file: BinaryIO = self.graph.open("wb", buffering=0)
        except OSError as error:
            self.old.close()
            raise _refusal(error) from error
        self.pieces = Pieces(self.file)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close both; without `finish` what was written is of no use."""
        self.old.close()
        self.file.close()

    def copy(self) -> None:
        """Take over the next piece of the file before.

        Raises NotBeforeError when it is not what was written, StoreError when the disk refuses.
        """
        start, piece = self._next()
        try:
            _copy(self.old, self.file, start, piece.packed)
        except OSError as error:
            raise _refusal(error) from error
        self.pieces.closed.append(piece)

    def begin(self, sizes: Iterable[int] | None) -> None:
        """Replace the next piece of the file before, of texts of so many bytes; None for none.

        Raises NotBeforeError when it has others.
        """
        self.waiting = deque(sizes or ())
        if sizes is not None:
            start, piece = self._next()
            if sum(self.waiting) != piece.size:
                raise NotBeforeError(_OTHER)
            self.old.seek(start)
            self.text = unpacked(self.old)

    def write(self, content: memoryview) -> None:
        """Take whole lines in place of the next text.

        Raises NotBeforeError and StoreError as `copy` does.
        """
        old = self._read(self.waiting.popleft()) if self.waiting else b""
        try:
            self.pieces.add(content)
        except OSError as error:
            raise _refusal(error) from error
        self._compare(old, bytes(content))

    def cut(self) -> None:
        """Do nothing: `end` ends a piece."""

    def end(self, *, is_there: bool = True) -> None:
        """Leave out what is left of the piece that is replaced; what was written is one, if any.

        Raises NotBeforeError and StoreError as `copy` does.
        """
        while self.waiting:
            self._compare(self._read(self.waiting.popleft()), b"")
        if is_there:
            try:
                self.pieces.cut()
            except OSError as error:
                raise _refusal(error) from error

    def _next(self) -> tuple[int, Piece]:
        """Return where the next piece begins, and what it is, when it is that."""
        if not self.coming:
            raise NotBeforeError(_OTHER)
        piece, start = self.coming.popleft(), self.at
        try:
            self.old.seek(start)
            if not is_of(self.old, [piece], is_all=False):
                raise NotBeforeError(_OTHER)
        except OSError as error:
            raise NotBeforeError from error
        self.at += piece.packed
        return start, piece

    def finish(self, *, is_compact: bool) -> int:
        """Take over the rest of the file, and change the store; say how many quads it has more.

        What the store was given since it was written as a whole slows it down a little; to be
        compact it is arranged for reading anew.
        Raises NotBeforeError when the build before is not what was written, or very much differs,
        StoreError when the disk refuses.
        """
        while self.coming:
            self.copy()
        at_work("changing the store")
        gone, come = self.gone - self.come, self.come - self.gone
        if len(gone) + len(come) > MOST:
            msg = "very many quads differ"
            raise NotBeforeError(msg)
        try:
            place = self.before / STORE
            if any(damaged(place, self.known, is_deep=True)) or not can_lock(self.folder):
                # What the engine changes it locks.
                raise NotBeforeError(_OTHER)
            before = EmbeddedStore.open(place)
        except (StoreError, OSError) as error:
            raise NotBeforeError from error
        try:
            before.pyoxigraph.backup(str(self.place))
            store = pyoxigraph.Store(str(self.place))
            _change(store, [*_quads(gone)], [*_quads(come)])
            store.flush()
            if is_compact:
                store.optimize()
        except _REFUSED as error:
            raise _refusal(error) from error
        return len(come) - len(gone)

    def _read(self, size: int) -> bytes:
        """Return so many bytes of the piece that is replaced."""
        try:
            text = self.text.read(size)
        except damages() as error:
            raise NotBeforeError from error
        if len(text) != size:
            raise NotBeforeError(_OTHER)
        return text

    def _compare(self, old: bytes, new: bytes) -> None:
        lines, others = between(old, new)
        self.gone.update(lines)
        self.come.update(others)


def _copy(old: BinaryIO, new: BinaryIO, start: int, size: int) -> None:
    """Copy bytes of a file to where another one ends, within the system where it can do that.

    Raises OSError when the disk refuses.
    """
    left = size
    with suppress(AttributeError):
        while left:
            try:
                done = os.copy_file_range(old.fileno(), new.fileno(), left, start)
            except OSError as error:
                if error.errno not in _NOT_WITHIN:
                    raise
                break
            if not done:
                break
            start, left = start + done, left - done
    if left:
        old.seek(start)
        while left and (block := old.read(min(left, _BLOCK))):
            put(new, memoryview(block))
            left -= len(block)


def _change(store: pyoxigraph.Store, gone: Sequence[Quad], come: Sequence[Quad]) -> None:
    """Take quads out of a store and put others in.

    Raises NotBeforeError where one was not there, or was there already: then the store does not say
    what the file says. To count all would take longer than all else.
    """
    if not all(quad in store for quad in gone) or any(quad in store for quad in come):
        msg = "the store does not say what the file says"
        raise NotBeforeError(msg)
    for quad in gone:
        store.remove(quad)
    store.extend(come)


def _quads(lines: Iterable[bytes]) -> Iterable[Quad]:
    text = b"\n".join(line for line in lines if line)
    return pyoxigraph.parse(text, RdfFormat.N_QUADS, lenient=True)


def _refusal(error: Exception) -> StoreError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return StoreError(f"the graph cannot be written: {reason}")
