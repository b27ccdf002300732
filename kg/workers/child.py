"""The worker process: `python -m kg.workers.child`, spoken to over its standard input and output.

Takes its place (which store, which limits) from the first frame, gives up what it does not need,
and then answers one task after the other until the parent goes away.
"""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from kg.errors import UsageError
from kg.store import EmbeddedStore
from kg.workers.answer import sparql
from kg.workers.confine import (
    cut_network,
    leave_no_core,
    limit_memory,
    limit_processor,
    memory_peak,
)
from kg.workers.frames import Reply, Task, pack, packed_error, read_frame
from kg.workers.limits import Limits, out_of_memory, too_deep

if TYPE_CHECKING:
    from kg.slice import Beginning

# A slice is a copy of the graph.
_SLICES: Final = 3

Job = Callable[["Bench", Task], Reply]


class Bench:
    """What lies before a worker: the store, its slices and the limits.

    `is_plain` is true for files that kg did not build: they have no dates and no prefixes.
    """

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

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """The project's prefixes, none for plain files."""
        return {} if self.is_plain else self.store.words.prefixes

    def slice(self, as_of: str | None = None, known_by: str | None = None) -> EmbeddedStore:
        """Return the store as of the dates, the store itself without one.

        Raises UsageError when a text is not a date, or the files know none.
        """
        if not as_of and not known_by:
            return self.store
        if self.is_plain:
            msg = "these files were not built by kg: they have no as-of and no known-by"
            raise UsageError(msg)
        return self._slice(as_of or None, known_by or None)

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - what is made
        """Return what was made for the key before, else make it; a few such things are kept."""
        if key not in self._remembered:
            self._remembered[key] = make()
            if len(self._remembered) > _SLICES:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        return self._remembered[key]

    def check_dates(self, as_of: str | None = None, known_by: str | None = None) -> None:
        """Refuse what is no date, and dates before the record begins."""
        self._beginning.check(as_of, known_by)

    @cached_property
    def _beginning(self) -> Beginning:
        from kg.slice import Beginning

        return Beginning.of(self.store)

    def _make_slice(self, as_of: str | None, known_by: str | None) -> EmbeddedStore:
        from kg.slice import slice_of

        self.check_dates(as_of, known_by)
        return cast("EmbeddedStore", slice_of(self.store, as_of, known_by))


def main() -> None:
    """Answer tasks until the parent closes the pipe."""
    tasks = cast("BinaryIO", sys.stdin.buffer)
    # Whatever is printed by mistake must not end up among the frames.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        settings, _ = read_frame(tasks)
        bench, jobs = _set_up(settings)
    except EOFError:
        return
    except Exception as error:  # noqa: BLE001 - told to the parent, who decides
        _say(replies, packed_error(error))
        return
    base = "" if bench.is_plain else bench.store.words.base
    _say(replies, pack({"type": "ready", "is_cut": bench.is_cut, "base": base}))
    while True:
        try:
            task, _ = read_frame(tasks)
        except EOFError:
            return
        _say(replies, _answer(bench, jobs, task))


def _say(replies: BinaryIO, frame: bytes) -> None:
    try:
        replies.write(frame)
        replies.flush()
    except BrokenPipeError:
        # Nobody is left to answer to, and nothing that the interpreter may still flush matters.
        os._exit(0)


def _set_up(settings: Mapping[str, Any]) -> tuple[Bench, dict[str, Job]]:
    leave_no_core()
    is_cut = cut_network()
    limits = Limits(**settings["limits"])
    store = EmbeddedStore.open(Path(settings["store"]))
    # Opening reads little; a store that cannot be read is found now, not by the first visitor.
    store.query_plain("ASK { ?s ?p ?o }")
    jobs: dict[str, Job] = {"sparql": sparql}
    if settings.get("jobs"):
        jobs |= import_module(settings["jobs"]).JOBS
    bench = Bench(store, limits, is_plain=settings["is_plain"], is_cut=is_cut)
    _ = bench.prefixes
    limit_memory(limits.memory)
    return bench, jobs


def _answer(bench: Bench, jobs: Mapping[str, Job], task: Task) -> bytes:
    limit_processor(bench.limits.seconds)
    try:
        reply = jobs[task["job"]](bench, task)
    except MemoryError:
        return packed_error(out_of_memory(bench.limits))
    except RecursionError:
        return packed_error(too_deep())
    except Exception as error:  # noqa: BLE001 - a fault of one task must not end the worker
        return packed_error(error)
    about = {**reply.about, "type": reply.type, "is_last": memory_peak() > bench.limits.memory // 2}
    return pack(about, reply.body)


if __name__ == "__main__":
    main()
