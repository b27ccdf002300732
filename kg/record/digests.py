"""Digests: what stands for the content of the record, whatever file or library holds it.

A row of a table that is inserted moves the places of all below it, so places do not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from typing import Final

from kg.model.statement import Entity, Source, Statement, content_id

# Of a fixed number of buckets, by the triple: what changes of one changes its bucket alone.
BUCKETS: Final = 64


def bucket_of(statement: Statement) -> int:
    """Return the bucket of a statement, from 0 to 63: that of all statements of its triple.

    >>> years = ("1994", "2004")
    >>> len({bucket_of(Statement("ada", "leads", "north", "state", start=one)) for one in years})
    1
    """
    return int(content_id(*statement.triple)[:2], 16) % BUCKETS


def canonical(statement: Statement) -> bytes:
    """Return everything that the statement says but where its rows stand, as one line of JSON."""
    references = sorted((r.source, r.locator, r.at, r.note) for r in statement.references)
    proofs = [(one.rule, one.premises, one.since, one.until) for one in statement.proofs]
    links = (statement.entailed_by, statement.disputed_by, statement.may_confirm)
    cells = (
        *(statement.id, *statement.triple, statement.datatype, statement.kind),
        *(statement.start, statement.end, statement.at, statement.rank, statement.more),
    )
    return _line((*cells, references, proofs, statement.proof_count, links))


def digests(statements: Iterable[Statement]) -> list[str]:
    """Return the SHA-256 of each bucket: of its canonical lines in the order of their bytes."""
    lines: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for one in statements:
        lines[bucket_of(one)].append(canonical(one))
    return [sha256(b"".join(sorted(own))).hexdigest() for own in lines]


def of_named(records: Iterable[Entity] | Iterable[Source]) -> str:
    """Return the SHA-256 of entities or sources, of which each is a canonical line as well."""
    return sha256(
        b"".join(sorted(_line({**asdict(one), "row": ""}) for one in records))
    ).hexdigest()


def whole(parts: Iterable[str]) -> str:
    """Return the digest of the record: the SHA-256 of the digests of its parts, joined."""
    return sha256("".join(parts).encode()).hexdigest()


def _line(cells: object) -> bytes:
    text = json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"
