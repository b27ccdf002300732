"""Sound: a generation of a build is looked at file by file, for what is not as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.files import digest, digest_of
from kg.pipeline.columns.layout import LAYOUT, N_QUADS, layout_in
from kg.pipeline.columns.pieces import Piece, is_of, of_pieces
from kg.store.damage import damaged
from kg.store.embedded import EmbeddedStore
from kg.store.marks import GENERATION, MARK, RECORD, STORE, read_mark

Fault = tuple[Path, str]


def name_of(said: Mapping[str, Any]) -> str:
    """Return the name of a generation, which follows from what is in it.

    >>> name_of({"quads": 0, "files": {}, "sources": {}, "parts": ["store"]})
    'generation-fb4f170d77bfb01e'
    """
    return f"{GENERATION}-{digest(json.dumps(said, sort_keys=True).encode())[:16]}"


def is_whole(place: Path) -> bool:
    """Say whether the folder is a generation of which each file is surely as it was written.

    One of an earlier kg, which kept no digests of its store, is not.
    """
    return keeps_digests(place) and next(faults(place), None) is None


def keeps_digests(place: Path) -> bool:
    """Say whether the build kept what each file of its store is to be."""
    return STORE in (read_mark(place, GENERATION) or {})


def faults(place: Path) -> Iterator[Fault]:
    """Yield each file of a generation that is not as it was written, with what is wrong.

    The engine is asked only when all files are right: whether it finds as many quads as were built.
    """
    said = read_mark(place, GENERATION)
    if said is None or not _is_named_so(place, said):
        yield place / MARK, "is missing, or not what was built"
        return
    found = False
    for fault in _of_files(place, said):
        found = True
        yield fault
    if not found:
        yield from _of_engine(place, said)


def _is_named_so(place: Path, said: Mapping[str, Any]) -> bool:
    if STORE not in said:
        return {"parts", "files", "quads"} <= said.keys()
    known = {name: value for name, value in said.items() if name not in {STORE, "kg"}}
    return place.name == name_of(known) and isinstance(said[STORE], dict)


def _of_files(place: Path, said: Mapping[str, Any]) -> Iterator[Fault]:
    for name in said["parts"]:
        if not (place / name).exists():
            yield place / name, "is gone"
    for name, known in said["files"].items():
        pieces = of_parts(place, said, name)
        if pieces is not None and of_pieces(pieces) != known:
            if (place / LAYOUT).exists():
                yield place / LAYOUT, "is not what was built"
        else:
            yield from of_file(place / name, known, pieces)
    if (place / STORE).is_dir():
        try:
            yield from damaged(place / STORE, said.get(STORE, {}), is_deep=True)
        except (KeyError, TypeError, ValueError):
            yield place / MARK, "is not what was built"
    if RECORD in said["parts"] and (place / RECORD).is_dir():
        yield from _of_record(place / RECORD, said)


def of_parts(place: Path, said: Mapping[str, Any], name: str) -> list[Piece] | None:
    """Return by which pieces a file of a generation is known; None when it is known as a whole.

    Where what says so is damaged there are none, and nothing is known of the file.
    """
    if name != N_QUADS or LAYOUT not in said.get("parts", ()):
        return None
    layout = layout_in(place / LAYOUT)
    return layout.pieces if layout else []


def of_file(path: Path, known: str, pieces: list[Piece] | None = None) -> Iterator[Fault]:
    """Yield the file if it is there and not what it was; whether it is there is asked elsewhere.

    It is known by its digest, or by its pieces.
    """
    try:
        if path.exists() and _is_another(path, known, pieces):
            yield path, "is not what was built"
    except OSError as error:
        yield path, f"cannot be read ({error.strerror})"


def _is_another(path: Path, known: str, pieces: list[Piece] | None) -> bool:
    if pieces is None:
        return digest_of(path) != known
    with path.open("rb", buffering=0) as file:
        return bool(pieces) and not is_of(file, pieces)


def _of_record(place: Path, said: Mapping[str, Any]) -> Iterator[Fault]:
    from kg.record.record import StoredRecord
    from kg.record.tables import TABLES

    try:
        record = StoredRecord(place)
        if record.digest != said.get(RECORD, record.digest):
            yield place / "record.json", "is not what was built"
    except StoreError:
        yield place / "record.json", "is missing or damaged"
        return
    for name in TABLES:
        try:
            record.table(name)
        except StoreError:
            yield place / f"{name}.parquet", "is missing or damaged"


def _of_engine(place: Path, said: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        # No quad is read for that; what they are the digests say.
        size = len(EmbeddedStore.open(place / STORE).pyoxigraph)
    except (StoreError, OSError, RuntimeError) as error:
        yield place / STORE, f"cannot be read ({error})"
        return
    if size != said["quads"]:
        yield place / STORE, f"has {size:,} quads and was built with {said['quads']:,}"
