"""What of the page's scripts ran in Chromium: `pytest -m browser --page-coverage 95`.

Chromium counts by itself (DevTools protocol, `Profiler.takePreciseCoverage`), and for a whole
process, which all tabs share that a window has of one place. A count ends with the tab that began
it, so that one tab for each place begins it and stays. In a worker it begins a moment after that
started: what runs before, and never after, seems not to have run.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.page.asking import WORKER
from kg.page.render import SCRIPTS, joined

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession
    from playwright.sync_api import Page as Tab

KG = Path(__file__).parent.parent / "kg"
WEB = KG / "page/web"
# Made by tools/ of what others wrote.
BUNDLES = {"editor.js", "engine.js"}
# What pages ask for as it is.
ALONE = [*(KG / "server/assets").glob("*.js"), *(KG / "hypertext/assets").glob("*.js")]
COUNT = {"callCount": True, "detailed": True}
FINISH_LIMIT = 10.0


@dataclass
class Script:
    """A script as a browser gets it, and what of it ran so far.

    `pieces` are the lines of files in it: of which file, where there, where here, how long.
    """

    text: str
    pieces: list[tuple[Path, int, int, int]]
    ran: int = 0
    functions: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, files: list[Path], put_together: Callable[[list[str]], str] = "".join) -> Script:
        """Put files together as the page does, which leaves out some of their lines."""
        texts = [file.read_text(encoding="utf-8") for file in files]
        text = put_together(texts)
        pieces = []
        here = 0
        for file, whole in zip(files, texts, strict=True):
            there = 0
            for line in whole.splitlines(keepends=True):
                if put_together([line]) != put_together([""]):
                    # The page has lines of its own around; those of files are in order.
                    here = text.index(line, here)
                    if file.name not in BUNDLES:
                        pieces.append((file, there, here, len(line)))
                    here += len(line)
                there += len(line)
        return cls(text, pieces)

    def add(self, functions: list[dict[str, Any]]) -> None:
        """Add a count; the ranges within others come after them and say more."""
        ran = bytearray(len(self.text))
        ranges = [each for one in functions for each in one["ranges"]]
        for each in sorted(ranges, key=lambda each: (each["startOffset"], -each["endOffset"])):
            start, end = each["startOffset"], each["endOffset"]
            ran[start:end] = (b"\1" if each["count"] else b"\0") * (end - start)
        self.ran |= int.from_bytes(ran)
        for one in functions:
            whole = one["ranges"][0]
            if whole["endOffset"] - whole["startOffset"] < len(self.text):
                at = whole["startOffset"]
                self.functions[at] = self.functions.get(at, False) or whole["count"] > 0


def scripts() -> dict[int, Script]:
    """Return the scripts of pages that hold something of ours, by length: it tells them apart."""
    page = [WEB / name for name in SCRIPTS]
    with_sparql = [*page[:-1], WEB / "ask.js", page[-1]]
    known = [
        Script.of(page, joined),
        Script.of(with_sparql, joined),
        *(Script.of([file]) for file in (*ALONE, WEB / "fold.js")),
    ]
    by_length = {len(script.text): script for script in known}
    assert len(by_length) == len(known)
    return by_length


@dataclass
class Counted:
    """What ran of a file: characters by their place, functions by where they begin."""

    ran: set[int] = field(default_factory=set)
    functions: dict[int, bool] = field(default_factory=dict)

    def add(self, other: Counted) -> None:
        """Take over what ran elsewhere."""
        self.ran |= other.ran
        for at, has_run in other.functions.items():
            self.functions[at] = self.functions.get(at, False) or has_run


class PageCoverage:
    """The plugin: follows a browser, and says at the end what ran and whether that is enough."""

    def __init__(self, least: float) -> None:
        """Say how many of a hundred functions, and of the code, have to run."""
        self.least = least
        self.scripts = scripts()
        self.worker = Script.of([WEB / name for name in WORKER])
        self.known: dict[str, Counted] = {}
        self.is_too_little = False

    # In the process with the browser.

    @contextmanager
    def following(self, browser: Browser) -> Iterator[None]:
        """Count in all windows that are opened with the browser, and in their workers."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        places = [Path(__file__).as_uri(), f"http://127.0.0.1:{server.server_port}/"]
        windows: list[Window] = []
        new_window = browser.new_context

        def opened(**settings: Any) -> BrowserContext:
            context = new_window(**settings)
            # Whoever has no network sees no page of a server.
            seen = places[:1] if settings.get("offline") else places
            windows.append(Window(context, seen, self.take))
            return context

        browser.new_context = opened  # type: ignore[method-assign]
        yield
        browser.new_context = new_window  # type: ignore[method-assign]
        for window in windows:
            window.finish()
        server.shutdown()
        server.server_close()

    def take(self, result: list[dict[str, Any]]) -> None:
        """Add what was counted in a process."""
        for counted in result:
            functions = counted["functions"]
            length = max(one["ranges"][0]["endOffset"] for one in functions)
            if counted["url"].startswith("blob:"):
                # Its end may be among what ran before.
                self.worker.add(functions)
            elif length in self.scripts:
                self.scripts[length].add(functions)

    def by_file(self) -> dict[str, Counted]:
        """Return what ran of each file, by its path below kg."""
        files: dict[str, Counted] = {}
        for script in (*self.scripts.values(), self.worker):
            ran = script.ran.to_bytes(len(script.text))
            for file, there, here, length in script.pieces:
                moved = there - here
                counted = files.setdefault(file.relative_to(KG).as_posix(), Counted())
                places = range(here, here + length)
                functions = script.functions
                counted.add(
                    Counted(
                        {at + moved for at in places if ran[at]},
                        {at + moved: functions[at] for at in places if at in functions},
                    )
                )
        return files

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over to whoever started this process, or judge."""
        given = getattr(session.config, "workeroutput", None)
        if given is not None:
            given["page-coverage"] = {
                name: (sorted(one.ran), one.functions) for name, one in self.by_file().items()
            }
            return
        for name, counted in self.by_file().items():
            self.known.setdefault(name, Counted()).add(counted)
        self.is_too_little = any(part < self.least for part in totals(self.known))
        if self.is_too_little and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what another process handed over."""
        handed = getattr(node, "workeroutput", {}).get("page-coverage", {})
        for name, (ran, functions) in handed.items():
            self.known.setdefault(name, Counted()).add(Counted(set(ran), functions))

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say of each file how much of it ran, and which lines did not."""
        terminalreporter.section("scripts of the page in Chromium")
        for line in self.told():
            terminalreporter.line(line)
        if self.is_too_little:
            terminalreporter.line(f"less than {self.least} of a hundred", red=True)

    def told(self) -> list[str]:
        """Return a line for each script: functions, code, and lines of which something never ran.

        >>> PageCoverage(95).told()[-1].split()
        ['all', '0', '0', '0.0%', '0.0%']
        """
        lines = [f"{'script':32}{'functions':>10}{'missed':>8}{'run':>8}{'code':>8}  lines"]
        for name, one in sorted(self.known.items()):
            text, code = code_of(name)
            has_run = [*one.functions.values()]
            numbers = sorted({text.count("\n", 0, at) + 1 for at in code - one.ran})
            share = percent(len(code & one.ran), len(code))
            lines.append(f"{row(name, has_run, share)}  {spans(numbers)}")
        every = [ran for one in self.known.values() for ran in one.functions.values()]
        return [*lines, row("all", every, totals(self.known)[1])]


class Nothing(BaseHTTPRequestHandler):
    """A page without anything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Window:
    """A window in whose processes is counted, and in the workers of its tabs."""

    def __init__(
        self,
        context: BrowserContext,
        places: list[str],
        take: Callable[[list[dict[str, Any]]], None],
    ) -> None:
        """Open a tab for each place, and see to it that nothing closes before it was taken."""
        self.take = take
        self.counts = [self._begin(context, place) for place in places]
        self.workers: dict[Tab, Workers] = {}
        self.new_tab = context.new_page
        self.close = context.close
        context.new_page = self._opened  # type: ignore[method-assign]
        context.close = self._closed  # type: ignore[method-assign]

    @staticmethod
    def _begin(context: BrowserContext, place: str) -> CDPSession:
        tab = context.new_page()
        tab.goto(place)
        count = context.new_cdp_session(tab)
        count.send("Profiler.enable")
        count.send("Profiler.startPreciseCoverage", COUNT)
        return count

    def _opened(self) -> Tab:
        tab = self.new_tab()
        self.workers[tab] = Workers(tab)
        close = tab.close

        def closed(**options: Any) -> None:
            self._finish(tab)
            close(**options)

        tab.close = closed  # type: ignore[method-assign]
        return tab

    def _closed(self, **options: Any) -> None:
        self.finish()
        self.close(**options)

    def _finish(self, tab: Tab) -> None:
        for result in self.workers.pop(tab).counts():
            self.take(result)

    def finish(self) -> None:
        """Take what was counted until now, for the last time."""
        for tab in list(self.workers):
            self._finish(tab)
        for count in self.counts:
            self.take(count.send("Profiler.takePreciseCoverage")["result"])
        self.counts.clear()


