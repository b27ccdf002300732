"""Record: statements, entities and sources, from memory or from the files beside a store.

Each table is one file of Parquet; `record.json` says which schema they have, what their content is
(`digests`), and the digest of each file, so that damage is found before it is read.
"""

from __future__ import annotations

import io
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import StoreError
from kg.model.collection import without_collection
from kg.model.dates import day_before
from kg.model.statement import Entity, Source, Statement, in_order
from kg.record import digests, files
from kg.record.checked import ANEW, gone, read_manifest, table_of
from kg.record.files import MANIFEST
from kg.record.reading import (
    Cells,
    Lists,
    entities_of,
    of_ids,
    rows_in_order,
    sources_of,
    statements_of,
)
from kg.record.tables import (
    TABLES,
    TableName,
    of_entities,
    of_sources,
    of_statements,
)
from kg.record.world import Fact, facts, first_day, said_by, sure_world, with_conclusions, world

if TYPE_CHECKING:
    from arro3.core import Table

    from kg.model.dates import Day, Period


class Record:
    """What the graph says, at any time: objects where they are asked for, tables where these are.

    `statements` are in the order of their triples and dates, the others in that of their ids.
    """

    def __init__(
        self,
        statements: Iterable[Statement],
        entities: Iterable[Entity],
        sources: Iterable[Source],
        languages: Sequence[str],
    ) -> None:
        """Hold the record of a graph in memory; what is given is gone through when asked for."""
        self._given = (statements, entities, sources)
        self.languages = tuple(languages)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, asserted and inferred, in the order of their triples and dates."""
        return tuple(sorted(self._given[0], key=in_order))

    @cached_property
    def _entities(self) -> list[Entity]:
        return sorted(self._given[1], key=lambda one: one.id)

    @cached_property
    def _sources(self) -> list[Source]:
        return sorted(self._given[2], key=lambda one: one.id)

    @property
    def count(self) -> int:
        """How many statements there are."""
        return len(self.statements)

    def of_ids(self, ids: Container[str]) -> list[Statement]:
        """Return the statements of these ids, in their order."""
        return [one for one in self.statements if one.id in ids]

    def said_by(self, sources: Container[str]) -> set[str]:
        """Return the ids of all statements of the triples that one of these sources speaks of."""
        triples = {
            one.triple
            for one in self.statements
            if any(reference.source in sources for reference in one.references)
        }
        return {one.id for one in self.statements if one.triple in triples}

    def world(self, period: Period) -> set[str]:
        """Return the ids of the statements that make up the world at any time in the period."""
        return {one.id for one in self.statements if one.in_world(period)}

    def sure_world(self, period: Period) -> set[str]:
        """Return the ids of the statements that count and are true on every day of the period."""
        sure = (one for one in self.statements if not one.rule and one.surely_in_world(period))
        ways = [(one.id, proof.premises) for one in self.statements for proof in one.proofs]
        return with_conclusions({one.id for one in sure}, ways)

    def facts(self, ids: Container[str]) -> Iterator[Fact]:
        """Yield what these statements say."""
        for one in self.statements:
            if one.id in ids:
                yield Fact(one.id, *one.triple, one.datatype, not one.entailed_by)

    @property
    def first_day(self) -> Day | None:
        """As `world.first_day` has it."""
        spans = [one.span for one in self.statements]
        begins = zip(self.statements, spans, strict=True)
        if any(span.since is None and (one.start or one.at) for one, span in begins):
            return None
        firsts = (since or (until and day_before(until)) for since, until in spans)
        return min((day for day in firsts if day), default=None)

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The entities by id, aliases sorted, without their places, which only the table has."""
        return {
            one.id: replace(one, row="", aliases=tuple(sorted(set(one.aliases))))
            for one in self._entities
        }

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources by id, without their places in files, which only the table has."""
        return {one.id: replace(one, row="") for one in self._sources}

    @cached_property
    def tables(self) -> dict[TableName, Table]:
        """The tables, by their names."""
        made = of_statements(self.statements)
        made["entities"] = of_entities(self._entities, self.languages)
        made["sources"] = of_sources(self._sources)
        return {name: made[name].table() for name in TABLES}

    def table(self, name: TableName) -> Table:
        """Return one of the tables."""
        return self.tables[name]

    @cached_property
    def _lists(self) -> dict[TableName, Lists]:
        return {name: Cells(table) for name, table in self.tables.items()}

    def lists(self, name: TableName) -> Lists:
        """Return the cells of each column of a table, each made when it is first asked for."""
        return self._lists[name]

    def write(self, folder: Path) -> None:
        """Write the tables and what describes them into a new folder.

        Raises StoreError when the disk refuses.
        """
        tables = {name: (one.column_names, [one]) for name, one in self.tables.items()}
        files.write(folder, tables, self.languages, *self._digests)

    @cached_property
    def _digests(self) -> tuple[list[str], tuple[str, str]]:
        """Those of the buckets of statements, and those of entities and sources."""
        named = digests.of_named(self.entities.values()), digests.of_named(self.sources.values())
        return digests.digests(self.statements), named

    @property
    def digest(self) -> str:
        """What stands for the whole content."""
        buckets, named = self._digests
        return digests.whole([*buckets, *named])


class StoredRecord:
    """The record in a folder, each part read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        """Read what describes the record.

        Raises StoreError when it is missing, damaged, or of another version of kg.
        """
        self.folder = folder
        self._lists: dict[TableName, Lists] = {}
        self.manifest = read_manifest(folder / MANIFEST)
        self.languages: tuple[str, ...] = tuple(self.manifest["languages"])
        self.digest = str(self.manifest["digest"])

    def table(self, name: TableName) -> Table:
        """Return one of the tables.

        Raises StoreError when its file is missing, not what was written, or of another shape.
        """
        return self.parsed(name, self.content(name))

    def content(self, name: TableName) -> bytes:
        """Return the file of a table, which is what was written.

        Raises StoreError when it is missing or damaged.
        """
        place = self._place(name)
        try:
            raw = place.read_bytes()
            written = self.manifest["tables"][name]["sha256"]
        except OSError as error:
            if not self.folder.is_dir():
                raise gone(place) from error
            msg = f"{place} cannot be read: {error.strerror}; {ANEW}"
            raise StoreError(msg) from error
        except (KeyError, TypeError) as error:
            msg = f"{self.folder / MANIFEST} does not name the table {name}; {ANEW}"
            raise StoreError(msg) from error
        # The reader has no error for a damaged file that can be caught.
        if sha256(raw).hexdigest() != written:
            msg = f"{place} is damaged: it is not what was written; {ANEW}"
            raise StoreError(msg)
        return raw

    def parsed(self, name: TableName, content: bytes, *, of_rows: bool = True) -> Table:
        """Return the table of a file, or by its head alone the same without rows.

        Raises StoreError when it is of another shape.
        """
        from arro3.core import Table
        from arro3.io import read_parquet

        found = read_parquet(io.BytesIO(content))
        every = found.read_all() if of_rows else Table.from_batches([], schema=found.schema)
        return table_of(every, name, self.languages, self._place(name))

    def _place(self, name: TableName) -> Path:
        return self.folder / f"{name}.parquet"

    def write(self, folder: Path) -> None:
        """Copy the files into a new folder.

        Raises StoreError when one is missing or damaged, or the disk refuses.
        """
        import shutil

        self.check()
        try:
            shutil.copytree(self.folder, folder)
        except OSError as error:
            msg = f"the record cannot be written to {folder}: {error.strerror}"
            raise StoreError(msg) from error

    def check(self) -> None:
        """Read every table.

        Raises StoreError when one is missing or damaged.
        """
        for name in TABLES:
            self.table(name)

    def lists(self, name: TableName) -> Lists:
        """Return the cells of each column of a table, each read when it is first asked for."""
        if name not in self._lists:
            self._lists[name] = Cells(self.table(name))
        return self._lists[name]

    @property
    def count(self) -> int:
        """How many statements there are."""
        return len(self.lists("statements")["id"])

    def said_by(self, sources: Container[str]) -> set[str]:
        """Return the ids of all statements of the triples that one of these sources speaks of."""
        return said_by(self.lists, sources)

    def of_ids(self, ids: Container[str]) -> list[Statement]:
        """Return the statements of these ids, in their order."""
        return list(statements_of(of_ids(self.lists, ids)))

    def world(self, period: Period) -> set[str]:
        """Return the ids of the statements that make up the world at any time in the period."""
        return world(self.lists, period)

    def sure_world(self, period: Period) -> set[str]:
        """Return the ids of the statements that count and are true on every day of the period."""
        return sure_world(self.lists, period)

    def facts(self, ids: Container[str]) -> Iterator[Fact]:
        """Yield what these statements say."""
        return facts(self.lists, ids)

    @property
    def first_day(self) -> Day | None:
        """As `world.first_day` has it."""
        return first_day(self.lists)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All statements, asserted and inferred, in the order of their triples and dates."""
        with without_collection():
            made = statements_of(self.lists)
            # Those of a build in several parts are in order within each. By their cells they are
            # sorted without working out each id again.
            return tuple(map(made.__getitem__, rows_in_order(self.lists)))

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The entities by id."""
        return {one.id: one for one in entities_of(self.lists)}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources by id."""
        return {one.id: one for one in sources_of(self.lists)}
