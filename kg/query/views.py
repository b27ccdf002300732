"""Views: what a graph says of how its page shows it, read back from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from kg.model.languages import ordered
from kg.model.namespaces import term, text_of
from kg.model.views import BACKBONE, View
from kg.store.base import select
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.store.base import Store

_VIEWS: Final = "SELECT ?node ?p ?o { ?node a kg:View ; ?p ?o }"
_BACKBONE: Final = "SELECT DISTINCT ?found { ?found a kg:Backbone }"
_SUBJECTS: Final = "SELECT DISTINCT ?found { ?dataset a dcat:Dataset ; dcterms:subject ?found }"
_BELOW: Final = (
    "SELECT DISTINCT ?class ?below { ?view kg:showsClass ?class . ?below rdfs:subClassOf* ?class }"
)


@dataclass(frozen=True, slots=True)
class Views:
    """What is marked as the backbone, what the dataset is about, and the views in their order.

    Classes of a view stand with those below them, and instead of the mark stand the properties
    that have it. Names are sorted.
    """

    backbone: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    views: tuple[View, ...] = ()


def views_of(store: Store) -> Views:
    """Return the views of the graph, their texts in the order of its languages.

    >>> import kg
    >>> views_of(kg.open().store).subjects
    ('cis', 'csto', 'sco')
    """
    told, languages = store.words.prefixes, History(store).languages
    backbone = _names(store, _BACKBONE, told[""])
    said: dict[str, dict[str, list[object]]] = {}
    for row in select(store, _VIEWS):
        about = said.setdefault(text_of(row["node"]), {})
        about.setdefault(text_of(row["p"]), []).append(row["o"])
    below: dict[str, set[str]] = {}
    if any(term("kg:showsClass").value in about for about in said.values()):
        for row in select(store, _BELOW):
            names = below.setdefault(text_of(row["class"]), set())
            names.add(text_of(row["below"]).removeprefix(told[""]))
    in_order = sorted(said.items(), key=lambda one: (_position(one[1]), one[0]))
    views = tuple(
        View(
            node.removeprefix(f"{store.words.base}view/"),
            ordered(_texts(about, "rdfs:label"), languages),
            ordered(_texts(about, "dcterms:description"), languages),
            tuple(sorted({n for one in _values(about, "kg:showsClass") for n in below[one]})),
            _properties(_values(about, "kg:showsProperty"), backbone, told[""]),
            next(iter(_values(about, "kg:opensOn")), ""),
            tuple(sorted(one.removeprefix(told["id"]) for one in _values(about, "kg:around"))),
            next(iter(_values(about, "kg:layout")), ""),
        )
        for node, about in in_order
    )
    return Views(backbone, _names(store, _SUBJECTS, told["id"]), views)


def _names(store: Store, sparql: str, namespace: str) -> tuple[str, ...]:
    found = (text_of(row["found"]) for row in select(store, sparql))
    return tuple(sorted(iri.removeprefix(namespace) for iri in found if iri.startswith(namespace)))


def _values(about: Mapping[str, list[object]], curie: str) -> list[str]:
    return [
        text_of(one)
        for one in about.get(term(curie).value, ())
        if isinstance(one, (NamedNode, Literal))
    ]


def _texts(about: Mapping[str, list[object]], curie: str) -> dict[str, str]:
    cells = about.get(term(curie).value, ())
    return {one.language or "": one.value for one in cells if isinstance(one, Literal)}


def _position(about: Mapping[str, list[object]]) -> int:
    return min((int(one) for one in _values(about, "kg:position") if one.isdigit()), default=0)


def _properties(iris: Iterable[str], backbone: tuple[str, ...], own: str) -> tuple[str, ...]:
    found: set[str] = set()
    for iri in iris:
        found |= {*backbone} if iri == term(BACKBONE).value else {iri.removeprefix(own)}
    return tuple(sorted(found))
