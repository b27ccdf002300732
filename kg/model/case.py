"""Case: one row with what its cells may name, as the checks look at it."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Literal, Protocol

from kg.model.called import Names
from kg.model.dates import NotADateError
from kg.model.doubts import Doubts
from kg.model.edtf import Written, reader
from kg.model.ontology import Ontology, Property
from kg.model.statement import Entity, Source
from kg.model.table import Row

Named = Literal["entities", "sources"]
Side = Literal["domain", "range"]


class World(Protocol):
    """What the cells of a row may name, as far as it has been read.

    `homes` says where each table stands, `languages` are those of the labels, `unknown` has the
    tables that could not be read, and `unreadable` the ids of rows that were wrong.
    """

    homes: dict[str, str]
    ontology: Ontology
    doubts: Doubts
    entities: Mapping[str, Entity]
    sources: Mapping[str, Source]
    unreadable: set[str]
    unknown: set[str]

    @property
    def rules(self) -> Container[str]:
        """The house rules that are on."""

    @property
    def called(self) -> Mapping[Named, Names]:
        """What entities and sources are called beside their ids, once both are read."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the labels, that of the dataset first."""


class Case:
    """One row in its world; what was looked up for one check is there for the next."""

    __slots__ = ("_dates", "cells", "property", "row", "world")

    def __init__(self, row: Row, world: World) -> None:
        """Look up the property that the row names, if it names one."""
        self.row, self.world, self.cells = row, world, row.cells
        name = self.cells.get("predicate", "")
        self.property: Property | None = world.ontology.properties.get(name)
        self._dates: dict[str, Written | None] = {}

    def date(self, column: str) -> Written | None:
        """Return the date in the cell, None where it is empty or holds something else."""
        text = self.cells[column]
        if not text:
            return None
        if column not in self._dates:
            try:
                self._dates[column] = reader(column)(text)
            except NotADateError:
                self._dates[column] = None
        return self._dates[column]

    def named(self, table: Named) -> Mapping[str, Entity] | Mapping[str, Source]:
        """Return the records of a table by their ids."""
        return self.world.entities if table == "entities" else self.world.sources
