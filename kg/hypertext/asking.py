"""Asking: a question of the project as a form, and its answer as a table with links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from kg.errors import QueryError, noun
from kg.hypertext.answers import PAGE_ROWS, answered, options, question_of
from kg.hypertext.frame import HTML
from kg.hypertext.telling import Teller, label, page
from kg.model.languages import first_label, ordered
from kg.query.questions import bind, meant
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.model.sparql import Parameter, Question

# More than so many choices are typed by their ids, and completed.
CHOICES: Final = 500
# What begins so in the address of a question is the value of a parameter.
PARAMETER: Final = "p."
_DATES: Final = ("as-of", "from", "to", "surely", "known-by")
# The prefix of a name → the kind of page that it has.
_PAGES: Final = {
    "id": "id",
    "src": "source",
    "st": "statement",
    "rule": "rule",
    "question": "question",
}


def question_page(told: Teller, task: Task) -> Reply:
    """Return the form of a question, with its answer when nothing that it needs is missing.

    The task has "id", "given" (pairs of the address), and "as_of", "surely" and "known_by".
    """
    bench = told.bench
    given = {name: text for name, text in task["given"] if text}
    question = question_of(bench, task["id"])
    values = {
        name.removeprefix(PARAMETER): text
        for name, text in given.items()
        if name.startswith(PARAMETER)
    }
    dates = {name: given[name] for name in _DATES if name in given}
    is_whole = all(one.name in values for one in question.parameters if one.required)
    problem, answer = "", None
    if is_whole:
        try:
            text = bind(bench.store, question, values)
            values = meant(bench.store, question, values)
            answer = _answer(told, task, text, dates)
        except QueryError as error:
            problem = str(error)
    elif values:
        problem = "what is required is missing"
    made = page(
        told,
        "question.html",
        "questions",
        name=question.name,
        text=told.said(question.text),
        fields=[_field(told, one, values.get(one.name, "")) for one in question.parameters],
        dates={name: dates.get(name, "") for name in _DATES},
        issued=bench.store.issued,
        problem=problem,
        answer=answer,
        same=_link(question, values, dates),
        editor=_in_editor(question, values, dates, answer),
        sparql=question.sparql,
    )
    return Reply(HTML, made.body, {"lasting": True, **({"status": 400} if problem else {})})


def _answer(told: Teller, task: Task, text: str, dates: dict[str, str]) -> dict[str, Any]:
    """Return the table of the answer, how it is told in words, and where all of it can be had."""
    found = answered(told.bench, {**task, "query": text})
    kept = answer_of(told, found)
    formats = ("ttl", "jsonld") if found["triples"] else ("csv", "tsv", "json")
    return kept | {
        "query": text,
        "downloads": [
            {
                "name": {"ttl": "Turtle", "jsonld": "JSON-LD"}.get(form, form.upper()),
                "href": f"/sparql?{urlencode({'query': text, **dates, 'format': form})}",
            }
            for form in formats
        ],
    }


def answer_of(told: Teller, found: dict[str, Any]) -> dict[str, Any]:
    """Return the table of an answer, and how it is told in words."""
    rows = [[_shown(told, cell) for cell in row] for row in found["rows"]]
    kept = [at for at, name in enumerate(found["vars"]) if not _repeats(name, at, rows)]
    count = len(rows)
    words = f"{'the first ' if found['truncated'] else ''}{count:,} {noun(count, 'row')}"
    if found["form"] == "ask":
        words = "Yes" if rows[0][0] and rows[0][0]["text"] == "true" else "No"
    return {
        "words": words,
        "is_table": found["form"] != "ask",
        "vars": [found["vars"][at] for at in kept],
        "rows": [[row[at] for at in kept] for row in rows],
        "most": PAGE_ROWS if found["truncated"] else 0,
    }


def _shown(told: Teller, cell: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what stands in a cell: a label that leads to its page, or a text."""
    if cell is None:
        return None
    if "iri" not in cell:
        return {**label(cell["text"], cell["lang"]), "href": ""}
    named = ordered(cell["labels"], told.history.languages)
    text = first_label(named, told.history.languages, cell["name"])
    prefix, _, local = cell["name"].partition(":")
    href = told.links.to(_PAGES[prefix], local) if prefix in _PAGES else ""
    if not href and cell["iri"].startswith(("https://", "http://")) and prefix.startswith("<"):
        href = cell["iri"]
    return {**label(text, next(iter(named), "")), "href": href}


def _repeats(name: str, at: int, rows: list[list[dict[str, Any] | None]]) -> bool:
    """Whether a column only gives labels that stand in the cells before already.

    A question gives them for tables without links.
    """
    return "label" in name.lower() and all(
        row[at] is None
        or any(other and other["href"] and other["text"] == row[at]["text"] for other in row)  # type: ignore[index]
        for row in rows
    )


def _field(told: Teller, one: Parameter, value: str) -> dict[str, Any]:
    """Return a field of the form, with its choices by label where they are few."""
    offered = [_choice(told, each) for each in choices(told, one)]
    offered.sort(key=lambda each: (each["kind"].casefold(), each["text"].casefold(), each["id"]))
    kinds = dict.fromkeys(each["kind"] for each in offered)
    return {
        "name": one.name,
        "text": one.text,
        "type": one.type,
        "is_required": one.required,
        "value": value,
        "is_many": len(offered) > CHOICES,
        "groups": [
            {"kind": kind, "choices": [each for each in offered if each["kind"] == kind]}
            for kind in kinds
        ],
    }


def choices(told: Teller, one: Parameter) -> list[str]:
    """Return the ids that a parameter may have; none for a literal."""
    return [*told.history.entities] if "owl:Thing" in one.types else options(told.bench, one.types)


def _choice(told: Teller, identifier: str) -> dict[str, str]:
    if source := told.history.sources.get(identifier):
        return {"id": identifier, "text": source.title or identifier, "kind": ""}
    kind = told.history.entities[identifier].class_name
    return {
        "id": identifier,
        "text": told.named(identifier)["text"],
        "kind": told.named(kind)["text"],
    }


def _pairs(values: dict[str, str], dates: dict[str, str]) -> dict[str, str]:
    return {**{f"{PARAMETER}{name}": text for name, text in values.items()}, **dates}


def _link(question: Question, values: dict[str, str], dates: dict[str, str]) -> str:
    """Return the address of exactly what is shown."""
    asked = urlencode(_pairs(values, dates))
    return f"/question/{quote(question.name)}{asked and f'?{asked}'}"


def _in_editor(
    question: Question,
    values: dict[str, str],
    dates: dict[str, str],
    answer: dict[str, Any] | None,
) -> str:
    """Return the address of the query page with the same."""
    text = answer["query"] if answer else question.sparql
    state = {"query": text, **dates, "question": question.name, **_pairs(values, {})}
    return f"/query#{urlencode(state)}"
