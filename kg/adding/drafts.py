"""Drafts: the paragraphs of a text → rows that it may bear out, for a curator to judge.

Patterns alone: a sentence that names entities and says a property in words that its ontology
teaches. Nothing is asked of a model or of a network; who wants that has `asked`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import Final

from kg.adding import tongues
from kg.adding.names import Mention, Names
from kg.adding.phrases import Phrase, Phrases, Said, phrases_of
from kg.adding.times import Time, times_in
from kg.adding.words import Word, sentences, words_of
from kg.model.ontology import Ontology
from kg.model.statement import Entity

NEW: Final = "new:"
# A label for what is new has at most so many words, and at least two that say something.
_LONGEST: Final = 9
_FEWEST: Final = 2
# What may stand between two entities of which one says what the other is.
_BESIDE: Final = re.compile("(?:['\N{RIGHT SINGLE QUOTATION MARK}]s?)? ")


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that a paragraph may bear out; an object that is no entity yet is `new:LABEL`.

    `by` is the model that drafted it, "" for the patterns.
    """

    subject: str
    predicate: str
    object: str
    start: str
    end: str
    at: str
    paragraph: int
    sentence: str = field(compare=False, repr=False, default="")
    language: str = field(compare=False, repr=False, default="")
    by: str = field(compare=False, repr=False, default="")

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Its triple and paragraph, which one draft is enough for."""
        return self.subject, self.predicate, self.object, self.paragraph

    @property
    def locator(self) -> str:
        """The paragraph, as a locator names it."""
        return f"¶{self.paragraph}"

    @property
    def new(self) -> str:
        """The label of the new entity that is its object, "" when that is known."""
        return self.object.removeprefix(NEW) if self.object.startswith(NEW) else ""

    def cells(self, source: str) -> dict[str, str]:
        """Return the row of a table of statements, as a source says it."""
        names = ("subject", "predicate", "object", "start", "end", "at")
        own = {name: str(getattr(self, name)) for name in names}
        note = f"drafted by {self.by}" if self.by else ""
        return {**own, "source": source, "locator": self.locator, "rank": "", "note": note}


@dataclass
class _Paragraph:
    """A paragraph with its words, and the entities and phrases in them."""

    number: int
    text: str
    words: Sequence[Word]
    mentions: Sequence[Mention]

    def between(self, one: Mention, other: Mention) -> str:
        return self.text[self.words[one.after - 1].end : self.words[other.first].start]

    @cached_property
    def parts(self) -> list[tuple[int, int]]:
        """The first word of each sentence, and the one after its last."""
        starts = [word.start for word in self.words]
        ends = (tuple(bisect_left(starts, at) for at in span) for span in sentences(self.text))
        return [(first, after) for first, after in ends if first < after]

    @cached_property
    def _firsts(self) -> list[int]:
        return [one.first for one in self.mentions]

    def inside(self, first: int, after: int) -> Sequence[Mention]:
        """Return the mentions that begin between two words."""
        return self.mentions[bisect_left(self._firsts, first) : bisect_left(self._firsts, after)]

    def sentence(self, at: int) -> str:
        """The sentence that a word stands in."""
        first, after = next((one for one in self.parts if one[0] <= at < one[1]), (0, 1))
        return self.text[self.words[first].start : self.words[after - 1].end]


class Drafter:
    """Makes drafts of texts about the entities of a project."""

    def __init__(self, ontology: Ontology, entities: Mapping[str, Entity]) -> None:
        """Learn the names of the entities, and the words of the ontology."""
        self.ontology = ontology
        self.names = Names(entities.values())
        self.phrases = Phrases(phrases_of(ontology))

    def drafts(self, texts: Sequence[str], published: str = "") -> list[Draft]:
        """Return the drafts of a text, by its paragraphs.

        What is not dated in words is so on the day on which the text was published.
        """
        self.names.learn(texts)
        found: dict[tuple[str, str, str, int], Draft] = {}
        speakers: list[Mention] = []
        for number, text in enumerate(texts, 1):
            words = words_of(text)
            paragraph = _Paragraph(number, text, words, self.names.mentions(words))
            speakers += _speaking(paragraph)
            for one in self._of(paragraph, speakers, published):
                found.setdefault(one.key, one)
        return [*found.values()]

    def _of(
        self, paragraph: _Paragraph, speakers: Sequence[Mention], published: str
    ) -> Iterator[Draft]:
        for first, after in paragraph.parts:
            said = self.phrases.said_in(paragraph.words, first, after)
            places = [one for one in said if not _is_in_name(one, paragraph)]
            times = _dates(paragraph, (first, after), published[:4])
            taken: set[int] = set()
            for one in (*places, *_beside(self.phrases.beside, paragraph, first, after)):
                reading = _Reading(self.ontology, paragraph, speakers, one, (first, after))
                for subject, object_ in reading.pairs(taken):
                    near = _times_of(paragraph, places, one, times)
                    yield _draft(subject, object_, reading, near, published)


@dataclass
class _Reading:
    """A phrase in a sentence, and what stands where its ends are looked for."""

    ontology: Ontology
    paragraph: _Paragraph
    speakers: Sequence[Mention]
    said: Said
    part: tuple[int, int]

    @property
    def phrase(self) -> Phrase:
        return self.said.phrase

    def pairs(self, taken: set[int]) -> Iterator[tuple[str, str]]:
        """Yield the subjects and objects; words that made a label make no second one."""
        phrase = self.phrase
        if phrase.plain:
            subjects, objects = self._either_way()
        else:
            subjects = self._subjects()
            objects = self._objects(taken) if subjects else []
        for subject, object_ in product(subjects, objects):
            if subject != object_:
                yield subject, object_

    def _either_way(self) -> tuple[list[str], list[str]]:
        """Return what stands before and behind, else the other way round, else from further up."""
        of = self.phrase.of
        for before, behind in (of.domain, of.range), (of.range, of.domain):
            left, right = self._near("before", before), self._near("behind", behind)
            if left and right:
                return (left, right) if before is of.domain else (right, left)
        left = self._near("before", of.domain)
        return left, self._earlier(of.range)

    def _subjects(self) -> list[str]:
        phrase, domain = self.phrase, self.phrase.of.domain
        side = "before" if phrase.before == "subject" else "behind"
        found = [] if phrase.speaks or self._is_self() else self._near(side, domain)
        return found or self._speaker(domain) or ([] if phrase.speaks else self._earlier(domain))

    def _objects(self, taken: set[int]) -> list[str]:
        phrase, range_ = self.phrase, self.phrase.of.range
        side = "before" if phrase.before in {"object", "new"} else "behind"
        if "new" not in {phrase.before, phrase.behind}:
            return self._near(side, range_) or self._earlier(range_)
        label, first, after = self._label(side)
        if not label or taken & {*range(first, after)}:
            return []
        taken |= {*range(first, after)}
        inside = [
            one.entity
            for one in self.paragraph.inside(first, after)
            if one.after == after and self._fits(one, range_)
        ]
        return [inside[0].id] if inside else [NEW + label]

    def _fits(self, mention: Mention, classes: frozenset[str]) -> bool:
        return self.ontology.is_a(mention.entity.class_name, classes)

    def _is_self(self) -> bool:
        """Say whether somebody speaks of himself right before the phrase."""
        words, first = self.paragraph.words, self.said.first
        near = words[max(self.part[0], first - 2) : first]
        return any(word.text.casefold() in tongues.SELF for word in near)

    def _near(self, side: str, classes: frozenset[str]) -> list[str]:
        """Return the nearest that fits on a side of the phrase, and what is named with it."""
        first, after = self.part
        if side == "before":
            there = [*reversed(self.paragraph.inside(first, self.said.first))]
            there = [one for one in there if one.after <= self.said.first]
        else:
            there = [*self.paragraph.inside(self.said.after, after)]
        at = next((at for at, one in enumerate(there) if self._fits(one, classes)), None)
        if at is None:
            return []
        group = [there[at]]
        for one, other in pairwise(there[at:]):
            pair = (other, one) if side == "before" else (one, other)
            is_together = tongues.TOGETHER.fullmatch(self.paragraph.between(*pair))
            if not is_together or not self._fits(other, classes):
                break
            group.append(other)
        return [one.entity.id for one in group]

    def _earlier(self, classes: frozenset[str]) -> list[str]:
        """Return what the paragraph named last that fits."""
        there = reversed(self.paragraph.inside(0, self.said.first))
        return next(([one.entity.id] for one in there if self._fits(one, classes)), [])

    def _speaker(self, classes: frozenset[str]) -> list[str]:
        fitting = (one for one in reversed(self.speakers) if self._fits(one, classes))
        return next(([one.entity.id] for one in fitting), [])

    def _label(self, side: str) -> tuple[str, int, int]:
        """Return a few words beside the phrase, and where they stand."""
        words, text = self.paragraph.words, self.paragraph.text
        first = after = self.said.after
        if side == "behind":
            while after < self.part[1] and not _ends(text, words, after - 1):
                after += 1
        else:
            first = after = self.said.first
            while first > self.part[0] and not _ends(text, words, first - 1):
                first -= 1
        while first < after and words[first].text.casefold() in tongues.LEAN:
            first += 1
        after = min(after, first + _LONGEST)
        while first < after and words[after - 1].text.casefold() in tongues.LEAN:
            after -= 1
        telling = [one for one in words[first:after] if one.text.casefold() not in tongues.LEAN]
        if len(telling) < _FEWEST:
            return "", first, after
        return " ".join(text[words[first].start : words[after - 1].end].split()), first, after


def _ends(text: str, words: Sequence[Word], at: int) -> bool:
    """Say whether a label ends behind a word."""
    behind = text[words[at].end : words[at + 1].start] if at + 1 < len(words) else "."
    following = words[at + 1].text.casefold() if at + 1 < len(words) else ""
    return bool(tongues.BREAKS.search(behind)) or following in tongues.CUTS


def _is_in_name(said: Said, paragraph: _Paragraph) -> bool:
    """Say whether the mention that begins last before a phrase goes on behind it."""
    there = paragraph.inside(0, said.first + 1)[-1:]
    return any(said.after <= one.after for one in there)


def _speaking(paragraph: _Paragraph) -> list[Mention]:
    """Return who is said to speak."""
    found = []
    for one in paragraph.mentions:
        near = [*paragraph.words[max(0, one.first - 2) : one.first]]
        near += paragraph.words[one.after : one.after + 2]
        if any(word.text.casefold() in tongues.SPEAKING for word in near):
            found.append(one)
    return found


def _beside(
    phrases: Iterable[Phrase], paragraph: _Paragraph, first: int, after: int
) -> Iterator[Said]:
    """Yield where a phrase without words is said: between two entities, one right by the other."""
    for one, other in pairwise(paragraph.inside(first, after)):
        if _BESIDE.fullmatch(paragraph.between(one, other)):
            yield from (Said(phrase, one.after, other.first) for phrase in phrases)


def _dates(paragraph: _Paragraph, part: tuple[int, int], year: str) -> list[Time]:
    """Return the dates of a sentence as they stand in the paragraph, without those of names."""
    words = paragraph.words
    start, end = words[part[0]].start, words[part[1] - 1].end
    named = {at for one in paragraph.inside(*part) for at in range(one.first, one.after)}
    spans = {words[at].start for at in named}
    found = times_in(paragraph.text[start:end], year)
    moved = [one._replace(start=one.start + start, end=one.end + start) for one in found]
    return [one for one in moved if one.start not in spans]


def _times_of(
    paragraph: _Paragraph, places: Sequence[Said], one: Said, times: Sequence[Time]
) -> list[Time]:
    """Return the dates behind a phrase and before the next; of the first else those before it."""
    if not one.phrase.length or not times:
        return []
    words, here = paragraph.words, paragraph.words[one.first].start
    later = (words[other.first].start for other in places if other.first > one.first)
    behind = min(later, default=len(paragraph.text))
    near = [time for time in times if here <= time.start < behind]
    is_first = all(other.first >= one.first for other in places)
    return near or [time for time in times if time.start < here and is_first]


def _draft(
    subject: str, object_: str, reading: _Reading, times: Sequence[Time], published: str
) -> Draft:
    paragraph, of = reading.paragraph, reading.phrase.of
    told = {"start": "", "end": "", "at": ""}
    if of.kind == "state":
        told |= {time.side: time.date for time in reversed(times) if time.side}
        alone = [time.date for time in times if not time.side]
        if alone and not told["start"] + told["end"]:
            told[reading.phrase.time or "at"] = alone[0]
    if of.kind == "event" and times:
        told["at"] = times[0].date
    if of.kind != "timeless" and not any(told.values()):
        told["at"] = published
    sentence = paragraph.sentence(reading.said.first)
    return Draft(
        subject, of.name, object_, told["start"], told["end"], told["at"], paragraph.number,
        sentence, reading.phrase.language,
    )  # fmt: skip
