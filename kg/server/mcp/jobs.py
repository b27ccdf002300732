"""Jobs: what the workers answer to the tools and resources; loaded by name in each of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from kg.errors import LimitError, MissingError, QueryError, UsageError, did_you_mean
from kg.hypertext.searching import Index, indexes
from kg.model.edtf import days_of
from kg.model.languages import ordered
from kg.model.namespaces import text_of
from kg.query.names import Names
from kg.query.questions import bind, classes_of, meant, misspelt, questions
from kg.reports.explanation import Explanation
from kg.reports.why import why as explain
from kg.server.mcp.answers import answered
from kg.server.mcp.facts import Facts, page
from kg.server.mcp.ranking import Ranking, Thing
from kg.server.mcp.said import Called
from kg.server.mcp.tools import BEST
from kg.server.mcp.words import stems
from kg.store.base import select
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from kg.model.sparql import Question
    from kg.query.bench.bench import Bench, Job

JSON: Final = "application/json"
_TERMS: Final = """
SELECT ?term ?kind ?comment ?wider ?domain ?range {
  ?term a ?kind .
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty rdf:Property
    kg:StateProperty kg:EventProperty owl:SymmetricProperty kg:HappensOnce }
  FILTER STRSTARTS(STR(?term), STR(:))
  OPTIONAL { ?term rdfs:comment ?comment }
  OPTIONAL { ?term rdfs:subClassOf|rdfs:subPropertyOf ?wider FILTER STRSTARTS(STR(?wider), STR(:)) }
  OPTIONAL { ?term rdfs:domain ?domain FILTER isIRI(?domain) }
  OPTIONAL { ?term rdfs:range ?range FILTER isIRI(?range) }
} ORDER BY ?term"""

Told = dict[str, Any]


def search(bench: Bench, task: Task) -> Told:
    """Return what has the name, the best first."""
    facts = Facts(bench, task)
    made = bench.remember(("names", None), lambda: indexes(facts.told))
    names, entities, sources = made
    history = facts.history
    labels = [(one, text) for (one, _), text in history.labels.items() if one in history.properties]
    relations = Index([*labels, *((one, one) for one in history.properties)])
    every, name = (entities, relations, sources), task["name"]
    hits = [hit for each in every for hit in each.find(name)]
    hits = hits or [hit for each in every for hit in each.with_words(name)]
    hits.sort(key=lambda hit: hit.rank)
    part, told = page(hits, task)
    near, identifier = ("", "") if hits else names.suggest(name)
    return {
        "matches": [facts.candidate(hit.identifier, hit.written) for hit in part],
        **told,
        **({"suggestion": f"{near} ({identifier})"} if near else {}),
    }


def describe(bench: Bench, task: Task) -> Told:
    """Return what an entity is, and its facts."""
    facts = Facts(bench, task)
    identifier = facts.entity(task["entity"])
    found = facts.among({**task, "entity": identifier})
    if task["as_of"]:
        found = [one for one in found if one.possibly(facts.period)]
    part, told = page(facts.in_order(found), task)
    entity = facts.history.entities[identifier]
    return {
        "entity": {
            **facts.candidate(identifier),
            "labels": dict(ordered(entity.labels, facts.history.languages)),
            "aliases": list(entity.aliases),
            "wikidata": entity.wikidata,
            "iri": facts.store.words.entity(identifier).value,
        },
        "facts": [facts.fact(one) for one in part],
        "relations": dict(sorted(Counter(one.predicate for one in found).items())),
        **told,
        "notes": facts.notes,
    }


def list_questions(bench: Bench, task: Task) -> Told:
    """Return all questions, or those that a sentence can mean, the best first."""
    found = questions(bench.store)
    if not task["about"]:
        return {"questions": [_question(one) for one in found.values()]}
    facts = Facts(bench, {})
    ranking: Ranking = bench.remember(("ranking", None), lambda: _ranking(facts))
    said = ranking.read(task["about"])
    ranked = ranking.ranked(said, partial(_thing, facts))[:BEST]
    return {
        "questions": [
            {
                **_question(one.question),
                "score": one.score,
                "fill": one.parameters,
                **({} if one.is_dated or not said.dates else {"as_of": said.dates[-1]}),
            }
            for one in ranked
        ],
        "named": [facts.candidate(one) for each in said.mentions for one in each.ids],
        "dates": list(said.dates),
        "notes": [] if ranked else ["no question has a word of this and takes what it names"],
    }


def _ranking(facts: Facts) -> Ranking:
    """Return the questions ready to be ranked, and the names that sentences can have."""
    sources = facts.history.sources.values()
    titled = [(one.id, name) for one in sources for name in (one.id, one.title)]
    called = Called(Names(facts.history).pairs(), titled)
    return Ranking(questions(facts.store).values(), called)


def _thing(facts: Facts, identifier: str) -> Thing:
    """Return what a name stands for, with its classes."""
    if identifier not in facts.history.entities:
        return Thing(identifier, frozenset({"kg:Source"}), ("sourc",))
    words = facts.store.words
    kinds = classes_of(facts.store, words.entity(identifier))
    label = facts.named(facts.history.entities[identifier].class_name)
    return Thing(identifier, frozenset(kinds), tuple(stems(label)))


def ask_question(bench: Bench, task: Task) -> Told:
    """Return the answer to a question."""
    facts = Facts(bench, task)
    question = _question_of(bench, task["question"])
    given = task["parameters"] or {}
    text = bind(bench.store, question, given)
    values = meant(bench.store, question, given)
    told = answered(bench, facts, {**task, "query": text}, values.values())
    notes = [*facts.notes, *told.pop("notes", ())]
    return {"question": _question(question), "parameters": values, **told, "notes": notes}


def sparql(bench: Bench, task: Task) -> Told:
    """Return the answer to a query.

    Raises QueryError where it names something of the graph's own that does not exist: SPARQL
    would find nothing, which looks like an answer.
    """
    facts = Facts(bench, task)
    told = answered(bench, facts, task)
    for name, hint in misspelt(bench.store, task["query"]):
        msg = f"'{name.text}' names nothing in the graph; {hint or 'search finds what there is'}"
        raise QueryError(msg, name.line, name.column)
    return {**told, "notes": [*facts.notes, *told.pop("notes", ())]}


def why(bench: Bench, task: Task) -> Told:
    """Return the statements behind a fact, and what they rest on."""
    facts = Facts(bench, task)
    explanation = _explanation(facts, task)
    part, told = page(facts.in_order(explanation.statements), task)
    asked = {one.id for one in part}
    shown = Explanation(tuple(part), explanation.by_id, facts.history, explanation.issued)
    rules = facts.history.rules
    return {
        "facts": [facts.fact(one) for one in part],
        "rests_on": [facts.fact(one) for one in shown.explained if one.id not in asked],
        "proofs": [
            {
                "fact": one.id,
                "rule": rules[proof.rule].text,
                "path": rules[proof.rule].path,
                "premises": list(proof.premises),
            }
            for one in shown.explained
            for proof in (one.proofs if one.id in asked else one.proofs[:1])
        ],
        **told,
        "notes": facts.notes or ([] if part else ["no statement says so"]),
    }


def as_of(bench: Bench, task: Task) -> Told:
    """Return the facts of a relation or an entity on a date."""
    if not task["relation"] and not task["entity"]:
        msg = (
            "as_of needs a relation, an entity, or both; describe tells of one entity at all times"
        )
        raise UsageError(msg)
    facts = Facts(bench, task, task["date"])
    found = [one for one in facts.among(task) if one.possibly(facts.period)]
    part, told = page(facts.in_order(found), task)
    return {
        "date": task["date"],
        "facts": [facts.fact(one) for one in part],
        **told,
        "notes": facts.notes,
    }


def compare_dates(bench: Bench, task: Task) -> Told:
    """Return what began and what ended between two dates."""
    before, after = days_of(task["first"]), days_of(task["second"])
    if before.since and after.since and before.since > after.since:
        msg = f"first, {task['first']}, is after second, {task['second']}; swap them"
        raise UsageError(msg)
    bench.check_date(task["first"])
    facts = Facts(bench, task, task["second"])
    about = facts.among(task)
    old = {one.id for one in about if one.in_world(before)}
    new = {one.id for one in about if one.in_world(after)}
    changed = facts.in_order(one for one in about if one.id in old ^ new)
    part, told = page(changed, task)
    return {
        "changes": [
            {"change": "began" if one.id in new else "ended", "fact": facts.fact(one)}
            for one in part
        ],
        "unchanged": len(old & new),
        **told,
        "notes": facts.notes,
    }


# ---------------------------------------------------------------- resources


def ontology(bench: Bench, task: Task) -> Told:
    """Return the classes and relations, with labels, comments, and what they stand between."""
    facts = Facts(bench, task)
    words, terms = bench.store.words, dict[str, dict[str, set[str]]]()
    for row in select(bench.store, _TERMS):
        said = terms.setdefault(words.local("", text_of(row["term"])), {})
        for name in ("kind", "comment", "wider", "domain", "range"):
            if row[name] is not None:
                text = text_of(row[name])
                said.setdefault(name, set()).add(text if name == "comment" else words.short(text))
    labels = facts.history.labels_of
    told = [
        {"id": name, "labels": labels.get(name, {}), **{key: sorted(said[key]) for key in said}}
        for name, said in terms.items()
    ]
    return {
        "prefixes": bench.prefixes,
        "classes": [one for one in told if "owl:Class" in one["kind"]],
        "relations": [one for one in told if "owl:Class" not in one["kind"]],
    }


def all_questions(bench: Bench, _: Task) -> Told:
    """Return all questions, each with its SPARQL."""
    found = questions(bench.store).values()
    return {"questions": [{**_question(one), "sparql": one.sparql} for one in found]}


def one_question(bench: Bench, task: Task) -> Told:
    """Return a question with its SPARQL."""
    question = _question_of(bench, task["id"])
    return {**_question(question), "sparql": question.sparql}


def all_sources(bench: Bench, task: Task) -> Told:
    """Return all sources."""
    sources = Facts(bench, task).history.sources.values()
    return {"sources": [{"id": one.id, **one.cells} for one in sources]}


def one_source(bench: Bench, task: Task) -> Told:
    """Return a source, and the facts that rest on it."""
    facts = Facts(bench, task)
    source = facts.history.sources.get(task["id"])
    if source is None:
        raise _missing("source", task["id"], facts.history.sources)
    resting = [
        one
        for one in facts.history.statements
        if any(reference.source == source.id for reference in one.references)
    ]
    part, told = page(facts.in_order(resting), task)
    return {
        "id": source.id,
        **source.cells,
        "facts": [facts.fact(one) for one in part],
        **told,
    }


def one_statement(bench: Bench, task: Task) -> Told:
    """Return a statement as a fact."""
    facts = Facts(bench, task)
    return facts.fact(_statement(facts, task["id"])[task["id"]])


# ---------------------------------------------------------------- parts


def _question(one: Question) -> Told:
    return {
        "name": one.name,
        "text": one.text,
        "topic": one.topic,
        "also": list(one.also),
        "parameters": [
            {"name": each.name, "type": each.type, "required": each.required, "text": each.text}
            for each in one.parameters
        ],
    }


def _question_of(bench: Bench, name: str) -> Question:
    found = questions(bench.store)
    if name not in found:
        raise _missing("question", name, found)
    return found[name]


def _missing(what: str, name: str, known: Any) -> MissingError:  # noqa: ANN401 - a mapping by name
    hint = did_you_mean(name, known) or "list_questions and search tell what there is"
    return MissingError(f"there is no {what} '{name}'; {hint}")


def _statement(facts: Facts, word: str) -> dict[str, Any]:
    """Return by id the statement and those that explain it."""
    identifier = facts.store.words.meant("st", word)
    if identifier not in facts.history.by_id:
        msg = f"there is no statement '{word}'; other answers name the statements of their facts"
        raise MissingError(msg)
    return facts.history.statements_with({identifier})


def _explanation(facts: Facts, task: Task) -> Explanation:
    named = [name for name in ("subject", "relation", "object") if task[name]]
    if task["statement"]:
        if named:
            msg = f"name the fact by statement, or by {' and '.join(named)}, not by both"
            raise UsageError(msg)
        by_id = _statement(facts, task["statement"])
        one = by_id[facts.store.words.meant("st", task["statement"])]
        return Explanation((one,), by_id, facts.history, facts.told.day)
    if not task["subject"]:
        msg = "why needs a statement, or a subject with or without relation and object"
        raise UsageError(msg)
    asked = (task["subject"], task["relation"], task["object"])
    return explain(facts.store, *asked, as_of=facts.as_of)


def _job(answer: Callable[[Bench, Task], Told], bench: Bench, task: Task) -> Reply:
    """Return the answer as JSON; a name that fits several is answered with what it can mean.

    Raises LimitError for an answer that is too long, and whatever else is wrong.
    """
    try:
        told = answer(bench, task)
    except UsageError as error:
        if not error.candidates:
            raise
        facts = Facts(bench, {})
        part, about = page(error.candidates, {})
        found = [facts.candidate(one) for one in part]
        told = {"message": str(error), "candidates": found, **about}
    told["issued"] = bench.store.issued
    if not told.get("notes", True):
        del told["notes"]
    body = json.dumps(told, ensure_ascii=False).encode()
    if len(body) > bench.limits.answer:
        msg = f"the answer is longer than {bench.limits.answer:,} bytes; ask with a smaller limit"
        raise LimitError(msg, "answer")
    return Reply(JSON, body, {})


JOBS: Final[dict[str, Job]] = {
    one.__name__: partial(_job, one)
    for one in (
        *(search, describe, list_questions, ask_question, sparql, why, as_of, compare_dates),
        *(ontology, all_questions, one_question, all_sources, one_source, one_statement),
    )
}
