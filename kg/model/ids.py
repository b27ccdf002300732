"""Ids: what stands for a statement or a reference by its content, the same on every machine.

And the id that is nearest to a text that somebody wrote.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
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


def slug(text: str) -> str:
    """Return the id that is nearest to a text, "" when it has no letter or digit that an id has.

    >>> slug("Vélo Club No. 2"), slug("Клуб")
    ('velo-club-no-2', '')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