class Workers:
    """The workers of a tab, each of which waits until it is counted in."""

    def __init__(self, tab: Tab) -> None:
        """Wait for workers."""
        self.tab = tab
        self.session = tab.context.new_cdp_session(tab)
        self.ids: list[str] = []
        self.results: list[list[dict[str, Any]]] = []
        self.session.on("Target.attachedToTarget", self._begin)
        self.session.on("Target.detachedFromTarget", self._ended)
        self.session.on("Target.receivedMessageFromTarget", self._hear)
        self.session.send(
            "Target.setAutoAttach",
            # Its answers come as messages, for there is no session of a worker's own here.
            {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False},
        )

    def _begin(self, event: dict[str, Any]) -> None:
        tell = partial(self._tell, event["sessionId"])
        tell("Profiler.enable")
        tell("Profiler.startPreciseCoverage", COUNT)
        tell("Runtime.runIfWaitingForDebugger")
        self.ids.append(event["sessionId"])

    def _ended(self, event: dict[str, Any]) -> None:
        # The reader ended it before anybody asked what ran.
        self.ids.remove(event["sessionId"])

    def _tell(self, worker: str, method: str, given: dict[str, bool] | None = None) -> None:
        message = json.dumps({"id": 1, "method": method, "params": given or {}})
        self.session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})

    def _hear(self, event: dict[str, Any]) -> None:
        answer = json.loads(event["message"]).get("result", {})
        if "result" in answer:
            self.results.append(answer["result"])

    def counts(self) -> list[list[dict[str, Any]]]:
        """Return what ran in those that are still there."""
        for worker in self.ids:
            self._tell(worker, "Profiler.takePreciseCoverage")
        waited = 0.0
        while len(self.results) < len(self.ids) and waited < FINISH_LIMIT:
            self.tab.wait_for_timeout(20)
            waited += 0.02
        return self.results


