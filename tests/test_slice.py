"""The two clocks: as of a date, and as known by a date, held to a naive count of days."""

from __future__ import annotations

import calendar
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.model.statement import Statement
from kg.pipeline.builder import build
from kg.pipeline.generations import open_build, save
from kg.query.questions import run
from kg.query.slice import Beginning, Dated, slice_of
from kg.record.record import Record, StoredRecord
from kg.store.base import Store
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny

# ---- A project about who likes whom, small enough to count its days one by one. ----

DATASET = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/likes/> a dcat:Dataset ; dcterms:title "Likes"@en ;
    dcterms:issued "2002-01-01"^^xsd:date ; void:uriSpace "https://example.org/likes/" .
"""
ONTOLOGY = """
@prefix : <https://example.org/likes/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Child a owl:Class ; rdfs:label "child"@en .
:likes a kg:StateProperty , owl:ObjectProperty ; rdfs:label "likes"@en ;
    rdfs:domain :Child ; rdfs:range :Child .
:met a kg:EventProperty , owl:ObjectProperty ; rdfs:label "met"@en ;
    rdfs:domain :Child ; rdfs:range :Child .
:befriended a kg:StateProperty , owl:ObjectProperty ; rdfs:label "befriended"@en .
"""
RULE = """# Who likes somebody and met them has befriended them.
CONSTRUCT { ?a :befriended ?b } WHERE { GRAPH ?one { ?a :likes ?b } GRAPH ?two { ?a :met ?b } }
"""
ENTITIES = (
    "id,class,label_en,label_ru,aliases,wikidata,description\n"
    "ada,Child,Ada,,,,\nbob,Child,Bob,,,,\ncid,Child,Cid,,,,\n"
)
SOURCE_HEAD = "id,title,publisher,url,published,accessed,language,kind,sha256\n"
HEAD = "subject,predicate,object,start,end,at,source,locator,rank,note\n"
PUBLISHED = {
    "ancient": "1990",
    "early": "2000-03",
    "middle": "2001",
    "late": "2001-09-15",
    "undated": "",
}
RANKS = ("preferred", "", "deprecated")
# Dates of rows and questions lie in 2000 to 2002; a year around them stands for ever.
EVER = [date(1999, 1, 1) + timedelta(days=n) for n in range(5 * 365 + 1)]

Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Row:
    """A row as its curator writes it."""

    subject: str
    predicate: str
    object: str
    start: str
    end: str
    at: str
    source: str
    rank: str

    @property
    def triple(self) -> Triple:
        return (self.subject, self.predicate, self.object)

    @property
    def claim(self) -> tuple[str, ...]:
        return (*self.triple, self.start, self.end, self.at)

    @property
    def days(self) -> frozenset[date]:
        """Every day on which the row's triple is true, by the words of the format.

        Half open: start ≤ d < end; a start by its earliest day. In a month or a year that is an
        end lies the last day.
        An attestation speaks for its day, an event holds ever after.
        """
        if self.at:
            first, last = bounds(self.at)
            return frozenset(d for d in EVER if first <= d and (self.is_event or d <= last))
        first = bounds(self.start)[0] if self.start else EVER[0]
        end = over(self.end)[1] if self.end and not self.is_event else date.max
        return frozenset(d for d in EVER if first <= d < end)

    @property
    def first_end(self) -> date:
        """The first day on which a period that the row can mean is over."""
        starts, ends = self.choices
        return next((end for end in ends if starts[0] < end), date.max)

    @property
    def last_start(self) -> date:
        """The last day on which a period that the row can mean begins."""
        starts, ends = self.choices
        return next(day for day in reversed(starts) if not ends or day < ends[-1])

    @property
    def choices(self) -> tuple[list[date], list[date]]:
        """The days on which a period can begin, and those on which it can be over."""
        starts, ends = (
            [d for d in EVER if first <= d <= last] if text else []
            for text, meant in ((self.start, bounds), (self.end, over))
            for first, last in [meant(text or "2000")]
        )
        return starts or EVER, ends

    @property
    def is_event(self) -> bool:
        return self.predicate == "met"

    @property
    def is_attestation(self) -> bool:
        return bool(self.at) and not self.is_event

    def line(self) -> str:
        cells = (*self.triple, self.start, self.end, self.at, self.source, "", self.rank, "")
        return ",".join(cells) + "\n"


def bounds(text: str) -> tuple[date, date]:
    """The first and the last day that a partial date can mean."""
    parts = [int(part) for part in text.split("-")]
    year, month, day = (*parts, None, None)[:3]
    assert year is not None
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return date(year, month or 1, day or 1), date(year, last_month, last_day)


def over(text: str) -> tuple[date, date]:
    """The first and the last day that an end can name as the first without the fact."""
    later = timedelta(days=0 if len(text) == len("2000-01-01") else 1)
    first, last = bounds(text)
    return first + later, last + later


def compatible(rows: list[Row]) -> list[Row]:
    """Leave out what the loader refuses."""
    kept: list[Row] = []
    for row in rows:
        if row.days and is_accepted([*kept, row]):
            kept.append(row)
    return kept


def is_accepted(rows: list[Row]) -> bool:
    """Whether no two rows repeat or contradict each other, and no attestation ranks too high."""
    for number, one in enumerate(rows):
        for other in rows[:number]:
            if one.claim == other.claim and (one.rank != other.rank or one.source == other.source):
                return False
            is_tie = one.rank == other.rank != "deprecated" and one.claim != other.claim
            if is_tie and contradict(one, other):
                return False
        host = host_of(one, rows)
        if RANKS.index(one.rank) < RANKS.index(host.rank):
            return False
    return True


def contradict(one: Row, other: Row) -> bool:
    """An event has one date; a state is there at most once a day; an attestation goes with all.

    The periods that two rows can mean are tried: they go together if there are two without a
    common day, one over before the other begins.
    """
    if one.triple != other.triple or one.is_attestation or other.is_attestation:
        return False
    if one.is_event:
        return True
    return one.first_end > other.last_start and other.first_end > one.last_start


def rivals(one: Row, other: Row) -> bool:
    """Two accounts of one time: they contradict each other, or one can lie in the other."""
    if one.triple != other.triple or one.is_attestation or other.is_attestation:
        return False
    return contradict(one, other) or one.days <= other.days or other.days <= one.days


def is_outranked(row: Row, rows: list[Row]) -> bool:
    return any(
        RANKS.index(other.rank) < RANKS.index(row.rank) and rivals(other, row) for other in rows
    )


def hosts_of(row: Row, rows: list[Row]) -> list[Row]:
    """The periods that an attestation may confirm; of rival accounts, the one that counts."""
    if not row.is_attestation:
        return []
    fitting = [
        other
        for other in dict.fromkeys(replace(each, source="") for each in rows)
        if other.triple == row.triple
        and not other.at
        and row.days & other.days
        and (row.rank == "deprecated") == (other.rank == "deprecated")
    ]
    best = [other for other in fitting if not is_outranked(other, rows)] or fitting
    if all(contradict(one, other) for one in best for other in best if one != other):
        return sorted(best, key=lambda other: (other.start, other.end))[:1]
    return best


def host_of(row: Row, rows: list[Row]) -> Row:
    """The period that an attestation confirms; the row itself when there is none, or several."""
    hosts = hosts_of(row, rows)
    return hosts[0] if len(hosts) == 1 else row


def merged(rows: list[Row]) -> list[tuple[Row, set[str]]]:
    """The statements: rows of the same claim, each with all of its sources."""
    statements: dict[tuple[str, ...], tuple[Row, set[str]]] = {}
    for row in rows:
        host = host_of(row, rows)
        statements.setdefault(host.claim, (host, set()))[1].add(row.source)
    return list(statements.values())


def naive_world(rows: list[Row], day: str, known_by: str = "") -> set[Triple]:
    """The triples that are true at any time in the day, month or year."""
    asked = days_of(day)
    return {row.triple for row in counting(rows, known_by) if row.days & asked}


def naive_friends(rows: list[Row], day: str, known_by: str = "") -> set[Triple]:
    """What follows for a day of these from one who likes somebody and has met them.

    Of an attestation of a month or a year nothing follows: its day is not known.
    """
    asked = days_of(day)
    found = [r for r in counting(rows, known_by) if not (r.is_attestation and len(r.days) > 1)]
    return {
        (one.subject, "befriended", one.object)
        for one in found
        for two in found
        if (one.predicate, two.predicate) == ("likes", "met")
        and (one.subject, one.object) == (two.subject, two.object)
        and one.days & two.days & asked
    }


def days_of(text: str) -> set[date]:
    first, last = bounds(text)
    return {d for d in EVER if first <= d <= last}


def counting(rows: list[Row], known_by: str) -> list[Row]:
    """The statements that are in the world while they hold."""
    statements = [row for row, _ in merged([r for r in rows if known(r.source, known_by, rows)])]
    return [
        row
        for row in statements
        if row.rank != "deprecated"
        and not is_outranked(row, statements)
        and len(hosts_of(row, statements)) < 2
    ]


def known(source: str, known_by: str, rows: list[Row]) -> bool:
    """Whether it was published by then; without a date once all that it tells had begun."""
    if not known_by:
        return True
    own = [row.at or row.start for row in rows if row.source == source]
    days = [bounds(text)[0] for text in ([PUBLISHED[source]] if PUBLISHED[source] else own) if text]
    return all(day <= bounds(known_by)[1] for day in days)


days = st.dates(date(2000, 1, 1), date(2002, 12, 31))
texts = st.one_of(
    days.map(date.isoformat), days.map(lambda d: d.isoformat()[:7]), days.map(lambda d: str(d.year))
)
children = st.sampled_from(["ada", "bob", "cid"])
periods = st.tuples(texts, texts).filter(lambda p: bounds(p[0])[0] < over(p[1])[1])
dates = st.one_of(
    periods.map(lambda p: (*p, "")),
    texts.map(lambda t: (t, "", "")),
    texts.map(lambda t: ("", t, "")),
    texts.map(lambda t: ("", "", t)),
)


@st.composite
def rows_of_a_state(draw: st.DrawFn) -> Row:
    start, end, at = draw(dates)
    source = draw(st.sampled_from(list(PUBLISHED)))
    # Few triples, so that rows of the same triple often meet.
    return Row("ada", "likes", draw(children), start, end, at, source, draw(st.sampled_from(RANKS)))


@st.composite
def rows_of_an_event(draw: st.DrawFn) -> Row:
    start, end, at = draw(
        st.one_of(periods.map(lambda p: (*p, "")), texts.map(lambda t: ("", "", t)))
    )
    source = draw(st.sampled_from(list(PUBLISHED)))
    return Row(draw(children), "met", "bob", start, end, at, source, draw(st.sampled_from(RANKS)))


projects = st.tuples(
    st.lists(rows_of_a_state(), max_size=6), st.lists(rows_of_an_event(), max_size=2)
).map(lambda parts: compatible(parts[0] + parts[1]))


def quads(store: Store) -> set[str]:
    return {str(quad) for quad in store.quads()}


def store_of(rows: list[Row], known_by: str = "", rule: str = RULE) -> Store:
    """Build the rows; those not yet known leave an empty line, so that the others keep theirs.

    Without a rule nothing is concluded.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data" / "statements").mkdir(parents=True)
        (folder / "ontology").mkdir()
        (folder / "data" / "dataset.ttl").write_text(DATASET)
        (folder / "data" / "entities.csv").write_text(ENTITIES)
        lines = [
            f"{name},{name},,,{day},,,,\n"
            for name, day in sorted(PUBLISHED.items())
            if known(name, known_by, rows)
        ]
        (folder / "data" / "sources.csv").write_text(SOURCE_HEAD + "".join(lines))
        out = {row.line() for row in rows if not known(row.source, known_by, rows)}
        facts = ["\n" if line in out else line for line in sorted({r.line() for r in rows})]
        (folder / "data" / "statements" / "facts.csv").write_text(HEAD + "".join(facts))
        (folder / "ontology" / "ontology.ttl").write_text(ONTOLOGY)
        (folder / "ontology" / "rules").mkdir()
        if rule:
            (folder / "ontology" / "rules" / "friends.rq").write_text(rule)
        return build(folder / "data", folder / "ontology").store()


