"""Whole tables: what the house rules find in tables of statements that are read to their end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from kg.errors import Finding
from kg.model.checks import place_in
from kg.model.statement import Entity, Source
from kg.model.table import Row
from kg.model.table_checks import (
    BETWEEN,
    ORDER,
    STATEMENTS_ORDER,
    UNUSED_ENTITY,
    UNUSED_SOURCE,
    is_ordered,
    order_key,
)

if TYPE_CHECKING:
    import polars as pl

    from kg.pipeline.load import Loader

_NAMED: Final = {"entities": ("subject", "object"), "sources": ("source",)}
_UNUSED: Final = {"entities": UNUSED_ENTITY, "sources": UNUSED_SOURCE}


class WholeTables:
    """Sees the rows of all tables of statements, one by one or in batches.

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
        self._unused = {name: set(records[name]) for name in asked}
        self._is_ordered = is_ordered("statements", loader.rules)
        self._path, self._last = "", ""

    def see(self, row: Row) -> None:
        """Take a row; one that is out of order is a finding of the loader's."""
        for name, unused in self._unused.items():
            unused.difference_update(row.cells[column] for column in _NAMED[name])
        if self._is_ordered:
            key = order_key(row.cells)
            if row.path == self._path and key < self._last:
                self._loader.findings.append(STATEMENTS_ORDER.at((row.path, row.line)))
            self._path, self._last = row.path, key

    def see_batch(self, batch: pl.DataFrame) -> list[Finding]:
        """Take rows of one table, and return what is found in them."""
        import polars as pl

        for name, unused in self._unused.items():
            for column in _NAMED[name]:
                unused.difference_update(batch[column].unique())
        if not self._is_ordered or not batch.height:
            return []
        path = batch["file"][0]
        joined = pl.concat_str(ORDER["statements"], separator=BETWEEN).alias("key")
        keys = batch.select(joined)["key"]
        before = keys.shift(1, fill_value=self._last if path == self._path else "")
        self._path, self._last = path, keys[-1]
        late = batch.filter(keys < before)["line"]
        return [STATEMENTS_ORDER.at((path, line)) for line in late]

    def unused(self) -> Iterator[Finding]:
        """Yield what no row has named, once all are read; of rows left out nobody knows."""
        if not self._loader.complete:
            return
        for name, ids in self._unused.items():
            for one in sorted(ids - self._loader.doubtful):
                yield _UNUSED[name].at(place_in(self._records[name][one].row), id=one)