def code_of(name: str) -> tuple[str, set[int]]:
    """Return a script's text and the places in it of what is neither blank nor a comment's line."""
    text = (KG / name).read_text(encoding="utf-8")
    places: set[int] = set()
    at = 0
    for line in text.splitlines(keepends=True):
        if not line.lstrip().startswith(("//", "/*", "*")):
            places |= {at + number for number, letter in enumerate(line) if not letter.isspace()}
        at += len(line)
    return text, places


def totals(known: dict[str, Counted]) -> tuple[float, float]:
    """Return how many of a hundred functions ran, and of a hundred letters of code."""
    functions = [has_run for one in known.values() for has_run in one.functions.values()]
    code = {name: code_of(name)[1] for name in known}
    ran = sum(len(code[name] & one.ran) for name, one in known.items())
    return percent(sum(functions), len(functions)), percent(ran, sum(map(len, code.values())))


def percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def row(name: str, has_run: list[bool], share: float) -> str:
    missed = has_run.count(False)
    ran = percent(len(has_run) - missed, len(has_run))
    return f"{name:32}{len(has_run):>10}{missed:>8}{ran:>7.1f}%{share:>7.1f}%"


def spans(numbers: list[int]) -> str:
    """Return numbers in order, those that follow one another as one span.

    >>> spans([1, 2, 3, 7])
    '1-3, 7'
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(f"{a}-{b}" if a < b else str(a) for a, b in found)
