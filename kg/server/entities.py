"""Entities: the store → pages about an entity, and about what rests on a source.

Runs in a worker; every text goes through a template that escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from kg.errors import MissingError, did_you_mean
from kg.model import schema
from kg.model.edtf import asked_period
from kg.model.languages import ordered
from kg.model.statement import Source, Statement
from kg.pipeline.world import statements_on
from kg.query.tables import record_of
from kg.store.read_back import History
from kg.text.objects import statement_object
from kg.text.statements import dates_in_words
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    import jinja2

    from kg.query.bench.bench import Bench

HTML = "text/html; charset=utf-8"
# An entity that everything points at is shown by its first facts; the whole is in the formats.
MOST_FACTS = 2000
# The language of the words in the templates.
_SPOKEN: Final = "en"


def entity_page(bench: Bench, task: Task) -> Reply:
    """Return the page of an entity: what it is, its facts as a timeline with their evidence.

    The task has "id", and it may have "as_of", "surely" and "known_by".
    """
    history, day = _history(bench, task)
    identifier = task["id"]
    entity = history.entities.get(identifier)
    if entity is None:
        raise MissingError(_unknown("entity", identifier, history.entities))
    found = [one for one in history.statements if identifier in {one.subject, one.object}]
    if period := asked_period(task.get("as_of") or None, surely=bool(task.get("surely"))):
        bench.check_date(task["as_of"])
        if task.get("surely"):
            sure = record_of(bench.slice(None, task.get("known_by"))).sure_world(period)
            found = [one for one in found if one.id in sure]
        else:
            found = statements_on(found, period)
    found.sort(key=_when)
    told = [_fact(one, identifier, history, day) for one in found[:MOST_FACTS]]
    return _page(
        "entity.html",
        entity=entity,
        named=_named(identifier, history),
        kind=_named(entity.class_name, history),
        description=_label(entity.description, history.languages[0]),
        dated=[fact for fact in told if fact["when"]],
        undated=[fact for fact in told if not fact["when"]],
        count=len(found),
        shown=len(told),
        sources=len({r.source for one in found for r in one.references}),
        day=day,
        iri=bench.store.words.entity(identifier).value,
        asked={"as-of": task.get("as_of") or "", "known-by": task.get("known_by") or ""},
        surely=bool(task.get("surely")),
    )


def source_page(bench: Bench, task: Task) -> Reply:
    """Return the page of a source: what it is, and the statements that rest on it."""
    history, day = _history(bench, task)
    identifier = task["id"]
    source = history.sources.get(identifier)
    if source is None:
        raise MissingError(_unknown("source", identifier, history.sources))
    found = [
        one
        for one in history.statements
        if any(reference.source == identifier for reference in one.references)
    ]
    told = [_fact(one, one.subject, history, day, only=identifier) for one in found[:MOST_FACTS]]
    alone = sum({r.source for r in one.references} == {identifier} for one in found)
    return _page(
        "source.html",
        source=source,
        link=_web(source.url),
        facts=told,
        count=len(found),
        shown=len(told),
        alone=alone,
        iri=bench.store.words.source(identifier).value,
        asked={"known-by": task.get("known_by") or ""},
    )


def _history(bench: Bench, task: Task) -> tuple[History, str]:
    """Return what the graph says as known by the date, and the day from which it is seen."""
    if bench.is_plain:
        raise MissingError("these files were not built by kg: they have no entity pages")
    store = bench.slice(None, task.get("known_by"))
    history: History = bench.remember(("history", task.get("known_by")), lambda: History(store))
    return history, task.get("as_of") or store.issued


def _unknown(what: str, identifier: str, known: Iterable[str]) -> str:
    hint = did_you_mean(identifier, known)
    return f"there is no {what} '{identifier}'" + (f"; {hint}" if hint else "")


def _when(statement: Statement) -> tuple[Any, ...]:
    """Return what puts facts in the order of time; those without a date come last.

    Not `in_order`: a reader of the page of one entity follows its life, whatever the relation.
    """
    period = statement.holds
    first = period.since or period.until
    return (first is None, first or (), statement.triple, statement.id)


def _fact(one: Statement, here: str, history: History, day: str, only: str = "") -> dict[str, Any]:
    """Return a fact as its page tells it, seen from the entity that the page is about."""
    told = statement_object(one, history.sources, day)
    return {
        "id": told["id"],
        "subject": _end(one.subject, here, history),
        "predicate": _named(one.predicate, history),
        "object": {"text": one.object, "is_value": True}
        if one.datatype
        else _end(one.object, here, history),
        "when": dates_in_words(one),
        "machine": told["since"],
        "status": told["status"] if one.kind != "timeless" else "",
        "rank": one.rank if one.rank != "normal" else "",
        "more": schema.in_words("statements", one.more),
        "is_disputed": bool(one.disputed_by),
        "proofs": [
            {
                "rule": _label(history.rules[proof.rule].text, history.languages[0]),
                "premises": [
                    " ".join(_named(one, history)["text"] for one in history.by_id[premise].triple)
                    for premise in proof.premises
                    if premise in history.by_id
                ],
            }
            for proof in one.proofs
        ],
        "note": told["note"],
        "references": [
            _reference(reference, history.sources[reference["source"]])
            for reference in told["references"]
            if not only or reference["source"] == only
        ],
    }


def _named(identifier: str, history: History) -> dict[str, str]:
    """Return the label of an entity, a class or a property, and its language."""
    entity = history.entities.get(identifier)
    labels = history.labels_of.get(identifier, {}) if entity is None else entity.labels
    language, text = next(iter(ordered(labels, history.languages).items()), ("", identifier))
    return _label(text, language)


def _label(text: str, language: str) -> dict[str, str]:
    """Return the text with its language, "" where that is the language of the page."""
    return {"text": text, "language": "" if language == _SPOKEN else language}


def _end(identifier: str, here: str, history: History) -> dict[str, Any]:
    return {
        "id": identifier,
        **_named(identifier, history),
        "is_value": False,
        "is_here": identifier == here,
    }


def _reference(told: dict[str, Any], source: Source) -> dict[str, Any]:
    """Return a reference as a page tells it: with a name, and an address to follow."""
    return told | {
        "title": told["title"] or source.id,
        "url": _web(source.url),
        "more": schema.in_words("sources", source.more),
    }


def _web(url: str) -> str:
    """Return the address if a browser may follow it: never "javascript:"."""
    return url if url.startswith(("https://", "http://")) else ""


def _page(template: str, **values: Any) -> Reply:  # noqa: ANN401 - what a template says
    body = _templates().get_template(template).render(values)
    return Reply(HTML, body.encode(), {"lasting": True})


def _templates() -> jinja2.Environment:
    import jinja2

    folder = files("kg.server") / "pages"
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
