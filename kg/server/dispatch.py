"""The dispatcher: takes requests to the workers and answers from them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from kg.errors import KGError, LimitError
from kg.query.bench.answer import UNACCEPTABLE
from kg.server.cache import Kept
from kg.server.negotiate import GRAPHS, RESULTS, prefers_html
from kg.server.problems import NOBODY, Help, HTTPProblem, problem_of, response_of
from kg.server.settings import Settings
from kg.workers.pool import Pool
from kg.workers.wire import Reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

log = logging.getLogger("kg.serve")
# A query that is done by then is not worth watching whether its client goes away.
_UNWATCHED: Final = 0.05
_PART: Final = 64 * 1024
# For so many seconds the page of a problem waits for help; so much of an address is looked at.
_SOON: Final = 2.0
_FAR: Final = 300


class Whole(Response):
    """A response that is sent in parts, each when the client has taken the one before.

    Its length is told first: what is cut off on the way can never look whole.
    """

    def __init__(
        self, dispatcher: Dispatcher, reply: Reply, headers: Mapping[str, str], status: int
    ) -> None:
        """Keep the reply."""
        super().__init__(reply.body, status, dict(headers))
        self.headers["Content-Type"] = reply.type
        self._dispatcher = dispatcher

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Send it."""
        body = bytes(self.body)
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        if scope["method"] == "HEAD" or len(body) <= _PART:
            await send({"type": "http.response.body", "body": body})
            return
        self._dispatcher.sending += len(body)
        try:
            for begin in range(0, len(body), _PART):
                more = begin + _PART < len(body)
                part = body[begin : begin + _PART]
                await send({"type": "http.response.body", "body": part, "more_body": more})
        finally:
            self._dispatcher.sending -= len(body)


class Dispatcher:
    """The workers, the answers that were kept, and how both become responses."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        """Keep the pool."""
        self.pool = pool
        self.settings = settings
        self.kept = Kept(settings.kept)
        self.sending = 0
        limits = settings.limits
        self._limits = (
            f"seconds={limits.seconds:g}, rows={limits.rows}, "
            f"bytes={limits.answer}, text={limits.text}"
        )

    async def ask(self, request: Request, task: Mapping[str, Any], affinity: str = "") -> Reply:
        """Return the reply to a task, from memory if it was given before.

        Raises what the task raises, and LimitError when too much is on its way already.
        """
        if self.sending > self.settings.sending:
            raise LimitError("too many long answers are on their way; try again", "queue")
        key = (self.pool.renew(), *((name, _frozen(value)) for name, value in task.items()))
        if (kept := self.kept.get(key)) is not None:
            return kept
        reply = await self._watched(request, task, affinity)
        self.kept.keep(key, reply)
        return reply

    async def _watched(self, request: Request, task: Mapping[str, Any], affinity: str) -> Reply:
        """Ask, and let go of the query when the client goes away."""
        work = asyncio.ensure_future(self.pool.ask(task, affinity))
        gone: asyncio.Future[None] | None = None
        try:
            await asyncio.wait({work}, timeout=_UNWATCHED)
            if not work.done():
                gone = asyncio.ensure_future(_gone(request))
                await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            raise HTTPProblem(499, "Gone", "the client went away")
        finally:
            for task_or_none in (work, gone):
                if task_or_none is not None and not task_or_none.done():
                    task_or_none.cancel()
                    with suppress(asyncio.CancelledError, Exception):
                        await task_or_none

    def respond(self, reply: Reply, headers: Mapping[str, str] | None = None) -> Response:
        """Return the reply as a response.

        Raises HTTPProblem when it is in none of the types that the client accepts.
        """
        if reply.type == UNACCEPTABLE:
            msg = "none of the accepted media types can hold this answer"
            raise HTTPProblem(406, "Not acceptable", msg)
        told = {"Cache-Control": "no-cache", "Vary": "Accept, Origin", "Kg-Limits": self._limits}
        if "rows" in reply.about:
            told["Kg-Rows"] = str(reply.about["rows"])
        return Whole(self, reply, told | dict(headers or {}), 200)

    async def fail(self, error: Exception, request: Request) -> Response:
        """Return what went wrong as a response; a fault goes to the log with its traceback."""
        if not isinstance(error, (KGError, HTTPProblem)):
            log.error("a fault of the server", exc_info=error)
        problem = problem_of(error)
        if not is_for_people(request.headers.get("accept")):
            return response_of(problem)
        return response_of(problem, is_for_people=True, helping=await self._help(problem, request))

    async def _help(self, problem: HTTPProblem, request: Request) -> Help:
        """Return what a lost visitor may have meant; nothing where no worker can say it soon."""
        path = request.url.path[:_FAR] if problem.status == 404 else ""
        try:
            async with asyncio.timeout(_SOON):
                reply = await self.ask(request, {"job": "lost", "path": path}, "pages")
        except Exception:  # noqa: BLE001 - the page of a problem comes without help then
            return NOBODY
        told = json.loads(reply.body)
        return Help(told["site"], told["near"], path.rpartition("/")[2])


# Whoever names one of these is a program.
_MACHINES: Final = {**RESULTS, **GRAPHS}


def is_for_people(accept: str | None) -> bool:
    """Say whether the client would rather see a page than data, as browsers do."""
    return prefers_html(accept, _MACHINES)


async def _gone(request: Request) -> None:
    kind = ""
    # What comes before is the rest of the request.
    while kind != "http.disconnect":
        kind = (await request.receive())["type"]


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value
