"""Objects: a statement and its references as dictionaries, in one form for every document.

docs/json.md describes the form for those who read it. A key added here is in every document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from kg.model import certainty, schema
from kg.model.dates import PartialDate, iso
from kg.model.edtf import days_of
from kg.model.statement import Reference, Source, Statement

Document = Literal["why", "audit", "compare", "diff", "network"]


class Kept(NamedTuple):
    """Keys that a document writes otherwise than the form does, for one minor release more.

    `now` says what stands there now, `later` what will; "references[].at" is a key of each
    reference.
    """

    document: Document
    keys: tuple[str, ...]
    now: str
    later: str


# What is not in this table is the same everywhere.
KEPT: Final = (
    Kept(
        "why",
        ("rule",),
        "of an inferred statement an object of `name`, `text` and `path`",
        "the name; text and path stand in `rules` of the document",
    ),
    Kept(
        "why",
        ("entailed_by",),
        "objects of `name`, `text` and `path`",
        "the names; texts and paths stand in `rules` of the document",
    ),
    Kept(
        "why",
        ("proofs",),
        "each with such an object as its `rule`; of what was not asked for, the shortest alone",
        "each with the name of its rule; all that are kept",
    ),
    Kept("compare", ("statement",), "the id again", "gone: read `id`"),
    Kept("compare", ("start", "end", "at", "rule"), "null when not given", '""'),
    Kept(
        "compare",
        ("references",),
        "of an inferred statement the references of what it follows from",
        "its own, which are none; the others stand in `evidence`",
    ),
    Kept(
        "compare",
        tuple(
            f"references[].{name}"
            for name in ("publisher", "url", "published", "locator", "at", "note")
        ),
        "null when not given",
        '""',
    ),
    Kept(
        "network",
        ("proofs",),
        "without the shortest, which `rule` and `premises` give; each with `rule_text`",
        "all that are kept, without `rule_text`",
    ),
)


class Form:
    """The form of statements of one document: its sources and its day are looked at once."""

    def __init__(self, sources: Mapping[str, Source], day: str) -> None:
        """Take the sources by id, and the day from which the status is seen."""
        self._cited = _Cited(sources)
        self._asked = days_of(day, PartialDate.stored)

    def statement(self, statement: Statement) -> dict[str, Any]:
        """Return the statement with its references: every key always, what is not known as "".

        `status` is as seen from the day. Last stand the optional columns that its rows give.
        """
        holds, standing = statement.holds, statement.standing
        since, until = holds
        return {
            "id": statement.id,
            "subject": statement.subject,
            "predicate": statement.predicate,
            "object": statement.object,
            "datatype": statement.datatype,
            "kind": statement.kind,
            "start": statement.start,
            "end": statement.end,
            "at": statement.at,
            "since": iso(since) if since else "",
            "until": iso(until) if until else "",
            "rank": statement.rank,
            "status": certainty.status(standing, holds, self._asked),
            "counts": standing == "counts",
            "inferred": bool(statement.rule),
            "rule": statement.rule,
            "premises": list(statement.premises),
            "proofs": [
                {
                    "rule": proof.rule,
                    "premises": list(proof.premises),
                    "since": proof.since,
                    "until": proof.until,
                }
                for proof in statement.proofs
            ],
            "proof_count": statement.proof_count,
            "disputed_by": list(statement.disputed_by),
            "may_confirm": list(statement.may_confirm),
            "entailed_by": list(statement.entailed_by),
            "note": statement.notes,
            "references": [self._cited.reference(one) for one in statement.references],
            **(schema.values("statements", statement.more) if statement.more else {}),
        }


class _Cited:
    """The form of references, of which many name the same source."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        # What is known of a source: what stands before the reference's own words, and behind.
        self._known: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    def reference(self, reference: Reference) -> dict[str, Any]:
        if reference.source not in self._known:
            source = self._sources.get(reference.source) or Source(reference.source, "")
            self._known[reference.source] = of_source(source)
        known, more = self._known[reference.source]
        return {
            **known,
            "locator": reference.locator,
            "at": reference.at,
            "row": reference.row,
            "note": reference.note,
            **more,
        }


def of_source(source: Source) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what references have of their source: before their own words, and behind them.

    >>> of_source(Source("almanac", "Almanac of the League"))[0]["title"]
    'Almanac of the League'
    """
    known = {
        "source": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": source.published,
        "accessed": source.accessed,
    }
    return known, dict(schema.values("sources", source.more))


def statement_object(
    statement: Statement, sources: Mapping[str, Source], day: str
) -> dict[str, Any]:
    """Return the form of one statement as of the day.

    >>> one = Statement("uzbekistan", "memberOf", "csto", "state", "", "2006", "2012-12-19")
    >>> told = statement_object(one, {}, "2020-05-26")
    >>> (told["start"], told["since"], told["until"], told["status"], told["rule"])
    ('2006', '2006-01-01', '2012-12-19', 'ended', '')
    """
    return Form(sources, day).statement(statement)


def reference_object(reference: Reference, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return the reference with what is known of its source: every key always.

    Last stand the optional columns that the row of the source gives.

    >>> almanac = Source("almanac", "Almanac of the League", published="2001-05")
    >>> told = reference_object(Reference("almanac", "p. 3"), {"almanac": almanac})
    >>> (told["title"], told["publisher"], told["locator"])
    ('Almanac of the League', '', 'p. 3')
    """
    return _Cited(sources).reference(reference)
