"""Facts: statements as an answer tells them, with all that a citation needs.

Runs in a worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kg.errors import UsageError
from kg.hypertext.telling import Teller, teller
from kg.model.dates import PartialDate
from kg.model.edtf import days_of
from kg.model.namespaces import text_of
from kg.model.statement import in_time
from kg.query.names import entity, property_called
from kg.query.slice import after_issue
from kg.reports.explanation import evidence
from kg.reports.undecided import Undecided
from kg.server.mcp.tools import MOST, USUAL
from kg.store.base import select
from kg.text.objects import Form, reference_object
from kg.text.statements import fact_in_words

if TYPE_CHECKING:
    from kg.model.dates import Period
    from kg.model.statement import Reference, Statement
    from kg.query.bench.bench import Bench
    from kg.workers.wire import Task

T = TypeVar("T")
_ORDER: Final = ("surely", "possibly", "not-counted", "no")
# What a proof says stands in the answer of `why`, once.
_LEFT_OUT: Final = ("proofs", "premises", "rule", "entailed_by", "proof_count")
_NARROWER: Final = "SELECT ?p {{ ?p rdfs:subPropertyOf* {0} }}"


class Facts:
    """What the graph says as known by one date, seen from another."""

    def __init__(self, bench: Bench, task: Task, date: str | None = None) -> None:
        """Take the dates of the task; `date` stands in place of its "as_of".

        Raises UsageError for what is no date, or one before the record begins.
        """
        asked = date or task.get("as_of")
        bench.check_date(asked)
        self.store = bench.slice(None, task.get("known_by"))
        self.as_of: str | None = asked
        self.told: Teller = teller(bench, {**task, "as_of": asked})
        self.history = self.told.history
        self.period: Period = (
            days_of(asked) if asked else days_of(self.store.issued, PartialDate.stored)
        )
        day = asked or self.store.issued
        self._form = Form(self.history.sources, day)
        self._undecided: Undecided = bench.remember(
            ("undecided", day, task.get("known_by")), lambda: Undecided(self.history, self.period)
        )

    @property
    def notes(self) -> list[str]:
        """What must be known to read any answer as of the date."""
        late = after_issue(self.as_of, self.store.issued) if self.as_of else ""
        return [late] if late else []

    def entity(self, word: str, what: str = "entity") -> str:
        """Return the id that a word means.

        Raises UsageError when it means none or several.
        """
        with _searched():
            return entity(self.store, word, what)

    def relations(self, word: str) -> set[str]:
        """Return the relation that a word means, and those that are narrower.

        Raises UsageError as `entity` does.
        """
        words = self.store.words
        with _searched():
            name = property_called(self.store, word, "relation")
        rows = select(self.store, _NARROWER.format(words.ontology(name)))
        return {name, *(words.local("", text_of(row["p"])) for row in rows)}

    def among(self, task: Task) -> list[Statement]:
        """Return the statements of the entity and the relation that the task names, if it does."""
        about = self.entity(task["entity"]) if task.get("entity") else None
        only = self.relations(task["relation"]) if task.get("relation") else None
        return [
            one
            for one in self.history.statements
            if (about is None or about in {one.subject, one.object})
            and (only is None or one.predicate in only)
        ]

    def holds(self, one: Statement) -> str:
        """Return how it holds on the date: surely, possibly, not-counted, or no."""
        if not one.in_world(self.period):
            return "not-counted" if one.possibly(self.period) and not one.counts else "no"
        return "surely" if self._undecided.is_sure(one) else "possibly"

    def in_order(self, statements: Iterable[Statement]) -> list[Statement]:
        """Return what holds first, what may hold next, then in the order of relation and time."""
        return sorted(
            statements,
            key=lambda one: (
                _ORDER.index(self.holds(one)),
                not one.counts,
                one.predicate,
                in_time(one),
            ),
        )

    def fact(self, one: Statement) -> dict[str, Any]:
        """Return the form of a statement that docs/json.md describes, without what is empty.

        Beside it stand the fact in words, the labels, how it holds on the date and why not surely,
        and of an inferred one where its premises stand.
        """
        called = self._called(one)
        told = self._form.statement(one)
        told["references"] = [_full(each) for each in told["references"]]
        kept = {name: value for name, value in told.items() if name not in _LEFT_OUT}
        rest = {
            "text": fact_in_words(one, called),
            "labels": dict(zip(("subject", "predicate", "object"), called, strict=True)),
            "holds": self.holds(one),
            "left_open": self._undecided.left_open(one, self.sentence),
            "evidence": self._evidence(one) if one.rule else [],
        }
        return {"id": one.id, "text": rest["text"], **_full(kept), **_full(rest)}

    def sentence(self, one: Statement) -> str:
        """Return a statement in words with its dates."""
        return fact_in_words(one, self._called(one))

    def _called(self, one: Statement) -> tuple[str, str, str]:
        subject, predicate, other = one.triple
        last = other if one.datatype else self.named(other)
        return self.named(subject), self.named(predicate), last

    def named(self, identifier: str) -> str:
        """Return what an entity, a class or a relation is called."""
        return self.told.named(identifier)["text"]

    def candidate(self, identifier: str, matched: str = "") -> dict[str, Any]:
        """Return what an id stands for: an entity, a source or a relation."""
        if found := self.history.entities.get(identifier):
            said = {
                "kind": "entity",
                "class": found.class_name,
                "label": self.named(identifier),
                "description": found.description,
            }
        elif source := self.history.sources.get(identifier):
            said = {"kind": "source", "label": source.title or source.id, "url": source.url}
        else:
            said = {"kind": "relation", "label": self.named(identifier)}
        other = "" if matched in {identifier, said["label"]} else matched
        return {"id": identifier, **_full(said), **_full({"matched": other})}

    def _evidence(self, one: Statement) -> list[dict[str, Any]]:
        found: dict[Reference, None] = dict.fromkeys(evidence(one, self.history))
        return [_full(reference_object(each, self.history.sources)) for each in found]


@contextmanager
def _searched() -> Iterator[None]:
    """Add to the error of a name that nothing has how to find one."""
    try:
        yield
    except UsageError as error:
        if error.candidates or "did you mean" in str(error):
            raise
        msg = f"{error}; search finds what has a part of a name"
        raise UsageError(msg) from error


def _full(told: dict[str, Any]) -> dict[str, Any]:
    """Return the object without the keys that have no value."""
    return {name: value for name, value in told.items() if value not in ("", [], None)}


def window(task: Task) -> tuple[int, int]:
    """Return from where an answer is told, and how much of it."""
    limit = task.get("limit")
    return task.get("offset") or 0, min(USUAL if limit is None else limit, MOST)


def page(found: Sequence[T], task: Task) -> tuple[Sequence[T], dict[str, Any]]:
    """Return the part of what was found that the task asks for, and what says how much it is.

    >>> page("abcde", {"limit": 2, "offset": 2})
    ('cd', {'total': 5, 'shown': 2, 'cut': '1 more; ask again with offset 4'})
    """
    first, most = window(task)
    part = found[first : first + most]
    told: dict[str, Any] = {"total": len(found), "shown": len(part)}
    if (rest := len(found) - first - len(part)) > 0:
        told["cut"] = f"{rest:,} more; ask again with offset {first + len(part)}"
    return part, told
