"""The remote store: a SPARQL 1.1 endpoint that holds a graph which kg built."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Final, cast

import pyoxigraph
from pyoxigraph import (
    Quad,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
)

from kg.errors import QueryError, RefusedError, RemoteError, noun, shown
from kg.model.namespaces import Vocabulary, text_of
from kg.progress import at_work
from kg.store.base import Answer, dataset_value
from kg.store.embedded import EmbeddedStore

REMOTE_TIMEOUT: Final = 60.0
REMOTE_MAX_BYTES: Final = 256 * 1024 * 1024
# What is asked for. Some servers would give a table of triples to whoever takes both.
_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_OF_TRIPLES: Final = frozenset({"CONSTRUCT", "DESCRIBE"})
# What a query is answered in; some servers call their results plain JSON.
_ANSWERS: Final = frozenset({_RESULTS, "application/json", _TRIPLES})


# The variable by which Virtuoso answers ASK, as a table with 1 or 0.
_ASKED: Final = "__ASK_RETVAL"
# How it names a blank node in JSON, which is no name of one.
_NODE_ID: Final = rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://'
COUNT: Final = "SELECT (COUNT(*) AS ?count) {{ {{ {0} }} }}"
_QUADS: Final = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"


class CutError(RemoteError):
    """An answer has fewer rows than there are: some servers end it without a word."""


def changed(url: str) -> RemoteError:
    """Return the error for an endpoint that took other data in meanwhile."""
    return RemoteError(f"{url} changed while it was read; ask again")


class RemoteStore:
    """A SPARQL 1.1 endpoint that holds a graph which kg built."""

    def __init__(self, url: str) -> None:
        """Name the endpoint; nothing is asked yet."""
        self.url = url

    @cached_property
    def words(self) -> Vocabulary:
        """The names of the project that the endpoint holds."""
        # This query asks for no graph by a variable, so no statement needs to be told from others.
        return Vocabulary(
            dataset_value(lambda text: self.answer(self._placed(text, "")), "void:uriSpace")
        )

    @cached_property
    def issued(self) -> str:
        """The day for which the data are current."""
        return dataset_value(self.query_plain, "dcterms:issued")

    @cached_property
    def has_union_form(self) -> bool:
        """Whether the build's default graph stands in a named graph; the endpoint is asked once."""
        from kg.store.union import IS_THERE

        answer = self.answer(IS_THERE)
        return isinstance(answer, QueryBoolean) and bool(answer)

    def query(self, sparql: str) -> Answer:
        """Run a query with the project's prefixes declared on one line before it.

        Raises QueryError when the endpoint refuses the query, RemoteError when it fails.
        """
        from kg.model.foreign import syntax_problem

        prefixes = self.words.prefixes
        declared = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items())
        try:
            return self.query_plain(f"{declared} {sparql}")
        except QueryError as error:
            # The endpoint counts columns with the prefixes, if it names a place at all.
            if problem := syntax_problem(sparql, prefixes):
                raise QueryError(*problem) from error
            raise

    @property
    def record(self) -> None:
        """An endpoint has no tables."""

    def quads(self) -> Iterator[Quad]:
        """Yield every quad, by one SELECT over all graphs.

        Raises RemoteError when the endpoint does not give all of them.
        """
        for solution in self._counted(self.query_plain, _QUADS):
            subject, predicate, value, graph = (solution[name] for name in "spog")
            yield Quad(subject, predicate, value, graph or pyoxigraph.DefaultGraph())

    def solutions(self, sparql: str) -> list[QuerySolution]:
        """Run a SELECT, and return all of its solutions, which are counted first.

        Raises CutError when there are fewer, RemoteError when there are more.
        """
        return self._counted(self.query, sparql)

    def plain_solutions(self, sparql: str) -> list[QuerySolution]:
        """Return all solutions of a SELECT that declares its own prefixes, of any graph.

        Raises CutError when there are fewer than are counted, RemoteError when there are more.
        """
        return self._counted(self.answer, sparql)

    def _counted(self, ask: Callable[[str], Answer], sparql: str) -> list[QuerySolution]:
        at_work(f"reading from {self.url}")
        count = count_in(ask(COUNT.format(sparql)), self.url)
        found = list(cast("QuerySolutions", ask(sparql)))
        if len(found) < count:
            msg = (
                f"{self.url} gave {len(found):,} of {count:,} {noun(count, 'row')}: it cuts "
                "answers off; have its limit of rows or time raised, or name the build itself"
            )
            raise CutError(msg)
        if len(found) > count:
            raise changed(self.url)
        return found

    def number(self, sparql: str) -> int:
        """Return the ?count of a SELECT that counts.

        Raises RemoteError when the endpoint gives no number.
        """
        return count_in(self.query(sparql), self.url)

    def copy(self) -> EmbeddedStore:
        """Return a store in memory of the same quads; all of them are fetched."""
        return EmbeddedStore.of(self.quads())

    def query_plain(self, sparql: str) -> Answer:
        """Run a query that declares its own prefixes."""
        return self.answer(self.placed(sparql))

    def placed(self, sparql: str) -> str:
        """Return the query as it must be asked of what the endpoint holds."""
        return self._placed(sparql, self.words.prefixes["st"]) if self.has_union_form else sparql

    def _placed(self, sparql: str, statements: str) -> str:
        from kg.store.union import within

        return within(sparql, statements) if self.has_union_form else sparql

    def answer(self, sparql: str) -> Answer:
        """Return what the endpoint answers to the very text, whatever graph it holds.

        Raises QueryError when it refuses the query, RemoteError when it fails.
        """
        from urllib.parse import urlencode

        from kg.model.sparql import query_form
        from kg.store.web import failure, failure_text, send

        # SPARQL 1.1 Protocol §2.1.2: query via POST with URL-encoded parameters.
        page = send(
            self.url,
            "POST",
            urlencode({"query": sparql}).encode(),
            {
                "Accept": _TRIPLES if query_form(sparql) in _OF_TRIPLES else _RESULTS,
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
            if kind == _TRIPLES:
                triples = pyoxigraph.parse(body, pyoxigraph.RdfFormat.N_TRIPLES)
                return EmbeddedStore.of(triples).query_plain("CONSTRUCT WHERE { ?s ?p ?o }")
            body = re.sub(_NODE_ID, rb"\1", body)
            answer: Answer = pyoxigraph.parse_query_results(body, results.JSON)
            if isinstance(answer, QuerySolutions):
                # Read to the end now: a cut-off body must be an error, not a short answer later.
                rows = list(answer)
                if [name.value for name in answer.variables] == [_ASKED]:
                    is_so = any(text_of(row[0]) == "1" for row in rows)
                    body = b'{"head": {}, "boolean": %s}' % (b"true" if is_so else b"false")
                answer = pyoxigraph.parse_query_results(body, results.JSON)
        except (SyntaxError, ValueError) as error:
            msg = f"{self.url} answered something that is not a SPARQL result ({kind}): {error}"
            raise RemoteError(msg) from error
        return answer


def count_in(answer: Answer, url: str) -> int:
    """Return the number in the first row of what a server answered to a query that counts.

    Raises RemoteError when there is no row, or it begins with no whole number.
    """
    rows = list(answer) if isinstance(answer, QuerySolutions) else []
    return whole_number(rows[0][0] if rows else None, url)


def whole_number(cell: object, url: str) -> int:
    """Return the number in a cell that a server gave as a count.

    Raises RemoteError for a cell without a value, and for one that is no whole number.
    """
    text = str(getattr(cell, "value", ""))
    if text.isascii() and text.isdecimal():
        return int(text)
    given = f"'{shown(text)}'" if text else "nothing"
    msg = f"{url} gives {given} where a count was asked; it does not answer as SPARQL 1.1 says"
    raise RemoteError(msg)
