"""Answer: SPARQL text → the bytes of a W3C format, whole or not at all.

Runs in a worker.
An answer above a limit is refused; a part of one that looks whole never leaves the process.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    serialize,
)

from kg.errors import LimitError, QueryError, RefusedError, StoreError, UsageError, noun
from kg.model.literals import well_formed
from kg.model.sparql import (
    NO_SERVICE,
    describe_syntax_error,
    function_problem,
    refuse_large,
    service_problem,
    tokens,
)
from kg.text.formats import content_type, rdf_format, results_format
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from pyoxigraph import QueryResultsFormat, RdfFormat

    from kg.query.bench.bench import Bench

# The type of a reply that the client could not read.
UNACCEPTABLE: Final = ""

_LESS: Final = "ask for less, or page with LIMIT and OFFSET"
# SPARQL 1.1 Update §3: what an update starts with.
_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"}
)
# A function whose value is new at every call; the word may also stand elsewhere, which does no
# harm: such an answer is computed anew.
_FRESH: Final = re.compile(r"(?i)\b(?:now|rand|uuid|struuid|bnode)\b")
# Above this length the place of a syntax error is the parser's own: finding the first wrong token
# parses the text once for each.
_SHORT: Final = 8000


class Buffer:
    """A file for the engine to write to, which refuses the first byte above the limit."""

    def __init__(self, limit: int) -> None:
        """Start empty."""
        self.limit = limit
        self.body = bytearray()
        self.is_full = False

    def write(self, part: bytes) -> int:
        """Take the bytes; OSError when they are too many, which ends the query."""
        if len(self.body) + len(part) > self.limit:
            self.is_full = True
            msg = "the answer is too long"
            raise OSError(msg)
        self.body += part
        return len(part)

    def flush(self) -> None:
        """Nothing waits anywhere."""


def sparql(bench: Bench, task: Task) -> Reply:
    """Answer a query in the formats that the task allows.

    The task has "query"; and it may have "results" and "graph" (names of formats, None for not
    acceptable), "default" and "named" (IRIs of graphs), "as_of", "known_by", "surely" and "base".

    Raises QueryError, RefusedError, LimitError, UsageError, StoreError.
    """
    answer = evaluate(bench, task)
    text = task["query"]
    about: dict[str, Any] = {"lasting": not _FRESH.search(text)}
    try:
        if isinstance(answer, (QueryBoolean, QuerySolutions)):
            kind, body = _results(bench, answer, task.get("results", "json"), about)
        else:
            kind, body = _graph(bench, answer, task.get("graph", "ttl"), about)
    except (OSError, RuntimeError) as error:
        raise _broken(error, text) from error
    about["type"] = kind
    return Reply(kind, body, about)


def evaluate(bench: Bench, task: Task) -> Any:  # noqa: ANN401 - one of the engine's three answers
    """Start a query over the graphs, as of the dates, that the task names.

    Raises QueryError, RefusedError, LimitError, UsageError, StoreError.
    """
    text: str = task["query"]
    refuse_large(text, bench.limits)
    if problem := service_problem(text, strict=not bench.is_cut):
        raise RefusedError(*problem)
    store = bench.slice(task.get("as_of"), task.get("known_by"), surely=bool(task.get("surely")))
    chosen: dict[str, Any] = {}
    # SPARQL 1.1 Protocol §2.1.4: a dataset that is named in the request replaces the query's own.
    if task.get("default") or task.get("named"):
        chosen["default_graph"] = [_graph_name(iri) for iri in task.get("default", ())]
        chosen["named_graphs"] = [_graph_name(iri) for iri in task.get("named", ())]
    prefixes = bench.prefixes
    try:
        return store.pyoxigraph.query(text, base_iri=task.get("base"), prefixes=prefixes, **chosen)
    except SyntaxError as error:
        raise _refusal(text, error, prefixes) from error
    except ValueError as error:
        raise QueryError(str(error)) from error
    except (OSError, RuntimeError) as error:
        raise _broken(error, text) from error


def _graph_name(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        msg = f"'{iri}' is not the IRI of a graph"
        raise UsageError(msg) from error


def _refusal(text: str, error: SyntaxError, prefixes: dict[str, str]) -> QueryError | RefusedError:
    """Return why the text is no query: because it is an update, or where it is wrong."""
    words = [token[0].upper() for token in tokens(text)]
    while words[:1] in (["PREFIX"], ["BASE"]):
        words = words[3 if words[0] == "PREFIX" else 2 :]
    if words and words[0] in _UPDATES:
        msg = f"{words[0]} is an update, and this endpoint only reads"
        raise RefusedError(msg)
    known = prefixes if len(text) <= _SHORT else {}
    if len(text) <= _SHORT:
        return QueryError(*describe_syntax_error(str(error), text, known))
    place = re.match(r"(?s)error at (\d+):(\d+): (.*)", str(error))
    return QueryError(place[3], int(place[1]), int(place[2])) if place else QueryError(str(error))


def _broken(error: Exception, text: str) -> Exception:
    """Return what an engine that gave up means."""
    if problem := function_problem(str(error), text):
        return QueryError(*problem)
    if re.search(r"(?i)service", text):
        return RefusedError(NO_SERVICE)
    msg = f"the answer broke off: {error}"
    return StoreError(msg)


def _results(
    bench: Bench, answer: QueryBoolean | QuerySolutions, name: str | None, about: dict[str, Any]
) -> tuple[str, bytes]:
    if name is None:
        return UNACCEPTABLE, b""
    form = results_format(name)
    kind = content_type(form)
    if isinstance(answer, QueryBoolean):
        return kind, cast("bytes", answer.serialize(format=form))
    sink = Buffer(bench.limits.answer)
    try:
        answer.serialize(cast("Any", sink), format=form)
    except OSError as error:
        if sink.is_full:
            raise too_long(bench.limits.answer) from error
        raise
    body = _well_formed(bytes(sink.body), form, bench.limits.answer)
    about["rows"] = count_rows(body, name)
    if about["rows"] > bench.limits.rows:
        raise too_many(bench.limits.rows)
    return kind, body


def _graph(
    bench: Bench, answer: Iterator[Any], name: str | None, about: dict[str, Any]
) -> tuple[str, bytes]:
    if name is None:
        return UNACCEPTABLE, b""
    triples = list(islice(answer, bench.limits.rows + 1))
    if len(triples) > bench.limits.rows:
        raise too_many(bench.limits.rows)
    about["rows"] = len(triples)
    if len(triples) <= _SORTED:
        # The engine's order changes from run to run, and cuts subjects into pieces.
        triples.sort(key=str)
    body = written(triples, name, bench.prefixes, bench.limits.answer)
    return content_type(rdf_format(name)), body


# Above this many triples nobody reads them one after the other.
_SORTED: Final = 10_000


def written(
    triples: list[Any], name: str, prefixes: dict[str, str], limit: int | None = None
) -> bytes:
    """Return the triples in the format, with those prefixes that it uses, in a fixed order.

    Raises LimitError above so many bytes.
    """
    form = rdf_format(name)
    has_prefixes = name in {"ttl", "trig"}
    sink = Buffer(limit or sys.maxsize)
    try:
        serialize(
            triples,
            cast("Any", sink),
            format=form,
            prefixes=prefixes if has_prefixes else None,
        )
    except OSError as error:
        if sink.is_full and limit:
            raise too_long(limit) from error
        raise
    body = _well_formed(bytes(sink.body), form, limit)
    return _tidy(body) if has_prefixes and prefixes else body


def _well_formed(body: bytes, form: RdfFormat | QueryResultsFormat, limit: int | None) -> bytes:
    """The engine writes also what XML cannot hold, which a store or query may have.

    Raises LimitError above so many bytes.
    """
    if not form.media_type.endswith("+xml"):
        return body
    found = well_formed(body.decode()).encode()
    if limit and len(found) > limit:
        raise too_long(limit)
    return found


def _tidy(body: bytes) -> bytes:
    """The engine writes all the prefixes, in an order of its own."""
    lines = body.split(b"\n")
    count = next(
        (i for i, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines)
    )
    rest = b"\n".join(lines[count:])
    used = [line for line in sorted(lines[:count]) if line.split()[1] in rest]
    return b"\n".join([*used, rest])


def too_many(rows: int) -> LimitError:
    """Return the error for more rows than allowed."""
    msg = f"the answer has more than {rows:,} {noun(rows, 'row')}; {_LESS}"
    return LimitError(msg, "rows")


def too_long(size: int) -> LimitError:
    """Return the error for more bytes than allowed."""
    msg = f"the answer is longer than {size:,} {noun(size, 'byte')}; {_LESS}"
    return LimitError(msg, "answer")


_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_QUOTED: Final = re.compile(rb'"[^"]*"')


def count_rows(body: bytes, name: str) -> int:
    r"""Return the number of solutions in a SELECT's answer that the engine wrote.

    >>> count_rows(b'x\r\n1\r\n"a\r\nb"\r\n', "csv")
    2
    >>> count_rows(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"value":"},{"}},{}]}}',
    ...     "json")
    2
    """
    if name == "xml":
        # In text and attributes < is written &lt;.
        return body.count(b"<result>") + body.count(b"<result/>")
    if name == "tsv":
        return body.count(b"\n") - 1
    if name == "csv":
        return _QUOTED.sub(b"", body).count(b"\n") - 1
    # Without its strings an answer is braces and commas: a solution opens behind [ or a comma, a
    # term behind a colon.
    bare = _STRING.sub(b"", body)
    return bare.count(b"[{") + bare.count(b",{")
