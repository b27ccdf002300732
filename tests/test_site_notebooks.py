"""`kg site --notebooks`: the notebooks of a folder as pages that run nothing and fetch nothing."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sites import broken_links, seen

import kg
from kg.cli.commands import main
from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.notebook

# A dot of one pixel.
HEAD = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
PNG = f"{HEAD}+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4">'
    '<title>A line that falls</title><path d="M0 0 4 4"/></svg>'
)


@pytest.fixture(scope="module")
def league(prototype: Path) -> kg.Graph:
    """The graph of the tiny project."""
    return kg.open(prototype / "build")


def v4() -> Any:
    """What makes notebooks of the format that Jupyter saves; it has no types."""
    return pytest.importorskip("nbformat", reason="needs test-notebook").v4


def saved(folder: Path, name: str, *cells: Any) -> Path:
    """Save a notebook of such cells as Jupyter does."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_text(v4().writes_json(v4().new_notebook(cells=list(cells))), encoding="utf-8")
    return path


def text(source: str) -> Any:
    return v4().new_markdown_cell(source)


def code(source: str, **data: str) -> Any:
    """A cell of code with what it gave, by form: html, svg, png, plain."""
    forms = {"html": "text/html", "svg": "image/svg+xml", "png": "image/png", "plain": "text/plain"}
    given = {forms[name]: value for name, value in data.items()}
    outputs = [v4().new_output("execute_result", given, execution_count=1)] if given else []
    return v4().new_code_cell(source, execution_count=1, outputs=outputs)


def page_of(folder: Path, name: str) -> str:
    return (folder / "notebook" / f"{name}.html").read_text(encoding="utf-8")


def test_a_notebook_becomes_a_page_with_its_outputs(league: kg.Graph, tmp_path: Path) -> None:
    table = "<style scoped>td {color: red}</style><table><tr><th></th><th>club</th></tr></table>"
    saved(
        tmp_path / "n",
        "joined",
        text("# Who joined\n\nAnna *first*, then Ben."),
        code("graph.query('…')", html=table, plain="a frame"),
        code("print(6 * 7)", plain="42"),
    )

    kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")
    page = page_of(tmp_path / "site", "joined")

    assert "<title>Who joined" in page
    assert page.count("<h1") == 1
    assert "<th>club</th>" in page
    assert "color: red" not in page
    assert "a frame" not in page
    assert ">42</pre>" in "".join(page.split("\n"))
    (listed,) = [
        line
        for line in (tmp_path / "site" / "notebooks.html").read_text("utf-8").splitlines()
        if "<dd" in line
    ]
    assert listed == '<dd dir="auto">Anna first, then Ben.</dd>'
    assert broken_links(tmp_path / "site") == []
    assert "notebooks.html" in seen(tmp_path / "site" / "index.html").links


def test_the_notebook_itself_stands_beside_its_page(league: kg.Graph, tmp_path: Path) -> None:
    path = saved(tmp_path / "n", "one", text("Without a heading."))

    kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")

    assert (tmp_path / "site" / "notebook" / "one.ipynb").read_bytes() == path.read_bytes()
    assert "<h1>one</h1>" in page_of(tmp_path / "site", "one")


def test_pictures_say_what_they_show(league: kg.Graph, tmp_path: Path) -> None:
    """By what the notebook says of them, or their own title, or the place in the notebook."""
    told = code("a", png=PNG)
    told.outputs[0].metadata["image/png"] = {"alt": "A dot"}
    saved(tmp_path / "n", "seen", told, code("b", svg=SVG), code("c", png=PNG))

    kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")
    page = page_of(tmp_path / "site", "seen")

    for alt in ("A dot", "A line that falls", "Picture of cell 3"):
        assert f'alt="{alt}"' in page
    assert base64.b64encode(SVG.encode()).decode() in page


def test_nothing_runs_and_what_is_lost_is_said(
    league: kg.Graph, tmp_path: Path, browser: Browser
) -> None:
    chart = "<div id=here>drawn</div><script>document.title = 'run'</script>"
    saved(
        tmp_path / "n",
        "plots",
        text("# Plots\n\n<img src='https://example.org/dot.png' onerror=\"document.title='run'\">"),
        code("chart", html=chart),
        code("both", html=chart, png=PNG),
    )

    written = kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")
    asked: list[str] = []
    tab = browser.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "site" / "notebook" / "plots.html").as_uri())

    assert "run" not in tab.title()
    assert tab.locator("script").count() == 0
    assert tab.locator("text=drawn").count() == 1  # of two outputs one has a picture instead
    assert tab.locator("img[src^=data]").count() == 1
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    tab.close()
    (told,) = [one for one in written.missing if "plots" in one]
    assert "<script>" in told
    assert "the picture https://example.org/dot.png" in told


