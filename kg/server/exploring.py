"""Exploring: what the query page asks the workers: rows with labels, the vocabulary, drawings."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Triple

from kg.errors import LimitError, MissingError, UsageError
from kg.exports.network import labelled
from kg.model.languages import UNNAMED, ordered
from kg.model.namespaces import text_of
from kg.pipeline.generations import PAGE
from kg.query.bench.answer import evaluate
from kg.query.names import entity
from kg.query.questions import bind, misspelt, questions
from kg.query.slice import slice_of
from kg.server.frame import HTML, rendered
from kg.server.telling import teller
from kg.store.read_back import History
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    import networkx as nx

    from kg.model.sparql import Question
    from kg.query.bench.bench import Bench

JSON: Final = "application/json"
# What a person can read; the downloads have it all.
PAGE_ROWS: Final = 1000
DRAWN: Final = 300
_NAMES: Final = 20_000

_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FITTING: Final = f"""
SELECT ?class ?property (COUNT(*) AS ?count) {{ ?s <{_RDF_TYPE}> ?class ; ?property ?o }}
GROUP BY ?class ?property ORDER BY STR(?class) ?property"""
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


def answered(bench: Bench, task: Task) -> dict[str, Any]:
    """Return the answer to the query of a task, as far as people read it.

    It has "form", "vars", "rows" (a cell is None, a literal or an IRI with its short name and
    labels), "truncated" (true when there are more rows than `PAGE_ROWS`) and "triples" (whether it
    can be drawn).
    """
    answer = evaluate(bench, task)
    told: dict[str, Any] = {"truncated": False, "triples": False}
    found: list[list[Any]]
    if isinstance(answer, QueryBoolean):
        told |= {"form": "ask", "vars": ["ask"]}
        found = [[Literal(bool(answer))]]
    elif isinstance(answer, QuerySolutions):
        told |= {"form": "select", "vars": [name.value for name in answer.variables]}
        found = [list(cast("Any", row)) for row in islice(answer, PAGE_ROWS + 1)]
    else:
        told |= {"form": "construct", "vars": ["subject", "predicate", "object"], "triples": True}
        triples = islice(cast("Any", answer), PAGE_ROWS + 1)
        found = [[one.subject, one.predicate, one.object] for one in triples]
    told["truncated"] = len(found) > PAGE_ROWS
    labels = _labels_of(bench, found[:PAGE_ROWS])
    told["rows"] = [[_cell(bench, cell, labels) for cell in row] for row in found[:PAGE_ROWS]]
    return told


def vocabulary(bench: Bench, _: Task) -> Reply:
    """Return what can be completed, and the questions that can be chosen.

    The object has "prefixes", "classes", "properties" (each with the classes whose members have
    it), "names" (labels of all things in all languages), "questions", "languages" (of
    the labels, that of the dataset first) and "issued".
    """
    store = bench.store
    classes: dict[str, int] = {}
    properties: dict[str, dict[str, int]] = {}
    for row in cast("QuerySolutions", store.query_plain(_FITTING)):
        kind, name, count = (text_of(row[each]) for each in ("class", "property", "count"))
        properties.setdefault(name, {})[kind] = int(count)
        if name == _RDF_TYPE:
            classes[kind] = int(count)
    labels: dict[str, dict[str, str]] = {}
    for row in cast("QuerySolutions", store.query_plain(_LABELS)):
        label, thing = row["label"], row["thing"]
        if isinstance(label, Literal) and isinstance(thing, NamedNode):
            labels.setdefault(thing.value, {}).setdefault(label.language or "", label.value)
    met = {language: "" for words in labels.values() for language in words if language}
    told = {
        "prefixes": bench.prefixes,
        "classes": [
            {"name": _curie(bench, iri), "count": count, "labels": labels.get(iri, {})}
            for iri, count in sorted(classes.items())
        ],
        "properties": [
            {
                "name": _curie(bench, iri),
                "labels": labels.get(iri, {}),
                "classes": sorted(_curie(bench, kind) for kind in kinds),
            }
            for iri, kinds in sorted(properties.items())
        ],
        "names": [
            {"name": _curie(bench, iri), "labels": words}
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

    header = rendered("graph-header.html", "/graph", site=teller(bench, {}).site)
    if (made := _built_page(bench, task)) is not None:
        return _headed(made, header)
    network = _network(bench, task)
    known = slice_of(bench.store, known_by=task.get("known_by") or None)
    page = view(
        network,
        as_of=task.get("as_of") or None,
        surely=bool(task.get("surely")),
        focus=entity(known, task["focus"], "focus") if task.get("focus") else None,
        hops=int(task.get("hops") or 1),
        views=views_of(known),
    )
    return _headed(page.html, header)


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
    labels = _labels_of(bench, [nodes])
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph(title="Triples of the query")
    kinds = _kinds_of(bench, nodes)
    kinds |= {one.subject: one.object for one in triples if one.predicate.value == _RDF_TYPE}
    terms = [one.predicate for one in triples] + list(kinds.values())
    names = _labels_of(bench, [terms])
    languages = _languages(bench)
    drawn.graph["languages"] = list(languages)
    for node in nodes:
        if not isinstance(node, Literal):
            name = _id(bench, node)
            words = labels.get(name, {})
            kind = _curie(bench, text_of(kinds.get(node))) if node in kinds else ""
            drawn.add_node(name, **labelled(words, languages, name), **{"class": kind})
            said = names.get(kind, {})
            drawn.nodes[name].update(labelled(said, languages, kind or "thing", "class_"))
    for number, one in enumerate(sorted(triples, key=str)):
        predicate = _curie(bench, one.predicate.value)
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
    return _curie(bench, node.value) if isinstance(node, NamedNode) else str(node)


def _curie(bench: Bench, iri: str) -> str:
    """Return the name as one writes it in a query: id:x, :memberOf, <urn:y>."""
    for prefix, namespace in bench.prefixes.items():
        local = iri[len(namespace) :]
        if (
            iri.startswith(namespace)
            and local
            and local.replace("-", "").replace("_", "").isalnum()
        ):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _labels_of(bench: Bench, found: list[list[Any]]) -> dict[str, dict[str, str]]:
    """Return the labels, by language, of the IRIs among the terms."""
    iris = {cell.value: cell for row in found for cell in row if isinstance(cell, NamedNode)}
    label = NamedNode(f"{_RDFS}label")
    labels: dict[str, dict[str, str]] = {}
    for node in iris.values():
        for quad in bench.store.pyoxigraph.quads_for_pattern(node, label, None, None):
            if isinstance(quad.object, Literal):
                words = labels.setdefault(_curie(bench, node.value), {})
                words.setdefault(quad.object.language or "", quad.object.value)
    return labels


def _cell(bench: Bench, cell: object, labels: dict[str, dict[str, str]]) -> dict[str, Any] | None:
    if isinstance(cell, NamedNode):
        name = _curie(bench, cell.value)
        return {"iri": cell.value, "name": name, "labels": labels.get(name, {})}
    if isinstance(cell, Literal):
        kind = _curie(bench, cell.datatype.value)
        return {"text": cell.value, "lang": cell.language or "", "datatype": kind}
    if isinstance(cell, BlankNode):
        return {"text": f"_:{cell.value}", "lang": "", "datatype": "blank"}
    return None if cell is None else {"text": str(cell), "lang": "", "datatype": "triple"}


def question_of(bench: Bench, name: str) -> Question:
    """Return the question of this name.

    Raises MissingError when there is none.
    """
    found = {} if bench.is_plain else questions(bench.store)
    if name not in found:
        msg = f"there is no question '{name}'"
        raise MissingError(msg)
    return found[name]


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


def options(bench: Bench, types: list[str]) -> list[str]:
    """Return the ids that a parameter may have; none for a literal, or when anything fits."""
    prefix = "src" if types == ["kg:Source"] else "id"
    namespace = bench.prefixes[prefix]
    found = set()
    for kind in types:
        if kind.startswith("xsd:") or kind == "owl:Thing":
            return []
        name, _, local = kind.partition(":")
        node = NamedNode(bench.prefixes[name] + local)
        rdf_type = NamedNode(_RDF_TYPE)
        for quad in bench.store.pyoxigraph.quads_for_pattern(None, rdf_type, node, None):
            iri = text_of(quad.subject)
            if iri.startswith(namespace):
                found.add(iri[len(namespace) :])
    return sorted(found)