def triples(store: Store, text: str) -> list[Triple]:
    return [(str(s), str(p).removeprefix(":"), str(o)) for s, p, o in run(store, text).rows]


def world(store: Store) -> set[Triple]:
    """The facts of the default graph, which is a set: no triple may come twice."""
    found = triples(store, "SELECT ?s ?p ?o { ?s ?p ?o FILTER (?p IN (:likes, :met)) }")
    assert len(found) == len(set(found))
    return set(found)


# The same examples in every run; building a store takes longer than Hypothesis likes.
THOROUGH = settings(derandomize=True)


class TestAgainstANaiveCountOfDays:
    @settings(THOROUGH, max_examples=200)
    @given(projects, st.lists(st.tuples(texts, st.just("") | texts), min_size=2, max_size=5))
    @pytest.mark.slow
    def test_each_slice_holds_what_is_true_then(
        self, rows: list[Row], asked: list[tuple[str, str]]
    ) -> None:
        store = store_of(rows)

        for day, known_by in asked:
            then = slice_of(store, day, known_by)
            assert naive_world(rows, day, known_by) == world(then)
            friends = triples(then, "SELECT ?s ?p ?o { ?s ?p ?o FILTER (?p = :befriended) }")
            assert naive_friends(rows, day, known_by) == set(friends)

    @settings(THOROUGH, max_examples=30)
    @given(projects)
    def test_without_a_slice_the_day_is_that_of_issue(self, rows: list[Row]) -> None:
        assert naive_world(rows, "2002-01-01") == world(store_of(rows))

    @settings(THOROUGH, max_examples=30)
    @given(projects, texts)
    def test_a_slice_keeps_the_whole_history(self, rows: list[Row], day: str) -> None:
        text = "SELECT ?s ?p ?o { GRAPH ?st { ?s ?p ?o } FILTER (?p != :befriended) }"
        store = slice_of(store_of(rows), day)

        assert Counter(row.triple for row, _ in merged(rows)) == Counter(triples(store, text))


