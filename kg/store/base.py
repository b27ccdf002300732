"""Store: the graph, ready to be asked — embedded Oxigraph or a remote SPARQL 1.1 endpoint.

Both kinds answer the same small protocol with pyoxigraph's own result types, so that whatever
stands above cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, cast

import pyoxigraph
from pyoxigraph import (
    Literal,
    Quad,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
)

from kg.errors import StoreError
from kg.model.namespaces import Vocabulary, term

if TYPE_CHECKING:
    from kg.record.record import Record, StoredRecord
    from kg.store.embedded import EmbeddedStore

T = TypeVar("T")
Answer = QuerySolutions | QueryBoolean | QueryTriples

# Oxigraph reads lines of at most 16 MiB; some room for what is counted differently.
LONGEST_LINE: Final = 16 * 1024 * 1024 - 1024


class Store(Protocol):
    """What every store can do; the layers above use nothing else."""

    @property
    def words(self) -> Vocabulary:
        """The names of the project that the store holds."""

    @property
    def issued(self) -> str:
        """The day for which the data are current, `YYYY-MM-DD`."""

    @property
    def record(self) -> Record | StoredRecord | None:
        """What the graph says, as tables, where they stand beside the store."""

    def query(self, sparql: str) -> Answer:
        """Run a query with the project's prefixes declared."""

    def solutions(self, sparql: str) -> Iterable[QuerySolution]:
        """Run a SELECT, and return all of its solutions or raise an error."""

    def quads(self) -> Iterator[Quad]:
        """Yield every quad."""

    def copy(self) -> EmbeddedStore:
        """Return a store of the same quads that may be changed."""


def select(store: Store, sparql: str) -> Iterator[QuerySolution]:
    """Yield the solutions of a query that is known to be a SELECT.

    Raises StoreError when the store cannot be read to the end of the answer, RemoteError when an
    endpoint cuts it off.
    """
    return read(store.solutions(sparql))


def read(answer: Iterable[T]) -> Iterator[T]:
    """Yield the parts of an answer, which are found only now.

    Raises StoreError when a part of the store, or a SERVICE that the query names, does not answer.
    """
    try:
        yield from answer
    except (OSError, RuntimeError) as error:
        msg = f"the answer broke off: {error}"
        raise StoreError(msg) from error


def written(answer: QuerySolutions) -> bytes | None:
    """Return the solutions as SPARQL 1.1 TSV, which the engine writes without Python.

    None is for solutions with a line longer than what the engine can read again.

    Raises StoreError when a part of the store, or a SERVICE that the query names, does not answer.
    """
    try:
        lines = cast("bytes", answer.serialize(format=pyoxigraph.QueryResultsFormat.TSV))
    except (OSError, RuntimeError) as error:
        msg = f"the answer broke off: {error}"
        raise StoreError(msg) from error
    is_short = len(lines) < LONGEST_LINE or max(map(len, lines.split(b"\n"))) < LONGEST_LINE
    return lines if is_short else None


def dataset_value(ask: Callable[[str], Answer], curie: str) -> str:
    """Return the value that the graph's dcat:Dataset gives for the property."""
    kind, predicate = term("dcat:Dataset"), term(curie)
    found = ask(f"SELECT ?value {{ ?dataset a {kind} ; {predicate} ?value }}")
    for solution in cast("QuerySolutions", found):
        value = solution["value"]
        if isinstance(value, Literal):
            return value.value
    msg = f"the graph names no dcat:Dataset with {curie}; it was not built by kg"
    raise StoreError(msg)
