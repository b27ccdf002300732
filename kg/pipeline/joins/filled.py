"""Filled: statements, and what the default graph says → tables to which rules can be applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, RdfFormat, parse

from kg.model.dates import iso
from kg.model.foreign import Trial, at, solution
from kg.model.ontology import Ontology
from kg.pipeline.joins.plan import NotJoinedError, Plan, Variable, plan
from kg.pipeline.joins.sql import Sql
from kg.pipeline.joins.tables import (
    ENTITY,
    EVER,
    LITERAL,
    NEVER,
    NUMBERED,
    OTHER,
    TERMS,
    WORD,
    Tables,
)
from kg.pipeline.telling import key_of, recurs
from kg.record.days import day

# A row of an answer: terms as N-Triples writes them.
Row = tuple[str, ...]

_PREDICATES: Final = "SELECT DISTINCT ?p WHERE { ?s ?p ?o }"


@dataclass(frozen=True)
class Answers:
    """What the default graph answers: to each question by its text, and what heads need not say.

    `stated` are the triples that stand there, as far as a head can say such.
    """

    rows: Mapping[str, Sequence[Row]]
    stated: Sequence[Row] = ()

    def is_same(self, other: Answers) -> bool:
        """Say whether others are the same, in whatever order."""
        sides = [
            ({sparql: {*rows} for sparql, rows in one.rows.items()}, {*one.stated})
            for one in (self, other)
        ]
        return sides[0] == sides[1]


def plans_of(ontology: Ontology) -> tuple[list[Plan], list[tuple[str, str]]]:
    """Return the plans of rules by their names, and (path, reason) of the rules that have none."""
    plans, reasons = [], []
    for rule in sorted(ontology.rules, key=lambda one: one.name):
        try:
            plans.append(plan(rule, ontology.words.prefixes, ontology.properties))
        except NotJoinedError as error:
            reasons.append((rule.path, str(error)))
    return plans, reasons


def answers(plans: Iterable[Plan], described: Trial, prefixes: Mapping[str, str]) -> Answers:
    """Return what the plans need to know of the default graph.

    Raises LimitError when it takes more than it may.
    """
    found: dict[str, list[Row]] = {}
    said: set[str | None] = set()
    for each in plans:
        for asked in each.queries:
            with at(each.rule.path):
                found[asked.sparql] = _rows(described, asked.sparql, asked.variables, prefixes)
        said.update(_values([triple[1] for triple in each.head], each, found))
    there = {row[0] for row in _rows(described, _PREDICATES, ("p",), prefixes)} & said
    among = " ".join(sorted(filter(None, there)))
    stated = f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {among} }} ?s ?p ?o }}"
    return Answers(found, _rows(described, stated, ("s", "p", "o"), prefixes) if among else ())


def _rows(
    described: Trial, sparql: str, names: Sequence[str], prefixes: Mapping[str, str]
) -> list[Row]:
    terms = (solution(names, line) for line in described.select(sparql, prefixes))
    return [tuple(str(one[name]) for name in names) for one in terms]


def fill(
    tables: Tables, given: Sequence[Path], plans: Sequence[Plan], found: Answers, ontology: Ontology
) -> list[Sql]:
    """Lay statements (`Premises.files`) before the plans, and return their queries."""
    import polars as pl

    run = tables.run
    run("CREATE TABLE given AS SELECT * FROM read_parquet($1)", [[*map(str, given)]])
    texts = {one for each in plans for one in each.terms}
    texts |= {text for rows in found.rows.values() for row in rows for text in row}
    number_terms(tables, texts, ontology, TERMS)
    predicates = wanted(plans, found)
    run(f"CREATE TEMP TABLE numbered AS {NUMBERED}")
    run("DROP TABLE given")
    if predicates is not None:
        run(
            "CREATE TEMP TABLE wanted AS SELECT num FROM term WHERE text IN (SELECT unnest($1))",
            [sorted(predicates)],
        )
        run("DELETE FROM numbered WHERE p NOT IN (SELECT num FROM wanted)")
    run("INSERT INTO said SELECT g, s, p, o FROM numbered")
    run(f"""INSERT INTO held SELECT g, coalesce(since, {EVER}), coalesce(until, {NEVER}),
        CASE WHEN since IS NOT NULL THEN start END, CASE WHEN until IS NOT NULL THEN finish END
        FROM numbered WHERE counts AND concludes""")
    # No rule makes another day than those that bound what is given.
    bounds = tables.rows("SELECT since FROM held UNION SELECT until FROM held")
    days = [(number, iso(day(number))) for (number,) in bounds if EVER < number < NEVER]
    dated = [(number, text, key_of(text)) for number, text in days]
    columns = {"number": pl.Int64, "iso": pl.String, "key": pl.String}
    tables.insert("day", pl.DataFrame(dated, schema=columns, orient="row"))
    run(
        """INSERT INTO asserted SELECT s, p, o, since, until
        FROM numbered n JOIN held h USING (g)""".replace("since, until", "h.since, h.until")
    )
    run("INSERT INTO silent SELECT g FROM numbered WHERE NOT concludes")
    run("INSERT INTO world SELECT DISTINCT s, p, o FROM numbered WHERE now")
    run("DROP TABLE numbered")
    marked = [
        (str(ontology.words.ontology(one.name)), one.kind == "event", recurs(one), one.last_days)
        for one in ontology.properties.values()
        if one.kind == "event" or one.last_days
    ]
    run("CREATE TEMP TABLE mark (text VARCHAR, is_event BOOLEAN, recurs BOOLEAN, last BOOLEAN)")
    flags = dict.fromkeys(("is_event", "recurs", "last"), pl.Boolean)
    kinds = pl.DataFrame(marked, schema={"text": pl.String, **flags}, orient="row")
    tables.insert("mark", kinds)
    run("""INSERT INTO marked SELECT num, is_event, recurs, last
        FROM mark JOIN term USING (text)""")
    numbers = numbers_of(tables, plans)
    names = ("s", "p", "o")
    frame = pl.DataFrame(found.stated, schema=dict.fromkeys(names, pl.String), orient="row")
    run("CREATE TEMP TABLE written (s VARCHAR, p VARCHAR, o VARCHAR)")
    tables.insert("written", frame)
    run("""INSERT INTO stated SELECT s.num, p.num, o.num FROM written w
        JOIN term s ON s.text = w.s JOIN term p ON p.text = w.p JOIN term o ON o.text = w.o""")
    named = dict(asked(tables, found))
    return [Sql(each, numbers, named) for each in plans]


def _values(
    nodes: Iterable[object], each: Plan, found: Mapping[str, Sequence[Row]]
) -> Iterator[str | None]:
    """Yield the terms that the nodes can stand for: None for those that only premises bind."""
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif isinstance(node, Variable):
            asked = [one for one in each.asked if node.name in one.variables]
            for one in asked[:1]:
                place = one.variables.index(node.name)
                yield from (row[place] for row in found[one.sparql])
            if not asked:
                yield None


def wanted(plans: Iterable[Plan], found: Answers) -> set[str] | None:
    """Return the predicates of the statements that rules look at, None for those of all."""
    predicates: set[str] = set()
    for each in plans:
        nodes = [pattern[1] for _, pattern in each.said] + [triple[1] for triple in each.head]
        for text in _values(nodes, each, found.rows):
            if text is None:
                return None
            predicates.add(text)
    return predicates


def numbers_of(tables: Tables, plans: Iterable[Plan]) -> dict[str, int]:
    """Return the numbers of the terms that plans name."""
    texts = sorted({one for each in plans for one in each.terms})
    named = "SELECT text, num FROM term WHERE text IN (SELECT unnest($1))"
    found: dict[str, int] = dict(tables.rows(named, [texts]))
    return found


def number_terms(
    tables: Tables,
    texts: Iterable[str],
    ontology: Ontology,
    others: str = "SELECT NULL WHERE FALSE",
) -> None:
    """Give numbers to terms that have none: to texts, and to those that a query finds."""
    import polars as pl

    tables.run("CREATE OR REPLACE TEMP TABLE also (text VARCHAR)")
    tables.insert("also", pl.DataFrame({"text": sorted(texts)}, schema={"text": pl.String}))
    names = ontology.words.prefixes
    ((before,),) = tables.rows("SELECT coalesce(max(num), 0) FROM term")
    tables.run(
        f"""INSERT INTO term
        SELECT {before} + row_number() OVER (ORDER BY text), text,
            substr(text, 2, length(text) - 2),
            CASE WHEN NOT starts_with(text, '<') THEN {LITERAL}
                WHEN starts_with(text, $1) THEN {ENTITY}
                WHEN starts_with(text, $2) THEN {WORD} ELSE {OTHER} END
        FROM (SELECT text FROM also UNION {others}) ANTI JOIN term USING (text)""",
        ["<" + names["id"], "<" + names[""]],
    )
    literals = tables.rows(f"SELECT num, text FROM term WHERE kind = {LITERAL} AND num > {before}")
    plain = [(num, _lexical(text)) for num, text in literals]
    tables.run("CREATE OR REPLACE TEMP TABLE lexical (num INTEGER, plain VARCHAR)")
    frame = pl.DataFrame(plain, schema={"num": pl.Int32, "plain": pl.String}, orient="row")
    tables.insert("lexical", frame)
    tables.run("UPDATE term SET plain = lexical.plain FROM lexical WHERE term.num = lexical.num")


def _lexical(text: str) -> str:
    """Return what STR makes of a literal."""
    (quad,) = parse(f"<a:a> <a:a> {text} .", RdfFormat.N_TRIPLES)
    return quad.object.value if isinstance(quad.object, Literal) else ""


def asked(tables: Tables, found: Answers) -> Iterator[tuple[str, str]]:
    """Put answers into tables of numbers; yield the question and the name of its table."""
    import polars as pl

    for number, (sparql, rows) in enumerate(found.rows.items()):
        name, width = f"answer_{number}", len(rows[0]) if rows else sparql.count("?")
        columns = [f"c{place}" for place in range(max(width, 1))]
        tables.run(f"CREATE TABLE {name} ({', '.join(f'{one} INTEGER' for one in columns)})")
        if rows and width:
            tables.run(
                "CREATE OR REPLACE TEMP TABLE answer "
                f"({', '.join(f'{one} VARCHAR' for one in columns)})"
            )
            frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
            tables.insert("answer", frame)
            joins = " ".join(f"JOIN term t{n} ON t{n}.text = {c}" for n, c in enumerate(columns))
            nums = ", ".join(f"t{n}.num" for n in range(width))
            tables.run(f"INSERT INTO {name} SELECT {nums} FROM answer {joins}")
        elif rows:
            tables.run(f"INSERT INTO {name} VALUES (0)")
        yield sparql, name
