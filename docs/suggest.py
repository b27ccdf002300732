# ruff: noqa: E501 - lines of a page
"""Write docs/suggest.md, how good the drafts of `kg suggest` are: python docs/suggest.py [ARTICLE].

Two texts are drafted and held against rows that were made by hand. The article is measured anew
only where its file is, with the digest that its source has; else its lines stay as they stand.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kg.adding.drafts import Draft, Drafter
from kg.adding.known import Known, Text

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent
TEXTS: Final = ROOT / "tests" / "suggest"
PAGE: Final = HERE / "suggest.md"
ARTICLE: Final = "tass-2020-05-26"
EXERCISE: Final = TEXTS / "exercise.txt"
EXERCISED: Final = "2021-03-01"
NAMES: Final = ("the exercise", "the article")
_NEW: Final = ("proposed", "announced")


class Row(NamedTuple):
    """A row that a text bears out; `word` is one that the label of a new object must have."""

    subject: str
    predicate: str
    object: str
    locator: str
    times: tuple[str, str, str]
    word: str

    def is_met(self, draft: Draft) -> bool:
        """Say whether a draft is this row: triple and paragraph, of what is new its word."""
        if (self.subject, self.predicate, self.locator) != (
            draft.subject,
            draft.predicate,
            draft.locator,
        ):
            return False
        return self.word in draft.new if draft.new else self.object == draft.object


class Measure(NamedTuple):
    """The drafts of a text, and the rows that it bears out."""

    drafts: Sequence[Draft]
    rows: Sequence[Row]

    @property
    def right(self) -> list[Draft]:
        """The drafts that are rows."""
        return [one for one in self.drafts if any(row.is_met(one) for row in self.rows)]

    @property
    def found(self) -> list[Row]:
        """The rows that were drafted."""
        return [row for row in self.rows if any(row.is_met(one) for one in self.drafts)]

    @property
    def dated(self) -> list[Row]:
        """The rows that were drafted with their dates."""
        pairs = ((row, one) for row in self.rows for one in self.drafts if row.is_met(one))
        dated = {row for row, one in pairs if row.times == (one.start, one.end, one.at)}
        return [row for row in self.found if row in dated]

    def of(self, *predicates: str) -> Measure:
        """Return the same of some predicates alone."""
        drafts = [one for one in self.drafts if one.predicate in predicates]
        return Measure(drafts, [row for row in self.rows if row.predicate in predicates])

    @property
    def initiatives(self) -> set[str]:
        """The new entities that were drafted, of those that the rows name."""
        return {row.object for row in self.of(*_NEW).found}


def exercise(known: Known) -> Measure:
    """Measure the text that was written for this, against rows that were written with it."""
    with EXERCISE.with_suffix(".csv").open(encoding="utf-8") as file:
        rows = [_row(cells, cells["words"]) for cells in csv.DictReader(file)]
    drafts = Drafter(known.ontology, known.entities)
    return Measure(drafts.drafts(Text.read(EXERCISE).paragraphs, EXERCISED), rows)


def article(known: Known, text: Text) -> Measure:
    """Measure the article, as if none of the initiatives had been read in it before."""
    with (TEXTS / "article.csv").open(encoding="utf-8") as file:
        words = {cells["object"]: cells["word"] for cells in csv.DictReader(file)}
    cited = [row.cells for row in known.rows if row.cells["source"] == ARTICLE]
    rows = [_row(cells, words.get(cells["object"], "")) for cells in cited]
    entities = {name: one for name, one in known.entities.items() if name not in words}
    published = known.sources[ARTICLE].published
    return Measure(Drafter(known.ontology, entities).drafts(text.paragraphs, published), rows)


def _row(cells: Mapping[str, str], word: str) -> Row:
    names = ("subject", "predicate", "object", "locator")
    subject, predicate, thing, locator = (cells[name] for name in names)
    times = (cells["start"], cells["end"], cells["at"])
    return Row(subject, predicate, thing, locator, times, word)


def _share(some: int, all_: int) -> str:
    return f"{some} of {all_} ({some / all_:.0%})" if all_ else "none"


def line(name: str, told: Measure) -> str:
    """Return the line of the table about a text."""
    tried = told.of(*{one.predicate for one in told.drafts})
    cells = (
        name,
        _share(len(told.right), len(told.drafts)),
        _share(len(told.found), len(told.rows)),
        _share(len(tried.found), len(tried.rows)),
        _share(len(told.dated), len(told.found)),
    )
    return f"| {' | '.join(cells)} |"


def page(known: Known, text: Text | None, old: str) -> str:
    """Return the page; without the article its lines are those of the old one."""
    told = article(known, text) if text else None
    kept = [one for one in old.splitlines() if one.startswith((f"| {NAMES[1]} ", "Of the nine "))]
    if told:
        members = told.of("memberOf")
        kept = [
            line(NAMES[1], told),
            f"Of the nine initiatives of the article {len(told.initiatives)} are drafted in the right paragraph, of its {len(members.rows)} memberships {len(members.found)}.",
        ]
    own = exercise(known)
    missed = [row for row in own.rows if row not in own.found]
    names = "; ".join(f"{one.locator} `{one.subject} {one.predicate}`" for one in missed)
    return f"""\
# How good the drafts are

[kg suggest](adding.md) drafts rows by patterns.
Two texts are drafted here and held against rows that were made by hand: the article with which the
record began (its rows are those of the record; the initiatives are taken out of the entities first),
and an exercise in English and Russian about a meeting that is invented
([text](../tests/suggest/exercise.txt), [rows](../tests/suggest/exercise.csv)).
A draft is right when its triple and its paragraph are those of a row; of an initiative that is no
entity yet, when its label has the word by which the row knows it.

| text | drafts that are right (precision) | rows that are drafted (recall) | rows of the properties that are drafted at all | dates right, of those found |
|---|---|---|---|---|
{line(NAMES[0], own)}
{kept[0]}

{kept[1]}
Not drafted of the exercise: {names}.

What the figures are worth:

- The exercise and its rows were written before the patterns, but by the same hand, which knew
  them when it taught the ontology its words, and in short plain sentences; a text of others will do worse than it.
- The patterns were made with the article at hand, so its figures say that they suit it, and no more.
- Most rows of the article are readings: what an initiative concerns, whom it addresses, how far it
  has come. No sentence says these in words of a property, and none is drafted.
- Where a sentence leaves the verb out ("Iran followed", a dash in Russian), nothing is drafted.
- What a model behind `--endpoint` drafts is not measured here: that says something of the model, and
  nothing of kg. Its rows pass the [same checks](adding.md#drafts-of-a-model) and are marked.

Made by `python docs/suggest.py`, which tests hold to the exercise.
"""


if __name__ == "__main__":
    KNOWN = Known(ROOT)
    GIVEN = Text.read(Path(sys.argv[1])) if sys.argv[1:] else None
    if GIVEN and GIVEN.sha256 != KNOWN.sources[ARTICLE].sha256:
        sys.exit(f"{GIVEN.path} is not the article: its digest is another")
    OLD = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    PAGE.write_text(page(KNOWN, GIVEN, OLD), encoding="utf-8")
