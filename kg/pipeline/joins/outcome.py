"""Outcome: what rules found in the tables → what they add to statements, and what is inferred."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kg.model.dates import UNKNOWN, PartialDate
from kg.model.patterns import PLAIN_DATE, whole
from kg.model.statement import Proof, Statement
from kg.pipeline.joins.closely import bounds_of
from kg.pipeline.joins.engine import Engine
from kg.pipeline.joins.tables import NEVER
from kg.pipeline.telling import ids_of, proof_of, told_of
from kg.record.days import number

if TYPE_CHECKING:
    import polars as pl

# How many conclusions are written together.
_PART: Final = 20_000

_NAMES: Final = """
CREATE VIEW name AS SELECT c.g, s.text AS s, p.text AS p, o.text AS o,
    substr(s.text, {entity}, length(s.text) - {entity}) AS subject,
    substr(p.text, {word}, length(p.text) - {word}) AS predicate,
    substr(o.text, {entity}, length(o.text) - {entity}) AS object
FROM conclusion c JOIN term s ON s.num = c.s JOIN term p ON p.num = c.p
JOIN term o ON o.num = c.o
"""
# Of events the text that ends the longest proof from their day on, as `told_of` has it.
_ENDS: Final = """
CREATE TABLE event_end AS
WITH ordered AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.g, p.place
        ORDER BY p.until DESC, p.step, len(p.premises), p.rule, p.premises) AS position
    FROM proof p JOIN piece k ON k.g = p.g AND k.place = p.place AND k.since = p.since
    JOIN conclusion c ON c.g = p.g JOIN marked m ON m.p = c.p AND m.is_event
), longest AS (
    SELECT g, place, since, until, unnest(premises) AS premise FROM ordered
    WHERE position = 1 AND until < {never}
)
SELECT l.g, l.place, l.until,
    coalesce(min(CASE WHEN h.until = l.until THEN h.finish END), min(d.key)) AS finish
FROM longest l JOIN held h ON h.g = l.premise AND h.since <= l.since AND h.until >= l.until
JOIN day d ON d.number = l.until
GROUP BY l.g, l.place, l.until
"""
# The days of conclusions without a gap, and their ids; those told on their own come later.
_WHOLE: Final = """
CREATE TABLE whole AS
SELECT k.g, k.place, k.since, k.until, substr(sha256(concat_ws(chr(31), 'inferred',
    n.subject, n.predicate, n.object, '', coalesce(b.iso, ''), coalesce(e.iso, ''))), 1, 16) AS id
FROM piece k JOIN name n USING (g) LEFT JOIN event_end x ON x.g = k.g AND x.place = k.place
LEFT JOIN day b ON b.number = k.since LEFT JOIN day e ON e.number = coalesce(x.until, k.until)
"""
# What proofs rest on, by the days on which it holds: statements as given, and conclusions.
_BASIS: Final = """
CREATE TABLE basis AS
SELECT g, 0 AS place, since, until, lower(lpad(hex(g), 16, '0')) AS id
FROM held ANTI JOIN conclusion USING (g)
UNION ALL SELECT g, place, since, until, id FROM whole
"""
# As `proof_of` has it, of all proofs at once.
_PROVED: Final = """
CREATE TABLE proved AS
WITH used AS (
    SELECT g, place, step, rule, premises, since, until, unnest(premises) AS premise FROM proof
), chosen AS (
    SELECT u.*, arg_max(b.id, b.place) AS id, arg_max(b.since, b.place) AS first,
        arg_max(b.until, b.place) AS last
    FROM used u JOIN basis b
        ON b.g = u.premise AND b.since <= u.since AND b.until >= u.until
    GROUP BY ALL
), together AS (
    SELECT g, place, step, rule, premises, since, list_sort(list(id)) AS ids,
        max(first) AS first, min(last) AS last
    FROM chosen GROUP BY g, place, step, rule, premises, since, until
), ordered AS (
    SELECT *, row_number() OVER (PARTITION BY g, place
        ORDER BY step, len(premises), rule, premises, since) AS place_of
    FROM together
), once AS (
    SELECT g, place, rule, ids, first, last, min(place_of) AS place_of
    FROM ordered GROUP BY ALL
)
SELECT g, place, ids, coalesce(b.iso, '') AS since, coalesce(e.iso, '') AS until, r.name AS rule,
    row_number() OVER (PARTITION BY g, place ORDER BY place_of) AS position
