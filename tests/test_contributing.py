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


def test_the_hooks_run_what_the_checks_run() -> None:
    """Formatter, linter and type checker are called as in .ci/run, word for word."""
    (repository,) = read(".pre-commit-config.yaml")["repos"]
    hooks = {hook["id"]: hook["entry"] for hook in repository["hooks"]}
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert {hooks[name] for name in ("format", "lint", "types")} <= set(checks)


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
