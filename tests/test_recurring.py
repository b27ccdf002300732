"""Events that happen again: one of another date is another statement, unless it happens once."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import profile, tables
from test_columns import HEADER, HERE, agree, opened
from test_dates import lines_of
from test_ended import recorded

import kg
from kg.changes.compare import StatementChange
from kg.errors import Finding
from kg.exports.network import to_format
from kg.model.checks import interval_findings
from kg.model.merge import disputes
from kg.model.statement import Rank, Reference, Statement
from kg.pipeline.columns import assemble
from kg.pipeline.columns.walk import load as load_columns
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.pipeline.builder import Built

FACTS = "data/statements/facts.csv"
ONTOLOGY = "ontology/ontology.ttl"
LINES = lines_of("Events that happen again")
SAID = {
    "two events": None,
    "one event": None,
    "warning": ("warning", "may be the same event as at"),
    "error": ("error", "is dated otherwise at"),
    "two spellings": ("error", "is another spelling of what stands at"),
}


def won(at: str, line: int = 2, rank: Rank = "normal") -> Statement:
    row = Reference("book", at=at, row=f"facts.csv:{line}")
    return Statement("clara", "won", "city-open", "event", at=at, rank=rank, references=(row,))


def lasted(start: str, end: str, line: int) -> Statement:
    rows = (Reference("book", row=f"facts.csv:{line}"),)
    return Statement("clara", "won", "city-open", "event", "", start, end, references=rows)


def found_in(group: Sequence[Statement], *, is_once: bool) -> list[Finding]:
    return [*interval_findings(group, once={"won"} if is_once else ())]


@pytest.fixture
def champion(tiny: Tiny) -> Tiny:
    """The league, of which Clara won the open twice."""
    tiny.add("clara,won,city-open,,,1995-06-10,almanac-2001,p. 8,,")
    tiny.add("clara,won,city-open,,,1997-06-07,almanac-2001,p. 9,,")
    return tiny


# ---------------------------------------------------------------- what is wrong with two dates


@pytest.mark.parametrize("cells", LINES, ids=" ".join)
@pytest.mark.parametrize("is_once", [False, True])
def test_two_rows_say_what_the_page_says(tiny: Tiny, cells: list[str], *, is_once: bool) -> None:
    first, second, *expected = cells
    if is_once:
        tiny.replace(ONTOLOGY, ":won a kg:", ":won a kg:HappensOnce , kg:")
    for locator, at in enumerate((first, second)):
        tiny.add(f"clara,won,city-open,,,{at},almanac-2001,p. {locator},,foretold")

    found = [one for one in tiny.check().findings if "clara" in one.message]

    said = SAID[expected[is_once]]
    assert [one.severity for one in found] == ([said[0]] if said else [])
    assert all(said is not None and said[1] in one.message for one in found)


@pytest.mark.parametrize(
    ("rows", "warned"),
    [
        ([("2020-05-26", "2020-05-28"), ("2020-05-28", "2020-05-30")], None),
        ([("2020-05-26", "2020-05-28"), ("2020-05-27", "2020-05-30")], 3),
        ([("2020-05-26", "2020-05-28"), ("2020-05", "2020-07")], 3),
        ([("2020-05", "2020-07"), ("2020-05-26", "2020-05-28")], 2),
    ],
)
def test_of_what_took_several_days_all_are_asked(
    rows: list[tuple[str, str]], warned: int | None
) -> None:
    group = [lasted(*dates, line) for line, dates in enumerate(rows, start=2)]

    assert [one.line for one in found_in(group, is_once=False)] == ([warned] if warned else [])
    assert [one.severity for one in found_in(group, is_once=True)] == ["error"]


def test_a_day_within_what_took_several_may_be_the_same_event() -> None:
    group = [lasted("2020-05-26", "2020-05-28", 2), won("2020-05-27", 3), won("2020-05-28", 4)]

    (finding,) = found_in(group, is_once=False)

    assert (finding.severity, finding.line) == ("warning", 2)
    assert finding.message == "'clara won city-open' may be the same event as at facts.csv:3"
    assert finding.repair == (
        "both count; if it is one, write the same date in both rows, or mark the better one "
        "preferred or the worse one deprecated"
    )


@pytest.mark.parametrize("order", [("2001", "2001-05-03"), ("2001-05-03", "2001")])
def test_the_less_precise_row_is_asked_about(order: tuple[str, str]) -> None:
    group = [won(at, line) for line, at in enumerate(order, start=2)]

    assert [one.line for one in found_in(group, is_once=False)] == [2 + order.index("2001")]


@pytest.mark.parametrize("rank", ["preferred", "deprecated"])
def test_where_ranks_differ_nothing_is_asked(rank: Rank) -> None:
    group = [won("2001", 2), won("2001-05-03", 3, rank)]

    assert not found_in(group, is_once=False)
    assert not found_in(group, is_once=True)


def test_of_thousands_of_dates_each_is_held_against_those_near_it_alone() -> None:
    """Each against each would be 50 million pairs."""
    group = [won(f"{year}-{month:02}", 2) for year in range(1200, 2000) for month in range(1, 13)]
    group.append(won("1500-03-04", 3, "preferred"))

    assert not found_in(group, is_once=False)
    month = next(one for one in group if one.at == "1500-03")
    assert disputes(group) == {month.id: (group[-1].id,)}


# ---------------------------------------------------------------- which of them count


def test_the_better_of_two_that_can_be_one_decides_and_no_other() -> None:
    year, other, day = won("2001"), won("2002"), won("2001-05-03", rank="preferred")

    assert disputes([year, other, day]) == {year.id: (day.id,)}
    assert disputes([year, other, day], {"won"}) == {year.id: (day.id,), other.id: (day.id,)}


@pytest.mark.parametrize("is_kept_simple", [True, False])
def test_what_is_known_by_a_date_has_the_marks_too(tiny: Tiny, *, is_kept_simple: bool) -> None:
    """Graphs with rules are built again, those without lose what later sources say."""
    if is_kept_simple:
        for rule in (tiny.ontology / "rules").glob("*.rq"):
            rule.unlink()
    for fact in ("won,city-open", "founded,knights"):
        tiny.add(f"clara,{fact},,,1988-06-10,gazette-1999,,preferred,")
        tiny.add(f"clara,{fact},,,1989-06-07,gazette-1999,,,")
        tiny.add(f"clara,{fact},,,1987-06-07,almanac-2001,,deprecated,")
    graph = kg.Graph(tiny.build().store())

    def days(name: str, known_by: str | None = None) -> list[str]:
        which = f"?st a kg:CurrentStatement ; rdf:subject id:clara ; rdf:predicate :{name}"
        sparql = f"SELECT (STR(?at) AS ?day) {{ {which} ; kg:at ?at }} ORDER BY ?at"
        return [str(row[0]) for row in graph.query(sparql, known_by=known_by).rows]

    assert days("won") == days("won", "1999") == ["1988-06-10", "1989-06-07"]
    assert days("founded") == days("founded", "1999") == ["1988-06-10"]


# ---------------------------------------------------------------- through the house


def test_an_award_won_twice_is_two_facts_from_the_table_to_the_network(champion: Tiny) -> None:
    assert champion.check().findings == ()
    graph = kg.Graph(champion.build().store())
    ask = "SELECT ?st { ?st a kg:CurrentStatement ; rdf:subject id:clara ; rdf:predicate :won }"
    triple = "ASK { id:clara :won id:city-open }"
    days = ("1995-06-09", "1995-06-10", "1997-06-06", "1997-06-07", "2020")

    assert [len(graph.query(ask, as_of=day).rows) for day in days] == [0, 1, 1, 2, 2]
    assert [bool(graph.query(triple, as_of=day)) for day in days] == [False, *[True] * 4]
    assert [len(graph.query(ask, as_of=day, surely=True).rows) for day in days] == [0, 1, 1, 2, 2]
    why = str(graph.why("clara", "won", "city-open")).splitlines()
    assert [line for line in why if line.startswith("clara")] == [
        "clara won city-open  on 1995-06-10",
        "clara won city-open  on 1997-06-07",
    ]
    assert sum("current, rank normal" in line for line in why) == 2
    network = graph.network()
    edges = network["clara"]["city-open"]
    assert sorted(edge["at"] for edge in edges.values()) == ["1995-06-10", "1997-06-07"]
    assert {edge["status"] for edge in edges.values()} == {"current"}
    back = nx.read_gexf(io.BytesIO(to_format(network, ".gexf").encode()))
    assert back.number_of_edges("clara", "city-open") == 2


def test_the_audit_has_nothing_to_say_of_two_dates(champion: Tiny) -> None:
    graph = kg.Graph(champion.build().store())

    assert not graph.audit(kinds=["dates", "rejected", "disjoint", "functional"]).findings


def moved(champion: Tiny, new: str) -> list[tuple[str, str, str]]:
    """What and which dates the changes have when the second date is written otherwise."""
    before = kg.Graph(champion.build().store())
    champion.replace(FACTS, "1997-06-07", new)
    changes = kg.diff(before, champion.path).changes
    return [
        (one.what, one.old.at if one.old else "", one.new.at if one.new else "")
        for one in changes
        if isinstance(one, StatementChange)
    ]


def test_a_date_that_went_and_one_that_came_are_two_changes(champion: Tiny) -> None:
    assert moved(champion, "1998-06-06") == [
        ("removed", "1997-06-07", ""),
        ("added", "", "1998-06-06"),
    ]


def test_a_date_that_is_told_with_more_or_less_precision_has_changed(champion: Tiny) -> None:
    assert moved(champion, "1997-06") == [("changed", "1997-06-07", "1997-06")]


def test_a_date_of_what_happens_once_has_changed_whatever_it_was(champion: Tiny) -> None:
    champion.replace(ONTOLOGY, ":won a kg:", ":won a kg:HappensOnce , kg:")
    champion.replace(FACTS, "p. 8,,", "p. 8,deprecated,")

    assert ("changed", "1997-06-07", "1998-06-06") in moved(champion, "1998-06-06")


def test_a_published_table_agrees_with_the_years_it_has_and_lacks_the_other(
    champion: Tiny,
) -> None:
    graph = kg.Graph(champion.build().store())
    table = pd.DataFrame({"who": ["clara"] * 2, "what": ["city-open"] * 2, "year": [1995, 1999]})
    told = graph.compare(table, subject="who", object="what", predicate="won", at="year")

    assert {(one.verdict, one.first) for one in told.verdicts if one.subject == "clara"} == {
        ("agree", "1995"),
        ("only-record", "1997"),
        ("only-table", "1999"),
    }


def test_a_rule_concludes_an_event_for_each_day_on_which_both_are_so(tiny: Tiny) -> None:
    """Clara lost to Boris whenever he won and she had come: in 1996, in 1998, and once in 1999."""
    tiny.replace(
        ONTOLOGY,
        ":won a kg:",
        ":lostTo a kg:EventProperty , owl:ObjectProperty .\n"
        ":cameTo a kg:EventProperty , owl:ObjectProperty .\n:won a kg:",
    )
    rule = (
        "# Who came lost to the one who won.\nCONSTRUCT { ?one :lostTo ?other } WHERE {\n"
        "GRAPH ?a { ?one :cameTo ?open } GRAPH ?b { ?other :won ?open } FILTER(?one != ?other) }"
    )
    (tiny.ontology / "rules" / "lost.rq").write_text(rule, encoding="utf-8")
    tiny.add("clara,cameTo,city-open,,,1996-06-10,almanac-2001,p. 8,,")
    tiny.add("boris,won,city-open,,,1995-06-10,almanac-2001,p. 8,,")
    tiny.add("boris,won,city-open,,,1998,almanac-2001,p. 8,,")

    def lost() -> list[tuple[str, str]]:
        built = tiny.build()
        found = [one for one in History(built.store()).statements if one.predicate == "lostTo"]
        assert {len(one.proofs) for one in found} == {1}
        by_id = {one.id: one for one in History(built.store()).statements}
        premises = (sorted(by_id[name].at for name in one.premises) for one in found)
        return [(one.at, " ".join(each)) for one, each in zip(found, premises, strict=True)]

    assert lost() == [
        ("1996-06-10", "1995-06-10 1996-06-10"),
        ("1998", "1996-06-10 1998"),
        ("1999-06-12", "1996-06-10 1999-06-12"),
    ]
    tiny.replace(ONTOLOGY, ":lostTo a kg:", ":lostTo a kg:HappensOnce , kg:")
    built = tiny.build()
    (only,) = [one for one in History(built.store()).statements if one.predicate == "lostTo"]
    assert (only.at, only.proof_count) == ("1996-06-10", 3)


def test_what_is_concluded_from_a_conclusion_names_the_event_of_its_own_day(tiny: Tiny) -> None:
    tiny.replace(
        ONTOLOGY,
        ":won a kg:",
        ":lostTo a kg:EventProperty , owl:ObjectProperty .\n"
        ":mourned a kg:EventProperty , owl:ObjectProperty .\n:won a kg:",
    )
    for name, text in {
        "lost": "CONSTRUCT { ?one :lostTo ?other } WHERE { GRAPH ?a { ?one :founded ?club } "
        "GRAPH ?b { ?other :won ?open } }",
        "mourned": "CONSTRUCT { ?one :mourned ?open } WHERE { GRAPH ?a { ?one :lostTo ?other } "
        "GRAPH ?b { ?other :playsFor ?club } GRAPH ?c { ?other :won ?open } }",
    }.items():
        (tiny.ontology / "rules" / f"{name}.rq").write_text(f"# {name}\n{text}", encoding="utf-8")
    tiny.add("boris,won,city-open,,,1998-06-12,almanac-2001,p. 8,,")
    known = {one.id: one for one in History(tiny.build().store()).statements}

    mourned = [one for one in known.values() if one.predicate == "mourned"]
    assert [one.at for one in mourned] == ["1998-06-12", "1999-06-12"]
    for one in mourned:
        lost = [known[name] for name in one.premises if known[name].predicate == "lostTo"]
        assert [each.at for each in lost] == [one.at]


def test_what_happens_on_no_day_has_no_such_mark(tiny: Tiny) -> None:
    tiny.replace(ONTOLOGY, ":playsFor a kg:", ":playsFor a kg:HappensOnce , kg:")

    (finding,) = (one for one in tiny.check().findings if "HappensOnce" in one.message)

    assert str(finding) == (
        "ontology: error: 'playsFor' has kg:HappensOnce but does not happen on a day; "
        "make it a kg:EventProperty, or leave kg:HappensOnce out"
    )


# ---------------------------------------------------------------- rows, columns, record and store


def test_rows_columns_record_and_store_have_both(champion: Tiny) -> None:
    built: Built = champion.build()
    asserted = {
        "rows": champion.records().statements,
        "columns": load_columns(*opened(champion.path)).statements,
        "record": recorded(built),
        "store": History(EmbeddedStore.of(built.quads)).statements,
    }

    for way, statements in asserted.items():
        found = [one.at for one in statements if one.triple == ("clara", "won", "city-open")]
        assert found == ["1995-06-10", "1997-06-07"], way
    assert History(built.store()).once == {"founded"}


@pytest.mark.slow
def test_thousands_of_events_that_happen_again_stay_on_columns(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No two of a triple can be one; the row that each second has is a second source."""
    people = [f"player-{number}" for number in range(20)]
    for name in people:
        tiny.add(f"{name},Player,{name},,,,", "data/entities.csv")
    facts = [
        f"{name},won,city-open,,,{day},{source},p. 1,,foretold"
        for number, name in enumerate(people)
        for year in range(1800, 1870)
        for day in (f"{year}{('', '-11', f'-11-0{number % 9 + 1}')[year % 3]}",)
        for source in ("almanac-2001", "gazette-1999")[: 1 + year % 2]
    ]
    (tiny.path / FACTS).write_text("\n".join([HEADER, *facts, ""]), encoding="utf-8")

    def refuse(*_: object) -> None:
        pytest.fail("an event that is apart from the others went to the code of rows")

    monkeypatch.setattr(assemble, "merge", refuse)

    assert len(agree(tiny.path).statements) == 20 * 70


DAYS = ["1990", "1995-09", "1995-09-30", "1995-10-01", "1995", "1999-05-03", "199X", "1995~"]
EVENTS = st.tuples(
    st.sampled_from(["anna", "boris"]),
    st.sampled_from(["won,city-open", "founded,knights"]),
    st.sampled_from(
        [
            *(f",,{day}" for day in [*DAYS, "1999-05-03?", "[..1995]", "[1999..]", "1995-24"]),
            *("1990,1991,", "1995-09-01,1995-10-01,", "1999-05,1999-06-02,", "1990,unknown,"),
        ]
    ),
    st.sampled_from(["almanac-2001", "gazette-1999"]),
    st.sampled_from(["p. 1", "p. 2"]),
    st.sampled_from(["", "", "preferred", "deprecated"]),
    st.just(""),
)


@pytest.mark.slow
@profile(40)
@given(rows=tables(EVENTS))
def test_both_walks_agree_on_any_events(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    shutil.copytree(HERE / "tiny", folder, dirs_exist_ok=True)
    text = "\n".join([HEADER, *(",".join(row) for row in rows)])
    (folder / FACTS).write_text(text + "\n", encoding="utf-8")

    agree(folder)
