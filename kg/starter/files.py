"""Files: the template, filled in, put where it is wanted in one step."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Final

from pyoxigraph import Literal

from kg.errors import InputError
from kg.files import digest_of
from kg.model import schema
from kg.model.languages import label_column
from kg.model.namespaces import STANDARD_PREFIXES
from kg.starter.table import Found
from kg.starter.wishes import Wishes
from kg.text import markdown

TEMPLATE: Final = Path(__file__).parent / "template"
# The id of the one source of a project that begins as a table.
SOURCE: Final = "table"
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


def example(wishes: Wishes, version: str) -> dict[str, bytes]:
    """Return the files of a project with invented facts, by their paths, with `/`.

    `version` is that of kg to install where the project is checked.

    >>> from kg.starter.wishes import wishes
    >>> made = example(wishes("mine", {"languages": "en,fr"}), "1.0")
    >>> made["data/entities.csv"].decode().splitlines()[1]
    'ada,Person,Ada Example,Ada Example,,,'
    """
    years = {name: f"{wishes.issued.year - ago:04}" for name, ago in YEARS.items()}
    gaps = {
        **{name: ",".join([label] * len(wishes.languages)) for name, label in NAMES.items()},
        **years,
        "founded": f"{years['founded']}-05",
        "subject": "rowing-club",
    }
    return _filled("example", gaps, wishes, version)


def of_table(wishes: Wishes, version: str, found: Found) -> dict[str, bytes]:
    """Return the files of a project that says what a table does."""
    languages = wishes.languages
    first = found.ids[found.facts[0].subject]
    labels = [label_column(language) for language in languages]
    entities = [
        [identifier, name, *[text] * len(languages), "", "", ""]
        for name, identifier, text in found.entities
    ]
    source = [SOURCE, found.path.name, "", "", "", wishes.issued.text, "", "dataset"]
    facts = [
        [found.ids[fact.subject], found.properties[fact.predicate],
         fact.object if found.datatype else found.ids[fact.object],
         fact.start, fact.end, fact.at, SOURCE, f"line {fact.line}", "", ""]
        for fact in found.facts
    ]  # fmt: skip
    gaps = {
        "table": markdown.text(found.path.name),
        "first": first,
        "subject": first,
        "subject_class": found.classes[0],
        "entities": _csv(["id", "class", *labels, "aliases", "wikidata", "description"], entities),
        "sources": _csv(schema.required("sources"), [[*source, digest_of(found.path)]]),
        "statements": _csv(schema.required("statements"), facts),
        "ontology": _ontology(found, wishes),
    }
    return _filled("table", gaps, wishes, version)


def _filled(kind: str, gaps: Mapping[str, str], wishes: Wishes, version: str) -> dict[str, bytes]:
    """Return the files that all projects have and those of one kind, without gaps."""
    languages = wishes.languages
    common = {
        "base": wishes.base,
        "title": str(Literal(wishes.title, language=languages[0])),
        "title_shown": markdown.text(wishes.title),
        "issued": wishes.issued.text,
        "languages": " ".join(f'"{language}"' for language in languages),
        "label_columns": ",".join(map(label_column, languages)),
        "version": version,
    }
    return {
        path.relative_to(folder).as_posix(): _Text(path.read_text(encoding="utf-8"))
        .substitute(common, **gaps)
        .encode()
        for folder in (TEMPLATE / "common", TEMPLATE / kind)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def _ontology(found: Found, wishes: Wishes) -> str:
    """Return classes and properties, as far as a table can tell them."""
    language = wishes.languages[0]

    def label(text: str) -> str:
        return str(Literal(text, language=language))

    classes = dict.fromkeys(found.classes[: 1 if found.datatype else 2])
    lines = [
        "# What can be said: the classes and properties of the table. Look whether they are right.",
        "# kg:StateProperty: true in a period; kg:EventProperty: happened on a day; else timeless.",
        "",
        f"@prefix : <{wishes.base}ontology#> .",
        *(
            f"@prefix {prefix}: <{STANDARD_PREFIXES[prefix]}> ."
            for prefix in ("kg", "owl", "rdfs", "xsd")
        ),
        "",
        *(f":{name} a owl:Class ; rdfs:label {label(found.words[name])} ." for name in classes),
    ]
    kinds = {"state": "kg:StateProperty , ", "event": "kg:EventProperty , "}
    form = "owl:DatatypeProperty" if found.datatype else "owl:ObjectProperty"
    values = found.datatype or f":{found.classes[1]}"
    for text, name in found.properties.items():
        lines += [
            "",
            f":{name} a {kinds.get(found.kind, '')}{form} ;",
            f"    rdfs:domain :{found.classes[0]} ; rdfs:range {values} ;",
            f"    rdfs:label {label(text)} .",
        ]
    return "\n".join(lines) + "\n"


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
