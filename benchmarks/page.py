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

    python benchmarks/page.py [--large] [--rounds 5] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
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


def looked_at(path: Path, address: str) -> dict[str, float]:
    """Return what the page takes in a browser of its own."""
    command = [sys.executable, __file__, "--open", path.as_uri() + address, "--steps"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    ready, steps = told.stdout.splitlines()
    spent = json.loads(steps)
    return {
        "ready, ms": 1000 * float(ready),
        "step of time, scripts, ms": median(spent["step"]),
        "slowest search, ms": max(spent["search"]),
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
        "The search begins after a second of rest, in which names are folded.",
        f"In the browser the two took turns, {rounds} rounds; the times are medians.",
        "",
        "| | 2,000 entities, 6,000 facts | 20,000 entities, 60,000 facts | ratio |",
        "|---|---|---|---|",
        *rows,
        "",
        f"{os.cpu_count()} cores, no graphics processor, other work at the same time.",
    ]
    return "\n".join(lines) + "\n"


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


def open_page(address: str, *, steps: bool) -> None:
    """Print the seconds until the page is ready, and with `steps` what it takes to use it."""
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if executable is None:
        sys.exit("no Chromium found; install it with: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        page = browser.new_context(offline=True).new_page()
        page.add_init_script(WATCH)
        page.goto(address, wait_until="commit")
        while (frame := page.evaluate("window.firstFrame ?? 0")) <= 0:
            page.wait_for_timeout(20)
        print(frame / 1000)
        if steps:
            print(json.dumps(page.evaluate(STEPS)))
        browser.close()


def report(done: list[Duel], rounds: int, browser: str) -> str:
    lines = [
        "# Benchmarks of the page",
        "",
        "Written by `python benchmarks/page.py --write`.",
        "kg's page beside the page that stock pyvis makes of the same network with `from_nx`",
        'and `cdn_resources="in_line"`.',
        "Ready is the time from opening the file to the first frame with a line in it.",
        f"The two took turns, {rounds} rounds; times are medians.",
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
    parser.add_argument("--steps", action="store_true", help=argparse.SUPPRESS)
    options: Any = parser.parse_args()
    if options.open:
        open_page(options.open, steps=options.steps)
        return
    if options.large:
        with tempfile.TemporaryDirectory() as folder:
            text = large(Path(folder), options.rounds)
        print(text)
        if options.write:
            LARGE_PAGE.write_text(text, encoding="utf-8", newline="\n")
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
