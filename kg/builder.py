"""Build: the corridor, the one file that knows the order of the rooms.

data/*.csv ─load▶ statements ─assemble▶ quads ─validate▶ report ─infer▶ quads ─store▶ store
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat

from kg.assemble import assemble
from kg.coverage import Coverage, coverage
from kg.dates import PartialDate
from kg.dump import to_rdf
from kg.errors import DataError
from kg.load import load, read_dataset
from kg.ontology import read_ontology
from kg.slice import with_conclusions
from kg.store import EmbeddedStore
from kg.validate import Report, validate
from kg.vocab import Vocabulary


@dataclass(frozen=True)
class Built:
    """A graph made in memory: its quads, the report of its validation, and what it covers."""

    quads: list[Quad]
    report: Report
    words: Vocabulary
    coverage: tuple[Coverage, ...] = ()

    def store(self) -> EmbeddedStore:
        """Return the graph as a store in memory."""
        return EmbeddedStore.of(self.quads)

    def trig(self) -> bytes:
        """Return the graph as TriG, the same bytes for the same files."""
        return to_rdf(self.quads, self.words, RdfFormat.TRIG)


def check(data: Path, ontology: Path) -> Report:
    """Load and validate, and say everything that is wrong; nothing is written.

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
    day = PartialDate.parse(dataset.issued).period
    try:
        whole, inferred = with_conclusions(quads, records.statements, known, day)
    except DataError as error:
        found = tuple(sorted({*report.findings, *error.findings}))
        return Built(quads, Report(found, report.counts), words)
    report = Report(report.findings, report.counts | {"inferred": len(inferred)})
    covered = coverage(dataset.subjects, records.statements, records.sources, dataset.issued)
    return Built(whole, report, words, tuple(covered))