def likes(
    start: str = "", end: str = "", at: str = "", source: str = "early", rank: str = ""
) -> Row:
    return Row("ada", "likes", "bob", start, end, at, source, rank)


def holds(rows: list[Row], as_of: str | None = None, known_by: str | None = None) -> bool:
    return bool(run(slice_of(store_of(rows), as_of, known_by), "ASK { id:ada :likes id:bob }"))


class TestBounds:
    @pytest.mark.parametrize(
        ("row", "day", "expected"),
        [
            (likes("2001-03-10", "2001-06-20"), "2001-03-09", False),
            (likes("2001-03-10", "2001-06-20"), "2001-03-10", True),
            (likes("2001-03-10", "2001-06-20"), "2001-06-19", True),
            (likes("2001-03-10", "2001-06-20"), "2001-06-20", False),
            (likes("2001-03-10"), "2999-01-01", True),
            (likes("", "2001-06-20"), "0001-01-01", True),
            (likes("2001"), "2000-12-31", False),
            (likes("2001"), "2001-01-01", True),
            (likes("", "2001-02"), "2001-02-28", True),
            (likes("", "2001-02"), "2001-03-01", False),
            (likes("1940", "1944"), "1944-12-31", True),
            (likes("1940", "1944"), "1945-01-01", False),
            (likes(at="2001-03-10"), "2001-03-09", False),
            (likes(at="2001-03-10"), "2001-03-10", True),
            (likes(at="2001-03-10"), "2001-03-11", False),
            (likes(at="2001-03"), "2001-03-31", True),
            (likes(at="2001-03"), "2001-04-01", False),
        ],
    )
    def test_a_state_holds_from_its_first_day_to_its_last(
        self, row: Row, day: str, expected: bool
    ) -> None:
        assert holds([row], day) is expected

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [("2000", False), ("2001", True), ("2002", False), ("2001-02", False), ("2001-06", True)],
    )
    def test_a_month_or_a_year_means_any_time_in_it(self, asked: str, expected: bool) -> None:
        assert holds([likes("2001-03-10", "2001-06-20")], asked) is expected

    @pytest.mark.parametrize(
        ("day", "expected"), [("2001-03-09", False), ("2001-03-10", True), ("2500-01-01", True)]
    )
    def test_that_an_event_happened_holds_ever_after(self, day: str, expected: bool) -> None:
        met = Row("ada", "met", "bob", "", "", "2001-03-10", "early", "")
        store = slice_of(store_of([met]), day)

        assert bool(run(store, "ASK { id:ada :met id:bob }")) is expected

    @pytest.mark.parametrize(
        "wrong", ["2001-02-29", "2001-13", "yesterday", "01-01-2001", "2001-1"]
    )
    def test_an_impossible_date_is_the_users_mistake(self, wrong: str) -> None:
        store = store_of([])

        with pytest.raises(UsageError, match="is not a date"):
            slice_of(store, wrong)

    def test_an_impossible_date_of_knowledge_is_too(self) -> None:
        store = store_of([])

        with pytest.raises(UsageError, match="is not a date"):
            slice_of(store, None, "2001-02-29")

    def test_without_dates_the_store_itself_comes_back(self) -> None:
        store = store_of([])

        assert slice_of(store) is store


