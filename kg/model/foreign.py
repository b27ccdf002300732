"""Foreign: SPARQL and shapes that somebody else wrote, run in a worker that can be ended.

The rules, questions and shapes of a project come from whoever wrote it, and some texts end the
process of the engine or never end.
In a worker they are run as they are; elsewhere a worker runs them, one for all of them.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, cast
from typing import Literal as Literals

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse_query_results,
    serialize,
)

from kg.errors import EndedError, LimitError
from kg.model.sparql import refuse_large
from kg.model.sparql import syntax_problem as problem_in
from kg.workers.confine import is_confined
from kg.workers.limits import OWN, Limits
from kg.workers.wire import Reply, Task, pack

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from kg.model.algebra import LookedAt
    from kg.workers.worker import Worker

Solution = Mapping[str, NamedNode | BlankNode | Literal | Triple | None]
Problem = tuple[str, int, int]
Seen = Literals["data", "union"]

# A walk may take its time; what it may not is all the memory.
_UNTIMED: Final = OWN._replace(seconds=0.0)
_limits: ContextVar[Limits] = ContextVar("limits", default=_UNTIMED)


@contextmanager
def bounded(memory: int, seconds: float = 0.0) -> Iterator[None]:
    """Allow foreign texts so many bytes within this block, and each so many seconds, 0 for any.

    >>> with bounded(64 * 2**20):
    ...     syntax_problem("ASK {}", {})
    """
    token = _limits.set(_limits.get()._replace(memory=memory, seconds=seconds))
    try:
        yield
    finally:
        _limits.reset(token)


def allowed() -> Limits:
    """Return what foreign texts may take in this block."""
    return _limits.get()


def syntax_problem(
    text: str, prefixes: Mapping[str, str], *, functions: bool = False
) -> Problem | None:
    """Return (message, line, column) of the first syntax error in the SPARQL query, if any.

    With `functions` also of a call of a function that the engine has not.

    Raises LimitError when the text takes more than it may.

    >>> syntax_problem("SELECT * { ?s ?p }", {})
    ("unexpected '}'", 1, 18)
    """
    refuse_large(text, _limits.get())
    if is_confined():
        return problem_in(text, dict(prefixes), functions=functions)
    task = {"job": "syntax", "text": text, "prefixes": dict(prefixes), "functions": functions}
    found = _ask(task)
    problem: list[Any] | None = found.about["problem"]
    return None if problem is None else (problem[0], problem[1], problem[2])


def shacl_report(shapes: bytes, data: bytes, seen: Seen = "union") -> str:
    """Return the W3C validation report (SHACL §3.6) in Turtle; shapes and data are N-Triples.

    `seen` is what the shapes see: the data alone, or both together.
    Raises ValueError when the shapes cannot be used, LimitError when they take more than they may.
    """
    if is_confined():
        return _report(shapes, data, seen)
    return _said(_ask({"job": "shapes", "shapes": shapes.decode(), "seen": seen}, data))


def _said(report: Reply) -> str:
    if report.type == "refused":
        raise ValueError(report.body.decode())
    return report.body.decode()


def looked_at(select: str, prefixes: Mapping[str, str]) -> LookedAt | None:
    """Return what `model.algebra.looked_at` does, which is found out where rdflib may be loaded.

    Raises LimitError when the text takes more than it may.
    """
    from kg.model.algebra import LookedAt

    task = {"job": "algebra", "text": select, "prefixes": dict(prefixes)}
    about = (_job_algebra(None, task) if is_confined() else _ask(task)).about
    if about["variables"] is None:
        return None
    return LookedAt(tuple(about["variables"]), frozenset(about["predicates"]), about["shared"])


def shacl_reports(
    shapes: bytes, parts: Iterable[bytes], seen: Seen = "union", *, at_once: int = 1
) -> Iterator[str]:
    """Yield what `shacl_report` returns for each part of data, in their order.

    So many workers are at it at the same time, each with a part.
    """
    task = {"job": "shapes", "shapes": shapes.decode(), "seen": seen}
    for reply in _ask_of_each(task, parts, _job_shapes, at_once):
        yield _said(reply)


def solutions(
    queries: Sequence[tuple[str, Mapping[str, str]]], parts: Iterable[bytes], *, at_once: int = 1
) -> Iterator[list[list[str]]]:
    r"""Yield what SELECTs with prefixes find in each part, N-Quads of our own, in their order.

    Of each part a list for each query, whose lines `solution` reads; workers as above.
    Raises LimitError when they take more than they may.

    >>> part = b'<urn:a> <urn:b> "c" .\n'
    >>> list(solutions([("SELECT ?o { ?s ?p ?o }", {})], [part]))
    [[['"c"']]]
    """
    asked = [{"text": text, "prefixes": dict(prefixes)} for text, prefixes in queries]
    task = {"job": "solutions", "queries": asked}
    for reply in _ask_of_each(task, parts, _job_solutions, at_once):
        yield [_lines_of(text.encode()) for text in reply.about["found"]]


def _ask_of_each(
    task: Task,
    parts: Iterable[bytes],
    job: Callable[[object, Task], Reply],
    at_once: int,
) -> Iterator[Reply]:
    """Yield what workers answer to a task about each part; in a worker its job is done at once."""
    if is_confined() or at_once == 1:
        for data in parts:
            yield job(None, {**task, "body": data}) if is_confined() else _ask(task, data)
        return
    from collections import deque
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    from kg.workers.worker import Worker

    limits, free = allowed(), SimpleQueue[Worker]()

    def ask(data: bytes) -> Reply:
        worker = free.get()
        try:
            return worker.ask(task, data, limits.seconds)
        finally:
            free.put(worker)

    with ExitStack() as stack:
        for _ in range(at_once):
            free.put(stack.enter_context(Worker(_Place(), limits)))
        pool = stack.enter_context(ThreadPoolExecutor(at_once))
        waiting: deque[Future[Reply]] = deque()
        for data in parts:
            waiting.append(pool.submit(ask, data))
            if len(waiting) > at_once:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class Trial:
    """A graph to ask with foreign queries; it grows as quads are added, and is not kept."""

    _numbers: Final = count()

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Begin with the quads."""
        self._number = next(self._numbers)
        self._store = Store() if is_confined() else None
        self.add(quads)

    def add(self, quads: Iterable[Quad]) -> None:
        """Add quads.

        Raises LimitError when they take more memory than allowed.
        """
        if self._store is not None:
            self._store.extend(quads)
        else:
            body = cast("bytes", serialize(quads, format=RdfFormat.N_QUADS))
            _ask({"job": "add", "trial": self._number}, body)

    def load(self, text: memoryview) -> None:
        """Add N-Quads of our own.

        Raises LimitError when they take more memory than allowed.
        """
        if self._store is not None:
            self._store.load(bytes(text), RdfFormat.N_QUADS, lenient=True)
        else:
            _ask({"job": "add", "trial": self._number}, bytes(text))

    def select(self, text: str, prefixes: Mapping[str, str]) -> Iterator[str]:
        """Yield the solutions of a SELECT as lines of TSV; `solution` has their terms.

        Raises LimitError when it takes more memory than allowed.
        """
        if self._store is not None:
            found = _solutions(self._store, text, prefixes)
        else:
            task = {
                "job": "select",
                "trial": self._number,
                "text": text,
                "prefixes": dict(prefixes),
            }
            found = _ask(task).body
        yield from _lines_of(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._store is None and not isinstance(error, (LimitError, EndedError)):
            _ask({"job": "forget", "trial": self._number})


def _lines_of(found: bytes) -> list[str]:
    # The first line has the names. In a term, tabs and ends of lines are escaped.
    return found.decode().split("\n")[1:-1]


def solution(names: Sequence[str], line: str) -> Solution:
    r"""Return the terms of a line of TSV by the names of their variables, None where unbound.

    >>> solution(["a", "b"], "<urn:a>\t")
    {'a': <NamedNode value=urn:a>, 'b': None}
    """
    if not names:
        return {}
    lines = "\t".join(f"?{name}" for name in names) + f"\n{line}\n"
    (terms,) = cast("QuerySolutions", parse_query_results(lines, QueryResultsFormat.TSV))
    return dict(zip(names, terms, strict=True))


@contextmanager
def at(place: str) -> Iterator[None]:
    """Name the file whose text is run in this block when it takes more than it may.

    >>> with at("ontology/rules/ally.rq"):
    ...     raise LimitError("the query needs more than 64 MiB of memory", "memory")
    Traceback (most recent call last):
    kg.errors.LimitError: ontology/rules/ally.rq: the query needs more than 64 MiB of memory
    """
    try:
        yield
    except LimitError as error:
        msg = f"{place}: {error}"
        raise LimitError(msg, error.limit) from error
    except EndedError as error:
        msg = f"{place}: {error}"
        raise EndedError(msg, error.cause) from error


# ---------------------------------------------------------------- the worker's side


def set_up(task: Task, limits: Limits, *, is_cut: bool) -> tuple[dict[int, Store], dict[str, Any]]:  # noqa: ARG001
    """Return the graphs on trial, and the jobs; `kg.workers.child` calls this."""
    return {}, {
        "syntax": _job_syntax,
        "shapes": _job_shapes,
        "algebra": _job_algebra,
        "add": _job_add,
        "select": _job_select,
        "solutions": _job_solutions,
        "forget": _job_forget,
    }


def _job_syntax(_: object, task: Task) -> Reply:
    problem = problem_in(task["text"], task["prefixes"], functions=task["functions"])
    return Reply("", b"", {"problem": problem})


def _job_algebra(_: object, task: Task) -> Reply:
    from kg.model.algebra import looked_at

    found = looked_at(task["text"], task["prefixes"])
    if found is None:
        return Reply("", b"", {"variables": None})
    about = {"variables": [*found.variables], "predicates": [*found.predicates]}
    return Reply("", b"", about | {"shared": found.shared})


def _job_shapes(_: object, task: Task) -> Reply:
    try:
        found = _report(task["shapes"].encode(), task["body"], task["seen"])
        return Reply("report", found.encode(), {})
    except ValueError as error:
        return Reply("refused", str(error).encode(), {})


def _job_add(trials: dict[int, Store], task: Task) -> Reply:
    store = trials.setdefault(task["trial"], Store())
    # They were terms before, so nothing about them is to be checked again.
    store.load(task["body"], RdfFormat.N_QUADS, lenient=True)
    return Reply("", b"", {})


def _job_select(trials: dict[int, Store], task: Task) -> Reply:
    return Reply("", _solutions(trials[task["trial"]], task["text"], task["prefixes"]), {})


def _job_solutions(_: object, task: Task) -> Reply:
    store = Store()
    store.load(task["body"], RdfFormat.N_QUADS, lenient=True)
    found = [_solutions(store, one["text"], one["prefixes"]) for one in task["queries"]]
    return Reply("", b"", {"found": [text.decode() for text in found]})


def _job_forget(trials: dict[int, Store], task: Task) -> Reply:
    trials.pop(task["trial"], None)
    return Reply("", b"", {})


def _solutions(store: Store, text: str, prefixes: Mapping[str, str]) -> bytes:
    found = cast("QuerySolutions", store.query(text, prefixes=dict(prefixes)))
    return cast("bytes", found.serialize(format=QueryResultsFormat.TSV))


@cache
def _shacl_engine() -> Any:  # noqa: ANN401 - a compiled module
    """Return the compiled part of the SHACL engine alone.

    The package around it waits for modules about HTTP and mail, fifteen times as long, and its
    report for rdflib.
    """
    from importlib.machinery import PathFinder
    from importlib.util import find_spec, module_from_spec

    package = find_spec("shifty")
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("shifty._shifty", folders)
    if spec is None or spec.loader is None:
        msg = "the SHACL engine is not there"
        raise ImportError(msg)
    engine = module_from_spec(spec)
    spec.loader.exec_module(engine)
    return engine


def _report(shapes: bytes, data: bytes, seen: Seen) -> str:
    try:
        engine = _shacl_engine()
    except ImportError as error:
        # It is installed with kg, so what is missing is room for it.
        raise MemoryError from error
    validator = engine.PreparedValidator(shapes=shapes)
    found = validator.validate_w3c(
        data=data, graph_mode=seen, run_infer=False, minimum_severity="info"
    )
    report: str = found.report_turtle
    return report


# ---------------------------------------------------------------- the caller's side


class _Place:
    """A worker at no store."""

    def store(self) -> Path:
        from pathlib import Path

        return Path()

    def greeting(self, store: Path, limits: Limits) -> bytes:  # noqa: ARG002 - there is none
        return pack({"module": "kg.model.foreign", "limits": limits._asdict()})


class _Shared:
    """The one worker of this process; threads take turns."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.worker: Worker | None = None
        self.theirs: Worker | None = None
        self.process = os.getpid()

    def ask(self, task: Task, body: bytes) -> Reply:
        from kg.workers.worker import Worker

        limits = _limits.get()
        if self.process != os.getpid():
            # After a fork the worker is the parent's, and so may be the lock; what the worker was
            # being told is not to be told by this process too.
            self.theirs, self.worker = self.worker, None
            self.lock, self.process = threading.RLock(), os.getpid()
        with self.lock:
            if self.worker and self.worker.limits.memory != limits.memory:
                self.close()
            self.worker = self.worker or Worker(_Place(), limits, may_copy=True)
            return self.worker.ask(task, body, limits.seconds)

    def close(self) -> None:
        if self.worker and self.process == os.getpid():
            self.worker.close()
        self.worker = None


_shared: Final = _Shared()
atexit.register(_shared.close)


def _ask(task: Task, body: bytes = b"") -> Reply:
    return _shared.ask(task, body)
