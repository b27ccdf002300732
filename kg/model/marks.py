"""Marks: which terms of an ontology have a mark that does not suit them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.errors import Finding, did_you_mean, hint
from kg.model.counted import SIDES
from kg.model.namespaces import term, text_of
from kg.model.values import WHOLE

if TYPE_CHECKING:
    from kg.model.ontology import Ontology


def vain_marks(known: Ontology, folder: str) -> Iterator[Finding]:
    """Yield a finding for each term with a mark that does not suit it."""
    if known.complete:
        yield from _ends_of_none(known, folder)
        yield from _once_of_none(known, folder)
        yield from _backbone_of_none(known, folder)
        yield from _counts_of_none(known, folder)


def _backbone_of_none(known: Ontology, folder: str) -> Iterator[Finding]:
    for name in sorted(known.marked("kg:Backbone")):
        one = known.properties.get(name)
        if one is None or one.datatype:
            message = (
                f"'{name}' has kg:Backbone but leads to no entity, so that no page can draw it"
            )
            repair = "make it an owl:ObjectProperty, or leave kg:Backbone out"
            yield Finding(folder, 0, 0, "error", message, repair)


def _once_of_none(known: Ontology, folder: str) -> Iterator[Finding]:
    for name in sorted(known.marked("kg:HappensOnce")):
        one = known.properties.get(name)
        if one is None or one.kind != "event":
            message = f"'{name}' has kg:HappensOnce but does not happen on a day"
            repair = "make it a kg:EventProperty, or leave kg:HappensOnce out"
            yield Finding(folder, 0, 0, "error", message, repair)


def _ends_of_none(known: Ontology, folder: str) -> Iterator[Finding]:
    for name in sorted(known.marked("kg:InclusiveEnds")):
        one = known.properties.get(name)
        if one is None or one.kind == "timeless":
            message = f"'{name}' has kg:InclusiveEnds but is timeless, so that no row has an end"
            repair = "make it a kg:StateProperty or kg:EventProperty, or leave kg:InclusiveEnds out"
            yield Finding(folder, 0, 0, "error", message, repair)


def _counts_of_none(known: Ontology, folder: str) -> Iterator[Finding]:
    first: dict[tuple[str, bool], str] = {}
    for curie, incoming in SIDES.items():
        for quad in known.quads:
            if quad.predicate != term(curie):
                continue
            number, of = known.local_name(quad.subject), known.local_name(quad.object)
            one, target = known.properties.get(number), known.properties.get(of)
            message = repair = ""
            if target is None:
                message = f"'{number}' has {curie} '{of or text_of(quad.object)}', no property"
                repair = hint(did_you_mean(of, known.properties), "name one of this ontology")
            elif one is None or one.datatype not in WHOLE:
                message = f"'{number}' has {curie} but its values are no whole numbers"
                repair = f"give it rdfs:range xsd:nonNegativeInteger, or leave {curie} out"
            elif first.setdefault((of, incoming), number) != number:
                message = f"'{number}' and '{first[of, incoming]}' both have {curie} '{of}'"
                repair = "leave it out of one of them"
            if message:
                yield Finding(folder, 0, 0, "error", message, repair)
