"""Coverage: how much is known of what the dataset is about, and how well.

Statements and sources → one line for each subject of the dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.errors import noun
from kg.model.dates import UNKNOWN, Day, PartialDate
from kg.model.edtf import EVER, stored
from kg.model.publishers import publishers
from kg.model.statement import Source, Statement


@dataclass(frozen=True, slots=True)
class Coverage:
    """Figures about the asserted statements that count and name the entity.

    `dated` of them say when they hold, `to_the_day` say so by whole days; `independent` rest on
    more than one publisher, or group of publishers.
    `unconfirmed` is the day, as written, on which a source last spoke for the current state that
    has waited longest, and `longest` that state's triple; both are empty when nothing is dated.
    """

    entity: str
    facts: int
    dated: int
    to_the_day: int
    independent: int
    unconfirmed: str = ""
    longest: tuple[str, str, str] | tuple[()] = ()

    def __str__(self) -> str:
        """One line, with shares in per cent.

        >>> print(Coverage("csto", 40, 30, 27, 10, "2013", ("serbia", "observerOf", "csto-pa")))
        csto: 40 facts, 90 % of the dated ones to the day, 25 % from more than one publisher; \
longest unconfirmed since 2013: serbia observerOf csto-pa
        """
        by_day = share(self.to_the_day, self.dated)
        independent = share(self.independent, self.facts)
        line = f"{self.entity}: {self.facts} {noun(self.facts, 'fact')}, "
        line += f"{by_day} of the dated ones to the day, {independent} from more than one publisher"
        if self.longest:
            line += f"; longest unconfirmed since {self.unconfirmed}: {' '.join(self.longest)}"
        return line


def coverage(
    entities: Iterable[str],
    statements: Iterable[Statement],
    sources: Mapping[str, Source],
    issued: str,
    groups: Mapping[str, str],
) -> list[Coverage]:
    """Return the figures for each of the entities, in their order.

    `groups` has the label of the group of each publisher that is in one; a group counts once.

    A state is current when it holds on the day of issue; it was last confirmed on the latest day
    for which one of its references speaks, or on which its source was published.
    """
    asked = list(entities)
    about: dict[str, list[Statement]] = {entity: [] for entity in asked}
    for one in statements if asked else ():
        for entity in about.keys() & {one.subject, one.object}:
            if one.counts and not one.rule:
                about[entity].append(one)
    day = PartialDate.stored(issued).period
    found = []
    for entity in asked:
        own = about[entity]
        dated = [one for one in own if one.start or one.end or one.at]
        current = [one for one in own if one.kind == "state" and one.in_world(day)]
        confirmed = [(text, one) for one in current if (text := last_confirmed(one, sources))]
        text, oldest = min(confirmed, key=lambda pair: known_day(pair[0]), default=("", None))
        found.append(
            Coverage(
                entity,
                len(own),
                len(dated),
                sum(_is_to_the_day(one) for one in dated),
                sum(len(publishers(one, sources, groups)) > 1 for one in own),
                text,
                oldest.triple if oldest else (),
            )
        )
    return found


def last_confirmed(statement: Statement, sources: Mapping[str, Source]) -> str:
    """Return the latest date for which a reference speaks, as written; "" when none has a date."""
    texts = [r.at or sources[r.source].published for r in statement.references]
    known = [text for text in texts if text]
    return max(known, key=known_day, default="")


def known_day(text: str) -> Day:
    """Return the last day that the text can mean; where that is open, the first, which is known.

    >>> known_day("2005"), known_day("[2005..]")
    ((2005, 12, 31), (2005, 1, 1))
    """
    date = stored(text)
    return date.latest or date.earliest or EVER


def last_source_of_end(statement: Statement, sources: Mapping[str, Source]) -> str:
    """Return when the last source for the end was published, if all were too early to report it.

    Then the end was foretold, as that of a term of office is, or was added to the row later.
    Sources without a date may have seen it, and attestations do not speak of it; of an end that
    nobody dates every source says that it has come.

    >>> from kg.model.statement import Reference
    >>> term = Statement("a", "p", "b", "state", end="2029", references=(Reference("news"),))
    >>> last_source_of_end(term, {"news": Source("news", "News", published="2025-11")})
    '2025-11'
    """
    if statement.end in {"", UNKNOWN}:
        return ""
    end = statement.over[0]
    if end is None:
        return ""
    last = None
    for reference in statement.references:
        if reference.at:
            continue
        text = sources[reference.source].published
        date = PartialDate.stored(text) if text else None
        if date is None or date.latest >= end:
            return ""
        if last is None or date.latest > last.latest:
            last = date
    return last.text if last else ""


def _is_to_the_day(statement: Statement) -> bool:
    texts = (statement.start, statement.end, statement.at)
    return all(text != UNKNOWN and stored(text).precision == "day" for text in texts if text)


def share(part: int, whole: int) -> str:
    """Return the part in per cent of the whole, in words.

    >>> share(1, 3), share(0, 0)
    ('33 %', 'none')
    """
    return f"{round(100 * part / whole)} %" if whole else "none"
