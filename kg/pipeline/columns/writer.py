"""Writer: a packed file of N-Quads, and the store that Oxigraph loads while it is written."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from pyoxigraph import Quad, RdfFormat, serialize

from kg.errors import StoreError
from kg.pipeline.columns.layout import N_QUADS
from kg.pipeline.columns.pieces import Pieces
from kg.progress import at_work
from kg.store.marks import STORE

if TYPE_CHECKING:
    import pyoxigraph

# How many bytes the engine is given at a time: it holds about twelve times as much while it sorts
# them, and of one long text it would sort several millions of quads at once.
LOAD: Final = 32 * 2**20
# What disk and engine raise.
_REFUSED: Final = (OSError, RuntimeError, ValueError, SyntaxError)


class Writer:
    """Takes N-Quads into `graph.nq.gz` and into `store/`, both in one empty folder.

    The engine parses, sorts and writes on a thread of its own, so that loading takes hardly longer
    than making.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is written before the sink is entered."""
        self.folder = folder
        self.graph, self.place = folder / N_QUADS, folder / STORE
        self.stack = ExitStack()
        self.gathered: list[bytes] = []
        self.loading: Future[None] | None = None

    def __enter__(self) -> Self:
        """Open file and store.

        Raises StoreError when the disk refuses.
        """
        import pyoxigraph

        from kg.store.embedded import lockable

        try:
            # Unbuffered: what a full disk refuses must not be tried again on closing.
            self.file: BinaryIO = self.graph.open("wb", buffering=0)
            self.pieces = Pieces(self.file)
            self.store: pyoxigraph.Store | None = pyoxigraph.Store(
                str(self.stack.enter_context(lockable(self.place)))
            )
        except _REFUSED as error:
            raise self._refusal(error) from error
        self.pool = ThreadPoolExecutor(1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close both; without `finish` they are of no use."""
        self.pool.shutdown()
        self.file.close()
        self.store = None
        try:
            self.stack.__exit__(kind, error, at)
        except OSError as refused:
            raise self._refusal(refused) from refused

    def _engine(self) -> pyoxigraph.Store:
        return cast("pyoxigraph.Store", self.store)

    def _load(self) -> None:
        """Give the engine what was gathered, as soon as it has loaded what it was given before."""
        if self.loading:
            self.loading.result()
        text = b"".join(self.gathered)
        self.gathered.clear()
        # Our own output needs no second check.
        load = self._engine().bulk_load
        self.loading = self.pool.submit(load, text, RdfFormat.N_QUADS, lenient=True)

    def write(self, content: memoryview) -> None:
        """Take whole lines.

        Raises StoreError when the disk refuses, of the file or of the store.
        """
        try:
            self.pieces.add(content)
            self.gathered.append(bytes(content))
            if sum(map(len, self.gathered)) >= LOAD:
                self._load()
        except _REFUSED as error:
            raise self._refusal(error) from error

    def cut(self) -> None:
        """Let another piece of the file begin.

        Raises StoreError when the disk refuses.
        """
        try:
            self.pieces.cut()
        except OSError as error:
            raise self._refusal(error) from error

    def finish(self, described: Sequence[Quad]) -> int:
        """Add the last quads, wait for the store, arrange it for reading; count its quads.

        Raises StoreError when the disk refuses.
        """
        at_work("loading the store")
        last = cast("bytes", serialize(described, format=RdfFormat.N_QUADS))
        try:
            self._load()
            if self.loading:
                self.loading.result()
            self.pieces.add(last)
            self.pieces.cut()
            store = self._engine()
            # As quads, because parsing names blank nodes anew.
            store.bulk_extend(described)
            store.flush()
            store.optimize()
            return len(store)
        except _REFUSED as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> StoreError:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return StoreError(f"the graph cannot be written: {reason}")
