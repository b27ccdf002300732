"""The checks on periods: what can be wrong with the statements of one triple, as data.

A check stands here once and fires alike whichever walk reads the rows: on row objects it is asked
about every triple; the walk on columns, on one machine or on Spark, asks about those triples that
it merges by rows and, unless the check says that no other can fail it, about all others too.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from kg.errors import Finding, Severity
from kg.model.dates import UNKNOWN
from kg.model.edtf import TIMES, stored
from kg.model.merge import sharing_days
from kg.model.statement import Reference, Statement, meant

_BETTER: Final = "mark the better one preferred or the worse one deprecated"


@dataclass(frozen=True, slots=True)
class IntervalCheck:
    """One check on the statements of a triple, the literals of one value being one object.

    `look` gives the findings about them. `is_about_once` limits it to properties that happen once,
    or to all others; without it the check is about both.
    `is_about_merged` promises that it finds nothing where all rows of the triple are periods of
    whole days that do not meet, or events apart, one reference each or several that agree: such
    triples the walk on columns writes without making a statement of them.
    `fails` and `passes` are examples, each the statements of a triple.
    """

    name: str
    finds: str
    look: Callable[[Sequence[Statement]], Iterator[Finding]]
    fails: tuple[tuple[Statement, ...], ...]
    passes: tuple[tuple[Statement, ...], ...]
    is_about_merged: bool = False
    is_about_once: bool | None = None


def interval_findings(
    statements: Iterable[Statement],
    checks: Iterable[IntervalCheck] | None = None,
    *,
    once: Container[str] = (),
) -> Iterator[Finding]:
    """Yield what the checks, all of `INTERVAL_CHECKS` if not given, find in the statements.

    `once` are the names of the properties that happen once.
    """
    by_meaning: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        by_meaning.setdefault(meant(statement), []).append(statement)
    asked = INTERVAL_CHECKS if checks is None else tuple(checks)
    for (_, predicate, _), group in by_meaning.items():
        is_once = predicate in once
        for check in asked:
            if check.is_about_once in {None, is_once}:
                yield from check.look(group)


def everywhere() -> tuple[IntervalCheck, ...]:
    """Return the checks that have to be asked about every triple."""
    return tuple(check for check in INTERVAL_CHECKS if not check.is_about_merged)


def named(statement: Statement) -> str:
    """Return the triple as messages quote it."""
    return f"'{' '.join(statement.triple)}'"


def place_of(statement: Statement) -> tuple[str, int]:
    """Return (path, line) of the statement's first row, attestations inside its period aside."""
    return min(place_in(r.row) for r in statement.references if r.at == statement.at)


def place_in(row: str) -> tuple[str, int]:
    """Return the path and the line of a row.

    >>> place_in("data/statements/cis.csv:7")
    ('data/statements/cis.csv', 7)
    """
    path, _, line = row.rpartition(":")
    return path, int(line)


def finding_at(statement: Statement, severity: Severity, message: str, repair: str) -> Finding:
    """Return a finding at the statement's first row."""
    path, line = place_of(statement)
    return Finding(path, line, 1, severity, message, repair)


_Pairs = Iterable[tuple[Statement, Statement]]


def _accounts(pairs: _Pairs) -> Iterator[tuple[Statement, Statement]]:
    """Yield the pairs between which no rank decides, in the order of their rows."""
    for one, other in pairs:
        if other.rank == one.rank and not one.deprecated:
            first, second = sorted((one, other), key=place_of)
            yield first, second


def _otherwise(pairs: _Pairs) -> Iterator[tuple[Statement, Statement]]:
    return (pair for pair in _accounts(pairs) if not _says_the_same(*pair))


def _overlaps(group: Sequence[Statement]) -> Iterator[Finding]:
    for first, second in _otherwise(sharing_days(group)):
        if first.kind == "state" and first.rivals(second):
            yield _overlap(first, second)


def _dated_otherwise(group: Sequence[Statement]) -> Iterator[Finding]:
    for first, second in _otherwise(combinations(group, 2)):
        path, line = place_of(first)
        message = f"{named(second)} is dated otherwise at {path}:{line}"
        again = f"if it can happen again, take kg:HappensOnce from ':{first.predicate}'"
        repair = f"correct the dates, or {_BETTER}; {again} in the ontology"
        yield finding_at(second, "error", message, repair)


def _same_events(group: Sequence[Statement]) -> Iterator[Finding]:
    for one, other in _otherwise(sharing_days(group)):
        if one.kind == "event":
            # It is the less precise one of which somebody has to say what it means.
            first, second = (other, one) if _is_wider(one, other) else (one, other)
            path, line = place_of(first)
            message = f"{named(second)} may be the same event as at {path}:{line}"
            repair = f"both count; if it is one, write the same date in both rows, or {_BETTER}"
            yield finding_at(second, "warning", message, repair)


def _is_wider(one: Statement, other: Statement) -> bool:
    return one.dated != other.dated and one.dated.covers(other.dated)


def _repeats(group: Sequence[Statement]) -> Iterator[Finding]:
    for first, second in _accounts(sharing_days(group)):
        if first.object == second.object and _says_the_same(first, second):
            path, line = place_of(first)
            message = f"{named(second)} is another spelling of what stands at {path}:{line}"
            alike = " and ".join(_unlike(first, second))
            repair = f"write {alike}, so that both are one statement with two references"
            yield finding_at(second, "error", message, repair)


def _spellings(group: Sequence[Statement]) -> Iterator[Finding]:
    if not _is_mixed(group):
        return
    first = min(group, key=place_of)
    path, line = place_of(first)
    for one in group:
        if one.object != first.object:
            message = f"{named(one)} is another spelling of the value that stands at {path}:{line}"
            repair = f"write {first.object} for {one.object}, so that both speak of one fact"
            yield finding_at(one, "error", message, repair)


