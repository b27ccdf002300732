"""`kg mcp` in a process of its own, spoken to by the client of the protocol's own SDK."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.from_thread
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent

START_LIMIT = 60.0


@dataclass(frozen=True)
class Assistant:
    """A client that is connected, for tests that do not wait themselves."""

    client: Client
    portal: anyio.from_thread.BlockingPortal

    def run(self, name: str, *arguments: Any) -> Any:
        """Call a method of the client and return its answer."""
        return self.portal.call(getattr(self.client, name), *arguments)

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool that answers; its text says the same as its structure."""
        found: CallToolResult = self.run("call_tool", tool, arguments)
        assert not found.is_error, text_of(found)
        assert json.loads(text_of(found)) == found.structured_content
        told: dict[str, Any] = found.structured_content
        return told

    def refused(self, tool: str, **arguments: Any) -> str:
        """Call a tool that refuses, and return what it says."""
        found: CallToolResult = self.run("call_tool", tool, arguments)
        assert found.is_error, text_of(found)
        return text_of(found)

    def read(self, uri: str) -> Any:
        """Return a resource."""
        return json.loads(self.run("read_resource", uri).contents[0].text)


def text_of(found: CallToolResult) -> str:
    (content,) = found.content
    assert isinstance(content, TextContent)
    return content.text


@contextmanager
def connected(server: StdioServerParameters | str) -> Iterator[Assistant]:
    """Connect to a command, which is started, or to an address."""
    with (
        anyio.from_thread.start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server)) as client,
    ):
        yield Assistant(client, portal)


def command(folder: Path, *options: str) -> StdioServerParameters:
    """Return how a client starts `kg mcp` in the folder."""
    return StdioServerParameters(
        command=sys.executable, args=["-m", "kg", "--quiet", "mcp", *options], cwd=folder
    )


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start `kg mcp --http` on a free port of this machine; yield its address and process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "mcp", "--http", "--port", "0", *options],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    stderr = process.stderr
    said: list[str] = []
    ready = threading.Event()

    def listen() -> None:
        for line in stderr:
            said.append(line)
            if "limits:" in line:
                ready.set()
        ready.set()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        ready.wait(START_LIMIT)
        found = re.search(r"serves MCP at (http://\S+)", "".join(said))
        if found is None:
            pytest.fail(f"kg mcp did not start: {said}")
        yield found[1], process
    finally:
        process.terminate()
        process.wait(20)
        thread.join()
        stderr.close()
