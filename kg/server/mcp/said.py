"""Said: what a sentence names, its dates, and the words that are left.

Runs in a worker. A name is found whatever the order and the endings of its words; a part of one
where nothing else has it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from kg.model.dates import PartialDate
from kg.model.nearest import MONTHS
from kg.server.mcp.words import is_linking, stem, stems, written

# So many words has the longest name that is looked for, and so many words of a sentence are read.
_LONGEST: Final = 12
_READ: Final = 120
# Fewer words are no part of a name by which anybody means it.
_LEAST: Final = 2
# So many words that no name has may stand within a part, as "session held on" before its date.
_BETWEEN: Final = 2
# More words than these are a name with its date, and not a name and a date beside it.
_DATED: Final = 5
_CODE: Final = 3
_MONTH: Final = "month"
_MONTHS: Final = {stem(word): int(number) for word, number in MONTHS.items()}
_ISO: Final = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_DAY: Final = re.compile(r"([0-3]?\d)(?:st|nd|rd|th)?", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")


class Mention(NamedTuple):
    """What a part of a sentence names: the ids that have the name, most often one.

    `is_usual` says that its words are all those in which questions are asked, as in "in force".
    """

    ids: tuple[str, ...]
    is_usual: bool = False


class Said(NamedTuple):
    """What a sentence says: what it names, its dates as ISO 8601 writes them, the other stems."""

    mentions: tuple[Mention, ...]
    dates: tuple[str, ...]
    stems: tuple[str, ...]


class Called:
    """What has which name, by the words of the names."""

    def __init__(self, pairs: Iterable[tuple[str, str]], whole: Iterable[tuple[str, str]]) -> None:
        """Take pairs (id, name); of those in `whole` no part is looked for."""
        self._codes: dict[str, set[str]] = {}
        self._names: dict[frozenset[str], set[str]] = {}
        self._having: dict[str, set[str]] = {}
        for one, name in pairs:
            for each in self._keep(one, name):
                self._having.setdefault(each, set()).add(one)
        for one, name in whole:
            # A title of words that names have means those more often than the source.
            if name == one or not _key(stems(name)) <= self._having.keys():
                self._keep(one, name)

    def _keep(self, one: str, name: str) -> frozenset[str]:
        """Keep a name, and return its stems; a code is a name only in capitals."""
        if len(name) <= _CODE and name.isupper():
            self._codes.setdefault(name, set()).add(one)
            return frozenset()
        key = _key(stems(name))
        if any(character.isalpha() for character in name):
            self._names.setdefault(key, set()).add(one)
        return key

    def named(self, words: Collection[str]) -> tuple[str, ...]:
        """Return what has exactly these words for a name, sorted.

        >>> clubs = Called([("rooks", "Club of Rooks"), ("in", "IN")], [])
        >>> clubs.named(["rooks", "club"]), clubs.named(["in"]), clubs.named(["IN"])
        (('rooks',), (), ('in',))
        """
        if len(words) == 1 and (coded := self._codes.get(next(iter(words)))):
            return tuple(sorted(coded))
        return tuple(sorted(self._names.get(_key(map(stem, words)), ())))

    def alone(self, words: Sequence[str], usual: Collection[str] = ()) -> tuple[str, ...]:
        """Return the one thing whose names have the words; () for none and for several.

        Before a date few words may be of no name, and `usual` ones of another.

        >>> cups = Called([("cup", "City Cup of Riga, 7 May 1995"), ("open", "Open of Riga")], [])
        >>> cups.alone("Riga city held on 7 May 1995".split()), cups.alone(["Open", "held", "Riga"])
        (('cup',), ())
        """
        if any(_key([stem(words[at])]).isdisjoint(self._having) for at in (0, -1)):
            return ()
        key = _key(map(stem, words))
        known = key & self._having.keys()
        if len(known) < _LEAST or len(key) - len(known) > (_BETWEEN if _is_dated(key) else 0):
            return ()
        found = self._with(known)
        if not found and _is_dated(key):
            # Of "session" and "council" that has more which is meant.
            near = self._with(known - set(usual))
            counts = {one: sum(one in self._having[each] for each in known) for one in near}
            found = {one for one in near if counts[one] == max(counts.values())}
        return tuple(found) if len(found) == 1 else ()

    def _with(self, words: AbstractSet[str]) -> set[str]:
        """Return what has all the words in its names."""
        sets = [self._having[each] for each in words]
        return set.intersection(*sets) if len(sets) >= _LEAST else set()

    def has(self, one: str, word: str) -> bool:
        """Say whether a name of the thing has the word."""
        return one in self._having.get(stem(word), ())


def _is_dated(key: AbstractSet[str]) -> bool:
    """Say whether a name of several words stands before a month."""
    return len(key) > _DATED and any(each.startswith(_MONTH) for each in key)


def _key(found: Iterable[str]) -> frozenset[str]:
    """Return what is compared of the stems of a name: a date is one however it is written."""
    return frozenset(part for each in found if not is_linking(each) for part in _parts(each))


def _parts(one: str) -> Iterator[str]:
    if _ISO.fullmatch(one):
        year, *rest = one.split("-")
        yield year
        yield from (f"{_MONTH} {int(each)}" for each in rest[:1])
        yield from (str(int(each)) for each in rest[1:])
    elif month := _MONTHS.get(one):
        yield f"{_MONTH} {month}"
    elif day := _DAY.fullmatch(one):
        yield str(int(day[1]))
    else:
        yield one


def read(sentence: str, called: Called, usual: Collection[str]) -> Said:
    """Return what a sentence says; what follows its first words is not read.

    A part of a name has to have a word that is not among the `usual` stems, those in which
    questions are asked, and that no whole name has taken.

    >>> said = read("Who led Rooks in May 2012?", Called([("rooks", "The Rooks")], []), ())
    >>> said.mentions[0].ids, said.dates, said.stems
    (('rooks',), ('2012-05',), ('who', 'led', 'in'))
    """
    words = written(sentence)[:_READ]
    found = _with_parts(words, dict(_whole(words, called, usual)), called, usual)
    taken = {at for span, each in found.items() if not each.is_usual for at in span}
    dates = dict(_dates(words, taken))
    taken |= {at for span in dates for at in span}
    mentions = tuple(dict.fromkeys(found[span] for span in sorted(found, key=_first)))
    ids = [one for each in mentions for one in each.ids]
    # The year of what is named is no date that is asked for: "the initiative of 2020".
    asked = [text for text in dates.values() if not any(called.has(one, text) for one in ids)]
    rest = tuple(stem(word) for at, word in enumerate(words) if at not in taken)
    return Said(mentions, tuple(asked), rest)


def _with_parts(
    words: Sequence[str],
    whole: dict[range, Mention],
    called: Called,
    usual: Collection[str],
) -> dict[range, Mention]:
    """Return the whole names, in place of some the longer parts of names that they stand in."""
    covered = {at for span in whole for at in span}
    found = dict(whole)
    for span in _spans(len(words)):
        if any(is_linking(stem(words[at])) for at in (span[0], span[-1])):
            continue
        own = (at for at in span if at not in covered and not _is_usual(words[at], usual))
        if next(own, None) is None and not _is_dated(_key(stem(words[at]) for at in span)):
            continue
        over = [each for each in found if not set(each).isdisjoint(span)]
        if any(each not in whole or not set(each) <= set(span) for each in over):
            continue
        if ids := called.alone([words[at] for at in span], usual):
            found = {each: found[each] for each in found if each not in over}
            found[span] = Mention(ids)
    return found


def _first(span: range) -> int:
    return span.start


def _is_usual(word: str, usual: Collection[str]) -> bool:
    one = stem(word)
    is_number = one.isdecimal() or _DAY.fullmatch(one) is not None
    return is_number or one in usual or one in _MONTHS or is_linking(one)


def _spans(count: int) -> Iterator[range]:
    """Yield the places of words that stand beside each other, the longest first."""
    for size in range(min(_LONGEST, count), 0, -1):
        for first in range(count - size + 1):
            yield range(first, first + size)


def _whole(
    words: Sequence[str], called: Called, usual: Collection[str]
) -> Iterator[tuple[range, Mention]]:
    """Yield whole names with their places, the longest first."""
    taken: set[int] = set()
    for span in _spans(len(words)):
        part = [words[at] for at in span]
        is_loose = len(part) > 1 and any(is_linking(stem(part[at])) for at in (0, -1))
        if not is_loose and taken.isdisjoint(span) and (ids := called.named(part)):
            taken.update(span)
            is_usual = all(
                word.islower() and ((one := stem(word)) in usual or is_linking(one))
                for word in part
            )
            yield span, Mention(ids, is_usual)


def _dates(words: Sequence[str], taken: Collection[int]) -> Iterator[tuple[range, str]]:
    """Yield the dates, each with its places; a year alone is one of four digits."""
    free = ["" if at in taken else word for at, word in enumerate(words)]
    at = 0
    while at < len(free):
        size, text = _date(free[at : at + 3])
        if size and _is_date(text):
            yield range(at, at + size), text
        at += max(size, 1)


def _date(words: Sequence[str]) -> tuple[int, str]:
    """Return how many of the first words are a date, and the date; 0 for none.

    >>> _date(["18th", "December", "2012"]), _date(["May", "2012", "who"]), _date(["2012"])
    ((3, '2012-12-18'), (2, '2012-05'), (1, '2012'))
    """
    one, two, three = [*words, "", ""][:3]
    for said, named in ((one, two), (two, one)):
        day, month = _DAY.fullmatch(said), _MONTHS.get(stem(named))
        if day and month and _YEAR.fullmatch(three):
            return 3, f"{three}-{month:02}-{int(day[1]):02}"
    if (month := _MONTHS.get(stem(one))) and _YEAR.fullmatch(two):
        return 2, f"{two}-{month:02}"
    return (1, one) if _YEAR.fullmatch(one) or _ISO.fullmatch(one) else (0, "")


def _is_date(text: str) -> bool:
    try:
        PartialDate.parse(text)
    except ValueError:
        return False
    return True
