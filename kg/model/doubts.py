"""Doubts: dates that are in the calendar and that were hardly meant, as warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kg.errors import Finding
from kg.model.dates import Day, PartialDate, iso
from kg.model.table import Row

# What is foretold for later than so many years after the day of issue is more likely a slip.
YEARS: Final = 20
# The year of the last day that many programs know, and write where there is none.
_OPEN: Final = 9999

Problem = tuple[str, str]


class Doubts:
    """Doubts about the dates of a project, row by row.

    `ancient` is what is doubtful about a date before the year 1 if there is no other; two are
    enough to know that there is.
    """

    def __init__(self, issued: Day | None = None) -> None:
        """Take the day of issue, None when it is unknown."""
        self.issued = issued
        self.ancient: list[Finding] = []

    def about(self, row: Row, dates: Mapping[str, PartialDate]) -> Iterator[Finding]:
        """Yield what is doubtful about the dates of a good row, by their columns."""
        for column, date in dates.items():
            problem = self._problem(column, date)
            if problem:
                yield _warning(row, column, problem)
            if date.year < 1 and len(self.ancient) < 2:
                message = f"{column} {date.text} is before the year 1, and no other date is"
                self.ancient.append(_warning(row, column, (message, "correct it if it is a slip")))

    def lone(self) -> list[Finding]:
        """Return what is doubtful about the one date before the year 1, once all rows are read."""
        return self.ancient if len(self.ancient) == 1 else []

    def limit(self, column: str) -> Day | None:
        """Return the last day on which a date in the column may begin, None for any.

        >>> Doubts((2025, 6, 30)).limit("start"), Doubts((2025, 6, 30)).limit("published")
        ((2045, 6, 30), (2025, 6, 30))
        """
        if self.issued is None or column not in {"start", "at", "published"}:
            return None
        year, month, day = self.issued
        return self.issued if column == "published" else (year + YEARS, month, day)

    def _problem(self, column: str, date: PartialDate) -> Problem | None:
        said = f"{column} {date.text}"
        if date.year == _OPEN:
            means = ", which means open" if column == "end" else ""
            return f"{said} stands for no date", f"leave the cell empty{means}"
        limit = self.limit(column)
        if self.issued is None or limit is None or date.earliest <= limit:
            return None
        more = "" if limit == self.issued else f"more than {YEARS} years "
        repair = "correct it, or the day of issue in dataset.ttl"
        return f"{said} is {more}after the day of issue, {iso(self.issued)}", repair


def _warning(row: Row, column: str, problem: Problem) -> Finding:
    return row.error(column, *problem)._replace(severity="warning")
