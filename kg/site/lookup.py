"""Lookup: the names of everything as a script, for the search of a site.

A script and no data file, because browsers let a page on disk run scripts, but read no files.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from kg.hypertext.telling import Teller, label
from kg.query.names import Names
from kg.site.links import place_of


def scripts(told: Teller) -> dict[str, bytes]:
    """Return the scripts of the search by name: its names, how they are folded, and itself."""
    assets, web = files("kg.hypertext") / "assets", files("kg.page") / "web"
    said = json.dumps(_names(told), ensure_ascii=False, separators=(",", ":"))
    return {
        "fold.js": (web / "fold.js").read_bytes(),
        "lookup.js": (assets / "lookup.js").read_bytes(),
        "names.js": f"const NAMES = {said};\n".encode(),
    }


def _names(told: Teller) -> dict[str, Any]:
    """Return all things with their names, and the classes that they are of."""
    history = told.history
    called: dict[str, list[str]] = {}
    for identifier, name in Names(history).pairs():
        called.setdefault(identifier, []).append(name)
    kinds = sorted({one.class_name for one in history.entities.values()})
    things = [
        _thing(told.named(one.id), kinds.index(one.class_name), place_of("id", one.id))
        | {"names": _others(called.get(one.id, []), told.named(one.id)["text"])}
        for one in history.entities.values()
    ]
    things += [
        _thing(label(one.title or one.id, one.language), len(kinds), place_of("source", one.id))
        | {"names": _others([one.id], one.title)}
        for one in history.sources.values()
    ]
    shown = [told.named(kind) for kind in kinds] + [label("source", "en")]
    return {"kinds": shown, "things": things}


def _thing(named: dict[str, str], kind: int, href: str) -> dict[str, Any]:
    return {**named, "kind": kind, "href": href}


def _others(names: list[str], shown: str) -> list[str]:
    return [one for one in dict.fromkeys(names) if one != shown]
