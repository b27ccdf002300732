"""The details: a summary of each relation, facts as short lines, and disputes side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from pages import TASS, TREATY, Network, Visit, Visitor, about, held, small, unpacked

from kg.page.draw import view

if TYPE_CHECKING:
    import kg

SCREEN = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture(scope="module")
def csto(shipped: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the shipped data."""
    return shipped.view().save(tmp_path_factory.mktemp("shipped") / "graph.html")


def sums(page: Visit) -> dict[str, str]:
    """Return the numbers of each relation in the summary, by what its line is called."""
    return dict(
        page.tab.eval_on_selector_all(
            "#details .sum",
            """all => all.map(one => [one.querySelector('bdi').innerText,
                                      one.querySelector('.number').innerText])""",
        )
    )


def lines(page: Visit, relation: str) -> list[str]:
    """Return the facts of a relation in the order of the panel."""
    found: list[str] = page.tab.eval_on_selector_all(
        f"#details [data-relation={relation}] .card", "all => all.map(one => one.dataset.fact)"
    )
    return found


def heads(page: Visit, relation: str) -> list[str]:
    """Return the headings over the facts of a relation, open or not."""
    return page.tab.locator(f"[data-relation={relation}] .tenses > h4").all_text_contents()


# ---- The summary of the shipped data, counted in data/statements ----


def test_the_summary_counts_members_now_formerly_and_disputed(visit: Visitor, csto: Path) -> None:
    """Six founders are members; Uzbekistan was one, and one of two ends of that is disputed."""
    page = visit(csto, "#n=csto&t=2026-11-23", **SCREEN)

    assert sums(page)["… member of"] == "6 now, since 7 October 2002 · 1 formerly · 1 disputed"


def test_a_relation_that_is_counted_says_whether_all_are_known(visit: Visitor, csto: Path) -> None:
    """Sources count six members now and seven before 19 December 2012; nobody counts the PA's."""

    def whole(address: str) -> list[str]:
        page = visit(csto, address, **SCREEN)
        return page.tab.locator("[data-relation=memberOf] .whole").all_text_contents()

    assert whole("#n=csto&t=2026-11-23") == ["all 6 are known"]
    assert whole("#n=csto&t=2012-12-18") == ["all 7 are known"]
    assert whole("#n=csto-pa&t=2026-11-23") == ["known ones only"]
    # A state is in several organisations, and how many these are nobody counts.
    assert whole("#n=armenia&t=2026-11-23") == []


def test_the_summary_is_that_of_the_date_shown(visit: Visitor, csto: Path) -> None:
    """On 1 March 2012 Uzbekistan is a seventh member; of 23 chairs six, and one, are to come."""
    page = visit(csto, "#n=csto&t=2012-03-01", **SCREEN)

    assert sums(page)["… member of"] == "7 now, the first since 7 October 2002 · 1 disputed"
    assert sums(page)["… chairs"].startswith("1 now, since 20 December 2011")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        # All six founded it on the day of the Charter.
        ("2002-10-06", "6 to come"),
        ("2002-10-07", "6 so far, the latest on 7 October 2002"),
    ],
)
def test_what_is_to_come_is_not_counted_as_present(
    visit: Visitor, csto: Path, date: str, expected: str
) -> None:
    page = visit(csto, f"#n=csto&t={date}", **SCREEN)

    assert sums(page)["… founded"] == expected


def test_the_summary_counts_what_has_no_date(visit: Visitor, csto: Path) -> None:
    """Seventeen bodies and thirty operations have rows."""
    page = visit(csto, "#n=csto&t=all", **SCREEN)

    assert (sums(page)["… body of"], sums(page)["… operation of"]) == ("17", "30")


@pytest.mark.parametrize("organisation", ["csto", "cis", "sco"])
def test_the_panel_of_an_organisation_has_two_screens_at_most(
    visit: Visitor, csto: Path, organisation: str
) -> None:
    page = visit(csto, f"#n={organisation}", **SCREEN)

    assert page.tab.evaluate("document.getElementById('details').scrollHeight") <= 2 * 800


