"""Problems: an exception → an HTTP status and `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from kg.errors import (
    EndedError,
    KGError,
    LimitError,
    MissingError,
    QueryError,
    RefusedError,
    UsageError,
)
from kg.hypertext.frame import HTML, rendered
from kg.hypertext.places import SERVED

# Which limit → the status: the client's text, its wish, or our time.
_LIMITS: Final = {
    "text": (413, "The query is too long"),
    "body": (413, "The request is too long"),
    "rows": (413, "The answer has too many rows"),
    "answer": (413, "The answer is too long"),
    "depth": (400, "The query is nested too deeply"),
    "memory": (503, "The query needs too much memory"),
    "time": (503, "The query takes too long"),
    "queue": (503, "The server is busy"),
}
# What ended the query → the same again would crash again; the other may be asked anew.
_ENDS: Final = {
    "crash": (500, "The query crashed the engine"),
    "outside": (503, "The query was ended"),
}
RETRY_SECONDS: Final = "10"


class Help(NamedTuple):
    """What a page of a problem offers: the header of the dataset, nearest names, a search."""

    site: Mapping[str, str] | None = None
    near: Sequence[Mapping[str, str]] = ()
    sought: str = ""


# For whoever may not be told anything of the dataset, or when nobody is there to tell it.
NOBODY: Final = Help()


class HTTPProblem(Exception):  # noqa: N818 - RFC 9457's own word
    """A request that is answered with a problem; `detail` is one sentence for the user."""

    def __init__(
        self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep what is to be said."""
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.more: dict[str, Any] = {}


def problem_of(error: Exception) -> HTTPProblem:
    """Return the problem that an exception is; what kg did not raise on purpose is a 500."""
    if isinstance(error, HTTPProblem):
        return error
    if isinstance(error, RefusedError):
        return HTTPProblem(403, "The query is refused", str(error))
    if isinstance(error, QueryError):
        found = HTTPProblem(400, "The query is wrong", error.message)
        if error.line:
            found.detail = str(error)
            found.more = {"line": error.line, "column": error.column, "message": error.message}
        return found
    if isinstance(error, MissingError):
        return HTTPProblem(404, "Not here", str(error))
    if isinstance(error, LimitError):
        found = _passing(*_LIMITS[error.limit], str(error))
        found.more = {"limit": error.limit}
        return found
    if isinstance(error, EndedError):
        return _passing(*_ENDS[error.cause], str(error))
    if isinstance(error, UsageError):
        return HTTPProblem(400, "The request is wrong", str(error))
    if isinstance(error, KGError):
        return HTTPProblem(500, "The store could not answer", str(error))
    return HTTPProblem(500, "A fault of the server", "the server's log says more")


def _passing(status: int, title: str, detail: str) -> HTTPProblem:
    """Return the problem; one that may have passed in a moment says when to ask again."""
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    return HTTPProblem(status, title, detail, headers)


def response_of(
    problem: HTTPProblem, *, is_for_people: bool = False, helping: Help = NOBODY
) -> Response:
    """Return the problem as a response: JSON for programs, a page for people."""
    headers = {"Cache-Control": "no-store", **problem.headers}
    if is_for_people:
        told = {"status": problem.status, "title": problem.title, "detail": problem.detail}
        text = rendered("problem.html", SERVED, problem=told, **helping._asdict())
        return Response(text, problem.status, headers, HTML)
    told = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        **problem.more,
    }
    return Response(
        json.dumps(told, ensure_ascii=False) + "\n",
        problem.status,
        headers,
        "application/problem+json",
    )
