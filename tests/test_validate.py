"""Validation finds what the tables alone cannot show, and says in which row it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from conftest import FACTS
from kg.errors import DataError, Finding
from kg.model.dataset import read_dataset
from kg.model.namespaces import Vocabulary, term
from kg.model.ontology import read_ontology
from kg.pipeline.assemble import assemble
from kg.pipeline.load import load
from kg.pipeline.validate import Report, _shape_data, shacl_report

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def places(report: Report) -> list[tuple[str, str]]:
    return [(f"{f.path}:{f.line}", f.severity) for f in report.findings]


def test_the_tiny_project_has_nothing_to_report(tiny: Tiny) -> None:
    assert tiny.check().findings == ()


def test_a_report_counts_what_it_has_seen(tiny: Tiny) -> None:
    assert tiny.check().counts == {
        "statements": 8,
        "entities": 6,
        "sources": 2,
        "rules": 2,
        "questions": 1,
        "inferred": 1,
    }


# ---------------------------------------------------------------- intervals


@pytest.mark.parametrize(
    "period",
    ["1999-12-31,,", ",1995-10-01,", "1996,1997,", "1999-12,2000-02,", ",,", "1990,2010,"],
)
def test_overlap_at_equal_rank_is_an_error(tiny: Tiny, period: str) -> None:
    if period == ",,":
        period = "1995-09-30,1999-01-01,"
    place = tiny.add(f"anna,playsFor,knights,{period},almanac-2001,,,")

    assert places(tiny.check()) == [(place, "error")]


@pytest.mark.parametrize(
    "period", ["2000-01-01,,", ",1995-09-01,", "1990,1995-08,", "1990,1995-09-30,", "1990,1995,"]
)
def test_periods_that_only_touch_do_not_overlap(tiny: Tiny, period: str) -> None:
    tiny.add(
        f"anna,playsFor,knights,{period},almanac-2001,,,".replace(",1995-09-01", "1991,1995-09-01")
    )

    assert [f.message for f in tiny.check().findings if "overlaps" in f.message] == []


@pytest.mark.parametrize("rank", ["preferred", "deprecated"])
def test_overlap_at_another_rank_is_a_dispute_and_no_error(tiny: Tiny, rank: str) -> None:
    tiny.add(f"anna,playsFor,knights,1996,,,almanac-2001,,{rank},")

    assert tiny.check().findings == ()


def test_the_later_row_is_reported_and_the_earlier_one_named(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,knights,1996,1997,,almanac-2001,,,")

    (finding,) = tiny.check().findings

    assert (finding.line, finding.message) == (
        11,
        f"'anna playsFor knights' overlaps the period at {FACTS}:4",
    )


def test_lines_count_as_numbers_not_as_text(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,rooks,1991,1992,,almanac-2001,,,")
    tiny.add("boris,playsFor,knights,2003,,,almanac-2001,,,foretold")

    (finding,) = tiny.check().findings

    assert (finding.line, finding.message) == (
        12,
        f"'boris playsFor knights' overlaps the period at {FACTS}:7",
    )


def test_the_place_of_a_period_is_its_own_row_and_not_that_of_an_attestation(tiny: Tiny) -> None:
    tiny.replace(FACTS, "1999-05-03,gazette-1999,¶2", "1999-05-03,almanac-2001,p. 1")
    tiny.add("anna,playsFor,knights,1996,1997,,almanac-2001,,,")

    (finding,) = tiny.check().findings

    assert finding.message.endswith(f"{FACTS}:4")


def test_two_dates_of_what_happens_once_contradict_each_other(tiny: Tiny) -> None:
    first = tiny.add("clara,founded,knights,1988-06-01,1988-06-03,,almanac-2001,,,foretold")
    second = tiny.add("clara,founded,knights,,,1989-06-01,almanac-2001,,,foretold")

    (finding,) = tiny.check().findings

    assert finding.message == f"'clara founded knights' is dated otherwise at {first}"
    assert finding.repair == (
        "correct the dates, or mark the better one preferred or the worse one deprecated; if it "
        "can happen again, take kg:HappensOnce from ':founded' in the ontology"
    )
    assert second == f"{finding.path}:{finding.line}"


def test_deprecated_versions_of_one_statement_may_contradict_each_other(tiny: Tiny) -> None:
    tiny.add("clara,won,city-open,,,2001-06-01,almanac-2001,,deprecated,foretold")
    tiny.add("clara,won,city-open,,,2002-06-01,almanac-2001,,deprecated,foretold")

    assert tiny.check().findings == ()


def test_attestations_contradict_nothing(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,rooks,,,1999,gazette-1999,,,")
    tiny.add("clara,playsFor,rooks,,,1999-05-03,almanac-2001,,,")

    assert [finding.severity for finding in tiny.check().findings] == ["note", "note"]


def test_an_attestation_outside_every_period_is_noted(tiny: Tiny) -> None:
    place = tiny.add("anna,playsFor,knights,,,2000-01-01,almanac-2001,,,")

    assert places(tiny.check()) == [(place, "note")]


def test_an_attestation_inside_a_period_is_not_noted(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,knights,,,1999-12-31,almanac-2001,,,")

    assert tiny.check().findings == ()


def test_a_note_does_not_keep_the_data_from_being_built(tiny: Tiny) -> None:
    tiny.add("anna,playsFor,knights,,,2000-01-01,almanac-2001,,,")

    assert tiny.check().conforms


# ---------------------------------------------------------------- shapes


def test_a_result_about_an_entity_points_at_its_row(tiny: Tiny) -> None:
    place = tiny.add("night-cup,Tournament,Night Cup,Ночной кубок,,,", "data/entities.csv")

    assert places(tiny.check()) == [(place, "error")]


def test_a_result_about_a_value_points_at_its_statement(tiny: Tiny) -> None:
    place = tiny.add("clara,rating,3001,2001,,,almanac-2001,,,")

    assert places(tiny.check()) == [(place, "error")]


def test_a_result_about_a_statement_points_at_its_row(tiny: Tiny) -> None:
    place = tiny.add("clara,playsFor,knights,1989,,,almanac-2001,,,")

    assert places(tiny.check()) == [(place, "error")]


def test_a_result_about_a_statement_names_its_triple(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,knights,1989,,,almanac-2001,,,")

    (finding,) = tiny.check().findings

    assert finding.message.startswith("'clara playsFor knights': ")


def test_a_result_about_a_source_points_at_its_row(tiny: Tiny) -> None:
    shape = "[] a sh:NodeShape ; sh:targetClass kg:Source ; sh:property [ sh:path kg:accessed ; "
    shapes = (tiny.ontology / "shapes.ttl").read_text(encoding="utf-8")
    tiny.write("ontology/shapes.ttl", f'{shapes}\n{shape} sh:minCount 1 ; sh:message "unread" ] .')

    assert [str(finding) for finding in tiny.check().findings] == [
        "data/sources.csv:3:1: error: src:gazette-1999: unread"
    ]


@pytest.mark.parametrize(
    ("shacl", "severity"), [("Violation", "error"), ("Warning", "warning"), ("Info", "note")]
)
def test_the_severities_of_shacl_have_names_of_ours(tiny: Tiny, shacl: str, severity: str) -> None:
    tiny.replace("ontology/shapes.ttl", "sh:severity sh:Warning", f"sh:severity sh:{shacl}")
    place = tiny.add("dora,Player,Dora,,,,", "data/entities.csv")

    assert places(tiny.check()) == [(place, severity)]


def test_a_warning_does_not_keep_the_data_from_being_built(tiny: Tiny) -> None:
    tiny.add("dora,Player,Dora,,,,", "data/entities.csv")

    assert tiny.check().conforms


def test_a_deprecated_statement_is_not_held_against_its_entity(tiny: Tiny) -> None:
    tiny.add("clara,rating,3001,2001,,,almanac-2001,,deprecated,")

    assert tiny.check().findings == ()


def test_what_only_follows_from_a_row_left_out_is_not_reported(tiny: Tiny) -> None:
    tiny.add("night-cup,Tournament,Night Cup,Ночной кубок,,,", "data/entities.csv")
    place = tiny.add("rooks,hosts,night-cup,2001,,,almanac-2001,,,")

    assert places(tiny.check()) == [(place, "error")]


def test_shapes_are_not_asked_when_a_whole_table_could_not_be_read(tiny: Tiny) -> None:
    tiny.write(FACTS, "")

    assert places(tiny.check()) == [(f"{FACTS}:1", "error")]


def test_a_project_without_shapes_is_fine(tiny: Tiny) -> None:
    (tiny.ontology / "shapes.ttl").unlink()

    assert tiny.check().conforms


# ---------------------------------------------------------------- the report


def test_findings_come_in_the_order_of_files_and_lines(tiny: Tiny) -> None:
    tiny.add("clara,playsFor,knights,1989,,,almanac-2001,,,")
    tiny.add("clra,playsFor,knights,2001,,,almanac-2001,,,")
    tiny.add("night-cup,Tournament,Night Cup,Ночной кубок,,,", "data/entities.csv")

    found = tiny.check().findings

    assert list(found) == sorted(found)


def test_errors_raise_with_every_finding() -> None:
    findings = (Finding("a", 1, 1, "error", "x"), Finding("b", 1, 1, "note", "y"))

    with pytest.raises(DataError) as raised:
        Report(findings, {}).raise_for_errors()

    assert raised.value.findings == findings


def test_a_report_can_be_read_by_machines() -> None:
    report = Report((Finding("a.csv", 2, 3, "note", "é", "r"),), {"statements": 1})

    assert json.loads(report.to_json()) == {
        "conforms": True,
        "counts": {"statements": 1},
        "findings": [
            {
                "path": "a.csv",
                "line": 2,
                "column": 3,
                "severity": "note",
                "message": "é",
                "repair": "r",
            }
        ],
    }


# ---------------------------------------------------------------- a second SHACL engine


def inputs(project: Path) -> tuple[tuple[Quad, ...], list[Triple]]:
    """The shapes of a project and the data that they see."""
    dataset, _ = read_dataset(project / "data")
    words = Vocabulary(dataset.base)
    known = read_ontology(project / "ontology", words)
    records = load(project / "data", known, dataset)
    return known.shapes, _shape_data(records, words, assemble(records, known))


def our_results(shapes: Sequence[Quad], data: Sequence[Triple]) -> set[tuple[str, str]]:
    """(focus node, severity) of each result of the engine that kg uses."""
    severities = {}
    focus = {}
    text = serialize(data, format=RdfFormat.N_TRIPLES)
    for quad in shacl_report(shapes, text or b""):
        if quad.predicate == term("sh:focusNode"):
            focus[quad.subject] = getattr(quad.object, "value", "")
        elif quad.predicate == term("sh:resultSeverity"):
            severities[quad.subject] = getattr(quad.object, "value", "")
    return {(name, severities[node]) for node, name in focus.items()}


def their_results(shapes: Iterable[Quad], data: Iterable[Triple]) -> set[tuple[str, str]]:
    """The same of pySHACL, which reads the same N-Triples."""

    def graph(triples: Iterable[Quad] | Iterable[Triple]) -> rdflib.Graph:
        text = serialize(triples, format=RdfFormat.N_TRIPLES)
        return rdflib.Graph().parse(data=text, format="nt")

    _, report, _ = pyshacl.validate(graph(data), shacl_graph=graph(shapes), inference="none")
    return {
        (str(node), str(report.value(result, SHACL.resultSeverity)))
        for result, node in report.subject_objects(SHACL.focusNode)
    }


def damaged(data: Iterable[Triple]) -> list[Triple]:
    """The data without every third label, title, publisher, address and membership of a list."""
    fragile = {
        term("rdfs:label"),
        term("dcterms:title"),
        term("dcterms:publisher"),
        term("dcterms:description"),
        term("schema:url"),
        term("kg:accessed"),
    }
    ordered = sorted(data, key=str)
    candidates = [triple for triple in ordered if triple.predicate in fragile or _is_fact(triple)]
    gone = set(candidates[::3])
    return [triple for triple in ordered if triple not in gone]


def _is_fact(triple: Triple) -> bool:
    return "/ontology#" in triple.predicate.value


def earlier(data: Iterable[Triple]) -> list[Triple]:
    """The data with every statement begun in the year 1000."""
    start, day = term("kg:start"), Literal("1000-01-01", datatype=term("xsd:date"))
    return [
        Triple(t.subject, t.predicate, day) if t.predicate == start else t
        for t in data
        if t.predicate != term("kg:end")
    ]


def on_a_sample(shapes: Iterable[Quad], data: Iterable[Triple]) -> list[Quad]:
    """The shapes of statements aimed at a dozen: pySHACL takes up to a second for each."""
    kind, statement = term("rdf:type"), term("kg:Statement")
    ids = sorted(str(t.subject) for t in data if (t.predicate, t.object) == (kind, statement))
    sample = [NamedNode(name.strip("<>")) for name in ids[:: max(1, len(ids) // 12)]]
    aimed: list[Quad] = []
    for quad in shapes:
        if (quad.predicate, quad.object) == (term("sh:targetClass"), statement):
            aimed += [Quad(quad.subject, term("sh:targetNode"), node) for node in sample]
        else:
            aimed.append(quad)
    return aimed


def test_both_engines_find_nothing_in_the_tiny_project(tiny: Tiny) -> None:
    shapes, data = inputs(tiny.path)

    assert our_results(shapes, data) == their_results(shapes, data) == set()


@pytest.mark.parametrize(
    ("row", "file"),
    [
        ("night-cup,Tournament,Night Cup,,,,", "data/entities.csv"),
        ("dora,Player,Dora,,,,", "data/entities.csv"),
        ("clara,playsFor,knights,1989,,,almanac-2001,,,", FACTS),
        ("clara,rating,3001,2001,,,almanac-2001,,,", FACTS),
        ("clara,rating,3000,2001,,,almanac-2001,,,", FACTS),
    ],
)
def test_both_engines_find_the_same_in_a_broken_project(tiny: Tiny, row: str, file: str) -> None:
    tiny.add(row, file)
    shapes, data = inputs(tiny.path)

    assert our_results(shapes, data) == their_results(shapes, data)


@pytest.mark.parametrize("damage", [list, damaged, earlier], ids=lambda f: f.__name__)
@pytest.mark.slow
def test_both_engines_find_the_same_in_the_shipped_data(damage: type[list[Triple]]) -> None:
    shapes, data = inputs(ROOT)
    data = damage(data)
    aimed = on_a_sample(shapes, data)

    assert our_results(aimed, data) == their_results(aimed, data)


@pytest.mark.slow
def test_the_damage_to_the_shipped_data_is_worth_comparing() -> None:
    shapes, data = inputs(ROOT)

    assert len(our_results(shapes, damaged(data))) > 50


def test_a_shape_that_checks_nothing_is_told_at_its_place(tiny: Tiny) -> None:
    (tiny.ontology / "shapes-more.ttl").write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <https://example.org/tiny/ontology#> .
:Named a sh:NodeShape ; sh:targetClass :Person ;
    sh:property [ sh:path :name ; sh:minCout 1 ; sh:pattern "^(?=A)" ] .
""",
        encoding="utf-8",
    )
    found = tiny.check()

    assert found.conforms
    assert places(found) == [
        ("ontology/shapes-more.ttl:4", "warning"),
        ("ontology/shapes-more.ttl:4", "warning"),
    ]
    assert [one.column for one in found.findings] == [35, 50]
