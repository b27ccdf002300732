"""What is said of the page's scripts that ran is what Chromium counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from page_coverage import KG, WEB, PageCoverage, Script

from kg.page.render import SCRIPTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KEYS = (WEB / "keys.js").read_text(encoding="utf-8")


def counted(text: str, start: str, end: str, times: int) -> dict[str, int]:
    """Return a range, from where its first text begins to where its last one ends."""
    first = text.index(start)
    return {
        "startOffset": first,
        "endOffset": text.index(end, first) + len(end),
        "count": times,
    }


def line_of(plugin: PageCoverage, name: str) -> list[str]:
    """Return the words that are said of a script: functions, missed, run, code, lines."""
    if not plugin.known:
        plugin.known = plugin.by_file()
    return next(line.split()[1:] for line in plugin.told() if line.split()[0] == name)


def test_each_script_of_ours_is_followed_and_those_of_others_are_not() -> None:
    plugin = PageCoverage(0)
    made = [*plugin.scripts.values(), plugin.worker]
    followed = {file for script in made for file, *_ in script.pieces}
    ours = set(KG.rglob("*.js")) - {WEB / "editor.js", WEB / "engine.js"}

    assert followed == ours
    assert len(ours) > len(SCRIPTS)


def test_a_line_in_the_page_is_the_line_of_its_file() -> None:
    plugin = PageCoverage(0)
    for script in (*plugin.scripts.values(), plugin.worker):
        for file, there, here, length in script.pieces:
            text = file.read_text(encoding="utf-8")
            assert text[there : there + length] == script.text[here : here + length]


def test_what_two_tabs_ran_is_put_together() -> None:
    """The first tab calls `keyOf` alone, the second `typesInto`, of which a part never runs."""
    plugin = PageCoverage(0)
    page = next(iter(plugin.scripts.values()))
    everything = {"startOffset": 0, "endOffset": len(page.text), "count": 1}
    types_into = counted(page.text, "function typesInto", "(FIELDS));\n}", 0)
    key_of = counted(page.text, "function keyOf", "event.key;\n}", 2)
    later = counted(page.text, "|| field.matches?.(FIELDS)", "(FIELDS)", 0)
    arrow = counted(page.text, "(type) => `[type", "}]`", 9)

    def take(*functions: list[dict[str, int]]) -> None:
        plugin.take([{"url": "", "functions": [{"ranges": ranges} for ranges in functions]}])

    take([everything], [types_into], [key_of], [arrow])
    assert line_of(plugin, "page/web/keys.js")[:3] == ["3", "1", "66.7%"]
    plugin.known.clear()

    # A second count says nothing of what the first one saw.
    take([everything], [types_into | {"count": 1}, later], [key_of | {"count": 0}])
    functions, missed, share, _, *lines = line_of(plugin, "page/web/keys.js")
    assert [functions, missed, share, *lines] == ["3", "0", "100.0%", "11"]


def test_what_another_process_counted_is_added() -> None:
    plugin = PageCoverage(0)
    whole = KEYS.index("function keyOf")
    worker = type("Node", (), {})()
    worker.workeroutput = {
        "page-coverage": {"page/web/keys.js": ([*range(len(KEYS))], {whole: True})}
    }
    plugin.pytest_testnodedown(worker)

    assert line_of(plugin, "page/web/keys.js") == ["1", "0", "100.0%", "100.0%"]


@pytest.mark.parametrize(
    ("least", "status"), [(0, pytest.ExitCode.OK), (0.1, pytest.ExitCode.TESTS_FAILED)]
)
def test_a_run_with_too_little_fails(least: float, status: pytest.ExitCode) -> None:
    session: Any = type("Session", (), {"exitstatus": pytest.ExitCode.OK})()
    session.config = type("Config", (), {})()
    PageCoverage(least).pytest_sessionfinish(session)

    assert session.exitstatus == status


def test_chromium_counts_what_runs_in_a_page_and_in_its_worker(
    browser: Browser, tmp_path: Path
) -> None:
    """Three functions, of which one runs in the page, one in its worker and one nowhere."""
    inner = "onmessage=({data})=>{if(data)inWorker();postMessage(1)};function inWorker(){}"
    text = (
        "function inPage(){return 1}\nfunction nowhere(){return 2}\ninPage();\n"
        f"const inner='{inner}';const made=new Worker(URL.createObjectURL(new Blob([inner])));\n"
        "let said=0;made.onmessage=()=>said++;made.postMessage(0);\n"
    )
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><script>{text}</script>", encoding="utf-8")
    plugin = PageCoverage(0)
    plugin.scripts = {len(text): Script(text, [])}
    plugin.worker = Script(inner, [])
    with plugin.following(browser):
        window = browser.new_context(offline=True)
        tab = window.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_function("said === 1")
        tab.evaluate("made.postMessage(1)")
        tab.wait_for_function("said === 2")
        tab.close()
        window.close()

    (in_page,) = (one.functions for one in plugin.scripts.values())
    assert in_page[text.index("function inPage")]
    assert not in_page[text.index("function nowhere")]
    assert plugin.worker.functions[inner.index("function inWorker")]
