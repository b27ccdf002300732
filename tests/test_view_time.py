"""Time on the page: slider, lanes, table and counts show the same facts on the same day."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from pages import Network, Visit, Visitor, about, held, small

from kg.page.draw import view


def test_a_fact_held_twice_is_two_lines(visit: Visitor) -> None:
    """Neither period hides the other in the picture."""
    page = visit(address="#t=all")

    assert {"party-first", "party-again"} <= set(page.visible()["edges"])


def test_a_fact_held_twice_is_two_rows(visit: Visitor) -> None:
    """Neither period hides the other in the table."""
    page = visit(address="#t=all&view=table")

    assert {"party-first", "party-again"} <= set(page.rows())


def test_two_lines_between_the_same_entities_fan_out(visit: Visitor) -> None:
    """The middles of the two lines are apart, so that each can be pointed at."""
    page = visit(address="#t=all")
    page.tab.wait_for_timeout(100)
    one, two = (page.tab.evaluate(f"kgPage.where('party-{name}')") for name in ("first", "again"))

    assert ((one["x"] - two["x"]) ** 2 + (one["y"] - two["y"]) ** 2) ** 0.5 > 6


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("1999-04-19", {"party-first"}),
        ("1999-04-20", set()),
        ("2005-06-01", set()),
        ("2006-08-16", {"party-again"}),
        ("2012-06-27", {"party-again"}),
        ("2012-12-18", {"party-again"}),
        ("2012-12-19", set()),
    ],
)
def test_a_fact_shows_from_its_start_to_the_day_before_its_end(
    visit: Visitor, date: str, expected: set[str]
) -> None:
    """The end is exclusive: on that day the fact is gone."""
    page = visit()
    page.on(date)

    assert expected == page.facts() & {"party-first", "party-again"}


def test_an_interval_that_spans_the_year_stays(visit: Visitor) -> None:
    """A fact from 2006 to 2012 shows in the middle of 2009, though nothing of it happened then."""
    page = visit()
    page.on("2009")

    assert "member-uzbekistan" in page.facts()


@pytest.mark.parametrize(
    ("date", "expected"), [("2020-05-25", False), ("2020-05-26", True), ("2026-01-01", True)]
)
def test_an_event_shows_from_its_day_on(visit: Visitor, date: str, *, expected: bool) -> None:
    """That it happened holds ever after."""
    page = visit()
    page.on(date)

    assert expected == ("proposal" in page.facts())


def test_a_disputed_fact_is_hidden_on_a_date(visit: Visitor) -> None:
    """Serbia observes the assembly, not the organisation."""
    page = visit()
    page.on("2020-01-01")

    assert {"observer-pa"} == page.facts() & {"observer-pa", "observer-csto"}


def test_a_disputed_fact_is_marked_under_all_dates(visit: Visitor) -> None:
    """What a source says is shown, and that a better one contradicts it as well."""
    page = visit()
    page.all_dates()
    page.table()

    assert "disputed" in page.tab.inner_text("tr[data-fact=observer-csto]")


def test_an_entity_without_a_fact_on_the_date_is_hidden(visit: Visitor) -> None:
    """An unconnected mark says nothing about that day."""
    page = visit()
    page.on("1990-01-01")

    assert "uzbekistan" not in page.visible()["nodes"]


def test_the_selected_entity_stays_without_facts(visit: Visitor) -> None:
    """Moving through time does not lose what one looks at."""
    page = visit()
    page.find("uzbekistan")
    page.on("1990-01-01")

    assert "uzbekistan" in page.visible()["nodes"]


def test_dates_are_written_in_words(visit: Visitor) -> None:
    """The end says that it is exclusive."""
    page = visit(address="#e=party-again")

    assert "from 16 August 2006 until 19 December 2012 (exclusive)" in page.details()


def test_a_day_that_does_not_exist_changes_nothing(visit: Visitor) -> None:
    """30 February is refused, not moved to March."""
    page = visit()
    page.on("2020-02-30")

    assert page.visible()["date"] == "2026-11-23"


def test_the_slider_moves_by_days(visit: Visitor) -> None:
    """One key, one day."""
    page = visit(address="#t=2012-12-18")
    page.tab.focus("#slider")
    page.tab.keyboard.press("ArrowRight")

    assert page.visible()["date"] == "2012-12-19"


def test_the_next_change_is_one_step_away(visit: Visitor) -> None:
    """After 1 June 2005 something changes on 16 August 2006."""
    page = visit(address="#t=2005-06-01")
    page.tab.click("#later")

    assert page.visible()["date"] == "2006-08-16"


def test_an_undated_fact_waits_until_both_ends_are_on_record(visit: Visitor) -> None:
    """A meeting has no place on a day before anything is known of the meeting."""
    page = visit()
    page.on("2020-05-25")
    before = page.facts()
    page.on("2020-05-26")

    # The initiative is first heard of on 26 May 2020; of the meeting nothing is dated.
    assert ("proposal-at" in before, "proposal-at" in page.facts()) == (False, True)


def test_a_later_first_mention_hides_an_undated_fact_of_both(visit: Visitor) -> None:
    """The assembly is first heard of on 11 April 2013, years after the organisation."""
    page = visit()

    shown = []
    for date in ("2013-04-10", "2013-04-11"):
        page.on(date)
        shown.append("body" in page.facts())
    assert shown == [False, True]


def test_nothing_undated_is_shown_before_everything(visit: Visitor) -> None:
    """In 1950 nothing here had been heard of but Lavrov's birth, which names no other day."""
    page = visit()
    page.on("1950")

    assert page.facts() == set()


