"""Entities of Wikibase in its documented JSON, for the tests that read them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
GREGORIAN, JULIAN = (f"http://www.wikidata.org/entity/Q{key}" for key in (1985727, 1985786))


def time(word: str, text: str, precision: int = 11, calendar: str = GREGORIAN) -> Json:
    value = {"time": text, "timezone": 0, "before": 0, "after": 0}
    value |= {"precision": precision, "calendarmodel": calendar}
    return snak(word, "time", value)


def item(word: str, key: str) -> Json:
    value = {"entity-type": "item", "numeric-id": int(key[1:]), "id": key}
    return snak(word, "wikibase-entityid", value)


def snak(word: str, kind: str, value: object) -> Json:
    return {"snaktype": "value", "property": word, "datavalue": {"value": value, "type": kind}}


def absent(word: str, kind: str) -> Json:
    return {"snaktype": kind, "property": word}


def grouped(snaks: tuple[Json, ...]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for one in snaks:
        found.setdefault(one["property"], []).append(one)
    return found


def said(
    main: Json, *qualifiers: Json, rank: str = "normal", sources: tuple[tuple[Json, ...], ...] = ()
) -> Json:
    return {
        "mainsnak": main,
        "type": "statement",
        "rank": rank,
        "qualifiers": grouped(qualifiers),
        "references": [{"snaks": grouped(one)} for one in sources],
    }


def entity(key: str, *statements: Json, aliases: object = None, **labels: str) -> Json:
    claims: dict[str, list[Json]] = {}
    for one in statements:
        claims.setdefault(one["mainsnak"]["property"], []).append(one)
    return {
        "type": "item" if key[0] == "Q" else "property",
        "id": key,
        "labels": {lang: {"language": lang, "value": text} for lang, text in labels.items()},
        "aliases": aliases or [],
        "claims": claims or [],
    }
