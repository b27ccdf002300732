"""Assemble a partition: checked rows → N-Quads, as the row walk would make them.

All rows of a triple stand in one partition, because time and merging are about one triple each.
Triples whose rows agree are written column by column; those with attestations, disputes, repeated
rows or unusual dates go through `merge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kg.errors import Finding
from kg.model import checks, schema
from kg.model.merge import merge
from kg.model.statement import Kind, Rank, Reference, Statement
from kg.model.table import Row
from kg.pipeline.assemble import describe, graph_triple, world
from kg.pipeline.columns.constraints import Seen, seen_of
from kg.pipeline.columns.partitions import lines_of, meant
from kg.pipeline.columns.premises import premises_of, triples_of
from kg.pipeline.columns.quads import QuadLines, Scheme
from kg.pipeline.columns.record import Part, part_of
from kg.pipeline.columns.sieve import placed
from kg.pipeline.columns.texts import (
    NEVER,
    are_plain,
    earliest,
    ids,
    is_plain,
    over,
)
from kg.pipeline.world import statements_on

if TYPE_CHECKING:
    import polars as pl

_TRIPLE: Final = ("subject", "predicate", "object")
_STATEMENT: Final = (*_TRIPLE, "start", "end", "at")
_ROW: Final = (*_STATEMENT, "source", "locator")
# How many statements are written at a time, about two kilobytes each.
_SLICE: Final = 10_000


@dataclass
class Assembled:
    """What became of a partition.

    `quads` and `world` are columns of N-Quads, any number of lines in each cell and no line twice;
    `kept` are the statements about the entities that were asked for, `record` what the part adds to
    the record, if that was asked for.
    """

    quads: list[pl.Series] = field(default_factory=list)
    world: list[pl.Series] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    statements: int = 0
    kept: list[Statement] = field(default_factory=list)
    record: Part | None = None
    premises: pl.DataFrame | None = None
    said: pl.DataFrame | None = None
    seen: Seen | None = None

    def lines(self) -> Iterator[memoryview]:
        """Yield the N-Quads, many whole lines at a time."""
        for column in (*self.quads, *self.world):
            yield lines_of(column)


@dataclass(frozen=True, slots=True)
class _Placed(Row):
    """A row whose line is not at hand, only where some of its cells began."""

    columns: Mapping[str, int] = field(default_factory=dict)

    def error(self, column: str, message: str, repair: str) -> Finding:
        """Return an error that points at the start of the named column's cell."""
        return Finding(self.path, self.line, self.columns[column], "error", message, repair)


def assemble(
    partition: pl.DataFrame,
    scheme: Scheme,
    subjects: Iterable[str] = (),
    *,
    write: bool = True,
    record: bool = False,
    premises: bool = False,
    said: bool = False,
    predicates: frozenset[str] = frozenset(),
) -> Assembled:
    """Return N-Quads and findings of a partition's rows, and statements about the subjects.

    The rows may stand in any order; the result does not depend on it.
    Without `write` there are only the findings and counts; with `record` what belongs to it, too,
    with `premises` what rules look at, with `said` the triples that shapes see, and with
    `predicates` what constraints on statements see that look at these.
    """
    import polars as pl

    done = Assembled()
    rows = _with_kinds(partition, scheme).sort(*_ROW, "file", "line")
    wanted = list(subjects)
    named = pl.col("subject").is_in(wanted) | pl.col("object").is_in(wanted)
    rows = _sorted_out(rows, named if wanted else pl.lit(value=False))
    merged = _merge(rows.filter("odd"), scheme, done, set(wanted))
    whole = rows.filter(~pl.col("odd"))
    done.statements += int((~whole["same_statement"]).sum())
    done.findings += _checked(whole, scheme)
    if write or record or premises or said or predicates:
        first, whole = _identified(whole)
        if write or predicates:
            whole = _referred(whole)
        if predicates:
            done.seen = seen_of(first, whole, merged, scheme, predicates)
        if premises or said:
            terms = QuadLines(scheme).parts(first)
            words, day = scheme.words, scheme.issued
            done.premises = premises_of(terms, merged, words, day) if premises else None
            done.said = triples_of(terms, merged, words) if said else None
        if write:
            _write(first, whole, scheme, done)
        if record:
            done.record = part_of(first, whole, merged)
    return done


