"""Project: where `data/` and `ontology/` are."""

from __future__ import annotations

# What `typing` calls by this name, without waiting for `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def shipped() -> Path:
    """Return the folder of the project that comes with the package.

    In a wheel it lies inside the package, in a checkout beside it.
    """
    from pathlib import Path

    inside = Path(__file__).parent / "shipped"
    return inside if inside.is_dir() else Path(__file__).parent.parent


def find(start: Path) -> Path:
    """Return the nearest folder upwards from `start` that holds a project, else the shipped one.

    Raises InputError when the nearest one is not whole: another would answer in its place.
    """
    return nearest(start) or shipped()


def nearest(start: Path) -> Path | None:
    """Return the nearest folder upwards from `start` that holds a project, None without one.

    Raises InputError when it is not whole.
    """
    for folder in (start, *start.parents):
        if is_project(folder) or is_meant(folder):
            return require(folder)
    return None


def is_project(folder: Path) -> bool:
    """Say whether the folder has `data/dataset.ttl` and `ontology/`."""
    return (folder / "data" / "dataset.ttl").is_file() and (folder / "ontology").is_dir()


def is_meant(folder: Path) -> bool:
    """Say whether somebody began a project here; a mere folder called `data` is none."""
    data = folder / "data"
    return (
        (data / "dataset.ttl").is_file()
        or (data / "entities.csv").is_file()
        or (data / "statements").is_dir()
        or (data.is_dir() and (folder / "ontology").is_dir())
    )


def require(folder: Path) -> Path:
    """Return the folder when it holds a project.

    Raises InputError when it does not; the text says what is missing.
    """
    if is_project(folder):
        return folder
    from kg.errors import InputError

    if not is_meant(folder):
        needs = "it needs data/dataset.ttl and ontology/; 'kg init NAME' begins a project"
        msg = f"{folder} holds no project: {needs}"
        raise InputError(msg)
    from kg.model.dataset import labelled
    from kg.model.namespaces import no_dataset

    lacks = []
    if not (folder / "ontology").is_dir():
        lacks.append(
            "there is no folder ontology/ beside data/; make it, with a *.ttl file that names the "
            "classes and properties"
        )
    if not (folder / "data" / "dataset.ttl").is_file():
        lacks.append(no_dataset("data/dataset.ttl", labelled(folder / "data")))
    msg = f"the project in {folder} is not whole: {'; and '.join(lacks)}"
    raise InputError(msg)


def version() -> str:
    """Return the version of kg that is installed."""
    from importlib.metadata import version as version_of

    return version_of("eurasia-kg")
