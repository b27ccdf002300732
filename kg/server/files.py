"""Files: Turtle, TriG, N-Triples and N-Quads as they are → a store to serve them from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Store

from kg.errors import StoreError
from kg.store.rdf import form_of, reading


def load_files(files: Iterable[Path], folder: Path) -> int:
    """Write a store of all the files into the folder; return how many quads it holds.

    Blank nodes of different files stay different.
    Raises InputError with line and column for a file that is not what its name says.
    """
    try:
        store = Store(str(folder))
    except OSError as error:
        msg = f"{folder} cannot be written to: {error}"
        raise StoreError(msg) from error
    for path in files:
        with reading(path):
            store.bulk_load(path=str(path), format=form_of(path), base_iri=path.resolve().as_uri())
    store.flush()
    store.optimize()
    return len(store)
