"""Changes in the words of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from sides import PAGE, SIDES, plays
from sides import side as bare_side

from kg.changes.compare import AnyChange, EntityChange, IssueChange, Side, SourceChange, compare
from kg.changes.render import to_text
from kg.changes.wording import Labels, groups, in_order, summary
from kg.model.statement import Entity, Reference, Source, Statement

ENTITIES = (
    Entity("anna", "Player", {"en": "Anna"}, row="data/entities.csv:2"),
    Entity("boris", "Player", {"en": "Boris"}),
    Entity("rooks", "Club", {"en": "Rooks"}),
    Entity(
        "fide",
        "Club",
        {"en": "World Chess Federation", "ru": "ФИДЕ"},
        more=(("short_names", "FIDE|ФИДЕ"),),
    ),
    Entity("open", "Tournament", {"en": "City Open of 1999"}, aliases=("COP", "Offenes")),
)
SOURCES = (
    Source("almanac", "Almanac of the League", "The League", "https://example.org/a", "2001-05"),
    Source("gazette", "The Gazette"),
)
LABELS = {
    ("playsFor", "en"): "plays for",
    ("playsFor", "ru"): "играет за",
    ("won", "en"): "won",
    ("rating", "en"): "rating",
    ("Player", "en"): "player",
}


def side(statements: Iterable[Statement] = (), entities: Iterable[Entity] = ENTITIES) -> Side:
    return bare_side(statements, entities, SOURCES, labels=LABELS)


def lines(old: Side, new: Side) -> list[str]:
    names = Labels(old, new)
    return to_text(in_order(compare(old, new), names), names).splitlines()


def said(old: Iterable[Statement], new: Iterable[Statement]) -> list[str]:
    """The lines without mark, subject and row."""
    found = lines(side(old), side(new))
    return [line.partition(": ")[2].partition("  ")[0] for line in found]


def words(change: AnyChange, names: Labels | None = None) -> str:
    return to_text([change], names or Labels(side(), side()))


class TestOneLine:
    def test_what_was_added(self) -> None:
        assert lines(side(), side([plays("1995-09")])) == [
            (
                "+ Anna: plays for Rooks since 1995-09 (added; source almanac p. 3)"
                "  data/statements/facts.csv:9"
            )
        ]

    def test_what_was_removed(self) -> None:
        assert lines(side([plays("1995-09", "2000")]), side()) == [
            (
                "- Anna: plays for Rooks from 1995-09 until 2000 (removed; source almanac p. 3)"
                "  data/statements/facts.csv:9"
            )
        ]

    def test_what_changed(self) -> None:
        (line,) = lines(side([plays("1995", "2000")]), side([plays("1995", "2001")]))

        assert line == "~ Anna: plays for Rooks until 2001 (was 2000)  data/statements/facts.csv:9"

    def test_the_rank_of_what_was_added_is_told(self) -> None:
        assert said([], [plays("1995", rank="deprecated")]) == [
            "plays for Rooks since 1995 (added, deprecated; source almanac p. 3)"
        ]

    def test_an_event_happened_on_a_day(self) -> None:
        won = Statement("boris", "won", "open", "event", at="1999-06-12", references=(PAGE,))

        assert said([], [won]) == [
            "won City Open of 1999 on 1999-06-12 (added; source almanac p. 3)"
        ]

    def test_a_literal_is_shown_as_written(self) -> None:
        rating = Statement("anna", "rating", "02100", "state", "xsd:integer", "1999", "2000")

        assert said([], [rating]) == ["rating 02100 from 1999 until 2000 (added)"]

    def test_the_timeless_has_no_dates(self) -> None:
        hosts = Statement("rooks", "hosts", "open", "timeless", references=(PAGE,))

        assert said([], [hosts]) == ["hosts City Open of 1999 (added; source almanac p. 3)"]


class TestDates:
    """Expected by hand: only what changed; with a parallel statement the other bound too."""

    BESIDE = plays("1960", "1961")

    @pytest.mark.parametrize(
        ("old", "new", "alone", "beside"),
        [
            (
                plays("2006", "2012-06-28"),
                plays("2006", "2012-12-19"),
                "until 2012-12-19 (was 2012-06-28)",
                "from 2006 until 2012-12-19 (was until 2012-06-28)",
            ),
            (
                plays("2006"),
                plays("2006", "2012"),
                "until 2012 (had no end)",
                "from 2006 until 2012 (had no end)",
            ),
            (
                plays("2006", "2012"),
                plays("2006"),
                ", no end any more (was until 2012)",
                "since 2006, no end any more (was until 2012)",
            ),
            (
                plays("2006"),
                plays("2006-08-16"),
                "since 2006-08-16 (was 2006)",
                "since 2006-08-16 (was 2006)",
            ),
            (
                plays("2006", "2012"),
                plays("2006-08-16", "2012"),
                "from 2006-08-16 (was 2006)",
                "from 2006-08-16 until 2012 (was from 2006)",
            ),
            (
                plays("", "2012"),
                plays("2006", "2012"),
                "from 2006 (had no start)",
                "from 2006 until 2012 (had no start)",
            ),
            (
                plays("2006", "2012"),
                plays("", "2012"),
                ", no start any more (was from 2006)",
                "until 2012, no start any more (was from 2006)",
            ),
            (
                plays("", "2012"),
                plays("", "2013"),
                "until 2013 (was 2012)",
                "until 2013 (was 2012)",
            ),
            (
                plays("2006", "2012"),
                plays("2007", "2013"),
                "from 2007 until 2013 (was from 2006 until 2012)",
                "from 2007 until 2013 (was from 2006 until 2012)",
            ),
            (
                plays(at="2010-05-26"),
                plays("2006"),
                "since 2006 (was on 2010-05-26)",
                "since 2006 (was on 2010-05-26)",
            ),
            (
                plays("2006", "2012"),
                plays(at="2010"),
                "on 2010 (was from 2006 until 2012)",
                "on 2010 (was from 2006 until 2012)",
            ),
            (
                plays(at="2010-05-26"),
                plays(at="2010-05-27"),
                "on 2010-05-27 (was 2010-05-26)",
                "on 2010-05-27 (was 2010-05-26)",
            ),
        ],
    )
    def test_a_changed_date(self, old: Statement, new: Statement, alone: str, beside: str) -> None:
        space = "" if alone.startswith(",") else " "

        assert said([old], [new]) == [f"plays for Rooks{space}{alone}"]
        assert said([old, self.BESIDE], [new, self.BESIDE]) == [f"plays for Rooks {beside}"]

    def test_a_property_that_has_become_timeless(self) -> None:
        timeless = replace(plays(), kind="timeless")

        assert said([plays("2006")], [timeless]) == [
            "plays for Rooks, no date any more (was since 2006)"
        ]
        assert said([timeless], [plays("2006")]) == ["plays for Rooks since 2006 (had no date)"]


class TestWhatElseChanged:
    def test_the_rank(self) -> None:
        assert said([plays("1995")], [plays("1995", rank="deprecated")]) == [
            "plays for Rooks since 1995 (now deprecated; was normal)"
        ]

    def test_a_source_more(self) -> None:
        more = (PAGE, Reference("gazette", "¶2", "1999-05-03"))

        assert said([plays("1995")], [plays("1995", references=more)]) == [
            "plays for Rooks since 1995 (source added: gazette ¶2 for 1999-05-03)"
        ]

    def test_sources_less(self) -> None:
        less = (PAGE, Reference("gazette"), Reference("herald", "¶2"))

        assert said([plays("1995", references=less)], [plays("1995")]) == [
            "plays for Rooks since 1995 (sources removed: gazette, herald ¶2)"
        ]

    def test_two_places_of_one_source(self) -> None:
        more = (PAGE, Reference("gazette", "¶2"), Reference("gazette", "¶5"))

        assert said([plays("1995")], [plays("1995", references=more)]) == [
            "plays for Rooks since 1995 (source added: gazette ¶2, ¶5)"
        ]

    def test_the_place_in_a_source_and_the_note(self) -> None:
        moved = (replace(PAGE, locator="p. 4", note="a doubt"),)

        assert said([plays("1995")], [plays("1995", references=moved)]) == [
            (
                "plays for Rooks since 1995"
                " (source almanac: locator 'p. 3' → 'p. 4'; note (empty) → 'a doubt')"
            )
        ]

    def test_dates_rank_and_sources_at_once(self) -> None:
        new = plays("1995", "2001", rank="preferred", references=(PAGE, Reference("gazette")))

        assert said([plays("1995", "2000")], [new]) == [
            (
                "plays for Rooks until 2001"
                " (was 2000; now preferred; was normal; source added: gazette)"
            )
        ]

    def test_a_dispute(self) -> None:
        normal, better = plays("1995", "2000"), plays("1995", "2001", rank="preferred")
        begun, _ = said([normal], [normal, better])
        ended, _ = said([normal, better], [normal])

        assert begun == (
            "plays for Rooks from 1995 until 2000"
            " (now disputed by the statement from 1995 until 2001)"
        )
        assert ended == (
            "plays for Rooks from 1995 until 2000"
            " (no longer disputed by the statement from 1995 until 2001)"
        )

    def test_an_attestation_that_a_period_took_up(self) -> None:
        first, second = Reference("gazette", "¶2", "2010"), Reference("gazette", "¶9", "2011")
        old = [plays(at="2010", references=(first,)), plays(at="2011", references=(second,))]
        found = said(old, [plays("2006", references=(PAGE, first, second))])

        assert "plays for Rooks on 2011 (removed; source gazette ¶9;" in found[1]
        assert found[1].endswith("; now a reference of the statement since 2006)")


class TestRows:
    FIRST = replace(PAGE, row="data/statements/facts.csv:9")
    TENTH = Reference("gazette", row="data/statements/facts.csv:10")

    def test_the_first_row_of_the_statement(self) -> None:
        """By number, not by letter: 9 stands before 10."""
        (line,) = lines(side(), side([plays("1995", references=(self.TENTH, self.FIRST))]))

        assert line.endswith("  data/statements/facts.csv:9")

    def test_not_that_of_an_attestation_within_the_period(self) -> None:
        attested = replace(self.TENTH, at="1999", row="data/statements/facts.csv:1")
        (line,) = lines(side(), side([plays("1995", references=(self.FIRST, attested))]))

        assert line.endswith("  data/statements/facts.csv:9")

    def test_of_a_source_more_its_own_row(self) -> None:
        more = plays("1995", references=(self.FIRST, self.TENTH))
        (line,) = lines(side([plays("1995")]), side([more]))

        assert line.endswith("  data/statements/facts.csv:10")

    def test_of_a_source_less_its_old_row(self) -> None:
        more = plays("1995", references=(self.FIRST, self.TENTH))
        (line,) = lines(side([more]), side([plays("1995")]))

        assert line.endswith("  data/statements/facts.csv:10")

    def test_what_has_no_row_ends_with_the_words(self) -> None:
        """A build does not keep the rows of entities."""
        (line,) = lines(side(entities=ENTITIES[:1]), side(entities=ENTITIES[:2]))

        assert line == "+ Boris: entity added (player, id boris)"


class TestNames:
    def test_a_long_label_with_a_short_name_is_called_by_it(self) -> None:
        names = Labels(side(), side())

        assert names.object(replace(plays(), object="fide")) == "the FIDE"

    def test_a_long_label_without_one_is_not(self) -> None:
        """Another name is none, for it may be a code."""
        names = Labels(side(), side())

        assert names.object(replace(plays(), object="open")) == "City Open of 1999"

    def test_a_short_label_is_not(self) -> None:
        rooks = Entity("rooks", "Club", {"en": "Chess Rooks"}, more=(("short_names", "CR"),))
        names = Labels(side(), side(entities=[rooks]))

        assert names.object(plays()) == "Chess Rooks"

    def test_two_of_the_same_name_are_told_apart(self) -> None:
        namesakes = [Entity(key, "Player", {"en": "Anna"}) for key in ("anna", "anna-2")]
        found = lines(side(entities=[]), side(entities=namesakes))

        assert found == [
            "+ Anna (anna): entity added (player, id anna)",
            "+ Anna (anna-2): entity added (player, id anna-2)",
        ]

    def test_the_newer_label_is_used(self) -> None:
        renamed = [replace(ENTITIES[0], labels={"en": "Ann"}), *ENTITIES[1:]]
        found = lines(side([plays("1995")]), side([plays("1996")], renamed))

        assert [line.split(":")[0] for line in found] == ["~ Ann", "~ Ann"]

    def test_what_is_gone_keeps_its_last_label(self) -> None:
        found = lines(side([plays("1995")]), side(entities=ENTITIES[1:]))

        assert [line.split(" (")[0] for line in found] == [
            "- Anna: entity removed",
            "- Anna: plays for Rooks since 1995",
        ]

    def test_what_no_table_knows_is_called_by_its_id(self) -> None:
        ghost = replace(plays("1995"), subject="ghost", predicate="haunts", object="manor")
        (line,) = lines(side(), side([ghost]))

        assert line.startswith("+ ghost: haunts manor since 1995 (added;")

    def test_a_class_or_property_without_label_is_called_by_its_name(self) -> None:
        assert Labels(side(), side()).term("coaches") == "coaches"


class TestRecords:
    def test_cells_of_an_entity(self) -> None:
        old = Entity("anna", "Player", {"en": "Anna"}, ("Annie", "Ann"), "Q1", row="data/x.csv:2")
        new = replace(
            old,
            labels={"en": "Anna", "ru": "Анна"},
            aliases=("Annie", "Anni"),
            wikidata="",
            row="x:3",
        )

        assert words(EntityChange(old, new)) == (
            "~ Anna: label_ru (empty) → 'Анна'; alias added: 'Anni'; alias removed: 'Ann'; "
            "wikidata 'Q1' → (empty)  x:3"
        )

    def test_a_source_that_came(self) -> None:
        assert words(SourceChange(None, SOURCES[0])) == (
            "+ Source almanac: source added (“Almanac of the League”, The League, 2001-05)"
        )

    def test_a_cell_of_a_source(self) -> None:
        new = replace(SOURCES[1], title="The Old Gazette")

        assert words(SourceChange(SOURCES[1], new)) == (
            "~ Source gazette: title 'The Gazette' → 'The Old Gazette'"
        )

    def test_the_day_of_issue(self) -> None:
        assert words(IssueChange("2024-01-01", "2024-07-04")) == (
            "~ Dataset: current for 2024-07-04 (was 2024-01-01)"
        )


class TestOrder:
    def test_dataset_then_entities_by_label_then_sources(self) -> None:
        old = replace(side(), sources={}, issued="2023-01-01")
        won = Statement("boris", "won", "open", "event", at="1999")
        new = side([won, plays("1995")], [replace(ENTITIES[1], description="x"), *ENTITIES[:1]])
        new = replace(new, entities={**side().entities, **new.entities})

        assert [line.split(":")[0] for line in lines(old, new)] == [
            "~ Dataset",
            "+ Anna",
            "~ Boris",
            "+ Boris",
            "+ Source almanac",
            "+ Source gazette",
        ]

    def test_an_entity_that_is_called_sources_is_no_source(self) -> None:
        odd = Entity("odd", "Club", {"en": "Sources"})
        old, new = replace(side(entities=[]), sources={}), side(entities=[odd])
        names = Labels(old, new)

        found = groups(in_order(compare(old, new), names), names)
        assert [(group.heading, group.mixed) for group in found] == [
            ("Sources", False),
            ("Sources", True),
        ]


class TestSummary:
    def test_it_counts_by_kind(self) -> None:
        old = side([plays("1995"), plays(at="1980", rank="deprecated")], ENTITIES[:4])
        new = side([plays("1996"), *(plays(at=str(year)) for year in (1981, 1982))])

        assert summary(compare(old, new)) == ("1 statement added, 2 changed; 1 entity added")

    def test_nothing_is_said_to_be_nothing(self) -> None:
        assert summary(()) == "no differences"


@given(SIDES, SIDES)
def test_no_two_lines_of_a_diff_read_the_same(old: Side, new: Side) -> None:
    """Also of parallel periods it is clear which one is meant."""
    found = lines(old, new)

    assert len(found) == len(set(found))
