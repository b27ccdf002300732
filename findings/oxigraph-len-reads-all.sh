#!/usr/bin/env bash
# The number of quads of a store on disk, in Oxigraph.
#
# A good guess: len(store) is a number that the engine keeps, as len() of nearly everything in
# Python costs the same for few as for many.
# What happens: of a store on disk pyoxigraph reads every key and counts. A hundred times the quads
# take about a hundred times as long, 3 s of CPU for 22 million, while to look whether one quad is
# there (`quad in store`) costs the same for both.
# Why users care: len(store) before and after a change looks like the cheapest check that nothing
# was lost. It costs more than the change itself, by far, where a few quads of many millions are
# exchanged. Ask for the quads that went and came, and keep the number beside the store.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q 'pyoxigraph==0.5.13'
cat > try.py <<'PY'
from collections.abc import Callable
from importlib.metadata import version
from statistics import median
from time import process_time

from pyoxigraph import NamedNode, Quad, Store

FEW, MANY = 10_000, 1_000_000


def made(size: int) -> Store:
    store = Store(f"store-{size}")
    name = NamedNode("https://example.org/p")
    store.bulk_extend(
        Quad(NamedNode(f"https://example.org/{number}"), name, name) for number in range(size)
    )
    store.optimize()
    return store


def seconds(ask: Callable[[], object], times: int) -> float:
    """Return the median of what one of so many takes."""
    rounds = []
    for _ in range(5):
        began = process_time()
        for _ in range(times):
            ask()
        rounds.append((process_time() - began) / times)
    return median(rounds)


stores = {size: made(size) for size in (FEW, MANY)}
quad = next(iter(stores[FEW]))
length = {size: seconds(lambda: len(store), 3) for size, store in stores.items()}
there = {size: seconds(lambda: quad in store, 2000) for size, store in stores.items()}
print("pyoxigraph", version("pyoxigraph"))
for what, found in (("len(store)", length), ("quad in store", there)):
    ratio = found[MANY] / found[FEW]
    print(f"{what}: {MANY:,} quads take {ratio:.1f} times as long as {FEW:,}")
grows = length[MANY] / length[FEW] > 20 and there[MANY] / there[FEW] < 5
raise SystemExit(0 if grows and len(stores[MANY]) == MANY else 1)
PY
venv/bin/python try.py
