"""Slips: what an ontology may say, and hardly means to, each at its place.

Prefixes that stand for two things, names that look alike, circles of classes, marks that turn the
direction of writing, and graphs of others that are never fetched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import Finding
from kg.model.literals import NO_MARK, TURNS, code_point
from kg.model.namespaces import term
from kg.model.patterns import TURNING
from kg.model.shacl import unfetched
from kg.model.sparql import place, tokens
from kg.model.terms import Name, iris_of, resolved, written

if TYPE_CHECKING:
    from kg.model.ontology import Ontology

Place = tuple[str, int, int]

# What leads upwards, and what it leads from and to.
_UPWARDS: Final = {
    "rdfs:subClassOf": "classes",
    "rdfs:subPropertyOf": "properties",
    "skos:broader": "concepts",
}
_PREFIX: Final = re.compile(r"(?i)\bprefix\s+([^\s:<]*):\s*<([^<>\s]*)>")
_IMPORTED: Final = (
    "write what is needed of it into a file of ontology/; where that says "
    "that it is this owl:Ontology, nothing is missing"
)


def slips(
    known: Ontology, paths: Mapping[str, Path], said: Mapping[str, Sequence[Quad]]
) -> list[Finding]:
    """Return what was hardly meant, of Turtle files and what each of them says.

    Both go by what messages call the files.
    """
    names = cache(lambda label: written({label: paths[label]}))
    quads = [quad for one in said.values() for quad in one]
    here = {quad.subject for quad in quads if quad.object == term("owl:Ontology")}
    found = [*_two_meanings(paths, known.words.base)]
    imports = term("owl:imports")
    for label, every in said.items():
        own = [one for one in every if one.predicate != imports or one.object not in here]
        found += unmeant(own, partial(names, label), label, paths[label])

    def at(subject: str, iri: str) -> Place:
        """Return where the IRI is first said of the subject."""
        every = (name for label in paths for name in names(label))
        found = (name[2:] for name in every if (name.subject, name.iri) == (subject, iri))
        return next(found, (next(iter(paths)), 0, 0))

    return [*found, *_alike(known, at), *_circles(known, quads, at)]


def _two_meanings(paths: Mapping[str, Path], base: str) -> Iterator[Finding]:
    """Yield a warning for each prefix that stands for another IRI than before, with both places."""
    texts = {
        label: path.read_text(encoding="utf-8-sig", errors="replace")
        for label, path in paths.items()
    }
    means: dict[str, set[str]] = {}
    for text in texts.values():
        for name, iri in _PREFIX.findall(text):
            means.setdefault(name, set()).add(iri)
    if all(len(iris) == 1 and ":" in min(iris) for iris in means.values()):
        return
    first: dict[str, tuple[str, Place]] = {}
    for label, text in texts.items():
        for name, iri, line, column in _declared(text, base):
            before, at = first.setdefault(name, (iri, (label, line, column)))
            if before != iri:
                message = f"the prefix {name} is <{iri}> here, and <{before}> at {_written(at)}"
                repair = "give one of the two another prefix"
                yield Finding(label, line, column, "warning", message, repair)


def _declared(text: str, base: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield each prefix of a Turtle text, with its colon, its IRI and its place."""
    found = iter(tokens(text))
    for token in found:
        word = token[0].lower()
        if word == "base":
            base = resolved(base, next(found)[0][1:-1])
        elif word == "prefix":
            name = next(found)
            yield name[0], resolved(base, next(found)[0][1:-1]), *place(text, name)


def _alike(known: Ontology, at: Callable[[str, str], Place]) -> Iterator[Finding]:
    """Yield a warning for each class, and each property, whose name looks like another."""
    for what, own in (("class", known.classes), ("property", known.properties)):
        alike: dict[str, list[str]] = {}
        for name in sorted(own):
            alike.setdefault(looks(name), []).append(name)
        for several in alike.values():
            if len(several) > 1:
                iris = {name: known.words.ontology(name).value for name in several}
                yield from taken_for_another(
                    what, {f"'{name}'": at(iri, iri) for name, iri in iris.items()}
                )


