"""Quads: rows of statements → N-Quads of the statements, of their references, and of the world."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model import schema
from kg.model.dates import PartialDate, Period
from kg.model.namespaces import Vocabulary, term
from kg.model.ontology import Ontology, Property
from kg.pipeline.columns.lines import dated, given, line, properties, quoted, typed
from kg.pipeline.columns.partitions import meant
from kg.pipeline.columns.size import is_plain_day
from kg.pipeline.columns.texts import escape, holding, inner

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Scheme:
    """What the writing of statements needs of a project; it can be pickled."""

    words: Vocabulary
    properties: dict[str, Property]
    issued: str

    @classmethod
    def of(cls, ontology: Ontology, issued: str) -> Scheme:
        """Take over names, properties and the day for which the data are current."""
        return cls(ontology.words, ontology.properties, issued)

    @property
    def once(self) -> frozenset[str]:
        """The names of the properties that happen once."""
        return frozenset(name for name, one in self.properties.items() if one.once)

    @property
    def today(self) -> Period:
        """The day of issue."""
        return PartialDate.stored(self.issued).period


class QuadLines:
    """Writes rows as N-Quads; every name of a project is one prefix and what follows."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.names = scheme.words.prefixes

    def iri(self, prefix: str, column: str) -> pl.Expr:
        """Return the column's ids as IRIs."""
        import polars as pl

        return pl.concat_str(pl.lit(f"<{self.names[prefix]}"), column, pl.lit(">"))

    def parts(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add the terms of which the quads are made."""
        import polars as pl

        types = {
            p.datatype: str(term(p.datatype)) for p in self.scheme.properties.values() if p.datatype
        }
        objects = frame.select(meant().alias("text"))["text"]
        kind, text = pl.col("datatype"), pl.lit(pl.Series("text", escape(objects)))
        written = pl.concat_str(
            pl.lit('"'),
            pl.when(kind == "xsd:gYear").then(text.str.strip_prefix("Y")).otherwise(text),
            pl.lit('"'),
            pl.when(kind.is_in(["", "xsd:string"]))
            .then(pl.lit(""))
            .otherwise(pl.lit("^^") + kind.replace(types)),
        )
        return frame.with_columns(
            self.iri("st", "id").alias("node"),
            self.iri("id", "subject").alias("s"),
            self.iri("", "predicate").alias("p"),
            pl.when(kind == "").then(self.iri("id", "object")).otherwise(written).alias("o"),
        )

    def statements(self, frame: pl.DataFrame, only: Collection[str] | None = None) -> pl.Series:
        """Return what stands once for each statement: its description and its own graph.

        With `only`, those lines of the description that have one of these predicates.
        """
        import polars as pl

        frame = self.parts(frame)
        frame = frame.with_columns(escape(frame[name]) for name in schema.optional("statements"))
        node = pl.col("node")
        is_other = ~pl.col("datatype").is_in(["", "xsd:string"])
        text = pl.Series("text", escape(frame["object"]))
        begins = pl.when(pl.col("at") == "").then("start").otherwise("at")
        late, soon = inner(begins, pl.col("end"), pl.col("kind"))
        frame = frame.with_columns(late.alias("late"), soon.alias("soon"))
        dates = {"kg:start": "since", "kg:end": "until"}
        dates |= {"kg:latestStart": "late", "kg:earliestEnd": "soon"}
        texts = {"kg:startText": "start", "kg:endText": "end"}
        rank = pl.lit(f"<{self.names['kg']}") + pl.col("rank").str.to_titlecase() + ">"
        pieces: list[tuple[str, pl.Expr]] = [
            ("rdf:type", line(node, "rdf:type", pl.lit(str(term("kg:Statement"))))),
            ("rdf:subject", line(node, "rdf:subject", pl.col("s"))),
            ("rdf:predicate", line(node, "rdf:predicate", pl.col("p"))),
            ("rdf:object", line(node, "rdf:object", pl.col("o"))),
            (
                "kg:objectText",
                given(is_other, line(node, "kg:objectText", quoted(pl.lit(text)))),
            ),
            ("kg:rank", line(node, "kg:rank", rank)),
            *(
                (curie, dated(node, curie, pl.col(column), "xsd:date"))
                for curie, column in dates.items()
            ),
            *(
                (curie, given(pl.col(column) != "", line(node, curie, quoted(pl.col(column)))))
                for curie, column in texts.items()
            ),
            ("kg:at", typed(node, "kg:at", "at")),
            *self._cells(node),
        ]
        own = pl.concat_str("s", "p", "o", node, pl.lit("."), separator=" ")
        return _joined(frame, pieces, only, own)

    def _cells(self, node: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        cells = schema.cells_of("statements")
        yield from zip((one.term for one in cells), properties(node, "statements"), strict=True)

    def references(self, frame: pl.DataFrame, only: Collection[str] | None = None) -> pl.Series:
        """Return what stands once for each row: its reference; with `only` as in `statements`."""
        import polars as pl

        locator, note, file = (
            pl.lit(escape(frame[column])) for column in ("locator", "note", "file")
        )
        frame = frame.with_columns(
            self.iri("st", "id").alias("node"), self.iri("ref", "ref").alias("ref")
        )
        node, place = pl.col("ref"), pl.concat_str(file, pl.lit(":"), pl.col("line"))
        source = self.iri("src", "source")
        pieces = [
            ("prov:wasDerivedFrom", line(pl.col("node"), "prov:wasDerivedFrom", node)),
            ("rdf:type", line(node, "rdf:type", pl.lit(str(term("kg:Reference"))))),
            ("prov:hadPrimarySource", line(node, "prov:hadPrimarySource", source)),
            (
                "kg:locator",
                given(pl.col("locator") != "", line(node, "kg:locator", quoted(locator))),
            ),
            ("kg:at", typed(node, "kg:at", "at")),
            ("kg:note", given(pl.col("note") != "", line(node, "kg:note", quoted(note)))),
        ]
        own = line(node, "prov:atLocation", quoted(place), end=" .")
        return _joined(frame, pieces, only, own, "prov:atLocation")

    def world(self, frame: pl.DataFrame) -> list[pl.Series]:
        """Return what holds on the day of issue: the marks, and each triple once."""
        import polars as pl

        if not is_plain_day(self.scheme.issued):
            msg = "the day of issue is no day of four-digit years"
            raise ValueError(msg)
        now = self.parts(frame.filter(holding(self.scheme.issued)))
        mark = pl.concat_str(
            pl.col("node"), pl.lit(f" {term('rdf:type')} {term('kg:CurrentStatement')} .")
        )
        triple = pl.concat_str(
            pl.col("s"), pl.lit(" "), pl.col("p"), pl.lit(" "), pl.col("o"), pl.lit(" .")
        )
        found = now.select(mark.alias("mark"), triple.alias("triple"))
        return [found["mark"], found["triple"].unique(maintain_order=True)] if found.height else []


def _joined(
    frame: pl.DataFrame,
    pieces: Sequence[tuple[str, pl.Expr]],
    only: Collection[str] | None,
    last: pl.Expr,
    of_last: str = "",
) -> pl.Series:
    """Return the lines of each row with the one that is last and ends without a line feed.

    With `only`, those with one of these predicates.
    """
    import polars as pl

    wanted = [expr for curie, expr in pieces if only is None or str(term(curie)) in only]
    if only is None or (of_last and str(term(of_last)) in only):
        wanted.append(last)
    if not wanted:
        return pl.Series("quads", [""], dtype=pl.String).new_from_index(0, frame.height)
    return frame.select(pl.concat_str([pl.lit(""), *wanted]).alias("quads"))["quads"]