FROM once JOIN rule_name r USING (rule)
LEFT JOIN day b ON b.number = first LEFT JOIN day e ON e.number = last
"""
# What the world of the day of issue gains: what rules add to given statements that hold at any time
# from the first day ($1) to before the last ($2), what is concluded of the day ($3), and what is
# told on its own; each triple once, and none that given statements say.
_GAINED_NOW: Final = """
CREATE OR REPLACE TABLE gained_now AS
WITH current AS (
    SELECT i.g FROM inferred i JOIN conclusion c USING (g) LEFT JOIN marked m ON m.p = c.p
    WHERE i.part >= 0 AND i.since <= $3
    AND (i.until = '' OR i.until > $3 OR coalesce(m.is_event, FALSE))
), told AS (
    SELECT a.s, a.p, a.o FROM gained a ANTI JOIN conclusion USING (g)
    WHERE EXISTS (SELECT 1 FROM held h WHERE h.g = a.g AND h.since < $2 AND h.until > $1)
    UNION SELECT c.s, c.p, c.o FROM conclusion c SEMI JOIN current USING (g)
    UNION SELECT a.s, a.p, a.o FROM gained a SEMI JOIN current USING (g)
    UNION SELECT s.num, p.num, o.num FROM apart_now a JOIN term s ON s.text = a.s
    JOIN term p ON p.text = a.p JOIN term o ON o.text = a.o
)
SELECT * FROM told ANTI JOIN world USING (s, p, o)
"""
# What is said for each period; `part` says together with which others, -1 of what is not plain.
_INFERRED: Final = """
CREATE TABLE inferred AS
SELECT w.id, n.*, coalesce(substr(k.start, 6), '') AS first,
    coalesce(substr(coalesce(x.finish, k.finish), 6), '') AS last,
    coalesce(b.iso, '') AS since, coalesce(e.iso, '') AS until, k.place,
    (SELECT count(*) FROM proved p WHERE p.g = k.g AND p.place = k.place)
        + CAST(k.more AS INTEGER) AS proof_count,
    CASE WHEN first IN (SELECT text FROM odd_text) OR last IN (SELECT text FROM odd_text) THEN -1
        ELSE CAST('0x' || substr(w.id, 1, 4) AS BIGINT) * {parts} // 65536 END AS part
