"""Home: what the dataset is about, its figures, its sources and its questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kg.hypertext.telling import Teller, label, page, web
from kg.query.questions import by_topic
from kg.store.base import select
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.model.sparql import Question

# So many sources stand on one page.
SOURCES: Final = 100
_COUNTS: Final = """
SELECT (COUNT(?st) AS ?facts) (COUNT(?counted) AS ?inferred) {
  ?st a kg:Statement . OPTIONAL { ?st kg:proofCount ?counted }
}"""
_SPEAKERS: Final = """
SELECT ?name ?who { ?speaker prov:actedOnBehalfOf ?who ; rdfs:label ?name } ORDER BY STR(?name)"""


def home(told: Teller, _: Task) -> Reply:
    """Return the first page: title and description, figures, search, and the questions."""
    return page(
        told,
        "home.html",
        titles=told.dataset.get("dcterms:title", []),
        descriptions=told.dataset.get("dcterms:description", []),
        subjects=[told.end(one) for one in told.subjects],
        topics=topics(told),
        **_figures(told),
    )


def about(told: Teller, _: Task) -> Reply:
    """Return what is to be known of the dataset: who may use it, how it is dated, where it is."""
    local = told.history.store.words.local
    speakers = [
        {"name": row["name"].value, "who": told.end(local("id", row["who"].value))}
        for row in select(told.history.store, _SPEAKERS)
    ]
    return page(
        told,
        "about.html",
        "about",
        titles=told.dataset.get("dcterms:title", []),
        descriptions=told.dataset.get("dcterms:description", []),
        licenses=[
            web(one["text"]) or one["text"] for one in told.dataset.get("dcterms:license", ())
        ],
        version=next((one["text"] for one in told.dataset.get("dcat:version", ())), ""),
        base=told.history.store.words.base,
        languages=told.history.languages,
        speakers=speakers,
        **_figures(told),
    )


def sources(told: Teller, task: Task) -> Reply:
    """Return a page of the list of sources, each with how many facts rest on it.

    The task has "page", counted from 1.
    """
    resting = told.history.resting
    every = sorted(told.history.sources.values(), key=lambda one: (one.title.casefold(), one.id))
    pages = max(1, -(-len(every) // SOURCES))
    number = min(max(int(task["page"]), 1), pages)
    shown = every[(number - 1) * SOURCES : number * SOURCES]
    return page(
        told,
        "sources.html",
        "sources",
        sources=[{"source": one, "facts": resting.get(one.id, 0)} for one in shown],
        count=len(every),
        number=number,
        pages=pages,
    )


def questions_page(told: Teller, _: Task) -> Reply:
    """Return the list of the questions, by what they are about."""
    return page(told, "questions.html", "questions", topics=topics(told))


def topics(told: Teller) -> list[dict[str, Any]]:
    """Return the questions by topic; where none names one, by the class that they first ask for.

    Each topic has "name" and "questions"; those about everything come last.
    """
    every = told.questions.values()
    if any(one.topic for one in every):
        return [
            {"name": told.said(topic or "other questions"), "questions": _listed(told, found)}
            for topic, found in by_topic(every).items()
        ]
    found: dict[str, list[Question]] = {}
    for one in every:
        kinds = [parameter.types[0] for parameter in one.parameters]
        about = next((kind for kind in kinds if not kind.startswith("xsd:")), "")
        found.setdefault(about, []).append(one)
    last = ("owl:Thing", "kg:Source", "")
    names = {"owl:Thing": "anything", "kg:Source": "source", "": "the whole record"}
    told_topics = [
        {
            "name": label(names[kind], "en")
            if kind in names
            else told.named(kind.removeprefix(":")),
            "is_last": kind in last,
            "questions": _listed(told, asked),
        }
        for kind, asked in found.items()
    ]
    return sorted(told_topics, key=lambda one: (one["is_last"], one["name"]["text"].casefold()))


def _listed(told: Teller, found: Iterable[Question]) -> list[dict[str, Any]]:
    """Return name and text of each question, by their texts."""
    return [
        {"name": one.name, "text": told.said(one.text)}
        for one in sorted(found, key=lambda one: one.text)
    ]


def _figures(told: Teller) -> dict[str, Any]:
    history = told.history
    kinds = Counter(one.class_name for one in history.entities.values())
    (row,) = select(history.store, _COUNTS)
    return {
        "classes": sorted(
            ({"id": kind, **told.named(kind), "count": many} for kind, many in kinds.items()),
            key=lambda one: (-one["count"], one["text"]),
        ),
        "entities": len(history.entities),
        "facts": int(row["facts"].value),
        "inferred": int(row["inferred"].value),
        "sources": len(history.sources),
        "publishers": len({one.first_publisher for one in history.sources.values()} - {""}),
        "issued": history.store.issued,
    }
