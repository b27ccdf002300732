"""The views of a page: those of the graph, or what its backbone makes of it.

A view is told as the classes and predicates it shows; the page's legend is set to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.errors import UsageError, did_you_mean
from kg.model.dates import Day, PartialDate, iso
from kg.model.languages import label_column
from kg.model.views import EVERY_DATE, View
from kg.page.still import holds

if TYPE_CHECKING:
    from kg.model.statement import Source
    from kg.query.views import Views

# The two views of a graph that marks a backbone and names no views; the page has words for them.
FIRST: Final = "backbone"
WHOLE: Final = "everything"

# What the layouts are called in the scripts.
_LAYOUTS: Final = {"map": "graph", "lanes": "lanes", "table": "table"}


def told_views(views: Views | None, content: dict[str, Any], day: Day | None) -> list[View]:
    """Return the views of a page with such content, in their order; none for a graph without.

    A backbone on which nothing holds on the day is no view; stories need one to come back to.
    """
    if views is None:
        return []
    if views.views:
        return list(views.views)
    subjects = tuple(one for one in views.subjects if one in content["entities"])
    first = View(FIRST, properties=views.backbone, focus=subjects)
    if not views.backbone or not any(holds(f, day) for f in shown_in(first, content)):
        return [View(WHOLE)] if views.steps else []
    return [first, View(WHOLE)]


def opened(views: Sequence[View], name: str | None) -> View | None:
    """Return the view of that name, the first one without a name, None where there is none.

    Raises UsageError for a name that no view has.
    """
    if not name:
        return next(iter(views), None)
    for view in views:
        if view.id == name:
            return view
    names = [view.id for view in views]
    found = did_you_mean(name, names) or (f"it has {', '.join(names)}" if names else "it has none")
    msg = f"this graph has no view '{name}'; {found}"
    raise UsageError(msg)


def opening_day(view: View, day: Day | None) -> Day | None:
    """Return the day on which the page opens with a view, None for all dates."""
    if not view.date:
        return day
    return None if view.date == EVERY_DATE else PartialDate.stored(view.date).earliest


def shown_in(view: View, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the facts of the content that a view shows, whatever the date."""
    of_class = {node: entity["class"] for node, entity in content["entities"].items()}
    facts = [
        fact
        for fact in content["facts"]
        if (not view.properties or fact["predicate"] in view.properties)
        and (not view.classes or {of_class[end] for end in _ends(fact)} <= {*view.classes})
    ]
    if not view.focus:
        return facts
    near = {*view.focus}
    for fact in facts:
        ends = _ends(fact)
        near |= ends if ends & {*view.focus} else set()
    return [fact for fact in facts if _ends(fact) <= near]


def _ends(fact: dict[str, Any]) -> set[str]:
    return {fact["s"], fact.get("o", fact["s"])}


def as_told(view: View, content: dict[str, Any]) -> dict[str, Any]:
    """Return a view as the page reads it, without names that the page does not have."""
    said: dict[str, Any] = {"id": view.id}
    languages = content["meta"]["languages"]
    if view.labels:
        said |= _by_language(view.labels, languages)
    if view.sentences:
        said["says"] = _by_language(view.sentences, languages)
    if view.classes:
        said["classes"] = [one for one in view.classes if one in content["classes"]]
    if view.properties:
        said["predicates"] = [one for one in view.properties if one in content["predicates"]]
    if view.focus:
        said["focus"] = [one for one in view.focus if one in content["entities"]]
    if view.date:
        day = opening_day(view, None)
        said["date"] = iso(day) if day else EVERY_DATE
    if view.layout and view.layout != "map":
        said["layout"] = _LAYOUTS[view.layout]
    return said


def told_steps(views: Views, content: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of the stories as the page reads them: views that say who says so.

    What a step leaves open is as in its view, which it names; sources that no fact cites are added
    to those of the content.
    """
    places = {source["source"]: place for place, source in enumerate(content["sources"])}
    told = []
    for step in views.steps:
        said = as_told(step.otherwise, content)
        if step.view:
            said["view"] = step.view
        for name in step.sources:
            if name not in places:
                places[name] = len(content["sources"])
                content["sources"].append(_source(views.sources[name]))
        told.append({**said, "sources": [places[name] for name in step.sources]})
    return told


def _source(source: Source) -> dict[str, str]:
    """Return a source as the references of facts have it."""
    names = ("title", "publisher", "url", "published", "accessed")
    told = {name: str(getattr(source, name)) for name in names if getattr(source, name)}
    return {"source": source.id, **told}


def _by_language(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return a text as the page has labels: the first one, those in others, and its language."""
    first, *others = texts
    said = {"label": texts[first], **{label_column(one): texts[one] for one in others if one}}
    return said if first == languages[0] else {**said, "label_language": first}