FROM piece k JOIN whole w USING (g, place) JOIN name n USING (g)
LEFT JOIN event_end x ON x.g = k.g AND x.place = k.place
LEFT JOIN day b ON b.number = k.since LEFT JOIN day e ON e.number = coalesce(x.until, k.until)
"""


class Outcome:
    """What an engine found, once it has run."""

    def __init__(self, engine: Engine) -> None:
        """Give all conclusions their ids, and their proofs those of what they rest on."""
        self.tables, self.closely, self.most = engine.tables, engine.closely, engine.most
        self.plans = engine.plans
        self.ontology = engine.closely.ontology
        with self.tables.bounded():
            self._name([plan.rule.name for plan in engine.plans])
            self.apart = self._tell_apart()
            for sql in (_BASIS, _PROVED):
                self.tables.run(sql)
            self.count = self.tables.count("whole")
            self.parts = range(self.count // _PART + 1)
            self._mark_odd()
            self.tables.run(_INFERRED.format(parts=len(self.parts)))

    def added(self, part: int) -> pl.DataFrame:
        """Return triples (`s`, `p`, `o`) that rules add to the graphs of given ones (`id`)."""
        return self.tables.frame(f"""
            SELECT DISTINCT lower(lpad(hex(a.g), 16, '0')) AS id, s.text AS s, p.text AS p,
                o.text AS o
            FROM gained a ANTI JOIN conclusion USING (g)
            JOIN term s ON s.num = a.s JOIN term p ON p.num = a.p JOIN term o ON o.num = a.o
            WHERE a.g % {len(self.parts)} = {part} ORDER BY ALL""")

    def look_at(self, issued: str, apart: Sequence[Sequence[str]]) -> None:
        """Find out what the world of a plain day gains; `apart` are triples told on their own."""
        import polars as pl

        names = dict.fromkeys(("s", "p", "o"), pl.String)
        self.tables.run("CREATE OR REPLACE TABLE apart_now (s VARCHAR, p VARCHAR, o VARCHAR)")
        self.tables.insert("apart_now", pl.DataFrame(apart, schema=names, orient="row"))
        since, until = PartialDate.stored(issued).period
        first, last = (number(day) if day else 0 for day in (since, until))
        self.tables.run(_GAINED_NOW, [first, last, issued])

    def world(self, part: int) -> pl.DataFrame:
        """Return triples (`s`, `p`, `o`) that the world gains, after `look_at`."""
        return self.tables.frame(f"""
            SELECT s.text AS s, p.text AS p, o.text AS o FROM gained_now g
            JOIN term s ON s.num = g.s JOIN term p ON p.num = g.p JOIN term o ON o.num = g.o
            WHERE g.s % {len(self.parts)} = {part} ORDER BY ALL""")

    def added_by(self, part: int) -> pl.DataFrame:
        """Return which rule added to the graph of a given statement: `id` and `rule`."""
        return self.tables.frame(f"""
            SELECT DISTINCT lower(lpad(hex(a.g), 16, '0')) AS id, r.name AS rule
            FROM gained a ANTI JOIN conclusion USING (g) JOIN rule_name r USING (rule)
            WHERE a.g % {len(self.parts)} = {part} ORDER BY ALL""")

    def pieces(self, part: int) -> pl.DataFrame:
        """Return what is inferred: terms, names, dates as written and as days, count of proofs."""
        import polars as pl

        found = self.tables.frame(f"SELECT * FROM inferred WHERE part = {part} ORDER BY id")
        kinds = {name: one.kind for name, one in self.ontology.properties.items()}
        kind = pl.col("predicate").replace_strict(kinds, default="timeless", return_dtype=pl.String)
        is_day = (pl.col("kind") == "event") & (pl.col("last") == "")
        return found.with_columns(
            kind.alias("kind"), rank=pl.lit("normal"), datatype=pl.lit("")
        ).with_columns(
            pl.when(is_day).then(pl.lit("")).otherwise("first").alias("start"),
            pl.when(is_day).then("first").otherwise(pl.lit("")).alias("at"),
            pl.col("last").alias("end"),
        )

    def graphs(self, part: int) -> pl.DataFrame:
        """Return the triples (`s`, `p`, `o`) in the graphs of what is inferred (`id`)."""
        return self.tables.frame(f"""
            SELECT id, s, p, o FROM inferred WHERE part = {part} UNION
            SELECT i.id, s.text, p.text, o.text FROM inferred i JOIN gained a USING (g)
            JOIN term s ON s.num = a.s JOIN term p ON p.num = a.p JOIN term o ON o.num = a.o
            WHERE i.part = {part} ORDER BY ALL""")

    def entailed_by(self, part: int) -> pl.DataFrame:
        """Return which rule added to the graph of what is inferred: `id` and `rule`."""
        return self.tables.frame(f"""
            SELECT DISTINCT i.id, r.name AS rule FROM inferred i JOIN gained a USING (g)
            JOIN rule_name r USING (rule) WHERE i.part = {part} ORDER BY ALL""")

    def proofs(self, part: int) -> pl.DataFrame:
        """Return proofs of what is inferred: `id`, `position`, `rule`, `ids`, `since`, `until`."""
        return self.tables.frame(f"""
            SELECT i.id, p.position, p.rule, p.ids, p.since, p.until
            FROM inferred i JOIN proved p USING (g, place) WHERE i.part = {part}
            ORDER BY i.id, p.position""")

    def others(self) -> Iterator[tuple[Statement, list[tuple[str, str, str]]]]:
        """Yield what is inferred and not plain, each with the triples that rules added to it."""
        gained: dict[int, list[tuple[str, str, str]]] = {}
        for g, *triple in self.tables.rows("""
            SELECT DISTINCT a.g, s.text, p.text, o.text FROM gained a JOIN conclusion c USING (g)
            JOIN term s ON s.num = a.s JOIN term p ON p.num = a.p JOIN term o ON o.num = a.o
            WHERE c.apart OR g IN (SELECT g FROM inferred WHERE part = -1) ORDER BY ALL"""):
            gained.setdefault(g, []).append((triple[0], triple[1], triple[2]))
        for g in sorted(self.apart):
            for one in self.apart[g]:
                yield one, gained.get(g, [])
        names = dict(self.pieces(-1).select("id", "g").rows())
        for one in self.told(-1):
            yield one, gained.get(names[one.id], [])

    def told(self, part: int) -> Iterator[Statement]:
        """Yield the statements of a part, in the order of their ids."""
        proofs: dict[str, list[Proof]] = {}
        for cells in self.proofs(part).iter_rows(named=True):
            proof = Proof(cells["rule"], tuple(cells["ids"]), cells["since"], cells["until"])
            proofs.setdefault(cells["id"], []).append(proof)
        rules: dict[str, list[str]] = {}
        for identifier, rule in self.entailed_by(part).rows():
            rules.setdefault(identifier, []).append(rule)
        for cells in self.pieces(part).iter_rows(named=True):
            identifier = cells["id"]
            yield Statement(
                cells["subject"],
                cells["predicate"],
                cells["object"],
                cells["kind"],
                start=cells["start"],
                end=cells["end"],
                at=cells["at"],
                proofs=tuple(proofs[identifier]),
                proof_count=cells["proof_count"],
                entailed_by=tuple(rules.get(identifier, ())),
                over_by=cells["until"] if cells["end"] == UNKNOWN else "",
            )

    def _name(self, rules: list[str]) -> None:
        """Write down what terms, rules and conclusions are called."""
        import polars as pl

        prefixes = self.ontology.words.prefixes
        entity, word = (len(prefixes[name]) + 2 for name in ("id", ""))
        self.tables.run(_NAMES.format(entity=entity, word=word))
        self.tables.run("CREATE TABLE rule_name (rule INTEGER, name VARCHAR)")
        columns = {"rule": pl.Int32, "name": pl.String}
        named = pl.DataFrame(list(enumerate(rules)), schema=columns, orient="row")
        self.tables.insert("rule_name", named)
        self.tables.run(_ENDS.format(never=NEVER))
        self.tables.run(_WHOLE)

    def _mark_odd(self) -> None:
        """Write down which texts are no plain dates."""
        import polars as pl

        texts = self.tables.rows(
            "SELECT substr(start, 6) FROM piece UNION SELECT substr(finish, 6) FROM piece"
            " UNION SELECT substr(finish, 6) FROM event_end"
        )
        plain = re.compile(whole(PLAIN_DATE))
        odd = [text for (text,) in texts if text and not plain.match(text)]
        self.tables.run("CREATE TABLE odd_text (text VARCHAR)")
        self.tables.insert("odd_text", pl.DataFrame({"text": odd}, schema={"text": pl.String}))

    def _tell_apart(self) -> dict[int, list[Statement]]:
        """Tell the conclusions that are told on their own, by the numbers of their graphs."""
        import polars as pl

        rules: dict[int, set[str]] = {}
        for g, rule in self.tables.rows("""
            SELECT a.g, r.name FROM gained a JOIN conclusion c USING (g)
            JOIN rule_name r USING (rule) WHERE c.apart"""):
            rules.setdefault(g, set()).add(rule)
        every = {int(one.name, 16): one for one in self.closely.conclusions.values()}
        words, nodes = self.ontology.words, self.closely.nodes
        told, rows = {}, []
        for g, one in every.items():
            one.rules = rules.get(g, set())
            told[g] = told_of(one, words, self.ontology, nodes)
            named = zip(one.held, ids_of(told[g]), strict=True)
            rows += [
                (g, place, *bounds_of(held.period), identifier)
                for place, (held, identifier) in enumerate(named)
            ]
        columns: dict[str, pl.DataType | type[pl.DataType]] = {
            "g": pl.UInt64,
            "place": pl.Int32,
            "since": pl.Int64,
            "until": pl.Int64,
            "id": pl.String,
        }
        self.tables.insert("whole", pl.DataFrame(rows, schema=columns, orient="row"))
        ids = self._ids()
        found: dict[int, list[Statement]] = {}
        for g, one in every.items():
            for piece, bare in zip(one.pieces, told[g], strict=True):
                proofs = tuple(dict.fromkeys(proof_of(way, ids, nodes) for way in piece.ways))
                count = len(proofs) + piece.more
                whole = replace(bare, proofs=proofs, proof_count=count)
                found.setdefault(g, []).append(whole)
        return found

    def _ids(self) -> dict[str, list[str]]:
        """Return the ids of all conclusions on which those told on their own rest."""
        ways = (
            way
            for one in self.closely.conclusions.values()
            for piece in one.pieces
            for way in piece.ways
        )
        names = dict.fromkeys(name for way in ways for name in way.premises)
        found: dict[str, list[str]] = {}
        self.closely.nodes.read(names)
        self.closely.nodes.ask_for(int(name, 16) for name in names)
        for g, identifier in self.tables.rows(
            "SELECT g, id FROM asked JOIN whole USING (g) ORDER BY g, place"
        ):
            found.setdefault(f"{g:016x}", []).append(identifier)
        return found
