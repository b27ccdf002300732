"""Readings: what was read of the queries of constraints, kept for the next time.

To read one takes rdflib and most of a second; what it says depends on the text alone. So it stands
in the cache folder of whoever runs this, where it may be removed at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from kg.files import digest, digest_of, whole_file
from kg.model import algebra, sparql
from kg.model.algebra import SHARED, LookedAt
from kg.model.foreign import looked_at

# The folder of these files.
READINGS: Final = "readings"


@cache
def read(select: str, prefixes: tuple[tuple[str, str], ...]) -> LookedAt | None:
    """Return what `foreign.looked_at` does, from the cache folder if it was asked for before.

    Raises LimitError when the text takes more than it may.
    """
    place = _place(select, dict(prefixes))
    if place is None:
        return looked_at(select, dict(prefixes))
    # Whatever is no reading is made anew.
    with suppress(OSError, ValueError, TypeError, KeyError):
        return _of(json.loads(place.read_bytes()))
    found = looked_at(select, dict(prefixes))
    with suppress(OSError), whole_file(place) as file:
        said = found and {**found._asdict(), "predicates": sorted(found.predicates)}
        file.write(json.dumps(said).encode())
    return found


def _of(said: dict[str, Any] | None) -> LookedAt | None:
    if said is None:
        return None
    variables, predicates, shared = (said[name] for name in LookedAt._fields)
    texts = [*variables, *predicates]
    if not all(isinstance(one, str) for one in texts) or shared not in {"", *SHARED}:
        msg = "no reading of a query"
        raise ValueError(msg)
    return LookedAt(tuple(variables), frozenset(predicates), shared)


def _place(select: str, prefixes: Mapping[str, str]) -> Path | None:
    """Return the file of a reading by this code; None where there is no folder for it."""
    from platformdirs import user_cache_path

    with suppress(OSError):
        folder = user_cache_path("kg") / READINGS
        folder.mkdir(parents=True, exist_ok=True)
        asked = json.dumps([select, prefixes, *_code()])
        return folder / f"{digest(asked.encode())}.json"
    return None


@cache
def _code() -> tuple[str, ...]:
    """Return what a reading depends on beside the text."""
    from importlib.metadata import version

    own = (digest_of(Path(str(module.__file__))) for module in (algebra, sparql))
    return version("rdflib"), version("pyparsing"), *own
