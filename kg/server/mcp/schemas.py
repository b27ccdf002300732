"""Schemas: what the answers of the tools hold, as JSON Schema, told to a language model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Schema = dict[str, Any]


def text(description: str) -> Schema:
    """Return the schema of a text."""
    return {"type": "string", "description": description}


def count(description: str) -> Schema:
    """Return the schema of a whole number."""
    return {"type": "integer", "description": description}


def several(items: Schema, description: str) -> Schema:
    """Return the schema of a list.

    >>> several(text("an id"), "the ids")["items"]["type"]
    'string'
    """
    return {"type": "array", "items": items, "description": description}


def thing(description: str, properties: Mapping[str, Schema], *required: str) -> Schema:
    """Return the schema of an object, of which some keys are always there."""
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        "required": list(required),
    }


REFERENCE: Final = thing(
    "where the fact can be read: cite it",
    {
        "source": text("id of the source"),
        "title": text("title of the text"),
        "publisher": text("who published it"),
        "url": text("address of the text"),
        "published": text("when it was published, as written"),
        "locator": text("the place within the text: paragraph, page, article"),
        "at": text("the day on which the source attests the fact, when it says no more"),
        "row": text("file and line of the table that says so"),
        "note": text("what the curators say about this reference"),
    },
    "source",
)
FACT: Final = thing(
    "a statement of the record, with all that a citation needs; keys without a value are left out",
    {
        "id": text("id of the statement, to be cited and to be given to `why`"),
        "text": text("the fact and its dates in words"),
        "subject": text("id"),
        "predicate": text("id of the relation"),
        "object": text("id, or a value when `datatype` stands beside it"),
        "datatype": text("type of the value"),
        "labels": thing("how subject, predicate and object are called", {}),
        "kind": text("state (lasts), event (happens on a day) or timeless"),
        "start": text("as written: a year, a month or a day; vague dates are EDTF"),
        "end": text("as written; the first day without the fact, unless the text says last day"),
        "at": text("day of an event, or of an attestation of a state"),
        "since": text("first day on which it can hold (ISO)"),
        "until": text("first day on which it cannot hold any more (ISO)"),
        "rank": text("preferred, normal or deprecated"),
        "status": text("seen from the date asked: current, ended, future, disputed or undecided"),
        "holds": text(
            "on the date asked: surely, possibly (say so), not-counted (deprecated, disputed or "
            "undecided: do not state it as true), or no"
        ),
        "left_open": text("why it holds only possibly"),
        "counts": {"type": "boolean", "description": "whether the record takes it for true"},
        "inferred": {"type": "boolean", "description": "whether a rule concluded it"},
        "disputed_by": several(text("id"), "statements of better rank that contradict it"),
        "may_confirm": several(text("id"), "periods of which it attests one, not known which"),
        "references": several(REFERENCE, "who says so"),
        "evidence": several(REFERENCE, "of an inferred fact: who says what it follows from"),
    },
    *("id", "text", "subject", "predicate", "object", "rank", "status", "holds", "counts"),
)
CANDIDATE: Final = thing(
    "something that has the name",
    {
        "id": text("id"),
        "kind": text("entity, source or relation"),
        "class": text("class of an entity"),
        "label": text("what it is called"),
        "description": text("what it is, in one sentence"),
        "matched": text("the name by which it was found, when it is another"),
        "url": text("address of a source"),
    },
    "id",
    "kind",
    "label",
)
# What every answer may have.
COMMON: Final = {
    "issued": text("the day for which the data are current"),
    "notes": several(text("a sentence"), "what must be known to read the answer rightly"),
    "message": text("that a name fits several, when it does"),
    "candidates": several(
        CANDIDATE, "instead of an answer: what the name can mean; ask again with one of the ids"
    ),
    "total": count("how many there are"),
    "shown": count("how many stand here"),
    "cut": text("when there are more: how to ask for the rest"),
}


def answer(description: str, **properties: Schema) -> Schema:
    """Return the schema of an answer: its own keys, and those that every answer may have."""
    return thing(description, {**properties, **COMMON})
