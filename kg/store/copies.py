"""Copies: a store on disk → one that may be changed, in a folder that goes when nobody uses it.

Beside the build a copy is hard links, and costs no more for many quads than for few.
Where nobody may link or write, it is a copy of the files in the cache folder of whoever asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyoxigraph

from kg.errors import InputError, StoreError
from kg.files import can_lock
from kg.store.damage import OWN
from kg.store.marks import (
    COPY,
    STORE,
    discard,
    is_bare_store,
    is_begun,
    mark,
    new_folder,
    read_mark,
    room_of,
)

# A folder of a copy that was touched less long ago may be about to be opened.
GRACE: Final = 60.0
_MIB: Final = 2**20
# The folders that this process made and has not removed.
_made: set[Path] = set()


def copied(store: Path, backup: Callable[[str], object]) -> Path:
    """Return a new folder with a copy of the store in it, called `store`.

    `backup` is the engine's own way of making one, to which it gives the path.

    Raises StoreError when there is no place for it.
    """
    try:
        # The engine locks what it may change.
        if can_lock(room := room_of(store)):
            return _in_room(room, lambda place: backup(str(place)))
    except (OSError, RuntimeError, InputError):
        # The build is somebody else's, on media that are read-only, or on a disk that is full.
        pass
    try:
        return _in_room(_cache(), lambda place: _copy_files(store, place))
    except (OSError, RuntimeError, InputError) as error:
        msg = f"the store cannot be copied: {error}"
        raise StoreError(msg) from error


def _in_room(room: Path, fill: Callable[[Path], object]) -> Path:
    sweep(room)
    aside = new_folder(room, COPY)
    try:
        mark(aside, COPY)
        fill(aside / STORE)
        _made.add(aside)
    except BaseException:
        discard(aside)
        raise
    return aside


def _cache() -> Path:
    """Return the cache folder of whoever runs this, else that of the system for what may go."""
    import tempfile

    from platformdirs import user_cache_path

    with suppress(OSError):
        cache = user_cache_path("kg", ensure_exists=True)
        if can_lock(cache):
            return cache
    return Path(tempfile.gettempdir())


def _copy_files(store: Path, place: Path) -> None:
    """Copy the files of a store, which nobody changes, when there is room for them."""
    import shutil

    wanted = sum(one.stat().st_size for one in store.iterdir())
    free = shutil.disk_usage(place.parent).free
    if wanted > free:
        msg = f"{place.parent.parent} has {free // _MIB:,} MiB free, and it has {wanted // _MIB:,}"
        raise OSError(msg)
    place.mkdir()
    for one in store.iterdir():
        # The content alone: the owner may have forbidden to write.
        if one.name not in OWN:
            shutil.copyfile(one, place / one.name)


def done(aside: Path) -> None:
    """Remove a copy that nobody uses any more."""
    _made.discard(aside)
    discard(aside)


def all_done() -> None:
    """Remove the copies of this process, which ends without tidying up."""
    for aside in tuple(_made):
        done(aside)


def sweep(folder: Path) -> None:
    """Remove the copies that processes which are no more left in the folder."""
    for copy in folder.glob(f"{COPY}-*"):
        if not copy.is_symlink() and _is_copy(copy) and _is_abandoned(copy):
            discard(copy)


def _is_copy(folder: Path) -> bool:
    """Say whether kg made the folder for a copy; an earlier kg put no mark into it."""
    if read_mark(folder, COPY) is not None or is_begun(folder, COPY):
        return True
    return is_bare_store(folder / STORE) and len(list(folder.iterdir())) == 1


def _is_abandoned(copy: Path) -> bool:
    """Say whether nobody uses the folder of a copy any more.

    The engine locks what it has open; a folder of the last minute may be about to be opened.
    What cannot be opened for another reason, such as a half of a copy, is of no use to anybody.
    """
    try:
        touched = max(one.stat().st_mtime for one in (copy, *copy.iterdir()))
        # What was touched in times to come was so by a clock that has been put back.
        if abs(time.time() - touched) < GRACE:
            return False
    except OSError:
        return False
    if not (copy / STORE / "CURRENT").is_file():
        return True
    try:
        pyoxigraph.Store(str(copy / STORE))
    except (OSError, RuntimeError) as error:
        return "lock" not in str(error).lower()
    return True
