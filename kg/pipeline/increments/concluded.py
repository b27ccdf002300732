"""Concluded: what the rules of a build before concluded, for one that may take it over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.pipeline.columns.layout import Laid, Layout
from kg.pipeline.columns.record import Part
from kg.pipeline.increments.kept import Kept
from kg.record.digests import Sums
from kg.record.tables import TableName

if TYPE_CHECKING:
    import polars as pl

Tables = Mapping[TableName, "pl.DataFrame"]


@dataclass(frozen=True)
class Concluded:
    """The conclusions of a build, as `walk.Conclusions` has them.

    `tables` are the rows of the record behind those of the parts of the rows.
    """

    kept: Kept
    layout: Layout
    tables: Tables

    @property
    def count(self) -> int:
        """How many statements were inferred."""
        return int(self.kept.said["counts"]["inferred"])

    def lines(self) -> Iterator[memoryview]:
        """Yield nothing: the N-Quads stand in the file of the build."""
        return iter(())

    def entailed(self) -> Iterator[pl.DataFrame]:
        """Yield which rule (`rule`) added to the graph of which given statement (`id`)."""
        import polars as pl

        said = self.tables["links"].head(self.layout.entailed)
        yield said.select(pl.col("statement").alias("id"), pl.col("to").alias("rule"))

    def records(self) -> Iterator[Part]:
        """Yield the parts of the record."""
        links = self.tables["links"].slice(self.layout.entailed)
        laid = self.layout.concluded
        for part, made in zip(laid, parts_of({**self.tables, "links": links}, laid), strict=True):
            yield Part(*made, is_concluded=part.is_concluded)

    def keep(self, folder: Path) -> list[str]:
        """Put into a folder what another look at changes needs; return the names of the files."""
        for name in self.kept.of_rules:
            take_file(self.kept.folder / name, folder / name)
        return self.kept.of_rules


def parts_of(
    tables: Tables, parts: Iterable[Laid]
) -> Iterator[tuple[dict[TableName, pl.DataFrame], Callable[[], Sums]]]:
    """Yield the rows of each part of the record, and what makes its digests."""
    places = dict.fromkeys(tables, 0)
    for part in parts:
        rows = {name: part.rows.get(name, 0) for name in tables}
        own = {name: table.slice(places[name], rows[name]) for name, table in tables.items()}
        places = {name: at + rows[name] for name, at in places.items()}
        yield own, partial(Sums.of_texts, part.sums)


def take_file(place: Path, own: Path) -> None:
    """Let a file that nobody changes stand elsewhere as well, as one file where the disk can."""
    try:
        os.link(place, own)
    except OSError:
        shutil.copyfile(place, own)
