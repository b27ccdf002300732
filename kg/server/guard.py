"""Guard: what every request passes and every response carries (ASGI middleware)."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kg.server.dispatch import is_for_people
from kg.server.problems import HTTPProblem, response_of
from kg.server.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("kg.serve.access")

# No script, style or frame but our own files; nothing at all from elsewhere.
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"interest-cohort=()"),
)
_EXPOSED: Final = b"Kg-Rows, Kg-Limits, Retry-After"

Header = tuple[bytes, bytes]


class Guard:
    """Refuses foreign hosts and origins, adds the headers of safety, and writes the access log."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Stand before the app."""
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        more = (*_HEADERS, *self._sharing(origin))
        status = 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in more if pair[0] not in own),
                ]
            await send(message)

        try:
            refusal = self._refusal(scope, headers, origin)
            if refusal is not None:
                accept = headers.get(b"accept", b"").decode("latin-1")
                answer = response_of(refusal, is_for_people=is_for_people(accept))
                await answer(scope, receive, guarded)
            elif scope["method"] == "OPTIONS":
                await self._options(origin, headers, guarded)
            else:
                await self.app(scope, receive, guarded)
        finally:
            if self.settings.access_log:
                took = (time.perf_counter() - began) * 1000
                client = (scope.get("client") or ("-",))[0]
                path = scope.get("raw_path", b"").decode("latin-1")
                log.info("%s %s %s %d %.1f ms", client, scope["method"], _plain(path), status, took)

    def _refusal(
        self, scope: Scope, headers: dict[bytes, bytes], origin: str
    ) -> HTTPProblem | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if [name for name, _ in scope["headers"]].count(b"host") > 1:
            return HTTPProblem(400, "The request is wrong", "there is more than one Host header")
        if not self.settings.answers_to(host):
            msg = "this server does not answer to that Host; --name adds one"
            return HTTPProblem(421, "Misdirected", msg, {"Connection": "close"})
        is_own = origin.partition("://")[2] == host
        if scope["method"] in {"GET", "HEAD", "OPTIONS"} or not origin or is_own:
            return None
        if not self._is_shared(origin):
            msg = "pages of other sites may not post here; --cors allows one"
            return HTTPProblem(403, "Foreign origin", msg)
        return None

    def _is_shared(self, origin: str) -> bool:
        return bool({origin, "*"} & self.settings.origins)

    def _sharing(self, origin: str) -> Iterable[Header]:
        """Return what tells a browser which other sites may read the answer."""
        if not self.settings.origins:
            return ((b"cross-origin-resource-policy", b"same-origin"),)
        shared: list[Header] = [(b"vary", b"Accept, Origin")]
        if origin and self._is_shared(origin):
            allowed = b"*" if "*" in self.settings.origins else origin.encode("latin-1")
            shared.append((b"access-control-allow-origin", allowed))
            shared.append((b"access-control-expose-headers", _EXPOSED))
        return shared

    async def _options(self, origin: str, headers: dict[bytes, bytes], send: Send) -> None:
        """Answer OPTIONS, which is also how browsers ask before they ask."""
        answer: list[Header] = [(b"allow", b"GET, HEAD, OPTIONS, POST"), (b"content-length", b"0")]
        if b"access-control-request-method" in headers and origin and self._is_shared(origin):
            answer += [
                (b"access-control-allow-methods", b"GET, POST"),
                (b"access-control-allow-headers", b"Accept, Content-Type"),
                (b"access-control-max-age", b"600"),
            ]
        await send({"type": "http.response.start", "status": 204, "headers": answer})
        await send({"type": "http.response.body", "body": b""})


def _plain(path: str) -> str:
    """Return the path without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in path[:500])
