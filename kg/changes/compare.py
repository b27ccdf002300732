"""Compare: what two sides say differently, statement by statement.

Two sides → changes.
Statements are known by their content, so the order of rows and the lines on which they stand are
no difference.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from kg.model import schema
from kg.model.dates import Day
from kg.model.languages import UNNAMED, label_column
from kg.model.statement import Entity, Reference, Source, Statement, in_time, meant
from kg.text.statements import last_day

What = Literal["added", "removed", "changed"]
T = TypeVar("T")
Triple = tuple[str, str, str]

# By how much of a reference is the same, an old and a new one are taken for one: all of it, all
# but the note, all but the day, all but the locator, the source alone.
_SAMENESS: Final = (
    ("source", "locator", "at", "note"),
    ("source", "locator", "at"),
    ("source", "locator"),
    ("source", "at"),
    ("source",),
)
# Farther apart than any two dates.
_FAR: Final = 10**15


@dataclass(frozen=True)
class Side:
    """What one side of a comparison asserts; what was inferred is left out.

    `name` is how messages call it, `issued` the day for which it is current.
    `labels` goes by (name of a class or property, language); `languages` are those of the labels,
    that of the data first. `once` names the properties that happen once.
    """

    name: str
    issued: str
    statements: tuple[Statement, ...]
    entities: Mapping[str, Entity]
    sources: Mapping[str, Source]
    labels: Mapping[tuple[str, str], str]
    languages: tuple[str, ...] = UNNAMED
    once: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What stood there before and what stands there now; None where nothing stands.

    >>> Change(None, "2024-01-01").what
    'added'
    """

    old: T | None
    new: T | None

    @property
    def what(self) -> What:
        """Whether it was added, removed or changed."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"

    @property
    def present(self) -> T:
        """The new one; of what was removed the old one."""
        found = self.old if self.new is None else self.new
        if found is None:
            msg = "a change has an old side, a new one, or both"
            raise ValueError(msg)
        return found

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs, when something stands on both sides."""
        return _differing(self.old, self.new)


class IssueChange(Change[str]):
    """Another day for which the data are current."""

    __slots__ = ()


class EntityChange(Change[Entity]):
    """A row of `entities.csv` that came, went, or has another cell."""

    __slots__ = ()


class SourceChange(Change[Source]):
    """A row of `sources.csv` that came, went, or has another cell."""

    __slots__ = ()


class ReferenceChange(Change[Reference]):
    """A reference of a statement that came, went, or has another locator, day or note."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class StatementChange(Change[Statement]):
    """A statement that came or went, or one whose dates, rank, references or disputes changed.

    One whose literal is spelled otherwise, and has the same value, changed too.

    `references` and `disputes` say what changed of a statement that stands on both sides; the
    latter hold the better-ranked statements that began or ceased to dispute it.
    `parallel` says that there are other statements of the triple, `period` which of them took up
    an attestation that went, or had held one that came.
    """

    references: tuple[ReferenceChange, ...] = ()
    disputes: tuple[Change[Statement], ...] = ()
    parallel: bool = False
    period: Statement | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what differs, when the statement stands on both sides."""
        if self.old is None or self.new is None:
            return ()
        own = (
            ("object", self.old.object != self.new.object),
            ("references", self.references),
            ("disputed_by", self.disputes),
        )
        return _differing(self.old, self.new) + tuple(name for name, found in own if found)


AnyChange = IssueChange | EntityChange | SourceChange | StatementChange


def cells(record: object) -> dict[str, str | tuple[str, ...]]:
    """Return what is compared of a record by its column, places in files left out.

    >>> cells(Reference("tass-2020-05-26", "¶15", row="data/statements/csto.csv:7"))
    {'source': 'tass-2020-05-26', 'locator': '¶15', 'at': '', 'note': ''}
    """
    match record:
        case Entity():
            return {
                "class": record.class_name,
                **_labels(record),
                # A store keeps no order of them.
                "aliases": tuple(sorted(set(record.aliases))),
                **{one.name: record.cells[one.name] for one in schema.required_cells("entities")},
            }
        case Source():
            return dict(record.cells)
        case Statement():
            return {
                "start": record.start,
                "end": f"{record.end}{last_day(record)}",
                "at": record.at,
                "rank": record.rank,
                **dict(record.more),
            }
        case Reference():
            return {
                "source": record.source,
                "locator": record.locator,
                "at": record.at,
                "note": record.note,
            }
        case _:
            return {"issued": str(record)}


def _labels(entity: Entity) -> dict[str, str]:
    """Return the labels by their columns: the usual ones also where they are empty."""
    usual = dict.fromkeys(UNNAMED if entity.labels.keys() <= set(UNNAMED) else (), "")
    return {label_column(one): text for one, text in (usual | dict(entity.labels)).items()}


