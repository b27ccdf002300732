"""Rules as joins conclude what rules applied one by one conclude, with the same proofs."""

from __future__ import annotations

import json
import random
import shutil
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, Store, parse

from conftest import BASE, FACTS
from kg.errors import Finding, LimitError
from kg.model.dates import UNKNOWN, PartialDate
from kg.model.edtf import over_after
from kg.model.foreign import Trial, bounded
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Ontology, read_ontology
from kg.model.statement import Kind, Statement
from kg.pipeline import ahead
from kg.pipeline.assemble import describe, graph_triple, world
from kg.pipeline.builder import check_large
from kg.pipeline.columns import neighbourhoods, size
from kg.pipeline.columns import shapes as looked
from kg.pipeline.columns.premises import Premises, premises_of
from kg.pipeline.infer import Inference, infer
from kg.pipeline.joins.engine import Engine
from kg.pipeline.joins.filled import Answers, answers, fill, plans_of
from kg.pipeline.joins.outcome import Outcome
from kg.pipeline.joins.tables import Tables
from kg.pipeline.joins.written import Written
from kg.pipeline.world import statements_on, whole
from kg.progress import shown_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pyoxigraph import Quad

    from conftest import Tiny

pytest.importorskip("duckdb")

pl = pytest.importorskip("polars")

