"""Publishers: who published what a statement rests on, and which of them are not independent.

`data/dataset.ttl` → the group of a publisher; statements and sources → those who vouch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, Quad, Triple

from kg.errors import Finding, did_you_mean, hint
from kg.model.languages import first_label
from kg.model.namespaces import term
from kg.model.statement import Source, Statement

_GROUP: Final = term("kg:PublisherGroup")
_MEMBER: Final = term("kg:publisher")


@dataclass(frozen=True, slots=True)
class Group:
    """Publishers that count as one, by the names that sources have before a comma."""

    label: str
    members: tuple[str, ...]


def groups_of(told: Iterable[Quad | Triple], languages: Iterable[str]) -> list[Group]:
    """Return the groups of publishers, in the order of their labels.

    A group without a label is called after the first of its members.

    >>> from pyoxigraph import BlankNode
    >>> one = BlankNode()
    >>> told = [Triple(one, term("rdf:type"), _GROUP), Triple(one, _MEMBER, Literal("The Echo"))]
    >>> groups_of(told, ["en"])
    [Group(label='The Echo', members=('The Echo',))]
    """
    told, languages = list(told), tuple(languages)
    nodes = {one.subject for one in told if one.object == _GROUP}
    members: dict[object, list[str]] = {node: [] for node in nodes}
    labels: dict[object, dict[str, str]] = {node: {} for node in nodes}
    for one in told:
        if one.subject in nodes and isinstance(one.object, Literal):
            if one.predicate == _MEMBER:
                members[one.subject].append(one.object.value)
            elif one.predicate == term("rdfs:label"):
                labels[one.subject][one.object.language or ""] = one.object.value
    found = []
    for node in nodes:
        own = sorted(members[node])
        found.append(Group(first_label(labels[node], languages, (*own, "")[0]), tuple(own)))
    return sorted(found, key=lambda one: (one.label, one.members))


def by_publisher(groups: Iterable[Group]) -> dict[str, str]:
    """Return the label of the group of each publisher that is in one.

    >>> by_publisher([Group("The Wheel", ("Echo", "Gazette"))])
    {'Echo': 'The Wheel', 'Gazette': 'The Wheel'}
    """
    return {name: one.label for one in groups for name in one.members}


def publishers(
    statement: Statement, sources: Mapping[str, Source], groups: Mapping[str, str]
) -> set[str]:
    """Return who vouches for a statement: its publishers, those of a group by its label.

    Copies of a text count once.
    """
    names = {sources[reference.source].first_publisher for reference in statement.references}
    return {groups.get(name, name) for name in names} if groups else names


def vain(groups: Iterable[Group], sources: Mapping[str, Source], label: str) -> Iterator[Finding]:
    """Yield what groups say in vain: nobody, a publisher of another group, one without sources."""
    published = {one.first_publisher for one in sources.values()} - {""}
    first: dict[str, str] = {}
    for group in groups:
        if not group.members:
            message = f"the kg:PublisherGroup '{group.label}' names no publisher"
            yield _at(label, message, 'add kg:publisher "…", or remove the group')
        for name in group.members:
            if name in first:
                message = f"kg:publisher '{name}' is in two groups, '{first[name]}' and "
                yield _at(label, f"{message}'{group.label}'", "take it out of one of them")
            elif published and name not in published:
                message = f"kg:publisher '{name}' of '{group.label}' has published no source"
                otherwise = "write what sources.csv has before a comma, or take it out"
                yield _at(label, message, hint(did_you_mean(name, published), otherwise))
            first.setdefault(name, group.label)


def _at(label: str, message: str, repair: str) -> Finding:
    return Finding(label, 1, 1, "warning", message, repair)
