"""Dump: the whole graph as a file of another format, or as a folder of several.

Store → bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kg.errors import UsageError
from kg.exports.losses import Dumped, Losses
from kg.exports.rows import Sheet, of_project
from kg.model.namespaces import text_of
from kg.store.rdf import to_rdf
from kg.text import formats

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple

    from kg.store.base import Store
    from kg.text.formats import Format

    Writer = Callable[[Store], bytes | Dumped]


def dump(store: Store, suffix: str) -> bytes:
    """Return the graph as bytes, the same for the same graph, in one of `formats.DUMPS`.

    `.trig`, `.nq` and `.jsonld` carry every graph; `.ttl` can carry only the default graph, that is
    the descriptions and the world of the day; `.parquet` is a table with one row a reference, and
    `.xlsx` and `.ods` are workbooks of the tables that the graph was made of. `docs/exports.md`
    says what each keeps, and `dumped` what it lost of this graph.

    Raises UsageError for another suffix, for a format of several files, or when a library is needed
    and not installed.
    """
    form = formats.DUMPS.of_suffix(suffix)
    if form.is_folder:
        msg = f"'{form.name}' is a folder of files; write it with 'kg dump --format {form.name}'"
        raise UsageError(msg)
    return cast("bytes", dumped(store, form).content)


def dumped(store: Store, form: Format) -> Dumped:
    """Return the graph in a format, and what that could not hold.

    Raises UsageError when a library is needed and not installed.
    """
    if form.name in formats.GRAPHS.names:
        losses = Losses()
        quads = store.quads() if form.name != "ttl" else _default(store, losses)
        content = to_rdf(quads, store.words, formats.rdf_format(form.name))
        return Dumped(content, losses.lines)
    writer: Writer = import_module(f"kg.exports.dumps.{form.name}").write
    written = writer(store)
    return written if isinstance(written, Dumped) else Dumped(written)


def _default(store: Store, losses: Losses) -> list[Quad]:
    """Return the quads of the default graph, and count the triples of others that it has not."""
    named: list[Triple] = []
    kept: dict[Triple, Quad] = {}
    for quad in store.quads():
        if text_of(quad.graph_name):
            named.append(quad.triple)
        else:
            kept[quad.triple] = quad
    left = sum(triple not in kept for triple in named)
    what = "described and not asserted, with no graph of a statement"
    losses.add(
        "triple that does not hold on the day is",
        "triples that do not hold on the day are",
        what,
        left,
    )
    return [*kept.values()]


def dump_rows(data: Path, suffix: str) -> bytes:
    """Return the tables of a project as they are written, as a workbook of this suffix.

    Raises UsageError for a suffix of no dump, when the library for it is not installed, or when a
    table does not fit; DataError when a table cannot be read to its end, InputError when not at
    all.
    """
    name = formats.DUMPS.of_suffix(suffix).name
    book: Callable[[list[Sheet]], bytes] = import_module(f"kg.exports.dumps.{name}").book
    return book(of_project(data))
