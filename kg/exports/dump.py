"""Dump: the whole graph as a file of another format, chosen by its suffix.

Store → bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from kg.store.rdf import to_rdf
from kg.text import formats

if TYPE_CHECKING:
    from kg.store.base import Store

    Writer = Callable[[Store], bytes]


def dump(store: Store, suffix: str) -> bytes:
    """Return the graph as bytes, the same for the same graph, in one of `formats.DUMPS`.

    `.trig`, `.nq` and `.jsonld` carry every graph; `.ttl` can carry only the default graph, that is
    the descriptions and the world of the day; `.parquet` is a table with one row a reference.

    Raises UsageError for another suffix, or when pyarrow is needed and not installed.
    """
    name = formats.DUMPS.of_suffix(suffix).name
    if name in formats.GRAPHS.names:
        return to_rdf(store.quads(), store.words, formats.rdf_format(name))
    writer: Writer = import_module(f"kg.exports.dumps.{name}").write
    return writer(store)
