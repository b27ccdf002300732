"""Place: which store the workers open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.pipeline.generations import current_store
from kg.workers.limits import Limits
from kg.workers.wire import pack

MODULE: Final = "kg.query.bench.bench"


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
        return current_store(self.folder)

    def greeting(self, store: Path, limits: Limits) -> bytes:
        """Return the first frame for a new worker."""
        return greeting(str(store.resolve()), limits, jobs=self.jobs, is_plain=self.is_plain)


def greeting(
    store: str,
    limits: Limits,
    *,
    jobs: str = "",
    is_plain: bool = False,
    has_network: bool = False,
    body: bytes = b"",
) -> bytes:
    """Return the frame that sets up a worker: at a folder, or with "" at N-Quads in the body."""
    settings = {
        "module": MODULE,
        "store": store,
        "is_plain": is_plain,
        "jobs": jobs,
        "has_network": has_network,
        "limits": limits._asdict(),
    }
    return pack(settings, body)