ISSUED = "2005-06-15"
TODAY = PartialDate.stored(ISSUED).period
ONTOLOGY = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:in a kg:StateProperty , owl:ObjectProperty .
:near a kg:StateProperty , owl:ObjectProperty , owl:SymmetricProperty .
:part a owl:ObjectProperty .
:met a kg:EventProperty , owl:ObjectProperty .
:born a kg:EventProperty , kg:HappensOnce , owl:ObjectProperty .
:last a kg:StateProperty , kg:InclusiveEnds , owl:ObjectProperty ; rdfs:subPropertyOf :in .
:knows a kg:StateProperty , owl:ObjectProperty .
:gone a owl:ObjectProperty .
"""
KINDS: dict[str, Kind] = {
    "in": "state",
    "near": "state",
    "last": "state",
    "knows": "state",
    "part": "timeless",
    "met": "event",
    "born": "event",
}
RULES = {
    "transitive": "{ ?a :in ?c } WHERE { GRAPH ?x { ?a :in ?b } GRAPH ?y { ?b :in ?c } }",
    "parts": "{ ?a :part ?c } WHERE { GRAPH ?x { ?a :part ?b } GRAPH ?y { ?b :part ?c } }",
    "symmetric": "{ ?b ?p ?a } WHERE { ?p a owl:SymmetricProperty . GRAPH ?s { ?a ?p ?b } }",
    "wider": "{ ?a ?w ?b } WHERE { ?p rdfs:subPropertyOf+ ?w . GRAPH ?s { ?a ?p ?b } }",
    "neighbours": "{ ?a :near ?b } WHERE { GRAPH ?x { ?a :in ?c } GRAPH ?y { ?b :in ?c } "
    "FILTER (STR(?a) < STR(?b)) }",
    "guests": "{ ?a :met ?c } WHERE { GRAPH ?x { ?a :met ?b } GRAPH ?y { ?b :in ?c } }",
    "three": "{ ?a :knows ?b } WHERE { GRAPH ?x { ?a :near ?c } GRAPH ?y { ?b :near ?c } "
    "GRAPH ?z { ?c :part ?d } FILTER (?a != ?b && ?d NOT IN (id:e0, id:e1)) }",
    "last": "{ ?a :last ?c } WHERE { GRAPH ?x { ?a :last ?b } GRAPH ?y { ?b :near ?c } }",
    "births": "{ ?a :born ?c } WHERE { GRAPH ?x { ?a :born ?b } GRAPH ?y { ?b :in ?c } }",
}


def ontology_of(folder: Path, rules: Sequence[str]) -> Ontology:
    (folder / "rules").mkdir(parents=True)
    (folder / "ontology.ttl").write_text(ONTOLOGY, encoding="utf-8")
    for name in rules:
        text = f"# Rule {name}.\nCONSTRUCT {RULES[name]}\n"
        (folder / "rules" / f"{name}.rq").write_text(text, encoding="utf-8")
    return read_ontology(folder, Vocabulary(BASE))


def date(chance: random.Random, first: int, last: int) -> str:
    year, month = chance.randint(first, last), chance.randint(1, 12)
    return f"{year}-{month:02}-{chance.randint(1, 28):02}"[: chance.choice((4, 7, 10))]


def random_statements(chance: random.Random) -> list[Statement]:
    """A few entities with many statements between them, so that proofs meet and go in circles."""
    found = {}
    people = chance.randint(3, 8)
    for _ in range(chance.randint(3, 40)):
        name = chance.choice(list(KINDS))
        subject, value = chance.sample(range(people), 2)
        start = end = at = over_by = ""
        if KINDS[name] == "event":
            at = date(chance, 1990, 2010) if chance.random() < 0.8 else ""
        elif KINDS[name] == "state" and chance.random() < 0.1:
            at = date(chance, 1990, 2010)
        elif KINDS[name] == "state":
            start = date(chance, 1990, 2000) if chance.random() < 0.8 else ""
            end = date(chance, 2001, 2010) if chance.random() < 0.5 else ""
            if not end and chance.random() < 0.2:
                end, over_by = UNKNOWN, chance.choice(("", "2011-01-01"))
            elif name == "last":
                over_by = over_after(end)
        one = Statement(
            f"e{subject}",
            name,
            f"e{value}",
            KINDS[name],
            start=start,
            end=end,
            at=at,
            rank="deprecated" if chance.random() < 0.05 else "normal",
            over_by=over_by,
        )
        found[one.id] = one
    return list(found.values())


def by_rows(
    statements: Sequence[Statement], known: Ontology
) -> tuple[list[Statement], set[str], list[str]]:
    """What is inferred, what rules add to graphs, and all quads, as the walk on rows has them."""
    quads = [*known.quads, *said(statements, known)]
    found = infer(quads, statements, known)
    own = {one.id: graph_triple(known.words, one).triple for one in statements}
    extra = {
        f"{identifier} {triple.subject} {triple.predicate} {triple.object}"
        for identifier in own
        for triple in found.graphs[identifier]
        if triple != own[identifier]
    }
    every = whole(quads, statements, found, known.words, TODAY)
    return list(found.statements), extra, sorted(map(str, every))


def said(statements: Iterable[Statement], known: Ontology) -> list[Quad]:
    """What stands for the statements alone, without the world."""
    return [
        quad
        for one in statements
        for quad in (*describe(known.words, one), graph_triple(known.words, one))
    ]


def engine_of(statements: Sequence[Statement], known: Ontology, tables: Tables) -> Engine:
    """Lay the statements before the rules, all of them as those that are not plain."""
    names = ("id", "s", "p", "o", "kind", "rank", "since", "until", "start", "end", "at")
    given = Premises(tables.folder / "premises")
    none = pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    given.add(premises_of(none, statements, known.words, ISSUED))
    plans, reasons = plans_of(known)
    assert reasons == []
    found = answers_of(known)
    return Engine(tables, plans, fill(tables, given.files, plans, found, known), known)


def answers_of(known: Ontology) -> Answers:
    """What the ontology alone answers to the rules."""
    with Trial(known.quads) as trial:
        return answers(plans_of(known)[0], trial, known.words.prefixes)


def by_joins(
    statements: Sequence[Statement], known: Ontology, folder: Path
) -> tuple[list[Statement], set[str], list[str]]:
    """What `by_rows` has; of the quads each as often as it would be written."""
    tables = Tables(folder)
    engine = engine_of(statements, known, tables)
    engine.run()
    outcome = Outcome(engine)
    told = [one for part in outcome.parts for one in outcome.told(part)]
    told += [one for one, _ in outcome.others()]
    extra = {
        f"{cells['id']} {cells['s']} {cells['p']} {cells['o']}"
        for part in outcome.parts
        for cells in outcome.added(part).iter_rows(named=True)
    }
    graphs = {one.id: [graph_triple(known.words, one).triple] for one in statements}
    now = statements_on(statements, TODAY)
    given = [*known.quads, *said(statements, known), *world(known.words, graphs, now)]
    lines = b"".join(Written(outcome, ISSUED, answers_of(known)).lines())
    tables.close()
    return told, extra, sorted(map(str, (*given, *parse(lines, RdfFormat.N_QUADS))))


@pytest.mark.parametrize("seed", range(24))
def test_random_rules_conclude_the_same_from_random_statements(tmp_path: Path, seed: int) -> None:
    """Statements with days, texts, proofs in their order and number, what is added, all quads."""
    chance = random.Random(seed)
    rules = chance.sample(list(RULES), chance.randint(1, 5))
    known, statements = ontology_of(tmp_path / "ontology", rules), random_statements(chance)
    rows, joined = by_rows(statements, known), by_joins(statements, known, tmp_path)

    assert len(joined[0]) == len(rows[0])
    assert {one.id: one for one in joined[0]} == {one.id: one for one in rows[0]}
    assert joined[1] == rows[1]
    assert joined[2] == rows[2]


def test_a_chain_is_closed_with_the_proofs_of_every_way_to_cut_it(tmp_path: Path) -> None:
    """e0 in e1 in … in e5: 10 conclusions by hand, of which e0 in e5 can be cut in four places."""
    known = ontology_of(tmp_path / "ontology", ["transitive"])
    chain = [Statement(f"e{n}", "in", f"e{n + 1}", "state", start="2001") for n in range(5)]
    told, *_ = by_joins(chain, known, tmp_path)
    last = next(one for one in told if one.triple == ("e0", "in", "e5"))

    assert {(one.subject, one.object) for one in told} == {
        (f"e{first}", f"e{last}") for first in range(4) for last in range(first + 2, 6)
    }
    assert (last.start, last.end, last.proof_count) == ("2001", "", 4)


def test_two_periods_apart_are_two_statements_each_with_its_proof(tmp_path: Path) -> None:
    """Together in e9 from 1994 to 1999, and again from 2006-08-16 on."""
    known = ontology_of(tmp_path / "ontology", ["neighbours"])
    given = [
        Statement("e1", "in", "e9", "state", start="1990", end="1999-04-20"),
        Statement("e1", "in", "e9", "state", start="2006-08-16"),
        Statement("e2", "in", "e9", "state", start="1994"),
    ]
    told, *_ = by_joins(given, known, tmp_path)

    assert sorted((one.start, one.end) for one in told) == [
        ("1994", "1999-04-20"),
        ("2006-08-16", ""),
    ]
    assert {one.triple for one in told} == {("e1", "near", "e2")}


def test_what_the_ontology_denies_is_not_concluded(tmp_path: Path) -> None:
    """NOT EXISTS over what describes: of two properties the symmetric one says nothing more.

    What is known follows too, and then in the other direction.
    """
    folder = tmp_path / "ontology"
    RULES["denied"] = (
        "{ ?b :knows ?a } WHERE { GRAPH ?s { ?a ?p ?b } ?p a owl:ObjectProperty . "
        "FILTER NOT EXISTS { ?p a owl:SymmetricProperty } }"
    )
    known = ontology_of(folder, ["denied"])
    given = [
        Statement("e1", "near", "e2", "state", start="1990"),
        Statement("e1", "part", "e3", "timeless"),
    ]
    rows, joined = by_rows(given, known), by_joins(given, known, tmp_path)
    del RULES["denied"]

    assert joined == rows
    assert {line.partition(" ")[2] for line in joined[1]} == {
        f"<{BASE}id/e3> <{BASE}ontology#knows> <{BASE}id/e1>",
        f"<{BASE}id/e1> <{BASE}ontology#knows> <{BASE}id/e3>",
    }


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("GRAPH ?s { ?a :in ?b } OPTIONAL { ?a :part ?c }", "need not have a new premise"),
        ("GRAPH ?s { ?a :in ?b } BIND (STR(?a) AS ?c)", "BIND is no join"),
        ("GRAPH ?s { ?a :in ?b } FILTER (?b > 3)", "by their value"),
        ("GRAPH ?s { ?a :in ?b } ?a ?any ?c", "a predicate outside GRAPH is a variable"),
        ("GRAPH ?s { ?a :in+ ?b }", "a path inside GRAPH"),
        ("GRAPH ?s { ?a :in ?b } MINUS { ?a :gone ?b }", "MINUS is no join"),
        ("GRAPH ?s { ?a :in ?b } FILTER regex(STR(?b), 'e')", "its FILTER has"),
        ("GRAPH ?s { ?a :in ?b FILTER (?a != ?b) }", "more than triples inside GRAPH"),
        ("GRAPH ?s { ?a :in ?b } GRAPH ?t { ?s :in ?b }", "it speaks of a premise"),
        (
            "{ GRAPH ?s { ?a :in ?b } FILTER (STR(?b) < STR(?c)) } GRAPH ?t { ?b :in ?c }",
            "a variable that its group does not bind",
        ),
        ("GRAPH ?s { ?a :in ?b } FILTER EXISTS { ?c :gone ?d }", "EXISTS has no variable"),
        (
            "GRAPH ?s { ?a :in ?b } FILTER EXISTS { ?a :gone ?b MINUS { ?b :gone ?a } }",
            "more than triples inside EXISTS",
        ),
        ("GRAPH ?s { ?a :in ?b } ?a owl:sameAs* ?c", "can be of no length"),
        ("GRAPH ?s { ?a :in [] }", "it has a blank node"),
        ("GRAPH ?s { ?a :in ?b } FILTER (STRLEN(STR(?a)) = 3)", "by their value"),
        ("GRAPH ?s { ?a :in ?b } FILTER sameTerm(UUID(), ?b)", "its FILTER computes something"),
    ],
)
def test_what_is_no_join_is_named_with_its_reason(
    tmp_path: Path, pattern: str, reason: str
) -> None:
    RULES["odd"] = f"{{ ?b :near ?a }} WHERE {{ {pattern} }}"
    known = ontology_of(tmp_path / "ontology", ["odd"])
    del RULES["odd"]
    ((path, why),) = plans_of(known)[1]

    assert known.findings == ()
    assert path == "ontology/rules/odd.rq"
    assert reason in why


def test_joins_that_outgrow_their_memory_are_ended_with_a_limit(tmp_path: Path) -> None:
    known = ontology_of(tmp_path / "ontology", ["neighbours"])
    crowd = [Statement(f"e{n}", "in", "e-all", "state", start="2001") for n in range(3000)]
    tables = Tables(tmp_path, memory=48 * 2**20)
    tables.run("SET max_temp_directory_size = '1MiB'")
    engine = engine_of(crowd, known, tables)

    with pytest.raises(LimitError, match=r"^ontology/rules/neighbours\.rq: the joins need more"):
        engine.run()
    tables.close()


def test_joins_that_take_too_long_are_ended_with_a_limit(tmp_path: Path) -> None:
    known = ontology_of(tmp_path / "ontology", ["neighbours"])
    crowd = [Statement(f"e{n}", "in", "e-all", "state", start="2001") for n in range(1500)]
    tables = Tables(tmp_path)
    engine = engine_of(crowd, known, tables)

    with (
        bounded(1024 * 2**20, seconds=0.05),
        pytest.raises(LimitError, match=r"^ontology/rules.*: the joins took longer than 0\.05 sec"),
    ):
        engine.run()
    tables.close()


# ---- Whole projects ----


def built(folder: Path) -> tuple[set[str], str]:
    """The quads of a build, and the digest of its record."""
    now = max(folder.glob("build/generation-*"), key=lambda one: one.stat().st_mtime_ns)
    quads = set(map(str, Store.read_only(str(now / "store"))))
    record = (now / "record" / "record.json").read_text(encoding="utf-8")
    return quads, json.loads(record)["digest"]


def test_a_project_with_rules_is_the_same_by_columns_and_by_rows(
    tiny_built: Tiny, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quads, world, proofs and record: one digest each."""
    from kg.cli.commands import main

    rows = built(tiny_built.path)
    for name in ("LARGE", "LARGE_WITH_RULES"):
        monkeypatch.setattr(size, name, 0)
    monkeypatch.chdir(tiny_built.path)
    shutil.rmtree(tiny_built.path / "build")
    with pytest.raises(SystemExit):
        main(["build"])

    assert "inferred" in capsys.readouterr().out
    assert built(tiny_built.path) == rows


