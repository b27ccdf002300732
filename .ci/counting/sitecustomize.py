"""Lets workers keep what coverage.py counted in them, though kg ends them by a signal.

Stands on PYTHONPATH where branches are counted: every Python reads it when it starts. A worker then
writes its counts down before each reply, since after a reply it may be ended at any time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

WORKERS = "kg.workers.child"


class Counting:
    """Finds the module of workers, and has its replies wait for the counts."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where the module is, and what is to happen once it has been read."""
        spec = PathFinder.find_spec(name, path, target) if name == WORKERS else None
        if spec is None or spec.loader is None:
            return None
        read = spec.loader.exec_module

        def read_and_change(module: ModuleType) -> None:
            read(module)
            say = module._say  # noqa: SLF001 - that is what this file is for

            def counted(*frame: object) -> None:
                from coverage import Coverage

                if (counts := Coverage.current()) is not None:
                    counts.save()
                say(*frame)

            module._say = counted  # type: ignore[attr-defined]  # noqa: SLF001

        spec.loader.exec_module = read_and_change  # type: ignore[method-assign]
        return spec


if os.environ.get("COVERAGE_PROCESS_START") or os.environ.get("COVERAGE_PROCESS_CONFIG"):
    sys.meta_path.insert(0, Counting)
