"""Questions: each with its answers, for what it cannot do without an example of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.errors import LimitError, QueryError
from kg.hypertext.answers import shown
from kg.hypertext.asking import answer_of, choices
from kg.hypertext.telling import Teller, label, page
from kg.query.slice import Beginning

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.model.sparql import Parameter, Question
    from kg.workers.wire import Reply

# So many main subjects of the dataset have an answer of their own.
MANY: Final = 5


def question_page(told: Teller, graph: Graph, question: Question, as_of: str) -> Reply:
    """Return the page of a question with its answers, each asked in a process that can be ended."""
    given = examples(told, question)
    return page(
        told,
        "answers.html",
        "questions",
        name=question.name,
        text=told.said(question.text),
        answers=[_answer(told, graph, question, one, as_of) for one in given],
        parameters=question.parameters,
        needed=[one.name for one in question.parameters if one.required],
        sparql=question.sparql,
    )


def examples(told: Teller, question: Question) -> list[dict[str, str]]:
    """Return values for what a question needs: one without needs is asked about everything.

    An entity is each main subject of the dataset that fits, or else what most is said of; of two
    days the first is that on which the record begins, the last that from which the pages see it.
    None where there is no example.
    """
    required = [one for one in question.parameters if one.required]
    days = [one for one in required if one.type == "xsd:date"]
    things = [one for one in required if not one.type.startswith("xsd:")]
    if len(days) + len(things) < len(required):
        return []
    values = {one.name: Beginning.of(told.history.store).dated or told.day for one in days[:-1]}
    values |= {one.name: told.day for one in days[-1:]}
    if not things:
        return [values]
    found = [_fitting(told, one) for one in things]
    made = []
    for first in found[0][:MANY]:
        chosen = {things[0].name: first}
        for one, fitting in zip(things[1:], found[1:], strict=True):
            others = [each for each in fitting if each not in chosen.values()]
            chosen |= {one.name: others[0]} if others else {}
        if len(chosen) == len(things):
            made.append(chosen | values)
    return made


def _fitting(told: Teller, one: Parameter) -> list[str]:
    """Return what may stand for a parameter: main subjects, else the two of which most is said."""
    offered = set(choices(told, one))
    if subjects := [each for each in told.subjects if each in offered]:
        return subjects
    index = told.history.by_source if one.type == "kg:Source" else told.history.by_end
    most = sorted(offered, key=lambda each: (-len(index.get(each, ())), each))
    return most[:1]


def _answer(
    told: Teller, graph: Graph, question: Question, given: dict[str, str], as_of: str
) -> dict[str, Any]:
    said = {"given": [_given(told, question, *one) for one in given.items()], "problem": ""}
    try:
        result = graph.ask(question.name, given, as_of=as_of or None)
    except (LimitError, QueryError) as error:
        return said | {"problem": str(error)}
    found = _without(given, shown(told.bench, result.vars, result.terms))
    return said | answer_of(told, found | {"form": result.form.lower()})


def _without(given: dict[str, str], found: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without the columns that the heading says already."""
    kept = [at for at, name in enumerate(found["vars"]) if name not in given]
    if not kept:
        return found
    rows = [[row[at] for at in kept] for row in found["rows"]]
    return found | {"vars": [found["vars"][at] for at in kept], "rows": rows}


def _given(told: Teller, question: Question, name: str, value: str) -> dict[str, Any]:
    """Return a parameter as the heading of an answer tells it."""
    (one,) = (each for each in question.parameters if each.name == name)
    if one.type.startswith("xsd:"):
        return {"name": name, **label(value, ""), "href": ""}
    if source := told.history.sources.get(value) if one.type == "kg:Source" else None:
        href = told.links.to("source", value)
        return {"name": name, **label(source.title or value, source.language), "href": href}
    return {"name": name, **told.named(value), "href": told.links.to("id", value)}
