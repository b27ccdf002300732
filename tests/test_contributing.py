"""What contributors are given: templates that can be read, and hooks that are the checks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("other", [".ci/run", "justfile"])
def test_the_hooks_run_what_the_checks_run(other: str) -> None:
    """Formatter, linter and type checker are called in the same words."""
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    hooks = {hook["id"]: hook["entry"] for hook in repository["hooks"]}
    checks = [line.strip() for line in (ROOT / other).read_text(encoding="utf-8").splitlines()]

    assert {hooks[name] for name in ("format", "lint", "types")} <= set(checks)


def test_the_tasks_share_out_tests_as_the_readme_does() -> None:
    """The words after pytest are those of the README's command."""
    (words,) = re.findall(r"/pytest (.*)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    calls = re.findall(r"/pytest (.*)$", (ROOT / "justfile").read_text("utf-8"), re.MULTILINE)

    assert len(calls) == 3
    assert [call for call in calls if words not in call] == []


def test_each_action_of_the_workflow_is_pinned_to_a_commit() -> None:
    """A tag can be moved to other code; and no job may write."""
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    used = re.findall(r"uses: (.*)", text)

    assert len(used) == 6
    assert [
        one for one in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v[\d.]+", one)
    ] == []
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())


def test_the_wheel_is_tried_on_the_python_that_is_asked_for_and_each_later_one() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = read(".github/workflows/ci.yml")["jobs"]["wheel"]["strategy"]["matrix"]["python"]

    assert package["requires-python"] == f">={pythons[0]}"
    assert pythons == [f"3.{minor}" for minor in range(11, 15)]


def test_the_citation_names_the_version_and_licences_of_the_package() -> None:
    citation = read("CITATION.cff")
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert citation["version"] == package["version"]
    assert " AND ".join(citation["license"]) == package["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in package["authors"]
    ]


@pytest.mark.parametrize("name", ["data-correction", "mistake"])
def test_a_template_asks_for_what_is_needed_to_act(name: str) -> None:
    form = read(f".github/ISSUE_TEMPLATE/{name}.yml")
    required = [part["id"] for part in form["body"] if part.get("validations", {}).get("required")]

    assert len(required) >= 2
    assert len({part["id"] for part in form["body"]}) == len(form["body"])


def test_files_and_commands_that_contributing_names_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:data|ontology|tests|docs)/[\w./-]*\w/?)`", text)

    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []
