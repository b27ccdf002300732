"""Searching: what somebody typed → what is called so, the nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.hypertext.frame import HTML
from kg.hypertext.telling import Teller, label, page
from kg.query.names import Names, normal
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

# So many of a class are shown among others.
FEW: Final = 8
# So many are shown of one class alone.
MANY: Final = 1000
_LONGEST: Final = 200
# The name under which sources stand among the classes; no class has a colon.
_SOURCES: Final = "kg:Source"


class Hit(NamedTuple):
    """A name that fits, the better the lower `rank`, and what has it."""

    rank: int
    written: str
    identifier: str


class Index:
    """All names of entities and sources in the form in which two spellings are equal."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take pairs (what it is, how it is called)."""
        self._names = [(normal(name), name, one) for one, name in pairs]

    def find(self, text: str) -> list[Hit]:
        """Return the best hit of each thing: the name, its beginning, that of a word, or a part.

        >>> index = Index([("csto", "CSTO"), ("csto-pa", "Assembly of the CSTO"), ("cis", "CIS")])
        >>> [(hit.identifier, hit.rank) for hit in index.find("csto")]
        [('csto', 0), ('csto-pa', 2)]
        """
        sought = normal(text[:_LONGEST])
        best: dict[str, Hit] = {}
        for name, written, one in self._names if sought else ():
            place = name.find(sought)
            if place < 0:
                continue
            rank = _rank(name, sought, place)
            if one not in best or rank < best[one].rank:
                best[one] = Hit(rank, written, one)
        return _sorted(best)

    def with_words(self, text: str) -> list[Hit]:
        """Return what has all the words in one name, in whatever order; the shortest name first.

        >>> index = Index([("csto-pa", "Assembly of the CSTO"), ("cis-pa", "Assembly of the CIS")])
        >>> [hit.identifier for hit in index.with_words("CSTO assembly")]
        ['csto-pa']
        """
        words = set(normal(text[:_LONGEST]).split())
        best: dict[str, Hit] = {}
        for name, written, one in self._names if words else ():
            found = name.split()
            if words.issubset(found) and (one not in best or len(found) < best[one].rank):
                best[one] = Hit(len(found), written, one)
        return _sorted(best)


def _sorted(best: dict[str, Hit]) -> list[Hit]:
    return sorted(best.values(), key=lambda hit: (hit.rank, normal(hit.written), hit.identifier))


def search(told: Teller, task: Task) -> Reply:
    """Return the page of what has such a name, by class; a single hit is answered with its address.

    The task has "sought" and "class" (a class alone, "" for all), and it may have "most" (how many
    of a class alone are shown).
    """
    names, index, of_sources = told.bench.remember(("names", None), lambda: indexes(told))
    sought, kind = task["sought"].strip(), task["class"]
    things = index.find(sought) if sought else _all(told, kind)
    texts = of_sources.find(sought) if kind in {"", _SOURCES} else []
    if sought and not kind and len(things) + len(texts) == 1:
        place = "/id/" if things else "/source/"
        return Reply(HTML, b"", {"location": place + (things or texts)[0].identifier})
    groups: dict[str, list[Hit]] = {}
    for hit in things:
        groups.setdefault(told.history.entities[hit.identifier].class_name, []).append(hit)
    if texts:
        groups[_SOURCES] = texts
    if kind:
        groups = {kind: groups[kind]} if kind in groups else {}
    most = task.get("most", MANY) if kind else FEW
    near, identifier = names.suggest(sought) if sought and not groups else ("", "")
    return page(
        told,
        "search.html",
        sought=sought,
        count=sum(map(len, groups.values())),
        groups=[_group(told, name, hits, most) for name, hits in groups.items()],
        only=kind,
        near={"name": near, "id": identifier},
        classes=_classes(told),
    )


def indexes(told: Teller) -> tuple[Names, Index, Index]:
    """Return the names of the entities, an index of them, and one of the sources."""
    names = Names(told.history)
    texts = (
        (one.id, name) for one in told.history.sources.values() for name in (one.id, one.title)
    )
    return names, Index(names.pairs()), Index(pair for pair in texts if pair[1])


def _rank(name: str, sought: str, place: int) -> int:
    if name == sought:
        return 0
    if place == 0:
        return 1
    return 2 if f" {sought}" in name else 3


def _all(told: Teller, kind: str) -> list[Hit]:
    """Return everything of a class, in the order of its names."""
    every = (one for one in told.history.entities.values() if one.class_name == kind)
    hits = (Hit(0, one.label, one.id) for one in every)
    return sorted(hits, key=lambda hit: (hit.written.casefold(), hit.identifier))


def _group(told: Teller, name: str, hits: list[Hit], most: int) -> dict[str, Any]:
    of_sources = name == _SOURCES
    return {
        "class": name,
        "name": label("source", "en") if of_sources else told.named(name),
        "count": len(hits),
        "hits": [_told(told, hit, of_sources=of_sources) for hit in hits[:most]],
    }


def _told(told: Teller, hit: Hit, *, of_sources: bool) -> dict[str, Any]:
    """Return a hit with its label, and the name by which it was found where that is another."""
    if of_sources:
        source = told.history.sources[hit.identifier]
        named, href = label(source.title or source.id, ""), told.links.to("source", source.id)
        more = label(", ".join(filter(None, (source.publisher, source.published))), "")
    else:
        entity = told.history.entities[hit.identifier]
        named, href = told.named(entity.id), told.links.to("id", entity.id)
        more = told.said(entity.description)
    found = "" if hit.written in {named["text"], hit.identifier} else hit.written
    return {**named, "href": href, "found": found, "more": more}


def _classes(told: Teller) -> list[dict[str, Any]]:
    kinds = {one.class_name for one in told.history.entities.values()}
    named = ({"id": kind, **told.named(kind)} for kind in kinds)
    return sorted(named, key=lambda one: one["text"].casefold())
