"""Marks: which folders kg itself made beside a build, so that nothing of anybody else's goes.

A folder is kg's when it holds a mark of its kind, or what only an engine writes. A name says so of
an empty one alone, and only when it has been made to: half of it follows from the other half.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

MARK: Final = ".kg"
# The folder of one build, of a build on its way, of a copy of a store, of shards for elsewhere.
GENERATION: Final = "generation"
ASIDE: Final = "aside"
COPY: Final = "slice"
SHARDS: Final = "shards"
# What a validation keeps for the next one.
VALIDATED: Final = "validated"
# What a writer, or who uses a copy, holds locked while it lives.
LOCK: Final = ".kg-lock"
# How the store is called in its generation and in a copy, and the record beside it.
STORE: Final = "store"
RECORD: Final = "record"

# What the engine calls its files; before there were marks a store stood in the build by itself.
_OF_ENGINE: Final = re.compile(
    r"CURRENT|IDENTITY|LOCK|LOG(\.old\.\d+)?|(MANIFEST|OPTIONS)-\d+|\d+\.(sst|log|blob)"
)
_OLD_STORE: Final = re.compile(r"store-[0-9a-f]{16}")
# A mark, also one that is half written (`files.whole_file`), and a lock.
_OF_MARK: Final = re.compile(rf"{re.escape(MARK)}|\.{re.escape(MARK)}\..*|{re.escape(LOCK)}")
# What a digest, or an earlier kg with `tempfile`, makes of a name.
_NAME: Final = re.compile(r"[a-z]+-[0-9a-z_]{8,16}")


def new_folder(place: Path, kind: str) -> Path:
    """Make a folder in a place, empty and yet known as kg's: it is not marked in the same instant.

    Raises OSError when the place cannot be written to.
    """
    while True:
        folder = _unused(place, kind)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder


def _unused(place: Path, kind: str) -> Path:
    import secrets

    return place / _signed(kind, secrets.token_hex(4))


def _signed(kind: str, chosen: str) -> str:
    """Return the name of a folder, whose second half says that kg chose the first."""
    import hashlib

    name = f"{kind}-{chosen}"
    return name + hashlib.sha256(name.encode()).hexdigest()[:8]


def _is_signed(name: str, kind: str) -> bool:
    return name == _signed(kind, name.removeprefix(f"{kind}-")[:8])


def begun(folder: Path, kind: str) -> list[Path]:
    """Return the folders of this kind that kg made in the folder, and in which nothing is yet."""
    return [one for one in sorted(folder.glob(f"{kind}-*")) if is_begun(one, kind)]


def is_begun(folder: Path, kind: str) -> bool:
    """Say whether kg made the folder, and nothing but its mark or lock is in it, yet or still."""
    if not _is_signed(folder.name, kind) or folder.is_symlink():
        return False
    with suppress(OSError):
        return all(_OF_MARK.fullmatch(one.name) for one in folder.iterdir())
    return False


def mark(folder: Path, kind: str, said: Mapping[str, object] | None = None) -> None:
    """Say in a folder that it is kg's, of which kind, and what else is to be known of it.

    Raises InputError when it cannot be written to.
    """
    from kg.files import write_file

    write_file(folder / MARK, (json.dumps({"kg": kind, **(said or {})}, indent=1) + "\n").encode())


def read_mark(folder: Path, kind: str) -> dict[str, Any] | None:
    """Return what the mark of a folder says; None when it is not of this kind, or not kg's."""
    if not _NAME.fullmatch(folder.name) or not folder.name.startswith(f"{kind}-"):
        return None
    try:
        said = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return said if isinstance(said, dict) and said.get("kg") == kind else None


def marked(folder: Path, kind: str) -> list[Path]:
    """Return the folders of this kind that kg made in the folder, in the order of their names."""
    found = sorted(folder.glob(f"{kind}-*"))
    return [one for one in found if not one.is_symlink() and read_mark(one, kind) is not None]


def old_stores(folder: Path) -> list[Path]:
    """Return the stores that an earlier kg left in the folder, each by itself and without a mark.

    They have the name of a store, and hold nothing but what the engine writes.
    """
    found = sorted(folder.glob("store-*"))
    return [one for one in found if _OLD_STORE.fullmatch(one.name) and is_bare_store(one)]


def is_bare_store(folder: Path) -> bool:
    """Say whether the folder holds a store of the engine and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return holds_only(folder, _OF_ENGINE)


def holds_only(folder: Path, names: re.Pattern[str]) -> bool:
    """Say whether there is something in the folder, and only files with such names."""
    found = list(folder.iterdir())
    return bool(found) and all(names.fullmatch(one.name) and one.is_file() for one in found)


def room_of(store: Path) -> Path:
    """Return the folder in which copies of a store stand: that of the build, or beside a bare one.

    A copy in a generation would go with the generation.
    """
    place = store.parent
    return place if read_mark(place, GENERATION) is None else place.parent


def discard(folder: Path) -> None:
    """Remove a folder of kg's, its mark last: what is left after a power failure is kg's still."""
    import shutil

    with suppress(OSError):
        for one in folder.iterdir():
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one, ignore_errors=True)
            elif one.name != MARK:
                one.unlink(missing_ok=True)
        if not _is_signed(folder.name, folder.name.partition("-")[0]):
            # Without its mark nothing would say whose it is.
            folder = folder.rename(_unused(folder.parent, ASIDE))
    shutil.rmtree(folder, ignore_errors=True)


def withdraw(folder: Path) -> None:
    """Remove a folder of kg's from its name on, under which somebody might still come to it.

    Raises OSError when it cannot be moved.
    """
    discard(folder.rename(_unused(folder.parent, folder.name.partition("-")[0])))
