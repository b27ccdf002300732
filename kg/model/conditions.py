"""Conditions: what can be asked of the cells of one row, and of what they name.

A condition is built once, from cells with `&`, `|` and `~`, and read twice: `compiled` makes of it
one function of a row, as fast as if it had been written by hand; the walk on columns makes of it an
expression of columns (`columns/surely`).
What only Python can tell is `ByRows`; such rows are looked at one by one in every walk.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kg.model import mojibake, schema
from kg.model.case import Case, Named, Side
from kg.model.edtf import stored
from kg.model.languages import tag
from kg.model.literals import character_problem, is_web_address, literal_problem
from kg.model.patterns import TURNING
from kg.model.values import LIMITED, unheld

# A function of a row and its cells, whose answer counts by its truth.
Test = Callable[[Case, Mapping[str, str]], object]


class Terms:
    """What the code of a condition names beside the row: calling it gives something a name."""

    def __init__(self) -> None:
        """Begin without any."""
        self.held: dict[str, object] = {}

    def __call__(self, value: object) -> str:
        """Return a name for the value."""
        name = f"_{len(self.held)}"
        self.held[name] = value
        return name


def compiled(condition: Condition) -> Test:
    """Return the condition as a function of a row and its cells.

    >>> bool(compiled(empty("note") & ~empty("rank"))(None, {"note": "", "rank": "preferred"}))
    True
    """
    terms = Terms()
    code = f"lambda case, cells: {condition.code(terms)}"
    made: Test = eval(code, terms.held)  # noqa: S307 - of conditions, never of data
    return made


class Condition(ABC):
    """Something that holds or does not hold of every row of a table."""

    def __and__(self, other: Condition) -> Condition:
        """Say that both hold."""
        return Both(self, other)

    def __or__(self, other: Condition) -> Condition:
        """Say that one holds, or both."""
        return Either(self, other)

    def __invert__(self) -> Condition:
        """Say that it does not hold."""
        return Not(self)

    @abstractmethod
    def code(self, terms: Terms) -> str:
        """Return the condition in Python, about `case` and its `cells`."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return ()

    def parts(self) -> Iterator[Condition]:
        """Yield the conditions of which it is made, those that have no parts."""
        yield self


@dataclass(frozen=True)
class _Pair(Condition):
    one: Condition
    other: Condition

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.one.needs, *self.other.needs)))

    def parts(self) -> Iterator[Condition]:
        yield from self.one.parts()
        yield from self.other.parts()


class Both(_Pair):
    """Both of two conditions."""

    def code(self, terms: Terms) -> str:
        """Ask the second only where the first holds."""
        return f"({self.one.code(terms)} and {self.other.code(terms)})"


class Either(_Pair):
    """One of two conditions, or both."""

    def code(self, terms: Terms) -> str:
        """Ask the second only where the first does not hold."""
        return f"({self.one.code(terms)} or {self.other.code(terms)})"


