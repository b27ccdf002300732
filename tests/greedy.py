"""Ordinary queries that want more than low limits allow, and the limit at which each must end.

Each is small, and answered in seconds where nobody limits it; the graph is the ring of `ring`.
The first column of the comments is the row of the table of faults that the project keeps.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

# The limits that these queries pass: brackets within one another, bytes of text, rows.
DEPTH: Final = 20
TEXT: Final = 2000
ROWS: Final = 1000
NODES: Final = 500

# A million texts to be told apart: some seconds, and some tens of megabytes.
PAIRS: Final = (
    "SELECT (COUNT(DISTINCT ?pair) AS ?n) { ?a ?b ?c . ?d ?e ?f VALUES ?v { 1 2 3 4 } "
    "BIND(CONCAT(STR(?a), STR(?v), STR(?d)) AS ?pair) }"
)
# A hundred million triples of lines, counted: some seconds.
SLOW: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


class Greedy(NamedTuple):
    """A query, and the limits at which it may end: on a slow machine time comes first."""

    name: str
    query: str
    ends: frozenset[str]


def _greedy(name: str, query: str, *ends: str) -> Greedy:
    return Greedy(name, query, frozenset(ends))


def nested(opening: str, closing: str, depth: int, core: str = "") -> str:
    """Return the core within so many brackets."""
    return opening * depth + core + closing * depth


_SUM = "{ FILTER(" + nested("(", ")", DEPTH - 10, "1") + ") }"
_MANY = " ".join(map(str, range(100)))

GREEDY: Final = (
    # Q1: brackets within one another, of each kind and mixed; the outermost are the query's own.
    _greedy("groups", f"ASK {nested('{', '}', DEPTH + 1)}", "depth"),
    _greedy("groups-unclosed", f"ASK {nested('{', '', DEPTH + 1)}", "depth"),
    _greedy("parentheses", f"ASK {{ FILTER{nested('(', ')', DEPTH, '1')} }}", "depth"),
    _greedy("blank-nodes", f"ASK {{ {nested('[ <urn:next> ', ' ]', DEPTH, '1')} ?p ?o }}", "depth"),
    _greedy("lists", f"ASK {{ ?s ?p {nested('(', ')', DEPTH, '1')} }}", "depth"),
    _greedy("mixed", f"ASK {nested('{ FILTER EXISTS ', '}', 9, _SUM)}", "depth"),
    # Q2: counting, with and without a graph to write.
    _greedy("count", SLOW, "time"),
    _greedy("construct", "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f }", "rows", "time"),
    # Q3: the same without touching the data.
    _greedy("values", "SELECT (COUNT(*) AS ?n) { " + " ".join(
        f"VALUES ?v{i} {{ {_MANY} }}" for i in range(4)) + " }", "time"),
    # Q4: paths.
    _greedy("paths", "SELECT (COUNT(*) AS ?n) { ?a <urn:next>+ ?b . ?c ?d ?e }",
            "time", "memory"),
    # Q6: memory.
    _greedy("pairs", PAIRS, "memory", "time"),
    # Q8: a long answer, in rows and in bytes.
    _greedy("rows", f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {ROWS + 1}", "rows", "time"),
    _greedy("answer", "SELECT * { ?a ?b ?c . ?d ?e ?f }", "answer", "time"),
)  # fmt: skip


def ring() -> str:
    """Return a ring of nodes as N-Triples."""
    return "".join(
        f"<urn:node:{i}> <urn:next> <urn:node:{(i + 1) % NODES}> .\n" for i in range(NODES)
    )


def service_spellings(url: str) -> list[str]:
    """The ordinary ways of asking another server from within a query, with its address."""
    return [
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
        f"ASK {{ {{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    ]


@contextmanager
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address on loopback, and a list that grows with every connection made to it."""
    hits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                hits.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/sparql", hits
        finally:
            over.set()
            thread.join(timeout=5)
