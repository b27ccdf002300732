"""Build: the corridor, the one file that knows the order of the rooms.

data/*.csv ─load▶ statements ─assemble▶ quads ─validate▶ report ─infer▶ quads ─store▶ store
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat

from kg.assemble import assemble, world
from kg.dump import to_rdf
from kg.errors import DataError, StoreError
from kg.files import digests, write_file
from kg.infer import infer
from kg.load import load, read_dataset
from kg.ontology import read_ontology
from kg.slice import statements_on
from kg.store import EmbeddedStore, write
from kg.validate import Report, validate
from kg.vocab import Vocabulary

MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Built:
    """A graph made in memory: its quads, and the report of its validation."""

    quads: list[Quad]
    report: Report
    words: Vocabulary

    def store(self) -> EmbeddedStore:
        """Return the graph as a store in memory."""
        return EmbeddedStore.of(self.quads)

    def trig(self) -> bytes:
        """Return the graph as TriG, the same bytes for the same files."""
        return to_rdf(self.quads, self.words, RdfFormat.TRIG)


def check(data: Path, ontology: Path) -> Report:
    """Load and validate, and say everything that is wrong; nothing is inferred or written.

    Raises InputError when a folder or table cannot be read at all.
    """
    return _walk(data, ontology).report


def build(data: Path, ontology: Path) -> Built:
    """Walk through all rooms up to the finished quads.

    Raises DataError with every finding when the data are wrong, InputError when they cannot be
    read.
    """
    built = _walk(data, ontology)
    built.report.raise_for_errors()
    return built


def _walk(data: Path, ontology: Path) -> Built:
    dataset, findings = read_dataset(data)
    words = Vocabulary(dataset.base)
    known = read_ontology(ontology, words)
    records = load(data, known, dataset)
    quads = assemble(records, known)
    report = validate(records, known, quads)
    report = Report(tuple(sorted({*findings, *report.findings})), report.counts)
    if not report.conforms:
        return Built(quads, report, words)
    try:
        inference = infer(quads, records.statements, known)
    except DataError as error:
        found = tuple(sorted({*report.findings, *error.findings}))
        return Built(quads, Report(found, report.counts), words)
    statements = (*records.statements, *inference.statements)
    today = statements_on(statements, dataset.issued)
    counts = report.counts | {"inferred": len(inference.statements)}
    quads += inference.quads
    quads += world(inference.graphs, today)
    return Built(list(dict.fromkeys(quads)), Report(report.findings, counts), words)


# ---------------------------------------------------------------- the folder build/


def save(built: Built, trig: bytes, page: str, folder: Path, sources: dict[str, str]) -> None:
    """Write store, `graph.trig` and `graph.html` below the folder; the old build stays until then.

    The store is written aside as a generation named by the digest of the graph, and becomes the
    current one when `manifest.json`, written last and in one step, names it.
    """
    digest = hashlib.sha256(trig).hexdigest()
    generation = f"store-{digest[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / generation).is_dir():
        aside = Path(tempfile.mkdtemp(prefix="aside-", dir=folder))
        try:
            write(built.quads, aside)
            aside.chmod(0o755)
            aside.rename(folder / generation)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    write_file(folder / "graph.trig", trig)
    write_file(folder / "graph.html", page.encode())
    before = read_manifest(folder).get("store") if (folder / MANIFEST).exists() else None
    manifest = {"store": generation, "quads": len(built.quads), "sources": sources}
    write_file(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
    for old in folder.glob("store-*"):
        if old.name not in {generation, before}:
            shutil.rmtree(old, ignore_errors=True)


def open_build(folder: Path) -> EmbeddedStore:
    """Open the store of a build folder, read-only.

    Raises StoreError when there is no build, or it is damaged.
    """
    return EmbeddedStore.open(folder / str(read_manifest(folder)["store"]))


def read_manifest(folder: Path) -> dict[str, object]:
    """Return what `manifest.json` says.

    Raises StoreError when it is missing or damaged.
    """
    try:
        manifest: dict[str, object] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["store"]  # noqa: B018 - its absence is damage
    except FileNotFoundError as error:
        msg = f"there is no build in {folder}; run 'kg build' first"
        raise StoreError(msg) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{folder / MANIFEST} is damaged; run 'kg build' to make it anew"
        raise StoreError(msg) from error
    return manifest


def is_stale(folder: Path, project: Path) -> bool:
    """Say whether the files of the project differ from those the build was made of."""
    return read_manifest(folder).get("sources") != digests(project / "data", project / "ontology")
