"""Archive: the texts that were read, where somebody keeps them, and the paragraphs cited.

Nothing of a text is ever part of the graph, only its digest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kg.errors import InputError, noun
from kg.model.statement import Source
from kg.text.paragraphs import numbers, paragraphs


@dataclass(frozen=True, slots=True)
class Passage:
    """What an archive has of a reference: paragraphs as (number, text), or why there are none."""

    paragraphs: tuple[tuple[int, str], ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Archive:
    """A folder with texts of sources, recognised by their SHA-256, whatever their names are.

    A text is UTF-8 with one paragraph a line, or HTML with one a block; empty ones do not count.
    """

    folder: Path

    def __post_init__(self) -> None:
        """Raise InputError when there is no such folder."""
        if not self.folder.is_dir():
            msg = f"{self.folder} is not a folder; name the folder that holds the texts"
            raise InputError(msg)

    def passage(self, source: Source, locator: str) -> Passage:
        """Return the paragraphs that the locator names, such as "¶15" or "¶3-5"."""
        if not source.sha256:
            return Passage(missing="no digest of the text is recorded")
        path = self._paths.get(source.sha256)
        if path is None:
            return Passage(missing=f"no text with the recorded digest is in {self.folder}")
        asked = numbers(locator)
        if not asked:
            where = f"'{locator}' names" if locator else "the reference names"
            return Passage(missing=f"the text is {path.name}, but {where} no paragraph")
        try:
            lines = paragraphs(path.read_bytes(), path.name)
        except InputError as error:
            return Passage(missing=str(error).partition(";")[0])
        beyond = [number for number in asked if not 0 < number <= len(lines)]
        if beyond:
            count = f"{len(lines)} {noun(len(lines), 'paragraph')}"
            return Passage(missing=f"{path.name} has {count}, no ¶{beyond[0]}")
        return Passage(tuple((number, lines[number - 1]) for number in asked))

    @cached_property
    def _paths(self) -> dict[str, Path]:
        """The files by their digests."""
        found = {}
        for path in sorted(path for path in self.folder.rglob("*") if path.is_file()):
            try:
                with path.open("rb") as file:
                    found[hashlib.file_digest(file, "sha256").hexdigest()] = path
            except OSError as error:
                msg = f"{path} cannot be read: {error.strerror}"
                raise InputError(msg) from error
        return found