class TestRanks:
    PREFERRED = likes("2001-01-01", "2001-06-01", rank="preferred")
    NORMAL = likes("2000-01-01", "2001-02-01", source="middle")

    def test_the_whole_statement_is_outranked_not_only_the_days_in_common(self) -> None:
        assert not holds([self.PREFERRED, self.NORMAL], "2000-06-01")

    def test_a_better_rank_that_does_not_overlap_outranks_nothing(self) -> None:
        apart = likes("2000-01-01", "2001-01-01", source="middle")

        assert holds([self.PREFERRED, apart], "2000-06-01")

    def test_a_deprecated_statement_never_counts(self) -> None:
        assert not holds([likes("2000-01-01", rank="deprecated")], "2001-01-01")

    def test_a_deprecated_statement_outranks_nothing(self) -> None:
        deprecated = likes("2000-01-01", "2001-06-01", rank="deprecated")

        assert holds([deprecated, self.NORMAL], "2000-06-01")

    def test_the_default_graph_is_a_set(self) -> None:
        """Two statements of one triple, true in the same year, give one row."""
        store = store_of([likes("2001-01-01", "2001-02-01"), likes("2001-06-01", "2001-07-01")])

        rows = run(slice_of(store, "2001"), "SELECT ?o { id:ada :likes ?o }").rows

        assert rows == [("bob",)]


