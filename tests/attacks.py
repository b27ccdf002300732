"""Queries that were written to do harm, and the limit or refusal with which each must end.

The first column is the row of the table of attacks that the project keeps for its reliability.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Attack(NamedTuple):
    """A hostile query, and the ways in which it may end: names of limits, "service" or "fine"."""

    name: str
    query: str
    ends: frozenset[str]


def _attack(name: str, query: str, *ends: str) -> Attack:
    return Attack(name, query, frozenset(ends))


def _nested(opening: str, closing: str, depth: int, core: str = "") -> str:
    return opening * depth + core + closing * depth


_PAIRS = " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(40)))} }}" for i in range(6))
_STAR = " ".join(f"?s ?p{i} ?o{i} ." for i in range(200))
_DOUBLING = 'BIND("aaaaaaaaaaaaaaaa" AS ?x0) ' + " ".join(
    f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(34)
)
_REPLACING = 'BIND("aaaaaaaaaaaaaaaa" AS ?x0) ' + " ".join(
    f'BIND(REPLACE(?x{i}, "a", "aaaaaaaaaaaaaaaa") AS ?x{i + 1})' for i in range(8)
)
_CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o ."

ATTACKS = (
    # Q1: nesting that overruns the stack of whoever parses it.
    _attack("groups", f"SELECT * {_nested('{', '}', 3000)}", "depth"),
    _attack("groups-unclosed", f"SELECT * {_nested('{', '', 3000)}", "depth", "syntax", "time"),
    _attack("parentheses", f"ASK {{ FILTER({_nested('(', ')', 5000, '1')}) }}", "depth"),
    _attack("negations", f"ASK {{ FILTER({_nested('!', '', 6000, 'true')}) }}", "depth", "fine"),
    _attack("binds", "ASK {" + " ".join(f"BIND({i} AS ?x{i})" for i in range(3000)) + "}",
            "depth", "time", "fine"),
    _attack("unions", "ASK {" + " UNION ".join(["{}"] * 6000) + "}", "depth", "time", "fine"),
    _attack("conjunctions", "ASK { FILTER(" + "&&".join(["true"] * 9000) + ") }",
            "depth", "time", "fine"),
    _attack("sums", "ASK { FILTER(" + "+".join(["1"] * 12000) + ") }", "depth", "time", "fine"),
    # Q2: more combinations than anybody can wait for.
    _attack("cross-product-count", f"SELECT (COUNT(*) AS ?n) {{ {_CROSS} }}", "time"),
    _attack("cross-product-concat", f"SELECT (GROUP_CONCAT(?a) AS ?n) {{ {_CROSS} }}",
            "time", "memory"),
    _attack("cross-product-construct", f"CONSTRUCT {{ ?a ?e ?i }} {{ {_CROSS} }}",
            "rows", "time", "memory"),
    # Q3: the same without touching the data.
    _attack("values", f"SELECT (COUNT(*) AS ?n) {{ {_PAIRS} }}", "time"),
    # Q4: paths.
    _attack("paths", "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>)* ?b . "
            "?b (<urn:x>|!<urn:x>)* ?c . ?c (<urn:x>|!<urn:x>)* ?d }", "time", "memory"),
    # Q5: the planner alone.
    _attack("star", f"SELECT * {{ {_STAR} }}", "time"),
    _attack("optionals", "SELECT * {" + " ".join(
        f"OPTIONAL {{ ?s ?p{i} ?o{i} }}" for i in range(1000)) + "}",
            "time", "depth", "memory", "fine"),
    # Q6: memory.
    _attack("concat", f"SELECT (STRLEN(?x34) AS ?n) {{ {_DOUBLING} }}", "memory", "time"),
    _attack("replace", f"SELECT (STRLEN(?x8) AS ?n) {{ {_REPLACING} }}", "memory", "time"),
    _attack("order", f"SELECT * {{ {_CROSS} }} ORDER BY ?o", "memory", "time"),
    # Q7: a regular expression that backtracks in other engines.
    _attack("regex", f'ASK {{ FILTER(REGEX("{"a" * 40}!", "^(a+)+$")) }}', "fine"),
    # Q8: an answer without end.
    _attack("rows", f"SELECT * {{ {_CROSS} }}", "rows", "answer", "time"),
)  # fmt: skip


def service_spellings(url: str) -> list[str]:
    """Every way of reaching for another server from within a query, with the server's address."""
    return [
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ sErViCe <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE<{url}>{{}} }}",
        f"SELECT * {{ SERVICE\n#comment\n<{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER(1<2)SERVICE#>\n<{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER(1<2)SERVICE SILENT#>\n<{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ FILTER('\\'' != \"\")SERVICE<{url}>{{ ?s ?p ?o }} }}",
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
