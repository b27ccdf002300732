"""What the page shows at first where there is more than can be read."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from kg.page.layout import foremost, neighbours
from kg.page.still import holds

if TYPE_CHECKING:
    import networkx as nx

    from kg.model.dates import Day

    Network = nx.MultiDiGraph[str]

# Above CROWD entities the page opens on at most ROOM of them; fewer than PICTURE say nothing.
CROWD, ROOM, PICTURE = 300, 160, 10


def opening(
    network: Network, facts: Iterable[dict[str, Any]], day: Day | None, focus: str | None = None
) -> tuple[int, list[str]]:
    """Return the neighbours that an entity must have to show at first, and who shows instead.

    The number is 0 where everything can be shown.
    It is judged by what it leaves to see: facts that hold on the day (on any for None) between
    those who have enough neighbours.
    Where that is next to nothing no number will do: the few in the list show instead, from the
    best connected one (or the focus) along such facts, see `foremost`.
    `facts` are those of the page's content.
    """
    if len(network) <= CROWD:
        return 0, []
    near = neighbours(network)
    links = {node: len(others) for node, others in near.items()}
    least = sorted(links.values(), reverse=True)[ROOM] + 1
    today: dict[str, set[str]] = {}
    enough: set[str] = set()
    for fact in facts:
        if not holds(fact, day):
            continue
        one, other = fact["s"], fact.get("o", fact["s"])
        today.setdefault(one, set()).add(other)
        today.setdefault(other, set()).add(one)
        if min(links[one], links[other]) >= least:
            enough |= {one, other}
    if len(enough) >= PICTURE:
        return least, []
    if focus:
        links[focus] = len(network)
    # Whoever has no fact today comes last, and has a place where other dates are looked at.
    order = dict.fromkeys(chain(foremost(today, links), foremost(near, links)))
    return 0, list(islice(order, ROOM))
