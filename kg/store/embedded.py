"""The embedded store: Oxigraph in this process, in memory or a folder on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Triple,
)

from kg.errors import QueryError, StoreError
from kg.files import can_lock
from kg.model.namespaces import Vocabulary
from kg.store.base import Answer, dataset_value
from kg.store.damage import refuse_damaged
from kg.store.marks import RECORD, STORE

if TYPE_CHECKING:
    from kg.record.record import Record, StoredRecord


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
        refuse_damaged(folder)
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

    def written(self, rdf_format: RdfFormat) -> bytes:
        """Return every quad in the format, as the engine comes upon them; without graphs, of none.

        Raises StoreError when a part of the store cannot be read.
        """
        graph = None if rdf_format.supports_datasets else DefaultGraph()
        try:
            return cast("bytes", self.pyoxigraph.dump(format=rdf_format, from_graph=graph))
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
        import weakref

        from kg.store.copies import copied, done

        with copied(self.folder, self.pyoxigraph.backup) as aside:
            place = aside / STORE
            try:
                inner = pyoxigraph.Store(str(place))
            except (OSError, RuntimeError) as error:
                msg = f"the store cannot be copied: {error}"
                raise StoreError(msg) from error
        copy = EmbeddedStore(inner, place, self._record, self._tables)
        weakref.finalize(copy, done, aside)
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

        Raises QueryError with line and column when the text is not SPARQL 1.1 or calls a function
        that there is not.
        """
        try:
            answer: Answer = self.pyoxigraph.query(sparql, prefixes=prefixes, **options)
        except SyntaxError as error:
            from kg.model.sparql import describe_syntax_error

            raise QueryError(*describe_syntax_error(str(error), sparql, prefixes)) from error
        except ValueError as error:
            raise QueryError(str(error)) from error
        except (OSError, RuntimeError) as error:
            from kg.model.sparql import function_problem

            if problem := function_problem(str(error), sparql):
                raise QueryError(*problem) from error
            msg = f"the store could not answer: {error}"
            raise StoreError(msg) from error
        return answer


@contextmanager
def lockable(folder: Path) -> Iterator[Path]:
    """Yield where the engine can make a new store, which stands in the folder after the block.

    The engine locks what it writes; where that cannot be the store comes from elsewhere.
    """
    if can_lock(folder.parent):
        yield folder
        return
    import os
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="kg-") as name:
        place = Path(name) / STORE
        yield place
        shutil.copytree(place, folder, dirs_exist_ok=True)
        for one in folder.iterdir():
            with one.open("rb") as file:
                os.fsync(file.fileno())


def write(quads: Iterable[Quad], folder: Path) -> None:
    """Write a new store into an empty folder, flushed to disk.

    Raises StoreError when the disk refuses.
    """
    try:
        with lockable(folder) as place:
            store = pyoxigraph.Store(str(place))
            store.bulk_extend(quads)
            store.flush()
            store.optimize()
            del store
    except (OSError, RuntimeError) as error:
        msg = f"the store cannot be written to {folder}: {error}"
        raise StoreError(msg) from error


def _damaged(error: Exception) -> StoreError:
    msg = f"the store is damaged ({error}); run 'kg build' to make it anew"
    return StoreError(msg)
