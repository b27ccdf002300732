"""Written: what rules found → N-Quads and rows of the record, for many conclusions at once.

Those with texts that are no plain dates, and those told on their own, are written as the walk on
rows writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from kg.model import schema
from kg.model.dates import PartialDate
from kg.model.namespaces import term
from kg.pipeline.ahead import MANY
from kg.pipeline.assemble import describe, graph_triple, world
from kg.pipeline.columns.lines import dated, given, line, quoted, typed
from kg.pipeline.columns.record import Part, frame_of, plain_statements, sums_of_concluded
from kg.pipeline.columns.texts import holding, ids
from kg.pipeline.joins.filled import Answers
from kg.pipeline.joins.outcome import Outcome
from kg.pipeline.joins.touched import keep
from kg.pipeline.world import statements_on
from kg.record.digests import Sums, bucket_of, canonical
from kg.record.tables import columns_of, of_statements

if TYPE_CHECKING:
    import polars as pl

    from kg.record.tables import TableName


class Written:
    """Writes an outcome for the graph of a day of issue, always in the same order."""

    def __init__(self, outcome: Outcome, issued: str, found: Answers) -> None:
        """Take what is to be written, and what the default graph answered."""
        self.outcome, self.issued, self.found = outcome, issued, found
        self.words = outcome.ontology.words
        self.names = self.words.prefixes
        self.others = list(outcome.others())

    @property
    def count(self) -> int:
        """How many statements are inferred."""
        return self.outcome.count

    def entailed(self) -> Iterator[pl.DataFrame]:
        """Yield which rule (`rule`) added to the graph of which given statement (`id`)."""
        return (self.outcome.added_by(part) for part in self.outcome.parts)

    def keep(self, folder: Path) -> list[str]:
        """Write into a folder what another look at changes needs; return the names of the files.

        Where rules find so much that it is told there are none.
        """
        return keep(self.outcome, self.found, folder) if self.outcome.most < MANY else []

    def lines(self) -> Iterator[memoryview]:
        """Yield N-Quads, many whole lines at a time."""
        for part in self.outcome.parts:
            yield _text(self._said(self.outcome.added(part)))
            yield _text(self._entailed_by(self.outcome.added_by(part)))
            yield from self._plain(part)
        apart, now = self._apart()
        yield apart
        self.outcome.look_at(self.issued, now)
        for part in self.outcome.parts:
            yield _text(self.outcome.world(part).select(_triple(end=" .")).to_series())

    def records(self) -> Iterator[Part]:
        """Yield what is inferred as parts of the record."""
        for part in self.outcome.parts:
            yield self._recorded(part)
        every = [one for one, _ in self.others]
        sums = Sums()
        for one in every:
            sums.add(bucket_of(one.triple), canonical(one))
        yield Part.of({name: frame_of(own) for name, own in of_statements(every).items()}, sums)

    def _recorded(self, part: int) -> Part:
        import polars as pl

        pieces, proofs = self.outcome.pieces(part), self.outcome.proofs(part)
        rules = self.outcome.entailed_by(part)
        own = [pl.lit("").alias(name) for name in schema.optional("statements")]
        said = plain_statements(pieces.with_columns(own))
        about = {"id": "statement", "ids": "premise", "since": "start", "until": "end"}
        links = rules.select(
            pl.col("id").alias("statement"),
            pl.lit("entailed_by").alias("link"),
            pl.col("rule").alias("to"),
        )
        tables: dict[TableName, pl.DataFrame] = {
            "statements": said.with_columns(pieces["proof_count"]),
            "links": links,
            "proofs": proofs.explode("ids").rename(about).select(columns_of("proofs")),
        }
        empty = of_statements(())
        tables["references"] = frame_of(empty["references"])
        return Part(tables, partial(sums_of_concluded, tables), is_concluded=True)

    def _plain(self, part: int) -> Iterator[memoryview]:
        """Yield what is said of plain conclusions."""
        import polars as pl

        pieces = self.outcome.pieces(part)
        node = self._node()
        count = pl.col("proof_count").cast(pl.String)
        texts = {"kg:startText": "start", "kg:endText": "end"}
        yield _text(
            pieces.select(
                pl.concat_str(
                    line(node, "rdf:type", pl.lit(str(term("kg:Statement")))),
                    line(node, "rdf:type", pl.lit(str(term("kg:InferredStatement")))),
                    line(node, "rdf:subject", pl.col("s")),
                    line(node, "rdf:predicate", pl.col("p")),
                    line(node, "rdf:object", pl.col("o")),
                    line(node, "kg:rank", pl.lit(str(term("kg:Normal")))),
                    dated(node, "kg:start", pl.col("since"), "xsd:date"),
                    dated(node, "kg:end", pl.col("until"), "xsd:date"),
                    *(
                        given(pl.col(name) != "", line(node, curie, quoted(pl.col(name))))
                        for curie, name in texts.items()
                    ),
                    typed(node, "kg:at", "at"),
                    dated(node, "kg:proofCount", count, "xsd:integer"),
                )
            ).to_series()
        )
        yield _text(self._said(self.outcome.graphs(part)))
        yield _text(self._entailed_by(self.outcome.entailed_by(part)))
        yield _text(self._proofs(self.outcome.proofs(part)))
        now = pieces.filter(holding(self.issued)).select("id")
        mark = line(node, "rdf:type", pl.lit(str(term("kg:CurrentStatement"))))
        yield _text(now.select(mark).to_series())

    def _proofs(self, proofs: pl.DataFrame) -> pl.Series:
        """Return what is said of proofs; what the first says, the statement says itself."""
        import polars as pl

        statement = pl.concat_str(pl.lit(self.names["st"]), "id")
        key = pl.concat_str(statement, "rule", pl.col("ids").list.join("\x1f"), separator="\x1f")
        proofs = proofs.with_columns(ids(proofs.select(key.alias("proof"))["proof"]))
        node, proof = self._node(), self._node("proof", "proof")
        rule = self._node("rule", "rule")
        place = pl.col("position").cast(pl.String)
        lines = proofs.select(
            pl.concat_str(
                line(node, "kg:proof", proof),
                line(proof, "rdf:type", pl.lit(str(term("kg:Proof")))),
                dated(proof, "kg:position", place, "xsd:integer"),
                line(proof, "kg:rule", rule),
                dated(proof, "kg:start", pl.col("since"), "xsd:date"),
                dated(proof, "kg:end", pl.col("until"), "xsd:date"),
                given(pl.col("position") == 1, line(node, "kg:rule", rule)),
            )
        ).to_series()
        each = proofs.explode("ids")
        premise = self._node("st", "ids")
        rests = each.select(
            pl.concat_str(
                line(proof, "prov:wasDerivedFrom", premise),
                given(pl.col("position") == 1, line(node, "prov:wasDerivedFrom", premise)),
            )
        ).to_series()
        return pl.concat([lines, rests])

    def _node(self, prefix: str = "st", column: str = "id") -> pl.Expr:
        import polars as pl

        return pl.concat_str(pl.lit(f"<{self.names[prefix]}"), column, pl.lit(">"))

    def _said(self, frame: pl.DataFrame) -> pl.Series:
        """Return triples in the graphs of their statements."""
        import polars as pl

        return frame.select(
            pl.concat_str(_triple(end=" "), self._node(), pl.lit(" .\n"))
        ).to_series()

    def _entailed_by(self, frame: pl.DataFrame) -> pl.Series:
        """Return which rules added to the graphs of statements."""
        rule = self._node("rule", "rule")
        return frame.select(line(self._node(), "kg:entailedBy", rule)).to_series()

    def _apart(self) -> tuple[memoryview, list[tuple[str, ...]]]:
        """Return what is said of the other conclusions, and their triples in the world."""
        graphs: dict[str, list[Triple]] = {}
        quads: list[Quad] = []
        for one, gained in self.others:
            own = graph_triple(self.words, one)
            graphs[one.id] = [own.triple, *map(_parsed, gained)]
            quads += describe(self.words, one)
            quads += [
                Quad(each.subject, each.predicate, each.object, own.graph_name)
                for each in graphs[one.id]
            ]
        now = statements_on([one for one, _ in self.others], PartialDate.stored(self.issued).period)
        found = world(self.words, graphs, now)
        marks = [quad for quad in found if quad.object == term("kg:CurrentStatement")]
        triples = [tuple(map(str, quad.triple)) for quad in found if quad not in marks]
        text = cast("bytes", serialize([*quads, *marks], format=RdfFormat.N_QUADS))
        return memoryview(text), triples


def _triple(*, end: str) -> pl.Expr:
    import polars as pl

    last = end + "\n" if end.endswith(".") else end
    return pl.concat_str("s", pl.lit(" "), "p", pl.lit(" "), "o", pl.lit(last))


def _text(lines: pl.Series) -> memoryview:
    return memoryview("".join(lines.to_list()).encode())


def _parsed(triple: tuple[str, str, str]) -> Triple:
    (quad,) = parse(f"{' '.join(triple)} .", RdfFormat.N_TRIPLES)
    found: Triple = quad.triple
    return found
