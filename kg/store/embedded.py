"""The embedded store: Oxigraph in this process, in memory or a folder on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pyoxigraph
from pyoxigraph import (
    NamedNode,
    Quad,
    QuerySolutions,
    Triple,
)

from kg.errors import QueryError, StoreError
from kg.model.namespaces import Vocabulary
from kg.store.base import Answer, dataset_value
from kg.store.marks import COPY, discard, is_bare_store, mark, read_mark, room_of

if TYPE_CHECKING:
    from kg.record.record import Record, StoredRecord

# How the store is called in its generation, and the record beside it.
STORE: Final = "store"
RECORD: Final = "record"
# A folder of a copy that was touched less long ago may be about to be opened.
GRACE: Final = 60.0


class EmbeddedStore:
    """An Oxigraph store in this process: in memory, or a folder opened read-only.

    >>> store = EmbeddedStore(pyoxigraph.Store())
    >>> bool(store.query_plain("ASK { ?s ?p ?o }"))
    False
    """

    def __init__(
        self,
        store: pyoxigraph.Store,
        folder: Path | None = None,
        record: Record | StoredRecord | None = None,
        tables: Path | None = None,
    ) -> None:
        """Wrap an open pyoxigraph Store, and name the folder where it stands on disk.

        The record, or the folder of its tables, says what the store says, if it is given.
        """
        self.pyoxigraph = store
        self.folder = folder
        self._record = record
        # An earlier kg called its stores otherwise, and what stands beside them is not of kg.
        is_ours = folder is not None and folder.name == STORE
        self._tables = tables or (folder.parent / RECORD if folder and is_ours else None)

    @classmethod
    def of(
        cls, quads: Iterable[Quad], record: Record | StoredRecord | None = None
    ) -> EmbeddedStore:
        """Return a store in memory that holds the quads."""
        store = pyoxigraph.Store()
        store.bulk_extend(quads)
        return cls(store, record=record)

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open a store that `write` made.

        Raises StoreError when there is none, or it is damaged.
        """
        if not folder.is_dir():
            msg = (
                f"the store in {folder} cannot be opened: it is gone; if newer builds took its "
                "place open the build again, else run 'kg build' to make it anew"
            )
            raise StoreError(msg)
        try:
            return cls(pyoxigraph.Store.read_only(str(folder)), folder)
        except (OSError, RuntimeError, ValueError) as error:
            msg = (
                f"the store in {folder} cannot be opened ({error}); run 'kg build' to make it anew"
            )
            raise StoreError(msg) from error

    @property
    def record(self) -> Record | StoredRecord | None:
        """What the graph says, as tables; None where there are none.

        Raises StoreError when the tables beside the store cannot be read.
        """
        if self._record is None and self._tables and self._tables.is_dir():
            from kg.record.record import StoredRecord

            self._record = StoredRecord(self._tables)
        return self._record

    def forget_record(self) -> None:
        """Read statements by SPARQL from now on: somebody changes a store in memory."""
        if self.folder is None:
            self._record = None

    @cached_property
    def words(self) -> Vocabulary:
        """The names of the project that the store holds."""
        return Vocabulary(dataset_value(self.query_plain, "void:uriSpace"))

    @cached_property
    def issued(self) -> str:
        """The day for which the data are current."""
        return dataset_value(self.query_plain, "dcterms:issued")

    def query(self, sparql: str) -> Answer:
        """Run a query with the project's prefixes declared.

        Raises QueryError with line and column when the text is not SPARQL 1.1.
        """
        return self.run(sparql, self.words.prefixes)

    def query_plain(self, sparql: str) -> Answer:
        """Run a query that declares its own prefixes."""
        return self.run(sparql, {})

    def solutions(self, sparql: str) -> QuerySolutions:
        """Run a SELECT, whose solutions are found only when they are read."""
        return cast("QuerySolutions", self.query(sparql))

    def quads(self) -> Iterator[Quad]:
        """Yield every quad.

        Raises StoreError when a part of the store cannot be read.
        """
        try:
            yield from self.pyoxigraph
        except (OSError, RuntimeError) as error:
            raise _damaged(error) from error

    def copy(self) -> EmbeddedStore:
        """Return a store of the same quads that may be changed.

        A store on disk gives a folder of hard links in the build, which takes no longer for many
        quads than for few; the folder goes when nobody uses the copy any more.

        Raises StoreError when there is no place for it.
        """
        if self.folder is None:
            return EmbeddedStore.of(self.quads(), self.record)
        import tempfile
        import weakref

        room = room_of(self.folder)
        sweep(room)
        try:
            try:
                aside = Path(tempfile.mkdtemp(prefix=f"{COPY}-", dir=room))
            except OSError:
                # The build may stand where nobody may write; elsewhere the files are copied.
                aside = Path(tempfile.mkdtemp(prefix=f"{COPY}-"))
            mark(aside, COPY)
            self.pyoxigraph.backup(str(aside / STORE))
            inner = pyoxigraph.Store(str(aside / STORE))
            copy = EmbeddedStore(inner, aside / STORE, self._record, self._tables)
        except (OSError, RuntimeError) as error:
            msg = f"the store cannot be copied: {error}"
            raise StoreError(msg) from error
        weakref.finalize(copy, discard, aside)
        return copy

    def triples_in(self, graph: str) -> list[Triple]:
        """Return the triples of the named graph."""
        found = self.pyoxigraph.quads_for_pattern(None, None, None, NamedNode(graph))
        return [quad.triple for quad in found]

    def change(
        self, gone: Iterable[Quad], new: Iterable[Quad], record: Record | None = None
    ) -> None:
        """Take quads out of a copy and put others in; the record stays, or is this one."""
        self._record = record or self._record
        for quad in gone:
            self.pyoxigraph.remove(quad)
        self.pyoxigraph.extend(new)

    def n_quads(self) -> bytes:
        """Return every quad as N-Quads.

        Raises StoreError when a part of the store cannot be read.
        """
        try:
            return cast("bytes", self.pyoxigraph.dump(format=pyoxigraph.RdfFormat.N_QUADS))
        except (OSError, RuntimeError) as error:
            raise _damaged(error) from error

    def run(self, sparql: str, prefixes: dict[str, str], **options: Any) -> Answer:  # noqa: ANN401
        """Run a query with other prefixes, and options of `pyoxigraph.Store.query`.

        Raises QueryError with line and column when the text is not SPARQL 1.1.
        """
        try:
            answer: Answer = self.pyoxigraph.query(sparql, prefixes=prefixes, **options)
        except SyntaxError as error:
            from kg.model.sparql import describe_syntax_error

            raise QueryError(*describe_syntax_error(str(error), sparql, prefixes)) from error
        except ValueError as error:
            raise QueryError(str(error)) from error
        except (OSError, RuntimeError) as error:
            msg = f"the store could not answer: {error}"
            raise StoreError(msg) from error
        return answer


