"""Files: Turtle, TriG, N-Triples and N-Quads as they are → a store to serve them from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Store

from kg.errors import InputError, StoreError
from kg.text import formats


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
        if path.suffix not in formats.FILES.suffixes:
            msg = f"{path}: '{path.suffix}' is not one of {' '.join(formats.FILES.suffixes)}"
            raise InputError(msg)
        form = formats.rdf_format(formats.FILES.of_suffix(path.suffix).name)
        try:
            store.bulk_load(path=str(path), format=form, base_iri=path.resolve().as_uri())
        except SyntaxError as error:
            place = f"{path}:{error.lineno or 0}:{error.offset or 0}"
            msg = f"{place}: {str(error.msg).split(': ', 1)[-1]}"
            raise InputError(msg) from error
        except MemoryError as error:
            msg = f"{path}: a literal is longer than the parser can hold"
            raise InputError(msg) from error
        except (OSError, ValueError) as error:
            msg = f"{path} cannot be read: {error}"
            raise InputError(msg) from error
    store.flush()
    store.optimize()
    return len(store)