class TestKnowledge:
    """Sources: early 2000-03, middle 2001, late 2001-09-15."""

    def test_a_statement_without_a_source_yet_is_unknown(self) -> None:
        assert not holds([likes("2000-01-01", source="late")], "2000-06-01", "2001-09-14")

    def test_a_source_is_known_on_the_day_it_is_published(self) -> None:
        assert holds([likes("2000-01-01", source="late")], "2000-06-01", "2001-09-15")

    def test_a_source_of_a_year_may_be_known_from_its_first_day(self) -> None:
        assert holds([likes("2000-01-01", source="middle")], "2000-06-01", "2001-01-01")

    @pytest.mark.parametrize(
        ("known_by", "expected"),
        [("1999-12-31", False), ("2000-02-03", False), ("2000-02-04", True), ("2000", True)],
    )
    def test_a_source_without_a_date_is_known_once_all_its_facts_had_begun(
        self, known_by: str, expected: bool
    ) -> None:
        rows = [
            likes("2000-01-01", source="undated"),
            Row("ada", "met", "bob", "", "", "2000-02-04", "undated", ""),
        ]

        assert holds(rows, "2000-06-01", known_by) is expected

    def test_before_the_first_source_nothing_was_known(self, tiny: Tiny) -> None:
        """The notes, which have no date, tell of Anna's year 1998; the Gazette is of June 1999."""
        tiny.replace("data/statements/facts.csv", "1998,,,almanac-2001,p. 5", "1998,,,notes,p. 5")
        tiny.add("notes,Notes,,,,,,,", "data/sources.csv")
        store = tiny.build().store()

        assert run(slice_of(store, known_by="1998"), "ASK { src:notes a kg:Source }")
        with pytest.raises(
            UsageError, match="the first source is of 1998-01-01; nothing was known by 1997"
        ):
            slice_of(store, known_by="1997")

    def test_of_a_page_that_changes_the_version_that_was_read_counts(self, tiny: Tiny) -> None:
        path = tiny.data / "sources.csv"
        head, *rest = path.read_text(encoding="utf-8").splitlines()
        lines = [f"{head},version_read", *(f"{line}," for line in rest)]
        lines = [line + "2003-04-05" * line.startswith("gazette-1999,") for line in lines]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        store = tiny.build().store()
        source = "ASK { src:gazette-1999 a kg:Source }"

        assert not run(slice_of(store, known_by="2003-04-04"), source)
        assert run(slice_of(store, known_by="2003-04-05"), source)

    def test_a_later_source_leaves_the_references(self) -> None:
        both = [likes("2000-01-01", source="early"), likes("2000-01-01", source="late")]
        store = slice_of(store_of(both), known_by="2001-01-01")

        sources = run(store, "SELECT ?source { ?r prov:hadPrimarySource ?source }").rows

        assert sources == [("src:early",)]

    def test_a_statement_that_is_not_known_leaves_no_trace(self) -> None:
        rows = [likes("2000-01-01", source="late")]
        store = slice_of(store_of(rows), known_by="2001-01-01")

        assert not run(store, "ASK { { ?st a kg:Statement } UNION { GRAPH ?st { ?s ?p ?o } } }")

    def test_a_dispute_is_lifted_while_its_winner_is_not_known(self) -> None:
        winner = likes("2000-06-01", rank="preferred", source="late")

        assert holds([likes("2000-01-01"), winner], "2000-03-01", "2001-01-01")

    def test_a_dispute_stands_once_its_winner_is_known(self) -> None:
        winner = likes("2000-06-01", rank="preferred", source="late")

        assert not holds([likes("2000-01-01"), winner], "2000-03-01", "2001-09-15")

    def test_the_mark_of_a_lifted_dispute_is_gone(self) -> None:
        winner = likes("2000-06-01", rank="preferred", source="late")
        store = slice_of(store_of([likes("2000-01-01"), winner]), known_by="2001-01-01")

        assert not run(store, "ASK { ?st kg:disputedBy ?other }")

    def test_without_a_day_the_world_is_that_of_the_issue(self) -> None:
        assert holds([likes("2001-12-01")], known_by="2000-12-31")


