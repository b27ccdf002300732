"""Answering: every failure of a handler becomes a response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Work = Callable[[Any, "Request"], Awaitable["Response"]]


def answering(work: Work) -> Work:
    """Return a handler that answers what goes wrong in `work`; its owner has a `dispatcher`."""

    @wraps(work)
    async def handler(owner: Any, request: Request) -> Response:  # noqa: ANN401 - Service or People
        try:
            return await work(owner, request)
        except Exception as error:  # noqa: BLE001 - what fails here must not end the connection
            found: Response = await owner.dispatcher.fail(error, request)
            return found

    return handler