def _with_kinds(rows: pl.DataFrame, scheme: Scheme) -> pl.DataFrame:
    """Add each property's kind, datatype and mark, and say the rank that is meant."""
    import polars as pl

    names = [(name, pl.String) for name in ("predicate", "kind", "datatype")]
    known = [(one.name, one.kind, one.datatype, one.once) for one in scheme.properties.values()]
    kinds = pl.DataFrame(known, schema=[*names, ("once", pl.Boolean)], orient="row")
    rank = pl.when(pl.col("rank") == "").then(pl.lit("normal")).otherwise("rank")
    return rows.join(kinds, on="predicate", how="left").with_columns(rank.alias("rank"))


def singles(
    rows: pl.DataFrame, scheme: Scheme, findings: list[Finding]
) -> Iterator[tuple[Row, Statement]]:
    """Yield each checked row with its statement, in the order of the files.

    A row that repeats another is added to the findings.
    """
    yield from _singles(_with_kinds(rows, scheme).sort("file", "line"), findings)


def _sorted_out(rows: pl.DataFrame, named: pl.Expr) -> pl.DataFrame:
    """Mark the first row of each statement, and the triples that need a closer look."""
    import polars as pl

    def is_as_before(columns: Iterable[str]) -> pl.Expr:
        same = [pl.col(name) == pl.col(name).shift(1) for name in columns]
        return pl.all_horizontal(same).fill_null(value=False)

    rows = rows.with_columns(
        is_as_before(_TRIPLE).alias("same_triple"),
        is_as_before(_STATEMENT).alias("same_statement"),
        is_as_before(_ROW).alias("same_row"),
        pl.when(pl.col("at") == "")
        .then(earliest(pl.col("start")))
        .otherwise(earliest(pl.col("at")))
        .alias("since"),
        over(pl.col("end"))[1].alias("until"),
    )
    # Within a triple the singles stand by their start, so only neighbours need to be compared.
    # An event of one date is over after it; all its days stand before the text with a mark behind.
    open_end = pl.when(pl.col("at") == "").then(pl.lit(NEVER)).otherwise(pl.col("at") + NEVER)
    until = pl.when(pl.col("until") == "").then(open_end).otherwise("until")
    another = pl.col("same_triple") & ~pl.col("same_statement")
    odd = (
        _spelled_otherwise(rows)
        | pl.col("same_row")
        | (pl.col("same_statement") & ~is_as_before(("rank", *schema.optional("statements"))))
        | (another & (pl.col("once") | (pl.col("since") < until.shift(1))))
        | ((pl.col("kind") == "state") & (pl.col("at") != ""))
        | (pl.col("over_by") != "")
        | ~pl.all_horizontal(is_plain(pl.col(name)) for name in ("start", "end", "at"))
        | ~pl.all_horizontal(*are_plain("statements"), pl.lit(value=True))
        | named
    ).fill_null(value=True)
    run = (~pl.col("same_triple")).cum_sum()
    return rows.with_columns(run.alias("run"), odd.alias("odd")).with_columns(
        pl.col("odd").any().over("run")
    )


def _spelled_otherwise(rows: pl.DataFrame) -> pl.Expr:
    """Say of each row whether another one has the same value in another spelling."""
    import polars as pl

    if not (rows["value"] != "").any():
        return pl.lit(value=False)
    return pl.col("object").n_unique().over("subject", "predicate", meant()) > 1


