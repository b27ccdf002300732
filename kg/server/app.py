"""The app: the addresses of the service, and what is answered at each (Starlette)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.query.bench.answer import UNACCEPTABLE
from kg.server.answering import answering
from kg.server.dispatch import Dispatcher
from kg.server.guard import Guard
from kg.server.negotiate import GRAPHS, choose, prefers_html
from kg.server.people import People
from kg.server.problems import HTTPProblem
from kg.server.protocol import read_only, read_query
from kg.server.settings import Settings
from kg.workers.pool import Pool

if TYPE_CHECKING:
    from starlette.requests import Request

ALL_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_REFUSED: Final = {
    404: ("Not here", "there is nothing at this address"),
    405: ("Not so", "the address knows no such method"),
}
_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def make_app(pool: Pool, settings: Settings) -> Starlette:
    """Return the ASGI app over a pool of workers."""
    dispatcher = Dispatcher(pool, settings)
    service = Service(dispatcher)

    async def refused(request: Request, error: Exception) -> Response:
        """Return Starlette's own refusals (no such address, no such method) in our form."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        title, detail = _REFUSED.get(status, ("The request is wrong", "it cannot be answered"))
        headers = getattr(error, "headers", None)
        return await dispatcher.fail(HTTPProblem(status, title, detail, headers), request)

    routes = [
        Route("/sparql", service.sparql, methods=ALL_METHODS),
        Route("/store", service.graph_store, methods=ALL_METHODS),
        Route("/.well-known/void", service.void, methods=["GET"]),
        Route("/health", service.health, methods=["GET"]),
        *People(dispatcher).routes(),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers={HTTPException: refused},
    )


class Service:
    """What programs ask: the SPARQL endpoint and what describes it."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        """Keep the dispatcher."""
        self.dispatcher = dispatcher
        self.settings = dispatcher.settings

    @answering
    async def sparql(self, request: Request) -> Response:
        """SPARQL 1.1 Protocol: a query in, an answer out; without one the service description."""
        if request.method not in {"GET", "HEAD", "POST"}:
            raise read_only("GET, HEAD, OPTIONS, POST")
        asked = await read_query(request, self.settings.body, self.settings.idle)
        if asked.query is None:
            return await self._describe(request, "service")
        task = asked.task(str(request.url.replace(query="")))
        return self.dispatcher.respond(await self.dispatcher.ask(request, task, asked.affinity))

    @answering
    async def graph_store(self, request: Request) -> Response:
        """SPARQL 1.1 Graph Store HTTP Protocol, reading only: ?default or ?graph=IRI."""
        if request.method not in {"GET", "HEAD"}:
            raise read_only("GET, HEAD, OPTIONS")
        names = request.query_params.getlist("graph")
        if len(names) + ("default" in request.query_params) != 1:
            msg = "name one graph: ?default or ?graph=IRI"
            raise HTTPProblem(400, "The request is wrong", msg)
        asked = await read_query(request, self.settings.body, self.settings.idle)
        task = asked.task(str(request.url.replace(query="")))
        reply = await self.dispatcher.ask(request, task | {"query": _EVERYTHING, "default": names})
        if names and reply.type != UNACCEPTABLE and not reply.about["rows"]:
            raise HTTPProblem(404, "Not here", "there is no such graph")
        return self.dispatcher.respond(reply)

    @answering
    async def void(self, request: Request) -> Response:
        """VoID §6.2: the description of the data at a well-known address."""
        return await self._describe(request, "void")

    async def _describe(self, request: Request, what: str) -> Response:
        accept = request.headers.get("accept")
        if what == "service" and prefers_html(accept, GRAPHS):
            return RedirectResponse("/query", 303)
        base = str(request.base_url)
        task = {
            "job": "describe",
            "what": what,
            "endpoint": f"{base}sparql",
            "base": base,
            "graph": choose(accept, GRAPHS),
        }
        return self.dispatcher.respond(await self.dispatcher.ask(request, task))

    async def health(self, _: Request) -> Response:
        """Say whether a query would be answered: 200, or 503 when nobody is there to do it."""
        counts = self.dispatcher.pool.counts
        # A worker that has just been killed is replaced within a tenth of a second.
        if not counts["idle"] + counts["busy"]:
            await asyncio.sleep(0.5)
            counts = self.dispatcher.pool.counts
        is_well = counts["idle"] + counts["busy"] > 0
        told = {"status": "ok" if is_well else "no workers", "workers": counts}
        return JSONResponse(told, 200 if is_well else 503, {"Cache-Control": "no-store"})
