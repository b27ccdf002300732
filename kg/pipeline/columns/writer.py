"""Writer: one file of N-Quads, and the store that Oxigraph loads from it while it is written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast

from pyoxigraph import Quad, RdfFormat, serialize

from kg.errors import StoreError
from kg.pipeline.columns.partitions import put
from kg.progress import at_work

if TYPE_CHECKING:
    import pyoxigraph


class Writer:
    """Takes N-Quads into `graph.nq` and into `store/`, both in one empty folder.

    The engine parses, sorts and writes on a thread of its own, so that loading takes hardly longer
    than making.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder; nothing is written before the sink is entered."""
        self.folder = folder
        self.graph, self.place = folder / "graph.nq", folder / "store"
        self.digest: Any = hashlib.sha256()  # hashlib's own type has no name
        self.problem: Exception | None = None

    def __enter__(self) -> Self:
        """Open file and store.

        Raises StoreError when the disk refuses.
        """
        import pyoxigraph

        try:
            # Unbuffered: what a full disk refuses must not be tried again on closing.
            self.file: BinaryIO = self.graph.open("wb", buffering=0)
            self.store: pyoxigraph.Store | None = pyoxigraph.Store(str(self.place))
        except (OSError, RuntimeError) as error:
            raise self._refusal(error) from error
        source, target = os.pipe()
        self.pipe: BinaryIO = os.fdopen(target, "wb", buffering=0)
        self.loader = Thread(target=self._load, args=(source,))
        self.loader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Close both; without `finish` they are of no use."""
        self.pipe.close()
        self.loader.join()
        self.file.close()
        self.store = None

    def _load(self, source: int) -> None:
        try:
            # Closing our end tells the writer that nobody reads any more.
            with os.fdopen(source, "rb", buffering=0) as pipe:
                # Our own output needs no second check.
                self._engine().bulk_load(pipe, RdfFormat.N_QUADS, lenient=True)
        except (OSError, RuntimeError, ValueError) as error:
            self.problem = error

    def _engine(self) -> pyoxigraph.Store:
        return cast("pyoxigraph.Store", self.store)

    def write(self, content: memoryview) -> None:
        """Take whole lines.

        Raises StoreError when the disk refuses, of the file or of the store.
        """
        self.digest.update(content)
        try:
            put(self.file, content)
            put(self.pipe, content)
        except OSError as error:
            raise self._refusal(self.problem or error) from error

    def finish(self, described: Sequence[Quad]) -> int:
        """Add the last quads, wait for the store, arrange it for reading; count its quads.

        Raises StoreError when the disk refuses.
        """
        at_work("loading the store")
        last = cast("bytes", serialize(described, format=RdfFormat.N_QUADS))
        self.digest.update(last)
        self.pipe.close()
        self.loader.join()
        try:
            if self.problem:
                raise self.problem
            put(self.file, memoryview(last))
            store = self._engine()
            # As quads, because parsing names blank nodes anew.
            store.bulk_extend(described)
            store.flush()
            store.optimize()
            return len(store)
        except (OSError, RuntimeError) as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> StoreError:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return StoreError(f"the graph cannot be written: {reason}")
