"""Ontology: the page of classes, properties and rules, each with what it means and how often."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal

from kg.hypertext.telling import Teller, label, page
from kg.model.languages import ordered
from kg.model.namespaces import text_of
from kg.store.base import select
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

_OWN: Final = "FILTER STRSTARTS(STR(?term), STR(:))"
_CLASSES: Final = f"SELECT DISTINCT ?term {{ ?term a owl:Class {_OWN} }}"
_COMMENTS: Final = f"SELECT ?term ?said {{ ?term rdfs:comment ?said {_OWN} }}"
# What a property may join; of a union each of its classes.
_RELATED: Final = f"""
SELECT DISTINCT ?term ?how ?other {{
  VALUES ?how {{ rdfs:domain rdfs:range rdfs:subClassOf rdfs:subPropertyOf owl:inverseOf }}
  ?term ?how ?node . {_OWN}
  ?node (owl:unionOf/rdf:rest*/rdf:first)* ?other FILTER isIRI(?other)
}}"""
_KINDS: Final = f"""
SELECT ?term ?kind {{
  ?term a ?kind {_OWN}
  VALUES ?kind {{
    kg:StateProperty kg:EventProperty kg:HappensOnce kg:InclusiveEnds owl:SymmetricProperty
    owl:TransitiveProperty owl:FunctionalProperty owl:InverseFunctionalProperty
  }}
}}"""
# How the page calls what a property is.
_CALLED: Final = {
    "kg:StateProperty": "state",
    "kg:EventProperty": "event",
    "kg:HappensOnce": "happens once",
    "kg:InclusiveEnds": "ends are last days",
    "owl:SymmetricProperty": "symmetric",
    "owl:TransitiveProperty": "transitive",
    "owl:FunctionalProperty": "one at a time",
    "owl:InverseFunctionalProperty": "of one at a time",
}
# What describes things without being told as facts.
_TIMELESS: Final = "timeless"


def ontology_page(told: Teller, _: Task) -> Reply:
    """Return the page of what the words of the graph mean, and how often each is used."""
    history, store = told.history, told.history.store
    comments: dict[str, dict[str, list[str]]] = {}
    for row in select(store, _COMMENTS):
        language = row["said"].language or "" if isinstance(row["said"], Literal) else ""
        said = comments.setdefault(_own(told, row["term"]), {})
        said.setdefault(language, []).append(text_of(row["said"]))
    related: dict[tuple[str, str], list[str]] = {}
    for row in select(store, _RELATED):
        key = (_own(told, row["term"]), store.words.short(text_of(row["how"])))
        related.setdefault(key, []).append(store.words.short(text_of(row["other"])))
    kinds: dict[str, set[str]] = {}
    for row in select(store, _KINDS):
        kinds.setdefault(_own(told, row["term"]), set()).add(
            store.words.short(text_of(row["kind"]))
        )
    members = Counter(one.class_name for one in history.entities.values())
    facts = Counter(one.predicate for one in history.statements)
    inferred = Counter(one.predicate for one in history.statements if one.proofs)
    concluded = Counter(
        rule for one in history.statements for rule in {proof.rule for proof in one.proofs}
    )

    def about(name: str, *ways: str) -> dict[str, Any]:
        """Return what is said of a class or a property."""
        said = [
            label(text, language)
            for language, texts in ordered(comments.get(name, {}), history.languages).items()
            for text in texts
        ]
        others = {way: _linked(told, related.get((name, way), ())) for way in ways}
        labels = ordered(history.labels_of.get(name, {}), history.languages)
        shown = [label(text, language) for language, text in labels.items()] or [label(name, "")]
        return {"name": name, "labels": shown, "comments": said, "others": others}

    classes = {_own(told, row["term"]) for row in select(store, _CLASSES)} | members.keys()
    return page(
        told,
        "ontology.html",
        "ontology",
        classes=_sorted(
            about(name, "rdfs:subClassOf") | {"count": members[name]} for name in classes
        ),
        properties=_sorted(
            about(name, "rdfs:domain", "rdfs:range", "rdfs:subPropertyOf", "owl:inverseOf")
            | {"count": facts[name], "inferred": inferred[name]}
            | {"kinds": _called(kinds.get(name, set()))}
            for name in history.properties | facts.keys()
        ),
        rules=[
            {"name": one.name, "text": told.said(one.text), "sparql": one.sparql}
            | {"count": concluded[one.name]}
            for one in history.rules.values()
        ],
        base=store.words.prefixes[""],
    )


def _own(told: Teller, node: object) -> str:
    return told.history.store.words.local("", text_of(node))


def _linked(told: Teller, others: Iterable[str]) -> list[dict[str, Any]]:
    """Return classes and properties by their labels, those of other vocabularies by their names."""
    found = []
    for name in sorted(others):
        prefix, _, local = name.partition(":")
        is_own = not prefix
        named = told.named(local) if is_own else label(name, "")
        found.append({**named, "name": local if is_own else ""})
    return found


def _called(kinds: set[str]) -> list[str]:
    found = [word for kind, word in _CALLED.items() if kind in kinds]
    return found if kinds & {"kg:StateProperty", "kg:EventProperty"} else [_TIMELESS, *found]


def _sorted(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(told, key=lambda one: (one["labels"][0]["text"].casefold(), one["name"]))
