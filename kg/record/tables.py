"""Tables: the columns of the record, made of statements and what they name.

docs/record.md describes them. Every text is as it is written; days are whole numbers, counted from
1 January 1970 in the proleptic Gregorian calendar with a year 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from kg.model import schema
from kg.model.dates import UNKNOWN
from kg.model.languages import label_column
from kg.model.statement import Entity, Source, Statement
from kg.record.days import bounds

if TYPE_CHECKING:
    from arro3.core import Array, DataType, Schema, Table

# Raised whenever a reader of before would misunderstand what is written.
VERSION: Final = 1
TableName = Literal["statements", "references", "entities", "sources", "links", "proofs"]
TABLES: Final[tuple[TableName, ...]] = (
    *("statements", "references", "entities", "sources", "links", "proofs"),
)
Type = Literal["text", "texts", "number"]

LINKS: Final = ("entailed_by", "disputed_by", "may_confirm")
_LISTS: Final[frozenset[str]] = frozenset({"aliases"})
_NUMBERS: Final[frozenset[str]] = frozenset(
    {"start_from", "start_to", "end_from", "end_to", "proof_count", "line", "position"}
)


@dataclass
class Columns:
    """A table on its way: the cells of each column, in the order of the rows."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def table(self) -> Table:
        """Return the columns as an Arrow table."""
        from arro3.core import Table

        cells = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.names)
        return Table.from_pydict(
            {name: _array(name, own) for name, own in zip(self.names, cells, strict=True)}
        )


def type_of(column: str) -> Type:
    """Return what the cells of a column are.

    >>> type_of("start_from"), type_of("start"), type_of("aliases")
    ('number', 'text', 'texts')
    """
    if column in _NUMBERS:
        return "number"
    return "texts" if column in _LISTS else "text"


def columns_of(table: TableName, languages: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the columns of a table, in their order; that of entities has labels in languages.

    >>> columns_of("links")
    ('statement', 'link', 'to')
    """
    match table:
        case "statements":
            return (
                *("id", "subject", "predicate", "object", "datatype", "kind", "start", "end"),
                *("at", "start_from", "start_to", "end_from", "end_to", "ending", "rank"),
                *("proof_count", *schema.optional("statements")),
            )
        case "references":
            return ("statement", "source", "locator", "at", "note", "path", "line")
        case "entities":
            own = (column.name for column in schema.cells_of("entities"))
            return ("id", "class", *map(label_column, languages), "aliases", *own, "path", "line")
        case "sources":
            return ("id", *(one.name for one in schema.cells_of("sources")), "path", "line")
        case "links":
            return ("statement", "link", "to")
        case "proofs":
            return ("statement", "position", "rule", "premise", "start", "end")


def arrow_schema(names: Iterable[str]) -> Schema:
    """Return the columns of these names as Arrow describes them."""
    from arro3.core import Field, Schema

    return Schema([Field(name, _data_type(name), nullable=True) for name in names])


def _data_type(name: str) -> DataType:
    from arro3.core import DataType, Field

    match type_of(name):
        case "number":
            return DataType.int64()
        case "texts":
            return DataType.list(Field("item", DataType.string(), nullable=True))
        case _:
            return DataType.string()


def _array(name: str, cells: Sequence[Any]) -> Array:
    from arro3.core import Array, DataType, list_array

    match type_of(name):
        case "texts":
            offsets, flat = [0], []
            for own in cells:
                flat += own
                offsets.append(len(flat))
            texts = Array(flat, DataType.string())
            return list_array(Array(offsets, DataType.int32()), texts)
        case _:
            return Array(cells, _data_type(name))


def of_statements(statements: Iterable[Statement]) -> dict[TableName, Columns]:
    """Return the tables of statements, their references, links and proofs, in their order."""
    more = schema.optional("statements")
    said, references = Columns(columns_of("statements")), Columns(columns_of("references"))
    links, proofs = Columns(columns_of("links")), Columns(columns_of("proofs"))
    for one in statements:
        own = dict(one.more)
        said.rows.append(
            (
                *(one.id, one.subject, one.predicate, one.object, one.datatype, one.kind),
                *(one.start, one.end, one.at, *bounds(one)),
                {"": "still", UNKNOWN: "ended"}.get(one.end, "until"),
                *(one.rank, one.proof_count, *(own.get(name) for name in more)),
            )
        )
        for each in one.references:
            path, _, line = each.row.rpartition(":")
            cells = (each.source, each.locator, each.at, each.note)
            references.rows.append((one.id, *cells, path, int(line) if line else None))
        for link in LINKS:
            links.rows += [(one.id, link, to) for to in getattr(one, link)]
        for position, proof in enumerate(one.proofs, start=1):
            about = (one.id, position, proof.rule)
            proofs.rows += [(*about, to, proof.since, proof.until) for to in proof.premises]
    return {"statements": said, "references": references, "links": links, "proofs": proofs}


def of_entities(entities: Iterable[Entity], languages: Sequence[str]) -> Columns:
    """Return the table of entities, with a column of labels for each language."""
    found = list(entities)
    met = [*languages, *sorted({one for each in found for one in each.labels} - {*languages})]
    own = [column.name for column in schema.cells_of("entities")]
    table = Columns(columns_of("entities", met))
    for one in found:
        cells = one.cells
        labels = (one.labels.get(language) for language in met)
        table.rows.append(
            (
                *(one.id, one.class_name, *labels, sorted(set(one.aliases))),
                *(cells.get(name) for name in own),
                *_place(one.row),
            )
        )
    return table


def of_sources(sources: Iterable[Source]) -> Columns:
    """Return the table of sources."""
    own = [column.name for column in schema.cells_of("sources")]
    table = Columns(columns_of("sources"))
    for one in sources:
        cells = one.cells
        table.rows.append((one.id, *(cells.get(name) for name in own), *_place(one.row)))
    return table


def _place(row: str) -> tuple[str | None, int | None]:
    path, _, line = row.rpartition(":")
    return (path, int(line)) if line else (None, None)
