"""Which question a sentence asks, of questions made by hand: words, names, classes, dates."""

from __future__ import annotations

import pytest

pytest.importorskip("snowballstemmer")

from kg.model.sparql import Question
from kg.server.mcp.ranking import Ranking, Thing, fill
from kg.server.mcp.said import Called, Said, read
from kg.server.mcp.words import stems

SQUAD = """# Who plays for a club?
# also: Which players are on the team of a club?
# also: Кто играет за клуб?
# param club (:Club): the club
SELECT * { ?player :playsFor ?club }"""
JOINED = """# Who joined a club between two dates?
# also: Which players did a club sign?
# param club (:Club): the club
# param from (xsd:date) required: the first day
# param until (xsd:date) required: the day after the last
SELECT * { ?player :playsFor ?club }"""
CAREER = """# Which clubs has a player been with?
# also: When did a player change clubs?
# param player (:Player) required: the player
# param club (:Club): the club
SELECT * { ?player :playsFor ?club }"""
DERBY = """# Who has played for both of two clubs?
# param first (:Club) required: one club
# param second (:Club) required: the other club
SELECT * { ?player :playsFor ?first , ?second }"""
ABOUT = """# What is said of something?
# param what (owl:Thing) required: what
SELECT * { ?what ?relation ?value }"""
CITED = """# What does a source say?
# param source (kg:Source) required: the source
SELECT * { ?source ?relation ?value }"""
BOTH = "# Who has won both the OPEN and the CUP?\nSELECT * { ?who :won id:open , id:cup }"
TEXTS = {
    "squad": SQUAD,
    "joined": JOINED,
    "career": CAREER,
    "derby": DERBY,
    "about": ABOUT,
    "cited": CITED,
    "both": BOTH,
}
CLASSES = {
    "rooks": ":Club",
    "knights": ":Club",
    "ada": ":Player",
    "ada-club": ":Club",
    "open": ":Cup",
    "cup": ":Cup",
    "final": ":Match",
    "league": ":League",
    "team": ":Team",
    "gazette": "kg:Source",
    "italy": ":State",
}
CALLED = Called(
    [
        *(("rooks", "The Rooks"), ("rooks", "\u041b\u0430\u0434\u044c\u0438")),
        *(("knights", "Knights of Riga"), ("ada", "Ada"), ("ada-club", "Ada")),
        *(("open", "OPEN"), ("cup", "CUP"), ("italy", "IT"), ("league", "National League")),
        ("team", "National team of Riga"),
        ("final", "Final of the national league, 26 May 2020"),
    ],
    [("gazette", "Gazette of chess")],
)
TWO = {"first": "rooks", "second": "knights"}
RANKING = Ranking([Question.parse(name, text) for name, text in TEXTS.items()], CALLED)


def thing(identifier: str) -> Thing:
    return Thing(identifier, frozenset({CLASSES[identifier]}))


def first(sentence: str) -> tuple[str, dict[str, str]]:
    best = RANKING.ranked(RANKING.read(sentence), thing)[0]
    return best.question.name, best.parameters


def said(sentence: str) -> Said:
    return RANKING.read(sentence)


def named(sentence: str) -> list[tuple[str, ...]]:
    return [one.ids for one in said(sentence).mentions]


@pytest.mark.parametrize(
    ("sentence", "name", "parameters"),
    [
        # By the text, by another wording, by one in Russian; "players" and "playing" are one word.
        ("Who is playing for the Rooks?", "squad", {"club": "rooks"}),
        ("Whose team has the Rooks?", "squad", {"club": "rooks"}),
        ("Кто играл за Ладью?", "squad", {"club": "rooks"}),
        # By the classes of what is named, of two things with one name that which fits.
        ("With which clubs was Ada?", "career", {"player": "ada"}),
        ("Who plays for both Rooks and Knights of Riga?", "derby", TWO),
        ("What does the Gazette of Chess say?", "cited", {"source": "gazette"}),
        ("What is said of the OPEN?", "about", {"what": "open"}),
        # By what the question itself names.
        ("Who has won the OPEN and the CUP?", "both", {}),
    ],
)
def test_the_question_that_has_the_words_and_takes_what_is_named_is_first(
    sentence: str, name: str, parameters: dict[str, str]
) -> None:
    assert first(sentence) == (name, parameters)


