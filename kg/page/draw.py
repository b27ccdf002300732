"""From a network to its page: choose what is shown, place it, render it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kg.errors import UsageError, did_you_mean, noun
from kg.model.collection import without_collection
from kg.model.dates import Day, PartialDate, iso
from kg.model.edtf import parse_date
from kg.page.document import Page
from kg.progress import at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import networkx as nx

    from kg.model.views import View
    from kg.page.asking import Asking
    from kg.query.views import Views

    Network = nx.MultiDiGraph[str]


@without_collection()
def view(
    network: Network,
    *,
    as_of: str | None = None,
    surely: bool = False,
    focus: str | None = None,
    hops: int = 1,
    positions: dict[str, tuple[int, int]] | None = None,
    kept_in_views: dict[str, dict[str, tuple[int, int]]] | None = None,
    asking: Asking | None = None,
    within: Network | None = None,
    views: Views | None = None,
    named: str | None = None,
) -> Page:
    """Return the network as one interactive page; the network itself is left alone.

    `as_of` is the date the page opens on, of a year or a month its first day;
    without it the day for which the data are current, and all dates when that is unknown or
    nothing holds on it any more, whatever has happened.
    With `surely` it opens on what must be true on that day, else it shows what can be as well.
    `focus` is the id of an entity: only it and what is at most `hops` facts away are kept.
    `positions` says where entities stood before: those stay there, `kept_in_views` the same of the
    views that are laid out by themselves.
    `asking` is the graph that can then be asked in SPARQL on the page, see `kg.page.asking`.
    `within` is the network that this one is a part of: what is inferred has its premises there.
    `views` are those of the graph, and it opens on the one that is `named`, else on the first; a
    page with a focus is one view by itself.

    Raises UsageError when the date does not exist, the entity or the view is unknown, both are
    given, or `hops` is negative.
    """
    from kg.page.content import content
    from kg.page.layout import anchors, neighbours
    from kg.page.layout import positions as places_of
    from kg.page.marks import STROKES, bars, most_used
    from kg.page.opening import opening
    from kg.page.positions import pinned
    from kg.page.render import render
    from kg.page.still import holds, still
    from kg.page.views import as_told, opened, opening_day, shown_in, told_steps, told_views

    day = _day(as_of or network.graph.get("issued"), parse_date if as_of else PartialDate.stored)
    at_work("drawing the page")
    shown = network if focus is None else _neighbourhood(network, focus, hops)
    said = content(shown, network, within)
    lasting = [fact for fact in said["facts"] if fact.get("kind") == "state"]
    if not as_of and not any(holds(fact, day) for fact in lasting or said["facts"]):
        day = None
    about = views.subjects if views else ()
    links, few = opening(shown, said["facts"], day, focus)
    said["first"] = {
        "date": iso(day) if day else "all",
        "entity": focus or "",
        "links": links,
        "few": few,
        "anchors": anchors(shown, about),
        **({"surely": True} if surely else {}),
    }
    said |= {"lines": most_used(said["facts"]), "strokes": STROKES, "bars": len(bars())}
    if focus and named:
        msg = "a page of what is near one entity has no views; leave out the focus or the view"
        raise UsageError(msg)
    offered = [] if focus else told_views(views, said, day)
    first = opened(offered, named)
    if first:
        # Who asks for a date gets it, whatever the view has.
        chosen = replace(first, date="") if as_of else first
        said["views"] = [
            as_told(chosen if one is first else one, said)
            | {"lines": most_used(shown_in(one, said))}
            for one in offered
        ]
        said["first"]["view"] = first.id
        said |= {"steps": told_steps(views, said)} if views and views.steps else {}
        day = opening_day(chosen, day)
    at_work("placing the entities of the page")
    placed = places_of(shown, about)
    if positions:
        placed = pinned(placed, neighbours(shown), positions)
    own = _own_places(shown, offered, said, about, kept_in_views or {}, is_kept=bool(positions))
    for told in said.get("views", ()):
        if told["id"] in own:
            told["places"] = own[told["id"]]
    at_work("writing the page")
    meta = said["meta"]
    entities, facts = len(said["entities"]), len(said["facts"])
    counts = f"{entities} {noun(entities, 'entity', 'entities')}, {facts} {noun(facts, 'fact')}"
    title = f"{meta['title']}: {counts}"
    seen = {**placed, **own.get(first.id, {})} if first else placed
    picture = still(said, seen, day, title, shown_in(first, said) if first else None)
    return Page(render(shown, said, placed, asking), picture, title)


def _own_places(
    network: Network,
    offered: Sequence[View],
    said: dict[str, Any],
    about: Sequence[str],
    kept: dict[str, dict[str, tuple[int, int]]],
    *,
    is_kept: bool,
) -> dict[str, dict[str, tuple[int, int]]]:
    """Return where the entities of views stand that are laid out by themselves.

    Where positions were kept those of a view are among them, or it is a part of the whole picture.
    """
    from kg.page.layout import neighbours, positions_of_view
    from kg.page.positions import pinned
    from kg.page.views import shown_in

    found: dict[str, dict[str, tuple[int, int]]] = {}
    for view in offered:
        facts = [(one["s"], one["o"], one["id"]) for one in shown_in(view, said) if "o" in one]
        if len(facts) == len(said["facts"]) or (is_kept and view.id not in kept):
            continue
        placed = positions_of_view(network, facts, about)
        if view.id in kept and placed:
            placed = pinned(placed, neighbours(network), kept[view.id])
        found |= {view.id: placed} if placed else {}
    return found


def _day(text: str | None, read: Callable[[str], PartialDate]) -> Day | None:
    """Return the first day of a date, None for none."""
    if not text:
        return None
    try:
        return read(text).earliest
    except ValueError as error:
        raise UsageError(str(error)) from error


def _neighbourhood(network: Network, focus: str, hops: int) -> Network:
    """Return a new network with what is at most so many facts away from the focus."""
    if focus not in network:
        hint = did_you_mean(focus, network.nodes)
        msg = f"'{focus}' is not an entity of this graph{f'; {hint}' if hint else ''}"
        raise UsageError(msg)
    if hops < 0:
        msg = f"hops is {hops}; it must be 0 or more"
        raise UsageError(msg)
    kept = edge = {focus}
    for _ in range(hops):
        edge = {
            other
            for node in edge
            for other in (*network.successors(node), *network.predecessors(node))
        } - kept
        kept = kept | edge
    near: Network = network.subgraph(kept).copy()
    return near
