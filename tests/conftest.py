"""What tests share: a tiny project to break, the shipped one, and a browser with a page."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from needed import lacking
from page_coverage import PageCoverage
from pages import Visit, Visitor, small

import kg
from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Ontology, read_ontology
from kg.page.draw import view
from kg.pipeline.builder import Built, build, check
from kg.pipeline.load import Records, load
from kg.pipeline.validate import Report

if TYPE_CHECKING:
    from firefox import Firefox
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

# How long a test takes depends on what else a machine does, so no test fails for that.
settings.register_profile("kg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kg")

# Tests run beside each other, on tables of some rows: of such a query handing its parts to threads
# takes more than the rest. It is read when polars is imported, here and by the commands we start.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

HERE = Path(__file__).parent
FACTS = "data/statements/facts.csv"
BASE = "https://example.org/tiny/"

# The marker that a test has because it uses the fixture; Firefox is a browser too.
BY_FIXTURE = {
    **dict.fromkeys(["browser", "fox"], "browser"),
    "fuzzer": "fuzz",
    "spark": "spark",
}
# One module of each extra without which tests skip.
EXTRAS = {
    "test-browser": "playwright",
    "test-exports": "followthemoney",
    "test-fuzz": "atheris",
    "test-notebook": "nbclient",
    "test-spark": "pyspark",
}

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    # A browser asks for the time and more by itself; what its pages ask for is looked at in them.
    "--no-proxy-server",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Pages of files share a process and none waits in reserve: one costs as much as a page.
    *("--process-per-site", "--disable-features=SpareRendererForSitePerProcess"),
]


@dataclass(frozen=True)
class Tiny:
    """A copy of the tiny project that a test may change."""

    path: Path

    def add(self, row: str, file: str = FACTS) -> str:
        """Append the row and return its place, `path:line`."""
        target = self.path / file
        text = target.read_text(encoding="utf-8") + row + "\n"
        target.write_text(text, encoding="utf-8")
        return f"{file}:{text.count(chr(10))}"

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace the one occurrence of the old text."""
        target = self.path / file
        text = target.read_text(encoding="utf-8")
        if text.count(old) != 1:
            msg = f"{old!r} stands {text.count(old)} times in {file}"
            raise ValueError(msg)
        target.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        """Make a file."""
        (self.path / file).write_text(text, encoding="utf-8")

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def ontology(self) -> Path:
        return self.path / "ontology"

    def known(self) -> Ontology:
        """Read the ontology."""
        return read_ontology(self.ontology, Vocabulary(read_dataset(self.data)[0].base))

    def records(self) -> Records:
        """Read the tables."""
        return load(self.data, self.known(), read_dataset(self.data)[0])

    def check(self) -> Report:
        """Validate."""
        return check(self.data, self.ontology)

    def build(self) -> Built:
        """Walk through all rooms."""
        return build(self.data, self.ontology)


