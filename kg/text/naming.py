"""Naming: how what is named is written for people: by ids, by labels, or by both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from kg.model.patterns import TURNING

T = TypeVar("T")


def isolated(text: str) -> str:
    r"""Return a part of a sentence; what turns the direction of writing turns only itself.

    >>> ascii(isolated("a\u202eb")), isolated("a")
    ("'\\u2068a\\u202eb\\u2069'", 'a')
    """
    return f"\u2068{text}\u2069" if re.search(TURNING, text) else text


def called(ids: Mapping[T, str], labels: Mapping[T, str], *, beside: bool = False) -> dict[T, str]:
    """Return how each is called: by its label, else by its id.

    The id stands behind the label where it is to be `beside`, and where others have the same label.

    >>> called({1: "georgia", 2: "georgia-us", 3: "cis"}, {1: "Georgia", 2: "Georgia"})
    {1: 'Georgia (georgia)', 2: 'Georgia (georgia-us)', 3: 'cis'}
    >>> called({1: "georgia"}, {1: "Georgia"}, beside=True)
    {1: 'Georgia (georgia)'}
    """
    names = {key: labels.get(key) or identifier for key, identifier in ids.items()}
    counts = Counter(names.values())
    return {
        key: f"{name} ({ids[key]})" if name != ids[key] and (beside or counts[name] > 1) else name
        for key, name in names.items()
    }
