"""The units: Statement with its References, and the Entities and Sources that they name.

The words are Wikibase's (statement, rank, reference), the identity is by content: the same claim
has the same id on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kg.errors import warn_deprecated
from kg.model import certainty, schema
from kg.model.dates import UNKNOWN, Day, PartialDate, Period, iso
from kg.model.edtf import stored
from kg.model.ids import conclusion_id, content_id
from kg.model.languages import UNNAMED, given_labels
from kg.model.values import value

Kind = Literal["state", "event", "timeless"]
Rank = Literal["preferred", "normal", "deprecated"]

RANKS: tuple[Rank, ...] = ("preferred", "normal", "deprecated")


@dataclass(frozen=True, slots=True)
class Entity:
    """A row of `entities.csv`: something that statements are about.

    `labels` go by language, that of the dataset first.

    >>> Entity("minsk", "Place", {"ru": "Минск", "en": "Minsk"}).label
    'Минск'
    """

    id: str
    class_name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()
    wikidata: str = ""
    description: str = ""
    row: str = ""
    more: schema.More = field(default=(), kw_only=True)

    @classmethod
    def of(cls, cells: Mapping[str, str], place: str, languages: Iterable[str] = UNNAMED) -> Entity:
        """Return the entity of the cells of a good row; aliases are split by `|`."""
        aliases = tuple(part.strip() for part in cells["aliases"].split("|") if part.strip())
        labels = given_labels(cells, languages)
        rest = (cells["wikidata"], cells["description"], place)
        more = schema.given("entities", cells)
        return cls(cells["id"], cells["class"], labels, aliases, *rest, more=more)

    @property
    def cells(self) -> dict[str, str]:
        """What stands in columns that are one property each, by their names."""
        own = {one.name: getattr(self, one.name) for one in schema.required_cells("entities")}
        return own | dict(self.more)

    @property
    def label(self) -> str:
        """The label in the first language that there is one in, else the id."""
        return next(iter(self.labels.values()), self.id)

    @property
    def names(self) -> tuple[str, ...]:
        """Labels and aliases, each once."""
        return tuple(dict.fromkeys((*self.labels.values(), *self.aliases)))

    @property
    def label_en(self) -> str:
        """Deprecated: `labels.get("en", "")`."""
        warn_deprecated("Entity.label_en", 'Entity.labels.get("en", "")')
        return self.labels.get("en", "")

    @property
    def label_ru(self) -> str:
        """Deprecated: `labels.get("ru", "")`."""
        warn_deprecated("Entity.label_ru", 'Entity.labels.get("ru", "")')
        return self.labels.get("ru", "")


@dataclass(frozen=True, slots=True)
class Source:
    """A row of `sources.csv`: a text that says something; dates as written."""

    id: str
    title: str
    publisher: str = ""
    url: str = ""
    published: str = ""
    accessed: str = ""
    language: str = ""
    kind: str = ""
    sha256: str = ""
    row: str = ""
    more: schema.More = field(default=(), kw_only=True)

    @property
    def cells(self) -> dict[str, str]:
        """What stands in columns that are one property each, by their names."""
        own = {one.name: getattr(self, one.name) for one in schema.required_cells("sources")}
        return own | dict(self.more)

    @property
    def first_publisher(self) -> str:
        """Who published the text: what follows a comma in the name says where it was read.

        >>> Source("copy", "League Gazette", "The League, copy at almanac.example").first_publisher
        'The League'
        """
        return self.publisher.partition(", ")[0]

    @classmethod
    def of(cls, cells: Mapping[str, str], place: str) -> Source:
        """Return the source of the cells of a good row."""
        texts = {name: cells[name] for name in schema.required("sources")}
        return cls(**texts, row=place, more=schema.given("sources", cells))

    @property
    def dated(self) -> str:
        """When it said what it says: of a page that changes the version that was read.

        >>> page = Source("page", "Members", published="2001", more=(("version_read", "2020-05"),))
        >>> page.dated
        '2020-05'
        """
        return dict(self.more).get("version_read") or self.published

    def over_by(self, issued: Day | None) -> str:
        """Return the day by which that was over of which the source says that it has ended.

        That is the last on which it can have said so, else the day of issue, "" without either.

        >>> Source("news", "News", published="2005-03").over_by(None)
        '2005-03-31'
        """
        day = PartialDate.stored(self.dated).latest if self.dated else issued
        return iso(day) if day else ""

    def known_by(self, day: PartialDate) -> bool:
        """Say whether the source can have said it by the day; unknown dates count as yes."""
        return not self.dated or PartialDate.stored(self.dated).earliest <= day.latest


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """Where a source says it.

    `locator` is the place within the source ("¶15"), `at` the day for which an attestation speaks,
    `row` the line of the table as `path:line`.
    """

    source: str
    locator: str = ""
    at: str = ""
    row: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One way in which a statement follows: by which rule, and from which statements (their ids).

    `since` and `until` (ISO, `until` exclusive, "" without bound) are the days on which all of the
    premises hold.
    """

    rule: str
    premises: tuple[str, ...]
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple with its time, rank and references.

    `object` is an entity's id, or a literal's text when `datatype` (a CURIE) is set.
    `start`, `end` and `at` are texts as written, empty when not given; a day in `end` is the first
    without the fact, or where `over_by` stands beside it the last with it.
    An inferred statement has `proofs`, the shortest first, and no references; it holds on a day on
    which one of them does. `proof_count` says how many were found, at least: not all are kept.
    `entailed_by` names the one-premise rules that added triples to the statement's graph.
    `may_confirm` holds the ids of the periods that an attestation fits when it fits several: which
    of them is meant is not known.
    `over_by` is the day by which it was over (ISO) where `end` does not say it: of `unknown` the
    first on which one of its sources said so, of a last day the day after it. Neither that nor
    `more`, what its rows say in optional columns, changes the id.

    >>> Statement("uzbekistan", "memberOf", "csto", "state", start="2006-08-16").holds
    Period(since=(2006, 8, 16), until=None)
    """

    subject: str
    predicate: str
    object: str
    kind: Kind
    datatype: str = ""
    start: str = ""
    end: str = ""
    at: str = ""
    rank: Rank = "normal"
    references: tuple[Reference, ...] = ()
    proofs: tuple[Proof, ...] = ()
    proof_count: int = 0
    entailed_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    may_confirm: tuple[str, ...] = ()
    more: schema.More = field(default=(), kw_only=True)
    over_by: str = field(default="", kw_only=True)

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the SHA-256 of what is claimed.

        An inferred statement claims days, whatever the texts of its premises write for them, and
        is never the asserted statement of the same days, which may not count.
        """
        if self.proofs:
            return conclusion_id(self.triple, self.datatype, self.span)
        return content_id(*self.triple, self.start, self.end, self.at)

    @property
    def rule(self) -> str:
        """The rule of the shortest proof, "" for an asserted statement."""
        return self.proofs[0].rule if self.proofs else ""

    @property
    def premises(self) -> tuple[str, ...]:
        """The ids of the premises of the shortest proof."""
        return self.proofs[0].premises if self.proofs else ()

    @property
    def all_premises(self) -> tuple[str, ...]:
        """The ids of the premises of all proofs that are kept, each once."""
        return tuple(dict.fromkeys(one for proof in self.proofs for one in proof.premises))

    @property
    def triple(self) -> tuple[str, str, str]:
        """Subject, predicate and object as ids."""
        return (self.subject, self.predicate, self.object)

    @property
    def span(self) -> Period:
        """The bounds of the dates as written: a start by its earliest day, an end by its latest.

        The one day of an event is a start without an end.
        """
        dates = (self.start, self.end, self.at)
        return certainty.bounds(*dates, is_event=self.kind == "event", over_by=self.over_by)

    @property
    def dated(self) -> Period:
        """The days that its dates can mean, both of an event and of a state.

        >>> Statement("clara", "won", "city-open", "event", at="2001-05").dated
        Period(since=(2001, 5, 1), until=(2001, 6, 1))
        """
        dates = (self.start, self.end, self.at)
        return certainty.bounds(*dates, is_event=False, over_by=self.over_by)

    @property
    def over(self) -> tuple[Day | None, Day | None]:
        """The earliest and the latest day that can be the first after its end, if it has one."""
        return certainty.over(self.start, self.end, self.over_by)

    @property
    def ends_on_last_day(self) -> bool:
        """Whether the days that its end names are last ones, as `kg:InclusiveEnds` has them."""
        return bool(self.over_by) and self.end != UNKNOWN

    @property
    def holds(self) -> Period:
        """The days on which the triple is true; that an event happened holds ever after."""
        return certainty.possible(self.span, is_event=self.kind == "event")

    @property
    def core(self) -> Period:
        """From the last day that can be its first to the first day on which it can be over.

        Partial dates may leave it without a day: `since` is not before `until` then.
        """
        dates = (self.start, self.end, self.at)
        return certainty.core(*dates, is_event=self.kind == "event", over_by=self.over_by)

    @property
    def surely(self) -> Period | None:
        """The days on which the triple is true whatever its partial dates mean, if there are any.

        Of a state whose start is not known that is the last day before its end, when the day of
        the end is known; of an attestation its day, when that is known.

        >>> Statement("uzbekistan", "memberOf", "csto", "state", start="2006", end="2012-12").surely
        Period(since=(2006, 12, 31), until=(2012, 12, 2))
        >>> Statement("uzbekistan", "memberOf", "csto", "state", at="2012").surely
        """
        return certainty.sure(self.core)

    def possibly(self, period: Period) -> bool:
        """Say whether the triple can be true at any time in the period, counting or not."""
        return self.holds.overlaps(period)

    def in_world(self, period: Period) -> bool:
        """Say whether the statement counts and can be true at any time in the period.

        >>> member = Statement("uzbekistan", "memberOf", "csto", "state", end="2012-12-19")
        >>> member.in_world(Period((2012, 12, 18))), member.in_world(Period((2012, 12, 19)))
        (True, False)
        """
        return certainty.holds(self.standing, self.holds, period)

    def surely_in_world(self, period: Period) -> bool:
        """Say whether the statement counts and is true on every day of the period.

        >>> member = Statement("a", "p", "b", "state", start="2006", end="2012-12-19")
        >>> member.surely_in_world(Period((2006, 12, 31), (2012, 12, 19)))
        True
        """
        days = self.surely
        return self.counts and days is not None and days.covers(period)

    @property
    def is_attestation(self) -> bool:
        """Whether a source says that a state held on a day, and nothing of before and after."""
        return self.kind == "state" and bool(self.at)

    def contradicts(self, other: Statement, *, once: bool = False) -> bool:
        """Say whether two statements of the same triple cannot both be right about its dates.

        An event has one date when its property is said to happen `once`, else any number of them;
        the periods of a state must not overlap, as far as their dates do not leave room for one
        after the other; an attestation contradicts nothing.

        >>> first = Statement("ada", "leads", "north", "state", start="1999", end="2001")
        >>> second = Statement("ada", "leads", "north", "state", start="2001", end="2003")
        >>> first.contradicts(second)
        False
        """
        if self.is_attestation or other.is_attestation:
            return False
        if self.kind == "event":
            return once
        pairs = ((self.core.until, other.core.since), (other.core.until, self.core.since))
        is_apart = any(until and since and until <= since for until, since in pairs)
        return not is_apart

    def rivals(self, other: Statement, *, once: bool = False) -> bool:
        """Say whether two statements of the same triple are two accounts of one time.

        They are when they contradict each other, when the one period can lie within the other, and
        when two events can share a day: where their ranks differ, the better one decides.
        Periods that only touch, as 1999 to 2001 and 2001 to 2003 do, follow one another.

        >>> in_2001 = Statement("clara", "won", "city-open", "event", at="2001")
        >>> in_may = Statement("clara", "won", "city-open", "event", at="2002-05")
        >>> in_2001.rivals(in_may), in_2001.rivals(in_may, once=True)
        (False, True)
        """
        if self.contradicts(other, once=once):
            return True
        if self.is_attestation or other.is_attestation:
            return False
        if self.kind == "event":
            return self.dated.overlaps(other.dated)
        return self.span.covers(other.span) or other.span.covers(self.span)

    @property
    def deprecated(self) -> bool:
        """Whether a better source contradicts the statement."""
        return self.rank == "deprecated"

    @property
    def standing(self) -> certainty.Standing:
        """Whether it counts, or is disputed or undecided."""
        return certainty.standing(
            deprecated=self.deprecated,
            disputed=bool(self.disputed_by),
            undecided=bool(self.may_confirm),
        )

    @property
    def counts(self) -> bool:
        """Whether the triple is in the world while it holds."""
        return self.standing == "counts"

    @property
    def concludes(self) -> bool:
        """Whether rules may conclude from it while it counts, and need not conclude it again.

        Of an attestation of a month or a year only some day is meant, and it is not known which.
        """
        return not self.is_attestation or self.surely is not None

    @property
    def notes(self) -> str:
        """The curators' notes of all references, each once."""
        return "; ".join(dict.fromkeys(r.note for r in self.references if r.note))


def meant(statement: Statement) -> tuple[str, str, str]:
    """Return the triple, a literal by its value: what is said, however it is spelled.

    >>> meant(Statement("a", "p", "10.50", "timeless", "xsd:decimal"))
    ('a', 'p', '10.5')
    """
    said = value(statement.object, statement.datatype)
    return (statement.subject, statement.predicate, said)


def in_order(one: Statement) -> tuple[object, ...]:
    """Return what statements are sorted by: their triples, then their dates as written.

    >>> two = [Statement("a", "p", "b", "state", start=year) for year in ("2006", "1992")]
    >>> [one.start for one in sorted(two, key=in_order)]
    ['1992', '2006']
    """
    return (one.triple, one.start, one.end, one.at, one.id)


def in_time(one: Statement) -> tuple[object, ...]:
    """Return what statements of one triple are told by: a day that is named begins what it says.

    Not `in_order`, in which all attestations stand before the first period.

    >>> seen = Statement("a", "p", "b", "state", at="2002")
    >>> in_time(seen) > in_time(Statement("a", "p", "b", "state", start="2001"))
    True
    """
    first = one.start or one.at
    return ((first and stored(first).earliest) or (), first, one.end, one.at)
