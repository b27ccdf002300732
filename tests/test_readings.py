"""What was read of the queries of constraints: read once, and anew where it is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from kg.model import foreign, readings
from kg.model.algebra import LookedAt
from kg.model.readings import READINGS, read

PREFIXES = (("", "urn:"),)
SELECT = "SELECT $this ?day { $this :since ?day }"
FOUND = LookedAt(("this", "day"), frozenset({"<urn:since>"}), "object")
# A query that binds no focus node by patterns.
OTHER = "SELECT $this { ?day :of $this }"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Which queries rdflib is asked to read, where the cache folder is one of the test's own."""
    found: list[str] = []

    def looked_at(select: str, prefixes: dict[str, str]) -> LookedAt | None:
        found.append(select)
        return foreign.looked_at(select, prefixes)

    monkeypatch.setattr(readings, "looked_at", looked_at)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return found


@pytest.fixture
def another() -> Callable[[], None]:
    """Another process knows only what is in files."""
    read.cache_clear()
    return read.cache_clear


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "kg" / READINGS).iterdir())


def test_a_query_is_read_once(
    asked: list[str], another: Callable[[], None], tmp_path: Path
) -> None:
    for _ in range(3):
        assert read(SELECT, PREFIXES) == FOUND
        assert read(OTHER, PREFIXES) is None
        another()

    assert asked == [SELECT, OTHER]
    assert {json.dumps(json.loads(one.read_text())) for one in files(tmp_path)} == {
        '{"variables": ["this", "day"], "predicates": ["<urn:since>"], "shared": "object"}',
        "null",
    }


@pytest.mark.parametrize("what", ["prefixes", "rdflib", "code"])
def test_it_is_read_again_where_it_may_mean_something_else(
    asked: list[str], another: Callable[[], None], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    read(SELECT, PREFIXES)
    another()
    readings._code.cache_clear()
    if what == "rdflib":
        monkeypatch.setattr("importlib.metadata.version", lambda _: "9.0.0")
    if what == "code":
        monkeypatch.setattr(readings, "digest_of", lambda _: "another")
    iri = "urn:other:" if what == "prefixes" else "urn:"
    found = read(SELECT, (("", iri),))
    readings._code.cache_clear()

    assert asked == [SELECT, SELECT]
    assert found == FOUND._replace(predicates=frozenset({f"<{iri}since>"}))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "7",
        "{}",
        '{"variables": ["this"], "predicates": [1], "shared": ""}',
        '{"variables": ["this"], "predicates": [], "shared": "predicate"}',
        '{"variables": 7, "predicates": [], "shared": ""}',
    ],
)
def test_what_is_no_reading_is_made_anew(
    asked: list[str], another: Callable[[], None], tmp_path: Path, content: str
) -> None:
    read(SELECT, PREFIXES)
    (file,) = files(tmp_path)
    good = file.read_bytes()
    file.write_text(content, encoding="utf-8")
    another()

    assert read(SELECT, PREFIXES) == FOUND
    assert asked == [SELECT, SELECT]
    assert files(tmp_path) == [file]
    assert file.read_bytes() == good


def test_without_a_folder_for_it_it_is_read_each_time(
    asked: list[str], another: Callable[[], None], tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    for _ in range(2):
        assert read(SELECT, PREFIXES) == FOUND
        another()

    assert asked == [SELECT, SELECT]
    assert (tmp_path / "cache").read_text(encoding="utf-8") == "no folder"
