"""What people call entities: every name leads to its id, wherever a name can stand.

A name of two leads to both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import kg
from kg.errors import QueryError, UsageError
from kg.query.names import Names, Spellings, folded, normal
from kg.store.read_back import History

if TYPE_CHECKING:
    from conftest import Tiny

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
    named = Spellings([("a", "-"), ("b", "B")])

    assert (named.find("'"), named.find("b")) == ((), ("b",))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Pena", ("without",)),  # as it is written
        ("Peña", ("with",)),
        ("pena", ("without",)),  # another case is nearer than another letter
        ("PÉNA", ("with", "without")),  # only without its accent
        ("Andreí", ("andrey",)),
        ("Андреи", ("andrey",)),  # a Cyrillic letter with its breve left out
        ("पन", ()),  # a vowel sign of another script is no accent
    ],
)
def test_accents_matter_as_long_as_something_is_written_with_them(
    name: str, found: tuple[str, ...]
) -> None:
    people = [("without", "Pena"), ("with", "Peña"), ("andrey", "Андрей"), ("andrey", "Andrei")]

    assert Spellings([*people, ("river", "पानी"), ("river", "पिन")]).find(name) == found


def test_a_name_as_it_is_written_comes_before_the_same_in_another_case() -> None:
    named = Spellings([("us", "US"), ("pronoun", "us")])

    assert (named.find("US"), named.find("us")) == (("us",), ("pronoun",))
    assert named.find("Us") == ("pronoun", "us")


def test_of_several_that_have_a_name_what_does_not_fit_is_left_out() -> None:
    named = Spellings([("state", "Georgia"), ("city", "georgia"), ("band", "Georgia")])

    assert named.find("Georgia", lambda one: one != "band") == ("state",)
    assert named.find("Georgia", lambda one: one == "city") == ("city",)


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


# ---------------------------------------------------------------- where names can stand


@pytest.fixture
def georgia(tiny: Tiny) -> kg.Graph:
    """A league in which two clubs and a player are called Georgia."""
    entities = "data/entities.csv"
    lines = (tiny.path / entities).read_text(encoding="utf-8")
    more = (
        "georgia-east,Club,Georgia East,Грузия,Georgia,,\n"
        "georgia-west,Club,Georgia West,Запад,Georgia|Западные,,\n"
        "miss-georgia,Player,Georgia,Джорджия,Zoë Müller|Западные,,\n"
    )
    tiny.write(entities, lines + more)
    tiny.add("miss-georgia,playsFor,georgia-west,2001,,,almanac-2001,,,")
    tiny.add("boris,playsFor,georgia-east,2002,,,almanac-2001,,,")
    return kg.build(tiny.data, tiny.ontology)


@pytest.mark.parametrize(
    ("subject", "predicate", "other"),
    [
        ("miss-georgia", "playsFor", "georgia-west"),
        ("Zoë Müller", "plays for", "Georgia West"),
        ("zoe muller", "играет за", "запад"),
        ("Джорджия", ":playsFor", "id:georgia-west"),
    ],
)
def test_a_fact_is_explained_by_the_names_of_its_parts(
    georgia: kg.Graph, subject: str, predicate: str, other: str
) -> None:
    (fact,) = georgia.why(subject, predicate, other).statements

    assert fact.triple == ("miss-georgia", "playsFor", "georgia-west")


def test_an_iri_names_what_it_is_the_iri_of(georgia: kg.Graph) -> None:
    words = georgia.store.words
    triple = (words.entity("miss-georgia").value, words.ontology("playsFor").value)

    assert len(georgia.why(*triple, words.entity("georgia-west").value)) == 1


SEVERAL = (
    "subject 'Georgia' fits 3: georgia-east (Club, Georgia East), "
    "georgia-west (Club, Georgia West), miss-georgia (Player, Georgia); write the id"
)


TWO = (
    "'Georgia' fits 2: georgia-east (Club, Georgia East), georgia-west (Club, Georgia West); "
    "write the id"
)


def test_a_name_of_several_is_refused_with_all_of_them(georgia: kg.Graph) -> None:
    with pytest.raises(UsageError) as error:
        georgia.why("Georgia")

    assert str(error.value) == SEVERAL


def test_a_parameter_takes_the_one_of_its_classes(georgia: kg.Graph) -> None:
    """A player is called like a club, and the question asks about clubs."""
    rows = georgia.query("squad", club="Западные").rows

    assert [row[1] for row in rows] == ["miss-georgia"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "Georgia",
            f"parameter club: {TWO}",
        ),
        ("Джорджия", "parameter club: 'Джорджия' is a :Competitor and :Player, not a :Club"),
        ("Кни", "parameter club: 'Кни' is not known; did you mean 'Кони' (knights)?"),
        ("Atlantis", "parameter club: 'Atlantis' is not known; it is not in the graph"),
        ("", "parameter club: '' is not known; it is not in the graph"),
    ],
)
def test_a_name_that_a_parameter_cannot_have_is_refused(
    georgia: kg.Graph, name: str, message: str
) -> None:
    with pytest.raises(QueryError) as error:
        georgia.query("squad", club=name)

    assert str(error.value) == message


def test_an_audit_and_a_page_take_names(georgia: kg.Graph) -> None:
    assert str(georgia.audit("Zoë Müller")) == str(georgia.audit("miss-georgia"))
    assert georgia.view(focus="zoe muller").html == georgia.view(focus="miss-georgia").html


@pytest.mark.parametrize("name", ["Georgia", "Atlantis"])
def test_an_audit_and_a_page_refuse_the_names_of_none_and_of_several(
    georgia: kg.Graph, name: str
) -> None:
    problem = "fits 3: georgia-east" if name == "Georgia" else "is not known; it is not in the"
    with pytest.raises(UsageError, match=f"^id '{name}' {problem}"):
        georgia.audit(name)
    with pytest.raises(UsageError, match=f"^focus '{name}' {problem}"):
        georgia.view(focus=name)


def test_a_literal_of_the_subject_comes_before_a_name(tiny: Tiny) -> None:
    """Anna's rating was 2100, and that is what a club is called, too."""
    entities = "data/entities.csv"
    lines = (tiny.path / entities).read_text(encoding="utf-8")
    tiny.write(entities, lines + "the-2100,Club,2100,,,,\n")
    tiny.add("boris,playsFor,the-2100,2001,,,almanac-2001,,,")
    graph = kg.build(tiny.data, tiny.ontology)

    assert [one.triple for one in graph.why("anna", None, "2100").statements] == [
        ("anna", "rating", "2100")
    ]
    assert [one.triple for one in graph.why("boris", "playsFor", "2100").statements] == [
        ("boris", "playsFor", "the-2100")
    ]


