"""Cache: answers to the last queries; a store that only changes as a whole gives the same again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from kg.workers.wire import Reply


class Kept:
    """The most recently used replies, up to so many bytes altogether.

    A reply with more than a sixteenth of the room is not kept, nor is one that says of itself
    that it does not last (`NOW()`, `RAND()`, …).
    """

    def __init__(self, room: int) -> None:
        """Start empty; without room nothing is kept."""
        self.room = room
        self.size = 0
        self._replies: OrderedDict[Hashable, Reply] = OrderedDict()

    def get(self, key: Hashable) -> Reply | None:
        """Return the reply that was kept under the key."""
        reply = self._replies.get(key)
        if reply is not None:
            self._replies.move_to_end(key)
        return reply

    def keep(self, key: Hashable, reply: Reply) -> None:
        """Keep a reply; the longest unused ones make room."""
        size = len(reply.body)
        if not reply.about.get("lasting") or size > self.room // 16 or key in self._replies:
            return
        self._replies[key] = reply
        self.size += size + _OVERHEAD
        while self.size > self.room:
            _, old = self._replies.popitem(last=False)
            self.size -= len(old.body) + _OVERHEAD


# What a key and the objects around a body take, roughly.
_OVERHEAD = 2048
