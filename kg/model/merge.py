"""Merge: the rows of one statement come together, and attestations go to their periods."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from kg.errors import Finding
from kg.model import schema
from kg.model.dates import PartialDate, Period
from kg.model.statement import RANKS, Reference, Statement, in_order
from kg.model.table import Row


class Gathered(NamedTuple):
    """Statements made of singles, and which attestation went to which period."""

    statements: list[Statement]
    hosted: list[tuple[Statement, Statement]]


def merge(
    singles: Iterable[tuple[Row, Statement]], once: Container[str]
) -> tuple[list[Statement], list[Finding]]:
    """Return the statements that the rows make, and where rows disagree about a rank.

    `once` are the names of the properties that happen once.
    """
    groups: dict[str, list[tuple[Row, Statement]]] = {}
    for row, single in singles:
        groups.setdefault(single.id, []).append((row, single))
    findings = [finding for group in groups.values() for finding in _disagreements(group)]
    gathered = gather((single for group in groups.values() for _, single in group), once)
    for attestation, host in gathered.hosted:
        if RANKS.index(attestation.rank) < RANKS.index(host.rank):
            findings += [_above(row, host) for row, _ in groups[attestation.id]]
        for row, single in groups[attestation.id]:
            findings += _differences(row, single, host)
    return gathered.statements, findings


def gather(singles: Iterable[Statement], once: Container[str] = ()) -> Gathered:
    """Return the statements that the singles make, in order, disputes among them judged.

    Singles with the same triple and dates are one statement with several references.
    An attestation that can lie in the period of a statement of the same triple becomes its
    reference; a deprecated attestation goes to a deprecated period only.
    Of periods that are rival accounts of one time the best-ranked takes it.
    Where it fits several, it stays a statement that names them (`may_confirm`) and never counts.
    `once` are the names of the properties that happen once; of all others an event of another date
    is another statement.

    >>> member = Statement("a", "p", "b", "state", start="2001", references=(Reference("book"),))
    >>> said = Reference("news", "", "2002")
    >>> seen = Statement("a", "p", "b", "state", at="2002", references=(said,))
    >>> [len(one.references) for one in gather([member, seen]).statements]
    [2]
    """
    groups: dict[str, list[Statement]] = {}
    for single in singles:
        groups.setdefault(single.id, []).append(single)
    statements = {key: _together(group) for key, group in groups.items()}
    periods: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements.values():
        if statement.start or statement.end:
            periods.setdefault(statement.triple, []).append(statement)
    disputed = disputes(list(statements.values()), once)
    hosted = []
    for attestation in [one for one in statements.values() if one.is_attestation]:
        match _hosts(attestation, periods.get(attestation.triple, ()), disputed):
            case [period]:
                host = statements[period.id]
                hosted.append((statements.pop(attestation.id), host))
                references = tuple(sorted((*host.references, *attestation.references)))
                statements[host.id] = replace(host, references=references)
            case [_, *_] as hosts:
                may_confirm = tuple(sorted(host.id for host in hosts))
                statements[attestation.id] = replace(attestation, may_confirm=may_confirm)
    ordered = sorted(statements.values(), key=in_order)
    return Gathered([_disputed(one, disputed) for one in ordered], hosted)


def _disputed(one: Statement, disputed: Mapping[str, tuple[str, ...]]) -> Statement:
    """Return the statement with its better rivals; most have none, and are what they were."""
    by = disputed.get(one.id, ()) if disputed else ()
    return one if one.disputed_by == by else replace(one, disputed_by=by)


def _together(group: list[Statement]) -> Statement:
    if len(group) == 1 and len(group[0].references) < 2:
        return group[0]
    references = sorted(reference for single in group for reference in single.references)
    said = (single.over_by for single in group if single.over_by)
    first = min(said, key=lambda day: PartialDate.stored(day).earliest, default="")
    return replace(group[0], references=tuple(references), over_by=first)


def _hosts(
    attestation: Statement, periods: Iterable[Statement], disputed: Container[str]
) -> list[Statement]:
    """Return the period that an attestation confirms, or all that it may confirm, if any."""
    fitting = [
        period
        for period in periods
        if period.span.overlaps(attestation.span) and period.deprecated == attestation.deprecated
    ]
    best = [period for period in fitting if period.id not in disputed] or fitting
    if all(one.contradicts(other) for one, other in combinations(best, 2)):
        # One time, of which there are several accounts of the same rank.
        return sorted(best, key=in_order)[:1]
    return best


def _disagreements(group: list[tuple[Row, Statement]]) -> Iterator[Finding]:
    (first_row, first), *others = group
    for row, single in others:
        if single.rank != first.rank:
            message = f"rank {single.rank} differs from {first.rank} at {first_row.place}"
            yield row.error("rank", message, "rows of one statement agree on its rank")
        for column, mine, other in _unlike(single, first):
            message = f"{column} {mine} differs from {other} at {first_row.place}"
            yield row.error(column, message, f"rows of one statement agree on its {column}")


def _differences(row: Row, single: Statement, host: Statement) -> Iterator[Finding]:
    """Yield an error for each optional column in which an attestation says what its host does not.

    It becomes a reference, and the statement is the host's.
    """
    for column, mine, other in _unlike(single, host):
        if column in dict(single.more):
            place = host.references[0].row
            message = f"{column} {mine} differs from {other} of the period at {place}"
            repair = f"leave its {column} empty, or write the same in all rows of the period"
            yield row.error(column, f"{message} that the attestation confirms", repair)


def _unlike(one: Statement, other: Statement) -> Iterator[tuple[str, str, str]]:
    mine, others = dict(one.more), dict(other.more)
    for column in schema.optional("statements"):
        if mine.get(column) != others.get(column):
            yield column, mine.get(column, "none"), others.get(column, "none")


def _above(row: Row, host: Statement) -> Finding:
    first: Reference = host.references[0]
    message = f"the attestation is ranked above the period at {first.row} that it confirms"
    return row.error("rank", message, "leave its rank empty, or rank all rows of the period")


def disputes(
    statements: Iterable[Statement], once: Container[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Return, by id, which better-ranked statements of the same triple are a statement's rivals.

    The whole statement is outranked, not just the days in common: two rows with different dates
    are two answers to the same question, and the better one decides.
    `once` are the names of the properties that happen once.

    >>> better = Statement("a", "p", "b", "state", start="2006", end="2012-12-19", rank="preferred")
    >>> worse = Statement("a", "p", "b", "state", start="2005", end="2012-06-28")
    >>> disputes([better, worse]) == {worse.id: (better.id,)}
    True
    """
    by_triple: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        if not statement.rule:
            by_triple.setdefault(statement.triple, []).append(statement)
    found: dict[str, list[str]] = {}
    for (_, predicate, _), group in by_triple.items():
        if len({one.rank for one in group}) > 1:
            for better, one in _outranked(group, is_once=predicate in once):
                found.setdefault(one.id, []).append(better.id)
    return {identifier: tuple(sorted(better)) for identifier, better in found.items()}


def _outranked(group: list[Statement], *, is_once: bool) -> Iterator[tuple[Statement, Statement]]:
    """Yield the rivals of a triple of which the first is ranked better."""
    for pair in combinations(group, 2) if is_once else sharing_days(group):
        better, one = sorted(pair, key=lambda each: RANKS.index(each.rank))
        if better.rank != one.rank and better.rivals(one, once=is_once):
            yield better, one


def sharing_days(group: Iterable[Statement]) -> Iterator[tuple[Statement, Statement]]:
    """Yield the pairs of a triple's statements whose dates can share a day.

    Others are no rivals, unless an event happens once; of events there may be thousands, so not
    each is held against each.

    >>> two = [Statement("a", "won", "b", "event", at=day) for day in ("2002", "2001-05", "2001")]
    >>> [(one.at, other.at) for one, other in sharing_days(two)]
    [('2001', '2001-05')]
    """
    begun: list[tuple[Period, Statement]] = []
    dated = sorted(((one.dated, one) for one in group), key=lambda each: each[0].since or ())
    for days, one in dated:
        begun = [each for each in begun if each[0].overlaps(days)]
        yield from ((other, one) for _, other in begun)
        begun.append((days, one))
