"""What can be taken from the page: pictures, tables, positions, links and citations."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
from pages import TASS, Network, Visit, Visitor, about, small

from kg.page.draw import view

SVG = "{http://www.w3.org/2000/svg}"


def shared(page: Visit, name: str) -> bytes:
    """Return what the entry of the menu saves; on a telephone the menu leads to it."""
    if not page.tab.is_visible("#share"):
        page.tab.click("#menu")
    page.tab.click("#share")
    with page.tab.expect_download() as download:
        page.tab.click(f"[data-share={name}]")
    return Path(download.value.path()).read_bytes()


def copied(page: Visit) -> str:
    """Return what is on the clipboard."""
    text: str = page.tab.evaluate("navigator.clipboard.readText()")
    return text


def table(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def test_the_csv_has_the_facts_that_show(visit: Visitor) -> None:
    """One row for each fact of the table, with its dates as written and its sources."""
    page = visit(address="#t=2012-06-27")
    rows = table(shared(page, "saveCsv"))
    party = next(row for row in rows if row["statement"] == "party-again")

    assert ({row["statement"] for row in rows}, party["start"], party["end"], party["urls"]) == (
        page.facts(),
        "2006-08-16",
        "2012-12-19",
        "https://en.odkb-csto.org/documents/treaty/",
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_is_never_a_formula(visit: Visitor, tmp_path: Path, start: str) -> None:
    """A spreadsheet would run what begins with one of these."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    network.add_node("a", label=f'{start}cmd|" /C calc"!A0', **{"class": "Thing"})
    network.add_edge("a", "b", key="one", **about("bodyOf"))
    page = visit(view(network).save(tmp_path / "formula.html"))
    rows = table(shared(page, "saveCsv"))

    assert rows[0]["subject_label"] == f'\'{start}cmd|" /C calc"!A0'


def test_the_svg_is_xml_with_every_entity(visit: Visitor) -> None:
    """Each mark names its entity, whether or not its label found room."""
    page = visit()
    root = ET.fromstring(shared(page, "saveSvg"))
    marks = {title.text for title in root.findall(f".//{SVG}polygon/{SVG}title")}
    network = small()

    assert marks == {network.nodes[node]["label"] for node in page.visible()["entities"]}


def test_the_svg_writes_every_label_of_the_screen(visit: Visitor) -> None:
    """What could be read on the screen can be read in print."""
    page = visit()
    root = ET.fromstring(shared(page, "saveSvg"))
    written = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    on_screen = page.tab.evaluate("kgPage.labels().map(label => label.text)")

    assert [label for label in on_screen if label not in written] == []


def test_the_svg_has_a_line_for_each_fact(visit: Visitor) -> None:
    """Parallel facts stay two lines."""
    page = visit(address="#t=all")
    root = ET.fromstring(shared(page, "saveSvg"))
    lines = root.findall(f"{SVG}g/{SVG}path")

    assert (len(lines), len({line.get("d") for line in lines})) == (14, 14)


def test_the_svg_says_what_it_shows(visit: Visitor) -> None:
    """Date, counts and filters stand in the picture, for it will be seen without the page."""
    page = visit(address="#t=2012-06-27&hk=Person")
    text = "".join(ET.fromstring(shared(page, "saveSvg")).itertext())

    assert [
        part
        for part in ("Eurasian security", "As of 2012-06-27", "Left out: person")
        if part not in text
    ] == []


