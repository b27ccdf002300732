"""Protocol: an HTTP request → what is asked, by SPARQL 1.1 Protocol §2.1."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.errors import LimitError, noun, parameters_as
from kg.model.edtf import asked_period, asked_time
from kg.server.negotiate import GRAPHS, RESULTS, SHORT_NAMES, choose
from kg.server.problems import HTTPProblem

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
READ_ONLY: Final = "this endpoint only reads: updates and graph-store writes are refused"
_MOST_PARAMETERS: Final = 1000
_ONCE: Final = ("query", "as-of", "from", "to", "known-by", "surely")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its dataset, dates and formats; `query` is None when there is none.

    `as_of` is a date or a span, as `kg.model.dates.asked_time` writes it.
    """

    query: str | None
    default: tuple[str, ...]
    named: tuple[str, ...]
    as_of: str
    known_by: str
    surely: bool
    results: str | None
    graph: str | None

    def task(self, base: str) -> dict[str, Any]:
        """Return the task for a worker."""
        return {
            "job": "sparql",
            "query": self.query,
            "default": self.default,
            "named": self.named,
            "as_of": self.as_of,
            "known_by": self.known_by,
            "surely": self.surely,
            "results": self.results,
            "graph": self.graph,
            "base": base,
        }

    @property
    def affinity(self) -> str:
        """What a worker should have at hand: the slice."""
        dates = f"{self.as_of} {self.known_by}"
        return f"slice {dates}{' surely' * self.surely}" if dates != " " else ""


def read_only(allow: str) -> HTTPProblem:
    """Return the refusal of everything that writes."""
    return HTTPProblem(405, "Read-only", READ_ONLY, {"Allow": allow})


async def read_query(request: Request, body_limit: int, idle: float) -> Asked:
    """Return what a request to the SPARQL endpoint asks.

    Raises HTTPProblem for a request that the protocol does not know, LimitError for a long one.
    """
    pairs = list(_pairs(request.scope["query_string"]))
    text = None
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == UPDATE:
            raise read_only("GET, HEAD, OPTIONS, POST")
        if kind not in {FORM, QUERY}:
            msg = f"POST a query as {FORM} or {QUERY}, not as '{kind[:80]}'"
            raise HTTPProblem(415, "Unknown media type", msg, {"Accept-Post": f"{FORM}, {QUERY}"})
        body = await _read_body(request, body_limit, idle)
        if kind == QUERY:
            text = _text(body)
        else:
            pairs += _pairs(body)
    return _asked(request, pairs, text)


def in_address(name: str, value: object) -> str:
    """Return how an address gives what Python calls by this name.

    >>> in_address("as_of", None), in_address("from_", "1993")
    ("'as-of'", "'from=1993'")
    """
    word = name.strip("_").replace("_", "-")
    return f"'{word}'" if value is None else f"'{word}={value}'"


def is_so(text: str) -> bool:
    """Read what says yes or no in an address.

    Raises HTTPProblem for any other text.
    """
    if text.strip().lower() in {"", "0", "false"}:
        return False
    if text.strip().lower() in {"1", "true"}:
        return True
    msg = f"'surely' is 1 or 0, not '{text[:20]}'"
    raise HTTPProblem(400, "The request is wrong", msg)


def _asked(request: Request, pairs: Pairs, text: str | None) -> Asked:
    names = [name for name, _ in pairs]
    if "update" in names:
        raise read_only("GET, HEAD, OPTIONS, POST")
    for name in _ONCE:
        if names.count(name) + (name == "query" and text is not None) > 1:
            raise HTTPProblem(400, "The request is wrong", f"'{name}' is given more than once")
    given = dict(pairs)
    text = given.get("query", text)
    if request.method == "POST" and text is None:
        raise HTTPProblem(400, "The request is wrong", "the form has no field 'query'")
    accept = ", ".join(request.headers.getlist("accept"))
    wanted = given.get("format", "").lower()
    wanted = SHORT_NAMES.get(wanted, wanted)
    surely = is_so(given.get("surely", ""))
    times = (given.get(name, "").strip() or None for name in ("as-of", "from", "to"))
    with parameters_as(in_address):
        as_of = asked_time(*times)
        asked_period(as_of, surely=surely)
    return Asked(
        text,
        tuple(value for name, value in pairs if name == "default-graph-uri"),
        tuple(value for name, value in pairs if name == "named-graph-uri"),
        as_of or "",
        given.get("known-by", "").strip(),
        surely,
        wanted if wanted in RESULTS else choose(accept, RESULTS),
        wanted if wanted in GRAPHS else choose(accept, GRAPHS),
    )


def _pairs(text: bytes) -> Pairs:
    try:
        return parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except (ValueError, UnicodeError) as error:
        msg = "the parameters are not percent-encoded UTF-8"
        raise HTTPProblem(400, "The request is wrong", msg) from error


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        msg = f"the query is not UTF-8: byte {error.start} is wrong"
        raise HTTPProblem(400, "The request is wrong", msg) from error


async def _read_body(request: Request, limit: int, idle: float) -> bytes:
    """Read the body in bounded space and time."""
    if int(request.headers.get("content-length", "0") or 0) > limit:
        raise _too_long(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(idle):
            async for part in request.stream():
                body += part
                if len(body) > limit:
                    raise _too_long(limit)
    except TimeoutError as error:
        msg = f"the request was not complete after {idle:g} {noun(idle, 'second')}"
        raise HTTPProblem(408, "Too slow", msg, {"Connection": "close"}) from error
    except ClientDisconnect as error:
        raise HTTPProblem(400, "Gone", "the client went away") from error
    return bytes(body)


def _too_long(limit: int) -> LimitError:
    return LimitError(f"the request is longer than {limit:,} {noun(limit, 'byte')}", "body")
