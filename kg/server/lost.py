"""Lost: what helps where nothing is, and the query page, which is the way out of everything.

Runs in a worker.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from kg.errors import SEARCHED
from kg.hypertext.frame import HTML, rendered
from kg.hypertext.places import SERVED
from kg.hypertext.telling import label, page, teller
from kg.workers.wire import Reply, Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.query.bench.bench import Bench

JSON: Final = "application/json"
# So many names are offered to somebody who is lost.
_NEAR: Final = 5


def query_page(bench: Bench, task: Task) -> Reply:
    """Return the query page, the same for every visitor; the rest is in its address."""
    if bench.is_plain:
        return Reply(
            HTML, rendered("query.html", SERVED, "query", site=None).encode(), {"lasting": True}
        )
    return page(teller(bench, task), "query.html", "query")


def lost(bench: Bench, task: Task) -> Reply:
    """Return what helps at an address where nothing is: {"site", "near"}, as JSON.

    The task has "path"; "near" are the names that are nearest to its last part, each with "href".
    """
    if bench.is_plain:
        return Reply(JSON, b'{"site": null, "near": []}', {"lasting": True})
    told = teller(bench, task)
    kind, _, name = task["path"].strip("/").rpartition("/")
    stem = name.partition(".")[0]
    known: dict[str, dict[str, Any]] = {}
    if kind == "source":
        texts = {one.id: label(one.title or one.id, "") for one in told.history.sources.values()}
        place = "/source/"
    elif kind == "question":
        texts = {one.name: told.said(one.text) for one in told.questions.values()}
        place = "/question/"
    elif kind in {"", "id"} and stem and len(told.history.record.table("entities")) <= SEARCHED:
        texts = {one: told.named(one) for one in told.history.entities}
        place = "/id/"
    else:
        texts, place = {}, ""
    for near in _nearest(stem, texts):
        known[near] = {"href": place + near, "id": near, **texts[near]}
    body = json.dumps({"site": told.site, "near": list(known.values())}, ensure_ascii=False)
    return Reply(JSON, body.encode(), {"lasting": True})


def _nearest(word: str, names: Iterable[str]) -> list[str]:
    """Return the names nearest to the word, none where there are too many to be gone through."""
    by_case = {name.casefold(): name for name in islice(names, SEARCHED + 1)}
    if len(by_case) > SEARCHED:
        return []
    near = get_close_matches(word.casefold()[:100], by_case, n=_NEAR, cutoff=0.6)
    return [by_case[one] for one in near]
