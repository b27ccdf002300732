"""Shared: records in files that all worker processes of a machine have mapped, and hold once.

Entities and sources are looked up by id, some thousands at a time: a worker reads what it looks up,
and the system keeps that for all workers of the machine together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from kg.errors import StoreError
from kg.files import whole_file
from kg.pipeline.columns.entities import RecordT, Rows

if TYPE_CHECKING:
    import polars as pl

    from kg.pipeline.load import Loader

# The folder of these files.
KNOWN: Final = "known"


class Shared(Rows[RecordT]):
    """Rows in a file of Arrow, in the order of their ids; only where it stands is pickled."""

    def __init__(
        self, place: Path, label: str, make: Callable[[Mapping[str, str], str], RecordT]
    ) -> None:
        """Map the file, and take what `Rows` takes.

        Raises StoreError where it cannot be read.
        """
        self.place, self.label = place, label
        self.make: Callable[[Mapping[str, str], str], RecordT] = make
        self.frame = _mapped(place)
        self.ids, self.order = self.frame["id"], None

    def __reduce__(self) -> tuple[Any, ...]:
        """Hand over where the file is, and not what is in it."""
        return type(self), (self.place, self.label, self.make)

    def __iter__(self) -> Iterator[str]:
        """Yield the ids in the order of their table."""
        return iter(self.frame.select("id", "line").sort("line")["id"])


def shared(loader: Loader, folder: Path) -> Loader:
    """Return the loader with entities and sources in files of the folder, where they are columns.

    Raises StoreError when the disk refuses.
    """
    found = copy(loader)
    if isinstance(loader.entities, Rows):
        found.entities = _shared(loader.entities, folder / "entities.arrow")
    if isinstance(loader.sources, Rows):
        found.sources = _shared(loader.sources, folder / "sources.arrow")
    return found


def _shared(rows: Rows[RecordT], place: Path) -> Shared[RecordT]:
    try:
        with whole_file(place) as file:
            # Packed it could not be mapped.
            rows.frame.sort("id").rechunk().write_ipc(file, compression="uncompressed")
    except OSError as error:
        msg = f"{place.name} cannot be written: {error.strerror}"
        raise StoreError(msg) from error
    return Shared(place, rows.label, rows.make)


def _mapped(place: Path) -> pl.DataFrame:
    import polars as pl
    import pyarrow as pa
    import pyarrow.ipc

    try:
        table = pa.ipc.open_file(pa.memory_map(str(place))).read_all()
    except OSError as error:
        msg = f"{place} cannot be read ({error}); all machines must see the project's folder "
        raise StoreError(msg + "under the same path") from error
    return cast("pl.DataFrame", pl.from_arrow(table, rechunk=False))
