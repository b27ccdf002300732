"""Network: the statements between entities as a networkx MultiDiGraph, and its export formats.

Two statements between the same entities are two edges, so no period is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.exports.edges import Edges, present
from kg.model import schema
from kg.model.collection import without_collection
from kg.model.counted import lists
from kg.model.edtf import asked_period, parse_date
from kg.model.languages import labelled, ordered
from kg.model.namespaces import text_of
from kg.model.statement import Entity
from kg.progress import counted
from kg.query.complete import counted_in
from kg.query.names import language
from kg.query.slice import slice_of
from kg.store.read_back import History
from kg.text import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from kg.store.base import Store

    Writer = Callable[[nx.MultiDiGraph[str]], str]
    Counter = Callable[[nx.MultiDiGraph[str]], tuple[str, ...]]

_DATASET = """
SELECT ?title ?version ?licence ?base {
  ?dataset a dcat:Dataset ; dcterms:title ?title ; void:uriSpace ?base .
  OPTIONAL { ?dataset dcat:version ?version }
  OPTIONAL { ?dataset dcterms:license ?licence }
} ORDER BY STR(?title)"""


def network(
    store: Store,
    *,
    as_of: str | None = None,
    known_by: str | None = None,
    surely: bool = False,
    labels: str = "",
) -> nx.MultiDiGraph[str]:
    """Return the entities and the statements between them as a directed multigraph.

    Nodes are entity ids ("csto") with label, class, class_label, aliases (a list), wikidata,
    description and short_names; `facts` lists the statements whose object is a literal.
    `languages` of the graph are those of the labels: `label` is in the first of them in which
    there is one, and further labels are label_ru, class_label_ru and so on. `label_language` is
    that of a label which is not in the first language, and so is class_label_language.
    Edges are keyed by statement id, with predicate, label, kind, start, end and at (texts as
    written), since and until (ISO bounds, until exclusive), rank, status (as of the date, else of
    the day of issue), inferred, symmetric, rule, rule_text and premises of the shortest proof,
    proofs (of the others that are kept, a list of dictionaries), references (another) and
    disputed_by (the ids of better statements that say otherwise).
    Where the ontology has lists counted, `lists` of a node says of each whether all of it is known,
    and `counted` of the graph which properties these are.
    An attribute that is not known is absent.

    Without `as_of` every statement of all times is an edge, the deprecated ones too; with it only
    those that make up the world on that date, or `surely` do on every day of it.
    With `labels` that language comes first among those of the labels.

    Raises UsageError when a text is not a date, `surely` stands without `as_of`, or the graph has
    no labels in that language.
    """
    import networkx as nx

    period = asked_period(as_of, surely=surely)
    store = slice_of(store, known_by=known_by)
    history = History(store)
    languages = history.languages
    if labels:
        languages = tuple(dict.fromkeys([language(languages, labels), *languages]))
    ids: set[str] | None = None
    if period:
        record = history.record
        ids = record.sure_world(period) if surely else record.world(period)
    day = as_of or store.issued
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph.update(_dataset(store, languages), issued=store.issued)
    graph.graph["languages"] = list(languages)
    nodes = _Nodes(history, languages)
    for entity in sorted(history.entities.values(), key=lambda e: e.id):
        graph.add_node(entity.id, **nodes.of(entity))
    told = counted_in(store)
    if told:
        graph.graph["counted"] = [asdict(one) for one in told]
        statements = [one for one in history.statements if ids is None or one.id in ids]
        for one in lists(told, statements, period or parse_date(store.issued).period):
            graph.nodes[one.here].setdefault("lists", []).append(one.to_object())
    edges = Edges(history, day, languages).of(ids)
    count = history.record.count if ids is None else len(ids)
    with without_collection():
        for edge in counted(edges, "statements put into the network", count):
            if edge.is_literal:
                fact = {"id": edge.id, "value": edge.object} | edge.attributes
                graph.nodes[edge.subject].setdefault("facts", []).append(fact)
            else:
                graph.add_edge(edge.subject, edge.object, edge.id, **edge.attributes)
    return graph


def to_format(graph: nx.MultiDiGraph[str], suffix: str) -> str:
    """Return the network as text in the format of the file suffix, one of `formats.NETWORKS`.

    Raises UsageError for another suffix.
    """
    name = formats.NETWORKS.of_suffix(suffix).name
    writer: Writer = import_module(f"kg.exports.networks.{name}").write
    return writer(graph)


def losses(suffix: str, graph: nx.MultiDiGraph[str]) -> tuple[str, ...]:
    """Return what the format of the suffix could not hold of the network, counted.

    Raises UsageError for another suffix.
    """
    name = formats.NETWORKS.of_suffix(suffix).name
    count: Counter | None = getattr(import_module(f"kg.exports.networks.{name}"), "losses", None)
    return count(graph) if count else ()


def _dataset(store: Store, languages: Sequence[str]) -> dict[str, str]:
    """Return what the dataset says of itself.

    Its "title" is in the first language that it has one, "title_ru" the one in Russian.
    """
    from kg.query.questions import run

    result = run(store, _DATASET)
    rows = [dict(zip(result.vars, row, strict=True)) for row in result.terms]
    titles = {getattr(row["title"], "language", None) or "": row for row in reversed(rows)}
    told = ordered(titles, languages)
    values = next(iter(told.values()), {})
    said = {name: text_of(cell) for name, cell in values.items() if cell is not None}
    others = list(told.items())[1:]
    return said | {f"title_{one}": text_of(row["title"]) for one, row in others if one}


class _Nodes:
    """What is told of entities; the labels of a class are looked up once."""

    def __init__(self, history: History, languages: Sequence[str]) -> None:
        self._history = history
        self._languages = languages
        self._classes: dict[str, dict[str, str]] = {}

    def of(self, entity: Entity) -> dict[str, Any]:
        """Return the attributes of the node of an entity."""
        told = {
            **labelled(entity.labels, self._languages, entity.id),
            "class": entity.class_name,
            **self._called(entity.class_name),
            "aliases": list(entity.aliases),
            "description": entity.description,
            "wikidata": entity.wikidata,
            **schema.values("entities", entity.more),
        }
        return present(told)

    def _called(self, name: str) -> dict[str, str]:
        if name not in self._classes:
            labels = self._history.labels_of.get(name, {})
            self._classes[name] = labelled(labels, self._languages, name, "class_")
        return self._classes[name]
