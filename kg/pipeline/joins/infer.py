"""Infer: apply the rules of a large project as joins, and write what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model.foreign import Trial
from kg.model.ontology import Ontology
from kg.pipeline.joins.engine import Engine
from kg.pipeline.joins.filled import answers, fill, plans_of
from kg.pipeline.joins.outcome import Outcome
from kg.pipeline.joins.tables import Tables
from kg.pipeline.joins.written import Written
from kg.progress import at_work

if TYPE_CHECKING:
    from pyoxigraph import Quad


def is_joinable(ontology: Ontology) -> bool:
    """Say whether all rules of the ontology are joins."""
    return not plans_of(ontology)[1]


@contextmanager
def inferred(
    ontology: Ontology,
    issued: str,
    given: Sequence[Path],
    described: Sequence[Quad],
    texts: Iterable[memoryview],
    folder: Path,
) -> Iterator[Written]:
    """Yield what the rules conclude from the statements of `Premises.files`.

    `described` are the quads of ontology and dataset, `texts` N-Quads about entities and sources.
    Raises DataError when a rule concludes something that is not about an entity, LimitError when it
    takes more than it may.
    """
    plans, _ = plans_of(ontology)
    at_work("laying the graph before the rules")
    with Trial(described) as trial:
        for text in texts:
            trial.load(text)
        found = answers(plans, trial, ontology.words.prefixes)
    tables = Tables(folder)
    try:
        engine = Engine(tables, plans, fill(tables, given, plans, found, ontology), ontology)
        engine.run()
        yield Written(Outcome(engine), issued)
    finally:
        tables.close()
