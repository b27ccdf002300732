"""Frames: a table of the record, for Arrow, Polars, pandas and whatever reads Arrow's interface."""

from __future__ import annotations

import io
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from kg.errors import missing_extra, noun
from kg.record.checked import is_as_written

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    from arro3 import core

    from kg.record.record import Record, StoredRecord
    from kg.record.tables import TableName


class Table:
    """A table of the record: rows of statements, references, entities or sources.

    It has Arrow's stream interface, so `polars.DataFrame(table)`, `pyarrow.table(table)` and a
    DuckDB query over it read the columns as they are. docs/record.md describes the columns.

    >>> import kg
    >>> kg.open().entities().columns[:3]
    ('id', 'class', 'label_en')
    """

    def __init__(self, name: TableName, record: Record | StoredRecord) -> None:
        """Take the rows of a record, which are read when they are needed.

        Raises StoreError when their file is missing, damaged or of another shape; one that lacks
        values does when its rows are used.
        """
        from kg.record.record import StoredRecord

        self.name = name
        self._record = record
        self._content = b""
        if isinstance(record, StoredRecord):
            self._content = record.content(name)
            record.parsed(name, self._content, of_rows=False)

    @cached_property
    def _inner(self) -> core.Table:
        from kg.record.record import StoredRecord

        if isinstance(self._record, StoredRecord):
            return self._record.parsed(self.name, self._content)
        return self._record.table(self.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(self._inner.column_names)

    def __len__(self) -> int:
        """The number of rows."""
        return self._inner.num_rows

    def __repr__(self) -> str:
        """One line: what it is, how long, and its columns."""
        one = {"entities": "entity"}.get(self.name, self.name.removesuffix("s"))
        rows = f"{len(self)} {noun(len(self), one, self.name)}"
        return f"Table of {rows}: {', '.join(self.columns)}"

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the columns to another library, without a copy (Arrow PyCapsule interface)."""
        return self._inner.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """Return a pyarrow Table.

        Raises UsageError when pyarrow is not installed.

        >>> import kg
        >>> kg.open().sources().to_arrow().schema.field("title").type
        DataType(string)
        """
        try:
            import pyarrow as pa
        except ImportError as error:
            raise missing_extra("pyarrow", "parquet") from error
        return pa.table(self)

    def to_polars(self) -> pl.DataFrame:
        """Return a Polars DataFrame.

        Raises UsageError when Polars is not installed.

        >>> import kg
        >>> kg.open().statements().to_polars().filter(subject="armenia", predicate="partyTo").height
        5
        """
        try:
            import polars as pl
        except ImportError as error:
            raise missing_extra("polars", "polars") from error
        if self._content and "_inner" not in vars(self):
            # Its own reader is several times as fast as the one that kg has without extras.
            frame = pl.read_parquet(io.BytesIO(self._content))
            if self._is_as_written(frame):
                return frame
        return pl.DataFrame(cast("Any", self))

    def _is_as_written(self, frame: pl.DataFrame) -> bool:
        import polars as pl

        words = {pl.String(): "text", pl.Int64(): "number", pl.List(pl.String): "texts"}
        kinds = {name: words.get(kind, "") for name, kind in frame.schema.items()}
        open_ = {one.name for one in frame.iter_columns() if one.null_count()}
        for name, kind in kinds.items():
            if kind == "texts":
                # Of an empty list explode makes a missing value too.
                empty = int((frame[name].list.len() == 0).sum())
                open_ |= {name} if frame[name].explode().null_count() > empty else set()
        return is_as_written(self.name, self._record.languages, kinds, open_)

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas DataFrame; whole numbers are Int64, which knows missing ones.

        Raises UsageError when pandas or pyarrow is not installed.

        >>> import kg
        >>> kg.open().statements().to_pandas()["start_from"].dtype
        Int64Dtype()
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise missing_extra("pandas", "pandas") from error
        table = self.to_arrow()
        types = {kind: pd.Int64Dtype() for kind in table.schema.types if str(kind) == "int64"}
        return cast("pd.DataFrame", table.to_pandas(types_mapper=types.get))
