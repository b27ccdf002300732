"""Ranking: which prepared questions a sentence asks, the best first, and how each is filled.

What counts is how alike the words are, the more the fewer questions have them, and whether what
the sentence names is what the question takes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import permutations
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.model.dates import PartialDate, iso
from kg.server.mcp.said import Called, Said, read
from kg.server.mcp.words import is_empty, stem, stems, written

if TYPE_CHECKING:
    from kg.model.sparql import Parameter, Question

# So many of the things that a sentence names are looked at: their orders are all tried.
_MOST: Final = 5
# What all words of a question count beside the wording that is most alike.
_ALL: Final = 0.5
# What it counts, where the words say little, that a question takes what is named.
_TAKING: Final = 0.1
# What is left of the weight of a word that says little.
_LITTLE: Final = 0.3
# What a name counts as, in words: its class, or how precise its date is.
_KIND: Final = 0.5
# What is left of a score for each thing that the question leaves unused, where a parameter takes
# anything at all, and where a date goes into the question itself.
_UNUSED: Final = 0.4
_ANYTHING: Final = 0.75
_DATED: Final = 1.2
_PRECISE: Final = {4: "year", 7: "month", 10: "day"}
_ANY: Final = "owl:Thing"


class Thing(NamedTuple):
    """What a sentence can name: its classes as CURIEs, and the stems of what its class is called.

    A source has the class kg:Source.
    """

    id: str
    kinds: frozenset[str]
    words: tuple[str, ...] = ()


class Ranked(NamedTuple):
    """A question with its score, and the parameters that the sentence gives it."""

    question: Question
    score: float
    parameters: dict[str, str]

    @property
    def is_dated(self) -> bool:
        """Whether a parameter takes a date of the sentence."""
        dated = {one.name for one in self.question.parameters if one.type == "xsd:date"}
        return not dated.isdisjoint(self.parameters)


class Ranking:
    """The questions of a graph, ready to be ranked."""

    def __init__(self, questions: Iterable[Question], called: Called) -> None:
        """Weigh the words of each question; `called` tells which things its text names itself."""
        self._questions = list(questions)
        self._called = called
        self._wordings = [
            [Counter(stems(text)) for text in (one.text, one.name.replace("-", " "), *one.also)]
            for one in self._questions
        ]
        every = [set[str]().union(*wordings) for wordings in self._wordings]
        seen = Counter(each for found in every for each in found)
        self._rare = {
            each: math.log(1 + len(every) / count) * (_LITTLE if is_empty(each) else 1)
            for each, count in seen.items()
        }
        self._all = [dict.fromkeys(found, 1.0) for found in every]
        texts = (text for one in self._questions for text in (one.text, *one.also))
        # What stands in capitals is a name, in a question too.
        self._usual = {stem(word) for text in texts for word in written(text) if not word.isupper()}
        self._own = [
            {
                name
                for each in self.read(one.text).mentions
                if not each.is_usual
                for name in each.ids
            }
            for one in self._questions
        ]

    def read(self, sentence: str) -> Said:
        """Return what a sentence says."""
        return read(sentence, self._called, self._usual)

    def ranked(self, said: Said, thing: Callable[[str], Thing]) -> list[Ranked]:
        """Return the questions that the sentence can fill and has a word of, the best first."""
        clear = sorted(said.mentions, key=lambda each: each.is_usual)[:_MOST]
        named = [[thing(one) for one in mention.ids] for mention in clear]
        doubtful = frozenset(one for each in clear if each.is_usual for one in each.ids)
        sought = dict.fromkeys(said.stems, 1.0)
        kinds = [one.words for each in named for one in each[:1]]
        kinds += [tuple(stems(_PRECISE[len(text)])) for text in said.dates if len(text) in _PRECISE]
        for word in (word for words in kinds for word in words):
            sought.setdefault(word, _KIND)
        found = []
        for one, wordings, every, own in zip(
            self._questions, self._wordings, self._all, self._own, strict=True
        ):
            filled = fill(one, named, said.dates, own | doubtful)
            if filled is None:
                continue
            parameters, fit = filled
            like = max(self._alike(sought, wording) for wording in wordings)
            if like > 0:
                score = (like + _ALL * self._alike(sought, every) + _TAKING) * fit
                found.append(Ranked(one, round(score, 3), parameters))
        return sorted(found, key=lambda each: (-each.score, each.question.name))

    def _alike(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """Return the cosine of two texts, their words weighed by how rare they are."""
        both = sum(
            one[each] * other[each] * self._rare[each] ** 2 for each in one.keys() & other.keys()
        )
        sizes = self._size(one) * self._size(other)
        return both / sizes if sizes else 0.0

    def _size(self, words: Mapping[str, float]) -> float:
        return math.sqrt(sum((many * self._rare.get(each, 0)) ** 2 for each, many in words.items()))


def fill(
    question: Question,
    named: Sequence[Sequence[Thing]],
    dates: Sequence[str],
    own: AbstractSet[str] = frozenset(),
) -> tuple[dict[str, str], float] | None:
    """Return the parameters of a question, and how well it suits what is named; None if it cannot.

    Of several things that have one name that which fits is meant; `own` are ids that the text of
    the question names.
    """
    takes = [one for one in question.parameters if not one.type.startswith("xsd:")]
    orders = permutations([each for each in named if own.isdisjoint(one.id for one in each)])
    given = max((_taken(takes, order) for order in orders), key=_worth)
    days = _days([one for one in question.parameters if one.type == "xsd:date"], dates)
    parameters = {one.name: thing.id for one, thing in given} | days
    if any(one.required and one.name not in parameters for one in question.parameters):
        return None
    unused = sum(own.isdisjoint(one.id for one in each) for each in named) - len(given)
    loose = sum(_ANY in one.types for one, _ in given)
    return parameters, _UNUSED**unused * _ANYTHING**loose * (_DATED if days else 1.0)


Given = list[tuple["Parameter", Thing]]


def _taken(takes: Sequence[Parameter], order: Sequence[Sequence[Thing]]) -> Given:
    """Return each parameter with the first of the order that it takes and no other has taken."""
    left, given = list(order), []
    for one in takes:
        for each in left:
            if thing := next((thing for thing in each if _fits(thing, one)), None):
                left.remove(each)
                given.append((one, thing))
                break
    return given


def _fits(thing: Thing, one: Parameter) -> bool:
    return not thing.kinds.isdisjoint(one.types) or (
        _ANY in one.types and "kg:Source" not in thing.kinds
    )


def _worth(given: Given) -> tuple[int, int]:
    """Say how much is taken, what has to be given before what may be."""
    return sum(one.required for one, _ in given), len(given)


def _days(takes: Sequence[Parameter], dates: Sequence[str]) -> dict[str, str]:
    """Return days for parameters: for one the first, for two the first and that after the last."""
    if not takes or not dates:
        return {}
    periods = [PartialDate.parse(text).period for text in dates]
    first = min(one.since for one in periods if one.since)
    last = max(one.until for one in periods if one.until)
    return dict(zip([one.name for one in takes], map(iso, (first, last)), strict=False))
