"""Damage: which files of a store are not as the build left them; such a store is never asked.

An engine that is given a damaged file may answer with a part of the graph and no word, or take all
memory. A build says of each file how long it is and its digest, and nobody changes it afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from kg.errors import StoreError, noun
from kg.files import digest_of
from kg.store.marks import GENERATION, MARK, STORE, read_mark

# What the engine makes anew, or adds to, for each who opens a store; no answer rests on it.
OWN: Final = frozenset({"LOCK", "LOG"})
ANEW: Final = "run 'kg build' to make it anew"
# The tables of the engine, which are nearly all of a store, are read as a whole only when asked.
_TABLES: Final = frozenset({".sst", ".blob"})
# What the engine looks for by itself, so that one more of it changes what a store says.
_FOUND: Final = re.compile(r"\d+\.log")
_NAME: Final = re.compile(rf"{GENERATION}-[0-9a-f]{{16}}")


def written(
    store: Path, earlier: tuple[Path, Mapping[str, dict[str, int | str]]] | None = None
) -> dict[str, dict[str, int | str]]:
    """Return of each file of a finished store its length and what its content is known by.

    Of files that an earlier store has too, as one file under two names, that is known already.
    """
    place, known = earlier or (store, {})
    return {
        file.name: known[file.name] if _is_one(file, place, known) else _written(file)
        for file in sorted(store.iterdir())
        if file.name not in OWN
    }


def _is_one(file: Path, place: Path, known: Mapping[str, object]) -> bool:
    return file.name in known and file.samefile(place / file.name)


def _written(file: Path) -> dict[str, int | str]:
    return {
        "bytes": file.stat().st_size,
        "sha256": digest_of(file),
        **({} if file.suffix in _TABLES else {"crc32": crc32(file.read_bytes())}),
    }


def damaged(store: Path, known: Mapping[str, Any], *, is_deep: bool) -> Iterator[tuple[Path, str]]:
    """Yield each file that is not as `written` saw it, with what is wrong.

    Of the engine's tables only the length is looked at, unless it is to be deep.
    """
    for name, was in sorted(known.items()):
        file = store / name
        try:
            size = file.stat().st_size
            if size != was["bytes"]:
                yield file, f"has {size:,} {noun(size, 'byte')} and was built with {was['bytes']:,}"
            elif _is_other(file, was, is_deep=is_deep):
                yield file, "is not what was built"
        except FileNotFoundError:
            yield file, "is gone"
        except OSError as error:
            yield file, f"cannot be read ({error.strerror})"
    for file in sorted(store.iterdir()):
        if known and file.name not in known and _FOUND.fullmatch(file.name):
            yield file, "was not built"


def _is_other(file: Path, was: Mapping[str, Any], *, is_deep: bool) -> bool:
    """Say whether the content is another; a checksum finds every accident, and costs no time."""
    if is_deep:
        return digest_of(file) != str(was["sha256"])
    known = was.get("crc32")
    return known is not None and crc32(file.read_bytes()) != int(known)


def refuse_damaged(store: Path) -> None:
    """Refuse a store of a build that says of its files what they no longer are.

    A store that stands elsewhere, or of an earlier kg, says nothing of its files.

    Raises StoreError.
    """
    place = store.parent
    if store.name != STORE or not _NAME.fullmatch(place.name):
        return
    said = read_mark(place, GENERATION)
    if said is None:
        msg = f"the build in {place} is damaged: {MARK} is missing or changed; {ANEW}"
        raise StoreError(msg)
    try:
        for file, what in damaged(store, said.get(STORE, {}), is_deep=False):
            msg = f"the store in {store} is damaged: {file.name} {what}; {ANEW}"
            raise StoreError(msg)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        msg = f"the build in {place} is damaged: {MARK} is changed; {ANEW}"
        raise StoreError(msg) from error
