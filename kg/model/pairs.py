"""Pairs: conditions on two cells of one row."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model.case import Case
from kg.model.conditions import OfCell, Terms
from kg.model.edtf import NEVER, over


@dataclass(frozen=True)
class _OfTwo(OfCell):
    other: str

    @property
    def needs(self) -> tuple[str, ...]:
        """Both columns."""
        return (self.column, self.other)


class EndsAfter(_OfTwo):
    """Both cells hold dates, and what ends with this one can last a day from the other on."""

    def code(self, terms: Terms) -> str:
        """Compare the last day that can be the first after the end with the first of the other."""
        return f"{terms(_ends_after)}(case, {self.column!r}, {self.other!r})"


class Precedes(_OfTwo):
    """Both cells hold dates, and the last day of this one is before the first of the other."""

    def code(self, terms: Terms) -> str:
        """Compare the two days."""
        filled = f"{self.cell} and cells[{self.other!r}]"
        return f"({filled} and {terms(precedes)}(case, {self.column!r}, {self.other!r}))"


class Equals(_OfTwo):
    """Two cells hold the same text."""

    def code(self, _terms: Terms) -> str:
        """Compare them."""
        return f"({self.cell} == cells[{self.other!r}])"


def _ends_after(case: Case, column: str, start: str) -> bool:
    one, other = case.date(column), case.date(start)
    if one is None or other is None:
        return False
    is_last = case.property is not None and case.property.last_days
    return other.earliest is None or (over(one, is_last=is_last)[1] or NEVER) > other.earliest


def precedes(case: Case, column: str, other: str) -> bool:
    """Say whether both cells hold dates, and all days of the one are before those of the other."""
    one, two = case.date(column), case.date(other)
    last, first = one and one.latest, two and two.earliest
    return last is not None and first is not None and last < first