def installed(module: str) -> bool:
    """Whether it could be imported; nothing is."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let it be counted which of the page's scripts run."""
    told = "say what of the page's scripts ran in Chromium, and fail below so many of a hundred"
    parser.addoption("--page-coverage", type=float, metavar="LEAST", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """Where all checks run nothing may skip for want of an extra."""
    if (least := config.getoption("--page-coverage")) is not None:
        config.pluginmanager.register(PageCoverage(least), "page-coverage")
    absent = [extra for extra, module in EXTRAS.items() if not installed(module)]
    if absent and os.environ.get("CI"):
        msg = f"with CI set all tests must run; install: pip install -e '.[{','.join(absent)}]'"
        raise pytest.UsageError(msg)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark a test by what it needs: its fixtures say so, also those that a fixture asks for."""
    for item in items:
        by_hand = {marker.name for marker in item.iter_markers()} & {*BY_FIXTURE.values()}
        if by_hand:
            # It would not skip where the extra is missing.
            msg = f"{item.nodeid} has the marker {by_hand}; let it use the fixture instead"
            raise pytest.UsageError(msg)
        for fixture in BY_FIXTURE.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(BY_FIXTURE[fixture])


@pytest.fixture(scope="session", autouse=True)
def asked_of_the_network() -> Iterator[list[str]]:
    """The first line of whatever any test, or a program that it starts, asks of another machine.

    A listener stands where programs are told that their way out is. It has to hear nothing.
    """
    heard: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                other, _ = listener.accept()
            except OSError:
                return
            with other:
                other.settimeout(5)
                heard.append(other.recv(500).decode(errors="replace").partition("\r")[0])

    threading.Thread(target=listen, daemon=True).start()
    way_out = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy"):
            patch.setenv(name, way_out)
            patch.setenv(name.upper(), way_out)
        for name in ("no_proxy", "NO_PROXY"):
            patch.setenv(name, "127.0.0.1,localhost,::1,0.0.0.0")
        yield heard
    listener.close()
    assert heard == [], "something was asked of another machine"


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """A copy of the tiny project: a league of chess clubs."""
    return Tiny(shutil.copytree(HERE / "tiny", tmp_path / "tiny"))


@pytest.fixture(scope="session")
def prototype(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project, built once by the command itself; to be copied, never changed."""
    folder = shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("prototype") / "tiny")
    command = [sys.executable, "-m", "kg", "build"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def tiny_built(tiny: Tiny, prototype: Path) -> Tiny:
    """A copy of the tiny project with its build."""
    shutil.copytree(prototype / "build", tiny.path / "build")
    return tiny


@pytest.fixture(scope="session")
def shipped() -> kg.Graph:
    """The graph that comes with the package, built once."""
    return kg.open()


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless Chromium from the system."""
    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        lacking("Chromium", "apt-get install chromium")
    extra = "install it with: pip install -e '.[test-browser]'"
    playwright_api = pytest.importorskip("playwright.sync_api", reason=extra)

    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        counting = request.config.pluginmanager.get_plugin("page-coverage")
        with counting.following(chromium) if counting else nullcontext():
            yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def fox() -> Iterator[Firefox]:
    """A headless Firefox from the system."""
    from firefox import firefox, installed

    executable = installed()
    if executable is None:
        lacking("Firefox", "apt-get install firefox-esr")
    with firefox(executable) as tab:
        yield tab


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small network in a file."""
    return view(small()).save(tmp_path_factory.mktemp("page") / "graph.html")


@pytest.fixture(scope="session")
def windows() -> dict[str, tuple[BrowserContext, int]]:
    """The open windows by their settings, each with the number of tabs that stay in it.

    Opening a window costs more than to draw a page in it.
    """
    return {}


@pytest.fixture
def open_tab(
    browser: Browser, windows: dict[str, tuple[BrowserContext, int]]
) -> Iterator[Callable[[dict[str, Any]], Tab]]:
    """Open a tab; afterwards it is closed, and so are all that it opened.

    Pages of ours keep nothing in the browser, so that a tab knows nothing of the one before it.
    """
    used: list[tuple[BrowserContext, int]] = []

    def in_window(settings: dict[str, Any]) -> Tab:
        key = json.dumps(settings, sort_keys=True)
        if key not in windows:
            window = browser.new_context(**settings)
            # A window closes with its last tab, a process with its last file: this one stays.
            window.new_page().goto(Path(__file__).as_uri())
            windows[key] = window, len(window.pages)
        used.append(windows[key])
        return windows[key][0].new_page()

    yield in_window
    for window, stay in used:
        for tab in window.pages[stay:]:
            tab.close()
        window.clear_permissions()


@pytest.fixture
def visit(open_tab: Callable[[dict[str, Any]], Tab], saved: Path) -> Visitor:
    """Open a page in a tab that has no network."""

    def open_page(path: Path = saved, address: str = "", **options: Any) -> Visit:
        size = {"width": 1400, "height": 900}
        opened = Visit(open_tab({"offline": True, "viewport": size} | options))
        opened.tab.goto(path.as_uri() + address)
        return opened

    return open_page


@pytest.fixture(scope="session")
def spark() -> Iterator[None]:
    """Make sure that there is a Spark to test with, on a Java that starts sooner."""
    if not installed("pyspark"):
        lacking("PySpark", "pip install -e '.[test-spark]'")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        lacking("Java", "apt-get install openjdk-17-jre-headless")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@pytest.fixture(scope="session")
def fuzzer() -> None:
    """Make sure that there is what makes texts that nobody wrote."""
    if not installed("atheris"):
        lacking("Atheris", "pip install -e '.[test-fuzz]'")
