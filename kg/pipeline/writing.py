"""Writing: one writer at a time in a build folder, with a place for what is on its way.

A lock of the system says who may write; it goes with its holder, also with one that is killed.
Readers need none: what they have open is never changed.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import InputError, StoreError, parameter, warn_caller
from kg.files import NO_LOCKS
from kg.store.marks import ASIDE, LOCK, begun, discard, mark, marked, new_folder, read_mark

if TYPE_CHECKING:
    from filelock import BaseFileLock

# Seconds between two attempts, after which a wait is told of, and in which a writer names itself.
_STEP: Final = 0.05
_SILENT: Final = 1.0
_NAMING: Final = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Room:
    """A build folder that is ours to write to, and an empty folder in it for what is on its way."""

    folder: Path
    aside: Path


def _warn(text: str) -> None:
    warn_caller(text, UserWarning)


@contextmanager
def writing(folder: Path, *, wait: bool = False, say: Say = _warn) -> Iterator[Room]:
    """Hold the build folder for writing, and remove what a killed writer left in it.

    With `wait` another writer is waited for, of which `say` is told after a second; it is also told
    when the file system has no locks.

    Raises StoreError when another process writes there, InputError when nobody can.
    """
    is_new = not folder.exists()
    try:
        lock = _locked(folder, wait=wait, say=say)
        try:
            if lock:
                for left in [*marked(folder, ASIDE), *begun(folder, ASIDE)]:
                    discard(left)
            with _aside(folder) as aside:
                yield Room(folder, aside)
        finally:
            if lock:
                _unlock(lock, folder)
    finally:
        if is_new:
            # Where nothing came to be, nothing stays.
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    try:
        aside = new_folder(folder, ASIDE)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
        mark(aside, ASIDE, {"process": os.getpid(), "host": socket.gethostname(), "since": since})
        yield aside
    finally:
        discard(aside)


def _locked(folder: Path, *, wait: bool, say: Say) -> BaseFileLock | None:
    """Return the lock of the folder, held; None where the file system has no locks."""
    from filelock import FileLock, Timeout

    began = time.monotonic()
    is_told = False
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / LOCK, fallback_to_soft=False)
            lock.acquire(timeout=0)
        except Timeout:
            passed = time.monotonic() - began
            who = _writer(folder)
            if not wait and (who or passed > _NAMING):
                raise _is_held(folder, who) from None
            if wait and not is_told and passed > _SILENT:
                say(f"waiting for {who or 'another process'}, which writes to {folder}")
                is_told = True
            time.sleep(_STEP)
        except OSError as error:
            if error.errno in NO_LOCKS:
                say(f"{folder} cannot be locked ({error.strerror}); let nobody else build there")
                return None
            if isinstance(error, FileNotFoundError) and not folder.exists():
                # Another writer, who had made the folder, made nothing and took it away.
                continue
            raise _unwritable(folder, error) from error
        else:
            return lock


def _unlock(lock: BaseFileLock, folder: Path) -> None:
    # Whoever waits for the file that goes sees that it is gone, and takes the next.
    with suppress(OSError):
        (folder / LOCK).unlink()
    lock.release()


def _writer(folder: Path) -> str:
    """Return who writes to the folder and since when, as it said itself; "" if it has not yet."""
    for aside in marked(folder, ASIDE):
        if said := read_mark(aside, ASIDE):
            return "process {process} on {host} (since {since})".format_map(said)
    return ""


def _is_held(folder: Path, who: str) -> StoreError:
    wait = parameter("wait", value=True)
    return StoreError(
        f"{who or 'another process'} writes to {folder}; {wait} waits until it is done"
    )


def _unwritable(folder: Path, error: OSError) -> InputError:
    return InputError(f"{folder} cannot be written to: {error.strerror}")