def _merge(
    rows: pl.DataFrame, scheme: Scheme, done: Assembled, wanted: set[str]
) -> list[Statement]:
    """Do row by row what columns cannot, and return the statements."""
    import polars as pl

    if rows.is_empty():
        return []
    statements, findings = merge(_singles(rows.sort("file", "line"), done.findings), scheme.once)
    done.findings += findings
    done.findings += checks.interval_findings(statements, once=scheme.once)
    done.statements += len(statements)
    done.kept += [one for one in statements if wanted & {one.subject, one.object}]
    words = scheme.words
    quads: list[Quad] = []
    graphs: dict[str, list[Triple]] = {}
    for one in statements:
        quads += describe(words, one)
        quads.append(graph_triple(words, one))
        graphs[one.id] = [quads[-1].triple]
    now = statements_on(statements, scheme.today)
    for found, column in ((quads, done.quads), (world(words, graphs, now), done.world)):
        text = cast("bytes", serialize(found, format=RdfFormat.N_QUADS)).decode().removesuffix("\n")
        if text:
            column.append(pl.Series([text]))
    return statements


def _checked(rows: pl.DataFrame, scheme: Scheme) -> Iterator[Finding]:
    """Yield what those checks find that have to see every triple, which is by rows."""
    asked = checks.everywhere()
    if asked:
        statements, _ = merge(_singles(rows.sort("file", "line"), []), scheme.once)
        yield from checks.interval_findings(statements, asked, once=scheme.once)


def _singles(rows: pl.DataFrame, findings: list[Finding]) -> Iterator[tuple[Row, Statement]]:
    """Yield each row with its statement, as `load` does; a repeated one is a finding."""
    seen: dict[tuple[str, ...], Row] = {}
    for cells in rows.iter_rows(named=True):
        row = _row(cells)
        key = tuple(cells[column] for column in _ROW)
        if key in seen:
            message = f"the row repeats {seen[key].place}"
            findings.append(row.error("subject", message, "remove one of the two"))
            continue
        seen[key] = row
        said = (cells["source"], cells["locator"], cells["at"], row.place, cells["note"])
        yield (
            row,
            Statement(
                cells["subject"],
                cells["predicate"],
                cells["object"],
                cast("Kind", cells["kind"]),
                cells["datatype"],
                cells["start"],
                cells["end"],
                cells["at"],
                cast("Rank", cells["rank"]),
                (Reference(*said),),
                more=schema.given("statements", cells),
                over_by=cells["over_by"],
            ),
        )


def _row(cells: dict[str, Any]) -> _Placed:
    header = schema.every("statements")
    given = {column: cells[column] for column in header}
    columns = {name: cells[f"{name}_at"] for name in placed()}
    return _Placed(cells["file"], cells["line"], "", header, given, ",", columns)


def _identified(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the first row of each statement, and all rows, with the statement's id."""
    import polars as pl

    first = rows.filter(~pl.col("same_statement"))
    key = pl.concat_str([pl.col(name) for name in _STATEMENT], separator="\x1f")
    first = first.with_columns(ids(first.select(key.alias("id"))["id"]))
    number = (~rows["same_statement"]).cum_sum() - 1
    return first, rows.with_columns(first["id"].gather(number))


def _referred(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the ids of references."""
    import polars as pl

    key = pl.concat_str(
        [pl.col(name) for name in ("id", "source", "locator", "at")], separator="\x1f"
    )
    return rows.with_columns(ids(rows.select(key.alias("ref"))["ref"]))


def _write(first: pl.DataFrame, rows: pl.DataFrame, scheme: Scheme, done: Assembled) -> None:
    """Write the statements of rows that agree."""
    writer = QuadLines(scheme)
    for start in range(0, first.height, _SLICE):
        done.quads.append(writer.statements(first.slice(start, _SLICE)))
    for start in range(0, rows.height, _SLICE):
        done.quads.append(writer.references(rows.slice(start, _SLICE)))
    done.world += writer.world(first)
