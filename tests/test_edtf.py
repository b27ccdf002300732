"""EDTF: what cells of time take beyond years, months and days, and what they refuse."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal

from kg.errors import UsageError
from kg.model.checks import interval_findings
from kg.model.coverage import last_confirmed, last_source_of_end
from kg.model.dates import Day, NotADateError, PartialDate, Period, iso
from kg.model.edtf import asked_time, parse_date, read
from kg.model.merge import gather
from kg.model.namespaces import term
from kg.model.statement import Reference, Source, Statement, in_time
from kg.record.days import bounds
from kg.store.embedded import EmbeddedStore
from kg.store.read_back import History
from kg.text.statements import dates_in_words

if TYPE_CHECKING:
    from conftest import Tiny
    from kg.pipeline.builder import Built

ENTITIES = "data/entities.csv"

# Worked out by hand: the first and the last day, and those that can be the first after an end.
BOUNDS = {
    "1998?": ("1998-01-01", "1998-12-31", "1998-01-02", "1999-01-01"),
    "1998~": ("1997-01-01", "1999-12-31", "1997-01-02", "2000-01-01"),
    "1998%": ("1997-01-01", "1999-12-31", "1997-01-02", "2000-01-01"),
    "1998-05?": ("1998-05-01", "1998-05-31", "1998-05-02", "1998-06-01"),
    "1998-12~": ("1998-11-01", "1999-01-31", "1998-11-02", "1999-02-01"),
    "1998-01~": ("1997-12-01", "1998-02-28", "1997-12-02", "1998-03-01"),
    "1998-05-10?": ("1998-05-10", "1998-05-10", "1998-05-10", "1998-05-10"),
    "2000-03-01~": ("2000-02-29", "2000-03-02", "2000-02-29", "2000-03-02"),
    "0000~": ("-0001-01-01", "0001-12-31", "-0001-01-02", "0002-01-01"),
    "-0044~": ("-0045-01-01", "-0043-12-31", "-0045-01-02", "-0042-01-01"),
    "[2001-05..2001-07]": ("2001-05-01", "2001-07-31", "2001-05-02", "2001-08-01"),
    "[2001..2003]": ("2001-01-01", "2003-12-31", "2001-01-02", "2004-01-01"),
    "[2001-05-03..2001-07-02]": ("2001-05-03", "2001-07-02", "2001-05-03", "2001-07-02"),
    "[-0002..0001]": ("-0002-01-01", "0001-12-31", "-0002-01-02", "0002-01-01"),
    "[Y12020..Y12021]": ("12020-01-01", "12021-12-31", "12020-01-02", "12022-01-01"),
    "[..2005]": (None, "2005-12-31", None, "2006-01-01"),
    "[..2005-03]": (None, "2005-03-31", None, "2005-04-01"),
    "[..2005-03-09]": (None, "2005-03-09", None, "2005-03-09"),
    "[2005..]": ("2005-01-01", None, "2005-01-02", None),
    "[2005-03-09..]": ("2005-03-09", None, "2005-03-09", None),
    "199X": ("1990-01-01", "1999-12-31", "1990-01-02", "2000-01-01"),
    "199X~": ("1980-01-01", "2009-12-31", "1980-01-02", "2010-01-01"),
    "19XX": ("1900-01-01", "1999-12-31", "1900-01-02", "2000-01-01"),
    "00XX": ("0000-01-01", "0099-12-31", "0000-01-02", "0100-01-01"),
    "-019X": ("-0199-01-01", "-0190-12-31", "-0199-01-02", "-0189-01-01"),
    "-00XX": ("-0099-01-01", "-0001-12-31", "-0099-01-02", "0000-01-01"),
    "2004-XX": ("2004-01-01", "2004-12-31", "2004-01-02", "2005-01-01"),
    "2004-XX-XX": ("2004-01-01", "2004-12-31", "2004-01-02", "2005-01-01"),
    "2004-02-XX": ("2004-02-01", "2004-02-29", "2004-02-02", "2004-03-01"),
    "2004-02-XX~": ("2004-01-01", "2004-03-31", "2004-01-02", "2004-04-01"),
    "2001-21": ("2001-03-01", "2001-05-31", "2001-03-02", "2001-06-01"),
    "2001-22?": ("2001-06-01", "2001-08-31", "2001-06-02", "2001-09-01"),
    "2001-23": ("2001-09-01", "2001-11-30", "2001-09-02", "2001-12-01"),
    "2001-24": ("2001-12-01", "2002-02-28", "2001-12-02", "2002-03-01"),
    "1999-24": ("1999-12-01", "2000-02-29", "1999-12-02", "2000-03-01"),
    "-0001-24": ("-0001-12-01", "0000-02-29", "-0001-12-02", "0000-03-01"),
    "2001-21~": ("2000-12-01", "2001-08-31", "2000-12-02", "2001-09-01"),
}
MONTH = "there is no month"
CELLS = "write {0} into start and {1} into end, or [{0}..{1}] for one day between them"
MARKS = "write years, months or days on both sides, without marks"
SEASON = "a season is 21 (spring), 22, 23 or 24 (winter)"
EMPTY = "leave the cell empty where nothing is known"
# What is no date → what is said after "is not a date".
REFUSED = {
    "1998 ?": "; write 1998?",
    "1998 (?)": "; write 1998?",
    "?1998": "; write 1998?",
    "perhaps 1998": "; write 1998?",
    "c. 1998": "; did you mean 1998~?",
    "c1998": "; did you mean 1998~?",
    "ca 1998": "; did you mean 1998~?",
    "circa May 1998": "; did you mean 1998-05~?",
    "about 1998": "; did you mean 1998~?",
    "1998 ca.": "; did you mean 1998~?",
    "~1998": "; did you mean 1998~?",
    "1998?~": "; did you mean 1998%?",
    "2004?-06": "; write 2004-06?",
    "2004-~06": "; did you mean 2004-06~?",
    "before 2005": "; did you mean [..2005]?",
    "by 5 May 2005": "; did you mean [..2005-05-05]?",
    "../2005": "; did you mean [..2005]?",
    "after 2005-06": "; did you mean [2005-06..]?",
    "2005/..": "; did you mean [2005..]?",
    "between 2001 and 2005": "; did you mean [2001..2005]?",
    "2001 or 2002": "; did you mean [2001..2002]?",
    "2001..2005": "; did you mean [2001..2005]?",
    "[2001 .. 2005]": "; did you mean [2001..2005]?",
    "[2001-05/2001-07]": "; did you mean [2001-05..2001-07]?",
    "[2005]": "; did you mean 2005?",
    "1990s": "; did you mean 199X?",
    "the 1990's": "; did you mean 199X?",
    "1900s": "; did you mean 190X or 19XX?",
    "199x": "; did you mean 199X?",
    "199?": "; did you mean 199X?",
    "19uu": "; did you mean 19XX?",
    "2004-uu": "; did you mean 2004-XX?",
    "spring 2001": "; did you mean 2001-21?",
    "Autumn of 2001": "; did you mean 2001-23?",
    "2001 fall": "; did you mean 2001-23?",
    "45 BC": "; did you mean -0044?",
    "1 BCE": "; did you mean 0000?",
    "45 до н. э.": "; did you mean -0044?",
    "[2005..2001]": ": it ends before it begins; did you mean [2001..2005]?",
    "[2001..2005-03]": ": its sides are a year and a month; "
    "write years, months or days on both sides",
    "[..]": f"; {EMPTY}",
    "..": f"; {EMPTY}",
    "2001-05/2001-07": f"; {CELLS.format('2001-05', '2001-07')}",
    "2001-2005": f"; {CELLS.format(2001, 2005)}",
    "2001-25": f": {MONTH} 25; {SEASON}",
    "2001-41": f": {MONTH} 41; {SEASON}",
    "2001-21-05": f": {MONTH} 21; did you mean 2001-05-21?",
    "{1667,1668}": "; a set says that all of its dates hold: write a row for each of them",
    "[1667,1668,1670..1672]": "; a list is not taken: write a range, as [1667..1672]",
    "[1667, 1668]": "; a list is not taken: write a range, as [1667..1668]",
    "Y17E7": "; write all digits of the year",
    "1950S2": "; write the digits that are not known as X, as in 19XX",
    "Y12020~": "; a year of more than four digits takes no mark: write Y12020",
    "1XXX": "; only the last two digits of a year can be X",
    "199X-05": "; a year with an X stands alone",
    "2004-XX-05": "; a month that is not known has no known day: write 2004-XX",
    "[1998?..2000]": f"; {MARKS}",
    "[199X..2000]": f"; {MARKS}",
    "soon": "; write YYYY, YYYY-MM or YYYY-MM-DD",
}


def day(text: str | None) -> Day | None:
    return PartialDate.stored(text).earliest if text else None


@pytest.mark.parametrize(("text", "days"), BOUNDS.items())
def test_a_form_means_the_days_that_were_worked_out_by_hand(
    text: str, days: tuple[str | None, ...]
) -> None:
    found = read(text)

    assert (found.earliest, found.latest, *found.over) == tuple(map(day, days))
    assert (found.text, found.lexical, found.datatype) == (text, text, "edtf:EDTF")


@pytest.mark.parametrize("text", ["2012", "2012-06", "2012-06-27", "-0044", "Y12020"])
def test_what_was_a_date_before_is_the_same_one(text: str) -> None:
    assert read(text) == PartialDate.parse(text)


@pytest.mark.parametrize(("text", "said"), REFUSED.items())
def test_what_is_no_form_is_refused_with_the_nearest_right_one(text: str, said: str) -> None:
    with pytest.raises(NotADateError) as raised:
        read(text)

    assert str(raised.value) == f"'{text}' is not a date{said}"


def test_what_a_refusal_suggests_can_be_read() -> None:
    asked = [re.fullmatch(r".*; did you mean (.+)\?", said) for said in REFUSED.values()]
    told = [re.fullmatch(r".*; write (\S*\d\S*)", said) for said in REFUSED.values()]
    dates = [one for match in (*asked, *told) if match for one in match[1].split(" or ")]

    assert len(dates) > 35
    assert [read(one).text for one in dates] == dates


@pytest.mark.parametrize("text", ["2001-13?", "2001-02-30~", "[2001-13..2002-01]", "2001-13-XX"])
def test_a_form_of_a_date_that_is_in_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(NotADateError, match=r"there is no month 13|has 28 days"):
        read(text)


@given(st.text(alphabet="0129-.,[]{}X?~%/ YcESu\x07", max_size=24))
@example("[22,..\x07]")
def test_any_text_is_read_as_written_or_refused_in_one_line(text: str) -> None:
    said = ""
    try:
        found = read(text)
    except NotADateError as error:
        said = str(error)
    else:
        assert found.text == text
        assert found.earliest or found.latest
        assert (found.earliest or ()) <= (found.latest or found.earliest or ())

    assert said.isprintable()


@given(st.integers(-9998, 9998), st.sampled_from("?~%"))
def test_a_mark_never_narrows_a_date_and_doubt_alone_changes_nothing(year: int, mark: str) -> None:
    plain = iso((year, 1, 1))[:-6]
    bare, marked = read(plain), read(plain + mark)

    wider = 0 if mark == "?" else 1
    assert marked.earliest == (year - wider, 1, 1)
    assert marked.latest == (year + wider, 12, 31)
    assert (marked == bare) is False


@pytest.mark.parametrize(
    ("text", "precision"), [("2000-XX", "year"), ("199X", "year"), ("2000-21", "month")]
)
def test_what_names_all_months_of_a_year_is_as_precise_as_the_year(
    text: str, precision: str
) -> None:
    assert read(text).precision == precision


@pytest.mark.parametrize(
    ("from_", "to", "side"), [("1993", None, "from_='1993'"), (None, "1995", "to='1995'")]
)
def test_one_side_of_a_span_alone_is_refused(from_: str | None, to: str | None, side: str) -> None:
    with pytest.raises(UsageError, match=f"^{side} is one side of a span"):
        asked_time(None, from_, to)


def test_one_of_a_single_day_is_that_day() -> None:
    found = read("[2001-05-03..2001-05-03]")

    assert (found.earliest, found.latest) == ((2001, 5, 3), (2001, 5, 3))


def test_a_span_may_be_one_day_and_never_ends_before_it_begins() -> None:
    assert asked_time(None, "2001-05-03", "2001-05-03") == "2001-05-03/2001-05-03"
    with pytest.raises(UsageError, match="from_='2001-05-04' is after to='2001-05-03'; swap them"):
        asked_time(None, "2001-05-04", "2001-05-03")


def test_a_question_is_about_a_time_that_begins_and_ends() -> None:
    assert parse_date("1998~").period == Period((1997, 1, 1), (2000, 1, 1))
    for text, said in {
        "[..2005]": r"\[..2005\] has no beginning; name one date, as 2005",
        "[2005-03..]": r"\[2005-03..\] has no end; name one date, as 2005-03",
    }.items():
        with pytest.raises(UsageError, match=said):
            parse_date(text)


# ---------------------------------------------------------------- what follows for facts

BOOK = (Reference("book", row="data/statements/facts.csv:2"),)
PLAYED = Statement("anna", "playsFor", "rooks", "state", references=BOOK)


@pytest.mark.parametrize(
    ("cells", "possible", "surely"),
    [
        ({"start": "[..2005]"}, Period(), Period((2005, 12, 31))),
        ({"start": "[2005..]"}, Period((2005, 1, 1)), None),
        ({"start": "2000", "end": "[..2005]"}, Period((2000, 1, 1), (2006, 1, 1)), None),
        ({"start": "2000", "end": "[2005..]"}, Period((2000, 1, 1)),
         Period((2000, 12, 31), (2005, 1, 2))),
        ({"end": "[..2005]"}, Period(None, (2006, 1, 1)), None),
        ({"end": "[2005..]"}, Period(), None),
        ({"start": "[..1990]", "end": "2005-03-01"}, Period(None, (2005, 3, 1)),
         Period((1990, 12, 31), (2005, 3, 1))),
        ({"start": "1998~", "end": "2005~"}, Period((1997, 1, 1), (2007, 1, 1)),
         Period((1999, 12, 31), (2004, 1, 2))),
        ({"at": "199X"}, Period((1990, 1, 1), (2000, 1, 1)), None),
        ({"at": "[..2005]"}, Period(None, (2006, 1, 1)), None),
        ({"at": "[2005..]"}, Period((2005, 1, 1)), None),
        ({"at": "1998-05-10?"}, Period((1998, 5, 10), (1998, 5, 11)),
         Period((1998, 5, 10), (1998, 5, 11))),
        ({"at": "[..2005]", "kind": "event"}, Period(), Period((2005, 12, 31))),
        ({"at": "[2005..]", "kind": "event"}, Period((2005, 1, 1)), None),
        ({"at": "1998~", "kind": "event"}, Period((1997, 1, 1)), Period((1999, 12, 31))),
    ],
)  # fmt: skip
def test_a_fact_possibly_and_surely_holds_on_the_days_that_its_dates_leave(
    cells: dict[str, str], possible: Period, surely: Period | None
) -> None:
    fact = replace(PLAYED, **cells)  # type: ignore[arg-type]

    assert (fact.holds, fact.surely) == (possible, surely)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        # 365 days of 1970 and 1971, 366 of 1972.
        ({"start": "1971~", "end": "[..1971]"}, (0, 1095, None, 730)),
        ({"start": "[..1970-01-01]", "end": "[1970..]"}, (None, 0, 1, None)),
        ({"at": "[1970..]"}, (0, None, 1, None)),
        ({"at": "[..1970]"}, (None, 364, None, 365)),
        ({"at": "197X", "kind": "event"}, (0, 3651, None, None)),
    ],
)
def test_an_open_side_has_no_bound_in_the_record(
    cells: dict[str, str], days: tuple[int | None, ...]
) -> None:
    assert bounds(replace(PLAYED, **cells)) == days  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"start": "1998~", "end": "2005?"}, "from about 1998 until 2005, uncertain"),
        ({"start": "[..2005-03]"}, "since by 2005-03"),
        ({"end": "199X%"}, "until about the 1990s, uncertain"),
        ({"at": "[2001-05..2001-07]"}, "between 2001-05 and 2001-07"),
        ({"at": "[..2005]"}, "by 2005"),
        ({"at": "[2005..]"}, "2005 or later"),
        ({"at": "199X"}, "in the 1990s"),
        ({"at": "19XX"}, "between 1900 and 1999"),
        ({"at": "-019X"}, "between -0199 and -0190"),
        ({"at": "2001-24"}, "in winter 2001"),
        ({"at": "2004-XX"}, "2004, month not known"),
        ({"at": "2004-06-XX"}, "2004-06, day not known"),
        ({"at": "1998-05-10?"}, "on 1998-05-10, uncertain"),
        ({"at": "1998"}, "on 1998"),
    ],
)
def test_the_dates_of_a_fact_are_told_in_words(cells: dict[str, str], words: str) -> None:
    assert dates_in_words(replace(PLAYED, **cells)) == words  # type: ignore[arg-type]


def test_periods_of_which_one_may_follow_the_other_do_not_contradict_each_other() -> None:
    first, second = replace(PLAYED, end="[..2005]"), replace(PLAYED, start="[2001..]")

    assert not first.contradicts(second)
    assert not second.contradicts(first)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"start": "199X"}, {"start": "[1990..1999]"}),
        ({"start": "1998"}, {"start": "1998?"}),
        ({"at": "2004-XX"}, {"at": "2004"}),
        ({"start": "1990", "end": "2001-21"}, {"start": "1990", "end": "[2001-03..2001-05]"}),
    ],
)
def test_two_spellings_of_the_same_days_are_found_with_the_row_that_is_repeated(
    one: dict[str, str], other: dict[str, str]
) -> None:
    rows = [
        replace(PLAYED, **cells, references=(Reference("book", at=cells.get("at", ""), row=row),))  # type: ignore[arg-type]
        for row, cells in (("a:2", one), ("a:3", other))
    ]
    found = [
        str(finding)
        for finding in interval_findings(gather(rows).statements)
        if finding.severity == "error"
    ]
    spelled = next(f"{text} for {other[name]}" for name, text in one.items() if text != other[name])

    repair = f"write {spelled}, so that both are one statement with two references"
    assert found == [
        f"a:3:1: error: 'anna playsFor rooks' is another spelling of what stands at a:2; {repair}"
    ]


def test_an_end_that_nobody_dates_is_no_spelling_of_a_date() -> None:
    rows = [
        replace(PLAYED, start="1990", end=end, over_by=by, references=(Reference("book", row=row),))
        for row, end, by in (("a:2", "unknown", "2001-12-31"), ("a:3", "2001", ""))
    ]

    found = [one.message for one in interval_findings(rows)]

    assert found
    assert not [one for one in found if "another spelling" in one]


def test_about_a_year_and_that_year_are_not_the_same_days() -> None:
    rows = [
        replace(
            PLAYED, kind="state", at=text, references=(Reference("book", at=text, row=f"a:{line}"),)
        )
        for line, text in ((2, "1998~"), (3, "1998"))
    ]

    assert not [one for one in interval_findings(rows) if "another spelling" in one.message]


def test_a_reference_to_an_open_time_confirms_by_the_day_that_is_known() -> None:
    sources = {"book": Source("book", "Book", published="2003")}
    fact = replace(PLAYED, references=(Reference("book"), Reference("book", at="[2005..]")))

    assert last_confirmed(fact, sources) == "[2005..]"
    assert (
        last_confirmed(replace(fact, references=(*BOOK, Reference("book", at="[..1990]"))), sources)
        == "2003"
    )
    # Any source can have seen an end that may be long ago.
    assert last_source_of_end(replace(fact, end="[..2005]", references=BOOK), sources) == ""
    assert last_source_of_end(replace(fact, end="[2005..]", references=BOOK), sources) == "2003"


def test_facts_are_told_in_the_order_of_their_first_days() -> None:
    starts = ["2001", "-0044", "[..1950]", "199X", "1995-03", "1990", "-0100"]
    told = sorted((replace(PLAYED, start=text) for text in starts), key=in_time)

    assert [one.start for one in told] == [
        "[..1950]", "-0100", "-0044", "1990", "199X", "1995-03", "2001",
    ]  # fmt: skip


# ---------------------------------------------------------------- the graph and the record


@pytest.fixture
def built(tiny: Tiny) -> Built:
    """The tiny project with a fact of every form as a start, as an end and as the day at hand."""
    shutil.rmtree(tiny.ontology / "rules")
    for club in ("first", "second", "third"):
        tiny.add(f"{club},Club,{club},{club},,,", ENTITIES)
    for number, text in enumerate(BOUNDS):
        tiny.add(f"player-{number},Player,Player,Игрок,,,", ENTITIES)
        for club, dates in (
            ("first", f"{text},,"),
            ("second", f",{text},"),
            ("third", f",,{text}"),
        ):
            tiny.add(f"player-{number},playsFor,{club},{dates},almanac-2001,,,")
    return tiny.build()


def test_every_form_comes_back_from_the_graph_and_the_record_as_it_was_written(
    built: Built,
) -> None:
    asked = History(EmbeddedStore.of(built.quads)).statements
    for column in ("start", "end", "at"):
        assert {getattr(one, column) for one in asked} >= set(BOUNDS)
    assert History(built.store()).statements == asked


def test_what_xsd_has_no_type_for_has_that_of_the_library_of_congress(built: Built) -> None:
    named = {
        quad.object.value: quad.object.datatype.value
        for quad in built.quads
        if quad.predicate == term("kg:at") and isinstance(quad.object, Literal)
    }
    days = {
        (quad.predicate, quad.object.value)
        for quad in built.quads
        if isinstance(quad.object, Literal)
    }

    assert {named[text] for text in BOUNDS} == {"http://id.loc.gov/datatypes/edtf/EDTF"}
    for first, _, _, after in BOUNDS.values():
        assert not first or (term("kg:start"), first) in days
        assert not after or (term("kg:end"), after) in days
