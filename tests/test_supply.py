"""What kg is made of: packages locked by their digests, audited, listed, and bundled anew."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = canonicalize_name(PROJECT["name"])


def locked() -> dict[str, list[Requirement]]:
    """What the lock names, one entry for each system on which it is another version."""
    found: dict[str, list[Requirement]] = {}
    for entry in LOCK.replace("\\\n", " ").splitlines():
        one = Requirement(entry.partition("--hash")[0])
        found.setdefault(canonicalize_name(one.name), []).append(one)
    return found


ASKED = sorted(
    {*PROJECT["dependencies"], *(one for all_ in PROJECT["optional-dependencies"].values()
                                 for one in all_)}
)  # fmt: skip


@pytest.mark.parametrize("asked", [one for one in ASKED if canonicalize_name(Requirement(one).name)
                                   != OURS])  # fmt: skip
def test_the_lock_has_what_the_project_asks_for(asked: str) -> None:
    wanted = Requirement(asked)

    (pins, *_) = [one.specifier for one in locked()[canonicalize_name(wanted.name)]]
    (pin,) = pins
    assert pin.operator == "=="
    assert wanted.specifier.contains(pin.version)


def test_each_locked_package_has_digests_and_no_address() -> None:
    for entry in LOCK.replace("\\\n", " ").splitlines():
        name, *digests = entry.split("--hash=")
        assert digests, name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64} *", one) for one in digests), name
    assert "://" not in LOCK
    assert "/" not in LOCK


@pytest.fixture(scope="module")
def auditor() -> Any:
    loader = SourceFileLoader("audit", str(ROOT / ".ci" / "audit.py"))
    spec = spec_from_loader("audit", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def answering(auditor: Any, patch: pytest.MonkeyPatch, answer: object) -> None:
    """Let every program print this, and end with 0; an exception is raised instead."""

    def run(command: list[str], **_: object) -> str:
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer) if "install" not in command else ""

    patch.setattr(auditor, "run", run)


# As pip-audit 2 prints it, and npm 10.
ONE_BAD = {
    "dependencies": [
        {"name": "good", "version": "1.0", "vulns": []},
        {"name": "bad", "version": "2.0", "vulns": [{"id": "PYSEC-0000-1", "fix_versions": []}]},
        {"name": "unknown", "skip_reason": "Dependency not found on PyPI"},
    ]
}
NOBODY_KNOWN = {"dependencies": [{"name": "unknown", "skip_reason": "not found"}]}
NPM_BAD = {
    "vulnerabilities": {"bad": {"severity": "high"}},
    "metadata": {"dependencies": {"total": 7}},
}


class TestAudit:
    def test_what_is_vulnerable_is_named_and_what_nobody_knows_is_counted(
        self, auditor: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answering(auditor, monkeypatch, ONE_BAD)

        assert auditor.python_packages() == ["bad 2.0: PYSEC-0000-1"]
        assert capsys.readouterr().out == (
            "packages of Python: 2 looked up, 1 known to be vulnerable; 1 could not be looked up\n"
        )

    def test_packages_of_which_none_could_be_looked_up_have_not_passed(
        self, auditor: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answering(auditor, monkeypatch, NOBODY_KNOWN)

        assert auditor.python_packages() == []
        assert capsys.readouterr().out == "packages of Python: not run, not found\n"

    def test_vulnerable_packages_of_node_are_named(
        self, auditor: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        answering(auditor, monkeypatch, NPM_BAD)
        monkeypatch.setattr(auditor.shutil, "which", lambda _: "npm")

        assert auditor.node_packages(ROOT / "tools" / "page") == ["bad: high"]
        assert capsys.readouterr().out == (
            "packages of tools/page: 7 looked up, 1 known to be vulnerable\n"
        )

    @pytest.mark.parametrize(
        ("answer", "why"),
        [
            ({"message": "405 Method Not Allowed"}, "405 Method Not Allowed"),
            (subprocess.TimeoutExpired("npm", 300), "Command 'npm' timed out after 300 seconds"),
        ],
    )
    def test_where_nobody_answers_it_says_that_it_was_not_run(
        self, auditor: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        answer: object, why: str,
    ) -> None:  # fmt: skip
        answering(auditor, monkeypatch, answer)
        monkeypatch.setattr(auditor.shutil, "which", lambda _: "npm")

        assert auditor.node_packages(ROOT / "tools" / "page") == []
        assert capsys.readouterr().out == f"packages of tools/page: not run, {why}\n"