def write(quads: Iterable[Quad], folder: Path) -> None:
    """Write a new store into an empty folder, flushed to disk.

    Raises StoreError when the disk refuses.
    """
    try:
        store = pyoxigraph.Store(str(folder))
        store.bulk_extend(quads)
        store.flush()
        store.optimize()
    except (OSError, RuntimeError) as error:
        msg = f"the store cannot be written to {folder}: {error}"
        raise StoreError(msg) from error


def sweep(folder: Path) -> None:
    """Remove the copies that processes which are no more left in the folder."""
    for copy in folder.glob(f"{COPY}-*"):
        if _is_copy(copy) and _is_abandoned(copy):
            discard(copy)


def _is_copy(folder: Path) -> bool:
    """Say whether kg made the folder for a copy; an earlier kg put no mark into it."""
    if read_mark(folder, COPY) is not None:
        return True
    return is_bare_store(folder / STORE) and len(list(folder.iterdir())) == 1


def _is_abandoned(copy: Path) -> bool:
    """Say whether nobody uses the folder of a copy any more.

    The engine locks what it has open; a folder of the last minute may be about to be opened.
    """
    import time

    try:
        if time.time() - copy.stat().st_mtime < GRACE:
            return False
        pyoxigraph.Store(str(copy / STORE))
    except (OSError, RuntimeError):
        return False
    return True


def _damaged(error: Exception) -> StoreError:
    msg = f"the store is damaged ({error}); run 'kg build' to make it anew"
    return StoreError(msg)
