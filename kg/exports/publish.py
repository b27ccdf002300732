"""Publish: a build → another SPARQL 1.1 store, in batches that can be taken up again.

Quads → SPARQL 1.1 Update, or the Graph Store HTTP
Protocol where a store offers no other way in.
Nothing counts as published before the store has counted the same quads as we have.
A store whose default graph is the union of all its graphs gets the form of `store/union`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import quote, urlencode

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    serialize,
)

from kg.errors import RemoteError, StoreError, UsageError, noun, parameter
from kg.model.namespaces import KG, Vocabulary, text_of
from kg.store.base import Answer
from kg.store.remote import RemoteStore, count_in, whole_number
from kg.store.union import DEFAULT_GRAPH, placed, within
from kg.store.web import failure, send

# Told how many of how many quads are there.
Sent = Callable[[int, int], None]

# Far below what any store takes in one request.
BATCH: Final = 2000
# Some stores compile all the steps of a request into one program.
_DROPPED: Final = 100
_IN_DEFAULT: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_IN_GRAPHS: Final = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
_GRAPHS: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"

if TYPE_CHECKING:
    from kg.pipeline.spark.shards import Shards


@dataclass(frozen=True, slots=True)
class Target:
    """A store elsewhere: where it takes changes, where it answers, and by which protocol.

    With `is_graph_store` changes go by the SPARQL 1.1 Graph Store HTTP Protocol.
    With `is_union` the default graph of what is published stands in a named graph, and whatever
    else the store holds is none of our business: it is neither counted nor removed.
    """

    changes: str
    queries: str
    is_graph_store: bool = False
    is_union: bool = False


def target(
    changes: str, queries: str | None = None, *, graph_store: bool = False, union: bool = False
) -> Target:
    """Return the target at an address; the place for queries is guessed from it when not given.

    >>> target("http://127.0.0.1:7878/update").queries
    'http://127.0.0.1:7878/query'
    >>> target("http://127.0.0.1:3030/ds/statements").queries
    'http://127.0.0.1:3030/ds'
    """
    if queries is None:
        base, _, last = changes.rstrip("/").rpartition("/")
        queries = {"update": f"{base}/query", "store": f"{base}/query", "data": f"{base}/query",
                   "statements": base}.get(last, changes)  # fmt: skip
    return Target(changes, queries, graph_store, union)


def publish(
    quads: Sequence[Quad], base: str, to: Target, progress: Sent, *, replace: bool = False
) -> int:
    """Put the quads into the store and return how many it holds, which is all of them.

    A store that already holds something else is left alone unless `replace`; one that was left in
    the middle by an earlier call with the same quads is filled up.
    `progress` is told after each batch how many of how many quads are there.

    Raises UsageError for a store that is not empty, RemoteError when it fails or counts otherwise.
    """
    ordered = _ordered(quads)
    in_default = sum(isinstance(quad.graph_name, DefaultGraph) for quad in ordered)
    there = _Held(to, base)
    sent = [placed(quad) for quad in ordered] if to.is_union else ordered
    if to.is_graph_store:
        _by_graph_store(sent, there, progress, replace=replace)
    else:
        _by_update(sent, there, progress, replace=replace)
    return there.verify(in_default, len(ordered) - in_default)


def publish_shards(shards: Shards, to: Target, progress: Sent, *, replace: bool = False) -> int:
    """Put the quads of shards into the store, one shard after the other, as `publish` does.

    Raises UsageError also for a target by the Graph Store HTTP Protocol, which takes whole graphs
    while a shard has a part of the default graph; StoreError when a shard is damaged.
    """
    if to.is_graph_store:
        given = parameter("graph_store", value=True)
        msg = f"shards go by SPARQL Update: leave out {given} and name where updates go"
        raise UsageError(msg)
    there = _Held(to, shards.base)
    read = (map(placed, quads) if to.is_union else quads for quads in shards.read())
    batches = chain.from_iterable(map(_shard_batches, read))
    # What was begun in the one form is not gone on with in the other.
    mark = _Mark(shards.base, f"{shards.digest}-union" if to.is_union else shards.digest)
    _send(batches, shards.quads, mark, there, progress, replace=replace)
    return there.verify(shards.quads - shards.in_graphs, shards.in_graphs)


def _shard_batches(quads: Iterator[Quad]) -> Iterator[Sequence[Quad]]:
    """Yield the batches of a shard in its order, those with blank nodes together at its end."""
    batch: list[Quad] = []
    blank: list[Quad] = []
    for quad in quads:
        (blank if _is_blank(quad) else batch).append(quad)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield from filter(None, (batch, blank))


def _ordered(quads: Sequence[Quad]) -> list[Quad]:
    """Return the quads in a fixed order, those with blank nodes first: they belong together."""
    return sorted(set(quads), key=lambda quad: (not _is_blank(quad), str(quad)))


def _is_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _batches(ordered: Sequence[Quad]) -> Iterator[Sequence[Quad]]:
    """Yield the batches; a blank node has its name within one request only."""
    blank = sum(map(_is_blank, ordered))
    if blank:
        yield ordered[:blank]
    for start in range(blank, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


@dataclass(frozen=True, slots=True)
class _Held:
    """What the store holds of its graphs, as far as they are for us to count and remove."""

    to: Target
    base: str

    def select(self, query: str) -> QuerySolutions:
        """Return the solutions of a query about what we publish."""
        names = Vocabulary(self.base).prefixes["st"]
        return _select(self.to, within(query, names) if self.to.is_union else query)

    def count(self, query: str) -> int:
        return count_in(self.select(query), self.to.queries)

    def graphs(self) -> dict[str, int]:
        """Return how many triples each graph has; "" is the default graph of the store."""
        found = {
            text_of(row[0]): whole_number(row[1], self.to.queries)
            for row in self.select(_GRAPHS)
            if row[0] is not None
        }
        return found | {DEFAULT_GRAPH.value if self.to.is_union else "": self.count(_IN_DEFAULT)}

    def make_room(self, *, replace: bool) -> None:
        """Remove what is there, or refuse to."""
        held = self.count(_IN_DEFAULT) + self.count(_IN_GRAPHS)
        if held and not replace:
            msg = f"{self.to.changes} holds {held:,} other {noun(held, 'triple')}; "
            msg += f"{parameter('replace', value=True)} removes them all first"
            raise UsageError(msg)
        if held and self.to.is_union:
            self.before().drop_graphs()
            self.drop_graphs()
        elif held:
            _update(self.to, "DROP ALL")

    def before(self) -> _Held:
        """Return the same of the build that is there, whose names may begin otherwise."""
        store = RemoteStore(self.to.queries)
        with suppress(StoreError):
            return _Held(self.to, store.words.base) if store.has_union_form else self
        # A part of a build may not say how its names begin.
        return self

    def drop_graphs(self) -> None:
        """Drop our graphs alone; as many at a time as the store names in one answer."""
        before: dict[str, int] = {}
        while names := {name: size for name, size in self.graphs().items() if size}:
            if names == before:
                msg = f"{self.to.changes} still holds {len(names):,} graphs that it was to drop"
                raise RemoteError(msg)
            every = list(names)
            for first in range(0, len(every), _DROPPED):
                some = every[first : first + _DROPPED]
                _update(self.to, " ;\n".join(f"DROP SILENT GRAPH <{name}>" for name in some))
            before = names

    def verify(self, in_default: int, in_graphs: int) -> int:
        """Return how many triples are there, which are as many as were sent."""
        found = (self.count(_IN_DEFAULT), self.count(_IN_GRAPHS))
        wanted = (in_default, in_graphs)
        if found != wanted:
            msg = (
                f"{self.to.queries} counts {found[0]:,} {noun(found[0], 'triple')} and "
                f"{found[1]:,} in named graphs where {wanted[0]:,} and {wanted[1]:,} were sent"
            )
            if found[0] == sum(wanted) and not self.to.is_union:
                given = parameter("union_default_graph", value=True)
                msg += f"; its default graph shows the named graphs too: {given} is for such stores"
            raise RemoteError(msg)
        return sum(found)


def _by_update(ordered: Sequence[Quad], there: _Held, progress: Sent, *, replace: bool) -> None:
    digest = hashlib.sha256("\n".join(map(str, ordered)).encode()).hexdigest()
    mark = _Mark(there.base, digest)
    _send(_batches(ordered), len(ordered), mark, there, progress, replace=replace)


def _send(
    batches: Iterable[Sequence[Quad]],
    total: int,
    mark: _Mark,
    there: _Held,
    progress: Sent,
    *,
    replace: bool,
) -> None:
    to = there.to
    done = mark.read(to)
    if done is None:
        there.make_room(replace=replace)
        done = 0
    sent = 0
    for number, batch in enumerate(batches, 1):
        sent += len(batch)
        if number > done:
            # One request is one step of SPARQL 1.1 Update §3: the mark moves with its batch.
            _update(to, f"{_insert(batch)} ;\n{mark.set(number)}")
        progress(sent, total)
    _update(to, mark.clear())


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far we got, kept in the store itself until all is there."""

    base: str
    digest: str

    @property
    def graph(self) -> str:
        return f"<{self.base}publishing>"

    def read(self, to: Target) -> int | None:
        """Return the number of the last batch that arrived; None when it was not ours."""
        text = f"SELECT ?n WHERE {{ GRAPH {self.graph} {{ ?s <{KG}batch> ?n ; <{KG}digest> ?d }} "
        for row in _select(to, f'{text} FILTER(STR(?d) = "{self.digest}") }}'):
            return whole_number(row[0], to.queries)
        return None

    def set(self, number: int) -> str:
        about = f'{self.graph} <{KG}batch> {number} ; <{KG}digest> "{self.digest}" .'
        return f"{self.clear()} ;\nINSERT DATA {{ GRAPH {self.graph} {{ {about} }} }}"

    def clear(self) -> str:
        return f"DROP SILENT GRAPH {self.graph}"


