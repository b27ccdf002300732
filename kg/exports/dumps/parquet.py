"""Parquet: a table with one row a reference, which says of its statement and source all."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kg.errors import missing_extra
from kg.exports.losses import Dumped, Losses
from kg.model import schema
from kg.model.dates import iso
from kg.store.read_back import History
from kg.text.statements import status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model.statement import Reference, Statement
    from kg.store.base import Store

# What a row says of the source of its reference.
_OF_SOURCE = ("title", "publisher", "published", "url")


def write(store: Store) -> Dumped:
    """Return the statements of the graph as Parquet.

    Raises UsageError when pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise missing_extra("pyarrow", "parquet") from error
    columns: dict[str, list[object]] = {}
    history = History(store)
    for row in _rows(history):
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    losses = Losses()
    said = {end for one in history.statements for end in (one.subject, one.object)}
    what = "left out: no statement names them"
    losses.add("entity is", "entities are", what, len(history.entities.keys() - said))
    what = "left out: the labels are kept"
    more = sum(bool(one.aliases or one.description) for one in history.entities.values())
    losses.add(
        "entity has its description or aliases",
        "entities have their descriptions or aliases",
        what,
        more,
    )
    return Dumped(out.getvalue(), losses.lines)


def _rows(history: History) -> Iterator[dict[str, object]]:
    """Yield a row for each reference, and one for a statement without any."""
    given = {name for one in history.statements for name, _ in one.more}
    of_source = {name for one in history.sources.values() for name, _ in one.more}
    day = history.store.issued
    for one in history.statements:
        period = one.holds
        fixed: dict[str, object] = {
            "statement": one.id,
            "subject": one.subject,
            "predicate": one.predicate,
            "object": one.object,
            "datatype": one.datatype,
            **_labels(history, one),
            "kind": one.kind,
            "start": one.start,
            "end": one.end,
            "at": one.at,
            "since": iso(period.since) if period.since else None,
            "until": iso(period.until) if period.until else None,
            "rank": one.rank,
            "status": status(one, day),
            "disputed_by": "|".join(one.disputed_by),
            "may_confirm": "|".join(one.may_confirm),
            "rule": one.rule,
            "premises": "|".join(one.premises),
            **dict.fromkeys(name for name in schema.optional("statements") if name in given),
            **schema.values("statements", one.more),
        }
        for reference in one.references or (None,):
            told = _of_reference(history, reference)
            yield (
                fixed
                | dict.fromkeys(name for name in schema.optional("sources") if name in of_source)
                | told
            )


def _labels(history: History, one: Statement) -> dict[str, object]:
    """Return what the ends of a statement are called in each language."""
    return {
        f"{end}_label_{language}": known.labels.get(language, "") if known else ""
        for end, known in (
            ("subject", history.entities.get(one.subject)),
            ("object", None if one.datatype else history.entities.get(one.object)),
        )
        for language in history.languages
    }


def _of_reference(history: History, reference: Reference | None) -> dict[str, object]:
    if reference is None:
        names = ("source", "locator", "attested", "note", *_OF_SOURCE, "row")
        return dict.fromkeys(names, "")
    source = history.sources[reference.source]
    return {
        "source": reference.source,
        "locator": reference.locator,
        "attested": reference.at,
        "note": reference.note,
        **{name: getattr(source, name) for name in _OF_SOURCE},
        "row": reference.row,
        **schema.values("sources", source.more),
    }
