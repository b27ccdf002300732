"""The recording in the README: what it shows is what the commands say today."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "session.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def recording() -> Any:
    spec = importlib.util.spec_from_file_location("recording", ROOT / "docs" / "recording.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown() -> list[str]:
    """The lines of the picture, put together from the texts of each height."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for one in ET.parse(PICTURE).iter(f"{SVG}text"):
        if "clip-path" in one.attrib:
            at = float(one.attrib["x"]), one.text or ""
            lines.setdefault(float(one.attrib["y"]), []).append(at)
    found = ["".join(text for _, text in sorted(lines[y])) for y in sorted(lines)]
    return [line.replace("\xa0", " ").rstrip() for line in found]


@pytest.mark.slow
def test_the_picture_shows_what_the_commands_say(recording: Any) -> None:
    told = recording.session()

    assert [line.replace(" ", "") for line in shown()] == [
        line.replace(" ", "") for line in recording.lines(told)
    ], "record it anew: python docs/recording.py"


@pytest.mark.slow
def test_the_same_session_is_the_same_picture(recording: Any) -> None:
    pytest.importorskip("rich")
    told = recording.session()

    assert recording.drawn(told) == recording.drawn(told) == PICTURE.read_text(encoding="utf-8")


def test_the_picture_loads_nothing_and_runs_nothing() -> None:
    text = PICTURE.read_text(encoding="utf-8")

    assert not any(
        word in text for word in ("@font-face", "@import", "url(http", "<script", "href")
    )


def test_the_picture_shows_each_command_where_a_newcomer_sees_it(recording: Any) -> None:
    prompts = [line.removeprefix("$ ") for line in shown() if line.startswith("$ ")]

    assert prompts == list(recording.COMMANDS)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.index("docs/images/session.svg") < readme.index("## Set up")
