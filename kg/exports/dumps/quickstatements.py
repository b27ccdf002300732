"""QuickStatements: commands of version 1 that add statements to Wikidata, one a line.

Such a line has no rank, and a second one of the same property and value would add its dates to the
first; so what is deprecated is left out, and of several periods of one triple all but one, which
is the first of the best rank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exports.losses import Dumped
from kg.exports.wikidata import Claim, Claims, Snaks, Time, Value
from kg.model.statement import RANKS

if TYPE_CHECKING:
    from kg.store.base import Store


def write(store: Store) -> Dumped:
    """Return a line for each statement that can be added: item, property, value, then the rest.

    Qualifiers begin with P, what a reference says with S, a further reference with !S.
    """
    claims = Claims(store)
    lines: list[str] = []
    seen: set[tuple[str, str, Value]] = set()
    # The sort keeps the order of what has one rank.
    for one in sorted(claims.all(), key=lambda claim: RANKS.index(claim.statement.rank)):
        triple = (one.item, one.property, one.value)
        if one.statement.deprecated:
            claims.losses.add("deprecated statement is", "deprecated statements are", "left out")
        elif triple in seen:
            what = "left out, because it would be added to another"
            claims.losses.add(
                "further period of a triple is", "further periods of triples are", what
            )
        else:
            seen.add(triple)
            preferred = one.statement.rank == "preferred"
            what = "normal here"
            claims.losses.add("preferred rank is", "preferred ranks are", what, int(preferred))
            lines.append(_line(one))
    return Dumped("".join(lines).encode(), claims.losses.lines)


def _line(one: Claim) -> str:
    cells = [one.item, one.property, _text(one.value), *_cells(one.qualifiers, "P")]
    for number, snaks in enumerate(one.references):
        cells += _cells(snaks, "!S" if number else "S")
    return "\t".join(cells) + "\n"


def _cells(snaks: Snaks, begin: str) -> list[str]:
    """Return properties and values; of a reference only the first says that it is a new one."""
    cells: list[str] = []
    for number, (word, value) in enumerate(snaks):
        mark = begin.removeprefix("!") if number else begin
        cells += [mark + word.removeprefix("P"), _text(value)]
    return cells


def _text(value: Value) -> str:
    if value.time:
        return _moment(value.time)
    match value.sort:
        case "item" | "quantity":
            return value.text
        case "some":
            return "somevalue"
        case "told":
            return f'{value.language}:"{_one_line(value.text)}"'
    return f'"{_one_line(value.text)}"'


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _moment(time: Time) -> str:
    """Return the time with its precision; there is no year 0 here."""
    year = time.year if time.year > 0 else time.year - 1
    day = f"{year:+05d}-{time.month:02d}-{time.day:02d}"
    return f"{day}T00:00:00Z/{time.precision}"
