"""Answers: rows of a query for a language model, with the statements that they rest on.

Runs in a worker.
A row says what was found and not why, so the statements are looked for again: those that link
what the row names with what else the row, the parameters or the text of the query name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from kg.model.namespaces import text_of
from kg.model.sparql import tokens
from kg.query.bench.answer import evaluate, too_many
from kg.server.mcp.facts import Facts, window

if TYPE_CHECKING:
    from kg.model.statement import Statement
    from kg.query.bench.bench import Bench
    from kg.workers.wire import Task

# So many statements are named for a row, and told of an answer.
_OF_ROW: Final = 10
_TOLD: Final = 200


def answered(bench: Bench, facts: Facts, task: Task, named: Iterable[str] = ()) -> dict[str, Any]:
    """Return columns, rows and facts of the answer to the query of a task.

    `named` are ids that parameters name. Raises what `evaluate` does.
    """
    first, most = window(task)
    if first + most > bench.limits.rows:
        raise too_many(bench.limits.rows)
    columns, found, is_cut = _read(evaluate(bench, task), first, most)
    links = _Links(facts, task["query"], named)
    rows: list[dict[str, Any]] = []
    told: dict[str, Statement] = {}
    for row in found:
        these = links.of_row([cell for cell in row if cell is not None])
        told |= {one.id: one for one in these}
        cells = zip(columns, row, strict=True)
        shown = {name: links.cell(cell) for name, cell in cells if cell is not None}
        rows.append({**shown, **({"facts": [one.id for one in these]} if these else {})})
    answer: dict[str, Any] = {"columns": columns, "rows": rows, "shown": len(rows)}
    if is_cut:
        answer["cut"] = f"there are more rows; ask again with offset {first + len(rows)}"
    else:
        answer["total"] = first + len(rows)
    answer["facts"] = [facts.fact(one) for one in facts.in_order(told.values())[:_TOLD]]
    if len(told) > _TOLD:
        msg = f"{len(told) - _TOLD} facts of these rows are not told; ask for fewer rows"
        answer["notes"] = [msg]
    return answer


def _read(answer: Any, first: int, most: int) -> tuple[list[str], list[list[Any]], bool]:  # noqa: ANN401 - one of the engine's three answers
    """Return the columns, the rows from one place on, and whether there are more."""
    rows: list[list[Any]]
    if isinstance(answer, QueryBoolean):
        return ["ask"], [[Literal(bool(answer))]][first : first + most], False
    if isinstance(answer, QuerySolutions):
        columns = [name.value for name in answer.variables]
        rows = [list(cast("Any", row)) for row in islice(answer, first, first + most + 1)]
    else:
        columns = ["subject", "predicate", "object"]
        part = islice(cast("Any", answer), first, first + most + 1)
        rows = [[one.subject, one.predicate, one.object] for one in part]
    return columns, rows[:most], len(rows) > most


class _Links:
    """The statements that link what a row names."""

    def __init__(self, facts: Facts, query: str, named: Iterable[str]) -> None:
        """Keep the ids that parameters and the text name, and the relations of the text."""
        self._facts = facts
        words = facts.store.words
        marks = [token[0] for token in tokens(query)]
        self._context = {*named, *(mark[3:] for mark in marks if mark.startswith("id:"))}
        self._relations = {mark[1:] for mark in marks if mark.startswith(":")}
        self._prefixes = {name: words.prefixes[name] for name in ("id", "src", "st", "")}

    @cached_property
    def _by_subject(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for one in self._facts.history.statements:
            found.setdefault(one.subject, []).append(one)
        return found

    def of_row(self, cells: list[Any]) -> list[Statement]:
        """Return the statements of a row, those of the relations that the query names if any."""
        ids = [self._local(cell) for cell in cells if isinstance(cell, NamedNode)]
        own = {local for prefix, local in ids if prefix == "id"}
        said = {local for prefix, local in ids if prefix == "st"}
        texts = {cell.value for cell in cells if isinstance(cell, Literal)}
        ends = own | self._context
        linked = [
            one
            for subject in ends
            for one in self._by_subject.get(subject, ())
            if (one.object in texts if one.datatype else one.object in ends)
            and (not own or not own.isdisjoint({one.subject, one.object}))
        ]
        by_id = self._facts.history.by_id if said else {}
        exact = [by_id[one] for one in sorted(said) if one in by_id]
        meant = [one for one in linked if one.predicate in self._relations] or linked
        return exact + self._facts.in_order(meant)[: _OF_ROW - len(exact)]

    def cell(self, cell: object) -> Any:  # noqa: ANN401 - as JSON has it
        """Return a cell: an object with id and label for what has a name, else a text."""
        if not isinstance(cell, NamedNode):
            return text_of(cast("Any", cell)) if isinstance(cell, Literal) else str(cell)
        prefix, local = self._local(cell)
        history = self._facts.history
        if prefix == "id" and local in history.entities:
            return {"id": local, "label": self._facts.named(local)}
        if prefix == "src" and local in history.sources:
            source = history.sources[local]
            return {"id": local, "label": source.title or local, "url": source.url}
        if prefix == "" and local in history.labels_of:
            return {"id": local, "label": self._facts.named(local)}
        return {"id": local, "label": local}

    def _local(self, node: NamedNode) -> tuple[str, str]:
        for prefix, namespace in self._prefixes.items():
            if node.value.startswith(namespace):
                return prefix, node.value[len(namespace) :]
        return "iri", node.value
