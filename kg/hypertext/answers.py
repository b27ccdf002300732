"""Answers: what a query found, as cells that people read: terms with short names and labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions

from kg.errors import MissingError
from kg.model.namespaces import text_of
from kg.query.bench.answer import evaluate
from kg.query.questions import questions
from kg.workers.wire import Task

if TYPE_CHECKING:
    from kg.model.sparql import Question
    from kg.query.bench.bench import Bench

# What a person can read; the downloads have it all.
PAGE_ROWS: Final = 1000

_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


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
    return told | shown(bench, told["vars"], found)


def shown(bench: Bench, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return terms as cells, as far as people read them: "vars", "rows" and "truncated"."""
    first = rows[:PAGE_ROWS]
    labels = labels_of(bench, first)
    return {
        "vars": [*names],
        "rows": [[_cell(bench, cell, labels) for cell in row] for row in first],
        "truncated": len(rows) > PAGE_ROWS,
    }


def curie(bench: Bench, iri: str) -> str:
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


def labels_of(bench: Bench, found: Sequence[Sequence[Any]]) -> dict[str, dict[str, str]]:
    """Return the labels, by language, of the IRIs among the terms."""
    iris = {cell.value: cell for row in found for cell in row if isinstance(cell, NamedNode)}
    label = NamedNode(f"{_RDFS}label")
    labels: dict[str, dict[str, str]] = {}
    for node in iris.values():
        for quad in bench.store.pyoxigraph.quads_for_pattern(node, label, None, None):
            if isinstance(quad.object, Literal):
                words = labels.setdefault(curie(bench, node.value), {})
                words.setdefault(quad.object.language or "", quad.object.value)
    return labels


def _cell(bench: Bench, cell: object, labels: dict[str, dict[str, str]]) -> dict[str, Any] | None:
    if isinstance(cell, NamedNode):
        name = curie(bench, cell.value)
        return {"iri": cell.value, "name": name, "labels": labels.get(name, {})}
    if isinstance(cell, Literal):
        kind = curie(bench, cell.datatype.value)
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
