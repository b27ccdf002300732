"""Files: tables of the record → one file of Parquet each, and what describes them.

Tables come in parts, of any library with Arrow's stream interface, and are written in bounded
memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from io import UnsupportedOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, cast

from kg.errors import StoreError
from kg.record import digests
from kg.record.tables import VERSION, TableName, arrow_schema

if TYPE_CHECKING:
    from arro3.core import RecordBatch, Schema

MANIFEST: Final = "record.json"


class Streamed(Protocol):
    """Rows of a table, of any library."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the columns to another library."""


# A table on its way to a file: the names of its columns, and its rows in parts.
Parts = tuple[Sequence[str], Iterable[Streamed]]


def write(
    folder: Path,
    tables: Mapping[TableName, Parts],
    languages: Sequence[str],
    buckets: Sequence[str],
    named: tuple[str, str],
) -> None:
    """Write the tables and what describes them into a new folder.

    `buckets` are the digests of statements, `named` those of entities and of sources.
    Raises StoreError when the disk refuses.
    """
    files = {}
    try:
        folder.mkdir()
        for name, (columns, parts) in tables.items():
            with (folder / f"{name}.parquet").open("wb", buffering=0) as file:
                files[name] = _write_table(file, columns, parts)
        said = {
            "version": VERSION,
            "languages": languages,
            "digest": digests.whole([*buckets, *named]),
            "buckets": buckets,
            **dict(zip(("entities", "sources"), named, strict=True)),
            "tables": files,
        }
        text = json.dumps(said, indent=1) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"the record cannot be written to {folder}: {error.strerror}"
        raise StoreError(msg) from error


def _write_table(file: BinaryIO, columns: Sequence[str], parts: Iterable[Streamed]) -> object:
    """Write one table, and return what the manifest says of it.

    Raises OSError when the disk refuses.
    """
    from arro3.core import RecordBatchReader
    from arro3.io import write_parquet

    into, rows = _Hashed(file), _Counted(parts, arrow_schema(columns))
    stream = RecordBatchReader.from_batches(rows.schema, iter(rows))
    write_parquet(stream, cast("BinaryIO", into), compression="zstd(1)")
    if into.problem:
        raise into.problem
    return {"rows": rows.count, "sha256": into.digest.hexdigest()}


class _Counted:
    """The batches of a table in exactly the types of the record, and how many rows they had."""

    def __init__(self, parts: Iterable[Streamed], schema: Schema) -> None:
        self.parts, self.schema, self.count = parts, schema, 0

    def __iter__(self) -> Iterator[RecordBatch]:
        from arro3.core import Table

        for part in self.parts:
            given = Table.from_arrow(part)
            self.count += given.num_rows
            cells = [given[name].cast(self.schema.field(name).type) for name in self.schema.names]
            yield from Table.from_arrays(cells, schema=self.schema).to_batches()


class _Hashed:
    """A file that is written from its beginning to its end, and its SHA-256.

    The writer of Parquet has no error that can be caught for a disk that refuses, so that is kept.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest: Any = sha256()  # hashlib's own type has no name
        self.problem: OSError | None = None

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        rest = memoryview(content)
        try:
            while rest and not self.problem:
                rest = rest[self.file.write(rest) :]
        except OSError as error:
            self.problem = error
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Refuse: it is asked for only of files that can."""
        raise UnsupportedOperation

    def seekable(self) -> bool:
        return False
