"""Why: the statements behind a fact, with dates, ranks, references, rule and premises.

Ninth step of the walk: store → an Explanation that can be printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from kg.errors import UsageError, did_you_mean
from kg.history import History
from kg.slice import parse_date, slice_of
from kg.statement import Reference, Source, Statement
from kg.store import select
from kg.vocab import Vocabulary

if TYPE_CHECKING:
    from kg.store import Store


@dataclass(frozen=True, repr=False)
class Explanation:
    """The statements that were asked for, and all that is needed to explain them."""

    statements: tuple[Statement, ...]
    history: History
    issued: str
    asked: tuple[str, str] | None = None

    def __len__(self) -> int:
        """The number of statements."""
        return len(self.statements)

    def __str__(self) -> str:
        """A tree: statement, status, references; for an inferred one rule and premises."""
        return "\n".join(
            line for statement in self.statements for line in self.lines(statement, "")
        )

    def __repr__(self) -> str:
        """The same tree, because a notebook or a prompt shows this."""
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def lines(self, statement: Statement, indent: str) -> list[str]:
        """Return what is known of one statement, each line behind the indent."""
        name = " ".join(statement.triple)
        lines = [f"{indent}{name}  {dates_in_words(statement)}"]
        lines.append(f"{indent}  {', '.join(self._status(statement))}  st:{statement.id}")
        if self.asked and not indent and self.asked != statement.triple[:2]:
            for rule in statement.entailed_by:
                text, path = self.history.rules[rule]
                lines.append(f"  entails it by  {path}: {text}")
        for reference in statement.references:
            lines += _reference_lines(reference, self.history.sources, indent + "  ")
        for other in statement.disputed_by:
            better = self.history.by_id[other]
            words = f"{' '.join(better.triple)}  {dates_in_words(better)}"
            lines.append(f"{indent}  disputed by  {words}  st:{other}")
        if statement.rule:
            text, path = self.history.rules[statement.rule]
            lines.append(f"{indent}  inferred by  {path}: {text}")
            for premise in statement.premises:
                lines += self.lines(self.history.by_id[premise], indent + "    ")
        return lines

    def _status(self, statement: Statement) -> list[str]:
        words = [status(statement, self.issued)]
        if statement.rank != "normal":
            words.append(f"rank {statement.rank}")
        if statement.rule:
            words.append("inferred")
        return words


def why(
    store: Store,
    subject: str,
    predicate: str | None = None,
    object: str | None = None,  # noqa: A002 - RDF's own word
    *,
    as_of: str | None = None,
    known_by: str | None = None,
) -> Explanation:
    """Return the statements that say it: all about an entity, or those of a triple.

    With the subject alone, statements that have it as their object are included.
    What a one-premise rule added counts as said by the statement that it follows from.

    Raises UsageError for an unknown id or property, with the nearest known one.
    """
    if known_by:
        store = slice_of(store, known_by=known_by)
    history = History(store)
    _check(subject, "subject", history.entities)
    if predicate:
        _check_predicate(predicate, history)
    literals = {s.object for s in history.statements if s.datatype}
    if object:
        _check(object, "object", history.entities.keys() | literals)
    period = parse_date(as_of).period if as_of else None
    saying = _saying(store, subject, predicate, object) if predicate else None
    found = [
        one
        for one in history.statements
        if (period is None or one.holds.overlaps(period))
        and (one.id in saying if saying is not None else subject in {one.subject, one.object})
    ]
    asked = (subject, predicate.removeprefix(":")) if predicate else None
    return Explanation(tuple(found), history, as_of or store.issued, asked)


def status(statement: Statement, day: str) -> str:
    """Return disputed, future, ended or current, as seen from the day.

    >>> status(Statement("uzbekistan", "memberOf", "csto", "state", end="2012-12-19"), "2020-05-26")
    'ended'
    """
    if not statement.counts:
        return "disputed"
    period = parse_date(day).period
    if statement.holds.overlaps(period):
        return "current"
    since = statement.holds.since
    return "future" if since and period.until and since >= period.until else "ended"


def dates_in_words(statement: Statement) -> str:
    """Return the dates as written, in words.

    >>> dates_in_words(Statement("uzbekistan", "memberOf", "csto", "state", "", "2006", "2012"))
    'from 2006 until 2012'
    """
    if statement.at:
        return f"on {statement.at}"
    if statement.start and statement.end:
        return f"from {statement.start} until {statement.end}"
    if statement.start:
        return f"since {statement.start}"
    return f"until {statement.end}" if statement.end else ""


def _saying(store: Store, subject: str, predicate: str, value: str | None) -> set[str]:
    """Return the ids of the statements in whose graphs the triple stands, asserted or entailed."""
    words = store.words
    pattern = f"{words.entity(subject)} {words.iri(predicate)} ?object"
    return {
        words.local("st", getattr(row["st"], "value", ""))
        for row in select(store, f"SELECT ?st ?object {{ GRAPH ?st {{ {pattern} }} }}")
        if value is None or value in _names(words, row["object"])
    }


def _names(words: Vocabulary, node: object) -> tuple[str, ...]:
    """The names under which a user may mean the node: its text, or its id."""
    text = getattr(node, "value", "")
    return (text, words.short(text))


def _check_predicate(predicate: str, history: History) -> None:
    """Refuse a bare name that the ontology does not have, and a prefix that is not declared."""
    prefix, _, local = predicate.rpartition(":")
    if not prefix:
        _check(local, "predicate", history.properties)
    elif prefix not in history.store.words.prefixes:
        msg = f"predicate '{predicate}' has a prefix that is not declared"
        raise UsageError(msg)


def _check(word: str, what: str, known: object) -> None:
    names = set(known)  # type: ignore[call-overload]
    if word not in names:
        hint = did_you_mean(word, names) or "it is not in the graph"
        msg = f"{what} '{word}' is not known; {hint}"
        raise UsageError(msg)


def _reference_lines(reference: Reference, sources: dict[str, Source], indent: str) -> list[str]:
    source = sources[reference.source]
    attested = f", for {reference.at}" if reference.at else ""
    place = f", {reference.locator}" if reference.locator else ""
    facts = ", ".join(filter(None, (source.publisher, source.published)))
    lines = [f"{indent}says  {source.title} ({facts}){place}{attested}"]
    lines += [f"{indent}      {source.url}"] if source.url else []
    lines.append(f"{indent}      {reference.row}  src:{source.id}")
    if reference.note:
        lines.append(f"{indent}      note: {reference.note}")
    return lines