class TestInference:
    """Anna and Boris were teammates from 1998 to 2000: all of it told by an almanac of May 2001."""

    TEAMMATES = "ASK { id:anna :teammateOf id:boris }"

    @pytest.mark.parametrize(
        ("day", "expected"),
        [("1997-12-31", False), ("1998-01-01", True), ("1999-12-31", True), ("2000-01-01", False)],
    )
    def test_an_inferred_statement_holds_while_all_premises_do(
        self, tiny: Tiny, day: str, expected: bool
    ) -> None:
        store = slice_of(tiny.build().store(), day)

        assert bool(run(store, self.TEAMMATES)) is expected

    def test_what_was_inferred_goes_with_its_premise(self, tiny: Tiny) -> None:
        tiny.replace("data/statements/facts.csv", "1998,,,almanac-2001,p. 5", "1998,,,notes,p. 5")
        tiny.add("notes,Notes,,,2010-01-01,,,,", "data/sources.csv")
        store = slice_of(tiny.build().store(), "1999-01-01", "2009-12-31")

        assert not run(store, "ASK { GRAPH ?st { ?a :teammateOf ?b } }")

    def test_what_was_inferred_stays_with_its_premises(self, tiny: Tiny) -> None:
        store = slice_of(tiny.build().store(), "1999-01-01", "2001-05-01")

        assert run(store, self.TEAMMATES)

    def test_what_follows_from_one_statement_shares_its_dates(self, tiny: Tiny) -> None:
        """The Rooks are rivals of the Knights because, and while, the Knights are theirs."""
        store = slice_of(tiny.build().store(), "1990-12-31")

        assert not run(store, "ASK { ?a :rivalOf ?b }")

    def test_what_follows_from_one_statement_holds_in_its_slice(self, tiny: Tiny) -> None:
        store = slice_of(tiny.build().store(), "1991-01-01")

        assert run(store, "ASK { id:rooks :rivalOf id:knights }")

    def test_both_clocks_combine(self, tiny: Tiny) -> None:
        """In 1999 only the Gazette was out: it saw Anna at the Knights on one day of May."""
        store = slice_of(tiny.build().store(), "1999-05-03", "1999-12-31")

        players = run(store, "SELECT ?who { ?who :playsFor id:knights }").rows

        assert players == [("anna",)]

    def test_timeless_facts_hold_in_every_slice(self, tiny: Tiny) -> None:
        store = slice_of(tiny.build().store(), "1500-01-01")

        assert run(store, "ASK { id:knights :hosts id:city-open }")

    def test_descriptions_of_entities_stay_in_every_slice(self, tiny: Tiny) -> None:
        store = slice_of(tiny.build().store(), "1500-01-01", "2020")

        assert run(store, 'ASK { id:knights rdfs:label "Knights"@en }')


