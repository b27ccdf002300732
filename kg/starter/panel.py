"""Panel: a row for each entity and year → a period for each run of years.

Months and days go as years do; which of them a table counts in is what its first row has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kg.model.calendar import Units, number_of, unit_of, unit_text
from kg.model.dates import PartialDate, Precision

Triple = tuple[str, str, str]
# How many runs of lines a locator names; more would fill the page.
RUNS: Final = 8


class Run(NamedTuple):
    """One period of a triple, with dates as kg writes them, and the lines that say so."""

    triple: Triple
    start: str
    end: str
    lines: str


class Panel:
    """The years in which a table has each triple."""

    def __init__(self, unit: str = "line") -> None:
        """Begin with none; `unit` is what the table calls its places."""
        self.unit = unit
        self.precision: Precision | None = None
        self._lines: dict[Triple, dict[int, int]] = {}

    @property
    def snapshot(self) -> str:
        """The one year of the whole table, "" when there are several."""
        units = self._units
        return unit_text(units.pop(), self._unit) if len(units) == 1 else ""

    def problem(self, triple: Triple, date: PartialDate, line: int) -> str:
        """Take one row, or return why it cannot stand beside the others.

        >>> panel, year = Panel(), PartialDate.parse("1990")
        >>> panel.problem(("ada", "in", "rowers"), year, 2)
        ''
        >>> panel.problem(("ada", "in", "rowers"), year, 5)
        'the row repeats line 2'
        """
        self.precision = self.precision or date.precision
        if date.precision != self.precision:
            return f"'{date.text}' is a {date.precision} where others are a {self.precision}"
        lines = self._lines.setdefault(triple, {})
        unit = unit_of(number_of(date.earliest), date.precision)
        if unit in lines:
            return f"the row repeats {self.unit} {lines[unit]}"
        lines[unit] = line
        return ""

    def runs(self) -> Iterator[Run]:
        """Yield the periods: years without a gap come together.

        One that lasts to the last year of the table is open, because there ends the table and not
        the fact. Where all rows are of one year nobody says since when, so it began by then.
        """
        newest, is_snapshot = max(self._units), bool(self.snapshot)
        for triple, lines in self._lines.items():
            for first, last in Units.of((unit, unit) for unit in lines):
                start = unit_text(first, self._unit)
                told = (line for unit, line in lines.items() if first <= unit <= last)
                yield Run(
                    triple,
                    f"[..{start}]" if is_snapshot else start,
                    "" if last == newest else self._end(last),
                    lines_text(Units.of((line, line) for line in told), self.unit),
                )

    @property
    def _unit(self) -> Precision:
        return self.precision or "year"

    @property
    def _units(self) -> set[int]:
        return {unit for lines in self._lines.values() for unit in lines}

    def _end(self, last: int) -> str:
        """Return the end after a last year or month, in which the last day lies, or a last day."""
        return unit_text(last + (self._unit == "day"), self._unit)


def lines_text(lines: Units, unit: str = "line") -> str:
    """Return the lines of a table as a locator.

    >>> lines_text(Units.of([(4, 4)])), lines_text(Units.of([(2, 5), (9, 9)]))
    ('line 4', 'lines 2-5, 9')
    """
    runs = [f"{first}-{last}" if last > first else f"{first}" for first, last in lines]
    if len(runs) > RUNS:
        count = sum(last - first + 1 for first, last in lines)
        return f"{count} {unit}s from {lines.spans[0][0]} to {lines.spans[-1][1]}"
    is_one = len(runs) == 1 and "-" not in runs[0]
    return f"{unit}{'' if is_one else 's'} {', '.join(runs)}"
