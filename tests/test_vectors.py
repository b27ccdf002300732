"""Vectors: every language of the code says the same of when a fact holds and of what dates mean.

The tables in `vectors/` were worked out by hand. Each line goes through statements, SPARQL,
columns, the still, and the script of the page in a browser. `in_page` says where the page differs
on purpose, `because` says why, and a difference that is no longer there fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from pyoxigraph import RdfFormat, parse

from kg.exports.network import network
from kg.model.dataset import read_dataset
from kg.model.dates import NotADateError, PartialDate, Period, iso, next_day
from kg.model.edtf import parse_date, read
from kg.model.namespaces import Vocabulary, term, text_of
from kg.model.ontology import read_ontology
from kg.model.statement import Statement
from kg.page import still
from kg.page.content import content
from kg.page.draw import view
from kg.page.sureness import is_sure
from kg.pipeline.builder import build
from kg.pipeline.columns.assemble import assemble
from kg.pipeline.columns.partitions import Spill
from kg.pipeline.columns.quads import Scheme
from kg.pipeline.columns.size import is_plain_day
from kg.pipeline.columns.texts import earliest, is_plain, latest, over
from kg.pipeline.columns.walk import ColumnWalk
from kg.query.as_of import HOLDING
from kg.store.base import select
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History
from kg.text.statements import dates_in_words, status

if TYPE_CHECKING:
    from pages import Visitor

HERE = Path(__file__).parent / "vectors"
VECTORS: list[dict[str, Any]] = json.loads((HERE / "certainty.json").read_text(encoding="utf-8"))
DATES: list[dict[str, Any]] = json.loads((HERE / "dates.json").read_text(encoding="utf-8"))
# What is refused has no day after it, not even one that is open.
WRITTEN = [date for date in DATES if "after" in date]
# The ends of all other forms stand in the tests of those.
PLAIN = [
    date
    for date in WRITTEN
    if re.fullmatch(r"-?\d{4}(-(0\d|1[0-2])(-\d\d)?)?|Y-?\d+", date["text"])
]
DAYS = sorted({day for vector in VECTORS for day in vector["on"]})
EACH = pytest.mark.parametrize("number", range(len(VECTORS)), ids=lambda n: VECTORS[n]["that"])
CASES = [(number, day) for number, vector in enumerate(VECTORS) for day in vector["on"]]

ONTOLOGY = """
@prefix : <https://example.org/vectors/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Thing a owl:Class ; rdfs:label "thing"@en .
:state a kg:StateProperty , owl:ObjectProperty ; rdfs:label "lasts for"@en .
:event a kg:EventProperty , kg:HappensOnce , owl:ObjectProperty ; rdfs:label "happened to"@en .
:timeless a owl:ObjectProperty ; rdfs:label "stands beside"@en .
"""
DATASET = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/vectors/> a dcat:Dataset , void:Dataset ;
    dcterms:title "Vectors"@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:issued "2024-01-01"^^xsd:date ;
    dcat:version "1" ;
    void:uriSpace "https://example.org/vectors/" .
"""
# What the page's own scripts say of its facts, and of dates; `state` among them is that of a page.
SCRIPTS = "".join(
    (Path(still.__file__).parent / "web" / name).read_text(encoding="utf-8")
    for name in ("words.js", "dates.js", "facts.js", "state.js")
)
SAID = f"""(asked) => {{
  {SCRIPTS}
  return asked.map(([id, day]) => {{
    const fact = factById.get(id);
    const number = dayNumber(day);
    return [statusOn(fact, number), holdsOn(fact, number), periodOf(fact), surelyOn(fact, number)];
  }});
}}"""
READ = f"""(texts) => {{
  {SCRIPTS}
  return texts.map((text) => {{
    const date = readDate(text);
    const shown = (day) => (day === null ? null : isoDay(day));
    return date && [shown(dayNumber(text)), shown(dayAfter(text)), inWords(text)];
  }});
}}"""


def rows(number: int) -> Iterator[str]:
    """The rows of a vector, its own first; its two things are named by nobody else."""
    vector = VECTORS[number]
    for fact in (vector["fact"], *vector.get("beside", ())):
        dates = ",".join(fact.get(name, "") for name in ("start", "end", "at"))
        yield f"one-{number},{fact['kind']},two-{number},{dates},book,,{fact.get('rank', '')},"


