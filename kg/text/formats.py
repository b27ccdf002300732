"""Formats: the one table of what can be written and read, and under which names.

A new format is one line here and, unless the engine writes it, one writer that is found by its
name: `exports/networks/NAME` or `exports/dumps/NAME` with a function `write`, or the method
`to_NAME` of a result or report. Command line, messages, server and `docs/formats.md` follow.
Of a dump `exports/kept` says as well what it keeps, and a test reads it back.

Nothing here waits for the engine, because `kg --help` reads this table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import QueryResultsFormat, RdfFormat


class Format(NamedTuple):
    """A format: its name, which is also the suffix of its files where `ending` is no other.

    `types` are the media types under which it may be asked for over HTTP, besides the one that the
    engine gives it, and `called` is what it is called elsewhere, as in parameters of clients. What
    is a folder of files has no suffix.
    """

    name: str
    types: tuple[str, ...] = ()
    called: str = ""
    remark: str = ""
    ending: str = ""
    is_folder: bool = False

    @property
    def suffix(self) -> str:
        """How the name of a file in this format ends, "" for a folder."""
        return "" if self.is_folder else f".{self.ending or self.name}"


class Formats:
    """The formats of one sort of thing, in the order in which they are offered.

    Of several with one suffix the first is meant by it; the others are chosen by their names.

    >>> NETWORKS.of_suffix(".gexf").name
    'gexf'
    """

    def __init__(self, things: str, *rows: Format) -> None:
        """Keep what is written, in the plural, and its formats."""
        self.things = things
        self._rows = {row.name: row for row in rows}
        self._endings = {row.suffix: row for row in reversed(rows) if row.suffix}

    def __iter__(self) -> Iterator[Format]:
        return iter(self._rows.values())

    @property
    def names(self) -> tuple[str, ...]:
        """What the formats are called."""
        return tuple(self._rows)

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How the names of files end."""
        return tuple(dict.fromkeys(row.suffix for row in self if row.suffix))

    @property
    def patterns(self) -> str:
        """The files that may be named, for a help text.

        >>> NETWORKS.patterns
        '*.graphml, *.gexf, *.json or *.csv'
        """
        first = [self._endings[suffix] for suffix in self.suffixes]
        return either([f"*{row.suffix}{row.remark and f' ({row.remark})'}" for row in first])

    def name_of(self, called: str) -> str:
        """Return the name of the format that is called so elsewhere, and any other text as it is.

        >>> DUMPS.name_of("turtle"), DUMPS.name_of("ttl"), DUMPS.name_of("rtf")
        ('ttl', 'ttl', 'rtf')
        """
        found = (row.name for row in self if called and row.called == called)
        return next(found, called)

    def named(self, name: str) -> Format:
        """Return the format of this name.

        Raises UsageError for another name.
        """
        if name not in self._rows:
            raise self._other(name, self.names)
        return self._rows[name]

    def of_suffix(self, suffix: str) -> Format:
        """Return the format of files whose names end so; each may also be named with a dot.

        Raises UsageError for another suffix.

        >>> DUMPS.of_suffix(".ttl").name, DUMPS.of_suffix(".rdf12").name
        ('ttl', 'rdf12')
        """
        found = self._rows.get(suffix[1:]) if suffix.startswith(".") else None
        found = found or self._endings.get(suffix)
        if found is None:
            raise self._other(suffix, self.suffixes)
        return found

    def of_file(self, path: Path) -> Format:
        """Return the format of a file by its name; of two suffixes that fit the longer one counts.

        Raises UsageError for a name with another suffix.

        >>> from pathlib import Path
        >>> BEGINNINGS.of_file(Path("links.ftm.json")).name
        'ftm.json'
        """
        endings = sorted(self._endings, key=len, reverse=True)
        return self.of_suffix(
            next((one for one in endings if path.name.endswith(one)), path.suffix)
        )

    def _other(self, given: str, known: Sequence[str]) -> UsageError:
        msg = f"'{given}' is not a format of {self.things}; choose one of {' '.join(known)}"
        return UsageError(msg)


def either(words: Sequence[str]) -> str:
    """Return the words as a choice; a comma sets the last one off where it has a remark.

    >>> either(["table", "csv", "json"]), either(["*.nq", "*.ttl (the default graph only)"])
    ('table, csv or json', '*.nq, or *.ttl (the default graph only)')
    """
    *first, last = words
    if not first:
        return last
    return f"{', '.join(first)}{',' if last.endswith(')') else ''} or {last}"


