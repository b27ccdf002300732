"""Generations: what stands in `build/`, and how a new build takes the place of the old one.

Quads, TriG and page → a folder; a folder → its store.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import InputError, StoreError
from kg.files import digests, files_below, named, write_file
from kg.store.embedded import EmbeddedStore, sweep, write

if TYPE_CHECKING:
    from pyoxigraph import Quad

MANIFEST: Final = "kg.json"


def save(
    quads: Sequence[Quad], trig: bytes, page: str, folder: Path, sources: dict[str, str]
) -> None:
    """Write store, `graph.trig` and `graph.html` below the folder; the old build stays until then.

    The store is written aside as a generation named by the digest of the graph, and becomes the
    current one when `kg.json`, written last and in one step, names it.

    Raises InputError when the folder cannot be made, StoreError when the disk refuses.
    """
    import hashlib
    import shutil
    import tempfile

    digest = hashlib.sha256(trig).hexdigest()
    generation = f"store-{digest[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="aside-", dir=folder))
    except OSError as error:
        msg = f"{folder} cannot be written to: {error.strerror}"
        raise InputError(msg) from error
    try:
        if not _is_whole(folder / generation, len(quads)):
            shutil.rmtree(folder / generation, ignore_errors=True)
            write(quads, aside)
            aside.chmod(0o755)
            aside.rename(folder / generation)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    write_file(folder / "graph.trig", trig)
    write_file(folder / "graph.html", page.encode())
    _name(folder, generation, len(quads), sources)
    (folder / "graph.nq").unlink(missing_ok=True)


def save_large(
    store: Path, size: int, graph: Path, folder: Path, digest: str, sources: dict[str, str]
) -> None:
    """Put a finished store and its `graph.nq`, both on the same disk, below the build folder.

    A page and TriG of an earlier build go, because they would show another graph.
    Raises InputError when the folder cannot be written to.
    """
    import shutil

    generation = f"store-{digest[:16]}"
    try:
        if not _has(folder / generation, size):
            shutil.rmtree(folder / generation, ignore_errors=True)
            store.rename(folder / generation)
        graph.chmod(0o644)
        graph.replace(folder / "graph.nq")
    except OSError as error:
        msg = f"{folder} cannot be written to: {error.strerror}"
        raise InputError(msg) from error
    _name(folder, generation, size, sources)
    for name in ("graph.trig", "graph.html"):
        (folder / name).unlink(missing_ok=True)


def _name(folder: Path, generation: str, size: int, sources: dict[str, str]) -> None:
    """Make the generation the current one; the one before stays for those who have it open."""
    import shutil

    before = _generation_before(folder)
    manifest = {"store": generation, "quads": size, "sources": sources}
    write_file(folder / MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
    for old in folder.glob("store-*"):
        if old.name not in {generation, before}:
            shutil.rmtree(old, ignore_errors=True)
    sweep(folder)


def _is_whole(store: Path, size: int) -> bool:
    """Say whether the folder holds a store of so many quads that can be read to its end."""
    if not store.is_dir():
        return False
    try:
        return sum(1 for _ in EmbeddedStore.open(store).quads()) == size
    except StoreError:
        return False


def _has(store: Path, size: int) -> bool:
    """Say whether the folder holds a store of so many quads, as the engine counts them."""
    if not store.is_dir():
        return False
    try:
        return len(EmbeddedStore.open(store).pyoxigraph) == size
    except (StoreError, OSError, RuntimeError):
        return False


def _generation_before(folder: Path) -> object:
    """Return the generation that the manifest names; a missing or damaged one names none."""
    try:
        return read_manifest(folder)["store"]
    except StoreError:
        return None


def open_build(folder: Path) -> EmbeddedStore:
    """Open the store of a build folder, read-only.

    Raises StoreError when there is no build, or it is damaged.
    """
    return EmbeddedStore.open(folder / str(read_manifest(folder)["store"]))


def read_manifest(folder: Path) -> dict[str, object]:
    """Return what `kg.json` says.

    Raises StoreError when it is missing or damaged.
    """
    try:
        manifest: dict[str, object] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["store"]
    except FileNotFoundError as error:
        msg = f"there is no build in {folder}; run 'kg build' first"
        raise StoreError(msg) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{folder / MANIFEST} is damaged; run 'kg build' to make it anew"
        raise StoreError(msg) from error
    return manifest


def is_stale(folder: Path, project: Path) -> bool:
    """Say whether the files of the project differ from those the build was made of.

    Files are read only when one of them is younger than the build, or has another name.
    """
    inputs = (project / "data", project / "ontology")
    built = (folder / MANIFEST).stat().st_mtime_ns
    recorded = read_manifest(folder).get("sources")
    files = {named(each, path): path for each in inputs for path in files_below(each)}
    is_younger = any(path.stat().st_mtime_ns > built for path in files.values())
    if not is_younger and isinstance(recorded, dict) and recorded.keys() == files.keys():
        return False
    return recorded != digests(*inputs)
