"""Shapes find in parts of a graph what they find in all of it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from kg.errors import LimitError
from kg.model.foreign import bounded
from kg.model.shapes import Reach, reach
from kg.pipeline.validate import Told, shacl_report, told_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyoxigraph import Quad

pytest.importorskip("polars")

import polars as pl

from kg.pipeline.columns.neighbourhoods import text_of, told_by_parts, triples_in

HEAD = """
@prefix : <urn:x:> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
# What stands in every part: the classes, one of them without a name.
CLASSES = """
<urn:x:Man> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:x:Being> .
<urn:x:Cat> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:x:Being> .
<urn:x:knows> <http://www.w3.org/2000/01/rdf-schema#domain> _:either .
_:either <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x:Class> .
"""
TARGETS = (
    "sh:targetClass :Man",
    "sh:targetClass :Being",
    "sh:targetClass :Class",
    "sh:targetNode :n1 , :n2 , :nobody",
    "sh:targetSubjectsOf :knows",
    "sh:targetObjectsOf :knows",
    "sh:targetObjectsOf :age",
)
PATHS = (
    *(":knows", ":likes", ":age", "[ sh:inversePath :knows ]", "[ sh:inversePath :likes ]"),
    "[ sh:alternativePath ( :knows [ sh:inversePath :likes ] ) ]",
)
# What is asked of what a path leads to.
ASKED = (
    "sh:minCount 1",
    "sh:maxCount 1",
    "sh:minCount 2",
    "sh:class :Man",
    "sh:class :Being",
    "sh:nodeKind sh:IRI",
    "sh:nodeKind sh:Literal",
    "sh:hasValue :n3",
    "sh:in ( :n1 :n2 :n3 1 2 )",
    "sh:pattern '[1-4]$'",
    "sh:maxInclusive 3",
    "sh:not [ sh:class :Cat ]",
    "sh:or ( [ sh:class :Cat ] [ sh:nodeKind sh:Literal ] )",
    "sh:qualifiedValueShape [ sh:class :Cat ] ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape [ sh:not [ sh:class :Man ] ] ; sh:qualifiedMaxCount 1",
    "sh:equals :likes",
    "sh:disjoint :likes",
    "sh:node :Small",
)
# What is asked of the node itself.
OWN = (
    "sh:class :Man",
    "sh:not [ sh:class :Cat ]",
    "sh:not [ sh:property [ sh:path :knows ; sh:minCount 2 ] ]",
    "sh:xone ( [ sh:class :Man ] [ sh:property [ sh:path :likes ; sh:maxCount 1 ] ] )",
    "sh:closed true ; sh:ignoredProperties ( rdf:type :knows :age )",
    "sh:node :Small",
)


def shapes_of(text: str) -> list[Quad]:
    return list(parse(HEAD + text, RdfFormat.TURTLE))


def random_shapes(chance: random.Random) -> str:
    found = [":Small a sh:NodeShape ; sh:pattern '[0-5]$' ; sh:nodeKind sh:IRI ."]
    for number in range(chance.randint(1, 4)):
        parts = [f":S{number} a sh:NodeShape", chance.choice(TARGETS)]
        for _ in range(chance.randint(1, 3)):
            if chance.random() < 0.25:
                parts.append(chance.choice(OWN))
            else:
                # Of each parameter a shape has at most one.
                several = {one.split()[0]: one for one in chance.sample(ASKED, 2)}
                asked = " ; ".join(several.values())
                parts.append(f"sh:property [ sh:path {chance.choice(PATHS)} ; {asked} ]")
        found.append(" ; ".join(parts) + " .")
    return "\n".join(found)


def random_data(chance: random.Random) -> pl.DataFrame:
    """Some nodes with classes, which know and like each other or are of an age."""
    nodes = [f"<urn:x:n{number}>" for number in range(chance.randint(4, 16))]
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    rows = [
        (node, kind, f"<urn:x:{name}>")
        for node in nodes
        for name in chance.choice((["Man", "Being"], ["Cat", "Being"], []))
    ]
    number = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    for _ in range(chance.randint(3, 40)):
        name = chance.choice(("knows", "likes", "likes", "age"))
        is_number = name == "age" or (name == "likes" and chance.random() < 0.2)
        value = number.format(chance.randint(1, 6)) if is_number else chance.choice(nodes)
        rows.append((chance.choice(nodes), f"<urn:x:{name}>", value))
    return pl.DataFrame(rows, schema=["s", "p", "o"], orient="row").unique()


def in_all(shapes: Sequence[Quad], data: pl.DataFrame) -> list[Told]:
    return sorted(told_in(shacl_report(shapes, CLASSES.encode() + text_of(data))))


def in_parts(near: Reach, data: pl.DataFrame, folder: Path, parts: int) -> list[Told]:
    frames = [data[:7], data[7:]]
    return sorted(told_by_parts(near, CLASSES.encode(), frames, folder, parts))


