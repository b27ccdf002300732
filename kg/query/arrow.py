"""Arrow: the columns of a result as Arrow, without a Python object for each cell.

The engine writes a result as SPARQL 1.1 TSV and Arrow reads that, both on their own.
A column repeats itself, so only its distinct terms are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from kg.errors import missing_extra
from kg.model.patterns import LOCAL_NAME, whole

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CellKind = Literal["text", "integer", "boolean", "day", "mixed"]
Value = str | int | bool
Term = TypeVar("Term")

_BLOCK: Final = 1 << 24


@dataclass(frozen=True)
class Column:
    """A column: which of its `distinct` values each row has; `indices` is null where unbound."""

    kind: CellKind
    distinct: Sequence[Value]
    indices: pa.Array


def read_columns(
    tsv: bytes,
    names: Sequence[str],
    prefixes: Mapping[str, str],
    decode: Callable[[bytes], tuple[CellKind, list[Value]]],
) -> Iterator[pa.ChunkedArray | Column]:
    """Yield each column of a result in SPARQL 1.1 TSV; one of names below one namespace as text.

    `prefixes` leads from each namespace to what stands before a local name of it; `decode` gives
    the kind and the values of distinct terms, one a line.

    Raises UsageError when pyarrow is not installed.
    """
    for cells in _cells(tsv, names).columns if names else ():
        named = _named(cells, prefixes)
        if named is not None:
            yield named
            continue
        encoded = cells.dictionary_encode().unify_dictionaries().combine_chunks()
        lines = ["?x", *encoded.dictionary.to_pylist(), ""]
        kind, values = decode("\n".join(lines).encode())
        yield Column(kind, values, encoded.indices)


def column_of(
    cells: Sequence[Term | None], judge: Callable[[Sequence[Term]], tuple[CellKind, list[Value]]]
) -> Column:
    """Return a column of terms; `judge` gives the kind and the values of the distinct ones."""
    pa = _arrow()
    places: dict[Term, int] = {}
    for cell in cells:
        if cell is not None:
            places.setdefault(cell, len(places))
    kind, values = judge(list(places))
    indices = [None if cell is None else places[cell] for cell in cells]
    return Column(kind, values, pa.array(indices, type=pa.int32()))


def to_arrow(names: Sequence[str], columns: Sequence[pa.ChunkedArray | Column]) -> pa.Table:
    """Return the table: texts, int64, bool and date32; text where a column has several kinds."""
    import pyarrow as pa

    types = {"integer": pa.int64(), "boolean": pa.bool_(), "day": pa.date32()}
    arrays = []
    for column in columns:
        if isinstance(column, Column):
            kind = types.get(column.kind, pa.string())
            values = pa.array(map(_PYTHON[column.kind], column.distinct), type=kind)
            arrays.append(values.take(column.indices))
        else:
            arrays.append(column)
    return pa.Table.from_arrays(arrays, names=list(names))


def to_pandas(names: Sequence[str], columns: Sequence[pa.ChunkedArray | Column]) -> pd.DataFrame:
    """Return the frame: Int64, boolean, datetime64[s], and Python values where kinds are mixed."""
    import numpy as np
    import pandas as pd

    types = {"integer": "Int64", "boolean": "boolean", "day": "datetime64[s]"}
    series = []
    for column in columns:
        if not isinstance(column, Column):
            series.append(pd.Series(column.to_pandas().to_numpy(dtype=object), dtype="object"))
            continue
        places = column.indices.fill_null(len(column.distinct)).to_numpy(zero_copy_only=False)
        if column.kind in types:
            values = pd.Series([*column.distinct, None], dtype=types[column.kind])
            series.append(values.take(places).reset_index(drop=True))
        else:
            objects = np.empty(len(column.distinct) + 1, dtype=object)
            objects[:-1] = column.distinct
            series.append(pd.Series(objects[places], dtype="object"))
    frame = pd.concat(series, axis="columns") if series else pd.DataFrame()
    frame.columns = pd.Index(list(names), dtype="object")
    return frame


def _shown(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_PYTHON: Final[dict[CellKind, Callable[[Any], Any]]] = {
    "text": str,
    "mixed": _shown,
    "integer": int,
    "boolean": bool,
    "day": date.fromisoformat,
}


def _arrow() -> Any:  # noqa: ANN401 - a module
    try:
        import pyarrow as pa
    except ImportError as error:
        raise missing_extra("pyarrow", "pandas") from error
    return pa


def _cells(tsv: bytes, names: Sequence[str]) -> pa.Table:
    """Return the cells as they are written; an unbound one is null, an empty text is `""`."""
    pa = _arrow()
    from pyarrow import csv

    parse = csv.ParseOptions(
        delimiter="\t", quote_char=False, escape_char=False, ignore_empty_lines=False
    )
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
    )
    try:
        return _read(tsv, names, _BLOCK, parse, convert)
    except pa.ArrowInvalid:
        # A block must hold the longest line.
        return _read(tsv, names, len(tsv) + 1, parse, convert)


def _read(tsv: bytes, names: Sequence[str], block: int, parse: Any, convert: Any) -> pa.Table:  # noqa: ANN401
    import pyarrow as pa
    from pyarrow import csv

    options = csv.ReadOptions(column_names=list(names), skip_rows=1, block_size=block)
    return csv.read_csv(
        pa.py_buffer(tsv), read_options=options, parse_options=parse, convert_options=convert
    )


def _named(cells: pa.ChunkedArray, prefixes: Mapping[str, str]) -> pa.ChunkedArray | None:
    """Return the short names of a column in which all are plain names below one namespace."""
    import pyarrow.compute as pc

    for namespace, prefix in prefixes.items():
        is_inside = sum(other.startswith(namespace) for other in prefixes) > 1
        if is_inside or not pc.all(pc.starts_with(cells, f"<{namespace}")).as_py():
            continue
        local = pc.utf8_slice_codeunits(cells, len(namespace) + 1, -1)
        if pc.all(pc.match_substring_regex(local, whole(LOCAL_NAME))).as_py():
            return pc.binary_join_element_wise(prefix, local, "") if prefix else local
    return None
