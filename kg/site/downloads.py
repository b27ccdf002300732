"""Downloads: the graph in the formats of other tools, and what describes them for catalogues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import UsageError
from kg.exports.dump import dumped
from kg.files import digest
from kg.hypertext.described import told, void
from kg.model.namespaces import term, text_of
from kg.progress import at_work
from kg.query.bench.answer import written
from kg.store.rdf import Lines
from kg.text import formats

if TYPE_CHECKING:
    from kg.query.bench.bench import Bench

_SPDX: Final = "http://spdx.org/rdf/terms#"
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
# Where files stand that name each other without knowing where they will be.
_NOWHERE: Final = "site://files/"
# Formats of one file → what it is; those of extras that are not installed are left out.
_FORMATS: Final = {
    "ttl": "the graph of the day, with what describes it: RDF in Turtle",
    "trig": "the whole graph: RDF in TriG",
    "nq": "the whole graph: RDF in N-Quads",
    "parquet": "statements, a row for each reference: Parquet",
    "xlsx": "the tables that the graph was made of: a workbook of Excel",
}
# Those that are made of the same lines, as they come.
_OF_LINES: Final = ("ttl", "nq")
_OF_SMALL: Final = ("trig", "xlsx")
_TABLES: Final = "csvw"
# Tables whose names do not say what stands in them.
_ROWS: Final = {
    "references": "which source says what of a statement",
    "links": "what statements are disputed by, may confirm and are entailed by",
    "proofs": "which statements and rule an inferred one follows from",
}
_TYPES: Final = {
    "ttl": "text/turtle",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
_SAID: Final = (
    *("dcterms:title", "dcterms:description", "dcterms:license", "dcterms:issued"),
    *("dcterms:publisher", "dcat:version"),
)


class Download(NamedTuple):
    """A file: what it is in words, how many bytes it has, and their SHA-256."""

    name: str
    text: str
    size: int
    sha256: str


class Downloads:
    """The graph in every format for which what it needs is installed, and what describes them.

    `files` are those that are made, `missing` says why others are not.
    """

    def __init__(self, bench: Bench, base: str, *, is_small: bool) -> None:
        """Take the graph, and the address of the folder of the files, "" where it is not known."""
        self._bench = bench
        self._base = base
        self._is_small = is_small
        self.files: list[Download] = []
        self.missing: list[str] = []
        self._lines: Lines | None = None

    def made(self) -> Iterator[tuple[str, bytes]]:
        """Yield each file by name and content; none is kept, because together they are large.

        A sorted TriG and a workbook take long of a large graph, and N-Quads and CSV say the same.
        """
        for name, text in _FORMATS.items():
            if name in _OF_SMALL and not self._is_small:
                continue
            at_work(f"writing graph.{name}")
            try:
                content = self._content(name)
            except UsageError as error:
                self.missing.append(f"graph.{name}, because {error}")
            else:
                if isinstance(content, bytes):
                    yield self._file(f"graph.{name}", text, content)
            content = b""
        at_work("writing tables")
        tables = dumped(self._bench.store, formats.DUMPS.named(_TABLES)).content
        for name, content in {} if isinstance(tables, bytes) else tables.items():
            yield self._file(name, _text_of(name), content)
        at_work("describing the data")
        files = tuple(self.files)
        graph = _void(self._bench, files, self._base)
        yield self._file("void.ttl", "what describes the graph: VoID", graph)
        catalogue = _dcat(self._bench, files, self._base)
        yield self._file("dcat.ttl", "the same for catalogues: DCAT-AP", catalogue)

    def _content(self, name: str) -> bytes | Mapping[str, bytes]:
        """Return a file as `kg dump` writes it, RDF without a look at what it has no place for.

        Raises UsageError when a library is needed and not installed.
        """
        store = self._bench.store
        if name not in _OF_LINES:
            return dumped(store, formats.DUMPS.named(name)).content
        lines = self._lines or Lines.of(store)
        # They are many, and the last that is made of them needs them no more.
        self._lines = None if name == _OF_LINES[-1] else lines
        return lines.n_quads() if name == "nq" else lines.turtle(store.words)

    def _file(self, name: str, text: str, content: bytes) -> tuple[str, bytes]:
        self.files.append(Download(name, text, len(content), digest(content)))
        return name, content


def _text_of(name: str) -> str:
    stem, _, suffix = name.partition(".")
    if suffix == "csv":
        return f"{_ROWS.get(stem, stem)}, a row each: CSV"
    package = "what describes the tables of CSV: Data Package (Frictionless)"
    return package if stem == "datapackage" else "what describes the tables of CSV: CSV on the Web"


def _dataset(bench: Bench) -> NamedNode:
    """Return the name that the dataset has in the graph, else its base."""
    kind = term("dcat:Dataset")
    for quad in bench.store.pyoxigraph.quads_for_pattern(None, term("rdf:type"), kind, None):
        if isinstance(quad.subject, NamedNode):
            return quad.subject
    return NamedNode(bench.store.words.base)


def _void(bench: Bench, files: tuple[Download, ...], base: str) -> bytes:
    """Return the description of the graph and where its dumps are."""
    dataset = _dataset(bench)

    def triples() -> Iterator[Triple]:
        yield Triple(dataset, term("rdf:type"), term("void:Dataset"))
        for one in files:
            if one.name in {"graph.ttl", "graph.trig", "graph.nq"}:
                yield Triple(dataset, term("void:dataDump"), _node(one.name, base))
                yield Triple(dataset, term("void:feature"), _format(one.name))
        yield from void(bench, dataset)

    return _turtle(triples(), bench)


def _format(name: str) -> NamedNode:
    """Return the name that W3C has for the format of a file."""
    form = {"ttl": "Turtle", "trig": "TriG", "nq": "N-Quads"}[name.rpartition(".")[2]]
    return NamedNode(f"http://www.w3.org/ns/formats/{form}")


def _dcat(bench: Bench, files: tuple[Download, ...], base: str) -> bytes:
    """Return the description of the dataset and of each file as a distribution of it."""
    dataset = _dataset(bench)

    def triples() -> Iterator[Triple]:
        yield Triple(dataset, term("rdf:type"), term("dcat:Dataset"))
        yield from told(bench, dataset, _SAID)
        licenses = [text_of(one.object) for one in told(bench, dataset, ("dcterms:license",))]
        for one in files:
            suffix = one.name.rpartition(".")[2]
            if suffix not in _TYPES:
                continue
            file = _node(one.name, base)
            part = BlankNode(f"part{files.index(one)}")
            checksum = BlankNode(f"sum{files.index(one)}")
            yield Triple(dataset, term("dcat:distribution"), part)
            yield Triple(part, term("rdf:type"), term("dcat:Distribution"))
            yield Triple(part, term("dcterms:title"), Literal(one.name, language="en"))
            yield Triple(part, term("dcterms:description"), Literal(one.text, language="en"))
            yield Triple(part, term("dcat:accessURL"), file)
            yield Triple(part, term("dcat:downloadURL"), file)
            yield Triple(part, term("dcat:mediaType"), NamedNode(_MEDIA + _TYPES[suffix]))
            size = Literal(str(one.size), datatype=term("xsd:nonNegativeInteger"))
            yield Triple(part, term("dcat:byteSize"), size)
            for license_ in licenses:
                yield Triple(part, term("dcterms:license"), NamedNode(license_))
            value = Literal(one.sha256, datatype=term("xsd:hexBinary"))
            algorithm = NamedNode(f"{_SPDX}checksumAlgorithm_sha256")
            yield Triple(part, NamedNode(f"{_SPDX}checksum"), checksum)
            yield Triple(checksum, term("rdf:type"), NamedNode(f"{_SPDX}Checksum"))
            yield Triple(checksum, NamedNode(f"{_SPDX}algorithm"), algorithm)
            yield Triple(checksum, NamedNode(f"{_SPDX}checksumValue"), value)

    return _turtle(triples(), bench)


def _node(name: str, base: str) -> NamedNode:
    return NamedNode((base or _NOWHERE) + name)


def _turtle(triples: Iterator[Triple], bench: Bench) -> bytes:
    """Return Turtle; without a base the files are named as they stand beside it."""
    own = {name: term(f"{name}:").value for name in ("dcat", "dcterms", "rdfs", "void", "xsd")}
    prefixes = {**bench.prefixes, **own, "spdx": _SPDX}
    text = written(list(triples), "ttl", prefixes).decode()
    return text.replace(f"<{_NOWHERE}", "<").encode()
