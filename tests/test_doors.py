"""Every door at which a date comes in reads dates alike, and says what was probably meant."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from spellings import LIKELY, WRITTEN

import kg
from kg.errors import KGError
from kg.model.dataset import read_dataset
from kg.page.draw import view
from kg.pipeline.columns.walk import load as load_columns
from kg.query.bench.bench import Bench
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History
from kg.workers.limits import Limits

if TYPE_CHECKING:
    from pages import Visitor

    from conftest import Tiny

COMPACT = "20120627"
REFUSAL = "'20120627' is not a date; did you mean 2012-06-27?"
QUESTION = """# What does a player of that year play?
# param year (xsd:gYear): the year
# param day (xsd:date): the day
SELECT ?player ?year ?day { ?player :playsFor ?club }
"""


@pytest.fixture(scope="module")
def league(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    from conftest import HERE

    path = shutil.copytree(HERE / "tiny", tmp_path_factory.mktemp("doors") / "tiny")
    (path / "ontology" / "questions" / "year.rq").write_text(QUESTION, encoding="utf-8")
    return kg.build(path / "data", path / "ontology")


def table(column: str, text: str) -> dict[str, Any]:
    frame = pd.DataFrame({"who": ["Anna"], "club": ["Knights"], "when": [text]})
    named = {"subject": "who", "object": "club", "predicate": "playsFor"}
    return {"table": frame, **named} | ({column: "when"} if column else {})


DOORS: dict[str, Callable[[kg.Graph, str], object]] = {
    "query, as of": lambda graph, text: graph.query("squad", as_of=text),
    "query, known by": lambda graph, text: graph.query("squad", known_by=text),
    "slice, as of": lambda graph, text: graph.slice(as_of=text),
    "slice, known by": lambda graph, text: graph.slice(known_by=text),
    "why, as of": lambda graph, text: graph.why("anna", as_of=text),
    "why, known by": lambda graph, text: graph.why("anna", known_by=text),
    "audit, since": lambda graph, text: graph.audit(since=text),
    "audit, known by": lambda graph, text: graph.audit(known_by=text),
    "network, as of": lambda graph, text: graph.network(as_of=text),
    "network, known by": lambda graph, text: graph.network(known_by=text),
    "view, as of": lambda graph, text: graph.view(as_of=text),
    "view of a network": lambda graph, text: view(graph.network(), as_of=text),
    "dump, as of": lambda graph, text: graph.dump(".nq", as_of=text),
    "dump, known by": lambda graph, text: graph.dump(".nq", known_by=text),
    "compare, as of": lambda graph, text: graph.compare(**table("", ""), as_of=text),
    "compare, known by": lambda graph, text: graph.compare(**table("start", "1996"), known_by=text),
    "compare, start": lambda graph, text: graph.compare(**table("start", text)),
    "compare, end": lambda graph, text: graph.compare(**table("end", text)),
    "compare, first": lambda graph, text: graph.compare(**table("first", text)),
    "compare, last": lambda graph, text: graph.compare(**table("last", text)),
    "compare, at": lambda graph, text: graph.compare(**table("at", text)),
    "a question's year": lambda graph, text: graph.query("year", year=text, day="2012-06-27"),
    "a question's day": lambda graph, text: graph.query("year", year="2012", day=text),
    "a worker, as of": lambda graph, text: bench(graph).slice(text),
    "a worker, known by": lambda graph, text: bench(graph).slice(None, text),
}


def bench(graph: kg.Graph) -> Bench:
    assert isinstance(graph.store, EmbeddedStore)
    return Bench(graph.store, Limits(), is_plain=False, is_cut=False)


@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_eight_digits_and_says_which_day_they_are(
    league: kg.Graph, door: str
) -> None:
    with pytest.raises(KGError, match=re.escape(REFUSAL)):
        DOORS[door](league, COMPACT)


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("statements/facts.csv", "boris,playsFor,knights,1998,", "start", "7:24"),
        ("statements/facts.csv", "anna,playsFor,knights,1995-09,2000-01-01,", "end", "4:31"),
        ("statements/facts.csv", "anna,founded,knights,,,1990,", "at", "2:24"),
        ("sources.csv", "1999-06-14", "published", "3:68"),
        ("sources.csv", "2024-01-01", "accessed", "2:83"),
    ],
)
@pytest.mark.parametrize("columns", [False, True], ids=["rows", "columns"])
def test_a_cell_of_eight_digits_is_an_error_at_its_place(
    tiny: Tiny, file: str, old: str, new: str, place: str, columns: bool
) -> None:
    date = [part for part in old.split(",") if part][-1]
    tiny.replace(f"data/{file}", old, old.replace(date, COMPACT))
    found = read_by(tiny, columns=columns)

    assert f"data/{file}:{place}: error: {REFUSAL}" in found, new


def read_by(tiny: Tiny, *, columns: bool) -> list[str]:
    if columns:
        records = load_columns(tiny.data, tiny.known(), read_dataset(tiny.data)[0])
    else:
        records = tiny.records()
    return [str(finding) for finding in records.findings]


def test_the_day_of_issue_is_read_like_every_date(tiny: Tiny) -> None:
    tiny.replace("data/dataset.ttl", '"2024-01-01"', '"20240101"')
    (first, *_) = tiny.check().errors

    assert first.message == (
        "the dataset has no day in dcterms:issued: "
        "'20240101' is not a date; did you mean 2024-01-01?"
    )


def test_a_far_year_comes_back_as_it_was_written(tiny: Tiny) -> None:
    tiny.replace(
        "ontology/ontology.ttl",
        ":won a kg:Event",
        ":bornIn a owl:DatatypeProperty ; rdfs:domain :Player ; rdfs:range xsd:gYear ;\n"
        '    rdfs:label "born in"@en , "родился"@ru .\n'
        ":won a kg:Event",
    )
    tiny.add("clara,playsFor,rooks,Y-17000,Y-16000,,old,,,")
    tiny.add("clara,playsFor,rooks,,,Y-20000,old,,,")
    tiny.add("clara,bornIn,Y-20030,,,,old,,,")
    tiny.add("old,A wall,,,Y-16000,,,,", "data/sources.csv")
    loaded = {one.id: one for one in tiny.records().statements}
    store = tiny.build().store()
    read = History(store)

    ours = {one.id: (one.object, one.start, one.end, one.at) for one in loaded.values()}
    assert ours == {
        one.id: (one.object, one.start, one.end, one.at) for one in read.statements if not one.rule
    }
    assert read.sources["old"].published == "Y-16000"
    assert [r.at for one in read.statements for r in one.references if "-2" in r.at] == ["Y-20000"]
    # What other programs read is valid XSD.
    years = kg.Graph(store).query(
        "SELECT DISTINCT ?year { ?st kg:at|rdf:object|dcterms:issued ?year "
        "FILTER(DATATYPE(?year) = xsd:gYear && STRSTARTS(STR(?year), '-')) } ORDER BY STR(?year)"
    )
    assert [row[0] for row in years.rows] == ["-16000", "-20000", "-20030"]


def test_what_follows_from_a_far_year_is_read_too(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,Y-20000,Y-19999,,gazette-1999,,,")
    tiny.add("boris,playsFor,rooks,Y-20000,Y-19999,,gazette-1999,,,")
    mates = [
        (one.start, one.end)
        for one in History(tiny.build().store()).statements
        if one.rule and {one.subject, one.object} == {"clara", "boris"}
    ]

    assert set(mates) == {("Y-20000", "Y-19999")}
    assert kg.Graph(tiny.build().store()).audit().counts


def test_the_page_reads_dates_as_every_other_door_does(visit: Visitor) -> None:
    # The table is there in a moment, the picture is drawn anew for each date.
    page = visit(address="#view=table")
    for text, day in WRITTEN.items():
        page.on(text)
        assert (page.visible()["date"], page.tab.inner_text("#wrong-date")) == (day, "")
    for text in LIKELY:
        # The field takes spaces at the ends away.
        if text == text.strip():
            page.on("2012-06-27")
            page.on(text)
            assert page.tab.inner_text("#wrong-date").startswith(f"“{text}” is not a date")
            assert page.visible()["date"] == "2012-06-27"


@pytest.mark.parametrize("day", ["12020-01-01", "-17000-01-01", "2012-06-27"])
def test_the_address_of_a_page_keeps_days_of_any_year(visit: Visitor, day: str) -> None:
    page = visit(address=f"#t={day}")

    assert page.visible()["date"] == day
