"""Tables: the columns of the record, made of statements and what they name, and read again.

docs/record.md describes them. Every text is as it is written; days are whole numbers, counted from
1 January 1970 in the proleptic Gregorian calendar with a year 0.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from kg.model import schema
from kg.model.calendar import day_of, number_of
from kg.model.dates import Day, PartialDate, next_day
from kg.model.languages import label_column, language_of
from kg.model.statement import Entity, Kind, Proof, Rank, Reference, Source, Statement

if TYPE_CHECKING:
    from arro3.core import Array, Table

# Raised whenever a reader of before would misunderstand what is written.
VERSION: Final = 1
TableName = Literal["statements", "references", "entities", "sources", "links", "proofs"]
TABLES: Final[tuple[TableName, ...]] = (
    *("statements", "references", "entities", "sources", "links", "proofs"),
)
Type = Literal["text", "texts", "number"]

_EPOCH: Final = number_of((1970, 1, 1))
_LINKS: Final = ("entailed_by", "disputed_by", "may_confirm")
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


def _array(name: str, cells: Sequence[Any]) -> Array:
    from arro3.core import Array, DataType, list_array

    match type_of(name):
        case "number":
            return Array(cells, DataType.int64())
        case "texts":
            offsets, flat = [0], []
            for own in cells:
                flat += own
                offsets.append(len(flat))
            texts = Array(flat, DataType.string())
            return list_array(Array(offsets, DataType.int32()), texts)
        case _:
            return Array(cells, DataType.string())


# ---------------------------------------------------------------- making


def of_statements(statements: Iterable[Statement]) -> dict[TableName, Columns]:
    """Return the tables of statements, their references, links and proofs, in their order."""
    more = schema.optional("statements")
    said = Columns(
        (
            *("id", "subject", "predicate", "object", "datatype", "kind", "start", "end", "at"),
            *("start_from", "start_to", "end_from", "end_to", "ending", "rank", "proof_count"),
            *more,
        )
    )
    references = Columns(("statement", "source", "locator", "at", "note", "path", "line"))
    links = Columns(("statement", "link", "to"))
    proofs = Columns(("statement", "position", "rule", "premise", "start", "end"))
    for one in statements:
        own = dict(one.more)
        said.rows.append(
            (
                *(one.id, one.subject, one.predicate, one.object, one.datatype, one.kind),
                *(one.start, one.end, one.at, *bounds(one), "until" if one.end else "still"),
                *(one.rank, one.proof_count, *(own.get(name) for name in more)),
            )
        )
        for each in one.references:
            path, _, line = each.row.rpartition(":")
            cells = (each.source, each.locator, each.at, each.note)
            references.rows.append((one.id, *cells, path, int(line) if line else None))
        for link in _LINKS:
            links.rows += [(one.id, link, to) for to in getattr(one, link)]
        for position, proof in enumerate(one.proofs, start=1):
            about = (one.id, position, proof.rule)
            proofs.rows += [(*about, to, proof.since, proof.until) for to in proof.premises]
    return {"statements": said, "references": references, "links": links, "proofs": proofs}


def bounds(one: Statement) -> tuple[int | None, ...]:
    """Return the earliest and latest day of the start, and of the end, as whole numbers.

    What is attested on a day starts on it and ends on the next; what happened does not end.

    >>> bounds(Statement("a", "p", "b", "state", start="1970", end="1970-01-02"))
    (0, 364, 1, 1)
    """
    if one.at:
        day = PartialDate.stored(one.at)
        start = (number(day.earliest), number(day.latest))
        if one.kind == "event":
            return (*start, None, None)
        return (*start, *(number(next_day(bound)) for bound in (day.earliest, day.latest)))
    return (*_span(one.start), *_span(one.end))


@lru_cache(maxsize=2**15)
def _span(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    date = PartialDate.stored(text)
    return number(date.earliest), number(date.latest)


@lru_cache(maxsize=2**15)
def number(day: Day) -> int:
    """Return the day as the record counts it.

    >>> number((1970, 1, 2))
    1
    """
    return number_of(day) - _EPOCH


def day(number: int) -> Day:
    """Return the day of a number of the record.

    >>> day(-1)
    (1969, 12, 31)
    """
    return day_of(number + _EPOCH)


def of_entities(entities: Iterable[Entity], languages: Sequence[str]) -> Columns:
    """Return the table of entities, with a column of labels for each language."""
    found = list(entities)
    met = [*languages, *sorted({one for each in found for one in each.labels} - {*languages})]
    own = [column.name for column in schema.cells_of("entities")]
    names = ("id", "class", *map(label_column, met), "aliases", *own, "path", "line")
    table = Columns(names)
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
    table = Columns(("id", *own, "path", "line"))
    for one in sources:
        cells = one.cells
        table.rows.append((one.id, *(cells.get(name) for name in own), *_place(one.row)))
    return table


def _place(row: str) -> tuple[str | None, int | None]:
    path, _, line = row.rpartition(":")
    return (path, int(line)) if line else (None, None)


# ---------------------------------------------------------------- reading

Lists = Mapping[str, Sequence[Any]]
Lookup = Callable[[TableName], Lists]


class Cells(Mapping[str, list[Any]]):
    """The cells of each column of a table; a column is read when it is first asked for."""

    def __init__(self, table: Table) -> None:
        """Take the table; nothing is read yet."""
        self._table = table
        self._read: dict[str, list[Any]] = {}

    def __getitem__(self, name: str) -> list[Any]:
        """Return the cells of a column, in the order of the rows."""
        if name not in self._read:
            self._read[name] = list(self._table[name].to_pylist())
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the columns."""
        return iter(self._table.column_names)

    def __len__(self) -> int:
        """Count the columns."""
        return len(self._table.column_names)


