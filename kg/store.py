"""Store: the graph, ready to be asked — embedded Oxigraph or a remote SPARQL 1.1 endpoint.

Fifth step of the walk.
Both kinds answer the same small protocol with pyoxigraph's own result types, so that whatever
stands above cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar, cast

import pyoxigraph
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from kg.errors import QueryError, RefusedError, RemoteError, StoreError
from kg.vocab import Vocabulary, term

T = TypeVar("T")
Answer = QuerySolutions | QueryBoolean | QueryTriples

# How the folder of a copy is called; a process that is killed leaves its own behind.
COPY: Final = "slice-"
GRACE: Final = 60.0
# Oxigraph reads lines of at most 16 MiB; some room for what is counted differently.
LONGEST_LINE: Final = 16 * 1024 * 1024 - 1024
REMOTE_TIMEOUT: Final = 60.0
REMOTE_MAX_BYTES: Final = 256 * 1024 * 1024
# What a query is answered in; some servers call their results plain JSON.
_ANSWERS: Final = frozenset(
    {"application/sparql-results+json", "application/json", "application/n-triples"}
)


class Store(Protocol):
    """What every store can do; the rooms above use nothing else."""

    @property
    def words(self) -> Vocabulary:
        """The names of the project that the store holds."""

    @property
    def issued(self) -> str:
        """The day for which the data are current, `YYYY-MM-DD`."""

    def query(self, sparql: str) -> Answer:
        """Run a query with the project's prefixes declared."""

    def quads(self) -> Iterator[Quad]:
        """Yield every quad."""

    def copy(self) -> EmbeddedStore:
        """Return a store of the same quads that may be changed."""


class EmbeddedStore:
    """An Oxigraph store in this process: in memory, or a folder opened read-only.

    >>> store = EmbeddedStore(pyoxigraph.Store())
    >>> bool(store.query_plain("ASK { ?s ?p ?o }"))
    False
    """

    def __init__(self, store: pyoxigraph.Store, folder: Path | None = None) -> None:
        """Wrap an open pyoxigraph Store, and name the folder where it stands on disk."""
        self.pyoxigraph = store
        self.folder = folder

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> EmbeddedStore:
        """Return a store in memory that holds the quads."""
        store = pyoxigraph.Store()
        store.bulk_extend(quads)
        return cls(store)

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open a store that `write` made.

        Raises StoreError when there is none, or it is damaged.
        """
        try:
            return cls(pyoxigraph.Store.read_only(str(folder)), folder)
        except (OSError, RuntimeError, ValueError) as error:
            msg = (
                f"the store in {folder} cannot be opened ({error}); run 'kg build' to make it anew"
            )
            raise StoreError(msg) from error

    @cached_property
    def words(self) -> Vocabulary:
        """The names of the project that the store holds."""
        return Vocabulary(_dataset_value(self.query_plain, "void:uriSpace"))

    @cached_property
    def issued(self) -> str:
        """The day for which the data are current."""
        return _dataset_value(self.query_plain, "dcterms:issued")

    def query(self, sparql: str) -> Answer:
        """Run a query with the project's prefixes declared.

        Raises QueryError with line and column when the text is not SPARQL 1.1.
        """
        return self.run(sparql, self.words.prefixes)

    def query_plain(self, sparql: str) -> Answer:
        """Run a query that declares its own prefixes."""
        return self.run(sparql, {})

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

        A store on disk gives a folder of hard links beside it, which takes no longer for many quads
        than for few; the folder goes when nobody uses the copy any more.

        Raises StoreError when there is no place for it.
        """
        if self.folder is None:
            return EmbeddedStore.of(self.quads())
        import shutil
        import tempfile
        import weakref

        sweep(self.folder.parent)
        try:
            try:
                aside = Path(tempfile.mkdtemp(prefix=COPY, dir=self.folder.parent))
            except OSError:
                # The build may stand where nobody may write; elsewhere the files are copied.
                aside = Path(tempfile.mkdtemp(prefix=COPY))
            self.pyoxigraph.backup(str(aside / "store"))
            copy = EmbeddedStore(pyoxigraph.Store(str(aside / "store")), aside / "store")
        except (OSError, RuntimeError) as error:
            msg = f"the store cannot be copied: {error}"
            raise StoreError(msg) from error
        weakref.finalize(copy, shutil.rmtree, aside, ignore_errors=True)
        return copy

    def graphs_of(self, triple: Triple) -> Iterator[str]:
        """Yield the IRIs of the named graphs that hold the triple."""
        pattern = (triple.subject, triple.predicate, triple.object)
        for quad in self.pyoxigraph.quads_for_pattern(*pattern):
            if isinstance(quad.graph_name, NamedNode):
                yield quad.graph_name.value

    def triples_in(self, graph: str) -> list[Triple]:
        """Return the triples of the named graph."""
        found = self.pyoxigraph.quads_for_pattern(None, None, None, NamedNode(graph))
        return [quad.triple for quad in found]

    def change(self, gone: Iterable[Quad], new: Iterable[Quad]) -> None:
        """Take quads out of a copy and put others in."""
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
            from kg.sparql import describe_syntax_error

            raise QueryError(*describe_syntax_error(str(error), sparql, prefixes)) from error
        except ValueError as error:
            raise QueryError(str(error)) from error
        except (OSError, RuntimeError) as error:
            msg = f"the store could not answer: {error}"
            raise StoreError(msg) from error
        return answer


