"""Parquet: a table with one row a reference."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from kg.errors import missing_extra
from kg.exports.losses import Dumped, Losses
from kg.model import schema
from kg.model.dates import iso
from kg.store.read_back import History

if TYPE_CHECKING:
    from kg.store.base import Store


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
    given = {name for one in history.statements for name, _ in one.more}
    of_source = {name for one in history.sources.values() for name, _ in one.more}
    for one in history.statements:
        period = one.holds
        fixed: dict[str, object] = {
            "statement": one.id,
            "subject": one.subject,
            "predicate": one.predicate,
            "object": one.object,
            "datatype": one.datatype,
            "kind": one.kind,
            "start": one.start,
            "end": one.end,
            "at": one.at,
            "since": iso(period.since) if period.since else None,
            "until": iso(period.until) if period.until else None,
            "rank": one.rank,
            "rule": one.rule,
            "premises": "|".join(one.premises),
            **dict.fromkeys(name for name in schema.optional("statements") if name in given),
            **schema.values("statements", one.more),
        }
        for reference in one.references or (None,):
            row = fixed | {
                "source": reference.source if reference else "",
                "locator": reference.locator if reference else "",
                "attested": reference.at if reference else "",
                "row": reference.row if reference else "",
                **dict.fromkeys(name for name in schema.optional("sources") if name in of_source),
            }
            if reference:
                row |= schema.values("sources", history.sources[reference.source].more)
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    losses = Losses()
    what = "left out: a row is a statement"
    losses.add(
        "entity with its labels is", "entities with their labels are", what, len(history.entities)
    )
    open_ = sum(bool(one.disputed_by or one.may_confirm) for one in history.statements)
    what = "disputed or undecided, which no column says"
    losses.add("statement is", "statements are", what, open_)
    return Dumped(out.getvalue(), losses.lines)
