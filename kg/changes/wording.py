"""Wording: a change → a line in the words of the domain.

Changes and two sides → lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from kg.changes.compare import (
    AnyChange,
    Change,
    EntityChange,
    IssueChange,
    ReferenceChange,
    Side,
    SourceChange,
    StatementChange,
    What,
    cells,
)
from kg.errors import noun
from kg.model import schema
from kg.model.languages import by_name, first_label, parted
from kg.model.statement import Entity, Reference, Source, Statement, in_time
from kg.text.statements import dates_in_words, end_in_words, last_day

_MARKS: Final[dict[What, str]] = {"added": "+", "removed": "-", "changed": "~"}
_DISPUTED: Final = {
    ("added", "added"): "disputed by",
    ("changed", "added"): "now disputed by",
    ("changed", "removed"): "no longer disputed by",
}
_NOUNS: Final[dict[RecordKind, str]] = {
    "statement": "statements", "entity": "entities", "source": "sources",
}  # fmt: skip

# A label of so many words is long.
_MANY_WORDS: Final = 3

RecordKind = Literal["dataset", "entity", "source", "statement"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source within a line, linked where the format can."""

    id: str
    url: str = ""
    title: str = ""


Piece = str | Cited


@dataclass(frozen=True, slots=True)
class Line:
    """One change in words: `+`, `-` or `~`, whom it is about, what happened, and the row.

    `row` is `path:line` of the new row; of what was removed, that of the old one.
    """

    mark: str
    about: Piece
    pieces: tuple[Piece, ...]
    row: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The lines about one thing; when `mixed`, each line says itself whom it is about."""

    heading: str
    lines: tuple[Line, ...]
    mixed: bool = False


class Labels:
    """What the things of two sides are called: by the newer side, else by the older, else by id.

    That is in a language where one is wanted, as far as there are labels in it, and "" is for ids.
    """

    def __init__(self, old: Side, new: Side, language: str | None = None) -> None:
        """Put the two sides together."""
        self.language = language
        self.entities: Mapping[str, Entity] = {**old.entities, **new.entities}
        self.sources: Mapping[str, Source] = {**old.sources, **new.sources}
        self.labels = by_name({**old.labels, **new.labels})
        self.languages = new.languages

    @cached_property
    def headings(self) -> dict[str, str]:
        """Id → label, with the id behind it when others have the same label."""
        return _distinct({key: self._label(one) for key, one in self.entities.items()})

    @cached_property
    def objects(self) -> dict[str, str]:
        """Id → how a sentence names it: a label of three words or more by its short name."""
        return _distinct({key: self._short(one) for key, one in self.entities.items()})

    def _short(self, entity: Entity) -> str:
        """Return "the SCO" for a long label whose entity has that short name, else the label."""
        label = self._label(entity)
        if len(label.split()) < _MANY_WORDS:
            return label
        names = parted(dict(entity.more).get("short_names", ""), self.languages)
        first = next(iter(entity.labels), "")
        language = self.language if self.language in entity.labels else first
        short = names.get(language or "")
        if not short:
            return label
        return f"the {short}" if self.language in {None, "en"} else short

    def _label(self, entity: Entity) -> str:
        if self.language == "":
            return entity.id
        wanted = entity.labels.get(self.language or "", "")
        return _one_line(wanted or entity.label) or entity.id

    def subject(self, identifier: str) -> str:
        """Return the name under which an entity's changes stand."""
        return self.headings.get(identifier, identifier)

    def object(self, statement: Statement) -> str:
        """Return how the statement's sentence names its object."""
        if statement.datatype:
            return statement.object
        return self.objects.get(statement.object, statement.object)

    def term(self, name: str) -> str:
        """Return the label of a class or property."""
        if self.language == "":
            return name
        said = self.labels.get(name, {})
        wanted = said.get(self.language or "", "")
        return _one_line(wanted or first_label(said, self.languages, name))

    def cited(self, identifier: str) -> Cited:
        """Return the source as a piece of a line."""
        source = self.sources.get(identifier)
        return Cited(identifier, source.url, source.title) if source else Cited(identifier)


def _distinct(names: dict[str, str]) -> dict[str, str]:
    counts = Counter(names.values())
    return {key: f"{name} ({key})" if counts[name] > 1 else name for key, name in names.items()}


# ---------------------------------------------------------------- the order of changes


def in_order(changes: Iterable[AnyChange], names: Labels) -> tuple[AnyChange, ...]:
    """Return the changes as they are read: the dataset, the entities by label, the sources."""
    return tuple(sorted(changes, key=lambda change: _place(change, names)))


def _place(change: AnyChange, names: Labels) -> tuple[Any, ...]:
    match change.present:
        case Entity(id=identifier):
            return (1, *_by_label(identifier, names), 0)
        case Statement() as one:
            first = (one.predicate, one.object, *in_time(one), change.what)
            return (1, *_by_label(one.subject, names), 1, *first)
        case Source(id=identifier):
            return (2, identifier)
        case _:
            return (0,)