def test_every_fact_has_a_line_and_its_sources_are_two_clicks_away(
    visit: Visitor, csto: Path
) -> None:
    page = visit(csto, "#n=csto&t=all", **SCREEN)
    rows = page.tab.evaluate("JSON.parse(document.getElementById('kg-content').textContent).facts")
    own = [fact["id"] for fact in unpacked(rows) if "csto" in (fact["s"], fact.get("o"))]
    clicked = page.tab.locator("[data-relation=bodyOf]")
    seen = [clicked.locator(".references").first.is_visible()]
    clicked.locator(".sum").click()
    clicked.locator(".period").first.click()
    seen.append(clicked.locator(".references").first.is_visible())

    assert sorted(own) == sorted(
        page.tab.eval_on_selector_all("#details .card", "all => all.map(one => one.dataset.fact)")
    )
    assert seen == [False, True]


# ---- Past, present and future apart ----


def timed() -> Network[str]:
    """Return an alliance of ten with members of every tense on 1 June 2010."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    for name, status, dates in [
        ("one", "current", held("2001-01-01")),
        ("two", "current", held("2005-01-01")),
        ("three", "ended", held("2001-01-01", "2004-01-01")),
        ("four", "current", held("2015-01-01")),
        ("five", "disputed", held("2001-01-01")),
        ("six", "current", {"start": "2010", "since": "2010-01-01"}),
        ("seven", "current", held("2006-01-01")),
    ]:
        network.add_edge(name, "union", key=f"m-{name}", **about("memberOf", status, **dates))
    return network


@pytest.fixture(scope="module")
def union(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return view(timed()).save(tmp_path_factory.mktemp("union") / "graph.html")


def test_past_present_and_future_stand_apart(visit: Visitor, union: Path) -> None:
    """Newest first; whose first day is only known to the year is possibly in."""
    page = visit(union, "#n=union&t=2010-06-01")

    assert heads(page, "memberOf") == [
        *("3 now", "1 possibly", "1 to come", "1 formerly", "1 disputed"),
    ]
    assert lines(page, "memberOf") == [
        *("m-seven", "m-two", "m-one", "m-six", "m-four", "m-three", "m-five"),
    ]


def test_only_who_is_there_now_is_named_in_the_summary(visit: Visitor, union: Path) -> None:
    page = visit(union, "#n=union&t=2010-06-01")

    assert page.tab.inner_text("[data-relation=memberOf] .names") == "seven, two, one"


def test_a_few_facts_need_no_summary(visit: Visitor) -> None:
    """Where six lines at most stand, they stand open."""
    page = visit(address="#n=lavrov")

    assert page.tab.locator("[data-fact=proposal] .period").is_visible()
    assert page.tab.locator("[data-fact=proposal] .references").is_hidden()


def chaired() -> Network[str]:
    """Return a state in two alliances, the chair of seven councils."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    for name in ("union", "pact"):
        network.add_edge("state", name, key=f"in-{name}", **about("memberOf", **held("2001-01-01")))
    for number in range(7):
        dates = held(f"200{number}-01-01")
        network.add_edge(
            "state", f"council-{number}", key=f"p-{number}", **about("partyTo", **dates)
        )
    return network


def test_a_few_facts_of_the_relation_that_comes_first_stand_open(
    visit: Visitor, tmp_path: Path
) -> None:
    """What most ask for needs no click; what a longer list holds needs one."""
    network = chaired()
    # First comes what most holds now: seven councils, which are more than a few.
    page = visit(view(network).save(tmp_path / "many.html"), "#n=state")
    before = [page.tab.locator(f"[data-fact={one}]").is_visible() for one in ("p-0", "in-union")]
    for number in range(1, 7):
        network["state"][f"council-{number}"][f"p-{number}"].update(
            status="ended", **held(f"200{number}-01-01", "2020-01-01")
        )
    page = visit(view(network).save(tmp_path / "few.html"), "#n=state")
    after = [page.tab.locator(f"[data-fact={one}]").is_visible() for one in ("p-0", "in-union")]

    assert (before, after) == ([False, False], [False, True])


def test_only_what_is_not_simply_said_has_a_line_of_the_legend(visit: Visitor, union: Path) -> None:
    page = visit(union, "#n=union&t=2010-06-01")
    marked = page.tab.locator("#details .card").filter(has=page.tab.locator(".top .line"))

    assert marked.evaluate_all("all => all.map(one => one.dataset.fact)") == ["m-six", "m-five"]