@pytest.mark.parametrize("part", [neighbourhoods.PART, 1])
def test_a_shape_finds_the_same_rows_by_columns(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """Places, messages and severities, of entities and of statements, in all and part by part."""
    monkeypatch.setattr(looked, "PART", part)
    shapes = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:PlayerShape a sh:NodeShape ; sh:targetSubjectsOf :playsFor ;
    sh:property [ sh:path :playsFor ; sh:maxCount 0 ; sh:message "plays; stop it" ] ;
    sh:property [ sh:path :playsFor ; sh:nodeKind sh:Literal ;
        sh:message "is no text; write one" ] ;
    sh:property [ sh:path rdfs:label ; sh:minCount 9 ; sh:severity sh:Warning ; sh:message "few" ] .
"""
    (tiny.path / "ontology" / "shapes.ttl").write_text(shapes, encoding="utf-8")
    rows = tiny.check()
    for name in ("LARGE", "LARGE_WITH_RULES"):
        monkeypatch.setattr(size, name, 0)
    columns = check_large(tiny.data, tiny.ontology, lambda _: None)

    assert columns is not None
    assert columns.findings == rows.findings
    assert any("is no text" in one.message and FACTS in one.path for one in rows.findings)


def told(groups: int, members: int, folder: Path) -> tuple[str, list[Finding], int]:
    """What is told before and noted of the rule that joins all members of each group, and does.

    The last is how many facts there are then.
    """
    known = ontology_of(folder / "ontology", ["neighbours"])
    every = [
        Statement(f"e{group}-{number}", "in", f"g{group}", "state")
        for group in range(groups)
        for number in range(members)
    ]
    tables = Tables(folder)
    engine = engine_of(every, known, tables)
    stages: list[str] = []
    noted: list[Finding] = []
    engine.tell = noted.extend
    with shown_by(lambda stage, *_: stages.append(stage)):
        engine.run()
    count = tables.count("conclusion")
    tables.close()
    return stages[0], noted, count


def test_before_a_rule_is_applied_it_is_told_how_many_facts_it_will_infer(tmp_path: Path) -> None:
    """Of each group of twenty, every pair once: 20 * 19 / 2."""
    stage, noted, count = told(5, 20, tmp_path)

    assert stage == "round 1 of the rules, neighbours, 950 facts to infer; conclusions so far"
    assert noted == []
    assert count == 950


def test_of_many_statements_some_tell_about_how_many_facts_there_will_be(tmp_path: Path) -> None:
    """Each has 49.5 pairs in the mean; of 4,000 statements about a thousand are looked at."""
    stage, _, count = told(40, 100, tmp_path)
    about = stage.removeprefix("round 1 of the rules, neighbours, about ").partition(" facts")[0]

    assert count == 40 * 100 * 99 / 2 == 198_000
    assert about.endswith("0,000")
    assert 0.85 < int(about.replace(",", "")) / count < 1.15


def test_a_rule_that_will_infer_very_many_facts_is_named_before_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting ends after so many; a hub makes more than anybody waits for."""
    monkeypatch.setattr(ahead, "MANY", 100)
    monkeypatch.setattr("kg.pipeline.joins.ahead.MOST", 120)
    _, noted, _ = told(1, 50, tmp_path)

    (only,) = noted
    assert str(only) == (
        "ontology/rules/neighbours.rq:1:1: note: the rule will infer more than 120 facts; "
        "counted for its 50 statements; narrow it down if that is not meant"
    )


def test_the_note_of_a_rule_is_among_the_findings_of_the_project(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told on the way, and stands in the report."""
    for name in ("LARGE", "LARGE_WITH_RULES"):
        monkeypatch.setattr(size, name, 0)
    monkeypatch.setattr(ahead, "MANY", 0)
    (tiny.path / "ontology" / "shapes.ttl").unlink()
    on_the_way: list[Finding] = []
    report = check_large(tiny.data, tiny.ontology, on_the_way.extend)

    assert report
    kept = [one for one in report.findings if one.message.startswith("the rule will infer")]
    rules = sorted(path.name for path in (tiny.ontology / "rules").glob("*.rq"))
    assert [one.place.rpartition("/")[2].partition(":")[0] for one in kept] == rules != []
    assert {*kept} <= {*on_the_way}


def neighbours(groups: int, members: int, folder: Path) -> tuple[list[str], Inference]:
    """What is told before a rule runs row by row, and what it finds then."""
    known = ontology_of(folder / "ontology", ["neighbours"])
    every = [
        Statement(f"e{group}-{number}", "in", f"g{group}", "state")
        for group in range(groups)
        for number in range(members)
    ]
    quads = [
        quad
        for one in every
        for quad in (*describe(known.words, one), graph_triple(known.words, one))
    ]
    stages: list[str] = []
    with shown_by(lambda stage, *_: stages.append(stage)):
        found = infer(quads, every, known)
    return [one for one in stages if one.startswith("round 1 of the rules")], found


def test_row_by_row_a_tenth_of_the_statements_tells_how_many_facts_there_will_be(
    tmp_path: Path,
) -> None:
    """In each of 100 groups of twenty every pair once: 100 * 20 * 19 / 2 = 19,000."""
    (stage, *_), found = neighbours(100, 20, tmp_path)
    about = stage.removeprefix("round 1 of the rules, neighbours, about ").partition(" facts")[0]

    assert len(found.statements) == 19_000
    assert 0.8 < int(about.replace(",", "")) / 19_000 < 1.2
    assert found.findings == ()


def test_row_by_row_few_statements_tell_nothing(tmp_path: Path) -> None:
    (stage, *_), _ = neighbours(5, 20, tmp_path)

    assert stage == "round 1 of the rules, neighbours; conclusions so far"


def test_row_by_row_the_note_of_a_rule_is_among_the_findings_too(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That two play for one club makes them teammates once, and of rivals each is the other's."""
    monkeypatch.setattr(ahead, "MANY", 0)
    monkeypatch.setattr(ahead, "_FEW", 0)
    monkeypatch.setattr(ahead, "_SHARE", 1)

    told = [one for one in tiny.check().findings if one.message.startswith("the rule will infer")]

    assert [(one.place, one.message, one.severity) for one in told] == [
        (f"ontology/rules/{name}.rq:1:1", "the rule will infer 1 fact", "note")
        for name in ("rivals", "teammates")
    ]
