"""Statements: the store → the evidence of one statement, or of many, and of one as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.errors import noun
from kg.hypertext.telling import Teller, page, unknown
from kg.reports.explanation import Explanation
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.model.statement import Statement

JSON: Final = "application/json"
# So many of what follows from a statement are named.
_MOST: Final = 50


def statement_page(told: Teller, task: Task) -> Reply:
    """Return the page of a statement: what it says, when, how it stands, and who says so.

    The task has "id" and "known_by". Statements that dispute each other stand side by side.
    """
    it = _evidence(told, _found(told, task))
    return page(told, "statement.html", it=it)


def statements_page(told: Teller, task: Task) -> Reply:
    """Return a page of the evidence of many statements of one subject, each as on its own page.

    The task has "id", that of the subject, "those", the ids of the statements, "count", how many
    there are of it in all, "pages", the addresses of all its pages, and "number", which this is.
    """
    return page(
        told,
        "statements.html",
        named=told.end(task["id"]),
        those=[_evidence(told, told.history.by_id[one]) for one in task["those"]],
        count=task["count"],
        pages=task["pages"],
        number=task["number"],
    )


def _evidence(told: Teller, one: Statement) -> dict[str, Any]:
    """Return all that rests behind a statement, as the templates take it."""
    by_id, fact = told.history.by_id, told.fact(one)
    naming = _naming(told, one)
    sides = [one, *(by_id[rival] for rival in one.disputed_by), *naming["disputes"]]
    rules = [told.said(told.history.rules[rule].text) for rule in one.entailed_by]
    return {
        "fact": fact,
        "sentence": told.sentence(one),
        "sides": [told.fact(side) for side in sides] if len(sides) > 1 else [],
        "days": _days(fact),
        "is_inferred": bool(one.proofs),
        "others": _others(one),
        "may_confirm": [told.fact(by_id[other]) for other in one.may_confirm],
        "confirmed": [told.fact(other) for other in naming["confirmed"]],
        "concluded": [told.fact(other) for other in naming["concluded"][:_MOST]],
        "concluded_count": len(naming["concluded"]),
        "entailed_by": rules,
        "iri": told.bench.store.words.statement(one.id).value,
    }


def statement_json(told: Teller, task: Task) -> Reply:
    """Return the statement and what it rests on in the form of `kg why --format json`."""
    one = _found(told, task)
    by_id = told.history.statements_with({one.id})
    explanation = Explanation((one,), by_id, told.history, told.day)
    return Reply(JSON, explanation.to_json().encode(), {"lasting": True, "rows": 1})


def _found(told: Teller, task: Task) -> Statement:
    identifier = task["id"]
    if identifier not in told.history.by_id:
        raise unknown("statement", identifier, ())
    return told.history.by_id[identifier]


def _naming(told: Teller, one: Statement) -> dict[str, list[Statement]]:
    """Return the statements that name this one, by how they do."""
    ways = ("disputes", "confirmed", "concluded")
    return {how: told.history.naming.get((how, one.id), []) for how in ways}


def _days(fact: dict[str, Any]) -> str:
    """Return on which days it can hold, "" where it has no time."""
    since, until = fact["since"], fact["until"]
    words = (f"from {since}" if since else "", f"before {until}" if until else "")
    return " and ".join(filter(None, words))


def _others(one: Statement) -> str:
    """Return in how many ways more it was inferred than there are proofs."""
    more = one.proof_count - len(one.proofs)
    return f"{more} other {noun(more, 'way')}" if more > 0 else ""