def test_a_wrong_date_is_answered_with_a_sentence(visit: Visitor) -> None:
    """A red frame alone would not say what is wrong."""
    page = visit()
    page.on("26.05.2020")
    said = page.tab.inner_text("#wrong-date")

    assert said == "“26.05.2020” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD."


def test_a_day_that_is_not_in_the_calendar_is_named(visit: Visitor) -> None:
    """The sentence goes away with the next date that exists."""
    page = visit()
    page.on("2020-02-30")
    said = page.tab.inner_text("#wrong-date")
    page.on("2020-02-29")

    assert (said, page.tab.inner_text("#wrong-date")) == (
        "There is no day 2020-02-30 in the calendar.",
        "",
    )


def test_play_lets_time_run(visit: Visitor) -> None:
    """From the date shown towards the day of issue."""
    page = visit(address="#t=2005-06-01")
    page.tab.click("#play")
    while page.visible()["date"] < "2007-01-01":
        page.tab.wait_for_timeout(50)
    page.tab.click("#play")
    stopped = page.visible()["date"]
    page.tab.wait_for_timeout(300)

    assert stopped == page.visible()["date"]


def test_play_begins_anew_at_the_end(visit: Visitor) -> None:
    """At the day of issue there is nothing left to play."""
    page = visit()
    page.tab.click("#play")
    first = page.visible()["date"]
    page.tab.click("#play")

    assert first < "1993"


def test_the_histogram_counts_what_begins_and_ends(visit: Visitor) -> None:
    """In 2012 two periods end; in 2002 two memberships begin, and an alliance is inferred."""
    page = visit()
    bars = page.tab.eval_on_selector_all(
        "#time rect", "bars => bars.map(bar => bar.querySelector('title').textContent)"
    )

    assert {"2012: 2 end", "2002: 3 begin or happen"} <= set(bars)


def test_the_histogram_obeys_the_legend(visit: Visitor) -> None:
    """Without treaties nothing happens in 1999."""
    page = visit(address="#hp=partyTo")
    years = page.tab.eval_on_selector_all("#time rect", "bars => bars.map(bar => bar.dataset.year)")

    assert "1999" not in years


# ---- Lanes ----


def bars(page: Visit, selector: str = ".period-bar") -> set[str]:
    """Return the facts that have a bar in the lanes."""
    found = page.tab.eval_on_selector_all(
        f"#lanes {selector}", "bars => bars.map(bar => bar.dataset.fact)"
    )
    return set(found)


@pytest.mark.parametrize("date", ["1950-01-01", "1998-01-01", "2009-01-01", "2026-11-23", "all"])
def test_slider_lanes_table_and_counts_agree(visit: Visitor, date: str) -> None:
    """Each way of looking shows the same facts."""
    page = visit(address=f"#t={date}&view=lanes")
    lit = bars(page, ".on")
    page.table()
    rows = set(page.rows())
    lasting = {
        key for *_, key, fact in small().edges(keys=True, data=True) if fact["kind"] == "state"
    }
    count = int(page.tab.inner_text("#count").split(", ")[1].split()[0])

    assert (lit, count) == (rows & lasting, len(rows))


def test_each_period_is_a_bar(visit: Visitor) -> None:
    """Uzbekistan was a party to the treaty twice: one lane, two bars, a gap between them."""
    page = visit(address="#view=lanes")
    lane = page.tab.locator(".lane", has=page.tab.locator("[data-fact=party-first]"))
    first, again = (
        lane.locator(f"[data-fact=party-{n}]").bounding_box() for n in ("first", "again")
    )

    assert first
    assert again
    assert first["x"] + first["width"] < again["x"]


