"""What changed: statements paired by their dates, references, entities and sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sides import PAGE, SIDES, plays, side

from kg.changes.compare import (
    EntityChange,
    IssueChange,
    Side,
    SourceChange,
    StatementChange,
    compare,
    pair,
    reference_changes,
)
from kg.model.statement import Entity, Reference, Source, Statement


def told(old: Iterable[Statement], new: Iterable[Statement]) -> list[StatementChange]:
    """The changes of the statements."""
    found = compare(side(old), side(new))
    return [one for one in found if isinstance(one, StatementChange)]


def dated(one: Statement | None) -> str:
    return f"{one.start}/{one.end}/{one.at}" if one else "-"


def moves(old: Iterable[Statement], new: Iterable[Statement]) -> set[tuple[str, str]]:
    """What became of which dates, as `start/end/at`."""
    return {(dated(one.old), dated(one.new)) for one in told(old, new)}


class TestStatements:
    def test_the_same_statements_do_not_differ(self) -> None:
        assert told([plays("2006", "2012")], [plays("2006", "2012")]) == []

    def test_a_statement_that_came_is_added(self) -> None:
        assert moves([], [plays("2006")]) == {("-", "2006//")}

    def test_a_statement_that_went_is_removed(self) -> None:
        assert moves([plays("2006")], []) == {("2006//", "-")}

    def test_another_end_is_one_change(self) -> None:
        (change,) = told([plays("2006", "2012-06-28")], [plays("2006", "2012-12-19")])

        assert (change.what, change.fields, change.parallel) == ("changed", ("end",), False)

    def test_a_date_that_became_more_precise_is_a_change(self) -> None:
        assert moves([plays("2006")], [plays("2006-01-01")]) == {("2006//", "2006-01-01//")}

    def test_another_object_is_a_removal_and_an_addition(self) -> None:
        elsewhere = replace(plays("2006"), object="knights")

        assert {one.what for one in told([plays("2006")], [elsewhere])} == {"removed", "added"}

    def test_another_rank_is_a_change(self) -> None:
        (change,) = told([plays("2006")], [plays("2006", rank="deprecated")])

        assert change.fields == ("rank",)

    def test_rank_and_dates_may_change_together(self) -> None:
        (change,) = told([plays("2006")], [plays("2007", rank="preferred")])

        assert change.fields == ("start", "rank")

    def test_an_attestation_becomes_a_period(self) -> None:
        assert moves([plays(at="2020-05-26")], [plays("2006")]) == {("//2020-05-26", "2006//")}

    def test_a_timeless_statement_comes_and_goes(self) -> None:
        hosts = Statement("knights", "hosts", "city-open", "timeless")

        assert [one.what for one in told([hosts], [])] == ["removed"]

    def test_a_symmetric_fact_told_from_the_other_side_is_another_statement(self) -> None:
        """It has another id, and other things may point at that."""
        rivals = Statement("knights", "rivalOf", "rooks", "state", start="1991")
        turned = replace(rivals, subject="rooks", object="knights")

        assert {one.what for one in told([rivals], [turned])} == {"removed", "added"}

    def test_an_event_on_another_day_is_another_event(self) -> None:
        won = Statement("boris", "won", "city-open", "event", at="1999-06-12")
        day, year, other = (replace(won, at=at) for at in ("1999-06-13", "1999", "1998"))

        assert moves([won], [day]) == {("//1999-06-12", "-"), ("-", "//1999-06-13")}
        assert moves([won], [other, year]) == {("//1999-06-12", "//1999"), ("-", "//1998")}

    def test_what_happens_once_on_another_day_is_one_change(self) -> None:
        founded = Statement("boris", "founded", "rooks", "event", at="1999-06-12")
        old, new = side([founded]), side([replace(founded, at="1999-06-13")])

        (change,) = compare(old, replace(new, once=frozenset({"founded"})))
        assert isinstance(change, StatementChange)
        assert change.fields == ("at",)

    def test_another_literal_is_a_removal_and_an_addition(self) -> None:
        old = Statement("anna", "rating", "2100", "state", "xsd:integer", "1999", "2000")

        assert len(told([old], [replace(old, object="2101")])) == 2

    def test_another_spelling_of_a_literal_is_a_change(self) -> None:
        old = Statement("anna", "rating", "2100", "state", "xsd:integer", "1999", "2000")
        new = replace(old, object="02100")

        (change,) = told([old], [new])

        assert (change.what, change.fields) == ("changed", ("object",))
        assert isinstance(change, StatementChange)
        assert (change.old, change.new) == (old, new)

    def test_rows_and_their_order_are_no_difference(self) -> None:
        one, other = plays("1990", "1995"), plays("2006")
        elsewhere = (replace(PAGE, row="data/statements/renamed.csv:90"),)

        assert told([one, other], [replace(other, references=elsewhere), one]) == []


class TestParallelPeriods:
    def test_of_two_periods_one_moves_and_the_other_stays(self) -> None:
        first, second = plays("1992", "1999"), plays("2006", "2012")

        assert moves([first, second], [first, plays("2006", "2013")]) == {
            ("2006/2012/", "2006/2013/")
        }

    def test_of_two_periods_one_goes_and_the_other_stays(self) -> None:
        first, second = plays("1992", "1999"), plays("2006", "2012")

        assert moves([first, second], [second]) == {("1992/1999/", "-")}

    def test_a_statement_with_another_of_its_triple_is_parallel(self) -> None:
        first, second = plays("1992", "1999"), plays("2006", "2012")
        (change,) = told([first, second], [second])

        assert change.parallel

    def test_both_may_move(self) -> None:
        old = [plays("1992", "1999"), plays("2006", "2012")]
        new = [plays("1992", "1998"), plays("2007", "2012")]

        assert moves(old, new) == {("1992/1999/", "1992/1998/"), ("2006/2012/", "2007/2012/")}

    def test_the_same_start_pairs_before_the_same_end(self) -> None:
        old = [plays("2000", "2010")]
        new = [plays("2000", "2005"), plays("1990", "2010")]

        assert moves(old, new) == {("2000/2010/", "2000/2005/"), ("-", "1990/2010/")}

    def test_days_in_common_pair_before_near_dates(self) -> None:
        """From 1998 until 1999 is near, from 2004 until 2030 shares days, no bound is the same."""
        old = [plays("2000", "2010")]
        new = [plays("1998", "1999"), plays("2004", "2030")]

        assert moves(old, new) == {("2000/2010/", "2004/2030/"), ("-", "1998/1999/")}

    def test_else_the_nearest_are_paired(self) -> None:
        old = [plays("1970", "1980"), plays("2000", "2001")]
        new = [plays("1981", "1990"), plays("2002", "2003")]

        assert moves(old, new) == {("1970/1980/", "1981/1990/"), ("2000/2001/", "2002/2003/")}

    def test_a_period_that_is_split_leaves_one_part_over(self) -> None:
        old = [plays("2000", "2010")]
        new = [plays("2000", "2005"), plays("2007", "2010")]

        assert moves(old, new) == {("2000/2010/", "2000/2005/"), ("-", "2007/2010/")}

    def test_what_is_unknown_on_both_sides_pairs_nothing_by_itself(self) -> None:
        """That neither has a start says less than days in common."""
        old = [plays("", "1995")]
        new = [plays("1990", "1994"), plays("", "2020")]

        pairs, _, _ = pair(old, [new[0], plays("2000", "2020")])
        assert [(dated(a), dated(b)) for a, b in pairs] == [("/1995/", "1990/1994/")]

    def test_years_before_the_first_and_beyond_the_ten_thousandth_have_distances(self) -> None:
        old = [plays("-0044", "-0043"), plays("12000", "12001")]
        new = [plays("-0042", "-0041"), plays("12002", "12003")]

        assert moves(old, new) == {
            ("-0044/-0043/", "-0042/-0041/"),
            ("12000/12001/", "12002/12003/"),
        }


class TestAttestationsWithinAPeriod:
    """The loader makes an attestation a reference of the period around it."""

    seen = Reference("gazette", "¶2", "2010-05")
    again = Reference("gazette", "¶9", "2011-05")

    def test_what_a_new_period_takes_up_says_so(self) -> None:
        old = [
            plays(at="2010-05", references=(self.seen,)),
            plays(at="2011-05", references=(self.again,)),
        ]
        period = plays("2006", references=(PAGE, self.seen, self.again))

        changes = {dated(one.old): one for one in told(old, [period])}
        assert (changes["//2010-05"].what, dated(changes["//2010-05"].new)) == ("changed", "2006//")
        assert (changes["//2011-05"].what, changes["//2011-05"].period) == ("removed", period)

    def test_what_a_lost_period_sets_free_says_so(self) -> None:
        period = plays("2006", references=(PAGE, self.seen, self.again))
        rest = [
            plays(at="2010-05", references=(self.seen,)),
            plays(at="2011-05", references=(self.again,)),
        ]

        changes = {dated(one.new): one for one in told([period], rest)}
        assert (changes["//2010-05"].what, dated(changes["//2010-05"].old)) == ("changed", "2006//")
        assert (changes["//2011-05"].what, changes["//2011-05"].period) == ("added", period)


class TestDisputes:
    normal, better = plays("2006", "2012"), plays("2006", "2013", rank="preferred")

    def test_a_better_statement_that_came_disputes(self) -> None:
        changes = {one.what: one for one in told([self.normal], [self.normal, self.better])}

        assert [one.what for one in changes["changed"].disputes] == ["added"]
        assert changes["changed"].fields == ("disputed_by",)

    def test_a_better_statement_that_went_disputes_no_longer(self) -> None:
        changes = {one.what: one for one in told([self.normal, self.better], [self.normal])}

        assert [dated(one.old) for one in changes["changed"].disputes] == ["2006/2013/"]

    def test_a_better_statement_whose_dates_moved_disputes_as_before(self) -> None:
        later = replace(self.better, end="2014")

        assert moves([self.normal, self.better], [self.normal, later]) == {
            ("2006/2013/", "2006/2014/")
        }

    def test_an_added_statement_names_what_disputes_it(self) -> None:
        (change,) = told([self.better], [self.better, self.normal])

        assert [one.new for one in change.disputes] == [side([self.better]).statements[0]]


class TestReferences:
    def changed(
        self, old: list[Reference], new: list[Reference]
    ) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.what, one.fields) for one in reference_changes(old, new)]

    def test_another_source_is_added(self) -> None:
        assert self.changed([PAGE], [PAGE, Reference("gazette")]) == [("added", ())]

    def test_a_source_is_removed(self) -> None:
        assert self.changed([PAGE], []) == [("removed", ())]

    def test_the_row_is_no_difference(self) -> None:
        assert self.changed([PAGE], [replace(PAGE, row="data/statements/x.csv:9")]) == []

    @pytest.mark.parametrize(
        ("change", "fields"),
        [
            ({"locator": "p. 4"}, ("locator",)),
            ({"note": "a doubt"}, ("note",)),
            ({"at": "1999"}, ("at",)),
            ({"locator": "", "note": "a doubt"}, ("locator", "note")),
        ],
    )
    def test_another_cell_of_the_same_source_is_one_change(
        self, change: dict[str, str], fields: tuple[str, ...]
    ) -> None:
        assert self.changed([PAGE], [replace(PAGE, **change)]) == [("changed", fields)]

    def test_another_source_is_never_the_same_reference(self) -> None:
        found = self.changed([PAGE], [replace(PAGE, source="gazette")])

        assert sorted(found) == [("added", ()), ("removed", ())]

    def test_of_two_places_in_a_source_the_unchanged_one_stays(self) -> None:
        old = [Reference("almanac", "p. 1"), Reference("almanac", "p. 2")]
        new = [Reference("almanac", "p. 2"), Reference("almanac", "p. 3")]

        (change,) = reference_changes(old, new)
        assert change == type(change)(old[0], new[1])

    def test_a_reference_given_twice_counts_twice(self) -> None:
        assert self.changed([PAGE, PAGE], [PAGE]) == [("removed", ())]

    def test_a_statement_tells_of_its_references(self) -> None:
        more = (PAGE, Reference("gazette"))
        (change,) = told([plays("2006")], [plays("2006", references=more)])

        assert (change.fields, [one.what for one in change.references]) == (
            ("references",),
            ["added"],
        )


class TestRecords:
    belarus = Entity(
        "belarus", "State", {"en": "Belarus", "ru": "Белоруссия"}, ("Byelorussia",), "Q184", "A."
    )
    gazette = Source("gazette", "The Gazette", "Gazette House", "https://example.org/")

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"class_name": "Body"}, "class"),
            ({"labels": {"en": "Byelorussia", "ru": "Белоруссия"}}, "label_en"),
            ({"labels": {"en": "Belarus", "ru": "Беларусь"}}, "label_ru"),
            ({"aliases": ("Byelorussia", "White Russia")}, "aliases"),
            ({"wikidata": ""}, "wikidata"),
            ({"description": "B."}, "description"),
        ],
    )
    def test_every_cell_of_an_entity_counts(self, change: dict[str, object], field: str) -> None:
        new = replace(self.belarus, **change)  # type: ignore[arg-type]

        found = compare(side(entities=[self.belarus]), side(entities=[new]))
        assert found == (EntityChange(self.belarus, new),)
        assert found[0].fields == (field,)

    @pytest.mark.parametrize(
        "field",
        ["title", "publisher", "url", "published", "accessed", "language", "kind", "sha256"],
    )
    def test_every_cell_of_a_source_counts(self, field: str) -> None:
        new = replace(self.gazette, **{field: "another"})  # type: ignore[arg-type]

        found = compare(side(sources=[self.gazette]), side(sources=[new]))
        assert found == (SourceChange(self.gazette, new),)
        assert found[0].fields == (field,)

    def test_rows_and_the_order_of_aliases_do_not_count(self) -> None:
        old = replace(self.belarus, aliases=("a", "b"), row="data/entities.csv:2")
        new = replace(self.belarus, aliases=("b", "a"), row="data/entities.csv:9")

        assert compare(side(entities=[old]), side(entities=[new])) == ()

    def test_entities_and_sources_come_and_go(self) -> None:
        full, empty = side(entities=[self.belarus], sources=[self.gazette]), side()

        assert [one.what for one in compare(empty, full)] == ["added", "added"]
        assert [one.what for one in compare(full, empty)] == ["removed", "removed"]

    def test_another_day_of_issue_is_a_change(self) -> None:
        found = compare(side(issued="2024-01-01"), side(issued="2024-07-04"))

        assert found == (IssueChange("2024-01-01", "2024-07-04"),)
        assert found[0].fields == ("issued",)

    def test_a_change_of_nothing_is_no_change(self) -> None:
        with pytest.raises(ValueError, match="has an old side, a new one, or both"):
            _ = IssueChange(None, None).present


# ---------------------------------------------------------------- for any set of periods


def content(one: Statement) -> tuple[object, ...]:
    """All that is compared of a statement, written anew."""
    references = sorted((r.source, r.locator, r.at, r.note) for r in one.references)
    return (one.id, one.rank, one.disputed_by, tuple(references))


@given(SIDES, SIDES)
def test_the_changes_applied_to_the_old_side_give_the_new_one(old: Side, new: Side) -> None:
    """Nothing is lost and nothing is told twice.

    Only a dispute that stays although the better statement's dates moved is told by that move.
    """
    changes = [one for one in compare(old, new) if isinstance(one, StatementChange)]
    moved = {one.old.id: one.new.id for one in changes if one.old and one.new}
    state = {one.id: one for one in old.statements}
    for one in changes:
        if one.old:
            del state[one.old.id]
    for one in changes:
        if one.new:
            assert one.new.id not in state
            state[one.new.id] = one.new
    kept = {
        key: replace(one, disputed_by=tuple(sorted(moved.get(i, i) for i in one.disputed_by)))
        for key, one in state.items()
        if one in old.statements
    }

    expected = {one.id: content(one) for one in new.statements}
    assert {key: content(one) for key, one in (state | kept).items()} == expected


@given(SIDES)
def test_a_side_does_not_differ_from_itself(one: Side) -> None:
    assert compare(one, one) == ()


@given(SIDES, SIDES)
def test_the_way_back_mirrors_the_way_there(old: Side, new: Side) -> None:
    there = [one for one in compare(old, new) if isinstance(one, StatementChange)]
    back = [one for one in compare(new, old) if isinstance(one, StatementChange)]

    assert sorted((dated(one.old), dated(one.new), one.fields) for one in there) == sorted(
        (dated(one.new), dated(one.old), one.fields) for one in back
    )


@given(st.lists(st.tuples(SIDES, SIDES), min_size=2, max_size=3))
def test_what_is_told_of_many_triples_is_what_is_told_of_each(
    pairs: list[tuple[Side, Side]],
) -> None:
    """Also where some of them are the same on both sides."""
    pairs.append((pairs[0][0], pairs[0][0]))
    clubs = [
        tuple([replace(said, object=f"club-{number}") for said in one.statements] for one in both)
        for number, both in enumerate(pairs)
    ]
    each = [change for old, new in clubs for change in told(old, new)]
    old, new = ([said for both in clubs for said in both[which]] for which in (0, 1))

    found = told(old, new)
    assert len(found) == len(each)
    assert set(found) == set(each)


@given(SIDES, SIDES)
def test_the_order_of_the_rows_decides_nothing(old: Side, new: Side) -> None:
    turned = replace(old, statements=old.statements[::-1])
    found = {(one.old, one.new) for one in compare(turned, new)}

    assert found == {(one.old, one.new) for one in compare(old, new)}
