"""A real SPARQL 1.1 server on loopback, for the tests that need a second implementation."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_LIMIT = 20.0


@contextmanager
def sparql_server(trig: bytes, folder: Path) -> Iterator[str]:
    """Load the graph into a server of its own, and end that server afterwards."""
    program = Path(sys.executable).with_name("oxigraph")
    (folder / "graph.trig").write_bytes(trig)
    place = folder / "data"
    subprocess.run(
        [program, "load", "--location", place, "--file", folder / "graph.trig"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    with oxigraph("serve-read-only", "--location", str(place)) as url:
        yield f"{url}/query"


@contextmanager
def oxigraph(*arguments: str) -> Iterator[str]:
    """Start Oxigraph's server with the arguments, yield its address, and end it afterwards."""
    program = Path(sys.executable).with_name("oxigraph")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, *arguments, "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"the SPARQL server did not start within {START_LIMIT} seconds")
