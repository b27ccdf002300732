"""Closely: conclusions that are told one by one, because their days or proofs are not plain.

That is where no proof alone holds on all days of a period without a gap, where an event happened,
and where a proof found later may rest on what it proves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from pyoxigraph import RdfFormat, Triple, parse

from kg.model.dates import Period
from kg.model.ontology import Ontology
from kg.pipeline.conclusions import Conclusion, Held, Node, Piece, Way, rests_on
from kg.pipeline.joins.tables import EVER, NEVER, Tables
from kg.pipeline.telling import begun, key_of, text_of_key
from kg.record.days import day, number

if TYPE_CHECKING:
    from kg.pipeline.conclusions import Held as Days

# The numbers of a triple's terms.
Numbers = tuple[int, int, int]


class Nodes(Mapping[str, Node]):
    """The statements that proofs name, as they were before the round; each is read when asked."""

    def __init__(self, tables: Tables, rules: Sequence[str], ontology: Ontology) -> None:
        """Begin with none of them read."""
        self.tables, self.rules, self.ontology = tables, rules, ontology
        self.known: dict[str, Node] = {}

    def __getitem__(self, name: str) -> Node:
        """Return the statement of a name."""
        if name not in self.known:
            self.read([name])
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names of those that were read."""
        return iter(self.known)

    def __len__(self) -> int:
        """Return how many were read."""
        return len(self.known)

    def read(self, names: Iterable[str]) -> None:
        """Read those that were not read before."""
        wanted = [int(name, 16) for name in dict.fromkeys(names) if name not in self.known]
        if not wanted:
            return
        self.ask_for(wanted)
        held = self.tables.rows(
            "SELECT a.g, h.since, h.until, h.start, h.finish FROM asked a JOIN held h USING (g)"
            " ORDER BY a.g, h.since"
        )
        days: dict[int, list[Days]] = {}
        for g, since, until, start, finish in held:
            days.setdefault(g, []).append(_held(since, until, start, finish))
        for g in wanted:
            self.known[_name(g)] = Node(_name(g), tuple(days.get(g, ())))
        self.known |= {one.name: one for one in self._concluded()}

    def lift(self, graphs: Iterable[int]) -> list[Conclusion]:
        """Read conclusions again, as they are now."""
        self.ask_for(graphs)
        found = list(self._concluded())
        self.known |= {one.name: one for one in found}
        return found

    def ask_for(self, graphs: Iterable[int]) -> None:
        """Put the names of statements into `asked`."""
        import polars as pl

        self.tables.run("CREATE OR REPLACE TEMP TABLE asked (g UBIGINT)")
        self.tables.insert("asked", pl.DataFrame({"g": list(graphs)}, schema={"g": pl.UInt64}))

    def _concluded(self) -> Iterator[Conclusion]:
        """Yield those of the statements asked for that are conclusions, with pieces and proofs."""
        rows = self.tables.rows
        found = rows("""
            SELECT c.g, c.since_step, s.text, p.text, o.text FROM asked JOIN conclusion c USING (g)
            JOIN term s ON s.num = c.s JOIN term p ON p.num = c.p JOIN term o ON o.num = c.o
            WHERE NOT c.apart""")
        pieces: dict[int, list[Piece]] = {}
        for g, since, until, start, finish, more in rows(
            "SELECT g, since, until, start, finish, more FROM asked JOIN piece USING (g)"
            " ORDER BY g, place"
        ):
            held = _held(since, until, start, finish)
            pieces.setdefault(g, []).append(Piece(held.period, more=more, known=[held]))
        for g, place, step, rule, premises, since, until, best, ground in rows(
            "SELECT p.* FROM asked JOIN proof p USING (g)"
        ):
            way = Way(step, self.rules[rule], _names(premises), _period(since, until))
            piece = pieces[g][place]
            piece.best += [way] * best
            piece.grounds += [way] * ground
        for g, since_step, *texts in found:
            triple = _triple(texts)
            whole = begun(triple, self.ontology.words, self.ontology, since_step)
            for piece in pieces[g]:
                piece.best.sort(key=lambda way: way.order)
            whole.pieces = pieces[g]
            whole.held = tuple(held for piece in whole.pieces for held in piece.known)
            yield whole


