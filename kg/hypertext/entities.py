"""Entities: the store → pages about an entity, and about what rests on a source.

Every text goes through a template that escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kg.hypertext.telling import Teller, page, unknown, web
from kg.model.counted import lists
from kg.model.edtf import asked_period, parse_date
from kg.model.statement import Statement
from kg.query.tables import record_of
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.model.counted import Known
    from kg.model.dates import Period

# An entity that everything points at is shown by its first facts; the whole is in the formats.
MOST_FACTS: Final = 2000
# With more around it a picture on a page cannot be read; the graph page can.
DRAWN: Final = 25
# How a fact stands → the word before those that stand so, and how many of them are named.
_STATES: Final = {
    "current": ("now", 14),
    "ended": ("formerly", 3),
    "undecided": ("not decided", 3),
    "disputed": ("disputed", 3),
    "future": ("later", 3),
}
_NAMED: Final = 3
_KINDS: Final = ("state", "event", "timeless")


def entity_page(told: Teller, task: Task) -> Reply:
    """Return the page of an entity: what it is, and its facts by relation with their evidence.

    The task has "id", and it may have "as_of", "surely" and "known_by".
    """
    identifier, bench = task["id"], told.bench
    entity = told.history.entities.get(identifier)
    if entity is None:
        raise unknown("entity", identifier, told.history.entities)
    about = told.history.by_end.get(identifier, [])
    found, before = about, []
    if period := asked_period(task.get("as_of") or None, surely=bool(task.get("surely"))):
        bench.check_date(task["as_of"])
        if task.get("surely"):
            sure = record_of(bench.slice(None, task.get("known_by"))).sure_world(period)
            found = [one for one in about if one.id in sure]
        else:
            found = [one for one in about if one.in_world(period)]
            before = [one for one in about if _is_over(one, period)]
    shown = sorted([*found, *before], key=_when)[:MOST_FACTS]
    whole = lists(told.history.counted, about, period or parse_date(bench.store.issued).period)
    whole = [one for one in whole if one.here == identifier]
    around = {end for one in found if not one.datatype for end in (one.subject, one.object)}
    return page(
        told,
        "entity.html",
        entity=entity,
        named=told.named(identifier),
        short=told.short(identifier),
        kind=told.named(entity.class_name),
        description=told.said(entity.description),
        groups=_groups(told, identifier, shown, whole),
        count=len(found),
        shown=len(shown) - len(before),
        sources=len({r.source for one in found for r in one.references}),
        day=told.day,
        is_small=len(around) <= DRAWN,
        questions=_questions(told, identifier, entity.class_name),
        iri=bench.store.words.entity(identifier).value,
        asked={"as-of": task.get("as_of") or "", "known-by": task.get("known_by") or ""},
        surely=bool(task.get("surely")),
    )


def source_page(told: Teller, task: Task) -> Reply:
    """Return the page of a source: what it is, and the statements that rest on it."""
    identifier = task["id"]
    source = told.history.sources.get(identifier)
    if source is None:
        raise unknown("source", identifier, told.history.sources)
    found = told.history.by_source.get(identifier, [])
    facts = [told.lines.listed(one, only=identifier) for one in found[:MOST_FACTS]]
    alone = sum({r.source for r in one.references} == {identifier} for one in found)
    return page(
        told,
        "source.html",
        source=source,
        link=web(source.url),
        facts=facts,
        count=len(found),
        shown=len(facts),
        alone=alone,
        iri=told.bench.store.words.source(identifier).value,
    )


def _is_over(one: Statement, period: Period) -> bool:
    """Whether the statement is of a state that held, and was over before the period."""
    until = one.holds.until
    return bool(one.counts and until and period.since and until <= period.since)


def _when(statement: Statement) -> tuple[Any, ...]:
    """Return what puts facts in the order of time; those without a date come last.

    Not `in_order`: a reader of the page of one entity follows its life, whatever the relation.
    """
    period = statement.holds
    first = period.since or period.until
    return (first is None, first or (), statement.triple, statement.id)


def _groups(
    told: Teller, here: str, found: Iterable[Statement], whole: Iterable[Known]
) -> list[dict[str, Any]]:
    """Return the facts by relation and side: what lasts, what happened, what has no time.

    Each group has "parts", those that stand alike, all "facts" in their order, and "known", whether
    all are known, where that is counted.
    """
    lines = told.lines
    known = {(one.counted.property, one.counted.incoming): str(one) for one in whole}
    groups: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for one in found:
        is_incoming = one.subject != here and one.predicate not in told.history.symmetric
        is_object = one.subject == here
        line = lines.line(one)
        fact = {
            "kind": line.kind,
            "status": line.status,
            "when": line.when,
            "other": lines.object(one, here) if is_object else lines.end(one.subject, here),
            "item": lines.listed(one, here),
        }
        groups.setdefault((one.predicate, is_incoming), []).append(fact)
    made = [
        {
            "relation": told.named(predicate),
            "is_incoming": is_incoming,
            "kind": facts[0]["kind"],
            "known": known.get((predicate, is_incoming), ""),
            "parts": _parts(facts),
            "facts": sorted(facts, key=lambda fact: [*_STATES].index(fact["status"])),
        }
        for (predicate, is_incoming), facts in groups.items()
    ]
    return sorted(made, key=_rank)


def _rank(group: dict[str, Any]) -> tuple[Any, ...]:
    """What holds now comes first, and of that what lasts; then what most can be said of."""
    first = group["parts"][0]
    is_over = first["status"] != "current"
    return (is_over, _KINDS.index(group["kind"]), -first["count"], group["relation"]["text"])


def _parts(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return those that stand alike, the present apart from past and future, a few by name.

    Of what happened or is over the last are named.
    """
    parts = []
    for status, (word, most) in _STATES.items():
        those = [fact for fact in facts if fact["status"] == status]
        kind = facts[0]["kind"]
        is_now = status == "current"
        if kind == "event" or status == "ended":
            those.reverse()
        if those:
            few = those[: most if kind == "state" or not is_now else _NAMED]
            told = "" if is_now and kind != "state" else word
            parts.append({"status": status, "word": told, "count": len(those), "named": few})
    return parts


def _questions(told: Teller, here: str, kind: str) -> list[dict[str, Any]]:
    """Return the questions that can be asked about an entity of this class."""
    return [
        {"name": one.name, "text": told.said(one.text), "parameter": parameter.name, "value": here}
        for one in told.questions.values()
        for parameter in one.parameters[:1]
        if {f":{kind}", "owl:Thing"} & set(parameter.types)
    ]
