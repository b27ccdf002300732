"""Network: the statements between entities as a networkx MultiDiGraph, and its export formats.

Two statements between the same entities are two edges, so no period is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.model import schema
from kg.model.dates import iso, parse_date
from kg.model.namespaces import text_of
from kg.model.statement import Entity, Reference, Statement
from kg.pipeline.world import statements_on
from kg.query.slice import slice_of
from kg.store.read_back import History
from kg.text import formats
from kg.text.statements import status

if TYPE_CHECKING:
    import networkx as nx

    from kg.store.base import Store

    Writer = Callable[[nx.MultiDiGraph[str]], str]

_DATASET = """
SELECT ?title ?version ?licence ?base {
  ?dataset a dcat:Dataset ; dcterms:title ?title ; void:uriSpace ?base .
  OPTIONAL { ?dataset dcat:version ?version }
  OPTIONAL { ?dataset dcterms:license ?licence }
  FILTER(LANG(?title) IN ("en", ""))
} ORDER BY STR(?title) LIMIT 1"""


def network(
    store: Store, *, as_of: str | None = None, known_by: str | None = None
) -> nx.MultiDiGraph[str]:
    """Return the entities and the statements between them as a directed multigraph.

    Nodes are entity ids ("csto") with label, label_ru, class, class_label, aliases (a list),
    wikidata, description; `facts` lists the statements whose object is a literal.
    Edges are keyed by statement id, with predicate, label, kind, start, end and at (texts as
    written), since and until (ISO bounds, until exclusive), rank, status (as of the date, else of
    the day of issue), inferred, symmetric, rule, rule_text and premises of the shortest proof,
    proofs (of the others that are kept, a list of dictionaries) and references (another).
    An attribute that is not known is absent.

    Without `as_of` every statement of all times is an edge, the deprecated ones too; with it only
    those that make up the world on that date.

    Raises UsageError when a text is not a date.
    """
    import networkx as nx

    store = slice_of(store, known_by=known_by)
    history = History(store)
    statements = list(history.statements)
    if as_of:
        statements = statements_on(history.statements, parse_date(as_of).period)
    day = as_of or store.issued
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph.update(_dataset(store), issued=store.issued)
    for entity in sorted(history.entities.values(), key=lambda e: e.id):
        graph.add_node(entity.id, **_node(entity, history))
    for statement in statements:
        attributes = _edge(statement, history, day)
        if statement.datatype:
            fact = {"id": statement.id, "value": statement.object} | attributes
            graph.nodes[statement.subject].setdefault("facts", []).append(fact)
        else:
            graph.add_edge(statement.subject, statement.object, key=statement.id, **attributes)
    return graph


def to_format(graph: nx.MultiDiGraph[str], suffix: str) -> str:
    """Return the network as text in the format of the file suffix, one of `formats.NETWORKS`.

    Raises UsageError for another suffix.
    """
    name = formats.NETWORKS.of_suffix(suffix).name
    writer: Writer = import_module(f"kg.exports.networks.{name}").write
    return writer(graph)


def _dataset(store: Store) -> dict[str, str]:
    from kg.query.questions import run

    result = run(store, _DATASET)
    values = dict(zip(result.vars, result.terms[0], strict=True)) if result else {}
    return {name: text_of(cell) for name, cell in values.items() if cell is not None}


def _node(entity: Entity, history: History) -> dict[str, Any]:
    return _present(
        {
            "label": entity.label_en or entity.id,
            "label_ru": entity.label_ru,
            "class": entity.class_name,
            "class_label": history.labels.get((entity.class_name, "en"), entity.class_name),
            "class_label_ru": history.labels.get((entity.class_name, "ru"), ""),
            "aliases": list(entity.aliases),
            "description": entity.description,
            "wikidata": entity.wikidata,
        }
    )


def _edge(statement: Statement, history: History, day: str) -> dict[str, Any]:
    period = statement.holds
    rule_text = history.rules[statement.rule].text if statement.rule else ""
    return _present(
        {
            "predicate": statement.predicate,
            "label": history.labels.get((statement.predicate, "en"), statement.predicate),
            "label_ru": history.labels.get((statement.predicate, "ru"), ""),
            "kind": statement.kind,
            "start": statement.start,
            "end": statement.end,
            "at": statement.at,
            "since": iso(period.since) if period.since else "",
            "until": iso(period.until) if period.until else "",
            "rank": statement.rank,
            "status": status(statement, day),
            "rule": statement.rule,
            "rule_text": rule_text,
            "premises": list(statement.premises),
            "proofs": _further_proofs(statement, history),
            "note": statement.notes,
            "references": [_reference(r, history) for r in statement.references],
        }
    ) | {
        "inferred": bool(statement.rule),
        "symmetric": statement.predicate in history.symmetric,
        **schema.values("statements", statement.more),
    }


def _further_proofs(statement: Statement, history: History) -> list[dict[str, Any]]:
    """Return the proofs beside the first, each with its rule, premises and days."""
    return [
        _present(
            {
                "rule": proof.rule,
                "rule_text": history.rules[proof.rule].text,
                "premises": list(proof.premises),
                "since": proof.since,
                "until": proof.until,
            }
        )
        for proof in statement.proofs[1:]
    ]


def _reference(reference: Reference, history: History) -> dict[str, Any]:
    source = history.sources[reference.source]
    return _present(
        {
            "source": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "published": source.published,
            "accessed": source.accessed,
            "locator": reference.locator,
            "at": reference.at,
            "row": reference.row,
            **schema.values("sources", source.more),
        }
    )


def _present(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value not in ("", [])}