def _differing(old: object | None, new: object | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ()
    before, after = cells(old), cells(new)
    return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))


def compare(old: Side, new: Side) -> tuple[AnyChange, ...]:
    """Return every difference: of the day of issue, the entities, the sources, the statements.

    What has the same id on both sides is compared with itself.
    The other statements of a triple are paired one to one, the most alike first; a pair is one
    statement whose dates changed, and what is left over was added or removed.
    Events of a property that can happen again are a pair only when both can have been on one day.
    """
    issues = [] if old.issued == new.issued else [IssueChange(old.issued, new.issued)]
    return (
        *issues,
        *(EntityChange(*both) for both in _pairs(old.entities, new.entities)),
        *(SourceChange(*both) for both in _pairs(old.sources, new.sources)),
        *_Comparison(*_where_they_differ(old.statements, new.statements), new.once).changes(),
    )


def _where_they_differ(
    old: Iterable[Statement], new: Iterable[Statement]
) -> tuple[list[Statement], list[Statement]]:
    """Return the statements of the triples of which the sides do not say the same.

    Of all others nothing is to be told, and what is told of one triple rests on no other.
    """
    before, after = ([(_content(one), one) for one in side] for side in (old, new))
    told = {content for content, _ in before} ^ {content for content, _ in after}
    triples = {content[0] for content in told}
    return (
        [one for content, one in before if content[0] in triples],
        [one for content, one in after if content[0] in triples],
    )


def _content(one: Statement) -> tuple[object, ...]:
    """Return all that is compared of a statement, what it says first."""
    return (
        *(meant(one), one.object, one.start, one.end, one.at),
        *(one.ends_on_last_day, one.rank, one.more, one.disputed_by),
        *[(each.source, each.locator, each.at, each.note) for each in one.references],
    )


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> Iterator[tuple[T | None, T | None]]:
    """Yield the old and the new record of each id under which they differ."""
    for identifier in sorted({*old, *new}):
        before, after = old.get(identifier), new.get(identifier)
        if before == after:
            continue
        if before is None or after is None or cells(before) != cells(after):
            yield before, after


class _Comparison:
    """The statements of two sides, by id and by triple."""

    def __init__(
        self, old: Iterable[Statement], new: Iterable[Statement], once: Container[str]
    ) -> None:
        self.once = once
        self.old = {one.id: one for one in old}
        self.new = {one.id: one for one in new}
        self.before = _by_triple(self.old.values())
        self.after = _by_triple(self.new.values())
        # The ids of statements whose dates changed → their new ids.
        self.moved: dict[str, str] = {}

    def changes(self) -> Iterator[StatementChange]:
        kept = [(one, self.new[key]) for key, one in self.old.items() if key in self.new]
        lost = _by_triple(one for key, one in self.old.items() if key not in self.new)
        gained = _by_triple(one for key, one in self.new.items() if key not in self.old)
        removed: list[Statement] = []
        added: list[Statement] = []
        for triple in dict.fromkeys((*lost, *gained)):
            before, after = lost.get(triple, ()), gained.get(triple, ())
            pairs, gone, come = pair(before, after, is_once=triple[1] in self.once)
            self.moved |= {one.id: other.id for one, other in pairs}
            kept += pairs
            removed += gone
            added += come
        for one, other in kept:
            change = self.change(one, other)
            if change.fields:
                yield change
        for one in removed:
            period = _period_of(one, self.after.get(meant(one), ()))
            yield StatementChange(one, None, parallel=self.is_parallel(one), period=period)
        for one in added:
            period = _period_of(one, self.before.get(meant(one), ()))
            better = tuple(Change(None, each) for each in _named(one.disputed_by, self.new))
            yield StatementChange(None, one, (), better, self.is_parallel(one), period)

    def change(self, old: Statement, new: Statement) -> StatementChange:
        """Return what differs; a dispute is the same when the better statement's dates moved."""
        known = {self.moved.get(key, key): key for key in old.disputed_by}
        begun = _named((key for key in new.disputed_by if key not in known), self.new)
        ended = [key for later, key in known.items() if later not in new.disputed_by]
        disputes = (
            *(Change(None, one) for one in begun),
            *(Change(one, None) for one in _named(ended, self.old)),
        )
        references = reference_changes(old.references, new.references)
        return StatementChange(old, new, references, disputes, self.is_parallel(new))

    def is_parallel(self, one: Statement) -> bool:
        sides = (self.before, self.after)
        return any(len(side.get(meant(one), ())) > 1 for side in sides)


def _by_triple(statements: Iterable[Statement]) -> dict[Triple, list[Statement]]:
    found: dict[Triple, list[Statement]] = {}
    for one in statements:
        found.setdefault(meant(one), []).append(one)
    return found