def test_bars_stand_under_their_years(visit: Visitor) -> None:
    """The lanes' scale is the slider's: 16 August 2006 to 19 December 2012 is 2317 days."""
    page = visit(address="#view=lanes&t=2006-08-16")
    track = page.tab.locator(".lane-track").first.bounding_box()
    bar = page.tab.locator("[data-fact=party-again]").bounding_box()
    now = page.tab.locator(".lane-now").bounding_box()
    # From the first change, 15 May 1992, to the day of issue, 23 November 2026.
    days = 12610

    assert track
    assert bar
    assert now
    assert abs(bar["width"] - track["width"] * 2317 / days) < 1.5
    assert abs(now["x"] + 1 - bar["x"]) < 1.5


def partial() -> Network[str]:
    """Return periods: one known to the year, one to the day, one that ended nobody knows when."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    for node in ("a", "b", "c"):
        network.add_node(node, label=node, **{"class": "Thing"})
    vague = held("1998-01-01", "2006-01-01") | {"start": "1998", "end": "2005"}
    network.add_edge("a", "b", key="vague", **about("memberOf", "ended", **vague))
    exact = held("1998-01-01", "2005-12-31")
    network.add_edge("c", "b", key="exact", **about("memberOf", "ended", **exact))
    lost = held("1998-01-01", "2005-12-31") | {"start": "1998-01-01", "end": "unknown"}
    network.add_edge("a", "c", key="lost", **about("memberOf", "ended", **lost))
    return network


def test_a_date_known_to_the_year_has_a_soft_end(visit: Visitor, tmp_path: Path) -> None:
    """The bar fades over the year in which it began and over that in which it ended.

    Of what ended nobody knows when it fades from its first day on.
    """
    page = visit(view(partial()).save(tmp_path / "partial.html"), "#view=lanes")

    assert bars(page, ".soft") == {"vague", "lost"}


def test_a_click_on_a_bar_opens_the_fact(visit: Visitor) -> None:
    """Who says so is one step away here too."""
    page = visit(address="#view=lanes")
    page.tab.click("[data-fact=party-first].period-bar")

    assert "from 15 May 1992 until 20 April 1999 (exclusive)" in page.details()


def test_the_arrow_keys_walk_through_the_lanes(visit: Visitor) -> None:
    """One stop for the keyboard, then arrows from bar to bar."""
    page = visit(address="#view=lanes")
    page.tab.focus("[data-fact=party-first].period-bar")
    page.tab.keyboard.press("ArrowRight")

    assert page.tab.evaluate("document.activeElement.dataset.fact") == "party-again"


def test_lanes_stand_beside_the_picture_where_there_is_room(visit: Visitor) -> None:
    """A wide page shows both, a narrow one the lanes alone."""
    shown = [
        visit(address="#view=lanes", viewport={"width": width, "height": 844})
        .tab.locator("#canvas")
        .is_visible()
        for width in (1400, 390)
    ]

    assert shown == [True, False]


def met() -> Network[str]:
    """Return three meetings of a council and one of another, of which Armenia hosted two."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    event = {"kind": "event", "predicate": "proposedAt", "label": "meeting of"}
    for name, body, at, since in [
        ("first", "council", "2001-05-01", "2001-05-01"),
        ("next", "council", "2001-05-02", "2001-05-02"),
        ("late", "council", "2026-12", "2026-12-01"),
        ("other", "board", "2010-01-01", "2010-01-01"),
    ]:
        attributes = about("proposedAt", at=at, since=since) | event
        network.add_edge(name, body, key=f"of-{name}", **attributes)
    for name in ("first", "other"):
        attributes = about("proposed", at="2001-05-01", since="2001-05-01") | {"label": "hosted"}
        network.add_edge("armenia", name, key=f"host-{name}", **attributes)
    network.add_edge("board", "union", key="plain", **about("bodyOf"))
    return network


@pytest.fixture(scope="module")
def meetings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return view(met()).save(tmp_path_factory.mktemp("met") / "graph.html")


def test_where_nothing_lasts_the_lanes_show_what_happened(visit: Visitor, meetings: Path) -> None:
    """A lane for each on the side of the few: two councils, one host; whoever has most first."""
    page = visit(meetings, "#view=lanes")
    found = page.tab.eval_on_selector_all(
        ".lane",
        """all => all.map(one => [
             one.closest('.lane-group').querySelector('h2 bdi').innerText,
             one.dataset.lane,
             [...one.querySelectorAll('.period-bar')].map(bar => bar.dataset.fact)])""",
    )

    assert found == [
        ["… meeting of", "council", ["of-first", "of-next", "of-late"]],
        ["… meeting of", "board", ["of-other"]],
        ["hosted …", "armenia", ["host-first", "host-other"]],
    ]
    assert page.errors == []