class Closely:
    """The conclusions that are told on their own."""

    def __init__(self, tables: Tables, rules: Sequence[str], ontology: Ontology) -> None:
        """Begin without any; `rules` are names, in their order."""
        self.tables, self.rules, self.ontology = tables, rules, ontology
        self.nodes = Nodes(tables, rules, ontology)
        self.conclusions: dict[Numbers, Conclusion] = {}
        # Of the round: those with a new proof, and which of them were not there before.
        self.touched: dict[Numbers, Conclusion] = {}
        self.new: set[Numbers] = set()

    def take(self, step: int) -> None:
        """Take into account what was found for the triples in `odd`."""
        rows = self.tables.rows("""
            SELECT s, p, o, rule, premises, since, until, g, apart
            FROM latest SEMI JOIN odd USING (s, p, o)""")
        if not rows:
            return
        self._lift({row[7] for row in rows if row[8] is False})
        texts = self._texts()
        said = self._said()
        self.nodes.read(name for row in rows for name in _names(row[4]))
        for s, p, o, rule, premises, since, until, _, _ in rows:
            numbers = (s, p, o)
            way = Way(step, self.rules[rule], _names(premises), _period(since, until))
            known = self.conclusions.get(numbers)
            conclusion = known or begun(
                _triple([texts[one] for one in numbers]), self.ontology.words, self.ontology, step
            )
            if conclusion.is_said(conclusion.days(way.period), said.get(numbers, ())):
                continue
            if known is None:
                self.new.add(numbers)
            self.conclusions[numbers] = self.touched[numbers] = conclusion
            conclusion.add(way, partial(rests_on, conclusion, way, self.nodes))

    def settle(self) -> dict[Numbers, tuple[Days, ...]]:
        """End the round: return the days of those whose days changed, which are not seen yet."""
        found = {numbers: one.settle(self.nodes) for numbers, one in self.touched.items()}
        self.touched = {}
        return {numbers: held for numbers, held in found.items() if held is not None}

    def write(self, changed: Mapping[Numbers, tuple[Days, ...]], step: int) -> None:
        """Let the rules see the new days."""
        import polars as pl

        if not changed:
            return
        held, told = [], []
        for numbers, days in changed.items():
            conclusion = self.conclusions[numbers]
            conclusion.held = days
            self.nodes.known[conclusion.name] = conclusion
            g = int(conclusion.name, 16)
            told.append((g, *numbers, conclusion.since_step, step, True))
            held += [
                (g, *bounds_of(one.period), key_of(one.start), key_of(one.end)) for one in days
            ]
        names: dict[str, Any] = {"g": pl.UInt64, "s": pl.Int32, "p": pl.Int32, "o": pl.Int32}
        names |= {"since_step": pl.Int32, "late": pl.Int32, "apart": pl.Boolean}
        frame = pl.DataFrame(told, schema=names, orient="row")
        self.tables.run("CREATE OR REPLACE TEMP TABLE moved AS SELECT * FROM conclusion LIMIT 0")
        self.tables.insert("moved", frame)
        for table in ("conclusion", "held"):
            self.tables.run(f"DELETE FROM {table} WHERE g IN (SELECT g FROM moved)")
        self.tables.run("INSERT INTO conclusion SELECT * FROM moved")
        self.tables.run("""INSERT INTO said SELECT g, s, p, o FROM moved
            ANTI JOIN said USING (g, s, p, o)""")
        self.tables.run("INSERT INTO changed SELECT g FROM moved")
        columns: dict[str, Any] = {"g": pl.UInt64, "since": pl.Int64, "until": pl.Int64}
        columns |= {"start": pl.String, "finish": pl.String}
        self.tables.insert("held", pl.DataFrame(held, schema=columns, orient="row"))

    def _lift(self, graphs: set[int]) -> None:
        """Take over conclusions that were plain until now."""
        if not graphs:
            return
        found = {int(one.name, 16): one for one in self.nodes.lift(graphs)}
        for g, *numbers in self.tables.rows(
            "SELECT g, s, p, o FROM asked JOIN conclusion USING (g) WHERE NOT apart"
        ):
            self.conclusions[numbers[0], numbers[1], numbers[2]] = found[g]
        for table in ("piece", "proof"):
            self.tables.run(f"DELETE FROM {table} WHERE g IN (SELECT g FROM asked)")
        self.tables.run("UPDATE conclusion SET apart = TRUE WHERE g IN (SELECT g FROM asked)")

    def _texts(self) -> dict[int, str]:
        """Return how N-Triples writes the terms of the triples."""
        return dict(
            self.tables.rows("""
            SELECT num, text FROM term WHERE num IN
            (SELECT s FROM odd UNION SELECT p FROM odd UNION SELECT o FROM odd)""")
        )

    def _said(self) -> dict[Numbers, list[Period]]:
        """Return on which days the triples were asserted."""
        found: dict[Numbers, list[Period]] = {}
        for s, p, o, since, until in self.tables.rows(
            "SELECT a.* FROM asserted a SEMI JOIN odd USING (s, p, o)"
        ):
            found.setdefault((s, p, o), []).append(_period(since, until))
        return found


def _name(g: int) -> str:
    return f"{g:016x}"


def _names(graphs: Iterable[int]) -> tuple[str, ...]:
    return tuple(map(_name, graphs))


def _period(since: int, until: int) -> Period:
    return Period(None if since == EVER else day(since), None if until == NEVER else day(until))


def bounds_of(period: Period) -> tuple[int, int]:
    """Return the bounds of a period as the tables have them.

    >>> bounds_of(Period((1970, 1, 2))) == (1, NEVER)
    True
    """
    since, until = period
    return (number(since) if since else EVER, number(until) if until else NEVER)


def _held(since: int, until: int, start: str | None, finish: str | None) -> Held:
    return Held(_period(since, until), text_of_key(start), text_of_key(finish))


def _triple(texts: Sequence[str]) -> Triple:
    (quad,) = parse(f"{' '.join(texts)} .", RdfFormat.N_TRIPLES)
    found: Triple = quad.triple
    return found
