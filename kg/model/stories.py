"""Stories: `data/stories.csv` → views one after the other, each with a caption and its sources.

The table may be left out. Its rows are the steps of stories, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad

from kg.errors import Finding, did_you_mean, hint
from kg.model.languages import ordered
from kg.model.namespaces import Vocabulary, is_id, term
from kg.model.ontology import Ontology
from kg.model.table import Row, Table
from kg.model.views import View, date_problem, iri, listed, near, said_in, texts

_COLUMNS: Final = ("story", "step")
_NUMBER: Final = "[1-9][0-9]{0,3}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a story: which view it shows, what of that is otherwise, and what is said.

    `view` is the id of a view, "" for none; `otherwise` has the title and the caption as label and
    sentence, and the classes, the date and the focus that the step has of its own. `sources` are
    ids.
    """

    story: str
    number: int
    view: str
    otherwise: View
    sources: tuple[str, ...] = ()

    def quads(self, words: Vocabulary) -> Iterator[Quad]:
        """Yield what the graph says of the step."""
        story = NamedNode(f"{words.base}story/{self.story}")
        node = NamedNode(f"{story.value}/{self.number}")
        yield from self.otherwise.quads(words, self.number, node, "kg:Step")
        yield Quad(node, term("dcterms:isPartOf"), story)
        if self.view:
            yield Quad(node, term("kg:shows"), iri(words, self.view))
        for source in self.sources:
            yield Quad(node, term("dcterms:source"), words.source(source))

    def vain(
        self,
        known: Ontology,
        entities: Container[str],
        sources: Container[str],
        views: Collection[str],
    ) -> Iterator[Finding]:
        """Yield an error for each name in the step that the project does not have."""
        yield from self.otherwise.vain(known, entities)
        row = self.otherwise.row
        if row is None:
            return
        if self.view and self.view not in views:
            repair = hint(did_you_mean(self.view, views), "name a view of views.csv")
            yield row.error("view", f"'{self.view}' is not a view", repair)
        for one in self.sources:
            if one not in sources:
                repair = hint(near(one, sources), "name a source of sources.csv")
                yield row.error("source", f"'{one}' is not a source", repair)


def step_id(story: str, number: str) -> str:
    """Return what the page calls a step; no view can have such an id.

    >>> step_id("may-2020", "1")
    'may-2020~1'
    """
    return f"{story}~{number}"


def read_stories(
    data: Path, languages: tuple[str, ...], findings: list[Finding]
) -> tuple[Step, ...]:
    """Return the steps of a project's stories, none without `stories.csv`, by story and number."""
    path = data / "stories.csv"
    if not path.is_file():
        return ()
    optional = (
        *(column for stem in ("title", "caption") for column in said_in(stem, languages)),
        *("view", "classes", "date", "focus", "source"),
    )
    table = Table(path, f"{data.name}/stories.csv", _COLUMNS, optional)
    found: dict[tuple[str, str], Step] = {}
    for row in table:
        findings += [*row.uncarried(), *row.turned()]
        key = (row.cells["story"], row.cells["step"])
        problems = list(_problems(row, key in found))
        findings += problems
        if not problems:
            found[key] = _step(row, languages)
    findings += [*table.findings, *table.notes]
    stories = list(dict.fromkeys(step.story for step in found.values()))
    return tuple(sorted(found.values(), key=lambda one: (stories.index(one.story), one.number)))


def _step(row: Row, languages: tuple[str, ...]) -> Step:
    story, number = row.cells["story"], row.cells["step"]
    shown = View(
        step_id(story, number),
        ordered(texts(row, "title", languages), languages),
        ordered(texts(row, "caption", languages), languages),
        classes=listed(row, "classes"),
        date=row.cells["date"],
        focus=listed(row, "focus"),
        row=row,
    )
    return Step(story, int(number), row.cells["view"], shown, listed(row, "source"))


def _problems(row: Row, is_again: bool) -> Iterator[Finding]:
    """Yield what is wrong with a row by itself."""
    story, number = row.cells["story"], row.cells["step"]
    if not is_id(story):
        repair = "use small letters, digits and hyphens"
        yield row.error("story", f"'{story}' cannot be the id of a story", repair)
    if not re.fullmatch(_NUMBER, number):
        repair = "number the steps 1, 2, 3 and so on"
        yield row.error("step", f"'{number}' is not the number of a step", repair)
    elif is_again:
        repair = "give one of them another number"
        yield row.error("step", f"story '{story}' has a step {number} already", repair)
    yield from date_problem(row)
