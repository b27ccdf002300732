"""Claims: what Wikidata says of the entities of the record, by its own ids.

Said and History → Claims.
Which entity is which item, and which property which, is said by the record.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from kg.errors import Finding, InputError, UsageError, noun, shown
from kg.exports.wikidata import AT, END, RETRIEVED, START, TITLE, URL, properties_of
from kg.model.calendar import BEGIN, Span
from kg.model.calendar import END as OPEN
from kg.model.dates import UNKNOWN, Day, NotADateError, Precision
from kg.model.edtf import Written, parse_date, read, stored
from kg.model.literals import literal
from kg.model.statement import Statement as Held
from kg.published.place import Place
from kg.published.rows import NO_DAYS, Claim, Claims, Side, order_problem, spans
from kg.published.verdicts import coarsest
from kg.published.wikibase.said import Said, Snak, Statement
from kg.store.read_back import History
from kg.text.statements import dates_in_words

WIKIDATA: Final = Side("Wikidata", "Wikidata", "Wikidata's", "statement", "statements")
STATED: Final = "P248"
_ROLES: Final = {START: "start", END: "end", AT: "at"}
_NO_VALUE: Final = {"some": "its value is not known", "none": "it is said to have no value"}


def claims_of(said: Said, history: History, label: str) -> Claims:
    """Return what is said of the entities of the record; `label` is what was read.

    A deprecated statement is no claim, and one without dates is none beside a preferred one of
    the same item and property.

    Raises UsageError when the record names no item or no property of Wikidata, InputError when
    nothing is said of any of its entities.
    """
    return _Reader(said, history, label).claims()


def items_of(history: History) -> dict[str, str]:
    """Return the entity of each item.

    Raises UsageError when no entity has one.
    """
    found = {one.wikidata: one.id for one in history.entities.values() if one.wikidata}
    if not found:
        msg = (
            "no entity of the record has an id of Wikidata; write it into the column 'wikidata' "
            "of its table of entities"
        )
        raise UsageError(msg)
    return found


def words_of(history: History) -> dict[str, list[str]]:
    """Return the properties of the record by those of Wikidata.

    Raises UsageError when none leads there.
    """
    found: dict[str, list[str]] = {}
    for name, word in sorted(properties_of(history.store).items()):
        found.setdefault(word, []).append(name)
    if not found:
        msg = (
            "no property of the record leads to one of Wikidata; say in the ontology "
            "skos:exactMatch <http://www.wikidata.org/entity/P...>"
        )
        raise UsageError(msg)
    return found


class _Times(NamedTuple):
    possible: Span
    sure: Span
    precision: Precision | None
    words: str


class _Reader:
    def __init__(self, said: Said, history: History, label: str) -> None:
        self.said = said
        self.history = history
        self.label = label
        self.items = items_of(history)
        self.words = words_of(history)
        self.spoken = parse_date(history.store.issued)
        self.left_out: Counter[str] = Counter()
        self.skipped: list[Finding] = []
        self.held: dict[tuple[str, str], list[Held]] = defaultdict(list)
        for one in history.statements:
            self.held[one.subject, one.predicate].append(one)
            if one.predicate in history.symmetric:
                mirrored = one.object, one.predicate, one.subject
                self.held[mirrored[:2]].append(Held(*mirrored, one.kind))

    def claims(self) -> Claims:
        """Return everything that is said of the entities."""
        said = self.said
        keys = {*said.things, *(one.subject for one, _ in said.statements)}
        known = {self.items[key] for key in keys & self.items.keys()}
        if not known:
            count = sum(not one.is_property for one in said.things.values())
            msg = (
                f"{self.label} has nothing about the record: none of its {count:,} "
                f"{noun(count, 'item')} is an entity here, by the column 'wikidata'"
            )
            raise InputError(msg)
        preferred = {
            (one.subject, one.main.property) for one, _ in said.statements if one.rank == _BEST
        }
        claims: list[Claim] = []
        outranked: list[Claim] = []
        for statement, place in said.statements:
            claim = self._claim(statement, place)
            if claim:
                is_best = (statement.subject, statement.main.property) not in preferred
                is_best |= claim.rank == _BEST or claim.precision is not None
                counts = claim.rank != "deprecated" and is_best
                (claims if counts else outranked).append(claim)
        skipped = [*said.refused, *self.skipped]
        others = [one for findings in said.aside.values() for one in findings]
        return Claims(
            self.label,
            tuple(claims),
            frozenset(name for names in self.words.values() for name in names),
            len(said.statements) + len(said.refused),
            dict(sorted(self.left_out.items())),
            (*skipped, *others),
            len(skipped),
            occurrences=True,
            side=WIKIDATA,
            known=frozenset(known),
            nameless=frozenset(self.history.entities.keys() - {*self.items.values()}),
            outranked=tuple(outranked),
            unmatched=dict(self._unmatched(known)),
        )

    def _claim(self, one: Statement, place: Place) -> Claim | None:
        """Return what a statement says, or None after noting why it is left out."""
        subject, word = self.items.get(one.subject, ""), one.main.property
        target = self.items.get(one.main.value, "") if one.main.kind == "entity" else ""
        if why := self._reason(one, target):
            self.left_out[why] += 1
            return None
        problem = one.main.value if one.main.kind == "problem" else ""
        try:
            times = self._times(one)
        except NotADateError as error:
            problem = problem or error.problem
        if problem:
            self.skipped.append(Finding(f"{self.label}, {place.part}", 0, 0, "error", problem))
            return None
        name, value, datatype = self._meant(subject, self.words[word], one.main, target)
        return Claim(
            *(subject, name, value, times.possible, times.sure, times.precision, place.part),
            datatype=datatype,
            dates=times.words,
            rank=one.rank,
            references=tuple(filter(None, map(self._reference, one.references))),
        )

    def _reason(self, one: Statement, target: str) -> str:
        """Return why a statement has nothing to be compared with, "" where it has."""
        word = one.main.property
        if one.subject not in self.items:
            return "about what is no entity here"
        if word not in self.words:
            return f"{word} is no property here"
        if one.main.kind == "entity" and not target:
            return f"{word} leads to what is no entity here"
        return _NO_VALUE.get(one.main.kind, "")

    def _meant(
        self, subject: str, names: list[str], main: Snak, target: str
    ) -> tuple[str, str, str]:
        """Return property, object and datatype as the record has them, the first property else."""
        for name in names:
            for one in self.held[subject, name]:
                if target and one.object == target and not one.datatype:
                    return name, target, ""
                if not target and _is_same(main, one):
                    return name, literal(one.object, one.datatype).value, one.datatype
        if target:
            return names[0], target, ""
        return names[0], main.value, self.history.datatypes.get(names[0], "xsd:string")

    def _times(self, one: Statement) -> _Times:
        """Return when a statement holds; raises NotADateError."""
        dates, end = _dates(one.qualifiers)
        last = _last(dates)
        if wrong := order_problem(last):
            raise NotADateError(wrong[1])
        start, until, at = (dates[role].text if role in dates else "" for role in _ROLES.values())
        until = UNKNOWN if end == "some" else until
        words = dates_in_words(Held("", "", "", "state", "", start, until, at)) or "without dates"
        words += ", said to have no end" if end == "none" else ""
        precision = coarsest(date.precision for date in dates.values())
        if not dates and end != "none":
            return _Times((BEGIN, OPEN), NO_DAYS, precision, words)
        possible, sure = spans(last, self.spoken)[0], spans(dates, self.spoken)[1]
        if end == "some" and sure != NO_DAYS:
            # It surely held when it began; when it was over, nobody knows.
            sure = (sure[0], sure[0])
        return _Times(possible, sure, precision, words)

    def _reference(self, snaks: Iterable[Snak]) -> str:
        """Return the address or title that a reference names, and when it was read."""
        said = {snak.property: snak.value for snak in snaks if snak.kind in {"text", "time"}}
        stated = next((s.value for s in snaks if s.property == STATED and s.kind == "entity"), "")
        if stated in self.said.things and self.said.things[stated].label:
            stated = f"{self.said.things[stated].label} ({stated})"
        what = said.get(URL) or said.get(TITLE) or stated
        when = said.get(RETRIEVED, "")
        return f"{what} (read {when})" if what and when else what

    def _unmatched(self, known: set[str]) -> Iterator[tuple[str, int]]:
        """Yield what of the record cannot be held against the other side, and how much it is."""
        words = {name for names in self.words.values() for name in names}
        named = {*self.items.values()}
        entities = self.history.entities.keys()
        counts: Counter[str] = Counter()
        odd: dict[str, set[str]] = defaultdict(set)
        for one in self.history.statements:
            ends = {one.subject, one.object} & entities
            about = ends if one.predicate in self.history.symmetric else {one.subject}
            if one.proofs:
                continue
            if one.predicate not in words:
                why, what = "of a property without a match in Wikidata", {one.predicate}
            elif ends - named:
                why, what = "with an entity that has no id of Wikidata", ends - named
            elif not about & known:
                why, what = f"about an entity that {self.label} does not have", about
            else:
                continue
            counts[why] += 1
            odd[why] |= what
        for why, count in sorted(counts.items()):
            names = sorted(odd[why])
            more = ", …" if len(names) > _NAMED else ""
            yield f"{why} ({', '.join(names[:_NAMED])}{more})", count


_BEST: Final = "preferred"
# How many ids are named of those that cannot be matched.
_NAMED: Final = 6


def _dates(qualifiers: Iterable[Snak]) -> tuple[dict[str, Written], str]:
    """Return the dates by their roles, and "some" or "none" of an end that is no date.

    Raises NotADateError where it is not clear which is meant.
    """
    dates: dict[str, Written] = {}
    end = ""
    for word, role in _ROLES.items():
        snaks = [snak for snak in qualifiers if snak.property == word]
        if len(snaks) > 1:
            msg = f"it has several values of {word}"
            raise NotADateError(msg)
        for snak in snaks:
            if snak.kind == "time":
                dates[role] = read(snak.value)
            elif snak.kind not in _NO_VALUE:
                msg = f"{word} is no date: {shown(snak.value)}"
                raise NotADateError(msg)
            elif role == "end":
                end = snak.kind
    if len(dates) > 1 or end:
        dates.pop("at", None)
    return dates, end


def _last(dates: dict[str, Written]) -> dict[str, Written]:
    """Return the dates with an end that is a day as the last one.

    Wikidata does not say whether that day is still one of the fact: it can be, and need not.
    """
    if "end" not in dates or dates["end"].precision != "day":
        return dates
    return {role: date for role, date in dates.items() if role != "end"} | {"last": dates["end"]}


def _is_same(main: Snak, one: Held) -> bool:
    """Say whether a literal of the record can be the value: a date by the days that it can mean."""
    if not one.datatype:
        return False
    if main.kind == "time":
        try:
            return _meet(read(main.value), stored(one.object))
        except NotADateError:
            return False
    try:
        return Decimal(main.value) == Decimal(one.object)
    except InvalidOperation:
        return main.value == one.object


def _meet(one: Written, other: Written) -> bool:
    """Say whether two dates can mean the same day."""

    def is_before(last: Day | None, first: Day | None) -> bool:
        return last is not None and first is not None and last < first

    return not is_before(one.latest, other.earliest) and not is_before(other.latest, one.earliest)
