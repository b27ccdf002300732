"""Offers: what a shell may complete a word to, read from the tables of the project.

A shell starts a process for each press of Tab, so next to nothing is imported, and only tables in
their plain form are read; of other projects the build is.
"""

from __future__ import annotations

import csv
import os
import sys

# What `typing` calls by this name, without waiting for `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    # What a word may be completed to, and what that is; the words of the line are given.
    Offers = Iterator[tuple[str, str]]

# More of the statements is not looked through while somebody waits.
_MOST = 8 * 1024 * 1024


def answer(
    arguments: Sequence[str], kinds: Mapping[str, Callable[..., Offers]] | None = None
) -> None:
    """Print what the word may be completed to, each with what it is behind a tab.

    The arguments are the kind of word, the word as far as it is written, and those before it.
    Whatever is wrong, nobody who pressed Tab can be told.
    """
    # Signs of other scripts are no reason to fail, whatever a terminal says that it can show.
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        kind, word, *words = arguments
        found = [one for one in (kinds or KINDS)[kind](word, words) if one[0].startswith(word)]
    except Exception:  # noqa: BLE001 - whatever it is, it is not the place to tell
        return
    # A table may hold any letter, and a terminal obeys some.
    lines = (
        "\t".join("".join(c if c.isprintable() else " " for c in part) for part in one)
        for one in dict.fromkeys(found)
    )
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _option(words: Sequence[str], name: str) -> str:
    """Return what the line gives as a value of an option, "" when nothing."""
    for number, word in enumerate(words):
        if word == name and number + 1 < len(words):
            return os.path.expanduser(words[number + 1])  # noqa: PTH111 - this needs no pathlib
        if word.startswith(f"{name}="):
            return os.path.expanduser(word.partition("=")[2])  # noqa: PTH111
    return ""


def _project(words: Sequence[str]) -> Path:
    from pathlib import Path

    from kg.project import find

    named = _option(words, "--project")
    return Path(named) if named else find(Path.cwd())


def _cells(path: Path, *names: str) -> Iterator[list[str]]:
    """Yield the cells of a plain table in the columns with these names, in their order."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        places = [header.index(name) for name in names]
        yield from ([row[at] for at in places] for row in rows if len(row) == len(header))


def _facts(words: Sequence[str], *names: str) -> Iterator[list[str]]:
    left = _MOST
    for path in sorted((_project(words) / "data" / "statements").glob("*.csv")):
        left -= path.stat().st_size
        if left < 0:
            return
        try:
            yield from _cells(path, *names)
        except (OSError, ValueError):
            continue


def ids(_: str, words: Sequence[str], classes: Sequence[str] = ()) -> Offers:
    """Yield the ids of entities with their labels, those of some classes where they are named."""
    table = _project(words) / "data" / "entities.csv"
    if _option(words, "--store") or not table.is_file():
        yield from _built(words, classes)
        return
    with table.open(encoding="utf-8-sig", newline="") as file:
        label = next((name for name in next(csv.reader(file)) if name.startswith("label")), "id")
    for name, kind, said in _cells(table, "id", "class", label):
        if not classes or kind in classes:
            yield name, said


def _built(words: Sequence[str], classes: Sequence[str]) -> Offers:
    """Yield the ids that a build holds; it takes longer, because the record is Parquet."""
    from pathlib import Path

    from kg.pipeline.generations import current_store
    from kg.record.record import StoredRecord
    from kg.store.marks import RECORD

    folder = Path(_option(words, "--store") or _project(words) / "build")
    for name, one in StoredRecord(current_store(folder).parent / RECORD).entities.items():
        if not classes or one.class_name in classes:
            yield name, one.label


def sources(_: str, words: Sequence[str]) -> Offers:
    """Yield the ids of sources with their titles."""
    table = _project(words) / "data" / "sources.csv"
    yield from ((name, title) for name, title in _cells(table, "id", "title"))


def predicates(_: str, words: Sequence[str]) -> Offers:
    """Yield the properties of the entities that the line names, of all where it names none."""
    facts = list(_facts(words, "subject", "predicate"))
    own = [name for subject, name in facts if subject in words]
    yield from ((name, "") for name in sorted({*own} or {name for _, name in facts}))


def objects(_: str, words: Sequence[str]) -> Offers:
    """Yield what the entities and properties that the line names are said of."""
    for subject, predicate, target in _facts(words, "subject", "predicate", "object"):
        if subject in words and predicate in words:
            yield target, ""


def dates(word: str, words: Sequence[str]) -> Offers:
    """Yield the years in which something begins or ends, then the months, then the days."""
    length = 4 if len(word) < 4 else 7 if len(word) < 7 else 10
    cells = (cell for row in _facts(words, "start", "end", "at") for cell in row)
    plain = {cell for cell in cells if cell.startswith(word) and _is_plain(cell)}
    yield from ((cell, "") for cell in sorted({cell[:length] for cell in plain}))


def _is_plain(cell: str) -> bool:
    return len(cell) in {4, 7, 10} and cell.replace("-", "").isdecimal()


def questions(word: str, words: Sequence[str]) -> Offers:
    """Yield the names of questions, with their text; behind @ the files."""
    if word.startswith("@"):
        folder = os.path.dirname(word[1:])  # noqa: PTH120 - this needs no pathlib
        for one in os.scandir(folder or "."):
            name = os.path.join(folder, one.name)  # noqa: PTH118
            yield f"@{name}{'/' if one.is_dir() else ''}", ""
        return
    for path in sorted((_project(words) / "ontology" / "questions").glob("*.rq")):
        with path.open(encoding="utf-8-sig") as file:
            yield path.stem, next(file, "").lstrip("# ").strip()


def parameters(word: str, words: Sequence[str]) -> Offers:
    """Yield the parameters of the question that the line names, or behind = their values."""
    from kg.model.heads import parameters_in

    ontology = _project(words) / "ontology"
    asked = next(name for name in words if (ontology / "questions" / f"{name}.rq").is_file())
    text = (ontology / "questions" / f"{asked}.rq").read_text(encoding="utf-8-sig")
    name, equals, value = word.partition("=")
    for own, types, _, told in parameters_in(text):
        if not equals:
            yield f"{own}=", told
        elif own == name:
            for offer, said in _values(types.split("|"), value, words):
                yield f"{name}={offer}", said


def _values(types: Sequence[str], value: str, words: Sequence[str]) -> Offers:
    if types == ["kg:Source"]:
        return sources(value, words)
    if types[0].startswith("xsd:"):
        return dates(value, words) if types[0] == "xsd:date" else iter(())
    ontology = "".join(
        path.read_text(encoding="utf-8-sig")
        for path in (_project(words) / "ontology").glob("*.ttl")
    )
    classes = [name.removeprefix(":") for name in types if name.startswith(":")]
    # Where a class has classes below it, the tables name those.
    is_above = any(
        f":{name}" in part.partition(";")[0].replace(",", " ").split()
        for part in ontology.split("rdfs:subClassOf")[1:]
        for name in classes
    )
    return ids(value, words, () if is_above else classes)


KINDS: dict[str, Callable[..., Offers]] = {
    "ids": ids,
    "predicates": predicates,
    "objects": objects,
    "dates": dates,
    "questions": questions,
    "parameters": parameters,
}
