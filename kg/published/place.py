"""Places in files that others published, where findings point."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from kg.errors import Finding


class Place(NamedTuple):
    """A line of a file, or a part of it where lines say nothing."""

    path: Path
    line: int = 0
    part: str = ""

    @property
    def name(self) -> str:
        """How others of the file are told of it."""
        return self.part or f"line {self.line}"

    def error(self, message: str, repair: str = "") -> Finding:
        """Return an error that points there."""
        path = f"{self.path}, {self.part}" if self.part else str(self.path)
        return Finding(path, self.line, 0, "error", message, repair)
