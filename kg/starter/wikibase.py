"""Wikibase: statements with qualifiers, ranks and references → what to begin with.

What a file says is read in `published/wikibase`; what it means is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from kg.errors import TableError, UsageError, noun, parameter
from kg.model import edtf
from kg.model.dates import UNKNOWN, NotADateError, PartialDate
from kg.model.patterns import WIKIDATA_ID
from kg.model.statement import Kind
from kg.published.place import Place
from kg.published.wikibase import json
from kg.published.wikibase.said import Said, Snak, Statement, Thing, in_order
from kg.starter.found import THING, Found
from kg.starter.gathering import FILE, Gathering, Link, Node, Times

TIMES: Final = ("start", "end", "at")
# What is meant by properties of Wikidata, and by those of others that are called so in English.
ROLES: Final[Mapping[str, tuple[str, str]]] = {
    "start": ("P580", "start time"),
    "end": ("P582", "end time"),
    "at": ("P585", "point in time"),
    "class": ("P31", "instance of"),
    "url": ("P854", "reference URL"),
    "stated": ("P248", "stated in"),
    "accessed": ("P813", "retrieved"),
    "title": ("P1476", "title"),
    "published": ("P577", "publication date"),
    "reason": ("P2241", "reason for deprecated rank"),
}
# How many ids a note names.
NAMED: Final = 12


def read(path: Path, told: Mapping[str, str], *, inclusive: bool = False) -> Found:
    """Read a file of JSON; `told` and `inclusive` are as `gather` has them.

    Raises InputError when the file cannot be read, TableError when it is no such file, or nothing
    of it can be taken over, UsageError for properties that no statement has.
    """
    return gather(json.read(path), told, inclusive=inclusive)


def gather(said: Said, told: Mapping[str, str], *, inclusive: bool = False) -> Found:
    """Return what the file says in the words of a project.

    `told` has the properties that say when, where somebody named them; `inclusive` says that a
    day that is an end is the last one.

    Raises UsageError when no statement has one of these, TableError when nothing can be taken.
    """
    return _Gatherer(said, told, inclusive=inclusive).found()


class _Gatherer:
    def __init__(self, said: Said, told: Mapping[str, str], *, inclusive: bool) -> None:
        self.said, self.things = said, said.things
        self.gathering = Gathering(said.path, "statements", inclusive, aside=said.aside)
        self.gathering.left_out += said.refused
        self.gathering.seen += len(said.refused)
        self.statements = []
        for one, place in said.statements:
            if one.subject in self.things and self.things[one.subject].is_property:
                self.gathering.leave("values", place.error("a statement about a property"))
            else:
                self.statements.append((one, place))
        self.unnamed: set[str] = set()
        self.roles = self._roles(told)
        self.is_wikidata = said.is_wikidata and all(
            self.roles.get(role, known) == known for role, (known, _) in ROLES.items()
        )
        ends = {self.roles["start"], self.roles["end"]}
        self.states = {
            one.main.property
            for one, _ in self.statements
            if any(snak.property in ends for snak in one.qualifiers)
        }

    def found(self) -> Found:
        """Return everything."""
        classes = [pair for pair in self.statements if self._says_class(pair[0])]
        links = [pair for pair in self.statements if not self._says_class(pair[0])]
        if classes and not links:
            message = "its statements say of which class things are, and nothing else"
            repair = "take a file that says more of them"
            raise TableError([Place(self.said.path).error(message, repair)])
        self._add_nodes(self._classes(classes), [one for one, _ in links])
        for one, place in links:
            self._take(one, place)
        self._note_unnamed(links)
        return self.gathering.found()

    def _roles(self, told: Mapping[str, str]) -> dict[str, str]:
        """Return the property of each role: as told, by its label, or that of Wikidata."""
        used = sorted({snak.property for one, _ in self.statements for snak in one.qualifiers})
        for role, name in told.items():
            if name not in used:
                there = f"there are: {', '.join(used[:NAMED])}" if used else "there is none"
                msg = f"{parameter(role, name)}: no statement has this qualifier; {there}"
                raise UsageError(msg)
        labelled = {
            one.labels.get("en", one.label).lower(): one.key
            for one in self.things.values()
            if one.is_property
        }
        roles = {}
        for role, (known, label) in ROLES.items():
            otherwise = known if self.said.is_wikidata and known not in labelled.values() else ""
            roles[role] = told.get(role) or labelled.get(label.lower()) or otherwise
        return roles

    def _called(self, key: str) -> str:
        """Return how a message calls a property."""
        label = self.things[key].label if key in self.things else ""
        return f"{label} ({key})" if label else key

    def _label(self, key: str) -> str:
        """Return how the project calls a thing."""
        label = self.things[key].label if key in self.things else ""
        if not label:
            self.unnamed.add(key)
        return label or key

    def _says_class(self, one: Statement) -> bool:
        """Say whether a statement has nothing to say but the class; one with dates is a fact."""
        dated = {self.roles[role] for role in TIMES}
        is_class = one.main.property == self.roles["class"] and one.main.kind == "entity"
        return is_class and not any(snak.property in dated for snak in one.qualifiers)

    def _classes(self, statements: Sequence[tuple[Statement, Place]]) -> dict[str, str]:
        """Return the class of each subject that has one: the first that is not outranked."""
        order = ("preferred", "normal", "deprecated")
        classes: dict[str, str] = {}
        for one, place in sorted(statements, key=lambda pair: order.index(pair[0].rank)):
            if one.subject in classes or one.rank == "deprecated":
                message = f"a further class {self._label(one.main.value)}"
                self.gathering.leave("values", place.error(message))
            else:
                classes[one.subject] = self._label(one.main.value)
            self._leave_qualifiers(one, set(), place)
        return classes

    def _add_nodes(self, classes: Mapping[str, str], links: Sequence[Statement]) -> None:
        """Take whatever links lead from or to, and items of which nothing is said at all."""
        ends = [one.subject for one in links]
        ends += [one.main.value for one in links if one.main.kind == "entity"]
        mentioned = {
            key
            for one, _ in self.statements
            for snak in (one.main, *one.qualifiers, *(s for part in one.references for s in part))
            for key in (snak.value, snak.unit)
        }
        items = [key for key, one in self.things.items() if not one.is_property]
        for key in dict.fromkeys([*ends, *(one for one in items if one not in mentioned)]):
            thing = self.things.get(key, Thing(key, {}, {}, key))
            labels = in_order(thing.labels) or {"": self._label(key)}
            is_item = self.is_wikidata and bool(re.fullmatch(WIKIDATA_ID, key))
            code = () if is_item or thing.code in labels.values() else (thing.code,)
            item = key if is_item else ""
            node = Node(key, classes.get(key, THING), labels, code, item, thing.names)
            self.gathering.add(node, Place(self.gathering.path, part=key))

    def _take(self, one: Statement, place: Place) -> None:
        """Take a statement, or note why not."""
        times, problem = self._times(one, place)
        problem = _no_value(one.main) or problem
        if problem:
            self.gathering.refuse(problem, place)
            return
        word = one.main.property
        kind: Kind = "state" if times.start or times.end else "timeless"
        if times.at:
            kind = "state" if word in self.states else "event"
        rank = "" if one.rank == "normal" else one.rank
        if times.at and kind == "state" and rank == "preferred":
            # The period that it confirms is not of that rank.
            message = "the rank 'preferred' of a day on which a state held"
            self.gathering.leave("values", place.error(message))
            rank = ""
        sources = [key for key in self._sources(one, place) if key != FILE]
        for key in [key for key in sources if _is_too_early(self.gathering.published(key), times)]:
            message = "a reference older than the start, of an end that nobody knows"
            self.gathering.leave("values", place.error(message))
            sources.remove(key)
        sources = sources or [FILE]
        reasons = [self._label(s.value) for s in one.qualifiers if self._is(s, "reason")]
        unit = f"unit: {self._label(one.main.unit)}" if one.main.unit else ""
        note = "; ".join(text for text in (one.main.note, unit, *reasons) if text)
        self.gathering.short[word] = self._label(word)
        if word in self.things and self.things[word].labels:
            self.gathering.words[word] = in_order(self.things[word].labels)
        else:
            self.gathering.words[word] = {"": word}
        link = Link(
            *(one.subject, word, one.main.value, times),
            place.part if sources == [FILE] else "",
            kind,
            sources[0],
            rank,
            note,
            is_text=one.main.kind != "entity",
            more_sources=tuple(sources[1:]),
        )
        self.gathering.take(link, place)
        taken = {self.roles[role] for role in (*TIMES, "reason")}
        self._leave_qualifiers(one, taken, place)

    def _is(self, snak: Snak, role: str) -> bool:
        return bool(self.roles[role]) and snak.property == self.roles[role]

    def _times(self, one: Statement, place: Place) -> tuple[Times, str]:
        """Return when a statement holds, or what is wrong with that."""
        times = {}
        for role in TIMES:
            snaks = [snak for snak in one.qualifiers if self._is(snak, role)]
            called = self._called(self.roles[role])
            if len(snaks) > 1:
                return Times(), f"it has several values of {called}"
            for snak in snaks:
                if snak.kind not in {"time", "some", "none"}:
                    return Times(), f"{called} is no date: {snak.value}"
                if snak.kind == "time":
                    times[role] = snak.value
                elif (role, snak.kind) == ("end", "some"):
                    times[role] = UNKNOWN
                elif (role, snak.kind) != ("end", "none"):
                    says = "that is not known" if snak.kind == "some" else "that is said to be none"
                    self.gathering.leave("values", place.error(f"{called} {says}"))
        if "at" in times and len(times) > 1:
            message = f"{self._called(self.roles['at'])} beside a start or an end"
            self.gathering.leave("values", place.error(message))
            del times["at"]
        return Times(**times), ""

    def _leave_qualifiers(self, one: Statement, taken: set[str], place: Place) -> None:
        for snak in one.qualifiers:
            if snak.property not in taken:
                message = f"{self._called(snak.property)} of a statement"
                self.gathering.leave("values", place.error(message))

    def _sources(self, one: Statement, place: Place) -> Iterator[str]:
        """Yield the source of each reference; what says nothing of one is left out."""
        for reference in one.references:
            parts = {
                role: next((s for s in reference if self._is(s, role)), None)
                for role in ("url", "stated", "accessed", "title", "published")
            }
            known = {role: s.value for role, s in parts.items() if s and not _no_value(s)}
            dates = {role: known.get(role, "") for role in ("accessed", "published")}
            plain = {role: text for role, text in dates.items() if _is_plain(text)}
            stated = self._label(known["stated"]) if "stated" in known else ""
            key = self.gathering.source(
                known.get("url", ""),
                known.get("title") or stated,
                accessed=plain.get("accessed", ""),
                published=plain.get("published", ""),
                key=known.get("stated", ""),
            )
            taken = {s for s in parts.values() if s and key != FILE and s.value}
            taken -= {parts[role] for role in dates.keys() - plain.keys()}
            for snak in reference:
                if snak not in taken:
                    message = f"{self._called(snak.property)} of a reference"
                    self.gathering.leave("values", place.error(message))
            yield key

    def _note_unnamed(self, links: Sequence[tuple[Statement, Place]]) -> None:
        """Say what has no label in the file, and which times no property is known for."""
        words = self.unnamed & self.gathering.words.keys()
        for things, keys in (
            (("entity has", "entities have"), self.unnamed - words),
            (("property has", "properties have"), words),
        ):
            if keys:
                what = f"{len(keys):,} {noun(len(keys), *things)} no label in the file, and "
                what += noun(len(keys), "is called by its id", "are called by their ids")
                self.gathering.notes.append(f"{what}: {_some(keys)}")
        times = {s.property for one, _ in links for s in one.qualifiers if s.kind == "time"}
        if times and not any(self.roles[role] for role in TIMES):
            options = ", ".join(map(parameter, TIMES[:2])) + f" or {parameter(TIMES[2])}"
            what = f"nothing says which qualifiers are a start, an end or a day: {_some(times)}"
            self.gathering.notes.append(f"{what}; name them with {options}")


def _some(keys: set[str]) -> str:
    """Return the first of the ids, in the order of their numbers."""
    ordered = sorted(keys, key=lambda key: (len(key), key))
    return ", ".join(ordered[:NAMED]) + (", …" if len(ordered) > NAMED else "")


def _no_value(snak: Snak) -> str:
    """Return why a snak says nothing, "" when it does."""
    if snak.kind == "problem":
        return snak.value
    says = {"some": "its value is not known", "none": "it is said to have no value"}
    return says.get(snak.kind, "")


def _is_too_early(published: str, times: Times) -> bool:
    """Say whether a source cannot have known that what is said has ended since."""
    if not (published and times.start and times.end == UNKNOWN):
        return False
    begun = edtf.read(times.start).earliest
    return begun is not None and PartialDate.parse(published).latest <= begun


def _is_plain(text: str) -> bool:
    """Say whether a source can be dated so."""
    try:
        return not text or bool(PartialDate.parse(text))
    except NotADateError:
        return False
