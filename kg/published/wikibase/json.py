"""Wikibase JSON: entities as the API, `Special:EntityData` and dumps write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from kg.errors import Finding, InputError, TableError
from kg.model.dates import NotADateError
from kg.model.packed import opened
from kg.model.texts import read_text
from kg.published.place import Place
from kg.published.wikibase.dates import written
from kg.published.wikibase.said import Said, Snak, Statement, Thing

RANKS: Final = ("preferred", "normal", "deprecated")
# How Wikibase calls what all languages have.
EVERY: Final = "mul"
FORM: Final = 'save it again: {"entities": {...}} as of Special:EntityData, or an entity a line'
# The first keys of entities, and those that other files have.
_OWN: Final = re.compile(rb'"(?:entities|labels|descriptions|aliases|claims)"\s*:\s*[{\[]')
_OTHERS: Final = re.compile(rb'"(?:nodes|schema)"\s*:')
_HEAD: Final = 2**16


def is_wikibase(path: Path) -> bool:
    """Say whether a file of JSON begins as one of Wikibase; one that cannot be read does not."""
    try:
        with opened(path) as file:
            head = file.read(_HEAD)
    except (OSError, InputError):
        return False
    return bool(_OWN.search(head)) and not _OTHERS.search(head)


def read(path: Path) -> Said:
    """Return what a file says of entities.

    Raises InputError when the file cannot be read, TableError when it is no such file.
    """
    said = Said(path, is_wikidata=True)
    for given, place in _given(path, said):
        _add(given, place, said)
    if not said.things:
        odd = [one for findings in said.aside.values() for one in findings]
        raise TableError(odd[:1] or [Place(path).error("the file has no entity", FORM)])
    return said


def _given(path: Path, said: Said) -> Iterator[tuple[object, Place]]:
    """Yield what should be entities; a line that is no JSON is left out, unless it is the first."""
    findings: list[Finding] = []
    text = read_text(path, str(path), findings)
    # A byte-order mark harms nothing; bytes that are no UTF-8 leave no text.
    if findings and not text:
        raise InputError(str(findings[-1]))
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield from _lines(path, text, said, error)
        return
    match whole:
        case {"entities": dict(entities)}:
            entities = list(entities.values())
        case {"entities": list(entities)} | list(entities):
            pass
        case {"id": str(), "type": str()}:
            entities = [whole]
        case _:
            raise TableError([Place(path).error("the file is no JSON of Wikibase", FORM)])
    for number, one in enumerate(entities, start=1):
        yield one, Place(path, part=f"entity {number}")


def _lines(
    path: Path, text: str, said: Said, error: ValueError | RecursionError
) -> Iterator[tuple[object, Place]]:
    """Yield the entities of a file of which each line is one, as dumps have it."""
    lines = enumerate(text.split("\n"), start=1)
    plain = ((number, line.strip().rstrip(",")) for number, line in lines)
    rows = [(number, line) for number, line in plain if line not in {"", "[", "]"}]
    for index, (number, line) in enumerate(rows):
        try:
            yield json.loads(line), Place(path, number)
        except (ValueError, RecursionError) as wrong:
            if not index:
                raise TableError([_no_json(path, error)]) from error
            said.leave("lines", _no_json(path, wrong)._replace(line=number))


def _no_json(path: Path, error: ValueError | RecursionError) -> Finding:
    line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
    says = getattr(error, "msg", "too many brackets, or too long a number")
    return Finding(str(path), line, column, "error", f"it is no JSON: {says}", FORM)


def _add(given: object, place: Place, said: Said) -> None:
    """Take an entity with its statements."""
    about = _object(given)
    match about:
        case {"id": str(), "missing": _}:
            said.leave("entities", place.error("the file says that it is missing"))
        case {"id": str(key), "type": "item" | "property" as kind}:
            names = {
                _language(language): tuple(_texts(_list(told)))
                for language, told in _object(about.get("aliases")).items()
            }
            labels = {
                _language(language): text
                for language, told in _object(about.get("labels")).items()
                for text in _texts([told])
            }
            # Elsewhere pages of items are called Item:Q1.
            title = about.get("title", key)
            said.is_wikidata &= kind == "property" or title == key
            said.things[key] = Thing(key, labels, names, key, is_property=kind == "property")
            for word, listed in _object(about.get("claims", about.get("statements"))).items():
                for one in listed if isinstance(listed, list) else [listed]:
                    _add_statement(key, word, one, said)
        case {"id": str(), "type": str(kind)}:
            said.leave("entities", place.error(f"it is of the type {kind}"))
        case _:
            said.leave("entities", place.error("it is no entity of Wikibase", FORM))


def _add_statement(key: str, word: str, given: object, said: Said) -> None:
    place = said.place(key, word)
    match given:
        case {"mainsnak": dict(main), "rank": str(rank)} if rank in RANKS:
            references = _list(_object(given).get("references"))
            statement = Statement(
                key,
                _snak(main)._replace(property=word),
                rank,
                tuple(_snaks(_object(given).get("qualifiers"))),
                tuple(tuple(_snaks(_object(one).get("snaks"))) for one in references),
            )
            said.statements.append((statement, place))
        case _:
            said.refuse("it has not the form of a statement", place)


def _snaks(given: object) -> Iterator[Snak]:
    for listed in _object(given).values():
        for one in _list(listed):
            yield _snak(one)


def _snak(given: object) -> Snak:
    match given:
        case {"property": str(word), "snaktype": "somevalue"}:
            return Snak(word, "some")
        case {"property": str(word), "snaktype": "novalue"}:
            return Snak(word, "none")
        case {"property": str(word), "datavalue": {"type": str(kind), "value": value}}:
            return _valued(word, kind, value)
    word = str(_object(given).get("property", "a property"))
    return Snak(word, "problem", "its value has not the form of Wikibase")


def _valued(word: str, kind: str, value: object) -> Snak:
    match kind, value:
        case "string", str(text):
            return Snak(word, "text", text)
        case "monolingualtext", {"text": str(text), "language": str(language)}:
            return Snak(word, "text", text, f"language: {language}")
        case "wikibase-entityid", {"id": str(key)}:
            return Snak(word, "entity", key)
        case "wikibase-entityid", {"numeric-id": int(number), "entity-type": "item"}:
            return Snak(word, "entity", f"Q{number}")
        case "quantity", {"amount": str(amount), "unit": str(unit)}:
            of = "" if unit == "1" else unit.rsplit("/", 1)[-1]
            return Snak(word, "text", amount.removeprefix("+"), unit=of)
        case "time", {"time": str(time), "precision": int(precision)}:
            return _time(word, time, precision, _object(value))
    return Snak(word, "problem", f"its value is of the type {kind}")


def _time(word: str, time: str, precision: int, value: Mapping[str, object]) -> Snak:
    if value.get("before") or value.get("after"):
        return Snak(word, "problem", "its time has bounds before or after it")
    is_julian = str(value.get("calendarmodel", "")).endswith("/Q1985786")
    try:
        return Snak(word, "time", written(time, precision, is_julian=is_julian))
    except NotADateError as error:
        return Snak(word, "problem", error.problem)


def _language(name: str) -> str:
    return "" if name == EVERY else name


def _texts(given: Iterable[object]) -> Iterator[str]:
    for one in given:
        text = _object(one).get("value")
        if isinstance(text, str) and text.strip():
            yield text


def _object(given: object) -> Mapping[str, object]:
    """Return an object; an empty one may be written as a list."""
    return given if isinstance(given, dict) else {}


def _list(given: object) -> list[object]:
    return given if isinstance(given, list) else []
