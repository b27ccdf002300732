"""The README's console examples are run, and their output is compared."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXAMPLES = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)


def kg(*arguments: str) -> str:
    """Run the command on the shipped graph and return what a terminal shows."""
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stdout
    return done.stdout


@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[c for c, _ in EXAMPLES])
def test_the_example_prints_what_the_readme_shows(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(command)

    # As in a checkout, where the published tables lie below data/.
    shutil.copytree(ROOT / "data" / "comparisons", tmp_path / "data" / "comparisons")
    printed = kg(*arguments)

    assert program == "kg"
    if "…\n" in output:
        # What stands between two marks of omission follows line by line, in this order.
        parts = [re.escape(part) for part in output.split("…\n")]
        assert re.fullmatch("(?:.*\n)*".join(parts), printed)
    else:
        assert output == printed


def test_the_mistake_of_the_readme_is_told_as_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row that it gives as an example, with its subject misspelt as in the message."""
    told = re.search(r"(?m)^data/statements/csto\.csv:(\d+):1: error: .*$", README)
    row = re.search(r"(?m)^uzbekistan,memberOf,csto,.*$", README)
    assert told
    assert row
    for name in ("data", "ontology"):
        shutil.copytree(ROOT / name, tmp_path / name)
    table = tmp_path / "data" / "statements" / "csto.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    number = int(told[1])
    assert lines[number - 1].startswith(row[0])
    lines[number - 1] = lines[number - 1].replace("uzbekistan", "uzbekistn", 1)
    table.write_text("".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert told[0] in kg("validate").splitlines()


def test_the_readme_gives_the_two_commands_that_the_checks_run() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)

    install = "python3 -m venv .venv && .venv/bin/pip install -e"
    assert commands == [
        f"{install} . && .venv/bin/kg build",
        f"{install} '.[test]' && .venv/bin/pytest -n 2 --dist loadfile",
    ]


def test_a_package_index_is_shown_no_link_to_a_file_that_it_has_not() -> None:
    """Each link of the README as it is changed for the index leads to the web or into itself."""
    cmarkgfm = pytest.importorskip("cmarkgfm")
    hook = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    text = README
    for one in hook["substitutions"]:
        text = re.sub(one["pattern"], one["replacement"], text)

    def targets(of: str) -> list[str]:
        html = cmarkgfm.github_flavored_markdown_to_html(of)
        return re.findall(r'(?:href|src)="([^"]+)"', html)

    assert "docs/images/graph-light.png" in targets(README)
    assert [one for one in targets(text) if not one.startswith(("https://", "#"))] == []
    # Beside pictures nothing that can be read is lost.
    assert "see Many rows." in text
    assert len(text.splitlines()) == len(README.splitlines()) - README.count("![")


def test_uv_installs_nothing_for_development_unless_it_is_asked() -> None:
    assert PROJECT["tool"]["uv"]["default-groups"] == []
    assert PROJECT["dependency-groups"]["dev"] == ["eurasia-kg[test]"]
