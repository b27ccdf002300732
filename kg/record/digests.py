"""Digests: what stands for the content of the record, whatever file or library holds it.

A row of a table that is inserted moves the places of all below it, so places do not count.
Each digest is a sum, so that it can be made in any order and in parts, and what is known can be
taken away again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Self

from kg.model import schema
from kg.model.ids import content_id
from kg.model.languages import label_column
from kg.model.statement import Entity, Source, Statement

# Of a fixed number of buckets, by the triple: what changes of one changes its bucket alone.
BUCKETS: Final = 64
_MODULUS: Final = 2**256
# By which rules a statement was added to, and which others dispute it or may be confirmed by it.
Links = tuple[Sequence[str], Sequence[str], Sequence[str]]
_NO_LINKS: Final[Links] = ((), (), ())

_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Sums:
    """The digests of lines, each in a bucket: the sums modulo 2**256 of their SHA-256.

    They find differences, and are no defence against somebody who looks for lines of a given sum.

    >>> one, other = Sums(2), Sums(2)
    >>> one.add(0, b"a"), one.add(0, b"b"), other.add(0, b"b"), other.add(0, b"a")
    (None, None, None, None)
    >>> one.texts() == other.texts()
    True
    """

    def __init__(self, buckets: int = BUCKETS) -> None:
        """Begin without lines."""
        self.totals = [0] * buckets

    def add(self, bucket: int, line: bytes) -> None:
        """Take a line into its bucket."""
        self.totals[bucket] += int.from_bytes(sha256(line).digest())

    def take(self, bucket: int, line: bytes) -> None:
        """Take a line out of its bucket again."""
        self.totals[bucket] -= int.from_bytes(sha256(line).digest())

    def update(self, others: Sums, sign: int = 1) -> None:
        """Take in what others have added up, or with the sign -1 take it out."""
        both = zip(self.totals, others.totals, strict=True)
        self.totals = [one + sign * other for one, other in both]

    def texts(self) -> list[str]:
        """Return the digest of each bucket, 64 hexadecimal digits."""
        return [f"{one % _MODULUS:064x}" for one in self.totals]

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> Self:
        """Return the digests of which these are the texts."""
        found = cls(len(texts))
        found.totals = [int(text, 16) for text in texts]
        return found


def bucket_of(triple: tuple[str, str, str]) -> int:
    """Return the bucket of the statements of a triple, from 0 to 63.

    >>> bucket_of(("ada", "leads", "north")) in range(BUCKETS)
    True
    """
    return int(content_id(*triple)[:2], 16) % BUCKETS


def canonical(statement: Statement) -> bytes:
    """Return everything that the statement says but where its rows stand, as one line of JSON."""
    references = sorted((r.source, r.locator, r.at, r.note) for r in statement.references)
    proofs = [(one.rule, one.premises, one.since, one.until) for one in statement.proofs]
    links = (statement.entailed_by, statement.disputed_by, statement.may_confirm)
    cells = (
        *(statement.id, *statement.triple, statement.datatype, statement.kind),
        *(statement.start, statement.end, statement.at, statement.rank),
    )
    by = (statement.over_by,) if statement.over_by else ()
    return _line((*cells, statement.more, references, proofs, statement.proof_count, links, *by))


def asserted(
    cells: tuple[str, ...],
    more: schema.More,
    references: Sequence[tuple[str, str, str, str]],
    links: Links = _NO_LINKS,
    over_by: str = "",
) -> bytes:
    """Return the `canonical` line of a statement that is not inferred.

    `cells` are id, triple, datatype, kind, start, end, at and rank; `references` are sorted, each
    of source, locator, day and note.

    >>> one = Statement("a", "p", "b", "state", start="1999")
    >>> cells = (one.id, "a", "p", "b", "", "state", "1999", "", "", "normal")
    >>> asserted(cells, (), ()) == canonical(one)
    True
    """
    by = (over_by,) if over_by else ()
    return _line((*cells, more, references, (), 0, links, *by))


def concluded(
    cells: tuple[str, ...],
    proofs: Sequence[tuple[str, Sequence[str], str, str]],
    count: int,
    rules: Sequence[str] = (),
) -> bytes:
    """Return the `canonical` line of an inferred statement whose end is dated or open.

    `cells` are as `asserted` has them, `proofs` have rule, premises and days, `rules` are those
    that added to it.

    >>> from kg.model.statement import Proof
    >>> one = Statement("a", "p", "b", "state", start="1999", proofs=(Proof("r", ("x",)),))
    >>> cells = (one.id, "a", "p", "b", "", "state", "1999", "", "", "normal")
    >>> concluded(cells, [("r", ["x"], "", "")], 0) == canonical(one)
    True
    """
    return _line((*cells, (), (), proofs, count, (rules, (), ())))


def digests(statements: Iterable[Statement]) -> list[str]:
    """Return the digest of each bucket of statements."""
    sums = Sums()
    for one in statements:
        sums.add(bucket_of(one.triple), canonical(one))
    return sums.texts()


def of_named(records: Iterable[Entity] | Iterable[Source]) -> str:
    """Return the digest of entities or sources."""
    return of_cells(map(_cells, records))


def of_cells(rows: Iterable[dict[str, object]]) -> str:
    """Return the digest of rows of entities or sources, of their cells by the name of the column.

    What is empty does not count, so that a column more changes nothing by itself.

    >>> of_cells([{"id": "ada", "note": None}]) == of_cells([{"id": "ada"}])
    True
    """
    sums = Sums(1)
    for row in rows:
        sums.add(0, _line({name: cell for name, cell in row.items() if cell}))
    return sums.texts()[0]


def _cells(record: Entity | Source) -> dict[str, object]:
    own: dict[str, object] = {"id": record.id, **record.cells}
    if isinstance(record, Source):
        return own
    labels = {label_column(language): text for language, text in record.labels.items()}
    return {
        **own,
        "class": record.class_name,
        **labels,
        "aliases": sorted(set(record.aliases)),
    }


def whole(parts: Iterable[str]) -> str:
    """Return the digest of the record: the SHA-256 of the digests of its parts, joined."""
    return sha256("".join(parts).encode()).hexdigest()


def _line(cells: object) -> bytes:
    return _encode(cells).encode() + b"\n"