class TestRebuilt:
    """Known by a date is what would have been built without the rows of later sources."""

    @settings(THOROUGH, max_examples=120)
    @given(projects, texts)
    def test_each_quad_is_that_of_a_build_without_the_later_rows(
        self, rows: list[Row], known_by: str
    ) -> None:
        # What a lone attestation was ranked is not kept once a period has taken it.
        kept = [r for r in rows if not (r.is_attestation and r.rank == "preferred")]

        rebuilt = store_of(kept, known_by)
        assert quads(slice_of(store_of(kept), known_by=known_by)) == quads(rebuilt)

    @settings(THOROUGH, max_examples=120)
    @given(projects, texts, st.sampled_from([0.0, 2.0]))
    def test_so_it_is_where_nothing_is_concluded_and_a_copy_loses_what_is_later(
        self, rows: list[Row], known_by: str, most: float
    ) -> None:
        """A copy loses quads, or else all is built again; both give the same graph and record."""
        kept = [r for r in rows if not (r.is_attestation and r.rank == "preferred")]
        store = store_of(kept, rule="")
        before = quads(store)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kg.query.known._MOST", most)
            then = slice_of(store, known_by=known_by)

        rebuilt = store_of(kept, known_by, rule="")
        assert quads(then) == quads(rebuilt)
        assert quads(store) == before
        assert History(then).statements == History(rebuilt).statements
        assert History(then).sources == History(rebuilt).sources
        assert History(then).entities == History(rebuilt).entities

    def test_an_attestation_loses_the_period_that_was_not_yet_known(self) -> None:
        period = Row("ada", "likes", "bob", "2000", "2002", "", "late", "")
        seen = Row("ada", "likes", "bob", "", "", "2000-05-01", "early", "")
        store = store_of([period, seen])

        assert world(slice_of(store, "2000-05-01", "2001-01-01")) == {("ada", "likes", "bob")}
        assert world(slice_of(store, "2000-06-01", "2001-01-01")) == set()

    def test_what_is_known_again_has_its_conclusions_again(self) -> None:
        """The better statement hid the worse one, and with it what follows from the worse one."""
        rows = [
            Row("ada", "likes", "bob", "2000", "2001-06", "", "early", ""),
            Row("ada", "likes", "bob", "2000-03", "2000-04", "", "late", "preferred"),
            Row("ada", "met", "bob", "", "", "2000-01-01", "early", ""),
        ]
        asked = "ASK { id:ada :befriended id:bob }"

        assert not run(slice_of(store_of(rows), "2001"), asked)
        assert run(slice_of(store_of(rows), "2001", "2000-12-31"), asked)


class TestOnDisk:
    @pytest.fixture
    def folder(self, tiny: Tiny) -> Path:
        built = tiny.build()
        save(built.quads, built.trig(), "", tiny.path / "build", {})
        return tiny.path / "build"

    @pytest.mark.parametrize("day", ["1990", "1995-09", "1999-12-31", "2000-01-01", "2001-05"])
    def test_a_slice_is_the_same_as_in_memory(self, tiny: Tiny, folder: Path, day: str) -> None:
        assert quads(slice_of(open_build(folder), day)) == quads(
            slice_of(tiny.build().store(), day)
        )

    def test_the_store_itself_is_left_alone(self, folder: Path) -> None:
        store = open_build(folder)
        before = quads(store)

        slice_of(store, "1999")

        assert quads(store) == before

    def test_the_folder_of_a_slice_goes_with_it(self, folder: Path) -> None:
        taken = slice_of(open_build(folder), "1999")
        assert list(folder.glob("slice-*"))

        del taken

        assert not list(folder.glob("slice-*"))

    @pytest.mark.parametrize("known_by", ["1999", "2000-12-31", "2001-06", "2002"])
    def test_what_was_known_is_the_same_as_in_memory(self, tmp_path: Path, known_by: str) -> None:
        rows = [
            likes("2000-01-01", "2000-06"),
            likes("2000-01-01", "2000-06", source="late"),
            likes("2000-02", "2000-03", source="late", rank="preferred"),
            likes(at="2001-10-10", source="middle"),
            Row("bob", "likes", "ada", "2001-11", "", "", "late", ""),
            Row("ada", "met", "bob", "", "", "2001-05", "undated", ""),
        ]
        store = store_of(rows, rule="")
        save(list(store.quads()), b"", "", tmp_path / "build", {}, store.record)
        stored = slice_of(open_build(tmp_path / "build"), known_by=known_by)

        assert quads(stored) == quads(store_of(rows, known_by, rule=""))
        assert History(stored).statements == History(slice_of(store, known_by=known_by)).statements

    def test_two_slices_do_not_disturb_each_other(self, folder: Path) -> None:
        store = open_build(folder)
        early, late = slice_of(store, "1999"), slice_of(store, "2001")

        asked = "SELECT ?club { id:anna :playsFor ?club }"
        assert [run(one, asked).rows for one in (early, late)] == [[("knights",)], [("rooks",)]]