def test_links_lead_to_pages_or_are_said_to_lead_nowhere(league: kg.Graph, tmp_path: Path) -> None:
    links = "[two](Two.ipynb#end) [web](https://example.org/) [rows](../data/rows.csv)"
    saved(tmp_path / "n", "one", text(f"# One\n\n{links}"))
    saved(tmp_path / "n", "Two", text("# Two\n\n## end"))

    written = kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")
    links_of_one = seen(tmp_path / "site" / "notebook" / "one.html").links

    # The name of a file with a capital is what is safe of it and a digest.
    assert [link for link in links_of_one if "two_" in link and "#end" in link]
    assert "https://example.org/" in links_of_one
    assert not [link for link in links_of_one if "rows.csv" in link]
    assert [one for one in written.missing if "../data/rows.csv" in one]
    assert broken_links(tmp_path / "site") == []


def test_a_notebook_saved_without_outputs_is_told(league: kg.Graph, tmp_path: Path) -> None:
    saved(tmp_path / "n", "bare", text("# Bare"), code("1 + 1"))

    written = kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")

    assert written.missing[0] == (
        "the outputs of bare.ipynb, which was saved without any: run it first"
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("no JSON", "it is not JSON; save it again from Jupyter"),
        ("\ufeff", "it is not JSON; save it again from Jupyter"),
        ("[]", "is no whole notebook"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "is no whole notebook"),
        ('{"nbformat": 9, "cells": []}', "is no whole notebook"),
    ],
)
def test_what_is_no_notebook_is_named(
    league: kg.Graph, tmp_path: Path, content: str, told: str
) -> None:
    saved(tmp_path / "n", "a-good-one", text("# Good"))
    (tmp_path / "n" / "x.ipynb").write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=r"x\.ipynb") as raised:
        kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")

    assert told in str(raised.value)
    assert not (tmp_path / "site").exists()


def test_a_folder_without_notebooks_is_refused(league: kg.Graph, tmp_path: Path) -> None:
    (tmp_path / "n" / ".ipynb_checkpoints").mkdir(parents=True)

    with pytest.raises(UsageError, match=r"has no notebooks \(\.ipynb\)"):
        kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "n")
    with pytest.raises(UsageError, match="is no folder"):
        kg.write_site(league, tmp_path / "site", notebooks=tmp_path / "none")


def test_without_nbconvert_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(tmp_path / "n", "one", text("# One"))
    monkeypatch.setitem(sys.modules, "nbconvert", None)

    with pytest.raises(SystemExit) as left:
        main(["site", str(tmp_path / "site"), "--notebooks", str(tmp_path / "n")])

    assert left.value.code == 2
    assert "pip install 'eurasia-kg[notebook]'" in capsys.readouterr().err


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_notebooks_that_come_with_kg_pass_axe(
    shipped_pages: Path, browser: Browser, scheme: Any
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for page in ("notebooks.html", *(f"notebook/{name}.html" for name in SHIPPED)):
        tab = browser.new_page(color_scheme=scheme)
        tab.goto((shipped_pages / page).as_uri())
        found = Axe().run(tab).response["violations"]
        tab.close()

        said = [(page, rule["id"], [n["html"][:120] for n in rule["nodes"]]) for rule in found]
        assert said == []


def test_a_phone_does_not_scroll_sideways(shipped_pages: Path, browser: Browser) -> None:
    for name in SHIPPED:
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        tab.goto((shipped_pages / "notebook" / f"{name}.html").as_uri())
        width = tab.evaluate("document.documentElement.scrollWidth")
        tab.close()

        assert (name, width) == (name, 390)


FOLDER = Path(__file__).parent.parent / "notebooks"
SHIPPED = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def shipped_pages(league: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notebooks that come with kg, on a site of the tiny project, which is soon written."""
    written = kg.write_site(league, tmp_path_factory.mktemp("n") / "site", notebooks=FOLDER)
    assert [one for one in written.missing if ".ipynb" in one] == []
    return written.folder
