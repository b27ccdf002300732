"""How work that takes long tells of itself while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.errors import Finding

# Told how many of how many parts are done.
Progress = Callable[[int, int], None]
# Told findings as they are found.
Tell = Callable[[Iterable[Finding]], None]
