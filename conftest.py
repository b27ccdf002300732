"""What the examples in docstrings share: the shipped graph, which a process makes once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import kg


@cache
def shipped() -> kg.Graph:
    """Return the graph that comes with the package."""
    return kg.graph.open()


def opened(place: str | Path | None = None) -> kg.Graph:
    """Return what `kg.open` does."""
    return kg.graph.open(place) if place is not None else shipped()


@pytest.fixture(autouse=True)
def open_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an example have the shipped graph of the one before it; nothing of a graph can change."""
    if isinstance(request.node, pytest.DoctestItem):
        monkeypatch.setattr(kg, "open", opened)