@dataclass(frozen=True)
class Not(Condition):
    """The contrary of a condition."""

    of: Condition

    def code(self, terms: Terms) -> str:
        """Turn the answer round."""
        return f"(not {self.of.code(terms)})"

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of the condition."""
        return self.of.needs

    def parts(self) -> Iterator[Condition]:
        """Yield the parts of the condition."""
        yield from self.of.parts()


@dataclass(frozen=True)
class OfCell(Condition):
    """A condition on one cell."""

    column: str

    @property
    def cell(self) -> str:
        """The cell in Python."""
        return f"cells[{self.column!r}]"

    @property
    def needs(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)


@dataclass(frozen=True)
class IsOneOf(OfCell):
    """The cell holds one of the texts."""

    texts: frozenset[str]

    def code(self, terms: Terms) -> str:
        """Look the cell up."""
        if self.texts == {""}:
            return f"(not {self.cell})"
        return f"({self.cell} in {terms(self.texts)})"


@dataclass(frozen=True)
class Matches(OfCell):
    """The whole cell fits the pattern, one that Python and Rust read alike."""

    pattern: str

    def code(self, terms: Terms) -> str:
        """Hold the cell to the pattern."""
        return f"{terms(re.compile(self.pattern).fullmatch)}({self.cell})"


class IsDate(OfCell):
    """The cell holds a date that is in the calendar."""

    def code(self, _terms: Terms) -> str:
        """Read the date, if there is something."""
        return f"({self.cell} and case.date({self.column!r}))"


class IsLanguage(OfCell):
    """The cell holds a language tag."""

    def code(self, terms: Terms) -> str:
        """Try it as one."""
        return f"{terms(tag)}({self.cell})"


class IsTimely(OfCell):
    """The cell holds no date, or one that begins by the last day that is not doubtful there."""

    def code(self, terms: Terms) -> str:
        """Compare the first day of the date with the limit."""
        return f"(not {self.cell} or {terms(_is_timely)}(case, {self.column!r}))"


class IsForetold(OfCell):
    """The cell holds a date of which the row's source was published before it can have come.

    Never where the source has no date, or the date no first day.
    """

    def code(self, terms: Terms) -> str:
        """Compare the last day of the source with the first of the date."""
        return f"({self.cell} and {terms(_is_foretold)}(case, {self.column!r}))"

    @property
    def needs(self) -> tuple[str, ...]:
        """The cell and the source."""
        return (self.column, "source")


class IsWebAddress(OfCell):
    """The cell holds a web address."""

    def code(self, terms: Terms) -> str:
        """Try it as an IRI."""
        return f"{terms(is_web_address)}({self.cell})"


@dataclass(frozen=True)
class IsKnown(OfCell):
    """The cell holds an id of the table."""

    table: Named

    def code(self, _terms: Terms) -> str:
        """Look the id up."""
        return f"({self.cell} in case.world.{self.table})"


@dataclass(frozen=True)
class IsExcused(OfCell):
    """Whether the cell holds an id of the table cannot be told, because of another finding."""

    table: Named

    def code(self, _terms: Terms) -> str:
        """Look among what could not be read."""
        is_unread = f"{self.table!r} in case.world.unknown"
        return f"({is_unread} or {self.cell} in case.world.unreadable)"


class HasClass(OfCell):
    """The cell holds the name of a class."""

    def code(self, _terms: Terms) -> str:
        """Look the class up."""
        return f"({self.cell} in case.world.ontology.classes)"


class HasProperty(Condition):
    """The row names a property of the ontology."""

    def code(self, _terms: Terms) -> str:
        """See whether one was found."""
        return "(case.property is not None)"

    @property
    def needs(self) -> tuple[str, ...]:
        """The predicate."""
        return ("predicate",)


@dataclass(frozen=True)
class PropertyIs(HasProperty):
    """The row names a property whose kind or datatype is the text."""

    trait: Literal["kind", "datatype"]
    text: str

    def code(self, _terms: Terms) -> str:
        """Ask the property."""
        return f"(case.property is not None and case.property.{self.trait} == {self.text!r})"


@dataclass(frozen=True)
class Fits(OfCell):
    """The entity in the cell is of a class that the property takes on that side.

    Holds where either is unknown.
    """

    side: Side

    def code(self, terms: Terms) -> str:
        """Hold the entity's class to those of the property."""
        return f"{terms(_fits)}(case, {self.column!r}, {self.side!r})"

    @property
    def needs(self) -> tuple[str, ...]:
        """The cell and the predicate."""
        return (self.column, "predicate")


class IsLiteral(OfCell):
    """The cell is a literal of the property's datatype; holds where none is known."""

    def code(self, terms: Terms) -> str:
        """Hold the cell to the datatype."""
        is_wrong = f"{terms(literal_problem)}({self.cell}, case.property.datatype)"
        return f"(case.property is None or not {is_wrong})"

    @property
    def needs(self) -> tuple[str, ...]:
        """The cell and the predicate."""
        return (self.column, "predicate")


