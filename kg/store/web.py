"""Web: one HTTP request to a server that may do anything: hang, redirect, break off, never end.

What comes back is the whole answer, or RemoteError with one sentence that says what was wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.request import HTTPRedirectHandler

from kg.errors import RemoteError, UsageError, noun

SECONDS: Final = 60.0
MOST_BYTES: Final = 256 * 1024 * 1024
_PART: Final = 1 << 16


class HttpResponse(NamedTuple):
    """An answer: its status, its media type without parameters, and the whole body."""

    status: int
    type: str
    body: bytes


class _StayHere(HTTPRedirectHandler):
    """A redirect is an answer like any other: whoever named one address did not mean another."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def send(
    url: str,
    method: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float = SECONDS,
    most: int = MOST_BYTES,
) -> HttpResponse:
    """Send a request and read the whole answer, whatever its status.

    No wait is longer than `seconds`, and the whole not longer than twice that.
    Raises UsageError for an address that is none, RemoteError when the answer does not come, does
    not end, is longer than `most` bytes, or ends before it said it would.
    """
    from http.client import HTTPException
    from time import monotonic
    from urllib.error import HTTPError
    from urllib.request import Request, build_opener

    from kg.model.literals import is_web_address

    # An address that is none is refused by its form, before anything is sent.
    if not is_web_address(url):
        msg = f"'{url}' is not the address of a SPARQL endpoint"
        raise UsageError(msg)
    request = Request(url, body, dict(headers or {}), method=method)  # noqa: S310 - http(s) only
    deadline = monotonic() + seconds
    content = bytearray()
    try:
        try:
            response = build_opener(_StayHere).open(request, timeout=seconds)
        except HTTPError as error:
            # A status of failure has a body too.
            response = error
        with response:
            while part := response.read1(_PART):
                content += part
                if len(content) > most:
                    msg = f"{url} answered more than {most} {noun(most, 'byte')}; ask for less"
                    raise RemoteError(msg)
                if monotonic() > deadline:
                    msg = (
                        f"{url} did not come to an end within {seconds:g} {noun(seconds, 'second')}"
                    )
                    raise RemoteError(msg)
            promised = response.headers.get("Content-Length", "")
            is_chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
            status = response.status
            kind = response.headers.get_content_type()
    except (OSError, HTTPException, UnicodeError, OverflowError) as error:
        msg = f"{url} did not answer: {getattr(error, 'reason', error)}"
        raise RemoteError(msg) from error
    if promised.isdecimal() and len(content) < int(promised) and method != "HEAD":
        msg = f"{url} broke off after {len(content)} of {promised} {noun(int(promised), 'byte')}"
        raise RemoteError(msg)
    if not promised and not is_chunked and content and kind == "application/n-triples":
        # The lines so far would pass for the whole.
        msg = f"{url} did not say how long its answer is, so it may be a part of one"
        raise RemoteError(msg)
    if 300 <= status < 400:
        place = response.headers.get("Location", "nowhere")
        msg = f"{url} redirects to {place}; name that address if you trust it"
        raise RemoteError(msg)
    return HttpResponse(status, kind, bytes(content))


def failure(url: str, response: HttpResponse) -> RemoteError:
    """Return the error for an answer whose status says that it is none."""
    from http import HTTPStatus

    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    return RemoteError(f"{url} answered {response.status} {phrase}: {failure_text(response)}")


def failure_text(response: HttpResponse) -> str:
    """Return what an answer says about why it is none, in one line (RFC 9457, or plain text)."""
    import json

    text = response.body[:2000].decode(errors="replace").strip()
    if response.type == "application/problem+json":
        try:
            return str(json.loads(response.body)["detail"])
        except (ValueError, KeyError, TypeError):
            return text
    return text.partition("\n")[0]