def test_a_question_of_which_something_required_is_missing_is_out() -> None:
    offered = [
        one.question.name for one in RANKING.ranked(said("Which clubs, which player?"), thing)
    ]

    assert {"career", "derby", "about", "joined"}.isdisjoint(offered)


def test_a_question_that_leaves_a_name_unused_is_worse() -> None:
    squad = Question.parse("squad", SQUAD)
    both = fill(squad, [[thing("rooks")], [thing("ada")]], [])
    alone = fill(squad, [[thing("rooks")]], [])

    assert (both, alone) == (({"club": "rooks"}, 0.4), ({"club": "rooks"}, 1.0))


def test_a_question_that_takes_anything_is_worse_than_one_that_takes_the_class() -> None:
    assert fill(Question.parse("about", ABOUT), [[thing("rooks")]], []) == ({"what": "rooks"}, 0.75)
    assert fill(Question.parse("about", ABOUT), [[thing("gazette")]], []) is None


def test_a_date_fills_the_question_that_takes_one() -> None:
    name, parameters = first("Which players did the Rooks sign in 2006?")

    assert name == "joined"
    assert parameters == {"club": "rooks", "from": "2006-01-01", "until": "2007-01-01"}


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("between 2005 and May 2010", ("2005-01-01", "2010-06-01")),
        ("in February 2004", ("2004-02-01", "2004-03-01")),
        ("on 31 December 2012", ("2012-12-31", "2013-01-01")),
    ],
)
def test_a_span_ends_before_the_first_day_after_it(sentence: str, days: tuple[str, str]) -> None:
    filled = fill(Question.parse("joined", JOINED), [], said(sentence).dates)

    assert filled is not None
    assert (filled[0]["from"], filled[0]["until"]) == days


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("on 18 December 2012", ("2012-12-18",)),
        ("on December 18th, 2012", ("2012-12-18",)),
        ("18 декабря 2012 года, в мае 2013", ("2012-12-18", "2013-05")),
        ("in March 2004 and since 2012-12", ("2004-03", "2012-12")),
        ("between 2005 and 2010-01-31", ("2005", "2010-01-31")),
        ("of 12 clubs in 2012 15 were left", ("2012",)),
        ("on 30 February 2012", ()),
        ("in resolution 1373", ()),
    ],
)
def test_dates_are_read_as_people_write_them(sentence: str, dates: tuple[str, ...]) -> None:
    assert said(sentence).dates == dates


@pytest.mark.parametrize(
    ("sentence", "ids"),
    [
        ("the Rooks' players", [("rooks",)]),
        ("who beat ROOKS, who knights of Riga", [("rooks",), ("knights",)]),
        # Two things with one name; a code in capitals, and the same letters as a word.
        ("Ada", [("ada", "ada-club")]),
        ("who has it in IT", [("italy",)]),
        # A part of a name that nothing else has, with its date however that is written.
        ("at the national league final", [("final",)]),
        ("at the national match played on May 26th, 2020", [("final",)]),
        ("at the national final 2020-05-26", [("final",)]),
        ("in the open country", [("open",)]),
        # With its date, though what stands before is the whole name of something else.
        ("at the National League team event of 26 May 2020", [("final",)]),
    ],
)
def test_names_are_found_as_people_write_them(sentence: str, ids: list[tuple[str, ...]]) -> None:
    assert named(sentence) == ids


def test_the_date_in_a_name_is_not_the_date_asked_about() -> None:
    assert said("the national league final of 26 May 2020").dates == ()
    assert said("the league final of 2020, as of 2021").dates == ("2021",)


def test_words_in_which_questions_are_asked_are_no_part_of_a_name() -> None:
    called = Called([("cup", "Cup of the players of Riga")], [])

    assert read("Which players of Riga?", called, {*stems("players"), "riga"}).mentions == ()
    assert [one.ids for one in read("Which players of Riga?", called, ()).mentions] == [("cup",)]


def test_what_stands_far_behind_is_not_read() -> None:
    assert said("word " * 10_000 + "Rooks") == said("word " * 120)
