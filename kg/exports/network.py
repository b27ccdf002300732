"""Network: the statements between entities as a networkx MultiDiGraph, and its export formats.

Two statements between the same entities are two edges, so no period is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.model import schema
from kg.model.collection import without_collection
from kg.model.counted import lists
from kg.model.edtf import asked_period, parse_date
from kg.model.languages import label_column, ordered
from kg.model.namespaces import text_of
from kg.model.statement import Entity, Statement
from kg.pipeline.world import statements_on
from kg.progress import counted
from kg.query.complete import counted_in
from kg.query.names import language
from kg.query.slice import slice_of
from kg.query.tables import record_of
from kg.store.read_back import History
from kg.text import formats
from kg.text.objects import Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from kg.store.base import Store

    Writer = Callable[[nx.MultiDiGraph[str]], str]
    Counter = Callable[[nx.MultiDiGraph[str]], tuple[str, ...]]

# What an edge says, in this order, before the optional columns; what it lacks is left out.
_ATTRIBUTES: Final = (
    *("kind", "start", "end", "at", "since", "until", "rank", "status", "rule", "rule_text"),
    *("premises", "proofs", "note", "references", "inferred", "symmetric", "disputed_by"),
)
_NOTHING: Final[tuple[Any, ...]] = ("", [])
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
    statements = list(history.statements)
    if period and surely:
        sure = record_of(store).sure_world(period)
        statements = [one for one in statements if one.id in sure]
    elif period:
        statements = statements_on(statements, period)
    day = as_of or store.issued
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph.update(_dataset(store, languages), issued=store.issued)
    graph.graph["languages"] = list(languages)
    told = counted_in(store)
    if told:
        graph.graph["counted"] = [asdict(one) for one in told]
    for entity in sorted(history.entities.values(), key=lambda e: e.id):
        graph.add_node(entity.id, **_node(entity, history, languages))
    for one in lists(told, statements, period or parse_date(store.issued).period):
        graph.nodes[one.here].setdefault("lists", []).append(one.to_object())
    edges = _Edges(history, day, languages)
    with without_collection():
        for statement in counted(statements, "statements put into the network", len(statements)):
            identifier, attributes = edges.of(statement)
            if statement.datatype:
                fact = {"id": identifier, "value": statement.object} | attributes
                graph.nodes[statement.subject].setdefault("facts", []).append(fact)
            else:
                graph.add_edge(statement.subject, statement.object, identifier, **attributes)
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
    """Return what the dataset says of itself, its title in the first language that it has one."""
    from kg.query.questions import run

    result = run(store, _DATASET)
    rows = [dict(zip(result.vars, row, strict=True)) for row in result.terms]
    titles = {getattr(row["title"], "language", None) or "": row for row in reversed(rows)}
    values = next(iter(ordered(titles, languages).values()), {})
    return {name: text_of(cell) for name, cell in values.items() if cell is not None}


def labelled(
    labels: Mapping[str, str], languages: Sequence[str], otherwise: str, prefix: str = ""
) -> dict[str, str]:
    """Return the label in the first of the languages, and under label_xx those in the others.

    `label_language` says in which language the first is, if not in that of the dataset.

    >>> labelled({"ru": "Минск", "be": "Мінск"}, ("en", "be", "ru"), "minsk")
    {'label': 'Мінск', 'label_ru': 'Минск', 'label_language': 'be'}
    """
    found = ordered(labels, languages)
    first = next(iter(found), "")
    named = {"label": found.pop(first, "") or otherwise}
    named |= {label_column(one): text for one, text in found.items() if one}
    if first and first != languages[0]:
        named["label_language"] = first
    return {prefix + name: text for name, text in named.items()}


def _node(entity: Entity, history: History, languages: Sequence[str]) -> dict[str, Any]:
    told = {
        **labelled(entity.labels, languages, entity.id),
        "class": entity.class_name,
        **_term(entity.class_name, history, languages, "class_"),
        "aliases": list(entity.aliases),
        "description": entity.description,
        "wikidata": entity.wikidata,
        **schema.values("entities", entity.more),
    }
    return _present(told)


def _term(
    name: str, history: History, languages: Sequence[str], prefix: str = ""
) -> dict[str, str]:
    """Return the labels of a class or property."""
    return labelled(history.labels_of.get(name, {}), languages, name, prefix)


class _Edges:
    """What edges have of the statement's form, with labels and the texts of rules."""

    def __init__(self, history: History, day: str, languages: Sequence[str]) -> None:
        self._history = history
        self._languages = languages
        self._form = Form(history.sources, day)
        self._called: dict[str, _Called] = {}

    def of(self, statement: Statement) -> tuple[str, dict[str, Any]]:
        """Return the id of the statement, and the attributes of its edge."""
        if statement.predicate not in self._called:
            called = _Called.of(statement.predicate, self._history, self._languages)
            self._called[statement.predicate] = called
        called = self._called[statement.predicate]
        told = called.told | self._form.statement(statement)
        told["rule_text"] = self._text(statement.rule) if statement.rule else ""
        told["proofs"] = [self._proof(one) for one in told["proofs"][1:]]
        told["references"] = [_reference(one) for one in told["references"]]
        return told["id"], _present(dict(zip(called.names, called.cells(told), strict=True)))

    def _text(self, rule: str) -> str:
        return self._history.rules[rule].text

    def _proof(self, proof: dict[str, Any]) -> dict[str, Any]:
        """Return one of the proofs beside the first, with what its rule says."""
        rule = proof["rule"]
        return _present({"rule": rule, "rule_text": self._text(rule), **proof})


class _Called(NamedTuple):
    """What edges of one property share.

    `told` are its labels and whether it is symmetric, `names` those of the attributes in their
    order, `cells` takes these out of what is told of an edge.
    """

    told: dict[str, Any]
    names: tuple[str, ...]
    cells: Callable[[dict[str, Any]], tuple[Any, ...]]

    @classmethod
    def of(cls, predicate: str, history: History, languages: Sequence[str]) -> _Called:
        """Look up what the property is called."""
        labels, more = _term(predicate, history, languages), schema.optional("statements")
        names = ("predicate", *labels, *_ATTRIBUTES, *more)
        told = {**dict.fromkeys(more, ""), **labels, "symmetric": predicate in history.symmetric}
        return cls(told, names, itemgetter(*names))


def _reference(reference: dict[str, Any]) -> dict[str, Any]:
    """Return the reference without the curators' note, which stands on the statement."""
    del reference["note"]
    return _present(reference)


def _present(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value or value not in _NOTHING}
