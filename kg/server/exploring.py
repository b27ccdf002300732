"""Exploring: what the query page asks the workers: rows with labels, the vocabulary, drawings."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, Triple

from kg.errors import LimitError, MissingError, UsageError
from kg.hypertext.answers import answered, curie, labels_of, options, question_of
from kg.hypertext.frame import HTML, rendered
from kg.hypertext.places import SERVED
from kg.hypertext.telling import teller
from kg.model.languages import UNNAMED, labelled, ordered
from kg.model.namespaces import text_of
from kg.pipeline.generations import PAGE
from kg.query.bench.answer import evaluate
from kg.query.names import entity
from kg.query.questions import bind, misspelt, questions
from kg.query.slice import slice_of
from kg.store.read_back import History
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    import networkx as nx

    from kg.query.bench.bench import Bench

JSON: Final = "application/json"
DRAWN: Final = 300
_NAMES: Final = 20_000

_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_MEMBERS: Final = f"""
SELECT ?class (COUNT(*) AS ?count) {{ ?s <{_RDF_TYPE}> ?class }} GROUP BY ?class"""
_FITTING: Final = f"""
SELECT DISTINCT ?class ?property {{ ?s <{_RDF_TYPE}> ?class ; ?property ?o }}"""
_LABELS: Final = f"""
SELECT ?thing ?label {{ ?thing <{_RDFS}label> ?label }}
ORDER BY ?thing STR(?label) LIMIT {_NAMES}"""


def rows(bench: Bench, task: Task) -> Reply:
    """Return the first rows of an answer for people: every term with its short name and label.

    The object is that of `answered`, with "notes": the names in the query that are nowhere in the
    graph, which SPARQL passes over.
    """
    told = answered(bench, task)
    found = [] if bench.is_plain else misspelt(bench.store, task["query"])
    told["notes"] = [
        {
            "line": name.line,
            "column": name.column,
            "message": f"'{name.text}' names nothing in the graph{hint and f'; {hint}'}",
        }
        for name, hint in found
    ]
    body = json.dumps(told, ensure_ascii=False).encode()
    if len(body) > bench.limits.answer:
        msg = "the answer is too long to show; download it"
        raise LimitError(msg, "answer")
    return Reply(JSON, body, {"rows": len(told["rows"])})


def vocabulary(bench: Bench, _: Task) -> Reply:
    """Return what can be completed, and the questions that can be chosen.

    The object has "prefixes", "classes" (each with the count of its members), "properties" (each
    with the classes whose members have it), "names" (labels of all things in all languages),
    "questions", "languages" (of the labels, that of the dataset first) and "issued".
    """
    store = bench.store
    counted = cast("QuerySolutions", store.query_plain(_MEMBERS))
    classes = {text_of(row["class"]): int(text_of(row["count"])) for row in counted}
    properties: dict[str, set[str]] = {}
    for row in cast("QuerySolutions", store.query_plain(_FITTING)):
        properties.setdefault(text_of(row["property"]), set()).add(text_of(row["class"]))
    labels: dict[str, dict[str, str]] = {}
    for row in cast("QuerySolutions", store.query_plain(_LABELS)):
        label, thing = row["label"], row["thing"]
        if isinstance(label, Literal) and isinstance(thing, NamedNode):
            labels.setdefault(thing.value, {}).setdefault(label.language or "", label.value)
    met = {language: "" for words in labels.values() for language in words if language}
    told = {
        "prefixes": bench.prefixes,
        "classes": [
            {"name": curie(bench, iri), "count": count, "labels": labels.get(iri, {})}
            for iri, count in sorted(classes.items())
        ],
        "properties": [
            {
                "name": curie(bench, iri),
                "labels": labels.get(iri, {}),
                "classes": sorted(curie(bench, kind) for kind in kinds),
            }
            for iri, kinds in sorted(properties.items())
        ],
        "names": [
            {"name": curie(bench, iri), "labels": words}
            for iri, words in sorted(labels.items())
            if iri not in classes and iri not in properties
        ],
        "questions": [] if bench.is_plain else _told_questions(bench),
        "languages": [*ordered(met, _languages(bench))],
        "issued": "" if bench.is_plain else store.issued,
    }
    return Reply(JSON, json.dumps(told, ensure_ascii=False).encode(), {"lasting": True})


def _languages(bench: Bench) -> tuple[str, ...]:
    """Return the languages of the dataset's labels, that of the dataset first."""
    return UNNAMED if bench.is_plain else History(bench.store).languages


def bound(bench: Bench, task: Task) -> Reply:
    """Return the SPARQL text of a question with its parameters filled in.

    Raises MissingError for an unknown question, QueryError for a wrong parameter.
    """
    question = question_of(bench, task["question"])
    text = bind(bench.store, question, dict(task["parameters"]))
    return Reply(JSON, json.dumps({"query": text}).encode(), {"lasting": True})


def graph(bench: Bench, task: Task) -> Reply:
    """Return the graph page: all of it, or what is within "hops" of a "focus"."""
    from kg.page.draw import view
    from kg.query.views import views_of

    made = _built_page(bench, task)
    if made is None:
        network = _network(bench, task)
        known = slice_of(bench.store, known_by=task.get("known_by") or None)
        made = view(
            network,
            as_of=task.get("as_of") or None,
            surely=bool(task.get("surely")),
            focus=entity(known, task["focus"], "focus") if task.get("focus") else None,
            hops=int(task.get("hops") or 1),
            views=views_of(known),
        ).html
    header = rendered("graph-header.html", SERVED, "graph", site=teller(bench, {}).site)
    return _headed(made, header)