def test_a_short_fact_is_one_line(visit: Visitor, union: Path) -> None:
    page = visit(union, "#n=union&t=2010-06-01", **SCREEN)
    page.tab.click("[data-relation=memberOf] .sum")
    tops = [
        page.tab.locator(f"[data-fact=m-one] {one}").evaluate(
            """one => { const { top, bottom } = one.getBoundingClientRect();
                 return (top + bottom) / 2; }"""
        )
        for one in (".entity", ".period")
    ]

    assert abs(tops[0] - tops[1]) < 4


def test_what_a_rule_found_twice_is_one_line_with_two_proofs(
    visit: Visitor, tmp_path: Path
) -> None:
    network = small()
    treaty = {"rule": "treaty", "rule_text": "Who keeps it.", "premises": ["party-armenia"]}
    network["armenia"]["russia"]["allies"]["proofs"] = [treaty]
    page = visit(view(network).save(tmp_path / "two.html"), "#n=armenia")
    allies = page.tab.locator("[data-relation=allyOf]")

    assert allies.locator(".card").count() == 1
    assert "2 proofs" in allies.locator(".period").inner_text()
    assert allies.locator(".proof p:not(.head)").count() == 2


# ---- Opening and closing ----


def test_lines_open_and_close_by_keyboard(visit: Visitor, union: Path) -> None:
    page = visit(union, "#n=union&t=2010-06-01")
    button = page.tab.locator("[data-relation=memberOf] .sum")
    button.focus()
    said = [button.get_attribute("aria-expanded")]
    page.tab.keyboard.press("Enter")
    said.append(button.get_attribute("aria-expanded"))
    page.tab.keyboard.press("Tab")  # to the name of the first member
    page.tab.keyboard.press("Tab")  # to its sources
    page.tab.keyboard.press("Space")
    sources = page.tab.locator("[data-fact=m-seven] .references")
    said.append(str(sources.is_visible()))
    button.press("Enter")

    assert said == ["false", "true", "True"]
    assert sources.is_hidden()


@pytest.mark.parametrize("height", [800, 500])
def test_what_opens_is_brought_into_sight(visit: Visitor, dispute: Path, height: int) -> None:
    """As much of it as the panel has room for, from its head on."""
    page = visit(dispute, "#n=georgia&t=1994-06-01", viewport={"width": 1280, "height": height})
    page.tab.locator("[data-fact=worse] .period").focus()
    page.tab.evaluate(
        """() => { const panel = document.getElementById('details');
             const line = document.querySelector('[data-fact=worse]');
             const bottom = (one) => one.getBoundingClientRect().bottom;
             panel.scrollTop += bottom(line) - bottom(panel); }"""
    )
    page.tab.keyboard.press("Enter")
    panel, card = (
        page.tab.locator(one).evaluate(
            """one => { const { top, bottom } = one.getBoundingClientRect();
                 return { top, bottom }; }"""
        )
        for one in ("#details", "[data-fact=worse]")
    )
    room = panel["bottom"] - panel["top"]

    assert card["top"] >= panel["top"] - 1
    assert card["bottom"] <= panel["bottom"] + 1 or card["bottom"] - card["top"] > room
    assert card["bottom"] - card["top"] <= room or card["top"] <= panel["top"] + 1


def test_what_was_opened_stays_open_on_another_date(visit: Visitor, union: Path) -> None:
    page = visit(union, "#n=union&t=2010-06-01")
    page.tab.click("[data-relation=memberOf] .sum")
    page.on("2011-06-01")

    assert page.tab.locator("[data-fact=m-one] .period").is_visible()


# ---- Nothing chosen is covered ----


@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (640, 400)])
@pytest.mark.parametrize(("key", "ends"), [("n", ["csto"]), ("e", ["russia", "sco"])])
def test_the_panel_leaves_what_was_chosen_in_sight(
    visit: Visitor, size: tuple[int, int], key: str, ends: list[str]
) -> None:
    """Wide, on a phone, and zoomed to 200 %: wherever the marks stood before."""
    page = visit(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
    )
    page.tab.wait_for_timeout(200)
    chosen = {"n": "csto", "e": "sco-russia"}[key]
    page.tab.evaluate("address => { location.hash = address; }", f"{key}={chosen}")
    page.tab.wait_for_selector("#details h2")
    page.tab.wait_for_timeout(200)
    covering = [
        page.tab.evaluate(
            """id => { const { x, y } = kgPage.where(id);
                 const hit = document.elementFromPoint(x, y);
                 return Boolean(hit?.closest('#canvas')); }""",
            one,
        )
        for one in [*ends, *([chosen] if key == "e" else [])]
    ]

    assert all(covering)


