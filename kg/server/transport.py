"""Transport: uvicorn's HTTP connection with the limits that it lacks.

A client that sends its head slowly, or never reads its answer, is cut off; a head that is too
long is refused before it is kept. Where many are connected, those that ask nothing go first.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Crowd:
    """Who is connected, by address, and who of them rests: has not sent a whole request.

    When there are more than `most`, whoever has rested longest of the address with most at rest is
    let go: a place is free for each new one. `per_client` is the most of one address, 0 for any.
    """

    def __init__(self, most: int, per_client: int = 0) -> None:
        """Begin with nobody."""
        self.most = most
        self.per_client = per_client
        self._all: defaultdict[str, set[BoundedProtocol]] = defaultdict(set)
        # Sets have no order, and who came first is to go first.
        self._resting: defaultdict[str, dict[BoundedProtocol, None]] = defaultdict(dict)
        self._count = 0

    def comes(self, one: BoundedProtocol) -> bool:
        """Let somebody in who rests, and say whether there was a place."""
        address = one.address
        if self.per_client and len(self._all.get(address, ())) >= self.per_client:
            if not self._resting.get(address):
                return False
            self._let_go(address)
        elif self._count >= self.most and any(self._resting.values()):
            self._let_go(max(self._resting, key=lambda name: len(self._resting[name])))
        self._all[address].add(one)
        self._count += 1
        self._resting[address][one] = None
        return True

    def rests(self, one: BoundedProtocol) -> None:
        """Take note that somebody has an answer, and may ask again."""
        if one in self._all.get(one.address, ()):
            self._resting[one.address][one] = None

    def works(self, one: BoundedProtocol) -> None:
        """Take note that somebody has asked."""
        self._resting.get(one.address, {}).pop(one, None)
        if not self._resting.get(one.address, True):
            del self._resting[one.address]

    def goes(self, one: BoundedProtocol) -> None:
        """Forget somebody who is connected no more."""
        self.works(one)
        if one in self._all.get(one.address, ()):
            self._all[one.address].discard(one)
            self._count -= 1
        if not self._all.get(one.address, True):
            del self._all[one.address]

    def _let_go(self, address: str) -> None:
        longest = next(iter(self._resting[address]))
        self.goes(longest)
        longest.transport.close()


class BoundedProtocol(HttpToolsProtocol):
    """One connection, bounded in the size of a request's head and in standing still."""

    head_limit: ClassVar[int] = 64 * 1024
    idle: ClassVar[float] = 15.0
    crowd: ClassVar[Crowd] = Crowd(384)

    _head: int = 0
    _pending: int = 0
    _is_in_head: bool = False
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a head, but not for ever."""
        super().connection_made(transport)
        self._wait()
        if not self.crowd.comes(self):
            text = b"too many connections from this address are busy; use fewer at a time\n"
            self._refuse(b"429 Too Many Requests", text)

    @property
    def address(self) -> str:
        """From where the client comes."""
        return self.client[0] if self.client else ""

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        self.crowd.goes(self)
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

    def on_message_complete(self) -> None:
        """The request is whole, and waits for its answer unless that came before."""
        if not self.cycle.response_complete:
            self.crowd.works(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is on its way; the next request may be here already."""
        if not self.pipeline:
            self.crowd.rests(self)
        super().on_response_complete()

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
        self._refuse(b"431 Request Header Fields Too Large", text)

    def _refuse(self, status: bytes, text: bytes) -> None:
        self.transport.write(
            b"HTTP/1.1 " + status + b"\r\n"
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
