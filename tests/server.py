"""`kg serve` in a process of its own on a free loopback port, requests to it, and visits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

START_LIMIT = 30.0


@dataclass(frozen=True)
class Got:
    """A response, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers["content-type"].partition(";")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running server: its address without the last slash, its process, and what it printed."""

    url: str
    process: subprocess.Popen[str]
    said: list[str]

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 20,
    ) -> Got:
        """Send a request and read the response; an empty Accept is not sent."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            named = {k: v for k, v in (headers or {}).items() if k != "Accept" or v}
            connection.request(method, path, body, named)
            response = connection.getresponse()
            kept = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, kept, response.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str = "", **parameters: str) -> Got:
        """GET a path with parameters; `_` in their names is `-`."""
        pairs = {name.strip("_").replace("_", "-"): value for name, value in parameters.items()}
        return self.send(
            "GET", f"{path}?{urlencode(pairs)}" if pairs else path, headers={"Accept": accept}
        )

    def ask(self, query: str, accept: str = "", *, timeout: float = 20, **parameters: str) -> Got:
        """POST a query as a form."""
        pairs = {name.strip("_").replace("_", "-"): value for name, value in parameters.items()}
        return self.send(
            "POST",
            "/sparql",
            urlencode({"query": query, **pairs}).encode(),
            {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"},
            timeout,
        )


@contextmanager
def serving(
    folder: Path,
    *arguments: str,
    store: Path | None = None,
    program: Sequence[str] = ("-m", "kg"),
) -> Iterator[Server]:
    """Start `kg serve` in the folder, and stop it as a service manager would."""
    named = [] if store is None else ["--store", str(store)]
    process = subprocess.Popen(
        [sys.executable, *program, *named, "serve", "--port", "0", *arguments],
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
            said.append(line.rstrip())
            if "limits:" in line:
                ready.set()
        ready.set()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        ready.wait(START_LIMIT)
        found = [m[1] for line in said if (m := re.search(r"kg serves (http://\S+)/", line))]
        if not found:
            pytest.fail(f"kg serve did not start: {said}")
        yield Server(found[0], process, said)
    finally:
        process.terminate()
        process.wait(timeout=15)
        thread.join(timeout=5)
        stderr.close()


@dataclass
class Visit:
    """A tab, with everything that went wrong in it and every address that it asked for."""

    tab: Tab
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, tab: Tab) -> Self:
        """Watch a tab from now on."""
        opened = cls(tab)
        tab.set_default_timeout(15_000)
        tab.on("request", lambda request: opened.requests.append(request.url))
        tab.on("pageerror", lambda error: opened.errors.append(str(error)))
        tab.on(
            "console",
            lambda said: opened.errors.append(said.text) if said.type == "error" else None,
        )
        return opened

    def wait_until(self, expression: str) -> None:
        """Wait until the expression is true.

        Playwright's own way evaluates text inside the page, which the page's policy forbids.
        """
        deadline = time.monotonic() + 15
        while not self.tab.evaluate(expression):
            assert time.monotonic() < deadline, expression
            self.tab.wait_for_timeout(20)

    def told(self) -> str:
        self.wait_until("document.getElementById('told').textContent.includes('(')")
        return str(self.tab.text_content("#told"))

    def write(self, text: str) -> None:
        self.tab.evaluate("text => { editor.text = text }", text)