def write_project(path: Path, names: Iterable[str], facts: Iterable[str]) -> None:
    """Write a project of things with these names, and of rows about them from one book."""
    tables = {
        "entities": [
            "id,class,label_en,label_ru,aliases,wikidata,description",
            *(f"{name},Thing,{name},,,," for name in names),
        ],
        "sources": [
            "id,title,publisher,url,published,accessed,language,kind,sha256",
            "book,Book,Press,https://example.org/book,2001,,en,book,",
        ],
        "statements/facts": [
            "subject,predicate,object,start,end,at,source,locator,rank,note",
            *facts,
        ],
    }
    for folder in ("data/statements", "ontology"):
        (path / folder).mkdir(parents=True)
    for name, lines in tables.items():
        (path / "data" / f"{name}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (path / "data" / "dataset.ttl").write_text(DATASET, encoding="utf-8")
    (path / "ontology" / "ontology.ttl").write_text(ONTOLOGY, encoding="utf-8")


@dataclass(frozen=True)
class Made:
    """A project of all vectors, and the statement of each, by number."""

    path: Path
    store: EmbeddedStore
    statements: list[Statement]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("vectors")
    numbers = range(len(VECTORS))
    names = [f"{side}-{number}" for number in numbers for side in ("one", "two")]
    write_project(path, names, [row for number in numbers for row in rows(number)])
    store = EmbeddedStore.of(build(path / "data", path / "ontology").quads)
    return Made(path, store, [the_one(number, store) for number in range(len(VECTORS))])


def the_one(number: int, store: EmbeddedStore) -> Statement:
    """The statement of a vector as the store gives it back."""
    fact = VECTORS[number]["fact"]
    dates = tuple(fact.get(name, "") for name in ("start", "end", "at"))
    (found,) = (
        one
        for one in History(store).statements
        if one.triple == (f"one-{number}", fact["kind"], f"two-{number}")
        and (one.start, one.end, one.at) == dates
    )
    return found


def period(bounds: list[str | None] | None) -> Period | None:
    """A period as the table writes it."""
    if bounds is None:
        return None
    since, until = (PartialDate.stored(day).earliest if day else None for day in bounds)
    return Period(since, until)


def agree(made: Made, day: str, found: set[str]) -> None:
    """Hold the ids of the statements that were found for a day against the vectors."""
    for number, vector in enumerate(VECTORS):
        if day in vector["on"]:
            holds = made.statements[number].id in found
            assert holds == (vector["on"][day] == "current"), (vector["that"], day)


def in_page(number: int, day: str) -> str:
    """What the page shows for a day, where it differs: "hidden" is current and not shown."""
    vector = VECTORS[number]
    expected: str = vector.get("in_page", {}).get(day, vector["on"][day])
    return expected


def surely(number: int, day: str) -> bool:
    """Whether a fact that holds is sure on the first day of a date, which the page shows."""
    days = period(VECTORS[number]["surely"])
    first = parse_date(day).earliest
    return days is not None and days.covers(Period(first, next_day(first)))


def test_a_difference_of_the_page_has_a_reason_and_differs() -> None:
    for vector in VECTORS:
        assert ("in_page" in vector) == ("because" in vector)
        for day, shown in vector.get("in_page", {}).items():
            assert shown != vector["on"][day], vector["that"]


@EACH
def test_a_statement_stands_on_a_day_as_the_vectors_say(made: Made, number: int) -> None:
    one = made.statements[number]

    for day, expected in VECTORS[number]["on"].items():
        assert status(one, day) == expected, day
        assert one.in_world(parse_date(day).period) == (expected == "current"), day


@EACH
def test_a_statement_surely_holds_and_reads_as_the_vectors_say(made: Made, number: int) -> None:
    vector, one = VECTORS[number], made.statements[number]

    assert one.surely == period(vector["surely"])
    assert dates_in_words(one) == vector["reads"]


def test_sparql_finds_what_the_vectors_say(made: Made) -> None:
    for day in DAYS:
        since, until = (iso(bound) for bound in parse_date(day).period if bound)
        found = select(made.store, HOLDING.format(since=since, until=until))
        agree(made, day, {made.store.words.local("st", text_of(row["st"])) for row in found})


def test_columns_find_what_the_vectors_say(made: Made, tmp_path: Path) -> None:
    """A project whose day of issue does not sort as a text is built row by row."""
    dataset = read_dataset(made.path / "data")[0]
    ontology = read_ontology(made.path / "ontology", Vocabulary(dataset.base))
    walk = ColumnWalk(made.path / "data", ontology, dataset)
    with Spill(tmp_path, 0) as spill:
        for batch in walk.batches():
            spill.add(batch)
        (part,) = spill
    assert not any(finding.severity == "error" for finding in walk.loader.findings)
    for day in DAYS:
        scheme = Scheme.of(ontology, day.removeprefix("Y"))
        if not is_plain_day(day):
            with pytest.raises(ValueError, match="no day of four-digit years"):
                assemble(part, scheme)
            continue
        lines = "\n".join(cell for column in assemble(part, scheme).world for cell in column)
        world = parse(lines, RdfFormat.N_QUADS)
        marks = [quad for quad in world if quad.object == term("kg:CurrentStatement")]
        agree(made, day, {ontology.words.local("st", text_of(quad.subject)) for quad in marks})


def test_the_still_shows_what_the_vectors_say(made: Made) -> None:
    drawn = network(made.store)
    facts = {fact["id"]: fact for fact in content(drawn, drawn)["facts"]}

    for number, day in CASES:
        fact, on = facts[made.statements[number].id], parse_date(day).earliest
        holds = still.holds(fact, on)
        assert holds == (in_page(number, day) == "current"), (VECTORS[number]["that"], day)
        assert not holds or is_sure(fact, on) == surely(number, day), (VECTORS[number], day)


def test_the_script_of_the_page_says_what_the_vectors_say(
    made: Made, visit: Visitor, tmp_path: Path
) -> None:
    page = visit(view(network(made.store)).save(tmp_path / "graph.html"))
    asked = [[made.statements[number].id, day] for number, day in CASES]

    said = page.tab.evaluate(SAID, asked)

    assert not page.errors
    for (number, day), (how, holds, words, sure) in zip(CASES, said, strict=True):
        vector = VECTORS[number]
        shown = "hidden" if how == "current" and not holds else how
        assert (shown, words) == (in_page(number, day), vector["reads_in_page"]), (vector, day)
        assert holds == (shown == "current")
        assert not holds or sure == surely(number, day), (vector, day)


@pytest.mark.parametrize("date", DATES, ids=lambda date: date["text"] or "empty")
def test_a_date_means_the_days_that_the_vectors_say(date: dict[str, Any]) -> None:
    if date not in WRITTEN:
        with pytest.raises(NotADateError):
            read(date["text"])
        return
    since, until = (iso(day) if day else None for day in read(date["text"]).period)

    assert (since, until) == (date["first"], date["after"])


def test_a_column_means_the_days_that_the_vectors_say() -> None:
    """Columns judge a date only where they are sure of it; the others go to the code for rows."""
    texts = pl.Series("text", [date["text"] for date in DATES if date["text"]])
    text = pl.col("text")
    found = texts.to_frame().select(
        text, is_plain(text).alias("plain"), first=earliest(text), last=latest(text)
    )
    by_text = {date["text"]: date for date in DATES}
    plain = found.filter("plain").to_dicts()

    # The years 1 to 9998, as they are written.
    assert {row["text"] for row in plain} == {
        date["text"]
        for date in PLAIN
        if "0001" <= date["text"][:4] < "9999" and date["text"][0] != "-"
    }
    for row in plain:
        after = iso(next_day(PartialDate.stored(row["last"]).earliest))
        date = by_text[row["text"]]
        assert (row["first"], after) == (date["first"], date["after"])


@pytest.mark.parametrize("date", PLAIN, ids=lambda date: date["text"])
def test_an_end_is_over_between_the_days_that_the_vectors_say(date: dict[str, Any]) -> None:
    assert tuple(map(iso, PartialDate.parse(date["text"]).over)) == over_of(date)


def test_a_column_of_ends_is_over_between_the_days_that_the_vectors_say() -> None:
    by_text = {date["text"]: date for date in WRITTEN}
    text = pl.col("text")
    plain = pl.DataFrame({"text": list(by_text)}).filter(is_plain(text))
    found = plain.select(text, first=over(text)[0], last=over(text)[1]).rows()

    assert len(found) > 5
    for written, first, last in found:
        assert (first, last) == over_of(by_text[written]), written


def over_of(date: dict[str, Any]) -> tuple[str, str]:
    """The first and the last day that can be the first without what ends so.

    It is a day itself; in a month or a year lies the last day, and the day after that is meant.
    """
    if date["text"].count("-", 1) == 2:
        return date["first"], date["first"]
    second = iso(next_day(PartialDate.stored(date["first"]).earliest))
    return second, date["after"]


def test_the_script_of_the_page_reads_dates_as_the_vectors_say(visit: Visitor) -> None:
    said = visit().tab.evaluate(READ, [date["text"] for date in DATES])

    for date, found in zip(DATES, said, strict=True):
        expected = [date["first"], date["after"], date["reads"]] if date in WRITTEN else None
        assert found == expected, date["text"]


def test_the_script_of_the_page_reads_dates_in_russian(visit: Visitor) -> None:
    words = {date["text"]: date["in_russian"] for date in DATES if "in_russian" in date}
    russian = READ.replace("return texts", "state.lang = 'ru'; return texts")

    said = visit().tab.evaluate(russian, list(words))

    assert len(words) > 5
    assert [found[2] for found in said] == list(words.values())
