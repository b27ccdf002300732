"""Edges: what the columns of the record say of each statement → what its edge in a network says."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.model import certainty, schema
from kg.model.dates import Day, PartialDate, Period, iso
from kg.model.edtf import days_of
from kg.model.languages import labelled
from kg.model.statement import Source
from kg.record.days import day as day_of
from kg.record.reading import links_of, more_of, proofs_of, rows_in_order
from kg.text.objects import of_source

if TYPE_CHECKING:
    from kg.model.statement import Proof
    from kg.store.read_back import History

# What the record has of each statement, in the order in which `Edges` looks at it.
_CELLS: Final = (
    *("id", "subject", "predicate", "object", "datatype", "kind", "start", "end", "at", "rank"),
    *("start_from", "end_to"),
)
# What edges say first of their statement.
_SAID: Final = ("kind", "start", "end", "at", "since", "until", "rank", "status")
_NOTHING: Final[dict[str, Any]] = {}


class Edge(NamedTuple):
    """What a statement says: ids, or the text of a literal, and the attributes of its edge."""

    id: str
    subject: str
    object: str
    is_literal: bool
    attributes: dict[str, Any]


class Edges:
    """The edges of a graph, as `text.objects.Form` tells statements; what is not known is left out.

    They are made of whole columns: an object for each statement takes several times as long.
    """

    def __init__(self, history: History, day: str, languages: Sequence[str]) -> None:
        """Look at what all edges share; `day` is that from which the status is seen."""
        self._history = history
        self._languages = languages
        self._asked = days_of(day, PartialDate.stored)
        self._tables = history.record.lists
        # What is told of each property, of each source, and of days, once it was met.
        self._heads: dict[str, tuple[dict[str, Any], bool]] = {}
        self._cited: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
        self._known: dict[int | None, tuple[Day | None, str]] = {}

    def of(self, ids: Container[str] | None = None) -> Iterator[Edge]:
        """Yield the edges of these statements, or of all, in the order of triples and dates."""
        tables, said = self._tables, self._tables("statements")
        links, cited = links_of(tables), self._references()
        undecided = links["may_confirm"]
        disputed = {one: {"disputed_by": own} for one, own in links["disputed_by"].items()}
        proved = {one: self._of_proofs(own) for one, own in proofs_of(tables).items()}
        more = more_of("statements", said)
        rows: Iterator[tuple[Any, ...]] = zip(*(said[name] for name in _CELLS), more, strict=True)
        order = rows_in_order(tables)
        if order != range(len(order)):
            rows = map(list(rows).__getitem__, order)
        for row in rows:
            identifier, subject, predicate, object_, datatype, kind = row[:6]
            start, end, at, rank, first, last, optional = row[6:]
            if ids is not None and identifier not in ids:
                continue
            head, is_symmetric = self._heads.get(predicate) or self._head(predicate)
            standing = certainty.standing(
                deprecated=rank == "deprecated",
                disputed=identifier in disputed,
                undecided=identifier in undecided,
            )
            earliest, since = self._day(first)
            latest, until = self._day(None if kind == "event" else last)
            status = certainty.status(standing, Period(earliest, latest), self._asked)
            cells = zip(_SAID, (kind, start, end, at, since, until, rank, status), strict=True)
            told = {
                **head,
                **{name: cell for name, cell in cells if cell},
                **proved.get(identifier, _NOTHING),
                **cited.get(identifier, _NOTHING),
                "inferred": identifier in proved,
                "symmetric": is_symmetric,
                **disputed.get(identifier, _NOTHING),
                **(present(schema.values("statements", optional)) if optional else _NOTHING),
            }
            yield Edge(identifier, subject, object_, bool(datatype), told)

    def _head(self, predicate: str) -> tuple[dict[str, Any], bool]:
        """Return what edges of a property begin with, and whether it is symmetric."""
        labels = labelled(self._history.labels_of.get(predicate, {}), self._languages, predicate)
        head = present({"predicate": predicate, **labels}), predicate in self._history.symmetric
        self._heads[predicate] = head
        return head

    def _day(self, number: int | None) -> tuple[Day | None, str]:
        """Return a day of the record, and how it is written."""
        known = self._known.get(number)
        if known is None:
            day = None if number is None else day_of(number)
            self._known[number] = known = day, iso(day) if day else ""
        return known

    def _of_proofs(self, proofs: Sequence[Proof]) -> dict[str, Any]:
        """Return what is told of the shortest proof, and of the others that are kept."""
        shortest = proofs[0]
        others = [
            present(
                {
                    "rule": one.rule,
                    "rule_text": self._text(one.rule),
                    "premises": list(one.premises),
                    "since": one.since,
                    "until": one.until,
                }
            )
            for one in proofs[1:]
        ]
        told = {
            "rule": shortest.rule,
            "rule_text": self._text(shortest.rule),
            "premises": list(shortest.premises),
            "proofs": others,
        }
        return present(told)

    def _text(self, rule: str) -> str:
        return self._history.rules[rule].text

    def _references(self) -> dict[str, dict[str, Any]]:
        """Return of each statement that has references these, and the notes of its rows."""
        table = self._tables("references")
        names = ("source", "locator", "at", "path", "line", "note")
        found: dict[str, list[tuple[str, str, str, str, str]]] = {}
        cells = zip(table["statement"], *(table[name] for name in names), strict=True)
        for statement, source, locator, at, path, line, note in cells:
            row = "" if line is None else f"{path}:{line}"
            found.setdefault(statement, []).append((source, locator, at, row, note))
        told: dict[str, dict[str, Any]] = {}
        for statement, own in found.items():
            own.sort()
            references = [self._reference(*one[:4]) for one in own]
            notes = dict.fromkeys(one[4] for one in own if one[4])
            noted = {"note": "; ".join(notes)} if notes else _NOTHING
            told[statement] = {**noted, "references": references}
        return told

    def _reference(self, source: str, locator: str, at: str, row: str) -> dict[str, Any]:
        """Return a reference without the note of its row, which stands on the edge."""
        known, more = self._cited.get(source) or self._source(source)
        told = known.copy()
        if locator:
            told["locator"] = locator
        if at:
            told["at"] = at
        if row:
            told["row"] = row
        return told | more if more else told

    def _source(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        known, more = of_source(self._history.sources.get(name) or Source(name, ""))
        self._cited[name] = cited = present(known), present(more)
        return cited


def present(told: dict[str, Any]) -> dict[str, Any]:
    """Return what is known.

    >>> present({"start": "", "inferred": False, "proofs": []})
    {'inferred': False}
    """
    return {name: value for name, value in told.items() if value or value not in ("", [])}
