"""Pages: what an endpoint says, read in parts that are counted, so that none is cut off unnoticed.

Servers end an answer at so many rows, or after so long, without a word. Each answer is therefore
counted first. A graph that one answer can hold is read at once; where that comes short, and where
there is more, it is read in pages, and a page that comes short in halves, down to one node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeVar, cast

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.errors import RemoteError
from kg.model.namespaces import term
from kg.progress import at_work
from kg.store.base import Store, dataset_value, select
from kg.store.remote import COUNT, CutError, RemoteStore, changed

T = TypeVar("T")

# Some servers sort no more rows than ten thousand; and a statement has about ten rows.
KEYS: Final = 5000
NODES: Final = 500
# A page costs the server two to five times as much a node as all at once; an answer of more nodes
# would be larger than the client takes.
WHOLE: Final = 30_000
_KEYS: Final = (
    "SELECT DISTINCT ?node {{ {0} FILTER(STR(?node) > {1}) }} ORDER BY STR(?node) LIMIT {2}"
)
_ALL: Final = (
    f"SELECT (COUNT(*) AS ?count) (MAX(STR(?st)) AS ?last) {{ ?st {term('rdf:subject')} ?s }}"
)
_TRIPLES: Final = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"


def in_pages(store: Store, which: str, read: Callable[[str], list[T]]) -> Iterator[T]:
    """Yield what `read` reads of all nodes of a pattern of ?node.

    `read` is given a pattern that names the nodes of a page, "" where all can be read at once.

    Raises RemoteError when the endpoint does not give all of them.
    """
    if not isinstance(store, RemoteStore):
        yield from read("")
        return
    count = store.number(COUNT.format(f"SELECT DISTINCT ?node {{ {which} }}"))
    if count <= WHOLE:
        try:
            yield from read("")
        except RemoteError:
            # Cut off, refused as too much, or given up after a time; if the server is gone, the
            # next question says so.
            pass
        else:
            return
    waiting, size = list(_keys(store, which, count)), NODES
    total = len(waiting)
    while waiting:
        at_work(f"nodes read from {store.url}", total - len(waiting), total)
        page = waiting[:size]
        try:
            yield from read(f"\n  VALUES ?node {{ {' '.join(page)} }}")
        except CutError:
            if len(page) == 1:
                raise
            size = max(len(page) // 2, 1)
        else:
            del waiting[: len(page)]


def _keys(store: RemoteStore, which: str, count: int) -> Iterator[str]:
    """Yield the nodes, by their order and no place in it, so that a page can have any length."""
    last, met = "", 0
    while met < count:
        at_work(f"nodes found at {store.url}", met, count)
        page = cast("QuerySolutions", store.query(_KEYS.format(which, Literal(last), KEYS)))
        nodes = [cast("NamedNode", row["node"]) for row in page]
        if not nodes or nodes[-1].value <= last:
            raise changed(store.url)
        yield from map(str, nodes)
        last, met = nodes[-1].value, met + len(nodes)
    if met > count:
        raise changed(store.url)


def stamp(store: Store) -> tuple[str, ...]:
    """Return what differs when an endpoint holds something else than before; () of other stores.

    That is the day of issue, how many triples and statements there are, and the last id.
    """
    if not isinstance(store, RemoteStore):
        return ()
    (row,) = select(store, _ALL)
    last = row["last"]
    return (
        dataset_value(store.query_plain, "dcterms:issued"),
        *(str(store.number(sparql)) for sparql in (_TRIPLES, _ALL)),
        last.value if isinstance(last, Literal) else "",
    )
