"""Whole tables on columns: what the house rules find in batches of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import Finding
from kg.model.table_checks import BETWEEN, ORDER, STATEMENTS_ORDER
from kg.pipeline.whole_tables import NAMED, WholeTables

if TYPE_CHECKING:
    import polars as pl


class WholeBatches(WholeTables):
    """Sees the rows of all tables of statements in batches."""

    def see_batch(self, batch: pl.DataFrame) -> None:
        """Take rows of one table, whatever is wrong with them."""
        self.has_rows = self.has_rows or batch.height > 0
        for name, unused in self.unnamed.items():
            for column in NAMED[name]:
                unused.difference_update(batch[column].unique())

    def follow_batch(self, batch: pl.DataFrame) -> list[Finding]:
        """Take good rows of one table, and return which are out of order."""
        import polars as pl

        if not self.is_ordered or not batch.height:
            return []
        path = batch["file"][0]
        joined = pl.concat_str(ORDER["statements"], separator=BETWEEN).alias("key")
        keys = batch.select(joined)["key"]
        before = keys.shift(1, fill_value=self.last if path == self.path else "")
        self.path, self.last = path, keys[-1]
        late = batch.filter(keys < before)["line"]
        return [STATEMENTS_ORDER.at((path, line)) for line in late]
