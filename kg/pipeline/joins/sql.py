"""SQL: a plan → the query of its solutions, over tables of numbered terms.

`said` has what stands in the graph of each statement (g, s, p, o), `fresh` and `stale` the part of
it whose statements changed in the last round and the rest, `held` the days from which may be
concluded (g, since, until, start, finish), `asked_N` what was asked of the default graph, and
`term` the terms (num, text, plain, kind).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.pipeline.joins.plan import (
    Compared,
    Condition,
    Joined,
    Missing,
    Node,
    Pattern,
    Plan,
    Variable,
)
from kg.pipeline.joins.tables import LITERAL


@dataclass(frozen=True)
class Sql:
    """Writes the queries of a plan, whose terms have numbers and whose questions have tables."""

    plan: Plan
    numbers: Mapping[str, int]
    tables: Mapping[str, str]

    def concludes(self, predicates: Container[int]) -> bool:
        """Say whether the rule may conclude something with one of these predicates."""
        return any(
            isinstance(predicate, Variable) or self.numbers[predicate] in predicates
            for _, predicate, _ in self.plan.head
        )

    def begins(self, round_: int) -> str:
        """Return the query of how many statements a round begins with."""
        if round_ > 1:
            return "SELECT count(*) FROM changed"
        frame = _Frame()
        pattern = next(own for premise, own in self.plan.said if premise == 0)
        for node, column in zip(pattern, "spo", strict=True):
            self._bind(frame, node, column)
        where = " AND ".join(frame.where) or "TRUE"
        return f"SELECT count(DISTINCT g) FROM said WHERE {where}"

    def entailed(
        self, round_: int, below: int | None = None, said: Container[int] | None = None
    ) -> Iterator[str]:
        """Yield queries of (g, s, p, o): what follows from one statement.

        With `below` the statements that a round begins with are those of lower numbers alone;
        `said` are the predicates of those that changed in the last round, in the first of all.
        """
        if self._missing(said):
            return
        # All premises are one statement: if it changed in one of them it did in all.
        table = "said" if round_ == 1 else "fresh"
        for triple in self.plan.head:
            frame = self._frame([table] * self.plan.premises)
            graphs = frame.graphs
            frame.where += [f"{one} = {graphs[0]}" for one in graphs[1:]]
            if below is not None:
                frame.where.append(f"{graphs[0]} < {below}")
            yield self._select(frame, triple, [f"{graphs[0]} AS g"])

    def ways(
        self,
        round_: int,
        rule: int,
        below: int | None = None,
        said: Container[int] | None = None,
        heads: str = "",
    ) -> Iterator[str]:
        """Yield queries of (s, p, o, rule, premises, since, until, start, finish): the proofs.

        `below` and `said` are those of `entailed`; with the name of a table of triples as `heads`
        they are the proofs of those alone.
        """
        if self.plan.premises == 1:
            return
        for first in self._rounds(round_, said):
            for triple in self.plan.head:
                frame = self._frame(self._tables(first))
                if heads:
                    self._begin_with(frame, triple, heads)
                graphs = frame.graphs
                if below is not None:
                    frame.where.append(f"{graphs[first or 0]} < {below}")
                names = f"[{', '.join(graphs)}]"
                held = [f"held_{number}" for number in range(len(graphs))]
                for graph, own in zip(graphs, held, strict=True):
                    frame.tables.append(f"held AS {own}")
                    frame.where.append(f"{own}.g = {graph}")
                since = f"greatest({', '.join(f'{own}.since' for own in held)})"
                until = f"least({', '.join(f'{own}.until' for own in held)})"
                frame.where += [f"{since} < {until}", f"NOT ({_all_equal(graphs)})"]
                more = [
                    f"{rule} AS rule",
                    f"list_sort(list_distinct({names})) AS premises",
                    f"{since} AS since",
                    f"{until} AS until",
                    f"{_first(held, 'since', since, 'start')} AS start",
                    f"{_first(held, 'until', until, 'finish')} AS finish",
                ]
                yield self._select(frame, triple, more)

    def _begin_with(self, frame: _Frame, triple: Pattern, heads: str) -> None:
        """Say that the triple of the head is one of a table."""
        frame.tables.append(f"{heads} AS head")
        frame.where += [
            f"head.{name} = {self._term(frame, node)}"
            for node, name in zip(triple, "spo", strict=True)
        ]

    def _rounds(self, round_: int, said: Container[int] | None) -> Sequence[int | None]:
        """Return which premise is to be one that changed: any in the first round, else each.

        None is to be whose predicate is not said.
        """
        missing = self._missing(said)
        if round_ == 1:
            return [] if missing else [None]
        return [premise for premise in range(self.plan.premises) if premise not in missing]

    def _missing(self, said: Container[int] | None) -> set[int]:
        """Return the premises with a predicate that is not said."""
        return {
            premise
            for premise, (_, predicate, _) in self.plan.said
            if isinstance(predicate, str)
            and said is not None
            and self.numbers[predicate] not in said
        }

    def _tables(self, fresh: int | None) -> list[str]:
        """Return where each premise stands: before the fresh one only what did not change."""
        if fresh is None:
            return ["said"] * self.plan.premises
        return ["stale"] * fresh + ["fresh"] + ["said"] * (self.plan.premises - fresh - 1)

    def _frame(self, tables: Sequence[str]) -> _Frame:
        """Return the join of all patterns, each premise in the table of its place."""
        frame = _Frame()
        for place, (premise, pattern) in enumerate(self.plan.said):
            own = f"said_{place}"
            frame.tables.append(f"{tables[premise]} AS {own}")
            graph = frame.bound.setdefault(f"GRAPH {premise}", f"{own}.g")
            if graph != f"{own}.g":
                frame.where.append(f"{own}.g = {graph}")
            for node, column in zip(pattern, "spo", strict=True):
                self._bind(frame, node, f"{own}.{column}")
        for place, asked in enumerate(self.plan.asked):
            own = f"known_{place}"
            frame.tables.append(f"{self.tables[asked.sparql]} AS {own}")
            for number, name in enumerate(asked.variables):
                self._bind(frame, Variable(name), f"{own}.c{number}")
        if self.plan.condition.parts:
            frame.where.append(self._condition(frame, self.plan.condition))
        return frame

    def _bind(self, frame: _Frame, node: Node, column: str) -> None:
        """Say that the column is the node."""
        if isinstance(node, str):
            frame.where.append(f"{column} = {self.numbers[node]}")
        elif frame.bound.setdefault(node.name, column) != column:
            frame.where.append(f"{column} = {frame.bound[node.name]}")

    def _select(self, frame: _Frame, triple: Pattern, more: Sequence[str]) -> str:
        """Return the query of a triple of the head, where it is one (SPARQL 1.1 §16.2)."""
        columns = [self._term(frame, node) for node in triple]
        named = [f"{own} AS {name}" for own, name in zip(columns, "spo", strict=True)]
        for own, name in zip(columns[:2], ("subject", "predicate"), strict=True):
            frame.tables.append(f"term AS of_{name}")
            frame.where += [f"of_{name}.num = {own}", f"of_{name}.kind <> {LITERAL}"]
        where = " AND ".join(frame.where)
        tables = ", ".join(frame.tables)
        return f"SELECT {', '.join([*named, *more])} FROM {tables} WHERE {where}"

    def _term(self, frame: _Frame, node: Node) -> str:
        return frame.bound[node.name] if isinstance(node, Variable) else str(self.numbers[node])

    def _condition(self, frame: _Frame, condition: Condition) -> str:
        match condition:
            case Compared():
                sides = [
                    self._side(frame, one, condition) for one in (condition.left, condition.right)
                ]
                return f"{sides[0]} {condition.operator} {sides[1]}"
            case Missing():
                own = f"missing_{len(frame.tables)}"
                equal = (
                    f"{own}.c{number} = {frame.bound[name]}"
                    for number, name in enumerate(condition.variables)
                )
                table = self.tables[condition.sparql]
                return f"NOT EXISTS (SELECT 1 FROM {table} AS {own} WHERE {' AND '.join(equal)})"
            case Joined("not", (part,)):
                return f"NOT ({self._condition(frame, part)})"
            case Joined(how, parts):
                inner = f" {how.upper()} ".join(f"({self._condition(frame, one)})" for one in parts)
                return inner or ("TRUE" if how == "and" else "FALSE")

    def _side(self, frame: _Frame, node: Node, compared: Compared) -> str:
        """Return one side of a comparison: a number, or the text that it stands for."""
        own = self._term(frame, node)
        if not compared.as_text:
            return own
        return f"(SELECT plain FROM term WHERE num = {own})"


@dataclass
class _Frame:
    """A join on its way: what is joined, what must hold, and which column binds each variable."""

    tables: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    bound: dict[str, str] = field(default_factory=dict)

    @property
    def graphs(self) -> list[str]:
        """The columns that have the statement of each premise, in their order."""
        found = {name: own for name, own in self.bound.items() if name.startswith("GRAPH ")}
        return [found[name] for name in sorted(found, key=lambda name: int(name[6:]))]


def _all_equal(columns: Sequence[str]) -> str:
    return " AND ".join(f"{one} = {columns[0]}" for one in columns[1:])


def _first(held: Sequence[str], side: str, bound: str, text: str) -> str:
    """Return the first text that a premise writes for the bound, NULL where none does."""
    own = (f"CASE WHEN {one}.{side} = {bound} THEN {one}.{text} END" for one in held)
    return f"least({', '.join(own)})"
