"""Sides to compare: the statements of one player and one club, and any set of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from kg.changes.compare import Side
from kg.model.merge import disputes
from kg.model.statement import RANKS, Entity, Rank, Reference, Source, Statement

PAGE = Reference("almanac", "p. 3", row="data/statements/facts.csv:9")


def plays(
    start: str = "",
    end: str = "",
    at: str = "",
    rank: Rank = "normal",
    references: tuple[Reference, ...] = (PAGE,),
) -> Statement:
    """A statement of the one triple that most tests are about."""
    return Statement("anna", "playsFor", "rooks", "state", "", start, end, at, rank, references)


def side(
    statements: Iterable[Statement] = (),
    entities: Iterable[Entity] = (),
    sources: Iterable[Source] = (),
    issued: str = "2024-01-01",
    labels: dict[tuple[str, str], str] | None = None,
) -> Side:
    """What one side says, disputes worked out as the loader does."""
    listed = [*statements]
    disputed = disputes(listed)
    return Side(
        "side",
        issued,
        tuple(replace(one, disputed_by=disputed.get(one.id, ())) for one in listed),
        {one.id: one for one in entities},
        {one.id: one for one in sources},
        labels or {},
    )


def _on_dates(
    dates: tuple[str, str, str], rank: Rank, references: tuple[Reference, ...]
) -> Statement:
    return plays(*dates, rank, references)


_YEARS = st.integers(1990, 1999).map(str)
_DATES = st.one_of(
    st.tuples(_YEARS, st.just(""), st.just("")),
    st.tuples(st.just(""), _YEARS, st.just("")),
    st.tuples(st.just(""), st.just(""), _YEARS),
    st.tuples(_YEARS, st.integers(2000, 2004).map(str), st.just("")),
)
_REFERENCES = st.lists(
    st.builds(
        Reference,
        st.sampled_from(["almanac", "gazette"]),
        st.sampled_from(["", "p. 1", "p. 2"]),
        note=st.sampled_from(["", "a doubt"]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
# Any set of periods and attestations of one triple.
SIDES = st.lists(
    st.builds(_on_dates, _DATES, st.sampled_from(RANKS), _REFERENCES),
    max_size=6,
    unique_by=lambda one: one.id,
).map(side)
