"""Possible and sure on the page: drawn apart, told in words, and switched between."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pages import Network, Visit, Visitor, held, small, unpacked

import kg
from kg.errors import UsageError
from kg.model.dates import Period, day_before, iso, next_day
from kg.model.edtf import stored
from kg.page.draw import view
from kg.query.tables import record_of

if TYPE_CHECKING:
    from conftest import Tiny

# Armenia was a member from some day of 2002 on, Russia until some day of December 2012.
OPEN = {
    "member-armenia": {"start": "2002", "since": "2002-01-01"},
    "member-russia": {**held("2002-10-07"), "end": "2012-12", "until": "2013-01-01"},
    "allies": {"since": "2002-10-07", "until": "2013-01-01"},
}
# Shows the facts of each day, one after the other, as a reader who follows links does.
SHOWN = """async (addresses) => {
  const found = [];
  for (const address of addresses) {
    const turned = new Promise((done) => addEventListener('hashchange', done, { once: true }));
    location.hash = address;
    await turned;
    found.push(kgPage.visible().facts);
  }
  return found;
}"""


def partial() -> Network[str]:
    """Return the small network, in which two members of the CSTO have partial dates."""
    network = small()
    for subject, target, key in [*network.edges(keys=True)]:
        if key in OPEN:
            attributes = network.edges[subject, target, key]
            for name in ("start", "end", "since", "until"):
                attributes.pop(name, None)
            attributes.update(OPEN[key])
    return network


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return view(partial()).save(tmp_path_factory.mktemp("partial") / "graph.html")


def line(page: Visit, fact: str) -> dict[str, str]:
    """Return how a fact is drawn in the picture for print, which looks as the screen does."""
    return dict(
        page.tab.evaluate(
            """([fact]) => {
              const shown = kgPage.visible().edges.indexOf(fact);
              const drawing = new DOMParser().parseFromString(kgPage.svg(), 'image/svg+xml');
              const lines = [...drawing.querySelectorAll('path[stroke-width]')];
              const line = lines[kgPage.visible().facts
                .filter((id) => kgPage.visible().edges.includes(id)).indexOf(fact)];
              return { dash: line.getAttribute('stroke-dasharray') || '',
                       opacity: line.getAttribute('stroke-opacity'), shown: String(shown >= 0) };
            }""",
            [fact],
        )
    )


@pytest.mark.parametrize(
    ("date", "sure"),
    [
        ("2002-10-06", set()),
        # The treaty came into force for Russia on this day; Armenia may have come later.
        ("2002-10-07", {"member-russia"}),
        ("2002-12-30", {"member-russia"}),
        ("2002-12-31", {"member-russia", "member-armenia", "allies"}),
        # The last day lies in December: the first is the last that is sure.
        ("2012-12-01", {"member-russia", "member-armenia", "allies"}),
        ("2012-12-02", {"member-armenia"}),
        ("2013-01-01", {"member-armenia"}),
    ],
)
def test_the_switch_leaves_what_is_sure(
    visit: Visitor, place: Path, date: str, sure: set[str]
) -> None:
    page = visit(place, f"#t={date}&sure=1")

    assert page.facts() & {*OPEN} == sure


@pytest.mark.parametrize(
    ("date", "possible"),
    [
        ("2002-01-01", {"member-armenia"}),
        ("2002-10-07", {"member-russia", "member-armenia", "allies"}),
        ("2012-12-31", {"member-russia", "member-armenia", "allies"}),
        ("2013-01-01", {"member-armenia"}),
    ],
)
def test_without_the_switch_what_is_possible_shows_too(
    visit: Visitor, place: Path, date: str, possible: set[str]
) -> None:
    page = visit(place, f"#t={date}")

    assert page.facts() & {*OPEN} == possible


def test_the_switch_is_in_the_link_and_goes_by_keyboard(visit: Visitor, place: Path) -> None:
    page = visit(place, "#t=2002-11-01")
    switch = page.tab.get_by_role("button", name="Sure only")
    said = [switch.get_attribute("aria-pressed")]
    switch.focus()
    page.tab.keyboard.press("Enter")
    said += [switch.get_attribute("aria-pressed"), page.tab.evaluate("location.hash")]
    page.tab.keyboard.press("s")
    said += [switch.get_attribute("aria-pressed"), page.tab.evaluate("location.hash")]

    assert said == ["false", "true", "#t=2002-11-01&sure=1", "false", "#t=2002-11-01"]


def test_the_switch_speaks_russian(visit: Visitor, place: Path) -> None:
    page = visit(place, "#t=2002-11-01&lang=ru&e=member-armenia")

    assert page.tab.get_by_role("button", name="Только точное").is_visible()
    assert "возможно" in page.details()
    assert "первый день не известен" in page.details()


def test_all_dates_are_not_asked_what_is_sure(visit: Visitor, place: Path) -> None:
    """Nothing is left out there, so the switch is off duty and says nothing."""
    page = visit(place, "#t=all&sure=1&view=table")

    assert {*OPEN} <= page.facts()
    assert page.tab.get_by_role("button", name="Sure only").is_disabled()
    assert not page.tab.query_selector(".chip.possible")


def test_lines_that_are_not_sure_are_pale_and_dashed_in_their_own_way(
    visit: Visitor, place: Path
) -> None:
    """Without colours, too, four kinds of line are told apart."""
    page = visit(place, "#t=2002-11-01")
    possible, inferred = line(page, "member-armenia"), line(page, "allies")
    page.on("2003-01-01")
    sure, concluded = line(page, "member-armenia"), line(page, "allies")

    assert len({one["dash"] for one in (possible, inferred, sure, concluded)}) == 4
    assert sure["dash"] == ""
    assert float(possible["opacity"]) < float(sure["opacity"])
    assert float(inferred["opacity"]) < float(concluded["opacity"])


@pytest.mark.parametrize(
    ("date", "fact", "words"),
    [
        ("2002-11-01", "member-armenia", "its first day is not known"),
        ("2012-12-20", "member-russia", "its last day is not known"),
        ("2002-11-01", "allies", "what it follows from is not"),
    ],
)
def test_the_details_say_what_leaves_a_fact_open(
    visit: Visitor, place: Path, date: str, fact: str, words: str
) -> None:
    page = visit(place, f"#t={date}&e={fact}")
    chips = page.tab.eval_on_selector_all(
        "#details .kind .chip", "all => all.map(e => e.innerText)"
    )

    assert "possibly" in chips
    assert words in page.details()


def test_the_details_of_a_sure_fact_are_as_ever(visit: Visitor, place: Path) -> None:
    page = visit(place, "#t=2002-12-31&e=member-armenia")

    assert "current" in page.details()
    assert "ossibl" not in page.details()


def test_the_table_says_which_facts_are_only_possible(visit: Visitor, place: Path) -> None:
    page = visit(place, "#t=2002-11-01&view=table")
    said = page.tab.eval_on_selector_all(
        "tr[data-fact]:has(.chip.possible)", "rows => rows.map(row => row.dataset.fact)"
    )

    assert sorted(said) == ["allies", "member-armenia"]


def test_the_lanes_mark_the_bars_that_are_only_possible(visit: Visitor, place: Path) -> None:
    """By a mark and by name, and no longer once the date moves on."""
    page = visit(place, "#t=2002-11-01&view=lanes")
    bar = page.tab.locator(".period-bar[data-fact=member-armenia]")
    said = [bar.get_attribute("aria-label")]
    page.on("2003-01-01")
    said.append(bar.get_attribute("aria-label"))

    name = "Armenia member of Collective Security Treaty Organization: since 2002"
    assert said == [f"{name}, possibly", name]


def test_the_legend_counts_what_is_only_possible(visit: Visitor, place: Path) -> None:
    """Also when it is left out, so that one knows what the switch hides."""
    page = visit(place, "#t=2002-11-01")
    said = [page.tab.inner_text(".sample .number")]
    page.tab.keyboard.press("s")
    said.append(page.tab.inner_text(".sample .number"))

    assert said == ["2", "2"]


def test_a_step_in_time_stops_where_a_fact_becomes_sure(visit: Visitor, place: Path) -> None:
    page = visit(place, "#t=2002-10-07")
    page.tab.keyboard.press("]")

    assert page.visible()["date"] == "2002-12-31"


@pytest.mark.parametrize("view_name", ["graph", "lanes", "table"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_facts_are_only_possible(
    visit: Visitor, place: Path, view_name: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    address = f"#n=armenia&t=2002-11-01&view={view_name}"
    page = visit(place, address, color_scheme=scheme)
    found = Axe().run(page.tab).response["violations"]

    assert [(rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found] == []


def test_a_page_can_open_on_what_is_sure(visit: Visitor, tmp_path: Path) -> None:
    """The link back to what is possible says so."""
    opened = view(partial(), as_of="2002-11-01", surely=True).save(tmp_path / "graph.html")
    page = visit(opened)
    shown = page.facts()
    page.tab.keyboard.press("s")

    assert "member-armenia" not in shown
    assert ("member-armenia" in page.facts(), page.tab.evaluate("location.hash")) == (
        True,
        "#sure=0",
    )


def test_the_still_is_drawn_as_the_page_opens() -> None:
    """Five of six lines of 1 November 2002 are left where two are not sure."""
    possible = view(partial(), as_of="2002-11-01").svg
    sure = view(partial(), as_of="2002-11-01", surely=True).svg

    assert possible.count("<path") - sure.count("<path") == 2
    assert ('stroke-dasharray="8 3 1.5 3"' in possible, "dasharray" in sure) == (True, False)


def test_a_neighbourhood_knows_what_its_inferred_facts_rest_on(
    visit: Visitor, tmp_path: Path
) -> None:
    """Serbia is no ally, Armenia is; the memberships that say so are not on this page."""
    network = partial()
    network.remove_node("csto")
    whole = partial()
    opened = view(network, as_of="2003-01-01", within=whole).save(tmp_path / "graph.html")
    page = visit(opened, "#t=2003-01-01&sure=1")
    shown = page.facts()
    page.on("2002-11-01")

    assert ("allies" in shown, "allies" in page.facts()) == (True, False)


def days_around(graph: kg.Graph) -> list[str]:
    """Return the days about the bounds of every date of the graph that is no single day."""
    days = set()
    for one in record_of(graph.store).statements:
        for text in (one.start, one.end, one.at):
            if text and text != "unknown" and stored(text).precision != "day":
                for day in stored(text).period:
                    if day:
                        days |= {day_before(day_before(day)), day_before(day), day, next_day(day)}
    return sorted(iso(day) for day in days)


def test_the_page_and_the_record_agree_on_what_is_sure(
    visit: Visitor, shipped: kg.Graph, tmp_path: Path
) -> None:
    """Around every partial date of the shipped data the page shows the world of --surely."""
    days = days_around(shipped)
    page = visit(shipped.view().save(tmp_path / "graph.html"))
    record = record_of(shipped.store)
    undated = {one.id for one in record.statements if not (one.span.since or one.span.until)}

    possible = page.tab.evaluate(SHOWN, [f"#t={day}&l=0" for day in days])
    sure = page.tab.evaluate(SHOWN, [f"#t={day}&l=0&sure=1" for day in days])

    assert len(days) > 80
    for day, some, few in zip(days, possible, sure, strict=True):
        first = stored(day).earliest
        assert first
        world = record.sure_world(Period(first, next_day(first)))
        # What has no dates waits until both of its ends are on record.
        assert {*few} == {*some} & world, day
        assert world - {*some} <= undated, day
    assert any(len(some) > len(few) for some, few in zip(possible, sure, strict=True))


def test_a_download_says_what_is_sure(visit: Visitor, place: Path) -> None:
    page = visit(place, "#t=2002-11-01")
    page.tab.click("#share")
    with page.tab.expect_download() as download:
        page.tab.click("[data-share=saveCsv]")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    head, *rows = (row.split(",") for row in text.splitlines())
    column = head.index("surely")

    assert {row[head.index("statement")]: row[column] for row in rows if {*OPEN} & {*row}} == {
        "member-armenia": "false",
        "member-russia": "true",
        "allies": "false",
    }


def test_page_and_query_agree_on_the_first_day_of_a_fact_with_an_end_only(
    visit: Visitor, tiny: Tiny
) -> None:
    """It held on 6 May 1985, the day before its end; before that nothing is sure of it."""
    tiny.add("boris,playsFor,rooks,,1985-05-07,,almanac-2001,p. 9,,")
    graph = kg.Graph(tiny.build().store())
    asked = "SELECT ?player { ?player :playsFor id:rooks }"
    page = visit(graph.view().save(tiny.path / "graph.html"), "#sure=1&t=1985-05-06")

    assert graph.query(asked, as_of="1985-05-06", surely=True).rows == [("boris",)]
    assert len(page.facts()) == 1
    page.on("1985-05-05")
    assert page.facts() == set()
    with pytest.raises(UsageError, match="the record begins on 1985-05-06; as of 1985-05-05"):
        graph.query(asked, as_of="1985-05-05", surely=True)


def told(page: Visit) -> dict[str, Any]:
    """Return what the page was told of each fact of which something is open."""
    text = page.tab.text_content("#kg-content") or ""
    facts = unpacked(json.loads(text)["facts"])
    return {one["id"]: one["sure"] for one in facts if "sure" in one}


def test_the_page_is_told_only_of_what_is_open(visit: Visitor, place: Path) -> None:
    """All other facts are sure whenever they hold, and take no room for it."""
    assert told(visit(place)) == {
        "member-armenia": [["2002-12-31", ""]],
        "member-russia": [["2002-10-07", "2012-12-02"]],
        "allies": [["2002-12-31", "2012-12-02"]],
    }
