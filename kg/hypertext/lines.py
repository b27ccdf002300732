"""Lines: the facts of the graph as lines of HTML, each made once for all lists that have it.

A fact stands in the lists of its subject, of its object and of its sources, and in all of them most
of its line is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from kg.hypertext.frame import macro
from kg.hypertext.pieces import label, linked, when
from kg.hypertext.places import Links

if TYPE_CHECKING:
    from kg.model.statement import Statement


class Line(NamedTuple):
    """What is the same of a fact in all lists: `rest` and then `basis` stand behind its triple."""

    kind: str
    status: str
    when: Markup
    rest: Markup
    basis: Markup


class Lines:
    """The lines of one graph for pages that write addresses in the same way."""

    def __init__(
        self,
        links: Links,
        named: Callable[[str], dict[str, str]],
        fact: Callable[[Statement, str], dict[str, Any]],
    ) -> None:
        """Take how things are called, and how a fact is told, of which source alone if of one."""
        self._links = links
        self._named = named
        self._fact = fact
        self._rest = macro("facts.html", "rest", links)
        self._basis = macro("facts.html", "basis", links)
        self._known: dict[str, Line] = {}
        self._end = cache(self._end_of)
        self._predicate = cache(lambda name: label(named(name)))

    def line(self, one: Statement) -> Line:
        """Return what is the same of a fact in all lists."""
        found = self._known.get(one.id)
        if found is None:
            fact = self._fact(one, "")
            parts = (when(fact), self._rest(fact), self._basis(fact))
            found = Line(fact["kind"], fact["status"], *parts)
            self._known[one.id] = found
        return found

    def listed(self, one: Statement, here: str = "", only: str = "") -> Markup:
        """Return a fact as an item of a list, on the page about an entity or about one source."""
        line = self.line(one)
        is_same = not only or all(reference.source == only for reference in one.references)
        basis = line.basis if is_same else self._basis_on(one, only)
        subject, object_ = self.end(one.subject, here), self.object(one, here)
        predicate = f'<span class="predicate">{self._predicate(one.predicate)}</span>'
        # An id of a statement is of hexadecimal digits.
        return Markup(f'<li id="st-{one.id}">\n{subject} {predicate} {object_}\n{line.rest}{basis}')  # noqa: S704

    def _basis_on(self, one: Statement, only: str) -> Markup:
        """Return what a fact rests on as far as one source goes; where it is counted, no more."""
        if self._links.has_evidence:
            return self._basis(self._fact(one, only))
        references = [reference for reference in one.references if reference.source == only]
        return self._basis({"references": references, "proofs": one.proofs})

    def object(self, one: Statement, here: str = "") -> Markup:
        """Return the object of a fact: a value, or as an entity is."""
        if one.datatype:
            return linked(self._links, {"text": one.object, "is_value": True})
        return self.end(one.object, here)

    def end(self, identifier: str, here: str = "") -> Markup:
        """Return the name of an entity, with a link unless the page is about it."""
        return self._end(identifier, identifier == here)

    def _end_of(self, identifier: str, is_here: bool) -> Markup:
        thing = {"id": identifier, **self._named(identifier), "is_value": False}
        return linked(self._links, thing | {"is_here": is_here})
