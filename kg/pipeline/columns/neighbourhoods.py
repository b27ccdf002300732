"""Neighbourhoods: what shapes look at, parted by focus node, so that each part is checked alone.

A part has all that is said of its nodes, what says something of them where a shape looks back, and
the classes of their neighbours where a shape asks for these. What is found of nodes of other parts,
of which a part knows too little, is left out.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import Dataset, NamedNode, Quad, RdfFormat, parse, serialize

from kg.model.foreign import at, shacl_reports
from kg.model.namespaces import term
from kg.model.shacl import sound
from kg.model.shapes import Reach
from kg.pipeline.columns.partitions import Pile
from kg.pipeline.validate import SHAPES, Told, told_in
from kg.progress import at_work

if TYPE_CHECKING:
    import polars as pl

# How many triples are checked together: of three times as many the engine takes half as long
# again for each.
PART: Final = 50_000
# How many workers there are at most, each with a part.
_WORKERS: Final = min(os.cpu_count() or 1, 8)
_TYPE: Final = str(term("rdf:type"))
_LINE: Final = r"^(?<s>\S+) (?<p>\S+) (?<o>.*) \.$"


def triples_in(text: memoryview) -> pl.DataFrame:
    r"""Return whole lines of N-Triples as columns of terms: `s`, `p` and `o`.

    >>> triples_in(memoryview(b'<urn:a> <urn:b> "c d" .\n')).rows()
    [('<urn:a>', '<urn:b>', '"c d"')]
    """
    import polars as pl

    lines = pl.Series("line", bytes(text).decode().split("\n")[:-1], dtype=pl.String)
    return lines.str.extract_groups(_LINE).struct.unnest()


def text_of(triples: pl.DataFrame) -> bytes:
    """Return columns of terms as N-Triples."""
    import polars as pl

    line = pl.concat_str("s", pl.lit(" "), "p", pl.lit(" "), "o", pl.lit(" .\n"))
    return "".join(triples.select(line).to_series().to_list()).encode()


def told_by_parts(
    shapes: Collection[Quad],
    reach: Reach,
    described: bytes,
    triples: Iterable[pl.DataFrame],
    folder: Path,
    parts: int,
) -> Iterator[Told]:
    """Yield what shapes find that look no farther than `reach`, checked in so many parts.

    `described` are N-Triples that every part has, which name all classes; all blank nodes are
    there. The folder is for what is parted.
    Raises ValueError when the shapes cannot be used, LimitError when they take more than they may.
    """
    given = cast("bytes", serialize(sound(shapes), format=RdfFormat.N_TRIPLES))
    around = _Parted(reach, parts, [Pile(folder / f"{n}.triples") for n in range(parts)])
    try:
        for frame in triples:
            around.add(frame)
        texts = (described + around.text(number) for number in range(parts))
        with at(SHAPES):
            reports = shacl_reports(given, texts, at_once=min(_WORKERS, parts))
            for number, text in enumerate(reports):
                at_work("parts checked against the shapes", number + 1, parts)
                report = Dataset(parse(text, RdfFormat.TURTLE))
                yield from told_in(report, lambda node, n=number: around.has(n, node))  # type: ignore[misc]
    finally:
        around.remove()


@dataclass
class _Parted:
    """The parts, in files; `types` are the classes of everything, where they are asked for."""

    reach: Reach
    parts: int
    piles: list[Pile]
    types: list[pl.DataFrame] = field(default_factory=list)

    def add(self, triples: pl.DataFrame) -> None:
        """Put triples into the parts that look at them.

        Raises StoreError when the disk refuses.
        """
        import polars as pl

        own, other = self._part("s"), self._part("o")
        frame = triples.with_columns(own.alias("own"), other.alias("other"))
        is_back = pl.col("p").is_in(list(self.reach.back)) & pl.col("o").str.starts_with("<")
        back = frame.filter(is_back & (pl.col("own") != pl.col("other")))
        for name, some in (("own", frame), ("other", back)):
            for (number,), part in some.partition_by(name, as_dict=True).items():
                self.piles[number].add(part.select("s", "p", "o"))
        if self.reach.classes or self.reach.classes_back:
            self.types.append(triples.filter(pl.col("p") == _TYPE))

    def text(self, number: int) -> bytes:
        """Return a part as N-Triples."""
        import polars as pl

        found = list(self.piles[number])
        if not found:
            return b""
        triples = pl.concat(found)
        if self.types:
            asked = (("o", self.reach.classes), ("s", self.reach.classes_back))
            near = pl.concat(
                triples.filter(pl.col("p").is_in(list(names))).select(pl.col(end).alias("s"))
                for end, names in asked
            )
            classes = pl.concat(self.types).join(near.unique(), on="s", how="semi")
            triples = pl.concat([triples, classes]).unique()
        return text_of(triples)

    def has(self, number: int, node: object) -> bool:
        """Say whether a focus node belongs to a part: one without a name to the first."""
        import polars as pl

        if not isinstance(node, NamedNode):
            return number == 0
        name = pl.DataFrame({"s": [str(node)]})
        return bool(name.select(self._part("s")).item() == number)

    def _part(self, column: str) -> pl.Expr:
        import polars as pl

        return (pl.col(column).hash() % self.parts).cast(pl.Int64)

    def remove(self) -> None:
        """Remove the files."""
        for pile in self.piles:
            pile.remove()
