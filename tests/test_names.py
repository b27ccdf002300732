"""What others call the entities: every name leads to its id, and a name of two to both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.published.names import Names, by_name, folded, normal
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny

    import kg

CODES = """
:code a owl:DatatypeProperty ; rdfs:subPropertyOf skos:notation ;
    rdfs:domain :Club ; rdfs:range xsd:string ; rdfs:label "code"@en , "код"@ru .
:oldCode a owl:DatatypeProperty ; rdfs:subPropertyOf :code ;
    rdfs:domain :Club ; rdfs:range xsd:string ; rdfs:label "old code"@en , "старый код"@ru .
"""


@pytest.fixture
def names(tiny: Tiny) -> Names:
    ontology = "ontology/ontology.ttl"
    skos = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    text = (tiny.path / ontology).read_text(encoding="utf-8")
    tiny.write(ontology, skos + text + CODES)
    tiny.add("knights,code,KNI,,,,almanac-2001,,,")
    tiny.add("knights,oldCode,KN,,,,almanac-2001,,,")
    tiny.add("rooks,code,RKS,,,,almanac-2001,,deprecated,the source is wrong")
    entities = "data/entities.csv"
    lines = (tiny.path / entities).read_text(encoding="utf-8")
    tiny.write(
        entities,
        lines
        + "kings-head,Club,King's Head,Королевская голова,,,\n"
        + "the-dales,Club,The Dales,Долины,,,\n"
        + "vale-club,Club,Vale Club,Клуб долины,Dales,,\n",
    )
    return Names(History(tiny.build().store()))


@pytest.mark.parametrize(
    "name",
    [
        "knights",  # the id
        "Knights",  # the English label
        "Кони",  # the Russian label
        "Chess Club Knights",  # an alias
        "Q1",  # the Wikidata id
        "http://www.wikidata.org/entity/Q1",
        "https://www.wikidata.org/wiki/Q1",
        "wd:Q1",
        "KNI",  # a code
        "KN",  # a code of a property below a property of codes
    ],
)
def test_every_kind_of_name_leads_to_its_entity(names: Names, name: str) -> None:
    assert names.find(name) == ("knights",)


@pytest.mark.parametrize(
    "name",
    [
        "KNIGHTS",
        "кОНИ",
        "chess  club\tknights",
        "Chess-Club\N{EN DASH}Knights",
        "chess_club_knights",
        "The Chess Club Knights",
        "Chess Club\N{NO-BREAK SPACE}Knights",
        "Chess\N{ZERO WIDTH SPACE} Club\N{SOFT HYPHEN} Knights",
        "\N{FULLWIDTH LATIN CAPITAL LETTER K}nights",
        "q1",
        "kni",
    ],
)
def test_spelling_does_not_matter(names: Names, name: str) -> None:
    assert names.find(name) == ("knights",)


@pytest.mark.parametrize(
    "name",
    ["King's Head", "King\N{RIGHT SINGLE QUOTATION MARK}s Head", "KINGS HEAD", "King`s-Head"],
)
def test_apostrophes_do_not_matter(names: Names, name: str) -> None:
    assert names.find(name) == ("kings-head",)


def test_a_name_of_two_entities_leads_to_both(names: Names) -> None:
    """ "The Dales" is a label, "Dales" an alias of another club."""
    assert names.find("dales") == ("the-dales", "vale-club")


def test_an_id_letter_by_letter_means_that_entity_alone(names: Names) -> None:
    assert (names.find("the-dales"), names.find("The-Dales")) == (
        ("the-dales",),
        ("the-dales", "vale-club"),
    )


@pytest.mark.parametrize("name", ["", " ", "\N{EN DASH}", "'", "the", "bishops"])
def test_what_is_no_name_leads_nowhere(names: Names, name: str) -> None:
    assert names.find(name) == ()


def test_a_deprecated_code_is_no_name(names: Names) -> None:
    assert names.find("RKS") == ()


def test_a_literal_of_another_property_is_no_name(names: Names) -> None:
    """Anna's rating was 2100."""
    assert names.find("2100") == ()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Knigths", ("knights", "knights")),
        ("Ладья", ("Ладьи", "rooks")),
        ("Atlantis", ("", "")),
    ],
)
def test_the_nearest_name_is_suggested_with_its_id(
    names: Names, name: str, near: tuple[str, str]
) -> None:
    assert names.suggest(name) == near


def test_a_word_that_only_begins_like_the_article_keeps_its_beginning() -> None:
    assert (normal("Theta"), normal("The"), normal("the  Gambia")) == ("theta", "the", "gambia")


def test_folding_leaves_the_inside_of_a_text_as_it_is() -> None:
    assert folded("  Associate \N{EN DASH} Member ") == "associate \N{EN DASH} member"


def test_names_without_a_letter_name_nothing() -> None:
    assert by_name([("a", "-"), ("b", "B")]) == {"b": {"b"}}


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("UZB", "uzbekistan"),
        ("ru", "russia"),
        ("Киргизия", "kyrgyzstan"),
        ("Türkiye", "turkey"),
        ("ОДКБ", "csto"),
        ("the Shanghai Cooperation Organisation", "sco"),
        ("Q889", "afghanistan"),
    ],
)
def test_the_shipped_entities_are_found(shipped: kg.Graph, name: str, identifier: str) -> None:
    assert Names(History(shipped.store)).find(name) == (identifier,)