def taken_for_another(what: str, places: Mapping[str, Place]) -> Iterator[Finding]:
    """Yield a warning for each of several names that look alike but the first, with both places."""
    ordered = sorted((place_of, name) for name, place_of in places.items())
    # One whose line nobody knows is none to look up.
    first, *others = sorted(ordered, key=lambda one: not one[0][1])
    for place_of, name in others:
        message = f"the {what} {name} looks like {first[1]} at {_written(first[0])}"
        repair = "make one of both, or name them apart"
        yield Finding(*place_of, "warning", message, repair)


def looks(name: str) -> str:
    r"""Return what names have in common that people take for one another.

    >>> looks("Club") == looks("club."), looks("Caf\u00e9") == looks("cafe\u0301")
    (True, True)
    """
    if name.isascii():
        folded = name.lower()
    else:
        folded = unicodedata.normalize("NFC", name).casefold()
        folded = unicodedata.normalize("NFC", folded)
    # An address is the same to people with and without encryption.
    if folded.startswith("https://"):
        folded = f"http{folded[5:]}"
    return folded.rstrip("./")


def _circles(
    known: Ontology, quads: Iterable[Quad], at: Callable[[str, str], Place]
) -> Iterator[Finding]:
    """Yield the circles in which something is above itself, by way of others."""
    graphs: dict[str, dict[str, set[str]]] = {curie: {} for curie in _UPWARDS}
    curies = {term(curie): curie for curie in _UPWARDS}
    for quad in quads:
        curie, one, other = curies.get(quad.predicate), quad.subject, quad.object
        if curie and one != other and isinstance(one, NamedNode) and isinstance(other, NamedNode):
            graphs[curie].setdefault(one.value, set()).add(other.value)
    for curie, above in graphs.items():
        ordered = {one: dict.fromkeys(sorted(above[one])) for one in sorted(above)}
        while circle := _circle(ordered):
            for lower, upper in pairwise(circle):
                del ordered[lower][upper]
            least = circle.index(min(circle))
            members = [*circle[least:-1], *circle[: least + 1]]
            told = " → ".join(known.words.short(one) for one in members)
            message = f"{_UPWARDS[curie]} are above themselves by {curie}: {told}"
            repair = "leave one of these out, unless all of them are the same"
            yield Finding(*at(*members[:2]), "warning", message, repair)


def _circle(above: Mapping[str, Iterable[str]]) -> list[str]:
    """Return a circle from below upwards, its first member last again; [] where there is none."""
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        # Of two neighbours the first is a predecessor of the second, which is the one below.
        return list(reversed(error.args[1]))
    return []


def unmeant(
    quads: Sequence[Quad], names_of: Callable[[], Sequence[Name]], label: str, path: Path
) -> Iterator[Finding]:
    """Yield what one file shows by itself: what would have to be fetched, and unseen marks."""
    yield from unfetched(quads, names_of, label, _IMPORTED)
    yield from _turned(quads, names_of, label, path)


def _turned(
    quads: Sequence[Quad], names_of: Callable[[], Sequence[Name]], label: str, path: Path
) -> Iterator[Finding]:
    """Yield where marks stand that turn the direction of writing: errors in IRIs, else warnings."""
    iris = {iri for quad in quads for iri in iris_of(quad) if re.search(TURNING, iri)}
    texts = (quad.object.value for quad in quads if isinstance(quad.object, Literal))
    marks = {mark for text in texts for mark in re.findall(TURNING, text)}
    for iri in sorted(iris):
        places = (name[2:] for name in names_of() if name.iri == iri)
        mark = code_point(re.findall(TURNING, iri)[0])
        message = f"an IRI has {mark}, {TURNS}"
        yield Finding(*next(places, (label, 0, 0)), "error", message, "delete it")
    text = path.read_text(encoding="utf-8-sig", errors="replace") if marks else ""
    for mark in sorted(marks):
        # Where it is escaped, only the file is known.
        at = text.find(mark)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        where = (line, column) if at >= 0 else (0, 0)
        message = f"a text has {code_point(mark)}, {TURNS}"
        yield Finding(label, *where, "warning", message, NO_MARK)


def _written(at: Place) -> str:
    return ":".join(str(part) for part in at if part)