def _named(ids: Iterable[str], known: Mapping[str, Statement]) -> list[Statement]:
    return [known[key] for key in ids if key in known]


# ---------------------------------------------------------------- statements whose dates moved


def pair(
    old: Sequence[Statement], new: Sequence[Statement], *, is_once: bool = False
) -> tuple[list[tuple[Statement, Statement]], list[Statement], list[Statement]]:
    """Return which old statement of a triple became which new one, and what is left on each side.

    The most alike are paired first: by the same start, the same end, days in common, how near
    their dates are, the same rank, references in common.
    Unless it happens once, an event without a day in common is another.

    >>> old = [Statement("a", "p", "b", "state", start="1992", end="1999")]
    >>> new = [Statement("a", "p", "b", "state", start=year) for year in ("1992", "2006")]
    >>> pairs, removed, added = pair(old, new)
    >>> [after.start for before, after in pairs], removed, [one.start for one in added]
    (['1992'], [], ['2006'])
    """
    before, after = ([_Dated(one) for one in sorted(side, key=in_time)] for side in (old, new))
    ranking = sorted(
        (one.unlike(other), i, j)
        for i, one in enumerate(before)
        for j, other in enumerate(after)
        if is_once or not one.is_another(other)
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in ranking:
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    return (
        [(before[i].statement, after[j].statement) for i, j in sorted(partner.items())],
        [one.statement for i, one in enumerate(before) if i not in partner],
        [one.statement for j, one in enumerate(after) if j not in taken],
    )


class _Dated:
    """A statement with what is looked at when it is paired, read once."""

    __slots__ = ("bounds", "end", "sources", "start", "statement")

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.start, self.end = statement.start or statement.at, statement.end
        self.bounds = statement.dated
        self.sources = {reference.source for reference in statement.references}

    def is_another(self, other: _Dated) -> bool:
        """Say whether both are events, and surely not on one day."""
        return self.statement.kind == "event" and not self.bounds.overlaps(other.bounds)

    def unlike(self, other: _Dated) -> tuple[int, ...]:
        """Return what orders pairs of statements of one triple, the most alike first."""
        mine, theirs = self.bounds, other.bounds
        return (
            0 if self.start and self.start == other.start else 1,
            0 if self.end and self.end == other.end else 1,
            0 if mine.overlaps(theirs) else 1,
            _distance(mine.since, theirs.since) + _distance(mine.until, theirs.until),
            0 if self.statement.rank == other.statement.rank else 1,
            -len(self.sources & other.sources),
        )


def _distance(one: Day | None, other: Day | None) -> int:
    """Return how far apart two bounds are, in days of years with 372: only the order matters."""
    if one is None or other is None:
        return 0 if one == other else _FAR
    (year, month, day), (year_2, month_2, day_2) = one, other
    return abs((year - year_2) * 372 + (month - month_2) * 31 + day - day_2)


def _period_of(attestation: Statement, others: Iterable[Statement]) -> Statement | None:
    """Return the statement of the other side that has a reference of this attestation."""
    if not attestation.is_attestation:
        return None
    own = {_key(reference, _SAMENESS[1]) for reference in attestation.references}
    for other in others:
        if own & {_key(reference, _SAMENESS[1]) for reference in other.references}:
            return other
    return None


# ---------------------------------------------------------------- references


def reference_changes(
    old: Iterable[Reference], new: Iterable[Reference]
) -> tuple[ReferenceChange, ...]:
    """Return what differs between the references of a statement, rows aside.

    An old and a new reference to the same source are one that changed, the most alike first.

    >>> moved = reference_changes([Reference("tass", "¶3")], [Reference("tass", "¶5")])
    >>> [change.fields for change in moved]
    [('locator',)]
    """
    gone, come = _in_order(old), _in_order(new)
    if [*map(cells, gone)] == [*map(cells, come)]:
        return ()
    found: list[ReferenceChange] = []
    for same in _SAMENESS:
        waiting: dict[tuple[str, ...], list[Reference]] = {}
        for reference in reversed(come):
            waiting.setdefault(_key(reference, same), []).append(reference)
        rest = []
        for reference in gone:
            matches = waiting.get(_key(reference, same))
            if matches:
                found.append(ReferenceChange(reference, matches.pop()))
            else:
                rest.append(reference)
        gone, come = rest, _in_order(one for left in waiting.values() for one in left)
    changed = [change for change in found if change.fields]
    changed += [ReferenceChange(reference, None) for reference in gone]
    changed += [ReferenceChange(None, reference) for reference in come]
    return tuple(sorted(changed, key=lambda change: _key(change.present, _SAMENESS[0])))


def _in_order(references: Iterable[Reference]) -> list[Reference]:
    return sorted(references, key=lambda reference: _key(reference, _SAMENESS[0]))


def _key(reference: Reference, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(getattr(reference, name) for name in names)
