"""The columns of the tables, each declared once.

A column declared here as optional is read, checked, stored, read back and shown without a word
about it anywhere else. Of those that a table must have, what stands in one property of the record
is stored and read back by its declaration; ids, classes, labels, aliases, times, ranks and
references take code of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from kg.model.dates import NotADateError, PartialDate
from kg.model.languages import UNNAMED, label_column
from kg.model.literals import is_web_address
from kg.model.patterns import NUMBER, WIKIDATA_ID

Type = Literal["text", "told", "number", "date", "iri", "item", "own"]
TableName = Literal["entities", "sources", "statements"]
# The optional columns of a row with what it gives in them, in the order of their declarations.
More = tuple[tuple[str, str], ...]


# What is said of a cell that is none, and its repair.
NO_ADDRESS: Final = (
    "'{cell}' is not a web address",
    "write the whole address, starting with https://",
)
NO_ITEM: Final = ("'{cell}' is not a Wikidata id", "write Q and a number, or leave the cell empty")


class NotOfTypeError(ValueError):
    """A cell that is not of its column's type: the column, what is wrong, the repair."""

    def __init__(self, column: str, problem: str, repair: str) -> None:
        """Keep all three; the text is one line."""
        self.column, self.problem, self.repair = column, problem, repair
        super().__init__(f"{problem}; {repair}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the type of its cells, its RDF property, and what it means.

    A `number` is a decimal from 0 to 1; a `date` may be partial; a text that is `told` is in the
    first language of the dataset; an `item` is an id of Wikidata. What is `own` takes code of its
    own, and cannot be optional.
    """

    name: str
    type: Type
    term: str = ""
    meaning: str = ""

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
        if self.type == "iri" and cell and not is_web_address(cell):
            raise NotOfTypeError(self.name, NO_ADDRESS[0].format(cell=cell), NO_ADDRESS[1])
        if self.type == "item" and cell and not re.fullmatch(WIKIDATA_ID, cell):
            raise NotOfTypeError(self.name, NO_ITEM[0].format(cell=cell), NO_ITEM[1])
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


# The columns of labels stand in the place of the one that has no name.
_LABELS: Final = Column("", "own", "rdfs:label")
REQUIRED: Final[Mapping[TableName, tuple[Column, ...]]] = {
    "entities": (
        Column("id", "own"),
        Column("class", "own", "rdf:type"),
        _LABELS,
        Column("aliases", "own", "skos:altLabel"),
        Column("wikidata", "item", "skos:exactMatch"),
        Column("description", "told", "dcterms:description"),
    ),
    "sources": (
        Column("id", "own"),
        Column("title", "text", "dcterms:title"),
        Column("publisher", "text", "dcterms:publisher"),
        Column("url", "iri", "schema:url"),
        Column("published", "date", "dcterms:issued"),
        Column("accessed", "date", "kg:accessed"),
        Column("language", "text", "dcterms:language"),
        Column("kind", "text", "dcterms:type"),
        Column("sha256", "text", "kg:sha256"),
    ),
    "statements": (
        Column("subject", "own", "rdf:subject"),
        Column("predicate", "own", "rdf:predicate"),
        Column("object", "own", "rdf:object"),
        Column("start", "own", "kg:startText"),
        Column("end", "own", "kg:endText"),
        Column("at", "own", "kg:at"),
        Column("source", "own", "prov:hadPrimarySource"),
        Column("locator", "own", "kg:locator"),
        Column("rank", "own", "kg:rank"),
        Column("note", "own", "kg:note"),
    ),
}
OPTIONAL: Final[dict[TableName, tuple[Column, ...]]] = {
    "entities": (
        Column(
            "short_names",
            "text",
            "kg:shortNames",
            "What maps call it where its label is long: a name for each language of the labels, "
            "in their order, separated by a vertical bar.",
        ),
    ),
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
    labels = [label_column(language) for language in languages]
    own = [[one.name] if one is not _LABELS else labels for one in REQUIRED[table]]
    return tuple(chain.from_iterable(own))


def required_cells(table: TableName) -> tuple[Column, ...]:
    """Return the required columns whose cell is one property of the row's record.

    >>> [column.term for column in required_cells("entities")]
    ['skos:exactMatch', 'dcterms:description']
    """
    return tuple(column for column in REQUIRED[table] if column.type != "own")


def cells_of(table: TableName) -> tuple[Column, ...]:
    """Return all columns whose cell is one property of the row's record.

    >>> [column.name for column in cells_of("statements")]
    ['confidence']
    """
    return (*required_cells(table), *OPTIONAL[table])


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


def not_of_type(table: TableName, cells: Mapping[str, str]) -> NotOfTypeError | None:
    """Return what is wrong with the first cell of an optional column that is not of its type.

    >>> not_of_type("statements", {"confidence": "2"}).problem
    "confidence '2' is not a number from 0 to 1"
    """
    try:
        given(table, cells)
    except NotOfTypeError as wrong:
        return wrong
    return None
