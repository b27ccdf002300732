"""Places: the rows of a large project that validation results are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg.model.checks import place_in

if TYPE_CHECKING:
    import polars as pl

    from kg.pipeline.load import Loader
    from kg.pipeline.validate import Told


class ColumnPlaces:
    """Finds them in the rows that were read, which are looked through once for all results."""

    def __init__(
        self,
        loader: Loader,
        told: Sequence[Told],
        rows: Iterable[pl.DataFrame],
        places: Iterable[pl.DataFrame] = (),
    ) -> None:
        """Look for the rows of the results; `rows` are all good rows, in any order.

        `places` are where statements stand, as `columns.constraints.Seen` has them.
        """
        self.loader, self.words = loader, loader.ontology.words
        self.doubtful = loader.doubtful
        wanted = {self._triple(one.focus, one.path, one.value) for one in told if one.value}
        self.triples: dict[tuple[str, str, str], tuple[str, int]] = {}
        if wanted:
            for part in rows:
                self._look(part, wanted)
        self.statements = self._named({one.focus for one in told}, places)

    def is_doubtful(self, focus: str) -> bool:
        """Say whether the focus node occurs in a row that was left out."""
        return any(self.words.local(prefix, focus) in self.doubtful for prefix in ("id", "src"))

    def find(self, focus: str, path: str, value: str) -> tuple[str, int]:
        """Return (path, line): of the statement when there is one, else of the focus node's row."""
        place = self.triples.get(self._triple(focus, path, value))
        if place:
            return place
        if focus in self.statements:
            return self.statements[focus][0]
        for prefix, records in (("id", self.loader.entities), ("src", self.loader.sources)):
            local = self.words.local(prefix, focus)
            if local != focus and local in records:
                return place_in(records[local].row)
        return ("", 0)

    def name(self, focus: str) -> str:
        """Return what the focus node is called: a statement by its triple."""
        return self.statements[focus][1] if focus in self.statements else self.words.short(focus)

    def _named(
        self, nodes: set[str], places: Iterable[pl.DataFrame]
    ) -> dict[str, tuple[tuple[str, int], str]]:
        """Return place and name of those nodes that are statements."""
        import polars as pl

        wanted = pl.DataFrame({"node": sorted(nodes)}, schema={"node": pl.String})
        start = self.words.prefixes["st"]
        if not any(node.startswith(start) for node in nodes):
            return {}
        found = (part.join(wanted, on="node", how="semi").iter_rows() for part in places)
        return {node: ((file, line), name) for rows in found for node, file, line, name in rows}

    def _triple(self, focus: str, path: str, value: str) -> tuple[str, str, str]:
        local = self.words.local
        return local("id", focus), local("", path), local("id", value)

    def _look(self, rows: pl.DataFrame, wanted: set[tuple[str, str, str]]) -> None:
        """Take down where the last statement of each wanted triple stands first."""
        import polars as pl

        from kg.pipeline.columns.partitions import meant

        names = ["subject", "predicate", "meant"]
        asked = pl.DataFrame(sorted(wanted), schema=dict.fromkeys(names, pl.String), orient="row")
        found = rows.with_columns(meant().alias("meant")).join(asked, on=names, how="semi")
        last = pl.struct("start", "end", "at").rank("dense").over(names)
        found = found.filter(last == last.max().over(names)).sort("file", "line")
        for cells in found.iter_rows(named=True):
            triple = (cells["subject"], cells["predicate"], cells["meant"])
            self.triples.setdefault(triple, (cells["file"], cells["line"]))
