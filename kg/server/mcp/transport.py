"""Transport: the service over the standard streams of this process, or as a web app."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from kg.server.guard import Guard
from kg.server.mcp.service import make_server
from kg.workers.pool import Pool

if TYPE_CHECKING:
    from kg.query.bench.place import Place
    from kg.server.settings import Settings

PATH: Final = "/mcp"


def make_app(pool: Pool, settings: Settings) -> Starlette:
    """Return the ASGI app of streamable HTTP: one request, one answer, no sessions.

    Hosts and origins are checked by the guard of `kg serve`, so the SDK need not do it again.
    """
    manager = StreamableHTTPSessionManager(
        make_server(pool),
        json_response=True,
        stateless=True,
        security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        max_request_body_size=settings.body,
    )
    return Starlette(
        routes=[Route(PATH, StreamableHTTPASGIApp(manager), methods=["POST"])],
        middleware=[Middleware(Guard, settings=settings)],
        lifespan=lambda _: manager.run(),
    )


def run_stdio(place: Place, settings: Settings, leave: Callable[[], None]) -> None:
    """Serve whoever started this process, until they close its standard input.

    On SIGTERM and SIGINT `leave` tidies up, and the process ends at once: a thread waits for the
    next line, and nothing else can end that.

    Raises StoreError for a damaged store.
    """
    asyncio.run(_stdio(place, settings, leave))


async def _stdio(place: Place, settings: Settings, leave: Callable[[], None]) -> None:
    pool, loop, is_told = Pool(place, settings.limits), asyncio.get_running_loop(), asyncio.Event()
    await pool.start()

    def told(*_: object) -> None:
        loop.call_soon_threadsafe(is_told.set)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, told)
    try:
        serving = asyncio.create_task(_serve_streams(pool))
        waiting = asyncio.create_task(is_told.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await pool.close()
    if is_told.is_set():
        leave()
        os._exit(0)
    waiting.cancel()
    await serving


async def _serve_streams(pool: Pool) -> None:
    server: Any = make_server(pool)
    try:
        async with stdio_server() as (source, sink):
            await server.run(source, sink, server.create_initialization_options())
    except BaseExceptionGroup as failed:
        # Where nobody reads the answers any more, nothing is wrong.
        if failed.split(ConnectionError)[1] is not None:
            raise
