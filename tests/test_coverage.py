"""How much is known of what the dataset is about, and how well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kg.model.coverage import Coverage, coverage, last_confirmed, last_source_of_end
from kg.model.statement import Proof, Reference, Source, Statement

if TYPE_CHECKING:
    from conftest import Tiny

SOURCES = {
    "gazette": Source("gazette", "A", "The Gazette", published="1999-05-03"),
    "gazette-2": Source("gazette-2", "B", "The Gazette", published="2003"),
    "copy": Source("copy", "A", "The Gazette, copy at mirror.example", published="2004"),
    "almanac": Source("almanac", "C", "An Almanac", published="2001"),
    "undated": Source("undated", "D", "Somebody"),
}


def said(start: str, end: str = "", *sources: str) -> Statement:
    """A statement about anna and the knights, as the sources give it."""
    references = tuple(Reference(source) for source in sources)
    triple = ("anna", "playsFor", "knights")
    return Statement(*triple, "state", start=start, end=end, references=references)


def of_anna(*statements: Statement) -> Coverage:
    (found,) = coverage(["anna"], statements, SOURCES, "2005-01-01", {})
    return found


def test_a_fact_counts_for_both_its_ends() -> None:
    found = coverage(
        ["anna", "knights", "rooks"], [said("1999", "", "almanac")], SOURCES, "2005", {}
    )

    assert [each.facts for each in found] == [1, 1, 0]


def test_a_date_is_to_the_day_when_all_its_parts_are() -> None:
    found = of_anna(said("1999-05-03", "2001", "almanac"), said("1999-05-03", "", "almanac"))

    assert (found.dated, found.to_the_day) == (2, 1)


def test_two_sources_of_one_publisher_are_not_independent() -> None:
    assert of_anna(said("1999", "", "gazette", "gazette-2")).independent == 0


def test_two_copies_of_one_text_are_not_independent() -> None:
    assert of_anna(said("1999", "", "gazette", "copy")).independent == 0


def test_two_publishers_are() -> None:
    assert of_anna(said("1999", "", "gazette", "almanac")).independent == 1


def test_two_publishers_of_one_group_are_not() -> None:
    both = said("1999", "", "gazette", "almanac")
    wheel = {"The Gazette": "The Wheel", "An Almanac": "The Wheel"}

    (together,) = coverage(["anna"], [both], SOURCES, "2005-01-01", wheel)
    (apart,) = coverage(["anna"], [both], SOURCES, "2005-01-01", {"The Gazette": "The Wheel"})

    assert (together.independent, apart.independent) == (0, 1)


def test_deprecated_and_inferred_statements_are_left_out() -> None:
    found = of_anna(
        replace(said("1999", "", "almanac"), rank="deprecated"),
        replace(said("1998", "", "almanac"), proofs=(Proof("some-rule", ("a", "b")),)),
    )

    assert found.facts == 0


def test_the_longest_unconfirmed_is_the_current_state_whose_latest_word_is_oldest() -> None:
    old = said("1999", "", "gazette")
    fresh = replace(said("2000", "", "gazette", "gazette-2"), object="rooks")
    ended = replace(said("1990", "1991", "undated"), object="bishops")

    found = of_anna(old, fresh, ended)

    assert (found.unconfirmed, found.longest) == ("1999-05-03", old.triple)


def test_an_attestation_confirms_for_its_own_day_whenever_it_was_published() -> None:
    attested = replace(said("1999"), references=(Reference("gazette", at="1998-02"),))

    assert last_confirmed(attested, SOURCES) == "1998-02"


def test_sources_without_a_date_confirm_nothing() -> None:
    assert of_anna(said("1999", "", "undated")).longest == ()


@pytest.mark.parametrize("sources", [("almanac", "undated"), ("undated", "almanac")])
def test_a_source_without_a_date_may_have_seen_the_end(sources: tuple[str, ...]) -> None:
    assert last_source_of_end(said("1999", "2030", *sources), SOURCES) == ""
    assert last_source_of_end(said("1999", "2030", "almanac"), SOURCES) == "2001"


def test_shares_of_nothing_are_none() -> None:
    assert str(Coverage("anna", 0, 0, 0, 0)) == (
        "anna: 0 facts, none of the dated ones to the day, none from more than one publisher"
    )


def test_the_dataset_names_what_is_covered(tiny: Tiny) -> None:
    tiny.replace(
        "data/dataset.ttl",
        'dcat:version "1"',
        'dcterms:subject <https://example.org/tiny/id/knights> ; dcat:version "1"',
    )

    assert [each.entity for each in tiny.build().coverage] == ["knights"]