def _by_label(identifier: str, names: Labels) -> tuple[str, str]:
    return (names.subject(identifier).casefold(), identifier)


def groups(changes: Iterable[AnyChange], names: Labels) -> list[Group]:
    """Return the lines of the changes, those about one entity together."""
    found: dict[tuple[str, str], list[Line]] = {}
    for change in changes:
        match change.present:
            case Entity(id=identifier) | Statement(subject=identifier):
                key = ("entity", identifier)
            case Source():
                key = ("source", "Sources")
            case _:
                key = ("dataset", "Dataset")
        found.setdefault(key, []).append(line(change, names))
    return [
        Group(names.subject(key) if kind == "entity" else key, tuple(lines), kind == "source")
        for (kind, key), lines in found.items()
    ]


# ---------------------------------------------------------------- one change in words


def line(change: AnyChange, names: Labels) -> Line:
    """Return the change in words."""
    mark = _MARKS[change.what]
    match change:
        case IssueChange():
            words = f"current for {change.new} (was {change.old})"
            return Line(mark, "Dataset", (words,))
        case EntityChange():
            one = change.present
            words = f"entity {change.what} ({names.term(one.class_name)}, id {one.id})"
            words = _fields(change) or words
            return Line(mark, names.subject(one.id), (words,), one.row)
        case SourceChange():
            source = change.present
            facts = ", ".join(filter(None, (source.publisher, source.published)))
            words = f"source {change.what} (“{source.title}”{', ' if facts else ''}{facts})"
            words = _fields(change) or words
            return Line(mark, names.cited(source.id), (words,), source.row)
        case StatementChange():
            return _sentence(mark, change, names)


def _fields(change: Change[Any]) -> str:
    """Return the cells that differ: `label_ru 'Белоруссия' → 'Беларусь'`."""
    if change.what != "changed":
        return ""
    before, after = cells(change.old), cells(change.new)
    words = []
    for name in change.fields:
        old, new = before.get(name, ""), after.get(name, "")
        if isinstance(old, str):
            words.append(f"{name} {_quoted(old)} → {_quoted(str(new))}")
        else:
            words += [f"alias added: {_quoted(one)}" for one in new if one not in old]
            words += [f"alias removed: {_quoted(one)}" for one in old if one not in new]
    return "; ".join(words)


def _more(change: StatementChange) -> Iterator[tuple[Piece, ...]]:
    """Yield what changed in optional columns."""
    was, now = (dict(one.more) if one else {} for one in (change.old, change.new))
    for column in schema.OPTIONAL["statements"]:
        old, new = was.get(column.name, "none"), now.get(column.name, "none")
        if old != new:
            yield (f"{column.label} now {new}; was {old}",)


def _quoted(text: str) -> str:
    return f"'{text}'" if text else "(empty)"


def _sentence(mark: str, change: StatementChange, names: Labels) -> Line:
    """Return property, object, dates, and in brackets what happened to the statement."""
    one = change.present
    dates, before = moved(change)
    space = "" if not dates or dates.startswith(",") else " "
    head = f"{names.term(one.predicate)} {names.object(one)}{space}{dates}"
    told: list[tuple[Piece, ...]] = []
    if change.what == "changed":
        told += [(before,)] if before else []
        if change.old and "object" in change.fields:
            told.append((f"was written {change.old.object}",))
        if change.old and "rank" in change.fields:
            told.append((f"now {one.rank}; was {change.old.rank}",))
        told += _more(change)
        told += _referred(change, names)
    else:
        rank = f", {one.rank}" if one.rank != "normal" else ""
        told.append((f"{change.what}{rank}",))
        told += _listed("source", one.references, one, names)
    for dispute in change.disputes:
        better = f"the statement {dates_in_words(dispute.present)}".rstrip()
        told.append((f"{_DISPUTED[change.what, dispute.what]} {better}",))
    if change.period:
        verb = "now" if change.new is None else "was"
        told.append((f"{verb} a reference of the statement {dates_in_words(change.period)}",))
    inside = [piece for part in told for piece in ("; ", *part)][1:]
    return Line(mark, names.subject(one.subject), (f"{head} (", *inside, ")"), row(change))


def moved(change: StatementChange) -> tuple[str, str]:
    """Return the statement's dates in words, and what they were before, "" when the same.

    Of dates that changed only what changed is told; where the triple has other statements, the
    other bound is told too, so that it is clear which one is meant.

    >>> old = Statement("a", "p", "b", "state", start="2006-08-16", end="2012-06-28")
    >>> new = Statement("a", "p", "b", "state", start="2006-08-16", end="2012-12-19")
    >>> moved(StatementChange(old, new))
    ('until 2012-12-19', 'was 2012-06-28')
    >>> moved(StatementChange(old, new, parallel=True))
    ('from 2006-08-16 until 2012-12-19', 'was until 2012-06-28')
    """
    new, old = change.present, change.old or change.present
    dates = dates_in_words(new)
    if not {"start", "end", "at"} & set(change.fields):
        return dates, ""
    was = dates_in_words(old)
    if not was or not dates:
        return dates or ", no date any more", f"was {was}" if was else "had no date"
    if old.at and new.at:
        return dates, f"was {old.at}"
    ends = [(one.end, one.ends_on_last_day) for one in (old, new)]
    if old.at or new.at or (old.start != new.start and ends[0] != ends[1]):
        return dates, f"was {was}"
    if old.start == new.start:
        return _end_moved(old, new, is_whole=change.parallel and bool(new.start))
    return _start_moved(old, new, is_whole=change.parallel and bool(new.end))


