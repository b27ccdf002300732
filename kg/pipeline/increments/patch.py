"""Patch: the `graph.nq` and the store of a build → those of another one, by what differs.

What did not change is copied; of what is written in place of something else the lines are compared,
and the store, a copy by hard links, is given those quads alone that went or came.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from kg.errors import StoreError
from kg.pipeline.columns.partitions import put
from kg.pipeline.increments.moved import between
from kg.progress import at_work
from kg.store.embedded import EmbeddedStore
from kg.store.marks import STORE

_BLOCK: Final = 8 * 2**20
# Where more quads went and came, all of them are loaded anew.
MOST: Final = 1_000_000
# What disk and engine raise.
_REFUSED: Final = (OSError, RuntimeError, ValueError, SyntaxError)


class NotBeforeError(Exception):
    """The build before is not what was written, or so much differs that all is made anew."""


class Patch:
    """Takes N-Quads as `Writer` does, each text in place of one of the file before.

    `begin` says which texts of the file are replaced by those that are written until `end`; `copy`
    takes over texts as they are.
    """

    def __init__(self, folder: Path, before: Path, store: Path, known: str) -> None:
        """Name the folder, an empty one, and the file and the store before; `known` is its digest.

        Nothing is written before the sink is entered.
        """
        self.folder, self.before, self.store_before, self.known = folder, before, store, known
        self.graph, self.place = folder / before.name, folder / STORE
        self.digest: Any = hashlib.sha256()  # hashlib's own type has no name
        # That of the file before, which is the same up to the first difference.
        self.digest_before: Any = None
        self.waiting: deque[int] = deque()
        self.gone: set[bytes] = set()
        self.come: set[bytes] = set()

    def __enter__(self) -> Self:
        """Open both files.

        Raises NotBeforeError when that of before is gone, StoreError when the disk refuses.
        """
        try:
            self.old: BinaryIO = self.before.open("rb", buffering=0)
        except OSError as error:
            raise NotBeforeError from error
        try:
            self.file: BinaryIO = self.graph.open("wb", buffering=0)
        except OSError as error:
            self.old.close()
            raise _refusal(error) from error
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

    def copy(self, sizes: Iterable[int]) -> None:
        """Take over the next texts of the file before, which have so many bytes.

        Raises NotBeforeError when there are fewer, StoreError when the disk refuses.
        """
        left = sum(sizes)
        while left:
            block = self._read(min(left, _BLOCK))
            left -= len(block)
            self._put(block, block)

    def begin(self, sizes: Iterable[int]) -> None:
        """Replace the next texts of the file before, which have so many bytes."""
        self.waiting = deque(sizes)

    def write(self, content: memoryview) -> None:
        """Take whole lines in place of the next text.

        Raises NotBeforeError and StoreError as `copy` does.
        """
        old = self._read(self.waiting.popleft()) if self.waiting else b""
        self._put(content, old)
        self._compare(old, bytes(content))

    def end(self) -> None:
        """Leave out what is left of the texts that are replaced.

        Raises NotBeforeError and StoreError as `copy` does.
        """
        while self.waiting:
            old = self._read(self.waiting.popleft())
            self._put(b"", old)
            self._compare(old, b"")

    def finish(self, *, is_compact: bool) -> int:
        """Take over the rest of the file, and change the store; say how many quads it has more.

        What the store was given since it was written as a whole slows it down a little; to be
        compact it is arranged for reading anew.
        Raises NotBeforeError when the build before is not what was written, or very much differs,
        StoreError when the disk refuses.
        """
        while block := self._block(_BLOCK):
            self._put(block, block)
        whole = self.digest if self.digest_before is None else self.digest_before
        if whole.hexdigest() != self.known:
            msg = "the file before is not what was written"
            raise NotBeforeError(msg)
        at_work("changing the store")
        gone, come = self.gone - self.come, self.come - self.gone
        if len(gone) + len(come) > MOST:
            msg = "very many quads differ"
            raise NotBeforeError(msg)
        try:
            before = EmbeddedStore.open(self.store_before)
        except StoreError as error:
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

    def _block(self, size: int) -> bytes:
        try:
            return self.old.read(size) or b""
        except OSError as error:
            raise NotBeforeError from error

    def _read(self, size: int) -> bytes:
        """Return so many bytes of the file before."""
        blocks = []
        while size:
            block = self._block(size)
            if not block:
                msg = "the file before ends too early"
                raise NotBeforeError(msg)
            blocks.append(block)
            size -= len(block)
        return b"".join(blocks)

    def _put(self, new: bytes | memoryview, old: bytes) -> None:
        if self.digest_before is None and new != old:
            self.digest_before = self.digest.copy()
        if self.digest_before is not None:
            self.digest_before.update(old)
        self.digest.update(new)
        try:
            put(self.file, memoryview(new))
        except OSError as error:
            raise _refusal(error) from error

    def _compare(self, old: bytes, new: bytes) -> None:
        lines, others = between(old, new)
        self.gone.update(lines)
        self.come.update(others)


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
