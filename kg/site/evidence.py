"""Evidence: the statements of a large graph on a page for each subject, instead of one for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from kg.hypertext.statements import statements_page
from kg.progress import counted
from kg.site.links import file_name

if TYPE_CHECKING:
    from kg.hypertext.telling import Teller
    from kg.model.statement import Statement
    from kg.workers.wire import Reply

# More on a page would be long to load; the next of the subject stand on another.
MOST: Final = 500


def shared(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the place of the page that each statement stands on, by the id of the statement."""
    return {
        one: _place(subject, number)
        for subject, ids in _by_subject(statements).items()
        for number, those in enumerate(_parts(ids), 1)
        for one in those
    }


def evidence_pages(told: Teller) -> Iterator[tuple[str, Reply]]:
    """Yield the pages with their places, by subject."""
    found = _by_subject(told.history.statements)
    for subject in counted(sorted(found), "pages of evidence", len(found)):
        parts = _parts(found[subject])
        places = [_place(subject, number) for number in range(1, len(parts) + 1)]
        about = {"id": subject, "count": len(found[subject])}
        about["pages"] = [place.rpartition("/")[2] for place in places]
        for number, (place, those) in enumerate(zip(places, parts, strict=True), 1):
            yield place, statements_page(told, about | {"those": those, "number": number})


def _by_subject(statements: Iterable[Statement]) -> dict[str, list[str]]:
    """Return the ids of the statements, in their order, by their subjects."""
    found: dict[str, list[str]] = {}
    for one in statements:
        found.setdefault(one.subject, []).append(one.id)
    return found


def _parts(ids: list[str]) -> list[list[str]]:
    return [ids[first : first + MOST] for first in range(0, len(ids), MOST)]


def _place(subject: str, number: int) -> str:
    """Return where a page of a subject stands; no name of a file ends in a short number so."""
    return f"statement/{file_name(subject)}{f'_{number}' if number > 1 else ''}.html"
