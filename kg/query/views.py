"""Views: what a graph says of how its page shows it, read back from the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from kg.model.languages import ordered
from kg.model.namespaces import term, text_of
from kg.model.stories import Step, step_id
from kg.model.views import BACKBONE, View
from kg.store.base import select
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.model.statement import Source
    from kg.store.base import Store

About = dict[str, list[object]]

_ABOUT: Final = "SELECT ?node ?p ?o { ?node a %s ; ?p ?o }"
_BACKBONE: Final = "SELECT DISTINCT ?found { ?found a kg:Backbone }"
_SUBJECTS: Final = "SELECT DISTINCT ?found { ?dataset a dcat:Dataset ; dcterms:subject ?found }"
_BELOW: Final = (
    "SELECT DISTINCT ?class ?below { ?view kg:showsClass ?class . ?below rdfs:subClassOf* ?class }"
)


@dataclass(frozen=True, slots=True)
class Views:
    """What is marked as the backbone, what the dataset is about, the views and steps in order.

    Classes of a view stand with those below them, and instead of the mark stand the properties
    that have it. Names are sorted. `sources` are those of the steps.
    """

    backbone: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    views: tuple[View, ...] = ()
    steps: tuple[Step, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


def views_of(store: Store) -> Views:
    """Return the views of the graph, their texts in the order of its languages.

    In a graph as it was known, steps are absent that cite what was not published yet.

    >>> import kg
    >>> views_of(kg.open().store).subjects
    ('cis', 'csto', 'sco')
    """
    history, prefixes = History(store), store.words.prefixes
    read = _Reader(store, history.languages, _names(store, _BACKBONE, prefixes[""]))
    told = [read.step(node, about) for node, about in _in_order(store, "kg:Step")]
    views = tuple(read.view(node, about) for node, about in _in_order(store, "kg:View"))
    cited = {source for step in told for source in step.sources}
    known = {one: history.sources[one] for one in sorted(cited) if one in history.sources}
    steps = tuple(step for step in told if {*step.sources} <= known.keys())
    return Views(read.backbone, _names(store, _SUBJECTS, prefixes["id"]), views, steps, known)


def _in_order(store: Store, kind: str) -> list[tuple[str, About]]:
    """Return what is said of each view or step, by their stories and places."""
    said: dict[str, About] = {}
    for row in select(store, _ABOUT % kind):
        about = said.setdefault(text_of(row["node"]), {})
        about.setdefault(text_of(row["p"]), []).append(row["o"])

    def place(one: tuple[str, About]) -> tuple[list[str], int, str]:
        numbers = [int(text) for text in _values(one[1], "kg:position") if text.isdigit()]
        return _values(one[1], "dcterms:isPartOf"), min(numbers, default=0), one[0]

    return sorted(said.items(), key=place)


class _Reader:
    """Makes views and steps of what the graph says of them."""

    def __init__(self, store: Store, languages: tuple[str, ...], backbone: tuple[str, ...]) -> None:
        self.words, self.languages, self.backbone = store.words, languages, backbone
        self.below: dict[str, set[str]] = {}
        for row in select(store, _BELOW):
            names = self.below.setdefault(text_of(row["class"]), set())
            names.add(self.words.local("", text_of(row["below"])))

    def view(self, node: str, about: About) -> View:
        """Return the view."""
        classes = (self.below[one] for one in _values(about, "kg:showsClass"))
        focus = sorted(self.words.local("id", one) for one in _values(about, "kg:around"))
        told = next(iter(_values(about, "kg:aroundInOrder")), "").split("|")
        return View(
            node.removeprefix(f"{self.words.base}view/"),
            ordered(_texts(about, "rdfs:label"), self.languages),
            ordered(_texts(about, "dcterms:description"), self.languages),
            tuple(sorted(set().union(*classes))),
            self._properties(_values(about, "kg:showsProperty")),
            next(iter(_values(about, "kg:opensOn")), ""),
            tuple(sorted(focus, key=lambda one: told.index(one) if one in told else len(told))),
            next(iter(_values(about, "kg:layout")), ""),
        )

    def step(self, node: str, about: About) -> Step:
        """Return the step of a story."""
        story, _, number = node.removeprefix(f"{self.words.base}story/").rpartition("/")
        shown = replace(self.view(node, about), id=step_id(story, number))
        views = (one.removeprefix(f"{self.words.base}view/") for one in _values(about, "kg:shows"))
        cited = (self.words.local("src", one) for one in _values(about, "dcterms:source"))
        return Step(story, int(number), next(views, ""), shown, tuple(sorted(cited)))

    def _properties(self, iris: Iterable[str]) -> tuple[str, ...]:
        found: set[str] = set()
        for one in iris:
            is_mark = one == term(BACKBONE).value
            found |= {*self.backbone} if is_mark else {self.words.local("", one)}
        return tuple(sorted(found))


def _names(store: Store, sparql: str, namespace: str) -> tuple[str, ...]:
    found = (text_of(row["found"]) for row in select(store, sparql))
    return tuple(sorted(iri.removeprefix(namespace) for iri in found if iri.startswith(namespace)))


def _values(about: About, curie: str) -> list[str]:
    return [
        text_of(one)
        for one in about.get(term(curie).value, ())
        if isinstance(one, (NamedNode, Literal))
    ]


def _texts(about: About, curie: str) -> dict[str, str]:
    cells = about.get(term(curie).value, ())
    return {one.language or "": one.value for one in cells if isinstance(one, Literal)}
