"""Shards: N-Quads in many packed files, named by a manifest that is written last."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from pyoxigraph import Quad, RdfFormat, parse

from kg.errors import Finding, InputError, StoreError
from kg.files import write_file
from kg.pipeline.columns.pieces import damages, unpacked
from kg.pipeline.spark.tasks import Shard
from kg.store.marks import SHARDS, discard, holds_only, mark, read_mark

MANIFEST: Final = "shards.json"
# What is said of dataset, ontology and questions, and of entities and sources.
DESCRIBED: Final = "described.nq.gz"
NAMED: Final = "named.nq.gz"
_PIECE: Final = 2**20
# What is raised while a shard is read that is damaged or missing.
_DAMAGES: Final[tuple[type[Exception], ...]] = (SyntaxError, ValueError, *damages())
# An earlier kg put no mark into the folder of its shards.
_OLD_NAME: Final = re.compile(r"shards-[0-9a-f]{16}")
_OF_SHARDS: Final = re.compile(r".+\.nq\.gz")
_OF_FINDINGS: Final = re.compile(r"((check|part)-\d+|before|project|rules)\.jsonl")


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of a build: their folder, base of their IRIs, digest of them all, and each."""

    folder: Path
    base: str
    digest: str
    files: tuple[Shard, ...]

    @property
    def quads(self) -> int:
        """How many quads there are."""
        return sum(one.quads for one in self.files)

    @property
    def in_graphs(self) -> int:
        """How many of them are in named graphs."""
        return sum(one.in_graphs for one in self.files)

    def read(self) -> Iterator[Iterator[Quad]]:
        """Yield the quads of each shard; blank nodes are names within one shard.

        Raises StoreError when a shard is missing or damaged.
        """
        for one in self.files:
            yield self._quads(one)

    def _quads(self, one: Shard) -> Iterator[Quad]:
        try:
            with (self.folder / one.name).open("rb") as packed, unpacked(packed) as file:
                yield from parse(cast("BinaryIO", file), RdfFormat.N_QUADS)
        except _DAMAGES as error:
            msg = f"{self.folder / one.name} is damaged or missing; build the shards anew"
            raise StoreError(msg) from error

    def described(self) -> list[Quad]:
        """Return the quads about dataset, ontology and questions, the only ones with blank nodes.

        Raises StoreError when their shard is missing or damaged.
        """
        return [quad for one in self.files if one.name == DESCRIBED for quad in self._quads(one)]

    def texts(self, *, described: bool = False) -> Iterator[memoryview]:
        """Yield whole lines of the other shards, with `described` also of that one.

        Raises StoreError when a shard is missing or damaged.
        """
        for one in self.files:
            if one.name == DESCRIBED and not described:
                continue
            try:
                with (self.folder / one.name).open("rb") as packed, unpacked(packed) as file:
                    while piece := file.read(_PIECE):
                        yield memoryview(piece + file.readline())
            except _DAMAGES as error:
                msg = f"{self.folder / one.name} is damaged or missing; build the shards anew"
                raise StoreError(msg) from error


def save(aside: Path, folder: Path, base: str, files: Iterable[Shard]) -> Shards:
    """Move finished shards below the build folder and name them; those of before go.

    Raises InputError when the folder cannot be written to.
    """
    import hashlib

    ordered = tuple(sorted(files, key=lambda one: one.name))
    digest = hashlib.sha256("\n".join(one.sha256 for one in ordered).encode()).hexdigest()
    place = folder / f"{SHARDS}-{digest[:16]}"
    found = Shards(place, base, digest, ordered)
    names = {one.name for one in ordered}
    try:
        for path in aside.iterdir():
            # What a task left that was ended in the middle.
            if path.name not in names:
                path.unlink()
        if not _is_whole(found):
            if _is_ours(place):
                discard(place)
            mark(aside, SHARDS)
            aside.rename(place)
    except OSError as error:
        msg = f"{folder} cannot be written to: {error.strerror}"
        raise InputError(msg) from error
    manifest = {
        "shards": place.name, "base": base, "sha256": digest, "quads": found.quads,
        "files": [asdict(one) for one in ordered],
    }  # fmt: skip
    content = (json.dumps(manifest, indent=1) + "\n").encode()
    write_file(folder / MANIFEST, content, aside=aside.parent)
    for old in folder.glob(f"{SHARDS}-*"):
        if old != place and _is_ours(old):
            discard(old)
    return found


def _is_ours(folder: Path) -> bool:
    """Say whether kg made the folder for shards."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    is_old = _OLD_NAME.fullmatch(folder.name) and holds_only(folder, _OF_SHARDS)
    return bool(is_old) or read_mark(folder, SHARDS) is not None


def _is_whole(shards: Shards) -> bool:
    sizes = {path.name: path.stat().st_size for path in shards.folder.glob("*.nq.gz")}
    return sizes == {one.name: one.size for one in shards.files}


def open_shards(folder: Path) -> Shards:
    """Return the shards of a build folder.

    Raises StoreError when there are none, or their manifest is damaged.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = tuple(Shard(**one) for one in manifest["files"])
        return Shards(folder / manifest["shards"], manifest["base"], manifest["sha256"], files)
    except FileNotFoundError as error:
        msg = f"there are no shards in {folder}; run 'kg build --engine spark' first"
        raise StoreError(msg) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{folder / MANIFEST} is damaged; build the shards anew"
        raise StoreError(msg) from error


def replace_findings(aside: Path, folder: Path) -> None:
    """Put the findings of this run in the place of those before.

    Raises InputError when the folder cannot be written to.
    """
    place = folder / "findings"
    try:
        if place.is_dir() and any(place.iterdir()) and not holds_only(place, _OF_FINDINGS):
            msg = f"{place} holds files that are not kg's; move them away"
            raise InputError(msg)
        shutil.rmtree(place, ignore_errors=True)
        if any(aside.iterdir()):
            aside.rename(place)
    except OSError as error:
        msg = f"{folder} cannot be written to: {error.strerror}"
        raise InputError(msg) from error


def read_findings(folder: Path) -> Iterator[Finding]:
    """Yield the findings in a folder, table after table."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield Finding(**json.loads(line))