class IsHeld(OfCell):
    """The store can hold the literal in the cell; holds where there is none of the datatype."""

    def code(self, terms: Terms) -> str:
        """Hold the cell to the limits of the store."""
        return f"{terms(_is_held)}(case, {self.column!r})"

    @property
    def needs(self) -> tuple[str, ...]:
        """The cell and the predicate."""
        return (self.column, "predicate")


@dataclass(frozen=True)
class _OfTable(Condition):
    table: schema.TableName


class AreTyped(_OfTable):
    """Every cell of an optional column is of the column's type."""

    def code(self, terms: Terms) -> str:
        """Read those that are filled."""
        filled = " or ".join(f"cells[{name!r}]" for name in self.needs) or "False"
        return f"(not ({filled}) or {terms(schema.not_of_type)}({self.table!r}, cells) is None)"

    @property
    def needs(self) -> tuple[str, ...]:
        """The optional columns; what is a mere text is of its type whatever it says."""
        found = schema.OPTIONAL[self.table]
        return tuple(column.name for column in found if column.type not in {"text", "told"})


class _OfRow(_OfTable):
    """What is asked of all cells of a row at once."""

    @property
    def needs(self) -> tuple[str, ...]:
        """All columns."""
        return schema.every(self.table)


class AreCarried(_OfRow):
    """No cell has a character that some export cannot carry."""

    def code(self, terms: Terms) -> str:
        """Look at all cells at once."""
        return f"({terms(character_problem)}(' '.join(cells.values())) is None)"


class AreDecoded(_OfRow):
    """No cell is UTF-8 that was read as another encoding."""

    def code(self, terms: Terms) -> str:
        """Look at all cells at once."""
        return f"(not {terms(mojibake.meant)}(' '.join(cells.values())))"


class AreStraight(_OfRow):
    """No cell has a mark that turns the direction of writing."""

    def code(self, terms: Terms) -> str:
        """Look at all cells at once."""
        return f"(not {terms(re.compile(TURNING).search)}(' '.join(cells.values())))"


@dataclass(frozen=True)
class ByRows(Condition):
    """What a function says of the row, and never where all of the columns that it needs are empty.

    No column can be asked that: every row with something in one of them is looked at by itself.
    """

    columns: tuple[str, ...]
    ask: Callable[[Case], bool]

    def code(self, terms: Terms) -> str:
        """Ask the function where there is something to ask about."""
        filled = " or ".join(f"cells[{name!r}]" for name in self.columns)
        return f"(({filled}) and {terms(self.ask)}(case))"

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that were named."""
        return self.columns


def _is_timely(case: Case, column: str) -> bool:
    limit, date = case.world.doubts.limit(column), case.date(column)
    first = date and date.earliest
    return limit is None or first is None or first <= limit


def _is_held(case: Case, column: str) -> bool:
    datatype, text = case.property.datatype if case.property else "", case.cells[column]
    is_limited = datatype in LIMITED and not literal_problem(text, datatype)
    return not (is_limited and unheld(text, datatype))


def _is_foretold(case: Case, column: str) -> bool:
    source, date = case.world.sources.get(case.cells["source"]), case.date(column)
    last = stored(source.dated).latest if source and source.dated else None
    first = date and date.earliest
    return last is not None and first is not None and last < first


def _fits(case: Case, column: str, side: Side) -> bool:
    entity = case.world.entities.get(case.cells[column])
    if entity is None or case.property is None:
        return True
    allowed = case.property.domain if side == "domain" else case.property.range
    return case.world.ontology.is_a(entity.class_name, allowed)


def one_of(column: str, texts: Iterable[str]) -> Condition:
    """Say that the cell holds one of the texts.

    >>> one_of("rank", ["preferred"]).needs
    ('rank',)
    """
    return IsOneOf(column, frozenset(texts))


def empty(column: str) -> Condition:
    """Say that the cell is empty.

    >>> empty("note").needs
    ('note',)
    """
    return IsOneOf(column, frozenset({""}))