def _is_mixed(group: Sequence[Statement]) -> bool:
    return len({one.object for one in group}) > 1


def _says_the_same(one: Statement, other: Statement) -> bool:
    """Say whether the dates of two statements are two spellings of the same days."""
    return one.over == other.over and all(
        a == b or (a and b and UNKNOWN not in {a, b} and _days(a) == _days(b))
        for a, b in _dates(one, other)
    )


def _unlike(one: Statement, other: Statement) -> Iterator[str]:
    for a, b in _dates(one, other):
        if a != b:
            yield f"{a} for {b}"


def _dates(one: Statement, other: Statement) -> Iterator[tuple[str, str]]:
    return ((getattr(one, column), getattr(other, column)) for column in TIMES)


def _days(text: str) -> tuple[object, ...]:
    date = stored(text)
    return (date.earliest, date.latest)


def _lone(group: Sequence[Statement]) -> Iterator[Finding]:
    # The period of another spelling becomes its host once both are spelled alike.
    if not _is_mixed(group):
        yield from (_unhosted(one, group) for one in group if one.is_attestation)


def _unhosted(one: Statement, group: Sequence[Statement]) -> Finding:
    """Say why an attestation is a statement of its own, and what it counts for."""
    said = f"{named(one)} is attested on {one.at}"
    if one.may_confirm:
        periods = sorted(place_of(other) for other in group if other.id in one.may_confirm)
        where = ", ".join(f"{path}:{line}" for path, line in periods)
        repair = "it never counts; more precise dates, here or there, would tell which"
        return finding_at(one, "note", f"{said}, which fits several periods: {where}", repair)
    rank = "deprecated " if one.deprecated else ""
    counts = "counts for that day only"
    if one.deprecated:
        counts = "never counts"
    elif not one.surely:
        counts = f"may be so on any day of {one.at}, and no rule concludes from it"
    repair = f"it {counts}; add the period if a source gives one"
    return finding_at(one, "note", f"{said}, outside every known {rank}period", repair)


def _overlap(first: Statement, second: Statement) -> Finding:
    path, line = place_of(first)
    if not first.contradicts(second):
        message = f"{named(second)} may be another account of the period at {path}:{line}"
        return finding_at(second, "note", message, f"both count; if it is one, {_BETTER}")
    message = f"{named(second)} overlaps the period at {path}:{line}"
    return finding_at(second, "error", message, f"correct the dates, or {_BETTER}")


def _example(*statements: Statement) -> tuple[tuple[Statement, ...]]:
    """Return one example: the statements, each of a row of its own below the header of a table."""
    lines = enumerate(statements, start=2)
    return (tuple(replace(one, references=(_row(one, line),)) for line, one in lines),)


def _row(one: Statement, line: int) -> Reference:
    return Reference("book", at=one.at, row=f"data/statements/facts.csv:{line}")


def _period(start: str, end: str, at: str = "") -> Statement:
    return Statement("anna", "playsFor", "rooks", "state", start=start, end=end, at=at)


def _rated(text: str) -> Statement:
    one = _period("2001-01-01", "2002-01-01")
    return replace(one, predicate="rating", object=text, datatype="xsd:integer")


def _event(predicate: str, to: str, at: str) -> Statement:
    return Statement("anna", predicate, to, "event", at=at)


INTERVAL_CHECKS: Final[tuple[IntervalCheck, ...]] = (
    IntervalCheck(
        "lone-attestation",
        "an attestation that is no reference of one period",
        _lone,
        fails=_example(_period("", "", at="1999-05-01"), _period("2001-01-01", "2002-01-01")),
        passes=_example(_period("2001-01-01", "2002-01-01")),
        is_about_merged=True,
    ),
    IntervalCheck(
        "overlap",
        "two periods of a triple, of equal rank, that contradict each other or may be one",
        _overlaps,
        fails=_example(_period("2001-01-01", "2003-01-01"), _period("2002-01-01", "2004-01-01")),
        passes=_example(_period("2001-01-01", "2002-01-01"), _period("2002-01-01", "2004-01-01")),
        is_about_merged=True,
    ),
    IntervalCheck(
        "once",
        "two dates, of equal rank, of what happens once",
        _dated_otherwise,
        fails=_example(_event("founded", "rooks", "2001"), _event("founded", "rooks", "2002")),
        passes=_example(_event("won", "city-open", "2001"), _event("won", "city-open", "2002")),
        is_about_merged=True,
        is_about_once=True,
    ),
    IntervalCheck(
        "same-event",
        "two dates of equal rank, which can share a day, of what can happen again",
        _same_events,
        fails=_example(_event("won", "city-open", "2001"), _event("won", "city-open", "2001-05")),
        passes=_example(_event("won", "city-open", "2001"), _event("won", "city-open", "2002")),
        is_about_merged=True,
        is_about_once=False,
    ),
    IntervalCheck(
        "repeated",
        "two spellings of the same days for one triple, which are one fact",
        _repeats,
        fails=_example(_period("199X", "2004"), _period("[1990..1999]", "2004")),
        passes=_example(_period("199X", "2004"), _period("2005", "2007")),
        is_about_merged=True,
    ),
    IntervalCheck(
        "spelled-otherwise",
        "a literal whose value another row of the same subject and predicate spells otherwise",
        _spellings,
        fails=_example(_rated("2400"), _rated("+2400")),
        passes=_example(_rated("2400"), _rated("2401")),
        is_about_merged=True,
    ),
)