class RemoteStore:
    """A SPARQL 1.1 endpoint that holds a graph which kg built."""

    def __init__(self, url: str) -> None:
        """Name the endpoint; nothing is asked yet."""
        self.url = url

    @cached_property
    def words(self) -> Vocabulary:
        """The names of the project that the endpoint holds."""
        return Vocabulary(_dataset_value(self._post, "void:uriSpace"))

    @cached_property
    def issued(self) -> str:
        """The day for which the data are current."""
        return _dataset_value(self._post, "dcterms:issued")

    def query(self, sparql: str) -> Answer:
        """Run a query with the project's prefixes declared on one line before it.

        Raises QueryError when the endpoint refuses the query, RemoteError when it fails.
        """
        from kg.foreign import syntax_problem

        prefixes = self.words.prefixes
        declared = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items())
        try:
            return self._post(f"{declared} {sparql}")
        except QueryError as error:
            # The endpoint counts columns with the prefixes, if it names a place at all.
            if problem := syntax_problem(sparql, prefixes):
                raise QueryError(*problem) from error
            raise

    def quads(self) -> Iterator[Quad]:
        """Yield every quad, by one SELECT over all graphs."""
        everything = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        for solution in cast("QuerySolutions", self._post(everything)):
            subject, predicate, value, graph = (solution[name] for name in "spog")
            yield Quad(subject, predicate, value, graph or pyoxigraph.DefaultGraph())

    def copy(self) -> EmbeddedStore:
        """Return a store in memory of the same quads; all of them are fetched."""
        return EmbeddedStore.of(self.quads())

    def query_plain(self, sparql: str) -> Answer:
        """Run a query that declares its own prefixes."""
        return self._post(sparql)

    def _post(self, sparql: str) -> Answer:
        from urllib.parse import urlencode

        from kg.web import failure, failure_text, send

        # SPARQL 1.1 Protocol §2.1.2: query via POST with URL-encoded parameters.
        page = send(
            self.url,
            "POST",
            urlencode({"query": sparql}).encode(),
            {
                "Accept": "application/sparql-results+json, application/n-triples;q=0.9",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            seconds=REMOTE_TIMEOUT,
            most=REMOTE_MAX_BYTES,
        )
        if page.status == 400:
            text = page.body[:2000].decode(errors="replace").strip()
            msg = f"{self.url} refused the query: {text}"
            raise QueryError(msg)
        if page.status == 403 and page.type == "application/problem+json":
            # So says another kg: the query asks for SERVICE, or to write.
            msg = f"{self.url} refused the query: {failure_text(page)}"
            raise RefusedError(msg)
        if page.status != 200:
            raise failure(self.url, page)
        return self._parse(page.body, page.type)

    def _parse(self, body: bytes, kind: str) -> Answer:
        results = pyoxigraph.QueryResultsFormat
        try:
            if kind not in _ANSWERS:
                msg = "another media type was asked for"
                raise ValueError(msg)  # noqa: TRY301 - told with the other reasons below
            if kind == "application/n-triples":
                triples = pyoxigraph.parse(body, pyoxigraph.RdfFormat.N_TRIPLES)
                return EmbeddedStore.of(triples).query_plain("CONSTRUCT WHERE { ?s ?p ?o }")
            answer: Answer = pyoxigraph.parse_query_results(body, results.JSON)
            if isinstance(answer, QuerySolutions):
                # Read to the end now: a cut-off body must be an error, not a short answer later.
                for _ in answer:
                    pass
                answer = pyoxigraph.parse_query_results(body, results.JSON)
        except (SyntaxError, ValueError) as error:
            msg = f"{self.url} answered something that is not a SPARQL result ({kind}): {error}"
            raise RemoteError(msg) from error
        return answer


def select(store: Store, sparql: str) -> Iterator[QuerySolution]:
    """Yield the solutions of a query that is known to be a SELECT.

    Raises StoreError when the store cannot be read to the end of the answer.
    """
    return read(cast("QuerySolutions", store.query(sparql)))


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
    import shutil

    for copy in folder.glob(f"{COPY}*"):
        if _is_abandoned(copy):
            shutil.rmtree(copy, ignore_errors=True)


def _is_abandoned(copy: Path) -> bool:
    """Say whether nobody uses the folder of a copy any more.

    The engine locks what it has open; a folder of the last minute may be about to be opened.
    """
    import time

    try:
        if time.time() - copy.stat().st_mtime < GRACE:
            return False
        pyoxigraph.Store(str(copy / "store"))
    except (OSError, RuntimeError):
        return False
    return True


def _damaged(error: Exception) -> StoreError:
    msg = f"the store is damaged ({error}); run 'kg build' to make it anew"
    return StoreError(msg)


def _dataset_value(ask: Callable[[str], Answer], curie: str) -> str:
    """Return the value that the graph's dcat:Dataset gives for the property."""
    kind, predicate = term("dcat:Dataset"), term(curie)
    found = ask(f"SELECT ?value {{ ?dataset a {kind} ; {predicate} ?value }}")
    for solution in cast("QuerySolutions", found):
        value = solution["value"]
        if isinstance(value, Literal):
            return value.value
    msg = f"the graph names no dcat:Dataset with {curie}; it was not built by kg"
    raise StoreError(msg)
