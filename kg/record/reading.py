"""Reading: the columns of the record → statements, entities and sources again."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from operator import le
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kg.model import schema
from kg.model.languages import language_of
from kg.model.statement import Entity, Kind, Proof, Rank, Reference, Source, Statement
from kg.record.days import over_by
from kg.record.tables import LINKS, TableName

if TYPE_CHECKING:
    from arro3.core import Table

T = TypeVar("T")
Lists = Mapping[str, Sequence[Any]]
Lookup = Callable[[TableName], Lists]


class Cells(Mapping[str, Sequence[Any]]):
    """The cells of each column of a table, made when they are first asked for."""

    def __init__(self, table: Table) -> None:
        """Hold the table."""
        self._table = table
        self._made: dict[str, Sequence[Any]] = {}

    def __getitem__(self, name: str) -> Sequence[Any]:
        """Return the cells of the column.

        Raises KeyError when the table has no such column.
        """
        if name not in self._made:
            if name not in self._table.column_names:
                raise KeyError(name)
            self._made[name] = list(self._table[name].to_pylist())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.column_names)

    def __len__(self) -> int:
        return len(self._table.column_names)


class _Statement:
    """A statement that is being made.

    A frozen class sets each field by a call, which takes three times as long; a
    class of the same slots sets them as they are, and then becomes the other.
    """

    __slots__ = Statement.__slots__

    def __init__(
        self,
        subject: str,
        predicate: str,
        object: str,  # noqa: A002 - RDF's own word
        kind: Kind,
        datatype: str,
        start: str,
        end: str,
        at: str,
        rank: Rank,
        references: tuple[Reference, ...],
        proofs: tuple[Proof, ...],
        proof_count: int,
        entailed_by: tuple[str, ...],
        disputed_by: tuple[str, ...],
        may_confirm: tuple[str, ...],
        more: schema.More,
        over_by: str,
    ) -> None:
        self.subject = subject
        self.predicate = predicate
        self.object = object
        self.kind = kind
        self.datatype = datatype
        self.start = start
        self.end = end
        self.at = at
        self.rank = rank
        self.references = references
        self.proofs = proofs
        self.proof_count = proof_count
        self.entailed_by = entailed_by
        self.disputed_by = disputed_by
        self.may_confirm = may_confirm
        self.more = more
        self.over_by = over_by
        self.__class__ = Statement  # type: ignore[assignment]


class _Reference:
    """A reference that is being made, in the same way."""

    __slots__ = Reference.__slots__

    def __init__(self, source: str, locator: str, at: str, row: str, note: str) -> None:
        self.source = source
        self.locator = locator
        self.at = at
        self.row = row
        self.note = note
        self.__class__ = Reference  # type: ignore[assignment]


def statements_of(tables: Lookup) -> list[Statement]:
    """Return the statements of the tables, in their order."""
    references, links, proofs = _references(tables), links_of(tables), proofs_of(tables)
    said = tables("statements")
    ids = said["id"]
    own = ("subject", "predicate", "object", "kind", "datatype", "start", "end", "at", "rank")
    made = map(
        _Statement,
        *(said[name] for name in own),
        map(tuple, map(sorted, _of_each(ids, references))),
        map(tuple, _of_each(ids, proofs)),
        said["proof_count"],
        *(map(tuple, _of_each(ids, links[name])) for name in LINKS),
        more_of("statements", said),
        _over_by(said),
    )
    return cast("list[Statement]", list(made))


def _over_by(said: Lists) -> Iterable[str]:
    """Return by when that was over whose end does not say it."""
    return map(over_by, said["end"], said["end_from"], said["end_to"])


def is_in_order(tables: Lookup) -> bool:
    """Say whether the rows of statements stand as `in_order` sorts statements.

    >>> said = {name: ["a", "a"] for name in ("subject", "predicate", "object", "end", "at", "id")}
    >>> is_in_order(lambda _: said | {"start": ["1992", "2006"]})
    True
    """
    return all(map(le, _keys(tables), islice(_keys(tables), 1, None)))


def rows_in_order(tables: Lookup) -> Sequence[int]:
    """Return the numbers of the rows of statements, as `in_order` sorts statements.

    >>> said = {name: ["a", "a"] for name in ("subject", "predicate", "object", "end", "at", "id")}
    >>> rows_in_order(lambda _: said | {"start": ["2006", "1992"]})
    [1, 0]
    """
    rows = range(len(tables("statements")["id"]))
    return rows if is_in_order(tables) else sorted(rows, key=list(_keys(tables)).__getitem__)


def _keys(tables: Lookup) -> Iterator[tuple[str, ...]]:
    """Yield of each statement what `in_order` sorts by."""
    said = tables("statements")
    names = ("subject", "predicate", "object", "start", "end", "at", "id")
    return zip(*(said[name] for name in names), strict=True)


def _of_each(ids: Sequence[str], found: Mapping[str, list[T]]) -> Iterable[Sequence[T]]:
    """Return what was found of each of the ids, in their order."""
    return map(found.get, ids, repeat(())) if found else repeat((), len(ids))


def _references(tables: Lookup) -> dict[str, list[Reference]]:
    found: dict[str, list[Reference]] = {}
    table = tables("references")
    places = zip(table["path"], table["line"], strict=True)
    rows = ["" if line is None else f"{path}:{line}" for path, line in places]
    made = map(_Reference, table["source"], table["locator"], table["at"], rows, table["note"])
    for statement, one in zip(table["statement"], cast("Iterable[Reference]", made), strict=True):
        found.setdefault(statement, []).append(one)
    return found


def links_of(tables: Lookup) -> dict[str, dict[str, list[str]]]:
    """Return for each kind of link the ids that a statement leads to."""
    found: dict[str, dict[str, list[str]]] = {name: {} for name in LINKS}
    table = tables("links")
    for statement, link, to in zip(table["statement"], table["link"], table["to"], strict=True):
        found[link].setdefault(statement, []).append(to)
    return found


def proofs_of(tables: Lookup) -> dict[str, list[Proof]]:
    """Return the proofs of each statement that was inferred, the shortest first."""
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


def more_of(table: schema.TableName, cells: Lists) -> Iterable[schema.More]:
    """Return what each row has in optional columns."""
    given = [(name, cells[name]) for name in schema.optional(table) if name in cells]
    used = [(name, own) for name, own in given if any(own)]
    rows = range(len(cells["id"]))
    if not used:
        return repeat((), len(rows))
    return (tuple((name, own[row]) for name, own in used if own[row]) for row in rows)


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
    more = more_of("entities", table)
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
    more = more_of("sources", table)
    for row, (identifier, given) in enumerate(zip(table["id"], more, strict=True)):
        yield Source(identifier, **{name: table[name][row] or "" for name in own}, more=given)
