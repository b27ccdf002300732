"""Settings: what a server may be told, each with its default."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Final

from kg.workers.limits import KIB, MIB, Limits

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the server listens, who may ask, and how much.

    `names` are further values of the Host header that are answered, `origins` the web origins
    whose scripts may read answers ("*" for all).
    `head`, `body` and `idle` bound one request: bytes of its head and body, and the seconds that a
    connection may stand still.
    `connections` bounds how many are connected at once, `per_client` those of one address, 0 for
    any; of those that ask nothing the oldest is closed for each new one.
    `sending` bounds the bytes of all answers on their way together.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    names: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    access_log: bool = False
    limits: Limits = field(default_factory=Limits)
    head: int = 64 * KIB
    body: int = MIB
    idle: float = 15.0
    connections: int = 512
    per_client: int = 0
    sending: int = 256 * MIB
    kept: int = 32 * MIB

    def answers_to(self, host: str) -> bool:
        """Say whether a request with this Host header is meant for us.

        Another site can give its own name our address (DNS rebinding), but not the other way
        round: so an address as such is fine once we listen beyond this machine.

        >>> Settings().answers_to("localhost:8000"), Settings().answers_to("example.org")
        (True, False)
        """
        name = host.lower()
        bare = name.rpartition(":")[0] if name.rpartition(":")[2].isdecimal() else name
        if bare in LOOPBACK_NAMES or bare in self.names or name in self.names:
            return True
        return not self.is_local and _is_address(bare.strip("[]"))

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
