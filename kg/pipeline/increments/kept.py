"""Kept: what a validation leaves beside a build, so that the next one can begin there.

Only a project in which no error was found leaves anything, and only where each row can be looked at
again together with those that name the same things: `Keeper.refusal` says why not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from kg.errors import Finding, KGError
from kg.files import digest, digest_of, files_below
from kg.files import named as name_in
from kg.model.constraints import set_apart
from kg.model.shapes import reach
from kg.model.tables import named_tables, suffix_of
from kg.pipeline.columns.batches import Lines, first_line, stamp, statement_lines
from kg.pipeline.columns.entities import entities_in, sources_in
from kg.pipeline.columns.partitions import parts_of
from kg.pipeline.columns.size import tables, weight
from kg.pipeline.validate import Report
from kg.progress import at_work
from kg.store.marks import VALIDATED, begun, discard, mark, marked, new_folder, read_mark

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad

    from kg.pipeline.columns.walk import Conclusions
    from kg.pipeline.load import Loader

# With what the findings of the same files may be others.
_PACKAGES: Final = ("eurasia-kg", "duckdb", "polars", "pyoxigraph", "pyshifty", "rdflib")
_FORMAT: Final = 2
_CHUNK: Final = 2**20
# More findings than that are told from all rows.
_MOST: Final = 10_000
_TABLES: Final = "tables.parquet"
NAMED: Final[tuple[Literal["entities", "sources"], ...]] = ("entities", "sources")


@dataclass(frozen=True)
class Kept:
    """What was found, and the tables in which it was found."""

    folder: Path
    said: Mapping[str, Any]

    def content(self, label: str) -> bytes:
        """Return what a table held."""
        import polars as pl

        chunks = self._texts.filter(pl.col("label") == label)["chunk"]
        return b"".join(chunks)

    @cached_property
    def _texts(self) -> pl.DataFrame:
        import polars as pl

        return pl.read_parquet(self.folder / _TABLES)

    @property
    def rows(self) -> pl.LazyFrame:
        """Where each row stands (`file`, `line`, `part`), and its triple, `value` and `source`."""
        import polars as pl

        return pl.scan_parquet(self.folder / "rows-*.parquet", glob=True)

    @property
    def premises(self) -> list[Path]:
        """The statements to which rules were applied, as `Premises.files`; none without rules."""
        return sorted(self.folder.glob("premises-*.parquet"))

    def is_of(self, digests: Mapping[str, str]) -> bool:
        """Say whether the tables, of which these are the digests, had the same content."""
        known: Mapping[str, str] = self.said["tables"]
        return all(digests.get(label) == one for label, one in known.items())

    @property
    def filled(self) -> list[int]:
        """The numbers of the parts in which there are rows; those of `premises`, in their order."""
        return [*self.said["filled"]]

    @property
    def of_rules(self) -> list[str]:
        """The files of what rules concluded, by which another look begins."""
        return [*self.said["of_rules"]]

    def known(self, loader: Loader) -> None:
        """Give a loader the entities and sources."""
        import polars as pl

        frames = [pl.read_parquet(self.folder / f"{name}.parquet") for name in NAMED]
        labels = [self.said["named"][name] for name in NAMED]
        loader.entities = entities_in(frames[0], labels[0], loader.languages)
        loader.sources = sources_in(frames[1], labels[1])

    @property
    def named(self) -> set[Finding]:
        """What was found in the tables of entities and sources alone."""
        return {Finding(*cells) for cells in self.said["found"]}

    @property
    def report(self) -> Report:
        """What was found."""
        findings = tuple(Finding(*cells) for cells in self.said["findings"])
        return Report(findings, dict(self.said["counts"]))


def kept(place: Path, data: Path, ontology: Path) -> Kept | None:
    """Return what the last validation left in a build folder; None when it was of other files.

    The tables may have changed since.
    """
    for folder in marked(place, VALIDATED):
        said = read_mark(folder, VALIDATED) or {}
        if said.get("context") == context(data, ontology) and _is_whole(folder, said):
            return Kept(folder, said)
    return None


def _is_whole(folder: Path, said: Mapping[str, Any]) -> bool:
    with suppress(OSError):
        return all(digest_of(folder / name) == known for name, known in said["files"].items())
    return False


def context(data: Path, ontology: Path) -> str:
    """Return a digest of all that findings follow from beside the tables."""
    own = {*tables(data), *named_paths(data).values()}
    found = {
        name_in(folder, path): digest_of(path)
        for folder in (data, ontology)
        for path in files_below(folder)
        if path not in own
    }
    labels = sorted(name_in(data, path) for path in own)
    folders = sorted(place for folder in (data, ontology) for place in _folders(folder))
    said = [_FORMAT, found, labels, folders, *map(_version, _PACKAGES), _own_code()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def named_paths(data: Path) -> dict[str, Path]:
    """Return the tables of entities and sources."""
    return {name: named_tables(data, name)[0] for name in NAMED}


def _folders(folder: Path) -> Iterator[str]:
    for place, _, _ in os.walk(folder):
        yield os.path.relpath(place, folder)


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@cache
def _own_code() -> list[tuple[str, int, int]]:
    """Return what changes when somebody edits kg itself: of the code that runs, as it began."""
    own = Path(__file__).parent.parent.parent
    stats = ((one.name, one.stat()) for one in sorted(own.rglob("*.py")))
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]


class Keeper:
    """Takes what a validation of a large project sees of rows, and keeps it if that can be used."""

    def __init__(self, place: Path, data: Path, ontology: Path) -> None:
        """Name the build folder; nothing is written before there are rows."""
        self.place, self.data, self.ontology = place, data, ontology
        self.context = context(data, ontology)
        self.stamps = self._stamps()
        self.folder: Path | None = None
        self.files: list[str] = []
        self.of_rules: list[str] = []
        self.filled: set[int] = set()
        # Of rows that lack some nothing could be said.
        self.lacks_rows = False
        self.has_conclusions = False

    def _stamps(self) -> list[tuple[int, int, int]]:
        paths = [*tables(self.data), *named_paths(self.data).values()]
        return [stamp(path, name_in(self.data, path)) for path in paths]

    def add(self, rows: pl.DataFrame) -> None:
        """Take good rows, numbered; where they cannot be written nothing will be kept."""
        names = ("file", "line", "part", "subject", "predicate", "object", "value", "source")
        import polars as pl

        if self.lacks_rows:
            return
        self.filled |= {*rows["part"].unique()}
        try:
            if self.folder is None:
                self.folder = new_folder(self.place, VALIDATED)
                # Whoever finds it left behind knows whose it was.
                mark(self.folder, VALIDATED)
            self._write(rows.select(*names), f"rows-{len(self.files):05}.parquet")
        except (OSError, KGError, pl.exceptions.PolarsError):
            self.lacks_rows = True

    def conclude(self, premises: Sequence[Path], conclusions: Conclusions) -> None:
        """Take over what rules were applied to, and write what they concluded."""
        if self.folder is None or self.lacks_rows:
            return
        with suppress(OSError, KGError):
            self.of_rules = conclusions.keep(self.folder)
            names = [*self.of_rules]
            for number, path in enumerate(premises):
                names.append(f"premises-{number:05}.parquet")
                shutil.move(path, self.folder / names[-1])
            self.files += names
            self.has_conclusions = len(names) > len(premises)

    def _write(self, frame: pl.DataFrame, name: str) -> None:
        if self.folder:
            frame.write_parquet(self.folder / name, compression="zstd", compression_level=1)
            self.files.append(name)

    def close(self) -> None:
        """Remove what is not kept."""
        if self.folder and "context" not in (read_mark(self.folder, VALIDATED) or {}):
            discard(self.folder)

    def keep(
        self,
        report: Report,
        loader: Loader,
        named: Iterable[Finding],
        described: Sequence[Quad],
    ) -> None:
        """Keep all, in place of what an earlier validation left, if that can be used.

        `named` is what was found in the tables of entities and sources alone.
        """
        import polars as pl

        if self.folder is None or self.lacks_rows or refusal(report, loader, described):
            return
        if loader.ontology.rules and not self.has_conclusions:
            return
        at_work("keeping what was found")
        with suppress(OSError, KGError, pl.exceptions.PolarsError):
            read = [statement_lines(path, name_in(self.data, path)) for path in tables(self.data)]
            read += [loader.table_of(name, Lines) for name in NAMED]
            texts = {table.label: table.path.read_bytes() for table in read}
            # Nothing may have changed while it was read.
            is_same = self._stamps() == self.stamps
            is_same = is_same and context(self.data, self.ontology) == self.context
            if not is_same or not all(map(_is_by_lines, read, texts.values())):
                return
            self._write(_chunks(texts), _TABLES)
            known = {name: getattr(loader, name) for name in NAMED}
            for name, rows in known.items():
                self._write(rows.frame, f"{name}.parquet")
            said = {
                "context": self.context,
                "found": [*named],
                "tables": {label: digest(text) for label, text in texts.items()},
                "parts": parts_of(weight(tables(self.data))),
                "filled": sorted(self.filled),
                "of_rules": self.of_rules,
                "named": {name: rows.label for name, rows in known.items()},
                "counts": report.counts,
                "findings": report.findings,
                "files": {name: digest_of(self.folder / name) for name in self.files},
            }
            before = [*marked(self.place, VALIDATED), *begun(self.place, VALIDATED)]
            mark(self.folder, VALIDATED, said)
            for one in before:
                if one != self.folder:
                    discard(one)


def _chunks(texts: Mapping[str, bytes]) -> pl.DataFrame:
    import polars as pl

    cells = [
        (label, text[start : start + _CHUNK])
        for label, text in texts.items()
        for start in range(0, len(text), _CHUNK)
    ]
    return pl.DataFrame(cells, schema={"label": pl.String, "chunk": pl.Binary}, orient="row")


def _is_by_lines(table: Lines, text: bytes) -> bool:
    """Say whether each line of a table is a row whatever stands in the others."""
    if suffix_of(table.path) != ".csv":
        return False
    return table.is_regular(first_line(table.path, table.label)) and closes_quotes(text)


def closes_quotes(text: bytes) -> bool:
    """Say whether each line closes the quotes that it opens, and no line ends with a CR alone."""
    if b'"' in text and any(line.count(b'"') % 2 for line in text.split(b"\n")):
        return False
    return text.count(b"\r") == text.count(b"\r\n")


def refusal(report: Report, loader: Loader, described: Sequence[Quad]) -> str:
    """Say why not each row can be looked at again on its own with what names the same; "" if so."""
    if not report.conforms or not report.complete or len(report.findings) > _MOST:
        return "there are errors, or very many findings"
    if loader.doubts.ancient:
        return "a date before the year 1 is doubtful if it is alone"
    rest, constraints = set_apart(list(loader.ontology.shapes))
    if not all(one.shared for one in constraints):
        return "a constraint looks at statements that have nothing in common"
    if rest and reach(rest, described) is None:
        return "a shape looks farther than one step"
    return ""
