"""Constraints whose statements share something find in parts what they find in the whole."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from kg.errors import LimitError
from kg.model.algebra import looked_at
from kg.model.constraints import Constraint
from kg.model.foreign import bounded
from kg.model.namespaces import Vocabulary, term
from kg.pipeline.validate import Told, told_at_once

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("polars")

import polars as pl

from kg.pipeline.columns.constraints import told_by_parts

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "kg": "https://w3id.org/kg-builder#",
    "prov": "http://www.w3.org/ns/prov#",
}
WORDS = Vocabulary("https://example.org/tiny/")


def shared(select: str) -> str | None:
    found = looked_at(select, PREFIXES)
    return None if found is None else found.shared


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        # The focus node and its references alone.
        ("SELECT $this { $this rdf:predicate ?p }", "object"),
        ("SELECT $this { $this kg:rank ?r FILTER NOT EXISTS { $this kg:note ?n } }", "object"),
        ("SELECT $this { $this prov:wasDerivedFrom ?r . ?r kg:note ?n }", "object"),
        # Another statement with the same object, or the same subject.
        ("SELECT $this { $this rdf:object ?o . ?s rdf:object ?o ; kg:start ?d }", "object"),
        ("SELECT $this { { $this rdf:object ?o } ?s rdf:object ?o }", "object"),
        ("SELECT $this { $this rdf:subject ?o . ?s rdf:subject ?o }", "subject"),
        (
            (
                "SELECT $this { $this rdf:subject ?a ; rdf:object ?o . "
                "?s rdf:subject ?a ; rdf:object ?o }"
            ),
            "object",
        ),
        ("SELECT $this { $this rdf:object ?o OPTIONAL { ?s rdf:object ?o } }", "object"),
        (
            (
                "SELECT $this { $this rdf:object ?o "
                "FILTER NOT EXISTS { ?s rdf:object ?o ; kg:at ?d } }"
            ),
            "object",
        ),
        (
            (
                "SELECT $this { { $this rdf:object ?o } UNION { $this rdf:object ?o . "
                "?s rdf:object ?o } }"
            ),
            "object",
        ),
        # A statement of which nothing is known but that it is one.
        ("SELECT $this { $this rdf:object ?o . ?s kg:start ?d }", ""),
        # What one says of others.
        ("SELECT $this { $this kg:disputedBy ?s . ?s kg:start ?d }", ""),
        ("SELECT $this { $this rdf:object ?o . ?o kg:start ?d }", ""),
        # The object of the one is the subject of the other.
        ("SELECT $this { $this rdf:object ?o . ?s rdf:subject ?o }", ""),
        # Two objects.
        ("SELECT $this { $this rdf:object ?o . ?s rdf:object ?q }", ""),
        # Of a reference any statement may be the owner.
        ("SELECT $this { $this prov:wasDerivedFrom ?r . ?s prov:wasDerivedFrom ?r }", ""),
        # Whether there is another one of the same object is asked before it is known which.
        (
            (
                "SELECT $this { $this rdf:object ?o . "
                "{ $this kg:rank ?r FILTER NOT EXISTS { ?s rdf:object ?o ; kg:at ?d } } }"
            ),
            "",
        ),
        (
            (
                "SELECT $this { $this rdf:object ?o . "
                "{ $this kg:rank ?r OPTIONAL { ?s rdf:object ?o ; kg:at ?d } } }"
            ),
            "",
        ),
        (
            "SELECT $this { { $this rdf:object ?o } UNION { $this rdf:object ?o . ?s kg:at ?d } }",
            "",
        ),
    ],
)
def test_what_the_statements_of_a_solution_have_in_common(select: str, expected: str) -> None:
    assert shared(select) == expected


def random_select(chance: random.Random) -> str:
    """Return a constraint of one to three statements, in groups of all kinds."""

    def statement(name: str) -> str:
        said = [
            f"?{name} rdf:object ?o",
            f"?{name} rdf:subject ?a",
            f"?{name} rdf:object ?{chance.choice('oa')}",
            f"?{name} kg:start ?{chance.choice('de')}",
            f"?{name} kg:rank ?r",
            f"?{name} prov:wasDerivedFrom ?ref . ?ref kg:note ?note",
        ]
        return " . ".join(chance.sample(said, chance.randint(1, 3))) + " . "

    def group(depth: int) -> str:
        made = statement(chance.choice(("this", "this", "s", "t")))
        for _ in range(chance.randint(0, 2) if depth else 0):
            inner = group(depth - 1)
            made += chance.choice((
                f"OPTIONAL {{ {inner} }} ",
                f"FILTER NOT EXISTS {{ {inner} }} ",
                f"FILTER EXISTS {{ {inner} }} ",
                f"{{ {inner} }} ",
                f"{{ {inner} }} UNION {{ {group(0)} }} ",
                "FILTER (!BOUND(?d) || ?d < 3) ",
                inner,
            ))  # fmt: skip
        return made

    first = chance.choice(
        ("$this rdf:object ?o . ", "$this rdf:subject ?a . ", "$this kg:rank ?r . ")
    )
    return f"SELECT DISTINCT $this ?value {{ {first}{group(2)} }}"


def random_lines(chance: random.Random) -> pl.DataFrame:
    """Some statements about few things, with starts and noted references."""
    rows = []
    for number in range(chance.randint(3, 14)):
        subject, end = chance.choice("ab"), chance.choice("abc")
        node = f"<{WORDS.prefixes['st']}{number}>"
        said = [
            (term("rdf:subject"), f"<urn:{subject}>"),
            (term("rdf:object"), f"<urn:{end}>"),
            (term("kg:rank"), f"<urn:{chance.choice('nd')}>"),
        ]
        if chance.random() < 0.7:
            day = f'"{chance.randint(1, 4)}"^^<http://www.w3.org/2001/XMLSchema#integer>'
            said.append((term("kg:start"), day))
        text = "".join(f"{node} {name} {value} .\n" for name, value in said)
        if chance.random() < 0.5:
            ref = f"<urn:ref{chance.randint(0, 3)}>"
            text += f"{node} {term('prov:wasDerivedFrom')} {ref} .\n"
            text += f'{ref} {term("kg:note")} "noted" .\n'
        rows.append((text.removesuffix("\n"), subject, end))
    return pl.DataFrame(rows, schema=["quads", "subject", "object"], orient="row")


def constraint(select: str) -> Constraint:
    found = looked_at(select, PREFIXES)
    assert found is not None
    return Constraint(select, PREFIXES, "m", "s", *found)


def in_all(one: Constraint, lines: pl.DataFrame) -> list[Told]:
    text = "\n".join([*lines["quads"], ""]).encode()
    return sorted(told_at_once([one], [memoryview(text)], WORDS))


def in_parts(one: Constraint, lines: pl.DataFrame, folder: Path, parts: int) -> list[Told]:
    frames = [lines[:4], lines[4:]]
    return sorted(told_by_parts([one], frames, (), WORDS, folder, parts))


def shared_ones(seed: int, many: int) -> list[tuple[str, pl.DataFrame]]:
    chance = random.Random(seed)
    found: list[tuple[str, pl.DataFrame]] = []
    while len(found) < many:
        select, lines = random_select(chance), random_lines(chance)
        if shared(select):
            found.append((select, lines))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_random_constraints_find_in_parts_what_they_find_in_all(tmp_path: Path, seed: int) -> None:
    told = 0
    for select, lines in shared_ones(seed, 12):
        one = constraint(select)
        expected = in_all(one, lines)
        assert in_parts(one, lines, tmp_path, 7) == expected, select
        told += bool(expected)
    # Most of them find something.
    assert told > 6
    assert not list(tmp_path.iterdir())


def test_what_shares_nothing_would_not_find_the_same_in_parts(tmp_path: Path) -> None:
    """The parts are parts indeed."""
    select = "SELECT $this ?value { $this rdf:object <urn:a> . ?s rdf:object <urn:b> }"
    node = WORDS.prefixes["st"]
    rows = [(f"<{node}{end}> {term('rdf:object')} <urn:{end}> .", end, end) for end in "ab"]
    lines = pl.DataFrame(rows, schema=["quads", "subject", "object"], orient="row")
    one = constraint(select)

    assert one.shared == ""
    assert [told.focus for told in in_all(one, lines)] == [f"{node}a"]
    apart = Constraint(one.select, PREFIXES, "m", "s", one.variables, one.predicates, "object")
    assert in_parts(apart, lines, tmp_path, 64) == []


def test_every_part_has_what_is_described(tmp_path: Path) -> None:
    """A node of the ontology may have the object as well."""
    select = "SELECT $this ?value { $this rdf:object ?o . ?s rdf:object ?o ; kg:note ?value }"
    node = WORDS.prefixes["st"]
    object_, note = term("rdf:object"), term("kg:note")
    described = list(
        parse(f'<urn:x> {object_} <urn:b> .\n<urn:x> {note} "said" .\n', RdfFormat.N_QUADS)
    )
    rows = [(f"<{node}{end}> {object_} <urn:{end}> .", end, end) for end in "ab"]
    lines = pl.DataFrame(rows, schema=["quads", "subject", "object"], orient="row")
    found = told_by_parts([constraint(select)], [lines], described, WORDS, tmp_path, 5)

    assert [(one.focus, one.value) for one in found] == [(f"{node}b", "said")]


def test_a_part_that_takes_too_much_memory_is_a_limit_with_the_file(tmp_path: Path) -> None:
    one = constraint("SELECT $this ?value { $this kg:rank ?value }")
    node, rank = WORDS.prefixes["st"], term("kg:rank")
    rows = [(f"<{node}{n}> {rank} <urn:rank-{n}> .", str(n), str(n)) for n in range(200_000)]
    lines = pl.DataFrame(rows, schema=["quads", "subject", "object"], orient="row")
    with (
        bounded(16 * 2**20),
        pytest.raises(LimitError, match=r"^ontology/shapes.ttl: .* more than 16 MiB of memory"),
    ):
        list(told_by_parts([one], [lines], (), WORDS, tmp_path, 2))
    assert not list(tmp_path.iterdir())