@pytest.mark.parametrize("name", ["Almanac of the League", "ALMANAC OF THE LEAGUE"])
def test_a_source_is_named_by_its_title(tiny: Tiny, name: str) -> None:
    text = "# What does it say?\n# param source (kg:Source) required: the source\n"
    pattern = "?st prov:wasDerivedFrom/prov:hadPrimarySource ?source ; rdf:subject ?who"
    tiny.write("ontology/questions/said.rq", f"{text}SELECT DISTINCT ?who {{ {pattern} }}")
    graph = kg.build(tiny.data, tiny.ontology)

    assert (
        graph.query("said", source=name).terms == graph.query("said", source="almanac-2001").terms
    )


def test_a_property_is_named_by_its_label(tiny: Tiny) -> None:
    text = "# Who does it?\n# param property (rdf:Property) required: the property\n"
    pattern = "?who ?property ?other . ?who a :Player"
    tiny.write("ontology/questions/does.rq", f"{text}SELECT DISTINCT ?who {{ {pattern} }}")
    graph = kg.build(tiny.data, tiny.ontology)

    for name in ("won", ":won", "Won", "выиграл"):
        assert graph.query("does", property=name).rows == [("boris",)]
    with pytest.raises(QueryError, match=r"^parameter property: 'wons' is not known; did "):
        graph.query("does", property="wons")