class TestBeginning:
    def test_it_is_the_first_day_that_a_statement_names(self) -> None:
        rows = [Row("ada", "likes", "bob", "2001-03", "2002", "", "early", "")]

        assert Beginning.of(store_of(rows)) == Beginning("2001-03-01")

    def test_of_an_end_alone_it_is_the_day_before(self) -> None:
        """On that day it still held; on the end itself it is over."""
        rows = [Row("ada", "likes", "bob", "", "2000-12-31", "", "early", "")]
        store = EmbeddedStore.of(store_of(rows).quads())

        assert Beginning.of(store_of(rows)).dated == Beginning.of(store).dated == "2000-12-30"

    @pytest.mark.parametrize(
        ("start", "first"), [("2001-03", "2000-12-30"), ("1999", "1999-01-01")]
    )
    def test_of_a_start_and_an_end_alone_the_engine_finds_the_earlier(
        self, start: str, first: str
    ) -> None:
        rows = [
            Row("ada", "likes", "bob", start, "", "", "early", ""),
            Row("bob", "likes", "ada", "", "2000-12-31", "", "early", ""),
        ]
        store = EmbeddedStore.of(store_of(rows).quads())

        assert Beginning.of(store).dated == first

    def test_both_records_find_the_day_before_an_end_alone(self, tmp_path: Path) -> None:
        late = Statement("ada", "likes", "bob", "state", start="2001-03")
        early = Statement("ada", "likes", "cy", "state", end="2000-12-31")
        record = Record([late, early], (), (), ("en",))
        record.write(tmp_path / "record")

        assert record.first_day == StoredRecord(tmp_path / "record").first_day == (2000, 12, 30)

    @pytest.mark.parametrize(
        "first",
        [
            Statement("bob", "likes", "ada", "state", start="[..2000]"),
            Statement("bob", "met", "ada", "event", at="[..2000]"),
        ],
    )
    def test_what_began_by_a_date_can_have_begun_before_every_day(
        self, first: Statement, tmp_path: Path
    ) -> None:
        late = Statement("ada", "likes", "bob", "state", start="2001-03")
        record = Record([late, first], (), (), ("en",))
        record.write(tmp_path / "record")

        assert record.first_day is StoredRecord(tmp_path / "record").first_day is None

    @pytest.mark.parametrize("dates", [("[..2000]", "", ""), ("", "", "[..2000]")])
    def test_the_engine_finds_that_too(self, dates: tuple[str, str, str]) -> None:
        name = "met" if dates[2] else "likes"
        rows = [
            Row("ada", "likes", "bob", "2001-03", "2002", "", "early", ""),
            Row("bob", name, "ada", *dates, "early", ""),
        ]
        store = EmbeddedStore.of(store_of(rows).quads())

        assert Beginning.of(store) == Beginning("")

    def test_a_reference_of_some_day_is_no_fact_that_began(self) -> None:
        rows = [
            Row("ada", "likes", "bob", "2001-03", "", "", "early", ""),
            Row("ada", "likes", "bob", "", "", "2001-05", "early", ""),
        ]
        store = EmbeddedStore.of(store_of(rows).quads())

        assert Beginning.of(store) == Beginning("2001-03-01")

    @pytest.mark.parametrize("day", ["0001", "1998~", "[2001..2003]"])
    def test_nothing_dated_begins_never(self, day: str) -> None:
        Beginning("").check(day)

    @pytest.mark.parametrize("day", ["2001-03-01", "2001-03", "2001", "2200"])
    def test_from_then_on_every_date_can_be_asked(self, day: str) -> None:
        Beginning("2001-03-01").check(day)

    @pytest.mark.parametrize("day", ["2001-02-28", "2001-02", "2000", "-0044"])
    def test_an_earlier_date_is_the_users_mistake(self, day: str) -> None:
        with pytest.raises(UsageError, match="the record begins on 2001-03-01"):
            Beginning("2001-03-01").check(day)

    def test_what_has_a_store_refuses_an_earlier_date_and_looks_for_none_without_one(self) -> None:
        asked = Dated()
        asked.check_date(None)
        asked.store = store_of([Row("ada", "likes", "bob", "2001-03", "2002", "", "early", "")])

        asked.check_date("2001-03")
        with pytest.raises(UsageError, match="the record begins on 2001-03-01"):
            asked.check_date("2001-02")