def statements_of(tables: Lookup) -> Iterator[Statement]:
    """Yield the statements of the tables, in their order."""
    references, links, proofs = _references(tables), _links(tables), _proofs(tables)
    said = tables("statements")
    more = _more("statements", said)
    names = ("id", "subject", "predicate", "object", "datatype", "start", "end", "at")
    texts = zip(*(said[name] for name in names), strict=True)
    others = zip(said["kind"], said["rank"], said["proof_count"], more, strict=True)
    for own, (kind, rank, count, given) in zip(texts, others, strict=True):
        identifier, subject, predicate, value, datatype, start, end, at = own
        linked = links.get(identifier, _NONE)
        yield Statement(
            subject,
            predicate,
            value,
            cast("Kind", kind),
            datatype,
            start,
            end,
            at,
            cast("Rank", rank),
            references=tuple(sorted(references.get(identifier, ()))),
            proofs=tuple(proofs.get(identifier, ())),
            proof_count=count,
            entailed_by=tuple(linked["entailed_by"]),
            disputed_by=tuple(linked["disputed_by"]),
            may_confirm=tuple(linked["may_confirm"]),
            more=given,
        )


_NONE: Final[Mapping[str, list[str]]] = {name: [] for name in _LINKS}


def _references(tables: Lookup) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = {}
    table = tables("references")
    names = ("statement", "source", "locator", "at", "note", "path", "line")
    for statement, source, locator, at, note, path, line in zip(
        *(table[name] for name in names), strict=True
    ):
        row = "" if line is None else f"{path}:{line}"
        found.setdefault(statement, []).append(Reference(source, locator, at, row, note))
    return found


def _links(tables: Lookup) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    table = tables("links")
    for statement, link, to in zip(table["statement"], table["link"], table["to"], strict=True):
        own = found.setdefault(statement, {name: [] for name in _LINKS})
        own[link].append(to)
    return found


def _proofs(tables: Lookup) -> dict[str, list[Proof]]:
    found: dict[str, dict[int, Proof]] = {}
    table = tables("proofs")
    names = ("statement", "position", "rule", "premise", "start", "end")
    for statement, position, rule, premise, since, until in zip(
        *(table[name] for name in names), strict=True
    ):
        own = found.setdefault(statement, {})
        before = own[position].premises if position in own else ()
        own[position] = Proof(rule, (*before, premise), since, until)
    return {name: list(own.values()) for name, own in found.items()}


def _more(table: schema.TableName, cells: Lists) -> Iterator[schema.More]:
    """Yield what each row has in optional columns."""
    given = [(name, cells[name]) for name in schema.optional(table) if name in cells]
    for row in range(len(cells["id"])):
        yield tuple((name, own[row]) for name, own in given if own[row])


def of_ids(tables: Lookup, ids: Container[str]) -> Lookup:
    """Return the rows of these statements alone, of each table that says something of statements.

    >>> said = {"id": ["a", "b"], "object": ["ada", "bob"]}
    >>> of_ids(lambda _: said, {"b"})("statements")
    {'id': ['b'], 'object': ['bob']}
    """

    def chosen(name: TableName) -> Lists:
        table = tables(name)
        keys = table["id" if name == "statements" else "statement"]
        rows = [row for row, key in enumerate(keys) if key in ids]
        return {column: [cells[row] for row in rows] for column, cells in table.items()}

    return chosen


def entities_of(tables: Lookup) -> Iterator[Entity]:
    """Yield the entities of the tables, in their order, labels in that of their columns."""
    table = tables("entities")
    columns = [(language_of(name), own) for name, own in table.items() if language_of(name)]
    own = [one.name for one in schema.required_cells("entities")]
    more = _more("entities", table)
    for row, (identifier, given) in enumerate(zip(table["id"], more, strict=True)):
        yield Entity(
            identifier,
            table["class"][row],
            {language: cells[row] for language, cells in columns if cells[row]},
            tuple(table["aliases"][row]),
            **{name: table[name][row] or "" for name in own},
            more=given,
        )


def sources_of(tables: Lookup) -> Iterator[Source]:
    """Yield the sources of the tables, in their order."""
    table = tables("sources")
    own = [one.name for one in schema.required_cells("sources")]
    more = _more("sources", table)
    for row, (identifier, given) in enumerate(zip(table["id"], more, strict=True)):
        yield Source(identifier, **{name: table[name][row] or "" for name in own}, more=given)
