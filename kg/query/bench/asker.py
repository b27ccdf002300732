"""Asker: asks a store in workers, so that no text can harm or hold the caller."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.query.bench.asked import NAME, answer_of, unpacked
from kg.query.bench.place import greeting
from kg.query.questions import labels
from kg.store.embedded import EmbeddedStore
from kg.workers.limits import OWN, Limits
from kg.workers.wire import Reply, Task
from kg.workers.worker import Worker

if TYPE_CHECKING:
    from kg.query.result import Result

# Threads that ask at the same time have a worker each; so many are kept for the next time.
_IDLE: Final = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """The store of this process, which its workers open too, or are handed as N-Quads."""

    inner: EmbeddedStore
    has_network: bool

    def store(self) -> Path:
        return self.inner.folder or Path()

    def greeting(self, store: Path, limits: Limits) -> bytes:
        # A build may have been replaced since: whoever has it open can still hand it over.
        is_there = self.inner.folder is not None and store.is_dir()
        return greeting(
            str(store) if is_there else "",
            limits,
            jobs=NAME,
            has_network=self.has_network,
            body=b"" if is_there else self.inner.n_quads(),
        )


class Asker:
    """Questions to one store, each answered by a worker that can be ended.

    A worker is started with the first question and waits for the next; one that a limit or a crash
    ended is replaced.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Keep the store; nothing is started yet."""
        self.store = store
        self._lock = threading.Lock()
        self._idle: list[tuple[Limits, bool, Worker]] = []
        self._process = os.getpid()
        weakref.finalize(self, _close, self._idle)

    def ask(
        self,
        text: str,
        parameters: Mapping[str, str],
        *,
        as_of: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
        lenient: bool = False,
        hosts: Collection[str] = (),
        limits: Limits = OWN,
    ) -> Result:
        """Return what `kg.query.questions.query` does.

        Raises LimitError for a query that takes too much time or memory, and what the query raises.
        """
        task = {
            "job": "ask",
            "text": text,
            "parameters": dict(parameters),
            "as_of": as_of,
            "known_by": known_by,
            "surely": surely,
            "lenient": lenient,
            "hosts": sorted(hosts),
        }
        reply = self._ask(task, limits, has_network=bool(hosts))
        words = self.store.words

        def called(nodes: Any, language: str) -> Any:  # noqa: ANN401 - as kg.query.questions.labels
            return labels(self.store, nodes, language)

        return unpacked(reply, words, called)

    def evaluate(self, task: Task, limits: Limits = OWN) -> Any:  # noqa: ANN401 - an engine's answer
        """Return what `pyoxigraph.Store.query` does, for a task of the job "evaluate"."""
        return answer_of(self._ask({**task, "job": "evaluate"}, limits, has_network=False))

    def forget(self) -> None:
        """End the workers that wait: the store has changed."""
        with self._lock:
            _close(self._idle)

    def _ask(self, task: Task, limits: Limits, *, has_network: bool) -> Reply:
        worker = self._take(limits, has_network=has_network)
        try:
            return worker.ask(task, seconds=limits.seconds)
        finally:
            with self._lock:
                is_kept = worker.is_alive and len(self._idle) < _IDLE
                if is_kept:
                    self._idle.append((worker.limits, has_network, worker))
            if not is_kept:
                worker.close()

    def _take(self, limits: Limits, *, has_network: bool) -> Worker:
        """Return a waiting worker with these limits, or a new one."""
        if self._process != os.getpid():
            # After a fork the pipes of the waiting workers are those of the parent, and so may be
            # the lock.
            self._idle.clear()
            self._lock, self._process = threading.Lock(), os.getpid()
        with self._lock:
            for one in self._idle:
                if one[0].memory == limits.memory and one[1] == has_network:
                    self._idle.remove(one)
                    return one[2]
        return Worker(_Place(self.store, has_network), limits)


def _close(idle: list[tuple[Limits, bool, Worker]]) -> None:
    while idle:
        idle.pop()[2].close()
