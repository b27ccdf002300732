"""Transport: uvicorn's HTTP connection with the limits that it lacks.

A client that sends its head slowly, or never reads its answer, is cut off; a head that is too
long is refused before it is kept.
"""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class BoundedProtocol(HttpToolsProtocol):
    """One connection, bounded in the size of a request's head and in standing still."""

    head_limit: ClassVar[int] = 64 * 1024
    idle: ClassVar[float] = 15.0

    _head: int = 0
    _pending: int = 0
    _is_in_head: bool = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a head, but not for ever."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client; those of a head without end are not kept."""
        super().data_received(data)
        if self._is_in_head and not self.transport.is_closing():
            self._pending += len(data)
            if self._pending > self.head_limit:
                self._head = self._pending
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head = self._pending = 0
        self._is_in_head = True
        self._wait()

    def on_url(self, url: bytes) -> None:
        """A part of the address has come."""
        self._take(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has come."""
        self._take(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole; the body is waited for by whoever reads it."""
        self._stop_waiting()
        self._is_in_head = False
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client does not read: it may think for a while."""
        super().pause_writing()
        self._wait()

    def resume_writing(self) -> None:
        """The client reads again."""
        self._stop_waiting()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, and a head that is too long by its own status."""
        if self._head <= self.head_limit:
            super().send_400_response(msg)
            return
        text = b"the head of the request is too long; POST the query instead\n"
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
            b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n%b" % (len(text), text)
        )
        self.transport.close()

    def _take(self, size: int) -> None:
        self._head += size
        if self._head > self.head_limit:
            # httptools turns it into its own error, which ends in send_400_response.
            msg = "the head is too long"
            raise ValueError(msg)

    def _wait(self) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(self.idle, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