# ---- Disputes ----


def disputed() -> Network[str]:
    """Return two accounts of when Georgia left, the first of them better."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    network.add_edge(
        "georgia",
        "treaty",
        key="better",
        **about("partyTo", "ended", references=[TREATY], **held("1993-12-09", "1999-04-20")),
    )
    worse = about("partyTo", "disputed", references=[TASS], **held("1993-09-09", "1998-04-20"))
    worse |= {"rank": "deprecated", "disputed_by": ["better"], "note": "The day of the signature."}
    network.add_edge("georgia", "treaty", key="worse", **worse)
    network.add_edge("armenia", "treaty", key="armenia", **about("partyTo", **held("1994-04-20")))
    network.add_edge("georgia", "armenia", key="near", **about("allyOf", **held("1991-01-01")))
    return network


@pytest.fixture(scope="module")
def dispute(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return view(disputed()).save(tmp_path_factory.mktemp("dispute") / "graph.html")


@pytest.mark.parametrize("fact", ["better", "worse"])
def test_a_dispute_says_side_by_side_who_says_what(
    visit: Visitor, dispute: Path, fact: str
) -> None:
    """What counts stands first, whichever of the two is opened, each with its own sources."""
    page = visit(dispute, f"#e={fact}&t=all")
    found = page.tab.eval_on_selector_all(
        "#details .account",
        """all => all.map(one => [one.dataset.account, one.querySelector('cite').innerText,
                                  Math.round(one.getBoundingClientRect().top)])""",
    )

    assert [one[:2] for one in found] == [
        ["better", "Collective Security Treaty, text"],
        ["worse", "Lavrov speaks on biosecurity"],
    ]
    assert found[0][2] == found[1][2]


@pytest.mark.parametrize(
    ("date", "drawn"),
    [
        ("1993-09-08", set()),
        ("1993-09-09", {"worse"}),
        ("1998-04-19", {"worse", "better"}),
        ("1998-04-20", {"better"}),
    ],
)
def test_a_dispute_is_drawn_on_its_own_dates_and_does_not_count(
    visit: Visitor, dispute: Path, date: str, drawn: set[str]
) -> None:
    page = visit(dispute, f"#n=treaty&t={date}")

    assert {*page.visible()["edges"]} & {"better", "worse"} == drawn
    assert "worse" not in page.facts()


def test_what_is_sure_leaves_disputes_out(visit: Visitor, dispute: Path) -> None:
    page = visit(dispute, "#n=treaty&t=1994-06-01&sure=1")

    assert "worse" not in page.visible()["edges"]


def test_a_dispute_is_pale_and_marked_in_picture_and_lanes(visit: Visitor, dispute: Path) -> None:
    """Its dashes are those of the legend, and its sign is that of the lanes and of the chips."""
    page = visit(dispute, "#t=1994-06-01&view=lanes")
    drawing = page.tab.evaluate("kgPage.svg()")
    sign = "el => getComputedStyle(el, '::after').content"
    bars = {
        name: page.tab.locator(f"[data-fact={name}].period-bar").evaluate(sign)
        for name in ("worse", "better")
    }

    assert 'stroke-dasharray="8 5"' in drawing
    assert 'stroke-opacity="0.55"' in drawing
    assert '"≠"' in bars["worse"]
    assert "≠" not in bars["better"]


def test_what_was_set_aside_without_a_better_statement_says_so(visit: Visitor) -> None:
    """Nobody else answers the question: no source is said to know better."""
    page = visit(address="#e=observer-csto&t=all")

    assert "it was set aside" in page.details()
    assert not page.tab.query_selector(".account")


def test_the_network_says_which_statements_know_better(shipped: kg.Graph) -> None:
    """Uzbekistan left on 19 December 2012, not on the day of its note."""
    network = shipped.network()
    told = network["uzbekistan"]["csto"]
    by_end = {one.get("end"): key for key, one in told.items() if one["predicate"] == "memberOf"}

    assert told[by_end["2012-06-28"]]["disputed_by"] == [by_end["2012-12-19"]]
    assert "disputed_by" not in told[by_end["2012-12-19"]]


# ---- Print ----


def test_the_whole_panel_is_printed_without_what_can_be_pressed(
    visit: Visitor, union: Path
) -> None:
    page = visit(union, "#n=union&t=2010-06-01")
    page.tab.emulate_media(media="print")

    assert all(one.is_visible() for one in page.tab.locator("#details .references").all())
    assert page.tab.locator("#details .references").count() == 7
    assert page.tab.locator("#details .actions button:visible").count() == 0
    assert page.tab.locator("#details .close").is_hidden()
    assert page.tab.locator("[data-fact=m-one] .entity").is_visible()
    assert page.tab.evaluate(
        """() => { const { scrollHeight, clientHeight } = document.getElementById('details');
             return scrollHeight <= clientHeight + 1; }"""
    )


# ---- For everybody ----


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_an_opened_panel_has_no_accessibility_violations(
    visit: Visitor, dispute: Path, scheme: str, size: tuple[int, int]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
    page = visit(
        dispute,
        "#n=treaty&t=1994-06-01",
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
    )
    page.tab.locator("[data-fact=worse] .period").click()

    assert [v["id"] for v in axe().run(page.tab).response["violations"]] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_in_the_panel_is_wider_than_the_panel(
    visit: Visitor, dispute: Path, width: int
) -> None:
    page = visit(dispute, "#e=worse&t=all", viewport={"width": width, "height": 800})

    assert page.tab.evaluate(
        """() => { const { scrollWidth, clientWidth } = document.getElementById('details');
             return scrollWidth <= clientWidth; }"""
    )


def test_the_summary_speaks_russian(visit: Visitor, csto: Path) -> None:
    page = visit(csto, "#n=csto&t=2026-11-23&lang=ru", **SCREEN)

    said = " ".join(sums(page).values())
    assert [
        word for word in ("сейчас: 6", "прежде: 1", "оспаривается: 1") if word not in said
    ] == []


# ---- Short names are said ----


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a network in which one of two has a short name, and both have codes."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23", languages=["en", "ru"])
    long = {"label": "Commission for the Control of Foot-and-Mouth", "aliases": ["EUFMD"]}
    alliance = {"label": "Collective Security Alliance", "label_ru": "Союз общей безопасности"}
    network.add_node("commission", **long)
    network.add_node("alliance", **alliance, aliases=["XQ-17"], short_names="CSA|СОБ")
    network.add_edge("commission", "alliance", key="one", **about("bodyOf"))
    return view(network).save(tmp_path_factory.mktemp("named") / "graph.html")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", {"CSA", "Commission for the Control of Foot-and-Mouth"}),
        ("ru", {"СОБ", "Commission for the Control of Foot-and-Mouth"}),
    ],
)
def test_a_map_calls_by_a_short_name_only_whom_the_curators_gave_one(
    visit: Visitor, named: Path, language: str, expected: set[str]
) -> None:
    """A code among the aliases never stands in place of a name."""
    page = visit(named, f"#lang={language}&t=all")
    page.tab.wait_for_timeout(300)

    assert {one["text"] for one in page.tab.evaluate("kgPage.labels()")} >= expected
    assert "EUFMD" not in page.tab.evaluate("kgPage.svg()")


def test_a_still_knows_short_names_and_no_codes() -> None:
    network: Network[str] = nx.MultiDiGraph()
    network.add_node("a", label="Commission for the Control of Cattle", aliases=["EUFMD"])
    network.add_node("b", label="Collective Security Alliance", short_names="CSA")
    network.add_edge("a", "b", key="one", **about("bodyOf"))
    still = view(network).svg

    assert "EUFMD" not in still
    assert ">CSA</text>" in still


def test_the_shipped_organisations_keep_their_short_names(shipped: kg.Graph) -> None:
    nodes = shipped.network().nodes
    told = {name: nodes[name].get("short_names") for name in ("csto", "cis", "sco", "csto-cfm")}

    assert told == {
        "csto": "CSTO|ОДКБ",
        "cis": "CIS|СНГ",
        "sco": "SCO|ШОС",
        "csto-cfm": "CSTO CFM|СМИД ОДКБ",
    }
