"""Home: what the dataset is about, its figures, its sources and its questions; and lost visitors.

Runs in a worker.
"""

from __future__ import annotations

import json
from collections import Counter
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from kg.errors import SEARCHED
from kg.query.questions import questions
from kg.server.frame import HTML, rendered
from kg.server.telling import Teller, label, page, teller, web
from kg.store.base import select
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.model.sparql import Question
    from kg.query.bench.bench import Bench

JSON: Final = "application/json"
# So many sources stand on one page.
SOURCES: Final = 100
# So many names are offered to somebody who is lost.
_NEAR: Final = 5
_COUNTS: Final = """
SELECT (COUNT(?st) AS ?facts) (COUNT(?counted) AS ?inferred) {
  ?st a kg:Statement . OPTIONAL { ?st kg:proofCount ?counted }
}"""
_RESTING: Final = """
SELECT ?source (COUNT(DISTINCT ?st) AS ?facts) {
  ?reference prov:hadPrimarySource ?source . ?st prov:wasDerivedFrom ?reference .
} GROUP BY ?source"""
_SPEAKERS: Final = """
SELECT ?name ?who { ?speaker prov:actedOnBehalfOf ?who ; rdfs:label ?name } ORDER BY STR(?name)"""


def home(bench: Bench, task: Task) -> Reply:
    """Return the first page: title and description, figures, search, and the questions."""
    told = teller(bench, task)
    return page(
        told,
        "home.html",
        titles=told.dataset.get("dcterms:title", []),
        descriptions=told.dataset.get("dcterms:description", []),
        subjects=[told.end(one) for one in told.subjects],
        topics=topics(bench, told),
        **_figures(told),
    )


def about(bench: Bench, task: Task) -> Reply:
    """Return what is to be known of the dataset: who may use it, how it is dated, where it is."""
    told = teller(bench, task)
    local = told.history.store.words.local
    speakers = [
        {"name": row["name"].value, "who": told.end(local("id", row["who"].value))}
        for row in select(told.history.store, _SPEAKERS)
    ]
    return page(
        told,
        "about.html",
        "/about",
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


def sources(bench: Bench, task: Task) -> Reply:
    """Return a page of the list of sources, each with how many facts rest on it.

    The task has "page", counted from 1.
    """
    told = teller(bench, task)
    local = told.history.store.words.local
    resting = {
        local("src", row["source"].value): int(row["facts"].value)
        for row in select(told.history.store, _RESTING)
    }
    every = sorted(told.history.sources.values(), key=lambda one: (one.title.casefold(), one.id))
    pages = max(1, -(-len(every) // SOURCES))
    number = min(max(int(task["page"]), 1), pages)
    shown = every[(number - 1) * SOURCES : number * SOURCES]
    return page(
        told,
        "sources.html",
        "/sources",
        sources=[{"source": one, "facts": resting.get(one.id, 0)} for one in shown],
        count=len(every),
        number=number,
        pages=pages,
    )


def questions_page(bench: Bench, task: Task) -> Reply:
    """Return the list of the questions, by what they are about."""
    told = teller(bench, task)
    return page(told, "questions.html", "/questions", topics=topics(bench, told))


def query_page(bench: Bench, task: Task) -> Reply:
    """Return the query page, the same for every visitor; the rest is in its address."""
    if bench.is_plain:
        return Reply(HTML, rendered("query.html", "/query", site=None).encode(), {"lasting": True})
    return page(teller(bench, task), "query.html", "/query")


def topics(bench: Bench, told: Teller) -> list[dict[str, Any]]:
    """Return the questions by what they are about: the class of the first thing that they ask for.

    Each topic has "name" and "questions"; those about everything come last.
    """
    found: dict[str, list[Question]] = {}
    for one in questions(bench.store).values():
        kinds = [parameter.types[0] for parameter in one.parameters]
        about = next((kind for kind in kinds if not kind.startswith("xsd:")), "")
        found.setdefault(about, []).append(one)
    last = ("owl:Thing", "kg:Source", "")
    names = {"owl:Thing": "anything", "kg:Source": "source", "": "the whole record"}
    told_topics = [
        {
            "class": "" if kind in names else kind.removeprefix(":"),
            "name": label(names[kind], "en")
            if kind in names
            else told.named(kind.removeprefix(":")),
            "is_last": kind in last,
            "questions": [
                {"name": one.name, "text": told.said(one.text)}
                for one in sorted(asked, key=lambda one: one.text)
            ],
        }
        for kind, asked in found.items()
    ]
    return sorted(told_topics, key=lambda one: (one["is_last"], one["name"]["text"].casefold()))


def lost(bench: Bench, task: Task) -> Reply:
    """Return what helps at an address where nothing is: {"site", "near"}, as JSON.

    The task has "path"; "near" are the names that are nearest to its last part, each with "href".
    """
    if bench.is_plain:
        return Reply(JSON, b'{"site": null, "near": []}', {"lasting": True})
    told = teller(bench, task)
    kind, _, name = task["path"].strip("/").rpartition("/")
    stem = name.partition(".")[0]
    known: dict[str, dict[str, Any]] = {}
    if kind == "source":
        texts = {one.id: label(one.title or one.id, "") for one in told.history.sources.values()}
        place = "/source/"
    elif kind == "question":
        texts = {one.name: told.said(one.text) for one in questions(bench.store).values()}
        place = "/question/"
    elif kind in {"", "id"} and stem and len(told.history.record.table("entities")) <= SEARCHED:
        texts = {one: told.named(one) for one in told.history.entities}
        place = "/id/"
    else:
        texts, place = {}, ""
    for near in _nearest(stem, texts):
        known[near] = {"href": place + near, "id": near, **texts[near]}
    body = json.dumps({"site": told.site, "near": list(known.values())}, ensure_ascii=False)
    return Reply(JSON, body.encode(), {"lasting": True})


def _nearest(word: str, names: Iterable[str]) -> list[str]:
    """Return the names nearest to the word, none where there are too many to be gone through."""
    by_case = {name.casefold(): name for name in islice(names, SEARCHED + 1)}
    if len(by_case) > SEARCHED:
        return []
    near = get_close_matches(word.casefold()[:100], by_case, n=_NEAR, cutoff=0.6)
    return [by_case[one] for one in near]


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
