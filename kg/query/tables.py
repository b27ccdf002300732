"""Tables: what a graph gives as frames, one of each kind of row of its record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.model.edtf import asked_period, asked_time

if TYPE_CHECKING:
    from kg.record.frames import Table
    from kg.record.record import Record, StoredRecord
    from kg.record.tables import TableName
    from kg.store.base import Store


class Tables:
    """What a graph gives as tables."""

    # The store as of a date, as known by a date.
    slice: Callable[[str | None, str | None], Store]

    def statements(
        self,
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
    ) -> Table:
        """Return one row a statement: triple, dates as written and as days, rank, proofs found.

        With `as_of` only the statements that make up the world on that date, with `from_` and `to`
        that of a span, with `surely` those that must be true on every day of it.

        Raises UsageError when a text is not a date, or `surely` stands without one.

        >>> import kg
        >>> len(kg.open().statements(as_of="2003")) < len(kg.open().statements())
        True
        """
        asked = asked_time(as_of, from_, to)
        return self._table("statements", asked, known_by, surely=surely)

    def references(
        self,
        *,
        as_of: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        known_by: str | None = None,
        surely: bool = False,
    ) -> Table:
        """Return one row a reference: which source says a statement, where, and in which row.

        >>> import kg
        >>> kg.open().references().columns
        ('statement', 'source', 'locator', 'at', 'note', 'path', 'line')
        """
        asked = asked_time(as_of, from_, to)
        return self._table("references", asked, known_by, surely=surely)

    def entities(self, *, known_by: str | None = None) -> Table:
        """Return one row an entity: class, labels by language, aliases, description.

        >>> import kg
        >>> kg.open().entities().columns[:4]
        ('id', 'class', 'label_en', 'label_ru')
        """
        return self._table("entities", None, known_by)

    def sources(self, *, known_by: str | None = None) -> Table:
        """Return one row a source: title, publisher, address, dates, digest.

        >>> import kg
        >>> kg.open().sources().columns[:4]
        ('id', 'title', 'publisher', 'url')
        """
        return self._table("sources", None, known_by)

    def _table(
        self, name: TableName, as_of: str | None, known_by: str | None, *, surely: bool = False
    ) -> Table:
        return table(self.slice(None, known_by), name, as_of, surely=surely)


def record_of(store: Store) -> Record | StoredRecord:
    """Return the record of a store; one that has none is read by SPARQL.

    Raises StoreError when the record is damaged.
    """
    from kg.store.read_back import History

    return History(store).record


def table(
    store: Store, name: TableName, as_of: str | None = None, *, surely: bool = False
) -> Table:
    """Return a table of the store's record; with a date only the rows of what makes up that world.

    Raises UsageError when the text is not a date or `surely` stands alone, StoreError when the
    record is damaged.
    """
    from kg.record.frames import Table
    from kg.record.record import Record

    record = record_of(store)
    if period := asked_period(as_of, surely=surely):
        ids = record.sure_world(period) if surely else record.world(period)
        said = record.of_ids(ids)
        named = (record.entities.values(), record.sources.values(), record.languages)
        record = Record(said, *named)
    return Table(name, record)
