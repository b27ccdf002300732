"""Current: whether a build that is open is still the one that stands in its folder."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.errors import ReplacedWarning, StoreError, UsageError, warn_caller
from kg.pipeline.generations import MANIFEST, current_store, open_build
from kg.query.slice import Telling
from kg.store.remote import RemoteStore

if TYPE_CHECKING:
    from typing import Self

    from kg.store.base import Store

_WEB: Final = ("http://", "https://")


def opened(place: str | Path) -> Store:
    """Open the store of a build folder, or a SPARQL 1.1 endpoint by its URL.

    Raises StoreError when a folder holds no build.
    """
    if isinstance(place, str) and place.startswith(_WEB):
        return RemoteStore(place)
    return open_build(Path(place))


class Placed(Telling):
    """What was opened at some place, and says so when another build has taken it."""

    store: Store
    # The folder or address that was opened; None for a graph that was built in memory.
    place: str | Path | None
    _seen: tuple[int, int] | None = None

    def __init__(self, store: Store, place: str | Path | None = None) -> None:
        """Hold the store, and the place where it was opened."""
        self.store, self.place = store, place

    def reload(self) -> Self:
        """Return the graph that stands now where this one was opened; this one stays as it is.

        Raises UsageError for a graph that was built in memory, and what `kg.open` raises.
        """
        if self.place is None:
            raise UsageError("this graph was built in memory: build it again")
        return type(self)(opened(self.place), self.place)

    def _check(self, as_of: str | None, known_by: str | None) -> None:
        """Do what `Telling` does, and say once of each newer build that there is one."""
        super()._check(as_of, known_by)
        if self._seen != (now := self._stamp()):
            self._seen = now
            if self.is_replaced:
                text = f"a newer build stands in {self.place}; graph.reload() opens it"
                warn_caller(text, ReplacedWarning)

    @property
    def is_replaced(self) -> bool:
        """Whether another build than this one stands in the folder now.

        >>> import kg
        >>> kg.open().is_replaced
        False
        """
        if self._stamp():
            with suppress(StoreError):
                return current_store(Path(str(self.place))) != getattr(self.store, "folder", None)
        return False

    def _stamp(self) -> tuple[int, int] | None:
        """Return what changes with the manifest of the folder; None without one."""
        if self.place is None or str(self.place).startswith(_WEB):
            return None
        try:
            found = Path(self.place, MANIFEST).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino
