"""Ids: what stands for a statement or a reference by its content, the same on every machine."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.model.dates import iso

if TYPE_CHECKING:
    from kg.model.dates import Period


# The same statement is asked for its id again and again.
@lru_cache(maxsize=2**15)
def content_id(*parts: str) -> str:
    """Return sixteen hexadecimal digits that stand for the parts, in their order.

    >>> content_id("armenia", "memberOf", "csto") == content_id("armenia", "memberOf", "csto")
    True
    """
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def conclusion_id(triple: tuple[str, str, str], datatype: str, days: Period) -> str:
    """Return the id of the inferred statement that says the triple for the days.

    >>> from kg.model.dates import Period
    >>> conclusion_id(("a", "p", "b"), "", Period()) == content_id("a", "p", "b", "", "", "")
    False
    """
    bounds = (iso(day) if day else "" for day in days)
    return content_id("inferred", *triple, datatype, *bounds)
