"""Inferred: how many more statements are inferred once some statements went and others came."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.model.ontology import Ontology
from kg.pipeline.increments.kept import Kept
from kg.pipeline.joins.infer import answered, ask_about_entities
from kg.pipeline.joins.touched import TooManyError, applied_in, more_concluded

if TYPE_CHECKING:
    import polars as pl
    from pyoxigraph import Quad


def more_inferred(
    kept: Kept,
    ontology: Ontology,
    described: Sequence[Quad],
    named: Iterable[memoryview] | None,
    then: pl.DataFrame,
    now: pl.DataFrame,
) -> int | None:
    """Return how many more there are; None where rules have to be applied to all statements.

    `then` and `now` are premises before and after the change, of which most may be the same.
    `named` describes all entities and sources as N-Quads where one of them changed.
    """
    applied = applied_in(kept.folder, ontology)
    gone, come = (
        one.join(other, on=one.columns, how="anti", nulls_equal=True)
        for one, other in ((then, now), (now, then))
    )
    try:
        if named is not None and ask_about_entities(applied.plans, ontology):
            after = answered(ontology, applied.plans, described, named)
            if not applied.answers.is_same(after):
                return None
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            given = kept.folder, kept.premises, applied, ontology
            return more_concluded(*given, gone, come, Path(folder))
    except (TooManyError, KGError):
        return None
