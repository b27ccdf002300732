"""Shapes: what the shapes of a large project look at, and what they find in it, part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pyoxigraph import RdfFormat, serialize

from kg.errors import Finding
from kg.model.constraints import Constraint, set_apart
from kg.model.ontology import Ontology
from kg.model.shapes import reach
from kg.pipeline.columns.constraints import PART as STATEMENTS
from kg.pipeline.columns.constraints import told_by_parts as constraints_told
from kg.pipeline.columns.entities import Descriptions
from kg.pipeline.columns.neighbourhoods import PART, text_of, told_by_parts, triples_in
from kg.pipeline.columns.partitions import MOST, lines_of
from kg.pipeline.columns.places import ColumnPlaces
from kg.pipeline.load import Loader
from kg.pipeline.validate import Told, shacl_report, shape_findings, told_at_once, told_in

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad

# About how many triples describe an entity or a source.
_ABOUT: Final = 5


def has_shapes(loader: Loader) -> bool:
    """Say whether there are shapes, and all that they look at can be used."""
    known = loader.ontology
    return bool(known.shapes) and known.complete and loader.complete


def looked_at(ontology: Ontology) -> frozenset[str]:
    """Return the predicates at which constraints on statements look, as N-Triples write them."""
    _, constraints = set_apart(ontology.shapes)
    return frozenset(name for one in constraints for name in one.predicates)


@dataclass(frozen=True)
class Shown:
    """What shapes see: columns that can be gone through again.

    `described` is what stands beside entities and sources, `texts` are N-Quads about these, `said`
    what so many statements say as columns of terms, and `rows` are all good rows, among which those
    are looked for that findings are about. `lines` and `places` are what constraints see of
    statements (`Seen`).
    """

    described: Sequence[Quad]
    texts: Descriptions
    said: Iterable[pl.DataFrame]
    statements: int
    rows: Iterable[pl.DataFrame]
    lines: Iterable[pl.DataFrame] = ()
    places: Iterable[pl.DataFrame] = ()

    def about(self, predicates: Collection[str]) -> Iterator[memoryview]:
        """Yield all N-Quads with one of these predicates."""
        import polars as pl

        for frame in self.lines:
            yield lines_of(frame["quads"])
        own = [quad for quad in self.described if str(quad.predicate) in predicates]
        yield memoryview(serialize(own, format=RdfFormat.N_QUADS) or b"")
        for triples in chain(map(triples_in, self.texts), self.said):
            found = triples.filter(pl.col("p").is_in(list(predicates)))
            yield memoryview(text_of(found))


def look_at_shapes(loader: Loader, shown: Shown, folder: Path) -> Iterator[Finding]:
    """Yield what shapes find, of which those that look at what is said of statements are set apart.

    Where the others look no farther than one step, and there is much, they are checked in parts,
    which are kept in the folder.
    Raises LimitError when the shapes take more than they may.
    """
    triples = [quad.triple for quad in shown.described]
    text = cast("bytes", serialize(triples, format=RdfFormat.N_TRIPLES))
    known = loader.ontology

    def look(shapes: Collection[Quad]) -> Iterable[Told]:
        rest, constraints = set_apart(list(shapes))
        for shared, together in _by_shared(constraints, shown.statements):
            if shared:
                parts = min(shown.statements // STATEMENTS + 1, MOST)
                given = (shown.lines, shown.described, known.words, folder, parts)
                yield from constraints_told(together, *given)
            else:
                predicates = {name for one in together for name in one.predicates}
                yield from told_at_once(together, shown.about(predicates), known.words)
        near = reach(rest, shown.described)
        size = shown.statements + _ABOUT * len(shown.texts)
        if near and size > 2 * PART:
            every = chain(map(triples_in, shown.texts), shown.said)
            parts = min(size // PART + 1, MOST)
            yield from told_by_parts(near, text, every, folder, parts)
        else:
            data = b"".join([text, *shown.texts, *map(text_of, shown.said)])
            yield from told_in(shacl_report(rest, data))

    yield from shape_findings(
        known, look, lambda told: ColumnPlaces(loader, told, shown.rows, shown.places)
    )


def _by_shared(
    constraints: Sequence[Constraint], statements: int
) -> Iterator[tuple[str, list[Constraint]]]:
    """Yield constraints by what their statements share; of few statements none are parted."""
    found: dict[str, list[Constraint]] = {}
    for one in constraints:
        found.setdefault(one.shared if statements > STATEMENTS else "", []).append(one)
    yield from found.items()
