"""Names: everything of a project hangs below its base."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.namespaces import STANDARD_PREFIXES, Vocabulary, term

WORDS = Vocabulary("https://example.org/tiny/")


def test_the_kinds_of_names_have_places_of_their_own() -> None:
    found = [
        WORDS.ontology("playsFor"),
        WORDS.entity("anna"),
        WORDS.source("almanac-2001"),
        WORDS.statement("0123456789abcdef"),
        WORDS.reference("0123456789abcdef"),
        WORDS.rule("rivals"),
        WORDS.question("squad"),
    ]

    assert [node.value.removeprefix("https://example.org/tiny/") for node in found] == [
        "ontology#playsFor",
        "id/anna",
        "source/almanac-2001",
        "statement/0123456789abcdef",
        "reference/0123456789abcdef",
        "rule/rivals",
        "question/squad",
    ]


def test_every_standard_prefix_is_declared_for_the_user() -> None:
    assert STANDARD_PREFIXES.items() <= WORDS.prefixes.items()


def test_a_curie_is_a_term() -> None:
    assert term("xsd:date").value == "http://www.w3.org/2001/XMLSchema#date"


def test_an_unknown_prefix_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(KeyError):
        term("nope:date")


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://example.org/tiny/id/anna", "anna"),
        ("https://example.org/tiny/ontology#playsFor", ":playsFor"),
        ("https://example.org/tiny/source/almanac-2001", "src:almanac-2001"),
        ("http://www.w3.org/2001/XMLSchema#date", "xsd:date"),
        ("https://example.org/elsewhere", "https://example.org/elsewhere"),
        ("https://example.org/tiny/id/", "https://example.org/tiny/id/"),
    ],
)
def test_an_iri_has_a_shortest_usual_name(iri: str, name: str) -> None:
    assert WORDS.short(iri) == name


@given(st.from_regex(r"[a-z0-9]+([-.][a-z0-9]+)*", fullmatch=True))
def test_an_id_survives_becoming_an_iri(identifier: str) -> None:
    assert WORDS.local("id", WORDS.entity(identifier).value) == identifier


def test_what_is_not_below_a_prefix_stays_whole() -> None:
    assert WORDS.local("id", "https://example.org/x") == "https://example.org/x"
