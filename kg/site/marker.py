"""Marker: the file by which kg knows again a site that it wrote, with what it wrote there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from kg.errors import UsageError
from kg.files import digest_of

MARKER: Final = "kg-site.json"


def marker(digests: dict[str, str]) -> bytes:
    """Return the text of the file: the digest of each other one."""
    told = {"site": "written by kg; it replaces the folder while all files are these"}
    return (json.dumps(told | {"files": digests}, indent=0, sort_keys=True) + "\n").encode()


def refuse_foreign(folder: Path) -> None:
    """Refuse a place where something stands that kg did not write as a site.

    Raises UsageError.
    """
    if not folder.parent.is_dir():
        msg = f"{folder.parent} is no folder; make it first"
        raise UsageError(msg)
    if folder.exists() and not folder.is_dir():
        msg = f"{folder} is a file, and a site is a folder; name a folder"
        raise UsageError(msg)
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    known = _known(folder)
    if known is None:
        msg = (
            f"{folder} is not empty, and no site that kg wrote; name a new folder, or an empty one"
        )
        raise UsageError(msg)
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if not p.is_dir()}
    there.pop(MARKER)
    for name, path in sorted(there.items()):
        if known.get(name) != digest_of(path):
            how = "was changed there since kg wrote it" if name in known else "is not of kg"
            msg = f"{folder / name} {how}; move it away, or name another folder"
            raise UsageError(msg)


def _known(folder: Path) -> dict[str, str] | None:
    """Return the digests of what kg wrote, None where it wrote nothing."""
    try:
        files = json.loads((folder / MARKER).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files if isinstance(files, dict) else None
