"""Shifts: rows of statements whose cells all stand one column beside their own."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import Finding
from kg.model.case import Case


def _shift(case: Case) -> int:
    """Return how many columns too far to the right all cells stand; -1 is to the left."""
    subject, predicate, thing = (case.cells[name] for name in ("subject", "predicate", "object"))
    properties, entities = case.world.ontology.properties, case.world.entities
    if thing in properties and predicate in entities and subject not in entities:
        return 1
    if subject in properties and thing not in entities:
        # Where only subject and predicate were changed about, an entity stands for the predicate.
        is_of_entities = not properties[subject].datatype
        return -1 if (predicate in entities) == is_of_entities else 0
    return 0


def is_shifted(case: Case) -> bool:
    """Say whether all cells of a row stand beside their columns."""
    return _shift(case) != 0


def shifted(case: Case) -> Iterator[Finding]:
    """Yield what is said of such a row."""
    cells = case.cells
    if _shift(case) > 0:
        message = "the cells stand one column too far to the right"
        repair = f"delete the cell before '{cells['predicate']}'"
    else:
        message = "the cells stand one column too far to the left"
        repair = f"write the subject, and a cell for it, before '{cells['subject']}'"
    yield case.row.error("subject", message, repair)
