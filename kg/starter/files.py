"""Files: the template, filled in, put where it is wanted in one step."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Final

from pyoxigraph import Literal

from kg.errors import InputError
from kg.model import schema
from kg.model.languages import label_column, ordered
from kg.model.namespaces import STANDARD_PREFIXES
from kg.model.statement import Entity, Kind
from kg.starter.found import THING, Found, Labels
from kg.starter.wishes import Wishes
from kg.text import markdown

TEMPLATE: Final = Path(__file__).parent / "template"
_KINDS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "state": ("kg:StateProperty",),
    "event": ("kg:EventProperty",),
    "timeless": (),
}
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


def of_found(wishes: Wishes, version: str, found: Found) -> dict[str, bytes]:
    """Return the files of a project that says what a file of others does."""
    languages = wishes.languages
    labels = [label_column(language) for language in languages]
    entities = [
        [one.id, one.class_name, *_texts(one.labels, languages),
         "|".join(_aliases(one, found, languages)), *one.cells.values()]
        for one in found.entities
    ]  # fmt: skip
    issued = wishes.issued.text
    read = (replace(one, accessed=one.accessed or issued) for one in found.sources)
    sources = [[one.id, *one.cells.values()] for one in read]
    first = found.facts[0].subject
    what = "table" if found.things == "rows" else "file"
    gaps = {
        "file": what,
        "things": found.things,
        "name": markdown.text(found.path.name),
        "first": first,
        "subject": first,
        "subject_class": found.subject_class,
        "entities": _csv(["id", "class", *labels, "aliases", "wikidata", "description"], entities),
        "sources": _csv(schema.required("sources"), sources),
        "statements": _csv(schema.required("statements"), found.facts),
        "ontology": _ontology(found, what, wishes),
    }
    return _filled("table", gaps, wishes, version)


def _texts(labels: Labels, languages: Sequence[str]) -> list[str]:
    """Return a label for each language: where it has none, that of all, or the first there is.

    >>> _texts({"fr": "Londres", "en": "London"}, ["en", "ru"])
    ['London', 'London']
    """
    inherited = labels.get("") or next(iter(ordered(labels, languages).values()), "")
    return [labels.get(language) or inherited for language in languages]


def _aliases(one: Entity, found: Found, languages: Sequence[str]) -> list[str]:
    """Return the other names of an entity, with those in the languages of the project first."""
    told = found.names.get(one.id, {})
    names = [name for language in (*languages, "") for name in told.get(language, ())]
    labels = {*_texts(one.labels, languages), ""}
    return [name for name in dict.fromkeys([*names, *one.aliases]) if name not in labels]


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


def _ontology(found: Found, what: str, wishes: Wishes) -> str:
    """Return classes and properties, as far as a file can tell them."""
    languages = wishes.languages

    def label(labels: Labels) -> str:
        texts = {one: text for one, text in labels.items() if one in languages and text}
        told = texts or {languages[0]: _texts(labels, languages)[0]}
        return " , ".join(str(Literal(text, language=one)) for one, text in told.items())

    classes = dict(found.classes)
    above = ""
    if found.subject_class not in classes:
        classes[THING] = {"": "thing"}
        above = f" ; rdfs:subClassOf :{THING}"
    said = f"# What can be said: the classes and properties of the {what}."
    lines = [
        f"{said} Look whether they are right.",
        "# kg:StateProperty: true in a period; kg:EventProperty: happened on a day; else timeless.",
        "",
        f"@prefix : <{wishes.base}ontology#> .",
        *(
            f"@prefix {prefix}: <{STANDARD_PREFIXES[prefix]}> ."
            for prefix in ("kg", "owl", "rdfs", "xsd")
        ),
        "",
        *(
            f":{name} a owl:Class{above if name != THING else ''} ; rdfs:label {label(labels)} ."
            for name, labels in classes.items()
        ),
    ]
    for one in found.properties:
        values = one.datatype or _either(one.range)
        types = [*_KINDS[one.kind], *(["kg:InclusiveEnds"] if one.last_days else [])]
        types += ["owl:SymmetricProperty"] if one.is_symmetric else []
        types.append("owl:DatatypeProperty" if one.datatype else "owl:ObjectProperty")
        lines += [
            "",
            f":{one.name} a {' , '.join(types)} ;",
            f"    rdfs:domain {_either(one.domain)} ; rdfs:range {values} ;",
            f"    rdfs:label {label(one.labels)} .",
        ]
    return "\n".join(lines) + "\n"


def _either(classes: Sequence[str]) -> str:
    """Return one of the classes in Turtle."""
    names = [f":{name}" for name in classes]
    return names[0] if len(names) == 1 else f"[ a owl:Class ; owl:unionOf ( {' '.join(names)} ) ]"


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
