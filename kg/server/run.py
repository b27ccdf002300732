"""Run: from settings to a server that listens, until it is told to stop (uvicorn)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from kg.errors import UsageError
from kg.query.bench.place import Place
from kg.server.app import make_app
from kg.server.settings import Settings
from kg.server.transport import BoundedProtocol, Crowd
from kg.workers.pool import Pool

_FAREWELL_SECONDS = 5
# So many connections may come at once before those that ask nothing can be closed.
_MOST_FILES = 4096

MakeApp = Callable[[Pool, Settings], ASGIApp]


class _Server(uvicorn.Server):
    """Ends on SIGTERM and Ctrl-C as a program that did what it was told."""

    def watch_signals(self) -> None:
        """Take signals from now on: one may come before the first request."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self.handle_exit)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's own way would raise the signal again once all is done."""
        yield


def run(
    place: Place, settings: Settings, ready: Callable[[str], None], make: MakeApp = make_app
) -> None:
    """Serve a place until SIGTERM or SIGINT; `ready` is told the address once it is listening.

    `make` makes the app over a pool of workers.

    Raises UsageError when the address cannot be listened at, StoreError for a damaged store.
    """
    listener = _listen(settings)
    _allow_files(_MOST_FILES)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(place, settings, listener, ready, make))
    finally:
        listener.close()


async def _serve(
    place: Place,
    settings: Settings,
    listener: socket.socket,
    ready: Callable[[str], None],
    make: MakeApp,
) -> None:
    pool = Pool(place, settings.limits)
    await pool.start()
    try:
        if settings.access_log:
            _log_to_stderr("kg.serve.access")
        for name in ("kg.serve", "kg.workers"):
            _log_to_stderr(name)
        config = uvicorn.Config(
            make(pool, settings),
            http=_protocol(settings),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=int(settings.idle),
            timeout_graceful_shutdown=_FAREWELL_SECONDS,
            limit_concurrency=settings.connections,
        )
        # uvicorn warns of every malformed request, which anybody can send.
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        server = _Server(config)
        server.watch_signals()
        ready(f"http://{shown}:{port}/")
        await server.serve(sockets=[listener])
    finally:
        await pool.close()


def _protocol(settings: Settings) -> type[BoundedProtocol]:
    class Protocol(BoundedProtocol):
        head_limit = settings.head
        idle = settings.idle
        # A quarter of the places is for those who ask, whoever else keeps a connection.
        crowd = Crowd(settings.connections * 3 // 4, settings.per_client)

    return Protocol


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        msg = (
            f"cannot listen at {settings.host}:{settings.port} ({reason}); "
            "choose another with --port"
        )
        raise UsageError(msg) from error


def _allow_files(most: int) -> None:
    """Let this process have as many files open, each connection is one, as the system allows."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's loop where there is one; it does not exist on Windows."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _log_to_stderr(name: str) -> None:
    logger = logging.getLogger(name)
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
