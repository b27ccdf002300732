"""Whole tables: what the house rules find in tables of statements that are read to their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import TYPE_CHECKING, Final

from kg.errors import Finding
from kg.model.checks import place_in
from kg.model.statement import Entity, Source
from kg.model.table import Row
from kg.model.table_checks import (
    STATEMENTS_ORDER,
    UNUSED_ENTITY,
    UNUSED_SOURCE,
    is_ordered,
    order_key,
)

if TYPE_CHECKING:
    from kg.pipeline.load import Loader

NAMED: Final = {"entities": ("subject", "object"), "sources": ("source",)}
_UNUSED: Final = {"entities": UNUSED_ENTITY, "sources": UNUSED_SOURCE}


class WholeTables:
    """Sees the rows of all tables of statements.

    Of what it has seen it keeps which ids nobody has named yet, and the last row.
    """

    def __init__(self, loader: Loader) -> None:
        """Take what has been read of entities and sources, and the rules that are on."""
        self._loader = loader
        records: dict[str, Mapping[str, Entity] | Mapping[str, Source]] = {
            "entities": loader.entities,
            "sources": loader.sources,
        }
        asked = {name for name, check in _UNUSED.items() if check.name in loader.rules}
        self._records = {name: records[name] for name in asked}
        self.unnamed = {name: set(records[name]) for name in asked}
        self.is_ordered = is_ordered("statements", loader.rules)
        self.path, self.last = "", ""
        self.has_rows = False

    def see(self, row: Row) -> None:
        """Take a row, whatever is wrong with it."""
        self.has_rows = True
        for name, unused in self.unnamed.items():
            unused.difference_update(row.cells[column] for column in NAMED[name])

    def follow(self, row: Row) -> None:
        """Take a good row; one that is out of order is a finding of the loader's.

        A row with a slip in it may stand where it belongs, and so may the one below.
        """
        if self.is_ordered:
            key = order_key(row.cells)
            if row.path == self.path and key < self.last:
                self._loader.findings.append(STATEMENTS_ORDER.at((row.path, row.line)))
            self.path, self.last = row.path, key

    def bare(self, tables: Sized) -> Iterator[Finding]:
        """Yield that nothing is said, once all tables of statements are read."""
        where = f"{self._loader.folder.name}/statements"
        if not tables:
            message, repair = "there is no table of statements", f"add one as {where}/facts.csv"
            yield Finding(where, 0, 0, "warning", message, repair)
        elif not self.has_rows and self._loader.complete:
            message, repair = (
                "no table of statements has a row",
                "add what is said, a row each; 'kg add' writes one",
            )
            yield Finding(where, 0, 0, "warning", message, repair)

    def unused(self) -> Iterator[Finding]:
        """Yield what no row has named, once all are read; of rows left out nobody knows."""
        if not self._loader.complete:
            return
        for name, ids in self.unnamed.items():
            yield from unused(name, self._records[name], ids - self._loader.doubtful)


def unused(
    name: str, records: Mapping[str, Entity] | Mapping[str, Source], ids: Iterable[str]
) -> Iterator[Finding]:
    """Yield that no row names these ids."""
    for one in sorted(ids):
        yield _UNUSED[name].at(place_in(records[one].row), id=one)
