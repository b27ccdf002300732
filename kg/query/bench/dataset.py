"""Dataset: a store as an `rdflib.Dataset`; nothing is copied, and its queries run in workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import DefaultGraph

from kg.errors import RefusedError
from kg.store.base import Store
from kg.store.embedded import EmbeddedStore
from kg.store.remote import RemoteStore

if TYPE_CHECKING:
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    from kg.model.namespaces import Vocabulary
    from kg.query.bench.asker import Asker


def dataset(store: Store, asker: Asker | None) -> rdflib.Dataset:
    """Return the store as an rdflib Dataset: an embedded one through oxrdflib, with its asker.

    An endpoint is asked through rdflib's own SPARQL store.
    """
    import rdflib

    if isinstance(store, RemoteStore):
        # Otherwise rdflib asks for a default graph of its own name, which no endpoint has.
        return _with_prefixes(
            rdflib.Dataset(store=_endpoint(store), default_union=True), store.words
        )
    from kg.query.bench.terms import PlainStore

    inner: Any = _Asked(store, asker) if isinstance(store, EmbeddedStore) and asker else None
    return _with_prefixes(rdflib.Dataset(store=PlainStore(store=inner)), store.words)


def _endpoint(store: RemoteStore) -> SPARQLStore:
    """Return rdflib's own store of an endpoint, which asks where the build's default graph is."""
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    class Endpoint(SPARQLStore):
        def _query(self, query: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as rdflib
            # A query about one graph names it beside its text.
            text = query if kwargs.get("default_graph") else store.placed(query)
            return super()._query(text, *args, **kwargs)

    return Endpoint(store.url)


_CHANGES: Final = frozenset({"add", "extend", "remove", "add_graph", "remove_graph", "clear"})


class _Asked:
    """What oxrdflib uses of a `pyoxigraph.Store`, with queries in workers."""

    def __init__(self, store: EmbeddedStore, asker: Asker) -> None:
        self._store = store
        self._asker = asker
        self._size = len(store.pyoxigraph)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        if name in _CHANGES:
            self._asker.forget()
            self._store.forget_record()
        return getattr(self._store.pyoxigraph, name)

    def query(
        self,
        query: str,
        *,
        use_default_graph_as_union: bool = False,
        default_graph: object = None,
        prefixes: dict[str, str] | None = None,
        substitutions: dict[Any, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - one of the engine's three answers
        """Answer as the engine does; what was added or removed since is seen."""
        if self._store.folder is None:
            self._notice_changes()
        graph = (
            "" if isinstance(default_graph, DefaultGraph) else getattr(default_graph, "value", None)
        )
        return self._asker.evaluate(
            {
                "text": query,
                "prefixes": {name: str(iri) for name, iri in (prefixes or {}).items()},
                "union": use_default_graph_as_union,
                "graph": graph,
                "values": {one.value: str(term) for one, term in (substitutions or {}).items()},
            }
        )

    def update(self, *_: object, **__: object) -> None:
        """Refuse: what kg built is changed in its tables."""
        msg = "SPARQL Update is not for a graph that kg built; change its tables, or a copy of it"
        raise RefusedError(msg)

    def _notice_changes(self) -> None:
        size = len(self._store.pyoxigraph)
        if size != self._size:
            self._size = size
            self._asker.forget()


def _with_prefixes(found: rdflib.Dataset, words: Vocabulary) -> rdflib.Dataset:
    for prefix, namespace in words.prefixes.items():
        found.bind(prefix, namespace)
    return found
