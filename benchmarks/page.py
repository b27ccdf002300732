"""Measure kg's page beside the page that stock pyvis makes of the same network, in one run.

Size is that of the file.
Ready is the time from opening the file to the first frame with a line in it, in a headless
Chromium from the system, without a network.
The two sides take turns, each in a browser of its own, and what counts is the ratio of their
medians.
Stock pyvis is `Network(directed=True, cdn_resources="in_line")` with `from_nx`, as its manual
shows it; the network is the one that kg draws, with all its attributes.

With `--large` a structured network of 2,000 entities and 6,000 facts stands beside one of 20,000
and 60,000 instead: the processor time of each stage in Python, the bytes of the page, and in the
browser the time until it is ready, that of the scripts of one step of time, and that of a search.

With `--beside OLDER` all sides make pages of these networks: kg as it is, kg as it was in the
folder (an unpacked commit with its data), stock pyvis, and with `--python` those of gravis and
ipysigma that this Python has; both kg make one of the data in the folder, too.

    python benchmarks/page.py [--large] [--rounds 5] [--write]
    python benchmarks/page.py --beside OLDER [--python PYTHON] [--rounds 3] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks-page.md"
LARGE_PAGE = ROOT / "docs" / "benchmarks-large.md"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
ENTITIES, FACTS, SEED = 2000, 6000, 7
SIZE, SOONER, SOONER_LARGE = 0.8, 4.0, 10.0
# The peer gets this many times what its aim allows; then its round is over.
PATIENCE = 1.5

# The same for both pages: the first frame after the first line was drawn.
WATCH = """
(() => {
  const drawn = (prototype, name) => {
    const draw = prototype[name];
    prototype[name] = function (...what) {
      if (this.canvas.isConnected && !window.firstFrame) {
        window.firstFrame = -1;
        requestAnimationFrame(() => setTimeout(() => { window.firstFrame = performance.now(); }));
      }
      return draw.apply(this, what);
    };
  };
  for (const gl of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of ['drawArrays', 'drawElements']) drawn(gl.prototype, name);
  }
  const stroke = CanvasRenderingContext2D.prototype.stroke;
  CanvasRenderingContext2D.prototype.stroke = function (...path) {
    if (this.canvas.isConnected && !window.firstFrame) {
      window.firstFrame = -1;
      requestAnimationFrame(() => setTimeout(() => { window.firstFrame = performance.now(); }));
    }
    return stroke.apply(this, path);
  };
})();
"""


# Scripts of a step are what the slider and the frame it asked for run; painting comes after.
STEPS = """
async () => {
  const slider = document.getElementById('slider');
  const search = document.getElementById('search');
  const ask = window.requestAnimationFrame;
  const rest = () => new Promise((done) => ask(() => setTimeout(done)));
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const spent = { step: [], search: [] };
  for (let step = 0; step < 9; step += 1) {
    slider.value = Math.round(low + (high - low) * 0.6) + 37 * step;
    const waiting = [];
    const began = performance.now();
    window.requestAnimationFrame = (call) => waiting.push(call);
    slider.dispatchEvent(new Event('input'));
    const first = waiting.splice(0);
    for (const call of first) call(began);
    spent.step.push(performance.now() - began);
    window.requestAnimationFrame = ask;
    for (const call of waiting) ask(call);
    await rest();
  }
  // Names are folded while the browser is idle; nobody types at once.
  await new Promise((done) => setTimeout(done, 1000));
  for (const text of ['entit', 'Entity 1999', 'lukashenka', 'zzqx pqw', 'Entity 77']) {
    search.value = text;
    const began = performance.now();
    search.dispatchEvent(new Event('input'));
    spent.search.push(performance.now() - began);
    await rest();
  }
  return spent;
}
"""


TEXTS = ("entit", "Entity 1999", "lukashenka", "zzqx pqw", "26 May 2020")


def typed(page: Page) -> list[float]:
    """Type into the search, and return what the scripts of each key took, in milliseconds.

    It is the time of the page's thread, so that what else runs on the machine does not count.
    """
    inside = page.context.new_cdp_session(page)
    inside.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        told = inside.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(one["value"]) for one in told if one["name"] == "ScriptDuration")

    keys = []
    for text in TEXTS:
        page.focus("#search")
        for letter in text:
            before = spent()
            page.keyboard.press("Space" if letter == " " else letter)
            keys.append(spent() - before)
        page.keyboard.press("Escape")
    return keys


@dataclass
class Side:
    """A page in a file; `seconds` are its rounds, None for one that was not ready in time."""

    name: str
    path: Path
    address: str = ""
    seconds: list[float | None] = field(default_factory=list)

    def run(self, patience: float) -> None:
        """Open the page in a new browser and note when it is ready."""
        command = [sys.executable, __file__, "--open", self.path.as_uri() + self.address]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        try:
            # A script that blocks the page also blocks every question to it: hence from outside.
            output, _ = process.communicate(timeout=patience + 10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.seconds.append(None)
            return
        if process.returncode:
            sys.exit(f"{self.name} could not be opened")
        seconds = float(output)
        self.seconds.append(seconds if seconds <= patience else None)

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    @property
    def typical(self) -> float | None:
        times = [s for s in self.seconds if s is not None]
        return median(times) if len(times) == len(self.seconds) else None


@dataclass
class Duel:
    """kg's page and pyvis's of the same network; the aims are for their ratios."""

    what: str
    ours: Side
    theirs: Side
    sooner: float
    smaller: float | None = None
    patience: float = 0.0

    def measure(self, rounds: int) -> None:
        """Open both in turn, ours once before to fill the caches of the disk."""
        print(self.what, end=" ", file=sys.stderr, flush=True)
        self.ours.run(600)
        warm = self.ours.seconds.pop()
        self.patience = PATIENCE * self.sooner * (warm or 60)
        for _ in range(rounds):
            self.ours.run(600)
            self.theirs.run(self.patience)
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)

    @property
    def rows(self) -> list[str]:
        ours, theirs = self.ours.typical or 0.0, self.theirs.typical
        ratio = (theirs or self.patience) / ours
        size = self.ours.size / self.theirs.size
        sizes = [f"{side.size / 1000:,.0f}" for side in (self.ours, self.theirs)]
        times = [f"{ours:.2f}", f"{theirs:.2f}" if theirs else f"> {self.patience:.1f}"]
        reached = "reached" if ratio >= self.sooner else "missed"
        more = "" if theirs else "> "
        cells = [
            *(f"{self.what}: ready, s", *times, f"{more}{ratio:.1f} times sooner"),
            f"≥ {self.sooner:g}: {reached}",
        ]
        aim = ""
        if self.smaller:
            aim = f"≤ {self.smaller:g}: {'reached' if size <= self.smaller else 'missed'}"
        both = (cells, [f"{self.what}: size, kB", *sizes, f"{size:.2f}", aim])
        return [f"| {' | '.join(row)} |" for row in both]


def synthetic() -> nx.MultiDiGraph[str]:
    """Return a network of random facts, each with dates and a source."""
    import networkx as nx

    chance = random.Random(SEED)
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="Synthetic", issued="2026-01-01")
    for number in range(ENTITIES):
        name = f"Class{number % 8}"
        network.add_node(f"n{number}", label=f"Entity {number}", **{"class": name})
    for number in range(FACTS):
        start = f"{chance.randrange(1990, 2025)}-{chance.randrange(1, 13):02d}-01"
        reference = {"source": f"s{number % 500}", "title": f"Source {number % 500}"}
        ends = (f"n{chance.randrange(ENTITIES)}", f"n{chance.randrange(ENTITIES)}")
        network.add_edge(
            *ends,
            key=f"f{number}",
            predicate=f"relation{number % 12}",
            label=f"relation {number % 12}",
            kind="state",
            start=start,
            since=start,
            rank="normal",
            status="current",
            inferred=False,
            symmetric=False,
            references=[reference],
        )
    return network


def structured(entities: int, facts: int) -> nx.MultiDiGraph[str]:
    """Return a network in which most facts lead to a few hubs, half of them ended."""
    import networkx as nx

    chance = random.Random(SEED)
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="Synthetic", issued="2026-01-01")
    for number in range(entities):
        name = f"Class{number % 8}"
        network.add_node(f"n{number:05}", label=f"Entity {number}", **{"class": name})
    hubs = max(8, entities // 500)
    weights = list(accumulate(1 / (rank + 1) for rank in range(hubs)))
    for number in range(facts):
        year, month = chance.randrange(1990, 2025), chance.randrange(1, 13)
        start, end = f"{year}-{month:02d}-01", f"{year + chance.randrange(1, 12)}-06-01"
        ended = {"end": end, "until": end} if end > start and chance.random() < 0.5 else {}
        of = chance.randrange(hubs, entities)
        to = chance.randrange(entities)
        if chance.random() < 0.6:
            to = chance.choices(range(hubs), cum_weights=weights)[0]
        source = number % 500
        network.add_edge(
            f"n{of:05}",
            f"n{to:05}",
            key=f"f{number:05}",
            predicate=f"relation{number % 12}",
            label=f"relation {number % 12}",
            kind="state",
            start=start,
            since=start,
            rank="normal",
            status="current",
            references=[{"source": f"s{source}", "title": f"Source {source}"}],
            **ended,
        )
    return network


def made(network: nx.MultiDiGraph[str], path: Path) -> dict[str, float]:
    """Write the page and return the seconds of processor that each stage took, and its size."""
    from kg.page import content, layout, opening, render, still
    from kg.page.draw import view

    spent: dict[str, float] = {}

    def watched(module: ModuleType, name: str) -> None:
        work = getattr(module, name)

        def timed(*given: object, **named: object) -> object:
            began = time.process_time()
            result = work(*given, **named)
            spent[name] = time.process_time() - began
            return result

        setattr(module, name, timed)

    stages = {
        "content": content, "opening": opening, "positions": layout,
        "render": render, "still": still,
    }  # fmt: skip
    kept = {name: getattr(module, name) for name, module in stages.items()}
    for name, module in stages.items():
        watched(module, name)
    began = time.process_time()
    view(network).save(path)
    whole = time.process_time() - began
    for name, module in stages.items():
        setattr(module, name, kept[name])
    return {
        **{f"Python, {name}, s": seconds for name, seconds in spent.items()},
        "Python, all, s": whole,
        "page, kB": path.stat().st_size / 1000,
    }


def told_rounds(who: str, rounds: int) -> str:
    """Return how often each was opened.

    >>> told_rounds("The two", 1)
    'The two were opened once each.'
    """
    if rounds == 1:
        return f"{who} were opened once each."
    return f"{who} took turns, {rounds} rounds; the times are medians."


def looked_at(path: Path, address: str) -> dict[str, float]:
    """Return what the page takes in a browser of its own."""
    command = [sys.executable, __file__, "--open", path.as_uri() + address, "--steps"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    ready, steps = told.stdout.splitlines()
    spent = json.loads(steps)
    return {
        "ready, ms": 1000 * float(ready),
        "step of time, scripts, ms": median(spent["step"]),
        "slowest search, ms of a clock": max(spent["search"]),
        "slowest key in the search, scripts, ms": max(spent["key"]),
    }


def large(folder: Path, rounds: int) -> str:
    """Return the table of the small network beside the large one."""
    pages = {}
    for entities, facts in ((2000, 6000), (20_000, 60_000)):
        path = folder / f"{entities}.html"
        pages[path] = made(structured(entities, facts), path)
    seen: dict[Path, list[dict[str, float]]] = {path: [] for path in pages}
    for _ in range(rounds):
        for path, turns in seen.items():
            turns.append(looked_at(path, ""))
    for path, turns in seen.items():
        pages[path] |= {name: median(turn[name] for turn in turns) for name in turns[0]}
    small, big = pages.values()
    rows = [
        f"| {name} | {small[name]:,.2f} | {big[name]:,.2f} | {big[name] / small[name]:.1f} |"
        for name in small
    ]
    lines = [
        "# Benchmarks of large pages",
        "",
        "Written by `python benchmarks/page.py --large --write`.",
        "A network in which most facts lead to a few hubs, in two sizes;",
        "the page opens on the best connected entities, and the slider and the search run there.",
        "By a clock the search begins after a second of rest, in which names are folded;",
        "its scripts are measured from the first moment on, key by key, in time of their thread.",
        f"In the browser {told_rounds('the two', rounds)}",
        "",
        "| | 2,000 entities, 6,000 facts | 20,000 entities, 60,000 facts | ratio |",
        "|---|---|---|---|",
        *rows,
        "",
        f"{os.cpu_count()} cores, no graphics processor, other work at the same time.",
    ]
    return "\n".join(lines) + "\n"


# ---- Beside what kg was and other tools ----

SIDES = ("kg", "kg before", "pyvis", "gravis", "ipysigma")
OF_SIDES = ROOT / "docs" / "benchmarks-page-sides.md"
LONG = 60  # seconds for a page to be made
OPENS = 20  # seconds for it to be ready


@dataclass
class Sides:
    """Where the tools are: the folder of the older kg, and the Python of those of others."""

    older: Path
    python: str

    def run(self, side: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run Python with what a side needs."""
        python = self.python if side in {"gravis", "ipysigma"} else sys.executable
        where = {"kg": str(ROOT), "kg before": str(self.older)}.get(side, "")
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return subprocess.run(
            [python, *command],
            env=environment | {"PYTHONPATH": where},
            capture_output=True,
            text=True,
            check=False,
            timeout=LONG,
        )

    def page(self, side: str, network: Path, path: Path) -> dict[str, float]:
        """Return what a side takes for the page of a network; nothing where it makes none."""
        script = str(Path(__file__).with_name("page_side.py"))
        try:
            told = self.run(side, "-P", script, side, str(network), str(path))
        except subprocess.TimeoutExpired:
            return {"made": float("inf")}
        if told.returncode:
            print(side, told.stderr.strip().rpartition("\n")[2], file=sys.stderr)
            return {}
        return {"made": float(told.stdout.split()[-1]), "kB": path.stat().st_size / 1000}

    def shipped(self, side: str, folder: Path) -> Path:
        """Return the page that one of the two kg makes of the older data."""
        project = folder / side.replace(" ", "-")
        for part in ("data", "ontology"):
            shutil.copytree(self.older / part, project / part)
        page = project / "page.html"
        for command in (["build"], ["view", "-o", str(page)]):
            told = self.run(side, "-P", "-m", "kg", *command, "--project", str(project))
            if told.returncode:
                sys.exit(f"{side}: {told.stderr}")
        return page


