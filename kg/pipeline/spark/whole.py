"""Whole: what shapes and rules say of all that the workers wrote, on the machine of the driver.

Workers leave what each part says in files, which shapes see together and rules join, in bounded
memory and with room on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, parse

from kg.errors import DataError, Finding
from kg.pipeline.columns.entities import Descriptions, descriptions
from kg.pipeline.columns.shapes import Shown, has_shapes, look_at_shapes
from kg.pipeline.spark import tasks

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad

    from kg.pipeline.columns.record import Recorder
    from kg.pipeline.columns.walk import Conclusions, Infer
    from kg.pipeline.load import Loader

# Bytes of N-Quads that go into one shard of conclusions.
SHARD: Final = 256 * 2**20


@dataclass(frozen=True)
class Concluded:
    """What rules concluded: how many statements, and the shards in which they stand."""

    statements: int = 0
    shards: tuple[tasks.Shard, ...] = ()


def shape_findings(
    loader: Loader, described: Sequence[Quad], statements: int, folder: Path
) -> set[Finding]:
    """Return what shapes find in what all parts left in the folder, of so many statements.

    Raises LimitError when the shapes take more than they may.
    """
    if not has_shapes(loader):
        return set()
    said, rows, lines, places = (
        _Left(folder / name) for name in (tasks.SAYS, tasks.PLACED, tasks.LINES, tasks.PLACES)
    )
    texts = Descriptions(loader)
    shown = Shown(described, texts, said, statements, rows, lines, places)
    return {*look_at_shapes(loader, shown, folder)}


@dataclass(frozen=True)
class _Left:
    """The tables that tasks left in a folder, one after the other."""

    folder: Path

    def __iter__(self) -> Iterator[pl.DataFrame]:
        import polars as pl

        for path in _left(self.folder):
            yield pl.read_parquet(path)


def _left(folder: Path) -> list[Path]:
    """Return the files that tasks have finished, in the order of their parts."""
    return sorted(folder.glob("[0-9]*.parquet"))


def conclude(
    infer: Infer,
    loader: Loader,
    described: Sequence[Quad],
    folder: Path,
    told: tasks.Told,
    recorder: Recorder | None,
) -> Concluded:
    """Apply rules to what all parts left in the folder, and write what follows beside their shards.

    What is wrong with a conclusion goes to what is told.
    Raises LimitError when the rules take more than they may, StoreError when the disk refuses.
    """
    given = _left(folder / tasks.PREMISES)
    place = folder / "rules"
    place.mkdir()
    findings: list[Finding] = []
    try:
        with infer(given, described, descriptions(loader), place, findings.extend) as found:
            shards = tuple(_written(found, folder / "shards"))
            if recorder:
                recorder.entail(found.entailed())
                for part in found.records():
                    recorder.add(part)
            return Concluded(found.count, shards)
    except DataError as error:
        findings += error.findings
        return Concluded()
    finally:
        told.add(findings)
        tasks.save_findings(folder, "rules", findings)


def _written(conclusions: Conclusions, folder: Path) -> Iterator[tasks.Shard]:
    """Write conclusions into shards of bounded size."""
    for number, texts in enumerate(_together(conclusions.lines())):
        in_graphs = sum(
            isinstance(quad.graph_name, NamedNode)
            for text in texts
            for quad in parse(bytes(text), RdfFormat.N_QUADS, lenient=True)
        )
        yield tasks.write_shard(folder / f"inferred-{number:05}.nq.gz", texts, in_graphs)


def _together(texts: Iterable[memoryview]) -> Iterator[list[memoryview]]:
    """Yield texts, as many at a time as go into a shard."""
    gathered: list[memoryview] = []
    size = 0
    for text in texts:
        gathered.append(text)
        size += len(text)
        if size >= SHARD:
            yield gathered
            gathered, size = [], 0
    if size:
        yield gathered
