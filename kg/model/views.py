"""Views: `data/views.csv` → what a project's page shows by name, and as triples of the graph.

The table may be left out. Its rows are views in their order; the page opens on the first.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import Finding, did_you_mean, hint
from kg.model.dates import NotADateError, PartialDate
from kg.model.languages import given_labels, label_column, ordered
from kg.model.namespaces import Vocabulary, is_id, term
from kg.model.ontology import Ontology
from kg.model.table import Row, Table

# What may stand in a cell beside the names of properties: all that are marked as the backbone.
BACKBONE: Final = "kg:Backbone"
# What may stand in a cell beside dates: the page shows every date at once.
EVERY_DATE: Final = "all"
# How a view can be laid out.
LAYOUTS: Final = ("map", "lanes", "table")
# What the address of the page calls its own parts, which no view can be called.
OF_THE_PAGE: Final = ("graph", *LAYOUTS, "ask")


@dataclass(frozen=True, slots=True)
class View:
    """One view: what of the graph it shows, and how.

    `labels` and `sentences` go by language. Of `classes` and `properties` none means all; `focus`
    are the ids of entities, in their order: what is one fact away from them shows, and without any
    everything.
    `date` is one as written, "all", or "" for the page's own.
    """

    id: str
    labels: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    date: str = ""
    focus: tuple[str, ...] = ()
    layout: str = ""
    row: Row | None = None

    def quads(
        self, words: Vocabulary, position: int, node: NamedNode | None = None, kind: str = "kg:View"
    ) -> Iterator[Quad]:
        """Yield what the graph says of the view, or of another thing that shows as much."""
        node = node or iri(words, self.id)
        said: list[tuple[str, NamedNode | Literal]] = [
            ("rdf:type", term(kind)),
            ("kg:position", Literal(position)),
            *(("rdfs:label", Literal(text, language=one)) for one, text in self.labels.items()),
            *(
                ("dcterms:description", Literal(text, language=one))
                for one, text in self.sentences.items()
            ),
            *(("kg:showsClass", words.ontology(name)) for name in self.classes),
            *(("kg:showsProperty", _property(words, name)) for name in self.properties),
            *(("kg:around", words.entity(name)) for name in self.focus),
        ]
        if len(self.focus) > 1:
            said.append(("kg:aroundInOrder", Literal("|".join(self.focus))))
        said += [("kg:opensOn", Literal(self.date))] if self.date else []
        said += [("kg:layout", Literal(self.layout))] if self.layout else []
        return (Quad(node, term(name), value) for name, value in said)

    def vain(self, known: Ontology, entities: Container[str]) -> Iterator[Finding]:
        """Yield an error for each name in the view that the project does not have."""
        row = self.row
        if row is None:
            return
        for name in self.focus:
            if name not in entities:
                found = near(name, entities)
                repair = hint(found, "name an entity of entities.csv, or leave the cell empty")
                yield row.error("focus", f"'{name}' is not an entity", repair)
        if not known.complete:
            return
        for name in self.classes:
            if name not in known.classes:
                repair = hint(did_you_mean(name, known.classes), "name a class of the ontology")
                yield row.error("classes", f"'{name}' is not a class of the ontology", repair)
        for name in self.properties:
            if name == BACKBONE and not known.marked(BACKBONE):
                repair = f"mark some by 'a {BACKBONE}' in the ontology, or name properties here"
                yield row.error("properties", f"no property is a {BACKBONE}", repair)
            elif name != BACKBONE and name not in known.properties:
                found = did_you_mean(name, (*known.properties, BACKBONE))
                repair = hint(found, "name a property of the ontology")
                yield row.error("properties", f"'{name}' is not a property of the ontology", repair)


def iri(words: Vocabulary, name: str) -> NamedNode:
    """Return the IRI of a view."""
    return NamedNode(f"{words.base}view/{name}")


def near(name: str, entities: Container[str]) -> str:
    """Return "did you mean …?" for the id that is nearest to a name, "" when none is near."""
    return did_you_mean(name, entities) if isinstance(entities, Iterable) else ""


def _property(words: Vocabulary, name: str) -> NamedNode:
    return term(BACKBONE) if name == BACKBONE else words.ontology(name)


def said_in(stem: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the columns of a text in each language.

    >>> said_in("sentence", ["en", "ru"])
    ('sentence_en', 'sentence_ru')
    """
    return tuple(f"{stem}_{language}" for language in languages)


def texts(row: Row, stem: str, languages: Iterable[str]) -> dict[str, str]:
    """Return what a row says in each language in the columns of a text."""
    cells = {label_column(one): row.cells.get(f"{stem}_{one}", "") for one in languages}
    return given_labels(cells, languages)


def listed(row: Row, column: str) -> tuple[str, ...]:
    """Return what stands in a cell between bars, each once."""
    parts = (part.strip() for part in row.cells[column].split("|"))
    return tuple(dict.fromkeys(part for part in parts if part))


def read_views(data: Path, languages: tuple[str, ...], findings: list[Finding]) -> tuple[View, ...]:
    """Return the views of a project, none without `views.csv`; what is wrong is a finding."""
    path = data / "views.csv"
    if not path.is_file():
        return ()
    optional = (
        *(column for stem in ("label", "sentence") for column in said_in(stem, languages)),
        *("classes", "properties", "date", "focus", "layout"),
    )
    table = Table(path, f"{data.name}/views.csv", ("id",), optional)
    found: dict[str, View] = {}
    for row in table:
        findings += [*row.uncarried(), *row.turned()]
        problems = list(_problems(row, found))
        findings += problems
        if not any(one.severity == "error" for one in problems):
            view = _view(row, languages)
            found[view.id] = view
    findings += [*table.findings, *table.notes]
    return tuple(found.values())


def _view(row: Row, languages: tuple[str, ...]) -> View:
    return View(
        row.cells["id"],
        ordered(texts(row, "label", languages), languages),
        ordered(texts(row, "sentence", languages), languages),
        listed(row, "classes"),
        listed(row, "properties"),
        row.cells["date"],
        listed(row, "focus"),
        row.cells["layout"],
        row,
    )


def _problems(row: Row, found: Container[str]) -> Iterator[Finding]:
    """Yield what is wrong with a row by itself."""
    name, layout = row.cells["id"], row.cells["layout"]
    if not is_id(name):
        repair = "use small letters, digits and hyphens"
        yield row.error("id", f"'{name}' cannot be the id of a view", repair)
    elif name in OF_THE_PAGE:
        repair = "give the view another id"
        yield row.error("id", f"the page calls one of its own parts '{name}'", repair)
    elif name in found:
        yield row.error("id", f"there is a view '{name}' already", "give one of them another id")
    if layout and layout not in LAYOUTS:
        repair = hint(did_you_mean(layout, LAYOUTS), f"write one of {', '.join(LAYOUTS)}")
        yield row.error("layout", f"'{layout}' is not a layout", repair)
    yield from date_problem(row)


def date_problem(row: Row) -> Iterator[Finding]:
    """Yield what is wrong with the date on which a row lets the page open."""
    date = row.cells["date"]
    if date and date != EVERY_DATE:
        try:
            PartialDate.parse(date)
        except NotADateError as error:
            repair = hint(error.repair, f"write a date or '{EVERY_DATE}', or leave the cell empty")
            yield row.error("date", error.problem, repair)
