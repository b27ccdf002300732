"""The reference of the public names is rendered from the docstrings, whole and without warnings."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("reference")
    subprocess.run(
        [sys.executable, "-W", "error", ROOT / "docs" / "reference.py", folder],
        check=True,
        timeout=60,
    )
    # One module: what lies below it is private.
    assert {path.name for path in folder.iterdir()} == {"index.html", "kg.html", "search.js"}
    return (folder / "kg.html").read_text(encoding="utf-8")


def public(of: type) -> set[str]:
    return {
        name
        for name, member in vars(of).items()
        if not name.startswith("_") and (callable(member) or inspect.isdatadescriptor(member))
    }


def test_each_public_name_and_method_has_a_place(page: str) -> None:
    kinds = {name: getattr(kg, name) for name in kg.__all__}
    methods = {
        f"{name}.{method}"
        for name, kind in kinds.items()
        if inspect.isclass(kind)
        for method in public(kind)
    }

    assert {"Graph.query", "Result.to_pandas"} <= methods
    assert (set(kinds) | methods) - set(re.findall(r'id="([^"]+)"', page)) == set()


def test_each_public_name_is_explained_by_its_own_words(page: str) -> None:
    """Of the first line of its docstring all words are on the page, markup aside."""
    text = set(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", page)))
    for name in kg.__all__:
        first = (inspect.getdoc(getattr(kg, name)) or "").partition("\n")[0]
        assert first, name
        assert set(re.findall(r"\w+", first)) <= text, name


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    loaded = re.findall(r'<(?:script|img|iframe|link)[^>]*(?:src|href)="([^"]*)"', page)

    assert [one for one in loaded if re.match(r"(?!data:)[\w+.-]*:|//", one)] == []
