"""Follow one row of a table on its way to quads, through the kg of a checkout.

    python -P tools/structure/follow.py CHECKOUT

Prints, as JSON, the module of each call that follows the row, in the order of the calls.
`count.py` says which calls these are, and counts them.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, Final

# Texts that stand in the row and nowhere else, and the ids that other tables have as well.
OWN: Final = ("Onward and sideways", "1473", "1481", "leaf 77", "in red ink")
SHARED: Final = ("the-walkers", "hasMotto", "the-chronicle")
# Where an object is in memory, which may have the same digits.
_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]+", re.IGNORECASE)

PROJECT: Final = {
    "data/dataset.ttl": """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/walk/> a dcat:Dataset , void:Dataset ;
    dcterms:title "A walk"@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    dcterms:issued "2024-01-01"^^xsd:date ;
    void:uriSpace "https://example.org/walk/" .
""",
    "data/entities.csv": """\
id,class,label_en,label_ru,aliases,wikidata,description
the-walkers,Club,The Walkers,,,,
""",
    "data/sources.csv": """\
id,title,publisher,url,published,accessed,language,kind,sha256
the-chronicle,Chronicle,The Town,,1990,,en,book,
""",
    "data/statements/facts.csv": """\
subject,predicate,object,start,end,at,source,locator,rank,note
the-walkers,hasMotto,Onward and sideways,1473-02-05,1481-03,,the-chronicle,leaf 77,,in red ink
""",
    "ontology/ontology.ttl": """\
@prefix : <https://example.org/walk/ontology#> .
@prefix kg: <https://w3id.org/kg-builder#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:Club a owl:Class ; rdfs:label "club"@en .
:hasMotto a kg:StateProperty , owl:DatatypeProperty ;
    rdfs:domain :Club ; rdfs:range xsd:string ; rdfs:label "has the motto"@en .
""",
}


@dataclass
class Call:
    """A call of a function of kg, and whether it has to do with the row."""

    module: str
    caller: Call | None
    is_given_an_id: bool
    holds: bool

    @property
    def follows(self) -> bool:
        """Whether it holds something of the row, or is given an id by one that does."""
        return self.holds or bool(self.is_given_an_id and self.caller and self.caller.follows)


class Trace:
    """What `sys.setprofile` calls: notes each call of the modules of a package."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.calls: list[Call] = []
        self.open: list[tuple[FrameType, Call]] = []

    def __call__(self, frame: FrameType, event: str, given: object) -> None:
        """Note the call, or complete it at its end."""
        path = Path(frame.f_code.co_filename)
        if event not in {"call", "return"} or not path.is_relative_to(self.package):
            return
        values = list(frame.f_locals.values())
        if event == "call":
            caller = self.open[-1][1] if self.open else None
            is_given_an_id = any(isinstance(value, str) and value in SHARED for value in values)
            call = Call(self.name(path), caller, is_given_an_id, shows(values))
            self.calls.append(call)
            self.open.append((frame, call))
        elif self.open and self.open[-1][0] is frame:
            # A generator that is closed ends without having gone on.
            call = self.open.pop()[1]
            call.holds = call.holds or shows([*values, given])

    def name(self, path: Path) -> str:
        """Return the dotted name of the module."""
        parts = path.relative_to(self.package.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def shows(values: list[object]) -> bool:
    """Say whether one of the values shows a text that only the row has.

    >>> shows([["leaf 7"], 3]), shows([{"locator": "leaf 77"}])
    (False, True)
    >>> shows(["<Vocabulary object at 0x7f6214731481>"])
    False
    """
    return any(text in _shown(value) for value in values for text in OWN)


def _shown(value: object) -> str:
    try:
        return _ADDRESS.sub("", repr(value))
    except Exception:  # noqa: BLE001 - of an object that is not finished yet
        return ""


def home(package: Path, name: str, stem: str = "") -> Callable[..., Any]:
    """Return the function or class of that name from the module that defines it.

    With a stem only modules of that name are asked; of several the one least deep in packages.
    Raises LookupError when there is none, or not one alone.
    """
    found: dict[int, list[str]] = {}
    for path in package.rglob(f"{stem or '*'}.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        if any(isinstance(n, ast.ClassDef | ast.FunctionDef) and n.name == name for n in body):
            parts = path.relative_to(package.parent).with_suffix("").parts
            found.setdefault(len(parts), []).append(".".join(parts))
    modules = found[min(found)] if found else []
    if len(modules) != 1:
        which = f"several modules ({', '.join(sorted(modules))})" if modules else "no module"
        where = f" called {stem}.py" if stem else ""
        msg = f"{which}{where} in kg/ can be asked for `{name}`, to let a row walk through"
        raise LookupError(msg)
    function: Callable[..., Any] = getattr(import_module(modules[0]), name)
    return function


def walk(package: Path, folder: Path) -> list[str]:
    """Return the modules through which the row of the project in the folder walks.

    Raises LookupError when an entry is missing, ValueError when the row does not arrive.
    """
    vocabulary = home(package, "Vocabulary")
    read_dataset, read_ontology = home(package, "read_dataset"), home(package, "read_ontology")
    load, assemble = home(package, "load", "load"), home(package, "assemble", "assemble")
    dataset, _ = read_dataset(folder / "data")
    ontology = read_ontology(folder / "ontology", vocabulary(dataset.base))
    trace = Trace(package)
    sys.setprofile(trace)
    try:
        records = load(folder / "data", ontology, dataset)
        quads = assemble(records, ontology)
    finally:
        sys.setprofile(None)
    visited = [call.module for call in trace.calls if call.follows]
    if not visited or OWN[0] not in str(quads):
        msg = f"the row of the example did not become quads: {getattr(records, 'findings', '')}"
        raise ValueError(msg)
    return visited


def main(checkout: Path) -> None:
    """Print the walk through the kg of the checkout."""
    sys.path.insert(0, str(checkout))
    with tempfile.TemporaryDirectory() as name:
        for path, text in PROJECT.items():
            place = Path(name, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        json.dump(walk(checkout / "kg", Path(name)), sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
