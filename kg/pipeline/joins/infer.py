"""Infer: apply the rules of a large project as joins, and write what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model.foreign import Trial, at
from kg.model.ontology import Ontology
from kg.pipeline.joins.engine import RULES, Engine
from kg.pipeline.joins.filled import Answers, answers, fill
from kg.pipeline.joins.outcome import Outcome
from kg.pipeline.joins.plan import Plan
from kg.pipeline.joins.tables import Tables
from kg.pipeline.joins.written import Written
from kg.progress import Tell, at_work

if TYPE_CHECKING:
    from pyoxigraph import Quad


@contextmanager
def inferred(
    ontology: Ontology,
    plans: Sequence[Plan],
    issued: str,
    given: Sequence[Path],
    described: Sequence[Quad],
    texts: Iterable[memoryview],
    folder: Path,
    tell: Tell,
    known: Answers | None = None,
) -> Iterator[Written]:
    """Yield what the rules conclude from the statements of `Premises.files`.

    `described` are the quads of ontology and dataset, `texts` N-Quads about entities and sources;
    what these answer to the rules may be known.
    Of a rule that will find very many facts `tell` is told before it is applied.
    Raises DataError when a rule concludes something that is not about an entity, LimitError when it
    takes more than it may.
    """
    at_work("laying the graph before the rules")
    found = known or answered(ontology, plans, described, texts)
    tables = Tables(folder)
    try:
        with at(RULES), tables.bounded():
            queries = fill(tables, given, plans, found, ontology)
        engine = Engine(tables, plans, queries, ontology, tell)
        engine.run()
        yield Written(Outcome(engine), issued, found)
    finally:
        tables.close()


def answered(
    ontology: Ontology,
    plans: Sequence[Plan],
    described: Sequence[Quad],
    texts: Iterable[memoryview],
) -> Answers:
    """Return what the default graph answers, as `inferred` has it described."""
    with Trial(described) as trial:
        for text in texts if ask_about_entities(plans, ontology) else ():
            trial.load(text)
        return answers(plans, trial, ontology.words.prefixes)


def ask_about_entities(plans: Iterable[Plan], ontology: Ontology) -> bool:
    """Say whether what describes entities and sources can matter to the rules.

    It does where a rule asks the default graph, and where a head says what descriptions may say: a
    property that is not of the ontology.
    """
    own = f"<{ontology.words.prefixes['']}"
    named = (triple[1] for each in plans for triple in each.head)
    others = (one for one in named if isinstance(one, str) and not one.startswith(own))
    return any(True for each in plans for _ in each.queries) or any(others)
