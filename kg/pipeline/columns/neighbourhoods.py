"""Neighbourhoods: what shapes look at, parted by focus node, so that each part is checked alone.

A part has all that is said of its nodes, what says something of them where a shape looks back, the
classes of their neighbours where a shape asks for these, and marks that point at its focus nodes:
of its neighbours a part knows too little to check them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import Dataset, RdfFormat, parse, serialize

from kg.model.foreign import at, shacl_reports
from kg.model.namespaces import KG, term
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
# What points at the focus nodes of a part.
_HERE: Final = f"<{KG}part>"
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

    out = io.BytesIO()
    line = pl.concat_str("s", pl.lit(" "), "p", pl.lit(" "), "o", pl.lit(" ."))
    # One column without quotes is a text file.
    triples.select(line).write_csv(out, include_header=False, quote_style="never")
    return out.getvalue()


def told_by_parts(
    reach: Reach,
    described: bytes,
    triples: Iterable[pl.DataFrame],
    folder: Path,
    parts: int,
) -> Iterator[Told]:
    """Yield what the shapes of a reach find, checked in so many parts.

    `described` are N-Triples that every part has, which name all classes; all blank nodes are
    there. The folder is for what is parted.
    Raises ValueError when the shapes cannot be used, LimitError when they take more than they may.
    """
    given = cast("bytes", serialize(sound(reach.shapes), format=RdfFormat.N_TRIPLES))
    around = _Parted(reach, parts, [Pile(folder / f"{n}.triples") for n in range(parts)])
    try:
        around.mark(triples_in(memoryview(described)))
        around.mark_named()
        for frame in triples:
            around.add(frame)
            around.mark(frame)
        texts = (described + around.text(number) for number in range(parts))
        with at(SHAPES):
            reports = shacl_reports(given, texts, at_once=min(_WORKERS, parts))
            for number, text in enumerate(reports):
                at_work("parts checked against the shapes", number + 1, parts)
                yield from told_in(Dataset(parse(text, RdfFormat.TURTLE)))
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

        is_back = pl.col("p").is_in(list(self.reach.back))
        back = triples.filter(is_back & (self._part("s") != self._part("o")))
        self._put(triples, "s")
        self._put(back, "o")
        if self.reach.classes or self.reach.classes_back:
            self.types.append(triples.filter(pl.col("p") == _TYPE))

    def mark(self, triples: pl.DataFrame) -> None:
        """Mark the focus nodes that triples tell of."""
        import polars as pl

        for one in self.reach.targets:
            if one.kind == "targetNode":
                continue
            terms = list(one.terms)
            if one.kind == "targetClass":
                found = triples.filter((pl.col("p") == _TYPE) & pl.col("o").is_in(terms))
            else:
                found = triples.filter(pl.col("p").is_in(terms))
            nodes = found.select("o" if one.kind == "targetObjectsOf" else "s").to_series()
            self._point(one.mark, nodes.unique())

    def mark_named(self) -> None:
        """Mark the focus nodes that shapes name."""
        import polars as pl

        for one in self.reach.targets:
            if one.kind == "targetNode":
                self._point(one.mark, pl.Series(sorted(one.terms), dtype=pl.String))

    def _point(self, mark: str, nodes: pl.Series) -> None:
        import polars as pl

        marks = pl.DataFrame({"o": nodes}).select(pl.lit(_HERE).alias("s"), p=pl.lit(mark), o="o")
        self._put(marks, "o")

    def _put(self, triples: pl.DataFrame, column: str) -> None:
        """Put triples into the parts of the nodes in a column."""
        parted = triples.with_columns(self._part(column).alias("part"))
        for (number,), part in parted.partition_by("part", as_dict=True, include_key=False).items():
            self.piles[number].add(part)

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
            others = pl.concat(self.types).filter(self._part("s") != number)
            triples = pl.concat([triples, others.join(near, on="s", how="semi")])
        return text_of(triples)

    def _part(self, column: str) -> pl.Expr:
        """Return the part of the nodes in a column: of those without a name the first."""
        import polars as pl

        node = pl.col(column)
        part = (node.hash() % self.parts).cast(pl.Int64)
        return pl.when(node.str.starts_with("_:")).then(0).otherwise(part)

    def remove(self) -> None:
        """Remove the files."""
        for pile in self.piles:
            pile.remove()
