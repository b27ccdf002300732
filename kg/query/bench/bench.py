"""Bench: a store laid before a worker, with its slices and limits, and the jobs it can do."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

import pyoxigraph

from kg.errors import UsageError
from kg.query.bench.answer import sparql
from kg.query.slice import Dated, slice_of
from kg.store.embedded import EmbeddedStore
from kg.workers.limits import Limits
from kg.workers.wire import Reply, Task

# A slice is a copy of the graph.
_SLICES: Final = 3

Job = Callable[["Bench", Task], Reply]


class Bench(Dated):
    """What lies before a worker: the store, its slices and the limits.

    `is_plain` is true for files that kg did not build: they have no dates and no prefixes.
    """

    store: EmbeddedStore

    def __init__(
        self, store: EmbeddedStore, limits: Limits, *, is_plain: bool, is_cut: bool
    ) -> None:
        """Keep the store; `is_cut` says that this process has no network."""
        self.store = store
        self.limits = limits
        self.is_plain = is_plain
        self.is_cut = is_cut
        self._slice = lru_cache(maxsize=_SLICES)(self._make_slice)
        self._remembered: OrderedDict[Hashable, Any] = OrderedDict()

    @property
    def base(self) -> str:
        """The project's base, "" for plain files."""
        return "" if self.is_plain else self.store.words.base

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The project's prefixes, none for plain files."""
        return {} if self.is_plain else self.store.words.prefixes

    def slice(
        self, as_of: str | None = None, known_by: str | None = None, *, surely: bool = False
    ) -> EmbeddedStore:
        """Return the store as of the dates, the store itself without one.

        Raises UsageError when a text is not a date, or the files know none.
        """
        if not as_of and not known_by and not surely:
            return self.store
        if self.is_plain:
            msg = "these files were not built by kg: they have no as-of and no known-by"
            raise UsageError(msg)
        return self._slice(as_of or None, known_by or None, surely=surely)

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what is made
        """Return what was made for the key before, else make it; a few such things are kept."""
        if key not in self._remembered:
            self._remembered[key] = make()
            if len(self._remembered) > _SLICES:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        return self._remembered[key]

    def _make_slice(
        self, as_of: str | None, known_by: str | None, *, surely: bool
    ) -> EmbeddedStore:
        self.check_date(as_of)
        return cast("EmbeddedStore", slice_of(self.store, as_of, known_by, surely=surely))


def set_up(task: Task, limits: Limits, *, is_cut: bool) -> tuple[Bench, dict[str, Job]]:
    """Return the bench that a place described, and the jobs that can be done at it.

    Raises StoreError when the store cannot be read.
    """
    if task["store"]:
        store = EmbeddedStore.open(Path(task["store"]))
    else:
        inner = pyoxigraph.Store()
        inner.bulk_load(task["body"], pyoxigraph.RdfFormat.N_QUADS)
        store = EmbeddedStore(inner)
    # Opening reads little; a store that cannot be read is found now, not by the first visitor.
    store.query_plain("ASK { ?s ?p ?o }")
    jobs: dict[str, Job] = {"sparql": sparql}
    if task["jobs"]:
        jobs |= import_module(task["jobs"]).JOBS
    bench = Bench(store, limits, is_plain=task["is_plain"], is_cut=is_cut)
    _ = bench.prefixes
    return bench, jobs
