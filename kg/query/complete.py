"""Complete: which lists of a graph are counted, read from what its ontology says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kg.model.counted import SIDES, Counted
from kg.model.namespaces import term, text_of
from kg.store.base import select

if TYPE_CHECKING:
    from kg.store.base import Store

_COUNTED: Final = "SELECT ?number ?side ?property { VALUES ?side { %s } ?number ?side ?property }"


def counted_in(store: Store) -> tuple[Counted, ...]:
    """Return the properties of which another says how many there are, in order.

    >>> import kg
    >>> [one.property for one in counted_in(kg.open().store)]
    ['attended', 'memberOf', 'signatoryOf', 'tookPartIn']
    """
    sides = {term(curie): incoming for curie, incoming in SIDES.items()}
    local = store.words.local
    return tuple(
        sorted(
            Counted(
                local("", text_of(row["property"])),
                sides[row["side"]],
                local("", text_of(row["number"])),
            )
            for row in select(store, _COUNTED % " ".join(SIDES))
        )
    )