def _end_moved(old: Statement, new: Statement, *, is_whole: bool) -> tuple[str, str]:
    if not new.end:
        dates = f"since {new.start}, no end any more" if is_whole else ", no end any more"
        return dates, f"was {end_in_words(old)}"
    dates = dates_in_words(new) if is_whole else end_in_words(new)
    if not old.end:
        return dates, "had no end"
    return dates, f"was {end_in_words(old)}" if is_whole else f"was {old.end}{last_day(old)}"


def _start_moved(old: Statement, new: Statement, *, is_whole: bool) -> tuple[str, str]:
    if not new.start:
        dates = f"{end_in_words(new)}, no start any more" if is_whole else ", no start any more"
        return dates, f"was from {old.start}"
    # "since" would say that it has not ended.
    dates = dates_in_words(new) if is_whole or not new.end else f"from {new.start}"
    if not old.start:
        return dates, "had no start"
    return dates, f"was from {old.start}" if is_whole else f"was {old.start}"


def _referred(change: StatementChange, names: Labels) -> list[tuple[Piece, ...]]:
    """Return what happened to the references of a statement."""
    by_what: dict[str, list[ReferenceChange]] = {}
    for one in change.references:
        by_what.setdefault(one.what, []).append(one)
    told = []
    for what in ("added", "removed"):
        listed = [one.present for one in by_what.get(what, ())]
        told += _listed("source", listed, change.present, names, f" {what}:")
    for one in by_what.get("changed", ()):
        told.append(("source ", names.cited(one.present.source), f": {_fields(one)}"))
    return told


def _listed(
    word: str, references: Sequence[Reference], statement: Statement, names: Labels, verb: str = ""
) -> list[tuple[Piece, ...]]:
    """Return "source tass-2020-05-26 ¶3, ¶5", in the plural when there are several."""
    if not references:
        return []
    by_source: dict[str, list[str]] = {}
    for reference in references:
        place = f" {reference.locator}" if reference.locator else ""
        day = f" for {reference.at}" if reference.at and reference.at != statement.at else ""
        by_source.setdefault(reference.source, []).append(place + day)
    pieces: list[Piece] = [f"{noun(len(by_source), word)}{verb}"]
    for source, places in by_source.items():
        pieces += [" " if len(pieces) == 1 else ", ", names.cited(source)]
        pieces.append(",".join(filter(None, places)))
    return [tuple(pieces)]


def row(change: StatementChange) -> str:
    """Return the row, `path:line`, at which to look: of a new reference when only those changed."""
    one = change.present
    if change.fields == ("references",):
        listed = [each.new for each in change.references if each.new]
        listed = listed or [each.present for each in change.references]
    else:
        # An attestation within a period is not the row that says the dates.
        listed = [each for each in one.references if each.at == one.at] or [*one.references]
    return min((each.row for each in listed), key=_line_number, default="")


def _line_number(place: str) -> tuple[str, int]:
    path, _, number = place.rpartition(":")
    return (path, int(number)) if number.isdecimal() else (place, 0)


# ---------------------------------------------------------------- how many


def kind(change: AnyChange) -> RecordKind:
    """Return of what kind the changed thing is.

    >>> kind(IssueChange("2024-01-01", "2024-07-04"))
    'dataset'
    """
    match change:
        case StatementChange():
            return "statement"
        case EntityChange():
            return "entity"
        case SourceChange():
            return "source"
        case IssueChange():
            return "dataset"


def tally(changes: Iterable[AnyChange]) -> dict[str, dict[str, int]]:
    """Return how many statements, entities and sources were added, removed and changed."""
    counts = Counter((kind(change), change.what) for change in changes)
    return {many: {what: counts[one, what] for what in _MARKS} for one, many in _NOUNS.items()}


def summary(changes: Sequence[AnyChange]) -> str:
    """Return the tally in words.

    >>> summary([IssueChange("2024-01-01", "2024-07-04")])
    'another day of issue'
    """
    parts = []
    for (one, many), counts in zip(_NOUNS.items(), tally(changes).values(), strict=True):
        told = [(count, what) for what, count in counts.items() if count]
        if told:
            count, what = told[0]
            first = f"{count} {noun(count, one, many)} {what}"
            parts.append(", ".join([first, *(f"{count} {what}" for count, what in told[1:])]))
    if any(kind(change) == "dataset" for change in changes):
        parts.append("another day of issue")
    return "; ".join(parts) or "no differences"


def _one_line(text: str) -> str:
    return " ".join(text.split())
