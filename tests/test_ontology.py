"""The ontology says what can be said; every file that cannot be read is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode

from kg.errors import InputError
from kg.model.namespaces import Vocabulary
from kg.model.ontology import Property, read_ontology

if TYPE_CHECKING:
    from conftest import Tiny

PREFIXES = """
@prefix : <https://example.org/tiny/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
MORE = "ontology/more.ttl"


def test_a_class_is_known_with_everything_above_it(tiny: Tiny) -> None:
    assert tiny.known().classes["Club"] == {"Club", "Competitor"}


def test_classes_that_are_above_each_other_are_the_same(tiny: Tiny) -> None:
    tiny.write(MORE, f"{PREFIXES} :Competitor rdfs:subClassOf :Player .")

    assert tiny.known().classes["Competitor"] == {"Competitor", "Player"}


@pytest.mark.parametrize(
    ("said", "members"),
    [
        (":a rdfs:subPropertyOf :b . :b rdfs:subPropertyOf :c . :c rdfs:subPropertyOf :a .", "abc"),
        (":b rdfs:subClassOf :a . :a rdfs:subClassOf :b .", "ab"),
        # Two circles that share a member.
        (":a rdfs:subClassOf :b, :c . :b rdfs:subClassOf :a . :c rdfs:subClassOf :a .", "ab ac"),
        (":a rdfs:subClassOf :a .", ""),
        (":a rdfs:subClassOf :b, :c . :b rdfs:subClassOf :d . :c rdfs:subClassOf :d .", ""),
        (":a rdfs:subClassOf :b . :b rdfs:subPropertyOf :a .", ""),
    ],
)
def test_a_circle_is_told_with_its_members(tiny: Tiny, said: str, members: str) -> None:
    classes = "".join(f":{one} a owl:Class . " for one in "abcd")
    tiny.write(MORE, f"{PREFIXES} {classes} {said}")

    told = [one for one in tiny.known().findings if "above themselves" in one.message]

    circles = [" → ".join(f":{one}" for one in (*each, each[0])) for each in members.split()]
    assert sorted(one.message.partition("Of: ")[2] for one in told) == circles
    assert {one.severity for one in told} <= {"warning"}


@pytest.mark.parametrize(
    ("here", "there", "is_told"),
    [
        ("@prefix e: <http://e/a#> .", "@prefix e: <http://e/b#> .", True),
        ("PREFIX e: <http://e/a#>", "@prefix e: <http://e/b#> .", True),
        ("@prefix e: <http://e/a#> . @prefix e: <http://e/b#> .", "", True),
        ("@prefix e: <http://e/a#> .", "@prefix f: <http://e/a#> .", False),
        ("@prefix e: <http://e/a#> .", "@base <http://e/> . @prefix e: <a#> .", False),
        ("@base <http://e/> . @prefix e: <a#> .", "@base <http://f/> . @prefix e: <a#> .", True),
        ("@prefix e: <http://e/a#> .", '<urn:a> <urn:b> "@prefix e: <http://e/b#> ." .', False),
        ("@prefix e: <http://e/a#> .", "# @prefix e: <http://e/b#> .", False),
    ],
)
def test_a_prefix_stands_for_one_thing(tiny: Tiny, here: str, there: str, *, is_told: bool) -> None:
    tiny.write("ontology/a.ttl", f"{here}\n")
    tiny.write("ontology/b.ttl", f"\n{there}\n")

    told = [(one.place, one.severity) for one in tiny.known().findings]

    again = here.rfind("e:") + 1
    place = "ontology/b.ttl:2:" if there else f"ontology/a.ttl:1:{again}"
    assert [(at[: len(place)], how) for at, how in told] == [(place, "warning")] * is_told


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Caf\u00e9", "Cafe\u0301", "owl:Class"),
        ("inMatch", "inmatch", "owl:ObjectProperty"),
    ],
)
def test_names_that_look_alike_are_told_with_both_places(
    tiny: Tiny, one: str, other: str, kind: str
) -> None:
    tiny.write("ontology/a.ttl", f"{PREFIXES}\n:{one} a {kind} .\n")
    tiny.write("ontology/b.ttl", f"{PREFIXES}\n\n:{other} a {kind} .\n")

    (told,) = tiny.known().findings

    line = PREFIXES.count("\n") + 2
    assert (told.place, told.severity) == (f"ontology/b.ttl:{line + 1}:1", "warning")
    assert f"'{other}' looks like '{one}' at ontology/a.ttl:{line}:1" in told.message


def test_a_class_and_a_property_may_have_one_name(tiny: Tiny) -> None:
    tiny.write(MORE, f"{PREFIXES} :match a owl:ObjectProperty . :Match a owl:Class .")

    assert not tiny.known().findings


def test_a_class_of_another_ontology_is_not_one_of_ours(tiny: Tiny) -> None:
    tiny.write(MORE, f"{PREFIXES} :Club rdfs:subClassOf rdfs:Resource .")

    assert tiny.known().classes["Club"] == {"Club", "Competitor"}


def test_classes_and_properties_have_labels_in_their_languages(tiny: Tiny) -> None:
    tiny.write(MORE, f'{PREFIXES} :Club rdfs:label "Klub" . rdfs:Resource rdfs:label "thing"@en .')
    labels = tiny.known().labels

    assert labels["playsFor", "en"] == "plays for"
    assert labels["Club", "ru"] == "клуб"
    assert labels["Club", ""] == "Klub"
    assert "thing" not in labels.values()


