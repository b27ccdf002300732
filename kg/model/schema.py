"""The columns of the tables: their names, and all about those that a table may leave out.

A column declared here as optional is read, checked, stored, read back and shown without a word
about it anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kg.model.dates import NotADateError, PartialDate
from kg.model.languages import UNNAMED, label_column
from kg.model.patterns import NUMBER

Type = Literal["text", "number", "date"]
TableName = Literal["entities", "sources", "statements"]
# The optional columns of a row with what it gives in them, in the order of their declarations.
More = tuple[tuple[str, str], ...]


class NotOfTypeError(ValueError):
    """A cell that is not of its column's type: the column, what is wrong, the repair."""

    def __init__(self, column: str, problem: str, repair: str) -> None:
        """Keep all three; the text is one line."""
        self.column, self.problem, self.repair = column, problem, repair
        super().__init__(f"{problem}; {repair}")


@dataclass(frozen=True, slots=True)
class Column:
    """An optional column: its name, the type of its cells, its RDF property, and what it means.

    A `number` is a decimal from 0 to 1; a `date` may be partial.
    """

    name: str
    type: Type
    term: str
    meaning: str

    @property
    def label(self) -> str:
        """The name in words.

        >>> Column("shelf_mark", "text", "kg:shelfMark", "Where it stands.").label
        'shelf mark'
        """
        return self.name.replace("_", " ")

    def stored(self, cell: str) -> str:
        """Return the text that is stored for a cell: the shortest of a number.

        Raises NotOfTypeError when the cell is not of the column's type.

        >>> Column("confidence", "number", "kg:confidence", "How sure.").stored("0.50")
        '0.5'
        """
        if self.type == "number" and cell:
            if not re.fullmatch(NUMBER, cell):
                problem = f"{self.name} '{cell}' is not a number from 0 to 1"
                repair = "write a decimal such as 0.8, or leave the cell empty"
                raise NotOfTypeError(self.name, problem, repair)
            from decimal import Decimal

            return format(Decimal(cell).normalize(), "f")
        if self.type == "date" and cell:
            try:
                PartialDate.parse(cell)
            except NotADateError as error:
                repair = error.repair or "correct the date"
                raise NotOfTypeError(self.name, error.problem, repair) from error
        return cell

    def value(self, text: str) -> str | float:
        """Return what JSON and data frames hold for a stored text."""
        return float(text) if self.type == "number" else text


# Of entities those before and after the columns of labels.
_BEFORE, _AFTER = ("id", "class"), ("aliases", "wikidata", "description")
_REQUIRED: Final[Mapping[TableName, tuple[str, ...]]] = {
    "sources": (
        *("id", "title", "publisher", "url", "published", "accessed", "language", "kind"),
        "sha256",
    ),
    "statements": (
        *("subject", "predicate", "object", "start", "end", "at", "source", "locator", "rank"),
        "note",
    ),
}
OPTIONAL: Final[dict[TableName, tuple[Column, ...]]] = {
    "entities": (),
    "sources": (
        # The standard term: a source of the record is the text that was read, and no other version.
        Column(
            "version_read",
            "date",
            "dcterms:modified",
            "Of a page that changes, the date of the version that was read.",
        ),
    ),
    "statements": (
        Column(
            "confidence",
            "number",
            "kg:confidence",
            "How sure the curators are of the statement, from 0 to 1; its rows agree on it.",
        ),
    ),
}


def required(table: TableName, languages: Iterable[str] = UNNAMED) -> tuple[str, ...]:
    """Return the columns that a table must have, in the order of its header.

    That of entities has one of labels in each language.

    >>> required("entities", ("fr", "kk"))[:4]
    ('id', 'class', 'label_fr', 'label_kk')
    """
    if table == "entities":
        return (*_BEFORE, *map(label_column, languages), *_AFTER)
    return _REQUIRED[table]


def optional(table: TableName) -> tuple[str, ...]:
    """Return the columns that a table may have besides.

    >>> optional("statements")[0]
    'confidence'
    """
    return tuple(column.name for column in OPTIONAL[table])


def every(table: TableName, languages: Iterable[str] = UNNAMED) -> tuple[str, ...]:
    """Return all columns that a table can have.

    >>> every("statements")[9:11]
    ('note', 'confidence')
    """
    return (*required(table, languages), *optional(table))


def given(table: TableName, cells: Mapping[str, str]) -> More:
    """Return what good cells say in optional columns.

    Raises NotOfTypeError when a cell is not of its column's type.

    >>> given("statements", {"confidence": "0.80"})
    (('confidence', '0.8'),)
    """
    told = ((one.name, one.stored(cells.get(one.name, ""))) for one in OPTIONAL[table])
    return tuple((name, text) for name, text in told if text)


def values(table: TableName, more: More) -> dict[str, str | float]:
    """Return what was given in optional columns, as JSON holds it.

    >>> values("statements", (("confidence", "0.8"),))
    {'confidence': 0.8}
    """
    texts = dict(more)
    return {one.name: one.value(texts[one.name]) for one in OPTIONAL[table] if one.name in texts}


def in_words(table: TableName, more: More) -> list[str]:
    """Return what was given in optional columns, each behind its label.

    >>> in_words("statements", (("confidence", "0.8"),))
    ['confidence 0.8']
    """
    texts = dict(more)
    return [f"{one.label} {texts[one.name]}" for one in OPTIONAL[table] if one.name in texts]
