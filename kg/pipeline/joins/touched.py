"""Touched: which conclusions a change of statements can matter to, and how many of them there are.

Of all that rules were applied to before, and of what they concluded, the tables are kept. From the
statements that differ the rules are followed forwards, to all that rests on them, and from there
backwards, to all on which that rests. To these statements alone the rules are applied anew: what
nothing rests on that differs stays as it was, and stands among the premises on the days on which it
was concluded (as deletion and rederivation does it: A. Gupta, I. S. Mumick, V. S. Subrahmanian,
"Maintaining views incrementally", 1993).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.model.ontology import Ontology
from kg.pipeline.ahead import MANY, SAMPLE
from kg.pipeline.joins.engine import Engine
from kg.pipeline.joins.filled import Answers, asked, fill, number_terms, numbers_of, wanted
from kg.pipeline.joins.outcome import Outcome
from kg.pipeline.joins.plan import Plan
from kg.pipeline.joins.plans import plans_in, told
from kg.pipeline.joins.sql import Sql
from kg.pipeline.joins.tables import EVER, NAME, NEVER, NUMBERED, SAYS_MORE, TERMS, Tables

if TYPE_CHECKING:
    import polars as pl

# More triples than that are not followed.
MOST: Final = 5_000
_APPLIED: Final = "applied.json"
_CONCLUSIONS: Final = "conclusion.parquet"
# The tables that are kept of an engine that has run.
_KEPT: Final = ("term", "said", "held", "asserted", "stated", "silent", "marked")
_PIECES: Final = """
SELECT c.g, c.s, c.p, c.o, count(w.g) AS many
FROM conclusion c LEFT JOIN whole w USING (g) GROUP BY ALL
"""
_SCHEMA: Final = """
CREATE TABLE touched (s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE latest (s INTEGER, p INTEGER, o INTEGER, since BIGINT, until BIGINT,
    recurs BOOLEAN);
CREATE TABLE grown (g UBIGINT, s INTEGER, p INTEGER, o INTEGER);
CREATE TABLE beside (g UBIGINT);
"""


class TooManyError(Exception):
    """A change can matter to so much that all is looked at."""


def keep(outcome: Outcome, found: Answers, folder: Path) -> list[str]:
    """Write into a folder what `more_concluded` needs; return the names of the files.

    Raises LimitError or OSError when the disk refuses.
    """
    names = []
    whole = {name: f"SELECT * FROM {name}" for name in _KEPT}
    with outcome.tables.bounded():
        for name, sql in {**whole, "conclusion": _PIECES}.items():
            outcome.tables.save(sql, folder / f"{name}.parquet")
            names.append(f"{name}.parquet")
    said = {
        "plans": told(outcome.plans),
        "most": outcome.most,
        "rows": {sparql: [*rows] for sparql, rows in found.rows.items()},
        "stated": [*found.stated],
    }
    (folder / _APPLIED).write_text(json.dumps(said))
    return [*names, _APPLIED]


@dataclass(frozen=True)
class Applied:
    """The plans of rules that were applied, and what the default graph answered to them.

    `most` is about how many facts one of them found in a round, at most.
    """

    plans: Sequence[Plan]
    answers: Answers
    most: int


def applied_in(folder: Path, ontology: Ontology) -> Applied:
    """Return what was applied when `keep` wrote, by the rules of the same ontology."""
    said = json.loads((folder / _APPLIED).read_bytes())
    rows = {sparql: [tuple(row) for row in rows] for sparql, rows in said["rows"].items()}
    answers = Answers(rows, [tuple(row) for row in said["stated"]])
    return Applied(plans_in(said["plans"], ontology.rules), answers, said["most"])


def more_concluded(
    kept: Path,
    premises: Sequence[Path],
    applied: Applied,
    ontology: Ontology,
    gone: pl.DataFrame,
    come: pl.DataFrame,
    folder: Path,
) -> int:
    """Return how many more conclusions there are after statements went and came.

    `applied` is that of `kept`, which has what `keep` wrote; `premises` are the statements before
    (`Premises.files`), of which `gone` are no more and to which `come` are added.
    Raises TooManyError where that can matter to very many, DataError and LimitError as the rules.
    """
    import polars as pl

    plans, found = applied.plans, applied.answers
    predicates = wanted(plans, found)
    if predicates is not None:
        gone, come = (one.filter(pl.col("p").is_in(predicates)) for one in (gone, come))
    if gone.is_empty() and come.is_empty():
        return 0
    with closing(Tables(folder)) as tables, tables.bounded():
        touched = Touched(tables, kept, plans, found, ontology)
        touched.begin(gone, come)
        touched.spread()
        touched.refuse_many(applied.most)
        given = touched.given(premises)
        triples, before = touched.triples(), touched.count()
    place = folder / "touched.parquet"
    given.write_parquet(place)
    with closing(Tables(folder)) as tables:
        with tables.bounded():
            queries = fill(tables, [place], plans, found, ontology)
        engine = Engine(tables, plans, queries, ontology)
        engine.run()
        Outcome(engine)
        names = dict.fromkeys(("s", "p", "o"), pl.String)
        tables.run("CREATE TABLE touched (s VARCHAR, p VARCHAR, o VARCHAR)")
        tables.insert("touched", pl.DataFrame(triples, schema=names, orient="row"))
        ((after,),) = tables.rows("""
            SELECT count(*) FROM whole JOIN name USING (g) SEMI JOIN touched t
            ON t.s = name.s AND t.p = name.p AND t.o = name.o""")
    return int(after) - before


class Touched:
    """The tables before and after a change, both at once, and what is touched by it."""

    def __init__(
        self,
        tables: Tables,
        kept: Path,
        plans: Sequence[Plan],
        found: Answers,
        ontology: Ontology,
    ) -> None:
        """Fill empty tables with what was kept."""
        self.tables, self.ontology = tables, ontology
        for name in _KEPT:
            place = [str(kept / f"{name}.parquet")]
            columns = "g, since, until" if name == "held" else "*"
            tables.run(f"INSERT INTO {name} BY NAME SELECT {columns} FROM read_parquet($1)", place)
        tables.run(_SCHEMA)
        tables.view("concluded", kept / _CONCLUSIONS)
        tables.view("held_before", kept / "held.parquet")
        number_terms(tables, {one for each in plans for one in each.terms}, ontology)
        numbers, named = numbers_of(tables, plans), dict(asked(tables, found))
        self.queries = [Sql(each, numbers, named) for each in plans]

    def begin(self, gone: pl.DataFrame, come: pl.DataFrame) -> None:
        """Take what differs, as `Premises.files` have it; the triples are touched."""
        import polars as pl

        run, place = self.tables.run, self.tables.folder / "differing.parquet"
        sides = ((gone, False), (come, True))
        every = [one.with_columns(is_new=pl.lit(value=is_new)) for one, is_new in sides]
        pl.concat(every).write_parquet(place)
        self.tables.view("given", place)
        number_terms(self.tables, (), self.ontology, TERMS)
        run(f"CREATE TABLE differing AS {NUMBERED}")
        run("INSERT INTO touched SELECT DISTINCT s, p, o FROM differing")
        run("""INSERT INTO said SELECT DISTINCT g, s, p, o FROM differing
            ANTI JOIN said USING (g, s, p, o)""")
        run(f"""INSERT INTO held SELECT g, coalesce(since, {EVER}), coalesce(until, {NEVER}),
            NULL, NULL FROM differing WHERE is_new AND counts AND concludes""")
        # Some of them may have been silent and are no more, or the other way round.
        run("DELETE FROM silent WHERE g IN (SELECT g FROM differing)")
        # What is asserted of them may be so no more.
        run("DELETE FROM asserted USING touched t WHERE asserted.s = t.s AND asserted.p = t.p"
            " AND asserted.o = t.o")  # fmt: skip
        run("INSERT INTO changed SELECT DISTINCT g FROM differing")
        run("""INSERT INTO changed SELECT c.g FROM concluded c SEMI JOIN touched USING (s, p, o)
            ANTI JOIN changed USING (g)""")
        # What nobody asserts any more may follow all the same.
        for query in self._backwards():
            self._take(query)
        self._settle()

    def spread(self) -> None:
        """Follow the rules from what differs to all that rests on it."""
        run = self.tables.run
        while self.tables.count("changed"):
            self.tables.begin_round()
            said = self.tables.predicates("fresh")
            for number, sql in enumerate(self.queries):
                for query in sql.entailed(2, said=said):
                    run(f"""INSERT INTO grown BY NAME SELECT DISTINCT f.* FROM ({query}) AS f
                        ANTI JOIN said USING (g, s, p, o) ANTI JOIN silent USING (g)
                        ANTI JOIN stated USING (s, p, o)""")
                for query in sql.ways(2, number, said=said):
                    self._take(query)
            run("DELETE FROM changed")
            self._settle()

    def _backwards(self) -> Iterator[str]:
        """Yield queries of the proofs of what is touched."""
        said, heads = self.tables.predicates("said"), self.tables.predicates("touched")
        for number, sql in enumerate(self.queries):
            if sql.concludes(heads):
                yield from sql.ways(1, number, said=said, heads="touched")

    def _take(self, query: str) -> None:
        """Take down the proofs that a query finds, but of what is asserted or stated."""
        self.tables.run(f"""INSERT INTO latest BY NAME
            SELECT DISTINCT w.s, w.p, w.o, w.since,
                coalesce(m.recurs, FALSE) AS recurs,
                CASE WHEN m.is_event THEN {NEVER} ELSE w.until END AS until
            FROM ({query}) w LEFT JOIN marked m USING (p) ANTI JOIN stated USING (s, p, o)
            WHERE {SAYS_MORE} LIMIT {100 * MOST + 1}""")
        if self.tables.count("latest") > 100 * MOST:
            raise TooManyError

    def _settle(self) -> None:
        """Mark as changed what was found and not touched before, or holds on other days."""
        run = self.tables.run
        run(f"""CREATE OR REPLACE TEMP TABLE proved AS
            SELECT DISTINCT {NAME} AS g, l.* FROM latest l
            JOIN term s ON s.num = l.s JOIN term p ON p.num = l.p JOIN term o ON o.num = l.o""")
        run("""CREATE OR REPLACE TEMP TABLE longer AS
            SELECT * FROM proved r WHERE NOT EXISTS (SELECT 1 FROM held h
                WHERE h.g = r.g AND h.since <= r.since AND h.until >= r.until
                AND (h.since = r.since OR NOT r.recurs))""")
        run("""INSERT INTO changed SELECT DISTINCT g FROM (
            SELECT g FROM proved ANTI JOIN touched USING (s, p, o) UNION SELECT g FROM longer
            UNION SELECT g FROM grown) ANTI JOIN changed USING (g)""")
        run("INSERT INTO said SELECT DISTINCT g, s, p, o FROM grown")
        run("""INSERT INTO touched SELECT DISTINCT s, p, o FROM proved
            ANTI JOIN touched USING (s, p, o)""")
        run("""INSERT INTO said SELECT DISTINCT g, s, p, o FROM proved
            ANTI JOIN said USING (g, s, p, o)""")
        run("INSERT INTO held SELECT DISTINCT g, since, until, NULL, NULL FROM longer")
        for table in ("latest", "grown"):
            run(f"DELETE FROM {table}")
        if self.tables.count("touched") > MOST:
            raise TooManyError

    def refuse_many(self, most: int) -> None:
        """Refuse where rules may find so much now that it is told.

        That is known from a sample, in which each triple that is touched stands for many.
        """
        stands_for = max(1.0, self.tables.count("held_before") / SAMPLE)
        if most + self.tables.count("touched") * stands_for >= MANY:
            raise TooManyError

    def given(self, premises: Sequence[Path]) -> pl.DataFrame:
        """Return the statements to which the rules are to be applied anew, as premises.

        Of what is touched all that is asserted stands there, and all on which it can rest: what was
        concluded and is not touched as well.
        """
        import polars as pl

        run = self.tables.run
        for query in self._backwards():
            run(f"INSERT INTO beside SELECT DISTINCT unnest(premises) FROM ({query})")
            if self.tables.count("beside") > 100 * MOST:
                raise TooManyError
        run("""INSERT INTO beside SELECT g FROM said SEMI JOIN touched USING (s, p, o)""")
        names = self.tables.frame("""SELECT DISTINCT lower(lpad(hex(g), 16, '0')) AS id FROM beside
            ANTI JOIN differing USING (g)""")
        there = pl.scan_parquet([*premises]).join(names.lazy(), on="id", how="semi").collect()
        came = self.tables.frame(f"""SELECT {_columns("d", "counts, concludes, FALSE AS now")}
            FROM differing d JOIN term s ON s.num = d.s JOIN term p ON p.num = d.p
            JOIN term o ON o.num = d.o WHERE is_new""")
        concluded = self.tables.frame(f"""
            WITH own AS (
                SELECT c.g, c.s, c.p, c.o, nullif(h.since, {EVER}) AS since,
                    nullif(h.until, {NEVER}) AS until, h.start, h.finish
                FROM concluded c SEMI JOIN beside USING (g) ANTI JOIN touched USING (s, p, o)
                JOIN held_before h USING (g)
            )
            SELECT {_columns("d", "TRUE AS counts, TRUE AS concludes, FALSE AS now")}
            FROM own d JOIN term s ON s.num = d.s JOIN term p ON p.num = d.p
            JOIN term o ON o.num = d.o""")
        return pl.concat([there, came.cast(there.schema), concluded.cast(there.schema)])

    def triples(self) -> list[tuple[str, ...]]:
        """Return what is touched."""
        return self.tables.rows("""SELECT s.text, p.text, o.text FROM touched t
            JOIN term s ON s.num = t.s JOIN term p ON p.num = t.p JOIN term o ON o.num = t.o""")

    def count(self) -> int:
        """Return how many conclusions were about what is touched."""
        ((many,),) = self.tables.rows(
            "SELECT coalesce(sum(many), 0) FROM concluded SEMI JOIN touched USING (s, p, o)"
        )
        return int(many)


def _columns(name: str, flags: str) -> str:
    """Return the columns of premises."""
    return (
        f"lower(lpad(hex({name}.g), 16, '0')) AS id, s.text AS s, p.text AS p, o.text AS o,"
        f" {name}.since, {name}.until, {name}.start, {name}.finish, {flags}"
    )
