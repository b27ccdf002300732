"""Project: where `data/` and `ontology/` are."""

from __future__ import annotations

from pathlib import Path

from kg.errors import InputError


def shipped() -> Path:
    """Return the folder of the project that comes with the package.

    In a wheel it lies inside the package, in a checkout beside it.
    """
    inside = Path(__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(__file__).parent.parent


def find(start: Path) -> Path:
    """Return the nearest folder upwards from `start` that holds a project, else the shipped one."""
    for folder in (start, *start.parents):
        if is_project(folder):
            return folder
    return shipped()


def is_project(folder: Path) -> bool:
    """Say whether the folder has `data/dataset.ttl` and `ontology/`."""
    return (folder / "data" / "dataset.ttl").is_file() and (folder / "ontology").is_dir()


def require(folder: Path) -> Path:
    """Return the folder when it holds a project.

    Raises InputError when it does not.
    """
    if not is_project(folder):
        msg = f"{folder} holds no project: it needs data/dataset.ttl and ontology/"
        raise InputError(msg)
    return folder
