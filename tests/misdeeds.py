"""The workers' SPARQL, and what a query's comments tell a worker to do to itself before.

Tests name this module as the workers' jobs: what a broken engine would do, they order.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.query.bench import answer

if TYPE_CHECKING:
    from kg.query.bench.bench import Bench, Job
    from kg.workers.wire import Reply, Task

# What a worker was ordered to keep.
HELD: Final[list[bytes]] = []
HERE: Final = Path(__file__).parent


# `kg serve` whose workers have the jobs of this module.
PROGRAM: Final = (
    "-c",
    (
        "import kg.server.start; kg.server.start.JOBS = 'misdeeds'; "
        "from kg.cli.commands import main; main()"
    ),
)


def order(deed: str, value: object = "") -> str:
    """Return the comment that tells a worker to do it, as a query that asks for nothing else."""
    return f"#! {deed} {value}\nASK {{}}"


def _end(name: str) -> None:
    os.kill(os.getpid(), signal.Signals[name])


def _leave(code: str) -> None:
    os._exit(int(code))


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _babble(count: str) -> None:
    sys.stderr.write("x" * int(count))
    sys.stderr.flush()


def _allocate(count: str) -> None:
    bytearray(int(count))


def _hold(count: str) -> None:
    # Filled, because the system gives no room for zeros before they are changed.
    HELD.append(b"x" * int(count))


def _sleep(seconds: str) -> None:
    time.sleep(float(seconds))


def _connect(port: str) -> None:
    socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()


DEEDS: Final[dict[str, Callable[[str], None]]] = {
    "allocate": _allocate,
    "babble": _babble,
    "connect": _connect,
    "end": _end,
    "hold": _hold,
    "leave": _leave,
    "say": _say,
    "sleep": _sleep,
}


def _sparql(bench: Bench, task: Task) -> Reply:
    for deed, value in re.findall(r"^#! (\w+) (.*)$", task["query"], re.MULTILINE):
        DEEDS[deed](value)
    return answer.sparql(bench, task)


JOBS: Final[dict[str, Job]] = {"sparql": _sparql}
