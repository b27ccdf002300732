"""Counted: of which lists somebody says how many there are, and whether all of them are known.

The ontology names a property whose values are numbers (`kg:countsSubjectsOf`,
`kg:countsObjectsOf`); statements → lists that are known to be whole, and the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kg.model.dates import Period
from kg.model.statement import Statement

# What says which list a number is of, and whether it counts subjects.
SIDES: Final = {"kg:countsSubjectsOf": True, "kg:countsObjectsOf": False}


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """A property of which another says how many there are.

    `incoming` says that its subjects are counted for each object, else its objects for each
    subject.
    """

    property: str
    incoming: bool
    number: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on a day of the list of an entity, and which numbers sources give."""

    here: str
    counted: Counted
    members: tuple[Statement, ...] = ()
    numbers: tuple[Statement, ...] = ()

    @property
    def have(self) -> int:
        """How many different ones are known."""
        incoming = self.counted.incoming
        return len({one.subject if incoming else one.object for one in self.members})

    @property
    def said(self) -> tuple[int, ...]:
        """The different numbers that sources give, in their order."""
        return tuple(sorted({int(one.object) for one in self.numbers}))

    @property
    def is_all(self) -> bool:
        """Whether a source gives the number that is known, and none gives another."""
        return self.said == (self.have,)

    def __str__(self) -> str:
        """In words.

        >>> print(Known("club", Counted("memberOf", True, "numberOfMembers")))
        known ones only
        """
        if self.is_all:
            few = ("there are none", "the only one is known")
            return few[self.have] if self.have < len(few) else f"all {self.have} are known"
        if not self.said:
            return "known ones only"
        return f"known ones only: {self.have}, where {' or '.join(map(str, self.said))} are counted"

    @property
    def open_statement(self) -> Statement:
        """What the list is a list of, as a statement in which one end is open.

        >>> Known("club", Counted("memberOf", True, "numberOfMembers")).open_statement.triple
        ('…', 'memberOf', 'club')
        """
        ends = ("…", self.here) if self.counted.incoming else (self.here, "…")
        return Statement(ends[0], self.counted.property, ends[1], "timeless")

    def to_object(self) -> dict[str, object]:
        """Return the same for programs."""
        return {
            "entity": self.here,
            "property": self.counted.property,
            "incoming": self.counted.incoming,
            "number": self.counted.number,
            "known": self.have,
            "counted": list(self.said),
            "all": self.is_all,
        }


def lists(
    counted: Iterable[Counted], statements: Iterable[Statement], period: Period
) -> list[Known]:
    """Return what is known in the period of the list of each entity that has one or a number.

    >>> members = Counted("memberOf", True, "numberOfMembers")
    >>> said = [Statement("ada", "memberOf", "club", "timeless"),
    ...         Statement("club", "numberOfMembers", "2", "timeless", "xsd:integer")]
    >>> print(*lists([members], said, Period((2001, 1, 1))))
    known ones only: 1, where 2 are counted
    """
    told: dict[str, list[Counted]] = {}
    for counting in counted:
        for name in (counting.property, counting.number):
            told.setdefault(name, []).append(counting)
    found: dict[tuple[str, Counted], tuple[list[Statement], list[Statement]]] = {}
    for one in statements:
        if one.predicate not in told or not one.in_world(period):
            continue
        for counting in told[one.predicate]:
            is_number = one.predicate == counting.number
            here = one.object if counting.incoming and not is_number else one.subject
            found.setdefault((here, counting), ([], []))[is_number].append(one)
    return [
        Known(*key, tuple(members), tuple(numbers))
        for key, (members, numbers) in sorted(found.items())
    ]