# What `kg network` writes.
NETWORKS: Final = Formats(
    "networks",
    Format("graphml"),
    Format("gexf"),
    Format("json"),
    Format("csv"),
)
# What `kg dump` writes: the engine what is also a format of GRAPHS.
DUMPS: Final = Formats(
    "dumps",
    Format("trig"),
    Format("nq", called="nquads"),
    Format("jsonld"),
    Format("parquet"),
    Format("xlsx", remark="to be edited"),
    Format("ods", remark="the same"),
    Format("ttl", called="turtle", remark="the default graph only"),
    Format("rdf12", ending="ttl", remark="RDF 1.2 with reifiers"),
    Format("wikibase", ending="ttl", remark="what has ids of Wikidata"),
    Format("quickstatements", ending="tsv", remark="to be added to Wikidata"),
    Format("neo4j", remark="for neo4j-admin", is_folder=True),
    Format("cypher"),
    Format("kgx", remark="JSON Lines and TSV of nodes and edges", is_folder=True),
    Format("ftm", ending="ftm.json", remark="FollowTheMoney"),
    Format("csvw", remark="the record as CSV, and Data Package", is_folder=True),
    Format("duckdb", remark="the record"),
)
# What `kg serve` reads.
FILES: Final = Formats(
    "files",
    Format("ttl"),
    Format("trig"),
    Format("nt"),
    Format("nq"),
)
# What `kg init --from` reads; a file with another suffix is a table.
BEGINNINGS: Final = Formats(
    "beginnings",
    Format("csv", remark="with a header"),
    Format("xlsx", remark="a workbook"),
    Format("ods", remark="the same"),
    Format("ftm.json", remark="FollowTheMoney"),
    Format("jsonl", remark="the same, or Wikibase"),
    Format("graphml"),
    Format("gexf"),
    Format("json", remark="node-link, or Wikibase"),
    Format("ttl", remark="of Wikibase, too"),
    Format("nt"),
    Format("trig"),
    Format("nq"),
)

# What each command prints; the first is the default.
RESULTS: Final = Formats(
    "results",
    Format("table"),
    Format("csv"),
    Format("tsv"),
    Format("json"),
    Format("markdown"),
    Format("turtle"),
)
EXPLANATIONS: Final = Formats("explanations", Format("text"), Format("json"), Format("turtle"))
AUDITS: Final = Formats("audits", Format("text"), Format("json"), Format("markdown"))
COMPARISONS: Final = Formats(
    "comparisons", Format("text"), Format("markdown"), Format("json"), Format("csv")
)
DIFFERENCES: Final = Formats("differences", Format("text"), Format("markdown"), Format("json"))
FINDINGS: Final = Formats(
    "findings", Format("text"), Format("json"), Format("github"), Format("turtle")
)

# What the server answers; the first is for whoever does not mind.
SOLUTIONS: Final = Formats(
    "solutions",
    Format("json", ("application/json",)),
    Format("xml", ("application/xml", "text/xml")),
    Format("csv"),
    Format("tsv"),
)
GRAPHS: Final = Formats(
    "graphs",
    Format("ttl", ("application/turtle", "application/x-turtle"), called="turtle"),
    Format("nt", ("text/plain",), called="n-triples"),
    Format("trig"),
    Format("nq"),
    Format("jsonld", ("application/json",), called="json-ld"),
    Format("rdf", ("application/xml", "text/xml"), called="rdf+xml"),
)
PAGES: Final = Formats("pages", Format("html", ("text/html", "application/xhtml+xml")))
PICTURES: Final = Formats("pictures", Format("svg", ("image/svg+xml",)))


def rdf_format(name: str) -> RdfFormat:
    """Return the engine's format of RDF whose files have this suffix.

    Raises KeyError when the engine has none.

    >>> rdf_format("nq").media_type
    'application/n-quads'
    """
    from pyoxigraph import RdfFormat

    found = RdfFormat.from_extension(name)
    if found is None:
        raise KeyError(name)
    return found


def results_format(name: str) -> QueryResultsFormat:
    """Return the engine's format of the answers to SELECT and ASK of this name.

    Raises KeyError when the engine has none.

    >>> results_format("xml").media_type
    'application/sparql-results+xml'
    """
    from pyoxigraph import QueryResultsFormat

    found = QueryResultsFormat.from_extension(name)
    if found is None:
        raise KeyError(name)
    return found


def content_type(engine: RdfFormat | QueryResultsFormat) -> str:
    """Return the media type for the head of an answer, of a text with its characters.

    >>> content_type(rdf_format("ttl")), content_type(rdf_format("nq"))
    ('text/turtle; charset=utf-8', 'application/n-quads')
    """
    told: str = engine.media_type
    return f"{told}; charset=utf-8" if told.startswith("text/") and ";" not in told else told


def media_types(engine: RdfFormat | QueryResultsFormat, form: Format) -> tuple[str, ...]:
    """Return the media types under which a client may ask for the format, its own first.

    >>> media_types(results_format("csv"), SOLUTIONS.named("csv"))
    ('text/csv',)
    """
    own: str = engine.media_type
    return (own.partition(";")[0], *form.types)