def used(path: Path, *, ours: bool) -> dict[str, float]:
    """Return what a page takes in a browser of its own; infinite what was not seen in time."""
    command = [sys.executable, __file__, "--open", path.as_uri(), "--patience", str(OPENS)]
    process = subprocess.Popen(
        [*command, *(["--steps"] if ours else [])], stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        told, _ = process.communicate(timeout=4 * OPENS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return {"ready": float("inf")}
    ready, *more = told.splitlines()
    spent = json.loads(more[0]) if more else {}
    found = {"ready": 1000 * float(ready)}
    if spent:
        found |= {"step": median(spent["step"]), "search": max(spent["search"])}
        found |= {"key": max(spent["key"])}
    return found


def beside(sides: Sides, folder: Path, rounds: int) -> str:
    """Return the table of all sides."""
    pages: dict[tuple[str, str], Path] = {}
    rows: dict[tuple[str, str], dict[str, float]] = {}
    for entities, facts in ((2000, 6000), (20_000, 60_000)):
        pickled = folder / f"{entities}.pickle"
        pickled.write_bytes(pickle.dumps(structured(entities, facts)))
        for side in SIDES:
            page = folder / f"{side.replace(' ', '-')}-{entities}.html"
            key = (side, f"{entities:,}")
            rows[key] = sides.page(side, pickled, page)
            if page.exists():
                pages[key] = page
    for side in ("kg", "kg before"):
        key = (side, "shipped")
        pages[key] = sides.shipped(side, folder)
        rows[key] = {"kB": pages[key].stat().st_size / 1000}
    seen: dict[tuple[str, str], list[dict[str, float]]] = {key: [] for key in pages}
    for _ in range(rounds):
        for key, path in pages.items():
            # One that was not ready once is not waited for again.
            if all(turn["ready"] < float("inf") for turn in seen[key]):
                seen[key].append(used(path, ours=key[0].startswith("kg")))
    for key, turns in seen.items():
        for name in turns[0]:
            rows[key][name] = median(turn.get(name, float("inf")) for turn in turns)
    return told_sides(rows, rounds)


LIMITS = {"made": f"> {LONG}", "ready": f"> {OPENS * 1000:,}"}


def told_sides(rows: dict[tuple[str, str], dict[str, float]], rounds: int) -> str:
    """Return the page of what was measured, with the aims."""

    def cell(side: str, size: str, name: str) -> str:
        value = rows.get((side, size), {}).get(name)
        if value is None:
            return "-"
        return LIMITS.get(name, "-") if value == float("inf") else f"{value:,.1f}"

    big = "20,000"
    opening = rows["kg", big]["ready"] / rows["kg", "2,000"]["ready"]
    lines = [
        ("Python, 20,000 entities, s", big, "made", "≤ 5"),
        ("page, 20,000 entities, kB", big, "kB", ""),
        ("ready, 2,000 entities, ms", "2,000", "ready", ""),
        ("ready, 20,000 entities, ms", big, "ready", f"≤ 2 times that of 2,000: {opening:.1f}"),
        ("step of time, 20,000, scripts, ms", big, "step", "≤ 100"),
        ("slowest search, 20,000, ms of a clock", big, "search", ""),
        ("slowest key in the search, 20,000, scripts, ms", big, "key", "≤ 50"),
        ("step of time, data before, scripts, ms", "shipped", "step", "≤ 16"),
        ("page of the data before, kB", "shipped", "kB", "≤ 1,448"),
    ]
    text = [
        "# Benchmarks of the page beside other tools",
        "",
        "Written by `python benchmarks/page.py --beside OLDER --python PYTHON --write`.",
        "“kg before” is commit `1a4561e`, and the data before are those of that commit.",
        "The networks have three facts for each entity; most lead to a few hubs.",
        "The seconds in Python are those of a processor for layout and page.",
        f"In the browser {told_rounds('the sides', rounds)}",
        "A page is ready when the first frame with a line is drawn; one that was not ready in time",
        "begins with >.",
        "",
        f"| | {' | '.join(SIDES)} | aim for kg |",
        f"|---|{'---|' * len(SIDES)}---|",
        *(
            f"| {what} | {' | '.join(cell(side, size, name) for side in SIDES)} | {aim} |"
            for what, size, name, aim in lines
        ),
        "",
        "pyvis and the others show all entities at once, have no time and no search, and were",
        "given the network without its lists of sources.",
        "",
        f"{os.cpu_count()} cores, no graphics processor, other work at the same time:",
        "the limits behind > are seconds of a clock, and pages open offline.",
    ]
    return "\n".join(text) + "\n"


def stock(network: nx.MultiDiGraph[str], path: Path) -> Path:
    """Write what pyvis makes of the network without our help."""
    from pyvis.network import Network

    net = Network(directed=True, cdn_resources="in_line")
    net.from_nx(network.copy())  # it edits what it is given
    path.write_text(net.generate_html(), encoding="utf-8", newline="\n")
    return path


def duels(folder: Path) -> Iterator[Duel]:
    import kg
    from kg.page.draw import view

    for name, network, sooner, smaller in (
        ("shipped graph", kg.open().network(), SOONER, SIZE),
        (f"{ENTITIES} entities, {FACTS} facts", synthetic(), SOONER_LARGE, None),
    ):
        stem = name.partition(" ")[0]
        ours = view(network).save(folder / f"{stem}-kg.html")
        theirs = stock(network, folder / f"{stem}-pyvis.html")
        yield Duel(name, Side("kg", ours), Side("pyvis", theirs), sooner, smaller)
        whole = Side("kg, all", ours, "#t=all&l=0")
        yield Duel(f"{name}, all shown", whole, Side("pyvis", theirs), sooner, smaller)


def open_page(address: str, *, steps: bool, patience: float = float("inf")) -> None:
    """Print the seconds until the page is ready, and with `steps` what it takes to use it.

    What is not ready after so many seconds is infinite.
    """
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        sys.exit("no Chromium found; install it with: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_context(offline=True).new_page()
        page.add_init_script(WATCH)
        page.goto(address, wait_until="commit")
        end = time.monotonic() + patience
        while (frame := page.evaluate("window.firstFrame ?? 0")) <= 0:
            if time.monotonic() > end:
                frame = float("inf")
                break
            page.wait_for_timeout(20)
        print(frame / 1000)
        if steps:
            spent = page.evaluate(STEPS)
            # Typed at once, before all names are folded, and again after a rest.
            page.reload()
            keys = typed(page)
            page.wait_for_timeout(1000)
            print(json.dumps({**spent, "key": [*keys, *typed(page)]}))
        browser.close()


def report(done: list[Duel], rounds: int, browser: str) -> str:
    lines = [
        "# Benchmarks of the page",
        "",
        "Written by `python benchmarks/page.py --write`.",
        "kg's page beside the page that stock pyvis makes of the same network with `from_nx`",
        'and `cdn_resources="in_line"`.',
        "Ready is the time from opening the file to the first frame with a line in it.",
        told_rounds("The two", rounds),
        "A page that was not ready when its aim was long decided was closed;",
        "its time begins with >.",
        "",
        "kg opens a graph of more than 300 entities on the best connected ones, and says so;",
        "the rows that end in “all shown” open the same file with every entity and date.",
        "",
        "| | kg | pyvis | ratio | aim |",
        "|---|---|---|---|---|",
        *(row for duel in done for row in duel.rows),
        "",
        "What pyvis's file lacks: dates, sources in a readable form, search, filters, a table.",
        "",
        "## Machine",
        "",
        f"- {os.cpu_count()} cores, no graphics processor; {browser}",
        f"- pyvis {version('pyvis')}, networkx {version('networkx')}",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and with --write keep the report."""
    parser = argparse.ArgumentParser(description="kg's page beside stock pyvis's.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="also write it into docs/")
    parser.add_argument("--large", action="store_true", help="a large network beside a small one")
    parser.add_argument("--open", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--patience", type=float, default=float("inf"), help=argparse.SUPPRESS)
    parser.add_argument("--beside", type=Path, metavar="OLDER", help="a folder with an older kg")
    parser.add_argument("--python", default=sys.executable, help="that has gravis and ipysigma")
    parser.add_argument("--steps", action="store_true", help=argparse.SUPPRESS)
    options: Any = parser.parse_args()
    if options.open:
        open_page(options.open, steps=options.steps, patience=options.patience)
        return
    if options.large or options.beside:
        with tempfile.TemporaryDirectory() as folder:
            if options.large:
                text = large(Path(folder), options.rounds)
            else:
                sides = Sides(options.beside.resolve(), options.python)
                text = beside(sides, Path(folder), options.rounds)
        print(text)
        if options.write:
            into = LARGE_PAGE if options.large else OF_SIDES
            into.write_text(text, encoding="utf-8", newline="\n")
        return
    executable = next(filter(None, map(shutil.which, CHROMIUM)), "chromium")
    told = subprocess.run([executable, "--version"], capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        done = list(duels(Path(folder)))
        for duel in done:
            duel.measure(options.rounds)
        text = report(done, options.rounds, " ".join(told.stdout.split()[:2]))
    print(text)
    if options.write:
        PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
