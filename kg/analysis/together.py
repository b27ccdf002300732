"""Together: what entities shared at the same time, and paths whose links held at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.analysis.held import Link, count
from kg.errors import UsageError
from kg.model.calendar import Span, Units, day_of, days, unit_of, unit_text
from kg.model.dates import PartialDate, Precision, iso, next_day

if TYPE_CHECKING:
    import networkx as nx


class Shared(NamedTuple):
    """What two entities shared by a property: for each step its name, and the days of each one."""

    by: str
    rows: list[tuple[str, dict[str, int]]]


def shared(
    found: Iterable[Link], ends: tuple[str, str], over: Precision, within: Span, *, trim: bool
) -> Shared:
    """Return what two entities shared, step by step, by the property by which they shared most.

    With `trim` the steps before the first in which they shared anything are left out.
    """
    by, those = _most(found, ends, Units.of([within]))
    units = range(unit_of(within[0], over), unit_of(within[1], over) + 1)
    rows = {unit: dict[str, int]() for unit in units}
    for name, held in those.items():
        for unit in (one for first, last in held.touched(over) for one in range(first, last + 1)):
            rows[unit][name] = count(held & _days_of(unit, over))
    begun = next((unit for unit, row in rows.items() if row), units.stop) if trim else units.start
    return Shared(by, [(unit_text(one, over), row) for one, row in rows.items() if one >= begun])


def _most(
    found: Iterable[Link], ends: tuple[str, str], within: Units
) -> tuple[str, dict[str, Units]]:
    """Return the property by which most others were linked to both, and on which days each was."""
    ways: dict[tuple[str, bool], dict[str, dict[str, Units]]] = {}
    for link in found:
        # Whoever leads to both, or whatever both lead to.
        for end, other, is_object in (
            (link.object, link.subject, True),
            (link.subject, link.object, False),
        ):
            if end in ends:
                way = ways.setdefault((link.predicate, is_object), {})
                way.setdefault(other, {})[end] = link.days & within
    both: dict[tuple[str, bool], dict[str, Units]] = {}
    for key, others in ways.items():
        days = {
            name: reduce(and_, (on.get(end, Units()) for end in ends))
            for name, on in others.items()
        }
        both[key] = {name: those for name, those in sorted(days.items()) if those}
    if not both:
        return "", {}
    best = min(both, key=lambda key: (-len(both[key]), key))
    return best[0], both[best]


def _days_of(unit: int, over: Precision) -> Units:
    """Return the days of a year, a month or a day, each by its number."""
    return Units.of([days(PartialDate.stored(unit_text(unit, over)).period)])


def projection(found: Iterable[Link], side: str, within: Span) -> nx.Graph[str]:
    """Return the entities on one side of the links, joined by the days that they shared."""
    import networkx as nx
    from networkx.algorithms.bipartite import generic_weighted_projected_graph

    if side not in {"subject", "object"}:
        msg = f"'{side}' is no side of a fact; choose subject or object"
        raise UsageError(msg)
    double: nx.Graph[tuple[str, str]] = nx.Graph()
    for link in found:
        if held := link.days & Units.of([within]):
            ends = ("subject", link.subject), ("object", link.object)
            before = double.get_edge_data(*ends, {"days": Units()})["days"]
            double.add_edge(*ends, days=before | held)

    def shared(graph: Any, one: Any, other: Any) -> dict[str, int]:  # noqa: ANN401 - as networkx calls it
        both = sorted(graph[one].keys() & graph[other].keys())
        met = {at[1]: count(graph[one][at]["days"] & graph[other][at]["days"]) for at in both}
        return {name: number for name, number in met.items() if number}

    nodes = sorted(node for node in double if node[0] == side)
    joined = generic_weighted_projected_graph(double, nodes, weight_function=shared)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(name for _, name in nodes)
    pairs: Iterable[tuple[tuple[str, str], tuple[str, str], dict[str, int]]]
    pairs = joined.edges.data("weight")
    for (_, one), (_, other), met in pairs:
        if met:
            graph.add_edge(one, other, weight=sum(met.values()), shared=met)
    return graph


class Path(NamedTuple):
    """A way from one entity to another, and a period in which all of its links held.

    `until` is the first day on which one of them no longer did, or was no longer looked at.
    """

    hops: int
    path: tuple[str, ...]
    since: str
    until: str
    days: int


def paths(found: Iterable[Link], ends: tuple[str, str], hops: int, within: Span) -> list[Path]:
    """Return the ways of at most so many links, those of fewer links and more days first."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    for link in found:
        if held := link.days & Units.of([within]):
            before = graph.get_edge_data(link.subject, link.object, {"days": Units()})["days"]
            graph.add_edge(link.subject, link.object, days=before | held)
    if not all(end in graph for end in ends):
        return []
    near, far = (nx.single_source_shortest_path_length(graph, end, cutoff=hops) for end in ends)
    # What is too far from both ends together is on no way that is short enough.
    reached = graph.subgraph(one for one in near if near[one] + far.get(one, hops + 1) <= hops)
    ways: list[Path] = []
    for way in nx.all_simple_paths(reached, *ends, cutoff=hops) if len(reached) else ():
        held = reduce(and_, (graph.edges[pair]["days"] for pair in pairwise(way)))
        ways += [Path(len(way) - 1, tuple(way), *_told(span)) for span in held]
    return sorted(ways, key=lambda one: (one.hops, -one.days, one.path, one.since))


def _told(span: Span) -> tuple[str, str, int]:
    first, last = span
    return iso(day_of(first)), iso(next_day(day_of(last))), last - first + 1
