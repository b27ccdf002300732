"""Kept: what each format of dumps keeps of a graph; `docs/exports.md` is made from it.

A test reads each format back by a program that is not ours and holds every cell to what it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

# What is asked of a format, in words.
FEATURES: Final[Mapping[str, str]] = {
    "periods": "two periods of one triple",
    "partial": "partial and vague dates",
    "ends": "ends that nobody dates",
    "rank": "rank",
    "dispute": "dispute",
    "references": "references",
    "locators": "locators",
    "inference": "inference",
    "labels": "labels in languages",
    "literals": "literals",
}
KEPT: Final = "kept"
LOST: Final = "lost"


_TIMES: Final = "years, months, days, decades, centuries; others as a value that is not known"


def _all(**others: str) -> dict[str, str]:
    """Return that everything is kept but what is named, with how."""
    return dict.fromkeys(FEATURES, KEPT) | others


# Format → feature → "kept", "lost", or how it is kept in part.
FORMATS: Final[Mapping[str, Mapping[str, str]]] = {
    "trig": _all(),
    "nq": _all(),
    "jsonld": _all(),
    "parquet": _all(),
    "xlsx": _all(dispute=LOST, inference=LOST),
    "ods": _all(dispute=LOST, inference=LOST),
    "ttl": _all(),
    "rdf12": _all(),
    "wikibase": _all(
        partial=_TIMES,
        dispute=LOST,
        locators="pages and sections",
        inference=LOST,
    ),
    "quickstatements": _all(
        periods="one of each triple",
        partial=_TIMES,
        rank=LOST,
        dispute=LOST,
        locators="pages and sections",
        inference=LOST,
        labels=LOST,
    ),
    "neo4j": _all(),
    "cypher": _all(),
    "kgx": _all(),
    "ftm": _all(
        partial="years, months and days; others as a text",
        ends="as a text",
        rank="what is deprecated is left out",
        references="by their addresses",
        locators=LOST,
        inference=LOST,
        labels="without their languages",
        literals=LOST,
    ),
    "csvw": _all(),
    "duckdb": _all(),
}


def explained(name: str, losses: Iterable[str]) -> Iterator[str]:
    """Yield what a format keeps, what in part, and what was lost of one graph, a line each.

    >>> next(explained("rdf12", ()))[:37], list(explained("rdf12", ()))[-1]
    ('rdf12 keeps two periods of one triple', 'of this graph nothing is lost')
    """
    cells = FORMATS[name]
    kept = [words for feature, words in FEATURES.items() if cells[feature] == KEPT]
    lost = [words for feature, words in FEATURES.items() if cells[feature] == LOST]
    if kept:
        yield f"{name} keeps {', '.join(kept)}"
    for feature, words in FEATURES.items():
        if cells[feature] not in {KEPT, LOST}:
            yield f"{name} keeps {words} in part: {cells[feature]}"
    if lost:
        yield f"{name} has no place for {', '.join(lost)}"
    found = list(losses)
    yield "of this graph:" if found else "of this graph nothing is lost"
    yield from (f"  {line}" for line in found)