def _built_page(bench: Bench, task: Task) -> str | None:
    """Return the page that stands beside the store since it was built, None where it will not do.

    To draw a large graph anew takes seconds. One that answers SPARQL by itself needs what the
    pages of the server may not do.
    """
    folder = bench.store.folder
    if folder is None or any(task.get(name) for name in ("as_of", "known_by", "surely", "focus")):
        return None
    try:
        text = (folder.parent / PAGE).read_text(encoding="utf-8")
    except OSError:
        return None
    return text if text and 'id="kg-asking"' not in text else None


def _headed(text: str, header: str) -> Reply:
    """Return the graph page with the header of all pages."""
    style, bar = '<link rel="stylesheet" href="/assets/site.css">\n</head>', '<header class="bar">'
    text = text.replace("</head>", style, 1).replace(bar, f"{header}\n{bar}", 1)
    return Reply(HTML, text.encode(), {"lasting": True})


def picture(bench: Bench, task: Task) -> Reply:
    """Return the neighbourhood of an entity as one still picture (SVG)."""
    from kg.page.draw import view

    network = _network(bench, task)
    if task["focus"] not in network:
        msg = f"there is no entity '{task['focus']}'"
        raise MissingError(msg)
    as_of, surely = task.get("as_of") or None, bool(task.get("surely"))
    page = view(network, as_of=as_of, surely=surely, focus=task["focus"])
    return Reply("image/svg+xml", page.svg.encode(), {"lasting": True})


def draw(bench: Bench, task: Task) -> Reply:
    """Return the triples of a CONSTRUCT or DESCRIBE, drawn by the renderer of the graph page.

    Raises UsageError for other forms, LimitError above `DRAWN` triples.
    """
    from kg.page.draw import view

    answer = evaluate(bench, task)
    if isinstance(answer, (QueryBoolean, QuerySolutions)):
        msg = "only the triples of a CONSTRUCT or DESCRIBE can be drawn"
        raise UsageError(msg)
    triples: list[Triple] = list(islice(cast("Any", answer), DRAWN + 1))
    if len(triples) > DRAWN:
        msg = f"more than {DRAWN} triples make no picture; ask for less"
        raise LimitError(msg, "rows")
    return Reply(HTML, view(_drawn(bench, triples)).html.encode(), {})


def _network(bench: Bench, task: Task) -> nx.MultiDiGraph[str]:
    from kg.exports.network import network

    if bench.is_plain:
        msg = "these files were not built by kg: there is no graph page, but /query draws triples"
        raise MissingError(msg)
    known_by = task.get("known_by") or None
    found: nx.MultiDiGraph[str] = bench.remember(
        ("network", known_by), lambda: network(bench.store, known_by=known_by)
    )
    return found


def _drawn(bench: Bench, triples: list[Triple]) -> nx.MultiDiGraph[str]:
    """Return triples as a network such as the page draws: IRIs are nodes, literals their facts."""
    import networkx as nx

    nodes = [end for one in triples for end in (one.subject, one.object)]
    labels = labels_of(bench, [nodes])
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="Triples of the query")
    kinds = _kinds_of(bench, nodes)
    kinds |= {one.subject: one.object for one in triples if one.predicate.value == _RDF_TYPE}
    terms = [one.predicate for one in triples] + list(kinds.values())
    names = labels_of(bench, [terms])
    languages = _languages(bench)
    drawn.graph["languages"] = list(languages)
    for node in nodes:
        if not isinstance(node, Literal):
            name = _id(bench, node)
            words = labels.get(name, {})
            kind = curie(bench, text_of(kinds.get(node))) if node in kinds else ""
            drawn.add_node(name, **labelled(words, languages, name), **{"class": kind})
            said = names.get(kind, {})
            drawn.nodes[name].update(labelled(said, languages, kind or "thing", "class_"))
    for number, one in enumerate(sorted(triples, key=str)):
        predicate = curie(bench, one.predicate.value)
        said = names.get(predicate, {})
        about = {"predicate": predicate, **labelled(said, languages, predicate),
                 "kind": "timeless", "rank": "normal",
                 "status": "current", "inferred": False, "symmetric": False}  # fmt: skip
        subject = _id(bench, one.subject)
        if isinstance(one.object, Literal):
            fact = {"id": f"t{number}", "value": one.object.value} | about
            drawn.nodes[subject].setdefault("facts", []).append(fact)
        else:
            drawn.add_edge(subject, _id(bench, one.object), key=f"t{number}", **about)
    return drawn


def _kinds_of(bench: Bench, nodes: list[Any]) -> dict[Any, Any]:
    """Return one class of each node that has one: the narrowest there is, then by its name."""
    store, rdf_type = bench.store.pyoxigraph, NamedNode(_RDF_TYPE)
    wider = NamedNode(f"{_RDFS}subClassOf")
    found: dict[Any, Any] = {}
    for node in {one for one in nodes if not isinstance(one, (Literal, Triple))}:
        quads = store.quads_for_pattern(node, rdf_type, None, None)
        classes = {quad.object for quad in quads if isinstance(quad.object, NamedNode)}
        above = {
            quad.object
            for one in classes
            for quad in store.quads_for_pattern(one, wider, None, None)
            if quad.object != one
        }
        if classes:
            found[node] = min(classes - above or classes, key=str)
    return found


def _id(bench: Bench, node: object) -> str:
    return curie(bench, node.value) if isinstance(node, NamedNode) else str(node)


def _told_questions(bench: Bench) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "text": one.text,
            "query": one.sparql,
            "parameters": [
                {
                    "name": parameter.name,
                    "types": parameter.types,
                    "is_required": parameter.required,
                    "text": parameter.text,
                    "options": options(bench, parameter.types),
                }
                for parameter in one.parameters
            ],
        }
        for one in questions(bench.store).values()
    ]
