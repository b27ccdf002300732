"""Place: which store the workers open, and how a worker is started on it."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.generations import read_manifest
from kg.workers.frames import pack
from kg.workers.limits import Limits

COMMAND = (sys.executable, "-m", "kg.workers.child")


@dataclass(frozen=True, slots=True)
class Place:
    """A build folder, or with `is_plain` a bare store of files that kg did not build.

    `jobs` is the module whose `JOBS` the workers know besides "sparql".
    """

    folder: Path
    is_plain: bool = False
    jobs: str = ""

    def store(self) -> Path:
        """Return the folder of the store that is current now.

        Raises StoreError when there is no build, or its manifest is damaged.
        """
        if self.is_plain:
            return self.folder
        return self.folder / str(read_manifest(self.folder)["store"])

    def greeting(self, store: Path, limits: Limits) -> bytes:
        """Return the first frame for a new worker."""
        settings = {
            "store": str(store.resolve()),
            "is_plain": self.is_plain,
            "jobs": self.jobs,
            "limits": asdict(limits),
        }
        return pack(settings)
