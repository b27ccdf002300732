"""Doubts: which dates that are in the calendar were hardly meant, which the checks ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kg.errors import Finding
from kg.model.dates import Day
from kg.model.edtf import Written
from kg.model.table import Row

# What is foretold for later than so many years after the day of issue is more likely a slip.
YEARS: Final = 20
# The columns in which it is.
LIMITED: Final = ("start", "at", "published")


class Doubts:
    """What can be doubtful about the dates of a project.

    `ancient` is what is doubtful about a date before the year 1 if there is no other; two are
    enough to know that there is.
    """

    def __init__(self, issued: Day | None = None) -> None:
        """Take the day of issue, None when it is unknown."""
        self.issued = issued
        self.ancient: list[Finding] = []

    def keep(self, row: Row, dates: Mapping[str, Written | None]) -> None:
        """Keep what will be doubtful about a date of a good row if it stays alone."""
        for column, date in dates.items():
            known = date and (date.earliest or date.latest)
            if date and known and known[0] < 1 and len(self.ancient) < 2:
                message = f"{column} {date.text} is before the year 1, and no other date is"
                found = row.error(column, message, "correct it if it is a slip")
                self.ancient.append(found._replace(severity="warning"))

    def lone(self) -> list[Finding]:
        """Return what is doubtful about the one date before the year 1, once all rows are read."""
        return self.ancient if len(self.ancient) == 1 else []

    def limit(self, column: str) -> Day | None:
        """Return the last day on which a date in the column may begin, None for any.

        >>> Doubts((2025, 6, 30)).limit("start"), Doubts((2025, 6, 30)).limit("published")
        ((2045, 6, 30), (2025, 6, 30))
        """
        if self.issued is None or column not in LIMITED:
            return None
        year, month, day = self.issued
        return self.issued if column == "published" else (year + YEARS, month, day)