def test_the_builders_own_words_are_no_class_of_the_project(tiny: Tiny) -> None:
    assert set(tiny.known().classes) == {"Competitor", "Player", "Club", "Tournament"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("playsFor", Property("playsFor", "state", frozenset({"Player"}), frozenset({"Club"}))),
        ("won", Property("won", "event", frozenset({"Competitor"}), frozenset({"Tournament"}))),
        ("rating", Property("rating", "state", frozenset({"Player"}), datatype="xsd:integer")),
        (
            "hosts",
            Property("hosts", "timeless", frozenset({"Club", "Player"}), frozenset({"Tournament"})),
        ),
        (
            "rivalOf",
            Property("rivalOf", "state", frozenset({"Club"}), frozenset({"Club"}), symmetric=True),
        ),
    ],
)
def test_a_property_is_known_by_its_kind_and_its_sides(
    tiny: Tiny, name: str, expected: Property
) -> None:
    assert tiny.known().properties[name] == expected


def test_a_property_without_domain_and_range_joins_anything(tiny: Tiny) -> None:
    tiny.write(MORE, f"{PREFIXES} :likes a owl:ObjectProperty .")

    assert tiny.known().properties["likes"] == Property("likes", "timeless")


def test_a_range_of_another_ontology_lets_anything_in(tiny: Tiny) -> None:
    tiny.write(MORE, f"{PREFIXES} :likes a owl:ObjectProperty ; rdfs:range owl:Thing .")

    assert tiny.known().properties["likes"].range == frozenset()


def test_a_datatype_property_without_range_takes_text(tiny: Tiny) -> None:
    tiny.write(MORE, f"{PREFIXES} :motto a owl:DatatypeProperty .")

    assert tiny.known().properties["motto"].datatype == "xsd:string"


def test_a_cyclic_list_of_classes_ends(tiny: Tiny) -> None:
    union = ":likes a owl:ObjectProperty ; rdfs:domain [ owl:unionOf _:l ] ."
    cycle = "_:l rdf:first :Club ; rdf:rest _:l ."
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
    tiny.write(MORE, f"{PREFIXES} {rdf} {union} {cycle}")

    assert tiny.known().properties["likes"].domain == {"Club"}


@pytest.mark.parametrize(
    ("class_name", "allowed", "fits"),
    [
        ("Club", {"Competitor"}, True),
        ("Club", {"Club"}, True),
        ("Competitor", {"Club"}, False),
        ("Tournament", {"Club", "Player"}, False),
        ("Tournament", set(), True),
    ],
)
def test_a_class_fits_where_it_or_one_above_it_is_allowed(
    tiny: Tiny, class_name: str, allowed: set[str], *, fits: bool
) -> None:
    assert tiny.known().is_a(class_name, frozenset(allowed)) == fits


def test_rules_are_named_by_their_files_and_told_by_their_first_lines(tiny: Tiny) -> None:
    found = [(rule.name, rule.text, rule.path) for rule in tiny.known().rules]

    assert found == [
        ("rivals", "The rival of a club has that club for a rival.", "ontology/rules/rivals.rq"),
        (
            "teammates",
            "Two players are teammates while both play for the same club.",
            "ontology/rules/teammates.rq",
        ),
    ]


def test_a_question_is_known_with_its_parameters(tiny: Tiny) -> None:
    (question,) = tiny.known().questions

    assert (question.name, question.parameters[0].name, question.parameters[0].type) == (
        "squad",
        "club",
        ":Club",
    )


def test_shapes_are_kept_apart_from_the_graph(tiny: Tiny) -> None:
    known = tiny.known()

    assert not set(known.shapes) & set(known.quads)


def test_blank_nodes_are_named_by_content(tiny: Tiny) -> None:
    def blank() -> set[str]:
        return {q.subject.value for q in tiny.known().quads if isinstance(q.subject, BlankNode)}

    assert blank() == blank()


def test_every_wrong_file_is_found_in_one_reading(tiny: Tiny) -> None:
    tiny.write("ontology/a.ttl", "oops")
    tiny.write("ontology/shapes-b.ttl", "oops")
    tiny.write("ontology/rules/c.rq", "oops")
    tiny.write("ontology/questions/d.rq", "oops")

    assert [finding.path for finding in tiny.known().findings] == [
        "ontology/a.ttl",
        "ontology/shapes-b.ttl",
        "ontology/rules/c.rq",
        "ontology/questions/d.rq",
    ]


@pytest.mark.parametrize(
    ("file", "complete"),
    [
        ("ontology/a.ttl", False),
        ("ontology/shapes-a.ttl", True),
        ("ontology/rules/a.rq", True),
        ("ontology/questions/a.rq", True),
    ],
)
def test_an_ontology_is_complete_when_its_own_turtle_can_be_read(
    tiny: Tiny, file: str, *, complete: bool
) -> None:
    tiny.write(file, "oops")

    assert tiny.known().complete == complete


def test_a_rule_file_that_is_not_utf_8_is_found_once(tiny: Tiny) -> None:
    (tiny.ontology / "rules" / "latin.rq").write_bytes(b"# caf\xe9\n")

    assert [str(finding) for finding in tiny.known().findings] == [
        (
            "ontology/rules/latin.rq:1:6: error: byte 5 (0xe9) is not UTF-8, the file was most "
            "likely saved as Windows-1252; save the file as UTF-8"
        )
    ]


def test_a_missing_folder_cannot_be_read(tiny: Tiny) -> None:
    with pytest.raises(InputError):
        read_ontology(tiny.path / "nowhere", Vocabulary("https://example.org/tiny/"))
