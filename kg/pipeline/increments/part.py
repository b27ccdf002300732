"""Part: some rows of a project, with entities and sources that have been read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model.dataset import DatasetInfo
from kg.model.ontology import Ontology
from kg.pipeline.columns.batches import Lines, first_line, statement_lines
from kg.pipeline.columns.entities import Rows
from kg.pipeline.columns.sieve import Known, check
from kg.pipeline.load import Loader
from kg.progress import Tell

if TYPE_CHECKING:
    import polars as pl


def only_named(loader: Loader, entities: set[str], sources: set[str]) -> Loader:
    """Return a loader that has the entities and sources of these ids alone."""
    found = Loader(loader.folder, loader.ontology, loader.dataset)
    if isinstance(loader.entities, Rows) and isinstance(loader.sources, Rows):
        found.entities, found.sources = loader.entities.only(entities), loader.sources.only(sources)
    return found


def another(loader: Loader) -> Loader:
    """Return a loader that knows the same entities and sources, and has found nothing yet."""
    found = Loader(loader.folder, loader.ontology, loader.dataset)
    found.entities, found.sources = loader.entities, loader.sources
    return found


def rows_at(path: Path, label: str, lines: Mapping[int, bytes]) -> tuple[pl.DataFrame, Lines]:
    """Return these lines of a table of statements as rows, and what reads them."""
    table = statement_lines(path, label)
    texts = [lines[line].decode() for line in sorted(lines)]
    return table.some(first_line(path, label), sorted(lines), texts), table


def at_lines(records: Mapping[str, object], lines: Iterable[int]) -> Iterator[str]:
    """Yield the ids of the records that stand in these lines."""
    import polars as pl

    if isinstance(records, Rows):
        yield from records.frame.filter(pl.col("line").is_in([*lines]))["id"]


@dataclass(frozen=True)
class Part:
    """Some rows of a project, whose entities and sources have been read."""

    known: Known
    frames: list[pl.DataFrame]
    tell: Tell = field(default=lambda _: None)
    # Where the good rows stand, as far as they were read.
    good: set[tuple[str, int]] = field(default_factory=set)

    @property
    def loader(self) -> Loader:
        """What has read entities and sources, and takes what is found."""
        return self.known.loader

    @property
    def ontology(self) -> Ontology:
        """By what the rows are checked."""
        return self.loader.ontology

    @property
    def dataset(self) -> DatasetInfo:
        """What the dataset says of itself."""
        return self.loader.dataset

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the good rows."""
        for frame in self.frames:
            checked = check(frame, self.known)
            self.loader.findings += checked.findings
            self.loader.doubts.ancient += checked.ancient
            self.loader.doubtful |= checked.doubtful
            self.good.update(checked.rows.select("file", "line").rows())
            yield checked.rows