@pytest.mark.parametrize("seed", range(30))
def test_random_shapes_find_in_parts_what_they_find_in_all(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    text = random_shapes(chance)
    shapes, data = shapes_of(text), random_data(chance)
    near = reach(shapes, parse(CLASSES, RdfFormat.N_TRIPLES))

    assert near is not None, text
    expected = in_all(shapes, data)
    for parts in (1, 5):
        # Nodes without a name are called anew in each report.
        found = in_parts(near, data, tmp_path, parts)
        assert [named(one) for one in found] == [named(one) for one in expected], text
    assert not list(tmp_path.iterdir())


def named(one: Told) -> Told:
    return one if ":" in one.focus else one._replace(focus="", value="")


def test_random_shapes_find_something(tmp_path: Path) -> None:
    """The seeds above are no thirty graphs in which all is well."""
    assert not list(tmp_path.iterdir())
    found = 0
    for seed in range(30):
        chance = random.Random(seed)
        shapes = shapes_of(random_shapes(chance))
        found += bool(in_all(shapes, random_data(chance)))
    assert found > 20


@pytest.mark.parametrize(
    "shape",
    [
        "sh:property [ sh:path ( :knows :likes ) ; sh:minCount 1 ]",
        "sh:property [ sh:path [ sh:zeroOrMorePath :knows ] ; sh:minCount 1 ]",
        "sh:property [ sh:path [ sh:alternativePath ( :knows ( :likes :age ) ) ] ; sh:minCount 1 ]",
        "sh:property [ sh:path [ sh:inversePath [ sh:inversePath :knows ] ] ; sh:minCount 1 ]",
        "sh:property [ sh:path :knows ; sh:node :Far ]",
        "sh:property [ sh:path :knows ; sh:property [ sh:path :likes ; sh:minCount 1 ] ]",
        "sh:property [ sh:path :knows ; sh:not [ sh:closed true ] ]",
        "sh:property [ sh:path :knows ; sh:qualifiedValueShape :Far ; sh:qualifiedMinCount 1 ]",
        "sh:or ( [ sh:property [ sh:path :knows ; sh:node :Far ] ] [ sh:class :Man ] )",
        "sh:sparql [ sh:select 'SELECT $this WHERE { $this :knows :n1 }' ]",
        "sh:misspelt 3",
        "a owl:Class",
    ],
)
def test_what_looks_farther_than_one_step_is_checked_in_all(shape: str) -> None:
    far = ":Far a sh:NodeShape ; sh:property [ sh:path :likes ; sh:minCount 1 ] ."
    quads = shapes_of(f":S a sh:NodeShape ; sh:targetClass :Man ; {shape} .\n{far}")
    assert reach(quads) is None


def test_only_what_is_asked_for_is_brought_along() -> None:
    """Classes of those known, and of those by whom one is liked; who likes one."""
    quads = shapes_of(
        ":S a sh:NodeShape ; sh:targetClass :Man ; "
        "sh:property [ sh:path :knows ; sh:class :Man ] , [ sh:path :age ; sh:minCount 1 ] , "
        "[ sh:path [ sh:inversePath :likes ] ; sh:class :Cat ] ."
    )
    found = reach(quads)
    assert found is not None
    assert found.back == {"<urn:x:likes>"}
    assert found.classes == {"<urn:x:knows>"}
    assert found.classes_back == {"<urn:x:likes>"}


def test_instances_of_the_classes_below_are_focus_nodes_too() -> None:
    quads = shapes_of(":S a sh:NodeShape ; sh:targetClass :Being ; sh:class :Man .")
    found = reach(quads, parse(CLASSES, RdfFormat.N_TRIPLES))
    assert found is not None
    (target,) = found.targets
    assert target.terms == {"<urn:x:Being>", "<urn:x:Man>", "<urn:x:Cat>"}


def test_terms_are_found_in_lines_whatever_stands_in_texts() -> None:
    rows = [
        ("<urn:x:a>", "<urn:x:b>", '"a . b \\"c\\" \\n ."@en'),
        ("_:a", "<urn:x:b>", "<urn:x:c>"),
        ("<urn:x:a>", "<urn:x:b>", '"\u2028\x85 ."'),
    ]
    text = "".join(f"{' '.join(row)} .\n" for row in rows).encode()
    found = triples_in(memoryview(text))

    assert found.rows() == rows
    assert text_of(found) == text
    written = serialize(
        [quad.triple for quad in parse(text, RdfFormat.N_TRIPLES)], format=RdfFormat.N_TRIPLES
    )
    assert triples_in(memoryview(written or b"")).height == len(rows)


def test_a_part_that_takes_too_much_memory_is_a_limit_with_the_file(tmp_path: Path) -> None:
    shapes = shapes_of(":S a sh:NodeShape ; sh:targetClass :Man ; sh:class :Man .")
    near = reach(shapes)
    assert near is not None
    rows = [(f"<urn:x:n{n}>", "<urn:x:knows>", f"<urn:x:n{n + 1}>") for n in range(200_000)]
    data = pl.DataFrame(rows, schema=["s", "p", "o"], orient="row")
    with (
        bounded(16 * 2**20),
        pytest.raises(LimitError, match=r"^ontology/shapes.ttl: .* more than 16 MiB of memory"),
    ):
        list(told_by_parts(near, b"", [data], tmp_path, 2))
    assert not list(tmp_path.iterdir())
