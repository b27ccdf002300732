"""Slice: the graph as of a date, as known by a date, or both.

Store → store.
As of a date, the default graph holds the triples of the statements that hold on the date, best rank
only; the statements' own graphs and descriptions stay, so that the history can still be asked.
Known by a date, the graph is what would have been built from the rows whose source was published
by then.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from kg.errors import UsageError
from kg.model.dates import Day, PartialDate, day_before, iso
from kg.model.edtf import asked_period, days_of, parse_date
from kg.model.namespaces import text_of
from kg.progress import at_work
from kg.store.base import select
from kg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.base import Store

_FIRST_DAY = "SELECT (MIN(?start) AS ?day) { ?st kg:start ?start }"
# Whose start is not known held on the last day before the end.
_FIRST_END = """
SELECT (MIN(?end) AS ?day) { ?st kg:end ?end FILTER NOT EXISTS { ?st kg:start ?start } }"""
# What began by a date can have begun on any day before.
_OPEN = """
SELECT ?st {
  ?st kg:startText|kg:at ?text ; rdf:subject ?subject MINUS { ?st kg:start ?first }
} LIMIT 1"""


def slice_of(
    store: Store,
    as_of: str | None = None,
    known_by: str | None = None,
    *,
    surely: bool = False,
) -> Store:
    """Return the store as of a date and as known by a date; the store itself when neither is given.

    Dates are written as `parse_date` reads them; a month or a year means at any time in it, and so
    does a span: two dates with a slash between, both included.
    Without `as_of` the date is the day for which the data are current.
    With `surely` only what must be true on every day of the date is in the world, else what can be
    true on one.

    Raises UsageError when a text is not a date, or `surely` stands without `as_of`.
    """
    period = asked_period(as_of, surely=surely)
    if known_by:
        from kg.query.known import as_known

        at_work(f"making the graph as known by {known_by}")
        store = as_known(store, known_by)
    if period:
        from kg.query.as_of import put_world

        at_work(f"making the graph as of {as_of}")
        store = cast("EmbeddedStore", store if known_by else store.copy())
        put_world(store, period, surely=surely)
    return store


def after_issue(as_of: str, issued: str) -> str:
    """Return the sentence that says that a date is after the day of issue, "" when it is not.

    Raises UsageError when the date is none.

    >>> after_issue("2024", "2024-01-01")
    ''
    """
    since = days_of(as_of).since
    if since and since <= PartialDate.stored(issued).latest:
        return ""
    known = "what is known then is what was known on that day"
    return f"as of {as_of} is after the day of issue, {issued}; {known}"


def _is_before(text: str, first: str) -> bool:
    """Say whether every day that the text can mean lies before the first one."""
    until = days_of(text).until
    return bool(first and until and until <= PartialDate.stored(first).earliest)


class Beginning(NamedTuple):
    """When the record begins: the first day on which a statement can have begun.

    Of one whose start is not known that is the last day before its end.
    "" when nothing is dated, or something began by a date and nobody says how long before.
    """

    dated: str = ""

    @classmethod
    def of(cls, store: Store) -> Beginning:
        """Find it in the store."""
        if store.record:
            first = store.record.first_day
            return cls(iso(first) if first else "")
        if any(select(store, _OPEN)):
            return cls()
        starts, ends = _days(store, _FIRST_DAY), map(day_before, _days(store, _FIRST_END))
        first = min((*starts, *ends), default=None)
        return cls(iso(first) if first else "")

    def check(self, as_of: str) -> None:
        """Raise UsageError when the date is none, or lies before everything that is dated.

        >>> Beginning("1991-12-08").check("1990")
        Traceback (most recent call last):
        kg.errors.UsageError: the record begins on 1991-12-08; as of 1990 it says nothing
        """
        if _is_before(as_of, self.dated):
            msg = f"the record begins on {self.dated}; as of {as_of} it says nothing"
            raise UsageError(msg)


def _days(store: Store, sparql: str) -> list[Day]:
    found = (row["day"] for row in select(store, sparql))
    return [PartialDate.stored(text_of(day)).earliest for day in found if day is not None]


class Dated:
    """What has a store whose record begins on some day."""

    store: Store

    def check_date(self, as_of: str | None) -> None:
        """Refuse what is no date, and a date or span before the record begins."""
        if as_of is not None:
            self._beginning.check(as_of)

    @cached_property
    def _beginning(self) -> Beginning:
        return Beginning.of(self.store)


class Telling(Dated):
    """What has something to say besides its answers."""

    # What to do with a sentence that belongs to no answer.
    tell: Callable[[str], None]

    def _check(self, as_of: str | None, known_by: str | None) -> None:
        """Refuse what is no date, and dates before the record begins."""
        self.check_date(as_of)
        if known_by is not None:
            parse_date(known_by)
        self._note(as_of)

    def _note(self, as_of: str | None) -> None:
        """Say it when the date is after the day of issue."""
        if as_of and (late := after_issue(as_of, self.store.issued)):
            self.tell(late)