def test_an_event_that_is_to_come_is_pale_in_the_lanes(visit: Visitor, meetings: Path) -> None:
    page = visit(meetings, "#view=lanes&t=2026-11-23")

    assert {
        name: "on" in str(page.tab.get_attribute(f".period-bar[data-fact={name}]", "class")).split()
        for name in ("of-first", "of-other", "of-late")
    } == {"of-first": True, "of-other": True, "of-late": False}


def test_no_mark_of_an_event_covers_the_next_one(visit: Visitor, meetings: Path) -> None:
    """Two days in a row are apart, one under the other; years apart they are in one row."""
    page = visit(meetings, "#view=lanes", viewport={"width": 1280, "height": 800})
    first, following, late = (
        page.tab.locator(f".period-bar[data-fact={name}]").evaluate(
            "one => one.getBoundingClientRect().top"
        )
        for name in ("of-first", "of-next", "of-late")
    )

    assert first == late
    assert following >= first + 20


def test_an_event_known_to_the_month_is_a_faded_mark(visit: Visitor, meetings: Path) -> None:
    page = visit(meetings, "#view=lanes")

    assert [
        page.tab.locator(f".period-bar.soft[data-fact={name}]").count()
        for name in ("of-first", "of-late")
    ] == [0, 1]


def test_what_lasts_goes_before_what_happened(visit: Visitor) -> None:
    """Lavrov's proposal has no lane beside the memberships."""
    page = visit(address="#view=lanes")

    assert page.tab.locator(".period-bar[data-fact=proposal]").count() == 0
    assert page.tab.locator(".period-bar[data-fact=member-armenia]").count() == 1


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_names_of_lanes_stand_whole_on_a_phone(visit: Visitor, lang: str) -> None:
    """No word is broken: each name is as wide as the lanes are."""
    size = {"viewport": {"width": 390, "height": 844}}
    page = visit(address=f"#view=lanes&lang={lang}", **size)
    boxes = page.tab.eval_on_selector_all(
        ".lane",
        """all => all.map(one => [one.querySelector('.entity').getBoundingClientRect().bottom,
                                  one.querySelector('.lane-track').getBoundingClientRect().top])""",
    )

    assert boxes
    assert [bottom for bottom, top in boxes if bottom > top] == []


def test_a_graph_without_periods_says_so_in_the_lanes(visit: Visitor, tmp_path: Path) -> None:
    """A project need not know anything that holds for a time."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    network.add_edge("a", "b", key="only", **about("bodyOf"))
    page = visit(view(network).save(tmp_path / "plain.html"), "#view=lanes")

    assert (page.tab.inner_text("#lanes"), page.errors) == (
        "No fact with a time of its own passes the filters.",
        [],
    )


def test_what_fits_several_periods_shows_on_no_date(visit: Visitor, tmp_path: Path) -> None:
    """Between two periods of a fact an attestation of the year 2003 makes nothing so."""
    network = small()
    period = {"predicate": "memberOf", "kind": "state", "label": "member of"}
    for key, since, until, status in (
        ("before", "2001-01-01", "2003-02-28", "ended"),
        ("seen", "2003-01-01", "2004-01-01", "undecided"),
        ("after", "2003-10-01", "2006-12-31", "ended"),
    ):
        dates = {"since": since, "until": until, "status": status}
        network.add_edge("serbia", "csto", key=key, **period, **dates)
    page = visit(view(network).save(tmp_path / "several.html"))
    page.on("2003-06-01")
    facts = page.facts()
    page.all_dates()
    page.table()

    assert not {"before", "seen", "after"} & facts
    assert "undecided" in page.tab.inner_text("tr[data-fact=seen]")


def test_a_step_of_time_is_one_picture(visit: Visitor) -> None:
    """What comes, what goes and what looks otherwise are three changes, and one drawing."""
    page = visit()
    page.tab.wait_for_timeout(1200)  # the picture has come to rest
    page.tab.evaluate(
        "() => { window.drawn = 0; const clear = CanvasRenderingContext2D.prototype.clearRect;"
        " CanvasRenderingContext2D.prototype.clearRect = function (...box) {"
        " window.drawn += 1; clear.apply(this, box); }; }"
    )
    before = page.visible()["edges"]
    page.tab.eval_on_selector(
        "#slider",
        "(slider) => { slider.value = Number(slider.value) - 6000;"
        " slider.dispatchEvent(new Event('input')); }",
    )
    page.tab.wait_for_timeout(500)

    assert set(page.visible()["edges"]) - set(before)
    assert set(before) - set(page.visible()["edges"])
    assert page.tab.evaluate("window.drawn") == 1