def _insert(batch: Sequence[Quad]) -> str:
    """Return the batch as an insertion; N-Triples terms are SPARQL terms.

    Blank nodes go by a template with one solution, as not every store takes them as data.
    """
    graphs: dict[str, list[str]] = {}
    for quad in batch:
        name = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
        graphs.setdefault(name, []).append(f"{quad.triple} .")
    parts = [
        f"GRAPH {name} {{ {' '.join(triples)} }}" if name else "\n".join(triples)
        for name, triples in graphs.items()
    ]
    content = "{\n" + "\n".join(parts) + "\n}"
    is_blank = any(map(_is_blank, batch))
    return f"INSERT {content} WHERE {{}}" if is_blank else f"INSERT DATA {content}"


def _update(to: Target, text: str) -> None:
    # SPARQL 1.1 Protocol §2.2.1: update via POST with URL-encoded parameters.
    kind = "application/x-www-form-urlencoded"
    response = send(
        to.changes, "POST", urlencode({"update": text}).encode(), {"Content-Type": kind}
    )
    if not 200 <= response.status < 300:
        raise failure(to.changes, response)


def _by_graph_store(
    ordered: Sequence[Quad], there: _Held, progress: Sent, *, replace: bool
) -> None:
    """Put graph after graph; one that is there with as many triples as ours is not sent again."""
    to = there.to
    graphs: dict[str, list[Quad]] = {} if to.is_union else {"": []}
    for quad in ordered:
        name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        graphs.setdefault(name, []).append(quad)
    held = there.before().graphs() | there.graphs()
    foreign = sorted(name for name, size in held.items() if size and name not in graphs)
    wrong = [name for name in graphs if held.get(name, 0) not in {0, len(graphs[name])}]
    if (foreign or wrong) and not replace:
        msg = f"{to.changes} holds other triples; {parameter('replace', value=True)} removes them"
        raise UsageError(msg)
    for name in foreign:
        _put(to, "DELETE", name, None)
    sent = 0
    for name, content in graphs.items():
        # Of another build a graph may have as many triples as ours, and others.
        if foreign or wrong or held.get(name, 0) != len(content):
            # SPARQL 1.1 Graph Store HTTP Protocol §5.3: PUT replaces the graph.
            triples = [quad.triple for quad in content]
            body = cast("bytes", serialize(triples, format=RdfFormat.N_TRIPLES))
            _put(to, "PUT", name, body)
        sent += len(content)
        progress(sent, len(ordered))


def _put(to: Target, method: str, name: str, body: bytes | None) -> None:
    which = f"graph={quote(name, safe='')}" if name else "default"
    url = f"{to.changes}?{which}"
    headers = {"Content-Type": "application/n-triples"} if body is not None else {}
    response = send(url, method, body, headers)
    if not 200 <= response.status < 300 and not (method == "DELETE" and response.status == 404):
        raise failure(url, response)


def _select(to: Target, query: str) -> QuerySolutions:
    answer: Answer = RemoteStore(to.queries).answer(query)
    if not isinstance(answer, QuerySolutions):
        msg = f"{to.queries} answered a SELECT with something else"
        raise RemoteError(msg)
    return answer
