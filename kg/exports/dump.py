"""Dump: the whole graph as a file of another format, chosen by its suffix.

Store → bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kg.exports.rows import Sheet, of_project
from kg.store.rdf import to_rdf
from kg.text import formats

if TYPE_CHECKING:
    from kg.store.base import Store

    Writer = Callable[[Store], bytes]


def dump(store: Store, suffix: str) -> bytes:
    """Return the graph as bytes, the same for the same graph, in one of `formats.DUMPS`.

    `.trig`, `.nq` and `.jsonld` carry every graph; `.ttl` can carry only the default graph, that is
    the descriptions and the world of the day; `.parquet` is a table with one row a reference, and
    `.xlsx` a workbook of the tables that the graph was made of.

    Raises UsageError for another suffix, or when a library is needed and not installed.
    """
    name = formats.DUMPS.of_suffix(suffix).name
    if name in formats.GRAPHS.names:
        return to_rdf(store.quads(), store.words, formats.rdf_format(name))
    writer: Writer = import_module(f"kg.exports.dumps.{name}").write
    return writer(store)


def dump_rows(data: Path, suffix: str) -> bytes:
    """Return the tables of a project as they are written, as a workbook of this suffix.

    Raises UsageError for a suffix of no dump, when the library for it is not installed, or when a
    table does not fit; DataError when a table cannot be read to its end, InputError when not at
    all.
    """
    name = formats.DUMPS.of_suffix(suffix).name
    book: Callable[[list[Sheet]], bytes] = import_module(f"kg.exports.dumps.{name}").book
    return book(of_project(data))
