"""Firefox from the system, driven over WebDriver BiDi, which it speaks without any driver.

Playwright brings a Firefox of its own instead; here the one that readers have is tested.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websocket

NAMES = ("firefox", "firefox-esr")
PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.proxy.type": 1,  # a proxy that is not there: nothing leaves the machine
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}


def installed() -> str | None:
    """Return where Firefox is, None when it is not installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Firefox:
    """A tab, and what it asked for and complained about (WebDriver BiDi, W3C)."""

    socket: websocket.WebSocket
    context: str = ""
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come before it are noted."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if answer["type"] == "error":
                    msg = f"{method}: {answer['message']}"
                    raise RuntimeError(msg)
                result: dict[str, Any] = answer["result"]
                return result
            self.note(answer)

    def note(self, event: dict[str, Any]) -> None:
        if event.get("method") == "log.entryAdded" and event["params"]["level"] == "error":
            self.errors.append(str(event["params"]["text"]))
        if event.get("method") == "network.beforeRequestSent":
            self.requests.append(event["params"]["request"]["url"])

    def open(self, address: str) -> None:
        """Open an address in a new tab, and close the one before it."""
        before = self.context
        self.context = self.send("browsingContext.create", type="tab")["context"]
        self.send("browsingContext.navigate", context=self.context, url=address, wait="complete")
        if before:
            self.send("browsingContext.close", context=before)

    def run(self, script: str) -> Any:
        """Return what an expression gives, by way of JSON."""
        answer = self.send(
            "script.evaluate",
            expression=f"Promise.resolve({script}).then(value => JSON.stringify(value))",
            target={"context": self.context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value") or "null")

    def press(self, keys: str) -> None:
        """Press keys one by one, as hands do: letters, or the code points of WebDriver."""
        presses = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        source = {"type": "key", "id": "keyboard", "actions": presses}
        self.send("input.performActions", context=self.context, actions=[source])


@contextmanager
def firefox(executable: str) -> Iterator[Firefox]:
    """Start a headless Firefox with a new profile; end it and its profile afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in PREFERENCES.items()]
        (Path(folder) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        log = Path(folder) / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [executable, "--headless", "--profile", folder, "--remote-debugging-port", "0"],
                stdout=out,
                stderr=out,
            )
        try:
            # Firefox refuses pages as clients, and takes whoever has an origin for one.
            socket = websocket.create_connection(
                f"{_address(log, process)}/session", timeout=60, suppress_origin=True
            )
            tab = Firefox(socket)
            tab.send("session.new", capabilities={})
            tab.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
            yield tab
            socket.close()
        finally:
            process.terminate()
            process.wait(30)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait for the line in which Firefox says where it listens."""
    while process.poll() is None:
        said = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text("utf-8"))
        if said:
            return said[1]
        time.sleep(0.1)
    msg = f"Firefox did not start: {log.read_text('utf-8')[-400:]}"
    raise RuntimeError(msg)
