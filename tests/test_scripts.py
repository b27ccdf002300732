"""The page's scripts: each is formatted, linted and typed, with tools that are pinned."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kg.page.asking import WORKER
from kg.page.render import SCRIPTS

ROOT = Path(__file__).parent.parent
TOOLS = ROOT / "tools" / "page"
# What other people wrote, built by tools/editor and tools/engine.
BUILT = {"kg/page/web/editor.js", "kg/page/web/engine.js"}
OURS = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kg").rglob("*.js")} - BUILT


def settings(path: Path) -> dict[str, Any]:
    """Return a file of settings, whose comments stand on lines of their own."""
    text = re.sub(r"^\s*//.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: dict[str, Any] = json.loads(text)
    return found


def matched(patterns: list[str], folder: Path) -> set[str]:
    """Return which files of kg the patterns of a folder's settings name, from the root."""
    return {
        path.resolve().relative_to(ROOT).as_posix()
        for pattern in patterns
        for path in folder.glob(pattern)
    }


def test_each_script_is_formatted_and_linted() -> None:
    patterns = settings(ROOT / "biome.jsonc")["files"]["includes"]
    without = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    covered = matched([one for one in patterns if not one.startswith("!")], ROOT)

    assert covered - matched(without, ROOT) == OURS


def test_each_script_of_the_page_stands_where_the_tools_look() -> None:
    """What a page is made of and what is formatted are the same, but for what is not ours."""
    made = {f"kg/page/web/{name}" for name in (*SCRIPTS, "ask.js", *WORKER, "editor.js")}

    assert made - BUILT == {name for name in OURS if name.startswith("kg/page/")}


@pytest.mark.parametrize("path", sorted(ROOT.glob("tools/*/package-lock.json")), ids=str)
def test_a_lock_file_names_no_registry(path: Path) -> None:
    """Packages are known by their digests, wherever they come from."""
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    others = {name: entry for name, entry in packages.items() if name}

    assert others
    assert [name for name, entry in others.items() if "resolved" in entry] == []
    assert [name for name, entry in others.items() if "integrity" not in entry] == []


def test_the_tools_are_pinned() -> None:
    asked = settings(TOOLS / "package.json")["devDependencies"]

    assert asked
    assert [name for name, version in asked.items() if not re.fullmatch(r"[\d.]+", version)] == []


@pytest.mark.parametrize("caller", [".ci/run", "justfile"])
def test_whoever_checks_the_code_checks_the_scripts(caller: str) -> None:
    assert "npm run --silent --prefix tools/page check" in (ROOT / caller).read_text("utf-8")


@pytest.mark.parametrize("script", sorted(OURS))
def test_each_script_is_typed_in_the_one_program_in_which_it_runs(script: str) -> None:
    """The page's share one scope; the worker and the server's query page have their own."""
    programs = [path for path in TOOLS.glob("*.json") if "include" in settings(path)]
    holding = [
        path.name
        for path in programs
        if script
        in matched(settings(path)["include"], TOOLS) - matched(settings(path)["exclude"], TOOLS)
    ]
    check = settings(TOOLS / "package.json")["scripts"]["check"]

    assert len(holding) == 1
    assert f"tsc -p {holding[0]}" in check


@pytest.mark.parametrize(
    ("types", "interface", "template"),
    [
        ("types.d.ts", "PageElements", "kg/page/web/template.html"),
        ("types.d.ts", "DataBlocks", "kg/page/web/template.html"),
        ("server.d.ts", "ServerElements", "kg/hypertext/templates/query.html"),
    ],
)
def test_the_elements_that_the_types_promise_are_there(
    types: str, interface: str, template: str
) -> None:
    text = (TOOLS / types).read_text(encoding="utf-8")
    (body,) = re.findall(rf"(?ms)^interface {interface} {{\n(.*?)^}}", text)
    promised = set(re.findall(r"(?m)^  '?([\w-]+)'?:", body))
    page = (ROOT / template).read_text(encoding="utf-8")

    assert promised
    assert promised - set(re.findall(r'\bid="([\w-]+)"', page)) == set()
