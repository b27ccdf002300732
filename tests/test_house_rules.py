"""House rules: what a dataset asks of its tables, each switched by its name in dataset.ttl."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from walks import FACTS, HEADER, Read, by_columns, by_rows, describe, make_plain

from kg.model.dataset import read_dataset
from kg.model.house_rules import BY_NAME, DEFAULT, HOUSE_RULES
from kg.pipeline.builder import build, check
from kg.pipeline.columns import batches

if TYPE_CHECKING:
    from conftest import Tiny

ROOT = Path(__file__).parent.parent


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

    (said,) = walk.found()
    assert said == (
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

    (said,) = walk.found('kg:houseRules "source-kind"')
    assert said == (
        "data/sources.csv:3:83: note: kind 'newz' is not a known one; did you mean 'news'? "
        "If not, write one of book, dataset, encyclopedia, news, official, reference, research, "
        "treaty"
    )


def only(walk: Walk, rule: str) -> list[str]:
    """What one rule finds when no other is on."""
    off = ", ".join(f'"{name}"' for name in sorted(DEFAULT - {rule}))
    return walk.found(f'kg:houseRules "{rule}" ; kg:withoutHouseRules {off}')


def test_a_wikidata_id_of_two_entities_is_told_without_a_word_at_each_that_comes_later(
    walk: Walk,
) -> None:
    walk.league.replace("data/entities.csv", "Anna,Анна,,,", "Anna,Анна,,Q1,")
    walk.league.replace("data/entities.csv", "Ладьи,,,", "Ладьи,,Q1,")

    repair = "make one entity of both, or leave the cell of the wrong one empty"
    assert walk.found() == [
        f"data/entities.csv:{line}:1: warning: Wikidata id Q1 is already that of line 2; {repair}"
        for line in (6, 7)
    ]


def test_one_label_of_two_entities_is_told_with_its_language(walk: Walk) -> None:
    walk.league.replace("data/entities.csv", "boris,Player,Boris,Борис", "boris,Player,Anna,Борис")

    (said,) = only(walk, "same-label")
    assert said == (
        "data/entities.csv:3:1: note: 'Anna' is already the label of line 2 in 'en'; "
        "name them apart, or make one entity of both"
    )


def test_an_entity_without_a_label_in_one_language_is_told_which(walk: Walk) -> None:
    walk.league.replace("data/entities.csv", ",Клара,", ",,")

    (said,) = only(walk, "unlabelled")
    assert said == (
        "data/entities.csv:5:1: note: 'clara' has no label in 'ru'; "
        "write one in the column label_ru"
    )


def test_what_no_row_names_is_unused_and_what_one_row_names_is_not(walk: Walk) -> None:
    walk.league.write(FACTS, HEADER + "anna,playsFor,rooks,1999,,,gazette-1999,,,\n")

    repair = "add one, or remove this row"
    assert only(walk, "unused-entity") == [
        f"data/entities.csv:{line}:1: note: no row of statements names '{name}'; {repair}"
        for line, name in ((3, "boris"), (4, "city-open"), (5, "clara"), (6, "knights"))
    ]


def test_a_source_that_no_row_cites_is_unused(walk: Walk) -> None:
    walk.league.write(FACTS, HEADER + "anna,playsFor,rooks,1999,,,gazette-1999,,,\n")

    (said,) = only(walk, "unused-source")
    assert said == (
        "data/sources.csv:2:1: note: no row of statements cites 'almanac-2001'; "
        "add one, or remove this row"
    )


def test_what_only_a_line_that_cannot_be_read_may_name_is_not_called_unused(walk: Walk) -> None:
    rows = "anna,playsFor,rooks,1999,,,gazette-1999,,,\nboris,playsFor,knights,1999\n"
    walk.league.write(FACTS, HEADER + rows)

    unused = [one for one in only(walk, "unused-entity") if "no row" in one]
    assert [one.split("'")[1] for one in unused] == ["city-open", "clara"]


def test_entities_stand_class_by_class_and_by_id_within_each(walk: Walk) -> None:
    """Clara is a player behind a tournament; the club behind the rooks belongs before them."""
    walk.league.add("bishops,Club,Bishops,Слоны,,,", "data/entities.csv")

    assert [one.split(": ")[0] for one in only(walk, "entities-order")] == [
        "data/entities.csv:5:1",
        "data/entities.csv:8:1",
    ]


def test_sources_stand_by_id(walk: Walk) -> None:
    walk.league.add("chronicle,Chronicle,,,,,,,", "data/sources.csv")

    (said,) = only(walk, "sources-order")
    assert said == (
        "data/sources.csv:4:1: note: the row does not belong behind the one above; "
        "sort the rows by id"
    )


def test_statements_stand_by_their_cells_from_the_left_in_each_file(walk: Walk) -> None:
    """An empty cell comes first, and a shorter id before one that goes on: anna, anna-b."""
    walk.league.add("anna-b,Player,Anna B,Анна Б,,,", "data/entities.csv")
    rows = (
        "anna,playsFor,rooks,,,1999,gazette-1999,,,",
        "anna,playsFor,rooks,2001,2002,,gazette-1999,p. 2,,",
        "anna,playsFor,rooks,2001,2002,,gazette-1999,p. 1,,",
        "anna-b,playsFor,rooks,1999,2000,,gazette-1999,,,",
        "anna,playsFor,rooks,2003,2004,,gazette-1999,,,",
    )
    walk.league.write(FACTS, HEADER + "\n".join(rows) + "\n")
    walk.league.write(
        "data/statements/other.csv", HEADER + rows[0].replace("1999,g", "1998,g") + "\n"
    )

    found = [one for one in only(walk, "statements-order") if "belong" in one]
    assert [one.split(": ")[0] for one in found] == [f"{FACTS}:4:1", f"{FACTS}:6:1"]


def test_a_row_with_a_slip_is_told_once_and_the_row_below_not_at_all(walk: Walk) -> None:
    """A name that begins otherwise would be out of order, and so would the next row after it."""
    rows = (
        "anna,playsFor,rooks,1996,1997,,gazette-1999,,,",
        "znna,playsFor,rooks,1997,1998,,gazette-1999,,,",
        "boris,playsFor,rooks,1996,2o97,,gazette-1999,,,",
        "boris,playsFor,rooks,1997,1998,,gazette-1999,,,",
        "anna,playsFor,rooks,1998,1999,,gazette-1999,,,",
    )
    walk.league.write(FACTS, HEADER + "\n".join(rows) + "\n")

    found = [one for one in only(walk, "statements-order") if "belong" in one]
    assert [one.split(": ")[0] for one in found] == [f"{FACTS}:6:1"]


def test_the_order_goes_on_where_a_batch_of_columns_ends(
    tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plain(tiny.path, monkeypatch)
    monkeypatch.setattr(batches, "PIECE", 64)
    years = (1990, 1992, 1991, 1994, 1993)
    rows = [f"anna,playsFor,rooks,{year},{year + 1},,gazette-1999,,," for year in years]
    tiny.write(FACTS, HEADER + "\n".join(rows) + "\n")

    found = [one for one in only(Walk(tiny, by_columns), "statements-order") if "belong" in one]
    assert [one.split(": ")[0] for one in found] == [f"{FACTS}:4:1", f"{FACTS}:6:1"]


@pytest.mark.parametrize("term", ["kg:houseRules", "kg:withoutHouseRules"])
def test_a_name_that_is_no_rule_is_told_with_the_nearest(tiny: Tiny, term: str) -> None:
    describe(tiny.path, f'{term} "source-kinds" , "source-language"')
    _, findings = read_dataset(tiny.data)

    (said,) = findings
    assert str(said).startswith(
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


# ---------------------------------------------------------------- the data that come with kg


def test_the_shipped_data_switch_on_every_rule_and_keep_it(tmp_path: Path) -> None:
    """What is found with all rules on is what is found with all of them off."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    dataset = tmp_path / "data" / "dataset.ttl"
    text = dataset.read_text(encoding="utf-8")
    off = "".join(f'kg:withoutHouseRules "{name}" ; ' for name in BY_NAME)
    dataset.write_text(text.replace("kg:houseRules ", f"{off}kg:houseRules "), encoding="utf-8")

    assert read_dataset(ROOT / "data")[0].rules == set(BY_NAME)
    assert read_dataset(tmp_path / "data")[0].rules == set()
    found, without = (check(one / "data", ROOT / "ontology") for one in (ROOT, tmp_path))
    assert found.findings == without.findings


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("entities.csv", "aa,Place,Ab,Бб,,,A place.,", "does not belong behind the one above"),
        ("entities.csv", "zz,Status,Zz,Зз,,Q159,A status.,", "Wikidata id Q159 is already that of"),
        ("entities.csv", "zz,Status,Zz,Зз,,,A status.,", "no row of statements names 'zz'"),
        ("sources.csv", "zz,Z,Z,https://z.org/,2024,2023,en,news,", "accessed 2023 is before pub"),
        ("sources.csv", "zz,Z,Z,https://z.org/,2024,2024,en,news,", "no row of statements cites"),
        (
            "statements/sco.csv",
            "afghanistan,memberOf,sco,2031,,,sco-about,,,",
            "does not belong behind the one above",
        ),
    ],
)
def test_a_row_of_the_shipped_data_that_breaks_a_rule_is_told(
    tmp_path: Path, table: str, row: str, said: str
) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    with (tmp_path / "data" / table).open("a", encoding="utf-8") as file:
        file.write(row + "\n")

    found = check(tmp_path / "data", ROOT / "ontology").findings
    assert [one for one in found if said in one.message and one.path == f"data/{table}"]
