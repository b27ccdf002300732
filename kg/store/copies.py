"""Copies: a store on disk → one that may be changed, in a folder that goes when nobody uses it.

Beside the build a copy is hard links, and costs no more for many quads than for few.
Where nobody may link or write, it is a copy of the files in the cache folder of whoever asks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import pyoxigraph

from kg.errors import InputError, StoreError
from kg.files import NO_LOCKS, can_lock
from kg.store.damage import OWN
from kg.store.marks import (
    COPY,
    LOCK,
    STORE,
    discard,
    is_bare_store,
    is_begun,
    mark,
    new_folder,
    read_mark,
    room_of,
    withdraw,
)

# Seconds for which a folder of a copy is left alone after it was touched.
GRACE: Final = 60.0
_MIB: Final = 2**20
# The folders that this process made and has not removed.
_made: set[Path] = set()


@contextmanager
def copied(store: Path, backup: Callable[[str], object]) -> Iterator[Path]:
    """Yield a new folder with a copy of the store in it, called `store`, for the engine to open.

    `backup` is the engine's own way of making one, to which it gives the path.
    Within the block nobody else removes the folder, and after it nobody while the engine has it
    open; an exception within removes it.

    Raises StoreError when there is no place for it.
    """
    with ExitStack() as stack:
        yield _placed(store, backup, stack)


def _placed(store: Path, backup: Callable[[str], object], stack: ExitStack) -> Path:
    try:
        # The engine locks what it may change.
        if can_lock(room := room_of(store)):
            filled = _in_room(room, lambda place: backup(str(place)))
            return stack.enter_context(filled)
    except (OSError, RuntimeError, InputError):
        # The build is somebody else's, on media that are read-only, or on a disk that is full.
        pass
    try:
        filled = _in_room(_cache(), lambda place: _copy_files(store, place))
        return stack.enter_context(filled)
    except (OSError, RuntimeError, InputError) as error:
        msg = f"the store cannot be copied: {error}"
        raise StoreError(msg) from error


@contextmanager
def _in_room(room: Path, fill: Callable[[Path], object]) -> Iterator[Path]:
    sweep(room)
    with ExitStack() as stack:
        aside = _begin(room, stack)
        try:
            mark(aside, COPY)
            fill(aside / STORE)
            _made.add(aside)
            yield aside
        except BaseException:
            done(aside)
            raise


def _begin(room: Path, stack: ExitStack) -> Path:
    """Return a new folder, held; another process may take it for a left one before it is."""
    while True:
        aside = new_folder(room, COPY)
        with suppress(FileNotFoundError):
            if stack.enter_context(_held(aside)):
                return aside


@contextmanager
def _held(aside: Path) -> Iterator[bool]:
    """Hold the folder of a copy, and yield whether no other process does; the engine has its own.

    The system gives the lock back with the process. Where it has none, age alone tells.

    Raises OSError when the folder is gone, or nothing can be written there.
    """
    try:
        import fcntl
    except ImportError:
        # Windows, which moves no folder in which somebody has a file open.
        yield True
        return
    path = aside / LOCK
    with path.open("ab") as file:
        is_ours = True
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_ours = False
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
        # Whoever held it may have moved the folder away since.
        yield is_ours and path.exists()


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
        if copy.is_symlink() or not _is_copy(copy) or _is_recent(copy):
            continue
        # It may be somebody else's, or have gone.
        with suppress(OSError), _held(copy) as is_ours:
            if is_ours and _is_abandoned(copy):
                withdraw(copy)


def _is_copy(folder: Path) -> bool:
    """Say whether kg made the folder for a copy; an earlier kg put no mark into it."""
    if read_mark(folder, COPY) is not None or is_begun(folder, COPY):
        return True
    return is_bare_store(folder / STORE) and {one.name for one in folder.iterdir()} <= {STORE, LOCK}


def _is_recent(copy: Path) -> bool:
    """Say whether the folder of a copy was touched in the last minute, or is gone.

    An earlier kg, which held no lock before the engine did, may be about to open it.
    """
    try:
        touched = max(one.stat().st_mtime for one in (copy, *copy.iterdir()))
    except OSError:
        return True
    # What was touched in times to come was so by a clock that has been put back.
    return abs(time.time() - touched) < GRACE


def _is_abandoned(copy: Path) -> bool:
    """Say whether nobody has the copy open any more: the engine locks what it has.

    What cannot be opened for another reason, such as a half of a copy, is of no use to anybody.
    """
    if not (copy / STORE / "CURRENT").is_file():
        return True
    try:
        pyoxigraph.Store(str(copy / STORE))
    except (OSError, RuntimeError) as error:
        return "lock" not in str(error).lower()
    return True
