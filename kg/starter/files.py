"""Files: the template, filled in, put where it is wanted in one step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from pyoxigraph import Literal

from kg.errors import InputError
from kg.model.languages import label_column
from kg.starter.wishes import Wishes
from kg.text import markdown

TEMPLATE: Final = Path(__file__).parent / "template"
# The entities of the example; a name is the same in all languages.
NAMES: Final = {
    "ada": "Ada Example",
    "ben": "Ben Example",
    "exampleton": "Exampleton",
    "club": "Example Rowing Club",
}
# How many years before the day of issue the facts of the example happened.
YEARS: Final = {"founded": 8, "joined": 6, "then": 5, "left": 2, "printed": 1}


class _Text(Template):
    """A text with gaps that neither Turtle nor SPARQL nor a workflow takes for its own."""

    delimiter = "§"


def files(wishes: Wishes, version: str) -> dict[str, bytes]:
    """Return the files of a project by their paths, with `/`; `version` is that of kg to install.

    >>> from kg.starter.wishes import wishes
    >>> made = files(wishes("mine", {"languages": "en,fr"}), "1.0")
    >>> made["data/entities.csv"].decode().splitlines()[1]
    'ada,Person,Ada Example,Ada Example,,,'
    """
    languages = wishes.languages
    years = {name: f"{wishes.issued.year - ago:04}" for name, ago in YEARS.items()}
    gaps = {
        "base": wishes.base,
        "title": str(Literal(wishes.title, language=languages[0])),
        "title_shown": markdown.text(wishes.title),
        "issued": wishes.issued.text,
        "languages": " ".join(f'"{language}"' for language in languages),
        "label_columns": ",".join(map(label_column, languages)),
        "version": version,
        **{name: ",".join([label] * len(languages)) for name, label in NAMES.items()},
        **years,
        "founded": f"{years['founded']}-05",
    }
    paths = sorted(path for path in TEMPLATE.rglob("*") if path.is_file())
    return {
        path.relative_to(TEMPLATE).as_posix(): _Text(path.read_text(encoding="utf-8"))
        .substitute(gaps)
        .encode()
        for path in paths
    }


def put(folder: Path, content: Mapping[str, bytes]) -> None:
    """Put the files into the folder, which is missing or empty: all of them, or none.

    Raises InputError when the folder cannot be written to.
    """
    try:
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            whole = aside / folder.name
            for path, text in content.items():
                (whole / path).parent.mkdir(parents=True, exist_ok=True)
                (whole / path).write_bytes(text)
            _move(whole, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror}"
        raise InputError(msg) from error


def _move(whole: Path, folder: Path) -> None:
    """Move a folder to its place, or its parts into the empty folder that is there.

    Somebody may stand in that one, who would be left in a folder that is no more.
    """
    if not folder.exists():
        whole.rename(folder)
        return
    parts = sorted(whole.iterdir())
    try:
        for part in parts:
            part.rename(folder / part.name)
    except BaseException:
        for part in parts:
            if not part.exists():
                (folder / part.name).rename(part)
        raise
