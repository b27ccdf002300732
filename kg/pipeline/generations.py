"""Generations: what stands in `build/`, and how a new build takes the place of the old one.

A build is one folder, `generation-<16 hex>/`, written aside and renamed as a whole; `kg.json` names
the current one and the one before.
Quads, TriG and page → a generation; a folder → its store.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kg.errors import Finding, InputError, StoreError
from kg.files import digest, digests, files_below, named, write_file
from kg.pipeline.columns.layout import LAYOUT, N_QUADS, Layout
from kg.pipeline.columns.pieces import of_pieces
from kg.pipeline.sound import faults, is_whole, keeps_digests, name_of, of_file, of_parts
from kg.progress import at_work
from kg.store.copies import sweep
from kg.store.damage import written
from kg.store.embedded import EmbeddedStore, write
from kg.store.marks import (
    GENERATION,
    MARK,
    RECORD,
    STORE,
    discard,
    mark,
    marked,
    old_stores,
    read_mark,
)

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from kg.pipeline.writing import Room
    from kg.record.record import Record, StoredRecord

MANIFEST: Final = "kg.json"
# The parts of a generation; what people open is also shown beside the manifest. An earlier kg did
# not pack its N-Quads.
PAGE: Final = "graph.html"
TRIG: Final = "graph.trig"
SHOWN: Final = (PAGE, TRIG, N_QUADS, "graph.nq")
_NAME: Final = re.compile(rf"{GENERATION}-[0-9a-f]{{16}}")
# An earlier kg named the store itself, which stood in the build folder.
_OLD_NAME: Final = re.compile(r"store-[0-9a-f]{16}")

_AHEAD: Final = (
    "this file is of another build, which was ended before it took the place of this one"
)

# Writes one part of a generation to where it is to be.
Part = Callable[[Path], object]


def save(
    quads: Sequence[Quad],
    trig: bytes,
    page: str,
    folder: Path,
    sources: dict[str, str],
    record: Record | StoredRecord | None = None,
    *,
    wait: bool = False,
) -> None:
    """Write a build of the quads into the folder; the old build stays until it is whole.

    Raises InputError when the folder cannot be made, StoreError when another process writes there
    (with `wait` it is waited for), or the disk refuses.
    """
    from kg.pipeline.writing import writing

    with writing(folder, wait=wait) as room:
        put(room, quads, trig, page, sources, record)


def put(
    room: Room,
    quads: Sequence[Quad],
    trig: bytes,
    page: str,
    sources: dict[str, str],
    record: Record | StoredRecord | None = None,
) -> None:
    """Do what `save` does, in a folder that is held already."""
    html = page.encode()
    said: dict[str, Any] = {
        "quads": len(quads),
        "files": {PAGE: digest(html), TRIG: digest(trig)},
        "sources": sources,
    }
    parts: dict[str, Part] = {
        STORE: partial(write, quads),
        TRIG: partial(write_file, content=trig),
        PAGE: partial(write_file, content=html),
    }
    if record:
        parts[RECORD] = record.write
        said[RECORD] = record.digest
    _install(room, said, parts)


def put_large(
    room: Room,
    store: Path,
    size: int,
    graph: Path,
    layout: Layout,
    sources: dict[str, str],
    record: Path,
    shown: Mapping[str, bytes] = MappingProxyType({}),
    earlier: Path | None = None,
) -> None:
    """Make a build of a finished store, its `graph.nq.gz`, and its record.

    All stand below the room's folder aside. `graph.nq.gz`, and the layout that says where
    everything stands in it, are left out where TriG is among the files that are `shown`.
    Files of the store may be those of an earlier generation, under a second name.
    """
    files = {name: digest(content) for name, content in shown.items()}
    said: dict[str, Any] = {"quads": size, "files": files, "sources": sources}
    parts: dict[str, Part] = {STORE: store.rename}
    parts |= {name: partial(write_file, content=content) for name, content in shown.items()}
    if TRIG not in shown:
        files[N_QUADS] = of_pieces(layout.pieces)
        parts[N_QUADS] = lambda place: graph.rename(place).chmod(0o644)
        parts[LAYOUT] = partial(write_file, content=layout.written())
    from kg.record.record import StoredRecord

    parts[RECORD] = record.rename
    said[RECORD] = StoredRecord(record).digest
    _install(room, said, parts, earlier)


def _install(
    room: Room,
    said: Mapping[str, Any],
    parts: Mapping[str, Part],
    earlier: Path | None = None,
) -> None:
    """Write the parts as one generation, and make it the current one.

    The name follows from what is in it, so that the same files give the same generation, and one
    that is there and whole is not written again, but for how it came to be.
    """
    said = {**said, "parts": sorted(parts)}
    place = room.folder / name_of(said)
    at_work("looking at the build that is there")
    if is_whole(place):
        if LAYOUT in parts:
            parts[LAYOUT](place / LAYOUT)
        os.utime(place / MARK)
    else:
        _make_way(place)
        made = room.aside / place.name
        try:
            made.mkdir()
            for name, make in parts.items():
                at_work(f"writing {name}")
                make(made / name)
            known = read_mark(earlier, GENERATION) if earlier else None
            was = (earlier / STORE, known[STORE]) if earlier and known else None
            mark(made, GENERATION, {**said, STORE: written(made / STORE, was)})
            made.rename(place)
        except OSError as error:
            msg = f"{room.folder} cannot be written to: {error.strerror}"
            raise InputError(msg) from error
    before = _current(room.folder)
    kept = _manifest_or_none(room.folder).get("before") if before == place.name else before
    _name(room, place, kept)


def _make_way(place: Path) -> None:
    """Remove a damaged generation whose name is needed; what is not kg's stays.

    Raises InputError when something else stands there.
    """
    if read_mark(place, GENERATION) is not None:
        discard(place)
    if os.path.lexists(place):
        msg = f"{place} is in the way and was not made by kg; move it away"
        raise InputError(msg)


def _name(room: Room, place: Path, before: object) -> None:
    """Make the generation the current one; the one before stays for those who have it open."""
    folder = room.folder
    said = read_mark(place, GENERATION) or {}
    gone = _shown(folder) - said["files"].keys()
    for name in said["files"]:
        _show(place / name, room)
    for name in gone:
        # It would show another graph.
        (folder / name).unlink(missing_ok=True)
    manifest = {
        "generation": place.name,
        "before": before,
        "quads": said["quads"],
        **({RECORD: said[RECORD]} if RECORD in said else {}),
        "sources": said["sources"],
    }
    content = (json.dumps(manifest, indent=1) + "\n").encode()
    write_file(folder / MANIFEST, content, aside=room.aside)
    for old in [*marked(folder, GENERATION), *old_stores(folder)]:
        if old.name not in {place.name, before}:
            discard(old)
    sweep(folder)


def _shown(folder: Path) -> set[str]:
    """Return the files that kg put beside the manifest: those of the generation that it names."""
    current = _current(folder)
    if current is None:
        return set()
    said = read_mark(folder / current, GENERATION)
    return set(SHOWN) if said is None else set(said["files"])


def _show(part: Path, room: Room) -> None:
    """Let a file of the generation stand beside the manifest too, as one file where that can be.

    Raises InputError when the disk refuses.
    """
    aside, at = room.aside / part.name, room.folder / part.name
    try:
        try:
            os.link(part, aside)
        except OSError:
            import shutil

            # Not every file system has two names for one file.
            shutil.copyfile(part, aside)
        aside.replace(at)
    except OSError as error:
        msg = f"{at} cannot be written: {error.strerror}"
        raise InputError(msg) from error


def current(folder: Path) -> tuple[Path, dict[str, Any], dict[str, Any]] | None:
    """Return the generation that is current, what its mark says and what the manifest; or None."""
    manifest = _manifest_or_none(folder)
    place = folder / str(_named_in(manifest))
    said = read_mark(place, GENERATION)
    return None if said is None else (place, said, manifest)


def stay(room: Room) -> bool:
    """Let the current generation be that of the files as they are; False when it is damaged."""
    there = current(room.folder)
    if there is None or not is_whole(there[0]):
        return False
    place, _, manifest = there
    os.utime(place / MARK)
    _name(room, place, manifest.get("before"))
    return True


def roll_back(folder: Path, *, wait: bool = False, say: Callable[[str], None]) -> dict[str, Any]:
    """Make the build before the current one again, and return the manifest.

    Done twice, all is as it was.

    Raises StoreError when there is none, or it is damaged.
    """
    from kg.pipeline.writing import writing

    read_manifest(folder)
    with writing(folder, wait=wait, say=say) as room:
        manifest = read_manifest(folder)
        before = str(manifest.get("before") or "")
        if not before:
            msg = f"there is no build before this one in {folder}; 'kg build' keeps the one before"
            raise StoreError(msg)
        place = folder / before
        if _OLD_NAME.fullmatch(before):
            msg = (
                f"the build before this one in {folder} was made by an earlier kg, which kept its "
                "store alone; to have it again, build from the files of that time"
            )
            raise StoreError(msg)
        if not _NAME.fullmatch(before) or not is_whole(place):
            msg = f"the build before this one in {folder} is damaged or gone; run 'kg build'"
            raise StoreError(msg)
        _name(room, place, _current(folder))
        return read_manifest(folder)


def damage(folder: Path) -> Iterator[Finding]:
    """Yield a finding for each file of a build that is not as it was written: its digests are read.

    The paths are whole. One of an earlier kg, which kept no digests of its store, is told so.

    Raises StoreError when there is no build, or its manifest names none.
    """
    manifest = read_manifest(folder)
    place, before = folder / str(_named_in(manifest)), folder / str(manifest.get("before") or "")
    way_back = before != folder and is_whole(before)
    repair = "run 'kg build' to make it anew"
    if way_back:
        repair += ", or 'kg build --rollback' to have the one before, which is whole"
    said = read_mark(place, GENERATION) or {}
    found = list(faults(place))
    if said and said.get("quads") != manifest.get("quads"):
        found.append((folder / MANIFEST, "is not what was built"))
    for name, known in said.get("files", {}).items():
        # Elsewhere than in the generation they are for people, and may be taken away.
        for path, what in of_file(folder / name, known, of_parts(place, said, name)):
            if _is_of_another(path):
                yield Finding(path.as_posix(), 0, 0, "warning", _AHEAD, "run 'kg build'")
            else:
                found.append((path, what))
    for path, what in found:
        yield Finding(path.as_posix(), 0, 0, "error", f"this file of the build {what}", repair)
    if not found and not keeps_digests(place):
        what = "an earlier kg made this build and kept no digests of its store"
        yield Finding(place.as_posix(), 0, 0, "warning", what, "run 'kg build' to have them")
    if before.is_dir() and before != folder and not way_back:
        what = "the build before is damaged, or an earlier kg made it; there is no way back to it"
        yield Finding(before.as_posix(), 0, 0, "warning", what)


def _is_of_another(shown: Path) -> bool:
    """Say whether the file is what some generation shows: they are shown before one is named."""
    for place in marked(shown.parent, GENERATION):
        said = read_mark(place, GENERATION) or {}
        known = said.get("files", {}).get(shown.name)
        if known and not [*of_file(shown, known, of_parts(place, said, shown.name))]:
            return True
    return False


def open_build(folder: Path) -> EmbeddedStore:
    """Open the store of a build folder, read-only.

    Raises StoreError when there is no build, or it is damaged.
    """
    return EmbeddedStore.open(current_store(folder))


def current_store(folder: Path) -> Path:
    """Return the folder of the store that is current now.

    Raises StoreError when there is no build, or its manifest is damaged.
    """
    manifest = read_manifest(folder)
    name = str(_named_in(manifest))
    said = read_mark(folder / name, GENERATION)
    if said is not None and said.get("quads") != manifest.get("quads"):
        raise _damaged(folder)
    return folder / name if _OLD_NAME.fullmatch(name) else folder / name / STORE


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what `kg.json` says.

    Raises StoreError when it is missing or damaged.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        below = folder / "build"
        repair = "run 'kg build' first"
        if (below / MANIFEST).is_file():
            repair = f"it is in {below}"
        msg = f"there is no build in {folder}; {repair}"
        raise StoreError(msg) from error
    except (OSError, ValueError):
        manifest = None
    if isinstance(manifest, dict) and _named_in(manifest):
        return manifest
    raise _damaged(folder)


def _damaged(folder: Path) -> StoreError:
    return StoreError(f"{folder / MANIFEST} is damaged; run 'kg build' to make it anew")


def _named_in(manifest: Mapping[str, object]) -> str | None:
    """Return the name of the generation, or of the store of an earlier kg; None for neither."""
    for key, form in (("generation", _NAME), ("store", _OLD_NAME)):
        name = manifest.get(key)
        if isinstance(name, str) and form.fullmatch(name):
            return name
    return None


def _manifest_or_none(folder: Path) -> dict[str, Any]:
    with suppress(StoreError):
        return read_manifest(folder)
    return {}


def _current(folder: Path) -> str | None:
    """Return what the manifest names; a missing or damaged one names nothing."""
    return _named_in(_manifest_or_none(folder))


def is_stale(folder: Path, project: Path) -> bool:
    """Say whether the files of the project differ from those the build was made of.

    Files are read only when one of them was changed or put there after the build, has another
    name, or the build is of a time to come, by a clock that has been put back.
    """
    inputs = (project / "data", project / "ontology")
    manifest = read_manifest(folder)
    recorded = manifest.get("sources")
    # A build that was rolled back to is older than the manifest that names it.
    place = folder / str(_named_in(manifest)) / MARK
    built = (place if place.exists() else folder / MANIFEST).stat().st_mtime_ns
    files = {named(each, path): path for each in inputs for path in files_below(each)}
    is_ahead = built > time.time_ns()
    is_younger = is_ahead or any(_since(path) > built for path in files.values())
    if not is_younger and isinstance(recorded, dict) and recorded.keys() == files.keys():
        return False
    return recorded != digests(*inputs)


def _since(path: Path) -> int:
    """Return since when a file is what it is and where it is, in nanoseconds.

    One that is moved or unpacked keeps the time at which it was written.
    """
    found = path.stat()
    return max(found.st_mtime_ns, found.st_ctime_ns)