def test_the_png_is_a_png_of_print_size(visit: Visitor) -> None:
    """3200 by 2000 pixels, whatever the screen: width and height stand in the first chunk."""
    page = visit(viewport={"width": 390, "height": 844})
    data = shared(page, "savePng")

    assert (data[:8], int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (
        b"\x89PNG\r\n\x1a\n",
        3200,
        2000,
    )


def test_the_link_leads_to_the_same_view(visit: Visitor) -> None:
    """The whole state is in the address that is copied."""
    page = visit(address="#t=2012-06-27&n=csto&view=lanes")
    page.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.tab.click("#share")
    page.tab.click("[data-share=copyLink]")

    assert copied(page).partition("#")[2] == "n=csto&t=2012-06-27&view=lanes"


@pytest.fixture
def cited(visit: Visitor) -> Visit:
    """The page on the fact that TASS reported."""
    page = visit(address="#e=proposal")
    page.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return page


def test_a_citation_is_a_sentence(cited: Visit) -> None:
    """Publisher, title, date, place and address."""
    cited.tab.click("[data-cite=plain]")

    assert copied(cited) == (
        "TASS, “Lavrov speaks on biosecurity”, 2020-05-26, ¶3, https://tass.com/politics/1.\n"
    )


def test_a_citation_is_a_bibtex_entry(cited: Visit) -> None:
    """As biblatex's @online wants it."""
    cited.tab.click("[data-cite=bibtex]")

    assert copied(cited) == (
        "@online{tass-2020-05-26,\n"
        "  title = {{Lavrov speaks on biosecurity}},\n"
        "  organization = {{TASS}},\n"
        "  date = {2020-05-26},\n"
        "  url = {https://tass.com/politics/1},\n"
        "  note = {¶3},\n"
        "}\n"
    )


def test_a_citation_is_a_csl_item(cited: Visit) -> None:
    """As CSL-JSON 1.0 wants it."""
    cited.tab.click("[data-cite=csl]")

    assert json.loads(copied(cited)) == [
        {
            "id": "tass-2020-05-26",
            "type": "webpage",
            "title": "Lavrov speaks on biosecurity",
            "publisher": "TASS",
            "issued": {"date-parts": [[2020, 5, 26]]},
            "URL": "https://tass.com/politics/1",
            "note": "¶3",
        }
    ]


@pytest.mark.parametrize(
    ("published", "parts"),
    [("-0044-03-15", [-45, 3, 15]), ("0000-02", [-1, 2]), ("0001", [1]), ("-0300", [-301])],
)
def test_years_of_a_csl_item_count_without_a_year_0(
    visit: Visitor, tmp_path: Path, published: str, parts: list[int]
) -> None:
    """Citation processors take -45 for 45 BC."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    references = [TASS | {"published": published}]
    network.add_edge("a", "b", key="one", **about("bodyOf", references=references))
    page = visit(view(network).save(tmp_path / "old.html"), "#e=one")
    page.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.tab.click("[data-cite=csl]")

    assert json.loads(copied(page))[0]["issued"] == {"date-parts": [parts]}


def test_a_title_does_not_break_out_of_its_bibtex_field(visit: Visitor, tmp_path: Path) -> None:
    """Braces and backslashes of a title are escaped, so that the entry ends where it should."""
    network: Network[str] = nx.MultiDiGraph(issued="2026-11-23")
    source = TASS | {"title": "50 % of \\input{x}} & more_", "url": "https://e.org/a}b"}
    network.add_edge("a", "b", key="one", **about("bodyOf", references=[source]))
    page = visit(view(network).save(tmp_path / "tex.html"), "#e=one")
    page.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.tab.click("[data-cite=bibtex]")
    entry = copied(page)
    bare = re.sub(r"\\[{}]", "", entry)

    assert (bare.count("{"), "50 \\% of", "https://e.org/a%7Db" in entry) == (
        bare.count("}"),
        entry[entry.index("50 ") :][:8],
        True,
    )


def test_the_description_names_the_view(visit: Visitor) -> None:
    """For the caption of a figure: title, date, counts, version, sources and filters."""
    page = visit(address="#t=2012-06-27&hp=partyTo")
    page.tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.tab.click("#share")
    page.tab.click("[data-share=copyLegend]")

    assert copied(page).splitlines() == [
        "Eurasian security",
        "As of 2012-06-27; 5 entities, 6 facts",
        "Data for 2026-11-23, version 0.1.0",
        "100 % of the asserted facts name a source",
        "Left out: party to",
    ]
