"""House rules: what a dataset asks of its tables, each switched by its name in dataset.ttl."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from walks import FACTS, HEADER, Read, by_columns, by_rows, describe, make_plain

from kg.model.dataset import read_dataset
from kg.model.house_rules import HOUSE_RULES
from kg.pipeline.builder import build

if TYPE_CHECKING:
    from conftest import Tiny

ENTITIES = "id,class,label_en,label_ru,aliases,wikidata,description\n"
SOURCES = "id,title,publisher,url,published,accessed,language,kind,sha256\n"


class Walk:
    """The league, and what one of the walks finds in it."""

    def __init__(self, league: Tiny, read: Read) -> None:
        self.league, self.read = league, read

    def found(self, said: str = "") -> list[str]:
        """What is found once the description says something more."""
        if said:
            describe(self.league.path, said)
        every = self.read(self.league.path)
        return [str(one) for one in every if one.path.startswith("data/")]


@pytest.fixture(params=[by_rows, by_columns], ids=["rows", "columns"])
def walk(request: pytest.FixtureRequest, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> Walk:
    make_plain(tiny.path, monkeypatch)
    return Walk(tiny, request.param)


def test_a_source_that_was_read_before_it_was_published_is_found_without_a_word(
    walk: Walk,
) -> None:
    walk.league.replace("data/sources.csv", ",2024-01-01,en,", ",2001-04-30,en,")

    (only,) = walk.found()
    assert only == (
        "data/sources.csv:2:83: warning: accessed 2001-04-30 is before published 2001-05; "
        "nobody reads what is not written yet; correct one of the two"
    )


def test_a_rule_that_finds_what_is_surely_wrong_can_be_switched_off(walk: Walk) -> None:
    walk.league.replace("data/sources.csv", ",2024-01-01,en,", ",2001-04-30,en,")

    assert walk.found('kg:withoutHouseRules "read-before-published"') == []


def test_a_rule_of_taste_is_silent_until_it_is_named(walk: Walk) -> None:
    walk.league.write(FACTS, HEADER + "anna,playsFor,rooks,1999,,,gazette-1999,,deprecated,\n")

    assert walk.found() == []
    assert walk.found('kg:houseRules "deprecated-unexplained"') == [
        f"{FACTS}:2:42: note: the row is deprecated without a reason; say in the note why"
    ]


def test_what_is_switched_on_and_off_is_off(walk: Walk) -> None:
    walk.league.replace("data/sources.csv", ",en,news,", ",en,newz,")

    assert walk.found('kg:houseRules "source-kind" ; kg:withoutHouseRules "source-kind"') == []


def test_a_kind_that_is_misspelled_is_told_with_the_one_that_was_meant(walk: Walk) -> None:
    walk.league.replace("data/sources.csv", ",en,news,", ",en,newz,")

    (only,) = walk.found('kg:houseRules "source-kind"')
    assert only == (
        "data/sources.csv:3:83: note: kind 'newz' is not a known one; did you mean 'news'? "
        "If not, write one of book, dataset, encyclopedia, news, official, reference, research, "
        "treaty"
    )


@pytest.mark.parametrize("term", ["kg:houseRules", "kg:withoutHouseRules"])
def test_a_name_that_is_no_rule_is_told_with_the_nearest(tiny: Tiny, term: str) -> None:
    describe(tiny.path, f'{term} "source-kinds" , "source-language"')
    _, findings = read_dataset(tiny.data)

    (only,) = findings
    assert str(only).startswith(
        f"data/dataset.ttl:1:1: warning: {term} names 'source-kinds', which is no house rule; "
        "did you mean 'source-kind'? If not, write one of "
    )


def test_the_graph_says_nothing_of_house_rules(tiny: Tiny) -> None:
    before = build(tiny.data, tiny.ontology).trig()
    describe(tiny.path, 'kg:houseRules "source-kind" ; kg:withoutHouseRules "about-itself"')

    assert build(tiny.data, tiny.ontology).trig() == before


def test_what_is_surely_wrong_is_a_warning_and_on_and_what_is_taste_a_note_and_off() -> None:
    assert {(rule.severity, rule.rule) for rule in HOUSE_RULES} == {
        ("warning", "on"),
        ("note", "off"),
    }
