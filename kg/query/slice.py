"""Slice: the graph as of a date, as known by a date, or both.

Store → store.
As of a date, the default graph holds the triples of the statements that hold on the date, best rank
only; the statements' own graphs and descriptions stay, so that the history can still be asked.
Known by a date, the graph is what would have been built from the rows whose source was published
by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from kg.errors import UsageError
from kg.model.dates import Day, PartialDate, iso
from kg.model.edtf import parse_date
from kg.store.base import select
from kg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from kg.store.base import Store

_FIRST_DAY = "SELECT (MIN(?bound) AS ?day) { ?st kg:start|kg:end ?bound }"
_PUBLISHED = "SELECT DISTINCT ?day { ?source a kg:Source ; dcterms:issued ?day }"


def slice_of(store: Store, as_of: str | None = None, known_by: str | None = None) -> Store:
    """Return the store as of a date and as known by a date; the store itself when neither is given.

    Dates are written as `PartialDate.parse` reads them; a month or a year means at any time in it.
    Without `as_of` the date is the day for which the data are current.

    Raises UsageError when a text is not a date.
    """
    period = parse_date(as_of).period if as_of else None
    if known_by:
        from kg.query.known import as_known

        store = as_known(store, known_by)
    if period:
        from kg.query.as_of import put_world

        store = cast("EmbeddedStore", store if known_by else store.copy())
        put_world(store, period)
    return store


def after_issue(as_of: str, issued: str) -> str:
    """Return the sentence that says that a date is after the day of issue, "" when it is not.

    Raises UsageError when the date is none.

    >>> after_issue("2024", "2024-01-01")
    ''
    """
    if parse_date(as_of).earliest <= PartialDate.stored(issued).latest:
        return ""
    known = "what is known then is what was known on that day"
    return f"as of {as_of} is after the day of issue, {issued}; {known}"


def _is_before(text: str, first: str) -> bool:
    """Say whether every day that the text can mean lies before the first one."""
    return parse_date(text).latest < PartialDate.stored(first or text).earliest


class Beginning(NamedTuple):
    """When the record begins: the first day that a statement names, and the first publication.

    Texts as written, "" when nothing is dated.
    """

    dated: str = ""
    published: str = ""

    @classmethod
    def of(cls, store: Store) -> Beginning:
        """Find both in the store."""
        if store.record:
            first = store.record.first_day
            dated = iso(first) if first else ""
        else:
            dated = "".join(_days(store, _FIRST_DAY))
        published = _days(store, _PUBLISHED)
        return cls(dated, min(published, key=_earliest, default=""))

    def check(self, as_of: str | None, known_by: str | None) -> None:
        """Raise UsageError when a date is none, or lies before everything that is dated.

        >>> Beginning("1991-12-08", "1992").check("1990", None)
        Traceback (most recent call last):
        kg.errors.UsageError: the record begins on 1991-12-08; as of 1990 it says nothing
        """
        if as_of is not None and _is_before(as_of, self.dated):
            msg = f"the record begins on {self.dated}; as of {as_of} it says nothing"
            raise UsageError(msg)
        if known_by is not None and _is_before(known_by, self.published):
            msg = f"the first source is of {self.published}; nothing was published by {known_by}"
            raise UsageError(msg)


def _days(store: Store, sparql: str) -> list[str]:
    return [row["day"].value for row in select(store, sparql) if row["day"] is not None]


def _earliest(text: str) -> Day:
    return PartialDate.stored(text).earliest
